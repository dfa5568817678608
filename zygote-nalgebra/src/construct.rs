//! Matrices and vectors from their entries: `DMatrix::from_element(r, c, x)`, `Vector3::new(..)`.
//!
//! A constructor without real arguments, such as `zeros`, has a rule, too: what it makes may be
//! changed later.

use crate::Real;
use crate::inputs::{exactly, of_shape};
use chainrules_core::{Draw, Tangent, rrule};
use nalgebra::allocator::Allocator;
use nalgebra::{
    Const, DMatrix, DMatrixView, DVector, DVectorView, DefaultAllocator, Dim, Dyn, OMatrix,
    RowDVector, SMatrix, SVector,
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

/// The entries of a list, by columns.
///
/// # Panics
/// When their number is not that of the entries.
#[rrule(SMatrix::from_vec, check(T = f64, R = 2, C = 3, data = exactly(R * C)))]
fn static_from_vec<T: Real, const R: usize, const C: usize>(data: Vec<T>) -> SMatrix<T, R, C> {
    (SMatrix::from_vec(data), |dy| Grad { data: |d| add_columns(d, dy) })
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

#[rrule(RowDVector::from_row_slice, check(T = f64))]
fn row_from_row_slice<T: Real>(data: &[T]) -> RowDVector<T> {
    (RowDVector::from_row_slice(data), |dy| Grad { data: |d| add_columns(d, dy) })
}

#[rrule(RowDVector::from_column_slice, check(T = f64))]
fn row_from_column_slice<T: Real>(data: &[T]) -> RowDVector<T> {
    (RowDVector::from_column_slice(data), |dy| Grad { data: |d| add_columns(d, dy) })
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

/// The value owns what the view shows.
#[rrule(DMatrixView::<'_, T>::from_slice, check(T = f64, data = exactly(9), nrows = 0..4, ncols = 0..4))]
fn matrix_view<T: Real>(data: &[T], nrows: usize, ncols: usize) -> DMatrix<T> {
    (DMatrixView::from_slice(data, nrows, ncols).into_owned(), |dy| Grad {
        data: |d| add_columns(d, dy),
    })
}

/// The value owns what the view shows.
#[rrule(DVectorView::<'_, T>::from_slice, check(T = f64, data = exactly(4), n = 0..5))]
fn vector_view<T: Real>(data: &[T], n: usize) -> DVector<T> {
    (DVectorView::from_slice(data, n).into_owned(), |dy| Grad { data: |d| add_columns(d, dy) })
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

/// What is kept of the calls of a function of row and column, in the order of columns.
fn called<T: Real, R: Dim, C: Dim, Y>(
    residuals: &mut Vec<Y>,
    f: impl FnMut(usize, usize) -> (T, Y),
    rows: R,
    columns: C,
) -> OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    let mut f = f;
    OMatrix::from_fn_generic(rows, columns, |i, j| {
        let (y, residual) = f(i, j);
        residuals.push(residual);
        y
    })
}

/// The pull of a call of a function of row and column, with the residual `Y`.
type PullAt<'f, T, Y> = dyn FnMut(Y, &usize, &usize, &T, &mut usize, &mut usize) + 'f;

/// Pulls the calls of a function of row and column, the last first.
fn pull_called<T: Real, R: Dim, C: Dim, Y>(
    residuals: Vec<Y>,
    dy: &OMatrix<T, R, C>,
    pull: &mut PullAt<'_, T, Y>,
) where
    DefaultAllocator: Allocator<R, C>,
{
    let rows = dy.nrows();
    for (k, residual) in residuals.into_iter().enumerate().rev() {
        let (mut i, mut j) = (k % rows, k / rows);
        pull(residual, &(k % rows), &(k / rows), &dy[k], &mut i, &mut j);
    }
}

/// What the functions of row and column are checked with: one without derivative, whose residual is
/// the place.
#[expect(clippy::type_complexity, reason = "the types are those of the protocol")]
fn of_place() -> (
    impl Fn(usize, usize) -> (f64, (usize, usize)),
    impl FnMut((usize, usize), &usize, &usize, &f64, &mut usize, &mut usize),
) {
    (
        |i: usize, j: usize| ((i + 3 * j) as f64, (i, j)),
        |residual: (usize, usize), i: &usize, j: &usize, _: &f64, _: &mut usize, _: &mut usize| {
            assert_eq!(residual, (*i, *j));
        },
    )
}

/// The function of each row and column. The residual of the function at each is kept.
#[rrule(DMatrix::from_fn, check(T = f64, nrows = 0..4, ncols = 0..4, f = of_place()))]
fn matrix_from_fn<T: Real>(
    nrows: usize,
    ncols: usize,
    f: impl FnMut(usize, usize) -> T,
) -> DMatrix<T> {
    let mut residuals = Vec::new();
    let y = called(&mut residuals, f, Dyn(nrows), Dyn(ncols));
    (y, |_, dy| pull_called(residuals, dy, f))
}

/// The function of each row, and of the column 0. The residual of the function at each is kept.
#[rrule(DVector::from_fn, check(T = f64, n = 0..4, f = of_place()))]
fn vector_from_fn<T: Real>(n: usize, f: impl FnMut(usize, usize) -> T) -> DVector<T> {
    let mut residuals = Vec::new();
    let y = called(&mut residuals, f, Dyn(n), Const::<1>);
    (y, |_, dy| pull_called(residuals, dy, f))
}

/// The function of the row 0, and of each column. The residual of the function at each is kept.
#[rrule(RowDVector::from_fn, check(T = f64, n = 0..4, f = of_place()))]
fn row_from_fn<T: Real>(n: usize, f: impl FnMut(usize, usize) -> T) -> RowDVector<T> {
    let mut residuals = Vec::new();
    let y = called(&mut residuals, f, Const::<1>, Dyn(n));
    (y, |_, dy| pull_called(residuals, dy, f))
}

/// The function of each row and column. The residual of the function at each is kept.
#[rrule(SMatrix::from_fn, check(T = f64, R = 2, C = 3, f = of_place()))]
fn static_from_fn<T: Real, const R: usize, const C: usize>(
    f: impl FnMut(usize, usize) -> T,
) -> SMatrix<T, R, C> {
    let mut residuals = Vec::new();
    let y = called(&mut residuals, f, Const::<R>, Const::<C>);
    (y, |_, dy| pull_called(residuals, dy, f))
}

/// The entries of a list, by columns. A chain of iterators is collected first:
/// `DVector::from_vec(xs.iter().map(..).collect())`.
///
/// # Panics
/// When their number is not that of the entries.
#[rrule(
    DMatrix::from_iterator,
    check(T = f64, I = Vec<f64>, nrows = 0..3, ncols = 0..3, iter = exactly(nrows * ncols))
)]
fn matrix_from_iterator<T: Real, I: IntoIterator<Item = T> + Tangent<M>, M>(
    nrows: usize,
    ncols: usize,
    iter: I,
) -> DMatrix<T>
where
    for<'a> &'a mut I: IntoIterator<Item = &'a mut T>,
{
    (DMatrix::from_iterator(nrows, ncols, iter), |dy| Grad {
        iter: |d| d.into_iter().zip(dy).for_each(|(d, dy)| *d += *dy),
    })
}

/// The entries of a list. A chain of iterators is collected first:
/// `DVector::from_vec(xs.iter().map(..).collect())`.
///
/// # Panics
/// When their number is not that of the entries.
#[rrule(DVector::from_iterator, check(T = f64, I = Vec<f64>, n = 0..4, iter = exactly(n)))]
fn vector_from_iterator<T: Real, I: IntoIterator<Item = T> + Tangent<M>, M>(
    n: usize,
    iter: I,
) -> DVector<T>
where
    for<'a> &'a mut I: IntoIterator<Item = &'a mut T>,
{
    (DVector::from_iterator(n, iter), |dy| Grad {
        iter: |d| d.into_iter().zip(dy).for_each(|(d, dy)| *d += *dy),
    })
}

/// The entries of a list, by columns.
///
/// # Panics
/// When there are fewer.
#[rrule(SMatrix::from_iterator, check(T = f64, I = Vec<f64>, R = 2, C = 3, iter = exactly(R * C)))]
fn static_from_iterator<
    T: Real,
    I: IntoIterator<Item = T> + Tangent<M>,
    M,
    const R: usize,
    const C: usize,
>(
    iter: I,
) -> SMatrix<T, R, C>
where
    for<'a> &'a mut I: IntoIterator<Item = &'a mut T>,
{
    (SMatrix::from_iterator(iter), |dy| Grad {
        iter: |d| d.into_iter().zip(dy).for_each(|(d, dy)| *d += *dy),
    })
}

/// The entries of a list.
///
/// # Panics
/// When their number is not that of the entries.
#[rrule(RowDVector::from_iterator, check(T = f64, I = Vec<f64>, n = 0..4, iter = exactly(n)))]
fn row_from_iterator<T: Real, I: IntoIterator<Item = T> + Tangent<M>, M>(
    n: usize,
    iter: I,
) -> RowDVector<T>
where
    for<'a> &'a mut I: IntoIterator<Item = &'a mut T>,
{
    (RowDVector::from_iterator(n, iter), |dy| Grad {
        iter: |d| d.into_iter().zip(dy).for_each(|(d, dy)| *d += *dy),
    })
}

/// The entries of a list, by rows.
///
/// # Panics
/// When there are fewer.
#[rrule(
    DMatrix::from_row_iterator,
    check(T = f64, I = Vec<f64>, nrows = 1..4, ncols = 1..4, iter = exactly(nrows * ncols))
)]
fn matrix_from_row_iterator<T: Real, I: IntoIterator<Item = T> + Tangent<M>, M>(
    nrows: usize,
    ncols: usize,
    iter: I,
) -> DMatrix<T>
where
    for<'a> &'a mut I: IntoIterator<Item = &'a mut T>,
{
    (DMatrix::from_row_iterator(nrows, ncols, iter), |dy| Grad {
        iter: |d| {
            let by_rows = dy.row_iter().flat_map(|row| row.iter().copied().collect::<Vec<T>>());
            d.into_iter().zip(by_rows).for_each(|(d, dy)| *d += dy);
        },
    })
}

