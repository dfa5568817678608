//! `return` and `?` in closures: what follows a statement that may leave goes into the branch that does
//! not, so that the value of the closure is that of its last expression.

use super::question::{Fallible, asks, fallible, kind_of, real_payload};
use super::{Lower, bound_names, exits, select};
use crate::error::{Result, unsupported};
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::visit::Visit;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Pat, Stmt, parse_quote_spanned};

/// What follows an expression: its value gets a name, and statements come after it.
#[derive(Clone, Copy)]
struct Then<'a> {
    pattern: Option<&'a Pat>,
    rest: &'a [Stmt],
}

impl Lower {
    /// The closure without `return` and `?`.
    pub(super) fn without_exits(&mut self, c: &syn::ExprClosure) -> Result<syn::ExprClosure> {
        let mut straight = c.clone();
        if !leaves_early(|find| find.visit_expr(&c.body)) {
            return Ok(straight);
        }
        let kind = fallible(&c.output).or_else(|| kind_of_closure(&c.body));
        let kind = std::mem::replace(&mut self.fallible, kind);
        let payload = std::mem::replace(&mut self.real_payload, real_payload(&c.output));
        let mut body = self.finished(&c.body, None);
        let has_default = match self.fallible {
            Some(kind) => kind == Fallible::Option,
            // A value that is none of both.
            None => !leaves_early(|find| find.of_question(&c.body)),
        };
        if body.is_err() && has_default {
            self.tries += 1;
            body = Ok(labelled(&c.body, self.tries));
        }
        self.fallible = kind;
        self.real_payload = payload;
        let body = body?;
        *straight.body = match body {
            Expr::Block(_) => body,
            body => parse_quote_spanned!(c.body.span()=> { #body }),
        };
        Ok(straight)
    }

    /// The value of the closure, after an expression at its end or with what follows.
    fn finished(&mut self, e: &Expr, then: Option<Then<'_>>) -> Result<Expr> {
        let span = e.span();
        if !leaves_early(|find| find.visit_expr(e)) {
            let Some(Then { pattern, rest }) = then else { return Ok(e.clone()) };
            let first: Stmt = match pattern {
                Some(pattern) => parse_quote_spanned!(span=> let #pattern = #e;),
                None => parse_quote_spanned!(span=> #e;),
            };
            let rest = self.statements(rest.to_vec(), e)?;
            return Ok(parse_quote_spanned!(span=> { #first #rest }));
        }
        match e {
            Expr::Return(r) => match &r.expr {
                Some(value) => self.finished(value, None),
                None => Ok(parse_quote_spanned!(span=> ())),
            },
            Expr::Paren(p) => self.finished(&p.expr, then),
            Expr::If(i) if !asks(&i.cond) => {
                let mut i = i.clone();
                let nothing = || (Default::default(), parse_quote_spanned!(span=> {}));
                let (token, other) = i.else_branch.take().unwrap_or_else(nothing);
                let block = i.then_branch;
                // What the condition binds is known in the first branch.
                let mut names = Names::default();
                names.visit_expr(&i.cond);
                let mut branches = [parse_quote_spanned!(span=> #block), *other];
                let known = [names.0, vec![]];
                self.branches(e, known.into_iter().zip(&mut branches), then)?;
                let [block, other] = branches.map(|b| -> syn::Block {
                    match b {
                        Expr::Block(b) if b.label.is_none() => b.block,
                        b => parse_quote_spanned!(span=> { #b }),
                    }
                });
                i.then_branch = block;
                i.else_branch = Some((token, parse_quote_spanned!(span=> #other)));
                Ok(Expr::If(i))
            }
            Expr::Match(m) if !asks(&m.expr) => {
                let mut m = m.clone();
                for arm in &mut m.arms {
                    arm.comma.get_or_insert_default();
                }
                let arms = m.arms.iter_mut().map(|arm| (bound_names(&arm.pat), &mut *arm.body));
                self.branches(e, arms, then)?;
                Ok(Expr::Match(m))
            }
            Expr::Block(b) if b.label.is_none() && then.is_none() => {
                self.statements(b.block.stmts.clone(), e)
            }
            // What is evaluated before a `?` is lifted with it.
            other if then.is_none() && asks(other) => {
                self.statements(vec![Stmt::Expr(other.clone(), None)], e)
            }
            other => refused(other),
        }
    }

    /// Each branch, and the names that are bound before it, with what follows; only one may come to it.
    fn branches<'a>(
        &mut self,
        whole: &Expr,
        branches: impl Iterator<Item = (Vec<syn::Ident>, &'a mut Expr)>,
        then: Option<Then<'_>>,
    ) -> Result<()> {
        let mut stay = 0;
        for (bound, branch) in branches {
            if exits::expr_leaves(branch) {
                *branch = self.finished(branch, None)?;
                continue;
            }
            stay += 1;
            if let Some(Then { pattern: given, rest }) = then {
                let hides = |name: &syn::Ident| {
                    let again = given.is_some_and(|p| bound_names(p).contains(name));
                    !again && rest.iter().any(|s| select::mentions(&s.to_token_stream(), name))
                };
                let mut names = Names(bound);
                names.visit_expr(branch);
                if stay > 1 || names.0.iter().any(hides) {
                    return refused(whole);
                }
            }
            *branch = self.finished(branch, then)?;
        }
        Ok(())
    }

    /// The value of statements in a block of their own; an error points at `whole`.
    fn statements(&mut self, stmts: Vec<Stmt>, whole: &Expr) -> Result<Expr> {
        let span = whole.span();
        let mut before: Vec<Stmt> = vec![];
        let mut rest: std::collections::VecDeque<Stmt> = stmts.into();
        while let Some(stmt) = rest.pop_front() {
            if !leaves_early(|find| find.visit_stmt(&stmt)) {
                before.push(stmt);
                continue;
            }
            if let Some(lifted) = self.without_question(&stmt)? {
                lifted.into_iter().rev().for_each(|stmt| rest.push_front(stmt));
                continue;
            }
            let rest: Vec<Stmt> = rest.into();
            let value = match &stmt {
                Stmt::Local(syn::Local { pat, init: Some(init), .. }) => match &init.diverge {
                    Some((_, diverge)) => {
                        let (value, other) = (&init.expr, self.finished(diverge, None)?);
                        let rest = self.statements(rest, whole)?;
                        parse_quote_spanned!(span=> match #value { #pat => #rest, _ => #other, })
                    }
                    None => {
                        self.finished(&init.expr, Some(Then { pattern: Some(pat), rest: &rest }))?
                    }
                },
                Stmt::Expr(e, None) if rest.is_empty() => self.finished(e, None)?,
                Stmt::Expr(e, _) => self.finished(e, Some(Then { pattern: None, rest: &rest }))?,
                _ => return refused(whole),
            };
            return Ok(parse_quote_spanned!(span=> { #(#before)* #value }));
        }
        Ok(parse_quote_spanned!(span=> { #(#before)* }))
    }
}

/// The body as a block that is left with its value, also from a loop.
fn labelled(body: &Expr, number: usize) -> Expr {
    struct Breaks(syn::Lifetime);
    impl VisitMut for Breaks {
        fn visit_expr_mut(&mut self, e: &mut Expr) {
            if matches!(e, Expr::Closure(_)) {
                return;
            }
            visit_mut::visit_expr_mut(self, e);
            let (label, span) = (&self.0, e.span());
            match e {
                Expr::Return(r) => {
                    let value = &r.expr;
                    *e = parse_quote_spanned!(span=> break #label #value);
                }
                Expr::Try(t) => {
                    let value = &t.expr;
                    *e = parse_quote_spanned!(span=> match #value {
                        ::core::option::Option::Some(__value) => __value,
                        ::core::option::Option::None => {
                            break #label ::core::option::Option::None
                        }
                    });
                }
                _ => {}
            }
        }
        fn visit_item_mut(&mut self, _: &mut syn::Item) {}
    }
    let mut body = body.clone();
    let label = syn::Lifetime::new(&format!("'__closure_{number}"), body.span());
    Breaks(label.clone()).visit_expr_mut(&mut body);
    match body {
        Expr::Block(syn::ExprBlock { label: None, block, .. }) => {
            parse_quote_spanned!(block.span()=> { #label: #block })
        }
        body => parse_quote_spanned!(body.span()=> { #label: { #body } }),
    }
}

fn refused<T>(at: &Expr) -> Result<T> {
    let instead = "leave it from its own statements or a branch that ends with `return`, or write a \
                   function";
    unsupported(at, "a closure that is left from here", instead)
}

/// Whether `return` or `?` leaves what is visited.
fn leaves_early(visit: impl FnOnce(&mut Leaves)) -> bool {
    let mut leaves = Leaves::default();
    visit(&mut leaves);
    leaves.found
}

#[derive(Default)]
struct Leaves {
    found: bool,
    /// Whether only `?` counts.
    question: bool,
}

impl Leaves {
    fn of_question(&mut self, e: &Expr) {
        self.question = true;
        self.visit_expr(e);
    }
}

impl Visit<'_> for Leaves {
    fn visit_expr_return(&mut self, r: &syn::ExprReturn) {
        self.found |= !self.question;
        syn::visit::visit_expr_return(self, r);
    }
    fn visit_expr_try(&mut self, _: &syn::ExprTry) {
        self.found = true;
    }
    fn visit_expr_closure(&mut self, _: &syn::ExprClosure) {}
    fn visit_item(&mut self, _: &syn::Item) {}
}

/// The names that what is visited declares.
#[derive(Default)]
struct Names(Vec<syn::Ident>);

impl Visit<'_> for Names {
    fn visit_pat_ident(&mut self, p: &syn::PatIdent) {
        self.0.push(p.ident.clone());
        syn::visit::visit_pat_ident(self, p);
    }
}

/// What a closure gives, as its last expressions or a `return` say.
fn kind_of_closure(body: &Expr) -> Option<Fallible> {
    struct Find(Option<Fallible>);
    impl Visit<'_> for Find {
        fn visit_expr_return(&mut self, r: &syn::ExprReturn) {
            self.0 = self.0.or(r.expr.as_deref().and_then(kind_of));
            syn::visit::visit_expr_return(self, r);
        }
        fn visit_expr_closure(&mut self, _: &syn::ExprClosure) {}
        fn visit_item(&mut self, _: &syn::Item) {}
    }
    let mut find = Find(kind_of(body));
    find.visit_expr(body);
    find.0
}
