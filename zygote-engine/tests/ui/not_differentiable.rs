use zygote_engine::prelude::*;

fn g(x: f64) -> f64 {
    x
}
#[differentiable]
fn f(x: f64) -> f64 {
    g(x)
}

fn main() {}
