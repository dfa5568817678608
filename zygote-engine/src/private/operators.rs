//! The rules of operators, called where the markers are found by inference.

use chainrules_core::{CastRule, NegRule, Peel, ProductRule, ShapeOf, SumRule, Tangent};
use std::marker::PhantomData;

/// What the pullback of `+`, `-` or their assigning forms needs of the operands; it remembers their
/// types. Of no size for numbers.
pub struct SumOf<Op, A: SumRule<Op, B, R>, B, R>(A::Residual, PhantomData<fn(Op, B, R)>);

impl<Op, A: SumRule<Op, B, R>, B, R> Clone for SumOf<Op, A, B, R> {
    #[inline(always)]
    fn clone(&self) -> Self {
        Self(self.0.clone(), PhantomData)
    }
}

/// What the pullback of `+`, `-` or their assigning forms needs of the operands.
#[inline(always)]
pub fn sum_residual<Op, A, B, M, N, R>(_: Op, lhs: &A, rhs: &B) -> SumOf<Op, A::Out, B::Out, R>
where
    A: Peel<M> + ?Sized,
    B: Peel<N> + ?Sized,
    A::Out: SumRule<Op, B::Out, R>,
    B::Out: Sized,
{
    SumOf(A::Out::residual(lhs.peel(), rhs.peel()), PhantomData)
}

/// The cotangent of the left operand of `+` or `-`.
#[inline(always)]
pub fn pull_sum_lhs<Op, A: SumRule<Op, B, R>, B, R>(
    residual: &SumOf<Op, A, B, R>,
    dy: &A::Output,
) -> A {
    A::pull_lhs(&residual.0, dy)
}

/// The cotangent of the right operand of `+`, `-` or their assigning forms.
#[inline(always)]
pub fn pull_sum_rhs<Op, A: SumRule<Op, B, R>, B, R>(
    residual: &SumOf<Op, A, B, R>,
    dy: &A::Output,
) -> B {
    A::pull_rhs(&residual.0, dy)
}

/// The cotangent of the state after `+=` or `-=`; in its place that of the state before is left.
#[inline(always)]
pub fn turn_sum<Op, A: SumRule<Op, B, R, Output = A> + Clone, B, R>(
    residual: &SumOf<Op, A, B, R>,
    shadow: &mut A,
) -> A {
    let after = shadow.clone();
    A::turn_lhs(&residual.0, shadow);
    after
}

/// What the pullback of a unary minus needs of the operand; it remembers the type. Of no size for
/// numbers.
pub struct NegOf<A: NegRule<R>, R>(A::Residual, PhantomData<fn(R)>);

impl<A: NegRule<R>, R> Clone for NegOf<A, R> {
    #[inline(always)]
    fn clone(&self) -> Self {
        Self(self.0.clone(), PhantomData)
    }
}

/// What the pullback of a unary minus needs of the operand.
#[inline(always)]
pub fn neg_residual<A, M, R>(operand: &A) -> NegOf<A::Out, R>
where
    A: Peel<M> + ?Sized,
    A::Out: NegRule<R>,
{
    NegOf(operand.peel().residual(), PhantomData)
}

/// The cotangent of the operand of a unary minus.
#[inline(always)]
pub fn pull_neg<A: NegRule<R>, R>(residual: &NegOf<A, R>, dy: &A::Output) -> A {
    A::pull(&residual.0, dy)
}

macro_rules! product {
    ($($name:ident($($shadow:ident: $side:ident)?) -> $out:ty, $doc:literal;)+) => {$(
        #[doc = $doc]
        #[inline(always)]
        pub fn $name<Op, A, B, M, N, R>(
            _: Op,
            lhs: &A,
            rhs: &B,
            dy: &<A::Out as ProductRule<Op, B::Out, R>>::Output,
            $($shadow: &mut <$side as Peel<product!(@marker $side M N)>>::Out)?
        ) -> $out
        where
            A: Peel<M> + ?Sized,
            B: Peel<N> + ?Sized,
            A::Out: ProductRule<Op, B::Out, R> + Sized,
            B::Out: Sized,
        {
            lhs.peel().$name(rhs.peel(), dy $(, $shadow)?)
        }
    )+};
    (@marker A $m:ident $n:ident) => { $m };
    (@marker B $m:ident $n:ident) => { $n };
}

product! {
    pull_lhs() -> A::Out, "The cotangent of the left operand of `*`, `/`, `%` or their assigning forms.";
    pull_rhs() -> B::Out, "The cotangent of the right operand of `*`, `/`, `%` or their assigning forms.";
    add_lhs(shadow: A) -> (), "Adds the cotangent of the left operand of `*`, `/`, `%` or their assigning forms.";
    add_rhs(shadow: B) -> (), "Adds the cotangent of the right operand of `*`, `/`, `%` or their assigning forms.";
}

/// The cotangent of the operand of a cast.
#[inline(always)]
pub fn pull_cast<T: Tangent<M> + CastRule<To, R>, To, M, R>(_: &ShapeOf<T, M>, dy: &To) -> T {
    T::pull(dy)
}
