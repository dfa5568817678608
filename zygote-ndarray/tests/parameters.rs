//! Functions with parameters that are views.

use chainrules as _;
use ndarray::{Array1, Array2, ArrayView, ArrayView1, ArrayView2, Ix1, array, s};
use zygote_engine::prelude::*;
use zygote_ndarray::prelude::*;

#[differentiable]
fn energy(a: ArrayView2<'_, f64>, x: ArrayView1<f64>) -> f64 {
    let y = a.dot(&x);
    let mut s = y.dot(&x);
    for i in 0..x.len() {
        s += x[i] * x[i] * x[i];
    }
    s + x[0] * a[[0, 1]] * x.len() as f64
}

#[differentiable]
fn scaled(x: ndarray::ArrayView1<'_, f64>, k: f64) -> f64 {
    let y = &x * k;
    x[0] + y.dot(&y)
}

#[differentiable]
fn product(x: ArrayView1<'_, f64>, k: f64) -> f64 {
    let mut s = k;
    for i in 0..x.len() {
        s *= x[i] + k;
    }
    s
}

#[differentiable]
fn twice(x: ArrayView<'_, f64, Ix1>) -> f64 {
    product(x, 2.0) * product(x, 0.5)
}

#[differentiable]
fn rows(a: &Array2<f64>, x: &Array1<f64>) -> f64 {
    let first: ArrayView1<'_, f64> = a.row(0);
    let mut s = product(a.row(1), 1.5) + energy(a.view(), x.view()) + first.dot(x);
    for i in 0..a.nrows() {
        s += twice(a.row(i)) * scaled(a.column(i), x[i]);
    }
    s
}

#[differentiable]
fn fit(w: &Array1<f64>, #[constant] x: ArrayView2<f64>, #[constant] y: ArrayView1<f64>) -> f64 {
    let residual = x.dot(w) - y;
    residual.dot(&residual) / y.len() as f64
}

#[differentiable]
fn over_constant_rows(
    w: &Array1<f64>,
    #[constant] x: ArrayView2<f64>,
    #[constant] y: ArrayView1<f64>,
) -> f64 {
    let mut s = 0.0;
    for i in 0..x.nrows() {
        let row = x.row(i);
        let e = row.dot(w) - y[i];
        s += e * e + x.row(i).dot(w) + w.dot(&x.row(i)) * w.dot(&row);
    }
    for (row, t) in x.rows().into_iter().zip(y.iter()) {
        let e = row.dot(w) - t;
        s += e * e;
    }
    let part = x.slice(s![.., 0]);
    let q = &part * w;
    s + q.sum() + (&x.column(1) + w).sum() * (w - &y).sum()
}

fn differences(n: usize, f: impl Fn(&[f64]) -> f64, x: &[f64]) -> Vec<f64> {
    (0..n)
        .map(|i| {
            let at = |h: f64| {
                let mut x = x.to_vec();
                x[i] += h;
                f(&x)
            };
            let h = 1e-5;
            (8.0 * (at(h) - at(-h)) - (at(2.0 * h) - at(-2.0 * h))) / (12.0 * h)
        })
        .collect()
}

fn close(a: impl IntoIterator<Item = f64>, b: &[f64]) {
    let a: Vec<f64> = a.into_iter().collect();
    assert_eq!(a.len(), b.len());
    for (x, y) in a.iter().zip(b) {
        assert!((x - y).abs() < 1e-7 * (1.0 + y.abs()), "{a:?} and {b:?}");
    }
}

#[test]
fn views_as_arguments() {
    let (a, x) = (array![[1.2, -0.3], [0.4, 0.9]], array![0.7, -1.1]);
    let (da, dx): (Array2<f64>, Array1<f64>) = gradient!(energy, a.view(), x.view());
    let of = |p: &[f64]| {
        energy(ArrayView2::from_shape((2, 2), &p[..4]).unwrap(), ArrayView1::from(&p[4..]))
    };
    let all = [1.2, -0.3, 0.4, 0.9, 0.7, -1.1];
    close(da.into_iter().chain(dx), &differences(6, of, &all));
    let (y, (dx, dk)) = value_and_gradient!(scaled, x.view(), 1.5);
    assert_eq!(y, scaled(x.view(), 1.5));
    close(
        dx.into_iter().chain([dk]),
        &differences(3, |p| scaled(ArrayView1::from(&p[..2]), p[2]), &[0.7, -1.1, 1.5]),
    );
    let (dx, dk) = gradient!(product, x.view(), 0.8);
    close(
        dx.into_iter().chain([dk]),
        &differences(3, |p| product(ArrayView1::from(&p[..2]), p[2]), &[0.7, -1.1, 0.8]),
    );
    // A part of an array that lies apart in memory, and backwards.
    let dx = gradient!(twice, a.column(1));
    close(dx, &differences(2, |p| twice(ArrayView1::from(p)), &[-0.3, 0.9]));
}

#[test]
fn views_inside() {
    let (a, x) = (array![[1.2, -0.3], [0.4, 0.9]], array![0.7, -1.1]);
    let (da, dx) = gradient!(rows, &a, &x);
    let of = |p: &[f64]| {
        let a = Array2::from_shape_vec((2, 2), p[..4].to_vec()).unwrap();
        rows(&a, &Array1::from(p[4..].to_vec()))
    };
    let all = [1.2, -0.3, 0.4, 0.9, 0.7, -1.1];
    close(da.into_iter().chain(dx), &differences(6, of, &all));
}

#[test]
fn constant_views() {
    let (x, y, w) = (array![[1.2, -0.3], [0.4, 0.9]], array![0.7, -1.1], array![0.1, 0.2]);
    let dw = gradient!(fit, &w, x.view(), y.view());
    close(dw, &differences(2, |p| fit(&Array1::from(p.to_vec()), x.view(), y.view()), &[0.1, 0.2]));
    let (back_of, back) = pullback!(energy, constant(x.view()), w.view());
    let (dw,) = (back(1.0),);
    assert!(back_of.is_finite() && dw.len() == 2);
}

#[test]
fn views_of_constants() {
    let (x, y, w) = (array![[1.2, -0.3], [0.4, 0.9]], array![0.7, -1.1], array![0.1, 0.2]);
    let dw = gradient!(over_constant_rows, &w, x.view(), y.view());
    let of = |p: &[f64]| over_constant_rows(&Array1::from(p.to_vec()), x.view(), y.view());
    close(dw, &differences(2, of, &[0.1, 0.2]));
}
