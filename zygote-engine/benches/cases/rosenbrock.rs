//! The Rosenbrock function: one loop over immutable values.

use zygote_engine::prelude::*;

#[differentiable]
pub fn rosenbrock(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() - 1 {
        let a = x[i + 1] - x[i] * x[i];
        let b = 1.0 - x[i];
        s += 100.0 * a * a + b * b;
    }
    s
}

pub fn ours(x: &[f64]) -> Vec<f64> {
    gradient!(rosenbrock, x)
}

/// Gathers instead of scattering, so that every component is written once and the loop is made of
/// vector instructions.
pub fn by_hand(x: &[f64]) -> Vec<f64> {
    let n = x.len();
    let mut dx = vec![0.0; n];
    let as_left =
        |here: f64, right: f64| -400.0 * (right - here * here) * here - 2.0 * (1.0 - here);
    let as_right = |left: f64, here: f64| 200.0 * (here - left * left);
    dx[0] = as_left(x[0], x[1]);
    for (dx, x) in dx[1..n - 1].iter_mut().zip(x.windows(3)) {
        *dx = as_right(x[0], x[1]) + as_left(x[1], x[2]);
    }
    dx[n - 1] = as_right(x[n - 2], x[n - 1]);
    dx
}

/// The primal's loop: each difference is computed once, for both of its components.
pub fn by_hand_plainly(x: &[f64]) -> Vec<f64> {
    let n = x.len();
    let mut dx = vec![0.0; n];
    let mut carried = 0.0;
    for (dx, x) in dx.iter_mut().zip(x.windows(2)) {
        let a = x[1] - x[0] * x[0];
        *dx = carried - 400.0 * a * x[0] - 2.0 * (1.0 - x[0]);
        carried = 200.0 * a;
    }
    dx[n - 1] = carried;
    dx
}
