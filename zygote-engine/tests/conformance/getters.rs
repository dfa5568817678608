//! Functions and methods that give references to parts, `fn row(&self, i: usize) -> &[f64]`.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[derive(Clone, Debug, PartialEq, Tangent)]
struct Point {
    x: f64,
    y: f64,
}

#[differentiable]
impl Point {
    fn norm(&self) -> f64 {
        self.x * self.x + self.y
    }
}

#[derive(Clone, Debug, PartialEq, Tangent)]
struct Grid {
    columns: usize,
    data: Vec<f64>,
    points: Vec<Point>,
    last: Option<Point>,
    near: Vec<Vec<usize>>,
}

#[differentiable]
impl Grid {
    fn row(&self, i: usize) -> &[f64] {
        &self.data[i * self.columns..(i + 1) * self.columns]
    }

    fn all(&self) -> &[f64] {
        &self.data
    }

    fn list(&self) -> &Vec<f64> {
        &self.data
    }

    fn at(&self, i: usize, j: usize) -> &f64 {
        &self.row(i)[j]
    }

    fn corner(&self) -> &f64 {
        self.at(0, 0)
    }

    fn newest(&self) -> &Point {
        match &self.last {
            Some(p) => p,
            None => self.points.last().unwrap(),
        }
    }

    fn largest(&self, from: usize) -> &Point {
        if from >= self.points.len() {
            return self.newest();
        }
        let at = &self.points[from];
        if at.x > 0.5 { at } else { self.largest(from + 1) }
    }

    fn near(&self, i: usize) -> &[usize] {
        &self.near[i]
    }

    fn dot(&self, i: usize, x: &[f64]) -> f64 {
        self.row(i).iter().zip(x).map(|(a, b)| a * b).sum()
    }

    fn scale(&mut self, k: f64) {
        for x in &mut self.data {
            *x *= k;
        }
    }
}

#[differentiable]
fn grid(x: &[f64], last: bool) -> Grid {
    let last = if last { Some(Point { x: x[2], y: x[0] }) } else { None };
    let points = vec![Point { x: x[0], y: x[1] }, Point { x: x[1], y: x[2] }];
    let near = vec![vec![1, 2], vec![0], vec![1, 0, 0]];
    let data = vec![x[0], x[1], x[2], x[0] * x[1], x[1] * x[2], x[2] * x[0]];
    Grid { columns: 2, data, points, last, near }
}

#[differentiable]
fn squares(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for y in x {
        s += y * y;
    }
    s
}

#[differentiable]
fn weighted(p: &Point, k: f64) -> f64 {
    p.x * k + p.y
}

#[differentiable]
fn read(x: &[f64], last: bool) -> f64 {
    let g = grid(x, last);
    let r = g.row(1);
    let a = r[0] * x[1] + squares(r) + squares(g.row(0)) * squares(r);
    let b = *g.at(1, 1) * x[0] + *g.corner();
    let p = g.newest();
    let c = p.x * x[2] + p.norm() * weighted(p, x[1]) + weighted(g.newest(), p.y);
    let q = g.largest(0).clone();
    let d = q.x * q.y * g.dot(0, g.row(1)) + g.all()[2] * g.list()[3];
    a + b + c + d + g.list().len() as f64 * squares(&g.all()[1..4])
}

#[differentiable]
fn in_loops(x: &[f64], last: bool) -> f64 {
    let mut g = grid(x, last);
    let mut s = 0.0;
    for i in 0..3 {
        let r = g.row(i);
        s += r.iter().map(|v| v * x[1]).sum::<f64>() * r[0];
        if r[1] > 0.3 {
            s += *g.at(i, 0);
        }
        g.scale(x[2]);
        for v in g.row(i) {
            s += v * v;
        }
        for &j in g.near(i) {
            s += g.row(j)[1] * g.points[0].y;
        }
        for (v, w) in g.row(0).iter().zip(g.row(i)) {
            s += v * w;
        }
    }
    let mut row = g.row(0);
    if s > 0.5 {
        row = g.row(2);
    }
    s + row[0] * squares(row)
}

#[differentiable]
trait Model {
    fn parameters(&self) -> &[f64];
    fn center(&self) -> &Point;

    fn norm(&self) -> f64 {
        let p = self.parameters();
        squares(p) + p[0] * weighted(self.center(), p[1])
    }

    fn first(&self) -> &f64 {
        &self.parameters()[0]
    }
}

#[derive(Clone, Debug, PartialEq, Tangent)]
struct Line {
    slope: [f64; 2],
    center: Point,
}

#[differentiable]
impl Model for Line {
    fn parameters(&self) -> &[f64] {
        &self.slope
    }

    fn center(&self) -> &Point {
        &self.center
    }
}

#[differentiable]
impl Model for Grid {
    fn parameters(&self) -> &[f64] {
        self.row(1)
    }

    fn center(&self) -> &Point {
        self.newest()
    }
}

#[differentiable]
fn of_model<T: Model + HasTangent>(m: &T, k: f64) -> f64 {
    m.norm() * k + *m.first() * m.parameters()[1] + m.center().norm()
}

#[differentiable]
fn of_traits(x: &[f64]) -> f64 {
    let line = Line { slope: [x[0], x[1]], center: Point { x: x[2], y: x[0] } };
    of_model(&line, x[2]) + of_model(&grid(x, true), x[0]) * of_model(&grid(x, false), x[1])
}

#[derive(Clone, Debug, PartialEq, Tangent)]
struct Pair<T> {
    items: Vec<T>,
}

#[differentiable]
impl<T: Clone> Pair<T> {
    fn get(&self, i: usize) -> &T {
        &self.items[i]
    }

    fn both(&self) -> &[T] {
        &self.items[..2]
    }
}

#[differentiable]
fn longer<'a>(a: &'a [f64], b: &'a [f64]) -> &'a [f64] {
    if a.len() > b.len() { a } else { b }
}

#[differentiable]
fn largest(x: &[f64]) -> &f64 {
    let mut at = 0;
    for (i, y) in x.iter().enumerate() {
        if *y > x[at] {
            at = i;
        }
    }
    &x[at]
}

#[differentiable]
fn of_functions(x: &[f64]) -> f64 {
    let rest = longer(&x[1..], &x[..1]);
    let pair = Pair { items: vec![x[0] * x[1], x[2]] };
    let points = Pair { items: vec![Point { x: x[0], y: x[2] }, Point { x: x[1], y: 1.0 }] };
    let s = rest[0] * *largest(x) + squares(longer(rest, x)) * *largest(rest);
    s + *pair.get(1) * squares(pair.both()) + points.get(0).norm() * points.both()[1].x
}

programs![
    read("methods that give references, `-> &[f64]`, `-> &Point`", 3, |x| read(x, true)),
    read_in_others("methods that give references, `-> &[f64]`, `-> &Point`", 3, |x| read(x, false)),
    in_loops("the same in loops, with changes between", 3, |x| in_loops(x, true)),
    of_traits("the same in traits and default methods", 3, |x| of_traits(x)),
    of_functions("functions that give references, and generic ones", 3, |x| of_functions(x)),
];
