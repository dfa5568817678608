//! Loops over two parts of one value, of which one changes.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[differentiable]
fn halves(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    let (l, r) = v.split_at_mut(2);
    r[0] += l[1] * l[0];
    for (a, b) in l.iter_mut().zip(r.iter()) {
        *a += b * b;
    }
    for (a, b) in r.iter_mut().zip(l.iter().rev()) {
        *a *= *b + 1.0;
    }
    for (i, (a, b)) in l.iter_mut().zip(&*r).enumerate() {
        *a *= b * (i + 1) as f64;
    }
    v[0] * v[1] + v[2] * v[3]
}

#[derive(Clone, Debug, PartialEq, Tangent)]
struct Body {
    mass: f64,
    at: Vec<f64>,
    speed: Vec<f64>,
}

#[differentiable]
fn step(body: &mut Body, dt: f64) {
    let Body { mass, at, speed } = body;
    for (q, p) in at.iter_mut().zip(speed.iter()) {
        *q += dt * p * *q / *mass;
    }
}

#[differentiable]
fn fields(x: &[f64]) -> f64 {
    let mut all = vec![Body { mass: 2.0, at: vec![x[0], x[1]], speed: vec![x[2], x[3]] }];
    for Body { mass, at, speed } in all.iter_mut() {
        for (q, p) in at.iter_mut().zip(speed.iter()) {
            *q += 0.1 * p * *q * *mass;
        }
        speed.iter_mut().zip(at.iter()).for_each(|(p, q)| *p -= 0.2 * q * *p);
    }
    step(&mut all[0], x[1]);
    let body = &all[0];
    body.at[0] * body.at[1] + body.speed[0] * body.speed[1]
}

#[derive(Clone, Debug, PartialEq, Tangent)]
enum Motion {
    Moving { at: Vec<f64>, speed: Vec<f64> },
    Resting,
}

#[differentiable]
fn variants(x: &[f64]) -> f64 {
    let mut motion = Motion::Moving { at: vec![x[0], x[1]], speed: vec![x[2], x[3]] };
    match &mut motion {
        Motion::Moving { at, speed } => {
            for (q, p) in at.iter_mut().zip(speed.iter()) {
                *q *= p;
            }
        }
        Motion::Resting => {}
    }
    match motion {
        Motion::Moving { at, .. } => at[0] * at[1],
        Motion::Resting => 0.0,
    }
}

#[differentiable]
fn rows(x: &[f64]) -> f64 {
    let mut m = vec![vec![x[0], x[1]], vec![x[2], x[3]]];
    let (top, bottom) = m.split_at_mut(1);
    for (a, b) in bottom[0].iter_mut().zip(top[0].iter()) {
        *a -= 2.0 * b * *a;
    }
    m[1][0] * m[1][1] + m[0][0] * m[0][1]
}

programs![
    halves("`l.iter_mut().zip(r.iter())` of the halves of `split_at_mut`", 4, |x| halves(x)),
    rows("`l.iter_mut().zip(r.iter())` of the halves of `split_at_mut`", 4, |x| rows(x)),
    fields("`a.iter_mut().zip(b.iter())` of parts that a pattern names", 4, |x| fields(x)),
    variants("`a.iter_mut().zip(b.iter())` of parts that a pattern names", 4, |x| variants(x)),
];
