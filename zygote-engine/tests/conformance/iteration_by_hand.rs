//! Iterators that are advanced by hand in loops and branches.

use crate::check::programs;
use chainrules::prelude::*;
use std::collections::VecDeque;
use zygote_engine::prelude::*;

#[differentiable]
fn squares(x: &[f64]) -> f64 {
    x.iter().map(|y| y * y).sum()
}

#[differentiable]
fn next_in_a_branch(x: &[f64]) -> f64 {
    let mut it = x.iter();
    let mut s = 0.0;
    while let Some(a) = it.next() {
        if *a > 0.0 {
            if let Some(b) = it.next() {
                s += a * b;
            }
        } else {
            s += a;
        }
    }
    s
}

#[differentiable]
fn next_or_break(x: &[f64]) -> f64 {
    let mut it = x.iter();
    let mut s = 0.0;
    loop {
        let Some(a) = it.next() else { break };
        s = s * a + a;
    }
    s
}

#[differentiable]
fn next_in_a_loop(x: &[f64]) -> f64 {
    let mut it = x.iter();
    let mut s = 0.0;
    for i in 0..2 {
        let a = it.next().unwrap();
        s += a * a * (i as f64 + 1.0);
    }
    for y in it {
        s *= y;
    }
    s
}

#[differentiable]
fn next_in_one_branch(x: &[f64]) -> f64 {
    let mut it = x.iter();
    let mut s = if x[0] > 0.0 { *it.next().unwrap() } else { 2.0 };
    while let Some(y) = it.next() {
        s = s * y + 1.0;
    }
    s
}

#[differentiable]
fn next_with_its_number_alone(x: &[f64]) -> f64 {
    let mut it = x.iter().enumerate();
    let mut s = 0.0;
    while let Some((i, a)) = it.next() {
        s += a * i as f64;
        if *a > 0.5 {
            it.next();
        }
    }
    s
}

#[differentiable]
fn next_with_its_number(x: &[f64]) -> f64 {
    next_with_its_number_alone(x) + squares(x)
}

#[differentiable]
fn next_of_a_range(x: &[f64]) -> f64 {
    let mut it = 0..x.len();
    let mut s = 0.0;
    while let Some(i) = it.next() {
        s += x[i] * x[i];
        if x[i] > 0.5 {
            it.next();
        }
    }
    s
}

#[differentiable]
fn next_chunk(x: &[f64]) -> f64 {
    let mut it = x.chunks(2);
    let mut s = 0.0;
    while let Some(c) = it.next() {
        s += c[0] * c[1];
        if s > 1.0 {
            break;
        }
    }
    if let Some(c) = it.next() {
        s *= c[0];
    }
    s
}

#[differentiable]
fn next_two(x: &[f64]) -> f64 {
    let mut it = x.iter();
    let mut s = 0.0;
    while let (Some(a), Some(b)) = (it.next(), it.next()) {
        s += a * b;
    }
    s
}

#[differentiable]
fn next_from_both_ends(x: &[f64]) -> f64 {
    let mut it = x.iter();
    let mut s = 1.0;
    while let Some(a) = it.next_back() {
        s = s * 0.5 + a;
        if let Some(b) = it.next() {
            s *= b;
        }
    }
    s
}

#[differentiable]
fn next_of_two(x: &[f64]) -> f64 {
    let mut a = x[..2].iter();
    let mut b = x[2..].iter();
    let mut s = 0.0;
    loop {
        match (a.next(), b.next()) {
            (Some(p), Some(q)) => s += p * q,
            _ => break,
        }
    }
    s
}

#[differentiable]
fn next_of_a_map(x: &[f64]) -> f64 {
    let c = x[0];
    let mut it = x.iter().map(|y| y * c + 0.5);
    let mut s = 0.0;
    while let Some(v) = it.next() {
        if v > 0.0 {
            if let Some(w) = it.next() {
                s += v * w;
            }
        } else {
            s += v * v;
        }
    }
    s
}

