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
fn swap(a: &mut f64, b: &mut f64) {
    *a = *b * 2.0;
    *b += 1.0;
}

#[differentiable]
fn two_steps(x: f64) -> f64 {
    step(x) * plain::step(x)
}

#[differentiable]
fn swapped(x: f64, y: f64) -> f64 {
    let (mut a, mut b) = (x, y);
    std::mem::swap(&mut a, &mut b);
    a * a * b
}

fn main() {}
