//! Iterators that are advanced by hand: the number of the next item, by which a part of the sequence is
//! found where an item is asked for.

use super::bound::{goes_on_after, is_name};
use super::peek::Look;
use crate::error::{Result, unsupported};
use crate::ir::{Op, Operand, Stmt, Ty};
use crate::lower::Lower;
use crate::lower::optional::is_refutable;
use crate::lower::place::strip;
use crate::lower::select::{bound_names, mentions};
use proc_macro2::Ident;
use quote::{ToTokens, quote};
use syn::visit;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Pat, parse_quote};

/// What an iterator goes over.
#[derive(Clone)]
enum Parts {
    Elements,
    /// From the last to the first.
    Reversed,
    Windows(Expr),
    Chunks(Expr),
    ExactChunks(Expr),
    /// The numbers before this one.
    Numbers(Expr),
}

/// An iterator of a sequence, or of a range.
pub(super) struct Cursor<'a> {
    pub(super) name: &'a Ident,
    sequence: Expr,
    parts: Parts,
    /// What is done with each item.
    pub(super) adaptors: Vec<syn::ExprMethodCall>,
    /// The number of the next item, and the one after the last, where items are taken from both ends.
    pub(super) front: Ident,
    back: Option<Ident>,
    error: Result<()>,
}

