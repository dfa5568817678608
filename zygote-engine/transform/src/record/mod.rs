//! What the reverse sweep needs of the forward sweep, and how each value comes to it: at hand
//! (parameters and items of loops), replayed (it follows by operators from values that are at hand
//! unchanged), kept (in the tuple of its region), or restored (the state of a variable that changes,
//! undone step by step where some reverse statement reads it).

mod changes;
mod stale;

use changes::calls;
pub use changes::{changed_by, changes};

use crate::adjoint::Adjoint;
use crate::ir::{
    Chain, Func, Lambda, Op, Operand, Place, Region, RegionId, Source, Stmt, Ty, VarId, VarKind,
};
use stale::Stale;
use std::collections::{BTreeMap, BTreeSet};

/// The plan.
#[derive(Clone, Debug, Default)]
pub struct Record {
    /// What is kept of each region, in the order of the source.
    pub keep: BTreeMap<RegionId, Vec<VarId>>,
    /// Values that are replayed, or kept where their type makes that cheaper, with what is kept.
    pub replay: BTreeMap<VarId, Replay>,
    /// Overwritten values that are saved.
    pub saved: BTreeSet<VarId>,
    /// Variables whose value is used after a use by value: that use takes a copy.
    pub shared: BTreeSet<VarId>,
    /// What the reverse of each statement begins with: values that are replayed there.
    pub replayed_at: BTreeMap<(RegionId, usize), Vec<VarId>>,
}

/// A replayed value.
#[derive(Clone, Debug)]
pub struct Replay {
    /// The operation.
    pub op: Op,
    /// What is kept where the type is not known to be a scalar.
    pub kept: Option<VarId>,
}

/// Plans what is kept, replayed and restored. Adds names to the adjoint's function.
pub fn plan(primal: &Func, adjoint: &mut Adjoint) -> Record {
    let mut p = Planner::new(primal, adjoint);
    p.collect(&primal.body);
    p.uses(&adjoint.body);
    // Keeping a value makes what it is computed from unnecessary, so the plan settles.
    loop {
        p.wanted = p.closure();
        let before = p.kept.len();
        let stale = Stale::of(&p, &primal.body);
        p.kept.extend(stale);
        if p.kept.len() == before {
            break;
        }
    }
    let mut needed: BTreeSet<VarId> = primal
        .params
        .iter()
        .map(|p| p.var)
        .filter(|v| primal.var(*v).kind == VarKind::Exclusive)
        .collect();
    p.flow(&primal.body, &mut needed);
    p.finish(adjoint)
}

struct Planner<'a> {
    func: &'a Func,
    ruled: BTreeSet<VarId>,
    ops: BTreeMap<VarId, Op>,
    /// What the reverse of each statement reads, with what regions inside it read.
    uses: BTreeMap<(RegionId, usize), Vec<Place>>,
    /// Bookkeeping that the reverse sweep reads.
    records: BTreeSet<VarId>,
    kept: BTreeSet<VarId>,
    wanted: BTreeSet<VarId>,
    saved: BTreeSet<VarId>,
    /// Variables whose state the reverse sweep reads or restores.
    states: BTreeSet<VarId>,
    /// Where variables are kept, if not at home.
    homes: BTreeMap<VarId, RegionId>,
}

impl<'a> Planner<'a> {
    fn new(func: &'a Func, adjoint: &Adjoint) -> Self {
        Self {
            func,
            ruled: adjoint.ruled.clone(),
            ops: BTreeMap::new(),
            uses: BTreeMap::new(),
            records: BTreeSet::new(),
            kept: BTreeSet::new(),
            wanted: BTreeSet::new(),
            saved: BTreeSet::new(),
            states: BTreeSet::new(),
            homes: BTreeMap::new(),
        }
    }

    /// Whether the variable may change after its definition.
    fn is_state(&self, v: VarId) -> bool {
        let var = self.func.var(v);
        var.kind == VarKind::Exclusive || (var.kind == VarKind::Local && var.mutable)
    }

    /// Whether the value can be computed again by operators.
    fn replayable(&self, v: VarId) -> bool {
        let var = self.func.var(v);
        var.kind == VarKind::Local
            && !var.mutable
            && match self.ops.get(&v) {
                Some(Op::Call(_) | Op::Hook(..)) | None => false,
                Some(Op::Verbatim(tokens, ..)) => !calls(tokens),
                Some(Op::Tuple(_) | Op::Array(..) | Op::Repeat(..)) => false,
                Some(Op::Use(Operand::Place(p, _))) => {
                    // A copy of a whole variable of unknown type may be a move.
                    !p.path.is_empty()
                        || matches!(self.func.var(p.root).ty, Ty::Real | Ty::Inert)
                        || matches!(self.func.var(p.root).kind, VarKind::Item | VarKind::Argument)
                }
                Some(_) => true,
            }
    }

