//! Lists that are made of what is constant at the call: nobody wants their cotangents, which have no memory,
//! and what serves them alone is left out.

use crate::check::programs;
use chainrules::prelude::*;
use std::collections::BTreeMap;
use zygote_engine::prelude::*;

#[derive(Clone, Tangent)]
struct Model {
    w: Vec<f64>,
    rows: Vec<Vec<f64>>,
    k: f64,
}

#[differentiable]
impl Model {
    fn of(q: &[f64]) -> Self {
        Model { w: q.iter().map(|a| a * a).collect(), rows: vec![q.to_vec(), q.to_vec()], k: q[0] }
    }

    fn dot(&self, x: &[f64]) -> f64 {
        let mut s = self.k;
        for i in 0..x.len() {
            s += self.w[i] * x[i] * self.rows[i % 2][i];
        }
        s
    }

    fn grow(&mut self, c: f64) {
        for w in self.w.iter_mut() {
            *w *= c;
        }
        self.w.push(c);
        self.rows[0][1] += c;
    }
}

#[differentiable]
fn pushed(q: &[f64], x: &[f64]) -> f64 {
    let mut v = Vec::new();
    for i in 0..q.len() {
        v.push(q[i] * q[i]);
    }
    let mut s = 0.0;
    for i in 0..x.len() {
        s += v[i] * x[i];
    }
    s
}

#[differentiable]
fn filled(q: &[f64], x: &[f64]) -> f64 {
    let mut v = vec![0.0; q.len()];
    for i in 0..q.len() {
        v[i] = q[i] * q[i];
    }
    for i in 1..q.len() {
        v[i] += v[i - 1] * q[0];
    }
    let mut s = 0.0;
    for i in 0..x.len() {
        s += v[i] * x[i];
        v[i] = s;
    }
    s + v[0]
}

#[differentiable]
fn collected(q: &[f64], x: &[f64]) -> f64 {
    let a: Vec<f64> = q.iter().map(|q| q * q).collect();
    let b: Vec<f64> = a.iter().zip(q).map(|(a, q)| a + q).collect();
    b.iter().zip(x).map(|(a, b)| a * b).sum()
}

#[differentiable]
fn rows(q: &[f64], x: &[f64]) -> f64 {
    let mut rows: Vec<Vec<f64>> = Vec::new();
    for i in 0..q.len() {
        let mut r = vec![0.0; q.len()];
        for j in 0..q.len() {
            r[j] = q[i] * q[j].sin();
        }
        rows.push(r);
    }
    let mut s = 0.0;
    for r in &rows {
        for (a, b) in r.iter().zip(x) {
            s += a * b * b;
        }
    }
    s += rows[1][0] * x[1];
    s
}

#[differentiable]
fn of_a_struct(q: &[f64], x: &[f64]) -> f64 {
    let m = Model::of(q);
    m.dot(x) + m.dot(q) * x[0]
}

#[differentiable]
fn of_a_struct_that_changes(q: &[f64], x: &[f64]) -> f64 {
    let mut m = Model::of(q);
    m.grow(q[1]);
    let y = m.dot(x);
    m.grow(x[0]);
    m.dot(x) * y
}

#[differentiable]
fn in_branches(q: &[f64], x: &[f64]) -> f64 {
    let mut v = q.to_vec();
    let mut s = 0.0;
    for t in 0..3 {
        for i in 0..v.len() {
            v[i] = v[i] * q[0] + 0.1 * t as f64;
        }
        if v[0] > 0.3 {
            s += v[0] * x[0];
        } else {
            v.swap(0, 1);
            s -= v[1] * x[1] * x[1];
        }
    }
    s + v[2] * x[2]
}

#[differentiable]
fn sorted_and_extended(q: &[f64], x: &[f64]) -> f64 {
    let mut v = q.to_vec();
    v.sort_by(|a, b| a.partial_cmp(b).unwrap());
    let w = v.clone();
    v.extend(q.iter().map(|a| a * 2.0));
    v.extend(x.iter().map(|a| a * 2.0));
    let mut s = 0.0;
    for (i, a) in v.iter().enumerate() {
        s += a * w[i % 3] * (i as f64 + 1.0).ln();
    }
    s
}

#[differentiable]
fn by_closures(q: &[f64], x: &[f64]) -> f64 {
    let k = q.iter().sum::<f64>();
    let f = |y: &[f64]| y.iter().zip(q).map(|(a, b)| a * b * k).collect::<Vec<f64>>();
    let z = f(q);
    let y = f(x);
    z.iter().zip(&y).map(|(a, b)| a * b).sum::<f64>() + y[0] * z[1]
}

