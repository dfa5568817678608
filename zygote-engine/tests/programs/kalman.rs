//! Filters: Kalman's, over matrices of constant size with operators.

use crate::check::check;
use chainrules::prelude::*;
use std::ops::{Add, Mul, Sub};
use zygote_engine::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Tangent)]
pub struct Matrix<const R: usize, const C: usize> {
    m: [[f64; C]; R],
}

pub type Square<const N: usize> = Matrix<N, N>;
pub type Column<const N: usize> = Matrix<N, 1>;

#[differentiable]
impl<const R: usize, const C: usize> Matrix<R, C> {
    pub const fn new(m: [[f64; C]; R]) -> Self {
        Matrix { m }
    }
    pub fn zeros() -> Self {
        Self::new([[0.0; C]; R])
    }
    pub fn t(&self) -> Matrix<C, R> {
        let mut out = Matrix::<C, R>::zeros();
        for i in 0..R {
            for j in 0..C {
                out.m[j][i] = self.m[i][j];
            }
        }
        out
    }
    pub fn scale(mut self, k: f64) -> Self {
        self.m.iter_mut().flatten().for_each(|v| *v *= k);
        self
    }
}

#[differentiable]
impl<const N: usize> Square<N> {
    pub fn identity() -> Self {
        let mut out = Self::zeros();
        for i in 0..N {
            out.m[i][i] = 1.0;
        }
        out
    }

    pub fn trace(&self) -> f64 {
        (0..N).map(|i| self.m[i][i]).sum()
    }
}

#[differentiable]
impl<const R: usize, const K: usize, const C: usize> Mul<Matrix<K, C>> for Matrix<R, K> {
    type Output = Matrix<R, C>;
    fn mul(self, rhs: Matrix<K, C>) -> Matrix<R, C> {
        let mut out = Matrix::zeros();
        for i in 0..R {
            for j in 0..C {
                for k in 0..K {
                    out.m[i][j] += self.m[i][k] * rhs.m[k][j];
                }
            }
        }
        out
    }
}

#[differentiable]
impl<const R: usize, const C: usize> Add for Matrix<R, C> {
    type Output = Self;
    fn add(mut self, rhs: Self) -> Self {
        for (a, b) in self.m.iter_mut().flatten().zip(rhs.m.iter().flatten()) {
            *a += b;
        }
        self
    }
}

#[differentiable]
impl<const R: usize, const C: usize> Sub for Matrix<R, C> {
    type Output = Self;
    fn sub(self, rhs: Self) -> Self {
        self + rhs.scale(-1.0)
    }
}

#[derive(Debug, Clone, Tangent)]
pub struct KalmanFilter<const N: usize> {
    x: Column<N>,
    p: Square<N>,
    f: Square<N>,
    q: Square<N>,
    h: Matrix<1, N>,
    r: f64,
    log_likelihood: f64,
}

#[differentiable]
impl<const N: usize> KalmanFilter<N> {
    pub fn predict(&mut self) {
        self.x = self.f * self.x;
        self.p = self.f * self.p * self.f.t() + self.q;
    }

    pub fn update(&mut self, z: Option<f64>) {
        let Some(z) = z else { return };
        let innovation = z - (self.h * self.x).m[0][0];
        let s = (self.h * self.p * self.h.t()).m[0][0] + self.r;
        let gain = (self.p * self.h.t()).scale(1.0 / s);
        self.x = self.x + gain.scale(innovation);
        self.p = (Square::<N>::identity() - gain * self.h) * self.p;
        self.log_likelihood -=
            0.5 * (innovation.powi(2) / s + s.ln() + (2.0 * std::f64::consts::PI).ln());
    }
}

#[differentiable]
pub fn entry(p: &[f64]) -> f64 {
    let dt = 0.5;
    let mut filter = KalmanFilter::<2> {
        x: Column::new([[p[0]], [0.0]]),
        p: Square::identity().scale(p[1]),
        f: Matrix::new([[1.0, dt], [0.0, 1.0 - 0.1 * p[2]]]),
        q: Matrix::new([[0.01, 0.0], [0.0, 0.1 * p[3]]]),
        h: Matrix::new([[1.0, 0.0]]),
        r: 0.1 + p[4],
        log_likelihood: 0.0,
    };
    for z in [Some(0.3), Some(0.9), None, Some(2.1), None, Some(2.8)] {
        filter.predict();
        filter.update(z);
    }
    filter.log_likelihood + filter.p.trace()
}

#[test]
fn gradient() {
    check(5, 0.3..1.2, entry, |x| value_and_gradient!(entry, x));
}
