//! Factorisations, and what solves linear systems with them: `a.lu().solve(&b)`, `a.cholesky()`.
//!
//! An `LU` is taken for the matrix that it factors, and its cotangent for the factors of that matrix's
//! cotangent, so that a gradient has the accuracy of the factorisation. The cotangent of a `Cholesky` is
//! that of its lower triangular factor.

use crate::inputs::{square, with_rows};
use crate::linear::{by_transpose, invertible, slopes_of_determinant};
use crate::{Nalgebra, Real};
use chainrules_core::{Draw, Std, Tangent, inert, inputs, rrule};
use nalgebra::allocator::Allocator;
use nalgebra::linalg::{Cholesky, LU};
use nalgebra::{Const, DefaultAllocator, Dim, DimMin, Dyn, OMatrix};

/// The matrix whose factors these are.
fn product<T: Real, D: DimMin<D, Output = D>>(lu: &LU<T, D, D>) -> OMatrix<T, D, D>
where
    DefaultAllocator: Allocator<D, D> + Allocator<D>,
{
    let mut m = lu.l() * lu.u();
    lu.p().inv_permute_rows(&mut m);
    m
}

/// Adds to the matrix whose factors these are.
fn add<T: Real, D: DimMin<D, Output = D>>(lu: &mut LU<T, D, D>, dy: &OMatrix<T, D, D>)
where
    DefaultAllocator: Allocator<D, D> + Allocator<D>,
{
    *lu = LU::new(product(lu) + dy);
}

impl<T: Real, D: DimMin<D, Output = D>> Tangent<Nalgebra> for LU<T, D, D>
where
    DefaultAllocator: Allocator<D, D> + Allocator<D>,
{
    type Shape = D;
    type Kept = Self;
    const EPSILON: f64 = <T as Tangent<Std>>::EPSILON;

    fn shape(&self) -> D {
        self.lu_internal().shape_generic().0
    }

    fn zero_of(rows: &D) -> Self {
        LU::new(OMatrix::zeros_generic(*rows, *rows))
    }

    fn accumulate(&mut self, rhs: &Self) {
        let mut sum = product(self);
        sum.accumulate(&product(rhs));
        *self = LU::new(sum);
    }

    fn map_scalars(&mut self, f: &mut dyn FnMut(f64) -> f64) {
        let mut m = product(self);
        m.map_scalars(f);
        *self = LU::new(m);
    }

    fn keep(&self) -> Self {
        self.clone()
    }

    fn recall(kept: Self, _: impl FnOnce() -> Self) -> Self {
        kept
    }
}

impl<T: Real, D: Dim> Tangent<Nalgebra> for Cholesky<T, D>
where
    DefaultAllocator: Allocator<D, D>,
{
    type Shape = D;
    type Kept = Self;
    const EPSILON: f64 = <T as Tangent<Std>>::EPSILON;

    fn shape(&self) -> D {
        self.l_dirty().shape_generic().0
    }

    fn zero_of(rows: &D) -> Self {
        Cholesky::pack_dirty(OMatrix::zeros_generic(*rows, *rows))
    }

    fn accumulate(&mut self, rhs: &Self) {
        let mut sum = self.l();
        sum.accumulate(&rhs.l());
        *self = Cholesky::pack_dirty(sum);
    }

    fn map_scalars(&mut self, f: &mut dyn FnMut(f64) -> f64) {
        let mut l = self.l();
        for j in 0..l.ncols() {
            for i in j..l.nrows() {
                l[(i, j)].map_scalars(f);
            }
        }
        *self = Cholesky::pack_dirty(l);
    }

    fn keep(&self) -> Self {
        self.clone()
    }

    fn recall(kept: Self, _: impl FnOnce() -> Self) -> Self {
        kept
    }
}

inputs!(LU<f64, Dyn, Dyn>, |d| LU::new(invertible()(d)));
inputs!(LU<f64, Const<2>, Const<2>>, |d| LU::new(invertible()(d)));
inputs!(Cholesky<f64, Dyn>, |d| Cholesky::new(positive()(d)).expect("it is positive definite"));
inputs!(Cholesky<f64, Const<2>>, |d| Cholesky::new(positive()(d)).expect("it is positive definite"));

/// A domain: a symmetric positive definite matrix.
fn positive<T: Real, D: Dim>() -> impl FnOnce(&mut Draw) -> OMatrix<T, D, D>
where
    DefaultAllocator: Allocator<D, D>,
{
    |draw| {
        let root: OMatrix<T, D, D> = square()(draw);
        let mut m = by_transpose(&root, &root);
        (0..m.nrows()).for_each(|i| m[(i, i)] += nalgebra::convert(2.0));
        m
    }
}

