//! Calls of `gradient!` and its kin.
use zygote_engine::prelude::*;

#[differentiable]
fn f(x: f64, y: f64) -> f64 {
    x * y
}

#[differentiable]
fn pair(x: f64) -> (f64, f64) {
    (x, x * x)
}

fn main() {
    gradient!(f, 1.0);
    gradient!(pair, 1.0);
    gradient!(f, 1.0, 2usize);
}
