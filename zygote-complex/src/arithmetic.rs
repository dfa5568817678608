//! The operators, and arithmetic by methods.

use crate::Real;
use crate::inputs::{apart_from_one, between_whole_numbers, close_to_one, off_the_cut};
use crate::tangent::{pulled, real_part};
use chainrules_core::rrule;
use num_complex::Complex;

/// The number with its parts rounded towards zero.
fn truncated<T: Real>(z: Complex<T>) -> Complex<T> {
    Complex::new(z.re.trunc(), z.im.trunc())
}

#[rrule(ops::Add, ops::AddAssign, check(T = f64, T = f32))]
fn add<T: Real>(a: Complex<T>, b: Complex<T>) -> Complex<T> {
    (a + b, |dw| Grad { a: *dw, b: *dw })
}

#[rrule(ops::Sub, ops::SubAssign, check(T = f64, T = f32))]
fn sub<T: Real>(a: Complex<T>, b: Complex<T>) -> Complex<T> {
    (a - b, |dw| Grad { a: *dw, b: -dw })
}

#[rrule(ops::Neg, check(T = f64, T = f32))]
fn neg<T: Real>(a: Complex<T>) -> Complex<T> {
    (-a, |dw| Grad { a: -dw })
}

#[rrule(ops::Mul, ops::MulAssign, check(T = f64, T = f32))]
fn mul<T: Real>(a: Complex<T>, b: Complex<T>) -> Complex<T> {
    (a * b, |dw| Grad { a: pulled(*b, dw), b: pulled(*a, dw) })
}

// w = a / b: dw/da = 1 / b, dw/db = -w / b.
#[rrule(ops::Div, ops::DivAssign, check(T = f64, T = f32, b = off_the_cut))]
fn div<T: Real>(a: Complex<T>, b: Complex<T>) -> Complex<T> {
    (a / b, |dw| {
        let da = dw / b.conj();
        Grad { a: da, b: -pulled(a / b, &da) }
    })
}

// w = a - q b, with the Gaussian integer q constant between the jumps.
#[rrule(
    ops::Rem,
    ops::RemAssign,
    check(T = f64, T = f32, a = between_whole_numbers, b = close_to_one)
)]
fn rem<T: Real>(a: Complex<T>, b: Complex<T>) -> Complex<T> {
    (a % b, |dw| Grad { a: *dw, b: -pulled(truncated(a / b), dw) })
}

macro_rules! with_real {
    ($($t:ident),+) => {$(
        #[rrule(ops::Add, ops::AddAssign)]
        fn add_real(a: Complex<$t>, b: $t) -> Complex<$t> {
            (a + b, |dw| Grad { a: *dw, b: dw.re })
        }

        #[rrule(ops::Sub, ops::SubAssign)]
        fn sub_real(a: Complex<$t>, b: $t) -> Complex<$t> {
            (a - b, |dw| Grad { a: *dw, b: -dw.re })
        }

        #[rrule(ops::Mul, ops::MulAssign)]
        fn mul_real(a: Complex<$t>, b: $t) -> Complex<$t> {
            (a * b, |dw| Grad { a: dw * b, b: real_part(*a, dw) })
        }

        // w = a / b: dw/da = 1 / b, dw/db = -w / b.
        #[rrule(ops::Div, ops::DivAssign, check(b = 0.5..2.0))]
        fn div_real(a: Complex<$t>, b: $t) -> Complex<$t> {
            (a / b, |dw| Grad { a: dw / b, b: -real_part(a / b, dw) / b })
        }

        // The parts have remainders of their own.
        #[rrule(ops::Rem, ops::RemAssign, check(a = between_whole_numbers, b = 0.98..1.02))]
        fn rem_real(a: Complex<$t>, b: $t) -> Complex<$t> {
            (a % b, |dw| Grad { a: *dw, b: -real_part(truncated(a / b), dw) })
        }

        #[rrule(ops::Add)]
        fn add(a: $t, b: Complex<$t>) -> Complex<$t> {
            (a + b, |dw| Grad { a: dw.re, b: *dw })
        }

        #[rrule(ops::Sub)]
        fn sub(a: $t, b: Complex<$t>) -> Complex<$t> {
            (a - b, |dw| Grad { a: dw.re, b: -dw })
        }

        #[rrule(ops::Mul)]
        fn mul(a: $t, b: Complex<$t>) -> Complex<$t> {
            (a * b, |dw| Grad { a: real_part(*b, dw), b: dw * a })
        }

        #[rrule(ops::Div, check(b = off_the_cut))]
        fn div(a: $t, b: Complex<$t>) -> Complex<$t> {
            (a / b, |dw| {
                let scaled = dw / b.conj();
                Grad { a: scaled.re, b: -pulled(a / b, &scaled) }
            })
        }

        // The quotient q is a Gaussian integer, constant between the jumps.
        #[rrule(ops::Rem, check(a = 2.4..2.6, b = apart_from_one))]
        fn rem(a: $t, b: Complex<$t>) -> Complex<$t> {
            (a % b, |dw| Grad { a: dw.re, b: -pulled(truncated(a / b), dw) })
        }
    )+};
}
with_real!(f32, f64);

#[rrule(Complex::scale, check(T = f64, T = f32))]
fn scale<T: Real>(this: &Complex<T>, t: T) -> Complex<T> {
    (this.scale(t), |dw| Grad { this: dw.scale(*t), t: real_part(*this, dw) })
}

#[rrule(Complex::unscale, check(T = f64, T = f32, t = 0.5..2.0))]
fn unscale<T: Real>(this: &Complex<T>, t: T) -> Complex<T> {
    (this.unscale(t), |dw| Grad { this: dw.unscale(*t), t: -real_part(this.unscale(*t), dw) / *t })
}

// w = 1 / z: dw/dz = -w².
#[rrule(Complex::inv, check(T = f64, T = f32, this = off_the_cut))]
fn inv<T: Real>(this: &Complex<T>) -> Complex<T> {
    let w = this.inv();
    (w, |dw| Grad { this: -pulled(w * w, dw) })
}

#[rrule(Complex::finv, check(T = f64, T = f32, this = off_the_cut))]
fn finv<T: Real>(this: Complex<T>) -> Complex<T> {
    let w = this.finv();
    (w, |dw| Grad { this: -pulled(w * w, dw) })
}

#[rrule(Complex::fdiv, check(T = f64, T = f32, other = off_the_cut))]
fn fdiv<T: Real>(this: Complex<T>, other: Complex<T>) -> Complex<T> {
    (this.fdiv(other), |dw| {
        let da = dw.fdiv(other.conj());
        Grad { this: da, other: -pulled(this.fdiv(*other), &da) }
    })
}
