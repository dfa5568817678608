//! Functions that call each other in a circle: the type of a pullback would contain itself, so one of them
//! keeps its pullback behind a pointer, as a function that calls itself does.

use crate::lower::is_field_of_self;
use chainrules_core_fragments::Circles;
use proc_macro2::Ident;
use std::collections::BTreeSet;
use syn::visit::{Visit, visit_expr_method_call};

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
    let mut calls = Calls { is_method, names: BTreeSet::new() };
    calls.visit_block(&f.block);
    let alone = recursive || calls.names.contains(&name);
    let closes = !alone && calls.names.iter().any(|called| before.close(&name, called));
    before.add(name, if alone || closes { BTreeSet::new() } else { calls.names });
    closes
}

/// The names of the functions that are called, or handed on.
struct Calls {
    is_method: bool,
    names: BTreeSet<String>,
}

impl<'ast> Visit<'ast> for Calls {
    fn visit_expr_path(&mut self, p: &'ast syn::ExprPath) {
        let of_type = p.path.segments.len() > 1;
        if let Some(last) = p.path.segments.last()
            && (of_type || !self.is_method)
        {
            self.names.insert(last.ident.to_string());
        }
    }

    fn visit_expr_method_call(&mut self, m: &'ast syn::ExprMethodCall) {
        if self.is_method && !is_field_of_self(&m.receiver) {
            self.names.insert(m.method.to_string());
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
    use syn::parse_quote;

    #[test]
    fn functions_close_circles() {
        let mut before = Circles::new();
        let mut closes = |f: syn::ItemFn, recursive| closes_circle(&f, recursive, &mut before);
        assert!(!closes(
            parse_quote!(
                fn expr(x: f64) -> f64 {
                    2.0 * term(x)
                }
            ),
            false
        ));
        assert!(!closes(
            parse_quote!(
                fn term(x: f64) -> f64 {
                    vec![factor(x)][0]
                }
            ),
            false
        ));
        assert!(closes(
            parse_quote!(
                fn factor(x: f64) -> f64 {
                    map(expr, x)
                }
            ),
            false
        ));
        assert!(!closes(
            parse_quote!(
                fn a(x: f64) -> f64 {
                    b(x)
                }
            ),
            true
        ));
        assert!(!closes(
            parse_quote!(
                fn b(x: f64) -> f64 {
                    a(x)
                }
            ),
            false
        ));
        assert!(!closes(
            parse_quote!(
                fn itself(x: f64) -> f64 {
                    itself(other(x))
                }
            ),
            false
        ));
        assert!(!closes(
            parse_quote!(
                fn other(x: f64) -> f64 {
                    itself(x)
                }
            ),
            false
        ));
    }

    #[test]
    fn methods_are_told_from_those_of_fields() {
        let functions = [
            parse_quote!(
                fn eval(&self, x: f64) -> f64 {
                    self.scaled(x)
                }
            ),
            parse_quote!(
                fn scaled(&self, x: f64) -> f64 {
                    2.0 * self.inner.eval(x)
                }
            ),
            parse_quote!(
                fn outer(&self, x: f64) -> f64 {
                    self.next.iter().map(|n| n.last(x)).sum()
                }
            ),
            parse_quote!(
                fn last(&self, x: f64) -> f64 {
                    Self::outer(self, x)
                }
            ),
        ];
        let closing = closing_in_block(&functions, false);
        assert_eq!(closing.iter().map(ToString::to_string).collect::<Vec<_>>(), ["last"]);
    }
}
