//! `VecDeque`.

use crate::check::programs;
use chainrules::prelude::*;
use std::collections::VecDeque;
use zygote_engine::prelude::*;

#[differentiable]
fn both_ends(x: &[f64]) -> f64 {
    let mut queue = VecDeque::new();
    for (i, y) in x.iter().enumerate() {
        if i % 2 == 0 {
            queue.push_back(*y);
        } else {
            queue.push_front(y * y);
        }
    }
    let last = queue.pop_back().unwrap();
    queue[0] * queue[1] + last * queue[2]
}

#[differentiable]
fn loop_over_deque(q: &VecDeque<f64>) -> f64 {
    let mut s = 0.0;
    for v in q {
        s += v * v;
    }
    s
}

#[differentiable]
fn loop_over_iter(q: &VecDeque<f64>) -> f64 {
    let mut s = 0.0;
    for v in q.iter() {
        s += v * v;
    }
    s
}

#[differentiable]
fn chain_of_deque(q: &VecDeque<f64>) -> f64 {
    q.iter().rev().map(|v| v * v).sum::<f64>()
}

#[differentiable]
fn deque_by_value(q: VecDeque<f64>) -> f64 {
    let mut s = 0.0;
    for v in q {
        s += v * v;
    }
    s
}

#[differentiable]
fn moving_window(x: &[f64]) -> f64 {
    let mut q = VecDeque::new();
    let mut s = 0.0;
    for v in x {
        q.push_back(*v);
        if q.len() > 2 {
            q.pop_front();
        }
        s += q.iter().sum::<f64>() * v;
    }
    s
}

#[differentiable]
fn changed_items(q: &VecDeque<f64>) -> f64 {
    let mut q = q.clone();
    for v in q.iter_mut() {
        *v *= *v;
    }
    q[0] * q[1]
}

#[differentiable]
fn changed_items_by_reference(q: &VecDeque<f64>) -> f64 {
    let mut q = q.clone();
    for v in &mut q {
        *v *= *v;
    }
    q[0] * q[1]
}

#[differentiable]
fn item_of_deque(q: &VecDeque<f64>, i: usize) -> f64 {
    let other = q[0] * q[1] * q[2];
    if let Some(v) = q.get(i) { v * v + other } else { other }
}

#[differentiable]
fn changed_item(q: &VecDeque<f64>, i: usize) -> f64 {
    let mut q = q.clone();
    if let Some(v) = q.get_mut(i) {
        *v *= *v;
    }
    q[0] * q[1]
}

#[differentiable]
fn ends_of_deque(q: &VecDeque<f64>) -> f64 {
    let mut s = *q.front().unwrap();
    let mut rest = q.clone();
    rest.pop_front();
    if let Some(v) = rest.back() {
        s += v * v;
    }
    s
}

#[differentiable]
fn changed_ends(q: &VecDeque<f64>) -> f64 {
    let mut q = q.clone();
    *q.front_mut().unwrap() *= 2.0;
    let first = q.pop_front().unwrap();
    if let Some(v) = q.back_mut() {
        *v *= *v;
    }
    first * (1.0 + q.iter().sum::<f64>())
}

#[differentiable]
fn indexed_deque(q: &VecDeque<f64>) -> f64 {
    let mut q = q.clone();
    q[2] *= q[0];
    q[0] = q[1] * q[1];
    q[1] += q[0];
    q[0] * q[1] * q[2]
}

#[differentiable]
fn rotated_deque(q: &VecDeque<f64>) -> f64 {
    let mut q = q.clone();
    q.rotate_left(1);
    q.rotate_right(2);
    q.swap(0, 1);
    q[0] * q[0] + q[1] * q[2]
}

#[differentiable]
fn cut_deque(q: &VecDeque<f64>) -> f64 {
    let mut q = q.clone();
    let last = q[2];
    q.truncate(2);
    let s = q[0] * q[1];
    q.insert(1, s);
    let r = q.remove(0);
    let t = r.unwrap() * q[0] + last * last;
    q.clear();
    t
}

#[differentiable]
fn deque_of_list(x: &[f64]) -> f64 {
    let mut q = VecDeque::from(x.to_vec());
    q.push_back(x[0]);
    q[0] * q[1] * q[2]
}

#[differentiable]
fn deque_of_numbers(x: f64, y: f64) -> f64 {
    let q = VecDeque::from(vec![x, y]);
    q[0] * q[1] * q[1]
}

#[differentiable]
fn deque_with_capacity(x: f64, y: f64) -> f64 {
    let mut q = VecDeque::with_capacity(3);
    q.push_back(x * y);
    q.push_front(x);
    q[0] * q[1]
}

#[differentiable]
fn extended_deque(x: &[f64]) -> f64 {
    let mut q = VecDeque::new();
    q.extend(x.iter().map(|v| v * v));
    q.extend(x);
    q.extend(x.iter().copied());
    q[0] * q[1] * q[2]
}

#[differentiable]
fn collected_deque(x: &[f64]) -> f64 {
    let q: VecDeque<f64> = x.iter().map(|v| v * v).collect();
    q[0] * q[1]
}

