//! What the reverse sweep needs of the forward sweep, and how each value comes to it: at hand
//! (parameters and items of loops), replayed (it follows by operators from values that are at hand
//! unchanged), kept (in the tuple of its region), or restored (the state of a variable that changes,
//! undone step by step where some reverse statement reads it).

mod changes;
mod held;
mod layout;
mod needed;
mod reads;
mod stale;
mod states;
mod typed;

use crate::activity::{Activity, Sources};
use crate::adjoint::{Adjoint, Witness};
use crate::ir::{Func, Op, Operand, Place, Proj, Region, RegionId, Stmt, Ty, VarId, VarKind};
pub use changes::{calls, changed_by, changes};
pub use held::Held;
use proc_macro2::TokenStream;
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
    /// Overwritten values that other variables hold.
    pub held: Held,
    /// Variables whose value is used after a use by value: that use takes a copy.
    pub shared: BTreeSet<VarId>,
    /// What the reverse of each statement begins with: values that are replayed there.
    pub replayed_at: BTreeMap<(RegionId, usize), Vec<VarId>>,
    /// Variables of which the reverse sweep is told the type.
    pub typed: BTreeSet<VarId>,
    /// What is kept, and the pullbacks, of which only cotangents are made that one of these parameters
    /// needs: a caller who says that they are constant does without.
    pub needed_for: BTreeMap<VarId, Sources>,
}

impl Record {
    /// Whether the reverse sweep restores an overwritten value.
    pub fn restores(&self, old: &VarId) -> bool {
        self.saved.contains(old) || self.held.by.contains_key(old)
    }

    /// The same where nothing is kept.
    pub fn without_keeps(&self) -> Self {
        Self { shared: self.shared.clone(), ..Self::default() }
    }
}

/// A replayed value.
#[derive(Clone, Debug)]
pub struct Replay {
    /// The operation.
    pub op: Op,
    /// What is kept where the type is not known to be a scalar, or the variable changes.
    pub kept: Option<VarId>,
}

/// Plans what is kept, replayed and restored. Adds names to the adjoint's function.
pub fn plan(primal: &Func, activity: &Activity, adjoint: &mut Adjoint) -> Record {
    let mut p = Planner::new(primal, adjoint);
    p.collect(&primal.body);
    let restoring: Vec<VarId> = p.uses.values().flatten().map(|p| p.root).collect();
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
    let exclusive = |v: &VarId| primal.var(*v).kind == VarKind::Exclusive;
    let needed: BTreeSet<VarId> = primal.params.iter().map(|p| p.var).filter(exclusive).collect();
    p.flow(&primal.body, &mut needed.clone());
    let mut held = Held::default();
    p.find_held(&primal.body, &mut held);
    if !held.by.is_empty() {
        p.held = held;
        p.flow(&primal.body, &mut needed.clone());
        p.saved.retain(|old| !p.held.by.contains_key(old));
    }
    let mut record = p.finish(adjoint);
    record.needed_for = needed::needed_for(&mut p, activity, adjoint, &record, restoring);
    record
}

struct Planner<'a> {
    func: &'a Func,
    ruled: BTreeSet<VarId>,
    /// Values that hold references, which are made again.
    referring: BTreeSet<VarId>,
    /// Copies of fields of those, which are found there again if they are references.
    found: BTreeSet<VarId>,
    ops: BTreeMap<VarId, Op>,
    /// What the reverse of each statement reads, with what regions inside it read.
    uses: BTreeMap<(RegionId, usize), Vec<Place>>,
    /// Bookkeeping that the reverse sweep reads.
    records: BTreeSet<VarId>,
    kept: BTreeSet<VarId>,
    wanted: BTreeSet<VarId>,
    saved: BTreeSet<VarId>,
    held: Held,
    /// Variables whose state the reverse sweep reads or restores.
    states: BTreeSet<VarId>,
    /// Where variables are kept, if not at home.
    homes: BTreeMap<VarId, RegionId>,
}

