//! Operators and methods of numbers that a trait promises by its supertraits.

use crate::check::programs;
use chainrules::prelude::*;
use num_traits::{Float, NumAssign, One, Zero};
use std::iter::Sum;
use std::ops::{Add, AddAssign, Div, Mul, Neg, Sub};
use zygote_engine::prelude::*;

/// A complex number.
#[derive(Clone, Copy, PartialEq, Tangent)]
struct Wave {
    re: f64,
    im: f64,
}

#[differentiable]
impl Add for Wave {
    type Output = Wave;
    fn add(self, o: Wave) -> Wave {
        Wave { re: self.re + o.re, im: self.im + o.im }
    }
}

#[differentiable]
impl Neg for Wave {
    type Output = Wave;
    fn neg(self) -> Wave {
        Wave { re: -self.re, im: -self.im }
    }
}

#[differentiable]
impl Mul for Wave {
    type Output = Wave;
    fn mul(self, o: Wave) -> Wave {
        Wave { re: self.re * o.re - self.im * o.im, im: self.re * o.im + self.im * o.re }
    }
}

#[differentiable]
impl Mul<f64> for Wave {
    type Output = Wave;
    fn mul(self, k: f64) -> Wave {
        Wave { re: self.re * k, im: self.im * k }
    }
}

#[differentiable]
impl AddAssign for Wave {
    fn add_assign(&mut self, o: Wave) {
        self.re += o.re;
        self.im += o.im;
    }
}

#[differentiable]
trait Ring: Copy + Add<Output = Self> + Mul<Output = Self> + Neg<Output = Self> {
    const ZERO: Self;
    const ONE: Self;
}

#[differentiable]
impl Ring for f64 {
    const ZERO: f64 = 0.0;
    const ONE: f64 = 1.0;
}

#[differentiable]
impl Ring for Wave {
    const ZERO: Wave = Wave { re: 0.0, im: 0.0 };
    const ONE: Wave = Wave { re: 1.0, im: 0.0 };
}

/// A supertrait of a trait, an operator with another type, and default methods.
#[differentiable]
trait Module: Ring + AddAssign + Mul<f64, Output = Self> {
    fn mixed(self, o: Self, t: f64) -> Self {
        self * (1.0 - t) + o * t
    }

    fn cubed(&self) -> Self {
        let square = *self * *self;
        square * *self + -square
    }
}

#[differentiable]
impl Module for f64 {}

#[differentiable]
impl Module for Wave {}

#[differentiable]
fn horner<R: Ring>(c: &[R], x: R) -> R {
    let mut y = R::ZERO;
    for a in c.iter().rev() {
        y = y * x + *a;
    }
    -y + R::ONE
}

#[differentiable]
fn polynomials(v: &[f64]) -> f64 {
    let w: Vec<Wave> = v.windows(2).map(|p| Wave { re: p[0], im: p[1] }).collect();
    let y = horner(&w, w[0]);
    horner(&v[1..], v[0]) * y.re + y.im
}

/// The trait promises the operator, and the function asks for it once more.
#[differentiable]
fn twice<R: Ring + Add<Output = R>>(x: R) -> R {
    x + x * x
}

#[differentiable]
fn walk<M: Module + HasTangent>(from: M, to: M, steps: usize) -> M {
    let mut sum = M::ZERO;
    for i in 0..steps {
        let t = i as f64 / steps as f64;
        sum += from.mixed(to, t).cubed() * 0.5;
    }
    twice(sum)
}

#[differentiable]
fn walks(v: &[f64]) -> f64 {
    let end = walk(Wave { re: v[0], im: v[1] }, Wave { re: v[2], im: v[0] }, 3);
    walk(v[0], v[1], 4) * end.re + end.im
}

#[derive(Clone, Tangent)]
struct Square<R> {
    data: Vec<R>,
    n: usize,
}

#[differentiable]
impl<R: Ring> Square<R> {
    fn at(&self, i: usize, j: usize) -> R {
        self.data[i * self.n + j]
    }

    fn times(&self, o: &Self) -> Self {
        let n = self.n;
        let cell = |k: usize| (0..n).fold(R::ZERO, |s, l| s + self.at(k / n, l) * o.at(l, k % n));
        Square { data: (0..n * n).map(cell).collect(), n }
    }
}

#[differentiable]
fn squares(v: &[f64]) -> f64 {
    let real = Square { data: v.to_vec(), n: 2 };
    let complex = Square { data: v.iter().map(|x| Wave { re: *x, im: x * x }).collect(), n: 2 };
    let w = complex.times(&complex).at(0, 1);
    real.times(&real).times(&real).at(1, 0) + w.re * w.im
}

