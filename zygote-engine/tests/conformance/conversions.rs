//! Conversions by `From` and `Into`, and operators of values and of references of one type.

use crate::check::programs;
use chainrules::prelude::*;
use std::ops::{Add, AddAssign, BitXor, Mul, Neg, Not, Shl};
use zygote_engine::prelude::*;

#[derive(Clone, Copy, Tangent)]
struct Celsius(f64);
#[derive(Clone, Copy, Tangent)]
struct Fahrenheit(f64);

#[differentiable]
impl From<Celsius> for Fahrenheit {
    fn from(c: Celsius) -> Self {
        Self(1.8 * c.0 + 32.0)
    }
}

#[differentiable]
impl From<Fahrenheit> for f64 {
    fn from(f: Fahrenheit) -> f64 {
        f.0 * f.0
    }
}

#[differentiable]
fn temperatures(x: f64) -> f64 {
    let f: Fahrenheit = Celsius(x).into();
    let again = Fahrenheit::from(Celsius(x * x));
    let squared: f64 = again.into();
    f64::from(f) + squared * f64::from(2.0_f32)
}

#[derive(Clone, Copy, Tangent)]
struct Pair<T> {
    a: T,
    b: T,
}

#[differentiable]
impl<T: Real> From<(T, T)> for Pair<T> {
    fn from((a, b): (T, T)) -> Self {
        Self { a, b }
    }
}

#[differentiable]
impl<T: Real> From<[T; 2]> for Pair<T> {
    fn from(ab: [T; 2]) -> Self {
        Self { a: ab[0], b: ab[1] }
    }
}

#[differentiable]
fn norm(v: impl Into<Pair<f64>>) -> f64 {
    let v = v.into();
    v.a * v.a + v.b.sin()
}

#[differentiable]
fn square<T: Into<f64>>(t: T) -> f64 {
    let x = t.into();
    x * x
}

#[differentiable]
fn converted_arguments(x: f64, y: f64) -> f64 {
    norm([x, y]) * norm((y, 2.0 * x)) + norm(Pair { a: x, b: y }) + square(x) * square(3_i32)
}

#[derive(Clone, Tangent)]
struct Series(Vec<f64>);

#[differentiable]
impl From<&[f64]> for Series {
    fn from(x: &[f64]) -> Self {
        Self(x.to_vec())
    }
}

#[differentiable]
fn product(s: &Series) -> f64 {
    s.0.iter().product()
}

#[differentiable]
fn converted_slices(x: &[f64]) -> f64 {
    let s: Series = x.into();
    let v: Vec<f64> = x.into();
    product(&s) + product(&x[1..].into()) + v[0] * v[1]
}

#[derive(Clone, Copy, Tangent)]
struct V {
    x: f64,
    y: f64,
}

#[differentiable]
impl Add for V {
    type Output = V;
    fn add(self, o: V) -> V {
        V { x: self.x + o.x, y: self.y + o.y }
    }
}

/// It is another function, so its derivative must be.
#[differentiable]
impl Add<&V> for &V {
    type Output = V;
    fn add(self, o: &V) -> V {
        V { x: self.x + 2.0 * o.x, y: self.y * o.y }
    }
}

#[differentiable]
impl Add<&V> for V {
    type Output = V;
    fn add(self, o: &V) -> V {
        &self + o
    }
}

#[differentiable]
impl Mul<V> for f64 {
    type Output = V;
    fn mul(self, v: V) -> V {
        V { x: self * v.x, y: self * v.y }
    }
}

#[differentiable]
impl Mul<&V> for f64 {
    type Output = V;
    fn mul(self, v: &V) -> V {
        V { x: 3.0 * self * v.x, y: self }
    }
}

#[differentiable]
impl Neg for V {
    type Output = V;
    fn neg(self) -> V {
        V { x: -self.x, y: -self.y }
    }
}

#[differentiable]
impl Neg for &V {
    type Output = V;
    fn neg(self) -> V {
        V { x: self.x * self.x, y: -self.y }
    }
}

#[differentiable]
impl AddAssign for V {
    fn add_assign(&mut self, o: V) {
        self.x += o.x;
        self.y += o.y;
    }
}

#[differentiable]
impl AddAssign<&V> for V {
    fn add_assign(&mut self, o: &V) {
        self.x += 3.0 * o.x;
        self.y *= o.y;
    }
}

#[differentiable]
fn values_and_references(x: f64, y: f64) -> f64 {
    let a = V { x, y };
    let b = a + a;
    let mut c = &b + &a;
    c += a;
    c += &b;
    let all = [a, b, c];
    let mut s = x * V { x: 1.0, y };
    for v in &all {
        s = &s + v;
        s += v;
        s = s + v;
        s += *v;
    }
    for v in all {
        s = s + -v;
        s += y * v;
        s = s + y * &v + -&v;
    }
    let r = &all[1];
    let z = r + &s;
    let t = all.iter().fold(z, |sum, v| sum + v);
    (t.x * 1e-3).sin() + t.y * 1e-3
}

#[derive(Clone, Copy, Tangent)]
struct Bivector(f64, f64);

#[differentiable]
impl BitXor for Bivector {
    type Output = f64;

    fn bitxor(self, other: Self) -> f64 {
        self.0 * other.1 - self.1 * other.0
    }
}

#[differentiable]
impl Not for Bivector {
    type Output = Bivector;

    fn not(self) -> Bivector {
        Bivector(1.0 - self.1, self.0 * self.0)
    }
}

#[differentiable]
impl Shl<usize> for Bivector {
    type Output = Self;

    fn shl(self, by: usize) -> Self {
        Self(self.0 * (1 << by) as f64, self.1)
    }
}

