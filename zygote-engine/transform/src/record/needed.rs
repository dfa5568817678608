//! Which cotangents need what is kept: where all of them are those of some parameters, and a caller says
//! that these are constant, nothing is kept.

use super::{Planner, Record};
use crate::activity::{Activity, Sources};
use crate::adjoint::Adjoint;
use crate::ir::{
    Func, Mode, Op, Operand, Place, Pull, Region, Stmt, Ty, VarId, VarKind, mentioned_once,
};
use std::collections::{BTreeMap, BTreeSet};

/// What needs a value: the cotangents of these parameters, or, without a list, anything.
type Need = Option<Sources>;

/// The variables that are kept, and the pullbacks, of which only cotangents of some parameters are made.
pub(super) fn needed_for(
    planner: &mut Planner<'_>,
    activity: &Activity,
    adjoint: &Adjoint,
    record: &Record,
    restoring: Vec<VarId>,
) -> BTreeMap<VarId, Sources> {
    if activity.sources.iter().all(Option::is_none) {
        return BTreeMap::new();
    }
    let func = &adjoint.func;
    let once = mentioned_once(planner.func);
    // What never changes is not restored, and may be computed again from what then has to be there.
    let changes = |v: &VarId| func.var(*v).kind == VarKind::Local && planner.is_state(*v);
    let mut unread: BTreeSet<VarId> = once.into_iter().filter(changes).collect();
    let needs = loop {
        let (of, shaped) = (BTreeMap::new(), BTreeSet::new());
        let mut needs = Needs { activity, func, unread, of, shaped };
        // What is restored is found by what has its own value.
        for v in restoring.iter().chain(record.held.by.values()) {
            needs.add(*v, &None);
        }
        needs.region(planner, &adjoint.body, false);
        needs.replays(planner, record);
        let may_differ = |v: &&VarId| needs.only_own(**v) && !needs.shaped.contains(*v);
        let kept = needs.unread.iter().filter(may_differ).copied().collect();
        if kept == needs.unread {
            break needs;
        }
        unread = kept;
    };
    let body = adjoint.func.body.id;
    let in_body = |v: VarId| adjoint.func.owner(adjoint.func.var(v).home) == body;
    let mut all = BTreeMap::new();
    for v in record.keep.values().flatten().filter(|v| in_body(**v)) {
        let is_unread = needs.unread.contains(v);
        let is_value = v.0 < activity.sources.len()
            && activity.active(*v)
            && (is_unread || !planner.is_state(*v));
        if let Some(Some(sources)) = needs.of.get(v)
            && (is_value || adjoint.ruled.contains(v))
        {
            all.insert(*v, sources.clone());
        }
    }
    for (v, replay) in record.replay.iter().filter(|(v, _)| activity.active(**v) && in_body(**v)) {
        if let (Some(Some(sources)), Some(kept)) = (needs.of.get(v), replay.kept) {
            all.insert(kept, sources.clone());
        }
    }
    all
}

struct Needs<'a> {
    activity: &'a Activity,
    func: &'a Func,
    /// Temporary values that calls change: nothing but their own cotangents needs that they are restored.
    unread: BTreeSet<VarId>,
    of: BTreeMap<VarId, Need>,
    /// Variables whose cotangents are read or changed whatever is wanted, so that these need their shape,
    /// which follows what is restored.
    shaped: BTreeSet<VarId>,
}

