//! Complex numbers in differentiated code.

use chainrules::prelude::*;
use zygote_complex::num_complex::Complex;
use zygote_complex::prelude::*;
use zygote_engine::prelude::*;

/// Compares a gradient in the real and imaginary parts of two numbers, and in a real number, with
/// central differences.
fn check(
    f: impl Fn(Complex<f64>, Complex<f64>, f64) -> f64,
    gradient: impl Fn(Complex<f64>, Complex<f64>, f64) -> (Complex<f64>, Complex<f64>, f64),
) {
    for (z, w, x) in [
        (Complex::new(0.7, -0.4), Complex::new(-1.2, 0.9), 0.8),
        (Complex::new(-0.3, 1.1), Complex::new(0.6, 0.5), -1.3),
    ] {
        let at = |d: [f64; 5]| {
            f(
                Complex::new(z.re + d[0], z.im + d[1]),
                Complex::new(w.re + d[2], w.im + d[3]),
                x + d[4],
            )
        };
        let (dz, dw, dx) = gradient(z, w, x);
        for (i, got) in [dz.re, dz.im, dw.re, dw.im, dx].into_iter().enumerate() {
            let mut h = [0.0; 5];
            h[i] = 1e-6;
            let difference = (at(h) - at(h.map(|h| -h))) / 2e-6;
            assert!(
                (got - difference).abs() < 1e-7 * difference.abs().max(1.0),
                "part {i}: {got} but differences give {difference} at {z}, {w}, {x}"
            );
        }
    }
}

#[differentiable]
fn expression(z: Complex<f64>, w: Complex<f64>, x: f64) -> f64 {
    let a = (z * w + 2.0 * z - w / z) * x;
    let b = Complex::new(x, z.re).exp() - a.conj() / (1.0 + w.norm_sqr());
    let c = -b.sin() + b.powi(2) - Complex::from_polar(x, w.im);
    c.re * c.im + a.arg() + (c.ln() / w.sqrt()).norm()
}

#[differentiable]
fn assigned(z: Complex<f64>, w: Complex<f64>, x: f64) -> f64 {
    let mut a = z;
    a += w;
    a *= z;
    a -= x;
    a /= w;
    a *= x;
    a.re += x * a.im;
    a.im *= w.re;
    a = -a / 2.0;
    let (r, theta) = a.to_polar();
    r * theta
}

#[differentiable]
fn iterated(z: Complex<f64>, w: Complex<f64>, x: f64) -> f64 {
    let mut orbit = vec![z];
    for i in 0..4 {
        let next = orbit[i] * orbit[i] * 0.3 + w * x;
        orbit.push(next);
    }
    let mut sum = 0.0;
    for p in &orbit {
        sum += p.norm() + p.re;
    }
    sum
}

#[test]
fn gradients_of_both_parts() {
    check(expression, |z, w, x| gradient!(expression, z, w, x));
    check(assigned, |z, w, x| gradient!(assigned, z, w, x));
    check(iterated, |z, w, x| gradient!(iterated, z, w, x));
}

#[differentiable]
fn square(z: Complex<f64>) -> Complex<f64> {
    z * z
}

#[test]
fn a_holomorphic_function_pulls_by_the_conjugate_of_its_derivative() {
    let (z, dw) = (Complex::new(1.0, 2.0), Complex::new(0.5, -1.0));
    let (w, back) = pullback!(square, z);
    assert_eq!(w, square(z));
    assert_eq!(back(dw), (2.0 * z).conj() * dw);
}

#[differentiable]
fn loss(z: Complex<f32>, w: Complex<f32>) -> f32 {
    (z * w).norm_sqr()
}

#[test]
fn descent_goes_against_the_gradient_in_single_precision() {
    let (mut z, w) = (Complex::new(1.0, -2.0), Complex::new(0.5, 0.25));
    for _ in 0..200 {
        z -= gradient!(loss, z, constant(w)) * 0.5;
    }
    assert!(loss(z, w) < 1e-12, "{z}");
}

#[test]
fn conventions_at_special_points() {
    let zero = Complex::new(0.0, 0.0);
    let mut dz = zero;
    zero.rrule_norm((Active,)).1(&zero, &1.0, &mut dz);
    zero.rrule_l1_norm((Active,)).1(&zero, &1.0, &mut dz);
    zero.rrule_arg((Active,)).1(&zero, &1.0, &mut dz);
    zero.rrule_to_polar((Active,)).1(&zero, &(1.0, 1.0), &mut dz);
    zero.rrule_powi(0, (Active, Constant)).1(&zero, &0, &zero, &mut dz, ());
    zero.rrule_powu(0, (Active, Constant)).1(&zero, &0, &zero, &mut dz, ());
    assert_eq!(dz, zero);
    zero.rrule_powi(1, (Active, Constant)).1(&zero, &1, &Complex::ONE, &mut dz, ());
    assert_eq!(dz, Complex::ONE);
    let (mut dz, mut dp) = (zero, 0.0);
    zero.rrule_powf(2.0, (Active, Active)).1(&zero, &2.0, &Complex::ONE, &mut dz, &mut dp);
    zero.rrule_powf(0.0, (Active, Active)).1(&zero, &0.0, &Complex::ONE, &mut dz, &mut dp);
    assert_eq!((dz, dp), (zero, 0.0));
}

#[test]
fn a_pullback_keeps_the_result_only_where_it_needs_it() {
    let z = Complex::new(1.0, 2.0);
    assert_eq!(size_of_val(&z.rrule_sin((Active,)).1), 0);
    assert_eq!(size_of_val(&z.rrule_exp((Active,)).1), size_of_val(&z));
}
