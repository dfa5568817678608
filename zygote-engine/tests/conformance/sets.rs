//! Sets and heaps of what carries no derivative, and `Reverse`.

use crate::check::programs;
use chainrules::prelude::*;
use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeSet, BinaryHeap, HashSet};
use zygote_engine::prelude::*;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Tangent)]
struct Job {
    priority: u32,
    id: usize,
}

#[derive(Clone, Tangent)]
struct Machine {
    rates: Vec<f64>,
    #[constant]
    queue: BinaryHeap<Job>,
    waiting: BinaryHeap<Reverse<(u32, usize)>>,
    time: f64,
}

#[differentiable]
impl Machine {
    fn new(rates: Vec<f64>) -> Self {
        Machine { rates, queue: BinaryHeap::new(), waiting: BinaryHeap::new(), time: 0.0 }
    }

    fn add(&mut self, job: Job) {
        self.queue.push(job);
        self.waiting.push(Reverse((job.priority, job.id)));
    }

    fn run(&mut self) -> f64 {
        let mut cost = 0.0;
        while let Some(job) = self.queue.pop() {
            self.time += self.rates[job.id] * job.priority as f64;
            cost += self.time * self.rates[job.id];
            if job.priority > 3 {
                self.queue.push(Job { priority: 1, id: job.id });
            }
        }
        while let Some(Reverse((_, id))) = self.waiting.pop() {
            self.time *= self.rates[id];
            cost += self.time;
        }
        cost + self.queue.len() as f64
    }
}

#[differentiable]
fn heaps_in_fields(x: f64, y: f64) -> f64 {
    let mut machine = Machine::new(vec![x, y, x * y]);
    machine.add(Job { priority: 2, id: 0 });
    machine.add(Job { priority: 4, id: 1 });
    machine.add(Job { priority: 2, id: 2 });
    let first = machine.run();
    machine.add(Job { priority: 5, id: 2 });
    first * machine.run()
}

#[differentiable]
fn local_heaps(x: f64) -> f64 {
    let weights = [x, x * x, x.sin()];
    let mut heap = BinaryHeap::new();
    heap.push(Reverse((0_u32, 0_usize)));
    let mut sums = vec![0.0; 3];
    let mut s = 0.0;
    while let Some(Reverse((cost, k))) = heap.pop() {
        sums[k] += weights[k];
        s += sums[k] * cost as f64 + x;
        if k + 1 < 3 {
            heap.push(Reverse((cost + 2, k + 1)));
        }
    }
    s
}

#[derive(Clone, Tangent)]
struct Sheet {
    values: Vec<f64>,
    #[constant]
    dirty: BTreeSet<(u8, u8)>,
    seen: HashSet<usize>,
}

#[differentiable]
impl Sheet {
    fn touch(&mut self, row: u8, column: u8) {
        self.dirty.insert((row, column));
        let is_new = self.seen.insert(row as usize);
        if is_new {
            self.values[row as usize] *= self.values[0];
        }
    }

    fn run(&mut self) -> f64 {
        let removed = self.dirty.remove(&(2, 0));
        let mut s = if removed { self.values[1] } else { 0.0 };
        while let Some((row, column)) = self.dirty.pop_first() {
            self.values[row as usize] += s;
            s += self.values[column as usize] * self.values[row as usize];
        }
        if self.seen.contains(&1) {
            s *= self.values[0];
        }
        self.seen.clear();
        s
    }
}

#[differentiable]
fn sets_in_fields(x: f64, y: f64) -> f64 {
    let mut sheet =
        Sheet { values: vec![x, y, x * y], dirty: BTreeSet::new(), seen: HashSet::new() };
    sheet.touch(0, 1);
    sheet.touch(1, 1);
    sheet.touch(1, 2);
    sheet.touch(2, 0);
    let first = sheet.run();
    sheet.touch(1, 0);
    let second = sheet.run();
    sheet.touch(2, 2);
    first + second * sheet.run()
}

#[differentiable]
fn reversed(x: f64, y: f64) -> f64 {
    let pair = Reverse((x * y, 2_u32));
    let Reverse((a, n)) = pair;
    a * a * n as f64 + pair.0.0
}

#[derive(Clone, Copy, PartialEq, Tangent)]
struct Visit {
    distance: f64,
    id: usize,
}

impl Eq for Visit {}

impl PartialOrd for Visit {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Visit {
    fn cmp(&self, other: &Self) -> Ordering {
        self.distance.total_cmp(&other.distance)
    }
}

#[derive(Clone, Tangent)]
struct Search {
    weights: Vec<f64>,
    #[constant]
    heap: BinaryHeap<Visit>,
}

#[differentiable]
impl Search {
    fn new(weights: Vec<f64>, #[constant] heap: BinaryHeap<Visit>) -> Self {
        Search { weights, heap }
    }

    fn copy(&self) -> Self {
        let heap = self.heap.clone();
        Search { weights: self.weights.clone(), heap }
    }

    fn run(&mut self) -> f64 {
        let mut s = 0.0;
        constant(&mut self.heap).push(Visit { distance: 2.0, id: 1 });
        while let Some(visit) = constant(&mut self.heap).pop() {
            s += self.weights[visit.id] * visit.distance * self.weights[0];
        }
        s
    }
}

#[differentiable]
fn constant_heaps(x: f64, y: f64) -> f64 {
    let start = BinaryHeap::from(vec![Visit { distance: 0.5, id: 0 }]);
    let mut search = Search::new(vec![x, y], start);
    let mut copy = search.copy();
    search.run() * copy.run() + search.weights[1]
}

programs![
    constant_heaps("a `#[constant]` heap of real numbers in a field", 2, |x| {
        constant_heaps(x[0], x[1])
    }),
    heaps_in_fields("`BinaryHeap` in a field", 2, |x| heaps_in_fields(x[0], x[1])),
    local_heaps("`BinaryHeap` of `Reverse` in a variable", 1, |x| local_heaps(x[0])),
    sets_in_fields("`BTreeSet` and `HashSet` in a field", 2, |x| sets_in_fields(x[0], x[1])),
    reversed("`Reverse` of a real number", 2, |x| reversed(x[0], x[1])),
    left_as_before("sets and heaps are left as they were", || {
        let mut machine = Machine::new(vec![0.5, 0.7, 0.9]);
        machine.add(Job { priority: 2, id: 0 });
        machine.add(Job { priority: 4, id: 1 });
        let before = machine.queue.clone().into_vec();
        let (_, back) = machine.rrule_run((chainrules::protocol::Active,));
        let mut shadow = Machine::new(vec![0.0; 3]);
        back(&mut machine, &1.0, &mut shadow);
        assert!(machine.queue.into_vec() == before);
        assert_eq!(machine.waiting.len(), 2);
        assert!(shadow.rates[0] != 0.0 && shadow.queue.is_empty());
    }),
];
