//! The products of vectors and matrices.

use crate::Real;
use crate::inputs::with_rows;
use chainrules_core::rrule;
use ndarray::linalg::{general_mat_mul, general_mat_vec_mul};
use ndarray::{Array, Array1, Array2, Dimension, Ix1, Ix2};

/// The pairs of numbers of dimensions between which there is a product `a.dot(&b)`.
pub trait Contract<T, E: Dimension>: Dimension {
    /// The type of the product.
    type Product;

    /// The product.
    fn product(a: &Array<T, Self>, b: &Array<T, E>) -> Self::Product;

    /// Adds the cotangent of `a` to `d`.
    fn add_lhs(d: &mut Array<T, Self>, dy: &Self::Product, b: &Array<T, E>);

    /// Adds the cotangent of `b` to `d`.
    fn add_rhs(d: &mut Array<T, E>, dy: &Self::Product, a: &Array<T, Self>);
}

/// `d += a bᵀ`.
fn add_outer<T: Real>(d: &mut Array2<T>, a: &Array1<T>, b: &Array1<T>) {
    d.rows_mut().into_iter().zip(a).for_each(|(mut d, a)| d.scaled_add(*a, b));
}

/// `y = Σ a b`.
impl<T: Real> Contract<T, Ix1> for Ix1 {
    type Product = T;

    fn product(a: &Array1<T>, b: &Array1<T>) -> T {
        a.dot(b)
    }

    fn add_lhs(d: &mut Array1<T>, dy: &T, b: &Array1<T>) {
        d.scaled_add(*dy, b);
    }

    fn add_rhs(d: &mut Array1<T>, dy: &T, a: &Array1<T>) {
        d.scaled_add(*dy, a);
    }
}

/// `y = a b` of a matrix and a vector: `da = dy bᵀ`, `db = aᵀ dy`.
impl<T: Real> Contract<T, Ix1> for Ix2 {
    type Product = Array1<T>;

    fn product(a: &Array2<T>, b: &Array1<T>) -> Array1<T> {
        a.dot(b)
    }

    fn add_lhs(d: &mut Array2<T>, dy: &Array1<T>, b: &Array1<T>) {
        add_outer(d, dy, b);
    }

    fn add_rhs(d: &mut Array1<T>, dy: &Array1<T>, a: &Array2<T>) {
        general_mat_vec_mul(T::ONE, &a.t(), dy, T::ONE, d);
    }
}

/// `y = bᵀ a` of a vector and a matrix: `da = b dy`, `db = a dyᵀ`.
impl<T: Real> Contract<T, Ix2> for Ix1 {
    type Product = Array1<T>;

    fn product(a: &Array1<T>, b: &Array2<T>) -> Array1<T> {
        a.dot(b)
    }

    fn add_lhs(d: &mut Array1<T>, dy: &Array1<T>, b: &Array2<T>) {
        general_mat_vec_mul(T::ONE, b, dy, T::ONE, d);
    }

    fn add_rhs(d: &mut Array2<T>, dy: &Array1<T>, a: &Array1<T>) {
        add_outer(d, a, dy);
    }
}

/// `y = a b` of matrices: `da = dy bᵀ`, `db = aᵀ dy`.
impl<T: Real> Contract<T, Ix2> for Ix2 {
    type Product = Array2<T>;

    fn product(a: &Array2<T>, b: &Array2<T>) -> Array2<T> {
        a.dot(b)
    }

    fn add_lhs(d: &mut Array2<T>, dy: &Array2<T>, b: &Array2<T>) {
        general_mat_mul(T::ONE, dy, &b.t(), T::ONE, d);
    }

    fn add_rhs(d: &mut Array2<T>, dy: &Array2<T>, a: &Array2<T>) {
        general_mat_mul(T::ONE, &a.t(), dy, T::ONE, d);
    }
}

/// The product of vectors, of matrices, or of one of each.
///
/// # Panics
/// When the lengths of the last axis of the left and the first axis of the right differ.
#[rrule(
    Array::dot,
    check(
        T = f64,
        T = f32,
        D = Ix1,
        D = Ix2,
        E = Ix1,
        E = Ix2,
        rhs = with_rows(*this.shape().last().expect("an axis"))
    )
)]
fn dot<T: Real, D: Contract<T, E>, E: Dimension>(
    this: &Array<T, D>,
    rhs: &Array<T, E>,
) -> <D as Contract<T, E>>::Product {
    (D::product(this, rhs), |dy| Grad {
        this: |d| D::add_lhs(d, dy, rhs),
        rhs: |d| D::add_rhs(d, dy, this),
    })
}
