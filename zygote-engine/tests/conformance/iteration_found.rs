//! Searches that give references to items, with their numbers; chains that make several lists.

use crate::check::programs;
use chainrules::prelude::*;
use std::collections::HashMap;
use zygote_engine::prelude::*;

#[differentiable]
fn number_of_the_greatest(x: &[f64]) -> f64 {
    let i =
        x.iter().enumerate().max_by(|a, b| a.1.partial_cmp(b.1).unwrap()).map(|(i, _)| i).unwrap();
    x[i] * x[i] + x[0] * x[1] * x[2]
}

#[differentiable]
fn number_of_the_greatest_unwrapped(x: &[f64]) -> f64 {
    let i = x.iter().enumerate().max_by(|a, b| a.1.partial_cmp(b.1).unwrap()).unwrap().0;
    x[i] * x[i] + x[0] * x[1] * x[2]
}

#[differentiable]
fn least_and_its_number(x: &[f64]) -> f64 {
    let (i, v) =
        x.iter().copied().enumerate().min_by(|a, b| a.1.partial_cmp(&b.1).unwrap()).unwrap();
    v * (i as f64 + 1.0) + x[0] * x[1] * x[2]
}

#[differentiable]
fn greatest_by_reference(x: &[f64]) -> f64 {
    let (i, v) = x.iter().enumerate().max_by(|a, b| a.1.partial_cmp(b.1).unwrap()).unwrap();
    v * (i as f64 + 1.0) + x[0] * x[1] * x[2]
}

#[differentiable]
fn greatest_if_there_is_one(x: &[f64], n: usize) -> f64 {
    if let Some((i, v)) = x[..n].iter().enumerate().max_by(|a, b| a.1.partial_cmp(b.1).unwrap()) {
        v * *v * (i as f64 + 1.0) + x[0] * x[1] * x[2]
    } else {
        x[0].sin() * x[1] * x[2]
    }
}

#[differentiable]
fn found_with_its_number(x: &[f64]) -> f64 {
    match x.iter().enumerate().find(|(_, v)| **v > 0.0) {
        Some((i, v)) => v * *v * (i as f64 + 1.0) + x[0] * x[1] * x[2],
        None => x[0] * x[1] * x[2],
    }
}

#[derive(Clone, Tangent)]
struct Point {
    x: f64,
    y: f64,
    k: f64,
}
#[differentiable]
fn least_by_a_field(p: &[Point]) -> f64 {
    let (i, q) = p.iter().enumerate().min_by(|(_, a), (_, b)| a.x.total_cmp(&b.x)).unwrap();
    q.x * q.y * q.k * (i as f64 + 1.0) + p[0].x * p[1].x
}

#[differentiable]
fn greatest_after_the_first(x: &[f64]) -> f64 {
    let Some((i, v)) = x.iter().enumerate().skip(1).max_by(|a, b| a.1.total_cmp(b.1)) else {
        return 0.0;
    };
    v * v * (i as f64 + 1.0) + x[0] * x[1] * x[2]
}

#[differentiable]
fn least_of_the_pair(x: &[f64]) -> f64 {
    let v = *x.iter().enumerate().min_by(|a, b| a.1.total_cmp(b.1)).expect("some").1;
    v * v + x[0] * x[1] * x[2]
}

#[differentiable]
fn indexed_by_the_least(x: &[f64]) -> f64 {
    x[x.iter().enumerate().min_by(|a, b| a.1.total_cmp(b.1)).unwrap().0].powi(2)
        + x[0] * x[1] * x[2]
}

#[differentiable]
fn changed_where_it_is_greatest(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    v[0] *= 2.0;
    let i = v.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).unwrap().0;
    v[i] *= v[1];
    let j = v.iter().enumerate().rev().find(|(_, y)| **y > 0.0).map(|(i, _)| i).unwrap_or(2);
    v[j] = v[j] * 3.0 + v[i];
    v.iter().map(|y| y * y).sum::<f64>()
}

