//! Constants whose types need have no cotangent. What has one is kept, and walked over, as its type does; of
//! anything else there are copies, found by the order of methods.

use super::record::{Kept, TypeOf, keep};
use chainrules_core::{Absent, Active, Constant, ShapeOf, Tangent, ToWalk, Walk};
use std::ops::Deref;

/// A constant.
pub struct Unvaried<'a, T>(pub &'a T);

impl<T> Clone for Unvaried<'_, T> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Unvaried<'_, T> {}

impl<T: ?Sized> Unvaried<'_, &T> {
    /// A reference is found again: a pullback borrows nothing.
    #[inline(always)]
    pub fn kept(self) -> Found {
        Found
    }
}

/// Nothing is kept.
#[derive(Clone, Copy)]
pub struct Found;

impl Found {
    /// What is found again.
    #[inline(always)]
    pub fn recall<T>(self, replay: impl FnOnce() -> T) -> T {
        replay()
    }
}

/// Keeps what has a cotangent.
pub trait KeptByTangent<T, M>: Sized {
    /// What is kept.
    fn kept(self) -> Kept<T, M>
    where
        T: Tangent<M>;
}

impl<T: Tangent<M>, M> KeptByTangent<T, M> for Unvaried<'_, T> {
    #[inline(always)]
    fn kept(self) -> Kept<T, M> {
        keep(self.0)
    }
}

/// Keeps a copy of anything else.
pub trait KeptByCopy<T> {
    /// The copy.
    fn kept(&self) -> Copied<T>
    where
        T: Copies;
}

impl<T> KeptByCopy<T> for Unvaried<'_, T> {
    #[inline(always)]
    fn kept(&self) -> Copied<T>
    where
        T: Copies,
    {
        Copied(self.0.copy())
    }
}

/// What can be copied.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is a constant that the derivative needs once more, and is no `Clone`",
    note = "write `#[derive(Clone)]` on it: the derivative keeps a copy"
)]
pub trait Copies {
    /// The copy.
    #[must_use]
    fn copy(&self) -> Self;
}

impl<T: Clone> Copies for T {
    #[inline(always)]
    fn copy(&self) -> T {
        self.clone()
    }
}

/// A copy of a constant.
#[derive(Clone)]
pub struct Copied<T>(T);

impl<T> Copied<T> {
    /// The copy, which is there.
    #[inline(always)]
    pub fn recall(self, _: impl FnOnce() -> T) -> T {
        self.0
    }
}

/// What is kept of a constant that may be replayed.
#[macro_export]
#[doc(hidden)]
macro_rules! __kept_constant {
    ($value:expr) => {{
        use $crate::__private::{KeptByCopy as _, KeptByTangent as _};
        $crate::__private::Unvaried(&$value).kept()
    }};
}

/// A sequence without cotangents, by reference.
#[derive(Clone, Copy)]
pub struct Items<'a, T>(&'a [T]);

/// A sequence without cotangents, by value.
#[derive(Clone, Copy)]
pub struct Values<'a, T>(&'a [T]);

/// The walk over references to the items.
pub struct ItemWalk<'a, T>(&'a [T]);

/// The walk over copies of the items.
pub struct ValueWalk<'a, T>(&'a [T]);

impl<'a, T: Copies> Walk for ItemWalk<'a, T> {
    type Item = &'a T;
    /// In the place of a cotangent, which nothing asks for: what the pattern of the item takes apart.
    type Cotangent = T;
    type Shadows<'s>
        = ()
    where
        Self: 's;

    #[inline(always)]
    fn count(&self) -> usize {
        self.0.len()
    }

    #[inline(always)]
    fn at(&self, k: usize) -> &'a T {
        &self.0[k]
    }

    #[inline(always)]
    fn lend(&self, k: usize, (): (), _: Absent) -> T {
        self.0[k].copy()
    }

    #[inline(always)]
    fn give_back(&self, _: usize, _: T, (): ()) {}
}

