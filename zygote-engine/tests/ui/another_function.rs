use chainrules::prelude::*;
use zygote_engine::prelude::*;

mod plain {
    pub fn step(x: f64) -> f64 {
        x * x * x
    }
}

#[differentiable]
fn step(x: f64) -> f64 {
    x.sin()
}

#[differentiable]
fn two_steps(x: f64) -> f64 {
    step(x) * plain::step(x)
}

fn main() {}
