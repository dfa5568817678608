//! Statements and regions.

use super::{Call, Op, Operand, Place, Proj, RegionId, ReverseLambda, VarId};
use proc_macro2::{Ident, TokenStream};

/// A statement.
#[derive(Clone, Debug)]
pub enum Stmt {
    /// Declares a variable.
    Let(VarId, Op),
    /// Declares a variable without a value.
    Declare(VarId),
    /// Takes a place apart by a pattern.
    Destructure(TokenStream, Operand, Vec<Binding>),
    /// Gives a name to a reference to a place; the flag says exclusive.
    Alias(VarId, Place, bool),
    /// `place = value`; the last variable is the overwritten value.
    Store(Place, Operand, VarId),
    /// `place op= value`; the last variable is the overwritten value.
    Update(&'static str, Place, Operand, VarId),
    /// Adds a value at the end of a list of a chain's items, which nothing reads before it is complete.
    Append(VarId, Operand),
    /// A branch, and the variable that its value declares.
    If(Operand, Region, Region, Option<VarId>),
    /// A selection by patterns: the values that are looked at (a tuple of several), the arms with their
    /// patterns and guards, the variable that its value declares, the number of the arm that ran.
    Match(Vec<Operand>, Vec<(TokenStream, Region)>, Option<VarId>, VarId),
    /// A loop over a source: the pattern, what it binds, the number of trips where an exit may cut
    /// it short.
    For(Box<For>),
    /// A loop with a condition: the condition's region, the body, the number of trips.
    While(Option<syn::Lifetime>, Region, Region, VarId),
    /// A loop without end: the body, the number of trips.
    Loop(Option<syn::Lifetime>, Region, VarId),
    /// The rest of a region after a statement that may leave it; the flag says that it ran.
    Rest(VarId, Region, Option<VarId>),
    /// Leaves the region.
    Exit(Exit),
    /// In the adjoint: here begins the reverse of the statement of this number.
    Reverse(usize),
    /// A statement macro, kept as it is.
    Macro(TokenStream),
    /// An item of an inner block.
    Item(TokenStream),
    /// A block of its own scope.
    Block(Region, Option<VarId>),

    /// Adds to a cotangent.
    Add(Place, Op),
    /// Assigns a cotangent whose value is stale.
    Set(VarId, Op),
    /// Runs the pullback of a call on its arguments and their shadows.
    Pull(Box<Pull>),
    /// The reverse of a loop over a range, a walk or a count.
    ReverseFor(Box<For>, Vec<Lent>),
    /// The reverse of a counted loop.
    ReverseCount(VarId, Region),
    /// What is done if a flag is set.
    ReverseRest(VarId, Region),
    /// The reverse of a match, decided by the number of the arm.
    ReverseMatch(VarId, Vec<Region>),
}

impl Stmt {
    /// The regions inside, in the order of the source.
    pub fn regions(&self) -> Vec<&Region> {
        match self {
            Self::If(_, a, b, _) => vec![a, b],
            Self::Match(_, arms, ..) => arms.iter().map(|(_, r)| r).collect(),
            Self::For(f) | Self::ReverseFor(f, _) => vec![&f.body],
            Self::While(_, c, b, _) => vec![c, b],
            Self::Loop(_, r, _)
            | Self::Rest(_, r, _)
            | Self::Block(r, _)
            | Self::ReverseCount(_, r)
            | Self::ReverseRest(_, r) => vec![r],
            Self::Let(_, Op::Call(call)) => call.lambdas.iter().map(|l| &l.body).collect(),
            Self::Pull(pull) => pull.lambdas.iter().flatten().map(|l| &l.body).collect(),
            Self::ReverseMatch(_, arms) => arms.iter().collect(),
            _ => vec![],
        }
    }
}

impl Stmt {
    /// The regions inside, in the order of the source.
    pub fn regions_mut(&mut self) -> Vec<&mut Region> {
        match self {
            Self::If(_, a, b, _) | Self::While(_, a, b, _) => vec![a, b],
            Self::Match(_, arms, ..) => arms.iter_mut().map(|(_, r)| r).collect(),
            Self::For(f) | Self::ReverseFor(f, _) => vec![&mut f.body],
            Self::Loop(_, r, _)
            | Self::Rest(_, r, _)
            | Self::Block(r, _)
            | Self::ReverseCount(_, r)
            | Self::ReverseRest(_, r) => vec![r],
            Self::Let(_, Op::Call(call)) => call.lambdas.iter_mut().map(|l| &mut l.body).collect(),
            Self::Pull(pull) => pull.lambdas.iter_mut().flatten().map(|l| &mut l.body).collect(),
            Self::ReverseMatch(_, arms) => arms.iter_mut().collect(),
            _ => vec![],
        }
    }
}

/// A sequence of statements with a value.
#[derive(Clone, Debug)]
pub struct Region {
    /// Names the region; a region of the adjoint has the name of the one that it reverses.
    pub id: RegionId,
    /// The statements.
    pub stmts: Vec<Stmt>,
    /// The value, unless the region has none or leaves.
    pub result: Option<Operand>,
}

/// A part of a pattern: the variable it binds and the path to it.
pub type Binding = (VarId, Vec<Proj>);

/// How control leaves a region at its end.
#[derive(Clone, Debug)]
pub enum Exit {
    /// `return value`.
    Return(Operand),
    /// `break 'label`.
    Break(Option<syn::Lifetime>),
    /// `continue 'label`.
    Continue(Option<syn::Lifetime>),
}

/// A loop over a source.
#[derive(Clone, Debug)]
pub struct For {
    /// The label.
    pub label: Option<syn::Lifetime>,
    /// The pattern, with placeholders.
    pub pattern: TokenStream,
    /// The variables that the pattern binds.
    pub bound: Vec<VarId>,
    /// What the loop runs over.
    pub source: Source,
    /// The body.
    pub body: Region,
    /// The number of trips, where an exit may cut the loop short.
    pub trips: Option<VarId>,
    /// Names for the walk and the position in generated code.
    pub names: (VarId, VarId),
}

/// What a loop runs over.
#[derive(Clone, Debug)]
pub enum Source {
    /// `lo..hi`; the flag says inclusive.
    Range(Operand, Operand, bool),
    /// A sequence or a chain of methods on one.
    Walk(Chain),
}

/// The chain of methods that makes a sequence.
#[derive(Clone, Debug)]
pub enum Chain {
    /// What the chain starts at: a place by value or reference. If it may be a map, the order of its entries.
    Root(Operand, Option<VarId>),
    /// A range.
    Range(Operand, Operand, bool),
    /// A plain argument, such as a step.
    Plain(Operand),
    /// A method of a chain.
    Method(Box<Chain>, Ident, Vec<Chain>),
}

/// A shadow that a walk's root lends to the items of a reversed loop.
#[derive(Clone, Debug)]
pub struct Lent {
    /// The root's position in the chain.
    pub root: usize,
    /// The shadow.
    pub shadow: Place,
    /// Whether the items' cotangents may be moved out of it for an iteration.
    pub lend: bool,
}

/// The pullback of a call.
#[derive(Clone, Debug)]
pub struct Pull {
    /// The pullback.
    pub back: VarId,
    /// The arguments as they were, those by exclusive reference as they are after the call.
    pub args: Vec<Operand>,
    /// The cotangent of the result.
    pub cotangent: VarId,
    /// The shadows; none for a constant argument.
    pub shadows: Vec<Option<Place>>,
    /// The parameter that is called, if it is one.
    pub function: Option<VarId>,
    /// The reverse of the closures among the arguments.
    pub lambdas: Vec<Option<ReverseLambda>>,
    /// The call, if it runs again in the reverse sweep.
    pub again: Option<Box<Call>>,
}
