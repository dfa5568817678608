//! Arrays that are made, reshaped and read.

use crate::{close, differences};
use chainrules::prelude::*;
use zygote_engine::prelude::*;
use zygote_ndarray::ndarray::{Array, Array1, Array2, ArrayView1, ArrayView2, Axis, Order};
use zygote_ndarray::ndarray::{array, aview1, aview2, concatenate, s, stack};
use zygote_ndarray::prelude::*;

#[differentiable]
fn from_lists(v: &Array1<f64>) -> f64 {
    let n = v.len();
    let mut list = Vec::new();
    for i in 0..n {
        list.push(v[i] * v[n - 1 - i]);
    }
    let a = Array1::from(list.clone());
    let b = Array1::from_vec(list.clone());
    let c = Array1::from_iter(list.clone());
    let rows = Array2::from(vec![[v[0], 2.0], [v[1] * v[0], v[2]]]);
    let m = Array2::from_shape_vec((2, 2), vec![v[2], v[0], v[1], v[0] * 3.0]).unwrap();
    a.dot(&b) + c.sum() * m.dot(&rows).sum()
}

#[test]
fn lists() {
    let v = array![0.3, -0.7, 1.1];
    close(&gradient!(from_lists, &v), &differences(from_lists, &v));
}

#[differentiable]
fn shown(v: &Array1<f64>) -> f64 {
    let list = v.to_vec();
    let a = ArrayView1::from(&list);
    let m = ArrayView2::from_shape((2, 1), &list[1..]).unwrap();
    let rows = [[v[0], v[1]], [v[2], 1.0]];
    a.dot(&aview1(&list)) * m.sum() + aview2(&rows).dot(&m).sum()
}

#[differentiable]
fn shown_constants(v: &Array1<f64>, #[constant] list: &[f64]) -> f64 {
    let a = ArrayView1::from(list);
    a.dot(v) * v[0] + ArrayView1::from(list).dot(v)
}

#[test]
fn views_of_lists() {
    let v = array![0.3, -0.7, 1.1];
    close(&gradient!(shown, &v), &differences(shown, &v));
    let of = |v: &Array1<f64>| shown_constants(v, &[1.0, 2.0, -3.0]);
    close(&gradient!(shown_constants, &v, &[1.0, 2.0, -3.0]), &differences(of, &v));
}

#[differentiable]
fn with_steps(v: &Array1<f64>) -> f64 {
    let w = v * 3.0;
    let whole = w.floor() + w.ceil() + w.round() + w.trunc() + w.signum();
    let legs = w.hypot(v[0]) + w.abs_sub(v[1]) + (&w * &w).log(v[2] + 1.0);
    (whole * v).sum() + (w.fract() * v).sum() + legs.sum()
}

#[test]
fn functions_with_steps() {
    let v = array![0.3, -0.7, 1.1];
    close(&gradient!(with_steps, &v), &differences(with_steps, &v));
}

#[differentiable]
fn changed_by_another(m: &Array2<f64>) -> f64 {
    let mut a = m.clone();
    let (mut calls, scale) = (0.0, m[[0, 0]]);
    a.zip_mut_with(&m.row(1), |x, y| {
        calls += 1.0;
        *x = *x * y * calls + scale;
    });
    a.swap((0, 0), (1, 1));
    (a * m).sum()
}

#[test]
fn changes_by_another_array() {
    let m = array![[0.3, -0.7, 1.1], [0.8, 0.2, -0.4]];
    close(&gradient!(changed_by_another, &m), &differences(changed_by_another, &m));
    // The calls are numbered in the order of the memory.
    let turned = array![[0.3, -0.7], [0.8, 0.2]].reversed_axes();
    close(&gradient!(changed_by_another, &turned), &differences(changed_by_another, &turned));
}

#[differentiable]
fn of_indices(v: &Array1<f64>) -> f64 {
    let (n, scale) = (v.len(), v[0] * 2.0);
    let kernel = Array2::from_shape_fn((n, n), |(i, j)| {
        let distance = v[i] - v[j];
        (-distance * distance * scale).exp()
    });
    let line = Array1::from_shape_fn(n, |i| v[i] * scale + i as f64);
    let like = Array2::from_shape_fn(kernel.raw_dim(), |(i, j)| v[i] * (j as f64));
    let even = Array1::linspace(v[0], v[1], n);
    kernel.dot(&line).dot(&even) + like.sum()
}

#[test]
fn functions_of_indices() {
    let v = array![0.3, -0.7, 1.1];
    close(&gradient!(of_indices, &v), &differences(of_indices, &v));
}

