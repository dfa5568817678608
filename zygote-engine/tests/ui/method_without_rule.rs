use chainrules::prelude::*;
use zygote_engine::prelude::*;

trait Total {
    fn total(&self) -> f64;
}
impl Total for [f64] {
    fn total(&self) -> f64 {
        self.iter().sum()
    }
}

#[differentiable]
fn of_a_trait(x: &[f64]) -> f64 {
    x[0].sin() * x.total()
}

#[differentiable]
fn of_a_walk(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for y in x.rchunks(2) {
        s += y[0].sin() * y[1];
    }
    s
}

fn main() {}
