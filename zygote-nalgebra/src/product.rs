//! Products of matrices and vectors.

use crate::Real;
use crate::inputs::{of_shape, with_rows};
use crate::mutate::by_factor;
use crate::tangent::{add_scaled, inner};
use chainrules_core::{like, rrule};
use nalgebra::allocator::Allocator;
use nalgebra::{Const, DefaultAllocator, Dim, DimMul, DimProd, Dyn, MatrixView, OMatrix, SVector};

/// The transpose, without a copy.
fn transposed<T: Real, R: Dim, C: Dim>(m: &OMatrix<T, R, C>) -> MatrixView<'_, T, C, R, Dyn, Dyn>
where
    DefaultAllocator: Allocator<R, C>,
{
    let (rows, columns) = m.shape_generic();
    let strides = (Dyn(rows.value()), Dyn(1));
    MatrixView::from_slice_with_strides_generic(m.as_slice(), columns, rows, strides.0, strides.1)
}

/// `d += alpha a bᵀ`. Of a vector `b` this is an outer product.
pub(crate) fn add_by_transpose<T: Real, R: Dim, C: Dim, K: Dim>(
    d: &mut OMatrix<T, R, C>,
    alpha: T,
    a: &OMatrix<T, R, K>,
    b: &OMatrix<T, C, K>,
) where
    DefaultAllocator: Allocator<R, C> + Allocator<R, K> + Allocator<C, K>,
{
    d.gemm(alpha, a, &transposed(b), nalgebra::one());
}

/// `d += alpha aᵀ b`.
pub(crate) fn add_transpose_by<T: Real, R: Dim, C: Dim, K: Dim>(
    d: &mut OMatrix<T, R, C>,
    alpha: T,
    a: &OMatrix<T, K, R>,
    b: &OMatrix<T, K, C>,
) where
    DefaultAllocator: Allocator<R, C> + Allocator<K, R> + Allocator<K, C>,
{
    // An infinite `alpha` times an empty sum is not a number.
    if a.nrows() == 0 {
        return;
    }
    // Few columns are scalar products along the columns of `a`, which lie in one piece; many are a
    // proper matrix product.
    if b.ncols() > 5 {
        d.gemm(alpha, &transposed(a), b, nalgebra::one());
    } else {
        d.gemm_tr(alpha, a, b, nalgebra::one());
    }
}

/// The product of a matrix and a matrix or vector: `da = dy bᵀ`, `db = aᵀ dy`.
#[rrule(
    ops::Mul,
    check(
        T = f64,
        T = f32,
        R = Dyn,
        R = Const<2>,
        K = Dyn,
        K = Const<1>,
        C = Dyn,
        C = Const<1>,
        b = with_rows(a.shape_generic().1)
    )
)]
fn mul<T: Real, R: Dim, K: Dim, C: Dim>(
    a: &OMatrix<T, R, K>,
    b: &OMatrix<T, K, C>,
) -> OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, K> + Allocator<K, C> + Allocator<R, C>,
{
    (a * b, |dy| Grad {
        a: |d| add_by_transpose(d, nalgebra::one(), dy, b),
        b: |d| add_transpose_by(d, nalgebra::one(), a, dy),
    })
}

/// The product with a square matrix in place: `da = dy bᵀ`, `db = aᵀ dy`.
#[rrule(
    ops::MulAssign,
    check(
        T = f64,
        T = f32,
        R = Dyn,
        K = Dyn,
        b = of_shape(a.shape_generic().1, a.shape_generic().1)
    )
)]
fn mul_assign<T: Real, R: Dim, K: Dim>(
    a: &OMatrix<T, R, K>,
    b: &OMatrix<T, K, K>,
) -> OMatrix<T, R, K>
where
    DefaultAllocator: Allocator<R, K> + Allocator<K, K>,
{
    (a * b, |dy| Grad {
        a: |d| add_by_transpose(d, nalgebra::one(), dy, b),
        b: |d| add_transpose_by(d, nalgebra::one(), a, dy),
    })
}

