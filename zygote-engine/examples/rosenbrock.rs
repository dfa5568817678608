//! Minimises the Rosenbrock function of 1000 variables, checks the gradient against finite
//! differences, and times it beside a hand-written adjoint.

use std::hint::black_box;
use std::time::Instant;
use zygote_engine::prelude::*;

#[differentiable]
fn rosenbrock(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() - 1 {
        let a = x[i + 1] - x[i] * x[i];
        let b = 1.0 - x[i];
        s += 100.0 * a * a + b * b;
    }
    s
}

fn by_hand(x: &[f64]) -> Vec<f64> {
    let mut dx = vec![0.0; x.len()];
    for i in 0..x.len() - 1 {
        let a = x[i + 1] - x[i] * x[i];
        dx[i] += -400.0 * a * x[i] - 2.0 * (1.0 - x[i]);
        dx[i + 1] += 200.0 * a;
    }
    dx
}

/// The median time of a call, in microseconds.
fn time<T>(f: impl Fn() -> T) -> f64 {
    let mut times: Vec<f64> = (0..31)
        .map(|_| {
            let start = Instant::now();
            for _ in 0..200 {
                black_box(f());
            }
            start.elapsed().as_secs_f64() * 1e6 / 200.0
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[15]
}

fn main() {
    let n = 1000;
    let start: Vec<f64> = (0..n).map(|i| (0.37 * i as f64).sin()).collect();

    let dx = gradient!(rosenbrock, &start);
    let worst = (0..n)
        .map(|i| {
            let h = 1e-5;
            let at = |d: f64| {
                let mut x = start.clone();
                x[i] += d;
                rosenbrock(&x)
            };
            let difference = (at(h) - at(-h)) / (2.0 * h);
            (dx[i] - difference).abs() / difference.abs().max(1.0)
        })
        .fold(0.0, f64::max);
    println!("worst difference from central finite differences: {worst:.1e}");

    let mut x = start.clone();
    let mut velocity = vec![0.0; n];
    for step in 0..=20_000 {
        let (loss, dx) = value_and_gradient!(rosenbrock, &x);
        if step % 4000 == 0 {
            println!("step {step:>6}: loss {loss:.6e}");
        }
        for i in 0..n {
            velocity[i] = 0.95 * velocity[i] - 5e-5 * dx[i];
            x[i] += velocity[i];
        }
    }

    let primal = time(|| rosenbrock(black_box(&start)));
    let hand = time(|| by_hand(black_box(&start)));
    let ours = time(|| gradient!(rosenbrock, black_box(&start[..])));
    println!(
        "primal {primal:.2} us, hand-written adjoint {hand:.2} us, gradient! {ours:.2} us ({:.2}x)",
        ours / hand
    );
}
