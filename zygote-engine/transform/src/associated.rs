//! Associated types: what stands beside an `impl` has no `Self::Name`, and generic functions know of an
//! associated type what the trait says.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};

/// The function with the type that the block says in place of each `Self::Name`.
pub fn named(block: &syn::ItemImpl, mut function: syn::ItemFn) -> syn::ItemFn {
    visit_mut::visit_item_fn_mut(&mut Names { block }, &mut function);
    function
}

/// The type that a block says for one of its names.
pub fn of<'a>(block: &'a syn::ItemImpl, name: &Ident) -> Option<&'a syn::Type> {
    block.items.iter().find_map(|item| match item {
        syn::ImplItem::Type(t) if t.ident == *name && t.generics.params.is_empty() => Some(&t.ty),
        _ => None,
    })
}

struct Names<'a> {
    block: &'a syn::ItemImpl,
}

impl Names<'_> {
    /// The type of the first two segments of a path.
    fn of(&self, path: &syn::Path) -> Option<syn::Type> {
        let mut segments = path.segments.iter();
        let (own, name) = (segments.next()?, segments.next()?);
        let mut ty = of(self.block, &name.ident).filter(|_| own.ident == "Self")?.clone();
        Self { block: self.block }.visit_type_mut(&mut ty);
        Some(ty)
    }
}

impl VisitMut for Names<'_> {
    fn visit_type_mut(&mut self, ty: &mut syn::Type) {
        if let syn::Type::Path(p) = ty
            && p.qself.is_none()
            && p.path.segments.len() == 2
            && let Some(named) = self.of(&p.path)
        {
            *ty = named;
            return;
        }
        visit_mut::visit_type_mut(self, ty);
    }

    fn visit_expr_path_mut(&mut self, e: &mut syn::ExprPath) {
        if e.qself.is_none()
            && e.path.segments.len() > 2
            && let Some(ty) = self.of(&e.path)
        {
            let rest = e.path.segments.iter().skip(2).map(ToTokens::to_token_stream);
            *e = syn::parse_quote!(<#ty>::#(#rest)::*);
        }
        visit_mut::visit_expr_path_mut(self, e);
    }

    fn visit_expr_struct_mut(&mut self, e: &mut syn::ExprStruct) {
        if let Some(syn::Type::Path(p)) = self.of(&e.path) {
            e.path = p.path;
            e.path.segments.iter_mut().for_each(|s| s.arguments = syn::PathArguments::None);
        }
        visit_mut::visit_expr_struct_mut(self, e);
    }
}

/// The trait without the bound of all its types to name their tangents: generic functions ask that themselves,
/// and would find two.
pub fn without_own_tangent(item: &mut syn::ItemTrait) {
    let bounds = std::mem::take(&mut item.supertraits).into_iter();
    let named = |bound: &syn::TypeParamBound| {
        matches!(bound, syn::TypeParamBound::Trait(t)
            if t.path.segments.last().is_some_and(|s| s.ident == "HasTangent"))
    };
    item.supertraits = bounds.filter(|bound| !named(bound)).collect();
    if item.supertraits.is_empty() {
        item.colon_token = None;
    }
}

/// Says of the associated types of a trait, whose values its functions take or give, that they name their
/// tangents. `#[unnamed] type T;` leaves it out.
pub fn with_tangents(item: &mut syn::ItemTrait) {
    let signatures: Vec<_> = item
        .items
        .iter()
        .filter_map(|member| match member {
            syn::TraitItem::Fn(f) => Some(f.sig.clone()),
            _ => None,
        })
        .collect();
    for member in &mut item.items {
        let syn::TraitItem::Type(t) = member else { continue };
        let before = t.attrs.len();
        t.attrs.retain(|a| !a.path().is_ident("unnamed"));
        let unnamed = t.attrs.len() < before;
        let is_value = signatures.iter().any(|sig| has_value(sig, &t.ident));
        if !unnamed && t.generics.params.is_empty() && is_value {
            t.colon_token.get_or_insert_default();
            t.bounds.push(syn::parse_quote!(::zygote_engine::__private::HasTangent));
        }
    }
}

/// Whether a function takes or gives a value of an associated type; the payload of an error is constant.
fn has_value(sig: &syn::Signature, name: &Ident) -> bool {
    let is_constant = |p: &syn::PatType| p.attrs.iter().any(|a| a.path().is_ident("constant"));
    let inputs = sig.inputs.iter().filter_map(|input| match input {
        syn::FnArg::Typed(p) if !is_constant(p) => Some(&*p.ty),
        _ => None,
    });
    let output = match &sig.output {
        syn::ReturnType::Type(_, ty) => Some(&**ty),
        syn::ReturnType::Default => None,
    };
    let mut find = Find { name, found: false };
    inputs.chain(output).for_each(|ty| find.visit_type(ty));
    find.found
}

struct Find<'a> {
    name: &'a Ident,
    found: bool,
}

impl Visit<'_> for Find<'_> {
    fn visit_path(&mut self, path: &syn::Path) {
        let mut segments = path.segments.iter().map(|s| &s.ident);
        self.found |=
            segments.next().is_some_and(|s| s == "Self") && segments.next() == Some(self.name);
        let of_result = path.segments.last().filter(|s| s.ident == "Result");
        match of_result.map(|s| &s.arguments) {
            Some(syn::PathArguments::AngleBracketed(args)) => {
                args.args.iter().take(1).for_each(|a| self.visit_generic_argument(a));
            }
            _ => visit::visit_path(self, path),
        }
    }
}
