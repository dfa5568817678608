//! Views of a part of an array: rows, columns and slices along an axis. In differentiated code the
//! value is a copy of the part, so that its type is the owner's and is left to inference.
//!
//! What is computed from `#[constant]` parameters alone is not differentiated code, so that a view of
//! one stays a view. Make it owned, `a.row(i).to_owned()`, before it is an operand beside what varies;
//! or leave the parameter as it is and pass `constant(&a)`.

use crate::inputs::{axis_of, some_slice};
use crate::{Ndarray, Real};
use chainrules_core::{View, ViewMut, projection};
use ndarray::{Array, Array2, ArrayView, ArrayViewMut, Axis, Dimension, Ix1, Ix2, Ix3};
use ndarray::{RemoveAxis, Slice};

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
}
