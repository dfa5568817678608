//! Loops over maps, and chains of their entries, values and keys.

use crate::check::programs;
use chainrules::prelude::*;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::hash::{BuildHasherDefault, DefaultHasher};
use zygote_engine::prelude::*;

/// A hasher that gives the same order in each run.
type Fixed = BuildHasherDefault<DefaultHasher>;

/// Numbers with keys from 1 on.
fn map(x: &[f64]) -> BTreeMap<i32, f64> {
    x.iter().enumerate().map(|(i, x)| (i as i32 + 1, *x)).collect()
}

#[differentiable]
fn loop_over_reference(x: f64, y: f64) -> f64 {
    let mut map = BTreeMap::new();
    map.insert(1, x);
    map.insert(2, x * y);
    let mut s = 0.0;
    for (k, v) in &map {
        s += f64::from(*k) * v * v;
    }
    s
}

#[differentiable]
fn loop_over_parameter(map: &BTreeMap<i32, f64>) -> f64 {
    let mut s = 0.0;
    for (k, v) in map {
        s += f64::from(*k) * v * v;
    }
    s
}

#[differentiable]
fn loop_over_entries(map: &BTreeMap<i32, f64>) -> f64 {
    let mut s = 0.0;
    for (k, v) in map.iter() {
        if *v > 0.0 {
            s += f64::from(*k) * v * v;
        }
    }
    s
}

#[differentiable]
fn loop_over_values(map: &BTreeMap<i32, f64>) -> f64 {
    let mut s = 0.0;
    for v in map.values() {
        s += v * v;
    }
    s
}

#[differentiable]
fn loop_over_keys(map: &BTreeMap<i32, f64>, x: f64) -> f64 {
    let mut s = 0.0;
    for k in map.keys() {
        s += f64::from(*k) * x;
    }
    s + map[&1] * map[&2] * map[&3]
}

#[differentiable]
fn values_of_keys(map: &BTreeMap<i32, f64>) -> f64 {
    let mut s = 0.0;
    for k in map.keys() {
        s += map[k] * map[k];
    }
    s
}

#[differentiable]
fn loop_by_value(map: BTreeMap<i32, f64>) -> f64 {
    let mut s = 0.0;
    for (k, v) in map {
        s += f64::from(k) * v * v;
    }
    s
}

#[differentiable]
fn left_early(map: &BTreeMap<i32, f64>) -> f64 {
    let mut s = 1.0;
    for (k, v) in map {
        if *k > 2 && *v > 0.0 {
            break;
        }
        if *v < -1.0 {
            continue;
        }
        s *= v;
    }
    for v in map.values() {
        if *v > 0.5 {
            return s * v;
        }
        s += v * v;
    }
    s
}

#[differentiable]
fn chain_of_entries(map: &BTreeMap<i32, f64>) -> f64 {
    map.iter().map(|(k, v)| f64::from(*k) * v * v).sum::<f64>()
}

#[differentiable]
fn filtered_entries(map: &BTreeMap<i32, f64>) -> f64 {
    map.iter()
        .filter(|(k, v)| (**k > 1 || **v > 0.5) && **v > -1.0)
        .map(|(k, v)| f64::from(*k) * v * v)
        .sum::<f64>()
}

#[differentiable]
fn squared_values(map: &BTreeMap<i32, f64>) -> f64 {
    map.values().map(|v| v * v).sum::<f64>()
}

#[differentiable]
fn sum_of_values(map: &BTreeMap<i32, f64>) -> f64 {
    map.values().sum::<f64>()
}

#[differentiable]
fn zipped_values(map: &BTreeMap<i32, f64>, w: &[f64]) -> f64 {
    map.values().zip(w).map(|(a, b)| a * b).sum::<f64>()
}

#[differentiable]
fn folded_values(map: &BTreeMap<i32, f64>) -> f64 {
    map.values().fold(1.0, |a, b| a * b)
}

#[differentiable]
fn counted_values(map: &BTreeMap<i32, f64>) -> f64 {
    map.values().enumerate().map(|(i, b)| (i + 1) as f64 * b * b).sum::<f64>()
}

#[differentiable]
fn chain_of_keys(map: &BTreeMap<i32, f64>, x: f64) -> f64 {
    map.keys().map(|k| f64::from(*k) * x).sum::<f64>() + map[&1] * map[&2] * map[&3]
}

#[differentiable]
fn values_by_value(map: BTreeMap<i32, f64>) -> f64 {
    map.into_values().map(|v| v * v).sum::<f64>()
}

