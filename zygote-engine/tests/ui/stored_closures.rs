//! Closures that are parts of values: where they have no derivative.
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[derive(Clone, Tangent)]
struct Bounded<F: Fn(f64) -> f64> {
    f: F,
}

#[derive(Clone, Tangent)]
struct Ode<F> {
    f: F,
    dt: f64,
}

#[differentiable]
fn before(a: f64) -> f64 {
    let ode = Ode::new(|y: f64| a * y, 0.1);
    ode.dt * a
}

#[differentiable]
impl<F: Fn(f64) -> f64> Ode<F> {
    fn new(f: F, dt: f64) -> Self {
        Ode { f, dt }
    }

    fn step(&self, y: f64) -> f64 {
        y + self.dt * (self.f)(y)
    }
}

#[differentiable]
trait Stepper {
    fn advance(&self, y: f64) -> f64;
}

#[differentiable]
impl<F: Fn(f64) -> f64> Stepper for Ode<F> {
    fn advance(&self, y: f64) -> f64 {
        y + self.dt * (self.f)(y)
    }
}

#[differentiable]
fn step<F: Fn(f64) -> f64>(ode: &Ode<F>, y: f64) -> f64 {
    ode.step(y)
}

fn main() {
    let ode = Ode { f: |y: f64| 2.0 * y, dt: 0.1 };
    gradient!(step, constant(&ode), 2.0);
}
