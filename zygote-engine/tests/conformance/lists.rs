//! Lists and trees of boxes.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

/// A list of linked nodes.
#[derive(Clone, Tangent)]
struct Node {
    value: f64,
    next: Option<Box<Node>>,
}

fn linked(x: &[f64]) -> Node {
    let next = if x.len() > 1 { Some(Box::new(linked(&x[1..]))) } else { None };
    Node { value: x[0], next }
}

#[differentiable]
fn length(node: &Node, k: f64) -> f64 {
    match &node.next {
        Some(next) => node.value * length(next, k) + k,
        None => node.value * k,
    }
}

#[differentiable]
fn by_if_let(node: &Node) -> f64 {
    let mut s = node.value.sin();
    if let Some(next) = &node.next {
        s += by_if_let(next) * node.value;
    }
    s
}

#[differentiable]
fn change(node: &mut Node, k: f64) {
    node.value *= k;
    if let Some(next) = &mut node.next {
        next.value += node.value;
        change(next, k * 0.5);
    }
}

#[differentiable]
fn changed_list(node: &Node, k: f64) -> f64 {
    let mut list = node.clone();
    change(&mut list, k);
    change(&mut list, k);
    length(&list, k)
}

#[differentiable]
fn built_list(x: &[f64], n: usize) -> f64 {
    let mut list: Option<Box<Node>> = None;
    for y in &x[..n] {
        list = Some(Box::new(Node { value: y * y, next: list }));
    }
    match list {
        Some(first) => length(&first, x[0]),
        None => x[0] * x[1] * x[2],
    }
}

#[differentiable]
impl Node {
    fn pushed(self, value: f64) -> Node {
        Node { value, next: Some(Box::new(self)) }
    }

    fn sum(&self) -> f64 {
        match &self.next {
            Some(next) => self.value + next.sum() * self.value,
            None => self.value,
        }
    }

    fn depth(&self) -> usize {
        match &self.next {
            Some(next) => 1 + next.depth(),
            None => 1,
        }
    }
}

#[differentiable]
fn pushed_list(x: f64, y: f64) -> f64 {
    let list = Node { value: x, next: None }.pushed(y).pushed(x * y);
    list.sum() * list.depth() as f64
}

#[derive(Clone, Tangent)]
struct Branch {
    left: Option<Box<Branch>>,
    right: Option<Box<Branch>>,
    key: f64,
}

#[differentiable]
fn insert(tree: Option<Box<Branch>>, key: f64) -> Option<Box<Branch>> {
    match tree {
        None => Some(Box::new(Branch { left: None, right: None, key })),
        Some(mut b) => {
            if key < b.key {
                b.left = insert(b.left.take(), key);
            } else {
                b.right = insert(b.right.take(), key);
            }
            Some(b)
        }
    }
}

#[differentiable]
fn in_order(tree: &Option<Box<Branch>>, s: f64) -> f64 {
    match tree {
        None => s,
        Some(b) => {
            let left = in_order(&b.left, s);
            in_order(&b.right, left * 0.5 + b.key * b.key)
        }
    }
}

#[differentiable]
fn search_tree(x: &[f64]) -> f64 {
    let mut tree = None;
    for y in x {
        tree = insert(tree, *y);
    }
    in_order(&tree, 1.0)
}

#[differentiable]
fn slope(y: &[f64]) -> Vec<f64> {
    y.iter().map(|v| -v * v).collect()
}

#[differentiable]
fn weighted_slopes(y: &[f64]) -> f64 {
    let k1 = slope(y);
    let k2 = slope(&k1);
    let mut out = y.to_vec();
    for (w, k) in [(1.0 / 3.0, &k1), (y[0], &k2)] {
        for i in 0..out.len() {
            out[i] += 0.1 * w * k[i];
        }
    }
    out.iter().product()
}

#[differentiable]
fn of_nodes(x: f64, y: f64) -> f64 {
    let a = Node { value: x, next: None };
    let b = Node { value: x * y, next: None };
    let mut s = 0.0;
    'nodes: for n in [&a, &b, &a] {
        if n.value > 1.0 {
            continue;
        }
        for k in 0..2 {
            if n.value < -1.0 {
                break 'nodes;
            }
            s += length(n, y) * k as f64;
        }
    }
    s
}

#[derive(Clone, Tangent)]
struct Directory {
    size: f64,
    entries: Vec<Entry>,
}

#[derive(Clone, Tangent)]
struct Entry {
    weight: f64,
    #[recursive]
    below: Option<Box<Directory>>,
}

#[differentiable]
fn total(d: &Directory) -> f64 {
    d.size + d.entries.iter().map(|e| e.weight * weighed(e)).sum::<f64>()
}

#[differentiable(recursive)]
fn weighed(e: &Entry) -> f64 {
    match &e.below {
        Some(d) => total(d) * 2.0,
        None => e.weight,
    }
}

