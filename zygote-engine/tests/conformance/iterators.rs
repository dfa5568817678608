//! Chains of iterators as values.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[differentiable]
fn summed(x: &[f64]) -> f64 {
    let total: f64 = x.iter().sum();
    total * x[0] + x.iter().map(|y| y * y).sum::<f64>()
}

#[differentiable]
fn multiplied(x: &[f64]) -> f64 {
    x.iter().product::<f64>() + x.iter().map(|y| 1.0 + y * 0.5).product::<f64>()
}

#[differentiable]
fn dot(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|(a, b)| a * b).sum()
}

#[differentiable]
fn captured(x: &[f64], k: f64) -> f64 {
    let mean = x.iter().sum::<f64>() / x.len() as f64;
    let variance = x.iter().map(|y| (y - mean).powi(2)).sum::<f64>() / x.len() as f64;
    x.iter().map(|y| k * (y - mean)).map(f64::tanh).sum::<f64>() * variance
}

#[differentiable]
fn over_ranges(x: &[f64], n: usize) -> f64 {
    let s: f64 = (0..n).map(|i| x[i] * x[(i + 1) % n]).sum();
    s + (1..=n).rev().map(|k| x[k - 1] / k as f64).sum::<f64>()
}

#[differentiable]
fn folded(x: &[f64], start: f64) -> f64 {
    x.iter().fold(start, |s, y| s * y + 1.0)
}

#[differentiable]
fn folded_pairs(x: &[f64]) -> f64 {
    let (a, b) = x.iter().fold((1.0, 0.5), |(a, b), y| (a * y + b, a.sin()));
    a * b
}

#[differentiable]
fn collected(x: &[f64], k: f64) -> f64 {
    let scaled: Vec<f64> = x.iter().map(|y| y * k).collect();
    let squares = scaled.iter().map(|y| y * y).collect::<Vec<_>>();
    scaled[0] * squares[1] + squares[2]
}

#[differentiable]
fn filtered(x: &[f64]) -> f64 {
    x.iter().filter(|y| **y > 0.0).map(|y| y * y).sum::<f64>()
        - x.iter().copied().filter(|y| *y < 0.0).sum::<f64>()
}

#[differentiable]
fn filter_mapped(x: &[f64]) -> f64 {
    x.iter().filter_map(|y| if *y > -0.5 { Some(y.sin() * y) } else { None }).sum()
}

#[differentiable]
fn flat_mapped(rows: &[Vec<f64>], k: f64) -> f64 {
    rows.iter().flat_map(|row| row.iter().map(|y| y * k)).fold(0.5, |s, y| s * 0.5 + y * y)
}

#[differentiable]
fn flattened(rows: &[Vec<f64>]) -> f64 {
    rows.iter().flatten().map(|y| y.cos()).product()
}

#[differentiable]
fn stopped(x: &[f64]) -> f64 {
    let a: f64 = x.iter().take_while(|y| **y < 0.8).map(|y| y * y).sum();
    let b: f64 = x.iter().skip_while(|y| **y < 0.0).sum();
    a * 2.0 + b
}

#[differentiable]
fn positions(x: &[f64]) -> f64 {
    let a: f64 = x.iter().enumerate().skip(1).step_by(2).map(|(i, y)| i as f64 * y * y).sum();
    let b: f64 = x.iter().rev().take(2).zip(x.iter().step_by(2)).map(|(p, q)| p * q).sum();
    a + b
}

#[differentiable]
fn windows(x: &[f64]) -> f64 {
    x.windows(2).map(|w| (w[1] - w[0]).powi(2)).sum()
}

#[differentiable]
fn chunks(x: &[f64]) -> f64 {
    let a: f64 = x.chunks(2).map(|c| c[0] * c[c.len() - 1]).sum();
    let b: f64 = x.chunks_exact(2).map(|c| c[0] - c[1] * c[1]).sum();
    a * b
}

#[differentiable]
fn chained(x: &[f64], y: &[f64]) -> f64 {
    x.iter().chain(y).chain(x).fold(1.0, |s, a| s * 0.5 + a * a)
}

#[differentiable]
fn for_each(x: &[f64], k: f64) -> f64 {
    let mut s = 1.0;
    x.iter().for_each(|y| s = s * k + y);
    let mut v = x.to_vec();
    v.iter_mut().for_each(|y| *y *= k);
    s * v[0] * v[1]
}

#[differentiable]
fn unzipped(x: &[f64]) -> f64 {
    let (sines, squares): (Vec<f64>, Vec<f64>) = x.iter().map(|y| (y.sin(), y * y)).unzip();
    sines.iter().zip(squares.iter().rev()).map(|(a, b)| a * b).sum()
}

