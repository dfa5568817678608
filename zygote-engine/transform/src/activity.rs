//! Which variables need a cotangent: those that vary with an active parameter and from which a
//! derivative can flow to the result.

use crate::error::{Result, unsupported};
use crate::ir::{
    Callee, Chain, Exit, Func, Lambda, Mode, Op, Operand, Place, Region, Source, Stmt, Ty, VarId,
    VarKind, idle_calls, mention,
};
use proc_macro2::TokenStream;
use std::collections::{BTreeMap, BTreeSet};

/// The answer, by variable.
#[derive(Clone, Debug)]
pub struct Activity {
    /// Whether the value depends on an active parameter.
    pub varied: Vec<bool>,
    /// Whether a derivative can flow from the variable to the result.
    pub useful: Vec<bool>,
    /// The pullbacks of calls that go through their rules in any case: of those that are given a constant
    /// by `&mut` beside what varies, so that the compiler checks that they keep it constant, of those
    /// that are given what varies and whose value is not used, which may put it where nothing sees it, and of
    /// those that are given what holds closures.
    pub checked: BTreeSet<VarId>,
    /// What the compiler is to check to be without derivative, as it comes into an error.
    pub payloads: crate::payload::Checks,
    /// The parameters by which each variable varies, by their numbers; none where it may vary whatever the
    /// caller says to be constant.
    pub sources: Vec<Option<Sources>>,
    /// All parameters that a caller may say to be constant.
    pub optional: Sources,
}

/// Parameters, by their numbers.
pub type Sources = BTreeSet<usize>;

impl Activity {
    /// Whether the variable needs a cotangent.
    pub fn active(&self, v: VarId) -> bool {
        self.varied.get(v.0) == Some(&true) && self.useful.get(v.0) == Some(&true)
    }
}

/// Finds the active variables of a function.
pub fn of(func: &Func) -> Activity {
    let mut activity = with_varied(func, |p| !func.params[p].constant);
    // One by exclusive reference is always active, as what it refers to may vary after the call.
    let optional = |p: &usize| {
        let param = &func.params[*p];
        !param.constant && matches!(func.var(param.var).kind, VarKind::Value | VarKind::Shared)
    };
    activity.optional = (0..func.params.len()).filter(optional).collect();
    activity.sources = sources(func, &activity.optional);
    activity
}

/// By which of the optional parameters each variable varies.
fn sources(func: &Func, optional: &Sources) -> Vec<Option<Sources>> {
    if optional.len() < 2 {
        return vec![None; func.vars.len()];
    }
    let always = with_varied(func, |p| !func.params[p].constant && !optional.contains(&p)).varied;
    let by: Vec<_> = optional.iter().map(|p| (*p, with_varied(func, |q| q == *p).varied)).collect();
    let of = |v: usize| {
        let by: Sources = by.iter().filter(|(_, varied)| varied[v]).map(|(p, _)| *p).collect();
        (!always[v] && !by.is_empty() && by != *optional).then_some(by)
    };
    (0..func.vars.len()).map(of).collect()
}

/// The active variables where these parameters vary.
fn with_varied(func: &Func, varied: impl Fn(usize) -> bool) -> Activity {
    let n = func.vars.len();
    let mut a = Analysis {
        func,
        facts: Activity {
            varied: vec![false; n],
            useful: vec![false; n],
            checked: BTreeSet::new(),
            payloads: BTreeMap::new(),
            sources: vec![],
            optional: Sources::new(),
        },
        idle: idle_calls(&func.body),
        changed: true,
    };
    for (k, p) in func.params.iter().enumerate() {
        a.facts.varied[p.var.0] = varied(k);
        a.facts.useful[p.var.0] = func.var(p.var).kind == VarKind::Exclusive;
    }
    if let Some(result) = &func.body.result {
        a.use_operand(result);
    }
    while std::mem::take(&mut a.changed) {
        a.facts.checked.clear();
        a.region(&func.body);
    }
    a.facts
}

/// Refuses a derivative that would be lost: a value that varies, stored in a constant argument or in an
/// error.
pub fn check(func: &Func, activity: &mut Activity) -> Result<()> {
    for v in (0..func.vars.len()).filter(|v| activity.varied[*v]).map(VarId) {
        if func.is_changing_constant(v) {
            return unsupported(
                &func.var(v).name,
                "a `#[constant]` variable that receives a value with a derivative",
                "leave out `#[constant]`",
            );
        }
    }
    for (v, var) in func.vars.iter().enumerate() {
        if var.kind == VarKind::Captured && activity.varied[v] {
            return unsupported(
                &var.name,
                "a captured variable that receives a value with a derivative",
                "make it inside the closure, or write a function that takes it by `&mut`",
            );
        }
    }
    activity.payloads = crate::payload::checks(func, activity)?;
    constant_calls(func, &func.body, activity)
}

