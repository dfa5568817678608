//! Arrays from their elements: `Array2::from_elem((r, c), x)`, `Array1::from_vec(v)`.
//!
//! A constructor without real arguments, such as `zeros`, has a rule, too: what it makes may be
//! changed later.

use crate::Real;
use crate::inputs::about;
use chainrules_core::{Tangent, rrule};
use ndarray::{
    Array, Array1, Array2, ArrayView, ArrayView1, ArrayView2, Dimension, IntoDimension, Ix1, Ix2,
    Ix3, ShapeBuilder, ShapeError, StrideShape,
};

/// The indices of an array of this shape.
type IndexOf<Sh> = <<Sh as ShapeBuilder>::Dim as Dimension>::Pattern;

#[rrule(Array::from_elem, check(T = f64, T = f32, Sh = usize, Sh = (usize, usize)))]
fn from_elem<T: Real, Sh: ShapeBuilder + Clone>(
    shape: Sh,
    elem: T,
) -> Array<T, <Sh as ShapeBuilder>::Dim> {
    (Array::from_elem(shape, elem), |dy| Grad { shape: inert, elem: dy.sum() })
}

#[rrule(Array::zeros, check(T = f64, T = f32, Sh = usize, Sh = (usize, usize)))]
fn zeros<T: Real, Sh: ShapeBuilder + Clone>(shape: Sh) -> Array<T, <Sh as ShapeBuilder>::Dim> {
    (Array::zeros(shape), |_| Grad { shape: inert })
}

#[rrule(Array::ones, check(T = f64, T = f32, Sh = usize, Sh = (usize, usize)))]
fn ones<T: Real, Sh: ShapeBuilder + Clone>(shape: Sh) -> Array<T, <Sh as ShapeBuilder>::Dim> {
    (Array::ones(shape), |_| Grad { shape: inert })
}

#[rrule(Array1::from_vec, check(T = f64, T = f32))]
fn from_vec<T: Real>(v: Vec<T>) -> Array1<T> {
    (Array1::from_vec(v), |dy| Grad { v: |d| d.iter_mut().zip(dy).for_each(|(d, dy)| *d += *dy) })
}

/// The value owns what the view shows.
#[rrule(ArrayView1::<'_, T>::from, check(T = f64, T = f32))]
fn view_from<T: Real>(slice: &[T]) -> Array1<T> {
    (ArrayView1::from(slice).to_owned(), |dy| Grad {
        slice: |d| d.iter_mut().zip(dy).for_each(|(d, dy)| *d += *dy),
    })
}

/// The value owns what the view shows, or says that the shape has more elements than there are.
#[rrule(
    ArrayView::<'_, T, D>::from_shape,
    check(T = f64, D = Ix2, Sh = (usize, usize), xs = about(shape.0 * shape.1))
)]
fn view_from_shape<T: Real, D: Dimension, Sh: Into<StrideShape<D>> + Clone>(
    shape: Sh,
    xs: &[T],
) -> Result<Array<T, D>, ShapeError> {
    (ArrayView::from_shape(shape.clone(), xs).map(|view| view.to_owned()), |dy| Grad {
        shape: inert,
        xs: |d| {
            if let Ok(dy) = dy {
                let places: Vec<usize> = (0..d.len()).collect();
                let places = ArrayView::from_shape(shape.clone(), &places);
                let places = places.expect("the call made an array of this shape");
                places.iter().zip(dy).for_each(|(place, dy)| d[*place] += *dy);
            }
        },
    })
}

/// Lists that are the elements, or the rows, of an array.
pub trait Listed {
    /// The type of an element.
    type Element: Real;
    /// The array's number of dimensions.
    type Dim: Dimension;

    /// Adds the cotangent of the array.
    fn add(&mut self, dy: &Array<Self::Element, Self::Dim>);
}

impl<T: Real> Listed for Vec<T> {
    type Element = T;
    type Dim = Ix1;

    fn add(&mut self, dy: &Array1<T>) {
        self.iter_mut().zip(dy).for_each(|(d, dy)| *d += *dy);
    }
}

impl<T: Real, const N: usize> Listed for Vec<[T; N]> {
    type Element = T;
    type Dim = Ix2;

    fn add(&mut self, dy: &Array2<T>) {
        self.iter_mut().flatten().zip(dy).for_each(|(d, dy)| *d += *dy);
    }
}

/// The array of a list of elements, or of rows.
#[rrule(Array::from, check(L = Vec<f64>, L = Vec<f32>, L = Vec<[f64; 2]>))]
fn from<L: Listed + Tangent<M>, M>(list: L) -> Array<<L as Listed>::Element, <L as Listed>::Dim>
where
    Array<L::Element, L::Dim>: From<L>,
{
    (Array::from(list), |dy| Grad { list: |d| d.add(dy) })
}

