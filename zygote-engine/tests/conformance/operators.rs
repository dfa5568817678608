//! Operators of the user's own types.

use crate::check::programs;
use chainrules::prelude::*;
use std::iter::{Product, Sum};
use std::ops::{Add, AddAssign, Div, Index, IndexMut, Mul, MulAssign, Neg, Sub, SubAssign};
use zygote_engine::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Tangent)]
struct V2 {
    x: f64,
    y: f64,
}

fn v2(x: &[f64]) -> V2 {
    V2 { x: x[0], y: x[1] }
}

#[differentiable]
impl Add for V2 {
    type Output = V2;

    fn add(self, other: V2) -> V2 {
        V2 { x: self.x + other.x, y: self.y + other.y }
    }
}

#[differentiable]
impl Sub for V2 {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        V2 { x: self.x - other.x, y: self.y - other.y }
    }
}

#[differentiable]
impl Mul<f64> for V2 {
    type Output = V2;

    fn mul(self, k: f64) -> V2 {
        V2 { x: self.x * k, y: self.y * k }
    }
}

#[differentiable]
impl Mul<V2> for f64 {
    type Output = V2;

    fn mul(self, v: V2) -> V2 {
        v * self
    }
}

/// The inner product.
#[differentiable]
impl Mul for V2 {
    type Output = f64;

    fn mul(self, other: V2) -> f64 {
        self.x * other.x + self.y * other.y
    }
}

#[differentiable]
impl Div<f64> for V2 {
    type Output = V2;

    fn div(self, k: f64) -> V2 {
        V2 { x: self.x / k, y: self.y / k }
    }
}

#[differentiable]
impl Neg for V2 {
    type Output = V2;

    fn neg(self) -> V2 {
        V2 { x: -self.x, y: -self.y }
    }
}

#[differentiable]
impl AddAssign for V2 {
    fn add_assign(&mut self, other: V2) {
        self.x += other.x;
        self.y += other.y;
    }
}

#[differentiable]
impl SubAssign for V2 {
    fn sub_assign(&mut self, other: V2) {
        self.x -= other.x;
        self.y -= other.y;
    }
}

#[differentiable]
impl MulAssign<f64> for V2 {
    fn mul_assign(&mut self, k: f64) {
        self.x *= k;
        self.y *= k;
    }
}

#[differentiable]
fn sums(a: V2, b: V2) -> f64 {
    let c = a + b + a;
    let d = a - b;
    c.x * d.y + c.y * d.x
}

#[differentiable]
fn products(a: V2, b: V2, k: f64) -> f64 {
    let c = a * k + k * b;
    c * (a - b * 2.0) + a * b
}

#[differentiable]
fn quotients(a: V2, k: f64) -> f64 {
    let c = a / (2.0 + k * k) - a;
    c * c
}

#[differentiable]
fn negations(a: V2, b: V2) -> f64 {
    let c = -(a + b) * a.x;
    c * -b
}

#[differentiable]
fn assignments(a: V2, b: V2, k: f64) -> f64 {
    let mut c = a;
    for _ in 0..3 {
        c += b * 0.5;
        c *= k;
        c -= a;
    }
    c * c
}

#[differentiable]
fn assignments_to_elements(a: &[V2], k: f64) -> f64 {
    let mut path = vec![a[0]; 3];
    for i in 1..3 {
        path[i] += a[1] * k;
        let by = path[i].x;
        path[i - 1] *= by;
    }
    path[0] * path[1] + path[2].y
}

/// Resistors in parallel: a sum that is not linear.
#[derive(Clone, Copy, Tangent)]
struct Ohm(f64);

#[differentiable]
impl Add for Ohm {
    type Output = Ohm;

    fn add(self, other: Ohm) -> Ohm {
        Ohm(self.0 * other.0 / (self.0 + other.0))
    }
}

