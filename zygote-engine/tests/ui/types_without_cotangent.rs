//! Types of the user's without `#[derive(Tangent)]`, and types that have no cotangent at all.
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[derive(Clone)]
struct Point {
    x: f64,
    y: f64,
}

#[derive(Clone)]
enum Shape {
    Circle(f64),
    Square(f64),
}

#[derive(Clone, Tangent)]
struct Body {
    at: Point,
    mass: f64,
}

#[differentiable]
fn structure(p: &Point) -> f64 {
    p.x * p.y
}

#[differentiable]
fn enumeration(s: Shape) -> f64 {
    match s {
        Shape::Circle(r) => 3.0 * r * r,
        Shape::Square(a) => a * a,
    }
}

#[differentiable]
fn local(x: f64) -> f64 {
    let p = Point { x, y: 2.0 * x };
    p.x * p.y
}

#[derive(Clone, Copy, Tangent)]
struct WithoutDefault(f64);

#[differentiable]
fn without_a_value(x: f64) -> f64 {
    let mut p;
    p = WithoutDefault(x);
    p.0 *= x;
    p.0
}

fn main() {}
