//! A network with one hidden tanh layer and one output, by loops over scalars. Parameters: hidden
//! weights (a row of `inputs` per unit), hidden biases, output weights, output bias.

use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[differentiable]
pub fn mlp(params: &[f64], #[constant] features: &[f64], #[constant] targets: &[f64]) -> f64 {
    let inputs = features.len() / targets.len();
    let hidden = (params.len() - 1) / (inputs + 2);
    let biases = hidden * inputs;
    let output = biases + hidden;
    let mut sum = 0.0;
    for sample in 0..targets.len() {
        let mut y = params[output + hidden];
        for h in 0..hidden {
            let mut s = params[biases + h];
            for i in 0..inputs {
                s += params[h * inputs + i] * features[sample * inputs + i];
            }
            y += params[output + h] * s.tanh();
        }
        let r = y - targets[sample];
        sum += r * r;
    }
    sum / targets.len() as f64
}

pub fn ours(params: &[f64], features: &[f64], targets: &[f64]) -> Vec<f64> {
    gradient!(mlp, params, features, targets)
}

/// All units at once: the weights are transposed once, so that the sums of the units, each in the
/// primal's own order, run side by side in vector instructions.
pub fn by_hand(params: &[f64], features: &[f64], targets: &[f64]) -> Vec<f64> {
    let inputs = features.len() / targets.len();
    let hidden = (params.len() - 1) / (inputs + 2);
    let (weights, rest) = params.split_at(hidden * inputs);
    let (biases, rest) = rest.split_at(hidden);
    let (outputs, bias) = (&rest[..hidden], rest[hidden]);

    let mut columns = vec![0.0; hidden * inputs];
    for (h, row) in weights.chunks_exact(inputs).enumerate() {
        for (i, w) in row.iter().enumerate() {
            columns[i * hidden + h] = *w;
        }
    }

    let mut gradient = vec![0.0; params.len()];
    let (d_weights, rest) = gradient.split_at_mut(hidden * inputs);
    let (d_biases, rest) = rest.split_at_mut(hidden);
    let (d_outputs, d_bias) = rest.split_at_mut(hidden);

    let mut units = vec![0.0; hidden];
    let scale = 2.0 / targets.len() as f64;
    for (x, &target) in features.chunks_exact(inputs).zip(targets) {
        units.copy_from_slice(biases);
        for (column, x) in columns.chunks_exact(hidden).zip(x) {
            for (s, w) in units.iter_mut().zip(column) {
                *s += w * x;
            }
        }
        let mut y = bias;
        for (s, w) in units.iter_mut().zip(outputs) {
            *s = s.tanh();
            y += w * *s;
        }
        let dy = scale * (y - target);
        d_bias[0] += dy;
        for (h, d_row) in d_weights.chunks_exact_mut(inputs).enumerate() {
            let a = units[h];
            d_outputs[h] += dy * a;
            let ds = dy * outputs[h] * (1.0 - a * a);
            d_biases[h] += ds;
            for (dw, x) in d_row.iter_mut().zip(x) {
                *dw += ds * x;
            }
        }
    }
    gradient
}

/// The primal's loops, forward and back sample by sample.
pub fn by_hand_plainly(params: &[f64], features: &[f64], targets: &[f64]) -> Vec<f64> {
    let inputs = features.len() / targets.len();
    let hidden = (params.len() - 1) / (inputs + 2);
    let (weights, rest) = params.split_at(hidden * inputs);
    let (biases, rest) = rest.split_at(hidden);
    let (outputs, bias) = (&rest[..hidden], rest[hidden]);

    let mut gradient = vec![0.0; params.len()];
    let (d_weights, rest) = gradient.split_at_mut(hidden * inputs);
    let (d_biases, rest) = rest.split_at_mut(hidden);
    let (d_outputs, d_bias) = rest.split_at_mut(hidden);

    let mut activations = vec![0.0; hidden];
    let scale = 2.0 / targets.len() as f64;
    for (x, &target) in features.chunks_exact(inputs).zip(targets) {
        let mut y = bias;
        for (h, row) in weights.chunks_exact(inputs).enumerate() {
            let s = row.iter().zip(x).fold(biases[h], |s, (w, x)| s + w * x);
            activations[h] = s.tanh();
            y += outputs[h] * activations[h];
        }
        let dy = scale * (y - target);
        d_bias[0] += dy;
        for (h, d_row) in d_weights.chunks_exact_mut(inputs).enumerate() {
            let a = activations[h];
            d_outputs[h] += dy * a;
            let ds = dy * outputs[h] * (1.0 - a * a);
            d_biases[h] += ds;
            for (dw, x) in d_row.iter_mut().zip(x) {
                *dw += ds * x;
            }
        }
    }
    gradient
}
