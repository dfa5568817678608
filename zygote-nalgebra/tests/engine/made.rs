//! Matrices and vectors that are made and read.

use crate::{close, differences};
use chainrules::prelude::*;
use zygote_engine::prelude::*;
use zygote_nalgebra::nalgebra::{DMatrix, DMatrixView, DVector, DVectorView, Matrix2, Matrix3};
use zygote_nalgebra::nalgebra::{
    RowDVector, RowVector3, SVector, Vector2, Vector3, dmatrix, dvector,
};
use zygote_nalgebra::prelude::*;

fn column(v: &DVector<f64>) -> DMatrix<f64> {
    DMatrix::from_column_slice(v.len(), 1, v.as_slice())
}

fn vector(m: &DMatrix<f64>) -> DVector<f64> {
    DVector::from_column_slice(m.as_slice())
}

/// Compares the gradient of a function of a vector with differences.
fn check(f: impl Fn(&DVector<f64>) -> f64, gradient: &DVector<f64>, at: &DVector<f64>) {
    close(&column(gradient), &differences(|m| f(&vector(m)), &column(at)));
}

#[differentiable]
fn of_places(v: &DVector<f64>) -> f64 {
    let (n, scale) = (v.len(), v[0] * 2.0);
    let kernel = DMatrix::from_fn(n, n, |i, j| {
        let distance = v[i] - v[j];
        (-distance * distance * scale).exp()
    });
    let line = DVector::from_fn(n, |i, _| v[i] * scale + i as f64);
    let row = RowDVector::from_fn(n, |_, j| v[j] * v[0]);
    let fixed = Vector3::from_fn(|i, _| v[i] * v[1]);
    (&kernel * &line).dot(v) + (&row * &line)[0] + fixed.norm()
}

#[test]
fn functions_of_places() {
    let v = dvector![0.3, -0.7, 1.1];
    check(of_places, &gradient!(of_places, &v), &v);
}

#[differentiable]
fn from_lists(v: &DVector<f64>) -> f64 {
    let list: Vec<f64> = v.iter().map(|x| x * x).collect();
    let a = DVector::from_vec(list.clone());
    let b = DVector::from_iterator(list.len(), list.clone());
    let m = DMatrix::from_iterator(2, 2, vec![v[0], v[1], v[2], v[0] * v[1]]);
    let corners = DMatrix::from_row_slice(2, 2, &[v[2], 1.0, v[0], v[1]]);
    let columns = DMatrix::from_columns(&[v.clone(), a.clone(), m.column(0).push(v[2])]);
    let rows = DMatrix::from_rows(&[v.transpose(), columns.row(1).into_owned()]);
    let entries = columns.as_slice();
    (m * corners).determinant() * a.dot(&b) + (rows * &columns).sum() + entries[4]
}

#[test]
fn lists() {
    let v = dvector![0.3, -0.7, 1.1];
    check(from_lists, &gradient!(from_lists, &v), &v);
}

#[differentiable]
fn converted(v: &DVector<f64>) -> f64 {
    let (x, y) = (v[0], v[1]);
    let plane = Vector2::from([x, y * y]);
    let space = SVector::<f64, 3>::from([x * y, 2.0, y]);
    let turned: Matrix2<f64> = [[x, 3.0], [y, x * y]].into();
    let square = Matrix2::from([[x, 3.0], [y, x * y]]) * turned;
    let row = RowVector3::from([y, x, 1.0]);
    let long = DVector::from(vec![x, y, x]) + DVector::from_iterator(3, v.iter().copied());
    let lists = RowDVector::from(vec![x, y]) + RowDVector::from_row_slice(&[y, x * y]);
    let by_rows = DMatrix::from_row_iterator(2, 2, v.iter().chain(&[1.0]).map(|x| x * x));
    let shown = DVectorView::from_slice(v.as_slice(), 3).norm()
        + DMatrixView::from_slice(&[x, y, 1.0, x], 2, 2).determinant();
    let products = (square * plane).dotc(&space.xy()) * (row * space)[0];
    products * long.norm() + (by_rows * lists.transpose()).sum() * shown
}

