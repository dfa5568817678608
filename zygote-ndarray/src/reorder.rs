//! The same elements in another order or another owner.

use crate::Real;
use crate::inputs::{axis_of, shape_of};
use chainrules_core::{Draw, rrule};
use ndarray::{
    Array, Array1, ArrayView, Axis, Dimension, IntoDimension, Ix1, Ix2, Ix3, Order, RemoveAxis,
    ShapeArg, ShapeError,
};

#[rrule(Array::into_owned, check(T = f64, T = f32, D = Ix1, D = Ix2))]
fn into_owned<T: Real, D: Dimension>(this: Array<T, D>) -> Array<T, D> {
    (this, |dy| Grad { this: |d| *d += dy })
}

/// The transpose.
#[rrule(Array::reversed_axes, check(T = f64, T = f32, D = Ix1, D = Ix2, D = Ix3))]
fn reversed_axes<T: Real, D: Dimension>(this: Array<T, D>) -> Array<T, D> {
    (this.reversed_axes(), |dy| Grad { this: |d| *d += &dy.t() })
}

#[rrule(Array::insert_axis, check(T = f64, D = Ix1, D = Ix2))]
fn insert_axis<T: Real, D: Dimension>(
    this: Array<T, D>,
    axis: Axis,
) -> Array<T, <D as Dimension>::Larger> {
    (this.insert_axis(axis), |dy| Grad {
        this: |d| {
            let dy = dy.view().into_dyn().index_axis_move(*axis, 0);
            d.zip_mut_with(&dy, |d, dy| *d += *dy);
        },
        axis: inert,
    })
}

/// The axes in another order.
///
/// # Panics
/// When they are not all axes, each once.
#[rrule(Array::permuted_axes, check(T = f64, D = Ix2, A = (usize, usize), axes = [(0, 1), (1, 0)]))]
fn permuted_axes<T: Real, D: Dimension, A: IntoDimension<Dim = D> + Clone>(
    this: Array<T, D>,
    axes: A,
) -> Array<T, D> {
    (this.permuted_axes(axes.clone()), |dy| Grad {
        this: |d| d.view_mut().permuted_axes(axes.clone()).zip_mut_with(dy, |d, dy| *d += *dy),
        axes: inert,
    })
}

/// Adds the cotangent of the same elements in another shape.
pub(crate) fn add_reshaped<T: Real, D: Dimension, E: Dimension>(
    d: &mut Array<T, D>,
    dy: ArrayView<'_, T, E>,
    order: Option<Order>,
) {
    match order {
        Some(Order::ColumnMajor) => {
            let d = d.view_mut().reversed_axes();
            d.into_iter().zip(dy.reversed_axes()).for_each(|(d, dy)| *d += *dy);
        }
        _ => d.iter_mut().zip(dy).for_each(|(d, dy)| *d += *dy),
    }
}

/// The same elements, by rows or in the order that the shape says, in another shape; `Err` where it
/// has another number of elements, or the array has another order in memory.
#[rrule(
    Array::into_shape_with_order,
    check(T = f64, T = f32, D = Ix1, D = Ix2, E = (usize, usize), shape = shape_of(this.len()))
)]
fn into_shape_with_order<T: Real, D: Dimension, E: ShapeArg + Clone>(
    this: Array<T, D>,
    shape: E,
) -> Result<Array<T, <E as ShapeArg>::Dim>, ShapeError> {
    (this.into_shape_with_order(shape), |dy| Grad {
        this: |d| {
            if let Ok(dy) = dy {
                add_reshaped(d, dy.view(), shape.clone().into_shape_and_order().1);
            }
        },
        shape: inert,
    })
}

/// The elements by rows, in one dimension.
#[rrule(Array::into_flat, check(T = f64, D = Ix1, D = Ix2))]
fn into_flat<T: Real, D: Dimension>(this: Array<T, D>) -> Array1<T> {
    (this.into_flat(), |dy| Grad { this: |d| add_reshaped(d, dy.view(), None) })
}

/// The elements as a list.
#[rrule(Array1::to_vec, check(T = f64, T = f32))]
fn to_vec<T: Real>(this: &Array1<T>) -> Vec<T> {
    (this.to_vec(), |dy| Grad { this: |d| d.iter_mut().zip(dy).for_each(|(d, dy)| *d += *dy) })
}

/// The elements as they lie in memory, and where the first is.
#[rrule(Array::into_raw_vec_and_offset, check(T = f64, D = Ix1, D = Ix2))]
fn into_raw_vec_and_offset<T: Real, D: Dimension>(this: Array<T, D>) -> (Vec<T>, Option<usize>) {
    let strides = this.strides().to_vec();
    (this.into_raw_vec_and_offset(), |(dy, offset)| Grad {
        this: |d| {
            let first = offset.unwrap_or(0);
            for (index, d) in d.view_mut().into_dyn().indexed_iter_mut() {
                let steps = index.slice().iter().zip(&strides);
                let place = steps.fold(first, |place, (i, stride)| {
                    place.wrapping_add_signed(*i as isize * stride)
                });
                *d += dy[place];
            }
        },
    })
}

/// The parts along an axis at these indices, in this order.
///
/// # Panics
/// When there is no such axis or index.
#[rrule(
    Array::select,
    check(T = f64, D = Ix1, D = Ix2, axis = axis_of(this), indices = some_of(this.len_of(*axis)))
)]
fn select<T: Real, D: RemoveAxis>(
    this: &Array<T, D>,
    axis: Axis,
    indices: &[usize],
) -> Array<T, D> {
    (this.select(axis, indices), |dy| Grad {
        this: |d| {
            for (i, dy) in indices.iter().zip(dy.axis_iter(*axis)) {
                d.index_axis_mut(*axis, *i).zip_mut_with(&dy, |d, dy| *d += *dy);
            }
        },
        axis: inert,
        indices: inert,
    })
}

/// A domain: some of `n` indices, some of them twice.
fn some_of(n: usize) -> impl FnOnce(&mut Draw) -> Vec<usize> {
    move |draw| (0..draw.index(4)).map(|_| draw.index(n.max(1))).collect()
}
