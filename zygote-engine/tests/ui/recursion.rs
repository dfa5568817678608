use zygote_engine::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    if x > 10.0 { x } else { f(x * 2.0) }
}

fn main() {}
