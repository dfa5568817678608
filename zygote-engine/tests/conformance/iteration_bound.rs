//! Chains that are bound to a name, names for their items, and how their loops are left.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[derive(Clone, Tangent)]
struct Point {
    x: f64,
    y: f64,
    w: f64,
}

fn points(x: &[f64]) -> Vec<Point> {
    x.chunks(3).map(|x| Point { x: x[0], y: x[1], w: x[2] }).collect()
}

fn rows(x: &[f64]) -> Vec<Vec<f64>> {
    x.chunks(2).map(<[f64]>::to_vec).collect()
}

#[differentiable]
fn bound(x: &[f64]) -> f64 {
    let squares = x.iter().map(|y| y * y);
    let s: f64 = squares.sum();
    s * x[0]
}

#[differentiable]
fn loop_over_bound(x: &[f64]) -> f64 {
    let it = x.iter().map(|y| y * y);
    let mut s = 1.0;
    for y in it {
        s = s * 0.5 + y;
    }
    s
}

#[differentiable]
fn two_bound(x: &[f64], y: &[f64]) -> f64 {
    let a = x.iter().map(|a| a * a);
    let b = y.iter().map(|b| b.sin());
    a.zip(b).map(|(a, b)| a * b).sum()
}

#[differentiable]
fn windows_bound(x: &[f64]) -> f64 {
    let d = x.windows(2).map(|w| w[1] - w[0]);
    d.map(|d| d * d).sum::<f64>().sqrt() + x[1]
}

#[differentiable]
fn bound_before_a_let(x: &[f64]) -> f64 {
    let it = x.iter().skip(1);
    let start = x[0] * x[0];
    it.fold(start, |s, y| s * 0.5 + y * y)
}

#[differentiable]
fn bound_and_cloned(x: &[f64]) -> f64 {
    let it = x.iter().map(|y| y * y);
    let a: f64 = it.clone().sum();
    let b: f64 = it.product();
    a * b
}

#[differentiable]
fn bound_with_once(x: &[f64]) -> f64 {
    let it = x.iter().copied().chain(std::iter::once(x[0] * x[1]));
    it.map(|y| y * y).sum()
}

#[differentiable]
fn successors_bound(x: &[f64]) -> f64 {
    let it = std::iter::successors(Some(x[0]), |y| Some(y * x[1] + x[2]));
    it.take(4).sum()
}

#[differentiable]
fn steps_bound(x: &[f64]) -> f64 {
    let mut y = x[0];
    let steps = std::iter::from_fn(|| {
        y = y * x[1] + x[2];
        Some(y)
    });
    steps.take(4).sum()
}

#[differentiable]
fn bound_under_a_hidden_name(x: &[f64]) -> f64 {
    let it = x.iter().map(|y| y * y);
    let it = it.filter(|y| *y > 0.1);
    let x = 2.0;
    let mut s = 1.0;
    for it in it {
        s = s * 0.5 + it * x;
    }
    s
}

#[differentiable]
fn limit_changed_after(x: &[f64]) -> f64 {
    let mut n = 1;
    let it = x.iter().skip(n);
    n += 1;
    let s: f64 = it.map(|y| y * y).sum();
    s * n as f64 + x[0]
}

#[differentiable]
fn list_replaced_after(x: &[f64]) -> f64 {
    let mut v = vec![x[0], x[1]];
    let it = v.into_iter().map(|y| y * y);
    v = vec![1.0];
    let s: f64 = it.sum();
    s * v[0]
}

#[differentiable]
fn capture_changed_after(x: &[f64]) -> f64 {
    let mut k = x[0];
    let it = x.iter().map(move |y| y * k);
    k *= 2.0;
    let s: f64 = it.sum();
    s * k
}

#[differentiable]
fn used_in_two_branches(x: &[f64]) -> f64 {
    let it = x.iter().map(|y| y * y);
    if x[0] > 0.0 { it.sum() } else { it.product::<f64>() * x[1] }
}

