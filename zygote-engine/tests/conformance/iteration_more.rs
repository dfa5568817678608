//! Iterators without a sequence, and chains that end early.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[differentiable]
fn once_before(x: &[f64]) -> f64 {
    std::iter::once(x[0]).chain(x[1..].iter().copied()).fold(0.5, |s, y| s * y + y)
}

#[differentiable]
fn once_and_once(x: &[f64]) -> f64 {
    use std::iter;
    let mut s = 0.0;
    for y in iter::once(x[0]).chain(iter::once(x[1] * x[2])) {
        s = s * 0.5 + y * y;
    }
    s
}

#[differentiable]
fn indices_and_the_last(x: &[f64]) -> f64 {
    let n = x.len();
    (0..n - 1).chain(std::iter::once(n - 1)).map(|i| x[i] * x[i]).sum()
}

#[differentiable]
fn repeated(x: &[f64]) -> f64 {
    std::iter::repeat(x[0]).take(4).fold(x[1], |s, y| s * y + x[2])
}

#[differentiable]
fn repeated_so_often(x: &[f64]) -> f64 {
    std::iter::repeat_n(x[0], 4).fold(x[1], |s, y| s * y + x[2])
}

#[differentiable]
fn zipped_with_repeat(x: &[f64]) -> f64 {
    x.iter().zip(std::iter::repeat(x[1])).map(|(a, b)| a * b).sum()
}

#[differentiable]
fn rows_repeated(x: &[f64]) -> f64 {
    let m: Vec<Vec<f64>> = std::iter::repeat(x.to_vec()).take(3).collect();
    m[0][0] * m[1][1] + m[2][2] * m[0][1]
}

#[differentiable]
fn repeated_before_it_changes(x: &[f64]) -> f64 {
    let mut s = x[0];
    let v: Vec<f64> = std::iter::repeat(s * 2.0)
        .take(3)
        .map(|y| {
            s += y * x[1];
            s
        })
        .collect();
    v[0] * v[2]
}

#[differentiable]
fn affine_steps(x: &[f64]) -> f64 {
    std::iter::successors(Some(x[0]), |y| Some(y * x[1] + x[2])).take(5).sum()
}

#[differentiable]
fn newton(x: &[f64]) -> f64 {
    std::iter::successors(Some(x[0]), |y| Some(y - (y * y - x[1]) * x[2] * 0.1)).nth(5).unwrap()
}

#[differentiable]
fn successors_that_end(x: &[f64]) -> f64 {
    std::iter::successors(Some(x[0]), |&y| if y < 2.0 { Some(y + x[1] * x[1] + 0.5) } else { None })
        .map(|y| y * x[2])
        .sum()
}

#[differentiable]
fn loop_over_successors(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for y in std::iter::successors(Some(x[0]), |y| Some(y * x[1])).take(4) {
        s += y * y * x[2];
    }
    s
}

#[differentiable]
fn pair_of_successors(x: &[f64]) -> f64 {
    std::iter::successors(Some((x[0], x[1])), |(a, b)| Some((*b, a * b + 0.5)))
        .take(5)
        .map(|(a, b)| a + b)
        .sum()
}

#[differentiable]
fn vectors_that_follow(x: &[f64]) -> f64 {
    std::iter::successors(Some(x.to_vec()), |v| Some(vec![v[1], v[0] * v[1] + 0.5]))
        .take(4)
        .map(|v| v[0] * v[1])
        .sum()
}

#[differentiable]
fn successors_counted(x: &[f64]) -> f64 {
    let mut n = 0.0;
    let s: f64 = std::iter::successors(Some(x[0]), |y| {
        n += 1.0;
        Some(y * x[1] + n)
    })
    .take(3)
    .sum();
    s * n
}

#[differentiable]
fn made_by_a_closure(x: &[f64]) -> f64 {
    let mut k = 0;
    let mut y = x[0];
    std::iter::from_fn(|| {
        k += 1;
        y = y * x[1] + 1.0;
        if k < 5 { Some(y) } else { None }
    })
    .sum()
}

#[differentiable]
fn made_by_a_closure_that_moves(x: &[f64]) -> f64 {
    let mut y = x[0];
    let s: f64 = std::iter::from_fn(move || {
        y = y * x[1] + 0.5;
        Some(y)
    })
    .take(4)
    .sum();
    s * y
}

#[differentiable]
fn made_again_and_again(x: &[f64]) -> f64 {
    let mut y = x[0];
    std::iter::repeat_with(|| {
        y = y * x[1] + 1.0;
        y
    })
    .take(4)
    .sum()
}

