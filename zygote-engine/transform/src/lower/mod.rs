//! The user's function to IR. What is not understood is refused here, at the user's own token;
//! after this nothing fails.

mod assign;
mod branch;
mod call;
mod chain;
mod closure;
mod comparator;
mod entry;
mod exits;
mod expr;
mod function;
mod generics;
mod itself;
mod labelled;
mod lambda;
mod leaving;
mod left;
mod literal;
mod loops;
mod macros;
mod named;
mod numbers;
mod open;
mod optional;
mod outcome;
mod own;
mod parameter;
mod pattern;
mod place;
mod pure;
mod question;
mod referring;
mod select;
mod stmt;
mod stored;
mod subject;
mod view;
mod written;

use crate::emit::{Changing, Host};
use crate::error::Result;
use crate::ir::{
    Collection, Func, Op, Operand, Place, Region, RegionId, Stmt, Taken, Ty, Var, VarId, VarKind,
};
use crate::stored::Given;
use generics::check_signature;
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

pub use call::{is_field_of_self, is_type_name};
pub use chain::{goes_on_after, is_iterating, makes_iterator, own_iterator};
pub use closure::closure;
pub use exits::{leaves, returns_early};
pub use generics::{
    Bound, bound_of, bounds, bounds_in, function_taken, gives_a_text, inner_reference, is_function,
    is_function_in, is_function_type, is_operator, is_owned, is_static, may_promise_rules,
    promise_numbers,
};
pub use macros::only_asserts;
pub use named::{NamedLifetimes, name_output, named_impls};
pub use open::{computes, is_open};
pub use optional::is_reference_to_part;
pub use own::{constant_field, is_copy_of, is_own};
pub use place::strip;
pub use pure::{
    beside_a_cell, calls_functions, is_assignment, placeholder, placeholder_id, placeholders,
};
pub use select::bound_names;

/// Whether the tokens are a literal of a number.
pub fn is_literal(tokens: &TokenStream) -> bool {
    syn::parse2::<syn::Lit>(tokens.clone()).is_ok()
}

/// What happens to the value of a block.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tail {
    /// It is the value of an expression.
    Value,
    /// It is returned.
    Return,
    /// There is none.
    Unit,
}

/// A loop around the statement that is lowered.
#[derive(Clone)]
struct Loop {
    label: Option<syn::Lifetime>,
}

/// What a name stands for.
#[derive(Clone)]
enum Named {
    Var(VarId),
    /// A closure, which is lowered where it is called.
    Closure(Rc<lambda::Local>),
}

#[derive(Clone)]
struct Lower {
    func: Func,
    scopes: Vec<HashMap<String, Named>>,
    loops: Vec<Loop>,
    /// What the walks of the loops around borrow: it is only read there.
    walked: Vec<Place>,
    here: RegionId,
    /// Whether the function has a value.
    has_value: bool,
    /// The function's name.
    name: Option<Ident>,
    /// The generic parameters of the function and of the block around it.
    generics: Vec<syn::Generics>,
    /// Whether it is a function of a type.
    is_method: bool,
    /// The names, such as `self`, and their methods that change them where a value is read.
    changing: Changing,
    /// What functions and methods give.
    given: Given,
    /// Whether the error that comes up has those of the statements after it, too.
    rest_is_refused: bool,
    /// The type of the block, if it is one of the language.
    this: Option<syn::Type>,
    /// What `?` leaves the function with.
    fallible: Option<question::Fallible>,
    /// The type of what is in the `Some` or `Ok` of the function's value, if it is a real number.
    real_payload: Option<syn::Type>,
    /// The type of the value of the function, or closure, that is lowered.
    output: Option<syn::Type>,
    /// The type that the context expects of the expression that is lowered next.
    expected: Option<syn::Type>,
    /// Where the statement that is lowered begins.
    line: Span,
    /// The number of values that were bound before a `?`.
    tries: usize,
    /// The names of the items of inner blocks.
    inner_items: Vec<Ident>,
    /// Whether a branch that was refused has a reference as its value.
    chose_reference: bool,
    /// How often the statement that is lowered is written, as it follows references that branches choose.
    copies: usize,
}