#[differentiable]
fn taken_out_by_size(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    let mut s = 0.0;
    while v.len() > 1 {
        let i = v.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).unwrap().0;
        let y = v.remove(i);
        s = s * 0.5 + y * y;
    }
    s * v[0]
}

#[differentiable]
fn found_or_another(x: &[f64]) -> f64 {
    x.iter().enumerate().find(|(_, v)| **v > 0.5).map_or(x[0], |(i, v)| v * v * i as f64)
        + x[0] * x[1] * x[2]
}

#[differentiable]
fn numbers_of_equal_items(x: &[f64]) -> f64 {
    let i = x.iter().enumerate().max_by(|_, _| std::cmp::Ordering::Equal).unwrap().0;
    let j = x.iter().enumerate().min_by(|_, _| std::cmp::Ordering::Equal).unwrap().0;
    x[i] * 2.0 + x[j] * x[1]
}

#[differentiable]
fn last_and_its_number(x: &[f64]) -> f64 {
    let (i, v) = x.iter().enumerate().last().unwrap();
    v * i as f64 * x[0] + x[1]
}

#[differentiable]
fn found_after_the_first(x: &[f64]) -> f64 {
    let v = x.iter().skip(1).find(|v| **v > 0.0).copied().unwrap_or(x[0]);
    v * v * x[1] + x[2] * x[0]
}

#[differentiable]
fn greatest_of_some(x: &[f64]) -> f64 {
    let v = x
        .iter()
        .filter(|v| **v < 1.0)
        .max_by(|a, b| a.partial_cmp(b).unwrap())
        .copied()
        .unwrap_or(0.0);
    v * v * x[1] + x[2] * x[0]
}

#[differentiable]
fn last_of_some(x: &[f64]) -> f64 {
    let a = x.iter().filter(|y| **y > -0.3).last().copied().unwrap_or(2.0);
    let b = x.iter().rev().skip(1).next().unwrap();
    let c = x.iter().step_by(2).nth(1).unwrap();
    a * b + c * a + x[0]
}

#[differentiable]
fn index_by_key(x: &[f64]) -> f64 {
    let i = (0..x.len()).max_by_key(|&i| (x[i] * 1e6) as i64).unwrap();
    x[i] * x[i] + x[0] * x[1] * x[2]
}

#[differentiable]
fn least_by_key(x: &[f64]) -> f64 {
    let v = x.iter().min_by_key(|v| (**v * 1e6) as i64).unwrap();
    v * v + x[0] * x[1] * x[2]
}

#[differentiable]
fn greatest_copy_by_key(x: &[f64]) -> f64 {
    let v = x.iter().copied().max_by_key(|v| (v * 1e6) as i64).unwrap();
    v * v + x[0] * x[1] * x[2]
}

#[differentiable]
fn longest_row(r: &[Vec<f64>]) -> f64 {
    let v = r.iter().max_by_key(|v| v.len()).unwrap();
    v[0] * v[1] * v[2] * r[0][0]
}

#[differentiable]
fn equal_keys(x: &[f64]) -> f64 {
    let a = (0..3).map(|i| x[i] * 2.0).max_by_key(|_| 1).unwrap();
    let b = (0..3).map(|i| x[i] * 2.0).min_by_key(|_| 1).unwrap();
    let c = x.iter().max_by_key(|_| 1).unwrap();
    let d = x.iter().min_by_key(|_| 1).unwrap();
    a * b * 3.0 + c * d + x[1]
}

#[differentiable]
fn first_of_each(r: &[Vec<f64>]) -> f64 {
    r.iter().filter_map(|r| r.first()).map(|y| y * y).sum::<f64>() + r[0][1] * r[1][1]
}

#[differentiable]
fn those_that_are_there(r: &[Option<f64>]) -> f64 {
    r.iter().filter_map(|o| o.as_ref()).map(|y| y * y).sum::<f64>()
}

