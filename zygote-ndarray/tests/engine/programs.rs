//! Programs as people write them.

use crate::{close, differences};
use chainrules::prelude::*;
use zygote_engine::prelude::*;
use zygote_ndarray::ndarray::{Array1, Array2, Axis, array};
use zygote_ndarray::prelude::*;

fn features() -> Array2<f64> {
    array![[0.5, -1.2, 0.3], [1.5, 0.4, -0.7], [-0.3, 0.9, 1.1], [0.2, -0.6, 0.8]]
}

#[differentiable]
fn least_squares(w: &Array1<f64>, x: &Array2<f64>, y: &Array1<f64>, ridge: f64) -> f64 {
    let residual = x.dot(w) - y;
    let n = y.len() as f64;
    let penalty: f64 = w.iter().map(|w| w * w).sum();
    residual.dot(&residual) / (2.0 * n) + ridge * penalty
}

#[test]
fn least_squares_with_a_penalty() {
    let (x, y, w) = (features(), array![1.0, 0.5, -0.5, 2.0], array![0.3, -0.2, 0.7]);
    let (dw, dx, dy, dridge) = gradient!(least_squares, &w, &x, &y, 0.1);
    close(&dw, &differences(|w| least_squares(w, &x, &y, 0.1), &w));
    close(&dx, &differences(|x| least_squares(&w, x, &y, 0.1), &x));
    close(&dy, &differences(|y| least_squares(&w, &x, y, 0.1), &y));
    assert!((dridge - w.dot(&w)).abs() < 1e-14);
}

/// The mean of the losses of all rows.
#[differentiable]
fn logistic(w: &Array1<f64>, bias: f64, x: &Array2<f64>, #[constant] labels: &[bool]) -> f64 {
    let mut loss = 0.0;
    for (i, row) in x.outer_iter().enumerate() {
        let mut z = bias;
        for (x, w) in row.iter().zip(w.iter()) {
            z += x * w;
        }
        let margin = if labels[i] { z } else { -z };
        loss += (-margin).exp().ln_1p();
    }
    loss / (x.nrows() as f64)
}

#[test]
fn logistic_regression() {
    let (x, w, labels) = (features(), array![0.3, -0.2, 0.7], [true, false, false, true]);
    let (dw, dbias, dx) = gradient!(logistic, &w, 0.1, &x, &labels);
    close(&dw, &differences(|w| logistic(w, 0.1, &x, &labels), &w));
    close(&dx, &differences(|x| logistic(&w, 0.1, x, &labels), &x));
    let slope = logistic(&w, 0.1 + 1e-6, &x, &labels) - logistic(&w, 0.1 - 1e-6, &x, &labels);
    assert!((dbias - slope / 2e-6).abs() < 1e-8);
}

/// The cross-entropy of the softmax of each row.
#[differentiable]
fn cross_entropy(logits: &Array2<f64>, targets: &Array2<f64>) -> f64 {
    let most = logits.fold(f64::NEG_INFINITY, |most, x| most.max(*x));
    let weights = (logits - most).exp();
    let sums = weights.sum_axis(Axis(1)).insert_axis(Axis(1));
    let softmax = weights / sums;
    -(targets * &softmax.ln()).sum_axis(Axis(1)).mean().unwrap()
}

#[test]
fn softmax_with_sums_along_an_axis() {
    let logits = features();
    let targets = array![[1.0, 0.0, 0.0], [0.2, 0.5, 0.3], [0.0, 0.0, 1.0], [0.0, 1.0, 0.0]];
    let (dlogits, dtargets) = gradient!(cross_entropy, &logits, &targets);
    close(&dlogits, &differences(|x| cross_entropy(x, &targets), &logits));
    close(&dtargets, &differences(|t| cross_entropy(&logits, t), &targets));
}

/// Rows of mean 0 and variance 1, scaled and moved.
#[differentiable]
fn layer_norm(x: &Array2<f64>, gain: &Array1<f64>, shift: &Array1<f64>) -> Array2<f64> {
    let mean = x.mean_axis(Axis(1)).unwrap().insert_axis(Axis(1));
    let centred = x - &mean;
    let variance = centred.pow2().mean_axis(Axis(1)).unwrap().insert_axis(Axis(1));
    let scaled = &centred / &(variance + 1e-5).sqrt();
    &scaled * gain + shift
}

