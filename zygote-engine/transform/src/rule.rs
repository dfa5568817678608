//! `#[rule(f)]`: the derivative of the user's own function `f`, written by hand.

use crate::emit::{Host, allowed, given_rule};
use crate::error::unsupported;
use crate::lower;
use proc_macro2::TokenStream;
use quote::quote;

/// The function below `#[rule(f)]` has the parameters of `f` and gives the value and the pullback, a
/// closure from the cotangent of the value to those of the arguments that are not constant.
pub fn expand_rule(target: &syn::Ident, item: &syn::ItemFn) -> syn::Result<TokenStream> {
    let mut original = item.clone();
    lower::remove_markers(&mut original.sig);
    let Some(output) = value_of(&item.sig.output) else {
        return unsupported(
            &item.sig,
            "this signature of a rule",
            "give the value and the pullback: `-> (f64, impl FnOnce(f64) -> f64 + Clone)`",
        );
    };
    let mut function = item.clone();
    function.sig.ident = target.clone();
    function.sig.output = syn::parse_quote!(-> #output);
    let primal = lower::signature(&function, Host::Module)?;
    let (call, allowed) = (given_rule(&function, &primal, &item.sig.ident), allowed());
    let doc = format!("The derivative of [`{target}()`], a rule written by hand.");
    let vis = &item.vis;
    Ok(quote! {
        #original
        #[doc = #doc]
        #[allow(non_camel_case_types)]
        #vis struct #target {}
        #allowed
        const _: () = {
            impl #target {
                #call
            }
        };
    })
}

/// The type of the value in a rule's result.
fn value_of(output: &syn::ReturnType) -> Option<syn::Type> {
    let syn::ReturnType::Type(_, ty) = output else { return None };
    match &**ty {
        syn::Type::Tuple(t) if t.elems.len() == 2 => t.elems.first().cloned(),
        _ => None,
    }
}
