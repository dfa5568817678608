//! What is kept of a region, and how the reverse sweep takes it back.

use super::{Emit, TokenStream, private, varies};
use crate::adjoint::Witness;
use crate::ir::{RegionId, Ty, VarId, VarKind};
use proc_macro2::Ident;
use quote::ToTokens;

impl Emit<'_> {
    /// The tuple that is kept of a region.
    pub(super) fn kept(&self, region: RegionId) -> Option<Vec<Ident>> {
        let kept = self.record.keep.get(&region)?;
        Some(kept.iter().map(|v| self.name(*v)).collect())
    }

    /// Takes apart what was kept of a region.
    pub(super) fn taken(&self, region: RegionId, entry: TokenStream) -> TokenStream {
        let private = private();
        let all = self.record.keep.get(&region).into_iter().flatten();
        let names = all.clone().map(|v| self.name(*v));
        let values = all.clone().filter(|v| self.is_value_for(**v)).map(|v| {
            let name = self.name(*v);
            quote!(let mut #name = #name.value();)
        });
        let found = all.clone().filter_map(|v| {
            let (name, field) = (self.name(*v), self.adjoint.found.get(v)?);
            let field = self.shared(field);
            let again = match self.func.var(*v).kind == VarKind::Record {
                true => quote!(#private::copied(#field).shape()),
                false => quote!(::core::clone::Clone::clone(#field)),
            };
            Some(quote!(let mut #name = #name.found(|| #again);))
        });
        let owned = all.filter(|v| self.is_owned(**v)).map(|v| {
            let (name, kept) = (self.name(*v), generated!("__owned_{}", v.0));
            quote!(let mut #kept = #name; let mut #name = #kept.lent();)
        });
        quote!(let (#(mut #names,)*) = #entry; #(#values)* #(#found)* #(#owned)*)
    }

    /// Puts aside what is kept of variables that hold references, before what these refer to is moved.
    pub(super) fn kept_states(&self, region: RegionId) -> TokenStream {
        let all = self.record.keep.get(&region).into_iter().flatten();
        let states = all.filter_map(|kept| {
            let mut all = self.record.replay.iter();
            let is_state = |v: VarId| self.func.var(v).mutable;
            let (v, _) = all.find(|(v, r)| r.kept == Some(*kept) && is_state(**v))?;
            let (kept, state) = (self.name(*kept), self.name(*v));
            Some(quote!(let #kept = #kept.0.keep(#state, #kept.1);))
        });
        states.collect()
    }

    /// Whether what is kept is a value, no reference, that only cotangents of some parameters need.
    pub(super) fn is_value_for(&self, v: VarId) -> bool {
        let is_kept = || self.record.replay.values().any(|r| r.kept == Some(v));
        let as_it_is = self.adjoint.ruled.contains(&v) || self.adjoint.taken.contains(&v);
        let as_it_is = as_it_is || self.adjoint.found.contains_key(&v) || self.is_owned(v);
        self.record.needed_for.contains_key(&v) && !as_it_is && !is_kept()
    }

    /// Whether what is kept may be a reference that is read of an exclusive one: then what it refers to is kept.
    fn is_owned(&self, v: VarId) -> bool {
        let func = self.func;
        let var = func.var(v);
        let is_shape = || {
            let mut shapes = self.adjoint.witnesses.iter();
            shapes.any(|(_, w, name)| *name == v && matches!(w, Witness::Shape(_)))
        };
        let may_refer = match var.kind {
            VarKind::Local => !var.mutable && var.ty == Ty::Unknown,
            VarKind::Record => is_shape(),
            _ => false,
        };
        func.lends_references
            && func.for_any_lifetime()
            && may_refer
            && func.owner(var.home) == func.body.id
            && !self.adjoint.found.contains_key(&v)
    }

    /// The activity of what some parameters need, if only some do.
    pub(super) fn needed_for(&self, v: VarId) -> Option<TokenStream> {
        varies::activity_of(self.record.needed_for.get(&v)?)
    }

    /// What is kept of a region, where it is kept: of a part of what a closure is given, which may be a
    /// reference, what that refers to.
    pub(super) fn kept_values(&self, region: RegionId) -> Option<Vec<TokenStream>> {
        let private = private();
        let value = |v: &VarId| {
            let name = self.name(*v);
            let keep = match self.adjoint.found.get(v) {
                Some(field) => {
                    let field = self.shared(field);
                    Some(quote!(kept(#field)))
                }
                None => self.is_owned(*v).then(|| quote!(owned())),
            };
            if let Some(keep) = keep {
                return quote!({
                    use #private::states::OfAnyField as _;
                    #private::states::OfField(#name).#keep
                });
            }
            if let (Some(act), true) = (self.needed_for(*v), self.is_value_for(*v)) {
                return quote!(#private::value_for::<#act, _, _>(#name));
            }
            if let (Some(act), true) = (self.needed_for(*v), self.adjoint.ruled.contains(v)) {
                return quote!(#private::pullback_for::<#act, _>(#name));
            }
            match self.is_of_argument(*v) {
                true => quote!({
                    use #private::Referent as _;
                    ::core::clone::Clone::clone(#name.__referent())
                }),
                false => name.into_token_stream(),
            }
        };
        Some(self.record.keep.get(&region)?.iter().map(value).collect())
    }
}
