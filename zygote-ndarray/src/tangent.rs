//! Arrays as their own cotangents.

use chainrules_core::{Std, Tangent};
use ndarray::{
    Array, ArrayView, Axis, CowArray, Dimension, Ix1, Ix2, Ix3, NdFloat, Order, Slice, SliceInfo,
    SliceInfoElem,
};
use num_traits::FromPrimitive;

/// The marker of the tangents of this crate.
pub struct Ndarray;

/// The scalars that the rules of this crate are for: `f32` and `f64`.
pub trait Real: NdFloat + FromPrimitive + Tangent<Std, Shape = (), Kept = ()> {
    /// 0.
    const ZERO: Self;
    /// 1.
    const ONE: Self;

    /// The number closest to this one.
    fn of(x: f64) -> Self;
}

macro_rules! real {
    ($($t:ident),+) => {$(
        impl Real for $t {
            const ZERO: Self = 0.0;
            const ONE: Self = 1.0;

            #[inline(always)]
            fn of(x: f64) -> Self {
                x as $t
            }
        }
    )+};
}
real!(f32, f64);

/// An array that owns its elements, of any number of dimensions. Its shape is the lengths of its
/// axes; the order of its elements in memory is not part of it.
impl<T: Real, D: Dimension> Tangent<Ndarray> for Array<T, D> {
    type Shape = D;
    type Kept = Self;
    const EPSILON: f64 = <T as Tangent<Std>>::EPSILON;

    fn shape(&self) -> D {
        self.raw_dim()
    }

    fn zero_of(shape: &D) -> Self {
        Array::from_elem(shape.clone(), T::ZERO)
    }

    fn accumulate(&mut self, rhs: &Self) {
        let (value, cotangent) = (self.raw_dim(), rhs.raw_dim());
        assert!(
            value == cotangent,
            "cotangent of shape {:?} where the value has shape {:?}: pass a cotangent of the value's own shape",
            cotangent.slice(),
            value.slice()
        );
        self.zip_mut_with(rhs, |a, b| *a += *b);
    }

    fn map_scalars(&mut self, f: &mut dyn FnMut(f64) -> f64) {
        self.iter_mut().for_each(|x| x.map_scalars(f));
    }

    fn keep(&self) -> Self {
        self.clone()
    }

    fn recall(kept: Self, _: impl FnOnce() -> Self) -> Self {
        kept
    }
}

macro_rules! inert {
    ($([$($params:tt)*] $t:ty),+ $(,)?) => {$(
        /// Says where in an array: carried along like an integer.
        impl<$($params)*> Tangent<Ndarray> for $t {
            type Shape = Self;
            type Kept = ();
            const EPSILON: f64 = 0.0;

            fn shape(&self) -> Self {
                *self
            }

            fn zero_of(shape: &Self) -> Self {
                *shape
            }

            fn accumulate(&mut self, _: &Self) {}

            fn map_scalars(&mut self, _: &mut dyn FnMut(f64) -> f64) {}

            fn keep(&self) {}

            fn recall(_: (), replay: impl FnOnce() -> Self) -> Self {
                replay()
            }
        }
    )+};
}
inert!(
    [] Axis,
    [] Slice,
    [] Order,
    [] Ix1,
    [] Ix2,
    [] Ix3,
    [const N: usize, D: Dimension, E: Dimension] SliceInfo<[SliceInfoElem; N], D, E>,
);

/// Replaces a cotangent by zero and gives what it was.
pub(crate) fn taken<T: Real, D: Dimension>(cotangent: &mut Array<T, D>) -> Array<T, D> {
    let zero = Array::from_elem(cotangent.raw_dim(), T::ZERO);
    std::mem::replace(cotangent, zero)
}

/// The sum of the products of the elements of arrays of one shape.
pub(crate) fn inner<T: Real, D: Dimension>(a: &Array<T, D>, b: &Array<T, D>) -> T {
    ndarray::Zip::from(a).and(b).fold(T::ZERO, |sum, a, b| sum + *a * *b)
}

/// Adds the cotangent of a broadcast array to that of the array itself: sums over the axes along
/// which it was repeated.
pub(crate) fn add_unbroadcast<T: Real, D: Dimension, O: Dimension>(
    d: &mut Array<T, D>,
    dy: ArrayView<'_, T, O>,
) {
    let mut rest = CowArray::from(dy.into_dyn());
    while rest.ndim() > d.ndim() {
        rest = rest.sum_axis(Axis(0)).into();
    }
    for k in 0..d.ndim() {
        let axis = Axis(k);
        if d.len_of(axis) == 1 && rest.len_of(axis) != 1 {
            rest = rest.sum_axis(axis).insert_axis(axis).into();
        }
    }
    d.zip_mut_with(&rest, |d, dy| *d += *dy);
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Array2, Array3, array};

    fn zero_like<T: Tangent<M>, M>(x: &T) -> T {
        T::zero_of(&x.shape())
    }

    #[test]
    fn zeros_have_the_shape_of_the_value() {
        assert_eq!(zero_like(&array![[1.0, 2.0], [3.0, 4.0]]), Array2::zeros((2, 2)));
        assert_eq!(zero_like(&(array![1.0_f32], 2.0)), (array![0.0], 0.0));
    }

    #[test]
    #[should_panic(expected = "cotangent of shape [2, 3] where the value has shape [3, 2]")]
    fn a_wrong_shape_names_both_shapes() {
        Array2::<f64>::zeros((3, 2)).accumulate(&Array2::zeros((2, 3)));
    }

    #[test]
    fn scalars_come_in_the_order_of_rows_whatever_the_layout() {
        let mut seen = Vec::new();
        array![[1.0, 2.0], [3.0, 4.0]].reversed_axes().map_scalars(&mut |x| {
            seen.push(x);
            x
        });
        assert_eq!(seen, [1.0, 3.0, 2.0, 4.0]);
    }

    #[test]
    fn repeated_axes_are_summed() {
        let dy = Array3::from_elem((4, 2, 3), 1.0);
        let mut d = array![[1.0], [2.0]];
        add_unbroadcast(&mut d, dy.view());
        assert_eq!(d, array![[13.0], [14.0]]);
    }
}
