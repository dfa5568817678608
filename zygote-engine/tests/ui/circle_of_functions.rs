//! Methods of two types that call each other, none of them marked `recursive`.
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[derive(Clone, Tangent)]
struct One(f64);

#[derive(Clone, Tangent)]
struct Other(f64);

#[differentiable]
impl One {
    fn one(&self, x: f64) -> f64 {
        if x > 0.0 { Other(self.0).other(x - 1.0) } else { x.sin() }
    }
}

#[differentiable]
impl Other {
    fn other(&self, x: f64) -> f64 {
        One(self.0).one(x * 0.5) * x
    }
}

fn main() {}
