//! What the examples share: a check of gradients, a clock and plots.

pub mod plot;

use std::hint::black_box;
use std::time::Instant;

/// The largest difference of a gradient from finite differences of fourth order, relative to the
/// component or, where that is small, to a thousandth of the largest one.
pub fn worst_error(f: impl Fn(&[f64]) -> f64, x: &[f64], gradient: &[f64]) -> f64 {
    let mut x = x.to_vec();
    let largest = gradient.iter().fold(0.0, |m: f64, g| m.max(g.abs()));
    let mut worst = 0.0_f64;
    for i in 0..x.len() {
        let here = x[i];
        let h = 1e-3 * here.abs().max(0.1);
        let mut across = |h: f64| {
            let mut at = |there: f64| {
                x[i] = there;
                f(&x)
            };
            (at(here + h) - at(here - h)) / (2.0 * h)
        };
        let difference = (4.0 * across(h) - across(2.0 * h)) / 3.0;
        x[i] = here;
        let scale = difference.abs().max(1e-3 * largest).max(f64::MIN_POSITIVE);
        worst = worst.max((gradient[i] - difference).abs() / scale);
    }
    worst
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
