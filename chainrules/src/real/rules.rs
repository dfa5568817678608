//! The rules of a real scalar as a bound of generic code.

use super::table::{conversions, methods, ruled};
use crate::operator::Chainrules;
use chainrules_core::{
    Active, Activity, Add, AddAssign, Div, DivAssign, Marked, Mul, MulAssign, NegRule, ProductRule,
    Rem, RemAssign, Std, Sub, SubAssign, SumRule, Tangent,
};

/// The operators with which a real scalar is differentiated.
pub trait RealOperators:
    NegRule<Chainrules, Residual = (), Output = Self>
    + SumRule<Add, Self, Chainrules, Residual = (), Output = Self>
    + SumRule<Sub, Self, Chainrules, Residual = (), Output = Self>
    + SumRule<AddAssign, Self, Chainrules, Residual = (), Output = Self>
    + SumRule<SubAssign, Self, Chainrules, Residual = (), Output = Self>
    + ProductRule<Mul, Self, Chainrules, Output = Self>
    + ProductRule<Div, Self, Chainrules, Output = Self>
    + ProductRule<Rem, Self, Chainrules, Output = Self>
    + ProductRule<MulAssign, Self, Chainrules, Output = Self>
    + ProductRule<DivAssign, Self, Chainrules, Output = Self>
    + ProductRule<RemAssign, Self, Chainrules, Output = Self>
{
}

impl<T> RealOperators for T where
    T: NegRule<Chainrules, Residual = (), Output = Self>
        + SumRule<Add, Self, Chainrules, Residual = (), Output = Self>
        + SumRule<Sub, Self, Chainrules, Residual = (), Output = Self>
        + SumRule<AddAssign, Self, Chainrules, Residual = (), Output = Self>
        + SumRule<SubAssign, Self, Chainrules, Residual = (), Output = Self>
        + ProductRule<Mul, Self, Chainrules, Output = Self>
        + ProductRule<Div, Self, Chainrules, Output = Self>
        + ProductRule<Rem, Self, Chainrules, Output = Self>
        + ProductRule<MulAssign, Self, Chainrules, Output = Self>
        + ProductRule<DivAssign, Self, Chainrules, Output = Self>
        + ProductRule<RemAssign, Self, Chainrules, Output = Self>
{
}

/// A real scalar with its cotangent. What is generic in a scalar asks for both; a trait whose supertrait is
/// one of numbers promises the rules alone, as what is generic in that trait asks for a cotangent itself.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a real scalar",
    note = "in a differentiable function a bound of numbers, such as `T: Float`, is taken for one of real scalars: `f32`, `f64`, and types with `RealRules`",
    note = "for types of your own bound by a trait of your own that has these operations as methods, with `#[differentiable]` on the trait and on its `impl`s; or write the function for the type itself"
)]
pub trait RealScalar:
    RealRules + Tangent<Std, Shape = (), Kept = ()> + Marked<Marker = Std>
{
}

impl<T: RealRules + Tangent<Std, Shape = (), Kept = ()> + Marked<Marker = Std>> RealScalar for T {}

/// What a function that is an argument wants of each of its own.
macro_rules! active {
    ($of:ident) => {
        Active
    };
}

