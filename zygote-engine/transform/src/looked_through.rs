//! Patterns that look through a reference which a function lends, `while let Some(Token::Plus) = self.peek()` and
//! `match self.kind() { Kind::Round(r) => .. }`: in a derivative such a function gives a copy. What it lends is named
//! there, `match &*self.kind()`, or copied, `Some(Token::Number(ref n)) = self.peek().cloned()`.

use crate::emit::Host;
use crate::lower::{is_reference_to_part, strip};
use crate::stored::Given;
use std::collections::BTreeSet;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Ident, Pat, Stmt, parse_quote, parse_quote_spanned, spanned::Spanned};

/// The function with such patterns written out.
pub fn with_copies(item: &syn::ItemFn, host: Host<'_>, given: &Given) -> syn::ItemFn {
    let mut item = item.clone();
    let mut own = Given::new();
    let nothing = syn::Generics::default();
    host.signatures().into_iter().for_each(|sig| own.add(sig, &nothing, Some("Self")));
    LookThrough { given, own, lent: BTreeSet::new(), maybe: BTreeSet::new() }
        .visit_block_mut(&mut item.block);
    item
}

/// Writes them out.
struct LookThrough<'a> {
    given: &'a Given,
    /// What the functions of the block give.
    own: Given,
    /// The variables that hold what is lent.
    lent: BTreeSet<Ident>,
    /// Those that hold what may be lent.
    maybe: BTreeSet<Ident>,
}

