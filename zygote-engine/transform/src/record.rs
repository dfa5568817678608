//! Which primal values the reverse sweep reads, and how each comes to it: at hand (parameters and
//! loop indices), replayed (it follows from values at hand by operators and reads of immutable
//! slices), or kept (captured, or put on a typed tape where its region is entered repeatedly).

use crate::adjoint::Adjoint;
use crate::ir::{Func, Op, Region, Stmt, VarId};
use std::collections::{BTreeMap, BTreeSet};

/// The plan, by region of the primal.
#[derive(Default)]
pub struct Record {
    /// Values that are kept.
    pub keep: BTreeMap<usize, Vec<VarId>>,
    /// Values that are computed again, in the order of their definitions.
    pub replay: BTreeMap<usize, Vec<(VarId, Op)>>,
    /// Regions inside a loop: their tapes are stacks.
    pub repeated: BTreeSet<usize>,
}

/// Plans what is kept and what is replayed.
pub fn plan(primal: &Func, adjoint: &Adjoint) -> Record {
    let mut wanted = BTreeSet::new();
    reads(&adjoint.func.body, &mut wanted);
    wanted.retain(|v| v.0 < adjoint.primal_vars);
    let mut p =
        Planner { primal, free: BTreeMap::new(), ops: BTreeMap::new(), record: Record::default() };
    p.scan(&primal.body, false);
    let mut all = BTreeSet::new();
    for v in wanted {
        p.close(v, &mut all);
    }
    p.assign(&primal.body, &all);
    p.record
}

fn reads(region: &Region, set: &mut BTreeSet<VarId>) {
    for stmt in &region.stmts {
        match stmt {
            Stmt::Let(_, op) | Stmt::Store(_, op) | Stmt::Add(_, op) => set.extend(op.operands()),
            Stmt::AddAt(s, i, d) => set.extend([*s, *i, *d]),
            Stmt::Pull(back, args, _, d) => {
                set.extend([*back, *d]);
                set.extend(args);
            }
            Stmt::If(c, a, b, _) => {
                set.insert(*c);
                reads(a, set);
                reads(b, set);
            }
            Stmt::For(_, lo, hi, _, _, body) => {
                set.extend([*lo, *hi]);
                reads(body, set);
            }
            Stmt::Verbatim(_) => {}
        }
    }
}

struct Planner<'a> {
    primal: &'a Func,
    /// Whether a value can be replayed from values at hand. Parameters and indices are not in it.
    free: BTreeMap<VarId, bool>,
    ops: BTreeMap<VarId, Op>,
    record: Record,
}

impl Planner<'_> {
    fn scan(&mut self, region: &Region, repeated: bool) {
        if repeated {
            self.record.repeated.insert(region.id);
        }
        for stmt in &region.stmts {
            match stmt {
                Stmt::Let(v, op) => {
                    let pure = !matches!(op, Op::Plain(..) | Op::Rule(..));
                    let fixed = |o: &VarId| {
                        !self.primal.var(*o).mutable && self.free.get(o).copied().unwrap_or(true)
                    };
                    let free =
                        pure && !self.primal.var(*v).mutable && op.operands().iter().all(fixed);
                    self.free.insert(*v, free);
                    self.ops.insert(*v, op.clone());
                    if let Op::Rule(.., back) = op {
                        self.free.insert(*back, false);
                    }
                }
                Stmt::If(_, a, b, out) => {
                    self.scan(a, repeated);
                    self.scan(b, repeated);
                    self.free.extend(out.map(|v| (v, false)));
                }
                Stmt::For(.., body) => self.scan(body, true),
                _ => {}
            }
        }
    }

    fn close(&self, v: VarId, all: &mut BTreeSet<VarId>) {
        if all.insert(v) && self.free.get(&v) == Some(&true) {
            self.ops[&v].operands().into_iter().for_each(|o| self.close(o, all));
        }
    }

    fn assign(&mut self, region: &Region, all: &BTreeSet<VarId>) {
        for stmt in &region.stmts {
            match stmt {
                Stmt::Let(v, op) => {
                    self.put(region.id, *v, all);
                    if let Op::Rule(.., back) = op {
                        self.put(region.id, *back, all);
                    }
                }
                Stmt::If(_, a, b, out) => {
                    self.assign(a, all);
                    self.assign(b, all);
                    if let Some(v) = out {
                        self.put(region.id, *v, all);
                    }
                }
                Stmt::For(.., body) => self.assign(body, all),
                _ => {}
            }
        }
    }

    fn put(&mut self, region: usize, v: VarId, all: &BTreeSet<VarId>) {
        if !all.contains(&v) {
            return;
        }
        if self.free.get(&v) == Some(&true) {
            self.record.replay.entry(region).or_default().push((v, self.ops[&v].clone()));
        } else {
            self.record.keep.entry(region).or_default().push(v);
        }
    }
}
