//! Functions over matrices and vectors, differentiated by the engine through the rules of this crate.

mod geometry;
mod loops;
mod made;
mod programs;
mod written;

use chainrules::prelude::*;
use zygote_engine::prelude::*;
use zygote_nalgebra::nalgebra::{DMatrix, DVector, Matrix2, Vector2, Vector3};
use zygote_nalgebra::prelude::*;

#[differentiable]
fn squared_length(w: &DMatrix<f64>, x: &DVector<f64>) -> f64 {
    (w * x).norm_squared()
}

#[test]
fn product_of_matrix_and_vector() {
    let w = DMatrix::from_row_slice(2, 2, &[1.0, 2.0, 3.0, 4.0]);
    let x = DVector::from_vec(vec![5.0, 6.0]);
    let (dw, dx) = gradient!(squared_length, &w, &x);
    let y = &w * &x;
    assert_eq!(dw, 2.0 * &y * x.transpose());
    assert_eq!(dx, 2.0 * w.transpose() * y);
}

/// The gradient by central differences.
fn differences(f: impl Fn(&DMatrix<f64>) -> f64, at: &DMatrix<f64>) -> DMatrix<f64> {
    DMatrix::from_fn(at.nrows(), at.ncols(), |i, j| {
        let side = |h: f64| {
            let mut moved = at.clone();
            moved[(i, j)] += h;
            f(&moved)
        };
        (side(1e-5) - side(-1e-5)) / 2e-5
    })
}

fn close(a: &DMatrix<f64>, b: &DMatrix<f64>) {
    assert!((a - b).norm() < 1e-8 * (1.0 + b.norm()), "{a} is not {b}");
}

#[differentiable]
fn layers(w: &DMatrix<f64>, b: &DVector<f64>, x: &DVector<f64>) -> f64 {
    let mut h = x.clone();
    for _ in 0..3 {
        h = (w * &h + b).map(f64::tanh);
    }
    h.sum() / 2.0
}

#[test]
fn a_loop_with_map() {
    let w = DMatrix::from_row_slice(2, 2, &[0.1, 0.2, -0.3, 0.4]);
    let (b, x) = (DVector::from_vec(vec![0.5, -0.6]), DVector::from_vec(vec![0.7, 0.8]));
    let (dw, db, dx) = gradient!(layers, &w, &b, &x);
    close(&dw, &differences(|w| layers(w, &b, &x), &w));
    let vector = |m: &DMatrix<f64>| DVector::from_column_slice(m.as_slice());
    let matrix = |v: &DVector<f64>| DMatrix::from_column_slice(2, 1, v.as_slice());
    close(&matrix(&db), &differences(|b| layers(&w, &vector(b), &x), &matrix(&b)));
    close(&matrix(&dx), &differences(|x| layers(&w, &b, &vector(x)), &matrix(&x)));
}

#[differentiable]
fn built(m: &DMatrix<f64>) -> f64 {
    let n = m.nrows();
    let mut a = DMatrix::zeros(n, n);
    for i in 0..n {
        for j in 0..n {
            a[(i, j)] = m[(i, j)] * m[(j, i)] + (i as f64);
        }
    }
    let t = a.transpose() * 2.0 - &a * 0.5;
    let c = DMatrix::from_element(n, n, m[(0, 0)]);
    (t.component_mul(&c) + c).norm() + t.trace()
}

#[test]
fn entries_and_constructors() {
    let m = DMatrix::from_row_slice(2, 2, &[0.1, 0.2, -0.3, 0.4]);
    close(&gradient!(built, &m), &differences(built, &m));
}

#[differentiable]
fn in_place(m: &DMatrix<f64>) -> f64 {
    let mut a = m.clone();
    a += m;
    a *= 1.5;
    a.component_mul_assign(m);
    let first = m.diagonal();
    let mut v = DVector::from_element(2, m[(1, 1)]);
    v.axpy(2.0, &first, m[(0, 0)]);
    v.gemv(m[(0, 1)], &a, &first, 0.5);
    a.set_column(1, &v);
    a.fill_diagonal(m[(1, 0)]);
    a.gemm(0.3, m, m, 0.7);
    a -= m;
    a /= m[(0, 1)];
    a.norm_squared() + v.dot(&first)
}

#[test]
fn changes_in_place() {
    let m = DMatrix::from_row_slice(2, 2, &[0.1, 0.2, -0.3, 0.4]);
    close(&gradient!(in_place, &m), &differences(in_place, &m));
}

#[differentiable]
fn fixed(a: &Matrix2<f64>, x: f64) -> f64 {
    let v = Vector2::new(x, x * x);
    let w = a * v + 2.0 * v;
    let c = Vector3::new(x, 1.0, w[0]).cross(&Vector3::new(0.5, x, w.y));
    c.norm() + w.dot(&v) - Matrix2::from_diagonal(&w).trace()
}

#[test]
fn static_dimensions() {
    let a = Matrix2::new(0.1, 0.2, -0.3, 0.4);
    let (da, dx) = gradient!(fixed, &a, 0.7);
    let of_dynamic = |m: &DMatrix<f64>| fixed(&Matrix2::from_column_slice(m.as_slice()), 0.7);
    let dynamic = |m: &Matrix2<f64>| DMatrix::from_column_slice(2, 2, m.as_slice());
    close(&dynamic(&da), &differences(of_dynamic, &dynamic(&a)));
    let d = (fixed(&a, 0.7 + 1e-6) - fixed(&a, 0.7 - 1e-6)) / 2e-6;
    assert!((dx - d).abs() < 1e-8, "{dx} {d}");
}

