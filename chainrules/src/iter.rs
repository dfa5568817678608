//! Walks: loops over ranges, slices, `Vec`s and arrays, and the adaptors of their iterators.
//!
//! A walk visits the items of a chain such as `xs.iter().zip(&ys).enumerate()` in any order, as
//! the reverse sweep needs, and knows where each item's cotangent lies. An adaptor `a` of
//! iterators has the walk adaptor `walk_a`.

use crate::operator::Chainrules;
use chainrules_core::{Absent, Tangent, ToWalk, Walk};
use std::marker::PhantomData;
use std::ops::{Range, RangeFrom, RangeInclusive};

/// The marker of what a loop makes of a type.
pub struct Loop<M>(PhantomData<M>);
/// The marker of a plain number, such as the step of `step_by`.
pub struct Plain;

/// A collection whose elements are found by position.
pub trait Elements {
    /// The type of an element.
    type Element;

    /// The number of elements.
    fn number(&self) -> usize;

    /// The element at position `k`.
    fn element(&self, k: usize) -> &Self::Element;

    /// The element at position `k`.
    fn element_mut(&mut self, k: usize) -> &mut Self::Element;
}

impl<T> Elements for [T] {
    type Element = T;

    #[inline(always)]
    fn number(&self) -> usize {
        self.len()
    }

    #[inline(always)]
    fn element(&self, k: usize) -> &T {
        &self[k]
    }

    #[inline(always)]
    fn element_mut(&mut self, k: usize) -> &mut T {
        &mut self[k]
    }
}

/// The walk over a collection by reference: its items are references.
pub struct ElementWalk<'a, C: ?Sized, M> {
    collection: &'a C,
    marker: PhantomData<fn() -> M>,
}

impl<'a, C: ?Sized, M> ElementWalk<'a, C, M> {
    /// The walk.
    #[inline(always)]
    pub fn new(collection: &'a C) -> Self {
        Self { collection, marker: PhantomData }
    }
}

impl<'a, C: Elements<Element: Tangent<M>> + ?Sized, M> Walk for ElementWalk<'a, C, M> {
    type Item = &'a C::Element;
    type Cotangent = C::Element;
    type Shadows<'s>
        = Option<&'s mut C>
    where
        Self: 's;

    #[inline(always)]
    fn count(&self) -> usize {
        self.collection.number()
    }

    #[inline(always)]
    fn at(&self, k: usize) -> &'a C::Element {
        self.collection.element(k)
    }

    #[inline(always)]
    fn lend(&self, k: usize, shadow: Option<&mut C>, absent: Absent) -> C::Element {
        match shadow {
            Some(shadow) => shadow.element_mut(k).lend(),
            None => absent.cotangent_of(self.collection.element(k)),
        }
    }

    #[inline(always)]
    fn give_back(&self, k: usize, cotangent: C::Element, shadow: Option<&mut C>) {
        if let Some(shadow) = shadow {
            shadow.element_mut(k).give_back(cotangent);
        }
    }
}

/// The walk over a range of integers.
pub struct RangeWalk<T> {
    start: T,
    count: usize,
}

/// An integer that a range runs over.
pub trait Step: Copy + PartialOrd {
    /// The number `k` steps after `self`.
    #[must_use]
    fn after(self, k: usize) -> Self;

    /// The cotangent of an integer.
    fn nothing() -> Self;

    /// The number of integers from `lo` to `hi`.
    fn between(lo: Self, hi: Self, inclusive: bool) -> usize;
}

impl<T: Step> Walk for RangeWalk<T> {
    type Item = T;
    type Cotangent = T;
    type Shadows<'s>
        = Option<&'s mut [()]>
    where
        Self: 's;

    #[inline(always)]
    fn count(&self) -> usize {
        self.count
    }

    #[inline(always)]
    fn at(&self, k: usize) -> T {
        self.start.after(k)
    }

    #[inline(always)]
    fn lend(&self, _: usize, _: Option<&mut [()]>, _: Absent) -> T {
        T::nothing()
    }