impl Needs<'_> {
    /// Adds to what needs a variable; says whether that is more than before.
    fn add(&mut self, v: VarId, need: &Need) -> bool {
        let before = self.of.get(&v).cloned();
        let now = match (&before, need) {
            (None, need) => need.clone(),
            (Some(Some(before)), Some(more)) => {
                Some(before | more).filter(|all| *all != self.activity.optional)
            }
            _ => None,
        };
        self.of.insert(v, now.clone());
        before != Some(now)
    }

    /// Whether a variable is read for its own cotangents alone.
    fn only_own(&self, v: VarId) -> bool {
        match (self.of.get(&v), self.activity.sources.get(v.0)) {
            (None, _) => true,
            (Some(Some(need)), Some(Some(sources))) => need.is_subset(sources),
            _ => false,
        }
    }

    /// What needs the cotangent of the variable.
    fn of_cotangent(&self, d: VarId) -> Need {
        let VarKind::Cotangent(of) = self.func.var(d).kind else { return None };
        self.activity.sources.get(of.0)?.clone()
    }

    /// What a region of the adjoint reads; the flag says that it is the reverse of a closure.
    fn region(&mut self, planner: &mut Planner<'_>, region: &Region, in_closure: bool) {
        for stmt in &region.stmts {
            let need = if in_closure { None } else { self.of_stmt(stmt) };
            let mut reads = vec![];
            planner.reads(stmt, &mut reads);
            for p in reads {
                self.add(p.root, &need);
            }
            if let Stmt::Pull(pull) = stmt {
                self.add(pull.back, &need);
            }
            self.shapes(stmt, &need);
            let in_closure = in_closure || matches!(stmt, Stmt::Pull(_));
            stmt.regions().into_iter().for_each(|inner| self.region(planner, inner, in_closure));
        }
    }

    /// Adds to the variables whose cotangents need their shape for a statement of the adjoint, which is left
    /// out where what needs it is not wanted, if it is a pullback or adds to more than a number.
    fn shapes(&mut self, stmt: &Stmt, need: &Need) {
        let touched: Vec<VarId> = match stmt {
            Stmt::Let(_, op) | Stmt::Set(_, op) => op.cotangents(),
            Stmt::Add(place, op) => {
                let is_number = *self.func.var(place.root).ty.peeled() == Ty::Real;
                let left_out = need.is_some() && !is_number;
                let added = if left_out { vec![] } else { op.cotangents() };
                added.into_iter().chain((!left_out).then_some(place.root)).collect()
            }
            Stmt::Pull(pull) => {
                let shadows = pull.shadows.iter().flatten().map(|s| s.root);
                let left_out = |d: &VarId| match (need, self.of_cotangent(*d)) {
                    (Some(need), Some(sources)) => need.is_subset(&sources),
                    _ => false,
                };
                shadows.chain([pull.cotangent]).filter(|d| !left_out(d)).collect()
            }
            Stmt::ReverseFor(_, lent) => lent.iter().map(|l| l.shadow.root).collect(),
            _ => vec![],
        };
        self.shaped.extend(touched.into_iter().filter_map(|d| match self.func.var(d).kind {
            VarKind::Cotangent(of) => Some(of),
            _ => None,
        }));
    }

    /// What needs what a statement of the adjoint does.
    fn of_stmt(&self, stmt: &Stmt) -> Need {
        match stmt {
            // Another's code, which may do anything.
            Stmt::Let(_, Op::Hooked(..) | Op::TakeConstant(..))
            | Stmt::Set(_, Op::Hooked(..) | Op::TakeConstant(..)) => None,
            Stmt::Let(d, _) | Stmt::Set(d, _) => self.of_cotangent(*d),
            Stmt::Add(place, op) if !matches!(op, Op::Hooked(..)) => self.of_cotangent(place.root),
            Stmt::Pull(pull) => self.of_pull(pull),
            _ => None,
        }
    }

    /// What needs a pullback that does nothing but add to cotangents.
    fn of_pull(&self, pull: &Pull) -> Need {
        let restores = |a: &Operand| match a {
            Operand::Place(_, Mode::Exclusive) => true,
            Operand::Place(p, Mode::Receiver) => {
                self.func.changeable(p) && !self.unread.contains(&self.func.root(p))
            }
            _ => false,
        };
        if !pull.lambdas.is_empty()
            || pull.function.is_some()
            || pull.again.is_some()
            || pull.args.iter().any(restores)
        {
            return None;
        }
        let mut all = Sources::new();
        for shadow in pull.shadows.iter().flatten() {
            all.extend(self.of_cotangent(shadow.root)?);
        }
        (!all.is_empty() && all != self.activity.optional).then_some(all)
    }

    /// What a number is computed from again is needed for what the number is needed for, unless the sum or
    /// product may be one of a type that does anything. A value without a derivative, such as an index, is
    /// computed again whatever is wanted.
    fn replays(&mut self, planner: &Planner<'_>, record: &Record) {
        let is_number = |o: &&Operand| {
            o.place()
                .is_none_or(|p| *planner.func.ty(&planner.func.resolve(p)).peeled() == Ty::Real)
        };
        let mut changed = true;
        while changed {
            changed = false;
            for (v, replay) in &record.replay {
                let Some(need) = self.of.get(v).cloned() else { continue };
                // What is kept in its place says whether it is computed.
                let sure = replay.kept.is_some() || replay.op.operands().iter().all(is_number);
                let need = need.filter(|_| self.activity.active(*v) && sure);
                for Place { root, .. } in planner.operation_reads(*v) {
                    changed |= self.add(root, &need);
                }
            }
        }
    }
}
