//! The parts of a chain of iterators.

use super::pieces::Pieces;
use super::zipped::Side;
use crate::ir::VarId;
use crate::lower::place::strip;
use crate::lower::question::Fallible;
use proc_macro2::{Ident, TokenStream};
use syn::Expr;

/// A chain that gives an item for each trip of one walk.
#[derive(Clone)]
pub(in crate::lower) enum Pipe {
    /// A sequence, or an iterator of it that has a walk.
    Walk(Expr),
    /// What `into_iter` makes of a sequence.
    Owned(Expr),
    /// The elements of a sequence, by index; the flag says exclusively.
    Elements(Expr, bool),
    /// The entries of a map, or a part of each, by key.
    Entries(Expr, Part, Access),
    /// The entries of an ordered map with keys in a range.
    Within(Expr, syn::ExprRange),
    /// The pairs of a sequence whose type is not known: its items are taken apart. The flag says that
    /// they are those of a map.
    Pairs(Expr, bool),
    /// The elements of a range, which are taken out.
    Drained(Box<Drained>),
    /// The windows of this size.
    Windows(Expr, Expr),
    /// The chunks of this size.
    Chunks(Expr, Expr, Sort),
    /// The elements of a sequence, again and again.
    Cycle(Expr),
    /// What a function of the language's own makes, so many times; the check that it is that function.
    Made(Generator, Expr, TokenStream),
    /// What is known to be such a function's.
    Known(Box<Pipe>, TokenStream),
    /// A function of each item.
    Map(Box<Pipe>, Expr),
    /// What each item refers to.
    Copied(Box<Pipe>),
    /// Each item with its number.
    Enumerate(Box<Pipe>, Ident),
    /// Two at a time.
    Zip(Box<Pipe>, Ident, Box<Pipe>),
    /// The items in another order, or a part of them: a method of the walk.
    Order(Box<Pipe>, Ident, Vec<Expr>),
    /// One after the other.
    Chain(Box<Pipe>, Box<Pipe>),
    /// The items of a chain in a list, which is made before.
    Listed(Expr),
    /// A part of a concatenation, with what drops or adds items of this part alone.
    Staged(Box<Pipe>, Vec<Flow>),
}

/// A range of a sequence, and what is put in its place.
#[derive(Clone)]
pub(in crate::lower) struct Drained {
    pub of: Expr,
    pub range: syn::ExprRange,
    pub replacement: Option<Expr>,
}

/// What sort of chunks.
#[derive(Clone, Copy, Default)]
pub(in crate::lower) struct Sort {
    pub exact: bool,
    pub exclusive: bool,
    /// Counted from the end.
    pub reversed: bool,
}

/// What makes items without a sequence.
#[derive(Clone)]
pub(in crate::lower) enum Generator {
    /// A value again and again.
    Repeat(Expr),
    /// A call for each item.
    Call(Expr),
    /// Nothing: the items are made by what follows.
    Nothing,
}

/// What of a map's entries.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::lower) enum Part {
    Keys,
    Values,
    Both,
}

/// How the parts of a map are given.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::lower) enum Access {
    Shared,
    Exclusive,
    Owned,
}

/// An adaptor whose items are not those of the walk one by one, or that comes after such a one.
#[derive(Clone)]
pub(in crate::lower) enum Flow {
    Map(Expr),
    Copied,
    Inspect(Expr),
    Filter(Expr),
    TakeWhile(Expr),
    SkipWhile(Expr),
    /// The flag says that it stops at the first without a value.
    FilterMap(Expr, bool),
    /// With the items of another chain.
    Zip(Box<Side>),
    /// The pieces of a slice.
    Pieces(Box<Pieces>),
    /// The first item and the function that makes the next of each.
    Successors(Box<Expr>, Expr),
    /// The first state and the function.
    Scan(Box<Expr>, Expr),
    Enumerate,
    Take(Expr),
    Skip(Expr),
    StepBy(Expr),
    /// What is in each item, an option or a result, up to the first without; how that ended.
    Payload(Fallible, VarId),
    /// The items of each item, or of what a function makes of it.
    Flat(Option<Expr>),
}

