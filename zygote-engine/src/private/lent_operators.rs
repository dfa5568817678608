//! Operators on what a function lends, `m.at(i, j) * x`: a copy has the operators, and the rules, of a reference
//! to what is copied.

use super::lent::CopyOf;
use chainrules_core::{self as core, Borrowed, NegRule, Owned, ProductRule, SumRule};
use std::cmp::Ordering;
use std::marker::PhantomData;
use std::ops;

/// The marker of the rules of an operator whose left operand is a copy.
pub struct Left<M>(PhantomData<M>);

macro_rules! left {
    ($($name:ident $method:ident),+) => {$(
        impl<A, B, O> ops::$name<B> for CopyOf<A>
        where
            for<'a> &'a A: ops::$name<B, Output = O>,
        {
            type Output = O;

            #[inline(always)]
            fn $method(self, other: B) -> O {
                ops::$name::$method(&*self, other)
            }
        }
    )+};
}
left!(Add add, Sub sub, Mul mul, Div div, Rem rem);

impl<A, O> ops::Neg for CopyOf<A>
where
    for<'a> &'a A: ops::Neg<Output = O>,
{
    type Output = O;

    #[inline(always)]
    fn neg(self) -> O {
        -&*self
    }
}

impl<A: SumRule<Op, B, M, (Borrowed, R)>, B, Op, R, M> SumRule<Op, B, Left<M>, (Owned, R)>
    for CopyOf<A>
{
    type Residual = A::Residual;
    type Output = A::Output;

    #[inline(always)]
    fn residual(lhs: &Self, rhs: &B) -> A::Residual {
        A::residual(lhs, rhs)
    }

    #[inline(always)]
    fn pull_lhs(residual: &A::Residual, dy: &A::Output) -> Self {
        Self::new(A::pull_lhs(residual, dy))
    }

    #[inline(always)]
    fn pull_rhs(residual: &A::Residual, dy: &A::Output) -> B {
        A::pull_rhs(residual, dy)
    }
}

impl<A: ProductRule<Op, B, M, (Borrowed, R)>, B, Op, R, M> ProductRule<Op, B, Left<M>, (Owned, R)>
    for CopyOf<A>
{
    type Output = A::Output;

    #[inline(always)]
    fn pull_lhs(&self, rhs: &B, dy: &A::Output) -> Self {
        Self::new(A::pull_lhs(self, rhs, dy))
    }

    #[inline(always)]
    fn pull_rhs(&self, rhs: &B, dy: &A::Output) -> B {
        A::pull_rhs(self, rhs, dy)
    }

    #[inline(always)]
    fn add_lhs(&self, rhs: &B, dy: &A::Output, shadow: &mut Self) {
        A::add_lhs(self, rhs, dy, shadow);
    }

    #[inline(always)]
    fn add_rhs(&self, rhs: &B, dy: &A::Output, shadow: &mut B) {
        A::add_rhs(self, rhs, dy, shadow);
    }
}

impl<A: NegRule<M, Borrowed>, M> NegRule<Left<M>, Owned> for CopyOf<A> {
    type Residual = A::Residual;
    type Output = A::Output;

    #[inline(always)]
    fn residual(&self) -> A::Residual {
        A::residual(self)
    }

    #[inline(always)]
    fn pull(residual: &A::Residual, dy: &A::Output) -> Self {
        Self::new(A::pull(residual, dy))
    }
}

/// The marker of the rules of an operator of numbers whose right operand is a copy.
pub struct Right<M>(PhantomData<M>);

