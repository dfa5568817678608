//! What is kept of each region, and where each replayed value is computed.

use super::{Planner, Record, Replay};
use crate::adjoint::Adjoint;
use crate::ir::{Mode, Op, Operand, Region, Stmt, Ty, VarId, VarKind};
use std::collections::BTreeSet;

impl Planner<'_> {
    /// Lists what is kept of a region, in the order of the source.
    pub(super) fn keep(&self, region: &Region, adjoint: &mut Adjoint, record: &mut Record) {
        let mut kept = vec![];
        let mut variable = |v: VarId, kept: &mut Vec<VarId>, adjoint: &mut Adjoint| {
            let var = self.func.var(v);
            if self.is_state(v) {
                if !self.states.contains(&v) {
                } else if self.restated(v) {
                    let name = adjoint.func.record("kept", var.name.span(), region.id);
                    kept.push(name);
                    record.replay.insert(v, Replay { op: self.ops[&v].clone(), kept: Some(name) });
                } else {
                    kept.push(v);
                }
            } else if self.wanted.contains(&v) && !matches!(var.kind, VarKind::Alias(..)) {
                if self.replayed(v) {
                    // What literals alone make has the type that its uses give it, in the forward
                    // sweep, which only what is kept can tell.
                    let literal = match &self.ops[&v] {
                        Op::Use(Operand::Const(_)) => true,
                        Op::Verbatim(_, reads, _) => reads.is_empty(),
                        _ => false,
                    };
                    // A reference is made again, and so is what holds one.
                    let lent = match &self.ops[&v] {
                        Op::Use(Operand::Place(_, Mode::Shared)) => true,
                        op @ (Op::Construct(_) | Op::Call(_) | Op::Tuple(_) | Op::Array(..)) => {
                            self.func.refers(op)
                        }
                        Op::Verbatim(tokens, reads, _) => self.may_borrow(v, tokens, reads),
                        _ => false,
                    };
                    let scalar = (matches!(var.ty, Ty::Real | Ty::Inert) && !literal || lent)
                        && !self.found.contains(&v);
                    let name =
                        (!scalar).then(|| adjoint.func.record("kept", var.name.span(), region.id));
                    kept.extend(name);
                    let op = self.ops[&v].clone();
                    record.replay.insert(v, Replay { op, kept: name });
                } else {
                    kept.push(v);
                }
            }
        };
        for (v, home) in &self.homes {
            if *home == region.id {
                variable(*v, &mut kept, adjoint);
            }
        }
        for (k, stmt) in region.stmts.iter().enumerate() {
            match stmt {
                Stmt::Let(v, op) => {
                    variable(*v, &mut kept, adjoint);
                    if let Op::Call(call) = op {
                        if self.ruled.contains(&call.back) {
                            for lambda in call.lambdas.iter().filter(|l| l.inert.is_none()) {
                                let passing = lambda.params.iter().map(|(_, _, passing)| *passing);
                                record.keep.entry(lambda.body.id).or_default().extend(passing);
                            }
                        }
                        kept.extend([call.back].iter().filter(|b| self.records.contains(b)));
                        kept.extend(call.olds.iter().flatten().filter(|o| self.saved.contains(o)));
                    }
                }
                Stmt::Declare(v) => variable(*v, &mut kept, adjoint),
                Stmt::Destructure(_, _, bindings) => {
                    bindings.iter().for_each(|(v, _)| variable(*v, &mut kept, adjoint));
                }
                Stmt::Store(_, _, old) | Stmt::Update(_, _, _, old) => {
                    kept.extend([*old].iter().filter(|o| self.saved.contains(o)));
                }
                Stmt::If(.., value)
                | Stmt::Match(_, _, value, _)
                | Stmt::Block(_, value)
                | Stmt::Rest(_, _, value) => {
                    for v in value.iter().filter(|v| !self.homes.contains_key(v)) {
                        variable(*v, &mut kept, adjoint);
                    }
                }
                _ => {}
            }
            let bookkeeping = match stmt {
                Stmt::Match(_, _, _, arm) => Some(*arm),
                Stmt::For(f) => f.trips,
                Stmt::While(.., trips) | Stmt::Loop(.., trips) => Some(*trips),
                Stmt::Rest(flag, ..) => Some(*flag),
                _ => None,
            };
            kept.extend(bookkeeping.filter(|v| self.records.contains(v)));
            kept.extend(adjoint.taken_at(region.id, k).filter(|v| self.records.contains(v)));
        }
        let end = region.stmts.len();
        kept.extend(adjoint.taken_at(region.id, end).filter(|v| self.records.contains(v)));
        if !kept.is_empty() {
            record.keep.entry(region.id).or_default().extend(kept);
        }
        // What the pattern of an arm binds is kept with the arm.
        for inner in region.stmts.iter().flat_map(Stmt::regions) {
            self.keep(inner, adjoint, record);
        }
        if region.id == self.func.body.id {
            self.keep_bound(record);
        }
    }

    /// Variables without a defining statement (bound by the pattern of an arm).
    fn keep_bound(&self, record: &mut Record) {
        let listed: BTreeSet<VarId> = record.keep.values().flatten().copied().collect();
        for v in &self.wanted {
            let var = self.func.var(*v);
            let bound = var.kind == VarKind::Local && !record.replay.contains_key(v);
            if bound && !listed.contains(v) && !self.is_state(*v) {
                record.keep.entry(var.home).or_default().insert(0, *v);
            }
        }
    }

    /// Decides at which reverse statement each replayed value is computed: the first that needs it
    /// in the region of its definition.
    pub(super) fn place(&self, region: &Region, done: &mut BTreeSet<VarId>, record: &mut Record) {
        for k in (0..=region.stmts.len()).rev() {
            let mut list = vec![];
            for p in self.uses.get(&(region.id, k)).into_iter().flatten() {
                self.schedule(p.root, region, done, &mut list, record);
            }
            if !list.is_empty() {
                record.replayed_at.insert((region.id, k), list);
            }
        }
        for inner in region.stmts.iter().flat_map(Stmt::regions) {
            self.place(inner, done, record);
        }
    }

    fn schedule(
        &self,
        v: VarId,
        region: &Region,
        done: &mut BTreeSet<VarId>,
        list: &mut Vec<VarId>,
        record: &Record,
    ) {
        if !record.replay.contains_key(&v) || done.contains(&v) {
            return;
        }
        let home = self.func.var(v).home;
        // A value of an outer region is there already; one of an inner region waits for it.
        if home != region.id {
            if self.func.within(home, region.id) {
                for p in self.operation_reads(v) {
                    self.schedule(p.root, region, done, list, record);
                }
            }
            return;
        }
        done.insert(v);
        for p in self.operation_reads(v) {
            self.schedule(p.root, region, done, list, record);
        }
        list.push(v);
    }
}
