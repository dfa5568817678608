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
        let mut values = Values { label: Some(label.clone()), depth: 1, found: false };
        values.visit_block_mut(&mut block);
        if let Some(syn::Stmt::Expr(e, semicolon @ None)) = block.stmts.last_mut() {
            if used || values.found {
                let value = e.clone();
                *e = parse_quote_spanned!(span=> __left = #value);
                values.found = true;
            }
            *semicolon = Some(syn::token::Semi(span));
        }
        block.stmts.push(parse_quote_spanned!(span=> break #label;));
        let looped = parse_quote_spanned!(span=> #label: loop #block);
        self.with_value(values.found, |s, out| s.endless_loop(&looped, out), out)
    }

    /// `loop { .. break value; .. }`.
    pub(super) fn loop_value(&mut self, l: &syn::ExprLoop, out: &mut Vec<Stmt>) -> Result<Op> {
        let mut looped = l.clone();
        let label = l.label.as_ref().map(|l| l.name.clone());
        let mut values = Values { label, depth: 0, found: false };
        values.visit_block_mut(&mut looped.body);
        self.with_value(values.found, |s, out| s.endless_loop(&looped, out), out)
    }

    /// Lowers what stores its value as `__left`.
    fn with_value(
        &mut self,
        has_value: bool,
        lower: impl FnOnce(&mut Self, &mut Vec<Stmt>) -> Result<()>,
        out: &mut Vec<Stmt>,
    ) -> Result<Op> {
        if !has_value {
            lower(self, out)?;
            return Ok(Op::Use(Operand::Const(quote!(()))));
        }
        let start = quote!(::core::default::Default::default());
        let start = Op::Verbatim(start, vec![], Ty::Unknown);
        let left: VarId = self.state("left", Ty::Unknown, None, start, out);
        self.scopes.push(std::iter::once(("__left".to_string(), Named::Var(left))).collect());
        let done = lower(self, out);
        self.scopes.pop();
        done?;
        Ok(Op::Use(Operand::var(left)))
    }
}

/// Whether a loop has a value.
pub(super) fn has_value(l: &syn::ExprLoop) -> bool {
    let label = l.label.as_ref().map(|l| l.name.clone());
    let mut values = Values { label, depth: 0, found: false };
    values.visit_block_mut(&mut l.body.clone());
    values.found
}

/// Makes `break value` store the value first.
struct Values {
    label: Option<syn::Lifetime>,
    /// The number of loops around.
    depth: usize,
    found: bool,
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
                    let (span, label) = (b.span(), &b.label);
                    *e = parse_quote_spanned!(span=> { __left = #value; break #label; });
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
