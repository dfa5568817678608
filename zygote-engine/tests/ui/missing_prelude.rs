//! The rules are not imported.
use zygote_engine::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    x.sin() * x
}

fn main() {}
