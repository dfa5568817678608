//! Values that are changed where they are made.

use crate::check::programs;
use chainrules::prelude::*;
use std::collections::HashMap;
use zygote_engine::prelude::*;

#[derive(Clone, Tangent)]
struct Lag {
    x: f64,
}

#[derive(Clone, Tangent)]
struct Sum(f64);

#[derive(Clone, Tangent)]
struct Store {
    v: Vec<f64>,
    k: f64,
}

#[differentiable]
impl Lag {
    fn new(x: f64) -> Lag {
        Lag { x }
    }
    fn process(&mut self, x: f64) -> f64 {
        self.x = 0.5 * self.x + x * self.x;
        self.x
    }
    fn with(mut self, x: f64) -> Lag {
        self.x *= x;
        self
    }
    fn stored(self, v: &[f64]) -> Store {
        Store { v: v.to_vec(), k: self.x }
    }
}

#[differentiable]
impl Sum {
    fn process(&mut self, x: f64) -> f64 {
        self.0 = 0.5 * self.0 + x;
        self.0
    }
}

#[differentiable]
impl Store {
    fn new(n: usize) -> Self {
        Store { v: vec![0.0; n], k: 1.0 }
    }
    fn from(v: Vec<f64>) -> Self {
        Store { v, k: 1.0 }
    }
    fn run(&mut self, x: &[f64]) -> f64 {
        for i in 0..self.v.len() {
            self.v[i] += self.k * x[i % 2] * x[i % 2];
            self.k *= 1.1;
        }
        self.v.iter().sum()
    }
    fn total(self) -> f64 {
        self.v.iter().sum::<f64>() * self.k
    }
    fn and(mut self, x: f64) -> Self {
        self.v.push(x * self.k);
        self
    }
    fn first(&self, t: f64) -> f64 {
        self.v[0] * t + t
    }
}

#[differentiable]
fn copies(x: f64, y: f64) -> f64 {
    let lag = Lag { x };
    let changed = lag.clone().process(x) > y;
    let s = lag.clone().process(y) + lag.x * lag.clone().with(y).process(x);
    if changed { s * lag.x } else { s }
}

#[differentiable]
fn constructors(x: f64, y: f64) -> f64 {
    let constant =
        Sum(0.0).process(x) + Lag { x: 2.0 }.process(y) + Lag::new(0.5).with(x).process(3.0);
    constant * Sum(x).process(y) + Lag { x: x * x }.process(y) + Lag::new(y).with(x).process(3.0)
}

#[differentiable]
fn builders(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..3 {
        s += Store::new(2).run(x) * x[i % 2] + Store::from(x.to_vec()).total();
        s += Store::from(x.to_vec()).and(x[0]).and(s).run(x) + Store::new(1).first(x[0]);
        s *= 0.3;
    }
    s + Lag { x: x[0] }.stored(x).run(x)
}

#[differentiable]
fn catalan(n: usize, memo: &mut HashMap<usize, f64>, q: f64) -> f64 {
    if n == 0 {
        return 1.0;
    }
    if let Some(v) = memo.get(&n) {
        return *v;
    }
    let mut sum = 0.0;
    for k in 0..n {
        sum += q * catalan(k, memo, q) * catalan(n - 1 - k, memo, q);
    }
    memo.insert(n, sum);
    sum
}

#[differentiable]
fn grown(v: &mut Vec<f64>, x: f64) -> f64 {
    v[0] += x * x;
    v.push(x);
    v.iter().sum()
}

#[differentiable]
fn squared(v: &mut [f64], x: f64) -> f64 {
    v[0] += x * x;
    v.iter().sum()
}

#[differentiable]
fn added(v: &mut f64, x: f64) -> f64 {
    *v += x * x;
    *v * *v
}

#[differentiable]
fn arguments(x: f64, y: f64) -> f64 {
    let lists = grown(&mut vec![0.0; 2], x) + grown(&mut vec![x, 1.0], y);
    let slices = squared(&mut [0.0; 3], x) * squared(&mut [1.0, x], y);
    let numbers = added(&mut 0.0, x) + added(&mut (x * 2.0), y);
    let mut s = catalan(3, &mut HashMap::new(), x);
    for k in 1..3 {
        s = s * 0.1 + catalan(k, &mut HashMap::new(), y) + grown(&mut Vec::from([1.0]), s);
    }
    s + lists + slices + numbers
}

#[differentiable]
fn constants(x: f64, y: f64) -> f64 {
    let c = Lag { x: 2.0 };
    let popped = vec![1.0, 2.0].pop().unwrap() * x + vec![x, y, 1.0].pop().unwrap_or(x);
    c.clone().process(x) + c.clone().process(y) * c.x + popped * vec![x, y].pop().unwrap()
}

programs![
    copies("a method that changes a copy: `lag.clone().process(x)`", 2, |x| copies(x[0], x[1])),
    constructors(
        "a method that changes what is made in place: `Lag::new(0.5).process(x)`",
        2,
        |x| { constructors(x[0], x[1]) }
    ),
    builders("the same in loops, beside methods that take or borrow it", 2, |x| builders(x)),
    constants("copies of constants, and lists: `vec![x, y].pop()`", 2, |x| constants(x[0], x[1])),
    arguments("`&mut` of what is made in place: `f(&mut HashMap::new(), x)`", 2, |x| arguments(
        x[0], x[1]
    )),
];
