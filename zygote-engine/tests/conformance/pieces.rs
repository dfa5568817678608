//! Slices in pieces.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[differentiable]
fn squares(x: &[f64]) -> f64 {
    x.iter().map(|y| y * y).sum()
}

#[differentiable]
fn split_at_large_ones(x: &[f64]) -> f64 {
    x.split(|y| *y > 0.5).map(|c| c.iter().product::<f64>()).sum()
}

#[differentiable]
fn split_in_a_loop(x: &[f64]) -> f64 {
    let mut s = 1.0;
    for c in x.split(|y| *y > 0.5) {
        s = s * 0.5 + c.iter().sum::<f64>();
    }
    s
}

#[differentiable]
fn rsplit_in_a_loop(x: &[f64]) -> f64 {
    let mut s = 1.0;
    for c in x.rsplit(|y| *y > 0.5) {
        s = s * 0.5 + c.iter().sum::<f64>();
    }
    s
}

#[differentiable]
fn split_inclusive_in_a_loop(x: &[f64]) -> f64 {
    let mut s = 1.0;
    for c in x.split_inclusive(|y| *y > 0.5) {
        s = s * 0.5 + c.iter().sum::<f64>();
    }
    s
}

#[differentiable]
fn numbered_pieces_alone(x: &[f64]) -> f64 {
    x.split(|y| *y > 0.5)
        .filter(|c| !c.is_empty())
        .enumerate()
        .map(|(i, c)| c[0] * c[c.len() - 1] * i as f64)
        .sum::<f64>()
        + x[0]
}

#[differentiable]
fn numbered_pieces(x: &[f64]) -> f64 {
    numbered_pieces_alone(x) + squares(x)
}

#[differentiable]
fn split_and_left_alone(x: &[f64]) -> f64 {
    let t = x[3];
    let mut s = 1.0;
    'a: for c in x.split(|y| *y > t) {
        for y in c {
            if *y < -1.0 {
                continue 'a;
            }
            s = s * 0.5 + y * t;
        }
        if s > 1.0 {
            break;
        }
    }
    s
}

#[differentiable]
fn split_and_left(x: &[f64]) -> f64 {
    split_and_left_alone(x) + squares(x)
}

#[differentiable]
fn split_text_by_a_test(x: &[f64]) -> f64 {
    let w = "ab,c,,d".split(|c| c == ',').map(|w| w.len() as f64).sum::<f64>();
    x[0] * w + x[1] * x[2] * x[3]
}

#[differentiable]
fn split_text(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for w in "ab,c,,d".split(',') {
        s += w.len() as f64 * x[0];
    }
    s * x[1] + x[2] * x[3]
}

#[differentiable]
fn split_and_bound_alone(x: &[f64]) -> f64 {
    let it = x.split_inclusive(|y| *y > 0.0);
    let mut s = 0.0;
    for c in it {
        s = s * 0.5 + c[c.len() - 1] * c[0];
    }
    s
}

#[differentiable]
fn split_and_bound(x: &[f64]) -> f64 {
    split_and_bound_alone(x) + squares(x)
}

#[differentiable]
fn rsplit_and_skipped_alone(x: &[f64]) -> f64 {
    let v: Vec<f64> = x.iter().map(|y| y * x[0]).collect();
    let mut s = 1.0;
    for c in v[1..].rsplit(|y| *y > 0.2).skip(1) {
        s = s * 0.5 + c.iter().map(|y| y * y).sum::<f64>();
    }
    s * x[0] + x[1] + x[2] + x[3]
}

#[differentiable]
fn rsplit_and_skipped(x: &[f64]) -> f64 {
    rsplit_and_skipped_alone(x) + squares(x)
}

#[differentiable]
fn empty_pieces(x: &[f64]) -> f64 {
    let e: Vec<f64> = vec![];
    let a = e.split(|y| *y > 0.0).count();
    let b = e.rsplit(|y| *y > 0.0).count();
    let c = e.split_inclusive(|y| *y > 0.0).count();
    let d = e.chunk_by(|a, b| a < b).count();
    let v = vec![1.0 * x[0], 2.0, 1.0];
    let s = v.split(|y| *y > -9.0).count();
    x[0] * (a + 10 * b + 100 * c + 1000 * d + 10000 * s) as f64 + x[1] + x[2] * x[3]
}

#[differentiable]
fn rising_runs(x: &[f64]) -> f64 {
    x.chunk_by(|a, b| a < b).map(|c| c[0] * c[c.len() - 1]).sum()
}

#[differentiable]
fn runs_of_a_sign(x: &[f64]) -> f64 {
    let mut s = 1.0;
    for c in x.chunk_by(|a, b| (*a > 0.0) == (*b > 0.0)) {
        s = s * 0.5 + c.iter().product::<f64>();
    }
    s
}

