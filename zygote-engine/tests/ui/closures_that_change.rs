use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[differentiable]
fn each(v: &mut Vec<Vec<f64>>, f: impl Fn(&mut Vec<f64>)) {
    for i in 0..v.len() {
        f(&mut v[i]);
    }
}

#[differentiable]
fn pushed(v: &[f64]) -> f64 {
    let mut w = vec![v.to_vec()];
    each(&mut w, |x| x.push(2.0));
    w[0][0]
}

fn main() {}
