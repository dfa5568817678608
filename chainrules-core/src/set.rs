//! Cotangents of sets and heaps of what carries no derivative, and of `Reverse`. A set has no place that stands
//! for one element through all changes, so it has none of real numbers.

use crate::tangent::{Std, Tangent};
use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap, HashSet};
use std::hash::BuildHasher;

/// Lets nothing but what carries no derivative into a set or heap that is no constant, or out of one: what rules
/// that do so call.
///
/// # Panics
/// At compile time, where a `T` has real numbers.
#[inline(always)]
pub const fn elements_without_derivative<T: Tangent<M>, M>() {
    const {
        assert!(
            T::EPSILON == 0.0,
            "the elements of a set or heap carry no derivative, and these have real numbers: keep the numbers \
             in a `Vec`, and an index and `constant(x)` in the set; mark what is constant in the elements \
             `#[constant]`; or let a `BinaryHeap` be a local variable of which methods alone are called"
        );
    }
}

macro_rules! sets {
    ($([$($params:tt)*] $set:ty, $empty:expr;)+) => {$(
        impl<T: Tangent<M>, M, $($params)*> Tangent<Std<M>> for $set
        where
            $set: Clone,
        {
            type Shape = Self;
            const EPSILON: f64 = 0.0;
            type Kept = Self;

            fn keep(&self) -> Self {
                self.clone()
            }

            fn recall(kept: Self, _: impl FnOnce() -> Self) -> Self {
                kept
            }

            fn shape(&self) -> Self {
                $empty(self)
            }

            fn zero_of(shape: &Self) -> Self {
                shape.clone()
            }

            #[inline(always)]
            fn accumulate(&mut self, _: &Self) {}

            fn map_scalars(&mut self, _: &mut dyn FnMut(f64) -> f64) {}
        }
    )+};
}
sets!(
    [] BTreeSet<T>, |_| BTreeSet::new();
    [] BinaryHeap<T>, |_| BinaryHeap::new();
    [S: BuildHasher + Clone] HashSet<T, S>, |set: &Self| HashSet::with_hasher(set.hasher().clone());
);

impl<T: Tangent<M>, M> Tangent<Std<M>> for Reverse<T> {
    type Shape = T::Shape;
    const EPSILON: f64 = T::EPSILON;
    type Kept = T::Kept;

    #[inline(always)]
    fn keep(&self) -> T::Kept {
        self.0.keep()
    }

    #[inline(always)]
    fn recall(kept: T::Kept, replay: impl FnOnce() -> Self) -> Self {
        Reverse(T::recall(kept, || replay().0))
    }

    #[inline(always)]
    fn shape(&self) -> T::Shape {
        self.0.shape()
    }

    #[inline(always)]
    fn zero_of(shape: &T::Shape) -> Self {
        Reverse(T::zero_of(shape))
    }

    #[inline(always)]
    fn accumulate(&mut self, rhs: &Self) {
        self.0.accumulate(&rhs.0);
    }

    fn map_scalars(&mut self, f: &mut dyn FnMut(f64) -> f64) {
        self.0.map_scalars(f);
    }

    fn clear_constants(&mut self) {
        self.0.clear_constants();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_has_an_empty_cotangent() {
        let set = BTreeSet::from([3, 1]);
        let mut zero = BTreeSet::zero_of(&set.shape());
        zero.accumulate(&set);
        assert!(zero.is_empty());
    }

    #[test]
    fn the_cotangent_of_what_is_reversed_is_reversed() {
        let x = Reverse((2.0, 1));
        let mut d = Reverse::zero_of(&x.shape());
        d.accumulate(&Reverse((3.0, 7)));
        d.accumulate(&Reverse((4.0, 7)));
        assert_eq!(d.0.0, 7.0);
    }
}
