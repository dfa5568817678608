//! Local heaps of what has real numbers: what is taken out has the cotangent of what was put in.

use crate::check::programs;
use chainrules::prelude::*;
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use zygote_engine::prelude::*;

#[derive(Clone, Copy, PartialEq, Tangent)]
struct State {
    cost: f64,
    node: usize,
}

impl Eq for State {}

impl Ord for State {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_cost = other.cost.partial_cmp(&self.cost).unwrap();
        by_cost.then_with(|| self.node.cmp(&other.node))
    }
}

impl PartialOrd for State {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[differentiable]
fn dijkstra(edges: &[Vec<(usize, f64)>], start: usize, end: usize) -> f64 {
    let mut cost_to = vec![f64::INFINITY; edges.len()];
    let mut heap = BinaryHeap::new();
    cost_to[start] = 0.0;
    heap.push(State { cost: 0.0, node: start });
    while let Some(State { cost, node }) = heap.pop() {
        if node == end {
            return cost;
        }
        if cost > cost_to[node] {
            continue;
        }
        for &(to, weight) in &edges[node] {
            let next = State { cost: cost + weight, node: to };
            if next.cost < cost_to[to] {
                heap.push(next);
                cost_to[to] = next.cost;
            }
        }
    }
    10.0
}

#[differentiable]
fn shortest_paths(x: &[f64]) -> f64 {
    let w: Vec<f64> = x.iter().map(|x| 2.0 + x).collect();
    let edges = vec![
        vec![(2, w[0]), (1, w[1])],
        vec![(3, w[2])],
        vec![(1, w[3]), (3, w[4]), (4, w[5])],
        vec![(0, w[6]), (4, w[7])],
        vec![],
    ];
    let unreached = dijkstra(&edges, 4, 0);
    let sum = dijkstra(&edges, 0, 4) + unreached * dijkstra(&edges, 0, 3) * dijkstra(&edges, 2, 4);
    sum + dijkstra(&edges, 3, 2) + 0.01 * w.iter().map(|w| w * w).sum::<f64>()
}

#[derive(Clone, Copy, PartialEq, PartialOrd, Tangent)]
struct Time(f64);

impl Eq for Time {}

impl Ord for Time {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

#[differentiable]
fn events(x: &[f64], k: f64) -> f64 {
    let mut queue: BinaryHeap<Reverse<(Time, usize)>> = BinaryHeap::with_capacity(8);
    for (who, t) in x.iter().enumerate() {
        queue.push(Reverse((Time(t * t), who)));
    }
    let (mut now, mut s, mut n) = (0.0, k, 0);
    while let Some(Reverse((t, who))) = queue.pop() {
        s += (t.0 - now) * k + who as f64 * t.0.sin();
        now = t.0;
        n += 1;
        if n < 12 {
            queue.push(Reverse((Time(now + x[who].abs() * (1.0 + k * k)), (who + 1) % x.len())));
        }
        if queue.len() > 2
            && let Some(Reverse((Time(top), who))) = queue.peek()
        {
            s += top * k * *who as f64;
        }
    }
    s
}

#[differentiable]
fn lists(x: &[f64]) -> f64 {
    let mut heap: BinaryHeap<Time> = x.iter().map(|x| Time(x * x)).collect();
    heap.push(Time(x[0]));
    let top = heap.peek().unwrap().0;
    let mut s = top * top;
    let k = heap.len() as f64;
    for (i, t) in heap.iter().enumerate() {
        s += t.0 * i as f64 * k;
    }
    for (i, t) in heap.into_sorted_vec().iter().enumerate() {
        s += t.0.sin() * i as f64;
    }
    let other = BinaryHeap::from(vec![Time(x[1]), Time(x[2]), Time(x[0] * x[1])]);
    let list = other.into_vec();
    let mut third = BinaryHeap::from([Time(x[0]), Time(x[1]), Time(s)]);
    third.push(Time(x[2] * x[2]));
    s + list[0].0 * list[1].0.sin() + list[2].0 * third.pop().unwrap().0
}

#[differentiable]
fn largest(x: &[f64], k: usize) -> f64 {
    let mut heap = std::collections::BinaryHeap::new();
    for v in x {
        heap.push(Reverse(Time(*v)));
        if heap.len() > k {
            heap.pop();
        }
    }
    let (mut s, mut weight) = (0.0, 1.0);
    while !heap.is_empty() {
        let Reverse(Time(v)) = heap.pop().unwrap();
        s += weight * v;
        weight += 0.5;
    }
    heap.push(Reverse(Time(s * x[0])));
    heap.clear();
    if x[1] > 0.0 {
        heap.push(Reverse(Time(s * s)));
    }
    let first = match heap.peek() {
        Some(Reverse(t)) => t.0,
        None => x[1] * x[1],
    };
    first + 0.1 * x.iter().sum::<f64>()
}

programs![
    shortest_paths("`BinaryHeap` of `State { cost, node }` with an `Ord` of its own", 8, |x| {
        shortest_paths(x)
    }),
    events("an event queue, `BinaryHeap<Reverse<(Time, usize)>>`, `peek`, `len`", 4, |x| {
        events(&x[..3], x[3])
    }),
    lists(
        "heaps of lists and lists of heaps: `collect`, `from`, `into_sorted_vec`, `into_vec`",
        3,
        |x| { lists(x) }
    ),
    largest("the largest by a heap, `clear`, `while !heap.is_empty()`", 5, |x| largest(x, 3)),
];
