//! What is borrowed while it is used: names of exclusive references that live on, and sequences that a
//! loop walks over.

use crate::check::programs;
use chainrules::prelude::*;
use std::collections::BTreeMap;
use zygote_engine::prelude::*;

#[derive(Clone, Tangent)]
struct Model {
    weights: Vec<f64>,
    bias: f64,
}

impl Model {
    fn new(x: &[f64]) -> Self {
        Self { weights: vec![x[0], x[1]], bias: x[2] }
    }
}

#[differentiable]
impl Model {
    fn scaled(self, by: f64) -> f64 {
        self.bias * by + self.weights[0]
    }
}

#[differentiable]
fn read_on(x: &[f64]) -> f64 {
    let mut model = Model { weights: vec![x[0], x[1]], bias: x[0] * x[1] };
    let weights = &mut model.weights;
    let t = weights[0] * weights[1].sin();
    let mut k = 1.0;
    if weights[0] > 1.0 {
        k = 2.0;
    }
    t * k
}

#[differentiable]
fn whole(x: &[f64]) -> f64 {
    let mut v = vec![x[0], x[1]];
    let w = &mut v;
    let t = w[0] * w[1];
    if w[0] > 1.0 && w.len() == 2 {
        *w = vec![t * w[0], x[1], t];
    }
    if w.len() == 3 { w[2] * w[0] } else { t + v[1] }
}

#[differentiable]
fn replaced_in_a_loop(x: &[f64], p: f64) -> f64 {
    let mut v: Vec<f64> = vec![x[0] * x[1], p];
    let r = &mut v;
    let mut count = 0;
    loop {
        count += 1;
        if count > 3 {
            break;
        }
        *r = vec![r[0] * p, r[1] + r[0]];
    }
    v[0] * v[1]
}

#[differentiable]
fn rows(x: &[f64]) -> f64 {
    let mut rows = vec![vec![x[0], x[1]]; 2];
    let mut t = 0.0;
    for i in 0..2 {
        let row = &mut rows[i];
        row[0] = row[1] * x[0];
        t += row[0] * row[1];
        let mut k = 1;
        if row[0] > 1.0 {
            k = row.len();
        }
        row[k - 1] *= x[1];
        if k == 2 {
            *row = vec![t; 2];
        }
    }
    t + rows[0][0] * rows[1][1]
}

#[differentiable]
fn rows_walked(x: &[f64]) -> f64 {
    let mut rows = vec![vec![x[0], x[1]]; 2];
    let mut t = 0.0;
    for row in rows.iter_mut() {
        row[0] = row[1] * x[0];
        t += row[0] * row[1];
        for y in row.iter_mut() {
            *y *= t;
            if *y > 2.0 {
                *y = 2.0;
            }
        }
        let last = &mut row[1];
        if *last > 1.5 {
            *last = 2.0 * x[0];
        } else {
            t += *last;
        }
    }
    t + rows[0][1]
}

#[differentiable]
fn product(u: &[f64], k: usize) -> f64 {
    u[0] * u[k]
}

#[differentiable]
fn handed_on(u: &mut Vec<f64>) -> f64 {
    let v: Vec<f64> = u.iter().map(|y| product(u, 1) * y).collect();
    u[0] *= v[1];
    u[0] + v[0]
}

#[differentiable]
fn nested(a: f64, u: &mut Vec<f64>) -> f64 {
    u[1] *= a;
    let mut s = 0.0;
    for y in u[1..].iter() {
        for z in u.iter() {
            s += product(u, u.len() - 1) * z * y;
        }
    }
    u[0] = s;
    s
}

#[differentiable]
fn cloned_on_the_way(mut a: Vec<f64>, k: f64) -> f64 {
    a[0] *= k;
    let mut s = 0.0;
    for &y in &a {
        let v: Vec<f64> = a.clone();
        s += v[0] * y;
    }
    a[1] = s;
    a[1] * a[0]
}

#[differentiable]
fn cloned_in_a_condition(model: &mut Model) -> f64 {
    if model.clone().scaled(-0.9) > 0.3 {
        model.bias *= model.weights[0];
    }
    model.bias * model.weights[1]
}

#[derive(Clone, Tangent)]
struct Range {
    low: f64,
    seen: Vec<f64>,
    pair: (f64, f64),
}

#[differentiable]
impl Range {
    fn norm(&self) -> f64 {
        self.pair.0 * self.low
    }

