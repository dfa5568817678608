//! Concatenations of chains that drop or add items, and functions by their paths in consumers.

use crate::check::programs;
use chainrules::prelude::*;
use std::cmp::Ordering;
use zygote_engine::prelude::*;

#[differentiable]
fn squares(x: &[f64]) -> f64 {
    x.iter().map(|y| y * y).sum()
}

#[differentiable]
fn filtered_and_another_alone(x: &[f64]) -> f64 {
    let (a, b) = x.split_at(3);
    a.iter().filter(|v| **v > 0.0).chain(b.iter()).map(|v| v * v * v).sum()
}

#[differentiable]
fn filtered_and_another(x: &[f64]) -> f64 {
    filtered_and_another_alone(x) + squares(x)
}

#[differentiable]
fn until_a_negative_and_small_ones_alone(x: &[f64]) -> f64 {
    let (a, b) = x.split_at(3);
    a.iter()
        .take_while(|v| **v > 0.0)
        .chain(b.iter().filter(|v| **v < 1.0))
        .enumerate()
        .map(|(i, v)| v * v * i as f64)
        .sum()
}

#[differentiable]
fn until_a_negative_and_small_ones(x: &[f64]) -> f64 {
    until_a_negative_and_small_ones_alone(x) + squares(x)
}

#[differentiable]
fn left_and_continued_alone(x: &[f64]) -> f64 {
    let (a, b) = x.split_at(3);
    let mut s = 1.0;
    'outer: for (i, v) in a
        .iter()
        .flat_map(|v| [*v, v * v])
        .chain(b.iter().copied())
        .chain(a.iter().skip_while(|v| **v < 0.0).copied())
        .enumerate()
    {
        if v < -1.0 {
            continue 'outer;
        }
        if s > 2.5 {
            break 'outer;
        }
        s = s * v.sin() + i as f64 * v;
    }
    s
}

#[differentiable]
fn left_and_continued(x: &[f64]) -> f64 {
    left_and_continued_alone(x) + squares(x)
}

#[differentiable]
fn with_states_alone(x: &[f64]) -> f64 {
    let (a, b) = x.split_at(3);
    let mut n = 0.0;
    a.iter()
        .map(|v| {
            n += v;
            v * n
        })
        .filter(|v| *v > 0.0)
        .chain(b.iter().scan(2.0, |s, v| {
            *s *= v;
            if *s > 1.0 { None } else { Some(*s) }
        }))
        .take(4)
        .map(|v| v * v)
        .fold(1.0, |p, v| p * 0.5 + v)
}

#[differentiable]
fn with_states(x: &[f64]) -> f64 {
    with_states_alone(x) + squares(x)
}

#[differentiable]
fn two_adaptors_between_alone(x: &[f64]) -> f64 {
    let (a, b) = x.split_at(3);
    a.iter()
        .filter(|v| **v > 0.0)
        .chain(b)
        .flat_map(|v| [v * v, v * 3.0])
        .take_while(|v| *v > -2.0)
        .chain([x[0], x[1]])
        .map(|v| v * v)
        .sum()
}

#[differentiable]
fn two_adaptors_between(x: &[f64]) -> f64 {
    two_adaptors_between_alone(x) + squares(x)
}

#[differentiable]
fn numbered_and_filtered_between_alone(x: &[f64]) -> f64 {
    let (a, b) = x.split_at(3);
    let v: Vec<f64> = a
        .iter()
        .chain(b)
        .enumerate()
        .filter(|(i, v)| i % 2 == 0 || **v > 0.0)
        .map(|(i, v)| i as f64 * v * v)
        .chain(b.iter().copied())
        .skip(1)
        .step_by(2)
        .collect();
    v.iter().zip(x).map(|(p, q)| p * q).sum()
}

#[differentiable]
fn numbered_and_filtered_between(x: &[f64]) -> f64 {
    numbered_and_filtered_between_alone(x) + squares(x)
}

#[differentiable]
fn backwards_alone(x: &[f64]) -> f64 {
    let (a, b) = x.split_at(3);
    a.iter()
        .filter(|v| **v > 0.0)
        .chain(b.iter().filter(|v| **v > 0.5))
        .rev()
        .enumerate()
        .map(|(i, v)| v * v * (i + 1) as f64)
        .sum()
}

#[differentiable]
fn backwards(x: &[f64]) -> f64 {
    backwards_alone(x) + squares(x)
}

#[differentiable]
fn one_state_of_a_closure_for_all_parts_alone(x: &[f64]) -> f64 {
    let (a, b) = x.split_at(3);
    let mut n = 1.0;
    a.iter()
        .chain(b)
        .map(move |v| {
            n += 1.0;
            v * v * n
        })
        .sum()
}

#[differentiable]
fn one_state_of_a_closure_for_all_parts(x: &[f64]) -> f64 {
    one_state_of_a_closure_for_all_parts_alone(x) + squares(x)
}

