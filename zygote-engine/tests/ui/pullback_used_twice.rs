//! A pullback is used up by a call.
use zygote_engine::prelude::*;

#[differentiable]
fn f(x: f64, y: f64) -> f64 {
    x * y
}

fn main() {
    let (_, back) = pullback!(f, 1.0, 2.0);
    back(1.0);
    back(1.0);
}
