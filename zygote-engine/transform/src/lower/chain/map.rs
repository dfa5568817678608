//! Loops over maps, by the keys that the map has before the loop: they are kept, as the order of a
//! `HashMap` may be another after a change that was undone.

use super::item::Item;
use super::parts::{Access, Flow, Part, Pipe, Pipeline};
use super::pipe::{Plan, Width};
use super::walk::IN_ORDER;
use crate::error::Result;
use crate::ir::{Collection, Op, Operand, Place, Stmt, Ty, Var, VarId, VarKind};
use crate::lower::Lower;
use crate::lower::place::strip;
use crate::lower::pure::Calls;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, Pat, parse_quote_spanned};

/// The pipe whose items the first function gets.
fn first(pipe: &mut Pipe) -> &mut Pipe {
    match pipe {
        Pipe::Map(of, _) => first(of),
        other => other,
    }
}

/// The first function of a pipe.
fn first_function(pipe: &Pipe) -> Option<&Expr> {
    match pipe {
        Pipe::Map(of, f) => first_function(of).or(Some(f)),
        _ => None,
    }
}

/// A pattern without parentheses and type.
fn plain(pattern: &Pat) -> &Pat {
    match pattern {
        Pat::Paren(p) => plain(&p.pat),
        Pat::Type(t) => plain(&t.pat),
        other => other,
    }
}

impl Lower {
    /// The chain that an expression is, or that a loop makes of it. Of a map, which is known by its
    /// type, come pairs.
    pub(in crate::lower) fn parsed(
        &mut self,
        e: &Expr,
        in_loop: bool,
        pattern: Option<&Pat>,
    ) -> Result<Option<Pipeline>> {
        let mut pipeline = match super::parse::parse(e)? {
            Some(pipeline) => pipeline,
            None if in_loop && (self.is_map(e) || self.may_be_a_map(e)) => {
                Pipeline::of(Pipe::Walk(e.clone()))
            }
            None => return Ok(None),
        };
        let mut heads = vec![];
        pipeline.base.heads(&mut heads);
        for head in heads {
            let (map, access) = match &*head {
                Pipe::Walk(e) => match strip(e) {
                    Expr::MethodCall(m) if m.method == "iter" => (&*m.receiver, Access::Shared),
                    Expr::Reference(r) => (&*r.expr, Access::Shared),
                    e => (e, self.access(e)),
                },
                Pipe::Owned(e) => match strip(e) {
                    Expr::Reference(r) => (&*r.expr, Access::Shared),
                    e => (e, self.access(e)),
                },
                Pipe::Elements(e, true) => (e, Access::Exclusive),
                _ => continue,
            };
            if self.is_map(map) {
                *head = Pipe::Entries(map.clone(), Part::Both, access);
            }
        }
        if let Some(patterns) = self.item_patterns(&pipeline, pattern)? {
            let patterns: Vec<_> = patterns.iter().map(|(p, by_ref)| (p, *by_ref)).collect();
            self.paired(first(&mut pipeline.base), &patterns);
        }
        Ok(Some(pipeline))
    }

    /// The patterns that take the items of a chain apart, before a function gives others. The flag
    /// says that the pattern is for a reference to an item.
    fn item_patterns(
        &mut self,
        pipeline: &Pipeline,
        of_loop: Option<&Pat>,
    ) -> Result<Option<Vec<(Pat, bool)>>> {
        let mut all = vec![];
        let mut add = |f: &Expr, k: usize, by_ref: bool| -> Result<bool> {
            let Some(local) = self.closure_of(f)? else { return Ok(false) };
            let pattern = local.parameters().iter().nth(k).cloned();
            all.extend(pattern.map(|p| (p, by_ref)));
            Ok(true)
        };
        if let Some(f) = first_function(&pipeline.base) {
            return Ok(add(f, 0, false)?.then_some(all));
        }
        for stage in &pipeline.flow {
            let (f, k, by_ref, last) = match stage {
                Flow::Filter(f) | Flow::TakeWhile(f) | Flow::SkipWhile(f) | Flow::Inspect(f) => {
                    (f, 0, true, false)
                }
                Flow::Map(f) | Flow::FilterMap(f, _) | Flow::Flat(Some(f)) => (f, 0, false, true),
                Flow::Scan(_, f) => (f, 1, false, true),
                Flow::Successors(..) | Flow::Pieces(_) => return Ok(None),
                Flow::Take(_) | Flow::Skip(_) | Flow::StepBy(_) => continue,
                Flow::Copied
                | Flow::Enumerate
                | Flow::Payload(..)
                | Flow::Flat(None)
                | Flow::Zip(_) => {
                    return Ok(None);
                }
            };
            if !add(f, k, by_ref)? {
                return Ok(None);
            }
            if last {
                return Ok(Some(all));
            }
        }
        match (&pipeline.consumer, of_loop) {
            (None, Some(pattern)) => all.push((pattern.clone(), false)),
            (Some(m), _) if m.method == "for_each" && m.args.len() == 1 => {
                if !add(&m.args[0], 0, false)? {
                    return Ok(None);
                }
            }
            (Some(m), _) if m.method == "fold" && m.args.len() == 2 => {
                if !add(&m.args[1], 1, false)? {
                    return Ok(None);
                }
            }
            _ => return Ok(None),
        }
        Ok(Some(all))
    }

