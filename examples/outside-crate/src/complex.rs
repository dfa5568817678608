//! Rules of complex numbers.
//!
//! The cotangent of z = x + iy is df/dx + i df/dy, so a holomorphic w = g(z) has
//! dz = conj(g'(z)) dw.

use crate::Currents;
use chainrules_core::{Tangent, inputs, rrule};
use num_complex::Complex;

impl Tangent<Currents> for Complex<f64> {
    type Shape = ();
    type Kept = ();
    const EPSILON: f64 = f64::EPSILON;

    fn keep(&self) {}

    fn recall(_: (), replay: impl FnOnce() -> Self) -> Self {
        replay()
    }

    fn shape(&self) {}

    fn zero_of(_: &()) -> Self {
        Complex::ZERO
    }

    fn accumulate(&mut self, rhs: &Self) {
        *self += rhs;
    }

    fn map_scalars(&mut self, f: &mut dyn FnMut(f64) -> f64) {
        self.re = f(self.re);
        self.im = f(self.im);
    }
}

inputs!(Complex<f64>, |d| Complex::new(d.real(), d.real()));

#[rrule(Complex::new)]
fn new(re: f64, im: f64) -> Complex<f64> {
    (Complex::new(re, im), |dy| Grad { re: dy.re, im: dy.im })
}

#[rrule(ops::Add, ops::AddAssign)]
fn add(a: &Complex<f64>, b: &Complex<f64>) -> Complex<f64> {
    (a + b, |dy| Grad { a: *dy, b: *dy })
}

#[rrule(ops::Sub, ops::SubAssign)]
fn sub(a: &Complex<f64>, b: &Complex<f64>) -> Complex<f64> {
    (a - b, |dy| Grad { a: *dy, b: -dy })
}

#[rrule(ops::Mul, ops::MulAssign)]
fn mul(a: &Complex<f64>, b: &Complex<f64>) -> Complex<f64> {
    (a * b, |dy| Grad { a: b.conj() * dy, b: a.conj() * dy })
}

#[rrule(ops::Mul, ops::MulAssign)]
fn scaled(a: &Complex<f64>, b: f64) -> Complex<f64> {
    (a * b, |dy| Grad { a: dy * b, b: a.re * dy.re + a.im * dy.im })
}

// w = a / b: dw/da = 1 / b, dw/db = -a / b^2.
#[rrule(ops::Div, ops::DivAssign)]
fn div(a: &Complex<f64>, b: &Complex<f64>) -> Complex<f64> {
    (a / b, |dy| Grad { a: dy / b.conj(), b: -dy * (a / (b * b)).conj() })
}

#[rrule(ops::Neg)]
fn neg(a: &Complex<f64>) -> Complex<f64> {
    (-a, |dy| Grad { a: -dy })
}

#[rrule(Complex::conj)]
fn conj(this: &Complex<f64>) -> Complex<f64> {
    (this.conj(), |dy| Grad { this: dy.conj() })
}

#[rrule(Complex::exp)]
fn exp(this: Complex<f64>) -> Complex<f64> {
    let y = this.exp();
    (y, |dy| Grad { this: y.conj() * dy })
}

#[rrule(Complex::norm_sqr)]
fn norm_sqr(this: &Complex<f64>) -> f64 {
    (this.norm_sqr(), |dy| Grad { this: 2.0 * dy * this })
}
