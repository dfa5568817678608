//! Values that change behind a shared reference.
use chainrules::prelude::*;
use std::cell::{Cell, RefCell};
use std::sync::Mutex;
use zygote_engine::prelude::*;

#[differentiable]
fn parameter(x: &Cell<f64>) -> f64 {
    x.get() * 2.0
}

#[differentiable]
fn local_cell(x: f64) -> f64 {
    let y = Cell::new(x);
    y.set(2.0 * y.get());
    y.get()
}

#[differentiable]
fn borrowed(x: f64, y: &RefCell<f64>) -> f64 {
    x * *y.borrow()
}

#[differentiable]
fn locked(x: f64, y: &Mutex<f64>) -> f64 {
    x * *y.lock().unwrap()
}

#[differentiable]
fn cell_of_a_constant(x: f64) -> f64 {
    let y = Cell::new(0.0);
    y.set(x);
    y.get()
}

#[differentiable]
fn cell_in_a_branch(x: f64) -> f64 {
    let y = std::rc::Rc::new(Cell::new(0.0));
    let z = y.clone();
    if x > 0.0 { z.set(x) } else { z.set(-x) }
    y.get()
}

#[differentiable]
fn channel(x: f64) -> f64 {
    let (sender, receiver) = std::sync::mpsc::channel::<f64>();
    sender.send(x).unwrap();
    receiver.recv().unwrap()
}

#[derive(Clone, Tangent)]
struct Model {
    weight: RefCell<f64>,
}

fn main() {}
