//! Traits that give methods to slices and other types of the language.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[differentiable(unsized)]
trait Stats {
    fn mean(&self) -> f64;

    fn spread(&self) -> f64;

    fn grow(&mut self, k: f64);

    /// Of a default method the type may be a slice.
    fn variance(&self) -> f64 {
        let m = self.mean();
        m * m + self.spread() * self.mean()
    }

    fn grow_twice(&mut self, k: f64) -> f64 {
        self.grow(k);
        let m = self.mean();
        self.grow(m);
        self.spread()
    }

    fn against(&self, other: &Self) -> f64 {
        self.mean() * other.spread()
    }

    fn doubled(self) -> f64
    where
        Self: Sized,
    {
        2.0 * self.mean()
    }
}

#[differentiable]
impl Stats for [f64] {
    fn mean(&self) -> f64 {
        self.iter().sum::<f64>() / self.len() as f64
    }

    fn spread(&self) -> f64 {
        let m = self.mean();
        self.iter().map(|x| (x - m).powi(2)).sum()
    }

    fn grow(&mut self, k: f64) {
        self.iter_mut().for_each(|x| *x *= k + *x);
    }
}

#[differentiable]
impl Stats for f64 {
    fn mean(&self) -> f64 {
        *self
    }

    fn spread(&self) -> f64 {
        self * self
    }

    fn grow(&mut self, k: f64) {
        *self *= k;
    }
}

#[differentiable]
impl Stats for (f64, f64) {
    fn mean(&self) -> f64 {
        0.5 * (self.0 + self.1)
    }

    fn spread(&self) -> f64 {
        (self.0 - self.1).powi(2)
    }

    fn grow(&mut self, k: f64) {
        self.0 *= k;
    }
}

/// One for types of known size alone.
#[differentiable]
trait Norm {
    fn norm(&self) -> f64;

    fn unit(&self) -> Self;
}

#[differentiable]
impl Norm for Vec<f64> {
    fn norm(&self) -> f64 {
        self.iter().map(|x| x * x).sum::<f64>().sqrt()
    }

    fn unit(&self) -> Self {
        let n = self.norm();
        self.iter().map(|x| x / n).collect()
    }
}

#[differentiable]
impl Norm for [f64; 3] {
    fn norm(&self) -> f64 {
        self.iter().map(|x| x * x).sum::<f64>().sqrt()
    }

    fn unit(&self) -> Self {
        let n = self.norm();
        [self[0] / n, self[1] / n, self[2] / n]
    }
}

#[differentiable]
fn sized(x: &[f64]) -> f64 {
    let (list, array) = (x.to_vec(), [x[0], x[1] * x[2], x[2]]);
    list.unit()[1] * array.unit()[0] + list.norm() * array.norm()
}

#[derive(Clone, Tangent)]
struct Data {
    list: Vec<f64>,
    array: [f64; 3],
    boxed: Box<[f64]>,
}

#[differentiable]
fn receivers(x: &[f64]) -> f64 {
    let data = Data {
        list: x.to_vec(),
        array: [x[0], x[1], x[0] * x[2]],
        boxed: vec![x[1], x[2]].into_boxed_slice(),
    };
    let part = &x[1..];
    x.variance() * data.list.variance() + data.array.variance() * data.boxed.mean()
        - part.mean() * x[..2].spread()
        + x.against(&data.list)
        + data.list.against(&data.array[..2])
        + Stats::mean(x) * <[f64] as Stats>::spread(&x[1..])
}

#[differentiable]
fn changed(x: &[f64]) -> f64 {
    let (mut list, mut array) = (x.to_vec(), [x[0], x[1]]);
    let (mut pair, mut number) = ((x[0], x[1]), x[0]);
    let spread = list.grow_twice(x[1]) + array.grow_twice(0.5);
    list[1..].grow(x[0]);
    pair.grow_twice(x[2]);
    number.grow_twice(x[2]);
    list.mean() * array.spread() + pair.variance() + number.variance() + spread + number.doubled()
}

