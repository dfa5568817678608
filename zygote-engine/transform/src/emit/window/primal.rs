//! Windows of what the body of a reversed loop reads of the primal, and spans of what it restores.

use super::{Facts, Follows, Replaced, SPAN, Windows};
use crate::emit::Emit;
use crate::ir::{For, Op, Place, Proj, Region, Source, Stmt, VarId, VarKind};
use proc_macro2::Ident;
use quote::ToTokens;
use std::collections::{BTreeMap, BTreeSet};

/// An access to a sequence in the body of a reversed loop.
struct Access {
    follows: Follows,
    stores: bool,
    top: bool,
}

/// Holds the elements that a trip restores, the lowest of a span, for the next `span` trips to read.
fn hold(root: VarId, name: &Ident, span: i64, w: &mut Windows) {
    let held = |c: i64| generated!("__held_{}_{}", root.0, c as usize);
    let (trips, trip) = (w.facts.trips(), w.facts.trip());
    let low = w.windows.iter().filter(|r| r.root == root).map(|r| r.follows.offset).min();
    let mut moves = quote!();
    for c in (1..=span).rev() {
        let (to, index) = (held(c), super::shifted(quote!(#trips), c - 1));
        w.before.extend(quote!(let mut #to = #name[#index];));
        let from = if c == 1 { quote!(#name[#trip]) } else { held(c - 1).to_token_stream() };
        moves.extend(quote!(#to = #from;));
    }
    let others = std::mem::take(&mut w.end);
    w.end = quote!(#moves #others);
    for r in w.windows.iter_mut().filter(|r| r.root == root) {
        let c = r.follows.offset - low.expect("the span has elements");
        if c > 0 {
            r.element = held(c).to_token_stream();
        }
    }
}

impl Emit<'_> {
    /// Windows of the sequences that the body reads in every trip.
    pub(super) fn primal_windows(&self, f: &For, w: &mut Windows) {
        let mut places = vec![];
        for k in 0..=self.regions[&f.body.id].stmts.len() {
            for v in self.record.replayed_at.get(&(f.body.id, k)).into_iter().flatten() {
                let op = &self.record.replay[v].op;
                places.extend(op.operands().into_iter().filter_map(|o| o.place().cloned()));
            }
        }
        for stmt in &f.body.stmts {
            let (Stmt::Let(_, op) | Stmt::Set(_, op) | Stmt::Add(_, op)) = stmt else { continue };
            places.extend(op.factors().into_iter().filter_map(|o| o.place().cloned()));
        }
        for place in places {
            let place = self.func.resolve(&place);
            let [Proj::Index(index)] = &place.path[..] else { continue };
            let root = place.root;
            let by_name = matches!(
                self.func.var(root).kind,
                VarKind::Shared | VarKind::Exclusive | VarKind::Local | VarKind::Value
            );
            if !by_name
                || !self.is_reals(root)
                || w.facts.changed.contains(&root)
                || self.func.within(self.func.var(root).home, f.body.id)
            {
                continue;
            }
            let Some(follows) = self.follows(index, &w.facts) else { continue };
            if w.windows.iter().any(|r| r.root == root && r.follows == follows) {
                continue;
            }
            let name = w.name();
            let (whole, first) = (self.place(&Place::var(root)), self.first(&follows, &w.facts));
            let (trips, trip) = (w.facts.trips(), w.facts.trip());
            w.before.extend(quote!(let #name = &#whole[#first..][..#trips];));
            let element = quote!(#name[#trip]);
            w.windows.push(Replaced {
                root,
                follows,
                element,
                guarded: None,
                carried: false,
                assigned: false,
            });
        }
    }

    /// Spans of the sequences whose elements the body restores as it goes.
    pub(super) fn state_windows(&self, f: &For, w: &mut Windows) {
        let mut all: BTreeMap<VarId, Vec<Option<Access>>> = BTreeMap::new();
        self.primal_accesses(&f.body, true, &w.facts, &mut all);
        for (root, accesses) in all {
            let var = self.func.var(root);
            let by_name = matches!(var.kind, VarKind::Exclusive | VarKind::Local);
            let inside = self.func.within(var.home, f.body.id);
            if !w.facts.changed.contains(&root) || !by_name || inside || !self.is_reals(root) {
                continue;
            }
            let Some(accesses) = accesses.into_iter().collect::<Option<Vec<_>>>() else { continue };
            let base = accesses[0].follows.base.clone();
            let offsets: BTreeSet<i64> = accesses.iter().map(|a| a.follows.offset).collect();
            let (low, high) = (offsets.first(), offsets.last());
            let (low, high) = (*low.expect("an access"), *high.expect("an access"));
            let sure = |offset| accesses.iter().any(|a| a.top && a.follows.offset == offset);
            if accesses.iter().any(|a| a.follows.base != base)
                || !sure(low)
                || !sure(high)
                || high - low >= SPAN
            {
                continue;
            }
            let whole = self.place(&Place::var(root));
            let span = self.span(root, &whole, &base, &offsets, w);
            if !w.forwards && accesses.iter().all(|a| !a.stores || a.follows.offset == low) {
                hold(root, &span, high - low, w);
            }
        }
    }

    /// Collects the accesses of a reversed region to sequences of the primal; none for one that is
    /// not to an element that follows the loop.
    fn primal_accesses(
        &self,
        region: &Region,
        top: bool,
        l: &Facts,
        out: &mut BTreeMap<VarId, Vec<Option<Access>>>,
    ) {
        let mut places: Vec<Place> = vec![];
        let mut stored: Vec<Place> = vec![];
        let mut others: Vec<Place> = vec![];
        let product = |op: &Op, places: &mut Vec<Place>, others: &mut Vec<Place>| match op {
            Op::ZeroLike(place) | Op::TakeConstant(_, place) => others.push(place.clone()),
            op => places.extend(op.factors().into_iter().filter_map(|o| o.place().cloned())),
        };
        for stmt in &region.stmts {
            match stmt {
                Stmt::Reverse(k) => {
                    for v in self.record.replayed_at.get(&(region.id, *k)).into_iter().flatten() {
                        match &self.record.replay[v].op {
                            Op::Verbatim(_, reads, _) => others.extend(reads.iter().cloned()),
                            op => places.extend(
                                op.operands().into_iter().filter_map(|o| o.place().cloned()),
                            ),
                        }
                    }
                    match self.regions[&region.id].stmts.get(*k) {
                        Some(Stmt::Store(place, _, old) | Stmt::Update(_, place, _, old))
                            if self.record.restores(old) =>
                        {
                            stored.push(place.clone());
                        }
                        Some(Stmt::Let(_, Op::Call(call))) => {
                            others.extend(call.changes(self.func).map(|(_, p)| p.clone()));
                        }
                        _ => {}
                    }
                }
                Stmt::Let(_, op) | Stmt::Set(_, op) | Stmt::Add(_, op) => {
                    product(op, &mut places, &mut others);
                }
                Stmt::Pull(pull) => {
                    others.extend(pull.args.iter().filter_map(|a| a.place().cloned()));
                }
                Stmt::If(condition, ..) => others.extend(condition.place().cloned()),
                Stmt::ReverseFor(f, _) => {
                    if let Source::Walk(chain) = &f.source {
                        let mut roots = vec![];
                        crate::activity::chain_roots(chain, &mut roots);
                        others.extend(roots.into_iter().cloned());
                    }
                }
                _ => {}
            }
        }
        let mut indices: Vec<Place> = vec![];
        let stored = stored.into_iter().map(|p| (p, true));
        for (place, stores) in places.into_iter().map(|p| (p, false)).chain(stored) {
            let place = self.func.resolve(&place);
            indices.extend(place.indices().into_iter().filter_map(|o| o.place().cloned()));
            let follows = match &place.path[..] {
                [Proj::Index(i)] => self.follows(i, l),
                _ => None,
            };
            out.entry(place.root).or_default().push(follows.map(|follows| Access {
                follows,
                stores,
                top,
            }));
        }
        for place in others.iter().chain(&indices) {
            let place = self.func.resolve(place);
            out.entry(place.root).or_default().push(None);
            for index in place.indices().into_iter().filter_map(|o| o.place()) {
                out.entry(self.func.root(index)).or_default().push(None);
            }
        }
        for stmt in &region.stmts {
            for inner in stmt.regions() {
                self.primal_accesses(inner, false, l, out);
            }
        }
    }
}
