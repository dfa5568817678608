//! Trigonometric functions, their inverses and the units of angles.

use chainrules_core::scalar_rule;

scalar_rule!(sin, |x, _| [x.cos()], x = -6.0..6.0);

scalar_rule!(cos, |x, _| [-x.sin()], x = -6.0..6.0);

scalar_rule!(tan, |x, y| [1.0 + y * y], x = -1.2..1.2);

// The derivative is infinite at -1 and 1. The factors are exact near them, 1 - x² is not.
scalar_rule!(asin, |x, _| [1.0 / ((1.0 - x) * (1.0 + x)).sqrt()], x = -0.9..0.9);

// As for `asin`.
scalar_rule!(acos, |x, _| [-1.0 / ((1.0 - x) * (1.0 + x)).sqrt()], x = -0.9..0.9);

scalar_rule!(atan, |x, _| [1.0 / (1.0 + x * x)], x = -3.0..3.0);

// The derivative does not exist at the origin, where it is NaN. The jump across the negative
// x-axis does not show in it.
scalar_rule!(
    atan2,
    |y, x, _| [x / (x * x + y * y), -y / (x * x + y * y)],
    y = 0.5..3.0,
    x = -3.0..3.0
);

// The derivative is the number of degrees in a radian.
scalar_rule!(to_degrees, |x, _| [Self::to_degrees(1.0)], x = -6.0..6.0);

// The derivative is the number of radians in a degree.
scalar_rule!(to_radians, |x, _| [Self::to_radians(1.0)], x = -360.0..360.0);

#[cfg(test)]
mod tests {
    use super::super::gradient;
    use super::*;

    #[test]
    fn inverses_are_infinitely_steep_at_the_ends() {
        assert_eq!(gradient!(rrule_asin(1.0)), f64::INFINITY);
        assert_eq!(gradient!(rrule_asin(-1.0)), f64::INFINITY);
        assert_eq!(gradient!(rrule_acos(1.0)), f64::NEG_INFINITY);
        assert_eq!(gradient!(rrule_acos(-1.0)), f64::NEG_INFINITY);
    }

    #[test]
    fn atan2_is_smooth_on_the_axes() {
        assert_eq!(gradient!(rrule_atan2(0.0, 2.0)), (0.5, 0.0));
        assert_eq!(gradient!(rrule_atan2(2.0, 0.0)), (0.0, -0.5));
        assert_eq!(gradient!(rrule_atan2(0.0, -2.0)), (-0.5, 0.0));
    }

    #[test]
    fn units_of_angles() {
        assert_eq!(gradient!(rrule_to_degrees(3.0)), 1.0_f64.to_degrees());
        assert_eq!(gradient!(rrule_to_radians(3.0)), 1.0_f64.to_radians());
    }
}