#[differentiable]
fn while_it_grows(q: &[f64], x: &[f64]) -> f64 {
    let mut v: Vec<f64> = q.iter().map(|a| a * 0.5).collect();
    let mut i = 0;
    while i < v.len() && v[i] < 10.0 {
        let t = v[i] * q[0];
        v[i] = t.exp();
        if t < 0.0 {
            v.push(t * t);
        }
        if v.len() > 5 {
            break;
        }
        i += 1;
    }
    let mut s = x[0];
    for a in &v {
        s = s * a + x[1];
    }
    s * x[2]
}

#[differentiable]
fn chosen(q: &[f64], x: &[f64]) -> f64 {
    let w = if q[0] > 0.2 { q.iter().map(|a| a * a).collect::<Vec<_>>() } else { vec![q[1]; 3] };
    let u = if x[0] > 0.3 { w.clone() } else { vec![x[1]; 3] };
    let mut t = 0.0;
    for (i, c) in w.chunks(2).enumerate() {
        t += c[0] * x[i] + u[i];
    }
    t * x[2]
}

#[differentiable]
fn dotted(v: &[f64], x: &[f64]) -> f64 {
    v.iter().zip(x).map(|(a, b)| a * b).sum()
}

#[differentiable]
fn filled_up(v: &mut Vec<f64>, q: &[f64]) {
    for a in q {
        v.push(a * a);
    }
    for i in 0..v.len() {
        v[i] *= q[0];
    }
}

#[differentiable]
fn by_calls(q: &[f64], x: &[f64]) -> f64 {
    let mut v = Vec::new();
    filled_up(&mut v, q);
    let s = dotted(&v, x);
    filled_up(&mut v, q);
    let mut w = vec![];
    filled_up(&mut w, x);
    s * dotted(&v[3..], &w)
}

#[differentiable]
fn of_arrays(q: &[f64], x: &[f64]) -> f64 {
    let mut m = [[0.0; 3]; 3];
    for i in 0..3 {
        for j in 0..3 {
            m[i][j] = q[i] * q[j];
        }
    }
    let mut y = [0.0; 3];
    for i in 0..3 {
        for j in 0..3 {
            y[i] += m[i][j] * x[j];
        }
    }
    y[0] * y[1] + m[1][1] * y[2]
}

#[differentiable]
fn shifted(q: &[f64], x: &[f64]) -> f64 {
    let mut v = q.to_vec();
    let first = v.remove(0);
    v.insert(1, first * first);
    let (a, b) = v.split_at_mut(1);
    a[0] += b[0];
    let last = v.pop().unwrap();
    let z: Vec<f64> = v.iter().rev().copied().chain([last]).collect();
    let mut acc = vec![0.0; 3];
    for i in 0..3 {
        acc[i] = z[i] * x[i];
    }
    acc.iter().sum::<f64>() * z[0]
}

#[differentiable]
fn softmax(q: &[f64], x: &[f64]) -> f64 {
    let mut best = f64::NEG_INFINITY;
    let mut at = 0;
    let sc: Vec<f64> = q.iter().map(|a| a.sin()).collect();
    for (i, s) in sc.iter().enumerate() {
        if *s > best {
            best = *s;
            at = i;
        }
    }
    let e: Vec<f64> = sc.iter().map(|s| (s - best).exp()).collect();
    let z: f64 = e.iter().sum();
    let p: Vec<f64> = e.iter().map(|e| e / z).collect();
    p.iter().zip(x).map(|(p, x)| p * x).sum::<f64>() + x[at] * best
}

#[differentiable]
fn of_tuples(q: &[f64], x: &[f64]) -> f64 {
    let mut state = vec![(q[0], q[1]); 2];
    for s in state.iter_mut() {
        s.0 *= q[2];
        let (a, b) = *s;
        *s = (b, a * x[0]);
    }
    let pos: Vec<(f64, f64)> = q.iter().map(|a| (*a, a * a)).collect();
    let mut t = 0.0;
    for (p, v) in &pos {
        t += p * v * x[1];
    }
    t + state[0].1 * state[1].0 * x[2]
}

#[differentiable]
fn left_early(q: &[f64], x: &[f64]) -> f64 {
    let w: Vec<f64> = q.iter().map(|a| a * 2.0).collect();
    let mut s = 0.0;
    'o: for i in 0..3 {
        for j in 0..3 {
            let p = w[i] * w[j];
            if p > 1.5 {
                continue 'o;
            }
            s += p * x[j];
            if s > 3.0 {
                break 'o;
            }
        }
    }
    s
}

