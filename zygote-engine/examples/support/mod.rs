//! What the examples share: a check of gradients, a clock and plots.

mod differences;
pub mod plot;

pub use differences::worst_error;

use std::hint::black_box;
use std::time::Instant;

/// The length of the difference of two vectors, relative to that of the second.
///
/// # Panics
///
/// If they have not the same length.
pub fn distance(u: &[f64], v: &[f64]) -> f64 {
    assert_eq!(u.len(), v.len(), "two vectors of one length");
    let square = |u: &[f64]| u.iter().map(|u| u * u).sum::<f64>();
    let difference: Vec<f64> = u.iter().zip(v).map(|(u, v)| u - v).collect();
    (square(&difference) / square(v)).sqrt()
}

/// The median times of two calls in microseconds, taken in turns.
pub fn median_times<A, B>(mut a: impl FnMut() -> A, mut b: impl FnMut() -> B) -> (f64, f64) {
    let (mut of_a, mut of_b) = (Vec::new(), Vec::new());
    for _ in 0..41 {
        of_a.push(microseconds(&mut a));
        of_b.push(microseconds(&mut b));
    }
    (median(of_a), median(of_b))
}

/// The time of one call of as many as take two milliseconds.
fn microseconds<T>(f: &mut impl FnMut() -> T) -> f64 {
    let start = Instant::now();
    for calls in 1_u32.. {
        black_box(f());
        let passed = start.elapsed().as_secs_f64();
        if passed > 2e-3 {
            return passed * 1e6 / f64::from(calls);
        }
    }
    unreachable!("two milliseconds pass")
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
