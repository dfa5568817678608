//! Quaternions: `UnitQuaternion::from_axis_angle(&axis, angle)`, `q * v`, `Isometry3`. A quaternion is
//! its own cotangent, also a unit quaternion: that of its four numbers, each by itself, whether or not
//! a step in that direction keeps to the unit quaternions.

use crate::{Nalgebra, Real};
use chainrules_core::{Draw, Folds, Std, Tangent, inputs, rrule};
use nalgebra::{
    Const, Isometry3, Matrix3, Point, Quaternion, Rotation3, SVector, Translation, Unit,
    UnitQuaternion, Vector3, Vector4,
};

impl<T: Real> Folds<Nalgebra> for Quaternion<T> {}

macro_rules! of_numbers {
    ([$($params:tt)*] $t:ty, |$q:ident| $numbers:expr, $numbers_mut:expr, $zero:expr) => {
        impl<$($params)*> Tangent<Nalgebra> for $t {
            type Shape = ();
            type Kept = Self;
            const EPSILON: f64 = <T as Tangent<Std>>::EPSILON;

            fn shape(&self) {}

            fn zero_of((): &()) -> Self {
                $zero
            }

            fn accumulate(&mut self, rhs: &Self) {
                let $q = rhs;
                let rhs = $numbers;
                let $q = self;
                *$numbers_mut += rhs;
            }

            fn map_scalars(&mut self, f: &mut dyn FnMut(f64) -> f64) {
                let $q = self;
                $numbers_mut.map_scalars(f);
            }

            fn keep(&self) -> Self {
                *self
            }

            fn recall(kept: Self, _: impl FnOnce() -> Self) -> Self {
                kept
            }
        }
    };
}
of_numbers!([T: Real] Quaternion<T>, |q| &q.coords, &mut q.coords, Quaternion::from(Vector4::zeros()));
of_numbers!(
    [T: Real] UnitQuaternion<T>, |q| &q.as_ref().coords, &mut q.as_mut_unchecked().coords,
    Unit::new_unchecked(Quaternion::from(Vector4::zeros()))
);
of_numbers!(
    [T: Real, const D: usize] Translation<T, D>, |t| &t.vector, &mut t.vector,
    Translation::from(SVector::zeros())
);

/// A turn and a shift; its cotangent has those of both.
impl<T: Real> Tangent<Nalgebra> for Isometry3<T> {
    type Shape = ();
    type Kept = Self;
    const EPSILON: f64 = <T as Tangent<Std>>::EPSILON;

    fn shape(&self) {}

    fn zero_of((): &()) -> Self {
        Isometry3::from_parts(Tangent::zero_of(&()), Tangent::zero_of(&()))
    }

    fn accumulate(&mut self, rhs: &Self) {
        self.translation.accumulate(&rhs.translation);
        self.rotation.accumulate(&rhs.rotation);
    }

    fn map_scalars(&mut self, f: &mut dyn FnMut(f64) -> f64) {
        self.translation.map_scalars(f);
        self.rotation.map_scalars(f);
    }

    fn keep(&self) -> Self {
        *self
    }

    fn recall(kept: Self, _: impl FnOnce() -> Self) -> Self {
        kept
    }
}

/// Moderate entries.
fn moderate<T: Real, const N: usize>(draw: &mut Draw) -> SVector<T, N> {
    crate::inputs::of_shape(Const::<N>, Const::<1>)(draw)
}

macro_rules! drawn {
    ($($t:ty),+) => {$(
        inputs!(Quaternion<$t>, |d| Quaternion::from(moderate::<$t, 4>(d)));
        inputs!(UnitQuaternion<$t>, |d| Unit::new_unchecked(Quaternion::from(moderate::<$t, 4>(d))));
        inputs!(Translation<$t, 3>, |d| Translation::from(moderate::<$t, 3>(d)));
        inputs!(Isometry3<$t>, |d| {
            let rotation = Unit::new_unchecked(Quaternion::from(moderate::<$t, 4>(d)));
            Isometry3::from_parts(Translation::from(moderate::<$t, 3>(d)), rotation)
        });
    )+};
}
drawn!(f32, f64);

