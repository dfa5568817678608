//! The rules of conversions by `From`, by type: `Y::from(x)` and `x.into()` find the same.

use crate::{Activity, Tangent};
use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, Hash};

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

/// The marker of a map that is made of the list of a chain's items.
pub struct OfItems<M, N>(core::marker::PhantomData<(M, N)>);

/// Where the type of a collected map follows from what stands around `collect()`, the list of the items
/// is converted. Of pairs with one key, the last one counts.
macro_rules! collected {
    ($($map:ident: [$($bound:tt)+] $([$s:ident])?;)+) => {$(
        impl<K: Tangent<N> + $($bound)+, V: Tangent<M>, $($s: BuildHasher + Default + Clone,)? M, N>
            FromRule<OfItems<M, N>, Vec<(K, V)>> for $map<K, V $(, $s)?>
        {
            #[inline(always)]
            fn rrule_from<A: Activity>(
                items: &Vec<(K, V)>,
                _: (A,),
            ) -> (
                Self,
                impl FnOnce(&Vec<(K, V)>, &Self, A::Shadow<'_, Vec<(K, V)>>)
                + Clone
                + use<K, V, $($s,)? M, N, A>,
            ) {
                let map = items.iter().cloned().collect();
                let pull = |items: &Vec<(K, V)>, dy: &Self, mut d: A::Shadow<'_, Vec<(K, V)>>| {
                    let Some(d) = A::get(&mut d) else { return };
                    let mut left = dy.clone();
                    for ((key, _), (_, d)) in items.iter().zip(d).rev() {
                        left.remove(key).iter().for_each(|dy| d.accumulate(dy));
                    }
                };
                (map, pull)
            }
        }
    )+};
}
collected! {
    BTreeMap: [Ord];
    HashMap: [Eq + Hash] [S];
}

/// The marker of the conversion of a type into a box of it, by that of its tangent.
pub struct InABox<M>(core::marker::PhantomData<M>);

/// No other crate may say it of all types, as a box is taken for what is in it.
impl<T: Tangent<M>, M> FromRule<InABox<M>, T> for Box<T> {
    #[inline(always)]
    fn rrule_from<A: Activity>(
        from: &T,
        _: (A,),
    ) -> (Self, impl FnOnce(&T, &Self, A::Shadow<'_, T>) + Clone + use<T, M, A>) {
        (Box::new(from.clone()), |_: &T, dy: &Self, mut shadow: A::Shadow<'_, T>| {
            if let Some(shadow) = A::get(&mut shadow) {
                shadow.accumulate(dy);
            }
        })
    }
}

/// The marker of the conversion of a type into an optional value of it, by that of its tangent.
pub struct InAnOption<M>(core::marker::PhantomData<M>);

/// `impl Into<Option<V>>` takes a `V`.
impl<T: Tangent<M>, M> FromRule<InAnOption<M>, T> for Option<T> {
    #[inline(always)]
    fn rrule_from<A: Activity>(
        from: &T,
        _: (A,),
    ) -> (Self, impl FnOnce(&T, &Self, A::Shadow<'_, T>) + Clone + use<T, M, A>) {
        (Some(from.clone()), |_: &T, dy: &Self, mut shadow: A::Shadow<'_, T>| {
            if let (Some(shadow), Some(dy)) = (A::get(&mut shadow), dy) {
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