#[differentiable]
fn directories(x: f64, y: f64, z: f64) -> f64 {
    let below = Directory { size: z * y, entries: vec![Entry { weight: z, below: None }] };
    let inner = Entry { weight: y, below: Some(Box::new(below)) };
    total(&Directory { size: x, entries: vec![inner, Entry { weight: x * z, below: None }] })
}

// A method that changes the list where its value decides, bounds or finds.
#[differentiable]
fn asked_for_the_last(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    let mut s = 0.0;
    if v.pop().unwrap() > 0.0 {
        s += v[0];
    }
    while v.pop().is_some() {
        s = s * 0.5 + x[v.len()];
    }
    s * x[2]
}

#[differentiable]
fn asked_after_another(mut v: Vec<f64>, k: f64) -> f64 {
    let mut s = k * v.iter().sum::<f64>();
    while !v.is_empty() && v.pop().unwrap() > -0.5 {
        s += k * v.iter().sum::<f64>();
    }
    s + v.iter().map(|y| y * y).sum::<f64>()
}

#[differentiable]
fn popped_indices(x: &[f64]) -> f64 {
    let mut order = vec![0usize, 2, 1];
    let mut s = 1.0;
    for _ in 0..order.pop().unwrap() + 2 {
        s = s * 0.5 + x[1];
    }
    s + x[order.pop().unwrap()] * x[order.pop().unwrap()]
}

#[differentiable]
fn told_and_asked(v: &mut Vec<f64>) -> f64 {
    v.push(2.0 * v[0]);
    v.pop();
    let mut s = v[0] * v[2];
    if v.pop().is_some_and(|y| y > 0.0) {
        s *= v[1];
    }
    s + v[1]
}

/// Lists that chains are collected into: changed where they are made, later, or never.
#[differentiable]
fn collected_lists(x: &[f64]) -> f64 {
    let n = x.len();
    let a = x.iter().map(|v| v * v).collect::<Vec<f64>>().pop().unwrap();
    let b = x.iter().map(|v| v.sin()).collect::<Vec<_>>().swap_remove(1);
    let mut w: Vec<f64> = (0..n).map(|i| x[i] * x[0]).collect();
    w.push(a * b);
    w[0] *= a;
    w.truncate(n);
    let u = w;
    let beside = |j: usize, i: usize| j != i;
    let rows: Vec<Vec<f64>> = (0..n)
        .map(|i| {
            let others = u.iter().enumerate().filter(|(j, _)| beside(*j, i));
            others.map(|(j, v)| v * x[j]).collect()
        })
        .collect();
    let flat: Vec<f64> = rows.iter().flat_map(|r| r.iter().map(|v| v * v)).collect();
    let mut s = 0.0;
    for k in 0..n {
        let part: Vec<f64> = flat.iter().skip(k).step_by(2).map(|v| v + u[k]).collect();
        let (big, small): (Vec<f64>, Vec<f64>) = part.iter().partition(|v| **v > 0.5);
        s += big.iter().sum::<f64>() * small.len() as f64;
        s += small.iter().map(|v| v * v).sum::<f64>();
    }
    let (p, q): (Vec<f64>, Vec<f64>) = u.iter().zip(x).map(|(a, b)| (a * b, a + b)).unzip();
    let last = rows.into_iter().map(|r| r[0]).collect::<Vec<f64>>();
    s + p.iter().zip(&q).map(|(a, b)| a * b).sum::<f64>() * last[0] + last.last().unwrap() * b
}

programs![
    collected_lists("lists that chains are collected into", 4, |x| collected_lists(x)),
    length("`Option<Box<..>>`: linked lists", 4, |x| length(&linked(&x[..3]), x[3])),
    by_if_let("`Option<Box<..>>`: linked lists", 3, |x| by_if_let(&linked(x))),
    changed_list("`Option<Box<..>>`: linked lists", 4, |x| changed_list(&linked(&x[..3]), x[3])),
    built_list("`Option<Box<..>>`: linked lists", 3, |x| built_list(x, 3)),
    built_empty_list("`Option<Box<..>>`: linked lists", 3, |x| built_list(x, 0)),
    pushed_list("`Option<Box<..>>`: linked lists", 2, |x| pushed_list(x[0], x[1])),
    search_tree("`Option<Box<..>>`: search trees", 4, |x| search_tree(x)),
    weighted_slopes("a loop over a list of references, `[(w, &a), (u, &b)]`", 3, |x| {
        weighted_slopes(x)
    }),
    of_nodes("a loop over `[&a, &b]`", 2, |x| of_nodes(x[0], x[1])),
    directories("types that hold each other, `#[recursive]` on one field", 3, |x| directories(
        x[0], x[1], x[2]
    )),
    asked_for_the_last("methods that change a list in conditions and indices", 3, |x| {
        asked_for_the_last(x)
    }),
    asked_after_another("methods that change a list in conditions and indices", 4, |x| {
        asked_after_another(x[..3].to_vec(), x[3])
    }),
    popped_indices("methods that change a list in conditions and indices", 3, |x| popped_indices(
        x
    )),
    told_and_asked("methods that change a list in conditions and indices", 3, |x| {
        told_and_asked(&mut x.to_vec())
    }),
];