/// Lowers a function of a module, block or trait.
pub fn function(
    item: &syn::ItemFn,
    host: Host<'_>,
    changing: Changing,
    known: &crate::stored::Known,
) -> Result<Func> {
    let mut lower = Lower::signature(item, host)?;
    lower.changing.extend(changing);
    lower.given.clone_from(&known.given);
    lower.func.makers.clone_from(&known.makers);
    if let (Host::Block(block), Some(_)) = (host, item.sig.receiver()) {
        let name = crate::stored::name_of(&block.self_ty);
        let this = lower.func.params[0].var;
        lower.func.made.extend(name.map(|name| (this, name)));
    }
    // `mut self` and the like.
    for stmt in lower.func.body.stmts.clone() {
        if let Stmt::Let(v, op) = &stmt {
            lower.may_hold_references(*v, op);
        }
    }
    let borrowing = crate::makers::borrowing(item, host).zip(&lower.func.params);
    lower.func.borrowing = borrowing.filter(|(b, _)| *b).map(|(_, p)| p.var).collect();
    lower.func.lends_references = crate::makers::lends_references(item, host);
    lower.func.returns_early = exits::returns_early(&item.block);
    lower.body(&item.block)
}

/// Lowers the signature of a function alone.
pub fn signature(item: &syn::ItemFn, host: Host<'_>) -> Result<Func> {
    Lower::signature(item, host).map(|lower| lower.func)
}

impl Lower {
    fn signature(item: &syn::ItemFn, host: Host<'_>) -> Result<Self> {
        check_signature(&item.sig)?;
        let tokens = item.to_token_stream();
        let mut lower = Self::new(tokens.clone());
        lower.has_value = !matches!(item.sig.output, syn::ReturnType::Default);
        lower.name = Some(item.sig.ident.clone());
        lower.is_method = host.is_type();
        lower.changing = host.changing_methods();
        lower.func.of_trait = host.in_trait();
        lower.this = host.foreign_type().cloned();
        lower.generics = host.generics().cloned().into_iter().collect();
        lower.generics.push(item.sig.generics.clone());
        lower.func.concrete = !matches!(host, Host::Trait(..))
            && lower.generics.iter().all(|g| g.type_params().next().is_none());
        lower.fallible = question::fallible(&item.sig.output);
        lower.real_payload = question::real_payload(&item.sig.output);
        if let syn::ReturnType::Type(_, ty) = &item.sig.output {
            let own = matches!(&**ty, syn::Type::Path(p) if p.path.is_ident("Self"));
            lower.output = lower.this.clone().filter(|_| own).or_else(|| Some((**ty).clone()));
        }
        lower.scopes.push(HashMap::new());
        lower.types_of_std(&tokens);
        for input in &item.sig.inputs {
            lower.parameter(input)?;
        }
        Ok(lower)
    }

