//! Iterators that are lent, and parameters that are.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[differentiable]
fn squares(x: &[f64]) -> f64 {
    x.iter().map(|y| y * y).sum()
}

#[differentiable]
fn two_and_what_is_left(x: &[f64]) -> f64 {
    let mut it = x.iter();
    let head: f64 = it.by_ref().take(2).map(|y| y * y).sum();
    let tail: f64 = it.map(|y| y * 3.0).product();
    head * tail
}

#[differentiable]
fn two_collected_and_a_loop(x: &[f64]) -> f64 {
    let mut it = x.iter();
    let head: Vec<f64> = it.by_ref().take(2).copied().collect();
    let mut s = head[0] * head[1];
    for y in it {
        s = s * y + head[0];
    }
    s
}

#[differentiable]
fn a_loop_that_is_left_and_another(x: &[f64]) -> f64 {
    let mut it = x.iter();
    let mut s = 0.0;
    for y in it.by_ref() {
        s += y * y;
        if s > 0.8 {
            break;
        }
    }
    for y in it {
        s *= y;
    }
    s
}

#[differentiable]
fn positive_ones_and_the_rest(x: &[f64]) -> f64 {
    let mut it = x.iter();
    let a: f64 = it.by_ref().take_while(|y| **y > 0.0).sum();
    let b: f64 = it.map(|y| y * y).sum();
    a * b + x[0]
}

#[differentiable]
fn searches_one_after_the_other(x: &[f64]) -> f64 {
    let mut it = x.iter();
    let a = it.by_ref().copied().find(|y| *y > 0.0).unwrap_or(1.0);
    let b = it.by_ref().map(|y| y * y).find(|y| *y > 0.1).unwrap_or(2.0);
    let c = it.any(|y| *y > 0.0);
    let d: f64 = it.sum();
    a * b + if c { d } else { 1.0 }
}

#[differentiable]
fn lent_to_loops_alone(x: &[f64]) -> f64 {
    let mut it = x.iter();
    let (mut a, mut b) = (0.0, 0.0);
    for (i, y) in it.by_ref().enumerate() {
        a += y * i as f64;
        if i == 1 {
            break;
        }
    }
    for y in &mut it {
        b += y * y;
        if *y > 0.0 {
            break;
        }
    }
    a * b + it.len() as f64
}

#[differentiable]
fn lent_to_loops(x: &[f64]) -> f64 {
    lent_to_loops_alone(x) + squares(x)
}

#[differentiable]
fn of_nth(mut it: impl Iterator<Item = f64>) -> f64 {
    let a = it.nth(1).unwrap();
    a * it.sum::<f64>()
}
#[differentiable]
fn parameter_after_nth_alone(x: &[f64]) -> f64 {
    of_nth(x.iter().copied())
}

#[differentiable]
fn parameter_after_nth(x: &[f64]) -> f64 {
    parameter_after_nth_alone(x) + squares(x)
}

#[differentiable]
fn of_by_ref(mut it: impl Iterator<Item = f64>) -> f64 {
    let a = it.by_ref().take(2).sum::<f64>();
    a * it.sum::<f64>()
}
#[differentiable]
fn parameter_after_by_ref(x: &[f64]) -> f64 {
    of_by_ref(x.iter().copied())
}

#[differentiable]
fn of_find<I: Iterator<Item = f64>>(mut it: I) -> f64 {
    let a = it.find(|y| *y > 0.0).unwrap_or(2.0);
    a * it.sum::<f64>()
}
#[differentiable]
fn parameter_after_find(x: &[f64]) -> f64 {
    of_find(x.iter().copied())
}

#[differentiable]
fn of_branch(mut it: impl Iterator<Item = f64>) -> f64 {
    let mut s = 0.0;
    while let Some(a) = it.next() {
        if a > 0.0 {
            s += a * it.next().unwrap_or(2.0);
        }
    }
    s
}
#[differentiable]
fn parameter_in_a_branch(x: &[f64]) -> f64 {
    of_branch(x.iter().copied())
}

#[differentiable]
fn of_peeked<'a>(it: impl IntoIterator<Item = &'a f64>) -> f64 {
    let mut it = it.into_iter().peekable();
    let mut s = 0.0;
    while let Some(a) = it.next() {
        if let Some(b) = it.peek() {
            s += a * **b;
        }
    }
    s
}
#[differentiable]
fn parameter_peeked(x: &[f64]) -> f64 {
    of_peeked(x)
}

