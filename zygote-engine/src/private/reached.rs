//! Fields that may be references: cotangents behind them, and copies of them. A field that is a shared reference is `#[constant]`: what it refers to has no
//! cotangent. Whether one is a reference method resolution finds, which looks
//! at `Reached` before `Whole`, at `CopyOfField` before `WholeCopy`.

use super::constant::OfReference;
use super::record::{Kept, KeptFor, TypeOf, keep, keep_for};
use super::unvaried::Found;
use chainrules_core::{Activity, Constant, Peel, Shadowed, ShapeOf, Tangent};
use std::borrow::BorrowMut;
use std::ops::{Deref, DerefMut};

/// A field on the way to a part of a cotangent.
pub struct Reached<'f, T: ?Sized>(Whole<'f, T>);

/// A field that is no shared reference.
pub struct Whole<'f, T: ?Sized>(Option<&'f mut T>);

/// A field on the way to a part of a cotangent.
#[inline(always)]
pub fn reached<T: ?Sized>(field: &mut T) -> Reached<'_, T> {
    Reached(Whole(Some(field)))
}

impl<'f, T: ?Sized> Deref for Reached<'f, T> {
    type Target = Whole<'f, T>;

    #[inline(always)]
    fn deref(&self) -> &Whole<'f, T> {
        &self.0
    }
}

impl<T: ?Sized> DerefMut for Reached<'_, T> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl<'f, U: ?Sized> Reached<'f, &U> {
    /// Whether something behind the field may have a cotangent.
    #[inline(always)]
    pub fn varies(&self) -> bool {
        false
    }

    /// What the field refers to, which is asked for only where it varies.
    ///
    /// # Panics
    /// Always.
    pub fn part(&mut self) -> &'f mut U {
        unreachable!("what a `#[constant]` field refers to has no cotangent")
    }

    /// The same, after a `*`.
    ///
    /// # Panics
    /// Always.
    pub fn target(&mut self) -> &'f mut U {
        self.part()
    }

    /// Adds nothing.
    #[inline(always)]
    pub fn add<C>(&mut self, _: C) {}
}

impl<U: ToOwned<Owned: BorrowMut<U>> + ?Sized> Reached<'_, &U> {
    /// What the field refers to, as a copy: what is added to it is lost.
    #[inline]
    pub fn lent<'s>(&mut self, unwanted: &'s mut Option<U::Owned>) -> &'s mut U {
        let field: &U = self.0.whole();
        unwanted.insert(field.to_owned()).borrow_mut()
    }

    /// The same, after a `*`.
    #[inline]
    pub fn lent_target<'s>(&mut self, unwanted: &'s mut Option<U::Owned>) -> &'s mut U {
        self.lent(unwanted)
    }
}

impl<'f, T: ?Sized> Whole<'f, T> {
    #[inline(always)]
    fn whole(&mut self) -> &'f mut T {
        self.0.take().expect("it is taken once")
    }

    /// Whether something behind the field may have a cotangent.
    #[inline(always)]
    pub fn varies(&self) -> bool {
        true
    }

    /// The field.
    #[inline(always)]
    pub fn part(&mut self) -> &'f mut T {
        self.whole()
    }

    /// What the field points to.
    #[inline(always)]
    pub fn target(&mut self) -> &'f mut T::Target
    where
        T: DerefMut,
    {
        self.whole()
    }

    /// Adds to the field.
    #[inline(always)]
    pub fn add<M>(&mut self, cotangent: T::Owned)
    where
        T: Shadowed<M>,
    {
        self.whole().accumulate_owned(&cotangent);
    }

    /// The field.
    #[inline(always)]
    pub fn lent(&mut self, _: &mut Option<()>) -> &'f mut T {
        self.whole()
    }

    /// What the field points to.
    #[inline(always)]
    pub fn lent_target(&mut self, _: &mut Option<()>) -> &'f mut T::Target
    where
        T: DerefMut,
    {
        self.whole()
    }
}

impl<U: ?Sized> TypeOf<&U> {
    /// The activity of an argument behind a field that is a reference.
    #[inline(always)]
    pub fn activity_behind<A>(self, _: A) -> Constant {
        Constant
    }

    /// Its shadow.
    #[inline(always)]
    pub fn shadow_behind<S>(self, _: impl FnOnce() -> S) {}
}