#[differentiable]
fn adaptors_of_maps(map: &BTreeMap<i32, f64>) -> f64 {
    let mut s = 0.0;
    for (i, (k, v)) in map.iter().enumerate() {
        s += (i as f64 + f64::from(*k)) * v * v;
    }
    for (&k, &v) in map {
        s += f64::from(k) * v;
    }
    for (_, v) in map {
        s *= 1.0 + 0.1 * v;
    }
    s += map.iter().rev().skip(1).map(|(k, v)| f64::from(*k) * v).sum::<f64>();
    s += map.values().take(2).product::<f64>();
    s += map.values().zip(map.values().rev()).map(|(a, b)| a * b * b).sum::<f64>();
    s += map.iter().filter_map(|(k, v)| if *k > 1 { Some(v * v) } else { None }).sum::<f64>();
    if map.values().any(|v| *v > 0.5) {
        s *= 2.0;
    }
    let n = map.values().filter(|v| **v > 0.0).count();
    s * (1 + n) as f64
}

#[differentiable]
fn extreme_values(map: &BTreeMap<i32, f64>) -> f64 {
    map.values().cloned().fold(f64::MIN, f64::max)
        + map.values().copied().fold(f64::INFINITY, |a, b| a.min(b))
        + 0.1 * map[&1] * map[&2] * map[&3]
}

#[differentiable]
fn inspected_values(map: &BTreeMap<i32, f64>) -> f64 {
    let mut t = 0.0;
    let s: f64 = map.values().inspect(|v| t += **v * **v).map(|v| 2.0 * v).sum();
    s * t
}

#[differentiable]
fn maps_to_lists(map: &BTreeMap<i32, f64>) -> f64 {
    let other = map.iter().map(|(k, v)| (*k, v * v)).collect::<BTreeMap<_, _>>();
    let pairs: Vec<(i32, f64)> = other.into_iter().map(|(k, v)| (k, v * 2.0)).collect();
    let vs: Vec<f64> = map.values().copied().collect();
    let ks: Vec<i32> = map.keys().copied().collect();
    pairs[0].1 * pairs[1].1 + vs[2] * ks[1] as f64
}

#[differentiable]
fn changed_values(map: &BTreeMap<i32, f64>) -> f64 {
    let mut map = map.clone();
    for v in map.values_mut() {
        *v *= *v;
    }
    map[&1] + map[&2] * map[&3]
}

#[differentiable]
fn changed_entries(map: &BTreeMap<i32, f64>) -> f64 {
    let mut map = map.clone();
    for (k, v) in map.iter_mut() {
        *v *= *v + f64::from(*k);
    }
    map[&1] + map[&2] * map[&3]
}

#[differentiable]
fn changed_by_reference(map: &BTreeMap<i32, f64>) -> f64 {
    let mut map = map.clone();
    for (_, v) in &mut map {
        *v *= *v;
    }
    map[&1] + map[&2] * map[&3]
}

#[differentiable]
fn normalised(map: &BTreeMap<i32, f64>) -> f64 {
    let mut map = map.clone();
    let z: f64 = map.values().map(|v| v.exp()).sum();
    for v in map.values_mut() {
        *v = v.exp() / z;
    }
    let n = map.values().sum::<f64>() / map.len() as f64;
    map[&1] * map[&1] + map[&2] * n
}

#[differentiable]
fn lengths(map: &HashMap<String, f64, Fixed>) -> f64 {
    let mut s = 0.0;
    for (k, v) in map {
        s += k.len() as f64 * v * v;
    }
    s
}

#[differentiable]
fn hashed_loop(x: &[f64]) -> f64 {
    let mut map = HashMap::default();
    for (i, v) in x.iter().enumerate() {
        map.insert(format!("{}", 7_usize.pow(i as u32)), *v);
    }
    lengths(&map)
}

#[differentiable]
fn hashed_values(x: &[f64]) -> f64 {
    let mut map: HashMap<usize, f64, Fixed> = HashMap::default();
    map.extend(x.iter().enumerate().map(|(i, v)| (i, v * v)));
    for v in map.values_mut() {
        *v *= x[0];
    }
    map.values().map(|v| v.sin()).sum::<f64>() + map.into_values().fold(1.0, |a, b| a * b)
}

#[differentiable]
fn changed_order(x: &[f64]) -> f64 {
    let mut map: HashMap<usize, f64, Fixed> = HashMap::default();
    for (i, v) in x.iter().enumerate() {
        map.insert(i, v * v);
    }
    let mut s = 1.0;
    for (k, v) in &map {
        s *= v + *k as f64;
    }
    for i in 10..200 {
        map.insert(i, x[0]);
    }
    for v in map.values() {
        s += v * 1e-2;
    }
    for i in 10..200 {
        map.remove(&i);
    }
    for (_, v) in map.iter() {
        s *= 1.0 + v;
    }
    s
}

