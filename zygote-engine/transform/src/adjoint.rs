//! The adjoint of a function, in the same IR: the statements backwards, each pulling the cotangent
//! of what it made to what it read.
//!
//! The first contribution to a cotangent assigns it; a zero is written only where a contribution
//! comes from inside a branch or a loop. Primal values are referred to by their own [`VarId`];
//! whether such a value is kept or replayed is decided later, by `record`.

use crate::ir::{Func, Kind, Op, Region, Stmt, Var, VarId};
use quote::quote;
use std::collections::{BTreeMap, BTreeSet};

/// The adjoint program.
pub struct Adjoint {
    /// The primal's variables, continued by the cotangents.
    pub func: Func,
    /// The number of variables of the primal.
    pub primal_vars: usize,
    /// The cotangent of the result.
    pub seed: VarId,
    /// The cotangents of the real scalar parameters.
    pub params: BTreeMap<VarId, VarId>,
}

/// Builds the adjoint of `primal`.
pub fn of(primal: &Func) -> Adjoint {
    let mut home = BTreeMap::new();
    homes(&primal.body, &mut home);
    for p in &primal.params {
        home.insert(p.var, primal.body.id);
    }
    let mut b = Builder { func: primal.clone(), home, cotangents: BTreeMap::new() };
    let result = primal.body.result.expect("lowering checks that a function has a value");
    let seed = b.cotangent_var(result);
    let mut out = vec![];
    b.contribute(primal.body.id, result, Op::Use(seed), &mut out);
    b.region(&primal.body, &mut out);
    let params = primal.params.iter().filter(|p| p.shadow.to_string() != "()" && !p.constant);
    let params = params.filter_map(|p| b.live(p.var).map(|d| (p.var, d))).collect();
    b.func.body = Region { id: primal.body.id, stmts: out, result: None };
    Adjoint { func: b.func, primal_vars: primal.vars.len(), seed, params }
}

fn homes(region: &Region, home: &mut BTreeMap<VarId, usize>) {
    for stmt in &region.stmts {
        match stmt {
            Stmt::Let(v, _) => {
                home.insert(*v, region.id);
            }
            Stmt::If(_, a, b, out) => {
                homes(a, home);
                homes(b, home);
                home.extend(out.map(|v| (v, region.id)));
            }
            Stmt::For(.., body) => homes(body, home),
            _ => {}
        }
    }
}

/// The variables that a region reads, assigns or gives.
fn touched(region: &Region, set: &mut BTreeSet<VarId>) {
    set.extend(region.result);
    for stmt in &region.stmts {
        match stmt {
            Stmt::Let(v, op) | Stmt::Store(v, op) => {
                set.insert(*v);
                set.extend(op.operands());
            }
            Stmt::If(_, a, b, _) => {
                touched(a, set);
                touched(b, set);
            }
            Stmt::For(.., body) => touched(body, set),
            _ => {}
        }
    }
}

/// A cotangent that exists, and whether it is known to be zero (its variable is then stale).
#[derive(Clone, Copy)]
struct Cotangent {
    var: VarId,
    zero: bool,
}

struct Builder {
    func: Func,
    home: BTreeMap<VarId, usize>,
    cotangents: BTreeMap<VarId, Cotangent>,
}

impl Builder {
    fn cotangent_var(&mut self, of: VarId) -> VarId {
        let v = self.func.var(of).clone();
        self.func.add(Var {
            name: format!("d_{}", v.name),
            ty: None,
            mutable: true,
            cotangent_of: Some(of),
            ..v
        })
    }

    fn temp(&mut self, of: VarId, op: Op, out: &mut Vec<Stmt>) -> VarId {
        let v = self.cotangent_var(of);
        out.push(Stmt::Let(v, op));
        v
    }

    fn live(&self, v: VarId) -> Option<VarId> {
        self.cotangents.get(&v).filter(|c| !c.zero).map(|c| c.var)
    }

    fn varies(&self, v: VarId) -> bool {
        self.func.var(v).active && self.func.var(v).kind == Kind::Real
    }

    fn contribute(&mut self, here: usize, v: VarId, op: Op, out: &mut Vec<Stmt>) {
        if !self.varies(v) {
            return;
        }
        match self.cotangents.get_mut(&v) {
            Some(c) if c.zero => {
                c.zero = false;
                out.push(Stmt::Store(c.var, op));
            }
            Some(c) => out.push(Stmt::Add(c.var, op)),
            None => {
                assert_eq!(
                    self.home[&v], here,
                    "a cotangent is declared before the region that contributes to it"
                );
                let var = self.temp(v, op, out);
                self.cotangents.insert(v, Cotangent { var, zero: false });
            }
        }
    }

    /// Gives a written value to every cotangent that `inner` may add to.
    fn prepare(&mut self, here: usize, inner: &[&Region], out: &mut Vec<Stmt>) {
        let mut set = BTreeSet::new();
        inner.iter().for_each(|r| touched(r, &mut set));
        for v in set {
            let outside = match self.cotangents.get(&v) {
                Some(c) => c.zero,
                None => self.home.get(&v) == Some(&here),
            };
            if outside {
                self.contribute(here, v, Op::Const(quote!(0.0)), out);
            }
        }
    }

