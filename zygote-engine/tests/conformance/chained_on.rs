//! Chains over what a chain is collected into, in one expression.

use crate::check::programs;
use chainrules::prelude::*;
use std::collections::{BTreeMap, VecDeque};
use zygote_engine::prelude::*;

#[differentiable]
fn folded(x: &[f64]) -> f64 {
    2.0 * x.iter().map(|v| v * v).collect::<Vec<_>>().iter().fold(1.0, |a, b| a * b) + x[0]
}

#[differentiable]
fn summed(x: &[f64]) -> f64 {
    x.iter().map(|v| v * v).collect::<Vec<f64>>().iter().sum::<f64>()
}

#[differentiable]
fn in_arguments(x: &[f64]) -> f64 {
    let k = x[0];
    k.sin()
        .max(3.0 + x.iter().map(|v| v * k).collect::<Vec<f64>>().iter().map(|v| v * v).sum::<f64>())
        * x[1]
}

#[differentiable]
fn by_value_and_backwards(x: &[f64]) -> f64 {
    let k = x[1];
    x[0] * x
        .iter()
        .map(|v| v * k)
        .collect::<Vec<f64>>()
        .into_iter()
        .rev()
        .fold(0.3, |a, b| a * k + b)
}

#[differentiable]
fn neighbours(x: &[f64]) -> f64 {
    x[0] + x
        .iter()
        .filter(|v| **v > -0.5)
        .map(|v| v * v)
        .collect::<Vec<f64>>()
        .windows(2)
        .map(|w| w[0] * w[1])
        .sum::<f64>()
        .exp()
}

#[differentiable]
fn thrice(x: &[f64]) -> f64 {
    x.iter()
        .map(|v| v * x[0])
        .collect::<Vec<f64>>()
        .iter()
        .rev()
        .scan(1.0, |a, v| {
            *a += v;
            Some(*a)
        })
        .collect::<Vec<f64>>()
        .iter()
        .zip(x)
        .map(|(a, b)| a * b)
        .sum::<f64>()
        .sin()
}

#[differentiable]
fn of_other_collections(x: &[f64]) -> f64 {
    let keyed = x.iter().enumerate().map(|(k, v)| (k, v * v));
    keyed.collect::<BTreeMap<usize, f64>>().values().map(|v| v * x[1]).sum::<f64>()
        * x.iter().map(|v| v + x[0]).collect::<VecDeque<f64>>().iter().product::<f64>()
}

#[differentiable]
fn in_conditions_and_loops(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for w in x.iter().map(|v| v * x[0]).collect::<Vec<f64>>().chunks(2) {
        sum += w[0] * w[w.len() - 1];
    }
    if x.iter().map(|v| v.abs()).collect::<Vec<f64>>().iter().any(|v| *v > 0.9) {
        return sum * x[1];
    }
    x.iter().map(|v| v * sum).collect::<Vec<f64>>().iter().map(|v| v.cos()).sum::<f64>()
}

programs![
    folded("`collect` and a chain over it in one expression", 3, |x| folded(x)),
    summed("`collect` and a chain over it in one expression", 3, |x| summed(x)),
    in_arguments("`collect` and a chain over it in one expression", 3, |x| in_arguments(x)),
    by_value_and_backwards("`collect` and a chain over it in one expression", 3, |x| {
        by_value_and_backwards(x)
    }),
    neighbours("`collect` and a chain over it in one expression", 4, |x| neighbours(x)),
    thrice("`collect` and a chain over it in one expression", 3, |x| thrice(x)),
    of_other_collections("`collect` and a chain over it in one expression", 3, |x| {
        of_other_collections(x)
    }),
    in_conditions_and_loops("`collect` and a chain over it in one expression", 3, |x| {
        in_conditions_and_loops(x)
    }),
];
