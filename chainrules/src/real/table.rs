//! The methods of a real scalar, listed once: [`Real`](super::Real) declares them, and
//! [`RealRules`](super::RealRules) their rules.

/// Hands the list to a macro, under a name for the scalar's own type. Of each method: its rule's name,
/// the activities, the arguments after the receiver, the result.
macro_rules! methods {
    ($callback:ident $own:ident $($more:tt)*) => {
        $callback! {
            $($more)*
            // exponential
            exp rrule_exp[A0]() -> $own;
            exp2 rrule_exp2[A0]() -> $own;
            exp_m1 rrule_exp_m1[A0]() -> $own;
            ln rrule_ln[A0]() -> $own;
            ln_1p rrule_ln_1p[A0]() -> $own;
            log rrule_log[A0 A1](base: $own) -> $own;
            log2 rrule_log2[A0]() -> $own;
            log10 rrule_log10[A0]() -> $own;
            // power
            sqrt rrule_sqrt[A0]() -> $own;
            cbrt rrule_cbrt[A0]() -> $own;
            recip rrule_recip[A0]() -> $own;
            powf rrule_powf[A0 A1](n: $own) -> $own;
            powi rrule_powi[A0 A1](n: i32) -> $own;
            hypot rrule_hypot[A0 A1](other: $own) -> $own;
            mul_add rrule_mul_add[A0 A1 A2](a: $own, b: $own) -> $own;
            midpoint rrule_midpoint[A0 A1](other: $own) -> $own;
            // trigonometric
            sin rrule_sin[A0]() -> $own;
            cos rrule_cos[A0]() -> $own;
            tan rrule_tan[A0]() -> $own;
            sin_cos rrule_sin_cos[A0]() -> ($own, $own);
            asin rrule_asin[A0]() -> $own;
            acos rrule_acos[A0]() -> $own;
            atan rrule_atan[A0]() -> $own;
            atan2 rrule_atan2[A0 A1](other: $own) -> $own;
            to_degrees rrule_to_degrees[A0]() -> $own;
            to_radians rrule_to_radians[A0]() -> $own;
            // hyperbolic
            sinh rrule_sinh[A0]() -> $own;
            cosh rrule_cosh[A0]() -> $own;
            tanh rrule_tanh[A0]() -> $own;
            asinh rrule_asinh[A0]() -> $own;
            acosh rrule_acosh[A0]() -> $own;
            atanh rrule_atanh[A0]() -> $own;
            // minmax
            abs rrule_abs[A0]() -> $own;
            copysign rrule_copysign[A0 A1](sign: $own) -> $own;
            max rrule_max[A0 A1](other: $own) -> $own;
            min rrule_min[A0 A1](other: $own) -> $own;
            clamp rrule_clamp[A0 A1 A2](min: $own, max: $own) -> $own;
            // step
            floor rrule_floor[A0]() -> $own;
            ceil rrule_ceil[A0]() -> $own;
            round rrule_round[A0]() -> $own;
            round_ties_even rrule_round_ties_even[A0]() -> $own;
            trunc rrule_trunc[A0]() -> $own;
            fract rrule_fract[A0]() -> $own;
            signum rrule_signum[A0]() -> $own;
            next_up rrule_next_up[A0]() -> $own;
            next_down rrule_next_down[A0]() -> $own;
            div_euclid rrule_div_euclid[A0 A1](rhs: $own) -> $own;
            rem_euclid rrule_rem_euclid[A0 A1](rhs: $own) -> $own;
            // query
            is_nan rrule_is_nan[A0]() -> bool;
            is_infinite rrule_is_infinite[A0]() -> bool;
            is_finite rrule_is_finite[A0]() -> bool;
            is_normal rrule_is_normal[A0]() -> bool;
            is_subnormal rrule_is_subnormal[A0]() -> bool;
            is_sign_positive rrule_is_sign_positive[A0]() -> bool;
            is_sign_negative rrule_is_sign_negative[A0]() -> bool;
            classify rrule_classify[A0]() -> std::num::FpCategory;
        }
    };
}

/// Hands the methods of another shape to a macro: conversions to a type, and from a type; comparisons,
/// with their results; text.
macro_rules! conversions {
    ($callback:ident $($more:tt)*) => {
        $callback! {
            $($more)*
            to: to_f32 rrule_to_f32 f32, to_f64 rrule_to_f64 f64;
            from: from_f32 rrule_from_f32 f32, from_f64 rrule_from_f64 f64,
                from_i8 rrule_from_i8 i8, from_i16 rrule_from_i16 i16,
                from_i32 rrule_from_i32 i32, from_i64 rrule_from_i64 i64,
                from_isize rrule_from_isize isize, from_u8 rrule_from_u8 u8,
                from_u16 rrule_from_u16 u16, from_u32 rrule_from_u32 u32,
                from_u64 rrule_from_u64 u64, from_usize rrule_from_usize usize;
            compare: partial_cmp rrule_partial_cmp Option<std::cmp::Ordering>,
                total_cmp rrule_total_cmp std::cmp::Ordering;
            text: to_string rrule_to_string String;
        }
    };
}

/// A rule's value and pullback: the pullback's arguments, then its activities.
macro_rules! ruled {
    ($out:ty, ($($arg:ty),*), ($($act:ident $of:ty),*), $($captured:tt)*) => {
        (
            $out,
            impl ::std::ops::FnOnce($(&$arg,)* &$out, $($act::Shadow<'_, $of>),*)
                + ::std::clone::Clone
                + use<$($captured)*>
        )
    };
}

pub(super) use {conversions, methods, ruled};
