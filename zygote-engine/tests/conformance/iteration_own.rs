//! Chains over iterators of one's own, by their types.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[derive(Clone, Tangent)]
struct Growth {
    x: f64,
    left: usize,
}

#[differentiable]
impl Growth {
    fn new(x: f64, left: usize) -> Self {
        Growth { x, left }
    }

    fn left(&self) -> usize {
        self.left
    }
}

#[differentiable]
impl Iterator for Growth {
    type Item = f64;

    fn next(&mut self) -> Option<f64> {
        if self.left == 0 {
            return None;
        }
        self.left -= 1;
        self.x *= 1.1;
        Some(self.x * self.x)
    }
}

#[derive(Clone, Tangent)]
struct Model {
    rate: f64,
}

#[differentiable]
impl Model {
    fn growth(&self, left: usize) -> Growth {
        Growth { x: self.rate, left }
    }
}

#[differentiable]
fn own_consumed(x: &[f64]) -> f64 {
    let folded = Growth { x: x[0], left: 3 }.fold(0.0, |a, y| a * y + x[1]);
    let list: Vec<f64> = Growth::new(x[1], 3).map(|y| y * x[2]).collect();
    let growth = Growth::new(x[2], 4);
    let some: f64 = growth.clone().filter(|y| *y > 0.5).map(|y| y * x[0]).sum();
    let mut s = folded * list[2] + some;
    for (i, y) in growth.enumerate().skip(1) {
        s += y * i as f64;
    }
    s + Growth::new(x[0], 3).nth(1).unwrap() * Growth::new(x[1], 2).into_iter().last().unwrap()
}

#[differentiable]
fn own_of_a_method(x: &[f64]) -> f64 {
    let model = Model { rate: x[0] };
    let a = model.growth(2).map(|y| y * y).sum::<f64>();
    let mut s = model.growth(3).fold(1.0, |a, b| a * b);
    for y in model.growth(2) {
        s += y * a * x[1];
    }
    s
}

#[differentiable]
fn own_beside(x: &[f64]) -> f64 {
    let s: f64 = Growth { x: x[0], left: 3 }.zip(x).map(|(a, b)| a * b).sum();
    let t: f64 = x.iter().zip(Growth::new(x[1], 2)).map(|(a, b)| a * b).sum();
    let mut list = vec![s];
    list.extend(Growth { x: x[2], left: 2 });
    list.extend(Growth::new(t, 2).map(|y| y * x[0]));
    list.iter().copied().chain(Growth::new(x[0], 2)).fold(1.0, |a, b| a * b + x[1])
}

#[differentiable]
fn first_two(growth: &mut Growth) -> f64 {
    let a: f64 = growth.take(2).sum();
    a * a
}

#[differentiable]
fn own_in_part(x: &[f64]) -> f64 {
    let mut growth = Growth::new(x[0], 9);
    let mut s = first_two(&mut growth);
    for (i, y) in (0..2).zip(growth.by_ref()) {
        s += y * i as f64 * x[1];
    }
    if growth.any(|y| y > 0.6) {
        s *= x[2];
    }
    s += growth.left() as f64 * x[1];
    for y in &mut growth {
        s += y;
        if y > 1.0 {
            break;
        }
    }
    for y in growth {
        s += y * x[2];
    }
    s
}

#[derive(Clone, Tangent)]
struct Down {
    left: usize,
}

#[differentiable]
impl Iterator for Down {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        if self.left == 0 {
            return None;
        }
        self.left -= 1;
        Some(self.left)
    }
}

#[differentiable]
fn own_of_integers(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in (Down { left: 3 }) {
        s = s * x[i] + x[0];
    }
    let n: usize = Down { left: 3 }.map(|i| i * 2).sum();
    s * n as f64 + Down { left: 3 }.map(|i| x[i]).product::<f64>()
}

programs![
    own_consumed("chains over iterators of one's own, by their types", 3, |x| own_consumed(x)),
    own_of_a_method("chains over iterators of one's own, by their types", 2, |x| {
        own_of_a_method(x)
    }),
    own_beside("chains over iterators of one's own, by their types", 3, |x| own_beside(x)),
    own_in_part("chains over iterators of one's own, by their types", 3, |x| own_in_part(x)),
    own_of_integers("chains over iterators of one's own, by their types", 3, |x| {
        own_of_integers(x)
    }),
];
