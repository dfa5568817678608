//! Gaussian processes: the likelihood of a regression, by Cholesky's factors.

use crate::check::check;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[differentiable]
pub trait Covariance {
    type Hyper: Clone;
    fn hyper(&self) -> Self::Hyper;
    fn k(&self, a: &[f64], b: &[f64]) -> f64;
    fn gram(&self, xs: &[Vec<f64>]) -> Vec<Vec<f64>> {
        xs.iter().map(|a| xs.iter().map(|b| self.k(a, b)).collect()).collect()
    }
}

#[derive(Clone, Debug, Tangent)]
pub struct Ard {
    scales: Vec<f64>,
    amplitude: f64,
}

#[differentiable]
impl Covariance for Ard {
    type Hyper = (Vec<f64>, f64);

    fn hyper(&self) -> Self::Hyper {
        (self.scales.clone(), self.amplitude)
    }

    fn k(&self, a: &[f64], b: &[f64]) -> f64 {
        let d2: f64 =
            a.iter().zip(b).zip(&self.scales).map(|((x, y), s)| ((x - y) / s).powi(2)).sum();
        self.amplitude * (-0.5 * d2).exp()
    }
}

#[derive(Clone, Debug, Tangent)]
pub struct Posterior<K> {
    kernel: K,
    inputs: Vec<Vec<f64>>,
    alpha: Vec<f64>,
    lower: Vec<Vec<f64>>,
}

#[derive(Debug, Clone, Copy, Tangent)]
pub struct Prediction {
    pub mean: f64,
    pub variance: f64,
}

#[differentiable]
impl Prediction {
    pub fn upper_confidence(self, kappa: f64) -> f64 {
        self.mean + kappa * self.variance.max(1e-12).sqrt()
    }
}

#[differentiable]
fn cholesky(mut a: Vec<Vec<f64>>) -> Option<Vec<Vec<f64>>> {
    for j in 0..a.len() {
        let d = a[j][j] - a[j][..j].iter().map(|v| v * v).sum::<f64>();
        if !(d > 0.0) {
            return None;
        }
        a[j][j] = d.sqrt();
        for i in j + 1..a.len() {
            let dot: f64 = (0..j).map(|k| a[i][k] * a[j][k]).sum();
            a[i][j] = (a[i][j] - dot) / a[j][j];
        }
        for v in a[j].iter_mut().skip(j + 1) {
            *v = 0.0;
        }
    }
    Some(a)
}

#[differentiable]
fn solve_lower(l: &[Vec<f64>], b: &[f64]) -> Vec<f64> {
    let mut x = b.to_vec();
    for i in 0..x.len() {
        let (done, rest) = x.split_at_mut(i);
        rest[0] =
            (rest[0] - l[i].iter().zip(done.iter()).map(|(a, b)| a * b).sum::<f64>()) / l[i][i];
    }
    x
}

#[differentiable]
fn solve_upper(l: &[Vec<f64>], b: &[f64]) -> Vec<f64> {
    let n = b.len();
    let mut x = vec![0.0; n];
    for i in (0..n).rev() {
        let sum: f64 = ((i + 1)..n).map(|k| l[k][i] * x[k]).sum();
        x[i] = (b[i] - sum) / l[i][i];
    }
    x
}

#[differentiable]
impl<K: Covariance + Clone> Posterior<K> {
    pub fn fit(kernel: &K, inputs: &[Vec<f64>], targets: &[f64], noise: f64) -> Option<Self> {
        let mut gram = kernel.gram(inputs);
        for (i, row) in gram.iter_mut().enumerate() {
            row[i] += noise;
        }
        let lower = cholesky(gram)?;
        let alpha = solve_upper(&lower, &solve_lower(&lower, targets));
        Some(Posterior { kernel: kernel.clone(), inputs: inputs.to_vec(), alpha, lower })
    }

    pub fn predict(&self, x: &[f64]) -> Prediction {
        let ks: Vec<f64> = self.inputs.iter().map(|xi| self.kernel.k(xi, x)).collect();
        let v = solve_lower(&self.lower, &ks);
        Prediction {
            mean: ks.iter().zip(&self.alpha).map(|(a, b)| a * b).sum(),
            variance: self.kernel.k(x, x) - v.iter().map(|v| v * v).sum::<f64>(),
        }
    }
}

#[differentiable]
pub fn entry(p: &[f64]) -> f64 {
    let kernel = Ard { scales: vec![p[0], 2.0 * p[1]], amplitude: p[2] };
    let inputs: Vec<Vec<f64>> =
        (0..5).map(|i| vec![0.4 * i as f64, (i * i) as f64 / 10.0]).collect();
    let targets: Vec<f64> = inputs.iter().map(|x| (x[0] + p[3]).sin() + x[1]).collect();
    let Some(gp) = Posterior::fit(&kernel, &inputs, &targets, 0.05) else {
        return 0.0;
    };
    let best = [[0.1, 0.2], [0.9, 0.4], [p[4], 0.3]]
        .iter()
        .map(|x| gp.predict(x).upper_confidence(1.5))
        .fold(f64::NEG_INFINITY, f64::max);
    let (scales, amplitude) = gp.kernel.hyper();
    best + 0.1 * scales.iter().map(|s| s.ln().powi(2)).sum::<f64>() + 0.1 * amplitude
}

#[test]
fn gradient() {
    check(5, 0.3..1.2, entry, |x| value_and_gradient!(entry, x));
}
