//! The same elements in another order or another owner.

use crate::Real;
use chainrules_core::rrule;
use ndarray::{Array, Axis, Dimension, Ix1, Ix2, Ix3};

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
