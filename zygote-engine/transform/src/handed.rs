//! `fn` pointers that variables, fields and elements hold, as arguments of parameters that are functions: in a
//! derivative such a parameter takes `|x| f(x)`.

use crate::lower::strip;
use crate::stored::Given;
use proc_macro2::Span;
use quote::{ToTokens, format_ident};
use std::collections::BTreeSet;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, FnArg, Ident, Pat, Type};

/// The function with a closure in the place of each pointer that is handed on.
pub fn with_calls(item: &syn::ItemFn, given: &Given) -> syn::ItemFn {
    let mut held = Held::default();
    for input in &item.sig.inputs {
        held.parameter(input);
        if let FnArg::Typed(p) = input
            && let (Pat::Ident(i), Type::Path(ty)) = (&*p.pat, &*p.ty)
            && let Some(name) = ty.path.get_ident()
            && item.sig.generics.type_params().all(|t| t.ident != *name)
        {
            held.variables.insert(i.ident.clone());
        }
    }
    held.visit_block(&item.block);
    let mut item = item.clone();
    HandOn { given, held }.visit_block_mut(&mut item.block);
    item
}

/// The variables of a function.
#[derive(Default)]
struct Held {
    /// Those that may hold a pointer.
    variables: BTreeSet<Ident>,
    /// Those that hold one by their type.
    pointers: BTreeSet<Ident>,
    /// Those that hold a closure.
    closures: BTreeSet<Ident>,
    /// Those that may change.
    changing: BTreeSet<Ident>,
    /// Those of them that are exclusive references.
    exclusive: BTreeSet<Ident>,
}

impl Held {
    /// A parameter that may change.
    fn parameter(&mut self, input: &FnArg) {
        let (name, exclusive, mutable) = match input {
            FnArg::Receiver(r) => {
                let exclusive = crate::parts::is_exclusive(&r.kind);
                (Ident::new("self", Span::call_site()), exclusive, r.mutability.is_some())
            }
            FnArg::Typed(p) => {
                let Pat::Ident(i) = &*p.pat else { return };
                let exclusive = matches!(&*p.ty, Type::Reference(r) if r.mutability.is_some());
                (i.ident.clone(), exclusive, i.mutability.is_some())
            }
        };
        if exclusive {
            self.exclusive.insert(name.clone());
        }
        if exclusive || mutable {
            self.changing.insert(name);
        }
    }
}

impl Visit<'_> for Held {
    fn visit_local(&mut self, local: &syn::Local) {
        if let (Pat::Ident(i), Some(init)) = (&local.pat, &local.init)
            && matches!(strip(&init.expr), Expr::Closure(_))
        {
            self.closures.insert(i.ident.clone());
        }
        if let Pat::Type(t) = &local.pat
            && let (Pat::Ident(i), Type::FnPtr(_)) = (&*t.pat, &*t.ty)
        {
            self.pointers.insert(i.ident.clone());
        }
        visit::visit_local(self, local);
    }

    fn visit_pat_ident(&mut self, p: &syn::PatIdent) {
        self.variables.insert(p.ident.clone());
        if p.mutability.is_some() {
            self.changing.insert(p.ident.clone());
        }
        visit::visit_pat_ident(self, p);
    }
}

/// Writes the closures.
struct HandOn<'a> {
    given: &'a Given,
    held: Held,
}

impl HandOn<'_> {
    /// Whether an argument is a pointer, of a parameter that is one, or of another function. Of the latter a place
    /// may be what another function of the name takes, so that the call has to name the function `alone`.
    fn is_held(&self, e: &Expr, of_pointer: bool, alone: bool) -> bool {
        match strip(e) {
            Expr::Path(p) => p.path.get_ident().is_some_and(|name| {
                let one_of = |names: &BTreeSet<Ident>| names.contains(name);
                match of_pointer {
                    true => one_of(&self.held.variables) && !one_of(&self.held.closures),
                    false => one_of(&self.held.pointers) && !one_of(&self.held.closures),
                }
            }),
            Expr::Field(_) | Expr::Index(_) => (of_pointer || alone) && is_place(e),
            Expr::Reference(r) if !of_pointer && r.mutability.is_none() => {
                alone
                    && matches!(strip(&r.expr), Expr::Field(_) | Expr::Index(_))
                    && is_place(&r.expr)
            }
            // What is copied out of a reference is no closure of the function's own.
            Expr::Unary(u) => {
                matches!(u.op, syn::UnOp::Deref(_))
                    && self.is_held(&u.expr, of_pointer || alone, alone)
            }
            _ => false,
        }
    }

    /// The arguments of a call by the path of a function, or by the name of a method.
    fn hand_on<'e>(
        &self,
        called: Result<&syn::Path, &Ident>,
        args: impl Iterator<Item = &'e mut Expr>,
    ) {
        let (name, alone) = match called {
            Ok(path) => (path.segments.last().map(|s| &s.ident), path.get_ident().is_some()),
            Err(method) => (Some(method), false),
        };
        let (Some(name), is_method) = (name, called.is_err()) else { return };
        let mut args: Vec<&mut Expr> = args.collect();
        // What another argument changes would be seen by the closure.
        let mut changes = Changes { held: &self.held, any: false, lent: BTreeSet::new() };
        args.iter().for_each(|arg| changes.visit_expr(arg));
        let Changes { any: false, lent: changed, .. } = changes else { return };
        for (k, arg) in args.iter_mut().enumerate() {
            let Some((parameters, of_pointer)) = self.given.function_taken(name, is_method, k)
            else {
                continue;
            };
            if (of_pointer || !is_method)
                && self.is_held(arg, of_pointer, alone)
                && !changed.iter().any(|name| mentions(arg, name))
            {
                let given: Vec<_> = (0..parameters)
                    .map(|k| format_ident!("__handed_{}", k, span = Span::mixed_site()))
                    .collect();
                let function = match strip(arg) {
                    Expr::Reference(r) => &*r.expr,
                    _ => &**arg,
                };
                // An element is read before the call, where it may not be there.
                **arg = match has_index(function) {
                    true => syn::parse_quote_spanned!(arg.span()=> {
                        let __pointer = #function;
                        move |#(#given),*| __pointer(#(#given),*)
                    }),
                    false => syn::parse_quote!(|#(#given),*| (#function)(#(#given),*)),
                };
            }
        }
    }
}

