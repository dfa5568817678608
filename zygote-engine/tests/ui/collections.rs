// Collections whose type has to be seen in the function, and methods of one's own of their names.
use chainrules::prelude::*;
use std::collections::{BTreeMap, HashMap, LinkedList, VecDeque};
use zygote_engine::prelude::*;

#[derive(Clone, Debug, Tangent)]
struct Model {
    weights: HashMap<String, f64>,
    ordered: BTreeMap<usize, f64>,
    queue: VecDeque<f64>,
}

#[differentiable]
fn loop_over_a_table(model: &Model) -> f64 {
    let mut s = 0.0;
    for entry in &model.weights {
        s += entry.1 * entry.1;
    }
    s
}

#[differentiable]
fn change_of_entries(model: &mut Model) {
    for (_, w) in model.ordered.iter_mut() {
        *w *= 2.0;
    }
}

#[differentiable]
fn added_to_a_queue(model: &mut Model, x: &[f64]) {
    model.queue.extend(x.iter().map(|y| y * y));
}

#[derive(Clone, Debug, Tangent)]
struct Own(Vec<f64>);

#[differentiable]
impl Own {
    fn values(&self) -> Vec<f64> {
        self.0.clone()
    }
}

#[differentiable]
fn values_of_ones_own(x: &[f64]) -> f64 {
    let own = Own(x.to_vec());
    let mut s = 0.0;
    for v in own.values() {
        s += v * v;
    }
    s
}

#[differentiable]
fn chain_over_a_table(model: &Model) -> f64 {
    model.weights.iter().map(|entry| entry.1 * entry.1).sum()
}

#[differentiable]
fn collected_into_another_type(x: &[f64]) -> f64 {
    let all: LinkedList<f64> = x.iter().map(|a| a * a).collect();
    all.len() as f64
}

#[differentiable]
fn range_of_real_numbers(x: f64) -> f64 {
    let range = 0.0..x;
    if range.contains(&0.5) { x * range.end } else { x }
}

fn main() {}