#[differentiable]
fn worked_queue(x: &[f64]) -> f64 {
    let mut q = VecDeque::from(x.to_vec());
    let mut s = 1.0;
    while let Some(v) = q.pop_front() {
        s *= v;
        if s > 0.5 {
            q.push_back(v * 0.1);
            q.push_back(v);
        }
        if q.len() > 4 {
            break;
        }
        if s.abs() < 0.05 {
            break;
        }
    }
    s
}

#[differentiable]
fn drained_deque(x: &[f64]) -> f64 {
    let mut q: VecDeque<f64> = x.iter().copied().collect();
    let mut s = 1.0;
    for a in q.drain(1..=1) {
        s *= a;
        if s > 0.1 {
            break;
        }
    }
    s * q[0] + q[1] * q[1] + q.len() as f64
}

programs![
    both_ends("`VecDeque`: `push_back`, `push_front`, `pop_back`, `pop_front`", 4, |x| both_ends(
        x
    )),
    loop_over_deque("`VecDeque`: loops and chains", 3, |x| loop_over_deque(&VecDeque::from(
        x.to_vec()
    ))),
    loop_over_iter("`VecDeque`: loops and chains", 3, |x| loop_over_iter(&VecDeque::from(
        x.to_vec()
    ))),
    chain_of_deque("`VecDeque`: loops and chains", 3, |x| chain_of_deque(&VecDeque::from(
        x.to_vec()
    ))),
    deque_by_value("`VecDeque`: loops and chains", 3, |x| deque_by_value(VecDeque::from(
        x.to_vec()
    ))),
    moving_window("`VecDeque`: loops and chains", 3, |x| moving_window(x)),
    changed_items("`VecDeque`: `iter_mut` and `&mut deque`", 2, |x| changed_items(
        &VecDeque::from(x.to_vec())
    )),
    changed_items_by_reference("`VecDeque`: `iter_mut` and `&mut deque`", 2, |x| {
        changed_items_by_reference(&VecDeque::from(x.to_vec()))
    }),
    item_of_deque("`VecDeque`: `get`, `front`, `back` and their `_mut`", 3, |x| item_of_deque(
        &VecDeque::from(x.to_vec()),
        1
    )),
    no_item_of_deque("`VecDeque`: `get`, `front`, `back` and their `_mut`", 3, |x| item_of_deque(
        &VecDeque::from(x.to_vec()),
        3
    )),
    changed_item("`VecDeque`: `get`, `front`, `back` and their `_mut`", 2, |x| changed_item(
        &VecDeque::from(x.to_vec()),
        1
    )),
    changed_no_item("`VecDeque`: `get`, `front`, `back` and their `_mut`", 2, |x| changed_item(
        &VecDeque::from(x.to_vec()),
        2
    )),
    ends_of_deque("`VecDeque`: `get`, `front`, `back` and their `_mut`", 2, |x| ends_of_deque(
        &VecDeque::from(x.to_vec())
    )),
    ends_of_one("`VecDeque`: `get`, `front`, `back` and their `_mut`", 1, |x| ends_of_deque(
        &VecDeque::from(x.to_vec())
    )),
    changed_ends("`VecDeque`: `get`, `front`, `back` and their `_mut`", 2, |x| changed_ends(
        &VecDeque::from(x.to_vec())
    )),
    changed_ends_of_one(
        "`VecDeque`: `get`, `front`, `back` and their `_mut`",
        1,
        |x| changed_ends(&VecDeque::from(x.to_vec()))
    ),
    indexed_deque("`VecDeque`: reading and writing `[i]`", 3, |x| indexed_deque(&VecDeque::from(
        x.to_vec()
    ))),
    rotated_deque(
        "`VecDeque`: `swap`, `rotate_left`, `truncate`, `insert`, `remove`, `clear`",
        3,
        |x| rotated_deque(&VecDeque::from(x.to_vec()))
    ),
    cut_deque(
        "`VecDeque`: `swap`, `rotate_left`, `truncate`, `insert`, `remove`, `clear`",
        3,
        |x| cut_deque(&VecDeque::from(x.to_vec()))
    ),
    deque_of_list("`VecDeque` by `from`, `with_capacity`, `collect` and `extend`", 3, |x| {
        deque_of_list(x)
    }),
    deque_of_numbers("`VecDeque` by `from`, `with_capacity`, `collect` and `extend`", 2, |x| {
        deque_of_numbers(x[0], x[1])
    }),
    deque_with_capacity("`VecDeque` by `from`, `with_capacity`, `collect` and `extend`", 2, |x| {
        deque_with_capacity(x[0], x[1])
    }),
    extended_deque("`VecDeque` by `from`, `with_capacity`, `collect` and `extend`", 3, |x| {
        extended_deque(x)
    }),
    collected_deque("`VecDeque` by `from`, `with_capacity`, `collect` and `extend`", 2, |x| {
        collected_deque(x)
    }),
    worked_queue("`VecDeque` by `from`, `with_capacity`, `collect` and `extend`", 3, |x| {
        worked_queue(x)
    }),
    drained_deque("`drain`", 3, |x| drained_deque(x)),
];