#[differentiable]
fn next_of_a_map_with_a_state(x: &[f64]) -> f64 {
    let mut n = 0;
    let mut it = x.iter().map(|y| {
        n += 1;
        y * n as f64
    });
    let mut s = 0.0;
    while let Some(v) = it.next() {
        if v > 0.0 {
            it.next();
        }
        s += v;
    }
    s * n as f64
}

#[differentiable]
fn next_of_a_mapped_range(x: &[f64]) -> f64 {
    let mut it = (0..x.len()).map(|i| x[i] * i as f64);
    let mut s = 0.0;
    while let Some(v) = it.next() {
        if v > 0.5 {
            s += it.next().unwrap_or(2.0) * v;
        } else {
            s += v;
        }
    }
    s * x[0]
}

#[differentiable]
fn next_by_value(x: &[f64]) -> f64 {
    let v: Vec<f64> = x.iter().map(|y| y * y).collect();
    let mut it = v.into_iter();
    let mut s = 0.0;
    loop {
        match it.next() {
            Some(a) => {
                s += a;
                if s > 1.0 {
                    s *= it.next().unwrap_or(0.5);
                }
            }
            None => break,
        }
    }
    s
}

#[differentiable]
fn next_with_a_guard_alone(x: &[f64]) -> f64 {
    let mut it = x.iter();
    let mut s = 0.0;
    for _ in 0..x.len() + 1 {
        match it.next() {
            Some(a) if *a > 0.5 => s += a * a,
            Some(a) => s += a,
            None => s *= 2.0,
        }
    }
    s + it.len() as f64 * x[1]
}

#[differentiable]
fn next_with_a_guard(x: &[f64]) -> f64 {
    next_with_a_guard_alone(x) + squares(x)
}

#[differentiable]
fn next_twice_in_an_expression(x: &[f64]) -> f64 {
    let mut it = x.iter();
    let mut s = 0.0;
    let mut i = 0;
    while i < 2 {
        s += it.next().unwrap() * it.next().unwrap();
        i += 1;
    }
    s
}

#[differentiable]
fn next_in_a_closure_alone(x: &[f64]) -> f64 {
    let mut it = x.iter();
    let mut s = 0.0;
    let mut next = || *it.next().unwrap();
    for i in 0..2 {
        s += next() * next() * i as f64;
    }
    s + first_of(x)
}

#[differentiable]
fn first_of(x: &[f64]) -> f64 {
    x[0]
}

#[differentiable]
fn next_in_a_closure(x: &[f64]) -> f64 {
    next_in_a_closure_alone(x) + squares(x)
}

#[differentiable]
fn cloned_where_it_is(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for k in 0..2 {
        let mut it = x[k..].iter();
        while let Some(a) = it.next() {
            for b in it.clone() {
                s += a * b;
            }
        }
    }
    s
}

#[differentiable]
fn next_with_question(x: &[f64]) -> Option<f64> {
    let mut it = x.iter().copied();
    let mut s = it.next()?;
    while s < 1.0 {
        s += it.next()? * x[0] + 0.3;
    }
    Some(s * it.next()?)
}

#[differentiable]
fn next_or_return(x: &[f64]) -> f64 {
    match next_with_question(x) {
        Some(y) => y,
        None => x[3],
    }
}

#[differentiable]
fn next_window(x: &[f64]) -> f64 {
    let mut it = x.windows(2);
    let mut s = 0.0;
    while let Some(w) = it.next() {
        if w[0] < w[1] {
            it.next();
        }
        s = s * 0.5 + w[0] * w[1];
    }
    s
}

#[differentiable]
fn next_copy_with_its_number_alone(x: &[f64]) -> f64 {
    let mut it = x.iter().copied().enumerate();
    let mut s = 0.0;
    while let Some((i, a)) = it.next() {
        if a > 0.0 {
            it.next();
        }
        s += a * a * i as f64;
    }
    s
}

#[differentiable]
fn next_copy_with_its_number(x: &[f64]) -> f64 {
    next_copy_with_its_number_alone(x) + squares(x)
}

