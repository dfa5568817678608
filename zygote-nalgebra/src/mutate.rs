//! Methods that change a matrix or vector in place.

use crate::Real;
use crate::inputs::{column, row};
use crate::tangent::inner;
use chainrules_core::{like, rrule};
use nalgebra::allocator::Allocator;
use nalgebra::{Const, DefaultAllocator, Dim, Dyn, OMatrix};

/// The way back of `y' = .. + factor y`: turns the shadow of `y'` into that of `y` and gives the
/// cotangent of the factor. What is multiplied by 0 is not read, as in `nalgebra`.
pub(crate) fn by_factor<T: Real, R: Dim, C: Dim>(
    old: &OMatrix<T, R, C>,
    factor: T,
    shadow: &mut OMatrix<T, R, C>,
) -> T
where
    DefaultAllocator: Allocator<R, C>,
{
    let pulled = inner(shadow, old);
    if factor == nalgebra::zero() {
        shadow.fill(factor);
    } else {
        *shadow *= factor;
    }
    pulled
}

/// `y = a x + b y`. With `b = 0` the old `y` is not read, and carries no derivative.
///
/// # Panics
/// When the lengths differ.
#[rrule(OMatrix::axpy, check(T = f64, T = f32, R = Dyn, R = Const<2>, x = like(this)))]
fn axpy<T: Real, R: Dim>(
    this: &mut OMatrix<T, R, Const<1>>,
    a: T,
    x: &OMatrix<T, R, Const<1>>,
    b: T,
) where
    DefaultAllocator: Allocator<R>,
{
    let old = this.clone();
    this.axpy(a, x, b);
    Mutation {
        undo: || *this = old,
        pull: |d| Grad {
            a: d.this.dot(x),
            x: |dx| dx.axpy(*a, d.this, nalgebra::one()),
            b: by_factor(this, *b, d.this),
        },
    }
}

#[rrule(OMatrix::scale_mut, check(T = f64, R = Dyn, C = Dyn, C = Const<1>))]
fn scale_mut<T: Real, R: Dim, C: Dim>(this: &mut OMatrix<T, R, C>, real: T)
where
    DefaultAllocator: Allocator<R, C>,
{
    let old = this.clone();
    this.scale_mut(real);
    Mutation {
        undo: || *this = old,
        pull: |d| Grad {
            real: {
                let pulled = inner(d.this, this);
                *d.this *= *real;
                pulled
            },
        },
    }
}

#[rrule(
    OMatrix::unscale_mut,
    check(T = f64, R = Dyn, C = Dyn, C = Const<1>, real = 0.5..4.0)
)]
fn unscale_mut<T: Real, R: Dim, C: Dim>(this: &mut OMatrix<T, R, C>, real: T)
where
    DefaultAllocator: Allocator<R, C>,
{
    let old = this.clone();
    this.unscale_mut(real);
    // Before `undo`, `this` is the quotient y: dreal = -(dy · y) / real.
    Mutation {
        pull: |d| Grad {
            real: {
                *d.this /= *real;
                -inner(d.this, this)
            },
        },
        undo: || *this = old,
    }
}

#[rrule(OMatrix::add_scalar_mut, check(T = f64, R = Dyn, C = Dyn, C = Const<1>))]
fn add_scalar_mut<T: Real, R: Dim, C: Dim>(this: &mut OMatrix<T, R, C>, rhs: T)
where
    DefaultAllocator: Allocator<R, C>,
{
    let old = this.clone();
    this.add_scalar_mut(rhs);
    Mutation { undo: || *this = old, pull: |d| Grad { rhs: d.this.sum() } }
}

#[rrule(OMatrix::neg_mut, check(T = f64, R = Dyn, C = Dyn, C = Const<1>))]
fn neg_mut<T: Real, R: Dim, C: Dim>(this: &mut OMatrix<T, R, C>)
where
    DefaultAllocator: Allocator<R, C>,
{
    this.neg_mut();
    Mutation { undo: || this.neg_mut(), pull: |d| d.this.neg_mut() }
}

