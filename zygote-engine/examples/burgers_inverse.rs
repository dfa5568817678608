//! Finds the initial condition of Burgers' equation from its end state, by L-BFGS through a time
//! stepping that overwrites its state.

#![allow(clippy::needless_range_loop, reason = "the scheme is written in indices")]

mod support;

use anyhow::{Context, Error, Result, ensure};
use argmin::core::observers::{Observe, ObserverMode};
use argmin::core::{CostFunction, Executor, Gradient, IterState, KV, State};
use argmin::solver::linesearch::MoreThuenteLineSearch;
use argmin::solver::quasinewton::LBFGS;
use chainrules::prelude::*;
use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;
use support::plot::{Panel, draw};
use zygote_engine::prelude::*;

/// Finds the initial condition of Burgers' equation u_t + u u_x = v u_xx on a ring of length 1
/// from its noisy end state.
#[derive(Parser)]
struct Args {
    /// Points of the grid
    #[arg(long, default_value_t = 128)]
    points: usize,
    /// Time steps
    #[arg(long, default_value_t = 200)]
    steps: usize,
    /// Time between the initial condition and the end state
    #[arg(long, default_value_t = 0.2)]
    time: f64,
    /// Standard deviation of the noise of the end state
    #[arg(long, default_value_t = 1e-3)]
    noise: f64,
    /// Weight of the initial condition's mean squared slope
    #[arg(long, default_value_t = 1e-8)]
    smoothness: f64,
    /// Iterations of L-BFGS at most
    #[arg(long, default_value_t = 100)]
    iterations: u64,
    /// Seed of the noise
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// File of the plot of the solution and the loss
    #[arg(long, default_value = "target/burgers_inverse.svg")]
    plot: PathBuf,
}

const VISCOSITY: f64 = 0.005;

/// One explicit step in place: central differences, in conservative form, on a ring. A point's
/// left neighbour is already overwritten, so its old value is carried along.
#[differentiable]
fn step(u: &mut [f64], #[constant] dt: f64) {
    let n = u.len();
    let per_length = n as f64;
    let convection = 0.25 * dt * per_length;
    let diffusion = VISCOSITY * dt * per_length * per_length;
    let first = u[0];
    let mut left = u[n - 1];
    for i in 0..n {
        let here = u[i];
        let right = if i + 1 < n { u[i + 1] } else { first };
        u[i] = here - convection * (right * right - left * left)
            + diffusion * (right - 2.0 * here + left);
        left = here;
    }
}

/// The mean squared misfit of the end state, and the weighted mean squared slope of the initial
/// condition.
#[differentiable]
fn loss(
    initial: &[f64],
    #[constant] observed: &[f64],
    #[constant] dt: f64,
    steps: usize,
    #[constant] smoothness: f64,
) -> f64 {
    let n = initial.len();
    let mut u = initial.to_vec();
    for _ in 0..steps {
        step(&mut u, dt);
    }
    let mut misfit = 0.0;
    for i in 0..n {
        let r = u[i] - observed[i];
        misfit += r * r;
    }
    let mut roughness = 0.0;
    for i in 0..n {
        let slope = (initial[(i + 1) % n] - initial[i]) * n as f64;
        roughness += slope * slope;
    }
    (misfit + smoothness * roughness) / n as f64
}

/// The gradient of the loss with respect to the initial condition.
fn gradient(initial: &[f64], observed: &[f64], dt: f64, steps: usize, smoothness: f64) -> Vec<f64> {
    gradient!(loss, initial, observed, dt, steps, smoothness)
}

