//! Absolute values, signs and extrema.

use chainrules_core::scalar_rule;

// The derivative at 0 is 0 by convention.
scalar_rule!(abs, |x, _| [if x == 0.0 { 0.0 } else { x.signum() }]);

// The derivative at x = 0 is 0 by convention. The result is constant in `sign` on either side of
// the jump at 0; a NaN has a sign, too.
scalar_rule!(copysign, |x, sign, _| [
    if x == 0.0 { 0.0 } else { x.signum() * Self::copysign(1.0, sign) },
    0.0
]);

// A tie goes to `x`. A NaN is passed over, as in the result.
scalar_rule!(max, |x, b, _| [
    if x >= b || b.is_nan() { 1.0 } else { 0.0 },
    if x >= b || b.is_nan() { 0.0 } else { 1.0 }
]);

// Ties and NaNs as for `max`.
scalar_rule!(min, |x, b, _| [
    if x <= b || b.is_nan() { 1.0 } else { 0.0 },
    if x <= b || b.is_nan() { 0.0 } else { 1.0 }
]);

// The derivative goes to the bound that `x` is beyond, else to `x`; a tie goes to `x`.
scalar_rule!(
    clamp,
    |x, low, high, _| [
        if x < low || x > high { 0.0 } else { 1.0 },
        if x < low { 1.0 } else { 0.0 },
        if x > high { 1.0 } else { 0.0 }
    ],
    x = -1.0..4.0,
    low = 0.0..1.0,
    high = 2.0..3.0
);

pub use positive::*;

/// What std says of `abs_sub` is of its name: other code, and `num_traits::Float`, still call it.
#[allow(deprecated, reason = "a function that calls it has a derivative all the same")]
mod positive {
    use super::super::Primitive;
    use chainrules_core::scalar_rule;

    // The derivative at a tie is 0 by convention.
    scalar_rule!(abs_sub, |x, b, y| {
        let slope = if x > b { 1.0 } else { 0.0 };
        [slope.only_if(!y.is_nan()), (-slope).only_if(!y.is_nan())]
    });
}

#[cfg(test)]
mod tests {
    use super::super::gradient;
    use super::*;

    #[test]
    fn abs_is_flat_at_zero() {
        assert_eq!(gradient!(rrule_abs(0.0)), 0.0);
        assert_eq!(gradient!(rrule_abs(-0.0)), 0.0);
        assert_eq!(gradient!(rrule_abs(-2.0)), -1.0);
        assert_eq!(gradient!(rrule_abs(2.0)), 1.0);
    }

    #[test]
    fn copysign_follows_both_signs() {
        assert_eq!(gradient!(rrule_copysign(0.0, -1.0)), (0.0, 0.0));
        assert_eq!(gradient!(rrule_copysign(2.0, -1.0)), (-1.0, 0.0));
        assert_eq!(gradient!(rrule_copysign(-2.0, -1.0)), (1.0, 0.0));
        assert_eq!(gradient!(rrule_copysign(-2.0, 0.0)), (-1.0, 0.0));
        assert_eq!(gradient!(rrule_copysign(-2.0, f64::NAN.copysign(-1.0))), (1.0, 0.0));
    }

    #[test]
    fn extrema_select_one_argument() {
        assert_eq!(gradient!(rrule_max(2.0, 1.0)), (1.0, 0.0));
        assert_eq!(gradient!(rrule_max(1.0, 2.0)), (0.0, 1.0));
        assert_eq!(gradient!(rrule_max(1.0, 1.0)), (1.0, 0.0));
        assert_eq!(gradient!(rrule_max(1.0, f64::NAN)), (1.0, 0.0));
        assert_eq!(gradient!(rrule_max(f64::NAN, 1.0)), (0.0, 1.0));
        assert_eq!(gradient!(rrule_min(2.0, 1.0)), (0.0, 1.0));
        assert_eq!(gradient!(rrule_min(1.0, 2.0)), (1.0, 0.0));
        assert_eq!(gradient!(rrule_min(1.0, 1.0)), (1.0, 0.0));
        assert_eq!(gradient!(rrule_min(1.0, f64::NAN)), (1.0, 0.0));
        assert_eq!(gradient!(rrule_min(f64::NAN, 1.0)), (0.0, 1.0));
    }

    #[test]
    fn clamp_selects_one_argument() {
        assert_eq!(gradient!(rrule_clamp(0.5, 0.0, 1.0)), (1.0, 0.0, 0.0));
        assert_eq!(gradient!(rrule_clamp(-0.5, 0.0, 1.0)), (0.0, 1.0, 0.0));
        assert_eq!(gradient!(rrule_clamp(1.5, 0.0, 1.0)), (0.0, 0.0, 1.0));
        assert_eq!(gradient!(rrule_clamp(0.0, 0.0, 1.0)), (1.0, 0.0, 0.0));
        assert_eq!(gradient!(rrule_clamp(1.0, 0.0, 1.0)), (1.0, 0.0, 0.0));
    }

    #[test]
    fn abs_sub_is_flat_where_the_difference_is_not_positive() {
        assert_eq!(gradient!(rrule_abs_sub(2.0, 1.0)), (1.0, -1.0));
        assert_eq!(gradient!(rrule_abs_sub(1.0, 2.0)), (0.0, 0.0));
        assert_eq!(gradient!(rrule_abs_sub(1.0, 1.0)), (0.0, 0.0));
    }
}
