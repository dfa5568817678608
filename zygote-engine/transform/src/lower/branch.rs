//! Branches.

use super::exits::{always_leaves, expr_leaves, leaves};
use super::place::strip;
use super::select::without_let;
use super::{Lower, Tail};
use crate::error::Result;
use crate::ir::{Operand, Stmt};
use syn::Expr;
use syn::spanned::Spanned;

impl Lower {
    /// A branch; gives its value.
    pub(super) fn branch(
        &mut self,
        i: &syn::ExprIf,
        tail: Tail,
        out: &mut Vec<Stmt>,
    ) -> Result<Option<Operand>> {
        match without_let(i)? {
            Some(Expr::Match(m)) => return self.selection(&m, tail, out),
            Some(Expr::If(i)) => return self.branch(&i, tail, out),
            _ => {}
        }
        let condition = self.condition(&i.cond, out)?;
        let yes = self.region(false, |s, out| s.stmts(&i.then_branch.stmts, tail, out))?;
        let no = self.region(false, |s, out| match &i.else_branch {
            Some((_, e)) => s.otherwise(e, tail, out),
            None => s.end(tail, None, out),
        })?;
        let value = match tail {
            Tail::Unit => None,
            _ => self.joined(&[&yes, &no], i.span())?,
        };
        out.push(Stmt::If(condition, yes, no, value));
        Ok(value.map(Operand::var))
    }

    fn otherwise(&mut self, e: &Expr, tail: Tail, out: &mut Vec<Stmt>) -> Result<Option<Operand>> {
        match e {
            Expr::If(i) => {
                let value = self.branch(i, tail, out)?;
                if tail == Tail::Return { Ok(None) } else { Ok(value) }
            }
            Expr::Block(b) => self.stmts(&b.block.stmts, tail, out),
            other => self.tail(other, tail, out),
        }
    }

    fn condition(&mut self, e: &Expr, out: &mut Vec<Stmt>) -> Result<Operand> {
        let condition = self.inert(e, out)?;
        // A condition that can change before the reverse sweep reads it is copied.
        Ok(self.pin(condition, out))
    }

    /// `if c { ..; return x; } rest` is `if c { ..; return x } else { rest }`, and so on: the rest
    /// goes with the branch that stays.
    pub(super) fn if_that_leaves(
        &mut self,
        i: &syn::ExprIf,
        rest: &[syn::Stmt],
        tail: Tail,
        out: &mut Vec<Stmt>,
    ) -> Result<Option<Option<Operand>>> {
        let stays = match &i.else_branch {
            None => None,
            Some((_, e)) => match &**e {
                Expr::Block(b) => Some(&b.block),
                _ => return Ok(None),
            },
        };
        let yes_leaves = always_leaves(&i.then_branch);
        let no_leaves = stays.is_some_and(always_leaves);
        if yes_leaves == no_leaves {
            return Ok(None);
        }
        if find_let(&i.cond).is_some() {
            return Ok(None);
        }
        let condition = self.condition(&i.cond, out)?;
        let empty: syn::Block = syn::parse_quote!({});
        let other = stays.unwrap_or(&empty);
        let branch = |s: &mut Self, block: &syn::Block, exits: bool| {
            s.region(false, |s, out| {
                if exits {
                    return s.stmts(&block.stmts, Tail::Unit, out);
                }
                if !block.stmts.is_empty() {
                    let inner = s.region(false, |s, out| s.stmts(&block.stmts, Tail::Unit, out))?;
                    out.push(Stmt::Block(inner, None));
                    if out.last().is_some_and(leaves) {
                        return s.rest(None, rest, tail, out);
                    }
                }
                s.stmts(rest, tail, out)
            })
        };
        let yes = branch(self, &i.then_branch, yes_leaves)?;
        let no = branch(self, other, no_leaves)?;
        let value = match tail {
            Tail::Value => self.joined(&[&yes, &no], i.span())?,
            _ => None,
        };
        out.push(Stmt::If(condition, yes, no, value));
        Ok(Some(value.map(Operand::var)))
    }