/// Operators of a number with a copy of one.
macro_rules! right {
    ($t:ty: $($name:ident $method:ident),+) => {$(
        impl ops::$name<CopyOf<$t>> for $t {
            type Output = $t;

            #[inline(always)]
            fn $method(self, other: CopyOf<$t>) -> $t {
                ops::$name::$method(self, *other)
            }
        }

        impl ops::$name<CopyOf<$t>> for &$t {
            type Output = $t;

            #[inline(always)]
            fn $method(self, other: CopyOf<$t>) -> $t {
                ops::$name::$method(*self, *other)
            }
        }
    )+};
    (assign $t:ty: $($name:ident $method:ident),+) => {$(
        impl ops::$name<CopyOf<$t>> for $t {
            #[inline(always)]
            fn $method(&mut self, other: CopyOf<$t>) {
                ops::$name::$method(self, *other);
            }
        }
    )+};
    (sum $t:ty: $($op:ident)+) => {$(
        impl<L, M> SumRule<core::$op, CopyOf<$t>, Right<M>, (L, Owned)> for $t
        where
            $t: SumRule<core::$op, $t, M, (L, Borrowed)>,
        {
            type Residual = <$t as SumRule<core::$op, $t, M, (L, Borrowed)>>::Residual;
            type Output = <$t as SumRule<core::$op, $t, M, (L, Borrowed)>>::Output;

            #[inline(always)]
            fn residual(lhs: &$t, rhs: &CopyOf<$t>) -> Self::Residual {
                <$t as SumRule<core::$op, $t, M, (L, Borrowed)>>::residual(lhs, rhs)
            }

            #[inline(always)]
            fn pull_lhs(residual: &Self::Residual, dy: &Self::Output) -> $t {
                <$t as SumRule<core::$op, $t, M, (L, Borrowed)>>::pull_lhs(residual, dy)
            }

            #[inline(always)]
            fn pull_rhs(residual: &Self::Residual, dy: &Self::Output) -> CopyOf<$t> {
                CopyOf::new(<$t as SumRule<core::$op, $t, M, (L, Borrowed)>>::pull_rhs(residual, dy))
            }

            #[inline(always)]
            fn turned_lhs(residual: &Self::Residual, dy: &Self::Output) -> Option<$t> {
                <$t as SumRule<core::$op, $t, M, (L, Borrowed)>>::turned_lhs(residual, dy)
            }
        }
    )+};
    (product $t:ty: $($op:ident)+) => {$(
        impl<L, M> ProductRule<core::$op, CopyOf<$t>, Right<M>, (L, Owned)> for $t
        where
            $t: ProductRule<core::$op, $t, M, (L, Borrowed)>,
        {
            type Output = <$t as ProductRule<core::$op, $t, M, (L, Borrowed)>>::Output;

            #[inline(always)]
            fn pull_lhs(&self, rhs: &CopyOf<$t>, dy: &Self::Output) -> $t {
                <$t as ProductRule<core::$op, $t, M, (L, Borrowed)>>::pull_lhs(self, rhs, dy)
            }

            #[inline(always)]
            fn pull_rhs(&self, rhs: &CopyOf<$t>, dy: &Self::Output) -> CopyOf<$t> {
                CopyOf::new(<$t as ProductRule<core::$op, $t, M, (L, Borrowed)>>::pull_rhs(self, rhs, dy))
            }

            #[inline(always)]
            fn add_lhs(&self, rhs: &CopyOf<$t>, dy: &Self::Output, shadow: &mut $t) {
                <$t as ProductRule<core::$op, $t, M, (L, Borrowed)>>::add_lhs(self, rhs, dy, shadow);
            }

            #[inline(always)]
            fn add_rhs(&self, rhs: &CopyOf<$t>, dy: &Self::Output, shadow: &mut CopyOf<$t>) {
                <$t as ProductRule<core::$op, $t, M, (L, Borrowed)>>::add_rhs(self, rhs, dy, shadow);
            }
        }
    )+};
    ($($t:ty),+) => {$(
        right!($t: Add add, Sub sub, Mul mul, Div div, Rem rem);
        right!(
            assign $t: AddAssign add_assign, SubAssign sub_assign, MulAssign mul_assign,
            DivAssign div_assign, RemAssign rem_assign
        );

        right!(sum $t: Add Sub AddAssign SubAssign);
        right!(product $t: Mul Div Rem MulAssign DivAssign RemAssign);

        impl PartialEq<CopyOf<$t>> for &$t {
            #[inline(always)]
            fn eq(&self, other: &CopyOf<$t>) -> bool {
                **self == **other
            }
        }

        impl PartialOrd<CopyOf<$t>> for &$t {
            #[inline(always)]
            fn partial_cmp(&self, other: &CopyOf<$t>) -> Option<Ordering> {
                (**self).partial_cmp(other)
            }
        }
    )+};
}
right!(f32, f64, u32, u64, usize, i32, i64);

impl<A: PartialOrd> PartialOrd for CopyOf<A> {
    #[inline(always)]
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        (**self).partial_cmp(other)
    }
}

impl<A: PartialEq<B>, B> PartialEq<&B> for CopyOf<A> {
    #[inline(always)]
    fn eq(&self, other: &&B) -> bool {
        **self == **other
    }
}

impl<A: PartialOrd<B>, B> PartialOrd<&B> for CopyOf<A> {
    #[inline(always)]
    fn partial_cmp(&self, other: &&B) -> Option<Ordering> {
        (**self).partial_cmp(*other)
    }
}
