//! Methods and functions of the standard library.

use crate::check::programs;
use chainrules::prelude::*;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::ops::{Add, Div, Mul, Neg, Rem, Sub};
use zygote_engine::prelude::*;

#[differentiable]
fn operators_as_methods(x: f64, y: f64) -> f64 {
    x.add(y).mul(x).sub(y.neg()) + x.div(y.mul(y).add(2.0)) + f64::mul(x, y)
}

#[differentiable]
fn remainder_as_method(x: f64) -> f64 {
    x.rem(7.0) * x.add(10.0).rem(100.0)
}

#[differentiable]
fn copies_of_a_number(x: f64) -> f64 {
    let hidden = std::hint::black_box(x.sin());
    hidden * x.clone() + x.to_owned()
}

#[differentiable]
fn interpolated(x: f64, y: f64) -> f64 {
    let middle = x.midpoint(y) + f64::midpoint(y, 1.0);
    let (s, c) = (x * y).sin_cos();
    middle * s - c.next_up() + x.mul_add(y, 0.5)
}

#[differentiable]
fn ordered(x: f64, y: f64) -> f64 {
    let larger = match x.total_cmp(&y) {
        std::cmp::Ordering::Less => y * y,
        _ => x,
    };
    if x.partial_cmp(&y) == Some(std::cmp::Ordering::Less) { larger * x } else { larger + y }
}

#[differentiable]
fn converted(x: f64, n: i32, small: u8) -> f64 {
    let k = usize::try_from(n).unwrap_or(1);
    let y: f64 = small.into();
    f64::from(n) * x + y * x.powi(i32::try_from(k).unwrap()) + x * k.isqrt() as f64
}

#[differentiable]
fn integers(x: f64, n: usize, k: i32) -> f64 {
    let a = n.pow(2).saturating_sub(3).min(40).max(2).abs_diff(1);
    let b = k.rem_euclid(3) + k.wrapping_mul(5).signum();
    let c = match n.checked_sub(2) {
        Some(m) => x * m as f64,
        None => x * x,
    };
    x.powi(b) * a as f64 + c * n.leading_zeros() as f64
}

#[differentiable]
fn grown(v: &[f64], k: f64) -> f64 {
    let mut list = v.to_vec();
    list.resize_with(v.len() + 2, || k * k);
    list.resize(v.len() + 3, k);
    list.reserve_exact(4);
    list.insert(1, k.sin());
    list.shrink_to_fit();
    list.iter().enumerate().map(|(i, x)| x * x * (i + 1) as f64).sum()
}

/// The function for the new elements changes what it captures.
#[differentiable]
fn grown_by_a_series(x: f64, ratio: f64) -> f64 {
    let mut power = x;
    let mut list = vec![1.0];
    list.resize_with(4, || {
        power *= ratio;
        power
    });
    list[1] + 2.0 * list[2] + 3.0 * list[3] * power
}

#[differentiable]
fn filled(v: &[f64], k: f64) -> f64 {
    let mut list = v.to_vec();
    let mut next = k;
    list[1..].fill_with(|| {
        next = next * k + 1.0;
        next
    });
    list[0] * list[1] + list[2] * v[2] * v[1]
}

#[differentiable]
fn moved_between_lists(v: &[f64]) -> f64 {
    let mut list = v.to_vec();
    let mut tail = list.split_off(2);
    let first = list.swap_remove(0);
    tail.append(&mut list);
    first * tail[0] + tail[2] * tail[1] + list.len() as f64
}

#[differentiable]
fn thinned(v: &[f64]) -> f64 {
    let mut list = v.to_vec();
    list.retain(|x| *x > -1.0);
    list.dedup_by_key(|x| x.floor() as i64);
    list.dedup_by(|a, b| *a > 1.0 && *b > 1.0);
    let last = list.pop_if(|x| *x < 0.5);
    list.iter().map(|x| x * x).sum::<f64>() + 3.0 * last.unwrap_or(0.0)
}

#[differentiable]
fn without_repetitions(x: f64, y: f64) -> f64 {
    let mut list = vec![x, x, y, y, y, x];
    list.dedup();
    list[0] + 10.0 * list[1] + 100.0 * list[2] + list.len() as f64
}

#[differentiable]
fn joined(v: &[f64], x: f64) -> f64 {
    let joined = [v.to_vec(), vec![x, x * x], v.to_vec()].join(&x.sin());
    let flat = [[x, v[0]], [v[1], x * x]].concat();
    let mut s = 0.0;
    for (a, b) in joined.iter().zip(flat.iter().rev()) {
        s += a * b;
    }
    s + joined[joined.len() - 1]
}

#[differentiable]
fn ends(v: &[f64], w: &[f64]) -> f64 {
    let mut s = 0.0;
    if let Some((first, rest)) = w.split_first() {
        s += first * rest[0];
    }
    match w.split_last() {
        Some((last, rest)) => s += last * rest[1].sin() * rest[2],
        None => s -= v[0] * v[1],
    }
    s + v.iter().copied().rev().fold(0.0, |a, x| a * 0.5 + x)
}

