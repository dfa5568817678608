//! Loops and chains of iterators over matrices and vectors.

use crate::{close, differences};
use chainrules::prelude::*;
use zygote_engine::prelude::*;
use zygote_nalgebra::nalgebra::{DMatrix, DVector, Matrix2, dmatrix, dvector};
use zygote_nalgebra::prelude::*;

#[differentiable]
fn over_entries(m: &DMatrix<f64>) -> f64 {
    let mut total = m[(0, 0)];
    for x in m {
        total = total * 0.5 + x * x;
    }
    for (k, x) in m.iter().enumerate() {
        total += x * (k as f64) * total.cos();
    }
    let squares: f64 = m.iter().map(|x| x * x).sum();
    let mixed: f64 = m.iter().zip(m.transpose().iter()).map(|(a, b)| a * b * b).sum();
    let most = m.iter().cloned().fold(f64::NEG_INFINITY, f64::max);
    total * squares + mixed * most
}

#[test]
fn entries() {
    let m = dmatrix![0.3, -0.7, 1.1; 0.8, 0.2, -0.4];
    close(&gradient!(over_entries, &m), &differences(over_entries, &m));
}

#[differentiable]
fn over_parts(m: &DMatrix<f64>, v: &DVector<f64>) -> f64 {
    let mut total = m[(0, 0)];
    for row in m.row_iter() {
        total += row[0] * row[1] * total.cos();
    }
    for (column, y) in m.column_iter().zip(v.iter()) {
        total += column[1] * column[0] * y;
    }
    for (j, column) in m.column_iter().enumerate() {
        let mut product = v[j];
        for x in column.iter() {
            product *= x + total.sin();
        }
        let squares: f64 = column.iter().map(|x| x * x).sum();
        total += product * squares;
    }
    for row in m.row_iter() {
        total *= row.iter().zip(v).map(|(x, v)| x * v).sum::<f64>();
    }
    let norms: Vec<f64> = m.column_iter().map(|column| column.norm()).collect();
    for (i, row) in m.row_iter().enumerate() {
        total += row.norm_squared() * norms[i];
    }
    total * DVector::from_iterator(3, v.iter().map(|x| x * x)).sum()
}

#[test]
fn rows_and_columns() {
    let m = dmatrix![0.3, -0.7, 1.1; 0.8, 0.2, -0.4];
    let v = dvector![0.3, -0.7, 1.1];
    let (dm, dv) = gradient!(over_parts, &m, &v);
    close(&dm, &differences(|m| over_parts(m, &v), &m));
    let (vector, column) = (
        |m: &DMatrix<f64>| DVector::from_column_slice(m.as_slice()),
        |v: &DVector<f64>| DMatrix::from_column_slice(3, 1, v.as_slice()),
    );
    close(&column(&dv), &differences(|v| over_parts(&m, &vector(v)), &column(&v)));
}

#[differentiable]
fn changed(m: &DMatrix<f64>) -> f64 {
    let mut a = m.clone();
    for x in a.iter_mut() {
        *x = *x * *x + m[(0, 1)];
    }
    for (k, x) in a.iter_mut().enumerate() {
        *x *= m[k].sin();
    }
    a.norm_squared()
}

#[test]
fn entries_that_change() {
    let m = dmatrix![0.3, -0.7, 1.1; 0.8, 0.2, -0.4];
    close(&gradient!(changed, &m), &differences(changed, &m));
}

/// The entries of a matrix of static dimensions, and those of a constant one.
#[differentiable]
fn fixed(m: &Matrix2<f64>, #[constant] weights: &Matrix2<f64>) -> f64 {
    let mut total = 0.0;
    for (x, w) in m.iter().zip(weights) {
        total += x * x * w;
    }
    for (column, weights) in m.column_iter().zip(weights.column_iter()) {
        total += column[0] * weights[1];
    }
    total
}

#[test]
fn static_and_constant() {
    let (m, weights) = (Matrix2::new(0.3, -0.7, 1.1, 0.8), Matrix2::new(1.0, 2.0, 3.0, 4.0));
    let expected = 2.0 * m.component_mul(&weights) + Matrix2::new(3.0, 4.0, 0.0, 0.0);
    assert!((gradient!(fixed, &m, &weights) - expected).norm() < 1e-14);
}
