//! Operators of a type of the user's own, each with a rule of its own: `a += b` need not be
//! `a = a + b`, and neither a sum nor a unary minus need be linear.

use crate::check::check;
use chainrules::prelude::*;
use chainrules_core::{Add, AddAssign, Mul, MulAssign, NegRule, ProductRule, SubAssign, SumRule};
use std::ops;
use zygote_engine::prelude::*;

/// A number on a logarithmic scale, with a mark that is no number and takes memory.
#[derive(Clone, Debug, PartialEq)]
struct Log {
    value: f64,
    mark: Vec<u8>,
}

fn log(value: f64) -> Log {
    Log { value, mark: vec![1, 2, 3] }
}

struct Logs;

impl Tangent<Logs> for Log {
    type Shape = ();
    type Kept = Self;
    const EPSILON: f64 = f64::EPSILON;

    fn keep(&self) -> Self {
        self.clone()
    }

    fn recall(kept: Self, _: impl FnOnce() -> Self) -> Self {
        kept
    }

    fn shape(&self) {}

    fn zero_of(_: &()) -> Self {
        Log { value: 0.0, mark: vec![] }
    }

    fn accumulate(&mut self, rhs: &Self) {
        self.value += rhs.value;
    }

    fn map_scalars(&mut self, f: &mut dyn FnMut(f64) -> f64) {
        self.value = f(self.value);
    }
}

fn sum(a: f64, b: f64) -> f64 {
    (a.exp() + b.exp()).ln()
}

fn share(a: f64, b: f64) -> f64 {
    1.0 / (1.0 + (b - a).exp())
}

impl ops::Add for Log {
    type Output = Log;
    fn add(self, rhs: Log) -> Log {
        log(sum(self.value, rhs.value))
    }
}

impl<'a> ops::Add<&'a Log> for &'a Log {
    type Output = Log;
    fn add(self, rhs: &Log) -> Log {
        log(sum(self.value, rhs.value))
    }
}

impl SumRule<Add, Log, Logs> for Log {
    type Residual = (f64, f64);
    type Output = Log;

    fn residual(lhs: &Log, rhs: &Log) -> (f64, f64) {
        (lhs.value, rhs.value)
    }

    fn pull_lhs(&(a, b): &(f64, f64), dy: &Log) -> Log {
        log(dy.value * share(a, b))
    }

    fn pull_rhs(&(a, b): &(f64, f64), dy: &Log) -> Log {
        log(dy.value * share(b, a))
    }
}

/// `a -= b` makes `a / (2 + b²)`: no difference, and not linear.
impl ops::SubAssign for Log {
    fn sub_assign(&mut self, rhs: Log) {
        self.value /= 2.0 + rhs.value * rhs.value;
    }
}

impl SumRule<SubAssign, Log, Logs> for Log {
    type Residual = (f64, f64);
    type Output = Log;

    fn residual(lhs: &Log, rhs: &Log) -> (f64, f64) {
        (lhs.value, rhs.value)
    }

    fn pull_lhs(&(_, b): &(f64, f64), dy: &Log) -> Log {
        log(dy.value / (2.0 + b * b))
    }

    fn pull_rhs(&(a, b): &(f64, f64), dy: &Log) -> Log {
        log(-2.0 * dy.value * a * b / (2.0 + b * b).powi(2))
    }
}

/// `a += b` makes `a sin b`; there is a rule of it with a number, too: `a cos b`.
impl<'a> ops::AddAssign<&'a Log> for Log {
    fn add_assign(&mut self, rhs: &Log) {
        self.value *= rhs.value.sin();
    }
}

impl SumRule<AddAssign, Log, Logs> for Log {
    type Residual = (f64, f64);
    type Output = Log;

    fn residual(lhs: &Log, rhs: &Log) -> (f64, f64) {
        (lhs.value, rhs.value)
    }

    fn pull_lhs(&(_, b): &(f64, f64), dy: &Log) -> Log {
        log(dy.value * b.sin())
    }

    fn pull_rhs(&(a, b): &(f64, f64), dy: &Log) -> Log {
        log(dy.value * a * b.cos())
    }
}

impl ops::AddAssign<f64> for Log {
    fn add_assign(&mut self, rhs: f64) {
        self.value *= rhs.cos();
    }
}

impl SumRule<AddAssign, f64, Logs> for Log {
    type Residual = (f64, f64);
    type Output = Log;

    fn residual(lhs: &Log, rhs: &f64) -> (f64, f64) {
        (lhs.value, *rhs)
    }

    fn pull_lhs(&(_, b): &(f64, f64), dy: &Log) -> Log {
        log(dy.value * b.cos())
    }

    fn pull_rhs(&(a, b): &(f64, f64), dy: &Log) -> f64 {
        -dy.value * a * b.sin()
    }
}

/// `a *= b` makes `a + b²`, while `a * b` is `a + b`.
impl ops::MulAssign for Log {
    fn mul_assign(&mut self, rhs: Log) {
        self.value += rhs.value * rhs.value;
    }
}

impl<'a> ops::Mul<&'a Log> for &'a Log {
    type Output = Log;
    fn mul(self, rhs: &Log) -> Log {
        log(self.value + rhs.value)
    }
}

