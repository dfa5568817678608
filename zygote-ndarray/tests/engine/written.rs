//! Views that are written to.

use crate::{close, differences};
use chainrules::prelude::*;
use zygote_engine::prelude::*;
use zygote_ndarray::ndarray::{Array2, ArrayViewMut2, Axis, Slice, array, s};
use zygote_ndarray::prelude::*;

#[differentiable]
fn parts(m: &Array2<f64>) -> f64 {
    let mut a = m.clone();
    let x = m[[0, 1]];
    a.row_mut(0).fill(x * x);
    a.slice_mut(s![.., 0..1]).mapv_inplace(|t| t * t * x);
    for j in 0..2 {
        let mut column = a.column_mut(j);
        column *= m[[0, j]];
        column[1] = x * column[0];
        column.scaled_add(x, &m.column(1));
    }
    a.index_axis_mut(Axis(0), 1).assign(&m.row(0));
    a.row_mut(1)[0] += a[[0, 1]] * m[[1, 1]];
    let mut part: ArrayViewMut2<f64> = a.slice_axis_mut(Axis(1), Slice::from(1..));
    part += &m.slice(s![.., ..2]);
    a.diag_mut().fill(x.sin());
    a.view_mut().map_inplace(|t| *t += x);
    // Neither has a derivative.
    let mut counts = Array2::from_elem((2, 2), 1_usize);
    counts.row_mut(0).fill(3);
    let mut weights = Array2::zeros((2, 3));
    weights.row_mut(1).fill(0.5);
    (&a * &weights).sum() * counts[[0, 1]] as f64 + (&a * &a).sum()
}

/// The sum of the first row after it was changed while it had a name.
#[differentiable]
fn given(m: &Array2<f64>) -> f64 {
    let mut a = m * 2.0;
    let mut n = 0;
    let changed = {
        let mut row = a.row_mut(n);
        for k in 0..3 {
            if row[k] < 0.0 {
                continue;
            }
            row[k] *= m[[1, k]];
            n += 1;
        }
        row.sum() * n as f64
    };
    changed * a.sum()
}

#[test]
fn changes_through_views() {
    let m = array![[0.3, -0.7, 1.1], [0.8, 0.2, -0.4]];
    close(&gradient!(parts, &m), &differences(parts, &m));
    close(&gradient!(given, &m), &differences(given, &m));
    let turned = array![[0.3, -0.7], [0.8, 0.2], [1.1, 0.4]].reversed_axes();
    close(&gradient!(parts, &turned), &differences(parts, &turned));
}
