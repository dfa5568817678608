//! Entry by entry: products, quotients, functions.

use crate::Real;
use crate::tangent::{add_scaled, inner};
use chainrules_core::{like, rrule, twin};
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

/// The function of each entry. The pullback of the function at each entry is kept.
#[rrule(
    OMatrix::map,
    check(T = f64, U = f64, R = Dyn, C = Dyn, C = Const<1>, f = twin!(f64, f64::sin, f64::cos))
)]
fn map<T: Real, U: Real, R: Dim, C: Dim>(
    this: &OMatrix<T, R, C>,
    f: impl Fn(T) -> U,
) -> OMatrix<U, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    let mut backs = Vec::with_capacity(this.len());
    let y = this.map(|x| {
        let (y, back) = f(x);
        backs.push(back);
        y
    });
    (y, |dy| Grad {
        this: |d| {
            let all = d.iter_mut().zip(this).zip(dy.iter().zip(backs));
            all.for_each(|((d, x), (dy, back))| back(x, dy, d));
        },
    })
}

/// The function of each pair of entries. The pullback of the function at each pair is kept.
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
        f = |a: f64, b: f64| (a * b.sin(), |a: &f64, b: &f64, dy: &f64, da: &mut f64, db: &mut f64| {
            *da += dy * b.sin();
            *db += dy * a * b.cos();
        })
    )
)]
fn zip_map<T: Real, S: Real, U: Real, R: Dim, C: Dim>(
    this: &OMatrix<T, R, C>,
    rhs: &OMatrix<S, R, C>,
    f: impl Fn(T, S) -> U,
) -> OMatrix<U, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    let mut backs = Vec::with_capacity(this.len());
    let y = this.zip_map(rhs, |a, b| {
        let (y, back) = f(a, b);
        backs.push(back);
        y
    });
    (y, |dy| Grad {
        this: |d| {
            let pulled = dy.iter().zip(backs.iter().cloned());
            let all = d.iter_mut().zip(this.iter().zip(rhs)).zip(pulled);
            all.for_each(|((d, (a, b)), (dy, back))| back(a, b, dy, d, &mut nalgebra::zero()));
        },
        rhs: |d| {
            let all = d.iter_mut().zip(this.iter().zip(rhs)).zip(dy.iter().zip(backs));
            all.for_each(|((d, (a, b)), (dy, back))| back(a, b, dy, &mut nalgebra::zero(), d));
        },
    })
}
