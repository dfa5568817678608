//! Matrices and vectors from their entries: `DMatrix::from_element(r, c, x)`, `Vector3::new(..)`.
//!
//! A constructor without real arguments, such as `zeros`, has a rule, too: what it makes may be
//! changed later.

use crate::Real;
use crate::inputs::exactly;
use chainrules_core::rrule;
use nalgebra::allocator::Allocator;
use nalgebra::{
    Const, DMatrix, DVector, DefaultAllocator, Dim, Dyn, OMatrix, RowDVector, SMatrix, SVector,
};

/// Adds the entries of a matrix in the order of rows.
fn add_rows<T: Real, R: Dim, C: Dim>(d: &mut [T], dy: &OMatrix<T, R, C>)
where
    DefaultAllocator: Allocator<R, C>,
{
    let entries = dy.row_iter().flat_map(|row| row.iter().copied().collect::<Vec<_>>());
    d.iter_mut().zip(entries).for_each(|(d, dy)| *d += dy);
}

/// Adds the entries of a matrix in the order of columns.
fn add_columns<T: Real, R: Dim, C: Dim>(d: &mut [T], dy: &OMatrix<T, R, C>)
where
    DefaultAllocator: Allocator<R, C>,
{
    d.iter_mut().zip(dy).for_each(|(d, dy)| *d += *dy);
}

#[rrule(DMatrix::from_element, check(T = f64, T = f32, nrows = 0..4, ncols = 0..4))]
fn matrix_from_element<T: Real>(nrows: usize, ncols: usize, elem: T) -> DMatrix<T> {
    (DMatrix::from_element(nrows, ncols, elem), |dy| Grad { elem: dy.sum() })
}

#[rrule(DVector::from_element, check(T = f64, T = f32, n = 0..4))]
fn vector_from_element<T: Real>(n: usize, elem: T) -> DVector<T> {
    (DVector::from_element(n, elem), |dy| Grad { elem: dy.sum() })
}

#[rrule(RowDVector::from_element, check(T = f64, n = 0..4))]
fn row_from_element<T: Real>(n: usize, elem: T) -> RowDVector<T> {
    (RowDVector::from_element(n, elem), |dy| Grad { elem: dy.sum() })
}

#[rrule(SMatrix::from_element, check(T = f64, T = f32, R = 2, C = 3))]
fn static_from_element<T: Real, const R: usize, const C: usize>(elem: T) -> SMatrix<T, R, C> {
    (SMatrix::from_element(elem), |dy| Grad { elem: dy.sum() })
}

/// The same as `from_element`.
#[rrule(DMatrix::repeat, check(T = f64, nrows = 0..4, ncols = 0..4))]
fn matrix_repeat<T: Real>(nrows: usize, ncols: usize, elem: T) -> DMatrix<T> {
    (DMatrix::repeat(nrows, ncols, elem), |dy| Grad { elem: dy.sum() })
}

/// The same as `from_element`.
#[rrule(DVector::repeat, check(T = f64, n = 0..4))]
fn vector_repeat<T: Real>(n: usize, elem: T) -> DVector<T> {
    (DVector::repeat(n, elem), |dy| Grad { elem: dy.sum() })
}

/// The same as `from_element`.
#[rrule(SMatrix::repeat, check(T = f64, R = 2, C = 3))]
fn static_repeat<T: Real, const R: usize, const C: usize>(elem: T) -> SMatrix<T, R, C> {
    (SMatrix::repeat(elem), |dy| Grad { elem: dy.sum() })
}

#[rrule(DMatrix::zeros, check(T = f64, T = f32, nrows = 0..4, ncols = 0..4))]
fn matrix_zeros<T: Real>(nrows: usize, ncols: usize) -> DMatrix<T> {
    (DMatrix::zeros(nrows, ncols), |_| Grad {})
}

#[rrule(DVector::zeros, check(T = f64, T = f32, n = 0..4))]
fn vector_zeros<T: Real>(n: usize) -> DVector<T> {
    (DVector::zeros(n), |_| Grad {})
}

#[rrule(RowDVector::zeros, check(T = f64, n = 0..4))]
fn row_zeros<T: Real>(n: usize) -> RowDVector<T> {
    (RowDVector::zeros(n), |_| Grad {})
}

#[rrule(SMatrix::zeros, check(T = f64, R = 2, C = 3))]
fn static_zeros<T: Real, const R: usize, const C: usize>() -> SMatrix<T, R, C> {
    (SMatrix::zeros(), |_| Grad {})
}

#[rrule(DMatrix::identity, check(T = f64, T = f32, nrows = 0..4, ncols = 0..4))]
fn matrix_identity<T: Real>(nrows: usize, ncols: usize) -> DMatrix<T> {
    (DMatrix::identity(nrows, ncols), |_| Grad {})
}

#[rrule(SMatrix::identity, check(T = f64, R = 2, C = 3))]
fn static_identity<T: Real, const R: usize, const C: usize>() -> SMatrix<T, R, C> {
    (SMatrix::identity(), |_| Grad {})
}

/// # Panics
/// When the length is not `nrows * ncols`.
#[rrule(DMatrix::from_vec, check(T = f64, T = f32, nrows = 0..4, ncols = 0..4, data = exactly(nrows * ncols)))]
fn matrix_from_vec<T: Real>(nrows: usize, ncols: usize, data: Vec<T>) -> DMatrix<T> {
    (DMatrix::from_vec(nrows, ncols, data), |dy| Grad { data: |d| add_columns(d, dy) })
}

