//! Traits and operators whose derivatives are missing or ambiguous.
use chainrules::prelude::*;
use std::ops::{Add, Mul};
use zygote_engine::prelude::*;

#[derive(Clone, Tangent)]
struct Scale(f64);

trait Layer {
    fn apply(&self, x: f64) -> f64;
}

#[differentiable]
impl Layer for Scale {
    fn apply(&self, x: f64) -> f64 {
        self.0 * x
    }
}

trait Plain {
    fn weight(&self) -> f64;
}

impl Plain for Scale {
    fn weight(&self) -> f64 {
        self.0
    }
}

#[differentiable]
fn call_of_a_trait_without(s: &Scale, x: f64) -> f64 {
    s.weight() * x
}

#[differentiable]
impl Add for Scale {
    type Output = Scale;
    fn add(self, other: Scale) -> Scale {
        Scale(self.0 + other.0)
    }
}

impl Add<&Scale> for &Scale {
    type Output = Scale;
    fn add(self, other: &Scale) -> Scale {
        Scale(self.0 + 2.0 * other.0)
    }
}

#[differentiable]
fn operator_of_references_without(a: Scale, b: Scale) -> f64 {
    (&a + &b).0
}

impl Mul for Scale {
    type Output = Scale;
    fn mul(self, other: Scale) -> Scale {
        Scale(self.0 * other.0)
    }
}

#[differentiable]
fn operator_without(a: Scale, b: Scale) -> f64 {
    (a * b).0
}

#[differentiable]
trait Level {
    fn level(&self, x: f64) -> f64 {
        x
    }
}

impl Level for Scale {
    fn level(&self, x: f64) -> f64 {
        self.0 * x * x
    }
}

#[differentiable]
trait Field: Copy {
    fn times(self, other: Self) -> Self;
    fn square(self) -> Self {
        self.times(self)
    }
}

#[differentiable]
fn generic_without_a_name_of_its_tangent<F: Field>(x: F) -> F {
    x.square()
}

fn main() {}
