//! Trigonometric functions, their inverses and the units of angles.

use super::Primitive;
use chainrules_core::{rrule, scalar_rule};

scalar_rule!(sin, |x, _| [x.cos()]);

scalar_rule!(cos, |x, _| [-x.sin()]);

scalar_rule!(tan, |x, y| [1.0 + y * y]);

#[rrule(f32::sin_cos, f64::sin_cos)]
fn sin_cos(this: Self) -> (Self, Self) {
    let (sin, cos) = this.sin_cos();
    ((sin, cos), |(dsin, dcos)| Grad { this: dsin * cos - dcos * sin })
}

// The derivative is infinite at -1 and 1. The factors are exact near them, 1 - x² is not.
scalar_rule!(asin, |x, _| [1.0 / ((1.0 - x) * (1.0 + x)).sqrt()], x = -0.9..0.9);

// As for `asin`.
scalar_rule!(acos, |x, _| [-1.0 / ((1.0 - x) * (1.0 + x)).sqrt()], x = -0.9..0.9);

scalar_rule!(atan, |x, _| [1.0 / (1.0 + x * x)]);

// The derivative does not exist at the origin, where it is 0 by convention. The jump across the
// negative x-axis does not show in it. Two divisions do not overflow where h² does.
scalar_rule!(atan2, |y, x, _| {
    let h = x.hypot(y);
    let flat = Self::only_if(0.0, !x.is_nan() && !y.is_nan());
    let partial = |z: Self| if h == 0.0 || h.is_infinite() { flat } else { z / h / h };
    [partial(x), partial(-y)]
});

// The derivative is the number of degrees in a radian.
scalar_rule!(to_degrees, |x, _| [Self::to_degrees(1.0).only_if(!x.is_nan())]);

// The derivative is the number of radians in a degree.
scalar_rule!(to_radians, |x, _| [Self::to_radians(1.0).only_if(!x.is_nan())]);

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
    fn atan2_is_smooth_on_the_axes_and_flat_at_the_origin() {
        assert_eq!(gradient!(rrule_atan2(0.0, 0.0)), (0.0, 0.0));
        assert_eq!(gradient!(rrule_atan2(-0.0, -0.0)), (0.0, 0.0));
        assert_eq!(gradient!(rrule_atan2(0.0, 2.0)), (0.5, 0.0));
        assert_eq!(gradient!(rrule_atan2(2.0, 0.0)), (0.0, -0.5));
        assert_eq!(gradient!(rrule_atan2(0.0, -2.0)), (-0.5, 0.0));
        assert_eq!(gradient!(rrule_atan2(f64::INFINITY, 1.0)), (0.0, 0.0));
        assert_eq!(gradient!(rrule_atan2(0.0, 1e200)), (1e-200, 0.0));
    }

    #[test]
    fn units_of_angles() {
        assert_eq!(gradient!(rrule_to_degrees(3.0)), 1.0_f64.to_degrees());
        assert_eq!(gradient!(rrule_to_radians(3.0)), 1.0_f64.to_radians());
    }
}
