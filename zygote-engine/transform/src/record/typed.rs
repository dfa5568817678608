//! Values whose type follows from what only the forward sweep says: `let z = 1 << n;` where a later
//! `let w: u64 = z;` makes it a `u64`. The reverse sweep is told their types.

use crate::ir::{Func, Op, Operand, Region, Source, Stmt, VarId};
use crate::lower::{computes, is_open};
use proc_macro2::TokenStream;
use std::collections::{BTreeMap, BTreeSet};

/// What is read in the reverse sweep by operators that depend on its type, of replayed values and the items
/// of ranges.
pub(super) fn typed(func: &Func, replayed: &BTreeMap<VarId, &Op>) -> BTreeSet<VarId> {
    let mut open = Open { func, replayed, items: BTreeSet::new() };
    open.find(&func.body);
    let mut typed = BTreeSet::new();
    for (v, op) in replayed {
        let Some((tokens, reads)) = as_written(op) else { continue };
        if computes(&tokens) {
            typed.extend(reads.into_iter().filter(|r| open.is(*r)));
            typed.extend(Some(*v).filter(|v| open.is(*v)));
        }
    }
    typed
}

/// An operation that stays as it is written, and the variables that it reads.
fn as_written(op: &Op) -> Option<(TokenStream, Vec<VarId>)> {
    match op {
        Op::Verbatim(tokens, reads, _) => {
            Some((tokens.clone(), reads.iter().map(|p| p.root).collect()))
        }
        Op::Use(Operand::Const(tokens)) => Some((tokens.clone(), vec![])),
        _ => None,
    }
}

struct Open<'a> {
    func: &'a Func,
    replayed: &'a BTreeMap<VarId, &'a Op>,
    /// The items of ranges between literals.
    items: BTreeSet<VarId>,
}

impl Open<'_> {
    fn find(&mut self, region: &Region) {
        for stmt in &region.stmts {
            if let Stmt::For(f) = stmt
                && let Source::Range(lo, hi, _) = &f.source
                && [lo, hi].into_iter().all(|bound| self.is_open_bound(bound))
            {
                self.items.extend(&f.bound);
            }
            stmt.regions().into_iter().for_each(|inner| self.find(inner));
        }
    }

    fn is_open_bound(&self, bound: &Operand) -> bool {
        match bound {
            Operand::Const(tokens) => is_open(tokens, &|v| self.is(v)),
            Operand::Place(p, _) => p.path.is_empty() && self.is(p.root),
            Operand::Lambda(_) => false,
        }
    }

    /// Whether the type of a replayed value or of an item follows from elsewhere.
    fn is(&self, v: VarId) -> bool {
        if self.func.var(v).declared.is_some() {
            return false;
        }
        let written = self.replayed.get(&v).and_then(|op| as_written(op));
        self.items.contains(&v)
            || written.is_some_and(|(tokens, _)| is_open(&tokens, &|v| self.is(v)))
    }
}
