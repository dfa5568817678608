//! Generic functions of types that have operators, such as the states of a solver.

use crate::check::programs;
use chainrules::prelude::*;
use num_traits::One;
use std::iter::{Product, Sum};
use std::ops::{Add, AddAssign, Mul, Neg, Sub};
use zygote_engine::prelude::*;

#[derive(Clone, Copy, Default, Tangent)]
struct Pair {
    x: f64,
    y: f64,
}

#[differentiable]
impl Add for Pair {
    type Output = Pair;
    fn add(self, o: Pair) -> Pair {
        Pair { x: self.x + o.x, y: self.y + o.y }
    }
}

#[differentiable]
impl Sub for Pair {
    type Output = Pair;
    fn sub(self, o: Pair) -> Pair {
        Pair { x: self.x - o.x, y: self.y - o.y }
    }
}

#[differentiable]
impl Neg for Pair {
    type Output = Pair;
    fn neg(self) -> Pair {
        Pair { x: -self.x, y: -self.y }
    }
}

#[differentiable]
impl AddAssign for Pair {
    fn add_assign(&mut self, o: Pair) {
        self.x += o.x;
        self.y += o.y;
    }
}

#[differentiable]
impl Mul<f64> for Pair {
    type Output = Pair;
    fn mul(self, k: f64) -> Pair {
        Pair { x: self.x * k, y: self.y * k }
    }
}

#[differentiable]
impl Mul<Pair> for f64 {
    type Output = Pair;
    fn mul(self, p: Pair) -> Pair {
        Pair { x: self * p.x, y: self * p.y }
    }
}

/// The product of complex numbers.
#[differentiable]
impl Mul for Pair {
    type Output = Pair;
    fn mul(self, o: Pair) -> Pair {
        Pair { x: self.x * o.x - self.y * o.y, y: self.x * o.y + self.y * o.x }
    }
}

#[differentiable]
fn rk4<S>(f: impl Fn(S) -> S, y: S, h: f64) -> S
where
    S: Copy + Add<Output = S> + Mul<f64, Output = S>,
{
    let k1 = f(y);
    let k2 = f(y + k1 * (h / 2.0));
    let k3 = f(y + k2 * (h / 2.0));
    let k4 = f(y + k3 * h);
    y + (k1 + k2 * 2.0 + k3 * 2.0 + k4) * (h / 6.0)
}

#[differentiable]
fn euler<S, F>(f: F, y: S, h: f64, n: usize) -> S
where
    S: Copy + Add<Output = S>,
    f64: Mul<S, Output = S>,
    F: Fn(f64, S) -> S,
{
    let (mut y, mut t) = (y, 0.0);
    for _ in 0..n {
        y = y + h * f(t, y);
        t += h;
    }
    y
}

#[differentiable]
fn solvers(x: f64, w: f64) -> f64 {
    let mut s = Pair { x, y: 0.0 };
    for _ in 0..5 {
        s = rk4(|s: Pair| Pair { x: s.y, y: -w * s.x }, s, 0.1);
    }
    s = euler(|t, s: Pair| Pair { x: s.y * t, y: -w * s.x }, s, 0.1, 3);
    s.x + rk4(|y: f64| -w * y, x, 0.1) + euler(|t: f64, y: f64| t * y * w, x, 0.2, 4)
}

#[differentiable]
fn between<T>(a: T, b: T, t: f64) -> T
where
    T: Copy + Add<Output = T> + Sub<Output = T> + Mul<f64, Output = T>,
{
    a + (b - a) * t
}

#[differentiable]
fn casteljau<T>(points: &[T], t: f64) -> T
where
    T: Copy + Add<Output = T> + Sub<Output = T> + Mul<f64, Output = T>,
{
    let mut q = points.to_vec();
    let n = q.len();
    for k in 1..n {
        for i in 0..n - k {
            q[i] = between(q[i], q[i + 1], t);
        }
    }
    q[0]
}

#[differentiable]
fn polynomial<T: Copy + Mul<Output = T> + Add<Output = T>>(c: &[T], x: T) -> T {
    let mut y = c[0];
    for a in &c[1..] {
        y = y * x + *a;
    }
    y
}

#[differentiable]
fn total<T: Copy + Default + AddAssign + Neg<Output = T>>(x: &[T]) -> T {
    let mut s = T::default();
    for v in x {
        s += *v;
        s += -*v;
        s += *v;
    }
    s
}

#[differentiable]
fn splines(v: &[f64], t: f64) -> f64 {
    let p: Vec<Pair> = v.chunks(2).map(|c| Pair { x: c[0], y: c[1] }).collect();
    let q = casteljau(&p, t);
    let (r, s) = (polynomial(&p, q), total(&p));
    q.x * q.y + r.x * r.y * s.x + casteljau(v, t) + polynomial(v, t) + total(v)
}

#[derive(Clone, Tangent)]
struct Square<T> {
    data: Vec<T>,
    n: usize,
}