/// A quaternion of its scalar and its vector.
fn of_parts<T: Real>(scalar: T, vector: Vector3<T>) -> UnitQuaternion<T> {
    Unit::new_unchecked(Quaternion::from_parts(scalar, vector))
}

#[rrule(Quaternion::new, check(T = f64, T = f32))]
fn new<T: Real>(w: T, i: T, j: T, k: T) -> Quaternion<T> {
    (Quaternion::new(w, i, j, k), |dy| Grad { w: dy.w, i: dy.i, j: dy.j, k: dy.k })
}

/// `q / |q|`: `dq = (dy - y (y · dy)) / |q|`.
#[rrule(UnitQuaternion::from_quaternion, check(T = f64, T = f32))]
fn from_quaternion<T: Real>(q: Quaternion<T>) -> UnitQuaternion<T> {
    let y = UnitQuaternion::from_quaternion(q);
    (y, |dy| {
        let (y, dy) = (y.as_ref(), dy.as_ref());
        Grad { q: Quaternion::from((dy.coords - y.coords * y.coords.dot(&dy.coords)) / q.norm()) }
    })
}

/// `cos(angle / 2) + sin(angle / 2) axis`.
#[rrule(UnitQuaternion::from_axis_angle, check(T = f64, T = f32, angle = -3.0..3.0))]
fn from_axis_angle<T: Real>(axis: &Unit<SVector<T, 3>>, angle: T) -> UnitQuaternion<T> {
    (UnitQuaternion::from_axis_angle(axis, angle), |dy| {
        let half = nalgebra::convert::<f64, T>(0.5);
        let (sin, cos) = (*angle * half).sin_cos();
        let dy = dy.as_ref();
        Grad {
            axis: Unit::new_unchecked(dy.imag() * sin),
            angle: half * (cos * axis.dot(&dy.imag()) - sin * dy.w),
        }
    })
}

/// The cotangent of a vector `x` in `cos(|x| / 2) + sin(|x| / 2) x / |x|`.
fn of_scaled_axis<T: Real>(x: &Vector3<T>, dy: &Quaternion<T>) -> Vector3<T> {
    let half = nalgebra::convert::<f64, T>(0.5);
    let angle = x.norm();
    if angle == T::zero() {
        return dy.imag() * half;
    }
    let (sin, cos) = (angle * half).sin_cos();
    let axis = x / angle;
    let along = axis.dot(&dy.imag());
    axis * (half * (cos * along - sin * dy.w)) + (dy.imag() - axis * along) * (sin / angle)
}

/// The rotation about a vector by its length.
#[rrule(UnitQuaternion::new, check(T = f64, axisangle = moderate))]
fn of_vector<T: Real>(axisangle: SVector<T, 3>) -> UnitQuaternion<T> {
    (UnitQuaternion::new(axisangle), |dy| Grad {
        axisangle: of_scaled_axis(axisangle, dy.as_ref()),
    })
}

/// The same as `new`.
#[rrule(UnitQuaternion::from_scaled_axis, check(T = f64, axisangle = moderate))]
fn from_scaled_axis<T: Real>(axisangle: SVector<T, 3>) -> UnitQuaternion<T> {
    (UnitQuaternion::from_scaled_axis(axisangle), |dy| Grad {
        axisangle: of_scaled_axis(axisangle, dy.as_ref()),
    })
}