#[differentiable]
fn items(x: &[f64]) -> f64 {
    let mut rows = vec![x.to_vec(), vec![x[0], x[1]], vec![x[2]]];
    let mut t: f64 = rows.iter().map(|r| r.variance()).sum();
    t += x.windows(2).map(|w| w.mean() * w.spread()).sum::<f64>();
    for c in x.chunks(2) {
        t *= c.mean();
    }
    for r in &mut rows {
        r.grow(0.1 * x[0]);
    }
    for i in 0..rows.len() {
        t += rows[i].spread();
        rows[i][..1].grow(0.1 * t);
    }
    t + rows[0].mean()
}

#[differentiable(unsized)]
trait Sequence<T> {
    fn first_of(&self) -> Option<T>;

    fn tail(&self) -> &[T];

    fn squares(&self) -> T;

    fn dot(&self, other: &[T]) -> T;

    fn scaled(&self, k: T) -> Vec<T>;

    fn change(&mut self, f: impl Fn(T) -> T);

    fn exchange(&mut self, i: usize, x: T) -> T;
}

#[differentiable]
impl<T: Real> Sequence<T> for [T] {
    fn first_of(&self) -> Option<T> {
        self.first().copied()
    }

    fn tail(&self) -> &[T] {
        &self[1..]
    }

    fn squares(&self) -> T {
        self.dot(self)
    }

    fn dot(&self, other: &[T]) -> T {
        let mut sum = self[0] * other[0];
        for i in 1..self.len() {
            sum += self[i] * other[i];
        }
        sum
    }

    fn scaled(&self, k: T) -> Vec<T> {
        self.iter().map(|x| k * *x).collect()
    }

    fn change(&mut self, f: impl Fn(T) -> T) {
        for x in self.iter_mut() {
            *x = f(*x);
        }
    }

    fn exchange(&mut self, i: usize, x: T) -> T {
        let old = self[i];
        self[i] = x;
        self.swap(0, i);
        old
    }
}

#[differentiable]
fn generic(x: &[f64]) -> f64 {
    let mut list = x.to_vec();
    list.change(|a| a * x[0]);
    let old = list.exchange(2, x[1]);
    let first = x.first_of().unwrap_or(0.0);
    first * x.tail().squares() + list.squares() * old + list.scaled(x[2]).dot(x)
}

#[differentiable(unsized)]
trait Total {
    type Sum;
    const DIMENSIONS: usize;

    fn total(&self) -> Self::Sum;
}

#[differentiable]
impl Total for [[f64; 3]] {
    type Sum = f64;
    const DIMENSIONS: usize = 3;

    fn total(&self) -> f64 {
        self.iter().map(|p| p[0] * p[1] + p[2]).sum()
    }
}

#[derive(Clone, Tangent)]
struct Point {
    x: f64,
    y: f64,
}

#[differentiable]
impl Total for [Point] {
    type Sum = Point;
    const DIMENSIONS: usize = 2;

    fn total(&self) -> Point {
        let zero = Point { x: 0.0, y: 1.0 };
        self.iter().fold(zero, |s, p| Point { x: s.x + p.x * p.y, y: s.y * p.y })
    }
}

#[differentiable]
fn of_elements(x: &[f64]) -> f64 {
    let points = vec![Point { x: x[0], y: x[1] }, Point { x: x[2], y: x[0] }];
    let rows = [[x[0], x[1], x[2]], [x[2], x[0], 1.0]];
    let (all, last) = (points.total(), points[1..].total());
    all.x * all.y + rows.total() + <[Point] as Total>::DIMENSIONS as f64 * last.x
}

#[differentiable(unsized)]
trait Nested {
    fn power(&self) -> f64;

    fn shrink(&mut self, k: f64);
}

#[differentiable]
impl Nested for f64 {
    fn power(&self) -> f64 {
        *self * *self
    }

    fn shrink(&mut self, k: f64) {
        *self *= k;
    }
}