    fn collect(&mut self, region: &Region) {
        for (k, stmt) in region.stmts.iter().enumerate() {
            self.undo_reads(region.id, k, stmt);
            match stmt {
                Stmt::Let(v, op) => {
                    self.ops.insert(*v, op.clone());
                }
                Stmt::If(.., Some(v)) | Stmt::Match(_, _, Some(v), _) | Stmt::Block(_, Some(v))
                    if crate::lower::leaves(stmt) =>
                {
                    if let Some(Stmt::Rest(_, rest, _)) = region.stmts.get(k + 1) {
                        self.homes.insert(*v, rest.id);
                    }
                }
                _ => {}
            }
            for inner in stmt.regions() {
                self.collect(inner);
            }
        }
    }

    /// Restoring an element needs its index.
    fn undo_reads(&mut self, region: RegionId, k: usize, stmt: &Stmt) {
        let mut out = vec![];
        let places: Vec<Place> = match stmt {
            Stmt::Store(place, ..) | Stmt::Update(_, place, ..) => vec![place.clone()],
            Stmt::Let(_, Op::Call(call)) => {
                call.changes(self.func).map(|(_, p)| p.clone()).collect()
            }
            _ => vec![],
        };
        for place in places {
            self.read_path(&self.func.resolve(&place), &mut out);
        }
        if !out.is_empty() {
            self.uses.entry((region, k)).or_default().extend(out);
        }
    }

    /// Collects what each group of reverse statements reads.
    fn uses(&mut self, reverse: &Region) -> Vec<Place> {
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

    fn reads(&mut self, stmt: &Stmt, out: &mut Vec<Place>) {
        match stmt {
            Stmt::Let(_, op) | Stmt::Set(_, op) => self.read_op(op, out),
            Stmt::Add(place, op) => {
                self.read_path(place, out);
                self.read_op(op, out);
            }
            Stmt::If(condition, ..) => self.read(condition, out),
            Stmt::Pull(pull) => {
                if pull.again.is_none() {
                    self.records.insert(pull.back);
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

    fn read_chain(&mut self, chain: &Chain, out: &mut Vec<Place>) {
        match chain {
            Chain::Root(a) | Chain::Plain(a) => self.read(a, out),
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
            Op::PullProduct(_, _, a, b, _) => {
                self.read(a, out);
                self.read(b, out);
            }
            Op::PullCast(taken, _)
            | Op::PullRepeat(_, taken)
            | Op::PullNeg(taken, _)
            | Op::PullSum(_, _, taken, _) => {
                self.records.insert(*taken);
            }
            Op::Take(place, shape) => {
                self.read_path(place, out);
                self.records.extend(shape);
            }
            _ => {}
        }
    }

    /// The places that the operation of a replayed value reads.
    fn operation_reads(&self, v: VarId) -> Vec<Place> {
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

    fn replayed(&self, v: VarId) -> bool {
        self.replayable(v) && !self.kept.contains(&v)
    }

    /// All variables whose values the reverse sweep needs.
    fn closure(&self) -> BTreeSet<VarId> {
        let mut todo: Vec<VarId> = self.uses.values().flatten().map(|p| p.root).collect();
        let mut all = BTreeSet::new();
        while let Some(v) = todo.pop() {
            if all.insert(v) && self.replayed(v) {
                todo.extend(self.operation_reads(v).iter().map(|p| p.root));
            }
        }
        all
    }

    /// The changing variables on which a replayed value depends.
    fn depends(&self, v: VarId, out: &mut BTreeSet<VarId>) {
        if self.is_state(v) {
            out.insert(v);
        } else if self.replayed(v) {
            for p in self.operation_reads(v) {
                self.depends(p.root, out);
            }
        }
    }

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
            && self.replayed(*v)
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
    fn flow(&mut self, region: &Region, needed: &mut BTreeSet<VarId>) {
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

    fn finish(self, adjoint: &mut Adjoint) -> Record {
        let mut record = Record::default();
        self.keep(&self.func.body, adjoint, &mut record);
        record.saved.clone_from(&self.saved);
        let mut done = BTreeSet::new();
        self.place(&self.func.body, &mut done, &mut record);
        for vars in record.keep.values() {
            record.shared.extend(vars);
        }
        let witnessed = adjoint.witnesses.iter().flat_map(|(_, w, _)| w.operands());
        record.shared.extend(witnessed.filter_map(|o| Some(o.place()?.root)));
        record
    }

    /// Lists what is kept of a region, in the order of the source.
    fn keep(&self, region: &Region, adjoint: &mut Adjoint, record: &mut Record) {
        let mut kept = vec![];
        let mut variable = |v: VarId, kept: &mut Vec<VarId>, adjoint: &mut Adjoint| {
            let var = self.func.var(v);
            if self.is_state(v) {
                if self.states.contains(&v) {
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
                    let scalar = matches!(var.ty, Ty::Real | Ty::Inert) && !literal;
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
    fn place(&self, region: &Region, done: &mut BTreeSet<VarId>, record: &mut Record) {
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
