//! Scalar mathematics, tuples, arrays, mutation, recursion.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[differentiable]
fn arithmetic(x: f64, y: f64) -> f64 {
    let a = x * y - 2.0 * x / (y * y + 1.0);
    -a + (x - y) * 3.0 % 7.0
}

#[differentiable]
fn compound(x: f64, y: f64) -> f64 {
    let mut s = x;
    s += y;
    s *= x;
    s -= y * y;
    s /= 2.0 + y * y;
    s
}

#[differentiable]
fn trigonometry(x: f64, y: f64) -> f64 {
    let (s, c) = x.sin_cos();
    s * y.tan().atan() + c * (0.5 * x.tanh()).asin() + y.atan2(2.0 + x) - (0.3 * s).acos()
}

#[differentiable]
fn exponentials(x: f64, y: f64) -> f64 {
    let a = x.exp() + (2.0 + y).ln() + (x * y).exp2() + (x * x).ln_1p() + y.exp_m1();
    a * (1.0 + x * x).log2() + (2.0 + x).log10() * (3.0 + y).log(2.5)
}

#[differentiable]
fn hyperbolic(x: f64, y: f64) -> f64 {
    x.sinh() * y.cosh() + x.tanh() - (x * y).asinh()
        + (2.0 + x * x).acosh()
        + (0.5 * y).tanh().atanh()
}

#[differentiable]
fn powers(x: f64, y: f64) -> f64 {
    x.powi(3) * (2.0 + y).powf(x)
        + (1.0 + x * x).sqrt()
        + (2.0 + y).cbrt()
        + x.hypot(y + 2.0)
        + (3.0 + y).recip()
}

#[differentiable]
fn pieces(x: f64, y: f64) -> f64 {
    x.abs() * y.max(0.2)
        + x.min(y) * x.clamp(-1.0, 1.0)
        + y.signum() * x
        + x.floor() * y
        + x.copysign(y)
}

#[differentiable]
fn fused(x: f64, y: f64) -> f64 {
    x.mul_add(y, x * x).to_radians() * 10.0 + f64::max(x, y) * f64::sin(x)
}

#[differentiable]
fn casts(x: f64, k: i32) -> f64 {
    let n = (x * 10.0) as i64;
    let y = x as f32 as f64;
    x * k as f64 + n as f64 * 0.0 + y * 0.0 + f64::from(k) * x * x
}

#[differentiable]
fn tuples(x: f64, y: f64) -> f64 {
    let t = (x * y, (x, [y, 2.0 * x]));
    let (a, (b, [c, d])) = t;
    let mut u = (a, b);
    u.0 *= c;
    u.1 += u.0 * d;
    u.0 * u.1 + t.1.1[0]
}

#[differentiable]
fn arrays(x: [f64; 3], k: usize) -> f64 {
    let mut a = [0.5; 4];
    a[k] = x[0] * x[1];
    a[k + 1] += x[2] * a[k];
    let m = [[a[0], a[1]], [a[2], a[3]]];
    m[0][0] * m[1][1] - m[0][1] * m[1][0]
}

#[differentiable]
fn vectors(x: &[f64]) -> f64 {
    let mut v = vec![0.0; x.len()];
    for i in 0..x.len() {
        v[i] = x[i] * x[i];
        if i > 0 {
            v[i] += v[i - 1];
        }
    }
    let n = v.len();
    v[n - 1] * v[0]
}

#[differentiable]
fn swapped_variables(x: f64, y: f64) -> f64 {
    let (mut a, mut b) = (x, y);
    for _ in 0..3 {
        (a, b) = (b * 0.9 + a, a * b);
    }
    a * b
}

#[differentiable]
fn swap_of_variables(x: f64, y: f64) -> f64 {
    let (mut a, mut b) = (x * x, y);
    std::mem::swap(&mut a, &mut b);
    a = a * b + x;
    a * b
}

#[differentiable]
fn power(x: f64, n: u32) -> f64 {
    if n == 0 {
        return 1.0;
    }
    let half = power(x, n / 2);
    if n % 2 == 0 { half * half } else { half * half * x }
}

#[differentiable]
fn divided(x: &[f64]) -> f64 {
    match x.len() {
        0 => 1.0,
        1 => x[0].sin(),
        n => divided(&x[..n / 2]) * divided(&x[n / 2..]) + x[0],
    }
}

