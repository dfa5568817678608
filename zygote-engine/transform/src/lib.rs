//! Lowering, analysis and differentiation of Rust functions.
//!
//! A plain library without a compiler in it: [`expand`] takes a function's source and gives the
//! source of the function and of its derivative. In reading order: [`ir`], `lower`, `activity`,
//! `adjoint`, `record`, `emit`. It knows no function by name; what a call does comes from its rule.
#![forbid(unsafe_code)]

mod activity;
mod adjoint;
mod call_site;
mod emit;
mod error;
mod explain;
pub mod ir;
mod lower;
mod record;

pub use call_site::{Asked, CallSite};

use proc_macro2::TokenStream;
use quote::quote;

/// What stands in the parentheses of `#[differentiable(..)]`.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Whether the pullback is kept behind a pointer, as for functions that call each other.
    pub recursive: bool,
}

impl syn::parse::Parse for Options {
    fn parse(input: syn::parse::ParseStream<'_>) -> syn::Result<Self> {
        let mut options = Self::default();
        while !input.is_empty() {
            let word: syn::Ident = input.parse()?;
            if word != "recursive" {
                return Err(syn::Error::new(word.span(), "the only option is `recursive`"));
            }
            options.recursive = true;
            input.parse::<Option<syn::Token![,]>>()?;
        }
        Ok(options)
    }
}

/// The function as written, and beside it its derivative; or the function and the errors at the
/// user's own tokens.
pub fn expand(item: &syn::ItemFn, options: &Options) -> TokenStream {
    let original = lower::without_markers(item);
    match derive(item, options) {
        Ok(derivative) => quote!(#original #derivative),
        Err(error) => {
            let error = error.to_compile_error();
            quote!(#original #error)
        }
    }
}

fn derive(item: &syn::ItemFn, options: &Options) -> syn::Result<TokenStream> {
    let mut primal = lower::function(item)?;
    primal.recursive |= options.recursive;
    let activity = activity::of(&primal);
    activity::check(&primal, &activity)?;
    let mut adjoint = adjoint::of(&primal, &activity);
    let record = record::plan(&primal, &mut adjoint);
    Ok(emit::derivative(item, &primal, &activity, &adjoint, &record))
}

/// The function's IR and its adjoint as text, with what is kept, replayed and restored, and why.
pub fn explain(item: &syn::ItemFn) -> syn::Result<(String, String)> {
    let primal = lower::function(item)?;
    let activity = activity::of(&primal);
    activity::check(&primal, &activity)?;
    let mut adjoint = adjoint::of(&primal, &activity);
    let record = record::plan(&primal, &mut adjoint);
    Ok((explain::primal(&primal, &activity), explain::adjoint(&primal, &adjoint, &record)))
}
