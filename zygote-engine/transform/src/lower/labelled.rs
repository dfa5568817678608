//! Blocks that are left early, and loops with a value: as loops that store it.

use super::exits::{always_leaves, leaves};
use super::{Lower, Named};
use crate::error::Result;
use crate::ir::{Op, Operand, Stmt, Ty, VarId};
use proc_macro2::{Ident, Span};
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
        let mut dry = Values::new(Some(label.clone()), 1);
        dry.visit_block_mut(&mut b.block.clone());
        let ends = matches!(b.block.stmts.last(), Some(syn::Stmt::Expr(_, None)));
        let has_value = dry.found || used && ends;
        self.with_value(has_value, span, out, |s, left, in_option, out| {
            let mut block = b.block.clone();
            let mut values = Values { left, in_option, ..Values::new(Some(label.clone()), 1) };
            values.visit_block_mut(&mut block);
            if !always_leaves(&block) {
                if let Some(syn::Stmt::Expr(e, semicolon @ None)) = block.stmts.last_mut() {
                    if has_value {
                        *e = values.stored(e);
                    }
                    *semicolon = Some(syn::token::Semi(span));
                }
                block.stmts.push(parse_quote_spanned!(span=> break #label;));
            }
            s.endless_loop(&parse_quote_spanned!(span=> #label: loop #block), out)
        })
    }

    /// `loop { .. break value; .. }`.
    pub(super) fn loop_value(&mut self, l: &syn::ExprLoop, out: &mut Vec<Stmt>) -> Result<Op> {
        self.with_value(has_value(l), l.loop_token.span, out, |s, left, in_option, out| {
            let mut looped = l.clone();
            let label = l.label.as_ref().map(|l| l.name.clone());
            let mut values = Values { left, in_option, ..Values::new(label, 0) };
            values.visit_block_mut(&mut looped.body);
            s.endless_loop(&looped, out)
        })
    }

    /// A name for the value of a block.
    pub(super) fn left_name(&mut self, span: Span) -> Ident {
        self.tries += 1;
        quote::format_ident!("__left_{}", self.tries, span = span)
    }

    /// Lowers what stores its value, if it has one, under a name: a number as it is, what is of another
    /// type, or of one that is not known, in an option, as the type may have no value to begin with.
    fn with_value(
        &mut self,
        has_value: bool,
        span: Span,
        out: &mut Vec<Stmt>,
        lower: impl Fn(&mut Self, Ident, bool, &mut Vec<Stmt>) -> Result<()>,
    ) -> Result<Op> {
        let name = self.left_name(span);
        if !has_value {
            lower(self, name, false, out)?;
            return Ok(Op::Use(Operand::Const(quote!(()))));
        }
        let (before, length) = (self.clone(), out.len());
        let (left, op) = self.stored_under(&name, false, out, &lower)?;
        // A block that may leave the function is followed by nothing in its own statement.
        let lowered = &out[length..];
        if lowered.iter().any(leaves) || lowered.iter().all(|s| self.stores_numbers(s, left)) {
            return Ok(op);
        }
        *self = before;
        out.truncate(length);
        Ok(self.stored_under(&name, true, out, &lower)?.1)
    }

    fn stored_under(
        &mut self,
        name: &Ident,
        in_option: bool,
        out: &mut Vec<Stmt>,
        lower: &impl Fn(&mut Self, Ident, bool, &mut Vec<Stmt>) -> Result<()>,
    ) -> Result<(VarId, Op)> {
        let start = match in_option {
            true => quote!(::core::option::Option::None),
            false => quote!(::core::default::Default::default()),
        };
        let start = Op::Verbatim(start, vec![], Ty::Unknown);
        let left = self.state("left", Ty::Unknown, None, start, out);
        self.scopes.push(std::iter::once((name.to_string(), Named::Var(left))).collect());
        let done = lower(self, name.clone(), in_option, out);
        let taken = parse_quote_spanned!(name.span()=> match #name {
            ::core::option::Option::Some(__value) => __value,
            ::core::option::Option::None => unreachable!(),
        });
        let op = match (done, in_option) {
            (Ok(()), true) => self.op(&taken, out),
            (done, _) => done.map(|()| Op::Use(Operand::var(left))),
        };
        self.scopes.pop();
        Ok((left, op?))
    }

    /// Whether all that a statement stores in a variable is known to be numbers.
    fn stores_numbers(&self, stmt: &Stmt, left: VarId) -> bool {
        let here = match stmt {
            Stmt::Store(place, value, _) if place.root == left => {
                matches!(self.ty(value).peeled(), Ty::Real | Ty::Inert)
            }
            _ => true,
        };
        here && stmt
            .regions()
            .into_iter()
            .all(|r| r.stmts.iter().all(|s| self.stores_numbers(s, left)))
    }
}

/// Whether a loop has a value.
pub(super) fn has_value(l: &syn::ExprLoop) -> bool {
    let label = l.label.as_ref().map(|l| l.name.clone());
    let mut values = Values::new(label, 0);
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
    left: Ident,
    in_option: bool,
}

impl Values {
    /// In so many loops; the values get no name yet.
    fn new(label: Option<syn::Lifetime>, depth: usize) -> Self {
        let left = Ident::new("__left", Span::call_site());
        Self { label, depth, found: false, left, in_option: false }
    }

    /// Stores a value.
    fn stored(&self, value: &Expr) -> Expr {
        let (span, left) = (value.span(), &self.left);
        match self.in_option {
            true => parse_quote_spanned!(span=> #left = ::core::option::Option::Some(#value)),
            false => parse_quote_spanned!(span=> #left = #value),
        }
    }
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
                    let (span, label, stored) = (b.span(), &b.label, self.stored(value));
                    *e = parse_quote_spanned!(span=> { #stored; break #label; });
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
