//! The values of maps by their keys: read, changed, inserted; and what maps are made of.

use crate::check::programs;
use chainrules::prelude::*;
use std::collections::{BTreeMap, HashMap, VecDeque};
use zygote_engine::prelude::*;

/// Numbers with keys from 1 on.
fn map(x: &[f64]) -> BTreeMap<i32, f64> {
    x.iter().enumerate().map(|(i, x)| (i as i32 + 1, *x)).collect()
}

#[differentiable]
fn changed_value(x: f64, y: f64) -> f64 {
    let mut map = BTreeMap::from([(1, x), (2, y)]);
    let k = if x > 0.0 { 2 } else { 5 };
    if let Some(v) = map.get_mut(&k) {
        *v += x * y;
    }
    *map.get_mut(&1).unwrap() += x * y;
    map[&1] * map[&2]
}

#[differentiable]
fn looked_up(x: f64, y: f64, n: usize) -> f64 {
    let other = ["a", "b", "c"][n];
    let mut map = BTreeMap::from([("a", x), (other, y)]);
    let r = map.remove("a").unwrap();
    let mut s = 0.0;
    if map.contains_key("b") {
        s += r * map["b"];
    }
    if map.is_empty() {
        s += x * y;
    }
    if map.len() == 1 {
        s += r;
    }
    if let Some(v) = map.get("b") {
        s += v * v;
    }
    s += map.get("zz").copied().unwrap_or(0.0) + map.get("b").copied().unwrap_or(0.0);
    if x < 1.0 {
        map.clear();
    }
    if map.is_empty() {
        s += y;
    }
    s
}

#[differentiable]
fn borrowed_value(x: f64, y: f64, n: usize) -> f64 {
    let other = ["t", "v"][n];
    let mut a = BTreeMap::from([("u", x), (other, y)]);
    let v = a.get_mut("u").unwrap();
    *v *= y;
    *v += 1.0;
    let u = a["u"];
    if let Some(z) = a.insert("v", u * x) {
        a.insert("w", z);
    }
    let r = a.remove("v").unwrap_or(0.0);
    let k = "w";
    if a.contains_key(k) {
        return r * a[k] * a.get(k).copied().unwrap_or(1.0);
    }
    r
}

#[differentiable]
fn histogram(x: &[f64]) -> f64 {
    let mut map: HashMap<usize, f64> = HashMap::new();
    for (i, v) in x.iter().enumerate() {
        *map.entry(i % 2).or_insert(0.0) += v * v;
    }
    map[&0] * map[&1]
}

#[differentiable]
fn entry_with_name(x: &[f64]) -> f64 {
    let mut map: BTreeMap<usize, f64> = BTreeMap::new();
    for (i, v) in x.iter().enumerate() {
        let e = map.entry(i % 2).or_insert(1.0);
        *e *= v;
    }
    map[&0] * map[&1]
}

#[differentiable]
fn entry_of_lists(x: &[f64]) -> f64 {
    let mut map: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
    for (i, v) in x.iter().enumerate() {
        map.entry(i % 2).or_default().push(v * v);
    }
    map[&0][0] * map[&1][0] + map[&0][1]
}

#[differentiable]
fn entry_modified(x: &[f64]) -> f64 {
    let mut map: BTreeMap<usize, f64> = BTreeMap::new();
    for (i, v) in x.iter().enumerate() {
        map.entry(i % 2).and_modify(|e| *e *= v).or_insert(*v);
    }
    map[&0] * map[&1]
}

#[differentiable]
fn collected_map(x: &[f64]) -> f64 {
    let map = x.iter().enumerate().map(|(i, v)| (i, v * v)).collect::<BTreeMap<_, _>>();
    map[&0] * map[&1] * map[&2]
}

#[differentiable]
fn collected_typed_map(x: &[f64]) -> f64 {
    let map: HashMap<usize, f64> = x.iter().enumerate().map(|(i, v)| (i % 3, v * v)).collect();
    map[&0] * map[&1] * map[&2]
}

#[differentiable]
fn extended_map(x: &[f64]) -> f64 {
    let mut map: BTreeMap<usize, f64> = BTreeMap::new();
    map.extend(x.iter().enumerate().map(|(i, v)| (i, v * v)));
    let other = map.clone();
    map.extend(&other);
    let mut v: Vec<f64> = Vec::new();
    v.extend(map.values());
    v.extend(map.values().filter(|v| **v > 0.3));
    v.extend(x);
    v.extend(other.into_values());
    v.iter().map(|a| a * a).sum::<f64>()
}

