//! All rules of this crate pass all checks.

rule_testing::check_crate!(zygote_complex);
