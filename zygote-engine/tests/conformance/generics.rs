//! Generic functions and types.

use crate::check::programs;
use zygote_engine::prelude::*;

#[differentiable]
fn square_matrix<const N: usize>(m: [[f64; N]; N], v: [f64; N]) -> f64 {
    let mut s = 0.0;
    for i in 0..N {
        for j in 0..N {
            s += v[i] * m[i][j] * v[j];
        }
    }
    s
}

programs![square_matrix("const generics", 6, |x| square_matrix(
    [[x[0], x[1]], [x[2], x[3]]],
    [x[4], x[5]]
)),];
