//! Where the names of exclusive references are in use: between its making and its last use such a
//! reference is the only way to the place, for what the forward sweep takes as well.

use super::{Builder, Point};
use crate::ir::{Func, Op, Place, Proj, Stmt, Ty, VarId, VarKind, mention};
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
        mention(stmt, &mut mentioned);
        mentioned.retain(|v| matches!(self.func.var(*v).kind, VarKind::Alias(_, true)));
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
            if !matches!(func.ty(&resolved), Ty::Real | Ty::Inert) {
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
