//! Functions and their variables.

use super::{Call, Mode, Op, Operand, Place, Proj, Region, RegionId, Stmt, Ty, VarId, is_error};
use proc_macro2::{Ident, Span, TokenStream};
use std::collections::{BTreeMap, BTreeSet};

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
    /// Values that hold boxes and are written where they are used, so that the boxes become objects where
    /// the type of what is made says so.
    pub inlined: BTreeSet<VarId>,
    /// Those that are arguments of a call, which decides their types.
    pub handed: BTreeSet<VarId>,
    /// Fields that are cloned where they are used by value.
    pub cloned: Vec<Place>,
    /// Lists of the items of chains, which are read when they are complete, and never change then.
    pub collected: BTreeSet<VarId>,
    /// Variables that hold closures: what is called with one of them goes through its rule, as the function
    /// itself takes no closure in this form.
    pub holding: BTreeSet<VarId>,
    /// The names of methods by `&mut self` of traits with the attribute.
    pub of_traits: BTreeSet<String>,
    /// Functions that give structs with references.
    pub makers: crate::makers::Makers,
    /// The names of the types of variables that may hold references.
    pub made: BTreeMap<VarId, String>,
    /// Whether a parameter by exclusive reference has a type with a lifetime: what is read of it may be a reference.
    pub lends_references: bool,
    /// Whether it is one of a trait, or of an `impl` of one.
    pub of_trait: bool,
    /// The parameters by value whose types have lifetimes: they hold references.
    pub borrowing: BTreeSet<VarId>,
    /// All names in use.
    pub names: BTreeSet<String>,
    /// Whether some statement leaves the function early.
    pub returns_early: bool,
    /// Items declared in the body itself.
    pub items: Vec<TokenStream>,
    /// Whether it calls itself: its pullback is then boxed, as its type would contain itself.
    pub recursive: bool,
    /// Whether it is a function that gives a closure, and that closure in one.
    pub gives_closure: bool,
    /// Whether it calls a function of its block that calls itself.
    pub calls_recursive: bool,
    /// Whether no type in it depends on a type parameter.
    pub concrete: bool,
}

impl Func {
    /// The variable of this id.
    pub fn var(&self, id: VarId) -> &Var {
        &self.vars[id.0]
    }

    /// Whether its pullback takes values of any lifetime, as it keeps nothing that is borrowed: one of a trait has the
    /// lifetimes of the trait, and the parts that a pattern finds in a constant are kept, but behind a pointer.
    pub fn for_any_lifetime(&self) -> bool {
        let keeps = || finds_in_constants(&self.body, &mut BTreeSet::new());
        !self.of_trait && (self.recursive || self.lends_references || !keeps())
    }

    /// The parameters that are functions.
    pub fn functions(&self) -> impl Iterator<Item = &Signature> {
        self.params.iter().filter_map(|p| match &self.var(p.var).kind {
            VarKind::Function(s) => Some(&**s),
            _ => None,
        })
    }

