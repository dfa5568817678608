//! Iterators that are looked at before they are advanced: a reference to an item is written as the item.

use super::bound::is_name;
use super::cursor::Cursor;
use crate::lower::place::strip;
use crate::lower::select::mentions;
use proc_macro2::Ident;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Pat, parse_quote};

/// How items are looked at before they are taken.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// A reference to an item that is a reference: what stands for it is the item.
    Twice,
    /// A reference to an item that is a value: what stands for it is the value.
    Value,
    /// The reference to an element of which the item is a copy.
    Once,
}

impl Cursor<'_> {
    pub(super) fn look(&self) -> Look {
        match &self.adaptors[..] {
            [] if !self.is_of_numbers() => Look::Twice,
            [copied] if copied.method == "copied" || copied.method == "cloned" => Look::Once,
            _ => Look::Value,
        }
    }

    /// `peek`: the next item, or the reference to it.
    pub(super) fn peeked(&self) -> Expr {
        let front = &self.front;
        let number = self.next_or_none(parse_quote!(#front));
        let adaptors = if self.look() == Look::Once { &[][..] } else { &self.adaptors[..] };
        self.item(&number, &parse_quote!((#front + 1)), adaptors)
    }

    /// Takes a reference away from what a pattern is for, where items are looked at; the names that
    /// stand for an item in place of a reference to it.
    pub(super) fn peeked_pattern(&mut self, pattern: &mut Pat, scrutinee: &Expr) -> Vec<Ident> {
        match (&mut *pattern, strip(scrutinee)) {
            (Pat::Paren(p), e) => self.peeked_pattern(&mut p.pat, e),
            (Pat::Guard(g), e) => {
                let names = self.peeked_pattern(&mut g.pat, e);
                self.dereferenced(&names, |d| d.visit_expr_mut(&mut g.guard));
                names
            }
            (Pat::Tuple(ps), Expr::Tuple(es)) if ps.elems.len() == es.elems.len() => {
                let parts = ps.elems.iter_mut().zip(&es.elems);
                parts.flat_map(|(p, e)| self.peeked_pattern(p, e)).collect()
            }
            (Pat::TupleStruct(t), e) if t.elems.len() == 1 && self.is_own(e, "peek") => {
                self.referenced(&mut t.elems[0])
            }
            _ => vec![],
        }
    }

    /// The same of the pattern of a reference to an item.
    fn referenced(&mut self, pattern: &mut Pat) -> Vec<Ident> {
        if self.look() == Look::Once {
            return vec![];
        }
        match pattern {
            Pat::Paren(p) => self.referenced(&mut p.pat),
            Pat::Type(t) => self.referenced(&mut t.pat),
            Pat::Reference(r) => {
                *pattern = (*r.pat).clone();
                vec![]
            }
            Pat::Ident(i) if i.by_ref.is_none() && i.subpat.is_none() => vec![i.ident.clone()],
            Pat::Wild(_) => vec![],
            other => {
                let at = other.clone();
                self.refuse(&at, "this pattern of a `peek`", "write `Some(&x)`");
                vec![]
            }
        }
    }

    /// Writes names of items where they were names of references to them.
    pub(super) fn dereferenced(
        &mut self,
        names: &[Ident],
        visit: impl FnOnce(&mut Dereferenced<'_>),
    ) {
        let strict = self.look() == Look::Twice;
        let mut dereferenced = Dereferenced { names, strict, refused: None };
        if !names.is_empty() {
            visit(&mut dereferenced);
        }
        if let Some(at) = dereferenced.refused {
            self.refuse(&at, "this use of what `peek` gives", "write `Some(&x)` or `**x`");
        }
    }

    /// A function of a reference to an item, as one of the item.
    pub(super) fn function_of_peeked(&mut self, f: &Expr) -> Expr {
        let mut f = f.clone();
        match &mut f {
            _ if self.look() == Look::Once => {}
            Expr::Closure(c) => {
                let names: Vec<_> = c.inputs.iter_mut().flat_map(|p| self.referenced(p)).collect();
                self.dereferenced(&names, |d| d.visit_expr_mut(&mut c.body));
            }
            other => {
                let at = other.clone();
                self.refuse(&at, "a function of what `peek` gives", "write a closure: `|&x| ..`");
            }
        }
        f
    }

    /// What a method makes of what `peek` gives, and what stands for that.
    pub(super) fn of_peeked(&mut self, m: &syn::ExprMethodCall) -> Option<Expr> {
        let (name, peeked) = (&m.method, self.peeked());
        let arg = |k: usize| m.args.get(k).cloned();
        Some(match (name.to_string().as_str(), arg(0), arg(1)) {
            ("is_some" | "is_none", None, _) => parse_quote!(#peeked.#name()),
            ("copied" | "cloned", None, _) => match self.look() {
                Look::Once => parse_quote!(#peeked.#name()),
                _ => peeked,
            },
            ("map" | "is_some_and" | "and_then", Some(f), None) => {
                let f = self.function_of_peeked(&f);
                parse_quote!(#peeked.#name(#f))
            }
            ("map_or", Some(other), Some(f)) => {
                let f = self.function_of_peeked(&f);
                parse_quote!(#peeked.#name(#other, #f))
            }
            _ => return None,
        })
    }

    /// The names that stand for items in a condition, and in what it is the condition of.
    pub(super) fn peeked_condition(&mut self, condition: &mut Expr) -> Vec<Ident> {
        match condition {
            Expr::Let(l) => {
                let scrutinee = l.expr.clone();
                self.peeked_pattern(&mut l.pat, &scrutinee)
            }
            Expr::Paren(p) => self.peeked_condition(&mut p.expr),
            Expr::Binary(b) if matches!(b.op, syn::BinOp::And(_)) => {
                let mut names = self.peeked_condition(&mut b.left);
                self.dereferenced(&names, |d| d.visit_expr_mut(&mut b.right));
                names.extend(self.peeked_condition(&mut b.right));
                names
            }
            _ => vec![],
        }
    }
}

/// Writes names of items where they were names of references to them.
pub(super) struct Dereferenced<'a> {
    names: &'a [Ident],
    /// Whether an item, being a reference, may not stand for a reference to it.
    strict: bool,
    refused: Option<Expr>,
}

impl Dereferenced<'_> {
    fn is_named(&self, e: &Expr) -> bool {
        self.names.iter().any(|name| is_name(e, name))
    }
}

impl VisitMut for Dereferenced<'_> {
    fn visit_expr_mut(&mut self, e: &mut Expr) {
        match e {
            Expr::Unary(u) if matches!(u.op, syn::UnOp::Deref(_)) && self.is_named(&u.expr) => {
                *e = (*u.expr).clone();
            }
            Expr::Field(f) if self.is_named(&f.base) => {}
            Expr::Index(i) if self.is_named(&i.expr) => self.visit_expr_mut(&mut i.index),
            Expr::MethodCall(m) if self.is_named(&m.receiver) && m.method != "clone" => {
                for arg in &mut m.args {
                    self.visit_expr_mut(arg);
                }
            }
            Expr::Path(_) if self.is_named(e) => {
                if self.strict {
                    self.refused.get_or_insert(e.clone());
                }
            }
            e => visit_mut::visit_expr_mut(self, e),
        }
    }

    fn visit_pat_ident_mut(&mut self, p: &mut syn::PatIdent) {
        if self.names.contains(&p.ident) {
            let name = &p.ident;
            self.refused.get_or_insert(parse_quote!(#name));
        }
    }

    fn visit_macro_mut(&mut self, m: &mut syn::Macro) {
        if let Some(name) = self.names.iter().find(|name| mentions(&m.tokens, name)) {
            self.refused.get_or_insert(parse_quote!(#name));
        }
    }
}