/// A whole chain.
#[derive(Clone)]
pub(in crate::lower) struct Pipeline {
    pub base: Pipe,
    pub flow: Vec<Flow>,
    /// The method that ends it.
    pub consumer: Option<syn::ExprMethodCall>,
    /// What its closures have copies of.
    pub captured: Vec<VarId>,
    /// Of a part of a concatenation, what comes after it.
    pub after: Vec<After>,
}

/// The adaptors of a whole concatenation, their states and the label that leaves it.
#[derive(Clone)]
pub(in crate::lower) struct After {
    pub flow: Vec<Flow>,
    pub counters: Vec<Option<VarId>>,
    pub leave: Option<syn::Lifetime>,
}

impl Flow {
    /// Whether it may end the loop early.
    pub fn stops(&self) -> bool {
        matches!(
            self,
            Self::TakeWhile(_)
                | Self::FilterMap(_, true)
                | Self::Scan(..)
                | Self::Successors(..)
                | Self::Pieces(_)
                | Self::Zip(_)
                | Self::Take(_)
                | Self::Payload(..)
        )
    }
}

impl Flow {
    /// The functions and the limits of an adaptor.
    pub fn functions<'a>(&'a mut self, fs: &mut Vec<&'a mut Expr>, limits: &mut Vec<&'a mut Expr>) {
        match self {
            Self::Map(f)
            | Self::Inspect(f)
            | Self::Filter(f)
            | Self::TakeWhile(f)
            | Self::SkipWhile(f)
            | Self::FilterMap(f, _)
            | Self::Scan(_, f)
            | Self::Successors(_, f)
            | Self::Flat(Some(f)) => fs.push(f),
            Self::Zip(side) => side.pipe.functions(fs),
            Self::Take(limit) | Self::Skip(limit) | Self::StepBy(limit) => limits.push(limit),
            Self::Copied
            | Self::Enumerate
            | Self::Payload(..)
            | Self::Flat(None)
            | Self::Pieces(_) => {}
        }
    }
}

impl Flow {
    /// Whether it gives one item for each that it gets, until it stops.
    pub fn is_one_to_one(&self) -> bool {
        matches!(
            self,
            Self::Map(_)
                | Self::Copied
                | Self::Inspect(_)
                | Self::FilterMap(_, true)
                | Self::Enumerate
                | Self::Scan(..)
                | Self::Successors(..)
        )
    }

    /// Whether no length is known of what it gives, whatever it gets.
    fn has_no_length(&self) -> bool {
        matches!(
            self,
            Self::Filter(_)
                | Self::TakeWhile(_)
                | Self::SkipWhile(_)
                | Self::FilterMap(..)
                | Self::Scan(..)
                | Self::Successors(..)
                | Self::Pieces(_)
        )
    }

    /// Whether it may change something for each item.
    pub fn has_effects(&self) -> bool {
        match self {
            Self::Inspect(_) => true,
            Self::Map(f) | Self::Flat(Some(f)) => assigns(f),
            _ => false,
        }
    }

    /// Whether it does the same with the items in the opposite order.
    pub fn is_symmetric(&self) -> bool {
        matches!(
            self,
            Self::Map(_)
                | Self::Copied
                | Self::Inspect(_)
                | Self::Filter(_)
                | Self::FilterMap(_, false)
        )
    }
}

/// The number of items of what has no end.
pub(super) fn endless() -> Expr {
    syn::parse_quote!(::core::primitive::usize::MAX)
}

fn is_endless(count: &Expr) -> bool {
    *count == endless()
}

