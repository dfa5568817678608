//! Conversions of a value and of a reference to it, which have one rule.

use super::checks::numbers;
use chainrules_core::Tangent;
use core::marker::PhantomData;

/// What is converted into `Y`.
pub struct Conversions<'a, X: ?Sized, Y>(&'a X, PhantomData<Y>);

impl<'a, X: ?Sized, Y> Conversions<'a, X, Y> {
    /// Those of this value.
    #[inline(always)]
    pub fn of(x: &'a X) -> Self {
        Self(x, PhantomData)
    }
}

/// Tells types with both conversions from others, by the order in which methods are found.
pub trait IsTwofold<M> {
    /// A debug build compares what they give.
    ///
    /// # Panics
    /// In a debug build, if they give other numbers.
    fn compare(&self);
}

/// Tells types with both conversions from others, by the order in which methods are found.
pub trait IsSingle {
    /// There is nothing to compare.
    #[inline(always)]
    fn compare(&self) {}
}

impl<'a, X: Clone, Y: From<X> + From<&'a X> + Tangent<M>, M> IsTwofold<M>
    for Conversions<'a, X, Y>
{
    #[inline(always)]
    #[track_caller]
    fn compare(&self) {
        if cfg!(debug_assertions) {
            let (of_a_reference, of_a_value) = (Y::from(self.0), Y::from(self.0.clone()));
            assert!(
                numbers(of_a_reference) == numbers(of_a_value),
                "`From` of a value and `From` of a reference to it give other numbers, and the derivative of one is taken for both: make one a function of another name"
            );
        }
    }
}

impl<X: ?Sized, Y> IsSingle for &Conversions<'_, X, Y> {}
