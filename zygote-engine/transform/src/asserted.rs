//! Assertions about calls that change something, `assert_eq!(self.advance(), Token::Plus)`: a macro stays as it is
//! written, so what it asserts is evaluated before it.

use quote::{quote, quote_spanned};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{Expr, ExprMethodCall, Macro, Token, parse_quote_spanned};

/// Whether a method of the standard library changes what it is called on, by its name.
fn is_changing(m: &ExprMethodCall) -> bool {
    let name = m.method.to_string();
    match m.args.len() {
        0 => ["pop", "pop_front", "pop_back", "next", "next_back"].contains(&name.as_str()),
        1 => ["insert", "remove"].contains(&name.as_str()),
        _ => false,
    }
}

/// An assertion about what changes something, by these methods or those of the standard library, as a block.
pub fn evaluated_before(mac: &Macro, changes: &dyn Fn(&ExprMethodCall) -> bool) -> Option<Expr> {
    let name = mac.path.get_ident()?.to_string();
    let plain = name.strip_prefix("debug_").unwrap_or(&name);
    let (sides, is_debug) = (if plain == "assert" { 1 } else { 2 }, plain.len() < name.len());
    if !["assert", "assert_eq", "assert_ne"].contains(&plain) {
        return None;
    }
    let all = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(mac.tokens.clone()).ok()?;
    let mut all: Vec<_> = all.into_iter().collect();
    if all.len() < sides {
        return None;
    }
    let changing: Vec<_> = all[..sides].iter().map(|e| has(e, changes)).collect();
    let last = changing.iter().rposition(|changes| *changes)?;
    let span = mac.path.span();
    let asserted = all[0].clone();
    let mut lets = vec![];
    for (k, side) in all[..=last].iter_mut().enumerate() {
        // A place that is lent while the other side changes something stays as it is.
        let is_place = matches!(
            crate::lower::strip(side),
            Expr::Path(_) | Expr::Field(_) | Expr::Index(_) | Expr::Lit(_)
        );
        if changing[k] || !is_place {
            let name = quote::format_ident!("__asserted_{k}", span = side.span());
            lets.push(quote!(let #name = #side;));
            *side = parse_quote_spanned!(side.span()=> #name);
        }
    }
    let message = (sides == 1 && all.len() == 1)
        .then(|| quote_spanned!(span=> , "assertion failed: {}", ::core::stringify!(#asserted)));
    let path = &mac.path;
    let block = quote_spanned!(span=> { #(#lets)* #path!(#(#all),* #message); });
    Some(match is_debug {
        true => parse_quote_spanned!(span=> if ::core::cfg!(debug_assertions) #block),
        false => parse_quote_spanned!(span=> #block),
    })
}

/// Whether an expression has a call that changes something.
fn has(e: &Expr, changes: &dyn Fn(&ExprMethodCall) -> bool) -> bool {
    struct Calls<'a>(&'a dyn Fn(&ExprMethodCall) -> bool, bool);
    impl<'a> Visit<'a> for Calls<'_> {
        fn visit_expr_method_call(&mut self, m: &'a ExprMethodCall) {
            self.1 |= is_changing(m) || (self.0)(m);
            visit::visit_expr_method_call(self, m);
        }

        // What a closure changes is its own.
        fn visit_expr_closure(&mut self, _: &'a syn::ExprClosure) {}
    }
    let mut calls = Calls(changes, false);
    calls.visit_expr(e);
    calls.1
}