/// The same of a field that is no reference.
pub trait BehindNoReference: Sized {
    /// The activity of an argument behind it.
    #[inline(always)]
    fn activity_behind<A>(self, activity: A) -> A {
        activity
    }

    /// Its shadow.
    #[inline(always)]
    fn shadow_behind<S>(self, shadow: impl FnOnce() -> S) -> S {
        shadow()
    }
}

impl<T> BehindNoReference for TypeOf<T> {}

/// A field that is read, or a copy of one.
pub struct CopyOfField<'f, T>(WholeCopy<'f, T>);

/// The same of one that is no shared reference.
pub struct WholeCopy<'f, T>(&'f T);

/// A field that is read, or a copy of one.
#[inline(always)]
pub fn copied<T>(value: &T) -> CopyOfField<'_, T> {
    CopyOfField(WholeCopy(value))
}

impl<'f, T> Deref for CopyOfField<'f, T> {
    type Target = WholeCopy<'f, T>;

    #[inline(always)]
    fn deref(&self) -> &WholeCopy<'f, T> {
        &self.0
    }
}

/// What a copied reference refers to, in place of a shape.
pub struct Referent<'f, U: ?Sized>(&'f U);

impl<U: ?Sized> Clone for Referent<'_, U> {
    #[inline(always)]
    fn clone(&self) -> Self {
        Self(self.0)
    }
}

impl<U: ToOwned + ?Sized> Referent<'_, U> {
    /// A cotangent of which nobody asks anything, in the form of what the field refers to.
    #[inline]
    pub fn zero(&self) -> U::Owned {
        self.0.to_owned()
    }

    /// The same where it is not read.
    #[inline]
    pub fn unread(&self) -> U::Owned {
        self.zero()
    }
}

impl<'r, U: ?Sized> CopyOfField<'_, &'r U> {
    /// What stands in place of a shape.
    #[inline(always)]
    pub fn shape(&self) -> Referent<'r, U> {
        Referent(self.0.0)
    }
}

impl<'f, U: ?Sized> CopyOfField<'f, &U> {
    /// A part of what the field refers to is constant.
    #[inline(always)]
    pub fn kind<V>(&self, _: V) -> OfReference {
        OfReference
    }

    /// What the field refers to.
    #[inline(always)]
    pub fn referent(&self) -> &'f U {
        self.0.0
    }

    /// The reference is found again.
    #[inline(always)]
    pub fn keep(&self) -> Found {
        Found
    }

    /// The reference is found again.
    #[inline(always)]
    pub fn keep_for<A>(&self, _: A) -> Found {
        Found
    }
}

impl<U: ToOwned + ?Sized> CopyOfField<'_, &U> {
    /// What the field refers to.
    #[inline]
    pub fn owned(&self) -> U::Owned {
        let field: &U = self.0.0;
        field.to_owned()
    }

    /// A cotangent of which nobody asks anything, in the form of what the field refers to.
    #[inline]
    pub fn zero(&self) -> U::Owned {
        self.owned()
    }
}

impl<'f, T> WholeCopy<'f, T> {
    /// A part of the field is of the kind that it is.
    #[inline(always)]
    pub fn kind<V>(&self, kind: V) -> V {
        kind
    }

    /// The field.
    #[inline(always)]
    pub fn referent(&self) -> &'f T {
        self.0
    }

    /// A copy of the field.
    #[inline(always)]
    pub fn owned(&self) -> T
    where
        T: Clone,
    {
        self.0.clone()
    }

    /// What is kept of the copy.
    #[inline(always)]
    pub fn keep<M>(&self) -> Kept<T, M>
    where
        T: Tangent<M>,
    {
        keep(self.0)
    }

    /// What is kept of the copy, if the cotangents that need it are wanted.
    #[inline(always)]
    pub fn keep_for<A: Activity, M>(&self, _: A) -> KeptFor<A, T, M>
    where
        T: Tangent<M>,
    {
        keep_for(self.0)
    }

    /// The shape of the copy.
    #[inline(always)]
    pub fn shape<M, N>(&self) -> ShapeOf<T::Out, N>
    where
        T: Peel<M>,
        T::Out: Tangent<N>,
    {
        super::shape(self.0)
    }

    /// The zero cotangent of the field.
    #[inline(always)]
    pub fn zero<M>(&self) -> T
    where
        T: Tangent<M>,
    {
        ShapeOf::new(self.0).zero()
    }
}
