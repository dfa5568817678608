//! Sums, differences, products and quotients element by element, between arrays that are broadcast
//! together, and with scalars.

use crate::Real;
use crate::inputs::broadcast_with;
use crate::tangent::{add_unbroadcast, inner};
use chainrules_core::rrule;
use ndarray::{Array, ArrayView, DimMax, Dimension, Ix1, Ix2, Zip};

/// The result's number of dimensions.
type Both<D, E> = <D as DimMax<E>>::Output;

pub(crate) fn broadcast<T: Real, D: Dimension, O: Dimension>(
    x: &Array<T, D>,
    to: O,
) -> ArrayView<'_, T, O> {
    x.broadcast(to).expect("the operands of an operator can be broadcast to its result")
}

/// Adds `f(dy, x)` to the cotangent of an operand.
pub(crate) fn add_zipped<T: Real, D: Dimension, E: Dimension, O: Dimension>(
    d: &mut Array<T, D>,
    dy: &Array<T, O>,
    x: &Array<T, E>,
    f: impl Fn(T, T) -> T,
) {
    let x = broadcast(x, dy.raw_dim());
    match d.view_mut().into_dimensionality::<O>() {
        Ok(d) if d.shape() == dy.shape() => {
            Zip::from(d).and(dy).and(x).for_each(|d, dy, x| *d += f(*dy, *x));
        }
        _ => {
            let all = Zip::from(dy).and(x).map_collect(|dy, x| f(*dy, *x));
            add_unbroadcast(d, all.view());
        }
    }
}

#[rrule(
    ops::Add,
    check(T = f64, T = f32, D = Ix1, D = Ix2, E = Ix1, E = Ix2, b = broadcast_with(a))
)]
fn add<T: Real, D: Dimension + DimMax<E>, E: Dimension>(
    a: &Array<T, D>,
    b: &Array<T, E>,
) -> Array<T, Both<D, E>> {
    (a + b, |dy| Grad {
        a: |d| add_unbroadcast(d, dy.view()),
        b: |d| add_unbroadcast(d, dy.view()),
    })
}

#[rrule(
    ops::Sub,
    check(T = f64, T = f32, D = Ix1, D = Ix2, E = Ix1, E = Ix2, b = broadcast_with(a))
)]
fn sub<T: Real, D: Dimension + DimMax<E>, E: Dimension>(
    a: &Array<T, D>,
    b: &Array<T, E>,
) -> Array<T, Both<D, E>> {
    (a - b, |dy| Grad {
        a: |d| add_unbroadcast(d, dy.view()),
        b: |d| add_unbroadcast(d, dy.mapv(|dy| -dy).view()),
    })
}

#[rrule(
    ops::Mul,
    check(T = f64, T = f32, D = Ix1, D = Ix2, E = Ix1, E = Ix2, b = broadcast_with(a))
)]
fn mul<T: Real, D: Dimension + DimMax<E>, E: Dimension>(
    a: &Array<T, D>,
    b: &Array<T, E>,
) -> Array<T, Both<D, E>> {
    (a * b, |dy| Grad {
        a: |d| add_zipped(d, dy, b, |dy, b| dy * b),
        b: |d| add_zipped(d, dy, a, |dy, a| dy * a),
    })
}

/// `y = a / b`: `da = dy / b`, `db = -dy a / b²`.
#[rrule(
    ops::Div,
    check(T = f64, T = f32, D = Ix1, D = Ix2, E = Ix1, E = Ix2, b = broadcast_with(a))
)]
fn div<T: Real, D: Dimension + DimMax<E>, E: Dimension>(
    a: &Array<T, D>,
    b: &Array<T, E>,
) -> Array<T, Both<D, E>> {
    (a / b, |dy| Grad {
        a: |d| add_zipped(d, dy, b, |dy, b| dy / b),
        b: |d| {
            let quotient: Array<T, Both<D, E>> = a / b;
            let pulled = Zip::from(dy).and(&quotient).map_collect(|dy, y| -*dy * *y);
            add_zipped(d, &pulled, b, |dy, b| dy / b);
        },
    })
}

#[rrule(ops::Neg, check(T = f64, T = f32, D = Ix1, D = Ix2))]
fn neg<T: Real, D: Dimension>(a: &Array<T, D>) -> Array<T, D> {
    (a.mapv(|a| -a), |dy| Grad { a: dy.mapv(|dy| -dy) })
}

macro_rules! with_scalar {
    ($($t:ident),+) => {$(
        #[rrule(ops::Add, ops::AddAssign, check(D = Ix1, D = Ix2))]
        fn add<D: Dimension>(a: &Array<$t, D>, b: $t) -> Array<$t, D> {
            (a + b, |dy| Grad { a: dy.clone(), b: dy.sum() })
        }

        #[rrule(ops::Add, check(D = Ix1, D = Ix2))]
        fn scalar_add<D: Dimension>(a: $t, b: &Array<$t, D>) -> Array<$t, D> {
            (a + b, |dy| Grad { a: dy.sum(), b: dy.clone() })
        }

        #[rrule(ops::Sub, ops::SubAssign, check(D = Ix1, D = Ix2))]
        fn sub<D: Dimension>(a: &Array<$t, D>, b: $t) -> Array<$t, D> {
            (a - b, |dy| Grad { a: dy.clone(), b: -dy.sum() })
        }

        #[rrule(ops::Sub, check(D = Ix1, D = Ix2))]
        fn scalar_sub<D: Dimension>(a: $t, b: &Array<$t, D>) -> Array<$t, D> {
            (a - b, |dy| Grad { a: dy.sum(), b: -dy })
        }

        #[rrule(ops::Mul, ops::MulAssign, check(D = Ix1, D = Ix2))]
        fn mul<D: Dimension>(a: &Array<$t, D>, b: $t) -> Array<$t, D> {
            (a * b, |dy| Grad { a: |d| d.scaled_add(b, dy), b: inner(dy, a) })
        }

        #[rrule(ops::Mul, check(D = Ix1, D = Ix2))]
        fn scalar_mul<D: Dimension>(a: $t, b: &Array<$t, D>) -> Array<$t, D> {
            (a * b, |dy| Grad { a: inner(dy, b), b: |d| d.scaled_add(a, dy) })
        }

        // y = a / b: dy/da = 1 / b, dy/db = -a / b².
        #[rrule(ops::Div, ops::DivAssign, check(D = Ix1, D = Ix2))]
        fn div<D: Dimension>(a: &Array<$t, D>, b: $t) -> Array<$t, D> {
            (a / b, |dy| Grad {
                a: |d| d.scaled_add(1.0 / b, dy),
                b: Zip::from(dy).and(a).fold(0.0, |sum, dy, a| sum - dy / b * (a / b)),
            })
        }

        #[rrule(ops::Div, check(D = Ix1, D = Ix2))]
        fn scalar_div<D: Dimension>(a: $t, b: &Array<$t, D>) -> Array<$t, D> {
            (a / b, |dy| Grad {
                a: Zip::from(dy).and(b).fold(0.0, |sum, dy, b| sum + dy / b),
                b: |d| Zip::from(d).and(dy).and(b).for_each(|d, dy, b| *d -= dy / b * (a / b)),
            })
        }
    )+};
}
with_scalar!(f32, f64);