#[differentiable]
fn drawn_and_left_out(x: &[f64], limit: usize) -> f64 {
    let mut n = 0.0;
    let mut k = 0;
    let s: f64 = std::iter::from_fn(|| {
        n += 1.0;
        k += 1;
        if k < limit { Some(x[k % 3] * n) } else { None }
    })
    .step_by(2)
    .take(3)
    .sum();
    s * n + x[0] * x[1] * x[2]
}

#[differentiable]
fn drawn_and_skipped(x: &[f64]) -> f64 {
    let mut n = 0.0;
    let s: f64 = std::iter::repeat_with(|| {
        n += 1.0;
        x[0] * n
    })
    .skip(2)
    .take(3)
    .sum();
    s * n + x[1] * x[2]
}

#[differentiable]
fn numbered_from_one(x: &[f64]) -> f64 {
    x.iter().zip(1..).map(|(y, k)| y * k as f64 * y).sum()
}

#[differentiable]
fn loop_numbered_from_one(x: &[f64]) -> f64 {
    let mut s = 1.0;
    for (k, y) in (1..).zip(x) {
        s = s * 0.5 + y * y * k as f64;
    }
    s
}

#[differentiable]
fn series(x: &[f64]) -> f64 {
    (1..).map(|k| x[0].powi(k) / k as f64).take(4).sum::<f64>() * x[1]
}

#[differentiable]
fn series_to_a_limit(x: &[f64]) -> f64 {
    (0..)
        .map(|k| x[0] * x[0] * k as f64 * 0.5 + 0.1 * k as f64)
        .take_while(|y| *y < 2.0)
        .map(|y| y * x[1])
        .sum::<f64>()
}

#[differentiable]
fn loop_without_an_end(x: &[f64]) -> f64 {
    let mut s = x[0];
    for i in 0.. {
        if i > 3 || s > 10.0 {
            break;
        }
        s = s * x[1] + i as f64;
    }
    s
}

#[differentiable]
fn loop_left_by_return(x: &[f64]) -> f64 {
    let mut s = x[0];
    for i in 1.. {
        s = s * x[1] + i as f64;
        if i == 4 {
            return s * x[0];
        }
    }
    s
}

#[differentiable]
fn cycled(x: &[f64]) -> f64 {
    x.iter().cycle().take(7).fold(0.5, |s, y| s * 0.5 + y * y)
}

#[differentiable]
fn differences_around(x: &[f64]) -> f64 {
    x.iter().zip(x.iter().cycle().skip(1)).map(|(a, b)| a * b * b).sum()
}

#[differentiable]
fn weights_in_turn(x: &[f64]) -> f64 {
    let w = [1.0, 4.0];
    x.iter().zip(w.iter().cycle()).map(|(a, b)| a * a * b).sum()
}

#[differentiable]
fn zip_of_two(x: &[f64], y: &[f64]) -> f64 {
    std::iter::zip(x, y).map(|(a, b)| a * b * b).sum()
}

#[differentiable]
fn chunks_from_the_end(x: &[f64]) -> f64 {
    x.rchunks(2).map(|c| c[0] * c[c.len() - 1]).sum()
}

#[differentiable]
fn filtered_backwards(x: &[f64]) -> f64 {
    x.iter().filter(|y| **y > -1.0).rev().fold(1.0, |s, y| s * 0.5 + y * y)
}

#[differentiable]
fn numbered_backwards(x: &[f64]) -> f64 {
    let mut n = 0.0;
    x.iter()
        .map(|y| {
            n += 1.0;
            y * n
        })
        .filter(|y| *y > -2.0)
        .rev()
        .fold(0.5, |s, y| s * 0.5 + y * y)
}

#[differentiable]
fn both_backwards(x: &[f64], y: &[f64]) -> f64 {
    x.iter().chain(y.iter()).rev().fold(1.0, |s, y| s * 0.5 + y * y)
}

#[differentiable]
fn characters(#[constant] t: &str, x: &[f64]) -> f64 {
    t.chars()
        .map(|c| match c {
            'a' => x[0] * x[1],
            'b' => x[1],
            _ => 1.0,
        })
        .sum()
}

#[differentiable]
fn some_characters(#[constant] t: &str, x: &[f64]) -> f64 {
    t.chars().filter(|c| *c == 'a').map(|_| x[0] * x[1]).sum()
}

#[differentiable]
fn folded_to_a_limit(x: &[f64]) -> f64 {
    x.iter()
        .try_fold(1.0, |s, y| if *y > -1.2 { Some(s * 0.5 + y * y) } else { None })
        .unwrap_or(0.0)
}

#[differentiable]
fn folded_with_a_question(x: &[f64]) -> Option<f64> {
    let s = x.iter().try_fold(1.0, |s, y| if *y > -1.2 { Some(s * 0.5 + y * y) } else { None })?;
    Some(s * x[0])
}
#[differentiable]
fn folded_with_a_question_value(x: &[f64]) -> f64 {
    folded_with_a_question(x).unwrap_or(0.0)
}

