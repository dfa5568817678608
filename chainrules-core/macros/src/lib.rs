//! The macros that define a derivative rule and register it in one statement.
//!
//! Each macro parses its notation into a `model::Rule`; `emit` turns that into the trait or
//! type by which the rule is found, and `register` into the registry's entries. The
//! documentation of the macros for their users is in `chainrules-core`.

mod block;
mod body;
mod checks;
mod contribute;
mod dependency;
mod derive;
mod emit;
mod inert;
mod model;
mod operator;
mod pointer;
mod projection;
mod register;
mod rrule;
mod scalar;
mod text;

use chainrules_core_fragments::{Circles, with_parentheses};
use proc_macro::TokenStream;
use std::sync::{Mutex, PoisonError};

/// The types of the crate that is compiled, in the order of the source. Where they are not, a circle of them is
/// an error of the compiler, and `#[recursive]` on a field the way out.
static TYPES: Mutex<Circles> = Mutex::new(Circles::new());

/// Defines and registers the rule of a method, function or operator.
#[proc_macro_attribute]
pub fn rrule(attribute: TokenStream, item: TokenStream) -> TokenStream {
    finish(rrule::expand(attribute.into(), with_parentheses(item.into())).map(dependency::protocol))
}

/// Defines and registers the rule of a method of real scalars by its partial derivatives.
#[proc_macro]
pub fn scalar_rule(input: TokenStream) -> TokenStream {
    finish(scalar::expand(with_parentheses(input.into())).map(dependency::protocol))
}

/// Defines and registers methods that carry no derivative.
#[proc_macro]
pub fn inert(input: TokenStream) -> TokenStream {
    finish(inert::expand(with_parentheses(input.into())).map(dependency::protocol))
}

/// Defines and registers methods that lend a view of a part of their receiver.
#[proc_macro]
pub fn projection(input: TokenStream) -> TokenStream {
    finish(projection::expand(with_parentheses(input.into())).map(dependency::protocol))
}

/// Gives a struct or an enum its cotangent.
#[proc_macro_derive(Tangent, attributes(constant, recursive))]
pub fn tangent(input: TokenStream) -> TokenStream {
    tangent_in(input, syn::parse_quote!(::chainrules_core))
}

/// The same for a crate that depends on `chainrules` alone.
#[proc_macro_derive(TangentByChainrules, attributes(constant, recursive))]
pub fn tangent_by_chainrules(input: TokenStream) -> TokenStream {
    tangent_in(input, syn::parse_quote!(::chainrules::__core))
}

fn tangent_in(input: TokenStream, root: syn::Path) -> TokenStream {
    let mut types = TYPES.lock().unwrap_or_else(PoisonError::into_inner);
    finish(derive::expand(with_parentheses(input.into()), root, &mut types))
}

fn finish(result: syn::Result<proc_macro2::TokenStream>) -> TokenStream {
    result.unwrap_or_else(|error| error.into_compile_error()).into()
}
