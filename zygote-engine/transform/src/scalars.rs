//! Traits of a program's own for real numbers, `trait Scalar: Real`. A bound by one does not show that, so that the
//! macro remembers it of the traits before, in the order of the source.

use crate::lower::{bounds, promise_numbers};
use std::collections::BTreeMap;
use syn::parse_quote;

/// The traits of a crate by name, and whether all of a name have a supertrait of numbers.
#[derive(Clone, Debug, Default)]
pub struct Scalars(BTreeMap<String, bool>);

impl Scalars {
    /// None.
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Adds a trait.
    pub fn add(&mut self, item: &syn::ItemTrait) {
        let is_scalar = promise_numbers(&item.supertraits)
            || item.supertraits.iter().any(|bound| self.promised_by(bound));
        *self.0.entry(item.ident.to_string()).or_insert(true) &= is_scalar;
    }

    fn promised_by(&self, bound: &syn::TypeParamBound) -> bool {
        let syn::TypeParamBound::Trait(t) = bound else { return false };
        let last = t.path.segments.last();
        last.is_some_and(|s| self.0.get(&s.ident.to_string()) == Some(&true))
    }

    /// Says of the type parameters with such a bound that they are real scalars, for a derivative.
    pub fn bound(&self, generics: &mut syn::Generics) {
        let names = generics.type_params().map(|t| &t.ident);
        let names = names.filter(|name| bounds(name, generics).any(|b| self.promised_by(b)));
        let clauses: Vec<_> = names.map(real_scalar).collect();
        if !clauses.is_empty() {
            generics.make_where_clause().predicates.extend(clauses);
        }
    }

    /// Says of a trait with such a supertrait that its types have the rules of numbers, as of one of numbers.
    pub fn with_rules(&self, item: &mut syn::ItemTrait) {
        if item.supertraits.iter().any(|bound| self.promised_by(bound)) {
            item.supertraits.push(parse_quote!(::chainrules::real::RealRules));
        }
    }
}

/// Whether a trait, with the rules that it promises, is one of numbers.
pub fn is_of_scalars(item: &syn::ItemTrait) -> bool {
    item.supertraits.iter().any(|bound| match bound {
        syn::TypeParamBound::Trait(t) => {
            t.path.segments.last().is_some_and(|s| s.ident == "RealRules")
        }
        _ => false,
    })
}

/// That a type is a real scalar.
pub fn real_scalar(name: &proc_macro2::Ident) -> syn::WherePredicate {
    parse_quote!(#name: ::chainrules::real::RealScalar)
}