#[differentiable]
fn arrays(x: f64) -> f64 {
    let powers: [f64; 3] = std::array::from_fn(|i| x * i as f64);
    let waves = powers.map(|p| p.sin());
    waves[1] * waves[2] + powers[2]
}

#[differentiable]
fn deque(v: &[f64], k: f64) -> f64 {
    let mut d = VecDeque::from(v.to_vec());
    d.resize_with(v.len() + 1, || k * k);
    d.retain(|x| *x > -1.2);
    d.push_front(k);
    let back = d.swap_remove_back(0).unwrap_or(1.0);
    let front = d.swap_remove_front(d.len() - 1).unwrap_or(1.0);
    d.iter().enumerate().map(|(i, x)| x * (i + 1) as f64).sum::<f64>() + back * front
}

#[differentiable]
fn ends_of_a_tree(x: f64, y: f64) -> f64 {
    let mut map = BTreeMap::new();
    if x > -0.5 {
        map.insert(3, x * y);
        map.insert(1, x);
        map.insert(2, y * y);
    }
    let mut s = 0.0;
    if let Some((_, v)) = map.first_key_value() {
        s += v * y;
    }
    if let Some((k, v)) = map.pop_last() {
        s += v * k as f64;
    }
    match map.pop_first() {
        Some((_, v)) => s * v + map[&2],
        None => s + x * y,
    }
}

#[differentiable]
fn trees_joined_and_cut(x: f64, y: f64) -> f64 {
    let mut map = BTreeMap::from([(1, x), (2, y)]);
    let mut other = BTreeMap::from([(2, x * y), (3, y.sin())]);
    map.append(&mut other);
    map.extend([(4, x * x), (1, y * y), (4, x + y)]);
    let high = map.split_off(&3);
    map.retain(|k, v| *k < 2 || *v > 10.0);
    let mut s = other.len() as f64 + map.len() as f64;
    for (k, v) in &high {
        s += v * *k as f64;
    }
    s * map[&1]
}

#[differentiable]
fn table_by_keys(x: f64, y: f64) -> f64 {
    let mut table: HashMap<usize, f64> = HashMap::from([(1, x), (2, x * y)]);
    table.extend(vec![(3, y), (2, y * y)]);
    table.retain(|k, _| *k != 1);
    let (_, taken) = table.remove_entry(&2).unwrap();
    taken * table[&3] + x
}

#[differentiable]
fn table_by_values(v: &[f64]) -> f64 {
    let mut table: HashMap<usize, f64> = HashMap::new();
    for (i, x) in v.iter().enumerate() {
        table.insert(i, x * x);
    }
    table.retain(|_, v| *v > 0.25);
    let mut s = 0.0;
    for i in 0..v.len() {
        if table.contains_key(&i) {
            s += table[&i] * v[i];
        } else {
            s -= v[i];
        }
    }
    s
}

#[differentiable]
fn optional(x: f64, y: f64) -> f64 {
    let mut cell = if x > 0.0 { Some(x * y) } else { None };
    let taken = cell.take_if(|v| *v > 0.5);
    let mut s = 0.0;
    for v in taken.iter() {
        s += v * v;
    }
    s += cell.iter().map(|v| v.sin()).sum::<f64>();
    s + cell.map_or(y, |v| v * x) + taken.filter(|v| *v < 1.0).unwrap_or(x)
}

#[differentiable]
fn chained_with_an_option(x: f64, y: f64) -> f64 {
    let more = (x > y).then_some(x * y);
    [x, y].into_iter().chain(more).map(|v| v * v).sum::<f64>() + x
}

#[differentiable]
fn looked_at(x: f64, y: f64) -> f64 {
    let sum = Some(x * y).inspect(|v| assert!(v.is_finite())).unwrap_or(0.0);
    let r: Result<f64, i32> = if x > -0.5 { Ok(x.sin()) } else { Err(3) };
    sum + r.inspect(|v| assert!(*v <= 1.0)).unwrap_or(y)
}

#[differentiable]
fn kept_on_the_way(x: f64) -> f64 {
    let mut seen = 0.0;
    let y = Some(x * x).inspect(|v| seen = *v * 3.0).unwrap();
    y + seen * x
}

#[differentiable]
fn boxes_and_moves(x: f64, y: f64) -> f64 {
    let mut a = Box::new(x);
    let mut b = y;
    std::mem::swap(&mut *a, &mut b);
    let old = std::mem::replace(&mut b, *a * 2.0);
    let list = std::mem::take(&mut vec![old, b]);
    list[0] * list[1] + a.sin() * std::cmp::max(2, 3) as f64
}

#[differentiable]
fn joined_references(x: &[f64], h: &[f64], name: &str) -> f64 {
    let (s, t) = (["a", name].concat(), [name, name].join("-"));
    let both: Vec<f64> = [x, h].concat();
    let three = [&both[..], h, &[1.0, 2.0]].concat();
    let mut rows = vec![];
    for w in x.windows(2) {
        let row = [w, x].concat();
        rows.push(row);
    }
    let apart = [x, &rows[0]].join(&x[0]);
    let squares = both.iter().chain(&three).chain(&apart).enumerate();
    let sum: f64 = squares.map(|(i, a)| a * a * (i + 1) as f64).sum();
    sum + rows.concat().iter().map(|v| v * v * v).sum::<f64>() * s.len() as f64 + t.len() as f64
}

