//! The types of parameters that are functions.

use crate::ir::Signature;
use proc_macro2::Ident;

/// The types of a parameter that is a function: `impl Fn(X) -> Y`, a type parameter with such a bound,
/// `fn(X) -> Y`, and references to and boxes of those.
pub(super) fn function_of(ty: &syn::Type, generics: &[&syn::Generics]) -> Option<Signature> {
    match ty {
        syn::Type::Reference(r) => {
            let of = function_of(&r.elem, generics)?;
            Some(Signature { pointer: None, ..of })
        }
        syn::Type::Paren(p) => function_of(&p.elem, generics),
        syn::Type::ImplTrait(t) => t.bounds.iter().find_map(|b| signature(b, None)),
        syn::Type::TraitObject(t) => t.bounds.iter().find_map(|b| signature(b, None)),
        syn::Type::FnPtr(f) => Some(Signature {
            kind: Ident::new("Fn", f.fn_token.span),
            inputs: f.inputs.iter().map(|a| a.ty.clone()).collect(),
            output: output(&f.output),
            generic: None,
            pointer: Some(ty.clone()),
        }),
        syn::Type::Path(p) => {
            let last = p.path.segments.last()?;
            if let Some(name) = p.path.get_ident() {
                let all = generics.iter().flat_map(|g| super::generics::bounds(name, g));
                return all.into_iter().find_map(|b| signature(b, Some(name)));
            }
            let syn::PathArguments::AngleBracketed(args) = &last.arguments else { return None };
            match (last.ident == "Box", args.args.first()) {
                (true, Some(syn::GenericArgument::Type(t @ syn::Type::TraitObject(_)))) => {
                    function_of(t, generics)
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// A function behind a pointer that is a part of a type, `[Box<dyn Fn(X) -> Y>]`.
pub(super) fn function_inside(ty: &syn::Type) -> Option<&syn::TypeTraitObject> {
    struct Find<'a>(Option<&'a syn::TypeTraitObject>);
    impl<'a> syn::visit::Visit<'a> for Find<'a> {
        fn visit_type_trait_object(&mut self, t: &'a syn::TypeTraitObject) {
            if t.bounds.iter().any(|b| signature(b, None).is_some()) {
                self.0 = Some(t);
            }
        }
    }
    let mut find = Find(None);
    syn::visit::Visit::visit_type(&mut find, ty);
    find.0
}

fn signature(bound: &syn::TypeParamBound, generic: Option<&Ident>) -> Option<Signature> {
    let syn::TypeParamBound::Trait(t) = bound else { return None };
    let last = t.path.segments.last()?;
    let syn::PathArguments::Parenthesized(types) = &last.arguments else { return None };
    Some(Signature {
        kind: last.ident.clone(),
        inputs: types.inputs.iter().map(|a| syn::parse_quote!(#a)).collect(),
        output: output(&types.output),
        generic: generic.cloned(),
        pointer: None,
    })
}

fn output(ty: &syn::ReturnType) -> syn::Type {
    match ty {
        syn::ReturnType::Default => syn::parse_quote!(()),
        syn::ReturnType::Type(_, t) => (**t).clone(),
    }
}
