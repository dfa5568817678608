//! Receivers by value that an argument changes: the copy is made before, and must be written.
use chainrules::prelude::*;
use zygote_engine::differentiable;

#[derive(Clone, Tangent)]
struct Counter {
    total: f64,
}

#[differentiable]
impl Counter {
    fn next(&mut self, x: f64) -> f64 {
        self.total += x;
        self.total * x
    }

    fn checked(&mut self, x: f64) -> Option<f64> {
        self.total += x;
        (x > 0.0).then_some(self.total)
    }
}

#[differentiable]
fn a_method_of_the_receivers_owner(c: &mut Counter, x: f64) -> f64 {
    c.total.max(c.next(x))
}

#[differentiable]
fn a_way_out_between(c: &mut Counter, x: f64) -> Option<f64> {
    let y = c.total.max(c.checked(x)?);
    Some(y * x)
}

fn main() {}
