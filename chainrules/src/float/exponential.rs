//! Exponentials and logarithms.

use super::Primitive;
use chainrules_core::scalar_rule;

scalar_rule!(exp, |x, y| [y]);

scalar_rule!(exp2, |x, y| [y * Self::LN_2]);

// Not y + 1, which loses the digits of a small eˣ.
scalar_rule!(exp_m1, |x, _| [x.exp()]);

// The derivative is infinite at 0 and -0, as for all logarithms.
scalar_rule!(ln, |x, _| [(1.0 / x.abs()).only_if(x >= 0.0)], x = 0.5..4.0);

scalar_rule!(ln_1p, |x, _| [(1.0 / (1.0 + x)).only_if(x >= -1.0)], x = -0.5..3.0);

// The logarithm in base b is ln x / ln b; it is infinite or NaN at b = 1, and its derivative
// in b is NaN at b = 0.
scalar_rule!(
    log,
    |x, b, y| [(1.0 / (x.abs() * b.ln())).only_if(!y.is_nan()), -y / (b * b.ln())],
    x = 0.5..4.0,
    b = 1.5..4.0
);

scalar_rule!(log2, |x, _| [(1.0 / (x.abs() * Self::LN_2)).only_if(x >= 0.0)], x = 0.5..4.0);

scalar_rule!(log10, |x, _| [(1.0 / (x.abs() * Self::LN_10)).only_if(x >= 0.0)], x = 0.5..4.0);

#[cfg(test)]
mod tests {
    use super::super::gradient;
    use super::*;

    #[test]
    fn logarithms_are_infinitely_steep_at_zero() {
        assert_eq!(gradient!(rrule_ln(0.0)), f64::INFINITY);
        assert_eq!(gradient!(rrule_ln(-0.0)), f64::INFINITY);
        assert_eq!(gradient!(rrule_ln_1p(-1.0)), f64::INFINITY);
        assert_eq!(gradient!(rrule_log2(0.0)), f64::INFINITY);
        assert_eq!(gradient!(rrule_log10(0.0)), f64::INFINITY);
    }

    #[test]
    fn exp_m1_keeps_small_derivatives() {
        assert_eq!(gradient!(rrule_exp_m1(-50.0)), (-50.0_f64).exp());
    }

    #[test]
    fn logarithm_of_one_does_not_depend_on_the_base() {
        assert_eq!(gradient!(rrule_log(1.0, 3.0)), (1.0 / 3.0_f64.ln(), 0.0));
    }
}
