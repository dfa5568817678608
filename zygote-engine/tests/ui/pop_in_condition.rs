use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[differentiable]
fn f(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    while v.pop().unwrap() > 0.0 {
        v[0] *= 2.0;
    }
    v[0]
}

fn main() {}
