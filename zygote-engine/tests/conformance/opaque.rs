//! `impl Trait` in parameters and results: iterators, and values of a trait.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[differentiable]
fn squares(xs: impl Iterator<Item = f64>) -> f64 {
    xs.map(|x| x * x).sum()
}

#[differentiable]
fn of_squares(v: &[f64], k: f64) -> f64 {
    squares(v.iter().map(|x| x * k)) + squares(v.iter().copied().filter(|x| *x > k))
}

#[differentiable]
fn mean<'a>(xs: impl Iterator<Item = &'a f64> + Clone) -> f64 {
    let n = xs.clone().count() as f64;
    xs.sum::<f64>() / n
}

#[differentiable]
fn spans<'a, I: IntoIterator<Item = &'a f64>>(xs: I, k: f64) -> f64 {
    let mut s = k;
    for x in xs {
        s += x * x * s;
    }
    s
}

#[differentiable]
fn rows_of<'a>(rows: impl Iterator<Item = &'a Vec<f64>> + Clone, k: f64) -> f64 {
    let n = rows.clone().count() as f64;
    rows.map(|row| row[0] * row[1]).sum::<f64>() * k * n
}

#[differentiable]
fn of_lists(v: &[f64], k: f64) -> f64 {
    let rows = vec![v[..2].to_vec(), v[1..].to_vec()];
    rows_of(rows.iter(), k) + rows_of(rows.iter().rev().take(1), k)
}

#[differentiable]
fn spread(v: &[f64], k: f64) -> f64 {
    let middle = mean(v.iter());
    let (list, array) = (v.to_vec(), [k, v[0]]);
    mean(v.iter().skip(1)) * k
        + mean(list.iter()) * mean(array.iter())
        + spans(&list, k)
        + spans(&array, k)
        + v.iter().map(|x| (x - middle) * (x - middle)).sum::<f64>()
}

#[differentiable]
fn paired<I>(xs: I, ys: impl IntoIterator<Item = f64>) -> f64
where
    I: IntoIterator<Item = f64>,
{
    let ys = ys.into_iter();
    let mut s = 0.0;
    for (i, (x, y)) in xs.into_iter().zip(ys).enumerate() {
        if x > y {
            s += x * y;
        } else {
            s -= x * i as f64;
        }
    }
    s
}

#[differentiable]
fn of_pairs(v: &[f64], k: f64) -> f64 {
    paired(v.to_vec(), v.iter().rev().map(|x| x * k)) * paired(vec![k, v[0]], v.iter().cloned())
}

#[differentiable]
fn longest<'a>(rows: impl Iterator<Item = &'a [f64]>, k: f64) -> f64 {
    let mut best = 0.0;
    for row in rows {
        let norm: f64 = row.iter().map(|x| x * x).sum();
        if norm > best {
            best = norm * k;
        }
    }
    best
}

#[differentiable]
fn of_rows(v: &[f64], k: f64) -> f64 {
    longest(v.chunks(2), k)
}

#[differentiable]
fn handed_on(xs: impl Iterator<Item = f64>, k: f64) -> f64 {
    let xs = xs.into_iter();
    k * squares(xs)
}

#[differentiable]
fn of_handed_on(v: &[f64], k: f64) -> f64 {
    handed_on(v.iter().map(|x| x - k), k)
}

#[differentiable]
fn differences(xs: &[f64]) -> impl Iterator<Item = f64> + '_ {
    xs.windows(2).map(|w| (w[1] - w[0]) * w[0])
}

#[differentiable]
fn powers(x: f64, #[constant] n: usize) -> impl Iterator<Item = f64> + Clone {
    let mut all = vec![1.0];
    for i in 0..n {
        all.push(all[i] * x);
    }
    if n == 0 {
        return vec![x].into_iter();
    }
    all.into_iter()
}

#[differentiable]
fn given(v: &[f64], k: f64) -> f64 {
    let mut s = 0.0;
    for d in differences(v) {
        s += d * d * k;
    }
    let all: Vec<f64> = differences(v).collect();
    let numbered: f64 = differences(v).enumerate().map(|(i, d)| i as f64 * d).sum();
    s += differences(v).into_iter().map(|d| d * 2.0).sum::<f64>() + all[0] * numbered;
    for p in powers(k, 3) {
        s = s * 0.5 + p;
    }
    s + squares(differences(v)) + squares(powers(v[0], 0))
}

#[derive(Clone, Tangent)]
struct Filter {
    weights: Vec<f64>,
}

#[differentiable]
impl Filter {
    fn scaled(&self, k: f64) -> impl Iterator<Item = f64> + '_ {
        self.weights.iter().map(move |w| w * k)
    }

    fn applied(&self, xs: impl Iterator<Item = f64>) -> f64 {
        self.weights.iter().zip(xs).map(|(w, x)| w * x).sum()
    }

    fn each(&self) -> impl Iterator<Item = &f64> {
        self.weights.iter()
    }
}

#[differentiable]
fn in_methods(v: &[f64], k: f64) -> f64 {
    let filter = Filter { weights: v.to_vec() };
    let back = filter.applied(v.iter().rev().copied());
    let mut s = filter.applied(filter.scaled(k)) * back;
    for w in filter.each() {
        s += w * k;
    }
    for (i, w) in filter.scaled(k).enumerate() {
        s += w * w * i as f64;
    }
    s += filter.scaled(v[0]).map(|w| w * w).sum::<f64>();
    s
}