/// A loss by rows and columns, some of them of a matrix that changes between.
#[differentiable]
fn by_parts(m: &DMatrix<f64>, v: &DVector<f64>) -> f64 {
    let n = m.nrows();
    let mut a = m.clone();
    let mut total = 0.0;
    for i in 0..n {
        let row = a.row(i);
        let size = row.norm_squared();
        total += size * row.transpose().dot(v);
        total += v.dot(&m.column(i)) * m.row(i)[0];
        let next = m.row(n - 1 - i) * size;
        a.set_row(i, &next);
        a += m * size;
    }
    let difference = a.row(0) - m.row(n - 1);
    total + difference.norm() + a.column(1).map(f64::tanh).sum()
}

#[test]
fn rows_and_columns() {
    let m = DMatrix::from_row_slice(3, 3, &[0.1, 0.2, -0.3, 0.4, 0.5, -0.6, 0.7, 0.2, 0.9]);
    let v = DVector::from_vec(vec![0.3, -0.8, 0.6]);
    let (dm, dv) = gradient!(by_parts, &m, &v);
    close(&dm, &differences(|m| by_parts(m, &v), &m));
    let vector = |m: &DMatrix<f64>| DVector::from_column_slice(m.as_slice());
    let matrix = |v: &DVector<f64>| DMatrix::from_column_slice(3, 1, v.as_slice());
    close(&matrix(&dv), &differences(|v| by_parts(&m, &vector(v)), &matrix(&v)));
    let only = gradient!(by_parts, constant(&m), &v);
    assert_eq!(only, dv);
}

#[differentiable]
fn blocks(m: &DMatrix<f64>, k: usize) -> f64 {
    let (r, c) = m.shape();
    let corner = m.view((k, 0), (r - k, c - 1));
    let product = corner * m.rows(0, 2) * m.columns(1, 2);
    let spread = m.view_with_steps((0, 0), (2, 2), (1, 1));
    let v = m.column_part(k, 2);
    product.norm() + spread.trace() * v.dot(&v.component_mul(&v)) + m.row(1).columns(1, 2).sum()
}

#[test]
fn parts_of_several_rows_and_columns() {
    let m = DMatrix::from_row_slice(3, 3, &[0.1, 0.2, -0.3, 0.4, 0.5, -0.6, 0.7, 0.2, 0.9]);
    let dm = gradient!(blocks, &m, constant(1));
    close(&dm, &differences(|m| blocks(m, 1), &m));
}

#[differentiable]
fn fixed_parts(a: &Matrix2<f64>, x: f64) -> f64 {
    let v = a.column(0) * x + a.row(1).transpose();
    v.dot(&a.column(1)) + v.rows(0, 1)[0]
}

#[test]
fn parts_of_static_dimensions() {
    let a = Matrix2::new(0.1, 0.2, -0.3, 0.4);
    let (da, dx) = gradient!(fixed_parts, &a, 0.7);
    let of_dynamic = |m: &DMatrix<f64>| fixed_parts(&Matrix2::from_column_slice(m.as_slice()), 0.7);
    let dynamic = |m: &Matrix2<f64>| DMatrix::from_column_slice(2, 2, m.as_slice());
    close(&dynamic(&da), &differences(of_dynamic, &dynamic(&a)));
    let d = (fixed_parts(&a, 0.7 + 1e-6) - fixed_parts(&a, 0.7 - 1e-6)) / 2e-6;
    assert!((dx - d).abs() < 1e-8, "{dx} {d}");
}

#[differentiable]
fn of_constant(#[constant] m: &DMatrix<f64>, x: &DVector<f64>) -> f64 {
    let mut total = 0.0;
    for j in 0..m.ncols() {
        let column = m.column(j).into_owned();
        total += x.dot(&column) * x.dot(&m.column(0).into_owned());
    }
    total
}

#[test]
fn owned_columns_of_a_constant() {
    let m = DMatrix::from_row_slice(2, 2, &[0.1, 0.2, -0.3, 0.4]);
    let x = DVector::from_vec(vec![0.3, -0.8]);
    let (sum, first) = (m.column_sum(), m.column(0));
    let expected = &sum * first.dot(&x) + first * sum.dot(&x);
    assert!((gradient!(of_constant, &m, &x) - expected).norm() < 1e-14);
}

#[derive(Clone, Tangent)]
struct Affine {
    w: DMatrix<f64>,
    b: DVector<f64>,
}

#[differentiable]
impl Affine {
    fn size(&self, x: &DVector<f64>) -> f64 {
        (&self.w * x + &self.b).norm_squared()
    }
}

#[test]
fn struct_of_matrices() {
    let affine = Affine { w: DMatrix::identity(2, 2) * 3.0, b: DVector::from_vec(vec![1.0, -1.0]) };
    let x = DVector::from_vec(vec![0.5, 2.0]);
    let (d, dx) = gradient!(Affine::size, &affine, &x);
    let y = &affine.w * &x + &affine.b;
    assert_eq!(d.w, 2.0 * &y * x.transpose());
    assert_eq!(dx, 2.0 * affine.w.transpose() * &y);
    assert_eq!(d.b, 2.0 * y);
}
