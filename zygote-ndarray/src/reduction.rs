//! Sums, means and variances.

use crate::Real;
use crate::inputs::axis_of;
use chainrules_core::{rrule, scalars_in};
use ndarray::{Array, Axis, Dimension, Ix1, Ix2, Ix3, RemoveAxis, Zip};

#[rrule(Array::sum, check(T = f64, T = f32, D = Ix1, D = Ix2))]
fn sum<T: Real, D: Dimension>(this: &Array<T, D>) -> T {
    (this.sum(), |dy| Grad { this: |d| d.map_inplace(|d| *d += *dy) })
}

/// The mean of the elements; `None` of none.
#[rrule(Array::mean, check(T = f64, T = f32, D = Ix1, D = Ix2))]
fn mean<T: Real, D: Dimension>(this: &Array<T, D>) -> Option<T> {
    (this.mean(), |dy| Grad {
        this: |d| {
            if let Some(dy) = dy {
                let share = *dy / T::of(this.len() as f64);
                d.map_inplace(|d| *d += share);
            }
        },
    })
}

/// # Panics
/// When there is no such axis.
#[rrule(Array::sum_axis, check(T = f64, T = f32, D = Ix1, D = Ix2, D = Ix3, axis = axis_of(this)))]
fn sum_axis<T: Real, D: RemoveAxis>(
    this: &Array<T, D>,
    axis: Axis,
) -> Array<T, <D as Dimension>::Smaller> {
    (this.sum_axis(axis), |dy| Grad {
        this: |d| {
            let parts = d.axis_iter_mut(*axis);
            parts.into_iter().for_each(|mut d| d.zip_mut_with(dy, |d, dy| *d += *dy));
        },
        axis: inert,
    })
}

/// The means along an axis; `None` if its length is 0.
///
/// # Panics
/// When there is no such axis.
#[rrule(Array::mean_axis, check(T = f64, T = f32, D = Ix1, D = Ix2, D = Ix3, axis = axis_of(this)))]
fn mean_axis<T: Real, D: RemoveAxis>(
    this: &Array<T, D>,
    axis: Axis,
) -> Option<Array<T, <D as Dimension>::Smaller>> {
    (this.mean_axis(axis), |dy| Grad {
        this: |d| {
            if let Some(dy) = dy {
                let share = T::ONE / T::of(this.len_of(*axis) as f64);
                d.axis_iter_mut(*axis).for_each(|mut d| d.scaled_add(share, dy));
            }
        },
        axis: inert,
    })
}

/// The mean and the degrees of freedom.
fn moments<T: Real, D: Dimension>(x: &Array<T, D>, ddof: T) -> (T, T) {
    let n = T::of(x.len() as f64);
    (x.sum() / n, n - ddof)
}

/// `y = Σ (x - mean)² / (n - ddof)`: `dx = 2 (x - mean) dy / (n - ddof)`, as the mean's own part
/// vanishes, and `d ddof = y dy / (n - ddof)`.
///
/// # Panics
/// When `ddof` is negative or greater than `n`.
#[rrule(
    Array::var,
    check(T = f64, T = f32, D = Ix1, D = Ix2, this = scalars_in(-3.0..3.0), ddof = ddof())
)]
fn var<T: Real, D: Dimension>(this: &Array<T, D>, ddof: T) -> T {
    let y = this.var(ddof);
    (y, |dy| {
        let (mean, freedom) = moments(this, *ddof);
        Grad {
            this: |d| {
                let factor = T::of(2.0) * *dy / freedom;
                Zip::from(d).and(this).for_each(|d, x| *d += factor * (*x - mean));
            },
            ddof: *dy * y / freedom,
        }
    })
}

/// The square root of the variance. At the kink, where all elements are the same, the cotangents
/// are 0.
///
/// # Panics
/// When `ddof` is negative or greater than `n`.
#[rrule(
    Array::std,
    check(T = f64, T = f32, D = Ix1, D = Ix2, this = scalars_in(-3.0..3.0), ddof = ddof())
)]
fn std<T: Real, D: Dimension>(this: &Array<T, D>, ddof: T) -> T {
    let y = this.std(ddof);
    (y, |dy| {
        let (mean, freedom) = moments(this, *ddof);
        Grad {
            this: |d| {
                if y != T::ZERO {
                    let factor = *dy / (freedom * y);
                    Zip::from(d).and(this).for_each(|d, x| *d += factor * (*x - mean));
                }
            },
            ddof: *dy * y / (freedom + freedom),
        }
    })
}

/// A domain: fewer degrees of freedom than one.
fn ddof<T: Real>() -> impl FnOnce(&mut chainrules_core::Draw) -> T {
    |draw| T::of(draw.real_in(0.0..0.9))
}
