//! Runs programs at random points and prints what they give.
//!
//! A line is `point CASE NUMBER` and sections after `|`: the point, then the value, the value and
//! gradient by the engine, the value and gradient by dual numbers, and finite differences with two
//! steps; or `panic` in place of a section.

use num_dual::Dual64;
use std::panic::catch_unwind;

/// A program.
pub struct Case {
    /// Its number in this crate.
    pub number: usize,
    /// What its points are drawn from.
    pub seed: u64,
    /// How many numbers it takes.
    pub inputs: usize,
    pub value: fn(&[f64]) -> f64,
    pub gradient: fn(&[f64]) -> (f64, Vec<f64>),
    pub dual: fn(&[Dual64]) -> Dual64,
}

const POINTS: u64 = 3;

/// Runs the cases from the one that the first argument names.
pub fn run(cases: &[Case]) {
    std::panic::set_hook(Box::new(|_| {}));
    let first: usize = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(0);
    for case in cases.iter().filter(|case| case.number >= first) {
        println!("case {}", case.number);
        for point in 0..POINTS {
            at(case, point);
        }
    }
    println!("end");
}

fn at(case: &Case, point: u64) {
    let mut state = case.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15)
        ^ (point + 1).wrapping_mul(0x2545_f491_4f6c_dd1d);
    let mut draw = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1u64 << 53) as f64 * 3.0 - 1.5
    };
    for _ in 0..8 {
        draw();
    }
    let z: Vec<f64> = (0..case.inputs).map(|_| draw()).collect();
    let value = catch_unwind(|| vec![(case.value)(&z)]);
    let gradient = catch_unwind(|| {
        let (value, gradient) = (case.gradient)(&z);
        std::iter::once(value).chain(gradient).collect()
    });
    let dual = catch_unwind(|| {
        let mut all = vec![];
        for i in 0..z.len().max(1) {
            let z: Vec<_> = z
                .iter()
                .enumerate()
                .map(|(j, x)| Dual64::new(*x, f64::from(u8::from(i == j))))
                .collect();
            let y = (case.dual)(&z);
            if i == 0 {
                all.push(y.re);
            }
            all.push(y.eps);
        }
        all
    });
    let differences = |h: f64| {
        catch_unwind(|| {
            (0..z.len())
                .map(|i| {
                    let at = |d: f64| {
                        let mut z = z.clone();
                        z[i] += d;
                        (case.value)(&z)
                    };
                    (at(h) - at(-h)) / (2.0 * h)
                })
                .collect::<Vec<_>>()
        })
    };
    let sections = [Ok(z.clone()), value, gradient, dual, differences(1e-5), differences(2e-5)];
    let mut line = format!("point {} {point}", case.number);
    for section in sections {
        line += " |";
        match section {
            Ok(numbers) => numbers.iter().for_each(|x| line += &format!(" {x:?}")),
            Err(_) => line += " panic",
        }
    }
    println!("{line}");
}
