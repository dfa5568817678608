//! An object of a trait without the attribute.
use chainrules::prelude::*;
use zygote_engine::prelude::*;

trait Plain {
    fn value(&self) -> f64;
}

#[derive(Clone, Tangent)]
struct Scale(f64);

impl Plain for Scale {
    fn value(&self) -> f64 {
        self.0
    }
}

#[differentiable]
fn made(x: f64) -> f64 {
    let plain: Box<dyn Plain> = Box::new(Scale(x));
    plain.value()
}

/// The trait is seen after it.
#[differentiable]
fn of_any<S: Shape + ?Sized>(s: &S) -> f64 {
    s.area(1.0)
}

#[differentiable]
trait Shape {
    fn area(&self, scale: f64) -> f64;
}

fn main() {}