#[differentiable]
fn folded_with_an_error(x: &[f64]) -> Result<f64, String> {
    x.iter()
        .try_fold(1.0, |s, y| if *y > -1.2 { Ok(s * 0.5 + y * y) } else { Err("low".to_string()) })
}
#[differentiable]
fn folded_with_an_error_value(x: &[f64]) -> f64 {
    match folded_with_an_error(x) {
        Ok(v) => v * x[0],
        Err(_) => x[1],
    }
}

#[differentiable]
fn folded_by_a_function_quotient(a: f64, b: f64) -> Option<f64> {
    if b.abs() > 0.1 { Some(a / b) } else { None }
}
#[differentiable]
fn folded_by_a_function(x: &[f64]) -> Option<f64> {
    x.iter().try_fold(1.0, |s, y| folded_by_a_function_quotient(s, *y + 1.0))
}
#[differentiable]
fn folded_by_a_function_value(x: &[f64]) -> f64 {
    folded_by_a_function(x).unwrap_or(x[0] * x[1])
}

#[differentiable]
fn changed_to_a_limit_inner(x: &[f64]) -> Option<f64> {
    let mut s = 1.0;
    x.iter().try_for_each(|y| {
        if *y > -1.2 {
            s = s * 0.5 + y * y;
            Some(())
        } else {
            None
        }
    })?;
    Some(s)
}
#[differentiable]
fn changed_to_a_limit(x: &[f64]) -> f64 {
    changed_to_a_limit_inner(x).unwrap_or(0.0)
}

#[differentiable]
fn all_or_none_inner(x: &[f64]) -> Option<Vec<f64>> {
    x.iter().map(|y| if *y > -1.2 { Some(y * y) } else { None }).collect()
}
#[differentiable]
fn all_or_none(x: &[f64]) -> f64 {
    match all_or_none_inner(x) {
        Some(v) => v[0] * v[1] + v[2],
        None => 0.0,
    }
}

#[differentiable]
fn all_or_none_with_a_question_inner(x: &[f64]) -> Option<f64> {
    let v =
        x.iter().map(|y| if *y > -1.2 { Some(y * y) } else { None }).collect::<Option<Vec<_>>>()?;
    Some(v[0] * v[1] + v[2])
}
#[differentiable]
fn all_or_none_with_a_question(x: &[f64]) -> f64 {
    all_or_none_with_a_question_inner(x).unwrap_or(0.0)
}

#[differentiable]
fn roots_root(y: f64) -> Result<f64, String> {
    if y < -1.2 { Err(format!("{y}")) } else { Ok((y + 2.0).sqrt()) }
}
#[differentiable]
fn roots_inner(x: &[f64]) -> Result<f64, String> {
    let v = x.iter().map(|y| roots_root(*y)).collect::<Result<Vec<f64>, String>>()?;
    Ok(v[0] * v[1] + v[2])
}
#[differentiable]
fn roots(x: &[f64]) -> f64 {
    roots_inner(x).unwrap_or(0.0)
}

#[differentiable]
fn roots_by_name_root(y: f64) -> Result<f64, String> {
    if y < -1.2 { Err(format!("{y}")) } else { Ok((y + 2.0).sqrt()) }
}
#[differentiable]
fn roots_by_name_inner(x: &[f64]) -> Result<f64, String> {
    let v: Vec<f64> = x.iter().copied().map(roots_by_name_root).collect::<Result<_, _>>()?;
    Ok(v[0] * v[1] + v[2])
}
#[differentiable]
fn roots_by_name(x: &[f64]) -> f64 {
    roots_by_name_inner(x).unwrap_or(0.0)
}

#[differentiable]
fn sum_of_options(x: &[f64]) -> f64 {
    x.iter().map(|y| if *y > -1.2 { Some(y * y) } else { None }).sum::<Option<f64>>().unwrap_or(0.0)
}

#[differentiable]
fn sum_of_results_inner(x: &[f64]) -> Result<f64, i32> {
    x.iter().map(|y| if *y > -1.2 { Ok(y * y) } else { Err(1) }).sum()
}
#[differentiable]
fn sum_of_results(x: &[f64]) -> f64 {
    sum_of_results_inner(x).unwrap_or(0.0)
}

#[differentiable]
fn product_of_options(x: &[f64]) -> f64 {
    x.iter()
        .map(|y| if *y > -1.2 { Some(y * y) } else { None })
        .product::<Option<f64>>()
        .unwrap_or(0.0)
}

