//! Traits behind `dyn`.
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[differentiable(dyn)]
trait WithConstructor {
    fn new(x: f64) -> Self
    where
        Self: Sized;
}

#[differentiable(dyn)]
trait Layer {
    fn apply(&self, x: f64) -> f64;
}

#[derive(Clone, Tangent)]
struct Scale(f64);

#[differentiable]
impl Layer for Scale {
    fn apply(&self, x: f64) -> f64 {
        self.0 * x
    }
}

fn main() {}