/// `a = a ∘ b`.
///
/// # Panics
/// When the shapes differ.
#[rrule(
    OMatrix::component_mul_assign,
    check(T = f64, T = f32, R = Dyn, C = Dyn, C = Const<1>, rhs = like(this))
)]
fn component_mul_assign<T: Real, R: Dim, C: Dim>(
    this: &mut OMatrix<T, R, C>,
    rhs: &OMatrix<T, R, C>,
) where
    DefaultAllocator: Allocator<R, C>,
{
    let old = this.clone();
    this.component_mul_assign(rhs);
    Mutation {
        undo: || *this = old,
        pull: |d| Grad {
            rhs: {
                let pulled = d.this.component_mul(this);
                d.this.component_mul_assign(rhs);
                pulled
            },
        },
    }
}

/// `a = a / b` entry by entry.
///
/// # Panics
/// When the shapes differ.
#[rrule(
    OMatrix::component_div_assign,
    check(T = f64, T = f32, R = Dyn, C = Dyn, C = Const<1>, rhs = like(this))
)]
fn component_div_assign<T: Real, R: Dim, C: Dim>(
    this: &mut OMatrix<T, R, C>,
    rhs: &OMatrix<T, R, C>,
) where
    DefaultAllocator: Allocator<R, C>,
{
    let old = this.clone();
    this.component_div_assign(rhs);
    // Before `undo`, `this` is the quotient y: db = -dy y / b.
    Mutation {
        pull: |d| Grad {
            rhs: {
                d.this.component_div_assign(rhs);
                -d.this.component_mul(this)
            },
        },
        undo: || *this = old,
    }
}

/// `x / |x|`, and the norm: `dx = (dy - y (y · dy)) / |x| + y dnorm`.
#[rrule(OMatrix::normalize_mut, check(T = f64, T = f32, R = Dyn, R = Const<2>, C = Const<1>))]
fn normalize_mut<T: Real, R: Dim, C: Dim>(this: &mut OMatrix<T, R, C>) -> T
where
    DefaultAllocator: Allocator<R, C>,
{
    let old = this.clone();
    let norm = this.normalize_mut();
    (
        norm,
        Mutation {
            pull: |d, dnorm| {
                let along = inner(d.this, this);
                let all = d.this.iter_mut().zip(&*this);
                all.for_each(|(d, y)| *d = (*d - *y * along) / norm + *y * *dnorm);
            },
            undo: || *this = old,
        },
    )
}

/// The function changes each entry. The residual of the function at each entry is kept, and the
/// entries as they were.
#[rrule(OMatrix::apply, check(T = f64, R = Dyn, C = Dyn, C = Const<1>, f = in_place()))]
fn apply<T: Real, R: Dim, C: Dim>(this: &mut OMatrix<T, R, C>, f: impl FnMut(&mut T))
where
    DefaultAllocator: Allocator<R, C>,
{
    let old = this.clone();
    let mut residuals = Vec::with_capacity(this.len());
    this.apply(|x| residuals.push(f(x).1));
    Mutation {
        pull: |d| {
            let all = this.as_mut_slice().iter_mut().zip(d.this.as_mut_slice()).rev();
            for (residual, (x, dx)) in residuals.into_iter().rev().zip(all) {
                f(residual, x, &(), dx);
            }
        },
        undo: || *this = old,
    }
}

/// What `apply` is checked with: the sine.
#[expect(clippy::type_complexity, reason = "the types are those of the protocol")]
fn in_place() -> (impl Fn(&mut f64) -> ((), f64), impl FnMut(f64, &mut f64, &(), &mut f64)) {
    (
        |x: &mut f64| {
            let old = *x;
            *x = x.sin();
            ((), old)
        },
        |residual: f64, x: &mut f64, (): &(), dx: &mut f64| {
            assert!(
                residual.sin().to_bits() == x.to_bits(),
                "the residual is that of another call"
            );
            *x = residual;
            *dx *= residual.cos();
        },
    )
}