programs![
    once_before("`once`, `repeat`, `repeat_n`", 3, |x| once_before(x)),
    once_and_once("`once`, `repeat`, `repeat_n`", 3, |x| once_and_once(x)),
    indices_and_the_last("`once`, `repeat`, `repeat_n`", 5, |x| indices_and_the_last(x)),
    repeated("`once`, `repeat`, `repeat_n`", 3, |x| repeated(x)),
    repeated_so_often("`once`, `repeat`, `repeat_n`", 3, |x| repeated_so_often(x)),
    zipped_with_repeat("`once`, `repeat`, `repeat_n`", 3, |x| zipped_with_repeat(x)),
    rows_repeated("`once`, `repeat`, `repeat_n`", 3, |x| rows_repeated(x)),
    repeated_before_it_changes("`once`, `repeat`, `repeat_n`", 2, |x| repeated_before_it_changes(
        x
    )),
    affine_steps("`successors`", 3, |x| affine_steps(x)),
    newton("`successors`", 3, |x| newton(x)),
    successors_that_end("`successors`", 3, |x| successors_that_end(x)),
    loop_over_successors("`successors`", 3, |x| loop_over_successors(x)),
    pair_of_successors("`successors`", 2, |x| pair_of_successors(x)),
    vectors_that_follow("`successors`", 2, |x| vectors_that_follow(x)),
    successors_counted("`successors`", 2, |x| successors_counted(x)),
    made_by_a_closure("`from_fn`, `repeat_with`", 2, |x| made_by_a_closure(x)),
    made_by_a_closure_that_moves("`from_fn`, `repeat_with`", 2, |x| made_by_a_closure_that_moves(
        x
    )),
    made_again_and_again("`from_fn`, `repeat_with`", 2, |x| made_again_and_again(x)),
    drawn_and_left_out("`from_fn`, `repeat_with`", 3, |x| drawn_and_left_out(x, 9)),
    drawn_to_the_end("`from_fn`, `repeat_with`", 3, |x| drawn_and_left_out(x, 4)),
    drawn_and_skipped("`from_fn`, `repeat_with`", 3, |x| drawn_and_skipped(x)),
    numbered_from_one("ranges without an end", 3, |x| numbered_from_one(x)),
    loop_numbered_from_one("ranges without an end", 3, |x| loop_numbered_from_one(x)),
    series("ranges without an end", 2, |x| series(x)),
    series_to_a_limit("ranges without an end", 2, |x| series_to_a_limit(x)),
    loop_without_an_end("ranges without an end", 2, |x| loop_without_an_end(x)),
    loop_left_by_return("ranges without an end", 2, |x| loop_left_by_return(x)),
    cycled("`cycle`", 3, |x| cycled(x)),
    differences_around("`cycle`", 4, |x| differences_around(x)),
    weights_in_turn("`cycle`", 3, |x| weights_in_turn(x)),
    zip_of_two("`zip(a, b)`", 4, |x| zip_of_two(&x[..2], &x[2..])),
    chunks_from_the_end("`rchunks`", 5, |x| chunks_from_the_end(x)),
    filtered_backwards("`rev` after other adaptors", 4, |x| filtered_backwards(x)),
    numbered_backwards("`rev` after other adaptors", 3, |x| numbered_backwards(x)),
    both_backwards("`rev` after other adaptors", 4, |x| both_backwards(&x[..2], &x[2..])),
    characters("characters of a constant text", 2, |x| characters("abca", x)),
    some_characters("characters of a constant text", 2, |x| some_characters("abca", x)),
    folded_to_a_limit("`try_fold`, `try_for_each`", 3, |x| folded_to_a_limit(x)),
    folded_with_a_question("`try_fold`, `try_for_each`", 3, |x| folded_with_a_question_value(x)),
    folded_with_an_error("`try_fold`, `try_for_each`", 3, |x| folded_with_an_error_value(x)),
    folded_by_a_function("`try_fold`, `try_for_each`", 3, |x| folded_by_a_function_value(x)),
    changed_to_a_limit("`try_fold`, `try_for_each`", 3, |x| changed_to_a_limit(x)),
    all_or_none("`collect`, `sum`, `product` of options and results", 3, |x| all_or_none(x)),
    all_or_none_with_a_question("`collect`, `sum`, `product` of options and results", 3, |x| {
        all_or_none_with_a_question(x)
    }),
    roots("`collect`, `sum`, `product` of options and results", 3, |x| roots(x)),
    roots_by_name("`collect`, `sum`, `product` of options and results", 3, |x| roots_by_name(x)),
    sum_of_options("`collect`, `sum`, `product` of options and results", 3, |x| sum_of_options(x)),
    sum_of_results("`collect`, `sum`, `product` of options and results", 3, |x| sum_of_results(x)),
    product_of_options("`collect`, `sum`, `product` of options and results", 3, |x| {
        product_of_options(x)
    }),
];