    /// `let x = if c { return .. } else { e }; rest`: the `let` and the rest go with the branch that
    /// stays.
    pub(super) fn let_that_leaves(
        &mut self,
        local: &syn::Local,
        rest: &[syn::Stmt],
        tail: Tail,
        out: &mut Vec<Stmt>,
    ) -> Result<Option<Option<Operand>>> {
        let Some(init) = &local.init else { return Ok(None) };
        if let Some((_, otherwise)) = &init.diverge {
            return self.let_else(local, otherwise, rest, tail, out).map(Some);
        }
        let (mut stays, depth) = (None, self.scopes.len());
        let selected = match strip(&init.expr) {
            Expr::If(i) => without_let(i)?,
            _ => None,
        };
        let moved = match selected.as_ref().unwrap_or(strip(&init.expr)) {
            Expr::If(i) => {
                let Some((_, e)) = &i.else_branch else { return Ok(None) };
                let Expr::Block(no) = &**e else { return Ok(None) };
                let mut moved = i.clone();
                let (yes, no) = (&i.then_branch, &no.block);
                match (always_leaves(yes), always_leaves(no)) {
                    (true, false) => {
                        let all = continued(local, no, rest, depth);
                        moved.else_branch =
                            Some((Default::default(), Box::new(syn::parse_quote!({ #(#all)* }))));
                    }
                    (false, true) => {
                        moved.then_branch.stmts = continued(local, yes, rest, depth);
                    }
                    _ => return Ok(None),
                }
                stays = Some(());
                Expr::If(moved)
            }
            Expr::Match(m) => {
                let mut moved = m.clone();
                for arm in &mut moved.arms {
                    let block: syn::Block = match &*arm.body {
                        Expr::Block(b) => b.block.clone(),
                        e => syn::parse_quote!({ #e }),
                    };
                    if always_leaves(&block) {
                        continue;
                    }
                    if stays.replace(()).is_some() {
                        return Ok(None);
                    }
                    let all = continued(local, &block, rest, depth);
                    *arm.body = syn::parse_quote!({ #(#all)* });
                }
                if m.arms.iter().all(|a| !expr_leaves(&a.body)) {
                    return Ok(None);
                }
                Expr::Match(moved)
            }
            _ => return Ok(None),
        };
        if stays.is_none() {
            return Ok(None);
        }
        match moved {
            Expr::If(i) => self.branch(&i, tail, out).map(Some),
            Expr::Match(m) => self.selection(&m, tail, out).map(Some),
            _ => unreachable!("only these are moved"),
        }
    }
}

/// The statements of `block`, its value bound by `local`, and the rest after it, which sees the names
/// of outside and those that `local` binds, not those of the pattern around the block.
fn continued(
    local: &syn::Local,
    block: &syn::Block,
    rest: &[syn::Stmt],
    depth: usize,
) -> Vec<syn::Stmt> {
    let mut local = local.clone();
    if let Some(init) = &mut local.init {
        *init.expr = match &block.stmts[..] {
            [syn::Stmt::Expr(e, None)] => e.clone(),
            _ => Expr::Block(syn::ExprBlock { attrs: vec![], label: None, block: block.clone() }),
        };
    }
    let names = super::select::bound_names(&local.pat);
    let outside = syn::parse_quote!(__outside!(#depth #(#names)*););
    [syn::Stmt::Local(local), outside].into_iter().chain(rest.iter().cloned()).collect()
}

pub(super) fn find_let(e: &Expr) -> Option<&syn::ExprLet> {
    match e {
        Expr::Let(l) => Some(l),
        Expr::Binary(b) => find_let(&b.left).or_else(|| find_let(&b.right)),
        Expr::Paren(p) => find_let(&p.expr),
        _ => None,
    }
}
