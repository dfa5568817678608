//! Bounds that the types of a call, or of an `impl`, do not have; traits that can't have derivatives.
use chainrules::prelude::*;
use std::ops::Add;
use zygote_engine::prelude::*;

#[derive(Clone, Copy, Tangent)]
struct V2(f64, f64);

impl Add for V2 {
    type Output = V2;
    fn add(self, other: V2) -> V2 {
        V2(self.0 + other.0, self.1 + other.1)
    }
}

#[differentiable]
trait Sums: Copy + Add<Output = Self> {
    fn twice(self) -> Self;
}

#[differentiable]
impl Sums for V2 {
    fn twice(self) -> V2 {
        V2(2.0 * self.0, 2.0 * self.1)
    }
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

#[differentiable]
trait Rate {
    fn rate(&self, u: f64) -> f64;
}

#[differentiable]
impl<F> Rate for F
where
    F: Fn(f64) -> f64,
{
    fn rate(&self, u: f64) -> f64 {
        self(u)
    }
}

fn main() {}
