//! Operators of the user's own types.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[derive(Clone, Copy, PartialEq, PartialOrd, Tangent)]
struct Metres(f64);

#[differentiable]
fn compared(a: Metres, b: Metres) -> f64 {
    if a > b && a != Metres(0.0) { a.0 * b.0 } else { b.0.sin() - a.0 }
}

programs![compared("comparisons", 2, |x| compared(Metres(x[0]), Metres(x[1]))),];