    fn inner(&mut self, primal: &Region, result: Option<VarId>) -> Region {
        let mut out = vec![];
        if let (Some(v), Some(d)) = (primal.result, result) {
            self.contribute(primal.id, v, Op::Use(d), &mut out);
        }
        self.region(primal, &mut out);
        let stale: Vec<_> =
            self.cotangents.iter().filter(|(_, c)| c.zero).map(|(v, _)| *v).collect();
        for v in stale {
            if self.home[&v] != primal.id {
                self.contribute(primal.id, v, Op::Const(quote!(0.0)), &mut out);
            }
        }
        self.cotangents.retain(|v, _| self.home[v] != primal.id);
        Region { id: primal.id, stmts: out, result: None }
    }

    fn region(&mut self, primal: &Region, out: &mut Vec<Stmt>) {
        for stmt in primal.stmts.iter().rev() {
            match stmt {
                Stmt::Let(v, op) => {
                    if let Some(d) = self.live(*v) {
                        self.pull(primal.id, *v, d, op, out);
                    }
                }
                Stmt::Store(v, Op::Use(value)) => {
                    if let Some(d) = self.live(*v) {
                        self.contribute(primal.id, *value, Op::Use(d), out);
                        self.cotangents.insert(*v, Cotangent { var: d, zero: true });
                    }
                }
                Stmt::If(cond, a, b, value) => {
                    self.prepare(primal.id, &[a, b], out);
                    let d = value.and_then(|v| self.live(v));
                    let (ra, rb) = (self.inner(a, d), self.inner(b, d));
                    if !(ra.stmts.is_empty() && rb.stmts.is_empty()) {
                        out.push(Stmt::If(*cond, ra, rb, None));
                    }
                }
                Stmt::For(i, lo, hi, inclusive, reversed, body) => {
                    self.prepare(primal.id, &[body], out);
                    let body = self.inner(body, None);
                    if !body.stmts.is_empty() {
                        out.push(Stmt::For(*i, *lo, *hi, *inclusive, !reversed, body));
                    }
                }
                Stmt::Verbatim(_) => {}
                other => unreachable!("lowering does not make {other:?}"),
            }
        }
    }

    /// Pulls the cotangent `d` of `v = op` to the operands.
    fn pull(&mut self, here: usize, v: VarId, d: VarId, op: &Op, out: &mut Vec<Stmt>) {
        match op {
            Op::Const(_) | Op::Plain(..) => {}
            Op::Use(a) => self.contribute(here, *a, Op::Use(d), out),
            Op::Unary(_, a) => self.contribute(here, *a, Op::Unary("-", d), out),
            Op::Cast(a, _) => self.contribute(here, *a, Op::Cast(d, quote!(_)), out),
            Op::Index(s, i) => {
                if self.func.var(*s).active {
                    out.push(Stmt::AddAt(*s, *i, d));
                }
            }
            Op::Binary(op, a, b) => self.pull_binary(here, v, d, op, *a, *b, out),
            Op::Rule(_, args, back) => {
                let wanted: Vec<_> = args.iter().map(|a| self.varies(*a)).collect();
                let zero = || Op::Const(quote!(0.0));
                let parts: Vec<_> = args
                    .iter()
                    .zip(&wanted)
                    .map(|(a, w)| w.then(|| self.temp(*a, zero(), out)))
                    .collect();
                out.push(Stmt::Pull(*back, args.clone(), parts.clone(), d));
                for (a, part) in args.iter().zip(parts) {
                    if let Some(part) = part {
                        self.contribute(here, *a, Op::Use(part), out);
                    }
                }
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "an operator's parts")]
    fn pull_binary(
        &mut self,
        here: usize,
        v: VarId,
        d: VarId,
        op: &str,
        a: VarId,
        b: VarId,
        out: &mut Vec<Stmt>,
    ) {
        match op {
            "+" => {
                self.contribute(here, a, Op::Use(d), out);
                self.contribute(here, b, Op::Use(d), out);
            }
            "-" => {
                self.contribute(here, a, Op::Use(d), out);
                self.contribute(here, b, Op::Unary("-", d), out);
            }
            "*" => {
                self.contribute(here, a, Op::Binary("*", d, b), out);
                self.contribute(here, b, Op::Binary("*", d, a), out);
            }
            // y = a / b: dy/da = 1 / b, dy/db = -y / b.
            "/" => {
                let q = self.temp(v, Op::Binary("/", d, b), out);
                self.contribute(here, a, Op::Use(q), out);
                if self.varies(b) {
                    let qy = self.temp(v, Op::Binary("*", q, v), out);
                    self.contribute(here, b, Op::Unary("-", qy), out);
                }
            }
            // y = a - trunc(a / b) * b: dy/da = 1, dy/db = -(a - y) / b.
            "%" => {
                self.contribute(here, a, Op::Use(d), out);
                if self.varies(b) {
                    let whole = self.temp(v, Op::Binary("-", a, v), out);
                    let q = self.temp(v, Op::Binary("/", whole, b), out);
                    let dq = self.temp(v, Op::Binary("*", d, q), out);
                    self.contribute(here, b, Op::Unary("-", dq), out);
                }
            }
            other => unreachable!("`{other}` has no real operands"),
        }
    }
}
