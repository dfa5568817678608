//! Types that are iterated, collected into and extended by `impl`s of their own.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[derive(Clone, Tangent)]
struct Series {
    values: Vec<f64>,
    scale: f64,
}

#[differentiable]
impl<'a> IntoIterator for &'a Series {
    type Item = &'a f64;
    type IntoIter = std::slice::Iter<'a, f64>;

    fn into_iter(self) -> Self::IntoIter {
        self.values.iter()
    }
}

#[differentiable]
impl IntoIterator for Series {
    type Item = f64;
    type IntoIter = std::vec::IntoIter<f64>;

    fn into_iter(self) -> Self::IntoIter {
        self.values.into_iter()
    }
}

#[differentiable]
impl FromIterator<f64> for Series {
    fn from_iter<I: IntoIterator<Item = f64>>(items: I) -> Self {
        let mut values = vec![];
        for x in items {
            values.push(2.0 * x);
        }
        Series { values, scale: 1.0 }
    }
}

#[differentiable]
impl Extend<f64> for Series {
    fn extend<I: IntoIterator<Item = f64>>(&mut self, items: I) {
        for x in items {
            self.values.push(x * self.scale);
            self.scale += x;
        }
    }
}

#[differentiable]
impl Series {
    fn new(x: &[f64]) -> Self {
        Series { values: x.to_vec(), scale: x[0] }
    }

    fn total(&self) -> f64 {
        let mut s = 0.0;
        for x in self {
            s += x * self.scale;
        }
        s
    }

    fn add_squares(&mut self, x: &[f64]) {
        self.extend(x.iter().map(|y| y * y));
    }
}

#[differentiable]
fn by_reference(x: &[f64]) -> f64 {
    let series = Series { values: x.to_vec(), scale: x[0] };
    let mut s = 0.0;
    for y in &series {
        if *y > 1.0 {
            break;
        }
        s += y * y * series.scale;
    }
    for (i, y) in (&series).into_iter().enumerate() {
        s += i as f64 * y * y;
    }
    s
}

#[differentiable]
fn of_parameters(lent: &Series, own: Series, x: f64) -> f64 {
    let mut s = x;
    for y in lent {
        s += y * y * lent.scale;
    }
    for y in own {
        s *= y;
    }
    s + lent.into_iter().map(|y| y * x).sum::<f64>()
}

#[differentiable]
fn by_value(x: &[f64]) -> f64 {
    let series = Series::new(x);
    let (copy, scale) = (series.clone(), series.scale);
    let mut s = of_parameters(&series, series.clone(), x[1]);
    for y in series {
        s += y * y * scale;
    }
    s + copy.into_iter().map(|y| y * y).sum::<f64>()
}

#[differentiable]
fn zipped(x: &[f64]) -> f64 {
    let (a, b) = (Series::new(x), Series::new(&x[1..]));
    let mut s: f64 = x.iter().zip(&a).map(|(p, q)| p * q).sum();
    s += (&a).into_iter().zip(&b).map(|(p, q)| p * q * q).sum::<f64>();
    for (p, q) in a.into_iter().zip(b) {
        s += p * q;
    }
    s
}

#[differentiable]
fn collected(x: &[f64]) -> f64 {
    let a: Series = x.iter().map(|y| y * y).collect();
    let b = x.iter().copied().collect::<Series>();
    let mut c = Series::from_iter(vec![x[0], x[1]]);
    c.extend(x.iter().map(|y| y.sin()));
    c.extend(vec![x[1]]);
    c.add_squares(x);
    let mut s = a.total() * b.total();
    for y in &c {
        s += y.cos() * y;
    }
    s * c.scale
}

#[differentiable]
fn constant_one(x: f64) -> f64 {
    let series = Series { values: vec![1.0, 2.0], scale: 3.0 };
    let mut s = x;
    for y in &series {
        s *= y * x;
    }
    for y in series {
        s += y * x;
    }
    s
}

#[derive(Clone, Tangent)]
struct Grid {
    cells: Vec<f64>,
    columns: usize,
}

#[differentiable]
impl<'a> IntoIterator for &'a Grid {
    type Item = &'a [f64];
    type IntoIter = std::slice::Chunks<'a, f64>;

    fn into_iter(self) -> Self::IntoIter {
        self.cells.chunks(self.columns)
    }
}

#[differentiable]
impl IntoIterator for Grid {
    type Item = (usize, f64);
    type IntoIter = std::iter::Enumerate<std::vec::IntoIter<f64>>;

    fn into_iter(self) -> Self::IntoIter {
        self.cells.into_iter().enumerate()
    }
}

#[differentiable]
fn rows(x: &[f64]) -> f64 {
    let grid = Grid { cells: x.to_vec(), columns: 2 };
    let mut s = 0.0;
    for row in &grid {
        s += row[0] * row.iter().sum::<f64>();
    }
    for (i, cell) in grid {
        s += cell * cell * i as f64;
    }
    s
}

#[derive(Clone, Tangent)]
struct Stack<T> {
    items: Vec<T>,
}

#[differentiable]
impl<'a, T: Clone + HasTangent> IntoIterator for &'a Stack<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.iter()
    }
}

#[differentiable]
impl<T: Clone + HasTangent> IntoIterator for Stack<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.into_iter()
    }
}

#[differentiable]
impl<T: Clone + HasTangent> FromIterator<T> for Stack<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        let items: Vec<T> = items.into_iter().collect();
        Stack { items }
    }
}

#[derive(Clone, Tangent)]
struct Point {
    x: f64,
    y: f64,
}

#[differentiable]
fn generic(x: &[f64]) -> f64 {
    let numbers: Stack<f64> = x.iter().map(|a| a * x[0]).collect();
    let points = Stack { items: vec![Point { x: x[0], y: x[1] }, Point { x: x[2], y: 1.0 }] };
    let mut t = 0.0;
    for a in &numbers {
        t += a * a;
    }
    for p in &points {
        t += p.x * p.y;
    }
    for Point { x, y } in points {
        t *= x + y;
    }
    for a in numbers {
        t += a;
    }
    t
}

programs![
    by_reference("`impl IntoIterator for &Type`", 3, |x| by_reference(x)),
    by_value("`impl IntoIterator for Type`", 3, |x| by_value(x)),
    zipped("types of one's own in `zip`", 3, |x| zipped(x)),
    collected("`impl Extend` and `impl FromIterator`", 3, |x| collected(x)),
    constant_one("a loop over a constant of such a type", 1, |x| constant_one(x[0])),
    rows("items that are slices, and pairs", 3, |x| rows(x)),
    generic("`impl IntoIterator for Stack<T>`", 3, |x| generic(x)),
];
