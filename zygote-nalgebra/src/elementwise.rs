//! Entry by entry: products, quotients, functions.

use crate::Real;
use crate::tangent::{add_scaled, inner};
use chainrules_core::{Tangent, like, rrule, twin};
use nalgebra::allocator::Allocator;
use nalgebra::{Const, DefaultAllocator, Dim, Dyn, OMatrix};

/// `y = a ∘ b`.
#[rrule(
    OMatrix::component_mul,
    check(T = f64, T = f32, R = Dyn, R = Const<2>, C = Dyn, C = Const<1>, rhs = like(this))
)]
fn component_mul<T: Real, R: Dim, C: Dim>(
    this: &OMatrix<T, R, C>,
    rhs: &OMatrix<T, R, C>,
) -> OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    (this.component_mul(rhs), |dy| Grad {
        this: |d| d.cmpy(nalgebra::one(), dy, rhs, nalgebra::one()),
        rhs: |d| d.cmpy(nalgebra::one(), dy, this, nalgebra::one()),
    })
}

/// `y = a / b` entry by entry: `da = dy / b`, `db = -dy a / b²`.
#[rrule(
    OMatrix::component_div,
    check(T = f64, T = f32, R = Dyn, R = Const<2>, C = Dyn, C = Const<1>, rhs = like(this))
)]
fn component_div<T: Real, R: Dim, C: Dim>(
    this: &OMatrix<T, R, C>,
    rhs: &OMatrix<T, R, C>,
) -> OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    (this.component_div(rhs), |dy| Grad {
        this: |d| d.cdpy(nalgebra::one(), dy, rhs, nalgebra::one()),
        rhs: |d| {
            let all = d.iter_mut().zip(dy).zip(this.iter().zip(rhs));
            all.for_each(|((d, dy), (a, b))| *d -= *dy / *b * (*a / *b));
        },
    })
}

#[rrule(OMatrix::scale, check(T = f64, T = f32, R = Dyn, C = Dyn, C = Const<1>))]
fn scale<T: Real, R: Dim, C: Dim>(this: &OMatrix<T, R, C>, real: T) -> OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    (this.scale(real), |dy| Grad { this: |d| add_scaled(d, *real, dy), real: inner(dy, this) })
}

/// `y = a / real`: `d real = -Σ dy a / real²`.
#[rrule(OMatrix::unscale, check(T = f64, T = f32, R = Dyn, C = Dyn, C = Const<1>))]
fn unscale<T: Real, R: Dim, C: Dim>(this: &OMatrix<T, R, C>, real: T) -> OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    (this.unscale(real), |dy| Grad {
        this: |d| d.iter_mut().zip(dy).for_each(|(d, dy)| *d += *dy / *real),
        real: dy
            .iter()
            .zip(this)
            .fold(nalgebra::zero(), |sum: T, (dy, a)| sum - *dy / *real * (*a / *real)),
    })
}

#[rrule(OMatrix::add_scalar, check(T = f64, T = f32, R = Dyn, C = Dyn, C = Const<1>))]
fn add_scalar<T: Real, R: Dim, C: Dim>(this: &OMatrix<T, R, C>, rhs: T) -> OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    (this.add_scalar(rhs), |dy| Grad { this: dy.clone(), rhs: dy.sum() })
}

/// The function of each entry. The residual of the function at each entry is kept.
#[rrule(
    OMatrix::map,
    check(T = f64, U = f64, R = Dyn, C = Dyn, C = Const<1>, f = twin!(f64, f64::sin, f64::cos))
)]
fn map<T: Real, U: Real, R: Dim, C: Dim>(
    this: &OMatrix<T, R, C>,
    f: impl FnMut(T) -> U,
) -> OMatrix<U, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    let mut residuals = Vec::with_capacity(this.len());
    let y = this.map(|x| {
        let (y, residual) = f(x);
        residuals.push(residual);
        y
    });
    (y, |d, dy| {
        let (x, dy, dx) = (this.as_slice(), dy.as_slice(), d.this.as_mut_slice());
        for (i, residual) in residuals.into_iter().enumerate().rev() {
            f(residual, &x[i], &dy[i], &mut dx[i]);
        }
    })
}

/// The function of each entry with its row and column. The residual of the function at each is kept.
#[rrule(
    OMatrix::map_with_location,
    check(T = f64, U = f64, R = Dyn, C = Dyn, C = Const<1>, f = at_place())
)]
fn map_with_location<T: Real, U: Real, R: Dim, C: Dim>(
    this: &OMatrix<T, R, C>,
    f: impl FnMut(usize, usize, T) -> U,
) -> OMatrix<U, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    let mut residuals = Vec::with_capacity(this.len());
    let y = this.map_with_location(|i, j, x| {
        let (y, residual) = f(i, j, x);
        residuals.push(residual);
        y
    });
    (y, |d, dy| {
        let rows = this.nrows();
        let (x, dy, dx) = (this.as_slice(), dy.as_slice(), d.this.as_mut_slice());
        for (k, residual) in residuals.into_iter().enumerate().rev() {
            let (i, j) = (k % rows, k / rows);
            f(residual, &i, &j, &x[k], &dy[k], &mut i.clone(), &mut j.clone(), &mut dx[k]);
        }
    })
}

