//! What steers the derivative: constants, checkpoints, hooks, rules of the user.

use crate::check::programs;
use zygote_engine::prelude::*;

#[differentiable]
fn constant_parameter(x: f64, #[constant] k: f64) -> f64 {
    x * x * k
}

#[differentiable]
fn product(x: f64, y: f64) -> f64 {
    x * y * y
}

programs![
    constant_parameter("`#[constant]` parameters", 1, |x| constant_parameter(x[0], 2.5)),
    constant_argument(
        "`constant(..)` at a call of `gradient!`",
        1,
        |x| product(x[0], 1.5),
        |x| value_and_gradient!(product, x[0], constant(1.5))
    ),
];
