//! Matrices and vectors as their own cotangents.

use chainrules_core::{Folds, Std, Tangent};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, Matrix, OMatrix, RealField};

/// The marker of the tangents of this crate.
pub struct Nalgebra;

/// The scalars that the rules of this crate are for: `f32` and `f64`.
pub trait Real: RealField + Copy + Tangent<Std, Shape = (), Kept = ()> {}

impl Real for f32 {}
impl Real for f64 {}

impl<T: Real, R: Dim, C: Dim> Folds<Nalgebra> for OMatrix<T, R, C> where
    DefaultAllocator: Allocator<R, C>
{
}

/// A matrix or vector that owns its entries, of dynamic or static dimensions. Its shape is the pair
/// of its dimensions.
impl<T: Real, R: Dim, C: Dim> Tangent<Nalgebra> for OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    type Shape = (R, C);
    type Kept = Self;
    const EPSILON: f64 = <T as Tangent<Std>>::EPSILON;

    #[inline]
    fn shape(&self) -> (R, C) {
        self.shape_generic()
    }

    #[inline]
    fn zero_of(&(rows, columns): &(R, C)) -> Self {
        Matrix::zeros_generic(rows, columns)
    }

    #[inline]
    fn accumulate(&mut self, rhs: &Self) {
        let (value, cotangent) = (self.shape(), rhs.shape());
        assert!(
            value == cotangent,
            "cotangent of shape {cotangent:?} where the value has shape {value:?}: pass a cotangent of the value's own shape"
        );
        *self += rhs;
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

/// Replaces a cotangent by zero and gives what it was.
pub(crate) fn taken<T: Real, R: Dim, C: Dim>(cotangent: &mut OMatrix<T, R, C>) -> OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    let (rows, columns) = cotangent.shape_generic();
    std::mem::replace(cotangent, Matrix::zeros_generic(rows, columns))
}

/// `d += alpha x` for matrices of one shape.
pub(crate) fn add_scaled<T: Real, R: Dim, C: Dim>(
    d: &mut OMatrix<T, R, C>,
    alpha: T,
    x: &OMatrix<T, R, C>,
) where
    DefaultAllocator: Allocator<R, C>,
{
    d.as_mut_slice().iter_mut().zip(x.as_slice()).for_each(|(d, x)| *d += alpha * *x);
}

/// The sum of the products of the entries.
pub(crate) fn inner<T: Real, R: Dim, C: Dim>(a: &OMatrix<T, R, C>, b: &OMatrix<T, R, C>) -> T
where
    DefaultAllocator: Allocator<R, C>,
{
    a.as_slice().iter().zip(b.as_slice()).fold(nalgebra::zero(), |sum: T, (a, b)| sum + *a * *b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use nalgebra::{DMatrix, DVector, Matrix2, Vector3};

    fn zero_like<T: Tangent<M>, M>(x: &T) -> T {
        T::zero_of(&x.shape())
    }

    #[test]
    fn zeros_have_the_shape_of_the_value() {
        assert_eq!(zero_like(&DMatrix::from_element(2, 3, 1.0_f32)), DMatrix::zeros(2, 3));
        assert_eq!(zero_like(&Vector3::repeat(1.0)), Vector3::zeros());
        let pair = (DVector::from_element(2, 1.0), vec![Matrix2::<f32>::identity()]);
        assert_eq!(zero_like(&pair), (DVector::zeros(2), vec![Matrix2::zeros()]));
    }

    #[test]
    #[should_panic(expected = "cotangent of shape (2, 3) where the value has shape (3, 2)")]
    fn a_wrong_shape_names_both_shapes() {
        DMatrix::<f64>::zeros(3, 2).accumulate(&DMatrix::zeros(2, 3));
    }

    #[test]
    fn scalars_come_in_the_order_of_columns() {
        let mut m = Matrix2::new(1.0, 2.0, 3.0, 4.0);
        let mut seen = Vec::new();
        m.map_scalars(&mut |x| {
            seen.push(x);
            -x
        });
        assert_eq!((seen, m), (vec![1.0, 3.0, 2.0, 4.0], Matrix2::new(-1.0, -2.0, -3.0, -4.0)));
        let v = DVector::from_element(2, 2.0_f32);
        assert_eq!(inner(&v, &v), 8.0);
    }
}
