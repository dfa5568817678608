//! Traits, bounds and conversions in combination.

use crate::check::programs;
use chainrules::prelude::*;
use std::marker::PhantomData;
use zygote_engine::prelude::*;

#[differentiable]
trait Shape {
    type Scalar;
    const SIDES: usize;
    fn area(&self) -> f64;
    fn scaled(&self, k: f64) -> Self
    where
        Self: Sized;
    fn weigh(&self, by: f64) -> f64 {
        self.area() * by + Self::SIDES as f64
    }
    fn map_area<F: Fn(f64) -> f64>(&self, f: F) -> f64 {
        f(self.area())
    }
}

#[derive(Clone, Copy, Tangent)]
struct Square(f64);

#[derive(Clone, Tangent)]
struct Triangle {
    b: f64,
    h: f64,
}

#[differentiable]
impl Shape for Square {
    type Scalar = f64;
    const SIDES: usize = 4;
    fn area(&self) -> f64 {
        self.0 * self.0
    }
    fn scaled(&self, k: f64) -> Self {
        Square(self.0 * k)
    }
}

#[differentiable]
impl Shape for Triangle {
    type Scalar = f64;
    const SIDES: usize = 3;
    fn area(&self) -> f64 {
        0.5 * self.b * self.h
    }
    fn scaled(&self, k: f64) -> Self {
        Triangle { b: self.b * k, ..self.clone() }
    }
}

#[differentiable]
fn grown<S: Shape + Clone>(s: &S, k: f64) -> f64 {
    let t = s.scaled(k);
    let u = t.scaled(k).clone();
    t.weigh(k) * u.area()
}

#[differentiable]
fn two_shapes<A: Shape, B: Shape>(a: &A, b: &B, k: f64) -> f64 {
    a.area() * b.area() * k + (A::SIDES * B::SIDES) as f64 * k
}

#[differentiable]
fn several_bounds(x: &[f64]) -> f64 {
    let (s, t) = (Square(x[0]), Triangle { b: x[1], h: x[2] });
    grown(&s, x[3]) + grown(&t, x[0]) * two_shapes(&s, &t, x[1])
}

#[differentiable]
fn generic_method(x: &[f64]) -> f64 {
    let s = Square(x[0]);
    s.map_area(|a| a * x[1] + x[2]) * s.map_area(f64::sin)
}

#[differentiable]
trait Stats {
    fn mean(&self) -> f64;
    fn variance(&self) -> f64;
}

#[differentiable]
impl Stats for [f64; 2] {
    fn mean(&self) -> f64 {
        (self[0] + self[1]) * 0.5
    }
    fn variance(&self) -> f64 {
        let d = self[0] - self[1];
        d * d * 0.25
    }
}

#[differentiable]
fn on_several_types(x: &[f64]) -> f64 {
    let v = [x[1], x[2]];
    let a = [x[0], x[2]];
    v.mean() * a.variance() + v.variance() * a.mean()
}

#[differentiable]
trait Scale {
    fn by(&self, k: f64) -> Self;
}

#[differentiable]
impl Scale for (f64, f64) {
    fn by(&self, k: f64) -> Self {
        (self.0 * k, self.1 * k * k)
    }
}

#[differentiable]
fn on_tuples(x: &[f64]) -> f64 {
    let v = vec![(x[0], x[1]), (x[1], x[2])];
    let w: Vec<(f64, f64)> = v.iter().map(|p| p.by(x[2])).collect();
    let o = if x[0] > -0.5 { Some((x[0], x[2]).by(x[1])) } else { None };
    match o {
        Some((a, b)) => a * w[0].1 + b * w[1].0,
        None => 0.0,
    }
}

#[derive(Clone, Tangent)]
struct Builder {
    w: Vec<f64>,
    b: Option<f64>,
    n: usize,
}

#[differentiable]
impl Builder {
    fn new() -> Self {
        Builder { w: vec![], b: None, n: 0 }
    }
    fn weight(mut self, w: f64) -> Self {
        self.w.push(w);
        self.n += 1;
        self
    }
    fn bias(self, b: f64) -> Self {
        Builder { b: Some(b), ..self }
    }
    fn build(self) -> (Vec<f64>, f64) {
        let b = self.b.unwrap_or(1.0);
        (self.w, b * self.n as f64)
    }
}

