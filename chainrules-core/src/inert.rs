//! Types without derivative: integers and ranges of them, `bool`, `char`, strings, `Ordering`, `FpCategory`
//! and `fn` pointers.

use crate::tangent::{Shadowed, Std, Tangent};

macro_rules! inert {
    (impl [$($generic:tt)*] $marker:ty, $t:ty) => {
        impl<$($generic)*> Tangent<$marker> for $t {
            // The value itself: an index into the cotangent is then one into the value.
            type Shape = Self;
            const EPSILON: f64 = 0.0;
            type Kept = ();

            #[inline(always)]
            fn keep(&self) {}

            #[inline(always)]
            fn recall(_: (), replay: impl FnOnce() -> Self) -> Self {
                replay()
            }

            #[inline(always)]
            fn shape(&self) -> Self {
                self.clone()
            }

            #[inline(always)]
            fn zero_of(shape: &Self) -> Self {
                shape.clone()
            }

            #[inline(always)]
            fn accumulate(&mut self, _: &Self) {}

            fn map_scalars(&mut self, _: &mut dyn FnMut(f64) -> f64) {}
        }
    };    ($($t:ty),+) => {$(inert!(impl [] Std, $t);)+};
}
inert!(u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize, bool, char, (), &str);
inert!(String, std::cmp::Ordering, std::num::FpCategory);

macro_rules! ranges {
    ($($t:ty),+) => {$(inert!(std::ops::Range<$t>, std::ops::RangeInclusive<$t>);)+};
}
ranges!(u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize);

/// A text that is part of a value with a cotangent.
impl Shadowed<Std> for str {
    type Owned = String;
    const ROUNDOFF: f64 = 0.0;

    fn zero_owned(&self) -> String {
        self.to_owned()
    }

    fn lent(owned: &mut String) -> &mut str {
        owned
    }

    fn copied(&self) -> String {
        self.to_owned()
    }

    #[inline(always)]
    fn accumulate_owned(&mut self, _: &String) {}

    fn map_owned(_: &mut String, _: &mut dyn FnMut(f64) -> f64) {}

    #[inline(always)]
    fn clear_owned(_: &mut String) {}
}

/// Marks the tangents of `fn` pointers, by the parameters that are references.
pub struct ByPointer<const REFERENCES: usize>;

macro_rules! pointers {
    ($($n:literal: [$($generic:tt)*] ($($t:ty),*));+ $(;)?) => {
        $(inert!(impl [$($generic)*, Y] ByPointer<$n>, fn($($t),*) -> Y);)+
    };
}
pointers! {
    0: [A] (A);
    1: [A: ?Sized] (&A);
    2: [A, B] (A, B);
    3: [A: ?Sized, B] (&A, B);
    4: [A, B: ?Sized] (A, &B);
    5: [A: ?Sized, B: ?Sized] (&A, &B);
}
