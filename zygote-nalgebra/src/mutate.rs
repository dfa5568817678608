//! Methods that change a matrix or vector in place.

use crate::Real;
use crate::inputs::{of_shape, square};
use crate::tangent::{inner, taken};
use chainrules_core::{like, rrule};
use nalgebra::allocator::Allocator;
use nalgebra::{Const, DefaultAllocator, Dim, DimMin, Dyn, OMatrix};

/// The way back of `y' = .. + factor y`: turns the shadow of `y'` into that of `y` and gives the
/// cotangent of the factor. What is multiplied by 0 is not read, as in `nalgebra`.
pub(crate) fn by_factor<T: Real, R: Dim, C: Dim>(
    old: &OMatrix<T, R, C>,
    factor: T,
    shadow: &mut OMatrix<T, R, C>,
) -> T
where
    DefaultAllocator: Allocator<R, C>,
{
    let pulled = inner(shadow, old);
    if factor == nalgebra::zero() {
        shadow.fill(factor);
    } else {
        *shadow *= factor;
    }
    pulled
}

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
#[rrule(OMatrix::fill_row, check(T = f64, R = Dyn, C = Dyn, i = 0..3))]
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
#[rrule(OMatrix::fill_column, check(T = f64, R = Dyn, C = Dyn, j = 0..3))]
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
    check(T = f64, R = Dyn, C = Dyn, i = 0..3, row = of_shape(Const::<1>, this.shape_generic().1))
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
    check(T = f64, R = Dyn, C = Dyn, i = 0..3, column = of_shape(this.shape_generic().0, Const::<1>))
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

/// `y = a x + b y`. With `b = 0` the old `y` is not read, and carries no derivative.
///
/// # Panics
/// When the lengths differ.
#[rrule(OMatrix::axpy, check(T = f64, T = f32, R = Dyn, R = Const<2>, x = like(this)))]
fn axpy<T: Real, R: Dim>(
    this: &mut OMatrix<T, R, Const<1>>,
    a: T,
    x: &OMatrix<T, R, Const<1>>,
    b: T,
) where
    DefaultAllocator: Allocator<R>,
{
    let old = this.clone();
    this.axpy(a, x, b);
    Mutation {
        undo: || *this = old,
        pull: |d| Grad {
            a: d.this.dot(x),
            x: |dx| dx.axpy(*a, d.this, nalgebra::one()),
            b: by_factor(this, *b, d.this),
        },
    }
}

#[rrule(OMatrix::scale_mut, check(T = f64, R = Dyn, C = Dyn, C = Const<1>))]
fn scale_mut<T: Real, R: Dim, C: Dim>(this: &mut OMatrix<T, R, C>, real: T)
where
    DefaultAllocator: Allocator<R, C>,
{
    let old = this.clone();
    this.scale_mut(real);
    Mutation {
        undo: || *this = old,
        pull: |d| Grad {
            real: {
                let pulled = inner(d.this, this);
                *d.this *= *real;
                pulled
            },
        },
    }
}

#[rrule(OMatrix::add_scalar_mut, check(T = f64, R = Dyn, C = Dyn, C = Const<1>))]
fn add_scalar_mut<T: Real, R: Dim, C: Dim>(this: &mut OMatrix<T, R, C>, rhs: T)
where
    DefaultAllocator: Allocator<R, C>,
{
    let old = this.clone();
    this.add_scalar_mut(rhs);
    Mutation { undo: || *this = old, pull: |d| Grad { rhs: d.this.sum() } }
}

#[rrule(OMatrix::neg_mut, check(T = f64, R = Dyn, C = Dyn, C = Const<1>))]
fn neg_mut<T: Real, R: Dim, C: Dim>(this: &mut OMatrix<T, R, C>)
where
    DefaultAllocator: Allocator<R, C>,
{
    this.neg_mut();
    Mutation { undo: || this.neg_mut(), pull: |d| d.this.neg_mut() }
}

/// `a = a ∘ b`.
///
/// # Panics
/// When the shapes differ.
#[rrule(
    OMatrix::component_mul_assign,
    check(T = f64, T = f32, R = Dyn, C = Dyn, C = Const<1>, rhs = like(this))
)]
fn component_mul_assign<T: Real, R: Dim, C: Dim>(
    this: &mut OMatrix<T, R, C>,
    rhs: &OMatrix<T, R, C>,
) where
    DefaultAllocator: Allocator<R, C>,
{
    let old = this.clone();
    this.component_mul_assign(rhs);
    Mutation {
        undo: || *this = old,
        pull: |d| Grad {
            rhs: {
                let pulled = d.this.component_mul(this);
                d.this.component_mul_assign(rhs);
                pulled
            },
        },
    }
}

/// `a = a / b` entry by entry.
///
/// # Panics
/// When the shapes differ.
#[rrule(
    OMatrix::component_div_assign,
    check(T = f64, T = f32, R = Dyn, C = Dyn, C = Const<1>, rhs = like(this))
)]
fn component_div_assign<T: Real, R: Dim, C: Dim>(
    this: &mut OMatrix<T, R, C>,
    rhs: &OMatrix<T, R, C>,
) where
    DefaultAllocator: Allocator<R, C>,
{
    let old = this.clone();
    this.component_div_assign(rhs);
    // Before `undo`, `this` is the quotient y: db = -dy y / b.
    Mutation {
        pull: |d| Grad {
            rhs: {
                d.this.component_div_assign(rhs);
                -d.this.component_mul(this)
            },
        },
        undo: || *this = old,
    }
}

/// # Panics
/// When a row or column does not exist.
#[rrule(
    OMatrix::swap,
    check(
        T = f64,
        R = Dyn,
        C = Dyn,
        row_cols1 = |d| (d.index(3), d.index(3)),
        row_cols2 = |d| (d.index(3), d.index(3))
    )
)]
fn swap<T: Real, R: Dim, C: Dim>(
    this: &mut OMatrix<T, R, C>,
    row_cols1: (usize, usize),
    row_cols2: (usize, usize),
) where
    DefaultAllocator: Allocator<R, C>,
{
    this.swap(row_cols1, row_cols2);
    Mutation {
        undo: || this.swap(*row_cols1, *row_cols2),
        pull: |d| {
            d.this.swap(*row_cols1, *row_cols2);
            Grad { row_cols1: inert, row_cols2: inert }
        },
    }
}

/// # Panics
/// When a row does not exist.
#[rrule(OMatrix::swap_rows, check(T = f64, R = Dyn, C = Dyn, irow1 = 0..3, irow2 = 0..3))]
fn swap_rows<T: Real, R: Dim, C: Dim>(this: &mut OMatrix<T, R, C>, irow1: usize, irow2: usize)
where
    DefaultAllocator: Allocator<R, C>,
{
    this.swap_rows(irow1, irow2);
    Mutation { undo: || this.swap_rows(irow1, irow2), pull: |d| d.this.swap_rows(irow1, irow2) }
}

/// # Panics
/// When a column does not exist.
#[rrule(OMatrix::swap_columns, check(T = f64, R = Dyn, C = Dyn, icol1 = 0..3, icol2 = 0..3))]
fn swap_columns<T: Real, R: Dim, C: Dim>(this: &mut OMatrix<T, R, C>, icol1: usize, icol2: usize)
where
    DefaultAllocator: Allocator<R, C>,
{
    this.swap_columns(icol1, icol2);
    Mutation {
        undo: || this.swap_columns(icol1, icol2),
        pull: |d| d.this.swap_columns(icol1, icol2),
    }
}