#[differentiable]
fn built(x: &[f64]) -> f64 {
    let (w, b) = Builder::new().weight(x[0]).bias(x[1]).weight(x[2] * x[0]).build();
    w[0] * w[1] + b
}

#[derive(Clone, Copy, Tangent)]
struct Metre;

#[derive(Clone, Tangent)]
struct Quantity<U> {
    value: f64,
    #[constant]
    unit: PhantomData<U>,
}

#[differentiable]
impl<U: Clone> Quantity<U> {
    fn new(value: f64) -> Self {
        Quantity { value, unit: PhantomData }
    }
    fn times(&self, k: f64) -> Self {
        Quantity::new(self.value * k * k)
    }
}

#[differentiable]
fn phantom(x: f64, k: f64) -> f64 {
    let q: Quantity<Metre> = Quantity::new(x);
    q.times(k).times(x).value
}

#[differentiable]
fn apply_n<T: Clone, F: Fn(T) -> T>(f: F, x: T, n: usize) -> T {
    let mut y = x;
    for _ in 0..n {
        y = f(y);
    }
    y
}

#[differentiable]
fn apply_generic(x: f64, k: f64) -> f64 {
    apply_n(|y: f64| y * k + x, x, 3)
}

#[differentiable]
fn apply_generic_tuple(x: f64, k: f64) -> f64 {
    let (a, b) = apply_n(|(a, b): (f64, f64)| (b, a * k), (x, k), 3);
    a * b
}

#[differentiable]
fn zip_with<F>(a: &[f64], b: &[f64], f: F) -> Vec<f64>
where
    F: Fn(f64, f64) -> f64,
{
    a.iter().zip(b).map(|(x, y)| f(*x, *y)).collect()
}

#[differentiable]
fn zip_used(x: &[f64], k: f64) -> f64 {
    let v = zip_with(x, &x[1..], |a, b| a * b + k);
    let w = zip_with(&v, x, |a, b| a.max(b));
    v[0] * w[1]
}

#[differentiable]
fn array_generic<const N: usize>(a: [f64; N], k: f64) -> [f64; N] {
    let mut b = a;
    for i in 0..N {
        b[i] = a[N - 1 - i] * k;
    }
    b
}

#[differentiable]
fn arrays(x: &[f64]) -> f64 {
    let [a, b, c] = array_generic([x[0], x[1], x[2]], x[0]);
    a * b + c * array_generic::<2>([x[1], x[2]], x[1])[0]
}

#[differentiable]
fn power_by_factorial<const N: usize>(x: f64) -> f64 {
    let mut s = 1.0;
    for i in 1..=N {
        s *= x / i as f64;
    }
    s
}

#[differentiable]
fn factorials(x: f64) -> f64 {
    power_by_factorial::<2>(x) + power_by_factorial::<3>(x)
}

struct Wave;

#[differentiable]
impl Wave {
    fn at(x: f64, k: f64) -> f64 {
        Self::phase(x, k).sin()
    }
    fn phase(x: f64, k: f64) -> f64 {
        x * k
    }
}

#[differentiable]
fn through_the_type(x: f64, k: f64) -> f64 {
    Wave::at(x, k) * <Wave>::phase(k, x)
}
// f32

#[derive(Clone, Tangent)]
struct Newton {
    x: f64,
    a: f64,
    left: usize,
}

#[differentiable]
impl Newton {
    fn next(&mut self) -> Option<f64> {
        if self.left == 0 {
            return None;
        }
        self.left -= 1;
        self.x = 0.5 * (self.x + (2.0 + self.a) / self.x);
        Some(self.x)
    }
}

#[differentiable]
fn own_iterator(a: f64, start: f64) -> f64 {
    let mut it = Newton { x: start * start + 1.0, a, left: 3 };
    let mut s = 0.0;
    while let Some(y) = it.next() {
        s = s * 0.5 + y;
    }
    s * it.x
}

#[derive(Clone, Tangent)]
struct Celsius(f64);

#[derive(Clone, Tangent)]
struct Kelvin {
    value: f64,
}

