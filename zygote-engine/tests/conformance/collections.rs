//! What of `Vec` and of arrays is no slice's.

use crate::check::programs;
use chainrules::prelude::*;
use zygote_engine::prelude::*;

#[differentiable]
fn drained_in_loop(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    let mut s = 0.0;
    for a in v.drain(..2) {
        s += a * a;
    }
    s * v[0]
}

#[differentiable]
fn drained_sum(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    let s = v.drain(1..).sum::<f64>();
    s * v[0]
}

#[differentiable]
fn drained_list(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    let w: Vec<f64> = v.drain(1..).map(|a| a * a).collect();
    w[0] * v[0] * w[1]
}

#[differentiable]
fn drained_wholly(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    let w: Vec<f64> = v.drain(..).collect();
    v.push(2.0 * w[0]);
    w[1] * v[0] * w[2]
}

#[differentiable]
fn drained_pairs(x: &[f64]) -> f64 {
    let mut v: Vec<f64> = x.to_vec();
    while v.len() > 1 {
        let s: f64 = v.drain(..2).map(|a| a * a).sum();
        v.push(s);
        v.drain(..0);
    }
    v[0]
}

#[differentiable]
fn extended_by_chain(x: &[f64]) -> f64 {
    let mut v = vec![];
    v.extend(x.iter().map(|a| a * a));
    v[0] * v[1] * v[2]
}

#[differentiable]
fn extended_by_references(x: &[f64]) -> f64 {
    let mut v = vec![];
    v.extend(x.iter().copied());
    v.extend(x.iter());
    v[0] * v[1] * v[5]
}

#[differentiable]
fn extended_by_parameter(x: &Vec<f64>) -> f64 {
    let mut v: Vec<f64> = vec![];
    v.extend(x);
    v.extend(&v.clone());
    v[0] * v[1] * v[5]
}

#[differentiable]
fn extended_by_value(x: &[f64]) -> f64 {
    let w = x.to_vec();
    let mut v = vec![];
    v.extend(&w);
    v.extend(w);
    v[0] * v[1] * v[5]
}

#[differentiable]
fn extended_by_arrays(x: &[f64]) -> f64 {
    let mut v = vec![];
    v.extend(&x[1..]);
    v.extend([x[0], 2.0 * x[1]]);
    v.extend(vec![x[2]; 2]);
    v[0] * v[2] * v[5]
}

#[differentiable]
fn extended_by_range(x: f64) -> f64 {
    let mut v = vec![];
    v.extend((0..3).map(|i| x * i as f64));
    v[1] * v[2]
}

#[differentiable]
fn appended(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    let mut w = vec![x[0] * x[1]];
    v.append(&mut w);
    let t = v.split_off(2);
    w.push(t[0]);
    w[0] * t[1] * v[0]
}

#[differentiable]
fn retained(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    let t = 0.2;
    v.retain(|a| *a > t);
    v.resize(2, x[0] * x[1]);
    v[0] * v[1] * x[2]
}

#[differentiable]
fn concatenated(x: &[f64]) -> f64 {
    let m = vec![vec![x[0], x[1]], vec![x[0] * x[1]]];
    let v = m.concat();
    v[0] * v[2]
}

#[differentiable]
fn owned(x: &[f64]) -> f64 {
    let mut v = x.to_owned();
    v[0] *= v[1];
    v[0] * v[1] * v[2]
}

#[differentiable]
fn swapped_out(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    let a = v.swap_remove(0);
    a * v[0] * v[0] * v[1]
}

#[differentiable]
fn recursion_on_head(x: &[f64]) -> f64 {
    if let Some((h, t)) = x.split_first() { h * h + 0.5 * recursion_on_head(t) } else { 0.0 }
}

#[differentiable]
fn recursion_on_last(x: &[f64]) -> f64 {
    match x.split_last() {
        Some((h, t)) => h * h + 0.5 * recursion_on_last(t),
        None => 0.0,
    }
}

#[differentiable]
fn head_and_tail(x: &[f64]) -> f64 {
    let (h, t) = x.split_first().unwrap();
    h * t[0] * t[1]
}

