//! The adjoint of a function, in the same IR: the statements backwards, each pulling the cotangent
//! of what it made to what it read.
//!
//! The first contribution to a cotangent assigns it; a zero is written only where a contribution
//! comes from inside a branch or a loop, or to a part. Primal values are referred to by their own
//! names; whether such a value is kept, replayed or restored is decided later, by `record`.

mod borrowed;
mod call;
mod copied;
mod cotangent;
mod loops;
mod operators;
mod pull;
mod scaled;

pub use copied::{is_named, may_refer};
pub use cotangent::touched;
pub use operators::Witness;

use crate::activity::Activity;
use crate::ir::{
    Exit, Func, Mode, Op, Operand, Place, Region, RegionId, Stmt, Var, VarId, VarKind,
};
use borrowed::Borrows;
use cotangent::Cotangent;
use std::collections::{BTreeMap, BTreeSet};

/// A point of the forward sweep.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Point {
    /// The region.
    pub region: RegionId,
    /// The statement before which, or after which, the point lies.
    pub stmt: usize,
    /// Whether it lies after the statement.
    pub after: bool,
}

/// The adjoint program.
#[derive(Clone, Debug)]
pub struct Adjoint {
    /// The primal, its variables continued by those of the adjoint.
    pub func: Func,
    /// The reverse of the body.
    pub body: Region,
    /// The cotangent of the result.
    pub seed: VarId,
    /// The shadows of parameters by reference, and the cotangents of those by value.
    pub cotangents: BTreeMap<VarId, VarId>,
    /// Shapes and the like that the forward sweep takes: where, of what, and their names.
    pub witnesses: Vec<(Point, Witness, VarId)>,
    /// The calls that go through their rules, by pullback.
    pub ruled: BTreeSet<VarId>,
    /// The shadows that the reverse of a closure gets for its arguments.
    pub arguments: BTreeSet<VarId>,
    /// The arguments of calls, by pullback and position, that get a cotangent of their own.
    pub own: BTreeSet<(VarId, usize)>,
    /// The bodies of closures, and the variables that have a cotangent of their own there.
    pub own_inside: BTreeSet<(RegionId, VarId)>,
    /// The arguments of calls that are closures without effects and without captures that vary.
    pub pure: BTreeSet<(VarId, usize)>,
    /// Copies of fields that may be references, with the fields.
    pub copied: BTreeMap<VarId, Place>,
    /// Those of which the reverse sweep has not the field.
    pub taken: BTreeSet<VarId>,
    /// Values that hold references, which are made again: nothing borrowed is kept.
    pub referring: BTreeSet<VarId>,
    /// Copies of fields of what is lent exclusively, and shapes of them, with the fields: those that are references
    /// are found there again, as nothing makes them refer to something else.
    pub found: BTreeMap<VarId, Place>,
}

/// Builds the adjoint of `primal`.
pub fn of(primal: &Func, activity: &Activity) -> Adjoint {
    let mut func = primal.clone();
    let span = func.written_at(func.body.result.iter());
    let body_id = func.body.id;
    let seed = func.add("dy", span, Var::new(VarKind::Cotangent(VarId(usize::MAX)), body_id));
    let mut b = Builder {
        func,
        activity,
        live: BTreeMap::new(),
        witnesses: vec![],
        ruled: BTreeSet::new(),
        arguments: BTreeSet::new(),
        own: BTreeSet::new(),
        own_inside: BTreeSet::new(),
        pure: BTreeSet::new(),
        defined: BTreeMap::new(),
        referring: BTreeSet::new(),
        found: BTreeMap::new(),
        assigned: BTreeSet::new(),
        copied: BTreeMap::new(),
        taken: BTreeSet::new(),
        seed,
        at: Point { region: body_id, stmt: 0, after: true },
        shadows: BTreeMap::new(),
        borrows: Borrows::default(),
    };
    b.referring.clone_from(&primal.borrowing);
    b.assigned(&primal.body);
    b.definitions(&primal.body);
    for p in &primal.params {
        if activity.active(p.var) && b.func.var(p.var).kind != VarKind::Value {
            let d = b.cotangent_var(p.var);
            b.shadows.insert(p.var, d);
            b.live.insert(p.var, Cotangent { var: d, zero: false });
        }
    }
    let mut out = vec![Stmt::Reverse(primal.body.stmts.len())];
    b.at.stmt = primal.body.stmts.len();
    if let Some(result) = &primal.body.result {
        b.contribute(body_id, result, Op::Use(Operand::var(seed)), &mut out);
    }
    b.region(&primal.body, &mut out);
    for p in &primal.params {
        if let Some(c) = b.live.get(&p.var)
            && !c.zero
        {
            b.shadows.insert(p.var, c.var);
        }
    }
    let mut body = Region { id: body_id, stmts: out, result: None };
    scaled::carry(&b.func, &mut body);
    Adjoint {
        body,
        seed,
        cotangents: b.shadows,
        witnesses: b.witnesses,
        ruled: b.ruled,
        arguments: b.arguments,
        own: b.own,
        own_inside: b.own_inside,
        pure: b.pure,
        copied: b.copied,
        taken: b.taken,
        referring: b.referring,
        found: b.found,
        func: b.func,
    }
}

