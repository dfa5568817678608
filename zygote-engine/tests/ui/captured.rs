//! What a closure at a call captures is constant: it may not receive what varies.
use chainrules::prelude::*;
use zygote_engine::prelude::*;

struct Model {
    weight: f64,
}

impl Model {
    fn set(&mut self, weight: f64) {
        self.weight = weight;
    }
}

fn main() {
    let mut buffer = vec![0.0; 3];
    gradient!(|x: &[f64]| { buffer[0] = x[0]; buffer[0] * buffer[0] }, &[1.0, 2.0, 3.0]);

    let mut best = f64::INFINITY;
    gradient!(|v: &[f64]| { for a in v { if *a < best { best = *a; } } best }, &[3.0, 2.0]);

    let mut log = vec![];
    gradient!(|x: f64| { log.push(x * x); log.pop().unwrap() * x }, 2.0);

    let mut held = 1.0;
    gradient!(|x: f64| { let mut y = x; std::mem::swap(&mut y, &mut held); held }, 2.0);

    let mut model = Model { weight: 1.0 };
    gradient!(|x: f64| { model.set(x); model.weight * x }, 2.0);
}
