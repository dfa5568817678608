//! What would lose a derivative silently.
use zygote_engine::prelude::*;

#[differentiable]
fn constant_that_is_changed(x: f64, #[constant] y: &mut f64) {
    *y = x;
}

#[differentiable]
fn constant_part(x: &[f64], #[constant] y: &mut [f64]) -> f64 {
    for i in 0..x.len() {
        y[i] = 2.0 * x[i];
    }
    y[0]
}

fn main() {}
