use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[derive(Clone, Tangent)]
struct List(Vec<f64>);

#[differentiable]
impl List {
    fn scale(&mut self, by: f64) -> &mut Self {
        self.0[0] *= by;
        self
    }
}

#[derive(Clone, Copy, Tangent)]
struct Number(f64);

#[differentiable]
fn of_another_type(x: f64) -> f64 {
    let mut n = Number(x);
    n.0 += x;
    n.scale(2.0).value()
}

#[differentiable]
impl Number {
    fn scale(self, by: f64) -> Number {
        Number(self.0 * by)
    }

    fn value(self) -> f64 {
        self.0
    }
}

fn main() {}
