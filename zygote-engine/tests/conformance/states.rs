//! States that change: enums, caches, trees, what is lent to recursions and closures.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[derive(Clone, Tangent)]
enum Value {
    A(f64),
    B { x: f64, n: usize },
    C(Box<Value>),
    D(Vec<Value>),
    N,
}

#[differentiable]
fn value_of(e: &Value, k: f64) -> f64 {
    match e {
        Value::A(v) | Value::B { x: v, n: 0 } => v * k,
        Value::B { x, n } => x.powi(*n as i32) * k,
        Value::C(inner) => value_of(inner, k * 0.5) + k,
        Value::D(list) if list.is_empty() => k,
        Value::D(list) => list.iter().map(|e| value_of(e, k)).product::<f64>() + list.len() as f64,
        Value::N => 0.0,
    }
}

fn values(x: &[f64]) -> Value {
    Value::D(vec![
        Value::A(x[0]),
        Value::C(Box::new(Value::B { x: x[1], n: 2 })),
        Value::B { x: x[2], n: 0 },
        Value::D(vec![]),
    ])
}

#[differentiable]
fn mutate(e: &mut Value, k: f64) {
    match e {
        Value::A(v) => *v = *v * k + 1.0,
        Value::B { x, n } => {
            *x *= k;
            *n += 1;
        }
        Value::C(inner) => {
            mutate(inner, k);
            let old = std::mem::replace(&mut **inner, Value::N);
            *e = Value::D(vec![old, Value::A(k)]);
        }
        Value::D(list) => {
            for e in list.iter_mut() {
                mutate(e, k * 0.5);
            }
            list.push(Value::A(k * k));
        }
        Value::N => {}
    }
}

#[differentiable]
fn mutated(e: &Value, k: f64) -> f64 {
    let mut e = e.clone();
    mutate(&mut e, k);
    mutate(&mut e, k);
    let mut n = Value::N;
    mutate(&mut n, k);
    value_of(&e, k) + value_of(&n, k)
}

#[differentiable]
fn replaced_state(x: f64, k: f64) -> f64 {
    let mut state = Value::A(x);
    let mut s = 0.0;
    for i in 0..5 {
        let old = std::mem::replace(&mut state, Value::N);
        state = match old {
            Value::A(v) if i > 1 => Value::B { x: v * k, n: i },
            Value::A(v) => {
                s += v * v;
                Value::A(v.sin() + k)
            }
            Value::B { x: y, n } => {
                s *= y;
                Value::C(Box::new(Value::A(y * n as f64)))
            }
            other => other,
        };
    }
    s + value_of(&state, x)
}

#[differentiable]
fn tuple_of_enums(a: &Value, b: &Value, k: f64) -> f64 {
    match (a, b) {
        (Value::A(p), Value::A(q)) if p > q => p * q * k,
        (Value::A(p), Value::A(q)) => q - p * k,
        (Value::A(p), Value::B { x, .. }) | (Value::B { x, .. }, Value::A(p)) => p * x,
        (Value::N, e) | (e, Value::N) => value_of(e, k),
        _ => k,
    }
}

#[differentiable]
fn two_enums(x: f64, y: f64, k: f64) -> f64 {
    tuple_of_enums(&Value::A(x), &Value::A(y), k)
        + tuple_of_enums(&Value::B { x: y, n: 1 }, &Value::A(x), k)
            * tuple_of_enums(&Value::N, &Value::C(Box::new(Value::A(y))), k)
        - tuple_of_enums(&Value::D(vec![]), &Value::A(x), k) * y
}

#[differentiable]
fn guards(x: f64, k: f64) -> f64 {
    let y = match x {
        v if v < -0.5 => v * k,
        v if (-0.5..0.5).contains(&v) => v * v + k,
        v => v.sqrt() * k,
    };
    y * match (k * 10.0) as i64 {
        i64::MIN..=-5 => x,
        -4..=4 => k,
        5.. => x * k,
    }
}