#[rrule(OMatrix::lu, check(T = f64, D = Dyn, D = Const<2>, this = invertible()))]
fn lu<T: Real, D: DimMin<D, Output = D>>(this: OMatrix<T, D, D>) -> LU<T, D, D>
where
    DefaultAllocator: Allocator<D, D> + Allocator<D>,
{
    (this.lu(), |dy| Grad { this: product(dy) })
}

/// The solution of `aᵀ x = b`: with `p a = l u`, that of `uᵀ lᵀ p x = b`.
fn solve_transposed<T: Real, D: DimMin<D, Output = D>, C: Dim>(
    lu: &LU<T, D, D>,
    b: &OMatrix<T, D, C>,
) -> Option<OMatrix<T, D, C>>
where
    DefaultAllocator: Allocator<D, D> + Allocator<D> + Allocator<D, C>,
{
    let y = lu.lu_internal().tr_solve_upper_triangular(b)?;
    let mut x = lu.l().tr_solve_lower_triangular(&y)?;
    lu.p().inv_permute_rows(&mut x);
    Some(x)
}

/// `a x = b`: `db = a⁻ᵀ dx`, `da = -db xᵀ`. `None` where `a` is singular.
///
/// # Panics
/// When the numbers of rows differ.
#[rrule(
    LU::solve,
    check(T = f64, D = Dyn, D = Const<2>, C = Dyn, C = Const<1>, b = with_rows(this.shape()))
)]
fn solve<T: Real, D: DimMin<D, Output = D>, C: Dim>(
    this: &LU<T, D, D>,
    b: &OMatrix<T, D, C>,
) -> Option<OMatrix<T, D, C>>
where
    DefaultAllocator: Allocator<D, D> + Allocator<D> + Allocator<D, C>,
{
    let x = this.solve(b);
    (x.clone(), |dx| {
        let db = dx.as_ref().and_then(|dx| solve_transposed(this, dx));
        Grad {
            this: |d| {
                if let (Some(x), Some(db)) = (&x, &db) {
                    add(d, &-by_transpose(db, x));
                }
            },
            b: |d| {
                if let Some(db) = &db {
                    *d += db;
                }
            },
        }
    })
}

/// `y = a⁻¹`: `da = -yᵀ dy yᵀ`. `None` where `a` is singular.
#[rrule(LU::try_inverse, check(T = f64, D = Dyn, D = Const<2>))]
fn lu_inverse<T: Real, D: DimMin<D, Output = D>>(this: &LU<T, D, D>) -> Option<OMatrix<T, D, D>>
where
    DefaultAllocator: Allocator<D, D> + Allocator<D>,
{
    let y = this.try_inverse();
    (y.clone(), |dy| Grad {
        this: |d| {
            if let (Some(y), Some(dy)) = (&y, dy) {
                add(d, &-(y.tr_mul(dy) * y.transpose()));
            }
        },
    })
}

/// `da = dy` times the cofactors.
#[rrule(LU::determinant, check(T = f64, D = Dyn, D = Const<2>))]
fn lu_determinant<T: Real, D: DimMin<D, Output = D>>(this: &LU<T, D, D>) -> T
where
    DefaultAllocator: Allocator<D, D> + Allocator<D>,
{
    let y = this.determinant();
    (y, |dy| Grad { this: |d| add(d, &(slopes_of_determinant(&product(this), y) * *dy)) })
}

inert! {
    impl<T: Real, D: DimMin<D, Output = D>> LU<T, D, D>, check(T = f64, D = Dyn)
    where
        DefaultAllocator: Allocator<D, D> + Allocator<D>,
    {
        fn is_invertible(&self) -> bool;
    }
}

/// `a = l lᵀ`, of the lower triangle of `a`. With `p` the lower triangle of `lᵀ dl`, its diagonal
/// halved, and `s = l⁻ᵀ p l⁻¹`, `da` is the lower triangle of `s + sᵀ`, its diagonal halved.
/// I. Murray, *Differentiation of the Cholesky decomposition*, 2016.
#[rrule(OMatrix::cholesky, check(T = f64, D = Dyn, D = Const<2>, this = positive()))]
fn cholesky<T: Real, D: Dim>(this: OMatrix<T, D, D>) -> Option<Cholesky<T, D>>
where
    DefaultAllocator: Allocator<D, D>,
{
    let y = this.cholesky();
    (y.clone(), |dy| Grad {
        this: |d| {
            let Some((y, dy)) = y.as_ref().zip(dy.as_ref()) else { return };
            let l = y.l();
            let p = half_lower(l.tr_mul(&dy.l()));
            let turned = l.tr_solve_lower_triangular(&p).map(|z| z.transpose());
            if let Some(s) = turned.and_then(|z| l.tr_solve_lower_triangular(&z)) {
                *d += half_lower(&s + s.transpose());
            }
        },
    })
}

