//! Loops whose trips may run in any order.

use crate::emit::Emit;
use crate::ir::{For, Op, Operand, Region, Stmt, VarId};
use std::collections::BTreeSet;

impl Emit<'_> {
    /// Whether the trips of a loop may run in any order: none reads what another changes.
    pub(super) fn order_free(&self, f: &For) -> bool {
        let body = f.body.id;
        let outside = |v: &VarId| !self.func.within(self.func.var(*v).home, body);
        let taped = self.record.keep.keys().any(|r| self.func.within(*r, body));
        let mut reads = BTreeSet::new();
        let mut adds = BTreeSet::new();
        !taped
            && order_free(&f.body, &mut reads, &mut adds)
            && !reads.iter().filter(|v| outside(v)).any(|v| adds.contains(v))
    }
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
        Op::Take(..) | Op::TakeLast(_) | Op::TakeConstant(..) | Op::Turn(..) => return false,
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
