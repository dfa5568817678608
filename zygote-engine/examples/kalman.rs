//! Finds the noises of a Kalman filter by maximum likelihood, on the yearly flow of the Nile.

#[path = "support/differences.rs"]
mod differences;

use anyhow::{Context, Result, ensure};
use argmin::core::{CostFunction, Executor, Gradient, State};
use argmin::solver::linesearch::MoreThuenteLineSearch;
use argmin::solver::quasinewton::LBFGS;
use chainrules::prelude::*;
use clap::Parser;
use zygote_engine::prelude::*;

/// Fits a local level model to the flow of the Nile at Aswan, 1871 to 1970.
#[derive(Parser)]
struct Args {
    /// Iterations of L-BFGS at most
    #[arg(long, default_value_t = 100)]
    iterations: u64,
}

/// In 10^8 cubic metres (G. W. Cobb 1978).
const FLOW: [f64; 100] = [
    1120.0, 1160.0, 963.0, 1210.0, 1160.0, 1160.0, 813.0, 1230.0, 1370.0, 1140.0, 995.0, 935.0,
    1110.0, 994.0, 1020.0, 960.0, 1180.0, 799.0, 958.0, 1140.0, 1100.0, 1210.0, 1150.0, 1250.0,
    1260.0, 1220.0, 1030.0, 1100.0, 774.0, 840.0, 874.0, 694.0, 940.0, 833.0, 701.0, 916.0, 692.0,
    1020.0, 1050.0, 969.0, 831.0, 726.0, 456.0, 824.0, 702.0, 1120.0, 1100.0, 832.0, 764.0, 821.0,
    768.0, 845.0, 864.0, 862.0, 698.0, 845.0, 744.0, 796.0, 1040.0, 759.0, 781.0, 865.0, 845.0,
    944.0, 984.0, 897.0, 822.0, 1010.0, 771.0, 676.0, 649.0, 846.0, 812.0, 742.0, 801.0, 1040.0,
    860.0, 874.0, 848.0, 890.0, 744.0, 749.0, 838.0, 1050.0, 918.0, 986.0, 797.0, 923.0, 975.0,
    815.0, 1020.0, 906.0, 901.0, 1170.0, 912.0, 746.0, 919.0, 718.0, 714.0, 740.0,
];

/// The level moves at random, and is observed with noise.
#[derive(Clone, Tangent)]
struct Model {
    /// Variance of the yearly change of the level
    level: f64,
    /// Variance of an observation
    observation: f64,
}

/// What is known of the level: a normal distribution.
#[derive(Clone, Tangent)]
struct Belief {
    mean: f64,
    variance: f64,
}

/// What an observation tells: its difference from the prediction, with the variance of that.
#[derive(Clone, Tangent)]
struct Innovation {
    difference: f64,
    variance: f64,
}

#[differentiable]
impl Belief {
    /// The belief after the first observation, if nothing was known before.
    fn from_first(model: &Model, observed: f64) -> Self {
        Self { mean: observed, variance: model.observation }
    }

    /// A year passes.
    fn predict(&mut self, model: &Model) {
        self.variance += model.level;
    }

    /// An observation is made.
    fn update(&mut self, model: &Model, observed: f64) -> Innovation {
        let innovation = Innovation {
            difference: observed - self.mean,
            variance: self.variance + model.observation,
        };
        let gain = self.variance / innovation.variance;
        self.mean += gain * innovation.difference;
        self.variance *= 1.0 - gain;
        innovation
    }
}

#[differentiable]
impl Innovation {
    fn log_likelihood(&self) -> f64 {
        let surprise = self.difference * self.difference / self.variance;
        -0.5 * ((std::f64::consts::TAU * self.variance).ln() + surprise)
    }
}

/// The log-likelihood of all observations but the first, given the logarithms of both variances.
#[differentiable]
fn log_likelihood(logarithms: &[f64], #[constant] flow: &[f64]) -> f64 {
    let model = Model { level: logarithms[0].exp(), observation: logarithms[1].exp() };
    let mut belief = Belief::from_first(&model, flow[0]);
    let mut sum = 0.0;
    for &observed in &flow[1..] {
        belief.predict(&model);
        sum += belief.update(&model, observed).log_likelihood();
    }
    sum
}

/// What the optimiser makes small.
#[derive(Clone, Copy)]
struct Fit;

impl CostFunction for Fit {
    type Param = Vec<f64>;
    type Output = f64;

    fn cost(&self, logarithms: &Vec<f64>) -> Result<f64> {
        Ok(-log_likelihood(logarithms, &FLOW))
    }
}

impl Gradient for Fit {
    type Param = Vec<f64>;
    type Gradient = Vec<f64>;

    fn gradient(&self, logarithms: &Vec<f64>) -> Result<Vec<f64>> {
        let gradient = gradient!(log_likelihood, logarithms, &FLOW);
        Ok(gradient.iter().map(|d| -d).collect())
    }
}

/// The standard errors at the maximum: the second derivatives, by differences of gradients, are
/// the inverse of the covariance.
fn standard_errors(at: &[f64]) -> Result<[f64; 2]> {
    let h = 1e-4;
    let row = |i: usize| -> Result<Vec<f64>> {
        let gradient = |d: f64| {
            let mut x = at.to_vec();
            x[i] += d;
            Fit.gradient(&x)
        };
        let pairs = gradient(h)?.into_iter().zip(gradient(-h)?);
        Ok(pairs.map(|(above, below)| (above - below) / (2.0 * h)).collect())
    };
    let (first, second) = (row(0)?, row(1)?);
    let determinant = first[0] * second[1] - first[1] * second[0];
    ensure!(first[0] > 0.0 && determinant > 0.0, "this is no maximum");
    Ok([(second[1] / determinant).sqrt(), (first[0] / determinant).sqrt()])
}

fn main() -> Result<()> {
    let args = Args::parse();
    let start = vec![1000.0_f64.ln(), 10000.0_f64.ln()];
    let gradient = Fit.gradient(&start)?;
    let worst = differences::worst_error(|x| -log_likelihood(x, &FLOW), &start, &gradient, 1e-3);
    println!("gradient: worst relative difference from finite differences {worst:.1e}");
    ensure!(worst < 1e-6, "the gradient is not that of the differences");

    let solver = LBFGS::new(MoreThuenteLineSearch::new(), 5).with_tolerance_grad(1e-7)?;
    let found = Executor::new(Fit, solver)
        .configure(|state| state.param(start.clone()).max_iters(args.iterations))
        .ctrlc(false)
        .run()?;
    let state = found.state();
    let best = state.get_best_param().context("L-BFGS took no step")?;
    println!(
        "log-likelihood {:.4} -> {:.4} in {} iterations",
        log_likelihood(&start, &FLOW),
        log_likelihood(best, &FLOW),
        state.get_iter()
    );

    // J. Durbin and S. J. Koopman, Time Series Analysis by State Space Methods, section 2.10.3
    let published = [1469.1, 15099.0];
    let names = ["variance of the level", "variance of an observation"];
    let errors = standard_errors(best)?;
    for i in 0..2 {
        let variance = best[i].exp();
        println!(
            "{:<26} {variance:8.1}, 95 % of {:.0} to {:.0}, published {}",
            names[i],
            (best[i] - 1.96 * errors[i]).exp(),
            (best[i] + 1.96 * errors[i]).exp(),
            published[i]
        );
        ensure!((variance / published[i] - 1.0).abs() < 1e-3, "other than published");
    }
    Ok(())
}
