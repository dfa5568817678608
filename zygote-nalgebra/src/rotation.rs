//! Rotation matrices: `Rotation3::from_axis_angle(&axis, angle)`, `r * v`. A rotation is its own
//! cotangent, and so is a unit vector: those of their entries, each by itself, whether or not a step
//! in that direction keeps to the rotations or to the unit vectors.

use crate::product::{add_by_transpose, add_transpose_by};
use crate::{Nalgebra, Real};
use chainrules_core::{Draw, Std, Tangent, inputs, projection, rrule};
use nalgebra::allocator::Allocator;
use nalgebra::{
    Const, DefaultAllocator, Dim, Matrix2, Matrix3, OMatrix, Point, Rotation, Rotation2, Rotation3,
    SMatrix, SVector, Unit, UnitVector2, UnitVector3, Vector3,
};

macro_rules! of_entries {
    ([$($params:tt)*] $t:ty, $shape:ty, [$($clause:tt)*]; |$this:ident| $entries:expr, $entries_mut:expr, |$zero:ident| $make:expr) => {
        impl<$($params)*> Tangent<Nalgebra> for $t where $($clause)* {
            type Shape = $shape;
            type Kept = Self;
            const EPSILON: f64 = <T as Tangent<Std>>::EPSILON;

            fn shape(&self) -> $shape {
                let $this = self;
                $entries.shape_generic()
            }

            fn zero_of(shape: &$shape) -> Self {
                let $zero = OMatrix::zeros_generic(shape.0, shape.1);
                $make
            }

            fn accumulate(&mut self, rhs: &Self) {
                let $this = rhs;
                let rhs = $entries;
                let $this = self;
                *$entries_mut += rhs;
            }

            fn map_scalars(&mut self, f: &mut dyn FnMut(f64) -> f64) {
                let $this = self;
                $entries_mut.map_scalars(f);
            }

            fn keep(&self) -> Self {
                self.clone()
            }

            fn recall(kept: Self, _: impl FnOnce() -> Self) -> Self {
                kept
            }
        }
    };
}
of_entries!(
    [T: Real, const D: usize] Rotation<T, D>, (Const<D>, Const<D>), [];
    |r| r.matrix(), r.matrix_mut_unchecked(), |zero| Rotation::from_matrix_unchecked(zero)
);
of_entries!(
    [T: Real, R: Dim, C: Dim] Unit<OMatrix<T, R, C>>, (R, C), [DefaultAllocator: Allocator<R, C>];
    |u| u.as_ref(), u.as_mut_unchecked(), |zero| Unit::new_unchecked(zero)
);

/// Moderate entries.
fn moderate<T: Real, const R: usize, const C: usize>(draw: &mut Draw) -> SMatrix<T, R, C> {
    crate::inputs::of_shape(Const::<R>, Const::<C>)(draw)
}

macro_rules! drawn {
    ($($t:ty),+) => {$(
        inputs!(Rotation2<$t>, |d| Rotation2::from_matrix_unchecked(moderate(d)));
        inputs!(Rotation3<$t>, |d| Rotation3::from_matrix_unchecked(moderate(d)));
        inputs!(UnitVector2<$t>, |d| Unit::new_unchecked(moderate(d)));
        inputs!(UnitVector3<$t>, |d| Unit::new_unchecked(moderate(d)));
    )+};
}
drawn!(f32, f64);

/// `x / |x|`: `dx = (dy - y (y · dy)) / |x|`.
#[rrule(Unit::new_normalize, check(T = f64, T = f32, D = 3))]
fn new_normalize<T: Real, const D: usize>(value: SVector<T, D>) -> Unit<SVector<T, D>> {
    let y = Unit::new_normalize(value);
    (y, |dy| {
        let (y, dy) = (y.as_ref(), dy.as_ref());
        Grad { value: (dy - y * y.dot(dy)) / value.norm() }
    })
}

/// The vector.
#[rrule(Unit::into_inner, check(T = f64, D = 3))]
fn into_inner<T: Real, const D: usize>(this: Unit<SVector<T, D>>) -> SVector<T, D> {
    (this.into_inner(), |dy| Grad { this: Unit::new_unchecked(*dy) })
}

projection! {
    impl<T: Real, const D: usize> Rotation<T, D>, check(T = f64, D = 2, D = 3) {
        /// The matrix.
        fn matrix(&self) -> SMatrix<T, D, D> = matrix_mut_unchecked;
    }
}

/// `[cos, -sin; sin, cos]`.
#[rrule(Rotation2::new, check(T = f64, T = f32, angle = -3.0..3.0))]
fn new<T: Real>(angle: T) -> Rotation2<T> {
    (Rotation2::new(angle), |dy| {
        let (sin, cos) = angle.sin_cos();
        Grad { angle: dy.matrix().dot(&Matrix2::new(-sin, -cos, cos, -sin)) }
    })
}

/// The cotangent of `x` in the matrix `[x]` of the cross product with it.
fn of_cross_matrix<T: Real>(dy: &Matrix3<T>) -> Vector3<T> {
    Vector3::new(dy[(2, 1)] - dy[(1, 2)], dy[(0, 2)] - dy[(2, 0)], dy[(1, 0)] - dy[(0, 1)])
}

/// The cotangents of the axis `u` and the angle in `cos 1 + (1 - cos) u uᵀ + sin [u]`.
fn of_axis_angle<T: Real>(axis: &Vector3<T>, angle: T, dy: &Matrix3<T>) -> (Vector3<T>, T) {
    let (sin, cos) = angle.sin_cos();
    let (turned, along) = (of_cross_matrix(dy), axis.dot(&(dy * axis)));
    let daxis = (dy + dy.transpose()) * axis * (T::one() - cos) + turned * sin;
    (daxis, sin * (along - dy.trace()) + cos * axis.dot(&turned))
}

