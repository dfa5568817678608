//! Views that are written to.

use crate::{close, differences};
use chainrules::prelude::*;
use zygote_engine::prelude::*;
use zygote_nalgebra::nalgebra::{DMatrix, dmatrix};
use zygote_nalgebra::prelude::*;

#[differentiable]
fn parts(m: &DMatrix<f64>) -> f64 {
    let mut a = m.clone();
    let x = m[(0, 1)];
    a.row_mut(0).fill(x * x);
    for j in 0..2 {
        let mut column = a.column_mut(j);
        column *= m[(0, j)];
        column[1] = x * column[0];
    }
    a.view_mut((0, 0), (1, 2)).copy_from(&m.view((1, 0), (1, 2)));
    a.row_mut(1)[0] += a[(0, 1)] * m[(1, 1)];
    a.columns_mut(1, 2).apply(|t| *t = t.sin() * x);
    // Neither has a derivative.
    let mut counts = DMatrix::from_element(2, 2, 1_usize);
    counts.row_mut(0).fill(3);
    let mut weights = DMatrix::zeros(2, 3);
    weights.rows_mut(1, 1).fill(0.5);
    a.component_mul(&weights).sum() * counts[0] as f64 + a.norm_squared()
}

#[derive(Clone, Tangent)]
struct Layers {
    weights: Vec<DMatrix<f64>>,
}

#[differentiable]
impl Layers {
    fn scale(&mut self, by: f64) -> f64 {
        let mut k = 0;
        self.weights[k].row_mut(k).scale_mut(by);
        let mut row = self.weights[1].row_mut(k);
        k += 1;
        row[k] = by;
        let largest = row[0] * by;
        self.weights[k].column_mut(0).fill(largest);
        let mut last = self.weights[k].row_mut(k);
        last[0] *= by;
        last.sum() * largest
    }
}

#[differentiable]
fn of_fields(m: &DMatrix<f64>) -> f64 {
    let mut layers = Layers { weights: vec![m.clone(), m * 2.0] };
    let given = layers.scale(m[(0, 0)]);
    given + layers.weights[0].norm_squared() * layers.weights[1].sum()
}

#[test]
fn changes_through_views() {
    let m = dmatrix![0.3, -0.7, 1.1; 0.8, 0.2, -0.4];
    close(&gradient!(parts, &m), &differences(parts, &m));
    close(&gradient!(of_fields, &m), &differences(of_fields, &m));
}
