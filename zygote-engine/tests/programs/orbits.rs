//! Orbital mechanics: the closest approach of two bodies, by Kepler's equation.

use crate::check::check;
use chainrules::prelude::*;
use std::fmt;
use zygote_engine::prelude::*;

pub type Vec3 = [f64; 3];

const MU: f64 = 1.3;
const MAX_ITER: usize = 50;
const TOL: f64 = 1e-13;

#[derive(Debug, Clone, PartialEq)]
pub enum OrbitError {
    Hyperbolic { ecc: f64 },
    NoConvergence(usize),
}

impl fmt::Display for OrbitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OrbitError::Hyperbolic { ecc } => write!(f, "hyperbolic orbit: e = {ecc}"),
            OrbitError::NoConvergence(n) => write!(f, "no convergence after {n} iterations"),
        }
    }
}

impl std::error::Error for OrbitError {}

#[derive(Debug, Clone, Copy, PartialEq, Tangent)]
pub struct Elements {
    pub a: f64,
    pub e: f64,
    pub i: f64,
    pub raan: f64,
    pub argp: f64,
    pub m0: f64,
}

#[differentiable]
impl Elements {
    pub fn mean_motion(&self) -> f64 {
        (MU / self.a.powi(3)).sqrt()
    }

    pub fn eccentric_anomaly(&self, t: f64) -> Result<f64, OrbitError> {
        if self.e >= 1.0 {
            return Err(OrbitError::NoConvergence(0));
        }
        let m = self.m0 + self.mean_motion() * t;
        let mut ea = if self.e < 0.4 { m } else { m + self.e * m.sin() };
        for _ in 0..MAX_ITER {
            let f = ea - self.e * ea.sin() - m;
            let step = f / (1.0 - self.e * ea.cos());
            ea -= step;
            if step.abs() < TOL {
                return Ok(ea);
            }
        }
        Err(OrbitError::NoConvergence(MAX_ITER))
    }

    pub fn position(&self, t: f64) -> Result<Vec3, OrbitError> {
        let ea = self.eccentric_anomaly(t)?;
        let (s, c) = ea.sin_cos();
        let x = self.a * (c - self.e);
        let y = self.a * (1.0 - self.e * self.e).sqrt() * s;
        let (so, co) = self.argp.sin_cos();
        let (sr, cr) = self.raan.sin_cos();
        let (si, ci) = self.i.sin_cos();
        let rot = [
            [cr * co - sr * so * ci, -cr * so - sr * co * ci],
            [sr * co + cr * so * ci, -sr * so + cr * co * ci],
            [so * si, co * si],
        ];
        let mut out = [0.0; 3];
        for (o, row) in out.iter_mut().zip(rot.iter()) {
            *o = row[0] * x + row[1] * y;
        }
        Ok(out)
    }
}

#[differentiable]
fn dist(a: &Vec3, b: &Vec3) -> f64 {
    a.iter().zip(b).map(|(p, q)| (p - q).powi(2)).sum::<f64>().sqrt()
}

#[differentiable]
pub fn closest_approach(one: &Elements, two: &Elements, times: &[f64]) -> Result<f64, OrbitError> {
    let mut best = f64::INFINITY;
    for &t in times {
        let d = dist(&one.position(t)?, &two.position(t)?);
        if d < best {
            best = d;
        }
    }
    Ok(best)
}

#[differentiable]
pub fn entry(p: &[f64]) -> f64 {
    let one = Elements { a: 1.0 + p[0], e: p[1], i: p[2], raan: 0.3, argp: 0.2, m0: 0.0 };
    let two = Elements { a: 1.2, e: p[3], ..one };
    let times: Vec<f64> = (0..8).map(|k| 0.4 * k as f64).collect();
    match closest_approach(&one, &two, &times) {
        Ok(d) => d,
        Err(e) => panic!("{e}"),
    }
}

#[test]
fn gradient() {
    check(4, 0.1..0.6, entry, |x| value_and_gradient!(entry, x));
}
