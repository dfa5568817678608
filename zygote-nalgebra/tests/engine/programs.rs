//! Programs as people write them.

use crate::{close, differences};
use chainrules::prelude::*;
use zygote_engine::prelude::*;
use zygote_nalgebra::nalgebra::{DMatrix, DVector, Matrix2, Vector2, dmatrix, dvector};
use zygote_nalgebra::prelude::*;

fn vector(m: &DMatrix<f64>) -> DVector<f64> {
    DVector::from_column_slice(m.as_slice())
}

fn check(f: impl Fn(&DVector<f64>) -> f64, gradient: &DVector<f64>, at: &DVector<f64>) {
    let column = |v: &DVector<f64>| DMatrix::from_column_slice(v.len(), 1, v.as_slice());
    close(&column(gradient), &differences(|m| f(&vector(m)), &column(at)));
}

fn features() -> DMatrix<f64> {
    dmatrix![0.5, -1.2, 0.3; 1.5, 0.4, -0.7; -0.3, 0.9, 1.1; 0.2, -0.6, 0.8]
}

/// The error of the best weights on other data, which depends on the data and the penalty.
#[differentiable]
fn ridge(x: &DMatrix<f64>, y: &DVector<f64>, penalty: f64) -> f64 {
    let n = x.ncols();
    let gram = x.transpose() * x + DMatrix::identity(n, n) * penalty;
    let weights = gram.try_inverse().unwrap() * (x.transpose() * y);
    let error = x * &weights - y;
    error.norm_squared() / (y.len() as f64) + weights.norm()
}

#[test]
fn ridge_regression() {
    let (x, y) = (features(), dvector![1.0, 0.5, -0.5, 2.0]);
    let (dx, dy, dpenalty) = gradient!(ridge, &x, &y, 0.3);
    close(&dx, &differences(|x| ridge(x, &y, 0.3), &x));
    check(|y| ridge(&x, y, 0.3), &dy, &y);
    let slope = (ridge(&x, &y, 0.3 + 1e-6) - ridge(&x, &y, 0.3 - 1e-6)) / 2e-6;
    assert!((dpenalty - slope).abs() < 1e-8);
}

#[differentiable]
fn logistic(w: &DVector<f64>, bias: f64, x: &DMatrix<f64>, #[constant] labels: &[bool]) -> f64 {
    let mut loss = 0.0;
    for (i, row) in x.row_iter().enumerate() {
        let z: f64 = row.iter().zip(w.iter()).map(|(x, w)| x * w).sum();
        let margin = if labels[i] { z + bias } else { -z - bias };
        loss += (-margin).exp().ln_1p();
    }
    loss / (x.nrows() as f64)
}

#[test]
fn logistic_regression() {
    let (x, w, labels) = (features(), dvector![0.3, -0.2, 0.7], [true, false, false, true]);
    let (dw, dbias, dx) = gradient!(logistic, &w, 0.1, &x, &labels);
    check(|w| logistic(w, 0.1, &x, &labels), &dw, &w);
    close(&dx, &differences(|x| logistic(&w, 0.1, x, &labels), &x));
    let slope = logistic(&w, 0.1 + 1e-6, &x, &labels) - logistic(&w, 0.1 - 1e-6, &x, &labels);
    assert!((dbias - slope / 2e-6).abs() < 1e-8);
}

/// The cross-entropy of the softmax of each row.
#[differentiable]
fn cross_entropy(logits: &DMatrix<f64>, targets: &DMatrix<f64>) -> f64 {
    let mut loss = 0.0;
    for i in 0..logits.nrows() {
        let row = logits.row(i);
        let most = row.max();
        let weights = row.map(|x| (x - most).exp());
        let softmax = &weights / weights.sum();
        loss -= softmax.map(f64::ln).dot(&targets.row(i));
    }
    loss / (logits.nrows() as f64)
}

#[test]
fn softmax_by_rows() {
    let logits = features();
    let targets = dmatrix![1.0, 0.0, 0.0; 0.2, 0.5, 0.3; 0.0, 0.0, 1.0; 0.0, 1.0, 0.0];
    let (dlogits, dtargets) = gradient!(cross_entropy, &logits, &targets);
    close(&dlogits, &differences(|x| cross_entropy(x, &targets), &logits));
    close(&dtargets, &differences(|t| cross_entropy(&logits, t), &targets));
}

/// The share of the variance of standardised features along a direction.
#[differentiable]
fn explained(x: &DMatrix<f64>, direction: &DVector<f64>) -> f64 {
    let (n, k) = x.shape();
    let mut standard = x.clone();
    for j in 0..k {
        let column = x.column(j);
        let (mean, deviation) = (column.mean(), column.variance().sqrt());
        standard.set_column(j, &column.map(|x| (x - mean) / deviation));
    }
    let covariance = standard.transpose() * &standard / (n as f64);
    let unit = direction.normalize();
    unit.dot(&(&covariance * &unit)) / covariance.trace()
}

