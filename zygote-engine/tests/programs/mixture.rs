//! Statistics: a mixture of normal distributions by expectation and maximisation.

use crate::check::check;
use chainrules::prelude::*;
use std::f64::consts::PI;
use zygote_engine::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Tangent)]
pub struct Component {
    weight: f64,
    mean: f64,
    variance: f64,
}

#[derive(Debug, Clone, Tangent)]
pub struct Mixture {
    components: Vec<Component>,
    floor: f64,
}

#[derive(Debug, Clone, Tangent)]
pub struct EmResult {
    pub mixture: Mixture,
    pub log_likelihoods: Vec<f64>,
    pub converged: bool,
}

#[differentiable]
impl Component {
    fn density(&self, x: f64) -> f64 {
        let d = x - self.mean;
        (-d * d / (2.0 * self.variance)).exp() / (2.0 * PI * self.variance).sqrt()
    }
}

#[differentiable]
impl Mixture {
    pub fn k_means_start(data: &[f64], k: usize) -> Self {
        let mut sorted = data.to_vec();
        sorted.sort_by(|a, b| a.partial_cmp(b).unwrap());
        let components = (0..k)
            .map(|c| {
                let chunk = &sorted[c * sorted.len() / k..(c + 1) * sorted.len() / k];
                let mean = chunk.iter().sum::<f64>() / chunk.len() as f64;
                Component { weight: 1.0 / k as f64, mean, variance: 0.5 }
            })
            .collect();
        Mixture { components, floor: 0.05 }
    }

    fn responsibilities(&self, x: f64) -> (Vec<f64>, f64) {
        let joint: Vec<f64> = self.components.iter().map(|c| c.weight * c.density(x)).collect();
        let total = joint.iter().sum::<f64>();
        (joint.into_iter().map(|j| j / total).collect(), total.ln())
    }

    fn maximise(&self, data: &[f64], resp: &[Vec<f64>]) -> Mixture {
        let mut components = self.components.clone();
        for (k, c) in components.iter_mut().enumerate() {
            let nk: f64 = resp.iter().map(|r| r[k]).sum();
            c.weight = nk / data.len() as f64;
            c.mean = resp.iter().zip(data).map(|(r, x)| r[k] * x).sum::<f64>() / nk;
            let mean = c.mean;
            let spread =
                resp.iter().zip(data).map(|(r, x)| r[k] * (x - mean) * (x - mean)).sum::<f64>()
                    / nk;
            c.variance = spread.max(self.floor);
        }
        Mixture { components, ..*self }
    }

    pub fn fit(self, data: &[f64], max_iter: usize, tol: f64) -> EmResult {
        let mut mixture = self;
        let mut log_likelihoods: Vec<f64> = Vec::new();
        let mut converged = false;
        for _ in 0..max_iter {
            let (resp, logs): (Vec<_>, Vec<_>) =
                data.iter().map(|&x| mixture.responsibilities(x)).unzip();
            let ll: f64 = logs.iter().sum();
            if let Some(&last) = log_likelihoods.last() {
                if (ll - last).abs() < tol {
                    converged = true;
                    break;
                }
            }
            log_likelihoods.push(ll);
            mixture = mixture.maximise(data, &resp);
        }
        EmResult { mixture, log_likelihoods, converged }
    }
}

#[differentiable]
pub fn entry(p: &[f64]) -> f64 {
    let mut data = vec![-1.2, -0.9, 1.1, 1.4, 0.7];
    data.extend_from_slice(p);
    let result = Mixture::k_means_start(&data, 2).fit(&data, 5, 1e-10);
    let best = result.log_likelihoods.last().unwrap();
    let bic = -2.0 * best + 5.0 * (data.len() as f64).ln();
    let EmResult { mixture, converged, .. } = result;
    let heaviest =
        mixture.components.iter().max_by(|a, b| a.weight.partial_cmp(&b.weight).unwrap()).unwrap();
    bic + heaviest.mean
        + if converged {
            0.0
        } else {
            mixture.components.iter().map(|c| c.variance).product::<f64>()
        }
}

#[test]
fn gradient() {
    check(6, -1.0..1.0, entry, |x| value_and_gradient!(entry, x));
}
