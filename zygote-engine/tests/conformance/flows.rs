//! Chains and loops in combination.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[differentiable]
fn taken_of_a_state(x: &[f64], k: f64) -> f64 {
    let mut c = k;
    x.iter()
        .map(|v| {
            c = c * 0.5 + v;
            c * v
        })
        .filter(|y| *y > 0.2)
        .take(2)
        .sum::<f64>()
        * c
}

#[differentiable]
fn stepped_after_filter(x: &[f64], k: f64) -> f64 {
    x.iter()
        .enumerate()
        .filter(|(i, y)| i % 2 == 1 || **y > 0.0)
        .map(|(i, y)| y * k + i as f64)
        .step_by(2)
        .take(3)
        .fold(1.0, |s, y| s * 0.5 + y * y)
}

#[differentiable]
fn numbered_concatenation(x: &[f64], k: f64) -> f64 {
    let v: Vec<f64> =
        x.iter().chain(&[k, k * k]).enumerate().map(|(i, y)| y * (i as f64 + k)).collect();
    v.iter().rev().zip(&v).map(|(a, b)| a * b).sum()
}

#[differentiable]
fn last_of_a_scan(x: &[f64], k: f64) -> f64 {
    x.iter()
        .scan(k, |s, y| {
            *s += y * y;
            Some(*s)
        })
        .filter(|s| *s > 0.5)
        .last()
        .unwrap_or(k * x[0])
}

#[differentiable]
fn nth_and_greatest(x: &[f64], k: f64) -> f64 {
    x.iter().filter(|y| **y > -0.5).map(|y| y.sin() * k).nth(1).unwrap_or(x[1] * k)
        + x.iter()
            .filter_map(|y| if *y > 0.0 { Some(y * k) } else { None })
            .max_by(|a, b| a.total_cmp(b))
            .unwrap_or(k)
}

#[differentiable]
fn fold_with_a_vector(x: &[f64], k: f64) -> f64 {
    let (v, s) = x.iter().fold((vec![k], 1.0), |(mut v, s), y| {
        let l = v[v.len() - 1];
        v.push(l * y);
        (v, s * 0.5 + y)
    });
    v.iter().sum::<f64>() * s
}

#[differentiable]
fn stack_by_last(x: &[f64], k: f64) -> f64 {
    let mut s = k;
    let mut stack = x.to_vec();
    let mut n = 0;
    while let Some(&top) = stack.last() {
        s = s * top + 0.5;
        if s > 1.0 && n < 6 {
            stack.push(s * 0.3);
            n += 1;
            s = -s;
        } else {
            stack.pop();
        }
        if n > 1 {
            break;
        }
    }
    s
}

#[differentiable]
fn two_conditions(x: &[f64], t: f64) -> f64 {
    let mut i = 0;
    let mut s = 1.0;
    while i < x.len() && x[i] * s < t + 1.0 {
        s = s * 0.9 + x[i];
        i += 1;
        if i == 2 && s < 0.7 {
            s *= t;
            i += 1;
            continue;
        }
    }
    s * i as f64 + t
}

#[differentiable]
fn walk_of_an_index(x: &[f64], k: f64) -> f64 {
    let mut at = 1usize;
    let mut dir = 1i32;
    let mut s = k;
    for _ in 0..6 {
        let y = x[at];
        s += y * s.cos();
        if y * s > 0.2 {
            dir = -dir;
        }
        let next = at as i32 + dir;
        at = next.rem_euclid(x.len() as i32) as usize;
        if at == 0 {
            s *= 0.5;
        }
    }
    s * x[at]
}

#[differentiable]
fn labelled_rows(m: &[Vec<f64>], k: f64) -> f64 {
    let mut s = k;
    'rows: for row in m.iter() {
        let mut t = 0.0;
        for (j, y) in row.iter().enumerate() {
            if *y < -1.0 {
                continue 'rows;
            }
            t += y * (j as f64 + s);
            if t > 2.0 {
                s += t;
                break;
            }
            if s > 4.0 {
                break 'rows;
            }
        }
        s = s * 0.7 + t;
    }
    s
}

#[differentiable]
fn rising_windows(x: &[f64], k: f64) -> f64 {
    x.windows(2)
        .enumerate()
        .filter(|(_, w)| w[0] < w[1])
        .map(|(i, w)| (w[1] - w[0]) * k * (i + 1) as f64)
        .sum::<f64>()
        + x.chunks(2).rev().map(|c| c[0] * k).product::<f64>()
}

