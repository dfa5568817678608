//! Scalars, operators, constants, casts.

use crate::check::check;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[differentiable]
fn rosenbrock(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() - 1 {
        let a = x[i + 1] - x[i] * x[i];
        let b = 1.0 - x[i];
        s += 100.0 * a * a + b * b;
    }
    s
}

/// A doc comment stays.
#[differentiable]
pub fn two(x: f64, y: f64) -> f64 {
    let a = x * y + 2.0;
    let a = a / (1.5 + y * y) - x;
    let b: f64 = if a > 0.3 { a * a * x } else { (-a).sin() };
    -b % 0.7 + a
}

#[differentiable]
fn early(x: &[f64], n: usize) -> f64 {
    if x[0] > 0.5 {
        return x[0] * x[1];
    }
    let mut acc = x[0];
    for k in (0..n).rev() {
        if k % 2 == 0 && x[1] > -0.5 {
            acc *= x[1] * 0.5;
        } else if acc > 0.1 {
            acc = acc * acc + x[k % 3];
        } else {
            acc -= x[2].cos();
        }
    }
    acc
}

#[differentiable]
fn horner(c: &[f64], x: f64) -> f64 {
    assert!(c.len() > 1, "at least {} coefficients", 2);
    let mut y = 0.0;
    for k in 1..=c.len() {
        y = y * x + c[c.len() - k];
    }
    y
}

#[differentiable]
fn nested(x: &[f64]) -> f64 {
    let mut total = 0.0;
    for i in 0..x.len() {
        let mut row = 1.0;
        for j in 0..i {
            row *= two(x[j], x[i] * 0.5);
        }
        total += row.sin() * horner(x, 0.3 * row);
    }
    total
}

#[differentiable]
fn overwritten(mut x: f64, #[constant] w: &[f64]) -> f64 {
    let mut last = x;
    for i in 0..w.len() {
        last = x * w[i];
        x = 0.25 * last * last + x;
        last = 2.0;
    }
    last * x * w.len() as f64
}

#[differentiable]
fn single(x: f32, n: u8) -> f32 {
    let mut s = 1.5;
    for _ in 0..n {
        s = s * x + 2.0 / (1.0 + x * x);
        debug_assert!(s.is_finite(), "not finite: {}", s);
    }
    s
}

mod inner {
    use super::*;

    /// Reads a constant, calls across modules, and decides by `&&` and `||`.
    #[differentiable]
    pub(crate) fn gate(x: f64, on: bool) -> f64 {
        let scale = {
            let half = std::f64::consts::PI / 2.0;
            half * x
        };
        let y = if on && x > 0.0 || x < -1.0 { scale.exp() } else { scale / 2.0 };
        y * super::two(x, y.tanh())
    }
}

#[test]
fn single_precision() {
    let (x, h) = (0.8_f32, 1e-2);
    let difference = (single(x + h, 4) - single(x - h, 4)) / (2.0 * h);
    assert!((gradient!(single, x, 4) - difference).abs() < 1e-2 * difference.abs());
}

#[test]
fn modules_constants_and_logic() {
    for on in [false, true] {
        check(1, |x| inner::gate(x[0], on), |x| vec![gradient!(inner::gate, x[0], on)]);
    }
}

#[test]
fn loops_over_slices() {
    check(5, rosenbrock, |x| gradient!(rosenbrock, x));
    check(4, nested, |x| gradient!(nested, x));
}

#[test]
fn branches_follow_the_path_that_ran() {
    check(
        2,
        |x| two(x[0], x[1]),
        |x| {
            let (a, b) = gradient!(two, x[0], x[1]);
            vec![a, b]
        },
    );
    check(3, |x| early(x, 5), |x| gradient!(early, x, 5));
}

#[test]
fn state_that_is_overwritten() {
    check(
        4,
        |x| horner(&x[..3], x[3]),
        |x| {
            let (mut dc, dx) = gradient!(horner, &x[..3], x[3]);
            dc.push(dx);
            dc
        },
    );
    let w = [0.5, -0.8, 1.1];
    check(1, |x| overwritten(x[0], &w), |x| vec![gradient!(overwritten, x[0], &w)]);
}

#[test]
fn a_pullback_is_linear_and_can_be_cloned() {
    let x = [0.3, -0.7, 0.2];
    let (y, back) = pullback!(rosenbrock, &x);
    assert_eq!(y, rosenbrock(&x));
    let (one, two) = (back.clone()(1.0), back(2.0));
    assert_eq!(one.iter().map(|d| 2.0 * d).collect::<Vec<_>>(), two);
    assert_eq!(value_and_gradient!(rosenbrock, &x), (y, one));
}

#[test]
fn a_loop_over_immutable_values_needs_no_tape() {
    let (free, taped) = (code_adjoint!(rosenbrock), code_adjoint!(horner));
    assert!(!free.contains("on a tape"), "{free}");
    assert!(taped.contains("on a tape"), "{taped}");
    assert!(code_ir!(rosenbrock).contains("for i in"));
}

#[test]
#[should_panic(expected = "at least 2 coefficients")]
fn a_panic_of_the_primal_is_the_derivatives() {
    gradient!(horner, &[1.0], 2.0);
}

const SCALE: f64 = 1.75;
static OFFSETS: [f64; 3] = [0.5, -1.0, 0.25];