    /// Marks the walks whose items these patterns take apart as pairs.
    fn paired(&self, pipe: &mut Pipe, patterns: &[(&Pat, bool)]) {
        let part = |k: usize| {
            let part = |(p, by_ref): &(&Pat, bool)| match plain(p) {
                Pat::Tuple(t) if t.elems.len() == 2 => Some((t.elems[k].clone(), *by_ref)),
                _ => None,
            };
            patterns.iter().map(part).collect::<Option<Vec<_>>>()
        };
        match pipe {
            Pipe::Order(of, ..) => self.paired(of, patterns),
            Pipe::Enumerate(of, _) => {
                if let Some(parts) = part(1) {
                    let parts: Vec<_> = parts.iter().map(|(p, r)| (p, *r)).collect();
                    self.paired(of, &parts);
                }
            }
            Pipe::Zip(a, _, b) => {
                for (k, of) in [a, b].into_iter().enumerate() {
                    if let Some(parts) = part(k) {
                        let parts: Vec<_> = parts.iter().map(|(p, r)| (p, *r)).collect();
                        self.paired(of, &parts);
                    }
                }
            }
            Pipe::Walk(e) if self.may_be_a_map(e) => {
                let patterns: Vec<_> =
                    patterns.iter().filter(|(p, _)| !matches!(plain(p), Pat::Wild(_))).collect();
                let pairs = |(p, _): &&(&Pat, bool)| matches!(plain(p), Pat::Tuple(t) if t.elems.len() == 2);
                if !patterns.is_empty() && patterns.iter().all(pairs) {
                    let of_map = patterns.iter().any(|(_, by_ref)| *by_ref);
                    *pipe = Pipe::Pairs(e.clone(), of_map);
                }
            }
            _ => {}
        }
    }

    /// Whether a walk may be that of a map: an iterator of references to the items of what has no known
    /// type.
    fn may_be_a_map(&self, walk: &Expr) -> bool {
        let of = match strip(walk) {
            Expr::MethodCall(m) if m.method == "iter" => &m.receiver,
            Expr::Reference(r) => &r.expr,
            e if self.access(e) == Access::Shared => walk,
            _ => return false,
        };
        *self.known(of).peeled() == Ty::Unknown
    }

    /// Whether some heads of a chain carry no derivative, by the way they are written, and others may.
    pub(in crate::lower) fn is_mixed(&self, pipe: &Pipe) -> bool {
        let mut pipe = pipe.clone();
        let mut heads = vec![];
        pipe.heads(&mut heads);
        let constant = |head: &&mut Pipe| matches!(&**head, Pipe::Walk(e) if self.is_constant(e));
        heads.iter().any(constant) && !heads.iter().all(constant)
    }

    /// Whether the items of a walk carry no derivative, by the way the walk is written.
    pub(super) fn is_constant(&self, walk: &Expr) -> bool {
        let of = match strip(walk) {
            Expr::MethodCall(m) if m.args.is_empty() => return self.is_constant(&m.receiver),
            Expr::Reference(r) => &*r.expr,
            e => e,
        };
        let name = match strip(of) {
            Expr::Path(p) => p.path.get_ident().and_then(|n| self.lookup(n)),
            _ => None,
        };
        name.is_some_and(|v| self.all_constant(&[Place::var(v)]))
    }

    fn is_map(&self, e: &Expr) -> bool {
        self.known(e).is_of(Collection::Map)
    }

    /// How a loop over an expression gives the parts of its value.
    fn access(&self, e: &Expr) -> Access {
        let place = match strip(e) {
            Expr::Path(p) => p.path.get_ident().and_then(|n| self.lookup(n)),
            _ => None,
        };
        match place.and_then(|v| self.refers(&Place::var(v))) {
            Some(true) => Access::Exclusive,
            Some(false) => Access::Shared,
            None => Access::Owned,
        }
    }

