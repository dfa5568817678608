//! Scalar, slice and loop code against central finite differences at random inputs.
#![expect(
    clippy::needless_range_loop,
    clippy::assign_op_pattern,
    reason = "the tests write code in every way"
)]

use chainrules::prelude::*;
use zygote_engine::prelude::*;

/// Checks the gradient of `f: Fn(&[f64]) -> f64` at 50 pseudo-random points.
fn check(name: &str, n: usize, f: impl Fn(&[f64]) -> f64, gradient: impl Fn(&[f64]) -> Vec<f64>) {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut draw = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1u64 << 53) as f64 * 3.0 - 1.5
    };
    for case in 0..50 {
        let x: Vec<f64> = (0..n).map(|_| draw()).collect();
        let got = gradient(&x);
        assert_eq!(got.len(), n);
        for i in 0..n {
            let h = 1e-6;
            let at = |d: f64| {
                let mut x = x.clone();
                x[i] += d;
                f(&x)
            };
            let (fine, coarse) =
                ((at(h) - at(-h)) / (2.0 * h), (at(2.0 * h) - at(-2.0 * h)) / (4.0 * h));
            let error = (fine - coarse).abs();
            let tolerance = 1e-6 * fine.abs().max(1.0) + 10.0 * error;
            assert!(
                tolerance < 1e-3 * fine.abs().max(1.0),
                "{name}, case {case}: differences decide nothing at {x:?}"
            );
            assert!(
                (got[i] - fine).abs() <= tolerance,
                "{name}, case {case}, d/dx{i}: {} but differences give {fine} at {x:?}",
                got[i]
            );
        }
    }
}

#[differentiable]
fn rosenbrock(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() - 1 {
        let a = x[i + 1] - x[i] * x[i];
        let b = 1.0 - x[i];
        s += 100.0 * a * a + b * b;
    }
    s
}

/// A doc comment stays.
#[differentiable]
pub fn two(x: f64, y: f64) -> f64 {
    let a = x * y + 2.0;
    let a = a / (1.5 + y * y) - x;
    let b: f64 = if a > 0.3 { a * a * x } else { (-a).sin() };
    -b % 0.7 + a
}

#[differentiable]
fn early(x: &[f64], n: usize) -> f64 {
    if x[0] > 0.5 {
        return x[0] * x[1];
    }
    let mut acc = x[0];
    for k in (0..n).rev() {
        if k % 2 == 0 && x[1] > -0.5 {
            acc *= x[1] * 0.5;
        } else if acc > 0.1 {
            acc = acc * acc + x[k % 3];
        } else {
            acc -= x[2].cos();
        }
    }
    acc
}

#[differentiable]
fn horner(c: &[f64], x: f64) -> f64 {
    assert!(c.len() > 1, "at least {} coefficients", 2);
    let mut y = 0.0;
    for k in 1..=c.len() {
        y = y * x + c[c.len() - k];
    }
    y
}

#[differentiable]
fn nested(x: &[f64]) -> f64 {
    let mut total = 0.0;
    for i in 0..x.len() {
        let mut row = 1.0;
        for j in 0..i {
            row *= two(x[j], x[i] * 0.5);
        }
        total += row.sin() * horner(x, 0.3 * row);
    }
    total
}

#[differentiable]
fn overwritten(mut x: f64, #[constant] w: &[f64]) -> f64 {
    let mut last = x;
    for i in 0..w.len() {
        last = x * w[i];
        x = 0.25 * last * last + x;
        last = 2.0;
    }
    last * x * w.len() as f64
}

#[differentiable]
fn single(x: f32, n: u8) -> f32 {
    let mut s = 1.5;
    for _ in 0..n {
        s = s * x + 2.0 / (1.0 + x * x);
        debug_assert!(s.is_finite(), "not finite: {}", s);
    }
    s
}

mod inner {
    use super::*;

    /// Reads a constant, calls across modules, and decides by `&&` and `||`.
    #[differentiable]
    pub(crate) fn gate(x: f64, on: bool) -> f64 {
        let scale = {
            let half = std::f64::consts::PI / 2.0;
            half * x
        };
        let y = if on && x > 0.0 || x < -1.0 { scale.exp() } else { scale / 2.0 };
        y * super::two(x, y.tanh())
    }
}

#[test]
fn single_precision() {
    let (x, h) = (0.8_f32, 1e-2);
    let difference = (single(x + h, 4) - single(x - h, 4)) / (2.0 * h);
    assert!((gradient!(single, x, 4) - difference).abs() < 1e-2 * difference.abs());
}

#[test]
fn modules_constants_and_logic() {
    for on in [false, true] {
        check("gate", 1, |x| inner::gate(x[0], on), |x| vec![gradient!(inner::gate, x[0], on)]);
    }
}

#[test]
fn loops_over_slices() {
    check("rosenbrock", 5, rosenbrock, |x| gradient!(rosenbrock, x));
    check("nested", 4, nested, |x| gradient!(nested, x));
}

#[test]
fn branches_follow_the_path_that_ran() {
    check(
        "two",
        2,
        |x| two(x[0], x[1]),
        |x| {
            let (a, b) = gradient!(two, x[0], x[1]);
            vec![a, b]
        },
    );
    check("early", 3, |x| early(x, 5), |x| gradient!(early, x, 5));
}

#[test]
fn state_that_is_overwritten() {
    check(
        "horner",
        4,
        |x| horner(&x[..3], x[3]),
        |x| {
            let (mut dc, dx) = gradient!(horner, &x[..3], x[3]);
            dc.push(dx);
            dc
        },
    );
    let w = [0.5, -0.8, 1.1];
    check("overwritten", 1, |x| overwritten(x[0], &w), |x| vec![gradient!(overwritten, x[0], &w)]);
}

#[test]
fn a_pullback_is_linear_and_can_be_cloned() {
    let x = [0.3, -0.7, 0.2];
    let (y, back) = pullback!(rosenbrock, &x);
    assert_eq!(y, rosenbrock(&x));
    let (one, two) = (back.clone()(1.0), back(2.0));
    assert_eq!(one.iter().map(|d| 2.0 * d).collect::<Vec<_>>(), two);
    assert_eq!(value_and_gradient!(rosenbrock, &x), (y, one));
}

#[test]
fn a_loop_over_immutable_values_needs_no_tape() {
    assert!(!code_adjoint!(rosenbrock).contains("tape"), "{}", code_adjoint!(rosenbrock));
    assert!(code_adjoint!(horner).contains("on a tape"), "{}", code_adjoint!(horner));
    assert!(code_ir!(rosenbrock).contains("for i_"));
}

#[test]
#[should_panic(expected = "at least 2 coefficients")]
fn a_panic_of_the_primal_is_the_derivatives() {
    gradient!(horner, &[1.0], 2.0);
}
