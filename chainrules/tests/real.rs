//! What the engine writes for a generic function, by hand: types are inferred from `T: Real`, or from
//! other bounds and `T: RealScalar`, alone.

use chainrules::prelude::*;
use chainrules_core as core;
use chainrules_core::{ShapeOf, Std};
use generated::{
    accumulate, add_rhs, pull_lhs, pull_neg, pull_rhs, pull_sum_lhs, pull_sum_rhs, shape,
};
use std::ops;

/// The functions that generated code calls, as the engine has them.
mod generated {
    use chainrules_core::{NegRule, Peel, ProductRule, Shadowed, ShapeOf, SumRule, Tangent};
    use std::marker::PhantomData;

    pub struct SumOf<Op, A: SumRule<Op, B, R>, B, R>(A::Residual, PhantomData<fn(Op, B, R)>);

    pub fn sum_residual<Op, A, B, M, N, R>(_: Op, a: &A, b: &B) -> SumOf<Op, A::Out, B::Out, R>
    where
        A: Peel<M> + ?Sized,
        B: Peel<N> + ?Sized,
        A::Out: SumRule<Op, B::Out, R>,
        B::Out: Sized,
    {
        SumOf(<A::Out as SumRule<Op, B::Out, R>>::residual(a.peel(), b.peel()), PhantomData)
    }

    pub fn pull_sum_lhs<Op, A: SumRule<Op, B, R>, B, R>(
        sum: &SumOf<Op, A, B, R>,
        dy: &A::Output,
    ) -> A {
        <A as SumRule<Op, B, R>>::pull_lhs(&sum.0, dy)
    }

    pub fn pull_sum_rhs<Op, A: SumRule<Op, B, R>, B, R>(
        sum: &SumOf<Op, A, B, R>,
        dy: &A::Output,
    ) -> B {
        <A as SumRule<Op, B, R>>::pull_rhs(&sum.0, dy)
    }

    pub struct NegOf<A: NegRule<R>, R>(A::Residual, PhantomData<fn(R)>);

    pub fn neg_residual<A: Peel<M> + ?Sized, M, R>(a: &A) -> NegOf<A::Out, R>
    where
        A::Out: NegRule<R>,
    {
        NegOf(NegRule::<R>::residual(a.peel()), PhantomData)
    }

    pub fn pull_neg<A: NegRule<R>, R>(neg: &NegOf<A, R>, dy: &A::Output) -> A {
        <A as NegRule<R>>::pull(&neg.0, dy)
    }

    pub fn pull_lhs<Op, A, B, M, N, R>(
        _: Op,
        a: &A,
        b: &B,
        dy: &<A::Out as ProductRule<Op, B::Out, R>>::Output,
    ) -> A::Out
    where
        A: Peel<M> + ?Sized,
        B: Peel<N> + ?Sized,
        A::Out: ProductRule<Op, B::Out, R> + Sized,
        B::Out: Sized,
    {
        ProductRule::<Op, B::Out, R>::pull_lhs(a.peel(), b.peel(), dy)
    }

    pub fn pull_rhs<Op, A, B, M, N, R>(
        _: Op,
        a: &A,
        b: &B,
        dy: &<A::Out as ProductRule<Op, B::Out, R>>::Output,
    ) -> B::Out
    where
        A: Peel<M> + ?Sized,
        B: Peel<N> + ?Sized,
        A::Out: ProductRule<Op, B::Out, R> + Sized,
        B::Out: Sized,
    {
        ProductRule::<Op, B::Out, R>::pull_rhs(a.peel(), b.peel(), dy)
    }

    pub fn add_rhs<Op, A, B, M, N, R>(
        _: Op,
        a: &A,
        b: &B,
        dy: &<A::Out as ProductRule<Op, B::Out, R>>::Output,
        shadow: &mut B::Out,
    ) where
        A: Peel<M> + ?Sized,
        B: Peel<N> + ?Sized,
        A::Out: ProductRule<Op, B::Out, R> + Sized,
        B::Out: Sized,
    {
        ProductRule::<Op, B::Out, R>::add_rhs(a.peel(), b.peel(), dy, shadow);
    }

