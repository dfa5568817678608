//! A pattern that looks through what a method lends that stands after it.
use chainrules::prelude::*;
use zygote_engine::differentiable;

#[derive(Clone, Tangent)]
enum Kind {
    Plain(f64),
    None,
}

#[derive(Clone, Tangent)]
struct Model {
    kinds: Vec<Kind>,
}

#[differentiable]
fn looked_through(m: &Model, x: f64) -> f64 {
    match m.kind(0) {
        Kind::Plain(k) => k * x,
        Kind::None => x,
    }
}

#[differentiable]
impl Model {
    fn kind(&self, i: usize) -> &Kind {
        &self.kinds[i]
    }
}

fn main() {}
