//! Control flow that is refused.
use zygote_engine::prelude::*;

#[differentiable]
fn question_mark_of_another_type(x: f64, k: Option<f64>) -> f64 {
    let y = k?;
    x * y
}

#[differentiable]
fn question_mark_behind_and(x: f64, k: Option<bool>) -> Option<f64> {
    let big = x > 1.0 && k?;
    if big { Some(x) } else { None }
}

#[differentiable]
fn unsafe_block(x: &[f64]) -> f64 {
    unsafe { *x.get_unchecked(0) }
}

static mut COUNT: usize = 0;

#[differentiable]
fn static_that_changes(x: f64) -> f64 {
    unsafe { COUNT += 1 };
    x
}

#[differentiable]
fn inline_assembly(x: f64) -> f64 {
    unsafe { std::arch::asm!("nop") };
    x
}

#[differentiable]
fn async_block(x: f64) -> f64 {
    let _ = async { 1 };
    x
}

#[differentiable]
fn guard_that_changes(x: f64, k: Option<f64>) -> f64 {
    let mut n = 0;
    match k {
        Some(y)
            if {
                n += 1;
                y > 0.0
            } =>
        {
            x * y
        }
        _ => x,
    }
}

fn main() {}
