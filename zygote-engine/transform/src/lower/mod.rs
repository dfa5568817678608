//! The user's function to IR. What is not understood is refused here, at the user's own token;
//! after this nothing fails.

mod call;
mod closure;
mod control;
mod expr;
mod pattern;
mod place;
mod pure;
mod stmt;

use crate::error::{Result, unsupported};
use crate::ir::{Func, Op, Operand, Param, Place, Region, RegionId, Stmt, Ty, Var, VarId, VarKind};
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use std::collections::{BTreeSet, HashMap};

pub use closure::closure;
pub use control::leaves;
pub use pure::{placeholder, placeholder_id};

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
struct Loop {
    label: Option<syn::Lifetime>,
}

struct Lower {
    func: Func,
    scopes: Vec<HashMap<String, VarId>>,
    loops: Vec<Loop>,
    here: RegionId,
    /// Whether the function has a value.
    has_value: bool,
    /// The function's name.
    name: Option<Ident>,
}

/// Lowers a function.
pub fn function(item: &syn::ItemFn) -> Result<Func> {
    check_signature(&item.sig)?;
    let mut lower = Lower::new(item.to_token_stream());
    lower.has_value = !matches!(item.sig.output, syn::ReturnType::Default);
    lower.name = Some(item.sig.ident.clone());
    lower.func.returns_early = control::returns_early(&item.block);
    lower.scopes.push(HashMap::new());
    for input in &item.sig.inputs {
        lower.parameter(input)?;
    }
    lower.body(&item.block)
}

impl Lower {
    fn new(tokens: TokenStream) -> Self {
        let mut names = BTreeSet::new();
        reserved(tokens, &mut names);
        let body = Region { id: RegionId(0), stmts: vec![], result: None };
        let func = Func {
            vars: vec![],
            params: vec![],
            body,
            regions: vec![(None, false)],
            names,
            returns_early: false,
            items: vec![],
            recursive: false,
        };
        let (scopes, loops, here) = (vec![], vec![], RegionId(0));
        Self { func, scopes, loops, here, has_value: true, name: None }
    }

    fn body(mut self, block: &syn::Block) -> Result<Func> {
        let tail = match (self.func.returns_early, self.has_value) {
            (true, _) => Tail::Return,
            (false, true) => Tail::Value,
            (false, false) => Tail::Unit,
        };
        let mut out = std::mem::take(&mut self.func.body.stmts);
        self.scopes.push(HashMap::new());
        let result = self.stmts(&block.stmts, tail, &mut out)?;
        self.func.body.stmts = out;
        self.func.body.result = match result {
            None if !self.func.returns_early => Some(Operand::Const(quote!(()))),
            other => other,
        };
        Ok(self.func)
    }

    fn parameter(&mut self, input: &syn::FnArg) -> Result<()> {
        let syn::FnArg::Typed(p) = input else {
            return unsupported(input, "a method", "write a free function");
        };
        let (pattern, ty) = (&*p.pat, &*p.ty);
        let marked = p.attrs.iter().any(|a| a.path().is_ident("constant"));
        let (kind, inner) = match ty {
            syn::Type::Reference(r) if r.mutability.is_some() => (VarKind::Exclusive, &*r.elem),
            syn::Type::Reference(r) => (VarKind::Shared, &*r.elem),
            other => (VarKind::Value, other),
        };
        if let syn::Type::ImplTrait(t) = inner {
            return unsupported(t, "`impl Trait`", "write the type itself");
        }
        if let Some(reference) = inner_reference(inner)
            && !marked
            && !ty_of(ty).is_inert()
        {
            return unsupported(
                reference,
                "a reference inside a parameter's type",
                "pass slices of owned values, or mark the parameter `#[constant]`",
            );
        }
        let known = ty_of(inner);
        let inert = known.is_inert();
        let var = Var {
            ty: known,
            declared: Some(ty.to_token_stream()),
            constant: (marked || inert) && kind != VarKind::Exclusive,
            mutable: false,
            ..Var::new(kind.clone(), RegionId(0))
        };
        let constant = marked || inert;
        let v = match pattern {
            syn::Pat::Ident(i) if i.by_ref.is_none() && i.subpat.is_none() => {
                self.user(&i.ident, var)
            }
            _ => self.func.add("arg", Span::call_site(), var),
        };
        let inner = inner.to_token_stream();
        self.func.params.push(Param { var: v, constant, ty: inner });
        match pattern {
            syn::Pat::Ident(i) if i.mutability.is_some() => self.mutable_parameter(i, v),
            syn::Pat::Ident(_) => Ok(()),
            _ if kind == VarKind::Exclusive => {
                unsupported(pattern, "a pattern for a `&mut` parameter", "name the parameter")
            }
            other => {
                let mut stmts = vec![];
                self.bind(other, None, Operand::var(v), &mut stmts)?;
                self.func.body.stmts.append(&mut stmts);
                Ok(())
            }
        }
    }

    /// A `mut` parameter is a local variable that starts as the parameter.
    fn mutable_parameter(&mut self, pattern: &syn::PatIdent, param: VarId) -> Result<()> {
        let of = self.func.var(param).clone();
        if of.kind != VarKind::Value {
            return unsupported(
                pattern,
                "a reference parameter that is itself reassigned",
                "leave out `mut` and use a local variable",
            );
        }
        let var = Var { mutable: true, kind: VarKind::Local, constant: false, ..of };
        let local = self.user(&pattern.ident, var);
        let value = Op::Use(Operand::var(param));
        self.func.body.stmts.push(Stmt::Let(local, value));
        Ok(())
    }

