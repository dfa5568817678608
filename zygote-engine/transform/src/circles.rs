//! Functions that call each other in a circle: the type of a pullback would contain itself, so one of them
//! keeps its pullback behind a pointer, as a function that calls itself does.

use crate::lower::is_field_of_self;
use chainrules_core_fragments::Circles;
use proc_macro2::Ident;
use std::collections::BTreeSet;
use syn::visit::{Visit, visit_expr_method_call, visit_pat_ident};

/// Adds a function of a module to those before it, and says whether it closes a circle with them.
pub fn closes_circle(f: &syn::ItemFn, recursive: bool, before: &mut Circles) -> bool {
    add(f, false, recursive, before)
}

/// The functions of a block that close a circle with others of it.
pub(crate) fn closing_in_block(functions: &[syn::ItemFn], recursive: bool) -> BTreeSet<Ident> {
    let mut before = Circles::new();
    let closes = |f: &&syn::ItemFn| add(f, true, recursive, &mut before);
    functions.iter().filter(closes).map(|f| f.sig.ident.clone()).collect()
}

fn add(f: &syn::ItemFn, is_method: bool, recursive: bool, before: &mut Circles) -> bool {
    let name = f.sig.ident.to_string();
    let mut calls = Calls { is_method, ..Calls::default() };
    calls.visit_item_fn(f);
    let names: BTreeSet<_> = &calls.called | &(&calls.named - &calls.bound);
    let alone = recursive || names.contains(&name);
    let closes = !alone && names.iter().any(|called| before.close(&name, called));
    before.add(name, if alone || closes { BTreeSet::new() } else { names });
    closes
}

/// What may be a function: the names that are called, and those that are values and no variables.
#[derive(Default)]
struct Calls {
    is_method: bool,
    called: BTreeSet<String>,
    named: BTreeSet<String>,
    bound: BTreeSet<String>,
}

impl<'ast> Visit<'ast> for Calls {
    fn visit_expr_path(&mut self, p: &'ast syn::ExprPath) {
        let of_type = p.path.segments.len() > 1;
        if let Some(last) = p.path.segments.last()
            && (of_type || !self.is_method)
        {
            self.named.insert(last.ident.to_string());
        }
    }

    fn visit_expr_call(&mut self, c: &'ast syn::ExprCall) {
        self.visit_expr(&c.func);
        if let syn::Expr::Path(p) = &*c.func
            && let Some(last) = p.path.segments.last()
            && self.named.contains(&last.ident.to_string())
        {
            self.called.insert(last.ident.to_string());
        }
        c.args.iter().for_each(|arg| self.visit_expr(arg));
    }

    fn visit_pat_ident(&mut self, name: &'ast syn::PatIdent) {
        self.bound.insert(name.ident.to_string());
        visit_pat_ident(self, name);
    }

    fn visit_expr_method_call(&mut self, m: &'ast syn::ExprMethodCall) {
        if self.is_method && !is_field_of_self(&m.receiver) {
            self.called.insert(m.method.to_string());
        }
        visit_expr_method_call(self, m);
    }

    fn visit_macro(&mut self, m: &'ast syn::Macro) {
        let list = syn::punctuated::Punctuated::<syn::Expr, syn::Token![,]>::parse_terminated;
        for e in m.parse_body_with(list).iter().flatten() {
            Visit::visit_expr(self, e);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn function(text: &str) -> syn::ItemFn {
        syn::parse_str(text).expect("it is a function")
    }

    #[test]
    fn functions_close_circles() {
        let mut before = Circles::new();
        let mut closes = |text, recursive| closes_circle(&function(text), recursive, &mut before);
        assert!(!closes("fn expr(x: f64) -> f64 { 2.0 * term(x) }", false));
        assert!(!closes(
            "fn term(x: f64) -> f64 { let factor = vec![factor(x)]; factor[0] }",
            false
        ));
        assert!(closes("fn factor(x: f64) -> f64 { map(expr, x) }", false));
        assert!(!closes("fn a(x: f64) -> f64 { b(x) }", true));
        assert!(!closes("fn b(x: f64) -> f64 { a(x) }", false));
        assert!(!closes("fn itself(x: f64) -> f64 { itself(other(x)) }", false));
        assert!(!closes("fn other(x: f64) -> f64 { itself(x) }", false));
    }

    #[test]
    fn the_name_of_a_variable_is_no_call() {
        let mut before = Circles::new();
        let mut closes = |text| closes_circle(&function(text), false, &mut before);
        assert!(!closes("fn scaled(scale: f64) -> f64 { 2.0 * scale }"));
        assert!(!closes("fn scale(x: f64) -> f64 { scaled(x) }"));
    }

    #[test]
    fn methods_are_told_from_those_of_fields() {
        let functions = [
            "fn eval(&self, x: f64) -> f64 { self.scaled(x) }",
            "fn scaled(&self, x: f64) -> f64 { 2.0 * self.inner.eval(x) }",
            "fn outer(&self, x: f64) -> f64 { self.next.iter().map(|n| n.deepest(x)).sum() }",
            "fn deepest(&self, x: f64) -> f64 { Self::outer(self, x) }",
        ];
        let closing = closing_in_block(&functions.map(function), false);
        assert_eq!(closing.iter().map(ToString::to_string).collect::<Vec<_>>(), ["deepest"]);
    }
}
