//! Methods that overwrite entries of a matrix or vector.

use crate::Real;
use crate::inputs::{column, of_shape, row, square};
use crate::tangent::taken;
use chainrules_core::{like, rrule};
use nalgebra::allocator::Allocator;
use nalgebra::{Const, DefaultAllocator, Dim, DimMin, Dyn, OMatrix};

/// Every entry becomes `val`.
#[rrule(OMatrix::fill, check(T = f64, T = f32, R = Dyn, R = Const<2>, C = Dyn, C = Const<1>))]
fn fill<T: Real, R: Dim, C: Dim>(this: &mut OMatrix<T, R, C>, val: T)
where
    DefaultAllocator: Allocator<R, C>,
{
    let old = this.clone();
    this.fill(val);
    Mutation { undo: || *this = old, pull: |d| Grad { val: taken(d.this).sum() } }
}

/// Every entry of the diagonal becomes `val`.
#[rrule(OMatrix::fill_diagonal, check(T = f64, R = Dyn, C = Dyn))]
fn fill_diagonal<T: Real, R: Dim, C: Dim>(this: &mut OMatrix<T, R, C>, val: T)
where
    DefaultAllocator: Allocator<R, C>,
{
    let old = this.clone();
    this.fill_diagonal(val);
    Mutation {
        undo: || *this = old,
        pull: |d| Grad {
            val: {
                let n = d.this.nrows().min(d.this.ncols());
                (0..n).fold(nalgebra::zero(), |sum: T, i| {
                    sum + std::mem::replace(&mut d.this[(i, i)], nalgebra::zero())
                })
            },
        },
    }
}

/// Every entry of row `i` becomes `val`.
///
/// # Panics
/// When there is no such row.
#[rrule(OMatrix::fill_row, check(T = f64, R = Dyn, C = Dyn, i = row(this)))]
fn fill_row<T: Real, R: Dim, C: Dim>(this: &mut OMatrix<T, R, C>, i: usize, val: T)
where
    DefaultAllocator: Allocator<R, C> + Allocator<Const<1>, C>,
{
    let old = this.row(i).into_owned();
    this.fill_row(i, val);
    Mutation {
        undo: || this.set_row(i, &old),
        pull: |d| Grad {
            val: {
                let sum = d.this.row(i).sum();
                d.this.fill_row(i, nalgebra::zero());
                sum
            },
        },
    }
}

/// Every entry of column `j` becomes `val`.
///
/// # Panics
/// When there is no such column.
#[rrule(OMatrix::fill_column, check(T = f64, R = Dyn, C = Dyn, j = column(this)))]
fn fill_column<T: Real, R: Dim, C: Dim>(this: &mut OMatrix<T, R, C>, j: usize, val: T)
where
    DefaultAllocator: Allocator<R, C> + Allocator<R>,
{
    let old = this.column(j).into_owned();
    this.fill_column(j, val);
    Mutation {
        undo: || this.set_column(j, &old),
        pull: |d| Grad {
            val: {
                let sum = d.this.column(j).sum();
                d.this.fill_column(j, nalgebra::zero());
                sum
            },
        },
    }
}

/// Row `i` becomes `row`.
///
/// # Panics
/// When there is no such row, or when the lengths differ.
#[rrule(
    OMatrix::set_row,
    check(T = f64, R = Dyn, C = Dyn, i = row(this), row = of_shape(Const::<1>, this.shape_generic().1))
)]
fn set_row<T: Real, R: Dim, C: Dim>(
    this: &mut OMatrix<T, R, C>,
    i: usize,
    row: &OMatrix<T, Const<1>, C>,
) where
    DefaultAllocator: Allocator<R, C> + Allocator<Const<1>, C>,
{
    let old = this.row(i).into_owned();
    this.set_row(i, row);
    Mutation {
        undo: || this.set_row(i, &old),
        pull: |d| Grad {
            row: {
                let drow = d.this.row(i).into_owned();
                d.this.fill_row(i, nalgebra::zero());
                drow
            },
        },
    }
}

/// Column `i` becomes `column`.
///
/// # Panics
/// When there is no such column, or when the lengths differ.
#[rrule(
    OMatrix::set_column,
    check(T = f64, R = Dyn, C = Dyn, i = column(this), column = of_shape(this.shape_generic().0, Const::<1>))
)]
fn set_column<T: Real, R: Dim, C: Dim>(
    this: &mut OMatrix<T, R, C>,
    i: usize,
    column: &OMatrix<T, R, Const<1>>,
) where
    DefaultAllocator: Allocator<R, C> + Allocator<R>,
{
    let old = this.column(i).into_owned();
    this.set_column(i, column);
    Mutation {
        undo: || this.set_column(i, &old),
        pull: |d| Grad {
            column: {
                let dcolumn = d.this.column(i).into_owned();
                d.this.fill_column(i, nalgebra::zero());
                dcolumn
            },
        },
    }
}

/// The diagonal becomes `diag`.
///
/// # Panics
/// When the lengths differ.
#[rrule(
    OMatrix::set_diagonal,
    check(T = f64, D = Dyn, this = square(), diag = of_shape(this.shape_generic().0, Const::<1>))
)]
fn set_diagonal<T: Real, D: DimMin<D, Output = D>>(
    this: &mut OMatrix<T, D, D>,
    diag: &OMatrix<T, D, Const<1>>,
) where
    DefaultAllocator: Allocator<D, D> + Allocator<D>,
{
    let old = this.diagonal();
    this.set_diagonal(diag);
    Mutation {
        undo: || this.set_diagonal(&old),
        pull: |d| Grad {
            diag: {
                let ddiag = d.this.diagonal();
                d.this.fill_diagonal(nalgebra::zero());
                ddiag
            },
        },
    }
}

/// # Panics
/// When the shapes differ.
#[rrule(
    OMatrix::copy_from,
    check(T = f64, T = f32, R = Dyn, R = Const<2>, C = Dyn, C = Const<1>, other = like(this))
)]
fn copy_from<T: Real, R: Dim, C: Dim>(this: &mut OMatrix<T, R, C>, other: &OMatrix<T, R, C>)
where
    DefaultAllocator: Allocator<R, C>,
{
    let old = this.clone();
    this.copy_from(other);
    Mutation { undo: || *this = old, pull: |d| Grad { other: taken(d.this) } }
}

/// The entries become those of the slice, column by column.
///
/// # Panics
/// When the lengths differ.
#[rrule(
    OMatrix::copy_from_slice,
    check(T = f64, R = Dyn, C = Dyn, C = Const<1>, slice = like(this.as_slice()))
)]
fn copy_from_slice<T: Real, R: Dim, C: Dim>(this: &mut OMatrix<T, R, C>, slice: &[T])
where
    DefaultAllocator: Allocator<R, C>,
{
    let old = this.clone();
    this.copy_from_slice(slice);
    Mutation {
        undo: || *this = old,
        pull: |d| {
            let pulled = taken(d.this);
            Grad { slice: |ds| ds.iter_mut().zip(&pulled).for_each(|(ds, dy)| *ds += *dy) }
        },
    }
}