impl Pipe {
    /// The functions of the pipe.
    pub fn functions<'a>(&'a mut self, fs: &mut Vec<&'a mut Expr>) {
        match self {
            Self::Map(of, f) => {
                of.functions(fs);
                fs.push(f);
            }
            Self::Copied(of)
            | Self::Enumerate(of, _)
            | Self::Order(of, ..)
            | Self::Known(of, _) => of.functions(fs),
            Self::Made(Generator::Call(f), ..) => fs.push(f),
            Self::Zip(a, _, b) | Self::Chain(a, b) => {
                a.functions(fs);
                b.functions(fs);
            }
            Self::Staged(of, flow) => {
                of.functions(fs);
                flow.iter_mut().for_each(|f| f.functions(fs, &mut vec![]));
            }
            Self::Walk(_)
            | Self::Owned(_)
            | Self::Elements(..)
            | Self::Entries(..)
            | Self::Within(..)
            | Self::Pairs(..)
            | Self::Drained(..)
            | Self::Windows(..)
            | Self::Chunks(..)
            | Self::Cycle(_)
            | Self::Listed(_)
            | Self::Made(..) => {}
        }
    }

    /// The pipes at the heads.
    pub fn heads<'a>(&'a mut self, out: &mut Vec<&'a mut Self>) {
        match self {
            Self::Map(of, _)
            | Self::Copied(of)
            | Self::Enumerate(of, _)
            | Self::Order(of, ..)
            | Self::Staged(of, _)
            | Self::Known(of, _) => {
                of.heads(out);
            }
            Self::Zip(a, _, b) | Self::Chain(a, b) => {
                a.heads(out);
                b.heads(out);
            }
            head => out.push(head),
        }
    }

    /// Whether a pipe may have no end.
    pub fn is_endless(&self) -> bool {
        match self {
            Self::Walk(Expr::Range(r)) => r.end.is_none(),
            Self::Made(_, count, _) => is_endless(count),
            Self::Cycle(_) => true,
            Self::Map(of, _)
            | Self::Copied(of)
            | Self::Enumerate(of, _)
            | Self::Known(of, _)
            | Self::Staged(of, _) => of.is_endless(),
            Self::Order(of, name, _) => name != "take" && of.is_endless(),
            Self::Zip(a, _, b) => a.is_endless() && b.is_endless(),
            Self::Chain(a, b) => a.is_endless() || b.is_endless(),
            _ => false,
        }
    }

    /// Whether some function of the pipe changes what it captures.
    pub fn has_effects(&self) -> bool {
        match self {
            Self::Map(of, f) => of.has_effects() || of.lends_exclusively() || assigns(f),
            Self::Copied(of)
            | Self::Enumerate(of, _)
            | Self::Order(of, ..)
            | Self::Known(of, _) => of.has_effects(),
            Self::Made(Generator::Call(_), ..) => true,
            Self::Zip(a, _, b) | Self::Chain(a, b) => a.has_effects() || b.has_effects(),
            Self::Staged(of, flow) => of.has_effects() || flow.iter().any(Flow::has_effects),
            _ => false,
        }
    }

    /// Whether its items are exclusive references.
    pub fn lends_exclusively(&self) -> bool {
        match self {
            Self::Elements(_, exclusive) => *exclusive,
            Self::Entries(_, _, access) => *access == Access::Exclusive,
            Self::Chunks(_, _, sort) => sort.exclusive,
            Self::Enumerate(of, _) | Self::Order(of, ..) | Self::Known(of, _) => {
                of.lends_exclusively()
            }
            Self::Zip(a, _, b) | Self::Chain(a, b) => {
                a.lends_exclusively() || b.lends_exclusively()
            }
            Self::Staged(of, _) => of.lends_exclusively(),
            _ => false,
        }
    }

    /// Whether more items are made than are given, if it is reversed.
    pub fn trims(&self) -> bool {
        match self {
            Self::Map(of, _) | Self::Copied(of) | Self::Enumerate(of, _) | Self::Known(of, _) => {
                of.trims()
            }
            Self::Order(of, name, _) => name == "take" || of.trims(),
            Self::Zip(..) => true,
            _ => false,
        }
    }

    /// The same with so many items, if it is known to have more.
    pub fn bounded(&self, n: &Expr) -> Option<Self> {
        match self {
            Self::Map(of, f) => Some(Self::Map(Box::new(of.bounded(n)?), f.clone())),
            Self::Made(made, count, check) if is_endless(count) => {
                Some(Self::Made(made.clone(), n.clone(), check.clone()))
            }
            _ => None,
        }
    }

    /// The items in the opposite order, where the adaptors allow it.
    pub fn reversed(&self, name: &Ident) -> Self {
        match self {
            Self::Map(of, f) => Self::Map(Box::new(of.reversed(name)), f.clone()),
            Self::Copied(of) => Self::Copied(Box::new(of.reversed(name))),
            Self::Chain(a, b) => {
                Self::Chain(Box::new(b.reversed(name)), Box::new(a.reversed(name)))
            }
            Self::Staged(of, flow) => Self::Staged(Box::new(of.reversed(name)), flow.clone()),
            other => Self::Order(Box::new(other.clone()), name.clone(), vec![]),
        }
    }

    /// The check of a pipe that gives nothing.
    fn of_nothing(&self) -> Option<TokenStream> {
        match self {
            Self::Known(of, check) => match &**of {
                Self::Owned(Expr::Array(a)) if a.elems.is_empty() => Some(check.clone()),
                _ => None,
            },
            _ => None,
        }
    }

    /// The items of one pipe after those of another.
    pub fn followed_by(self, other: Self) -> Self {
        match (self.of_nothing(), other.of_nothing()) {
            (Some(check), _) => Self::Known(Box::new(other), check),
            (None, Some(check)) => self.known(check),
            (None, None) => Self::Chain(Box::new(self), Box::new(other)),
        }
    }

    /// The same, with one more check.
    fn known(self, check: TokenStream) -> Self {
        match self {
            Self::Chain(a, b) => Self::Chain(Box::new(a.known(check)), b),
            other => Self::Known(Box::new(other), check),
        }
    }

    /// The parts of a concatenation.
    pub fn parts(&self) -> Vec<&Pipe> {
        match self {
            Self::Chain(a, b) => [a.parts(), b.parts()].concat(),
            other => vec![other],
        }
    }

    /// What a message points at.
    pub fn span(&self) -> &Expr {
        match self {
            Self::Walk(e)
            | Self::Owned(e)
            | Self::Elements(e, _)
            | Self::Entries(e, ..)
            | Self::Within(e, _)
            | Self::Pairs(e, _)
            | Self::Windows(e, _)
            | Self::Chunks(e, ..)
            | Self::Cycle(e)
            | Self::Listed(e)
            | Self::Made(_, e, _) => e,
            Self::Drained(drained) => &drained.of,
            Self::Map(of, _)
            | Self::Copied(of)
            | Self::Enumerate(of, _)
            | Self::Zip(of, ..)
            | Self::Order(of, ..)
            | Self::Known(of, _)
            | Self::Staged(of, _)
            | Self::Chain(of, _) => of.span(),
        }
    }

    pub fn is_chain(&self) -> bool {
        matches!(self, Self::Chain(..))
    }

    /// The same with adaptors that no other part of a concatenation has.
    pub fn staged(self, flow: Vec<Flow>) -> Self {
        if flow.is_empty() { self } else { Self::Staged(Box::new(self), flow) }
    }

    /// The adaptors that parts of a concatenation have of their own.
    pub fn stages<'a>(&'a mut self, all: &mut Vec<&'a mut Flow>) {
        match self {
            Self::Chain(a, b) => {
                a.stages(all);
                b.stages(all);
            }
            Self::Staged(of, flow) => {
                of.stages(all);
                all.extend(flow);
            }
            _ => {}
        }
    }

    /// Whether the parts of a concatenation do the same with their items in the opposite order.
    pub fn is_symmetric(&self) -> bool {
        match self {
            Self::Chain(a, b) => a.is_symmetric() && b.is_symmetric(),
            Self::Staged(of, flow) => of.is_symmetric() && flow.iter().all(Flow::is_symmetric),
            _ => true,
        }
    }

    /// Whether no length is known of some part of a concatenation.
    fn has_no_length(&self) -> bool {
        match self {
            Self::Chain(a, b) => a.has_no_length() || b.has_no_length(),
            Self::Staged(of, flow) => of.has_no_length() || flow.iter().any(Flow::has_no_length),
            _ => false,
        }
    }

    /// Whether a walk alone gives the items, in a form that a `for` loop takes.
    fn is_walk(&self) -> bool {
        match self {
            Self::Walk(_) => true,
            Self::Enumerate(of, _) | Self::Order(of, ..) => of.is_walk(),
            Self::Zip(a, _, b) => a.is_walk() && b.is_walk(),
            _ => false,
        }
    }
}

