//! What the macros of nalgebra make of a list of entries that vary: `vector![x, y]`,
//! `matrix![a, b; c, d]`, `dvector![..]`, `dmatrix![..; ..]`.

use crate::Real;
use chainrules_core::{Tangent, rrule};
use nalgebra::{DMatrix, DVector, SMatrix, SVector};

/// What `vector![..]` is in differentiated code, where the list in its brackets varies.
pub fn vector_macro<T: Real, const N: usize>(list: [T; N]) -> SVector<T, N> {
    SVector::from(list)
}

/// What `dvector![..]` is in differentiated code, where the list in its brackets varies.
pub fn dvector_macro<T: Real, const N: usize>(list: [T; N]) -> DVector<T> {
    DVector::from_row_slice(&list)
}

/// What `matrix![..; ..]` is in differentiated code, where the rows in its brackets vary.
pub fn matrix_macro<L: RowLists<R, C>, const R: usize, const C: usize>(
    rows: L,
) -> SMatrix<L::Entry, R, C> {
    SMatrix::from_fn(|i, j| rows.entry(i, j))
}

/// What `dmatrix![..; ..]` is in differentiated code, where the rows in its brackets vary.
pub fn dmatrix_macro<L: RowLists<R, C>, const R: usize, const C: usize>(
    rows: L,
) -> DMatrix<L::Entry> {
    DMatrix::from_fn(R, C, |i, j| rows.entry(i, j))
}

/// Lists that are the rows of a matrix, or its only row.
pub trait RowLists<const R: usize, const C: usize> {
    /// The type of an entry.
    type Entry: Real;

    /// An entry.
    fn entry(&self, row: usize, column: usize) -> Self::Entry;

    /// The place of an entry.
    fn entry_mut(&mut self, row: usize, column: usize) -> &mut Self::Entry;
}

impl<T: Real, const R: usize, const C: usize> RowLists<R, C> for [[T; C]; R] {
    type Entry = T;

    fn entry(&self, row: usize, column: usize) -> T {
        self[row][column]
    }

    fn entry_mut(&mut self, row: usize, column: usize) -> &mut T {
        &mut self[row][column]
    }
}

impl<T: Real, const C: usize> RowLists<1, C> for [T; C] {
    type Entry = T;

    fn entry(&self, _: usize, column: usize) -> T {
        self[column]
    }

    fn entry_mut(&mut self, _: usize, column: usize) -> &mut T {
        &mut self[column]
    }
}

/// The rule of `vector![..]`.
#[rrule(crate::listed::vector_macro, check(T = f64, T = f32, N = 3))]
fn vector_macro<T: Real, const N: usize>(list: [T; N]) -> SVector<T, N> {
    (self::vector_macro(list), |dy| Grad {
        list: |d| d.iter_mut().zip(dy).for_each(|(d, dy)| *d += *dy),
    })
}

/// The rule of `dvector![..]`.
#[rrule(crate::listed::dvector_macro, check(T = f64, T = f32, N = 3))]
fn dvector_macro<T: Real, const N: usize>(list: [T; N]) -> DVector<T> {
    (self::dvector_macro(list), |dy| Grad {
        list: |d| d.iter_mut().zip(dy).for_each(|(d, dy)| *d += *dy),
    })
}

/// The rule of `matrix![..; ..]`.
#[rrule(crate::listed::matrix_macro, check(L = [[f64; 2]; 3], R = 3, C = 2))]
fn matrix_macro<L: RowLists<R, C> + Tangent<M>, M, const R: usize, const C: usize>(
    rows: L,
) -> SMatrix<<L as RowLists<R, C>>::Entry, R, C> {
    (self::matrix_macro(rows), |dy| Grad {
        rows: |d| {
            (0..R).for_each(|i| (0..C).for_each(|j| *d.entry_mut(i, j) += dy[(i, j)]));
        },
    })
}

/// The rule of `dmatrix![..; ..]`.
#[rrule(crate::listed::dmatrix_macro, check(L = [[f64; 2]; 3], R = 3, C = 2))]
fn dmatrix_macro<L: RowLists<R, C> + Tangent<M>, M, const R: usize, const C: usize>(
    rows: L,
) -> DMatrix<<L as RowLists<R, C>>::Entry> {
    (self::dmatrix_macro(rows), |dy| Grad {
        rows: |d| {
            (0..R).for_each(|i| (0..C).for_each(|j| *d.entry_mut(i, j) += dy[(i, j)]));
        },
    })
}
