//! What is computed of constants: a view of one becomes what owns a copy, so that it has rules beside
//! what varies. Methods are found in this order: of references, of views, of any value.

use chainrules_core::View;

/// A value of a type that generated code does not know.
pub struct Seen<T>(Option<T>);

impl<T> Seen<T> {
    /// The value.
    #[inline(always)]
    pub fn new(value: T) -> Self {
        Self(Some(value))
    }

    #[inline(always)]
    fn value(&mut self) -> T {
        self.0.take().expect("it is taken once")
    }
}

/// A reference stays one.
pub trait SeenReference {
    /// The reference.
    type Whole;
    /// The reference.
    fn whole(self) -> Self::Whole;
}

impl<'a, T: ?Sized> SeenReference for &mut &mut &mut Seen<&'a T> {
    type Whole = &'a T;

    #[inline(always)]
    fn whole(self) -> &'a T {
        self.value()
    }
}

/// A view becomes its owner.
pub trait SeenView<M> {
    /// The owner.
    type Whole;
    /// The owner.
    fn whole(self) -> Self::Whole;
}

impl<T: View<M>, M> SeenView<M> for &mut &mut Seen<T> {
    type Whole = T::Owned;

    #[inline(always)]
    fn whole(self) -> T::Owned {
        self.value().owned()
    }
}

/// Anything else stays what it is.
pub trait SeenValue {
    /// The value.
    type Whole;
    /// The value.
    fn whole(&mut self) -> Self::Whole;
}

impl<T> SeenValue for Seen<T> {
    type Whole = T;

    #[inline(always)]
    fn whole(&mut self) -> T {
        self.value()
    }
}

/// A value of constants, or what owns a copy of what it shows.
#[macro_export]
#[doc(hidden)]
macro_rules! __seen {
    ($value:expr) => {{
        use $crate::__private::{SeenReference as _, SeenValue as _, SeenView as _};
        (&mut &mut &mut $crate::__private::Seen::new($value)).whole()
    }};
}
