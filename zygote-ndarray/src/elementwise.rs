//! Functions of each element.

use crate::Real;
use chainrules_core::{rrule, scalars_in, twin};
use ndarray::{Array, Dimension, Ix1, Ix2, Zip};

/// The function of each element. The pullback of the function at each element is kept.
#[rrule(
    Array::mapv,
    check(T = f64, U = f64, D = Ix1, D = Ix2, f = twin!(f64, f64::sin, f64::cos))
)]
fn mapv<T: Real, U: Real, D: Dimension>(this: &Array<T, D>, f: impl Fn(T) -> U) -> Array<U, D> {
    // In the memory order of the argument, as `mapv` itself.
    let pairs = this.mapv(f);
    let (y, backs) = (pairs.map(|(y, _)| *y), pairs.map(|(_, back)| back.clone()));
    (y, |dy| Grad {
        this: |d| {
            let all = Zip::from(d).and(this).and(dy).and(&backs);
            all.for_each(|d, x, dy, back| back.clone()(x, dy, d));
        },
    })
}

/// The same as `mapv`.
#[rrule(Array::mapv_into, check(T = f64, D = Ix1, D = Ix2, f = twin!(f64, f64::sin, f64::cos)))]
fn mapv_into<T: Real, D: Dimension>(this: Array<T, D>, f: impl Fn(T) -> T) -> Array<T, D> {
    let mut this = this;
    let mut backs = Vec::with_capacity(this.len());
    this.iter_mut().for_each(|x| {
        let (y, back) = f(*x);
        backs.push(back);
        *x = y;
    });
    (this, |dy| Grad {
        this: |d| {
            let all = d.iter_mut().zip(this).zip(dy.iter().zip(backs));
            all.for_each(|((d, x), (dy, back))| back(x, dy, d));
        },
    })
}

/// Functions by their slope: as a function of the element, or of the result, which is kept then.
macro_rules! functions {
    ($($name:ident($var:ident) = $slope:expr, $domain:expr;)+) => {$(
        functions!(@ $var $name, $slope, $domain);
    )+};
    (@ x $name:ident, $slope:expr, $domain:expr) => {
        #[rrule(Array::$name, check(T = f64, T = f32, D = Ix2, this = scalars_in($domain)))]
        fn $name<T: Real, D: Dimension>(this: &Array<T, D>) -> Array<T, D> {
            (this.$name(), |dy| Grad {
                this: |d| {
                    let slope: fn(T) -> T = $slope;
                    Zip::from(d).and(dy).and(this).for_each(|d, dy, x| *d += *dy * slope(*x));
                },
            })
        }
    };
    (@ y $name:ident, $slope:expr, $domain:expr) => {
        #[rrule(Array::$name, check(T = f64, T = f32, D = Ix2, this = scalars_in($domain)))]
        fn $name<T: Real, D: Dimension>(this: &Array<T, D>) -> Array<T, D> {
            let y = this.$name();
            (y.clone(), |dy| Grad {
                this: |d| {
                    let slope: fn(T) -> T = $slope;
                    Zip::from(d).and(dy).and(&y).for_each(|d, dy, y| *d += *dy * slope(*y));
                },
            })
        }
    };
}
functions! {
    // The slope at 0 is 0 by convention.
    abs(x) = |x| if x == T::ZERO { x } else { x.signum() }, -3.0..3.0;
    recip(y) = |y| -y * y, 0.5..4.0;
    // The slope at 0 is infinite.
    sqrt(y) = |y| T::of(0.5) / y, 0.5..4.0;
    // The slope at 0 is infinite.
    cbrt(y) = |y| T::ONE / (T::of(3.0) * y * y), 0.5..4.0;
    pow2(x) = |x| x + x, -3.0..3.0;
    exp(y) = |y| y, -3.0..3.0;
    exp2(y) = |y| y * T::of(std::f64::consts::LN_2), -3.0..3.0;
    exp_m1(y) = |y| y + T::ONE, -3.0..3.0;
    ln(x) = |x| x.recip(), 0.5..4.0;
    log2(x) = |x| (x * T::of(std::f64::consts::LN_2)).recip(), 0.5..4.0;
    log10(x) = |x| (x * T::of(std::f64::consts::LN_10)).recip(), 0.5..4.0;
    ln_1p(x) = |x| (x + T::ONE).recip(), -0.5..3.0;
    sin(x) = |x| x.cos(), -3.0..3.0;
    cos(x) = |x| -x.sin(), -3.0..3.0;
    tan(y) = |y| T::ONE + y * y, -1.0..1.0;
    asin(x) = |x| ((T::ONE - x) * (T::ONE + x)).sqrt().recip(), -0.9..0.9;
    acos(x) = |x| -((T::ONE - x) * (T::ONE + x)).sqrt().recip(), -0.9..0.9;
    atan(x) = |x| (T::ONE + x * x).recip(), -3.0..3.0;
    sinh(x) = |x| x.cosh(), -3.0..3.0;
    cosh(x) = |x| x.sinh(), -3.0..3.0;
    tanh(y) = |y| (T::ONE - y) * (T::ONE + y), -3.0..3.0;
    asinh(x) = |x| T::ONE.hypot(x).recip(), -3.0..3.0;
    acosh(x) = |x| ((x - T::ONE) * (x + T::ONE)).sqrt().recip(), 1.2..4.0;
    atanh(x) = |x| ((T::ONE - x) * (T::ONE + x)).recip(), -0.9..0.9;
    to_degrees(x) = |_| T::ONE.to_degrees(), -3.0..3.0;
    to_radians(x) = |_| T::ONE.to_radians(), -3.0..3.0;
}