/// `y = aᵀ b`: `da = b dyᵀ`, `db = a dy`.
#[rrule(
    OMatrix::tr_mul,
    check(T = f64, T = f32, R = Dyn, K = Dyn, C = Dyn, C = Const<1>, rhs = with_rows(this.shape_generic().0))
)]
fn tr_mul<T: Real, R: Dim, K: Dim, C: Dim>(
    this: &OMatrix<T, R, K>,
    rhs: &OMatrix<T, R, C>,
) -> OMatrix<T, K, C>
where
    DefaultAllocator: Allocator<R, K> + Allocator<R, C> + Allocator<K, C>,
{
    (this.tr_mul(rhs), |dy| Grad {
        this: |d| add_by_transpose(d, nalgebra::one(), rhs, dy),
        rhs: |d| d.gemm(nalgebra::one(), this, dy, nalgebra::one()),
    })
}

/// On real matrices the same as [`OMatrix::tr_mul`].
#[rrule(
    OMatrix::ad_mul,
    check(T = f64, T = f32, R = Dyn, K = Dyn, C = Dyn, C = Const<1>, rhs = with_rows(this.shape_generic().0))
)]
fn ad_mul<T: Real, R: Dim, K: Dim, C: Dim>(
    this: &OMatrix<T, R, K>,
    rhs: &OMatrix<T, R, C>,
) -> OMatrix<T, K, C>
where
    DefaultAllocator: Allocator<R, K> + Allocator<R, C> + Allocator<K, C>,
{
    (this.ad_mul(rhs), |dy| Grad {
        this: |d| add_by_transpose(d, nalgebra::one(), rhs, dy),
        rhs: |d| d.gemm(nalgebra::one(), this, dy, nalgebra::one()),
    })
}

/// The sum of the products of the entries.
#[rrule(
    OMatrix::dot,
    check(T = f64, T = f32, R = Dyn, R = Const<2>, C = Dyn, C = Const<1>, rhs = like(this))
)]
fn dot<T: Real, R: Dim, C: Dim>(this: &OMatrix<T, R, C>, rhs: &OMatrix<T, R, C>) -> T
where
    DefaultAllocator: Allocator<R, C>,
{
    (this.dot(rhs), |dy| Grad {
        this: |d| add_scaled(d, *dy, rhs),
        rhs: |d| add_scaled(d, *dy, this),
    })
}

/// The same as [`OMatrix::dot`] of real entries.
#[rrule(OMatrix::dotc, check(T = f64, R = Dyn, C = Dyn, C = Const<1>, rhs = like(this)))]
fn dotc<T: Real, R: Dim, C: Dim>(this: &OMatrix<T, R, C>, rhs: &OMatrix<T, R, C>) -> T
where
    DefaultAllocator: Allocator<R, C>,
{
    (this.dotc(rhs), |dy| Grad {
        this: |d| add_scaled(d, *dy, rhs),
        rhs: |d| add_scaled(d, *dy, this),
    })
}

/// The vector product in three dimensions: `da = b × dy`, `db = dy × a`.
#[rrule(SVector::cross, check(T = f64, T = f32))]
fn cross<T: Real>(this: &SVector<T, 3>, rhs: &SVector<T, 3>) -> SVector<T, 3> {
    (this.cross(rhs), |dy| Grad { this: rhs.cross(dy), rhs: dy.cross(this) })
}

/// The products of all pairs of entries: `y[(i p + k, j q + l)] = a[(i, j)] b[(k, l)]`.
#[rrule(
    OMatrix::kronecker,
    check(T = f64, R = Dyn, C = Dyn, C = Const<1>, P = Dyn, Q = Dyn)
)]
fn kronecker<T: Real, R: Dim, C: Dim, P: Dim, Q: Dim>(
    this: &OMatrix<T, R, C>,
    rhs: &OMatrix<T, P, Q>,
) -> OMatrix<T, DimProd<R, P>, DimProd<C, Q>>
where
    R: DimMul<P>,
    C: DimMul<Q>,
    DefaultAllocator: Allocator<R, C> + Allocator<P, Q> + Allocator<DimProd<R, P>, DimProd<C, Q>>,
{
    (this.kronecker(rhs), |dy| {
        let (p, q) = rhs.shape();
        let at = |i: usize, j: usize, k: usize, l: usize| dy[(i * p + k, j * q + l)];
        Grad {
            this: |d| {
                add_each(d, |i, j| sum_of(rhs, |k, l| at(i, j, k, l)));
            },
            rhs: |d| {
                add_each(d, |k, l| sum_of(this, |i, j| at(i, j, k, l)));
            },
        }
    })
}

