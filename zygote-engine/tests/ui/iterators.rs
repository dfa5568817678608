//! Chains of iterators that are refused.
use zygote_engine::prelude::*;

#[differentiable]
fn advanced_by_hand(x: &[f64]) -> f64 {
    let mut squares = x.iter().map(|a| a * a).filter(|a| *a > 1.0);
    squares.next().unwrap()
}

#[differentiable]
fn zipped_with_some(x: &[f64], y: &[f64]) -> f64 {
    x.iter().filter(|a| **a > 0.0).zip(y.iter().step_by(2)).map(|(a, b)| a * b).sum()
}

#[differentiable]
fn keeping_references(x: &[f64]) -> f64 {
    let big: Vec<&f64> = x.iter().filter(|y| **y > 1.0).collect();
    *big[0]
}

#[differentiable]
fn of_another_name(x: &[f64]) -> f64 {
    x.iter().copied().fuse().sum()
}

#[differentiable]
fn as_a_value(x: &[f64]) -> f64 {
    let pair = (x.iter().map(|a| a * a), 2.0);
    pair.0.sum::<f64>() * pair.1
}

#[differentiable]
fn advanced_in_a_loop(x: &[f64]) -> f64 {
    let mut items = x.iter();
    let mut s = 0.0;
    while s < 1.0 {
        s += items.next().unwrap();
    }
    s
}

fn main() {}
