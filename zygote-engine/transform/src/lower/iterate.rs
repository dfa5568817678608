//! Chains of iterators: an adaptor or consumer of `Iterator` is a loop in the form of a method, so a
//! chain is lowered to the loop that it stands for, and nothing is collected on the way.
//!
//! A chain is known by its head: a range, or a method that makes an iterator of a sequence. What is
//! only mapped, zipped, counted or reversed ([`Pipe`]) stays one walk; from the first adaptor on that
//! drops or adds items, the rest of the chain is code in the body of the loop ([`Flow`]).

use super::iterator::{Flow, Pipe, Pipeline};
use super::lambda::Local;
use super::pattern::{Binds, Subject};
use super::{Lower, Named, Tail};
use crate::error::{Result, unsupported};
use crate::ir::{
    Exit, For, Mode, Op, Operand, Place, Proj, Region, Source, Stmt, Ty, Var, VarId, VarKind,
};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use syn::spanned::Spanned;
use syn::{Expr, Pat};

/// What a chain gives for one trip.
#[derive(Clone)]
pub(super) enum Item {
    /// A value, or a reference to a place.
    One(Operand),
    /// A tuple, part by part.
    Tuple(Vec<Item>),
}

/// What is done with each item.
pub(super) type Body<'b> = dyn FnMut(&mut Lower, Item, &mut Vec<Stmt>) -> Result<()> + 'b;

/// How an item follows from what the loop's pattern binds.
enum Plan {
    /// The walk gives it.
    Walked(VarId),
    /// A part of a sequence, found by an index that the walk gives.
    Part(VarId, Place, Width, bool),
    /// A function of an item.
    Mapped(Box<Plan>, Expr),
    /// What an item refers to.
    Copied(Box<Plan>),
    Tuple(Vec<Plan>),
}

/// How wide the part of a sequence is.
#[derive(Clone)]
enum Width {
    /// An element.
    One,
    /// From this index, so many.
    Window(Operand),
    /// The chunk of this number and size, of a sequence of this length.
    Chunk(Operand, Operand),
}

impl Lower {
    /// Runs a chain: a loop, or one for each part of a concatenation.
    pub(super) fn run(
        &mut self,
        pipeline: &Pipeline,
        label: Option<&syn::Lifetime>,
        cut: bool,
        body: &mut Body<'_>,
        out: &mut Vec<Stmt>,
    ) -> Result<()> {
        let pipeline = &self.prepared(pipeline, out)?;
        let counters = self.counters(&pipeline.flow, out)?;
        let bases = pipeline.base.parts();
        let cut = cut || pipeline.flow.iter().any(Flow::stops);
        if let (true, Some(second)) = (cut, bases.get(1)) {
            return unsupported(
                second.span(),
                "leaving a chain of two sequences before its end",
                "write two loops",
            );
        }
        for base in bases {
            self.looped(base, &pipeline.flow, &counters, label, cut, body, out)?;
        }
        Ok(())
    }

    #[expect(clippy::too_many_arguments, reason = "one loop has them all")]
    fn looped(
        &mut self,
        base: &Pipe,
        flow: &[Flow],
        counters: &[Option<VarId>],
        label: Option<&syn::Lifetime>,
        cut: bool,
        body: &mut Body<'_>,
        out: &mut Vec<Stmt>,
    ) -> Result<()> {
        let span = base.span().span();
        let mut bound = vec![];
        let (walk, pattern, plan) = self.plan(base, &mut bound, out)?;
        let source = match &walk {
            Expr::Range(_) => self.source(&walk, out)?,
            walk => Source::Walk(self.chain(walk, false, out)?),
        };
        if let Source::Walk(chain) = &source {
            let constant = self.chain_constant(chain);
            for v in &bound {
                let var = &mut self.func.vars[v.0];
                var.constant |= constant;
            }
        }
        let trips = cut.then(|| self.func.record("trips", span, self.here));
        let names = (
            self.func.record("walk", span, self.here),
            self.func.record("position", span, self.here),
        );
        let label = match label {
            None if cut && flow.iter().any(|f| matches!(f, Flow::Flat(..))) => {
                Some(self.chain_label(span))
            }
            other => other.cloned(),
        };
        self.loops.push(super::Loop { label: label.clone() });
        // What is done with the items sees the names and loops of here, wherever it is lowered.
        let (scopes, loops) = (self.scopes.clone(), self.loops.clone());
        let mut outside = |s: &mut Self, item: Item, out: &mut Vec<Stmt>| {
            let inner_scopes = std::mem::replace(&mut s.scopes, scopes.clone());
            let inner_loops = std::mem::replace(&mut s.loops, loops.clone());
            let done = body(s, item, out);
            s.scopes = inner_scopes;
            s.loops = inner_loops;
            done
        };
        let body: &mut Body<'_> =
            if flow.iter().any(|f| matches!(f, Flow::Flat(_))) { &mut outside } else { body };
        let region = self.region(true, |s, out| {
            for v in &bound {
                s.func.vars[v.0].home = s.here;
            }
            let mut rest = |s: &mut Self, out: &mut Vec<Stmt>| {
                let item = s.item_of(&plan, out)?;
                s.flow(flow, counters, (label.as_ref(), cut), item, &mut *body, out)
            };
            // No item is asked for after the last.
            match s.unfinished(flow, counters, out)? {
                None => rest(s, out)?,
                Some(more) => {
                    let yes = s.region(false, |s, out| rest(s, out).map(|()| None))?;
                    let no = s.region(false, |_, out| {
                        out.push(Stmt::Exit(Exit::Break(label.clone())));
                        Ok(None)
                    })?;
                    out.push(Stmt::If(more, yes, no, None));
                }
            }
            Ok(None)
        });
        self.loops.pop();
        let body = Region { result: None, ..region? };
        out.push(Stmt::For(Box::new(For { label, pattern, bound, source, body, trips, names })));
        Ok(())
    }