#[differentiable]
fn cumulated(q: &[f64], x: &[f64]) -> f64 {
    let mut cum = Vec::with_capacity(3);
    let mut acc = 0.0;
    for a in q {
        acc += a * a;
        cum.push(acc);
    }
    let mut prev = 0.0;
    let mut tot = 0.0;
    for (c, y) in cum.iter().zip(x) {
        tot += (c - prev) * y;
        prev = *c;
    }
    tot + checkpoint(|| cum[2] * x[0] + acc)
}

#[differentiable]
fn alternating(v: &[f64], x: &[f64]) -> f64 {
    if v.is_empty() {
        return 1.0;
    }
    v[0] * x[0] + alternating(&v[1..], &x[1..]) * v[0]
}

#[differentiable]
fn recursive(q: &[f64], x: &[f64]) -> f64 {
    let w: Vec<f64> = q.iter().map(|a| a.cos()).collect();
    alternating(&w, x) + alternating(x, &w)
}

#[differentiable]
fn of_three(q: &[f64], x: &[f64], z: &[f64]) -> f64 {
    let w: Vec<f64> = q.iter().zip(z).map(|(a, b)| a * b).collect();
    let u: Vec<f64> = q.iter().map(|a| a * a).collect();
    let mut mixed = vec![0.0; 3];
    for i in 0..3 {
        mixed[i] = u[i] + w[i];
        let t = u[(i + 1) % 3];
        mixed[i] *= t * x[i];
    }
    mixed.iter().zip(&w).map(|(a, b)| a * b).sum::<f64>()
}

#[differentiable]
fn in_a_map(q: &[f64], x: &[f64]) -> f64 {
    let mut m: BTreeMap<usize, f64> = BTreeMap::new();
    for (i, a) in q.iter().enumerate() {
        *m.entry(i % 2).or_insert(0.0) += a * a;
    }
    let mut s = 0.0;
    for (k, v) in &m {
        s += v * x[*k];
    }
    s * x[2]
}

#[differentiable]
fn hooked(q: &[f64], x: &[f64]) -> f64 {
    let mut v = q.to_vec();
    let r = &mut v[1];
    *r *= q[0];
    let n = v.len();
    for k in 0..2 {
        let (a, b) = (v[k], v[n - 1 - k]);
        v[k] = a * b;
    }
    let h = hook(v[0] * x[0], |d| d * 2.0);
    h - v[0] * x[0] + v[1] * x[1]
}

/// What is left out makes a cotangent longer that is read by what is not.
#[differentiable]
fn drained(q: &[f64], x: &[f64]) -> f64 {
    let mut list = q.to_vec();
    let mut own = vec![x[0], x[1]];
    let mut s = 0.2;
    for _ in 0..2 {
        let t = own[0];
        own[1] *= t;
        s += list.iter().sum::<f64>();
    }
    let taken: Vec<f64> = list.drain(1..2).collect();
    (s + list[0]).cos() * own[1] + x[2] * list[list.len() - 1] * taken[0]
}

/// A cotangent is moved, and made anew.
#[differentiable]
fn made_of_itself(q: &[f64], x: &[f64]) -> f64 {
    let mut list = q.to_vec();
    let mut s = list[0] * x[0];
    for _ in 0..2 {
        s += list.iter().sum::<f64>();
        list = list.iter().map(|a| a * a).collect();
        if s > 0.5 {
            list = list.iter().map(|a| a * 2.0).collect::<Vec<f64>>();
            continue;
        }
        s *= x[1];
    }
    s * x[2] + list[0] * list[1] * list[2]
}

/// The gradient with respect to all arguments, in one list; that of each alone is the same.
macro_rules! each {
    ($f:ident, $q:expr, $x:expr) => {{
        let (value, (dq, dx)) = value_and_gradient!($f, $q, $x);
        assert_eq!(gradient!($f, $q, constant($x)), dq);
        assert_eq!(gradient!($f, constant($q), $x), dx);
        (value, [dq, dx].concat())
    }};
    ($f:ident, $q:expr, $x:expr, $z:expr) => {{
        let (value, (dq, dx, dz)) = value_and_gradient!($f, $q, $x, $z);
        assert_eq!(gradient!($f, $q, constant($x), constant($z)), dq);
        assert_eq!(gradient!($f, constant($q), $x, constant($z)), dx);
        assert_eq!(gradient!($f, constant($q), constant($x), $z), dz);
        assert_eq!(gradient!($f, $q, $x, constant($z)), (dq.clone(), dx.clone()));
        assert_eq!(gradient!($f, $q, constant($x), $z), (dq.clone(), dz.clone()));
        assert_eq!(gradient!($f, constant($q), $x, $z), (dx.clone(), dz.clone()));
        (value, [dq, dx, dz].concat())
    }};
}

