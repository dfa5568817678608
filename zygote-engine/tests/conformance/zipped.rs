//! Zips of chains that drop or add items.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[differentiable]
fn squares(x: &[f64]) -> f64 {
    x.iter().map(|y| y * y).sum()
}

#[differentiable]
fn with_a_slice_alone(x: &[f64]) -> f64 {
    x.iter().filter(|y| **y > 0.0).zip(&x[2..]).map(|(a, b)| a * b).sum()
}

#[differentiable]
fn with_a_slice(x: &[f64]) -> f64 {
    with_a_slice_alone(x) + squares(x)
}

#[differentiable]
fn with_squares_alone(x: &[f64]) -> f64 {
    x.iter().filter(|y| **y > 0.0).zip(x.iter().map(|y| y * y)).map(|(a, b)| a * b).sum()
}

#[differentiable]
fn with_squares(x: &[f64]) -> f64 {
    with_squares_alone(x) + squares(x)
}

#[differentiable]
fn numbered_with_a_range_alone(x: &[f64]) -> f64 {
    x.iter()
        .enumerate()
        .filter(|(i, _)| i % 2 == 0)
        .zip(1..)
        .map(|((i, a), k)| a * a * (i + k) as f64)
        .sum()
}

#[differentiable]
fn numbered_with_a_range(x: &[f64]) -> f64 {
    numbered_with_a_range_alone(x) + squares(x)
}

#[differentiable]
fn with_the_last_alone(x: &[f64]) -> f64 {
    x.iter().skip_while(|y| **y < 0.0).zip(x.iter().rev()).map(|(a, b)| a * b + x[0]).sum()
}

#[differentiable]
fn with_the_last(x: &[f64]) -> f64 {
    with_the_last_alone(x) + squares(x)
}

#[differentiable]
fn flattened_with_the_last(x: &[f64]) -> f64 {
    x.chunks(2).flat_map(|c| c.iter()).zip(x.iter().rev()).map(|(a, b)| a * b).sum()
}

#[differentiable]
fn counted_before_a_short_one_alone(x: &[f64]) -> f64 {
    let mut n = 0;
    let s: f64 = x
        .iter()
        .filter(|_| {
            n += 1;
            n % 2 == 1
        })
        .zip(&x[..1])
        .map(|(a, b)| a * b)
        .sum();
    s * n as f64
}

#[differentiable]
fn counted_before_a_short_one(x: &[f64]) -> f64 {
    counted_before_a_short_one_alone(x) + squares(x)
}

#[differentiable]
fn two_with_one_alone(x: &[f64]) -> f64 {
    x[..2].iter().chain(&x[3..]).zip(x.iter()).map(|(a, b)| a * b + a).sum()
}

#[differentiable]
fn two_with_one(x: &[f64]) -> f64 {
    two_with_one_alone(x) + squares(x)
}

#[differentiable]
fn with_a_list_alone(x: &[f64]) -> f64 {
    let w = vec![x[0] * x[1], x[2]];
    let v: Vec<f64> = x.iter().filter(|y| **y > -1.0).zip(w).map(|(a, b)| a * b).collect();
    v.iter().product()
}

#[differentiable]
fn with_a_list(x: &[f64]) -> f64 {
    with_a_list_alone(x) + squares(x)
}

#[differentiable]
fn with_windows_and_left_alone(x: &[f64]) -> f64 {
    let mut s = 1.0;
    for (a, w) in x.iter().filter(|y| **y > -1.0).zip(x.windows(2)) {
        if s > 1.0 {
            break;
        }
        s = s * 0.5 + a * w[0] * w[1];
    }
    s
}

#[differentiable]
fn with_windows_and_left(x: &[f64]) -> f64 {
    with_windows_and_left_alone(x) + squares(x)
}