#[differentiable]
impl AddAssign for Ohm {
    fn add_assign(&mut self, other: Ohm) {
        self.0 = self.0 * other.0 / (self.0 + other.0);
    }
}

#[differentiable]
fn parallel(a: f64, b: f64, c: f64) -> f64 {
    let mut total = Ohm(a.exp()) + Ohm(b.exp());
    total += Ohm(c.exp());
    total.0
}

#[derive(Clone, Tangent)]
struct Grid {
    cells: Vec<f64>,
    width: usize,
}

#[differentiable]
impl Index<(usize, usize)> for Grid {
    type Output = f64;

    fn index(&self, (i, j): (usize, usize)) -> &f64 {
        &self.cells[i * self.width + j]
    }
}

#[differentiable]
impl IndexMut<(usize, usize)> for Grid {
    fn index_mut(&mut self, (i, j): (usize, usize)) -> &mut f64 {
        &mut self.cells[i * self.width + j]
    }
}

/// Numbers of which the first is at `start`.
#[derive(Clone, Tangent)]
struct Ring {
    start: usize,
    data: Vec<f64>,
}

#[differentiable]
impl Index<usize> for Ring {
    type Output = f64;

    fn index(&self, i: usize) -> &f64 {
        &self.data[(self.start + i) % self.data.len()]
    }
}

#[differentiable]
impl IndexMut<usize> for Ring {
    fn index_mut(&mut self, i: usize) -> &mut f64 {
        let n = self.data.len();
        &mut self.data[(self.start + i) % n]
    }
}

#[differentiable]
impl Ring {
    fn turn(&mut self, n: usize) {
        self.start += n;
    }
}

#[differentiable]
fn turned(x: &[f64]) -> f64 {
    let mut r = Ring { start: 1, data: x.to_vec() };
    let mut s = r[0] * r[0];
    r.turn(1);
    s += r[0].powi(3);
    r.start -= 1;
    s += r[0] * r[1];
    for i in 0..2 {
        s += r[0] * r[1] * i as f64;
        r.start += 1;
    }
    s
}

#[derive(Clone, Copy, PartialEq)]
enum Axis {
    X,
    Y,
}

#[differentiable]
impl Index<Axis> for V2 {
    type Output = f64;

    fn index(&self, axis: Axis) -> &Self::Output {
        if axis == Axis::X { &self.x } else { &self.y }
    }
}

#[differentiable]
impl IndexMut<Axis> for V2 {
    fn index_mut(&mut self, axis: Axis) -> &mut Self::Output {
        match axis {
            Axis::X => &mut self.x,
            Axis::Y => &mut self.y,
        }
    }
}

#[differentiable]
fn by_axis(mut v: V2, k: f64) -> f64 {
    v[Axis::X] *= k * v[Axis::Y];
    v[Axis::Y] += v[Axis::X].sin();
    v[Axis::X] * v[Axis::Y]
}

#[differentiable]
fn trace(g: &Grid) -> f64 {
    let mut s = 0.0;
    for i in 0..g.width {
        s += g[(i, i)] * g[(i, 0)] + g[(0, i)];
    }
    s
}

#[differentiable]
fn written(g: &Grid) -> f64 {
    let mut h = g.clone();
    let old = h[(0, 1)];
    h[(0, 1)] = g[(1, 0)] * 2.0;
    h[(1, 1)] += h[(0, 1)] * h[(0, 0)];
    h[(1, 1)] * h[(0, 1)] * old
}

#[derive(Clone, Debug, Tangent)]
struct Series(Vec<f64>);

#[differentiable]
impl<'a> Mul<&'a Series> for &'a Series {
    type Output = Series;

    fn mul(self, other: &Series) -> Series {
        let n = self.0.len();
        let mut product = vec![0.0; n];
        for i in 0..n {
            for j in 0..n - i {
                product[i + j] += self.0[i] * other.0[j];
            }
        }
        Series(product)
    }
}