#[differentiable]
fn of_first(it: impl IntoIterator<Item = f64>) -> f64 {
    let mut it = it.into_iter();
    let Some(mut m) = it.next() else { return 0.0 };
    for y in it {
        m = m.max(y) * y;
    }
    m
}
#[differentiable]
fn parameter_after_the_first(x: &[f64]) -> f64 {
    of_first(x.to_vec())
}

#[differentiable]
fn of_lent(mut it: impl Iterator<Item = f64>) -> f64 {
    let mut s = 0.0;
    for y in &mut it {
        s += y;
        if s > 0.5 {
            break;
        }
    }
    s * it.map(|y| y * y).sum::<f64>()
}
#[differentiable]
fn parameter_lent_to_a_loop(x: &[f64]) -> f64 {
    of_lent(x.iter().copied())
}

#[differentiable]
fn of_any(mut it: impl Iterator<Item = f64>) -> f64 {
    if it.any(|y| y > 0.5) { it.sum() } else { 1.0 }
}
#[differentiable]
fn parameter_after_any_alone(x: &[f64]) -> f64 {
    of_any(x.iter().copied())
}

#[differentiable]
fn parameter_after_any(x: &[f64]) -> f64 {
    parameter_after_any_alone(x) + squares(x)
}

#[differentiable]
fn of_renamed(it: impl Iterator<Item = f64>) -> f64 {
    let mut it = it;
    let a = it.next().unwrap();
    let b = it.nth(0).unwrap();
    a * b * it.sum::<f64>()
}
#[differentiable]
fn parameter_renamed_alone(x: &[f64]) -> f64 {
    of_renamed(x.iter().copied())
}

#[differentiable]
fn parameter_renamed(x: &[f64]) -> f64 {
    parameter_renamed_alone(x) + squares(x)
}

programs![
    nothing_to_begin_with("parameters that are iterators, taken from by hand", || {
        assert_eq!(value_and_gradient!(parameter_after_the_first, &[0.0; 0]), (0.0, vec![]));
    }),
    two_and_what_is_left("`by_ref` and `&mut` of an iterator", 4, |x| two_and_what_is_left(x)),
    two_collected_and_a_loop(
        "`by_ref` and `&mut` of an iterator",
        4,
        |x| two_collected_and_a_loop(x)
    ),
    a_loop_that_is_left_and_another("`by_ref` and `&mut` of an iterator", 4, |x| {
        a_loop_that_is_left_and_another(x)
    }),
    positive_ones_and_the_rest("`by_ref` and `&mut` of an iterator", 4, |x| {
        positive_ones_and_the_rest(x)
    }),
    searches_one_after_the_other("`by_ref` and `&mut` of an iterator", 4, |x| {
        searches_one_after_the_other(x)
    }),
    lent_to_loops("`by_ref` and `&mut` of an iterator", 4, |x| lent_to_loops(x)),
    parameter_after_nth("parameters that are iterators, taken from by hand", 4, |x| {
        parameter_after_nth(x)
    }),
    parameter_after_by_ref("parameters that are iterators, taken from by hand", 4, |x| {
        parameter_after_by_ref(x)
    }),
    parameter_after_find("parameters that are iterators, taken from by hand", 4, |x| {
        parameter_after_find(x)
    }),
    parameter_in_a_branch("parameters that are iterators, taken from by hand", 4, |x| {
        parameter_in_a_branch(x)
    }),
    parameter_peeked("parameters that are iterators, taken from by hand", 4, |x| parameter_peeked(
        x
    )),
    parameter_after_the_first("parameters that are iterators, taken from by hand", 4, |x| {
        parameter_after_the_first(x)
    }),
    parameter_lent_to_a_loop("parameters that are iterators, taken from by hand", 4, |x| {
        parameter_lent_to_a_loop(x)
    }),
    parameter_after_any("parameters that are iterators, taken from by hand", 4, |x| {
        parameter_after_any(x)
    }),
    parameter_renamed("parameters that are iterators, taken from by hand", 4, |x| {
        parameter_renamed(x)
    }),
];