#[differentiable]
fn with_a_mapped_range_alone(x: &[f64]) -> f64 {
    let (a, b): (Vec<f64>, Vec<f64>) =
        x.iter().copied().filter(|y| *y > -1.0).zip((0..9).map(|i| x[i % 4] * i as f64)).unzip();
    a.iter().sum::<f64>() * b.iter().sum::<f64>()
}

#[differentiable]
fn with_a_mapped_range(x: &[f64]) -> f64 {
    with_a_mapped_range_alone(x) + squares(x)
}

#[differentiable]
fn rows_with_weights(x: &[f64]) -> f64 {
    let m = vec![vec![x[0], x[1]], vec![x[2] * x[3]]];
    m.iter().flatten().zip(&[1.0, 2.0, 3.0]).map(|(a, b)| a * a * b).sum()
}

#[differentiable]
fn pieces_with_their_numbers(x: &[f64]) -> f64 {
    x.split(|y| *y > 0.7).zip(1..).map(|(c, k)| c.iter().sum::<f64>() * k as f64).sum()
}

#[differentiable]
fn powers_with_coefficients(x: &[f64]) -> f64 {
    std::iter::successors(Some(x[0]), |y| Some(y * x[1])).zip(x).map(|(a, b)| a * b).sum()
}

#[differentiable]
fn sums_with_the_last(x: &[f64]) -> f64 {
    x.iter()
        .scan(0.0, |s, y| {
            *s += y;
            Some(*s)
        })
        .zip(x.iter().rev())
        .map(|(a, b)| a * b)
        .sum()
}

#[differentiable]
fn with_a_state_alone(x: &[f64]) -> f64 {
    let mut k = 0.0;
    x.iter()
        .filter(|y| **y > -1.0)
        .zip(x.iter().map(|y| {
            k += 1.0;
            y * k
        }))
        .map(|(a, b)| a * b)
        .sum::<f64>()
}

#[differentiable]
fn with_a_state(x: &[f64]) -> f64 {
    with_a_state_alone(x) + squares(x)
}

#[derive(Clone, Tangent)]
struct Weight {
    w: f64,
}
#[differentiable]
fn with_fields_alone(x: &[f64]) -> f64 {
    let ps = vec![Weight { w: x[0] * x[3] }, Weight { w: x[1] }];
    x.iter().skip_while(|y| **y < -1.0).zip(&ps).map(|(a, p)| a * p.w).sum::<f64>() + x[2]
}

#[differentiable]
fn with_fields(x: &[f64]) -> f64 {
    with_fields_alone(x) + squares(x)
}

#[differentiable]
fn three_of_them_alone(x: &[f64]) -> f64 {
    x.iter()
        .filter(|y| **y > -1.0)
        .zip(x.iter())
        .zip(x.iter().rev())
        .map(|((a, b), c)| a * b * c)
        .sum()
}

#[differentiable]
fn three_of_them(x: &[f64]) -> f64 {
    three_of_them_alone(x) + squares(x)
}

#[differentiable]
fn with_rows_by_value_alone(x: &[f64]) -> f64 {
    let w = vec![vec![x[0] * x[1], x[2]], vec![x[3]]];
    x.iter().filter(|y| **y > -1.0).zip(w).map(|(a, r)| a * r[0] * r.len() as f64).sum()
}

#[differentiable]
fn with_rows_by_value(x: &[f64]) -> f64 {
    with_rows_by_value_alone(x) + squares(x)
}

#[differentiable]
fn with_rows_cloned_alone(x: &[f64]) -> f64 {
    let w = vec![vec![x[0] * x[1], x[2]], vec![x[3]]];
    x.iter()
        .filter(|y| **y > -1.0)
        .zip(w.iter().cloned())
        .map(|(a, r)| a * r[0] * r.len() as f64)
        .sum()
}

#[differentiable]
fn with_rows_cloned(x: &[f64]) -> f64 {
    with_rows_cloned_alone(x) + squares(x)
}

