//! Loops over ranges, sequences and adaptors of their iterators.

use crate::check::check;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[differentiable]
fn ranges(x: &[f64], n: usize) -> f64 {
    let mut s = 1.0;
    for i in (0..n).rev() {
        s = s * x[i] + 0.5;
    }
    for i in (1..n).step_by(2) {
        s += x[i] * s;
    }
    for i in (0..=n - 1).rev().step_by(3) {
        s *= 1.0 + x[i] * 0.1;
    }
    for k in 2..=4_i32 {
        s += k as f64 * x[0];
    }
    s
}

#[differentiable]
fn references(xs: &[f64], ys: &Vec<f64>) -> f64 {
    let mut s = 0.0;
    for x in xs {
        s += x * x;
    }
    for y in ys {
        s *= *y;
    }
    for x in xs.iter() {
        s += x.sin();
    }
    for &y in ys.iter() {
        s = s * 0.5 + y;
    }
    s
}

#[differentiable]
fn adaptors(xs: &[f64], ys: &[f64]) -> f64 {
    let mut s = 0.5;
    for (i, x) in xs.iter().enumerate() {
        s += *x * i as f64;
    }
    for (x, y) in xs.iter().zip(ys) {
        s = s * x + y;
    }
    for (i, (x, y)) in xs.iter().zip(ys.iter()).enumerate().rev() {
        s += x * y * (i + 1) as f64 * s;
    }
    for (x, &y) in xs.iter().rev().zip(ys.iter().skip(1)) {
        s += x * y;
    }
    for x in xs.iter().take(2).copied() {
        s *= x;
    }
    for (a, b) in xs.iter().zip(&xs[1..]) {
        s += a * b;
    }
    for (i, _) in xs.iter().enumerate() {
        s += xs[i] * 0.25;
    }
    s
}

#[differentiable]
fn by_value(x: f64, y: f64) -> f64 {
    let mut s = 1.0;
    for a in [x, y, x * y] {
        s = s * a + 1.0;
    }
    let v = vec![x, y];
    for a in v {
        s += a * s;
    }
    let w = [x, s];
    for a in &w {
        s += a * a;
    }
    s
}

#[differentiable]
fn rows(m: &[Vec<f64>], bias: &[f64]) -> f64 {
    let mut s = 0.0;
    for (row, b) in m.iter().zip(bias) {
        let mut dot = *b;
        for (j, w) in row.iter().enumerate() {
            dot += w * row[j] * m[0][j];
        }
        s += dot.tanh();
    }
    for row in m {
        s += row[0] * row[1];
    }
    s
}

#[differentiable]
fn grid(m: &[[f64; 2]; 2]) -> f64 {
    let mut s = 1.0;
    for row in m {
        for x in row {
            s *= 1.0 + x;
        }
    }
    for [a, b] in m {
        s += a * b;
    }
    s
}

#[differentiable]
fn stops(xs: &[f64]) -> f64 {
    let mut s = 1.0;
    for (i, x) in xs.iter().enumerate() {
        if *x < -1.0 {
            continue;
        }
        s = s * x + 1.0;
        if s > 2.5 {
            break;
        }
        if s < -2.0 && i > 1 {
            return s * x;
        }
    }
    s
}

#[differentiable]
fn pairs(data: &[(f64, f64)], #[constant] labels: &[(usize, f64)], a: f64) -> f64 {
    let mut s = 0.0;
    for (x, y) in data {
        s += a * x * y;
    }
    for p in data.iter() {
        s += p.0 * p.0 - p.1;
    }
    for &(k, t) in labels {
        s += data[k].0 * t;
    }
    for (k, t) in labels.iter() {
        s += data[*k].1 * t * a;
    }
    s
}

#[test]
fn over_ranges() {
    for n in [1, 2, 5] {
        check(5, |x| ranges(x, n), |x| gradient!(ranges, x, n));
    }
}

#[test]
fn over_sequences() {
    check(
        5,
        |x| references(&x[..2], &x[2..].to_vec()),
        |x| {
            let (mut a, b) = gradient!(references, &x[..2], &x[2..].to_vec());
            a.extend(b);
            a
        },
    );
    check(
        6,
        |x| adaptors(&x[..3], &x[3..]),
        |x| {
            let (mut a, b) = gradient!(adaptors, &x[..3], &x[3..]);
            a.extend(b);
            a
        },
    );
    check(
        2,
        |x| by_value(x[0], x[1]),
        |x| {
            let (a, b) = gradient!(by_value, x[0], x[1]);
            vec![a, b]
        },
    );
}

#[test]
fn over_nested_sequences() {
    let m = |x: &[f64]| [vec![x[0], x[1]], vec![x[2], x[3]]];
    check(
        6,
        |x| rows(&m(x), &x[4..]),
        |x| {
            let (dm, db) = gradient!(rows, &m(x), &x[4..]);
            vec![dm[0][0], dm[0][1], dm[1][0], dm[1][1], db[0], db[1]]
        },
    );
    check(
        4,
        |x| grid(&[[x[0], x[1]], [x[2], x[3]]]),
        |x| {
            let d = gradient!(grid, &[[x[0], x[1]], [x[2], x[3]]]);
            vec![d[0][0], d[0][1], d[1][0], d[1][1]]
        },
    );
    let labels = [(1, 0.5), (0, -2.0)];
    check(
        5,
        |x| pairs(&[(x[0], x[1]), (x[2], x[3])], &labels, x[4]),
        |x| {
            let (d, da) = gradient!(pairs, &[(x[0], x[1]), (x[2], x[3])], &labels, x[4]);
            vec![d[0].0, d[0].1, d[1].0, d[1].1, da]
        },
    );
}

#[test]
fn left_early() {
    check(6, stops, |x| gradient!(stops, x));
}

/// A macro is all that is done with each item.
#[differentiable]
fn inspected(x: &[f64]) -> f64 {
    x.iter().inspect(|v| assert!(v.is_finite(), "{v}")).map(|v| v * v).sum()
}

#[test]
fn macros_on_items() {
    check(3, inspected, |x| gradient!(inspected, x));
    let panics = std::panic::catch_unwind(|| gradient!(inspected, &[1.0, f64::NAN]));
    assert!(panics.is_err(), "the assertion runs");
}
