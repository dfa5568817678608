//! Blocks that are left early, and loops with a value: as loops that store it.

use super::{Lower, Named};
use crate::error::Result;
use crate::ir::{Op, Operand, Stmt, Ty, VarId};
use quote::quote;
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, parse_quote_spanned};

impl Lower {
    /// `'label: { .. }` is a loop of one trip; the flag says that its value is used.
    pub(super) fn labelled_block(
        &mut self,
        b: &syn::ExprBlock,
        used: bool,
        out: &mut Vec<Stmt>,
    ) -> Result<Op> {
        let span = b.block.span();
        let label = b.label.as_ref().expect("it has a label").name.clone();
        let mut block = b.block.clone();
        let left = self.left_name(span);
        let mut values =
            Values { label: Some(label.clone()), depth: 1, found: false, left: left.clone() };
        values.visit_block_mut(&mut block);
        if let Some(syn::Stmt::Expr(e, semicolon @ None)) = block.stmts.last_mut() {
            if used || values.found {
                let value = e.clone();
                *e = parse_quote_spanned!(span=> #left = #value);
                values.found = true;
            }
            *semicolon = Some(syn::token::Semi(span));
        }
        block.stmts.push(parse_quote_spanned!(span=> break #label;));
        let looped = parse_quote_spanned!(span=> #label: loop #block);
        let lower = |s: &mut Self, out: &mut Vec<Stmt>| s.endless_loop(&looped, out);
        self.with_value(values.found.then_some(left), lower, out)
    }

    /// `loop { .. break value; .. }`.
    pub(super) fn loop_value(&mut self, l: &syn::ExprLoop, out: &mut Vec<Stmt>) -> Result<Op> {
        let mut looped = l.clone();
        let label = l.label.as_ref().map(|l| l.name.clone());
        let left = self.left_name(l.loop_token.span);
        let mut values = Values { label, depth: 0, found: false, left: left.clone() };
        values.visit_block_mut(&mut looped.body);
        let lower = |s: &mut Self, out: &mut Vec<Stmt>| s.endless_loop(&looped, out);
        self.with_value(values.found.then_some(left), lower, out)
    }

    /// A name for the value of a block.
    pub(super) fn left_name(&mut self, span: proc_macro2::Span) -> proc_macro2::Ident {
        self.tries += 1;
        quote::format_ident!("__left_{}", self.tries, span = span)
    }

    /// Lowers what stores its value under a name.
    fn with_value(
        &mut self,
        name: Option<proc_macro2::Ident>,
        lower: impl FnOnce(&mut Self, &mut Vec<Stmt>) -> Result<()>,
        out: &mut Vec<Stmt>,
    ) -> Result<Op> {
        let Some(name) = name else {
            lower(self, out)?;
            return Ok(Op::Use(Operand::Const(quote!(()))));
        };
        let start = quote!(::core::default::Default::default());
        let start = Op::Verbatim(start, vec![], Ty::Unknown);
        let left: VarId = self.state("left", Ty::Unknown, None, start, out);
        self.scopes.push(std::iter::once((name.to_string(), Named::Var(left))).collect());
        let done = lower(self, out);
        self.scopes.pop();
        done?;
        Ok(Op::Use(Operand::var(left)))
    }
}

/// Whether a loop has a value.
pub(super) fn has_value(l: &syn::ExprLoop) -> bool {
    let label = l.label.as_ref().map(|l| l.name.clone());
    let left = proc_macro2::Ident::new("__left", l.loop_token.span);
    let mut values = Values { label, depth: 0, found: false, left };
    values.visit_block_mut(&mut l.body.clone());
    values.found
}

/// Makes `break value` store the value first.
struct Values {
    label: Option<syn::Lifetime>,
    /// The number of loops around.
    depth: usize,
    found: bool,
    /// The name of the value.
    left: proc_macro2::Ident,
}

impl VisitMut for Values {
    fn visit_expr_mut(&mut self, e: &mut Expr) {
        match e {
            Expr::Break(b) => {
                let own = match &b.label {
                    None => self.depth == 0,
                    label => *label == self.label,
                };
                if let (true, Some(value)) = (own, &b.expr) {
                    self.found = true;
                    let (span, label, left) = (b.span(), &b.label, &self.left);
                    *e = parse_quote_spanned!(span=> { #left = #value; break #label; });
                }
            }
            Expr::ForLoop(_) | Expr::While(_) | Expr::Loop(_) => {
                self.depth += 1;
                visit_mut::visit_expr_mut(self, e);
                self.depth -= 1;
            }
            Expr::Closure(_) => {}
            other => visit_mut::visit_expr_mut(self, other),
        }
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

/// Gives the label to each `break` of a loop's body that leaves the loop itself.
pub(super) fn break_to(body: &mut syn::Block, own: Option<&syn::Lifetime>, label: &syn::Lifetime) {
    struct Breaks<'a> {
        own: Option<&'a syn::Lifetime>,
        label: &'a syn::Lifetime,
        depth: usize,
    }
    impl VisitMut for Breaks<'_> {
        fn visit_expr_mut(&mut self, e: &mut Expr) {
            match e {
                Expr::Break(b)
                    if b.label.is_none() && self.depth == 0
                        || b.label.is_some() && b.label.as_ref() == self.own =>
                {
                    b.label = Some(self.label.clone());
                }
                Expr::ForLoop(_) | Expr::While(_) | Expr::Loop(_) => {
                    self.depth += 1;
                    visit_mut::visit_expr_mut(self, e);
                    self.depth -= 1;
                }
                Expr::Closure(_) => {}
                other => visit_mut::visit_expr_mut(self, other),
            }
        }
        fn visit_item_mut(&mut self, _: &mut syn::Item) {}
    }
    Breaks { own, label, depth: 0 }.visit_block_mut(body);
}
