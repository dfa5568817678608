//! Calls of `gradient!` and its kin.
use zygote_engine::prelude::*;

#[differentiable]
fn f(x: f64, y: f64) -> f64 {
    x * y
}

#[differentiable]
fn of_slice(x: &[f64]) -> f64 {
    x[0] * x[1]
}

#[differentiable]
fn pair(x: f64) -> (f64, f64) {
    (x, x * x)
}

#[differentiable]
fn list(x: f64) -> Vec<f64> {
    vec![x, x * x]
}

#[differentiable]
fn answer(x: f64) -> bool {
    x > 0.0
}

#[differentiable]
fn integer(n: usize) -> f64 {
    n as f64
}

fn main() {
    gradient!(f, 1.0);
    gradient!(f, 1.0, 2.0, 3.0);
    gradient!(f);
    gradient!(pair, 1.0);
    gradient!(list, 1.0);
    gradient!(answer, 1.0);
    gradient!(f, 1.0, 2usize);
    gradient!(f, 1, 2.0);
    gradient!(f, &1.0, 2.0);
    gradient!(of_slice, vec![1.0, 2.0]);
    let (_, back) = pullback!(pair, 1.0);
    back(1.0);
    let (_, back) = pullback!(f, 1.0, 2.0);
    back(1.0f32);
    gradient!(f, constant(1.0), constant(2.0));
    gradient!(integer, 2);
}
