//! What carries no derivative: numbers of elements, rows, columns and axes.

use crate::Real;
use chainrules_core::inert;
use ndarray::{Array, Array2, Axis, Dimension, Ix1, Ix2};

inert! {
    impl<T: Real, D: Dimension> Array<T, D>, check(T = f64, D = Ix1, D = Ix2) {
        fn len(&self) -> usize;
        fn ndim(&self) -> usize;
        fn is_empty(&self) -> bool;
        fn dim(&self) -> <D as Dimension>::Pattern;
        fn raw_dim(&self) -> D;
        #[check(axis = crate::inputs::axis_of(this))]
        fn len_of(&self, axis: Axis) -> usize;
    }

    impl<T: Real> Array2<T>, check(T = f64) {
        fn nrows(&self) -> usize;
        fn ncols(&self) -> usize;
        fn is_square(&self) -> bool;
    }
}