#[differentiable]
fn parts_changed_in_chains(x: &[f64], k: f64) -> f64 {
    let mut v = x.to_vec();
    for y in v.iter_mut() {
        if *y > 0.0 {
            *y *= k;
        }
    }
    v.iter_mut().skip(1).step_by(2).for_each(|y| *y = *y * *y + k);
    v.iter_mut().rev().take(2).enumerate().for_each(|(i, y)| *y += i as f64 * x[0]);
    v.iter().map(|y| y * y).sum()
}

#[differentiable]
fn best_removed(x: &[f64], k: f64) -> f64 {
    let mut best = 0;
    for i in 1..x.len() {
        if x[i] * k > x[best] * k {
            best = i;
        }
    }
    let v = x[best];
    let mut w = x.to_vec();
    w.remove(best);
    v * v * k + w.iter().sum::<f64>()
}

#[differentiable]
fn groups(x: &[f64], k: f64) -> f64 {
    let mut groups: Vec<Vec<f64>> = vec![vec![]; 2];
    for y in x {
        let g = if *y > 0.0 { 1 } else { 0 };
        groups[g].push(*y * k);
    }
    groups
        .iter()
        .map(|g| if g.is_empty() { k } else { g.iter().sum::<f64>() / g.len() as f64 })
        .product()
}

#[differentiable]
fn closures_of_slices(x: &[f64], k: f64) -> f64 {
    let f = |v: &[f64]| v.iter().map(|y| y * k).sum::<f64>();
    let g = |a: f64, b: f64| if a > b { f(x) * a } else { f(&x[1..]) * b };
    g(x[0], k) + g(k, x[1])
}

#[differentiable]
fn memoised(x: &[f64], k: f64) -> f64 {
    let mut memo: Vec<Option<f64>> = vec![None; 6];
    fibonacci(5, x, k, &mut memo) + memo[3].unwrap_or(k)
}

#[differentiable]
fn fibonacci(n: usize, x: &[f64], k: f64, memo: &mut Vec<Option<f64>>) -> f64 {
    if n < 2 {
        return x[n];
    }
    if let Some(y) = memo[n] {
        return y;
    }
    let y = fibonacci(n - 1, x, k, memo) * k + fibonacci(n - 2, x, k, memo);
    memo[n] = Some(y);
    y
}

#[differentiable]
fn rows_and_columns(x: &[f64], k: f64) -> f64 {
    let mut a = [[0.0; 3]; 3];
    for (i, row) in a.iter_mut().enumerate() {
        for (j, y) in row.iter_mut().enumerate() {
            *y = x[(i + j) % x.len()] * (i as f64 - j as f64 + k);
        }
    }
    for i in 0..3 {
        let (p, q) = (a[i][(i + 1) % 3], a[(i + 2) % 3][i]);
        a[i][i] = p * q;
    }
    a.iter().map(|r| r.iter().product::<f64>()).sum()
}

#[differentiable]
fn state_in_a_tuple(x: f64, y: f64) -> f64 {
    let mut s = (x, y, 0usize);
    loop {
        s = match s {
            (a, b, n) if a > b => (b * 0.9, a, n + 1),
            (a, b, n) => (a + b * 0.5, a * b, n + 1),
        };
        if s.2 > 5 || s.0 > 10.0 {
            break s.0 * s.1;
        }
    }
}

#[differentiable]
fn tuples_collected(x: &[f64], k: f64) -> f64 {
    let v = x.iter().map(|y| (y * k, y.cos())).collect::<Vec<_>>();
    let (a, b) = v[1];
    let mut t = 0.0;
    for &(p, q) in &v {
        t += p * q * a;
    }
    for (i, (p, _)) in v.iter().enumerate().skip(1) {
        t -= p * i as f64 * b;
    }
    t
}

#[differentiable]
fn neighbours_by_split(x: &[f64], k: f64) -> f64 {
    let mut v = x.to_vec();
    let n = v.len();
    for i in 0..=n {
        let (l, r) = v.split_at_mut(i);
        if let Some(a) = l.last_mut() {
            *a *= k;
            if let Some(b) = r.first_mut() {
                *b += *a;
            }
        }
    }
    v.iter().product()
}

