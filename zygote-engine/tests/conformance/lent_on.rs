//! Fields that are references, handed on to calls: as a whole, in parts, by copies, and to functions that
//! make structs of them.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[derive(Clone, Tangent)]
struct Config {
    n: usize,
    weights: Vec<f64>,
}

#[differentiable]
impl Config {
    fn get(&self, i: usize) -> f64 {
        self.weights[i]
    }

    fn all(&self) -> &[f64] {
        &self.weights
    }

    fn scaled(&self, x: f64) -> f64 {
        self.weights.iter().map(|w| w * x).sum()
    }
}

#[derive(Clone, Tangent)]
struct Fit<'a> {
    #[constant]
    data: &'a [f64],
    #[constant]
    config: &'a Config,
    name: &'a str,
    k: f64,
    own: Config,
    pair: [f64; 2],
}

#[differentiable]
fn scaled(data: &[f64], k: f64) -> f64 {
    data.iter().map(|d| d * k).sum::<f64>() * data[0]
}

#[differentiable]
fn both(a: &[f64], b: &[f64], k: f64) -> f64 {
    let mut s = 0.0;
    for (a, b) in a.iter().zip(b) {
        s += a * b * k;
    }
    s
}

#[differentiable]
fn letters(text: &str, k: f64) -> f64 {
    text.len() as f64 * k
}

#[differentiable]
fn of_constants(#[constant] data: &[f64], k: f64) -> f64 {
    data[0] * k
}

#[differentiable]
impl<'a> Fit<'a> {
    fn new(data: &'a [f64], config: &'a Config, k: f64) -> Self {
        let own = Config { n: 1, weights: vec![k, 1.0] };
        Self { data, config, name: "abc", k, own, pair: [k, 2.0] }
    }

    /// What does not vary beside what does.
    fn value(&self) -> f64 {
        let k = self.k;
        let beside = both(self.data, &self.own.weights, k) + both(&self.data[..1], self.data, k);
        let config = self.config.get(0) * k + self.config.scaled(k) + self.config.all()[0] * k;
        let lent = scaled(self.config.all(), k) + scaled(&self.config.weights, k);
        let own = self.own.scaled(k) + both(&self.pair, &self.own.weights, k);
        let constants = of_constants(self.data, k) + letters(self.name, k);
        scaled(self.data, k) + scaled(&self.data[1..], k) + beside + config + lent + own + constants
    }

    fn step(&mut self, x: f64) {
        self.k = scaled(self.data, self.k * x);
        self.own.weights[0] += both(self.data, &self.pair, x) + self.config.scaled(x);
        let config = self.config;
        self.k += config.get(0) * x + scaled(&config.weights, x);
        let pair = self.pair;
        self.pair[0] *= scaled(&pair, x);
    }
}

/// A struct of the references of another, which varies.
#[differentiable]
fn of_another(x: f64, y: f64) -> f64 {
    let data = [2.0, 3.0];
    let config = Config { n: 2, weights: vec![0.3, 0.4] };
    let first = Fit::new(&data, &config, x);
    let second = Fit::new(first.data, first.config, y);
    let lent = &second;
    let own = config.clone();
    let third =
        Fit { data: lent.data, config: &config, name: first.name, k: x * y, own, pair: [x, y] };
    let parts = scaled(third.data, x) + scaled(&first.data[..1], y);
    first.value() * second.value() + third.value() * parts
}

#[differentiable]
fn of_exclusive(m: &mut Fit<'_>, x: f64) -> f64 {
    m.step(x);
    m.step(x * m.k * 0.01);
    let other = Fit::new(m.data, m.config, x);
    m.k + m.own.weights[0] + m.pair[0] + m.value() * other.value() + scaled(m.data, m.k)
}

#[differentiable]
fn of_items(all: &[Fit<'_>], x: f64) -> f64 {
    let mut s = 0.0;
    for m in all {
        s += scaled(m.data, x) * m.k + both(&all[0].data[1..], m.data, m.k);
        s += m.config.get(1) * x;
        let by_closure = |y: f64| scaled(m.data, y * x);
        s += by_closure(m.k);
    }
    let sum: f64 = all.iter().map(|m| scaled(m.data, x * m.k)).sum();
    s + sum
}

fn differences(f: impl Fn(f64) -> f64, at: f64) -> f64 {
    (f(at + 1e-6) - f(at - 1e-6)) / 2e-6
}

fn parameters() {
    let (data, config) = ([2.0, 0.3], Config { n: 2, weights: vec![0.3, 0.4] });
    let made = |k| Fit::new(&data, &config, k);
    let (dm, dx) = gradient!(of_exclusive, &mut made(0.5), 0.7);
    let dk = dm.k + dm.own.weights[0] + dm.pair[0];
    assert!((dk - differences(|k| of_exclusive(&mut made(k), 0.7), 0.5)).abs() < 1e-5);
    assert!((dx - differences(|x| of_exclusive(&mut made(0.5), x), 0.7)).abs() < 1e-5);
    let (dm, dx) = gradient!(of_items, &[made(0.5), made(0.8)], 0.7);
    let of_first = |k| of_items(&[made(k), made(0.8)], 0.7);
    assert!((dm[0].k - differences(of_first, 0.5)).abs() < 1e-6);
    assert!((dx - differences(|x| of_items(&[made(0.5), made(0.8)], x), 0.7)).abs() < 1e-6);
}

programs![
    of_another("a struct of the references of another", 2, |x| of_another(x[0], x[1])),
    parameters("fields that are references as arguments", || parameters()),
];
