//! Loops over arrays: `for x in &a`, `a.iter()`, `a.indexed_iter()`, and by parts: `rows`, `columns`,
//! `outer_iter`, `axis_iter`, `lanes`, `axis_chunks_iter`.
//!
//! The parts are copies, with all rules of arrays, so that `for x in row` gives values where that of a
//! view gives references: write `for x in row.iter()`. The copies of `rows`, `columns` and `lanes`,
//! and of what begins a chain, are made before the loop, those of `for part in a.outer_iter()` one by
//! one.

use crate::inputs::axis_of;
use crate::{Ndarray, Real};
use chainrules_core::{Absent, Indexed, Sequence, ToWalk, View, ViewMut, Walk, Walked, projection};
use ndarray::iter::{AxisChunksIter, AxisChunksIterMut, AxisIter, AxisIterMut, Lanes};
use ndarray::{
    Array, ArrayBase, ArrayView, ArrayViewMut, Axis, Data, Dimension, IndexLonger, Ix1, Ix2, Ix3,
    RemoveAxis, Slice,
};

impl<T: Real, S: Data<Elem = T>, D: Dimension> Sequence<Ndarray> for ArrayBase<S, D> {}
impl<T: Real, S: Data<Elem = T>> Indexed<Ndarray> for ArrayBase<S, Ix1> {}

impl<T: Real, D: Dimension> Walked<Ndarray> for Array<T, D> {
    type Shadow = Self;

    #[inline(always)]
    fn walked_shadow(&mut self) -> &mut Self {
        self
    }
}

/// The index of an element by its number in the order of rows.
fn index_of<D: Dimension>(dim: &D, mut number: usize) -> D {
    let mut index = D::zeros(dim.ndim());
    for axis in (0..dim.ndim()).rev() {
        index[axis] = number % dim[axis];
        number /= dim[axis];
    }
    index
}

/// The walk over references to the elements, in the order of rows.
pub struct Elements<'a, T, D> {
    view: ArrayView<'a, T, D>,
    /// The elements, where they lie in this order in memory.
    slice: Option<&'a [T]>,
}

impl<'a, T: Real, D: Dimension> Elements<'a, T, D> {
    fn new(view: ArrayView<'a, T, D>) -> Self {
        Self { slice: view.to_slice(), view }
    }
}

impl<'a, T: Real, D: Dimension> Walk for Elements<'a, T, D> {
    type Item = &'a T;
    type Cotangent = T;
    type Shadows<'s>
        = Option<&'s mut Array<T, D>>
    where
        Self: 's;

    #[inline(always)]
    fn count(&self) -> usize {
        self.view.len()
    }

    #[inline(always)]
    fn at(&self, k: usize) -> &'a T {
        match self.slice {
            Some(slice) => &slice[k],
            None => IndexLonger::index(&self.view, index_of(&self.view.raw_dim(), k)),
        }
    }

    #[inline(always)]
    fn lend(&self, _: usize, _: Option<&mut Array<T, D>>, _: Absent) -> T {
        T::ZERO
    }

    #[inline(always)]
    fn give_back(&self, k: usize, cotangent: T, shadows: Option<&mut Array<T, D>>) {
        if let Some(shadow) = shadows {
            match shadow.as_slice_mut() {
                Some(slice) => slice[k] += cotangent,
                None => shadow[index_of(&self.view.raw_dim(), k)] += cotangent,
            }
        }
    }
}

/// The walk over copies of the elements.
pub struct Values<'a, T, D>(Elements<'a, T, D>);

impl<T: Real, D: Dimension> Walk for Values<'_, T, D> {
    type Item = T;
    type Cotangent = T;
    type Shadows<'s>
        = Option<&'s mut Array<T, D>>
    where
        Self: 's;

    #[inline(always)]
    fn count(&self) -> usize {
        self.0.count()
    }

    #[inline(always)]
    fn at(&self, k: usize) -> T {
        *self.0.at(k)
    }

    #[inline(always)]
    fn lend(&self, k: usize, shadows: Option<&mut Array<T, D>>, absent: Absent) -> T {
        self.0.lend(k, shadows, absent)
    }

    #[inline(always)]
    fn give_back(&self, k: usize, cotangent: T, shadows: Option<&mut Array<T, D>>) {
        self.0.give_back(k, cotangent, shadows);
    }
}