#[differentiable]
fn with_parts_alone(x: &[f64]) -> f64 {
    x.iter()
        .filter(|y| **y > -1.0)
        .zip(x.iter().skip(1))
        .zip(x.iter().copied().take(9))
        .map(|((a, b), c)| a * b * c)
        .sum()
}

#[differentiable]
fn with_parts(x: &[f64]) -> f64 {
    with_parts_alone(x) + squares(x)
}

#[differentiable]
fn slice_with_filtered_alone(x: &[f64]) -> f64 {
    x.iter().zip(x.iter().filter(|y| **y > 0.0)).map(|(a, b)| a * b).sum()
}

#[differentiable]
fn slice_with_filtered(x: &[f64]) -> f64 {
    slice_with_filtered_alone(x) + squares(x)
}

#[differentiable]
fn squares_with_filtered_alone(x: &[f64]) -> f64 {
    x.iter().map(|y| y * y).zip(x.iter().filter(|y| **y > 0.0)).map(|(a, b)| a * b).sum()
}

#[differentiable]
fn squares_with_filtered(x: &[f64]) -> f64 {
    squares_with_filtered_alone(x) + squares(x)
}

#[differentiable]
fn short_with_counted_alone(x: &[f64]) -> f64 {
    let mut n = 0;
    let s: f64 = x[..2]
        .iter()
        .zip(x.iter().filter(|_| {
            n += 1;
            n % 2 == 0
        }))
        .map(|(a, b)| a * b)
        .sum();
    s * n as f64
}

#[differentiable]
fn short_with_counted(x: &[f64]) -> f64 {
    short_with_counted_alone(x) + squares(x)
}

programs![
    with_a_slice("`zip` after what drops or adds items", 4, |x| with_a_slice(x)),
    with_squares("`zip` after what drops or adds items", 4, |x| with_squares(x)),
    numbered_with_a_range("`zip` after what drops or adds items", 4, |x| numbered_with_a_range(x)),
    with_the_last("`zip` after what drops or adds items", 4, |x| with_the_last(x)),
    flattened_with_the_last(
        "`zip` after what drops or adds items",
        4,
        |x| flattened_with_the_last(x)
    ),
    counted_before_a_short_one("`zip` after what drops or adds items", 4, |x| {
        counted_before_a_short_one(x)
    }),
    two_with_one("`zip` after what drops or adds items", 4, |x| two_with_one(x)),
    with_a_list("`zip` after what drops or adds items", 4, |x| with_a_list(x)),
    with_windows_and_left("`zip` after what drops or adds items", 4, |x| with_windows_and_left(x)),
    with_a_mapped_range("`zip` after what drops or adds items", 4, |x| with_a_mapped_range(x)),
    rows_with_weights("`zip` after what drops or adds items", 4, |x| rows_with_weights(x)),
    pieces_with_their_numbers("`zip` after what drops or adds items", 4, |x| {
        pieces_with_their_numbers(x)
    }),
    powers_with_coefficients("`zip` after what drops or adds items", 4, |x| {
        powers_with_coefficients(x)
    }),
    sums_with_the_last("`zip` after what drops or adds items", 4, |x| sums_with_the_last(x)),
    with_a_state("`zip` after what drops or adds items", 4, |x| with_a_state(x)),
    with_fields("`zip` after what drops or adds items", 4, |x| with_fields(x)),
    three_of_them("`zip` after what drops or adds items", 4, |x| three_of_them(x)),
    with_rows_by_value("`zip` after what drops or adds items", 4, |x| with_rows_by_value(x)),
    with_rows_cloned("`zip` after what drops or adds items", 4, |x| with_rows_cloned(x)),
    with_parts("`zip` after what drops or adds items", 4, |x| with_parts(x)),
    slice_with_filtered("`zip` with what drops or adds items", 4, |x| slice_with_filtered(x)),
    squares_with_filtered("`zip` with what drops or adds items", 4, |x| squares_with_filtered(x)),
    short_with_counted("`zip` with what drops or adds items", 4, |x| short_with_counted(x)),
];