/// Numbers of `num_traits` promise their methods; so do the neutral ones the operators.
#[differentiable]
trait Scalar: Float + NumAssign + Sum {
    fn logistic(self) -> Self {
        Self::one() / (Self::one() + (-self).exp())
    }

    fn of(x: f64) -> Self;
}

#[differentiable]
impl Scalar for f64 {
    fn of(x: f64) -> f64 {
        x
    }
}

#[differentiable]
impl Scalar for f32 {
    fn of(x: f64) -> f32 {
        x as f32
    }
}

#[differentiable]
fn layer<T: Scalar>(w: &[T], x: T) -> T {
    let mut sum = T::zero();
    for a in w {
        sum += (*a * x).tanh() + a.hypot(x);
    }
    sum *= T::of(2.0);
    sum + w.iter().map(|a| a.powi(2)).sum::<T>() - x
}

#[differentiable]
fn gated<T: Scalar + HasTangent>(w: &[T], x: T) -> T {
    layer(w, x).logistic() * x
}

#[differentiable]
fn scalars(v: &[f64]) -> f64 {
    layer(v, v[0]) + gated(&v[1..], v[0])
}

#[differentiable]
fn by_path<T: num_traits::real::Real>(a: T, b: T) -> T {
    a.hypot(b) + a.mul_add(b, a).sin()
}

/// The same trait as a supertrait.
#[differentiable]
trait Halved: num_traits::real::Real {
    fn half(self) -> Self;
}

#[differentiable]
impl Halved for f64 {
    fn half(self) -> f64 {
        0.5 * self
    }
}

#[differentiable]
fn halved<T: Halved>(c: T, x: T) -> T {
    c.half() * x.sin() + x / c
}

#[differentiable]
fn reals(a: f64, b: f64) -> f64 {
    by_path(a, b) + halved(b * b + 1.0, a)
}

/// A trait of real scalars, and one that has it as a supertrait.
#[differentiable]
trait RealNumber: Real {
    fn half(self) -> Self;

    fn cube(self) -> Self {
        self * self * self
    }

    fn soft(&self) -> Self {
        softplus(*self) * self.half()
    }
}

#[differentiable]
impl RealNumber for f64 {
    fn half(self) -> f64 {
        0.5 * self
    }
}

#[differentiable]
trait Wide: RealNumber {
    fn wide(self) -> Self {
        self.cube() + self.half().exp()
    }
}

#[differentiable]
impl Wide for f64 {}

#[differentiable]
fn softplus<T: Real>(x: T) -> T {
    x.exp().ln_1p()
}

#[derive(Clone, Tangent)]
struct Line<T> {
    slope: Vec<T>,
    offset: T,
}

#[differentiable]
trait Values<T: RealNumber> {
    fn value(&self, x: T) -> T;

    fn twice(&self, x: T) -> T {
        self.value(self.value(x).half())
    }
}

#[differentiable]
impl<T: RealNumber> Values<T> for Line<T> {
    fn value(&self, x: T) -> T {
        self.slope.iter().fold(self.offset, |sum, a| sum * x + *a) + softplus(x)
    }
}

#[differentiable]
impl<T: RealNumber> Line<T> {
    fn norm(&self) -> T {
        (self.slope.iter().map(|a| *a * *a).sum::<T>() + self.offset.cube().abs()).sqrt()
    }

    fn through<S: RealNumber>(&self, x: S, f: impl Fn(S) -> S) -> S {
        f(x.cube()) + x.soft()
    }

    fn number(&self, x: impl Wide) -> f64 {
        (x.wide() + x.half().sin()).to_f64()
    }
}

#[differentiable]
impl<T: RealNumber> Mul<T> for &Line<T> {
    type Output = Line<T>;
    fn mul(self, k: T) -> Line<T> {
        let slope = self.slope.iter().map(|a| *a * k).collect();
        Line { slope, offset: self.offset.half() * softplus(k) }
    }
}

#[differentiable]
fn of_scalars(v: &[f64]) -> f64 {
    let line = Line { slope: vec![v[0], v[1]], offset: v[2] };
    let scaled = &line * v[1];
    line.twice(v[0]) + scaled.norm() + line.through(v[1], |y| y * v[2]) + line.number(v[0])
}

#[differentiable]
fn neutral<T: Copy + Zero + One + Div<Output = T> + Sub<Output = T>>(x: &[T]) -> T {
    let (mut sum, mut product) = (T::zero(), T::one());
    for a in x {
        sum = sum + *a;
        product = product * *a;
    }
    product / (T::one() + sum * sum) - sum
}