#[differentiable]
fn extremes(x: &[f64]) -> f64 {
    let largest = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let smallest = x.iter().copied().reduce(f64::min).unwrap();
    let widest = x.iter().max_by(|a, b| a.abs().total_cmp(&b.abs())).unwrap();
    let narrowest = x.iter().min_by(|a, b| a.abs().total_cmp(&b.abs())).unwrap();
    largest * largest + smallest * widest + narrowest
}

#[differentiable]
fn questions(x: &[f64]) -> f64 {
    let positive = x.iter().filter(|y| **y > 0.0).count();
    let s = if x.iter().all(|y| *y > -1.0) { x[0] * x[1] } else { x[2] };
    let k = x.iter().position(|y| *y > 0.5).unwrap_or(0);
    if x.iter().any(|y| *y > 1.0) { s * x[k] } else { s + x[k] * positive as f64 }
}

#[differentiable]
fn found(x: &[f64]) -> f64 {
    match x.iter().find(|y| **y > 0.3) {
        Some(y) => y * y * x[0],
        None => x[1],
    }
}

#[differentiable]
fn by_value(x: f64, y: f64) -> f64 {
    let v = vec![x, y, x * y];
    let w: Vec<f64> = v.into_iter().rev().map(|a| a * a).collect();
    [x, y].into_iter().zip(w).map(|(a, b)| a * b).sum()
}

#[differentiable]
fn matrix_product(m: &[Vec<f64>], v: &[f64]) -> Vec<f64> {
    m.iter().map(|row| row.iter().zip(v).map(|(a, b)| a * b).sum()).collect()
}

#[differentiable]
fn quadratic_form(m: &[Vec<f64>], v: &[f64]) -> f64 {
    matrix_product(m, v).iter().zip(v).map(|(a, b)| a * b).sum()
}

#[derive(Clone, Tangent)]
struct Sample {
    x: f64,
    y: f64,
    weight: f64,
}

#[differentiable]
fn regression(samples: &[Sample], slope: f64, offset: f64) -> f64 {
    samples.iter().map(|s| s.weight * (slope * s.x + offset - s.y).powi(2)).sum::<f64>()
        / samples.len() as f64
}

#[differentiable]
fn changed_samples(samples: &[Sample], k: f64) -> f64 {
    let moved: Vec<Sample> =
        samples.iter().map(|s| Sample { x: s.x * k, y: s.y + s.x, ..s.clone() }).collect();
    moved.iter().filter(|s| s.x > 0.0).map(|s| s.x * s.y * s.weight).sum()
}

#[differentiable]
fn passed_on(x: &[f64], f: impl Fn(f64) -> f64) -> f64 {
    x.iter().map(|y| f(*y)).sum()
}

#[differentiable]
fn chains_with_closures(x: &[f64], k: f64) -> f64 {
    let soft = |y: f64| (1.0 + (k * y).exp()).ln();
    x.iter().copied().map(soft).sum::<f64>() + passed_on(x, |y| y * k)
}

fn rows(x: &[f64]) -> Vec<Vec<f64>> {
    x.chunks(2).map(<[f64]>::to_vec).collect()
}

fn samples(x: &[f64]) -> Vec<Sample> {
    x.chunks(3).map(|x| Sample { x: x[0], y: x[1], weight: x[2] }).collect()
}

#[differentiable]
fn cloned(x: &[f64], samples: &[Sample]) -> f64 {
    let s: f64 = x.iter().cloned().map(|y| y * y).sum();
    samples.iter().cloned().map(|p| p.x * p.y * s).sum::<f64>() + samples[0].weight
}

#[differentiable]
fn scanned(x: &[f64], k: f64) -> f64 {
    let running: Vec<f64> = x
        .iter()
        .scan(k, |state, y| {
            *state = *state * y + 1.0;
            Some(*state * k)
        })
        .collect();
    running[0] * running[x.len() - 1]
}

/// Stops where the running product is large.
#[differentiable]
fn scanned_to_a_limit(x: &[f64], k: f64) -> f64 {
    x.iter()
        .scan(1.0, |product, y| {
            *product *= y + k;
            if *product > 1.5 { None } else { Some(*product * y) }
        })
        .sum()
}

#[differentiable]
fn mapped_while(x: &[f64], k: f64) -> f64 {
    x.iter()
        .map_while(|y| if *y > -1.0 { Some(y.sin() * k) } else { None })
        .fold(k, |s, y| s * 0.5 + y)
}

