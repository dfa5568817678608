//! Iterators that functions of the same block give, `zip` of two chains that add items, ranges as values,
//! iterators of one's own, and ranges of maps.

use crate::check::programs;
use chainrules::prelude::*;
use std::collections::BTreeMap;
use zygote_engine::prelude::*;

#[differentiable]
fn squares(x: &[f64]) -> f64 {
    x.iter().map(|y| y * y).sum()
}

#[derive(Clone, Tangent)]
struct Rows {
    #[constant]
    cols: usize,
    data: Vec<f64>,
}
#[differentiable]
impl Rows {
    fn rows(&self) -> impl Iterator<Item = &[f64]> + '_ {
        self.data.chunks(self.cols)
    }
    fn row(&self, i: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        self.data[i..].iter().copied().enumerate()
    }
    fn each(&self) -> impl Iterator<Item = &f64> {
        self.data.iter()
    }
    fn row_sum(&self, i: usize) -> f64 {
        self.row(i).map(|(k, v)| k as f64 * v * v).sum()
    }
    fn sums(&self) -> f64 {
        self.rows().map(|r| r.iter().sum::<f64>() * r[0]).fold(1.0, |s, v| s * v)
            + Self::made(3).zip(self.each()).map(|(a, b)| a * b).sum::<f64>()
    }
    fn made(n: usize) -> impl Iterator<Item = f64> {
        (0..n).map(|i| i as f64)
    }
    fn alls(&self) -> f64 {
        let mut s = 0.0;
        for x in self.each() {
            s += x * x;
        }
        s + self.each().map(|x| x.sin()).sum::<f64>()
            + self.each().copied().filter(|x| *x > 0.0).map(|x| x * x).sum::<f64>()
    }
}
#[differentiable]
fn norm(r: &[f64]) -> f64 {
    r.iter().map(|v| v * v).sum()
}

#[derive(Clone, Tangent)]
struct Mesh {
    order: usize,
    length: f64,
}
#[differentiable]
impl Mesh {
    fn nodes(&self, e: usize) -> std::ops::Range<usize> {
        e * self.order..(e + 1) * self.order
    }
    fn closed(&self, e: usize) -> std::ops::RangeInclusive<usize> {
        e..=e + self.order
    }
    fn sum(&self, x: &[f64]) -> f64 {
        let mut s = 0.0;
        for i in self.nodes(1) {
            s += self.length * x[i] * x[i];
        }
        for i in self.closed(0) {
            s *= x[i];
        }
        s
    }
    fn chained(&self, x: &[f64]) -> f64 {
        let mut s = 0.0;
        for i in self.nodes(1).clone() {
            s += x[i] * x[i + 1];
        }
        s
    }
}

#[differentiable]
fn over(x: &[f64], r: std::ops::Range<usize>) -> f64 {
    let mut s = 0.0;
    for i in r {
        s += x[i] * x[i];
    }
    s
}

#[derive(Clone, Tangent)]
struct Powers {
    a: f64,
    x: f64,
    left: usize,
}
#[differentiable]
impl Iterator for Powers {
    type Item = f64;
    fn next(&mut self) -> Option<f64> {
        if self.left == 0 {
            return None;
        }
        self.left -= 1;
        self.x *= self.a;
        Some(self.x)
    }
}

#[derive(Clone, Tangent)]
struct Book {
    bids: BTreeMap<i64, f64>,
}
#[differentiable]
impl Book {
    fn depth(&self, from: i64) -> f64 {
        self.bids.range(from..).map(|(p, q)| *p as f64 * q * q).sum()
    }
}
#[differentiable]
fn thirds(x: &[f64]) -> BTreeMap<i64, f64> {
    x.iter().enumerate().map(|(i, v)| (3 * i as i64, v * v)).collect()
}

#[differentiable]
fn slices_as_items_alone(x: &[f64]) -> f64 {
    let m = Rows { cols: 2, data: x.to_vec() };
    let mut s = 0.0;
    for row in m.rows() {
        s += row[0] * row[1];
    }
    s + m.row_sum(1)
}

#[differentiable]
fn slices_as_items(x: &[f64]) -> f64 {
    slices_as_items_alone(x) + squares(x)
}

#[differentiable]
fn rows_and_zips_alone(x: &[f64]) -> f64 {
    let m = Rows { cols: 3, data: x.to_vec() };
    m.sums()
}

#[differentiable]
fn rows_and_zips(x: &[f64]) -> f64 {
    rows_and_zips_alone(x) + squares(x)
}

#[differentiable]
fn references_as_items_alone(x: &[f64]) -> f64 {
    let m = Rows { cols: 3, data: x.to_vec() };
    m.alls()
}

