//! Generic functions and types.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[differentiable]
fn logistic<T: Real>(x: T) -> T {
    T::one() / (T::one() + (-x).exp())
}

#[differentiable]
fn mixed<T: Real>(x: T, y: T, n: i32) -> T {
    let two = T::from_f64(2.0);
    (x * two).sin() * y.powi(n) + x.max(y) / (two + y * y).sqrt()
}

#[differentiable]
fn norm<T>(x: &[T]) -> T
where
    T: Real,
{
    let mut s = T::zero();
    for y in x {
        s += *y * *y;
    }
    (s + T::one()).sqrt()
}

#[differentiable]
fn dot<T: Real, const N: usize>(a: &[T; N], b: &[T; N]) -> T {
    let mut s = T::zero();
    for i in 0..N {
        s += a[i] * b[i];
    }
    s
}

#[differentiable]
fn square_matrix<const N: usize>(m: [[f64; N]; N], v: [f64; N]) -> f64 {
    let mut s = 0.0;
    for i in 0..N {
        for j in 0..N {
            s += v[i] * m[i][j] * v[j];
        }
    }
    s
}

#[derive(Clone, Copy, Tangent)]
struct Vec3<T> {
    x: T,
    y: T,
    z: T,
}

#[differentiable]
impl<T: Real> Vec3<T> {
    fn new(x: T, y: T, z: T) -> Self {
        Vec3 { x, y, z }
    }

    fn dot(&self, other: &Self) -> T {
        self.x * other.x + self.y * other.y + self.z * other.z
    }

    fn cross(self, other: Self) -> Self {
        Vec3 {
            x: self.y * other.z - self.z * other.y,
            y: self.z * other.x - self.x * other.z,
            z: self.x * other.y - self.y * other.x,
        }
    }

    fn scale(&mut self, by: T) {
        self.x *= by;
        self.y *= by;
        self.z *= by;
    }
}

#[differentiable]
fn volume<T: Real>(a: Vec3<T>, b: Vec3<T>, k: T) -> T {
    let mut c = Vec3::new(k, a.x, b.y);
    c.scale(k);
    a.cross(b).dot(&c)
}

#[differentiable]
fn polynomial<T: Real>(coefficients: &[T], x: T) -> T {
    coefficients.iter().rev().fold(T::zero(), |s, c| s * x + *c)
}

#[differentiable]
fn calls_generic(x: &[f64], y: f64) -> f64 {
    polynomial(x, logistic(y)) * norm::<f64>(x)
}

/// A function of some dimension, named by a type.
trait Model {
    type State: Clone;
    const ORDER: i32;
    fn label() -> &'static str;
}

struct Cubic;

impl Model for Cubic {
    type State = f64;
    const ORDER: i32 = 3;

    fn label() -> &'static str {
        "cubic"
    }
}

#[differentiable]
fn constants_of_types<M: Model<State = f64>>(x: M::State) -> f64 {
    x.powi(M::ORDER) * M::label().len() as f64
}

#[differentiable]
fn cubic(x: f64, y: f64) -> f64 {
    constants_of_types::<Cubic>(x) * y
}

#[derive(Clone, Tangent)]
struct Ring<T, const N: usize> {
    items: [T; N],
    at: usize,
}

#[differentiable]
impl<T: Real, const N: usize> Ring<T, N> {
    fn put(&mut self, x: T) {
        self.items[self.at] = x;
        self.at = (self.at + 1) % N;
    }

    fn mean(&self) -> T {
        let mut s = T::zero();
        for x in &self.items {
            s += *x;
        }
        s / T::from_usize(N)
    }
}

#[differentiable]
fn moving_average(x: &[f64]) -> f64 {
    let mut ring = Ring::<f64, 2> { items: [0.5; 2], at: 0 };
    let mut s = 0.0;
    for y in x {
        ring.put(*y);
        s += ring.mean() * ring.mean();
    }
    s
}

fn vec3(x: &[f64]) -> Vec3<f64> {
    Vec3 { x: x[0], y: x[1], z: x[2] }
}

programs![
    logistic("`T: Real`", 1, |x| logistic(x[0])),
    mixed("`T: Real`", 2, |x| mixed(x[0], x[1], 3)),
    polynomial("`T: Real`", 4, |x| polynomial(&x[..3], x[3])),
    norm("`where` clauses", 3, |x| norm(x)),
    at_both_precisions("one function at `f32` and `f64`", || {
        for x in [-1.25_f32, -0.5, 0.75, 1.5] {
            let (y, d) = value_and_gradient!(logistic, x);
            assert!((d - y * (1.0 - y)).abs() < 1e-6, "{d} at {x}");
            let (a, b) = gradient!(mixed, x, 0.5, 3);
            let (c, d) = gradient!(mixed, f64::from(x), 0.5, 3);
            assert!((f64::from(a) - c).abs() < 1e-5 && (f64::from(b) - d).abs() < 1e-5, "at {x}");
        }
    }),
    dot("const generics", 6, |x| dot(&[x[0], x[1], x[2]], &[x[3], x[4], x[5]])),
    square_matrix("const generics", 6, |x| square_matrix(
        [[x[0], x[1]], [x[2], x[3]]],
        [x[4], x[5]]
    )),
    moving_average("const generics", 4, |x| moving_average(x)),
    volume("methods of generic types", 7, |x| volume(vec3(x), vec3(&x[3..]), x[6])),
    calls_generic("calls of generic functions", 4, |x| calls_generic(&x[..3], x[3])),
    cubic("associated types and constants", 2, |x| cubic(x[0], x[1])),
];