/// Refuses a call by `constant(&mut x)` of what varies, or with what varies.
fn constant_calls(func: &Func, region: &Region, activity: &Activity) -> Result<()> {
    for stmt in &region.stmts {
        if let Stmt::Let(_, Op::Call(call)) = stmt
            && call.constant
        {
            // Of a field that it changes the compiler checks that it is constant.
            let changed: Vec<usize> = call.changes(func).map(|(k, _)| k).collect();
            let is_field =
                |k: usize, p: &Place| changed.contains(&k) && !func.resolve(p).path.is_empty();
            for (k, place) in
                call.args.iter().enumerate().filter_map(|(k, a)| Some((k, a.place()?)))
            {
                let varies = activity.varied[func.root(place).0] && func.carries(place);
                if varies && !is_field(k, place) && !func.ty(&func.resolve(place)).is_inert() {
                    let name = match &call.callee {
                        Callee::Method(name) => name,
                        Callee::Function(_, name) | Callee::Associated(_, name) => &name.ident,
                        Callee::Value(_) | Callee::Pointer(_) => unreachable!("it has a name"),
                    };
                    return unsupported(
                        name,
                        "a call of what is constant with what varies",
                        "cut the derivative of the argument: `constant(x)`",
                    );
                }
            }
        }
        for inner in stmt.regions() {
            constant_calls(func, inner, activity)?;
        }
    }
    Ok(())
}

struct Analysis<'a> {
    func: &'a Func,
    facts: Activity,
    idle: BTreeSet<VarId>,
    changed: bool,
}

