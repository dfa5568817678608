//! The rules of operators, called where the markers are found by inference.

use chainrules_core::{CastRule, NegRule, Operator, Peel, ProductRule, ShapeOf, SumRule, Tangent};
use std::marker::PhantomData;

/// What the pullback of `+`, `-` or their assigning forms needs of the operands; it remembers their
/// types. Of no size for numbers.
pub struct SumOf<Op, A: SumRule<Op, B, R, F>, B, R, F>(A::Residual, PhantomData<fn(Op, B, R, F)>);

impl<Op, A: SumRule<Op, B, R, F>, B, R, F> Clone for SumOf<Op, A, B, R, F> {
    #[inline(always)]
    fn clone(&self) -> Self {
        Self(self.0.clone(), PhantomData)
    }
}

/// What the pullback of `+`, `-` or their assigning forms needs of the operands.
#[inline(always)]
pub fn sum_residual<Op, A, B, M, N, R>(
    _: Op,
    lhs: &A,
    rhs: &B,
) -> SumOf<Op, A::Out, B::Out, R, Op::Form>
where
    A: Peel<M> + ?Sized,
    B: Peel<N> + ?Sized,
    Op: Operator<A::Form, B::Form>,
    A::Out: SumRule<Op, B::Out, R, Op::Form>,
    B::Out: Sized,
{
    let residual = <A::Out as SumRule<Op, B::Out, R, Op::Form>>::residual(lhs.peel(), rhs.peel());
    SumOf(residual, PhantomData)
}

/// The cotangent of the left operand of `+` or `-`.
#[inline(always)]
pub fn pull_sum_lhs<Op, A: SumRule<Op, B, R, F>, B, R, F>(
    residual: &SumOf<Op, A, B, R, F>,
    dy: &A::Output,
) -> A {
    <A as SumRule<Op, B, R, F>>::pull_lhs(&residual.0, dy)
}

/// The cotangent of the right operand of `+`, `-` or their assigning forms.
#[inline(always)]
pub fn pull_sum_rhs<Op, A: SumRule<Op, B, R, F>, B, R, F>(
    residual: &SumOf<Op, A, B, R, F>,
    dy: &A::Output,
) -> B {
    <A as SumRule<Op, B, R, F>>::pull_rhs(&residual.0, dy)
}

/// The cotangent of the state after `+=` or `-=`; in its place that of the state before is left.
#[inline(always)]
pub fn turn_sum<Op, A: SumRule<Op, B, R, F, Output = A> + Clone, B, R, F>(
    residual: &SumOf<Op, A, B, R, F>,
    shadow: &mut A,
) -> A {
    match <A as SumRule<Op, B, R, F>>::turned_lhs(&residual.0, shadow) {
        Some(before) => std::mem::replace(shadow, before),
        None => shadow.clone(),
    }
}

/// What the pullback of a unary minus needs of the operand; it remembers the type. Of no size for
/// numbers.
pub struct NegOf<A: NegRule<R, F>, R, F>(A::Residual, PhantomData<fn(R, F)>);

impl<A: NegRule<R, F>, R, F> Clone for NegOf<A, R, F> {
    #[inline(always)]
    fn clone(&self) -> Self {
        Self(self.0.clone(), PhantomData)
    }
}

/// What the pullback of a unary minus needs of the operand.
#[inline(always)]
pub fn neg_residual<A, M, R>(operand: &A) -> NegOf<A::Out, R, A::Form>
where
    A: Peel<M> + ?Sized,
    A::Out: NegRule<R, A::Form>,
{
    NegOf(<A::Out as NegRule<R, A::Form>>::residual(operand.peel()), PhantomData)
}

/// The cotangent of the operand of a unary minus.
#[inline(always)]
pub fn pull_neg<A: NegRule<R, F>, R, F>(residual: &NegOf<A, R, F>, dy: &A::Output) -> A {
    <A as NegRule<R, F>>::pull(&residual.0, dy)
}

macro_rules! product {
    ($($name:ident($($shadow:ident: $side:ident)?) -> $out:ty, $doc:literal;)+) => {$(
        #[doc = $doc]
        #[inline(always)]
        pub fn $name<Op, A, B, M, N, R>(
            _: Op,
            lhs: &A,
            rhs: &B,
            dy: &<A::Out as ProductRule<Op, B::Out, R, Op::Form>>::Output,
            $($shadow: &mut <$side as Peel<product!(@marker $side M N)>>::Out)?
        ) -> $out
        where
            A: Peel<M> + ?Sized,
            B: Peel<N> + ?Sized,
            Op: Operator<A::Form, B::Form>,
            A::Out: ProductRule<Op, B::Out, R, Op::Form> + Sized,
            B::Out: Sized,
        {
            <A::Out as ProductRule<Op, B::Out, R, Op::Form>>::$name(lhs.peel(), rhs.peel(), dy $(, $shadow)?)
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
