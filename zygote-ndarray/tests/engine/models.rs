//! Programs of the kind that numerical people write with arrays.

use crate::{close, differences};
use chainrules::prelude::*;
use zygote_engine::prelude::*;
use zygote_ndarray::ndarray::{self, Array1, Array2, Axis, array, s};
use zygote_ndarray::prelude::*;

fn matrix() -> Array2<f64> {
    array![[1.3, -0.2, 0.1], [0.4, 1.2, -0.4], [0.2, 0.5, 0.9]]
}

fn vector() -> Array1<f64> {
    array![0.3, -0.7, 1.1]
}

#[differentiable]
fn attention(q: &Array2<f64>, k: &Array2<f64>, v: &Array2<f64>) -> f64 {
    let d = q.ncols() as f64;
    let scores = q.dot(&k.t()) / d.sqrt();
    let mut out = Array2::zeros((q.nrows(), v.ncols()));
    for i in 0..scores.nrows() {
        let row = scores.row(i);
        let most = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let e = row.mapv(|x| (x - most).exp());
        let o = (&e / e.sum()).dot(v);
        for j in 0..v.ncols() {
            out[[i, j]] = o[j];
        }
    }
    out.iter().map(|x| x * x).sum()
}

#[test]
fn an_attention_head() {
    let (q, k, v) = (matrix(), matrix() * 0.5 - 0.3, matrix().reversed_axes());
    let (dq, dk, dv) = gradient!(attention, &q, &k, &v);
    close(&dq, &differences(|q| attention(q, &k, &v), &q));
    close(&dk, &differences(|k| attention(&q, k, &v), &k));
    close(&dv, &differences(|v| attention(&q, &k, v), &v));
}

#[differentiable]
fn layer_norm(x: &Array2<f64>, gain: &Array1<f64>, bias: &Array1<f64>) -> f64 {
    let mean = x.mean_axis(Axis(1)).unwrap().insert_axis(Axis(1));
    let variance = x.var_axis(Axis(1), 0.0).insert_axis(Axis(1));
    let y = (x - &mean) / (variance + 1e-2).mapv(f64::sqrt) * gain + bias;
    y.mapv(|v| v.powi(3)).sum()
}

#[test]
fn layer_normalisation() {
    let (x, g, b) = (matrix(), vector(), vector() * 0.5);
    let (dx, dg, db) = gradient!(layer_norm, &x, &g, &b);
    close(&dx, &differences(|x| layer_norm(x, &g, &b), &x));
    close(&dg, &differences(|g| layer_norm(&x, g, &b), &g));
    close(&db, &differences(|b| layer_norm(&x, &g, b), &b));
}

#[differentiable]
fn descent(xs: &Array2<f64>, ys: &Array1<f64>, rate: f64) -> f64 {
    let mut w: Array1<f64> = Array1::zeros(xs.ncols());
    for _ in 0..3 {
        let mut g = Array1::zeros(xs.ncols());
        for (x, y) in xs.outer_iter().zip(ys.iter()) {
            let e = x.dot(&w) - y;
            g.scaled_add(2.0 * e, &x);
        }
        w = w - g * (rate / xs.nrows() as f64);
    }
    for _ in 0..2 {
        let e = xs.dot(&w) - ys;
        let g = xs.t().dot(&e) * 2.0 / ys.len() as f64;
        w -= &(rate * g);
    }
    w.dot(&w)
}

#[test]
fn batch_gradient_descent() {
    let (x, y) = (matrix(), vector());
    let (dx, dy, rate) = gradient!(descent, &x, &y, 0.1);
    close(&dx, &differences(|x| descent(x, &y, 0.1), &x));
    close(&dy, &differences(|y| descent(&x, y, 0.1), &y));
    close(&array![rate], &differences(|r| descent(&x, &y, r[0]), &array![0.1]));
}

#[differentiable]
fn convolution(image: &Array2<f64>, kernel: &Array2<f64>) -> f64 {
    let (h, w) = image.dim();
    let (kh, kw) = kernel.dim();
    let mut out = Array2::zeros((h - kh + 1, w - kw + 1));
    for i in 0..h - kh + 1 {
        for j in 0..w - kw + 1 {
            let patch = image.slice(s![i..i + kh, j..j + kw]);
            out[[i, j]] = (&patch * kernel).sum();
        }
    }
    out.mapv(|x: f64| x * x.max(0.0)).sum()
}

