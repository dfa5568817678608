//! A method of a type's own without a rule, which hides one with a rule behind `Deref`.

use chainrules::prelude::*;
use std::ops::{Deref, DerefMut};
use zygote_engine::prelude::*;

#[derive(Clone, Tangent)]
struct Stack {
    items: Vec<f64>,
}

impl Deref for Stack {
    type Target = Vec<f64>;

    fn deref(&self) -> &Vec<f64> {
        &self.items
    }
}

impl DerefMut for Stack {
    fn deref_mut(&mut self) -> &mut Vec<f64> {
        &mut self.items
    }
}

impl Stack {
    fn new() -> Self {
        Stack { items: vec![] }
    }

    fn push(&mut self, x: f64) {
        self.items.push(2.0 * x);
    }
}

#[derive(Clone, Tangent)]
struct Angle(f64);

impl Deref for Angle {
    type Target = f64;

    fn deref(&self) -> &f64 {
        &self.0
    }
}

impl DerefMut for Angle {
    fn deref_mut(&mut self) -> &mut f64 {
        &mut self.0
    }
}

trait OfDegrees {
    fn sin(&self) -> f64;
}

impl OfDegrees for Angle {
    fn sin(&self) -> f64 {
        (self.0 * 0.02).sin()
    }
}

#[derive(Clone, Tangent)]
struct Arm {
    turn: Angle,
}

#[differentiable]
fn local(x: f64) -> f64 {
    let mut s = Stack::new();
    s.push(x);
    s[0]
}

#[differentiable]
fn parameter(s: &mut Stack, x: f64) -> f64 {
    s.push(x);
    s[0]
}

#[differentiable]
fn field(arm: &Arm) -> f64 {
    2.0 * arm.turn.sin()
}

#[differentiable]
fn in_a_closure(all: &[Angle]) -> f64 {
    all.iter().map(|a| a.sin()).sum()
}

#[differentiable]
fn the_other(s: &mut Stack, x: f64) -> f64 {
    (**s).push(x);
    s.items.push(x);
    s[0]
}

fn main() {}
