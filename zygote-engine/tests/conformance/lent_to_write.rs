//! Methods that lend a part to write to, `fn at_mut(&mut self, i: usize) -> &mut f64`, and those that give the
//! value itself again, `-> &mut Self`.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Tangent)]
struct Point {
    x: f64,
    y: f64,
}

#[derive(Clone, Debug, PartialEq, Tangent)]
struct Matrix {
    columns: usize,
    data: Vec<f64>,
    points: Vec<Point>,
    a: f64,
    b: f64,
}

#[differentiable]
impl Matrix {
    fn new(x: &[f64]) -> Matrix {
        let points = vec![Point { x: x[0], y: x[1] }, Point { x: x[2], y: x[3] }];
        Matrix { columns: 2, data: x.to_vec(), points, a: x[0], b: x[1] }
    }

    fn at(&self, i: usize, j: usize) -> &f64 {
        &self.data[i * self.columns + j]
    }

    fn at_mut(&mut self, i: usize, j: usize) -> &mut f64 {
        let k = i * self.columns + j;
        assert!(k < self.data.len());
        &mut self.data[k]
    }

    fn row_mut(&mut self, i: usize) -> &mut [f64] {
        &mut self.data[i * self.columns..(i + 1) * self.columns]
    }

    fn list_mut(&mut self) -> &mut Vec<f64> {
        &mut self.data
    }

    fn all_mut<'a>(&'a mut self) -> &'a mut [f64] {
        &mut self.data
    }

    fn point_mut(&mut self, i: usize) -> &mut Point {
        &mut self.points[i]
    }

    fn either_mut(&mut self, first: bool) -> &mut f64 {
        if first {
            return &mut self.a;
        }
        match self.columns {
            0 => panic!("no columns"),
            _ => &mut self.b,
        }
    }

    fn first_above_mut(&mut self, limit: f64) -> &mut f64 {
        let mut k = 0;
        while k + 1 < self.data.len() && self.data[k] <= limit {
            k += 1;
        }
        &mut self.data[k]
    }

    fn in_row_mut(&mut self, i: usize, j: usize) -> &mut f64 {
        &mut self.row_mut(i)[j]
    }

    fn corner_mut(&mut self) -> &mut f64 {
        self.at_mut(0, 0)
    }

    fn change(&mut self, k: f64) {
        *self.at_mut(1, 1) = k;
        self.row_mut(0)[1] *= k;
        *self.corner_mut() += 1.0;
    }

    fn scale(&mut self, k: f64) -> &mut Self {
        for v in &mut self.data {
            *v *= k;
        }
        self
    }

    fn shift(&mut self, k: f64) -> &mut Self {
        if k < 0.5 {
            return self;
        }
        for v in self.all_mut() {
            *v += k;
        }
        self
    }

    fn sum(&self) -> f64 {
        let weighted = self.data.iter().enumerate().map(|(i, v)| v * v * (i + 1) as f64);
        let points = self.points.iter().map(|p| p.x * p.y).sum::<f64>();
        weighted.sum::<f64>() + self.a * self.b + points
    }
}

#[differentiable]
fn bump(x: &mut f64, k: f64) {
    *x = *x * k + 1.0;
}

#[differentiable]
fn normalize(x: &mut [f64]) -> f64 {
    let s: f64 = x.iter().map(|v| v * v).sum();
    for v in x.iter_mut() {
        *v /= s;
    }
    s
}

#[differentiable]
fn assigned(x: &[f64]) -> f64 {
    let mut m = Matrix::new(x);
    *m.at_mut(0, 1) = x[0] * x[2];
    *m.at_mut(1, 0) += x[0] * m.at(0, 1);
    m.row_mut(1)[1] -= x[1];
    m.row_mut(0).swap(0, 1);
    m.list_mut().push(x[3] * x[3]);
    m.point_mut(0).x = x[1];
    m.point_mut(1).y *= x[2];
    *m.point_mut(0) = Point { x: x[1], y: m.points[0].y * 2.0 };
    *m.either_mut(true) *= x[1];
    *m.either_mut(false) *= x[0];
    *m.first_above_mut(0.5) *= x[2];
    *m.in_row_mut(1, 0) *= x[3];
    *m.corner_mut() += x[2];
    m.change(x[0]);
    m.sum()
}

