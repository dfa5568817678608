//! How complex numbers are drawn in checks.

use crate::Real;
use chainrules_core::{Draw, inputs};
use num_complex::Complex;
use std::ops::Range;

inputs!(Complex<f64>, |d| Complex::new(d.real(), d.real()));
inputs!(Complex<f32>, |d| Complex::new(d.real() as f32, d.real() as f32));

fn within<T: Real>(d: &mut Draw, re: Range<f64>, im: Range<f64>) -> Complex<T> {
    Complex::new(T::of(d.real_in(re)), T::of(d.real_in(im)))
}

/// A domain: numbers of moderate size.
pub(crate) fn moderate<T: Real>(d: &mut Draw) -> Complex<T> {
    within(d, -2.0..2.0, -2.0..2.0)
}

/// A domain: numbers away from zero and from the negative real axis.
pub(crate) fn off_the_cut<T: Real>(d: &mut Draw) -> Complex<T> {
    let (r, angle) = (d.real_in(0.4..2.0), d.real_in(-2.9..2.9));
    Complex::from_polar(T::of(r), T::of(angle))
}

/// A domain: numbers away from the real axis.
pub(crate) fn off_the_real_axis<T: Real>(d: &mut Draw) -> Complex<T> {
    let side = d.one_of(&[0.4..1.5, -1.5..-0.4]);
    within(d, -1.5..1.5, side)
}

/// A domain: numbers away from the imaginary axis.
pub(crate) fn off_the_imaginary_axis<T: Real>(d: &mut Draw) -> Complex<T> {
    let side = d.one_of(&[0.4..1.5, -1.5..-0.4]);
    within(d, side, -1.5..1.5)
}

/// A domain: numbers away from both axes.
pub(crate) fn off_the_axes<T: Real>(d: &mut Draw) -> Complex<T> {
    let sides = [0.2..2.0, -2.0..-0.2];
    let (re, im) = (d.one_of(&sides), d.one_of(&sides));
    within(d, re, im)
}

/// A domain: numbers close to 2.5 + 1.5i.
pub(crate) fn between_whole_numbers<T: Real>(d: &mut Draw) -> Complex<T> {
    within(d, 2.4..2.6, 1.4..1.6)
}

/// A domain: numbers close to 0.9 + 0.3i.
pub(crate) fn apart_from_one<T: Real>(d: &mut Draw) -> Complex<T> {
    within(d, 0.88..0.92, 0.28..0.32)
}

/// A domain: numbers close to 1.
pub(crate) fn close_to_one<T: Real>(d: &mut Draw) -> Complex<T> {
    within(d, 0.98..1.02, -0.02..0.02)
}