#[differentiable]
fn outer_entries(map: &BTreeMap<i32, f64>, k: f64) -> f64 {
    let mut s = k;
    if let Some((k, v)) = map.first_key_value() {
        s += f64::from(*k) * v * v;
    }
    if let Some((k, v)) = map.last_key_value() {
        s += f64::from(*k) * v * v;
    }
    s * map.get(&2).copied().unwrap_or(k)
}

#[differentiable]
fn outer_entries_taken_apart(map: &BTreeMap<i32, f64>, other: &BTreeMap<i32, f64>) -> f64 {
    let (k, v) = map.first_key_value().unwrap();
    let s = f64::from(*k) * v * map[&2];
    match other.last_key_value() {
        Some((_, v)) => {
            if *v > 0.0 {
                s * v + other[&1] * other[&2] * map[&3]
            } else {
                s + map[&3]
            }
        }
        None => s,
    }
}

#[differentiable]
fn maps_of_lists(x: &[f64]) -> f64 {
    let mut map: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    map.insert("a", vec![x[0], x[1]]);
    map.insert("b", vec![x[1] * x[2]]);
    let mut s = 0.0;
    for (k, row) in &map {
        for v in row {
            s += v * v * k.len() as f64;
        }
    }
    for row in map.values_mut() {
        row.push(x[0]);
        row[0] *= 2.0;
        for v in row.iter_mut() {
            *v *= *v;
        }
    }
    s += map.values().map(|r| r.iter().sum::<f64>()).product::<f64>();
    s += map.values().flat_map(|r| r.iter()).map(|v| v * v).sum::<f64>();
    for (_, row) in map.iter_mut() {
        row.clear();
    }
    s += map["a"].len() as f64;
    s
}

#[differentiable]
fn maps_of_maps(x: &[f64], at: usize) -> f64 {
    let mut map: BTreeMap<usize, BTreeMap<usize, f64>> = BTreeMap::new();
    for (i, v) in x.iter().enumerate() {
        *map.entry(i % 2).or_default().entry(i).or_insert(1.0) += v * v;
    }
    let mut s = 0.0;
    for (i, inner) in &map {
        for (j, v) in inner {
            s += v * v * (i + j) as f64;
        }
    }
    for inner in map.values_mut() {
        for v in inner.values_mut() {
            *v *= 2.0;
        }
    }
    if let Some(inner) = map.get_mut(&at) {
        inner.insert(7, s);
        inner.insert(1, s * x[0]);
    }
    s += map[&1][&1] * map[&1].len() as f64;
    s + map[&0].values().sum::<f64>()
}

#[derive(Clone, Debug, Tangent)]
struct Model {
    weights: BTreeMap<String, f64>,
    bias: f64,
}
#[differentiable]
impl Model {
    fn score(&self, xs: &[f64]) -> f64 {
        let mut s = self.bias;
        for (k, w) in &self.weights {
            s += w * xs[k.len() - 1];
        }
        for w in self.weights.values() {
            s += w * w;
        }
        if let Some(w) = self.weights.get("a") {
            s *= w;
        }
        s
    }
    fn chained(&self, xs: &[f64]) -> f64 {
        let weights: &BTreeMap<String, f64> = &self.weights;
        weights.iter().map(|(k, w)| w * xs[k.len() - 1] * w).sum::<f64>() + self.bias
    }
    fn scale(&mut self, x: f64) {
        for w in self.weights.values_mut() {
            *w *= x;
        }
        *self.weights.entry("zz".to_string()).or_insert(1.0) += x * self.bias;
    }
}
#[differentiable]
fn maps_of_model(x: &[f64]) -> f64 {
    let mut m = Model {
        weights: BTreeMap::from([("a".to_string(), x[0]), ("bb".to_string(), x[1])]),
        bias: x[2],
    };
    m.scale(x[2]);
    let both = m.score(&[1.0, 2.0]) + m.chained(&[0.5, 2.0]);
    m.weights.remove("a");
    both * m.score(&[x[0], x[1]])
}