#[differentiable]
fn those_in_a_map(x: &[f64]) -> f64 {
    let mut m: HashMap<usize, f64> = HashMap::new();
    m.insert(0, x[0]);
    m.insert(1, x[1]);
    m.insert(3, x[2]);
    let k = [0, 2, 3, 1];
    k.iter().filter_map(|k| m.get(k)).map(|y| y * y).sum::<f64>()
}

#[differentiable]
fn those_in_range(x: &[f64]) -> f64 {
    let k = [0usize, 2, 3, 1];
    k.iter().filter_map(|k| x.get(*k)).map(|y| y * y).sum::<f64>()
}

#[differentiable]
fn named_as_a_number(r: &[Vec<f64>]) -> f64 {
    let k = 2.0;
    let s: f64 = r.iter().filter_map(|k| k.last()).map(|y| y * y * k).sum();
    s + r[0][0] * r[1][0]
}

#[differentiable]
fn loop_over_first_items(r: &[Vec<f64>]) -> f64 {
    let mut s = 0.5;
    for y in r.iter().filter_map(|k| k.first()) {
        if s > 2.0 {
            break;
        }
        s = s * 0.5 + y * y;
    }
    s + r[0][1] * r[1][1]
}

#[differentiable]
fn three_lists(x: &[f64]) -> f64 {
    let (a, (b, c)): (Vec<f64>, (Vec<f64>, Vec<f64>)) =
        x.iter().map(|v| (v * v, (v * 2.0, v.sin()))).unzip();
    a[0] * b[1] * c[2] + a[1]
}

#[differentiable]
fn three_lists_from_the_left(x: &[f64]) -> f64 {
    let ((a, b), c): ((Vec<_>, Vec<_>), Vec<_>) =
        x.iter().map(|v| ((v * v, v * 2.0), v.sin())).unzip();
    a[0] * b[1] * c[2] + a[1]
}

#[differentiable]
fn four_lists(x: &[f64]) -> f64 {
    let (a, (b, (c, d))): (Vec<f64>, (Vec<f64>, (Vec<f64>, Vec<f64>))) =
        x.iter().zip(x).map(|(v, w)| (v * w, (v * 2.0, (v.sin(), *w)))).unzip();
    a[0] * b[1] * c[2] + a[1] * d[2]
}

#[differentiable]
fn numbers_and_two_lists(x: &[f64], y: &[f64]) -> f64 {
    let (i, (a, b)): (Vec<usize>, (Vec<f64>, Vec<f64>)) =
        x.iter().copied().zip(y.iter().copied()).enumerate().unzip();
    a[0] * b[1] * i[1] as f64 + a[1] * b[0]
}

#[differentiable]
fn two_states(x: &[f64]) -> f64 {
    x.iter()
        .scan((x[0], 1.0), |(a, b), y| {
            *a = *a * 0.5 + y;
            *b *= *a;
            Some(*a * *b)
        })
        .sum()
}

#[differentiable]
fn states_in_states(x: &[f64]) -> f64 {
    x.iter()
        .scan((x[0], (1.0, 3usize)), |(a, (b, n)), y| {
            *a = *a * 0.5 + y * *n as f64;
            *b *= *a;
            *n += 1;
            Some(*a * *b)
        })
        .sum()
}

#[differentiable]
fn list_and_number(x: &[f64]) -> f64 {
    x.iter()
        .scan((vec![x[0]], 1.0), |(v, s), y| {
            v.push(*y);
            *s *= v[v.len() - 2];
            Some(*s * y)
        })
        .sum()
}

#[differentiable]
fn two_states_bound(x: &[f64]) -> f64 {
    let it = x.iter().scan((x[0], x[1]), |(a, b), y| {
        let t = *a;
        *a = *b * y;
        *b = t;
        Some(*a + *b)
    });
    it.clone().sum::<f64>() * it.product::<f64>()
}

#[differentiable]
fn state_with_a_type(x: &[f64]) -> f64 {
    x.iter()
        .scan(x[0], |s: &mut f64, y| {
            *s = *s * 0.5 + y;
            Some(*s)
        })
        .sum()
}