impl Analysis<'_> {
    fn varies(&self, operand: &Operand) -> bool {
        operand
            .place()
            .is_some_and(|p| self.facts.varied[self.func.root(p).0] && self.func.carries(p))
    }

    fn is_function(&self, operand: &Operand) -> bool {
        let root = operand.place().map(|p| self.func.var(p.root));
        root.is_some_and(|v| matches!(v.kind, VarKind::Function(_)))
    }

    fn vary(&mut self, v: VarId, if_: bool) {
        let known_inert = self.func.var(v).ty.is_inert();
        if if_ && !known_inert && !self.facts.varied[v.0] {
            self.facts.varied[v.0] = true;
            self.changed = true;
        }
    }

    fn use_place(&mut self, place: &Place) {
        let v = self.func.root(place);
        if !self.facts.useful[v.0] {
            self.facts.useful[v.0] = true;
            self.changed = true;
        }
    }

    fn use_operand(&mut self, operand: &Operand) {
        if let Some(p) = operand.place() {
            self.use_place(p);
        }
    }

    /// Whether something may be written through a parameter of a closure, as far as its type says.
    fn may_be_written(&self, param: VarId, ty: Option<&TokenStream>) -> bool {
        let var = self.func.var(param);
        let shared = ty.is_some_and(|ty| ty.to_string().starts_with('&'));
        var.kind == VarKind::Exclusive || !shared && !matches!(var.ty, Ty::Real | Ty::Inert)
    }

    /// Whether a closure uses something outside that varies.
    fn captures(&self, lambda: &Lambda) -> bool {
        let mut used = BTreeSet::new();
        lambda.body.stmts.iter().for_each(|s| mention(s, &mut used));
        let outside = |v: &VarId| !self.func.within(self.func.var(*v).home, lambda.body.id);
        let varies = |v: &VarId| self.facts.varied[self.func.root(&Place::var(*v)).0];
        lambda.inert.is_none() && used.iter().any(|v| outside(v) && varies(v))
    }

    /// A value flows from an operand to a variable.
    fn flow(&mut self, from: &Operand, to: VarId) {
        self.vary(to, self.varies(from));
        if self.facts.useful[to.0] {
            self.use_operand(from);
        }
    }

    fn region(&mut self, region: &Region) {
        for stmt in &region.stmts {
            self.stmt(stmt);
        }
    }

    fn value(&mut self, regions: &[&Region], value: Option<VarId>) {
        for region in regions {
            if let (Some(v), Some(result)) = (value, &region.result) {
                self.flow(result, v);
            }
            self.region(region);
        }
    }

    fn stmt(&mut self, stmt: &Stmt) {
        match stmt {
            Stmt::Let(_, Op::Call(call)) if call.constant => {}
            Stmt::Let(v, Op::Call(call)) => {
                let mut varied = call.args.iter().any(|a| self.varies(a));
                // A function that is a parameter may depend on anything.
                let function = matches!(call.callee, Callee::Value(_))
                    || call.args.iter().any(|a| self.is_function(a));
                varied |= function;
                for lambda in &call.lambdas {
                    varied |= lambda.body.result.as_ref().is_some_and(|r| self.varies(r));
                    // What a closure writes into an argument comes to the call.
                    varied |= self.captures(lambda)
                        && lambda
                            .params
                            .iter()
                            .any(|(p, ty, _)| self.may_be_written(*p, ty.as_ref()));
                }
                for lambda in &call.lambdas {
                    for (param, ..) in &lambda.params {
                        if self.func.var(*param).kind == VarKind::Exclusive {
                            self.use_place(&Place::var(*param));
                        }
                        let given = varied && !self.func.var(*param).constant;
                        self.vary(*param, given);
                    }
                    self.region(&lambda.body);
                }
                self.vary(*v, varied);
                let roots: Vec<_> =
                    call.changes(self.func).map(|(_, p)| self.func.root(p)).collect();
                let has_rule = !matches!(call.callee, Callee::Value(_) | Callee::Pointer(_));
                let keeps = |o: &Operand| {
                    o.place().is_some_and(|p| {
                        let root = self.func.root(p);
                        !roots.contains(&root)
                            && !self.facts.varied[root.0]
                            && !self.func.var(root).ty.is_inert()
                    })
                };
                if has_rule && call.args.iter().any(|a| self.func.is_holding(a)) {
                    self.facts.checked.insert(call.back);
                }
                let may_keep = roots.is_empty() || call.args.iter().any(keeps);
                if varied && has_rule && may_keep && self.idle.contains(&call.back) {
                    self.facts.checked.insert(call.back);
                    // Its rule changes no constants but those that are declared.
                    let changed = roots.iter().filter(|r| !self.func.is_changing_constant(**r));
                    changed.for_each(|r| self.use_place(&Place::var(*r)));
                }
                // A rule that changes what holds closures takes it as what varies.
                for root in roots.iter().filter(|root| self.func.holding.contains(root)) {
                    self.vary(*root, true);
                    self.use_place(&Place::var(*root));
                }
                for (k, place) in call.changes(self.func) {
                    let lent = matches!(call.args[k], Operand::Place(_, Mode::Exclusive));
                    let root = self.func.root(place);
                    if has_rule && lent && self.func.is_changing_constant(root) {
                        if varied && !self.func.var(root).ty.is_inert() {
                            self.facts.checked.insert(call.back);
                        }
                    } else {
                        self.vary(root, varied);
                    }
                }
                // What a function adds elsewhere may come from the arguments of the call, or from what
                // another gives.
                let mut params = call.lambdas.iter().flat_map(|l| &l.params);
                if self.facts.useful[v.0]
                    || roots.iter().any(|r| self.facts.useful[r.0])
                    || function
                    || params.any(|(p, ..)| self.facts.useful[p.0])
                {
                    call.args.iter().for_each(|a| self.use_operand(a));
                    for result in call.lambdas.iter().filter_map(|l| l.body.result.as_ref()) {
                        self.use_operand(result);
                    }
                }
            }
            Stmt::Let(v, op) => {
                for operand in op.operands() {
                    self.flow(operand, *v);
                }
            }
            Stmt::Destructure(_, from, bindings) => {
                for (v, _) in bindings {
                    self.flow(from, *v);
                }
            }
            Stmt::Store(place, value, _) | Stmt::Update(_, place, value, _) => {
                self.flow(value, self.func.root(place));
            }
            Stmt::Append(list, value) => self.flow(value, *list),
            Stmt::If(_, a, b, value) => self.value(&[a, b], *value),
            Stmt::Match(_, arms, value, _) => {
                let arms: Vec<_> = arms.iter().map(|(_, r)| r).collect();
                self.value(&arms, *value);
            }
            Stmt::Block(r, value) | Stmt::Rest(_, r, value) => self.value(&[r], *value),
            Stmt::For(f) => {
                if let Source::Walk(chain) = &f.source {
                    let mut roots = vec![];
                    chain_roots(chain, &mut roots);
                    for v in f.bound.iter().filter(|v| !self.func.var(**v).constant) {
                        for root in &roots {
                            self.flow(&Operand::Place((*root).clone(), Mode::Shared), *v);
                        }
                    }
                }
                self.region(&f.body);
            }
            Stmt::While(_, condition, body, _) => {
                self.region(condition);
                self.region(body);
            }
            Stmt::Loop(_, body, _) => self.region(body),
            Stmt::Exit(Exit::Return(value)) => self.use_operand(value),
            _ => {}
        }
    }
}

/// The places that a chain starts at.
pub fn chain_roots<'a>(chain: &'a Chain, out: &mut Vec<&'a Place>) {
    match chain {
        Chain::Root(operand, _) => out.extend(operand.place()),
        Chain::Range(..) | Chain::Plain(_) => {}
        Chain::Method(receiver, _, args) => {
            chain_roots(receiver, out);
            args.iter().for_each(|a| chain_roots(a, out));
        }
    }
}
