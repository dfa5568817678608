//! Loops that read and add at neighbouring elements: what trips share is merged and sliced.

use crate::check::{check, check_constant};
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[differentiable]
fn differences(x: &[f64], lo: usize) -> f64 {
    let mut s = 0.0;
    for i in lo..x.len() - 2 {
        let d = x[i + 2] - 2.0 * x[i + 1] + x[i];
        s += d * d * x[i];
    }
    s
}

#[differentiable]
fn gaps(x: &[f64], w: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 1..x.len() - 1 {
        s += x[i - 1] * x[i + 1] * w[i];
        if x[i] > 0.0 {
            s += x[i] * w[i - 1];
        }
    }
    s
}

#[differentiable]
fn sometimes(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() {
        if i > 0 {
            s += x[i - 1] * x[i];
        }
        s += x[i] * x[i];
        if i + 1 < x.len() && x[i] < 0.5 {
            s *= x[i + 1];
        }
    }
    s
}

#[differentiable]
fn rows(a: &[f64], x: &[f64], n: usize) -> f64 {
    let mut s = 0.0;
    for r in 0..n {
        let mut dot = 0.0;
        for i in 0..n {
            dot += a[r * n + i] * x[i];
        }
        for i in 1..n {
            dot += a[r * n + i - 1] * a[i + r * n] * x[n - i];
        }
        s += dot * dot;
    }
    s
}

#[differentiable]
fn sweep(u: &mut [f64], k: f64) {
    for i in 1..u.len() - 1 {
        u[i] = u[i] + k * (u[i - 1] - 2.0 * u[i] + u[i + 1]);
    }
    for i in 1..u.len() {
        u[i - 1] = u[i - 1] * u[i] + k;
    }
    let mut left = u[0];
    for i in 1..u.len() - 1 {
        let here = u[i];
        u[i] = here - k * (u[i + 1] * u[i + 1] - left * left);
        left = here;
    }
    for i in 0..u.len() - 1 {
        u[i + 1] += u[i] * k;
    }
}

#[differentiable]
fn swept(x: &[f64], k: f64) -> f64 {
    let mut u = [x[0], x[1], x[2], x[3], x[4]];
    sweep(&mut u, k);
    sweep(&mut u, -k);
    let mut s = 0.0;
    for i in 0..5 {
        s += u[i] * u[i];
    }
    s
}

#[differentiable]
fn prefix(x: &[f64], y: &mut [f64]) -> f64 {
    y[0] = x[0];
    for i in 1..x.len() {
        y[i] = y[i - 1] * 0.5 + x[i] * x[i - 1];
    }
    let mut s = 0.0;
    for i in 0..x.len() - 1 {
        s += y[i] * y[i + 1];
    }
    s
}

#[differentiable]
fn prefixes(x: &[f64]) -> f64 {
    let mut y = vec![1.0; x.len()];
    let a = prefix(x, &mut y);
    a * y[1]
}

#[differentiable]
fn inside_inner_loops(x: &[f64], u: &mut [f64]) -> f64 {
    let mut arr: [f64; 6] = [x[0]; 6];
    let mut a = 0.5;
    for i in 1..4 {
        arr[i] = 0.4 * x[i - 1] * arr[i];
        for j in 0..2 {
            u[j + 1] = u[j] * arr[i] + x[i];
            if x[j] > 0.1 {
                a += arr[i].sin() * u[j];
            }
            for k in 0..2 {
                a += u[j + k] * x[j + k];
            }
        }
        u[i + 1] -= arr[i] * x[i + 1];
    }
    let mut s = a;
    for i in 0..5 {
        s += u[i] * arr[i];
    }
    s
}

#[differentiable]
fn inner_loops(x: &[f64]) -> f64 {
    let mut u = x.to_vec();
    inside_inner_loops(x, &mut u) * u[2]
}

#[test]
fn outer_indices_inside_inner_loops() {
    check(5, inner_loops, |x| gradient!(inner_loops, x));
}

#[test]
fn neighbours() {
    for lo in [0, 1] {
        check(5, |x| differences(x, lo), |x| gradient!(differences, x, lo));
    }
    // no trip
    for lo in [3, 4] {
        check_constant(5, |x| differences(x, lo), |x| gradient!(differences, x, lo));
    }
    check_constant(2, |x| differences(x, 0), |x| gradient!(differences, x, 0));
    check(
        10,
        |x| gaps(&x[..5], &x[5..]),
        |x| {
            let (mut a, b) = gradient!(gaps, &x[..5], &x[5..]);
            a.extend(b);
            a
        },
    );
    check(4, sometimes, |x| gradient!(sometimes, x));
    check(
        12,
        |x| rows(&x[..9], &x[9..], 3),
        |x| {
            let (mut a, b) = gradient!(rows, &x[..9], &x[9..], 3);
            a.extend(b);
            a
        },
    );
    check(
        9,
        |x| rows(&x[..9], &[0.5, -1.0, 2.0], 3),
        |x| gradient!(rows, x, constant(&[0.5, -1.0, 2.0]), 3),
    );
}

#[test]
fn updates_of_neighbours() {
    check(
        6,
        |x| swept(&x[..5], 0.1 * x[5]),
        |x| {
            let (mut a, b) = gradient!(swept, &x[..5], 0.1 * x[5]);
            a.push(0.1 * b);
            a
        },
    );
    check(4, prefixes, |x| gradient!(prefixes, x));
}
