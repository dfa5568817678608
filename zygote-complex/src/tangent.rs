//! Complex numbers as their own cotangents, and how cotangents go back.

use chainrules_core::{Folds, Std, Tangent};
use num_complex::Complex;
use num_traits::{Float, FloatConst, NumAssign, Signed};

/// The marker of the tangents of this crate.
pub struct Complexes;

/// The parts of the complex numbers that the rules are for: `f32` and `f64`.
pub trait Real:
    Float + FloatConst + NumAssign + Signed + Tangent<Std, Shape = (), Kept = ()> + 'static
{
    /// The number closest to this one.
    fn of(x: f64) -> Self;
}

macro_rules! real {
    ($($t:ident),+) => {$(
        impl Real for $t {
            #[inline(always)]
            fn of(x: f64) -> Self {
                x as $t
            }
        }
    )+};
}
real!(f32, f64);

impl<T: Real> Folds<Complexes> for Complex<T> {}

impl<T: Real> Tangent<Complexes> for Complex<T> {
    type Shape = ();
    type Kept = ();
    const EPSILON: f64 = <T as Tangent<Std>>::EPSILON;

    #[inline(always)]
    fn keep(&self) {}

    #[inline(always)]
    fn recall((): (), replay: impl FnOnce() -> Self) -> Self {
        replay()
    }

    #[inline(always)]
    fn shape(&self) {}

    #[inline(always)]
    fn zero_of((): &()) -> Self {
        zero()
    }

    #[inline(always)]
    fn accumulate(&mut self, rhs: &Self) {
        *self += rhs;
    }

    fn map_scalars(&mut self, f: &mut dyn FnMut(f64) -> f64) {
        self.re.map_scalars(f);
        self.im.map_scalars(f);
    }
}

/// The complex 0.
#[inline(always)]
pub(crate) fn zero<T: Real>() -> Complex<T> {
    Complex::new(T::of(0.0), T::of(0.0))
}

/// `i z`.
#[inline(always)]
pub(crate) fn times_i<T: Real>(z: &Complex<T>) -> Complex<T> {
    Complex::new(-z.im, z.re)
}

/// The cotangent of the argument of a holomorphic function: `conj(g') dw`.
#[inline(always)]
pub(crate) fn pulled<T: Real>(derivative: Complex<T>, dw: &Complex<T>) -> Complex<T> {
    derivative.conj() * dw
}

/// The cotangent of a real parameter: `Re(conj(∂w/∂t) dw)`.
#[inline(always)]
pub(crate) fn real_part<T: Real>(partial: Complex<T>, dw: &Complex<T>) -> T {
    partial.re * dw.re + partial.im * dw.im
}
