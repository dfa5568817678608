//! Powers and roots.
//!
//! Where the derivative is infinite, as that of a root at 0, its parts are NaN.

use crate::Real;
use crate::inputs::off_the_cut;
use crate::tangent::{pulled, real_part, zero};
use chainrules_core::rrule;
use num_complex::Complex;

// w² = z: dw/dz = 1 / (2w).
#[rrule(Complex::sqrt, check(T = f64, T = f32, this = off_the_cut))]
fn sqrt<T: Real>(this: Complex<T>) -> Complex<T> {
    let w = this.sqrt();
    (w, |dw| Grad { this: pulled((w + w).inv(), dw) })
}

// w³ = z: dw/dz = 1 / (3w²).
#[rrule(Complex::cbrt, check(T = f64, T = f32, this = off_the_cut))]
fn cbrt<T: Real>(this: Complex<T>) -> Complex<T> {
    let w = this.cbrt();
    (w, |dw| Grad { this: pulled((w * w).scale(T::of(3.0)).inv(), dw) })
}

// dw/dz = n z^(n - 1), and 0 at n = 0 for every z, z⁰ being 1. The exponent has no cotangent.
#[rrule(Complex::powi, check(T = f64, T = f32, this = off_the_cut, exp = -3..5))]
fn powi<T: Real>(this: &Complex<T>, exp: i32) -> Complex<T> {
    (this.powi(exp), |dw| {
        let slope = || this.powi(exp - 1).scale(T::of(f64::from(exp)));
        Grad { this: if exp == 0 { zero() } else { pulled(slope(), dw) } }
    })
}

// As for `powi`.
#[rrule(Complex::powu, check(T = f64, T = f32, this = off_the_cut, exp = 0..5))]
fn powu<T: Real>(this: &Complex<T>, exp: u32) -> Complex<T> {
    (this.powu(exp), |dw| {
        let slope = || this.powu(exp - 1).scale(T::of(f64::from(exp)));
        Grad { this: if exp == 0 { zero() } else { pulled(slope(), dw) } }
    })
}

/// `w ln z`, the derivative of `w = z^p` in the exponent: at z = 0 it is 0 where w is, and by
/// convention at p = 0.
fn by_exponent<T: Real>(w: Complex<T>, z: &Complex<T>, p_is_zero: bool) -> Complex<T> {
    if w == zero() || (*z == zero() && p_is_zero) { zero() } else { w * z.ln() }
}

// w = z^p: dw/dz = p z^(p - 1), and 0 at p = 0 for every z; dw/dp = w ln z.
#[rrule(Complex::powf, check(T = f64, T = f32, this = off_the_cut, exp = -2.0..3.0))]
fn powf<T: Real>(this: Complex<T>, exp: T) -> Complex<T> {
    let w = this.powf(exp);
    (w, |dw| {
        let flat = *exp == T::of(0.0);
        let slope = || this.powf(*exp - T::one()).scale(*exp);
        Grad {
            this: if flat { zero() } else { pulled(slope(), dw) },
            exp: real_part(by_exponent(w, this, flat), dw),
        }
    })
}

// As for `powf`.
#[rrule(Complex::powc, check(T = f64, T = f32, this = off_the_cut, exp = off_the_cut))]
fn powc<T: Real>(this: Complex<T>, exp: Complex<T>) -> Complex<T> {
    let w = this.powc(exp);
    (w, |dw| {
        let flat = *exp == zero();
        let slope = || exp * this.powc(exp - T::one());
        Grad {
            this: if flat { zero() } else { pulled(slope(), dw) },
            exp: pulled(by_exponent(w, this, flat), dw),
        }
    })
}
