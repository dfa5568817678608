//! What the attribute can't stand on.
use zygote_engine::prelude::*;

#[differentiable]
struct Structure {
    x: f64,
}

#[differentiable]
enum Enumeration {
    A,
}

#[differentiable]
const CONSTANT: f64 = 1.0;

#[differentiable]
static STATIC: f64 = 1.0;

#[differentiable]
macro_rules! square {
    ($x:expr) => {
        $x * $x
    };
}

#[differentiable]
mod module {}

#[differentiable]
type Alias = f64;

#[differentiable]
use std::convert::identity;

#[differentiable]
unsafe extern "C" {
    fn foreign(x: f64) -> f64;
}

#[differentiable]
extern "C" fn c_function(x: f64) -> f64 {
    x
}

#[differentiable]
const fn const_function(x: f64) -> f64 {
    x * x
}

#[differentiable]
unsafe fn unsafe_function(x: f64) -> f64 {
    x
}

#[differentiable]
async fn async_function(x: f64) -> f64 {
    x
}

#[differentiable(nothing)]
fn unknown_option(x: f64) -> f64 {
    x
}

fn main() {
    let _ = gradient!(const_function, 1.0);
    let _ = gradient!(c_function, 1.0);
}
