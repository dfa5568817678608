//! Maps in fields, whose types the functions do not say; keys that are texts or items.

use crate::check::programs;
use chainrules::prelude::*;
use std::collections::{BTreeMap, HashMap};
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

programs![
    what_names_refer_to("`get(*name)` by the key of an item", 3, |x| what_names_refer_to(x)),
    keys_of_texts("keys that are variables of texts, `&'static str`", 4, |x| keys_of_texts(x)),
    keys_of_items("`get` by the item of a loop, of a list or a map", 3, |x| keys_of_items(x)),
    ends_of_maps("the first and last entry of a map that is a field, its first value", 4, |x| {
        ends_of_maps(x)
    }),
];
