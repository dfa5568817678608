//! Powers, roots and arithmetic.

use super::Primitive;
use chainrules_core::scalar_rule;

// The derivative is infinite at 0 and -0.
scalar_rule!(sqrt, |x, y| [0.5 / y.abs()], x = 0.5..4.0);

// The derivative at 0 is infinite.
scalar_rule!(cbrt, |x, y| [1.0 / (3.0 * y * y)]);

scalar_rule!(recip, |x, y| [-y * y], x = 0.5..4.0);

// In x: p xᵖ⁻¹, and 0 at p = 0 for every x, x⁰ being 1.
//
// In p: xᵖ ln x where x > 0. At x = 0 it is 0 for p > 0 and infinite for p < 0; at p = 0, where 0ᵖ
// jumps, it is 0 by convention. For x < 0, where the power is real at whole p only and has no
// derivative in p, it is by convention xᵖ ln |x|, the real part of the complex derivative at those
// p.
scalar_rule!(
    powf,
    |x, p, y| [
        if p == 0.0 { 0.0 } else { (p * x.powf(p - 1.0)).only_if(!y.is_nan()) },
        if y == 0.0 || (x == 0.0 && p == 0.0) { 0.0 } else { y * x.abs().ln() }
    ],
    x = 0.5..3.0,
    p = -2.0..3.0
);

// The exponent is an integer and has no cotangent. At n = 0 the derivative is 0 for every x, and at
// n = 1 it is 1.
scalar_rule!(
    powi,
    |x, n: i32, _| [match n {
        0 => 0.0,
        1 => Self::only_if(1.0, !x.is_nan()),
        _ => n as Self * n.checked_sub(1).map_or_else(|| x.powi(n) / x, |less| x.powi(less)),
    }],
    n = -3..6
);

// The derivative at the origin is 0 by convention, one of the subgradients there.
scalar_rule!(hypot, |x, b, y| {
    let partial = |side: Self| match (y == 0.0, side.is_infinite()) {
        (true, _) => 0.0,
        (_, true) => side.signum(),
        _ => side / y,
    };
    [partial(x), partial(b)]
});

scalar_rule!(mul_add, |x, a, b, _| [a, x, 1.0]);

scalar_rule!(midpoint, |x, b, _| [0.5, 0.5]);

#[cfg(test)]
mod tests {
    use super::super::gradient;
    use super::*;
    use chainrules_core::{Active, Constant};

    #[test]
    fn roots_are_infinitely_steep_at_zero() {
        assert_eq!(gradient!(rrule_sqrt(0.0)), f64::INFINITY);
        assert_eq!(gradient!(rrule_sqrt(-0.0)), f64::INFINITY);
        assert_eq!(gradient!(rrule_cbrt(0.0)), f64::INFINITY);
    }

    #[test]
    fn cbrt_of_a_negative_number() {
        assert!((gradient!(rrule_cbrt(-8.0)) - 1.0 / 12.0).abs() < 1e-15);
    }

    #[test]
    fn powers_of_zero() {
        assert_eq!(gradient!(rrule_powf(0.0, 3.0)), (0.0, 0.0));
        assert_eq!(gradient!(rrule_powf(0.0, 2.0)), (0.0, 0.0));
        assert_eq!(gradient!(rrule_powf(0.0, 1.0)), (1.0, 0.0));
        assert_eq!(gradient!(rrule_powf(-0.0, 1.0)), (1.0, 0.0));
        assert_eq!(gradient!(rrule_powf(0.0, 0.5)), (f64::INFINITY, 0.0));
        assert_eq!(gradient!(rrule_powf(0.0, 0.0)), (0.0, 0.0));
        assert_eq!(gradient!(rrule_powf(0.0, -1.0)), (f64::NEG_INFINITY, f64::NEG_INFINITY));
    }

    #[test]
    fn whole_powers() {
        let slope = |x: f64, n: i32| {
            let mut dx = 0.0;
            x.rrule_powi(n, (Active, Constant)).1(&x, &n, &1.0, &mut dx, ());
            dx
        };
        assert_eq!(slope(0.0, 0), 0.0);
        assert_eq!(slope(f64::INFINITY, 0), 0.0);
        assert_eq!(slope(0.0, 1), 1.0);
        assert_eq!(slope(0.0, 2), 0.0);
        assert_eq!(slope(-2.0, 3), 12.0);
        assert_eq!(slope(0.0, -1), f64::NEG_INFINITY);
    }

    #[test]
    fn power_zero() {
        assert_eq!(gradient!(rrule_powf(2.0, 0.0)), (0.0, 2.0_f64.ln()));
        assert_eq!(gradient!(rrule_powf(-2.0, 0.0)), (0.0, 2.0_f64.ln()));
        assert_eq!(gradient!(rrule_powf(f64::INFINITY, 0.0)).0, 0.0);
    }

    #[test]
    fn powers_of_infinity_and_negative_numbers() {
        assert_eq!(gradient!(rrule_powf(f64::INFINITY, -1.0)), (0.0, 0.0));
        assert_eq!(gradient!(rrule_powf(-2.0, 3.0)), (12.0, -8.0 * 2.0_f64.ln()));
        assert!(gradient!(rrule_powf(-2.0, 0.5)).0.is_nan());
    }

    #[test]
    fn hypot_at_the_origin_and_on_the_axes() {
        assert_eq!(gradient!(rrule_hypot(0.0, 0.0)), (0.0, 0.0));
        assert_eq!(gradient!(rrule_hypot(-2.0, 0.0)), (-1.0, 0.0));
        assert_eq!(gradient!(rrule_hypot(0.0, 2.0)), (0.0, 1.0));
        assert_eq!(gradient!(rrule_hypot(f64::NEG_INFINITY, 2.0)), (-1.0, 0.0));
    }
}
