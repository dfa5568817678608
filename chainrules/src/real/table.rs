//! The methods of a real scalar, listed once: [`Real`](super::Real) declares them, and
//! [`RealRules`](super::RealRules) their rules.

/// Hands the list to a macro, under a name for the scalar's own type. Of each method: the names of its
/// rule and of its parts as an argument, the activities, the arguments after the receiver, the result.
macro_rules! methods {
    ($callback:ident $own:ident $($more:tt)*) => {
        $callback! {
            $($more)*
            // exponential
            exp rrule_exp called_exp pull_called_exp[A0]() -> $own;
            exp2 rrule_exp2 called_exp2 pull_called_exp2[A0]() -> $own;
            exp_m1 rrule_exp_m1 called_exp_m1 pull_called_exp_m1[A0]() -> $own;
            ln rrule_ln called_ln pull_called_ln[A0]() -> $own;
            ln_1p rrule_ln_1p called_ln_1p pull_called_ln_1p[A0]() -> $own;
            log rrule_log called_log pull_called_log[A0 A1](base: $own) -> $own;
            log2 rrule_log2 called_log2 pull_called_log2[A0]() -> $own;
            log10 rrule_log10 called_log10 pull_called_log10[A0]() -> $own;
            // power
            sqrt rrule_sqrt called_sqrt pull_called_sqrt[A0]() -> $own;
            cbrt rrule_cbrt called_cbrt pull_called_cbrt[A0]() -> $own;
            recip rrule_recip called_recip pull_called_recip[A0]() -> $own;
            powf rrule_powf called_powf pull_called_powf[A0 A1](n: $own) -> $own;
            powi rrule_powi called_powi pull_called_powi[A0 A1](n: i32) -> $own;
            hypot rrule_hypot called_hypot pull_called_hypot[A0 A1](other: $own) -> $own;
            mul_add rrule_mul_add called_mul_add pull_called_mul_add[A0 A1 A2](a: $own, b: $own) -> $own;
            midpoint rrule_midpoint called_midpoint pull_called_midpoint[A0 A1](other: $own) -> $own;
            // trigonometric
            sin rrule_sin called_sin pull_called_sin[A0]() -> $own;
            cos rrule_cos called_cos pull_called_cos[A0]() -> $own;
            tan rrule_tan called_tan pull_called_tan[A0]() -> $own;
            sin_cos rrule_sin_cos called_sin_cos pull_called_sin_cos[A0]() -> ($own, $own);
            asin rrule_asin called_asin pull_called_asin[A0]() -> $own;
            acos rrule_acos called_acos pull_called_acos[A0]() -> $own;
            atan rrule_atan called_atan pull_called_atan[A0]() -> $own;
            atan2 rrule_atan2 called_atan2 pull_called_atan2[A0 A1](other: $own) -> $own;
            to_degrees rrule_to_degrees called_to_degrees pull_called_to_degrees[A0]() -> $own;
            to_radians rrule_to_radians called_to_radians pull_called_to_radians[A0]() -> $own;
            // hyperbolic
            sinh rrule_sinh called_sinh pull_called_sinh[A0]() -> $own;
            cosh rrule_cosh called_cosh pull_called_cosh[A0]() -> $own;
            tanh rrule_tanh called_tanh pull_called_tanh[A0]() -> $own;
            asinh rrule_asinh called_asinh pull_called_asinh[A0]() -> $own;
            acosh rrule_acosh called_acosh pull_called_acosh[A0]() -> $own;
            atanh rrule_atanh called_atanh pull_called_atanh[A0]() -> $own;
            // minmax
            abs rrule_abs called_abs pull_called_abs[A0]() -> $own;
            copysign rrule_copysign called_copysign pull_called_copysign[A0 A1](sign: $own) -> $own;
            max rrule_max called_max pull_called_max[A0 A1](other: $own) -> $own;
            min rrule_min called_min pull_called_min[A0 A1](other: $own) -> $own;
            abs_sub rrule_abs_sub called_abs_sub pull_called_abs_sub[A0 A1](other: $own) -> $own;
            clamp rrule_clamp called_clamp pull_called_clamp[A0 A1 A2](min: $own, max: $own) -> $own;
            // step
            floor rrule_floor called_floor pull_called_floor[A0]() -> $own;
            ceil rrule_ceil called_ceil pull_called_ceil[A0]() -> $own;
            round rrule_round called_round pull_called_round[A0]() -> $own;
            round_ties_even rrule_round_ties_even called_round_ties_even pull_called_round_ties_even[A0]() -> $own;
            trunc rrule_trunc called_trunc pull_called_trunc[A0]() -> $own;
            fract rrule_fract called_fract pull_called_fract[A0]() -> $own;
            signum rrule_signum called_signum pull_called_signum[A0]() -> $own;
            next_up rrule_next_up called_next_up pull_called_next_up[A0]() -> $own;
            next_down rrule_next_down called_next_down pull_called_next_down[A0]() -> $own;
            div_euclid rrule_div_euclid called_div_euclid pull_called_div_euclid[A0 A1](rhs: $own) -> $own;
            rem_euclid rrule_rem_euclid called_rem_euclid pull_called_rem_euclid[A0 A1](rhs: $own) -> $own;
            // query
            is_nan rrule_is_nan called_is_nan pull_called_is_nan[A0]() -> bool;
            is_infinite rrule_is_infinite called_is_infinite pull_called_is_infinite[A0]() -> bool;
            is_finite rrule_is_finite called_is_finite pull_called_is_finite[A0]() -> bool;
            is_normal rrule_is_normal called_is_normal pull_called_is_normal[A0]() -> bool;
            is_subnormal rrule_is_subnormal called_is_subnormal pull_called_is_subnormal[A0]() -> bool;
            is_sign_positive rrule_is_sign_positive called_is_sign_positive pull_called_is_sign_positive[A0]() -> bool;
            is_sign_negative rrule_is_sign_negative called_is_sign_negative pull_called_is_sign_negative[A0]() -> bool;
            classify rrule_classify called_classify pull_called_classify[A0]() -> std::num::FpCategory;
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
            impl ::std::ops::FnOnce($(&$arg,)* &$out, $(<$act as Activity>::Shadow<'_, $of>),*)
                + ::std::clone::Clone
                + use<$($captured)*>
        )
    };
}

pub(super) use {conversions, methods, ruled};
