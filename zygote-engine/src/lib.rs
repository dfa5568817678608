//! Source-to-source reverse-mode automatic differentiation of ordinary Rust.
//!
//! ```
//! use chainrules::prelude::*;
//! use zygote_engine::prelude::*;
//!
//! #[differentiable]
//! fn f(x: f64) -> f64 {
//!     x * x + x.sin()
//! }
//!
//! let slope = gradient!(f, 2.0);
//! assert!((slope - (4.0 + 2.0_f64.cos())).abs() < 1e-14);
//! ```
#![deny(unsafe_code)]

#[doc(hidden)]
#[path = "private/mod.rs"]
pub mod __private;

pub use zygote_engine_macros::{
    code_adjoint, code_ir, differentiable, gradient, pullback, rule, value_and_gradient,
};

mod control;
pub use control::{checkpoint, constant, hook};

/// Everything a program needs to differentiate functions.
pub mod prelude {
    #[doc(hidden)]
    pub use crate::__private::{ClonedOption as _, FromRule as _, IntoRule as _};
    pub use crate::{checkpoint, constant, hook};
    pub use crate::{
        code_adjoint, code_ir, differentiable, gradient, pullback, rule, value_and_gradient,
    };
}