    #[inline(always)]
    fn give_back(&self, _: usize, _: T, _: Option<&mut [()]>) {}
}

impl<T: Step> ToWalk<'_, Loop<Chainrules>> for Range<T> {
    type Walk = RangeWalk<T>;

    #[inline(always)]
    fn to_walk(&self) -> RangeWalk<T> {
        RangeWalk { start: self.start, count: T::between(self.start, self.end, false) }
    }
}

impl<T: Step> ToWalk<'_, Loop<Chainrules>> for RangeInclusive<T> {
    type Walk = RangeWalk<T>;

    #[inline(always)]
    fn to_walk(&self) -> RangeWalk<T> {
        // One that has given all its items still has its bounds.
        let count = if self.is_empty() { 0 } else { T::between(*self.start(), *self.end(), true) };
        RangeWalk { start: *self.start(), count }
    }
}

/// A loop over a range without an end is left early, or ends with what is beside it.
impl<T: Step> ToWalk<'_, Loop<Chainrules>> for RangeFrom<T> {
    type Walk = RangeWalk<T>;

    #[inline(always)]
    fn to_walk(&self) -> RangeWalk<T> {
        RangeWalk { start: self.start, count: usize::MAX }
    }
}

macro_rules! ranges {
    ($($t:ty),+) => {$(
        impl Step for $t {
            #[inline(always)]
            #[allow(
                clippy::cast_possible_truncation, clippy::cast_possible_wrap,
                reason = "k is less than the number of items"
            )]
            fn after(self, k: usize) -> $t {
                self.wrapping_add(k as $t)
            }

            #[inline(always)]
            fn nothing() -> $t {
                0
            }

            #[inline(always)]
            fn between(lo: $t, hi: $t, inclusive: bool) -> usize {
                if inclusive { Iterator::count(lo..=hi) } else { Iterator::count(lo..hi) }
            }
        }

        impl ToWalk<'_, Plain> for $t {
            type Walk = $t;

            #[inline(always)]
            fn to_walk(&self) -> $t {
                *self
            }
        }
    )+};
}
ranges!(u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize);

impl<'b, T: Tangent<M>, M: 'b> ToWalk<'_, Loop<M>> for &'b [T] {
    type Walk = ElementWalk<'b, [T], M>;

    #[inline(always)]
    fn to_walk(&self) -> ElementWalk<'b, [T], M> {
        ElementWalk::new(self)
    }
}

/// The walk of `iter`.
pub trait WalkIter<M> {
    /// The walk.
    type Walk<'a>
    where
        Self: 'a;

    /// The walk over references to the elements.
    fn walk_iter(&self) -> Self::Walk<'_>;
}

impl<T: Tangent<M>, M> WalkIter<M> for [T] {
    type Walk<'a>
        = ElementWalk<'a, [T], M>
    where
        Self: 'a;

    #[inline(always)]
    fn walk_iter(&self) -> ElementWalk<'_, [T], M> {
        ElementWalk::new(self)
    }
}

/// Loops over a collection, by reference and by value, where the items are clones. What is written
/// after `as` is walked in its place.
macro_rules! walked {
    ([$($params:tt)*] $t:ty) => {
        walked!([$($params)*] $t as $t);

        impl<T: chainrules_core::Tangent<M>, M> crate::iter::WalkIter<M> for $t {
            type Walk<'a>
                = crate::iter::ElementWalk<'a, $t, M>
            where
                Self: 'a;

            #[inline(always)]
            fn walk_iter(&self) -> Self::Walk<'_> {
                crate::iter::ElementWalk::new(self)
            }
        }
    };
    ([$($params:tt)*] $t:ty as $walked:ty) => {
        impl<'b, T: chainrules_core::Tangent<M>, M: 'b, $($params)*>
            chainrules_core::ToWalk<'_, crate::iter::Loop<M>> for &'b $t
        {
            type Walk = crate::iter::ElementWalk<'b, $walked, M>;

            #[inline(always)]
            fn to_walk(&self) -> Self::Walk {
                crate::iter::ElementWalk::new(*self)
            }
        }

        impl<'a, T: chainrules_core::Tangent<M> + 'a, M: 'a, $($params)*>
            chainrules_core::ToWalk<'a, crate::iter::Loop<M>> for $t
        {
            type Walk = crate::iter::Cloned<crate::iter::ElementWalk<'a, $walked, M>>;

            #[inline(always)]
            fn to_walk(&'a self) -> Self::Walk {
                crate::iter::Cloned(crate::iter::ElementWalk::new(self))
            }
        }
    };
}
pub(crate) use walked;

