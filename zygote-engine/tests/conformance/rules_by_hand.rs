//! Rules of methods that are written by hand.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[derive(Clone, Copy, Tangent)]
struct Lens {
    power: f64,
}

impl Lens {
    fn new(a: f64, b: f64) -> Self {
        Self { power: a * b }
    }

    fn bent(&self, x: f64) -> f64 {
        self.power * x * x
    }

    fn stretched(self, by: f64) -> Self {
        Self { power: self.power * by }
    }
}

#[rule(Lens::new)]
fn rule_of_new(a: f64, b: f64) -> (Lens, impl FnOnce(Lens) -> (f64, f64) + Clone) {
    (Lens::new(a, b), move |d| (d.power * b, d.power * a))
}

#[rule(Lens::bent)]
fn rule_of_bent(lens: &Lens, x: f64) -> (f64, impl FnOnce(f64) -> (Lens, f64)) {
    let power = lens.power;
    (lens.bent(x), move |dy| (Lens { power: dy * x * x }, 2.0 * dy * power * x))
}

#[rule(Lens::stretched)]
fn rule_of_stretched(lens: Lens, by: f64) -> (Lens, impl FnOnce(Lens) -> (Lens, f64) + Clone) {
    (lens.stretched(by), move |d| (Lens { power: d.power * by }, d.power * lens.power))
}

#[differentiable]
fn through(f: impl Fn(&Lens, f64) -> f64, lens: &Lens, x: f64) -> f64 {
    f(lens, x)
}

#[differentiable]
fn rules_of_methods(x: &[f64]) -> f64 {
    let lens = Lens::new(x[0], x[1]);
    let other = lens.stretched(x[2]);
    lens.bent(x[1]) * other.bent(x[0]) + through(Lens::bent, &other, x[2])
}

programs![rules_of_methods("`#[rule(Type::method)]`", 3, |x| rules_of_methods(x)),];
