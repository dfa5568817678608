//! `Option` and `Result`.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[differentiable]
fn root(x: f64) -> Option<f64> {
    if x > 0.0 { Some(x.sqrt()) } else { None }
}

#[differentiable]
fn unwrapped(x: f64) -> f64 {
    root(1.0 + x * x).unwrap() * x
}

#[differentiable]
fn expected(x: f64) -> f64 {
    let y = root(2.0 + x).expect("positive");
    y * y * y
}

#[differentiable]
fn or_another(x: f64, y: f64) -> f64 {
    root(x).unwrap_or(y * x) + root(y).unwrap_or_default()
}

#[differentiable]
fn or_computed(x: f64, y: f64) -> f64 {
    root(x - 0.5).unwrap_or_else(|| y * y * x)
}

#[differentiable]
fn mapped(x: f64, k: f64) -> f64 {
    root(x + 0.5).map(|r| r * k + 1.0).unwrap_or(k)
}

#[differentiable]
fn mapped_or(x: f64, k: f64) -> f64 {
    root(x).map_or(k, |r| r * k)
}

#[differentiable]
fn chained(x: f64, k: f64) -> f64 {
    let y = root(x + 1.0).and_then(|r| root(r - k * 0.5));
    match y {
        Some(y) => y * k,
        None => k,
    }
}

#[differentiable]
fn both(a: Option<f64>, b: Option<f64>) -> Option<f64> {
    let p = a? * 2.0;
    let q = b? + p;
    Some(p * q)
}

#[differentiable]
fn tried(x: f64, y: f64) -> f64 {
    both(root(x + 1.0), Some(y)).unwrap_or(x * y)
}

#[differentiable]
fn taken(x: f64, y: f64) -> f64 {
    let mut slot = Some(x * y);
    let mut s = 0.0;
    for k in 0..3 {
        if let Some(v) = slot.take() {
            s += v * v;
        } else {
            s *= y;
        }
        if k == 1 {
            slot = Some(s * x);
        }
    }
    s + slot.unwrap_or(x)
}

#[differentiable]
fn replaced(x: f64, y: f64) -> f64 {
    let mut slot = Some(x);
    let old = slot.replace(x * y);
    old.unwrap() * slot.unwrap() + y
}

#[differentiable]
fn written_inside(v: Option<f64>, x: f64) -> f64 {
    let mut v = v;
    if let Some(a) = &mut v {
        *a *= x;
        *a += 1.0;
    }
    v.unwrap_or(x) * x
}

#[differentiable]
fn structures_inside(v: &[Option<Vec<f64>>]) -> f64 {
    let mut s = 0.0;
    for item in v {
        if let Some(list) = item {
            for x in list {
                s = s * 0.5 + x * x;
            }
        }
    }
    s
}

programs![
    unwrapped("`unwrap`, `expect`", 1, |x| unwrapped(x[0])),
    expected("`unwrap`, `expect`", 1, |x| expected(x[0])),
    or_another("`unwrap_or`, `unwrap_or_default`", 2, |x| or_another(x[0], x[1])),
    or_computed("`unwrap_or_else`", 2, |x| or_computed(x[0], x[1])),
    mapped("`map`", 2, |x| mapped(x[0], x[1])),
    mapped_or("`map_or`", 2, |x| mapped_or(x[0], x[1])),
    chained("`and_then`", 2, |x| chained(x[0], x[1])),
    tried("`?` on `Option`", 2, |x| tried(x[0], x[1])),
    taken("`take`", 2, |x| taken(x[0], x[1])),
    replaced("`replace`", 2, |x| replaced(x[0], x[1])),
    written_inside("writes through `Some`", 2, |x| written_inside(Some(x[0]), x[1])),
    structures_inside("options of sequences", 3, |x| structures_inside(&[
        Some(x[..2].to_vec()),
        None,
        Some(vec![x[2]])
    ])),
];
