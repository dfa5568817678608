//! Structs that hold references to what is constant.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[derive(Clone, Tangent)]
struct Noise {
    sigma: f64,
    weights: Vec<f64>,
}

#[differentiable]
impl Noise {
    fn scaled(&self, x: f64) -> f64 {
        x / self.sigma
    }
}

#[derive(Clone, Tangent)]
struct Model<'a> {
    #[constant]
    data: &'a [f64],
    #[constant]
    noise: &'a Noise,
    k: f64,
}

#[differentiable]
impl<'a> Model<'a> {
    fn loss(&self) -> f64 {
        let noise = constant(self.noise);
        let mut sum = 0.0;
        for (i, d) in constant(self.data).iter().enumerate() {
            sum += noise.weights[i] * (d - self.k) * (d - self.k);
        }
        sum
    }

    fn first(&self, x: f64) -> f64 {
        self.k * constant(self.data[0]) * x + constant(self.noise).scaled(self.k)
    }
}

#[differentiable]
fn mean(m: &Model<'_>) -> f64 {
    constant(m.data).iter().map(|d| m.k * d).sum::<f64>() / constant(m.data.len()) as f64
}

#[differentiable]
fn of_locals(x: f64) -> f64 {
    let noise = Noise { sigma: 2.0, weights: vec![1.0, 0.5] };
    let data = vec![3.0, -1.0];
    let m = Model { data: &data, noise: &noise, k: x * x };
    m.loss() * m.first(x) + mean(&m)
}

#[differentiable]
fn of_parts(x: f64) -> f64 {
    let noise = Noise { sigma: 2.0, weights: vec![1.0, 0.5] };
    let data = [3.0, -1.0, 0.5];
    let (early, late) = (&data[..2], &data[1..]);
    let before = Model { data: early, noise: &noise, k: x };
    let after = Model { data: late, noise: &noise, k: before.k * x };
    before.loss() * after.first(x)
}

#[differentiable]
fn of_parameters(x: f64, #[constant] data: &[f64], #[constant] noise: &Noise) -> f64 {
    let m = Model { data, noise, k: x.sin() };
    m.loss() + m.first(x)
}

#[differentiable]
fn of_each_trip(x: f64, y: f64) -> f64 {
    let mut s = 0.0;
    for i in 0..3 {
        let noise = Noise { sigma: 1.0 + i as f64, weights: vec![0.1, 0.2] };
        let data = vec![i as f64, 2.0];
        let m = Model { data: &data, noise: &noise, k: 0.1 * s + x };
        if m.k > 0.5 {
            break;
        }
        s += m.loss() * y + m.first(s);
    }
    s
}

#[differentiable]
fn of_a_varying_list(x: &[f64]) -> f64 {
    let noise = Noise { sigma: 2.0, weights: vec![1.0, 0.5] };
    let fixed = constant(x);
    let m = Model { data: fixed, noise: &noise, k: x[0] * x[1] };
    m.loss()
}

#[differentiable]
fn changed_afterwards(x: f64, y: f64) -> f64 {
    let noise = Noise { sigma: 2.0, weights: vec![1.0, 0.5] };
    let mut data = vec![3.0, -1.0];
    let before = Model { data: &data, noise: &noise, k: x * y };
    let loss = before.loss() * before.k;
    data[0] = 10.0;
    data.push(4.0);
    let after = Model { data: &data[..2], noise: &noise, k: x };
    loss * after.loss()
}

fn a_list() {
    let d = gradient!(of_a_varying_list, &[2.0, 3.0]);
    // The list that the struct refers to is constant: only `k` varies.
    let dk = -2.0 * (2.0 - 6.0) - (3.0 - 6.0);
    assert_eq!(d, [3.0 * dk, 2.0 * dk]);
}

fn by_itself() {
    let noise = Noise { sigma: 2.0, weights: vec![1.0, 0.5] };
    let m = Model { data: &[3.0, -1.0], noise: &noise, k: 2.0 };
    assert_eq!(gradient!(mean, &m).k, 1.0);
}

fn with_parameters(x: f64) -> f64 {
    let noise = Noise { sigma: 0.5, weights: vec![1.0, 2.0] };
    of_parameters(x, &[1.0, 2.0], &noise)
}

#[differentiable]
fn passed_on(x: f64) -> f64 {
    let noise = Noise { sigma: 0.5, weights: vec![1.0, 2.0] };
    of_parameters(x, &[1.0, 2.0], &noise)
}

fn through_a_function() {
    let h = 1e-6;
    let difference = (with_parameters(0.7 + h) - with_parameters(0.7 - h)) / (2.0 * h);
    assert!((gradient!(passed_on, 0.7) - difference).abs() < 1e-6);
}

programs![
    of_locals("a struct that holds references to local values", 1, |x| of_locals(x[0])),
    of_parts("one that holds slices", 1, |x| of_parts(x[0])),
    of_each_trip("one of each trip of a loop", 2, |x| of_each_trip(x[0], x[1])),
    changed_afterwards("of what changes when the struct is gone", 2, |x| {
        changed_afterwards(x[0], x[1])
    }),
    passed_on("of parameters that are constant", 1, |x| passed_on(x[0])),
    a_list("of a list that varies, as a constant", || a_list()),
    by_itself("as a parameter", || by_itself()),
    through_a_function("of a function that makes one", || through_a_function()),
];