#[differentiable]
fn sorted_keys(x: &[f64]) -> f64 {
    let mut m: HashMap<String, f64, Fixed> = HashMap::default();
    for (i, v) in x.iter().enumerate() {
        m.insert(format!("k{i}"), *v);
    }
    let mut names: Vec<String> = m.keys().cloned().collect();
    names.sort();
    let mut s = 0.0;
    for n in &names {
        s = s * 0.5 + m[n] * m[n];
    }
    for n in &names {
        if m[n] > 0.5 {
            m.remove(n);
        }
    }
    for n in &names {
        if let Some(v) = m.get_mut(n) {
            *v *= s;
        }
    }
    s + m.values().sum::<f64>()
}

#[differentiable]
fn keys_of_pairs(x: &[f64]) -> f64 {
    let mut g: HashMap<(usize, usize), f64, Fixed> = HashMap::default();
    for i in 0..2 {
        for j in 0..2 {
            g.insert((i, j), x[i] * x[j + 1]);
        }
    }
    let mut s = 0.0;
    for ((i, j), v) in &g {
        s += v * v * (i + 2 * j) as f64;
    }
    for (&(i, _), v) in g.iter_mut() {
        *v *= i as f64 + 1.0;
    }
    s + g[&(1, 0)] * g.get(&(0, 1)).unwrap()
}

#[differentiable]
fn counted(x: &[f64]) -> f64 {
    let mut counts: HashMap<usize, usize> = HashMap::new();
    for v in x {
        *counts.entry(if *v > 0.0 { 1 } else { 0 }).or_insert(0) += 1;
    }
    let mut s = 0.0;
    for (k, c) in &counts {
        s += x[*k] * x[*k] * *c as f64;
    }
    counts.insert(5, 5);
    s + x[2] * counts.values().sum::<usize>() as f64
}

#[differentiable]
fn weighted(#[constant] w: &HashMap<i32, f64, Fixed>, m: &BTreeMap<i32, f64>) -> f64 {
    let mut s = 0.0;
    for (k, v) in m {
        if let Some(w) = w.get(k) {
            s += w * v * v;
        }
    }
    for (k, w) in w {
        s += w * m[k];
    }
    s + w.values().sum::<f64>() * m.values().product::<f64>()
}

#[differentiable]
fn constant_weights(m: &BTreeMap<i32, f64>) -> f64 {
    let mut w: HashMap<i32, f64, Fixed> = HashMap::default();
    w.insert(1, 0.5);
    w.insert(3, 2.0);
    weighted(&w, m)
}

#[differentiable]
fn generic<T: Real>(m: &BTreeMap<i32, T>) -> T {
    let mut s = T::one();
    for (_, v) in m {
        s = s * *v + T::one();
    }
    for v in m.values() {
        s = s + *v * *v;
    }
    s
}

#[differentiable]
fn whiles(x: &[f64]) -> f64 {
    let mut q: VecDeque<(usize, f64)> = VecDeque::new();
    q.push_back((0, x[0]));
    let mut seen: HashMap<usize, f64, Fixed> = HashMap::default();
    let mut n = 0;
    while let Some((i, v)) = q.pop_front() {
        n += 1;
        if n > 4 {
            break;
        }
        if seen.contains_key(&i) {
            continue;
        }
        seen.insert(i, v);
        for (j, w) in x.iter().enumerate() {
            if *w * v > -0.5 && j != i {
                q.push_back((j, v * w + 0.1));
            }
        }
    }
    let mut s = 0.0;
    for (i, v) in &seen {
        s += (*i as f64 + 1.0) * v * v;
    }
    for (i, v) in seen.iter_mut() {
        *v *= x[*i];
    }
    for v in seen.values() {
        s += v;
    }
    s
}

#[differentiable]
fn words_beside_numbers(x: &[f64]) -> f64 {
    let mut m: BTreeMap<String, f64> = BTreeMap::new();
    let words = ["a", "b", "a"];
    for (w, v) in words.iter().zip(x) {
        *m.entry(w.to_string()).or_insert(1.0) *= v * v;
    }
    for (v, w) in x.iter().zip(&words) {
        if v * v > 0.2 {
            m.insert(w.to_string() + "c", v * m[*w]);
        } else {
            continue;
        }
    }
    let k = [2.0, 3.0, 4.0];
    let s: f64 = x.iter().zip(k.iter()).map(|(x, k)| x * x * k).sum();
    let mut t = 0.0;
    for (x, k) in x.iter().zip(k) {
        t += x * k;
    }
    m.values().sum::<f64>() * s + t
}