/// The one-dimensional array of a list's elements. A chain of iterators is collected first:
/// `Array1::from_vec(xs.iter().map(..).collect())`.
#[rrule(Array::from_iter, check(T = f64, I = Vec<f64>, I = [f64; 2]))]
fn from_iter<T: Real, I: IntoIterator<Item = T> + Tangent<M>, M>(iterable: I) -> Array<T, Ix1>
where
    for<'a> &'a mut I: IntoIterator<Item = &'a mut T>,
{
    (Array::from_iter(iterable), |dy| Grad {
        iterable: |d| d.into_iter().zip(dy).for_each(|(d, dy)| *d += *dy),
    })
}

/// The elements in the order of rows, or in that which the shape says; `Err` where they are not as
/// many as the shape has.
#[rrule(
    Array::<T, D>::from_shape_vec,
    check(T = f64, T = f32, D = Ix2, Sh = (usize, usize), v = about(shape.0 * shape.1))
)]
fn from_shape_vec<T: Real, D: Dimension, Sh: Into<StrideShape<D>> + Clone>(
    shape: Sh,
    v: Vec<T>,
) -> Result<Array<T, D>, ShapeError> {
    (Array::from_shape_vec(shape, v), |dy| Grad {
        shape: inert,
        v: |d| {
            // The position of each element in the list.
            let positions = Array::from_shape_vec(shape.clone(), (0..d.len()).collect());
            if let (Ok(dy), Ok(positions)) = (dy, positions) {
                dy.iter().zip(&positions).for_each(|(dy, k)| d[*k] += *dy);
            }
        },
    })
}

/// The function of each index. The residual of the function at each index is kept.
#[rrule(
    Array::from_shape_fn,
    check(T = f64, Sh = (usize, usize), f = of_index())
)]
fn from_shape_fn<T: Real, Sh: ShapeBuilder + Tangent<M>, M>(
    shape: Sh,
    f: impl FnMut(<<Sh as ShapeBuilder>::Dim as Dimension>::Pattern) -> T,
) -> Array<T, <Sh as ShapeBuilder>::Dim> {
    let mut residuals = Vec::new();
    let y = Array::from_shape_fn(shape.clone(), |index| {
        let (y, residual) = f(index);
        residuals.push(residual);
        y
    });
    (y, |_, dy| {
        let mut indices = Vec::with_capacity(residuals.len());
        let _ = Array::from_shape_fn(shape.clone(), |index: IndexOf<Sh>| indices.push(index));
        for (residual, index) in residuals.into_iter().zip(indices).rev() {
            let dy = &dy[index.clone().into_dimension()];
            f(residual, &index, dy, &mut index.clone());
        }
    })
}

/// What `from_shape_fn` is checked with: a function without derivative, whose residual is the index.
#[expect(clippy::type_complexity, reason = "the types are those of the protocol")]
fn of_index() -> (
    impl Fn((usize, usize)) -> (f64, (usize, usize)),
    impl FnMut((usize, usize), &(usize, usize), &f64, &mut (usize, usize)),
) {
    (
        |index: (usize, usize)| ((index.0 + 3 * index.1) as f64, index),
        |residual: (usize, usize), index: &(usize, usize), _: &f64, _: &mut (usize, usize)| {
            assert_eq!(residual, *index);
        },
    )
}

/// `n` numbers, evenly spaced: `y = start + i (end - start) / (n - 1)`.
#[rrule(Array1::linspace, check(T = f64, T = f32, start = -3.0..3.0, end = -3.0..3.0))]
fn linspace<T: Real>(start: T, end: T, n: usize) -> Array1<T> {
    (Array1::linspace(start, end, n), |dy| {
        let last = T::of(n.saturating_sub(1).max(1) as f64);
        let shares = dy.iter().enumerate().map(|(i, dy)| (T::of(i as f64) / last, *dy));
        Grad {
            start: shares.clone().fold(T::ZERO, |sum, (share, dy)| sum + (T::ONE - share) * dy),
            end: shares.fold(T::ZERO, |sum, (share, dy)| sum + share * dy),
        }
    })
}

/// The one-dimensional array with these elements.
/// The functions as they are with arrays in place of views.
mod owned {
    use super::{Array1, Array2, Real};

    pub(super) fn aview1<T: Real>(xs: &[T]) -> Array1<T> {
        ndarray::aview1(xs).to_owned()
    }

