//! Branches, loops and exits.

use super::pattern::{Binds, Subject};
use super::place::strip;
use super::pure::Calls;
use super::select::without_let;
use super::{Loop, Lower, Tail};
use crate::error::{Result, unsupported};
use crate::ir::{Chain, Exit, For, Mode, Op, Operand, Region, Source, Stmt, Ty, VarId, VarKind};
use quote::quote;
use syn::Expr;
use syn::spanned::Spanned;
use syn::visit::Visit;

impl Lower {
    /// A branch; gives its value.
    pub(super) fn branch(
        &mut self,
        i: &syn::ExprIf,
        tail: Tail,
        out: &mut Vec<Stmt>,
    ) -> Result<Option<Operand>> {
        match without_let(i)? {
            Some(Expr::Match(m)) => return self.selection(&m, tail, out),
            Some(Expr::If(i)) => return self.branch(&i, tail, out),
            _ => {}
        }
        let condition = self.condition(&i.cond, out)?;
        let yes = self.region(false, |s, out| s.stmts(&i.then_branch.stmts, tail, out))?;
        let no = self.region(false, |s, out| match &i.else_branch {
            Some((_, e)) => s.otherwise(e, tail, out),
            None => s.end(tail, None, out),
        })?;
        let value = match tail {
            Tail::Unit => None,
            _ => self.joined(&[&yes, &no], i.span())?,
        };
        out.push(Stmt::If(condition, yes, no, value));
        Ok(value.map(Operand::var))
    }

    fn otherwise(&mut self, e: &Expr, tail: Tail, out: &mut Vec<Stmt>) -> Result<Option<Operand>> {
        match e {
            Expr::If(i) => {
                let value = self.branch(i, tail, out)?;
                if tail == Tail::Return { Ok(None) } else { Ok(value) }
            }
            Expr::Block(b) => self.stmts(&b.block.stmts, tail, out),
            other => self.tail(other, tail, out),
        }
    }

    fn condition(&mut self, e: &Expr, out: &mut Vec<Stmt>) -> Result<Operand> {
        let condition = self.inert(e, out)?;
        // A condition that can change before the reverse sweep reads it is copied.
        Ok(self.pin(condition, out))
    }

    /// `if c { ..; return x; } rest` is `if c { ..; return x } else { rest }`, and so on: the rest
    /// goes with the branch that stays.
    pub(super) fn if_that_leaves(
        &mut self,
        i: &syn::ExprIf,
        rest: &[syn::Stmt],
        tail: Tail,
        out: &mut Vec<Stmt>,
    ) -> Result<Option<Option<Operand>>> {
        let stays = match &i.else_branch {
            None => None,
            Some((_, e)) => match &**e {
                Expr::Block(b) => Some(&b.block),
                _ => return Ok(None),
            },
        };
        let yes_leaves = always_leaves(&i.then_branch);
        let no_leaves = stays.is_some_and(always_leaves);
        if yes_leaves == no_leaves {
            return Ok(None);
        }
        if find_let(&i.cond).is_some() {
            return Ok(None);
        }
        let condition = self.condition(&i.cond, out)?;
        let empty: syn::Block = syn::parse_quote!({});
        let other = stays.unwrap_or(&empty);
        let branch = |s: &mut Self, block: &syn::Block, exits: bool| {
            s.region(false, |s, out| {
                if exits {
                    return s.stmts(&block.stmts, Tail::Unit, out);
                }
                if !block.stmts.is_empty() {
                    let inner = s.region(false, |s, out| s.stmts(&block.stmts, Tail::Unit, out))?;
                    out.push(Stmt::Block(inner, None));
                    if out.last().is_some_and(leaves) {
                        return s.rest(None, rest, tail, out);
                    }
                }
                s.stmts(rest, tail, out)
            })
        };
        let yes = branch(self, &i.then_branch, yes_leaves)?;
        let no = branch(self, other, no_leaves)?;
        let value = match tail {
            Tail::Value => self.joined(&[&yes, &no], i.span())?,
            _ => None,
        };
        out.push(Stmt::If(condition, yes, no, value));
        Ok(Some(value.map(Operand::var)))
    }

