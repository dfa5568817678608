//! Functions that are generic by the traits of `num_traits`, as their users write them.

use crate::check::programs;
use ::num_traits::{Float, FromPrimitive, NumAssign, NumCast, ToPrimitive};
use chainrules::prelude::*;
use std::fmt::Debug;
use std::iter::{Product, Sum};
use zygote_engine::prelude::*;

#[differentiable]
fn mean<T: Float>(x: &[T]) -> T {
    let n = T::from(x.len()).unwrap();
    let mut sum = T::zero();
    for &v in x {
        sum = sum + v * v;
    }
    sum / n
}

#[differentiable]
fn mean_or_none<F: Float + FromPrimitive>(x: &[F]) -> Option<F> {
    let n = F::from_usize(x.len())?;
    Some(x.iter().fold(F::zero(), |sum, v| sum + v.powi(3)) / n)
}

#[differentiable]
fn converted_values<T: Float>(x: T, n: usize) -> Option<T> {
    let mut s = T::from(x).unwrap_or(T::zero());
    for i in 0..n {
        let k = T::from(i).expect("a number");
        s = s + k * x + T::from(0.5)?;
    }
    let square: T = <T as NumCast>::from(x * x)?;
    Some(s * T::from(2).unwrap() + square)
}

#[differentiable]
fn means(x: &[f64]) -> f64 {
    mean(x) + mean_or_none(x).unwrap() * converted_values(x[0], 3).unwrap()
}

#[differentiable]
fn as_double<T: Float>(x: T) -> f64 {
    x.to_f64().unwrap() * 2.0
}

#[differentiable]
fn as_doubles<T: ToPrimitive + Float>(xs: &[T]) -> f64 {
    let mut s = 0.0;
    for x in xs {
        s += x.to_f64().unwrap().sin();
    }
    s * xs.iter().map(|x| x.to_f64().unwrap_or(0.0)).fold(1.0, |a: f64, b| a * b)
}

#[differentiable]
fn of_doubles<T: Float + FromPrimitive>(xs: &[f64]) -> T {
    let mut s = T::zero();
    for x in xs {
        s = s + T::from_f64(x * x).unwrap();
    }
    s + T::from(xs[0]).unwrap()
}

#[differentiable]
fn power_of_floor<T: Float>(x: T) -> T {
    let n = x.floor().to_usize().unwrap_or(0);
    (0..n).fold(T::one(), |p, _| p * x)
}

#[differentiable]
fn to_and_from_doubles(x: &[f64]) -> f64 {
    let y: f64 = of_doubles(x);
    as_double(x[0] * x[1]) + as_doubles(x) * y + power_of_floor(x[0] * x[0] + 1.5)
}

#[differentiable]
fn through_single<T: Float>(x: &[T]) -> T {
    let rounded: Vec<f32> = x.iter().map(|v| v.to_f32().unwrap()).collect();
    rounded.iter().fold(T::zero(), |s, v| s + T::from(*v).unwrap() * x[0])
}

#[derive(Clone, Tangent)]
struct Process<F> {
    at: Vec<F>,
    weights: Vec<F>,
}

#[differentiable]
impl<F> Process<F>
where
    F: Float + Sum + Debug,
{
    fn kernel(&self, x: F, y: F) -> F {
        (-(x - y) * (x - y)).exp()
    }

    fn predict(&self, x: F) -> F {
        self.at.iter().zip(self.weights.iter()).map(|(&y, &w)| self.kernel(x, y) * w).sum()
    }
}

#[differentiable]
fn deviation<F: Float + Sum + for<'a> Sum<&'a F> + Product>(x: &[F]) -> F {
    let n = F::from(x.len()).unwrap();
    let mean = x.iter().sum::<F>() / n;
    let variance = x.iter().map(|v| (*v - mean).powi(2)).sum::<F>() / n;
    let product: F = x.iter().copied().product();
    variance.sqrt() + product * mean
}

#[differentiable]
fn assigned<F: Float + NumAssign + Sum>(x: &[F]) -> F {
    let mut s = F::zero();
    for &v in x {
        s += v * v;
    }
    s *= x.iter().copied().sum();
    s + x.iter().map(|v| *v * *v).sum()
}

#[differentiable]
fn sums(x: &[f64]) -> f64 {
    let process = Process { at: x[..2].to_vec(), weights: x[1..].to_vec() };
    process.predict(x[0] * 0.3) + deviation(x) * assigned(x)
}

#[differentiable]
trait Kernel<F: Float> {
    fn eval(&self, r: F) -> F;

    fn sum(&self, all: &[F]) -> F {
        let mut s = F::zero();
        for &r in all {
            s = s + self.eval(r);
        }
        s
    }
}

#[derive(Clone, Tangent)]
struct Gauss<F> {
    width: F,
}

#[differentiable]
impl<F: Float> Kernel<F> for Gauss<F> {
    fn eval(&self, r: F) -> F {
        (-r * r / self.width).exp()
    }
}

#[derive(Clone, Tangent)]
struct Line {
    slope: f64,
}

#[differentiable]
impl Kernel<f64> for Line {
    fn eval(&self, r: f64) -> f64 {
        self.slope * r
    }

    fn sum(&self, all: &[f64]) -> f64 {
        self.slope * all.iter().sum::<f64>()
    }
}

#[differentiable]
fn both<F: Float, K: Kernel<F>>(kernel: &K, x: &[F]) -> F {
    kernel.sum(x) * kernel.eval(x[0])
}

#[differentiable]
trait Folding<T: Clone> {
    fn step(&self, a: &T, b: &T) -> T;

    fn all(&self, xs: &[T]) -> T {
        let mut s = xs[0].clone();
        for i in 1..xs.len() {
            s = self.step(&s, &xs[i]);
        }
        s
    }
}

#[differentiable]
impl Folding<f64> for Line {
    fn step(&self, a: &f64, b: &f64) -> f64 {
        a * b + self.slope
    }
}

#[differentiable]
fn first_step<T: Clone, F: Folding<T>>(folding: &F, x: &[T]) -> T {
    folding.step(&x[0], &x[1])
}

#[differentiable]
fn kernels(x: &[f64]) -> f64 {
    let line = Line { slope: x[0] };
    both(&Gauss { width: x[0] * x[0] + 1.0 }, x) + both(&line, x) + line.all(x)
        - first_step(&line, x)
}

#[differentiable]
fn by_paths_of_traits<T: Float + Debug>(x: &[T], k: T) -> T {
    let mut m = T::zero();
    for v in x {
        m = Float::max(m, *v) + Float::powi(*v, 2) * Float::abs(k);
    }
    m + Float::sin(x[0] * k) + ::num_traits::Float::cos(k) * T::max(x[0], k)
}

#[differentiable]
fn of_paths(x: &[f64]) -> f64 {
    by_paths_of_traits(x, x[1])
}

programs![
    means("`T::from(n).unwrap()`, `F::from_usize(n)?`", 3, |x| means(x)),
    to_and_from_doubles("`x.to_f64().unwrap()` and back", 3, |x| to_and_from_doubles(x)),
    through_single("conversions to `f32`", || {
        let d = gradient!(through_single, &[0.5_f32, 1.5, -0.25]);
        assert_eq!(d, [2.25, 0.5, 0.5]);
    }),
    sums("`sum` and `product` of `F: Float + Sum`", 3, |x| sums(x)),
    kernels("traits with a parameter, `Kernel<F: Float>`, and default methods", 3, |x| kernels(x)),
    of_paths("`Float::max(x, y)`", 3, |x| of_paths(x)),
];
