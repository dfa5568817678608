//! Arrays one after the other: `concatenate` and `stack`.
//!
//! In differentiated code the arrays of the list are owned, as `a.view()` and `a.row(i)` give copies
//! there: `concatenate(Axis(0), &[a.view(), b.view()])`.

use crate::Real;
use crate::inputs::{all_like, axis_of_all};
use chainrules_core::rrule;
use ndarray::{Array, ArrayView, Axis, Dimension, Ix1, Ix2, RemoveAxis, ShapeError};

/// The functions as they are with arrays in place of views.
mod owned {
    use super::{Array, ArrayView, Axis, Dimension, Real, RemoveAxis, ShapeError};

    fn views<T, D: Dimension>(arrays: &[Array<T, D>]) -> Vec<ArrayView<'_, T, D>> {
        arrays.iter().map(|array| array.view()).collect()
    }

    pub(super) fn concatenate<T: Real, D: RemoveAxis>(
        axis: Axis,
        arrays: &[Array<T, D>],
    ) -> Result<Array<T, D>, ShapeError> {
        ndarray::concatenate(axis, &views(arrays))
    }

    pub(super) fn stack<T: Real, D: Dimension>(
        axis: Axis,
        arrays: &[Array<T, D>],
    ) -> Result<Array<T, D::Larger>, ShapeError>
    where
        D::Larger: RemoveAxis,
    {
        ndarray::stack(axis, &views(arrays))
    }
}

/// The arrays one after the other along an axis that they have; `Err` where their other lengths
/// differ.
#[rrule(
    owned::concatenate,
    stands_for(ndarray, fn(Axis, &[ArrayView<'_, T, D>]) -> Result<Array<T, D>, ShapeError>),
    check(T = f64, T = f32, D = Ix1, D = Ix2, axis = axis_of_all::<D>(), arrays = all_like())
)]
fn concatenate<T: Real, D: RemoveAxis>(
    axis: Axis,
    arrays: &[Array<T, D>],
) -> Result<Array<T, D>, ShapeError> {
    (owned::concatenate(axis, arrays), |dy| Grad {
        arrays: |d| {
            let Ok(dy) = dy else { return };
            let mut rest = dy.view();
            for d in d {
                let (dy, after) = rest.split_at(*axis, d.len_of(*axis));
                d.zip_mut_with(&dy, |d, dy| *d += *dy);
                rest = after;
            }
        },
        axis: inert,
    })
}

/// The arrays one after the other along a new axis; `Err` where their lengths differ.
#[rrule(
    owned::stack,
    stands_for(ndarray, fn(Axis, &[ArrayView<'_, T, D>]) -> Result<Array<T, D::Larger>, ShapeError>),
    check(T = f64, T = f32, D = Ix1, D = Ix2, axis = axis_of_all::<D>(), arrays = all_like())
)]
fn stack<T: Real, D: Dimension>(
    axis: Axis,
    arrays: &[Array<T, D>],
) -> Result<Array<T, <D as Dimension>::Larger>, ShapeError>
where
    <D as Dimension>::Larger: RemoveAxis,
{
    (owned::stack(axis, arrays), |dy| Grad {
        arrays: |d| {
            let Ok(dy) = dy else { return };
            for (d, dy) in d.iter_mut().zip(dy.axis_iter(*axis)) {
                let dy = dy.into_dyn();
                d.zip_mut_with(&dy, |d, dy| *d += *dy);
            }
        },
        axis: inert,
    })
}