/// The lower triangle, with half of the diagonal.
fn half_lower<T: Real, D: Dim>(m: OMatrix<T, D, D>) -> OMatrix<T, D, D>
where
    DefaultAllocator: Allocator<D, D>,
{
    let mut half = m.lower_triangle();
    (0..half.nrows()).for_each(|i| half[(i, i)] *= nalgebra::convert(0.5));
    half
}

/// Adds the cotangent of the lower factor.
fn add_lower<T: Real, D: Dim>(d: &mut Cholesky<T, D>, dl: &OMatrix<T, D, D>)
where
    DefaultAllocator: Allocator<D, D>,
{
    *d = Cholesky::pack_dirty(d.l() + dl.lower_triangle());
}

/// Adds the cotangent of the matrix `a = l lᵀ`: `dl` is the lower triangle of `(da + daᵀ) l`.
fn add_square<T: Real, D: Dim>(d: &mut Cholesky<T, D>, da: &OMatrix<T, D, D>, l: &OMatrix<T, D, D>)
where
    DefaultAllocator: Allocator<D, D>,
{
    add_lower(d, &((da + da.transpose()) * l));
}

/// The lower triangular factor.
#[rrule(Cholesky::l, check(T = f64, D = Dyn, D = Const<2>))]
fn l<T: Real, D: Dim>(this: &Cholesky<T, D>) -> OMatrix<T, D, D>
where
    DefaultAllocator: Allocator<D, D>,
{
    (this.l(), |dy| Grad { this: |d| add_lower(d, dy) })
}

/// The lower triangular factor.
#[rrule(Cholesky::unpack, check(T = f64, D = Dyn, D = Const<2>))]
fn unpack<T: Real, D: Dim>(this: Cholesky<T, D>) -> OMatrix<T, D, D>
where
    DefaultAllocator: Allocator<D, D>,
{
    (this.unpack(), |dy| Grad { this: |d| add_lower(d, dy) })
}

/// `a x = b`: `db = a⁻¹ dx`, `da = -db xᵀ`.
///
/// # Panics
/// When the numbers of rows differ.
#[rrule(
    Cholesky::solve,
    check(T = f64, D = Dyn, D = Const<2>, C = Dyn, C = Const<1>, b = with_rows(this.shape()))
)]
fn cholesky_solve<T: Real, D: Dim, C: Dim>(
    this: &Cholesky<T, D>,
    b: &OMatrix<T, D, C>,
) -> OMatrix<T, D, C>
where
    DefaultAllocator: Allocator<D, D> + Allocator<D, C>,
{
    let x = this.solve(b);
    (x.clone(), |dx| {
        let db = this.solve(dx);
        Grad { this: |d| add_square(d, &-by_transpose(&db, &x), &this.l()), b: |d| *d += &db }
    })
}

/// `y = a⁻¹`: `da = -y dy y`.
#[rrule(Cholesky::inverse, check(T = f64, D = Dyn, D = Const<2>))]
fn cholesky_inverse<T: Real, D: Dim>(this: &Cholesky<T, D>) -> OMatrix<T, D, D>
where
    DefaultAllocator: Allocator<D, D>,
{
    let y = this.inverse();
    (y.clone(), |dy| Grad { this: |d| add_square(d, &-(y.tr_mul(dy) * y.transpose()), &this.l()) })
}

/// The square of the product `q` of the diagonal of `l`: `dl[(i, i)] = 2 q dy` times all others.
#[rrule(Cholesky::determinant, check(T = f64, D = Dyn, D = Const<2>))]
fn cholesky_determinant<T: Real, D: Dim>(this: &Cholesky<T, D>) -> T
where
    DefaultAllocator: Allocator<D, D>,
{
    let y = this.determinant();
    (y, |dy| Grad { this: |d| add_diagonal(d, |l| (*dy + *dy) * y / l, this) })
}

/// The sum of `2 ln l[(i, i)]`.
#[rrule(Cholesky::ln_determinant, check(T = f64, D = Dyn, D = Const<2>))]
fn ln_determinant<T: Real, D: Dim>(this: &Cholesky<T, D>) -> T
where
    DefaultAllocator: Allocator<D, D>,
{
    (this.ln_determinant(), |dy| Grad { this: |d| add_diagonal(d, |l| (*dy + *dy) / l, this) })
}

/// Adds a function of each entry of the diagonal to its cotangent.
fn add_diagonal<T: Real, D: Dim>(d: &mut Cholesky<T, D>, f: impl Fn(T) -> T, of: &Cholesky<T, D>)
where
    DefaultAllocator: Allocator<D, D>,
{
    let mut dl = d.l();
    (0..dl.nrows()).for_each(|i| dl[(i, i)] += f(of.l_dirty()[(i, i)]));
    *d = Cholesky::pack_dirty(dl);
}