#[differentiable]
fn taken_while(x: &[f64], k: f64) -> f64 {
    let mut s = k;
    for y in x.iter().take_while(|y| **y < 0.9) {
        s = s * 0.5 + y * y;
    }
    s + x.iter().copied().map(|y| y * k).take_while(|y| *y < 0.5).sum::<f64>()
}

#[differentiable]
fn by_number(x: &[f64], k: f64) -> f64 {
    let a = x.iter().map(|y| y * k).nth(1).unwrap();
    let b = x.iter().copied().nth(2).unwrap();
    let c = x.iter().copied().filter(|y| *y > 0.0).nth(1).unwrap_or(k);
    a * b + c * x[0]
}

#[differentiable]
fn last(x: &[f64], k: f64) -> f64 {
    let a = x.iter().map(|y| y * k).last().unwrap();
    let b = x.iter().copied().filter(|y| *y > -0.5).last().unwrap_or(k);
    a * b + x[0] * x[1]
}

#[differentiable]
fn reduced(x: &[f64], k: f64) -> f64 {
    let a = x.iter().copied().reduce(|a, b| a * b + k).unwrap();
    let b = x.iter().map(|y| y * k).reduce(|a, b| if a > b { a } else { b }).unwrap();
    a + b * b
}

#[differentiable]
fn by_partial_cmp(x: &[f64]) -> f64 {
    let largest = x.iter().copied().max_by(|a, b| a.partial_cmp(b).unwrap()).unwrap();
    let smallest = x.iter().min_by(|a, b| a.partial_cmp(b).unwrap()).unwrap();
    let nearest = x.iter().map(|y| y - 0.5).min_by(|a, b| a.abs().partial_cmp(&b.abs()).unwrap());
    largest * smallest + nearest.unwrap() * x[0]
}

#[differentiable]
fn exact_chunks(x: &[f64]) -> f64 {
    let mut s = 1.0;
    for c in x.chunks_exact(2) {
        s = s * c[0] + c[1];
    }
    s + x.chunks_exact(3).map(|c| c.iter().product::<f64>()).sum::<f64>() + x[x.len() - 1]
}

/// All pairs, and all rows of a triangle.
#[differentiable]
fn flat_mapped_pairs(x: &[f64], k: f64) -> f64 {
    let pairs: f64 = (0..x.len()).flat_map(|i| (0..i).map(move |j| x[i] * x[j] * k)).sum();
    let products: Vec<f64> = x.iter().flat_map(|a| x.iter().map(move |b| a * b)).collect();
    pairs + products[1] * products[3]
}

#[differentiable]
fn unzipped_to_two_types(x: &[f64], k: f64) -> f64 {
    let (small, large): (Vec<f64>, Vec<f64>) = x.iter().map(|y| (y * k, y + k)).unzip();
    let (indices, values): (Vec<usize>, Vec<f64>) =
        x.iter().enumerate().filter(|(_, y)| **y > 0.0).map(|(i, y)| (i, y * y)).unzip();
    let mut s = small[0] * large[1] + small[2];
    for (i, v) in indices.iter().zip(&values) {
        s += v * *i as f64;
    }
    s
}

#[differentiable]
fn asked_for_position(x: &[f64], k: f64) -> f64 {
    match x.iter().position(|y| *y > k) {
        Some(i) => x[i] * (i + 1) as f64,
        None => k * x[0],
    }
}

#[differentiable]
fn asked_for_any(x: &[f64], k: f64) -> f64 {
    if x.iter().any(|y| y * k > 0.5) { x[0] * k } else { x[1] * x[2] }
}

#[differentiable]
fn asked_for_all(x: &[f64], k: f64) -> f64 {
    let scale = if x.iter().zip(x.iter().skip(1)).all(|(a, b)| a - b < 1.0) { k } else { 2.0 };
    x.iter().map(|y| y * y * scale).sum()
}

#[differentiable]
fn counted(x: &[f64], k: f64) -> f64 {
    let n = x.iter().filter(|y| **y > k).count();
    x.iter().sum::<f64>() / (n + 1) as f64 * k
}

#[differentiable]
fn windows_of_rows(rows: &[Vec<f64>]) -> f64 {
    rows.windows(2).map(|w| w[0].iter().zip(&w[1]).map(|(a, b)| a * b * b).sum::<f64>()).sum()
}

