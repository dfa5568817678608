//! What owns a copy of what a view shows, by the name of the view: a differentiable function with a
//! parameter `a: ArrayView1<'_, f64>` has the cotangent `ArrayView1Owner<f64>`.

use ndarray::{Array, IxDyn};
use ndarray::{Ix0, Ix1, Ix2, Ix3, Ix4, Ix5, Ix6};

/// The owner of an [`ArrayView`](ndarray::ArrayView).
pub type ArrayViewOwner<T, D> = Array<T, D>;
/// The owner of an [`ArrayView0`](ndarray::ArrayView0).
pub type ArrayView0Owner<T> = Array<T, Ix0>;
/// The owner of an [`ArrayView1`](ndarray::ArrayView1).
pub type ArrayView1Owner<T> = Array<T, Ix1>;
/// The owner of an [`ArrayView2`](ndarray::ArrayView2).
pub type ArrayView2Owner<T> = Array<T, Ix2>;
/// The owner of an [`ArrayView3`](ndarray::ArrayView3).
pub type ArrayView3Owner<T> = Array<T, Ix3>;
/// The owner of an [`ArrayView4`](ndarray::ArrayView4).
pub type ArrayView4Owner<T> = Array<T, Ix4>;
/// The owner of an [`ArrayView5`](ndarray::ArrayView5).
pub type ArrayView5Owner<T> = Array<T, Ix5>;
/// The owner of an [`ArrayView6`](ndarray::ArrayView6).
pub type ArrayView6Owner<T> = Array<T, Ix6>;
/// The owner of an [`ArrayViewD`](ndarray::ArrayViewD).
pub type ArrayViewDOwner<T> = Array<T, IxDyn>;
