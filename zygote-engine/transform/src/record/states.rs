//! Which states of variables that change are read by the reverse sweep; a statement that overwrites
//! such a state saves it.

use super::Planner;
use crate::ir::{Lambda, Op, Region, Stmt, VarId};
use std::collections::BTreeSet;

impl Planner<'_> {
    /// The changing variables whose state the reverse of a statement reads as it was before.
    fn state_reads(&self, region: &Region, k: usize) -> BTreeSet<VarId> {
        let mut out = BTreeSet::new();
        for p in self.uses.get(&(region.id, k)).into_iter().flatten() {
            if self.is_state(p.root) {
                out.insert(p.root);
            }
        }
        if let Some(Stmt::Let(v, _)) = region.stmts.get(k)
            && self.wanted.contains(v)
            && self.runs_again(*v)
        {
            for p in self.operation_reads(*v) {
                if self.is_state(p.root) {
                    out.insert(p.root);
                }
            }
        }
        out
    }

    /// Follows which variables hold a value that the reverse sweep reads; a statement that
    /// overwrites such a value saves it.
    pub(super) fn flow(&mut self, region: &Region, needed: &mut BTreeSet<VarId>) {
        for (k, stmt) in region.stmts.iter().enumerate() {
            needed.extend(self.state_reads(region, k));
            self.states.extend(needed.iter());
            if let Stmt::Let(v, _) = stmt {
                // A new variable: what an earlier trip of a loop left is gone.
                needed.remove(v);
            }
            match stmt {
                Stmt::Store(place, _, old) | Stmt::Update(_, place, _, old) => {
                    let root = self.func.root(place);
                    if needed.contains(&root) && self.is_state(root) {
                        self.saved.insert(*old);
                    }
                    if self.func.resolve(place).path.is_empty() {
                        needed.remove(&root);
                    }
                }
                Stmt::Let(_, Op::Call(call)) => {
                    let ruled = self.ruled.contains(&call.back);
                    let bodies: Vec<_> = call.lambdas.iter().collect();
                    self.flow_repeated(&bodies, needed);
                    for (k, place) in call.changes(self.func) {
                        let root = self.func.root(place);
                        if ruled {
                            needed.insert(root);
                            continue;
                        }
                        if needed.contains(&root) {
                            self.saved.extend(call.olds[k]);
                        }
                        if self.func.resolve(place).path.is_empty() {
                            needed.remove(&root);
                        }
                    }
                }
                Stmt::For(_) | Stmt::While(..) | Stmt::Loop(..) => loop {
                    let before = needed.clone();
                    for inner in stmt.regions() {
                        self.flow(inner, needed);
                    }
                    needed.extend(&before);
                    if *needed == before {
                        break;
                    }
                },
                other => {
                    let before = needed.clone();
                    let regions = other.regions();
                    let mut after = BTreeSet::new();
                    for inner in &regions {
                        let mut branch = before.clone();
                        self.flow(inner, &mut branch);
                        after.extend(branch);
                    }
                    // The rest of a region may be skipped.
                    if matches!(other, Stmt::Rest(..)) {
                        after.extend(&before);
                    }
                    if !regions.is_empty() {
                        *needed = after;
                    }
                }
            }
            let held = self.held.at.get(&(region.id, k)).into_iter().flatten();
            needed.extend(held.map(|old| self.held.by[old]));
            self.states.extend(needed.iter());
        }
        needed.extend(self.state_reads(region, region.stmts.len()));
        self.states.extend(needed.iter());
    }

    /// Follows the bodies of closures, which run any number of times and restore what they are lent.
    fn flow_repeated(&mut self, lambdas: &[&Lambda], needed: &mut BTreeSet<VarId>) {
        let lent = lambdas.iter().flat_map(|l| &l.params).map(|(v, ..)| *v);
        let lent: Vec<_> = lent.filter(|v| self.is_state(*v)).collect();
        loop {
            let before = needed.clone();
            needed.extend(&lent);
            for lambda in lambdas {
                self.flow(&lambda.body, needed);
            }
            needed.extend(&before);
            needed.extend(&lent);
            if *needed == before {
                break;
            }
        }
    }
}