#[test]
fn a_convolution() {
    let (image, kernel) = (matrix(), array![[0.5, -0.2], [0.3, 0.7]]);
    let (di, dk) = gradient!(convolution, &image, &kernel);
    close(&di, &differences(|i| convolution(i, &kernel), &image));
    close(&dk, &differences(|k| convolution(&image, k), &kernel));
}

#[differentiable]
fn gauss_seidel(a: &Array2<f64>, b: &Array1<f64>) -> f64 {
    let n = b.len();
    let mut x = Array1::zeros(n);
    for _ in 0..4 {
        for i in 0..n {
            let rest = a.row(i).dot(&x) - a[[i, i]] * x[i];
            x[i] = (b[i] - rest) / a[[i, i]];
        }
    }
    x.dot(b)
}

#[differentiable]
fn power_iteration(a: &Array2<f64>, b: &Array1<f64>) -> f64 {
    let mut v = b.clone();
    for _ in 0..4 {
        let w = a.dot(&v);
        let n = w.dot(&w).sqrt();
        v = w / n;
    }
    v.dot(&a.dot(&v))
}

#[differentiable]
fn gram_schmidt(a: &Array2<f64>, b: &Array1<f64>) -> f64 {
    let n = a.ncols();
    let mut basis: Vec<Array1<f64>> = Vec::new();
    for j in 0..n {
        let mut v = a.column(j).to_owned();
        for q in &basis {
            let along = q.dot(&v);
            v = v - q * along;
        }
        let norm = v.dot(&v).sqrt();
        basis.push(v / norm);
    }
    let mut s = 0.0;
    for (q, x) in basis.iter().zip(b.iter()) {
        s += q[0] * x + q.dot(b).powi(3);
    }
    s
}

#[differentiable]
fn conjugate_gradients(a: &Array2<f64>, b: &Array1<f64>) -> f64 {
    let spd = a.t().dot(a) + Array2::<f64>::eye(b.len());
    let mut x = Array1::<f64>::zeros(b.len());
    let mut r = b.clone();
    let mut p = r.clone();
    let mut rr = r.dot(&r);
    for _ in 0..2 {
        let ap = spd.dot(&p);
        let alpha = rr / p.dot(&ap);
        x.scaled_add(alpha, &p);
        r.scaled_add(-alpha, &ap);
        let next = r.dot(&r);
        p = &r + &(&p * (next / rr));
        rr = next;
    }
    x.dot(b)
}

#[differentiable]
fn finite_volumes(a: &Array2<f64>, b: &Array1<f64>) -> f64 {
    let n = b.len();
    let mut u = b.clone();
    for row in a.outer_iter() {
        let speed = row.sum() * 0.1;
        let flux = u.mapv(|x| 0.5 * x * x);
        let change = &flux.slice(s![1..]) - &flux.slice(s![..-1]);
        let mut next = u.clone();
        for i in 1..n {
            next[i] = u[i] - speed * change[i - 1];
        }
        u = next;
    }
    u.dot(&u)
}

/// A turn about an axis and a shear, of lists that vary.
#[differentiable]
fn rigid(a: &Array2<f64>, b: &Array1<f64>) -> f64 {
    let (sin, cos) = b[0].sin_cos();
    let turn = array![[cos, -sin, 0.0], [sin, cos, 0.0], [0.0, 0.0, 1.0]];
    let shift = ndarray::array![b[1], b[1] * b[2], 2.0];
    let shear = array![[[1.0, b[2]], [0.0, 1.0]]];
    let mut s = shear.sum();
    for point in a.outer_iter() {
        let moved = turn.dot(&point) + &shift;
        s += moved.dot(&moved).sqrt();
    }
    s
}

#[test]
fn solvers_and_steps() {
    let (a, b) = (matrix(), vector());
    macro_rules! all {
        ($($f:ident),+) => {$(
            let (da, db) = gradient!($f, &a, &b);
            close(&da, &differences(|a| $f(a, &b), &a));
            close(&db, &differences(|b| $f(&a, b), &b));
        )+};
    }
    all!(gauss_seidel, power_iteration, gram_schmidt, conjugate_gradients, finite_volumes, rigid);
}