#[rrule(DVector::from_vec, check(T = f64, T = f32))]
fn vector_from_vec<T: Real>(data: Vec<T>) -> DVector<T> {
    (DVector::from_vec(data), |dy| Grad { data: |d| add_columns(d, dy) })
}

#[rrule(RowDVector::from_vec, check(T = f64))]
fn row_from_vec<T: Real>(data: Vec<T>) -> RowDVector<T> {
    (RowDVector::from_vec(data), |dy| Grad { data: |d| add_columns(d, dy) })
}

/// # Panics
/// When the length is not `nrows * ncols`.
#[rrule(DMatrix::from_row_slice, check(T = f64, T = f32, nrows = 0..4, ncols = 0..4, data = exactly(nrows * ncols)))]
fn matrix_from_row_slice<T: Real>(nrows: usize, ncols: usize, data: &[T]) -> DMatrix<T> {
    (DMatrix::from_row_slice(nrows, ncols, data), |dy| Grad { data: |d| add_rows(d, dy) })
}

#[rrule(DVector::from_row_slice, check(T = f64))]
fn vector_from_row_slice<T: Real>(data: &[T]) -> DVector<T> {
    (DVector::from_row_slice(data), |dy| Grad { data: |d| add_rows(d, dy) })
}

/// # Panics
/// When the length is not `R * C`.
#[rrule(SMatrix::from_row_slice, check(T = f64, R = 2, C = 3, data = exactly(R * C)))]
fn static_from_row_slice<T: Real, const R: usize, const C: usize>(data: &[T]) -> SMatrix<T, R, C> {
    (SMatrix::from_row_slice(data), |dy| Grad { data: |d| add_rows(d, dy) })
}

/// # Panics
/// When the length is not `nrows * ncols`.
#[rrule(DMatrix::from_column_slice, check(T = f64, T = f32, nrows = 0..4, ncols = 0..4, data = exactly(nrows * ncols)))]
fn matrix_from_column_slice<T: Real>(nrows: usize, ncols: usize, data: &[T]) -> DMatrix<T> {
    (DMatrix::from_column_slice(nrows, ncols, data), |dy| Grad { data: |d| add_columns(d, dy) })
}

#[rrule(DVector::from_column_slice, check(T = f64))]
fn vector_from_column_slice<T: Real>(data: &[T]) -> DVector<T> {
    (DVector::from_column_slice(data), |dy| Grad { data: |d| add_columns(d, dy) })
}

/// # Panics
/// When the length is not `R * C`.
#[rrule(SMatrix::from_column_slice, check(T = f64, R = 2, C = 3, data = exactly(R * C)))]
fn static_from_column_slice<T: Real, const R: usize, const C: usize>(
    data: &[T],
) -> SMatrix<T, R, C> {
    (SMatrix::from_column_slice(data), |dy| Grad { data: |d| add_columns(d, dy) })
}

/// The square matrix with this diagonal.
#[rrule(OMatrix::from_diagonal, check(T = f64, T = f32, D = Dyn, D = Const<2>))]
fn from_diagonal<T: Real, D: Dim>(diag: &OMatrix<T, D, Const<1>>) -> OMatrix<T, D, D>
where
    DefaultAllocator: Allocator<D, D> + Allocator<D>,
{
    (OMatrix::from_diagonal(diag), |dy| Grad { diag: dy.diagonal() })
}

/// The matrix with `elt` on its diagonal.
#[rrule(DMatrix::from_diagonal_element, check(T = f64, nrows = 0..4, ncols = 0..4))]
fn from_diagonal_element<T: Real>(nrows: usize, ncols: usize, elt: T) -> DMatrix<T> {
    (DMatrix::from_diagonal_element(nrows, ncols, elt), |dy| Grad {
        elt: (0..nrows.min(ncols)).fold(nalgebra::zero(), |sum: T, i| sum + dy[(i, i)]),
    })
}

macro_rules! vector_new {
    ($n:literal: $($x:ident $i:literal),+) => {
        #[rrule(SVector::new, check(T = f64, T = f32))]
        fn new<T: Real>($($x: T),+) -> SVector<T, $n> {
            (SVector::<T, $n>::new($($x),+), |dy| Grad { $($x: dy[$i]),+ })
        }
    };
}
vector_new!(2: x 0, y 1);
vector_new!(3: x 0, y 1, z 2);
vector_new!(4: x 0, y 1, z 2, w 3);

macro_rules! matrix_new {
    ($r:literal $c:literal: $($m:ident $i:literal $j:literal),+) => {
        #[rrule(SMatrix::new, check(T = f64))]
        fn new<T: Real>($($m: T),+) -> SMatrix<T, $r, $c> {
            (SMatrix::<T, $r, $c>::new($($m),+), |dy| Grad { $($m: dy[($i, $j)]),+ })
        }
    };
}
matrix_new!(2 2: m11 0 0, m12 0 1, m21 1 0, m22 1 1);
matrix_new!(3 3: m11 0 0, m12 0 1, m13 0 2, m21 1 0, m22 1 1, m23 1 2, m31 2 0, m32 2 1, m33 2 2);