#[differentiable]
fn reshaped(m: &Array2<f64>) -> f64 {
    let (r, c) = m.dim();
    let flat = m.flatten();
    let long = m.to_shape(r * c).unwrap();
    let other = m.clone().into_shape_with_order((c, r)).unwrap();
    let columns = m.to_shape(((c, r), Order::ColumnMajor)).unwrap();
    let mean = m.mean_axis(Axis(0)).unwrap();
    let wide = mean.broadcast((r, c)).unwrap();
    let turned = (m * &wide).permuted_axes((1, 0));
    let list = m.row(1).to_vec();
    let (raw, _) = other.clone().into_raw_vec_and_offset();
    let column = flat.clone().insert_axis(Axis(1));
    flat.dot(&long) + (other * columns * turned).sum() + list[0] * raw[1] + column.product()
}

#[test]
fn shapes() {
    let m = array![[0.3, -0.7, 1.1], [0.8, 0.2, -0.4]];
    close(&gradient!(reshaped, &m), &differences(reshaped, &m));
}

#[differentiable]
fn joined(m: &Array2<f64>, v: &Array1<f64>) -> f64 {
    let below = concatenate(Axis(0), &[m.view(), m.t()]).unwrap();
    let rows = stack(Axis(0), &[m.row(0), v.view(), m.column(1)]).unwrap();
    let some = below.select(Axis(0), &[3, 0, 3]);
    some.dot(&rows.t()).sum() + rows.row(1).dot(&below.row(2))
}

#[test]
fn one_after_the_other() {
    let (m, v) = (array![[0.3, -0.7], [0.8, 0.2]], array![0.5, 1.5]);
    let (dm, dv) = gradient!(joined, &m, &v);
    close(&dm, &differences(|m| joined(m, &v), &m));
    close(&dv, &differences(|v| joined(&m, v), &v));
}

#[differentiable]
fn by_function(m: &Array2<f64>) -> f64 {
    let scale = m[(0, 1)];
    let mut a = m.map(|x| x * scale);
    a.mapv_inplace(|x| x * x + scale);
    a[(1, 0)] = m[[1, 1]] * a[(0, 0)];
    let largest = m.fold(scale, |most, x| most * 0.5 + x * x);
    let bounded = m.clamp(-0.5, m[(1, 1)] + 0.05);
    let spread = m.var_axis(Axis(0), 1.0) * m.std_axis(Axis(0), 0.0);
    a.product_axis(Axis(1)).sum() * largest + bounded.sum() + spread.sum()
}

#[test]
fn functions_of_elements() {
    let m = array![[0.3, -0.7], [0.8, 0.2]];
    close(&gradient!(by_function, &m), &differences(by_function, &m));
    // The fold goes along the columns.
    let turned = m.reversed_axes();
    close(&gradient!(by_function, &turned), &differences(by_function, &turned));
}

#[differentiable]
fn sliced<I: zygote_ndarray::ndarray::SliceArg<zygote_ndarray::ndarray::Ix2> + Clone>(
    m: &Array2<f64>,
    #[constant] part: I,
) -> f64 {
    let part = m.slice(part);
    part.sum()
}

#[test]
fn slices_of_the_macro() {
    let m = array![[0.3, -0.7, 1.1], [0.8, 0.2, -0.4]];
    assert_eq!(gradient!(sliced, &m, s![1, ..;2]), array![[0.0, 0.0, 0.0], [1.0, 0.0, 1.0]]);
    assert_eq!(gradient!(sliced, &m, s![.., 1..]), array![[0.0, 1.0, 1.0], [0.0, 1.0, 1.0]]);
}

#[differentiable]
fn lengths(a: &Array2<f64>) -> f64 {
    let n = a.shape()[0] * a.shape()[1];
    let mut zeros = Array::zeros(a.raw_dim());
    zeros.fill(a[[0, 0]]);
    zeros.sum() / (n as f64)
}

#[test]
fn lengths_of_axes() {
    let m = array![[0.3, -0.7, 1.1], [0.8, 0.2, -0.4]];
    close(&gradient!(lengths, &m), &differences(lengths, &m));
}

mod of_ones_own {
    use chainrules::prelude::*;
    use zygote_engine::prelude::*;
    use zygote_ndarray::ndarray;
    use zygote_ndarray::prelude::*;

    macro_rules! array {
        ($($x:expr),*) => { ndarray::Array1::from(vec![$(2.0 * $x),*]) };
    }

    #[differentiable]
    fn doubled(x: f64) -> f64 {
        let a = array![x, x * x];
        a[0] * a[1]
    }

    #[cfg(debug_assertions)]
    #[test]
    #[should_panic(expected = "the macro gives another value")]
    fn a_macro_of_the_name_of_one_with_a_rule() {
        gradient!(doubled, 3.0);
    }
}
