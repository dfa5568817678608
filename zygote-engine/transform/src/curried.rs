//! Functions that give closures. The derivative of such a function is that of the function and the
//! closure in one, which takes the arguments of both; a variable that holds its value, and is called, is a
//! closure of such a call.

use quote::format_ident;
use syn::visit::Visit;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, FnArg, Pat, ReturnType, Stmt, Type, parse_quote};

/// The function and the closure that it ends with, `impl Fn(X) -> Y`, in one; another as it is.
pub fn uncurried(item: &syn::ItemFn) -> syn::ItemFn {
    in_one(item).unwrap_or_else(|| item.clone())
}

fn in_one(item: &syn::ItemFn) -> Option<syn::ItemFn> {
    let ReturnType::Type(_, output) = &item.sig.output else { return None };
    let Type::ImplTrait(output) = &**output else { return None };
    let types = output.bounds.iter().find_map(|bound| {
        let syn::TypeParamBound::Trait(t) = bound else { return None };
        let last = t.path.segments.last().filter(|s| s.ident == "Fn")?;
        match &last.arguments {
            syn::PathArguments::Parenthesized(types) => Some(types),
            _ => None,
        }
    })?;
    let Some(Stmt::Expr(Expr::Closure(closure), None)) = item.block.stmts.last() else {
        return None;
    };
    let mut whole = item.clone();
    whole.block.stmts.pop();
    for (input, ty) in closure.inputs.iter().zip(&types.inputs) {
        let pattern = match input {
            Pat::Type(t) => &*t.pat,
            other => other,
        };
        whole.sig.inputs.push(parse_quote!(#pattern: #ty));
    }
    whole.sig.output = types.output.clone();
    let body = &closure.body;
    whole.block.stmts.push(Stmt::Expr(parse_quote!({ #body }), None));
    // It runs at every call of the closure, so that it may change nothing.
    let changes = |input: &FnArg| match input {
        FnArg::Typed(p) => matches!(&*p.ty, Type::Reference(r) if r.mutability.is_some()),
        FnArg::Receiver(_) => true,
    };
    (!whole.sig.inputs.iter().any(changes)).then_some(whole)
}

/// The function with `let f = adder(a); .. f(x)` written as a closure, `|x| adder(a)(x)`.
pub fn with_closures(item: &syn::ItemFn) -> syn::ItemFn {
    let mut item = item.clone();
    Write { number: 0 }.visit_item_fn_mut(&mut item);
    item
}

struct Write {
    number: usize,
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
        if !plain || function.starts_with(char::is_uppercase) {
            return None;
        }
        let mut calls = Calls { name: &name.ident, arguments: None };
        after.iter().for_each(|s| calls.visit_stmt(s));
        let parameters: Vec<_> =
            (0..calls.arguments?).map(|k| format_ident!("__parameter_{}", k)).collect();
        let mut written = vec![];
        let mut given: Vec<Expr> = vec![];
        for argument in &call.args {
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

/// The calls of a variable.
struct Calls<'a> {
    name: &'a syn::Ident,
    arguments: Option<usize>,
}

impl Visit<'_> for Calls<'_> {
    fn visit_expr_call(&mut self, c: &syn::ExprCall) {
        if matches!(&*c.func, Expr::Path(p) if p.path.is_ident(self.name)) {
            self.arguments = Some(c.args.len());
        }
        syn::visit::visit_expr_call(self, c);
    }
}
