//! Views of a part of an array: rows, columns and slices along an axis. In differentiated code the
//! value is a copy of the part, so that its type is the owner's and is left to inference.
//!
//! So is a view of what is constant, `data.row(i)` of a `#[constant]` parameter, so that it has the
//! rules of arrays beside what varies.

use crate::inputs::{axis_of, shape_of, some_slice};
use crate::reorder::add_reshaped;
use crate::tangent::add_unbroadcast;
use crate::{Ndarray, Real};
use chainrules_core::{Draw, View, ViewMut, projection};
use ndarray::{Array, Array2, ArrayView, ArrayViewMut, Axis, CowArray, Dimension, Ix1, Ix2, Ix3};
use ndarray::{IntoDimension, Order, RemoveAxis, ShapeArg, ShapeError, SliceArg, SliceInfo};
use ndarray::{Slice, SliceInfoElem};
use std::marker::PhantomData;

impl<T: Real, D: Dimension> View<Ndarray> for ArrayView<'_, T, D> {
    type Owned = Array<T, D>;

    fn owned(&self) -> Array<T, D> {
        self.to_owned()
    }
}

impl<T: Real, D: Dimension> ViewMut<Ndarray> for ArrayViewMut<'_, T, D> {
    type Owned = Array<T, D>;

    fn add(&mut self, cotangent: &Array<T, D>) {
        let (part, cotangent_shape) = (self.shape(), cotangent.shape());
        assert!(
            part == cotangent_shape,
            "cotangent of shape {cotangent_shape:?} where the part has shape {part:?}: pass a cotangent of the part's own shape"
        );
        self.zip_mut_with(cotangent, |d, dy| *d += *dy);
    }
}

/// The mutable counterpart of `t`, which ndarray itself does not have.
trait TransposeMut<T, D> {
    fn t_mut(&mut self) -> ArrayViewMut<'_, T, D>;
}

impl<T: Real, D: Dimension> TransposeMut<T, D> for Array<T, D> {
    fn t_mut(&mut self) -> ArrayViewMut<'_, T, D> {
        self.view_mut().reversed_axes()
    }
}

impl<T: Real, D: Dimension> View<Ndarray> for CowArray<'_, T, D> {
    type Owned = Array<T, D>;

    fn owned(&self) -> Array<T, D> {
        self.to_owned()
    }
}

impl<V: View<Ndarray>> View<Ndarray> for Option<V> {
    type Owned = Option<V::Owned>;

    fn owned(&self) -> Option<V::Owned> {
        self.as_ref().map(V::owned)
    }
}

impl<V: View<Ndarray>> View<Ndarray> for Result<V, ShapeError> {
    type Owned = Result<V::Owned, ShapeError>;

    fn owned(&self) -> Result<V::Owned, ShapeError> {
        self.as_ref().map(V::owned).map_err(Clone::clone)
    }
}

impl<A: View<Ndarray>, B: View<Ndarray>> View<Ndarray> for (A, B) {
    type Owned = (A::Owned, B::Owned);

    fn owned(&self) -> Self::Owned {
        (self.0.owned(), self.1.owned())
    }
}

impl<A: ViewMut<Ndarray>, B: ViewMut<Ndarray>> ViewMut<Ndarray> for (A, B) {
    type Owned = (A::Owned, B::Owned);

    fn add(&mut self, cotangent: &Self::Owned) {
        self.0.add(&cotangent.0);
        self.1.add(&cotangent.1);
    }
}

/// The cotangent of an array, in another shape.
struct Reshaped<'a, T, D, E> {
    of: &'a mut Array<T, D>,
    order: Option<Order>,
    shape: PhantomData<E>,
}

impl<T: Real, D: Dimension, E: Dimension> ViewMut<Ndarray> for Reshaped<'_, T, D, E> {
    type Owned = Result<Array<T, E>, ShapeError>;

    fn add(&mut self, cotangent: &Self::Owned) {
        if let Ok(cotangent) = cotangent {
            add_reshaped(self.of, cotangent.view(), self.order);
        }
    }
}

/// The cotangent of an array, by rows in one dimension.
struct Flat<'a, T, D>(&'a mut Array<T, D>);

impl<T: Real, D: Dimension> ViewMut<Ndarray> for Flat<'_, T, D> {
    type Owned = Array<T, Ix1>;

    fn add(&mut self, cotangent: &Array<T, Ix1>) {
        add_reshaped(self.0, cotangent.view(), None);
    }
}

/// The cotangent of an array, broadcast to a shape.
struct Repeated<'a, T, D, E>(&'a mut Array<T, D>, PhantomData<E>);

impl<T: Real, D: Dimension, E: Dimension> ViewMut<Ndarray> for Repeated<'_, T, D, E> {
    type Owned = Option<Array<T, E>>;

    fn add(&mut self, cotangent: &Self::Owned) {
        if let Some(cotangent) = cotangent {
            add_unbroadcast(self.0, cotangent.view());
        }
    }
}

