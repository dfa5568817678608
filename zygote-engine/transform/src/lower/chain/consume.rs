//! What ends a chain of iterators: a `for` loop, or a method that makes one value of the items.

use super::Labels;
use super::item::{Item, name_parts, with_parts};
use super::parts::{Access, Flow, Part, Pipe, Pipeline};
use crate::error::{Result, unsupported};
use crate::ir::{Exit, Mode, Op, Operand, Place, Proj, Stmt, Ty, VarId};
use crate::lower::comparator::Kept;
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
        let label = f.label.as_ref().map(|l| l.name.clone());
        let cut = crate::lower::exits::cut_short(&f.body, label.as_ref());
        let mut f = f.clone();
        let exit = if cut { self.exit_label(pipeline) } else { None };
        if let Some(exit) = &exit {
            crate::lower::labelled::break_to(&mut f.body, label.as_ref(), exit);
        }
        let f = &f;
        let mut body = |s: &mut Self, item: Item, out: &mut Vec<Stmt>| {
            s.scopes.push(HashMap::new());
            let (mut pattern, body) = ((*f.pat).clone(), f.body.clone());
            let mut body = Expr::Block(syn::ExprBlock { attrs: vec![], label: None, block: body });
            name_parts(&mut pattern, &item, false, &mut body);
            let Expr::Block(body) = body else { unreachable!("a block stays one") };
            let done = s
                .bind_item(&pattern, item, out)
                .and_then(|()| s.stmts(&body.block.stmts, Tail::Unit, out).map(|_| ()));
            s.scopes.pop();
            done
        };
        let labels = Labels { own: label.as_ref(), exit: exit.as_ref(), ..Labels::default() };
        self.run(pipeline, labels, cut, &mut body, out)
    }

    /// The value of a chain with a consumer, if the expression is one.
    pub(in crate::lower) fn consumed(
        &mut self,
        e: &Expr,
        out: &mut Vec<Stmt>,
    ) -> Result<Option<Op>> {
        if let Some(own) = self.own_chain(e) {
            return self.op(&own, out).map(Some);
        }
        for statement in [Self::extended, Self::sifted, Self::copied_within] {
            if let Some(op) = statement(self, e, out)? {
                return Ok(Some(op));
            }
        }
        let Some(mut pipeline) = self.parsed(e, false, None)? else { return Ok(None) };
        let Some(consumer) = &pipeline.consumer else {
            if let (Pipe::Drained(drained), []) = (&pipeline.base, &pipeline.flow[..]) {
                // What is taken out is dropped.
                self.drained(drained, out)?;
                return Ok(Some(Op::Use(Operand::Const(quote!(())))));
            }
            // A method of these names may be the user's own.
            if let (Pipe::Entries(_, Part::Keys | Part::Values, Access::Shared), []) =
                (&pipeline.base, &pipeline.flow[..])
            {
                return Ok(None);
            }
            if let [Flow::Pieces(_)] = &pipeline.flow[..] {
                return Ok(None);
            }
            return unsupported(
                e,
                "an iterator as a value",
                "use it in a `for` loop, or end it: `.collect::<Vec<_>>()`",
            );
        };
        let expected = self.expected.take();
        let mut consumer = consumer.clone();
        self.scopes.push(HashMap::new());
        for arg in &mut consumer.args {
            pipeline.captured.extend(self.with_own_state(arg, out)?);
        }
        let value = match self.of_payloads(&consumer, &pipeline, expected.as_ref(), out) {
            Ok(None) => self.consumed_by(&consumer, pipeline, expected, out),
            Ok(Some(op)) => Ok(op),
            Err(error) => Err(error),
        };
        self.scopes.pop();
        value.map(Some)
    }

    /// The value of a consumer.
    pub(super) fn consumed_by(
        &mut self,
        consumer: &syn::ExprMethodCall,
        pipeline: Pipeline,
        expected: Option<syn::Type>,
        out: &mut Vec<Stmt>,
    ) -> Result<Op> {
        let name = consumer.method.to_string();
        let arg = |k: usize| consumer.args.get(k).cloned();
        match (name.as_str(), arg(0), arg(1)) {
            ("sum", None, _) => self.summed("+", "empty_sum", consumer, &pipeline, expected, out),
            ("product", None, _) => {
                self.summed("*", "empty_product", consumer, &pipeline, expected, out)
            }
            ("fold", Some(init), Some(f)) => {
                super::step::refuse_changes(&init, &consumer.receiver)?;
                self.folded(&init, &f, &pipeline, expected, out)
            }
            ("for_each", Some(f), None) => {
                let mut body = |s: &mut Self, item: Item, out: &mut Vec<Stmt>| {
                    s.applied(&f, vec![item], out).map(|_| ())
                };
                self.run(&pipeline, Labels::default(), false, &mut body, out)
                    .map(|()| Op::Use(Operand::Const(quote!(()))))
            }
            ("collect", None, _) => self.collected(consumer, &pipeline, expected, out),
            ("unzip", None, _) => self.unzipped(&pipeline, expected.as_ref(), out),
            ("partition", Some(f), None) => {
                self.partitioned(&f, consumer, &pipeline, expected.as_ref(), out)
            }
            ("reduce", Some(f), None) => {
                let then = quote!(::core::option::Option::Some(#f(__before, __item)));
                self.reduced(&then, Some(&f), &consumer.method, &pipeline, out)
            }
            ("max_by" | "min_by" | "max_by_key" | "min_by_key", Some(f), None) => {
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
                self.first_of(Some(Flow::Skip(n)), &at, pipeline, out)
            }
            ("next", None, None) => {
                let at = consumer.method.clone();
                self.first_of(None, &at, pipeline, out)
            }
            ("find", Some(f), None) => {
                let at = consumer.method.clone();
                self.first_of(Some(Flow::Filter(f)), &at, pipeline, out)
            }
            ("find_map", Some(f), None) => {
                let at = consumer.method.clone();
                self.first_of(Some(Flow::FilterMap(f, false)), &at, pipeline, out)
            }
            ("try_fold", Some(init), Some(f)) => {
                super::step::refuse_changes(&init, &consumer.receiver)?;
                self.tried_fold(Some(&init), &f, &pipeline, expected.as_ref(), out)
            }
            ("try_for_each", Some(f), None) => {
                self.tried_fold(None, &f, &pipeline, expected.as_ref(), out)
            }
            _ => self.inert_consumer(consumer, &pipeline, out),
        }
    }

    /// The accumulator's type: as written at the method, or at the `let`.
    pub(super) fn written(consumer: &syn::ExprMethodCall) -> Option<syn::Type> {
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
        // A type of the program's own may have no assigning operators.
        let own = ty == Ty::Unknown && written.as_ref().is_some_and(|t| !self.is_parameter(t));
        let assigns = !own && self.has_assigning_operators();
        let declared = written.map(|t| t.to_token_stream());
        let span = consumer.method.span();
        let empty = format_ident!("{empty}", span = span);
        let empty = quote_spanned!(span=> ::zygote_engine::__private::#empty());
        let start = Op::Verbatim(empty, vec![], ty.clone());
        let acc = self.state("sum", ty, declared, start, out);
        let mut body = |s: &mut Self, item: Item, out: &mut Vec<Stmt>| {
            let old = s.func.record("old", span, s.here);
            if assigns {
                let value = s.whole_item(item, out)?;
                out.push(Stmt::Update(op, Place::var(acc), value, old));
                return Ok(());
            }
            let value = s.number_item(item, out)?;
            let sum = Op::Binary(op, Operand::var(acc), value);
            let sum = s.temp(span, Ty::Unknown, sum, out);
            out.push(Stmt::Store(Place::var(acc), sum, old));
            Ok(())
        };
        self.run(pipeline, Labels::default(), false, &mut body, out)?;
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
        self.run(pipeline, Labels::default(), false, &mut body, out)?;
        Ok(Op::Use(Operand::var(acc)))
    }

    pub(super) fn step_of_fold(
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
        let local = with_parts(&local, &[None, Some((&item, false))]);
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
        self.run(&pipeline, Labels::default(), false, &mut body, out)?;
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

    /// An empty list that grows.
    pub(super) fn list(&mut self, ty: Option<&syn::Type>, out: &mut Vec<Stmt>) -> VarId {
        let known = ty.map_or(Ty::Unknown, crate::lower::ty_of);
        let declared = match ty {
            Some(t) => t.to_token_stream(),
            None => quote!(::std::vec::Vec<_>),
        };
        let empty = match known {
            Ty::Of(..) => quote!(::core::default::Default::default()),
            _ => quote!(::std::vec::Vec::new()),
        };
        let is_vec = !matches!(known, Ty::Of(..));
        let op = Op::Verbatim(empty, vec![], known.clone());
        let list = self.state("list", known, Some(declared), op, out);
        if is_vec {
            self.func.vars[list.0].mutable = false;
            self.func.collected.insert(list);
        }
        list
    }

    pub(super) fn appended(&mut self, list: VarId, item: Item, out: &mut Vec<Stmt>) -> Result<()> {
        let value = match self.whole_item(item, out)? {
            value @ Operand::Place(..) => {
                let value = self.name_of_operand(value, out);
                self.operand(&syn::parse_quote!(#value), out)?
            }
            value => value,
        };
        out.push(Stmt::Append(list, value));
        Ok(())
    }

    /// A reference can't be kept beyond its trip.
    pub(super) fn owned_item(&self, item: &Item, at: &Ident) -> Result<()> {
        let varies = |part: &Item| match part {
            Item::One(Operand::Place(p, _)) => !self.all_constant(std::slice::from_ref(p)),
            _ => true,
        };
        let in_tuple = match item {
            Item::Tuple(parts) => parts.iter().any(|p| self.is_reference(p) && varies(p)),
            Item::One(_) => false,
        };
        if in_tuple || self.is_reference(item) {
            return unsupported(
                at,
                "keeping references to items",
                "copy them before: `.copied()` or `.cloned()`",
            );
        }
        Ok(())
    }

    pub(super) fn is_reference(&self, item: &Item) -> bool {
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
            if f.is_some() {
                // What the function is called on is of a known type.
                let (reduced, item) = (s.shown(acc), s.shown(v));
                out.push(Stmt::Macro(quote! {
                    ::zygote_engine::__private::of_one_type(&#reduced, &#item)
                }));
            }
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
        self.run(pipeline, Labels::default(), false, &mut body, out)?;
        Ok(Op::Use(Operand::var(acc)))
    }

    /// `max_by`, `min_by` and those by key, of values: of equal ones, the last or the first.
    pub(super) fn extreme(
        &mut self,
        name: &Ident,
        f: &Expr,
        pipeline: &Pipeline,
        out: &mut Vec<Stmt>,
    ) -> Result<Op> {
        let (greater, other) = if name == "max_by" || name == "max_by_key" {
            (quote!(__before), quote!(__item))
        } else {
            (quote!(__item), quote!(__before))
        };
        let by_key = name.to_string().ends_with("_key");
        // A function by its path as a closure, which only reads.
        let closure = match self.closure_of(f)? {
            None if !by_key => Kept::Comparators(2).as_closure(f),
            _ => None,
        };
        let f = closure.as_ref().unwrap_or(f);
        let reads = match crate::lower::place::strip(f) {
            Expr::Closure(_) => self.pure(f, crate::lower::pure::Calls::Reading).is_some(),
            _ => !self.closure_of(f)?.is_some_and(|local| local.has_state()),
        };
        if by_key && !reads {
            return unsupported(f, "a key that does more than read", "write a loop");
        }
        let compare = match by_key {
            true => format_ident!("compare_keys"),
            false => format_ident!("compare"),
        };
        let then = quote! {
            if ::zygote_engine::__private::#compare(&__before, &__item, #f) == ::core::cmp::Ordering::Greater {
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
        stage: Option<Flow>,
        at: &Ident,
        mut pipeline: Pipeline,
        out: &mut Vec<Stmt>,
    ) -> Result<Op> {
        pipeline.flow.extend(stage);
        let exit = self.exit_label(&pipeline);
        let start = Op::Use(Operand::Const(quote!(::core::option::Option::None)));
        let acc = self.state("found", Ty::Unknown, None, start, out);
        let mut body = |s: &mut Self, item: Item, out: &mut Vec<Stmt>| {
            s.owned_item(&item, at)?;
            let value = s.whole_item(item, out)?;
            let value = s.name_of_operand(value, out);
            let acc = s.name_of_operand(Operand::var(acc), out);
            s.expression(&syn::parse_quote!(#acc = ::core::option::Option::Some(#value)), out)?;
            out.push(Stmt::Exit(Exit::Break(exit.clone())));
            Ok(())
        };
        let labels = Labels { exit: exit.as_ref(), ..Labels::default() };
        self.run(&pipeline, labels, true, &mut body, out)?;
        Ok(Op::Use(Operand::var(acc)))
    }
}
