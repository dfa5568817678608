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

/// The item of a loop over a range is a number like another.
#[differentiable]
fn casts(x: &[f64]) -> f64 {
    let mesh = Mesh { order: 2, stiffness: x[1] };
    let mut s = x[0];
    for i in mesh.nodes(0) {
        s = s * x[1] + i as f64;
    }
    'all: for i in mesh.up_to(x[2]) {
        for j in mesh.nodes(i).into_iter() {
            if j > 2 {
                continue 'all;
            }
            s += (i + 2 * j) as f64 * x[j] * s;
        }
    }
    let add = |k: usize| {
        let mut t = x[2];
        for i in block(k) {
            t = t * x[0] + i as f64;
        }
        t
    };
    s + add(0) * add(1)
}

#[derive(Clone, Tangent)]
struct Parts {
    first: Range<usize>,
    all: Vec<Range<usize>>,
    signed: RangeInclusive<i32>,
    values: Vec<f64>,
}

#[differentiable]
impl Parts {
    fn of_one(&self, part: &Range<usize>) -> f64 {
        let mut s = 0.5;
        for i in part.clone() {
            s = s * self.values[i] + i as f64;
        }
        for i in part.clone().rev() {
            s += self.values[i] * s;
        }
        s
    }

    fn scale(&mut self, x: f64) {
        for i in self.first.clone() {
            self.values[i] *= x + i as f64;
        }
        for part in &self.all {
            for i in part.clone() {
                self.values[i] += x * i as f64;
            }
        }
        for k in self.signed.clone() {
            self.values[0] += self.values[1] * k as f64;
        }
    }
}

#[differentiable]
fn of_range(part: Range<usize>, x: f64) -> f64 {
    let mut s = x;
    for i in part {
        s = s * x + i as f64;
    }
    s
}

/// One that may have given its only item.
fn given_already(k: usize, is_given: bool) -> RangeInclusive<usize> {
    let mut given = k..=k;
    if is_given {
        given.next();
    }
    given
}

#[differentiable]
fn of_inclusive(part: RangeInclusive<usize>, x: &[f64]) -> f64 {
    let mut s = x[0];
    for i in part {
        s = s * x[i] + i as f64;
    }
    s
}

#[differentiable]
fn ended_ranges(x: &[f64]) -> f64 {
    let mut s = of_inclusive(given_already(1, x[0] > 0.5), x) * of_inclusive(1..=2, x);
    let last = given_already(2, x[1] > 0.5);
    for i in last {
        s = s * x[2] + i as f64;
    }
    s
}

#[differentiable]
fn held_ranges(x: &[f64]) -> f64 {
    let mut parts =
        Parts { first: 0..2, all: vec![1..3, 2..2, 0..1], signed: -1..=2, values: x.to_vec() };
    parts.scale(x[1]);
    let mut s = of_range(parts.first.clone(), x[2]);
    for part in parts.all.iter().cloned() {
        for i in part {
            s = s * x[i] + i as f64;
        }
    }
    s + parts.of_one(&(1..3)) + parts.of_one(&parts.all[2])
}

#[differentiable]
fn of_inclusive_chain(part: RangeInclusive<usize>, x: &[f64]) -> f64 {
    let product: f64 = part.clone().map(|i| x[i]).product();
    let list: Vec<f64> = part.clone().rev().map(|i| x[i] * i as f64).collect();
    list.iter().sum::<f64>() * product + part.map(|i| x[i] * x[i]).sum::<f64>()
}

#[differentiable]
fn chains_over_ended_ranges(x: &[f64]) -> f64 {
    let mesh = Mesh { order: 2, stiffness: x[1] };
    let all = mesh.up_to(x[2]);
    let ended = of_inclusive_chain(given_already(1, x[0] > 0.5), x);
    let whole = of_inclusive_chain(1..=2, x) * of_inclusive_chain(all.clone(), x);
    ended + whole + all.map(|i| x[i]).fold(0.5, |a, b| a * b + 1.0)
}

#[derive(Clone, Tangent)]
struct Window {
    part: Range<usize>,
    closed: RangeInclusive<usize>,
    k: f64,
}

#[differentiable]
impl Window {
    fn value(&self, x: &[f64]) -> f64 {
        let mut s = self.part.clone().map(|i| x[i] * self.k).sum::<f64>();
        s += self.closed.clone().map(|i| x[i] * x[i]).sum::<f64>() * self.part.len() as f64;
        for i in self.closed.clone().rev().step_by(2) {
            s = s * x[i] + self.k;
        }
        if self.closed.contains(&2) && !self.part.contains(&0) {
            s *= x[1];
        }
        s
    }
}

#[differentiable]
fn ranges_of_fields(x: &[f64]) -> f64 {
    let end = if x[0] > 0.5 { 2 } else { 1 };
    let window = Window { part: 1..3, closed: 0..=end, k: x[0] };
    window.value(x) * x[2]
}

#[differentiable]
fn named_ranges(x: &[f64]) -> f64 {
    let mesh = Mesh { order: 2, stiffness: x[1] };
    let nodes = mesh.nodes(1);
    let mut s: f64 = nodes.clone().map(|i| x[i] * i as f64).sum();
    for i in nodes.clone().rev() {
        s = s * x[0] + i as f64;
    }
    for (k, i) in nodes.clone().enumerate() {
        s += x[k] * i as f64;
    }
    assert!(!nodes.is_empty() && nodes.contains(&1), "{nodes:?}");
    s *= x[nodes.start] * x[nodes.end - 1];
    for i in nodes {
        s += x[i] * s;
    }
    let mut shorter: Range<usize> = 0..3;
    shorter.end -= 1;
    for i in shorter.clone().skip(1) {
        s = s * x[i] + i as f64;
    }
    let second = shorter.nth(0).unwrap() as f64;
    for i in shorter {
        s += x[i] * second + i as f64 * x[0];
    }
    s
}

#[differentiable]
fn copied_after_some(x: &[f64]) -> f64 {
    let mut s = x[0];
    let mut range = 0..2;
    while let Some(i) = range.next() {
        s += x[i] * x[2];
        if s > 0.5 {
            break;
        }
    }
    for i in range.clone() {
        s *= x[i + 1];
    }
    s * (range.start as f64 + 1.0) + x[1] * range.len() as f64
}

programs![
    copied_after_some(
        "a copy of a range, and its start, after some of its items are taken",
        3,
        |x| { copied_after_some(x) }
    ),
    in_loops("loops over ranges that methods give", 3, |x| in_loops(x)),
    casts("casts of the items of loops over such ranges", 3, |x| casts(x)),
    held_ranges("loops over ranges in fields, lists and parameters", 3, |x| held_ranges(x)),
    ended_ranges("inclusive ranges that may have given their items", 3, |x| ended_ranges(x)),
    chains_over_ended_ranges("inclusive ranges that may have given their items", 3, |x| {
        chains_over_ended_ranges(x)
    }),
    ranges_of_fields("chains over ranges in fields", 3, |x| ranges_of_fields(x)),
    named_ranges("loops and chains over ranges by name", 3, |x| named_ranges(x)),
    in_chains("chains over ranges that methods give", 3, |x| in_chains(x)),
];
