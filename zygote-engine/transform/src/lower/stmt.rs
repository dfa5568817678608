//! Statements and blocks.

use super::assign::compound;
use super::left::{Binding, has_branches};
use super::macros::{is_kept, never_returns};
use super::select::{bound_names, mentions};
use super::{Lower, Named, Tail};
use crate::error::{Result, unsupported};
use crate::ir::{Exit, Mode, Op, Operand, Stmt, Ty, Var, VarKind};
use proc_macro2::TokenTree;
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, Pat, parse_quote_spanned};

impl Lower {
    /// Lowers statements; gives the value of the last, if it has one.
    pub(super) fn stmts(
        &mut self,
        stmts: &[syn::Stmt],
        tail: Tail,
        out: &mut Vec<Stmt>,
    ) -> Result<Option<Operand>> {
        for stmt in stmts {
            if let syn::Stmt::Item(item) = stmt {
                self.item(item, out)?;
            }
        }
        let mut errors: Option<syn::Error> = None;
        // What mentions the names of a `let` that is refused is refused for that alone.
        let mut refused = vec![];
        for (k, stmt) in stmts.iter().enumerate() {
            let rest = &stmts[k + 1..];
            self.line = stmt.span();
            let before = out.len();
            let divided = self.divided(stmt, rest, tail, out);
            self.note_holding(out.get(before..).unwrap_or_default());
            match divided {
                Ok(Some(value)) => return errors.map_or(Ok(value), Err),
                Ok(None) => {}
                Err(e) => {
                    let follows =
                        refused.iter().any(|name| mentions(&stmt.to_token_stream(), name));
                    match &mut errors {
                        Some(_) if follows => {}
                        Some(all) => all.combine(e),
                        None => errors = Some(e),
                    }
                    if let syn::Stmt::Local(local) = stmt {
                        refused.extend(bound_names(&local.pat));
                    }
                    // The rest has its errors among these.
                    if std::mem::take(&mut self.rest_is_refused) {
                        break;
                    }
                }
            }
        }
        if let Some(errors) = errors {
            return Err(errors);
        }
        self.end(tail, None, out)
    }

    /// An item is known in its whole block, and by both sweeps.
    fn item(&mut self, item: &syn::Item, out: &mut Vec<Stmt>) -> Result<()> {
        if let syn::Item::Macro(m) = item
            && m.ident.is_some()
        {
            // It may name what it is not given.
            return unsupported(
                item,
                "a macro of a function's own",
                "define it outside the function",
            );
        }
        let tokens = item.to_token_stream();
        if self.here == self.func.body.id {
            self.func.items.push(tokens);
            return Ok(());
        }
        // A closure from outside is written where it is called, and means the item outside.
        for named in self.scopes.iter().flat_map(|s| s.values()) {
            let Named::Closure(local) = named else { continue };
            let body = local.body_tokens();
            if names_of(item).iter().any(|name| mentions(&body, name)) {
                return unsupported(
                    item,
                    "an item of a name that a closure outside uses",
                    "give it another name",
                );
            }
        }
        self.inner_items.extend(names_of(item));
        out.push(Stmt::Item(tokens));
        Ok(())
    }

