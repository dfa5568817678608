//! Derivative rules for the standard library.
#![forbid(unsafe_code)]

pub mod float;
pub mod iter;
pub mod operator;

/// Everything a program needs to use the rules of this crate.
pub mod prelude {
    pub use crate::float::*;
    pub use crate::iter::{WalkAdaptors, WalkCopied, WalkIter};
    pub use chainrules_core::{Active, Activity, Constant, Tangent};
}
