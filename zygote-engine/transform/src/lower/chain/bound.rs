//! Chains that are bound to a name: what they are made of is evaluated at the `let`, the chain itself
//! stands where the name is used, as an iterator does nothing before that.

use super::cursor::{is_advanced, remainder};
use super::parse::{is_iterating, is_last, parse};
use super::parts::{Part, Pipe, Pipeline};
use super::step::refuse_other_meanings;
use crate::error::{Result, unsupported};
use crate::ir::{Mode, Op, Operand, Stmt, Ty};
use crate::lower::optional::is_refutable;
use crate::lower::place::strip;
use crate::lower::select::{bound_names, mentions};
use crate::lower::{Lower, Named};
use proc_macro2::Ident;
use quote::ToTokens;
use syn::visit::Visit;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Pat};

impl Lower {
    /// `let name = chain;`: the statements after it, with the chain in the place of its name.
    pub(in crate::lower) fn bound_chain(
        &mut self,
        local: &syn::Local,
        rest: &[syn::Stmt],
        out: &mut Vec<Stmt>,
    ) -> Result<Option<Vec<syn::Stmt>>> {
        let (Pat::Ident(name), Some(init)) = (&local.pat, &local.init) else { return Ok(None) };
        let advanced = |e: &Expr| match strip(e) {
            Expr::Range(r) => {
                let bounded = r.start.is_some() && r.end.is_some();
                is_advanced(&name.ident, rest) || bounded && name.mutability.is_none()
            }
            e => matches!(e, Expr::MethodCall(_) | Expr::Call(_)),
        };
        if !advanced(&init.expr)
            || init.diverge.is_some()
            || name.by_ref.is_some()
            || name.subpat.is_some()
        {
            return Ok(None);
        }
        let pipeline = match strip(&init.expr) {
            Expr::Range(_) => Pipeline::of(Pipe::Walk((*init.expr).clone())),
            _ => match parse(&init.expr)? {
                Some(pipeline) => pipeline,
                None => return Ok(None),
            },
        };
        let of_user = matches!(pipeline.base, Pipe::Entries(_, Part::Keys | Part::Values, _));
        if pipeline.consumer.is_some() || of_user && pipeline.flow.is_empty() {
            return Ok(None);
        }
        let name = &name.ident;
        if !rest.iter().any(|s| mentions(&s.to_token_stream(), name)) {
            return Ok(None);
        }
        let constant = self
            .pure(&init.expr, crate::lower::pure::Calls::Forbidden)
            .is_some_and(|(_, reads)| self.all_constant(&reads))
            && !matches!(strip(&init.expr), Expr::Range(_));
        let mut uses = Uses { name, whole: true };
        rest.iter().for_each(|s| uses.visit_stmt(s));
        if constant && !uses.whole {
            // A value like another.
            return Ok(None);
        }
        let before = out.len();
        let Some(chain) = self.settled_chain(&init.expr, out)? else { return Ok(None) };
        if let Expr::Range(r) = strip(&chain)
            && !is_advanced(name, rest)
        {
            self.integers(r, out);
        }
        refuse_other_meanings(&chain, rest)?;
        let mut inlined =
            Inlined { name, chain, drawn: 0, once: true, ended: false, error: Ok(()) };
        // The items of the block are lowered already.
        let is_item = |s: &&syn::Stmt| matches!(s, syn::Stmt::Item(_));
        let rest: Vec<_> = rest.iter().filter(|s| !is_item(s)).cloned().collect();
        let mut used = rest.clone();
        inlined.statements(&mut used);
        let (chain, error) = (inlined.chain, inlined.error);
        let Err(error) = error else { return Ok(Some(used)) };
        match self.advanced(name, &chain, &rest, out)? {
            Some(rest) => Ok(Some(rest)),
            None if constant => {
                out.truncate(before);
                Ok(None)
            }
            None => Err(error),
        }
    }

