//! Loops and chains of iterators over arrays.

use crate::{close, differences};
use chainrules::prelude::*;
use zygote_engine::prelude::*;
use zygote_ndarray::ndarray::{Array1, Array2, Axis, array};
use zygote_ndarray::prelude::*;

/// An array whose elements lie in memory by columns.
fn by_columns() -> Array2<f64> {
    array![[0.3, 0.8], [-0.7, 0.2], [1.1, -0.4]].reversed_axes()
}

#[differentiable]
fn over_elements(m: &Array2<f64>) -> f64 {
    let mut total = 1.0;
    for x in m {
        total = total * 0.5 + x * x;
    }
    for x in m.iter() {
        total += x * total.sin();
    }
    for (k, x) in m.iter().enumerate() {
        total += x * (k as f64) * total.cos();
    }
    for ((i, j), x) in m.indexed_iter() {
        total += x * x * total.cos() / ((1 + i + 2 * j) as f64);
    }
    let owned = m * total;
    for x in owned {
        total = total * x.cos() + x;
    }
    total
}

#[test]
fn elements() {
    let m = array![[0.3, -0.7, 1.1], [0.8, 0.2, -0.4]];
    close(&gradient!(over_elements, &m), &differences(over_elements, &m));
    close(&gradient!(over_elements, &by_columns()), &differences(over_elements, &by_columns()));
    close(&gradient!(over_elements, &by_columns()), &gradient!(over_elements, &m));
}

#[differentiable]
fn chained(m: &Array2<f64>, v: &Array1<f64>, w: &Array1<f64>) -> f64 {
    let squares: f64 = m.iter().map(|x| x * x).sum();
    let error: f64 = v.iter().zip(w.iter()).map(|(a, b)| (a - b).powi(2)).sum();
    let turned: f64 = m.iter().zip(m.t().iter()).map(|(a, b)| a * b * b).sum();
    let most = v.iter().cloned().fold(f64::NEG_INFINITY, f64::max);
    let positive: f64 = m.iter().filter(|x| **x > 0.0).map(|x| x.sqrt()).sum();
    let scaled: Vec<f64> = v.iter().map(|x| x * most).collect();
    let sines: f64 = w.iter().copied().rev().map(f64::sin).sum();
    let ends = v.first().unwrap() * v.last().unwrap();
    Array1::from_vec(scaled).dot(w) * squares + error * turned + positive * sines + ends
}

#[test]
fn chains() {
    let (v, w) = (array![0.3, -0.7, 1.1], array![0.8, 0.2, -0.4]);
    for m in [array![[0.3, -0.7, 1.1], [0.8, 0.2, -0.4]], by_columns()] {
        let (dm, dv, dw) = gradient!(chained, &m, &v, &w);
        close(&dm, &differences(|m| chained(m, &v, &w), &m));
        close(&dv, &differences(|v| chained(&m, v, &w), &v));
        close(&dw, &differences(|w| chained(&m, &v, w), &w));
    }
}

#[differentiable]
fn over_parts(m: &Array2<f64>, v: &Array1<f64>) -> f64 {
    let mut total = v[1];
    for row in m.rows() {
        total += row[0] * row[1] * total.cos();
    }
    for (row, y) in m.outer_iter().zip(v.iter()) {
        total += row[row.len() - 1] * y;
    }
    for (j, column) in m.axis_iter(Axis(1)).enumerate() {
        let mut product = v[j];
        for x in column.iter() {
            product *= x + total.sin();
        }
        let squares: f64 = column.iter().map(|x| x * x).sum();
        total += product * squares;
    }
    for column in m.columns() {
        total *= column[1];
    }
    let sums: Vec<f64> = m.outer_iter().map(|row| row.dot(v)).collect();
    for (i, row) in m.rows().into_iter().enumerate() {
        total += row.dot(&row) * sums[i];
    }
    let squares = Array1::from_iter(m.columns().into_iter().map(|column| column.dot(&column)));
    total * squares.sum()
}

#[test]
fn parts() {
    let v = array![0.3, -0.7, 1.1];
    for m in [array![[0.3, -0.7, 1.1], [0.8, 0.2, -0.4]], by_columns()] {
        let (dm, dv) = gradient!(over_parts, &m, &v);
        close(&dm, &differences(|m| over_parts(m, &v), &m));
        close(&dv, &differences(|v| over_parts(&m, v), &v));
    }
}

#[differentiable]
fn changed(v: &Array1<f64>) -> f64 {
    let mut a = v.clone();
    for x in a.iter_mut() {
        *x = *x * *x + v[0];
    }
    for (k, x) in a.iter_mut().enumerate() {
        *x *= v[k].sin();
    }
    let row = v.clone().insert_axis(Axis(0));
    a.dot(&row.row(0))
}

#[test]
fn elements_that_change() {
    let v = array![0.3, -0.7, 1.1];
    close(&gradient!(changed, &v), &differences(changed, &v));
}

/// The elements of a constant array have no cotangent.
#[differentiable]
fn beside_constants(#[constant] m: &Array2<f64>, v: &Array1<f64>) -> f64 {
    let mut total = 0.0;
    for (row, y) in m.outer_iter().zip(v) {
        for x in row {
            total += x * y * y;
        }
    }
    total
}

#[test]
fn constant_arrays() {
    let (m, v) = (array![[0.3, -0.7, 1.1], [0.8, 0.2, -0.4]], array![0.5, 2.0]);
    assert_eq!(gradient!(beside_constants, &m, &v), m.sum_axis(Axis(1)) * &v * 2.0);
    let only = gradient!(chained, constant(&m), &v, constant(&v));
    close(&only, &gradient!(chained, &m, &v, &v).1);
}
