//! References to parts, and methods of slices and vectors that change them.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[differentiable]
fn element(x: &[f64], k: f64) -> f64 {
    let mut v = x.to_vec();
    let r = &mut v[1];
    *r += k;
    *r *= *r;
    let s = &v[0];
    s * v[1] + v[2] * k
}

#[differentiable]
fn sub_slices(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    let tail = &mut v[1..];
    tail[0] *= 2.0;
    tail[1] += tail[0] * tail[0];
    let head = &v[..2];
    head[0] * head[1] + v[2]
}

#[differentiable]
fn in_a_loop(x: &[f64], k: f64) -> f64 {
    let mut v = x.to_vec();
    for i in 0..v.len() {
        let r = &mut v[i];
        *r += k * *r;
    }
    v[0] * v[2] + v[1]
}

#[differentiable]
fn reference_to_variable(x: f64, y: f64) -> f64 {
    let mut a = x;
    let r = &mut a;
    *r *= y;
    *r += 1.0;
    a * a
}

#[differentiable]
fn split(x: &[f64]) -> f64 {
    let (a, b) = x.split_at(2);
    let mut s = 0.0;
    for i in 0..2 {
        s += a[i] * b[i] * a[0];
    }
    s
}

#[differentiable]
fn split_exclusively(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    let (a, b) = v.split_at_mut(2);
    a[0] = a[0] * b[1] + a[1];
    b[0] *= a[0];
    v[0] * v[2] + v[3]
}

#[differentiable]
fn ends_changed(x: &[f64], n: usize) -> f64 {
    let mut v = x.to_vec();
    *v.first_mut().unwrap() *= 2.0;
    let mut rest = v[n..].to_vec();
    if let Some(last) = rest.last_mut() {
        *last += x[0] * x[1];
    }
    v[0] * (x[1] + rest.iter().product::<f64>()) + x[2]
}

#[differentiable]
fn got(x: &[f64], k: usize) -> f64 {
    let a = x.get(k).copied().unwrap_or(0.5);
    let b = match x.get(k + 1) {
        Some(b) => b * b,
        None => a,
    };
    a * b + x[0]
}

#[differentiable]
fn got_exclusively(x: &[f64], i: usize, k: f64) -> f64 {
    let mut v = x.to_vec();
    if let Some(a) = v.get_mut(i) {
        *a *= k;
    }
    if let Some(a) = v.get_mut(i + 1) {
        *a -= k * *a;
    }
    v[1] * v[0] + k
}

#[differentiable]
fn permuted(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    v.swap(0, 2);
    v[0] *= v[1];
    v.reverse();
    v[0] += v[3];
    v.rotate_left(1);
    v[0] * v[1] + v[2].sin() * v[3]
}

#[differentiable]
fn filled(x: &[f64], k: f64) -> f64 {
    let mut v = x.to_vec();
    let s = v[0] * v[1] + v[2];
    v.fill(k * s);
    v[1..].fill(k);
    v[0] * v[2] + s
}

#[differentiable]
fn copied(x: &[f64]) -> f64 {
    let mut v = vec![1.0; 3];
    v[1..].copy_from_slice(&x[..2]);
    v[2] *= v[1];
    let mut w = x.to_vec();
    let old = w[2];
    w.clone_from_slice(&v);
    w[0] = w[1] * w[2];
    w[0] + w[2] * v[1] * old
}

#[differentiable]
fn extended(x: &[f64], k: f64) -> f64 {
    let mut v = Vec::new();
    v.extend_from_slice(x);
    v.extend(vec![k, k * k]);
    v.push(v[0] * k);
    let mut w = vec![x[1]];
    v.append(&mut w);
    v[0] * v[v.len() - 1] + v[3] * v[4] + v[5] * v[2]
}

#[differentiable]
fn inserted(x: &[f64], k: f64) -> f64 {
    let mut v = x.to_vec();
    v.insert(1, k * v[0]);
    let gone = v.remove(0);
    let other = v.swap_remove(0);
    gone * other + v[0] * v[1]
}

