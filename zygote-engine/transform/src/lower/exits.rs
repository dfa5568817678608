//! How control leaves a block, a loop or a function.

use super::place::strip;
use crate::ir::{Exit, Stmt};
use syn::Expr;
use syn::visit::Visit;

/// Whether a block ends by leaving, whatever happens.
pub(super) fn always_leaves(block: &syn::Block) -> bool {
    block.stmts.last().is_some_and(|s| matches!(s, syn::Stmt::Expr(e, _) if expr_leaves(e)))
}

pub(super) fn expr_leaves(e: &Expr) -> bool {
    match e {
        Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) => true,
        Expr::Block(b) => always_leaves(&b.block),
        Expr::If(i) => {
            always_leaves(&i.then_branch)
                && i.else_branch.as_ref().is_some_and(|(_, e)| expr_leaves(e))
        }
        _ => false,
    }
}

/// The closure that a block ends with which does not leave before, and what comes before it:
/// `{ let k = a * b; move |x| k * x }`.
pub(super) fn ends_with_closure(e: &Expr) -> Option<(&[syn::Stmt], &Expr)> {
    let b = match strip(e) {
        Expr::Reference(r) => return ends_with_closure(&r.expr),
        Expr::Block(b) => b,
        _ => return None,
    };
    let (syn::Stmt::Expr(value, None), before) = b.block.stmts.split_last()? else { return None };
    let is_closure = matches!(strip(crate::objects::unboxed(value)), Expr::Closure(_));
    let stays = b.label.is_none() && !before.is_empty() && !cut_short(&b.block, None);
    (is_closure && stays).then_some((before, crate::objects::unboxed(value)))
}

/// Whether a `return` stands before the end of the function.
pub fn returns_early(block: &syn::Block) -> bool {
    struct Find(bool);
    impl Visit<'_> for Find {
        fn visit_expr_return(&mut self, _: &syn::ExprReturn) {
            self.0 = true;
        }
        fn visit_expr_try(&mut self, _: &syn::ExprTry) {
            self.0 = true;
        }
        fn visit_expr_closure(&mut self, _: &syn::ExprClosure) {}
        fn visit_item(&mut self, _: &syn::Item) {}
    }
    let mut find = Find(false);
    find.visit_block(block);
    find.0
}

/// Whether a loop's body may end the loop.
pub(super) fn cut_short(body: &syn::Block, label: Option<&syn::Lifetime>) -> bool {
    struct Find<'a> {
        label: Option<&'a syn::Lifetime>,
        depth: usize,
        found: bool,
    }
    impl Find<'_> {
        fn outer(&self, l: Option<&syn::Lifetime>) -> bool {
            // A label of another loop is taken to be one outside.
            l.is_some_and(|l| Some(l) != self.label)
        }
    }
    impl<'a> Visit<'a> for Find<'_> {
        fn visit_expr_return(&mut self, _: &syn::ExprReturn) {
            self.found = true;
        }
        fn visit_expr_try(&mut self, _: &syn::ExprTry) {
            self.found = true;
        }
        fn visit_expr_break(&mut self, b: &'a syn::ExprBreak) {
            let own = match &b.label {
                None => self.depth == 0,
                Some(_) => true,
            };
            self.found |= own;
        }
        fn visit_expr_continue(&mut self, c: &'a syn::ExprContinue) {
            self.found |= self.outer(c.label.as_ref());
        }
        fn visit_expr_for_loop(&mut self, l: &'a syn::ExprForLoop) {
            self.inside(&l.body);
        }
        fn visit_expr_while(&mut self, l: &'a syn::ExprWhile) {
            self.inside(&l.body);
        }
        fn visit_expr_loop(&mut self, l: &'a syn::ExprLoop) {
            self.inside(&l.body);
        }
        fn visit_expr_closure(&mut self, _: &syn::ExprClosure) {}
        fn visit_item(&mut self, _: &syn::Item) {}
    }
    impl Find<'_> {
        fn inside(&mut self, body: &syn::Block) {
            self.depth += 1;
            self.visit_block(body);
            self.depth -= 1;
        }
    }
    let mut find = Find { label, depth: 0, found: false };
    find.visit_block(body);
    find.found
}

/// Whether a statement may leave the region that it stands in.
pub fn leaves(stmt: &Stmt) -> bool {
    fn escapes(stmt: &Stmt, inside: &mut Vec<Option<syn::Lifetime>>) -> bool {
        if let Stmt::Exit(exit) = stmt {
            return match exit {
                Exit::Return(_) => true,
                Exit::Break(None) | Exit::Continue(None) => inside.is_empty(),
                Exit::Break(l) | Exit::Continue(l) => !inside.contains(l),
            };
        }
        let label = match stmt {
            Stmt::For(f) => Some(f.label.clone()),
            Stmt::While(l, ..) | Stmt::Loop(l, ..) => Some(l.clone()),
            _ => None,
        };
        let is_loop = label.is_some();
        inside.extend(label);
        let found = stmt.regions().iter().any(|r| r.stmts.iter().any(|s| escapes(s, inside)));
        if is_loop {
            inside.pop();
        }
        found
    }
    escapes(stmt, &mut vec![])
}