programs![
    pushed(
        "lists of constants at the call",
        6,
        |x| pushed(&x[..3], &x[3..]),
        |x| each!(pushed, &x[..3], &x[3..])
    ),
    filled(
        "lists of constants at the call",
        6,
        |x| filled(&x[..3], &x[3..]),
        |x| each!(filled, &x[..3], &x[3..])
    ),
    collected(
        "lists of constants at the call",
        6,
        |x| collected(&x[..3], &x[3..]),
        |x| each!(collected, &x[..3], &x[3..])
    ),
    rows(
        "lists of constants at the call",
        6,
        |x| rows(&x[..3], &x[3..]),
        |x| each!(rows, &x[..3], &x[3..])
    ),
    of_a_struct(
        "lists of constants at the call",
        6,
        |x| of_a_struct(&x[..3], &x[3..]),
        |x| each!(of_a_struct, &x[..3], &x[3..])
    ),
    of_a_struct_that_changes(
        "lists of constants at the call",
        6,
        |x| of_a_struct_that_changes(&x[..3], &x[3..]),
        |x| each!(of_a_struct_that_changes, &x[..3], &x[3..])
    ),
    in_branches(
        "lists of constants at the call",
        6,
        |x| in_branches(&x[..3], &x[3..]),
        |x| each!(in_branches, &x[..3], &x[3..])
    ),
    sorted_and_extended(
        "lists of constants at the call",
        6,
        |x| sorted_and_extended(&x[..3], &x[3..]),
        |x| each!(sorted_and_extended, &x[..3], &x[3..])
    ),
    by_closures(
        "lists of constants at the call",
        6,
        |x| by_closures(&x[..3], &x[3..]),
        |x| each!(by_closures, &x[..3], &x[3..])
    ),
    while_it_grows(
        "lists of constants at the call",
        6,
        |x| while_it_grows(&x[..3], &x[3..]),
        |x| each!(while_it_grows, &x[..3], &x[3..])
    ),
    chosen(
        "lists of constants at the call",
        6,
        |x| chosen(&x[..3], &x[3..]),
        |x| each!(chosen, &x[..3], &x[3..])
    ),
    by_calls(
        "lists of constants at the call",
        6,
        |x| by_calls(&x[..3], &x[3..]),
        |x| each!(by_calls, &x[..3], &x[3..])
    ),
    of_arrays(
        "lists of constants at the call",
        6,
        |x| of_arrays(&x[..3], &x[3..]),
        |x| each!(of_arrays, &x[..3], &x[3..])
    ),
    shifted(
        "lists of constants at the call",
        6,
        |x| shifted(&x[..3], &x[3..]),
        |x| each!(shifted, &x[..3], &x[3..])
    ),
    softmax(
        "lists of constants at the call",
        6,
        |x| softmax(&x[..3], &x[3..]),
        |x| each!(softmax, &x[..3], &x[3..])
    ),
    of_tuples(
        "lists of constants at the call",
        6,
        |x| of_tuples(&x[..3], &x[3..]),
        |x| each!(of_tuples, &x[..3], &x[3..])
    ),
    left_early(
        "lists of constants at the call",
        6,
        |x| left_early(&x[..3], &x[3..]),
        |x| each!(left_early, &x[..3], &x[3..])
    ),
    cumulated(
        "lists of constants at the call",
        6,
        |x| cumulated(&x[..3], &x[3..]),
        |x| each!(cumulated, &x[..3], &x[3..])
    ),
    recursive(
        "lists of constants at the call",
        6,
        |x| recursive(&x[..3], &x[3..]),
        |x| each!(recursive, &x[..3], &x[3..])
    ),
    in_a_map(
        "lists of constants at the call",
        6,
        |x| in_a_map(&x[..3], &x[3..]),
        |x| each!(in_a_map, &x[..3], &x[3..])
    ),
    of_three(
        "lists of constants at the call",
        9,
        |x| of_three(&x[..3], &x[3..6], &x[6..]),
        |x| each!(of_three, &x[..3], &x[3..6], &x[6..])
    ),
    drained(
        "lists of constants at the call",
        6,
        |x| drained(&x[..3], &x[3..]),
        |x| { each!(drained, &x[..3], &x[3..]) }
    ),
    made_of_itself(
        "lists of constants at the call",
        6,
        |x| made_of_itself(&x[..3], &x[3..]),
        |x| { each!(made_of_itself, &x[..3], &x[3..]) }
    ),
    hooked_alone("lists of constants at the call", || {
        let (q, x) = (&[0.3, 0.8, -0.4][..], &[0.7, -0.2, 0.5][..]);
        let (_, all) = each!(hooked, q, x);
        // The hook doubles what comes by one of two products of opposite sign.
        assert!((all[3] - q[0] * q[2]).abs() < 1e-15, "{all:?}");
    }),
];
