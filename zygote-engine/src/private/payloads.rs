//! What is in an `Option`, a `Result` or a box, by reference.

/// What `as_ref` and its kin give a reference to a part of.
#[diagnostic::on_unimplemented(
    message = "a method of this name is known of `Option`, `Result` and `Box`, and this is `{Self}`",
    note = "of a box call what is in it by its own name, `b.step()`, or lend it, `&*b`",
    note = "call a method of the type's own by the name of the type, `Table::get(&table, key)`; its `impl` has `#[differentiable]`"
)]
pub trait IsOptional {
    /// What may be in it.
    type Payload;

    /// What is in it.
    fn payload(&self) -> Option<&Self::Payload>;
}

/// The same of what is lent exclusively.
pub trait ChangesPayload: IsOptional {
    /// What is in it.
    fn payload_mut(&mut self) -> Option<&mut Self::Payload>;
}

impl<T> IsOptional for Option<T> {
    type Payload = T;

    #[inline(always)]
    fn payload(&self) -> Option<&T> {
        self.as_ref()
    }
}

impl<T> ChangesPayload for Option<T> {
    #[inline(always)]
    fn payload_mut(&mut self) -> Option<&mut T> {
        self.as_mut()
    }
}

impl<T, E> IsOptional for Result<T, E> {
    type Payload = T;

    #[inline(always)]
    fn payload(&self) -> Option<&T> {
        self.as_ref().ok()
    }
}

impl<T, E> ChangesPayload for Result<T, E> {
    #[inline(always)]
    fn payload_mut(&mut self) -> Option<&mut T> {
        self.as_mut().ok()
    }
}

macro_rules! lent_payloads {
    ($($t:ty),+) => {$(
        impl<T: IsOptional + ?Sized> IsOptional for $t {
            type Payload = T::Payload;

            #[inline(always)]
            fn payload(&self) -> Option<&T::Payload> {
                T::payload(self)
            }
        }
    )+};
    (mut $($t:ty),+) => {$(
        impl<T: ChangesPayload + ?Sized> ChangesPayload for $t {
            #[inline(always)]
            fn payload_mut(&mut self) -> Option<&mut T::Payload> {
                T::payload_mut(self)
            }
        }
    )+};
}

lent_payloads!(&T, &mut T, Box<T>);
lent_payloads!(mut &mut T, Box<T>);

/// What is in an `Option` or `Result`, which is there.
#[inline(always)]
pub fn payload_of<T: IsOptional + ?Sized>(of: &T) -> &T::Payload {
    of.payload().unwrap_or_else(|| super::other_variant())
}

/// What is in an `Option` or `Result`, which is there.
#[inline(always)]
pub fn payload_of_mut<T: ChangesPayload + ?Sized>(of: &mut T) -> &mut T::Payload {
    of.payload_mut().unwrap_or_else(|| super::other_variant())
}

/// What has a payload, or is matched by reference.
#[inline(always)]
pub fn optional<T: IsOptional + ?Sized>(_: &T) {}

/// What `map` and `and_then` of a reference give an `Option` of.
#[diagnostic::on_unimplemented(
    message = "what this gives is known of `Option`, and this is `{Self}`",
    note = "of a `Result`: take it apart, `match &result {{ Ok(x) => .., Err(e) => .. }}`, leave the error out, `result.as_ref().ok().map(..)`, or end with `unwrap_or(..)`"
)]
pub trait IsOption {}

impl<T> IsOption for Option<T> {}
impl<T: IsOption + ?Sized> IsOption for &T {}
impl<T: IsOption + ?Sized> IsOption for &mut T {}
impl<T: IsOption + ?Sized> IsOption for Box<T> {}

/// What is mapped, and has no error.
#[inline(always)]
pub fn option<T: IsOption + ?Sized>(_: &T) {}

/// A box, of which `as_ref` and `as_mut` give what is in it.
#[diagnostic::on_unimplemented(
    message = "`as_ref` and `as_mut` by themselves are known of `Box`, and this is `{Self}`",
    note = "of an `Option` or `Result` take apart what they give: `if let Some(x) = o.as_ref()`, `o.as_ref().map(..)`",
    note = "of another type write what they refer to: `&x[..]`, `&x.part`"
)]
pub trait IsBox {}

impl<T: ?Sized> IsBox for Box<T> {}
impl<T: IsBox + ?Sized> IsBox for &T {}
impl<T: IsBox + ?Sized> IsBox for &mut T {}

/// The receiver of `as_ref` or `as_mut` that is no `Option` or `Result`.
#[inline(always)]
pub fn a_box<T: IsBox + ?Sized>(_: &T) {}
