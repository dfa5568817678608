//! A struct with references in calls of generic functions that change it.

use chainrules::prelude::*;
use zygote_engine::differentiable;

#[derive(Clone, Tangent)]
struct Walker<'a> {
    #[constant]
    data: &'a [f64],
    sum: f64,
}

#[differentiable]
trait Step {
    fn step(&mut self, x: f64) -> f64;

    fn twice(&mut self, x: f64) -> f64 {
        let y = self.step(x);
        self.step(y)
    }
}

#[differentiable]
impl Step for Walker<'_> {
    fn step(&mut self, x: f64) -> f64 {
        self.sum += self.data[0] * x;
        self.sum
    }
}

#[differentiable]
fn stepped<S: Step>(of: &mut S, x: f64) -> f64 {
    of.step(x)
}

#[differentiable]
fn by_a_function(#[constant] data: &[f64], x: f64) -> f64 {
    let mut walker = Walker { data, sum: x };
    stepped(&mut walker, x)
}

#[differentiable]
fn by_a_default_method(#[constant] data: &[f64], x: f64) -> f64 {
    let mut walker = Walker { data, sum: x };
    walker.twice(x)
}

fn main() {}
