//! Operations, of the primal and of the adjoint.

use super::{Func, Mode, Operand, Place, Region, Ty, VarId};
use proc_macro2::{Ident, TokenStream};

/// An operation that gives a value.
#[derive(Clone, Debug)]
pub enum Op {
    /// A copy or move.
    Use(Operand),
    /// The user's own expression, with placeholders for the variables, and what is known of its type; it has
    /// no derivative.
    Verbatim(TokenStream, Vec<Place>, Ty),
    /// `-x` or `!x`.
    Unary(&'static str, Operand),
    /// An arithmetic operator.
    Binary(&'static str, Operand, Operand),
    /// `x as type`.
    Cast(Operand, TokenStream),
    /// A box as one of a trait object, and the type of that.
    Object(Operand, TokenStream),
    /// A closure that is a part of a value.
    Stored(Box<Stored>),
    /// `(a, b)`.
    Tuple(Vec<Operand>),
    /// `[a, b]`, or `vec![a, b]` when the flag is set.
    Array(Vec<Operand>, bool),
    /// `[x; n]`, or `vec![x; n]` when the flag is set.
    Repeat(Operand, Operand, bool),
    /// A struct or a variant made of its parts.
    Construct(Box<Construct>),
    /// A call.
    Call(Box<Call>),
    /// The value itself, whose cotangent the closure, with what it reads, sees and changes.
    Hook(Operand, TokenStream, Vec<Place>),

    /// The zero cotangent of a variable: of known scalar type, or of the shape in the second.
    Zero(VarId, Option<VarId>),
    /// The zero cotangent of the shape that the place has now.
    ZeroLike(Place),
    /// The cotangent itself.
    Same(Operand),
    /// The cotangent with those of constant fields made zero.
    Settled(VarId),
    /// The cotangent as the closure of a hook changes it.
    Hooked(VarId, TokenStream, Vec<Place>),
    /// What the operation gives, with its sign changed.
    Minus(Box<Op>),
    /// Twice the product of real numbers that the operation gives.
    Twice(Box<Op>),
    /// The cotangent of the operand of a unary minus: what its pullback needs, and the cotangent of
    /// the result.
    PullNeg(VarId, VarId),
    /// The cotangent of a side of `+`, `-` or their assigning forms: what the pullback needs of the
    /// operands, and the cotangent of the result.
    PullSum(&'static str, Side, VarId, VarId),
    /// The cotangent in a shadow, of the state after `+=` or `-=`; that of the state before is left.
    Turn(Place, VarId),
    /// The cotangent of a side of `*`, `/`, `%` or their assigning forms.
    PullProduct(&'static str, Side, Operand, Operand, VarId),
    /// The cotangent of `a` in `a * a`, of a real number: `a` and the cotangent of the result.
    PullSquare(Operand, VarId),
    /// The cotangent of `x as type`: the shape of `x` and the cotangent of the result.
    PullCast(VarId, VarId),
    /// The cotangent of a box, of that of what it became, and the type of the box.
    PullBoxed(VarId, Box<Op>),
    /// The sum of all elements of a cotangent, and the shape of an element.
    PullRepeat(VarId, VarId),
    /// The cotangent in a shadow, which is zero afterwards (of the shape in the variable).
    Take(Place, Option<VarId>),
    /// The cotangent of the last item of a list, which is taken off.
    TakeLast(VarId),
    /// What the shadow has in a constant place, which is zero afterwards, or the place's value if its type
    /// has no cotangent.
    TakeConstant(Place, Place),
}

impl Op {
    /// The operands through which a derivative may flow.
    pub fn operands(&self) -> Vec<&Operand> {
        match self {
            Self::Use(a)
            | Self::Hook(a, ..)
            | Self::Unary(_, a)
            | Self::Cast(a, _)
            | Self::Object(a, _)
            | Self::Repeat(a, _, _) => vec![a],
            Self::Stored(s) => vec![&s.captured],
            Self::Binary(_, a, b) => vec![a, b],
            Self::Tuple(all) | Self::Array(all, _) => all.iter().collect(),
            Self::Call(call) => call.args.iter().collect(),
            Self::Construct(c) if c.constant() => vec![],
            Self::Construct(c) => c.parts.iter().map(|(_, o)| o).chain(&c.base).collect(),
            _ => vec![],
        }
    }

    /// The cotangents that an operation of the adjoint reads.
    pub fn cotangents(&self) -> Vec<VarId> {
        match self {
            Self::Same(a) | Self::Use(a) => a.place().into_iter().map(|p| p.root).collect(),
            Self::Take(p, _) | Self::TakeConstant(p, _) | Self::Turn(p, _) => vec![p.root],
            Self::Settled(of)
            | Self::Hooked(of, ..)
            | Self::PullNeg(_, of)
            | Self::PullSum(.., of)
            | Self::PullProduct(.., of)
            | Self::PullSquare(_, of)
            | Self::PullCast(_, of)
            | Self::PullRepeat(of, _)
            | Self::TakeLast(of) => vec![*of],
            Self::Minus(op) | Self::Twice(op) | Self::PullBoxed(_, op) => op.cotangents(),
            _ => vec![],
        }
    }

    /// The factors of the primal that an operation of the adjoint reads.
    pub fn factors(&self) -> Vec<&Operand> {
        match self {
            Self::PullProduct(_, _, a, b, _) => vec![a, b],
            Self::PullSquare(a, _) => vec![a],
            Self::Minus(op) | Self::Twice(op) => op.factors(),
            _ => vec![],
        }
    }
}

/// A side of a binary operator.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    /// The left operand.
    Lhs,
    /// The right operand.
    Rhs,
}

/// A closure that is a part of a value.
#[derive(Clone, Debug)]
pub struct Stored {
    /// The tuple of what it captures.
    pub captured: Operand,
    /// How its arguments are passed.
    pub passed: Vec<TokenStream>,
    /// The function that gives its value, of the tuple and the arguments.
    pub value: TokenStream,
    /// The function that pulls.
    pub pull: TokenStream,
}

/// A struct or a variant made of its parts.
#[derive(Clone, Debug)]
pub struct Construct {
    /// The path of the struct or variant.
    pub path: syn::Path,
    /// The parts.
    pub parts: Vec<(syn::Member, Operand)>,
    /// Whether the parts stand in braces, by name.
    pub braced: bool,
    /// What `..base` gives the remaining fields.
    pub base: Option<Operand>,
}

impl Construct {
    /// Whether the payload carries no derivative: that of an error.
    pub fn constant(&self) -> bool {
        is_error(&self.path)
    }
}

/// Whether a path names the variant of an error, by the convention of the language (`?`): its payload
/// carries no derivative.
pub fn is_error(path: &syn::Path) -> bool {
    let mut last = path.segments.iter().rev();
    last.next().is_some_and(|s| s.ident == "Err") && last.next().is_none_or(|s| s.ident == "Result")
}

/// Whether a path names a variant of `Option` or `Result`.
pub fn is_option_or_result(path: &syn::Path) -> bool {
    let known = ["Some", "None", "Ok", "Err"];
    path.segments.last().is_some_and(|s| known.iter().any(|name| s.ident == name))
}

/// What is called.
#[derive(Clone, Debug)]
pub enum Callee {
    /// A method of the first argument.
    Method(Ident),
    /// A function: the path of its module, if it is written, and its name.
    Function(Option<syn::Path>, syn::PathSegment),
    /// An associated function of a type.
    Associated(TokenStream, syn::PathSegment),
    /// A parameter that is a function.
    Value(VarId),
    /// A value that is an `fn` pointer, whose derivative is found when it runs.
    Pointer(VarId),
}

/// A call.
#[derive(Clone, Debug)]
pub struct Call {
    /// What is called.
    pub callee: Callee,
    /// The arguments; the receiver of a method first.
    pub args: Vec<Operand>,
    /// The pullback.
    pub back: VarId,
    /// For each argument that the call may change, what it was before.
    pub olds: Vec<Option<VarId>>,
    /// The closures among the arguments.
    pub lambdas: Vec<Lambda>,
    /// Of how many arguments the function gives a closure, which takes the others.
    pub curried: Option<usize>,
    /// Whether nothing is kept of the call: it runs again in the reverse sweep.
    pub again: bool,
    /// Whether it has no derivative, by the way it is written: `constant(&mut place).method(..)`, or
    /// `constant(function(&mut place))`.
    pub constant: bool,
}

impl Call {
    /// Whether a method or a function is called by its name.
    pub fn is_named(&self) -> bool {
        !matches!(self.callee, Callee::Value(_) | Callee::Pointer(_)) && self.curried.is_none()
    }

    /// The name of the function or method, if it is called by one.
    pub fn name(&self) -> Option<&Ident> {
        match &self.callee {
            Callee::Method(name) => Some(name),
            Callee::Function(_, name) | Callee::Associated(_, name) => Some(&name.ident),
            Callee::Value(_) | Callee::Pointer(_) => None,
        }
    }

    /// Keeps nothing of the call, which runs again in the reverse sweep: a receiver is only read.
    pub fn run_again(&mut self) {
        for arg in &mut self.args {
            if let Operand::Place(_, mode @ Mode::Receiver) = arg {
                *mode = Mode::Shared;
            }
        }
        self.olds.iter_mut().for_each(|old| *old = None);
        self.again = true;
    }

    /// The places that the call may change.
    pub fn changes<'a>(&'a self, func: &'a Func) -> impl Iterator<Item = (usize, &'a Place)> {
        self.args.iter().enumerate().filter_map(|(k, arg)| match arg {
            Operand::Place(p, Mode::Exclusive) => Some((k, p)),
            Operand::Place(p, Mode::Receiver) if func.changeable(p) => Some((k, p)),
            _ => None,
        })
    }
}

/// A closure that is an argument of a call: its body runs any number of times inside the call. What is
/// kept of a run is the residual that the closure gives beside its value; the reverse of the body is
/// another closure, which the pullback of the call runs.
#[derive(Clone, Debug)]
pub struct Lambda {
    /// The parameters: the variable, the type if it is written, and how a value of it comes back.
    pub params: Vec<(VarId, Option<TokenStream>, VarId)>,
    /// The body.
    pub body: Region,
    /// `&` or `&mut`, where a reference to the closure is the argument.
    pub lent: TokenStream,
    /// The closure as written, where its value carries no derivative: a comparison.
    pub inert: Option<(TokenStream, Vec<Place>)>,
}

/// The reverse of a closure.
#[derive(Clone, Debug)]
pub struct ReverseLambda {
    /// The parameters, how a value of each comes back, and their cotangents.
    pub params: Vec<(VarId, VarId, VarId)>,
    /// The cotangent of the value.
    pub result: VarId,
    /// The body's reverse.
    pub body: Region,
}
