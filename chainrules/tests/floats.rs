//! Every method of a float has a rule.

use chainrules as _;
use chainrules_core::rules;

/// The methods and associated functions of `f64` itself that are stable, in the order of its
/// documentation, but for `to_int_unchecked`, which is `unsafe`.
const OF_A_FLOAT: &str = "
    floor ceil round round_ties_even trunc fract mul_add div_euclid rem_euclid powi powf sqrt exp exp2
    ln log log2 log10 abs_sub cbrt hypot sin cos tan asin acos atan atan2 sin_cos exp_m1 ln_1p sinh
    cosh tanh asinh acosh atanh is_nan is_infinite is_finite is_subnormal is_normal classify
    is_sign_positive is_sign_negative next_up next_down recip to_degrees to_radians max min midpoint
    to_bits from_bits to_be_bytes to_le_bytes to_ne_bytes from_be_bytes from_le_bytes from_ne_bytes
    total_cmp clamp abs signum copysign";

#[test]
fn every_method_of_a_float_has_a_rule() {
    let rules = rules();
    for float in ["f32", "f64"] {
        for method in OF_A_FLOAT.split_whitespace() {
            let name = format!("{float}::{method}");
            assert!(rules.iter().any(|rule| rule.name == name), "{name} has no rule");
        }
    }
}
