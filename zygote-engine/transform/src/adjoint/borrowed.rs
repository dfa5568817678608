//! Where the names of exclusive references are in use: between its making and its last use such a
//! reference is the only way to the place, for what the forward sweep takes as well.

use super::{Builder, Point};
use crate::ir::{Chain, Exit, Func, Op, Operand, Place, Proj, Source, Stmt, Ty, VarId, VarKind};
use crate::lower::placeholders;
use std::collections::{BTreeMap, BTreeSet};

/// The end of the use of a reference.
#[derive(Clone, Debug)]
pub(super) struct End {
    /// Just after the last use, in the region of the point that is looked at or around it.
    point: Point,
    /// The number of ends before it, in the order of the reverse sweep.
    order: usize,
    /// Whether something between the point that is looked at and this one may change the shape of what
    /// the reference is made of.
    changed: bool,
}

/// The references in use.
#[derive(Clone, Debug, Default)]
pub(super) struct Borrows {
    in_use: BTreeMap<VarId, End>,
    count: usize,
}

impl Borrows {
    fn begin(&mut self, names: impl IntoIterator<Item = VarId>, point: Point) {
        for v in names {
            let end = End { point, order: self.count, changed: false };
            self.in_use.entry(v).or_insert(end);
            self.count += 1;
        }
    }

    fn reshaped(&mut self, func: &Func, roots: &BTreeSet<VarId>) {
        for (v, end) in &mut self.in_use {
            end.changed |= roots.contains(&func.root(&Place::var(*v)));
        }
    }
}

impl Builder<'_> {
    /// Where the shape of a variable can be taken, so that it is that of the present point, and
    /// the place.
    pub(super) fn shape_of(&self, v: VarId) -> (Point, Place) {
        let here = (self.at, Place::var(v));
        let scope = |b: &&VarId| self.func.within(self.at.region, self.func.var(**b).home);
        let in_use: Vec<_> = self.borrows.in_use.keys().filter(scope).copied().collect();
        let all: Vec<_> =
            in_use.into_iter().filter(|b| self.func.root(&Place::var(*b)) == v).collect();
        let Some(innermost) = all.last() else { return here };
        let name = Place::var(*innermost);
        if self.func.resolve(&name).path.iter().all(|p| matches!(p, Proj::Deref)) {
            return (self.at, name.then(Proj::Deref));
        }
        let ends = all.iter().map(|b| &self.borrows.in_use[b]);
        match ends.min_by_key(|e| e.order) {
            Some(end) if !end.changed => (end.point, Place::var(v)),
            _ => here,
        }
    }

    /// What the reverse of a statement does, with the references in use before and in it.
    pub(super) fn with_borrows(&mut self, stmt: &Stmt, reverse: impl FnOnce(&mut Self)) {
        let after = self.at;
        let mut reshaped = BTreeSet::new();
        reshaped_by(&self.func, stmt, &mut reshaped);
        let mut mentioned = BTreeSet::new();
        mention(&self.func, stmt, &mut mentioned);
        let branches =
            matches!(stmt, Stmt::If(..) | Stmt::Match(..) | Stmt::Block(..) | Stmt::Rest(..));
        if !stmt.regions().is_empty() {
            // A loop's next trip follows its last statement.
            if !branches {
                self.borrows.begin(mentioned.iter().copied(), after);
            }
            self.borrows.reshaped(&self.func, &reshaped);
        }
        reverse(self);
        self.borrows.begin(mentioned, after);
        self.borrows.reshaped(&self.func, &reshaped);
        if let Stmt::Alias(v, ..) = stmt {
            self.borrows.in_use.remove(v);
        }
    }
}

/// The variables whose shape a statement may change.
fn reshaped_by(func: &Func, stmt: &Stmt, out: &mut BTreeSet<VarId>) {
    match stmt {
        Stmt::Store(place, ..) | Stmt::Update(_, place, ..) => {
            let resolved = func.resolve(place);
            let root = func.var(resolved.root).ty.clone();
            let ty = resolved.path.iter().fold(root, |t, proj| t.project(proj));
            if !matches!(ty, Ty::Real | Ty::Inert) {
                out.insert(resolved.root);
            }
        }
        Stmt::Let(_, Op::Call(call)) => {
            out.extend(call.changes(func).map(|(_, p)| func.root(p)));
        }
        _ => {}
    }
    for region in stmt.regions() {
        region.stmts.iter().for_each(|s| reshaped_by(func, s, out));
    }
}

/// The names of exclusive references in a statement.
fn mention(func: &Func, stmt: &Stmt, out: &mut BTreeSet<VarId>) {
    let mut places: Vec<&Place> = vec![];
    let mut names: Vec<VarId> = vec![];
    match stmt {
        Stmt::Let(_, op) => match op {
            Op::Verbatim(_, reads, _) => places.extend(reads),
            Op::Hook(a, _, reads) => places.extend(a.place().into_iter().chain(reads)),
            op => {
                places.extend(op.operands().into_iter().filter_map(Operand::place));
                if let Op::Construct(c) = op {
                    places.extend(c.parts.iter().filter_map(|(_, o)| o.place()));
                }
                if let Op::Call(call) = op {
                    let inert = call.lambdas.iter().filter_map(|l| l.inert.as_ref());
                    places.extend(inert.flat_map(|(_, reads)| reads));
                }
            }
        },
        Stmt::Destructure(_, from, _) => places.extend(from.place()),
        Stmt::Alias(_, place, _) => places.push(place),
        Stmt::Store(place, value, _) | Stmt::Update(_, place, value, _) => {
            places.push(place);
            places.extend(value.place());
        }
        Stmt::If(condition, ..) => places.extend(condition.place()),
        Stmt::Match(of, arms, ..) => {
            places.extend(of.iter().filter_map(Operand::place));
            names.extend(arms.iter().flat_map(|(pattern, _)| placeholders(pattern)));
        }
        Stmt::For(f) => match &f.source {
            Source::Range(lo, hi, _) => {
                places.extend([lo, hi].into_iter().filter_map(|o| o.place()))
            }
            Source::Walk(chain) => in_chain(chain, &mut places),
        },
        Stmt::Exit(Exit::Return(value)) => places.extend(value.place()),
        Stmt::Macro(tokens) => names.extend(placeholders(tokens)),
        _ => {}
    }
    places.extend(stmt.regions().into_iter().filter_map(|r| r.result.as_ref()?.place()));
    while let Some(place) = places.pop() {
        names.push(place.root);
        places.extend(place.indices().into_iter().filter_map(Operand::place));
    }
    let exclusive = |v: &VarId| matches!(func.var(*v).kind, VarKind::Alias(_, true));
    out.extend(names.into_iter().filter(exclusive));
    for region in stmt.regions() {
        region.stmts.iter().for_each(|s| mention(func, s, out));
    }
}

fn in_chain<'a>(chain: &'a Chain, out: &mut Vec<&'a Place>) {
    match chain {
        Chain::Root(o) | Chain::Plain(o) => out.extend(o.place()),
        Chain::Range(lo, hi, _) => out.extend([lo, hi].into_iter().filter_map(|o| o.place())),
        Chain::Method(receiver, _, args) => {
            in_chain(receiver, out);
            args.iter().for_each(|a| in_chain(a, out));
        }
    }
}
