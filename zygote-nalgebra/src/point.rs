//! Points: `Point3::new(x, y, z)`, `p + v`, `p - q`, distances. A point is its own cotangent. Its
//! vector `p.coords` and its coordinates `p.x` are read and written without a rule.

use crate::tangent::inner;
use crate::{Nalgebra, Real};
use chainrules_core::{Folds, Std, Tangent, inputs, rrule};
use nalgebra::{Const, Point, Point2, Point3, SVector};

impl<T: Real, const D: usize> Folds<Nalgebra> for Point<T, D> {}

/// A point of static dimension.
impl<T: Real, const D: usize> Tangent<Nalgebra> for Point<T, D> {
    type Shape = ();
    type Kept = Self;
    const EPSILON: f64 = <T as Tangent<Std>>::EPSILON;

    fn shape(&self) {}

    fn zero_of((): &()) -> Self {
        Self::origin()
    }

    fn accumulate(&mut self, rhs: &Self) {
        self.coords += &rhs.coords;
    }

    fn map_scalars(&mut self, f: &mut dyn FnMut(f64) -> f64) {
        self.coords.map_scalars(f);
    }

    fn keep(&self) -> Self {
        *self
    }

    fn recall(kept: Self, _: impl FnOnce() -> Self) -> Self {
        kept
    }
}

macro_rules! drawn {
    ($($t:ty),+) => {$(
        inputs!(Point2<$t>, |d| Point2::from(moderate(d)));
        inputs!(Point3<$t>, |d| Point3::from(moderate(d)));
    )+};
}
drawn!(f32, f64);

fn moderate<T: Real, const N: usize>(draw: &mut chainrules_core::Draw) -> SVector<T, N> {
    crate::inputs::of_shape(Const::<N>, Const::<1>)(draw)
}

#[rrule(ops::Add, ops::AddAssign, check(T = f64, T = f32, D = 3))]
fn add<T: Real, const D: usize>(a: &Point<T, D>, b: &SVector<T, D>) -> Point<T, D> {
    (a + b, |dy| Grad { a: *dy, b: dy.coords })
}

#[rrule(ops::Sub, ops::SubAssign, check(T = f64, T = f32, D = 3))]
fn sub<T: Real, const D: usize>(a: &Point<T, D>, b: &SVector<T, D>) -> Point<T, D> {
    (a - b, |dy| Grad { a: *dy, b: -dy.coords })
}

/// The vector from the second point to the first.
#[rrule(ops::Sub, check(T = f64, T = f32, D = 2, D = 3))]
fn difference<T: Real, const D: usize>(a: &Point<T, D>, b: &Point<T, D>) -> SVector<T, D> {
    (a - b, |dy| Grad { a: Point::from(*dy), b: Point::from(-dy) })
}

macro_rules! with_scalar {
    ($($t:ident),+) => {$(
        #[rrule(ops::Mul, ops::MulAssign, check(D = 3))]
        fn mul<const D: usize>(a: &Point<$t, D>, b: $t) -> Point<$t, D> {
            (a * b, |dy| Grad { a: dy * b, b: inner(&dy.coords, &a.coords) })
        }

        #[rrule(ops::Div, ops::DivAssign, check(D = 3))]
        fn div<const D: usize>(a: &Point<$t, D>, b: $t) -> Point<$t, D> {
            (a / b, |dy| Grad { a: dy / b, b: -inner(&dy.coords, &(a / b / b).coords) })
        }
    )+};
}
with_scalar!(f32, f64);

macro_rules! point_new {
    ($n:literal: $($x:ident $i:literal),+) => {
        #[rrule(Point::new, check(T = f64, T = f32))]
        fn new<T: Real>($($x: T),+) -> Point<T, $n> {
            (Point::<T, $n>::new($($x),+), |dy| Grad { $($x: dy.coords[$i]),+ })
        }
    };
}
point_new!(2: x 0, y 1);
point_new!(3: x 0, y 1, z 2);

/// The point with these coordinates.
#[rrule(Point::from, check(T = f64, D = 3))]
fn from<T: Real, const D: usize>(coords: SVector<T, D>) -> Point<T, D> {
    (Point::from(coords), |dy| Grad { coords: dy.coords })
}

/// The origin.
#[rrule(Point::origin, check(T = f64, D = 3))]
fn origin<T: Real, const D: usize>() -> Point<T, D> {
    (Point::origin(), |_| Grad {})
}

/// The distance of two points. Where they are the same, the cotangents are 0.
#[rrule(nalgebra::distance, check(T = f64, T = f32, D = 3))]
fn distance<T: Real, const D: usize>(a: &Point<T, D>, b: &Point<T, D>) -> T {
    let y = nalgebra::distance(a, b);
    (y, |dy| {
        let share = if y == nalgebra::zero() { y } else { *dy / y };
        let pulled = Point::from((a - b) * share);
        Grad { a: pulled, b: -pulled }
    })
}

/// The square of the distance of two points.
#[rrule(nalgebra::distance_squared, check(T = f64, T = f32, D = 3))]
fn distance_squared<T: Real, const D: usize>(a: &Point<T, D>, b: &Point<T, D>) -> T {
    (nalgebra::distance_squared(a, b), |dy| {
        let pulled = Point::from((a - b) * (*dy + *dy));
        Grad { a: pulled, b: -pulled }
    })
}
