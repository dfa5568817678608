//! What is evaluated once, where it stands: keys, indices and names beside ranges.

use crate::check::programs;
use chainrules::prelude::*;
use std::collections::BTreeMap;
use zygote_engine::prelude::*;

#[differentiable]
fn key_that_changes(x: &[f64], last: usize) -> f64 {
    let mut m = BTreeMap::from([(0_usize, x[0]), (1, x[1])]);
    let mut k = 0;
    let y = m.get(&k).unwrap();
    k = 1;
    let first = *y * *y;
    let z = &m[&k];
    k = 0;
    let second = *z * first;
    let w = m.get_mut(&k).unwrap();
    k = last;
    *w *= x[2];
    if let Some(v) = m.get_mut(&k) {
        k = 0;
        *v *= x[0] + k as f64;
    }
    second + m[&0] * m[&1]
}

#[differentiable]
fn key_of_text(x: &[f64]) -> f64 {
    let m = BTreeMap::from([
        ("a".to_string(), x[0]),
        ("aa".to_string(), x[1]),
        ("aaa".to_string(), x[2]),
    ]);
    let mut k = "a".to_string();
    let mut s = 0.0;
    for i in 0..3 {
        let y = m.get(&k).unwrap();
        k.push('a');
        s += y * y * (i + 1) as f64;
    }
    s
}

#[differentiable]
fn linked(x: &[f64]) -> f64 {
    let m = BTreeMap::from([(0_usize, (x[0], 2_usize)), (2, (x[1], 1)), (1, (x[2], 7))]);
    let mut at = 0;
    let mut s = 0.5;
    while let Some((w, next)) = m.get(&at) {
        at = *next;
        s = s * w + w;
    }
    s
}

#[differentiable]
fn list_of_lists(x: &[f64]) -> f64 {
    let mut rows = vec![vec![x[0]], vec![x[1]], vec![x[2]]];
    let mut n = 0;
    rows[n].extend(x.iter().take(2).map(|y| {
        n += 1;
        y * n as f64
    }));
    rows[0][1] * rows[0][2] + rows[1][0] * rows[2][0] * n as f64
}

#[differentiable]
fn map_of_a_list(x: &[f64]) -> f64 {
    let mut maps = vec![BTreeMap::from([(0_usize, x[0])]), BTreeMap::from([(1_usize, x[1])])];
    let mut i = 0;
    *maps[i].entry(1).or_insert_with(|| {
        i = 1;
        x[2]
    }) *= x[3];
    maps[0][&1] * maps[0][&0] + maps[i][&1]
}

#[differentiable]
fn hooked_with_a_range(x: &[f64], n: usize) -> f64 {
    let n = n - 5;
    hook(x[0] * x[1], |dx| {
        let mut k = 0;
        for _ in 0..n {
            k += 1;
        }
        if k == 2 && (0..n).len() == 2 { dx } else { dx * 100.0 }
    })
}

#[differentiable]
fn split_of_a_parameter(x: &mut [f64], k: f64) -> f64 {
    if let Some((first, rest)) = x.split_first_mut() {
        *first += rest[0] * rest[1] * k;
    } else {
        return k * k;
    }
    let r = &mut *x;
    let (a, b) = r.split_at_mut(1);
    a[0] *= b[0];
    x[0] * x[1]
}

#[differentiable]
#[allow(
    clippy::no_effect,
    unused_must_use,
    reason = "a value that is not used is what this is about"
)]
fn not_used(x: &[f64], n: usize) -> f64 {
    let _ = x[n];
    x[n + 1];
    x[0] * 2.0
}

fn of_what_is_not_used() {
    assert_eq!(gradient!(not_used, &[1.0, 2.0, 3.0], 1), [2.0, 0.0, 0.0]);
    for n in [2, 3] {
        let text = |f: &dyn Fn() -> f64| {
            let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(f));
            let payload = caught.expect_err("an index is out of bounds");
            payload.downcast_ref::<String>().expect("panics with a text").clone()
        };
        let of_function = text(&|| not_used(&[1.0, 2.0, 3.0], n));
        let of_derivative = text(&|| value_and_gradient!(not_used, &[1.0, 2.0, 3.0], n).0);
        assert_eq!(of_function, of_derivative);
    }
}

type Vector = Vec<f64>;
type Matrix = Vec<Vector>;

#[differentiable]
fn doubled(x: &Vector) -> Vector {
    x.iter().map(|v| v * 2.0).collect()
}

#[differentiable]
fn outer(x: &Vector, y: &Vector) -> Matrix {
    x.iter().map(|a| y.iter().map(|b| a * b).collect()).collect()
}

#[differentiable]
fn into_names_of_lists(x: &[f64]) -> f64 {
    let image: Matrix = (0..2).map(|i| (0..2).map(|j| x[i] * x[j]).collect()).collect();
    let squares: Vector = x.iter().map(|y| y * y).collect();
    image[0][1] * squares[0] + outer(&squares, &doubled(&squares))[0][1]
}

#[differentiable]
fn counts_of_calls(x: &[f64]) -> f64 {
    let (n, m) = (x.len(), x.len() - 1);
    let mut sum = 0.0;
    for v in x.iter().take(n) {
        sum += v * v;
    }
    for v in x.iter().skip(m).step_by(n) {
        sum *= v;
    }
    let mut pairs = vec![(x[0], 2_usize), (x[1], 1)];
    while let Some((a, d)) = pairs.pop() {
        sum += x.iter().take(d).map(|y| a * y).sum::<f64>();
    }
    sum + x.iter().skip(m).map(|v| v * v).sum::<f64>()
}

