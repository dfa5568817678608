//! The places of cotangents.

use super::{Access, Emit, TokenStream, activity_type, private};
use crate::ir::{Place, Proj, Pull, Ty, VarId, VarKind};
use proc_macro2::Ident;
use quote::ToTokens;

/// What is done only if a cotangent is wanted.
pub(super) type Guard = Box<dyn Fn(TokenStream) -> TokenStream>;

impl Emit<'_> {
    /// The parameter whose shadow this is.
    pub(super) fn parameter(&self, cotangent: VarId) -> Option<(usize, VarId)> {
        let VarKind::Cotangent(of) = self.func.var(cotangent).kind else { return None };
        let k = self.func.params.iter().position(|p| p.var == of)?;
        let lent = self.adjoint.cotangents.get(&of) == Some(&cotangent);
        let by_ref = self.func.var(of).kind != VarKind::Value;
        (lent && by_ref).then_some((k, of))
    }

    /// The parameter by shared reference whose optional shadow this is.
    pub(super) fn shared_parameter(&self, cotangent: VarId) -> Option<usize> {
        let (k, of) = self.parameter(cotangent)?;
        (self.func.var(of).kind == VarKind::Shared).then_some(k)
    }

    /// The place of a whole cotangent, and what is done only if it is wanted.
    pub(super) fn whole_shadow(&self, root: VarId) -> (TokenStream, Guard) {
        let (_, guard) = self.shadow(&Place::var(root));
        (self.name(root).to_token_stream(), guard)
    }

    /// The place of a cotangent, and what is done only if it is wanted.
    pub(super) fn shadow(&self, place: &Place) -> (TokenStream, Guard) {
        self.shadow_for(place, false)
    }

    pub(super) fn shadow_for(&self, place: &Place, added_to: bool) -> (TokenStream, Guard) {
        let private = private();
        if let Some((element, guard)) = self.replaced(place, added_to) {
            return (element, Box::new(move |inner| super::window::guarded(guard.as_ref(), inner)));
        }
        let d = self.name(place.root);
        let refers = self.parameter(place.root).is_some() || self.is_argument(place.root);
        let root = if refers { referent(&d, place) } else { quote!(#d) };
        let access = if added_to { Access::Added } else { Access::Cotangent };
        let varies = if added_to { self.varies(&root, &place.path, access) } else { None };
        let where_varied = move |inner: TokenStream| match &varies {
            Some(varies) => quote!(if #varies { #inner }),
            None => inner,
        };
        let target = self.path(root, &place.path, access);
        let whole = place.path.is_empty() && refers;
        let target = if whole { quote!(*#target) } else { target };
        match self.parameter(place.root) {
            Some((k, of)) if self.func.var(of).kind == VarKind::Shared => {
                let act = activity_type(k);
                let guard = move |inner: TokenStream| {
                    let inner = where_varied(inner);
                    quote! {
                        if let ::core::option::Option::Some(#d) = <#act as #private::Activity>::get(&mut #d) {
                            #inner
                        }
                    }
                };
                (target, Box::new(guard))
            }
            _ => match self.is_there(place.root) {
                Some(is_there) => {
                    let guard = move |inner: TokenStream| {
                        let inner = where_varied(inner);
                        quote!(if #is_there { #inner })
                    };
                    (target, Box::new(guard))
                }
                None => (target, Box::new(where_varied)),
            },
        }
    }

    /// The shadow of a part, as it is handed to a pullback.
    pub(super) fn lent_shadow(&self, pull: &Pull, place: &Place, n: usize) -> TokenStream {
        let to_function = pull.function.is_some();
        let of_text = |lent| self.of_text(&pull.args[n], pull.args.len() == 1, place, lent);
        let private = private();
        let d = self.name(place.root);
        match self.parameter(place.root) {
            Some((k, of)) if self.func.var(of).kind == VarKind::Shared => {
                let act = activity_type(k);
                if self.is_handed_on(&place.of(of)) && !to_function {
                    if place.path.is_empty() && self.func.var(of).ty == Ty::Unknown {
                        // It may be of a type that dereferences to the one that is taken.
                        return quote!(#private::reborrow::<#act, _, _>(&mut #d));
                    }
                    if place.path.is_empty() {
                        return quote!(<#act as #private::Activity>::reborrow(&mut #d));
                    }
                    let whole = referent(&generated!("__whole"), place);
                    let part = self.path(whole, &place.path, Access::LentAs(n));
                    return quote!(<#act as #private::Activity>::part(&mut #d, |__whole| &mut #part));
                }
                // The place itself, so that `&mut Vec<T>` becomes `&mut [T]` where that is taken.
                let part = match &place.path[..] {
                    [] => quote!(&mut *__whole),
                    path => {
                        let whole = referent(&generated!("__whole"), place);
                        let part = self.path(whole, path, Access::LentAs(n));
                        quote!(&mut #part)
                    }
                };
                let part = of_text(part);
                if !to_function && self.is_lent_by_activity(&pull.args[n]) {
                    return quote!(match <#act as #private::Activity>::get(&mut #d) {
                        ::core::option::Option::Some(__whole) => {
                            <#act as #private::Activity>::lend(#part)
                        }
                        ::core::option::Option::None => <#act as #private::Activity>::unwanted(),
                    });
                }
                let mut primal = self.shared(&place.of(of));
                if crate::adjoint::may_refer(self.func, place) {
                    primal = quote!(#private::copied(#primal).referent());
                }
                let slot = generated!("__unwanted_{}", n);
                quote!(match <#act as #private::Activity>::get(&mut #d) {
                    ::core::option::Option::Some(__whole) => #part,
                    ::core::option::Option::None => #private::unwanted(#primal, &mut #slot),
                })
            }
            Some(_) if place.path.is_empty() => quote!(&mut *#d),
            None if place.path.is_empty() && self.is_argument(place.root) => {
                of_text(quote!(&mut *#d))
            }
            of => {
                let refers = of.is_some() || self.is_argument(place.root);
                let root = if refers { referent(&d, place) } else { quote!(#d) };
                let part = self.path(root, &place.path, Access::LentAs(n));
                of_text(quote!(&mut #part))
            }
        }
    }
}

/// What a reference refers to, where a pattern or a function finds the part in that.
fn referent(name: &Ident, place: &Place) -> TokenStream {
    match place.path.first() {
        Some(Proj::Variant(..) | Proj::FromEnd(_) | Proj::Payload) => quote!((*#name)),
        _ => quote!(#name),
    }
}