#[differentiable]
trait Shape {
    fn area(&self) -> f64;
}

#[derive(Clone, Tangent)]
struct Square {
    side: f64,
}

#[derive(Clone, Tangent)]
struct Scaled<S> {
    of: S,
    by: f64,
}

#[differentiable]
impl Shape for Square {
    fn area(&self) -> f64 {
        self.side * self.side
    }
}

#[differentiable]
impl Square {
    fn new(side: f64) -> Self {
        Square { side }
    }
}

#[differentiable]
impl<S: Shape + Clone> Shape for Scaled<S> {
    fn area(&self) -> f64 {
        self.of.area() * self.by
    }
}

#[differentiable]
fn square(side: f64) -> impl Shape {
    Square { side: side * 2.0 }
}

#[differentiable]
fn grown(side: f64) -> impl Shape + Clone {
    let mut square = Square::new(side);
    square.side += side * side;
    square
}

#[differentiable]
fn chosen(side: f64, by: f64) -> impl Shape {
    if side > by { Square::new(side * by) } else { Square { side: by } }
}

#[differentiable]
fn doubled(shape: &impl Shape) -> f64 {
    2.0 * shape.area()
}

#[differentiable]
fn shapes(x: f64, k: f64) -> f64 {
    let a = square(x);
    let b = grown(k);
    a.area() * doubled(&b) + chosen(x, k).area() + square(k).area()
}

#[differentiable]
trait Stage {
    fn process(&mut self, x: f64) -> f64;
    fn process_all<'a, I>(&mut self, xs: I) -> Vec<f64>
    where
        I: IntoIterator<Item = &'a f64>,
    {
        xs.into_iter().map(|&x| self.process(x)).collect()
    }
    fn total(&mut self, xs: impl Iterator<Item = f64>) -> f64 {
        let mut s = 0.0;
        for x in xs {
            s += self.process(x);
        }
        s
    }
    fn blend<I: IntoIterator<Item = (f64, f64)>>(&self, xs: I) -> f64;
}
#[derive(Clone, Tangent)]
struct Lag(f64);
#[differentiable]
impl Stage for Lag {
    fn process(&mut self, x: f64) -> f64 {
        self.0 = 0.5 * self.0 + x * self.0;
        self.0
    }
    fn blend<J: IntoIterator<Item = (f64, f64)>>(&self, ys: J) -> f64 {
        ys.into_iter().map(|(a, b)| a * b * self.0).sum()
    }
}
#[derive(Clone, Tangent)]
struct Gain<F>(f64, F);
#[differentiable]
impl<F: Stage> Stage for Gain<F> {
    fn process(&mut self, x: f64) -> f64 {
        self.0 * self.1.process(x)
    }
    fn total(&mut self, xs: impl Iterator<Item = f64>) -> f64 {
        self.1.total(xs.map(|x| 2.0 * x)) * self.0
    }
    fn blend<I>(&self, xs: I) -> f64
    where
        I: IntoIterator<Item = (f64, f64)>,
    {
        self.1.blend(xs.into_iter().map(|(a, b)| (b, a * a)))
    }
}
/// Parameters that are iterators, of methods of a trait and their defaults.
#[differentiable]
fn run<F: Stage>(f: &mut F, x: &[f64]) -> f64 {
    f.process_all(x)[1]
        + f.total(x.iter().map(|x| x * x))
        + f.blend(x.iter().zip(&x[1..]).map(|(a, b)| (*a, *b)))
}
#[differentiable]
fn filtered(x: &[f64], y: f64) -> f64 {
    let mut g = Gain(y, Lag(y));
    let mut l = Lag(y * x[0]);
    run(&mut g, x) * l.process_all(x.iter())[0] + run(&mut l, x)
}
programs![
    filtered("iterators as parameters of methods of traits, with and without a default", 4, |x| {
        filtered(&x[..3], x[3])
    }),
    of_squares("iterators as parameters", 3, |x| of_squares(&x[..2], x[2])),
    spread("iterators as parameters", 4, |x| spread(&x[..3], x[3])),
    of_lists("iterators as parameters", 4, |x| of_lists(&x[..3], x[3])),
    of_pairs("iterators as parameters", 4, |x| of_pairs(&x[..3], x[3])),
    of_rows("iterators as parameters", 5, |x| of_rows(&x[..4], x[4])),
    of_handed_on("iterators as parameters", 3, |x| of_handed_on(&x[..2], x[2])),
    given("iterators as results", 4, |x| given(&x[..3], x[3])),
    in_methods("iterators of methods", 4, |x| in_methods(&x[..3], x[3])),
    shapes("`impl Trait` in results", 2, |x| shapes(x[0], x[1])),
];

#[test]
fn an_iterator_has_the_cotangent_of_its_items() {
    assert_eq!(gradient!(squares, [1.0, -2.0].into_iter()), [2.0, -4.0]);
    assert_eq!(gradient!(mean, &[1.0, -2.0]), [0.5, 0.5]);
    let (y, (dx, dy)) = value_and_gradient!(paired, vec![3.0, 1.0], [2.0, 5.0]);
    assert_eq!((y, dx, dy), (5.0, vec![2.0, -1.0], vec![3.0, 0.0]));
}