    fn grown(&mut self) -> f64 {
        let a = self.pair.1.min(self.pair.0.sin());
        self.low = self.low.max(self.norm() * a).max(self.low.sin());
        self.seen.push(self.seen.len() as f64 * self.low);
        self.seen.extend_from_slice(&[self.norm()]);
        let y = self.seen.iter().map(|x| x * self.norm()).sum::<f64>();
        y.max(self.norm()) + self.seen.iter().fold(0.0, |a: f64, b| a.max(b * self.low.cos()))
    }
}

#[differentiable]
fn methods_of_parts(x: &[f64]) -> f64 {
    let mut range = Range { low: x[0], seen: vec![x[1]], pair: (x[2], x[3]) };
    range.grown() + range.low.max(range.norm())
}

#[differentiable]
fn weighted(v: &[f64], w: &mut [f64], f: impl Fn(f64) -> f64) -> f64 {
    w[0] *= f(v[0]);
    w[0]
}

#[differentiable]
fn product_of(v: Vec<f64>) -> f64 {
    v[0] * v[1]
}

#[differentiable]
fn beside_a_closure(x: f64, y: f64) -> f64 {
    let mut pair: (Vec<f64>, f64) = (vec![x; 4], y);
    let mut w = [y, x];
    pair.0[1] *= y;
    let z = weighted(&pair.0, &mut w[..1], |p| p * product_of(pair.0[1..].repeat(2)));
    z * w[0]
}

#[differentiable]
fn not_restored(mut a: Vec<f64>, b: f64, k: usize) -> f64 {
    let mut s = a[0] * b;
    if k > 1 {
        let mut v: Vec<f64> = a.clone();
        for i in 1..k {
            v[i] = 0.5;
        }
        a[1] *= b;
        s += a[1];
    }
    s
}

#[derive(Clone, Tangent)]
struct Lists {
    maybe: Vec<Option<f64>>,
    pairs: Vec<(f64, f64)>,
}

#[differentiable]
fn items(lists: &Lists, k: f64) -> f64 {
    let mut t = k;
    for o in lists.maybe.iter() {
        if let Some(a) = o {
            t += *a * k;
        }
    }
    for p in lists.pairs.iter() {
        let (a, b) = p;
        t += *a * *b * k;
    }
    for (i, p) in lists.pairs.iter().enumerate() {
        let (a, b) = p;
        t += *a * *b * k * i as f64;
    }
    for (p, o) in lists.pairs.iter().zip(lists.maybe.iter()) {
        if let Some(x) = o {
            t += x * p.0;
        }
    }
    for (i, (a, b)) in lists.pairs.iter().enumerate().rev() {
        t += *a * b * i as f64;
    }
    t + lists
        .maybe
        .iter()
        .map(|o| match o {
            Some(a) => *a * k,
            None => k,
        })
        .sum::<f64>()
}

#[differentiable]
fn items_of(x: &[f64]) -> f64 {
    let lists = Lists {
        maybe: vec![Some(x[0]), None, Some(x[1])],
        pairs: vec![(x[2], x[0]), (x[1] * x[3], x[2])],
    };
    items(&lists, x[3])
}

#[differentiable]
fn inserted_of_itself(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    v.insert(1, x.iter().map(|y| product_of(v.clone()) * y).sum::<f64>().cos());
    v.push(v.iter().fold(0.5, |a, b| a * b.sin()));
    v[0] * v[1] + v[v.len() - 1]
}

#[derive(Clone, Tangent)]
struct Weighted {
    one: f64,
    two: f64,
    list: Vec<f64>,
}

#[differentiable]
impl Weighted {
    fn applied(&self, f: impl Fn(f64) -> f64, k: f64) -> f64 {
        self.two * f(self.one) + k
    }

    fn changed(&mut self, f: impl Fn(f64) -> f64, k: f64) -> f64 {
        self.two *= f(self.one);
        k * self.two
    }
}

#[differentiable]
fn closures_beside_receivers(a: &mut Weighted, v: &mut [f64]) -> f64 {
    a.one = (*a).applied(|p: f64| p + (if p * p <= a.one { a.one * a.two } else { v[0] }), v[1]);
    let mut o = a.clone();
    let y = o.applied(|p| p * o.one, a.two) + o.changed(|p| p * a.one, 0.3);
    o.list.retain(|x| *x > o.two - 100.0);
    let k = o.list.iter().map(|x| x * o.applied(|p| o.two * p, *x)).sum::<f64>();
    v[0] *= y;
    let last: Option<f64> = Some(o.two);
    let z = last.map(|y| last.unwrap_or(1.1) * y).unwrap_or(0.2);
    y + o.list[0] * v[0] + k + z
}

