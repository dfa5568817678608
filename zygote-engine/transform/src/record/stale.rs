//! Replayed values that some reverse statement reads when what they depend on has changed: they have
//! to be kept instead.

use super::{Planner, changed_by, changes};
use crate::ir::{Op, Place, Region, Stmt, Ty, VarId};
use std::collections::{BTreeMap, BTreeSet};

/// Finds replayed values that some reverse statement reads when what they depend on has changed.
pub(super) struct Stale<'a, 'b> {
    p: &'b Planner<'a>,
    /// The version of each changing variable.
    versions: BTreeMap<VarId, usize>,
    next: usize,
    /// The versions on which each replayed value depends.
    at: BTreeMap<VarId, Vec<(VarId, usize)>>,
    stale: Vec<VarId>,
}

impl<'a, 'b> Stale<'a, 'b> {
    /// The stale values of a body.
    pub fn of(p: &'b Planner<'a>, body: &Region) -> Vec<VarId> {
        let (versions, at) = (BTreeMap::new(), BTreeMap::new());
        let mut walk = Self { p, versions, next: 0, at, stale: vec![] };
        walk.region(body);
        walk.stale
    }

    fn version(&self, v: VarId) -> usize {
        self.versions.get(&v).copied().unwrap_or(0)
    }

    fn bump(&mut self, v: VarId) {
        self.next += 1;
        self.versions.insert(v, self.next);
    }

    fn define(&mut self, v: VarId) {
        if self.p.runs_again(v) {
            let mut depends = BTreeSet::new();
            match self.p.restated(v) {
                true => self.p.depends_by_operation(v, &mut depends),
                false => self.p.depends(v, &mut depends),
            }
            let versions = depends.into_iter().map(|d| (d, self.version(d))).collect();
            self.at.insert(v, versions);
        }
    }

    /// Whether a value holds references, and only values that may be kept in its place have changed.
    fn is_made_again(&self, v: VarId) -> bool {
        if self.p.found.contains(&v) {
            return true;
        }
        let changed = |d: VarId| {
            let mut versions = self.at[&v].iter();
            versions.any(|(of, n)| *of == d && self.version(d) != *n)
        };
        let op = &self.p.ops[&v];
        let reads = self.p.operation_reads(v);
        // Of a variable that changes all but the references is kept anyway.
        let is_kept = |p: &Place| {
            let is_unread = match op {
                Op::Construct(_) => matches!(self.p.func.ty(p), Ty::Real | Ty::Inert),
                Op::Call(call) => crate::makers::is_clone(call),
                _ => false,
            };
            is_unread && self.p.restated(v)
        };
        let mut reads = reads.into_iter().filter(|p| !is_kept(p));
        self.p.func.refers(op) && !reads.any(|p| changed(p.root))
    }

    /// Checks the values that the reverse of a statement reads.
    fn check(&mut self, region: &Region, k: usize) {
        let mut todo: Vec<VarId> =
            self.p.uses.get(&(region.id, k)).into_iter().flatten().map(|p| p.root).collect();
        let mut seen = BTreeSet::new();
        while let Some(v) = todo.pop() {
            if !seen.insert(v) || !self.p.runs_again(v) {
                continue;
            }
            // Only a value of this very region is computed here.
            let here = self.p.func.var(v).home == region.id;
            let versions = self.at.get(&v).filter(|_| here);
            let mut versions = versions.into_iter().flatten();
            if versions.any(|(d, n)| self.version(*d) != *n) && !self.is_made_again(v) {
                self.stale.push(v);
            } else {
                todo.extend(self.p.operation_reads(v).iter().map(|p| p.root));
            }
        }
    }

    fn region(&mut self, region: &Region) {
        for (k, stmt) in region.stmts.iter().enumerate() {
            match stmt {
                Stmt::Let(v, Op::Call(call)) => {
                    let mut changed = BTreeSet::new();
                    changed_by(self.p.func, std::slice::from_ref(stmt), &mut changed);
                    let before = self.versions.clone();
                    for lambda in &call.lambdas {
                        self.versions.clone_from(&before);
                        changed.iter().for_each(|r| self.bump(*r));
                        self.region(&lambda.body);
                    }
                    self.versions = before;
                    changed.into_iter().for_each(|r| self.bump(r));
                    self.define(*v);
                    self.check(region, k);
                }
                Stmt::Let(v, _) => {
                    self.check(region, k);
                    self.define(*v);
                }
                Stmt::Store(place, ..) | Stmt::Update(_, place, ..) => {
                    self.check(region, k);
                    let root = self.p.func.root(place);
                    self.bump(root);
                }
                other if !other.regions().is_empty() => {
                    let mut changed = BTreeSet::new();
                    for inner in other.regions() {
                        changes(self.p.func, inner, &mut changed);
                    }
                    let is_loop = matches!(other, Stmt::For(_) | Stmt::While(..) | Stmt::Loop(..));
                    let before = self.versions.clone();
                    for inner in other.regions() {
                        self.versions.clone_from(&before);
                        if is_loop {
                            changed.iter().for_each(|r| self.bump(*r));
                        }
                        self.region(inner);
                    }
                    changed.iter().for_each(|r| self.bump(*r));
                    self.check(region, k);
                }
                _ => self.check(region, k),
            }
        }
        self.check(region, region.stmts.len());
    }
}
