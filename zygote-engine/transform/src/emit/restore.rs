//! What the reverse sweep does before it pulls: it restores what was overwritten, and computes
//! again what is replayed.

use super::{Access, Emit, TokenStream, private};
use crate::ir::{Call, For, Op, Place, RegionId, Stmt, VarId};
use proc_macro2::Ident;
use std::collections::BTreeSet;

impl Emit<'_> {
    /// Restores what a statement of the primal changed.
    pub(super) fn undo(&self, region: RegionId, k: usize) -> TokenStream {
        let private = private();
        let held = self.record.held.at.get(&(region, k)).into_iter().flatten().map(|old| {
            let (old, state) = (self.name(*old), self.name(self.record.held.by[old]));
            quote!(let #old = #state;)
        });
        let held: TokenStream = held.collect();
        let undone = match self.regions[&region].stmts.get(k).unwrap_or(&Stmt::Reverse(k)) {
            Stmt::Store(place, _, old) | Stmt::Update(_, place, _, old)
                if self.record.restores(old) =>
            {
                let (early, late) = self.replays_around(region, k, &[place]);
                let (place, old) = (self.place_for(place, Access::Write), self.name(*old));
                quote!(#early #place = #old; #late)
            }
            Stmt::Let(_, Op::Call(call)) if !self.adjoint.ruled.contains(&call.back) => {
                self.restore(region, k, call, &private)
            }
            _ => quote!(),
        };
        quote!(#held #undone)
    }

    fn restore(
        &self,
        region: RegionId,
        k: usize,
        call: &Call,
        private: &TokenStream,
    ) -> TokenStream {
        let saved: Vec<_> = call
            .changes(self.func)
            .filter_map(|(n, place)| {
                let old = call.olds[n].filter(|o| self.record.saved.contains(o))?;
                Some((place, old))
            })
            .collect();
        if saved.is_empty() {
            return quote!();
        }
        let places: Vec<_> = saved.iter().map(|(place, _)| *place).collect();
        let (early, late) = self.replays_around(region, k, &places);
        let restores = saved.iter().map(|(place, old)| {
            let (place, old) = (self.exclusive(place), self.name(*old));
            quote!(#private::restore(#place, #old);)
        });
        quote!(#early #(#restores)* #late)
    }

    /// The values replayed at a statement that is undone: those by which the restored places are
    /// found come before, as restoring does not change them; the others see the restored state.
    fn replays_around(
        &self,
        region: RegionId,
        k: usize,
        places: &[&Place],
    ) -> (TokenStream, TokenStream) {
        let list = self.record.replayed_at.get(&(region, k));
        let list: Vec<_> = list.into_iter().flatten().copied().collect();
        let mut early = BTreeSet::new();
        let roots = places.iter().map(|p| self.func.root(p));
        let mut todo: Vec<VarId> =
            places.iter().flat_map(|p| self.found_by(p)).chain(roots).collect();
        while let Some(v) = todo.pop() {
            if list.contains(&v) && early.insert(v) {
                let op = &self.record.replay[&v].op;
                let reads = match op {
                    Op::Verbatim(_, reads, _) => reads.clone(),
                    op => op.operands().into_iter().filter_map(|o| o.place().cloned()).collect(),
                };
                todo.extend(reads.iter().flat_map(|p| self.found_by(p)));
                todo.extend(reads.iter().map(|p| self.func.root(p)));
            }
        }
        let (early, late): (Vec<_>, Vec<_>) = list.into_iter().partition(|v| early.contains(v));
        let replay = |all: Vec<VarId>| all.into_iter().map(|v| self.replay(v)).collect();
        (replay(early), replay(late))
    }

    /// The variables by which a place is found: its indices.
    fn found_by(&self, place: &Place) -> Vec<VarId> {
        let resolved = self.func.resolve(place);
        let indices = resolved.indices().into_iter().filter_map(|o| o.place().cloned());
        let indices: Vec<Place> = indices.collect();
        indices
            .iter()
            .flat_map(|p| std::iter::once(self.func.root(p)).chain(self.found_by(p)))
            .collect()
    }

    fn undone(&self, region: RegionId, k: usize) -> bool {
        match self.regions[&region].stmts.get(k).unwrap_or(&Stmt::Reverse(k)) {
            Stmt::Store(_, _, old) | Stmt::Update(_, _, _, old) => self.record.restores(old),
            Stmt::Let(_, Op::Call(call)) => {
                !self.adjoint.ruled.contains(&call.back)
                    && call.olds.iter().flatten().any(|o| self.record.saved.contains(o))
            }
            _ => false,
        }
    }

    /// The values that are computed again before the reverse of a statement.
    pub(super) fn replays(&self, region: RegionId, k: usize) -> TokenStream {
        if self.undone(region, k) {
            return quote!();
        }
        let list = self.record.replayed_at.get(&(region, k));
        list.into_iter().flatten().map(|v| self.replay(*v)).collect()
    }

    /// That the items of a loop have the types that they have in the forward sweep.
    pub(super) fn typed_items(&self, f: &For) -> TokenStream {
        f.bound.iter().map(|v| self.typed(*v)).collect()
    }

    /// Takes the type of a variable for the reverse sweep, or says that it is that.
    pub(super) fn typed(&self, v: VarId) -> TokenStream {
        if !self.record.typed.contains(&v) {
            return quote!();
        }
        let (ty, name) = (type_of(v), self.name(v));
        quote!(#ty.is(&#name);)
    }

    /// The types of variables that the reverse sweep is told.
    pub(super) fn types(&self) -> TokenStream {
        let private = private();
        let all = self.record.typed.iter().map(|v| {
            let ty = type_of(*v);
            quote!(let #ty = #private::TypeOf::unknown();)
        });
        all.collect()
    }

    fn replay(&self, v: VarId) -> TokenStream {
        let replay = &self.record.replay[&v];
        let var = self.func.var(v);
        let ty = var.declared.as_ref().map(|t| quote!(: #t));
        let (name, mut op) = (self.name(v), self.op(&replay.op));
        if self.record.typed.contains(&v) {
            let ty = type_of(v);
            op = quote!(#ty.of(#op));
        }
        match replay.kept {
            Some(kept) if self.adjoint.found.contains_key(&v) => {
                let kept = self.name(kept);
                quote!(let #name = #kept.found(|| #op);)
            }
            Some(kept) if var.mutable => {
                let kept = self.name(kept);
                // Of any lifetime.
                quote!(let mut #name = #kept.again(|| #op);)
            }
            Some(kept) => {
                let kept = self.name(kept);
                quote!(let #name #ty = #kept.recall(|| #op);)
            }
            None => quote!(let #name #ty = #op;),
        }
    }
}

/// The name of the type of a variable.
fn type_of(v: VarId) -> Ident {
    generated!("__type_{}", v.0)
}
