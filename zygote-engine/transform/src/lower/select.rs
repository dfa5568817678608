//! `match`, `if let`, `while let` and `let else`: a selection by patterns.

use super::optional::Optional;
use super::pattern::binds_nothing;
use super::place::strip;
use super::subject::{Binds, Subject};
use super::{Lower, Tail};
use crate::error::{Result, unsupported};
use crate::ir::{Mode, Operand, Place, Proj, Region, Stmt, Ty};
use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::spanned::Spanned;
use syn::visit::Visit;
use syn::{Expr, Pat};

/// A value that patterns are matched against.
struct Scrutinee {
    operand: Operand,
    ty: Ty,
    place: Option<Place>,
    binds: Binds,
    /// A part that may be there: the operand is whether it is.
    optional: Option<(Optional, Expr)>,
}

impl Lower {
    /// A `match`; gives its value.
    pub(super) fn selection(
        &mut self,
        m: &syn::ExprMatch,
        tail: Tail,
        out: &mut Vec<Stmt>,
    ) -> Result<Option<Operand>> {
        if let Some(value) = self.select_optional(m, tail, out)? {
            return Ok(value);
        }
        let arms: Vec<syn::Arm> = m.arms.iter().flat_map(alternatives).collect();
        let parts = match strip(&m.expr) {
            Expr::Tuple(t) if arms.iter().all(|a| takes_apart(&a.pat, t.elems.len())) => {
                t.elems.iter().collect()
            }
            _ => vec![&*m.expr],
        };
        let mut references = vec![];
        let several = parts.len() > 1;
        for (k, part) in parts.into_iter().enumerate() {
            let optional = super::optional::reference_to_option(part);
            let of_another = arms.iter().any(|a| {
                let pattern = if several { part_of(&a.pat, k) } else { Some(&a.pat) };
                pattern.is_some_and(super::optional::is_of_another)
            });
            references.push(match optional.filter(|_| !of_another) {
                Some((option, reference)) => {
                    if self.is_place(option) {
                        self.known_of(option, "optional", out)?;
                    }
                    reference
                }
                None => part.clone(),
            });
        }
        let mut scrutinees = self.scrutinees(&references.iter().collect::<Vec<_>>(), out)?;
        // Where another arm takes a part out of the value, it is matched as a copy.
        let moved = arms.iter().any(|a| !borrows(&a.pat) && !binds_nothing(&a.pat));
        let changed = arms.iter().any(|a| has_reference(&a.pat, true));
        let by_ref = arms.iter().any(|a| borrows(&a.pat)) && (!moved || changed);
        for s in &mut scrutinees {
            // `ref` refers to the place itself, which must not be copied first; a slice can't be.
            if let Operand::Place(p, mode @ Mode::Value) = &mut s.operand
                && (by_ref || matches!(p.path.last(), Some(Proj::Slice(..))))
            {
                *mode = Mode::Receiver;
            }
        }
        let number = self.func.record("arm", m.match_token.span, self.here);
        let mut selected = vec![];
        for arm in &arms {
            let mut tokens = quote!();
            let region = self.region(false, |s, out| {
                tokens = s.arm_pattern(&arm.pat, &scrutinees, out)?;
                match (&*arm.body, tail) {
                    (Expr::Block(b), _) if b.label.is_none() => s.stmts(&b.block.stmts, tail, out),
                    (e, _) if super::question::asks(e) => {
                        s.stmts(&[syn::Stmt::Expr(e.clone(), None)], tail, out)
                    }
                    (e, Tail::Unit) => s.expression(e, out).map(|()| None),
                    (e, _) => s.tail(e, tail, out),
                }
            })?;
            selected.push((tokens, region));
        }
        let regions: Vec<&Region> = selected.iter().map(|(_, r)| r).collect();
        let value = match tail {
            Tail::Unit => None,
            _ => self.joined(&regions, m.span())?,
        };
        let operands = scrutinees.into_iter().map(|s| s.operand).collect();
        out.push(Stmt::Match(operands, selected, value, number));
        Ok(value.map(Operand::var))
    }

