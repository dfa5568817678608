//! Ranges that functions and methods give.

use crate::check::programs;
use chainrules::prelude::*;
use std::ops::{Range, RangeInclusive};
use zygote_engine::prelude::*;

#[derive(Clone, Tangent)]
struct Mesh {
    order: usize,
    stiffness: f64,
}

#[differentiable]
impl Mesh {
    fn nodes(&self, element: usize) -> Range<usize> {
        let start = element * (self.order - 1);
        start..start + self.order
    }

    fn up_to(&self, x: f64) -> RangeInclusive<usize> {
        if x > 0.5 { 0..=self.order } else { 0..=1 }
    }

    fn energy(&self, x: &[f64]) -> f64 {
        let mut s = 0.0;
        for (a, i) in self.nodes(1).enumerate() {
            for (b, j) in self.nodes(0).enumerate() {
                s += self.stiffness * x[i] * x[j] * (a + 2 * b) as f64;
            }
        }
        s + self.nodes(1).map(|i| x[i] * self.stiffness).sum::<f64>()
    }
}

#[differentiable]
fn block(k: usize) -> Range<usize> {
    k..k + 2
}

#[differentiable]
fn in_loops(x: &[f64]) -> f64 {
    let mesh = Mesh { order: 2, stiffness: x[1] };
    let mut s = mesh.energy(x);
    for (i, j) in block(1).enumerate() {
        s += x[j] * i as f64;
    }
    for i in mesh.up_to(x[0]).skip(1) {
        s += x[i] * x[0];
    }
    'outer: for (a, i) in mesh.nodes(0).enumerate() {
        for j in mesh.nodes(1).rev() {
            if j == a + 1 {
                continue 'outer;
            }
            s += x[j] * x[i] + a as f64;
        }
    }
    for i in mesh.nodes(1) {
        s += x[i] * s;
    }
    for (i, y) in mesh.nodes(1).rev().zip(x) {
        s += x[i] * y;
    }
    s
}

#[differentiable]
fn in_chains(x: &[f64]) -> f64 {
    let mesh = Mesh { order: 2, stiffness: x[2] };
    let items: Vec<f64> = mesh.nodes(1).map(|i| x[i] * mesh.stiffness).collect();
    let product = mesh.nodes(0).fold(1.0, |p, i| p * x[i]);
    let odd = mesh.up_to(x[1]).filter(|i| i % 2 == 1).map(|i| x[i].sin()).sum::<f64>();
    let nested = block(0).flat_map(|k| mesh.nodes(k)).map(|i| x[i] * product).sum::<f64>();
    let reversed = mesh.nodes(0).rev();
    let mut s = if mesh.nodes(0).any(|i| x[i] > 1.0) { product } else { x[0] };
    for i in reversed {
        s += x[i] * s;
    }
    items[0] * items[1] + odd + nested + s
}

programs![
    in_loops("loops over ranges that methods give", 3, |x| in_loops(x)),
    in_chains("chains over ranges that methods give", 3, |x| in_chains(x)),
];
