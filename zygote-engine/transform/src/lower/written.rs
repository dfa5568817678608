//! Views that are written to: `m.row_mut(i).fill(x)`, `m.row_mut(i)[k] = x`, `let mut row = m.row_mut(i)`.
//! In the derivative the part is a copy that is put back after the last use: a crate of rules has the methods
//! `row_mut_copy` and `row_mut_put` for it, with their rules.

use super::chain::parse;
use super::optional::is_reference_to_part;
use super::place::strip;
use super::pure::is_assignment;
use super::select::{bound_names, mentions};
use super::{Lower, Tail, view};
use crate::error::{Result, unsupported};
use crate::ir::{Ty, Var, VarKind};
use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Pat, Stmt, parse_quote_spanned};

/// A part that is copied, changed and put back.
struct Written {
    /// What is computed once: indices.
    lets: Vec<Stmt>,
    copied: Expr,
    place: Expr,
    put: Ident,
    arguments: Vec<Expr>,
    span: Span,
}

impl Written {
    fn put_back(&self, part: &Ident) -> Stmt {
        let Self { place, put, arguments, span, .. } = self;
        parse_quote_spanned!(*span=> #place.#put(#(#arguments,)* &#part);)
    }
}

impl Lower {
    /// The statements that one stands for which writes to a view of a part; with those of the rest that come
    /// before the part is put back, and how many these are.
    pub(super) fn without_written_view(
        &mut self,
        stmt: &Stmt,
        rest: &[Stmt],
        tail: Tail,
    ) -> Result<Option<(Vec<Stmt>, usize)>> {
        let changed = match stmt {
            Stmt::Expr(e, Some(_)) => strip(e),
            Stmt::Expr(e @ Expr::ForLoop(_), None) => e,
            Stmt::Expr(e, None) if rest.is_empty() && tail == Tail::Unit => strip(e),
            Stmt::Local(local) => {
                return match self.named_view(local, rest, tail)? {
                    None => Ok(self.bound_after_views(local).map(|all| (all, 0))),
                    found => Ok(found),
                };
            }
            _ => return Ok(None),
        };
        let (mut change, mut before, mut all) = (changed.clone(), Vec::<Stmt>::new(), vec![]);
        match &mut change {
            Expr::MethodCall(m) => {
                all.extend(self.part_of(&mut m.receiver, 0));
                if !all.is_empty() || self.is_place(&m.receiver) {
                    self.parts_of(&mut m.args, &mut all);
                }
            }
            Expr::Call(c) => self.parts_of(&mut c.args, &mut all),
            Expr::Assign(syn::ExprAssign { left, right, .. })
            | Expr::Binary(syn::ExprBinary { left, right, .. }) => {
                if matches!(changed, Expr::Binary(b) if !is_assignment(&b.op))
                    || !is_part_of_value(left)
                {
                    return Ok(None);
                }
                all.extend(self.part_of(left, 0));
                if !all.is_empty() {
                    // The value comes first.
                    let value = Ident::new("__value", Span::mixed_site());
                    before.push(parse_quote_spanned!(right.span()=> let #value = #right;));
                    **right = syn::parse_quote!(#value);
                }
            }
            Expr::ForLoop(l) => {
                let whole = self.lent_view(&l.expr).is_some();
                all.extend(self.part_of(&mut l.expr, 0));
                if whole {
                    let part = &l.expr;
                    *l.expr = parse_quote_spanned!(part.span()=> #part.iter_mut());
                }
                if let (false, Some(at)) =
                    (all.is_empty(), leaves(&Stmt::Expr(change.clone(), None)))
                {
                    let instead = "write what leaves after the loop, or write by indices";
                    return unsupported(&at, "leaving while there is a view to write to", instead);
                }
            }
            _ => {}
        }
        let Some((_, first)) = all.first() else { return Ok(None) };
        let span = first.span;
        let (copies, puts) = copied_around(&all);
        let block: Expr = parse_quote_spanned!(span=> {
            #(#before)*
            #(#copies)*
            #change;
            #(#puts)*
        });
        Ok(Some((vec![Stmt::Expr(block, Some(syn::Token![;](span)))], 0)))
    }

    /// The statements of a `let` whose value is that of a call with views to write to.
    fn bound_after_views(&self, local: &syn::Local) -> Option<Vec<Stmt>> {
        let (mut bound, mut all) = (local.clone(), vec![]);
        let init = bound.init.as_mut().filter(|init| init.diverge.is_none())?;
        match &mut *init.expr {
            Expr::Call(c) => self.parts_of(&mut c.args, &mut all),
            Expr::MethodCall(m) if self.is_place(&m.receiver) => {
                self.parts_of(&mut m.args, &mut all);
            }
            _ => return None,
        }
        if all.is_empty() {
            return None;
        }
        let (mut stmts, puts) = copied_around(&all);
        stmts.push(Stmt::Local(bound));
        stmts.extend(puts);
        Some(stmts)
    }

    /// The arguments that are views to write to, each by a name in its place.
    fn parts_of(
        &self,
        args: &mut syn::punctuated::Punctuated<Expr, syn::Token![,]>,
        all: &mut Vec<(Ident, Written)>,
    ) {
        for arg in args {
            let lent = self.lent_view(arg).and_then(|_| self.part_of(arg, all.len()));
            let Some((part, written)) = lent else {
                // What comes before a view is computed before its indices.
                if only_reads(arg) {
                    continue;
                }
                return;
            };
            *arg = parse_quote_spanned!(written.span=> &mut #part);
            all.push((part, written));
        }
    }

    /// What an expression finds a part of, or calls a method of, if it is a view to write to; there is a name
    /// in its place.
    fn part_of(&self, e: &mut Expr, number: usize) -> Option<(Ident, Written)> {
        if let Some(written) = self.lent_view(e) {
            let part = Ident::new(&format!("__part_{number}"), Span::mixed_site());
            *e = parse_quote_spanned!(written.span=> #part);
            return Some((part, written));
        }
        match e {
            Expr::Field(f) => self.part_of(&mut f.base, number),
            Expr::Index(i) => self.part_of(&mut i.expr, number),
            Expr::Unary(u) if matches!(u.op, syn::UnOp::Deref(_)) => {
                self.part_of(&mut u.expr, number)
            }
            Expr::Paren(p) => self.part_of(&mut p.expr, number),
            Expr::MethodCall(m) => self.part_of(&mut m.receiver, number),
            _ => None,
        }
    }

    /// `let mut row = m.row_mut(i);`, where what follows writes to it.
    fn named_view(
        &mut self,
        local: &syn::Local,
        rest: &[Stmt],
        tail: Tail,
    ) -> Result<Option<(Vec<Stmt>, usize)>> {
        let (pattern, declared) = match &local.pat {
            Pat::Type(t) => (&*t.pat, view::is_exclusive(&t.ty) || is_exclusive(&t.ty)),
            pattern => (pattern, false),
        };
        let (Pat::Ident(name), Some(init)) = (pattern, &local.init) else { return Ok(None) };
        if name.by_ref.is_some() || name.subpat.is_some() || init.diverge.is_some() {
            return Ok(None);
        }
        let Some(mut written) = self.lent_view(&init.expr) else { return Ok(None) };
        let name = &name.ident;
        if !declared && !rest.iter().any(|s| is_written(s, name)) {
            return Ok(None);
        }
        let last = rest.iter().rposition(|s| mentions(&s.to_token_stream(), name));
        let uses = &rest[..last.map_or(0, |last| last + 1)];
        if let Err(refused) = check_uses(name, uses, rest) {
            // What follows is none of its errors.
            self.user(name, Var { mutable: true, ..Var::new(VarKind::Local, self.here) });
            return Err(refused);
        }
        let (copied, put, span) = (&written.copied, written.put_back(name), written.span);
        let copy = parse_quote_spanned!(span=> let mut #name = #copied;);
        let mut all = std::mem::take(&mut written.lets);
        all.push(copy);
        all.extend(uses.iter().cloned());
        match all.last_mut() {
            Some(Stmt::Expr(e, semi @ None)) if uses.len() == rest.len() && !uses.is_empty() => {
                if tail == Tail::Unit {
                    *semi = Some(syn::Token![;](span));
                    all.push(put);
                } else {
                    let value = Ident::new("__value", Span::mixed_site());
                    let bound = parse_quote_spanned!(e.span()=> let #value = #e;);
                    all.pop();
                    let given = Stmt::Expr(syn::parse_quote!(#value), None);
                    all.extend([bound, put, given]);
                }
            }
            _ => all.push(put),
        }
        Ok(Some((all, uses.len())))
    }

    /// What lends a view to write to, by the convention of its name: `m.row_mut(i)`, where nothing is known of
    /// the type of `m`.
    fn lent_view(&self, e: &Expr) -> Option<Written> {
        let Expr::MethodCall(m) = strip(e) else { return None };
        let (name, span) = (m.method.to_string(), m.method.span());
        if !crate::parts::lends_by_its_name(&m.method) {
            return None;
        }
        let own = m.turbofish.is_some()
            || !self.is_place(&m.receiver)
            || self.known(&m.receiver) != Ty::Unknown
            || is_reference_to_part(e)
            || matches!(parse(e), Ok(Some(_)) | Err(_));
        if own || self.changing.contains(&("self".into(), name)) {
            return None;
        }
        let (mut lets, mut place) = (vec![], (*m.receiver).clone());
        let mut once = Once(&mut lets);
        once.visit_expr_mut(&mut place);
        let arguments: Vec<Expr> = m.args.iter().map(|a| once.named(a)).collect();
        let [copy, put] = crate::parts::names(&m.method);
        let copied = parse_quote_spanned!(span=> #place.#copy(#(#arguments),*));
        Some(Written { lets, copied, place, put, arguments, span })
    }
}

/// The copies of parts before they are written to, and what puts them back.
fn copied_around(all: &[(Ident, Written)]) -> (Vec<Stmt>, Vec<Stmt>) {
    let mut copies = vec![];
    for (part, written) in all {
        let (copied, span) = (&written.copied, written.span);
        copies.extend(written.lets.iter().cloned());
        copies.push(parse_quote_spanned!(span=> let mut #part = #copied;));
    }
    (copies, all.iter().map(|(part, written)| written.put_back(part)).collect())
}

/// Whether an argument reads variables and constants, and does nothing.
fn only_reads(e: &Expr) -> bool {
    match e {
        Expr::Lit(_) | Expr::Path(_) | Expr::Closure(_) => true,
        Expr::Field(f) => only_reads(&f.base),
        Expr::Index(i) => only_reads(&i.expr) && only_reads(&i.index),
        Expr::Reference(r) => r.mutability.is_none() && only_reads(&r.expr),
        Expr::Unary(u) => only_reads(&u.expr),
        Expr::Binary(b) => !is_assignment(&b.op) && only_reads(&b.left) && only_reads(&b.right),
        Expr::Paren(p) => only_reads(&p.expr),
        _ => false,
    }
}

/// Whether what is assigned is a part of a value that a call gives.
fn is_part_of_value(e: &Expr) -> bool {
    match e {
        Expr::Field(f) => is_part_of_value(&f.base),
        Expr::Index(i) => is_part_of_value(&i.expr),
        Expr::Unary(u) => matches!(u.op, syn::UnOp::Deref(_)) && is_part_of_value(&u.expr),
        Expr::Paren(p) => is_part_of_value(&p.expr),
        Expr::MethodCall(_) => true,
        _ => false,
    }
}

/// The part is put back after the last use: all uses are seen, and none leaves.
fn check_uses(name: &Ident, uses: &[Stmt], rest: &[Stmt]) -> Result<()> {
    if uses.iter().any(|s| matches!(s, Stmt::Local(l) if bound_names(&l.pat).contains(name))) {
        let instead = "give the other variable another name";
        return unsupported(name, "a view to write to whose name another one has", instead);
    }
    if let Some(at) = uses.iter().find_map(leaves) {
        let instead = "write what leaves after the last use of the view, or write by indices";
        return unsupported(&at, "leaving while there is a view to write to", instead);
    }
    if let Some(at) = uses.iter().find_map(|s| taken_as_a_whole(s, name, rest)) {
        let instead = "write to its elements, or call its methods";
        return unsupported(
            &at,
            "a view to write to that is moved, exchanged or made another of",
            instead,
        );
    }
    if let Some(at) = uses.iter().find_map(|s| lent_on(s, name)) {
        let instead = "write what the closure does where it is called";
        return unsupported(&at, "a closure with a name that uses a view to write to", instead);
    }
    Ok(())
}

fn is_exclusive(ty: &syn::Type) -> bool {
    matches!(ty, syn::Type::Reference(r) if r.mutability.is_some())
}

/// Computes indices once.
struct Once<'l>(&'l mut Vec<Stmt>);

impl Once<'_> {
    fn named(&mut self, e: &Expr) -> Expr {
        if matches!(strip(e), Expr::Lit(_)) {
            return e.clone();
        }
        let name = Ident::new(&format!("__at_{}", self.0.len()), Span::mixed_site());
        self.0.push(parse_quote_spanned!(e.span()=> let #name = #e;));
        syn::parse_quote!(#name)
    }
}

impl VisitMut for Once<'_> {
    fn visit_expr_index_mut(&mut self, i: &mut syn::ExprIndex) {
        visit_mut::visit_expr_mut(self, &mut i.expr);
        *i.index = self.named(&i.index);
    }
}

/// Whether a statement writes to elements of a variable, or calls one of its methods for what it does.
fn is_written(stmt: &Stmt, name: &Ident) -> bool {
    struct Find<'n>(&'n Ident, bool);
    impl Find<'_> {
        fn is_named(&self, e: &Expr) -> bool {
            matches!(strip(e), Expr::Path(p) if p.path.is_ident(self.0))
        }
    }
    impl Visit<'_> for Find<'_> {
        fn visit_expr(&mut self, e: &Expr) {
            let target = match e {
                Expr::Assign(a) => Some(&a.left),
                Expr::Binary(b) if is_assignment(&b.op) => Some(&b.left),
                _ => None,
            };
            let element = target.map(|t| strip(t));
            self.1 |= match element {
                Some(Expr::Index(i)) => self.is_named(&i.expr),
                Some(Expr::Field(f)) => self.is_named(&f.base),
                Some(Expr::Unary(u)) if matches!(u.op, syn::UnOp::Deref(_)) => {
                    self.is_named(&u.expr)
                }
                _ => false,
            };
            visit::visit_expr(self, e);
        }
        fn visit_stmt(&mut self, s: &Stmt) {
            if let Stmt::Expr(Expr::MethodCall(m), Some(_)) = s {
                self.1 |= self.is_named(&m.receiver);
            }
            visit::visit_stmt(self, s);
        }
    }
    let mut find = Find(name, false);
    find.visit_stmt(stmt);
    find.1
}

/// What leaves a statement before its end.
fn leaves(stmt: &Stmt) -> Option<TokenStream> {
    #[derive(Default)]
    struct Find {
        loops: usize,
        found: Option<TokenStream>,
    }
    impl Find {
        fn of_loop(&mut self, label: Option<&syn::Lifetime>, at: &impl ToTokens) {
            if self.loops == 0 || label.is_some() {
                self.found.get_or_insert(at.to_token_stream());
            }
        }
        fn in_loop(&mut self, body: &syn::Block) {
            self.loops += 1;
            self.visit_block(body);
            self.loops -= 1;
        }
    }
    impl Visit<'_> for Find {
        fn visit_expr_return(&mut self, r: &syn::ExprReturn) {
            self.found.get_or_insert(r.to_token_stream());
        }
        fn visit_expr_try(&mut self, t: &syn::ExprTry) {
            self.found.get_or_insert(t.question_token.to_token_stream());
        }
        fn visit_expr_break(&mut self, b: &syn::ExprBreak) {
            self.of_loop(b.label.as_ref(), b);
            visit::visit_expr_break(self, b);
        }
        fn visit_expr_continue(&mut self, c: &syn::ExprContinue) {
            self.of_loop(c.label.as_ref(), c);
        }
        fn visit_expr_for_loop(&mut self, l: &syn::ExprForLoop) {
            self.visit_expr(&l.expr);
            self.in_loop(&l.body);
        }
        fn visit_expr_while(&mut self, l: &syn::ExprWhile) {
            self.visit_expr(&l.cond);
            self.in_loop(&l.body);
        }
        fn visit_expr_loop(&mut self, l: &syn::ExprLoop) {
            self.in_loop(&l.body);
        }
        fn visit_expr_closure(&mut self, _: &syn::ExprClosure) {}
        fn visit_item(&mut self, _: &syn::Item) {}
    }
    let mut find = Find::default();
    find.visit_stmt(stmt);
    find.found
}

/// Where a view itself is moved, assigned or lent, or a method gives what may be a view of it that is written
/// to: that changes where it refers to, or the part by another name.
fn taken_as_a_whole(stmt: &Stmt, name: &Ident, rest: &[Stmt]) -> Option<TokenStream> {
    struct Find<'n>(&'n Ident, &'n [Stmt], Option<TokenStream>);
    impl Find<'_> {
        fn is_named(&self, e: &Expr) -> bool {
            matches!(strip(e), Expr::Path(p) if p.path.is_ident(self.0))
        }
        /// Visits an expression that may be the name.
        fn looked_at(&mut self, e: &Expr) {
            if !self.is_named(e) {
                self.visit_expr(e);
            }
        }
        /// Whether a value is made by a method of the view, other than by iterators.
        fn is_made_of_it(&self, e: &Expr) -> bool {
            let mut of = strip(e);
            if matches!(parse(of), Ok(Some(_))) {
                return false;
            }
            while let Expr::MethodCall(syn::ExprMethodCall { receiver: base, .. })
            | Expr::Try(syn::ExprTry { expr: base, .. }) = of
            {
                of = strip(base);
                if self.is_named(of) {
                    return true;
                }
            }
            false
        }
    }
    impl Visit<'_> for Find<'_> {
        fn visit_expr(&mut self, e: &Expr) {
            match e {
                Expr::MethodCall(m) => {
                    self.looked_at(&m.receiver);
                    m.args.iter().for_each(|a| self.visit_expr(a));
                }
                Expr::Index(i) => {
                    self.looked_at(&i.expr);
                    self.visit_expr(&i.index);
                }
                Expr::Field(f) => self.looked_at(&f.base),
                Expr::Unary(u) if matches!(u.op, syn::UnOp::Deref(_)) => self.looked_at(&u.expr),
                Expr::Reference(r) if r.mutability.is_none() => self.looked_at(&r.expr),
                Expr::Binary(b) => {
                    self.looked_at(&b.left);
                    self.looked_at(&b.right);
                }
                Expr::Path(_) if self.is_named(e) => {
                    self.2.get_or_insert(e.to_token_stream());
                }
                _ => visit::visit_expr(self, e),
            }
        }
        // A loop goes over the elements.
        fn visit_expr_for_loop(&mut self, l: &syn::ExprForLoop) {
            match strip(&l.expr) {
                Expr::Reference(r) => self.looked_at(&r.expr),
                e => self.visit_expr(e),
            }
            self.visit_block(&l.body);
        }
        fn visit_local(&mut self, l: &syn::Local) {
            if let Some(init) = &l.init
                && self.is_made_of_it(&init.expr)
                && bound_names(&l.pat).iter().any(|n| self.1.iter().any(|s| is_written(s, n)))
            {
                self.2.get_or_insert(init.expr.to_token_stream());
            }
            visit::visit_local(self, l);
        }
        fn visit_stmt(&mut self, s: &Stmt) {
            if let Stmt::Expr(e, Some(_)) = s
                && matches!(parse(e), Ok(None))
                && let Expr::MethodCall(m) = strip(e)
                && self.is_made_of_it(&m.receiver)
                && !matches!(strip(&m.receiver), Expr::MethodCall(m) if m.method.to_string().ends_with("_mut"))
            {
                self.2.get_or_insert(m.receiver.to_token_stream());
            }
            visit::visit_stmt(self, s);
        }
        fn visit_macro(&mut self, m: &syn::Macro) {
            let list = m.parse_body_with(
                syn::punctuated::Punctuated::<Expr, syn::Token![,]>::parse_terminated,
            );
            let only_reads = super::macros::is_kept(&m.path);
            match list {
                Ok(list) => list.iter().for_each(|e| match only_reads {
                    true => self.looked_at(e),
                    false => self.visit_expr(e),
                }),
                Err(_) if mentions(&m.tokens, self.0) => {
                    self.2.get_or_insert(m.to_token_stream());
                }
                Err(_) => {}
            }
        }
    }
    let mut find = Find(name, rest, None);
    find.visit_stmt(stmt);
    find.2
}

/// A closure that a statement binds to a name and that uses the variable.
fn lent_on(stmt: &Stmt, name: &Ident) -> Option<TokenStream> {
    struct Find<'n>(&'n Ident, Option<TokenStream>);
    impl Visit<'_> for Find<'_> {
        fn visit_local(&mut self, l: &syn::Local) {
            if let Some(init) = &l.init
                && let Expr::Closure(c) = strip(&init.expr)
                && mentions(&c.to_token_stream(), self.0)
            {
                self.1.get_or_insert(c.to_token_stream());
            }
            visit::visit_local(self, l);
        }
    }
    let mut find = Find(name, None);
    find.visit_stmt(stmt);
    find.1
}
