//! Control flow that is refused.
use zygote_engine::prelude::*;

#[differentiable]
fn if_let(x: f64, k: Option<usize>) -> f64 {
    if let Some(_) = k { x } else { 2.0 * x }
}

#[differentiable]
fn if_let_chain(x: f64, k: Option<usize>) -> f64 {
    if x > 0.0
        && let Some(_) = k
    {
        x
    } else {
        2.0 * x
    }
}

#[differentiable]
fn while_let(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    let mut s = 0.0;
    while let Some(y) = v.pop() {
        s += y;
    }
    s
}

#[differentiable]
fn let_else(x: f64, k: Option<usize>) -> f64 {
    let Some(_) = k else { return x };
    2.0 * x
}

#[differentiable]
fn labelled_block(x: f64) -> f64 {
    'part: {
        if x > 0.0 {
            break 'part;
        }
    }
    x
}

#[differentiable]
fn break_with_value(x: f64) -> f64 {
    loop {
        break x;
    }
}

#[differentiable]
fn loop_as_value(x: f64) -> f64 {
    let mut y = x;
    let z = loop {
        y *= 2.0;
        if y > 10.0 {
            break y;
        }
    };
    z
}

#[differentiable]
fn leaving_inside_an_expression(x: f64) -> f64 {
    let y = 2.0 * if x > 0.0 { x } else { return 0.0 };
    y * x
}

#[differentiable]
fn question_mark(x: f64, k: Option<f64>) -> Option<f64> {
    Some(x * k?)
}

#[differentiable]
fn unsafe_block(x: &[f64]) -> f64 {
    unsafe { *x.get_unchecked(0) }
}

#[differentiable]
fn async_block(x: f64) -> f64 {
    let _ = async { 1 };
    x
}

#[differentiable]
fn loop_over_exclusive(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    for y in &mut v {
        *y *= 2.0;
    }
    v[0]
}

#[differentiable]
fn closure_in_loop_chain(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for y in x.iter().filter(|y| **y > 0.0) {
        s += y;
    }
    s
}

fn main() {}
