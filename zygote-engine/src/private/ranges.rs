//! The integers that a range still has to give, of which the source does not say whether it has its end.

use std::ops::{Range, RangeInclusive};

/// A range of integers.
#[diagnostic::on_unimplemented(
    message = "a chain over a copy of a field is known of ranges of integers, and this is `{Self}`",
    note = "of a list write `.iter()`, of an iterator of your own a loop, `while let Some(x) = items.next()`"
)]
pub trait Left {
    /// The type of the integers.
    type Item;
    /// The first and the last; of a range that has none left the last is before the first.
    fn left(&self) -> (Self::Item, Self::Item);
}

macro_rules! ranges {
    ($($t:ty),+) => {$(
        impl Left for Range<$t> {
            type Item = $t;

            #[inline(always)]
            fn left(&self) -> ($t, $t) {
                if self.is_empty() { (1, 0) } else { (self.start, self.end - 1) }
            }
        }

        impl Left for RangeInclusive<$t> {
            type Item = $t;

            #[inline(always)]
            fn left(&self) -> ($t, $t) {
                if self.is_empty() { (1, 0) } else { (*self.start(), *self.end()) }
            }
        }
    )+};
}
ranges!(i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize);

/// The first integer of a range.
#[inline(always)]
pub fn first_left<R: Left>(range: &R) -> R::Item {
    range.left().0
}

/// The last integer of a range.
#[inline(always)]
pub fn last_left<R: Left>(range: &R) -> R::Item {
    range.left().1
}
