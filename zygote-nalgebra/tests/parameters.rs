//! Functions with parameters that are views.

use chainrules as _;
use nalgebra::{DMatrix, DMatrixView, DVector, DVectorView, Matrix3, Vector3, VectorView3};
use zygote_engine::prelude::*;
use zygote_nalgebra::prelude::*;

#[differentiable]
fn energy(a: DMatrixView<'_, f64>, x: DVectorView<f64>) -> f64 {
    let y = a * x;
    y.dot(&x) + x[0] * a[(0, 1)] * x.len() as f64
}

#[differentiable]
fn inside(a: &DMatrix<f64>, x: &DVector<f64>) -> f64 {
    let first: DVectorView<'_, f64> = a.column(0);
    let second = a.column(1);
    energy(a.view((0, 0), (2, 2)), x.rows(0, 2)) * first.dot(x) + energy(a.columns(0, 2), second)
}

#[differentiable]
fn fixed(v: VectorView3<'_, f64>, k: f64) -> f64 {
    v[0] * v[1] * k + v.norm_squared() * v[2]
}

#[differentiable]
fn columns(m: &Matrix3<f64>) -> f64 {
    fixed(m.column(0), 2.0) * fixed(m.column(2), m[(1, 1)])
}

#[differentiable]
fn over_constant_columns(w: &DVector<f64>, #[constant] x: &DMatrix<f64>) -> f64 {
    let mut s = 0.0;
    for j in 0..x.ncols() {
        let column = x.column(j);
        s += column.dot(w) * w.dot(&x.column(j)) + (column - w).norm_squared();
    }
    s + (x.row(0) * w)[0]
}

fn close(a: impl IntoIterator<Item = f64>, f: impl Fn(&[f64]) -> f64, x: &[f64]) {
    let a: Vec<f64> = a.into_iter().collect();
    assert_eq!(a.len(), x.len());
    for (i, d) in a.iter().enumerate() {
        let at = |h: f64| {
            let mut x = x.to_vec();
            x[i] += h;
            f(&x)
        };
        let h = 1e-5;
        let by_differences = (8.0 * (at(h) - at(-h)) - (at(2.0 * h) - at(-2.0 * h))) / (12.0 * h);
        assert!((d - by_differences).abs() < 1e-7 * (1.0 + d.abs()), "{i}: {d}, {by_differences}");
    }
}

#[test]
fn views_as_arguments() {
    let (a, x) =
        (DMatrix::from_vec(2, 2, vec![1.2, 0.4, -0.3, 0.9]), DVector::from_vec(vec![0.7, -1.1]));
    let (da, dx): (DMatrix<f64>, DVector<f64>) = gradient!(energy, a.as_view(), x.as_view());
    let all = [1.2, 0.4, -0.3, 0.9, 0.7, -1.1];
    let of = |p: &[f64]| {
        energy(DMatrixView::from_slice(&p[..4], 2, 2), DVectorView::from_slice(&p[4..], 2))
    };
    close(da.iter().chain(&dx).copied(), of, &all);
    let (da, dx) = gradient!(inside, &a, &x);
    let of = |p: &[f64]| {
        inside(&DMatrix::from_column_slice(2, 2, &p[..4]), &DVector::from_column_slice(&p[4..]))
    };
    close(da.iter().chain(&dx).copied(), of, &all);
}

#[test]
fn views_of_fixed_size() {
    let v = Vector3::new(0.3, -0.8, 1.1);
    let (dv, dk): (Vector3<f64>, f64) = gradient!(fixed, v.as_view(), 1.5);
    let of = |p: &[f64]| fixed(VectorView3::from_slice(&p[..3]), p[3]);
    close(dv.iter().copied().chain([dk]), of, &[0.3, -0.8, 1.1, 1.5]);
    let m = Matrix3::new(0.1, 0.5, -0.4, 1.3, 0.2, 0.7, -0.9, 0.6, 1.1);
    let dm = gradient!(columns, &m);
    close(dm.iter().copied(), |p| columns(&Matrix3::from_column_slice(p)), m.as_slice());
}

#[test]
fn views_of_constants() {
    let (x, w) =
        (DMatrix::from_vec(2, 2, vec![1.2, 0.4, -0.3, 0.9]), DVector::from_vec(vec![0.7, -1.1]));
    let dw = gradient!(over_constant_columns, &w, &x);
    let of = |p: &[f64]| over_constant_columns(&DVector::from_column_slice(p), &x);
    close(dw.iter().copied(), of, w.as_slice());
}