#[differentiable]
impl<T: Copy + Default + Add<Output = T> + Mul<Output = T>> Square<T> {
    fn new(n: usize, data: &[T]) -> Self {
        Square { data: data.to_vec(), n }
    }

    fn at(&self, i: usize, j: usize) -> T {
        self.data[i * self.n + j]
    }

    fn times(&self, o: &Square<T>) -> Square<T> {
        let mut data = vec![T::default(); self.n * self.n];
        for i in 0..self.n {
            for j in 0..self.n {
                let mut s = T::default();
                for k in 0..self.n {
                    s = s + self.at(i, k) * o.at(k, j);
                }
                data[i * self.n + j] = s;
            }
        }
        Square { data, n: self.n }
    }

    fn trace(&self) -> T {
        (0..self.n).fold(T::default(), |s, i| s + self.at(i, i))
    }
}

#[differentiable]
fn matrices(v: &[f64]) -> f64 {
    let real = Square::new(2, v);
    let p: Vec<Pair> = v.iter().map(|x| Pair { x: *x, y: x * x }).collect();
    let complex = Square::new(2, &p);
    let t = complex.times(&complex).trace();
    real.times(&real).times(&real).trace() + t.x * t.y
}

#[differentiable]
fn by_reference<T>(a: T) -> T
where
    for<'b> &'b T: Mul<&'b T, Output = T>,
    T: Add<f64, Output = T>,
{
    &a * &a + 1.0
}

#[differentiable]
fn sums<T>(x: &[T]) -> (T, T, T)
where
    T: Copy + Add<Output = T> + Mul<Output = T>,
    T: Sum<T> + for<'a> Sum<&'a T> + Product<T>,
{
    (x.iter().copied().sum::<T>(), x.iter().sum::<T>(), x.iter().copied().product())
}

#[differentiable]
fn power<T: Copy + One + Mul<Output = T>>(x: T, n: usize) -> T {
    let mut y = T::one();
    for _ in 0..n {
        y = y * x;
    }
    y
}

#[differentiable]
fn halves<T: Copy + Add<Output = T> + 'static>(x: &[T]) -> T {
    if x.len() == 1 {
        return x[0];
    }
    let middle = x.len() / 2;
    halves(&x[..middle]) + halves(&x[middle..])
}

#[differentiable]
fn of_numbers(v: &[f64]) -> f64 {
    let (a, b, c) = sums(v);
    let p = halves(&[Pair { x: v[0], y: v[1] }, Pair { x: v[2], y: v[0] }, Pair::default()]);
    by_reference(v[0]) * a * b * c + power(v[1], 3) * halves(v) + p.x * p.y
}

#[differentiable]
trait System {
    type State: Clone + Copy + HasTangent;
    fn rhs(&self, s: Self::State) -> Self::State;
}

#[differentiable]
fn step<S: System>(system: &S, s: S::State, h: f64) -> S::State
where
    S::State: Add<Output = S::State> + Mul<f64, Output = S::State>,
{
    s + system.rhs(s + system.rhs(s) * (h * 0.5)) * h
}

#[derive(Clone, Tangent)]
struct Decay(f64);

#[differentiable]
impl System for Decay {
    type State = f64;
    fn rhs(&self, s: f64) -> f64 {
        -self.0 * s
    }
}

#[derive(Clone, Tangent)]
struct Swing(f64);

#[differentiable]
impl System for Swing {
    type State = Pair;
    fn rhs(&self, s: Pair) -> Pair {
        Pair { x: s.y, y: -self.0 * s.x.sin() }
    }
}

#[differentiable]
fn systems(k: f64, x: f64) -> f64 {
    let (decay, swing) = (Decay(k), Swing(k));
    let (mut s, mut p) = (x, Pair { x, y: 1.0 });
    for _ in 0..4 {
        s = step(&decay, s, 0.1);
        p = step(&swing, p, 0.1);
    }
    s * p.x + p.y
}

#[differentiable]
fn chosen<'a, T: 'a + Clone>(a: &'a [T], b: &'a [T], i: usize) -> T {
    if i < a.len() { a[i].clone() } else { b[i - a.len()].clone() }
}

#[differentiable]
fn with_lifetimes(x: &[f64]) -> f64 {
    let (a, b) = x.split_at(1);
    chosen(a, b, 0) * chosen(a, b, 2) + chosen(b, a, 0)
}

programs![
    solvers("bounds of operators: solvers of equations", 2, |x| solvers(x[0], x[1])),
    splines("bounds of operators: curves and polynomials", 7, |x| splines(&x[..6], x[6])),
    matrices("bounds of operators on an `impl`", 4, |x| matrices(x)),
    of_numbers("bounds of operators: references, sums, recursion", 3, |x| of_numbers(x)),
    systems("bounds of operators on associated types", 2, |x| systems(x[0], x[1])),
    with_lifetimes("lifetimes in bounds", 3, |x| with_lifetimes(x)),
];