#[differentiable]
fn references_as_items(x: &[f64]) -> f64 {
    references_as_items_alone(x) + squares(x)
}

#[differentiable]
fn slices_handed_on_alone(x: &[f64]) -> f64 {
    let m = Rows { cols: 3, data: x.to_vec() };
    let mut s = 1.0;
    for row in m.rows() {
        s = s * 0.5 + norm(&row[1..]) * row.len() as f64;
        for v in row {
            s += v * v;
        }
    }
    s
}

#[differentiable]
fn slices_handed_on(x: &[f64]) -> f64 {
    slices_handed_on_alone(x) + squares(x)
}

#[differentiable]
fn flattened_and_changed_alone(x: &[f64]) -> f64 {
    let mut m = vec![vec![x[0], x[1]], vec![x[2] * x[3]], vec![]];
    for v in m.iter_mut().flatten() {
        *v *= x[4];
    }
    m.iter_mut().flatten().enumerate().for_each(|(i, v)| *v = *v * *v + i as f64 * x[5]);
    m[0][0] * m[1][0]
}

#[differentiable]
fn flattened_and_changed(x: &[f64]) -> f64 {
    flattened_and_changed_alone(x) + squares(x)
}

#[differentiable]
fn two_flattened_alone(x: &[f64]) -> f64 {
    let a = [[x[0], x[1]], [x[2], x[3]]];
    let b = [[x[4], x[5]], [x[2], x[0]]];
    a.iter().flatten().zip(b.iter().flatten()).map(|(p, q)| p * q).sum()
}

#[differentiable]
fn two_flattened(x: &[f64]) -> f64 {
    two_flattened_alone(x) + squares(x)
}

#[differentiable]
fn two_filtered_alone(x: &[f64]) -> f64 {
    let (a, b) = x.split_at(3);
    let mut s = 1.0;
    for (p, q) in a.iter().filter(|v| **v > 0.0).zip(b.iter().filter(|v| **v > 0.0).map(|v| v * v))
    {
        s = s * p + q;
    }
    s * x[0]
}

#[differentiable]
fn two_filtered(x: &[f64]) -> f64 {
    two_filtered_alone(x) + squares(x)
}

#[differentiable]
fn flattened_changed_beside_another_alone(x: &[f64]) -> f64 {
    let a = vec![vec![x[0], x[1]], vec![x[2]]];
    let mut m = a.clone();
    let b = [[x[4]], [x[5]], [x[3]]];
    for (v, w) in m.iter_mut().flatten().zip(b.iter().flatten()) {
        *v *= *w;
    }
    m.iter().flatten().zip(a.iter().flatten()).map(|(p, q)| p * q).sum()
}

#[differentiable]
fn flattened_changed_beside_another(x: &[f64]) -> f64 {
    flattened_changed_beside_another_alone(x) + squares(x)
}

#[differentiable]
fn three_with_concatenations_alone(x: &[f64]) -> f64 {
    let (a, b) = x.split_at(3);
    a.iter()
        .zip(b.iter().chain(a))
        .zip(x.iter().flat_map(|v| [*v, v * v]))
        .map(|((p, q), r)| p * q * r)
        .sum()
}

#[differentiable]
fn three_with_concatenations(x: &[f64]) -> f64 {
    three_with_concatenations_alone(x) + squares(x)
}

#[differentiable]
fn flattened_changed_by_another_alone(x: &[f64]) -> f64 {
    let m = [[x[0], x[1]], [x[2], x[3]]];
    let mut o = [[x[4]; 2]; 2];
    for (r, s) in o.iter_mut().flatten().zip(m.iter().flatten()) {
        *r += s * s;
    }
    o[0][0] * o[1][1]
}

#[differentiable]
fn flattened_changed_by_another(x: &[f64]) -> f64 {
    flattened_changed_by_another_alone(x) + squares(x)
}

#[differentiable]
fn ranges_of_a_method_alone(x: &[f64]) -> f64 {
    let m = Mesh { order: 2, length: x[0] };
    m.sum(x)
}

#[differentiable]
fn ranges_of_a_method(x: &[f64]) -> f64 {
    ranges_of_a_method_alone(x) + squares(x)
}

#[differentiable]
fn copy_of_a_range_alone(x: &[f64]) -> f64 {
    let m = Mesh { order: 2, length: x[0] };
    m.chained(x)
}

#[differentiable]
fn copy_of_a_range(x: &[f64]) -> f64 {
    copy_of_a_range_alone(x) + squares(x)
}

