//! Expressions, patterns and statements that are refused.
#![allow(unused_assignments)]
use zygote_engine::prelude::*;

struct Pair {
    a: f64,
    b: f64,
}

#[differentiable]
fn closure(x: f64) -> f64 {
    let f = |y: f64| y * y;
    f(x)
}

#[differentiable]
fn struct_literal(x: f64) -> f64 {
    let p = Pair { a: x, b: 2.0 };
    p.a * p.b
}

#[differentiable]
fn turbofish(x: &[f64]) -> f64 {
    x.iter().sum::<f64>()
}

#[differentiable]
fn unknown_macro(x: f64) -> f64 {
    let y = concat!("a", "b");
    x * y.len() as f64
}

#[differentiable]
fn macro_in_statement(x: f64) -> f64 {
    thread_local! { static K: f64 = 2.0; }
    x
}

#[differentiable]
fn assignment_in_macro(x: f64) -> f64 {
    let mut y = x;
    assert!({
        y *= 2.0;
        true
    });
    y
}

#[differentiable]
fn exclusive_in_macro(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    println!("{:?}", std::mem::take(&mut v));
    x[0]
}

#[differentiable]
fn reassigned_reference(x: &[f64], y: &[f64]) -> f64 {
    let mut z = &x[0];
    z = &y[0];
    *z
}

#[differentiable]
fn cfg_on_a_statement(x: f64) -> f64 {
    #[cfg(debug_assertions)]
    let x = x * 2.0;
    x
}

#[differentiable]
fn ref_pattern(x: (f64, f64)) -> f64 {
    let (ref a, b) = x;
    a * b
}

#[differentiable]
fn rest_pattern(x: (f64, f64, f64)) -> f64 {
    let (a, ..) = x;
    a
}

#[differentiable]
fn at_pattern(x: f64, k: usize) -> f64 {
    match k {
        n @ 1..=3 => x * n as f64,
        _ => x,
    }
}

#[differentiable]
fn match_on_option(x: f64, k: Option<f64>) -> f64 {
    match k {
        Some(k) => x * k,
        None => x,
    }
}

#[differentiable]
fn assignment_value(x: f64) -> f64 {
    let mut y = 0.0;
    let () = y = x;
    y
}

#[differentiable]
fn closure_in_a_condition(x: &[f64]) -> f64 {
    if x.iter().all(|y| {
        let z = *y;
        z > 0.0
    }) {
        x[0]
    } else {
        x[1]
    }
}

fn main() {}
