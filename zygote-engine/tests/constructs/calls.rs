//! Calls of other differentiable functions, recursion.

use crate::check::{check, check_constant};
use chainrules::prelude::*;
use zygote_engine::prelude::*;

/// A power by recursion.
#[differentiable]
fn power(x: f64, n: u32) -> f64 {
    if n == 0 {
        return 1.0;
    }
    let half = power(x, n / 2);
    if n % 2 == 0 { half * half } else { half * half * x }
}

#[differentiable]
fn sum_of_halves(x: &[f64]) -> f64 {
    if x.len() == 1 {
        return x[0] * x[0];
    }
    let mid = x.len() / 2;
    sum_of_halves(&x[..mid]) * 0.5 + sum_of_halves(&x[mid..]).sin()
}

#[differentiable]
fn halve(u: &mut [f64], depth: usize) {
    if depth == 0 {
        return;
    }
    let n = u.len();
    u[0] *= u[n - 1];
    halve(&mut u[1..], depth - 1);
    u[n - 1] += u[0];
}

#[differentiable]
fn halved(x: &[f64]) -> f64 {
    let mut u = x.to_vec();
    halve(&mut u, 2);
    u[0] * u[1] * u[2] + u[3]
}

#[differentiable(recursive)]
fn even(x: f64, n: u32) -> f64 {
    if n == 0 { x } else { odd(x * 0.5, n - 1) + x }
}

#[differentiable]
fn odd(x: f64, n: u32) -> f64 {
    if n == 0 { x * x } else { even(x.sin(), n - 1) * x }
}

mod lib {
    use chainrules::prelude::*;
    use zygote_engine::prelude::*;

    pub mod inner {
        use super::*;

        #[differentiable]
        pub fn square(x: f64) -> f64 {
            x * x
        }
    }

    #[differentiable]
    pub fn cube(x: f64) -> f64 {
        inner::square(x) * x
    }

    #[differentiable]
    pub fn pair(x: f64, v: &[f64]) -> (f64, Vec<f64>) {
        let mut w = v.to_vec();
        w[0] *= x;
        (x * v[0], w)
    }
}

#[differentiable]
fn across(x: f64, v: &[f64]) -> f64 {
    use lib::cube;
    let (a, w) = lib::pair(cube(x), v);
    let (b, u) = self::lib::pair(a, &w[1..]);
    let c = lib::inner::square(b) + f64::max(x, a) + f64::sin(b);
    c * u[0] + w[0]
}

#[differentiable]
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..a.len() {
        s += a[i] * b[i];
    }
    s
}

#[differentiable]
fn same_twice(a: &[f64]) -> f64 {
    let v = a.to_vec();
    dot(a, a) + dot(&a[1..], &a[..2]) * dot(&v, &v)
}

#[differentiable]
fn consumes(v: Vec<f64>, a: [f64; 2]) -> f64 {
    let mut v = v;
    v[0] = v[0] * a[1];
    v[0] * v[1] * a[0]
}

#[differentiable]
fn gives_away(x: &[f64]) -> f64 {
    let v = x.to_vec();
    let y = consumes(v, [x[0], 2.0]);
    let w = vec![y, x[1]];
    let moved = w;
    y * consumes(moved, [y, x[0]])
}

#[differentiable]
fn in_a_loop(x: f64, n: usize) -> f64 {
    let mut s = 0.0;
    for k in 0..n {
        if k % 2 == 0 {
            s += power(x, k as u32);
        } else {
            s = lib::cube(s) * 0.1 + x;
        }
    }
    s
}

#[differentiable]
fn helper_without_rule(x: f64, n: usize) -> f64 {
    let weights = table(n);
    let mut s = 0.0;
    for i in 0..n {
        s += weights[i] * x.powi(i as i32);
    }
    s
}

fn table(n: usize) -> Vec<f64> {
    (0..n).map(|i| 1.0 / (1.0 + i as f64)).collect()
}

#[test]
fn recursion() {
    check_constant(1, |x| power(x[0], 0), |x| vec![gradient!(power, x[0], 0)]);
    for n in [1, 2, 5, 6] {
        check(1, |x| power(x[0], n), |x| vec![gradient!(power, x[0], n)]);
    }
    for n in [0, 1, 5] {
        check(1, |x| even(x[0], n), |x| vec![gradient!(even, x[0], n)]);
    }
    check(5, sum_of_halves, |x| gradient!(sum_of_halves, x));
    check(4, halved, |x| gradient!(halved, x));
}

#[test]
fn calls() {
    check(
        4,
        |x| across(x[0], &x[1..]),
        |x| {
            let (a, mut b) = gradient!(across, x[0], &x[1..]);
            b.insert(0, a);
            b
        },
    );
    check(3, same_twice, |x| gradient!(same_twice, x));
    check(2, gives_away, |x| gradient!(gives_away, x));
    check(1, |x| in_a_loop(x[0], 5), |x| vec![gradient!(in_a_loop, x[0], 5)]);
    check(1, |x| helper_without_rule(x[0], 4), |x| vec![gradient!(helper_without_rule, x[0], 4)]);
    check(1, |x| lib::inner::square(x[0]), |x| vec![gradient!(lib::inner::square, x[0])]);
}

/// What is made in a place that the caller gives is part of the derivative, its cotangent is not asked for.
#[differentiable]
fn through_a_place(x: f64, y: &mut f64) -> f64 {
    *y = x * *y + x.sin();
    *y * x
}

#[differentiable]
fn through_a_buffer(x: &[f64], buffer: &mut [f64]) -> f64 {
    for i in 0..x.len() {
        buffer[i] += x[i] * x[i];
    }
    buffer[0] * x[1] + buffer[1]
}

#[test]
fn constant_exclusive_references() {
    check(
        1,
        |x| through_a_place(x[0], &mut 3.0),
        |x| {
            let mut y = 3.0;
            let (value, gradient) = value_and_gradient!(through_a_place, x[0], constant(&mut y));
            assert_eq!(y * x[0], value, "the caller's place is changed by the call");
            let (_, back) = pullback!(through_a_place, x[0], constant(&mut 3.0));
            assert_eq!(back(2.0), 2.0 * gradient);
            vec![gradient]
        },
    );
    check(
        2,
        |x| through_a_buffer(x, &mut [0.5, 2.0]),
        |x| gradient!(through_a_buffer, x, constant(&mut [0.5, 2.0])),
    );
    let mut buffer = vec![0.5, 2.0];
    gradient!(through_a_buffer, &[1.0, 2.0], constant(&mut buffer));
    assert_eq!(buffer, [1.5, 6.0]);
}

#[test]
fn methods_of_numbers_at_the_call() {
    check(1, |x| x[0].sin(), |x| vec![gradient!(f64::sin, x[0])]);
    check(1, |x| x[0].powi(3), |x| vec![gradient!(f64::powi, x[0], 3)]);
    check(
        2,
        |x| x[0].hypot(x[1]),
        |x| {
            let (dx, dy) = gradient!(f64::hypot, x[0], x[1]);
            vec![dx, dy]
        },
    );
    assert_eq!(gradient!(f32::hypot, 3.0, constant(4.0)), 0.6);
}