    /// A chain with names for what it is made of, as it is here.
    fn settled_chain(&mut self, e: &Expr, out: &mut Vec<Stmt>) -> Result<Option<Expr>> {
        match strip(e) {
            Expr::Range(r) => {
                let mut r = r.clone();
                for bound in [&mut r.start, &mut r.end].into_iter().flatten() {
                    **bound = self.settled_number(bound, out)?;
                }
                Ok(Some(syn::parse_quote!((#r))))
            }
            // A copy of a chain has copies of what its closures have.
            Expr::MethodCall(m) if m.method == "clone" && parse(&m.receiver)?.is_some() => {
                self.settled_chain(&m.receiver, out)
            }
            Expr::MethodCall(m) if is_iterating(&m.method) => {
                let Some(receiver) = self.settled_chain(&m.receiver, out)? else { return Ok(None) };
                let mut m = m.clone();
                *m.receiver = receiver;
                for (k, arg) in m.args.iter_mut().enumerate() {
                    let is_value = ["zip", "chain"].iter().any(|name| m.method == name)
                        || m.method == "scan" && k == 0;
                    let Some(settled) = self.settled_argument(arg, is_value, out)? else {
                        return Ok(None);
                    };
                    *arg = settled;
                }
                Ok(Some(Expr::MethodCall(m)))
            }
            Expr::MethodCall(m) if m.method != "drain" && m.method != "splice" => {
                let exclusive = m.method.to_string().ends_with("_mut");
                let owned = m.method.to_string().starts_with("into_");
                let Some(receiver) = self.settled_source(&m.receiver, exclusive, owned, out)?
                else {
                    return Ok(None);
                };
                let mut m = m.clone();
                *m.receiver = receiver;
                for arg in &mut m.args {
                    let Some(settled) = self.settled_argument(arg, false, out)? else {
                        return Ok(None);
                    };
                    *arg = settled;
                }
                Ok(Some(Expr::MethodCall(m)))
            }
            Expr::Call(c) => {
                let mut c = c.clone();
                for arg in &mut c.args {
                    let Some(settled) = self.settled_argument(arg, true, out)? else {
                        return Ok(None);
                    };
                    *arg = settled;
                }
                Ok(Some(Expr::Call(c)))
            }
            _ => Ok(None),
        }
    }

    /// What a chain goes over: a name for it.
    pub(super) fn settled_source(
        &mut self,
        e: &Expr,
        exclusive: bool,
        owned: bool,
        out: &mut Vec<Stmt>,
    ) -> Result<Option<Expr>> {
        if !self.is_place(e) {
            let value = self.operand(e, out)?;
            let name = self.name_of_operand(value, out);
            return Ok(Some(syn::parse_quote!(#name)));
        }
        let place = self.place(e, out)?;
        let refers = self.refers(&place).is_some();
        let name = match (place.path.is_empty(), owned && !refers) {
            (_, true) => {
                let value = Operand::Place(place, Mode::Value);
                let ty = self.ty(&value);
                let moved = self.temp(syn::spanned::Spanned::span(e), ty, Op::Use(value), out);
                self.name_of_operand(moved, out)
            }
            (true, false) => self.name_of_operand(Operand::Place(place, Mode::Value), out),
            (false, false) if exclusive => return Ok(None),
            (false, false) => {
                let place = self.pinned(place, out);
                let lent = Operand::Place(place, Mode::Shared);
                let part = self.part(lent, syn::spanned::Spanned::span(e), out);
                self.name_of_operand(Operand::Place(part, Mode::Shared), out)
            }
        };
        Ok(Some(syn::parse_quote!(#name)))
    }

    /// An argument of an adaptor: a function, a chain, and a value of any type or a number.
    fn settled_argument(
        &mut self,
        e: &Expr,
        is_value: bool,
        out: &mut Vec<Stmt>,
    ) -> Result<Option<Expr>> {
        match strip(e) {
            Expr::Lit(_) => return Ok(Some(e.clone())),
            Expr::Path(p) => match p.path.get_ident().and_then(|n| self.named(n).cloned()) {
                // A function or a constant from outside.
                None => return Ok(Some(e.clone())),
                Some(Named::Var(v)) if !self.func.var(v).ty.is_inert() => {
                    return self.settled_source(e, false, true, out);
                }
                Some(_) => {}
            },
            Expr::Reference(r) if r.mutability.is_none() && self.closure_of(e)?.is_none() => {
                let of = self.settled_source(&r.expr, false, false, out)?;
                return Ok(of.map(|of| syn::parse_quote!(&#of)));
            }
            _ => {}
        }
        if let Some(closure) = self.closure_at(e, out)? {
            let name = self.name_of_closure(closure);
            return Ok(Some(match strip(e) {
                // Its state is that of the closure.
                Expr::Reference(r) => {
                    Expr::Reference(syn::ExprReference { expr: Box::new(name), ..r.clone() })
                }
                _ => name,
            }));
        }
        match e {
            e if parse(e)?.is_some_and(|p| p.consumer.is_none()) => self.settled_chain(e, out),
            e if is_value => self.settled_value(e, out).map(Some),
            e => self.settled_number(e, out).map(Some),
        }
    }

    /// A number, such as a limit: its value here.
    pub(super) fn settled_number(&mut self, e: &Expr, out: &mut Vec<Stmt>) -> Result<Expr> {
        let value = self.inert(e, out)?;
        Ok(match &value {
            Operand::Place(..) => {
                let span = syn::spanned::Spanned::span(e);
                let copy = self.temp(span, Ty::Inert, Op::Use(value), out);
                let name = self.name_of_operand(copy, out);
                syn::parse_quote!(#name)
            }
            Operand::Const(tokens) => syn::parse_quote!(#tokens),
            Operand::Lambda(_) => unreachable!("a closure is no number"),
        })
    }
}

/// Whether a chain is used as one wherever its name stands.
struct Uses<'a> {
    name: &'a Ident,
    whole: bool,
}

impl Visit<'_> for Uses<'_> {
    fn visit_expr(&mut self, e: &Expr) {
        match e {
            Expr::MethodCall(m) => {
                let known = is_iterating(&m.method)
                    || is_last(&m.method)
                    || ["clone", "extend"].iter().any(|known| m.method == known);
                if !(known && is_name(&m.receiver, self.name)) {
                    self.visit_expr(&m.receiver);
                }
                for arg in &m.args {
                    if !(known && is_name(arg, self.name)) {
                        self.visit_expr(arg);
                    }
                }
            }
            Expr::ForLoop(f) if is_name(&f.expr, self.name) => self.visit_block(&f.body),
            Expr::Path(_) => self.whole &= !is_name(e, self.name),
            Expr::Macro(m) => self.whole &= !mentions(&m.mac.tokens, self.name),
            _ => syn::visit::visit_expr(self, e),
        }
    }
}

/// Whether a consumer leaves the iterator to whom it is of.
pub fn goes_on_after(name: &Ident) -> bool {
    const BORROW: [&str; 9] = [
        "all",
        "any",
        "find",
        "find_map",
        "nth",
        "position",
        "rposition",
        "try_fold",
        "try_for_each",
    ];
    BORROW.iter().any(|other| name == other)
}

pub(super) fn is_name(e: &Expr, name: &Ident) -> bool {
    matches!(strip(e), Expr::Path(p) if p.path.is_ident(name))
}

/// Writes the chain where its name stands.
struct Inlined<'a> {
    name: &'a Ident,
    chain: Expr,
    /// The number of items that were taken by hand.
    drawn: usize,
    /// Whether what is visited runs once.
    once: bool,
    /// Whether something took an unknown number of items.
    ended: bool,
    error: Result<()>,
}

impl Inlined<'_> {
    fn refuse(&mut self, at: &impl ToTokens, what: &str, instead: &str) {
        if self.error.is_ok() {
            self.error = unsupported(at, what, instead);
        }
    }

    /// What is left of the chain.
    fn left(&self) -> Expr {
        let (chain, drawn) = (&self.chain, self.drawn);
        match (drawn, strip(chain)) {
            (0, _) => syn::parse_quote!((#chain)),
            (_, Expr::MethodCall(m)) if m.method != "iter" => {
                let (of, name) = (&m.receiver, &m.method);
                syn::parse_quote!((#of.skip(#drawn).#name()))
            }
            _ => syn::parse_quote!((#chain.skip(#drawn))),
        }
    }

    /// A bound of a range.
    fn bound(&self, member: &syn::Member) -> Option<Expr> {
        let (Expr::Range(r), syn::Member::Named(name)) = (strip(&self.chain), member) else {
            return None;
        };
        match (name.to_string().as_str(), &r.limits) {
            ("start", syn::RangeLimits::HalfOpen(_)) => r.start.as_deref().cloned(),
            ("end", syn::RangeLimits::HalfOpen(_)) => r.end.as_deref().cloned(),
            _ => None,
        }
    }

    /// `chain.next()`: the item of a known number.
    fn next(&mut self, at: &syn::ExprMethodCall) -> Expr {
        let (of, copied) = match strip(&self.chain) {
            Expr::MethodCall(m) if m.method == "copied" || m.method == "cloned" => {
                (strip(&m.receiver), Some(&m.method))
            }
            e => (e, None),
        };
        let of = match of {
            Expr::MethodCall(m) if m.method == "iter" => &m.receiver,
            _ => {
                self.refuse(
                    &at.method,
                    "an iterator with adaptors that is advanced by hand",
                    "write a `for` loop over it, or take the items from a slice by index",
                );
                return Expr::MethodCall(at.clone());
            }
        };
        let k = self.drawn;
        let copied = copied.map(|name| quote::quote!(.#name()));
        let item = syn::parse_quote!(#of.iter().nth(#k)#copied);
        self.drawn += 1;
        item
    }

    /// `while let Some(item) = chain.next() { .. }`, where the body leaves the chain alone.
    fn whole_loop(&self, w: &syn::ExprWhile) -> Option<syn::ExprForLoop> {
        let Expr::Let(l) = &*w.cond else { return None };
        let (Pat::TupleStruct(some), Expr::MethodCall(m)) = (&*l.pat, strip(&l.expr)) else {
            return None;
        };
        let fits = some.path.is_ident("Some")
            && some.elems.len() == 1
            && !is_refutable(&some.elems[0])
            && m.method == "next";
        if !fits
            || !is_name(&m.receiver, self.name)
            || mentions(&w.body.to_token_stream(), self.name)
        {
            return None;
        }
        let (label, pattern, body, chain) = (&w.label, &some.elems[0], &w.body, self.left());
        Some(syn::parse_quote!(#label for #pattern in #chain #body))
    }

    /// Visits what runs several times, or not at all: no item may be taken by hand there.
    fn inside(&mut self, visit: impl FnOnce(&mut Self)) {
        let once = std::mem::replace(&mut self.once, false);
        visit(self);
        self.once = once;
    }

    /// Whether a pattern gives the name to something else.
    fn hides(&self, pattern: &Pat) -> bool {
        bound_names(pattern).contains(self.name)
    }

    /// Visits statements up to one that gives the name to something else.
    fn statements(&mut self, stmts: &mut [syn::Stmt]) {
        for stmt in stmts {
            self.visit_stmt_mut(stmt);
            if matches!(&*stmt, syn::Stmt::Local(local) if self.hides(&local.pat)) {
                break;
            }
        }
    }

    /// Whether a condition gives the name to something else where it holds.
    fn hidden_by(&self, condition: &Expr) -> bool {
        match strip(condition) {
            Expr::Let(l) => self.hides(&l.pat),
            Expr::Binary(b) => self.hidden_by(&b.left) || self.hidden_by(&b.right),
            _ => false,
        }
    }
}

impl VisitMut for Inlined<'_> {
    fn visit_expr_mut(&mut self, e: &mut Expr) {
        match e {
            Expr::Reference(r) if r.mutability.is_some() && is_name(&r.expr, self.name) => {
                self.refuse(r, "an iterator that is lent", "use the iterator as a whole");
            }
            // The range itself.
            Expr::MethodCall(m)
                if m.method == "clone"
                    && !self.ended
                    && is_name(&m.receiver, self.name)
                    && matches!(strip(&self.chain), Expr::Range(_)) =>
            {
                *e = self.left();
            }
            Expr::Field(f)
                if !self.ended
                    && is_name(&f.base, self.name)
                    && self.bound(&f.member).is_some() =>
            {
                *e = self.bound(&f.member).expect("it was found before");
            }
            Expr::MethodCall(m) if m.method == "remainder" && is_name(&m.receiver, self.name) => {
                match remainder(&self.chain) {
                    Some(remainder) => *e = remainder,
                    None => self.refuse(&m.method, "this method of an iterator", "write a loop"),
                }
            }
            Expr::MethodCall(m) if m.method == "by_ref" && is_name(&m.receiver, self.name) => {
                self.refuse(&m.method, "an iterator that is lent", "use the iterator as a whole");
            }
            Expr::MethodCall(m) if goes_on_after(&m.method) && is_name(&m.receiver, self.name) => {
                if !self.once {
                    self.refuse(
                        &m.method,
                        "an iterator that goes on after this, in a loop or branch,",
                        "make the iterator there",
                    );
                }
                visit_mut::visit_expr_mut(self, e);
                self.ended = true;
            }
            Expr::MethodCall(m) if m.method == "next" && is_name(&m.receiver, self.name) => {
                if self.ended {
                    self.refuse(
                        &m.method,
                        "an iterator after what takes some of its items",
                        "make another iterator",
                    );
                }
                if !self.once {
                    self.refuse(
                        &m.method,
                        "an iterator that is advanced by hand in a loop or branch",
                        "write a `for` loop over it, or count in a variable and use `get`",
                    );
                }
                *e = self.next(&m.clone());
            }
            Expr::While(w) => {
                if self.once
                    && let Some(f) = self.whole_loop(w)
                {
                    *e = Expr::ForLoop(f);
                    self.ended = true;
                    return;
                }
                self.inside(|s| {
                    s.visit_expr_mut(&mut w.cond);
                    if !s.hidden_by(&w.cond) {
                        s.visit_block_mut(&mut w.body);
                    }
                });
            }
            Expr::If(i) => {
                self.visit_expr_mut(&mut i.cond);
                self.inside(|s| {
                    if !s.hidden_by(&i.cond) {
                        s.visit_block_mut(&mut i.then_branch);
                    }
                    if let Some((_, other)) = &mut i.else_branch {
                        s.visit_expr_mut(other);
                    }
                });
            }
            Expr::Match(m) => {
                self.visit_expr_mut(&mut m.expr);
                self.inside(|s| {
                    for arm in m.arms.iter_mut() {
                        if !s.hides(&arm.pat) {
                            s.visit_arm_mut(arm);
                        }
                    }
                });
            }
            Expr::ForLoop(f) => {
                self.visit_expr_mut(&mut f.expr);
                if !self.hides(&f.pat) {
                    self.inside(|s| s.visit_block_mut(&mut f.body));
                }
            }
            Expr::Closure(c) => {
                if !c.inputs.iter().any(|p| self.hides(p)) {
                    self.inside(|s| s.visit_expr_mut(&mut c.body));
                }
            }
            // What is assigned is evaluated before the place, or after it for some types.
            Expr::Assign(a) => {
                self.visit_expr_mut(&mut a.right);
                self.visit_expr_mut(&mut a.left);
            }
            Expr::Binary(b) if crate::lower::pure::is_assignment(&b.op) => {
                self.visit_expr_mut(&mut b.right);
                self.inside(|s| s.visit_expr_mut(&mut b.left));
            }
            Expr::Binary(b) if matches!(b.op, syn::BinOp::And(_) | syn::BinOp::Or(_)) => {
                self.visit_expr_mut(&mut b.left);
                self.inside(|s| s.visit_expr_mut(&mut b.right));
            }
            Expr::Path(_) if is_name(e, self.name) => {
                if self.ended {
                    self.refuse(
                        e,
                        "an iterator after what takes some of its items",
                        "make another iterator",
                    );
                }
                *e = self.left();
            }
            Expr::Let(_)
            | Expr::MethodCall(_)
            | Expr::Call(_)
            | Expr::Unary(_)
            | Expr::Binary(_)
            | Expr::Paren(_)
            | Expr::Group(_)
            | Expr::Reference(_)
            | Expr::Try(_)
            | Expr::Field(_)
            | Expr::Index(_)
            | Expr::Cast(_)
            | Expr::Tuple(_)
            | Expr::Array(_) => visit_mut::visit_expr_mut(self, e),
            e => self.inside(|s| visit_mut::visit_expr_mut(s, e)),
        }
    }

    fn visit_block_mut(&mut self, block: &mut syn::Block) {
        self.statements(&mut block.stmts);
    }

    fn visit_local_mut(&mut self, local: &mut syn::Local) {
        if let Some(init) = &mut local.init {
            self.visit_expr_mut(&mut init.expr);
            if let Some((_, other)) = &mut init.diverge {
                self.inside(|s| s.visit_expr_mut(other));
            }
        }
    }

    fn visit_macro_mut(&mut self, m: &mut syn::Macro) {
        if mentions(&m.tokens, self.name) {
            self.refuse(
                m,
                "an iterator in a macro",
                "bind what the macro asks of it with `let` first",
            );
        }
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}
