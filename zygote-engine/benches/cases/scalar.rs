//! The smallest function, called a thousand times.

use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[differentiable]
pub fn scalar(x: f64) -> f64 {
    x * x + x.sin()
}

pub fn ours(x: f64) -> f64 {
    gradient!(scalar, x)
}

pub fn by_hand(x: f64) -> f64 {
    2.0 * x + x.cos()
}