#[differentiable]
fn fields_bound(p: &[Point]) -> f64 {
    let xs = p.iter().map(|p| p.x);
    let ws = p.iter().map(|p| p.w * p.y);
    xs.zip(ws).map(|(a, b)| a * b).sum()
}

#[differentiable]
fn rows_bound(r: &[Vec<f64>]) -> f64 {
    let mut s = 0.5;
    for i in 0..r.len() {
        let row = r[i].iter().map(|y| y * y);
        s = s * 0.5 + row.sum::<f64>();
    }
    s
}

#[differentiable]
fn bound_as_argument_total(x: impl Iterator<Item = f64>) -> f64 {
    x.sum()
}
#[differentiable]
fn bound_as_argument(x: &[f64]) -> f64 {
    let it = x.iter().map(|y| y * y);
    bound_as_argument_total(it)
}

#[differentiable]
fn extended_by_bound(x: &[f64]) -> f64 {
    let it = x.iter().map(|y| y * y);
    let mut v = vec![x[0]];
    v.extend(it);
    v[0] * v[1] + v[2] * v[3]
}

#[differentiable]
fn changed_through_bound(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    let it = v.iter_mut().skip(1);
    for y in it {
        *y *= x[0];
    }
    v.iter().sum()
}

#[differentiable]
fn bound_and_counted(x: &[f64]) -> f64 {
    let big = x.iter().filter(|y| **y > 0.0);
    let n = big.count();
    x[0] * x[1] * x[2] * n as f64 + x[0] + x[1] + x[2]
}

#[differentiable]
fn bound_and_asked(x: &[f64]) -> f64 {
    let mut big = x.iter().filter(|y| **y > 0.0);
    if big.any(|y| *y > 0.5) { x[0] * x[1] } else { x[2] }
}

#[differentiable]
fn bound_and_searched(x: &[f64]) -> f64 {
    let mut it = x.iter().copied();
    let a = it.find(|y| *y > 0.0).unwrap_or(1.0);
    a * x[0] + x[1] * x[2]
}

#[differentiable]
fn first_and_the_rest(x: &[f64]) -> f64 {
    let mut it = x.iter();
    let first = it.next().unwrap();
    let mut s = first * first;
    for y in it {
        s = s * 0.5 + y * y;
    }
    s
}

#[differentiable]
fn first_as_the_start(x: &[f64]) -> f64 {
    let mut it = x.iter().copied();
    let first = it.next().unwrap();
    it.fold(first, |s, y| s * 0.5 + y * y)
}

#[differentiable]
fn two_and_the_rest(x: &[f64]) -> f64 {
    let mut it = x.iter();
    let a = it.next().unwrap();
    let b = it.next().unwrap();
    let c: f64 = it.sum();
    a * b + c * c
}

#[differentiable]
fn while_there_is_a_next(x: &[f64]) -> f64 {
    let mut it = x.iter().map(|y| y * y).enumerate();
    let mut s = 1.0;
    while let Some((i, y)) = it.next() {
        s = s * 0.5 + y * i as f64;
    }
    s + x[0]
}

#[differentiable]
fn next_of_a_chain(x: &[f64]) -> f64 {
    x.iter().map(|y| y * y).next().unwrap() * x[1] * x[2]
}

#[differentiable]
fn number_and_item(x: &[f64]) -> f64 {
    x.iter().enumerate().map(|p| p.1 * p.1 * p.0 as f64).sum::<f64>() + x[0]
}

#[differentiable]
fn both_items(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|t| t.0 * t.1).sum()
}

#[differentiable]
fn both_items_in_a_loop(x: &[f64], y: &[f64]) -> f64 {
    let mut s = 1.0;
    for p in x.iter().zip(y).enumerate().filter(|q| q.0 < 10) {
        s = s * p.1.0 + p.1.1 * p.0 as f64 + p.1.1;
    }
    s
}

#[differentiable]
fn filtered_by_a_part(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).filter(|p| *p.0 > -5.0).map(|p| p.0 * p.1).sum()
}

