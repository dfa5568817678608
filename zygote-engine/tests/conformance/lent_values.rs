//! Operators on what a method lends, and `let`s of it with a type or `&` in the pattern.

use crate::check::programs;
use chainrules::prelude::*;
use std::ops::{Add, Mul, Neg};
use zygote_engine::prelude::*;

#[derive(Clone, Copy, PartialEq, Tangent)]
struct Point {
    x: f64,
    y: f64,
}

#[differentiable]
impl Mul<f64> for &Point {
    type Output = Point;
    fn mul(self, k: f64) -> Point {
        Point { x: self.x * k, y: self.y * k }
    }
}

#[differentiable]
impl Add<&Point> for &Point {
    type Output = Point;
    fn add(self, o: &Point) -> Point {
        Point { x: self.x + o.x, y: self.y * o.y }
    }
}

#[differentiable]
impl Neg for &Point {
    type Output = Point;
    fn neg(self) -> Point {
        Point { x: -self.x, y: -self.y }
    }
}

#[derive(Clone, PartialEq, Tangent)]
enum Kind {
    Plain(f64),
    Both { a: f64, b: f64 },
    List(Vec<f64>),
    None,
}

#[derive(Clone, Tangent)]
struct Matrix {
    columns: usize,
    data: Vec<f64>,
    points: Vec<Point>,
    kinds: Vec<Kind>,
    order: Vec<usize>,
    pair: (f64, f64),
}

#[differentiable]
impl Matrix {
    fn at(&self, i: usize, j: usize) -> &f64 {
        &self.data[i * self.columns + j]
    }

    fn row(&self, i: usize) -> &[f64] {
        &self.data[i * self.columns..(i + 1) * self.columns]
    }

    fn list(&self) -> &Vec<f64> {
        &self.data
    }

    fn point(&self, i: usize) -> &Point {
        &self.points[i]
    }

    fn kind(&self, i: usize) -> &Kind {
        &self.kinds[i]
    }

    fn next(&self, i: usize) -> &usize {
        &self.order[i]
    }

    fn pair(&self) -> &(f64, f64) {
        &self.pair
    }

    fn times(&self, o: &Matrix) -> f64 {
        let mut s = 0.0;
        for i in 0..2 {
            for j in 0..2 {
                s += self.at(i, j) * o.at(j, i);
            }
        }
        s
    }
}

#[differentiable]
fn matrix(x: &[f64]) -> Matrix {
    let points = vec![Point { x: x[0], y: x[1] }, Point { x: x[2], y: x[3] }];
    let kinds = vec![
        Kind::Plain(x[0]),
        Kind::Both { a: x[1], b: x[2] },
        Kind::List(vec![x[3], x[0]]),
        Kind::None,
    ];
    let (data, order, pair) = (x.to_vec(), vec![1, 0], (x[0], x[3]));
    Matrix { columns: 2, data, points, kinds, order, pair }
}

#[differentiable]
fn squares(x: &[f64]) -> f64 {
    x.iter().map(|y| y * y).sum()
}

#[differentiable]
fn operators(x: &[f64]) -> f64 {
    let m = matrix(x);
    let mut s =
        m.at(0, 1) * x[0] + x[1] * m.at(1, 0) - 2.0 * m.at(0, 0) / (m.at(1, 1) * m.at(1, 1) + 1.0);
    s += m.at(0, 1);
    s *= m.at(0, 0);
    s -= -m.at(1, 0);
    let a = m.at(0, 0);
    s += a * a + a * x[1] + m.row(0)[1] * m.at(0, 0);
    s + m.times(&m)
}

#[differentiable]
fn of_types(x: &[f64]) -> f64 {
    let m = matrix(x);
    let p = m.point(0) * x[3];
    let q = &p * *m.at(0, 0);
    let (r, t) = (-m.point(1), m.point(1) + &q);
    let u = m.point(0) + &*m.point(1);
    p.x * q.y + r.x * r.y + t.x * t.y + u.x * u.y + x[m.next(0) + 1]
}

#[differentiable]
fn in_loops(x: &[f64]) -> f64 {
    let m = matrix(x);
    let mut s = 0.0;
    for i in 0..2 {
        s = s + x[i] * m.at(i, i) - m.at(i, 1) * s;
        if m.at(i, 0) > m.at(0, 1) || m.at(i, 0) > &0.9 {
            s += m.at(i, 0) * 3.0;
        }
        if &0.4 < m.at(i, 1) && *m.at(i, 1) < 0.9 {
            s *= m.at(i, 1);
        }
    }
    let t: f64 = (0..2).map(|i| m.at(i, i)).sum();
    t * s + (0..2).map(|i| m.at(i, i) * x[i]).sum::<f64>()
}

