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
    let mut s = 0.5;
    for (i, (a, b)) in x.iter().zip(y.iter().rev()).enumerate() {
        s += a * b * (i as f64 + s);
    }
    s
}

#[differentiable]
fn over_views(x: &[f64]) -> f64 {
    let mut s = 1.0;
    for w in x.windows(3) {
        s += w[0] * w[2] - w[1];
    }
    for c in x.chunks(2) {
        s *= 1.0 + c[0] * 0.2;
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
fn changed_in_place(x: &[f64], k: f64) -> f64 {
    let mut v = x.to_vec();
    for y in v.iter_mut() {
        *y = *y * k + y.sin();
    }
    for y in &mut v {
        *y *= *y;
    }
    v[0] * v[1] + v[2]
}

#[differentiable]
fn changed_with_others(x: &[f64], y: &[f64]) -> f64 {
    let mut v = x.to_vec();
    for (a, b) in v.iter_mut().zip(y) {
        *a += b * b;
        *a *= *b;
    }
    for (i, a) in v.iter_mut().enumerate().rev() {
        *a *= i as f64 + 0.5;
    }
    v[0] + v[1] * v[2]
}

#[differentiable]
fn changed_by_chunks(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    for c in v.chunks_mut(2) {
        c[0] *= 2.0;
        let n = c.len();
        c[n - 1] += c[0] * c[0];
    }
    v[0] * v[1] + v[2] * v[3] * v[4]
}

#[differentiable]
fn changed_rows(m: &[Vec<f64>], k: f64) -> f64 {
    let mut m = m.to_vec();
    for row in m.iter_mut() {
        for a in row.iter_mut() {
            *a *= k;
        }
        row[0] += row[1];
    }
    m[0][0] * m[1][1] + m[1][0]
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
fn filtered(x: &[f64], k: f64) -> f64 {
    let mut s = 0.0;
    for y in x.iter().filter(|y| **y > 0.0).map(|y| y * k) {
        s = s * 0.5 + y * y;
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
        if s < 0.2 && i > 1 {
            return s * y;
        }
    }
    s
}

#[differentiable]
fn grown_in_a_loop(x: f64, n: usize) -> f64 {
    let mut v = vec![x];
    while v.len() < n {
        let last = v[v.len() - 1];
        v.push(last * x + v[v.len() / 2]);
    }
    v.iter().sum::<f64>() * v[1]
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

#[derive(Clone, Tangent)]
struct Sample {
    x: f64,
    y: f64,
    weight: f64,
}

fn samples(x: &[f64]) -> Vec<Sample> {
    x.chunks(3).map(|x| Sample { x: x[0], y: x[1], weight: x[2] }).collect()
}

#[differentiable]
fn changed_exact_chunks(x: &[f64], k: f64) -> f64 {
    let mut v = x.to_vec();
    for c in v.chunks_exact_mut(2) {
        c[0] *= k;
        c[1] += c[0] * c[1];
    }
    v.chunks_mut(3).enumerate().for_each(|(i, c)| c[0] *= i as f64 + k);
    v.iter().map(|y| y * y).sum()
}

#[differentiable]
fn changed_structs(samples: &[Sample], k: f64) -> f64 {
    let mut list = samples.to_vec();
    for s in &mut list {
        s.x *= s.y;
        s.weight += k * s.x;
    }
    for (s, t) in list.iter_mut().zip(samples.iter().rev()) {
        s.y -= t.x * s.weight;
    }
    for Sample { x, y, .. } in list.iter_mut() {
        *x += *y;
    }
    list.iter().map(|s| s.x * s.y + s.weight).sum()
}

programs![
    by_reference("`for` over references", 5, |x| by_reference(&x[..2], &x[2..].to_vec())),
    over_ranges("`for` over ranges", 4, |x| over_ranges(x)),
    over_pairs("`for` over `zip`, `enumerate`, `rev`", 6, |x| over_pairs(&x[..3], &x[3..])),
    over_views("`for` over `windows`, `chunks`", 5, |x| over_views(x)),
    over_matrices("`for` over `Vec<Vec<f64>>`", 4, |x| over_matrices(&rows(x))),
    changed_in_place("`for` over `iter_mut`, `&mut v`", 4, |x| changed_in_place(&x[..3], x[3])),
    changed_with_others("`for` over `iter_mut` with adaptors", 6, |x| changed_with_others(
        &x[..3],
        &x[3..]
    )),
    changed_by_chunks("`for` over `chunks_mut`", 5, |x| changed_by_chunks(x)),
    changed_rows("`for` over `iter_mut` of rows", 5, |x| changed_rows(&rows(&x[..4]), x[4])),
    consumed("`for` by value", 2, |x| consumed(x[0], x[1])),
    filtered("`for` over chains with closures", 4, |x| filtered(&x[..3], x[3])),
    with_exits("`break`, `continue`, `return` in `for`", 5, |x| with_exits(x)),
    grown_in_a_loop("sequences that grow in a loop", 1, |x| grown_in_a_loop(x[0], 5)),
    labelled("labels", 4, |x| labelled(x)),
    changed_exact_chunks("`for` over `chunks_mut`", 6, |x| changed_exact_chunks(&x[..5], x[5])),
    changed_structs("`for` over `iter_mut` of structs", 7, |x| changed_structs(
        &samples(&x[..6]),
        x[6]
    )),
];
