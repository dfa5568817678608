//! Rounding, remainders and other functions with steps.
//!
//! At a jump, a derivative is that of the smooth pieces beside it. Checks stay where the jumps are
//! further apart than the steps of a difference.

use super::Primitive;
use chainrules_core::scalar_rule;

scalar_rule!(floor, |x, _| [Self::only_if(0.0, !x.is_nan())], x = -9.0..9.0);

scalar_rule!(ceil, |x, _| [Self::only_if(0.0, !x.is_nan())], x = -9.0..9.0);

scalar_rule!(round, |x, _| [Self::only_if(0.0, !x.is_nan())], x = -9.0..9.0);

scalar_rule!(round_ties_even, |x, _| [Self::only_if(0.0, !x.is_nan())], x = -9.0..9.0);

scalar_rule!(trunc, |x, _| [Self::only_if(0.0, !x.is_nan())], x = -9.0..9.0);

scalar_rule!(fract, |x, _| [Self::only_if(1.0, x.is_finite())], x = -9.0..9.0);

scalar_rule!(signum, |x, _| [Self::only_if(0.0, !x.is_nan())]);

// One step of the type's own grid: it shifts by less than can be seen.
scalar_rule!(next_up, |x, _| [Self::only_if(1.0, !x.is_nan())]);

// As for `next_up`.
scalar_rule!(next_down, |x, _| [Self::only_if(1.0, !x.is_nan())]);

scalar_rule!(
    div_euclid,
    |x, b, _| {
        let flat = Self::only_if(0.0, !(x / b).is_nan());
        [flat, flat]
    },
    x = 7.0..7.4,
    b = 2.5..3.0
);

// The remainder is x - q b, with the quotient q constant between the jumps.
scalar_rule!(
    rem_euclid,
    |x, b, _| {
        let inside = x.is_finite() && b != 0.0 && !b.is_nan();
        [Self::only_if(1.0, inside), (-x.div_euclid(b)).only_if(inside)]
    },
    x = 7.8..8.2,
    b = 2.8..3.5
);

#[cfg(test)]
mod tests {
    use super::super::gradient;
    use super::*;

    #[test]
    fn steps_are_flat_at_their_jumps() {
        assert_eq!(gradient!(rrule_floor(2.0)), 0.0);
        assert_eq!(gradient!(rrule_ceil(2.0)), 0.0);
        assert_eq!(gradient!(rrule_round(2.5)), 0.0);
        assert_eq!(gradient!(rrule_round_ties_even(2.5)), 0.0);
        assert_eq!(gradient!(rrule_trunc(-2.0)), 0.0);
        assert_eq!(gradient!(rrule_signum(0.0)), 0.0);
        assert_eq!(gradient!(rrule_div_euclid(6.0, 3.0)), (0.0, 0.0));
    }

    #[test]
    fn fract_has_slope_one_at_its_jumps() {
        assert_eq!(gradient!(rrule_fract(2.0)), 1.0);
        assert_eq!(gradient!(rrule_fract(-0.5)), 1.0);
    }

    #[test]
    fn rem_euclid_subtracts_the_quotient() {
        assert_eq!(gradient!(rrule_rem_euclid(7.0, 3.0)), (1.0, -2.0));
        assert_eq!(gradient!(rrule_rem_euclid(-7.0, 3.0)), (1.0, 3.0));
        assert_eq!(gradient!(rrule_rem_euclid(7.0, -3.0)), (1.0, 2.0));
        assert_eq!(gradient!(rrule_rem_euclid(6.0, 3.0)), (1.0, -2.0));
    }
}
