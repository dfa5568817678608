//! Errors that would lose a derivative.
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[derive(Clone, Debug, PartialEq, Tangent)]
struct Point {
    x: f64,
    name: String,
}

#[derive(Clone, Debug, PartialEq)]
enum Failure {
    Bad(String, f64),
    At(Position),
}

#[derive(Clone, Debug, PartialEq)]
struct Position(f64);

fn position(p: &Point) -> Position {
    Position(p.x)
}

impl Position {
    fn new(x: f64) -> Self {
        Self(x)
    }
}

#[differentiable]
fn of_a_field(p: &Point) -> Result<f64, Failure> {
    if p.x > 0.0 { Ok(p.x) } else { Err(Failure::Bad(p.name.clone(), p.x)) }
}

#[differentiable]
fn of_a_pattern(p: &Point) -> Result<f64, (usize, f64)> {
    let Point { x, name } = p;
    if name.is_empty() { Ok(*x) } else { Err((name.len(), *x)) }
}

#[differentiable]
fn of_a_function(p: &Point) -> Result<f64, Failure> {
    let at = position(p);
    if p.x > 0.0 { Ok(p.x) } else { Err(Failure::At(at)) }
}

#[differentiable]
fn of_a_function_of_the_type(p: &Point) -> Result<f64, Failure> {
    if p.x > 0.0 { Ok(p.x) } else { Err(Failure::At(Position::new(p.x))) }
}

fn main() {}