/// The trapezium rule.
#[differentiable]
fn windows_of_structs(samples: &[Sample]) -> f64 {
    let mut s = 0.0;
    for w in samples.windows(2) {
        s += 0.5 * (w[1].x - w[0].x) * (w[0].y + w[1].y) * w[0].weight * w[1].weight;
    }
    s * samples.windows(2).map(|w| w[1].x * w[0].x).product::<f64>()
}

#[differentiable]
fn cubed(x: f64) -> f64 {
    x * x * x
}

#[differentiable]
fn weighted(s: &Sample) -> f64 {
    s.x * s.weight - s.y
}

#[differentiable]
fn functions_in_chains(x: &[f64], samples: &[Sample]) -> f64 {
    let a: Vec<f64> = x.iter().copied().map(cubed).map(f64::sin).collect();
    a[0] * a[1] + samples.iter().map(weighted).map(cubed).sum::<f64>()
}

#[differentiable]
fn folded_structs(x: &[f64], k: f64) -> f64 {
    let end = x.iter().fold(Sample { x: 1.0, y: k, weight: 0.5 }, |s, y| Sample {
        x: s.x * y + s.weight,
        y: s.y + s.x * y,
        weight: s.weight * k,
    });
    end.x * end.y + end.weight
}

#[differentiable]
fn transposed(m: &[Vec<f64>]) -> f64 {
    let n = m[0].len();
    let t: Vec<Vec<f64>> = (0..n).map(|j| m.iter().map(|row| row[j]).collect()).collect();
    t[0].iter().zip(&t[1]).map(|(a, b)| a * b * b).sum()
}

#[differentiable]
fn three_at_once(x: &[f64], y: &[f64], z: &[f64]) -> f64 {
    let mut s = 0.5;
    for ((a, b), c) in x.iter().zip(y).zip(z) {
        s = s * a + b * c;
    }
    s + x.iter().zip(y.iter().zip(z)).map(|(a, (b, c))| a * b * c).sum::<f64>()
}

#[differentiable]
fn from_the_end(x: &[f64]) -> f64 {
    let mut s = 1.0;
    for (i, y) in x.iter().rev().enumerate().skip(1) {
        s = s * y + i as f64;
    }
    s * x.iter().rev().step_by(2).map(|y| y * y).sum::<f64>()
}

#[differentiable]
fn changed_where(x: &[f64], k: f64) -> f64 {
    let mut v = x.to_vec();
    v.iter_mut().filter(|y| **y > 0.0).for_each(|y| *y *= k);
    v.iter_mut()
        .enumerate()
        .filter(|(i, y)| **y < 0.0 && *i > 0)
        .for_each(|(i, y)| *y *= k * i as f64);
    for y in v.iter_mut().filter(|y| **y > 0.5) {
        *y += k * *y;
    }
    v.iter().sum()
}

#[differentiable]
fn found_and_mapped(x: &[f64], k: f64) -> f64 {
    let first = x.iter().find_map(|y| if *y > 0.0 { Some(y * k) } else { None }).unwrap_or(k);
    let at = x.iter().enumerate().find_map(|(i, y)| (*y < 0.0).then_some(y * i as f64));
    match at {
        Some(y) => y * first * k,
        None => first,
    }
}

#[differentiable]
fn partitioned(x: &[f64], k: f64) -> f64 {
    let (up, down): (Vec<f64>, Vec<f64>) = x.iter().copied().partition(|y| *y > 0.0);
    let (mut big, small): (Vec<_>, Vec<_>) = up.iter().map(|y| y * k).partition(|y| y.abs() > 0.4);
    big.push(k);
    big.iter().product::<f64>() - down.iter().sum::<f64>() * k
        + small.iter().map(|y| y * y).sum::<f64>()
}

#[differentiable]
fn after_a_constant_chain(x: &[f64]) -> f64 {
    let ones: Vec<f64> = (0..2).map(|_| 1.0).collect::<Vec<f64>>();
    let k = x[0];
    let folded = ones.iter().map(|_| k).fold(0.7, |a, y| a * 0.5 + y * x[1]);
    folded * k
}