#[differentiable]
fn closure_with_a_state_zipped_alone(x: &[f64]) -> f64 {
    let (a, b) = x.split_at(3);
    let mut n = 1.0;
    a.iter()
        .filter(|v| **v > 0.0)
        .chain(b)
        .map(move |v| {
            n += 1.0;
            v * v * n
        })
        .zip(x)
        .map(|(p, q)| p * q)
        .sum()
}

#[differentiable]
fn closure_with_a_state_zipped(x: &[f64]) -> f64 {
    closure_with_a_state_zipped_alone(x) + squares(x)
}

#[differentiable]
fn bound_to_a_name_alone(x: &[f64]) -> f64 {
    let (a, b) = x.split_at(3);
    let it = a.iter().filter(|v| **v > 0.0).chain(b.iter());
    let m = it.clone().count() as f64;
    it.map(|v| v * v / m).sum()
}

#[differentiable]
fn bound_to_a_name(x: &[f64]) -> f64 {
    bound_to_a_name_alone(x) + squares(x)
}

#[differentiable]
fn found_among_them_alone(x: &[f64]) -> f64 {
    let (a, b) = x.split_at(3);
    a.iter()
        .filter(|v| **v > 0.0)
        .chain(b.iter().filter(|v| **v > 0.0))
        .copied()
        .find(|v| *v > 0.8)
        .unwrap_or(x[0])
        * x[1]
}

#[differentiable]
fn found_among_them(x: &[f64]) -> f64 {
    found_among_them_alone(x) + squares(x)
}

#[differentiable]
fn loop_that_returns_alone(x: &[f64]) -> f64 {
    let (a, b) = x.split_at(3);
    let mut t = 0.0;
    for v in a.iter().filter(|v| **v > 0.0).chain(b.iter().filter(|v| **v < 0.0)) {
        if *v > 1.2 {
            continue;
        }
        t += v * v;
        if t > 2.0 {
            return t * x[0];
        }
    }
    t * x[1]
}

#[differentiable]
fn loop_that_returns(x: &[f64]) -> f64 {
    loop_that_returns_alone(x) + squares(x)
}

#[differentiable]
fn inside_a_closure_alone(x: &[f64]) -> f64 {
    let (a, b) = x.split_at(3);
    x.iter()
        .map(|k| {
            a.iter()
                .filter(|v| **v > 0.0)
                .chain(b.iter().take_while(|v| **v > 0.0))
                .map(|v| v * k)
                .sum::<f64>()
                * k
        })
        .sum()
}

#[differentiable]
fn inside_a_closure(x: &[f64]) -> f64 {
    inside_a_closure_alone(x) + squares(x)
}

#[differentiable]
fn pieces_and_elements_alone(x: &[f64]) -> f64 {
    let (a, b) = x.split_at(3);
    a.split(|v| *v < 0.0)
        .map(|p| p.iter().sum::<f64>())
        .chain(b.iter().copied())
        .map(|v| v * v)
        .sum()
}

#[differentiable]
fn pieces_and_elements(x: &[f64]) -> f64 {
    pieces_and_elements_alone(x) + squares(x)
}

#[differentiable]
fn inspected_and_taken_alone(x: &[f64]) -> f64 {
    let mut t = 0.0;
    let v: Vec<f64> = x
        .iter()
        .inspect(|v| t += *v * *v)
        .filter(|v| **v > 0.0)
        .chain(&x[2..])
        .take(3)
        .copied()
        .collect();
    v.iter().sum::<f64>() * t
}

#[differentiable]
fn inspected_and_taken(x: &[f64]) -> f64 {
    inspected_and_taken_alone(x) + squares(x)
}

#[differentiable]
fn zips_one_after_the_other_alone(x: &[f64]) -> f64 {
    let (a, b) = x.split_at(3);
    a.iter()
        .filter(|v| **v > 0.0)
        .zip(b)
        .map(|(p, q)| p * q)
        .chain(b.iter().zip(a.iter().filter(|v| **v < 0.0)).map(|(p, q)| p + q * q))
        .map(|v| v * v)
        .sum()
}

#[differentiable]
fn zips_one_after_the_other(x: &[f64]) -> f64 {
    zips_one_after_the_other_alone(x) + squares(x)
}

#[derive(Clone, Tangent)]
struct Part {
    kind: usize,
    size: f64,
}

impl Part {
    fn is_big(&self) -> bool {
        self.size > 1.0
    }
}

fn by_kind(a: &Part, b: &Part) -> Ordering {
    a.kind.cmp(&b.kind)
}

fn positive(x: &f64) -> bool {
    *x > 0.0
}

#[differentiable]
fn parts(x: &[f64]) -> Vec<Part> {
    x.iter().enumerate().map(|(i, v)| Part { kind: (i * 7) % 3, size: v * v }).collect()
}

