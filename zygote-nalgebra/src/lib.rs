//! Derivative rules for nalgebra.
#![forbid(unsafe_code)]

pub mod arithmetic;
pub mod construct;
pub mod elementwise;
pub mod inert;
mod inputs;
pub mod mutate;
pub mod product;
pub mod reduction;
pub mod reorder;
mod tangent;

pub use nalgebra;
pub use tangent::{Nalgebra, Real};

/// Everything a program needs to use the rules of this crate.
pub mod prelude {
    pub use crate::construct::*;
    pub use crate::elementwise::*;
    pub use crate::inert::*;
    pub use crate::mutate::*;
    pub use crate::product::*;
    pub use crate::reduction::*;
    pub use crate::reorder::*;
    pub use chainrules_core::{Active, Activity, Constant, Tangent};
}
