//! Views of a part of a matrix: rows, columns and blocks. In differentiated code the value is a copy
//! of the part, so that its type is the owner's and is left to inference:
//!
//! ```
//! use chainrules::prelude::*;
//! use zygote_engine::prelude::*;
//! use zygote_nalgebra::nalgebra::{DMatrix, DVector};
//! use zygote_nalgebra::prelude::*;
//!
//! #[differentiable]
//! fn loss(m: &DMatrix<f64>, v: &DVector<f64>) -> f64 {
//!     let first = m.row(0);
//!     first.norm_squared() + v.dot(&m.column(1))
//! }
//!
//! let m = DMatrix::from_row_slice(2, 2, &[1.0, 2.0, 3.0, 4.0]);
//! let v = DVector::from_vec(vec![5.0, 6.0]);
//! let (dm, dv) = gradient!(loss, &m, &v);
//! assert_eq!(dm, DMatrix::from_row_slice(2, 2, &[2.0, 4.0 + 5.0, 0.0, 6.0]));
//! assert_eq!(dv, m.column(1));
//! ```
//!
//! So is a view of what is constant, `data.row(i)` of a `#[constant]` parameter, so that it has the
//! rules of matrices beside what varies.
//!
//! A parameter may be a view by value, `v: DVectorView<'_, f64>`; its cotangent owns its elements.

use crate::inputs::{column, row};
use crate::{Nalgebra, Real};
use chainrules_core::{Draw, View, ViewMut, projection};
use nalgebra::allocator::Allocator;
use nalgebra::{Const, DefaultAllocator, Dim, Dyn, Matrix, OMatrix, ViewStorage, ViewStorageMut};

impl<T: Real, R: Dim, C: Dim, A: Dim, B: Dim> View<Nalgebra>
    for Matrix<T, R, C, ViewStorage<'_, T, R, C, A, B>>
where
    DefaultAllocator: Allocator<R, C>,
{
    type Owned = OMatrix<T, R, C>;

    #[inline]
    fn owned(&self) -> OMatrix<T, R, C> {
        self.clone_owned()
    }
}

impl<T: Real, R: Dim, C: Dim, A: Dim, B: Dim> ViewMut<Nalgebra>
    for Matrix<T, R, C, ViewStorageMut<'_, T, R, C, A, B>>
where
    DefaultAllocator: Allocator<R, C>,
{
    type Owned = OMatrix<T, R, C>;

    #[inline]
    fn add(&mut self, cotangent: &OMatrix<T, R, C>) {
        *self += cotangent;
    }
}

/// A domain: how many of `n` rows or columns to take from the first on.
pub(crate) fn some(n: usize, first: usize) -> impl FnOnce(&mut Draw) -> usize {
    move |draw| draw.index(n.saturating_sub(first) + 1)
}

/// A domain: an entry that there is, if there is one.
pub(crate) fn entry<T: Real, R: Dim, C: Dim>(
    m: &OMatrix<T, R, C>,
) -> impl FnOnce(&mut Draw) -> (usize, usize) + use<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    let (rows, columns) = m.shape();
    move |draw| (draw.index(rows.max(1)), draw.index(columns.max(1)))
}

/// A domain: the shape of a block from that entry on.
pub(crate) fn block<T: Real, R: Dim, C: Dim>(
    m: &OMatrix<T, R, C>,
    start: &(usize, usize),
) -> impl FnOnce(&mut Draw) -> (usize, usize) + use<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    let rows = some(m.nrows(), start.0);
    let columns = some(m.ncols(), start.1);
    move |draw| (rows(draw), columns(draw))
}

projection! {
    impl<T: Real, R: Dim, C: Dim> OMatrix<T, R, C>,
        check(T = f64, T = f32, R = Dyn, R = Const<2>, C = Dyn, C = Const<1>)
    where
        DefaultAllocator: Allocator<R, C>,
    {
        #[check(i = row(this))]
        fn row(&self, i: usize) -> OMatrix<T, Const<1>, C>
        where
            DefaultAllocator: Allocator<Const<1>, C>;

        #[check(i = column(this))]
        fn column(&self, i: usize) -> OMatrix<T, R, Const<1>>
        where
            DefaultAllocator: Allocator<R>;
    }

    impl<T: Real, R: Dim, C: Dim> OMatrix<T, R, C>,
        check(T = f64, R = Dyn, R = Const<2>, C = Dyn, C = Const<1>)
    where
        DefaultAllocator: Allocator<R, C>,
    {
        /// The first `n` entries of a row.
        #[check(i = row(this), n = some(this.ncols(), 0))]
        fn row_part(&self, i: usize, n: usize) -> OMatrix<T, Const<1>, Dyn>;

        /// The first `n` entries of a column.
        #[check(i = column(this), n = some(this.nrows(), 0))]
        fn column_part(&self, i: usize, n: usize) -> OMatrix<T, Dyn, Const<1>>;

        #[check(first_row = row(this), nrows = some(this.nrows(), first_row))]
        fn rows(&self, first_row: usize, nrows: usize) -> OMatrix<T, Dyn, C>
        where
            DefaultAllocator: Allocator<Dyn, C>;

        #[check(first_col = column(this), ncols = some(this.ncols(), first_col))]
        fn columns(&self, first_col: usize, ncols: usize) -> OMatrix<T, R, Dyn>
        where
            DefaultAllocator: Allocator<R, Dyn>;

        /// Rows of which `step` are left out between two.
        #[check(first_row = row(this), step = 0..3, nrows = 0..3)]
        fn rows_with_step(&self, first_row: usize, nrows: usize, step: usize) -> OMatrix<T, Dyn, C>
        where
            DefaultAllocator: Allocator<Dyn, C>;

        /// Columns of which `step` are left out between two.
        #[check(first_col = column(this), step = 0..3, ncols = 0..3)]
        fn columns_with_step(
            &self,
            first_col: usize,
            ncols: usize,
            step: usize,
        ) -> OMatrix<T, R, Dyn>
        where
            DefaultAllocator: Allocator<R, Dyn>;

        /// A block, from its first entry on.
        #[check(start = entry(this), shape = block(this, start))]
        fn view(&self, start: (usize, usize), shape: (usize, usize)) -> OMatrix<T, Dyn, Dyn>;

        /// A block of which `steps` rows and columns are left out between two.
        #[check(start = entry(this), shape = block(this, start), steps = [(0, 0), (1, 0), (0, 1), (1, 1)])]
        fn view_with_steps(
            &self,
            start: (usize, usize),
            shape: (usize, usize),
            steps: (usize, usize),
        ) -> OMatrix<T, Dyn, Dyn>;
    }
}
