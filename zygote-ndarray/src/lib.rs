//! Derivative rules for [`ndarray`]: arrays of any number of dimensions over `f32` and `f64`.
//!
//! An array is its own cotangent: the derivative of a number with respect to an `Array2<f64>` is an
//! `Array2<f64>` of the same shape. Import the preludes, and `zygote-engine` differentiates
//! functions that use arrays:
//!
//! ```
//! use chainrules::prelude::*;
//! use zygote_engine::prelude::*;
//! use zygote_ndarray::ndarray::{Array1, Array2, Axis, array};
//! use zygote_ndarray::prelude::*;
//!
//! #[differentiable]
//! fn loss(w: &Array2<f64>, b: &Array1<f64>, x: &Array2<f64>) -> f64 {
//!     (x.dot(w) + b).tanh().pow2().sum()
//! }
//!
//! let (w, b) = (array![[0.5, -1.0], [1.0, 0.2]], array![0.1, 0.3]);
//! let x = array![[1.0, 2.0], [-1.0, 0.5], [0.3, 0.7]];
//! let (dw, db) = gradient!(loss, &w, &b, constant(&x));
//! let y = (x.dot(&w) + &b).tanh();
//! let dz = 2.0 * &y * (1.0 - &y * &y);
//! assert!((dw - x.t().dot(&dz)).iter().all(|error| error.abs() < 1e-14));
//! assert!((db - dz.sum_axis(Axis(0))).iter().all(|error| error.abs() < 1e-14));
//! ```
//!
//! Each rule can be called by itself, too. `x.rrule_mean(..)` gives what `x.mean()` gives, and a
//! pullback, which adds to the cotangents of the arguments that are `Active`:
//!
//! ```
//! use zygote_ndarray::ndarray::array;
//! use zygote_ndarray::prelude::*;
//!
//! let x = array![3.0, 5.0];
//! let (y, back) = x.rrule_mean((Active,));
//! assert_eq!(y, Some(4.0));
//!
//! let mut dx = array![0.0, 0.0];
//! back(&x, &Some(1.0), &mut dx);
//! assert_eq!(dx, array![0.5, 0.5]);
//! ```
//!
//! # What has a rule
//! - [`arithmetic`]: `+`, `-`, `*`, `/` between arrays, which are broadcast together, and between
//!   an array and a scalar in either order, and unary `-`. [`assign`]: `+=`, `-=`, `*=`, `/=`.
//! - [`product`]: `dot` between vectors and matrices.
//! - [`elementwise`]: `map`, `mapv`, `mapv_into`, `clamp`, and `exp`, `ln`, `sqrt`, `tanh`, `powi` and
//!   the other functions of each element.
//! - [`reduction`]: `sum`, `mean`, `product`, `var`, `std`, the same along an axis, and `fold`.
//!   [`lane`]: `map_axis`, `fold_axis`.
//! - [`construct`]: `from`, `from_vec`, `from_shape_vec`, `from_shape_fn`, `from_iter` of a list,
//!   `from_elem`, `zeros`, `ones`, `eye`, `linspace`, `from_diag`, `arr1`, `arr2`, `array![..]`, and of
//!   views `ArrayView1::from`, `ArrayView2::from_shape`, `aview1`, `aview2`. [`join`]:
//!   `concatenate`, `stack`.
//! - [`view`]: `row`, `column`, `index_axis`, `slice_axis`, `slice`, `diag`, `t`, `view`, `to_shape`,
//!   `flatten`, `broadcast`, which make a copy of the part in differentiated code. [`reorder`]:
//!   `reversed_axes`, `permuted_axes`, `insert_axis`, `into_shape_with_order`, `select`, `to_vec` and
//!   the like. [`owner`]: parameters that are views, whose cotangents own their elements.
//!   [`mutate`]: `fill`, `assign`, `scaled_add`, `mapv_inplace`, `map_inplace`,
//!   `zip_mut_with`, `swap`.
//!   [`written`]: views that are written to, `a.row_mut(i).fill(x)`, `let mut part = a.slice_mut(s![..2, ..])`.
//!   [`inert`]: numbers of elements and axes.
//!
//! Elements `a[[i, j]]` and `a[(i, j)]` are read and written without a rule. [`walk`]: loops over
//! elements, `for x in &a`, chains, `a.iter().map(..).sum()`, and loops and chains over `rows`, `columns`,
//! `lanes`, `outer_iter`, `axis_iter` and `axis_chunks_iter`; `iter_mut` of one-dimensional arrays.
//!
//! # What has none
//! - Parameters that are references to an `ArrayView`, and those that are an `ArrayViewMut`.
//! - Loops over views to write to, such as `a.rows_mut()`: write `a.row_mut(i)` in a loop over indices.
//! - `iter_mut` of arrays of several dimensions: use `map_inplace` or indices. `windows`: slice in a loop.
//! - `Zip`: use `iter().zip(..)` or operators. `concatenate![..]`, `stack![..]`: use the functions.
#![forbid(unsafe_code)]

pub mod arithmetic;
pub mod assign;
pub mod construct;
pub mod elementwise;
pub mod inert;
mod inputs;
pub mod join;
pub mod lane;
pub mod mutate;
pub mod owner;
pub mod product;
pub mod reduction;
pub mod reorder;
mod tangent;
pub mod view;
pub mod walk;
pub mod written;

pub use ndarray;
pub use tangent::{Ndarray, Real};

/// Everything a program needs to use the rules of this crate.
pub mod prelude {
    pub use crate::construct::*;
    pub use crate::elementwise::*;
    pub use crate::inert::*;
    pub use crate::join::*;
    pub use crate::lane::*;
    pub use crate::mutate::*;
    pub use crate::owner::*;
    pub use crate::product::*;
    pub use crate::reduction::*;
    pub use crate::reorder::*;
    pub use crate::view::*;
    pub use crate::walk::*;
    pub use crate::written::*;
    pub use chainrules_core::__private::only_trait::Tangent;
    pub use chainrules_core::{Active, Activity, Constant};
}
