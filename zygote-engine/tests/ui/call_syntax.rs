//! Calls of `gradient!` and its kin that cannot be read.
use zygote_engine::prelude::*;

#[differentiable]
fn f(x: f64, y: f64) -> f64 {
    x * y
}

fn main() {
    gradient!();
    gradient!(f 1.0, 2.0);
    gradient!(|(a, b)| a * b, (1.0, 2.0));
    gradient!(|a, b| a * b, 1.0);
    gradient!(f, constant(1.0, 2.0), 2.0);
}
