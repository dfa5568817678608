//! Complex numbers of num-complex: the gradient of a real loss is dL/dRe + i dL/dIm.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_complex::num_complex::{Complex, Complex64};
use zygote_complex::prelude::*;
use zygote_engine::prelude::*;

#[differentiable]
fn squared_norm(z: Complex<f64>, w: Complex64) -> f64 {
    (z * w + z - w.conj()).norm_sqr()
}

#[differentiable]
fn parts(z: Complex64, k: f64) -> f64 {
    let w = Complex::new(z.re * k, z.im - k);
    (w * w).re * w.im + z.re
}

#[differentiable]
fn mixed_operands(z: Complex64, k: f64) -> f64 {
    let w = k * z + 2.0 - z / (3.0 + k * k);
    let u = -(1.0 / (w + Complex::new(4.0, 0.5)));
    u.re + u.im * w.im
}

#[differentiable]
fn functions(z: Complex64) -> f64 {
    let w = z.exp() * z.sin() + (z + 3.0).ln() + (z + 3.0).sqrt();
    w.re * w.im
}

#[differentiable]
fn polar(r: f64, t: f64) -> f64 {
    let z = Complex::from_polar(2.0 + r, t);
    let (_, angle) = z.to_polar();
    z.norm() * angle.cos() + z.powi(3).re + z.arg().sin()
}

#[differentiable]
fn assigned(z: Complex64, w: Complex64) -> f64 {
    let mut s = z;
    for k in 0..3 {
        s *= w;
        s += z * k as f64;
        s -= 0.5;
    }
    s.norm_sqr()
}

/// The magnitudes of a discrete Fourier transform.
#[differentiable]
fn spectrum(x: &[f64]) -> f64 {
    let n = x.len();
    let mut s = 0.0;
    for k in 0..n {
        let mut sum = Complex::new(0.0, 0.0);
        for (j, a) in x.iter().enumerate() {
            let angle = -std::f64::consts::TAU * (j * k) as f64 / n as f64;
            sum += Complex::from_polar(1.0, angle) * *a;
        }
        s += sum.norm_sqr() * (k + 1) as f64;
    }
    s
}

/// Escape iteration of the Mandelbrot set.
#[differentiable]
fn orbit(c: Complex64, n: usize) -> f64 {
    let mut z = Complex64::new(0.0, 0.0);
    for _ in 0..n {
        if z.norm_sqr() > 4.0 {
            break;
        }
        z = z * z + c;
    }
    z.re + z.im * 0.5
}

#[differentiable]
fn impedances(z: &[Complex64], omega: f64) -> f64 {
    let mut y = Complex::new(0.0, omega);
    for a in z {
        y += (a + Complex::new(3.0, 0.0)).inv();
    }
    y.norm()
}

fn c(x: &[f64]) -> Complex64 {
    Complex::new(x[0], x[1])
}

programs![
    squared_norm("`+ - *`, `conj`, `norm_sqr`", 4, |x| squared_norm(c(x), c(&x[2..]))),
    parts("`re` and `im` as fields", 3, |x| parts(c(x), x[2])),
    mixed_operands("complex with real operands", 3, |x| mixed_operands(c(x), x[2])),
    functions("`exp`, `sin`, `ln`, `sqrt`", 2, |x| functions(c(x))),
    polar("`from_polar`, `to_polar`, `arg`, `powi`", 2, |x| polar(x[0], x[1])),
    assigned("`+= -= *=`", 4, |x| assigned(c(x), c(&x[2..]))),
    spectrum("sums of complex numbers", 4, |x| spectrum(x)),
    orbit("complex numbers in loops with exits", 2, |x| orbit(c(x), 3)),
    impedances("slices of complex numbers", 5, |x| impedances(&[c(x), c(&x[2..])], x[4])),
    holomorphic("holomorphic functions: dz = conj(g') dw", || {
        let z = Complex::new(0.3, -0.7);
        let d = gradient!(|z: Complex64| (z * z * z).re, z);
        assert!((d - (3.0 * z * z).conj()).norm() < 1e-14, "{d}");
    }),
];
