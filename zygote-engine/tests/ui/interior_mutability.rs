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

#[derive(Clone, Tangent)]
struct Model {
    weight: RefCell<f64>,
}

fn main() {}
