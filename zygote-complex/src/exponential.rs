//! Exponentials and logarithms.

use crate::Real;
use crate::inputs::{moderate, off_the_cut};
use crate::tangent::{pulled, real_part};
use chainrules_core::rrule;
use num_complex::Complex;

// w = e^z: dw/dz = w.
#[rrule(Complex::exp, check(T = f64, T = f32, this = moderate))]
fn exp<T: Real>(this: Complex<T>) -> Complex<T> {
    let w = this.exp();
    (w, |dw| Grad { this: pulled(w, dw) })
}

// w = 2^z: dw/dz = w ln 2.
#[rrule(Complex::exp2, check(T = f64, T = f32, this = moderate))]
fn exp2<T: Real>(this: Complex<T>) -> Complex<T> {
    let w = this.exp2();
    (w, |dw| Grad { this: pulled(w.scale(T::LN_2()), dw) })
}

// w = b^z: dw/dz = w ln b, dw/db = z b^(z - 1).
#[rrule(Complex::expf, check(T = f64, T = f32, this = moderate, base = 0.5..3.0))]
fn expf<T: Real>(this: Complex<T>, base: T) -> Complex<T> {
    let w = this.expf(base);
    (w, |dw| Grad {
        this: pulled(w.scale(base.ln()), dw),
        base: real_part(this * (this - T::one()).expf(*base), dw),
    })
}

// dw/dz = 1 / z, of the branch on which z lies; as for all logarithms.
#[rrule(Complex::ln, check(T = f64, T = f32, this = off_the_cut))]
fn ln<T: Real>(this: Complex<T>) -> Complex<T> {
    (this.ln(), |dw| Grad { this: pulled(this.inv(), dw) })
}

#[rrule(Complex::log2, check(T = f64, T = f32, this = off_the_cut))]
fn log2<T: Real>(this: Complex<T>) -> Complex<T> {
    (this.log2(), |dw| Grad { this: pulled(this.scale(T::LN_2()).inv(), dw) })
}

#[rrule(Complex::log10, check(T = f64, T = f32, this = off_the_cut))]
fn log10<T: Real>(this: Complex<T>) -> Complex<T> {
    (this.log10(), |dw| Grad { this: pulled(this.scale(T::LN_10()).inv(), dw) })
}

// w = ln z / ln b: dw/dz = 1 / (z ln b), dw/db = -w / (b ln b).
#[rrule(Complex::log, check(T = f64, T = f32, this = off_the_cut, base = 1.5..4.0))]
fn log<T: Real>(this: Complex<T>, base: T) -> Complex<T> {
    let w = this.log(base);
    (w, |dw| Grad {
        this: pulled(this.scale(base.ln()).inv(), dw),
        base: -real_part(w, dw) / (*base * base.ln()),
    })
}