impl<T: Copies> Walk for ValueWalk<'_, T> {
    type Item = T;
    type Cotangent = T;
    type Shadows<'s>
        = ()
    where
        Self: 's;

    #[inline(always)]
    fn count(&self) -> usize {
        self.0.len()
    }

    #[inline(always)]
    fn at(&self, k: usize) -> T {
        self.0[k].copy()
    }

    #[inline(always)]
    fn lend(&self, k: usize, (): (), _: Absent) -> T {
        self.0[k].copy()
    }

    #[inline(always)]
    fn give_back(&self, _: usize, _: T, (): ()) {}
}

/// The marker of these walks.
pub struct WithoutCotangents;

impl<'a, T: Copies> ToWalk<'_, WithoutCotangents> for Items<'a, T> {
    type Walk = ItemWalk<'a, T>;

    #[inline(always)]
    fn to_walk(&self) -> ItemWalk<'a, T> {
        ItemWalk(self.0)
    }
}

impl<'a, T: Copies> ToWalk<'_, WithoutCotangents> for Values<'a, T> {
    type Walk = ValueWalk<'a, T>;

    #[inline(always)]
    fn to_walk(&self) -> ValueWalk<'a, T> {
        ValueWalk(self.0)
    }
}

/// What a loop goes over: `Items`, `Values` or a reference.
pub struct Root<S>(S);

impl<S> Root<S> {
    #[inline(always)]
    pub(super) fn new(of: S) -> Self {
        Self(of)
    }
}

impl<S> Deref for Root<S> {
    type Target = S;

    #[inline(always)]
    fn deref(&self) -> &S {
        &self.0
    }
}

impl<'a, T: Copies> Root<Items<'a, T>> {
    /// The walk of `iter`.
    #[inline(always)]
    pub fn walk_iter(&self) -> ItemWalk<'a, T> {
        ItemWalk(self.0.0)
    }
}

impl<'a, T: Copies> Root<Values<'a, T>> {
    /// The walk of `iter`.
    #[inline(always)]
    pub fn walk_iter(&self) -> ItemWalk<'a, T> {
        ItemWalk(self.0.0)
    }
}

/// A constant that a loop goes over by reference.
pub struct UnvariedBehind<'a, C: ?Sized>(pub &'a C);

impl<C: ?Sized> Clone for UnvariedBehind<'_, C> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}

impl<C: ?Sized> Copy for UnvariedBehind<'_, C> {}

/// Goes over what has cotangents as it is.
pub trait RootByTangent<M> {
    /// What is gone over, behind a pointer.
    type Root;
    /// The sequence.
    fn root(self) -> Self::Root;
}

/// Goes over sequences of anything else.
pub trait RootByCopy {
    /// `Items` or `Values`.
    type Root;
    /// The sequence.
    fn root(&self) -> Root<Self::Root>;
}

/// Goes over what is no sequence of the standard library as it is.
pub trait AnyRoot {
    /// What is gone over, behind a pointer.
    type Root;
    /// The collection.
    fn root(self) -> Self::Root;
}

impl<'a, C> AnyRoot for Unvaried<'a, C> {
    type Root = &'a C;

    #[inline(always)]
    fn root(self) -> &'a C {
        self.0
    }
}

impl<'a, C: ?Sized> AnyRoot for UnvariedBehind<'a, C> {
    type Root = Root<&'a C>;

    #[inline(always)]
    fn root(self) -> Root<&'a C> {
        Root(self.0)
    }
}

