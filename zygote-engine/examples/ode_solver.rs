//! Fits the equations of predator and prey to the hares and lynxes of Hudson Bay, through a
//! Runge-Kutta solver.

#[path = "support/differences.rs"]
mod differences;

use anyhow::{Result, ensure};
use chainrules::prelude::*;
use clap::Parser;
use zygote_engine::prelude::*;

/// Fits the equations of Lotka and Volterra to the pelts that the Hudson's Bay Company bought from
/// 1900 to 1920.
#[derive(Parser)]
struct Args {
    /// Runge-Kutta steps for each year
    #[arg(long, default_value_t = 10)]
    steps: usize,
    /// Iterations of the fit
    #[arg(long, default_value_t = 1000)]
    iterations: usize,
}

/// Thousands of pelts of hares and lynxes (E. P. Odum 1953, P. Howard 2009).
const PELTS: [[f64; 2]; 21] = [
    [30.0, 4.0],
    [47.2, 6.1],
    [70.2, 9.8],
    [77.4, 35.2],
    [36.3, 59.4],
    [20.6, 41.7],
    [18.1, 19.0],
    [21.4, 13.0],
    [22.0, 8.3],
    [25.4, 9.1],
    [27.1, 7.4],
    [40.3, 8.0],
    [57.0, 12.3],
    [76.6, 19.5],
    [52.3, 45.7],
    [19.5, 51.1],
    [11.2, 29.7],
    [7.6, 15.8],
    [14.6, 9.7],
    [16.2, 10.1],
    [24.7, 8.6],
];

/// y + h k
#[differentiable]
fn along(y: &[f64], h: f64, k: &[f64]) -> Vec<f64> {
    y.iter().zip(k).map(|(y, k)| y + h * k).collect()
}

/// One step of the classical fourth-order method for y' = f(t, y).
#[differentiable]
fn runge_kutta(f: impl Fn(f64, &[f64]) -> Vec<f64>, t: f64, y: &mut [f64], h: f64) {
    let k1 = f(t, y);
    let k2 = f(t + 0.5 * h, &along(y, 0.5 * h, &k1));
    let k3 = f(t + 0.5 * h, &along(y, 0.5 * h, &k2));
    let k4 = f(t + h, &along(y, h, &k3));
    for i in 0..y.len() {
        y[i] += h / 6.0 * (k1[i] + 2.0 * k2[i] + 2.0 * k3[i] + k4[i]);
    }
}

/// The mean squared difference of the logarithms of the populations.
///
/// The parameters are the logarithms of the growth of hares, of their loss by each lynx, of the
/// death of lynxes and of their growth by each hare, and of both populations in 1900.
#[differentiable]
fn misfit(logarithms: &[f64], #[constant] pelts: &[[f64; 2]], steps: usize) -> f64 {
    let p: Vec<f64> = logarithms.iter().map(|x| x.exp()).collect();
    let change = |_t: f64, y: &[f64]| {
        let (hares, lynxes) = (y[0], y[1]);
        vec![hares * (p[0] - p[1] * lynxes), lynxes * (p[3] * hares - p[2])]
    };
    let h = 1.0 / steps as f64;
    let mut y = vec![p[4], p[5]];
    let mut sum = 0.0;
    for (year, seen) in pelts.iter().enumerate() {
        if year > 0 {
            for k in 0..steps {
                runge_kutta(change, year as f64 + k as f64 * h, &mut y, h);
            }
        }
        sum += (y[0].ln() - seen[0].ln()).powi(2) + (y[1].ln() - seen[1].ln()).powi(2);
    }
    sum / pelts.len() as f64
}

/// Makes the misfit small by Adam (Kingma and Ba 2015), with smaller and smaller steps.
fn fit(start: &[f64], steps: usize, iterations: usize) -> Vec<f64> {
    let mut x = start.to_vec();
    let (mut mean, mut square) = (vec![0.0; x.len()], vec![0.0; x.len()]);
    for k in 1..=iterations {
        let (value, gradient) = value_and_gradient!(misfit, &x, &PELTS, steps);
        if k % (iterations / 5).max(1) == 0 {
            println!("iteration {k}: misfit {value:.6}");
        }
        let rate = 0.02 * (1.0 - k as f64 / (iterations + 1) as f64);
        for (i, g) in gradient.into_iter().enumerate() {
            mean[i] += 0.1 * (g - mean[i]);
            square[i] += 0.01 * (g * g - square[i]);
            let bias = (1.0 - 0.9_f64.powi(k as i32), 1.0 - 0.99_f64.powi(k as i32));
            x[i] -= rate * mean[i] / bias.0 / ((square[i] / bias.1).sqrt() + 1e-12);
        }
    }
    x
}

fn main() -> Result<()> {
    let args = Args::parse();
    ensure!(args.steps > 0, "--steps must be at least 1");
    let start = [0.5_f64, 0.03, 0.8, 0.02, 30.0, 4.0].map(f64::ln);

    let gradient = gradient!(misfit, &start, &PELTS, args.steps);
    let at = |x: &[f64]| misfit(x, &PELTS, args.steps);
    let worst = differences::worst_error(at, &start, &gradient, 1e-3);
    println!("gradient: worst relative difference from finite differences {worst:.1e}");
    ensure!(worst < 1e-5, "the gradient is not that of the differences");

    let best = fit(&start, args.steps, args.iterations);
    let (first, last) = (at(&start), at(&best));
    println!("misfit {first:.4} -> {last:.4}");
    ensure!(args.iterations == 0 || last < first, "the misfit did not fall");
    let names = [
        "growth of hares",
        "loss of hares by each lynx",
        "death of lynxes",
        "growth of lynxes by each hare",
        "hares in 1900",
        "lynxes in 1900",
    ];
    for (name, x) in names.iter().zip(best) {
        println!("{name:<30} {:8.4}", x.exp());
    }
    Ok(())
}
