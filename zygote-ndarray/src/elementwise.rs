//! Functions of each element.

use crate::Real;
use chainrules_core::{rrule, scalars_in, twin};
use ndarray::{Array, Dimension, Ix1, Ix2, Zip};

/// What is kept of the calls of a function at each element.
#[derive(Clone)]
pub(crate) struct Calls<R, D: Dimension> {
    /// The residuals in the order of the calls.
    residuals: Vec<R>,
    /// The number of each element's call, where it is not that of the element.
    order: Option<Array<usize, D>>,
}

/// The function of each element. Values and calls are in the memory order of the array, as those of
/// `mapv` are.
pub(crate) fn call_each<T: Real, U, R, D: Dimension>(
    x: &Array<T, D>,
    mut f: impl FnMut(T) -> (U, R),
) -> (Array<U, D>, Calls<R, D>) {
    let mut residuals = Vec::with_capacity(x.len());
    let y = x.map(|x| {
        let (y, residual) = f(*x);
        residuals.push(residual);
        y
    });
    let order = (!x.is_standard_layout()).then(|| {
        let mut numbers = 0..;
        x.map(|_| numbers.next().expect("there is no last number"))
    });
    (y, Calls { residuals, order })
}

/// Pulls the calls, the last first.
pub(crate) fn pull_each<T, U, R, D: Dimension>(
    Calls { residuals, order }: Calls<R, D>,
    x: &Array<T, D>,
    dy: &Array<U, D>,
    dx: &mut Array<T, D>,
    pull: &mut dyn FnMut(R, &T, &U, &mut T),
) {
    let numbered = residuals.into_iter().enumerate().rev();
    if let (Some(x), Some(dy), Some(dx), None) =
        (x.as_slice(), dy.as_slice(), dx.as_slice_mut(), &order)
    {
        numbered.for_each(|(i, residual)| pull(residual, &x[i], &dy[i], &mut dx[i]));
        return;
    }
    let mut elements: Vec<_> = x.iter().zip(dy).zip(dx).collect();
    if let Some(order) = order {
        let mut of_element = order.into_iter();
        elements.sort_by_cached_key(|_| of_element.next());
    }
    for ((_, residual), ((x, dy), dx)) in numbered.zip(elements.into_iter().rev()) {
        pull(residual, x, dy, dx);
    }
}

/// Pulls the calls that changed the elements, the last first.
pub(crate) fn pull_changed<T, R, D: Dimension>(
    Calls { residuals, order }: Calls<R, D>,
    x: &mut Array<T, D>,
    dx: &mut Array<T, D>,
    pull: &mut dyn FnMut(R, &mut T, &(), &mut T),
) {
    let mut elements: Vec<_> = x.iter_mut().zip(dx).collect();
    if let Some(order) = order {
        let mut of_element = order.into_iter();
        elements.sort_by_cached_key(|_| of_element.next());
    }
    for (residual, (x, dx)) in residuals.into_iter().zip(elements).rev() {
        pull(residual, x, &(), dx);
    }
}

/// The function of each element. The residual of the function at each element is kept.
#[rrule(
    Array::mapv,
    check(T = f64, U = f64, D = Ix1, D = Ix2, f = twin!(f64, f64::sin, f64::cos))
)]
fn mapv<T: Real, U: Real, D: Dimension>(this: &Array<T, D>, f: impl FnMut(T) -> U) -> Array<U, D> {
    let (y, calls) = call_each(this, f);
    (y, |d, dy| pull_each(calls, this, dy, d.this, f))
}

/// The same as `mapv`, of a function that takes a reference.
#[rrule(
    Array::map,
    check(T = f64, U = f64, D = Ix1, D = Ix2, f = by_reference())
)]
fn map<T: Real, U: Real, D: Dimension>(this: &Array<T, D>, f: impl FnMut(&T) -> U) -> Array<U, D> {
    let (y, calls) = call_each(this, |x| f(&x));
    (y, |d, dy| pull_each(calls, this, dy, d.this, f))
}

/// What functions of references are checked with: the sine.
#[expect(clippy::type_complexity, reason = "the types are those of the protocol")]
fn by_reference() -> (impl Fn(&f64) -> (f64, f64), impl FnMut(f64, &f64, &f64, &mut f64)) {
    (
        |x: &f64| (x.sin(), *x),
        |residual: f64, x: &f64, dy: &f64, dx: &mut f64| {
            assert!(residual.to_bits() == x.to_bits(), "the residual is that of another call");
            *dx += dy * x.cos();
        },
    )
}

/// The same as `mapv`.
#[rrule(Array::mapv_into, check(T = f64, D = Ix1, D = Ix2, f = twin!(f64, f64::sin, f64::cos)))]
fn mapv_into<T: Real, D: Dimension>(this: Array<T, D>, f: impl FnMut(T) -> T) -> Array<T, D> {
    let (y, calls) = call_each(&this, f);
    (y, |d, dy| pull_each(calls, this, dy, d.this, f))
}