macro_rules! roots {
    ($([$($params:tt)*] $root:ty => $of:ident<$life:lifetime>),+ $(,)?) => {$(
        impl<'a, 'b, T: Tangent<M>, M, $($params)*> RootByTangent<M> for &&Unvaried<'a, $root> {
            type Root = &'a $root;

            #[inline(always)]
            fn root(self) -> &'a $root {
                self.0
            }
        }

        impl<'a, 'b, T, $($params)*> RootByCopy for Unvaried<'a, $root> {
            type Root = $of<$life, T>;

            #[inline(always)]
            fn root(&self) -> Root<$of<$life, T>> {
                Root($of(&self.0[..]))
            }
        }
    )+};
    ($([$($params:tt)*] ref $root:ty),+ $(,)?) => {$(
        impl<'a, T: Tangent<M>, M, $($params)*> RootByTangent<M> for &&UnvariedBehind<'a, $root> {
            type Root = Root<&'a $root>;

            #[inline(always)]
            fn root(self) -> Root<&'a $root> {
                Root(self.0)
            }
        }

        impl<'a, T, $($params)*> RootByCopy for UnvariedBehind<'a, $root> {
            type Root = Items<'a, T>;

            #[inline(always)]
            fn root(&self) -> Root<Items<'a, T>> {
                Root(Items(&self.0[..]))
            }
        }
    )+};
}
roots!(
    [] &'b [T] => Items<'b>,
    [] &'b Vec<T> => Items<'b>,
    [const N: usize] &'b [T; N] => Items<'b>,
    [] Vec<T> => Values<'a>,
    [const N: usize] [T; N] => Values<'a>,
);
roots!([] ref [T], [] ref Vec<T>, [const N: usize] ref [T; N]);

/// What a walk goes over that is constant: a place, or what is referred to.
#[macro_export]
#[doc(hidden)]
macro_rules! __constant_root {
    (@ $constant:expr) => {{
        use $crate::__private::{AnyRoot as _, RootByCopy as _, RootByTangent as _};
        (&&$constant).root()
    }};
    (ref $reference:expr) => {
        $crate::__constant_root!(@ $crate::__private::UnvariedBehind($reference))
    };
    ($place:expr) => {
        $crate::__constant_root!(@ $crate::__private::Unvaried(&$place))
    };
}

/// What is lent to a call varies where its type has a cotangent.
pub trait ActiveByTangent<M> {
    /// Its activity.
    fn activity(self) -> Active;
}

impl<T: Tangent<M>, M> ActiveByTangent<M> for TypeOf<T> {
    #[inline(always)]
    fn activity(self) -> Active {
        Active
    }
}

/// What has none is constant.
pub trait ConstantWithout {
    /// Its activity.
    fn activity(&self) -> Constant;
}

impl<T> ConstantWithout for TypeOf<T> {
    #[inline(always)]
    fn activity(&self) -> Constant {
        Constant
    }
}

/// The shape of what has a cotangent.
pub trait ShapeByTangent<T, M> {
    /// The shape.
    fn shape(self) -> ShapeOf<T, M>
    where
        T: Tangent<M>;
}

impl<T: Tangent<M>, M> ShapeByTangent<T, M> for Unvaried<'_, T> {
    #[inline(always)]
    fn shape(self) -> ShapeOf<T, M> {
        ShapeOf::new(self.0)
    }
}

/// There is nothing to tell of what has none.
pub trait ShapeWithout {
    /// In the place of a shape.
    fn shape(&self) -> WithoutCotangent;
}

impl<T> ShapeWithout for Unvaried<'_, T> {
    #[inline(always)]
    fn shape(&self) -> WithoutCotangent {
        WithoutCotangent
    }
}

/// In the place of a cotangent, and of the shape of one.
#[derive(Clone, Copy)]
pub struct WithoutCotangent;

impl WithoutCotangent {
    /// What the cotangent begins with.
    #[inline(always)]
    pub fn zero(&self) -> Self {
        Self
    }

    /// The same where it is not read.
    #[inline(always)]
    pub fn unread(&self) -> Self {
        Self
    }
}

/// What is lent of a cotangent.
pub struct LentShadow<'d, D>(pub &'d mut D);

impl LentShadow<'_, WithoutCotangent> {
    /// The shadow of a constant.
    #[inline(always)]
    pub fn shadow(self) {}
}

/// The cotangent itself, where there is one.
pub trait LentCotangent<'d, D> {
    /// The shadow.
    fn shadow(self) -> &'d mut D;
}

impl<'d, D> LentCotangent<'d, D> for LentShadow<'d, D> {
    #[inline(always)]
    fn shadow(self) -> &'d mut D {
        self.0
    }
}
