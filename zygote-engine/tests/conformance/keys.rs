//! Indices of one's own by keys that are no numbers.

use crate::check::programs;
use chainrules::prelude::*;
use std::ops::{Index, IndexMut};
use zygote_engine::prelude::*;

#[derive(Clone, Copy, PartialEq, Tangent)]
enum Axis {
    X,
    Y,
}

impl Axis {
    const ALL: [Self; 2] = [Self::X, Self::Y];
}

static BACKWARDS: &[Axis] = &[Axis::Y, Axis::X];

#[derive(Clone, Copy, Tangent)]
struct Box2 {
    low: [f64; 2],
    high: [f64; 2],
}

#[differentiable]
impl Index<Axis> for Box2 {
    type Output = f64;

    fn index(&self, a: Axis) -> &f64 {
        match a {
            Axis::X => &self.high[0],
            Axis::Y => &self.high[1],
        }
    }
}

#[differentiable]
impl IndexMut<Axis> for Box2 {
    fn index_mut(&mut self, a: Axis) -> &mut f64 {
        match a {
            Axis::X => &mut self.high[0],
            Axis::Y => &mut self.high[1],
        }
    }
}

/// Another key, by value, too.
#[differentiable]
impl Index<(usize, bool)> for Box2 {
    type Output = f64;

    fn index(&self, (k, high): (usize, bool)) -> &f64 {
        if high { &self.high[k] } else { &self.low[k] }
    }
}

#[differentiable]
impl IndexMut<(usize, bool)> for Box2 {
    fn index_mut(&mut self, (k, high): (usize, bool)) -> &mut f64 {
        if high { &mut self.high[k] } else { &mut self.low[k] }
    }
}

#[differentiable]
fn keys_of_loops(x: f64, y: f64) -> f64 {
    let mut boxes = [Box2 { low: [x, y], high: [y, x * x] }; 2];
    for a in Axis::ALL {
        boxes[0][a] = boxes[0][a].min(1.2) * boxes[1][a];
    }
    for (k, &a) in BACKWARDS.iter().enumerate() {
        boxes[1][a] += boxes[0][a] * x;
        boxes[1][(k, false)] *= boxes[0][a];
    }
    for key in [(0, true), (1, false)] {
        boxes[0][key] += boxes[1][key] * y;
    }
    let last = Axis::ALL[1];
    let inner: f64 = Axis::ALL.iter().map(|&a| boxes[0][a] * boxes[1][a]).sum();
    let outer: f64 = Axis::ALL.into_iter().map(|a| boxes[0][a]).product();
    inner + outer * boxes[1][last] + boxes[1][(0, false)]
}

programs![keys_of_loops("own indices by enums and pairs that loops give", 2, |x| keys_of_loops(
    x[0], x[1]
)),];