#[differentiable]
fn range_by_name_alone(x: &[f64]) -> f64 {
    let n = x.len();
    let range = 1..n - 1;
    x[range.clone()].iter().zip(&x[range]).map(|(p, q)| p * q).sum()
}

#[differentiable]
fn range_by_name(x: &[f64]) -> f64 {
    range_by_name_alone(x) + squares(x)
}

#[differentiable]
fn ends_of_a_range_alone(x: &[f64]) -> f64 {
    let mut n = x.len();
    let r = 1..n;
    n = 2;
    let mut s = 0.0;
    for i in r.clone() {
        s += x[i] * x[i - 1];
    }
    if r.contains(&n) {
        s *= x[r.start];
    }
    s * r.len() as f64 * x[r.end - 1]
}

#[differentiable]
fn ends_of_a_range(x: &[f64]) -> f64 {
    ends_of_a_range_alone(x) * ends_of_a_range_alone(&x[..2]) + squares(x)
}

#[differentiable]
fn closed_range_by_name_alone(x: &[f64]) -> f64 {
    let r = 0..=2;
    let mut y = x.to_vec();
    for v in &mut y[r.clone()] {
        *v *= *v;
    }
    r.map(|i| y[i] * x[3]).sum()
}

#[differentiable]
fn closed_range_by_name(x: &[f64]) -> f64 {
    closed_range_by_name_alone(x) + squares(x)
}

#[differentiable]
fn range_in_a_loop_alone(x: &[f64]) -> f64 {
    let mut t = 0.0;
    for k in 0..2 {
        let rows = 3 * k..3 * k + 3;
        t = t * x[0]
            + x[rows.clone()].iter().sum::<f64>()
                * rows.rev().map(|i| x[i]).fold(1.0, |a, b| a * b + 1.0);
    }
    t
}

#[differentiable]
fn range_in_a_loop(x: &[f64]) -> f64 {
    range_in_a_loop_alone(x) + squares(x)
}

#[differentiable]
fn range_as_argument_alone(x: &[f64]) -> f64 {
    over(x, 1..4) * over(x, 0..x.len() / 2)
}

#[differentiable]
fn range_as_argument(x: &[f64]) -> f64 {
    range_as_argument_alone(x) + squares(x)
}

#[differentiable]
fn loop_over_own_alone(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for v in (Powers { a: x[0], x: x[1], left: 4 }) {
        s += v * v;
    }
    s
}

#[differentiable]
fn loop_over_own(x: &[f64]) -> f64 {
    loop_over_own_alone(x) + squares(x)
}

#[differentiable]
fn some_of_own_alone(x: &[f64]) -> f64 {
    Powers { a: x[0], x: x[1], left: 9 }.take(3).map(|v| v * v).sum()
}

#[differentiable]
fn some_of_own(x: &[f64]) -> f64 {
    some_of_own_alone(x) + squares(x)
}

#[differentiable]
fn own_with_numbers_alone(x: &[f64]) -> f64 {
    let v: Vec<f64> = Powers { a: x[0], x: x[1], left: 5 }
        .enumerate()
        .filter(|(i, _)| i % 2 == 0)
        .map(|(i, v)| v * i as f64)
        .collect();
    v[1] * v[2]
}

#[differentiable]
fn own_with_numbers(x: &[f64]) -> f64 {
    own_with_numbers_alone(x) + squares(x)
}

#[differentiable]
fn own_in_own_alone(x: &[f64]) -> f64 {
    let mut s = 1.0;
    'o: for (k, v) in (Powers { a: x[0], x: 1.0, left: 6 }).zip(x.iter()).enumerate().skip(1) {
        for w in (Powers { a: *v.1, x: x[2], left: 3 }) {
            if w > 0.8 {
                continue 'o;
            }
            if s > 1.5 {
                break 'o;
            }
            s += w * v.0 * k as f64;
        }
    }
    s
}

#[differentiable]
fn own_in_own(x: &[f64]) -> f64 {
    own_in_own_alone(x) + squares(x)
}

#[differentiable]
fn own_by_hand_alone(x: &[f64]) -> f64 {
    let mut it = Powers { a: x[0], x: x[1], left: 4 };
    let mut s = 0.0;
    while let Some(v) = it.next() {
        s = s * x[2] + v;
    }
    s
}

#[differentiable]
fn own_by_hand(x: &[f64]) -> f64 {
    own_by_hand_alone(x) + squares(x)
}

#[differentiable]
fn depth_of_a_range_alone(x: &[f64]) -> f64 {
    let m = thirds(x);
    m.range(2..=9).map(|(p, q)| *p as f64 * q * q).sum()
}

