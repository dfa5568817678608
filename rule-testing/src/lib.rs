//! Checks registered derivative rules against finite differences and against the protocol.
//!
//! [`check_rule`] draws arguments and cotangents, runs the rule and its function, and reports the
//! first check that fails, on the smallest input found. A case in which the finite difference is
//! not accurate enough to judge is counted as undecided, never as passed.
//!
//! What differences cannot tell: the convention at a kink or a jump, and the derivative where the
//! function is not finite. Those are stated, and tested, beside each rule.
#![forbid(unsafe_code)]

mod call;
mod case;
mod check;
mod differences;
mod quiet;
mod report;

pub use check::{Options, assert_crate, check_all, check_rule, duplicates};
pub use report::{Check, Failure, Report, header, path};

/// A test of all rules that a crate registers: `rule_testing::check_crate!(my_rules);` is all that
/// the crate's `tests/rules.rs` needs. It fails when the crate has registered no rule.
#[macro_export]
macro_rules! check_crate {
    ($krate:ident) => {
        use $krate as _;

        $crate::check_crate!();
    };
    () => {
        #[test]
        fn rules_pass_all_checks() {
            $crate::assert_crate(env!("CARGO_PKG_NAME"));
        }
    };
}