impl Lower {
    /// The statements after a chain that some of them advance by hand; `None` if the chain's items are
    /// not found by number.
    pub(super) fn advanced(
        &mut self,
        name: &Ident,
        chain: &Expr,
        rest: &[syn::Stmt],
        out: &mut Vec<Stmt>,
    ) -> Result<Option<Vec<syn::Stmt>>> {
        let (mut e, mut adaptors, mut numbered) = (strip(chain), vec![], false);
        let (mut reversed, mut skipped) = (false, None);
        let (parts, sequence) = loop {
            let m = match e {
                Expr::Range(r) => {
                    let (Some(start), Some(end), syn::RangeLimits::HalfOpen(_)) =
                        (&r.start, &r.end, &r.limits)
                    else {
                        return Ok(None);
                    };
                    break (Parts::Numbers((**end).clone()), (**start).clone());
                }
                Expr::MethodCall(m) => m,
                _ => return Ok(None),
            };
            match (m.method.to_string().as_str(), m.args.first()) {
                ("iter", None) => {
                    let parts = if reversed { Parts::Reversed } else { Parts::Elements };
                    break (parts, (*m.receiver).clone());
                }
                _ if reversed || skipped.is_some() => return Ok(None),
                ("into_iter", None) if self.is_place(&m.receiver) => {
                    let place = self.place(&m.receiver, out)?;
                    if self.refers(&place).is_none() {
                        adaptors.push(parse_quote!(of.cloned()));
                    }
                    break (Parts::Elements, (*m.receiver).clone());
                }
                (name @ ("windows" | "chunks" | "chunks_exact"), Some(size)) => {
                    let what = if name == "windows" { "window" } else { "chunk" };
                    self.size(size, &format!("{what} size must be non-zero"), out)?;
                    let parts = match name {
                        "windows" => Parts::Windows(size.clone()),
                        "chunks" => Parts::Chunks(size.clone()),
                        _ => Parts::ExactChunks(size.clone()),
                    };
                    break (parts, (*m.receiver).clone());
                }
                ("peekable" | "by_ref", None) => {}
                ("copied" | "cloned", None) => adaptors.push(m.clone()),
                ("map", Some(_)) if !numbered => adaptors.push(m.clone()),
                ("enumerate", None) if !numbered => {
                    numbered = true;
                    adaptors.push(m.clone());
                }
                ("rev", None) => reversed = true,
                ("skip", Some(n)) if !numbered => skipped = Some(n.clone()),
                _ => return Ok(None),
            }
            e = strip(&m.receiver);
        };
        adaptors.reverse();
        // A reference with its number is no value.
        if let Some(first) = adaptors.first()
            && first.method == "enumerate"
            && !matches!(parts, Parts::Elements)
        {
            return Ok(None);
        }
        let start = match &parts {
            Parts::Numbers(_) => self.op(&sequence, out)?,
            _ => match &skipped {
                Some(n) => self.op(n, out)?,
                None => Op::Use(Operand::Const(quote!(0))),
            },
        };
        let number = quote!(::core::primitive::usize);
        let declared = (!matches!(parts, Parts::Numbers(_))).then(|| number.clone());
        let front = self.state("next", Ty::Inert, declared, start, out);
        let front = self.name_of_operand(Operand::var(front), out);
        let from_the_back = rest.iter().any(|s| {
            let tokens = s.to_token_stream();
            mentions(&tokens, name) && mentions(&tokens, &parse_quote!(next_back))
        });
        let back = match (&parts, from_the_back) {
            (_, false) => None,
            (Parts::Elements, true) if !numbered && skipped.is_none() => {
                let len = self.inert(&parse_quote!(#sequence.len()), out)?;
                let back = self.state("end", Ty::Inert, Some(number), Op::Use(len), out);
                Some(self.name_of_operand(Operand::var(back), out))
            }
            _ => return Ok(None),
        };
        let mut cursor = Cursor { name, sequence, parts, adaptors, front, back, error: Ok(()) };
        let mut rest = rest.to_vec();
        cursor.statements(&mut rest);
        cursor.error.map(|()| Some(rest))
    }
}

impl Cursor<'_> {
    pub(super) fn refuse(&mut self, at: &impl ToTokens, what: &str, instead: &str) {
        if self.error.is_ok() {
            self.error = unsupported(at, what, instead);
        }
    }

    pub(super) fn is_of_numbers(&self) -> bool {
        matches!(self.parts, Parts::Numbers(_))
    }

    /// The item of the number that an expression gives, if there is one, and the number after it.
    pub(super) fn item(
        &self,
        number: &Expr,
        after: &Expr,
        adaptors: &[syn::ExprMethodCall],
    ) -> Expr {
        let (of, front, max) = (&self.sequence, &self.front, super::parts::endless());
        let is_number = |m: &syn::ExprMethodCall| m.method == "enumerate";
        let numbered = adaptors.first().is_some_and(is_number);
        let mut item: Expr = match &self.parts {
            Parts::Elements if numbered => parse_quote!(#of.iter().enumerate().nth(#number)),
            Parts::Elements => parse_quote!(#of.get(#number)),
            Parts::Reversed => match number {
                Expr::Path(_) => parse_quote!(#of.get(#of.len().wrapping_sub(#after))),
                // It goes on.
                _ => parse_quote!(#of.get({
                    #number;
                    #of.len().wrapping_sub(#after)
                })),
            },
            Parts::Windows(size) => parse_quote!(#of.get(#number..#after - 1 + #size)),
            Parts::ExactChunks(size) => parse_quote!(#of.get(#number * #size..#after * #size)),
            Parts::Chunks(size) => parse_quote!(#of.get(#number * #size..
                if (#after - 1) * #size < #of.len() { (#after * #size).min(#of.len()) } else { #max })),
            Parts::Numbers(end) => parse_quote!((if #front < #end {
                ::core::option::Option::Some(#number)
            } else {
                ::core::option::Option::None
            })),
        };
        for (k, adaptor) in adaptors.iter().enumerate() {
            let (name, args) = (&adaptor.method, &adaptor.args);
            item = match is_number(adaptor) {
                true if k == 0 => item,
                true => parse_quote!(#item.map(|__item| (#after - 1, __item))),
                false => parse_quote!(#item.#name(#args)),
            };
        }
        item
    }

    /// A number, if there is a next item.
    pub(super) fn next_or_none(&self, number: Expr) -> Expr {
        let (front, max) = (&self.front, super::parts::endless());
        match &self.back {
            None => number,
            Some(back) => parse_quote!({ if #front < #back { #number } else { #max } }),
        }
    }

    /// `next`, of which the items before it are so many.
    fn next(&self, before: Option<&Expr>) -> Expr {
        let front = &self.front;
        let skip: Expr = match before {
            None => parse_quote!(1),
            Some(n) => parse_quote!((#n + 1)),
        };
        let number = self.next_or_none(parse_quote!({
            #front += #skip;
            #front - 1
        }));
        self.item(&number, &parse_quote!(#front), &self.adaptors)
    }

    fn next_back(&self, back: &Ident) -> Expr {
        let number = self.next_or_none(parse_quote!({
            #back -= 1;
            #back
        }));
        self.item(&number, &parse_quote!(#back), &self.adaptors)
    }

    /// `next_if`: the number of the next item if it is as the test wants it.
    fn next_if(&mut self, test: &Expr) -> Expr {
        let (front, max) = (&self.front, super::parts::endless());
        let (peeked, front) = (self.peeked(), front.clone());
        let test = self.function_of_peeked(test);
        let number: Expr = parse_quote!({
            if #peeked.is_some_and(#test) {
                #front += 1;
                #front - 1
            } else {
                #max
            }
        });
        self.item(&number, &parse_quote!(#front), &self.adaptors)
    }

    /// Whether a chain begins with `by_ref`.
    fn is_lent(&self, e: &Expr) -> bool {
        match strip(e) {
            Expr::MethodCall(m) => self.is_own(e, "by_ref") || self.is_lent(&m.receiver),
            _ => false,
        }
    }

    /// The items that are left, which count themselves if the iterator goes on after them.
    fn left(&self, lent: bool) -> Expr {
        let (of, front) = (&self.sequence, &self.front);
        let counted = lent.then(|| quote!(.inspect(|_| #front += 1)));
        let skipped = quote!(.skip(#front)#counted);
        let adapted = |of: Expr, adaptors: &[syn::ExprMethodCall]| {
            adaptors.iter().fold(of, |of, adaptor| {
                let (name, args) = (&adaptor.method, &adaptor.args);
                parse_quote!(#of.#name(#args))
            })
        };
        // What is numbered is skipped after that.
        let numbered = self.adaptors.iter().position(|a| a.method == "enumerate");
        let (before, after) = self.adaptors.split_at(numbered.map_or(0, |k| k + 1));
        let all: Expr = match (&self.parts, &self.back) {
            (Parts::Elements, Some(back)) => {
                return adapted(parse_quote!(#of[#front..#back].iter()#counted), after);
            }
            (Parts::Numbers(end), _) => {
                return adapted(parse_quote!((#front..#end)#counted), after);
            }
            (Parts::Elements, None) => parse_quote!(#of.iter()),
            (Parts::Reversed, _) => parse_quote!(#of.iter().rev()),
            (Parts::Windows(n), _) => parse_quote!(#of.windows(#n)),
            (Parts::Chunks(n), _) => parse_quote!(#of.chunks(#n)),
            (Parts::ExactChunks(n), _) => parse_quote!(#of.chunks_exact(#n)),
        };
        let before = adapted(all, before);
        adapted(parse_quote!(#before #skipped), after)
    }

    /// Visits statements up to one that gives the name to something else.
    fn statements(&mut self, stmts: &mut [syn::Stmt]) {
        for k in 0..stmts.len() {
            let (done, after) = stmts.split_at_mut(k + 1);
            let stmt = &mut done[k];
            if let syn::Stmt::Expr(Expr::MethodCall(m), Some(_)) = stmt
                && m.method == "next"
                && is_name(&m.receiver, self.name)
                && self.back.is_none()
                && !self.adaptors.iter().any(|a| a.method == "map")
            {
                let front = &self.front;
                *stmt = parse_quote!(#front += 1;);
                continue;
            }
            if let syn::Stmt::Local(local) = stmt
                && let Some(init) = &local.init
                && init.diverge.is_some()
            {
                let scrutinee = init.expr.clone();
                let names = self.peeked_pattern(&mut local.pat, &scrutinee);
                after.iter_mut().for_each(|s| self.dereferenced(&names, |d| d.visit_stmt_mut(s)));
            }
            self.visit_stmt_mut(stmt);
            if matches!(&*stmt, syn::Stmt::Local(local) if self.hides(&local.pat)) {
                break;
            }
        }
    }

    fn hides(&self, pattern: &Pat) -> bool {
        bound_names(pattern).contains(self.name)
    }

    fn hidden_by(&self, condition: &Expr) -> bool {
        match strip(condition) {
            Expr::Let(l) => self.hides(&l.pat),
            Expr::Binary(b) => self.hidden_by(&b.left) || self.hidden_by(&b.right),
            _ => false,
        }
    }

    /// A method of the iterator.
    pub(super) fn is_own(&self, e: &Expr, method: &str) -> bool {
        matches!(strip(e), Expr::MethodCall(m) if m.method == method && is_name(&m.receiver, self.name))
    }
}

impl VisitMut for Cursor<'_> {
    fn visit_expr_mut(&mut self, e: &mut Expr) {
        match e {
            Expr::MethodCall(m) if self.is_own(&m.receiver, "peek") => {
                for arg in &mut m.args {
                    self.visit_expr_mut(arg);
                }
                let m = m.clone();
                match self.of_peeked(&m) {
                    Some(of_peeked) => *e = of_peeked,
                    None => {
                        let instead = "write `if let Some(&x) = it.peek()`";
                        self.refuse(&m.method, "this method of what `peek` gives", instead);
                    }
                }
            }
            Expr::MethodCall(m) if m.method == "rev" && self.is_lent(&m.receiver) => {
                let instead = "take the items with `next_back`";
                self.refuse(&m.method, "`rev` of an iterator that goes on", instead);
            }
            // A reference to an item that has to be there.
            Expr::Unary(u)
                if matches!(u.op, syn::UnOp::Deref(_))
                    && matches!(strip(&u.expr), Expr::MethodCall(m)
                        if m.method == "unwrap" && self.is_own(&m.receiver, "peek")) =>
            {
                let peeked = self.peeked();
                *e = match self.look() {
                    Look::Once => parse_quote!(*#peeked.unwrap()),
                    _ => parse_quote!((#peeked.unwrap())),
                };
            }
            Expr::MethodCall(m) if is_name(&m.receiver, self.name) => {
                for arg in &mut m.args {
                    self.visit_expr_mut(arg);
                }
                let (method, arg) = (m.method.to_string(), m.args.first().cloned());
                match (method.as_str(), arg) {
                    ("next", None) => *e = self.next(None),
                    ("nth", Some(n)) if self.back.is_none() && !self.is_of_numbers() => {
                        *e = self.next(Some(&n))
                    }
                    ("next_back", None) => {
                        let back = self.back.clone().expect("it was looked for");
                        *e = self.next_back(&back);
                    }
                    ("next_if", Some(test)) if !self.is_of_numbers() => *e = self.next_if(&test),
                    ("peek", None) => *e = self.peeked(),
                    ("by_ref", None) => *e = self.left(true),
                    ("clone", None) => *e = self.left(false),
                    ("remainder", None) if matches!(self.parts, Parts::ExactChunks(_)) => {
                        let (of, Parts::ExactChunks(size)) = (&self.sequence, &self.parts) else {
                            unreachable!("it was found before")
                        };
                        *e = remainder(&parse_quote!(#of.chunks_exact(#size))).expect("it has one");
                    }
                    ("as_slice", None) if matches!(self.parts, Parts::Elements) => {
                        let (of, front) = (&self.sequence, &self.front);
                        *e = match &self.back {
                            Some(back) => parse_quote!(&#of[#front..#back]),
                            None => parse_quote!(&#of[(if #front < #of.len() {
                                #front
                            } else {
                                #of.len()
                            })..]),
                        };
                    }
                    _ => {
                        let lent = goes_on_after(&m.method);
                        *m.receiver = self.left(lent);
                    }
                }
            }
            Expr::Reference(r) if r.mutability.is_some() && is_name(&r.expr, self.name) => {
                self.refuse(r, "an iterator that is lent", "use the iterator as a whole");
            }
            Expr::ForLoop(f) => {
                match &*f.expr {
                    Expr::Reference(r) if is_name(&r.expr, self.name) => {
                        *f.expr = self.left(true);
                    }
                    _ => self.visit_expr_mut(&mut f.expr),
                }
                if !self.hides(&f.pat) {
                    self.visit_block_mut(&mut f.body);
                }
            }
            Expr::While(w) => {
                if let Some(f) = self.whole_loop(w) {
                    *e = Expr::ForLoop(f);
                    return;
                }
                let names = self.peeked_condition(&mut w.cond);
                self.dereferenced(&names, |d| d.visit_block_mut(&mut w.body));
                self.visit_expr_mut(&mut w.cond);
                if !self.hidden_by(&w.cond) {
                    self.visit_block_mut(&mut w.body);
                }
            }
            Expr::If(i) => {
                let names = self.peeked_condition(&mut i.cond);
                self.dereferenced(&names, |d| d.visit_block_mut(&mut i.then_branch));
                self.visit_expr_mut(&mut i.cond);
                if !self.hidden_by(&i.cond) {
                    self.visit_block_mut(&mut i.then_branch);
                }
                if let Some((_, other)) = &mut i.else_branch {
                    self.visit_expr_mut(other);
                }
            }
            Expr::Match(m) => {
                let scrutinee = m.expr.clone();
                for arm in m.arms.iter_mut() {
                    let names = self.peeked_pattern(&mut arm.pat, &scrutinee);
                    self.dereferenced(&names, |d| d.visit_expr_mut(&mut arm.body));
                    if !self.hides(&arm.pat) {
                        self.visit_arm_mut(arm);
                    }
                }
                self.visit_expr_mut(&mut m.expr);
            }
            Expr::Closure(c) => {
                if !c.inputs.iter().any(|p| self.hides(p)) {
                    self.visit_expr_mut(&mut c.body);
                }
            }
            Expr::Path(_) if is_name(e, self.name) => *e = self.left(false),
            e => visit_mut::visit_expr_mut(self, e),
        }
    }

    fn visit_block_mut(&mut self, block: &mut syn::Block) {
        self.statements(&mut block.stmts);
    }

    fn visit_local_mut(&mut self, local: &mut syn::Local) {
        if let Some(init) = &mut local.init {
            self.visit_expr_mut(&mut init.expr);
            if let Some((_, other)) = &mut init.diverge {
                self.visit_expr_mut(other);
            }
        }
    }

    fn visit_macro_mut(&mut self, m: &mut syn::Macro) {
        if mentions(&m.tokens, self.name) {
            let instead = "bind what the macro asks of it with `let` first";
            self.refuse(m, "an iterator in a macro", instead);
        }
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

impl Cursor<'_> {
    /// `while let Some(item) = it.next() { .. }`, where the body leaves the iterator alone.
    fn whole_loop(&self, w: &syn::ExprWhile) -> Option<syn::ExprForLoop> {
        let Expr::Let(l) = &*w.cond else { return None };
        let Pat::TupleStruct(some) = &*l.pat else { return None };
        let fits =
            some.path.is_ident("Some") && some.elems.len() == 1 && !is_refutable(&some.elems[0]);
        let alone = !mentions(&w.body.to_token_stream(), self.name);
        if !fits || !alone || !self.is_own(&l.expr, "next") {
            return None;
        }
        let (label, pattern, body, chain) = (&w.label, &some.elems[0], &w.body, self.left(true));
        Some(parse_quote!(#label for #pattern in #chain #body))
    }
}

/// Whether statements take items out of an iterator of this name.
pub(super) fn is_advanced(name: &Ident, stmts: &[syn::Stmt]) -> bool {
    struct Find<'a>(&'a Ident, bool);
    impl visit::Visit<'_> for Find<'_> {
        fn visit_expr_method_call(&mut self, m: &syn::ExprMethodCall) {
            self.1 |= super::parse::advances(&m.method) && is_name(&m.receiver, self.0);
            visit::visit_expr_method_call(self, m);
        }
    }
    let mut find = Find(name, false);
    stmts.iter().for_each(|s| visit::Visit::visit_stmt(&mut find, s));
    find.1
}

/// `remainder` of chunks of a size: what is left of their sequence.
pub(super) fn remainder(chunks: &Expr) -> Option<Expr> {
    let Expr::MethodCall(m) = strip(chunks) else { return None };
    let (of, size) = (&m.receiver, m.args.first()?);
    (m.method == "chunks_exact").then(|| parse_quote!(&#of[#of.len() / #size * #size..]))
}
