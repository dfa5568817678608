//! Values that are arrays, tuples and vectors.

use crate::check::check;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[differentiable]
fn literals(x: f64, y: f64, n: usize) -> f64 {
    let a = [x, y * x, 2.0];
    let t = (a[1], (x, [y, a[0]]), 3);
    let v = vec![x * y; n];
    let w = [y; 3];
    let e: Vec<f64> = vec![];
    let [p, q, _] = a;
    let (r, (s, _), k) = t;
    let mut sum = e.len() as f64;
    for i in 0..v.len() {
        sum += v[i] * w[i % 3];
    }
    sum + p * q - r * s * k as f64 + t.1.1[0]
}

#[differentiable]
fn returned(x: f64) -> [f64; 2] {
    let pair = (x, x * x);
    [pair.0 * pair.1, pair.1]
}

#[differentiable]
fn matrix_vector(m: &[[f64; 3]; 3], v: [f64; 3]) -> [f64; 3] {
    let mut out = [0.0; 3];
    for (i, row) in m.iter().enumerate() {
        for j in 0..3 {
            out[i] += row[j] * v[j];
        }
    }
    out
}

#[differentiable]
fn squared(m: &[[f64; 3]; 3], x: f64) -> f64 {
    let v = matrix_vector(m, [x, 1.0, -x]);
    let w = matrix_vector(m, v);
    let [a, b] = returned(w[0]);
    w[1] * w[2] + a * b
}

#[differentiable]
fn nested_vectors(x: &[f64]) -> f64 {
    let mut rows: Vec<Vec<f64>> = Vec::new();
    for i in 0..3 {
        let mut row = vec![x[i]; i + 1];
        row[i] = x[i] * x[0];
        rows.push(row);
    }
    let first = rows[0].clone();
    rows[2][1] += first[0];
    let mut s = 0.0;
    for row in &rows {
        for y in row {
            s += y * y;
        }
    }
    s * rows[1].len() as f64
}

#[differentiable]
fn tuples_in_vectors(x: &[f64]) -> f64 {
    let mut v = vec![(x[0], x[1]), (x[1], x[2])];
    v[0].1 *= v[1].0;
    let (a, b) = v[0];
    v.push((a * b, 1.0));
    let last = v.pop().unwrap();
    last.0 + v[0].0 * v[0].1
}

#[test]
fn values() {
    for n in [0, 1, 4] {
        check(
            2,
            |x| literals(x[0], x[1], n),
            |x| {
                let (a, b) = gradient!(literals, x[0], x[1], n);
                vec![a, b]
            },
        );
    }
    let m = |x: &[f64]| [[x[0], x[1], x[2]], [x[3], x[4], x[5]], [x[6], x[7], x[8]]];
    check(
        10,
        |x| squared(&m(x), x[9]),
        |x| {
            let (dm, dx) = gradient!(squared, &m(x), x[9]);
            let mut all: Vec<f64> = dm.concat();
            all.push(dx);
            all
        },
    );
    check(3, nested_vectors, |x| gradient!(nested_vectors, x));
    check(3, tuples_in_vectors, |x| gradient!(tuples_in_vectors, x));
}
