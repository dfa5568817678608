//! The adjoint of calls, and of the closures among their arguments.

use super::Builder;
use super::cotangent::{Cotangent, touched};
use crate::ir::{
    Call, Callee, Lambda, Mode, Op, Operand, Place, Pull, Region, RegionId, ReverseLambda, Stmt,
    Ty, Var, VarId, VarKind,
};
use std::collections::BTreeSet;

impl Builder<'_> {
    pub(super) fn call(&mut self, here: RegionId, v: VarId, call: &Call, out: &mut Vec<Stmt>) {
        if call.constant {
            // What the shadow has for a field that was changed is of another shape than the field before.
            let changed = call.changes(&self.func).map(|(_, p)| self.func.resolve(p));
            for place in changed.filter(|p| !p.path.is_empty()).collect::<Vec<_>>() {
                let Some(shadow) = self.shadow(&place) else { continue };
                let taken = self.cotangent_var(place.root);
                self.func.vars[taken.0].ty = Ty::Unknown;
                out.push(Stmt::Let(taken, Op::TakeConstant(shadow, place)));
            }
            return;
        }
        let result = self.cotangent(v);
        let changes = call.changes(&self.func).any(|(_, p)| self.active(p));
        let inside = self.touched_by(call);
        // A function that is a parameter may change what only its reverse restores.
        let function = matches!(call.callee, Callee::Value(_))
            || call.args.iter().any(|a| a.place().is_some_and(|p| self.is_function(p.root)));
        let restores = call
            .lambdas
            .iter()
            .any(|l| self.changes_outside(&l.body) || self.calls_function(&l.body));
        // The closure of a function is called through the function's rule, which makes it each time:
        // one without a rule may give another each time.
        if call.curried.is_some() {
            self.ruled.insert(call.back);
        }
        let checked = self.activity.checked.contains(&call.back);
        let matters = changes || self.activity.active(v) || function || restores || checked;
        if !matters {
            // What its closures use gets no derivative, either.
            return;
        }
        self.ruled.insert(call.back);
        for (k, arg) in call.args.iter().enumerate() {
            if let Operand::Lambda(n) = arg
                && inside[*n].is_empty()
                && !self.changes_outside(&call.lambdas[*n].body)
                && !self.calls_function(&call.lambdas[*n].body)
            {
                self.pure.insert((call.back, k));
            }
        }
        let bodies: Vec<_> = call.lambdas.iter().map(|l| &l.body).collect();
        self.prepare(here, &bodies, out);
        let d = match result {
            Some(d) => d,
            None => {
                let zero = self.zero(v);
                let d = self.cotangent_var(v);
                out.push(Stmt::Let(d, zero));
                d
            }
        };
        // The roots whose shadows are lent. A root that comes twice by shared reference gets a
        // cotangent of its own for the second; if the call changes a part of it, the parts are
        // disjoint, and so are their shadows.
        let changed: BTreeSet<VarId> =
            call.changes(&self.func).map(|(_, p)| self.func.root(p)).collect();
        let mut lent: BTreeSet<VarId> = inside.iter().flatten().copied().collect();
        let mut parts = vec![];
        let (mut shadows, mut read) = (vec![], Vec::<Place>::new());
        for (k, arg) in call.args.iter().enumerate() {
            let Some(place) = arg.place().filter(|p| self.active(p)) else {
                // The pull of a function that is a parameter adds to each argument's cotangent.
                let wanted = arg.place().filter(|p| {
                    matches!(call.callee, Callee::Value(_)) && !self.is_function(p.root)
                });
                shadows.push(wanted.map(|place| {
                    let part = self.cotangent_var(self.func.root(place));
                    self.func.vars[part.0].ty = Ty::Unknown;
                    out.push(Stmt::Let(part, Op::ZeroLike(place.clone())));
                    Place::var(part)
                }));
                continue;
            };

            let root = self.func.root(place);
            self.ensure(here, root, out);
            // Beside a part that changes are others; of those that are read two may be of one place.
            let whole = self.func.resolve(place);
            let is_read = matches!(arg, Operand::Place(_, Mode::Shared | Mode::Value));
            let is_other =
                changed.contains(&root) && !(is_read && read.iter().any(|p| p.overlaps(&whole)));
            if is_read {
                read.push(whole);
            }
            if lent.insert(root) || is_other {
                shadows.push(self.shadow(place));
            } else {
                let part = self.cotangent_var(root);
                self.func.vars[part.0].ty = Ty::Unknown;
                out.push(Stmt::Let(part, Op::ZeroLike(place.clone())));
                shadows.push(Some(Place::var(part)));
                parts.push((arg.clone(), part));
                self.own.insert((call.back, k));
            }
        }
        let mut lambdas = vec![];
        let mut lent: BTreeSet<VarId> = BTreeSet::new();
        for (lambda, inside) in call.lambdas.iter().zip(&inside) {
            // Of two closures that add to the same cotangent, the second has one of its own.
            let shared: Vec<_> = inside.intersection(&lent).copied().collect();
            let mut outer = vec![];
            for v in shared {
                let place = Place::var(v);
                let part = self.cotangent_var(v);
                out.push(Stmt::Let(part, Op::ZeroLike(place.clone())));
                parts.push((Operand::Place(place, Mode::Value), part));
                self.own_inside.insert((lambda.body.id, v));
                let own = Cotangent { var: part, zero: false };
                outer.extend(self.live.insert(v, own).map(|before| (v, before)));
            }
            lent.extend(inside);
            lambdas.push(self.lambda(lambda));
            self.live.extend(outer);
        }
        let function = match call.callee {
            Callee::Value(f) => Some(f),
            _ => None,
        };
        let args = call.args.clone();
        let again = call.again.then(|| Box::new(call.clone()));
        let back = call.back;
        let pull = Pull { back, args, cotangent: d, shadows, function, lambdas, again };
        out.push(Stmt::Pull(Box::new(pull)));
        for (arg, part) in parts {
            self.contribute(here, &arg, Op::Use(Operand::var(part)), out);
        }
    }

    fn is_function(&self, v: VarId) -> bool {
        matches!(self.func.var(v).kind, VarKind::Function(_))
    }

    /// Whether a region changes a variable of outside.
    fn changes_outside(&self, region: &Region) -> bool {
        let mut changed = BTreeSet::new();
        crate::record::changes(&self.func, region, &mut changed);
        changed.iter().any(|v| !self.func.within(self.func.var(*v).home, region.id))
    }

    /// Whether a region calls a parameter that is a function, or hands one on.
    fn calls_function(&self, region: &Region) -> bool {
        region.stmts.iter().any(|s| {
            let calls = match s {
                Stmt::Let(_, Op::Call(call)) => {
                    matches!(call.callee, Callee::Value(_))
                        || call
                            .args
                            .iter()
                            .any(|a| a.place().is_some_and(|p| self.is_function(p.root)))
                }
                _ => false,
            };
            calls || s.regions().into_iter().any(|r| self.calls_function(r))
        })
    }

    /// For each closure of a call, the active variables that its reverse adds to.
    fn touched_by(&self, call: &Call) -> Vec<BTreeSet<VarId>> {
        let of = |lambda: &Lambda| {
            let mut set = BTreeSet::new();
            touched(&self.func, &lambda.body, &mut set);
            let outer = |v: &VarId| {
                self.activity.active(*v)
                    && !self.func.within(self.func.var(*v).home, lambda.body.id)
            };
            set.into_iter().filter(outer).collect()
        };
        call.lambdas.iter().map(of).collect()
    }

    /// The reverse of a closure. The shadows of its arguments come from the pullback of the call.
    fn lambda(&mut self, lambda: &Lambda) -> Option<ReverseLambda> {
        if lambda.inert.is_some() {
            return None;
        }
        let id = lambda.body.id;
        let span = self.func.written_at(lambda.body.result.iter());
        let kind = VarKind::Cotangent(VarId(usize::MAX));
        let result = self.func.add("dy", span, Var { mutable: true, ..Var::new(kind, id) });
        let mut params = vec![];
        for (param, _, passing) in &lambda.params {
            let d = self.cotangent_var(*param);
            self.arguments.insert(d);
            if self.activity.active(*param) {
                self.live.insert(*param, Cotangent { var: d, zero: false });
            }
            params.push((*param, *passing, d));
        }
        let body = self.inner(&lambda.body, Some(result));
        Some(ReverseLambda { params, result, body })
    }
}
