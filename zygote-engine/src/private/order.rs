//! The order of the entries that a loop goes over, where the source does not say of what: the reverse sweep goes
//! over those of a `HashMap` in the order that the forward sweep has found, as it may be another after a
//! change that was undone. Anything else has its order.

use super::unvaried::{Copies, Root, Unvaried, UnvariedBehind, WithoutCotangents};
use chainrules_core::{Absent, Tangent, ToWalk, Walk};
use std::collections::HashMap;
use std::hash::{BuildHasher, Hash};
use std::marker::PhantomData;

const ENTRIES: &str = "the map is as it was before the loop";
const KEYS: &str = "the cotangent has the keys of the map";

/// A map whose order is its own affair, or what refers to one.
pub trait Unordered {
    /// The type of a key.
    type Key: Clone + Eq + Hash;
    /// The type of a value.
    type Value;
    /// The hasher.
    type Hasher: BuildHasher;
    /// The map.
    fn as_map(&self) -> &HashMap<Self::Key, Self::Value, Self::Hasher>;
}

impl<K: Clone + Eq + Hash, V, S: BuildHasher> Unordered for HashMap<K, V, S> {
    type Key = K;
    type Value = V;
    type Hasher = S;

    fn as_map(&self) -> &Self {
        self
    }
}

macro_rules! referring {
    ($($t:ty),+) => {$(
        impl<T: Unordered + ?Sized> Unordered for $t {
            type Key = T::Key;
            type Value = T::Value;
            type Hasher = T::Hasher;

            fn as_map(&self) -> &HashMap<T::Key, T::Value, T::Hasher> {
                T::as_map(self)
            }
        }
    )+};
}
referring!(&T, &mut T, Box<T>);

/// What a loop goes over.
pub struct OrderOf<'a, C: ?Sized>(pub &'a C);

/// Found first.
pub trait KeysInOrder {
    /// The type of a key.
    type Key;
    /// The keys.
    fn order(self) -> Order<Self::Key>;
}

impl<C: Unordered + ?Sized> KeysInOrder for OrderOf<'_, C> {
    type Key = C::Key;

    #[inline]
    fn order(self) -> Order<C::Key> {
        Order(self.0.as_map().keys().cloned().collect())
    }
}

/// Found of anything else.
pub trait HasOrder {
    /// Nothing.
    fn order(&self) -> Itself;
}

impl<C: ?Sized> HasOrder for OrderOf<'_, C> {
    #[inline(always)]
    fn order(&self) -> Itself {
        Itself
    }
}

/// The order of what a loop goes over.
#[macro_export]
#[doc(hidden)]
macro_rules! __order_of {
    ($root:expr) => {{
        use $crate::__private::{HasOrder as _, KeysInOrder as _};
        $crate::__private::OrderOf($root).order()
    }};
}

/// The order that something has by itself.
#[derive(Clone, Copy)]
pub struct Itself;

impl Itself {
    /// What is gone over.
    #[inline(always)]
    pub fn of<R>(self, root: R) -> R {
        root
    }
}

/// The keys of a map in the order of a loop.
#[derive(Clone)]
pub struct Order<K>(Vec<K>);

impl<K> Order<K> {
    /// The entries in this order.
    #[inline(always)]
    pub fn of<'a, R: Entries<'a, K>>(&'a self, root: R) -> R::InOrder {
        root.in_order(&self.0)
    }
}

/// A map as the root of a walk.
pub trait Entries<'a, K> {
    /// Its entries.
    type InOrder;
    /// The entries in the order of these keys.
    fn in_order(self, keys: &'a [K]) -> Self::InOrder;
}

impl<'a, C: Unordered + ?Sized> Entries<'a, C::Key> for &'a C {
    type InOrder = InOrder<'a, C::Key, C::Value, C::Hasher>;

    #[inline(always)]
    fn in_order(self, keys: &'a [C::Key]) -> Self::InOrder {
        InOrder { map: self.as_map(), keys }
    }
}

impl<'a, C: Unordered> Entries<'a, C::Key> for Unvaried<'a, C> {
    type InOrder = ConstantInOrder<'a, C::Key, C::Value, C::Hasher>;

    #[inline(always)]
    fn in_order(self, keys: &'a [C::Key]) -> Self::InOrder {
        ConstantInOrder(self.0.in_order(keys))
    }
}

impl<'a, C: Unordered + ?Sized> Entries<'a, C::Key> for UnvariedBehind<'a, C> {
    type InOrder = ConstantInOrder<'a, C::Key, C::Value, C::Hasher>;

    #[inline(always)]
    fn in_order(self, keys: &'a [C::Key]) -> Self::InOrder {
        ConstantInOrder(self.0.in_order(keys))
    }
}

