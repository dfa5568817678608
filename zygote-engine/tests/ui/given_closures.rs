//! What methods give and is called, or handed on.
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[derive(Clone, Tangent)]
struct Model {
    k: f64,
}

#[differentiable]
impl Model {
    fn rhs(&self) -> impl Fn(f64) -> f64 + '_ {
        move |x| x * self.k
    }
}

#[derive(Clone, Tangent)]
struct Plain {
    k: f64,
}

impl Plain {
    fn activation(&self) -> fn(f64) -> f64 {
        f64::sin
    }
}

#[differentiable]
fn kept(m: &Model, x: f64) -> f64 {
    let f = m.rhs();
    x * f
}

#[differentiable]
fn a_pointer_without_its_type(m: &Plain, x: f64) -> f64 {
    let f = m.activation();
    f(x) * m.k
}

#[differentiable]
fn a_pointer_with_its_type(m: &Plain, x: f64) -> f64 {
    let f: fn(f64) -> f64 = constant(m.activation());
    f(x) * m.k
}

fn main() {}
