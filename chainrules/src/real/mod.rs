//! Real scalars as a bound of generic code: `fn f<T: Real>(x: T) -> T`.
//!
//! ```
//! use chainrules::prelude::*;
//!
//! fn softplus<T: Real>(x: T) -> T {
//!     T::zero().max(x) + (-x.abs()).exp().ln_1p()
//! }
//!
//! assert_eq!(softplus(0.0_f64), 2.0_f64.ln());
//! assert_eq!(softplus(0.0_f32), 2.0_f32.ln());
//! ```

pub mod convert;
mod delegate;
mod rules;
mod table;

pub use rules::{RealOperators, RealRules, RealScalar};

use std::cmp::Ordering;
use std::fmt::{Debug, Display};
use std::iter::{Product, Sum};
use std::ops;
use table::{conversions, methods};

macro_rules! constants {
    ($callback:ident) => {
        $callback! {
            zero: "0.", 0.0, 0.0;
            one: "1.", 1.0, 1.0;
            infinity: "Positive infinity.", f32::INFINITY, f64::INFINITY;
            neg_infinity: "Negative infinity.", f32::NEG_INFINITY, f64::NEG_INFINITY;
            nan: "Not a number.", f32::NAN, f64::NAN;
            epsilon: "The distance from 1 to the next larger number.", f32::EPSILON, f64::EPSILON;
            min_value: "The smallest finite number.", f32::MIN, f64::MIN;
            max_value: "The largest finite number.", f32::MAX, f64::MAX;
            min_positive_value: "The smallest positive normal number.", f32::MIN_POSITIVE, f64::MIN_POSITIVE;
            pi: "π.", std::f32::consts::PI, std::f64::consts::PI;
            tau: "2π.", std::f32::consts::TAU, std::f64::consts::TAU;
            frac_pi_2: "π/2.", std::f32::consts::FRAC_PI_2, std::f64::consts::FRAC_PI_2;
            frac_pi_3: "π/3.", std::f32::consts::FRAC_PI_3, std::f64::consts::FRAC_PI_3;
            frac_pi_4: "π/4.", std::f32::consts::FRAC_PI_4, std::f64::consts::FRAC_PI_4;
            frac_pi_6: "π/6.", std::f32::consts::FRAC_PI_6, std::f64::consts::FRAC_PI_6;
            frac_pi_8: "π/8.", std::f32::consts::FRAC_PI_8, std::f64::consts::FRAC_PI_8;
            frac_1_pi: "1/π.", std::f32::consts::FRAC_1_PI, std::f64::consts::FRAC_1_PI;
            frac_2_pi: "2/π.", std::f32::consts::FRAC_2_PI, std::f64::consts::FRAC_2_PI;
            frac_2_sqrt_pi: "2/√π.", std::f32::consts::FRAC_2_SQRT_PI, std::f64::consts::FRAC_2_SQRT_PI;
            sqrt_2: "√2.", std::f32::consts::SQRT_2, std::f64::consts::SQRT_2;
            frac_1_sqrt_2: "1/√2.", std::f32::consts::FRAC_1_SQRT_2, std::f64::consts::FRAC_1_SQRT_2;
            e: "Euler's number.", std::f32::consts::E, std::f64::consts::E;
            ln_2: "The natural logarithm of 2.", std::f32::consts::LN_2, std::f64::consts::LN_2;
            ln_10: "The natural logarithm of 10.", std::f32::consts::LN_10, std::f64::consts::LN_10;
            log2_e: "The logarithm of e to base 2.", std::f32::consts::LOG2_E, std::f64::consts::LOG2_E;
            log2_10: "The logarithm of 10 to base 2.", std::f32::consts::LOG2_10, std::f64::consts::LOG2_10;
            log10_e: "The logarithm of e to base 10.", std::f32::consts::LOG10_E, std::f64::consts::LOG10_E;
            log10_2: "The logarithm of 2 to base 10.", std::f32::consts::LOG10_2, std::f64::consts::LOG10_2;
        }
    };
}

/// Operators between real scalars, by value and by reference.
pub trait Arithmetic<Rhs = Self>:
    Sized
    + ops::Add<Rhs, Output = Self>
    + ops::Sub<Rhs, Output = Self>
    + ops::Mul<Rhs, Output = Self>
    + ops::Div<Rhs, Output = Self>
    + ops::Rem<Rhs, Output = Self>
    + ops::AddAssign<Rhs>
    + ops::SubAssign<Rhs>
    + ops::MulAssign<Rhs>
    + ops::DivAssign<Rhs>
    + ops::RemAssign<Rhs>
{
}

impl<T, Rhs> Arithmetic<Rhs> for T where
    T: ops::Add<Rhs, Output = Self>
        + ops::Sub<Rhs, Output = Self>
        + ops::Mul<Rhs, Output = Self>
        + ops::Div<Rhs, Output = Self>
        + ops::Rem<Rhs, Output = Self>
        + ops::AddAssign<Rhs>
        + ops::SubAssign<Rhs>
        + ops::MulAssign<Rhs>
        + ops::DivAssign<Rhs>
        + ops::RemAssign<Rhs>
{
}

