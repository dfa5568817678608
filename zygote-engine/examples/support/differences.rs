//! The check of a gradient.

/// The largest difference of a gradient from finite differences of fourth order, relative to the
/// component or, where that is small, to a thousandth of the largest one.
///
/// The step is relative: 1e-3 for smooth functions, less where kinks and jumps are near. The error
/// of what is no number is infinite.
///
/// # Panics
///
/// If the gradient has not one component for each number.
pub fn worst_error(f: impl Fn(&[f64]) -> f64, x: &[f64], gradient: &[f64], step: f64) -> f64 {
    assert_eq!(gradient.len(), x.len(), "one component for each number");
    let mut x = x.to_vec();
    let largest = gradient.iter().fold(0.0, |m: f64, g| m.max(g.abs()));
    let mut worst = 0.0_f64;
    for i in 0..x.len() {
        let here = x[i];
        let h = step * here.abs().max(0.1);
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
        let error = (gradient[i] - difference).abs() / scale;
        worst = if error.is_nan() { f64::INFINITY } else { worst.max(error) };
    }
    worst
}