#[differentiable]
fn greatest_and_least_by_path_alone(x: &[f64]) -> f64 {
    x.iter().copied().max_by(f64::total_cmp).unwrap()
        * x.iter().map(|v| v * v).min_by(f64::total_cmp).unwrap()
}

#[differentiable]
fn greatest_and_least_by_path(x: &[f64]) -> f64 {
    greatest_and_least_by_path_alone(x) + squares(x)
}

#[differentiable]
fn by_an_own_comparison_alone(x: &[f64]) -> f64 {
    let p = parts(x);
    let a = p.iter().cloned().max_by(by_kind).unwrap();
    let b = p.into_iter().min_by(by_kind).unwrap();
    a.size * b.size
}

#[differentiable]
fn by_an_own_comparison(x: &[f64]) -> f64 {
    by_an_own_comparison_alone(x) + squares(x)
}

#[differentiable]
fn options_that_are_some_alone(x: &[f64]) -> f64 {
    let mut v = vec![Some(x[0]), None, Some(x[1] * x[1])];
    v.retain(Option::is_some);
    v[1].unwrap() * v.len() as f64
}

#[differentiable]
fn options_that_are_some(x: &[f64]) -> f64 {
    options_that_are_some_alone(x) + squares(x)
}

#[differentiable]
fn big_parts_alone(x: &[f64]) -> f64 {
    let mut v = parts(x);
    v.retain(Part::is_big);
    v.iter().map(|p| p.size * p.size).sum()
}

#[differentiable]
fn big_parts(x: &[f64]) -> f64 {
    big_parts_alone(x) + squares(x)
}

#[differentiable]
fn positive_ones_alone(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    v.retain(positive);
    v.iter().map(|p| p * p).sum::<f64>() * x[0]
}

#[differentiable]
fn positive_ones(x: &[f64]) -> f64 {
    positive_ones_alone(x) + squares(x)
}

programs![
    filtered_and_another("`chain` after and with what drops or adds items", 6, |x| {
        filtered_and_another(x)
    }),
    until_a_negative_and_small_ones("`chain` after and with what drops or adds items", 6, |x| {
        until_a_negative_and_small_ones(x)
    }),
    left_and_continued("`chain` after and with what drops or adds items", 6, |x| {
        left_and_continued(x)
    }),
    with_states("`chain` after and with what drops or adds items", 6, |x| with_states(x)),
    two_adaptors_between("`chain` after and with what drops or adds items", 6, |x| {
        two_adaptors_between(x)
    }),
    numbered_and_filtered_between("`chain` after and with what drops or adds items", 6, |x| {
        numbered_and_filtered_between(x)
    }),
    backwards("`chain` after and with what drops or adds items", 6, |x| backwards(x)),
    one_state_of_a_closure_for_all_parts("a closure with a state after `chain`", 6, |x| {
        one_state_of_a_closure_for_all_parts(x)
    }),
    closure_with_a_state_zipped("`chain` after and with what drops or adds items", 6, |x| {
        closure_with_a_state_zipped(x)
    }),
    bound_to_a_name("`chain` after and with what drops or adds items", 6, |x| bound_to_a_name(x)),
    found_among_them("`chain` after and with what drops or adds items", 6, |x| found_among_them(x)),
    loop_that_returns("`chain` after and with what drops or adds items", 6, |x| loop_that_returns(
        x
    )),
    inside_a_closure("`chain` after and with what drops or adds items", 6, |x| inside_a_closure(x)),
    pieces_and_elements("`chain` after and with what drops or adds items", 6, |x| {
        pieces_and_elements(x)
    }),
    inspected_and_taken("`chain` after and with what drops or adds items", 6, |x| {
        inspected_and_taken(x)
    }),
    zips_one_after_the_other("`chain` after and with what drops or adds items", 6, |x| {
        zips_one_after_the_other(x)
    }),
    greatest_and_least_by_path(
        "functions by their paths: `max_by(f64::total_cmp)`, `retain(Option::is_some)`",
        6,
        |x| greatest_and_least_by_path(x)
    ),
    by_an_own_comparison(
        "functions by their paths: `max_by(f64::total_cmp)`, `retain(Option::is_some)`",
        6,
        |x| by_an_own_comparison(x)
    ),
    options_that_are_some(
        "functions by their paths: `max_by(f64::total_cmp)`, `retain(Option::is_some)`",
        6,
        |x| options_that_are_some(x)
    ),
    big_parts(
        "functions by their paths: `max_by(f64::total_cmp)`, `retain(Option::is_some)`",
        6,
        |x| big_parts(x)
    ),
    positive_ones(
        "functions by their paths: `max_by(f64::total_cmp)`, `retain(Option::is_some)`",
        6,
        |x| positive_ones(x)
    ),
];