type Grid = Vec<Vec<f64>>;

#[differentiable]
fn zeros(n: usize) -> Grid {
    vec![vec![0.0; n]; n]
}

#[differentiable]
fn laplacian(f: &Grid) -> Grid {
    let mut g = zeros(f.len());
    for i in 1..f.len() - 1 {
        for j in 1..f.len() - 1 {
            g[i][j] = f[i - 1][j] + f[i + 1][j] + f[i][j - 1] + f[i][j + 1] - 4.0 * f[i][j];
        }
    }
    g
}

#[differentiable]
fn halves(f: &Grid) -> f64 {
    let (top, rest) = (f.to_vec(), f.last().unwrap());
    let (l, r) = f.split_at(2);
    top[0][1] * rest[0] + l[1][1] * r[0][0]
}

#[differentiable]
fn of_alias(f: &Grid) -> f64 {
    laplacian(f).iter().map(|row| row.iter().map(|v| v * v).sum::<f64>()).sum::<f64>()
        + halves(f)
        + f[0][0] * f[0][2] * f[2][2]
}

#[differentiable]
fn grid(x: &[f64]) -> f64 {
    of_alias(&x.chunks(3).map(|row| row.to_vec()).collect())
}

programs! {
    operators_as_methods("operators called as methods", 2, |x| operators_as_methods(x[0], x[1])),
    remainder_as_method("operators called as methods", 1, |x| remainder_as_method(x[0])),
    copies_of_a_number("`black_box`, `clone`, `to_owned`", 1, |x| copies_of_a_number(x[0])),
    interpolated("methods of floats", 2, |x| interpolated(x[0], x[1])),
    ordered("comparisons of floats by methods", 2, |x| ordered(x[0], x[1])),
    converted("conversions of integers", 1, |x| converted(x[0], constant(3), constant(7))),
    integers("methods of integers", 1, |x| integers(x[0], constant(5), constant(-4))),
    integers_below_zero("methods of integers", 1, |x| integers(x[0], constant(1), constant(-4))),
    grown("`resize_with`, `reserve_exact`, `shrink_to_fit`", 4, |x| grown(&x[..3], x[3])),
    grown_by_a_series("`resize_with`, `fill_with` with a closure that changes what it captures", 2, |x| grown_by_a_series(x[0], x[1])),
    filled("`resize_with`, `fill_with` with a closure that changes what it captures", 4, |x| filled(&x[..3], x[3])),
    moved_between_lists("`split_off`, `append`, `swap_remove`", 4, |x| moved_between_lists(x)),
    thinned("`retain`, `dedup_by_key`, `dedup_by`, `pop_if`", 5, |x| thinned(x)),
    without_repetitions("`dedup`", || {
        let (value, gradient) = value_and_gradient!(without_repetitions, 2.0, 3.0);
        assert_eq!((value, gradient), (235.0, (101.0, 10.0)));
    }),
    joined("`join`, `concat` of arrays", 4, |x| joined(&x[..3], x[3])),
    ends("`split_first`, `split_last`, chains backwards", 6, |x| ends(&x[..2], &x[2..])),
    ends_of_nothing("`split_first`, `split_last`, chains backwards", 2, |x| ends(x, &[])),
    arrays("`array::from_fn`, `map` of an array", 1, |x| arrays(x[0])),
    deque("`VecDeque`: `resize_with`, `swap_remove_back` and its kin", 5, |x| deque(&x[..4], x[4])),
    ends_of_a_tree("`BTreeMap`: `pop_first`, `pop_last`, `first_key_value`", 2, |x| ends_of_a_tree(x[0], x[1])),
    trees_joined_and_cut("`BTreeMap`: `append`, `extend`, `split_off`, `retain`", 2, |x| trees_joined_and_cut(x[0], x[1])),
    table_by_keys("`HashMap`: `extend`, `retain`, `remove_entry`", 2, |x| table_by_keys(x[0], x[1])),
    table_by_values("`HashMap`: `extend`, `retain`, `remove_entry`", 3, |x| table_by_values(x)),
    optional("loops over an `Option`, `take_if`", 2, |x| optional(x[0], x[1])),
    chained_with_an_option("a chain with an `Option`", 2, |x| chained_with_an_option(x[0], x[1])),
    looked_at("`inspect` of an `Option` and a `Result`", 2, |x| looked_at(x[0], x[1])),
    kept_on_the_way("`inspect` of an `Option` and a `Result`", 1, |x| kept_on_the_way(x[0])),
    boxes_and_moves("`Box`, `mem::swap`, `mem::replace`, `mem::take`", 2, |x| boxes_and_moves(x[0], x[1])),
    joined_references("`concat` and `join` of references", 5, |x| joined_references(&x[..3], &x[3..], "bc")),
    grid("a type alias of lists, by reference", 9, |x| grid(x)),
}
