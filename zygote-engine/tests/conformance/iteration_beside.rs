//! Loops over constants beside what varies: names, weights.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[differentiable(dyn)]
trait Layer {
    fn forward(&self, x: f64) -> f64;
}

#[derive(Clone, Tangent)]
struct Wave(f64);

#[derive(Clone, Tangent)]
struct Power {
    scale: f64,
    k: i32,
}

#[differentiable(dyn)]
impl Layer for Wave {
    fn forward(&self, x: f64) -> f64 {
        (self.0 * x).sin()
    }
}

#[differentiable(dyn)]
impl Layer for Power {
    fn forward(&self, x: f64) -> f64 {
        self.scale * x.powi(self.k)
    }
}

#[differentiable]
fn layer(kind: &str, by: f64) -> Option<Box<dyn Layer>> {
    match kind {
        "wave" => Some(Box::new(Wave(by))),
        "square" => Some(Box::new(Power { scale: by, k: 2 })),
        _ => None,
    }
}

#[differentiable]
fn layers_by_name(x: &[f64]) -> f64 {
    let kinds = ["wave", "none", "square"];
    let all = kinds.iter().zip(x).filter_map(|(kind, by)| layer(kind, *by));
    let s: f64 = all.map(|l| l.forward(x[0])).sum();
    s * x[1]
}

#[differentiable]
fn weight(name: &str, x: f64) -> f64 {
    if name == "a" { x * x } else { name.len() as f64 * x }
}

#[differentiable]
fn names_in_a_loop(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for (name, v) in ["a", "bb"].iter().zip(x) {
        s += weight(name, *v);
    }
    for (i, (v, name)) in x.iter().zip(&["ccc", "a"]).enumerate() {
        s += weight(name, *v) * (i + 1) as f64;
    }
    s
}

#[differentiable]
fn weighted(#[constant] names: &[String], x: &[f64]) -> f64 {
    let plain: f64 = names.iter().zip(x).map(|(name, v)| weight(name, *v)).sum();
    let odd = x.iter().rev().zip(names.iter().skip(1)).enumerate();
    plain * odd.filter(|(i, _)| *i != 7).map(|(_, (v, name))| weight(name, *v)).sum::<f64>()
}

#[differentiable]
fn weights_beside(x: &[f64]) -> f64 {
    let constant = [0.5, 2.0, -1.0];
    let mut varies = vec![1.0, 2.0, 3.0];
    varies[1] = x[0];
    let mut s = 0.0;
    for (w, v) in constant.iter().zip(x) {
        s += w * v * v;
    }
    for (w, v) in varies.iter().zip(x) {
        s += w * v * v;
    }
    s
}

programs![
    layers_by_name("names beside numbers in a chain", 3, |x| layers_by_name(x)),
    names_in_a_loop("names beside numbers in a loop", 2, |x| names_in_a_loop(x)),
    weighted("names beside numbers in a chain", 2, |x| weighted(
        &["a".to_string(), "bb".to_string()],
        x
    )),
    weights_beside("constants beside what varies in a loop", 3, |x| weights_beside(x)),
];
