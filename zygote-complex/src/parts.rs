//! The parts of a complex number in one form or another.

use crate::Real;
use crate::inputs::{off_the_axes, off_the_cut};
use crate::tangent::{times_i, zero};
use chainrules_core::rrule;
use num_complex::Complex;

/// `z / |z|`, and 0 at the origin.
fn direction<T: Real>(z: &Complex<T>) -> Complex<T> {
    let norm = z.norm();
    if norm == T::of(0.0) { zero() } else { z.unscale(norm) }
}

/// The gradient of the angle, `i z / |z|²`, and 0 at the origin, as for `atan2`. Two divisions do not
/// overflow where the square does.
fn turned<T: Real>(z: &Complex<T>) -> Complex<T> {
    let norm = z.norm();
    if norm == T::of(0.0) { zero() } else { times_i(z).unscale(norm).unscale(norm) }
}

#[rrule(Complex::conj, check(T = f64, T = f32))]
fn conj<T: Real>(this: &Complex<T>) -> Complex<T> {
    (this.conj(), |dw| Grad { this: dw.conj() })
}

/// The gradient at the origin is 0 by convention, one of the subgradients there.
#[rrule(Complex::norm, check(T = f64, T = f32, this = off_the_cut))]
fn norm<T: Real>(this: Complex<T>) -> T {
    (this.norm(), |dy| Grad { this: direction(this).scale(*dy) })
}

#[rrule(Complex::norm_sqr, check(T = f64, T = f32))]
fn norm_sqr<T: Real>(this: &Complex<T>) -> T {
    (this.norm_sqr(), |dy| Grad { this: this.scale(*dy + *dy) })
}

/// The sum of the absolute values of the parts. The derivative of each at 0 is 0 by convention.
#[rrule(Complex::l1_norm, check(T = f64, T = f32, this = off_the_axes))]
fn l1_norm<T: Real>(this: &Complex<T>) -> T {
    (this.l1_norm(), |dy| {
        let sign = |x: T| if x == T::of(0.0) { x } else { num_traits::Float::signum(x) };
        Grad { this: Complex::new(sign(this.re), sign(this.im)).scale(*dy) }
    })
}

/// The angle. It has no gradient at the origin, where it is 0 by convention; the jump across the
/// negative real axis does not show in it.
#[rrule(Complex::arg, check(T = f64, T = f32, this = off_the_cut))]
fn arg<T: Real>(this: Complex<T>) -> T {
    (this.arg(), |dy| Grad { this: turned(this).scale(*dy) })
}

/// Norm and angle, with the gradients of both.
#[rrule(Complex::to_polar, check(T = f64, T = f32, this = off_the_cut))]
fn to_polar<T: Real>(this: Complex<T>) -> (T, T) {
    (this.to_polar(), |(dr, dtheta)| Grad {
        this: direction(this).scale(*dr) + turned(this).scale(*dtheta),
    })
}
