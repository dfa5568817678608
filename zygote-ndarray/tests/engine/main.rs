//! Functions over arrays, differentiated by the engine through the rules of this crate.

mod loops;
mod made;
mod models;
mod parts;
mod programs;
mod written;

use chainrules::prelude::*;
use zygote_engine::prelude::*;
use zygote_ndarray::ndarray::{Array, Array1, Array2, Axis, Dimension, Slice, array};
use zygote_ndarray::prelude::*;

/// The gradient by central differences.
fn differences<D: Dimension>(
    f: impl Fn(&Array<f64, D>) -> f64,
    at: &Array<f64, D>,
) -> Array<f64, D> {
    let mut out = at.clone();
    out.iter_mut().enumerate().for_each(|(k, slope)| {
        let side = |h: f64| {
            let mut moved = at.clone();
            *moved.iter_mut().nth(k).unwrap() += h;
            f(&moved)
        };
        *slope = (side(1e-5) - side(-1e-5)) / 2e-5;
    });
    out
}

fn close<D: Dimension>(a: &Array<f64, D>, b: &Array<f64, D>) {
    let error = a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    assert!(a.raw_dim() == b.raw_dim() && error < 1e-8, "{a} is not {b}");
}

#[differentiable]
fn loss(w: &Array2<f64>, b: &Array1<f64>, x: &Array2<f64>) -> f64 {
    let hidden = (x.dot(w) + b).tanh();
    let y = hidden.sum_axis(Axis(1));
    y.dot(&y) / 2.0 + hidden.mean().unwrap()
}

#[test]
fn a_layer_with_a_broadcast_bias() {
    let w = array![[0.1, 0.2, 0.3], [-0.3, 0.4, 0.5]];
    let b = array![0.5, -0.6, 0.1];
    let x = array![[0.7, 0.8], [0.1, -0.4], [1.0, 0.3], [0.2, 0.2]];
    let (dw, db, dx) = gradient!(loss, &w, &b, &x);
    close(&dw, &differences(|w| loss(w, &b, &x), &w));
    close(&db, &differences(|b| loss(&w, b, &x), &b));
    close(&dx, &differences(|x| loss(&w, &b, x), &x));
}

#[differentiable]
fn built(m: &Array2<f64>) -> f64 {
    let n = m.nrows();
    let mut a = Array2::zeros((n, n));
    for i in 0..n {
        for j in 0..n {
            a[[i, j]] = m[[i, j]] * m[[j, i]] + (i as f64);
        }
    }
    let c = Array2::from_elem((n, n), m[[0, 0]]);
    let t = a.t().dot(m) * 2.0 - &a * 0.5 / (2.0 + &c);
    (t * &c).mapv(f64::exp).sum() + c.var(0.0)
}

#[test]
fn elements_and_constructors() {
    let m = array![[0.1, 0.2], [-0.3, 0.4]];
    close(&gradient!(built, &m), &differences(built, &m));
}

#[differentiable]
fn in_place(m: &Array2<f64>, v: &Array1<f64>) -> f64 {
    let mut a = m.clone();
    a += v;
    a *= 1.5;
    a.scaled_add(v[0], m);
    a -= &m.powi(2);
    let mut b = a.to_owned();
    b.fill(m[[0, 1]]);
    b /= &a;
    a.assign(v);
    a[[0, 1]] *= m[[0, 0]];
    (a * b).sum() + v.mean().unwrap()
}

#[test]
fn changes_in_place() {
    let m = array![[0.6, 0.2], [0.3, 0.5]];
    let v = array![0.7, 0.9];
    let (dm, dv) = gradient!(in_place, &m, &v);
    close(&dm, &differences(|m| in_place(m, &v), &m));
    close(&dv, &differences(|v| in_place(&m, v), &v));
}

#[differentiable]
fn shapes(m: &Array2<f64>) -> f64 {
    let (r, c) = m.dim();
    let v = Array1::from_vec(vec![m[[0, 0]], 2.0]);
    m.dot(&v).sum() * (r as f64) / (c as f64)
}

#[test]
fn a_shape_and_a_vector_of_elements() {
    let m = array![[0.6, 0.2], [0.3, 0.5]];
    close(&gradient!(shapes, &m), &differences(shapes, &m));
}

/// A loss by rows and columns, some of them of an array that changes between.
#[differentiable]
fn by_parts(m: &Array2<f64>, v: &Array1<f64>) -> f64 {
    let n = m.nrows();
    let mut a = m.clone();
    let mut total = 0.0;
    for i in 0..n {
        let row = a.row(i);
        let size = row.dot(v);
        total += size * m.column(i).dot(&row) * m.row(i)[0];
        let next = m.row(n - 1 - i).mapv(f64::tanh) * size;
        a += &next;
    }
    let difference = &a.row(0) - &m.index_axis(Axis(1), n - 1);
    total + difference.dot(&a.diag()) + a.t().row(1).sum()
}

#[test]
fn rows_and_columns() {
    let m = array![[0.1, 0.2, -0.3], [0.4, 0.5, -0.6], [0.7, 0.2, 0.9]];
    let v = array![0.3, -0.8, 0.6];
    let (dm, dv) = gradient!(by_parts, &m, &v);
    close(&dm, &differences(|m| by_parts(m, &v), &m));
    close(&dv, &differences(|v| by_parts(&m, v), &v));
    assert_eq!(gradient!(by_parts, constant(&m), &v), dv);
}

#[differentiable]
fn slices(m: &Array2<f64>, #[constant] part: Slice) -> f64 {
    let upper = m.slice_axis(Axis(0), Slice::new(0, Some(2), 1));
    let product = upper.dot(&m.slice_axis(Axis(1), part));
    let turned = m.slice_axis(Axis(1), Slice::new(0, None, -1));
    product.sum() * turned.row(0)[0] + (&turned * m).sum()
}

#[test]
fn parts_along_an_axis() {
    let m = array![[0.1, 0.2, -0.3], [0.4, 0.5, -0.6], [0.7, 0.2, 0.9]];
    let part = Slice::from(1..3);
    let dm = gradient!(slices, &m, part);
    close(&dm, &differences(|m| slices(m, part), &m));
}

#[differentiable]
fn of_constant(#[constant] m: &Array2<f64>, x: &Array1<f64>) -> f64 {
    let mut total = 0.0;
    for i in 0..m.nrows() {
        let row = m.row(i).to_owned();
        total += x.dot(&row) * x.dot(&m.column(0).to_owned());
    }
    total
}

#[test]
fn owned_rows_of_a_constant() {
    let m = array![[0.1, 0.2], [-0.3, 0.4]];
    let x = array![0.3, -0.8];
    close(&gradient!(of_constant, &m, &x), &differences(|x| of_constant(&m, x), &x));
}

#[derive(Clone, Tangent)]
struct Affine {
    w: Array2<f64>,
    b: Array1<f64>,
}

#[differentiable]
impl Affine {
    fn sum(&self, x: &Array1<f64>) -> f64 {
        (self.w.dot(x) + &self.b).sum()
    }
}

#[test]
fn struct_of_arrays() {
    let affine = Affine { w: array![[1.0, 2.0], [3.0, 4.0]], b: array![5.0, 6.0] };
    let (d, dx) = gradient!(Affine::sum, &affine, &array![0.5, -1.0]);
    assert_eq!(d.w, array![[0.5, -1.0], [0.5, -1.0]]);
    assert_eq!(d.b, array![1.0, 1.0]);
    assert_eq!(dx, array![4.0, 6.0]);
}
