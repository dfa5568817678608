//! The IR: structured single assignment with places. The primal and its adjoint are both written in
//! it.
//!
//! Every intermediate value is named once ([`VarId`]); control flow is nested [`Region`]s; places
//! (`x`, `v[i]`, `p.0`) are explicit, because mutation is.

mod func;
mod mention;
mod op;
mod place;
mod stmt;
mod ty;

pub use func::{Func, Param, Signature, Taken, Var, VarKind};
pub use mention::{idle_calls, mention, mentioned, mentioned_in, mentioned_once};
pub use op::{
    Call, Callee, Construct, Lambda, Op, ReverseLambda, Side, Stored, is_error, is_option_or_result,
};
pub use place::{Mode, Operand, Place, Proj};
pub use stmt::{Binding, Chain, Exit, For, Lent, Pull, Region, Source, Stmt};
pub use ty::{Collection, Ty};

/// Names a variable of a [`Func`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct VarId(pub usize);

/// Names a region of a [`Func`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct RegionId(pub usize);
