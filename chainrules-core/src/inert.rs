//! Types without derivative: integers, `bool`, `char`, strings, `Ordering` and `fn` pointers.

use crate::tangent::{Std, Tangent};

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
inert!(String, std::cmp::Ordering);

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