/// The function changes each entry by one of another matrix. The residual of the function at each pair
/// is kept, and the entries as they were.
///
/// # Panics
/// When the shapes differ.
#[rrule(
    OMatrix::zip_apply,
    check(T = f64, S = f64, R = Dyn, C = Dyn, C = Const<1>, rhs = like(this), f = added_product())
)]
fn zip_apply<T: Real, S: Real, R: Dim, C: Dim>(
    this: &mut OMatrix<T, R, C>,
    rhs: &OMatrix<S, R, C>,
    f: impl FnMut(&mut T, S),
) where
    DefaultAllocator: Allocator<R, C>,
{
    let old = this.clone();
    let mut residuals = Vec::with_capacity(this.len());
    this.zip_apply(rhs, |x, b| residuals.push(f(x, b).1));
    Mutation {
        pull: |d| {
            let mut of_rhs = rhs.map(|_| nalgebra::zero());
            let entries = this.as_mut_slice().iter_mut().zip(d.this.as_mut_slice());
            let others = rhs.as_slice().iter().zip(of_rhs.as_mut_slice());
            let all = residuals.into_iter().zip(entries.zip(others)).rev();
            for (residual, ((x, dx), (b, db))) in all {
                f(residual, x, b, &(), dx, db);
            }
            Grad { rhs: of_rhs }
        },
        undo: || *this = old,
    }
}

/// What `zip_apply` is checked with: `x b`.
#[expect(clippy::type_complexity, reason = "the types are those of the protocol")]
fn added_product()
-> (impl Fn(&mut f64, f64) -> ((), f64), impl FnMut(f64, &mut f64, &f64, &(), &mut f64, &mut f64)) {
    (
        |x: &mut f64, b: f64| {
            let old = *x;
            *x *= b;
            ((), old)
        },
        |residual: f64, x: &mut f64, b: &f64, (): &(), dx: &mut f64, db: &mut f64| {
            *x = residual;
            *db += *dx * residual;
            *dx *= b;
        },
    )
}

/// # Panics
/// When a row or column does not exist.
#[rrule(
    OMatrix::swap,
    check(
        T = f64,
        R = Dyn,
        C = Dyn,
        row_cols1 = entry(this),
        row_cols2 = entry(this)
    )
)]
fn swap<T: Real, R: Dim, C: Dim>(
    this: &mut OMatrix<T, R, C>,
    row_cols1: (usize, usize),
    row_cols2: (usize, usize),
) where
    DefaultAllocator: Allocator<R, C>,
{
    this.swap(row_cols1, row_cols2);
    Mutation {
        undo: || this.swap(*row_cols1, *row_cols2),
        pull: |d| {
            d.this.swap(*row_cols1, *row_cols2);
            Grad { row_cols1: inert, row_cols2: inert }
        },
    }
}

/// # Panics
/// When a row does not exist.
#[rrule(OMatrix::swap_rows, check(T = f64, R = Dyn, C = Dyn, irow1 = row(this), irow2 = row(this)))]
fn swap_rows<T: Real, R: Dim, C: Dim>(this: &mut OMatrix<T, R, C>, irow1: usize, irow2: usize)
where
    DefaultAllocator: Allocator<R, C>,
{
    this.swap_rows(irow1, irow2);
    Mutation { undo: || this.swap_rows(irow1, irow2), pull: |d| d.this.swap_rows(irow1, irow2) }
}

/// # Panics
/// When a column does not exist.
#[rrule(OMatrix::swap_columns, check(T = f64, R = Dyn, C = Dyn, icol1 = column(this), icol2 = column(this)))]
fn swap_columns<T: Real, R: Dim, C: Dim>(this: &mut OMatrix<T, R, C>, icol1: usize, icol2: usize)
where
    DefaultAllocator: Allocator<R, C>,
{
    this.swap_columns(icol1, icol2);
    Mutation {
        undo: || this.swap_columns(icol1, icol2),
        pull: |d| d.this.swap_columns(icol1, icol2),
    }
}

/// A domain: the place of an entry.
fn entry<T: Real, R: Dim, C: Dim>(
    m: &OMatrix<T, R, C>,
) -> impl FnOnce(&mut chainrules_core::Draw) -> (usize, usize) + use<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    let (rows, columns) = (row(m), column(m));
    move |draw| (draw.length(rows), draw.length(columns))
}
