//! Maps in fields, whose types the functions do not say; keys that are texts or items.

use crate::check::programs;
use chainrules::prelude::*;
use std::collections::{BTreeMap, HashMap};
use std::hash::BuildHasherDefault;
use zygote_engine::prelude::*;

#[derive(Clone, Default, Tangent)]
struct Parameters {
    values: Vec<f64>,
    names: BTreeMap<&'static str, usize>,
}

#[differentiable]
impl Parameters {
    fn with(mut self, name: &'static str, value: f64) -> Self {
        self.names.insert(name, self.values.len());
        self.values.push(value);
        self
    }

    fn get(&self, name: &str) -> f64 {
        match self.names.get(name) {
            Some(&i) => self.values[i],
            None => 0.5,
        }
    }
}

#[differentiable]
fn nested(name: &'static str, depth: usize, x: f64) -> f64 {
    let m = BTreeMap::from([(name, x * x), ("other", x)]);
    if depth == 0 {
        return m[name] * m["other"];
    }
    m[name] + nested(name, depth - 1, x + 0.5)
}

#[differentiable]
fn keys_of_texts(x: &[f64]) -> f64 {
    let p = Parameters::default().with("a", x[0] * x[1]).with("b", x[2]);
    let mut m: HashMap<&str, f64> = HashMap::new();
    for (i, name) in ["a", "b"].iter().enumerate() {
        m.insert(name, p.get(name) * x[i]);
    }
    let c = "c";
    m.insert(c, x[3]);
    let mut s = p.get(c);
    for name in ["a", "c"] {
        s += m[name] * x[1];
    }
    s * m["b"] + nested("n", 2, x[3])
}

#[derive(Clone, Tangent)]
struct Model {
    of: HashMap<String, f64>,
    names: Vec<String>,
    xs: Vec<f64>,
    order: Vec<usize>,
    by_number: BTreeMap<usize, f64>,
}

#[differentiable]
impl Model {
    fn get(&self, name: &str) -> f64 {
        *self.of.get(name).unwrap_or(&1.5)
    }

    fn by_names(&self) -> f64 {
        let mut s = 0.0;
        for name in &self.names {
            if let Some(v) = self.of.get(name) {
                s += v * v;
            }
        }
        s + self.names.iter().filter_map(|n| self.of.get(n)).map(|v| v * s).sum::<f64>()
    }

    fn by_items(&self) -> f64 {
        let mut s = 0.0;
        for i in self.order.clone() {
            if let Some(v) = self.xs.get(i) {
                s += v * v;
            }
        }
        for i in &self.order {
            if let Some(v) = self.by_number.get(i) {
                s *= 1.0 + v;
            }
        }
        s + self.order.iter().copied().filter_map(|i| self.xs.get(i)).map(|v| v * s).sum::<f64>()
    }

    fn change(&mut self) {
        for i in self.order.clone() {
            if let Some(v) = self.xs.get_mut(i) {
                *v *= *v;
            }
        }
        for i in self.order.clone().iter() {
            if let Some(v) = self.by_number.get_mut(i) {
                *v *= *v;
            }
        }
    }
}

#[differentiable]
fn keys_of_items(x: &[f64]) -> f64 {
    let mut m = Model {
        of: HashMap::from([("a".to_string(), x[0]), ("b".to_string(), x[1])]),
        names: vec!["a".to_string(), "z".to_string(), "b".to_string()],
        xs: x.to_vec(),
        order: vec![2, 0, 9, 2],
        by_number: BTreeMap::from([(2, x[1]), (9, x[2])]),
    };
    let before = m.get("a") * x[2] + m.get("zz") * m.by_names() + m.by_items();
    m.change();
    before * m.by_items()
}

#[derive(Clone, Tangent)]
struct Book {
    asks: BTreeMap<i64, f64>,
    list: Vec<(i64, f64)>,
}

#[differentiable]
impl Book {
    fn best(&self) -> f64 {
        let Some((&price, &q)) = self.asks.iter().next() else { return 0.25 };
        price as f64 * q
    }

    fn worst(&self) -> f64 {
        let back = match self.asks.iter().next_back() {
            Some((price, &q)) => *price as f64 * q,
            None => 0.5,
        };
        let last = if let Some((&price, q)) = self.asks.iter().rev().next() {
            price as f64 * q
        } else {
            1.5
        };
        back * last
    }

    fn values(&self) -> f64 {
        let first = self.asks.values().next().copied().unwrap_or(0.5);
        match self.asks.values().next_back() {
            Some(last) => first * last,
            None => first,
        }
    }

