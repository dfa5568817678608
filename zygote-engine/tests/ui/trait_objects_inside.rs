//! Trait objects that a function makes.
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[differentiable(dyn)]
trait Layer {
    fn apply(&self, x: f64) -> f64;
}

#[derive(Clone, Tangent)]
struct Scale(f64);

#[differentiable(dyn)]
impl Layer for Scale {
    fn apply(&self, x: f64) -> f64 {
        self.0 * x
    }
}

#[differentiable(dyn)]
trait Of<T> {
    fn of(&self, x: T) -> T;
}

#[differentiable(dyn)]
impl Layer for f64 {
    fn apply(&self, x: f64) -> f64 {
        self * x
    }
}

#[differentiable(dyn)]
fn dynamic<L: Layer>(layer: &L, x: f64) -> f64 {
    layer.apply(x)
}

#[differentiable]
fn chosen(x: f64, y: f64) -> f64 {
    let (mut a, mut b) = (Scale(x), Scale(y));
    let layer: &mut dyn Layer = if x > y { &mut a } else { &mut b };
    layer.apply(x)
}

fn main() {}