impl<'a> Planner<'a> {
    fn new(func: &'a Func, adjoint: &Adjoint) -> Self {
        let is_local = |field: &Place| func.var(field.root).kind == VarKind::Local;
        let found = adjoint.found.iter().filter(|(_, field)| is_local(field));
        Self {
            func,
            ruled: adjoint.ruled.clone(),
            referring: adjoint.referring.clone(),
            found: found.map(|(copy, _)| *copy).collect(),
            ops: BTreeMap::new(),
            uses: BTreeMap::new(),
            records: BTreeSet::new(),
            kept: BTreeSet::new(),
            wanted: BTreeSet::new(),
            saved: BTreeSet::new(),
            held: Held::default(),
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
        if self.found.contains(&v) {
            return true;
        }
        var.kind == VarKind::Local
            && !var.mutable
            && !self.func.handed.contains(&v)
            && !self.func.collected.contains(&v)
            && !self.refers_through(v)
            && match self.ops.get(&v) {
                Some(op @ Op::Call(_)) => self.func.refers(op),
                Some(Op::Hook(..)) | None => false,
                Some(Op::Verbatim(tokens, reads, _)) => {
                    !calls(tokens)
                        || self.may_borrow(v, tokens, reads)
                        || self.copies_lent(tokens, reads)
                }
                Some(op @ (Op::Tuple(_) | Op::Array(..))) => self.func.refers(op),
                Some(Op::Repeat(..) | Op::Object(..) | Op::Stored(_)) => false,
                Some(Op::Use(Operand::Place(p, _))) => {
                    // A copy of a whole variable of unknown type may be a move.
                    !p.path.is_empty()
                        || matches!(self.func.var(p.root).ty, Ty::Real | Ty::Inert)
                        || matches!(self.func.var(p.root).kind, VarKind::Item | VarKind::Argument)
                }
                // What is written where it is used has no name.
                Some(op) => !op
                    .operands()
                    .iter()
                    .filter_map(|o| o.place())
                    .any(|p| self.func.inlined.contains(&p.root)),
            }
    }

    /// Whether a value is read through what a function without a derivative gives, which may be a reference: it
    /// is kept in the place of that.
    fn refers_through(&self, v: VarId) -> bool {
        let is_given = |p: &Place| {
            p.path.first() == Some(&Proj::Deref)
                && match self.ops.get(&p.root) {
                    Some(Op::Call(call)) => !self.ruled.contains(&call.back),
                    Some(Op::Verbatim(tokens, ..)) => calls(tokens),
                    _ => false,
                }
        };
        let op = self.ops.get(&v);
        op.is_some_and(|op| op.operands().into_iter().filter_map(Operand::place).any(is_given))
    }

    /// Whether a value may borrow a text that is a parameter, as the words of it do, which its methods
    /// give: a pullback keeps nothing borrowed, and is given the text again.
    pub(super) fn may_borrow(&self, v: VarId, tokens: &TokenStream, reads: &[Place]) -> bool {
        let is_text = |p: &Place| {
            let var = self.func.var(self.func.root(p));
            let is_text = match var.ty.peeled() {
                Ty::Text => true,
                Ty::Seq(of) => **of == Ty::Inert,
                _ => false,
            };
            var.kind == VarKind::Shared && var.constant && is_text
        };
        let is_inert = |p: &Place| self.func.ty(&self.func.resolve(p)) == Ty::Inert;
        may_refer(&self.func.var(v).ty)
            && reads.iter().any(is_text)
            && reads.iter().all(|p| is_text(p) || is_inert(p))
            && !crate::lower::calls_functions(tokens)
    }

    /// Whether an operation copies a part, or what a parameter refers to: where that is a reference, it is made
    /// again.
    fn copies_lent(&self, tokens: &TokenStream, reads: &[Place]) -> bool {
        let [copied] = reads else { return false };
        let is_lent = self.func.var(copied.root).kind == VarKind::Shared;
        (is_lent || !copied.path.is_empty()) && crate::lower::is_copy_of(copied, tokens)
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

    fn replayed(&self, v: VarId) -> bool {
        self.replayable(v) && !self.kept.contains(&v)
    }

    /// Whether a variable that changes holds references: the rest of its last state is kept, and put into what is
    /// made again.
    fn restated(&self, v: VarId) -> bool {
        self.is_state(v) && self.referring.contains(&v) && !self.kept.contains(&v)
    }

    /// Whether the operation of a variable runs in the reverse sweep.
    fn runs_again(&self, v: VarId) -> bool {
        self.replayed(v) || self.restated(v)
    }

    /// All variables whose values the reverse sweep needs.
    fn closure(&self) -> BTreeSet<VarId> {
        let mut todo: Vec<VarId> = self.uses.values().flatten().map(|p| p.root).collect();
        let mut all = BTreeSet::new();
        while let Some(v) = todo.pop() {
            if all.insert(v) && self.runs_again(v) {
                todo.extend(self.operation_reads(v).iter().map(|p| p.root));
            }
        }
        all
    }

    /// The changing variables on which a replayed value depends.
    fn depends(&self, v: VarId, out: &mut BTreeSet<VarId>) {
        // What a variable refers to may change while it does not.
        if self.is_state(v) && !out.insert(v) {
            return;
        }
        if self.runs_again(v) {
            self.depends_by_operation(v, out);
        }
    }

    /// The changing variables on which what an operation gives depends.
    fn depends_by_operation(&self, v: VarId, out: &mut BTreeSet<VarId>) {
        for p in self.operation_reads(v) {
            self.depends(p.root, out);
        }
    }

    fn finish(&self, adjoint: &mut Adjoint) -> Record {
        let mut record = Record::default();
        self.keep(&self.func.body, adjoint, &mut record);
        record.saved.clone_from(&self.saved);
        record.held.clone_from(&self.held);
        let mut done = BTreeSet::new();
        self.place(&self.func.body, &mut done, &mut record);
        for vars in record.keep.values() {
            record.shared.extend(vars);
        }
        // What a variable is at last is put aside after its last use.
        record.shared.extend(record.replay.keys().filter(|v| self.restated(**v)));
        // The type of a box is taken where the box is defined.
        let witnessed =
            adjoint.witnesses.iter().filter(|(_, w, _)| !matches!(w, Witness::Boxed(_)));
        let witnessed = witnessed.flat_map(|(_, w, _)| w.operands());
        record.shared.extend(witnessed.filter_map(|o| Some(o.place()?.root)));
        let replayed = record.replay.iter().map(|(v, replay)| (*v, &replay.op)).collect();
        record.typed = typed::typed(self.func, &replayed);
        record
    }
}

/// Whether a type may be or hold a reference, as far as the source says.
fn may_refer(ty: &Ty) -> bool {
    match ty {
        Ty::Ref(_) | Ty::Unknown => true,
        Ty::Seq(of) | Ty::Of(_, of) => may_refer(of),
        Ty::Tuple(all) => all.iter().any(may_refer),
        Ty::Real | Ty::Inert | Ty::Text | Ty::Boxed => false,
    }
}
