//! Fields of a struct that a pattern names by `&mut`, of which one changes in a loop over the other.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[derive(Clone, Tangent)]
struct Store<T> {
    values: Vec<T>,
    done: Vec<T>,
    #[constant]
    count: usize,
    sums: Sums,
}

#[derive(Clone, Tangent)]
struct Sums(f64, Vec<f64>);

#[derive(Clone, Tangent)]
enum Only {
    One { values: Vec<f64>, last: f64 },
}

#[differentiable]
fn store(x: &[f64]) -> Store<f64> {
    let half = x.len() / 2;
    Store {
        values: x[..half].to_vec(),
        done: x[half..].to_vec(),
        count: 0,
        sums: Sums(x[0], vec![]),
    }
}

#[differentiable]
fn total(s: &Store<f64>) -> f64 {
    let done = s.done.iter().enumerate().fold(0.0, |sum, (k, d)| sum * 0.5 + d * (k as f64 + 1.0));
    let values = s.values.iter().fold(0.5, |sum, v| sum * 0.7 + v * v);
    done * values + s.sums.0 * s.count as f64 + s.sums.1.iter().map(|v| v * v).sum::<f64>()
}

#[differentiable]
fn pushed(x: &[f64]) -> f64 {
    let mut s = store(x);
    let Store { values, done, .. } = &mut s;
    for v in values.iter() {
        done.push(v * v);
    }
    total(&s)
}

#[differentiable]
fn both_changed(x: &[f64], k: f64) -> f64 {
    let mut s = store(x);
    {
        let Store { values, done, count, sums: Sums(sum, all) } = &mut s;
        for v in values.iter_mut() {
            *v *= k;
            done.push(*v * k);
            *sum += done[*count] * *v;
            all.push(*sum);
            *count += 1;
        }
        done.swap(0, 1);
    }
    total(&s)
}

#[differentiable]
fn of_a_parameter(s: &mut Store<f64>, k: f64) {
    let Store { values, done, count, .. } = s;
    for (v, d) in values.iter().zip(done.iter_mut()) {
        *d = *d * v + k;
        *count += 2;
    }
    values.push(done.pop().unwrap() * done[0]);
}

#[differentiable]
fn in_a_function(x: &[f64], k: f64) -> f64 {
    let mut s = store(x);
    of_a_parameter(&mut s, k);
    of_a_parameter(&mut s, k * k);
    total(&s)
}

#[differentiable]
impl<T: num_traits::Float> Store<T> {
    fn advanced(&mut self, k: T) -> T {
        let Self { values, done, sums: _, .. } = self;
        for v in values.iter() {
            if *v > k {
                done.push(*v * k);
            } else {
                done.push(*v + k);
            }
        }
        while done.len() > 3 {
            let last = done.pop().unwrap();
            values[0] = values[0] + last * last;
        }
        done[0] * values[0]
    }
}

#[differentiable]
fn in_a_method(x: &[f64], k: f64) -> f64 {
    let mut s = store(x);
    let a = s.advanced(k);
    a * s.advanced(0.5 * k) + total(&s)
}

#[differentiable]
fn of_a_nested_struct(x: &[f64], k: f64) -> f64 {
    let mut s = store(x);
    let Sums(first, rest) = &mut s.sums;
    for i in 0..3 {
        *first += k * i as f64;
        rest.push(*first * s.values[0]);
    }
    for r in rest.iter() {
        *first += r * k;
    }
    total(&s)
}

#[differentiable]
fn of_the_only_variant(x: &[f64], k: f64) -> f64 {
    let mut only = Only::One { values: x.to_vec(), last: k };
    let Only::One { values, last } = &mut only;
    *last *= k;
    values.push(*last * k);
    let Only::One { values, last } = only;
    values.iter().map(|v| v * last).sum()
}

programs![
    pushed("fields of `let S { a, b } = &mut s`, one beside the other", 4, |x| pushed(x)),
    both_changed("fields of `let S { a, b } = &mut s`, one beside the other", 5, |x| both_changed(
        &x[..4],
        x[4]
    )),
    in_a_function("fields of `let S { a, b } = &mut s`, one beside the other", 7, |x| {
        in_a_function(&x[..6], x[6])
    }),
    in_a_method("fields of `let S { a, b } = &mut s`, one beside the other", 5, |x| in_a_method(
        &x[..4],
        x[4]
    )),
    of_a_nested_struct("fields of `let S { a, b } = &mut s`, one beside the other", 5, |x| {
        of_a_nested_struct(&x[..4], x[4])
    }),
    of_the_only_variant("fields of `let S { a, b } = &mut s`, one beside the other", 3, |x| {
        of_the_only_variant(&x[..2], x[2])
    }),
];
