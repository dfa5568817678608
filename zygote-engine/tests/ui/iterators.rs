//! Chains of iterators that are refused.
use std::collections::LinkedList;
use zygote_engine::prelude::*;

#[differentiable]
fn as_a_value(x: &[f64]) -> f64 {
    let mut squares = x.iter().map(|a| a * a);
    squares.next().unwrap()
}

#[differentiable]
fn collected_into_another_type(x: &[f64]) -> f64 {
    let all: LinkedList<f64> = x.iter().map(|a| a * a).collect();
    *all.front().unwrap()
}

#[differentiable]
fn reversed_after_filter(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for y in x.iter().filter(|y| **y > 0.0).rev() {
        s = s * 0.5 + y;
    }
    s
}

#[differentiable]
fn zipped_with_filter(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y.iter().filter(|b| **b > 0.0)).map(|(a, b)| a * b).sum()
}

#[differentiable]
fn keeping_references(x: &[f64]) -> f64 {
    let big: Vec<&f64> = x.iter().filter(|y| **y > 1.0).collect();
    *big[0]
}

#[differentiable]
fn leaving_a_concatenation(x: &[f64], y: &[f64]) -> f64 {
    let mut s = 0.0;
    for a in x.iter().chain(y) {
        if s > 10.0 {
            break;
        }
        s += a;
    }
    s
}

#[differentiable]
fn of_another_name(x: &[f64]) -> f64 {
    x.iter().copied().max_by_key(|a| *a as i64).unwrap()
}

#[differentiable]
fn without_an_end(x: &[f64]) -> f64 {
    (0..).zip(x).map(|(i, y)| f64::from(i) * y).sum()
}

fn main() {}