#[differentiable]
fn option_by_reference_after(x: &[f64], o: &Option<f64>) -> f64 {
    x.iter().chain(o.as_ref()).map(|y| y * y).sum::<f64>()
}

#[differentiable]
fn after_nothing(x: &[f64]) -> f64 {
    let v: Vec<f64> = std::iter::empty().chain(x.iter().copied()).map(|y| y * y).collect();
    v.iter().sum()
}

#[differentiable]
fn nothing_among_others(x: &[f64]) -> f64 {
    let a = std::iter::empty()
        .chain(x.iter().chain(std::iter::empty()))
        .fold(0.5, |s, y| s * 0.5 + y * y);
    let mut s = a;
    for y in std::iter::once(x[0]).chain(std::iter::empty()).chain(std::iter::once(x[1])) {
        s = s * 0.5 + y * y;
    }
    s
}

#[differentiable]
fn copies_of_two_kinds(x: &[f64]) -> f64 {
    let (a, b): (Vec<f64>, Vec<f64>) = x.iter().partition(|y| **y > 0.0);
    let s: f64 = a.iter().map(|y| y * y).sum();
    s + b.iter().sum::<f64>()
}

/// Numbers of one's own that have an order.
#[derive(Clone, Copy, PartialEq, Tangent)]
struct Key(f64);

impl Eq for Key {}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Key) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Key) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

#[differentiable]
fn greatest_of_integers(x: &[f64]) -> f64 {
    let mut counts = [1_usize; 3];
    for (i, y) in x.iter().enumerate() {
        if *y > 0.0 {
            counts[i % 3] += i;
        }
    }
    let most = counts.iter().copied().max().unwrap();
    let (at, _) = counts.iter().copied().enumerate().min().unwrap();
    let steps = x.iter().map(|y| (2.0 * y) as i64).min().unwrap_or(0);
    let last = (0..3).filter(|&i| x[i] > 0.0).max();
    let last = if let Some(i) = last { x[i] } else { -x[0] };
    x[0] * most as f64 + x[1] * x[at] + last * steps as f64 + x[2]
}

#[differentiable]
fn greatest_of_keys(x: &[f64]) -> f64 {
    let keys: Vec<Key> = x.iter().map(|v| Key(v * v)).collect();
    let greatest = keys.iter().copied().max().unwrap();
    let least = keys.iter().cloned().map(|k| Key(k.0 * x[0])).min().unwrap();
    x.iter().map(|v| Key(v * x[1])).max().map_or(0.0, |k| k.0) + greatest.0 * least.0 + x[2]
}

