//! Comparators of several statements, comparators that are functions, and `reduce` over structs.

use crate::check::programs;
use chainrules::prelude::*;
use std::cmp::Ordering;
use zygote_engine::prelude::*;

#[derive(Clone, Debug, PartialEq, Tangent)]
struct Item {
    weight: f64,
    group: usize,
}

#[differentiable]
fn items(x: &[f64]) -> Vec<Item> {
    x.iter().enumerate().map(|(i, v)| Item { weight: *v, group: i % 2 }).collect()
}

#[differentiable]
fn by_statements(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    v.sort_by(|a, b| {
        let ka = a.abs();
        let kb: f64 = b.abs();
        kb.partial_cmp(&ka).unwrap()
    });
    let mut all = items(x);
    let scale = 2.0;
    all.sort_by(|a, b| {
        let (wa, wb) = (a.weight * scale, b.weight * scale);
        if a.group != b.group {
            a.group.cmp(&b.group)
        } else if wa < wb {
            Ordering::Less
        } else {
            Ordering::Greater
        }
    });
    let first = all[0].weight;
    all.sort_unstable_by(|a, b| match b.group.cmp(&a.group) {
        Ordering::Equal => b.weight.total_cmp(&a.weight),
        other => other,
    });
    v[0] * v[1] + v[2] * 3.0 + first * all[0].weight + all[2].weight
}

fn by_size(a: &f64, b: &f64) -> Ordering {
    a.abs().partial_cmp(&b.abs()).unwrap()
}

#[differentiable]
fn by_functions(x: &[f64]) -> f64 {
    let (mut v, mut w) = (x.to_vec(), x.to_vec());
    v.sort_by(by_size);
    w.sort_by(|a, b| by_size(b, a));
    let least = x.iter().copied().min_by(by_size).unwrap();
    let most = x.iter().copied().max_by(|a, b| by_size(a, b)).unwrap();
    let mut u = x.to_vec();
    u.sort_unstable_by(f64::total_cmp);
    let at = u.binary_search_by(|v| v.total_cmp(&x[1])).unwrap();
    v[0] * v[1] + w[0] * 3.0 + least * most + u[at] * u[0]
}

#[differentiable]
fn reduced(x: &[f64]) -> f64 {
    let all = items(x);
    let sum = all
        .iter()
        .cloned()
        .reduce(|a, b| Item { weight: a.weight + b.weight * b.weight, group: a.group + b.group });
    let largest = all.iter().cloned().reduce(|a, b| if a.weight > b.weight { a } else { b });
    let product = all.into_iter().reduce(|a, b| Item { weight: a.weight * b.weight, ..a });
    let sum = sum.unwrap();
    sum.weight * sum.group as f64 * largest.unwrap().weight + product.unwrap().weight
}

programs![
    by_statements("comparators of several statements", 3, |x| by_statements(x)),
    by_functions("comparators that are functions", 3, |x| by_functions(x)),
    reduced("`reduce` over structs", 3, |x| reduced(x)),
];
