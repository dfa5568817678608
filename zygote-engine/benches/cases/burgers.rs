//! Burgers' equation between fixed ends, stepped in place: what a step overwrites is lost unless
//! it is kept.

#![allow(clippy::needless_range_loop, reason = "the scheme is written in indices")]

use chainrules::prelude::*;
use zygote_engine::prelude::*;

const VISCOSITY: f64 = 2e-3;

/// The factors of the difference of squares and of the second difference.
pub fn coefficients(points: usize, dt: f64) -> (f64, f64) {
    let per_length = points as f64 - 1.0;
    (0.25 * dt * per_length, VISCOSITY * dt * per_length * per_length)
}

#[differentiable]
pub fn step(u: &mut [f64], #[constant] dt: f64) {
    let per_length = u.len() as f64 - 1.0;
    let convection = 0.25 * dt * per_length;
    let diffusion = VISCOSITY * dt * per_length * per_length;
    let mut left = u[0];
    for i in 1..u.len() - 1 {
        let here = u[i];
        let right = u[i + 1];
        u[i] = here - convection * (right * right - left * left)
            + diffusion * (right - 2.0 * here + left);
        left = here;
    }
}

#[differentiable]
pub fn burgers(u0: &[f64], #[constant] dt: f64, steps: usize) -> f64 {
    let mut u = u0.to_vec();
    for _ in 0..steps {
        step(&mut u, dt);
    }
    let mut energy = 0.0;
    for i in 0..u.len() {
        energy += u[i] * u[i];
    }
    energy
}

pub fn ours(u0: &[f64], dt: f64, steps: usize) -> Vec<f64> {
    gradient!(burgers, u0, dt, steps)
}

/// Keeps every state. (Keeping a few and stepping again from them is slower here.)
pub fn by_hand(u0: &[f64], dt: f64, steps: usize) -> Vec<f64> {
    let n = u0.len();
    let (convection, diffusion) = coefficients(n, dt);
    let mut states = vec![0.0; (steps + 1) * n];
    states[..n].copy_from_slice(u0);
    for s in 0..steps {
        let (old, new) = states[s * n..(s + 2) * n].split_at_mut(n);
        forward(old, new, convection, diffusion);
    }
    let mut v: Vec<f64> = states[steps * n..].iter().map(|u| 2.0 * u).collect();
    let mut before = vec![0.0; n];
    for s in (0..steps).rev() {
        backward(&states[s * n..(s + 1) * n], &mut v, &mut before, convection, diffusion);
        std::mem::swap(&mut v, &mut before);
    }
    v
}

fn forward(old: &[f64], new: &mut [f64], convection: f64, diffusion: f64) {
    let n = old.len();
    new[0] = old[0];
    for (new, u) in new[1..n - 1].iter_mut().zip(old.windows(3)) {
        *new = u[1] - convection * (u[2] * u[2] - u[0] * u[0])
            + diffusion * (u[2] - 2.0 * u[1] + u[0]);
    }
    new[n - 1] = old[n - 1];
}

/// From the cotangent `after` a step that started at `u` to the one `before` it. The ends are
/// copied by a step, and are no centre of a difference: they are set apart, and then zero.
fn backward(u: &[f64], after: &mut [f64], before: &mut [f64], convection: f64, diffusion: f64) {
    let n = u.len();
    let (first, last) = (after[0], after[n - 1]);
    (after[0], after[n - 1]) = (0.0, 0.0);
    let slope = 2.0 * convection;
    before[0] = first + after[1] * (diffusion + slope * u[0]);
    for ((before, v), u) in before[1..n - 1].iter_mut().zip(after.windows(3)).zip(&u[1..n - 1]) {
        *before = v[1] + diffusion * (v[0] - 2.0 * v[1] + v[2]) + slope * u * (v[2] - v[0]);
    }
    before[n - 1] = last + after[n - 2] * (diffusion - slope * u[n - 1]);
}
