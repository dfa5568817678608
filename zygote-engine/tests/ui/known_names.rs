//! Functions and methods of the user's own that have the name of one that the engine knows.
use chainrules::prelude::*;
use zygote_engine::differentiable;

fn constant(x: f64) -> f64 {
    2.0 * x
}

#[differentiable]
fn of_the_name_of_a_control_function(x: f64) -> f64 {
    constant(x) * x
}

#[derive(Clone, Copy, Tangent)]
struct Pair {
    a: f64,
    b: f64,
}

#[differentiable]
impl Pair {
    fn first(&self) -> Option<f64> {
        Some(2.0 * self.a)
    }
}

#[differentiable]
fn of_the_name_of_a_slices_method(p: &[Pair]) -> f64 {
    match p[0].first() {
        Some(a) => a * p[0].b,
        None => p[0].b,
    }
}

mod variants {
    use super::*;

    #[derive(Clone, Tangent)]
    pub enum Step {
        Fine(f64),
        Err(f64),
    }
    use Step::{Err, Fine};

    #[differentiable]
    pub fn of_the_name_of_a_results_error(s: &Step, k: f64) -> f64 {
        match s {
            Fine(a) => a * k,
            Err(b) => b * k * 2.0,
        }
    }
}

mod strings {
    use super::*;

    #[derive(Clone, Tangent)]
    pub struct String {
        pub tension: f64,
    }

    #[differentiable]
    pub fn of_the_name_of_a_type_of_std(s: &String, k: f64) -> f64 {
        s.tension * k
    }
}

#[derive(Clone, Tangent)]
struct Track(Vec<f64>);

impl std::ops::Deref for Track {
    type Target = Vec<f64>;

    fn deref(&self) -> &Vec<f64> {
        &self.0
    }
}

impl std::ops::DerefMut for Track {
    fn deref_mut(&mut self) -> &mut Vec<f64> {
        &mut self.0
    }
}

impl Track {
    fn first(&self) -> Option<&f64> {
        self.0.get(1)
    }

    fn windows(&self, n: usize) -> std::slice::Windows<'_, f64> {
        self.0[1..].windows(n)
    }

    fn split_at(&self, n: usize) -> (&[f64], &[f64]) {
        let (a, b) = self.0.split_at(n);
        (b, a)
    }
}

#[differentiable]
fn before_the_dereferenced(t: &Track) -> f64 {
    match t.first() {
        Some(a) => a * a,
        None => 0.0,
    }
}

#[differentiable]
fn in_the_head_of_a_loop(t: &Track) -> f64 {
    let mut s = 0.0;
    for pair in t.windows(2) {
        s += pair[0] * pair[1];
    }
    s
}

#[differentiable]
fn two_parts(t: &Track) -> f64 {
    let (a, b) = t.split_at(1);
    a[0] * b[0] * b[0]
}

#[differentiable]
fn a_name_in_capitals_that_binds(x: f64) -> f64 {
    match x * x {
        V => V * V,
    }
}

#[differentiable]
fn product(x: f64, y: f64) -> f64 {
    x * y
}

fn main() {
    zygote_engine::gradient!(product, 3.0, constant(2.0));
}
