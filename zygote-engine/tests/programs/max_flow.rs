//! Graphs: flows through a network.

use crate::check::check;
use chainrules::prelude::*;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use zygote_engine::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Tangent)]
pub struct Arc {
    from: usize,
    to: usize,
    capacity: f64,
    flow: f64,
}

#[differentiable]
impl Arc {
    fn residual(&self) -> f64 {
        self.capacity - self.flow
    }
}

#[derive(Debug, Clone, Tangent)]
pub struct Network {
    arcs: Vec<Arc>,
    outgoing: BTreeMap<usize, Vec<usize>>,
}

#[differentiable]
impl Network {
    pub fn new() -> Self {
        Network { arcs: Vec::new(), outgoing: BTreeMap::new() }
    }

    /// Arc `2k` and its reverse `2k + 1`.
    pub fn add_arc(&mut self, from: usize, to: usize, capacity: f64) {
        for (a, b, c) in [(from, to, capacity), (to, from, 0.0)] {
            self.outgoing.entry(a).or_default().push(self.arcs.len());
            self.arcs.push(Arc { from: a, to: b, capacity: c, flow: 0.0 });
        }
    }

    fn augmenting_path(&self, source: usize, sink: usize) -> Option<Vec<usize>> {
        let mut parent: BTreeMap<usize, usize> = BTreeMap::new();
        let mut seen = BTreeSet::from([source]);
        let mut queue = VecDeque::from(vec![source]);
        while let Some(node) = queue.pop_front() {
            if node == sink {
                let mut path = vec![];
                let mut at = sink;
                while at != source {
                    let arc = parent[&at];
                    path.push(arc);
                    at = self.arcs[arc].from;
                }
                path.reverse();
                return Some(path);
            }
            if let Some(list) = self.outgoing.get(&node) {
                for &k in list {
                    let arc = &self.arcs[k];
                    if arc.residual() > 1e-12 && seen.insert(arc.to) {
                        parent.insert(arc.to, k);
                        queue.push_back(arc.to);
                    }
                }
            }
        }
        None
    }

    pub fn max_flow(&mut self, source: usize, sink: usize) -> f64 {
        let mut total = 0.0;
        while let Some(path) = self.augmenting_path(source, sink) {
            let bottleneck =
                path.iter().map(|&k| self.arcs[k].residual()).fold(f64::INFINITY, f64::min);
            for k in path {
                self.arcs[k].flow += bottleneck;
                self.arcs[k ^ 1].flow -= bottleneck;
            }
            total += bottleneck;
        }
        total
    }

    pub fn congestion(&self) -> f64 {
        self.arcs
            .iter()
            .step_by(2)
            .filter(|a| a.capacity > 0.0)
            .map(|a| (a.flow / a.capacity).powi(4))
            .sum()
    }
}

#[differentiable]
impl Default for Network {
    fn default() -> Self {
        Self::new()
    }
}

#[differentiable]
pub fn entry(p: &[f64]) -> f64 {
    let mut net = Network::default();
    let [s, a, b, t] = [0usize, 1, 2, 3];
    for ((from, to), cap) in [(s, a), (s, b), (a, b), (a, t), (b, t)].into_iter().zip(p.iter()) {
        net.add_arc(from, to, cap + 0.2);
    }
    let flow = net.max_flow(s, t);
    flow * flow + p[5] * net.congestion()
}

#[test]
fn gradient() {
    check(6, 0.3..1.4, entry, |x| value_and_gradient!(entry, x));
}