/// Adds a function of row and column.
fn add_each<T: Real, R: Dim, C: Dim>(d: &mut OMatrix<T, R, C>, f: impl Fn(usize, usize) -> T)
where
    DefaultAllocator: Allocator<R, C>,
{
    let rows = d.nrows();
    d.iter_mut().enumerate().for_each(|(k, d)| *d += f(k % rows, k / rows));
}

/// The sum of the entries times a function of row and column.
fn sum_of<T: Real, R: Dim, C: Dim>(m: &OMatrix<T, R, C>, f: impl Fn(usize, usize) -> T) -> T
where
    DefaultAllocator: Allocator<R, C>,
{
    let entries = m.iter().enumerate();
    entries.fold(nalgebra::zero(), |sum: T, (k, x)| sum + *x * f(k % m.nrows(), k / m.nrows()))
}

/// `y = alpha a x + beta y`. With `beta = 0` the old `y` is not read, and carries no derivative.
#[rrule(
    OMatrix::gemv,
    check(
        T = f64,
        T = f32,
        R = Dyn,
        K = Dyn,
        K = Const<2>,
        a = with_rows(this.shape_generic().0),
        x = with_rows(a.shape_generic().1)
    )
)]
fn gemv<T: Real, R: Dim, K: Dim>(
    this: &mut OMatrix<T, R, Const<1>>,
    alpha: T,
    a: &OMatrix<T, R, K>,
    x: &OMatrix<T, K, Const<1>>,
    beta: T,
) where
    DefaultAllocator: Allocator<R> + Allocator<R, K> + Allocator<K>,
{
    let old = this.clone();
    this.gemv(alpha, a, x, beta);
    Mutation {
        undo: || *this = old,
        pull: |d| Grad {
            alpha: d.this.dot(&(a * x)),
            a: |da| add_by_transpose(da, *alpha, d.this, x),
            x: |dx| add_transpose_by(dx, *alpha, a, d.this),
            beta: by_factor(this, *beta, d.this),
        },
    }
}

/// `y = alpha a b + beta y`. With `beta = 0` the old `y` is not read, and carries no derivative.
#[rrule(
    OMatrix::gemm,
    check(
        T = f64,
        T = f32,
        R = Dyn,
        C = Dyn,
        K = Dyn,
        K = Const<2>,
        a = with_rows(this.shape_generic().0),
        b = of_shape(a.shape_generic().1, this.shape_generic().1)
    )
)]
fn gemm<T: Real, R: Dim, C: Dim, K: Dim>(
    this: &mut OMatrix<T, R, C>,
    alpha: T,
    a: &OMatrix<T, R, K>,
    b: &OMatrix<T, K, C>,
    beta: T,
) where
    DefaultAllocator: Allocator<R, C> + Allocator<R, K> + Allocator<K, C>,
{
    let old = this.clone();
    this.gemm(alpha, a, b, beta);
    Mutation {
        undo: || *this = old,
        pull: |d| Grad {
            alpha: inner(d.this, &(a * b)),
            a: |da| add_by_transpose(da, *alpha, d.this, b),
            b: |db| add_transpose_by(db, *alpha, a, d.this),
            beta: by_factor(this, *beta, d.this),
        },
    }
}

/// `a = alpha x yᵀ + beta a`. With `beta = 0` the old `a` is not read, and carries no derivative.
#[rrule(
    OMatrix::ger,
    check(
        T = f64,
        T = f32,
        R = Dyn,
        C = Dyn,
        x = of_shape(this.shape_generic().0, Const::<1>),
        y = of_shape(this.shape_generic().1, Const::<1>)
    )
)]
fn ger<T: Real, R: Dim, C: Dim>(
    this: &mut OMatrix<T, R, C>,
    alpha: T,
    x: &OMatrix<T, R, Const<1>>,
    y: &OMatrix<T, C, Const<1>>,
    beta: T,
) where
    DefaultAllocator: Allocator<R, C> + Allocator<R> + Allocator<C>,
{
    let old = this.clone();
    this.ger(alpha, x, y, beta);
    Mutation {
        undo: || *this = old,
        pull: |d| Grad {
            alpha: x.dot(&(&*d.this * y)),
            x: |dx| dx.gemv(*alpha, d.this, y, nalgebra::one()),
            y: |dy| add_transpose_by(dy, *alpha, d.this, x),
            beta: by_factor(this, *beta, d.this),
        },
    }
}
