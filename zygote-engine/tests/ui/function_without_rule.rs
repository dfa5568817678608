use zygote_engine::prelude::*;

fn g(x: f64) -> f64 {
    x
}

mod inner {
    pub fn g(x: f64) -> f64 {
        x
    }
}

#[differentiable]
fn f(x: f64) -> f64 {
    g(x)
}

#[differentiable]
fn f_by_path(x: f64) -> f64 {
    inner::g(x)
}

fn main() {
    gradient!(g, 2.0);
}