#[differentiable]
fn receivers_of(x: &[f64]) -> f64 {
    let mut a = Weighted { one: x[0], two: x[1], list: vec![x[1], x[2]] };
    let mut v = vec![x[2], x[3]];
    closures_beside_receivers(&mut a, &mut v) + a.one * v[0]
}

#[differentiable]
fn lent_by_name(u: &mut Vec<f64>, k: f64) -> f64 {
    let mut a = Weighted { one: k, two: u[0], list: vec![] };
    let y = a.changed(|p| product(u, 1) * p, k);
    for i in 0..2 {
        grown(u, k + i as f64);
    }
    y * u[0] + a.two
}

#[differentiable]
fn grown(u: &mut Vec<f64>, by: f64) {
    u[0] *= by;
    u.push(by);
}

#[differentiable]
fn dot(a: &[f64], b: &[f64]) -> f64 {
    a[0] * b[1] + a[1] * b[1]
}

#[differentiable]
fn scaled_by(a: &mut [f64], k: f64) {
    for x in a.iter_mut() {
        *x *= k;
    }
}

#[differentiable]
fn with_closure(a: (f64, f64), v: &[f64], f: impl Fn(f64) -> f64) -> f64 {
    a.0 * v[0] + f(a.1 * v[1])
}

#[differentiable]
fn lent_twice(k: f64, v: &mut [f64]) -> f64 {
    v[0] = with_closure((k, 1.5), v, |p| p * with_closure((1.4, k), v, |q| q * p));
    let t = dot(v, v);
    scaled_by(v, t);
    for y in v[1..].iter() {
        let _ = v[1].min(*y).sin();
    }
    v[0] * dot(v, v) + v[1]
}

#[differentiable]
fn pushed_of_itself(k: f64, u: &mut Vec<f64>) -> f64 {
    let mut total = 0.0;
    for _ in 0..2 {
        if u.len() < 4 {
            u.push(dot(u, u).atan() * k);
        }
        let v = &mut *u;
        v.push(dot(v, &[k, 0.5, v[1]]));
    }
    for y in u.iter() {
        total += y * y;
    }
    total
}

#[derive(Clone, Tangent)]
struct Knot {
    at: f64,
    value: f64,
}

#[derive(Clone, Tangent)]
struct Curve {
    knots: Vec<Knot>,
    by_key: BTreeMap<u32, f64>,
    rows: Vec<Vec<f64>>,
    end: Option<Knot>,
}

#[differentiable]
impl Curve {
    fn after(&self, t: f64) -> Option<&Knot> {
        self.knots.iter().find(|k| k.at > t)
    }

    fn after_or_end(&self, t: f64) -> Option<&Knot> {
        if t > 0.8 {
            return self.end.as_ref();
        }
        let i = self.knots.iter().position(|k| k.at > t)?;
        Some(&self.knots[i])
    }

    fn again(&self, t: f64) -> Option<&Knot> {
        self.after(t)
    }

    fn value(&self, i: usize) -> Option<&f64> {
        match self.knots.get(i) {
            Some(k) => Some(&k.value),
            None => None,
        }
    }

    fn of_key(&self, key: u32) -> Option<&f64> {
        self.by_key.get(&key)
    }

    fn row(&self, i: usize) -> Option<&[f64]> {
        if i < self.rows.len() { Some(&self.rows[i]) } else { None }
    }

    fn matched(&self, t: f64) -> f64 {
        if let Some(k) = self.after(t) { k.value * k.at } else { t }
    }

    fn asked(&self, t: f64) -> Option<f64> {
        let k = self.after_or_end(t)?;
        Some(k.value * self.again(t)?.value)
    }

    fn mapped(&self, i: usize, t: f64) -> f64 {
        self.after(t).map(|k| k.value).unwrap_or(t) + self.of_key(2).map_or(t, |v| v * t)
            - self.value(i).map_or(1.0, |y| *y * 2.0)
    }

    fn guarded(&self, i: usize, t: f64) -> f64 {
        match self.value(i) {
            Some(y) if *y > 0.0 => *y * t,
            Some(y) => y * y,
            None => t * t,
        }
    }

    fn unwrapped(&self, t: f64) -> f64 {
        let Some(k) = self.after(t) else { return t };
        squared(&k) * self.again(t).unwrap().value
    }

