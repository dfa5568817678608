//! Iterators that are looked at before they are advanced.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[differentiable]
fn squares(x: &[f64]) -> f64 {
    x.iter().map(|y| y * y).sum()
}

#[differentiable]
fn peeked(x: &[f64]) -> f64 {
    let mut it = x.iter().peekable();
    let mut s = 0.0;
    while let Some(a) = it.next() {
        if let Some(&b) = it.peek() {
            s += a * b;
        } else {
            s += a * a;
        }
    }
    s
}

#[differentiable]
fn peeked_copies(x: &[f64]) -> f64 {
    let mut it = x.iter().copied().peekable();
    let mut s = 0.0;
    while let Some(a) = it.next() {
        if let Some(b) = it.peek() {
            s += a * b;
        }
    }
    s
}

#[differentiable]
fn is_the_last(x: &[f64]) -> f64 {
    let mut it = x.iter().peekable();
    let mut s = 0.0;
    while let Some(a) = it.next() {
        let last = it.peek().is_none();
        if last {
            s *= a;
        } else {
            s += a * a;
        }
    }
    s
}

#[differentiable]
fn peeked_or_another(x: &[f64]) -> f64 {
    let mut it = x.iter().peekable();
    let mut s = 0.0;
    while let Some(a) = it.next() {
        let next = it.peek().map(|b| **b).unwrap_or(1.0);
        s += a * next;
    }
    s
}

#[differentiable]
fn next_if_positive(x: &[f64]) -> f64 {
    let mut it = x.iter().peekable();
    let mut s = 0.0;
    while let Some(a) = it.next() {
        let mut run = *a;
        while let Some(b) = it.next_if(|b| **b > 0.0) {
            run *= b;
        }
        s += run;
    }
    s
}

#[differentiable]
fn while_one_is_left(x: &[f64]) -> f64 {
    let mut it = x.iter().peekable();
    let mut s = 0.0;
    while it.peek().is_some() {
        let a = it.next().unwrap();
        s = s * 0.5 + a * a;
    }
    s
}

#[differentiable]
fn merged(x: &[f64]) -> f64 {
    let mut a = x[..2].iter().peekable();
    let mut b = x[2..].iter().peekable();
    let mut out = vec![];
    loop {
        match (a.peek(), b.peek()) {
            (Some(&&p), Some(&&q)) => {
                if p < q {
                    out.push(p * 2.0);
                    a.next();
                } else {
                    out.push(q * q);
                    b.next();
                }
            }
            (Some(&&p), None) => {
                out.push(p);
                a.next();
            }
            (None, Some(&&q)) => {
                out.push(q * 3.0);
                b.next();
            }
            (None, None) => break,
        }
    }
    out[0] * out[1] + out[2] * out[3]
}

#[differentiable]
fn peeked_rows_alone(x: &[f64]) -> f64 {
    let rows = vec![vec![x[0], x[1]], vec![x[2] * x[3]], vec![x[0] * x[2]]];
    let mut it = rows.iter().peekable();
    let mut s = 0.0;
    while let Some(r) = it.next() {
        if let Some(n) = it.peek() {
            s += r[0] * n[0] * n.len() as f64;
        } else {
            s *= r[0];
        }
    }
    s
}

#[differentiable]
fn peeked_rows(x: &[f64]) -> f64 {
    peeked_rows_alone(x) + squares(x)
}

#[derive(Clone, Tangent)]
struct Weighted {
    w: f64,
    k: usize,
}
#[differentiable]
fn groups(x: &[f64]) -> f64 {
    let ps = vec![
        Weighted { w: x[0] * x[1], k: 1 },
        Weighted { w: x[2], k: 1 },
        Weighted { w: x[3], k: 2 },
    ];
    let mut it = ps.iter().peekable();
    let mut s = 1.0;
    while let Some(p) = it.next() {
        let mut group = p.w;
        while let Some(q) = it.peek() {
            if q.k != p.k {
                break;
            }
            group += q.w * q.w;
            it.next();
        }
        s *= group;
    }
    s
}

#[differentiable]
fn peeked_numbers(x: &[f64]) -> f64 {
    let mut it = x.iter().enumerate().peekable();
    let mut s = 0.0;
    while let Some((i, a)) = it.next() {
        if let Some(&(j, b)) = it.peek() {
            s += a * b * (i + j) as f64;
        }
    }
    s
}

#[differentiable]
fn up_to_a_large_one(x: &[f64]) -> f64 {
    let mut it = x.iter().copied().peekable();
    let mut s = 0.0;
    while let Some(&a) = it.peek() {
        if a > 0.5 {
            break;
        }
        s += a * a;
        it.next();
    }
    s * it.map(|y| y * y).sum::<f64>()
}

#[differentiable]
fn peeked_of_a_map(x: &[f64]) -> f64 {
    let mut it = x.iter().map(|y| y * x[0]).peekable();
    let mut s = 0.0;
    while let Some(a) = it.next() {
        if let Some(&b) = it.peek() {
            s += a * b;
        }
        if let Some(b) = it.peek() {
            s += a * *b * 0.5;
        }
    }
    s
}

#[differentiable]
fn peeked_with_a_guard(x: &[f64]) -> f64 {
    let mut it = x.iter().peekable();
    let mut s = 0.0;
    while let Some(a) = it.next() {
        match it.peek() {
            Some(b) if **b > 0.0 => s += a * *b,
            Some(&b) => s += b,
            None => s += a,
        }
    }
    s
}

programs![
    peeked("`peek`", 4, |x| peeked(x)),
    peeked_copies("`peek`", 4, |x| peeked_copies(x)),
    is_the_last("`peek`", 4, |x| is_the_last(x)),
    peeked_or_another("`peek`", 4, |x| peeked_or_another(x)),
    next_if_positive("`peek`", 4, |x| next_if_positive(x)),
    while_one_is_left("`peek`", 4, |x| while_one_is_left(x)),
    merged("`peek`", 4, |x| merged(x)),
    peeked_rows("`peek`", 4, |x| peeked_rows(x)),
    groups("`peek`", 4, |x| groups(x)),
    peeked_numbers("`peek`", 4, |x| peeked_numbers(x)),
    up_to_a_large_one("`peek`", 4, |x| up_to_a_large_one(x)),
    peeked_of_a_map("`peek`", 4, |x| peeked_of_a_map(x)),
    peeked_with_a_guard("`peek`", 4, |x| peeked_with_a_guard(x)),
];
