//! The rest of a chain, from the first adaptor on that drops or adds items: code in the body of
//! the loop.

use super::item::{Item, with_parts};
use super::parts::{After, Flow, Pipe, Pipeline};
use super::{Body, Labels};
use crate::error::{Result, unsupported};
use crate::ir::{Exit, Mode, Op, Operand, Place, Proj, Region, Stmt, Ty, Var, VarId, VarKind};
use crate::lower::Lower;
use crate::lower::lambda::Local;
use crate::lower::pattern::numbered;
use crate::lower::subject::{Binds, Subject};
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::spanned::Spanned;
use syn::{Expr, Pat};

impl Lower {
    /// The rest of a chain, in the body of the loop.
    pub(super) fn flow(
        &mut self,
        flow: &[Flow],
        counters: &[Option<VarId>],
        (label, own, cut): (Option<&syn::Lifetime>, Option<&syn::Lifetime>, bool),
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
            let done = s.flow(rest, counters, (label, own, cut), item, body, out);
            if let Some(inner) = inner {
                s.scopes = inner;
            }
            done
        };
        let innermost = !rest.iter().any(|f| matches!(f, Flow::Flat(_)));
        let own = own.filter(|_| innermost);
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
                let no = self.next_or_stop(stops, label)?;
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
                    let skip = s.tokens_of(&skip);
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
                if let Some((condition, part)) = self.part_of_item(f, &item, out)? {
                    let yes = self.region(false, |s, out| go(s, part, out).map(|()| None))?;
                    let no = self.next_or_stop(*stops, label)?;
                    out.push(Stmt::If(condition, yes, no, None));
                    return Ok(());
                }
                let value = self.applied(f, vec![item], out)?;
                let value = self.whole_item(value, out)?;
                self.if_some(value, *stops, label, &mut go, out)
            }
            Flow::Payload(kind, ending) => {
                let value = self.whole_item(item, out)?;
                self.payload_or_end((*kind, *ending), value, label, &mut go, out)
            }
            Flow::Zip(side) => {
                let number = counter.expect("it has a counter");
                self.with_side(side, number, item, label, &mut go, out)
            }
            Flow::Pieces(pieces) => {
                self.piece(pieces, counter.expect("it has a state"), label, &mut go, out)
            }
            Flow::Successors(_, f) => {
                // The next item is made when one is given, as it is then known to be asked for.
                let next = counter.expect("it has a state");
                let f = self.closure_for(f)?;
                let mut go = |s: &mut Self, item: Item, out: &mut Vec<Stmt>| {
                    let value = s.of_reference(&f, item.clone(), out)?;
                    let old = s.func.record("old", s.line, s.here);
                    out.push(Stmt::Store(Place::var(next), value, old));
                    go(s, item, out)
                };
                self.if_some(Operand::var(next), true, label, &mut go, out)
            }
            Flow::Scan(_, f) => {
                let state = counter.expect("it has a state");
                let item = self.scanned(f, state, item, out)?;
                self.if_some(item, true, label, &mut go, out)
            }
            Flow::Enumerate => {
                let n = counter.expect("it has a counter");
                let i = self.temp(self.line, Ty::Inert, Op::Use(Operand::var(n)), out);
                self.step(n, out);
                go(self, Item::Tuple(vec![Item::One(i), item]), out)
            }
            Flow::Take(limit) | Flow::Skip(limit) | Flow::StepBy(limit) => {
                let n = counter.expect("it has a counter");
                let limit = self.inert(limit, out)?;
                let (n_, limit_) = (self.shown(n), self.tokens_of(&limit));
                let condition = match first {
                    Flow::Take(_) => quote!(#n_ < #limit_),
                    Flow::Skip(_) => quote!(#n_ >= #limit_),
                    _ => quote!(#n_ % #limit_ == 0),
                };
                let reads = limit.place().cloned().into_iter().chain([Place::var(n)]).collect();
                let op = Op::Verbatim(condition, reads, Ty::Inert);
                let condition = self.temp(self.line, Ty::Inert, op, out);
                self.step(n, out);
                let stops = matches!(first, Flow::Take(_));
                let yes = self.region(false, |s, out| go(s, item, out).map(|()| None))?;
                let no = self.next_or_stop(stops, label)?;
                out.push(Stmt::If(condition, yes, no, None));
                Ok(())
            }
            Flow::Flat(f) => {
                let inner = match f {
                    None => {
                        let exclusive =
                            matches!(item, Item::One(Operand::Place(_, Mode::Exclusive)));
                        let operand = self.whole_item(item, out)?;
                        let name = self.name_of_operand(operand, out);
                        let inner: Expr = match exclusive {
                            true => syn::parse_quote!(#name.iter_mut()),
                            false => syn::parse_quote!(#name),
                        };
                        return self.nested(&inner, own, cut, &mut go, out);
                    }
                    Some(f) => self.closure_for(f)?,
                };
                let inner = with_parts(&inner, &[Some((&item, false))]);
                let inputs: Vec<Pat> = inner.parameters().iter().cloned().collect();
                self.within(&inner, |s| {
                    for pattern in &inputs {
                        s.bind_item(pattern, item.clone(), out)?;
                    }
                    s.nested(inner.body(), own, cut, &mut go, out)
                })
            }
        }
    }

    /// Whether a part of an item is there, and a reference to it, if that is what a closure gives.
    fn part_of_item(
        &mut self,
        f: &Expr,
        item: &Item,
        out: &mut Vec<Stmt>,
    ) -> Result<Option<(Operand, Item)>> {
        let Some(local) = self.closure_of(f)? else { return Ok(None) };
        if !crate::lower::optional::is_reference_to_part(local.body()) {
            return Ok(None);
        }
        let local = with_parts(&local, &[Some((item, false))]);
        let inputs: Vec<Pat> = local.parameters().iter().cloned().collect();
        self.within(&local, |s| {
            for pattern in &inputs {
                s.bind_item(pattern, item.clone(), out)?;
            }
            let Some(optional) = s.optional(local.body(), out)? else { return Ok(None) };
            let condition = s.pin(optional.condition.clone(), out);
            Ok(Some((condition, optional.item())))
        })
    }

    /// The loop over what an item gives, with the label of the user's loop if it is that.
    /// The flag says that it may be left early.
    fn nested(
        &mut self,
        inner: &Expr,
        own: Option<&syn::Lifetime>,
        cut: bool,
        body: &mut Body<'_>,
        out: &mut Vec<Stmt>,
    ) -> Result<()> {
        let pipeline = match self.parsed(inner, true, None)? {
            Some(pipeline) => pipeline,
            None => Pipeline::of(Pipe::Walk(inner.clone())),
        };
        let pipeline = match pipeline.consumer {
            None => pipeline,
            Some(_) => {
                let list = self.operand(inner, out)?;
                let list = self.name_of_operand(list, out);
                Pipeline::of(Pipe::Owned(syn::parse_quote!(#list)))
            }
        };
        self.run(&pipeline, Labels { own, ..Labels::default() }, cut, body, out)
    }

    /// A label for the loop of a chain.
    pub(super) fn chain_label(&mut self, span: Span) -> syn::Lifetime {
        let name = format!("'__chain_{}", self.func.regions.len());
        syn::Lifetime::new(&name, span)
    }

    /// What is done instead of going on with an item: nothing, or the loop is left.
    pub(super) fn next_or_stop(
        &mut self,
        stops: bool,
        label: Option<&syn::Lifetime>,
    ) -> Result<Region> {
        self.region(false, |_, out| {
            if stops {
                out.push(Stmt::Exit(Exit::Break(label.cloned())));
            }
            Ok(None)
        })
    }

    fn if_so(
        &mut self,
        condition: Operand,
        then: impl FnOnce(&mut Self, &mut Vec<Stmt>) -> Result<()>,
        out: &mut Vec<Stmt>,
    ) -> Result<()> {
        let yes = self.region(false, |s, out| then(s, out).map(|()| None))?;
        let no = self.next_or_stop(false, None)?;
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
        let number = self.func.record("arm", self.line, self.here);
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
        let no = self.next_or_stop(stops, label)?;
        out.push(Stmt::Match(vec![value], vec![(tokens, yes), (quote!(_), no)], None, number));
        Ok(())
    }

    /// What a closure on a reference to the item gives: a condition.
    pub(super) fn referred(
        &mut self,
        local: &Local,
        item: Item,
        out: &mut Vec<Stmt>,
    ) -> Result<Operand> {
        let local = &with_parts(local, &[Some((&item, true))]);
        let inputs: Vec<Pat> = local.parameters().iter().cloned().collect();
        self.within(local, |s| {
            for pattern in &inputs {
                s.bind_item_ref(pattern, item.clone(), out)?;
            }
            match local.body() {
                Expr::Block(_) | Expr::Assign(_) => s.value_of_body(local, out),
                Expr::Binary(b) if crate::lower::pure::is_assignment(&b.op) => {
                    s.value_of_body(local, out)
                }
                e => s.inert(e, out),
            }
        })
    }

    /// What a closure on a reference to the item gives.
    fn of_reference(&mut self, local: &Local, item: Item, out: &mut Vec<Stmt>) -> Result<Operand> {
        let inputs: Vec<Pat> = local.parameters().iter().cloned().collect();
        self.within(local, |s| {
            for pattern in &inputs {
                s.bind_item_ref(pattern, item.clone(), out)?;
            }
            s.value_of_body(local, out)
        })
    }

    fn scanned(
        &mut self,
        f: &Expr,
        state: VarId,
        item: Item,
        out: &mut Vec<Stmt>,
    ) -> Result<Operand> {
        let local = with_parts(&*self.closure_for(f)?, &[None, Some((&item, false))]);
        let inputs: Vec<Pat> = local.parameters().iter().cloned().collect();
        let [of_state, pattern] = &inputs[..] else {
            return unsupported(f, "this closure", "write `|state, item| ..`");
        };
        self.within(&local, |s| {
            s.bind_state(of_state, Place::var(state), out)?;
            s.bind_item(pattern, item, out)?;
            s.value_of_body(&local, out)
        })
    }

    /// Names for the state, or its parts, which are lent exclusively.
    fn bind_state(&mut self, pattern: &Pat, state: Place, out: &mut Vec<Stmt>) -> Result<()> {
        match pattern {
            Pat::Type(t) => self.bind_state(&t.pat, state, out),
            Pat::Paren(p) => self.bind_state(&p.pat, state, out),
            Pat::Tuple(t) if !t.elems.iter().any(|p| matches!(p, Pat::Rest(_))) => {
                for (k, part) in t.elems.iter().enumerate() {
                    let part_of_state = state.then(Proj::Field(numbered(k, part)));
                    self.bind_state(part, part_of_state, out)?;
                }
                Ok(())
            }
            Pat::Ident(name) if name.by_ref.is_none() && name.subpat.is_none() => {
                let name = Pat::Ident(syn::PatIdent { mutability: None, ..name.clone() });
                self.bind(&name, None, Operand::Place(state, Mode::Exclusive), out)
            }
            Pat::Wild(_) => Ok(()),
            other => unsupported(other, "this pattern here", "write `|state, item| ..`"),
        }
    }

    pub(super) fn closure_for(&mut self, f: &Expr) -> Result<std::rc::Rc<Local>> {
        match self.closure_of(f)? {
            Some(local) => Ok(local),
            None => {
                let closure: Expr = syn::parse_quote!(|__item| #f(__item));
                Ok(self.closure_of(&closure)?.expect("it is a closure"))
            }
        }
    }

    /// Whether the adaptors that take some items want more; `None` without such.
    pub(super) fn unfinished(
        &mut self,
        flow: &[Flow],
        counters: &[Option<VarId>],
        out: &mut Vec<Stmt>,
    ) -> Result<Option<Operand>> {
        let (mut tokens, mut reads) = (vec![], vec![]);
        for (f, counter) in flow.iter().zip(counters) {
            if let (Flow::Zip(side), Some(n)) = (f, counter)
                && let Some(more) = self.side_goes_on(side, *n, out)?
            {
                tokens.push(self.tokens_of(&more));
                reads.extend(more.place().cloned());
            }
            let (Flow::Take(limit), Some(n)) = (f, counter) else { continue };
            let limit = self.inert(limit, out)?;
            let (n_, limit_) = (self.shown(*n), self.tokens_of(&limit));
            tokens.push(quote!(#n_ < #limit_));
            reads.push(Place::var(*n));
            reads.extend(limit.place().cloned());
        }
        if tokens.is_empty() {
            return Ok(None);
        }
        let op = Op::Verbatim(quote!(#(#tokens)&&*), reads, Ty::Inert);
        Ok(Some(self.temp(self.line, Ty::Inert, op, out)))
    }

    /// Goes on if the adaptors want more, of those after a part of a concatenation first; or leaves the
    /// loops by the label of those that do not.
    pub(super) fn if_unfinished(
        &mut self,
        all: &[After],
        rest: &mut dyn FnMut(&mut Self, &mut Vec<Stmt>) -> Result<()>,
        out: &mut Vec<Stmt>,
    ) -> Result<()> {
        let Some((first, all)) = all.split_first() else {
            return rest(self, out);
        };
        match self.unfinished(&first.flow, &first.counters, out)? {
            None => self.if_unfinished(all, rest, out),
            Some(more) => {
                let yes =
                    self.region(false, |s, out| s.if_unfinished(all, rest, out).map(|()| None))?;
                let no = self.next_or_stop(true, first.leave.as_ref())?;
                out.push(Stmt::If(more, yes, no, None));
                Ok(())
            }
        }
    }

    /// Counters, flags and states of the adaptors that have one.
    pub(super) fn counters(
        &mut self,
        flow: &[Flow],
        out: &mut Vec<Stmt>,
    ) -> Result<Vec<Option<VarId>>> {
        let mut all = vec![];
        for f in flow {
            let (name, declared, op) = match f {
                Flow::Enumerate | Flow::Take(_) | Flow::Skip(_) | Flow::StepBy(_) => (
                    "count",
                    Some(quote!(::core::primitive::usize)),
                    Op::Use(Operand::Const(quote!(0))),
                ),
                Flow::SkipWhile(_) => ("open", None, Op::Use(Operand::Const(quote!(false)))),
                Flow::Zip(side) => {
                    all.push(Some(self.first_of_side(side, out)?));
                    continue;
                }
                Flow::Pieces(pieces) => {
                    all.push(Some(self.first_piece(pieces, out)?));
                    continue;
                }
                Flow::Scan(init, _) | Flow::Successors(init, _) => {
                    super::step::refuse_changes(init, init)?;
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
    pub(in crate::lower) fn state(
        &mut self,
        name: &str,
        ty: Ty,
        declared: Option<TokenStream>,
        op: Op,
        out: &mut Vec<Stmt>,
    ) -> VarId {
        let var = Var { ty, declared, mutable: true, ..Var::new(VarKind::Local, self.here) };
        let v = self.func.add(name, self.line, var);
        out.push(Stmt::Let(v, op));
        v
    }

    pub(super) fn step(&mut self, counter: VarId, out: &mut Vec<Stmt>) {
        let old = self.func.record("old", self.line, self.here);
        out.push(Stmt::Update("+", Place::var(counter), Operand::Const(quote!(1)), old));
    }
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
