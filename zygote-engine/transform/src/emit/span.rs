//! Where what is emitted belongs to in the user's source: errors of the compiler in it stand there, and not at
//! the attribute.

use proc_macro2::{Span, TokenStream};
use std::cell::Cell;

thread_local! {
    static HERE: Cell<Option<Span>> = const { Cell::new(None) };
}

/// The span of what is emitted now.
pub(super) fn here() -> Span {
    let at = HERE.with(Cell::get);
    at.map_or_else(Span::call_site, |at| Span::call_site().located_at(at))
}

/// Says where what is emitted from now on belongs to, if it is known, until what is given back is dropped.
pub(super) fn belongs_to(at: Option<Span>) -> Outside {
    Outside(HERE.with(|here| here.replace(at.or(here.get()))))
}

/// What is emitted around something that belongs elsewhere.
pub(super) struct Outside(Option<Span>);

impl Outside {
    /// Something else inside.
    pub(super) fn then(&self, at: Option<Span>) {
        HERE.with(|here| here.set(at.or(self.0)));
    }
}

impl Drop for Outside {
    fn drop(&mut self) {
        HERE.with(|here| here.set(self.0));
    }
}

/// The tokens of an operator.
pub(super) fn operator(op: &str) -> TokenStream {
    let tokens: TokenStream = op.parse().expect("operators are tokens");
    super::located(tokens, here())
}

/// A name of generated code, in the form of `format!`, that belongs to what is emitted now.
macro_rules! generated {
    ($($name:tt)*) => {
        ::proc_macro2::Ident::new(&::std::format!($($name)*), $crate::emit::span::here())
    };
}

/// Tokens that belong to the statement, or the part of the signature, that is emitted now.
macro_rules! quote {
    ($($tokens:tt)*) => {
        ::quote::quote_spanned!($crate::emit::span::here()=> $($tokens)*)
    };
}

/// The same, parsed.
macro_rules! parse_quote {
    ($($tokens:tt)*) => {
        ::syn::parse_quote_spanned!($crate::emit::span::here()=> $($tokens)*)
    };
}