/// Where the cotangent of lengths goes.
struct Nowhere;

impl ViewMut<Ndarray> for Nowhere {
    type Owned = Vec<usize>;

    fn add(&mut self, _: &Vec<usize>) {}
}

/// The mutable counterparts that ndarray itself does not have.
trait OtherShapes<T, D> {
    fn to_shape_mut<E: ShapeArg>(&mut self, shape: E) -> Reshaped<'_, T, D, E::Dim>;
    fn flatten_mut(&mut self) -> Flat<'_, T, D>;
    fn broadcast_mut<E: IntoDimension>(&mut self, dim: E) -> Repeated<'_, T, D, E::Dim>;
    fn shape_mut(&mut self) -> Nowhere;
}

impl<T: Real, D: Dimension> OtherShapes<T, D> for Array<T, D> {
    fn to_shape_mut<E: ShapeArg>(&mut self, shape: E) -> Reshaped<'_, T, D, E::Dim> {
        Reshaped { of: self, order: shape.into_shape_and_order().1, shape: PhantomData }
    }

    fn flatten_mut(&mut self) -> Flat<'_, T, D> {
        Flat(self)
    }

    fn broadcast_mut<E: IntoDimension>(&mut self, _: E) -> Repeated<'_, T, D, E::Dim> {
        Repeated(self, PhantomData)
    }

    fn shape_mut(&mut self) -> Nowhere {
        Nowhere
    }
}

projection! {
    impl<T: Real> Array2<T>, check(T = f64, T = f32) {
        #[check(index = 0..this.nrows().max(1))]
        fn row(&self, index: usize) -> Array<T, Ix1>;

        #[check(index = 0..this.ncols().max(1))]
        fn column(&self, index: usize) -> Array<T, Ix1>;
    }

    impl<T: Real, D: Dimension> Array<T, D>, check(T = f64, T = f32, D = Ix1, D = Ix2, D = Ix3) {
        /// The transpose.
        fn t(&self) -> Array<T, D>;

        /// The whole array.
        fn view(&self) -> Array<T, D>;

        #[check(axis = axis_of(this), indices = some_slice(this.len_of(*axis)))]
        fn slice_axis(&self, axis: Axis, indices: Slice) -> Array<T, D>;

        /// The elements whose indices are all the same.
        fn diag(&self) -> Array<T, Ix1>;
    }

    impl<T: Real, D: RemoveAxis> Array<T, D>, check(T = f64, T = f32, D = Ix2, D = Ix3) {
        #[check(axis = axis_of(this), index = 0..this.len_of(*axis).max(1))]
        fn index_axis(&self, axis: Axis, index: usize) -> Array<T, <D as Dimension>::Smaller>;
    }
    impl<T: Real, D: Dimension> Array<T, D>, check(T = f64, T = f32, D = Ix1, D = Ix2) {
        /// The same elements, by rows or in the order that the shape says, in another shape; `Err`
        /// where it has another number of elements.
        #[check(E = (usize, usize), shape = shape_of(this.len()))]
        fn to_shape<E: ShapeArg + Clone>(
            &self,
            shape: E,
        ) -> Result<Array<T, <E as ShapeArg>::Dim>, ShapeError>;

        /// The elements by rows, in one dimension.
        fn flatten(&self) -> Array<T, Ix1>;

        /// The array repeated along new axes and those of length 1; `None` where it can't be.
        #[check(E = (usize, usize), dim = |d| (d.index(4), d.index(4)))]
        fn broadcast<E: IntoDimension + Clone>(
            &self,
            dim: E,
        ) -> Option<Array<T, <E as IntoDimension>::Dim>>;

        /// The lengths of the axes.
        fn shape(&self) -> Vec<usize>;
    }

    impl<T: Real, D: Dimension> Array<T, D>, check(T = f64, D = Ix2) {
        /// What `s![..]` says.
        #[check(
            I = SliceInfo<[SliceInfoElem; 2], Ix2, Ix1>,
            info = rows_of(this.nrows(), this.ncols())
        )]
        fn slice<I: SliceArg<D> + Clone>(&self, info: I) -> Array<T, <I as SliceArg<D>>::OutDim>;
    }
}

/// A domain: every second element of some row.
pub(crate) fn rows_of(
    rows: usize,
    columns: usize,
) -> impl FnOnce(&mut Draw) -> SliceInfo<[SliceInfoElem; 2], Ix2, Ix1> {
    move |draw| {
        let (row, from) = (draw.index(rows.max(1)), draw.index(columns + 1));
        let step = SliceInfoElem::Slice { start: from as isize, end: None, step: 2 };
        SliceInfo::try_from([SliceInfoElem::Index(row as isize), step])
            .expect("an index and a range make a row of a matrix")
    }
}
