//! Parts of arrays that are views in the function: in loops, chains and functions of lanes.

use crate::{close, differences};
use chainrules::prelude::*;
use zygote_engine::prelude::*;
use zygote_ndarray::ndarray::{Array1, Array2, Array3, Axis, array, s};
use zygote_ndarray::prelude::*;

/// Arrays in the order of rows and of columns in memory.
fn both() -> [Array2<f64>; 2] {
    let m = array![[0.3, -0.7, 1.1], [0.8, 0.2, -0.4]];
    let by_columns = array![[0.3, 0.8], [-0.7, 0.2], [1.1, -0.4]].reversed_axes();
    [m, by_columns]
}

fn compare(
    f: impl Fn(&Array2<f64>, &Array1<f64>) -> f64,
    gradient: impl Fn(&Array2<f64>, &Array1<f64>) -> (Array2<f64>, Array1<f64>),
) {
    let v = array![0.3, -0.7, 1.1];
    for m in both() {
        let (dm, dv) = gradient(&m, &v);
        close(&dm, &differences(|m| f(m, &v), &m));
        close(&dv, &differences(|v| f(&m, v), &v));
    }
}

#[differentiable]
fn outer(m: &Array2<f64>, w: &Array1<f64>) -> f64 {
    let mut s = 1.0;
    for row in m.outer_iter() {
        s += row.dot(w).tanh() * s + (&row * 2.0).mapv(f64::sin).sum();
        for x in row.iter() {
            s += x * x * row[1];
        }
        for x in row {
            s += x * s.cos();
        }
    }
    for (i, row) in m.outer_iter().enumerate() {
        let d = &row - w;
        s += d.dot(&d) * w[i] + row.to_owned().sum() * s;
    }
    for column in m.axis_iter(Axis(1)) {
        if column[0] < 0.0 {
            continue;
        }
        s *= column.dot(&column);
    }
    for (row, x) in m.outer_iter().zip(w) {
        s += row.sum() * x;
        if s > 1e6 {
            break;
        }
    }
    let jumps: f64 = m
        .outer_iter()
        .zip(m.outer_iter().skip(1))
        .map(|(a, b)| (&a - &b).mapv(|x| x * x).sum())
        .sum();
    s + jumps
}

#[test]
fn outer_parts() {
    compare(outer, |m, v| gradient!(outer, m, v));
}

/// The rows of a constant matrix beside what varies.
#[differentiable]
fn data(#[constant] m: &Array2<f64>, w: &Array1<f64>) -> f64 {
    let mut s = 0.0;
    for (row, y) in m.outer_iter().zip([0.5, -0.2]) {
        let e = row.dot(w) - y;
        s += e * e;
    }
    for row in m.outer_iter() {
        s *= row.dot(w);
    }
    s + m.axis_iter(Axis(0)).map(|row| (&row * w).sum().exp()).sum::<f64>()
}

#[test]
fn constant_parts() {
    let v = array![0.3, -0.7, 1.1];
    for m in both() {
        close(&gradient!(data, &m, &v), &differences(|v| data(&m, v), &v));
    }
}

#[differentiable]
fn pages(m: &Array3<f64>) -> f64 {
    let mut s = 0.5;
    for page in m.outer_iter() {
        for row in page.outer_iter() {
            s += row.dot(&row).sqrt() * s;
        }
    }
    for page in m.axis_iter(Axis(2)) {
        s += page.dot(&page.t()).sum();
    }
    for lane in m.lanes(Axis(1)) {
        s += lane.dot(&lane) * lane[0];
    }
    s
}

#[test]
fn parts_of_parts() {
    let m = Array3::from_shape_fn((2, 2, 3), |(i, j, k)| 0.3 + (i + 2 * j) as f64 - 0.7 * k as f64);
    close(&gradient!(pages, &m), &differences(pages, &m));
    let m = m.permuted_axes([1, 2, 0]);
    close(&gradient!(pages, &m), &differences(pages, &m));
}

#[differentiable]
fn lanes(m: &Array2<f64>, w: &Array1<f64>) -> f64 {
    let mut scale = 1.0;
    let norms: Array1<f64> = m.map_axis(Axis(1), |row| {
        scale *= 1.1;
        row.iter().map(|x| x * x).sum::<f64>().sqrt() * w[1] * scale
    });
    let means = m.map_axis(Axis(0), |column| column.sum() / column.len() as f64 * w[0]);
    let folded = m.fold_axis(Axis(1), w[2], |s, x| s * 0.5 + x * x * w[0]);
    let mut s = norms.dot(&folded) + means.dot(w);
    for lane in m.lanes(Axis(0)) {
        s += lane.dot(&lane) * lane[1];
    }
    for chunk in m.axis_chunks_iter(Axis(1), 2) {
        s += chunk.sum().powi(2);
    }
    for row in m.rows() {
        s *= (&row - w).sum().cos();
    }
    s
}

#[test]
fn functions_of_lanes() {
    compare(lanes, |m, v| gradient!(lanes, m, v));
}

#[differentiable]
fn in_place(m: &Array2<f64>, w: &Array1<f64>) -> f64 {
    let mut a = m.clone();
    a.map_inplace(|x| *x = *x * *x * w[0]);
    a.map_inplace(|x| *x *= w[1]);
    let mut b = w.clone();
    b.iter_mut().for_each(|x| *x = x.sin());
    b.iter_mut().zip(w.iter()).for_each(|(x, y)| *x += y * y);
    a.dot(&b).sum()
}

#[test]
fn changed_in_place() {
    compare(in_place, |m, v| gradient!(in_place, m, v));
}

#[differentiable]
fn slices(m: &Array2<f64>, w: &Array1<f64>) -> f64 {
    let (rows, columns) = m.dim();
    let mut s = 0.0;
    let mut i = 0;
    while i < rows {
        let row = m.slice(s![i, ..]);
        s += row.sum() * row[0] + (&m.slice(s![i, ..columns - 1]) * &w.slice(s![1..])).sum();
        i += 1;
    }
    for j in 0..columns - 1 {
        s += m.slice(s![.., j..j + 2]).mapv(|x| x.powi(3)).sum();
    }
    let last = &w.slice(s![1..w.len()]) - &w.slice(s![..-1]);
    s + last.dot(&last) + m.slice(s![..;2, 1..]).sum()
}

#[test]
fn slices_of_what_is_computed() {
    compare(slices, |m, v| gradient!(slices, m, v));
}