    fn known(&self) -> f64 {
        let asks: &BTreeMap<_, _> = &self.asks;
        let Some((price, q)) = asks.iter().next() else { return 0.75 };
        *price as f64 * q * asks.iter().last().map_or(0.0, |(_, q)| *q)
    }

    fn listed(&self) -> f64 {
        let Some((price, q)) = self.list.iter().next_back() else { return 0.125 };
        *price as f64 * q
    }

    fn take(&mut self) -> f64 {
        if let Some((&price, &q)) = self.asks.iter().next() {
            self.asks.remove(&price);
            self.list.push((price, q * q));
            return q;
        }
        0.0
    }
}

#[differentiable]
fn ends_of_maps(x: &[f64]) -> f64 {
    let asks = BTreeMap::from([(1, x[0]), (3, x[1]), (4, x[2])]);
    let mut b = Book { asks, list: vec![] };
    let mut s = 0.0;
    for _ in 0..4 {
        s += b.best() * x[3] + b.worst() * b.values() + b.known() * b.listed();
        s *= 1.0 + b.take();
    }
    s
}

#[derive(Clone, Tangent)]
struct Mechanism {
    rates: Vec<f64>,
    #[constant]
    index: HashMap<String, usize>,
    found: HashMap<String, f64>,
}

#[differentiable]
impl Mechanism {
    fn rate(&self, terms: &[(&str, i32)]) -> f64 {
        let mut rate = 1.0;
        for (name, power) in terms {
            if let Some(&k) = self.index.get(*name) {
                rate *= self.rates[k].powi(*power);
            }
        }
        rate
    }

    fn add(&mut self, names: &[&str], x: f64) {
        for name in names {
            match self.found.get_mut(*name) {
                Some(sum) => *sum *= x,
                None => {
                    self.found.insert(name.to_string(), x * x);
                }
            }
        }
    }

    fn at(&self, places: &[(usize, f64)]) -> f64 {
        let mut s = 0.0;
        for (k, weight) in places {
            if let Some(rate) = self.rates.get(*k) {
                s += rate * weight;
            }
        }
        s
    }
}

#[differentiable]
fn what_names_refer_to(x: &[f64]) -> f64 {
    let index = HashMap::from([("a".to_string(), 0), ("b".to_string(), 1)]);
    let mut m = Mechanism { rates: x.to_vec(), index, found: HashMap::new() };
    m.add(&["a", "b", "a"], x[2]);
    let rates = m.rate(&[("a", 2), ("c", 3), ("b", 1)]);
    rates * m.found["a"] + m.found["b"] + m.at(&[(1, 2.0), (7, 3.0)])
}

/// A hasher without a seed: the order of a map is the same in each run.
type Fixed = BuildHasherDefault<std::hash::DefaultHasher>;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Tangent)]
enum Kind {
    Dead,
    Live(u8),
}

#[derive(Clone, Tangent)]
struct Frame {
    loads: HashMap<Kind, f64, Fixed>,
    #[constant]
    springs: HashMap<usize, f64, Fixed>,
    fixed: HashMap<usize, [bool; 2], Fixed>,
    cells: HashMap<(i32, i32), Vec<f64>, Fixed>,
    parts: HashMap<String, HashMap<usize, (f64, f64), Fixed>, Fixed>,
    sorted: BTreeMap<Kind, f64>,
    listed: Vec<(usize, f64)>,
    k: f64,
}

#[differentiable]
fn factor(kind: &Kind) -> f64 {
    match kind {
        Kind::Dead => 1.25,
        Kind::Live(n) => f64::from(*n),
    }
}

#[differentiable]
impl Frame {
    fn loads(&self) -> f64 {
        let mut s = self.k;
        for (kind, load) in &self.loads {
            if *kind == Kind::Live(0) {
                continue;
            }
            s = s * load + load * factor(kind);
            if s > 2.5 {
                break;
            }
        }
        for (i, (&kind, &load)) in self.loads.iter().enumerate() {
            s += load * factor(&kind) * i as f64;
        }
        s
    }

    fn chains(&self) -> f64 {
        let live = self.loads.iter().filter(|(kind, _)| **kind != Kind::Dead);
        let sum: f64 = live.map(|(kind, load)| load * factor(kind) * self.k).sum();
        let product = self.loads.iter().fold(1.0, |a, (kind, load)| a * load + factor(kind));
        let mut s = 0.0;
        self.loads.iter().for_each(|(kind, load)| s = s * load + factor(kind));
        sum + product + s
    }

