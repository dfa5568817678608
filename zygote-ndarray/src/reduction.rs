//! Sums, means and variances.

use crate::Real;
use crate::inputs::axis_of;
use crate::tangent::inner;
use chainrules_core::{Tangent, rrule, scalars_in};
use ndarray::{Array, Axis, Dimension, Ix1, Ix2, Ix3, RemoveAxis, Zip};
use std::collections::HashMap;

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

/// Adds the cotangents of the factors of a product: `dx = dy` times all others.
fn add_of_factors<'a, T: Real>(
    d: impl DoubleEndedIterator<Item = &'a mut T>,
    x: impl DoubleEndedIterator<Item = &'a T> + Clone,
    dy: T,
) {
    let mut before = T::ONE;
    let before: Vec<T> = x
        .clone()
        .map(|x| {
            let next = before * *x;
            std::mem::replace(&mut before, next)
        })
        .collect();
    let mut after = dy;
    for ((d, x), before) in d.rev().zip(x.rev()).zip(before.into_iter().rev()) {
        *d += before * after;
        after *= *x;
    }
}

/// The product of the elements.
#[rrule(
    Array::product,
    check(T = f64, T = f32, D = Ix1, D = Ix2, this = scalars_in(-2.0..2.0))
)]
fn product<T: Real, D: Dimension>(this: &Array<T, D>) -> T {
    (this.product(), |dy| Grad {
        this: |d| {
            let mut elements: Vec<_> = d.iter_mut().collect();
            let factors: Vec<_> = this.iter().collect();
            add_of_factors(elements.iter_mut().map(|d| &mut **d), factors.iter().copied(), *dy);
        },
    })
}

/// # Panics
/// When there is no such axis.
#[rrule(
    Array::product_axis,
    check(T = f64, D = Ix1, D = Ix2, D = Ix3, this = scalars_in(-2.0..2.0), axis = axis_of(this))
)]
fn product_axis<T: Real, D: RemoveAxis>(
    this: &Array<T, D>,
    axis: Axis,
) -> Array<T, <D as Dimension>::Smaller> {
    (this.product_axis(axis), |dy| Grad {
        this: |d| {
            let lanes = d.lanes_mut(*axis).into_iter().zip(this.lanes(*axis)).zip(dy);
            lanes.for_each(|((mut d, x), dy)| add_of_factors(d.iter_mut(), x.iter(), *dy));
        },
        axis: inert,
    })
}

/// What the function makes of each element and what was made before it, from `init` on. The residual
/// of each call is kept, and what was made before it.
#[rrule(
    Array::fold,
    check(T = f64, B = f64, D = Ix1, D = Ix2, this = scalars_in(-2.0..2.0), init = -2.0..2.0, f = step())
)]
fn fold<T: Real, B: Tangent<M>, D: Dimension, M>(
    this: &Array<T, D>,
    init: B,
    f: impl FnMut(B, &T) -> B,
) -> B {
    let order = order_of_fold(this);
    let mut calls = Vec::with_capacity(this.len());
    let y = this.fold(init, |before, x| {
        let kept = before.clone();
        let (after, residual) = f(before, x);
        calls.push((kept, residual));
        after
    });
    (y, |d, dy| {
        let mut elements: Vec<_> = this.iter().zip(d.this.iter_mut()).map(Some).collect();
        let mut dy = dy.clone();
        for (k, (before, residual)) in calls.into_iter().enumerate().rev() {
            let k = order.as_ref().map_or(k, |order| order[k]);
            let (x, dx) = elements[k].take().expect("the fold comes to each element once");
            let mut dbefore = B::zero_of(&before.shape());
            f(residual, &before, x, &dy, &mut dbefore, dx);
            dy = dbefore;
        }
        d.init.accumulate(&dy);
    })
}

