//! Statistics: distributions by traits with associated types.

use crate::check::check;
use chainrules::prelude::*;
use std::fmt::Debug;
use zygote_engine::prelude::*;

#[differentiable]
pub trait Distribution {
    type Sample;
    const NAME: &'static str;
    fn log_prob(&self, x: &Self::Sample) -> f64;
    fn mean(&self) -> Self::Sample;
}

#[derive(Debug, Clone, Tangent)]
pub struct Gaussian {
    mu: f64,
    sigma: f64,
}

#[derive(Debug, Clone, Tangent)]
pub struct Categorical<const K: usize> {
    logits: [f64; K],
}

#[derive(Debug, Clone, Tangent)]
pub struct Independent<D> {
    parts: Vec<D>,
}

#[differentiable]
impl Distribution for Gaussian {
    type Sample = f64;
    const NAME: &'static str = "gaussian";
    fn log_prob(&self, x: &f64) -> f64 {
        -0.5 * ((x - self.mu) / self.sigma).powi(2) - self.sigma.ln()
    }
    fn mean(&self) -> f64 {
        self.mu
    }
}

#[differentiable]
impl<const K: usize> Distribution for Categorical<K> {
    type Sample = usize;
    const NAME: &'static str = "categorical";
    fn log_prob(&self, x: &usize) -> f64 {
        let max = self.logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        self.logits[*x] - max - self.logits.iter().map(|l| (l - max).exp()).sum::<f64>().ln()
    }
    fn mean(&self) -> usize {
        let mut best = 0;
        for k in 1..K {
            if self.logits[k] > self.logits[best] {
                best = k;
            }
        }
        best
    }
}

#[differentiable]
impl<D> Distribution for Independent<D>
where
    D: Distribution,
    D::Sample: Clone,
{
    type Sample = Vec<D::Sample>;
    const NAME: &'static str = D::NAME;
    fn log_prob(&self, x: &Vec<D::Sample>) -> f64 {
        self.parts.iter().zip(x).map(|(d, x)| d.log_prob(x)).sum()
    }
    fn mean(&self) -> Vec<D::Sample> {
        self.parts.iter().map(|d| d.mean()).collect()
    }
}

#[differentiable]
pub fn nll<D: Distribution>(d: &D, data: &[D::Sample]) -> f64 {
    -data.iter().map(|x| d.log_prob(x)).sum::<f64>() / data.len() as f64
}

#[differentiable]
pub trait Kernel {
    fn eval(&self, a: f64, b: f64) -> f64;
    fn scaled(self, k: f64) -> Scaled<Self>
    where
        Self: Sized,
    {
        Scaled { inner: self, k }
    }
}

#[derive(Debug, Clone, Tangent)]
pub struct Scaled<T> {
    inner: T,
    k: f64,
}

#[derive(Debug, Clone, Tangent)]
pub struct Rbf(f64);

#[differentiable]
impl Kernel for Rbf {
    fn eval(&self, a: f64, b: f64) -> f64 {
        (-(a - b).powi(2) / self.0).exp()
    }
}

#[differentiable]
impl<T: Kernel> Kernel for Scaled<T> {
    fn eval(&self, a: f64, b: f64) -> f64 {
        self.k * self.inner.eval(a, b)
    }
}

#[differentiable]
impl<A: Kernel, B: Kernel> Kernel for (A, B) {
    fn eval(&self, a: f64, b: f64) -> f64 {
        self.0.eval(a, b) + self.1.eval(a, b)
    }
}

#[differentiable]
pub fn entry(p: &[f64]) -> f64 {
    let g = Independent {
        parts: vec![Gaussian { mu: p[0], sigma: 0.5 + p[1] }, Gaussian { mu: 0.2, sigma: p[2] }],
    };
    let c = Categorical::<3> { logits: [p[3], 0.4, p[4]] };
    let data = vec![vec![0.1, 0.7], vec![0.9, -0.3]];
    let kernel = (Rbf(0.5 + p[1]).scaled(p[0]), Rbf(1.0).scaled(2.0).scaled(p[3]));
    let means = g.mean();
    nll(&g, &data) + nll(&c, &[0, 2, 1]) + kernel.eval(0.1, p[4]) + means[0] * c.mean() as f64
}

#[test]
fn gradient() {
    check(5, 0.2..1.1, entry, |x| value_and_gradient!(entry, x));
}
