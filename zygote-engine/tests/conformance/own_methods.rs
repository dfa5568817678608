//! Methods of one's own types with the names of those of sequences and maps: `table.get(key)`.

use crate::check::programs;
use chainrules::prelude::*;
use std::collections::BTreeMap;
use zygote_engine::prelude::*;

#[derive(Clone, Tangent)]
struct Table {
    values: BTreeMap<String, f64>,
    hits: f64,
}

#[differentiable]
impl Table {
    fn new(a: f64, b: f64) -> Self {
        let values = BTreeMap::from([("a".to_string(), a), ("b".to_string(), b)]);
        Table { values, hits: 0.0 }
    }

    fn get(&self, key: &str) -> Option<f64> {
        self.values.get(key).copied()
    }

    fn last(&mut self) -> Option<f64> {
        self.hits += 1.0;
        let hits = self.hits;
        self.get("a").map(|x| x * hits)
    }

    fn first(&mut self, x: f64) -> Result<f64, String> {
        if x < 0.0 {
            return Err("below zero".to_string());
        }
        if let Some(a) = self.values.get_mut("a") {
            *a += x;
        }
        Ok(self.squares())
    }

    fn iter(&self) -> impl Iterator<Item = &f64> {
        self.values.values()
    }

    fn squares(&self) -> f64 {
        self.iter().map(|x| x * x).sum()
    }

    fn total(&self) -> f64 {
        let mut s = 0.0;
        for (k, x) in self.iter().enumerate() {
            s += x * (k + 1) as f64;
        }
        for x in self.iter() {
            s += x * x;
        }
        s
    }

    fn or_zero(&self, key: &str) -> f64 {
        self.get(key).unwrap_or(0.0)
    }

    fn product(&self) -> Option<f64> {
        let a = self.get("a")?;
        match self.get("b") {
            Some(b) if b > 0.5 => Some(a * b),
            Some(b) => Some(a - b),
            None => None,
        }
    }
}

#[differentiable]
fn changed(table: &mut Table, x: f64) -> Result<f64, String> {
    let a = table.first(x)?;
    let b = table.last().ok_or("nothing".to_string())?;
    Ok(a * b + table.get("c").unwrap_or(x))
}

#[differentiable]
fn tables(x: &[f64]) -> f64 {
    let mut table = Table::new(x[0], x[1]);
    let changed = changed(&mut table, x[2]).unwrap_or(x[1]);
    let all = table.iter().sum::<f64>() * table.iter().map(|y| y * x[0]).fold(0.5, |a, b| a + b);
    let last = table.last().unwrap() * table.hits;
    let found = if let Some(b) = table.get("b")
        && b > 0.5
    {
        b * b
    } else {
        table.or_zero("a") * table.or_zero("c")
    };
    let tables = vec![table.clone(), Table::new(x[1], x[2])];
    let each: f64 = tables.iter().map(|t| Table::get(t, "a").map_or(0.0, |a| a * t.total())).sum();
    changed + all + last + found + each + table.product().unwrap_or(1.0) + of_few(x[0], x[1])
}

#[differentiable]
fn of_few(a: f64, x: f64) -> f64 {
    let one = Table { values: BTreeMap::from([("a".to_string(), a)]), hits: 0.0 };
    let mut none = Table { values: BTreeMap::new(), hits: 0.0 };
    let changed = changed(&mut none, x).unwrap_or(a * x);
    changed + one.product().unwrap_or(x) * none.product().unwrap_or(a)
}

#[derive(Clone, Copy, Tangent)]
struct Pair(f64, f64);

#[differentiable]
impl Pair {
    fn first(self) -> Option<f64> {
        if self.0 > 0.5 { Some(self.0) } else { None }
    }

    fn last(&self) -> Result<f64, String> {
        if self.1 > 0.5 { Ok(self.1 * self.1) } else { Err("small".to_string()) }
    }
}

#[derive(Clone, Tangent)]
struct Path {
    points: Vec<f64>,
    ends: Pair,
}

#[differentiable]
impl Path {
    fn new(points: &[f64]) -> Path {
        Path { points: points.to_vec(), ends: Pair(points[0], points[1]) }
    }

    fn grown(mut self, x: f64) -> Self {
        self.points.push(x);
        self
    }

