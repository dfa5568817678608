//! The adjoint of a function, in the same IR: the statements backwards, each pulling the cotangent
//! of what it made to what it read.
//!
//! The first contribution to a cotangent assigns it; a zero is written only where a contribution
//! comes from inside a branch or a loop, or to a part. Primal values are referred to by their own
//! names; whether such a value is kept, replayed or restored is decided later, by `record`.

mod operators;

pub use operators::Witness;

use crate::activity::{Activity, chain_roots};
use crate::ir::{
    Call, Callee, Construct, Exit, For, Func, Lambda, Lent, Mode, Op, Operand, Place, Proj, Pull,
    Region, RegionId, ReverseLambda, Side, Source, Stmt, Ty, Var, VarId, VarKind,
};
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
}

/// Builds the adjoint of `primal`.
pub fn of(primal: &Func, activity: &Activity) -> Adjoint {
    let span = proc_macro2::Span::call_site();
    let mut func = primal.clone();
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
        defined: BTreeMap::new(),
        seed,
        at: Point { region: body_id, stmt: 0, after: true },
        shadows: BTreeMap::new(),
    };
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
    Adjoint {
        body: Region { id: body_id, stmts: out, result: None },
        seed,
        cotangents: b.shadows,
        witnesses: b.witnesses,
        ruled: b.ruled,
        arguments: b.arguments,
        own: b.own,
        func: b.func,
    }
}

/// A cotangent that exists, and whether it is known to be zero (its variable is then stale).
#[derive(Clone, Copy)]
struct Cotangent {
    var: VarId,
    zero: bool,
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
    /// Where each variable of the primal is defined.
    defined: BTreeMap<VarId, Point>,
    seed: VarId,
    /// The point of the forward sweep whose state the reverse sweep has here.
    at: Point,
}

