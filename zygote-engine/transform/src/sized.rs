//! Bounds `F: Family + ?Sized` of traits that have no derivatives behind `dyn`: in a derivative the type is a sized
//! one. Which traits these are the macro remembers, in the order of the source.

use crate::lower::bounds;
use std::collections::BTreeMap;
use syn::TypeParamBound;
use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};

type Bounds = Punctuated<TypeParamBound, syn::Token![+]>;

/// The traits of a crate by name, and whether none of a name has the attribute with `dyn`.
#[derive(Clone, Debug, Default)]
pub struct Sizes(BTreeMap<String, bool>);

impl Sizes {
    /// None.
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Adds a trait.
    pub fn add(&mut self, item: &syn::ItemTrait, dynamic: bool) {
        *self.0.entry(item.ident.to_string()).or_insert(true) &= !dynamic;
    }

    /// The visitor that leaves such a `?Sized` out.
    pub fn only(&self) -> impl VisitMut {
        OnlySized(self)
    }

    fn is_sized(&self, bound: &TypeParamBound) -> bool {
        match bound {
            TypeParamBound::Trait(t) => {
                let last = t.path.segments.last();
                last.is_some_and(|s| self.0.get(&s.ident.to_string()) == Some(&true))
            }
            _ => false,
        }
    }
}

/// The bounds without that of any size.
fn sized(bounds: &mut Bounds) {
    let any = |bound: &TypeParamBound| matches!(bound, TypeParamBound::Trait(t) if t.path.is_ident("Sized"));
    *bounds = bounds.iter().filter(|bound| !any(bound)).cloned().collect();
}

struct OnlySized<'a>(&'a Sizes);

impl VisitMut for OnlySized<'_> {
    fn visit_generics_mut(&mut self, generics: &mut syn::Generics) {
        let names = generics.type_params().map(|t| &t.ident);
        let names = names.filter(|name| bounds(name, generics).any(|bound| self.0.is_sized(bound)));
        let names: Vec<_> = names.cloned().collect();
        for t in generics.type_params_mut().filter(|t| names.contains(&t.ident)) {
            sized(&mut t.bounds);
        }
        let clause = generics.where_clause.iter_mut();
        for predicate in clause.flat_map(|w| &mut w.predicates) {
            if let syn::WherePredicate::Type(t) = predicate
                && let syn::Type::Path(p) = &t.bounded_ty
                && names.iter().any(|name| p.path.is_ident(name))
            {
                sized(&mut t.bounds);
            }
        }
        visit_mut::visit_generics_mut(self, generics);
    }

    fn visit_type_impl_trait_mut(&mut self, t: &mut syn::TypeImplTrait) {
        if t.bounds.iter().any(|bound| self.0.is_sized(bound)) {
            sized(&mut t.bounds);
        }
        visit_mut::visit_type_impl_trait_mut(self, t);
    }
}
