//! Signatures and attributes that are refused.
use zygote_engine::prelude::*;

#[differentiable]
fn impl_trait_result(x: f64) -> impl Copy {
    x
}

#[differentiable]
async fn asynchronous(x: f64) -> f64 {
    x
}

#[differentiable]
unsafe fn not_safe(x: f64) -> f64 {
    x
}

#[differentiable]
fn reference_within(x: (&f64, f64)) -> f64 {
    *x.0 * x.1
}

#[differentiable]
fn references_within(x: &[&[f64]]) -> f64 {
    x[0][0]
}

#[differentiable]
fn reference_result(x: &mut [f64]) -> &mut f64 {
    &mut x[0]
}

#[differentiable(fast)]
fn unknown_option(x: f64) -> f64 {
    x
}

#[differentiable]
struct NotAFunction;

struct Scale(f64);

#[differentiable]
impl Scale {
    fn boxed(self: Box<Self>, x: f64) -> f64 {
        self.0 * x
    }
}

fn main() {}
