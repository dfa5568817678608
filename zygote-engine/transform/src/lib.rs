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

/// The function or `impl` block as written, and beside it its derivative; or the errors at the user's
/// own tokens.
pub fn expand(item: &syn::Item, options: &Options) -> TokenStream {
    match item {
        syn::Item::Fn(f) => {
            let derivative = or_error(derive(f, None, options));
            let mut original = f.clone();
            lower::remove_markers(&mut original.sig);
            quote!(#original #derivative)
        }
        syn::Item::Impl(block) => {
            let mut original = block.clone();
            let mut derivatives = quote!();
            for item in &mut original.items {
                let syn::ImplItem::Fn(f) = item else { continue };
                let method = syn::ItemFn {
                    attrs: f.attrs.clone(),
                    vis: f.vis.clone(),
                    modifiers: f.modifiers.clone(),
                    sig: f.sig.clone(),
                    block: Box::new(f.block.clone()),
                };
                derivatives.extend(or_error(derive(&method, Some(block), options)));
                lower::remove_markers(&mut f.sig);
            }
            quote!(#original #derivatives)
        }
        other => {
            let error =
                error::error(other, "this item", "write it on a function or an `impl` block");
            let error = error.to_compile_error();
            quote!(#other #error)
        }
    }
}

fn or_error(derivative: syn::Result<TokenStream>) -> TokenStream {
    derivative.unwrap_or_else(|error| error.to_compile_error())
}

fn derive(
    item: &syn::ItemFn,
    host: Option<&syn::ItemImpl>,
    options: &Options,
) -> syn::Result<TokenStream> {
    let mut primal = lower::function(item, host)?;
    primal.recursive |= options.recursive;
    let activity = activity::of(&primal);
    activity::check(&primal, &activity)?;
    let mut adjoint = adjoint::of(&primal, &activity);
    let record = record::plan(&primal, &mut adjoint);
    Ok(emit::derivative(&emit::Derived {
        item,
        host,
        primal: &primal,
        activity: &activity,
        adjoint: &adjoint,
        record: &record,
    }))
}

/// The function's IR and its adjoint as text, with what is kept, replayed and restored, and why.
pub fn explain(item: &syn::ItemFn) -> syn::Result<(String, String)> {
    let primal = lower::function(item, None)?;
    let activity = activity::of(&primal);
    activity::check(&primal, &activity)?;
    let mut adjoint = adjoint::of(&primal, &activity);
    let record = record::plan(&primal, &mut adjoint);
    Ok((explain::primal(&primal, &activity), explain::adjoint(&primal, &adjoint, &record)))
}