/// The walk over references to the elements with their indices.
pub struct IndexedElements<'a, T, D>(Elements<'a, T, D>);

impl<'a, T: Real, D: Dimension> IndexedElements<'a, T, D> {
    fn index(&self, k: usize) -> D::Pattern {
        index_of(&self.0.view.raw_dim(), k).into_pattern()
    }
}

impl<'a, T: Real, D: Dimension> Walk for IndexedElements<'a, T, D> {
    type Item = (D::Pattern, &'a T);
    type Cotangent = (D::Pattern, T);
    type Shadows<'s>
        = Option<&'s mut Array<T, D>>
    where
        Self: 's;

    fn count(&self) -> usize {
        self.0.count()
    }

    fn at(&self, k: usize) -> Self::Item {
        (self.index(k), self.0.at(k))
    }

    fn lend(&self, k: usize, shadows: Option<&mut Array<T, D>>, absent: Absent) -> Self::Cotangent {
        (self.index(k), self.0.lend(k, shadows, absent))
    }

    fn give_back(&self, k: usize, cotangent: Self::Cotangent, shadows: Option<&mut Array<T, D>>) {
        self.0.give_back(k, cotangent.1, shadows);
    }
}

/// The walk over the parts of an array along an axis, views of one dimension less.
pub struct Parts<'a, T, D> {
    view: ArrayView<'a, T, D>,
    axis: Axis,
}

impl<'a, T: Real, D: RemoveAxis> Walk for Parts<'a, T, D> {
    type Item = ArrayView<'a, T, D::Smaller>;
    type Cotangent = Array<T, D::Smaller>;
    type Shadows<'s>
        = Option<&'s mut Array<T, D>>
    where
        Self: 's;

    fn count(&self) -> usize {
        self.view.len_of(self.axis)
    }

    fn at(&self, k: usize) -> Self::Item {
        self.view.clone().index_axis_move(self.axis, k)
    }

    fn lend(&self, _: usize, _: Option<&mut Array<T, D>>, _: Absent) -> Self::Cotangent {
        Array::from_elem(self.view.raw_dim().remove_axis(self.axis), T::ZERO)
    }

    fn give_back(&self, k: usize, cotangent: Self::Cotangent, shadows: Option<&mut Array<T, D>>) {
        if let Some(shadow) = shadows {
            let mut part = shadow.index_axis_mut(self.axis, k);
            part.zip_mut_with(&cotangent, |d, dy| *d += *dy);
        }
    }
}

/// The walk of `axis_iter`: the axis has no cotangent.
pub struct AxisParts<'a, T, D>(Parts<'a, T, D>);

impl<'a, T: Real, D: RemoveAxis> Walk for AxisParts<'a, T, D> {
    type Item = ArrayView<'a, T, D::Smaller>;
    type Cotangent = Array<T, D::Smaller>;
    type Shadows<'s>
        = (Option<&'s mut Array<T, D>>, ())
    where
        Self: 's;

    fn count(&self) -> usize {
        self.0.count()
    }

    fn at(&self, k: usize) -> Self::Item {
        self.0.at(k)
    }

    fn lend(
        &self,
        k: usize,
        (shadow, ()): (Option<&mut Array<T, D>>, ()),
        absent: Absent,
    ) -> Self::Cotangent {
        self.0.lend(k, shadow, absent)
    }

    fn give_back(
        &self,
        k: usize,
        cotangent: Self::Cotangent,
        (shadow, ()): (Option<&mut Array<T, D>>, ()),
    ) {
        self.0.give_back(k, cotangent, shadow);
    }
}

/// The walk of `axis_chunks_iter`: views of up to so many parts along an axis.
pub struct Chunks<'a, T, D> {
    view: ArrayView<'a, T, D>,
    axis: Axis,
    size: usize,
}

impl<T: Real, D: Dimension> Chunks<'_, T, D> {
    /// The indices of chunk `k` along the axis.
    fn range(&self, k: usize) -> Slice {
        let start = k * self.size;
        Slice::from(start..(start + self.size).min(self.view.len_of(self.axis)))
    }
}