impl LookThrough<'_> {
    /// Whether an expression gives what a function lends: by its call, out of the `Option` of one, or by a name.
    fn is_lent(&self, e: &Expr) -> bool {
        match strip(e) {
            Expr::Path(p) => p.path.get_ident().is_some_and(|name| self.lent.contains(name)),
            Expr::Try(t) => self.may_be_lent(&t.expr),
            Expr::MethodCall(m) if m.method == "unwrap" || m.method == "expect" => {
                self.may_be_lent(&m.receiver)
            }
            e => self.given_by(e).lends(e),
        }
    }

    /// Whether an expression is the call of a function that lends something or nothing.
    fn may_be_lent(&self, e: &Expr) -> bool {
        match strip(e) {
            Expr::Path(p) => p.path.get_ident().is_some_and(|name| self.maybe.contains(name)),
            e => self.given_by(e).may_lend(e),
        }
    }

    /// Where it stands what a call gives: of a function of the block.
    fn given_by(&self, e: &Expr) -> &Given {
        let of_block = match e {
            Expr::MethodCall(m) => {
                matches!(strip(&m.receiver), Expr::Path(p) if p.path.is_ident("self"))
                    && self.own.knows(&m.method)
            }
            Expr::Call(c) => matches!(&*c.func, Expr::Path(p)
                if p.path.segments.len() == 2 && p.path.segments[0].ident == "Self"),
            _ => false,
        };
        if of_block { &self.own } else { self.given }
    }

    /// The subject and the patterns of a selection; of a tuple its parts.
    fn selection(&self, subject: &mut Expr, patterns: &mut [&mut Pat]) {
        if let Expr::Tuple(t) = subject {
            for (k, part) in t.elems.iter_mut().enumerate() {
                let mut column = vec![];
                patterns.iter_mut().for_each(|p| parts_of(p, k, &mut column));
                // The parts of a tuple would move into it.
                if self.may_be_lent(part) && column.iter().any(|p| looks_through(p)) {
                    let copy = copied(part);
                    *part = parse_quote_spanned!(part.span()=> &#copy);
                } else {
                    self.selection(part, &mut column);
                }
            }
            return;
        }
        if self.may_be_lent(subject) && patterns.iter().any(|p| looks_through(p)) {
            *subject = copied(subject);
            patterns.iter_mut().for_each(|p| refer_in_some(p));
            return;
        }
        let of_sequence = is_reference_to_part(subject) && patterns.iter().any(|p| is_of_option(p));
        if !of_sequence && self.is_lent(subject) && patterns.iter().any(|p| looks_inside(p)) {
            *subject = parse_quote_spanned!(subject.span()=> &*#subject);
        }
    }

    /// Notes which of the names of a pattern hold what is lent.
    fn bind(&mut self, pattern: &Pat, subject: Option<&Expr>) {
        let mut names = BTreeSet::new();
        names_of(pattern, &mut names);
        self.lent.retain(|name| !names.contains(name));
        self.maybe.retain(|name| !names.contains(name));
        let Some(subject) = subject else { return };
        let holder = match pattern {
            Pat::TupleStruct(t) if t.path.is_ident("Some") && self.may_be_lent(subject) => {
                t.elems.first()
            }
            pattern if self.is_lent(subject) => Some(pattern),
            _ => None,
        };
        if let Some(name) = holder.and_then(name_of) {
            self.lent.insert(name.clone());
        }
        if let Some(name) = name_of(pattern)
            && self.may_be_lent(subject)
        {
            self.maybe.insert(name.clone());
        }
    }

    /// What happens in a scope of its own.
    fn scope(&mut self, inside: impl FnOnce(&mut Self)) {
        let outer = (self.lent.clone(), self.maybe.clone());
        inside(self);
        (self.lent, self.maybe) = outer;
    }

    /// The bindings of a condition.
    fn bind_condition(&mut self, condition: &Expr) {
        match condition {
            Expr::Let(l) => self.bind(&l.pat, Some(&l.expr)),
            Expr::Binary(b) => {
                self.bind_condition(&b.left);
                self.bind_condition(&b.right);
            }
            _ => {}
        }
    }
}

impl VisitMut for LookThrough<'_> {
    fn visit_item_mut(&mut self, _: &mut syn::Item) {}

    fn visit_block_mut(&mut self, block: &mut syn::Block) {
        self.scope(|s| visit_mut::visit_block_mut(s, block));
    }

    fn visit_stmt_mut(&mut self, stmt: &mut Stmt) {
        visit_mut::visit_stmt_mut(self, stmt);
        if let Stmt::Local(local) = stmt {
            let pat = &mut local.pat;
            if let Some(init) = &mut local.init {
                self.selection(&mut init.expr, &mut [&mut *pat]);
            }
            let subject = local.init.as_ref().map(|init| (*init.expr).clone());
            self.bind(&local.pat, subject.as_ref());
        }
    }

    fn visit_expr_let_mut(&mut self, l: &mut syn::ExprLet) {
        visit_mut::visit_expr_let_mut(self, l);
        self.selection(&mut l.expr, &mut [&mut *l.pat]);
    }

    fn visit_expr_if_mut(&mut self, i: &mut syn::ExprIf) {
        self.scope(|s| {
            s.visit_expr_mut(&mut i.cond);
            s.bind_condition(&i.cond);
            s.visit_block_mut(&mut i.then_branch);
        });
        if let Some((_, otherwise)) = &mut i.else_branch {
            self.visit_expr_mut(otherwise);
        }
    }

    fn visit_expr_while_mut(&mut self, w: &mut syn::ExprWhile) {
        self.scope(|s| {
            s.visit_expr_mut(&mut w.cond);
            s.bind_condition(&w.cond);
            s.visit_block_mut(&mut w.body);
        });
    }

    fn visit_expr_match_mut(&mut self, m: &mut syn::ExprMatch) {
        self.visit_expr_mut(&mut m.expr);
        let mut patterns: Vec<_> = m.arms.iter_mut().map(|arm| &mut arm.pat).collect();
        self.selection(&mut m.expr, &mut patterns);
        for arm in &mut m.arms {
            self.scope(|s| {
                match &mut arm.pat {
                    Pat::Guard(g) => {
                        s.bind(&g.pat, Some(&m.expr));
                        s.visit_expr_mut(&mut g.guard);
                    }
                    pattern => s.bind(pattern, Some(&m.expr)),
                }
                s.visit_expr_mut(&mut arm.body);
            });
        }
    }

    fn visit_expr_for_loop_mut(&mut self, f: &mut syn::ExprForLoop) {
        self.visit_expr_mut(&mut f.expr);
        self.scope(|s| {
            s.bind(&f.pat, None);
            s.visit_block_mut(&mut f.body);
        });
    }

    fn visit_expr_closure_mut(&mut self, c: &mut syn::ExprClosure) {
        self.scope(|s| {
            c.inputs.iter().for_each(|p| s.bind(p, None));
            s.visit_expr_mut(&mut c.body);
        });
    }
}

