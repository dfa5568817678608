//! `#[rule(f)]`: the derivative of the user's own function `f`, written by hand.

use crate::emit::{Host, allowed, given_rule};
use crate::error::unsupported;
use crate::lower;
use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::visit_mut::VisitMut as _;

/// The function below `#[rule(f)]` has the parameters of `f` and gives the value and the pullback, a
/// closure from the cotangent of the value to those of the arguments that are not constant. Of a method,
/// `#[rule(Type::m)]`, the first parameter is the receiver.
pub fn expand_rule(target: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    if target.is_empty() {
        return unsupported(
            proc_macro2::Ident::new("rule", proc_macro2::Span::call_site()),
            "`#[rule]` without a function",
            "write a function of a module, `#[rule(f)] fn rule_of_f(x: f64) -> ..`, also for a \
             method: `#[rule(Type::method)] fn rule_of_method(this: &Type, x: f64) -> ..`",
        );
    }
    let (target, mut item): (syn::Path, syn::ItemFn) = (syn::parse2(target)?, syn::parse2(item)?);
    crate::bare::BareTypes.visit_item_fn_mut(&mut item);
    let mut original = item.clone();
    lower::remove_markers(&mut original.sig);
    owns_what_it_needs(&mut original.sig);
    let Some(output) = value_of(&item.sig.output) else {
        return unsupported(
            &item.sig,
            "this signature of a rule",
            "give the value and the pullback: `-> (f64, impl FnOnce(f64) -> f64)`",
        );
    };
    let exclusive = |input: &&syn::FnArg| match input {
        syn::FnArg::Typed(p) => matches!(&*p.ty, syn::Type::Reference(r) if r.mutability.is_some()),
        syn::FnArg::Receiver(_) => false,
    };
    if let Some(input) = item.sig.inputs.iter().find(exclusive) {
        return unsupported(
            input,
            "`&mut` in a rule that is written by hand",
            "write `#[rrule(f)]`, or a rule of a function that takes and gives the value",
        );
    }
    let name = &target.segments.last().expect("a path has a segment").ident;
    let mut function = item.clone();
    function.sig.ident = name.clone();
    function.sig.output = syn::parse_quote!(-> #output);
    let block = block_of(&target)?;
    if let Some(block) = &block {
        let of_type = |ty: &syn::Type| {
            quote!(#ty).to_string() == {
                let ty = &block.self_ty;
                quote!(#ty).to_string()
            }
        };
        if let Some(syn::FnArg::Typed(first)) = function.sig.inputs.first()
            && let Some(receiver) = receiver(&first.ty, of_type)
        {
            function.sig.inputs[0] = receiver;
        }
    }
    let host = block.as_ref().map_or(Host::Module, Host::Block);
    let primal = lower::signature(&function, host)?;
    let (call, allowed) = (given_rule(&function, host, &primal, &item.sig.ident), allowed());
    let one = one_derivative(name, &item.attrs);
    if let Some(block) = &block {
        let ty = &block.self_ty;
        let types = item.sig.inputs.iter().filter_map(|input| match input {
            syn::FnArg::Typed(p) => Some(&p.ty),
            syn::FnArg::Receiver(_) => None,
        });
        // The method is one of these types.
        let of_method = item.sig.generics.params.is_empty().then(
            || quote_spanned!(name.span()=> const _: fn(#(#types),*) -> #output = <#ty>::#name;),
        );
        return Ok(quote! {
            #original
            #allowed
            const _: () = {
                #of_method
                impl #ty {
                    #call
                }
            };
        });
    }
    let doc = format!("The derivative of [`{name}()`], a rule written by hand.");
    let vis = &item.vis;
    Ok(quote! {
        #original
        #one
        #[doc = #doc]
        #[allow(non_camel_case_types)]
        #vis struct #name {}
        #allowed
        const _: () = {
            impl #name {
                #call
            }
        };
    })
}

/// The `impl` block of the type whose method a rule is for; none of a function of this module.
fn block_of(target: &syn::Path) -> syn::Result<Option<syn::ItemImpl>> {
    let mut ty = target.clone();
    ty.segments.pop();
    ty.segments.pop_punct();
    match ty.segments.last() {
        None => Ok(None),
        Some(last) if last.ident.to_string().starts_with(char::is_uppercase) => {
            Ok(Some(syn::parse_quote!(impl #ty {})))
        }
        Some(_) => unsupported(
            target,
            "a rule of a function of another module",
            "write `#[rule(f)]` in the module of the function; of another crate's, \
             `#[rrule(path::f)]`",
        ),
    }
}

/// The receiver that a parameter stands for, if its type is that of the block.
fn receiver(ty: &syn::Type, of_type: impl Fn(&syn::Type) -> bool) -> Option<syn::FnArg> {
    match ty {
        syn::Type::Reference(r) if of_type(&r.elem) && r.mutability.is_none() => {
            Some(syn::parse_quote!(&self))
        }
        ty if of_type(ty) => Some(syn::parse_quote!(self)),
        _ => None,
    }
}

/// An item that a function has twice if it has `#[differentiable]` and a rule, for the sake of its name.
pub fn one_derivative(function: &syn::Ident, attrs: &[syn::Attribute]) -> TokenStream {
    let name = format_ident!("leave_differentiable_away_at_{}_as_it_has_a_rule", function);
    let cfgs = attrs.iter().filter(|a| a.path().is_ident("cfg"));
    quote! {
        #(#cfgs)*
        #[allow(dead_code, non_upper_case_globals)]
        const #name: () = ();
    }
}

/// The pullback can be cloned and owns what it needs, which its type need not say: `impl FnOnce(f64) -> f64` is
/// `impl FnOnce(f64) -> f64 + Clone + use<>`.
fn owns_what_it_needs(sig: &mut syn::Signature) {
    let has_impl = |input: &syn::FnArg| match input {
        syn::FnArg::Typed(p) => crate::opaque::is_open(&p.ty, &sig.generics, |_| true),
        syn::FnArg::Receiver(_) => false,
    };
    let types_without_name = sig.inputs.iter().any(has_impl);
    let syn::ReturnType::Type(_, ty) = &mut sig.output else { return };
    let syn::Type::Tuple(parts) = &mut **ty else { return };
    let Some(syn::Type::ImplTrait(pullback)) = parts.elems.last_mut() else { return };
    let is_clone = |b: &syn::TypeParamBound| match b {
        syn::TypeParamBound::Trait(t) => t.path.segments.last().is_some_and(|s| s.ident == "Clone"),
        _ => false,
    };
    let says_what_it_borrows = |b: &syn::TypeParamBound| {
        matches!(
            b,
            syn::TypeParamBound::Lifetime(_)
                | syn::TypeParamBound::PreciseCapture(_)
                | syn::TypeParamBound::Verbatim(_)
        )
    };
    if !pullback.bounds.iter().any(is_clone) {
        pullback.bounds.push(syn::parse_quote!(::core::clone::Clone));
    }
    if !types_without_name && !pullback.bounds.iter().any(says_what_it_borrows) {
        let names = sig.generics.params.iter().filter_map(|p| match p {
            syn::GenericParam::Type(t) => Some(&t.ident),
            syn::GenericParam::Const(c) => Some(&c.ident),
            syn::GenericParam::Lifetime(_) => None,
        });
        pullback.bounds.push(syn::parse_quote!(use<#(#names),*>));
    }
}

/// The type of the value in a rule's result.
fn value_of(output: &syn::ReturnType) -> Option<syn::Type> {
    let syn::ReturnType::Type(_, ty) = output else { return None };
    match &**ty {
        syn::Type::Tuple(t) if t.elems.len() == 2 => t.elems.first().cloned(),
        _ => None,
    }
}