/// The numbers of the elements, by rows, in the order in which `fold` comes to them, where that is
/// another.
fn order_of_fold<T: Real, D: Dimension>(x: &Array<T, D>) -> Option<Vec<usize>> {
    if x.is_standard_layout() {
        return None;
    }
    let numbers: HashMap<*const T, usize> =
        x.iter().enumerate().map(|(k, x)| (std::ptr::from_ref(x), k)).collect();
    Some(x.fold(Vec::with_capacity(x.len()), |mut order, x| {
        order.push(numbers[&std::ptr::from_ref(x)]);
        order
    }))
}

/// What `fold` is checked with: `x + sin(before)`, which depends on the order.
#[expect(clippy::type_complexity, reason = "the types are those of the protocol")]
fn step()
-> (impl Fn(f64, &f64) -> (f64, f64), impl FnMut(f64, &f64, &f64, &f64, &mut f64, &mut f64)) {
    (
        |before: f64, x: &f64| (x + before.sin(), *x),
        |residual: f64, before: &f64, x: &f64, dy: &f64, dbefore: &mut f64, dx: &mut f64| {
            assert!(residual.to_bits() == x.to_bits(), "the residual is that of another call");
            *dbefore += dy * before.cos();
            *dx += dy;
        },
    )
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

/// The variance along an axis, as `var`.
///
/// # Panics
/// When there is no such axis, and when `ddof` is negative or greater than its length.
#[rrule(
    Array::var_axis,
    check(T = f64, D = Ix2, D = Ix3, this = scalars_in(-3.0..3.0), axis = axis_of(this), ddof = ddof())
)]
fn var_axis<T: Real, D: RemoveAxis>(
    this: &Array<T, D>,
    axis: Axis,
    ddof: T,
) -> Array<T, <D as Dimension>::Smaller> {
    let y = this.var_axis(axis, ddof);
    (y.clone(), |dy| {
        let freedom = T::of(this.len_of(*axis) as f64) - *ddof;
        Grad {
            this: |d| add_of_lanes(d, this, *axis, &dy.mapv(|dy| T::of(2.0) * dy / freedom)),
            axis: inert,
            ddof: inner(dy, &y) / freedom,
        }
    })
}

/// The standard deviation along an axis, as `std`.
///
/// # Panics
/// When there is no such axis, and when `ddof` is negative or greater than its length.
#[rrule(
    Array::std_axis,
    check(T = f64, D = Ix2, D = Ix3, this = scalars_in(-3.0..3.0), axis = axis_of(this), ddof = ddof())
)]
fn std_axis<T: Real, D: RemoveAxis>(
    this: &Array<T, D>,
    axis: Axis,
    ddof: T,
) -> Array<T, <D as Dimension>::Smaller> {
    let y = this.std_axis(axis, ddof);
    (y.clone(), |dy| {
        let freedom = T::of(this.len_of(*axis) as f64) - *ddof;
        Grad {
            this: |d| {
                let factors = Zip::from(dy).and(&y).map_collect(|dy, y| {
                    if *y == T::ZERO { T::ZERO } else { *dy / (freedom * *y) }
                });
                add_of_lanes(d, this, *axis, &factors);
            },
            axis: inert,
            ddof: inner(dy, &y) / (freedom + freedom),
        }
    })
}

/// Adds to each lane its factor times the distances from its mean.
fn add_of_lanes<T: Real, D: RemoveAxis>(
    d: &mut Array<T, D>,
    x: &Array<T, D>,
    axis: Axis,
    factors: &Array<T, D::Smaller>,
) {
    let lanes = d.lanes_mut(axis).into_iter().zip(x.lanes(axis)).zip(factors);
    for ((mut d, x), factor) in lanes {
        let mean = x.sum() / T::of(x.len() as f64);
        Zip::from(&mut d).and(x).for_each(|d, x| *d += *factor * (*x - mean));
    }
}

/// A domain: fewer degrees of freedom than one.
fn ddof<T: Real>() -> impl FnOnce(&mut chainrules_core::Draw) -> T {
    |draw| T::of(draw.real_in(0.0..0.9))
}