    pub fn shape<T: Peel<M> + ?Sized, M, N>(x: &T) -> ShapeOf<T::Out, N>
    where
        T::Out: Tangent<N>,
    {
        ShapeOf::new(x.peel())
    }

    pub fn accumulate<T: Shadowed<M> + ?Sized, M>(shadow: &mut T, cotangent: T::Owned) {
        shadow.accumulate_owned(&cotangent);
    }
}

/// `x.sin() * T::from_f64(2.0) - (-x.powi(3)) / y`
#[allow(clippy::type_complexity, reason = "as generated")]
fn expression<T: Real, A0: Activity, A1: Activity>(
    x: T,
    y: &T,
    _: (A0, A1),
) -> (T, impl FnOnce(&T, &T, &T, A0::Shadow<'_, T>, A1::Shadow<'_, T>) + Clone + use<T, A0, A1>) {
    let (a, back_sin) = x.rrule_sin((Active,));
    let two = T::from_f64(2.0);
    let b = a * two;
    let (c, back_powi) = x.rrule_powi(3, (Active, Constant));
    let d = -c;
    let e = d / y;
    let value = b - e;
    let back =
        move |x: &T, y: &T, dy: &T, mut dx: A0::Shadow<'_, T>, mut d_y: A1::Shadow<'_, T>| {
            let sub = generated::sum_residual(core::Sub, &b, &e);
            let db = pull_sum_lhs(&sub, dy);
            let de = pull_sum_rhs(&sub, dy);
            let dd = pull_lhs(core::Div, &d, y, &de);
            if let Some(d_y) = A1::get(&mut d_y) {
                add_rhs(core::Div, &d, y, &de, &mut *d_y);
            }
            let neg = generated::neg_residual(&c);
            let dc = pull_neg(&neg, &dd);
            let da = pull_lhs(core::Mul, &a, &two, &db);
            let zero = shape(x);
            let mut all = zero.zero();
            back_powi(x, &3, &dc, &mut all, ());
            back_sin(x, &da, &mut all);
            if let Some(dx) = A0::get(&mut dx) {
                accumulate(dx, all);
            }
        };
    (value, back)
}

#[test]
fn an_expression_of_a_generic_scalar() {
    let (x, y) = (0.7_f64, 1.3_f64);
    let (value, back) = expression(x, &y, (Active, Active));
    assert_eq!(value, x.sin() * 2.0 + x.powi(3) / y);
    let (mut dx, mut dy) = (1.0, 0.0);
    back(&x, &y, &2.0, &mut dx, &mut dy);
    assert!((dx - 1.0 - 2.0 * (2.0 * x.cos() + 3.0 * x * x / y)).abs() < 1e-14);
    assert!((dy + 2.0 * x.powi(3) / (y * y)).abs() < 1e-14);

    let (x, y) = (0.7_f32, 1.3_f32);
    let (_, back) = expression(x, &y, (Active, Constant));
    let mut dx = 0.0;
    back(&x, &y, &1.0, &mut dx, ());
    assert!((dx - (2.0 * x.cos() + 3.0 * x * x / y)).abs() < 1e-6);
}

/// A type of the program's own.
#[derive(Clone, Debug, PartialEq, Tangent)]
struct Line<T> {
    slope: T,
    points: Vec<T>,
    ends: [T; 2],
    pair: (T, Option<T>),
}

/// Everything that is made of a generic scalar has a cotangent, and its marker is inferred.
fn doubled<T: Real>(line: &Line<T>, xs: &[T]) -> (Line<T>, Vec<T>) {
    let mut d = shape(line).zero();
    accumulate(&mut d, line.clone());
    accumulate(&mut d, line.clone());
    accumulate(&mut d.points, line.points.clone());
    accumulate(&mut d.ends, shape(&line.ends).zero());
    accumulate(&mut d.pair, line.pair);
    accumulate(&mut d.slope, T::one());
    let mut dxs = vec![T::zero(); xs.len()];
    accumulate(&mut dxs[..], xs.to_vec());
    let nested = vec![vec![line.slope]];
    assert_eq!(shape(&nested).zero(), vec![vec![T::zero()]]);
    assert_eq!(size_of_val(&shape(&&line.slope)), 0);
    (d, dxs)
}