macro_rules! product {
    ($op:ty, |$b:ident| $db:expr) => {
        impl ProductRule<$op, Log, Logs> for Log {
            type Output = Log;

            fn pull_lhs(&self, _: &Log, dy: &Log) -> Log {
                dy.clone()
            }

            fn pull_rhs(&self, rhs: &Log, dy: &Log) -> Log {
                let $b = rhs.value;
                log(dy.value * $db)
            }

            fn add_lhs(&self, _: &Log, dy: &Log, shadow: &mut Log) {
                shadow.value += dy.value;
            }

            fn add_rhs(&self, rhs: &Log, dy: &Log, shadow: &mut Log) {
                let $b = rhs.value;
                shadow.value += dy.value * $db;
            }
        }
    };
}
product!(Mul, |_b| 1.0);
product!(MulAssign, |b| 2.0 * b);

/// The opposite is the reciprocal, shifted away from its pole.
impl ops::Neg for Log {
    type Output = Log;
    fn neg(self) -> Log {
        log(1.0 / (self.value + 3.0))
    }
}

impl NegRule<Logs> for Log {
    type Residual = f64;
    type Output = Log;

    fn residual(&self) -> f64 {
        self.value
    }

    fn pull(&a: &f64, dy: &Log) -> Log {
        log(-dy.value / (a + 3.0).powi(2))
    }
}

#[differentiable]
fn straight(a: Log, b: Log) -> f64 {
    let c = &a + &b;
    let d = c + a;
    let e = -d;
    let f = &e * &b;
    f.value
}

#[differentiable]
fn assigned(a: Log, b: Log, x: f64) -> f64 {
    let mut c = a;
    c += &b;
    c += x;
    c *= b;
    let e = &c * &c;
    let mut d = -c;
    d += 0.5;
    d -= e;
    d.value
}

#[differentiable]
fn in_a_loop(a: &[Log], b: &Log, x: f64) -> f64 {
    let mut c = a[0].clone();
    for i in 1..a.len() {
        c += &a[i];
        c = &c + b;
        c += x;
        if i % 2 == 0 {
            c = -c;
        }
    }
    c.value
}

#[differentiable]
fn through_a_parameter(a: &mut Log, b: &[Log]) {
    for i in 0..b.len() {
        *a += &b[i];
        *a -= b[i].clone();
    }
}

#[differentiable]
fn calls_it(a: Log, b: &[Log]) -> f64 {
    let mut c = a;
    through_a_parameter(&mut c, b);
    c.value
}

/// Types that only the compiler knows, of numbers: each operator has a rule.
#[differentiable]
fn numbers(x: f64, n: usize) -> f64 {
    let mut v = vec![x, x.sin()];
    let mut all = v.clone();
    let mut k = -(n as i64);
    k += 2;
    k *= k;
    for i in 0..v.len() {
        let mut t = -v[i];
        t += v[1 - i];
        t -= x;
        t *= v[i];
        t /= 2.0 + v[0] * v[0];
        t %= 0.7;
        all[i] += t;
        v[i] -= all[i];
    }
    v[0] * v[1] + all[0] * k as f64
}

#[test]
fn of_a_type_with_rules_of_its_own() {
    check(
        2,
        |x| straight(log(x[0]), log(x[1])),
        |x| {
            let (da, db) = gradient!(straight, log(x[0]), log(x[1]));
            vec![da.value, db.value]
        },
    );
    check(
        3,
        |x| assigned(log(x[0]), log(x[1]), x[2]),
        |x| {
            let (da, db, dx) = gradient!(assigned, log(x[0]), log(x[1]), x[2]);
            vec![da.value, db.value, dx]
        },
    );
    let logs = |x: &[f64]| x.iter().map(|x| log(*x)).collect::<Vec<_>>();
    check(
        6,
        |x| in_a_loop(&logs(&x[..4]), &log(x[4]), x[5]),
        |x| {
            let (da, db, dx) = gradient!(in_a_loop, &logs(&x[..4]), &log(x[4]), x[5]);
            da.iter().map(|d| d.value).chain([db.value, dx]).collect()
        },
    );
    check(
        4,
        |x| calls_it(log(x[0]), &logs(&x[1..])),
        |x| {
            let (da, db) = gradient!(calls_it, log(x[0]), &logs(&x[1..]));
            std::iter::once(da.value).chain(db.iter().map(|d| d.value)).collect()
        },
    );
}

#[test]
fn of_numbers_whose_types_only_the_compiler_knows() {
    check(1, |x| numbers(x[0], 3), |x| vec![gradient!(numbers, x[0], constant(3))]);
}

#[test]
fn residuals_of_numbers_take_no_memory() {
    use zygote_engine::__private::{self as private, neg_residual, sum_residual};
    let (x, y) = (1.5, &2.5);
    assert_eq!(size_of_val(&sum_residual(private::Add, &x, &y)), 0);
    assert_eq!(size_of_val(&sum_residual(private::SubAssign, &x, &y)), 0);
    assert_eq!(size_of_val(&neg_residual(&y)), 0);
    assert_eq!(size_of_val(&neg_residual(&-3)), 0);
}
