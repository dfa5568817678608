//! Trains a classifier, written as loops over slices, on real data: iris flowers or red wines.

#![allow(clippy::needless_range_loop, reason = "the network is written in indices")]

mod support;

use anyhow::{Result, ensure};
use chainrules::prelude::*;
use clap::{Parser, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use std::path::PathBuf;
use support::plot::{Panel, draw};
use zygote_engine::prelude::*;

/// Trains a network with one hidden tanh layer on iris flowers or red wines.
#[derive(Parser)]
struct Args {
    /// Data set
    #[arg(long, value_enum, default_value_t = Name::Iris)]
    data: Name,
    /// Passes over the training data, each one step of Adam
    #[arg(long, default_value_t = 150)]
    epochs: usize,
    /// Units of the hidden layer
    #[arg(long, default_value_t = 16)]
    hidden: usize,
    /// Step size of Adam
    #[arg(long, default_value_t = 0.01)]
    rate: f64,
    /// Seed of the split and of the start
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// File of the plot of the losses
    #[arg(long, default_value = "target/train_mlp.svg")]
    plot: PathBuf,
}

#[derive(Clone, Copy, ValueEnum)]
enum Name {
    /// 150 flowers, 4 features, 3 species
    Iris,
    /// 1599 wines, 11 features, 3 grades
    Wine,
}

/// Samples of standardised features, row by row, with their labels.
struct Data {
    features: Vec<f64>,
    labels: Vec<usize>,
}

/// From features to one number per class. The parameters are the hidden weights (a row per unit),
/// the hidden biases, the output weights (a row per class) and the output biases.
#[differentiable]
fn forward(params: &[f64], #[constant] features: &[f64], units: &mut [f64], logits: &mut [f64]) {
    let (inputs, hidden, classes) = (features.len(), units.len(), logits.len());
    let biases = hidden * inputs;
    let outputs = biases + hidden;
    let last = outputs + classes * hidden;
    for h in 0..hidden {
        let mut s = params[biases + h];
        for i in 0..inputs {
            s += params[h * inputs + i] * features[i];
        }
        units[h] = s.tanh();
    }
    for c in 0..classes {
        let mut s = params[last + c];
        for h in 0..hidden {
            s += params[outputs + c * hidden + h] * units[h];
        }
        logits[c] = s;
    }
}

/// The mean cross-entropy of the softmax of the network's outputs.
#[differentiable]
fn loss(
    params: &[f64],
    #[constant] features: &[f64],
    labels: &[usize],
    hidden: usize,
    classes: usize,
) -> f64 {
    let samples = labels.len();
    let inputs = features.len() / samples;
    let mut units = vec![0.0; hidden];
    let mut logits = vec![0.0; classes];
    let mut total = 0.0;
    for k in 0..samples {
        forward(params, &features[k * inputs..(k + 1) * inputs], &mut units, &mut logits);
        let mut largest = logits[0];
        for c in 1..classes {
            largest = largest.max(logits[c]);
        }
        let mut sum = 0.0;
        for c in 0..classes {
            sum += (logits[c] - largest).exp();
        }
        total += largest + sum.ln() - logits[labels[k]];
    }
    total / samples as f64
}

/// The loss and its gradient with respect to the parameters.
fn loss_and_gradient(
    params: &[f64],
    data: &Data,
    hidden: usize,
    classes: usize,
) -> (f64, Vec<f64>) {
    value_and_gradient!(loss, params, &data.features, &data.labels, hidden, classes)
}

/// The loss and its gradient, written by hand: forward and back sample by sample.
fn by_hand(
    params: &[f64],
    features: &[f64],
    labels: &[usize],
    hidden: usize,
    classes: usize,
) -> (f64, Vec<f64>) {
    let samples = labels.len();
    let inputs = features.len() / samples;
    let outputs = &params[hidden * (inputs + 1)..][..classes * hidden];

    let mut gradient = vec![0.0; params.len()];
    let (d_weights, rest) = gradient.split_at_mut(hidden * inputs);
    let (d_biases, rest) = rest.split_at_mut(hidden);
    let (d_outputs, d_last) = rest.split_at_mut(classes * hidden);

    let mut units = vec![0.0; hidden];
    let mut logits = vec![0.0; classes];
    let mut d_units = vec![0.0; hidden];
    let mut total = 0.0;
    for (x, &label) in features.chunks_exact(inputs).zip(labels) {
        forward(params, x, &mut units, &mut logits);
        let largest = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        total += largest - logits[label];
        let mut sum = 0.0;
        for logit in &mut logits {
            *logit = (*logit - largest).exp();
            sum += *logit;
        }
        total += sum.ln();

        d_units.fill(0.0);
        for c in 0..classes {
            let truth = if c == label { 1.0 } else { 0.0 };
            let d = (logits[c] / sum - truth) / samples as f64;
            d_last[c] += d;
            for h in 0..hidden {
                d_outputs[c * hidden + h] += d * units[h];
                d_units[h] += d * outputs[c * hidden + h];
            }
        }
        for (h, row) in d_weights.chunks_exact_mut(inputs).enumerate() {
            let d = d_units[h] * (1.0 - units[h] * units[h]);
            d_biases[h] += d;
            for (dw, x) in row.iter_mut().zip(x) {
                *dw += d * x;
            }
        }
    }
    (total / samples as f64, gradient)
}

/// The share of samples whose largest output is that of their label.
fn accuracy(params: &[f64], data: &Data, hidden: usize, classes: usize) -> f64 {
    let inputs = data.features.len() / data.labels.len();
    let (mut units, mut logits) = (vec![0.0; hidden], vec![0.0; classes]);
    let right = |&(x, label): &(&[f64], &usize)| {
        forward(params, x, &mut units, &mut logits);
        (0..classes).max_by(|&a, &b| logits[a].total_cmp(&logits[b])) == Some(*label)
    };
    let samples = data.features.chunks_exact(inputs).zip(&data.labels);
    samples.filter(right).count() as f64 / data.labels.len() as f64
}

/// The steps of Adam (Kingma and Ba 2015, algorithm 1).
struct Adam {
    rate: f64,
    step: i32,
    mean: Vec<f64>,
    square: Vec<f64>,
}

impl Adam {
    fn new(rate: f64, n: usize) -> Self {
        Adam { rate, step: 0, mean: vec![0.0; n], square: vec![0.0; n] }
    }

    fn update(&mut self, params: &mut [f64], gradient: &[f64]) {
        let (keep, keep_square) = (0.9, 0.999);
        self.step += 1;
        let bias = 1.0 - f64::powi(keep, self.step);
        let bias_square = 1.0 - f64::powi(keep_square, self.step);
        for (i, g) in gradient.iter().enumerate() {
            self.mean[i] += (1.0 - keep) * (g - self.mean[i]);
            self.square[i] += (1.0 - keep_square) * (g * g - self.square[i]);
            let scale = (self.square[i] / bias_square).sqrt() + 1e-8;
            params[i] -= self.rate * self.mean[i] / bias / scale;
        }
    }
}

/// The data, shuffled and split four to one into training and test samples, and the number of
/// classes. The features are standardised by the training samples.
fn load(name: Name, random: &mut fastrand::Rng) -> (Data, Data, usize) {
    let set = match name {
        Name::Iris => linfa_datasets::iris(),
        // Grades from 3 to 8, most of them 5 or 6: up to 5, 6, above.
        Name::Wine => linfa_datasets::winequality().map_targets(|grade| grade.clamp(&5, &7) - 5),
    };
    let (records, targets) = (set.records(), set.targets());
    let mut order: Vec<usize> = (0..records.nrows()).collect();
    random.shuffle(&mut order);
    let (train, test) = order.split_at(order.len() * 4 / 5);

    let scales: Vec<(f64, f64)> = records
        .columns()
        .into_iter()
        .map(|column| {
            let n = train.len() as f64;
            let mean = train.iter().map(|&k| column[k]).sum::<f64>() / n;
            let variance = train.iter().map(|&k| (column[k] - mean).powi(2)).sum::<f64>() / n;
            (mean, variance.sqrt())
        })
        .collect();
    let pick = |samples: &[usize]| Data {
        features: samples
            .iter()
            .flat_map(|&k| records.row(k).to_vec().into_iter().zip(&scales))
            .map(|(x, (mean, deviation))| (x - mean) / deviation)
            .collect(),
        labels: samples.iter().map(|&k| targets[k]).collect(),
    };
    (pick(train), pick(test), 1 + targets.iter().max().expect("a data set has samples"))
}

fn main() -> Result<()> {
    let args = Args::parse();
    ensure!(args.hidden > 0, "--hidden must be at least 1");
    let hidden = args.hidden;
    let mut random = fastrand::Rng::with_seed(args.seed);
    let (train, test, classes) = load(args.data, &mut random);
    let inputs = train.features.len() / train.labels.len();
    let n = hidden * (inputs + 1) + classes * (hidden + 1);
    println!(
        "{} training and {} test samples, {inputs} features, {classes} classes, {n} parameters",
        train.labels.len(),
        test.labels.len()
    );
    let mut params: Vec<f64> = (0..n).map(|_| random.f64() - 0.5).collect();

    let at = |params: &[f64]| loss(params, &train.features, &train.labels, hidden, classes);
    let (_, gradient) = loss_and_gradient(&params, &train, hidden, classes);
    let worst = support::worst_error(at, &params, &gradient, 1e-3);
    println!("gradient: worst relative difference from finite differences {worst:.1e}");
    ensure!(worst < 1e-5, "the gradient is not that of the differences");
    let (_, hand) = by_hand(&params, &train.features, &train.labels, hidden, classes);
    let apart = support::distance(&gradient, &hand);
    println!("gradient: relative distance from that written by hand {apart:.1e}");
    ensure!(apart < 1e-9, "the gradient is not that written by hand");

    let (ours, hand) = support::median_times(
        || loss_and_gradient(&params, &train, hidden, classes),
        || by_hand(&params, &train.features, &train.labels, hidden, classes),
    );
    println!("time per gradient: {ours:.1} us, by hand {hand:.1} us ({:.2}x)", ours / hand);

    let bar = ProgressBar::new(args.epochs as u64)
        .with_style(ProgressStyle::with_template("{bar:40} {pos}/{len} {msg}")?);
    let mut adam = Adam::new(args.rate, n);
    let (mut losses, mut test_losses) = (Vec::new(), Vec::new());
    for epoch in 0..=args.epochs {
        let (loss_now, gradient) = loss_and_gradient(&params, &train, hidden, classes);
        let test_loss = loss(&params, &test.features, &test.labels, hidden, classes);
        losses.push((epoch as f64, loss_now));
        test_losses.push((epoch as f64, test_loss));
        if epoch % (args.epochs / 10).max(1) == 0 {
            let right = accuracy(&params, &test, hidden, classes);
            bar.suspend(|| {
                println!(
                    "epoch {epoch:>5}: loss {loss_now:.4}, on test samples {test_loss:.4}, \
                     accuracy {:.1} %",
                    100.0 * right
                );
            });
        }
        if epoch < args.epochs {
            adam.update(&mut params, &gradient);
            bar.set_message(format!("loss {loss_now:.4}"));
            bar.inc(1);
        }
    }
    bar.finish_and_clear();
    println!("test accuracy {:.1} %", 100.0 * accuracy(&params, &test, hidden, classes));
    let (first, last) = (losses[0].1, losses[args.epochs].1);
    ensure!(args.epochs == 0 || last < first, "the loss did not fall: {first} to {last}");

    let panel = Panel {
        title: "cross-entropy",
        x: "epoch",
        logarithmic: true,
        curves: vec![("training samples", losses), ("test samples", test_losses)],
    };
    draw(&args.plot, &[panel])?;
    println!("plot: {}", args.plot.display());
    Ok(())
}