#[differentiable]
fn patterns_of_slices(x: &[f64]) -> f64 {
    let s = match x {
        [a, .., b] if a > b => a * b,
        [a, b, rest @ ..] => a + b * rest.iter().sum::<f64>(),
        _ => x[0] * x[0],
    };
    let [p, q, ..] = x else { return s };
    let t = if let [first, second, third] = x { first * second - third } else { 1.0 };
    if let [.., y, z, _] = x { s * y + z * p * q * t } else { s }
}

#[differentiable]
fn bound_by_reference(v: (f64, Option<Vec<f64>>), k: f64) -> f64 {
    let mut v = v;
    if let (ref mut a, Some(ref mut list)) = v {
        *a += list[0];
        list[1] *= *a * k;
        list.push(*a);
    }
    match &mut v {
        (a, Some(list)) if list.len() > 3 => {
            *a *= list[2];
            list.truncate(2);
        }
        (a, _) => *a *= k,
    }
    let (a, Some(list)) = &v else { return v.0 * k };
    a * list[0] + list[1]
}

#[differentiable]
fn zip_mut_both(x: &[f64], k: f64) -> f64 {
    let (mut v, mut w) = (x.to_vec(), x.iter().map(|y| y * k).collect::<Vec<f64>>());
    for (a, b) in v.iter_mut().zip(w.iter_mut()) {
        std::mem::swap(a, b);
        *a *= *b;
        *b += k;
    }
    for (a, b) in v.iter_mut().zip(w.iter_mut()).rev() {
        let tree = *a;
        *a = *b * tree;
        *b = tree;
    }
    v.iter().zip(&w).map(|(a, b)| a * b).sum()
}

#[differentiable]
fn scatter(x: &[f64], idx: &[usize]) -> f64 {
    let mut v = x.to_vec();
    for (k, &i) in idx.iter().enumerate() {
        v[i] += v[k % 3] * x[0];
        v[k % 3] = v[i].sin();
    }
    v.iter().fold(1.0, |s, y| s * y + 0.3)
}

#[differentiable]
fn aliasing_indices(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    for i in 0..3 {
        for j in 0..3 {
            v[j] = v[i] * v[j];
            v[i] += v[j] * 0.2;
            if v[i] > 1.0 {
                v[i] = v[j];
            }
        }
    }
    v[0] + v[1] * v[2]
}

#[differentiable]
fn transposed_in_place(x: &[f64], k: f64) -> f64 {
    let mut m = [[x[0], x[1]], [x[2], x[3]]];
    for i in 0..2 {
        for j in 0..2 {
            m[i][j] = m[j][i] * k + m[i][j];
        }
    }
    let r = m[1];
    m[1] = m[0];
    m[0] = r;
    m[0][0] * m[1][1] + m[0][1].sin() * m[1][0]
}

#[derive(Clone, Tangent)]
struct Sim {
    pos: Vec<f64>,
    vel: Vec<f64>,
    log: Vec<f64>,
    cache: Option<f64>,
    tree: f64,
}

#[differentiable]
impl Sim {
    fn energy(&mut self) -> f64 {
        if let Some(e) = self.cache {
            return e;
        }
        let e = self.vel.iter().zip(&self.pos).map(|(v, p)| v * v + p * p * 0.5).sum::<f64>();
        self.cache = Some(e);
        e
    }
    fn step(&mut self, dt: f64) {
        for (i, p) in self.pos.iter_mut().enumerate() {
            *p += dt * self.vel[i];
            self.tree += *p * 0.1;
        }
        for v in &mut self.vel {
            *v *= 1.0 - dt * self.tree;
        }
        self.cache = None;
        let e = self.energy();
        let e2 = self.energy();
        self.log.push(e * e2);
    }
    fn run(mut self, dt: f64, n: usize) -> f64 {
        for _ in 0..n {
            self.step(dt);
            if self.log.len() > 2 && self.log[self.log.len() - 1] > 6.0 {
                break;
            }
        }
        let log = std::mem::take(&mut self.log);
        self.energy() + log.iter().product::<f64>() + self.log.len() as f64
    }
}

