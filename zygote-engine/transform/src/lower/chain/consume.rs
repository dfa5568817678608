//! What ends a chain of iterators: a `for` loop, or a method that makes one value of the items.

use super::item::Item;
use super::parse::{Access, Flow, Part, Pipe, Pipeline};
use crate::error::{Result, unsupported};
use crate::ir::{Exit, Mode, Op, Operand, Place, Proj, Stmt, Ty, VarId};
use crate::lower::pure::Calls;
use crate::lower::{Lower, Named, Tail};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use std::collections::HashMap;
use syn::spanned::Spanned;
use syn::{Expr, Pat};

impl Lower {
    /// `for pattern in chain { body }`.
    pub(in crate::lower) fn for_chain(
        &mut self,
        pipeline: &Pipeline,
        f: &syn::ExprForLoop,
        out: &mut Vec<Stmt>,
    ) -> Result<()> {
        if let Some(consumer) = &pipeline.consumer {
            return unsupported(
                &consumer.method,
                "a loop over the value of a chain",
                "bind it with `let` first",
            );
        }
        let mut label = f.label.as_ref().map(|l| l.name.clone());
        let cut = crate::lower::exits::cut_short(&f.body, label.as_ref());
        let mut f = f.clone();
        if cut && pipeline.is_nested() {
            // The user's loop is the outermost.
            let name = label.take().unwrap_or_else(|| self.chain_label(f.for_token.span));
            crate::lower::labelled::break_to(&mut f.body, &name);
            label = Some(name);
        }
        let f = &f;
        let mut body = |s: &mut Self, item: Item, out: &mut Vec<Stmt>| {
            s.scopes.push(HashMap::new());
            let done = s
                .bind_item(&f.pat, item, out)
                .and_then(|()| s.stmts(&f.body.stmts, Tail::Unit, out).map(|_| ()));
            s.scopes.pop();
            done
        };
        self.run(pipeline, label.as_ref(), cut, &mut body, out)
    }

