//! Sums, means and norms.

use crate::Real;
use crate::tangent::{add_scaled, inner};
use chainrules_core::{like, rrule};
use nalgebra::allocator::Allocator;
use nalgebra::{Const, DefaultAllocator, Dim, Dyn, OMatrix};

#[rrule(OMatrix::sum, check(T = f64, T = f32, R = Dyn, R = Const<2>, C = Dyn, C = Const<1>))]
fn sum<T: Real, R: Dim, C: Dim>(this: &OMatrix<T, R, C>) -> T
where
    DefaultAllocator: Allocator<R, C>,
{
    (this.sum(), |dy| Grad { this: |d| d.add_scalar_mut(*dy) })
}

/// The mean of the entries; 0 of none.
#[rrule(OMatrix::mean, check(T = f64, T = f32, R = Dyn, C = Dyn, C = Const<1>))]
fn mean<T: Real, R: Dim, C: Dim>(this: &OMatrix<T, R, C>) -> T
where
    DefaultAllocator: Allocator<R, C>,
{
    (this.mean(), |dy| Grad {
        this: |d| d.add_scalar_mut(*dy / nalgebra::convert(this.len() as f64)),
    })
}

/// `y = Σ (x - mean)² / n`: `dx = 2 (x - mean) dy / n`, as the mean's own part vanishes.
#[rrule(
    OMatrix::variance,
    check(
        T = f64,
        T = f32,
        R = Dyn,
        C = Dyn,
        C = Const<1>,
        this = chainrules_core::scalars_in(-3.0..3.0)
    )
)]
fn variance<T: Real, R: Dim, C: Dim>(this: &OMatrix<T, R, C>) -> T
where
    DefaultAllocator: Allocator<R, C>,
{
    (this.variance(), |dy| {
        let mean = this.mean();
        let factor = *dy * nalgebra::convert(2.0 / this.len() as f64);
        Grad { this: |d| d.iter_mut().zip(this).for_each(|(d, x)| *d += factor * (*x - mean)) }
    })
}

/// The sum of the rows, a row.
#[rrule(OMatrix::row_sum, check(T = f64, T = f32, R = Dyn, R = Const<2>, C = Dyn))]
fn row_sum<T: Real, R: Dim, C: Dim>(this: &OMatrix<T, R, C>) -> OMatrix<T, Const<1>, C>
where
    DefaultAllocator: Allocator<R, C> + Allocator<Const<1>, C>,
{
    (this.row_sum(), |dy| Grad {
        this: |d| d.column_iter_mut().zip(dy).for_each(|(mut d, dy)| d.add_scalar_mut(*dy)),
    })
}

/// The sum of the columns, a column.
#[rrule(OMatrix::column_sum, check(T = f64, T = f32, R = Dyn, R = Const<2>, C = Dyn))]
fn column_sum<T: Real, R: Dim, C: Dim>(this: &OMatrix<T, R, C>) -> OMatrix<T, R, Const<1>>
where
    DefaultAllocator: Allocator<R, C> + Allocator<R>,
{
    (this.column_sum(), |dy| Grad { this: |d| d.column_iter_mut().for_each(|mut d| d += dy) })
}

/// The mean of the columns, a column; 0 of none.
#[rrule(OMatrix::column_mean, check(T = f64, T = f32, R = Dyn, C = Dyn))]
fn column_mean<T: Real, R: Dim, C: Dim>(this: &OMatrix<T, R, C>) -> OMatrix<T, R, Const<1>>
where
    DefaultAllocator: Allocator<R, C> + Allocator<R>,
{
    (this.column_mean(), |dy| {
        let share: T = nalgebra::convert(1.0 / this.ncols() as f64);
        Grad { this: |d| d.column_iter_mut().for_each(|mut d| d.axpy(share, dy, nalgebra::one())) }
    })
}

/// The mean of the rows, a row; 0 of none.
#[rrule(OMatrix::row_mean, check(T = f64, T = f32, R = Dyn, C = Dyn))]
fn row_mean<T: Real, R: Dim, C: Dim>(this: &OMatrix<T, R, C>) -> OMatrix<T, Const<1>, C>
where
    DefaultAllocator: Allocator<R, C> + Allocator<Const<1>, C>,
{
    (this.row_mean(), |dy| {
        let share: T = nalgebra::convert(1.0 / this.nrows() as f64);
        Grad {
            this: |d| {
                let all = d.column_iter_mut().zip(dy);
                all.for_each(|(mut d, dy)| d.add_scalar_mut(share * *dy));
            },
        }
    })
}

