//! Hyperbolic functions and their inverses.

use chainrules_core::scalar_rule;

scalar_rule!(sinh, |x, _| [x.cosh()]);

scalar_rule!(cosh, |x, _| [x.sinh()]);

scalar_rule!(tanh, |x, y| [1.0 - y * y]);

// `hypot` does not overflow where x² does.
scalar_rule!(asinh, |x, _| [1.0 / x.hypot(1.0)]);

// The derivative is infinite at 1. The roots apart neither cancel near it nor overflow.
scalar_rule!(acosh, |x, _| [1.0 / ((x - 1.0).sqrt() * (x + 1.0).sqrt())], x = 1.5..4.0);

// The derivative is infinite at -1 and 1. The factors are exact near them, 1 - x² is not.
scalar_rule!(atanh, |x, _| [1.0 / ((1.0 - x) * (1.0 + x))], x = -0.8..0.8);

#[cfg(test)]
mod tests {
    use super::super::gradient;
    use super::*;

    #[test]
    fn inverses_are_infinitely_steep_at_the_ends() {
        assert_eq!(gradient!(rrule_acosh(1.0)), f64::INFINITY);
        assert_eq!(gradient!(rrule_atanh(1.0)), f64::INFINITY);
        assert_eq!(gradient!(rrule_atanh(-1.0)), f64::INFINITY);
    }

    #[test]
    fn inverses_do_not_overflow() {
        assert!((gradient!(rrule_asinh(1e200)) * 1e200 - 1.0).abs() < 1e-15);
        assert!((gradient!(rrule_acosh(1e200)) * 1e200 - 1.0).abs() < 1e-15);
    }

    #[test]
    fn tanh_saturates() {
        assert_eq!(gradient!(rrule_tanh(0.0)), 1.0);
        assert_eq!(gradient!(rrule_tanh(1000.0)), 0.0);
    }
}
