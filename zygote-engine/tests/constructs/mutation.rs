//! Writing to variables, elements and arguments; the reverse sweep restores what it needs.

use crate::check::check;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[differentiable]
fn in_place(u0: &[f64], dt: f64, steps: usize) -> f64 {
    let mut u = u0.to_vec();
    for _ in 0..steps {
        for i in 1..u0.len() {
            u[i] = u[i] - dt * u[i] * (u[i] - u[i - 1]);
        }
    }
    let mut s = 0.0;
    for i in 0..u0.len() {
        s += u[i] * u[i];
    }
    s
}

#[differentiable]
fn step(u: &mut [f64], dt: f64) {
    let n = u.len();
    for i in 0..n {
        let left = if i == 0 { u[n - 1] } else { u[i - 1] };
        u[i] = u[i] - dt * u[i] * (u[i] - left);
    }
}

#[differentiable]
fn stepped(u0: &[f64], dt: f64, steps: usize) -> f64 {
    let mut u = u0.to_vec();
    for _ in 0..steps {
        step(&mut u, dt);
    }
    let mut s = 0.0;
    for x in &u {
        s += x * x;
    }
    s
}

#[test]
fn stepping_in_place() {
    check(
        5,
        |x| in_place(&x[..4], x[4], 3),
        |x| {
            let (mut du, ddt) = gradient!(in_place, &x[..4], x[4], 3);
            du.push(ddt);
            du
        },
    );
    check(
        5,
        |x| stepped(&x[..4], 0.3 * x[4], 3),
        |x| {
            let (mut du, ddt) = gradient!(stepped, &x[..4], 0.3 * x[4], 3);
            du.push(0.3 * ddt);
            du
        },
    );
}

#[differentiable]
fn elements(x: &[f64]) -> f64 {
    let mut a = [0.0; 4];
    let mut m = [[1.0; 2]; 2];
    a[0] = x[0] * x[1];
    a[1] = a[0] + x[2];
    a[0] *= a[1];
    a[2] -= a[0] * x[1];
    m[0][1] = a[2] * a[0];
    m[1][0] += m[0][1] * x[0];
    m[0][1] = 2.0;
    let mut t = (x[1], [a[1], m[1][0]]);
    t.0 = t.0 * t.1[0];
    t.1[1] *= t.0;
    t.1[0] = 0.0;
    a[0] * t.1[1] + m[0][1] * t.0 + t.1[0] + a[3]
}

#[differentiable]
fn overwritten_by_constants(x: f64) -> f64 {
    let mut v = vec![x, x * x, 3.0];
    let s = v[0] * v[1];
    v[0] = 1.0;
    v[1] = v[0] * s;
    v = vec![v[1], s];
    v[0] * v[1] + x
}

#[differentiable]
fn rolling(x: &[f64], n: usize) -> f64 {
    let mut a = x[0];
    let mut b = x[1];
    for _ in 0..n {
        let next = a * b + 0.1;
        a = b;
        b = next;
    }
    let mut s = b;
    (a, b) = (b * 2.0, a);
    s += a * b;
    s
}

#[test]
fn elements_and_variables() {
    check(3, elements, |x| gradient!(elements, x));
    check(
        1,
        |x| overwritten_by_constants(x[0]),
        |x| vec![gradient!(overwritten_by_constants, x[0])],
    );
    check(2, |x| rolling(x, 5), |x| gradient!(rolling, x, 5));
}

#[differentiable]
fn stack(x: &[f64]) -> f64 {
    let mut v = Vec::new();
    let mut w = Vec::with_capacity(3);
    for i in 0..x.len() {
        if x[i] > -0.5 {
            v.push(x[i] * x[i]);
        }
        w.push(x[i]);
    }
    let mut s = 0.0;
    for i in 0..v.len() {
        s += v[i] * w[i];
    }
    let last = w.pop().unwrap();
    v.push(last * s);
    let end = v.len() - 1;
    v.swap(0, end);
    s + v[0] * last
}

#[differentiable]
fn swapped(x: &[f64]) -> f64 {
    let mut a = x.to_vec();
    let mut b = vec![0.5; x.len()];
    let mut p = x[0];
    let mut q = 2.0 * x[1];
    for k in 0..3 {
        for i in 0..x.len() {
            b[i] = a[i] * a[(i + 1) % x.len()] + k as f64 * p;
        }
        std::mem::swap(&mut a, &mut b);
        std::mem::swap(&mut p, &mut q);
        p *= q;
    }
    let c = a.clone();
    a[0] = 7.0;
    c[0] * a[1] + p + b[0]
}

