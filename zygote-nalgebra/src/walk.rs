//! Loops over matrices and vectors: `for x in &m`, `m.iter()`, and by rows and columns: `row_iter`,
//! `column_iter`.
//!
//! The rows and columns are copies, with all rules of matrices. Those of `for row in m.row_iter()` and
//! of chains, `m.row_iter().map(|row| row.norm()).sum()`, are made one by one.

use crate::{Nalgebra, Real};
use chainrules_core::{Absent, Indexed, Sequence, ToWalk, View, ViewMut, Walk, Walked, projection};
use nalgebra::allocator::Allocator;
use nalgebra::iter::{ColumnIter, ColumnIterMut, RowIter, RowIterMut};
use nalgebra::storage::{Owned, RawStorage};
use nalgebra::{Const, DefaultAllocator, Dim, Dyn, Matrix, MatrixView, OMatrix};

impl<T: Real, R: Dim, C: Dim, S: RawStorage<T, R, C>> Sequence<Nalgebra> for Matrix<T, R, C, S> {}

impl<T: Real, R: Dim, C: Dim> Indexed<Nalgebra> for OMatrix<T, R, C> where
    DefaultAllocator: Allocator<R, C>
{
}

impl<T: Real, R: Dim, C: Dim> Walked<Nalgebra> for OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    type Shadow = Self;

    #[inline(always)]
    fn walked_shadow(&mut self) -> &mut Self {
        self
    }
}

/// The walk over references to the entries, in the order of columns.
pub struct Entries<'a, T, R, C, S>(&'a Matrix<T, R, C, S>);

impl<'a, T: Real, R: Dim, C: Dim, S: RawStorage<T, R, C>> Walk for Entries<'a, T, R, C, S>
where
    DefaultAllocator: Allocator<R, C>,
{
    type Item = &'a T;
    type Cotangent = T;
    type Shadows<'s>
        = Option<&'s mut OMatrix<T, R, C>>
    where
        Self: 's;

    #[inline(always)]
    fn count(&self) -> usize {
        self.0.len()
    }

    #[inline(always)]
    fn at(&self, k: usize) -> &'a T {
        &self.0[k]
    }

    #[inline(always)]
    fn lend(&self, _: usize, _: Option<&mut OMatrix<T, R, C>>, _: Absent) -> T {
        nalgebra::zero()
    }

    #[inline(always)]
    fn give_back(&self, k: usize, cotangent: T, shadow: Option<&mut OMatrix<T, R, C>>) {
        if let Some(shadow) = shadow {
            shadow.as_mut_slice()[k] += cotangent;
        }
    }
}

impl<'b, T: Real, R: Dim, C: Dim, S: RawStorage<T, R, C>> ToWalk<'_, Nalgebra>
    for &'b Matrix<T, R, C, S>
{
    type Walk = Entries<'b, T, R, C, S>;

    #[inline(always)]
    fn to_walk(&self) -> Entries<'b, T, R, C, S> {
        Entries(self)
    }
}

/// The walk over the rows, views.
pub struct Rows<'a, T, R, C, S>(&'a Matrix<T, R, C, S>);

impl<'a, T: Real, R: Dim, C: Dim, S: RawStorage<T, R, C>> Walk for Rows<'a, T, R, C, S>
where
    DefaultAllocator: Allocator<R, C> + Allocator<Const<1>, C>,
{
    type Item = MatrixView<'a, T, Const<1>, C, S::RStride, S::CStride>;
    type Cotangent = OMatrix<T, Const<1>, C>;
    type Shadows<'s>
        = Option<&'s mut OMatrix<T, R, C>>
    where
        Self: 's;

    fn count(&self) -> usize {
        self.0.nrows()
    }

    fn at(&self, k: usize) -> Self::Item {
        self.0.row(k)
    }

    fn lend(&self, _: usize, _: Option<&mut OMatrix<T, R, C>>, _: Absent) -> Self::Cotangent {
        OMatrix::zeros_generic(Const, self.0.shape_generic().1)
    }

    fn give_back(&self, k: usize, dy: Self::Cotangent, shadow: Option<&mut OMatrix<T, R, C>>) {
        if let Some(shadow) = shadow {
            let mut row = shadow.row_mut(k);
            row += dy;
        }
    }
}

/// The walk over the columns, views.
pub struct Columns<'a, T, R, C, S>(&'a Matrix<T, R, C, S>);