#[differentiable]
fn bound(x: &[f64]) -> f64 {
    let mut m = Matrix::new(x);
    let r = m.row_mut(0);
    r[0] += x[1];
    r[1] *= r[0];
    let t: &mut f64 = m.at_mut(0, 0);
    *t += x[2];
    *t *= *t;
    let q = m.point_mut(0);
    q.x *= x[3];
    q.y += q.x;
    bump(m.at_mut(0, 0), x[3]);
    let s = normalize(m.row_mut(1));
    m.sum() * s
}

#[differentiable]
fn in_loops(x: &[f64]) -> f64 {
    let mut m = Matrix::new(x);
    for v in m.row_mut(0) {
        *v *= x[1];
    }
    for (v, w) in m.row_mut(1).iter_mut().zip(x) {
        *v += w * x[1];
    }
    m.row_mut(1).iter_mut().for_each(|v| *v *= x[2]);
    let mut calls = 0;
    for i in 0..2 {
        for j in 0..2 {
            let k = {
                calls += 1;
                j
            };
            *m.at_mut(i, k) += x[i] * *m.at(j, i);
        }
        if x[i] > 0.5 {
            *m.at_mut(i, 0) = m.data[i] * x[1];
        }
        for v in m.all_mut() {
            if *v > 1.5 {
                break;
            }
            *v *= *v;
        }
    }
    m.sum() * calls as f64
}

#[differentiable]
fn itself(x: &[f64]) -> f64 {
    let mut m = Matrix::new(x);
    m.scale(x[1]);
    m.shift(x[2]);
    let n = &mut m;
    n.scale(x[0]);
    m.sum()
}

#[derive(Clone, Tangent)]
struct Grid<T> {
    columns: usize,
    cells: Vec<T>,
}

#[differentiable]
impl<T: Clone> Grid<T> {
    fn cell_mut(&mut self, i: usize, j: usize) -> &mut T {
        &mut self.cells[i * self.columns + j]
    }

    fn row_mut(&mut self, i: usize) -> &mut [T] {
        let n = self.columns;
        &mut self.cells[i * n..(i + 1) * n]
    }
}

#[derive(Clone, Tangent)]
struct World {
    grid: Grid<f64>,
    points: Grid<Point>,
    matrices: Vec<Matrix>,
}

#[differentiable]
fn generic(x: &[f64]) -> f64 {
    let points = x.iter().map(|v| Point { x: *v, y: v * v }).collect();
    let mut w = World {
        grid: Grid { columns: 2, cells: x.to_vec() },
        points: Grid { columns: 2, cells: points },
        matrices: vec![Matrix::new(x), Matrix::new(x)],
    };
    *w.grid.cell_mut(0, 1) *= x[2];
    w.points.cell_mut(1, 0).x += x[0] * w.grid.cells[1];
    for p in w.points.row_mut(1) {
        p.y *= x[1];
    }
    let mut at = 0;
    *w.matrices[at].at_mut(1, at) = x[3] * x[3];
    at += 1;
    w.matrices[at].row_mut(0)[1] += w.matrices[0].sum();
    let s: f64 = w.points.cells.iter().map(|p| p.x * p.y).sum();
    s + w.grid.cells[1] * w.matrices[1].sum()
}

programs![
    assigned("methods that lend a part to write to, `*m.at_mut(i, j) += x`", 4, |x| assigned(x)),
    bound("the same bound to a name, and as arguments", 4, |x| bound(x)),
    in_loops("the same in loops, and as what a loop goes over", 4, |x| in_loops(x)),
    itself("methods that give `&mut Self`", 4, |x| itself(x)),
    generic("parts to write to of generic types, in fields and elements", 4, |x| generic(x)),
];