    /// Lowers a statement. When the rest went with it, as one that may be skipped, gives the value.
    fn divided(
        &mut self,
        stmt: &syn::Stmt,
        rest: &[syn::Stmt],
        tail: Tail,
        out: &mut Vec<Stmt>,
    ) -> Result<Option<Option<Operand>>> {
        if let Some(mut all) = self.without_question(stmt)? {
            all.extend(rest.iter().filter(|s| !matches!(s, syn::Stmt::Item(_))).cloned());
            return self.with_rest(&all, tail, out);
        }
        if let Some((mut all, used)) = self.without_written_view(stmt, rest, tail)? {
            let rest = rest[used..].iter().filter(|s| !matches!(s, syn::Stmt::Item(_))).cloned();
            all.extend(rest);
            return self.with_rest(&all, tail, out);
        }
        if let Some(read) = read_through(stmt) {
            return self.divided(&read, rest, tail, out);
        }
        let last = rest.is_empty();
        let before = out.len();
        match stmt {
            syn::Stmt::Macro(m) if last && m.semi_token.is_none() && m.mac.path.is_ident("dbg") => {
                let e = Expr::Macro(syn::ExprMacro { attrs: vec![], mac: m.mac.clone() });
                return self.tail(&e, tail, out).map(Some);
            }
            syn::Stmt::Macro(m) if last && never_returns(&m.mac.path) => {
                self.kept_macro(&m.mac, out)?;
                return Ok(Some(None));
            }
            syn::Stmt::Expr(e, None) if last && !is_unit(e) => {
                return self.tail(e, tail, out).map(Some);
            }
            syn::Stmt::Expr(e, None) if last && tail == Tail::Return && self.has_value => {
                return self.tail(e, tail, out).map(Some);
            }
            syn::Stmt::Expr(e, None) if last && tail == Tail::Value && !is_loop(e) => {
                return self.tail(e, tail, out).map(Some);
            }
            syn::Stmt::Expr(Expr::If(i), _) => {
                if let Some(value) = self.if_that_leaves(i, rest, tail, out)? {
                    return Ok(Some(value));
                }
                self.statement(stmt, out)?;
            }
            syn::Stmt::Local(local) => {
                if let Some(rest) = self.bound_chain(local, rest, out)? {
                    return self.with_rest(&rest, tail, out);
                }
                if let Some(value) = self.let_that_leaves(local, rest, tail, out)? {
                    return Ok(Some(value));
                }
                let start = has_branches(local).then(|| self.clone());
                let lowered = self.local(local, out);
                if let Some(start) = start
                    && let Some((all, copies)) =
                        self.otherwise_bound(start, &lowered, local, rest)?
                {
                    out.truncate(before);
                    self.copies *= copies;
                    let value = self.stmts(&all, tail, out).map(Some);
                    self.copies /= copies;
                    return value;
                }
                if let Some(binding) = lowered? {
                    return self.rest(Some(binding), rest, tail, out).map(Some);
                }
            }
            _ => self.statement(stmt, out)?,
        }
        let inside = out.len().saturating_sub(1).max(before);
        if out[before..inside].iter().any(super::exits::leaves) {
            return unsupported(
                stmt,
                "leaving from inside an expression",
                "bind the value with `let` first",
            );
        }
        if matches!(out.last(), Some(Stmt::Exit(_))) {
            if let Some(next) = rest.first() {
                return unsupported(next, "a statement that is never reached", "remove it");
            }
            return Ok(Some(None));
        }
        if out.last().is_some_and(super::exits::leaves) {
            return self.rest(None, rest, tail, out).map(Some);
        }
        Ok(None)
    }

    /// Lowers what stands for a statement, and the rest with it.
    fn with_rest(
        &mut self,
        all: &[syn::Stmt],
        tail: Tail,
        out: &mut Vec<Stmt>,
    ) -> Result<Option<Option<Operand>>> {
        let value = self.stmts(all, tail, out);
        self.rest_is_refused = value.is_err();
        value.map(Some)
    }

    /// Lowers the statements after one that may leave the region, first the `let` of its value.
    pub(super) fn rest(
        &mut self,
        binding: Option<Binding<'_>>,
        rest: &[syn::Stmt],
        tail: Tail,
        out: &mut Vec<Stmt>,
    ) -> Result<Option<Operand>> {
        let span = proc_macro2::Span::call_site();
        let flag = self.func.record("reached", span, self.here);
        let region = self.region(false, |s, out| {
            if let Some((pattern, declared, value)) = binding {
                s.bind(pattern, declared, value, out)?;
            }
            s.stmts(rest, tail, out)
        })?;
        let value = region.result.clone().map(|r| (self.ty(&r), r));
        let value = value.map(|(ty, _)| {
            self.func.add("t", span, Var { ty, ..Var::new(VarKind::Local, self.here) })
        });
        out.push(Stmt::Rest(flag, region, value));
        Ok(value.map(Operand::var))
    }

    /// The end of a region.
    pub(super) fn end(
        &mut self,
        tail: Tail,
        value: Option<Operand>,
        out: &mut Vec<Stmt>,
    ) -> Result<Option<Operand>> {
        if tail == Tail::Return {
            let value = value.unwrap_or_else(|| Operand::Const(quote!(())));
            out.push(Stmt::Exit(Exit::Return(value)));
            return Ok(None);
        }
        Ok(value)
    }