#[differentiable]
fn shortened(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    let s = v[3] * v[2];
    v.truncate(2);
    v.resize(3, s);
    let n = v.len() as f64;
    v.iter().map(|y| y * y).sum::<f64>() * n
}

#[differentiable]
fn sorted(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    v.sort_by(|a, b| a.total_cmp(b));
    let median = v[1];
    v.sort_by(|a, b| b.partial_cmp(a).unwrap());
    median * median + v[0] * v[2]
}

#[differentiable]
fn retained(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    v.retain(|y| *y > -0.5);
    let mut s = 0.0;
    for (i, y) in v.iter().enumerate() {
        s += y * y * (i + 1) as f64;
    }
    s
}

#[differentiable]
fn exchanged(x: &[f64], y: f64) -> f64 {
    let mut a = x.to_vec();
    let mut b = vec![y; 3];
    std::mem::swap(&mut a, &mut b);
    b[0] *= a[0];
    let old = std::mem::replace(&mut a, vec![y * y]);
    let moved = std::mem::take(&mut b);
    old[1] * moved[0] * moved[1] + a[0] * b.len() as f64 + moved[2] * a[0]
}

#[differentiable]
fn double_buffer(x: &[f64], n: usize) -> f64 {
    let mut old = x.to_vec();
    let mut new = vec![0.0; x.len()];
    for _ in 0..n {
        for i in 1..x.len() - 1 {
            new[i] = old[i] + 0.2 * (old[i - 1] - 2.0 * old[i] + old[i + 1]) * old[i];
        }
        std::mem::swap(&mut old, &mut new);
    }
    old[1] * old[2]
}

#[differentiable]
fn double(v: &mut Vec<f64>, k: &mut f64) {
    v.push(v[0] * *k);
    *k *= v[1];
    let n = v.len();
    v[n - 2] += *k;
}

#[differentiable]
fn exclusive_arguments(x: &[f64], k: f64) -> f64 {
    let mut v = x.to_vec();
    let mut k = k;
    double(&mut v, &mut k);
    double(&mut v, &mut k);
    v[v.len() - 1] * k + v[1]
}

#[differentiable]
fn reborrowed(v: &mut [f64], depth: usize) {
    if depth > 0 {
        v[0] += v[1] * v[1];
        let rest = &mut v[1..];
        reborrowed(rest, depth - 1);
        reborrowed(&mut *v, depth - 1);
    }
}

#[differentiable]
fn recursive_borrows(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    reborrowed(&mut v, 2);
    v[0] * v[1] * v[2]
}

#[derive(Clone, Tangent)]
struct Sample {
    x: f64,
    y: f64,
    weight: f64,
}

fn samples(x: &[f64]) -> Vec<Sample> {
    x.chunks(3).map(|x| Sample { x: x[0], y: x[1], weight: x[2] }).collect()
}

#[differentiable]
fn sorted_unstably(x: &[f64], k: f64) -> f64 {
    let mut v = x.to_vec();
    v.sort_unstable_by(|a, b| a.partial_cmp(b).unwrap());
    v[0] *= k;
    v.sort_unstable_by(|a, b| b.abs().total_cmp(&a.abs()));
    v[0] * v[1] + v[2]
}

#[differentiable]
fn sorted_structs(samples: &[Sample]) -> f64 {
    let mut list = samples.to_vec();
    list.sort_by(|a, b| a.x.total_cmp(&b.x));
    list.sort_unstable_by(|a, b| b.weight.partial_cmp(&a.weight).unwrap());
    list[0].x * list[1].y + list[0].weight * list[1].weight * list[0].y + list[1].x
}

#[differentiable]
fn rotated(x: &[f64], k: f64) -> f64 {
    let mut v = x.to_vec();
    v.rotate_right(1);
    v[0] *= k;
    v[1..].rotate_right(1);
    v[0] * v[1] + v[2].sin() * v[3]
}

#[derive(Clone, Tangent)]
struct Buffers {
    heap: Vec<f64>,
    row: [f64; 2],
}

