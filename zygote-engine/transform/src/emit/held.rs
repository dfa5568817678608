//! What varies in fields that are `#[constant]` and whose type is a type parameter without a bound: their
//! cotangent has a copy of the value, and no zero, so that real numbers in them are refused.

use super::carried::at_member;
use super::{Emit, TokenStream, private};
use crate::ir::{Construct, Operand, Place, Proj, Region, RegionId, Stmt, Ty, is_option_or_result};
use proc_macro2::{Ident, Span};
use quote::{format_ident, quote_spanned};
use std::collections::{BTreeMap, BTreeSet};
use syn::ext::IdentExt;

/// A field that something is written to, and where the user wrote that.
pub(super) struct Written {
    whole: Place,
    part: Place,
    /// Whether it is lent to a call, which changes nothing behind a shared reference.
    lent: bool,
    at: Span,
}

impl Emit<'_> {
    /// The fields that something that varies is written to, by the regions at whose ends their places are known.
    pub(super) fn fields_written(&self) -> BTreeMap<RegionId, Vec<Written>> {
        let mut found: BTreeMap<RegionId, Vec<Written>> = BTreeMap::new();
        for stmt in self.regions.values().flat_map(|region| &region.stmts) {
            let lent = matches!(stmt, Stmt::Let(..));
            for (place, _) in self.written(stmt) {
                let at = self.written_at(stmt).unwrap_or(self.name(place.root).span());
                for k in 0..place.path.len() {
                    let until =
                        |k: usize| Place { path: place.path[..k].to_vec(), ..place.clone() };
                    let (whole, part) = (until(k), until(k + 1));
                    let may_be_constant = match &place.path[k] {
                        Proj::Field(_) => true,
                        Proj::Variant(path, _) => !is_option_or_result(path),
                        _ => false,
                    };
                    if may_be_constant && *self.func.ty(&whole).peeled() == Ty::Unknown {
                        let known_in = self.known_in(&part);
                        found.entry(known_in).or_default().push(Written { whole, part, lent, at });
                    }
                }
            }
        }
        found
    }

    /// The innermost region in which one of the variables of a place is made.
    fn known_in(&self, place: &Place) -> RegionId {
        let indices = place.indices().into_iter().filter_map(Operand::place);
        let homes = indices.map(|index| self.known_in(index));
        homes
            .fold(self.func.var(place.root).home, |a, b| if self.func.within(a, b) { a } else { b })
    }

    /// The checks of the fields that are written, at the end of a region: there the types are known, and a closure
    /// of the derivative captures no more than what it writes.
    pub(super) fn held_by_fields(&self, region: &Region) -> TokenStream {
        if self.reverse {
            return quote!();
        }
        let private = private();
        let mut seen = BTreeSet::new();
        let written = self.written.get_or_init(|| self.fields_written());
        let checks = written.get(&region.id).into_iter().flatten().filter_map(|w| {
            let (member, variant) = match w.part.path.last()? {
                Proj::Variant(path, member) => (member, path.segments.last()),
                Proj::Field(member) => (member, None),
                _ => return None,
            };
            let variant = variant.map(|segment| &segment.ident);
            let (whole, part) = (self.shared(&w.whole), self.shared(&w.part));
            if !seen.insert(part.to_string()) {
                return None;
            }
            let made = quote!(__holder.never_made());
            let mut kind = quote!((&#private::Part(__part.never_made())).kind());
            if w.lent {
                kind = quote!(#private::copied(__part.never_made()).kind(#kind));
            }
            let holds = holds(&made, &kind, variant, member, w.at);
            // What is never reached borrows nothing. It is a statement: the region may have ended before.
            Some(quote! { {
                let (__holder, __part) = (#private::Holder::new(), #private::Holder::new());
                loop {
                    break;
                    __holder.is(#whole);
                    __part.is(#part);
                }
                if #private::is_run() { #holds }
            };})
        });
        checks.collect()
    }

    /// The checks of the parts that vary, which are no single numbers: a single number in a field without
    /// cotangent panics.
    pub(super) fn reals_held(&self, c: &Construct) -> TokenStream {
        if self.reverse || is_option_or_result(&c.path) {
            return quote!();
        }
        let varies = |a: &Operand| {
            let root = a.place().map(|p| self.func.root(p));
            root.is_some_and(|root| {
                self.activity.varied[root.0] && !self.func.holding.contains(&root)
            }) && self.operand_ty(a) != Ty::Real
        };
        let (path, whole) = (&c.path, quote!(__made));
        let variant = path.segments.last().map(|s| &s.ident);
        let held = c.parts.iter().filter(|(_, a)| varies(a)).enumerate();
        let (parts, checks): (Vec<_>, Vec<_>) = held
            .map(|(k, (member, part))| {
                let name = format_ident!("__part_{}", k);
                let (fields, kind) = self.kind_of_part(part, &name);
                let check = holds(&whole, &kind, variant, member, at_member(c, member));
                (quote!(#member: #name,), quote!({ #fields #check }))
            })
            .unzip();
        if checks.is_empty() {
            return quote!();
        }
        quote! {
            #[allow(unreachable_patterns)]
            match __made {
                #path { #(#parts)* .. } => { #(#checks)* }
                _ => {}
            }
        }
    }
}

impl Emit<'_> {
    /// What the compiler finds of a part: whether it has real numbers, which vary with some parameters and are not
    /// behind a field that is a reference; and what names those fields.
    fn kind_of_part(&self, part: &Operand, name: &Ident) -> (TokenStream, TokenStream) {
        let private = private();
        let mut kind = quote!((&#private::Part(#name)).kind());
        let Some(place) = part.place() else { return (quote!(), kind) };
        let sources = self.activity.sources.get(self.func.root(place).0).and_then(Option::as_ref);
        if let Some(act) = sources.and_then(super::varies::activity_of) {
            kind = quote!(#private::VariesWith::<#act, _>::of(#kind));
        }
        let mut whole = place.clone();
        if let Some(field) = self.adjoint.copied.get(&place.root) {
            whole = field.clone();
            whole.path.extend(place.path.iter().cloned());
        }
        let mut fields = quote!();
        for k in 0..whole.path.len() {
            let field = Place { path: whole.path[..=k].to_vec(), ..whole.clone() };
            if !crate::adjoint::may_refer(self.func, &field) {
                continue;
            }
            let (held, field) = (format_ident!("__field_{}", k), self.shared(&field));
            fields.extend(quote! {
                let #held = #private::Holder::new();
                // What is never reached borrows nothing.
                loop {
                    break;
                    #held.is(#field);
                }
            });
            kind = quote!(#private::copied(#held.never_made()).kind(#kind));
        }
        (fields, kind)
    }
}

/// Lets the compiler check that a field holds real numbers only if its cotangent is zero at first: by what its
/// derive says of a `#[constant]` one.
fn holds(
    whole: &TokenStream,
    kind: &TokenStream,
    variant: Option<&Ident>,
    member: &syn::Member,
    at: Span,
) -> TokenStream {
    let (private, span) = (private(), Span::call_site().located_at(at));
    let name = match member {
        syn::Member::Named(name) => name.unraw().to_string(),
        syn::Member::Unnamed(k) => k.index.to_string(),
    };
    let of_variant = variant.map_or_else(|| name.clone(), |variant| format!("{variant}_{name}"));
    quote_spanned! {span=> {
        #[allow(unused_imports)]
        use #private::{AsItIs as _, ByDerive as _, HoldsAnything as _, PartByTangent as _, PartOfAny as _};
        (&#private::HolderOf(#whole)).whole().__field_holds::<
            { #private::field(#name) },
            { #private::field(#of_variant) },
            _,
        >(#kind);
    }}
}