#[differentiable]
fn operators(x: f64, y: f64, n: i32) -> f64 {
    let mut a = x;
    a += y;
    a *= SCALE;
    a -= OFFSETS[1] * x;
    a /= 2.0 + y * y;
    a %= 0.75;
    let k = (n << 1) ^ 3 & !n | 5 % n;
    let positive = !(x <= y) || n > 2 && x != 0.0;
    let b = if positive { -a } else { -(-a) };
    b * k as f64 + (x as f32 as f64) * 0.0 + (7 / n) as f64 * x
}

#[test]
fn every_operator() {
    for n in [1, 2, 5] {
        check(
            2,
            |x| operators(x[0], x[1], n),
            |x| {
                let (a, b) = gradient!(operators, x[0], x[1], n);
                vec![a, b]
            },
        );
    }
}

#[differentiable]
fn bits_of_unknown_integers(x: &[f64]) -> f64 {
    let v = x.to_vec();
    let mut k = v.len();
    k ^= 1;
    k |= 4;
    let odd = v.len() & 1;
    let empty = v.is_empty();
    let full = !empty;
    let both = full & (k > 2);
    if both { x[odd] * k as f64 * x[1] } else { x[0] }
}

#[test]
fn operators_on_bits() {
    check(3, bits_of_unknown_integers, |x| gradient!(bits_of_unknown_integers, x));
}

#[differentiable]
fn through_f32(x: f64) -> f32 {
    let y = (x * 2.0) as f32;
    y * y
}

#[test]
fn casts_between_reals_carry_the_derivative() {
    let dx = gradient!(through_f32, 1.5);
    assert!((dx - 12.0).abs() < 1e-6, "{dx}");
}

#[differentiable]
fn step_by_cast(x: f64) -> f64 {
    let k = x as i64;
    k as f64 * x
}

#[test]
fn a_cast_to_an_integer_is_a_step() {
    assert_eq!(gradient!(step_by_cast, 3.7), 3.0);
}

#[differentiable]
fn shadowed(x: f64) -> f64 {
    let x = x * x;
    let x = x + 1.0;
    let y = {
        let x = x * 2.0;
        let z = x.sin();
        z * x
    };
    x * y
}

#[differentiable]
fn references(x: &f64, y: &f64) -> f64 {
    let a = *x * y;
    let b = x * y + &a;
    let c = &b;
    c * *c + *x
}

#[differentiable]
fn constant_only(x: f64, #[constant] scale: f64) -> f64 {
    let base = scale * 2.0;
    let base = base.exp();
    x * base
}

#[test]
fn blocks_and_shadowing() {
    check(1, |x| shadowed(x[0]), |x| vec![gradient!(shadowed, x[0])]);
    check(
        2,
        |x| references(&x[0], &x[1]),
        |x| {
            let (a, b) = gradient!(references, &x[0], &x[1]);
            vec![a, b]
        },
    );
    check(1, |x| constant_only(x[0], 0.3), |x| vec![gradient!(constant_only, x[0], 0.3)]);
}

#[test]
fn an_argument_declared_constant_has_no_cotangent() {
    let dx: f64 = gradient!(two, 0.3, constant(0.7));
    let (full, _) = gradient!(two, 0.3, 0.7);
    assert_eq!(dx, full);
    let dy: f64 = gradient!(two, constant(0.3), 0.7);
    assert_eq!(dy, gradient!(two, 0.3, 0.7).1);
}

#[differentiable]
fn parameters((a, b): (f64, f64), [c, d]: [f64; 2], _: f64, pair: (f64, (f64, f64))) -> f64 {
    let (p, (q, r)) = pair;
    a * b + c * d * p - q / (2.0 + r * r)
}

#[test]
fn tuple_and_array_parameters() {
    check(
        7,
        |x| parameters((x[0], x[1]), [x[2], x[3]], 1.0, (x[4], (x[5], x[6]))),
        |x| {
            let (t, a, unused, n) =
                gradient!(parameters, (x[0], x[1]), [x[2], x[3]], 1.0, (x[4], (x[5], x[6])));
            assert_eq!(unused, 0.0);
            vec![t.0, t.1, a[0], a[1], n.0, n.1.0, n.1.1]
        },
    );
}

#[differentiable]
fn vector_valued(x: &[f64], s: f64) -> Vec<f64> {
    vec![x[0] * s, x[1] + s * s, x[0] * x[1]]
}

#[differentiable]
fn tuple_valued(x: f64, y: f64) -> (f64, [f64; 2]) {
    (x * y, [x, y * y])
}

#[test]
fn pullbacks_of_values_that_are_no_scalars() {
    let (y, back) = pullback!(vector_valued, &[2.0, 3.0], 4.0);
    assert_eq!(y, [8.0, 19.0, 6.0]);
    assert_eq!(back.clone()(vec![1.0, 0.0, 0.0]), (vec![4.0, 0.0], 2.0));
    assert_eq!(back.clone()(vec![0.0, 1.0, 0.0]), (vec![0.0, 1.0], 8.0));
    assert_eq!(back(vec![0.0, 0.0, 1.0]), (vec![3.0, 2.0], 0.0));
    let ((p, q), back) = pullback!(tuple_valued, 2.0, 3.0);
    assert_eq!((p, q), (6.0, [2.0, 9.0]));
    assert_eq!(back((1.0, [10.0, 100.0])), (13.0, 602.0));
}

#[test]
#[should_panic(expected = "cotangent of length 2 where the value has length 3")]
fn a_cotangent_of_another_shape_names_both() {
    let (_, back) = pullback!(vector_valued, &[2.0, 3.0], 4.0);
    back(vec![1.0, 0.0]);
}
