//! Whether a place is part of a `#[constant]` field, by the fields on the way to it.

use chainrules_core::__private::IsConstant;

/// A field that is not known to be constant.
pub struct MayVary;

/// That of the fields on the way to a place one is constant.
#[diagnostic::on_unimplemented(
    message = "the place in `constant(&mut ..)` is part of no `#[constant]` field",
    label = "what this method changes may carry a derivative",
    note = "write `#[constant]` at the field, or call the method without `constant`"
)]
pub trait ConstantPlace {}

impl ConstantPlace for IsConstant {}

/// The place that a method changes without a rule carries no derivative.
#[inline(always)]
pub fn constant_place<F: ConstantPlace>(_: F) {}

/// Whether one of two fields is constant.
pub trait OrConstant<Other> {
    /// The answer.
    type Out;

    /// One of the two.
    fn or_constant(self, other: Other) -> Self::Out;
}

impl<Other> OrConstant<Other> for IsConstant {
    type Out = Self;

    #[inline(always)]
    fn or_constant(self, _: Other) -> Self {
        self
    }
}

impl<Other> OrConstant<Other> for MayVary {
    type Out = Other;

    #[inline(always)]
    fn or_constant(self, other: Other) -> Other {
        other
    }
}
