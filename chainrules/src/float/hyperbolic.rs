//! Hyperbolic functions and their inverses.

use super::Primitive;
use chainrules_core::scalar_rule;

scalar_rule!(sinh, |x, _| [x.cosh()]);

scalar_rule!(cosh, |x, _| [x.sinh()]);

// 1 - y², and 1 / cosh² x where y is so close to ±1 that the difference has lost digits.
scalar_rule!(tanh, |x, y| [if y.abs() < 0.9 { 1.0 - y * y } else { x.cosh().recip().powi(2) }]);

// `hypot` does not overflow where x² does.
scalar_rule!(asinh, |x, _| [1.0 / x.hypot(1.0)]);

// The derivative is infinite at 1. The roots apart neither cancel near it nor overflow.
scalar_rule!(acosh, |x, _| [1.0 / ((x - 1.0).sqrt() * (x + 1.0).sqrt())], x = 1.5..4.0);

// The derivative is infinite at -1 and 1. The factors are exact near them, 1 - x² is not.
scalar_rule!(
    atanh,
    |x, _| [(1.0 / ((1.0 - x) * (1.0 + x))).only_if(x.abs() <= 1.0)],
    x = -0.8..0.8
);

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
        assert!((gradient!(rrule_tanh(-20.0)) / (4.0 * (-40.0_f64).exp()) - 1.0).abs() < 1e-15);
        assert_eq!(gradient!(rrule_tanh(1000.0)), 0.0);
    }
}