impl<'a, T: Real, D: Dimension> Walk for Chunks<'a, T, D> {
    type Item = ArrayView<'a, T, D>;
    type Cotangent = Array<T, D>;
    type Shadows<'s>
        = (Option<&'s mut Array<T, D>>, (), ())
    where
        Self: 's;

    fn count(&self) -> usize {
        self.view.len_of(self.axis).div_ceil(self.size)
    }

    fn at(&self, k: usize) -> Self::Item {
        let mut view = self.view.clone();
        view.slice_axis_inplace(self.axis, self.range(k));
        view
    }

    fn lend(&self, k: usize, _: (Option<&mut Array<T, D>>, (), ()), _: Absent) -> Self::Cotangent {
        Array::from_elem(self.at(k).raw_dim(), T::ZERO)
    }

    fn give_back(
        &self,
        k: usize,
        dy: Self::Cotangent,
        (shadow, (), ()): (Option<&mut Array<T, D>>, (), ()),
    ) {
        if let Some(shadow) = shadow {
            let mut part = shadow.slice_axis_mut(self.axis, self.range(k));
            part.zip_mut_with(&dy, |d, dy| *d += *dy);
        }
    }
}

impl ToWalk<'_, Ndarray> for Axis {
    type Walk = Self;

    fn to_walk(&self) -> Self {
        *self
    }
}

impl<'b, T: Real, S: Data<Elem = T>, D: Dimension> ToWalk<'_, Ndarray> for &'b ArrayBase<S, D> {
    type Walk = Elements<'b, T, D>;

    #[inline(always)]
    fn to_walk(&self) -> Elements<'b, T, D> {
        Elements::new((*self).view())
    }
}

impl<'b, T: Real, D: Dimension> ToWalk<'_, Ndarray> for ArrayView<'b, T, D> {
    type Walk = Elements<'b, T, D>;

    #[inline(always)]
    fn to_walk(&self) -> Elements<'b, T, D> {
        Elements::new(self.clone())
    }
}

impl<'a, T: Real, D: Dimension> ToWalk<'a, Ndarray> for Array<T, D> {
    type Walk = Values<'a, T, D>;

    #[inline(always)]
    fn to_walk(&'a self) -> Values<'a, T, D> {
        Values(Elements::new(self.view()))
    }
}

/// The walks over the elements of arrays.
pub trait WalkElements<T, D> {
    /// The walk of `iter`.
    fn walk_iter(&self) -> Elements<'_, T, D>;

    /// The walk of `indexed_iter`.
    fn walk_indexed_iter(&self) -> IndexedElements<'_, T, D>;

    /// The walk of `axis_chunks_iter`.
    fn walk_axis_chunks_iter(&self, axis: Axis, size: usize) -> Chunks<'_, T, D>;
}

impl<T: Real, S: Data<Elem = T>, D: Dimension> WalkElements<T, D> for ArrayBase<S, D> {
    #[inline(always)]
    fn walk_iter(&self) -> Elements<'_, T, D> {
        Elements::new(self.view())
    }

    fn walk_indexed_iter(&self) -> IndexedElements<'_, T, D> {
        IndexedElements(self.walk_iter())
    }

    fn walk_axis_chunks_iter(&self, axis: Axis, size: usize) -> Chunks<'_, T, D> {
        Chunks { view: self.view(), axis, size }
    }
}

/// The walks over the parts of arrays.
pub trait WalkParts<T, D> {
    /// The walk of `axis_iter`.
    fn walk_axis_iter(&self, axis: Axis) -> AxisParts<'_, T, D>;

    /// The walk of `outer_iter`.
    fn walk_outer_iter(&self) -> Parts<'_, T, D>;
}

impl<T: Real, S: Data<Elem = T>, D: RemoveAxis> WalkParts<T, D> for ArrayBase<S, D> {
    fn walk_axis_iter(&self, axis: Axis) -> AxisParts<'_, T, D> {
        AxisParts(Parts { view: self.view(), axis })
    }

    fn walk_outer_iter(&self) -> Parts<'_, T, D> {
        Parts { view: self.view(), axis: Axis(0) }
    }
}