#[differentiable(recursive)]
fn even(x: f64, n: u32) -> f64 {
    if n == 0 { x } else { odd(x * 0.5, n - 1) + x }
}

#[differentiable]
fn odd(x: f64, n: u32) -> f64 {
    if n == 0 { x * x } else { even(x.sin(), n - 1) * x }
}

#[differentiable]
fn determinant(m: &[Vec<f64>]) -> f64 {
    let n = m.len();
    if n == 1 {
        return m[0][0];
    }
    let mut total = 0.0;
    for k in 0..n {
        let mut minor = Vec::new();
        for i in 1..n {
            let mut row = Vec::new();
            for j in 0..n {
                if j != k {
                    row.push(m[i][j]);
                }
            }
            minor.push(row);
        }
        let sign = if k % 2 == 0 { 1.0 } else { -1.0 };
        total += sign * m[0][k] * determinant(&minor);
    }
    total
}

/// The logarithm of the sum of exponentials.
#[differentiable]
fn log_sum_exp(x: &[f64]) -> f64 {
    let mut largest = x[0];
    for i in 1..x.len() {
        largest = largest.max(x[i]);
    }
    let mut s = 0.0;
    for y in x {
        s += (y - largest).exp();
    }
    largest + s.ln()
}

/// Gaussian elimination without pivoting, of a matrix with a dominant diagonal.
#[differentiable]
fn solved(a: &[f64], b: &[f64]) -> f64 {
    let n = b.len();
    let mut m = a.to_vec();
    let mut x = b.to_vec();
    for i in 0..n {
        m[i * n + i] += 6.0;
    }
    for k in 0..n {
        for i in k + 1..n {
            let f = m[i * n + k] / m[k * n + k];
            for j in k..n {
                m[i * n + j] -= f * m[k * n + j];
            }
            x[i] -= f * x[k];
        }
    }
    for i in (0..n).rev() {
        for j in i + 1..n {
            x[i] -= m[i * n + j] * x[j];
        }
        x[i] /= m[i * n + i];
    }
    x[0] + x[1] * x[n - 1]
}

#[differentiable]
fn two_results(x: f64, y: f64) -> (f64, Vec<f64>) {
    (x * y, vec![x.sin(), y])
}

#[differentiable]
fn several_results(x: f64, y: f64) -> f64 {
    let (a, v) = two_results(x, y);
    let (b, _) = two_results(a, v[0]);
    a * b + v[1]
}

#[differentiable]
fn changed_in_place(v: &mut [f64], k: &mut f64) {
    for i in 1..v.len() {
        v[i] = v[i] * v[i - 1] + *k;
        *k *= v[i];
    }
}

#[differentiable]
fn by_exclusive_reference(x: &[f64], k: f64) -> f64 {
    let mut v = x.to_vec();
    let mut k = k;
    changed_in_place(&mut v, &mut k);
    changed_in_place(&mut v[1..], &mut k);
    v[0] * v[2] + k
}

/// A step of the heat equation, many times.
#[differentiable]
fn heat(u0: &[f64], a: f64, steps: usize) -> f64 {
    let n = u0.len();
    let mut u = u0.to_vec();
    for _ in 0..steps {
        let mut left = u[0];
        for i in 1..n - 1 {
            let here = u[i];
            u[i] += 0.1 * a * (left - 2.0 * here + u[i + 1]) * here;
            left = here;
        }
    }
    u[1] * u[2]
}

#[differentiable]
fn integers(x: f64, n: u32) -> f64 {
    let mut n = n;
    let mut base = x;
    let mut r = 1.0;
    while n > 0 {
        if n & 1 == 1 {
            r *= base;
        }
        base *= base;
        n >>= 1;
    }
    let m = n.checked_sub(1).unwrap_or(3) as i32 + 7_i32.rem_euclid(4) - 2i32.pow(2);
    r * (x > 0.5) as u8 as f64 + x.powi(m) + (m as f64) * x
}

#[differentiable]
fn more_pieces(x: f64, y: f64) -> f64 {
    let a = (3.0 + x).rem_euclid(2.5)
        + (x * 10.0).fract()
        + x.trunc() * y
        + y.round() * x
        + x.to_degrees() * 0.01;
    let b = x.max(y).min(1.0).clamp(-0.7, 0.9)
        + x.abs_sub_like(y)
        + f64::EPSILON
        + std::f64::consts::PI * x.mul_add(y, 1.0);
    a * b
}

