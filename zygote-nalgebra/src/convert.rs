//! Conversions of arrays and lists into vectors and matrices: `Vector2::from([x, y])`,
//! `Matrix2::from([[a, b], [c, d]])`, whose arrays are the columns, `DVector::from(list)`, `[x, y].into()`.

use crate::Real;
use chainrules_core::rrule;
use nalgebra::{Const, DVector, IsNotStaticOne, RowDVector, RowSVector, SMatrix, SVector};

/// The entries of an array.
#[rrule(SVector::from, check(T = f64, T = f32, D = 3))]
fn vector_from_array<T: Real, const D: usize>(list: [T; D]) -> SVector<T, D> {
    (SVector::from(list), |dy| Grad {
        list: |d| d.iter_mut().zip(dy).for_each(|(d, dy)| *d += *dy),
    })
}

/// The entries of an array.
#[rrule(RowSVector::from, check(T = f64, D = 3))]
fn row_from_array<T: Real, const D: usize>(list: [T; D]) -> RowSVector<T, D>
where
    Const<D>: IsNotStaticOne,
{
    (RowSVector::from(list), |dy| Grad {
        list: |d| d.iter_mut().zip(dy).for_each(|(d, dy)| *d += *dy),
    })
}

/// The matrix with these columns.
#[rrule(SMatrix::from, check(T = f64, T = f32, R = 2, C = 3))]
fn matrix_from_arrays<T: Real, const R: usize, const C: usize>(
    columns: [[T; R]; C],
) -> SMatrix<T, R, C> {
    (SMatrix::from(columns), |dy| Grad {
        columns: |d| d.as_flattened_mut().iter_mut().zip(dy).for_each(|(d, dy)| *d += *dy),
    })
}

/// The entries of a list.
#[rrule(DVector::from, check(T = f64, T = f32))]
fn vector_from_list<T: Real>(list: Vec<T>) -> DVector<T> {
    (DVector::from(list), |dy| Grad {
        list: |d| d.iter_mut().zip(dy).for_each(|(d, dy)| *d += *dy),
    })
}

/// The entries of a list.
#[rrule(RowDVector::from, check(T = f64))]
fn row_from_list<T: Real>(list: Vec<T>) -> RowDVector<T> {
    (RowDVector::from(list), |dy| Grad {
        list: |d| d.iter_mut().zip(dy).for_each(|(d, dy)| *d += *dy),
    })
}