#[differentiable]
impl<S: Nested + Clone + HasTangent> Nested for [S] {
    fn power(&self) -> f64 {
        self.iter().map(|s| s.power()).sum()
    }

    fn shrink(&mut self, k: f64) {
        for s in self.iter_mut() {
            s.shrink(k);
        }
    }
}

#[differentiable]
impl<S: Nested + Clone + HasTangent> Nested for Vec<S> {
    fn power(&self) -> f64 {
        self[..].power()
    }

    fn shrink(&mut self, k: f64) {
        self[..].shrink(k);
    }
}

#[differentiable]
fn nested(x: &[f64]) -> f64 {
    let mut rows = vec![x.to_vec(), x[1..].to_vec()];
    rows.shrink(x[0]);
    rows[1].shrink(x[1]);
    rows.power() * x.power()
}

#[differentiable(unsized)]
trait Halves {
    fn product(&self) -> f64;
}

#[differentiable]
impl Halves for [f64] {
    fn product(&self) -> f64 {
        match self.len() {
            0 => 1.0,
            1 => self[0],
            n => self[..n / 2].product() * self[n / 2..].product(),
        }
    }
}

#[differentiable]
fn recursive(x: &[f64]) -> f64 {
    x.product() * x[1..].product() + x[..0].product() * x[0]
}

#[differentiable(unsized)]
trait Chosen {
    fn chosen(&self, x: &[f64]) -> f64;
}

#[differentiable]
impl Chosen for [usize] {
    fn chosen(&self, x: &[f64]) -> f64 {
        self.iter().map(|i| x[*i]).product()
    }
}

#[differentiable]
impl Chosen for str {
    fn chosen(&self, x: &[f64]) -> f64 {
        x[self.len() % x.len()].powi(2)
    }
}

#[differentiable]
fn constants(x: &[f64], name: &str) -> f64 {
    let of = vec![0, 2, 2];
    of.chosen(x) + [0, 1].chosen(x) * name.chosen(x) + "ab".to_string().chosen(x)
}

programs![
    sized("a trait for lists and for arrays", 3, |x| sized(x)),
    receivers("methods of slices by a trait of one's own", 3, |x| receivers(x)),
    changed("methods by `&mut self` of slices", 3, |x| changed(x)),
    items("methods of items that are slices", 3, |x| items(x)),
    generic("`impl<T: Real> Trait<T> for [T]`", 3, |x| generic(x)),
    of_elements("a trait for slices of arrays and of structs", 3, |x| of_elements(x)),
    nested("a trait for slices of what has the trait", 3, |x| nested(x)),
    recursive("methods of slices that call themselves", 4, |x| recursive(x)),
    constants("a trait for slices of integers and for texts", 3, |x| constants(x, "a")),
];

#[test]
fn a_method_of_slices_is_differentiated_by_its_name() {
    let x = [1.0, 2.0, 6.0];
    assert_eq!(gradient!(<[f64] as Stats>::mean, &x), [1.0 / 3.0; 3]);
    let spread = x[..2].spread();
    let dx = gradient!(<[f64] as Stats>::against, &x, constant(&x[..2]));
    assert_eq!(dx, [spread / 3.0; 3]);
    let mut y = [1.0, 2.0];
    let back = {
        let (value, back) = pullback!(<[f64] as Stats>::grow_twice, &mut y, 3.0);
        assert_eq!(value, y.spread());
        back
    };
    let (dy, dk) = back(1.0);
    let value = |y: [f64; 2], k: f64| {
        let mut y = y;
        y.grow_twice(k)
    };
    let h = 1e-6;
    let difference = (value([1.0, 2.0], 3.0 + h) - value([1.0, 2.0], 3.0 - h)) / (2.0 * h);
    assert!((dk - difference).abs() < 1e-3 * difference.abs());
    let difference = (value([1.0 + h, 2.0], 3.0) - value([1.0 - h, 2.0], 3.0)) / (2.0 * h);
    assert!((dy[0] - difference).abs() < 1e-3 * difference.abs());
}