#[differentiable]
impl Add<&Series> for Series {
    type Output = Series;

    fn add(mut self, other: &Series) -> Series {
        for i in 0..other.0.len() {
            self.0[i] += other.0[i];
        }
        self
    }
}

#[differentiable]
fn series(a: &Series, b: &Series) -> f64 {
    let square = a * a;
    let c = &square * b + a;
    c.0[0] * c.0[1] + c.0[2]
}

/// A number with its derivative.
#[derive(Clone, Copy, Tangent)]
struct Dual<T> {
    re: T,
    eps: T,
}

#[differentiable]
impl<T: Real> Mul for Dual<T> {
    type Output = Dual<T>;

    fn mul(self, other: Dual<T>) -> Dual<T> {
        Dual { re: self.re * other.re, eps: self.re * other.eps + self.eps * other.re }
    }
}

#[differentiable]
fn slope_of_cube(x: f64, k: f64) -> f64 {
    let d = Dual { re: x, eps: k };
    let cube = d * d * d;
    cube.eps * cube.re
}

#[derive(Clone, Copy, PartialEq, PartialOrd, Tangent)]
struct Metres(f64);

#[differentiable]
fn compared(a: Metres, b: Metres) -> f64 {
    if a > b && a != Metres(0.0) { a.0 * b.0 } else { b.0.sin() - a.0 }
}

#[derive(Clone, Tangent)]
struct Scope {
    names: Vec<String>,
    values: Vec<f64>,
}

impl Scope {
    fn find(&self, name: &str) -> usize {
        self.names.iter().position(|n| n == name).expect("a name")
    }
}

#[differentiable]
impl Index<&str> for Scope {
    type Output = f64;

    fn index(&self, name: &str) -> &f64 {
        &self.values[self.find(name)]
    }
}

#[differentiable]
impl IndexMut<&str> for Scope {
    fn index_mut(&mut self, name: &str) -> &mut f64 {
        let at = self.find(name);
        &mut self.values[at]
    }
}

#[derive(Clone, Tangent)]
struct Table<T> {
    keys: Vec<u32>,
    values: Vec<T>,
}

#[differentiable]
impl<'k, T: Clone> Index<&'k u32> for Table<T> {
    type Output = T;

    fn index(&self, key: &'k u32) -> &T {
        &self.values[self.keys.iter().position(|k| k == key).unwrap()]
    }
}

#[differentiable]
impl<'k, T: Clone> IndexMut<&'k u32> for Table<T> {
    fn index_mut(&mut self, key: &'k u32) -> &mut T {
        let at = self.keys.iter().position(|k| k == key).unwrap();
        &mut self.values[at]
    }
}

#[differentiable]
fn by_name(scope: &Scope, table: &Table<f64>, key: &u32) -> f64 {
    let (mut s, mut t) = (scope.clone(), table.clone());
    s["a"] *= s["b"];
    s["b"] += s["a"] * 2.0;
    t[&1] *= t[key] + s["a"];
    let name = "b";
    s["a"] * s["a"] + s[name] * t[&1] + t[key]
}

#[differentiable]
fn by_keys(x: &[f64]) -> f64 {
    let names = vec!["a".to_string(), "b".to_string()];
    let scope = Scope { names, values: vec![x[0], x[1]] };
    by_name(&scope, &Table { keys: vec![1, 7], values: vec![x[2], x[0]] }, &7)
}

#[differentiable]
impl Sum for V2 {
    fn sum<I: Iterator<Item = Self>>(items: I) -> Self {
        items.fold(V2 { x: 0.0, y: 0.0 }, |a, b| a + b)
    }
}

#[differentiable]
impl<'a> Sum<&'a V2> for V2 {
    fn sum<I: Iterator<Item = &'a V2>>(items: I) -> V2 {
        items.fold(V2 { x: 0.0, y: 0.0 }, |a, b| a + *b)
    }
}