walked!([] Vec<T> as [T]);
walked!([const N: usize] [T; N] as [T]);

/// The walks of iterators' adaptors.
pub trait WalkAdaptors: Walk + Sized {
    /// The walk of `enumerate`.
    #[inline(always)]
    fn walk_enumerate(self) -> Enumerate<Self> {
        Enumerate(self)
    }

    /// The walk of `rev`.
    #[inline(always)]
    fn walk_rev(self) -> Rev<Self> {
        Rev(self)
    }

    /// The walk of `zip`, as long as the shorter of the two.
    #[inline(always)]
    fn walk_zip<B: Walk>(self, other: B) -> Zip<Self, B> {
        Zip(self, other)
    }

    /// The walk of `step_by`.
    #[inline(always)]
    fn walk_step_by(self, step: usize) -> Spaced<Self> {
        let count = self.count().div_ceil(step);
        Spaced { walk: self, first: 0, step, count }
    }

    /// The walk of `skip`.
    #[inline(always)]
    fn walk_skip(self, n: usize) -> Spaced<Self> {
        let count = self.count().saturating_sub(n);
        Spaced { walk: self, first: n, step: 1, count }
    }

    /// The walk of `take`.
    #[inline(always)]
    fn walk_take(self, n: usize) -> Spaced<Self> {
        let count = self.count().min(n);
        Spaced { walk: self, first: 0, step: 1, count }
    }
}

impl<W: Walk> WalkAdaptors for W {}

/// The walks of adaptors that make values of references to values: `copied` and `cloned`.
pub trait WalkCopied<'a, T: Clone + 'a>: Walk<Item = &'a T, Cotangent = T> + Sized {
    /// The walk of `copied`.
    #[inline(always)]
    fn walk_copied(self) -> Cloned<Self> {
        Cloned(self)
    }

    /// The walk of `cloned`.
    #[inline(always)]
    fn walk_cloned(self) -> Cloned<Self> {
        Cloned(self)
    }
}

impl<'a, T: Clone + 'a, W: Walk<Item = &'a T, Cotangent = T>> WalkCopied<'a, T> for W {}

/// The walk of `copied` and `cloned`, and of a collection by value.
pub struct Cloned<A>(pub(crate) A);

impl<'a, T: Clone + 'a, A: Walk<Item = &'a T, Cotangent = T>> Walk for Cloned<A> {
    type Item = T;
    type Cotangent = T;
    type Shadows<'s>
        = A::Shadows<'s>
    where
        Self: 's;

    #[inline(always)]
    fn count(&self) -> usize {
        self.0.count()
    }

    #[inline(always)]
    fn at(&self, k: usize) -> T {
        self.0.at(k).clone()
    }

    #[inline(always)]
    fn lend(&self, k: usize, shadows: A::Shadows<'_>, absent: Absent) -> T {
        self.0.lend(k, shadows, absent)
    }

    #[inline(always)]
    fn give_back(&self, k: usize, cotangent: T, shadows: A::Shadows<'_>) {
        self.0.give_back(k, cotangent, shadows);
    }
}

/// The walk of `enumerate`.
pub struct Enumerate<A>(A);