    /// The value of a chain with a consumer, if the expression is one.
    pub(in crate::lower) fn consumed(
        &mut self,
        e: &Expr,
        out: &mut Vec<Stmt>,
    ) -> Result<Option<Op>> {
        if let Some(op) = self.extended(e, out)? {
            return Ok(Some(op));
        }
        let Some(pipeline) = self.parsed(e, false, None)? else { return Ok(None) };
        let Some(consumer) = &pipeline.consumer else {
            if let (Pipe::Drained(of, range), []) = (&pipeline.base, &pipeline.flow[..]) {
                // What is taken out is dropped.
                self.drained(of, range, out)?;
                return Ok(Some(Op::Use(Operand::Const(quote!(())))));
            }
            // A method of these names may be the user's own.
            if let (Pipe::Entries(_, Part::Keys | Part::Values, Access::Shared), []) =
                (&pipeline.base, &pipeline.flow[..])
            {
                return Ok(None);
            }
            return unsupported(
                e,
                "an iterator as a value",
                "use it in a `for` loop, or end it: `.collect::<Vec<_>>()`",
            );
        };
        let name = consumer.method.to_string();
        let expected = self.expected.take();
        let arg = |k: usize| consumer.args.get(k).cloned();
        self.scopes.push(HashMap::new());
        let value = match (name.as_str(), arg(0), arg(1)) {
            ("sum", None, _) => self.summed("+", "empty_sum", consumer, &pipeline, expected, out),
            ("product", None, _) => {
                self.summed("*", "empty_product", consumer, &pipeline, expected, out)
            }
            ("fold", Some(init), Some(f)) => {
                refuse_changes(&init, &consumer.receiver)?;
                self.folded(&init, &f, &pipeline, expected, out)
            }
            ("for_each", Some(f), None) => {
                let mut body = |s: &mut Self, item: Item, out: &mut Vec<Stmt>| {
                    s.applied(&f, vec![item], out).map(|_| ())
                };
                self.run(&pipeline, None, false, &mut body, out)
                    .map(|()| Op::Use(Operand::Const(quote!(()))))
            }
            ("collect", None, _) => self.collected(consumer, &pipeline, expected, out),
            ("unzip", None, _) => self.unzipped(&pipeline, out),
            ("partition", Some(f), None) => self.partitioned(&f, consumer, &pipeline, out),
            ("reduce", Some(f), None) => {
                let then = quote!(::core::option::Option::Some(#f(__before, __item)));
                self.reduced(&then, Some(&f), &consumer.method, &pipeline, out)
            }
            ("max_by" | "min_by", Some(f), None) => {
                self.extreme(&consumer.method, &f, &pipeline, out)
            }
            ("last", None, _) => self.reduced(
                &quote!(::core::option::Option::Some(__item)),
                None,
                &consumer.method,
                &pipeline,
                out,
            ),
            ("nth", Some(n), None) => {
                let at = consumer.method.clone();
                self.first_of(Flow::Skip(n), &at, pipeline, out)
            }
            ("find", Some(f), None) => {
                let at = consumer.method.clone();
                self.first_of(Flow::Filter(f), &at, pipeline, out)
            }
            ("find_map", Some(f), None) => {
                let at = consumer.method.clone();
                self.first_of(Flow::FilterMap(f, false), &at, pipeline, out)
            }
            _ => self.inert_consumer(e, consumer),
        };
        self.scopes.pop();
        value.map(Some)
    }

    /// The accumulator's type: as written at the method, or at the `let`.
    fn written(consumer: &syn::ExprMethodCall) -> Option<syn::Type> {
        let arguments = &consumer.turbofish.as_ref()?.args;
        match arguments.first()? {
            syn::GenericArgument::Type(syn::Type::Infer(_)) => None,
            syn::GenericArgument::Type(t) => Some(t.clone()),
            _ => None,
        }
    }

    fn summed(
        &mut self,
        op: &'static str,
        empty: &str,
        consumer: &syn::ExprMethodCall,
        pipeline: &Pipeline,
        expected: Option<syn::Type>,
        out: &mut Vec<Stmt>,
    ) -> Result<Op> {
        let written = Self::written(consumer).or(expected);
        let ty = written.as_ref().map_or(Ty::Unknown, crate::lower::ty_of);
        let declared = written.map(|t| t.to_token_stream());
        let span = consumer.method.span();
        let empty = format_ident!("{empty}");
        let empty = quote_spanned!(span=> ::zygote_engine::__private::#empty());
        let start = Op::Verbatim(empty, vec![], ty.clone());
        let acc = self.state("sum", ty, declared, start, out);
        let mut body = |s: &mut Self, item: Item, out: &mut Vec<Stmt>| {
            let value = s.whole_item(item, out)?;
            let old = s.func.record("old", span, s.here);
            out.push(Stmt::Update(op, Place::var(acc), value, old));
            Ok(())
        };
        self.run(pipeline, None, false, &mut body, out)?;
        Ok(Op::Use(Operand::var(acc)))
    }

    fn folded(
        &mut self,
        init: &Expr,
        f: &Expr,
        pipeline: &Pipeline,
        declared: Option<syn::Type>,
        out: &mut Vec<Stmt>,
    ) -> Result<Op> {
        let init = self.op(init, out)?;
        let written = self.closure_of(f)?.and_then(|local| match local.parameters().first() {
            Some(Pat::Type(t)) => Some((*t.ty).clone()),
            _ => None,
        });
        let declared = declared.or(written);
        let ty = self.op_ty(&init);
        let ty = declared.as_ref().map_or(ty, crate::lower::ty_of);
        let acc = self.state("folded", ty, declared.map(|t| t.to_token_stream()), init, out);
        let span = f.span();
        let mut body = |s: &mut Self, item: Item, out: &mut Vec<Stmt>| {
            let value = s.step_of_fold(f, acc, item, out)?;
            if value == Operand::var(acc) {
                return Ok(());
            }
            let old = s.func.record("old", span, s.here);
            out.push(Stmt::Store(Place::var(acc), value, old));
            Ok(())
        };
        self.run(pipeline, None, false, &mut body, out)?;
        Ok(Op::Use(Operand::var(acc)))
    }

    fn step_of_fold(
        &mut self,
        f: &Expr,
        acc: VarId,
        item: Item,
        out: &mut Vec<Stmt>,
    ) -> Result<Operand> {
        let Some(local) = self.closure_of(f)? else {
            let value = self.applied(f, vec![Item::One(Operand::var(acc)), item], out)?;
            return self.whole_item(value, out);
        };
        let inputs: Vec<Pat> = local.parameters().iter().cloned().collect();
        let [state, pattern] = &inputs[..] else {
            return unsupported(f, "this closure", "write `|state, item| ..`");
        };
        self.within(&local, |s| {
            let state = match state {
                Pat::Type(t) => &t.pat,
                other => other,
            };
            match state {
                // The state is the accumulator itself.
                Pat::Ident(i) if i.subpat.is_none() => {
                    s.declare(i.ident.to_string(), Named::Var(acc));
                }
                other => s.bind(other, None, Operand::var(acc), out)?,
            }
            s.bind_item(pattern, item, out)?;
            s.value_of_body(&local, out)
        })
    }

    fn collected(
        &mut self,
        consumer: &syn::ExprMethodCall,
        pipeline: &Pipeline,
        expected: Option<syn::Type>,
        out: &mut Vec<Stmt>,
    ) -> Result<Op> {
        let written = Self::written(consumer).or(expected);
        if let Some(ty) = &written
            && !is_vec(ty)
            && !matches!(crate::lower::ty_of(ty), Ty::Of(..))
        {
            return unsupported(
                ty,
                "collecting into this type",
                "collect into a `Vec`, `VecDeque`, `BTreeMap` or `HashMap`",
            );
        }
        let name = &consumer.method;
        let list = self.list(written.as_ref(), out);
        let kind = self.func.var(list).ty.clone();
        if let Ty::Of(..) = kind {
            let list = self.name_of_operand(Operand::var(list), out);
            let list: Expr = syn::parse_quote!(#list);
            self.known_collection(&kind, &list, out);
            let mut body = |s: &mut Self, item: Item, out: &mut Vec<Stmt>| {
                s.owned_item(&item, name)?;
                s.added(&list, &kind, item, out)
            };
            self.run(pipeline, None, false, &mut body, out)?;
            return self.operand(&list, out).map(Op::Use);
        }
        let mut body = |s: &mut Self, item: Item, out: &mut Vec<Stmt>| {
            s.owned_item(&item, name)?;
            s.appended(list, item, out)
        };
        self.run(pipeline, None, false, &mut body, out)?;
        Ok(Op::Use(Operand::var(list)))
    }

    /// A chain that is an argument: a list of its items, or a slice of what they refer to.
    pub(in crate::lower) fn collected_argument(
        &mut self,
        e: &Expr,
        out: &mut Vec<Stmt>,
    ) -> Result<Option<Operand>> {
        let Expr::MethodCall(_) = crate::lower::place::strip(e) else { return Ok(None) };
        let Some(pipeline) = self.parsed(e, false, None)? else { return Ok(None) };
        let of_map = matches!(pipeline.base, Pipe::Entries(..)) && pipeline.flow.is_empty();
        if pipeline.consumer.is_some() || of_map {
            return Ok(None);
        }
        if let (Pipe::Walk(Expr::MethodCall(iter)), []) = (&pipeline.base, &pipeline.flow[..])
            && crate::lower::makes_iterator(&iter.method)
            && self.is_place(&iter.receiver)
        {
            // Of references, the sequence itself.
            let of = &iter.receiver;
            self.known_of_sequence(of, out)?;
            return self.operand(&syn::parse_quote!(&#of), out).map(Some);
        }
        let list = self.list(None, out);
        let (known, start) = (self.func.vars.len(), out.len());
        let mut by_reference = false;
        let mut body = |s: &mut Self, item: Item, out: &mut Vec<Stmt>| {
            by_reference = s.is_reference(&item);
            let part = match &item {
                Item::One(Operand::Place(p, _)) => s.func.resolve(p).path.last().cloned(),
                _ => None,
            };
            let item = match part {
                Some(Proj::Slice(..)) => {
                    let slice = s.whole_item(item, out)?;
                    let name = s.name_of_operand(slice, out);
                    Item::One(s.operand(&syn::parse_quote!(#name.to_vec()), out)?)
                }
                _ if by_reference => match s.copied(item.clone()) {
                    copy if matches!(s.ty(&copy), Ty::Real | Ty::Inert) => Item::One(copy),
                    _ => {
                        let whole = s.whole_item(item, out)?;
                        let name = s.name_of_operand(whole, out);
                        Item::One(s.operand(&syn::parse_quote!(#name.clone()), out)?)
                    }
                },
                _ => item,
            };
            s.appended(list, item, out)
        };
        self.run(&pipeline, None, false, &mut body, out)?;
        let mut changed = std::collections::BTreeSet::new();
        crate::record::changed_by(&self.func, &out[start..], &mut changed);
        if changed.iter().any(|v| *v != list && v.0 < known) {
            // The function may not ask for all items.
            return unsupported(
                e,
                "a chain that changes something, as an argument",
                "collect it first",
            );
        }
        let mode = if by_reference { Mode::Shared } else { Mode::Value };
        Ok(Some(Operand::Place(Place::var(list), mode)))
    }

    fn unzipped(&mut self, pipeline: &Pipeline, out: &mut Vec<Stmt>) -> Result<Op> {
        let (a, b) = (self.list(None, out), self.list(None, out));
        let mut body = |s: &mut Self, item: Item, out: &mut Vec<Stmt>| {
            let (x, y) = s.pair(item, out)?;
            s.appended(a, x, out)?;
            s.appended(b, y, out)
        };
        self.run(pipeline, None, false, &mut body, out)?;
        Ok(Op::Tuple(vec![Operand::var(a), Operand::var(b)]))
    }

    fn partitioned(
        &mut self,
        f: &Expr,
        consumer: &syn::ExprMethodCall,
        pipeline: &Pipeline,
        out: &mut Vec<Stmt>,
    ) -> Result<Op> {
        let (a, b) = (self.list(None, out), self.list(None, out));
        let mut body = |s: &mut Self, item: Item, out: &mut Vec<Stmt>| {
            s.owned_item(&item, &consumer.method)?;
            let local = s.closure_for(f)?;
            let condition = s.referred(&local, item.clone(), out)?;
            let condition = s.pin(condition, out);
            let other = item.clone();
            let yes = s.region(false, |s, out| s.appended(a, item, out).map(|()| None))?;
            let no = s.region(false, |s, out| s.appended(b, other, out).map(|()| None))?;
            out.push(Stmt::If(condition, yes, no, None));
            Ok(())
        };
        self.run(pipeline, None, false, &mut body, out)?;
        Ok(Op::Tuple(vec![Operand::var(a), Operand::var(b)]))
    }

    /// An empty list that grows.
    fn list(&mut self, ty: Option<&syn::Type>, out: &mut Vec<Stmt>) -> VarId {
        let known = ty.map_or(Ty::Unknown, crate::lower::ty_of);
        let declared = match ty {
            Some(t) => t.to_token_stream(),
            None => quote!(::std::vec::Vec<_>),
        };
        let empty = match known {
            Ty::Of(..) => quote!(::core::default::Default::default()),
            _ => quote!(::std::vec::Vec::new()),
        };
        let op = Op::Verbatim(empty, vec![], known.clone());
        self.state("list", known, Some(declared), op, out)
    }

    fn appended(&mut self, list: VarId, item: Item, out: &mut Vec<Stmt>) -> Result<()> {
        let value = self.whole_item(item, out)?;
        let list = self.name_of_operand(Operand::var(list), out);
        let value = self.name_of_operand(value, out);
        self.expression(&syn::parse_quote!(#list.push(#value)), out)
    }

    /// A reference can't be kept beyond its trip.
    fn owned_item(&self, item: &Item, at: &Ident) -> Result<()> {
        if self.is_reference(item) {
            return unsupported(
                at,
                "keeping references to items",
                "copy them before: `.copied()` or `.cloned()`",
            );
        }
        Ok(())
    }

    fn is_reference(&self, item: &Item) -> bool {
        match item {
            Item::One(Operand::Place(_, Mode::Shared | Mode::Exclusive)) => true,
            Item::One(Operand::Place(p, Mode::Value)) => self.refers(p).is_some(),
            _ => false,
        }
    }

    /// `None` for no item, then what `then` makes of `__before` and `__item`.
    fn reduced(
        &mut self,
        then: &TokenStream,
        f: Option<&Expr>,
        at: &Ident,
        pipeline: &Pipeline,
        out: &mut Vec<Stmt>,
    ) -> Result<Op> {
        let f: Option<Expr> = f.cloned();
        let start = Op::Use(Operand::Const(quote!(::core::option::Option::None)));
        let acc = self.state("reduced", Ty::Unknown, None, start, out);
        let mut body = |s: &mut Self, item: Item, out: &mut Vec<Stmt>| {
            s.owned_item(&item, at)?;
            let value = s.whole_item(item, out)?;
            let name = s.name_of_operand(value, out);
            let v = s.lookup(&name).expect("the name was declared");
            s.declare("__item".into(), Named::Var(v));
            s.declare("__reduced".into(), Named::Var(acc));
            if let Some(f) = &f
                && let Some(local) = s.closure_of(f)?
            {
                s.declare("__function".into(), Named::Closure(local));
            }
            let then = match &f {
                Some(f) if s.closure_of(f)?.is_some() => {
                    quote!(::core::option::Option::Some(__function(__before, __item)))
                }
                _ => then.clone(),
            };
            s.expression(
                &syn::parse_quote!(__reduced = match __reduced {
                    ::core::option::Option::None => ::core::option::Option::Some(__item),
                    ::core::option::Option::Some(__before) => #then,
                }),
                out,
            )
        };
        self.run(pipeline, None, false, &mut body, out)?;
        Ok(Op::Use(Operand::var(acc)))
    }

    /// `max_by` and `min_by` of values: of equal ones, the last or the first.
    fn extreme(
        &mut self,
        name: &Ident,
        f: &Expr,
        pipeline: &Pipeline,
        out: &mut Vec<Stmt>,
    ) -> Result<Op> {
        let (greater, other) = if name == "max_by" {
            (quote!(__before), quote!(__item))
        } else {
            (quote!(__item), quote!(__before))
        };
        let then = quote! {
            if ::zygote_engine::__private::compare(&__before, &__item, #f) == ::core::cmp::Ordering::Greater {
                ::core::option::Option::Some(#greater)
            } else {
                ::core::option::Option::Some(#other)
            }
        };
        self.reduced(&then, None, name, pipeline, out)
    }

    /// The first item that comes through one more stage.
    fn first_of(
        &mut self,
        stage: Flow,
        at: &Ident,
        mut pipeline: Pipeline,
        out: &mut Vec<Stmt>,
    ) -> Result<Op> {
        if pipeline.is_nested() {
            return unsupported(at, "this consumer of a nested iterator", "write two loops");
        }
        pipeline.flow.push(stage);
        let start = Op::Use(Operand::Const(quote!(::core::option::Option::None)));
        let acc = self.state("found", Ty::Unknown, None, start, out);
        let mut body = |s: &mut Self, item: Item, out: &mut Vec<Stmt>| {
            s.owned_item(&item, at)?;
            let value = s.whole_item(item, out)?;
            let value = s.name_of_operand(value, out);
            let acc = s.name_of_operand(Operand::var(acc), out);
            s.expression(&syn::parse_quote!(#acc = ::core::option::Option::Some(#value)), out)?;
            out.push(Stmt::Exit(Exit::Break(None)));
            Ok(())
        };
        self.run(&pipeline, None, true, &mut body, out)?;
        Ok(Op::Use(Operand::var(acc)))
    }

    /// A consumer whose value carries no derivative, kept as it is.
    fn inert_consumer(&mut self, e: &Expr, consumer: &syn::ExprMethodCall) -> Result<Op> {
        let inert = ["all", "any", "count", "position"].iter().any(|n| consumer.method == n);
        match self.pure(e, Calls::Reading) {
            Some((tokens, reads)) if inert || self.all_constant(&reads) => {
                Ok(Op::Verbatim(tokens, reads, if inert { Ty::Inert } else { Ty::Unknown }))
            }
            _ => unsupported(
                &consumer.method,
                "this consumer of an iterator",
                "use `fold`, or write a loop",
            ),
        }
    }
}

fn is_vec(ty: &syn::Type) -> bool {
    match ty {
        syn::Type::Path(p) => p.path.segments.last().is_some_and(|s| s.ident == "Vec"),
        _ => false,
    }
}

/// What is given to an adaptor or to `fold` is computed before the chain's source is, where it has to
/// be computed after it: neither may change what the other reads.
pub(super) fn refuse_changes(given: &Expr, source: &Expr) -> Result<()> {
    let mentions = |e: &Expr, name: &str| {
        super::super::closure::free_names(e).iter().any(|(_, other)| other == name)
    };
    let of_source = changed_names(source).iter().any(|name| mentions(given, name));
    if of_source || !changed_names(given).is_empty() {
        return unsupported(
            given,
            "a value beside a chain, of which one changes what the other reads,",
            "bind both with `let` first, in the order that is meant",
        );
    }
    Ok(())
}

/// The variables that an expression assigns or lends exclusively, outside its closures.
fn changed_names(e: &Expr) -> Vec<String> {
    struct Find(Vec<String>);
    impl Find {
        fn root(&mut self, e: &Expr) {
            match e {
                Expr::Field(f) => self.root(&f.base),
                Expr::Index(i) => self.root(&i.expr),
                Expr::Paren(p) => self.root(&p.expr),
                Expr::Unary(u) => self.root(&u.expr),
                Expr::Path(p) => self.0.extend(p.path.get_ident().map(ToString::to_string)),
                _ => self.0.push(String::new()),
            }
        }
    }
    impl syn::visit::Visit<'_> for Find {
        fn visit_expr(&mut self, e: &Expr) {
            match e {
                Expr::Closure(_) => return,
                Expr::Assign(a) => self.root(&a.left),
                Expr::Binary(b) if crate::lower::pure::is_assignment(&b.op) => self.root(&b.left),
                Expr::Reference(r) if r.mutability.is_some() => self.root(&r.expr),
                _ => {}
            }
            syn::visit::visit_expr(self, e);
        }
    }
    let mut find = Find(vec![]);
    syn::visit::Visit::visit_expr(&mut find, e);
    find.0
}
