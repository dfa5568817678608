//! What both crates of procedural macros of this project do: parentheses around the expressions that a
//! `macro_rules!` handed on, before they parse, and a look at the definitions that lead back to themselves.
#![forbid(unsafe_code)]

mod circles;
mod parentheses;

pub use circles::Circles;
pub use parentheses::with_parentheses;