    fn scrutinees(&mut self, parts: &[&Expr], out: &mut Vec<Stmt>) -> Result<Vec<Scrutinee>> {
        let mut all: Vec<(usize, Operand, Ty, bool)> = vec![];
        let mut optionals = vec![];
        for e in parts {
            if parts.len() > 1
                && let Some(optional) = self.optional_part(e, out)?
            {
                let condition = self.pin(optional.condition.clone(), out);
                all.push((out.len(), condition, Ty::Inert, true));
                optionals.push(Some((optional, (*e).clone())));
                continue;
            }
            optionals.push(None);
            let known = self.known(e);
            let inert = known.is_inert();
            let operand = if inert { self.inert(e, out)? } else { self.operand(e, out)? };
            let ty = if inert { known } else { self.ty(&operand) };
            all.push((out.len(), operand, ty, inert));
        }
        let mut scrutinees = vec![];
        let mut shift = 0;
        for ((at, operand, ty, inert), optional) in all.into_iter().zip(optionals) {
            let before = out.len();
            let operand = self.keep_order(operand, at + shift, out);
            shift += out.len() - before;
            let operand = match operand {
                Operand::Const(_) | Operand::Lambda(_) => operand,
                Operand::Place(p, mode) => Operand::Place(self.pinned(p, out), mode),
            };
            let place = operand.place().cloned();
            let binds = match (&operand, &place) {
                _ if inert || ty.is_inert() => Binds::Inert,
                (Operand::Place(_, Mode::Shared), _) => Binds::References { exclusive: false },
                (Operand::Place(_, Mode::Exclusive), _) => Binds::References { exclusive: true },
                (_, Some(p)) => match self.refers(p) {
                    Some(exclusive) => Binds::References { exclusive },
                    None => Binds::Locals,
                },
                _ => Binds::Inert,
            };
            let place = place.map(|p| self.referent(p));
            let ty = ty.peeled().clone();
            scrutinees.push(Scrutinee { operand, ty, place, binds, optional });
        }
        Ok(scrutinees)
    }