#[differentiable]
fn iterator_hidden_in_the_loop(x: &[f64]) -> f64 {
    let mut it = x.iter();
    let mut s = 0.0;
    while let Some(a) = it.next() {
        if *a > 0.0 {
            it.next();
        }
        let it = 2.0;
        s += a * it;
    }
    s
}

#[differentiable]
fn next_of_a_deque(x: &[f64]) -> f64 {
    let d: VecDeque<f64> = x.iter().map(|y| y * y).collect();
    let mut it = d.iter();
    let mut s = 0.0;
    while let Some(a) = it.next() {
        s += a;
        if let Some(b) = it.next_back() {
            s += a * b;
        }
    }
    s
}

#[differentiable]
fn next_of_reversed(x: &[f64]) -> f64 {
    let mut it = x.iter().rev();
    let mut s = 0.0;
    while let Some(a) = it.next() {
        if *a > 0.0 {
            it.next();
        }
        s = s * 0.5 + a;
    }
    s
}

#[differentiable]
fn next_of_skipped_alone(x: &[f64]) -> f64 {
    let mut it = x.iter().skip(1);
    let mut s = 1.0;
    while let Some(a) = it.next() {
        if let Some(b) = it.next() {
            s += a * b;
        }
        s *= 0.5 + a;
    }
    s
}

#[differentiable]
fn next_of_skipped(x: &[f64]) -> f64 {
    next_of_skipped_alone(x) + squares(x)
}

#[differentiable]
fn slice_that_is_left(x: &[f64]) -> f64 {
    let mut it = x.iter();
    let mut s = 1.0;
    let r: f64 = loop {
        let Some(a) = it.next() else { break s };
        if *a > 0.7 {
            break a * s;
        }
        s += a * a;
    };
    r * it.as_slice().iter().map(|y| y + 1.0).sum::<f64>()
}

#[differentiable]
fn nth_in_a_loop_alone(x: &[f64]) -> f64 {
    let mut it = x.iter();
    let mut s = 0.0;
    while let Some(a) = it.nth(1) {
        s += a * a;
    }
    s
}

#[differentiable]
fn nth_in_a_loop(x: &[f64]) -> f64 {
    nth_in_a_loop_alone(x) + squares(x)
}

#[differentiable]
fn next_and_return(x: &[f64]) -> f64 {
    let mut it = x.iter().copied();
    let Some(mut prev) = it.next() else { return 0.0 };
    let mut s = 0.0;
    while let Some(y) = it.next() {
        s += prev * y;
        prev = y;
        if y > 1.0 {
            return s * y;
        }
    }
    s
}

#[differentiable]
fn next_of_constants_alone(x: &[f64]) -> f64 {
    let keep = vec![true, false, true];
    let mut it = keep.into_iter();
    let mut s = 0.0;
    for y in x {
        if it.next().unwrap_or(true) {
            s += y * y;
        }
    }
    s
}

#[differentiable]
fn next_of_constants(x: &[f64]) -> f64 {
    next_of_constants_alone(x) + squares(x)
}

#[differentiable]
fn next_that_is_some_alone(x: &[f64]) -> f64 {
    let o = vec![Some(x[0] * x[1]), None, Some(x[2]), None, Some(x[0])];
    let mut it = o.iter();
    let mut s = 0.0;
    while let Some(Some(a)) = it.next() {
        s += a * a;
    }
    while let Some(a) = it.next() {
        if let Some(a) = a {
            s *= a;
        }
    }
    s
}

#[differentiable]
fn next_that_is_some(x: &[f64]) -> f64 {
    next_that_is_some_alone(x) + squares(x)
}

#[differentiable]
fn next_of_a_range_in_a_branch(x: &[f64]) -> f64 {
    let mut it = 1..x.len();
    let mut s = 0.0;
    while let Some(i) = it.next() {
        s += x[i] * x[i - 1];
        if x[i] > 0.0 {
            if let Some(j) = it.next() {
                s *= x[j];
            }
        }
    }
    s
}

