//! Functions along an axis: `map_axis`, `fold_axis`.

use crate::Real;
use crate::inputs::axis_of;
use chainrules_core::{rrule, scalars_in};
use ndarray::{Array, Array1, ArrayRef, Axis, Dimension, Ix1, Ix2, Ix3, RemoveAxis};
use std::collections::HashMap;

/// `map_axis` as it is with arrays in place of views. Of an array it is found before that of ndarray.
trait MapOwned<T, D: Dimension> {
    fn map_axis<U>(&self, axis: Axis, mapping: impl FnMut(Array1<T>) -> U) -> Array<U, D::Smaller>;
}

impl<T: Real, D: RemoveAxis> MapOwned<T, D> for Array<T, D> {
    fn map_axis<U>(
        &self,
        axis: Axis,
        mut mapping: impl FnMut(Array1<T>) -> U,
    ) -> Array<U, D::Smaller> {
        ArrayRef::map_axis(self, axis, |lane| mapping(lane.to_owned()))
    }
}

/// The function of each lane along an axis. In differentiated code the lane is a copy. The residual of
/// the function at each lane is kept.
///
/// # Panics
/// When there is no such axis.
#[rrule(
    Array::map_axis,
    check(T = f64, U = f64, D = Ix1, D = Ix2, D = Ix3, axis = axis_of(this), mapping = weighted())
)]
fn map_axis<T: Real, U: Real, D: RemoveAxis>(
    this: &Array<T, D>,
    axis: Axis,
    mapping: impl FnMut(Array1<T>) -> U,
) -> Array<U, <D as Dimension>::Smaller> {
    let mut residuals = Vec::new();
    let y = this.map_axis(axis, |lane| {
        let (y, residual) = mapping(lane);
        residuals.push(residual);
        y
    });
    (y, |d, dy| {
        // The calls come in an order of memory, which is found again.
        let mut numbers = 0..;
        let order =
            ArrayRef::map_axis(this, *axis, |_| numbers.next().expect("there is no last number"));
        let mut lanes: Vec<(usize, Array1<T>, &U)> = order
            .iter()
            .zip(this.lanes(*axis))
            .zip(dy)
            .map(|((number, lane), dy)| (*number, lane.to_owned(), dy))
            .collect();
        let mut shadows: Vec<_> = d.this.lanes_mut(*axis).into_iter().collect();
        let mut places: Vec<usize> = (0..lanes.len()).collect();
        places.sort_by_key(|place| lanes[*place].0);
        for (residual, place) in residuals.into_iter().zip(places).rev() {
            let (_, lane, dy) = &mut lanes[place];
            let mut dlane = Array1::from_elem(lane.len(), T::ZERO);
            mapping(residual, lane, dy, &mut dlane);
            shadows[place].zip_mut_with(&dlane, |d, dy| *d += *dy);
        }
    })
}

/// What `map_axis` is checked with: the sum of the squares, each times its number.
#[expect(clippy::type_complexity, reason = "the types are those of the protocol")]
fn weighted() -> (
    impl Fn(Array1<f64>) -> (f64, Array1<f64>),
    impl FnMut(Array1<f64>, &Array1<f64>, &f64, &mut Array1<f64>),
) {
    (
        |lane: Array1<f64>| {
            let sum = lane.iter().enumerate().map(|(k, x)| (1 + k) as f64 * x * x).sum();
            (sum, lane)
        },
        |residual: Array1<f64>, lane: &Array1<f64>, dy: &f64, dlane: &mut Array1<f64>| {
            let same = residual.iter().zip(lane).all(|(a, b)| a.to_bits() == b.to_bits());
            assert!(same, "the residual is that of another call");
            for (k, (d, x)) in dlane.iter_mut().zip(lane).enumerate() {
                *d += 2.0 * (1 + k) as f64 * x * dy;
            }
        },
    )
}

/// What the function makes of each element and what was made before it in its lane, from `init` on.
/// The residual of each call is kept, and what was made before it.
///
/// # Panics
/// When there is no such axis.
#[rrule(
    Array::fold_axis,
    check(
        T = f64, B = f64, D = Ix1, D = Ix2, D = Ix3,
        this = scalars_in(-2.0..2.0), axis = axis_of(this), init = -2.0..2.0, fold = step()
    )
)]
fn fold_axis<T: Real, B: Real, D: RemoveAxis>(
    this: &Array<T, D>,
    axis: Axis,
    init: B,
    fold: impl FnMut(&B, &T) -> B,
) -> Array<B, <D as Dimension>::Smaller> {
    // The element of each call, by its number in the order of rows.
    let numbers: HashMap<*const T, usize> =
        this.iter().enumerate().map(|(k, x)| (std::ptr::from_ref(x), k)).collect();
    let mut calls = Vec::with_capacity(this.len());
    let y = this.fold_axis(axis, init, |before, x| {
        let (after, residual) = fold(before, x);
        calls.push((numbers[&std::ptr::from_ref(x)], *before, residual));
        after
    });
    (y, |d, dy| {
        let mut lanes = dy.clone();
        let places = {
            let lane_numbers = {
                let mut numbers = 0..;
                Array::from_shape_simple_fn(dy.raw_dim(), || numbers.next().unwrap_or(0))
            };
            let mut of = Array::from_elem(this.raw_dim(), 0_usize);
            of.axis_iter_mut(*axis).for_each(|mut part| part.assign(&lane_numbers));
            of.into_iter().collect::<Vec<_>>()
        };
        let mut elements: Vec<_> = this.iter().zip(d.this.iter_mut()).collect();
        let mut of_lane: Vec<_> = lanes.iter_mut().collect();
        for (k, before, residual) in calls.into_iter().rev() {
            let (x, dx) = &mut elements[k];
            let dy = &mut *of_lane[places[k]];
            let mut dbefore = B::ZERO;
            fold(residual, &before, x, dy, &mut dbefore, dx);
            *dy = dbefore;
        }
        *d.init += lanes.sum();
    })
}

/// What `fold_axis` is checked with: `x + sin(before)`, which depends on the order.
#[expect(clippy::type_complexity, reason = "the types are those of the protocol")]
fn step()
-> (impl Fn(&f64, &f64) -> (f64, f64), impl FnMut(f64, &f64, &f64, &f64, &mut f64, &mut f64)) {
    (
        |before: &f64, x: &f64| (x + before.sin(), *x),
        |residual: f64, before: &f64, x: &f64, dy: &f64, dbefore: &mut f64, dx: &mut f64| {
            assert!(residual.to_bits() == x.to_bits(), "the residual is that of another call");
            *dbefore += dy * before.cos();
            *dx += dy;
        },
    )
}