    /// The pattern of an arm with its guard.
    fn arm_pattern(
        &mut self,
        pattern: &Pat,
        scrutinees: &[Scrutinee],
        out: &mut Vec<Stmt>,
    ) -> Result<TokenStream> {
        if let Pat::Guard(g) = pattern {
            if scrutinees.iter().any(|s| s.optional.is_some()) {
                return unsupported(
                    &g.guard,
                    "a guard on an optional reference",
                    "use `if` in the arm",
                );
            }
            let tokens = self.arm_pattern(&g.pat, scrutinees, out)?;
            let Some((guard, _)) = self.pure_guard(&g.guard) else {
                return unsupported(
                    &g.guard,
                    "a guard that does more than read",
                    "use `if` in the arm",
                );
            };
            return Ok(quote!(#tokens if #guard));
        }
        match (scrutinees, pattern) {
            (_, Pat::Paren(p)) => self.arm_pattern(&p.pat, scrutinees, out),
            ([one], _) => self.part_pattern(pattern, one, out),
            (several, Pat::Tuple(t)) => {
                let mut parts = vec![];
                for (p, of) in t.elems.iter().zip(several) {
                    parts.push(self.part_pattern(p, of, out)?);
                }
                Ok(quote!((#(#parts,)*)))
            }
            _ => Ok(quote!(_)),
        }
    }

    fn part_pattern(
        &mut self,
        pattern: &Pat,
        of: &Scrutinee,
        out: &mut Vec<Stmt>,
    ) -> Result<TokenStream> {
        if let Some((optional, e)) = &of.optional {
            return self.optional_pattern(pattern, optional, e, out);
        }
        let mut bindings = vec![];
        let subject = Subject { place: of.place.as_ref(), binds: of.binds, refutable: true };
        let tokens = self.pattern(pattern, &of.ty, vec![], subject, &mut bindings)?;
        if !bindings.is_empty() {
            // The pattern itself takes the value apart.
            out.push(Stmt::Destructure(quote!(), of.operand.clone(), bindings));
        }
        Ok(tokens)
    }

    /// `let pattern = value else { .. }; rest`: the rest goes with the pattern.
    pub(super) fn let_else(
        &mut self,
        local: &syn::Local,
        otherwise: &Expr,
        rest: &[syn::Stmt],
        tail: Tail,
        out: &mut Vec<Stmt>,
    ) -> Result<Option<Operand>> {
        let init = local.init.as_ref().expect("`let else` has a value");
        let pattern = match &local.pat {
            Pat::Type(t) => &t.pat,
            other => other,
        };
        let value = &init.expr;
        let rest = rest.iter().filter(|s| !matches!(s, syn::Stmt::Item(_)));
        let m = syn::parse_quote_spanned!(local.let_token.span=> match #value {
            #pattern => { #(#rest)* }
            _ => #otherwise
        });
        self.selection(&m, tail, out)
    }
}

/// The arm once for each alternative of its pattern, where the alternatives bind names.
fn alternatives(arm: &syn::Arm) -> Vec<syn::Arm> {
    fn of(pattern: &Pat) -> Vec<Pat> {
        match pattern {
            Pat::Or(o) if !binds_nothing(pattern) => o.cases.iter().flat_map(of).collect(),
            Pat::Paren(p) => of(&p.pat),
            Pat::Guard(g) => {
                let with = |p| {
                    let mut g = g.clone();
                    *g.pat = p;
                    Pat::Guard(g)
                };
                of(&g.pat).into_iter().map(with).collect()
            }
            Pat::Tuple(t) if !binds_nothing(pattern) => {
                combined(&t.elems, |elems| Pat::Tuple(syn::PatTuple { elems, ..t.clone() }))
            }
            Pat::TupleStruct(t) if !binds_nothing(pattern) => combined(&t.elems, |elems| {
                Pat::TupleStruct(syn::PatTupleStruct { elems, ..t.clone() })
            }),
            Pat::Slice(s) if !binds_nothing(pattern) => {
                combined(&s.elems, |elems| Pat::Slice(syn::PatSlice { elems, ..s.clone() }))
            }
            Pat::Struct(s) if !binds_nothing(pattern) => {
                let parts = s.fields.iter().map(|field| (*field.pat).clone()).collect();
                combined(&parts, |parts| {
                    let mut s = s.clone();
                    s.fields.iter_mut().zip(parts).for_each(|(field, part)| *field.pat = part);
                    Pat::Struct(s)
                })
            }
            Pat::Reference(r) if !binds_nothing(pattern) => {
                let and = r.and_token;
                let with = |p: Pat| syn::parse_quote!(#and (#p));
                of(&r.pat).into_iter().map(with).collect()
            }
            other => vec![other.clone()],
        }
    }
    /// Every combination of the parts' alternatives.
    fn combined(
        parts: &syn::punctuated::Punctuated<Pat, syn::Token![,]>,
        whole: impl Fn(syn::punctuated::Punctuated<Pat, syn::Token![,]>) -> Pat,
    ) -> Vec<Pat> {
        let mut all = vec![vec![]];
        for part in parts {
            let choices = of(part);
            all = all
                .into_iter()
                .flat_map(|front: Vec<Pat>| {
                    choices.iter().map(move |c| [front.clone(), vec![c.clone()]].concat())
                })
                .collect();
        }
        all.into_iter().map(|parts| whole(parts.into_iter().collect())).collect()
    }
    of(&arm.pat).into_iter().map(|pat| syn::Arm { pat, ..arm.clone() }).collect()
}

/// `matches!(value, pattern)` as a `match`.
pub(super) fn matches_macro(mac: &syn::Macro) -> Result<syn::ExprMatch> {
    mac.parse_body_with(|input: syn::parse::ParseStream<'_>| {
        let value: Expr = input.parse()?;
        input.parse::<syn::Token![,]>()?;
        let pattern: TokenStream = input.parse()?;
        Ok(syn::parse_quote!(match #value { #pattern => true, _ => false }))
    })
}

/// Whether a pattern has `ref`.
pub(super) fn borrows(pattern: &Pat) -> bool {
    has_reference(pattern, false)
}

/// Whether a pattern has `ref`, or `ref mut`.
fn has_reference(pattern: &Pat, exclusive: bool) -> bool {
    struct Find {
        exclusive: bool,
        found: bool,
    }
    impl Visit<'_> for Find {
        fn visit_pat_ident(&mut self, p: &syn::PatIdent) {
            self.found |= p.by_ref.is_some() && (p.mutability.is_some() || !self.exclusive);
            syn::visit::visit_pat_ident(self, p);
        }
    }
    let mut find = Find { exclusive, found: false };
    find.visit_pat(pattern);
    find.found
}

/// The part of a pattern that takes a tuple apart.
fn part_of(pattern: &Pat, k: usize) -> Option<&Pat> {
    match pattern {
        Pat::Paren(p) => part_of(&p.pat, k),
        Pat::Guard(g) => part_of(&g.pat, k),
        Pat::Tuple(t) => t.elems.iter().nth(k),
        _ => None,
    }
}

/// Whether a pattern takes a tuple of `n` apart, or looks at nothing.
fn takes_apart(pattern: &Pat, n: usize) -> bool {
    match pattern {
        Pat::Paren(p) => takes_apart(&p.pat, n),
        Pat::Guard(g) => takes_apart(&g.pat, n),
        Pat::Wild(_) => true,
        Pat::Tuple(t) => t.elems.len() == n && !t.elems.iter().any(|p| matches!(p, Pat::Rest(_))),
        _ => false,
    }
}

/// `if let` and chains of it as `match` and `if`; `None` if no pattern is in the condition.
pub(super) fn without_let(i: &syn::ExprIf) -> Result<Option<Expr>> {
    let mut conditions = vec![];
    conjuncts(&i.cond, &mut conditions);
    if !conditions.iter().any(|c| matches!(c, Expr::Let(_))) {
        return Ok(None);
    }
    let empty: Expr = syn::parse_quote!({});
    let otherwise = i.else_branch.as_ref().map_or(&empty, |(_, e)| e);
    for (k, c) in conditions.iter().enumerate() {
        // The other branch is written once for each condition that may fail.
        if let (Expr::Let(l), true) = (c, k + 1 < conditions.len())
            && let Some(name) = bound_in(&l.pat, &otherwise.to_token_stream())
        {
            return unsupported(
                name,
                "a name that the other branch uses, too, in a chain of `let`",
                "rename it, or nest the conditions",
            );
        }
    }
    let then = &i.then_branch;
    let mut inner: Expr = syn::parse_quote!(#then);
    for c in conditions.iter().rev() {
        let span = i.if_token.span;
        inner = match c {
            Expr::Let(l) => {
                let (pattern, value) = (&l.pat, &l.expr);
                syn::parse_quote_spanned!(span=> match #value { #pattern => #inner, _ => #otherwise })
            }
            c => {
                let inner: syn::Block = match inner {
                    Expr::Block(b) => b.block,
                    e => syn::parse_quote!({ #e }),
                };
                syn::parse_quote_spanned!(span=> if #c #inner else { #otherwise })
            }
        };
    }
    Ok(Some(inner))
}

fn conjuncts<'a>(e: &'a Expr, out: &mut Vec<&'a Expr>) {
    match e {
        Expr::Binary(b) if matches!(b.op, syn::BinOp::And(_)) => {
            conjuncts(&b.left, out);
            conjuncts(&b.right, out);
        }
        Expr::Paren(p) => conjuncts(&p.expr, out),
        e => out.push(e),
    }
}

/// Whether the tokens have the name.
pub(super) fn mentions(tokens: &TokenStream, name: &proc_macro2::Ident) -> bool {
    tokens.clone().into_iter().any(|t| match t {
        TokenTree::Ident(i) => i == *name,
        TokenTree::Group(g) => mentions(&g.stream(), name),
        _ => false,
    })
}

/// A name that the pattern binds and the tokens mention.
fn bound_in(pattern: &Pat, tokens: &TokenStream) -> Option<proc_macro2::Ident> {
    bound_names(pattern).into_iter().find(|name| mentions(tokens, name))
}

/// The names that a pattern binds.
pub fn bound_names(pattern: &Pat) -> Vec<proc_macro2::Ident> {
    struct Names(Vec<proc_macro2::Ident>);
    impl Visit<'_> for Names {
        fn visit_pat_ident(&mut self, p: &syn::PatIdent) {
            self.0.push(p.ident.clone());
            syn::visit::visit_pat_ident(self, p);
        }
    }
    let mut names = Names(vec![]);
    names.visit_pat(pattern);
    names.0
}
