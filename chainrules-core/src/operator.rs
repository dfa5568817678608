//! The rules of the language's operators, by type.
//!
//! An operator keeps its primal form in the forward sweep; the reverse sweep finds its pullback
//! through these traits. Operands are peeled of references first, so that one rule serves `a * b`,
//! `&a * b` and so on. The marker `M` is any type local to the crate that writes the rule.

/// The operator `+`.
pub struct Add;
/// The operator `-` between two operands.
pub struct Sub;
/// The operator `*`.
pub struct Mul;
/// The operator `/`.
pub struct Div;
/// The operator `%`.
pub struct Rem;

/// The operator `-` of one operand, where a type names its rules.
pub struct Neg;

/// The operator `+=`. Its result is the state of the left operand after it.
pub struct AddAssign;
/// The operator `-=`. Its result is the state of the left operand after it.
pub struct SubAssign;
/// The operator `*=`. Its result is the state of the left operand after it.
pub struct MulAssign;
/// The operator `/=`. Its result is the state of the left operand after it.
pub struct DivAssign;
/// The operator `%=`. Its result is the state of the left operand after it.
pub struct RemAssign;

/// An assigning operator on bits, such as `^=`: only integers have a rule, which does nothing.
pub struct Bits;

/// An operand that is given as it is.
pub struct Owned;
/// An operand that is given by reference.
pub struct Borrowed;

/// An operator with the forms of its operands, as a program writes it: in `&a + b` they are
/// `(Borrowed, Owned)`. A rule without a form serves all of them, as one promises of a type of another
/// crate; that of an `impl` with `#[differentiable]` serves the form of that `impl`.
pub trait Operator<L, R> {
    /// The forms by which its rule is looked up.
    type Form;
}

macro_rules! operator {
    ($l:ident $form:ident: $($op:ident)+) => {$(
        impl<$l, R> Operator<$l, R> for $op {
            type Form = ($form, R);
        }
    )+};
}
operator!(L L: Add Sub Mul Div Rem);
// What is assigned to is a place.
operator!(L Owned: AddAssign SubAssign MulAssign DivAssign RemAssign Bits);

/// The marker of a rule that serves all forms of operands.
pub struct AnyForm<M>(core::marker::PhantomData<M>);

impl<A: SumRule<Op, B, M>, B, Op, L, R, M> SumRule<Op, B, AnyForm<M>, (L, R)> for A {
    type Residual = A::Residual;
    type Output = A::Output;

    #[inline(always)]
    fn residual(lhs: &Self, rhs: &B) -> Self::Residual {
        A::residual(lhs, rhs)
    }

    #[inline(always)]
    fn pull_lhs(residual: &Self::Residual, dy: &Self::Output) -> Self {
        A::pull_lhs(residual, dy)
    }

    #[inline(always)]
    fn pull_rhs(residual: &Self::Residual, dy: &Self::Output) -> B {
        A::pull_rhs(residual, dy)
    }

    #[inline(always)]
    fn turned_lhs(residual: &Self::Residual, dy: &Self::Output) -> Option<Self> {
        A::turned_lhs(residual, dy)
    }
}

/// [`NegRule`] for one form of the operand.
macro_rules! negated {
    ($($form:ident)+) => {$(impl<A: NegRule<M>, M> NegRule<AnyForm<M>, $form> for A {
            type Residual = A::Residual;
            type Output = A::Output;

            #[inline(always)]
            fn residual(&self) -> Self::Residual {
                A::residual(self)
            }

            #[inline(always)]
            fn pull(residual: &Self::Residual, dy: &Self::Output) -> Self {
                A::pull(residual, dy)
            }
    })+};
}
negated!(Owned Borrowed);

impl<A: ProductRule<Op, B, M>, B, Op, L, R, M> ProductRule<Op, B, AnyForm<M>, (L, R)> for A {
    type Output = A::Output;

    #[inline(always)]
    fn pull_lhs(&self, rhs: &B, dy: &Self::Output) -> Self {
        A::pull_lhs(self, rhs, dy)
    }

    #[inline(always)]
    fn pull_rhs(&self, rhs: &B, dy: &Self::Output) -> B {
        A::pull_rhs(self, rhs, dy)
    }

    #[inline(always)]
    fn add_lhs(&self, rhs: &B, dy: &Self::Output, shadow: &mut Self) {
        A::add_lhs(self, rhs, dy, shadow);
    }

