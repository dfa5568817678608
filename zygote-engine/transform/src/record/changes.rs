//! Which variables a part of the primal changes.

use crate::ir::{Func, Op, Region, Stmt, VarId};
use std::collections::BTreeSet;

/// The variables that a region changes.
pub fn changes(func: &Func, region: &Region, out: &mut BTreeSet<VarId>) {
    changed_by(func, &region.stmts, out);
}

/// The variables that statements change.
pub fn changed_by(func: &Func, stmts: &[Stmt], out: &mut BTreeSet<VarId>) {
    for stmt in stmts {
        match stmt {
            Stmt::Store(place, ..) | Stmt::Update(_, place, ..) => {
                out.insert(func.root(place));
            }
            Stmt::Let(_, Op::Call(call)) => {
                out.extend(call.changes(func).map(|(_, p)| func.root(p)));
            }
            _ => {}
        }
        stmt.regions().into_iter().for_each(|r| changes(func, r, out));
    }
}