#[differentiable]
fn queue_of_two_ends(x: &[f64], k: f64) -> f64 {
    let mut q = std::collections::VecDeque::new();
    q.push_back((x[0], 0));
    let mut s = k;
    while let Some((y, d)) = q.pop_front() {
        s = s * 0.8 + y * x[1];
        if d < 2 {
            q.push_back((y * k, d + 1));
            if y > s {
                q.push_front((y - s, d + 1));
            }
        }
    }
    s
}

#[differentiable]
fn pairs_in_order(x: &[f64], k: f64) -> f64 {
    x.iter()
        .map(|a| x.iter().filter(|b| *b > a).map(|b| b * k).sum::<f64>() * a)
        .fold(k, |s, y| s * 0.5 + y)
}

#[differentiable]
fn branches_that_continue(x: &[f64], k: f64) -> f64 {
    let mut s = 0.0;
    for i in (0..x.len()).rev() {
        for j in (i..x.len()).step_by(2) {
            let t = x[i] * x[j];
            s += if t > 0.3 {
                t * k
            } else if i == j {
                continue;
            } else {
                t
            };
        }
        if s > 5.0 {
            return s * k;
        }
    }
    s + k
}

programs![
    taken_of_a_state("`map` with a state, `filter`, `take`", 5, |x| taken_of_a_state(
        &x[..4],
        x[4]
    )),
    stepped_after_filter("`filter`, `step_by`, `take` in a row", 6, |x| stepped_after_filter(
        &x[..5],
        x[5]
    )),
    numbered_concatenation("`chain`, `enumerate`, `collect`", 4, |x| numbered_concatenation(
        &x[..3],
        x[3]
    )),
    last_of_a_scan("`scan`, `filter`, `last`", 4, |x| last_of_a_scan(&x[..3], x[3])),
    nth_and_greatest("`filter`, `nth`; `filter_map`, `max_by`", 4, |x| nth_and_greatest(
        &x[..3],
        x[3]
    )),
    fold_with_a_vector("`fold` with a vector in a tuple", 4, |x| fold_with_a_vector(&x[..3], x[3])),
    stack_by_last("`while let Some(&x) = stack.last()`", 4, |x| stack_by_last(&x[..3], x[3])),
    two_conditions("`while` with an index and a condition on the element", 5, |x| two_conditions(
        &x[..4],
        x[4]
    )),
    walk_of_an_index("indices that turn around", 4, |x| walk_of_an_index(&x[..3], x[3])),
    labelled_rows("`continue` and `break` of rows", 5, |x| labelled_rows(
        &[x[..2].to_vec(), x[2..4].to_vec()],
        x[4]
    )),
    rising_windows("`windows`, `enumerate`, `filter`", 5, |x| rising_windows(&x[..4], x[4])),
    parts_changed_in_chains("`iter_mut` with `skip`, `step_by`, `rev`, `take`", 5, |x| {
        parts_changed_in_chains(&x[..4], x[4])
    }),
    best_removed("an index found by a loop", 4, |x| best_removed(&x[..3], x[3])),
    groups("groups made by a branch", 4, |x| groups(&x[..3], x[3])),
    closures_of_slices("closures that call closures", 4, |x| closures_of_slices(&x[..3], x[3])),
    memoised("a memo lent to a recursion", 3, |x| memoised(&x[..2], x[2])),
    rows_and_columns("`iter_mut` of rows and elements", 4, |x| rows_and_columns(&x[..3], x[3])),
    state_in_a_tuple("a tuple that a `match` changes", 2, |x| state_in_a_tuple(x[0], x[1])),
    tuples_collected("vectors of tuples, walked by patterns", 4, |x| tuples_collected(
        &x[..3],
        x[3]
    )),
    neighbours_by_split("`split_at_mut` in a loop", 4, |x| neighbours_by_split(&x[..3], x[3])),
    queue_of_two_ends("a queue of two ends", 3, |x| queue_of_two_ends(&x[..2], x[2])),
    pairs_in_order("a chain of a chain with a filter", 4, |x| pairs_in_order(&x[..3], x[3])),
    branches_that_continue("`continue` in an operand", 5, |x| branches_that_continue(
        &x[..4],
        x[4]
    )),
];
