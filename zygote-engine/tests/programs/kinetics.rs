//! Chemical kinetics: implicit Euler for stiff reactions, with a dense matrix of its own.

use crate::check::check;
use chainrules::prelude::*;
use std::ops::{Index, IndexMut};
use zygote_engine::prelude::*;

#[derive(Clone, Debug, PartialEq, Tangent)]
pub struct Matrix {
    #[constant]
    rows: usize,
    #[constant]
    cols: usize,
    data: Vec<f64>,
}

#[differentiable]
impl Index<(usize, usize)> for Matrix {
    type Output = f64;
    fn index(&self, (i, j): (usize, usize)) -> &f64 {
        &self.data[i * self.cols + j]
    }
}

#[differentiable]
impl IndexMut<(usize, usize)> for Matrix {
    fn index_mut(&mut self, (i, j): (usize, usize)) -> &mut f64 {
        &mut self.data[i * self.cols + j]
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Singular;

#[differentiable]
impl Matrix {
    pub fn zeros(rows: usize, cols: usize) -> Self {
        Matrix { rows, cols, data: vec![0.0; rows * cols] }
    }

    pub fn identity(n: usize) -> Self {
        let mut m = Self::zeros(n, n);
        for i in 0..n {
            m[(i, i)] = 1.0;
        }
        m
    }

    pub fn solve(mut self, mut b: Vec<f64>) -> Result<Vec<f64>, Singular> {
        let n = self.rows;
        for k in 0..n {
            let pivot = (k..n)
                .max_by(|&a, &b| self[(a, k)].abs().partial_cmp(&self[(b, k)].abs()).unwrap())
                .ok_or(Singular)?;
            if self[(pivot, k)].abs() < 1e-14 {
                return Err(Singular);
            }
            if pivot != k {
                for j in 0..n {
                    let tmp = self[(k, j)];
                    self[(k, j)] = self[(pivot, j)];
                    self[(pivot, j)] = tmp;
                }
                b.swap(k, pivot);
            }
            for i in k + 1..n {
                let f = self[(i, k)] / self[(k, k)];
                for j in k..n {
                    self[(i, j)] -= f * self[(k, j)];
                }
                b[i] -= f * b[k];
            }
        }
        for i in (0..n).rev() {
            let s: f64 = (i + 1..n).map(|j| self[(i, j)] * b[j]).sum();
            b[i] = (b[i] - s) / self[(i, i)];
        }
        Ok(b)
    }
}

#[derive(Clone, Copy, Debug, Tangent)]
pub struct Rates(f64, f64, f64);

#[differentiable]
impl Rates {
    fn rhs(self, y: &[f64]) -> Vec<f64> {
        let Rates(k1, k2, k3) = self;
        let r1 = k1 * y[0];
        let r2 = k2 * y[1] * y[2];
        let r3 = k3 * y[1] * y[1];
        vec![-r1 + r2, r1 - r2 - r3, r3]
    }

    fn jacobian(self, y: &[f64]) -> Matrix {
        let Rates(k1, k2, k3) = self;
        let mut j = Matrix::zeros(3, 3);
        j[(0, 0)] = -k1;
        j[(0, 1)] = k2 * y[2];
        j[(0, 2)] = k2 * y[1];
        j[(1, 0)] = k1;
        j[(1, 1)] = -k2 * y[2] - 2.0 * k3 * y[1];
        j[(1, 2)] = -k2 * y[1];
        j[(2, 1)] = 2.0 * k3 * y[1];
        j
    }
}

#[differentiable]
fn implicit_euler(rates: Rates, y0: &[f64], h: f64) -> Result<Vec<f64>, Singular> {
    let mut y = y0.to_vec();
    for _ in 0..6 {
        let f = rates.rhs(&y);
        let jac = rates.jacobian(&y);
        let mut a = Matrix::identity(3);
        for i in 0..3 {
            for j in 0..3 {
                a[(i, j)] -= h * jac[(i, j)];
            }
        }
        let residual: Vec<f64> = (0..3).map(|i| y0[i] + h * f[i] - y[i]).collect();
        let delta = a.solve(residual)?;
        for (yi, d) in y.iter_mut().zip(&delta) {
            *yi += d;
        }
    }
    Ok(y)
}

#[differentiable]
pub fn entry(p: &[f64]) -> f64 {
    let rates = Rates(0.4 * p[0], 30.0 * p[1], 20.0 * p[2]);
    let mut y = vec![p[3], 0.05, 0.0];
    let mut h = 0.05;
    for step in 0..5 {
        match implicit_euler(rates, &y, h) {
            Ok(next) => y = next,
            Err(Singular) => return f64::NAN,
        }
        if step % 2 == 1 {
            h *= 1.5;
        }
    }
    y[0] + 2.0 * y[1] * y[2]
}

#[test]
fn gradient() {
    check(4, 0.5..1.5, entry, |x| value_and_gradient!(entry, x));
}
