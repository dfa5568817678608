//! Neural networks: a head of attention over tensors of constant size.

use crate::check::check;
use chainrules::prelude::*;
use std::ops::{Add, Mul};
use zygote_engine::prelude::*;

#[derive(Clone, Debug, PartialEq, Tangent)]
pub struct Tensor<const R: usize, const C: usize>([[f64; C]; R]);

#[differentiable]
impl<const R: usize, const C: usize> Tensor<R, C> {
    pub fn from_fn(f: impl Fn(usize, usize) -> f64) -> Self {
        let mut t = [[0.0; C]; R];
        for (i, row) in t.iter_mut().enumerate() {
            for (j, v) in row.iter_mut().enumerate() {
                *v = f(i, j);
            }
        }
        Tensor(t)
    }

    pub fn transpose(&self) -> Tensor<C, R> {
        Tensor::from_fn(|i, j| self.0[j][i])
    }

    pub fn map(&self, f: impl Fn(f64) -> f64) -> Self {
        Self::from_fn(|i, j| f(self.0[i][j]))
    }

    pub fn softmax_rows(&self) -> Self {
        let mut out = self.clone();
        for row in out.0.iter_mut() {
            let max = row.iter().cloned().fold(f64::MIN, f64::max);
            let mut sum = 0.0;
            for v in row.iter_mut() {
                *v = (*v - max).exp();
                sum += *v;
            }
            row.iter_mut().for_each(|v| *v /= sum);
        }
        out
    }

    pub fn layer_norm(&self, eps: f64) -> Self {
        let mut out = self.clone();
        for row in &mut out.0 {
            let mean = row.iter().sum::<f64>() / C as f64;
            let var = row.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / C as f64;
            let scale = 1.0 / (var + eps).sqrt();
            for v in row {
                *v = (*v - mean) * scale;
            }
        }
        out
    }
}

#[differentiable]
impl<const R: usize, const K: usize, const C: usize> Mul<&Tensor<K, C>> for &Tensor<R, K> {
    type Output = Tensor<R, C>;
    fn mul(self, rhs: &Tensor<K, C>) -> Tensor<R, C> {
        Tensor::from_fn(|i, j| (0..K).map(|k| self.0[i][k] * rhs.0[k][j]).sum())
    }
}

#[differentiable]
impl<const R: usize, const C: usize> Add for Tensor<R, C> {
    type Output = Self;
    fn add(self, rhs: Self) -> Self {
        Tensor::from_fn(|i, j| self.0[i][j] + rhs.0[i][j])
    }
}

const D: usize = 3;
const T: usize = 4;

#[derive(Clone, Debug, Tangent)]
pub struct Head {
    q: Tensor<D, D>,
    k: Tensor<D, D>,
    v: Tensor<D, D>,
    #[constant]
    causal: bool,
}

#[differentiable]
impl Head {
    pub fn forward(&self, x: &Tensor<T, D>) -> Tensor<T, D> {
        let (q, k, v) = (x * &self.q, x * &self.k, x * &self.v);
        let mut scores = (&q * &k.transpose()).map(|s| s / (D as f64).sqrt());
        if self.causal {
            for i in 0..T {
                for j in i + 1..T {
                    scores.0[i][j] = -1e9;
                }
            }
        }
        &scores.softmax_rows() * &v
    }
}

#[differentiable]
pub fn entry(p: &[f64]) -> f64 {
    let weights = |seed: usize| {
        Tensor::<D, D>::from_fn(|i, j| {
            p[(seed + 2 * i + j) % p.len()] * if i == j { 1.0 } else { 0.3 }
        })
    };
    let heads = vec![
        Head { q: weights(0), k: weights(1), v: weights(2), causal: true },
        Head { q: weights(3), k: weights(4), v: weights(5), causal: false },
    ];
    let x = Tensor::<T, D>::from_fn(|i, j| ((i + 1) as f64 * 0.3 + j as f64).sin());
    let mut h = x.clone();
    for head in &heads {
        h = (h.clone() + head.forward(&h)).layer_norm(1e-3);
    }
    let target = x.transpose().transpose();
    h.0.iter().flatten().zip(target.0.iter().flatten()).map(|(a, b)| (a - b).powi(2)).sum::<f64>()
        / (T * D) as f64
}

#[test]
fn gradient() {
    check(6, -1.0..1.0, entry, |x| value_and_gradient!(entry, x));
}
