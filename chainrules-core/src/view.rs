//! Views of a part of a value, and of the same part of its cotangent.

use crate::{ByRef, Shadowed};

/// A view of a part of a value, such as `&[f64]`. [`projection!`](crate::projection) makes the
/// owned copy of it that is the value in differentiated code.
///
/// A crate of rules implements it for the views of its types, with its own marker `M`.
pub trait View<M> {
    /// The type that owns a copy of the part.
    type Owned;

    /// A copy of the part.
    fn owned(&self) -> Self::Owned;
}

/// A view of a part of a cotangent, such as `&mut [f64]`, to which the cotangent of that part's
/// copy is added.
pub trait ViewMut<M> {
    /// The cotangent's own type: that of the copy.
    type Owned;

    /// Adds to the part, in time proportional to its size.
    ///
    /// # Panics
    /// When the shapes differ.
    fn add(&mut self, cotangent: &Self::Owned);
}

impl<T: Shadowed<M> + ?Sized, M> View<ByRef<M>> for &T {
    type Owned = T::Owned;

    #[inline(always)]
    fn owned(&self) -> T::Owned {
        self.copied()
    }
}

impl<T: Shadowed<M> + ?Sized, M> ViewMut<ByRef<M>> for &mut T {
    type Owned = T::Owned;

    #[inline(always)]
    fn add(&mut self, cotangent: &T::Owned) {
        self.accumulate_owned(cotangent);
    }
}
