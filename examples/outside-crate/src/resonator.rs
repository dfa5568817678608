//! A resistor, a coil and a capacitor in series.

use crate::Currents;
use chainrules_core::{Tangent, inputs, rrule};
use num_complex::Complex;

/// A resistor, a coil and a capacitor in series.
#[derive(Clone, Debug, PartialEq)]
pub struct Resonator {
    /// In ohms.
    pub resistance: f64,
    /// In henries.
    pub inductance: f64,
    /// In farads.
    pub capacitance: f64,
}

impl Resonator {
    /// A resonator of these parts.
    pub fn new(resistance: f64, inductance: f64, capacitance: f64) -> Self {
        Self { resistance, inductance, capacitance }
    }

    /// The impedance at an angular frequency: R + i (wL - 1 / (wC)).
    pub fn impedance(&self, omega: f64) -> Complex<f64> {
        let capacity = omega * self.capacitance;
        Complex::new(self.resistance, omega * self.inductance - 1.0 / capacity)
    }

    /// Multiplies the capacitance.
    pub fn detune(&mut self, factor: f64) {
        self.capacitance *= factor;
    }
}

impl Tangent<Currents> for Resonator {
    type Shape = ();
    type Kept = Self;
    const EPSILON: f64 = f64::EPSILON;

    fn keep(&self) -> Self {
        self.clone()
    }

    fn recall(kept: Self, _: impl FnOnce() -> Self) -> Self {
        kept
    }

    fn shape(&self) {}

    fn zero_of(_: &()) -> Self {
        Self::new(0.0, 0.0, 0.0)
    }

    fn accumulate(&mut self, rhs: &Self) {
        self.resistance += rhs.resistance;
        self.inductance += rhs.inductance;
        self.capacitance += rhs.capacitance;
    }

    fn map_scalars(&mut self, f: &mut dyn FnMut(f64) -> f64) {
        self.resistance = f(self.resistance);
        self.inductance = f(self.inductance);
        self.capacitance = f(self.capacitance);
    }
}

inputs!(Resonator, |d| Resonator::new(
    d.real_in(0.1..2.0),
    d.real_in(0.1..2.0),
    d.real_in(0.5..2.0)
));

#[rrule(Resonator::new)]
fn new(resistance: f64, inductance: f64, capacitance: f64) -> Resonator {
    (Resonator::new(resistance, inductance, capacitance), |dy| Grad {
        resistance: dy.resistance,
        inductance: dy.inductance,
        capacitance: dy.capacitance,
    })
}

#[rrule(Resonator::impedance, check(omega = 0.5..2.0))]
fn impedance(this: &Resonator, omega: f64) -> Complex<f64> {
    (this.impedance(omega), |dy| {
        let (l, c) = (this.inductance, this.capacitance);
        Grad {
            this: |d| {
                d.resistance += dy.re;
                d.inductance += dy.im * omega;
                d.capacitance += dy.im / (omega * c * c);
            },
            omega: dy.im * (l + 1.0 / (omega * omega * c)),
        }
    })
}

#[rrule(Resonator::detune, check(factor = 0.5..2.0))]
fn detune(this: &mut Resonator, factor: f64) {
    let before = this.capacitance;
    this.detune(factor);
    Mutation {
        undo: || this.capacitance = before,
        pull: |d| {
            let dc = d.this.capacitance;
            d.this.capacitance *= factor;
            Grad { factor: dc * this.capacitance }
        },
    }
}