macro_rules! trait_of_rules {
    ($($name:ident $rule:ident $called:ident $pull_called:ident[$first:ident $($act:ident)*]($($arg:ident: $ty:ty),*) -> $out:ty;)+) => {
        conversions! { trait_of_rules [$($name $rule $called $pull_called[$first $($act)*]($($arg: $ty),*) -> $out;)+] }
    };
    (
        [$($name:ident $rule:ident $called:ident $pull_called:ident[$first:ident $($act:ident)*]($($arg:ident: $ty:ty),*) -> $out:ty;)+]
        to: $($to:ident $rule_to:ident $target:ident),+;
        from: $($from:ident $rule_from:ident $source:ident),+;
        compare: $($compare:ident $rule_compare:ident $order:ty),+;
        text: $($text:ident $rule_text:ident $said:ty),+;
    ) => {
        /// The derivative rules of a real scalar: what generic code needs to be differentiated.
        ///
        /// A generic function is differentiated with the bound [`Real`](super::Real), which implies
        /// this one, or with bounds of its own and this one. Each method is the rule of the method of
        /// `f32` and `f64` of that name, and has its shape; [`f32`] and [`f64`] delegate to theirs. A
        /// crate with a scalar type of its own implements this trait for it.
        ///
        /// The trait is not part of the prelude: in scope, it would make `x.rrule_sin(..)` ambiguous
        /// where x is an `f64`. As a bound it need not be in scope.
        #[diagnostic::on_unimplemented(
            message = "`{Self}` is not a real scalar",
            note = "in a differentiable function or trait a bound of numbers, such as `T: Float`, is taken for one of real scalars: `f32`, `f64`, and types with `RealRules`",
            note = "for types of your own bound by a trait of your own that has these operations as methods, with `#[differentiable]` on the trait and on its `impl`s; or write the function for the type itself"
        )]
        pub trait RealRules:
            Copy
            + RealOperators
            + chainrules_core::Folds<Std>
            + 'static
        {
            $(
                #[doc = concat!("The rule of [`f64::", stringify!($name), "`].")]
                #[allow(clippy::type_complexity, reason = "the types are the function's own")]
                fn $rule<$first: Activity $(, $act: Activity)*>(
                    &self,
                    $($arg: $ty,)*
                    activity: ($first, $($act,)*),
                ) -> ruled!($out, (Self $(, $ty)*), ($first Self $(, $act $ty)*), Self, $first $(, $act)*);

                /// The method as an argument: its value and the pullback.
                #[doc(hidden)]
                #[inline]
                #[allow(clippy::type_complexity, reason = "the types are the function's own")]
                fn $called(
                    this: Self,
                    $($arg: $ty,)*
                ) -> ruled!($out, (Self $(, $ty)*), (Active Self $(, Active $ty)*), Self) {
                    this.$rule($($arg,)* (Active, $(active!($act),)*))
                }

                /// The pull of that.
                #[doc(hidden)]
                #[inline]
                #[allow(non_snake_case, clippy::too_many_arguments, reason = "a cotangent is called as its activity is")]
                fn $pull_called(
                    back: impl FnOnce(&Self, $(&$ty,)* &$out, &mut Self $(, &mut $ty)*),
                    this: &Self,
                    $($arg: &$ty,)*
                    dy: &$out,
                    $first: &mut Self,
                    $($act: &mut $ty,)*
                ) {
                    back(this, $($arg,)* dy, $first $(, $act)*)
                }
            )+
            $(
                #[doc = concat!("The rule of [`Real::", stringify!($to), "`](super::Real::", stringify!($to), ").")]
                fn $rule_to<A0: Activity>(
                    &self,
                    activity: (A0,),
                ) -> ruled!($target, (Self), (A0 Self), Self, A0);
            )+
            $(
                #[doc = concat!("The rule of [`Real::", stringify!($from), "`](super::Real::", stringify!($from), ").")]
                fn $rule_from<A0: Activity>(
                    x: &$source,
                    activity: (A0,),
                ) -> ruled!(Self, ($source), (A0 $source), Self, A0);
            )+
            $(
                #[doc = concat!("The rule of `", stringify!($compare), "`.")]
                #[allow(clippy::type_complexity, reason = "the types are the function's own")]
                fn $rule_compare<A0: Activity, A1: Activity>(
                    &self,
                    other: &Self,
                    activity: (A0, A1),
                ) -> ruled!($order, (Self, Self), (A0 Self, A1 Self), Self, A0, A1);
            )+
            $(
                #[doc = concat!("The rule of [`ToString::", stringify!($text), "`].")]
                fn $rule_text<A0: Activity>(
                    &self,
                    activity: (A0,),
                ) -> ruled!($said, (Self), (A0 Self), Self, A0);
            )+
        }

        /// The methods that have a rule in [`RealRules`].
        #[cfg(test)]
        pub(super) const METHODS: &[&str] = &[
            $(stringify!($name),)+ $(stringify!($to),)+ $(stringify!($from),)+
            $(stringify!($compare),)+ $(stringify!($text),)+
        ];
    };
}
methods! { trait_of_rules Self }