#[differentiable]
fn scaled(v: &mut [f64], k: f64) {
    for x in v {
        *x *= k;
    }
}

#[differentiable]
fn all_elements(x: &[f64], k: f64) -> f64 {
    let mut b = Buffers { heap: x.to_vec(), row: [k, x[0]] };
    b.heap.as_mut_slice()[0] *= 3.0;
    b.heap.as_mut_slice().swap(0, 1);
    scaled(b.heap.as_mut_slice(), k);
    b.row.as_mut_slice()[1] = b.heap[0] * b.row.as_slice()[0];
    let v = b.heap.as_slice();
    let z: f64 = v.iter().zip(b.row.as_slice()).map(|(a, b)| a * b).sum();
    for x in b.heap.as_mut_slice() {
        *x += k * *x;
    }
    let slots = b.row.as_mut_slice();
    slots[0] += slots[1];
    let mut s = 0.0;
    for x in b.heap.as_slice() {
        s += x * x;
    }
    let n = b.heap.as_slice().len() as f64;
    z + s / n
        + b.row.as_slice().iter().sum::<f64>()
        + b.heap.as_slice().windows(2).map(|w| w[0] * w[1]).sum::<f64>()
}

programs![
    element("`&mut v[i]`", 4, |x| element(&x[..3], x[3])),
    in_a_loop("`&mut v[i]`", 4, |x| in_a_loop(&x[..3], x[3])),
    sub_slices("sub-slices", 3, |x| sub_slices(x)),
    reference_to_variable("references to variables", 2, |x| reference_to_variable(x[0], x[1])),
    split("`split_at`", 4, |x| split(x)),
    split_exclusively("`split_at_mut`", 4, |x| split_exclusively(x)),
    ends_changed("`first_mut`, `last_mut`", 3, |x| ends_changed(x, 1)),
    end_of_nothing("`first_mut`, `last_mut`", 3, |x| ends_changed(x, 3)),
    got("`get`", 3, |x| got(x, 1)),
    got_past_the_end("`get`", 2, |x| got(x, 1)),
    got_exclusively("`get_mut`", 3, |x| got_exclusively(&x[..2], 1, x[2])),
    got_both_exclusively("`get_mut`", 3, |x| got_exclusively(&x[..2], 0, x[2])),
    got_neither_exclusively("`get_mut`", 3, |x| got_exclusively(&x[..2], 2, x[2])),
    permuted("`swap`, `reverse`, `rotate_left`, `rotate_right`", 4, |x| permuted(x)),
    filled("`fill`", 4, |x| filled(&x[..3], x[3])),
    copied("`copy_from_slice`, `clone_from_slice`", 3, |x| copied(x)),
    extended("`extend`, `append`", 4, |x| extended(&x[..3], x[3])),
    inserted("`insert`, `remove`, `swap_remove`", 4, |x| inserted(&x[..3], x[3])),
    shortened("`truncate`, `resize`", 4, |x| shortened(x)),
    sorted("`sort_by`, `sort_unstable_by`", 3, |x| sorted(x)),
    retained("`retain`", 4, |x| retained(x)),
    exchanged("`std::mem::{swap, replace, take}`", 4, |x| exchanged(&x[..3], x[3])),
    double_buffer("`std::mem::{swap, replace, take}`", 5, |x| double_buffer(x, 3)),
    exclusive_arguments("`&mut` arguments", 3, |x| exclusive_arguments(&x[..2], x[2])),
    recursive_borrows("`&mut` arguments lent on", 3, |x| recursive_borrows(x)),
    sorted_unstably("`sort_by`, `sort_unstable_by`", 4, |x| sorted_unstably(&x[..3], x[3])),
    sorted_structs("`sort_by`, `sort_unstable_by`", 6, |x| sorted_structs(&samples(x))),
    rotated("`swap`, `reverse`, `rotate_left`, `rotate_right`", 5, |x| rotated(&x[..4], x[4])),
    all_elements("`as_slice`, `as_mut_slice`", 4, |x| all_elements(&x[..3], x[3])),
];
