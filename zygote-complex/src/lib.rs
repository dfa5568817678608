//! Derivative rules for [`num_complex`].
//!
//! ```
//! use chainrules::prelude::*;
//! use zygote_complex::num_complex::Complex;
//! use zygote_complex::prelude::*;
//! use zygote_engine::prelude::*;
//!
//! /// How strongly a wave of this frequency is damped by a filter.
//! #[differentiable]
//! fn damping(omega: f64, delay: f64) -> f64 {
//!     let z = Complex::new(0.0, -omega * delay).exp();
//!     (1.0 + 0.5 * z).norm_sqr()
//! }
//!
//! let (domega, ddelay) = gradient!(damping, 2.0, 0.25);
//! // |1 + e^-it / 2|² = 5/4 + cos t
//! assert!((domega + 0.25 * 0.5_f64.sin()).abs() < 1e-15);
//! assert!((ddelay + 2.0 * 0.5_f64.sin()).abs() < 1e-15);
//! ```
//!
//! # Convention
//! A complex number is differentiated as the pair of its parts. The cotangent of z = x + iy for a
//! real loss L is `dL/dx + i dL/dy`: the direction in which L grows fastest, so that
//! `z -= step * dz` descends. It is twice Wirtinger's derivative of L in the conjugate of z.
//!
//! For a holomorphic `w = g(z)` it follows that `dz = conj(g'(z)) dw`; for a real parameter t of w,
//! `dt = Re(conj(∂w/∂t) dw)`. A pullback of a complex result is linear over the reals, not over the
//! complex numbers.
//!
//! Functions with several branches have the derivative of the branch on which the argument lies;
//! the jump across a cut does not show in it.
//!
//! # What has a rule
//! - [`arithmetic`]: `+`, `-`, `*`, `/`, `%` between complex and real numbers in either order, their
//!   assignments, unary `-`, `scale`, `unscale`, `inv`, `finv`, `fdiv`.
//! - [`construct`]: `new`, `from`, `from_polar`, `cis`. [`parts`]: `norm`, `norm_sqr`, `l1_norm`,
//!   `arg`, `to_polar`, `conj`. The parts `z.re` and `z.im` are read and written without a rule.
//! - [`exponential`]: `exp`, `ln`, `log` and the like. [`power`]: `powi`, `powu`, `powf`, `powc`,
//!   `sqrt`, `cbrt`. [`trigonometric`], [`hyperbolic`]: with their inverses.
//! - [`inert`]: `is_nan` and the like.
//!
//! The rules are for `Complex<f32>` and `Complex<f64>`. No other crate of rules for `Complex` can be
//! used in the same program: the compiler would not know which to take.
#![forbid(unsafe_code)]

pub mod arithmetic;
pub mod construct;
pub mod exponential;
pub mod hyperbolic;
pub mod inert;
mod inputs;
pub mod parts;
pub mod power;
mod tangent;
pub mod trigonometric;

pub use num_complex;
pub use tangent::{Complexes, Real};

/// Everything a program needs to use the rules of this crate.
pub mod prelude {
    pub use crate::arithmetic::*;
    pub use crate::construct::*;
    pub use crate::exponential::*;
    pub use crate::hyperbolic::*;
    pub use crate::inert::*;
    pub use crate::parts::*;
    pub use crate::power::*;
    pub use crate::trigonometric::*;
    pub use chainrules_core::__private::only_trait::Tangent;
    pub use chainrules_core::{Active, Activity, Constant};
}