/// The entries of a map in an order.
pub struct InOrder<'a, K, V, S> {
    map: &'a HashMap<K, V, S>,
    keys: &'a [K],
}

impl<K, V, S> Clone for InOrder<'_, K, V, S> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}

impl<K, V, S> Copy for InOrder<'_, K, V, S> {}

impl<'a, K: Eq + Hash, V, S: BuildHasher> InOrder<'a, K, V, S> {
    fn walk<M>(self) -> EntryWalk<'a, K, V, S, M> {
        let entry = |key| self.map.get_key_value(key).expect(ENTRIES);
        EntryWalk { entries: self.keys.iter().map(entry).collect(), marker: PhantomData }
    }

    /// The walk of `iter`.
    #[inline(always)]
    pub fn walk_iter<M>(self) -> EntryWalk<'a, K, V, S, OfCotangents<M>>
    where
        V: Tangent<M>,
    {
        self.walk()
    }
}

/// The marker of walks over what has cotangents.
pub struct OfCotangents<M>(PhantomData<M>);

impl<'a, K, V, S, M> ToWalk<'_, OfCotangents<M>> for InOrder<'a, K, V, S>
where
    K: Eq + Hash,
    V: Tangent<M>,
    S: BuildHasher,
{
    type Walk = EntryWalk<'a, K, V, S, OfCotangents<M>>;

    #[inline(always)]
    fn to_walk(&self) -> Self::Walk {
        self.walk()
    }
}

/// The entries of a constant map in an order.
pub struct ConstantInOrder<'a, K, V, S>(InOrder<'a, K, V, S>);

impl<'a, K: Eq + Hash, V, S: BuildHasher> ConstantInOrder<'a, K, V, S> {
    /// What a loop goes over.
    #[inline(always)]
    pub fn root(&self) -> Root<Self> {
        Root::new(Self(self.0))
    }

    /// The walk of `iter`.
    #[inline(always)]
    pub fn walk_iter(&self) -> EntryWalk<'a, K, V, S, WithoutCotangents> {
        self.0.walk()
    }
}

impl<'a, K, V, S> ToWalk<'_, WithoutCotangents> for ConstantInOrder<'a, K, V, S>
where
    K: Eq + Hash,
    S: BuildHasher,
{
    type Walk = EntryWalk<'a, K, V, S, WithoutCotangents>;

    #[inline(always)]
    fn to_walk(&self) -> Self::Walk {
        self.0.walk()
    }
}

/// The walk over the entries, which are found once for each loop.
pub struct EntryWalk<'a, K, V, S, M> {
    entries: Vec<(&'a K, &'a V)>,
    marker: PhantomData<fn() -> (S, M)>,
}

impl<'a, K, V, S, M> Walk for EntryWalk<'a, K, V, S, OfCotangents<M>>
where
    K: Clone + Eq + Hash,
    V: Tangent<M>,
    S: BuildHasher,
{
    type Item = (&'a K, &'a V);
    type Cotangent = (K, V);
    type Shadows<'s>
        = Option<&'s mut HashMap<K, V, S>>
    where
        Self: 's;

    fn count(&self) -> usize {
        self.entries.len()
    }

    fn at(&self, k: usize) -> (&'a K, &'a V) {
        self.entries[k]
    }

    fn lend(&self, k: usize, shadow: Option<&mut HashMap<K, V, S>>, absent: Absent) -> (K, V) {
        let (key, value) = self.entries[k];
        let cotangent = match shadow {
            Some(shadow) => shadow.get_mut(key).expect(KEYS).lend(),
            None => absent.cotangent_of(value),
        };
        (key.clone(), cotangent)
    }

    fn give_back(&self, k: usize, (_, value): (K, V), shadow: Option<&mut HashMap<K, V, S>>) {
        if let Some(shadow) = shadow {
            shadow.get_mut(self.entries[k].0).expect(KEYS).give_back(value);
        }
    }
}

impl<'a, K: Copies, V: Copies, S> Walk for EntryWalk<'a, K, V, S, WithoutCotangents> {
    type Item = (&'a K, &'a V);
    type Cotangent = (K, V);
    type Shadows<'s>
        = ()
    where
        Self: 's;

    fn count(&self) -> usize {
        self.entries.len()
    }

    fn at(&self, k: usize) -> (&'a K, &'a V) {
        self.entries[k]
    }

    fn lend(&self, k: usize, (): (), _: Absent) -> (K, V) {
        let (key, value) = self.entries[k];
        (key.copy(), value.copy())
    }

    fn give_back(&self, _: usize, _: (K, V), (): ()) {}
}
