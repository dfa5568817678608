//! Functions of several parameters as arguments, by their names.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[differentiable]
fn product(a: f64, b: f64) -> f64 {
    a * b.sin()
}

#[differentiable]
fn at_two(g: impl Fn(f64, f64) -> f64, x: f64) -> f64 {
    g(x, 2.0) * g(2.0, x)
}

#[differentiable]
fn generic_product<T: Real>(a: T, b: T) -> T {
    a * b * b
}

#[differentiable]
fn by_name(x: f64) -> f64 {
    at_two(product, x) + at_two(&product, x) + at_two(generic_product, x) + at_two(|a, b| a - b, x)
}

#[differentiable]
fn pendulum(t: f64, y: &[f64]) -> Vec<f64> {
    vec![y[1], -y[0].sin() * t]
}

#[differentiable]
fn euler(f: &dyn Fn(f64, &[f64]) -> Vec<f64>, start: &[f64]) -> f64 {
    let mut y = start.to_vec();
    for i in 0..3 {
        let d = f(0.5 + i as f64, &y);
        for k in 0..y.len() {
            y[k] += 0.1 * d[k];
        }
    }
    y[0] * y[1]
}

#[differentiable]
fn heun<F: Fn(f64, &[f64]) -> Vec<f64>>(f: F, start: &[f64]) -> f64 {
    let first = f(0.0, start);
    let ahead: Vec<f64> = start.iter().zip(&first).map(|(y, d)| y + 0.1 * d).collect();
    let second = f(0.1, &ahead);
    first.iter().zip(&second).map(|(a, b)| a * b).sum()
}

#[differentiable]
fn handed_on(f: impl Fn(f64, &[f64]) -> Vec<f64>, start: &[f64]) -> f64 {
    heun(f, start)
}

#[differentiable]
fn equations_by_name(start: &[f64]) -> f64 {
    euler(&pendulum, start) + heun(pendulum, start) + handed_on(&pendulum, start)
}

#[differentiable]
fn pendulum_in_place(t: f64, y: &[f64], d: &mut [f64]) {
    d[0] = y[1];
    d[1] = -y[0] * y[0] * t;
}

#[differentiable]
fn euler_in_place(f: impl Fn(f64, &[f64], &mut [f64]), start: &[f64]) -> f64 {
    let mut y = start.to_vec();
    let mut d = vec![0.0; y.len()];
    for i in 0..3 {
        f(1.0 + i as f64, &y, &mut d);
        for k in 0..y.len() {
            y[k] += 0.1 * d[k];
        }
    }
    y[0] * y[1]
}

#[differentiable]
fn in_place(start: &[f64]) -> f64 {
    euler_in_place(pendulum_in_place, start)
}

#[differentiable(pointer)]
fn quotient(a: f64, b: f64) -> f64 {
    a / (1.0 + b * b)
}

#[differentiable]
fn through_pointer(g: fn(f64, f64) -> f64, x: f64) -> f64 {
    g(x, 2.0) * g(1.0, x)
}

#[differentiable]
fn pointers(x: f64) -> f64 {
    through_pointer(quotient, x)
}

/// It calls itself and takes a function, and so does what calls it.
#[differentiable]
fn repeated<F: Fn(f64) -> f64>(f: &F, x: f64, n: usize) -> f64 {
    if n == 0 { f(x) } else { f(repeated(f, x, n - 1)) }
}

#[differentiable]
fn repeated_thrice<F: Fn(f64) -> f64>(f: F, x: f64) -> f64 {
    repeated(&f, x, 2)
}

#[differentiable]
fn recursive(x: f64, y: f64) -> f64 {
    repeated_thrice(|t| (t * y).sin() + x, x)
}

#[differentiable]
fn twice<F: Fn(f64) -> f64>(g: F) -> impl Fn(f64) -> f64 {
    move |x| g(g(x))
}

#[differentiable]
fn composed(f: impl Fn(f64) -> f64, g: impl Fn(f64) -> f64) -> impl Fn(f64) -> f64 {
    move |x| f(g(x))
}

#[differentiable]
fn functions_of_functions(x: f64, y: f64) -> f64 {
    let f = twice(|t| t * x);
    let g = composed(|t| t + y, |t| t * t);
    f(y) + g(x)
}

#[differentiable]
fn add_square(x: f64, to: &mut f64) {
    *to += x * x;
}

#[differentiable]
fn by_value_and_lent(x: f64, y: f64) -> f64 {
    let mut a = x;
    add_square(a, &mut a);
    let mut b = a;
    add_square(b * y, &mut b);
    let mut v = vec![y, b];
    add_square(v[1], &mut v[0]);
    v[0] * v[1] + a
}

programs![
    by_name("functions of two parameters as arguments", 1, |x| by_name(x[0])),
    equations_by_name("the right-hand side of an equation, by its name", 2, |x| {
        equations_by_name(x)
    }),
    in_place("functions that fill a slice, as arguments", 2, |x| in_place(x)),
    pointers("`fn` pointers of two parameters", 1, |x| pointers(x[0])),
    recursive("a recursive function that takes a function", 2, |x| recursive(x[0], x[1])),
    functions_of_functions("functions that take functions and give one", 2, |x| {
        functions_of_functions(x[0], x[1])
    }),
    by_value_and_lent("a variable by value and by `&mut` in one call", 2, |x| by_value_and_lent(
        x[0], x[1]
    )),
];
