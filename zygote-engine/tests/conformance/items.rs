//! Items of loops: that change, that are arrays by reference and arguments, that are texts.

use crate::check::programs;
use chainrules::prelude::*;
use std::collections::BTreeMap;
use zygote_engine::prelude::*;

#[derive(Clone, Tangent)]
struct Model {
    weights: Vec<f64>,
}

#[differentiable]
impl Model {
    fn predict(&self, x: &[f64]) -> f64 {
        self.weights.iter().zip(x).map(|(w, x)| w * x).sum()
    }

    fn fit(&mut self, x: &[f64], y: f64) -> f64 {
        let error = self.predict(x) - y;
        for (w, x) in self.weights.iter_mut().zip(x) {
            *w -= 0.1 * error * x;
        }
        error * error
    }

    fn push(&mut self, w: f64) {
        self.weights.push(w);
    }
}

#[differentiable]
fn changed_numbers(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for mut a in x.iter().copied() {
        a *= x[0];
        if a > 0.5 {
            a -= s;
        }
        s += a * a;
    }
    for (k, mut a) in x.iter().copied().enumerate() {
        while a < 1.0 {
            a = a * 0.5 + 1.0;
        }
        s += a * k as f64;
    }
    for (mut a, b) in vec![(x[0], x[1]), (x[2], 0.5)] {
        a *= b;
        s += a * b;
    }
    for &(mut a) in x {
        a *= 2.0;
        s += a * a;
    }
    'rows: for mut k in 0..3usize {
        k += 1;
        for mut a in [x[0], x[1]] {
            a *= k as f64;
            if a > 1.0 {
                continue 'rows;
            }
            s += a * a;
        }
    }
    s
}

#[differentiable]
fn changed_models(x: &[f64]) -> f64 {
    let models = vec![Model { weights: vec![x[0], 1.0] }, Model { weights: vec![x[1], x[2]] }];
    let mut s = 0.0;
    for mut model in models.clone() {
        model.push(x[2]);
        s += model.fit(&[x[0], 0.5, x[1]], s) + model.weights[0];
    }
    for mut row in vec![x.to_vec(), vec![x[1]; 3]] {
        row.swap(0, 1);
        row[0] *= s;
        s += row[0] * row[2];
    }
    for (k, mut model) in models.into_iter().enumerate() {
        model.weights[0] = k as f64;
        s += model.predict(x);
    }
    s
}

#[differentiable]
fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[differentiable]
fn arrays_as_slices(x: &[f64]) -> f64 {
    let mut model = Model { weights: x.to_vec() };
    let data = [([1.0, 2.0], 3.0), ([0.5, -1.0], 0.0)];
    let mut loss = 0.0;
    for (a, y) in &data {
        loss += model.fit(a, *y) + dot(a, x);
    }
    for (a, y) in data.iter() {
        loss += model.predict(a) * y;
    }
    for (a, y) in data {
        loss += model.predict(&a) * y;
    }
    let varied = [([x[0], 1.0], x[1]), ([x[1], x[0]], 2.0)];
    for (a, y) in varied.iter() {
        loss += model.fit(a, *y) * dot(a, x);
    }
    let lists = vec![(vec![x[0], 1.0], 0.5), (vec![2.0, x[1]], x[0])];
    for (a, y) in &lists {
        loss += model.fit(a, *y) * dot(a, x);
    }
    let rows = [[x[0], x[1]], [x[1], 1.0]];
    for row in &rows {
        loss += model.predict(row);
    }
    loss + rows.iter().map(|row| model.predict(row)).sum::<f64>()
        + data.iter().map(|(a, y)| model.predict(a) * dot(a, x) * y).sum::<f64>()
}

#[differentiable(dyn)]
trait Kernel {
    fn value(&self, r: f64) -> f64;

    fn name(&self) -> &'static str {
        "kernel"
    }
}

#[derive(Clone, Tangent)]
struct Square(f64);

#[differentiable(dyn)]
impl Kernel for Square {
    fn value(&self, r: f64) -> f64 {
        self.0 * r * r
    }
}

#[derive(Clone, Tangent)]
struct Line(f64);

#[differentiable(dyn)]
impl Kernel for Line {
    fn value(&self, r: f64) -> f64 {
        self.0 + r
    }

    fn name(&self) -> &'static str {
        ""
    }
}

#[differentiable]
fn grouped(names: &[&'static str], x: &[f64]) -> BTreeMap<&'static str, Vec<f64>> {
    let mut groups: BTreeMap<&'static str, Vec<f64>> = BTreeMap::new();
    for (name, x) in names.iter().zip(x) {
        groups.entry(*name).or_default().push(*x);
    }
    groups
}

#[differentiable]
fn named(x: &[f64]) -> Vec<(&'static str, String, f64)> {
    let name = |x: &f64| match *x > 0.0 {
        true => ("above", "a".to_string(), *x),
        false => ("below", String::new(), -x),
    };
    x.iter().map(name).collect()
}

#[differentiable]
fn lengths_of_texts(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for (name, group) in &grouped(&["a", "bcd", "a", ""], x) {
        s += group.iter().product::<f64>() * name.len() as f64;
        if name.is_empty() {
            s += group[0];
        }
    }
    let kernels: Vec<Box<dyn Kernel>> = vec![Box::new(Square(x[0])), Box::new(Line(x[1]))];
    for kernel in kernels.iter() {
        s += kernel.value(x[2]) * kernel.name().len() as f64;
        let name = kernel.name();
        if !name.is_empty() {
            s += kernel.value(name.len() as f64 * x[1]);
        }
    }
    for (name, short, x) in &named(x) {
        s += name.len() as f64 * x * x;
        if short.is_empty() {
            s += x;
        }
    }
    s
}

programs![
    changed_numbers("`for mut x in ..`", 3, |x| changed_numbers(x)),
    changed_models("`for mut model in ..`, whose methods change it", 3, |x| changed_models(x)),
    arrays_as_slices("items that are arrays, as arguments that are slices", 2, |x| {
        arrays_as_slices(x)
    }),
    lengths_of_texts("methods of `&'static str` that are items or that calls give", 4, |x| {
        lengths_of_texts(x)
    }),
];