#[derive(Clone, Copy, Tangent)]
struct Pair<T> {
    x: T,
    y: T,
}

#[differentiable]
impl<T: Copy + Add<Output = T>> Add for Pair<T> {
    type Output = Pair<T>;
    fn add(self, o: Pair<T>) -> Pair<T> {
        Pair { x: self.x + o.x, y: self.y + o.y }
    }
}

#[differentiable]
impl<T: Copy + Mul<Output = T>> Mul<T> for Pair<T> {
    type Output = Pair<T>;
    fn mul(self, k: T) -> Pair<T> {
        Pair { x: self.x * k, y: self.y * k }
    }
}

/// Operators of an associated type, with it, and of a generic type.
#[differentiable]
trait Space: Copy + Add<Output = Self> + Mul<Self::Scalar, Output = Self> {
    type Scalar: Copy + Add<Output = Self::Scalar> + Mul<Output = Self::Scalar>;
    fn dot(self, o: Self) -> Self::Scalar;
}

#[differentiable]
impl Space for Pair<f64> {
    type Scalar = f64;
    fn dot(self, o: Self) -> f64 {
        self.x * o.x + self.y * o.y
    }
}

#[differentiable]
impl Space for Pair<Wave> {
    type Scalar = Wave;
    fn dot(self, o: Self) -> Wave {
        self.x * o.x + self.y * o.y
    }
}

#[differentiable]
fn combined<V: Space>(a: V, b: V, k: V::Scalar) -> V::Scalar {
    (a + b * (k * k)).dot(a * k) + k
}

#[differentiable]
fn spaces(v: &[f64]) -> f64 {
    let w: Vec<Wave> = v.windows(2).map(|p| Wave { re: p[0], im: p[1] }).collect();
    let (p, q) = (Pair { x: v[0], y: v[1] }, Pair { x: v[2], y: v[3] });
    let y = combined(Pair { x: w[0], y: w[1] }, Pair { x: w[2], y: w[0] }, w[1]);
    combined(p, q, v[0]) + y.re * y.im
}

/// Bounds of operators in the `impl` of a trait, and in a trait's parameter.
#[differentiable]
trait Size<T> {
    fn size(&self) -> T;
}

#[differentiable]
impl<T: Copy + Add<Output = T> + Mul<Output = T>> Size<T> for Pair<T> {
    fn size(&self) -> T {
        self.x * self.x + self.y
    }
}

#[differentiable]
trait Mixed<T: Copy + Add<Output = T> + Mul<Output = T>> {
    fn both(&self) -> (T, T);

    fn mixed_by(&self, k: T) -> T {
        let (a, b) = self.both();
        a * k + b
    }
}

#[differentiable]
impl Mixed<Wave> for Pair<f64> {
    fn both(&self) -> (Wave, Wave) {
        (Wave { re: self.x, im: self.y }, Wave { re: self.y, im: 1.0 })
    }
}

#[differentiable]
impl Mixed<f64> for Pair<f64> {
    fn both(&self) -> (f64, f64) {
        (self.x, self.y)
    }
}

#[differentiable]
fn sizes<T: Ring + HasTangent>(a: &Pair<T>, b: &Pair<T>) -> T {
    a.size() * b.size()
}

#[differentiable]
fn of_impls(v: &[f64]) -> f64 {
    let (p, w) = (Pair { x: v[0], y: v[1] }, Wave { re: v[1], im: v[2] });
    let (a, b): (f64, Wave) = (p.mixed_by(v[2]), p.mixed_by(w));
    let s = sizes(&Pair { x: w, y: b }, &Pair { x: b, y: w });
    a * b.re + b.im + sizes(&p, &p) + s.re * s.im
}

programs![
    polynomials("operators of supertraits: of numbers and one's own types", 3, |x| polynomials(x)),
    walks("operators of supertraits in default methods", 3, |x| walks(x)),
    squares("operators of supertraits: generic types", 4, |x| squares(x)),
    scalars("`num_traits` as supertraits", 4, |x| scalars(x)),
    reals("`num_traits::real::Real` as a bound and a supertrait", 2, |x| reals(x[0], x[1])),
    of_scalars("`Real` as a supertrait: functions, methods, operators, traits", 3, |x| of_scalars(
        x
    )),
    neutral_numbers("`Zero` and `One` as bounds of operators", 3, |x| neutral(x)),
    spaces("operators of associated types, by their bounds", 4, |x| spaces(x)),
    of_impls("bounds of operators on the `impl` of a trait, of any types", 3, |x| of_impls(x)),
];