#[derive(Clone, Copy, Debug, Tangent)]
struct Sample {
    t: f64,
    u: f64,
}

#[differentiable]
fn items_to_closures(samples: &[Sample], rows: &[Vec<f64>]) -> f64 {
    let product = |s: &Sample| s.t * s.u;
    let first = |row: &[f64]| row[0] * row[1];
    let of_two = |a: &f64, b: &f64| a * b;
    let mut sum = 0.0;
    for (i, s) in samples.iter().enumerate() {
        sum += product(s) * i as f64;
    }
    for row in rows {
        sum += first(row);
        for v in row {
            sum += of_two(v, &sum);
        }
    }
    let all: f64 = samples.iter().filter(|s| product(s) > 0.0).map(|s| product(s)).sum();
    sum * all + samples.iter().zip(rows).map(|(s, row)| product(s) * first(row)).sum::<f64>()
}

#[derive(Clone, Tangent)]
struct Tree {
    below: Vec<Tree>,
    value: f64,
}

#[differentiable]
impl Tree {
    fn depth(&self) -> usize {
        let mut depth = 0;
        for tree in &self.below {
            depth = depth.max(tree.depth());
        }
        depth + 1
    }

    fn weighted(&self) -> f64 {
        let below: f64 = self.below.iter().map(Tree::weighted).sum();
        let k = std::cmp::min(1.max(self.below.len()), std::cmp::max(4, self.depth()));
        self.value * self.value * (self.depth() * k) as f64 + below * self.value
    }
}

fn leaf(value: f64) -> Tree {
    Tree { below: vec![], value }
}

#[differentiable]
fn weighted(tree: &Tree) -> f64 {
    assert!((0.0..=9.0).contains(&(tree.below.len() as f64)), "{:?}", 0..=9);
    tree.weighted()
}

#[derive(Clone, Tangent)]
struct Web {
    #[constant]
    edges: Vec<(usize, usize)>,
    at: Vec<f64>,
}

#[differentiable]
impl Web {
    fn relax(&mut self) {
        for (i, j) in self.edges.clone() {
            let d = self.at[i] - self.at[j];
            self.at[i] -= d * d;
        }
        for y in self.at.clone() {
            self.at[0] += y * y * 0.5;
        }
    }
}

#[differentiable]
fn loops_over_copies(x: &[f64]) -> f64 {
    let mut web = Web { edges: vec![(0, 1), (1, 2)], at: x.to_vec() };
    web.relax();
    web.relax();
    let mut sum = 0.0;
    for y in web.at.clone() {
        sum += y * y;
    }
    sum
}

#[differentiable]
fn left_by_a_closure(x: &[f64]) -> f64 {
    let dot = |a: &[f64], b: &[f64]| -> f64 { a.iter().zip(b).map(|(x, y)| x * y).sum() };
    let mut sum = 0.0;
    for _ in 0..2 {
        let square = dot(x, x);
        if square < 1.0 {
            break;
        }
        if square.sqrt() < 1.2 {
            return sum + square;
        }
        sum += square * x[0];
    }
    sum * dot(&x[1..], x).cos()
}

programs![
    unused_values("values that are not used", || of_what_is_not_used()),
    key_that_changes("the key of a map, changed while the value is in use", 3, |x| {
        key_that_changes(x, 1)
    }),
    key_that_is_missing("the key of a map, changed while the value is in use", 3, |x| {
        key_that_changes(x, 5)
    }),
    key_of_text("the key of a map, changed while the value is in use", 3, |x| key_of_text(x)),
    linked("a list linked by a map", 3, |x| linked(x)),
    list_of_lists("`rows[n].extend(chain)`, the index evaluated once", 3, |x| list_of_lists(x)),
    map_of_a_list("`maps[i].entry(..)`, the index evaluated once", 4, |x| map_of_a_list(x)),
    hooked_with_a_range("`hook` with a range inside", 2, |x| hooked_with_a_range(x, 7)),
    hooked_with_another_range("`hook` with a range inside", || {
        assert_eq!(gradient!(hooked_with_a_range, &[2.0, 3.0], 8), [300.0, 200.0]);
    }),
    split_of_a_parameter("`split_first_mut`, `split_at_mut` of `&mut`", 4, |x| {
        split_of_a_parameter(&mut x[..3].to_vec(), x[3])
    }),
    split_of_nothing("`split_first_mut`, `split_at_mut` of `&mut`", 1, |x| {
        split_of_a_parameter(&mut vec![], x[0])
    }),
    into_names_of_lists("`collect` into a name of a `Vec`", 2, |x| into_names_of_lists(x)),
    counts_of_calls("`take`, `skip` and `step_by` of what a call gave", 2, |x| counts_of_calls(x)),
    items_to_closures("items that are given to local closures", 6, |x| items_to_closures(
        &[Sample { t: x[0], u: x[1] }, Sample { t: x[2], u: x[3] }],
        &[x[4..6].to_vec()]
    )),
    weighted("`max` and `min` of integers whose type is not yet known", 3, |x| weighted(&Tree {
        below: vec![leaf(x[0]), leaf(x[1])],
        value: x[2]
    })),
    loops_over_copies("loops over a copy", 3, |x| loops_over_copies(x)),
    left_by_a_closure("a local closure in a loop that is left", 3, |x| left_by_a_closure(x)),
];
