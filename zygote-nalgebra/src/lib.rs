//! Derivative rules for [`nalgebra`]: matrices and vectors of dynamic and static dimensions over
//! `f32` and `f64`.
//!
//! A matrix is its own cotangent: the derivative of a number with respect to a `DMatrix<f64>` is a
//! `DMatrix<f64>` of the same shape. Import the preludes, and `zygote-engine` differentiates
//! functions that use matrices:
//!
//! ```
//! use chainrules::prelude::*;
//! use zygote_engine::prelude::*;
//! use zygote_nalgebra::nalgebra::{DMatrix, DVector};
//! use zygote_nalgebra::prelude::*;
//!
//! #[differentiable]
//! fn loss(w: &DMatrix<f64>, x: &DVector<f64>, y: &DVector<f64>) -> f64 {
//!     (w * x - y).norm_squared() / (y.len() as f64)
//! }
//!
//! let w = DMatrix::from_row_slice(2, 2, &[1.0, 2.0, 3.0, 4.0]);
//! let (x, y) = (DVector::from_vec(vec![1.0, -1.0]), DVector::from_vec(vec![0.0, 1.0]));
//! let (dw, dx, dy) = gradient!(loss, &w, &x, &y);
//! let residual = &w * &x - &y;
//! assert_eq!(dw, &residual * x.transpose());
//! assert_eq!(dx, w.transpose() * &residual);
//! assert_eq!(dy, -residual);
//! ```
//!
//! Each rule can be called by itself, too. `x.rrule_norm(..)` gives what `x.norm()` gives, and a
//! pullback, which adds to the cotangents of the arguments that are `Active`:
//!
//! ```
//! use zygote_nalgebra::nalgebra::Vector2;
//! use zygote_nalgebra::prelude::*;
//!
//! let x = Vector2::new(3.0, 4.0);
//! let (y, back) = x.rrule_norm((Active,));
//! assert_eq!(y, 5.0);
//!
//! let mut dx = Vector2::zeros();
//! back(&x, &1.0, &mut dx);
//! assert!((dx - x / 5.0).norm() < 1e-15);
//! ```
//!
//! # What has a rule
//! - [`arithmetic`]: `+` and `-` between matrices of one shape, `*` and `/` with a scalar, the
//!   unary `-`, and the assignments `+=`, `-=`, `*=`, `/=`. [`product`]: the product of matrices and vectors, `dot`,
//!   `cross`, `kronecker`, `tr_mul`, `ad_mul`, `gemv`, `gemm`, `ger`.
//! - [`elementwise`]: `component_mul`, `component_div`, `scale`, `unscale`, `add_scalar`, `abs`, `map`,
//!   `map_with_location`, `zip_map`, `fold`. [`reduction`]: sums, means, the variance, the product, the
//!   trace, norms, `normalize`, `cap_magnitude`, `angle`, `lerp`. [`extreme`]: `max`, `min`, `amax`, `amin`.
//! - [`linear`]: `determinant`, `try_inverse`, `solve_lower_triangular`, `solve_upper_triangular`.
//!   [`factor`]: `lu` and `cholesky`, with `solve`, `determinant` and the like.
//! - [`construct`]: `from_element`, `from_fn`, `from_vec`, `from_row_slice`, `from_rows`,
//!   `from_columns`, `from_diagonal`, `Vector3::new` and the like; `from_iterator` of a list. [`convert`]:
//!   `from` and `into` of arrays and lists. [`listed`]: `vector![..]`, `matrix![..; ..]`, `dvector![..]`,
//!   `dmatrix![..; ..]`.
//!   [`reorder`]: `transpose`, `diagonal`, triangles, `push`, copies. [`view`]: `row`,
//!   `column`, `rows`, `columns`, `view` and the like, which make a copy of the part in
//!   differentiated code. [`owner`]: parameters that are views. [`select`]: `select_rows`, `insert_row`,
//!   `remove_column`, `xy` and the like.
//! - [`written`]: views that are written to, `m.row_mut(i).fill(x)`, `let mut part = m.view_mut(..)`.
//!   [`overwrite`]: `fill`, `copy_from`, `set_column`, `fill_diagonal` and the like. [`mutate`]:
//!   `axpy`, `component_mul_assign`, `scale_mut`, `normalize_mut`, `swap_rows`, `apply`, `zip_apply` and the like. [`inert`]: dimensions and
//!   positions.
//! - [`point`]: points and distances. [`rotation`]: `Rotation2`, `Rotation3`, unit vectors. [`quaternion`]:
//!   `UnitQuaternion`, `Isometry3`.
//!
//! Entries `m[(i, j)]`, `v[i]` and `v.x` are read and written without a rule. [`walk`]: loops over
//! entries, `for x in &m`, chains, `m.iter().map(..).sum()`, `iter_mut`, and loops over `row_iter` and
//! `column_iter`.
//!
//! # What has none
//! - Views whose dimensions are named at the call, such as `m.fixed_rows::<2>(i)`, and loops over views to
//!   write to, such as `m.row_iter_mut()`: write `m.row_mut(i)` in a loop over indices.
//! - Operands whose dimensions have different types, such as a static matrix times a `DVector`.
//! - The other factorisations; methods that change the shape in place (`resize_mut`).
//! - Extremes of pairs of entries: `inf`, `sup`.
#![forbid(unsafe_code)]

pub mod arithmetic;
pub mod construct;
pub mod convert;
pub mod elementwise;
pub mod extreme;
pub mod factor;
pub mod inert;
mod inputs;
pub mod linear;
pub mod listed;
pub mod mutate;
pub mod overwrite;
pub mod owner;
pub mod point;
pub mod product;
pub mod quaternion;
pub mod reduction;
pub mod reorder;
pub mod rotation;
pub mod select;
mod tangent;
pub mod view;
pub mod walk;
pub mod written;

pub use nalgebra;
pub use tangent::{Nalgebra, Real};

/// Everything a program needs to use the rules of this crate.
pub mod prelude {
    pub use crate::construct::*;
    pub use crate::elementwise::*;
    pub use crate::extreme::*;
    pub use crate::factor::*;
    pub use crate::inert::*;
    pub use crate::linear::*;
    pub use crate::listed::*;
    pub use crate::mutate::*;
    pub use crate::overwrite::*;
    pub use crate::owner::*;
    pub use crate::point::*;
    pub use crate::product::*;
    pub use crate::quaternion::*;
    pub use crate::reduction::*;
    pub use crate::reorder::*;
    pub use crate::rotation::*;
    pub use crate::select::*;
    pub use crate::view::*;
    pub use crate::walk::*;
    pub use crate::written::*;
    pub use chainrules_core::__private::only_trait::Tangent;
    pub use chainrules_core::{Active, Activity, Constant};
}
