//! What is wrong in one place is said there, and not again of what follows from it.
use chainrules::prelude::*;
use std::collections::HashMap;
use zygote_engine::prelude::*;

#[derive(Clone)]
struct Plain(f64);

#[differentiable]
fn local(x: f64) -> f64 {
    let y = 2.0 * x;
    let p = Plain(y);
    x * p.0
}

#[differentiable]
fn collected(x: &[f64]) -> f64 {
    let all: Vec<Plain> = x.iter().map(|y| Plain(*y)).collect();
    all[0].0
}

#[derive(Clone, Tangent)]
struct Model {
    weights: HashMap<String, f64>,
}

#[differentiable]
fn loop_over_a_table(model: &Model, x: f64) -> f64 {
    let mut sum = x;
    for entry in &model.weights {
        sum += entry.1;
    }
    sum
}

#[differentiable]
fn store(x: f64, y: &mut f64) {
    *y = x;
}

#[differentiable]
fn constant_that_is_changed(x: f64, #[constant] y: &mut f64) -> f64 {
    let z = x * x;
    store(z, y);
    z
}

fn main() {}