/// A turn about `x`, then `y`, then `z`.
#[rrule(UnitQuaternion::from_euler_angles, check(T = f64, roll = -3.0..3.0, pitch = -3.0..3.0, yaw = -3.0..3.0))]
fn from_euler_angles<T: Real>(roll: T, pitch: T, yaw: T) -> UnitQuaternion<T> {
    (UnitQuaternion::from_euler_angles(roll, pitch, yaw), |dy| {
        let half = nalgebra::convert::<f64, T>(0.5);
        // The factors z y x, and their slopes.
        let about = |axis: Vector3<T>, angle: T| {
            let (sin, cos) = (angle * half).sin_cos();
            let value = Quaternion::from_parts(cos, axis * sin);
            (value, Quaternion::from_parts(-sin * half, axis * (cos * half)))
        };
        let (x, dx) = about(Vector3::x(), *roll);
        let (y, dpitch) = about(Vector3::y(), *pitch);
        let (z, dz) = about(Vector3::z(), *yaw);
        let dot = |q: Quaternion<T>| q.coords.dot(&dy.as_ref().coords);
        Grad { roll: dot(z * y * dx), pitch: dot(z * dpitch * x), yaw: dot(dz * y * x) }
    })
}

/// The cotangents of the quaternion `w + u` and of the vector in `v + 2 w u × v + 2 u × (u × v)`.
fn of_turned<T: Real>(
    q: &UnitQuaternion<T>,
    v: &Vector3<T>,
    dy: &Vector3<T>,
) -> (UnitQuaternion<T>, Vector3<T>) {
    let (w, u, two) = (q.w, q.imag(), nalgebra::convert::<f64, T>(2.0));
    let t = u.cross(v) * two;
    let dt = dy * w + dy.cross(&u);
    let du = t.cross(dy) + v.cross(&dt) * two;
    (of_parts(t.dot(dy), du), dy + dt.cross(&u) * two)
}

/// The turned vector.
#[rrule(ops::Mul, check(T = f64, T = f32))]
fn mul_vector<T: Real>(a: &UnitQuaternion<T>, b: &SVector<T, 3>) -> SVector<T, 3> {
    (a * b, |dy| {
        let (da, db) = of_turned(a, b, dy);
        Grad { a: da, b: db }
    })
}

/// The turned point.
#[rrule(ops::Mul, check(T = f64))]
fn mul_point<T: Real>(a: &UnitQuaternion<T>, b: &Point<T, 3>) -> Point<T, 3> {
    (a * b, |dy| {
        let (da, db) = of_turned(a, &b.coords, &dy.coords);
        Grad { a: da, b: Point::from(db) }
    })
}

/// One turn after the other: `da = dy b*`, `db = a* dy` with the conjugates.
#[rrule(ops::Mul, check(T = f64, T = f32))]
fn mul<T: Real>(a: &UnitQuaternion<T>, b: &UnitQuaternion<T>) -> UnitQuaternion<T> {
    (a * b, |dy| Grad {
        a: Unit::new_unchecked(dy.as_ref() * b.as_ref().conjugate()),
        b: Unit::new_unchecked(a.as_ref().conjugate() * dy.as_ref()),
    })
}

/// The conjugate.
#[rrule(UnitQuaternion::inverse, check(T = f64))]
fn inverse<T: Real>(this: &UnitQuaternion<T>) -> UnitQuaternion<T> {
    (this.inverse(), |dy| Grad { this: dy.conjugate() })
}

/// The same as `inverse`.
#[rrule(UnitQuaternion::conjugate, check(T = f64))]
fn conjugate<T: Real>(this: &UnitQuaternion<T>) -> UnitQuaternion<T> {
    (this.conjugate(), |dy| Grad { this: dy.conjugate() })
}

/// `(w² - u · u) 1 + 2 u uᵀ + 2 w [u]`, of the quaternion `w + u`.
#[rrule(UnitQuaternion::to_rotation_matrix, check(T = f64))]
fn to_rotation_matrix<T: Real>(this: UnitQuaternion<T>) -> Rotation3<T> {
    (this.to_rotation_matrix(), |dy| {
        let (dy, two): (&Matrix3<T>, T) = (dy.matrix(), nalgebra::convert(2.0));
        let (w, u, trace) = (this.w, this.imag(), dy.trace());
        let turned =
            Vector3::new(dy[(2, 1)] - dy[(1, 2)], dy[(0, 2)] - dy[(2, 0)], dy[(1, 0)] - dy[(0, 1)]);
        let du = (dy + dy.transpose()) * u * two + (turned * w - u * trace) * two;
        Grad { this: of_parts(two * (w * trace + u.dot(&turned)), du) }
    })
}