programs![
    after_a_constant_chain("`fold`", 2, |x| after_a_constant_chain(x)),
    summed("`sum`", 3, |x| summed(x)),
    multiplied("`product`", 3, |x| multiplied(x)),
    dot("`zip`", 6, |x| dot(&x[..3], &x[3..])),
    captured("`map`", 4, |x| captured(&x[..3], x[3])),
    over_ranges("chains over ranges", 4, |x| over_ranges(x, 4)),
    folded("`fold`", 4, |x| folded(&x[..3], x[3])),
    folded_pairs("`fold`", 3, |x| folded_pairs(x)),
    collected("`collect`", 4, |x| collected(&x[..3], x[3])),
    filtered("`filter`", 4, |x| filtered(x)),
    filter_mapped("`filter_map`", 4, |x| filter_mapped(x)),
    flat_mapped("`flat_map`", 5, |x| flat_mapped(&rows(&x[..4]), x[4])),
    flattened("`flatten`", 4, |x| flattened(&rows(x))),
    stopped("`take_while`, `skip_while`", 5, |x| stopped(x)),
    positions("`enumerate`, `skip`, `step_by`, `rev`, `take`", 5, |x| positions(x)),
    windows("`windows`", 4, |x| windows(x)),
    chunks("`chunks`, `chunks_exact`", 5, |x| chunks(x)),
    chained("`chain`", 5, |x| chained(&x[..2], &x[2..])),
    for_each("`for_each`", 4, |x| for_each(&x[..3], x[3])),
    unzipped("`unzip`", 3, |x| unzipped(x)),
    extremes("`reduce`, `max_by`, `min_by`", 4, |x| extremes(x)),
    questions("`all`, `any`, `count`, `position` as steps", 4, |x| questions(x)),
    found("`find`", 4, |x| found(x)),
    by_value("`into_iter`", 2, |x| by_value(x[0], x[1])),
    quadratic_form("chains in chains", 6, |x| quadratic_form(&rows(&x[..4]), &x[4..])),
    regression("chains over structs", 8, |x| regression(&samples(&x[..6]), x[6], x[7])),
    changed_samples("chains over structs", 7, |x| changed_samples(&samples(&x[..6]), x[6])),
    chains_with_closures("closures of variables in chains", 4, |x| chains_with_closures(
        &x[..3],
        x[3]
    )),
    cloned("`cloned`", 5, |x| cloned(&x[..2], &samples(&x[2..]))),
    scanned("`scan`", 4, |x| scanned(&x[..3], x[3])),
    scanned_to_a_limit("`scan`", 5, |x| scanned_to_a_limit(&x[..4], x[4])),
    mapped_while("`map_while`", 5, |x| mapped_while(&x[..4], x[4])),
    taken_while("`take_while`, `skip_while`", 5, |x| taken_while(&x[..4], x[4])),
    by_number("`nth`", 5, |x| by_number(&x[..4], x[4])),
    last("`last`", 5, |x| last(&x[..4], x[4])),
    reduced("`reduce`, `max_by`, `min_by`", 4, |x| reduced(&x[..3], x[3])),
    by_partial_cmp("`reduce`, `max_by`, `min_by`", 4, |x| by_partial_cmp(x)),
    exact_chunks("`chunks`, `chunks_exact`", 5, |x| exact_chunks(x)),
    flat_mapped_pairs("`flat_map`", 4, |x| flat_mapped_pairs(&x[..3], x[3])),
    unzipped_to_two_types("`unzip`", 4, |x| unzipped_to_two_types(&x[..3], x[3])),
    asked_for_position("`all`, `any`, `count`, `position` as steps", 4, |x| asked_for_position(
        &x[..3],
        x[3]
    )),
    asked_for_any("`all`, `any`, `count`, `position` as steps", 4, |x| asked_for_any(
        &x[..3],
        x[3]
    )),
    asked_for_all("`all`, `any`, `count`, `position` as steps", 4, |x| asked_for_all(
        &x[..3],
        x[3]
    )),
    counted("`all`, `any`, `count`, `position` as steps", 4, |x| counted(&x[..3], x[3])),
    windows_of_rows("`windows`", 6, |x| windows_of_rows(&rows(x))),
    windows_of_structs("`windows`", 9, |x| windows_of_structs(&samples(x))),
    functions_in_chains("functions in chains", 5, |x| functions_in_chains(
        &x[..2],
        &samples(&x[2..])
    )),
    folded_structs("`fold`", 4, |x| folded_structs(&x[..3], x[3])),
    transposed("chains in chains", 4, |x| transposed(&rows(x))),
    three_at_once("`zip`", 6, |x| three_at_once(&x[..2], &x[2..4], &x[4..])),
    from_the_end("`enumerate`, `skip`, `step_by`, `rev`, `take`", 4, |x| from_the_end(x)),
    changed_where("`filter` and `enumerate` over `iter_mut`", 5, |x| changed_where(&x[..4], x[4])),
    found_and_mapped("`find_map`", 5, |x| found_and_mapped(&x[..4], x[4])),
    partitioned("`partition`", 5, |x| partitioned(&x[..4], x[4])),
];