#[differentiable]
fn folded_by_parts(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y.iter()).fold(1.0, |s, p| s * 0.5 + p.0 * p.1)
}

#[differentiable]
fn tuple_as_argument_weighted(p: (usize, f64)) -> f64 {
    p.1 * p.1 * p.0 as f64
}
#[differentiable]
fn tuple_as_argument(x: &[f64]) -> f64 {
    x.iter().copied().enumerate().map(|p| tuple_as_argument_weighted(p)).sum::<f64>() + x[0]
}

#[differentiable]
fn filtered_by_a_field(p: &[Point]) -> f64 {
    p.iter().filter(|Point { w, .. }| *w > -1.0).map(|Point { x, y, w }| x * y * w).sum()
}

#[differentiable]
fn filtered_pairs(p: &[(f64, f64)]) -> f64 {
    p.iter().filter(|&&(a, _)| a > -5.0).map(|&(a, b)| a * b).sum()
}

#[differentiable]
fn taken_of_two(x: &[f64]) -> f64 {
    x.iter().chain(x.iter()).take(5).map(|y| y * y).sum::<f64>()
}

#[differentiable]
fn left_in_two(x: &[f64]) -> f64 {
    let mut s = 1.0;
    for y in x[..2].iter().chain(&x[2..]) {
        if s > 2.0 {
            break;
        }
        s = s * 0.5 + y * y;
    }
    s
}

#[differentiable]
fn found_in_two(x: &[f64]) -> f64 {
    x[..2].iter().chain(&x[2..]).copied().find(|y| *y > 0.2).unwrap_or(x[0] * x[1])
}

#[differentiable]
fn left_and_continued_in_two(r: &[f64], q: &[f64]) -> f64 {
    let mut s = q[0];
    'a: for y in r.iter().chain(q) {
        for j in 0..3 {
            if *y > 0.0 && j == 1 {
                continue 'a;
            }
            if s > 1.0 {
                break 'a;
            }
            s = s * 0.5 + y * y;
        }
    }
    s
}

#[differentiable]
fn once_before_it_changes(x: &[f64]) -> f64 {
    let mut s = x[0] * x[1];
    let mut t = 0.5;
    for y in x.iter().copied().chain(std::iter::once(s)) {
        s += y * y;
        t = t * 0.5 + s * y;
    }
    t
}

#[differentiable]
fn repeated_so_often_as_before(x: &[f64]) -> f64 {
    let mut s = x[0] * x[1];
    let mut n = 1;
    let mut t = 0.5;
    for y in x.iter().copied().chain(std::iter::repeat(s).take(n)) {
        n += 1;
        s += y * y;
        t = t * 0.5 + s * y;
    }
    t * n as f64
}

#[differentiable]
fn skipped_as_before(x: &[f64]) -> f64 {
    let mut n = 1;
    let mut t = 0.5;
    for y in x.iter().chain(x.iter().skip(n)) {
        n += 1;
        t = t * 0.5 + y * y;
    }
    t * n as f64
}

#[differentiable]
fn continued_in_rows(r: &[Vec<f64>], k: f64) -> f64 {
    let mut s = k;
    'a: for y in r.iter().flatten() {
        for j in 0..3 {
            if *y > 0.0 && j == 1 {
                continue 'a;
            }
            s = s * 0.5 + y * k;
        }
    }
    s
}

#[differentiable]
fn left_and_continued_in_rows(r: &[Vec<f64>], k: f64) -> f64 {
    let mut s = k;
    'a: for y in r.iter().flatten() {
        for j in 0..3 {
            if *y > 0.0 && j == 1 {
                continue 'a;
            }
            if s > 1.0 {
                break 'a;
            }
            s = s * 0.5 + y * k;
        }
    }
    s
}

#[differentiable]
fn found_in_rows(r: &[Vec<f64>]) -> f64 {
    r.iter().flatten().copied().find(|y| *y > 0.3).unwrap_or(r[0][0])
}