impl<A: Walk> Walk for Enumerate<A> {
    type Item = (usize, A::Item);
    type Cotangent = (usize, A::Cotangent);
    type Shadows<'s>
        = A::Shadows<'s>
    where
        Self: 's;

    #[inline(always)]
    fn count(&self) -> usize {
        self.0.count()
    }

    #[inline(always)]
    fn at(&self, k: usize) -> Self::Item {
        (k, self.0.at(k))
    }

    #[inline(always)]
    fn lend(&self, k: usize, shadows: A::Shadows<'_>, absent: Absent) -> Self::Cotangent {
        (0, self.0.lend(k, shadows, absent))
    }

    #[inline(always)]
    fn give_back(&self, k: usize, cotangent: Self::Cotangent, shadows: A::Shadows<'_>) {
        self.0.give_back(k, cotangent.1, shadows);
    }
}

/// The walk of `rev`.
pub struct Rev<A>(A);

impl<A: Walk> Walk for Rev<A> {
    type Item = A::Item;
    type Cotangent = A::Cotangent;
    type Shadows<'s>
        = A::Shadows<'s>
    where
        Self: 's;

    #[inline(always)]
    fn count(&self) -> usize {
        self.0.count()
    }

    #[inline(always)]
    fn at(&self, k: usize) -> Self::Item {
        self.0.at(self.0.count() - 1 - k)
    }

    #[inline(always)]
    fn lend(&self, k: usize, shadows: A::Shadows<'_>, absent: Absent) -> Self::Cotangent {
        self.0.lend(self.0.count() - 1 - k, shadows, absent)
    }

    #[inline(always)]
    fn give_back(&self, k: usize, cotangent: Self::Cotangent, shadows: A::Shadows<'_>) {
        self.0.give_back(self.0.count() - 1 - k, cotangent, shadows);
    }
}

/// The walk of `zip`.
pub struct Zip<A, B>(A, B);

impl<A: Walk, B: Walk> Walk for Zip<A, B> {
    type Item = (A::Item, B::Item);
    type Cotangent = (A::Cotangent, B::Cotangent);
    type Shadows<'s>
        = (A::Shadows<'s>, B::Shadows<'s>)
    where
        Self: 's;

    #[inline(always)]
    fn count(&self) -> usize {
        self.0.count().min(self.1.count())
    }

    #[inline(always)]
    fn at(&self, k: usize) -> Self::Item {
        (self.0.at(k), self.1.at(k))
    }

    #[inline(always)]
    fn lend(&self, k: usize, shadows: Self::Shadows<'_>, absent: Absent) -> Self::Cotangent {
        (self.0.lend(k, shadows.0, absent), self.1.lend(k, shadows.1, absent))
    }

    #[inline(always)]
    fn give_back(&self, k: usize, cotangent: Self::Cotangent, shadows: Self::Shadows<'_>) {
        self.0.give_back(k, cotangent.0, shadows.0);
        self.1.give_back(k, cotangent.1, shadows.1);
    }
}

/// The walk of `step_by`, `skip` and `take`.
pub struct Spaced<A> {
    walk: A,
    first: usize,
    step: usize,
    count: usize,
}

impl<A: Walk> Walk for Spaced<A> {
    type Item = A::Item;
    type Cotangent = A::Cotangent;
    type Shadows<'s>
        = (A::Shadows<'s>, ())
    where
        Self: 's;

    #[inline(always)]
    fn count(&self) -> usize {
        self.count
    }

    #[inline(always)]
    fn at(&self, k: usize) -> Self::Item {
        self.walk.at(self.first + k * self.step)
    }

    #[inline(always)]
    fn lend(&self, k: usize, shadows: Self::Shadows<'_>, absent: Absent) -> Self::Cotangent {
        self.walk.lend(self.first + k * self.step, shadows.0, absent)
    }

    #[inline(always)]
    fn give_back(&self, k: usize, cotangent: Self::Cotangent, shadows: Self::Shadows<'_>) {
        self.walk.give_back(self.first + k * self.step, cotangent, shadows.0);
    }
}
