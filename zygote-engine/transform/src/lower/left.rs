//! Values of branches of which some leave, and references that branches choose.

use super::Lower;
use super::labelled::has_value;
use super::macros::never_returns;
use super::place::strip;
use super::question::leaves;
use super::select::without_let;
use crate::error::Result;
use crate::ir::{Mode, Op, Operand, Place, Region, Stmt, Ty};
use syn::spanned::Spanned;
use syn::{Expr, Pat, parse_quote_spanned};

/// The pattern of a `let`, the type that it says, and the value.
pub(super) type Binding<'a> = (&'a Pat, Option<&'a syn::Type>, Operand);

/// How often the rest of a block is written at most, with the references that branches choose.
const COPIES: usize = 16;

impl Lower {
    /// The statements that stand for a `let` with the value of branches, and the rest after it, where it
    /// can't be bound as it was lowered; and how often the rest stands in them. What was lowered is
    /// forgotten then.
    pub(super) fn otherwise_bound(
        &mut self,
        start: Self,
        lowered: &Result<Option<Binding<'_>>>,
        local: &syn::Local,
        rest: &[syn::Stmt],
    ) -> Result<Option<(Vec<syn::Stmt>, usize)>> {
        match lowered {
            Ok(Some(binding)) if !self.is_number(binding) => {
                *self = start;
                Ok(Some((self.stored_by_branches(local, rest), 1)))
            }
            Err(_) if self.chose_reference => {
                *self = start;
                self.followed_by_rest(local, rest)
            }
            _ => Ok(None),
        }
    }

    /// `let r = if c { &a } else { &b }; rest` as `if c { let r = &a; rest } else { let r = &b; rest }`: a
    /// reference is a name for a place, which is another in each branch.
    fn followed_by_rest(
        &self,
        local: &syn::Local,
        rest: &[syn::Stmt],
    ) -> Result<Option<(Vec<syn::Stmt>, usize)>> {
        let value = strip(&local.init.as_ref().expect("it has a value").expr);
        let selected = match value {
            Expr::If(i) => without_let(i)?,
            _ => None,
        };
        let mut value = selected.unwrap_or_else(|| value.clone());
        let rest: Vec<_> =
            rest.iter().filter(|s| !matches!(s, syn::Stmt::Item(_))).cloned().collect();
        let names = super::select::bound_names(&local.pat);
        let depth = self.scopes.len();
        let mut copies = 0;
        in_branches(&mut value, &mut |e| {
            copies += 1;
            let mut local = local.clone();
            *local.init.as_mut().expect("it has a value").expr = e.clone();
            syn::parse_quote!({ #local __outside!(#depth #(#names)*); #(#rest)* })
        });
        if self.copies * copies > COPIES {
            return Ok(None);
        }
        Ok(Some((vec![syn::Stmt::Expr(value, None)], copies)))
    }

    /// The statements that stand for `let x = match v { a => y, b => z, c => return }; rest`, where the
    /// value exists only if no branch left, so that it is in an option:
    ///
    /// ```text
    /// let mut left = None;
    /// match v { a => left = Some(y), b => left = Some(z), c => return }
    /// let x = match left { Some(value) => value, None => unreachable!() };
    /// ```
    fn stored_by_branches(&mut self, local: &syn::Local, rest: &[syn::Stmt]) -> Vec<syn::Stmt> {
        let value = strip(&local.init.as_ref().expect("it has a value").expr);
        let span = value.span();
        let left = self.left_name(span);
        let mut stored = value.clone();
        in_branches(
            &mut stored,
            &mut |e| parse_quote_spanned!(span=> { #left = ::core::option::Option::Some(#e); }),
        );
        let ty: syn::Type = match &local.pat {
            Pat::Type(t) => (*t.ty).clone(),
            _ => parse_quote_spanned!(span=> _),
        };
        let mut bound = local.clone();
        *bound.init.as_mut().expect("it has a value").expr = parse_quote_spanned!(span=>
            match #left {
                ::core::option::Option::Some(__value) => __value,
                ::core::option::Option::None => unreachable!(),
            }
        );
        let slot: syn::Block = parse_quote_spanned!(span=> {
            let mut #left: ::core::option::Option<#ty> = ::core::option::Option::None;
            #stored;
            #bound
        });
        let rest = rest.iter().filter(|s| !matches!(s, syn::Stmt::Item(_))).cloned();
        slot.stmts.into_iter().chain(rest).collect()
    }

    /// Whether the value is a number, or of another type without derivative, by its type or that of the
    /// `let`, which it then has.
    fn is_number(&mut self, (_, declared, value): &Binding<'_>) -> bool {
        let scalar = |t: &Ty| matches!(t, Ty::Real | Ty::Inert);
        let Some(place) = value.place() else { return true };
        let known = declared.map_or(Ty::Unknown, super::ty_of);
        if !scalar(&self.func.var(place.root).ty) && scalar(&known) && place.path.is_empty() {
            self.func.vars[place.root.0].ty = known;
        }
        scalar(&self.func.var(place.root).ty)
    }
}

/// The reference that the value of a branch is, or has in a tuple.
pub(super) fn reference_of(region: &Region) -> Option<&Place> {
    let lent = |o| match o {
        &Operand::Place(ref p, Mode::Shared | Mode::Exclusive) => Some(p),
        _ => None,
    };
    let result = region.result.as_ref()?;
    match region.stmts.last() {
        Some(Stmt::Let(v, Op::Tuple(parts))) if *result == Operand::var(*v) => {
            parts.iter().find_map(lent)
        }
        _ => lent(result),
    }
}

/// Whether the value of a `let` is that of branches, or of a block that may leave.
pub(super) fn has_branches(local: &syn::Local) -> bool {
    local.init.as_ref().is_some_and(|init| match strip(&init.expr) {
        Expr::If(_) | Expr::Match(_) => true,
        e @ Expr::Block(b) => b.label.is_none() && leaves(e),
        _ => false,
    })
}

/// `place = match v { a => x, b => return y }` with the assignment in the branches; `None` if nothing
/// leaves.
pub(super) fn assigned_in_branches(place: &Expr, value: &Expr) -> Option<Expr> {
    if !matches!(value, Expr::If(_) | Expr::Match(_)) || !leaves(value) {
        return None;
    }
    let mut value = value.clone();
    in_branches(&mut value, &mut |e| syn::parse_quote!({ #place = #e; }));
    Some(value)
}

/// Writes the value of each branch otherwise; those that leave or never return stay.
fn in_branches(value: &mut Expr, write: &mut dyn FnMut(&Expr) -> Expr) {
    match value {
        Expr::If(i) => {
            in_block(&mut i.then_branch, write);
            if let Some((_, e)) = &mut i.else_branch {
                in_branches(e, write);
            }
        }
        Expr::Match(m) => m.arms.iter_mut().for_each(|arm| in_branches(&mut arm.body, write)),
        Expr::Block(b) if b.label.is_none() => in_block(&mut b.block, write),
        Expr::Paren(p) => in_branches(&mut p.expr, write),
        Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) => {}
        Expr::Macro(m) if never_returns(&m.mac.path) => {}
        Expr::Loop(l) if !has_value(l) => {}
        other => *other = write(other),
    }
}

fn in_block(block: &mut syn::Block, write: &mut dyn FnMut(&Expr) -> Expr) {
    if let Some(syn::Stmt::Expr(e, None)) = block.stmts.last_mut() {
        in_branches(e, write);
    }
}
