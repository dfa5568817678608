//! Functions that call each other, none of them marked `recursive`.
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[differentiable]
fn one(x: f64) -> f64 {
    if x > 0.0 { other(x - 1.0) } else { x.sin() }
}

#[differentiable]
fn other(x: f64) -> f64 {
    one(x * 0.5) * x
}

fn main() {}
