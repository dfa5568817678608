//! The comparison of a program's gradient with differences of the program itself.

use std::ops::Range;

/// How many points a program is run at.
const POINTS: usize = 40;

/// Compares the value and the gradient at random points of a box: the value bit for bit, the gradient with
/// central differences of fourth order, of which the best of several steps counts. A point where the
/// differences from both sides are apart, a kink, decides nothing; at most a tenth of the numbers may lie
/// at one.
pub fn check(
    n: usize,
    range: Range<f64>,
    program: impl Fn(&[f64]) -> f64,
    derivative: impl Fn(&[f64]) -> (f64, Vec<f64>),
) {
    let mut state: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut random = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        range.start + (range.end - range.start) * (state >> 11) as f64 / (1u64 << 53) as f64
    };
    let (mut kinks, mut varies) = (0, vec![false; n]);
    for _ in 0..POINTS {
        let x: Vec<f64> = (0..n).map(|_| random()).collect();
        let expected = program(&x);
        let (value, gradient) = derivative(&x);
        assert!(value.is_finite(), "the value at {x:?} is {value}");
        assert_eq!(value.to_bits(), expected.to_bits(), "the value at {x:?}");
        for (k, &g) in gradient.iter().enumerate() {
            let at = |h: f64| {
                let mut moved = x.clone();
                moved[k] += h;
                program(&moved)
            };
            let difference =
                |h: f64| (8.0 * (at(h) - at(-h)) - (at(2.0 * h) - at(-2.0 * h))) / (12.0 * h);
            let apart = |h: f64| (difference(h) - g).abs();
            let best =
                [1e-3, 1e-4, 1e-5, 1e-6].map(apart).into_iter().fold(f64::INFINITY, f64::min);
            varies[k] |= g != 0.0;
            if best <= 1e-7 * (1.0 + g.abs()) + 1e-8 * expected.abs() {
                continue;
            }
            let h = 1e-6;
            let (after, before) = ((at(h) - expected) / h, (expected - at(-h)) / h);
            let is_kink = (after - before).abs() > 1e-3 * (1.0 + g.abs());
            assert!(is_kink, "the derivative by {k} at {x:?} is {g}, apart by {best}");
            kinks += 1;
        }
    }
    assert!(kinks * 10 <= POINTS * n, "{kinks} of {} derivatives lie at a kink", POINTS * n);
    assert!(
        varies.iter().all(|v| *v),
        "the program does not vary with all its numbers: {varies:?}"
    );
}