    fn of_row(&self, i: usize) -> f64 {
        match self.row(i) {
            Some(r) => r.iter().map(|x| x * x).sum::<f64>() + r[0],
            None => 0.5,
        }
    }
}

#[differentiable]
fn squared(k: &Knot) -> f64 {
    k.value * k.value
}

#[differentiable]
fn first_after(knots: &[Knot], t: f64) -> Option<&Knot> {
    for k in knots {
        if k.at > t {
            return Some(k);
        }
    }
    None
}

#[differentiable]
fn perhaps(x: &[f64]) -> f64 {
    let curve = Curve {
        knots: vec![Knot { at: 0.5, value: x[0] }, Knot { at: 1.0, value: x[1] * x[0] }],
        by_key: BTreeMap::from([(2, x[2])]),
        rows: vec![vec![x[0], x[1]], vec![x[2]]],
        end: Some(Knot { at: x[0], value: x[2] * x[1] }),
    };
    let mut s = 0.0;
    for i in 0..4 {
        let t = 0.45 * i as f64;
        s += curve.matched(t) + curve.asked(t).unwrap_or(x[1]) * curve.mapped(i, t);
        s += curve.guarded(i, x[0]) + curve.unwrapped(t) * curve.of_row(i);
        if let Some(k) = first_after(&curve.knots, t) {
            s *= k.value;
        }
    }
    s
}

programs![
    curve_without_knots("methods that may lend a part, `-> Option<&Knot>`", || {
        let (knots, rows) = (vec![], vec![]);
        let curve = Curve { knots, by_key: BTreeMap::new(), rows, end: None };
        assert_eq!(gradient!(|t: f64| curve.asked(t).unwrap_or(t * t), 0.5), 1.0);
    }),
    perhaps("methods that may lend a part, `-> Option<&Knot>`", 3, |x| perhaps(x)),
    pushed_of_itself("`&mut` by name in the arguments of its own method", 3, |x| pushed_of_itself(
        x[0],
        &mut x[1..].to_vec()
    )),
    read_on("reading through `&mut` after the derivative's last use", 2, |x| read_on(x)),
    whole("the whole replaced through `&mut`", 2, |x| whole(x)),
    replaced_in_a_loop("the whole replaced through `&mut`, in a loop", 3, |x| replaced_in_a_loop(
        &x[..2],
        x[2]
    )),
    rows("rows through `&mut`", 2, |x| rows(x)),
    rows_walked("rows by `iter_mut`, with loops inside", 2, |x| rows_walked(x)),
    handed_on("what a chain walks over, handed to a function", 2, |x| handed_on(&mut x.to_vec())),
    nested("walks over one sequence inside each other", 3, |x| nested(x[0], &mut x[1..].to_vec())),
    cloned_on_the_way("what a loop walks over, cloned in it", 3, |x| cloned_on_the_way(
        x[..2].to_vec(),
        x[2]
    )),
    cloned_in_a_condition("`clone()` of `&mut` in a condition", 3, |x| cloned_in_a_condition(
        &mut Model::new(x)
    )),
    methods_of_parts(
        "methods of parts as arguments of methods of others",
        4,
        |x| methods_of_parts(x)
    ),
    beside_a_closure("what is lent beside a closure that reads it", 2, |x| beside_a_closure(
        x[0], x[1]
    )),
    not_changed("what is changed and not used", 2, |x| not_restored(vec![x[0]], x[1], 1)),
    not_restored("what is changed and not used", 3, |x| not_restored(x[..2].to_vec(), x[2], 2)),
    items_of("patterns of items behind references", 4, |x| items_of(x)),
    inserted_of_itself(
        "a receiver that a chain in the arguments reads",
        3,
        |x| inserted_of_itself(x)
    ),
    receivers_of("closures that read the receiver of their call", 4, |x| receivers_of(x)),
    lent_by_name("`&mut` by name in a closure and in a loop", 3, |x| lent_by_name(
        &mut x[..2].to_vec(),
        x[2]
    )),
    lent_twice(
        "`&mut` by name, lent twice in one call",
        3,
        |x| lent_twice(x[0] * 0.3, &mut x[1..].to_vec()),
        |x| {
            let (value, (dk, dv)) =
                value_and_gradient!(lent_twice, x[0] * 0.3, &mut x[1..].to_vec());
            (value, vec![dk * 0.3, dv[0], dv[1]])
        }
    ),
];
