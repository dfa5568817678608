//! What varies and comes into what changes behind a shared reference, where only reading is expected.
use chainrules::prelude::*;
use std::cell::{Cell, RefCell};
use zygote_engine::prelude::*;

fn kept(cell: &Cell<f64>, x: f64) -> usize {
    cell.set(x);
    0
}

#[differentiable]
fn in_a_condition(#[constant] cell: &Cell<f64>, x: f64) -> f64 {
    let y = if cell.replace(x) > 1.0 { 2.0 * x } else { x };
    y * cell.get()
}

#[differentiable]
fn in_an_index(#[constant] cell: &Cell<f64>, v: &[f64]) -> f64 {
    v[kept(cell, v[0])] * cell.get()
}

#[derive(Clone, Tangent)]
struct Log {
    scale: f64,
    #[constant]
    seen: RefCell<Vec<f64>>,
    #[constant]
    calls: Cell<usize>,
    data: Vec<f64>,
}

#[differentiable]
impl Log {
    fn in_a_method(&self, x: f64) -> f64 {
        while self.seen.replace(vec![x]).len() > 3 {}
        self.scale * x
    }

    fn in_a_part_mut(&mut self) -> &mut f64 {
        if self.calls.replace(1) > 2 {
            return &mut self.data[1];
        }
        &mut self.data[0]
    }

    fn counted(&self, x: f64) -> f64 {
        let often = self.calls.replace(self.calls.get() + 1) > 2;
        if often { x } else { self.scale * x }
    }
}

fn main() {}