programs![
    next_of_nothing("`next` in loops and branches", || {
        let asked = value_and_gradient!(
            |x: &[f64], y: f64| next_with_question(x).unwrap_or(y * y),
            &[0.0; 0],
            3.0
        );
        assert_eq!(asked, (9.0, (vec![], 6.0)));
        assert_eq!(value_and_gradient!(next_and_return, &[0.0; 0]), (0.0, vec![]));
    }),
    next_in_a_branch("`next` in loops and branches", 4, |x| next_in_a_branch(x)),
    next_or_break("`next` in loops and branches", 4, |x| next_or_break(x)),
    next_in_a_loop("`next` in loops and branches", 4, |x| next_in_a_loop(x)),
    next_in_one_branch("`next` in loops and branches", 4, |x| next_in_one_branch(x)),
    next_with_its_number("`next` in loops and branches", 4, |x| next_with_its_number(x)),
    next_of_a_range("`next` in loops and branches", 4, |x| next_of_a_range(x)),
    next_chunk("`next` in loops and branches", 4, |x| next_chunk(x)),
    next_two("`next` in loops and branches", 4, |x| next_two(x)),
    next_from_both_ends("`next` in loops and branches", 4, |x| next_from_both_ends(x)),
    next_from_both_ends_of_three("`next` in loops and branches", 3, |x| next_from_both_ends(x)),
    next_of_two("`next` in loops and branches", 4, |x| next_of_two(x)),
    next_of_a_map("`next` in loops and branches", 4, |x| next_of_a_map(x)),
    next_of_a_map_with_a_state("`next` in loops and branches", 4, |x| next_of_a_map_with_a_state(
        x
    )),
    next_of_a_mapped_range("`next` in loops and branches", 4, |x| next_of_a_mapped_range(x)),
    next_by_value("`next` in loops and branches", 4, |x| next_by_value(x)),
    next_with_a_guard("`next` in loops and branches", 4, |x| next_with_a_guard(x)),
    next_twice_in_an_expression(
        "`next` in loops and branches",
        4,
        |x| next_twice_in_an_expression(x)
    ),
    next_in_a_closure("`next` in loops and branches", 4, |x| next_in_a_closure(x)),
    cloned_where_it_is("`next` in loops and branches", 4, |x| cloned_where_it_is(x)),
    next_or_return("`next` in loops and branches", 4, |x| next_or_return(x)),
    next_window("`next` in loops and branches", 4, |x| next_window(x)),
    next_copy_with_its_number("`next` in loops and branches", 4, |x| next_copy_with_its_number(x)),
    iterator_hidden_in_the_loop(
        "`next` in loops and branches",
        4,
        |x| iterator_hidden_in_the_loop(x)
    ),
    next_of_a_deque("`next` in loops and branches", 4, |x| next_of_a_deque(x)),
    next_of_a_deque_of_three("`next` in loops and branches", 3, |x| { next_of_a_deque(x) }),
    next_of_reversed("`next` in loops and branches", 4, |x| next_of_reversed(x)),
    next_of_skipped("`next` in loops and branches", 4, |x| next_of_skipped(x)),
    slice_that_is_left("`next` in loops and branches", 4, |x| slice_that_is_left(x)),
    nth_in_a_loop("`next` in loops and branches", 4, |x| nth_in_a_loop(x)),
    next_and_return("`next` in loops and branches", 4, |x| next_and_return(x)),
    next_of_constants("`next` in loops and branches", 4, |x| next_of_constants(x)),
    next_that_is_some("`next` in loops and branches", 4, |x| next_that_is_some(x)),
    next_of_a_range_in_a_branch(
        "`next` in loops and branches",
        4,
        |x| next_of_a_range_in_a_branch(x)
    ),
];

#[test]
#[should_panic = "the second is missing"]
fn what_is_not_there_panics_as_in_the_function() {
    #[differentiable]
    fn second(x: &[f64]) -> f64 {
        let mut items = x.iter();
        let mut s = 0.0;
        for _ in 0..2 {
            s += items.next().expect("the second is missing");
        }
        s
    }
    gradient!(second, &[1.0][..]);
}
