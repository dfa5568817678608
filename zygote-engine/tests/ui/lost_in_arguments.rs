//! What a rule, or a condition, takes for constant and does not vary.
use chainrules::prelude::*;
use zygote_engine::differentiable;

#[differentiable]
fn error(x: f64, o: Option<f64>) -> f64 {
    match o.ok_or(x) {
        Ok(v) => v,
        Err(e) => e * e,
    }
}

type Gap = f64;

#[differentiable]
fn error_of_a_closure(x: f64, r: Result<f64, Gap>) -> f64 {
    match r.map_err(|e| e * x) {
        Ok(v) => v,
        Err(e) => e * e,
    }
}

#[differentiable]
fn effect_of_a_key(x: &[f64]) -> f64 {
    let mut s = 0.0;
    let mut v = x.to_vec();
    v.sort_by_key(|a| {
        s += *a * *a;
        *a as i64
    });
    s + v[0]
}

fn doubles(s: &mut [f64]) -> bool {
    s[0] *= 2.0;
    true
}

#[differentiable]
fn change_in_a_condition(s: &mut [f64]) -> f64 {
    if doubles(s) { s[0] * s[0] } else { s[0] }
}

fn main() {}
