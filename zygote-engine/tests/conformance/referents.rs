//! Patterns of what a reference refers to: parameters of closures, several at once, slices and arrays.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[derive(Clone, Tangent)]
struct Pair {
    a: f64,
    b: f64,
}

#[differentiable]
fn applied<T>(v: &T, f: impl Fn(&T) -> f64) -> f64 {
    f(v)
}

#[differentiable]
fn applied_to_all<T: Clone, F: Fn(&T) -> f64>(all: &[T], f: F) -> f64 {
    let mut s = 0.0;
    for v in all {
        s += f(v);
    }
    s
}

#[differentiable]
fn applied_object(v: &(f64, f64), f: &dyn Fn(&(f64, f64)) -> f64) -> f64 {
    f(v)
}

#[differentiable]
fn applied_to_value<T>(v: T, f: impl Fn(T) -> f64) -> f64 {
    f(v)
}

#[differentiable]
fn of_references(a: &f64, b: &f64) -> f64 {
    a * b + a
}

#[differentiable]
fn parameters(x: &[f64]) -> f64 {
    let points = [[x[0], x[1]], [x[1], x[2]]];
    let pair = Pair { a: x[0], b: x[2] };
    applied_to_all(&points, |[a, b]| (a * a + 1.0).hypot(*b))
        + applied(&pair, |Pair { a, b }| a * b + *a)
        + applied(&pair, |Pair { a, b }| a.sin() * b.powi(2) + of_references(a, b))
        + applied_object(&(x[0], x[1]), &|(a, b)| a * b)
        + applied(&(x[0], x[1]), |(a, b)| if a > b { a * b } else { a + b * b })
        + applied(&(x.to_vec(), x[2]), |(v, k)| v.iter().map(|y| y * k).sum::<f64>() * v[0] * k)
        + applied(&(x.to_vec(), x[2]), |(v, k)| v.iter().map(|y| y * *k).sum::<f64>() + v[0] * *k)
}

#[differentiable]
fn values(x: &[f64]) -> f64 {
    applied_to_value((x[0], x[1]), |(a, b)| {
        let mut s = a;
        for _ in 0..3 {
            s = s * b + a;
        }
        s.sin()
    }) + applied_to_value((x.to_vec(), x[1]), |(v, k)| {
        let w = v;
        w[0] * k * w[1] * w[2]
    })
}

#[derive(Clone, Tangent)]
struct Point(f64, f64);

#[differentiable]
impl Point {
    fn dot(&self, other: &Self) -> f64 {
        match (self, other) {
            (&Self(a, b), &Self(c, d)) => a * c + b * d,
        }
    }
}

#[derive(Clone, Tangent)]
enum Shape {
    Line(f64, f64),
    Many { k: f64, v: Vec<f64> },
}

#[differentiable]
fn overlap(p: &Shape, q: &Shape) -> f64 {
    match (p, q) {
        (&Shape::Line(a, b), &Shape::Line(c, d)) => a * c + b * d,
        (&Shape::Line(a, _), Shape::Many { k, v }) => a * k * v[0],
        (Shape::Many { k, .. }, &Shape::Line(a, b)) => k.sin() * a * b,
        (Shape::Many { k, v }, Shape::Many { k: l, v: w }) => k * l + v[1] * w[0],
    }
}

#[differentiable]
fn two_references(x: &[f64]) -> f64 {
    let (p, q) = (Shape::Line(x[0], x[1]), Shape::Many { k: x[2], v: x.to_vec() });
    overlap(&p, &p) + overlap(&p, &q) * overlap(&q, &p) + overlap(&q, &q)
        - Point(x[0], x[1]).dot(&Point(x[1], x[2]))
}

#[differentiable]
fn product(v: &Vec<f64>) -> f64 {
    match v[..] {
        [a, b] => a * b,
        [a, b, c] if a > b => a * b * c,
        [a, b, c] => a + b * c,
        _ => 0.0,
    }
}

#[differentiable]
fn folded_back(v: &[f64]) -> f64 {
    match v {
        [] => 0.0,
        [a] => *a,
        [a, rest @ ..] => a * folded_back(rest) + folded_back(&rest[1..]),
    }
}

#[differentiable]
fn area(p: &[Point]) -> f64 {
    match p {
        [Point(a, b), .., Point(c, d)] => a * c + b * d,
        [Point(a, _)] => *a,
        [] => 0.0,
    }
}

#[differentiable]
fn elements(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    let [a, b, c] = v[..] else { return 0.0 };
    let &[first, .., last] = x else { return 1.0 };
    v[0] *= product(&v) + first * last;
    let [changed, ..] = v[..] else { return 2.0 };
    let from = if a < -0.5 { 1 } else { 0 };
    let inner = if let [ref p, q, _] = v[from..] { p * q } else { 0.0 };
    v[1] = 0.0;
    let points = [Point(x[0], x[1]), Point(x[1], x[2])];
    a * b + c * changed * inner + folded_back(x) + area(&points)
}

#[differentiable]
fn other_lengths(x: &[f64]) -> f64 {
    let point = [Point(x[0], x[1])];
    let mut sum = area(&point) * x[2] + area(&point[1..]);
    for n in 0..5 {
        let mut v = vec![x[0]; n];
        v.extend(x);
        let [first, .., last] = v[..] else { return 1.0 };
        sum += if let [ref p, q, _] = v[..] { p * q } else { first * last };
        v.truncate(4 - n);
        sum += product(&v) * x[1];
    }
    sum
}

#[differentiable]
fn distance(a: &[f64; 2], b: &[f64; 2]) -> f64 {
    (a[0] - b[0]).hypot(a[1] - b[1] + 1.0)
}

#[differentiable]
fn arrays_of_slices(x: &[f64]) -> f64 {
    let all: &[f64; 3] = x.try_into().unwrap();
    let v = x.to_vec();
    let a: &[f64; 2] = v[..2].try_into().expect("two");
    let b: &[f64; 2] = (&x[1..3]).try_into().unwrap();
    let [p, q, r] = all;
    distance(a, b) + all[0] * all[1] + p * q * r
}

programs![
    elements_of_two("patterns of slices: `let [a, b] = v[..] else`, `match v[..]`", || {
        assert_eq!(value_and_gradient!(elements, &[1.0, 2.0]), (0.0, vec![0.0, 0.0]));
    }),
    parameters("parameters of closures that are references, `|[a, b]|`, `|P { a, b }|`", 3, |x| {
        parameters(x)
    }),
    values("parameters of closures that are values, `|(a, b)|`", 3, |x| values(x)),
    two_references("`match (self, other)` with `&` in the patterns", 3, |x| two_references(x)),
    elements("patterns of slices: `let [a, b] = v[..] else`, `match v[..]`", 3, |x| elements(x)),
    other_lengths("patterns of slices: `let [a, b] = v[..] else`, `match v[..]`", 3, |x| {
        other_lengths(x)
    }),
    arrays_of_slices("`let a: &[f64; 3] = x.try_into().unwrap()`", 3, |x| arrays_of_slices(x)),
];
