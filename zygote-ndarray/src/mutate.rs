//! Methods that change an array in place.

use crate::Real;
use crate::elementwise::{call_each, pull_changed, pull_each};
use crate::inputs::broadcast_with;
use crate::tangent::{add_unbroadcast, taken};
use chainrules_core::{rrule, twin};
use ndarray::{Array, Dimension, Ix1, Ix2, Ix3};

/// Every element becomes `x`.
#[rrule(Array::fill, check(T = f64, T = f32, D = Ix1, D = Ix2))]
fn fill<T: Real, D: Dimension>(this: &mut Array<T, D>, x: T) {
    let old = this.clone();
    this.fill(x);
    Mutation { undo: || *this = old, pull: |d| Grad { x: taken(d.this).sum() } }
}

/// The elements become those of `rhs`, which is broadcast to the shape of the array.
///
/// # Panics
/// When it can't be.
#[rrule(
    Array::assign,
    check(T = f64, T = f32, D = Ix2, D = Ix3, E = Ix1, E = Ix2, rhs = broadcast_with(this))
)]
fn assign<T: Real, D: Dimension, E: Dimension>(this: &mut Array<T, D>, rhs: &Array<T, E>) {
    let old = this.clone();
    this.assign(rhs);
    Mutation {
        undo: || *this = old,
        pull: |d| {
            let dy = taken(d.this);
            Grad { rhs: |d| add_unbroadcast(d, dy.view()) }
        },
    }
}

/// `y = y + alpha x`, where `x` is broadcast to the shape of `y`.
///
/// # Panics
/// When it can't be.
#[rrule(
    Array::scaled_add,
    check(T = f64, T = f32, D = Ix2, D = Ix3, E = Ix1, E = Ix2, rhs = broadcast_with(this))
)]
fn scaled_add<T: Real, D: Dimension, E: Dimension>(
    this: &mut Array<T, D>,
    alpha: T,
    rhs: &Array<T, E>,
) {
    let old = this.clone();
    this.scaled_add(alpha, rhs);
    Mutation {
        undo: || *this = old,
        pull: |d| Grad {
            alpha: {
                let rhs = rhs.broadcast(d.this.raw_dim()).expect("the call has broadcast it");
                ndarray::Zip::from(&*d.this).and(rhs).fold(T::ZERO, |sum, dy, x| sum + *dy * *x)
            },
            rhs: |dx| match dx.view_mut().into_dimensionality::<D>() {
                Ok(mut dx) if dx.shape() == d.this.shape() => dx.scaled_add(*alpha, d.this),
                _ => add_unbroadcast(dx, (&*d.this * *alpha).view()),
            },
        },
    }
}

/// Every element becomes the function of itself. The residual of the function at each element is
/// kept, and the array as it was.
#[rrule(
    Array::mapv_inplace,
    check(T = f64, D = Ix1, D = Ix2, f = twin!(f64, f64::sin, f64::cos))
)]
fn mapv_inplace<T: Real, D: Dimension>(this: &mut Array<T, D>, f: impl FnMut(T) -> T) {
    let (y, calls) = call_each(this, f);
    let old = std::mem::replace(this, y);
    Mutation {
        undo: || *this = old,
        pull: |d| {
            let dy = taken(d.this);
            pull_each(calls, this, &dy, d.this, f);
        },
    }
}

/// The function changes each element. The residual of the function at each element is kept, and the
/// array as it was.
#[rrule(Array::map_inplace, check(T = f64, D = Ix1, D = Ix2, f = in_place()))]
fn map_inplace<T: Real, D: Dimension>(this: &mut Array<T, D>, f: impl FnMut(&mut T)) {
    let old = this.clone();
    let (y, calls) = call_each(this, |mut x| {
        let ((), residual) = f(&mut x);
        (x, residual)
    });
    *this = y;
    Mutation {
        pull: |d| {
            // The elements after the call, and their cotangents, become those before it.
            pull_changed(calls, this, d.this, f);
        },
        undo: || *this = old,
    }
}

/// What `map_inplace` is checked with: the sine.
#[expect(clippy::type_complexity, reason = "the types are those of the protocol")]
fn in_place() -> (impl Fn(&mut f64) -> ((), f64), impl FnMut(f64, &mut f64, &(), &mut f64)) {
    (
        |x: &mut f64| {
            let old = *x;
            *x = x.sin();
            ((), old)
        },
        |residual: f64, x: &mut f64, (): &(), dx: &mut f64| {
            assert!(
                residual.sin().to_bits() == x.to_bits(),
                "the residual is that of another call"
            );
            *x = residual;
            *dx *= residual.cos();
        },
    )
}