/// `cos 1 + (1 - cos) u uᵀ + sin [u]`, of the axis `u` (Rodrigues).
#[rrule(Rotation3::from_axis_angle, check(T = f64, T = f32, angle = 0.2..3.0))]
fn from_axis_angle<T: Real>(axis: &Unit<SVector<T, 3>>, angle: T) -> Rotation3<T> {
    (Rotation3::from_axis_angle(axis, angle), |dy| {
        let (daxis, dangle) = of_axis_angle(axis.as_ref(), *angle, dy.matrix());
        Grad { axis: Unit::new_unchecked(daxis), angle: dangle }
    })
}

/// The cotangent of a vector `x` about which a rotation turns by its length. At 0 it is that in
/// `1 + [x]`.
fn of_scaled_axis<T: Real>(x: &Vector3<T>, dy: &Matrix3<T>) -> Vector3<T> {
    let angle = x.norm();
    if angle == T::zero() {
        return of_cross_matrix(dy);
    }
    let axis = x / angle;
    let (daxis, dangle) = of_axis_angle(&axis, angle, dy);
    axis * dangle + (daxis - axis * axis.dot(&daxis)) / angle
}

/// The rotation about a vector by its length.
#[rrule(Rotation3::new, check(T = f64, axisangle = moderate))]
fn rotation3_new<T: Real>(axisangle: SVector<T, 3>) -> Rotation3<T> {
    (Rotation3::new(axisangle), |dy| Grad { axisangle: of_scaled_axis(axisangle, dy.matrix()) })
}

/// The same as `new`.
#[rrule(Rotation3::from_scaled_axis, check(T = f64, axisangle = moderate))]
fn from_scaled_axis<T: Real>(axisangle: SVector<T, 3>) -> Rotation3<T> {
    (Rotation3::from_scaled_axis(axisangle), |dy| Grad {
        axisangle: of_scaled_axis(axisangle, dy.matrix()),
    })
}

/// A turn about `x`, then `y`, then `z`.
#[rrule(Rotation3::from_euler_angles, check(T = f64, roll = -3.0..3.0, pitch = -3.0..3.0, yaw = -3.0..3.0))]
fn from_euler_angles<T: Real>(roll: T, pitch: T, yaw: T) -> Rotation3<T> {
    let y = Rotation3::from_euler_angles(roll, pitch, yaw);
    (y, |dy| {
        let about = |axis: Vector3<T>, angle: T| {
            Rotation3::from_axis_angle(&Unit::new_unchecked(axis), angle).into_inner()
        };
        let (x, y) = (about(Vector3::x(), *roll), about(Vector3::y(), *pitch));
        let z = about(Vector3::z(), *yaw);
        let slope = |axis: Vector3<T>, angle: T, dy: Matrix3<T>| of_axis_angle(&axis, angle, &dy).1;
        let (zt, yt, dy) = (z.transpose(), y.transpose(), dy.matrix());
        Grad {
            roll: slope(Vector3::x(), *roll, yt * zt * dy),
            pitch: slope(Vector3::y(), *pitch, zt * dy * x.transpose()),
            yaw: slope(Vector3::z(), *yaw, dy * x.transpose() * yt),
        }
    })
}

/// The turned vector: `da = dy bᵀ`, `db = aᵀ dy`.
#[rrule(ops::Mul, check(T = f64, T = f32, D = 2, D = 3))]
fn mul_vector<T: Real, const D: usize>(a: &Rotation<T, D>, b: &SVector<T, D>) -> SVector<T, D> {
    (a * b, |dy| Grad {
        a: |d| add_by_transpose(d.matrix_mut_unchecked(), T::one(), dy, b),
        b: |d| add_transpose_by(d, T::one(), a.matrix(), dy),
    })
}

/// The turned point.
#[rrule(ops::Mul, check(T = f64, D = 2, D = 3))]
fn mul_point<T: Real, const D: usize>(a: &Rotation<T, D>, b: &Point<T, D>) -> Point<T, D> {
    (a * b, |dy| Grad {
        a: |d| add_by_transpose(d.matrix_mut_unchecked(), T::one(), &dy.coords, &b.coords),
        b: |d| add_transpose_by(&mut d.coords, T::one(), a.matrix(), &dy.coords),
    })
}

/// One rotation after the other.
#[rrule(ops::Mul, check(T = f64, D = 2, D = 3))]
fn mul<T: Real, const D: usize>(a: &Rotation<T, D>, b: &Rotation<T, D>) -> Rotation<T, D> {
    (a * b, |dy| Grad {
        a: |d| add_by_transpose(d.matrix_mut_unchecked(), T::one(), dy.matrix(), b.matrix()),
        b: |d| add_transpose_by(d.matrix_mut_unchecked(), T::one(), a.matrix(), dy.matrix()),
    })
}

/// The transpose.
#[rrule(Rotation::inverse, check(T = f64, D = 3))]
fn inverse<T: Real, const D: usize>(this: &Rotation<T, D>) -> Rotation<T, D> {
    (this.inverse(), |dy| Grad { this: dy.transpose() })
}

/// The same as `inverse`.
#[rrule(Rotation::transpose, check(T = f64, D = 3))]
fn transpose<T: Real, const D: usize>(this: &Rotation<T, D>) -> Rotation<T, D> {
    (this.transpose(), |dy| Grad { this: dy.transpose() })
}
