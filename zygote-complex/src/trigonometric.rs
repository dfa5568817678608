//! Trigonometric functions and their inverses.

use crate::Real;
use crate::inputs::{moderate, off_the_imaginary_axis, off_the_real_axis};
use crate::tangent::{pulled, times_i};
use chainrules_core::rrule;
use num_complex::Complex;

#[rrule(Complex::sin, check(T = f64, T = f32, this = moderate))]
fn sin<T: Real>(this: Complex<T>) -> Complex<T> {
    (this.sin(), |dw| Grad { this: pulled(this.cos(), dw) })
}

#[rrule(Complex::cos, check(T = f64, T = f32, this = moderate))]
fn cos<T: Real>(this: Complex<T>) -> Complex<T> {
    (this.cos(), |dw| Grad { this: -pulled(this.sin(), dw) })
}

// dw/dz = 1 + w².
#[rrule(Complex::tan, check(T = f64, T = f32, this = off_the_real_axis))]
fn tan<T: Real>(this: Complex<T>) -> Complex<T> {
    let w = this.tan();
    (w, |dw| Grad { this: pulled(w * w + T::one(), dw) })
}

/// `√(1 - z²)`, of the branch of `asin`. The factors are exact near -1 and 1.
fn sine_of_arccosine<T: Real>(z: &Complex<T>) -> Complex<T> {
    (-z + T::one()).sqrt() * (z + T::one()).sqrt()
}

#[rrule(Complex::asin, check(T = f64, T = f32, this = off_the_real_axis))]
fn asin<T: Real>(this: Complex<T>) -> Complex<T> {
    (this.asin(), |dw| Grad { this: pulled(sine_of_arccosine(this).inv(), dw) })
}

#[rrule(Complex::acos, check(T = f64, T = f32, this = off_the_real_axis))]
fn acos<T: Real>(this: Complex<T>) -> Complex<T> {
    (this.acos(), |dw| Grad { this: -pulled(sine_of_arccosine(this).inv(), dw) })
}

// dw/dz = 1 / (1 + z²); the factors 1 - iz and 1 + iz are exact near -i and i.
#[rrule(Complex::atan, check(T = f64, T = f32, this = off_the_imaginary_axis))]
fn atan<T: Real>(this: Complex<T>) -> Complex<T> {
    (this.atan(), |dw| {
        let iz = times_i(this);
        Grad { this: pulled(((-iz + T::one()) * (iz + T::one())).inv(), dw) }
    })
}
