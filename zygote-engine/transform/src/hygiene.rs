//! Names of a macro and of its caller: where a `macro_rules!` writes a function, `t` of the macro and `t` of
//! what it was given are two variables, which the transformation would take for one.

use crate::error::unsupported;
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use std::collections::{BTreeMap, BTreeSet};
use syn::visit::{self, Visit};

/// Refuses variables of one name that are two.
pub fn refuse(item: &syn::Item) -> syn::Result<()> {
    let functions: Vec<(&syn::Signature, Option<&syn::Block>)> = match item {
        syn::Item::Fn(f) => vec![(&f.sig, Some(&*f.block))],
        syn::Item::Impl(i) => {
            let functions = i.items.iter().filter_map(|item| match item {
                syn::ImplItem::Fn(f) => Some((&f.sig, Some(&f.block))),
                _ => None,
            });
            functions.collect()
        }
        syn::Item::Trait(t) => {
            let functions = t.items.iter().filter_map(|item| match item {
                syn::TraitItem::Fn(f) => Some((&f.sig, f.default.as_ref())),
                _ => None,
            });
            functions.collect()
        }
        _ => vec![],
    };
    functions.into_iter().try_for_each(|(sig, block)| {
        let mut names = Names::default();
        names.visit_signature(sig);
        if let Some(block) = block {
            names.visit_block(block);
        }
        names.check(|names, name| names.bound.contains(name))
    })
}

/// The same in a closure, what it captures included.
pub fn refuse_in(closure: &syn::ExprClosure) -> syn::Result<()> {
    let mut names = Names::default();
    names.visit_expr_closure(closure);
    names.check(|_, _| true)
}

#[derive(Default)]
struct Names {
    bound: BTreeSet<String>,
    /// By name, the contexts in which it stands.
    all: BTreeMap<String, Vec<(Option<String>, Ident)>>,
}

impl Names {
    fn seen(&mut self, name: &Ident) {
        let context = context(name.span());
        let all = self.all.entry(name.to_string()).or_default();
        if all.iter().all(|(of, _)| *of != context) {
            all.push((context, name.clone()));
        }
    }

    fn in_macro(&mut self, tokens: TokenStream) {
        for t in tokens {
            match t {
                TokenTree::Ident(i) => self.seen(&i),
                TokenTree::Group(g) => self.in_macro(g.stream()),
                _ => {}
            }
        }
    }

    fn check(&self, is_variable: impl Fn(&Self, &String) -> bool) -> syn::Result<()> {
        for (name, all) in &self.all {
            if let [_, (_, second), ..] = &all[..]
                && name != "self"
                && is_variable(self, name)
            {
                let what = "a variable of a macro and one of what it is given, of one name,";
                return unsupported(second, what, "give one of them another name");
            }
        }
        Ok(())
    }
}

/// Where a name is resolved, as far as it can be told.
fn context(span: Span) -> Option<String> {
    let shown = format!("{span:?}");
    let first = shown.split(' ').next().filter(|first| first.starts_with('#'));
    first.map(str::to_string)
}

impl Visit<'_> for Names {
    fn visit_pat_ident(&mut self, p: &syn::PatIdent) {
        self.seen(&p.ident);
        self.bound.insert(p.ident.to_string());
        visit::visit_pat_ident(self, p);
    }

    fn visit_expr_call(&mut self, c: &syn::ExprCall) {
        // A function is found from both, unless it is a closure that is bound here.
        match &*c.func {
            syn::Expr::Path(p) if let Some(name) = p.path.get_ident() => {
                if self.bound.contains(&name.to_string()) {
                    self.seen(name);
                }
            }
            function => self.visit_expr(function),
        }
        c.args.iter().for_each(|e| self.visit_expr(e));
    }

    fn visit_expr_path(&mut self, p: &syn::ExprPath) {
        if let Some(name) = p.path.get_ident() {
            self.seen(name);
        }
    }

    fn visit_macro(&mut self, m: &syn::Macro) {
        self.in_macro(m.tokens.clone());
    }

    fn visit_item(&mut self, _: &syn::Item) {}
}
