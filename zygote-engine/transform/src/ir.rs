//! The IR: structured single assignment with places. The primal and its adjoint are both written in
//! it.
//!
//! Every intermediate value is named once ([`VarId`]); control flow is nested [`Region`]s; places
//! (`x`, `v[i]`, `p.0`) are explicit, because mutation is.

use proc_macro2::{Ident, Span, TokenStream};
use std::collections::BTreeSet;

/// Names a variable of a [`Func`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct VarId(pub usize);

/// Names a region of a [`Func`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct RegionId(pub usize);

/// What the source says of a type. Only the compiler knows types; this is used to leave out work
/// that is known to do nothing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Ty {
    /// `f32` or `f64`.
    Real,
    /// An integer, `bool` or `char`: copied, and without derivative.
    Inert,
    /// A slice, array or `Vec`.
    Seq(Box<Ty>),
    /// A tuple.
    Tuple(Vec<Ty>),
    /// A reference.
    Ref(Box<Ty>),
    /// Anything else.
    Unknown,
}

/// How a variable came to be.
#[derive(Clone, PartialEq, Debug)]
pub enum VarKind {
    /// A parameter taken by value.
    Value,
    /// A parameter taken by shared reference.
    Shared,
    /// A parameter taken by exclusive reference.
    Exclusive,
    /// A local variable or an intermediate value.
    Local,
    /// A name for a reference to a place; the flag says exclusive.
    Alias(Place, bool),
    /// Bound by the pattern of a loop over a sequence.
    Item,
    /// Captured by a closure: constant.
    Captured,
    /// A parameter of a closure that is an argument of a call.
    Argument,
    /// A parameter that is a function: the types of its arguments and of its value.
    Function(Box<Signature>),
    /// The cotangent of a variable.
    Cotangent(VarId),
    /// Bookkeeping of the transformation: an overwritten value, a pullback, a shape, a count.
    Record,
}

/// The types of a function that is a parameter.
#[derive(Clone, PartialEq, Debug)]
pub struct Signature {
    /// `Fn`, `FnMut` or `FnOnce`.
    pub kind: Ident,
    /// The types of the arguments.
    pub inputs: Vec<syn::Type>,
    /// The type of the value.
    pub output: syn::Type,
    /// The type parameter that stands for it, if it has a name.
    pub generic: Option<Ident>,
}

/// A variable.
#[derive(Clone, Debug)]
pub struct Var {
    /// The name in the emitted code: the user's own where it is unique.
    pub name: Ident,
    /// What is known of its type.
    pub ty: Ty,
    /// Its type, where the user wrote one.
    pub declared: Option<TokenStream>,
    /// Whether it may change after its definition.
    pub mutable: bool,
    /// Whether its value cannot depend on an active parameter, by the way it is written.
    pub constant: bool,
    /// How it came to be.
    pub kind: VarKind,
    /// The region that declares it.
    pub home: RegionId,
}

/// A step from a place to a part of it.
#[derive(Clone, PartialEq, Debug)]
pub enum Proj {
    /// `.name` or `.0`.
    Field(syn::Member),
    /// `[index]`.
    Index(Operand),
    /// `[lo..hi]`; the flag says inclusive.
    Slice(Option<Operand>, Option<Operand>, bool),
    /// `*place`.
    Deref,
    /// `[key]` of a map.
    Key(Operand),
    /// `[len - n]`, in a pattern.
    FromEnd(usize),
    /// The payload of a variant, or a field of a struct, that a pattern finds: `Path(_, part, ..)` or
    /// `Path { name: part, .. }`.
    Variant(syn::Path, syn::Member),
}

/// A variable or a part of it.
#[derive(Clone, PartialEq, Debug)]
pub struct Place {
    /// The variable.
    pub root: VarId,
    /// The steps from the variable to the part.
    pub path: Vec<Proj>,
}

/// How an operand is handed over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// By value: copied or moved.
    Value,
    /// By shared reference.
    Shared,
    /// By exclusive reference.
    Exclusive,
    /// As the receiver of a method, which takes it as it likes.
    Receiver,
}

/// What an operation works on.
#[derive(Clone, Debug)]
pub enum Operand {
    /// A literal, or the path of a constant or function.
    Const(TokenStream),
    /// A place.
    Place(Place, Mode),
    /// A closure: its position in the call that it is an argument of.
    Lambda(usize),
}

impl PartialEq for Operand {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Const(a), Self::Const(b)) => a.to_string() == b.to_string(),
            (Self::Place(a, m), Self::Place(b, n)) => a == b && m == n,
            (Self::Lambda(a), Self::Lambda(b)) => a == b,
            _ => false,
        }
    }
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
    /// Whether nothing is kept of the call: it runs again in the reverse sweep.
    pub again: bool,
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

