//! What is kept of a struct with fields that are references: the others.

use super::{Subject, Variant};
use crate::model::ungrouped;
use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote};
use syn::{GenericParam, Generics, Type, WherePredicate, parse_quote};

/// The implementation of `Referring`, if the subject is a struct of references and of fields without lifetimes.
pub fn referring(subject: &Subject) -> Option<TokenStream> {
    let Subject { root, name, generics, .. } = subject;
    let [Variant { fields, path, .. }] = &subject.variants[..] else { return None };
    let (lent, owned): (Vec<_>, Vec<_>) = fields.iter().partition(|f| is_reference(&f.ty));
    let is_struct = path.to_string() == "Self";
    let owned_generics = without_lifetimes(subject)?;
    if !is_struct || lent.is_empty() || owned.iter().any(|f| has_lifetime(f.ty.to_token_stream())) {
        return None;
    }
    let rest = format_ident!("__RestOf{}", name);
    let mut generics = generics.clone();
    if generics.type_params().next().is_some() {
        let cloned = owned.iter().map(|f| &f.ty).map(|ty| parse_quote!(#ty: ::core::clone::Clone));
        generics.make_where_clause().predicates.extend::<Vec<WherePredicate>>(cloned.collect());
    }
    let (impl_generics, type_generics, clause) = generics.split_for_impl();
    let (_, rest_generics, rest_clause) = owned_generics.split_for_impl();
    let params = &owned_generics.params;
    let types: Vec<_> = owned.iter().map(|f| &f.ty).collect();
    let of_type: Vec<_> = owned_generics.type_params().map(|t| &t.ident).collect();
    let names: Vec<_> = (0..types.len()).map(|k| format_ident!("a{}", k)).collect();
    let (lent, owned): (Vec<_>, Vec<_>) =
        (lent.iter().map(|f| &f.member).collect(), owned.iter().map(|f| &f.member).collect());
    let count = lent.len();
    let says = format!("The fields of `{name}` that are no references.");
    Some(quote! {
        #[doc = #says]
        #[doc(hidden)]
        #[allow(private_bounds, private_interfaces)]
        pub struct #rest<#params>(#(#types,)* ::core::marker::PhantomData<fn() -> (#(#of_type,)*)>) #rest_clause;

        #[automatically_derived]
        #[allow(private_bounds, private_interfaces, clippy::all, clippy::pedantic)]
        impl #impl_generics ::core::clone::Clone for #rest #rest_generics #clause {
            fn clone(&self) -> Self {
                let Self(#(#names,)* _) = self;
                Self(#(::core::clone::Clone::clone(#names),)* ::core::marker::PhantomData)
            }
        }

        #[automatically_derived]
        #[allow(private_bounds, private_interfaces, clippy::all, clippy::pedantic)]
        impl #impl_generics #root::Referring for #name #type_generics #clause {
            type Rest = #rest #rest_generics;
            type Referents = [(usize, usize); #count];

            #[inline]
            fn referents(&self) -> Self::Referents {
                [#(#root::__private::referent(self.#lent)),*]
            }

            #[inline]
            fn rest(self) -> Self::Rest {
                #rest(#(self.#owned,)* ::core::marker::PhantomData)
            }

            #[inline]
            fn with_rest(self, rest: Self::Rest) -> Self {
                let #rest(#(#names,)* _) = rest;
                Self { #(#lent: self.#lent,)* #(#owned: #names,)* }
            }
        }
    })
}

/// Whether a type is a shared reference to what may be gone.
fn is_reference(ty: &Type) -> bool {
    match ungrouped(ty) {
        Type::Reference(r) => {
            let is_static = r.lifetime.as_ref().is_some_and(|l| l.ident == "static");
            r.mutability.is_none() && !is_static
        }
        _ => false,
    }
}

/// Whether a type mentions a lifetime.
fn has_lifetime(tokens: TokenStream) -> bool {
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let found = match &token {
            TokenTree::Group(g) => has_lifetime(g.stream()),
            TokenTree::Punct(p) if p.as_char() == '\'' => {
                !matches!(tokens.peek(), Some(TokenTree::Ident(name)) if name == "static")
            }
            _ => false,
        };
        if found {
            return true;
        }
    }
    false
}

/// The generics without the lifetimes, where no bound mentions one.
fn without_lifetimes(subject: &Subject) -> Option<Generics> {
    let mut owned = subject.generics.clone();
    let params = owned.params.iter().filter(|p| !matches!(p, GenericParam::Lifetime(_)));
    owned.params = params.cloned().collect();
    if let Some(clause) = &mut owned.where_clause {
        let of_itself = |p: &WherePredicate| match p {
            WherePredicate::Type(t) => {
                matches!(&t.bounded_ty, Type::Path(p) if p.path.segments[0].ident == subject.name)
            }
            _ => false,
        };
        clause.predicates = clause.predicates.iter().filter(|p| !of_itself(p)).cloned().collect();
    }
    let mentioned =
        owned.params.to_token_stream().into_iter().chain(owned.where_clause.to_token_stream());
    (!has_lifetime(mentioned.collect())).then_some(owned)
}