/// The gradient, written by hand: every state is kept, each step is written to a new one.
fn by_hand(initial: &[f64], observed: &[f64], dt: f64, steps: usize, smoothness: f64) -> Vec<f64> {
    let n = initial.len();
    let per_length = n as f64;
    let convection = 0.25 * dt * per_length;
    let diffusion = VISCOSITY * dt * per_length * per_length;

    let mut states = vec![0.0; (steps + 1) * n];
    states[..n].copy_from_slice(initial);
    let next = |left: f64, here: f64, right: f64| {
        here - convection * (right * right - left * left) + diffusion * (right - 2.0 * here + left)
    };
    for s in 0..steps {
        let (u, new) = states[s * n..(s + 2) * n].split_at_mut(n);
        new[0] = next(u[n - 1], u[0], u[1]);
        for (new, u) in new[1..n - 1].iter_mut().zip(u.windows(3)) {
            *new = next(u[0], u[1], u[2]);
        }
        new[n - 1] = next(u[n - 2], u[n - 1], u[0]);
    }

    let end = &states[steps * n..];
    let mut v: Vec<f64> =
        end.iter().zip(observed).map(|(u, target)| 2.0 * (u - target) / n as f64).collect();
    let mut before = vec![0.0; n];
    let slope = 2.0 * convection;
    let pull = |left: f64, here: f64, right: f64, u: f64| {
        here + diffusion * (left - 2.0 * here + right) + slope * u * (right - left)
    };
    for u in states[..steps * n].chunks_exact(n).rev() {
        before[0] = pull(v[n - 1], v[0], v[1], u[0]);
        for ((before, v), &u) in before[1..n - 1].iter_mut().zip(v.windows(3)).zip(&u[1..n - 1]) {
            *before = pull(v[0], v[1], v[2], u);
        }
        before[n - 1] = pull(v[n - 2], v[n - 1], v[0], u[n - 1]);
        std::mem::swap(&mut v, &mut before);
    }

    let weight = 2.0 * smoothness * n as f64;
    for i in 0..n {
        let (left, right) = (initial[(i + n - 1) % n], initial[(i + 1) % n]);
        v[i] -= weight * (left - 2.0 * initial[i] + right);
    }
    v
}

/// What is known: the end state and how it came about.
#[derive(Clone)]
struct Problem {
    observed: Vec<f64>,
    dt: f64,
    steps: usize,
    smoothness: f64,
}

impl CostFunction for Problem {
    type Param = Vec<f64>;
    type Output = f64;

    fn cost(&self, initial: &Vec<f64>) -> Result<f64> {
        Ok(loss(initial, &self.observed, self.dt, self.steps, self.smoothness))
    }
}

impl Gradient for Problem {
    type Param = Vec<f64>;
    type Gradient = Vec<f64>;

    fn gradient(&self, initial: &Vec<f64>) -> Result<Vec<f64>> {
        Ok(gradient(initial, &self.observed, self.dt, self.steps, self.smoothness))
    }
}

/// Shows the loss of each iteration and keeps it for the plot.
struct Progress {
    bar: ProgressBar,
    losses: Rc<RefCell<Vec<(f64, f64)>>>,
}

type Iteration = IterState<Vec<f64>, Vec<f64>, (), (), (), f64>;

impl Observe<Iteration> for Progress {
    fn observe_iter(&mut self, state: &Iteration, _: &KV) -> Result<(), Error> {
        let (iteration, loss) = (state.get_iter() + 1, state.get_cost());
        self.losses.borrow_mut().push((iteration as f64, loss));
        self.bar.inc(1);
        self.bar.set_message(format!("loss {loss:.3e}"));
        if iteration % 10 == 0 {
            self.bar.suspend(|| println!("iteration {iteration:>4}: loss {loss:.6e}"));
        }
        Ok(())
    }
}

/// A high bump that steepens to a front, and a low one behind it.
fn true_initial(n: usize) -> Vec<f64> {
    let bump = |x: f64, centre: f64, width: f64| (-((x - centre) / width).powi(2)).exp();
    let at = |x: f64| 0.2 + 0.8 * bump(x, 0.35, 0.1) - 0.4 * bump(x, 0.75, 0.08);
    (0..n).map(|i| at(i as f64 / n as f64)).collect()
}

/// A normally distributed number (Box and Muller).
fn normal(random: &mut fastrand::Rng) -> f64 {
    let radius = (-2.0 * (1.0 - random.f64()).ln()).sqrt();
    radius * (std::f64::consts::TAU * random.f64()).cos()
}

