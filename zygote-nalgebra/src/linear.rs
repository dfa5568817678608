//! Determinants, inverses and the solutions of triangular systems.

use crate::Real;
use crate::inputs::{square, with_rows};
use crate::product::add_by_transpose;
use crate::tangent::add_scaled;
use chainrules_core::{Draw, rrule};
use nalgebra::allocator::Allocator;
use nalgebra::{Const, DMatrix, DefaultAllocator, Dim, DimMin, Dyn, OMatrix};

/// The derivatives of the determinant with respect to the entries.
fn cofactors<T: Real, D: Dim>(m: &OMatrix<T, D, D>) -> OMatrix<T, D, D>
where
    DefaultAllocator: Allocator<D, D>,
{
    let (rows, columns) = m.shape_generic();
    let n = rows.value();
    OMatrix::from_fn_generic(rows, columns, |i, j| {
        let minor = DMatrix::from_fn(n - 1, n - 1, |k, l| {
            m[(k + usize::from(k >= i), l + usize::from(l >= j))]
        });
        let y = minor.determinant();
        if (i + j) % 2 == 0 { y } else { -y }
    })
}

/// The derivatives of the determinant `y`: `y a⁻ᵀ`, or the cofactors, which exist where the inverse
/// does not. Of a small matrix they are as cheap and more accurate.
pub(crate) fn slopes_of_determinant<T: Real, D: Dim>(m: &OMatrix<T, D, D>, y: T) -> OMatrix<T, D, D>
where
    DefaultAllocator: Allocator<D, D>,
{
    let inverse = if m.nrows() > 3 { m.clone().try_inverse() } else { None };
    inverse.map_or_else(|| cofactors(m), |inverse| inverse.transpose() * y)
}

/// `da = dy` times the cofactors.
///
/// # Panics
/// When the matrix is not square.
#[rrule(
    OMatrix::determinant,
    check(T = f64, T = f32, D = Dyn, D = Const<2>, this = square())
)]
fn determinant<T: Real, D: Dim + DimMin<D, Output = D>>(this: &OMatrix<T, D, D>) -> T
where
    DefaultAllocator: Allocator<D, D> + Allocator<D>,
{
    let y = this.determinant();
    (y, |dy| Grad { this: |d| add_scaled(d, *dy, &slopes_of_determinant(this, y)) })
}

/// `y = a⁻¹`: `da = -yᵀ dy yᵀ`. `None` of a singular matrix.
///
/// # Panics
/// When the matrix is not square.
#[rrule(
    OMatrix::try_inverse,
    check(T = f64, T = f32, D = Dyn, D = Const<2>, this = invertible())
)]
fn try_inverse<T: Real, D: Dim>(this: OMatrix<T, D, D>) -> Option<OMatrix<T, D, D>>
where
    DefaultAllocator: Allocator<D, D>,
{
    let y = this.try_inverse();
    (y.clone(), |dy| Grad {
        this: |d| {
            if let (Some(y), Some(dy)) = (&y, dy) {
                *d -= y.tr_mul(dy) * y.transpose();
            }
        },
    })
}

/// A domain: an invertible matrix, whose diagonal dominates.
pub(crate) fn invertible<T: Real, D: Dim>() -> impl FnOnce(&mut Draw) -> OMatrix<T, D, D>
where
    DefaultAllocator: Allocator<D, D>,
{
    |draw| {
        let mut m = square()(draw);
        for i in 0..m.nrows() {
            let bulk: T = nalgebra::convert(draw.one_of(&[-12.0, 10.0]));
            m[(i, i)] += bulk;
        }
        m
    }
}

/// `a bᵀ`.
pub(crate) fn by_transpose<T: Real, D: Dim, C: Dim>(
    a: &OMatrix<T, D, C>,
    b: &OMatrix<T, D, C>,
) -> OMatrix<T, D, D>
where
    DefaultAllocator: Allocator<D, D> + Allocator<D, C>,
{
    let rows = a.shape_generic().0;
    let mut y = OMatrix::zeros_generic(rows, rows);
    add_by_transpose(&mut y, nalgebra::one(), a, b);
    y
}

/// `a x = b` with the lower triangle of `a`: `db = a⁻ᵀ dx`, and `da` is the lower triangle of
/// `-db xᵀ`. `None` where the diagonal has a 0.
#[rrule(
    OMatrix::solve_lower_triangular,
    check(
        T = f64,
        D = Dyn,
        D = Const<2>,
        C = Dyn,
        C = Const<1>,
        this = invertible(),
        b = with_rows(this.shape_generic().0)
    )
)]
fn solve_lower_triangular<T: Real, D: Dim, C: Dim>(
    this: &OMatrix<T, D, D>,
    b: &OMatrix<T, D, C>,
) -> Option<OMatrix<T, D, C>>
where
    DefaultAllocator: Allocator<D, D> + Allocator<D, C>,
{
    let x = this.solve_lower_triangular(b);
    (x.clone(), |dx| {
        let db = dx.as_ref().and_then(|dx| this.tr_solve_lower_triangular(dx));
        Grad {
            this: |d| {
                if let (Some(x), Some(db)) = (&x, &db) {
                    *d -= by_transpose(db, x).lower_triangle();
                }
            },
            b: |d| {
                if let Some(db) = &db {
                    *d += db;
                }
            },
        }
    })
}

/// `a x = b` with the upper triangle of `a`: `db = a⁻ᵀ dx`, and `da` is the upper triangle of
/// `-db xᵀ`. `None` where the diagonal has a 0.
#[rrule(
    OMatrix::solve_upper_triangular,
    check(
        T = f64,
        D = Dyn,
        D = Const<2>,
        C = Dyn,
        C = Const<1>,
        this = invertible(),
        b = with_rows(this.shape_generic().0)
    )
)]
fn solve_upper_triangular<T: Real, D: Dim, C: Dim>(
    this: &OMatrix<T, D, D>,
    b: &OMatrix<T, D, C>,
) -> Option<OMatrix<T, D, C>>
where
    DefaultAllocator: Allocator<D, D> + Allocator<D, C>,
{
    let x = this.solve_upper_triangular(b);
    (x.clone(), |dx| {
        let db = dx.as_ref().and_then(|dx| this.tr_solve_upper_triangular(dx));
        Grad {
            this: |d| {
                if let (Some(x), Some(db)) = (&x, &db) {
                    *d -= by_transpose(db, x).upper_triangle();
                }
            },
            b: |d| {
                if let Some(db) = &db {
                    *d += db;
                }
            },
        }
    })
}
