//! What is kept of variables that hold references and change: the other fields. The references are made again.

use super::reached::Referent;
use chainrules_core::{Referring, ShapeOf, Std};
use std::borrow::Borrow;

const OTHER: &str = "a field that is a reference was made to refer to something else, which has no derivative: hold \
                     the whole in the field, and an index beside it";

/// A variable.
pub struct State<'v, T>(pub &'v T);

/// That the references of a variable are made again.
#[derive(Clone, Copy)]
pub struct ByParts;

/// That a variable is kept as it is.
#[derive(Clone, Copy)]
pub struct Whole;

impl<T: Referring> State<'_, T> {
    /// How it is kept.
    #[inline(always)]
    pub fn kind(&self) -> ByParts {
        ByParts
    }
}

/// A variable of any other type.
pub trait AnyState {
    /// How it is kept.
    #[inline(always)]
    fn kind(&self) -> Whole {
        Whole
    }
}

impl<T> AnyState for State<'_, T> {}

impl ByParts {
    /// Where its references lead when it is made.
    #[inline(always)]
    pub fn referents<T: Referring>(self, first: &T) -> T::Referents {
        first.referents()
    }

    /// What is kept of it at last.
    ///
    /// # Panics
    ///
    /// If its references lead somewhere else then.
    #[inline(always)]
    #[track_caller]
    pub fn keep<T: Referring>(self, last: T, first: T::Referents) -> KeptRest<T::Rest> {
        assert!(last.referents() == first, "{OTHER}");
        KeptRest(last.rest())
    }
}

impl Whole {
    /// Nothing is to be known.
    #[inline(always)]
    pub fn referents<T>(self, _: &T) {}

    /// The variable itself.
    #[inline(always)]
    pub fn keep<T>(self, last: T, (): ()) -> KeptWhole<T> {
        KeptWhole(last)
    }
}

/// What is kept of a variable that holds references.
#[derive(Clone)]
pub struct KeptRest<R>(R);

impl<R> KeptRest<R> {
    /// The variable as it was at last.
    #[inline(always)]
    pub fn again<T: Referring<Rest = R>>(self, made: impl FnOnce() -> T) -> T {
        made().with_rest(self.0)
    }
}

/// A variable that is kept as it is.
#[derive(Clone)]
pub struct KeptWhole<T>(T);

impl<T> KeptWhole<T> {
    /// The variable as it was at last.
    #[inline(always)]
    pub fn again(self, _: impl FnOnce() -> T) -> T {
        self.0
    }
}

/// A copy of a field, or its shape.
pub struct OfField<T>(pub T);

impl<U: ?Sized> OfField<&U> {
    /// A reference is found again in the field.
    ///
    /// # Panics
    ///
    /// If the field refers to something else by now.
    #[inline(always)]
    #[track_caller]
    pub fn kept(self, field: &&U) -> Again {
        assert!(std::ptr::eq(self.0, *field), "{OTHER}");
        Again
    }
}

impl<U: ToOwned<Owned: Clone> + ?Sized> OfField<&U> {
    /// Of a reference that is not found again what it refers to is kept.
    #[inline(always)]
    pub fn owned(self) -> Owned<U> {
        Owned(self.0.to_owned())
    }
}

impl OfField<ShapeOf<&str, Std>> {
    /// The shape of a text of any lifetime.
    #[inline(always)]
    pub fn owned(self) -> AsItIs<ShapeOf<&'static str, Std>> {
        AsItIs(Some(ShapeOf::new(&"")))
    }
}

impl<U: ?Sized> OfField<Referent<'_, U>> {
    /// The same of what stands in place of its shape.
    #[inline(always)]
    pub fn kept<F>(self, _: &F) -> Again {
        Again
    }
}

/// A copy of any other field, or its shape.
pub trait OfAnyField {
    /// What it is.
    type Of;
    /// It is kept as it is.
    fn kept<F>(self, field: &F) -> AsItIs<Self::Of>;
    /// The same.
    fn owned(self) -> AsItIs<Self::Of>;
}

impl<T> OfAnyField for OfField<T> {
    type Of = T;

    #[inline(always)]
    fn kept<F>(self, _: &F) -> AsItIs<T> {
        AsItIs(Some(self.0))
    }

    #[inline(always)]
    fn owned(self) -> AsItIs<T> {
        AsItIs(Some(self.0))
    }
}

/// That something is found again in the field.
#[derive(Clone)]
pub struct Again;

impl Again {
    /// What is found.
    #[inline(always)]
    pub fn found<T>(self, again: impl FnOnce() -> T) -> T {
        again()
    }
}

/// What is kept as it is.
#[derive(Clone)]
pub struct AsItIs<T>(Option<T>);

impl<T> AsItIs<T> {
    /// What was kept.
    #[inline(always)]
    pub fn found(mut self, _: impl FnOnce() -> T) -> T {
        self.lent()
    }

    /// What was kept.
    #[inline(always)]
    pub fn lent(&mut self) -> T {
        self.0.take().expect("it is taken once")
    }
}

/// What a reference refers to.
pub struct Owned<U: ToOwned + ?Sized>(U::Owned);

impl<U: ToOwned<Owned: Clone> + ?Sized> Clone for Owned<U> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<U: ToOwned + ?Sized> Owned<U> {
    /// A reference to it.
    #[inline(always)]
    pub fn lent(&mut self) -> &U {
        self.0.borrow()
    }
}
