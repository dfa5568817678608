//! Bounds that the types of a call, or of an `impl`, do not have; traits that can't have derivatives.
use chainrules::prelude::*;
use std::ops::{Add, Mul};
use zygote_engine::prelude::*;

#[derive(Clone, Copy, Tangent)]
struct V2(f64, f64);

#[differentiable]
impl Add for V2 {
    type Output = V2;
    fn add(self, other: V2) -> V2 {
        V2(self.0 + other.0, self.1 + other.1)
    }
}

#[differentiable]
impl Mul for V2 {
    type Output = V2;
    fn mul(self, other: V2) -> V2 {
        V2(self.0 * other.0, self.1 * other.1)
    }
}

#[differentiable]
trait Squared<T> {
    fn squared(&self) -> T;
}

#[differentiable]
impl<T: Copy + Add<Output = T> + Mul<Output = T>> Squared<T> for Wrapper<T> {
    fn squared(&self) -> T {
        self.0 * self.0 + self.0
    }
}

#[differentiable]
fn numbers_of_another_type(a: V2) -> f64 {
    Wrapper(a).squared().0
}

#[differentiable]
trait Scale {
    fn scale(&self, k: f64) -> f64;
}

#[derive(Clone)]
struct Foreign(f64);

#[differentiable]
impl Scale for Foreign {
    fn scale(&self, k: f64) -> f64 {
        k
    }
}

#[derive(Clone, Tangent)]
struct Wrapper<T>(T);

#[differentiable]
impl<T: Scale + Clone> Scale for Wrapper<T> {
    fn scale(&self, k: f64) -> f64 {
        self.0.scale(k)
    }
}

#[differentiable]
fn without_tangent(k: f64) -> f64 {
    Wrapper(Foreign(1.0)).scale(k)
}

#[differentiable]
trait Default {
    fn default() -> f64;
}

#[differentiable]
impl Scale for [f64] {
    fn scale(&self, k: f64) -> f64 {
        self[0] * k
    }
}

fn main() {}