/// The entries of a list, by rows.
///
/// # Panics
/// When there are fewer.
#[rrule(SMatrix::from_row_iterator, check(T = f64, I = Vec<f64>, R = 2, C = 3, iter = exactly(R * C)))]
fn static_from_row_iterator<
    T: Real,
    I: IntoIterator<Item = T> + Tangent<M>,
    M,
    const R: usize,
    const C: usize,
>(
    iter: I,
) -> SMatrix<T, R, C>
where
    for<'a> &'a mut I: IntoIterator<Item = &'a mut T>,
{
    (SMatrix::from_row_iterator(iter), |dy| Grad {
        iter: |d| d.into_iter().zip(&dy.transpose()).for_each(|(d, dy)| *d += *dy),
    })
}

/// The matrix with these rows.
///
/// # Panics
/// When there is none, and when their lengths differ.
#[rrule(OMatrix::from_rows, check(T = f64, R = Dyn, C = Dyn, rows = all_rows()))]
fn from_rows<T: Real, R: Dim, C: Dim>(rows: &[OMatrix<T, Const<1>, C>]) -> OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C> + Allocator<Const<1>, C>,
{
    (OMatrix::from_rows(rows), |dy| Grad {
        rows: |d| d.iter_mut().zip(dy.row_iter()).for_each(|(d, dy)| *d += dy),
    })
}

/// The matrix with these columns.
///
/// # Panics
/// When there is none, and when their lengths differ.
#[rrule(OMatrix::from_columns, check(T = f64, R = Dyn, C = Dyn, columns = all_columns()))]
fn from_columns<T: Real, R: Dim, C: Dim>(columns: &[OMatrix<T, R, Const<1>>]) -> OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C> + Allocator<R>,
{
    (OMatrix::from_columns(columns), |dy| Grad {
        columns: |d| d.iter_mut().zip(dy.column_iter()).for_each(|(d, dy)| *d += dy),
    })
}

/// A domain: some columns of one length.
fn all_columns<T: Real>() -> impl FnOnce(&mut Draw) -> Vec<DVector<T>> {
    |draw| {
        let (n, rows) = (1 + draw.index(3), draw.index(4));
        (0..n).map(|_| of_shape(Dyn(rows), Const::<1>)(draw)).collect()
    }
}

/// A domain: some rows of one length.
fn all_rows<T: Real>() -> impl FnOnce(&mut Draw) -> Vec<RowDVector<T>> {
    |draw| {
        let (n, columns) = (1 + draw.index(3), draw.index(4));
        (0..n).map(|_| of_shape(Const::<1>, Dyn(columns))(draw)).collect()
    }
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
