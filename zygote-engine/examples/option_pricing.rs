//! Prices options by Monte Carlo; the sensitivities to the market are one gradient, compared with
//! the formula of Black and Scholes.

#[path = "support/differences.rs"]
mod differences;

use anyhow::{Result, ensure};
use chainrules::prelude::*;
use clap::Parser;
use std::f64::consts::{SQRT_2, TAU};
use zygote_engine::prelude::*;

/// Prices a European and an Asian call by simulated paths.
#[derive(Parser)]
struct Args {
    /// Paths
    #[arg(long, default_value_t = 20_000)]
    paths: usize,
    /// Steps of each path
    #[arg(long, default_value_t = 12)]
    steps: usize,
    /// Seed of the paths
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

#[derive(Clone, Tangent)]
struct Market {
    spot: f64,
    rate: f64,
    volatility: f64,
    /// In years
    maturity: f64,
}

#[derive(Clone, Copy, Tangent)]
enum Payoff {
    /// On the last price
    European { strike: f64 },
    /// On the mean price
    Asian { strike: f64 },
}

#[differentiable]
impl Market {
    /// The next price, after a time, with a standard normal number.
    fn next(&self, price: f64, dt: f64, normal: f64) -> f64 {
        let drift = (self.rate - 0.5 * self.volatility * self.volatility) * dt;
        price * (drift + self.volatility * dt.sqrt() * normal).exp()
    }

    fn discount(&self) -> f64 {
        (-self.rate * self.maturity).exp()
    }
}

/// What the option pays at the end of a path, discounted.
#[differentiable]
fn value_of_path(market: &Market, payoff: Payoff, #[constant] normals: &[f64]) -> f64 {
    let dt = market.maturity / normals.len() as f64;
    let mut price = market.spot;
    let mut sum = 0.0;
    for normal in normals {
        price = market.next(price, dt, *normal);
        sum += price;
    }
    let gain = match payoff {
        Payoff::European { strike } => price - strike,
        Payoff::Asian { strike } => sum / normals.len() as f64 - strike,
    };
    gain.max(0.0) * market.discount()
}

/// The mean over all paths.
#[differentiable]
fn price(market: &Market, payoff: Payoff, #[constant] normals: &[f64], steps: usize) -> f64 {
    let paths = normals.len() / steps;
    let mut sum = 0.0;
    for path in normals.chunks_exact(steps) {
        sum += value_of_path(market, payoff, path);
    }
    sum / paths as f64
}

/// Standard normal numbers (Box and Muller), each path with its mirror image.
fn normals(paths: usize, steps: usize, seed: u64) -> Vec<f64> {
    let mut random = fastrand::Rng::with_seed(seed);
    let mut normals = Vec::with_capacity(paths * steps);
    for _ in 0..paths.div_ceil(2) {
        let path: Vec<f64> = (0..steps)
            .map(|_| (-2.0 * (1.0 - random.f64()).ln()).sqrt() * (TAU * random.f64()).cos())
            .collect();
        normals.extend(&path);
        normals.extend(path.iter().map(|z| -z));
    }
    normals
}

/// The density of the standard normal distribution.
fn density(x: f64) -> f64 {
    (-0.5 * x * x).exp() / TAU.sqrt()
}

/// The distribution function of the standard normal distribution, by its series (Abramowitz and
/// Stegun 26.2.11).
fn distribution(x: f64) -> f64 {
    let (mut term, mut sum, mut k) = (x, x, 1.0);
    while f64::abs(term) > 1e-17 * f64::abs(sum) {
        k += 2.0;
        term *= x * x / k;
        sum += term;
    }
    0.5 + sum * density(x)
}

/// The price of a European call and its derivatives by spot, rate, volatility, maturity and strike
/// (F. Black and M. Scholes 1973).
fn black_scholes(market: &Market, strike: f64) -> (f64, [f64; 5]) {
    let Market { spot, rate, volatility, maturity } = *market;
    let width = volatility * maturity.sqrt();
    let high = ((spot / strike).ln() + rate * maturity) / width + 0.5 * width;
    let low = high - width;
    let paid = strike * (-rate * maturity).exp();
    let price = spot * distribution(high) - paid * distribution(low);
    let vega = spot * density(high) * maturity.sqrt();
    let theta = 0.5 * vega * volatility / maturity + rate * paid * distribution(low);
    let by_strike = -(-rate * maturity).exp() * distribution(low);
    (price, [distribution(high), maturity * paid * distribution(low), vega, theta, by_strike])
}

/// The price and its derivatives by spot, rate, volatility, maturity and strike.
fn greeks(market: &Market, payoff: Payoff, normals: &[f64], steps: usize) -> (f64, [f64; 5]) {
    let (value, (by_market, by_payoff)) =
        value_and_gradient!(price, market, payoff, normals, steps);
    let Market { spot, rate, volatility, maturity } = by_market;
    let (Payoff::European { strike } | Payoff::Asian { strike }) = by_payoff;
    (value, [spot, rate, volatility, maturity, strike])
}

fn main() -> Result<()> {
    let args = Args::parse();
    ensure!(args.paths > 0 && args.steps > 0, "--paths and --steps must be at least 1");
    ensure!(
        distribution(0.0) == 0.5 && (distribution(SQRT_2) - 0.921_350_396_474_857).abs() < 1e-12
    );
    let market = Market { spot: 100.0, rate: 0.03, volatility: 0.25, maturity: 1.5 };
    let strike = 105.0;
    let normals = normals(args.paths, args.steps, args.seed);

    let european = Payoff::European { strike };
    let asian = Payoff::Asian { strike };
    let numbers = [market.spot, market.rate, market.volatility, market.maturity, strike];
    for payoff in [european, asian] {
        let at = |x: &[f64]| {
            let market = Market { spot: x[0], rate: x[1], volatility: x[2], maturity: x[3] };
            let payoff = match payoff {
                Payoff::European { .. } => Payoff::European { strike: x[4] },
                Payoff::Asian { .. } => Payoff::Asian { strike: x[4] },
            };
            price(&market, payoff, &normals, args.steps)
        };
        let (_, gradient) = greeks(&market, payoff, &normals, args.steps);
        // So small a step moves hardly a path over the strike.
        let worst = differences::worst_error(at, &numbers, &gradient, 1e-7);
        println!("gradient: worst relative difference from finite differences {worst:.1e}");
        ensure!(worst < 1e-3, "the gradient is not that of the differences");
    }

    let simulated = greeks(&market, european, &normals, args.steps);
    let exact = black_scholes(&market, strike);
    let of_mean = greeks(&market, asian, &normals, args.steps);
    println!("\n{:<14} {:>12} {:>12} {:>12}", "", "simulated", "exact", "Asian");
    println!("{:<14} {:12.4} {:12.4} {:12.4}", "price", simulated.0, exact.0, of_mean.0);
    let names = ["by spot", "by rate", "by volatility", "by maturity", "by strike"];
    for (i, name) in names.iter().enumerate() {
        println!("{name:<14} {:12.4} {:12.4} {:12.4}", simulated.1[i], exact.1[i], of_mean.1[i]);
        let error = (simulated.1[i] / exact.1[i] - 1.0).abs();
        ensure!(error < 5.0 / (args.paths as f64).sqrt(), "{name} is off by {error:.1e}");
    }
    Ok(())
}
