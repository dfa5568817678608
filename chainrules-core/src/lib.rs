//! The protocol by which derivative rules are written, found and listed.
//!
//! This crate holds no rule for any function: only [`Tangent`] (what a cotangent can do),
//! [`Activity`] (is the cotangent of an argument wanted), the traits of operators and of walks,
//! the registry [`rules`] and the macros that define and register a rule in one statement.
#![forbid(clippy::todo)]

mod activity;
mod operator;
mod registry;
mod scalar;
mod tangent;
mod walk;

pub use activity::{Active, Activity, Constant};
pub use operator::{Add, CastRule, Div, Mul, ProductRule, Rem, Sub, SumRule};
pub use registry::{Rule, rules};
pub use tangent::{ByRef, Elements, Here, Peel, Shadowed, ShapeOf, Std, Tangent};
pub use walk::{IntoWalk, Walk};

/// What the macros of this crate expand to. Not part of the public interface.
#[doc(hidden)]
pub mod __private {
    pub use crate::registry::RULES;
    pub use linkme;
    pub use pastey::paste;
}
