//! The parts of a cotangent that are found by keys.

use std::cell::Cell;
use std::ops::IndexMut;

/// A cotangent, of which a part is looked for. Where its type is [`Keyed`](super::Keyed) the part is that of
/// the key that a reference refers to, else it is found by the `IndexMut` of the type, the key of which may
/// be what a loop or pattern gives by value.
pub struct ByKey<'a, T: ?Sized>(Cell<Option<&'a mut T>>);

/// A method of everything, which a reference has of what it refers to.
pub trait HasKeys {
    /// The value as a whole.
    fn __by_key(&mut self) -> ByKey<'_, Self>;
}

impl<T: ?Sized> HasKeys for T {
    #[inline(always)]
    fn __by_key(&mut self) -> ByKey<'_, T> {
        ByKey(Cell::new(Some(self)))
    }
}

impl<K: ?Sized, T: super::Keyed<K> + ?Sized> super::Keyed<K> for Box<T> {
    type Value = T::Value;

    fn value_mut(&mut self, key: &K) -> &mut T::Value {
        (**self).value_mut(key)
    }
}

impl<'a, T: ?Sized> ByKey<'a, T> {
    fn whole(&self) -> &'a mut T {
        self.0.take().expect("a part is looked for once")
    }
}

/// Found first.
pub trait Keyed<'a, K: ?Sized> {
    /// The type of a part.
    type Part;
    /// The part of a key.
    fn value_of_key(self, key: &K) -> &'a mut Self::Part;
}

impl<'a, K: ?Sized, T: super::Keyed<K> + ?Sized> Keyed<'a, K> for ByKey<'a, T>
where
    T::Value: 'a,
{
    type Part = T::Value;

    #[inline(always)]
    fn value_of_key(self, key: &K) -> &'a mut T::Value {
        self.whole().value_mut(key)
    }
}

/// Found where the first is not.
pub trait Indexed<'a, K> {
    /// The type of a part.
    type Part: ?Sized;
    /// The part of a key.
    fn value_of_key(&self, key: K) -> &'a mut Self::Part;
}

impl<'a, K, T: IndexMut<K> + ?Sized> Indexed<'a, K> for ByKey<'a, T>
where
    T::Output: 'a,
{
    type Part = T::Output;

    #[inline(always)]
    fn value_of_key(&self, key: K) -> &'a mut T::Output {
        &mut self.whole()[key]
    }
}
