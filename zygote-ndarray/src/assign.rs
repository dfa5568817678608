//! The assignments `+=`, `-=`, `*=` and `/=` between arrays: the right one is broadcast to the left.

use crate::Real;
use crate::arithmetic::{add_zipped, broadcast};
use crate::inputs::broadcast_to;
use crate::tangent::add_unbroadcast;
use chainrules_core::rrule;
use ndarray::{Array, Dimension, Ix1, Ix2, Ix3, Zip};

/// What an assignment makes of a copy of the left array.
fn assigned<T: Real, D: Dimension>(
    a: &Array<T, D>,
    assign: impl FnOnce(&mut Array<T, D>),
) -> Array<T, D> {
    let mut a = a.clone();
    assign(&mut a);
    a
}

#[rrule(
    ops::AddAssign,
    check(T = f64, T = f32, D = Ix2, D = Ix3, E = Ix1, E = Ix2, b = broadcast_to(a))
)]
fn add_assign<T: Real, D: Dimension, E: Dimension>(
    a: &Array<T, D>,
    b: &Array<T, E>,
) -> Array<T, D> {
    (assigned(a, |a| *a += b), |dy| Grad { a: dy.clone(), b: |d| add_unbroadcast(d, dy.view()) })
}

#[rrule(
    ops::SubAssign,
    check(T = f64, T = f32, D = Ix2, D = Ix3, E = Ix1, E = Ix2, b = broadcast_to(a))
)]
fn sub_assign<T: Real, D: Dimension, E: Dimension>(
    a: &Array<T, D>,
    b: &Array<T, E>,
) -> Array<T, D> {
    (assigned(a, |a| *a -= b), |dy| Grad {
        a: dy.clone(),
        b: |d| add_unbroadcast(d, dy.mapv(|dy| -dy).view()),
    })
}

#[rrule(
    ops::MulAssign,
    check(T = f64, T = f32, D = Ix2, D = Ix3, E = Ix1, E = Ix2, b = broadcast_to(a))
)]
fn mul_assign<T: Real, D: Dimension, E: Dimension>(
    a: &Array<T, D>,
    b: &Array<T, E>,
) -> Array<T, D> {
    (assigned(a, |a| *a *= b), |dy| Grad {
        a: |d| add_zipped(d, dy, b, |dy, b| dy * b),
        b: |d| add_zipped(d, dy, a, |dy, a| dy * a),
    })
}

/// `y = a / b`: `da = dy / b`, `db = -dy a / b²`.
#[rrule(
    ops::DivAssign,
    check(T = f64, T = f32, D = Ix2, D = Ix3, E = Ix1, E = Ix2, b = broadcast_to(a))
)]
fn div_assign<T: Real, D: Dimension, E: Dimension>(
    a: &Array<T, D>,
    b: &Array<T, E>,
) -> Array<T, D> {
    (assigned(a, |a| *a /= b), |dy| Grad {
        a: |d| add_zipped(d, dy, b, |dy, b| dy / b),
        b: |d| {
            let b = broadcast(b, a.raw_dim());
            let all = Zip::from(dy).and(a).and(b).map_collect(|dy, a, b| -*dy * (*a / *b) / *b);
            add_unbroadcast(d, all.view());
        },
    })
}