#[differentiable]
impl From<Celsius> for Kelvin {
    fn from(c: Celsius) -> Self {
        Kelvin { value: c.0 * c.0 + 2.0 }
    }
}

#[differentiable]
fn converted(x: f64, k: f64) -> f64 {
    let t = Kelvin::from(Celsius(x * k));
    t.value * k
}

#[derive(Clone, Debug, Tangent)]
enum Low {
    Zero,
    Neg(usize),
}

#[derive(Clone, Debug, Tangent)]
enum High {
    From(Low),
    Other,
}

impl From<Low> for High {
    fn from(l: Low) -> Self {
        High::From(l)
    }
}

#[differentiable]
fn low(x: f64) -> Result<f64, Low> {
    if x < -1.0 {
        Err(Low::Neg(2))
    } else if x.abs() < 0.1 {
        Err(Low::Zero)
    } else {
        Ok(1.0 / x)
    }
}

#[differentiable]
fn high(x: f64, y: f64) -> Result<f64, High> {
    let a = low(x)?;
    if a > 5.0 {
        return Err(High::Other);
    }
    let b = low(y)?;
    Ok(a * b)
}

#[differentiable]
fn error_from(x: f64, y: f64) -> f64 {
    match high(x, y) {
        Ok(v) => v,
        Err(High::From(Low::Neg(n))) => x * n as f64 * y,
        Err(_) => x + y * y,
    }
}

#[derive(Clone, Copy, Tangent)]
struct V2 {
    x: f64,
    y: f64,
}

#[differentiable]
impl Default for V2 {
    fn default() -> Self {
        V2 { x: 0.5, y: 2.0 }
    }
}

#[differentiable]
fn default_v(x: f64, y: f64) -> f64 {
    let mut v = V2::default();
    v.x *= x;
    v.y += y * v.x;
    v.x * v.y
}

#[differentiable]
impl std::ops::Mul<f64> for V2 {
    type Output = V2;
    fn mul(self, k: f64) -> V2 {
        V2 { x: self.x * k, y: self.y * k }
    }
}

#[differentiable]
impl std::ops::Add for V2 {
    type Output = V2;
    fn add(self, o: V2) -> V2 {
        V2 { x: self.x + o.x, y: self.y + o.y }
    }
}

#[differentiable]
trait Norm {
    type Number;
    fn norm(&self) -> Self::Number;
}

#[derive(Clone, Copy, Tangent)]
struct Plane<T> {
    x: T,
    y: T,
}

#[differentiable]
impl<T: Real> Norm for Plane<T> {
    type Number = T;

    fn norm(&self) -> T {
        (self.x * self.x + self.y * self.y).sqrt()
    }
}

#[differentiable]
fn norms(x: f64, y: f64) -> f64 {
    Plane { x, y }.norm() * x
}

programs![
    several_bounds("several bounds, associated constants", 4, |x| several_bounds(x)),
    generic_method("generic methods of traits", 3, |x| generic_method(x)),
    on_several_types("one trait on several types", 3, |x| on_several_types(x)),
    on_tuples("traits on tuples", 3, |x| on_tuples(x)),
    built("builders", 3, |x| built(x)),
    phantom("`PhantomData`", 2, |x| phantom(x[0], x[1])),
    apply_generic("`F: Fn(T) -> T`", 2, |x| apply_generic(x[0], x[1])),
    apply_generic_tuple("`F: Fn(T) -> T`", 2, |x| apply_generic_tuple(x[0], x[1])),
    zip_used("closures for elements of slices", 4, |x| zip_used(&x[..3], x[3])),
    arrays("arrays of const length as results", 3, |x| arrays(x)),
    factorials("`f::<N>`", 1, |x| factorials(x[0])),
    through_the_type("`Self::f` and `<Type>::f`", 2, |x| through_the_type(x[0], x[1])),
    norms("generic `impl` with an associated type", 2, |x| norms(x[0], x[1])),
    own_iterator("a `next` of one's own in `while let`", 2, |x| own_iterator(x[0], x[1])),
    converted("`From`", 2, |x| converted(x[0], x[1])),
    error_from("`?` that converts errors", 2, |x| error_from(x[0], x[1])),
    default_v("`Default`", 2, |x| default_v(x[0], x[1])),
];
