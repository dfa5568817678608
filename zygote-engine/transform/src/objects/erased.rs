//! Type parameters that may be trait objects: `S: Trait + ?Sized` behind a reference.

use super::bare;
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use std::collections::HashMap;
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{Stmt, Type, parse_quote_spanned};

/// The function with `dyn Trait` for each type parameter with a bound `Trait + ?Sized` that stands
/// behind references alone.
pub fn erased(item: &syn::ItemFn) -> syn::ItemFn {
    let mut item = item.clone();
    let mut objects: HashMap<String, Type> = HashMap::new();
    let mut checks = vec![];
    let generics = &item.sig.generics;
    for param in generics.type_params() {
        let (mut bounds, mut is_unsized, mut others) = (vec![], false, false);
        for bound in crate::lower::bounds(&param.ident, generics) {
            match bound {
                syn::TypeParamBound::Trait(t) if t.path.is_ident("Sized") => is_unsized = true,
                syn::TypeParamBound::Trait(t) => bounds.push(t),
                syn::TypeParamBound::Lifetime(l) if l.ident == "static" => {}
                _ => others = true,
            }
        }
        let [bound] = &bounds[..] else { continue };
        let behind = item.sig.inputs.iter().all(|input| match input {
            syn::FnArg::Typed(p) => is_behind(&p.ty, &param.ident),
            syn::FnArg::Receiver(_) => true,
        });
        let returned = mentions(&item.sig.output, &param.ident);
        if is_unsized && behind && !returned && !others {
            // The compiler checks that the trait is one of objects.
            if bound.path.segments.iter().all(|s| s.arguments.is_none()) {
                let check = quote_spanned! {bound.span()=>
                    const _: fn() = ::zygote_engine::__private::of_objects::<dyn #bound>;
                };
                checks.push(Stmt::Item(syn::Item::Verbatim(check)));
            }
            let object = parse_quote_spanned!(bound.span()=> (dyn #bound + 'static));
            objects.insert(param.ident.to_string(), object);
        }
    }
    if objects.is_empty() {
        return item;
    }
    let of = |p: &syn::GenericParam| match p {
        syn::GenericParam::Type(t) => objects.contains_key(&t.ident.to_string()),
        _ => false,
    };
    let generics = &mut item.sig.generics;
    generics.params = generics.params.iter().filter(|p| !of(p)).cloned().collect();
    if let Some(clause) = &mut generics.where_clause {
        let bounded = |p: &syn::WherePredicate| match p {
            syn::WherePredicate::Type(t) => match &t.bounded_ty {
                Type::Path(p) => p.path.get_ident().map(Ident::to_string),
                _ => None,
            },
            _ => None,
        };
        let left = clause.predicates.iter();
        let left = left.filter(|p| bounded(p).is_none_or(|name| !objects.contains_key(&name)));
        clause.predicates = left.cloned().collect();
    }
    Erase { objects }.visit_item_fn_mut(&mut item);
    item.block.stmts.splice(0..0, checks);
    item
}

/// Whether a type has the parameter only right behind a reference.
fn is_behind(ty: &Type, name: &Ident) -> bool {
    match ty {
        Type::Reference(r) => match bare(&r.elem) {
            Type::Path(p) if p.path.is_ident(name) => true,
            other => !mentions(other, name),
        },
        other => !mentions(other, name),
    }
}

fn mentions(tokens: &impl ToTokens, name: &Ident) -> bool {
    fn inside(tokens: TokenStream, name: &Ident) -> bool {
        tokens.into_iter().any(|t| match t {
            TokenTree::Ident(i) => i == *name,
            TokenTree::Group(g) => inside(g.stream(), name),
            _ => false,
        })
    }
    inside(tokens.to_token_stream(), name)
}

struct Erase {
    objects: HashMap<String, Type>,
}

impl VisitMut for Erase {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        if let Type::Path(p) = &*ty
            && let Some(name) = p.path.get_ident()
            && let Some(object) = self.objects.get(&name.to_string())
        {
            *ty = object.clone();
            return;
        }
        visit_mut::visit_type_mut(self, ty);
    }
}
