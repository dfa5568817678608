//! Closures that functions give, where they are not called.
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[differentiable]
fn scaled(a: f64) -> impl Fn(f64) -> f64 {
    move |x| a * x
}

#[differentiable]
fn apply(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    f(x)
}

#[differentiable]
fn handed_on(a: f64, x: f64) -> f64 {
    apply(scaled(a), x)
}

#[differentiable]
fn bound_and_handed_on(a: f64, x: f64) -> f64 {
    let f = scaled(a);
    apply(f, x)
}

fn main() {}
