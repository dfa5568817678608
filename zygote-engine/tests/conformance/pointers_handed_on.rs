//! `fn` pointers that variables, fields and elements hold, as arguments of functions that take functions.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

type Activation = fn(f64) -> f64;

#[differentiable(pointer)]
fn leaky(x: f64) -> f64 {
    if x > 0.0 { x } else { 0.1 * x }
}

#[differentiable(pointer)]
fn square(x: f64) -> f64 {
    x * x
}

#[differentiable(pointer)]
fn weighted(x: f64, y: f64) -> f64 {
    x * y + x
}

#[differentiable(pointer)]
fn less(x: f64, y: f64) -> f64 {
    x - y * y
}

#[differentiable]
fn repeated(f: fn(f64) -> f64, x: f64, n: usize) -> f64 {
    (0..n).fold(x, |x, _| f(x))
}

#[differentiable]
fn twice(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    f(f(x))
}

#[differentiable]
fn composed<F: Fn(f64) -> f64, G>(f: F, g: G, x: f64) -> f64
where
    G: Fn(f64) -> f64,
{
    f(g(x))
}

#[differentiable]
fn folded(x: &[f64], f: fn(f64, f64) -> f64, start: f64) -> f64 {
    let mut s = start;
    for x in x {
        s = f(s, *x);
    }
    s
}

#[differentiable]
fn each(f: fn(f64) -> f64, x: &mut [f64]) {
    for x in x.iter_mut() {
        *x = f(*x);
    }
}

#[differentiable]
fn by_name(f: Activation, x: f64) -> f64 {
    repeated(f, x, 2) + twice(|y| f(y), x)
}

#[derive(Clone, Tangent)]
struct Net {
    #[constant]
    activation: Activation,
    #[constant]
    fold: fn(f64, f64) -> f64,
    #[constant]
    all: Vec<Activation>,
    weights: Vec<f64>,
}

#[differentiable]
impl Net {
    fn layer(&self, f: fn(f64) -> f64, x: f64) -> f64 {
        self.weights.iter().map(|w| f(w * x)).sum()
    }

    fn dot(&self, x: f64) -> f64 {
        self.weights[0] * x
    }

    fn change(&mut self, f: fn(f64) -> f64) {
        for w in self.weights.iter_mut() {
            *w = f(*w);
        }
    }

    fn chosen(&self, k: usize) -> Activation {
        self.all[k]
    }

    fn run(&self, x: f64) -> f64 {
        let mut h = x;
        for f in &self.all {
            h = self.layer(*f, h) + composed(|x| f(x), |x| (self.activation)(x), h);
        }
        self.layer(self.activation, h)
            + folded(&self.weights, self.fold, x)
            + repeated(self.activation, self.dot(x), 2)
    }
}

#[differentiable]
fn held_by_variables(x: &[f64]) -> f64 {
    let f: fn(f64) -> f64 = if x[1] > 0.0 { leaky } else { square };
    let named: [(&str, fn(f64) -> f64); 2] = [("a", leaky), ("two", square)];
    let list: Vec<fn(f64) -> f64> = vec![leaky, square];
    let mut s = repeated(f, x[0], 2) + repeated(leaky, x[0] - 1.0, 2) + twice(f, x[1]);
    for (name, f) in named {
        s += repeated(f, x[0], 2) * name.len() as f64;
    }
    for f in &list {
        s += twice(|x| f(x), x[0]) + repeated(*f, x[1], 1);
    }
    s + repeated(list[1], x[0], 1)
}

#[differentiable]
fn held_by_fields(x: &[f64]) -> f64 {
    let fold: fn(f64, f64) -> f64 = if x[0] > 0.0 { weighted } else { less };
    let all: Vec<Activation> = vec![square, f64::sin];
    let mut net = Net { activation: f64::tanh, fold, all, weights: x.to_vec() };
    let mut y = x.to_vec();
    let f: Activation = net.chosen(1);
    each(f, &mut y);
    let k = 1;
    each(net.all[k], &mut y);
    let g = net.activation;
    each(g, &mut y);
    let before = net.run(x[1]);
    net.change(g);
    let list: [Activation; 2] = [f64::cos, square];
    for f in list {
        y[0] += composed(|x| f(x), |x| g(x), y[1]) + by_name(f, x[0]);
    }
    before + folded(&y, fold, net.weights[2]) + folded(&y, weighted, x[2])
}

#[differentiable]
fn given_to_functions(x: &[f64]) -> f64 {
    let all: Vec<Activation> = vec![square, leaky];
    let mut net = Net { activation: square, fold: weighted, all, weights: x.to_vec() };
    let k = 1;
    let mut s = twice(net.activation, x[0]) + twice(net.all[k], x[1] - 1.0);
    for f in &net.all {
        s += twice(*f, x[1]);
    }
    s += net.all.iter().map(|f| composed(net.activation, *f, x[0])).sum::<f64>();
    s += twice(&net.activation, x[1]);
    net.weights[0] = twice(net.activation, net.weights[1]);
    s + net.weights[0] + composed(net.all[0], |y| y * x[0], x[1])
}

programs![
    given_to_functions("`fn` pointers of fields and elements where closures are taken", 2, |x| {
        given_to_functions(x)
    }),
    held_by_variables("`fn` pointers of variables and elements, handed on", 2, |x| {
        held_by_variables(x)
    }),
    held_by_fields("`fn` pointers of fields, handed on", 3, |x| held_by_fields(x)),
];