programs![
    loop_over_reference("`BTreeMap`: `for` over `&map`, `iter`, `values` and `keys`", 2, |x| {
        loop_over_reference(x[0], x[1])
    }),
    loop_over_parameter("`BTreeMap`: `for` over `&map`, `iter`, `values` and `keys`", 3, |x| {
        loop_over_parameter(&map(x))
    }),
    loop_over_entries("`BTreeMap`: `for` over `&map`, `iter`, `values` and `keys`", 3, |x| {
        loop_over_entries(&map(x))
    }),
    loop_over_values("`BTreeMap`: `for` over `&map`, `iter`, `values` and `keys`", 3, |x| {
        loop_over_values(&map(x))
    }),
    loop_over_keys("`BTreeMap`: `for` over `&map`, `iter`, `values` and `keys`", 4, |x| {
        loop_over_keys(&map(&x[..3]), x[3])
    }),
    values_of_keys("`BTreeMap`: `for` over `&map`, `iter`, `values` and `keys`", 3, |x| {
        values_of_keys(&map(x))
    }),
    loop_by_value("`BTreeMap`: `for` over `&map`, `iter`, `values` and `keys`", 3, |x| {
        loop_by_value(map(x))
    }),
    left_early("`BTreeMap`: `for` over `&map`, `iter`, `values` and `keys`", 3, |x| left_early(
        &map(x)
    )),
    chain_of_entries("chains over the entries, values or keys of a map", 3, |x| chain_of_entries(
        &map(x)
    )),
    filtered_entries("chains over the entries, values or keys of a map", 3, |x| filtered_entries(
        &map(x)
    )),
    squared_values("chains over the entries, values or keys of a map", 3, |x| squared_values(
        &map(x)
    )),
    sum_of_values("chains over the entries, values or keys of a map", 3, |x| sum_of_values(&map(
        x
    ))),
    zipped_values("chains over the entries, values or keys of a map", 6, |x| zipped_values(
        &map(&x[..3]),
        &x[3..]
    )),
    folded_values("chains over the entries, values or keys of a map", 3, |x| folded_values(&map(
        x
    ))),
    counted_values("chains over the entries, values or keys of a map", 3, |x| counted_values(
        &map(x)
    )),
    chain_of_keys("chains over the entries, values or keys of a map", 4, |x| chain_of_keys(
        &map(&x[..3]),
        x[3]
    )),
    values_by_value("chains over the entries, values or keys of a map", 3, |x| values_by_value(
        map(x)
    )),
    adaptors_of_maps("chains over the entries, values or keys of a map", 3, |x| adaptors_of_maps(
        &map(x)
    )),
    extreme_values("chains over the entries, values or keys of a map", 3, |x| extreme_values(
        &map(x)
    )),
    inspected_values("chains over the entries, values or keys of a map", 3, |x| inspected_values(
        &map(x)
    )),
    maps_to_lists("chains over the entries, values or keys of a map", 3, |x| maps_to_lists(&map(
        x
    ))),
    changed_values("`values_mut`, `iter_mut` and `&mut map`", 3, |x| changed_values(&map(x))),
    changed_entries("`values_mut`, `iter_mut` and `&mut map`", 3, |x| changed_entries(&map(x))),
    changed_by_reference("`values_mut`, `iter_mut` and `&mut map`", 3, |x| changed_by_reference(
        &map(x)
    )),
    normalised("`values_mut`, `iter_mut` and `&mut map`", 3, |x| normalised(&map(x))),
    hashed_loop("`HashMap`", 3, |x| hashed_loop(x)),
    hashed_values("`HashMap`", 3, |x| hashed_values(x)),
    changed_order("`HashMap`", 3, |x| changed_order(x)),
    sorted_keys("`HashMap`", 3, |x| sorted_keys(x)),
    keys_of_pairs("`HashMap`", 3, |x| keys_of_pairs(x)),
    counted("`HashMap`", 3, |x| counted(x)),
    constant_weights("constant maps", 3, |x| constant_weights(&map(x))),
    generic("maps of generic numbers", 3, |x| generic(&map(x))),
    whiles("`HashMap`", 3, |x| whiles(x)),
    words_beside_numbers("`zip` with what is constant", 3, |x| words_beside_numbers(x)),
];
