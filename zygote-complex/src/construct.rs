//! Complex numbers from real ones.

use crate::Real;
use crate::tangent::{real_part, times_i};
use chainrules_core::rrule;
use num_complex::Complex;

#[rrule(Complex::new, check(T = f64, T = f32))]
fn new<T: Real>(re: T, im: T) -> Complex<T> {
    (Complex::new(re, im), |dw| Grad { re: dw.re, im: dw.im })
}

#[rrule(Complex::from, check(T = f64, T = f32))]
fn from<T: Real>(re: T) -> Complex<T> {
    (Complex::from(re), |dw| Grad { re: dw.re })
}

// w = r e^(iθ): dw/dr = e^(iθ), dw/dθ = i w.
#[rrule(Complex::from_polar, check(T = f64, T = f32, r = -2.0..2.0, theta = -4.0..4.0))]
fn from_polar<T: Real>(r: T, theta: T) -> Complex<T> {
    (Complex::from_polar(r, theta), |dw| {
        let unit = Complex::cis(*theta);
        Grad { r: real_part(unit, dw), theta: *r * real_part(times_i(&unit), dw) }
    })
}

// w = e^(iφ): dw/dφ = i w.
#[rrule(Complex::cis, check(T = f64, T = f32, phase = -4.0..4.0))]
fn cis<T: Real>(phase: T) -> Complex<T> {
    let w = Complex::cis(phase);
    (w, |dw| Grad { phase: real_part(times_i(&w), dw) })
}
