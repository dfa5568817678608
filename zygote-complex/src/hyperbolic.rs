//! Hyperbolic functions and their inverses.

use crate::Real;
use crate::inputs::{moderate, off_the_imaginary_axis, off_the_real_axis};
use crate::tangent::{pulled, times_i};
use chainrules_core::rrule;
use num_complex::Complex;

#[rrule(Complex::sinh, check(T = f64, T = f32, this = moderate))]
fn sinh<T: Real>(this: Complex<T>) -> Complex<T> {
    (this.sinh(), |dw| Grad { this: pulled(this.cosh(), dw) })
}

#[rrule(Complex::cosh, check(T = f64, T = f32, this = moderate))]
fn cosh<T: Real>(this: Complex<T>) -> Complex<T> {
    (this.cosh(), |dw| Grad { this: pulled(this.sinh(), dw) })
}

// dw/dz = 1 - w².
#[rrule(Complex::tanh, check(T = f64, T = f32, this = off_the_imaginary_axis))]
fn tanh<T: Real>(this: Complex<T>) -> Complex<T> {
    let w = this.tanh();
    (w, |dw| Grad { this: pulled(-(w * w) + T::one(), dw) })
}

// dw/dz = 1 / √(1 + z²), of the branch of `asinh`.
#[rrule(Complex::asinh, check(T = f64, T = f32, this = off_the_imaginary_axis))]
fn asinh<T: Real>(this: Complex<T>) -> Complex<T> {
    (this.asinh(), |dw| {
        let iz = times_i(this);
        Grad { this: pulled(((-iz + T::one()).sqrt() * (iz + T::one()).sqrt()).inv(), dw) }
    })
}

// dw/dz = 1 / √(z² - 1), of the branch of `acosh`: the roots apart.
#[rrule(Complex::acosh, check(T = f64, T = f32, this = off_the_real_axis))]
fn acosh<T: Real>(this: Complex<T>) -> Complex<T> {
    (this.acosh(), |dw| {
        let root = (this - T::one()).sqrt() * (this + T::one()).sqrt();
        Grad { this: pulled(root.inv(), dw) }
    })
}

// dw/dz = 1 / (1 - z²); the factors are exact near -1 and 1.
#[rrule(Complex::atanh, check(T = f64, T = f32, this = off_the_real_axis))]
fn atanh<T: Real>(this: Complex<T>) -> Complex<T> {
    (this.atanh(), |dw| Grad { this: pulled(((-this + T::one()) * (this + T::one())).inv(), dw) })
}
