//! Calls of `hook` and `checkpoint`, and rules, that are refused.
use zygote_engine::prelude::*;

fn clip(dx: f64) -> f64 {
    dx.clamp(-1.0, 1.0)
}

#[differentiable]
fn hook_without_closure(x: f64) -> f64 {
    let y = hook(x, clip);
    y * y
}

#[differentiable]
fn checkpoint_of_a_parameter(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    checkpoint(|| f(x) * x)
}

#[differentiable]
fn double(v: &mut Vec<f64>) {
    v[0] *= 2.0;
}

#[differentiable]
fn checkpoint_of_a_change(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    checkpoint(|| double(&mut v));
    v[0]
}

#[rule(clip)]
fn clip_rule(dx: f64) -> f64 {
    clip(dx)
}

fn main() {}
