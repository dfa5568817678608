//! Which places each reverse statement reads.

use super::Planner;
use crate::ir::{Call, Chain, Op, Operand, Place, Region, RegionId, Source, Stmt, VarId, mention};
use std::collections::BTreeSet;

impl Planner<'_> {
    /// Restoring an element needs its index.
    pub(super) fn undo_reads(&mut self, region: RegionId, k: usize, stmt: &Stmt) {
        let mut out = vec![];
        let places: Vec<Place> = match stmt {
            Stmt::Store(place, ..) | Stmt::Update(_, place, ..) => vec![place.clone()],
            Stmt::Let(_, Op::Call(call)) => {
                call.changes(self.func).map(|(_, p)| p.clone()).collect()
            }
            _ => vec![],
        };
        for place in places {
            let place = self.func.resolve(&place);
            self.read_path(&place, &mut out);
            // It has to be made again before.
            if self.referring.contains(&place.root) {
                out.push(place);
            }
        }
        if !out.is_empty() {
            self.uses.entry((region, k)).or_default().extend(out);
        }
    }

    /// Collects what each group of reverse statements reads.
    pub(super) fn uses(&mut self, reverse: &Region) -> Vec<Place> {
        let mut all = vec![];
        let mut at = None;
        for stmt in &reverse.stmts {
            if let Stmt::Reverse(k) = stmt {
                at = Some(*k);
                // What restoring needs is read here, too.
                all.extend(self.uses.get(&(reverse.id, *k)).into_iter().flatten().cloned());
                continue;
            }
            let mut reads = vec![];
            self.reads(stmt, &mut reads);
            for inner in stmt.regions() {
                reads.extend(self.uses(inner));
            }
            if let Some(k) = at {
                self.uses.entry((reverse.id, k)).or_default().extend(reads.iter().cloned());
            }
            all.extend(reads);
        }
        all
    }

    pub(super) fn reads(&mut self, stmt: &Stmt, out: &mut Vec<Place>) {
        match stmt {
            Stmt::Let(_, op) | Stmt::Set(_, op) => self.read_op(op, out),
            Stmt::Add(place, op) => {
                self.read_path(place, out);
                self.read_op(op, out);
            }
            Stmt::If(condition, ..) => self.read(condition, out),
            Stmt::Pull(pull) => {
                match &pull.again {
                    None => {
                        self.records.insert(pull.back);
                    }
                    Some(call) => self.reads_of_closures(call, out),
                }
                pull.args.iter().for_each(|a| self.read(a, out));
                pull.shadows.iter().flatten().for_each(|s| self.read_path(s, out));
            }
            Stmt::ReverseFor(f, lent) => {
                self.records.extend(f.trips);
                match &f.source {
                    Source::Range(lo, hi, _) => {
                        self.read(lo, out);
                        self.read(hi, out);
                    }
                    Source::Walk(chain) => self.read_chain(chain, out),
                }
                lent.iter().for_each(|l| self.read_path(&l.shadow, out));
            }
            Stmt::ReverseCount(v, _) | Stmt::ReverseRest(v, _) | Stmt::ReverseMatch(v, _) => {
                self.records.insert(*v);
            }
            _ => {}
        }
    }

    /// What closures that run again read of outside.
    fn reads_of_closures(&self, call: &Call, out: &mut Vec<Place>) {
        let mut mentioned = BTreeSet::new();
        for body in call.lambdas.iter().map(|l| &l.body) {
            body.stmts.iter().for_each(|s| mention(s, &mut mentioned));
            mentioned.extend(body.result.as_ref().and_then(Operand::place).map(|p| p.root));
        }
        let roots = mentioned.into_iter().map(|v| self.func.root(&Place::var(v)));
        let outside = |v: &VarId| {
            let home = self.func.var(*v).home;
            !call.lambdas.iter().any(|l| self.func.within(home, l.body.id))
        };
        out.extend(roots.filter(outside).map(Place::var));
    }

    fn read_chain(&mut self, chain: &Chain, out: &mut Vec<Place>) {
        match chain {
            Chain::Root(a, order) => {
                self.read(a, out);
                out.extend(order.map(Place::var));
            }
            Chain::Plain(a) => self.read(a, out),
            Chain::Range(lo, hi, _) => {
                self.read(lo, out);
                self.read(hi, out);
            }
            Chain::Method(receiver, _, args) => {
                self.read_chain(receiver, out);
                args.iter().for_each(|a| self.read_chain(a, out));
            }
        }
    }

    fn read(&mut self, operand: &Operand, out: &mut Vec<Place>) {
        if let Some(place) = operand.place() {
            self.read_place(place, out);
        }
    }

    fn read_place(&mut self, place: &Place, out: &mut Vec<Place>) {
        let resolved = self.func_resolve(place);
        for index in resolved.indices() {
            self.read(index, out);
        }
        out.push(resolved);
    }

    fn func_resolve(&self, place: &Place) -> Place {
        if place.root.0 < self.func.vars.len() { self.func.resolve(place) } else { place.clone() }
    }

    /// The indices in the path of a shadow.
    fn read_path(&mut self, shadow: &Place, out: &mut Vec<Place>) {
        for index in shadow.indices() {
            self.read(index, out);
        }
    }

    fn read_op(&mut self, op: &Op, out: &mut Vec<Place>) {
        match op {
            Op::Zero(_, shape) => self.records.extend(shape),
            Op::ZeroLike(place) => self.read_place(place, out),
            Op::Hooked(_, _, reads) => reads.iter().for_each(|p| self.read_place(p, out)),
            Op::Same(a) | Op::Use(a) => {
                if let Some(p) = a.place() {
                    self.read_path(p, out);
                }
            }
            Op::Turn(place, residual) => {
                self.read_path(place, out);
                self.records.insert(*residual);
            }
            Op::PullProduct(..) | Op::PullSquare(..) => {
                op.factors().into_iter().for_each(|a| self.read(a, out));
            }
            Op::Minus(op) | Op::Twice(op) => self.read_op(op, out),
            Op::PullCast(taken, _)
            | Op::PullRepeat(_, taken)
            | Op::PullNeg(taken, _)
            | Op::PullSum(_, _, taken, _) => {
                self.records.insert(*taken);
            }
            Op::PullBoxed(taken, op) => {
                self.records.insert(*taken);
                self.read_op(op, out);
            }
            Op::TakeConstant(shadow, place) => {
                self.read_path(shadow, out);
                self.read_place(place, out);
            }
            Op::Take(place, shape) => {
                self.read_path(place, out);
                self.records.extend(shape);
            }
            _ => {}
        }
    }

    /// The places that the operation of a replayed value reads.
    pub(super) fn operation_reads(&self, v: VarId) -> Vec<Place> {
        let mut out = vec![];
        let mut add = |p: &Place| {
            let resolved = self.func.resolve(p);
            let mut todo = vec![resolved];
            while let Some(p) = todo.pop() {
                for index in p.indices() {
                    todo.extend(index.place().map(|p| self.func.resolve(p)));
                }
                out.push(p);
            }
        };
        match &self.ops[&v] {
            Op::Verbatim(_, reads, _) => reads.iter().for_each(&mut add),
            op => op.operands().into_iter().filter_map(|o| o.place()).for_each(&mut add),
        }
        out
    }
}
