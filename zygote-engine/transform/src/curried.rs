//! Functions that give closures. The derivative of such a function is that of the function and the
//! closure in one, which takes the arguments of both; a variable that holds its value, and is called, is a
//! closure of such a call.

use crate::lower::bound_names;
use quote::format_ident;
use syn::punctuated::Punctuated;
use syn::visit::Visit;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, FnArg, Pat, ReturnType, Stmt, Type, parse_quote};

/// The function and the closure that it ends with, `impl Fn(X) -> Y`, in one; another as it is. Whether
/// it ends with one.
pub fn uncurried(item: &syn::ItemFn) -> (syn::ItemFn, bool) {
    in_one(item).map_or_else(|| (item.clone(), false), |whole| (whole, true))
}

/// The function and a call of the `fn` pointer that it gives, in one, where nothing tells how often the
/// function runs.
pub fn with_pointer_called(item: &syn::ItemFn) -> Option<syn::ItemFn> {
    let ReturnType::Type(_, pointer) = &item.sig.output else { return None };
    let Type::FnPtr(types) = &**pointer else { return None };
    let mut effects = Effects(false);
    effects.visit_block(&item.block);
    if effects.0 || changes(&item.sig) || crate::lower::returns_early(&item.block) {
        return None;
    }
    let mut whole = item.clone();
    let names: Vec<_> =
        (0..types.inputs.len()).map(|k| format_ident!("__parameter_{}", k)).collect();
    let of = types.inputs.iter().map(|input| &input.ty);
    whole
        .sig
        .inputs
        .extend(names.iter().zip(of).map(|(name, ty)| -> FnArg { parse_quote!(#name: #ty) }));
    whole.sig.output = types.output.clone();
    let block = &item.block;
    whole.block = parse_quote!({
        let __function: #pointer = #block;
        __function(#(#names),*)
    });
    Some(whole)
}

/// Whether a function may change what it is given.
fn changes(sig: &syn::Signature) -> bool {
    sig.inputs.iter().any(|input| match input {
        FnArg::Typed(p) => matches!(&*p.ty, Type::Reference(r) if r.mutability.is_some()),
        FnArg::Receiver(_) => true,
    })
}

fn in_one(item: &syn::ItemFn) -> Option<syn::ItemFn> {
    let ReturnType::Type(_, output) = &item.sig.output else { return None };
    let types = match &**output {
        Type::ImplTrait(output) => function_among(&output.bounds)?,
        boxed => match crate::objects::inside(boxed, &["Box"])? {
            Type::TraitObject(output) => function_among(&output.bounds)?,
            _ => return None,
        },
    };
    let Some(Stmt::Expr(value, None)) = item.block.stmts.last() else { return None };
    let Expr::Closure(closure) = crate::objects::unboxed(value) else { return None };
    let mut whole = item.clone();
    whole.block.stmts.pop();
    // The parameters of the closure are known in its body alone.
    let mut body: Vec<Stmt> = vec![];
    for (k, (input, ty)) in closure.inputs.iter().zip(&types.inputs).enumerate() {
        let pattern = match input {
            Pat::Type(t) => &*t.pat,
            other => other,
        };
        let parameter = format_ident!("__parameter_{}", k);
        body.push(parse_quote!(let #pattern = #parameter;));
        whole.sig.inputs.push(parse_quote!(#parameter: #ty));
    }
    whole.sig.output = types.output.clone();
    let value = &closure.body;
    // What comes before runs at every call of the closure, so that it has to give the same each time.
    let mut effects = Effects(false);
    effects.visit_block(&whole.block);
    if effects.0 || changes(&whole.sig) {
        return None;
    }
    whole.block.stmts.push(Stmt::Expr(parse_quote!({ #(#body)* #value }), None));
    Some(whole)
}

/// The types of a function among bounds.
fn function_among(
    bounds: &Punctuated<syn::TypeParamBound, syn::Token![+]>,
) -> Option<syn::ParenthesizedGenericArguments> {
    bounds.iter().find_map(|bound| {
        let syn::TypeParamBound::Trait(t) = bound else { return None };
        let last = t.path.segments.last().filter(|s| s.ident == "Fn")?;
        match &last.arguments {
            syn::PathArguments::Parenthesized(types) => Some(types.clone()),
            _ => None,
        }
    })
}

/// Whether statements may have an effect, or give another value when they run again: they call functions,
/// or hold macros.
struct Effects(bool);

impl Visit<'_> for Effects {
    fn visit_expr_call(&mut self, c: &syn::ExprCall) {
        let constructor = matches!(&*c.func, Expr::Path(p) if p.path.segments.last().is_some_and(|s| {
            s.ident.to_string().starts_with(char::is_uppercase)
        }));
        self.0 |= !constructor;
        syn::visit::visit_expr_call(self, c);
    }

    fn visit_macro(&mut self, m: &syn::Macro) {
        self.0 |= !m.path.is_ident("vec");
    }
}

/// The function with `let f = adder(a); .. f(x)` written as a closure, `|x| adder(a)(x)`.
pub fn with_closures(item: &syn::ItemFn) -> syn::ItemFn {
    let mut item = item.clone();
    let mut bound = Bound(vec![]);
    bound.visit_item_fn(&item);
    Write { number: 0, bound: bound.0 }.visit_item_fn_mut(&mut item);
    item
}

/// The same for a closure.
pub fn closure_with_closures(closure: &syn::ExprClosure) -> syn::ExprClosure {
    let mut closure = closure.clone();
    let mut bound = Bound(vec![]);
    bound.visit_expr_closure(&closure);
    Write { number: 0, bound: bound.0 }.visit_expr_closure_mut(&mut closure);
    closure
}

struct Write {
    number: usize,
    /// The names of variables.
    bound: Vec<syn::Ident>,
}

/// The names that patterns bind.
struct Bound(Vec<syn::Ident>);

impl Visit<'_> for Bound {
    fn visit_pat_ident(&mut self, p: &syn::PatIdent) {
        self.0.push(p.ident.clone());
        syn::visit::visit_pat_ident(self, p);
    }
}

impl VisitMut for Write {
    fn visit_block_mut(&mut self, block: &mut syn::Block) {
        let mut stmts = vec![];
        let all = std::mem::take(&mut block.stmts);
        for (k, stmt) in all.iter().enumerate() {
            match self.closure(stmt, &all[k + 1..]) {
                Some(written) => stmts.extend(written),
                None => stmts.push(stmt.clone()),
            }
        }
        block.stmts = stmts;
        visit_mut::visit_block_mut(self, block);
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

impl Write {
    fn closure(&mut self, stmt: &Stmt, after: &[Stmt]) -> Option<Vec<Stmt>> {
        let Stmt::Local(local) = stmt else { return None };
        let Pat::Ident(name) = &local.pat else { return None };
        let init = local.init.as_ref().filter(|init| init.diverge.is_none())?;
        let Expr::Call(call) = &*init.expr else { return None };
        let Expr::Path(path) = &*call.func else { return None };
        let plain = name.mutability.is_none() && name.by_ref.is_none() && name.subpat.is_none();
        let function = path.path.segments.last()?.ident.to_string();
        let changes = |e: &Expr| matches!(e, Expr::Reference(r) if r.mutability.is_some());
        // What a local closure gives is a closure where it is called.
        let local = path.path.get_ident().is_some_and(|name| self.bound.contains(name));
        let boxed = crate::objects::is_new_box(&init.expr);
        if !plain
            || local
            || boxed
            || function.starts_with(char::is_uppercase)
            || call.args.iter().any(changes)
        {
            return None;
        }
        let mut calls = Calls { name: &name.ident, arguments: None };
        calls.after(after);
        let parameters: Vec<_> =
            (0..calls.arguments?).map(|k| format_ident!("__parameter_{}", k)).collect();
        let mut written = vec![];
        let mut given: Vec<Expr> = vec![];
        for argument in &call.args {
            // A function stays a name.
            if let Some(path) = crate::objects::function_of_path(argument)
                && path.get_ident().is_none_or(|name| !self.bound.contains(name))
            {
                given.push(argument.clone());
                continue;
            }
            let held = format_ident!("__given_{}", self.number);
            self.number += 1;
            written.push(parse_quote!(let #held = #argument;));
            given.push(parse_quote!(#held));
        }
        let name = &name.ident;
        written.push(
            parse_quote!(let #name = |#(#parameters),*| #path(#(#given),*)(#(#parameters),*);),
        );
        Some(written)
    }
}

/// The calls of a variable, as long as its name stands for it.
struct Calls<'a> {
    name: &'a syn::Ident,
    arguments: Option<usize>,
}

impl Calls<'_> {
    fn hides(&self, pattern: &Pat) -> bool {
        bound_names(pattern).contains(self.name)
    }

    fn after(&mut self, stmts: &[Stmt]) {
        for stmt in stmts {
            self.visit_stmt(stmt);
            if matches!(stmt, Stmt::Local(local) if self.hides(&local.pat)) {
                return;
            }
        }
    }
}

impl Visit<'_> for Calls<'_> {
    fn visit_block(&mut self, block: &syn::Block) {
        self.after(&block.stmts);
    }

    fn visit_expr_closure(&mut self, c: &syn::ExprClosure) {
        if !c.inputs.iter().any(|input| self.hides(input)) {
            self.visit_expr(&c.body);
        }
    }

    fn visit_arm(&mut self, arm: &syn::Arm) {
        if !self.hides(&arm.pat) {
            syn::visit::visit_arm(self, arm);
        }
    }

    fn visit_expr_for_loop(&mut self, f: &syn::ExprForLoop) {
        self.visit_expr(&f.expr);
        if !self.hides(&f.pat) {
            self.visit_block(&f.body);
        }
    }

    fn visit_expr_call(&mut self, c: &syn::ExprCall) {
        if matches!(&*c.func, Expr::Path(p) if p.path.is_ident(self.name)) {
            self.arguments = Some(c.args.len());
        }
        syn::visit::visit_expr_call(self, c);
    }

    fn visit_item(&mut self, _: &syn::Item) {}
}
