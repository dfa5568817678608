//! What is there only in some builds: the compiler takes it out of the function after the derivative is
//! made, which would have more in it, or less.

use crate::error::unsupported;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::visit::{self, Visit};

/// Refuses `#[cfg(..)]` and `#[cfg_attr(..)]` inside a function, an `impl` block or a trait, and `#[cfg(..)]`
/// below the attribute.
pub fn refuse(item: &syn::Item) -> syn::Result<()> {
    let mut find = Find(Ok(()));
    match item {
        syn::Item::Fn(f) => {
            find.below(&f.attrs);
            find.visit_signature(&f.sig);
            find.visit_block(&f.block);
        }
        syn::Item::Impl(i) => {
            find.below(&i.attrs);
            i.items.iter().for_each(|item| find.visit_impl_item(item));
        }
        syn::Item::Trait(t) => {
            find.below(&t.attrs);
            t.items.iter().for_each(|item| find.visit_trait_item(item));
        }
        _ => {}
    }
    find.0
}

/// The same in an expression.
pub fn refuse_in(e: &syn::Expr) -> syn::Result<()> {
    let mut find = Find(Ok(()));
    find.visit_expr(e);
    find.0
}

struct Find(syn::Result<()>);

impl Find {
    fn below(&mut self, attributes: &[syn::Attribute]) {
        if let Some(a) = attributes.iter().find(|a| a.path().is_ident("cfg")) {
            self.0 = unsupported(a, "`cfg` below the attribute", "write it above the attribute");
        }
    }

    fn found(&mut self, at: impl quote::ToTokens) {
        let instead = "use `if cfg!(..)`, or two functions or `impl` blocks with `#[cfg(..)]` above the \
                       attribute";
        self.0 = unsupported(at, "`cfg` inside of what is differentiated", instead);
    }

    fn in_macro(&mut self, tokens: &TokenStream) {
        let mut after_hash = false;
        for t in tokens.clone() {
            if let TokenTree::Group(g) = &t {
                if after_hash && g.delimiter() == Delimiter::Bracket && is_cfg(&g.stream()) {
                    self.found(g);
                }
                self.in_macro(&g.stream());
            }
            after_hash = matches!(&t, TokenTree::Punct(p) if p.as_char() == '#');
        }
    }
}

/// Whether the tokens of an attribute are those of a `cfg`.
fn is_cfg(tokens: &TokenStream) -> bool {
    let first = tokens.clone().into_iter().next();
    matches!(first, Some(TokenTree::Ident(i)) if i == "cfg" || i == "cfg_attr")
}

impl Visit<'_> for Find {
    fn visit_attribute(&mut self, a: &syn::Attribute) {
        if a.path().is_ident("cfg") || a.path().is_ident("cfg_attr") {
            self.found(a);
        }
    }

    fn visit_macro(&mut self, m: &syn::Macro) {
        self.in_macro(&m.tokens);
        visit::visit_macro(self, m);
    }

    // An item of a function is there twice, as it is written.
    fn visit_item(&mut self, _: &syn::Item) {}
}
