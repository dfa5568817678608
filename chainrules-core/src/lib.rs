//! The protocol by which derivative rules are written, found and listed.
//!
//! This crate holds no rule for any function: only [`Tangent`] (what a cotangent can do),
//! [`Activity`] (is the cotangent of an argument wanted), the traits of operators, conversions
//! and walks, the registry [`rules`] and the macros that define and register a rule in one statement.
#![forbid(clippy::todo)]

extern crate self as chainrules_core;

mod activity;
mod container;
mod conversion;
mod derived;
mod domain;
mod draw;
mod erased;
mod heap;
mod inert;
mod named;
mod notation;
mod operator;
mod referring;
mod registry;
mod sequence;
mod set;
mod shape;
mod tangent;
mod view;
mod walk;

pub use activity::{
    Active, Activity, AppendTo, ChangedArgument, Choice, Collected, Constant, Cotangents,
    InertArgument, Pure, Restrict, Unwanted, Wanted,
};
pub use conversion::{FromRule, IntoRule, Itself};
pub use derived::{Derived, Tangent};
pub use domain::{Domain, Inputs, draw_by_type, like, list_of, scalars_in};
pub use draw::Draw;
pub use erased::{Erased, Handle, Maybe, Pullback, Value};
pub use heap::Heap;
pub use named::{HasTangent, Marked};
pub use notation::{inert, projection, rrule, scalar_rule};
pub use operator::{
    Add, AddAssign, AnyForm, Bits, Borrowed, CastRule, Div, DivAssign, Folds, Mul, MulAssign, Neg,
    NegRule, Operator, Owned, ProductRule, Rem, RemAssign, Sub, SubAssign, SumRule,
};
pub use referring::Referring;
pub use registry::{Kind, Rule, rules};
pub use sequence::{Indexed, Sequence};
pub use shape::{ShapeIn, ShapeOf};
pub use tangent::{ByRef, Elements, Here, Peel, Shadowed, Std, Tangent};
pub use view::{View, ViewMut};
pub use walk::{Absent, ToWalk, Walk, Walked};

/// What the macros of this crate expand to. Not part of the public interface.
#[doc(hidden)]
pub mod __private {
    use crate::Tangent;
    pub use crate::derived::{
        Carried, ConstantField, CopiedField, FieldType, IsConstant, OfReals, Part, PartByTangent,
        PartOfAny, Zeroed, field, field_with_cotangent, variants_differ, zero_like,
    };
    pub use crate::erased::{Calls, constant_function, get, get_mut, held, inert, take};
    pub use crate::named::MarkedField;
    pub use crate::referring::referent;
    pub use crate::registry::{
        FUNCTIONS, FunctionRule, IsFound, IsTheRule, RULES, crate_of, is_this_rule, pull_of,
        the_rules_are_one,
    };
    pub use crate::set::elements_without_derivative;
    pub use chainrules_core_macros::TangentByChainrules;
    pub use inventory;
    pub use linkme;

    /// What has a method for each function with a rule in scope.
    pub struct TheRule;

    /// The trait without the derive macro of its name.
    pub mod only_trait {
        pub use crate::tangent::Tangent;
    }

    /// Says of a closure that it draws a `T`.
    pub fn domain<T, F: FnOnce(&mut crate::Draw) -> T>(draw: F) -> F {
        draw
    }

    /// Adds a contribution to a shadow.
    #[inline(always)]
    pub fn add<T: Tangent<M>, M>(shadow: &mut T, contribution: T) {
        shadow.accumulate(&contribution);
    }
}
