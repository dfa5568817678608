//! Methods without a rule.
use chainrules::prelude::*;
use zygote_engine::prelude::*;

trait Total {
    fn total(&self) -> f64;
}

impl Total for [f64] {
    fn total(&self) -> f64 {
        self.iter().sum()
    }
}

#[derive(Clone, Tangent)]
struct Spring {
    stiffness: f64,
}

impl Spring {
    fn new(stiffness: f64) -> Self {
        Self { stiffness }
    }

    fn energy(&self, x: f64) -> f64 {
        self.stiffness * x * x
    }

    fn push(&mut self, x: f64) {
        self.stiffness += x;
    }
}

#[differentiable]
fn of_a_trait(x: &[f64]) -> f64 {
    x[0].sin() * x.total()
}

#[differentiable]
fn of_a_value(s: Spring, x: f64) -> f64 {
    s.energy(x)
}

#[differentiable]
fn of_a_reference(s: &Spring, x: f64) -> f64 {
    s.energy(x)
}

#[differentiable]
fn applied(f: impl Fn(&Spring, f64) -> f64, s: &Spring, x: f64) -> f64 {
    f(s, x)
}

#[differentiable]
fn as_an_argument(s: &Spring, x: f64) -> f64 {
    applied(Spring::energy, s, x)
}

#[differentiable]
fn of_an_exclusive_reference(s: &mut Spring, x: f64) {
    s.push(x)
}

#[differentiable]
fn of_an_item(springs: &[Spring], x: f64) -> f64 {
    let mut sum = 0.0;
    for s in springs {
        sum += s.energy(x);
    }
    sum
}

#[differentiable]
fn of_a_field(springs: &(Spring, f64), x: f64) -> f64 {
    springs.0.energy(x)
}

#[differentiable]
fn of_a_type(x: f64) -> f64 {
    let s = Spring::new(x);
    s.stiffness
}

#[differentiable]
fn of_a_type_parameter<T: Total + Clone>(t: &T, x: f64) -> f64 {
    t.total() * x
}

#[differentiable]
fn of_a_number(x: f64) -> f64 {
    x.to_radians().next_after(1.0)
}

#[differentiable]
fn of_a_walk(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for y in x.chunk_by(f64::le) {
        s += y[0].sin() * y[1];
    }
    s
}

fn main() {
    gradient!(Spring::energy, &Spring::new(1.0), 2.0);
}