    /// A variable of the user's, known by its name from here on.
    fn user(&mut self, name: &Ident, var: Var) -> VarId {
        let key = name.to_string();
        // The name itself is reserved once by its mention in the source.
        let first = !self.func.vars.iter().any(|v| v.name == *name);
        let v = if first {
            self.func.vars.push(Var { name: name.clone(), ..var });
            VarId(self.func.vars.len() - 1)
        } else {
            self.func.add(&key, name.span(), var)
        };
        self.scopes.last_mut().expect("a scope is open").insert(key, v);
        v
    }

    /// An intermediate value.
    fn temp(&mut self, span: Span, ty: Ty, op: Op, out: &mut Vec<Stmt>) -> Operand {
        let var = Var { ty, ..Var::new(VarKind::Local, self.here) };
        let constant = matches!(&op, Op::Verbatim(_, reads, _) if self.all_constant(reads));
        let v = self.func.add("t", span, Var { constant, ..var });
        out.push(Stmt::Let(v, op));
        Operand::var(v)
    }

    fn lookup(&self, name: &Ident) -> Option<VarId> {
        let key = name.to_string();
        self.scopes.iter().rev().find_map(|s| s.get(&key).copied())
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
            Operand::Place(p, _) => {
                let resolved = self.func.resolve(p);
                let root = self.func.var(resolved.root).ty.clone();
                resolved.path.iter().fold(root, |t, proj| t.project(proj))
            }
        }
    }
}

fn literal_ty(tokens: &TokenStream) -> Ty {
    let Ok(literal) = syn::parse2::<syn::Lit>(tokens.clone()) else { return Ty::Unknown };
    match literal {
        syn::Lit::Float(_) => Ty::Real,
        syn::Lit::Int(i) if i.suffix() == "f64" || i.suffix() == "f32" => Ty::Real,
        _ => Ty::Inert,
    }
}

fn check_signature(sig: &syn::Signature) -> Result<()> {
    if let Some(t) = &sig.asyncness {
        return unsupported(t, "`async`", "differentiate the computation between the awaits");
    }
    if !matches!(sig.safety, syn::Safety::Default) {
        return unsupported(sig, "`unsafe`", "write it in safe Rust");
    }
    for p in &sig.generics.params {
        if !matches!(p, syn::GenericParam::Lifetime(_)) {
            return unsupported(p, "a generic parameter", "write the function for f64");
        }
    }
    if let syn::ReturnType::Type(_, t) = &sig.output
        && let syn::Type::ImplTrait(t) = &**t
    {
        return unsupported(t, "`impl Trait` in the result", "write the type itself");
    }
    if let syn::ReturnType::Type(_, t) = &sig.output
        && let Some(reference) = inner_reference(t)
    {
        return unsupported(
            reference,
            "a reference in the result",
            "return an owned value: `.to_vec()` or `.clone()`",
        );
    }
    Ok(())
}

fn inner_reference(ty: &syn::Type) -> Option<&syn::Type> {
    match ty {
        syn::Type::Reference(_) => Some(ty),
        syn::Type::Array(a) => inner_reference(&a.elem),
        syn::Type::Slice(s) => inner_reference(&s.elem),
        syn::Type::Paren(p) => inner_reference(&p.elem),
        syn::Type::Tuple(t) => t.elems.iter().find_map(inner_reference),
        syn::Type::Path(p) => {
            let syn::PathArguments::AngleBracketed(args) = &p.path.segments.last()?.arguments
            else {
                return None;
            };
            args.args.iter().find_map(|a| match a {
                syn::GenericArgument::Type(t) => inner_reference(t),
                _ => None,
            })
        }
        _ => None,
    }
}

/// What the source says of a type.
pub fn ty_of(ty: &syn::Type) -> Ty {
    match ty {
        syn::Type::Reference(r) => Ty::Ref(Box::new(ty_of(&r.elem))),
        syn::Type::Paren(p) => ty_of(&p.elem),
        syn::Type::Group(g) => ty_of(&g.elem),
        syn::Type::Array(a) => Ty::Seq(Box::new(ty_of(&a.elem))),
        syn::Type::Slice(s) => Ty::Seq(Box::new(ty_of(&s.elem))),
        syn::Type::Tuple(t) => {
            let all: Vec<_> = t.elems.iter().map(ty_of).collect();
            Ty::Tuple(all)
        }
        syn::Type::Path(p) if p.qself.is_none() => {
            let Some(last) = p.path.segments.last() else { return Ty::Unknown };
            named(&last.ident.to_string(), &last.arguments)
        }
        _ => Ty::Unknown,
    }
}

fn named(name: &str, arguments: &syn::PathArguments) -> Ty {
    const INERT: [&str; 14] = [
        "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize",
        "bool", "char",
    ];
    match (name, arguments) {
        ("f32" | "f64", _) => Ty::Real,
        (name, _) if INERT.contains(&name) => Ty::Inert,
        ("str" | "String", _) => Ty::Seq(Box::new(Ty::Inert)),
        ("Vec", syn::PathArguments::AngleBracketed(args)) => match args.args.first() {
            Some(syn::GenericArgument::Type(t)) => Ty::Seq(Box::new(ty_of(t))),
            _ => Ty::Unknown,
        },
        _ => Ty::Unknown,
    }
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

/// The function without the markers that only this crate understands.
pub fn without_markers(item: &syn::ItemFn) -> syn::ItemFn {
    let mut item = item.clone();
    for input in &mut item.sig.inputs {
        if let syn::FnArg::Typed(p) = input {
            p.attrs.retain(|a| !a.path().is_ident("constant"));
        }
    }
    item
}