    /// The chain with its closures and limits evaluated, as they are before the loop.
    fn prepared(&mut self, pipeline: &Pipeline, out: &mut Vec<Stmt>) -> Result<Pipeline> {
        let mut pipeline = pipeline.clone();
        let (mut functions, mut limits) = (vec![], vec![]);
        pipeline.base.functions(&mut functions);
        for f in &mut pipeline.flow {
            f.functions(&mut functions, &mut limits);
        }
        for f in functions {
            if let Expr::Closure(c) = super::place::strip(f)
                && c.capture.is_some()
                && let Some(local) = self.closure_at(f, out)?
            {
                let name = format_ident!("__closure_{}", self.func.vars.len());
                self.func.names.insert(name.to_string());
                self.declare(name.to_string(), Named::Closure(local));
                *f = syn::parse_quote!(#name);
            }
        }
        for limit in limits {
            let value = self.inert(limit, out)?;
            if let Operand::Place(..) = &value {
                let copy = self.temp(limit.span(), Ty::Inert, Op::Use(value), out);
                let name = self.name_of_operand(copy, out);
                *limit = syn::parse_quote!(#name);
            }
        }
        Ok(pipeline)
    }

    /// Whether the adaptors that take some items want more; `None` without such.
    fn unfinished(
        &mut self,
        flow: &[Flow],
        counters: &[Option<VarId>],
        out: &mut Vec<Stmt>,
    ) -> Result<Option<Operand>> {
        let (mut tokens, mut reads) = (vec![], vec![]);
        for (f, counter) in flow.iter().zip(counters) {
            let (Flow::Take(limit), Some(n)) = (f, counter) else { continue };
            let limit = self.inert(limit, out)?;
            let (n_, limit_) = (self.shown(*n), self.size_tokens(&limit));
            tokens.push(quote!(#n_ < #limit_));
            reads.push(Place::var(*n));
            reads.extend(limit.place().cloned());
        }
        if tokens.is_empty() {
            return Ok(None);
        }
        let op = Op::Verbatim(quote!(#(#tokens)&&*), reads, Ty::Inert);
        Ok(Some(self.temp(Span::call_site(), Ty::Inert, op, out)))
    }

    /// The walk of a pipe, the pattern of its items, and how the pipe's items follow from them.
    fn plan(
        &mut self,
        pipe: &Pipe,
        bound: &mut Vec<VarId>,
        out: &mut Vec<Stmt>,
    ) -> Result<(Expr, TokenStream, Plan)> {
        match pipe {
            Pipe::Walk(e) => {
                let e = &self.settled(e, out)?;
                let ty = self.item_ty(e);
                let v = self.walked(ty, e.span(), bound);
                Ok((e.clone(), self.shown(v), Plan::Walked(v)))
            }
            Pipe::Owned(e) => {
                // By value, as clones, of a sequence that is no reference.
                let reference = self.is_place(e) && {
                    let place = self.place(e, out)?;
                    self.refers(&place).is_some()
                };
                let walk: Expr = match super::place::strip(e) {
                    Expr::Range(_) => e.clone(),
                    Expr::Reference(_) => syn::parse_quote!((#e).iter()),
                    _ if reference => syn::parse_quote!(#e.iter()),
                    _ => syn::parse_quote!(#e.iter().cloned()),
                };
                self.plan(&Pipe::Walk(walk), bound, out)
            }
            Pipe::Elements(e, exclusive) => {
                let place = self.sequence(e, *exclusive, out)?;
                let count = self.count_of(&place, |len| quote!(#len), out);
                let v = self.walked(Ty::Inert, e.span(), bound);
                let plan = Plan::Part(v, place, Width::One, *exclusive);
                Ok((count, self.shown(v), plan))
            }
            Pipe::Windows(e, size) => {
                let place = self.sequence(e, false, out)?;
                let size = self.size(size, out)?;
                let n = self.size_tokens(&size);
                let count = self.count_of(&place, |len| quote!((#len + 1).saturating_sub(#n)), out);
                let v = self.walked(Ty::Inert, e.span(), bound);
                Ok((count, self.shown(v), Plan::Part(v, place, Width::Window(size), false)))
            }
            Pipe::Chunks(e, size, exact, exclusive) => {
                let place = self.sequence(e, *exclusive, out)?;
                let size = self.size(size, out)?;
                let n = self.size_tokens(&size);
                let count = self.count_of(
                    &place,
                    |len| if *exact { quote!((#len / #n)) } else { quote!(#len.div_ceil(#n)) },
                    out,
                );
                let len = self.length(&place, out);
                let v = self.walked(Ty::Inert, e.span(), bound);
                let plan = Plan::Part(v, place, Width::Chunk(size, len), *exclusive);
                Ok((count, self.shown(v), plan))
            }
            Pipe::Map(of, f) => {
                let (walk, pattern, plan) = self.plan(of, bound, out)?;
                Ok((walk, pattern, Plan::Mapped(Box::new(plan), f.clone())))
            }
            Pipe::Copied(of) => {
                let (walk, pattern, plan) = self.plan(of, bound, out)?;
                Ok((walk, pattern, Plan::Copied(Box::new(plan))))
            }
            Pipe::Enumerate(of, name) => {
                let v = self.walked(Ty::Inert, name.span(), bound);
                let (walk, pattern, plan) = self.plan(of, bound, out)?;
                let i = self.shown(v);
                let walk = method(walk, name, &[]);
                Ok((walk, quote!((#i, #pattern)), Plan::Tuple(vec![Plan::Walked(v), plan])))
            }
            Pipe::Zip(a, name, b) => {
                let (wa, pa, a) = self.plan(a, bound, out)?;
                let (wb, pb, b) = self.plan(b, bound, out)?;
                let walk = method(wa, name, &[&wb]);
                Ok((walk, quote!((#pa, #pb)), Plan::Tuple(vec![a, b])))
            }
            Pipe::Order(of, name, args) => {
                let (walk, pattern, plan) = self.plan(of, bound, out)?;
                Ok((method(walk, name, &args.iter().collect::<Vec<_>>()), pattern, plan))
            }
            Pipe::Chain(_, second) => {
                unsupported(second.span(), "a chain of two sequences here", "write two loops")
            }
        }
    }

    /// The walk, of a name for the sequence where that is a value.
    fn settled(&mut self, e: &Expr, out: &mut Vec<Stmt>) -> Result<Expr> {
        let Expr::MethodCall(m) = super::place::strip(e) else { return Ok(e.clone()) };
        let mut settled = m.clone();
        let of_iterator = matches!(super::place::strip(&m.receiver), Expr::MethodCall(_));
        if m.method != "iter" {
            *settled.receiver = self.settled(&m.receiver, out)?;
        } else if of_iterator {
            let value = self.operand(&m.receiver, out)?;
            let name = self.name_of_operand(value, out);
            *settled.receiver = syn::parse_quote!(#name);
        }
        Ok(Expr::MethodCall(settled))
    }

    fn walked(&mut self, ty: Ty, span: Span, bound: &mut Vec<VarId>) -> VarId {
        let constant = ty.is_inert();
        let var = Var { ty, constant, ..Var::new(VarKind::Item, self.here) };
        let v = self.func.add("item", span, var);
        bound.push(v);
        v
    }

    fn shown(&self, v: VarId) -> TokenStream {
        let name = super::placeholder(v, self.func.var(v).name.span());
        quote!(#name)
    }

    /// The type of the items of a walk, as far as its methods tell.
    fn item_ty(&self, e: &Expr) -> Ty {
        match super::place::strip(e) {
            Expr::Range(_) => Ty::Inert,
            Expr::MethodCall(m) => match m.method.to_string().as_str() {
                "iter" => match self.known(&m.receiver).peeled() {
                    Ty::Seq(of) => Ty::Ref(of.clone()),
                    _ => Ty::Ref(Box::new(Ty::Unknown)),
                },
                "copied" | "cloned" => self.item_ty(&m.receiver).peeled().clone(),
                "into_iter" => self.item_ty(&m.receiver),
                "rev" | "skip" | "take" | "step_by" => self.item_ty(&m.receiver),
                _ => Ty::Unknown,
            },
            Expr::Reference(r) => match self.known(&r.expr).peeled() {
                Ty::Seq(of) => Ty::Ref(of.clone()),
                _ => Ty::Ref(Box::new(Ty::Unknown)),
            },
            e => {
                let by_reference = match e {
                    Expr::Path(p) => p.path.get_ident().and_then(|n| self.lookup(n)),
                    _ => None,
                };
                let reference = by_reference.is_some_and(|v| self.refers(&Place::var(v)).is_some());
                match self.known(e).peeled() {
                    Ty::Seq(of) if reference => Ty::Ref(of.clone()),
                    Ty::Seq(of) => (**of).clone(),
                    _ if reference => Ty::Ref(Box::new(Ty::Unknown)),
                    _ => Ty::Unknown,
                }
            }
        }
    }

    /// The place of a sequence whose parts are found by index.
    fn sequence(&mut self, e: &Expr, exclusive: bool, out: &mut Vec<Stmt>) -> Result<Place> {
        let place = self.place(e, out)?;
        if exclusive
            && !self.func.changeable(&place)
            && let VarKind::Local = self.func.var(place.root).kind
        {
            self.func.vars[place.root.0].mutable = true;
        }
        Ok(self.pinned(place, out))
    }

    fn size(&mut self, e: &Expr, out: &mut Vec<Stmt>) -> Result<Operand> {
        let size = self.inert(e, out)?;
        Ok(self.pin(size, out))
    }

    fn size_tokens(&self, size: &Operand) -> TokenStream {
        match size {
            Operand::Place(p, _) => self.shown(p.root),
            Operand::Const(t) => t.clone(),
            Operand::Lambda(_) => unreachable!("a size is a number"),
        }
    }

    /// The length of a sequence, as a value.
    fn length(&mut self, place: &Place, out: &mut Vec<Stmt>) -> Operand {
        let span = self.func.var(place.root).name.span();
        let alias = Var::new(VarKind::Alias(place.clone(), false), self.here);
        let alias = self.func.add("sequence", span, alias);
        out.push(Stmt::Alias(alias, place.clone(), false));
        let tokens = self.shown(alias);
        let op = Op::Verbatim(quote!(#tokens.len()), vec![Place::var(alias)], Ty::Inert);
        let len = self.temp(span, Ty::Inert, op, out);
        if let Operand::Place(p, _) = &len {
            self.func.vars[p.root.0].constant = true;
        }
        len
    }

    /// The range of the parts' numbers.
    fn count_of(
        &mut self,
        place: &Place,
        count: impl FnOnce(TokenStream) -> TokenStream,
        out: &mut Vec<Stmt>,
    ) -> Expr {
        let len = self.length(place, out);
        let name = self.name_of(&len);
        let count = count(quote!(#name));
        syn::parse_quote!(0..#count)
    }

    /// A name by which source refers to a value.
    fn name_of(&mut self, operand: &Operand) -> Ident {
        let Operand::Place(p, _) = operand else { unreachable!("a value has a place") };
        let name = format_ident!("__value_{}", p.root.0);
        self.declare(name.to_string(), Named::Var(p.root));
        name
    }

    /// The item of a trip.
    fn item_of(&mut self, plan: &Plan, out: &mut Vec<Stmt>) -> Result<Item> {
        match plan {
            Plan::Walked(v) => Ok(Item::One(Operand::var(*v))),
            Plan::Tuple(all) => {
                let all: Result<_> = all.iter().map(|p| self.item_of(p, out)).collect();
                Ok(Item::Tuple(all?))
            }
            Plan::Mapped(of, f) => {
                let item = self.item_of(of, out)?;
                self.applied(f, vec![item], out)
            }
            Plan::Copied(of) => {
                let item = self.item_of(of, out)?;
                Ok(Item::One(self.copied(item)))
            }
            Plan::Part(k, place, width, exclusive) => {
                let k = Operand::var(*k);
                let proj = match width {
                    Width::One => Proj::Index(k),
                    Width::Window(size) => {
                        let end = self.inert_value(&[&k, size], sum, out);
                        Proj::Slice(Some(k), Some(end), false)
                    }
                    Width::Chunk(size, len) => {
                        let start = self.inert_value(&[&k, size], product, out);
                        let all = [&start, size, len];
                        let end = self.inert_value(
                            &all,
                            |s| {
                                let (start, size, len) = (&s[0], &s[1], &s[2]);
                                quote!((#start + #size).min(#len))
                            },
                            out,
                        );
                        Proj::Slice(Some(start), Some(end), false)
                    }
                };
                let place = place.then(proj);
                let ty = self.ty(&Operand::Place(place.clone(), Mode::Value));
                let constant = self.all_constant(std::slice::from_ref(&place));
                let span = self.func.var(place.root).name.span();
                let kind = VarKind::Alias(place.clone(), *exclusive);
                let var = Var { ty, constant, ..Var::new(kind, self.here) };
                let v = self.func.add("item", span, var);
                out.push(Stmt::Alias(v, place, *exclusive));
                let mode = if *exclusive { Mode::Exclusive } else { Mode::Shared };
                Ok(Item::One(Operand::Place(Place::var(v), mode)))
            }
        }
    }

    /// An integer computed from others.
    fn inert_value(
        &mut self,
        of: &[&Operand],
        tokens: impl FnOnce(&[TokenStream]) -> TokenStream,
        out: &mut Vec<Stmt>,
    ) -> Operand {
        let shown: Vec<_> = of.iter().map(|o| self.size_tokens(o)).collect();
        let reads = of.iter().filter_map(|o| o.place().cloned()).collect();
        let op = Op::Verbatim(tokens(&shown), reads, Ty::Inert);
        self.temp(Span::call_site(), Ty::Inert, op, out)
    }

    /// What an item refers to.
    pub(super) fn copied(&self, item: Item) -> Operand {
        match item {
            Item::One(Operand::Place(p, Mode::Value)) => {
                Operand::Place(p.then(Proj::Deref), Mode::Value)
            }
            Item::One(Operand::Place(p, _)) => Operand::Place(p, Mode::Value),
            Item::One(other) => other,
            Item::Tuple(_) => unreachable!("a tuple is no reference"),
        }
    }

    /// The value of a closure or function on items.
    pub(super) fn applied(
        &mut self,
        f: &Expr,
        items: Vec<Item>,
        out: &mut Vec<Stmt>,
    ) -> Result<Item> {
        if let Some(local) = self.closure_of(f)? {
            let inputs: Vec<Pat> = local.parameters().iter().cloned().collect();
            return self.within(&local, |s| {
                for (pattern, item) in inputs.iter().zip(items) {
                    s.bind_item(pattern, item, out)?;
                }
                s.value_of_body(&local, out).map(Item::One)
            });
        }
        self.scopes.push(std::collections::HashMap::new());
        let mut names = vec![];
        for item in items {
            let operand = self.whole_item(item, out)?;
            names.push(self.name_of_operand(operand, out));
        }
        let value = self.operand(&syn::parse_quote!(#f(#(#names),*)), out);
        self.scopes.pop();
        value.map(Item::One)
    }

    /// The value of a closure's body, lowered where it stands.
    pub(super) fn value_of_body(&mut self, local: &Local, out: &mut Vec<Stmt>) -> Result<Operand> {
        let value = match local.body() {
            Expr::Block(b) if b.label.is_none() => self.stmts(&b.block.stmts, Tail::Value, out)?,
            e => self.tail(e, Tail::Value, out)?,
        };
        Ok(value.unwrap_or_else(|| Operand::Const(quote!(()))))
    }

    /// The item as one operand.
    pub(super) fn whole_item(&mut self, item: Item, out: &mut Vec<Stmt>) -> Result<Operand> {
        match item {
            Item::One(operand) => Ok(operand),
            Item::Tuple(parts) => {
                let parts: Result<Vec<_>> =
                    parts.into_iter().map(|p| self.whole_item(p, out)).collect();
                let op = Op::Tuple(parts?);
                let ty = self.op_ty(&op);
                Ok(self.temp(Span::call_site(), ty, op, out))
            }
        }
    }

    /// A name for an operand, by which source can refer to it.
    pub(super) fn name_of_operand(&mut self, operand: Operand, out: &mut Vec<Stmt>) -> Ident {
        let v = match &operand {
            Operand::Place(p, _) if p.path.is_empty() => p.root,
            _ => {
                let ty = self.ty(&operand);
                let value = self.temp(Span::call_site(), ty, Op::Use(operand), out);
                value.place().expect("an intermediate value is a place").root
            }
        };
        let name = format_ident!("__value_{}", v.0);
        self.declare(name.to_string(), Named::Var(v));
        name
    }

    /// Binds a pattern to an item.
    pub(super) fn bind_item(
        &mut self,
        pattern: &Pat,
        item: Item,
        out: &mut Vec<Stmt>,
    ) -> Result<()> {
        match (pattern, item) {
            (Pat::Paren(p), item) => self.bind_item(&p.pat, item, out),
            (Pat::Type(t), item) => self.bind_item(&t.pat, item, out),
            (Pat::Wild(_), _) => Ok(()),
            (Pat::Tuple(t), Item::Tuple(parts)) if t.elems.len() == parts.len() => {
                for (p, part) in t.elems.iter().zip(parts) {
                    self.bind_item(p, part, out)?;
                }
                Ok(())
            }
            (Pat::Ident(i), Item::One(Operand::Place(p, mode)))
                if i.mutability.is_none()
                    && i.subpat.is_none()
                    && p.path.is_empty()
                    && !(mode == Mode::Value && self.func.changeable(&p)) =>
            {
                self.declare(i.ident.to_string(), Named::Var(p.root));
                Ok(())
            }
            (Pat::Reference(r), Item::One(Operand::Place(p, Mode::Value))) => {
                let place = p.then(Proj::Deref);
                self.bind_item(&r.pat, Item::One(Operand::Place(place, Mode::Value)), out)
            }
            (Pat::Ident(i), Item::Tuple(_)) => {
                unsupported(i, "a name for a tuple of items", "name the parts: `|(a, b)|`")
            }
            (pattern, item) => {
                let operand = self.whole_item(item, out)?;
                self.bind(pattern, None, operand, out)
            }
        }
    }

    /// Binds a pattern to a reference to an item.
    fn bind_item_ref(&mut self, pattern: &Pat, item: Item, out: &mut Vec<Stmt>) -> Result<()> {
        match (pattern, item) {
            (Pat::Paren(p), item) => self.bind_item_ref(&p.pat, item, out),
            (Pat::Type(t), item) => self.bind_item_ref(&t.pat, item, out),
            (Pat::Wild(_), _) => Ok(()),
            (Pat::Reference(r), item) => self.bind_item(&r.pat, item, out),
            (Pat::Tuple(t), Item::Tuple(parts)) if t.elems.len() == parts.len() => {
                for (p, part) in t.elems.iter().zip(parts) {
                    self.bind_item_ref(p, part, out)?;
                }
                Ok(())
            }
            (pattern, item) => {
                let operand = self.whole_item(item, out)?;
                // A reference to the variable that holds the item, which may itself be a reference.
                let name = self.name_of_operand(operand, out);
                let v = self.lookup(&name).expect("the name was declared");
                let Pat::Ident(i) = pattern else {
                    return unsupported(pattern, "this pattern here", "name the item");
                };
                let kind = VarKind::Alias(Place::var(v), false);
                let constant = self.all_constant(&[Place::var(v)]);
                let var = Var { constant, ..Var::new(kind, self.here) };
                let reference = self.user(&i.ident, var);
                out.push(Stmt::Alias(reference, Place::var(v), false));
                Ok(())
            }
        }
    }

    /// The rest of a chain, in the body of the loop.
    fn flow(
        &mut self,
        flow: &[Flow],
        counters: &[Option<VarId>],
        (label, cut): (Option<&syn::Lifetime>, bool),
        item: Item,
        body: &mut Body<'_>,
        out: &mut Vec<Stmt>,
    ) -> Result<()> {
        let (Some(first), rest) = (flow.first(), flow.get(1..).unwrap_or_default()) else {
            return body(self, item, out);
        };
        let (counter, counters) = (counters[0], &counters[1..]);
        // The rest of the chain sees the names of here, wherever it is lowered.
        let scopes = matches!(first, Flow::Flat(_)).then(|| self.scopes.clone());
        let mut go = |s: &mut Self, item: Item, out: &mut Vec<Stmt>| {
            let inner = scopes.clone().map(|scopes| std::mem::replace(&mut s.scopes, scopes));
            let done = s.flow(rest, counters, (label, cut), item, body, out);
            if let Some(inner) = inner {
                s.scopes = inner;
            }
            done
        };
        match first {
            Flow::Map(f) => {
                let item = self.applied(f, vec![item], out)?;
                go(self, item, out)
            }
            Flow::Inspect(f) => {
                let local = self.closure_for(f)?;
                self.referred(&local, item.clone(), out)?;
                go(self, item, out)
            }
            Flow::Copied => {
                let value = self.copied(item);
                go(self, Item::One(value), out)
            }
            Flow::Filter(f) | Flow::TakeWhile(f) => {
                let local = self.closure_for(f)?;
                let condition = self.referred(&local, item.clone(), out)?;
                let condition = self.pin(condition, out);
                let yes = self.region(false, |s, out| go(s, item, out).map(|()| None))?;
                let stops = matches!(first, Flow::TakeWhile(_));
                let no = self.region(false, |_, out| {
                    if stops {
                        out.push(Stmt::Exit(Exit::Break(label.cloned())));
                    }
                    Ok(None)
                })?;
                out.push(Stmt::If(condition, yes, no, None));
                Ok(())
            }
            Flow::SkipWhile(f) => {
                let open = counter.expect("it has a flag");
                let local = self.closure_for(f)?;
                // After the first item that stays, the test runs no more.
                let yes = self.region(false, |_, _| Ok(Some(Operand::Const(quote!(true)))))?;
                let tested = item.clone();
                let no = self.region(false, |s, out| {
                    let skip = s.referred(&local, tested, out)?;
                    let reads = skip.place().cloned().into_iter().collect();
                    let skip = s.size_tokens(&skip);
                    let op = Op::Verbatim(quote!(!#skip), reads, Ty::Inert);
                    Ok(Some(s.temp(f.span(), Ty::Inert, op, out)))
                })?;
                let stays = self.joined(&[&yes, &no], f.span())?.expect("both have values");
                out.push(Stmt::If(Operand::var(open), yes, no, Some(stays)));
                let condition = Operand::var(stays);
                let old = self.func.record("old", f.span(), self.here);
                out.push(Stmt::Store(Place::var(open), condition.clone(), old));
                self.if_so(condition, |s, out| go(s, item, out), out)
            }
            Flow::FilterMap(f, stops) => {
                let value = self.applied(f, vec![item], out)?;
                let value = self.whole_item(value, out)?;
                self.if_some(value, *stops, label, &mut go, out)
            }
            Flow::Scan(_, f) => {
                let state = counter.expect("it has a state");
                let item = self.scanned(f, state, item, out)?;
                self.if_some(item, true, label, &mut go, out)
            }
            Flow::Enumerate => {
                let n = counter.expect("it has a counter");
                let i = self.temp(Span::call_site(), Ty::Inert, Op::Use(Operand::var(n)), out);
                self.step(n, out);
                go(self, Item::Tuple(vec![Item::One(i), item]), out)
            }
            Flow::Take(limit) | Flow::Skip(limit) | Flow::StepBy(limit) => {
                let n = counter.expect("it has a counter");
                let limit = self.inert(limit, out)?;
                let (n_, limit_) = (self.shown(n), self.size_tokens(&limit));
                let condition = match first {
                    Flow::Take(_) => quote!(#n_ < #limit_),
                    Flow::Skip(_) => quote!(#n_ >= #limit_),
                    _ => quote!(#n_ % #limit_ == 0),
                };
                let reads = limit.place().cloned().into_iter().chain([Place::var(n)]).collect();
                let op = Op::Verbatim(condition, reads, Ty::Inert);
                let condition = self.temp(Span::call_site(), Ty::Inert, op, out);
                self.step(n, out);
                let stops = matches!(first, Flow::Take(_));
                let yes = self.region(false, |s, out| go(s, item, out).map(|()| None))?;
                let no = self.region(false, |_, out| {
                    if stops {
                        out.push(Stmt::Exit(Exit::Break(label.cloned())));
                    }
                    Ok(None)
                })?;
                out.push(Stmt::If(condition, yes, no, None));
                Ok(())
            }
            Flow::Flat(f) => {
                let inner = match f {
                    None => {
                        let operand = self.whole_item(item, out)?;
                        let name = self.name_of_operand(operand, out);
                        let inner: Expr = syn::parse_quote!(#name);
                        return self.nested(&inner, cut, &mut go, out);
                    }
                    Some(f) => self.closure_for(f)?,
                };
                let inputs: Vec<Pat> = inner.parameters().iter().cloned().collect();
                self.within(&inner, |s| {
                    for pattern in &inputs {
                        s.bind_item(pattern, item.clone(), out)?;
                    }
                    s.nested(inner.body(), cut, &mut go, out)
                })
            }
        }
    }

    /// The loop over what an item gives.
    /// The flag says that it may be left early.
    fn nested(
        &mut self,
        inner: &Expr,
        cut: bool,
        body: &mut Body<'_>,
        out: &mut Vec<Stmt>,
    ) -> Result<()> {
        let pipeline = match super::iterator::parse(inner)? {
            Some(pipeline) => pipeline,
            None => Pipeline { base: Pipe::Walk(inner.clone()), flow: vec![], consumer: None },
        };
        if let Some(consumer) = &pipeline.consumer {
            return unsupported(
                &consumer.method,
                "a consumer inside this closure",
                "give the iterator itself",
            );
        }
        self.run(&pipeline, None, cut, body, out)
    }

    /// A label for the loop of a chain.
    pub(super) fn chain_label(&mut self, span: Span) -> syn::Lifetime {
        let name = format!("'__chain_{}", self.func.regions.len());
        syn::Lifetime::new(&name, span)
    }

    fn if_so(
        &mut self,
        condition: Operand,
        then: impl FnOnce(&mut Self, &mut Vec<Stmt>) -> Result<()>,
        out: &mut Vec<Stmt>,
    ) -> Result<()> {
        let yes = self.region(false, |s, out| then(s, out).map(|()| None))?;
        let no = self.region(false, |_, _| Ok(None))?;
        out.push(Stmt::If(condition, yes, no, None));
        Ok(())
    }

    /// Goes on with the payload of an option; without one goes to the next item, or stops.
    fn if_some(
        &mut self,
        value: Operand,
        stops: bool,
        label: Option<&syn::Lifetime>,
        go: &mut Body<'_>,
        out: &mut Vec<Stmt>,
    ) -> Result<()> {
        let number = self.func.record("arm", Span::call_site(), self.here);
        let pattern = named("__some");
        let some: syn::Path = syn::parse_quote!(::core::option::Option::Some);
        let mut tokens = quote!();
        let place = value.place().cloned();
        let yes = self.region(false, |s, out| {
            let mut bindings = vec![];
            let subject = Subject { place: place.as_ref(), binds: Binds::Locals, refutable: true };
            let path = vec![Proj::Variant(some.clone(), syn::Member::from(0))];
            let part = s.pattern(&pattern, &Ty::Unknown, path, subject, &mut bindings)?;
            tokens = quote!(#some(#part));
            let v = bindings.first().expect("the pattern binds a name").0;
            out.push(Stmt::Destructure(quote!(), value.clone(), bindings));
            go(s, Item::One(Operand::var(v)), out).map(|()| None)
        })?;
        let no = self.region(false, |_, out| {
            if stops {
                out.push(Stmt::Exit(Exit::Break(label.cloned())));
            }
            Ok(None)
        })?;
        out.push(Stmt::Match(vec![value], vec![(tokens, yes), (quote!(_), no)], None, number));
        Ok(())
    }

    /// What a closure on a reference to the item gives: a condition.
    fn referred(&mut self, local: &Local, item: Item, out: &mut Vec<Stmt>) -> Result<Operand> {
        let inputs: Vec<Pat> = local.parameters().iter().cloned().collect();
        self.within(local, |s| {
            for pattern in &inputs {
                s.bind_item_ref(pattern, item.clone(), out)?;
            }
            match local.body() {
                Expr::Block(_) => s.value_of_body(local, out),
                e => s.inert(e, out),
            }
        })
    }

    fn scanned(
        &mut self,
        f: &Expr,
        state: VarId,
        item: Item,
        out: &mut Vec<Stmt>,
    ) -> Result<Operand> {
        let local = self.closure_for(f)?;
        let inputs: Vec<Pat> = local.parameters().iter().cloned().collect();
        let [Pat::Ident(name), pattern] = &inputs[..] else {
            return unsupported(f, "this closure", "write `|state, item| ..`");
        };
        let alias = Place::var(state);
        self.within(&local, |s| {
            s.bind(
                &Pat::Ident(syn::PatIdent { mutability: None, ..name.clone() }),
                None,
                Operand::Place(alias, Mode::Exclusive),
                out,
            )?;
            s.bind_item(pattern, item, out)?;
            s.value_of_body(&local, out)
        })
    }

    fn closure_for(&self, f: &Expr) -> Result<std::rc::Rc<Local>> {
        match self.closure_of(f)? {
            Some(local) => Ok(local),
            None => {
                let closure: Expr = syn::parse_quote!(|__item| #f(__item));
                Ok(self.closure_of(&closure)?.expect("it is a closure"))
            }
        }
    }

    /// Counters, flags and states of the adaptors that have one.
    fn counters(&mut self, flow: &[Flow], out: &mut Vec<Stmt>) -> Result<Vec<Option<VarId>>> {
        let mut all = vec![];
        for f in flow {
            let (name, declared, op) = match f {
                Flow::Enumerate | Flow::Take(_) | Flow::Skip(_) | Flow::StepBy(_) => (
                    "count",
                    Some(quote!(::core::primitive::usize)),
                    Op::Use(Operand::Const(quote!(0))),
                ),
                Flow::SkipWhile(_) => ("open", None, Op::Use(Operand::Const(quote!(false)))),
                Flow::Scan(init, _) => {
                    let op = self.op(init, out)?;
                    let ty = self.op_ty(&op);
                    all.push(Some(self.state("state", ty, None, op, out)));
                    continue;
                }
                _ => {
                    all.push(None);
                    continue;
                }
            };
            all.push(Some(self.state(name, Ty::Inert, declared, op, out)));
        }
        Ok(all)
    }

    /// A variable that changes.
    pub(super) fn state(
        &mut self,
        name: &str,
        ty: Ty,
        declared: Option<TokenStream>,
        op: Op,
        out: &mut Vec<Stmt>,
    ) -> VarId {
        let var = Var { ty, declared, mutable: true, ..Var::new(VarKind::Local, self.here) };
        let v = self.func.add(name, Span::call_site(), var);
        out.push(Stmt::Let(v, op));
        v
    }

    fn step(&mut self, counter: VarId, out: &mut Vec<Stmt>) {
        let old = self.func.record("old", Span::call_site(), self.here);
        out.push(Stmt::Update("+", Place::var(counter), Operand::Const(quote!(1)), old));
    }
}

/// A method of a walk.
fn method(walk: Expr, name: &Ident, args: &[&Expr]) -> Expr {
    let walk: Expr = match walk {
        Expr::Range(r) => syn::parse_quote!((#r)),
        other => other,
    };
    syn::parse_quote!(#walk.#name(#(#args),*))
}

/// A pattern that is a name.
fn named(name: &str) -> Pat {
    Pat::Ident(syn::PatIdent {
        attrs: vec![],
        by_ref: None,
        mutability: None,
        ident: Ident::new(name, Span::call_site()),
        subpat: None,
    })
}

fn sum(s: &[TokenStream]) -> TokenStream {
    let (a, b) = (&s[0], &s[1]);
    quote!(#a + #b)
}

fn product(s: &[TokenStream]) -> TokenStream {
    let (a, b) = (&s[0], &s[1]);
    quote!(#a * #b)
}
