//! What would lose a derivative silently.
use chainrules::prelude::*;
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

#[differentiable]
fn store(x: f64, y: &mut [f64]) -> f64 {
    y[0] = x;
    x
}

#[differentiable]
fn constant_that_a_function_changes(x: f64, #[constant] y: &mut [f64]) -> f64 {
    store(x, y) + y[0]
}

#[differentiable]
fn constant_that_a_rule_changes(x: f64, #[constant] y: &mut f64) -> f64 {
    let mut z = x;
    std::mem::swap(&mut z, y);
    z + *y
}

fn main() {}