#[derive(Clone, Copy, Tangent)]
struct Map1 {
    slope: f64,
    offset: f64,
}

#[differentiable]
impl Mul for Map1 {
    type Output = Map1;

    fn mul(self, o: Map1) -> Map1 {
        Map1 { slope: self.slope * o.slope, offset: self.slope * o.offset + self.offset }
    }
}

#[differentiable]
impl Product for Map1 {
    fn product<I: Iterator<Item = Map1>>(maps: I) -> Self {
        maps.fold(Map1 { slope: 1.0, offset: 0.5 }, |all, map| all * map)
    }
}

#[derive(Clone, Tangent)]
struct Spectrum<T> {
    bands: Vec<T>,
}

#[differentiable]
impl<T: Real> Add for Spectrum<T> {
    type Output = Spectrum<T>;

    fn add(self, o: Spectrum<T>) -> Spectrum<T> {
        Spectrum { bands: self.bands.iter().zip(&o.bands).map(|(a, b)| *a + *b).collect() }
    }
}

#[differentiable]
impl<T: Real> Sum for Spectrum<T> {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Spectrum { bands: vec![T::zero(), T::zero()] }, |a, b| a + b)
    }
}

#[differentiable]
fn total_force(forces: &[V2]) -> V2 {
    forces.iter().sum()
}

#[differentiable]
fn light<T: Real>(x: &[T]) -> Spectrum<T> {
    x.iter().map(|&a| Spectrum { bands: vec![a * a, a] }).sum()
}

#[differentiable]
fn sums_of_own_types(x: &[f64]) -> f64 {
    let forces: Vec<V2> = x.iter().map(|&a| V2 { x: a * a, y: a }).collect();
    let copied: V2 = forces.iter().copied().sum();
    let summed = x.iter().map(|&a| V2 { x: a, y: a.sin() }).sum::<V2>();
    let map: Map1 = x.iter().map(|&a| Map1 { slope: a * a, offset: a }).product();
    let spectrum = light(x);
    total_force(&forces).x * copied.y + summed.x * summed.y + map.slope + map.offset
        - spectrum.bands[0] * spectrum.bands[1]
}

programs![
    sums("`+` and `-`", 4, |x| sums(v2(x), v2(&x[2..]))),
    products("`*` with several right-hand sides", 5, |x| products(v2(x), v2(&x[2..]), x[4])),
    quotients("`/`", 3, |x| quotients(v2(x), x[2])),
    negations("unary `-`", 4, |x| negations(v2(x), v2(&x[2..]))),
    assignments("`+=`, `-=`, `*=`", 5, |x| assignments(v2(x), v2(&x[2..]), x[4])),
    assignments_to_elements("`+=`, `-=`, `*=`", 5, |x| assignments_to_elements(
        &[v2(x), v2(&x[2..])],
        x[4]
    )),
    parallel("operators that are not linear", 3, |x| parallel(x[0], x[1], x[2])),
    trace("`Index`", 4, |x| trace(&Grid { cells: x.to_vec(), width: 2 })),
    turned("`Index` by integers that change", 3, |x| turned(x)),
    by_axis("`Index` that branches", 3, |x| by_axis(v2(x), x[2])),
    written("`IndexMut`", 4, |x| written(&Grid { cells: x.to_vec(), width: 2 })),
    series("operators on references", 6, |x| series(
        &Series(x[..3].to_vec()),
        &Series(x[3..].to_vec())
    )),
    slope_of_cube("operators of generic types", 2, |x| slope_of_cube(x[0], x[1])),
    compared("comparisons", 2, |x| compared(Metres(x[0]), Metres(x[1]))),
    by_keys("`impl Index<&str>` and `IndexMut<&str>`", 3, |x| by_keys(x)),
    sums_of_own_types("`impl Sum for V` and `impl Product`, in chains", 3, |x| sums_of_own_types(
        x
    )),
];