    pub(super) fn aview2<T: Real, const N: usize>(xs: &[[T; N]]) -> Array2<T> {
        ndarray::aview2(xs).to_owned()
    }
}

/// The value owns what the view shows.
#[rrule(
    owned::aview1,
    stands_for(ndarray, fn(&[T]) -> ArrayView1<'_, T>),
    check(T = f64)
)]
fn aview1<T: Real>(xs: &[T]) -> Array1<T> {
    (owned::aview1(xs), |dy| Grad { xs: |d| d.iter_mut().zip(dy).for_each(|(d, dy)| *d += *dy) })
}

/// The value owns what the view shows.
#[rrule(
    owned::aview2,
    stands_for(ndarray, fn(&[[T; N]]) -> ArrayView2<'_, T>),
    check(T = f64, N = 2)
)]
fn aview2<T: Real, const N: usize>(xs: &[[T; N]]) -> Array2<T> {
    (owned::aview2(xs), |dy| Grad {
        xs: |d| d.as_flattened_mut().iter_mut().zip(dy).for_each(|(d, dy)| *d += *dy),
    })
}

#[rrule(ndarray::arr1, check(T = f64, T = f32))]
fn arr1<T: Real>(xs: &[T]) -> Array1<T> {
    (ndarray::arr1(xs), |dy| Grad { xs: |d| d.iter_mut().zip(dy).for_each(|(d, dy)| *d += *dy) })
}

/// The matrix with these rows.
#[rrule(ndarray::arr2, check(T = f64, N = 2))]
fn arr2<T: Real, const N: usize>(xs: &[[T; N]]) -> Array2<T> {
    (ndarray::arr2(xs), |dy| Grad {
        xs: |d| d.iter_mut().flatten().zip(dy).for_each(|(d, dy)| *d += *dy),
    })
}

/// The rule of `array![..]`.
#[rrule(
    crate::construct::array_macro,
    check(L = [f64; 3], L = [f32; 2], L = [[f64; 2]; 3])
)]
fn array_macro<L: Nested + Tangent<M>, M>(
    list: L,
) -> Array<<L as Nested>::Element, <L as Nested>::Dim> {
    (list.array(), |dy| Grad { list: |d| d.add(dy.view()) })
}

/// The array that `array![..]` makes of the list in its brackets: what the macro is in differentiated
/// code, where the list varies.
pub fn array_macro<L: Nested>(list: L) -> Array<L::Element, L::Dim> {
    list.array()
}

/// Lists that `array![..]` makes an array of.
pub trait Nested: Sized {
    /// The type of an element.
    type Element: Real;
    /// The array's number of dimensions.
    type Dim: Dimension;

    /// The array.
    fn array(self) -> Array<Self::Element, Self::Dim>;

    /// Adds the cotangent of the array.
    fn add(&mut self, dy: ArrayView<'_, Self::Element, Self::Dim>);
}

macro_rules! elements {
    ($([$($n:ident),+] $list:ty, $dim:ty;)+) => {$(
        impl<T: Real, $(const $n: usize),+> Nested for $list {
            type Element = T;
            type Dim = $dim;

            fn array(self) -> Array<T, $dim> {
                Array::from(self.to_vec())
            }

            fn add(&mut self, dy: ArrayView<'_, T, $dim>) {
                elements!(@ self $($n)+).zip(dy).for_each(|(d, dy)| *d += *dy);
            }
        }
    )+};
    (@ $this:ident $a:ident) => { $this.iter_mut() };
    (@ $this:ident $a:ident $b:ident) => { $this.iter_mut().flatten() };
    (@ $this:ident $a:ident $b:ident $c:ident) => { $this.iter_mut().flatten().flatten() };
}
elements! {
    [A] [T; A], Ix1;
    [A, B] [[T; B]; A], Ix2;
    [A, B, C] [[[T; C]; B]; A], Ix3;
}

/// The identity matrix.
#[rrule(Array2::eye, check(T = f64, T = f32))]
fn eye<T: Real>(n: usize) -> Array2<T> {
    (Array2::eye(n), |_| Grad {})
}

/// The square matrix with this diagonal.
#[rrule(Array2::from_diag, check(T = f64, T = f32))]
fn from_diag<T: Real>(diag: &Array1<T>) -> Array2<T> {
    (Array2::from_diag(diag), |dy| Grad { diag: dy.diag().to_owned() })
}

/// The square matrix with `elem` on its diagonal.
#[rrule(Array2::from_diag_elem, check(T = f64))]
fn from_diag_elem<T: Real>(n: usize, elem: T) -> Array2<T> {
    (Array2::from_diag_elem(n, elem), |dy| Grad { elem: dy.diag().sum() })
}
