//! What is kept of a region, and how the reverse sweep takes it back.

use super::{Emit, TokenStream, private, varies};
use crate::adjoint::Witness;
use crate::ir::{Operand, Place, Region, RegionId, Stmt, Ty, VarId, VarKind, mentioned};
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

    /// Puts aside what is kept of variables that hold references: after the statement that uses them last, or at the
    /// end of the region.
    pub(super) fn kept_states(&self, region: RegionId, after: Option<usize>) -> TokenStream {
        let all = self.record.keep.get(&region).into_iter().flatten();
        let states = all.filter_map(|kept| {
            let mut all = self.record.replay.iter();
            let is_state = |v: VarId| self.func.var(v).mutable;
            let (v, _) = all.find(|(v, r)| r.kept == Some(*kept) && is_state(**v))?;
            let (kept, state) = (self.name(*kept), self.name(*v));
            let is_here = self.last_use(region, *v) == after;
            is_here.then(|| quote!(let #kept = #kept.0.keep(#state, #kept.1);))
        });
        let found = self.copies_in(region).filter(|(.., field)| {
            let is_here = self.func.var(field.root).home == region;
            is_here.then(|| self.last_use(region, field.root)).flatten() == after
        });
        let found = found.map(|(copy, kept, field)| {
            let (kept, name) = (self.name(kept), self.name(copy));
            let is_read_later = after.is_some_and(|k| self.is_read_after(region, k, copy));
            let value = match is_read_later {
                true => quote!(::core::clone::Clone::clone(&#name)),
                false => name.to_token_stream(),
            };
            let again = self.found_again(value, field);
            quote!(let #kept = #again;)
        });
        found.chain(states).collect()
    }

    /// The copies of fields of variables that hold references and change, in a region, and what is kept of them.
    fn copies_in(&self, region: RegionId) -> impl Iterator<Item = (VarId, VarId, &Place)> {
        let copies = self.record.replay.iter().filter_map(|(copy, replay)| {
            Some((*copy, replay.kept?, self.adjoint.found.get(copy)?))
        });
        copies.filter(move |(copy, ..)| self.func.var(*copy).home == region)
    }

    /// What is kept of a copy of a field.
    fn found_again(&self, copy: TokenStream, field: &Place) -> TokenStream {
        let (private, field) = (private(), self.shared(field));
        quote!({
            use #private::states::OfAnyField as _;
            #private::states::OfField(#copy).kept(#field)
        })
    }

    /// The statement of a region after which nothing reads a variable there: what it refers to may be moved then.
    fn last_use(&self, region: RegionId, v: VarId) -> Option<usize> {
        let stmts = &self.regions[&region].stmts;
        let defines = |s: &Stmt| matches!(s, Stmt::Let(of, _) if *of == v);
        let last = stmts.iter().rposition(|s| defines(s) || self.is_read_by(s, v))?;
        let may_leave = stmts.iter().take(last + 1).any(crate::lower::leaves);
        (!may_leave && !self.is_read_after(region, last, v)).then_some(last)
    }

    /// Whether a statement of a region after that one, or what is taken there, reads a variable.
    fn is_read_after(&self, region: RegionId, k: usize, v: VarId) -> bool {
        let Region { stmts, result, .. } = self.regions[&region];
        let is_of = |o: &Operand| o.place().is_some_and(|p| self.func.root(p) == v);
        let mut taken = self.adjoint.witnesses.iter().filter(|(at, ..)| at.region == region);
        stmts.iter().skip(k + 1).any(|s| self.is_read_by(s, v))
            || result.as_ref().is_some_and(is_of)
            || taken.any(|(at, w, _)| at.stmt > k && w.operands().any(is_of))
    }

    fn is_read_by(&self, stmt: &Stmt, v: VarId) -> bool {
        let mut all = vec![];
        mentioned(stmt, &mut all);
        all.iter().any(|p| self.func.root(p) == v)
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
            if let Some(field) = self.adjoint.found.get(v) {
                return self.found_again(name.to_token_stream(), field);
            }
            if self.is_owned(*v) {
                return quote!({
                    use #private::states::OfAnyField as _;
                    #private::states::OfField(#name).owned()
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
