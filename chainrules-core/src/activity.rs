//! Whether the cotangent of an argument is wanted, decided at compile time.

/// Whether the cotangent of an argument is wanted.
///
/// A pullback takes one [`Activity::Shadow`] for each argument: `&mut T` when the argument is
/// [`Active`], nothing when it is [`Constant`]. Both are types, so that the work for a constant
/// argument vanishes when the pullback is compiled.
pub trait Activity: Copy + 'static {
    /// The place into which the cotangent of an argument of type `T` is accumulated.
    type Shadow<'s, T: ?Sized + 's>;

    /// The shadow as a reference, or `None` when the argument is constant.
    fn get<'a, 's, T: ?Sized + 'a>(shadow: &'a mut Self::Shadow<'s, T>) -> Option<&'a mut T>;

    /// The shadow of a part of the argument.
    fn part<'a, 's, T: ?Sized + 'a, U: ?Sized + 'a>(
        shadow: &'a mut Self::Shadow<'s, T>,
        part: impl FnOnce(&'a mut T) -> &'a mut U,
    ) -> Self::Shadow<'a, U>;

    /// The shadow, lent to a pullback that is called inside another.
    #[inline(always)]
    fn reborrow<'a, 's, T: ?Sized + 'a>(
        shadow: &'a mut Self::Shadow<'s, T>,
    ) -> Self::Shadow<'a, T> {
        Self::part(shadow, |whole| whole)
    }
}

/// The argument varies: its cotangent is accumulated.
#[derive(Clone, Copy, Debug)]
pub struct Active;

/// The argument is constant: no cotangent is computed for it.
#[derive(Clone, Copy, Debug)]
pub struct Constant;

impl Activity for Active {
    type Shadow<'s, T: ?Sized + 's> = &'s mut T;

    #[inline(always)]
    fn get<'a, 's, T: ?Sized + 'a>(shadow: &'a mut &'s mut T) -> Option<&'a mut T> {
        Some(shadow)
    }

    #[inline(always)]
    fn part<'a, 's, T: ?Sized + 'a, U: ?Sized + 'a>(
        shadow: &'a mut &'s mut T,
        part: impl FnOnce(&'a mut T) -> &'a mut U,
    ) -> &'a mut U {
        part(shadow)
    }
}

impl Activity for Constant {
    type Shadow<'s, T: ?Sized + 's> = ();

    #[inline(always)]
    fn get<'a, 's, T: ?Sized + 'a>(_: &'a mut ()) -> Option<&'a mut T> {
        None
    }

    #[inline(always)]
    fn part<'a, 's, T: ?Sized + 'a, U: ?Sized + 'a>(
        _: &'a mut (),
        _: impl FnOnce(&'a mut T) -> &'a mut U,
    ) {
    }
}
