use zygote_engine::prelude::*;

#[differentiable]
fn f<T: Copy>(x: f64, _t: T) -> f64 {
    x
}

fn main() {}
