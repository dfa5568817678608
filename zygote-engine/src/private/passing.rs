//! How the arguments of closures are passed.

use chainrules_core::Activity;
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

/// An item that is an argument as it is.
pub struct Item<'s, T: ?Sized>(pub &'s T);

impl<'t, T, const N: usize> Item<'_, &'t [T; N]> {
    /// The reference to an array, which may become one to a slice.
    #[inline(always)]
    pub fn lent(&self) -> &'t [T; N] {
        self.0
    }
}

/// An item that is no reference to an array.
pub trait LentItem<'s> {
    /// Its type.
    type Of: ?Sized;
    /// A reference to it.
    fn lent(&self) -> &'s Self::Of;
}

impl<'s, T: ?Sized> LentItem<'s> for Item<'s, T> {
    type Of = T;

    #[inline(always)]
    fn lent(&self) -> &'s T {
        self.0
    }
}

/// How the argument of a closure was passed: the reverse of the closure gets a reference to it.
pub trait Passing<M> {
    /// [`ByValue`] or [`ByReference`].
    type How;
    /// The argument as the body of a closure gets it that does not say its type: an exclusive reference
    /// only reads there, as what is done through it would have no derivative.
    type Given;
    /// How the argument was passed.
    fn how(&self) -> Self::How;
    /// The argument.
    fn given(self) -> Self::Given;
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
    type Given = T;

    #[inline(always)]
    fn how(&self) -> ByValue {
        ByValue
    }

    #[inline(always)]
    fn given(self) -> T {
        self
    }
}

impl<'a, T: ?Sized> Passing<Referred> for &'a T {
    type How = ByReference;
    type Given = &'a T;

    #[inline(always)]
    fn how(&self) -> ByReference {
        ByReference
    }

    #[inline(always)]
    fn given(self) -> &'a T {
        self
    }
}

impl<'a, T: ?Sized> Passing<Referred> for &'a mut T {
    type How = ByReference;
    type Given = &'a T;

    #[inline(always)]
    fn how(&self) -> ByReference {
        ByReference
    }

    #[inline(always)]
    fn given(self) -> &'a T {
        self
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

/// What the body of a closure gets of an argument whose type it does not say.
#[inline(always)]
pub fn untyped<T: Passing<M>, M>(argument: T) -> T::Given {
    argument.given()
}

/// A value where a function takes what it dereferences to: `&Vec<T>` for `&[T]`.
#[diagnostic::on_unimplemented(
    message = "an argument of this call is `&{Self}` where `&{U}` is taken",
    note = "dereference it: `&*x`"
)]
pub trait Reaches<U: ?Sized> {
    /// What it dereferences to, or itself.
    fn reach(&mut self) -> &mut U;
}

impl<T: ?Sized> Reaches<T> for T {
    #[inline(always)]
    fn reach(&mut self) -> &mut T {
        self
    }
}

impl<T> Reaches<[T]> for Vec<T> {
    #[inline(always)]
    fn reach(&mut self) -> &mut [T] {
        self
    }
}

impl<T, const N: usize> Reaches<[T]> for [T; N] {
    #[inline(always)]
    fn reach(&mut self) -> &mut [T] {
        self
    }
}

impl<T: ?Sized> Reaches<T> for Box<T> {
    #[inline(always)]
    fn reach(&mut self) -> &mut T {
        self
    }
}

/// The shadow of a parameter of a type that the source does not say, lent to a pullback.
#[inline(always)]
pub fn reborrow<'a, 's, A: Activity, T: Reaches<U> + ?Sized + 'a, U: ?Sized + 'a>(
    shadow: &'a mut A::Shadow<'s, T>,
) -> A::Shadow<'a, U> {
    A::part(shadow, |whole: &'a mut T| whole.reach())
}

/// A shadow, of which method resolution finds whether it is a text by reference.
pub struct ShadowOf<'s, T: ?Sized>(pub &'s T);
/// A text by reference, to which nothing can be added.
pub struct AText;
/// Anything else.
pub struct Anything;

/// What is a text by reference.
pub trait IsText {
    /// That.
    #[inline(always)]
    fn kind(&self) -> AText {
        AText
    }
}
impl IsText for ShadowOf<'_, &str> {}

/// What may be anything.
pub trait IsAnything {
    /// That.
    #[inline(always)]
    fn kind(&self) -> Anything {
        Anything
    }
}
impl<T: ?Sized> IsAnything for &ShadowOf<'_, T> {}

/// A shadow as a pullback takes it.
pub trait Lend<'s, T: ?Sized> {
    /// The type of the shadow that is handed over.
    type Lent: ?Sized;
    /// The shadow.
    fn lend(self, shadow: &'s mut T) -> &'s mut Self::Lent;
}

impl<'s, 't> Lend<'s, &'t str> for AText {
    type Lent = str;

    #[inline(always)]
    fn lend(self, _: &'s mut &'t str) -> &'s mut str {
        <&mut str>::default()
    }
}

impl<'s, T: ?Sized + 's> Lend<'s, T> for Anything {
    type Lent = T;

    #[inline(always)]
    fn lend(self, shadow: &'s mut T) -> &'s mut T {
        shadow
    }
}
