//! Sums and differences of matrices, and their products and quotients with scalars.

use crate::Real;
use crate::tangent::{add_scaled, inner};
use chainrules_core::{like, rrule};
use nalgebra::allocator::Allocator;
use nalgebra::{Const, DefaultAllocator, Dim, Dyn, OMatrix};

#[rrule(
    ops::Add,
    ops::AddAssign,
    check(T = f64, T = f32, R = Dyn, R = Const<2>, C = Dyn, C = Const<1>, b = like(a))
)]
fn add<T: Real, R: Dim, C: Dim>(a: &OMatrix<T, R, C>, b: &OMatrix<T, R, C>) -> OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    (a + b, |dy| Grad { a: dy.clone(), b: dy.clone() })
}

#[rrule(
    ops::Sub,
    ops::SubAssign,
    check(T = f64, T = f32, R = Dyn, R = Const<2>, C = Dyn, C = Const<1>, b = like(a))
)]
fn sub<T: Real, R: Dim, C: Dim>(a: &OMatrix<T, R, C>, b: &OMatrix<T, R, C>) -> OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    (a - b, |dy| Grad { a: dy.clone(), b: -dy })
}

#[rrule(ops::Neg, check(T = f64, T = f32, R = Dyn, R = Const<2>, C = Dyn, C = Const<1>))]
fn neg<T: Real, R: Dim, C: Dim>(a: &OMatrix<T, R, C>) -> OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    (-a, |dy| Grad { a: -dy })
}

macro_rules! with_scalar {
    ($($t:ident),+) => {$(
        #[rrule(ops::Mul, ops::MulAssign, check(R = Dyn, R = Const<2>, C = Dyn, C = Const<1>))]
        fn mul<R: Dim, C: Dim>(a: &OMatrix<$t, R, C>, b: $t) -> OMatrix<$t, R, C>
        where
            DefaultAllocator: Allocator<R, C>,
        {
            (a * b, |dy| Grad { a: |d| add_scaled(d, b, dy), b: inner(dy, a) })
        }

        #[rrule(ops::Mul, check(R = Dyn, R = Const<2>, C = Dyn, C = Const<1>))]
        fn scalar_mul<R: Dim, C: Dim>(a: $t, b: &OMatrix<$t, R, C>) -> OMatrix<$t, R, C>
        where
            DefaultAllocator: Allocator<R, C>,
        {
            (a * b, |dy| Grad { a: inner(dy, b), b: |d| add_scaled(d, a, dy) })
        }

        // y = a / b: dy/da = 1 / b, dy/db = -a / b².
        #[rrule(ops::Div, ops::DivAssign, check(R = Dyn, R = Const<2>, C = Dyn, C = Const<1>))]
        fn div<R: Dim, C: Dim>(a: &OMatrix<$t, R, C>, b: $t) -> OMatrix<$t, R, C>
        where
            DefaultAllocator: Allocator<R, C>,
        {
            (a / b, |dy| Grad {
                a: |d| add_scaled(d, 1.0 / b, dy),
                b: dy.iter().zip(a).fold(0.0, |sum, (dy, a)| sum - dy / b * (a / b)),
            })
        }
    )+};
}
with_scalar!(f32, f64);
