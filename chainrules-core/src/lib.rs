//! The protocol by which derivative rules are written, found and listed.
//!
//! This crate holds no rule for any function: only [`Tangent`] (what a cotangent can do),
//! [`Activity`] (is the cotangent of an argument wanted), the registry [`rules`] and the macro
//! [`scalar_rule!`] that defines and registers a rule in one statement.
#![forbid(clippy::todo)]

mod activity;
mod registry;
mod scalar;
mod tangent;

pub use activity::{Active, Activity, Constant};
pub use registry::{Rule, rules};
pub use tangent::{Shadowed, Std, Tangent};

/// What the macros of this crate expand to. Not part of the public interface.
#[doc(hidden)]
pub mod __private {
    pub use crate::registry::RULES;
    pub use linkme;
    pub use pastey::paste;
}
