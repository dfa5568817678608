//! Hidden Markov models: the forward algorithm in logarithms.

use crate::check::check;
use chainrules::prelude::*;
use std::collections::HashMap;
use std::fmt::Debug;
use std::hash::Hash;
use zygote_engine::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Tangent)]
pub enum Weather {
    Dry,
    Wet,
    Storm,
}

impl std::str::FromStr for Weather {
    type Err = String;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        match s {
            "d" => Ok(Weather::Dry),
            "w" => Ok(Weather::Wet),
            "s" => Ok(Weather::Storm),
            other => Err(format!("unknown weather {other:?}")),
        }
    }
}

#[derive(Debug, Clone, Tangent)]
pub struct Hmm<const N: usize> {
    initial: [f64; N],
    transition: [[f64; N]; N],
    emission: HashMap<Weather, [f64; N]>,
}

#[differentiable]
fn log_sum_exp(xs: &[f64]) -> f64 {
    let max = xs.iter().fold(f64::NEG_INFINITY, |a, &b| a.max(b));
    if max == f64::NEG_INFINITY {
        return max;
    }
    max + xs.iter().map(|x| (x - max).exp()).sum::<f64>().ln()
}

#[differentiable]
fn normalise<const N: usize>(weights: [f64; N]) -> [f64; N] {
    let total: f64 = weights.iter().sum();
    weights.map(|w| w / total)
}

#[differentiable]
impl<const N: usize> Hmm<N> {
    pub fn log_likelihood(&self, observations: &[Weather]) -> Option<f64> {
        let (first, rest) = observations.split_first()?;
        let e = self.emission.get(first)?;
        let mut alpha: [f64; N] = std::array::from_fn(|i| self.initial[i].ln() + e[i].ln());
        for o in rest {
            let e = self.emission.get(o)?;
            let mut next = [0.0; N];
            for j in 0..N {
                let terms: Vec<f64> =
                    (0..N).map(|i| alpha[i] + self.transition[i][j].ln()).collect();
                next[j] = log_sum_exp(&terms) + e[j].ln();
            }
            alpha = next;
        }
        Some(log_sum_exp(&alpha))
    }

    pub fn stationary(&self, rounds: usize) -> [f64; N] {
        let mut pi = [1.0 / N as f64; N];
        for _ in 0..rounds {
            let mut next = [0.0; N];
            for (i, row) in self.transition.iter().enumerate() {
                for (n, t) in next.iter_mut().zip(row) {
                    *n += pi[i] * t;
                }
            }
            pi = next;
        }
        pi
    }
}

#[differentiable]
pub fn entry(p: &[f64]) -> f64 {
    let observations: Result<Vec<Weather>, _> = "d d w s w d".split(' ').map(str::parse).collect();
    let hmm = Hmm::<2> {
        initial: normalise([p[0], 1.0]),
        transition: [normalise([1.0, p[1]]), normalise([p[2], 2.0])],
        emission: HashMap::from([
            (Weather::Dry, [0.7, 0.1 + 0.1 * p[3]]),
            (Weather::Wet, [0.2 * p[4], 0.5]),
            (Weather::Storm, [0.05, 0.3 * p[5]]),
        ]),
    };
    match observations {
        Ok(obs) => -hmm.log_likelihood(&obs).unwrap_or(0.0) + hmm.stationary(5)[0],
        Err(message) => panic!("{message}"),
    }
}

#[test]
fn gradient() {
    check(6, 0.2..1.0, entry, |x| value_and_gradient!(entry, x));
}