impl Builder<'_> {
    fn definitions(&mut self, region: &Region) {
        for (stmt, s) in region.stmts.iter().enumerate() {
            let point = Point { region: region.id, stmt, after: true };
            match s {
                Stmt::Let(v, _) => {
                    self.defined.insert(*v, point);
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

    fn cotangent_var(&mut self, of: VarId) -> VarId {
        let v = self.func.var(of).clone();
        let name = format!("d_{}", v.name.to_string().trim_start_matches("r#"));
        let kind = VarKind::Cotangent(of);
        self.func.add(
            &name,
            v.name.span(),
            Var { ty: v.ty, mutable: true, ..Var::new(kind, v.home) },
        )
    }

    fn active(&self, place: &Place) -> bool {
        self.activity.active(self.func.root(place)) && self.func.carries(place)
    }

    fn active_operand(&self, operand: &Operand) -> bool {
        operand.place().is_some_and(|p| self.active(p))
    }

    /// The cotangent of a variable, if it may be other than zero.
    fn cotangent(&self, v: VarId) -> Option<VarId> {
        self.live.get(&v).filter(|c| !c.zero).map(|c| c.var)
    }

    /// A name for the shape of an operand at a point of the forward sweep.
    fn shape(&mut self, point: Point, operand: Operand) -> VarId {
        self.witness(point, Witness::Shape(operand))
    }

    fn before(&self) -> Point {
        Point { after: false, ..self.at }
    }

    /// The zero cotangent of a variable with the shape that it has at this point.
    fn zero(&mut self, v: VarId) -> Op {
        if matches!(self.func.var(v).ty, Ty::Real | Ty::Inert) {
            return Op::Zero(v, None);
        }
        let var = self.func.var(v);
        let point = match self.defined.get(&v) {
            Some(point) if !var.mutable => *point,
            _ if var.kind == VarKind::Value => {
                Point { region: self.func.body.id, stmt: 0, after: false }
            }
            _ => self.at,
        };
        let shape = self.shape(point, Operand::Place(Place::var(v), Mode::Value));
        Op::Zero(v, Some(shape))
    }

    /// Makes sure that the cotangent of a variable exists and is written.
    fn ensure(&mut self, here: RegionId, v: VarId, out: &mut Vec<Stmt>) -> VarId {
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
    fn shadow(&self, place: &Place) -> Option<Place> {
        let place = self.func.resolve(place);
        let d = self.cotangent(place.root)?;
        let mut path = place.path;
        let item = self.func.var(place.root).kind == VarKind::Item;
        if item && path.first() == Some(&Proj::Deref) {
            path.remove(0);
        }
        Some(Place { root: d, path })
    }

    /// Adds to the cotangent of an operand.
    fn contribute(&mut self, here: RegionId, to: &Operand, op: Op, out: &mut Vec<Stmt>) {
        let Some(place) = to.place() else { return };
        let place = self.func.resolve(place);
        let v = place.root;
        if !self.active(&place) {
            return;
        }
        let item = self.func.var(v).kind == VarKind::Item;
        let whole = place.path.is_empty() || (item && place.path == [Proj::Deref]);
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

    /// Gives a written value to every cotangent that `inner` may add to.
    fn prepare(&mut self, here: RegionId, inner: &[&Region], out: &mut Vec<Stmt>) {
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

    /// The reverse of a region inside another.
    fn inner(&mut self, primal: &Region, result: Option<VarId>) -> Region {
        let outer = self.at;
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
        self.at = outer;
        Region { id: primal.id, stmts: out, result: None }
    }

    fn region(&mut self, primal: &Region, out: &mut Vec<Stmt>) {
        for (k, stmt) in primal.stmts.iter().enumerate().rev() {
            self.at = Point { region: primal.id, stmt: k, after: true };
            let mut group = vec![];
            self.stmt(primal.id, stmt, &mut group);
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

    fn store(&mut self, here: RegionId, place: &Place, value: &Operand, out: &mut Vec<Stmt>) {
        let resolved = self.func.resolve(place);
        let Some(d) = self.cotangent(resolved.root) else { return };
        let root = self.func.var(resolved.root);
        let local = !matches!(root.kind, VarKind::Exclusive | VarKind::Shared);
        if resolved.path.is_empty() && local {
            let itself = value.place().is_some_and(|p| self.func.root(p) == resolved.root);
            let d = if itself {
                let part = self.cotangent_var(resolved.root);
                out.push(Stmt::Let(part, Op::Use(Operand::var(d))));
                part
            } else {
                d
            };
            self.live.entry(resolved.root).and_modify(|c| c.zero = true);
            self.contribute(here, value, Op::Use(Operand::var(d)), out);
            return;
        }
        let part = self.take(place, out);
        self.contribute(here, value, Op::Use(Operand::var(part)), out);
    }

    /// Takes the cotangent out of a shadow and leaves a zero of the shape that the place had before.
    fn take(&mut self, place: &Place, out: &mut Vec<Stmt>) -> VarId {
        let operand = Operand::Place(place.clone(), Mode::Value);
        let ty = self.ty(&operand);
        let shape = match ty {
            Ty::Real | Ty::Inert => None,
            _ => Some(self.shape(self.before(), operand)),
        };
        let root = self.func.root(place);
        let part = self.cotangent_var(root);
        self.func.vars[part.0].ty = ty;
        let shadow = self.shadow(place).expect("the cotangent exists");
        out.push(Stmt::Let(part, Op::Take(shadow, shape)));
        part
    }

    fn ty(&self, operand: &Operand) -> Ty {
        let Some(place) = operand.place() else { return Ty::Unknown };
        let resolved = self.func.resolve(place);
        let root = self.func.var(resolved.root).ty.clone();
        resolved.path.iter().fold(root, |t, proj| t.project(proj))
    }

    /// Pulls the cotangent `d` of the result of an operation to its operands.
    fn pull(&mut self, here: RegionId, d: VarId, op: &Op, out: &mut Vec<Stmt>) {
        match op {
            Op::Use(a) => self.contribute(here, a, Op::Use(Operand::var(d)), out),
            Op::Hook(a, tokens, reads) => {
                let hooked = Op::Hooked(d, tokens.clone(), reads.clone());
                self.contribute(here, a, hooked, out);
            }
            Op::Unary(_, a) if self.is_scalar(a) => self.contribute(here, a, Op::Negated(d), out),
            Op::Unary(_, a) if self.active_operand(a) => {
                let residual = self.witness(self.before(), Witness::Neg(a.clone()));
                self.contribute(here, a, Op::PullNeg(residual, d), out);
            }
            Op::Cast(a, _) if self.active_operand(a) => {
                let shape = self.shape(self.before(), a.clone());
                self.contribute(here, a, Op::PullCast(shape, d), out);
            }
            Op::Binary(op @ ("+" | "-"), a, b) => {
                self.pull_sum(here, op, (a, b), Side::Lhs, d, out);
                self.pull_sum(here, op, (a, b), Side::Rhs, d, out);
            }
            Op::Binary(op, a, b) => {
                for (side, to) in [(Side::Lhs, a), (Side::Rhs, b)] {
                    let pulled = Op::PullProduct(op, side, a.clone(), b.clone(), d);
                    self.contribute(here, to, pulled, out);
                }
            }
            Op::Tuple(all) => {
                for (k, a) in all.iter().enumerate() {
                    let part = Place::var(d).then(Proj::Field(syn::Member::from(k)));
                    let part = Operand::Place(part, Mode::Value);
                    self.contribute(here, a, Op::Same(part), out);
                }
            }
            Op::Array(all, _) => {
                for (k, a) in all.iter().enumerate() {
                    let k = proc_macro2::Literal::usize_unsuffixed(k);
                    let index = Operand::Const(quote::quote!(#k));
                    let part = Place::var(d).then(Proj::Index(index));
                    let part = Operand::Place(part, Mode::Value);
                    self.contribute(here, a, Op::Same(part), out);
                }
            }
            Op::Construct(c) if !c.constant() => self.pull_construct(here, d, c, out),
            Op::Repeat(a, ..) if self.active_operand(a) => {
                let shape = self.shape(self.before(), a.clone());
                self.contribute(here, a, Op::PullRepeat(d, shape), out);
            }
            _ => {}
        }
    }

    /// The parts' cotangents lie in the cotangent of the whole. What `..base` gives is the whole
    /// without the other parts.
    fn pull_construct(&mut self, here: RegionId, d: VarId, c: &Construct, out: &mut Vec<Stmt>) {
        out.push(Stmt::Set(d, Op::Settled(d)));
        let based = c.base.as_ref().filter(|base| self.active_operand(base));
        for (member, part) in &c.parts {
            let place = Place::var(d).then(Proj::Variant(c.path.clone(), member.clone()));
            if let Some(base) = based.and_then(Operand::place) {
                // What is left is a cotangent of the base's own part.
                let of = base.then(Proj::Field(member.clone()));
                let shape = self.shape(self.before(), Operand::Place(of, Mode::Value));
                let taken = self.cotangent_var(d);
                self.func.vars[taken.0].ty = Ty::Unknown;
                out.push(Stmt::Let(taken, Op::Take(place, Some(shape))));
                self.contribute(here, part, Op::Use(Operand::var(taken)), out);
            } else {
                let of = Op::Same(Operand::Place(place, Mode::Value));
                self.contribute(here, part, of, out);
            }
        }
        if let Some(base) = based {
            self.contribute(here, base, Op::Use(Operand::var(d)), out);
        }
    }

    fn call(&mut self, here: RegionId, v: VarId, call: &Call, out: &mut Vec<Stmt>) {
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
        let matters = changes || self.activity.active(v) || function || restores;
        if !matters && inside.iter().all(BTreeSet::is_empty) {
            return;
        }
        self.ruled.insert(call.back);
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
        let mut shadows = vec![];
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
            if lent.insert(root) || changed.contains(&root) {
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

    /// Whether a region changes a variable of outside.
    fn changes_outside(&self, region: &Region) -> bool {
        let mut changed = BTreeSet::new();
        crate::record::changes(&self.func, region, &mut changed);
        changed.iter().any(|v| !self.func.within(self.func.var(*v).home, region.id))
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
        let span = proc_macro2::Span::call_site();
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

    fn for_loop(&mut self, here: RegionId, f: &For, out: &mut Vec<Stmt>) {
        self.prepare(here, &[&f.body], out);
        let mut lent = vec![];
        if let Source::Walk(chain) = &f.source {
            let mut roots = vec![];
            chain_roots(chain, &mut roots);
            let mut inside = BTreeSet::new();
            touched(&self.func, &f.body, &mut inside);
            let all: Vec<_> = roots.iter().map(|p| self.func.root(p)).collect();
            let items = f.bound.iter().any(|v| self.activity.active(*v));
            for (k, place) in roots.iter().enumerate() {
                if !items || !self.active(place) {
                    continue;
                }
                self.ensure(here, all[k], out);
                let shadow = self.shadow(place).expect("the cotangent exists");
                let once = all.iter().filter(|r| **r == all[k]).count() == 1;
                lent.push(Lent { root: k, shadow, lend: once && !inside.contains(&all[k]) });
            }
        }
        if !lent.is_empty() {
            for v in &f.bound {
                let d = self.cotangent_var(*v);
                self.live.insert(*v, Cotangent { var: d, zero: false });
            }
        }
        let cotangents: Vec<_> =
            f.bound.iter().filter_map(|v| self.live.get(v).map(|c| c.var)).collect();
        let body = self.inner(&f.body, None);
        if !self.matters(&f.body, &body) {
            return;
        }
        let reverse = For { body, bound: cotangents, ..f.clone() };
        out.push(Stmt::ReverseFor(Box::new(reverse), lent));
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