/// Whether a chain changes something for each item, of which `zip` takes one more than it gives, or
/// not, as it knows the lengths or not.
pub(super) fn counts_in_zip(pipe: &Pipe, flow: &[Flow]) -> bool {
    !flow.iter().any(Flow::has_no_length)
        && !pipe.has_no_length()
        && (pipe.has_effects() || flow.iter().any(Flow::has_effects))
}

impl Pipeline {
    /// A chain without adaptors.
    pub fn of(base: Pipe) -> Self {
        Self { base, flow: vec![], consumer: None, captured: vec![], after: vec![] }
    }

    /// Whether the loop of an item holds another loop.
    pub fn is_nested(&self) -> bool {
        self.flow.iter().any(|f| matches!(f, Flow::Flat(_)))
    }

    /// Whether a `for` loop takes the chain as it is.
    pub fn is_plain(&self) -> bool {
        self.consumer.is_none() && self.flow.is_empty() && self.base.is_walk()
    }
}

/// Whether a function may change something: it does more than compute with its own parameters.
fn assigns(f: &Expr) -> bool {
    struct Find {
        params: Vec<proc_macro2::Ident>,
        found: bool,
    }
    impl Find {
        fn is_own(&self, e: &Expr) -> bool {
            match strip(e) {
                Expr::Path(p) => p.path.get_ident().is_some_and(|i| self.params.contains(i)),
                Expr::Field(f) => self.is_own(&f.base),
                Expr::Unary(u) => self.is_own(&u.expr),
                Expr::Index(i) => self.is_own(&i.expr),
                Expr::Lit(_) | Expr::Binary(_) | Expr::MethodCall(_) | Expr::Cast(_) => true,
                _ => false,
            }
        }
    }
    impl syn::visit::Visit<'_> for Find {
        fn visit_expr(&mut self, e: &Expr) {
            match e {
                Expr::Assign(_) | Expr::Macro(_) => self.found = true,
                Expr::Binary(b) if crate::lower::pure::is_assignment(&b.op) => self.found = true,
                Expr::Reference(r) if r.mutability.is_some() => self.found = true,
                Expr::MethodCall(m) if !self.is_own(&m.receiver) => self.found = true,
                Expr::Call(c) => {
                    let of_type = matches!(&*c.func, Expr::Path(p) if p.path.segments.len() > 1);
                    self.found |= !of_type;
                }
                _ => {}
            }
            syn::visit::visit_expr(self, e);
        }
    }
    match strip(f) {
        Expr::Closure(c) => {
            let params = c.inputs.iter().flat_map(crate::lower::select::bound_names).collect();
            let mut find = Find { params, found: false };
            syn::visit::Visit::visit_expr(&mut find, &c.body);
            find.found
        }
        Expr::Path(p) => p.path.segments.len() < 2,
        _ => true,
    }
}

/// Whether a function has a macro, which may print or panic.
pub(super) fn has_macro(f: &Expr) -> bool {
    struct Find(bool);
    impl syn::visit::Visit<'_> for Find {
        fn visit_macro(&mut self, _: &syn::Macro) {
            self.0 = true;
        }
    }
    let mut find = Find(false);
    syn::visit::Visit::visit_expr(&mut find, f);
    find.0
}
