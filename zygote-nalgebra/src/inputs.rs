//! How matrices and vectors are drawn in checks.

use crate::Real;
use chainrules_core::{Draw, inputs};
use nalgebra::allocator::Allocator;
use nalgebra::{
    DMatrix, DVector, DefaultAllocator, Dim, Dyn, Matrix2xX, Matrix3, OMatrix, RowDVector, SMatrix,
    SVector,
};

/// A matrix of this shape with moderate entries, at times special ones.
fn filled<T: Real, R: Dim, C: Dim>(draw: &mut Draw, rows: R, columns: C) -> OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    OMatrix::from_fn_generic(rows, columns, |_, _| nalgebra::convert(entry(draw)))
}

/// A number, but no huge one: two of those that cancel hide all others from a finite difference.
fn entry(draw: &mut Draw) -> f64 {
    let x = draw.real();
    if x.is_finite() && x.abs() > 1e100 { x.signum() } else { x }
}

/// Any number of rows or columns, none among them.
fn some(draw: &mut Draw) -> Dyn {
    Dyn([2, 1, 3, 0][draw.index(4)])
}

macro_rules! dynamic_and_static {
    ($($t:ty),+) => {$(
        inputs!(DMatrix<$t>, |d| { let (rows, columns) = (some(d), some(d)); filled(d, rows, columns) });
        inputs!(DVector<$t>, |d| { let rows = some(d); filled(d, rows, nalgebra::Const::<1>) });
        inputs!(RowDVector<$t>, |d| { let columns = some(d); filled(d, nalgebra::Const::<1>, columns) });
        inputs!(Matrix2xX<$t>, |d| { let columns = some(d); filled(d, nalgebra::Const::<2>, columns) });
        inputs!(SVector<$t, 2>, |d| filled(d, nalgebra::Const, nalgebra::Const));
        inputs!(SVector<$t, 3>, |d| filled(d, nalgebra::Const, nalgebra::Const));
        inputs!(SVector<$t, 4>, |d| filled(d, nalgebra::Const, nalgebra::Const));
        inputs!(SMatrix<$t, 2, 2>, |d| filled(d, nalgebra::Const, nalgebra::Const));
        inputs!(SMatrix<$t, 2, 3>, |d| filled(d, nalgebra::Const, nalgebra::Const));
        inputs!(Matrix3<$t>, |d| filled(d, nalgebra::Const, nalgebra::Const));
    )+};
}
dynamic_and_static!(f32, f64);

/// A domain: a matrix or vector of this shape with moderate entries.
pub(crate) fn of_shape<T: Real, R: Dim, C: Dim>(
    rows: R,
    columns: C,
) -> impl FnOnce(&mut Draw) -> OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    move |draw| {
        OMatrix::from_fn_generic(rows, columns, |_, _| nalgebra::convert(draw.real_in(-3.0..3.0)))
    }
}

/// A domain: a matrix whose other dimension is static, or drawn.
pub(crate) fn with_rows<T: Real, R: Dim, C: Dim>(
    rows: R,
) -> impl FnOnce(&mut Draw) -> OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    move |draw| {
        let columns = C::try_to_usize().unwrap_or_else(|| some(draw).0);
        of_shape(rows, C::from_usize(columns))(draw)
    }
}

/// A domain: a square matrix.
pub(crate) fn square<T: Real, D: Dim>() -> impl FnOnce(&mut Draw) -> OMatrix<T, D, D>
where
    DefaultAllocator: Allocator<D, D>,
{
    move |draw| {
        let n = D::from_usize(D::try_to_usize().unwrap_or_else(|| some(draw).0));
        of_shape(n, n)(draw)
    }
}

/// A domain: so many entries.
pub(crate) fn exactly<T: Real>(n: usize) -> impl FnOnce(&mut Draw) -> Vec<T> {
    move |draw| (0..n).map(|_| nalgebra::convert(draw.real_in(-3.0..3.0))).collect()
}

/// A domain: a row that there is, if there is one.
pub(crate) fn row<T: Real, R: Dim, C: Dim>(m: &OMatrix<T, R, C>) -> std::ops::Range<usize>
where
    DefaultAllocator: Allocator<R, C>,
{
    0..m.nrows().max(1)
}

/// A domain: a column that there is, if there is one.
pub(crate) fn column<T: Real, R: Dim, C: Dim>(m: &OMatrix<T, R, C>) -> std::ops::Range<usize>
where
    DefaultAllocator: Allocator<R, C>,
{
    0..m.ncols().max(1)
}