/// The sum of the diagonal of a square matrix.
#[rrule(OMatrix::trace, check(T = f64, T = f32, D = Dyn, D = Const<2>, this = crate::inputs::square()))]
fn trace<T: Real, D: Dim>(this: &OMatrix<T, D, D>) -> T
where
    DefaultAllocator: Allocator<D, D>,
{
    (this.trace(), |dy| Grad { this: |d| (0..d.nrows()).for_each(|i| d[(i, i)] += *dy) })
}

/// `y = Σ x²`.
#[rrule(
    OMatrix::norm_squared,
    check(T = f64, T = f32, R = Dyn, R = Const<2>, C = Dyn, C = Const<1>)
)]
fn norm_squared<T: Real, R: Dim, C: Dim>(this: &OMatrix<T, R, C>) -> T
where
    DefaultAllocator: Allocator<R, C>,
{
    (this.norm_squared(), |dy| Grad { this: |d| add_scaled(d, *dy + *dy, this) })
}

/// The same as [`OMatrix::norm_squared`].
#[rrule(OMatrix::magnitude_squared, check(T = f64, R = Dyn, C = Dyn, C = Const<1>))]
fn magnitude_squared<T: Real, R: Dim, C: Dim>(this: &OMatrix<T, R, C>) -> T
where
    DefaultAllocator: Allocator<R, C>,
{
    (this.magnitude_squared(), |dy| Grad { this: |d| add_scaled(d, *dy + *dy, this) })
}

/// The product of the entries: `dx = dy` times all others.
#[rrule(
    OMatrix::product,
    check(T = f64, R = Dyn, C = Dyn, C = Const<1>, this = chainrules_core::scalars_in(-2.0..2.0))
)]
fn product<T: Real, R: Dim, C: Dim>(this: &OMatrix<T, R, C>) -> T
where
    DefaultAllocator: Allocator<R, C>,
{
    (this.product(), |dy| Grad {
        this: |d| {
            let mut before = Vec::with_capacity(this.len());
            let _ = this.iter().fold(nalgebra::one(), |product: T, x| {
                before.push(product);
                product * *x
            });
            let mut after = *dy;
            let (x, d) = (this.as_slice().iter(), d.as_mut_slice().iter_mut());
            for ((d, x), before) in d.zip(x).zip(before).rev() {
                *d += before * after;
                after *= *x;
            }
        },
    })
}

/// What the cotangent of a norm `y` is multiplied by: `dy / y`, and 0 at the kink `y = 0`, the mean
/// of the slopes on both sides along every line.
fn per_norm<T: Real>(dy: T, y: T) -> T {
    if y == nalgebra::zero() { y } else { dy / y }
}

/// `y = (Σ x²)^½`: `dx = dy x / y`. At the kink `x = 0` the cotangent is 0.
#[rrule(OMatrix::norm, check(T = f64, T = f32, R = Dyn, R = Const<2>, C = Dyn, C = Const<1>))]
fn norm<T: Real, R: Dim, C: Dim>(this: &OMatrix<T, R, C>) -> T
where
    DefaultAllocator: Allocator<R, C>,
{
    let y = this.norm();
    (y, |dy| Grad { this: |d| add_scaled(d, per_norm(*dy, y), this) })
}

/// The same as [`OMatrix::norm`].
#[rrule(OMatrix::magnitude, check(T = f64, R = Dyn, C = Dyn, C = Const<1>))]
fn magnitude<T: Real, R: Dim, C: Dim>(this: &OMatrix<T, R, C>) -> T
where
    DefaultAllocator: Allocator<R, C>,
{
    let y = this.magnitude();
    (y, |dy| Grad { this: |d| add_scaled(d, per_norm(*dy, y), this) })
}

/// `y = |a - b|`. At the kink `a = b` both cotangents are 0.
#[rrule(
    OMatrix::metric_distance,
    check(T = f64, T = f32, R = Dyn, C = Dyn, C = Const<1>, rhs = like(this))
)]
fn metric_distance<T: Real, R: Dim, C: Dim>(this: &OMatrix<T, R, C>, rhs: &OMatrix<T, R, C>) -> T
where
    DefaultAllocator: Allocator<R, C>,
{
    let y = this.metric_distance(rhs);
    (y, |dy| {
        let pulled = (this - rhs) * per_norm(*dy, y);
        Grad { this: |d| *d += &pulled, rhs: |d| *d -= &pulled }
    })
}

