//! An `impl` with the attribute of a trait without it, and the other way round.
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[derive(Clone, Tangent)]
struct Square(f64);

trait Plain {
    fn area(&self) -> f64;
}

#[differentiable]
impl Plain for Square {
    fn area(&self) -> f64 {
        self.0 * self.0
    }
}

#[differentiable]
trait Shape {
    fn side(&self) -> f64;
}

impl Shape for Square {
    fn side(&self) -> f64 {
        self.0
    }
}

fn main() {}