#[test]
fn conversions() {
    let v = dvector![0.3, -0.7, 1.1];
    check(converted, &gradient!(converted, &v), &v);
}

#[differentiable]
fn chosen(m: &DMatrix<f64>) -> f64 {
    let rows = m.select_rows(&[1, 0, 1]);
    let columns = rows.select_columns(&[2, 1]);
    let wide = columns.clone().insert_column(1, m[(0, 0)]).insert_row(0, m[(1, 1)]);
    let narrow = wide.remove_row(1).remove_column(0);
    let mut changed = narrow.clone();
    changed.zip_apply(&columns, |x, y| *x = *x * y + y);
    changed.unscale_mut(m[(0, 1)] + 2.0);
    let capped = changed.column(0).cap_magnitude(0.5);
    capped.dot(&changed.column(1)) + changed.column(0).try_normalize(0.1).unwrap().sum()
}

#[test]
fn choices() {
    let m = dmatrix![0.3, -0.7, 1.1; 0.8, 0.2, -0.4];
    close(&gradient!(chosen, &m), &differences(chosen, &m));
}

#[differentiable]
fn of_entries(m: &DMatrix<f64>) -> f64 {
    let scale = m[(0, 1)];
    let moved = m.map_with_location(|i, j, x| x * scale + (i + 2 * j) as f64);
    let mixed = moved.zip_map(m, |a, b| a * b.sin() * scale);
    let last = mixed.fold(scale, |before, x| before * 0.5 + x * x);
    let extremes = m.max() * m.min() + mixed.amax() * m.amin();
    last + extremes + m.abs().sum() + moved.product() + m.kronecker(&moved).norm()
}

#[test]
fn functions_of_entries() {
    let m = dmatrix![0.3, -0.7, 1.1; 0.8, 0.2, -0.4];
    close(&gradient!(of_entries, &m), &differences(of_entries, &m));
}

#[differentiable]
fn solved(m: &DMatrix<f64>, b: &DVector<f64>) -> f64 {
    let inverse = m.clone().try_inverse().unwrap();
    let x = &inverse * b;
    let lower = m.solve_lower_triangular(b).unwrap();
    let upper = m.solve_upper_triangular(&lower).unwrap();
    x.norm_squared() + upper.dot(&x) + m.determinant().ln()
}

#[test]
fn linear_systems() {
    let m = dmatrix![2.0, 0.3, -0.5; 0.4, 3.0, 0.2; -0.1, 0.6, 1.5];
    let b = dvector![0.3, -0.7, 1.1];
    let (dm, db) = gradient!(solved, &m, &b);
    close(&dm, &differences(|m| solved(m, &b), &m));
    check(|b| solved(&m, b), &db, &b);
}

#[differentiable]
fn of_fields(a: &Vector3<f64>, m: &Matrix3<f64>) -> f64 {
    let mut p = Vector3::new(a.x * a.y, a.z, 2.0);
    p.z = a.x - p.y;
    p.x *= m[(0, 1)];
    let turned = m * p;
    turned.cross(a).y * turned.x + m.determinant() * p.normalize().dot(a)
}

#[test]
fn coordinates() {
    let a = Vector3::new(0.3, -0.7, 1.1);
    let m = Matrix3::new(1.0, 0.2, 0.3, -0.4, 0.5, 0.6, 0.7, -0.8, 0.9);
    let (da, dm) = gradient!(of_fields, &a, &m);
    let dynamic = |m: &Matrix3<f64>| DMatrix::from_column_slice(3, 3, m.as_slice());
    let of_matrix = |m: &DMatrix<f64>| of_fields(&a, &Matrix3::from_column_slice(m.as_slice()));
    close(&dynamic(&dm), &differences(of_matrix, &dynamic(&m)));
    let of_vector = |v: &DVector<f64>| of_fields(&Vector3::new(v[0], v[1], v[2]), &m);
    check(of_vector, &dvector![da.x, da.y, da.z], &dvector![a.x, a.y, a.z]);
}
