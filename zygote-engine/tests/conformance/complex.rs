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

/// z itself.
#[differentiable]
fn from_its_polar_form(z: Complex64) -> f64 {
    let w = (Complex::new(0.0, 1.0) * z.arg()).exp() * z.norm();
    w.re * w.im
}

#[differentiable]
fn polynomial_of_parts(z: Complex64) -> f64 {
    3.0 * z.re.powi(3) - 2.0 * z.im.powi(5)
}

#[differentiable]
fn norm_of_functions(z: Complex64) -> f64 {
    z.exp().cos().norm() + z.norm() * z.conj().im
}

#[differentiable]
fn not_holomorphic(z: Complex64) -> f64 {
    let w = z.conj() * z * z + Complex::new(0.0, 1.0) * z.norm_sqr();
    let u = Complex::new(z.im * z.im, z.sin().re.powi(3));
    (w * u.conj()).re + w.im
}

#[differentiable]
fn determinant(m: &[Complex64]) -> f64 {
    let d = m[0] * m[3] - m[1] * m[2];
    d.re + d.norm()
}

/// Vectors of complex numbers made of real parts.
#[differentiable]
fn made_of_parts(v: &[f64]) -> f64 {
    let n = v.len() / 3;
    let z: Vec<Complex64> = (0..n).map(|i| Complex::new(v[i], v[n + i])).collect();
    z.iter().zip(&v[2 * n..]).map(|(z, r)| r * z.norm_sqr()).sum()
}

/// Horner's scheme.
#[differentiable]
fn polynomial(coefficients: &[Complex64], z: Complex64) -> Complex64 {
    let mut s = Complex::new(0.0, 0.0);
    for a in coefficients {
        s = s * z + *a;
    }
    s
}

#[differentiable]
fn size_of_polynomial(coefficients: &[Complex64], z: Complex64) -> f64 {
    polynomial(coefficients, z).norm_sqr()
}

#[derive(Clone, Copy, Tangent)]
struct Qubit {
    zero: Complex64,
    one: Complex64,
}

#[differentiable]
impl Qubit {
    fn rotated(self, angle: f64) -> Self {
        let (s, c) = angle.sin_cos();
        let i = Complex::new(0.0, 1.0);
        Qubit { zero: self.zero * c - i * self.one * s, one: self.one * c - i * self.zero * s }
    }

    fn phase(&mut self, angle: f64) {
        self.one *= Complex::from_polar(1.0, angle);
    }
}

#[differentiable]
fn circuit(q: Qubit, angles: &[f64]) -> f64 {
    let mut q = q;
    for a in angles {
        q = q.rotated(*a);
        q.phase(a * 0.5);
    }
    q.one.norm_sqr() - q.zero.re
}

/// Compares the value and the gradient of the real part with the function and its derivative.
macro_rules! holomorphic {
    ($(|$z:ident| $value:expr, $slope:expr;)+) => {$(
        for point in [Complex::new(1.0, 2.0), Complex::new(-0.75, 0.5)] {
            let (y, d) = value_and_gradient!(|$z: Complex64| ($value).re, point);
            let $z: Complex64 = point;
            let (value, slope): (Complex64, Complex64) = ($value, $slope);
            assert!((y - value.re).abs() < 1e-12, "{y} at {point}");
            assert!((d - slope.conj()).norm() < 1e-12 * slope.norm().max(1.0), "{d} at {point}");
        }
    )+};
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
        let (y, d) = value_and_gradient!(|z: Complex64| (z * z * z).re, z);
        assert!((y - z.powi(3).re).abs() < 1e-14, "{y}");
        assert!((d - (3.0 * z * z).conj()).norm() < 1e-14, "{d}");
    }),
    from_its_polar_form("`from_polar`, `to_polar`, `arg`, `powi`", 2, |x| from_its_polar_form(c(
        x
    ))),
    polynomial_of_parts("`re` and `im` as fields", 2, |x| polynomial_of_parts(c(x))),
    norm_of_functions("`exp`, `sin`, `ln`, `sqrt`", 2, |x| norm_of_functions(c(x))),
    not_holomorphic("functions that are not holomorphic", 2, |x| not_holomorphic(c(x))),
    determinant("slices of complex numbers", 8, |x| determinant(&[
        c(x),
        c(&x[2..]),
        c(&x[4..]),
        c(&x[6..])
    ])),
    made_of_parts("vectors of complex numbers", 6, |x| made_of_parts(x)),
    size_of_polynomial("complex numbers as results", 8, |x| size_of_polynomial(
        &[c(x), c(&x[2..]), c(&x[4..])],
        c(&x[6..])
    )),
    holomorphic_functions("holomorphic functions: dz = conj(g') dw", || {
        holomorphic! {
            |z| z.cos(), -z.sin();
            |z| z.exp(), z.exp();
            |z| z.ln(), 1.0 / z;
            |z| z * z, 2.0 * z;
            |z| z.ln().cos().exp(), -z.ln().cos().exp() * z.ln().sin() / z;
            |z| Complex::new(z.re * z.re - z.im * z.im, 2.0 * z.re * z.im), 2.0 * z;
        }
    }),
    circuit("complex numbers in structs", 6, |x| circuit(
        Qubit { zero: c(x), one: c(&x[2..]) },
        &x[4..]
    )),
];
