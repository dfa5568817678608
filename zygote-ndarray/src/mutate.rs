//! Methods that change an array in place.

use crate::Real;
use crate::elementwise::{call_each, pull_changed, pull_each};
use crate::inputs::broadcast_with;
use crate::tangent::{add_unbroadcast, taken};
use chainrules_core::{rrule, twin};
use ndarray::{Array, Dimension, Ix1, Ix2, Ix3, NdIndex};

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

/// The function changes each element by one of the other array, which is broadcast. The residual of
/// the function at each pair is kept, and the array as it was.
///
/// # Panics
/// When it can't be broadcast.
#[rrule(
    Array::zip_mut_with,
    check(T = f64, S = f64, D = Ix2, D = Ix3, E = Ix1, E = Ix2, rhs = broadcast_with(this), f = times())
)]
fn zip_mut_with<T: Real, S: Real, D: Dimension, E: Dimension>(
    this: &mut Array<T, D>,
    rhs: &Array<S, E>,
    f: impl FnMut(&mut T, &S),
) {
    let old = this.clone();
    let mut places: Vec<_> = this.iter().enumerate().map(|(k, x)| (address(x), k)).collect();
    places.sort_unstable();
    // The calls are not in the order of the elements where an array is not in that of its rows.
    let mut calls = Vec::with_capacity(this.len());
    this.zip_mut_with(rhs, |x, b| {
        let place = places.binary_search_by_key(&address(x), |(address, _)| *address);
        calls.push((places[place.expect("it is an element")].1, f(x, b).1));
    });
    Mutation {
        pull: |d| {
            let others = rhs.broadcast(this.raw_dim()).expect("the call has broadcast it");
            let mut of_others = Array::from_elem(others.raw_dim(), S::ZERO);
            let elements = this.iter_mut().zip(d.this.iter_mut());
            let mut all: Vec<_> =
                elements.zip(others.iter().zip(&mut of_others)).map(Some).collect();
            for (place, residual) in calls.into_iter().rev() {
                let ((x, dx), (b, db)) = all[place].take().expect("there is one call of each");
                f(residual, x, b, &(), dx, db);
            }
            drop(all);
            let mut of_rhs = Array::from_elem(rhs.raw_dim(), S::ZERO);
            add_unbroadcast(&mut of_rhs, of_others.view());
            Grad { rhs: of_rhs }
        },
        undo: || *this = old,
    }
}

/// Where an element stands, by which its number is found.
fn address<T>(x: &T) -> usize {
    std::ptr::from_ref(x).addr()
}

/// What `zip_mut_with` is checked with: the product.
#[expect(clippy::type_complexity, reason = "the types are those of the protocol")]
fn times()
-> (impl Fn(&mut f64, &f64) -> ((), f64), impl FnMut(f64, &mut f64, &f64, &(), &mut f64, &mut f64))
{
    (
        |x: &mut f64, b: &f64| {
            let old = *x;
            *x *= b;
            ((), old)
        },
        |residual: f64, x: &mut f64, b: &f64, (): &(), dx: &mut f64, db: &mut f64| {
            *x = residual;
            *db += *dx * residual;
            *dx *= b;
        },
    )
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

/// Two elements change places.
///
/// # Panics
/// When one of them does not exist.
#[rrule(
    Array::swap,
    check(T = f64, D = Ix2, I = (usize, usize), index1 = element_of(this), index2 = element_of(this))
)]
fn swap<T: Real, D: Dimension, I: NdIndex<D> + Clone>(
    this: &mut Array<T, D>,
    index1: I,
    index2: I,
) {
    this.swap(index1.clone(), index2.clone());
    Mutation {
        undo: || this.swap(index1.clone(), index2.clone()),
        pull: |d| {
            d.this.swap(index1.clone(), index2.clone());
            Grad { index1: inert, index2: inert }
        },
    }
}

/// A domain: the index of an element that there is, if there is one.
fn element_of<T: Real, D: Dimension>(
    x: &Array<T, D>,
) -> impl FnOnce(&mut chainrules_core::Draw) -> (usize, usize) + use<T, D> {
    let (rows, columns) = (x.shape()[0].max(1), x.shape()[1].max(1));
    move |draw| (draw.index(rows), draw.index(columns))
}
