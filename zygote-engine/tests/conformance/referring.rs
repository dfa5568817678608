//! Structs that hold references and change, or are handed over by value.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[derive(Clone, Tangent)]
struct Walker<'a> {
    #[constant]
    data: &'a [f64],
    order: &'a [usize],
    name: &'a str,
    at: usize,
    k: f64,
    pair: [f64; 2],
    seen: Vec<f64>,
}

#[differentiable]
impl<'a> Walker<'a> {
    fn new(data: &'a [f64], order: &'a [usize], k: f64) -> Self {
        Self { data, order, name: "abc", at: 0, k, pair: [k, 1.0], seen: Vec::new() }
    }

    fn step(&mut self, x: f64) -> f64 {
        let d = self.data[self.order[self.at]];
        self.at += 1;
        self.k = self.k * d + x;
        self.seen.push(self.k);
        self.k.sin()
    }

    fn is_done(&self) -> bool {
        self.at >= self.order.len()
    }

    fn total(&self) -> f64 {
        self.seen.iter().map(|s| s * s).sum::<f64>() + self.k
    }

    /// Loops over its fields, and copies of them.
    fn copies(&mut self, x: f64) {
        for d in self.data {
            self.k = self.k * x + d;
        }
        for i in self.order {
            self.k += self.data[*i] * x;
        }
        for p in self.pair {
            self.k *= p * x;
            self.pair[0] += x;
        }
        let data = self.data;
        let start = self.at;
        let k = self.k;
        self.at = 1;
        self.k += x * data[start.min(1)] * data.len() as f64 * k;
        let pair = self.pair;
        self.pair[1] *= x * pair[1];
        for i in 0..2 {
            let d = constant(self.data);
            let order = self.order;
            let seen = self.seen.clone();
            self.seen.push(x);
            self.k += d[i] * x * order[0] as f64 + 0.1 * seen.iter().sum::<f64>();
        }
        self.k *= 0.1 * self.name.len() as f64;
    }
}

#[differentiable]
fn advanced(w: &mut Walker<'_>, x: f64) -> f64 {
    let d = w.data[w.at];
    w.at += 1;
    w.k = w.k * d + x;
    w.k.sin()
}

#[differentiable]
fn stepped(k: f64, x: f64) -> f64 {
    let data = vec![1.0, 2.0, -0.5];
    let mut w = Walker::new(&data, &[2, 0, 1, 0], k);
    let mut s = 0.0;
    while !w.is_done() {
        s += w.step(x);
    }
    w.k *= s;
    s + w.total()
}

#[differentiable]
fn in_loops(#[constant] rows: &[Vec<f64>], k: f64, x: f64) -> f64 {
    let mut s = 0.0;
    for (i, row) in rows.iter().enumerate() {
        let order = [0, row.len() - 1];
        let mut w = Walker::new(row, &order, k * i as f64);
        for _ in 0..2 {
            s += w.step(x);
        }
        s *= w.k;
        w.k = s;
        if s > 0.0 {
            w.k *= x;
        }
        s += w.k * k;
    }
    s
}

/// What it refers to changes when it is gone.
#[differentiable]
fn one_after_the_other(n: usize, k: f64, x: f64) -> f64 {
    let mut order: Vec<usize> = Vec::new();
    for i in 0..n {
        order.push(i * i % 3);
    }
    let data = [0.5, 1.5, -0.25];
    let mut s = 0.0;
    {
        let mut w = Walker::new(&data, &order[1..], k);
        for _ in 0..n - 1 {
            s += w.step(x);
        }
    }
    order.clear();
    order.push(2);
    let mut w = Walker::new(&data, &order, s * k);
    s + w.step(x)
}

#[differentiable]
fn lent_and_changed(k: f64, x: f64) -> f64 {
    let data = [1.0, 2.0, -0.5];
    let mut w = Walker::new(&data, &[1, 0], k);
    let a = advanced(&mut w, x);
    w.k += a;
    let b = advanced(&mut w, a);
    w.at = 0;
    w.pair[0] = b;
    w.total() * b + advanced(&mut w, x) + w.k + w.pair[0]
}

#[differentiable]
fn copied(k: f64, x: f64) -> f64 {
    let data = [1.0, 0.2, -0.5];
    let mut w = Walker::new(&data, &[1, 0], k);
    w.copies(x);
    w.copies(k);
    w.seen.iter().sum::<f64>() + w.k + w.pair[1]
}

const FIRST: &[f64] = &[1.5, 0.4];
const SECOND: &[f64] = &[0.2, 3.0];

#[derive(Clone, Tangent)]
struct Switched {
    #[constant]
    data: &'static [f64],
    #[constant]
    next: &'static [f64],
    k: f64,
}

#[differentiable]
impl Switched {
    /// What was copied is not what the field refers to afterwards.
    fn step(&mut self, x: f64) -> f64 {
        let data = self.data;
        self.k *= data[0] * x;
        self.data = constant(self.next);
        self.k * data[1] * x
    }
}