#[test]
fn vectors_grow_shrink_and_swap() {
    check(4, stack, |x| gradient!(stack, x));
    check(3, swapped, |x| gradient!(swapped, x));
}

#[differentiable]
fn nested(m: &[Vec<f64>], s: f64) -> f64 {
    let mut out = vec![vec![0.0; 2]; 2];
    for i in 0..2 {
        for j in 0..2 {
            out[i][j] = m[i][j] * s;
        }
        let row = &out[i];
        out[i][0] = row[0] * row[1];
    }
    out[0][0] * out[1][1] + out[1][0] * out[0][1]
}

#[differentiable]
fn windows(x: &[f64]) -> f64 {
    let n = x.len();
    let (head, tail) = (&x[..2], &x[2..n]);
    let mut u = x.to_vec();
    {
        let middle = &mut u[1..=2];
        middle[0] = head[0] * tail[0];
        middle[1] += middle[0] * head[1];
    }
    let first = &mut u[0];
    *first = *first * tail[1];
    u[0] * u[1] + u[2] * u[3]
}

#[test]
fn nested_sequences_and_borrows() {
    check(
        5,
        |x| nested(&[vec![x[0], x[1]], vec![x[2], x[3]]], x[4]),
        |x| {
            let (dm, ds) = gradient!(nested, &[vec![x[0], x[1]], vec![x[2], x[3]]], x[4]);
            vec![dm[0][0], dm[0][1], dm[1][0], dm[1][1], ds]
        },
    );
    check(4, windows, |x| gradient!(windows, x));
}

#[differentiable]
fn scale_all(v: &mut Vec<f64>, by: &f64, count: &mut usize) -> f64 {
    let mut s = 0.0;
    for i in 0..v.len() {
        v[i] *= by;
        s += v[i];
        *count += 1;
    }
    v.push(s);
    s * by
}

#[differentiable]
fn updates(x: &[f64]) -> f64 {
    let mut v = vec![x[0], x[1]];
    let mut count = 0;
    let mut total = 0.0;
    for i in 0..3 {
        let y = scale_all(&mut v, &x[2], &mut count);
        total += y * v[i] * count as f64;
    }
    total * v.len() as f64
}

#[differentiable]
fn accumulate_into(x: f64, acc: &mut f64) {
    *acc += x * x;
    *acc *= x;
}

#[differentiable]
fn through_a_scalar(x: f64, y: f64) -> f64 {
    let mut acc = y;
    accumulate_into(x, &mut acc);
    let mid = acc * y;
    accumulate_into(mid, &mut acc);
    acc
}

#[test]
fn exclusive_arguments() {
    check(3, updates, |x| gradient!(updates, x));
    check(
        2,
        |x| through_a_scalar(x[0], x[1]),
        |x| {
            let (a, b) = gradient!(through_a_scalar, x[0], x[1]);
            vec![a, b]
        },
    );
}

#[differentiable]
fn mutates(u: &mut [f64], a: f64) -> f64 {
    u[0] *= a;
    u[1] = u[0] * u[1];
    u[1]
}

#[test]
fn the_callers_argument_is_as_after_a_call() {
    let (mut u, mut v) = ([2.0, 3.0], [2.0, 3.0]);
    let y = mutates(&mut v, 5.0);
    let (value, (du, da)) = value_and_gradient!(mutates, &mut u, 5.0);
    assert_eq!((value, u), (y, v));
    assert_eq!((du, da), (vec![15.0, 10.0], 6.0));
}

#[differentiable]
fn shuffled(x: &[f64], seed: u64) -> f64 {
    // Integer state that changes is restored too.
    let mut state = seed;
    let mut order = vec![0, 1, 2];
    let mut s = 1.0;
    for k in 0..6 {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        let i = (state >> 33) as usize % 3;
        order.swap(0, i);
        s = s * 0.5 + x[order[k % 3]] * s;
    }
    s
}

#[test]
fn integer_state_is_restored() {
    for seed in 0..4 {
        check(3, |x| shuffled(x, seed), |x| gradient!(shuffled, x, seed));
    }
}
