//! Expressions, patterns and statements that are refused.
#![allow(unused_assignments)]
use zygote_engine::prelude::*;

#[differentiable]
fn turbofish(x: &[f64]) -> f64 {
    x.repeat::<f64>(2)[0]
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
fn chosen_reference(x: &[f64], y: &[f64]) -> f64 {
    let longest = if x.len() > y.len() { x } else { y };
    longest[0]
}

#[differentiable]
fn cfg_on_a_statement(x: f64) -> f64 {
    #[cfg(debug_assertions)]
    let x = x * 2.0;
    x
}

#[differentiable]
fn assignment_value(x: f64) -> f64 {
    let mut y = 0.0;
    let () = y = x;
    y
}

#[differentiable]
fn raw_pointer(x: f64) -> f64 {
    let p = &raw const x;
    unsafe { *p }
}

#[differentiable]
fn middle_of_a_slice(x: &[f64]) -> f64 {
    match x {
        [a, middle @ .., b] => a * b * middle[0],
        _ => 0.0,
    }
}

fn main() {}
