//! Traits whose functions give and take values of the type itself, `Self`, and generic types without bounds.

use crate::check::programs;
use chainrules::prelude::*;
use std::marker::PhantomData;
use zygote_engine::prelude::*;

#[differentiable]
trait Field: Copy + HasTangent {
    const ONE: Self;

    fn times(self, o: Self) -> Self;
    fn plus(self, o: Self) -> Self;

    fn square(self) -> Self {
        self.times(self)
    }

    fn power(self, n: usize) -> Self {
        let mut p = Self::ONE;
        for _ in 0..n {
            p = p.times(self);
        }
        p
    }

    fn cube(self) -> Self {
        self.square().times(self)
    }
}

#[differentiable]
impl Field for f64 {
    const ONE: f64 = 1.0;

    fn times(self, o: f64) -> f64 {
        self * o
    }

    fn plus(self, o: f64) -> f64 {
        self + o
    }

    fn cube(self) -> f64 {
        self * self * self
    }
}

#[derive(Clone, Copy, Tangent)]
struct Gauss {
    re: f64,
    im: f64,
}

#[differentiable]
impl Field for Gauss {
    const ONE: Gauss = Gauss { re: 1.0, im: 0.0 };

    fn times(self, o: Gauss) -> Gauss {
        Gauss { re: self.re * o.re - self.im * o.im, im: self.re * o.im + self.im * o.re }
    }

    fn plus(self, o: Gauss) -> Gauss {
        Gauss { re: self.re + o.re, im: self.im + o.im }
    }
}

#[differentiable]
fn horner<F: Field>(c: &[F], x: F) -> F {
    c.iter().rev().fold(F::ONE, |sum, &k| sum.times(x).plus(k))
}

#[differentiable]
fn powers<F: Field + HasTangent>(x: F, y: F) -> F {
    x.square().times(y.cube()).plus(x.power(3))
}

#[differentiable]
fn fields(x: &[f64]) -> f64 {
    let z = Gauss { re: x[0], im: x[1] };
    let w = powers(z, Gauss { re: x[1], im: x[2] });
    let p = horner(&[z, w], z.square());
    horner(x, x[1]) + powers(x[0], x[1]) * x[2].power(2) + p.re * p.im
}

#[differentiable]
trait Signal {
    fn at(&self, t: f64) -> f64;

    fn after<G: Signal>(self, inner: G) -> After<Self, G>
    where
        Self: Sized,
    {
        After { outer: self, inner }
    }

    fn halved(self) -> Scaled<Self>
    where
        Self: Sized,
    {
        Scaled { of: self, by: 0.5 }
    }
}

#[derive(Clone, Tangent)]
struct After<F, G> {
    outer: F,
    inner: G,
}

#[differentiable]
impl<F: Signal, G: Signal> Signal for After<F, G> {
    fn at(&self, t: f64) -> f64 {
        self.outer.at(self.inner.at(t))
    }
}

#[derive(Clone, Tangent)]
struct Scaled<S> {
    of: S,
    by: f64,
}

#[differentiable]
impl<S: Signal> Signal for Scaled<S> {
    fn at(&self, t: f64) -> f64 {
        self.by * self.of.at(t)
    }
}

#[derive(Clone, Tangent)]
struct Ramp {
    slope: f64,
}

#[differentiable]
impl Signal for Ramp {
    fn at(&self, t: f64) -> f64 {
        self.slope * t * t
    }
}

#[differentiable]
fn composed(a: f64, b: f64, t: f64) -> f64 {
    let signal = Ramp { slope: a }.after(Ramp { slope: b }.halved()).halved();
    signal.at(t) + signal.outer_slope()
}

#[differentiable]
impl Scaled<After<Ramp, Scaled<Ramp>>> {
    fn outer_slope(&self) -> f64 {
        self.of.outer.slope * self.by
    }
}

#[differentiable]
trait Walker: Clone {
    fn step(&mut self, h: f64);
    fn energy(&self) -> f64;

    fn energy_after(&self, n: usize) -> f64 {
        let mut walker = self.clone();
        for _ in 0..n {
            walker.step(0.1);
        }
        walker.energy()
    }
}

#[derive(Clone, Tangent)]
struct Ball {
    x: f64,
    v: f64,
}

#[differentiable]
impl Walker for Ball {
    fn step(&mut self, h: f64) {
        self.v -= h * self.x;
        self.x += h * self.v;
    }

    fn energy(&self) -> f64 {
        self.x * self.x + 0.5 * self.v * self.v * self.v
    }
}

#[differentiable]
fn walked(x: f64, v: f64) -> f64 {
    Ball { x, v }.energy_after(3)
}

#[derive(Clone, Tangent)]
struct Pair<A, B> {
    a: A,
    b: B,
}

#[differentiable]
impl<A, B> Pair<A, B> {
    fn new(a: A, b: B) -> Self {
        Pair { a, b }
    }

    fn swap(self) -> Pair<B, A> {
        Pair { a: self.b, b: self.a }
    }
}

#[derive(Clone, Tangent)]
struct Wrapped<T>(T);

#[differentiable]
impl<T> Wrapped<T> {
    fn new(of: T) -> Self {
        Wrapped(of)
    }

    fn into_inner(self) -> T {
        self.0
    }

    fn map<U>(self, f: impl Fn(T) -> U) -> Wrapped<U> {
        Wrapped(f(self.0))
    }
}

struct Meter;

#[derive(Clone, Tangent)]
struct Quantity<U> {
    value: f64,
    #[constant]
    unit: PhantomData<U>,
}

impl Clone for Meter {
    fn clone(&self) -> Self {
        Meter
    }
}

#[differentiable]
impl<U> Quantity<U> {
    fn new(value: f64) -> Self {
        Quantity { value, unit: PhantomData }
    }

    fn doubled(&self) -> Quantity<U> {
        Quantity { value: self.value * 2.0, unit: PhantomData }
    }
}

#[differentiable]
fn without_bounds(x: &[f64]) -> f64 {
    let pair = Pair::new(x[0], [x[1], x[2]]).swap();
    let wrapped = Wrapped::new(x[0]).map(|v| [v * v, v * x[1]]).map(|[a, b]| a * b);
    let quantity = Quantity::<Meter>::new(x[2]).doubled();
    pair.a[0] * pair.b + pair.a[1] + wrapped.into_inner() * quantity.value
}

programs![
    fields("default methods that give and take `Self`", 3, |x| fields(x)),
    composed("default methods that consume `self`", 3, |x| composed(x[0], x[1], x[2])),
    walked("default methods that copy `self`", 2, |x| walked(x[0], x[1])),
    without_bounds("`impl<A, B> Pair<A, B>` without bounds", 3, |x| without_bounds(x)),
];
