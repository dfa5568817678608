//! The IR: structured single assignment. The primal and its adjoint are both written in it.
//!
//! Every value is named once ([`VarId`]); control flow is nested [`Region`]s; only variables that
//! the user declared `mut`, and cotangents, are assigned again.

use proc_macro2::{Span, TokenStream};

/// Names a variable of a [`Func`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct VarId(pub usize);

/// What the transformation knows of a value's type.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A real scalar.
    Real,
    /// An integer, a bool or anything else that has no derivative.
    Inert,
    /// A slice of real scalars.
    Reals,
    /// A slice of something without derivative.
    Inerts,
    /// A constant whose type only the compiler knows.
    Unknown,
}

/// A variable.
#[derive(Clone, Debug)]
pub struct Var {
    /// The name in the source, or `t` for an intermediate value.
    pub name: String,
    /// Where it stands in the source.
    pub span: Span,
    /// The kind of its values.
    pub kind: Kind,
    /// Its type, where the user wrote one.
    pub ty: Option<TokenStream>,
    /// Whether it is assigned again.
    pub mutable: bool,
    /// Whether it may depend on an argument that is not constant.
    pub active: bool,
    /// The variable whose cotangent this is.
    pub cotangent_of: Option<VarId>,
}

/// A parameter of a function.
#[derive(Clone, Debug)]
pub struct Param {
    /// The value that the body sees.
    pub var: VarId,
    /// Whether it has no cotangent.
    pub constant: bool,
    /// Its type without an outer reference.
    pub ty: TokenStream,
    /// The type that its shadow refers to.
    pub shadow: TokenStream,
    /// Whether it is passed by reference.
    pub by_ref: bool,
}

/// An operation on values.
#[derive(Clone, Debug)]
pub enum Op {
    /// A literal or the path of a constant.
    Const(TokenStream),
    /// The value of a variable.
    Use(VarId),
    /// An operator of one operand.
    Unary(&'static str, VarId),
    /// An operator of two operands.
    Binary(&'static str, VarId, VarId),
    /// `value as type`.
    Cast(VarId, TokenStream),
    /// `slice[index]`.
    Index(VarId, VarId),
    /// A call that has no derivative, checked by the compiler to give an inert value when the flag is set.
    Plain(TokenStream, Vec<VarId>, bool),
    /// A call whose rule gives the value and its pullback (the second variable).
    Rule(Callee, Vec<VarId>, VarId),
}

/// What is called.
#[derive(Clone, Debug)]
pub enum Callee {
    /// A method of the first argument.
    Method(proc_macro2::Ident),
    /// A function.
    Path(TokenStream),
}

/// A statement.
#[derive(Clone, Debug)]
pub enum Stmt {
    /// Declares a variable.
    Let(VarId, Op),
    /// Assigns a variable again.
    Store(VarId, Op),
    /// Adds to a cotangent.
    Add(VarId, Op),
    /// Adds to the element of the shadow of a slice parameter.
    AddAt(VarId, VarId, VarId),
    /// Pulls the cotangent of a call's result (the last variable) to its arguments' cotangents.
    Pull(VarId, Vec<VarId>, Vec<Option<VarId>>, VarId),
    /// A branch, and the variable that its value declares.
    If(VarId, Region, Region, Option<VarId>),
    /// A loop over a range; the flags are: inclusive, reversed.
    For(VarId, VarId, VarId, bool, bool, Region),
    /// A statement macro, kept as it is.
    Verbatim(TokenStream),
}

/// A sequence of statements with a value.
#[derive(Clone, Debug, Default)]
pub struct Region {
    /// Names the region; a region of the adjoint has the number of the one that it reverses.
    pub id: usize,
    /// The statements.
    pub stmts: Vec<Stmt>,
    /// The value.
    pub result: Option<VarId>,
}

/// A function.
#[derive(Clone, Debug)]
pub struct Func {
    /// All variables; the adjoint's list continues the primal's.
    pub vars: Vec<Var>,
    /// The parameters.
    pub params: Vec<Param>,
    /// The body.
    pub body: Region,
    /// The number of regions.
    pub regions: usize,
}

impl Func {
    /// The variable of this name.
    pub fn var(&self, id: VarId) -> &Var {
        &self.vars[id.0]
    }

    /// Adds a variable.
    pub fn add(&mut self, var: Var) -> VarId {
        self.vars.push(var);
        VarId(self.vars.len() - 1)
    }
}

impl Op {
    /// The variables that the operation reads.
    pub fn operands(&self) -> Vec<VarId> {
        match self {
            Op::Const(_) => vec![],
            Op::Use(a) | Op::Unary(_, a) | Op::Cast(a, _) => vec![*a],
            Op::Binary(_, a, b) | Op::Index(a, b) => vec![*a, *b],
            Op::Plain(_, args, _) | Op::Rule(_, args, _) => args.clone(),
        }
    }
}