#[differentiable]
fn operators_by_name(x: &[f64]) -> f64 {
    let (a, b) = (Bivector(x[0], x[1]), Bivector(x[1], x[2]));
    a.bitxor(b.not()) * b.shl(2).bitxor(a)
}

#[derive(Clone, Tangent)]
struct Fibonacci {
    a: f64,
    b: f64,
}

#[differentiable]
impl Iterator for Fibonacci {
    type Item = f64;

    fn next(&mut self) -> Option<f64> {
        let next = self.a;
        (self.a, self.b) = (self.b, self.a * 0.5 + self.b);
        if next.abs() < 2.0 { Some(next) } else { None }
    }
}

#[differentiable]
fn own_iterator(a: f64, b: f64) -> f64 {
    let mut numbers = Fibonacci { a, b };
    let first = numbers.next().unwrap();
    let mut sum = 0.0;
    let mut k = 0;
    while let Some(x) = numbers.next() {
        sum += x * x * first;
        k += 1;
        if k == 4 {
            break;
        }
    }
    sum
}

#[derive(Clone, Tangent)]
struct Doubled<T> {
    value: T,
}

#[differentiable]
impl<T: Copy + std::ops::Add<Output = T>> From<&Doubled<T>> for (T, T) {
    fn from(of: &Doubled<T>) -> Self {
        (of.value + of.value, of.value)
    }
}

impl<T: Copy + std::ops::Add<Output = T>> From<Doubled<T>> for (T, T) {
    fn from(of: Doubled<T>) -> Self {
        (of.value, of.value)
    }
}

#[derive(Clone, Tangent)]
struct Squared(f64);

#[differentiable]
impl From<Doubled<f64>> for Squared {
    fn from(Doubled { value }: Doubled<f64>) -> Self {
        Squared(value * value)
    }
}

impl From<&Doubled<f64>> for Squared {
    fn from(of: &Doubled<f64>) -> Self {
        Squared::from(of.clone())
    }
}

#[differentiable]
fn squared(x: f64) -> f64 {
    let doubled = Doubled { value: x };
    let first = Squared::from(&doubled).0;
    let second: Squared = doubled.into();
    first * second.0
}

#[differentiable]
fn of_a_value(x: f64) -> f64 {
    let pair: (f64, f64) = Doubled { value: x }.into();
    pair.0
}

#[derive(Clone, Tangent)]
struct Asset {
    ticker: String,
    mu: f64,
}

#[differentiable]
impl Asset {
    fn new(ticker: impl Into<String>, mu: f64) -> Self {
        Asset { ticker: ticker.into(), mu }
    }

    fn named<S: Into<String>>(name: S, mu: f64) -> Self {
        let ticker = name.into();
        Asset { ticker, mu }
    }

    fn renamed<S>(&mut self, name: S, k: f64)
    where
        S: Into<String>,
    {
        self.ticker = name.into();
        self.mu *= k;
    }

    fn weighed(&self, by: impl AsRef<str>) -> f64 {
        if self.ticker == by.as_ref() { self.mu } else { self.mu * self.mu }
    }
}

#[differentiable]
fn powered<S: AsRef<str>>(label: &S, x: f64) -> f64 {
    match label.as_ref() {
        "square" => x * x,
        _ => x,
    }
}

#[differentiable]
fn texts_that_are_converted(x: &[f64]) -> f64 {
    let name = String::from("VTI");
    let (a, b) = (Asset::new("VTI", x[0]), Asset::new(name.clone(), x[1]));
    let mut c = Asset::named(name.clone(), x[2]);
    c.renamed("BND", x[0]);
    let label = "square";
    let s = a.weighed("VTI") * b.weighed(name.clone()) + c.weighed(name);
    s * powered(&label, x[1]) + powered(&label.to_string(), x[2]) * powered(&"none", x[0])
}

#[differentiable]
fn or_one(x: impl Into<Option<f64>>, y: f64) -> f64 {
    match x.into() {
        Some(x) => x * y,
        None => y,
    }
}

#[differentiable]
fn optional_arguments(x: &[f64]) -> f64 {
    or_one(x[0], x[1]) * or_one(None::<f64>, x[2]) + or_one(Some(x[2] * x[2]), x[1])
}

programs![
    texts_that_are_converted("`impl Into<String>` and `impl AsRef<str>` as parameters", 3, |x| {
        texts_that_are_converted(x)
    }),
    optional_arguments("`impl Into<Option<f64>>` as a parameter", 3, |x| optional_arguments(x)),
    squared("`impl From<A> for B` beside `impl From<&A> for B` that gives the same", 1, |x| {
        squared(x[0])
    }),
    twofold("those that give other values: a debug build says so", || {
        let of_a_value = std::panic::catch_unwind(|| gradient!(of_a_value, 2.0));
        assert_eq!(of_a_value.is_err(), cfg!(debug_assertions));
    }),
    operators_by_name("operators on bits of one's own, by their names: `a.bitxor(b)`", 3, |x| {
        operators_by_name(x)
    }),
    own_iterator("`next` of one's own `impl Iterator`", 2, |x| own_iterator(x[0], x[1])),
    temperatures("`impl From<A> for B`, `impl From<A> for f64`, `.into()`", 1, |x| temperatures(
        x[0]
    )),
    converted_arguments("`impl Into<B>` as a parameter, `T: Into<f64>`", 2, |x| {
        converted_arguments(x[0], x[1])
    }),
    converted_slices("`impl From<&[f64]> for B`", 3, |x| converted_slices(x)),
    values_and_references(
        "operators of values and of references, each with its own `impl`",
        2,
        |x| { values_and_references(x[0], x[1]) }
    ),
];
