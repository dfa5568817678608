//! What the derivative would take for another: references that `Deref` coerces, methods that hide a
//! trait's, sums of own types, and what a chain and its argument change.
use chainrules::prelude::*;
use std::iter::Sum;
use std::ops::{Add, Deref};
use zygote_engine::prelude::*;

#[derive(Clone, Tangent)]
struct Sphere {
    r: f64,
}

#[derive(Clone, Tangent)]
struct Wrap {
    sphere: Sphere,
}

impl Deref for Wrap {
    type Target = Sphere;
    fn deref(&self) -> &Sphere {
        &self.sphere
    }
}

#[differentiable]
impl Wrap {
    fn area(&self) -> f64 {
        self.sphere.r
    }
}

#[differentiable]
impl Sphere {
    fn area(&self) -> f64 {
        self.r * self.r
    }
}

#[differentiable]
fn coerced(w: &Wrap) -> f64 {
    let t: &Sphere = w;
    t.area()
}

#[differentiable]
fn coerced_by_a_closure(w: &Wrap) -> f64 {
    let f = |t: &Sphere| t.area();
    f(w)
}

#[differentiable]
trait Shape {
    fn size(&self) -> f64;
}

impl Sphere {
    fn size(&self) -> f64 {
        7.0 * self.r
    }
}

#[differentiable]
impl Shape for Sphere {
    fn size(&self) -> f64 {
        self.r * self.r
    }
}

#[derive(Clone, Tangent)]
struct Pair(f64, f64);

#[differentiable]
impl Add for Pair {
    type Output = Pair;
    fn add(self, other: Pair) -> Pair {
        Pair(self.0 + other.0, self.1 + other.1)
    }
}

impl Sum for Pair {
    fn sum<I: Iterator<Item = Pair>>(items: I) -> Pair {
        items.fold(Pair(0.0, 0.0), |a, b| Pair(a.0 + b.0, a.1.max(b.1)))
    }
}

#[differentiable]
fn summed(x: &[f64]) -> f64 {
    x.iter().map(|y| Pair(*y, y * y)).sum::<Pair>().1
}

#[differentiable]
fn changed_beside(x: &[f64]) -> f64 {
    let mut n = 1;
    x[n..].iter().fold({ n = 3; x[0] }, |a, b| a * b) + n as f64
}

fn main() {}
