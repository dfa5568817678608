//! Points, rotations and quaternions, and what the macros make of entries that vary.

use crate::{close, differences};
use chainrules::prelude::*;
use zygote_engine::prelude::*;
use zygote_nalgebra::nalgebra::{
    self, DMatrix, DVector, Isometry3, Matrix3, Point3, Quaternion, Rotation3, Translation3, Unit,
    UnitQuaternion, Vector3, dmatrix, dvector, matrix, vector,
};
use zygote_nalgebra::prelude::*;

#[differentiable]
fn turned(p: &DVector<f64>) -> f64 {
    let axis = Unit::new_normalize(Vector3::new(p[0], p[1], 1.0));
    let turn = Rotation3::from_axis_angle(&axis, p[2]);
    let other =
        Rotation3::from_euler_angles(p[0], p[1], p[2]) * Rotation3::new(vector![p[3], p[1], 0.2]);
    let v = vector![p[3], p[0] * p[1], 1.0];
    let w = turn * v;
    let back = turn.inverse() * (other * w);
    let about = Rotation3::from_axis_angle(&Vector3::z_axis(), p[0]);
    back.dot(&v) + (turn.matrix() * v).x + w.angle(&v) + (about * v).x
}

#[differentiable]
fn quaternions(p: &DVector<f64>) -> f64 {
    let q = UnitQuaternion::from_quaternion(Quaternion::new(p[0], p[1], p[2], p[3]));
    let v = Vector3::new(p[1], 1.0, p[2] * p[0]);
    let r = UnitQuaternion::new(vector![p[0], p[1], p[3]]) * q;
    let point = Point3::new(p[0], p[1], p[2]);
    let moved = r * point + q * v;
    let frame = Isometry3::new(v, vector![p[2], p[3], 0.3]);
    let parts = Isometry3::from_parts(Translation3::from(v), q.inverse());
    let seen = frame * (frame * parts.inverse()) * point - parts * moved;
    seen.norm()
        + nalgebra::distance(&point, &moved)
        + q.to_rotation_matrix().matrix()[(0, 1)]
        + (point - moved).dot(&v)
        + moved.coords.y
        + point.z
}

#[differentiable]
fn lists(p: &DVector<f64>) -> f64 {
    let (a, b) = (p[0], p[1]);
    let v = vector![a, b, a * b];
    let m = matrix![a, b, 1.0; b, p[2].sin(), 0.0; 0.0, a, 2.0];
    let d = dvector![a, p[3] * 2.0, b];
    let n = nalgebra::dmatrix![a, b, 1.0; p[2], 0.5, a];
    let row = matrix![a, b, p[3]];
    let constant = dmatrix![1.0, 2.0; 3.0, 4.0];
    m.determinant()
        + (m * v).dot(&v)
        + (n * d).norm_squared()
        + (row * v)[(0, 0)] * constant[(0, 1)]
}

#[differentiable]
fn in_place(p: &DVector<f64>) -> f64 {
    let mut x = p.clone();
    let norm = x.normalize_mut();
    let scale = p[1];
    x.apply(|e| *e = e.sin() * scale);
    let between = x.lerp(p, p[2]);
    between.dot(&x) * norm
}

/// The rows of a matrix that are views in the function.
#[differentiable]
fn parts(p: &DVector<f64>) -> f64 {
    let m = Matrix3::new(p[0], p[1], 0.5, p[2], p[3], 1.0, p[1] * p[2], 0.3, p[0]);
    let mut s = 0.0;
    for row in m.row_iter() {
        s += row.dot(&row).sqrt() + row.sum() * row[1];
    }
    for (j, column) in m.column_iter().enumerate() {
        s += column.norm() * p[j];
    }
    s + m.column_iter().map(|c| c.dot(&c)).sum::<f64>()
        + m.row_iter().zip(m.row_iter().skip(1)).map(|(a, b)| (a - b).norm()).sum::<f64>()
}

#[test]
fn geometry() {
    let p = DVector::from_vec(vec![0.3, -0.7, 1.1, 0.4]);
    macro_rules! all {
        ($($f:ident),+) => {$(
            let column = |v: &DVector<f64>| DMatrix::from_column_slice(4, 1, v.as_slice());
            let of = |m: &DMatrix<f64>| $f(&DVector::from_column_slice(m.as_slice()));
            close(&column(&gradient!($f, &p)), &differences(of, &column(&p)));
        )+};
    }
    all!(turned, quaternions, lists, in_place, parts);
}

/// A turn about nothing.
#[differentiable]
fn small(x: &Vector3<f64>, v: &Vector3<f64>) -> f64 {
    let turn = Rotation3::new(*x) * v;
    let other = UnitQuaternion::new(*x) * v;
    turn.x * 2.0 + other.y
}

#[test]
fn at_zero() {
    let v = Vector3::new(0.3, -0.7, 1.1);
    let (dx, dv) = gradient!(small, &Vector3::zeros(), &v);
    // d(x × v) = dx × v.
    assert!((dx - (v.cross(&Vector3::x()) * 2.0 + v.cross(&Vector3::y()))).norm() < 1e-15);
    assert_eq!(dv, Vector3::new(2.0, 1.0, 0.0));
}