/// A side of a binary operator.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    /// The left operand.
    Lhs,
    /// The right operand.
    Rhs,
}

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
    /// The cotangent with its sign changed.
    Negated(VarId),
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
    /// The cotangent of `x as type`: the shape of `x` and the cotangent of the result.
    PullCast(VarId, VarId),
    /// The sum of all elements of a cotangent, and the shape of an element.
    PullRepeat(VarId, VarId),
    /// The cotangent in a shadow, which is zero afterwards (of the shape in the variable).
    Take(Place, Option<VarId>),
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
    /// What the chain starts at: a place by value or reference.
    Root(Operand),
    /// A range.
    Range(Operand, Operand, bool),
    /// A plain argument, such as a step.
    Plain(Operand),
    /// A method of a chain.
    Method(Box<Chain>, Ident, Vec<Chain>),
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
    /// Restores an overwritten value.
    Undo(Place, VarId),
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

/// A parameter.
#[derive(Clone, Debug)]
pub struct Param {
    /// The parameter as the body sees it.
    pub var: VarId,
    /// Whether it has no cotangent.
    pub constant: bool,
    /// Its type without an outer reference.
    pub ty: TokenStream,
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
    /// The region around each region, and whether it is the body of a loop or of a closure.
    pub regions: Vec<(Option<RegionId>, bool)>,
    /// The bodies of closures that are arguments of calls.
    pub lambdas: BTreeSet<RegionId>,
    /// All names in use.
    pub names: BTreeSet<String>,
    /// Whether some statement leaves the function early.
    pub returns_early: bool,
    /// Items declared in the body itself.
    pub items: Vec<TokenStream>,
    /// Whether it calls itself: its pullback is then boxed, as its type would contain itself.
    pub recursive: bool,
}

impl Func {
    /// The variable of this id.
    pub fn var(&self, id: VarId) -> &Var {
        &self.vars[id.0]
    }

    /// Adds a variable under a name that no other has.
    pub fn add(&mut self, name: &str, span: Span, var: Var) -> VarId {
        let base = name.trim_start_matches("r#");
        let mut unique = base.to_string();
        let mut n = 1;
        while !self.names.insert(unique.clone()) {
            n += 1;
            unique = format!("{base}_{n}");
        }
        // A keyword that is a name by `r#` stays one.
        let keyword = name.starts_with("r#") && unique == base;
        let name = if keyword { Ident::new_raw(&unique, span) } else { Ident::new(&unique, span) };
        self.vars.push(Var { name, ..var });
        VarId(self.vars.len() - 1)
    }

    /// Adds a variable that the transformation needs.
    pub fn record(&mut self, name: &str, span: Span, home: RegionId) -> VarId {
        self.add(name, span, Var::new(VarKind::Record, home))
    }

    /// A region inside `parent`.
    pub fn region(&mut self, parent: Option<RegionId>, is_loop: bool) -> RegionId {
        self.regions.push((parent, is_loop));
        RegionId(self.regions.len() - 1)
    }

    /// Whether `inner` is `outer` or lies in it.
    pub fn within(&self, inner: RegionId, outer: RegionId) -> bool {
        let mut at = Some(inner);
        while let Some(r) = at {
            if r == outer {
                return true;
            }
            at = self.regions[r.0].0;
        }
        false
    }

    /// Whether the region can run more than once in a run of its [`owner`](Self::owner).
    pub fn repeated(&self, region: RegionId) -> bool {
        let (parent, is_loop) = self.regions[region.0];
        !self.lambdas.contains(&region) && (is_loop || parent.is_some_and(|p| self.repeated(p)))
    }

    /// The innermost body, of a closure or of the function, that a region lies in.
    pub fn owner(&self, region: RegionId) -> RegionId {
        match self.regions[region.0].0 {
            Some(parent) if !self.lambdas.contains(&region) => self.owner(parent),
            _ => region,
        }
    }

    /// The place with names of references replaced by the places that they refer to.
    pub fn resolve(&self, place: &Place) -> Place {
        let VarKind::Alias(target, _) = &self.var(place.root).kind else { return place.clone() };
        let mut resolved = self.resolve(target);
        let skip = usize::from(place.path.first() == Some(&Proj::Deref));
        resolved.path.extend_from_slice(&place.path[skip..]);
        resolved
    }

    /// Whether a place may carry a derivative: the payload of an error does not.
    pub fn carries(&self, place: &Place) -> bool {
        let path = self.resolve(place).path;
        !path.iter().any(|p| matches!(p, Proj::Variant(path, _) if is_error(path)))
    }

    /// The variable that a place is part of.
    pub fn root(&self, place: &Place) -> VarId {
        self.resolve(place).root
    }