#[differentiable]
fn changed_head(x: &[f64], n: usize) -> f64 {
    let mut v = x[..n].to_vec();
    if let Some((h, t)) = v.split_first_mut() {
        *h *= t[0];
        t[1] *= *h;
    }
    v.iter().product::<f64>() + x[0] * x[1] * x[2]
}

#[differentiable]
fn lists_taken_apart(x: &[f64]) -> f64 {
    let Some((h, t)) = x.split_first() else { return 0.0 };
    let mut s = h * h * (1.0 + t.iter().sum::<f64>());
    if let Some((&a, b)) = t.split_last() {
        s += a * b[0];
    }
    s
}

#[differentiable]
fn list_of_array(x: &[f64]) -> f64 {
    let v = Vec::from([x[0], x[1] * x[1]]);
    let w = x.to_vec();
    v[0] * v[1] * w[2]
}

#[differentiable]
fn searched(x: &[f64], t: f64) -> f64 {
    let k = x.partition_point(|a| *a < 0.3);
    let j = match x.binary_search_by(|a| a.total_cmp(&0.1)) {
        Ok(i) => i,
        Err(i) => i,
    };
    t * (k + j) as f64 + x[0] * x[1] * x[2]
}

#[differentiable]
fn found_or_not(x: &[f64]) -> f64 {
    let k = x.binary_search_by(|p| p.partial_cmp(&0.1).unwrap()).unwrap_or_else(|i| i);
    x[k.min(1)] * x[0] * x[2]
}

#[differentiable]
fn array_of_list(v: Vec<f64>) -> f64 {
    let a: [f64; 3] = v.try_into().unwrap();
    a[0] * a[1] * a[2]
}

#[differentiable]
fn array_of_slice(x: &[f64]) -> f64 {
    let a: [f64; 2] = x[..2].try_into().unwrap();
    a[0] * a[1] * x[2]
}

#[differentiable]
fn array_by_function(x: &[f64]) -> f64 {
    let a: [f64; 3] = std::array::from_fn(|i| x[i] * x[i]);
    a[0] * a[1] * a[2]
}

#[differentiable]
fn mapped_array(x: f64, y: f64) -> f64 {
    let a = [x, y].map(|v| v * v);
    a[0] * a[1] * y
}

#[differentiable]
fn grow(out: &mut Vec<f64>, x: &[f64]) {
    out.extend(x.iter().map(|v| v * v));
    out.extend(x);
    let s: f64 = out.drain(1..2).sum();
    out[0] *= s;
}

#[differentiable]
fn grown(x: &[f64]) -> f64 {
    let mut v = vec![x[0]];
    grow(&mut v, x);
    let mut w = vec![];
    grow(&mut w, &v);
    v.iter().sum::<f64>() * w.iter().product::<f64>()
}

#[differentiable]
fn two(x: &[f64]) -> f64 {
    let mut a = x.to_vec();
    let mut b = vec![x[0]];
    b.append(&mut a);
    a.extend(b.drain(..2).map(|v| v * 3.0));
    let r = b.split_off(1);
    b.extend(r.iter().rev().chain(&a));
    b.retain(|v| *v > -0.9);
    b.resize(6, x[1]);
    b.iter().enumerate().map(|(i, v)| (i + 1) as f64 * v * v).sum::<f64>()
}

#[differentiable]
fn arrays(x: &[f64]) -> f64 {
    let a: [f64; 3] = x.try_into().unwrap();
    let m: [[f64; 2]; 2] = std::array::from_fn(|i| std::array::from_fn(|j| a[i] * a[j + 1]));
    let v: Vec<f64> = Vec::from(m[0]);
    let b: [f64; 2] = v.try_into().expect("two");
    let c: [f64; 2] = x[1..].try_into().unwrap();
    b[0] * m[1][1] + c[0] * b[1]
}

const WIDTH: usize = 2;

const fn doubled_width(n: usize) -> usize {
    2 * n
}

#[differentiable]
fn computed_lengths(x: f64) -> f64 {
    const K: usize = WIDTH + 1;
    let a = [x; WIDTH * 2];
    let mut q = [[x * x; WIDTH + 1]; WIDTH];
    q[1][2] *= a[3];
    let b: [[f64; doubled_width(2)]; 2] = [[x.sin(); doubled_width(2)]; 2];
    let c = [vec![x; WIDTH << 1], vec![x; 2]];
    let mut d = [x; K * 2];
    d[0] = 1.0;
    q[1][2] + b[1][3] * c[0][3] * c[1][1] + d[0] * d[5]
}

