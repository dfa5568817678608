//! The operators of the language on numbers.
//!
//! Integers have rules that do nothing, so that code whose types only the compiler knows can be
//! differentiated by operators alone.

use chainrules_core::{
    Add, AddAssign, AnyForm, Bits, CastRule, Div, DivAssign, Mul, MulAssign, Neg, NegRule,
    ProductRule, Rem, RemAssign, Sub, SubAssign, SumRule, rrule,
};

/// The marker of the rules of this crate.
pub struct Chainrules;

/// A type that names the marker of the rule of an operator, as [`HasTangent`](chainrules_core::HasTangent) does of its
/// tangent.
///
/// Elsewhere the marker is left to inference. A trait whose supertraits are operators promises their rules
/// by this one: `trait Field: Add<Output = Self>` with `#[differentiable]` has it as a supertrait, too. Of `-x`
/// the right operand is the type itself.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not name the rule of its operator `{Op}` with `{Rhs}`",
    note = "the trait promises this operator: write `#[differentiable]` on its `impl` for a type of your own; where the rule is that of another crate of rules, write the bound of the operator in the function instead of in the trait"
)]
pub trait NamesOperator<Op, Rhs, Form> {
    /// The marker of the rule.
    type Marker;
}

macro_rules! named {
    ($t:ty: $($op:ident),+) => {$(
        impl<L, R> NamesOperator<$op, $t, (L, R)> for $t {
            type Marker = AnyForm<Chainrules>;
        }
    )+};
    ($($t:ty),+) => {$(
        named!($t: Add, Sub, Mul, Div, Rem, AddAssign, SubAssign, MulAssign, DivAssign, RemAssign);

        impl<L> NamesOperator<Neg, $t, L> for $t {
            type Marker = AnyForm<Chainrules>;
        }
    )+};
}
named!(f32, f64, u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize);

macro_rules! real {
    ($($t:ty),+) => {$(
        #[rrule(ops::Add, ops::AddAssign, marker = Chainrules)]
        fn add(a: $t, b: $t) -> $t {
            (a + b, |dy| Grad { a: dy, b: dy })
        }

        #[rrule(ops::Sub, ops::SubAssign, marker = Chainrules)]
        fn sub(a: $t, b: $t) -> $t {
            (a - b, |dy| Grad { a: dy, b: -dy })
        }

        #[rrule(ops::Mul, ops::MulAssign, marker = Chainrules)]
        fn mul(a: $t, b: $t) -> $t {
            (a * b, |dy| Grad { a: dy * b, b: dy * a })
        }

        // y = a / b: dy/da = 1 / b, dy/db = -a / b².
        #[rrule(ops::Div, ops::DivAssign, marker = Chainrules, check(b = [0.5, -2.0, 3.0, -0.75]))]
        fn div(a: $t, b: $t) -> $t {
            (a / b, |dy| Grad { a: dy / b, b: -(dy / b) * (a / b) })
        }

        // y = a - trunc(a / b) b: dy/da = 1, dy/db = -trunc(a / b).
        #[rrule(
            ops::Rem,
            ops::RemAssign,
            marker = Chainrules,
            check(a = [-7.3, -0.4, 0.7, 2.6, 9.1], b = [2.0, -0.75, 1.3])
        )]
        fn rem(a: $t, b: $t) -> $t {
            (a % b, |dy| Grad { a: dy, b: -dy * (a / b).trunc() })
        }

        #[rrule(ops::Neg, marker = Chainrules)]
        fn neg(a: $t) -> $t {
            (-a, |dy| Grad { a: -dy })
        }
    )+};
}
real!(f32, f64);

macro_rules! inert {
    ($($t:ty),+) => {$(
        inert!(@sum $t: Add, Sub);
        inert!(@sum_assign $t: AddAssign, SubAssign);
        inert!(@product $t: Mul, Div, Rem, MulAssign, DivAssign, RemAssign, Bits);
    )+};
    (@sum $t:ty: $($op:ident),+) => {$(
        impl SumRule<$op, $t, Chainrules> for $t {
            type Residual = ();
            type Output = $t;

            #[inline(always)]
            fn residual(_: &$t, _: &$t) {}

            #[inline(always)]
            fn pull_lhs((): &(), _: &$t) -> $t {
                0
            }

            #[inline(always)]
            fn pull_rhs((): &(), _: &$t) -> $t {
                0
            }
        }
    )+};
    // The cotangent of a place has its integer, that from before the assignment.
    (@sum_assign $t:ty: $($op:ident),+) => {$(
        impl SumRule<$op, $t, Chainrules> for $t {
            type Residual = $t;
            type Output = $t;

            #[inline(always)]
            fn residual(lhs: &$t, _: &$t) -> $t {
                *lhs
            }

            #[inline(always)]
            fn pull_lhs(lhs: &$t, _: &$t) -> $t {
                *lhs
            }

            #[inline(always)]
            fn pull_rhs(_: &$t, _: &$t) -> $t {
                0
            }
        }
    )+};
    (@product $t:ty: $($op:ident),+) => {$(
        impl ProductRule<$op, $t, Chainrules> for $t {
            type Output = $t;

            #[inline(always)]
            fn pull_lhs(&self, _: &$t, _: &$t) -> $t {
                <$t>::default()
            }

            #[inline(always)]
            fn pull_rhs(&self, _: &$t, _: &$t) -> $t {
                <$t>::default()
            }

            #[inline(always)]
            fn add_lhs(&self, _: &$t, _: &$t, _: &mut $t) {}

            #[inline(always)]
            fn add_rhs(&self, _: &$t, _: &$t, _: &mut $t) {}
        }
    )+};
}
inert!(u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize);
inert!(@product bool: Bits);

macro_rules! negated {
    ($($t:ty),+) => {$(
        impl NegRule<Chainrules> for $t {
            type Residual = ();
            type Output = $t;

            #[inline(always)]
            fn residual(&self) {}

            #[inline(always)]
            fn pull((): &(), _: &$t) -> $t {
                0
            }
        }
    )+};
}
negated!(i8, i16, i32, i64, i128, isize);

macro_rules! cast {
    (@real $from:ty) => {
        cast!(@one $from, f32, |dy| dy as $from);
        cast!(@one $from, f64, |dy| dy as $from);
        cast!(@steps $from, 0.0, u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize);
    };
    (@inert $from:ty, $zero:expr) => {
        cast!(@steps $from, $zero, f32 f64 u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize);
    };
    (@steps $from:ty, $zero:expr, $($to:ty)+) => {
        $(cast!(@one $from, $to, |_dy| $zero);)+
    };
    (@one $from:ty, $to:ty, |$dy:ident| $pull:expr) => {
        impl CastRule<$to, Chainrules> for $from {
            #[inline(always)]
            fn pull($dy: &$to) -> $from {
                let $dy = *$dy;
                $pull
            }
        }
    };
}
cast!(@real f32);
cast!(@real f64);
cast!(@inert u8, 0);
cast!(@inert u16, 0);
cast!(@inert u32, 0);
cast!(@inert u64, 0);
cast!(@inert u128, 0);
cast!(@inert usize, 0);
cast!(@inert i8, 0);
cast!(@inert i16, 0);
cast!(@inert i32, 0);
cast!(@inert i64, 0);
cast!(@inert i128, 0);
cast!(@inert isize, 0);
cast!(@inert bool, false);