/// Each element, or the bound that it is beyond. The derivative goes to that bound, else to the
/// element; a tie goes to the element.
///
/// # Panics
/// When `min` is greater than `max`.
#[rrule(Array::clamp, check(T = f64, T = f32, D = Ix2, min = -1.0..0.0, max = 0.0..1.0))]
fn clamp<T: Real, D: Dimension>(this: &Array<T, D>, min: T, max: T) -> Array<T, D> {
    (this.clamp(min, max), |dy| {
        let beyond = |out: fn(&T, &T) -> bool, bound: &T| {
            Zip::from(dy).and(this).fold(
                T::ZERO,
                |sum, dy, x| {
                    if out(x, bound) { sum + *dy } else { sum }
                },
            )
        };
        Grad {
            this: |d| {
                Zip::from(d).and(dy).and(this).for_each(|d, dy, x| {
                    if !(x < min || x > max) {
                        *d += *dy;
                    }
                });
            },
            min: beyond(T::lt, min),
            max: beyond(T::gt, max),
        }
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
    // Between the jumps, as of a number.
    floor(x) = |x| flat(x), -9.0..9.0;
    ceil(x) = |x| flat(x), -9.0..9.0;
    round(x) = |x| flat(x), -9.0..9.0;
    trunc(x) = |x| flat(x), -9.0..9.0;
    signum(x) = |x| flat(x), -9.0..9.0;
    fract(x) = |x| T::ONE + flat(x.fract()), -9.0..9.0;
}

/// The slope of a function between its jumps: 0, or NaN of a NaN.
fn flat<T: Real>(x: T) -> T {
    if x.is_nan() { x } else { T::ZERO }
}

/// The logarithms to a base: the slope in `x` is `1 / (x ln b)`, that in `b` is `-y / (b ln b)`.
#[rrule(Array::log, check(T = f64, T = f32, D = Ix2, this = scalars_in(0.5..4.0), rhs = base()))]
fn log<T: Real, D: Dimension>(this: &Array<T, D>, rhs: T) -> Array<T, D> {
    (this.log(rhs), |dy| Grad {
        this: |d| {
            let slope = rhs.ln().recip();
            Zip::from(d).and(dy).and(this).for_each(|d, dy, x| *d += *dy * slope / *x);
        },
        rhs: Zip::from(dy)
            .and(this)
            .fold(T::ZERO, |sum, dy, x| sum - *dy * x.log(*rhs) / (*rhs * rhs.ln())),
    })
}

/// A domain: the base of a logarithm.
fn base<T: Real>() -> impl FnOnce(&mut chainrules_core::Draw) -> T {
    |draw| T::of(draw.real_in(1.5..4.0))
}

/// The length of the hypotenuse; the slopes where both legs are 0 are 0 by convention.
#[rrule(Array::hypot, check(T = f64, T = f32, D = Ix2, this = scalars_in(-3.0..3.0), rhs = leg()))]
fn hypot<T: Real, D: Dimension>(this: &Array<T, D>, rhs: T) -> Array<T, D> {
    (this.hypot(rhs), |dy| {
        let share = |leg: T, x: T| {
            let y = x.hypot(*rhs);
            if y == T::ZERO { T::ZERO } else { leg / y }
        };
        Grad {
            this: |d| {
                Zip::from(d).and(dy).and(this).for_each(|d, dy, x| *d += *dy * share(*x, *x));
            },
            rhs: Zip::from(dy).and(this).fold(T::ZERO, |sum, dy, x| sum + *dy * share(*rhs, *x)),
        }
    })
}

/// A domain: the other leg.
fn leg<T: Real>() -> impl FnOnce(&mut chainrules_core::Draw) -> T {
    |draw| T::of(draw.real_in(0.5..3.0))
}

/// The difference where it is positive, else 0, and so are the slopes; at a tie they are 0 by convention.
#[rrule(Array::abs_sub, check(T = f64, T = f32, D = Ix2, this = scalars_in(-3.0..3.0), rhs = leg()))]
fn abs_sub<T: Real, D: Dimension>(this: &Array<T, D>, rhs: T) -> Array<T, D> {
    (this.abs_sub(rhs), |dy| Grad {
        this: |d| {
            Zip::from(d).and(dy).and(this).for_each(|d, dy, x| *d += *dy * above(*x, *rhs));
        },
        rhs: Zip::from(dy).and(this).fold(T::ZERO, |sum, dy, x| sum - *dy * above(*x, *rhs)),
    })
}

/// 1 where a number is above another one, 0 where it is not, NaN where nobody knows.
fn above<T: Real>(x: T, other: T) -> T {
    if x > other { T::ONE } else { flat(x - other) }
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
