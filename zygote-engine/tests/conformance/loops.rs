//! Loops over sequences, ranges and adaptors; loops that change what they walk over.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[differentiable]
fn by_reference(x: &[f64], y: &Vec<f64>) -> f64 {
    let mut s = 0.5;
    for a in x {
        s = s * a + 1.0;
    }
    for &b in y {
        s += b * s;
    }
    s
}

#[differentiable]
fn over_ranges(x: &[f64]) -> f64 {
    let n = x.len();
    let mut s = 1.0;
    for i in 0..n {
        s = s * x[i] + 0.5;
    }
    for i in (0..=n - 1).rev().step_by(2) {
        s += x[i] * s;
    }
    s
}

#[differentiable]
fn over_pairs(x: &[f64], y: &[f64]) -> f64 {
    let mut s = 0.0;
    for (i, (a, b)) in x.iter().zip(y.iter().rev()).enumerate() {
        s += a * b * (i as f64 + s);
    }
    s
}

#[differentiable]
fn over_matrices(m: &[Vec<f64>]) -> f64 {
    let mut s = 0.0;
    for (i, row) in m.iter().enumerate() {
        for (j, a) in row.iter().enumerate() {
            if i != j {
                s += a * row[i % row.len()];
            } else {
                s *= a;
            }
        }
    }
    s
}

#[differentiable]
fn consumed(x: f64, y: f64) -> f64 {
    let mut s = 1.0;
    for a in vec![x, y, x * y] {
        s = s * a + 1.0;
    }
    for (a, b) in [(x, y), (y, s)] {
        s += a * b;
    }
    s
}

#[differentiable]
fn with_exits(x: &[f64]) -> f64 {
    let mut s = 1.0;
    for (i, y) in x.iter().enumerate() {
        if *y < -1.0 {
            continue;
        }
        s = s * y + 1.0;
        if s > 2.0 {
            break;
        }
        if s < -1.5 && i > 1 {
            return s * y;
        }
    }
    s
}

#[differentiable]
fn labelled(x: &[f64]) -> f64 {
    let mut s = 0.5;
    'outer: for i in 0..x.len() {
        for j in 0..i {
            if x[j] > x[i] + 1.0 {
                continue 'outer;
            }
            s += x[i] * x[j];
            if s > 3.0 {
                break 'outer;
            }
        }
        s *= 1.1;
    }
    s
}

fn rows(x: &[f64]) -> Vec<Vec<f64>> {
    x.chunks(2).map(<[f64]>::to_vec).collect()
}

programs![
    by_reference("`for` over references", 5, |x| by_reference(&x[..2], &x[2..].to_vec())),
    over_ranges("`for` over ranges", 4, |x| over_ranges(x)),
    over_pairs("`for` over `zip`, `enumerate`, `rev`", 6, |x| over_pairs(&x[..3], &x[3..])),
    over_matrices("`for` over `Vec<Vec<f64>>`", 4, |x| over_matrices(&rows(x))),
    consumed("`for` by value", 2, |x| consumed(x[0], x[1])),
    with_exits("`break`, `continue`, `return` in `for`", 5, |x| with_exits(x)),
    labelled("labels", 4, |x| labelled(x)),
];