    /// Whether something may change the place's contents after they were computed.
    pub fn changeable(&self, place: &Place) -> bool {
        if let VarKind::Alias(_, false) = self.var(place.root).kind {
            return false;
        }
        let root = self.var(self.root(place));
        root.mutable || root.kind == VarKind::Exclusive
    }
}

impl Var {
    /// A variable of which nothing is known.
    pub fn new(kind: VarKind, home: RegionId) -> Self {
        let name = Ident::new("unnamed", Span::call_site());
        Self { name, ty: Ty::Unknown, declared: None, mutable: false, constant: false, kind, home }
    }
}

impl Ty {
    /// Whether a value of the type carries no derivative, and this is known.
    pub fn is_inert(&self) -> bool {
        match self {
            Self::Inert => true,
            Self::Seq(of) | Self::Ref(of) => of.is_inert(),
            Self::Tuple(all) => all.iter().all(Self::is_inert),
            Self::Real | Self::Unknown => false,
        }
    }

    /// Whether the source says all of the type.
    pub fn is_known(&self) -> bool {
        match self {
            Self::Real | Self::Inert => true,
            Self::Seq(of) | Self::Ref(of) => of.is_known(),
            Self::Tuple(all) => all.iter().all(Self::is_known),
            Self::Unknown => false,
        }
    }

    /// The type without outer references.
    pub fn peeled(&self) -> &Self {
        match self {
            Self::Ref(inner) => inner.peeled(),
            other => other,
        }
    }

    /// The type of a part.
    pub fn project(&self, proj: &Proj) -> Self {
        match (self.peeled(), proj) {
            (Self::Seq(of), Proj::Index(_) | Proj::FromEnd(_)) => (**of).clone(),
            (Self::Seq(of), Proj::Slice(..)) => Self::Seq(of.clone()),
            (Self::Tuple(of), Proj::Field(syn::Member::Unnamed(i))) => {
                of.get(i.index as usize).cloned().unwrap_or(Self::Unknown)
            }
            (t, Proj::Deref) => t.clone(),
            _ => Self::Unknown,
        }
    }
}

impl Place {
    /// A whole variable.
    pub fn var(root: VarId) -> Self {
        Self { root, path: vec![] }
    }

    /// A part of this place.
    pub fn then(&self, proj: Proj) -> Self {
        let mut path = self.path.clone();
        path.push(proj);
        Self { root: self.root, path }
    }

    /// The same part of another variable.
    pub fn of(&self, root: VarId) -> Self {
        Self { root, path: self.path.clone() }
    }

    /// Whether two places are different fields of one variable, or parts of such.
    pub fn is_disjoint(&self, other: &Self) -> bool {
        let differs = self.path.iter().zip(&other.path).find(|(a, b)| a != b);
        self.root == other.root && matches!(differs, Some((Proj::Field(_), Proj::Field(_))))
    }

    /// The operands of the path: indices and bounds.
    pub fn indices(&self) -> Vec<&Operand> {
        let mut all = vec![];
        for proj in &self.path {
            match proj {
                Proj::Index(i) | Proj::Key(i) => all.push(i),
                Proj::Slice(a, b, _) => all.extend(a.iter().chain(b)),
                Proj::Field(_) | Proj::Deref | Proj::FromEnd(_) | Proj::Variant(..) => {}
            }
        }
        all
    }
}

impl Operand {
    /// A whole variable, by value.
    pub fn var(v: VarId) -> Self {
        Self::Place(Place::var(v), Mode::Value)
    }

    /// The place, if it is one.
    pub fn place(&self) -> Option<&Place> {
        match self {
            Self::Place(p, _) => Some(p),
            Self::Const(_) | Self::Lambda(_) => None,
        }
    }
}

impl Op {
    /// The operands through which a derivative may flow.
    pub fn operands(&self) -> Vec<&Operand> {
        match self {
            Self::Use(a)
            | Self::Hook(a, ..)
            | Self::Unary(_, a)
            | Self::Cast(a, _)
            | Self::Repeat(a, _, _) => vec![a],
            Self::Binary(_, a, b) => vec![a, b],
            Self::Tuple(all) | Self::Array(all, _) => all.iter().collect(),
            Self::Call(call) => call.args.iter().collect(),
            Self::Construct(c) if c.constant() => vec![],
            Self::Construct(c) => c.parts.iter().map(|(_, o)| o).chain(&c.base).collect(),
            _ => vec![],
        }
    }
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

impl Call {
    /// The places that the call may change.
    pub fn changes<'a>(&'a self, func: &'a Func) -> impl Iterator<Item = (usize, &'a Place)> {
        self.args.iter().enumerate().filter_map(|(k, arg)| match arg {
            Operand::Place(p, Mode::Exclusive) => Some((k, p)),
            Operand::Place(p, Mode::Receiver) if func.changeable(p) => Some((k, p)),
            _ => None,
        })
    }
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
