//! Boxes that become trait objects: the way back for their cotangents, decided by types.
#![expect(clippy::borrowed_box, reason = "pullbacks take their arguments by reference, boxes too")]

use chainrules_core::Tangent;
use std::any::Any;
use std::marker::PhantomData;

/// What a trait object is for a type behind it; `#[differentiable(dyn)]` gives it to `dyn Trait`.
pub trait Object<T> {
    /// The object.
    fn made(value: Box<T>) -> Box<Self>;

    /// The zero cotangent of a value, as an object.
    fn zero(value: &T) -> Box<Self>;

    /// The value that the object is.
    ///
    /// # Panics
    /// When it is of another type.
    fn concrete(&self) -> T;
}

/// What `#[differentiable(dyn)]` gives `dyn Trait`.
#[diagnostic::on_unimplemented(
    message = "the trait of `{Self}` lacks `#[differentiable(dyn)]`",
    label = "a trait object that is made of what varies",
    note = "write `#[differentiable(dyn)]` on the trait and on each `impl` of it, or take the value's own type",
    note = "a type parameter with the bound `?Sized` may be a trait object: leave it out where there is none",
    note = "`dyn Trait + Send` and the like have none: write `dyn Trait`, and `Trait: Send`"
)]
pub trait Attributed {}

/// A trait object that is made: its trait has the attribute.
#[inline(always)]
pub fn attributed<T: Attributed + ?Sized>(object: Box<T>) -> Box<T> {
    object
}

/// The trait of a type parameter that may be a trait object has the attribute.
pub fn of_objects<T: Attributed + ?Sized>() {}

/// A value as one of another type, if it is of that type.
///
/// # Errors
/// The value, if it is of another type.
pub fn held<T: 'static, U: 'static>(value: T) -> Result<U, Box<dyn Any>> {
    let value: Box<dyn Any> = Box::new(value);
    value.downcast().map(|value| *value)
}

/// Keeps a copy of an argument, of the type that it has as one.
#[inline(always)]
pub fn hand_over<T: Clone>(slot: &mut Option<T>, value: T) -> T {
    *slot = Some(value.clone());
    value
}

/// The copy of an argument that was handed over.
///
/// # Panics
/// Never: the call was made.
#[inline(always)]
pub fn handed_over<T>(slot: Option<T>) -> T {
    slot.expect("the argument was handed over")
}

/// The type of what was boxed. Of no size.
pub struct Boxed<T: ?Sized>(PhantomData<fn(&T)>);

impl<T: ?Sized> Clone for Boxed<T> {
    #[inline(always)]
    fn clone(&self) -> Self {
        Self(PhantomData)
    }
}

/// The type of what is in a box.
#[inline(always)]
pub fn boxed<T: ?Sized>(_: &Box<T>) -> Boxed<T> {
    Boxed(PhantomData)
}

/// The box stays what it is.
pub struct Stays;

/// The box becomes one of a trait object.
pub struct Becomes<M>(PhantomData<M>);

/// A box that may be a box of `U` where it is handed over.
#[diagnostic::on_unimplemented(
    message = "the derivative does not see that this box becomes `Box<{U}>`",
    note = "the trait and each `impl` of it need `#[differentiable(dyn)]`"
)]
pub trait Becoming<U: ?Sized, M>: Sized {
    /// The cotangent of the box.
    fn back(cotangent: Box<U>) -> Self;

    /// The box as it was handed over.
    fn given<'a>(&'a self, slot: &'a mut Option<Box<U>>) -> &'a Box<U>;

    /// The place for the cotangent of what was handed over.
    fn shadow<'a>(&self, shadow: &'a mut Self, slot: &'a mut Option<Box<U>>) -> &'a mut Box<U>;

    /// Adds what is in that place.
    fn added(shadow: &mut Self, slot: Option<Box<U>>);
}

impl<T: ?Sized> Becoming<T, Stays> for Box<T> {
    #[inline(always)]
    fn back(cotangent: Self) -> Self {
        cotangent
    }

    #[inline(always)]
    fn given<'a>(&'a self, _: &'a mut Option<Self>) -> &'a Self {
        self
    }

    #[inline(always)]
    fn shadow<'a>(&self, shadow: &'a mut Self, _: &'a mut Option<Self>) -> &'a mut Self {
        shadow
    }

    #[inline(always)]
    fn added(_: &mut Self, _: Option<Self>) {}
}

impl<T: Tangent<M>, U: Object<T> + ?Sized, M> Becoming<U, Becomes<M>> for Box<T> {
    fn back(cotangent: Box<U>) -> Self {
        Self::new(cotangent.concrete())
    }

    fn given<'a>(&'a self, slot: &'a mut Option<Box<U>>) -> &'a Box<U> {
        slot.insert(U::made(self.clone()))
    }

    fn shadow<'a>(&self, _: &'a mut Self, slot: &'a mut Option<Box<U>>) -> &'a mut Box<U> {
        slot.insert(U::zero(self))
    }

    fn added(shadow: &mut Self, slot: Option<Box<U>>) {
        if let Some(cotangent) = slot {
            (**shadow).accumulate(&cotangent.concrete());
        }
    }
}

/// The cotangent of a box that may have become one of a trait object.
#[inline(always)]
pub fn pull_boxed<T: ?Sized, U: ?Sized, M>(_: &Boxed<T>, cotangent: Box<U>) -> Box<T>
where
    Box<T>: Becoming<U, M>,
{
    Becoming::back(cotangent)
}

/// A box as it was handed over.
#[inline(always)]
pub fn given<'a, T: ?Sized, U: ?Sized, M>(
    value: &'a Box<T>,
    slot: &'a mut Option<Box<U>>,
) -> &'a Box<U>
where
    Box<T>: Becoming<U, M>,
{
    value.given(slot)
}

/// The place for the cotangent of a box as it was handed over.
#[inline(always)]
pub fn given_shadow<'a, T: ?Sized, U: ?Sized, M>(
    value: &Box<T>,
    shadow: &'a mut Box<T>,
    slot: &'a mut Option<Box<U>>,
) -> &'a mut Box<U>
where
    Box<T>: Becoming<U, M>,
{
    value.shadow(shadow, slot)
}

/// Adds the cotangent of a box as it was handed over.
#[inline(always)]
pub fn added<T: ?Sized, U: ?Sized, M>(shadow: &mut Box<T>, slot: Option<Box<U>>)
where
    Box<T>: Becoming<U, M>,
{
    Becoming::added(shadow, slot);
}
