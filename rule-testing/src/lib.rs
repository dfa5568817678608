//! Checks registered derivative rules against finite differences and against the protocol.
//!
//! [`check_rule`] draws arguments and a cotangent from the rule's domain, runs the rule and
//! reports the first check that fails, on the smallest input found. A case in which the finite
//! difference is not accurate enough to judge is counted as undecided, never as passed.
#![forbid(unsafe_code)]

mod check;
mod differences;
mod report;

pub use check::{Options, check_all, check_rule};
pub use differences::{Estimate, partial, tolerance};
pub use report::{Check, Failure, Report, header, path};
