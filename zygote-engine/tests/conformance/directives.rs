//! What steers the derivative: constants, checkpoints, hooks, rules of the user.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[differentiable]
fn constant_parameter(x: f64, #[constant] k: f64) -> f64 {
    x * x * k
}

#[differentiable]
fn product(x: f64, y: f64) -> f64 {
    x * y * y
}

#[differentiable]
fn constant_inside(x: f64) -> f64 {
    let frozen = constant(x * x);
    frozen * x
}

/// A baseline that is not differentiated.
#[differentiable]
fn centred(x: &[f64]) -> f64 {
    let mean = constant(x.iter().sum::<f64>() / x.len() as f64);
    x.iter().map(|y| (y - mean) * y).sum()
}

/// A stage of a longer computation.
#[differentiable]
fn stage(s: f64, y: &[f64], k: f64) -> f64 {
    let mut a = s;
    for z in y {
        a = a.sin() * z + k * s;
    }
    a * k
}

#[differentiable]
fn checkpointed(x: &[f64], k: f64) -> f64 {
    let mut s = k;
    for i in 0..x.len() {
        s = checkpoint(|| stage(s, &x[i..], k));
    }
    s
}

#[differentiable]
fn clipped(x: f64) -> f64 {
    let y = hook(x * x, |d| d.clamp(-1.0, 1.0));
    3.0 * y + x
}

/// A step.
fn spike(x: f64) -> f64 {
    if x > 0.0 { 1.0 } else { 0.0 }
}

/// With the derivative of a smooth one.
#[rule(spike)]
fn smooth_spike(x: f64) -> (f64, impl FnOnce(f64) -> f64 + Clone) {
    (spike(x), move |dy| dy / (1.0 + x.abs()).powi(2))
}

/// The root of y + k e^y = x by Newton's method.
fn implicit(x: f64, k: f64) -> f64 {
    let mut y = 0.0_f64;
    for _ in 0..60 {
        y -= (y + k * y.exp() - x) / (1.0 + k * y.exp());
    }
    y
}

/// By the theorem of implicit functions.
#[rule(implicit)]
fn implicit_rule(x: f64, k: f64) -> (f64, impl FnOnce(f64) -> (f64, f64) + Clone) {
    let y = implicit(x, k);
    (y, move |dy: f64| {
        let slope = dy / (1.0 + k * y.exp());
        (slope, -slope * y.exp())
    })
}

#[differentiable]
fn through_implicit(x: f64, k: f64) -> f64 {
    implicit(x * k, 1.0 + k * k) * x
}

#[differentiable]
fn spiking(x: f64) -> f64 {
    2.0 * spike(x * x - 0.5)
}

programs![
    constant_parameter("`#[constant]` parameters", 1, |x| constant_parameter(x[0], 2.5)),
    constant_argument(
        "`constant(..)` at a call of `gradient!`",
        1,
        |x| product(x[0], 1.5),
        |x| value_and_gradient!(product, x[0], constant(1.5))
    ),
    constant_inside("`constant(..)` in a function", || {
        for x in [-1.0, 0.5, 2.0] {
            assert_eq!(gradient!(constant_inside, x), x * x);
        }
    }),
    centred("`constant(..)` in a function", || {
        let d = gradient!(centred, &[1.0, 2.0, 6.0]);
        assert_eq!(d, [-1.0, 1.0, 9.0]);
    }),
    checkpointed("`checkpoint`", 4, |x| checkpointed(&x[..3], x[3])),
    clipped("`hook`", || {
        assert_eq!(gradient!(clipped, 0.25), 1.5);
        assert_eq!(gradient!(clipped, -2.0), -3.0);
    }),
    through_implicit("`#[rule]`", 2, |x| through_implicit(x[0], x[1])),
    spiking("`#[rule]`", || {
        let x: f64 = 1.5;
        let expected = 2.0 * 2.0 * x / (1.0 + (x * x - 0.5)).powi(2);
        assert!((gradient!(spiking, x) - expected).abs() < 1e-15);
    }),
];
