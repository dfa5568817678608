//! The rules of conversions by `From`, by type: `Y::from(x)` and `x.into()` find the same.

use crate::{Activity, Tangent};

/// The rule of `impl From<X> for Self`, or of `impl From<&X> for Self`.
///
/// The rule macros make it of a function `from`, `#[differentiable]` of an `impl`. The marker `M` is a type
/// of the crate that writes the rule.
#[diagnostic::on_unimplemented(
    message = "the conversion of `{X}` into `{Self}` has no rule here",
    note = "write `#[differentiable]` on the `impl From` of your own types, or import the prelude of the crate that has the rule"
)]
pub trait FromRule<M, X: ?Sized>: Sized {
    /// The value and its pullback.
    #[allow(clippy::type_complexity, reason = "the protocol of a call")]
    fn rrule_from<A: Activity>(
        from: &X,
        activity: (A,),
    ) -> (Self, impl FnOnce(&X, &Self, A::Shadow<'_, X>) + Clone + use<Self, M, X, A>);
}

/// The marker of the conversion of a type into itself, by that of its tangent.
pub struct Itself<M>(core::marker::PhantomData<M>);

/// Every type is made of itself, as `impl Into<V>` takes a `V`.
impl<T: Tangent<M>, M> FromRule<Itself<M>, T> for T {
    #[inline(always)]
    fn rrule_from<A: Activity>(
        from: &T,
        _: (A,),
    ) -> (Self, impl FnOnce(&T, &Self, A::Shadow<'_, T>) + Clone + use<T, M, A>) {
        (from.clone(), |_: &T, dy: &T, mut shadow: A::Shadow<'_, T>| {
            if let Some(shadow) = A::get(&mut shadow) {
                shadow.accumulate(dy);
            }
        })
    }
}

/// The rule of `x.into()`, which is that of [`FromRule`]. Bounds of generic functions ask for it by this
/// name, so that the type that is made follows from them.
pub trait IntoRule<M, Y> {
    /// The value and its pullback.
    #[allow(clippy::type_complexity, reason = "the protocol of a call")]
    fn rrule_into<A: Activity>(
        &self,
        activity: (A,),
    ) -> (Y, impl FnOnce(&Self, &Y, A::Shadow<'_, Self>) + Clone + use<Self, M, Y, A>);
}

impl<X: ?Sized, Y: FromRule<M, X>, M> IntoRule<M, Y> for X {
    #[inline(always)]
    fn rrule_into<A: Activity>(
        &self,
        activity: (A,),
    ) -> (Y, impl FnOnce(&X, &Y, A::Shadow<'_, X>) + Clone + use<X, M, Y, A>) {
        Y::rrule_from(self, activity)
    }
}