#[differentiable]
fn simulated(x: &[f64]) -> f64 {
    Sim { pos: x[..2].to_vec(), vel: x[2..4].to_vec(), log: vec![], cache: None, tree: x[4] }
        .run(x[5], 3)
}

#[derive(Clone, Tangent)]
struct Tree {
    v: f64,
    kids: Vec<Tree>,
}

#[differentiable]
impl Tree {
    fn visit(&self, depth: f64, out: &mut Vec<f64>, acc: &mut f64) {
        *acc = *acc * 0.8 + self.v * depth;
        if self.v > 0.0 {
            out.push(self.v * *acc);
        }
        for k in &self.kids {
            k.visit(depth * self.v, out, acc);
        }
        if let Some(last) = out.last_mut() {
            *last *= 1.1;
        }
    }
    fn prune(&mut self, limit: f64) -> f64 {
        let mut gone = 0.0;
        for k in self.kids.iter_mut() {
            gone += k.prune(limit);
        }
        self.kids.retain(|k| k.v > limit);
        self.v += gone * 0.5;
        gone + self.v * self.kids.len() as f64
    }
}

fn tree(x: &[f64]) -> Tree {
    Tree {
        v: x[0],
        kids: vec![
            Tree { v: x[1], kids: vec![Tree { v: x[2], kids: vec![] }] },
            Tree { v: x[3], kids: vec![] },
        ],
    }
}

#[differentiable]
fn visited(root: &Tree, k: f64) -> f64 {
    let mut out = vec![k];
    let mut acc = k;
    root.visit(k, &mut out, &mut acc);
    out.iter().sum::<f64>() * acc
}

#[differentiable]
fn pruned(root: &Tree, k: f64) -> f64 {
    let mut r = root.clone();
    let g = r.prune(-0.5);
    let mut acc = g;
    let mut out = vec![];
    r.visit(k, &mut out, &mut acc);
    acc * g + out.len() as f64
}

#[differentiable(recursive)]
fn ping(v: &mut Vec<f64>, n: usize, k: f64) -> f64 {
    if n == 0 {
        return v[0] * k;
    }
    v[0] = v[0] * k + v[1];
    v.push(v[0]);
    pong(v, n - 1, k * 0.9) + v[v.len() - 1]
}

#[differentiable]
fn pong(v: &mut Vec<f64>, n: usize, k: f64) -> f64 {
    let last = v.pop().unwrap();
    v[1] *= last;
    if n == 0 { last * k } else { ping(v, n - 1, last) * v[0] }
}

#[differentiable]
fn mutual(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    let s = ping(&mut v, 4, x[0]);
    let t = ping(&mut v, 3, x[1]);
    s + t + v[0] * v[1] + v[2]
}

#[differentiable]
fn accumulate(f: impl Fn(f64, usize) -> f64, out: &mut [f64], n: usize) {
    for i in 0..n {
        out[i % 2] += f(out[(i + 1) % 2], i);
    }
}

#[differentiable]
fn closure_and_mut(x: f64, k: f64) -> f64 {
    let mut out = [x, k];
    let w = vec![k, x * k, 0.5];
    accumulate(|y, i| w[i % 3] * y.sin(), &mut out, 5);
    accumulate(|y, _| y * x * 0.3, &mut out, 2);
    out[0] * out[1]
}

#[differentiable]
fn counter(x: f64, k: f64) -> f64 {
    let mut hist = vec![x];
    let mut push = |y: f64| -> f64 {
        let l = hist[hist.len() - 1];
        hist.push(l * y + k);
        l
    };
    let mut s = 0.0;
    for i in 0..3 {
        s += push(k) * push(s);
        if s > 3.0 {
            break;
        }
        s -= push(i as f64);
    }
    s + hist.iter().map(|h| h * h).sum::<f64>() * 0.1
}

