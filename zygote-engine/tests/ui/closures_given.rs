//! Closures that functions give, which are handed on where nothing tells that they are closures.
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[differentiable]
fn apply(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    f(x)
}

#[differentiable]
fn bound_and_handed_on(a: f64, x: f64) -> f64 {
    let f = later(a);
    apply(f, x)
}

#[differentiable]
fn later(a: f64) -> impl Fn(f64) -> f64 {
    move |x| a * x
}

fn main() {}