#[differentiable]
fn taken_of_each_and_of_all(r: &[Vec<f64>]) -> f64 {
    r.iter().flat_map(|r| r.iter().chain(r).take(3)).take(4).map(|y| y * y).sum::<f64>() * r[1][1]
}

#[differentiable]
fn left_in_rows_of_two(r: &[Vec<f64>]) -> f64 {
    let mut s = 0.3;
    for y in r.iter().chain(r.iter()).flatten() {
        if s > 1.5 {
            break;
        }
        s = s * 0.6 + y * y;
    }
    s
}

#[differentiable]
fn returned_from_rows_of_two(r: &[Vec<f64>]) -> f64 {
    let mut s = 0.3;
    for y in r.iter().chain(r.iter()).flatten() {
        if s > 1.5 {
            return s * y;
        }
        s = s * 0.6 + y * y;
    }
    s
}

#[differentiable]
fn lists_of_each(x: &[f64]) -> f64 {
    x.iter().flat_map(|y| (0..3).map(|k| y * k as f64 * y).collect::<Vec<_>>()).sum()
}

#[differentiable]
fn last_of_each(r: &[Vec<f64>]) -> f64 {
    r.iter().flat_map(|r| r.iter().map(|y| y * y).last()).sum::<f64>() + r[0][0] * r[1][0]
}

#[differentiable]
fn counted_with_a_state(x: &[f64]) -> f64 {
    let mut s = 0.5;
    let n = x
        .iter()
        .map(|y| {
            s = s * 0.5 + y * y;
            s
        })
        .filter(|s| *s > 0.3)
        .count();
    s * n as f64 + x[0] + x[1] + x[2]
}

#[differentiable]
fn asked_with_a_state(x: &[f64]) -> f64 {
    let mut s = 0.5;
    let hit = x.iter().any(|y| {
        s = s * 0.5 + y * y;
        s > 0.9
    });
    if hit { s * x[2] } else { x[0] * s }
}

#[differentiable]
fn found_with_a_state(x: &[f64]) -> f64 {
    let mut s = 0.5;
    let hit = x.iter().position(|y| {
        s = s * 0.5 + y * y;
        s > 0.9
    });
    match hit {
        Some(i) => s * x[i] * x[2],
        None => x[0] * s,
    }
}

#[differentiable]
fn asked_of_rows(r: &[Vec<f64>]) -> f64 {
    let mut s = 0.5;
    let ok = r.iter().flatten().all(|y| {
        s = s * 0.5 + y * y;
        s < 0.9
    });
    if ok { s } else { s * r[0][0] }
}