struct Builder<'a> {
    func: Func,
    activity: &'a Activity,
    live: BTreeMap<VarId, Cotangent>,
    shadows: BTreeMap<VarId, VarId>,
    witnesses: Vec<(Point, Witness, VarId)>,
    ruled: BTreeSet<VarId>,
    arguments: BTreeSet<VarId>,
    own: BTreeSet<(VarId, usize)>,
    own_inside: BTreeSet<(RegionId, VarId)>,
    pure: BTreeSet<(VarId, usize)>,
    /// Where each variable of the primal is defined.
    defined: BTreeMap<VarId, Point>,
    /// Values that hold references, which are made again: nothing borrowed is kept.
    referring: BTreeSet<VarId>,
    /// Copies of fields of what is lent exclusively, and shapes of them.
    found: BTreeMap<VarId, Place>,
    /// Variables that are assigned as a whole.
    assigned: BTreeSet<VarId>,
    /// Copies of fields that may be references.
    copied: BTreeMap<VarId, Place>,
    /// Those of which the reverse sweep has not the field.
    taken: BTreeSet<VarId>,
    seed: VarId,
    borrows: Borrows,
    /// The point of the forward sweep whose state the reverse sweep has here.
    at: Point,
}

impl Builder<'_> {
    fn assigned(&mut self, region: &Region) {
        for stmt in &region.stmts {
            if let Stmt::Store(place, ..) = stmt {
                let place = self.func.resolve(place);
                self.assigned.extend(Some(place.root).filter(|_| place.path.is_empty()));
            }
            stmt.regions().into_iter().for_each(|inner| self.assigned(inner));
        }
    }

    fn definitions(&mut self, region: &Region) {
        for (stmt, s) in region.stmts.iter().enumerate() {
            let point = Point { region: region.id, stmt, after: true };
            match s {
                Stmt::Let(v, op) => {
                    self.defined.insert(*v, point);
                    let var = self.func.var(*v);
                    let restated =
                        var.mutable && var.kind == VarKind::Local && !self.assigned.contains(v);
                    if self.func.refers(op) && (restated || !var.mutable) {
                        self.referring.insert(*v);
                    }
                    self.copies_field(*v, op);
                }
                Stmt::Destructure(_, _, bindings) => {
                    self.defined.extend(bindings.iter().map(|(v, _)| (*v, point)));
                }
                Stmt::If(.., value)
                | Stmt::Match(_, _, value, _)
                | Stmt::Block(_, value)
                | Stmt::Rest(_, _, value) => self.defined.extend(value.map(|v| (v, point))),
                _ => {}
            }
            for inner in s.regions() {
                self.definitions(inner);
            }
        }
    }

    /// A name for the shape of an operand at a point of the forward sweep.
    fn shape(&mut self, point: Point, operand: Operand) -> VarId {
        self.witness(point, Witness::Shape(operand))
    }

    fn before(&self) -> Point {
        Point { after: false, ..self.at }
    }

    /// The reverse of a region inside another.
    fn inner(&mut self, primal: &Region, result: Option<VarId>) -> Region {
        let (outer, borrows) = (self.at, self.borrows.clone());
        self.at = Point { region: primal.id, stmt: primal.stmts.len(), after: true };
        let stale_before: BTreeSet<_> =
            self.live.iter().filter(|(_, c)| c.zero).map(|(v, _)| *v).collect();
        let mut out = vec![Stmt::Reverse(primal.stmts.len())];
        if let (Some(to), Some(d)) = (&primal.result, result) {
            self.contribute(primal.id, to, Op::Same(Operand::var(d)), &mut out);
        }
        self.region(primal, &mut out);
        self.at = Point { region: primal.id, stmt: 0, after: false };
        let stale: Vec<_> = self.live.iter().filter(|(_, c)| c.zero).map(|(v, _)| *v).collect();
        for v in stale {
            let var = self.func.var(v);
            // What was stale before the region is so after it, for each of several branches alike.
            if var.home == primal.id || stale_before.contains(&v) {
                continue;
            }
            if var.kind == VarKind::Local && !var.mutable {
                // Before it was given its only value it had no cotangent.
                self.live.entry(v).and_modify(|c| c.zero = false);
            } else {
                self.ensure(primal.id, v, &mut out);
            }
        }
        let func = &self.func;
        self.live.retain(|v, _| func.var(*v).home != primal.id);
        (self.at, self.borrows) = (outer, borrows);
        Region { id: primal.id, stmts: out, result: None }
    }

    fn region(&mut self, primal: &Region, out: &mut Vec<Stmt>) {
        for (k, stmt) in primal.stmts.iter().enumerate().rev() {
            self.at = Point { region: primal.id, stmt: k, after: true };
            let mut group = vec![];
            self.with_borrows(stmt, |s| s.stmt(primal.id, stmt, &mut group));
            out.push(Stmt::Reverse(k));
            out.extend(group);
        }
    }

    fn stmt(&mut self, here: RegionId, stmt: &Stmt, out: &mut Vec<Stmt>) {
        match stmt {
            Stmt::Let(v, Op::Call(call)) => self.call(here, *v, call, out),
            Stmt::Let(v, op) => {
                if let Some(d) = self.cotangent(*v) {
                    self.pull(here, d, op, out);
                }
            }
            Stmt::Destructure(_, from, bindings) => {
                for (v, path) in bindings {
                    if let (Some(d), Some(place)) = (self.cotangent(*v), from.place()) {
                        let mut part = place.clone();
                        part.path.extend_from_slice(path);
                        let part = Operand::Place(part, Mode::Value);
                        self.contribute(here, &part, Op::Use(Operand::var(d)), out);
                    }
                }
            }
            Stmt::Store(place, value, _) => self.store(here, place, value, out),
            Stmt::Update(op, place, value, _) => self.update(here, op, place, value, out),
            Stmt::Append(list, value) => {
                if let Some(d) = self.cotangent(*list) {
                    let item = self.cotangent_var(*list);
                    self.func.vars[item.0].ty = self.ty(value);
                    out.push(Stmt::Let(item, Op::TakeLast(d)));
                    self.contribute(here, value, Op::Use(Operand::var(item)), out);
                }
            }
            Stmt::If(condition, a, b, value) => {
                self.prepare(here, &[a, b], out);
                let d = value.and_then(|v| self.cotangent(v));
                let (ra, rb) = (self.inner(a, d), self.inner(b, d));
                if self.matters(a, &ra) || self.matters(b, &rb) {
                    out.push(Stmt::If(condition.clone(), ra, rb, None));
                }
            }
            Stmt::Match(_, arms, value, arm) => {
                let regions: Vec<_> = arms.iter().map(|(_, r)| r).collect();
                self.prepare(here, &regions, out);
                let d = value.and_then(|v| self.cotangent(v));
                let reverse: Vec<_> = regions.iter().map(|r| self.inner(r, d)).collect();
                if regions.iter().zip(&reverse).any(|(a, r)| self.matters(a, r)) {
                    out.push(Stmt::ReverseMatch(*arm, reverse));
                }
            }
            Stmt::Block(region, value) => {
                self.prepare(here, &[region], out);
                let d = value.and_then(|v| self.cotangent(v));
                let reverse = self.inner(region, d);
                if self.matters(region, &reverse) {
                    out.push(Stmt::Block(reverse, None));
                }
            }
            Stmt::Rest(flag, region, value) => {
                self.prepare(here, &[region], out);
                let d = value.and_then(|v| self.cotangent(v));
                let reverse = self.inner(region, d);
                if self.matters(region, &reverse) {
                    out.push(Stmt::ReverseRest(*flag, reverse));
                }
            }
            Stmt::For(f) => self.for_loop(here, f, out),
            Stmt::While(_, _, body, trips) | Stmt::Loop(_, body, trips) => {
                self.prepare(here, &[body], out);
                let reverse = self.inner(body, None);
                if self.matters(body, &reverse) {
                    out.push(Stmt::ReverseCount(*trips, reverse));
                }
            }
            Stmt::Exit(Exit::Return(value)) => {
                let seed = Op::Same(Operand::var(self.seed));
                self.contribute(here, value, seed, out);
            }
            _ => {}
        }
    }

    /// Whether the reverse of a region has anything to do: a cotangent to pull, or a change to undo.
    fn matters(&self, primal: &Region, reverse: &Region) -> bool {
        let mut changed = BTreeSet::new();
        crate::record::changes(&self.func, primal, &mut changed);
        let outer = changed.iter().any(|v| self.func.var(*v).home != primal.id);
        outer || reverse.stmts.iter().any(|s| !matches!(s, Stmt::Reverse(_)))
    }
}
