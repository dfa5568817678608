//! Types, their operators and traits.

use super::{Item, item};

pub(super) const TYPES: &[Item] = &[
    item(
        "Pair",
        &[],
        r#"
#[derive(Clone, Debug, Tangent)]
pub struct Pair {
    pub a: f64,
    pub b: f64,
    pub kind: usize,
}
#[differentiable]
impl std::ops::Add for Pair {
    type Output = Pair;
    fn add(self, other: Pair) -> Pair {
        assert_eq!(self.kind, other.kind, "pairs of one kind");
        Pair { a: self.a + other.a, b: self.b + other.b, kind: self.kind }
    }
}
#[differentiable]
impl std::ops::Sub<&Pair> for &Pair {
    type Output = Pair;
    fn sub(self, other: &Pair) -> Pair {
        assert!(self.kind == other.kind, "{} is not {}", self.kind, other.kind);
        Pair { a: self.a - other.a, b: self.b * 0.5 - other.b, kind: self.kind }
    }
}
#[differentiable]
impl std::ops::Mul<f64> for Pair {
    type Output = Pair;
    fn mul(self, k: f64) -> Pair {
        Pair { a: self.a * k, b: self.b * k.tanh(), kind: self.kind }
    }
}
#[differentiable]
impl std::ops::Neg for Pair {
    type Output = Pair;
    fn neg(self) -> Pair {
        Pair { a: -self.a, b: -self.b, kind: self.kind }
    }
}
#[differentiable]
impl std::ops::AddAssign for Pair {
    fn add_assign(&mut self, other: Pair) {
        debug_assert!(self.kind == other.kind);
        self.a += other.a;
        self.b += other.b * 0.5;
    }
}
#[differentiable]
impl Pair {
    pub fn new(a: f64, b: f64) -> Self {
        Self { a, b, kind: 2 }
    }
    pub fn mix(&self, x: f64, other: &Pair, n: usize) -> f64 {
        if n % 2 == 0 {
            return self.a * x + other.b;
        }
        self.b.sin() * other.a - x
    }
    pub fn turned(self, x: f64, y: &[f64]) -> Pair {
        let first = y[0] * x;
        Pair { a: self.b + first, b: self.a * x, ..self }
    }
    pub fn shift(&mut self, x: f64, by: &mut f64) -> f64 {
        self.a += x * *by;
        *by = self.b * 0.5;
        self.a
    }
}
"#,
    ),
    item(
        "Curve",
        &[],
        r#"
#[differentiable(dyn)]
pub trait Curve {
    fn at(&self, x: f64) -> f64;
    fn twice(&self, x: f64) -> f64 {
        self.at(self.at(x) * 0.5)
    }
    fn bend(&mut self, by: f64);
}
#[derive(Clone, Tangent)]
pub struct Line {
    pub slope: f64,
    pub offset: f64,
}
#[differentiable(dyn)]
impl Curve for Line {
    fn at(&self, x: f64) -> f64 {
        self.slope * x + self.offset
    }
    fn bend(&mut self, by: f64) {
        self.slope *= by;
    }
}
#[derive(Clone, Tangent)]
pub struct Wave(pub Vec<f64>);
#[differentiable(dyn)]
impl Curve for Wave {
    fn at(&self, x: f64) -> f64 {
        let mut y = x;
        for a in &self.0 {
            y = (y * *a).sin();
        }
        y
    }
    fn twice(&self, x: f64) -> f64 {
        self.at(x) * 2.0
    }
    fn bend(&mut self, by: f64) {
        self.0.push(by);
    }
}
#[differentiable]
pub fn along(curve: &dyn Curve, x: f64, n: usize) -> f64 {
    let mut y = x;
    for _ in 0..n {
        y = curve.twice(y).tanh();
    }
    y
}
#[differentiable]
pub fn through<C: Curve>(curve: &mut C, x: f64) -> f64 {
    curve.bend(x.cos());
    curve.at(x) + curve.twice(x)
}
"#,
    ),
    item(
        "Two",
        &[],
        r#"
#[derive(Clone, Tangent)]
pub struct Two<T> {
    pub left: T,
    pub right: T,
}
#[differentiable]
impl<T: Copy + std::ops::Add<Output = T> + std::ops::Mul<Output = T>> Two<T> {
    pub fn area(&self, scale: T) -> T {
        self.left * self.right + scale
    }
    pub fn turn(&mut self) {
        std::mem::swap(&mut self.left, &mut self.right);
        self.left = self.left + self.right * self.right;
    }
}
"#,
    ),
    item(
        "Term",
        &[],
        r#"
#[derive(Clone, Tangent)]
pub enum Term {
    Number(f64),
    Sum(Box<Term>, Box<Term>),
    Product { left: Box<Term>, right: Box<Term> },
}
#[differentiable]
impl Term {
    pub fn value(&self, depth: usize) -> Option<f64> {
        match self {
            Term::Number(_) if depth > 3 => None,
            Term::Number(x) => Some(*x),
            Term::Sum(a, b) => {
                let a = a.value(depth + 1)?;
                Some(a + b.value(depth + 1).unwrap_or(0.25))
            }
            Term::Product { left, right } => {
                let (Some(a), Some(b)) = (left.value(depth + 1), right.value(depth + 1)) else {
                    return None;
                };
                Some(a * b)
            }
        }
    }
}
"#,
    ),
    item(
        "Halves",
        &[],
        r#"
#[derive(Clone, Tangent)]
pub struct Halves {
    pub x: f64,
    pub left: usize,
}
#[differentiable]
impl Iterator for Halves {
    type Item = f64;
    fn next(&mut self) -> Option<f64> {
        if self.left == 0 {
            return None;
        }
        self.left -= 1;
        self.x = self.x * 0.5;
        Some(self.x)
    }
}
"#,
    ),
    item(
        "Grid",
        &[],
        r#"
#[derive(Clone, Tangent)]
pub struct Grid {
    pub columns: usize,
    pub data: Vec<f64>,
}
impl std::ops::Index<(usize, usize)> for Grid {
    type Output = f64;
    fn index(&self, (i, j): (usize, usize)) -> &f64 {
        &self.data[i * self.columns + j]
    }
}
impl std::ops::IndexMut<(usize, usize)> for Grid {
    fn index_mut(&mut self, (i, j): (usize, usize)) -> &mut f64 {
        &mut self.data[i * self.columns + j]
    }
}
#[differentiable]
impl Grid {
    pub fn row(&self, i: usize) -> &[f64] {
        &self.data[i * self.columns..(i + 1) * self.columns]
    }
    pub fn row_mut(&mut self, i: usize) -> &mut [f64] {
        let start = i * self.columns;
        &mut self.data[start..start + self.columns]
    }
    pub fn find(&self, from: f64) -> Option<&f64> {
        self.data.iter().find(|x| **x > from)
    }
}
"#,
    ),
    item(
        "Lcg",
        &[],
        r#"
#[derive(Clone)]
pub struct Lcg(pub usize);
impl Lcg {
    pub fn next(&mut self) -> usize {
        self.0 = (self.0 * 1103 + 12345) % 65536;
        self.0 % 10
    }
}
"#,
    ),
];