fn main() -> Result<()> {
    let args = Args::parse();
    let (n, steps, dt) = (args.points, args.steps, args.time / args.steps as f64);
    ensure!(n >= 3, "--points must be at least 3");
    ensure!(
        VISCOSITY * dt * (n * n) as f64 <= 0.5 && dt <= 2.0 * VISCOSITY,
        "the scheme is unstable at time steps of {dt:.1e}: more --steps or fewer --points"
    );

    let truth = true_initial(n);
    let mut observed = truth.clone();
    for _ in 0..steps {
        step(&mut observed, dt);
    }
    let mut random = fastrand::Rng::with_seed(args.seed);
    for u in &mut observed {
        *u += args.noise * normal(&mut random);
    }
    let problem = Problem { observed, dt, steps, smoothness: args.smoothness };
    let start = problem.observed.clone();
    println!("{n} unknowns, {steps} steps of {dt:.1e}, noise {:.0e}", args.noise);

    let slopes = gradient(&start, &problem.observed, dt, steps, args.smoothness);
    let at = |u: &[f64]| loss(u, &problem.observed, dt, steps, args.smoothness);
    let worst = support::worst_error(at, &start, &slopes, 1e-3);
    println!("gradient: worst relative difference from finite differences {worst:.1e}");
    ensure!(worst < 1e-5, "the gradient is not that of the differences");
    let hand = by_hand(&start, &problem.observed, dt, steps, args.smoothness);
    let apart = support::distance(&slopes, &hand);
    println!("gradient: relative distance from that written by hand {apart:.1e}");
    ensure!(apart < 1e-9, "the gradient is not that written by hand");
    let (ours, hand) = support::median_times(
        || gradient(&start, &problem.observed, dt, steps, args.smoothness),
        || by_hand(&start, &problem.observed, dt, steps, args.smoothness),
    );
    println!("time per gradient: {ours:.1} us, by hand {hand:.1} us ({:.2}x)", ours / hand);

    let losses = Rc::new(RefCell::new(vec![(0.0, problem.cost(&start)?)]));
    let bar = ProgressBar::new(args.iterations)
        .with_style(ProgressStyle::with_template("{bar:40} {pos}/{len} {msg}")?);
    let solver = LBFGS::new(MoreThuenteLineSearch::new(), 10)
        .with_tolerance_grad(1e-9)?
        .with_tolerance_cost(1e-13)?;
    let found = Executor::new(problem.clone(), solver)
        .configure(|state| state.param(start.clone()).max_iters(args.iterations))
        .add_observer(Progress { bar: bar.clone(), losses: losses.clone() }, ObserverMode::Always)
        .ctrlc(false)
        .run()?;
    bar.finish_and_clear();

    let state = found.state();
    let recovered = state.get_best_param().context("L-BFGS took no step")?;
    println!(
        "loss {:.3e} -> {:.3e} in {} iterations ({})",
        losses.borrow()[0].1,
        state.get_best_cost(),
        state.get_iter(),
        state.get_termination_status(),
    );
    ensure!(state.get_best_cost() < losses.borrow()[0].1, "the loss did not fall");
    println!(
        "relative error of the initial condition: start {:.2} %, recovered {:.2} %",
        100.0 * support::distance(&start, &truth),
        100.0 * support::distance(recovered, &truth)
    );

    let curve = |u: &[f64]| u.iter().enumerate().map(|(i, &u)| (i as f64 / n as f64, u)).collect();
    let solution = Panel {
        title: "initial condition",
        x: "x",
        logarithmic: false,
        curves: vec![
            ("true", curve(&truth)),
            ("recovered", curve(recovered)),
            ("start: the end state", curve(&start)),
        ],
    };
    let misfit = Panel {
        title: "loss",
        x: "iteration of L-BFGS",
        logarithmic: true,
        curves: vec![("loss", losses.take())],
    };
    draw(&args.plot, &[solution, misfit])?;
    println!("plot: {}", args.plot.display());
    Ok(())
}
