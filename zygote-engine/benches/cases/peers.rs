//! The cases for other crates: one generic function each, over the numbers of a tape and over
//! dual numbers.

use num_dual::Dual64;
use reverse::{Gradient, Tape, Var};
use std::ops::{Add, Mul, Sub};

/// What the cases ask of a number.
pub trait Number:
    Copy
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Add<f64, Output = Self>
    + Sub<f64, Output = Self>
    + Mul<f64, Output = Self>
{
    fn sin(self) -> Self;
    fn tanh(self) -> Self;
}

impl Number for Var<'_> {
    fn sin(self) -> Self {
        Var::sin(&self)
    }

    fn tanh(self) -> Self {
        Var::tanh(&self)
    }
}

impl Number for Dual64 {
    fn sin(self) -> Self {
        num_dual::DualNum::sin(&self)
    }

    fn tanh(self) -> Self {
        num_dual::DualNum::tanh(&self)
    }
}

/// The gradient by a tape of `reverse`.
pub fn tape(x: &[f64], f: impl for<'a> Fn(&[Var<'a>]) -> Var<'a>) -> Vec<f64> {
    let tape = Tape::new();
    let vars = tape.add_vars(x);
    f(&vars).grad().wrt(&vars)
}

/// The gradient by one pass of `num-dual` per variable.
pub fn duals(x: &[f64], f: impl Fn(&[Dual64]) -> Dual64) -> Vec<f64> {
    let mut x: Vec<Dual64> = x.iter().map(|&x| Dual64::from_re(x)).collect();
    (0..x.len())
        .map(|i| {
            x[i].eps = 1.0;
            let derivative = f(&x).eps;
            x[i].eps = 0.0;
            derivative
        })
        .collect()
}

pub fn rosenbrock<T: Number>(x: &[T]) -> T {
    let term = |i: usize| {
        let a = x[i + 1] - x[i] * x[i];
        let b = x[i] - 1.0;
        a * a * 100.0 + b * b
    };
    (1..x.len() - 1).fold(term(0), |sum, i| sum + term(i))
}

pub fn burgers<T: Number>(u0: &[T], dt: f64, steps: usize) -> T {
    let (convection, diffusion) = super::burgers::coefficients(u0.len(), dt);
    let mut u = u0.to_vec();
    for _ in 0..steps {
        let mut left = u[0];
        for i in 1..u.len() - 1 {
            let (here, right) = (u[i], u[i + 1]);
            u[i] = here - (right * right - left * left) * convection
                + (right - here * 2.0 + left) * diffusion;
            left = here;
        }
    }
    u[1..].iter().fold(u[0] * u[0], |energy, &u| energy + u * u)
}

pub fn mlp<T: Number>(params: &[T], features: &[f64], targets: &[f64]) -> T {
    let inputs = features.len() / targets.len();
    let hidden = (params.len() - 1) / (inputs + 2);
    let (weights, rest) = params.split_at(hidden * inputs);
    let (biases, rest) = rest.split_at(hidden);
    let squared_error = |x: &[f64], target: f64| {
        let mut y = rest[hidden];
        for (h, row) in weights.chunks_exact(inputs).enumerate() {
            let s = row.iter().zip(x).fold(biases[h], |s, (&w, &x)| s + w * x);
            y = y + rest[h] * s.tanh();
        }
        let r = y - target;
        r * r
    };
    let mut errors = features.chunks_exact(inputs).zip(targets).map(|(x, &t)| squared_error(x, t));
    let first = errors.next().expect("at least one sample");
    errors.fold(first, |sum, e| sum + e) * (1.0 / targets.len() as f64)
}

pub fn scalar<T: Number>(x: T) -> T {
    x * x + x.sin()
}
