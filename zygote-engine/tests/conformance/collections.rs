//! Collections of the standard library beside `Vec`.

use crate::check::programs;
use chainrules::prelude::*;
use std::collections::{BTreeMap, VecDeque};
use zygote_engine::prelude::*;

#[differentiable]
fn inserted(x: f64, y: f64) -> f64 {
    let mut map = BTreeMap::new();
    map.insert("x", x);
    map.insert("y", x * y);
    let old = map.insert("x", y);
    map["x"] * map["y"] + old.unwrap()
}

#[differentiable]
fn both_ends(x: &[f64]) -> f64 {
    let mut queue = VecDeque::new();
    for (i, y) in x.iter().enumerate() {
        if i % 2 == 0 {
            queue.push_back(*y);
        } else {
            queue.push_front(y * y);
        }
    }
    let last = queue.pop_back().unwrap();
    queue[0] * queue[1] + last * queue[2]
}

programs![
    inserted("`BTreeMap`: `insert`", 2, |x| inserted(x[0], x[1])),
    both_ends("`VecDeque`", 4, |x| both_ends(x)),
];
