//! Functions that give structs which hold references.

use crate::check::programs;
use chainrules::prelude::*;
use std::cell::Cell;
use zygote_engine::prelude::*;

#[derive(Clone, Tangent)]
struct Fitted<'a> {
    #[constant]
    data: &'a [f64],
    name: &'a str,
    n: usize,
    k: f64,
}

#[differentiable]
impl<'a> Fitted<'a> {
    fn new(data: &'a [f64], k: f64) -> Self {
        let n = data.len();
        Self { data, name: "new", n, k: k * k * data[0] }
    }

    fn with(self, x: f64) -> Self {
        Self { k: self.k * x, ..self }
    }

    fn scaled(&self, x: f64) -> Self {
        Fitted { k: self.k * x, ..*self }
    }

    fn rest(&self) -> Fitted<'a> {
        Fitted { data: &self.data[1..], name: self.name, n: self.n - 1, k: self.k }
    }

    fn loss(&self) -> f64 {
        self.data.iter().map(|d| d * self.k * self.k).sum::<f64>() + self.n as f64 * self.k
    }

    fn product(&self) -> f64 {
        let Self { data, k, .. } = self;
        k * data[0] + if self.name.len() == self.n { self.k } else { 0.0 }
    }
}

#[differentiable]
fn sine_fitted<'a>(data: &'a [f64], x: f64) -> Fitted<'a> {
    Fitted::new(data, x.sin())
}

#[differentiable]
fn by_function(x: f64, y: f64) -> f64 {
    let data = vec![0.5, 2.0, -1.0];
    let m = Fitted::new(&data, x * y);
    let n = sine_fitted(&data[1..], x);
    m.loss() * m.k + n.loss() * n.product() + m.data[1] * y
}

#[differentiable]
fn at_once(x: f64, y: f64) -> f64 {
    let data = [0.5, 2.0, -1.0];
    Fitted::new(&data, x).loss() * y + sine_fitted(&data, y).product()
}

#[differentiable]
fn by_methods(x: f64, y: f64) -> f64 {
    let data = vec![0.5, 2.0, -1.0];
    let m = Fitted::new(&data, x).with(y).with(x);
    let n = m.scaled(y);
    let rest = n.rest();
    m.loss() * n.loss() + rest.loss() * rest.k + n.scaled(x).rest().product()
}

#[differentiable]
fn in_each_trip(x: f64, y: f64) -> f64 {
    let mut s = 0.0;
    for i in 0..3 {
        let data = vec![i as f64 + 1.0, 2.0];
        let m = Fitted::new(&data, 0.1 * s + x);
        if m.k > 1.0 {
            break;
        }
        s += m.loss() * y + m.product() * s;
    }
    s
}

#[differentiable]
fn changed_afterwards(x: f64, y: f64) -> f64 {
    let mut data = vec![3.0, -1.0];
    let mut k = x * y;
    let before = Fitted::new(&data, k);
    let loss = before.loss() * before.k;
    data[0] = 10.0;
    data.push(4.0);
    k *= x;
    loss * Fitted::new(&data[1..], k).loss() + k
}

#[differentiable]
fn of_parameters(data: &[f64], x: f64) -> f64 {
    let m = Fitted::new(data, x);
    let n = Fitted { data, name: "", n: 1, k: x * x };
    m.loss() * n.loss()
}

#[differentiable]
fn of_a_constant(x: f64, y: f64) -> f64 {
    let data = vec![0.5, 2.0];
    of_parameters(&data, x * y) * y
}

#[derive(Clone, Tangent)]
struct Stencil<'a, P> {
    #[constant]
    nodes: &'a [f64],
    payoff: P,
    n: usize,
}

#[derive(Clone, Tangent)]
struct Call {
    strike: f64,
}

#[differentiable]
impl Call {
    fn at(&self, x: f64) -> f64 {
        x * x - self.strike * x
    }
}

#[differentiable]
impl<'a, P: Clone + HasTangent> Stencil<'a, P> {
    fn new(nodes: &'a [f64], payoff: P) -> Self {
        Self { nodes, payoff, n: nodes.len() }
    }
}

#[differentiable]
fn generic(x: f64, y: f64) -> f64 {
    let nodes = [0.5, 1.0, 1.5];
    let solver = Stencil::new(&nodes, Call { strike: x });
    let mut s = 0.0;
    for node in solver.nodes {
        s += solver.payoff.at(node * y) * solver.n as f64;
    }
    s
}

fn constant_parameter() {
    let data = [0.5, 2.0];
    let d = gradient!(of_parameters, constant(&data), 0.8);
    let difference = (of_parameters(&data, 0.8 + 1e-6) - of_parameters(&data, 0.8 - 1e-6)) / 2e-6;
    assert!((d - difference).abs() < 1e-6);
}

thread_local! {
    static RUNS: Cell<usize> = const { Cell::new(0) };
}

fn counted() -> usize {
    RUNS.set(RUNS.get() + 1);
    RUNS.get()
}

#[derive(Clone, Tangent)]
struct Named<'a> {
    name: &'a str,
    k: f64,
    n: usize,
}

/// Nothing is borrowed, so that it is kept.
#[differentiable]
fn numbered(k: f64) -> Named<'static> {
    let n = counted();
    Named { name: "a", k, n }
}

#[differentiable]
fn of_a_number(k: f64) -> f64 {
    let m = numbered(k);
    m.k * m.k * m.n as f64 * m.name.len() as f64
}

#[derive(Clone, Tangent)]
struct Wave {
    k: f64,
    n: usize,
}

/// A function with the name of one that gives a struct with references.
mod elsewhere {
    use super::{Wave, counted};
    use chainrules::prelude::*;
    use zygote_engine::prelude::*;

    #[differentiable]
    pub fn sine_fitted(k: f64) -> Wave {
        let n = counted();
        Wave { k, n }
    }

    #[differentiable]
    pub fn of_a_namesake(k: f64) -> f64 {
        let m = sine_fitted(k);
        m.k * m.k * m.n as f64
    }
}

programs![
    functions_run_once("functions of structs without references run once", || {
        for (f, runs) in [(0, 3), (1, 5)] {
            RUNS.set(runs - 1);
            let d = match f {
                0 => gradient!(of_a_number, 1.5),
                _ => gradient!(elsewhere::of_a_namesake, 1.5),
            };
            assert_eq!((d, RUNS.get()), (3.0 * runs as f64, runs));
        }
    }),
    by_function("one that a function gives", 2, |x| by_function(x[0], x[1])),
    at_once("a method of what a function gives", 2, |x| at_once(x[0], x[1])),
    by_methods("one that a method gives, by value and by reference", 2, |x| by_methods(x[0], x[1])),
    in_each_trip("one that a function gives in each trip of a loop", 2, |x| {
        in_each_trip(x[0], x[1])
    }),
    changed_afterwards("of what changes when what a function gave is gone", 2, |x| {
        changed_afterwards(x[0], x[1])
    }),
    of_a_constant("of a parameter that is constant at the call", 2, |x| of_a_constant(x[0], x[1])),
    generic("a generic one that a function gives", 2, |x| generic(x[0], x[1])),
    constant_parameter("of a `constant(..)` argument of `gradient!`", || constant_parameter()),
];