programs![
    nothing_after_the_first("searches that give an item and its number", || {
        assert_eq!(value_and_gradient!(greatest_after_the_first, &[3.0]), (0.0, vec![0.0]));
    }),
    greatest_of_integers("`max` and `min` of chains", 3, |x| greatest_of_integers(x)),
    greatest_of_keys("`max` and `min` of chains", 3, |x| greatest_of_keys(x)),
    number_of_the_greatest("searches that give an item and its number", 3, |x| {
        number_of_the_greatest(x)
    }),
    number_of_the_greatest_unwrapped("searches that give an item and its number", 3, |x| {
        number_of_the_greatest_unwrapped(x)
    }),
    least_and_its_number("searches that give an item and its number", 3, |x| least_and_its_number(
        x
    )),
    greatest_by_reference("searches that give an item and its number", 3, |x| {
        greatest_by_reference(x)
    }),
    greatest_if_there_is_one("searches that give an item and its number", 3, |x| {
        greatest_if_there_is_one(x, 3)
    }),
    greatest_if_there_is_none("searches that give an item and its number", 3, |x| {
        greatest_if_there_is_one(x, 0)
    }),
    found_with_its_number("searches that give an item and its number", 3, |x| {
        found_with_its_number(x)
    }),
    least_by_a_field("searches that give an item and its number", 6, |x| least_by_a_field(&[
        Point { x: x[0], y: x[1], k: x[2] },
        Point { x: x[3], y: x[4], k: x[5] }
    ])),
    greatest_after_the_first("searches that give an item and its number", 3, |x| {
        greatest_after_the_first(x)
    }),
    least_of_the_pair("searches that give an item and its number", 3, |x| least_of_the_pair(x)),
    indexed_by_the_least("searches that give an item and its number", 3, |x| indexed_by_the_least(
        x
    )),
    changed_where_it_is_greatest("searches that give an item and its number", 3, |x| {
        changed_where_it_is_greatest(x)
    }),
    taken_out_by_size("searches that give an item and its number", 4, |x| taken_out_by_size(x)),
    found_or_another("searches that give an item and its number", 3, |x| found_or_another(x)),
    numbers_of_equal_items("searches that give an item and its number", 3, |x| {
        numbers_of_equal_items(&[x[0], x[1], x[2]])
    }),
    last_and_its_number("searches that give an item and its number", 3, |x| last_and_its_number(x)),
    found_after_the_first("searches among some of the items", 3, |x| found_after_the_first(x)),
    greatest_of_some("searches among some of the items", 3, |x| greatest_of_some(x)),
    last_of_some("searches among some of the items", 3, |x| last_of_some(x)),
    index_by_key("`max_by_key`, `min_by_key`", 3, |x| index_by_key(x)),
    least_by_key("`max_by_key`, `min_by_key`", 3, |x| least_by_key(x)),
    greatest_copy_by_key("`max_by_key`, `min_by_key`", 3, |x| greatest_copy_by_key(x)),
    longest_row("`max_by_key`, `min_by_key`", 4, |x| longest_row(&[
        x[..1].to_vec(),
        x[1..].to_vec()
    ])),
    equal_keys("`max_by_key`, `min_by_key`", 3, |x| equal_keys(x)),
    first_of_each("`filter_map` to parts of items", 4, |x| first_of_each(&[
        x[..2].to_vec(),
        x[2..].to_vec()
    ])),
    those_that_are_there("`filter_map` to parts of items", 3, |x| those_that_are_there(&[
        Some(x[0]),
        None,
        Some(x[1]),
        Some(x[2])
    ])),
    those_in_a_map("`filter_map` to parts of items", 3, |x| those_in_a_map(x)),
    those_in_range("`filter_map` to parts of items", 3, |x| those_in_range(x)),
    named_as_a_number("`filter_map` to parts of items", 4, |x| named_as_a_number(&[
        x[..2].to_vec(),
        x[2..].to_vec()
    ])),
    loop_over_first_items("`filter_map` to parts of items", 4, |x| loop_over_first_items(&[
        x[..2].to_vec(),
        x[2..].to_vec()
    ])),
    three_lists("`unzip` into more lists", 3, |x| three_lists(x)),
    three_lists_from_the_left("`unzip` into more lists", 3, |x| three_lists_from_the_left(x)),
    four_lists("`unzip` into more lists", 3, |x| four_lists(x)),
    numbers_and_two_lists("`unzip` into more lists", 4, |x| numbers_and_two_lists(
        &x[..2],
        &x[2..]
    )),
    two_states("`scan` with parts of the state", 3, |x| two_states(x)),
    states_in_states("`scan` with parts of the state", 3, |x| states_in_states(x)),
    list_and_number("`scan` with parts of the state", 3, |x| list_and_number(x)),
    two_states_bound("`scan` with parts of the state", 3, |x| two_states_bound(x)),
    state_with_a_type("`scan` with parts of the state", 3, |x| state_with_a_type(x)),
    option_by_reference_after(
        "`empty`, options in concatenations, `partition` into copies",
        3,
        |x| option_by_reference_after(&x[..2], &Some(x[2]))
    ),
    after_nothing("`empty`, options in concatenations, `partition` into copies", 3, |x| {
        after_nothing(x)
    }),
    nothing_among_others("`empty`, options in concatenations, `partition` into copies", 3, |x| {
        nothing_among_others(x)
    }),
    copies_of_two_kinds("`empty`, options in concatenations, `partition` into copies", 4, |x| {
        copies_of_two_kinds(x)
    }),
];