/// What `map_with_location` is checked with: `(i + 2 j) sin x`.
#[expect(clippy::type_complexity, reason = "the types are those of the protocol")]
fn at_place() -> (
    impl Fn(usize, usize, f64) -> (f64, (usize, usize)),
    impl FnMut((usize, usize), &usize, &usize, &f64, &f64, &mut usize, &mut usize, &mut f64),
) {
    (
        |i: usize, j: usize, x: f64| ((i + 2 * j) as f64 * x.sin(), (i, j)),
        |place: (usize, usize), i, j, x: &f64, dy: &f64, _: &mut usize, _: &mut usize, dx| {
            assert_eq!(place, (*i, *j));
            *dx += dy * (i + 2 * j) as f64 * x.cos();
        },
    )
}

/// The magnitudes. The slope at 0 is 0 by convention.
#[rrule(OMatrix::abs, check(T = f64, T = f32, R = Dyn, C = Dyn, C = Const<1>))]
fn abs<T: Real, R: Dim, C: Dim>(this: &OMatrix<T, R, C>) -> OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    (this.abs(), |dy| Grad {
        this: |d| d.iter_mut().zip(dy).zip(this).for_each(|((d, dy), x)| *d += *dy * sign(*x)),
    })
}

/// The sign of a number: 0 of 0.
pub(crate) fn sign<T: Real>(x: T) -> T {
    if x == nalgebra::zero() { x } else { x.signum() }
}

/// What the function makes of each entry, by columns, and what was made before it, from `init` on.
/// The residual of each call is kept, and what was made before it.
#[rrule(
    OMatrix::fold,
    check(
        T = f64,
        B = f64,
        R = Dyn,
        C = Dyn,
        this = chainrules_core::scalars_in(-2.0..2.0),
        init = -2.0..2.0,
        f = step()
    )
)]
fn fold<T: Real, B: Tangent<M>, R: Dim, C: Dim, M>(
    this: &OMatrix<T, R, C>,
    init: B,
    f: impl FnMut(B, T) -> B,
) -> B
where
    DefaultAllocator: Allocator<R, C>,
{
    let mut calls = Vec::with_capacity(this.len());
    let y = this.fold(init, |before, x| {
        let kept = before.clone();
        let (after, residual) = f(before, x);
        calls.push((kept, residual));
        after
    });
    (y, |d, dy| {
        let mut dy = dy.clone();
        let entries = this.as_slice().iter().zip(d.this.as_mut_slice());
        for ((before, residual), (x, dx)) in calls.into_iter().zip(entries).rev() {
            let mut dbefore = B::zero_of(&before.shape());
            f(residual, &before, x, &dy, &mut dbefore, dx);
            dy = dbefore;
        }
        d.init.accumulate(&dy);
    })
}

/// What `fold` is checked with: `x + sin(before)`, which depends on the order.
#[expect(clippy::type_complexity, reason = "the types are those of the protocol")]
fn step() -> (impl Fn(f64, f64) -> (f64, f64), impl FnMut(f64, &f64, &f64, &f64, &mut f64, &mut f64))
{
    (
        |before: f64, x: f64| (x + before.sin(), x),
        |residual: f64, before: &f64, x: &f64, dy: &f64, dbefore: &mut f64, dx: &mut f64| {
            assert!(residual.to_bits() == x.to_bits(), "the residual is that of another call");
            *dbefore += dy * before.cos();
            *dx += dy;
        },
    )
}

/// The function of each pair of entries. The residual of the function at each pair is kept.
#[rrule(
    OMatrix::zip_map,
    check(
        T = f64,
        S = f64,
        U = f64,
        R = Dyn,
        C = Dyn,
        C = Const<1>,
        rhs = like(this),
        f = a_sin_b()
    )
)]
fn zip_map<T: Real, S: Real, U: Real, R: Dim, C: Dim>(
    this: &OMatrix<T, R, C>,
    rhs: &OMatrix<S, R, C>,
    f: impl FnMut(T, S) -> U,
) -> OMatrix<U, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    let mut residuals = Vec::with_capacity(this.len());
    let y = this.zip_map(rhs, |a, b| {
        let (y, residual) = f(a, b);
        residuals.push(residual);
        y
    });
    (y, |d, dy| {
        let (a, b, dy) = (this.as_slice(), rhs.as_slice(), dy.as_slice());
        let (da, db) = (d.this.as_mut_slice(), d.rhs.as_mut_slice());
        for (i, residual) in residuals.into_iter().enumerate().rev() {
            f(residual, &a[i], &b[i], &dy[i], &mut da[i], &mut db[i]);
        }
    })
}

/// What `zip_map` is checked with: `a sin b`, and its pull.
#[expect(clippy::type_complexity, reason = "the types are those of the protocol")]
fn a_sin_b()
-> (impl Fn(f64, f64) -> (f64, f64), impl FnMut(f64, &f64, &f64, &f64, &mut f64, &mut f64)) {
    (
        |a: f64, b: f64| (a * b.sin(), b.sin()),
        |sin: f64, a: &f64, b: &f64, dy: &f64, da: &mut f64, db: &mut f64| {
            *da += dy * sin;
            *db += dy * a * b.cos();
        },
    )
}
