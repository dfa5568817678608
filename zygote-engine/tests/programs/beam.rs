//! Finite elements: a beam by conjugate gradients, generic in the scalar.

use crate::check::check;
use chainrules::prelude::*;
use std::ops::{Add, Mul, Sub};
use zygote_engine::prelude::*;

#[derive(Debug, Clone, PartialEq, Tangent)]
pub struct Vector(Vec<f64>);

#[differentiable]
impl Vector {
    pub fn zeros(n: usize) -> Self {
        Vector(vec![0.0; n])
    }
    pub fn dot(&self, other: &Vector) -> f64 {
        self.0.iter().zip(&other.0).map(|(a, b)| a * b).sum()
    }
    pub fn axpy(&mut self, k: f64, x: &Vector) {
        for (a, b) in self.0.iter_mut().zip(x.0.iter()) {
            *a += k * b;
        }
    }
    pub fn norm_sq(&self) -> f64 {
        self.dot(self)
    }
}

#[differentiable]
impl Sub for &Vector {
    type Output = Vector;
    fn sub(self, rhs: &Vector) -> Vector {
        Vector(self.0.iter().zip(rhs.0.iter()).map(|(a, b)| a - b).collect())
    }
}

#[differentiable]
impl Add for &Vector {
    type Output = Vector;
    fn add(self, rhs: &Vector) -> Vector {
        Vector(self.0.iter().zip(rhs.0.iter()).map(|(a, b)| a + b).collect())
    }
}

#[differentiable]
impl Mul<&Vector> for f64 {
    type Output = Vector;
    fn mul(self, rhs: &Vector) -> Vector {
        Vector(rhs.0.iter().map(|v| self * v).collect())
    }
}

#[differentiable]
pub trait LinearOperator {
    fn size(&self) -> usize;
    fn apply(&self, x: &Vector) -> Vector;

    fn solve_cg(&self, b: &Vector, tol: f64) -> (Vector, usize) {
        let mut x = Vector::zeros(self.size());
        let mut r = b.clone();
        let mut p = r.clone();
        let mut rs = r.norm_sq();
        let mut iterations = 0;
        while rs > tol * tol && iterations < 2 * self.size() {
            let ap = self.apply(&p);
            let alpha = rs / p.dot(&ap);
            x.axpy(alpha, &p);
            r.axpy(-alpha, &ap);
            let new = r.norm_sq();
            p = &r + &(new / rs * &p);
            rs = new;
            iterations += 1;
        }
        (x, iterations)
    }
}

#[derive(Debug, Clone, Tangent)]
pub struct Beam {
    inertia: Vec<f64>,
    foundation: f64,
    h: f64,
}

#[differentiable]
impl LinearOperator for Beam {
    fn size(&self) -> usize {
        2 * self.inertia.len()
    }

    fn apply(&self, x: &Vector) -> Vector {
        let n = self.inertia.len();
        let mut y = Vector::zeros(2 * n);
        let l = self.h;
        for (e, &ei) in self.inertia.iter().enumerate() {
            let k = ei / l.powi(3);
            let ke = [
                [12.0, 6.0 * l, -12.0, 6.0 * l],
                [6.0 * l, 4.0 * l * l, -6.0 * l, 2.0 * l * l],
                [-12.0, -6.0 * l, 12.0, -6.0 * l],
                [6.0 * l, 2.0 * l * l, -6.0 * l, 4.0 * l * l],
            ];
            // The first node is clamped.
            let dof = |a: usize| (2 * e + a).checked_sub(2);
            for a in 0..4 {
                let Some(row) = dof(a) else { continue };
                for b in 0..4 {
                    if let Some(col) = dof(b) {
                        y.0[row] += k * ke[a][b] * x.0[col];
                    }
                }
            }
        }
        for i in (0..2 * n).step_by(2) {
            y.0[i] += self.foundation * l * x.0[i];
        }
        y
    }
}

#[differentiable]
pub fn entry(p: &[f64]) -> f64 {
    let beam = Beam { inertia: vec![p[0], 0.8 * p[0], p[1]], foundation: 3.0 * p[2], h: 0.5 };
    let mut load = Vector::zeros(beam.size());
    for (i, v) in load.0.iter_mut().enumerate().filter(|(i, _)| i % 2 == 0) {
        *v = -0.1 * p[3] * (i as f64 + 1.0);
    }
    let (u, iterations) = beam.solve_cg(&load, 1e-12);
    let residual = &beam.apply(&u) - &load;
    assert!(iterations > 0, "no iteration");
    u.dot(&load) + residual.norm_sq()
}

#[test]
fn gradient() {
    check(4, 0.4..1.3, entry, |x| value_and_gradient!(entry, x));
}