#[differentiable]
fn switched(k: f64, x: f64) -> f64 {
    let mut s = Switched { data: FIRST, next: SECOND, k };
    s.step(x) * s.step(k)
}

#[derive(Clone, Tangent)]
struct Power<'a, T> {
    exponents: &'a [i32],
    by: T,
}

#[differentiable]
impl<T: Real> Power<'_, T> {
    fn next(&mut self, x: T) -> T {
        self.by = self.by * x;
        self.by.powi(self.exponents[0])
    }
}

#[differentiable]
fn generic(k: f64, x: f64) -> f64 {
    let mut p = Power { exponents: &[2, 3], by: k };
    p.next(x) * p.next(k) + p.by
}

#[derive(Clone, Copy, Tangent)]
struct Model<'a> {
    #[constant]
    data: &'a [f64],
    k: f64,
}

#[differentiable]
impl<'a> Model<'a> {
    fn loss(self, x: f64) -> f64 {
        let mut s = 0.0;
        for d in self.data {
            s += (d * x - self.k).powi(2);
        }
        s
    }
}

#[differentiable]
fn loss(m: Model<'_>, x: f64) -> f64 {
    m.data.iter().map(|d| (d * x - m.k).powi(2)).sum::<f64>() * m.data[0]
}

#[differentiable]
fn by_value(k: f64, x: f64) -> f64 {
    let data = [1.0, 2.0, -0.5];
    let m = Model { data: &data, k };
    let mut n = Model { data: &data[1..], k: x };
    n.k *= k;
    loss(m, x) + m.loss(k) * n.loss(x) + loss(n, k)
}

fn receivers_by_value() {
    let data = [1.0, 2.0, -0.5];
    let (dm, dx) = gradient!(Model::loss, Model { data: &data, k: 0.7 }, 1.3);
    let of = |k: f64, x: f64| Model { data: &data, k }.loss(x);
    assert!((dm.k - (of(0.7 + 1e-6, 1.3) - of(0.7 - 1e-6, 1.3)) / 2e-6).abs() < 1e-6);
    assert!((dx - (of(0.7, 1.3 + 1e-6) - of(0.7, 1.3 - 1e-6)) / 2e-6).abs() < 1e-6);
}

#[differentiable]
fn of_each(#[constant] rows: &[Vec<f64>], k: f64, x: f64) -> f64 {
    let mut s = 0.0;
    for row in rows {
        let m = Model { data: row, k };
        s += m.loss(x);
    }
    for i in 0..rows.len() {
        let m = Model { data: &rows[i], k: s };
        s += 0.1 * m.loss(x);
    }
    s
}

#[derive(Clone, Tangent)]
struct Script<'a> {
    words: &'a [&'a str],
    #[constant]
    rows: &'a [&'a [f64]],
    at: usize,
    k: f64,
}

/// What is read of it is a text, or a list.
#[differentiable]
impl<'a> Script<'a> {
    fn next(&mut self, x: f64) {
        let word = self.words[self.at];
        let row = constant(self.rows)[self.at % 2];
        self.at += 1;
        match word {
            "double" => self.k *= 2.0 * x,
            "sin" => self.k = self.k.sin() * x * row[0],
            other => self.k += x * other.len() as f64,
        }
        for r in row {
            self.k += r * x;
        }
    }
}

#[differentiable]
fn run(s: &mut Script<'_>, x: f64) -> f64 {
    for _ in 0..s.words.len() {
        s.next(x);
    }
    s.k
}

#[differentiable]
fn scripted(words: &[&str], #[constant] rows: &[&[f64]], k: f64, x: f64) -> f64 {
    let mut script = Script { words, rows, at: 0, k };
    run(&mut script, x)
}

programs![
    stepped("`let mut w = Walker::new(&data, k)`, methods by `&mut self`", 2, |x| stepped(
        x[0], x[1]
    )),
    in_loops("the same in each trip of a loop", 2, |x| in_loops(
        &[vec![1.0, 2.0, -0.5], vec![0.3], vec![0.7, 0.2]],
        x[0],
        x[1]
    )),
    one_after_the_other("of a list that changes afterwards", 2, |x| one_after_the_other(
        6, x[0], x[1]
    )),
    lent_and_changed("functions that take `&mut Walker<'_>`", 2, |x| lent_and_changed(x[0], x[1])),
    copied("loops over fields that are references, and copies of them", 2, |x| copied(x[0], x[1])),
    scripted("texts and lists that are read of it", 2, |x| scripted(
        &["double", "sin", "abc"],
        &[&[1.0, 2.0], &[0.3]],
        x[0],
        x[1]
    )),
    switched("references that last, made to refer to something else", 2, |x| switched(x[0], x[1])),
    generic("a generic one", 2, |x| generic(x[0], x[1])),
    by_value("`m: Model<'_>`", 2, |x| by_value(x[0], x[1])),
    receivers_by_value("`self` of such a struct", || receivers_by_value()),
    of_each("of the items of a loop", 2, |x| of_each(
        &[vec![1.0, 2.0, -0.5], vec![0.3], vec![0.7, 0.2]],
        x[0],
        x[1]
    )),
];
