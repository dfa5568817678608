//! The same entries in another order or another owner.

use crate::Real;
use chainrules_core::rrule;
use nalgebra::allocator::Allocator;
use nalgebra::{Const, DefaultAllocator, Dim, DimAdd, DimSum, Dyn, OMatrix};

#[rrule(OMatrix::transpose, check(T = f64, T = f32, R = Dyn, R = Const<2>, C = Dyn, C = Const<1>))]
fn transpose<T: Real, R: Dim, C: Dim>(this: &OMatrix<T, R, C>) -> OMatrix<T, C, R>
where
    DefaultAllocator: Allocator<R, C> + Allocator<C, R>,
{
    (this.transpose(), |dy| Grad { this: dy.transpose() })
}

/// On real matrices the same as [`OMatrix::transpose`].
#[rrule(OMatrix::adjoint, check(T = f64, R = Dyn, R = Const<2>, C = Dyn, C = Const<1>))]
fn adjoint<T: Real, R: Dim, C: Dim>(this: &OMatrix<T, R, C>) -> OMatrix<T, C, R>
where
    DefaultAllocator: Allocator<R, C> + Allocator<C, R>,
{
    (this.adjoint(), |dy| Grad { this: dy.transpose() })
}

#[rrule(OMatrix::clone_owned, check(T = f64, T = f32, R = Dyn, R = Const<2>, C = Dyn, C = Const<1>))]
fn clone_owned<T: Real, R: Dim, C: Dim>(this: &OMatrix<T, R, C>) -> OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    (this.clone_owned(), |dy| Grad { this: |d| *d += dy })
}

#[rrule(OMatrix::into_owned, check(T = f64, T = f32, R = Dyn, R = Const<2>, C = Dyn, C = Const<1>))]
fn into_owned<T: Real, R: Dim, C: Dim>(this: OMatrix<T, R, C>) -> OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    (this.into_owned(), |dy| Grad { this: |d| *d += dy })
}

/// The diagonal of a square matrix, a column.
#[rrule(
    OMatrix::diagonal,
    check(T = f64, T = f32, D = Dyn, D = Const<2>, this = crate::inputs::square())
)]
fn diagonal<T: Real, D: Dim>(this: &OMatrix<T, D, D>) -> OMatrix<T, D, Const<1>>
where
    DefaultAllocator: Allocator<D, D> + Allocator<D>,
{
    (this.diagonal(), |dy| Grad { this: |d| (0..dy.len()).for_each(|i| d[(i, i)] += dy[i]) })
}

/// The entries on and above the diagonal; the others are 0.
#[rrule(OMatrix::upper_triangle, check(T = f64, R = Dyn, C = Dyn))]
fn upper_triangle<T: Real, R: Dim, C: Dim>(this: &OMatrix<T, R, C>) -> OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    (this.upper_triangle(), |dy| Grad { this: dy.upper_triangle() })
}

/// The entries on and below the diagonal; the others are 0.
#[rrule(OMatrix::lower_triangle, check(T = f64, R = Dyn, C = Dyn))]
fn lower_triangle<T: Real, R: Dim, C: Dim>(this: &OMatrix<T, R, C>) -> OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    (this.lower_triangle(), |dy| Grad { this: dy.lower_triangle() })
}

/// The vector with one entry more.
#[rrule(OMatrix::push, check(T = f64, T = f32, D = Dyn, D = Const<2>))]
fn push<T: Real, D: Dim + DimAdd<Const<1>>>(
    this: &OMatrix<T, D, Const<1>>,
    element: T,
) -> OMatrix<T, DimSum<D, Const<1>>, Const<1>>
where
    DefaultAllocator: Allocator<D> + Allocator<DimSum<D, Const<1>>>,
{
    (this.push(element), |dy| Grad {
        this: |d| d.iter_mut().zip(dy).for_each(|(d, dy)| *d += *dy),
        element: dy[dy.len() - 1],
    })
}