    /// The types that are known by their names are those of the standard library, the compiler checks.
    fn types_of_std(&mut self, item: &TokenStream) {
        for (name, module, generic) in
            [("String", "string", false), ("Vec", "vec", true), ("Box", "boxed", true)]
        {
            let Some(at) = first(item.clone(), name) else { continue };
            let at = Span::call_site().located_at(at);
            let of = generic.then(|| quote_spanned!(at=> <()>));
            let (name, module) = (Ident::new(name, at), Ident::new(module, at));
            self.func.items.push(quote_spanned! {at=>
                const _: fn(#name #of) -> ::std::#module::#name #of = |of_std| of_std;
            });
        }
    }

    fn new(tokens: TokenStream) -> Self {
        let mut names = BTreeSet::new();
        reserved(tokens, &mut names);
        let body = Region { id: RegionId(0), stmts: vec![], result: None };
        let func = Func {
            vars: vec![],
            params: vec![],
            body,
            regions: vec![(None, false)],
            lambdas: BTreeSet::new(),
            inlined: BTreeSet::new(),
            handed: BTreeSet::new(),
            cloned: vec![],
            collected: BTreeSet::new(),
            holding: BTreeSet::new(),
            of_traits: BTreeSet::new(),
            makers: crate::makers::Makers::new(),
            made: BTreeMap::new(),
            borrowing: BTreeSet::new(),
            of_trait: false,
            lends_references: false,
            names,
            returns_early: false,
            items: vec![],
            recursive: false,
            gives_closure: false,
            calls_recursive: false,
            concrete: false,
        };
        let (scopes, loops, here) = (vec![], vec![], RegionId(0));
        Self {
            func,
            scopes,
            loops,
            walked: vec![],
            here,
            has_value: true,
            name: None,
            generics: vec![],
            is_method: false,
            changing: BTreeSet::new(),
            given: Given::new(),
            rest_is_refused: false,
            this: None,
            fallible: None,
            real_payload: None,
            output: None,
            expected: None,
            line: Span::call_site(),
            tries: 0,
            inner_items: vec![],
            chose_reference: false,
            copies: 1,
        }
    }

    fn body(mut self, block: &syn::Block) -> Result<Func> {
        let tail = match (self.func.returns_early, self.has_value) {
            (true, _) => Tail::Return,
            (false, true) => Tail::Value,
            (false, false) => Tail::Unit,
        };
        let mut out = std::mem::take(&mut self.func.body.stmts);
        self.scopes.push(HashMap::new());
        let block = optional::with_inserts(block);
        let result = self.stmts(&block.stmts, tail, &mut out)?;
        self.func.body.stmts = out;
        self.func.body.result = match result {
            None if !self.func.returns_early => {
                let end = Span::call_site().located_at(block.brace_token.span.close());
                Some(Operand::Const(quote_spanned!(end=> ())))
            }
            other => other,
        };
        Ok(self.func)
    }

    /// A variable of the user's, known by its name from here on.
    fn user(&mut self, name: &Ident, var: Var) -> VarId {
        let key = name.to_string();
        // The name itself is reserved once by its mention in the source, or here.
        let first = !self.func.vars.iter().any(|v| v.name == *name);
        let v = if first {
            self.func.names.insert(key.trim_start_matches("r#").to_string());
            self.func.vars.push(Var { name: name.clone(), ..var });
            VarId(self.func.vars.len() - 1)
        } else {
            self.func.add(&key, name.span(), var)
        };
        self.declare(key, Named::Var(v));
        v
    }

    fn declare(&mut self, name: String, named: Named) {
        self.scopes.last_mut().expect("a scope is open").insert(name, named);
    }

    /// An intermediate value.
    fn temp(&mut self, span: Span, ty: Ty, op: Op, out: &mut Vec<Stmt>) -> Operand {
        let var = Var { ty, ..Var::new(VarKind::Local, self.here) };
        let constant = matches!(&op, Op::Verbatim(_, reads, _) if self.all_constant(reads));
        let v = self.func.add("t", span, Var { constant, ..var });
        self.may_hold_references(v, &op);
        out.push(Stmt::Let(v, op));
        Operand::var(v)
    }

    /// Remembers the type of a variable that may hold references.
    fn may_hold_references(&mut self, v: VarId, op: &Op) {
        let Some(ty) = self.func.makers.type_of(op, &self.func) else { return };
        // Of a copy of what changes all but the references is kept.
        if let Op::Call(call) = op
            && crate::makers::is_clone(call)
            && self.func.makers.captures.has_lifetimes(&ty)
            && call.args[0].place().is_some_and(|p| self.func.var(self.func.root(p)).mutable)
        {
            self.func.vars[v.0].mutable = true;
        }
        self.func.made.insert(v, ty);
    }

    fn named(&self, name: &Ident) -> Option<&Named> {
        let key = name.to_string();
        self.scopes.iter().rev().find_map(|s| s.get(&key))
    }

    /// Whether an expression is a closure, or the name of a local one.
    fn is_closure(&self, e: &syn::Expr) -> bool {
        match e {
            syn::Expr::Closure(_) => true,
            syn::Expr::Path(p) => {
                let name = p.path.get_ident().and_then(|name| self.named(name));
                matches!(name, Some(Named::Closure(_)))
            }
            _ => false,
        }
    }

    fn lookup(&self, name: &Ident) -> Option<VarId> {
        match self.named(name)? {
            Named::Var(v) => Some(*v),
            Named::Closure(_) => None,
        }
    }

    /// Whether no part of these places depends on an active parameter, by the way they are written.
    fn all_constant(&self, places: &[Place]) -> bool {
        places.iter().all(|p| {
            let var = self.func.var(self.func.root(p));
            var.constant || (var.ty.is_inert() && !var.mutable)
        })
    }

    /// Lowers what `f` does in a region of its own.
    fn region(
        &mut self,
        is_loop: bool,
        f: impl FnOnce(&mut Self, &mut Vec<Stmt>) -> Result<Option<Operand>>,
    ) -> Result<Region> {
        let outer = self.here;
        let id = self.func.region(Some(outer), is_loop);
        self.here = id;
        self.scopes.push(HashMap::new());
        let mut stmts = vec![];
        let result = f(self, &mut stmts);
        self.scopes.pop();
        self.here = outer;
        Ok(Region { id, stmts, result: result? })
    }

    /// The known type of an operand.
    fn ty(&self, operand: &Operand) -> Ty {
        match operand {
            Operand::Const(t) => literal_ty(t),
            Operand::Lambda(_) => Ty::Unknown,
            Operand::Place(p, _) => self.func.ty(&self.func.resolve(p)),
        }
    }
}

fn literal_ty(tokens: &TokenStream) -> Ty {
    let Ok(literal) = syn::parse2::<syn::Lit>(tokens.clone()) else { return Ty::Unknown };
    match literal {
        syn::Lit::Float(_) => Ty::Real,
        syn::Lit::Int(i) if i.suffix() == "f64" || i.suffix() == "f32" => Ty::Real,
        syn::Lit::Str(_) => Ty::Ref(Box::new(Ty::Text)),
        syn::Lit::ByteStr(_) => Ty::Ref(Box::new(Ty::Seq(Box::new(Ty::Inert)))),
        _ => Ty::Inert,
    }
}

/// Whether a type carries no derivative, by what the source says of it.
pub fn is_inert(ty: &syn::Type) -> bool {
    ty_of(ty).is_inert()
}

/// What the source says of a type.
pub fn ty_of(ty: &syn::Type) -> Ty {
    match ty {
        syn::Type::Reference(r) => Ty::Ref(Box::new(ty_of(&r.elem))),
        syn::Type::Paren(p) => ty_of(&p.elem),
        syn::Type::Array(a) => Ty::Seq(Box::new(ty_of(&a.elem))),
        syn::Type::Slice(s) => Ty::Seq(Box::new(ty_of(&s.elem))),
        syn::Type::Tuple(t) => {
            let all: Vec<_> = t.elems.iter().map(ty_of).collect();
            Ty::Tuple(all)
        }
        syn::Type::Path(p) if p.qself.is_none() => {
            let Some(last) = p.path.segments.last() else { return Ty::Unknown };
            match is_of_std(&p.path) {
                true => named(&last.ident.to_string(), &last.arguments),
                false => Ty::Unknown,
            }
        }
        // It is copied, and has no derivative.
        syn::Type::FnPtr(_) => Ty::Inert,
        _ => Ty::Unknown,
    }
}

/// Whether a path is that of a type of the standard library: by its first name, or a name alone, of
/// which [`Lower::types_of_std`] makes sure.
fn is_of_std(path: &syn::Path) -> bool {
    path.segments.len() == 1 || is_in_std(path)
}

/// Whether a path begins with the standard library.
pub fn is_in_std(path: &syn::Path) -> bool {
    let first = path.segments.first().map(|s| s.ident.to_string());
    matches!(first.as_deref(), Some("std" | "core" | "alloc"))
}

/// Whether a path is that of a type that every program has.
pub fn is_of_language(ty: &syn::TypePath) -> bool {
    const CONTAINERS: [&str; 8] =
        ["Vec", "VecDeque", "Box", "Option", "Result", "BTreeMap", "HashMap", "PhantomData"];
    let container =
        ty.path.segments.last().is_some_and(|s| CONTAINERS.iter().any(|c| s.ident == c));
    ty.qself.is_none() && is_of_std(&ty.path) && container
        || ty_of(&syn::Type::Path(ty.clone())) != Ty::Unknown
}

fn named(name: &str, arguments: &syn::PathArguments) -> Ty {
    const INERT: [&str; 14] = [
        "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize",
        "bool", "char",
    ];
    match (name, arguments) {
        ("f32" | "f64", _) => Ty::Real,
        (name, _) if INERT.contains(&name) => Ty::Inert,
        ("str" | "String", _) => Ty::Text,
        ("Vec", syn::PathArguments::AngleBracketed(args)) => match args.args.first() {
            Some(syn::GenericArgument::Type(t)) => Ty::Seq(Box::new(ty_of(t))),
            _ => Ty::Unknown,
        },
        (name, syn::PathArguments::AngleBracketed(args)) => {
            // The last parameter of a map may be its hasher.
            let values = args.args.iter().take(2).filter_map(|a| match a {
                syn::GenericArgument::Type(t) => Some(ty_of(t)),
                _ => None,
            });
            collection(name, values.last().unwrap_or(Ty::Unknown))
        }
        _ => Ty::Unknown,
    }
}

/// A collection that is known by its name; where it matters, generated code makes sure of that. Of its
/// values only is known that they are such collections, too.
fn collection(name: &str, values: Ty) -> Ty {
    let kind = match name {
        "BTreeMap" | "HashMap" => Collection::Map,
        "VecDeque" => Collection::Deque,
        "Range" => Collection::Range,
        "RangeInclusive" => Collection::Inclusive,
        _ => return Ty::Unknown,
    };
    let values = if matches!(values, Ty::Of(..)) { values } else { Ty::Unknown };
    Ty::Of(kind, Box::new(values))
}

/// The collection whose function a path is: `BTreeMap::new`.
fn collection_of(path: &syn::Path) -> Ty {
    let mut before = path.segments.iter().rev().skip(1);
    before.next().map_or(Ty::Unknown, |s| collection(&s.ident.to_string(), Ty::Unknown))
}

/// Collects the names that the source mentions, so that generated names differ from them.
fn reserved(tokens: TokenStream, names: &mut BTreeSet<String>) {
    for t in tokens {
        match t {
            TokenTree::Ident(i) => {
                names.insert(i.to_string());
            }
            TokenTree::Group(g) => reserved(g.stream(), names),
            _ => {}
        }
    }
}

/// Where a name stands first.
fn first(tokens: TokenStream, name: &str) -> Option<Span> {
    tokens.into_iter().find_map(|t| match t {
        TokenTree::Ident(i) => (i == name).then(|| i.span()),
        TokenTree::Group(g) => first(g.stream(), name),
        _ => None,
    })
}

/// Makes a body one that runs by itself: without the markers that only this crate understands, and with
/// what `fn` pointers hold as calls of them find it.
pub fn as_it_runs(body: &mut syn::Block) {
    struct Markers;
    impl syn::visit_mut::VisitMut for Markers {
        fn visit_local_mut(&mut self, local: &mut syn::Local) {
            local.attrs.retain(|a| !a.path().is_ident("constant"));
            syn::visit_mut::visit_local_mut(self, local);
        }
    }
    syn::visit_mut::VisitMut::visit_block_mut(&mut Markers, body);
    syn::visit_mut::VisitMut::visit_block_mut(&mut crate::pointer::Methods, body);
}

/// Takes the markers that only this crate understands out of a signature.
pub fn remove_markers(sig: &mut syn::Signature) {
    for input in &mut sig.inputs {
        let attrs = match input {
            syn::FnArg::Typed(p) => &mut p.attrs,
            syn::FnArg::Receiver(r) => &mut r.attrs,
        };
        attrs.retain(|a| !a.path().is_ident("constant"));
    }
}
