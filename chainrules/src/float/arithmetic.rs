//! The operators as methods, `x.add(y)`.

use super::Primitive;
use chainrules_core::{rrule, scalar_rule};
use std::ops::{Add, Div, Mul, Neg, Rem, Sub};

scalar_rule!(add, |_, _, _| [1.0, 1.0]);

#[rrule(f32::sub, f64::sub)]
fn sub(this: Self, rhs: Self) -> Self {
    (this - rhs, |dy| Grad { this: dy, rhs: -dy })
}

scalar_rule!(mul, |x, b, _| [b, x]);

scalar_rule!(div, |x, b, _| [1.0 / b, -(x / b) / b], b = [0.5, -2.0, 3.0, -0.75]);

scalar_rule!(
    rem,
    |x, b, _| [1.0, -(x / b).trunc()],
    x = [-7.3, -0.4, 0.7, 2.6, 9.1],
    b = [2.0, -0.75, 1.3]
);

scalar_rule!(neg, |x, _| [Self::only_if(-1.0, !x.is_nan())]);