    fn nested(&self) -> f64 {
        let mut s = 0.0;
        for (name, part) in &self.parts {
            for (i, (a, b)) in part {
                s += a * b * *i as f64 * name.len() as f64 + s * a;
            }
        }
        for part in self.parts.values() {
            for (&i, &(a, b)) in part.iter() {
                s += a * b * i as f64;
            }
        }
        for ((i, j), cell) in &self.cells {
            s += cell[0] * *i as f64 + *j as f64 * self.k;
            for c in cell {
                s += c * c;
            }
        }
        s
    }

    fn constants(&self, x: &[f64]) -> f64 {
        let mut f = x.to_vec();
        for (&i, spring) in &self.springs {
            f[i] += spring * self.k * f[i];
        }
        for (i, free) in &self.fixed {
            if free[0] {
                f[*i] *= x[*i];
            }
            if free[1] {
                f[*i] -= self.k;
            }
        }
        f.iter().sum::<f64>() + self.springs.iter().map(|(i, s)| s * f[*i]).sum::<f64>()
    }

    fn with_an_order(&self) -> f64 {
        let mut s = 1.0;
        for (kind, load) in self.sorted.iter().rev() {
            s = s * load + factor(kind) * self.k;
        }
        for (i, load) in &self.listed {
            s = s * load + *i as f64 * self.k;
        }
        s
    }
}

#[differentiable]
fn fields_that_are_hash_maps(x: &[f64]) -> f64 {
    let mut loads = HashMap::default();
    let mut springs = HashMap::default();
    let mut fixed = HashMap::default();
    let (mut cells, mut parts) = (HashMap::default(), HashMap::default());
    for i in 0..4 {
        loads.insert(if i == 0 { Kind::Dead } else { Kind::Live(i as u8 - 1) }, x[i]);
        springs.insert(i, 0.5 + i as f64);
        fixed.insert(i, [i % 2 == 0, i > 1]);
        cells.insert((i as i32, 3 - i as i32), vec![x[i], x[0] * x[i]]);
        let mut part = HashMap::default();
        part.insert(i, (x[i], x[1]));
        part.insert(i + 7, (x[2], x[i] * x[i]));
        parts.insert("a".repeat(i), part);
    }
    let sorted = BTreeMap::from([(Kind::Live(3), x[0]), (Kind::Dead, x[1] * x[2])]);
    let listed = vec![(2, x[3]), (5, x[1])];
    let frame = Frame { loads, springs, fixed, cells, parts, sorted, listed, k: x[3] };
    let all = frame.loads() + frame.chains() + frame.nested();
    all + frame.constants(x) * frame.with_an_order()
}

/// The order of the map after a change that is undone may be another.
#[derive(Clone, Tangent)]
struct Store {
    map: HashMap<String, f64, Fixed>,
}

#[differentiable]
impl Store {
    fn grow(&mut self, n: usize, x: f64) {
        for i in 0..n {
            self.map.insert(format!("k{i}"), 0.1 * x * (i as f64 + 0.5).sin());
        }
    }

    fn shrink(&mut self, n: usize) {
        for i in 0..n {
            self.map.remove(&format!("k{}", 2 * i));
        }
    }

    fn mixed(&self, x: f64) -> f64 {
        let mut s = x;
        for (key, v) in &self.map {
            s = s * v.cos() + v * v * (key.len() as f64 + s);
        }
        s
    }
}

#[differentiable]
fn orders_that_change(x: &[f64]) -> f64 {
    let mut store = Store { map: HashMap::default() };
    store.grow(5, x[0]);
    let mut s = store.mixed(x[1]);
    store.grow(60, x[2]);
    for (key, v) in store.map.iter() {
        s = s * (v * x[1]).cos() + v * key.len() as f64;
    }
    store.shrink(20);
    s += store.mixed(x[0]);
    store.grow(9, x[1]);
    for (key, v) in &store.map {
        s += v * s * 0.1 * key.len() as f64;
    }
    s
}

programs![
    fields_that_are_hash_maps(
        "loops over pairs of a `HashMap` in a field, `for (k, v) in &self.loads`, and chains",
        4,
        |x| { fields_that_are_hash_maps(x) }
    ),
    orders_that_change("loops over such a field whose order changes between", 3, |x| {
        orders_that_change(x)
    }),
    what_names_refer_to("`get(*name)` by the key of an item", 3, |x| what_names_refer_to(x)),
    keys_of_texts("keys that are variables of texts, `&'static str`", 4, |x| keys_of_texts(x)),
    keys_of_items("`get` by the item of a loop, of a list or a map", 3, |x| keys_of_items(x)),
    ends_of_maps("the first and last entry of a map that is a field, its first value", 4, |x| {
        ends_of_maps(x)
    }),
];