    /// The value of a block.
    pub(super) fn tail(
        &mut self,
        e: &Expr,
        tail: Tail,
        out: &mut Vec<Stmt>,
    ) -> Result<Option<Operand>> {
        match e {
            Expr::Paren(p) => self.tail(&p.expr, tail, out),
            Expr::If(i) if tail == Tail::Return => self.branch(i, tail, out),
            Expr::Match(m) if tail == Tail::Return => self.selection(m, tail, out),
            Expr::Block(b) if b.label.is_none() => {
                let region = self.region(false, |s, out| s.stmts(&b.block.stmts, tail, out))?;
                let value = self.joined(&[&region], b.block.brace_token.span.join())?;
                out.push(Stmt::Block(region, value));
                Ok(value.map(Operand::var))
            }
            Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) => {
                self.expression(e, out)?;
                Ok(None)
            }
            Expr::Block(_) if tail == Tail::Unit => {
                self.expression(e, out)?;
                Ok(None)
            }
            Expr::Assign(_) | Expr::While(_) | Expr::ForLoop(_) => {
                self.expression(e, out)?;
                self.end(tail, None, out)
            }
            Expr::Loop(l) if tail == Tail::Return && !super::labelled::has_value(l) => {
                self.expression(e, out)?;
                Ok(None)
            }
            Expr::Loop(_) | Expr::Block(_) if super::question::leaves(e) => {
                let bound: syn::Block =
                    syn::parse_quote_spanned!(e.span()=> { let __left = #e; __left });
                self.stmts(&bound.stmts, tail, out)
            }
            Expr::Binary(b) if compound(&b.op).is_some() => {
                self.expression(e, out)?;
                self.end(tail, None, out)
            }
            Expr::If(i) => {
                let value = self.branch(i, tail, out)?;
                self.end(tail, value, out)
            }
            Expr::Match(m) => {
                let value = self.selection(m, tail, out)?;
                self.end(tail, value, out)
            }
            Expr::Macro(m) if is_kept(&m.mac.path) && !m.mac.path.is_ident("dbg") => {
                self.kept_macro(&m.mac, out)?;
                if never_returns(&m.mac.path) { Ok(None) } else { self.end(tail, None, out) }
            }
            _ => {
                let before = out.len();
                let whole = tail == Tail::Return || self.here == self.func.body.id;
                self.expected = self.output.clone().filter(|_| whole && super::chain::is_chain(e));
                let value = self.operand(e, out)?;
                self.expected = None;
                if out[before..].iter().any(super::exits::leaves) {
                    return unsupported(
                        e,
                        "leaving from inside an expression",
                        "bind the value with `let` first",
                    );
                }
                let value = self.last_read(value, e.span(), out);
                self.end(tail, Some(value), out)
            }
        }
    }

    fn statement(&mut self, stmt: &syn::Stmt, out: &mut Vec<Stmt>) -> Result<()> {
        match stmt {
            syn::Stmt::Local(_) => unreachable!("a `let` is lowered with the rest"),
            syn::Stmt::Item(_) => Ok(()),
            // A `;` alone.
            syn::Stmt::Expr(Expr::Verbatim(nothing), _) if nothing.is_empty() => Ok(()),
            syn::Stmt::Expr(e, _) => self.expression(e, out),
            syn::Stmt::Macro(m) if m.mac.path.is_ident("__no_number") => {
                let receiver = self.renamed(m.mac.tokens.clone())?;
                out.push(super::call::no_number(&receiver, m.mac.path.span()));
                Ok(())
            }
            syn::Stmt::Macro(m) if m.mac.path.is_ident("__outside") => {
                self.outside(&m.mac);
                Ok(())
            }
            syn::Stmt::Macro(m) => self.kept_macro(&m.mac, out),
        }
    }

    /// From here on, of the names of the scopes from this depth on only these are known.
    fn outside(&mut self, mac: &syn::Macro) {
        let (mut depth, mut names) = (0, vec![]);
        for t in mac.tokens.clone() {
            match t {
                TokenTree::Literal(l) => {
                    let text = l.to_string();
                    depth = text.trim_end_matches("usize").parse().unwrap_or(0);
                }
                TokenTree::Ident(i) => {
                    names.extend(self.named(&i).cloned().map(|named| (i.to_string(), named)));
                }
                _ => {}
            }
        }
        self.scopes.iter_mut().skip(depth).for_each(std::collections::HashMap::clear);
        for (name, named) in names {
            self.declare(name, named);
        }
    }

    /// Lowers a `let`. Where computing the value may leave, the binding is left to the caller.
    fn local<'a>(
        &mut self,
        local: &'a syn::Local,
        out: &mut Vec<Stmt>,
    ) -> Result<Option<Binding<'a>>> {
        let (pattern, declared) = match &local.pat {
            // A view is a copy, whose type follows from the value.
            Pat::Type(t) if super::view::owner(&t.ty).is_some() => (&*t.pat, None),
            Pat::Type(t) => (&*t.pat, Some(&*t.ty)),
            other => (other, None),
        };
        let Some(init) = &local.init else {
            return self.deferred(pattern, declared, out).map(|()| None);
        };
        if self.split(pattern, &init.expr, out)? || self.split_end(pattern, &init.expr, out)? {
            return Ok(None);
        }
        if let Pat::Ident(i) = pattern
            && self.local_closure(i, &init.expr, out)?
        {
            return Ok(None);
        }
        if self.bind_literal(pattern, declared, &init.expr, out)? {
            return Ok(None);
        }
        if let Some(array) = super::view::array_of_slice(declared, &init.expr) {
            let op = self.op(&init.expr, out)?;
            let copy = self.temp(init.expr.span(), super::ty_of(array), op, out);
            let copy = copy.place().expect("an intermediate value is a place").clone();
            self.func.vars[copy.root.0].declared = Some(array.to_token_stream());
            let copy = Operand::Place(copy, Mode::Shared);
            return self.bind(pattern, None, copy, out).map(|()| None);
        }
        self.expected = declared.filter(|_| super::chain::is_chain(&init.expr)).cloned();
        let collected = match declared {
            None => super::chain::inferred(&init.expr),
            Some(_) => None,
        };
        let value = self.lent_item(&local.pat, &init.expr);
        let op = self.op(collected.as_ref().unwrap_or(&value), out)?;
        self.expected = None;
        if let (Op::Use(value), Some(e)) = (&op, out.last())
            && super::exits::leaves(e)
        {
            return Ok(Some((pattern, declared, value.clone())));
        }
        let constant = local.attrs.iter().find(|a| a.path().is_ident("constant"));
        match (pattern, op) {
            (Pat::Ident(i), op) if constant.is_some() && i.by_ref.is_none() => {
                let v = self.bind_name(i, declared, op, out)?;
                let var = &mut self.func.vars[v.0];
                var.constant = true;
                // It is kept as what changes is: its type needs no tangent.
                var.mutable = true;
            }
            _ if constant.is_some() => {
                return unsupported(
                    &local.pat,
                    "`#[constant]` on this pattern",
                    "cut the value: `let (a, b) = constant(..);`",
                );
            }
            (_, Op::Use(value)) => self.bind(pattern, declared, value, out)?,
            (Pat::Ident(i), op) => _ = self.bind_name(i, declared, op, out)?,
            (_, op) => {
                let ty = self.op_ty(&op);
                let value = self.temp(syn::spanned::Spanned::span(&*init.expr), ty, op, out);
                self.bind(pattern, declared, value, out)?;
            }
        }
        Ok(None)
    }

    /// `let x;`, which is given its value later, once.
    fn deferred(
        &mut self,
        pattern: &Pat,
        declared: Option<&syn::Type>,
        out: &mut Vec<Stmt>,
    ) -> Result<()> {
        if let Pat::Tuple(t) = pattern {
            return t.elems.iter().try_for_each(|p| self.deferred(p, None, out));
        }
        let Pat::Ident(i) = pattern else {
            return unsupported(pattern, "this `let` without a value", "give it a value");
        };
        if i.mutability.is_some() {
            // What comes before the first assignment is never read.
            let (ty, span) = (declared.map(|ty| quote!(: #ty)), i.ident.span());
            let first = quote_spanned!(span=> ::zygote_engine::__private::unassigned());
            let first: syn::Stmt = parse_quote_spanned!(span=> let #i #ty = #first;);
            let syn::Stmt::Local(first) = first else { unreachable!("it was written as one") };
            return self.local(&first, out).map(|_| ());
        }
        let ty = declared.map_or(Ty::Unknown, super::ty_of);
        let declared = declared.map(|t| quote!(#t));
        let var = Var { ty, declared, ..Var::new(VarKind::Local, self.here) };
        let v = self.user(&i.ident, var);
        out.push(Stmt::Declare(v));
        Ok(())
    }

    /// A value that is not used: an index that is out of bounds panics all the same.
    pub(super) fn looked_at(
        &mut self,
        value: Operand,
        span: proc_macro2::Span,
        out: &mut Vec<Stmt>,
    ) {
        if let Operand::Place(place, _) = value
            && !place.indices().is_empty()
        {
            let part = Op::Use(Operand::Place(place, Mode::Shared));
            self.temp(span, Ty::Unknown, part, out);
        }
    }

    /// An expression as a statement.
    pub(super) fn expression(&mut self, e: &Expr, out: &mut Vec<Stmt>) -> Result<()> {
        match e {
            Expr::Paren(p) => self.expression(&p.expr, out),
            Expr::Assign(a) => match super::left::assigned_in_branches(&a.left, &a.right) {
                Some(e) => self.expression(&e, out),
                None => self.assign(&a.left, &a.right, out),
            },
            Expr::Binary(b) if compound(&b.op).is_some() => self.update(b, out),
            Expr::If(i) => self.branch(i, Tail::Unit, out).map(|_| ()),
            Expr::Match(m) => self.selection(m, Tail::Unit, out).map(|_| ()),
            Expr::Block(b) if b.label.is_some() => self.labelled_block(b, false, out).map(|_| ()),
            Expr::Block(b) if b.label.is_none() => {
                let region =
                    self.region(false, |s, out| s.stmts(&b.block.stmts, Tail::Unit, out))?;
                out.push(Stmt::Block(region, None));
                Ok(())
            }
            Expr::ForLoop(f) => self.for_loop(f, out),
            Expr::While(w) => self.while_loop(w, out),
            Expr::Loop(l) => self.endless_loop(l, out),
            Expr::Return(r) => {
                let value = match &r.expr {
                    Some(e) => {
                        let value = self.operand(e, out)?;
                        self.last_read(value, e.span(), out)
                    }
                    None => Operand::Const(quote!(())),
                };
                out.push(Stmt::Exit(Exit::Return(value)));
                Ok(())
            }
            Expr::Break(b) => {
                if let Some(value) = &b.expr {
                    return unsupported(
                        value,
                        "`break` with a value here",
                        "bind the loop's value with `let`",
                    );
                }
                self.check_loop(e, b.label.as_ref())?;
                out.push(Stmt::Exit(Exit::Break(b.label.clone())));
                Ok(())
            }
            Expr::Continue(c) => {
                self.check_loop(e, c.label.as_ref())?;
                out.push(Stmt::Exit(Exit::Continue(c.label.clone())));
                Ok(())
            }
            Expr::Macro(m) => self.kept_macro(&m.mac, out),
            _ => {
                match self.op(e, out)? {
                    Op::Use(value) => self.looked_at(value, e.span(), out),
                    op => drop(self.temp(self.line, Ty::Unknown, op, out)),
                }
                Ok(())
            }
        }
    }
}

fn is_unit(e: &Expr) -> bool {
    match e {
        Expr::If(i) => i.else_branch.is_none(),
        Expr::Loop(l) => !super::labelled::has_value(l),
        Expr::ForLoop(_) | Expr::While(_) => true,
        _ => false,
    }
}

fn is_loop(e: &Expr) -> bool {
    matches!(e, Expr::ForLoop(_) | Expr::While(_) | Expr::Loop(_) | Expr::If(_))
}

/// The names that an item may declare.
fn names_of(item: &syn::Item) -> Vec<proc_macro2::Ident> {
    match item {
        syn::Item::Const(i) => vec![i.ident.clone()],
        syn::Item::Static(i) => vec![i.ident.clone()],
        syn::Item::Fn(i) => vec![i.sig.ident.clone()],
        syn::Item::Struct(i) => vec![i.ident.clone()],
        syn::Item::Enum(i) => vec![i.ident.clone()],
        syn::Item::Type(i) => vec![i.ident.clone()],
        syn::Item::Mod(i) => vec![i.ident.clone()],
        other => {
            let mut all = vec![];
            let mut left = vec![other.to_token_stream()];
            while let Some(tokens) = left.pop() {
                for t in tokens {
                    match t {
                        proc_macro2::TokenTree::Ident(i) => all.push(i),
                        proc_macro2::TokenTree::Group(g) => left.push(g.stream()),
                        _ => {}
                    }
                }
            }
            all
        }
    }
}

/// `let x = *m.at(i);` for `let &x = m.at(i);`: in a derivative a method gives a copy of what it lends. The parts
/// of `let &Config { rate, .. } = config;` are values, as those of `*config` are.
fn read_through(stmt: &syn::Stmt) -> Option<syn::Stmt> {
    let syn::Stmt::Local(local) = stmt else { return None };
    let (syn::Pat::Reference(r), Some(init)) = (&local.pat, &local.init) else { return None };
    let read = match &*init.expr {
        Expr::Call(_) | Expr::MethodCall(_) => true,
        Expr::Path(_) | Expr::Field(_) | Expr::Index(_) => !matches!(&*r.pat, syn::Pat::Ident(_)),
        _ => false,
    };
    if !read || r.mutability.is_some() {
        return None;
    }
    let mut read = local.clone();
    read.pat = (*r.pat).clone();
    let init = read.init.as_mut().expect("it has a value");
    let e = &init.expr;
    *init.expr = syn::parse_quote_spanned!(syn::spanned::Spanned::span(e)=> *#e);
    Some(syn::Stmt::Local(read))
}
