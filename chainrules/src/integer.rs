//! Methods of integers, which carry no derivative.

use chainrules_core::{Tangent, inert, rrule};

use of_the_language::Integer;

mod of_the_language {
    /// An integer, of no other crate: the methods of its traits have rules that serve `let mut n = 0;`
    /// before its type is known.
    pub trait Integer: Copy + Ord + std::fmt::Display {}

    macro_rules! integers {
        ($($ty:ty),*) => { $(impl Integer for $ty {})* };
    }

    integers!(u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize);
}

#[rrule(std::cmp::max, check(T = usize, T = i32))]
fn greater<T: Integer + Tangent<M>, M>(v1: T, v2: T) -> T {
    (std::cmp::max(v1, v2), |_| Grad { v1: inert, v2: inert })
}

#[rrule(std::cmp::min, check(T = usize, T = i32))]
fn lesser<T: Integer + Tangent<M>, M>(v1: T, v2: T) -> T {
    (std::cmp::min(v1, v2), |_| Grad { v1: inert, v2: inert })
}

inert! {
    impl u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize {
        #[check(this = 0..5, exp = 0..3)]
        fn pow(self, exp: u32) -> Self;
        #[check(rhs = 1..5)]
        fn rem_euclid(self, rhs: Self) -> Self;
        #[check(rhs = 1..5)]
        fn div_euclid(self, rhs: Self) -> Self;
        fn count_ones(self) -> u32;
        fn leading_zeros(self) -> u32;
        fn trailing_zeros(self) -> u32;
        fn wrapping_add(self, rhs: Self) -> Self;
        fn wrapping_sub(self, rhs: Self) -> Self;
        fn wrapping_mul(self, rhs: Self) -> Self;
        fn saturating_add(self, rhs: Self) -> Self;
        fn saturating_sub(self, rhs: Self) -> Self;
        fn saturating_mul(self, rhs: Self) -> Self;
        fn checked_add(self, rhs: Self) -> Option<Self>;
        fn checked_sub(self, rhs: Self) -> Option<Self>;
        fn checked_mul(self, rhs: Self) -> Option<Self>;
        fn checked_div(self, rhs: Self) -> Option<Self>;
        fn checked_rem(self, rhs: Self) -> Option<Self>;
        #[check(exp = 0..3)]
        fn checked_pow(self, exp: u32) -> Option<Self>;
        #[check(exp = 0..3)]
        fn saturating_pow(self, exp: u32) -> Self;
        #[check(exp = 0..3)]
        fn wrapping_pow(self, exp: u32) -> Self;
        fn wrapping_neg(self) -> Self;
        fn overflowing_add(self, rhs: Self) -> (Self, bool);
        fn overflowing_sub(self, rhs: Self) -> (Self, bool);
        fn overflowing_mul(self, rhs: Self) -> (Self, bool);
        #[check(n = 0..8)]
        fn rotate_left(self, n: u32) -> Self;
        #[check(n = 0..8)]
        fn rotate_right(self, n: u32) -> Self;
    }

    impl<T: Integer + Tangent<M>, M> T, check(T = u8, T = u16, T = u32, T = u64, T = u128, T = usize, T = i8, T = i16, T = i32, T = i64, T = i128, T = isize) {
        fn min(self, other: Self) -> Self;
        fn max(self, other: Self) -> Self;
        #[check(min = 0..3, max = 3..9)]
        fn clamp(self, min: Self, max: Self) -> Self;
        fn cmp(&self, other: &Self) -> std::cmp::Ordering;
        fn to_string(&self) -> String;
    }

    impl u8, u16, u32, u64, u128, usize {
        fn abs_diff(self, other: Self) -> Self;
        fn is_power_of_two(self) -> bool;
        fn isqrt(self) -> Self;
        #[check(rhs = 1..5)]
        fn div_ceil(self, rhs: Self) -> Self;
        #[check(this = 1..9)]
        fn ilog2(self) -> u32;
        #[check(this = 1..9)]
        fn ilog10(self) -> u32;
        #[check(this = 0..9)]
        fn next_power_of_two(self) -> Self;
        #[check(this = 0..9, rhs = 1..5)]
        fn next_multiple_of(self, rhs: Self) -> Self;
    }

    impl i8, i16, i32, i64, i128, isize {
        #[check(this = -8..9)]
        fn abs(self) -> Self;
        fn signum(self) -> Self;
        fn is_positive(self) -> bool;
        fn is_negative(self) -> bool;
    }

    impl i32 { fn unsigned_abs(self) -> u32; fn abs_diff(self, other: Self) -> u32; }
    impl i64 { fn unsigned_abs(self) -> u64; fn abs_diff(self, other: Self) -> u64; }
    impl isize { fn unsigned_abs(self) -> usize; fn abs_diff(self, other: Self) -> usize; }
}