impl<'a, T: Real, R: Dim, C: Dim, S: RawStorage<T, R, C>> Walk for Columns<'a, T, R, C, S>
where
    DefaultAllocator: Allocator<R, C> + Allocator<R>,
{
    type Item = MatrixView<'a, T, R, Const<1>, S::RStride, S::CStride>;
    type Cotangent = OMatrix<T, R, Const<1>>;
    type Shadows<'s>
        = Option<&'s mut OMatrix<T, R, C>>
    where
        Self: 's;

    fn count(&self) -> usize {
        self.0.ncols()
    }

    fn at(&self, k: usize) -> Self::Item {
        self.0.column(k)
    }

    fn lend(&self, _: usize, _: Option<&mut OMatrix<T, R, C>>, _: Absent) -> Self::Cotangent {
        OMatrix::zeros_generic(self.0.shape_generic().0, Const)
    }

    fn give_back(&self, k: usize, dy: Self::Cotangent, shadow: Option<&mut OMatrix<T, R, C>>) {
        if let Some(shadow) = shadow {
            let mut column = shadow.column_mut(k);
            column += dy;
        }
    }
}

/// The walks over matrices and vectors.
pub trait WalkMatrix<T, R, C, S> {
    /// The walk of `iter`.
    fn walk_iter(&self) -> Entries<'_, T, R, C, S>;

    /// The walk of `row_iter`.
    fn walk_row_iter(&self) -> Rows<'_, T, R, C, S>;

    /// The walk of `column_iter`.
    fn walk_column_iter(&self) -> Columns<'_, T, R, C, S>;
}

impl<T: Real, R: Dim, C: Dim, S: RawStorage<T, R, C>> WalkMatrix<T, R, C, S>
    for Matrix<T, R, C, S>
{
    #[inline(always)]
    fn walk_iter(&self) -> Entries<'_, T, R, C, S> {
        Entries(self)
    }

    fn walk_row_iter(&self) -> Rows<'_, T, R, C, S> {
        Rows(self)
    }

    fn walk_column_iter(&self) -> Columns<'_, T, R, C, S> {
        Columns(self)
    }
}

impl<T: Real, R: Dim, C: Dim> View<Nalgebra> for RowIter<'_, T, R, C, Owned<T, R, C>>
where
    DefaultAllocator: Allocator<R, C> + Allocator<Const<1>, C>,
{
    type Owned = Vec<OMatrix<T, Const<1>, C>>;

    fn owned(&self) -> Self::Owned {
        self.clone().map(|row| row.clone_owned()).collect()
    }
}

impl<T: Real, R: Dim, C: Dim> View<Nalgebra> for ColumnIter<'_, T, R, C, Owned<T, R, C>>
where
    DefaultAllocator: Allocator<R, C> + Allocator<R>,
{
    type Owned = Vec<OMatrix<T, R, Const<1>>>;

    fn owned(&self) -> Self::Owned {
        self.clone().map(|column| column.clone_owned()).collect()
    }
}

impl<T: Real, R: Dim, C: Dim> ViewMut<Nalgebra> for RowIterMut<'_, T, R, C, Owned<T, R, C>>
where
    DefaultAllocator: Allocator<R, C> + Allocator<Const<1>, C>,
{
    type Owned = Vec<OMatrix<T, Const<1>, C>>;

    fn add(&mut self, cotangent: &Self::Owned) {
        self.zip(cotangent).for_each(|(mut d, dy)| d += dy);
    }
}

impl<T: Real, R: Dim, C: Dim> ViewMut<Nalgebra> for ColumnIterMut<'_, T, R, C, Owned<T, R, C>>
where
    DefaultAllocator: Allocator<R, C> + Allocator<R>,
{
    type Owned = Vec<OMatrix<T, R, Const<1>>>;

    fn add(&mut self, cotangent: &Self::Owned) {
        self.zip(cotangent).for_each(|(mut d, dy)| d += dy);
    }
}

projection! {
    impl<T: Real, R: Dim, C: Dim> OMatrix<T, R, C>, check(T = f64, R = Dyn, R = Const<2>, C = Dyn)
    where
        DefaultAllocator: Allocator<R, C>,
    {
        /// The rows.
        fn row_iter(&self) -> Vec<OMatrix<T, Const<1>, C>>
        where
            DefaultAllocator: Allocator<Const<1>, C>;

        /// The columns.
        fn column_iter(&self) -> Vec<OMatrix<T, R, Const<1>>>
        where
            DefaultAllocator: Allocator<R>;
    }
}
