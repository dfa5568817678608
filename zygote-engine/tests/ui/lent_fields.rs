//! Fields that are references to what may vary.
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[derive(Clone, Tangent)]
struct Ode<'a> {
    rates: &'a [f64],
    names: &'a [&'static str],
}

#[differentiable]
impl Ode<'_> {
    fn rhs(&self, y: f64) -> f64 {
        y * self.rates[0] + self.rates.len() as f64 * self.names.len() as f64
    }
}

#[differentiable]
fn step(x: &[f64], y: f64) -> f64 {
    let ode = Ode { rates: &x[..2], names: &[] };
    y + ode.rhs(y)
}

#[derive(Clone, Tangent)]
struct Solver<'a, P> {
    problem: &'a P,
    rate: f64,
}

fn main() {
    let _ = gradient!(step, &[1.0, 2.0], 3.0);
}
