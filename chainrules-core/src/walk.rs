//! Loops over sequences: what a `for` loop visits, reachable in any order by the reverse sweep.
//!
//! The forward sweep runs the user's own iterator. The reverse sweep needs the items backwards,
//! and for each item the place of its cotangent. Both come from the walk, which is built by the
//! same chain of names: `xs.iter().zip(ys).enumerate()` has
//! `xs.walk_iter().walk_zip(ToWalk::to_walk(&ys)).walk_enumerate()`.

use crate::{Std, Tangent};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::ops::{Range, RangeFrom, RangeInclusive};

/// A sequence whose items can be visited in any order, and whose items' cotangents lie in the
/// shadows of the sequences that it is made of (its roots).
pub trait Walk {
    /// What the loop's pattern binds, as the iterator yields it.
    type Item;
    /// The owned cotangent of an item: the item with each reference replaced by the cotangent of
    /// what it refers to.
    type Cotangent;
    /// The shadows of the roots: `Option<&mut [T]>` for a slice, a pair for a walk of two parts,
    /// `Option<&mut [()]>` for a range, which has none. `None` stands for a constant root. What a root gives is its
    /// [`Walked::Shadow`].
    type Shadows<'s>
    where
        Self: 's;

    /// The number of items.
    fn count(&self) -> usize;

    /// The item at position `k`, counted from the first that the iterator yields.
    fn at(&self, k: usize) -> Self::Item;

    /// The cotangent of item `k`, taken out of the shadows where that is cheap, else zero; what it is where
    /// no shadow has it.
    fn lend(&self, k: usize, shadows: Self::Shadows<'_>, absent: Absent) -> Self::Cotangent;

    /// Gives a cotangent back: adds to the shadows what has come since [`Walk::lend`].
    fn give_back(&self, k: usize, cotangent: Self::Cotangent, shadows: Self::Shadows<'_>);
}

/// What the cotangent of an item is whose shadow is not there.
#[derive(Clone, Copy, Debug)]
pub enum Absent {
    /// A zero, as something may be added to it.
    Zero,
    /// What takes no memory, as nothing reads or changes it.
    Unread,
}

impl Absent {
    /// The cotangent of this item.
    #[inline(always)]
    pub fn cotangent_of<T: Tangent<M>, M>(self, item: &T) -> T {
        match self {
            Self::Zero => T::zero_of(&item.shape()),
            Self::Unread => T::unread_of(&item.shape()),
        }
    }
}

/// A collection that a loop may go over: what a walk lends its items' cotangents from.
///
/// A crate of rules implements it for the collections of another crate with its own marker `M`.
pub trait Walked<M> {
    /// The shadow of the collection, as a walk takes it: that of a `Vec` is a slice.
    type Shadow: ?Sized;

    /// The shadow.
    fn walked_shadow(&mut self) -> &mut Self::Shadow;
}

macro_rules! walked {
    ($([$($params:tt)*] $t:ty => $shadow:ty),+ $(,)?) => {$(
        impl<$($params)*> Walked<Std> for $t {
            type Shadow = $shadow;

            #[inline(always)]
            fn walked_shadow(&mut self) -> &mut $shadow {
                self
            }
        }
    )+};
}
walked!(
    [T] [T] => [T],
    [T, const N: usize] [T; N] => [T],
    [T] Vec<T> => [T],
    [T] VecDeque<T> => VecDeque<T>,
    [T] Option<T> => Option<T>,
    [K, V] BTreeMap<K, V> => BTreeMap<K, V>,
    // It has no walk, which is said of the loop itself.
    [K, V, S] HashMap<K, V, S> => HashMap<K, V, S>,
);

macro_rules! walked_without_shadow {
    ($($t:ty),+) => {$(
        impl<T> Walked<Std> for $t {
            type Shadow = [()];

            #[inline(always)]
            fn walked_shadow(&mut self) -> &mut [()] {
                &mut []
            }
        }
    )+};
}
walked_without_shadow!(Range<T>, RangeInclusive<T>, RangeFrom<T>);

impl<C: Walked<M> + ?Sized, M> Walked<M> for &mut C {
    type Shadow = C::Shadow;

    #[inline(always)]
    fn walked_shadow(&mut self) -> &mut C::Shadow {
        (**self).walked_shadow()
    }
}

impl<C: Walked<M> + ?Sized, M> Walked<M> for Box<C> {
    type Shadow = C::Shadow;

    #[inline(always)]
    fn walked_shadow(&mut self) -> &mut C::Shadow {
        (**self).walked_shadow()
    }
}

/// What a `for` loop, or an argument such as that of `zip`, makes of an expression: a walk over
/// `&xs`, `xs`, a range, or a walk itself. A plain number stays what it is.
#[diagnostic::on_unimplemented(
    message = "a loop over `{Self}` has no reverse",
    note = "loop over a slice, a `Vec`, an array, a `VecDeque`, a `BTreeMap`, an `Option`, a range, or `iter()` of those with adaptors that have a walk, or index in a loop over a range",
    note = "an iterator of one's own is asked by hand: `while let Some(x) = it.next() {{ .. }}`",
    note = "that a collection is a `HashMap` has to be seen in the function where its items are not taken apart, `for (k, v) in &self.map`, and where they are owned: `let map: &HashMap<_, _> = &self.map;`"
)]
pub trait ToWalk<'a, M> {
    /// The walk.
    type Walk;

    /// The walk over `self`.
    fn to_walk(&'a self) -> Self::Walk;
}