#[differentiable]
fn shadowed_in_a_loop(x: &[f64]) -> f64 {
    let mut v = 1.0;
    for x in x {
        let x = x * v;
        let v2 = {
            let v = x + 0.5;
            v * x
        };
        v = if v2 > 0.0 {
            let x = v2.sqrt();
            x * 0.7
        } else {
            v2 + x
        };
    }
    v * x[0]
}

#[differentiable]
fn chunks_state(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    let mut c = 1.0;
    for ch in v.chunks_mut(2) {
        let s: f64 = ch.iter().sum();
        for y in ch.iter_mut() {
            *y = *y * s + c;
            c *= *y;
        }
        ch.reverse();
        if ch.len() > 1 {
            ch[0] += ch[1];
            ch.swap(0, 1);
        }
    }
    v.windows(2).map(|w| w[0] * w[1]).sum::<f64>() + c
}

#[differentiable]
fn nested_vec_moves(x: &[f64]) -> f64 {
    let mut m = vec![x[..2].to_vec(), x[2..].to_vec()];
    let mut row = m.remove(0);
    row[0] *= m[0][1];
    m[0].push(row[0] * row[1]);
    m.insert(0, row);
    let tail = m[1].clone();
    m[0].extend(tail.iter().map(|tree| tree * x[0]).collect::<Vec<f64>>());
    m[1].truncate(2);
    let s = m[0].iter().zip(m[1].iter()).count() as f64;
    m.iter().flatten().map(|y| y * y).sum::<f64>() + s
}

#[derive(Clone, Tangent)]
struct Watched {
    pair: (f64, usize),
    seen: bool,
    bits: u8,
}

#[differentiable]
fn updated(best: &mut (usize, f64), i: usize, by: f64) {
    best.0 = i;
    best.1 *= by;
}

#[differentiable]
fn numbers_beside(x: &[f64]) -> f64 {
    let mut best = (0_usize, x[0]);
    for (i, v) in x.iter().enumerate() {
        if *v > best.1 {
            best.0 = i;
            best.1 = *v;
        }
    }
    let mut flagged = (x[0], false);
    flagged.1 = x[1] > 0.0;
    updated(&mut best, 2, x[1]);
    let mut several = vec![(x[0], 1_usize); 2];
    several[0].1 = x.len();
    several[1].0 *= x[1];
    let mut w = Watched { pair: (x[0], 1), seen: false, bits: 1 };
    for v in x {
        w.seen |= *v > 0.5;
        w.seen ^= *v < 0.0;
        w.bits |= 2;
        w.pair.1 = 3;
        w.pair.0 += if w.seen { *v } else { 1.0 };
    }
    let flag = if flagged.1 { 2.0 } else { 1.0 };
    best.1 * best.0 as f64
        + flagged.0 * flag
        + several[0].0 * several[0].1 as f64
        + several[1].0
        + w.pair.0 * w.pair.0 * w.pair.1 as f64 * w.bits as f64
}

#[differentiable]
fn assigned_together(x: &[f64]) -> f64 {
    let (mut a, mut b) = (x[0], x[1]);
    [a, b] = [a * b, a + b];
    (a, b) = (b, a);
    (a, _) = (a * 2.0, b);
    a * a + b
}

#[derive(Clone, Copy, Tangent)]
struct Pair {
    a: f64,
    b: f64,
}

#[derive(Clone, Copy, Tangent)]
struct Counted(f64, usize);

#[differentiable]
fn advanced(a: f64, b: f64) -> (f64, (f64, usize)) {
    (a * b, (a + b, 1))
}