#[derive(Clone, Debug, Tangent)]
struct Store {
    m: BTreeMap<usize, f64>,
    h: HashMap<usize, f64>,
    q: VecDeque<f64>,
    v: Vec<(f64, f64)>,
}
#[differentiable]
impl Store {
    fn a(&self) -> f64 {
        self.m.iter().map(|(k, v)| *k as f64 * v).sum::<f64>()
    }
    fn b(&self) -> f64 {
        self.m
            .iter()
            .enumerate()
            .filter(|(i, (k, _))| **k + i > 1)
            .map(|(i, (_, v))| i as f64 * v * v)
            .sum::<f64>()
    }
    fn c(&self, x: &[f64]) -> f64 {
        self.m.iter().zip(x).map(|((k, v), x)| x * v * *k as f64).sum::<f64>()
    }
    fn d(&self) -> f64 {
        self.v.iter().map(|(a, b)| a * b).sum::<f64>()
            + self.v.iter().map(|p| p.0 * p.1).sum::<f64>()
            + self.v.iter().fold(1.0, |s, (a, b)| s * a + b)
            + self.v.iter().map(|&(a, b)| a * b * b).sum::<f64>()
    }
    fn e(&mut self) {
        for v in self.m.values_mut() {
            *v *= *v;
        }
        let h: &mut HashMap<_, _> = &mut self.h;
        for (k, v) in h.iter_mut() {
            *v *= *k as f64;
        }
    }
    fn f(&self) -> f64 {
        let mut s = 1.0;
        for (k, v) in self.m.iter().filter(|(_, v)| **v > 0.0) {
            s *= v + *k as f64;
        }
        for v in self.q.iter() {
            s += v * v;
        }
        s
    }
    fn g(&mut self, x: f64) {
        let q: &mut VecDeque<f64> = &mut self.q;
        q.extend(self.m.values().map(|v| v * x));
        if let Some(v) = self.q.front_mut() {
            *v *= x;
        } else {
            self.q.extend([x, x * x]);
        }
        self.q[1] += x * self.q[0];
    }
}
#[differentiable]
fn collections_of_struct(x: &[f64]) -> f64 {
    let mut s = Store {
        m: BTreeMap::from([(0, x[0]), (1, x[1]), (2, x[2])]),
        h: HashMap::from([(3, x[1]), (4, x[0] * x[2])]),
        q: VecDeque::from([x[1], x[0]]),
        v: vec![(x[0], x[1]), (x[2], x[0])],
    };
    let a = s.a() + s.b() * s.c(x) + s.d();
    s.e();
    s.g(x[2]);
    let all = a * s.f() + s.a() + s.h[&3] * s.h[&4] + s.q.iter().sum::<f64>();
    s.m.clear();
    s.q.clear();
    s.g(x[1]);
    all + s.q[0] * s.q[1] * x[2]
}

#[differentiable(recursive)]
fn fib(n: usize, x: f64, memo: &mut HashMap<usize, f64>) -> f64 {
    if n < 2 {
        return x + n as f64;
    }
    if let Some(v) = memo.get(&n) {
        return *v;
    }
    let y = fib(n - 1, x, memo) * 0.5 + fib(n - 2, x, memo) * x;
    memo.insert(n, y);
    y
}

#[differentiable]
fn memoized(x: f64) -> f64 {
    let mut memo = HashMap::new();
    fib(6, x, &mut memo) + memo[&3]
}

#[differentiable]
fn shortest_path(w: &[f64]) -> f64 {
    let mut adj: HashMap<usize, Vec<(usize, f64)>> = HashMap::new();
    adj.entry(0).or_default().push((1, w[0] * w[0]));
    adj.entry(0).or_default().push((2, w[1] * w[1] + 0.5));
    adj.entry(1).or_insert_with(Vec::new).push((2, w[2] * w[2]));
    let mut dist: HashMap<usize, f64> = HashMap::from([(0, 0.0)]);
    let mut queue = VecDeque::from(vec![0usize]);
    while let Some(u) = queue.pop_front() {
        let d = dist[&u];
        if let Some(edges) = adj.get(&u) {
            for (v, w) in edges {
                let nd = d + w;
                let better = match dist.get(v) {
                    Some(old) => nd < *old,
                    None => true,
                };
                if better {
                    dist.insert(*v, nd);
                    queue.push_back(*v);
                }
            }
        }
    }
    dist[&2] * dist[&1]
}