impl VisitMut for HandOn<'_> {
    fn visit_item_mut(&mut self, _: &mut syn::Item) {}

    fn visit_expr_call_mut(&mut self, c: &mut syn::ExprCall) {
        visit_mut::visit_expr_call_mut(self, c);
        let Expr::Path(p) = &*c.func else { return };
        let is_variable = p.path.get_ident().is_some_and(|name| self.held.variables.contains(name));
        let mut before = p.path.segments.iter().rev().skip(1);
        let is_of_type = before.any(|s| s.ident.to_string().starts_with(char::is_uppercase));
        if !is_variable && !is_of_type {
            self.hand_on(Ok(&p.path.clone()), c.args.iter_mut());
        }
    }

    fn visit_expr_method_call_mut(&mut self, m: &mut syn::ExprMethodCall) {
        visit_mut::visit_expr_method_call_mut(self, m);
        self.hand_on(Err(&m.method.clone()), m.args.iter_mut());
    }
}

/// Whether an expression is a place that is written without calls, or a number.
fn is_place(e: &Expr) -> bool {
    match strip(e) {
        Expr::Path(_) | Expr::Lit(_) => true,
        Expr::Field(f) => is_place(&f.base),
        Expr::Index(i) => is_place(&i.expr) && is_place(&i.index),
        Expr::Unary(u) => matches!(u.op, syn::UnOp::Deref(_)) && is_place(&u.expr),
        _ => false,
    }
}

/// Whether a place is an element, or a part of one.
fn has_index(e: &Expr) -> bool {
    match strip(e) {
        Expr::Index(_) => true,
        Expr::Field(f) => has_index(&f.base),
        Expr::Unary(u) => has_index(&u.expr),
        _ => false,
    }
}

fn mentions(e: &Expr, name: &Ident) -> bool {
    crate::emit::mentions(&e.to_token_stream(), name)
}

/// What arguments may change.
struct Changes<'a> {
    held: &'a Held,
    /// Whether they may change anything.
    any: bool,
    /// The variables that they lend to be changed.
    lent: BTreeSet<Ident>,
}

impl Visit<'_> for Changes<'_> {
    fn visit_expr(&mut self, e: &Expr) {
        self.any |= matches!(e, Expr::Assign(_) | Expr::Block(_) | Expr::Macro(_));
        visit::visit_expr(self, e);
    }

    /// What a closure does it does in the call.
    fn visit_expr_closure(&mut self, _: &syn::ExprClosure) {}

    fn visit_expr_reference(&mut self, r: &syn::ExprReference) {
        if r.mutability.is_some() {
            match root(&r.expr) {
                Some(name) => _ = self.lent.insert(name.clone()),
                None => self.any = true,
            }
        }
        visit::visit_expr_reference(self, r);
    }

    fn visit_expr_method_call(&mut self, m: &syn::ExprMethodCall) {
        let receiver = root(&m.receiver).filter(|name| self.held.changing.contains(name));
        self.lent.extend(receiver.cloned());
        visit::visit_expr_method_call(self, m);
    }

    fn visit_expr_call(&mut self, c: &syn::ExprCall) {
        let exclusive = c.args.iter().filter_map(root);
        self.lent.extend(exclusive.filter(|name| self.held.exclusive.contains(name)).cloned());
        visit::visit_expr_call(self, c);
    }
}

/// The variable that an expression is a part of.
fn root(e: &Expr) -> Option<&Ident> {
    match strip(e) {
        Expr::Path(p) => p.path.get_ident(),
        Expr::Field(f) => root(&f.base),
        Expr::Index(i) => root(&i.expr),
        Expr::Unary(u) => root(&u.expr),
        Expr::MethodCall(m) => root(&m.receiver),
        _ => None,
    }
}