/// The shift by a vector.
#[rrule(Translation::from, check(T = f64, D = 3))]
fn translation<T: Real, const D: usize>(vector: SVector<T, D>) -> Translation<T, D> {
    (Translation::from(vector), |dy| Grad { vector: dy.vector })
}

#[rrule(Translation::new, check(T = f64))]
fn translation3<T: Real>(x: T, y: T, z: T) -> Translation<T, 3> {
    (Translation::<T, 3>::new(x, y, z), |dy| Grad {
        x: dy.vector.x,
        y: dy.vector.y,
        z: dy.vector.z,
    })
}

#[rrule(Isometry3::from_parts, check(T = f64))]
fn from_parts<T: Real>(
    translation: Translation<T, 3>,
    rotation: UnitQuaternion<T>,
) -> Isometry3<T> {
    (Isometry3::from_parts(translation, rotation), |dy| Grad {
        translation: dy.translation,
        rotation: dy.rotation,
    })
}

/// A turn about a vector by its length, then a shift.
#[rrule(Isometry3::new, check(T = f64, axisangle = moderate))]
fn isometry<T: Real>(translation: SVector<T, 3>, axisangle: SVector<T, 3>) -> Isometry3<T> {
    (Isometry3::new(translation, axisangle), |dy| Grad {
        translation: dy.translation.vector,
        axisangle: of_scaled_axis(axisangle, dy.rotation.as_ref()),
    })
}

/// The turned and shifted point.
#[rrule(ops::Mul, check(T = f64))]
fn isometry_point<T: Real>(a: &Isometry3<T>, b: &Point<T, 3>) -> Point<T, 3> {
    (a * b, |dy| {
        let (da, db) = of_turned(&a.rotation, &b.coords, &dy.coords);
        let shift = Translation::from(dy.coords);
        Grad { a: Isometry3::from_parts(shift, da), b: Point::from(db) }
    })
}

/// One motion after the other.
#[rrule(ops::Mul, check(T = f64))]
fn isometry_mul<T: Real>(a: &Isometry3<T>, b: &Isometry3<T>) -> Isometry3<T> {
    (a * b, |dy| {
        let (mut da, db) = of_turned(&a.rotation, &b.translation.vector, &dy.translation.vector);
        da.accumulate(&Unit::new_unchecked(dy.rotation.as_ref() * b.rotation.as_ref().conjugate()));
        let turn = Unit::new_unchecked(a.rotation.as_ref().conjugate() * dy.rotation.as_ref());
        Grad {
            a: Isometry3::from_parts(dy.translation, da),
            b: Isometry3::from_parts(Translation::from(db), turn),
        }
    })
}

/// The motion back: the conjugate turn, and the shift `-q* t`.
#[rrule(Isometry3::inverse, check(T = f64))]
fn isometry_inverse<T: Real>(this: &Isometry3<T>) -> Isometry3<T> {
    (this.inverse(), |dy| {
        let back = this.rotation.conjugate();
        let (dback, shift) = of_turned(&back, &-this.translation.vector, &dy.translation.vector);
        let mut turn = dy.rotation.conjugate();
        turn.accumulate(&dback.conjugate());
        Grad { this: Isometry3::from_parts(Translation::from(-shift), turn) }
    })
}

/// The turned vector, which is not shifted.
#[rrule(ops::Mul, check(T = f64))]
fn isometry_vector<T: Real>(a: &Isometry3<T>, b: &SVector<T, 3>) -> SVector<T, 3> {
    (a * b, |dy| {
        let (da, db) = of_turned(&a.rotation, b, dy);
        Grad { a: Isometry3::from_parts(Translation::from(Vector3::zeros()), da), b: db }
    })
}
