//! `impl IntoIterator for Type`, and for a reference to it: in a derivative a loop over such a value is one over the
//! list of its items, which a hidden method of the type gives.

use crate::error::{Result, unsupported};
use quote::{format_ident, quote};
use syn::{Generics, Type, parse_quote};

/// The method that gives the items of a value, and that of a reference.
pub const BY_VALUE: &str = "__items";
pub const BY_REFERENCE: &str = "__items_by_reference";

/// The method beside such an `impl`, in a block of the type's own; none of an `impl` of another trait.
pub fn beside(block: &syn::ItemImpl) -> Option<Result<syn::ItemImpl>> {
    let (path, _) = block.trait_.as_ref()?;
    path.segments.last().filter(|last| last.ident == "IntoIterator")?;
    let function = block.items.iter().find_map(|item| match item {
        syn::ImplItem::Fn(f) if f.sig.ident == "into_iter" => Some(f),
        _ => None,
    })?;
    let item = block.items.iter().find_map(|item| match item {
        syn::ImplItem::Type(t) if t.ident == "Item" => Some(&t.ty),
        _ => None,
    })?;
    Some(method(block, function, item))
}

fn method(block: &syn::ItemImpl, function: &syn::ImplItemFn, item: &Type) -> Result<syn::ItemImpl> {
    let (of, lifetime) = match &*block.self_ty {
        Type::Reference(r) if r.mutability.is_some() => {
            return unsupported(
                r,
                "an `impl` of `IntoIterator` for an exclusive reference",
                "leave out `#[differentiable]`, and loop over the field in a method of the type, \
                 `for x in &mut self.items`",
            );
        }
        Type::Reference(r) => (&*r.elem, Some(r.lifetime.as_ref())),
        of => (of, None),
    };
    let generics = without(&block.generics, lifetime.flatten());
    let name = format_ident!(
        "{}",
        if lifetime.is_some() { BY_REFERENCE } else { BY_VALUE },
        span = function.sig.ident.span()
    );
    let receiver = match (lifetime, function.sig.receiver()) {
        (Some(_), _) => quote!(&self),
        (None, Some(r)) => quote!(#r),
        (None, None) => quote!(self),
    };
    let body = &function.block;
    let iterated: syn::ItemFn =
        parse_quote!(fn #name(#receiver) -> impl Iterator<Item = #item> #body);
    // The method itself gives the list, too, as it is called where the value is constant.
    let listed = crate::opaque::concrete(&iterated)?;
    let (sig, body, clause) = (&listed.sig, &listed.block, &generics.where_clause);
    Ok(parse_quote! {
        impl #generics #of #clause {
            #[doc(hidden)]
            #[allow(dead_code, private_interfaces, clippy::all, clippy::pedantic, reason = "generated")]
            pub #sig #body
        }
    })
}

/// The generic parameters without the lifetime of the reference.
fn without(generics: &Generics, lifetime: Option<&syn::Lifetime>) -> Generics {
    let is_other = |p: &&syn::GenericParam| !matches!(p, syn::GenericParam::Lifetime(l) if Some(&l.lifetime) == lifetime);
    Generics {
        params: generics.params.iter().filter(is_other).cloned().collect(),
        ..generics.clone()
    }
}