    #[inline(always)]
    fn add_rhs(&self, rhs: &B, dy: &Self::Output, shadow: &mut B) {
        A::add_rhs(self, rhs, dy, shadow);
    }
}

/// The pullback of a binary operator that mostly needs less than its operands' values ([`Add`],
/// [`Sub`], [`AddAssign`], [`SubAssign`]).
///
/// What it needs is taken of the operands before the operation: nothing of numbers, the shapes of
/// matrices, of a type whose sum is not linear the operands themselves.
#[diagnostic::on_unimplemented(
    message = "no derivative rule for the operator `{Op}` between `{Self}` and `{Rhs}`",
    note = "import the prelude of the crate that defines the rules of these types; for an operator of your own write `#[differentiable]` on each `impl`, of values and of references, that is used",
    note = "of a type parameter whose trait promises the operator, `trait Field: Add<Output = Self>`, write `#[differentiable]` on the trait, or the bound in the function itself: `T: Field + Add<Output = T>`"
)]
pub trait SumRule<Op, Rhs, M, Form = ()>: Sized {
    /// What the pullback needs of the operands.
    type Residual: Clone;
    /// The type of the result; of an assigning operator, `Self`.
    type Output;

    /// What the pullback needs of the operands.
    fn residual(lhs: &Self, rhs: &Rhs) -> Self::Residual;

    /// The cotangent of the left operand.
    fn pull_lhs(residual: &Self::Residual, dy: &Self::Output) -> Self;

    /// The cotangent of the right operand.
    fn pull_rhs(residual: &Self::Residual, dy: &Self::Output) -> Rhs;

    /// The cotangent of the state before an assignment, from that of the state after; `None` if it is the
    /// same.
    #[inline(always)]
    fn turned_lhs(residual: &Self::Residual, dy: &Self::Output) -> Option<Self> {
        Some(Self::pull_lhs(residual, dy))
    }
}

/// The pullback of the unary operator `-`.
#[diagnostic::on_unimplemented(
    message = "no derivative rule for the operator `-` on `{Self}`",
    note = "import the prelude of the crate that defines the rules of this type; for an operator of your own write `#[differentiable]` on each `impl`, of values and of references, that is used",
    note = "of a type parameter whose trait promises the operator, `trait Field: Add<Output = Self>`, write `#[differentiable]` on the trait, or the bound in the function itself: `T: Field + Add<Output = T>`"
)]
pub trait NegRule<M, Form = ()>: Sized {
    /// What the pullback needs of the operand: nothing of a number, the shape of a matrix.
    type Residual: Clone;
    /// The type of the result.
    type Output;

    /// What the pullback needs of the operand.
    fn residual(&self) -> Self::Residual;

    /// The cotangent of the operand.
    fn pull(residual: &Self::Residual, dy: &Self::Output) -> Self;
}

/// The pullback of a binary operator that needs its operands' values ([`Mul`], [`Div`], [`Rem`] and
/// their assigning forms, whose operands are those before the assignment).
#[diagnostic::on_unimplemented(
    message = "no derivative rule for the operator `{Op}` between `{Self}` and `{Rhs}`",
    note = "import the prelude of the crate that defines the rules of these types; for an operator of your own write `#[differentiable]` on each `impl`, of values and of references, that is used",
    note = "of a type parameter whose trait promises the operator, `trait Field: Add<Output = Self>`, write `#[differentiable]` on the trait, or the bound in the function itself: `T: Field + Add<Output = T>`"
)]
pub trait ProductRule<Op, Rhs, M, Form = ()> {
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
#[diagnostic::on_unimplemented(
    message = "no derivative rule for a cast from `{Self}` to `{To}`",
    note = "casts between `f32`, `f64` and integers have one; import the prelude of `chainrules`"
)]
pub trait CastRule<To, M> {
    /// The cotangent of the operand.
    fn pull(dy: &To) -> Self;
}

/// A type whose `Sum` adds and whose `Product` multiplies one item after the other, as chains of iterators
/// in differentiable functions do. Crates of rules have it for their types; `M` is the crate's marker, as that
/// of [`Tangent`](crate::Tangent).
#[diagnostic::on_unimplemented(
    message = "`sum` and `product` of `{Self}` are not known to add and multiply one item after the other",
    note = "write `fold`: `xs.iter().fold(V::zero(), |sum, x| sum + x)`"
)]
pub trait Folds<M> {}

macro_rules! fold {
    ($($t:ty),+) => { $(impl Folds<crate::Std> for $t {})+ };
}
fold!(f32, f64, u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize);