programs![
    no_list("`split_first`, `split_last` and their `_mut`", || {
        assert_eq!(value_and_gradient!(lists_taken_apart, &[0.0; 0]), (0.0, vec![]));
    }),
    drained_in_loop("`drain`", 3, |x| drained_in_loop(x)),
    drained_sum("`drain`", 3, |x| drained_sum(x)),
    drained_list("`drain`", 3, |x| drained_list(x)),
    drained_wholly("`drain`", 3, |x| drained_wholly(x)),
    drained_pairs("`drain`", 4, |x| drained_pairs(x)),
    extended_by_chain("`extend` by a chain, by references and by value", 3, |x| extended_by_chain(
        x
    )),
    extended_by_references("`extend` by a chain, by references and by value", 3, |x| {
        extended_by_references(x)
    }),
    extended_by_parameter("`extend` by a chain, by references and by value", 3, |x| {
        extended_by_parameter(&x.to_vec())
    }),
    extended_by_value("`extend` by a chain, by references and by value", 3, |x| extended_by_value(
        x
    )),
    extended_by_arrays("`extend` by a chain, by references and by value", 3, |x| {
        extended_by_arrays(x)
    }),
    extended_by_range("`extend` by a chain, by references and by value", 1, |x| extended_by_range(
        x[0]
    )),
    appended(
        "`append`, `split_off`, `retain`, `resize`, `swap_remove`, `concat`, `to_owned`",
        3,
        |x| appended(x)
    ),
    retained(
        "`append`, `split_off`, `retain`, `resize`, `swap_remove`, `concat`, `to_owned`",
        3,
        |x| retained(x)
    ),
    concatenated(
        "`append`, `split_off`, `retain`, `resize`, `swap_remove`, `concat`, `to_owned`",
        2,
        |x| concatenated(x)
    ),
    owned(
        "`append`, `split_off`, `retain`, `resize`, `swap_remove`, `concat`, `to_owned`",
        3,
        |x| owned(x)
    ),
    swapped_out(
        "`append`, `split_off`, `retain`, `resize`, `swap_remove`, `concat`, `to_owned`",
        3,
        |x| swapped_out(x)
    ),
    recursion_on_head("`split_first`, `split_last` and their `_mut`", 3, |x| recursion_on_head(x)),
    recursion_on_last("`split_first`, `split_last` and their `_mut`", 3, |x| recursion_on_last(x)),
    head_and_tail("`split_first`, `split_last` and their `_mut`", 3, |x| head_and_tail(x)),
    changed_head("`split_first`, `split_last` and their `_mut`", 3, |x| changed_head(x, 3)),
    head_of_nothing("`split_first`, `split_last` and their `_mut`", 3, |x| changed_head(x, 0)),
    lists_taken_apart("`split_first`, `split_last` and their `_mut`", 3, |x| lists_taken_apart(x)),
    list_of_one("`split_first`, `split_last` and their `_mut`", 1, |x| lists_taken_apart(x)),
    list_of_array("`Vec::from`", 3, |x| list_of_array(x)),
    searched("`binary_search_by` and `partition_point` as steps", 4, |x| searched(&x[..3], x[3])),
    found_or_not("`binary_search_by` and `partition_point` as steps", 3, |x| found_or_not(x)),
    array_of_list("`try_into` an array, `array::from_fn` and `map`", 3, |x| array_of_list(
        x.to_vec()
    )),
    array_of_slice("`try_into` an array, `array::from_fn` and `map`", 3, |x| array_of_slice(x)),
    array_by_function("`try_into` an array, `array::from_fn` and `map`", 3, |x| array_by_function(
        x
    )),
    mapped_array("`try_into` an array, `array::from_fn` and `map`", 2, |x| mapped_array(
        x[0], x[1]
    )),
    grown("collections that a function is lent", 3, |x| grown(x)),
    two("collections in combination", 3, |x| two(x)),
    arrays("`try_into` an array, `array::from_fn` and `map`", 3, |x| arrays(x)),
    computed_lengths("lengths of arrays that are computed", 1, |x| computed_lengths(x[0])),
];