/// The value is taken apart, then each part is assigned.
#[differentiable]
fn taken_apart_by_assignment(x: f64, y: f64) -> f64 {
    let (mut a, mut b, mut n) = (x, y, 0);
    let mut v = [x, y, x * y];
    let mut k = 0;
    while k + n < 4 {
        (a, (b, n)) = advanced(a, b);
        let next = (b, a);
        (a, b) = next;
        (v[k], _) = (a * v[0], b);
        (k, v[0]) = (k + n, v[k] * 0.5);
        ((v[1], a), b) = ((b, v[1]), a);
    }
    let mut p = Pair { a: x, b: y };
    Pair { a: p.b, b: v[2] } = Pair { a: p.a * a, b: p.b };
    let q;
    Counted(q, _) = Counted(x * p.b, 2);
    [a, .., b] = [v[0], v[1], v[2]];
    (p.a, ..) = (p.b * q, 1, 2);
    a * b * p.a + p.b * q + v[2]
}

programs![
    bound_by_reference_of_more("`ref mut` in nested patterns", 5, |x| bound_by_reference(
        (x[0], Some(x[1..4].to_vec())),
        x[4]
    )),
    taken_apart_by_assignment("assignments to tuples of what is no tuple there", 2, |x| {
        taken_apart_by_assignment(x[0], x[1])
    }),
    mutated("enums that change what they are", 4, |x| mutated(&values(x), x[3])),
    value_of("alternatives with guards", 4, |x| value_of(&values(x), x[3])),
    replaced_state("`std::mem::replace` of a state", 2, |x| replaced_state(x[0], x[1])),
    two_enums("`match` on two enums", 3, |x| two_enums(x[0], x[1], x[2])),
    guards("guards on numbers", 2, |x| guards(x[0], x[1])),
    patterns_of_slices("patterns of slices in a row", 3, |x| patterns_of_slices(x)),
    patterns_of_slices_of_one("patterns of slices in a row", 1, |x| patterns_of_slices(x)),
    patterns_of_slices_of_two("patterns of slices in a row", 2, |x| patterns_of_slices(x)),
    patterns_of_slices_of_four("patterns of slices in a row", 4, |x| patterns_of_slices(x)),
    bound_by_reference("`ref mut` in nested patterns", 4, |x| bound_by_reference(
        (x[0], Some(x[1..3].to_vec())),
        x[3]
    )),
    bound_by_reference_of_none("`ref mut` in nested patterns", 2, |x| bound_by_reference(
        (x[0], None),
        x[1]
    )),
    zip_mut_both("`iter_mut` of two at once", 4, |x| zip_mut_both(&x[..3], x[3])),
    scatter("indices that come again", 3, |x| scatter(x, &[0, 2, 2, 1, 0])),
    aliasing_indices("elements that may be the same", 3, |x| aliasing_indices(x)),
    transposed_in_place("arrays of arrays", 5, |x| transposed_in_place(&x[..4], x[4])),
    simulated("a cache in an `Option`", 6, |x| simulated(x)),
    visited("`&mut` through a recursion", 5, |x| visited(&tree(x), x[4])),
    pruned("trees that lose branches", 5, |x| pruned(&tree(x), x[4])),
    mutual("`&mut` through functions that call each other", 3, |x| mutual(x)),
    closure_and_mut("closures beside `&mut`", 2, |x| closure_and_mut(x[0], x[1])),
    counter("closures that change and give", 2, |x| counter(x[0], x[1])),
    shadowed_in_a_loop("shadowing in loops", 3, |x| shadowed_in_a_loop(x)),
    nested_vec_moves("rows moved in and out", 4, |x| nested_vec_moves(x)),
    chunks_state("chunks changed by what came before", 5, |x| chunks_state(x)),
    numbers_beside("integers and flags in tuples that change", 3, |x| numbers_beside(x)),
    assigned_together("assignments to arrays and tuples of places", 2, |x| assigned_together(x)),
];
