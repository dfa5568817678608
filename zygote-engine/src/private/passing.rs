//! How the arguments of closures are passed.

use chainrules_core::Tangent;

/// What a reference refers to, or the value itself: by method resolution.
pub trait Referent {
    /// A reference to it.
    fn __referent(&self) -> &Self;
}

impl<T: ?Sized> Referent for T {
    #[inline(always)]
    fn __referent(&self) -> &Self {
        self
    }
}

/// How the argument of a closure was passed: the reverse of the closure gets a reference to it.
pub trait Passing<M> {
    /// [`ByValue`] or [`ByReference`].
    type How;
    /// How the argument was passed.
    fn how(&self) -> Self::How;
}

/// An argument passed by value.
#[derive(Clone, Copy)]
pub struct ByValue;

/// An argument passed by reference.
#[derive(Clone, Copy)]
pub struct ByReference;

/// The marker of [`Passing`] for a reference.
pub struct Referred;

impl<T: Tangent<M>, M> Passing<(M,)> for T {
    type How = ByValue;

    #[inline(always)]
    fn how(&self) -> ByValue {
        ByValue
    }
}

impl<T: ?Sized> Passing<Referred> for &T {
    type How = ByReference;

    #[inline(always)]
    fn how(&self) -> ByReference {
        ByReference
    }
}

impl<T: ?Sized> Passing<Referred> for &mut T {
    type How = ByReference;

    #[inline(always)]
    fn how(&self) -> ByReference {
        ByReference
    }
}

impl ByValue {
    /// The argument again.
    #[inline(always)]
    pub fn argument<T: Clone>(self, argument: &T) -> T {
        argument.clone()
    }
}

impl ByReference {
    /// The argument again.
    #[inline(always)]
    pub fn argument<T: ?Sized>(self, argument: &T) -> &T {
        argument
    }
}

/// How the argument of a closure was passed.
#[inline(always)]
pub fn passing<T: Passing<M>, M>(argument: &T) -> T::How {
    argument.how()
}
