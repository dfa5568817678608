//! Rows, columns and coordinates that are chosen, left out or inserted.

use crate::Real;
use chainrules_core::{Draw, rrule};
use nalgebra::allocator::{Allocator, Reallocator};
use nalgebra::{
    Const, DefaultAllocator, Dim, DimAdd, DimDiff, DimSub, DimSum, Dyn, OMatrix, SVector,
};

/// The rows of these numbers, some of them more than once.
///
/// # Panics
/// When there is no such row.
#[rrule(OMatrix::select_rows, check(T = f64, R = Dyn, C = Dyn, irows = some_of(this.nrows())))]
fn select_rows<T: Real, R: Dim, C: Dim>(
    this: &OMatrix<T, R, C>,
    irows: &[usize],
) -> OMatrix<T, Dyn, C>
where
    DefaultAllocator: Allocator<R, C> + Allocator<Dyn, C>,
{
    (this.select_rows(irows), |dy| Grad {
        this: |d| {
            for (from, &to) in irows.iter().enumerate() {
                let mut row = d.row_mut(to);
                row += dy.row(from);
            }
        },
        irows: inert,
    })
}

/// The columns of these numbers, some of them more than once.
///
/// # Panics
/// When there is no such column.
#[rrule(OMatrix::select_columns, check(T = f64, R = Dyn, C = Dyn, icols = some_of(this.ncols())))]
fn select_columns<T: Real, R: Dim, C: Dim>(
    this: &OMatrix<T, R, C>,
    icols: &[usize],
) -> OMatrix<T, R, Dyn>
where
    DefaultAllocator: Allocator<R, C> + Allocator<R, Dyn>,
{
    (this.select_columns(icols), |dy| Grad {
        this: |d| {
            for (from, &to) in icols.iter().enumerate() {
                let mut column = d.column_mut(to);
                column += dy.column(from);
            }
        },
        icols: inert,
    })
}

/// A domain: numbers below `n`, each any number of times.
fn some_of(n: usize) -> impl FnOnce(&mut Draw) -> Vec<usize> {
    move |draw| {
        if n == 0 { Vec::new() } else { (0..draw.index(4)).map(|_| draw.index(n)).collect() }
    }
}

/// The matrix without a row.
///
/// # Panics
/// When there is no such row.
#[rrule(OMatrix::remove_row, check(T = f64, R = Const<2>, C = Dyn, i = 0..2))]
fn remove_row<T: Real, R: Dim + DimSub<Const<1>>, C: Dim>(
    this: OMatrix<T, R, C>,
    i: usize,
) -> OMatrix<T, DimDiff<R, Const<1>>, C>
where
    DefaultAllocator: Allocator<R, C>
        + Reallocator<T, R, C, DimDiff<R, Const<1>>, C>
        + Allocator<DimDiff<R, Const<1>>, C>,
{
    (this.remove_row(i), |dy| Grad {
        this: |d| {
            for from in 0..dy.nrows() {
                let mut row = d.row_mut(from + usize::from(from >= i));
                row += dy.row(from);
            }
        },
    })
}

/// The matrix without a column.
///
/// # Panics
/// When there is no such column.
#[rrule(OMatrix::remove_column, check(T = f64, R = Const<2>, C = Const<2>, i = 0..2))]
fn remove_column<T: Real, R: Dim, C: Dim + DimSub<Const<1>>>(
    this: OMatrix<T, R, C>,
    i: usize,
) -> OMatrix<T, R, DimDiff<C, Const<1>>>
where
    DefaultAllocator: Allocator<R, C>
        + Reallocator<T, R, C, R, DimDiff<C, Const<1>>>
        + Allocator<R, DimDiff<C, Const<1>>>,
{
    (this.remove_column(i), |dy| Grad {
        this: |d| {
            for from in 0..dy.ncols() {
                let mut column = d.column_mut(from + usize::from(from >= i));
                column += dy.column(from);
            }
        },
    })
}

/// The matrix with one row more, at `i`, of one value.
///
/// # Panics
/// When `i` is beyond the number of rows.
#[rrule(OMatrix::insert_row, check(T = f64, R = Dyn, C = Dyn, i = 0..this.nrows() + 1))]
fn insert_row<T: Real, R: Dim + DimAdd<Const<1>>, C: Dim>(
    this: OMatrix<T, R, C>,
    i: usize,
    val: T,
) -> OMatrix<T, DimSum<R, Const<1>>, C>
where
    DefaultAllocator: Allocator<R, C>
        + Reallocator<T, R, C, DimSum<R, Const<1>>, C>
        + Allocator<DimSum<R, Const<1>>, C>,
{
    (this.insert_row(i, val), |dy| Grad {
        this: |d| {
            for to in 0..d.nrows() {
                let mut row = d.row_mut(to);
                row += dy.row(to + usize::from(to >= i));
            }
        },
        val: dy.row(i).sum(),
    })
}

/// The matrix with one column more, at `i`, of one value.
///
/// # Panics
/// When `i` is beyond the number of columns.
#[rrule(OMatrix::insert_column, check(T = f64, R = Dyn, C = Dyn, i = 0..this.ncols() + 1))]
fn insert_column<T: Real, R: Dim, C: Dim + DimAdd<Const<1>>>(
    this: OMatrix<T, R, C>,
    i: usize,
    val: T,
) -> OMatrix<T, R, DimSum<C, Const<1>>>
where
    DefaultAllocator: Allocator<R, C>
        + Reallocator<T, R, C, R, DimSum<C, Const<1>>>
        + Allocator<R, DimSum<C, Const<1>>>,
{
    (this.insert_column(i, val), |dy| Grad {
        this: |d| {
            for to in 0..d.ncols() {
                let mut column = d.column_mut(to);
                column += dy.column(to + usize::from(to >= i));
            }
        },
        val: dy.column(i).sum(),
    })
}

macro_rules! coordinates {
    ($($name:ident of $from:literal gives $to:literal: $($i:literal)+;)+) => {$(
        #[rrule(SVector::$name, check(T = f64))]
        fn $name<T: Real>(this: &SVector<T, $from>) -> SVector<T, $to> {
            (this.$name(), |dy| Grad {
                this: |d| [$($i),+].iter().zip(dy).for_each(|(i, dy)| d[*i] += *dy),
            })
        }
    )+};
}
coordinates! {
    xy of 3 gives 2: 0 1;
    xz of 3 gives 2: 0 2;
    yz of 3 gives 2: 1 2;
    xy of 4 gives 2: 0 1;
    xyz of 4 gives 3: 0 1 2;
}
