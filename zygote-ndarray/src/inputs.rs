//! How arrays are drawn in checks.

use crate::Real;
use chainrules_core::{Draw, inputs};
use ndarray::{Array, Array1, Array2, Array3, Axis, Dimension, ShapeBuilder, Slice};

/// An array with moderate elements, at times special ones, in the memory order of C or Fortran.
fn filled<T: Real, D: Dimension>(draw: &mut Draw, dim: D) -> Array<T, D> {
    let columns_first = draw.index(4) == 3;
    Array::from_shape_simple_fn(dim.set_f(columns_first), || T::of(element(draw)))
}

/// A number, but no huge one: two of those that cancel hide all others from a finite difference.
fn element(draw: &mut Draw) -> f64 {
    let x = draw.real();
    if x.is_finite() && x.abs() > 1e100 { x.signum() } else { x }
}

/// A domain: moderate elements of this shape.
pub(crate) fn of_lengths<T: Real, D: Dimension>(
    lengths: Vec<usize>,
) -> impl FnOnce(&mut Draw) -> Array<T, D> {
    move |draw| moderate(draw, &lengths)
}

/// A domain: one of the axes of an array.
pub(crate) fn axis_of<T: Real, D: Dimension>(
    array: &Array<T, D>,
) -> impl FnOnce(&mut Draw) -> Axis + use<T, D> {
    let n = array.ndim();
    move |draw| Axis(draw.index(n))
}

/// A domain: which indices to take along an axis of `n`.
pub(crate) fn some_slice(n: usize) -> impl FnOnce(&mut Draw) -> Slice {
    move |draw| {
        let start = draw.index(n + 1);
        let end = start + draw.index(n - start + 1);
        let step = [1, 2, -1, -2][draw.index(4)];
        let counted_back = end as isize - n as isize;
        let end =
            if counted_back < 0 && draw.choice() % 2 == 1 { counted_back } else { end as isize };
        Slice::new(start as isize, Some(end), step)
    }
}

/// The length of an axis: none, too.
fn some(draw: &mut Draw) -> usize {
    [2, 1, 3, 0][draw.index(4)]
}

macro_rules! arrays {
    ($($t:ty),+) => {$(
        inputs!(Array1<$t>, |d| { let n = some(d); filled(d, ndarray::Ix1(n)) });
        inputs!(Array2<$t>, |d| { let (r, c) = (some(d), some(d)); filled(d, ndarray::Ix2(r, c)) });
        inputs!(Array3<$t>, |d| {
            let (a, b, c) = (d.length(1..3), some(d), d.length(1..3));
            filled(d, ndarray::Ix3(a, b, c))
        });
    )+};
}
arrays!(f32, f64);
inputs!(Axis, |d| Axis(d.index(2)));

/// Moderate elements of this shape.
fn moderate<T: Real, D: Dimension>(draw: &mut Draw, lengths: &[usize]) -> Array<T, D> {
    let mut dim = D::zeros(lengths.len());
    dim.slice_mut().copy_from_slice(lengths);
    Array::from_shape_simple_fn(dim, || T::of(draw.real_in(-3.0..3.0)))
}

/// A domain: an array that can be broadcast together with the other, or to it.
pub(crate) fn broadcast_with<T: Real, D: Dimension, E: Dimension>(
    other: &Array<T, D>,
) -> impl FnOnce(&mut Draw) -> Array<T, E> + use<T, D, E> {
    let lengths = other.shape().to_vec();
    move |draw| {
        let n = E::NDIM.expect("checks have a fixed number of axes");
        // Axes correspond from the last; what there is more of is free.
        let more = n.saturating_sub(lengths.len());
        let mut mine: Vec<usize> = (0..more).map(|_| some(draw)).collect();
        mine.extend(&lengths[lengths.len() - (n - more)..]);
        let repeated = draw.index(2 * n.max(1));
        if repeated < n {
            mine[repeated] = 1;
        }
        moderate(draw, &mine)
    }
}

/// A domain: an array that can be broadcast to the other, which has no fewer axes.
pub(crate) fn broadcast_to<T: Real, D: Dimension, E: Dimension>(
    other: &Array<T, D>,
) -> impl FnOnce(&mut Draw) -> Array<T, E> + use<T, D, E> {
    let lengths = other.shape().to_vec();
    move |draw| {
        let n = E::NDIM.expect("checks have a fixed number of axes");
        let mut mine = lengths[lengths.len() - n..].to_vec();
        let repeated = draw.index(2 * n.max(1));
        if repeated < n {
            mine[repeated] = 1;
        }
        moderate(draw, &mine)
    }
}

/// A domain: an array whose first axis has this length.
pub(crate) fn with_rows<T: Real, D: Dimension>(
    rows: usize,
) -> impl FnOnce(&mut Draw) -> Array<T, D> {
    move |draw| {
        let n = D::NDIM.expect("checks have a fixed number of axes");
        let lengths: Vec<_> =
            (0..n).map(|axis| if axis == 0 { rows } else { some(draw) }).collect();
        moderate(draw, &lengths)
    }
}

/// A domain: so many elements, at times one more.
pub(crate) fn about<T: Real>(n: usize) -> impl FnOnce(&mut Draw) -> Vec<T> {
    move |draw| {
        let n = n + usize::from(draw.index(4) == 3);
        (0..n).map(|_| T::of(draw.real_in(-3.0..3.0))).collect()
    }
}

/// A domain: the shape of a matrix of so many elements, at times of more.
pub(crate) fn shape_of(n: usize) -> impl FnOnce(&mut Draw) -> (usize, usize) {
    move |draw| {
        let rows: Vec<usize> = (1..=n).filter(|rows| n.is_multiple_of(*rows)).collect();
        match rows.get(draw.index(rows.len() + 1)) {
            Some(rows) => (*rows, n / rows),
            None => (n, draw.index(2)),
        }
    }
}

/// A domain: one of the axes of all arrays.
pub(crate) fn axis_of_all<D: Dimension>() -> impl FnOnce(&mut Draw) -> Axis {
    |draw| Axis(draw.index(D::NDIM.expect("checks have a fixed number of axes")))
}

/// A domain: some arrays of one shape, at times one of another.
pub(crate) fn all_like<T: Real, D: Dimension>() -> impl FnOnce(&mut Draw) -> Vec<Array<T, D>> {
    |draw| {
        let lengths: Vec<_> =
            (0..D::NDIM.expect("checks have a fixed number of axes")).map(|_| some(draw)).collect();
        let mut all: Vec<_> = (0..=draw.index(3)).map(|_| moderate(draw, &lengths)).collect();
        if draw.index(4) == 3 {
            let longer: Vec<_> = lengths.iter().map(|n| n + 1).collect();
            all.push(moderate(draw, &longer));
        }
        all
    }
}