    /// Where the first of some operands stands in the source.
    pub fn written_at<'a>(&self, mut operands: impl Iterator<Item = &'a Operand>) -> Span {
        let at = |operand: &Operand| match operand {
            Operand::Place(p, _) => Some(self.var(p.root).name.span()),
            Operand::Const(tokens) => Some(tokens.clone().into_iter().next()?.span()),
            Operand::Lambda(_) => None,
        };
        operands.find_map(at).unwrap_or_else(Span::call_site)
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
        // Where a macro writes the function its tokens are of several contexts, and this is a name of none.
        let span = span.resolved_at(Span::call_site());
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

    /// What is known of the type of a place, as it is written.
    pub fn ty(&self, place: &Place) -> Ty {
        place.path.iter().fold(self.var(place.root).ty.clone(), |ty, proj| ty.project(proj))
    }

    /// Whether what an operation makes of parts holds a reference, as far as the source says.
    pub fn refers(&self, op: &Op) -> bool {
        match op {
            Op::Call(call) => self.is_made(call),
            // A parameter by value, of which there is a copy in the reverse sweep.
            Op::Use(Operand::Place(p, Mode::Value)) => {
                p.path.is_empty() && self.borrowing.contains(&p.root)
            }
            Op::Tuple(parts) | Op::Array(parts, _) => parts.iter().any(|part| self.borrows(part)),
            Op::Construct(made) => {
                let is_lent = |part: &Operand| match part {
                    Operand::Place(_, Mode::Shared) => true,
                    Operand::Place(p, _) => {
                        let is_lent = p.path.is_empty() && self.var(p.root).kind == VarKind::Shared;
                        is_lent || matches!(self.ty(p), Ty::Ref(_))
                    }
                    _ => false,
                };
                let ty = made.path.segments.last();
                ty.is_some_and(|s| self.makers.captures.has_lifetimes(&s.ident.to_string()))
                    || made.parts.iter().any(|(_, part)| is_lent(part) || self.borrows(part))
            }
            _ => false,
        }
    }

    /// Whether an operand is a whole value of a type with lifetimes, as far as the source says.
    pub fn borrows(&self, operand: &Operand) -> bool {
        let Operand::Place(p, Mode::Value) = operand else { return false };
        let ty = self.made.get(&self.root(p)).filter(|_| p.path.is_empty());
        ty.is_some_and(|ty| self.makers.captures.has_lifetimes(ty))
    }

    /// Whether a call makes a struct that holds references, and changes nothing.
    fn is_made(&self, call: &Call) -> bool {
        self.makers.made_by(call, self).is_some() && call.changes(self).next().is_none()
    }

    /// Whether an operand is a variable that holds closures, or a reference to one.
    pub fn is_holding(&self, operand: &Operand) -> bool {
        let of = |p: &Place| {
            self.holding.contains(&p.root) && p.path.iter().all(|proj| *proj == Proj::Deref)
        };
        operand.place().is_some_and(of)
    }

    /// Whether a place is a variable that holds a reference to a text, `name: &str`.
    pub fn is_reference_to_text(&self, place: &Place) -> bool {
        let var = self.var(place.root);
        let holds = match var.kind {
            VarKind::Shared => var.ty.peeled() == &Ty::Text,
            VarKind::Local => var.ty == Ty::Ref(Box::new(Ty::Text)),
            _ => false,
        };
        place.path.is_empty() && holds
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

    /// Whether a place is lent by the caller, and the source says nothing of its type.
    pub fn may_be_a_cell(&self, place: &Place) -> bool {
        let root = self.root(place);
        let is_lent = self.var(root).kind != VarKind::Value;
        let unknown = *self.ty(&self.resolve(place)).peeled() == Ty::Unknown;
        is_lent && unknown && self.params.iter().any(|p| p.var == root)
    }

    /// Whether a variable is declared constant and changes all the same, as a generator of random numbers
    /// does: a parameter by `&mut`, or a local one.
    pub fn is_changing_constant(&self, v: VarId) -> bool {
        let var = self.var(v);
        var.constant && var.mutable
            || var.kind == VarKind::Exclusive
                && self.params.iter().any(|p| p.var == v && p.constant)
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

/// Whether a pattern finds parts of what was written as a constant, which may be references.
fn finds_in_constants(region: &Region, constants: &mut BTreeSet<VarId>) -> bool {
    region.stmts.iter().any(|stmt| {
        let taken_apart = match stmt {
            Stmt::Let(v, Op::Verbatim(..)) => {
                constants.insert(*v);
                &[][..]
            }
            Stmt::Destructure(_, from, _) => std::slice::from_ref(from),
            Stmt::Match(subjects, ..) => subjects,
            _ => &[],
        };
        let mut roots = taken_apart.iter().filter_map(Operand::place).map(|p| p.root);
        roots.any(|root| constants.contains(&root))
            || stmt.regions().into_iter().any(|inner| finds_in_constants(inner, constants))
    })
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
    /// What the function takes, where its derivative takes something else.
    pub taken: Option<Taken>,
}

/// A parameter that the derivative does not take as the function does.
#[derive(Clone, Debug)]
pub struct Taken {
    /// What makes of it what the derivative takes.
    pub by: TokenStream,
    /// The type of the function's parameter.
    pub ty: TokenStream,
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
    /// The parameter's own type, if it is an `fn` pointer.
    pub pointer: Option<syn::Type>,
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

impl Var {
    /// A variable of which nothing is known.
    pub fn new(kind: VarKind, home: RegionId) -> Self {
        let name = Ident::new("unnamed", Span::call_site());
        Self { name, ty: Ty::Unknown, declared: None, mutable: false, constant: false, kind, home }
    }
}