    fn get(&self, i: usize) -> Option<f64> {
        if i < self.points.len() { Some(self.points[i] * 2.0) } else { None }
    }

    fn both(&self, i: usize) -> f64 {
        let points = &self.points;
        points.get(i).copied().unwrap_or(0.25) * self.get(i).unwrap_or(0.5)
            + Pair::first(self.ends).unwrap_or(1.5)
    }
}

/// Variables of the same name that are something else.
#[differentiable]
fn another_inside(path: &Path) -> f64 {
    let a = path.get(0).unwrap_or(1.0);
    let found = |path: &[f64]| path.get(1).copied().unwrap_or(0.75);
    let lists = [vec![a, 0.5], vec![], vec![a]];
    let mut s: f64 = lists.iter().map(|path| path.get(0).map_or(0.5, |x| x * x)).sum();
    for path in &lists {
        if let Some(path) = path.last() {
            let path = Path::new(&[*path, s]);
            s += path.get(0).unwrap() * path.get(5).unwrap_or(found(&path.points));
        }
    }
    let path = &path.points;
    s + path.get(1).map_or(0.5, |x| x * a) + found(path)
}

#[differentiable]
fn paths(x: &[f64]) -> f64 {
    let path = Path::new(x);
    let longer = Path::new(x).grown(x[0] * x[1]);
    let pair = Pair(x[0], x[1]);
    let same = &pair;
    let end = match pair.last() {
        Ok(end) => end * x[0],
        Err(e) => e.len() as f64 * x[1],
    };
    another_inside(&path)
        + path.both(0) * longer.both(2)
        + longer.get(2).unwrap() * path.get(2).unwrap_or(x[1])
        + pair.first().unwrap_or(x[1]) * same.first().map_or(0.5, |x| x * x)
        + end
}

#[differentiable]
trait Lookup {
    fn get(&self, i: usize) -> Option<f64>;

    fn first(&self) -> Option<f64> {
        self.get(0)
    }

    fn or_one(&self, i: usize) -> f64 {
        self.get(i).unwrap_or(1.0)
    }
}

#[derive(Clone, Tangent)]
struct List<T> {
    items: Vec<T>,
}

#[differentiable]
impl<T: Real> List<T> {
    fn back(&self) -> Option<T> {
        if self.items.is_empty() { None } else { Some(self.items[self.items.len() - 1]) }
    }

    fn square(&self) -> T {
        self.back().map_or(T::one(), |x| x * x)
    }
}

#[differentiable]
impl Lookup for List<f64> {
    fn get(&self, i: usize) -> Option<f64> {
        if i < self.items.len() { Some(self.items[i]) } else { None }
    }
}

#[derive(Clone, Tangent)]
struct Line(f64);

#[differentiable]
impl Lookup for Line {
    fn get(&self, i: usize) -> Option<f64> {
        (i < 3).then(|| self.0 * i as f64)
    }

    fn first(&self) -> Option<f64> {
        self.get(2)
    }
}

#[differentiable]
fn looked_up<L: Lookup>(l: &L, k: usize) -> f64 {
    let mut s = l.get(0).unwrap_or(2.0) * l.get(k).unwrap_or(3.0);
    for i in 0..3 {
        if let Some(x) = l.get(i) {
            s += x * x;
        } else {
            break;
        }
    }
    s + l.first().unwrap()
}

#[differentiable]
fn doubled(l: &impl Lookup) -> f64 {
    l.first().map_or(0.0, |x| x * 2.0)
}

#[differentiable]
fn last<T: Real>(list: &List<T>) -> T {
    list.back().unwrap_or(T::one()) * list.square()
}

#[differentiable]
fn lookups(x: &[f64]) -> f64 {
    let list = List { items: x.to_vec() };
    let none: List<f64> = List { items: vec![] };
    list.or_one(1) * list.or_one(4)
        + looked_up(&list, 1) * looked_up(&Line(x[0]), 7)
        + doubled(&list)
        + doubled(&Line(x[1])) * doubled(&none)
        + list.first().unwrap()
        + last(&list) * last(&none)
}

programs![
    tables("`get`, `first`, `last`, `iter` of one's own types", 3, |x| tables(x)),
    paths("`get`, `first`, `last` of one's own types, beside those of lists", 2, |x| paths(x)),
    lookups("`get` and `first` of one's own traits, and of generic types", 2, |x| lookups(x)),
];
