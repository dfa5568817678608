//! Functions and methods of the user's own that have the name of one that the engine knows.
use chainrules::prelude::*;
use zygote_engine::differentiable;

fn constant(x: f64) -> f64 {
    2.0 * x
}

#[differentiable]
fn of_the_name_of_a_control_function(x: f64) -> f64 {
    constant(x) * x
}

#[derive(Clone, Copy, Tangent)]
struct Pair {
    a: f64,
    b: f64,
}

#[differentiable]
impl Pair {
    fn first(&self) -> Option<f64> {
        Some(2.0 * self.a)
    }
}

#[differentiable]
fn of_the_name_of_a_slices_method(p: Pair) -> f64 {
    match p.first() {
        Some(a) => a * p.b,
        None => p.b,
    }
}

mod variants {
    use super::*;

    #[derive(Clone, Tangent)]
    pub enum Step {
        Fine(f64),
        Err(f64),
    }
    use Step::{Err, Fine};

    #[differentiable]
    pub fn of_the_name_of_a_results_error(s: &Step, k: f64) -> f64 {
        match s {
            Fine(a) => a * k,
            Err(b) => b * k * 2.0,
        }
    }
}

#[differentiable]
fn product(x: f64, y: f64) -> f64 {
    x * y
}

fn main() {
    zygote_engine::gradient!(product, 3.0, constant(2.0));
}
