//! The rules of this crate in differentiable functions, against central differences.

use chainrules::prelude::*;
use outside_crate::prelude::*;
use outside_crate::{Complex, Resonator};
use zygote_engine::prelude::*;

/// The currents of a ladder of resonators, each detuned against the one before.
#[differentiable]
fn ladder(r: f64, l: f64, c: f64, omega: f64, stages: usize) -> f64 {
    let mut circuit = Resonator::new(r, l, c);
    let mut voltage = Complex::new(1.0, 0.0);
    let mut power = 0.0;
    for k in 0..stages {
        let z = circuit.impedance(omega);
        let current = voltage / z;
        power += z.re * current.norm_sqr();
        if k % 2 == 0 {
            voltage -= current * r;
        } else {
            voltage = voltage * current.conj() + current.exp();
        }
        circuit.detune(1.0 + 0.1 * omega);
    }
    power + circuit.capacitance
}

/// A foreign and an own type in a sequence.
#[differentiable]
fn filter(stages: &[Resonator], signal: &[Complex<f64>]) -> f64 {
    let mut sum = 0.0;
    for (stage, s) in stages.iter().zip(signal) {
        let z = stage.impedance(1.5);
        let y = z * s;
        sum += y.norm_sqr() * stage.resistance + y.im;
    }
    sum
}

fn differences<const N: usize>(f: impl Fn([f64; N]) -> f64, x: [f64; N]) -> [f64; N] {
    std::array::from_fn(|i| {
        let at = |h: f64| {
            let mut moved = x;
            moved[i] += h;
            f(moved)
        };
        (at(1e-5) - at(-1e-5)) / 2e-5
    })
}

fn close(got: &[f64], expected: &[f64]) {
    assert_eq!(got.len(), expected.len());
    for (a, b) in got.iter().zip(expected) {
        assert!((a - b).abs() < 1e-7 * (1.0 + b.abs()), "{got:?} is not {expected:?}");
    }
}

#[test]
fn a_loop_that_changes_an_own_type() {
    for stages in [0, 1, 4] {
        let f = |[r, l, c, omega]: [f64; 4]| ladder(r, l, c, omega, stages);
        let x = [1.2, 0.7, 1.9, 0.8];
        let (dr, dl, dc, domega) = gradient!(ladder, x[0], x[1], x[2], x[3], stages);
        close(&[dr, dl, dc, domega], &differences(f, x));
    }
}

#[test]
fn sequences_of_own_and_foreign_types() {
    let stages = |x: [f64; 6]| [Resonator::new(x[0], x[1], 1.0), Resonator::new(0.5, 1.5, x[2])];
    let signal = |x: [f64; 6]| [Complex::new(x[3], x[4]), Complex::new(-1.0, x[5])];
    let x = [1.0, 0.4, 0.8, 0.3, -0.6, 2.0];
    let (d, ds) = gradient!(filter, &stages(x), &signal(x));
    let got = [d[0].resistance, d[0].inductance, d[1].capacitance, ds[0].re, ds[0].im, ds[1].im];
    close(&got, &differences(|x| filter(&stages(x), &signal(x)), x));
}