#[test]
fn what_is_made_of_a_generic_scalar_has_a_cotangent() {
    let line = Line { slope: 1.0, points: vec![2.0, 3.0], ends: [4.0, 5.0], pair: (6.0, None) };
    let (d, dxs) = doubled(&line, &[7.0, 8.0]);
    let expected =
        Line { slope: 3.0, points: vec![6.0, 9.0], ends: [8.0, 10.0], pair: (18.0, None) };
    assert_eq!((d, dxs), (expected, vec![7.0, 8.0]));
}

/// `let mut s = xs[0]; for x in xs { s += *x * x; s *= w; } s`, reversed.
#[allow(clippy::type_complexity, reason = "as generated")]
fn accumulated<T: Real, A0: Activity, A1: Activity>(
    xs: &[T],
    w: T,
    _: (A0, A1),
) -> (T, impl FnOnce(&[T], &T, &T, A0::Shadow<'_, [T]>, A1::Shadow<'_, T>) + Clone + use<T, A0, A1>)
{
    let mut s = xs[0];
    let mut tape = Vec::new();
    for x in xs {
        let old = s;
        s += *x * x;
        tape.push((old, s));
        s *= w;
    }
    let back =
        move |xs: &[T], w: &T, dy: &T, mut dxs: A0::Shadow<'_, [T]>, mut dw: A1::Shadow<'_, T>| {
            let mut ds = *dy;
            for (i, (old, s)) in tape.into_iter().enumerate().rev() {
                let x = &xs[i];
                if let Some(dw) = A1::get(&mut dw) {
                    add_rhs(core::MulAssign, &s, w, &ds, dw);
                }
                ds = pull_lhs(core::MulAssign, &s, w, &ds);
                let square = *x * *x;
                let sum = generated::sum_residual(core::AddAssign, &old, &square);
                let d_square = pull_sum_rhs(&sum, &ds);
                let dx =
                    pull_lhs(core::Mul, x, x, &d_square) + pull_rhs(core::Mul, x, x, &d_square);
                if let Some(dxs) = A0::get(&mut dxs) {
                    accumulate(&mut dxs[i], dx);
                }
            }
            if let Some(dxs) = A0::get(&mut dxs) {
                accumulate(&mut dxs[0], ds);
            }
        };
    (s, back)
}

#[test]
fn a_loop_over_generic_scalars() {
    let f = |xs: [f64; 3], w: f64| xs.iter().fold(xs[0], |s, x| (s + x * x) * w);
    let (xs, w) = ([0.3, -0.8, 1.1], 0.9);
    let (value, back) = accumulated(&xs, w, (Active, Active));
    assert_eq!(value, f(xs, w));
    let (mut dxs, mut dw) = ([0.0; 3], 0.0);
    back(&xs, &w, &1.0, &mut dxs, &mut dw);
    let h = 1e-6;
    for i in 0..3 {
        let at = |d: f64| {
            let mut xs = xs;
            xs[i] += d;
            f(xs, w)
        };
        assert!((dxs[i] - (at(h) - at(-h)) / (2.0 * h)).abs() < 1e-8, "{i}");
    }
    assert!((dw - (f(xs, w + h) - f(xs, w - h)) / (2.0 * h)).abs() < 1e-8);
}

/// A bound that a crate of numbers has, with names that are also those of `Real`.
trait Float: Copy + PartialOrd + ops::Mul<Output = Self> + ops::Neg<Output = Self> {
    fn zero() -> Self;
    fn epsilon() -> Self;
    fn sin(self) -> Self;
    fn max(self, other: Self) -> Self;
}