impl<T: Real, D: Dimension> View<Ndarray> for AxisIter<'_, T, D> {
    type Owned = Vec<Array<T, D>>;

    fn owned(&self) -> Self::Owned {
        self.clone().map(|part| part.to_owned()).collect()
    }
}

impl<T: Real, D: Dimension> View<Ndarray> for Lanes<'_, T, D> {
    type Owned = Vec<Array<T, Ix1>>;

    fn owned(&self) -> Self::Owned {
        self.clone().into_iter().map(|part| part.to_owned()).collect()
    }
}

impl<T: Real, D: Dimension> ViewMut<Ndarray> for AxisIterMut<'_, T, D> {
    type Owned = Vec<Array<T, D>>;

    fn add(&mut self, cotangent: &Self::Owned) {
        self.zip(cotangent).for_each(|(mut d, dy)| d.zip_mut_with(dy, |d, dy| *d += *dy));
    }
}

impl<T: Real, D: Dimension> View<Ndarray> for AxisChunksIter<'_, T, D> {
    type Owned = Vec<Array<T, D>>;

    fn owned(&self) -> Self::Owned {
        self.clone().map(|part| part.to_owned()).collect()
    }
}

impl<T: Real, D: Dimension> ViewMut<Ndarray> for AxisChunksIterMut<'_, T, D> {
    type Owned = Vec<Array<T, D>>;

    fn add(&mut self, cotangent: &Self::Owned) {
        self.zip(cotangent).for_each(|(mut d, dy)| d.zip_mut_with(dy, |d, dy| *d += *dy));
    }
}

/// The lanes of a cotangent along an axis.
struct EachLane<'a, T>(Vec<ArrayViewMut<'a, T, Ix1>>);

impl<T: Real> ViewMut<Ndarray> for EachLane<'_, T> {
    type Owned = Vec<Array<T, Ix1>>;

    fn add(&mut self, cotangent: &Self::Owned) {
        self.0.iter_mut().zip(cotangent).for_each(|(d, dy)| d.zip_mut_with(dy, |d, dy| *d += *dy));
    }
}

/// The mutable counterpart of `lanes`, `rows` and `columns`.
trait Lines<T> {
    fn each_lane_mut(&mut self, axis: Axis) -> EachLane<'_, T>;
    fn each_row_mut(&mut self) -> EachLane<'_, T>;
    fn each_column_mut(&mut self) -> EachLane<'_, T>;
}

impl<T: Real, D: Dimension> Lines<T> for Array<T, D> {
    fn each_lane_mut(&mut self, axis: Axis) -> EachLane<'_, T> {
        EachLane(self.lanes_mut(axis).into_iter().collect())
    }

    fn each_row_mut(&mut self) -> EachLane<'_, T> {
        EachLane(self.rows_mut().into_iter().collect())
    }

    fn each_column_mut(&mut self) -> EachLane<'_, T> {
        EachLane(self.columns_mut().into_iter().collect())
    }
}

projection! {
    impl<T: Real, D: RemoveAxis> Array<T, D>, check(T = f64, D = Ix1, D = Ix2, D = Ix3) {
        /// The parts along the first axis.
        fn outer_iter(&self) -> Vec<Array<T, <D as Dimension>::Smaller>>;

        /// The parts along an axis.
        #[check(axis = axis_of(this))]
        fn axis_iter(&self, axis: Axis) -> Vec<Array<T, <D as Dimension>::Smaller>>;

        /// The parts of up to `size` along an axis.
        #[check(axis = axis_of(this), size = 1..3)]
        fn axis_chunks_iter(&self, axis: Axis, size: usize) -> Vec<Array<T, D>>;
    }

    impl<T: Real, D: Dimension> Array<T, D>, check(T = f64, D = Ix1, D = Ix2, D = Ix3) {
        /// The lanes along an axis.
        #[check(axis = axis_of(this))]
        fn lanes(&self, axis: Axis) -> Vec<Array<T, Ix1>> = each_lane_mut;

        /// The lanes along the last axis.
        fn rows(&self) -> Vec<Array<T, Ix1>> = each_row_mut;

        /// The lanes along the first axis.
        fn columns(&self) -> Vec<Array<T, Ix1>> = each_column_mut;
    }
}