/// An `Option` of a copy for what may be lent, which a variable keeps.
fn copied(e: &Expr) -> Expr {
    match strip(e) {
        Expr::Path(_) => {
            parse_quote_spanned!(e.span()=> #e.as_ref().map(|__lent| (**__lent).clone()))
        }
        _ => parse_quote_spanned!(e.span()=> #e.map(|__lent| (*__lent).clone())),
    }
}

/// The variable that a pattern binds to the whole.
fn name_of(p: &Pat) -> Option<&Ident> {
    match p {
        Pat::Ident(i) if i.by_ref.is_none() && i.subpat.is_none() && !is_constant(&i.ident) => {
            Some(&i.ident)
        }
        Pat::Paren(p) => name_of(&p.pat),
        Pat::Type(t) => name_of(&t.pat),
        _ => None,
    }
}

/// Whether a name in a pattern is a constant, by the convention of the language.
fn is_constant(name: &Ident) -> bool {
    name.to_string().starts_with(char::is_uppercase)
}

/// Whether a pattern takes a value apart, or compares it.
pub fn looks_inside(p: &Pat) -> bool {
    match p {
        Pat::Wild(_) | Pat::Rest(_) | Pat::Reference(_) => false,
        Pat::Ident(i) => is_constant(&i.ident) || i.subpat.is_some(),
        Pat::Guard(g) => looks_inside(&g.pat),
        Pat::Paren(p) => looks_inside(&p.pat),
        Pat::Or(o) => o.cases.iter().any(looks_inside),
        Pat::Type(t) => looks_inside(&t.pat),
        _ => true,
    }
}

/// Whether a pattern is one of an `Option`.
fn is_of_option(p: &Pat) -> bool {
    match p {
        Pat::TupleStruct(t) => t.path.is_ident("Some"),
        Pat::Ident(i) => {
            i.ident == "None" || i.subpat.as_ref().is_some_and(|(_, p)| is_of_option(p))
        }
        Pat::Guard(g) => is_of_option(&g.pat),
        Pat::Paren(p) => is_of_option(&p.pat),
        Pat::Or(o) => o.cases.iter().any(is_of_option),
        _ => false,
    }
}

/// The patterns of a part of a tuple.
fn parts_of<'a>(p: &'a mut Pat, k: usize, parts: &mut Vec<&'a mut Pat>) {
    match p {
        Pat::Tuple(t) if !t.elems.iter().any(|p| matches!(p, Pat::Rest(_))) => {
            parts.extend(t.elems.iter_mut().nth(k));
        }
        Pat::Guard(g) => parts_of(&mut g.pat, k, parts),
        Pat::Paren(p) => parts_of(&mut p.pat, k, parts),
        Pat::Or(o) => o.cases.iter_mut().for_each(|p| parts_of(p, k, parts)),
        _ => {}
    }
}

/// Whether a pattern of an `Option` looks through the reference in it.
fn looks_through(p: &Pat) -> bool {
    match p {
        Pat::TupleStruct(t) => {
            let of_referent = |p: &Pat| looks_inside(p) || matches!(p, Pat::Reference(_));
            t.path.is_ident("Some") && t.elems.iter().any(of_referent)
        }
        Pat::Guard(g) => looks_through(&g.pat),
        Pat::Paren(p) => looks_through(&p.pat),
        Pat::Or(o) => o.cases.iter().any(looks_through),
        Pat::Ident(i) => i.subpat.as_ref().is_some_and(|(_, p)| looks_through(p)),
        _ => false,
    }
}

/// The pattern of an `Option` of a value for that of one of a reference.
fn refer_in_some(p: &mut Pat) {
    match p {
        Pat::TupleStruct(t) if t.path.is_ident("Some") => t.elems.iter_mut().for_each(refer),
        Pat::Guard(g) => refer_in_some(&mut g.pat),
        Pat::Paren(p) => refer_in_some(&mut p.pat),
        Pat::Or(o) => o.cases.iter_mut().for_each(refer_in_some),
        Pat::Ident(syn::PatIdent { subpat: Some((_, p)), .. }) => refer_in_some(p),
        _ => {}
    }
}

/// The pattern of a value for that of a reference to one: its names refer to the parts.
fn refer(p: &mut Pat) {
    match p {
        Pat::Reference(r) => *p = (*r.pat).clone(),
        Pat::Ident(i) if !is_constant(&i.ident) => {
            i.by_ref.get_or_insert_with(|| parse_quote!(ref));
            if let Some((_, p)) = &mut i.subpat {
                refer(p);
            }
        }
        Pat::Guard(g) => refer(&mut g.pat),
        Pat::Paren(p) => refer(&mut p.pat),
        Pat::Or(o) => o.cases.iter_mut().for_each(refer),
        Pat::TupleStruct(t) => t.elems.iter_mut().for_each(refer),
        Pat::Tuple(t) => t.elems.iter_mut().for_each(refer),
        Pat::Slice(s) => s.elems.iter_mut().for_each(refer),
        Pat::Struct(s) => {
            for field in &mut s.fields {
                // The shorthand `Token { n }` becomes `Token { ref n }` by itself.
                refer(&mut field.pat);
            }
        }
        _ => {}
    }
}

/// The names that a pattern binds.
fn names_of(p: &Pat, names: &mut BTreeSet<Ident>) {
    struct Names<'a>(&'a mut BTreeSet<Ident>);
    impl syn::visit::Visit<'_> for Names<'_> {
        fn visit_pat_ident(&mut self, p: &syn::PatIdent) {
            self.0.insert(p.ident.clone());
            syn::visit::visit_pat_ident(self, p);
        }
    }
    syn::visit::Visit::visit_pat(&mut Names(names), p);
}
