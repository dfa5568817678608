//! Closures that are refused.
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[differentiable]
fn as_a_value(x: f64) -> f64 {
    let pair = (|y: f64| y * x, 2.0);
    (pair.0)(pair.1)
}

#[differentiable]
fn in_a_branch(x: f64, up: bool) -> f64 {
    let g: fn(f64) -> f64 = if up { |y| y * y } else { |y| y };
    g(x)
}

#[differentiable]
fn with_return(x: f64) -> f64 {
    let g = |y: f64| {
        for i in 0..3 {
            if y > i as f64 {
                return Err("large");
            }
        }
        Ok(y * y)
    };
    g(x).unwrap_or(x)
}

#[differentiable]
fn with_question_mark(x: Option<f64>) -> Option<f64> {
    let g = |y: Option<f64>| perhaps(y? * 2.0);
    g(x)
}

fn perhaps(x: f64) -> Option<f64> {
    Some(x)
}

#[differentiable]
fn given_back(mut x: f64) -> impl FnMut(f64) -> f64 {
    move |y| {
        x += y;
        x
    }
}

#[differentiable]
fn given_after_a_call(x: f64) -> impl Fn(f64) -> f64 {
    let k = noise();
    move |y| x * y * k
}

fn noise() -> f64 {
    0.5
}

#[differentiable]
fn exclusive_to_a_pointer(x: &mut f64, table: &[fn(&mut f64)]) {
    (table[0])(x);
}

#[differentiable(pointer)]
fn generic<T: Real>(x: T) -> T {
    x * x
}

#[differentiable(pointer)]
fn exclusive(x: &mut f64) {
    *x *= 2.0;
}

struct Own(f64);

#[differentiable(pointer)]
impl Own {
    fn own(x: f64) -> f64 {
        x
    }
}

fn main() {}
