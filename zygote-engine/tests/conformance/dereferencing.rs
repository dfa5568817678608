//! `Deref` of the user's own types.

use crate::check::programs;
use chainrules::prelude::*;
use std::ops::{Deref, DerefMut};
use zygote_engine::prelude::*;

/// The lesser or the greater of two numbers, by a comparison that was made before.
#[derive(Clone, Tangent)]
struct Chosen {
    which: std::cmp::Ordering,
    a: f64,
    b: f64,
}

#[differentiable]
impl Deref for Chosen {
    type Target = f64;

    fn deref(&self) -> &f64 {
        if self.which.is_lt() { &self.a } else { &self.b }
    }
}

#[differentiable]
impl DerefMut for Chosen {
    fn deref_mut(&mut self) -> &mut f64 {
        if self.which.is_lt() { &mut self.a } else { &mut self.b }
    }
}

#[differentiable]
fn dereferenced(a: f64, b: f64) -> f64 {
    let mut c = Chosen { which: std::cmp::Ordering::Less, a, b };
    let y = *c * *c;
    c.which = std::cmp::Ordering::Greater;
    y * *c
}

/// A list with a method of its own that hides one of what it dereferences to.
#[derive(Clone, Tangent)]
struct Doubled {
    items: Vec<f64>,
}

#[differentiable]
impl Deref for Doubled {
    type Target = Vec<f64>;

    fn deref(&self) -> &Vec<f64> {
        &self.items
    }
}

#[differentiable]
impl DerefMut for Doubled {
    fn deref_mut(&mut self) -> &mut Vec<f64> {
        &mut self.items
    }
}

#[differentiable]
impl Doubled {
    fn push(&mut self, x: f64) {
        self.items.push(2.0 * x);
    }
}

#[differentiable]
fn own_push(a: f64, b: f64) -> f64 {
    let mut list = Doubled { items: vec![] };
    list.push(a);
    list.push(b * b);
    list.insert(0, a * b);
    list.swap(0, 1);
    let of_items = &mut *list;
    of_items.push(b);
    list[0] * list[1] + list[2] * list[3] * list.len() as f64
}

/// A number with methods of its own and those of what it dereferences to.
#[derive(Clone, Tangent)]
struct Angle(f64);

#[differentiable]
impl Deref for Angle {
    type Target = f64;

    fn deref(&self) -> &f64 {
        &self.0
    }
}

#[differentiable]
impl DerefMut for Angle {
    fn deref_mut(&mut self) -> &mut f64 {
        &mut self.0
    }
}

#[differentiable]
impl Angle {
    fn sin(&self) -> f64 {
        (self.0 * 0.5).sin()
    }
}

#[differentiable]
fn angles(x: &[f64]) -> f64 {
    let all: Vec<Angle> = x.iter().map(|x| Angle(*x)).collect();
    let first = &all[0];
    let own = all.iter().map(|a| a.sin()).sum::<f64>();
    own * first.cos() + Angle(x[1]).powi(2) + (**first).sin()
}

#[differentiable]
trait Grows {
    fn grow(&mut self, x: f64);
}

#[differentiable]
impl Grows for Doubled {
    fn grow(&mut self, x: f64) {
        self.items.push(x.sin());
    }
}

#[differentiable]
fn grown(list: &mut Doubled, x: f64) -> f64 {
    list.grow(x);
    list.push(x * x);
    Grows::grow(list, list[0] * x);
    list[0] * list[1] + list[2]
}

#[differentiable]
fn by_a_trait(x: f64) -> f64 {
    let mut list = Doubled { items: vec![] };
    grown(&mut list, x) * list.items[1]
}

programs![
    by_a_trait("a trait's method of what dereferences", 1, |x| by_a_trait(x[0])),
    dereferenced("`Deref` that branches", 2, |x| dereferenced(x[0], x[1])),
    own_push("a method that hides one behind `Deref`", 2, |x| own_push(x[0], x[1])),
    angles("methods of a number behind `Deref`, and one that hides one", 3, |x| angles(x)),
];
