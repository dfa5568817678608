//! Rules written by hand, where they can't be.
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[differentiable]
fn own(x: f64) -> f64 {
    x * x
}

#[rule(own)]
fn rule_of_own(x: f64) -> (f64, impl FnOnce(f64) -> f64 + Clone) {
    (x * x, move |dy| 2.0 * x * dy)
}

mod elsewhere {
    pub fn twice(x: f64) -> f64 {
        2.0 * x
    }
}

#[rule(elsewhere::twice)]
fn rule_of_twice(x: f64) -> (f64, impl FnOnce(f64) -> f64 + Clone) {
    (2.0 * x, move |dy| 2.0 * dy)
}

#[derive(Clone, Tangent)]
struct Spring {
    stiffness: f64,
}

#[differentiable]
impl Spring {
    fn force(&self, x: f64) -> f64 {
        self.stiffness * x
    }
}

#[rule(Spring::force)]
fn rule_of_force(s: &Spring, x: f64) -> (f64, impl FnOnce(f64) -> (Spring, f64) + Clone + use<>) {
    let stiffness = s.stiffness;
    (s.force(x), move |dy| (Spring { stiffness: dy * x }, dy * stiffness))
}

impl Spring {
    #[rule]
    fn energy(&self, x: f64) -> (f64, impl FnOnce(f64) -> (Spring, f64) + Clone + use<>) {
        let stiffness = self.stiffness;
        (stiffness * x, move |dy| (Spring { stiffness: dy * x }, dy * stiffness))
    }
}

impl Spring {
    fn length(self, x: f64) -> f32 {
        (self.stiffness * x) as f32
    }
}

#[rule(Spring::length)]
fn rule_of_length(s: &Spring, x: f64) -> (f64, impl FnOnce(f64) -> (Spring, f64) + Clone + use<>) {
    (s.stiffness * x, move |dy| (Spring { stiffness: dy * x }, dy))
}

fn push(v: &mut Vec<f64>, x: f64) {
    v.push(x);
}

#[rule(push)]
fn rule_of_push(v: &mut Vec<f64>, x: f64) -> ((), impl FnOnce(()) -> (Vec<f64>, f64) + Clone) {
    push(v, x);
    ((), move |()| (vec![], 0.0))
}

fn main() {}