#[differentiable]
fn depth_of_a_range(x: &[f64]) -> f64 {
    depth_of_a_range_alone(x) + squares(x)
}

#[differentiable]
fn range_of_a_field_alone(x: &[f64]) -> f64 {
    let b = Book { bids: thirds(x) };
    b.depth(4) * b.depth(10)
}

#[differentiable]
fn range_of_a_field(x: &[f64]) -> f64 {
    range_of_a_field_alone(x) + squares(x)
}

#[differentiable]
fn loops_over_ranges_alone(x: &[f64]) -> f64 {
    let mut m = thirds(x);
    let mut s = 1.0;
    for (k, v) in m.range(..7) {
        s = s * v + *k as f64;
    }
    m.insert(4, x[5]);
    let k = 3;
    for (_, v) in m.range(k + 1..).rev().take(2) {
        s = s * v + x[0];
    }
    s
}

#[differentiable]
fn loops_over_ranges(x: &[f64]) -> f64 {
    loops_over_ranges_alone(x) + squares(x)
}

#[differentiable]
fn filtered_range_alone(x: &[f64]) -> f64 {
    let m = thirds(x);
    m.range(3..).filter(|(_, v)| **v > 0.5).map(|(_, v)| v.sqrt()).sum::<f64>()
        * m.range(5..).map(|(_, v)| *v).next().unwrap_or(0.0)
}

#[differentiable]
fn filtered_range(x: &[f64]) -> f64 {
    filtered_range_alone(x) + squares(x)
}

programs![
    slices_as_items(
        "adaptors on what a function of the same `impl` block gives; slices as items",
        6,
        |x| slices_as_items(x)
    ),
    rows_and_zips(
        "adaptors on what a function of the same `impl` block gives; slices as items",
        6,
        |x| rows_and_zips(x)
    ),
    references_as_items(
        "adaptors on what a function of the same `impl` block gives; slices as items",
        6,
        |x| references_as_items(x)
    ),
    slices_handed_on(
        "adaptors on what a function of the same `impl` block gives; slices as items",
        6,
        |x| slices_handed_on(x)
    ),
    flattened_and_changed("`iter_mut().flatten()`", 6, |x| flattened_and_changed(x)),
    two_flattened("`zip` of two chains that drop or add items", 6, |x| two_flattened(x)),
    two_filtered("`zip` of two chains that drop or add items", 6, |x| two_filtered(x)),
    flattened_changed_beside_another("`iter_mut().flatten()`", 6, |x| {
        flattened_changed_beside_another(x)
    }),
    three_with_concatenations("`zip` of two chains that drop or add items", 6, |x| {
        three_with_concatenations(x)
    }),
    flattened_changed_by_another("`iter_mut().flatten()`", 6, |x| flattened_changed_by_another(x)),
    ranges_of_a_method("ranges of integers by name, as arguments and results", 6, |x| {
        ranges_of_a_method(x)
    }),
    copy_of_a_range(
        "ranges of integers by name, as arguments and results",
        6,
        |x| copy_of_a_range(x)
    ),
    range_by_name("ranges of integers by name, as arguments and results", 6, |x| range_by_name(x)),
    ends_of_a_range(
        "ranges of integers by name, as arguments and results",
        6,
        |x| ends_of_a_range(x)
    ),
    closed_range_by_name("ranges of integers by name, as arguments and results", 6, |x| {
        closed_range_by_name(x)
    }),
    range_in_a_loop(
        "ranges of integers by name, as arguments and results",
        6,
        |x| range_in_a_loop(x)
    ),
    range_as_argument("ranges of integers by name, as arguments and results", 6, |x| {
        range_as_argument(x)
    }),
    loop_over_own("loops and chains over an iterator of one's own", 6, |x| loop_over_own(x)),
    some_of_own("loops and chains over an iterator of one's own", 6, |x| some_of_own(x)),
    own_with_numbers("loops and chains over an iterator of one's own", 6, |x| own_with_numbers(x)),
    own_in_own("loops and chains over an iterator of one's own", 6, |x| own_in_own(x)),
    own_by_hand("loops and chains over an iterator of one's own", 6, |x| own_by_hand(x)),
    depth_of_a_range("`range` of a `BTreeMap`", 6, |x| depth_of_a_range(x)),
    range_of_a_field("`range` of a `BTreeMap`", 6, |x| range_of_a_field(x)),
    loops_over_ranges("`range` of a `BTreeMap`", 6, |x| loops_over_ranges(x)),
    filtered_range("`range` of a `BTreeMap`", 6, |x| filtered_range(x)),
];
