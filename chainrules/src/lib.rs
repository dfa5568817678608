//! Derivative rules for the standard library.
//!
//! # Convention
//! Where the value is NaN, so is the derivative: outside of the domain, and for an argument that is
//! NaN. Elsewhere the derivative is a number or infinite:
//! - at the end of a domain, at a pole and at an infinity it is the limit from inside the domain,
//!   with its sign, so that the logarithm and the root have the slope ∞ at 0 and at -0;
//! - at a kink or a jump it is what the rule says: 0 for `abs` at 0, and that of the pieces beside
//!   the jump for `floor` and its kin;
//! - at the origin, where `hypot` has a kink and `atan2` no limit, both partial derivatives are 0.
//!
//! What only adds, scales or chooses among several arguments (`mul_add`, `midpoint`, `max`, `min`,
//! `clamp`, `copysign`) has the derivative of the sum, the product or the choice whatever the values
//! are, as the operators have, and so has a conversion that copies the number.
#![forbid(unsafe_code)]

extern crate self as chainrules;

/// The protocol, and the macros that define rules, for a crate that depends on this one alone:
/// `use chainrules::protocol::{rrule, scalar_rule};`.
pub use chainrules_core as protocol;

/// What the derive macro of the prelude expands to names the protocol by this path.
#[doc(hidden)]
pub use chainrules_core as __core;

pub mod array;
pub mod compare;
pub mod deque;
pub mod entries;
pub mod float;
pub mod heap;
pub mod integer;
pub mod iter;
pub mod list;
pub mod map;
pub mod memory;
pub mod operator;
pub mod option;
pub mod real;
pub mod result;
pub mod set;
pub mod slice;
pub mod sort;
pub mod vec;

/// Everything a program needs to use the rules of this crate.
pub mod prelude {
    pub use crate::array::*;
    pub use crate::compare::*;
    pub use crate::deque::*;
    pub use crate::float::*;
    pub use crate::heap::*;
    pub use crate::integer::*;
    pub use crate::iter::{WalkAdaptors, WalkCopied, WalkIter};
    pub use crate::list::*;
    pub use crate::map::*;
    pub use crate::memory::*;
    pub use crate::option::*;
    pub use crate::real::Real;
    pub use crate::real::convert::*;
    pub use crate::result::*;
    pub use crate::set::*;
    pub use crate::slice::*;
    pub use crate::sort::*;
    pub use crate::vec::*;
    pub use chainrules_core::__private::TangentByChainrules as Tangent;
    pub use chainrules_core::__private::only_trait::Tangent;
    pub use chainrules_core::{Active, Activity, Constant, HasTangent};
    /// A name that everybody has: `#[differentiable]` mentions it, so that this prelude is used where no
    /// rule of it is.
    #[doc(hidden)]
    pub use core::marker::Send;
}
