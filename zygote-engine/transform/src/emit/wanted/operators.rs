//! The rules of the operators, sums and products that bounds promise: `S: Add<Output = S> + Mul<f64, Output = S>`.

use super::{arguments, referent};
use crate::emit::{TokenStream, private};
use crate::lower::{Bound, bound_of, is_operator};
use proc_macro2::Ident;
use quote::{ToTokens, quote};

/// An operator that a bound promises.
pub(super) struct Operator {
    name: Ident,
    left: syn::Type,
    right: Option<syn::Type>,
    output: Option<syn::Type>,
}

/// The operators that bounds promise of types that are not known to be numbers.
pub(super) fn promised(generics: &[&syn::Generics]) -> Vec<Operator> {
    let mut all = vec![];
    for g in generics {
        for t in g.type_params() {
            let name = &t.ident;
            all.extend(t.bounds.iter().filter_map(|b| of_bound(&syn::parse_quote!(#name), b)));
        }
        for clause in g.where_clause.iter().flat_map(|w| &w.predicates) {
            if let syn::WherePredicate::Type(t) = clause {
                all.extend(t.bounds.iter().filter_map(|b| of_bound(&t.bounded_ty, b)));
            }
        }
    }
    let is_number = |ty: &syn::Type| match ty {
        syn::Type::Path(p) => p
            .path
            .get_ident()
            .is_some_and(|name| matches!(bound_of(name, generics), Bound::Real | Bound::Number)),
        _ => false,
    };
    all.retain(|o: &Operator| !is_number(referent(&o.left)));
    let mut folds = vec![];
    all.retain(|o: &Operator| {
        // `Sum` and `Sum<&'a T>` are one.
        let is_fold = o.right.is_none() && o.name != "Neg";
        let key = (o.name.to_string(), referent(&o.left).to_token_stream().to_string());
        !is_fold
            || !folds.contains(&key) && {
                folds.push(key);
                true
            }
    });
    all
}

fn of_bound(left: &syn::Type, bound: &syn::TypeParamBound) -> Option<Operator> {
    let syn::TypeParamBound::Trait(t) = bound else { return None };
    let last = t.path.segments.last()?;
    let name = last.ident.clone();
    let folds = name == "Sum" || name == "Product";
    if !is_operator(&name) && !folds {
        return None;
    }
    let right = match name.to_string().as_str() {
        "Neg" | "Sum" | "Product" => None,
        _ => Some(arguments(&last.arguments).next().unwrap_or(left).clone()),
    };
    let given = match &last.arguments {
        syn::PathArguments::AngleBracketed(all) => all.args.iter().find_map(|arg| match arg {
            syn::GenericArgument::AssocType(of) if of.ident == "Output" => Some(of.ty.clone()),
            _ => None,
        }),
        _ => None,
    };
    let assigns = name.to_string().ends_with("Assign");
    let output = if assigns { Some(left.clone()) } else { given };
    Some(Operator { name, left: left.clone(), right, output })
}

impl Operator {
    /// That the operator has a rule, under this marker.
    pub(super) fn rule(&self, marker: &Ident) -> syn::WherePredicate {
        let (private, name) = (private(), &self.name);
        let (left, form) = (referent(&self.left), form_of(&self.left));
        let output = self.output.as_ref().map(|ty| quote!(, Output = #ty));
        if name == "Sum" {
            return syn::parse_quote!(#left: #private::Sums<#marker>);
        }
        if name == "Product" {
            return syn::parse_quote!(#left: #private::Multiplies<#marker>);
        }
        let Some(right) = &self.right else {
            return syn::parse_quote!(#left: #private::NegRule<#marker, #form #output>);
        };
        let (right, right_form) = (referent(right), form_of(right));
        let of = match name.to_string().as_str() {
            "Add" | "Sub" | "AddAssign" | "SubAssign" => quote!(SumRule),
            _ => quote!(ProductRule),
        };
        let forms = quote!((#form, #right_form));
        syn::parse_quote!(#left: #private::#of<#private::#name, #right, #marker, #forms #output>)
    }
}

fn form_of(ty: &syn::Type) -> TokenStream {
    let private = private();
    match ty {
        syn::Type::Reference(_) => quote!(#private::Borrowed),
        _ => quote!(#private::Owned),
    }
}
