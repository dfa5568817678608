//! Alternating currents: a crate of rules as anybody could write one.
//!
//! It has a type of its own, [`Resonator`], with tangents and rules, and rules for a foreign type,
//! [`Complex`]. No crate of the workspace knows of it.
//!
//! ```
//! use chainrules::prelude::*;
//! use outside_crate::Resonator;
//! use outside_crate::prelude::*;
//! use zygote_engine::prelude::*;
//!
//! #[differentiable]
//! fn power(circuit: &Resonator, omega: f64) -> f64 {
//!     let z = circuit.impedance(omega);
//!     z.re / z.norm_sqr()
//! }
//!
//! let circuit = Resonator::new(1.0, 0.5, 2.0);
//! let (d, domega) = gradient!(power, &circuit, 1.0);
//! // At resonance all derivatives vanish but that by the resistance.
//! assert_eq!((d.resistance, d.inductance, d.capacitance, domega), (-1.0, 0.0, 0.0, 0.0));
//! ```
#![forbid(unsafe_code)]

pub mod complex;
pub mod resonator;

pub use num_complex::Complex;
pub use resonator::Resonator;

/// The marker of the tangents of this crate.
pub struct Currents;

/// Everything a program needs to use the rules of this crate.
pub mod prelude {
    pub use crate::complex::*;
    pub use crate::resonator::*;
}

/// The README as its readers run it: from a crate outside.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
pub struct Readme;