#[differentiable]
fn products_of_runs(x: &[f64]) -> f64 {
    let v: Vec<f64> = x.chunk_by(|a, b| a < b).map(|c| c.iter().product()).collect();
    v.iter().sum::<f64>() * v.len() as f64
}

#[derive(Clone, Tangent)]
struct Point {
    w: f64,
    g: usize,
}
#[differentiable]
fn groups_of_fields(x: &[f64]) -> f64 {
    let ps = vec![Point { w: x[0], g: 1 }, Point { w: x[1] * x[2], g: 1 }, Point { w: x[3], g: 2 }];
    ps.chunk_by(|a, b| a.g == b.g).map(|g| g.iter().map(|p| p.w).sum::<f64>()).product()
}

#[differentiable]
fn runs_without_their_first_alone(x: &[f64]) -> f64 {
    x.chunk_by(|a, b| a < b).flat_map(|c| c.iter().skip(1)).map(|y| y * y).sum::<f64>() + x[0]
}

#[differentiable]
fn runs_without_their_first(x: &[f64]) -> f64 {
    runs_without_their_first_alone(x) + squares(x)
}

#[differentiable]
fn remainder_of_chunks_alone(x: &[f64]) -> f64 {
    let c = x.chunks_exact(3);
    let r = c.remainder();
    let s: f64 = c.map(|c| c[0] * c[1]).sum();
    s * r[0]
}

#[differentiable]
fn remainder_of_chunks(x: &[f64]) -> f64 {
    remainder_of_chunks_alone(x) + squares(x)
}

#[differentiable]
fn remainder_after_chunks(x: &[f64]) -> f64 {
    let mut c = x.chunks_exact(3);
    let mut s = 0.0;
    for c in c.by_ref() {
        s += c[0] * c[1] * c[2];
    }
    for y in c.remainder() {
        s *= y;
    }
    s
}

#[differentiable]
fn remainder_before_chunks_alone(x: &[f64]) -> f64 {
    let c = x.chunks_exact(3);
    let r = c.remainder();
    let s: f64 = c.map(|c| c[0] * c[1] * c[2]).sum();
    s * r[0]
}

#[differentiable]
fn remainder_before_chunks(x: &[f64]) -> f64 {
    remainder_before_chunks_alone(x) + squares(x)
}

programs![
    split_at_large_ones("`split`, `rsplit`, `split_inclusive` of slices", 4, |x| {
        split_at_large_ones(x)
    }),
    split_in_a_loop("`split`, `rsplit`, `split_inclusive` of slices", 4, |x| split_in_a_loop(x)),
    rsplit_in_a_loop("`split`, `rsplit`, `split_inclusive` of slices", 4, |x| rsplit_in_a_loop(x)),
    split_inclusive_in_a_loop("`split`, `rsplit`, `split_inclusive` of slices", 4, |x| {
        split_inclusive_in_a_loop(x)
    }),
    numbered_pieces("`split`, `rsplit`, `split_inclusive` of slices", 4, |x| numbered_pieces(x)),
    split_and_left("`split`, `rsplit`, `split_inclusive` of slices", 4, |x| split_and_left(x)),
    split_text_by_a_test("`split`, `rsplit`, `split_inclusive` of slices", 4, |x| {
        split_text_by_a_test(x)
    }),
    split_text("`split`, `rsplit`, `split_inclusive` of slices", 4, |x| split_text(x)),
    split_and_bound("`split`, `rsplit`, `split_inclusive` of slices", 4, |x| split_and_bound(x)),
    rsplit_and_skipped(
        "`split`, `rsplit`, `split_inclusive` of slices",
        4,
        |x| rsplit_and_skipped(x)
    ),
    empty_pieces("`split`, `rsplit`, `split_inclusive` of slices", 4, |x| empty_pieces(x)),
    rising_runs("`chunk_by`", 4, |x| rising_runs(x)),
    runs_of_a_sign("`chunk_by`", 4, |x| runs_of_a_sign(x)),
    products_of_runs("`chunk_by`", 4, |x| products_of_runs(x)),
    groups_of_fields("`chunk_by`", 4, |x| groups_of_fields(x)),
    runs_without_their_first("`chunk_by`", 4, |x| runs_without_their_first(x)),
    remainder_of_chunks("`remainder`", 4, |x| remainder_of_chunks(x)),
    remainder_after_chunks("`remainder`", 4, |x| remainder_after_chunks(x)),
    remainder_before_chunks("`remainder`", 4, |x| remainder_before_chunks(x)),
];