    /// The loop over the entries of a map: the walk, the pattern, and the plan of an item.
    pub(super) fn entries(
        &mut self,
        map: &Expr,
        range: Option<&syn::ExprRange>,
        (part, access): (Part, Access),
        bound: &mut Vec<VarId>,
        out: &mut Vec<Stmt>,
    ) -> Result<(Expr, TokenStream, Plan)> {
        let exclusive = access == Access::Exclusive;
        let place = self.map_place(map, exclusive, out)?;
        let keys = self.keys(&place, map, range, out)?;
        let name = self.name_of_operand(Operand::var(keys), out);
        let k = self.walked(Ty::Inert, map.span(), bound);
        let key = Plan::Part(k, Place::var(keys), Width::One, false);
        let value = Plan::Part(k, place, Width::Entry(keys), exclusive);
        let owned = |plan| match access {
            Access::Owned => Plan::Cloned(Box::new(plan)),
            _ => plan,
        };
        let plan = match part {
            Part::Keys => owned(key),
            Part::Values => owned(value),
            Part::Both => Plan::Tuple(vec![owned(key), owned(value)]),
        };
        Ok((syn::parse_quote!(0..#name.len()), self.shown(k), plan))
    }

    /// The place of a map.
    pub(in crate::lower) fn map_place(
        &mut self,
        map: &Expr,
        exclusive: bool,
        out: &mut Vec<Stmt>,
    ) -> Result<Place> {
        let place = self.place(map, out)?;
        if exclusive
            && !self.func.changeable(&place)
            && let VarKind::Local = self.func.var(place.root).kind
        {
            self.func.vars[place.root.0].mutable = true;
        }
        Ok(self.pinned(place, out))
    }

    /// The keys that a map has here, in its order, or those in a range; the compiler checks that it is
    /// one.
    fn keys(
        &mut self,
        place: &Place,
        map: &Expr,
        range: Option<&syn::ExprRange>,
        out: &mut Vec<Stmt>,
    ) -> Result<VarId> {
        let span = Span::call_site().located_at(map.span());
        let mut bounds = range.cloned();
        if let Some(range) = &mut bounds {
            for bound in [&mut range.start, &mut range.end].into_iter().flatten() {
                **bound = self.settled_number(bound, out)?;
            }
        }
        let alias = self.named_place(place, span, out);
        let tokens = self.shown(alias);
        let private = quote_spanned!(span=> ::zygote_engine::__private);
        let mut reads = vec![Place::var(alias)];
        let range = bounds.and_then(|range| self.pure(&Expr::Range(range), Calls::Reading));
        let call = match range {
            Some((range, of_range)) => {
                reads.extend(of_range);
                quote_spanned!(span=> #private::keys_in(&*#tokens, #range))
            }
            None => quote_spanned!(span=> #private::keys(&*#tokens)),
        };
        Ok(self.constant_value(call, reads, span, out))
    }

    fn named_place(&mut self, place: &Place, span: Span, out: &mut Vec<Stmt>) -> VarId {
        let alias = Var::new(VarKind::Alias(place.clone(), false), self.here);
        let alias = self.func.add("map", span, alias);
        out.push(Stmt::Alias(alias, place.clone(), false));
        alias
    }

    fn constant_value(
        &mut self,
        value: TokenStream,
        reads: Vec<Place>,
        span: Span,
        out: &mut Vec<Stmt>,
    ) -> VarId {
        let value = self.temp(span, Ty::Unknown, Op::Verbatim(value, reads, Ty::Unknown), out);
        let value = value.place().expect("an intermediate value is a place").root;
        self.func.vars[value.0].constant = true;
        value
    }

    /// The walk over pairs of what may be a map, in the order that it has here.
    pub(super) fn in_its_order(&mut self, walk: &Expr, out: &mut Vec<Stmt>) -> Result<Expr> {
        let (of, by_iter) = match strip(walk) {
            Expr::MethodCall(m) => (&*m.receiver, true),
            Expr::Reference(r) => (&*r.expr, false),
            e => (e, false),
        };
        if !self.is_place(of) {
            return Ok(walk.clone());
        }
        let span = Span::call_site().located_at(of.span());
        let place = self.place(of, out)?;
        let refers = matches!(strip(walk), Expr::Path(_));
        let root = match refers {
            true => place.root,
            false => {
                let place = self.pinned(place, out);
                self.named_place(&place, span, out)
            }
        };
        let tokens = self.shown(root);
        let order = quote_spanned!(span=> ::zygote_engine::__private::order_of!(&*#tokens));
        let order = self.constant_value(order, vec![Place::var(root)], span, out);
        let root = self.name_of_operand(Operand::var(root), out);
        let order = self.name_of_operand(Operand::var(order), out);
        let in_order = Ident::new(IN_ORDER, span);
        let root: Expr = match refers || by_iter {
            true => parse_quote_spanned!(of.span()=> #root),
            false => parse_quote_spanned!(of.span()=> (&#root)),
        };
        Ok(match by_iter {
            true => parse_quote_spanned!(walk.span()=> #root.#in_order(#order).iter()),
            false => parse_quote_spanned!(walk.span()=> #root.#in_order(#order)),
        })
    }

    /// A copy of what an item refers to.
    pub(super) fn cloned(&mut self, item: Item, out: &mut Vec<Stmt>) -> Result<Item> {
        let operand = self.whole_item(item, out)?;
        let place = operand.place().expect("a part of a map is a place").clone();
        if self.all_constant(std::slice::from_ref(&place)) {
            let shown = self.shown(place.root);
            let tokens = quote!(::core::clone::Clone::clone(&*#shown));
            let op = Op::Verbatim(tokens, vec![place], Ty::Unknown);
            return Ok(Item::One(self.temp(self.line, Ty::Unknown, op, out)));
        }
        let name = self.name_of_operand(operand, out);
        self.operand(&syn::parse_quote!(#name.clone()), out).map(Item::One)
    }
}