#[differentiable]
fn inserted(x: f64, y: f64) -> f64 {
    let mut map = BTreeMap::new();
    map.insert("x", x);
    map.insert("y", x * y);
    let old = map.insert("x", y);
    map["x"] * map["y"] + old.unwrap()
}

#[differentiable]
fn bump(map: &mut BTreeMap<i32, f64>, x: f64) -> f64 {
    for (k, v) in map.iter_mut() {
        if *k == 3 {
            break;
        }
        *v *= x;
        if *v < -1.0 {
            continue;
        }
        *v += x;
    }
    if let Some(v) = map.get_mut(&2) {
        *v *= *v;
        if *v > 1.0 {
            return *v;
        }
        *v += 1.0;
    }
    map.remove(&1).unwrap_or(x)
}

#[differentiable]
fn bumped(x: &[f64]) -> f64 {
    let mut m = BTreeMap::from([(1, x[0]), (2, x[1]), (3, x[2])]);
    let a = bump(&mut m, x[0]);
    let b = bump(&mut m, x[2]);
    m.remove(&2);
    let c = bump(&mut m, x[1]);
    a * b * c + m.values().map(|v| v * v).sum::<f64>()
}

#[differentiable]
fn aliasing(x: &[f64]) -> f64 {
    let mut m: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
    for i in 0..3 {
        let row = m.entry(i % 2).or_insert_with(|| vec![x[i]; 2]);
        row[0] += x[i];
        row.push(x[i] * row[1]);
    }
    let a = m.entry(0).or_default();
    a[1] = a[0] * a[2];
    let t = a.len() as f64;
    let b = m.get(&1).unwrap();
    let c = b[0] * b[1];
    *m.get_mut(&1).unwrap().first_mut().unwrap() *= c;
    m.get_mut(&0).unwrap().extend(x.iter().map(|v| v * c));
    m.insert(1, m[&0].clone());
    m.values().map(|r| r.iter().map(|v| v * v).sum::<f64>()).sum::<f64>() * t
}

#[differentiable]
fn closures(m: &BTreeMap<i32, f64>) -> f64 {
    let f = |k: i32| m[&k] * 2.0;
    let o = Some(2).map(|k: i32| m[&k] * m[&1]);
    f(1) * f(3) + o.unwrap() + m.get(&2).map(|v| v * v).unwrap_or(0.0)
}

#[differentiable]
fn fallible(m: &BTreeMap<i32, f64>) -> Option<f64> {
    let a = m.get(&1)?;
    let b = m.get(&2).copied()?;
    let Some((k, c)) = m.last_key_value() else { return None };
    Some(a * b * c * f64::from(*k))
}

#[differentiable]
fn fallen(m: &BTreeMap<i32, f64>) -> f64 {
    fallible(m).unwrap_or(0.0)
}

#[differentiable]
fn doubled(v: &mut f64) {
    *v *= 2.0;
}
#[differentiable]
fn half() -> f64 {
    0.5
}
#[differentiable]
fn entries_changed(x: &[f64]) -> f64 {
    let mut m: BTreeMap<usize, f64> = BTreeMap::new();
    let mut n = 0;
    let mut t = 0.0;
    for (i, v) in x.iter().enumerate() {
        m.entry(i % 2)
            .and_modify(|e| {
                if *v > 0.0 {
                    *e *= v;
                } else {
                    *e += v;
                }
                t += *e;
            })
            .or_insert_with(|| {
                n += 1;
                v * v
            });
        m.entry(i).and_modify(doubled).or_insert_with(half);
        let w = m.entry(7).or_insert(*v);
        *w *= v;
        if *w > 1.0 {
            *w = x[0];
        }
        let k = i + n;
        *m.entry(k).or_insert(v * t) -= v.sin();
    }
    m.values().map(|v| v * v).sum::<f64>() + t * n as f64
}
#[differentiable]
fn entries_of_words(x: &[f64]) -> f64 {
    let mut m: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    let words = ["a", "b", "a"];
    for (i, w) in words.iter().enumerate() {
        let v = &x[i];
        m.entry(w.to_string()).or_default().push(v * v);
        let key = w.to_string();
        m.entry(key).or_insert_with(Vec::new).push(*v);
    }
    m["a"].iter().sum::<f64>() * m["b"].iter().product::<f64>()
}

