//! Epidemiology: a compartment model fitted to counts.

use crate::check::check;
use chainrules::prelude::*;
use std::ops::{Add, Mul};
use zygote_engine::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Tangent)]
pub struct Compartments {
    pub s: f64,
    pub e: f64,
    pub i: f64,
    pub r: f64,
}

#[differentiable]
impl Add for Compartments {
    type Output = Self;
    fn add(self, rhs: Self) -> Self {
        Self { s: self.s + rhs.s, e: self.e + rhs.e, i: self.i + rhs.i, r: self.r + rhs.r }
    }
}

#[differentiable]
impl Mul<f64> for Compartments {
    type Output = Self;
    fn mul(self, k: f64) -> Self {
        Self { s: self.s * k, e: self.e * k, i: self.i * k, r: self.r * k }
    }
}

#[derive(Debug, Clone, Tangent)]
pub struct SeirParams {
    pub beta: f64,
    pub sigma: f64,
    pub gamma: f64,
    pub lockdown: Option<Lockdown>,
}

#[derive(Debug, Clone, Copy, Tangent)]
pub struct Lockdown {
    #[constant]
    pub from_day: u32,
    #[constant]
    pub to_day: u32,
    pub reduction: f64,
}

#[differentiable]
impl SeirParams {
    fn beta_at(&self, day: u32) -> f64 {
        match self.lockdown {
            Some(Lockdown { from_day, to_day, reduction }) if day >= from_day && day < to_day => {
                self.beta * (1.0 - reduction)
            }
            _ => self.beta,
        }
    }

    fn derivative(&self, c: Compartments, day: u32) -> Compartments {
        let n = c.s + c.e + c.i + c.r;
        let infection = self.beta_at(day) * c.s * c.i / n;
        Compartments {
            s: -infection,
            e: infection - self.sigma * c.e,
            i: self.sigma * c.e - self.gamma * c.i,
            r: self.gamma * c.i,
        }
    }

    pub fn r0(&self) -> f64 {
        self.beta / self.gamma
    }
}

#[differentiable]
pub fn rk4<F>(f: F, y: Compartments, h: f64) -> Compartments
where
    F: Fn(Compartments) -> Compartments,
{
    let k1 = f(y);
    let k2 = f(y + k1 * (h / 2.0));
    let k3 = f(y + k2 * (h / 2.0));
    let k4 = f(y + k3 * h);
    y + (k1 + k2 * 2.0 + k3 * 2.0 + k4) * (h / 6.0)
}

#[differentiable]
pub fn simulate(params: &SeirParams, start: Compartments, days: u32) -> Vec<Compartments> {
    std::iter::successors(Some((0u32, start)), |&(day, c)| {
        (day + 1 < days).then(|| (day + 1, rk4(|y| params.derivative(y, day), c, 1.0)))
    })
    .map(|(_, c)| c)
    .collect()
}

const OBSERVED: [f64; 8] = [10.0, 12.0, 15.0, 19.0, 22.0, 24.0, 25.0, 27.0];

#[differentiable]
pub fn poisson_nll(model: &[Compartments], data: &[f64], reporting: f64) -> f64 {
    model
        .iter()
        .zip(data)
        .map(|(c, &k)| {
            let lambda = reporting * c.i;
            lambda - k * lambda.ln()
        })
        .sum()
}

#[differentiable]
pub fn entry(p: &[f64]) -> f64 {
    let params = SeirParams {
        beta: p[0],
        sigma: 0.5 * p[1],
        gamma: 0.2 + 0.1 * p[2],
        lockdown: Some(Lockdown { from_day: 3, to_day: 6, reduction: p[3] }),
    };
    let start = Compartments { s: 990.0, e: 20.0, i: 10.0, r: 0.0 };
    let path = simulate(&params, start, OBSERVED.len() as u32);
    let peak = path.iter().map(|c| c.i).fold(0.0, f64::max);
    0.1 * poisson_nll(&path, &OBSERVED, 0.5 + 0.2 * p[1]) + 0.01 * peak + params.r0()
}

#[test]
fn gradient() {
    check(4, 0.3..0.9, entry, |x| value_and_gradient!(entry, x));
}
