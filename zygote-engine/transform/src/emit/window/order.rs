//! Loops whose trips may run in any order.

use crate::emit::Emit;
use crate::ir::{For, Op, Operand, Region, Stmt, VarId};
use std::collections::BTreeSet;

impl Emit<'_> {
    /// Whether the trips of a reversed loop may run in any order: none reads what another changes.
    pub(super) fn order_free(&self, f: &For) -> bool {
        let body = f.body.id;
        let outside = |v: &VarId| !self.func.within(self.func.var(*v).home, body);
        let taped = self.record.keep.keys().any(|r| self.func.within(*r, body));
        let mut reads = BTreeSet::new();
        let mut adds = BTreeSet::new();
        let in_step = self.in_step(f);
        !taped
            && !f.body.stmts.iter().any(|stmt| takes_last(stmt, &in_step))
            && order_free(&f.body, &mut reads, &mut adds)
            && !reads.iter().filter(|v| outside(v)).any(|v| adds.contains(v))
    }
}

/// Whether a statement takes the last item of a list other than these.
fn takes_last(stmt: &Stmt, in_step: &[VarId]) -> bool {
    matches!(stmt, Stmt::Let(_, Op::TakeLast(d)) if !in_step.contains(d))
        || stmt.regions().into_iter().flat_map(|r| &r.stmts).any(|s| takes_last(s, in_step))
}

/// Collects which cotangents are read and which are added to; false where the order matters.
fn order_free(region: &Region, reads: &mut BTreeSet<VarId>, adds: &mut BTreeSet<VarId>) -> bool {
    region.stmts.iter().all(|stmt| match stmt {
        Stmt::Reverse(_) => true,
        Stmt::Let(_, op) => read_op(op, reads),
        Stmt::Add(place, op) => {
            adds.insert(place.root);
            read_op(op, reads)
        }
        Stmt::If(_, a, b, _) => order_free(a, reads, adds) && order_free(b, reads, adds),
        _ => false,
    })
}

fn read_op(op: &Op, reads: &mut BTreeSet<VarId>) -> bool {
    match op {
        Op::Take(..) | Op::TakeConstant(..) | Op::Turn(..) => return false,
        Op::Same(Operand::Place(p, _)) | Op::Use(Operand::Place(p, _)) => {
            reads.insert(p.root);
        }
        Op::PullNeg(_, d)
        | Op::PullSum(.., d)
        | Op::PullProduct(.., d)
        | Op::PullSquare(_, d)
        | Op::PullCast(_, d)
        | Op::PullRepeat(d, _) => {
            reads.insert(*d);
        }
        Op::Minus(op) | Op::Twice(op) | Op::PullBoxed(_, op) => return read_op(op, reads),
        _ => {}
    }
    true
}
