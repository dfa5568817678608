//! Functions and methods of several parameters as arguments, by their names.

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

#[derive(Clone, Copy, Tangent)]
struct Spring {
    stiffness: f64,
}

#[differentiable]
impl Spring {
    fn force(self, x: f64) -> f64 {
        -self.stiffness * x * x
    }

    fn energy(&self, x: f64) -> f64 {
        0.5 * self.stiffness * x * x
    }

    fn of(a: f64, b: f64) -> Self {
        Spring { stiffness: a * b }
    }
}

#[differentiable]
fn of_spring(f: impl Fn(Spring, f64) -> f64, s: Spring, x: f64) -> f64 {
    f(s, x) + f(s, 2.0 * x) * x
}

#[differentiable]
fn by_reference(f: &dyn Fn(&Spring, f64) -> f64, s: &Spring, x: f64) -> f64 {
    f(s, f(s, x))
}

#[differentiable]
fn made(f: impl Fn(f64, f64) -> Spring, x: f64, y: f64) -> f64 {
    f(x, y).stiffness * x
}

#[differentiable]
fn of_types(x: &[f64]) -> f64 {
    let s = Spring { stiffness: x[0] };
    of_spring(Spring::force, s, x[1])
        + by_reference(&Spring::energy, &s, x[2])
        + made(Spring::of, x[1], x[2])
}

#[differentiable]
fn pair(f: impl Fn(f64, f64) -> f64, x: f64, y: f64) -> f64 {
    f(x, y) * y
}

#[differentiable]
fn at_three(f: impl Fn(f64, f64, f64) -> f64, x: f64, y: f64, z: f64) -> f64 {
    f(x, y, z) + x
}

#[differentiable]
fn powers(f: impl Fn(f64, i32) -> f64, x: f64) -> f64 {
    (1..4).map(|k| f(x, k)).sum()
}

#[differentiable]
fn of_numbers(x: &[f64]) -> f64 {
    pair(f64::max, x[0], x[1])
        + pair(f64::hypot, x[1], x[2])
        + at_three(f64::mul_add, x[0], x[1], x[2])
        + at_three(f64::clamp, x[0], x[1], x[1] + 1.0)
        + powers(f64::powi, x[2])
}

#[differentiable]
fn of_positive_numbers(x: &[f64]) -> f64 {
    of_numbers(&[x[0].abs() + 0.1, x[1].abs() + 0.1, x[2].abs() + 0.1])
}

#[differentiable]
trait Shape {
    fn area(&self) -> f64;

    fn scaled(&self, by: f64) -> f64 {
        self.area() * by * by
    }

    fn grown(self, by: f64) -> Self
    where
        Self: Sized;
}

#[derive(Clone, Tangent)]
struct Square(f64);

#[differentiable]
impl Shape for Square {
    fn area(&self) -> f64 {
        self.0 * self.0
    }

    fn grown(self, by: f64) -> Self {
        Square(self.0 + by)
    }
}

#[differentiable]
impl Shape for f64 {
    fn area(&self) -> f64 {
        3.0 * *self * *self
    }

    fn scaled(&self, by: f64) -> f64 {
        self.area() + by
    }

    fn grown(self, by: f64) -> Self {
        self * by
    }
}

#[differentiable]
fn area_of<S: Shape>(f: impl Fn(&S) -> f64, s: &S) -> f64 {
    f(s) * 2.0
}

#[differentiable]
fn scaled_by<S: Shape>(f: impl Fn(&S, f64) -> f64, s: &S, by: f64) -> f64 {
    f(s, by) * by
}

#[differentiable]
fn grown_by<S: Shape>(f: impl Fn(S, f64) -> S, s: S, by: f64) -> f64 {
    f(s, by).area()
}

#[differentiable]
fn of_traits(x: &[f64]) -> f64 {
    let s = Square(x[0]);
    area_of(Square::area, &s)
        + area_of(Shape::area, &s)
        + scaled_by(Square::scaled, &s, x[1])
        + scaled_by(f64::scaled, &x[2], x[0])
        + grown_by(Shape::grown, s, x[1])
        + grown_by(f64::grown, x[1], x[2])
}

#[derive(Clone, Tangent)]
struct Line<T> {
    slope: T,
}

#[differentiable]
impl<T: Real> Line<T> {
    fn at(&self, x: T, y: T) -> T {
        self.slope * x + y
    }

    fn through(x: T, y: T) -> Self {
        Line { slope: y / x }
    }
}

#[differentiable]
fn on_line<T: Real>(f: impl Fn(&Line<T>, T, T) -> T, line: &Line<T>, x: T) -> T {
    f(line, x, x * x)
}

#[differentiable]
fn joined<T: Real>(f: impl Fn(T, T) -> T, x: T, y: T) -> T {
    f(x, y) * x
}

#[differentiable]
fn generic_number<T: Real>(x: T, y: T) -> T {
    joined(T::max, x, y) + joined(T::hypot, x, y) + joined(T::atan2, x, y)
}

#[differentiable]
fn made_line(f: impl Fn(f64, f64) -> Line<f64>, x: f64, y: f64) -> f64 {
    f(x, y).slope
}

#[differentiable]
fn of_generic_types(x: &[f64]) -> f64 {
    let line = made_line(Line::through, x[0], x[1]);
    let line = Line { slope: line };
    on_line(Line::at, &line, x[2])
        + on_line(Line::<f64>::at, &line, x[1])
        + generic_number(x[0], x[1])
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
    of_types("methods of several parameters as arguments", 3, |x| of_types(x)),
    of_positive_numbers("methods of numbers as arguments, of several parameters", 3, |x| {
        of_positive_numbers(x)
    }),
    of_traits("methods of traits as arguments", 3, |x| of_traits(x)),
    of_generic_types("methods of generic types as arguments", 3, |x| of_generic_types(x)),
];
