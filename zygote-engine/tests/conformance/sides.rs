//! Loops over two parts of one value, of which one changes.

use crate::check::programs;
use chainrules::prelude::*;
use std::collections::{BTreeMap, VecDeque};
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

#[differentiable]
fn fields_of_items(x: &[f64]) -> f64 {
    let mut all = vec![Body { mass: 2.0, at: vec![x[0], x[1]], speed: vec![x[2], x[3]] }];
    for body in all.iter_mut() {
        for (q, p) in body.at.iter_mut().zip(body.speed.iter()) {
            *q += 0.1 * p * *q * body.mass;
        }
    }
    all[0].at[0] * all[0].at[1] + all[0].speed[0]
}

#[derive(Clone, Debug, PartialEq, Tangent)]
enum Motion {
    Moving { at: Vec<f64>, speed: Vec<f64> },
    Resting,
}

#[differentiable]
fn variants(x: &[f64]) -> f64 {
    let mut motion = if x[0] > -0.5 {
        Motion::Moving { at: vec![x[0], x[1]], speed: vec![x[2], x[3]] }
    } else {
        Motion::Resting
    };
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
        Motion::Resting => x[1] * x[2],
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

#[derive(Clone, Tangent)]
struct Store {
    values: Vec<f64>,
    done: Vec<f64>,
    last: Option<f64>,
    sums: BTreeMap<u32, f64>,
    queue: VecDeque<f64>,
    gain: Gain,
}

#[derive(Clone, Tangent)]
struct Gain {
    g: f64,
}

#[differentiable]
impl Gain {
    fn step(&mut self, z: f64) -> f64 {
        self.g = self.g * z + 1.0;
        self.g
    }

    fn mix(&mut self, other: &Gain) {
        self.g *= other.g + 1.0;
    }
}

#[differentiable]
impl Store {
    fn new(x: &[f64]) -> Self {
        Store {
            values: x.to_vec(),
            done: vec![1.0],
            last: None,
            sums: BTreeMap::new(),
            queue: VecDeque::new(),
            gain: Gain { g: x[0] },
        }
    }

    fn fill(&mut self, k: f64) {
        for z in self.values.iter() {
            self.done.push(z * k);
            self.queue.push_back(z * z);
            self.last = Some(self.last.take().unwrap_or(1.0) * z);
        }
        for (i, z) in self.values.iter().enumerate() {
            self.done.swap(0, i);
            self.done[0] += z;
            *self.sums.entry(i as u32 % 2).or_insert(k) += z * z;
            let g = self.gain.step(*z);
            self.done[i] *= g;
        }
        self.values.iter().for_each(|z| self.queue.push_front(z * k));
        self.done.extend(self.values.iter().map(|x| 2.0 * x));
    }
}

#[differentiable]
fn fields_beside_a_walk(x: &[f64], k: f64) -> f64 {
    let mut s = Store::new(x);
    s.fill(k);
    let mut pair = (x.to_vec(), vec![k]);
    for z in &pair.0 {
        pair.1.push(z * 2.0);
    }
    let (values, done) = (&s.values, &mut s.done);
    for z in values.iter() {
        done.push(z * z * z);
    }
    let weighted = s.done.iter().enumerate().map(|(i, d)| d * (i + 1) as f64);
    let sum: f64 = weighted.sum();
    sum + s.last.unwrap() + s.sums[&1] * s.sums[&0] + s.queue[0] * s.queue[5] + pair.1[2]
}

#[differentiable]
fn halves_beside_each_other(x: &[f64], k: f64) -> f64 {
    let mut m = x.to_vec();
    let (l, r) = m.split_at_mut(2);
    l.copy_from_slice(&r[..2]);
    l[1] *= k;
    let mut rows = vec![m.clone(), x.to_vec()];
    let (a, b) = rows.split_at_mut(1);
    a[0].extend_from_slice(&b[0]);
    b[0][1] *= a[0][5];
    let mut gains = vec![Gain { g: x[0] }, Gain { g: x[1] }];
    let (first, rest) = gains.split_at_mut(1);
    first[0].mix(&rest[0]);
    let sum: f64 = rows[0].iter().enumerate().map(|(i, v)| v * v * i as f64).sum();
    m[0] * m[1] + sum + rows[1][1] + gains[0].g
}

programs![
    halves("`l.iter_mut().zip(r.iter())` of the halves of `split_at_mut`", 4, |x| halves(x)),
    rows("`l.iter_mut().zip(r.iter())` of the halves of `split_at_mut`", 4, |x| rows(x)),
    fields("`a.iter_mut().zip(b.iter())` of parts that a pattern names", 4, |x| fields(x)),
    fields_of_items("`a.iter_mut().zip(b.iter())` of fields of an item", 4, |x| {
        fields_of_items(x)
    }),
    variants("`a.iter_mut().zip(b.iter())` of parts that a pattern names", 4, |x| variants(x)),
    fields_beside_a_walk("fields that change in a loop over another field", 4, |x| {
        fields_beside_a_walk(&x[..3], x[3])
    }),
    halves_beside_each_other("methods between halves", 5, |x| {
        halves_beside_each_other(&x[..4], x[4])
    }),
];