    /// `let x = if c { return .. } else { e }; rest`: the `let` and the rest go with the branch that
    /// stays.
    pub(super) fn let_that_leaves(
        &mut self,
        local: &syn::Local,
        rest: &[syn::Stmt],
        tail: Tail,
        out: &mut Vec<Stmt>,
    ) -> Result<Option<Option<Operand>>> {
        let Some(init) = &local.init else { return Ok(None) };
        if let Some((_, otherwise)) = &init.diverge {
            return self.let_else(local, otherwise, rest, tail, out).map(Some);
        }
        let (mut stays, depth) = (None, self.scopes.len());
        let selected = match strip(&init.expr) {
            Expr::If(i) => without_let(i)?,
            _ => None,
        };
        let moved = match selected.as_ref().unwrap_or(strip(&init.expr)) {
            Expr::If(i) => {
                let Some((_, e)) = &i.else_branch else { return Ok(None) };
                let Expr::Block(no) = &**e else { return Ok(None) };
                let mut moved = i.clone();
                let (yes, no) = (&i.then_branch, &no.block);
                match (always_leaves(yes), always_leaves(no)) {
                    (true, false) => {
                        let all = continued(local, no, rest, depth);
                        moved.else_branch =
                            Some((Default::default(), Box::new(syn::parse_quote!({ #(#all)* }))));
                    }
                    (false, true) => {
                        moved.then_branch.stmts = continued(local, yes, rest, depth);
                    }
                    _ => return Ok(None),
                }
                stays = Some(());
                Expr::If(moved)
            }
            Expr::Match(m) => {
                let mut moved = m.clone();
                for arm in &mut moved.arms {
                    let block: syn::Block = match &*arm.body {
                        Expr::Block(b) => b.block.clone(),
                        e => syn::parse_quote!({ #e }),
                    };
                    if always_leaves(&block) {
                        continue;
                    }
                    if stays.replace(()).is_some() {
                        return Ok(None);
                    }
                    let all = continued(local, &block, rest, depth);
                    *arm.body = syn::parse_quote!({ #(#all)* });
                }
                if m.arms.iter().all(|a| !expr_leaves(&a.body)) {
                    return Ok(None);
                }
                Expr::Match(moved)
            }
            _ => return Ok(None),
        };
        if stays.is_none() {
            return Ok(None);
        }
        match moved {
            Expr::If(i) => self.branch(&i, tail, out).map(Some),
            Expr::Match(m) => self.selection(&m, tail, out).map(Some),
            _ => unreachable!("only these are moved"),
        }
    }

    pub(super) fn for_loop(&mut self, f: &syn::ExprForLoop, out: &mut Vec<Stmt>) -> Result<()> {
        if self.is_place(&f.expr) {
            let place = self.place(&f.expr, out)?;
            if self.refers(&place) == Some(true) {
                let base = super::chain::Pipe::Elements((*f.expr).clone(), true);
                let pipeline = super::chain::Pipeline { base, flow: vec![], consumer: None };
                return self.for_chain(&pipeline, f, out);
            }
        }
        let parsed = super::chain::parse(&f.expr)?;
        if takes_apart(&f.pat) {
            // The items' cotangents have no such pattern: the item is bound, then taken apart.
            let walk = || super::chain::Pipe::Walk((*f.expr).clone());
            let pipeline = parsed.unwrap_or_else(|| super::chain::Pipeline {
                base: walk(),
                flow: vec![],
                consumer: None,
            });
            return self.for_chain(&pipeline, f, out);
        }
        if let Some(pipeline) = parsed
            && !pipeline.is_plain()
        {
            return self.for_chain(&pipeline, f, out);
        }
        let source = self.source(&f.expr, out)?;
        let label = f.label.as_ref().map(|l| l.name.clone());
        let span = f.for_token.span;
        let here = self.here;
        let trips =
            cut_short(&f.body, label.as_ref()).then(|| self.func.record("trips", span, here));
        let names =
            (self.func.record("walk", span, here), self.func.record("position", span, here));
        let mut bound = vec![];
        let mut pattern = quote!();
        self.loops.push(Loop { label: label.clone() });
        let body = self.region(true, |s, out| {
            let (binds, ty) = match &source {
                Source::Range(..) => (Binds::Inert, Ty::Inert),
                Source::Walk(chain) => {
                    let constant = s.chain_constant(chain);
                    (Binds::Items { constant }, s.chain_item(chain))
                }
            };
            let mut bindings = vec![];
            let subject = Subject { place: None, binds, refutable: false };
            pattern = s.pattern(&f.pat, &ty, vec![], subject, &mut bindings)?;
            bound = bindings.into_iter().map(|(v, _)| v).collect();
            for v in &bound {
                if s.func.var(*v).kind == VarKind::Local {
                    s.func.vars[v.0].kind = VarKind::Item;
                }
            }
            s.stmts(&f.body.stmts, Tail::Unit, out)
        });
        self.loops.pop();
        let body = body?;
        let body = Region { result: None, ..body };
        out.push(Stmt::For(Box::new(For { label, pattern, bound, source, body, trips, names })));
        Ok(())
    }

    pub(super) fn source(&mut self, e: &Expr, out: &mut Vec<Stmt>) -> Result<Source> {
        if let Expr::Range(_) = strip(e) {
            return match self.chain(e, false, out)? {
                Chain::Range(lo, hi, inclusive) => Ok(Source::Range(lo, hi, inclusive)),
                _ => unreachable!("a range is a range"),
            };
        }
        Ok(Source::Walk(self.chain(e, false, out)?))
    }

    pub(super) fn chain(&mut self, e: &Expr, receives: bool, out: &mut Vec<Stmt>) -> Result<Chain> {
        match strip(e) {
            Expr::Range(r) => {
                let (Some(lo), Some(hi)) = (&r.start, &r.end) else {
                    return unsupported(r, "a range without an end", "write both ends");
                };
                let lo = self.inert(lo, out)?;
                let hi = self.inert(hi, out)?;
                let (mut lo, hi) = (self.pin(lo, out), self.pin(hi, out));
                if let (Operand::Const(_), Operand::Const(_)) = (&lo, &hi) {
                    // Of a range of literals, use alone tells the type: once for both sweeps.
                    lo = self.temp(r.span(), Ty::Inert, Op::Use(lo), out);
                }
                Ok(Chain::Range(lo, hi, matches!(r.limits, syn::RangeLimits::Closed(_))))
            }
            Expr::MethodCall(m) => {
                if let Some(t) = &m.turbofish {
                    return unsupported(t, "a turbofish here", "leave it out");
                }
                // By the convention of the language, such a method lends exclusively. One of another
                // name does not compile, as the receiver is handed over by shared reference.
                if m.method.to_string().ends_with("_mut") {
                    return unsupported(
                        &m.method,
                        "a loop over exclusive references",
                        "loop over the indices and write `v[i]`",
                    );
                }
                let receiver = self.chain(&m.receiver, true, out)?;
                let mut args = vec![];
                for a in &m.args {
                    if let Expr::Closure(c) = strip(a) {
                        return unsupported(
                            c,
                            "a closure in the chain of a loop",
                            "do its work in the body of the loop",
                        );
                    }
                    args.push(self.chain(a, false, out)?);
                }
                Ok(Chain::Method(Box::new(receiver), m.method.clone(), args))
            }
            e if self.is_place(e) => match self.read(e, out)? {
                Op::Use(Operand::Place(p, mode)) => {
                    if mode == Mode::Exclusive && !receives {
                        return unsupported(
                            e,
                            "a loop over exclusive references",
                            "loop over the indices and write `v[i]`",
                        );
                    }
                    let p = self.pinned(p, out);
                    let operand = Operand::Place(p, mode);
                    let operand = if receives { operand } else { self.pin(operand, out) };
                    if mode == Mode::Value && self.ty(&operand) == Ty::Inert {
                        return Ok(Chain::Plain(operand));
                    }
                    Ok(Chain::Root(operand))
                }
                _ => unreachable!("a place is read as a place"),
            },
            Expr::Reference(r) => {
                if let Some(m) = &r.mutability {
                    return unsupported(
                        m,
                        "a loop over exclusive references",
                        "loop over the indices and write `v[i]`",
                    );
                }
                let place = self.place(&r.expr, out)?;
                let place = self.pinned(place, out);
                Ok(Chain::Root(Operand::Place(place, Mode::Shared)))
            }
            Expr::Lit(_) => Ok(Chain::Plain(self.inert(e, out)?)),
            Expr::Array(_)
            | Expr::Macro(_)
            | Expr::Call(_)
            | Expr::If(_)
            | Expr::Match(_)
            | Expr::Block(_)
            | Expr::Path(_) => {
                let value = self.operand(e, out)?;
                Ok(Chain::Root(value))
            }
            Expr::Field(_) | Expr::Index(_) | Expr::Unary(_) => {
                let place = self.place(e, out)?;
                let place = self.pinned(place, out);
                Ok(Chain::Root(Operand::Place(place, Mode::Value)))
            }
            _ if receives => Ok(Chain::Root(self.operand(e, out)?)),
            // A number, such as a step; the compiler checks that it is one.
            _ => {
                let value = self.inert(e, out)?;
                Ok(Chain::Plain(self.pin(value, out)))
            }
        }
    }

    pub(super) fn chain_constant(&self, chain: &Chain) -> bool {
        match chain {
            Chain::Root(Operand::Place(p, _)) => self.all_constant(std::slice::from_ref(p)),
            Chain::Root(_) | Chain::Range(..) | Chain::Plain(_) => true,
            Chain::Method(receiver, _, args) => {
                self.chain_constant(receiver) && args.iter().all(|a| self.chain_constant(a))
            }
        }
    }

    /// The known type of the items: of a plain sequence only.
    fn chain_item(&self, chain: &Chain) -> Ty {
        match chain {
            Chain::Root(operand) => {
                let of = match self.ty(operand).peeled() {
                    Ty::Seq(of) => (**of).clone(),
                    _ => Ty::Unknown,
                };
                let by_value = matches!(operand, Operand::Place(_, Mode::Value));
                if by_value { of } else { Ty::Ref(Box::new(of)) }
            }
            Chain::Method(..) if self.only_ranges(chain) => Ty::Inert,
            _ => Ty::Unknown,
        }
    }

    fn only_ranges(&self, chain: &Chain) -> bool {
        match chain {
            Chain::Range(..) | Chain::Plain(_) => true,
            Chain::Root(_) => false,
            Chain::Method(receiver, _, args) => {
                self.only_ranges(receiver) && args.iter().all(|a| self.only_ranges(a))
            }
        }
    }

    pub(super) fn while_loop(&mut self, w: &syn::ExprWhile, out: &mut Vec<Stmt>) -> Result<()> {
        let label = w.label.as_ref().map(|l| l.name.clone());
        let trips = self.func.record("trips", w.while_token.span, self.here);
        if self.pure(&w.cond, Calls::Reading).is_none() {
            // The condition does more than read: it belongs to the body.
            let cond = &w.cond;
            let mut body = w.body.clone();
            let leave = match &label {
                Some(l) => quote!(break #l;),
                None => quote!(break;),
            };
            if find_let(cond).is_some() {
                let inner = &body;
                body = syn::parse_quote!({ if #cond #inner else { #leave } });
            } else {
                body.stmts.insert(0, syn::parse_quote!(if !(#cond) { #leave }));
            }
            return self.endless(label, &body, trips, out);
        }
        let condition = self.region(false, |s, out| s.inert(&w.cond, out).map(Some))?;
        self.loops.push(Loop { label: label.clone() });
        let body = self.region(true, |s, out| s.stmts(&w.body.stmts, Tail::Unit, out));
        self.loops.pop();
        out.push(Stmt::While(label, condition, Region { result: None, ..body? }, trips));
        Ok(())
    }

    pub(super) fn endless_loop(&mut self, l: &syn::ExprLoop, out: &mut Vec<Stmt>) -> Result<()> {
        let label = l.label.as_ref().map(|l| l.name.clone());
        let trips = self.func.record("trips", l.loop_token.span, self.here);
        self.endless(label, &l.body, trips, out)
    }

    fn endless(
        &mut self,
        label: Option<syn::Lifetime>,
        body: &syn::Block,
        trips: VarId,
        out: &mut Vec<Stmt>,
    ) -> Result<()> {
        self.loops.push(Loop { label: label.clone() });
        let body = self.region(true, |s, out| s.stmts(&body.stmts, Tail::Unit, out));
        self.loops.pop();
        out.push(Stmt::Loop(label, Region { result: None, ..body? }, trips));
        Ok(())
    }

    pub(super) fn check_loop(&self, e: &Expr, label: Option<&syn::Lifetime>) -> Result<()> {
        let known = match label {
            None => !self.loops.is_empty(),
            Some(l) => self.loops.iter().any(|o| o.label.as_ref() == Some(l)),
        };
        if known { Ok(()) } else { unsupported(e, "leaving a labelled block", "use a loop") }
    }
}

/// The statements of `block`, its value bound by `local`, and the rest after it, which sees the names
/// of outside and those that `local` binds, not those of the pattern around the block.
fn continued(
    local: &syn::Local,
    block: &syn::Block,
    rest: &[syn::Stmt],
    depth: usize,
) -> Vec<syn::Stmt> {
    let mut local = local.clone();
    if let Some(init) = &mut local.init {
        *init.expr = match &block.stmts[..] {
            [syn::Stmt::Expr(e, None)] => e.clone(),
            _ => Expr::Block(syn::ExprBlock { attrs: vec![], label: None, block: block.clone() }),
        };
    }
    let names = super::select::bound_names(&local.pat);
    let outside = syn::parse_quote!(__outside!(#depth #(#names)*););
    [syn::Stmt::Local(local), outside].into_iter().chain(rest.iter().cloned()).collect()
}

fn find_let(e: &Expr) -> Option<&syn::ExprLet> {
    match e {
        Expr::Let(l) => Some(l),
        Expr::Binary(b) => find_let(&b.left).or_else(|| find_let(&b.right)),
        Expr::Paren(p) => find_let(&p.expr),
        _ => None,
    }
}

/// Whether a block ends by leaving, whatever happens.
fn always_leaves(block: &syn::Block) -> bool {
    block.stmts.last().is_some_and(|s| matches!(s, syn::Stmt::Expr(e, _) if expr_leaves(e)))
}

fn expr_leaves(e: &Expr) -> bool {
    match e {
        Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) => true,
        Expr::Block(b) => always_leaves(&b.block),
        Expr::If(i) => {
            always_leaves(&i.then_branch)
                && i.else_branch.as_ref().is_some_and(|(_, e)| expr_leaves(e))
        }
        _ => false,
    }
}

/// Whether a `return` stands before the end of the function.
pub(super) fn returns_early(block: &syn::Block) -> bool {
    struct Find(bool);
    impl Visit<'_> for Find {
        fn visit_expr_return(&mut self, _: &syn::ExprReturn) {
            self.0 = true;
        }
        fn visit_expr_try(&mut self, _: &syn::ExprTry) {
            self.0 = true;
        }
        fn visit_expr_closure(&mut self, _: &syn::ExprClosure) {}
        fn visit_item(&mut self, _: &syn::Item) {}
    }
    let mut find = Find(false);
    find.visit_block(block);
    find.0
}

/// Whether a loop's body may end the loop.
pub(super) fn cut_short(body: &syn::Block, label: Option<&syn::Lifetime>) -> bool {
    struct Find<'a> {
        label: Option<&'a syn::Lifetime>,
        depth: usize,
        found: bool,
    }
    impl Find<'_> {
        fn outer(&self, l: Option<&syn::Lifetime>) -> bool {
            // A label of another loop is taken to be one outside.
            l.is_some_and(|l| Some(l) != self.label)
        }
    }
    impl<'a> Visit<'a> for Find<'_> {
        fn visit_expr_return(&mut self, _: &syn::ExprReturn) {
            self.found = true;
        }
        fn visit_expr_try(&mut self, _: &syn::ExprTry) {
            self.found = true;
        }
        fn visit_expr_break(&mut self, b: &'a syn::ExprBreak) {
            let own = match &b.label {
                None => self.depth == 0,
                Some(_) => true,
            };
            self.found |= own;
        }
        fn visit_expr_continue(&mut self, c: &'a syn::ExprContinue) {
            self.found |= self.outer(c.label.as_ref());
        }
        fn visit_expr_for_loop(&mut self, l: &'a syn::ExprForLoop) {
            self.inside(&l.body);
        }
        fn visit_expr_while(&mut self, l: &'a syn::ExprWhile) {
            self.inside(&l.body);
        }
        fn visit_expr_loop(&mut self, l: &'a syn::ExprLoop) {
            self.inside(&l.body);
        }
        fn visit_expr_closure(&mut self, _: &syn::ExprClosure) {}
        fn visit_item(&mut self, _: &syn::Item) {}
    }
    impl Find<'_> {
        fn inside(&mut self, body: &syn::Block) {
            self.depth += 1;
            self.visit_block(body);
            self.depth -= 1;
        }
    }
    let mut find = Find { label, depth: 0, found: false };
    find.visit_block(body);
    find.found
}

/// Whether a statement may leave the region that it stands in.
pub fn leaves(stmt: &Stmt) -> bool {
    fn escapes(stmt: &Stmt, inside: &mut Vec<Option<syn::Lifetime>>) -> bool {
        if let Stmt::Exit(exit) = stmt {
            return match exit {
                Exit::Return(_) => true,
                Exit::Break(None) | Exit::Continue(None) => inside.is_empty(),
                Exit::Break(l) | Exit::Continue(l) => !inside.contains(l),
            };
        }
        let label = match stmt {
            Stmt::For(f) => Some(f.label.clone()),
            Stmt::While(l, ..) | Stmt::Loop(l, ..) => Some(l.clone()),
            _ => None,
        };
        let is_loop = label.is_some();
        inside.extend(label);
        let found = stmt.regions().iter().any(|r| r.stmts.iter().any(|s| escapes(s, inside)));
        if is_loop {
            inside.pop();
        }
        found
    }
    escapes(stmt, &mut vec![])
}

/// Whether a pattern takes structs or slices apart.
fn takes_apart(pattern: &syn::Pat) -> bool {
    match pattern {
        syn::Pat::Struct(_) | syn::Pat::TupleStruct(_) | syn::Pat::Slice(_) => true,
        syn::Pat::Paren(p) => takes_apart(&p.pat),
        syn::Pat::Reference(r) => takes_apart(&r.pat),
        syn::Pat::Tuple(t) => t.elems.iter().any(takes_apart),
        _ => false,
    }
}