impl Float for f64 {
    fn zero() -> Self {
        0.0
    }

    fn epsilon() -> Self {
        Self::EPSILON
    }

    fn sin(self) -> Self {
        self.sin()
    }

    fn max(self, other: Self) -> Self {
        self.max(other)
    }
}

/// `(x * -x.sin()).max(T::zero())` with the functions of another trait, and `RealScalar` for the pulls
/// alone.
fn foreign<T: Float + chainrules::real::RealScalar, A0: Activity>(
    x: T,
    _: (A0,),
) -> (T, impl FnOnce(&T, &T, A0::Shadow<'_, T>) + Clone + use<T, A0>) {
    assert!(T::epsilon() > T::zero() && x.sin() == T::max(x.sin(), x.sin()));
    let (a, back_sin) = x.rrule_sin((Active,));
    let b = -a;
    let c = x * b;
    let zero = T::zero();
    let (y, back_max) = c.rrule_max(zero, (Active, Constant));
    let back = move |x: &T, dy: &T, mut dx: A0::Shadow<'_, T>| {
        let mut dc = shape(&c).zero();
        back_max(&c, &zero, dy, &mut dc, ());
        let mut all = pull_lhs(core::Mul, x, &b, &dc);
        let db = pull_rhs(core::Mul, x, &b, &dc);
        let neg = generated::neg_residual(&a);
        let da = pull_neg(&neg, &db);
        back_sin(x, &da, &mut all);
        if let Some(dx) = A0::get(&mut dx) {
            accumulate(dx, all);
        }
    };
    (y, back)
}

#[test]
fn bounds_of_another_crate() {
    let x = 4.0_f64;
    let (y, back) = foreign(x, (Active,));
    assert_eq!(y, x * -x.sin());
    let mut dx = 0.0;
    back(&x, &1.0, &mut dx);
    assert!((dx + x.sin() + x * x.cos()).abs() < 1e-14);
}

/// Operators of every kind, by value and by reference, and what iterators add up.
#[allow(clippy::op_ref, reason = "operands by reference are what is tested")]
fn operators<T: Real>(x: T, y: T, xs: &[T]) -> T {
    let mut s = x + y - x * &y / (y + T::one()) % T::pi();
    s += x;
    s -= &y;
    s *= x;
    s /= y;
    s %= &T::from_f64(1e3);
    let sum: T = xs.iter().sum::<T>() + xs.iter().copied().product::<T>();
    -s.max(sum).clamp(-T::from_usize(9), T::from_i32(9)).abs()
}

#[test]
fn real_does_what_the_primitive_types_do() {
    let (x, y) = (0.4_f64, 1.7_f64);
    let mut s = x + y - x * y / (y + 1.0) % std::f64::consts::PI;
    s += x;
    s -= y;
    s *= x;
    s /= y;
    s %= 1e3;
    let sum = (x + y) + x * y;
    assert_eq!(operators(x, y, &[x, y]), -s.max(sum).clamp(-9.0, 9.0).abs());
    assert_eq!(<f32 as Real>::from_f64(0.1).to_f64(), f64::from(0.1_f32));
    assert_eq!((<f64 as Real>::zero(), f64::e()), (0.0, std::f64::consts::E));
    let marked: ShapeOf<f64, Std> = ShapeOf::new(&x);
    assert_eq!(size_of_val(&marked), 0);
}

#[test]
fn conversions_carry_the_derivative() {
    let (y, back) = 0.5_f32.rrule_to_f64((Active,));
    let mut dx = 0.0;
    back(&0.5, &2.0, &mut dx);
    assert_eq!((y, dx), (0.5, 2.0));

    fn widened<T: Real>(x: f64) -> (T, f64) {
        let (y, back) = T::rrule_from_f64(&x, (Active,));
        let mut dx = 0.0;
        back(&x, &T::from_f64(3.0), &mut dx);
        (y, dx)
    }
    assert_eq!(widened::<f32>(0.25), (0.25, 3.0));
}