/// The power of each element. The exponent is an integer and has no cotangent. At `n = 0` the slope
/// is 0 everywhere.
#[rrule(Array::powi, check(T = f64, T = f32, D = Ix2, this = scalars_in(0.5..3.0), rhs = -3..6))]
fn powi<T: Real, D: Dimension>(this: &Array<T, D>, rhs: i32) -> Array<T, D> {
    (this.powi(rhs), |dy| Grad {
        this: |d| {
            if rhs != 0 {
                let slope = |x: T| T::of(f64::from(rhs)) * x.powi(rhs - 1);
                Zip::from(d).and(dy).and(this).for_each(|d, dy, x| *d += *dy * slope(*x));
            }
        },
    })
}

/// The power of each element: the slope in `x` is `p xᵖ⁻¹`, and 0 at `p = 0`; that in `p` is
/// `xᵖ ln x`, and by convention 0 where `xᵖ` is 0 or both are 0, and `xᵖ ln |x|` where `x < 0`, as
/// of `f64::powf`.
#[rrule(Array::powf, check(T = f64, T = f32, D = Ix2, this = scalars_in(0.5..3.0), rhs = p()))]
fn powf<T: Real, D: Dimension>(this: &Array<T, D>, rhs: T) -> Array<T, D> {
    (this.powf(rhs), |dy| Grad {
        this: |d| {
            if *rhs != T::ZERO {
                let slope = |x: T| *rhs * x.powf(*rhs - T::ONE);
                Zip::from(d).and(dy).and(this).for_each(|d, dy, x| *d += *dy * slope(*x));
            }
        },
        rhs: Zip::from(dy).and(this).fold(T::ZERO, |sum, dy, x| {
            let y = x.powf(*rhs);
            let flat = y == T::ZERO || (*x == T::ZERO && *rhs == T::ZERO);
            if flat { sum } else { sum + *dy * (y * x.abs().ln()) }
        }),
    })
}

/// A domain: an exponent.
fn p<T: Real>() -> impl FnOnce(&mut chainrules_core::Draw) -> T {
    |draw| T::of(draw.real_in(-2.0..3.0))
}
