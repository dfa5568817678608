//! Clusters iris flowers: the step of k-means is the step of Newton's method on its objective.

#[path = "support/differences.rs"]
mod differences;

use anyhow::{Result, ensure};
use chainrules::prelude::*;
use clap::Parser;
use zygote_engine::prelude::*;

/// Clusters the iris flowers without knowledge of their species.
#[derive(Parser)]
struct Args {
    /// Number of clusters
    #[arg(long, default_value_t = 3)]
    clusters: usize,
    /// Steps at most
    #[arg(long, default_value_t = 100)]
    steps: usize,
    /// Starts, of which the best end is taken
    #[arg(long, default_value_t = 10)]
    starts: usize,
    /// Seed of the starts
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// The squared distance of two points.
#[differentiable]
fn squared_distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| (x - y).powi(2)).sum()
}

/// The sum of the squared distances of the samples from their nearest centres.
#[differentiable]
fn inertia(centres: &[Vec<f64>], #[constant] samples: &[Vec<f64>]) -> f64 {
    samples
        .iter()
        .map(|sample| {
            centres
                .iter()
                .map(|centre| squared_distance(centre, sample))
                .fold(f64::INFINITY, f64::min)
        })
        .sum()
}

/// The index of the nearest centre.
fn nearest(centres: &[Vec<f64>], sample: &[f64]) -> usize {
    let distance = |k: &usize| squared_distance(&centres[*k], sample);
    let closer = |a: &usize, b: &usize| distance(a).total_cmp(&distance(b));
    (0..centres.len()).min_by(closer).expect("there is a centre")
}

/// The centres after a step as textbooks have it: the means of the samples that are nearest.
fn means(centres: &[Vec<f64>], samples: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let mut sums: Vec<Vec<f64>> = centres.iter().map(|centre| vec![0.0; centre.len()]).collect();
    let mut counts = vec![0.0; centres.len()];
    for sample in samples {
        let k = nearest(centres, sample);
        counts[k] += 1.0;
        sums[k].iter_mut().zip(sample).for_each(|(sum, x)| *sum += x);
    }
    for ((sum, count), centre) in sums.iter_mut().zip(counts).zip(centres) {
        if count > 0.0 {
            sum.iter_mut().for_each(|x| *x /= count);
        } else {
            sum.clone_from(centre);
        }
    }
    sums
}

/// A step of Newton's method: where no sample changes its centre, the objective is a parabola, and
/// its second derivative with respect to a centre is twice the number of the centre's samples.
fn newton(centres: &[Vec<f64>], samples: &[Vec<f64>]) -> (f64, Vec<Vec<f64>>) {
    let (value, slopes) = value_and_gradient!(inertia, centres, samples);
    let mut counts = vec![0.0_f64; centres.len()];
    for sample in samples {
        counts[nearest(centres, sample)] += 1.0;
    }
    let step = |((centre, slope), count): ((&Vec<f64>, &Vec<f64>), &f64)| {
        centre.iter().zip(slope).map(|(x, d)| x - d / (2.0 * count.max(1.0))).collect()
    };
    (value, centres.iter().zip(&slopes).zip(&counts).map(step).collect())
}

/// The end of Newton's method from a start, with its objective.
fn cluster(start: &[Vec<f64>], samples: &[Vec<f64>], most: usize) -> Result<(f64, Vec<Vec<f64>>)> {
    let mut centres = start.to_vec();
    for step in 0..most {
        let (value, next) = newton(&centres, samples);
        for (x, y) in next.concat().iter().zip(means(&centres, samples).concat()) {
            ensure!((x - y).abs() < 1e-12, "Newton's step is not that of the means");
        }
        let still = next.concat().iter().zip(centres.concat()).all(|(x, y)| (x - y).abs() < 1e-12);
        centres = next;
        if still {
            println!("sum of squared distances {value:.4} after {step} steps");
            break;
        }
    }
    Ok((inertia(&centres, samples), centres))
}

fn main() -> Result<()> {
    let args = Args::parse();
    let set = linfa_datasets::iris();
    let samples: Vec<Vec<f64>> = set.records().rows().into_iter().map(|row| row.to_vec()).collect();
    ensure!((1..=samples.len()).contains(&args.clusters), "--clusters must be 1 to 150");
    ensure!(args.starts > 0, "--starts must be at least 1");

    let mut random = fastrand::Rng::with_seed(args.seed);
    let mut start = || -> Vec<Vec<f64>> {
        let chosen = random.choose_multiple(0..samples.len(), args.clusters);
        chosen.into_iter().map(|k| samples[k].clone()).collect()
    };

    // In a general position, no sample is on the border of two clusters, where the kinks are.
    let mut moved = start();
    for (i, x) in moved.iter_mut().flatten().enumerate() {
        *x += 0.1 * (1.0 + i as f64).sin();
    }
    let slopes = gradient!(inertia, &moved, &samples).concat();
    let at = |x: &[f64]| {
        let centres: Vec<Vec<f64>> = x.chunks(4).map(<[f64]>::to_vec).collect();
        inertia(&centres, &samples)
    };
    let worst = differences::worst_error(at, &moved.concat(), &slopes, 1e-6);
    println!("gradient: worst relative difference from finite differences {worst:.1e}");
    ensure!(worst < 1e-5, "the gradient is not that of the differences");

    let mut best = cluster(&start(), &samples, args.steps)?;
    for _ in 1..args.starts {
        let end = cluster(&start(), &samples, args.steps)?;
        if end.0 < best.0 {
            best = end;
        }
    }
    let (value, centres) = best;

    println!("\nbest: {value:.4}\n{:<34} setosa versicolor virginica", "centre");
    for (k, centre) in centres.iter().enumerate() {
        let of_species = |species: usize| {
            let pairs = samples.iter().zip(set.targets());
            pairs.filter(|(x, target)| **target == species && nearest(&centres, x) == k).count()
        };
        let centre: Vec<String> = centre.iter().map(|x| format!("{x:7.3}")).collect();
        let counts = [0, 1, 2].map(of_species);
        println!("{:<34} {:6} {:10} {:9}", centre.join(" "), counts[0], counts[1], counts[2]);
    }
    Ok(())
}
