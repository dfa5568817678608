//! Functions without `#[differentiable]` and without a rule.
use chainrules::prelude::*;
use inner::g as renamed;
use zygote_engine::prelude::*;

fn plain(x: f64) -> f64 {
    x
}

fn generic<T>(x: T) -> T {
    x
}

mod inner {
    pub fn g(x: f64) -> f64 {
        x
    }
}

#[differentiable]
fn of_this_module(x: f64) -> f64 {
    plain(x)
}

#[differentiable]
fn of_another_module(x: f64) -> f64 {
    inner::g(x)
}

#[differentiable]
fn of_another_crate(x: f64) -> f64 {
    std::convert::identity(x)
}

#[differentiable]
fn by_another_name(x: f64) -> f64 {
    renamed(x)
}

#[differentiable]
fn with_types(x: f64) -> f64 {
    generic::<f64>(x)
}

#[differentiable]
fn as_an_argument(x: Option<f64>) -> Option<f64> {
    x.map(plain)
}

fn main() {
    gradient!(plain, 2.0);
    gradient!(inner::g, 2.0);
    gradient!(generic::<f64>, 2.0);
    let closure = |x: f64| x * x;
    gradient!(closure, 2.0);
    pullback!(unknown, 2.0);
    code_ir!(plain);
    code_adjoint!(inner::g);
}