#[differentiable]
fn of_layer_norm(x: &Array2<f64>, gain: &Array1<f64>, shift: &Array1<f64>) -> f64 {
    let y = layer_norm(x, gain, shift);
    let mut total = 0.0;
    for (k, y) in y.iter().enumerate() {
        total += y * y * ((k + 1) as f64).sqrt();
    }
    total
}

#[test]
fn layer_normalisation() {
    let (x, gain, shift) = (features(), array![1.1, 0.9, -0.4], array![0.1, 0.0, -0.2]);
    let (dx, dgain, dshift) = gradient!(of_layer_norm, &x, &gain, &shift);
    close(&dx, &differences(|x| of_layer_norm(x, &gain, &shift), &x));
    close(&dgain, &differences(|gain| of_layer_norm(&x, gain, &shift), &gain));
    close(&dshift, &differences(|shift| of_layer_norm(&x, &gain, shift), &shift));
}

/// The share of the variance of standardised features along a direction.
#[differentiable]
fn explained(x: &Array2<f64>, direction: &Array1<f64>) -> f64 {
    let n = x.nrows() as f64;
    let centred = x - &x.mean_axis(Axis(0)).unwrap();
    let standard = &centred / &x.std_axis(Axis(0), 1.0);
    let covariance = standard.t().dot(&standard) / (n - 1.0);
    let length = direction.dot(direction).sqrt();
    let unit = direction / length;
    unit.dot(&covariance.dot(&unit)) / covariance.diag().sum()
}

#[test]
fn principal_direction() {
    let (x, direction) = (features(), array![0.3, -0.2, 0.7]);
    let (dx, ddirection) = gradient!(explained, &x, &direction);
    close(&dx, &differences(|x| explained(x, &direction), &x));
    close(&ddirection, &differences(|d| explained(&x, d), &direction));
}

/// The field after some explicit steps of diffusion on a grid.
#[differentiable]
fn diffused(start: &Array2<f64>, rate: f64, steps: usize) -> f64 {
    let (rows, columns) = start.dim();
    let mut field = start.clone();
    for _ in 0..steps {
        let mut next = field.clone();
        for i in 1..rows - 1 {
            for j in 1..columns - 1 {
                let around =
                    field[[i - 1, j]] + field[[i + 1, j]] + field[[i, j - 1]] + field[[i, j + 1]];
                next[[i, j]] += rate * (around - 4.0 * field[(i, j)]);
            }
        }
        field.assign(&next);
    }
    field.iter().map(|x| x * x).sum()
}

#[test]
fn diffusion_on_a_grid() {
    let start = Array2::from_shape_fn((4, 5), |(i, j)| ((i * 5 + j) as f64).sin());
    let (dstart, drate) = gradient!(diffused, &start, 0.1, 3);
    close(&dstart, &differences(|start| diffused(start, 0.1, 3), &start));
    let slope = diffused(&start, 0.1 + 1e-6, 3) - diffused(&start, 0.1 - 1e-6, 3);
    assert!((drate - slope / 2e-6).abs() < 1e-8);
}

/// The likelihood of measurements by a filter of two states, of which the first is measured.
#[differentiable]
fn kalman(measured: &Array1<f64>, noise: &Array1<f64>) -> f64 {
    let step = Array2::from(vec![[1.0, 1.0], [0.0, 1.0]]);
    let back = step.t().to_owned();
    let mut state = Array1::zeros(2);
    let mut covariance = Array2::eye(2);
    let process = Array2::from_diag_elem(2, noise[0]);
    let mut likelihood = 0.0;
    for z in measured {
        state = step.dot(&state);
        covariance = step.dot(&covariance).dot(&back) + &process;
        let innovation = z - state[0];
        let variance = covariance[[0, 0]] + noise[1];
        likelihood -= 0.5 * (variance.ln() + innovation * innovation / variance);
        let gain = &covariance.column(0) / variance;
        state.scaled_add(innovation, &gain);
        let row = covariance.row(0).insert_axis(Axis(0));
        let correction = gain.insert_axis(Axis(1)).dot(&row);
        covariance -= &correction;
    }
    likelihood
}

#[test]
fn kalman_filter() {
    let (measured, noise) = (array![0.2, 0.9, 2.1, 2.8], array![0.1, 0.5]);
    let (dmeasured, dnoise) = gradient!(kalman, &measured, &noise);
    close(&dmeasured, &differences(|z| kalman(z, &noise), &measured));
    close(&dnoise, &differences(|noise| kalman(&measured, noise), &noise));
}