macro_rules! trait_of_reals {
    ($($constant:ident: $says:literal, $single:expr, $double:expr;)+) => {
        methods! { trait_of_reals Self [$($constant: $says;)+] }
    };
    (
        [$($constant:ident: $says:literal;)+]
        $($name:ident $rule:ident $called:ident $pull_called:ident[$($act:ident)+]($($arg:ident: $ty:ty),*) -> $out:ty;)+
    ) => {
        conversions! { trait_of_reals
            [$($constant: $says;)+]
            [$($name($($arg: $ty),*) -> $out;)+]
        }
    };
    (
        [$($constant:ident: $says:literal;)+]
        [$($name:ident($($arg:ident: $ty:ty),*) -> $out:ty;)+]
        to: $($to:ident $rule_to:ident $target:ident),+;
        from: $($from:ident $rule_from:ident $source:ident),+;
        compare: $($compare:ident $rule_compare:ident $order:ty),+;
        text: $($text:ident $rule_text:ident $said:ty),+;
    ) => {
        /// A real scalar: `f32`, `f64`, or a type of one's own that does what they do.
        ///
        /// It has the methods of `f32` and `f64`, their operators, and the rules of both, so that a
        /// function that is generic over it can be differentiated. Constants are functions, as they
        /// are in the traits of `num_traits`; for a literal write `T::from_f64(0.5)`.
        pub trait Real:
            RealScalar
            + Arithmetic
            + for<'a> Arithmetic<&'a Self>
            + ops::Neg<Output = Self>
            + Sum
            + for<'a> Sum<&'a Self>
            + Product
            + for<'a> Product<&'a Self>
            + PartialEq
            + PartialOrd
            + Debug
            + Display
            + Default
        {
            $(
                #[doc = $says]
                fn $constant() -> Self;
            )+
            $(
                #[doc = concat!("See [`f64::", stringify!($name), "`].")]
                #[must_use]
                fn $name(self $(, $arg: $ty)*) -> $out;
            )+
            $(
                #[doc = concat!("The number as `", stringify!($target), "`, rounded if need be.")]
                fn $to(self) -> $target;
            )+
            $(
                #[doc = concat!("The number closest to the given `", stringify!($source), "`.")]
                fn $from(x: $source) -> Self;
            )+

            /// See [`f64::total_cmp`].
            fn total_cmp(&self, other: &Self) -> Ordering;
        }
    };
}
constants! { trait_of_reals }

macro_rules! implement {
    ($($constant:ident: $says:literal, $single:expr, $double:expr;)+) => {
        methods! { implement f32 f32 [$($constant: $single;)+] }
        methods! { implement f64 f64 [$($constant: $double;)+] }
    };
    (
        $t:ident [$($constant:ident: $value:expr;)+]
        $($name:ident $rule:ident $called:ident $pull_called:ident[$($act:ident)+]($($arg:ident: $ty:ty),*) -> $out:ty;)+
    ) => {
        conversions! { implement
            $t [$($constant: $value;)+] [$($name($($arg: $ty),*) -> $out;)+]
        }
    };
    (
        $t:ident [$($constant:ident: $value:expr;)+] [$($name:ident($($arg:ident: $ty:ty),*) -> $out:ty;)+]
        to: $($to:ident $rule_to:ident $target:ident),+;
        from: $($from:ident $rule_from:ident $source:ident),+;
        compare: $($compare:ident $rule_compare:ident $order:ty),+;
        text: $($text:ident $rule_text:ident $said:ty),+;
    ) => {
        #[allow(deprecated, reason = "`abs_sub` is one of the methods")]
        impl Real for $t {
            $(
                #[inline(always)]
                fn $constant() -> Self {
                    $value
                }
            )+
            $(
                #[inline(always)]
                fn $name(self $(, $arg: $ty)*) -> $out {
                    <$t>::$name(self $(, $arg)*)
                }
            )+
            $(
                #[inline(always)]
                fn $to(self) -> $target {
                    self as $target
                }
            )+
            $(
                #[inline(always)]
                fn $from(x: $source) -> Self {
                    x as $t
                }
            )+

            #[inline(always)]
            fn total_cmp(&self, other: &Self) -> Ordering {
                <$t>::total_cmp(self, other)
            }
        }
    };
}
constants! { implement }

#[cfg(test)]
mod tests {
    use super::rules::METHODS;
    use std::collections::BTreeSet;

    // What has no meaning for every real scalar, and the operators, which are bounds of their own.
    const OF_ONE_TYPE: [&str; 14] = [
        "from_bits",
        "to_bits",
        "from_be_bytes",
        "from_le_bytes",
        "from_ne_bytes",
        "to_be_bytes",
        "to_le_bytes",
        "to_ne_bytes",
        "add",
        "sub",
        "mul",
        "div",
        "rem",
        "neg",
    ];

    #[test]
    fn every_rule_of_a_float_is_one_of_real() {
        let rules = chainrules_core::rules();
        let registered: BTreeSet<&str> = rules
            .iter()
            .filter_map(|rule| rule.name.strip_prefix("f64::"))
            .filter(|name| !name.starts_with("from(") && !OF_ONE_TYPE.contains(name))
            .collect();
        assert!(registered.contains("sin") && registered.len() > 50, "{registered:?}");
        assert_eq!(registered, METHODS.iter().copied().collect());
        let single = rules.iter().filter_map(|rule| rule.name.strip_prefix("f32::"));
        let single = single.filter(|name| !name.starts_with("from("));
        let single = single.filter(|name| !OF_ONE_TYPE.contains(name)).collect::<BTreeSet<_>>();
        assert_eq!(registered, single);
    }
}
