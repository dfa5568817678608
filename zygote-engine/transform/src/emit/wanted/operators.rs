//! The rules of the operators, sums and products that bounds promise: `S: Add<Output = S> + Mul<f64, Output = S>`.

use super::{arguments, referent};
use crate::emit::{TokenStream, private, span};
use crate::lower::{Bound, bound_of, bounds, is_operator, may_promise_rules, promise_numbers};
use proc_macro2::Ident;
use quote::ToTokens;

type Bounds = syn::punctuated::Punctuated<syn::TypeParamBound, syn::Token![+]>;

/// An operator that a bound promises.
pub(super) struct Operator {
    name: Ident,
    left: syn::Type,
    right: Option<syn::Type>,
    output: Option<syn::Type>,
}

/// The operators that bounds promise, but for those of numbers among each other.
pub(super) fn promised(generics: &[&syn::Generics]) -> Vec<Operator> {
    let mut all = vec![];
    for g in generics {
        for t in g.type_params() {
            let name = &t.ident;
            let ty = parse_quote!(#name);
            all.extend(t.bounds.iter().flat_map(|b| of_bound(&ty, b)));
        }
        for clause in g.where_clause.iter().flat_map(|w| &w.predicates) {
            if let syn::WherePredicate::Type(t) = clause {
                all.extend(t.bounds.iter().flat_map(|b| of_bound(&t.bounded_ty, b)));
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
    all.retain(|o: &Operator| !(is_number(referent(&o.left)) && o.is_of_one_type()));
    once(all)
}

/// The rules that the bounds of a type promise, such as the supertraits of a trait of `Self`, as bounds.
pub(super) fn rules_of(ty: &syn::Type, bounds: &Bounds) -> Vec<syn::TypeParamBound> {
    let numbers = promise_numbers(bounds);
    let all = bounds.iter().flat_map(|b| of_bound(ty, b));
    let all = all.filter(|o| !(numbers && o.is_of_one_type())).collect();
    let rules =
        once(all).into_iter().filter_map(|o| Some([o.names(), o.bound(&o.marker()?)])).flatten();
    let methods = numbers.then(|| quote!(::chainrules::real::RealRules));
    methods.into_iter().chain(rules).map(|bound| parse_quote!(#bound)).collect()
}

/// Each operator once, whatever promises it.
fn once(all: Vec<Operator>) -> Vec<Operator> {
    let mut seen = vec![];
    let mut fresh = |o: &Operator| {
        // `Sum` and `Sum<&'a T>` are one.
        let left = if o.is_fold() { referent(&o.left) } else { &o.left };
        let form =
            o.right.as_ref().map(|right| (text(referent(right)), form_of(right).to_string()));
        let key = (o.name.to_string(), text(referent(left)), form_of(left).to_string(), form);
        !seen.contains(&key) && {
            seen.push(key);
            true
        }
    };
    all.into_iter().filter(|o| fresh(o)).collect()
}

fn text(ty: &syn::Type) -> String {
    ty.to_token_stream().to_string()
}

fn of_bound(left: &syn::Type, bound: &syn::TypeParamBound) -> Option<Operator> {
    let syn::TypeParamBound::Trait(t) = bound else { return None };
    let last = t.path.segments.last()?;
    // The numbers that are neutral promise the operator of which they are.
    let neutral = [("Zero", "Add"), ("One", "Mul")];
    if let Some((_, name)) = neutral.iter().find(|(name, _)| last.ident == name) {
        let (name, ty) = (Ident::new(name, last.ident.span()), || left.clone());
        return Some(Operator { name, left: ty(), right: Some(ty()), output: Some(ty()) });
    }
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
        let (left, rule) = (referent(&self.left), self.bound(&marker.to_token_stream()));
        parse_quote!(#left: #rule)
    }

    /// That the operator has a rule, the marker of which its left operand names.
    pub(super) fn named(&self) -> Vec<syn::WherePredicate> {
        let Some(marker) = self.marker() else { return vec![] };
        let (left, names, rule) = (referent(&self.left), self.names(), self.bound(&marker));
        vec![parse_quote!(#left: #names), parse_quote!(#left: #rule)]
    }

    /// The marker that the left operand names; a sum of items has none.
    pub(super) fn marker(&self) -> Option<TokenStream> {
        let (left, names) = (referent(&self.left), self.names());
        (!self.is_fold()).then(|| quote!(<#left as #names>::Marker))
    }

    /// Whether the rule is that which the left operand names: its bounds may promise the operator once more, as
    /// a trait of the program's own is not seen, and an associated type has what its trait says; a type that
    /// names its tangent names this, too.
    pub(super) fn is_named(&self, generics: &[&syn::Generics]) -> bool {
        let syn::Type::Path(p) = referent(&self.left) else { return false };
        if self.is_fold() {
            return false;
        }
        let Some(name) = p.path.get_ident() else {
            let first = p.path.segments.first();
            let is_param = |s: &syn::PathSegment| {
                s.ident == "Self"
                    || generics.iter().any(|g| g.type_params().any(|t| t.ident == s.ident))
            };
            return p.qself.is_some() || first.is_some_and(is_param);
        };
        super::names_its_tangent(name, generics)
            || generics.iter().flat_map(|g| bounds(name, g)).any(may_promise_rules)
    }

    fn names(&self) -> TokenStream {
        let _around = span::belongs_to(Some(self.name.span()));
        let (private, name) = (private(), &self.name);
        let (left, form) = (referent(&self.left), form_of(&self.left));
        match &self.right {
            None => quote!(::chainrules::operator::NamesOperator<#private::#name, #left, #form>),
            Some(right) => {
                let (right, right_form) = (referent(right), form_of(right));
                quote!(::chainrules::operator::NamesOperator<#private::#name, #right, (#form, #right_form)>)
            }
        }
    }

    fn is_fold(&self) -> bool {
        self.right.is_none() && self.name != "Neg"
    }

    /// Whether both operands have one type.
    fn is_of_one_type(&self) -> bool {
        let right = self.right.as_ref().unwrap_or(&self.left);
        text(referent(right)) == text(referent(&self.left))
    }

    /// The trait of the rule.
    fn bound(&self, marker: &TokenStream) -> TokenStream {
        let _around = span::belongs_to(Some(self.name.span()));
        let (private, name) = (private(), &self.name);
        let form = form_of(&self.left);
        let output = self.output.as_ref().map(|ty| quote!(, Output = #ty));
        if name == "Sum" {
            return quote!(#private::Sums<#marker>);
        }
        if name == "Product" {
            return quote!(#private::Multiplies<#marker>);
        }
        let Some(right) = &self.right else {
            return quote!(#private::NegRule<#marker, #form #output>);
        };
        let (right, right_form) = (referent(right), form_of(right));
        let of = match name.to_string().as_str() {
            "Add" | "Sub" | "AddAssign" | "SubAssign" => quote!(SumRule),
            _ => quote!(ProductRule),
        };
        quote!(#private::#of<#private::#name, #right, #marker, (#form, #right_form) #output>)
    }
}

fn form_of(ty: &syn::Type) -> TokenStream {
    let private = private();
    match ty {
        syn::Type::Reference(_) => quote!(#private::Borrowed),
        _ => quote!(#private::Owned),
    }
}
