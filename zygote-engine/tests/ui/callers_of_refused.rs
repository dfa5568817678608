//! What calls a function that is refused gets no further error.
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[differentiable]
fn root(x: f64) -> f64 {
    async { x };
    x.sqrt()
}

#[derive(Clone, Tangent)]
struct Scale {
    by: f64,
}

#[differentiable]
impl Scale {
    fn scaled(&self, x: &[f64]) -> Vec<f64> {
        let all = x.iter().map(|y| y * self.by).rev().cycle();
        all.take(3).collect()
    }

    fn first(&self, x: &[f64]) -> f64 {
        root(self.scaled(x)[0])
    }
}

#[differentiable]
fn both(x: &[f64]) -> f64 {
    Scale { by: root(x[0]) }.first(x)
}

fn main() {
    gradient!(both, &[1.0]);
    gradient!(|x: f64| root(x), 1.0);
}