/// `y = x / |x|`: `dx = (dy - y (y · dy)) / |x|`.
#[rrule(OMatrix::normalize, check(T = f64, T = f32, R = Dyn, R = Const<2>, C = Const<1>))]
fn normalize<T: Real, R: Dim, C: Dim>(this: &OMatrix<T, R, C>) -> OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    let y = this.normalize();
    (y.clone(), |dy| {
        let (norm, along) = (this.norm(), y.dot(dy));
        Grad {
            this: |d| {
                let all = d.iter_mut().zip(&y).zip(dy);
                all.for_each(|((d, y), dy)| *d += (*dy - *y * along) / norm);
            },
        }
    })
}

/// `x / |x|`, or nothing where the norm is not above `min_norm`.
#[rrule(OMatrix::try_normalize, check(T = f64, R = Dyn, R = Const<2>, C = Const<1>, min_norm = 0.0..0.5))]
fn try_normalize<T: Real, R: Dim, C: Dim>(
    this: &OMatrix<T, R, C>,
    min_norm: T,
) -> Option<OMatrix<T, R, C>>
where
    DefaultAllocator: Allocator<R, C>,
{
    let y = this.try_normalize(min_norm);
    (y.clone(), |dy| Grad {
        this: |d| {
            if let (Some(y), Some(dy)) = (&y, dy) {
                let (norm, along) = (this.norm(), y.dot(dy));
                let all = d.iter_mut().zip(y).zip(dy);
                all.for_each(|((d, y), dy)| *d += (*dy - *y * along) / norm);
            }
        },
        min_norm: nalgebra::zero(),
    })
}

/// `x`, or `x max / |x|` where the norm is above `max`: the cotangent is then as of
/// [`OMatrix::normalize`], and the bound has that along the direction.
#[rrule(OMatrix::cap_magnitude, check(T = f64, R = Dyn, R = Const<2>, C = Const<1>, max = 0.5..4.0))]
fn cap_magnitude<T: Real, R: Dim, C: Dim>(this: &OMatrix<T, R, C>, max: T) -> OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    let norm = this.norm();
    let capped = norm > max;
    (this.cap_magnitude(max), |dy| Grad {
        this: |d| {
            if capped {
                let along = inner(this, dy) / norm / norm;
                let all = d.iter_mut().zip(this).zip(dy);
                all.for_each(|((d, x), dy)| *d += (*dy - *x * along) * *max / norm);
            } else {
                *d += dy;
            }
        },
        max: if capped { inner(this, dy) / norm } else { nalgebra::zero() },
    })
}

/// The angle between two vectors: `dx = (cos x / |x| - y / |y|) / (sin |x|) dangle`. Where it is
/// 0 or a half turn, the cotangents are 0.
#[rrule(OMatrix::angle, check(T = f64, R = Dyn, R = Const<2>, other = like(this)))]
fn angle<T: Real, R: Dim>(this: &OMatrix<T, R, Const<1>>, other: &OMatrix<T, R, Const<1>>) -> T
where
    DefaultAllocator: Allocator<R>,
{
    let y = this.angle(other);
    (y, |dy| {
        let (sin, cos) = y.sin_cos();
        let edge = y == T::zero() || y == T::pi() || sin == T::zero();
        let (a, b) = (this.norm(), other.norm());
        let of = |x: &OMatrix<T, R, Const<1>>, y: &OMatrix<T, R, Const<1>>, nx: T, ny: T| {
            let factor = if edge { T::zero() } else { *dy / (sin * nx) };
            x.zip_map(y, |x, y| if edge { T::zero() } else { (cos * x / nx - y / ny) * factor })
        };
        Grad { this: |d| *d += of(this, other, a, b), other: |d| *d += of(other, this, b, a) }
    })
}

/// `(1 - t) x + t y`.
#[rrule(OMatrix::lerp, check(T = f64, T = f32, R = Dyn, R = Const<2>, rhs = like(this)))]
fn lerp<T: Real, R: Dim>(
    this: &OMatrix<T, R, Const<1>>,
    rhs: &OMatrix<T, R, Const<1>>,
    t: T,
) -> OMatrix<T, R, Const<1>>
where
    DefaultAllocator: Allocator<R>,
{
    (this.lerp(rhs, t), |dy| Grad {
        this: |d| add_scaled(d, T::one() - *t, dy),
        rhs: |d| add_scaled(d, *t, dy),
        t: dy.dot(rhs) - dy.dot(this),
    })
}