#[allow(deprecated, reason = "other code calls it")]
#[differentiable]
fn positive_difference(x: f64, y: f64) -> f64 {
    x.abs_sub(y) * y + f64::abs_sub(y, x * x) * x
}

#[differentiable]
trait AbsSub {
    fn abs_sub_like(&self, y: f64) -> f64;
}

#[differentiable]
impl AbsSub for f64 {
    fn abs_sub_like(&self, y: f64) -> f64 {
        if *self > y { *self - y } else { 0.0 }
    }
}

#[differentiable]
fn types_from_elsewhere(x: &[f64], n: usize) -> f64 {
    let z = 1 << n;
    let wide: u64 = z;
    let all = !0;
    let short: u16 = all;
    let levels = (1 << (n + 1)) - 1;
    let rest: u64 = 5 % levels;
    let mut s = x[0] * z as f64 * 1e-9 + x[1] * levels as f64 * 1e-9;
    s += x[0] * x[1] * all as f64 * 1e-5 + (wide / 3 + rest) as f64 * 1e-9 + short as f64;
    for i in 0..4 {
        let one = 1;
        let high = one << (i * 11);
        let k: i64 = high;
        if k > 5 {
            s += x[0] * (high + 1) as f64 * 1e-9 * (i * i) as f64;
        }
    }
    let chain = (0..5).map(|i| {
        let h: u64 = i;
        x[1] * (i << 33) as f64 * 1e-10 + h as f64
    });
    s + chain.sum::<f64>()
}

programs![
    arithmetic("arithmetic", 2, |x| arithmetic(x[0], x[1])),
    compound("compound assignment", 2, |x| compound(x[0], x[1])),
    trigonometry("trigonometric functions", 2, |x| trigonometry(x[0], x[1])),
    exponentials("exponentials and logarithms", 2, |x| exponentials(x[0], x[1])),
    hyperbolic("hyperbolic functions", 2, |x| hyperbolic(x[0], x[1])),
    powers("powers and roots", 2, |x| powers(x[0], x[1])),
    pieces("functions with kinks and steps", 2, |x| pieces(x[0], x[1])),
    fused("functions by path", 2, |x| fused(x[0], x[1])),
    casts("casts", 1, |x| casts(x[0], 3)),
    tuples("tuples", 2, |x| tuples(x[0], x[1])),
    arrays("arrays", 3, |x| arrays([x[0], x[1], x[2]], 1)),
    vectors("vectors", 4, |x| vectors(x)),
    swapped_variables("assignment of tuples", 2, |x| swapped_variables(x[0], x[1])),
    swap_of_variables("`std::mem::swap` of variables", 2, |x| swap_of_variables(x[0], x[1])),
    power("recursion", 1, |x| power(x[0], 6)),
    divided("recursion over sub-slices", 5, |x| divided(x)),
    divided_nothing("recursion over sub-slices", || {
        assert_eq!(value_and_gradient!(divided, &[]), (1.0, vec![]));
    }),
    mutual("functions that call each other", 1, |x| even(x[0], 5)),
    mutual_of_even("functions that call each other", 1, |x| even(x[0], 4)),
    determinant("recursion over matrices", 9, |x| determinant(&[
        x[..3].to_vec(),
        x[3..6].to_vec(),
        x[6..].to_vec()
    ])),
    log_sum_exp("stable sums", 4, |x| log_sum_exp(x)),
    solved("elimination in place", 12, |x| solved(&x[..9], &x[9..])),
    several_results("several results", 2, |x| several_results(x[0], x[1])),
    by_exclusive_reference("`&mut` parameters", 4, |x| by_exclusive_reference(&x[..3], x[3])),
    heat("stepping in place", 5, |x| heat(&x[..4], x[4], 3)),
    integers("integers, shifts, casts of `bool`", 1, |x| integers(x[0], 5)),
    positive_difference("`f64::abs_sub`", 2, |x| positive_difference(x[0], x[1])),
    more_pieces("functions with kinks and steps", 2, |x| more_pieces(x[0], x[1])),
    types_from_elsewhere("integers whose type follows from a later statement", 2, |x| {
        types_from_elsewhere(x, 31)
    }),
];
