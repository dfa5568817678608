//! The cotangents of variables: where each is declared, what is added to it, and whether it is known
//! to be zero.

use super::{Builder, Point, Witness};
use crate::activity::chain_roots;
use crate::ir::{
    Exit, Func, Mode, Op, Operand, Place, Proj, Region, RegionId, Source, Stmt, Ty, Var, VarId,
    VarKind,
};
use std::collections::BTreeSet;

/// A cotangent that exists, and whether it is known to be zero (its variable is then stale).
#[derive(Clone, Copy)]
pub(super) struct Cotangent {
    pub var: VarId,
    pub zero: bool,
}

impl Builder<'_> {
    pub(super) fn cotangent_var(&mut self, of: VarId) -> VarId {
        let v = self.func.var(of).clone();
        let name = format!("d_{}", v.name.to_string().trim_start_matches("r#"));
        let kind = VarKind::Cotangent(of);
        self.func.add(
            &name,
            v.name.span(),
            Var { ty: v.ty, mutable: true, ..Var::new(kind, v.home) },
        )
    }

    pub(super) fn active(&self, place: &Place) -> bool {
        self.activity.active(self.func.root(place)) && self.func.carries(place)
    }

    pub(super) fn active_operand(&self, operand: &Operand) -> bool {
        operand.place().is_some_and(|p| self.active(p))
    }

    /// The cotangent of a variable, if it may be other than zero.
    pub(super) fn cotangent(&self, v: VarId) -> Option<VarId> {
        self.live.get(&v).filter(|c| !c.zero).map(|c| c.var)
    }

    /// The zero cotangent of a variable with the shape that it has at this point.
    pub(super) fn zero(&mut self, v: VarId) -> Op {
        if matches!(self.func.var(v).ty, Ty::Real | Ty::Inert) {
            return Op::Zero(v, None);
        }
        // Its type is that of the parameter that it was handed over to; or its shape is borrowed.
        if self.func.handed.contains(&v) || self.referring.contains(&v) {
            return Op::ZeroLike(Place::var(v));
        }
        if let Some(field) = self.copied.get(&v) {
            return Op::ZeroLike(field.clone());
        }
        let var = self.func.var(v);
        let (point, place) = match self.defined.get(&v) {
            Some(point) if !var.mutable && !self.func.collected.contains(&v) => {
                (*point, Place::var(v))
            }
            _ if var.kind == VarKind::Value => {
                (Point { region: self.func.body.id, stmt: 0, after: false }, Place::var(v))
            }
            _ => self.shape_of(v),
        };
        let of = Operand::Place(place, Mode::Value);
        let shape = match self.taken.contains(&v) {
            true => self.witness(point, Witness::Taken(of)),
            false => self.shape(point, of),
        };
        let field = self.found.get(&v).cloned();
        self.found.extend(field.map(|field| (shape, field)));
        Op::Zero(v, Some(shape))
    }

    /// Makes sure that the cotangent of a variable exists and is written.
    pub(super) fn ensure(&mut self, here: RegionId, v: VarId, out: &mut Vec<Stmt>) -> VarId {
        match self.live.get(&v).copied() {
            Some(c) if !c.zero => c.var,
            Some(c) => {
                let zero = self.zero(v);
                out.push(Stmt::Set(c.var, zero));
                self.live.insert(v, Cotangent { zero: false, ..c });
                c.var
            }
            None => {
                assert_eq!(
                    self.func.var(v).home,
                    here,
                    "the cotangent of `{}` is declared before the region that contributes to it",
                    self.func.var(v).name
                );
                let zero = self.zero(v);
                let d = self.cotangent_var(v);
                out.push(Stmt::Let(d, zero));
                self.live.insert(v, Cotangent { var: d, zero: false });
                d
            }
        }
    }

    /// The place of the cotangent of a part of a variable whose cotangent exists.
    pub(super) fn shadow(&self, place: &Place) -> Option<Place> {
        let place = self.func.resolve(place);
        let d = self.cotangent(place.root)?;
        let mut path = place.path;
        let lent = self.is_lent(place.root) || self.is_own(place.root, d);
        if lent && path.first() == Some(&Proj::Deref) {
            path.remove(0);
        }
        Some(Place { root: d, path })
    }

    /// Whether a parameter by reference has a cotangent of its own here, beside its shadow.
    fn is_own(&self, v: VarId, d: VarId) -> bool {
        matches!(self.func.var(v).kind, VarKind::Shared | VarKind::Exclusive)
            && self.shadows.get(&v) != Some(&d)
            && !self.arguments.contains(&d)
    }

    /// Whether a variable may hold a reference, whose cotangent is that of what it refers to.
    fn is_lent(&self, v: VarId) -> bool {
        let var = self.func.var(v);
        var.kind == VarKind::Item || var.kind == VarKind::Local && matches!(var.ty, Ty::Ref(_))
    }

    /// Adds to the cotangent of an operand.
    pub(super) fn contribute(&mut self, here: RegionId, to: &Operand, op: Op, out: &mut Vec<Stmt>) {
        let Some(place) = to.place() else { return };
        let place = self.func.resolve(place);
        let v = place.root;
        if !self.active(&place) {
            return;
        }
        let op = self.boxed(to, op);
        let whole = place.path.is_empty() || (self.is_lent(v) && place.path == [Proj::Deref]);
        match self.live.get(&v).copied() {
            Some(c) if c.zero && whole => {
                out.push(Stmt::Set(c.var, op));
                self.live.insert(v, Cotangent { zero: false, ..c });
            }
            None if whole && self.func.var(v).home == here => {
                let d = self.cotangent_var(v);
                out.push(Stmt::Let(d, op));
                self.live.insert(v, Cotangent { var: d, zero: false });
            }
            _ => {
                self.ensure(here, v, out);
                let shadow = self.shadow(&place).expect("the cotangent exists");
                out.push(Stmt::Add(shadow, op));
            }
        }
    }

    /// The cotangent of what a box became as that of the box.
    fn boxed(&mut self, to: &Operand, op: Op) -> Op {
        let (Operand::Place(place, Mode::Value), Op::Use(_) | Op::Same(_)) = (to, &op) else {
            return op;
        };
        let Some(point) = self.defined.get(&place.root).copied() else { return op };
        if !place.path.is_empty() || self.func.var(place.root).ty != Ty::Boxed {
            return op;
        }
        let taken = |w: &Witness| matches!(w, Witness::Boxed(of) if of == to);
        let before = self.witnesses.iter().find(|(at, w, _)| *at == point && taken(w));
        let boxed = match before {
            Some((.., name)) => *name,
            None => self.witness(point, Witness::Boxed(to.clone())),
        };
        Op::PullBoxed(boxed, Box::new(op))
    }

    /// Gives a written value to every cotangent that `inner` may add to.
    pub(super) fn prepare(&mut self, here: RegionId, inner: &[&Region], out: &mut Vec<Stmt>) {
        let mut set = BTreeSet::new();
        inner.iter().for_each(|r| touched(&self.func, r, &mut set));
        for v in set {
            if !self.activity.active(v) {
                continue;
            }
            let missing = match self.live.get(&v) {
                Some(c) => c.zero,
                None => self.func.var(v).home == here,
            };
            if missing {
                self.ensure(here, v, out);
            }
        }
    }

    pub(super) fn ty(&self, operand: &Operand) -> Ty {
        let Some(place) = operand.place() else { return Ty::Unknown };
        self.func.ty(&self.func.resolve(place))
    }
}

/// The variables whose cotangents the reverse of a region may read or add to.
pub fn touched(func: &Func, region: &Region, set: &mut BTreeSet<VarId>) {
    let mut add = |o: &Operand| set.extend(o.place().map(|p| func.root(p)));
    if let Some(result) = &region.result {
        add(result);
    }
    for stmt in &region.stmts {
        match stmt {
            Stmt::Let(_, op) => op.operands().into_iter().for_each(&mut add),
            Stmt::Destructure(_, from, _) => add(from),
            Stmt::Store(place, value, _) | Stmt::Update(_, place, value, _) => {
                add(&Operand::Place(place.clone(), Mode::Value));
                add(value);
            }
            Stmt::Append(list, value) => {
                add(&Operand::var(*list));
                add(value);
            }
            Stmt::Exit(Exit::Return(value)) => add(value),
            Stmt::For(f) => {
                if let Source::Walk(chain) = &f.source {
                    let mut roots = vec![];
                    chain_roots(chain, &mut roots);
                    for p in roots {
                        add(&Operand::Place(p.clone(), Mode::Value));
                    }
                }
            }
            _ => {}
        }
    }
    for stmt in &region.stmts {
        for inner in stmt.regions() {
            touched(func, inner, set);
        }
    }
}
