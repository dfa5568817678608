//! Portfolios: weights of equal risk.

use crate::check::check;
use chainrules::prelude::*;
use std::error::Error;
use std::fmt::{Display, Formatter};
use zygote_engine::prelude::*;

#[derive(Debug, Clone, PartialEq)]
pub enum RiskError {
    Shape { rows: usize, cols: usize },
    Diverged,
}

impl Display for RiskError {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        match self {
            RiskError::Shape { rows, cols } => write!(f, "{rows}x{cols} is not square"),
            RiskError::Diverged => write!(f, "diverged"),
        }
    }
}

impl Error for RiskError {}

type Result<T> = std::result::Result<T, RiskError>;

#[derive(Debug, Clone, Tangent)]
pub struct Covariance {
    n: usize,
    entries: Box<[f64]>,
}

#[differentiable]
impl Covariance {
    pub fn from_returns(samples: &[Vec<f64>], decay: f64) -> Result<Self> {
        let n = samples.first().map_or(0, |s| s.len());
        if let Some(bad) = samples.iter().find(|s| s.len() != n) {
            return Err(RiskError::Shape { rows: n, cols: bad.len() });
        }
        let mut weight = 1.0;
        let mut total = 0.0;
        let mut mean = vec![0.0; n];
        for s in samples.iter().rev() {
            for (m, x) in mean.iter_mut().zip(s) {
                *m += weight * x;
            }
            total += weight;
            weight *= decay;
        }
        mean.iter_mut().for_each(|m| *m /= total);
        let mut entries = vec![0.0; n * n];
        weight = 1.0;
        for s in samples.iter().rev() {
            for i in 0..n {
                for j in 0..n {
                    entries[i * n + j] += weight / total * (s[i] - mean[i]) * (s[j] - mean[j]);
                }
            }
            weight *= decay;
        }
        Ok(Covariance { n, entries: entries.into_boxed_slice() })
    }

    fn times(&self, w: &[f64]) -> Vec<f64> {
        self.entries.chunks(self.n).map(|row| row.iter().zip(w).map(|(a, b)| a * b).sum()).collect()
    }
}

#[differentiable]
pub fn risk_parity(cov: &Covariance, budgets: &[f64], sweeps: usize) -> Result<Vec<f64>> {
    let mut x = vec![1.0; cov.n];
    for _ in 0..sweeps {
        for i in 0..cov.n {
            let row = &cov.entries[i * cov.n..][..cov.n];
            let cross: f64 = row
                .iter()
                .zip(&x)
                .enumerate()
                .filter(|&(j, _)| j != i)
                .map(|(_, (c, xj))| c * xj)
                .sum();
            let variance = row[i];
            let disc = cross * cross + 4.0 * variance * budgets[i];
            x[i] = (-cross + disc.sqrt()) / (2.0 * variance);
            if !x[i].is_finite() {
                return Err(RiskError::Diverged);
            }
        }
    }
    let total: f64 = x.iter().sum();
    Ok(x.iter().map(|v| v / total).collect())
}

#[differentiable]
pub fn contributions(cov: &Covariance, w: &[f64]) -> Vec<f64> {
    let sigma = cov.times(w);
    let vol = w.iter().zip(&sigma).map(|(a, b)| a * b).sum::<f64>().sqrt();
    w.iter().zip(&sigma).map(|(w, s)| w * s / vol).collect()
}

#[differentiable]
pub fn analyse(p: &[f64]) -> Result<f64> {
    let samples: Vec<Vec<f64>> = (0..6)
        .map(|t| {
            let t = t as f64;
            vec![(t * p[0]).sin(), 0.5 * (t * 1.7).cos() * p[1], 0.1 * t + (2.0 * t).sin()]
        })
        .collect();
    let cov = Covariance::from_returns(&samples, 0.8 + 0.1 * p[2])?;
    let w = risk_parity(&cov, &[0.3, 0.2 + 0.2 * p[3], 0.3], 4)?;
    let c = contributions(&cov, &w);
    let largest = c.iter().copied().fold(f64::MIN, f64::max);
    Ok(largest + w[0] * c[1])
}

#[differentiable]
pub fn entry(p: &[f64]) -> f64 {
    match analyse(p) {
        Ok(v) => v,
        Err(e @ RiskError::Shape { .. }) => panic!("{e}"),
        Err(RiskError::Diverged) => 0.0,
    }
}

#[test]
fn gradient() {
    check(4, 0.3..1.2, entry, |x| value_and_gradient!(entry, x));
}