programs![
    bound("chains bound to a name", 3, |x| bound(x)),
    loop_over_bound("chains bound to a name", 3, |x| loop_over_bound(x)),
    two_bound("chains bound to a name", 4, |x| two_bound(&x[..2], &x[2..])),
    windows_bound("chains bound to a name", 3, |x| windows_bound(x)),
    bound_before_a_let("chains bound to a name", 3, |x| bound_before_a_let(x)),
    bound_and_cloned("chains bound to a name", 3, |x| bound_and_cloned(x)),
    bound_with_once("chains bound to a name", 3, |x| bound_with_once(x)),
    successors_bound("chains bound to a name", 3, |x| successors_bound(x)),
    steps_bound("chains bound to a name", 3, |x| steps_bound(x)),
    bound_under_a_hidden_name("chains bound to a name", 3, |x| bound_under_a_hidden_name(x)),
    limit_changed_after("chains bound to a name", 3, |x| limit_changed_after(x)),
    list_replaced_after("chains bound to a name", 2, |x| list_replaced_after(x)),
    capture_changed_after("chains bound to a name", 2, |x| capture_changed_after(x)),
    used_in_two_branches("chains bound to a name", 3, |x| used_in_two_branches(x)),
    fields_bound("chains bound to a name", 6, |x| fields_bound(&points(x))),
    rows_bound("chains bound to a name", 4, |x| rows_bound(&rows(x))),
    bound_as_argument("chains bound to a name", 3, |x| bound_as_argument(x)),
    extended_by_bound("chains bound to a name", 3, |x| extended_by_bound(x)),
    changed_through_bound("chains bound to a name", 3, |x| changed_through_bound(x)),
    bound_and_counted("chains bound to a name", 3, |x| bound_and_counted(x)),
    bound_and_asked("chains bound to a name", 3, |x| bound_and_asked(x)),
    bound_and_searched("chains bound to a name", 3, |x| bound_and_searched(x)),
    first_and_the_rest("`next` by hand", 3, |x| first_and_the_rest(x)),
    first_as_the_start("`next` by hand", 3, |x| first_as_the_start(x)),
    two_and_the_rest("`next` by hand", 3, |x| two_and_the_rest(x)),
    while_there_is_a_next("`next` by hand", 3, |x| while_there_is_a_next(x)),
    next_of_a_chain("`next` by hand", 3, |x| next_of_a_chain(x)),
    number_and_item("names for tuples of items", 3, |x| number_and_item(x)),
    both_items("names for tuples of items", 4, |x| both_items(&x[..2], &x[2..])),
    both_items_in_a_loop("names for tuples of items", 4, |x| both_items_in_a_loop(
        &x[..2],
        &x[2..]
    )),
    filtered_by_a_part("names for tuples of items", 4, |x| filtered_by_a_part(&x[..2], &x[2..])),
    folded_by_parts("names for tuples of items", 4, |x| folded_by_parts(&x[..2], &x[2..])),
    tuple_as_argument("names for tuples of items", 3, |x| tuple_as_argument(x)),
    filtered_by_a_field("patterns in `filter`", 6, |x| filtered_by_a_field(&points(x))),
    filtered_pairs("patterns in `filter`", 4, |x| filtered_pairs(&[(x[0], x[1]), (x[2], x[3])])),
    taken_of_two("leaving a chain of two sequences", 4, |x| taken_of_two(x)),
    left_in_two("leaving a chain of two sequences", 4, |x| left_in_two(x)),
    found_in_two("leaving a chain of two sequences", 4, |x| found_in_two(x)),
    left_and_continued_in_two(
        "leaving a chain of two sequences",
        5,
        |x| left_and_continued_in_two(&x[..2], &x[2..])
    ),
    once_before_it_changes("leaving a chain of two sequences", 3, |x| once_before_it_changes(x)),
    repeated_so_often_as_before("leaving a chain of two sequences", 3, |x| {
        repeated_so_often_as_before(x)
    }),
    skipped_as_before("leaving a chain of two sequences", 3, |x| skipped_as_before(x)),
    continued_in_rows("labels and nested chains", 5, |x| continued_in_rows(&rows(&x[..4]), x[4])),
    left_and_continued_in_rows("labels and nested chains", 5, |x| left_and_continued_in_rows(
        &rows(&x[..4]),
        x[4]
    )),
    found_in_rows("labels and nested chains", 4, |x| found_in_rows(&rows(x))),
    taken_of_each_and_of_all("labels and nested chains", 4, |x| taken_of_each_and_of_all(&rows(x))),
    left_in_rows_of_two("labels and nested chains", 4, |x| left_in_rows_of_two(&rows(x))),
    returned_from_rows_of_two("labels and nested chains", 4, |x| returned_from_rows_of_two(&rows(
        x
    ))),
    lists_of_each("`flat_map` of lists", 3, |x| lists_of_each(x)),
    last_of_each("`flat_map` of lists", 4, |x| last_of_each(&rows(x))),
    counted_with_a_state("tests with a state", 3, |x| counted_with_a_state(x)),
    asked_with_a_state("tests with a state", 3, |x| asked_with_a_state(x)),
    found_with_a_state("tests with a state", 3, |x| found_with_a_state(x)),
    asked_of_rows("tests with a state", 4, |x| asked_of_rows(&rows(x))),
];
