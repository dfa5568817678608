//! Arguments that are constant at the call: what the other cotangents need is there all the same, and what
//! nobody needs is not run.

use crate::check::programs;
use chainrules::prelude::*;
use std::cell::Cell;
use std::ops::Div;
use zygote_engine::prelude::*;

#[differentiable]
fn receivers(k: f64, x: &[f64], z: f64) -> f64 {
    let mut s = (k * 0.5).sin().atan2(x[0]) * z;
    for i in 0..x.len() {
        s += (k * z).cos().hypot(x[i]) * (x[i] * k).sin().powi(2);
    }
    s + Pair::of(k).dot(x)
}

#[derive(Clone, Tangent)]
struct Pair {
    a: Vec<f64>,
}

#[differentiable]
impl Pair {
    fn of(k: f64) -> Self {
        Self { a: vec![k, k * k] }
    }

    fn dot(&self, x: &[f64]) -> f64 {
        self.a[0] * x[0] + self.a[1] * x[1]
    }

    fn mapped(&mut self, f: impl Fn(f64) -> f64) -> f64 {
        let mut s = 0.0;
        for v in self.a.iter_mut() {
            *v = f(*v);
            s += *v;
        }
        s
    }
}

#[differentiable]
fn closures(k: f64, y: f64, z: f64) -> f64 {
    let mut pair = Pair::of(k);
    pair.mapped(|a| a * y + z * k.sin())
}

/// An index that is computed of a number which only the cotangent of `k` needs.
#[differentiable]
fn indices(x: &[f64], k: f64, table: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() {
        let w = (k + 0.1 * i as f64).exp();
        let j = (w * 2.0) as usize;
        let c = table[j - 1];
        s += (c * k).sin() * x[i];
    }
    s
}

#[derive(Clone, Copy, Tangent)]
struct Length {
    of: f64,
}

#[differentiable]
impl Div<f64> for Length {
    type Output = Length;

    fn div(self, by: f64) -> Length {
        assert!(by != 0.0, "a length is divided by zero");
        Length { of: self.of / by }
    }
}

/// The rule of the division would not bear what is not kept.
#[differentiable]
fn operators(x: &[f64], k: f64) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() {
        let w = (k + 0.1 * i as f64).exp();
        let length = Length { of: k } / w;
        s += length.of.sin() * x[i];
    }
    s
}

thread_local! {
    static SEEN: Cell<f64> = const { Cell::new(0.0) };
}

#[differentiable]
fn hooks(x: f64, k: f64) -> f64 {
    let w = hook((k * 2.0).sin(), |d: f64| {
        SEEN.set(SEEN.get() + d);
        d
    });
    (w * k).cos() * x
}

/// What never changes is needed for the cotangents of all arguments.
#[allow(unused_mut, clippy::useless_vec)]
#[differentiable]
fn apart(x: f64, y: f64, z: f64) -> f64 {
    let mut list = vec![[x, y], [y, 1.0]];
    (list[0][0] - z).atan()
}

/// Each cotangent beside those of the other arguments, and where these are constant.
macro_rules! alone {
    ($f:ident, $a:expr, $b:expr, $c:expr) => {{
        let (da, db, dc) = gradient!($f, $a, $b, $c);
        assert_eq!(gradient!($f, $a, constant($b), constant($c)), da);
        assert_eq!(gradient!($f, constant($a), $b, constant($c)), db);
        assert_eq!(gradient!($f, constant($a), constant($b), $c), dc);
        assert_eq!(gradient!($f, $a, $b, constant($c)), (da, db));
    }};
}

/// A list of constants that is emptied after it is made.
#[differentiable]
fn emptied(x: &[f64], r: f64, k: f64) -> f64 {
    let mut w: Vec<f64> = x.iter().map(|v| v * k).collect();
    let mut last = 0.5;
    while let Some(y) = w.pop() {
        last = y;
    }
    last + r * r
}

#[derive(Clone, Tangent)]
struct Shortened {
    list: Vec<f64>,
    one: f64,
}

#[differentiable]
fn shortened(x: &[f64], r: f64, k: f64) -> f64 {
    let rows: Vec<Vec<f64>> = x.iter().map(|v| vec![v * v, *v]).collect();
    let mut s = Shortened { list: rows.iter().map(|v| v[0] * v[1]).collect(), one: k };
    s.list.truncate(1);
    s.list.pop();
    s.one * r + r * r
}

/// Lists that are made of constants in other ways, and shrink.
#[differentiable]
fn shrunk(x: &[f64], q: &[f64], k: f64) -> f64 {
    let mut listed = vec![q[0], q[1], q[0] * q[1]];
    let mut t = 0.25;
    while let Some(y) = listed.pop() {
        t *= y;
    }
    let mut w = q.to_vec();
    w[0] = q[1].sin();
    let mut copied = w.clone();
    copied.truncate(1);
    let mut chosen = if q[0] > 0.5 { w.clone() } else { vec![q[1]; 3] };
    while let Some(y) = chosen.pop() {
        t += y;
    }
    let mut scale = q[1];
    let mut made = scaled(q, &mut scale);
    t += made.pop().unwrap_or(k);
    for i in 0..2 {
        let mut u = w.clone();
        u[i] *= q[1];
        t += u[0] * x[0] * k;
        let mut rest = u.split_off(1);
        while let Some(y) = rest.pop() {
            t *= y;
        }
    }
    x[0] * x[0] + t * scale
}

#[differentiable]
fn scaled(q: &[f64], k: &mut f64) -> Vec<f64> {
    *k *= q[0];
    q.iter().map(|a| a * *k).collect()
}

programs![
    of_lists_that_shrink("lists that are emptied", || {
        alone!(emptied, &[0.3, 0.9], 0.4, 0.7);
        alone!(shortened, &[0.3, 0.9], 0.4, 0.7);
        alone!(shrunk, &[0.3], &[0.9, 0.7], 0.4);
        alone!(shrunk, &[0.3], &[0.4, 0.7], 0.4);
    }),
    of_receivers("methods with several arguments", || {
        alone!(receivers, 0.7, &[0.3, 0.9], 2.0);
        alone!(receivers, -0.7, &[0.3, -0.9], 0.5);
    }),
    of_closures("closures as arguments", || alone!(closures, 0.7, 0.4, 2.0)),
    of_indices("an index that is computed of the constant", || {
        let table: Vec<f64> = (0..20).map(|i| f64::from(i).sin()).collect();
        alone!(indices, &[0.3, 0.9], 0.4, &table);
    }),
    of_operators("an operator of one's own that asserts", || {
        let (dx, dk) = gradient!(operators, &[0.3, 0.9], 0.4);
        assert_eq!(gradient!(operators, &[0.3, 0.9], constant(0.4)), dx);
        assert_eq!(gradient!(operators, constant(&[0.3, 0.9]), 0.4), dk);
    }),
    of_hooks("`hook` of what nobody wants is not called", || {
        gradient!(hooks, 0.3, constant(0.4));
        assert_eq!(SEEN.get(), 0.0);
        gradient!(hooks, constant(0.3), 0.4);
        assert!(SEEN.get() != 0.0);
    }),
    of_what_never_changes("a `mut` that nothing changes", || alone!(apart, 0.3, 0.2, 0.4)),
];
