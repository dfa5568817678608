//! Arrays from their elements: `Array2::from_elem((r, c), x)`, `Array1::from_vec(v)`.
//!
//! A constructor without real arguments, such as `zeros`, has a rule, too: what it makes may be
//! changed later.

use crate::Real;
use chainrules_core::rrule;
use ndarray::{Array, Array1, Array2, ShapeBuilder};

#[rrule(Array::from_elem, check(T = f64, T = f32, Sh = usize, Sh = (usize, usize)))]
fn from_elem<T: Real, Sh: ShapeBuilder + Clone>(
    shape: Sh,
    elem: T,
) -> Array<T, <Sh as ShapeBuilder>::Dim> {
    (Array::from_elem(shape, elem), |dy| Grad { shape: inert, elem: dy.sum() })
}

#[rrule(Array::zeros, check(T = f64, T = f32, Sh = usize, Sh = (usize, usize)))]
fn zeros<T: Real, Sh: ShapeBuilder + Clone>(shape: Sh) -> Array<T, <Sh as ShapeBuilder>::Dim> {
    (Array::zeros(shape), |_| Grad { shape: inert })
}

#[rrule(Array::ones, check(T = f64, T = f32, Sh = usize, Sh = (usize, usize)))]
fn ones<T: Real, Sh: ShapeBuilder + Clone>(shape: Sh) -> Array<T, <Sh as ShapeBuilder>::Dim> {
    (Array::ones(shape), |_| Grad { shape: inert })
}

#[rrule(Array1::from_vec, check(T = f64, T = f32))]
fn from_vec<T: Real>(v: Vec<T>) -> Array1<T> {
    (Array1::from_vec(v), |dy| Grad { v: |d| d.iter_mut().zip(dy).for_each(|(d, dy)| *d += *dy) })
}

/// The one-dimensional array with these elements.
#[rrule(ndarray::arr1, check(T = f64, T = f32))]
fn arr1<T: Real>(xs: &[T]) -> Array1<T> {
    (ndarray::arr1(xs), |dy| Grad { xs: |d| d.iter_mut().zip(dy).for_each(|(d, dy)| *d += *dy) })
}

/// The identity matrix.
#[rrule(Array2::eye, check(T = f64, T = f32))]
fn eye<T: Real>(n: usize) -> Array2<T> {
    (Array2::eye(n), |_| Grad {})
}

/// The square matrix with this diagonal.
#[rrule(Array2::from_diag, check(T = f64, T = f32))]
fn from_diag<T: Real>(diag: &Array1<T>) -> Array2<T> {
    (Array2::from_diag(diag), |dy| Grad { diag: dy.diag().to_owned() })
}

/// The square matrix with `elem` on its diagonal.
#[rrule(Array2::from_diag_elem, check(T = f64))]
fn from_diag_elem<T: Real>(n: usize, elem: T) -> Array2<T> {
    (Array2::from_diag_elem(n, elem), |dy| Grad { elem: dy.diag().sum() })
}
