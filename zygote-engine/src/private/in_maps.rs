//! The check that keys which come into a map carry no derivative: the cotangent of a map is that of its values.

use chainrules_core::Tangent;
use std::collections::{BTreeMap, HashMap};
use std::marker::PhantomData;

/// The receiver of `insert`.
pub struct Receiver<'a, T: ?Sized>(pub &'a T);

/// That it is a map.
pub struct IsMap;

/// That it is none.
pub struct IsNoMap;

impl<K, V, S> Receiver<'_, HashMap<K, V, S>> {
    /// Whether it has keys.
    #[inline(always)]
    pub fn keys(&self) -> IsMap {
        IsMap
    }
}

impl<K, V> Receiver<'_, BTreeMap<K, V>> {
    /// Whether it has keys.
    #[inline(always)]
    pub fn keys(&self) -> IsMap {
        IsMap
    }
}

/// Any other receiver.
pub trait NoMap {
    /// Whether it has keys.
    #[inline(always)]
    fn keys(&self) -> IsNoMap {
        IsNoMap
    }
}

impl<T: ?Sized> NoMap for Receiver<'_, T> {}

/// The first argument, which varies.
pub struct Key<'a, K>(pub &'a K);

/// What is known of its type.
pub struct Kind<K, M>(PhantomData<fn() -> (K, M)>);

/// A key of a type with a cotangent.
pub trait RealKey<K, M> {
    /// What is known of its type.
    fn kind(&self) -> Kind<K, M>;
}

impl<K: Tangent<M>, M> RealKey<K, M> for Key<'_, K> {
    #[inline(always)]
    fn kind(&self) -> Kind<K, M> {
        Kind(PhantomData)
    }
}

/// Any other key.
pub trait AnyKey {
    /// Nothing.
    #[inline(always)]
    fn kind(&self) -> AnyKind {
        AnyKind
    }
}

impl<K> AnyKey for &Key<'_, K> {}

/// That nothing is known of its type.
pub struct AnyKind;

/// What a key may be.
pub trait CarriesNone {
    /// Checks it.
    fn check();
}

impl CarriesNone for AnyKind {
    #[inline(always)]
    fn check() {}
}

impl<K: Tangent<M>, M> CarriesNone for Kind<K, M> {
    #[inline(always)]
    fn check() {
        const {
            assert!(
                K::EPSILON == 0.0,
                "the keys of a map carry no derivative, and this one has real numbers that vary: cut it, \
                 `map.insert(constant(key), value)`, or keep pairs in a `Vec`"
            );
        }
    }
}

impl IsMap {
    /// The key carries no derivative, by its type.
    ///
    /// ```compile_fail,E0080
    /// use chainrules::prelude::*;
    /// use std::{cmp::Ordering, collections::BTreeMap};
    /// use zygote_engine::prelude::*;
    ///
    /// #[derive(Clone, Copy, PartialEq, PartialOrd, Tangent)]
    /// struct Cost(f64);
    /// impl Eq for Cost {}
    /// impl Ord for Cost {
    ///     fn cmp(&self, other: &Self) -> Ordering {
    ///         self.0.total_cmp(&other.0)
    ///     }
    /// }
    ///
    /// #[differentiable]
    /// fn first(x: f64) -> f64 {
    ///     let mut map = BTreeMap::new();
    ///     map.insert(Cost(x), x);
    ///     map.values().sum()
    /// }
    ///
    /// gradient!(first, 1.0);
    /// ```
    #[inline(always)]
    pub fn of<C: CarriesNone>(&self, _: &C) {
        C::check();
    }
}

impl IsNoMap {
    /// Nothing is asked.
    #[inline(always)]
    pub fn of<C>(&self, _: &C) {}
}
