//! What is generated gives the user no warnings: here each would be an error.
#![deny(warnings, unused, clippy::all, clippy::pedantic, nonstandard_style, future_incompatible)]

use chainrules::prelude::*;
use std::marker::PhantomData;
use std::ops::{Add, Index, IndexMut};
use zygote_engine::prelude::*;

#[differentiable]
fn early(x: &[f64], k: f64) -> f64 {
    let mut s = 0.0;
    for (i, y) in x.iter().enumerate() {
        if *y > k {
            return s;
        }
        s += y * k + f64::from(u8::try_from(i).unwrap_or(0));
    }
    s
}

#[differentiable]
fn only_differentiated(x: f64, _unused: f64) -> f64 {
    x * x
}

#[differentiable(pointer)]
fn pointed(x: f64) -> f64 {
    x.sin()
}

#[differentiable]
fn generic<T: Real, const N: usize>(x: [T; N], f: impl Fn(T) -> T) -> T {
    x.iter().fold(T::zero(), |s, x| s + f(*x))
}

#[differentiable]
fn calls(x: f64) -> f64 {
    let f: fn(f64) -> f64 = pointed;
    generic([x, 2.0 * x], |y| y * x) + f(x)
}

#[differentiable(recursive)]
fn power(x: f64, n: u32) -> f64 {
    if n == 0 { 1.0 } else { x * power(x, n - 1) }
}

#[derive(Clone, Copy, Debug, PartialEq, Tangent)]
struct Pair<T> {
    a: T,
    b: T,
    #[constant]
    tag: PhantomData<u8>,
}

#[differentiable]
impl<T: Real> Pair<T> {
    fn new(a: T, b: T) -> Self {
        Self { a, b, tag: PhantomData }
    }

    fn product(self) -> T {
        self.a * self.b
    }
}

#[differentiable]
impl Add for Pair<f64> {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Pair::new(self.a + other.a, self.b + other.b)
    }
}

#[derive(Clone, Tangent)]
struct List {
    items: Vec<f64>,
}

#[differentiable]
impl Index<usize> for List {
    type Output = f64;

    fn index(&self, i: usize) -> &f64 {
        &self.items[i]
    }
}

impl IndexMut<usize> for List {
    fn index_mut(&mut self, i: usize) -> &mut f64 {
        &mut self.items[i]
    }
}

#[differentiable]
trait Shape {
    fn area(&self) -> f64;

    fn twice(&self) -> f64 {
        2.0 * self.area()
    }
}

#[differentiable]
impl Shape for List {
    fn area(&self) -> f64 {
        self[0] * self[1]
    }
}

#[differentiable]
impl<T: Shape + Clone> Shape for Pair<T> {
    fn area(&self) -> f64 {
        self.a.area() + self.b.area()
    }
}

#[differentiable(dyn)]
trait Layer {
    fn apply(&self, x: f64) -> f64;
}

#[derive(Clone, Tangent)]
struct Weight(f64);

#[differentiable(dyn)]
impl Layer for Weight {
    fn apply(&self, x: f64) -> f64 {
        self.0 * x
    }
}

#[differentiable]
fn layers(w: f64, x: f64) -> f64 {
    let all: Vec<Box<dyn Layer>> = vec![Box::new(Weight(w)), Box::new(Weight(2.0))];
    all.iter().fold(x, |x, layer| layer.apply(x))
}

fn softplus(x: f64) -> f64 {
    x.exp().ln_1p()
}

#[rule(softplus)]
fn softplus_rule(x: f64) -> (f64, impl FnOnce(f64) -> f64 + Clone) {
    (softplus(x), move |dy| dy / (1.0 + (-x).exp()))
}

#[differentiable]
fn shapes(x: f64, y: f64) -> f64 {
    let mut list = List { items: vec![x, y] };
    list[0] += 1.0;
    let pair = Pair::new(x, y) + Pair::new(y, 2.0);
    let lists = Pair { a: list.clone(), b: list, tag: PhantomData };
    pair.product() + lists.twice() + softplus(x)
}

fn close(a: f64, b: f64) {
    assert!((a - b).abs() < 1e-12, "{a} is not {b}");
}

#[test]
fn closures() {
    let (value, slope) = value_and_gradient!(|x: f64| 5.0 * x, 2.0);
    close(value, 10.0);
    close(slope, 5.0);
    close(gradient!(|_x: f64, y: f64| y * 3.0, 2.0, 1.0).1, 3.0);
    let k = 3.0;
    close(gradient!(|x: f64| if x > 0.0 { x * k } else { 0.0 }, 2.0), 3.0);
    let (value, back) =
        pullback!(|x: &[f64], k: f64| x.iter().map(|x| x * k).sum::<f64>(), &[1.0, 2.0], k);
    close(value, 9.0);
    let (dx, dk) = back(1.0);
    assert_eq!(dx, [3.0, 3.0]);
    close(dk, 3.0);
    close(gradient!(|x: f64| x + 1.0, 2.0), 1.0);
    close(gradient!(|x: f64, n: i32| x.powi(n), 2.0, constant(3)), 12.0);
}

#[test]
fn functions() {
    assert_eq!(gradient!(early, &[1.0, 2.0], 5.0), (vec![5.0, 5.0], 3.0));
    close(gradient!(only_differentiated, 2.0, constant(1.0)), 4.0);
    close(gradient!(calls, 2.0), 12.0 + 2.0_f64.cos());
    close(gradient!(power, 2.0, 3), 12.0);
    assert_eq!(gradient!(layers, 3.0, 2.0), (4.0, 6.0));
    let (x, y) = (0.5, 2.0);
    let (dx, dy) = gradient!(shapes, x, y);
    close(dx, (y + 2.0) + 4.0 * y + 1.0 / (1.0 + (-x).exp()));
    close(dy, (y + 2.0) + (x + y) + 4.0 * (x + 1.0));
}

/// The prelude of rules is imported as always, and no rule of it is needed.
mod without_a_rule {
    use chainrules::prelude::*;
    use zygote_engine::prelude::*;

    #[differentiable]
    pub fn square(x: f64) -> f64 {
        x * x
    }
}

#[test]
fn preludes() {
    close(gradient!(without_a_rule::square, 3.0), 6.0);
}
