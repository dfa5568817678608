//! What both crates of procedural macros of this project do: parentheses around the expressions that a
//! `macro_rules!` handed on, before they parse, a look at the definitions that lead back to themselves, and what errors hold.
#![forbid(unsafe_code)]

mod circles;
mod errors;
mod parentheses;

pub use circles::Circles;
pub use errors::error_with_numbers;
pub use parentheses::with_parentheses;