programs![
    fallen_of_one("`get(..)?` and `let .. else`", || {
        for key in [1, 2] {
            let (one, zero) = (BTreeMap::from([(key, 3.0)]), BTreeMap::from([(key, 0.0)]));
            assert_eq!(value_and_gradient!(fallen, &one), (0.0, zero));
        }
    }),
    inserted("`get`, `get_mut`, `insert`, `remove`, `contains_key` and `clear` of maps", 2, |x| {
        inserted(x[0], x[1])
    }),
    changed_value(
        "`get`, `get_mut`, `insert`, `remove`, `contains_key` and `clear` of maps",
        2,
        |x| changed_value(x[0], x[1])
    ),
    looked_up("`get`, `get_mut`, `insert`, `remove`, `contains_key` and `clear` of maps", 2, |x| {
        looked_up(x[0], x[1], 1)
    }),
    looked_up_in_vain(
        "`get`, `get_mut`, `insert`, `remove`, `contains_key` and `clear` of maps",
        2,
        |x| looked_up(x[0], x[1], 2)
    ),
    looked_up_in_an_empty_one(
        "`get`, `get_mut`, `insert`, `remove`, `contains_key` and `clear` of maps",
        2,
        |x| looked_up(x[0], x[1], 0)
    ),
    borrowed_value(
        "`get`, `get_mut`, `insert`, `remove`, `contains_key` and `clear` of maps",
        2,
        |x| borrowed_value(x[0], x[1], 1)
    ),
    borrowed_value_inserted(
        "`get`, `get_mut`, `insert`, `remove`, `contains_key` and `clear` of maps",
        2,
        |x| borrowed_value(x[0], x[1], 0)
    ),
    histogram("`entry`", 3, |x| histogram(x)),
    entry_with_name("`entry`", 3, |x| entry_with_name(x)),
    entry_of_lists("`entry`", 3, |x| entry_of_lists(x)),
    entry_modified("`entry`", 3, |x| entry_modified(x)),
    collected_map("maps by `from`, `collect` and `extend`", 3, |x| collected_map(x)),
    collected_typed_map("maps by `from`, `collect` and `extend`", 3, |x| collected_typed_map(x)),
    extended_map("maps by `from`, `collect` and `extend`", 3, |x| extended_map(x)),
    outer_entries("`first_key_value` and `last_key_value`", 4, |x| outer_entries(
        &map(&x[..3]),
        x[3]
    )),
    outer_entries_of_nothing("`first_key_value` and `last_key_value`", 1, |x| outer_entries(
        &BTreeMap::new(),
        x[0]
    )),
    outer_entries_taken_apart("`first_key_value` and `last_key_value`", 6, |x| {
        outer_entries_taken_apart(&map(&x[..3]), &map(&x[3..]))
    }),
    first_entry_taken_apart("`first_key_value` and `last_key_value`", 2, |x| {
        outer_entries_taken_apart(&map(x), &BTreeMap::new())
    }),
    maps_of_lists("maps of lists and of maps", 3, |x| maps_of_lists(x)),
    maps_of_maps("maps of lists and of maps", 3, |x| maps_of_maps(x, 1)),
    maps_of_maps_unchanged("maps of lists and of maps", 3, |x| maps_of_maps(x, 5)),
    maps_of_model("maps in structs", 3, |x| maps_of_model(x)),
    collections_of_struct("maps in structs", 3, |x| collections_of_struct(x)),
    memoized("maps in algorithms: memory, shortest paths", 1, |x| memoized(x[0])),
    shortest_path("maps in algorithms: memory, shortest paths", 3, |x| shortest_path(x)),
    bumped("maps that a function is lent", 3, |x| bumped(x)),
    aliasing("maps of lists and of maps", 3, |x| aliasing(x)),
    closures("maps in closures", 3, |x| closures(&map(x))),
    fallen("`get(..)?` and `let .. else`", 3, |x| fallen(&map(x))),
    entries_changed("`entry`", 3, |x| entries_changed(x)),
    entries_of_words("`entry`", 3, |x| entries_of_words(x)),
];
