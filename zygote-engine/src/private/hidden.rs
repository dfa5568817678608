//! That a method and its rule are found at one type, and not the one before `Deref` and the other behind.

/// What is found in place of what is behind `Deref`.
pub struct BehindDeref;

/// What a rule gives, or that it is behind `Deref`, where the method gives `M`.
#[diagnostic::on_unimplemented(
    message = "a method of the receiver's own type has the name of one with a rule behind its `Deref`, and has no rule itself",
    label = "the rule of the other would be taken",
    note = "write `#[differentiable]` on the `impl` that has this method; to call the other, write the \
            dereferencing: `(*x).method(..)`"
)]
pub trait FoundWith<M> {}

impl<M, Y, B> FoundWith<M> for (Y, B) {}
impl FoundWith<BehindDeref> for BehindDeref {}

/// What a rule is given, which it must have been found for: the compiler has said so already where it was not.
pub trait Called<P> {
    /// What is given.
    type Given;
}

impl<P, C> Called<P> for C {
    type Given = P;
}

/// What never is, of the type of what was given to a call.
///
/// # Panics
/// Always.
pub fn given_to<P, C: Called<P>>(_: Option<P>, _: &C) -> C::Given {
    unreachable!("it is called by what never runs")
}

/// A method gives the one, its rule the other.
#[inline(always)]
pub fn not_hidden<M, R: FoundWith<M>>(_: &M, _: &R) {}
