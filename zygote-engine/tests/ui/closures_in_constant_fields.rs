//! Closures that vary in `#[constant]` fields of structs and variants.
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[derive(Clone, Tangent)]
struct Ode<F> {
    #[constant]
    rhs: F,
    dt: f64,
}

#[differentiable]
impl<F: Fn(f64) -> f64 + Clone> Ode<F> {
    fn new(rhs: F, dt: f64) -> Self {
        Ode { rhs, dt }
    }

    fn step(&self, y: f64) -> f64 {
        y + self.dt * (self.rhs)(y)
    }
}

#[derive(Clone, Tangent)]
enum Law<F> {
    Given(#[constant] F, f64),
    Fixed { rate: f64 },
}

#[derive(Clone, Tangent)]
struct Other<F> {
    f: F,
}

#[differentiable]
fn literal(a: f64) -> f64 {
    let ode = Ode { rhs: |y: f64| -a * y, dt: 0.1 };
    ode.step(2.0)
}

#[differentiable]
fn variant(a: f64) -> f64 {
    let law = Law::Given(|y: f64| -a * y, a);
    match &law {
        Law::Given(f, k) => f(a) * k,
        Law::Fixed { rate } => *rate,
    }
}

#[differentiable]
fn moved(a: f64) -> f64 {
    let other = Other { f: |y: f64| -a * y };
    let ode = Ode { rhs: other.f, dt: a };
    ode.dt
}

/// Nothing varies in it.
#[differentiable]
fn constant_closure(a: f64) -> f64 {
    let ode = Ode { rhs: |y: f64| -2.0 * y, dt: a };
    ode.step(a)
}

fn main() {}
