//! The rules of the language's operators, by type.
//!
//! An operator keeps its primal form in the forward sweep; the reverse sweep finds its pullback
//! through these traits. Operands are peeled of references first, so that one rule serves `a * b`,
//! `&a * b` and so on. The marker `M` is any type local to the crate that writes the rule.

/// The operator `+` or `+=`.
pub struct Add;
/// The operator `-` or `-=`.
pub struct Sub;
/// The operator `*` or `*=`.
pub struct Mul;
/// The operator `/` or `/=`.
pub struct Div;
/// The operator `%` or `%=`.
pub struct Rem;

/// An assigning operator on bits, such as `^=`: only integers have a rule, which does nothing.
pub struct Bits;

/// The pullback of a binary operator that is linear in both operands together ([`Add`], [`Sub`]):
/// it needs the operands' shapes, not their values.
#[diagnostic::on_unimplemented(
    message = "no derivative rule for the operator `{Op}` between `{Self}` and `{Rhs}`",
    note = "import the prelude of the crate that defines the rules of these types"
)]
pub trait SumRule<Op, Rhs, M> {
    /// The shape of the left operand.
    type LhsShape;
    /// The shape of the right operand.
    type RhsShape;
    /// The type of the result.
    type Output;

    /// The cotangent of the left operand.
    fn pull_lhs(lhs: &Self::LhsShape, rhs: &Self::RhsShape, dy: &Self::Output) -> Self;

    /// The cotangent of the right operand.
    fn pull_rhs(lhs: &Self::LhsShape, rhs: &Self::RhsShape, dy: &Self::Output) -> Rhs;
}

/// The pullback of a binary operator that needs its operands' values ([`Mul`], [`Div`], [`Rem`]).
#[diagnostic::on_unimplemented(
    message = "no derivative rule for the operator `{Op}` between `{Self}` and `{Rhs}`",
    note = "import the prelude of the crate that defines the rules of these types"
)]
pub trait ProductRule<Op, Rhs, M> {
    /// The type of the result.
    type Output;

    /// The cotangent of the left operand.
    fn pull_lhs(&self, rhs: &Rhs, dy: &Self::Output) -> Self;

    /// The cotangent of the right operand.
    fn pull_rhs(&self, rhs: &Rhs, dy: &Self::Output) -> Rhs;

    /// Adds the cotangent of the left operand to `shadow`.
    fn add_lhs(&self, rhs: &Rhs, dy: &Self::Output, shadow: &mut Self);

    /// Adds the cotangent of the right operand to `shadow`.
    fn add_rhs(&self, rhs: &Rhs, dy: &Self::Output, shadow: &mut Rhs);
}

/// The pullback of the cast `self as To`: the cotangent goes back between real types; a cast from
/// or to an integer is a step and carries none.
#[diagnostic::on_unimplemented(message = "no derivative rule for a cast from `{Self}` to `{To}`")]
pub trait CastRule<To, M> {
    /// The cotangent of the operand.
    fn pull(dy: &To) -> Self;
}