#[test]
fn principal_direction() {
    let (x, direction) = (features(), dvector![0.3, -0.2, 0.7]);
    let (dx, ddirection) = gradient!(explained, &x, &direction);
    close(&dx, &differences(|x| explained(x, &direction), &x));
    check(|d| explained(&x, d), &ddirection, &direction);
}

/// The likelihood of measurements by a filter of two states, of which the first is measured.
#[differentiable]
fn kalman(measured: &DVector<f64>, process: f64, noise: f64) -> f64 {
    let step = Matrix2::new(1.0, 1.0, 0.0, 1.0);
    let mut state = Vector2::zeros();
    let mut covariance = Matrix2::identity();
    let mut likelihood = 0.0;
    for z in measured.iter() {
        state = step * state;
        covariance = step * covariance * step.transpose() + Matrix2::identity() * process;
        let innovation = z - state.x;
        let variance = covariance[(0, 0)] + noise;
        likelihood -= 0.5 * (variance.ln() + innovation * innovation / variance);
        let gain = covariance.column(0) / variance;
        state += gain * innovation;
        covariance -= gain * covariance.row(0);
    }
    likelihood + covariance.determinant()
}

#[test]
fn kalman_filter() {
    let measured = dvector![0.2, 0.9, 2.1, 2.8];
    let (dmeasured, dprocess, dnoise) = gradient!(kalman, &measured, 0.1, 0.5);
    check(|z| kalman(z, 0.1, 0.5), &dmeasured, &measured);
    let slope = |f: &dyn Fn(f64) -> f64| (f(1e-6) - f(-1e-6)) / 2e-6;
    assert!((dprocess - slope(&|h| kalman(&measured, 0.1 + h, 0.5))).abs() < 1e-8);
    assert!((dnoise - slope(&|h| kalman(&measured, 0.1, 0.5 + h))).abs() < 1e-8);
}

/// The error of the best weights, by factorisations in place of an inverse.
#[differentiable]
fn normal_equations(x: &DMatrix<f64>, y: &DVector<f64>, penalty: f64) -> f64 {
    let n = x.ncols();
    let gram = x.transpose() * x + DMatrix::identity(n, n) * penalty;
    let right = x.transpose() * y;
    let lu = gram.clone().lu();
    let weights = lu.solve(&right).unwrap();
    let again = gram.cholesky().unwrap().solve(&right);
    let error = x * &weights - y;
    error.norm_squared() + weights.dot(&again) * lu.determinant().ln()
}

#[test]
fn systems_by_factors() {
    let (x, y) = (features(), dvector![1.0, 0.5, -0.5, 2.0]);
    let (dx, dy, dpenalty) = gradient!(normal_equations, &x, &y, 0.3);
    close(&dx, &differences(|x| normal_equations(x, &y, 0.3), &x));
    check(|y| normal_equations(&x, y, 0.3), &dy, &y);
    let slope = normal_equations(&x, &y, 0.3 + 1e-6) - normal_equations(&x, &y, 0.3 - 1e-6);
    assert!((dpenalty - slope / 2e-6).abs() < 1e-7);
}

/// The likelihood of values under a Gaussian process with a squared exponential kernel.
#[differentiable]
fn gaussian_process(x: &DVector<f64>, y: &DVector<f64>, length: f64, noise: f64) -> Option<f64> {
    let n = x.len();
    let kernel = DMatrix::from_fn(n, n, |i, j| {
        let distance = (x[i] - x[j]) / length;
        let diagonal = if i == j { noise } else { 0.0 };
        (-0.5 * distance * distance).exp() + diagonal
    });
    let factor = kernel.cholesky()?;
    let lower = factor.l();
    let whitened = lower.solve_lower_triangular(y)?;
    let fit = y.dot(&factor.solve(y)) + whitened.norm_squared();
    Some(-0.25 * fit - 0.5 * factor.ln_determinant())
}

#[test]
fn likelihood_of_a_gaussian_process() {
    let (x, y) = (dvector![0.1, 0.7, 1.5, 2.4], dvector![0.3, -0.2, 0.9, 0.4]);
    let f = |x: &DVector<f64>, y: &DVector<f64>, length, noise| {
        gaussian_process(x, y, length, noise).unwrap()
    };
    let (_, back) = pullback!(gaussian_process, &x, &y, 0.8, 0.2);
    let (dx, dy, dlength, dnoise) = back(Some(1.0));
    check(|x| f(x, &y, 0.8, 0.2), &dx, &x);
    check(|y| f(&x, y, 0.8, 0.2), &dy, &y);
    let slope = |f: &dyn Fn(f64) -> f64| (f(1e-6) - f(-1e-6)) / 2e-6;
    assert!((dlength - slope(&|h| f(&x, &y, 0.8 + h, 0.2))).abs() < 1e-8);
    assert!((dnoise - slope(&|h| f(&x, &y, 0.8, 0.2 + h))).abs() < 1e-8);
}