#[differentiable]
fn bound(x: &[f64]) -> f64 {
    let m = matrix(x);
    let r: &[f64] = m.row(0);
    let all: &[f64] = m.list();
    let p: &Point = m.point(1);
    let v: &f64 = m.at(0, 0);
    let mut s = r[0] * p.y + *v + squares(r) * squares(all) + v * v + all[1] * all.len() as f64;
    let mut row: &[f64] = m.row(0);
    if s > 1.0 {
        row = m.row(1);
    }
    s += row[0] * row[1];
    let &n = m.next(0);
    let k = *m.next(1);
    s += x[n] * x[k];
    let &(e, g) = m.pair();
    let &w = m.at(1, 0);
    s + e * g + w * w
}

#[differentiable]
fn kinds(x: &[f64]) -> f64 {
    let m = matrix(x);
    let mut s = 0.0;
    for i in 0..4 {
        s += match &*m.kind(i) {
            Kind::Plain(k) => k * k,
            Kind::Both { a, b } => a * b,
            Kind::List(v) => squares(v),
            Kind::None => 1.0,
        };
    }
    for i in 0..3 {
        s *= match *m.kind(i) {
            Kind::Plain(k) => k,
            Kind::Both { a, b } => a + b,
            _ => 1.0,
        };
        if matches!(m.kind(i), Kind::Both { .. }) {
            s += x[i];
        }
    }
    let Point { x: a, y: b } = *m.point(0);
    let (c, d) = *m.pair();
    s + a * b * c * d
}

#[derive(Clone, Tangent)]
struct Knot {
    t: f64,
    y: f64,
}

#[derive(Clone, Tangent)]
struct Curve {
    knots: Vec<Knot>,
    width: usize,
    data: Vec<f64>,
}

#[differentiable]
impl Curve {
    fn find(&self, t: f64) -> Option<&Knot> {
        self.knots.iter().find(|k| k.t >= t)
    }

    fn value(&self, i: usize) -> Option<&f64> {
        self.data.get(i)
    }

    fn row(&self, i: usize) -> Option<&[f64]> {
        self.data.get(i * self.width..(i + 1) * self.width)
    }

    fn of_row(&self, i: usize) -> f64 {
        let mut s = 0.5;
        if let Some(row) = self.row(i) {
            for x in row {
                s += x * row[0];
            }
        }
        s + match self.row(i) {
            Some(row) => row.iter().map(|x| x * x).sum(),
            None => s,
        }
    }

    fn asked(&self, i: usize) -> Option<f64> {
        let row = self.row(i)?;
        let mut s = 0.0;
        for (k, x) in row.iter().enumerate() {
            s += x * k as f64;
        }
        for x in row {
            s *= x;
        }
        Some(s)
    }

    fn there(&self, i: usize) -> f64 {
        let row = self.row(i).expect("a row");
        let mut s = squares(self.row(i).unwrap());
        for x in row {
            s *= 1.0 + x;
        }
        for x in self.row(0).unwrap() {
            s += x * row[0];
        }
        s + self.row(i + 1).map(|row| squares(row)).unwrap_or(0.5)
    }
}

#[differentiable]
fn weighed(k: &Knot) -> f64 {
    k.t * k.y
}

#[differentiable]
fn may_be_lent(x: &[f64]) -> f64 {
    let knots = (0..3).map(|i| Knot { t: i as f64, y: x[i] * x[3] }).collect();
    let m = Curve { knots, width: 2, data: x.to_vec() };
    let one = weighed(m.find(0.5).unwrap()) * weighed(m.find(1.5).expect("the last"));
    let knot = m.find(0.5).cloned();
    let first = m.find(-1.0).cloned().unwrap();
    let kept = knot.map_or(0.0, |k| k.y * first.y);
    let missing = m.find(7.0).cloned().map_or(1.0, |k| k.y);
    let values = m.value(0).copied().unwrap_or(0.5) * m.value(9).copied().unwrap_or(x[1]);
    let rows = m.of_row(0) * m.of_row(5) + m.asked(1).unwrap_or(0.25) * m.there(0) + m.there(1);
    one + kept * missing + values * rows + m.asked(4).unwrap_or(x[2])
}

programs![
    may_be_lent("what a method may lend, unwrapped as an argument, cloned, looped over", 4, |x| {
        may_be_lent(x)
    }),
    operators("operators on what a method lends, `m.at(i, j) * x`", 4, |x| operators(x)),
    of_types("the same of one's own types, `m.point(0) + &q`", 4, |x| of_types(x)),
    in_loops("the same in loops, conditions and chains", 4, |x| in_loops(x)),
    bound("`let row: &[f64] = m.row(i);`, `let &x = m.at(i, j);`", 4, |x| bound(x)),
    kinds("`match *m.kind()` of what a method lends", 4, |x| kinds(x)),
];
