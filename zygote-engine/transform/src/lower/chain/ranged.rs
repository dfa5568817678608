//! What is taken out of a range of a sequence, put there, or copied from it.

use super::parts::Drained;
use crate::error::{Result, unsupported};
use crate::ir::{Op, Operand, Stmt, Ty, VarId};
use crate::lower::Lower;
use crate::lower::place::strip;
use crate::lower::pure::Calls;
use quote::quote;
use syn::spanned::Spanned;
use syn::{Expr, parse_quote, parse_quote_spanned};

impl Lower {
    /// Takes the elements of a range out of a sequence, puts others there, and gives the list of what
    /// was there.
    pub(super) fn drained(
        &mut self,
        Drained { of, range, replacement }: &Drained,
        out: &mut Vec<Stmt>,
    ) -> Result<VarId> {
        let (start, end) = self.bounds(range, out)?;
        self.check_range(of, range, [start.as_ref(), end.as_ref()], out)?;
        let start = start.unwrap_or_else(|| parse_quote!(0));
        let end = end.map(|end| after(range, end));
        let drained = self.op(&parse_quote!(#of.split_off(#start)), out)?;
        let drained = self.state("drained", Ty::Unknown, None, drained, out);
        let rest = match end {
            None => None,
            Some(end) => {
                let list = self.name_of_operand(Operand::var(drained), out);
                let rest = self.op(&parse_quote!(#list.split_off(#end - #start)), out)?;
                let rest = self.state("rest", Ty::Unknown, None, rest, out);
                Some(self.name_of_operand(Operand::var(rest), out))
            }
        };
        if let Some(replacement) = replacement {
            self.expression(&parse_quote!(#of.extend(#replacement)), out)?;
        }
        if let Some(rest) = rest {
            self.expression(&parse_quote!(#of.append(&mut #rest)), out)?;
        }
        Ok(drained)
    }

    /// What was replaced is looked at before the others are made: they may only be computed.
    pub(super) fn check_replacement(&self, drained: &Drained) -> Result<()> {
        match &drained.replacement {
            Some(e) if self.pure(e, Calls::Reading).is_none() => unsupported(
                e,
                "a `splice` with what does more than compute, of which the value is used,",
                "bind it with `let` first",
            ),
            _ => Ok(()),
        }
    }

    /// The first number of a range and the last as written, as they are here.
    fn bounds(
        &mut self,
        range: &syn::ExprRange,
        out: &mut Vec<Stmt>,
    ) -> Result<(Option<Expr>, Option<Expr>)> {
        let mut bound = |e: &Expr| self.settled_number(e, out);
        let start = range.start.as_deref().map(&mut bound).transpose()?;
        let end = range.end.as_deref().map(&mut bound).transpose()?;
        Ok((start, end))
    }

    /// Panics as the method does, if the range is not in the sequence.
    fn check_range(
        &mut self,
        of: &Expr,
        range: &syn::ExprRange,
        bounds: [Option<&Expr>; 2],
        out: &mut Vec<Stmt>,
    ) -> Result<()> {
        let ([start, end], limits) = (bounds, &range.limits);
        let check: Expr = parse_quote_spanned! {self.line=>
            ::zygote_engine::__private::in_range(#of.len(), #start #limits #end)
        };
        let Some((tokens, _)) = self.pure(&check, Calls::Reading) else {
            return unsupported(of, "this receiver", "bind a reference to it with `let` first");
        };
        out.push(Stmt::Macro(tokens));
        Ok(())
    }

    /// `copy_within` and `extend_from_within` of a range: by a copy of its elements.
    pub(super) fn copied_within(&mut self, e: &Expr, out: &mut Vec<Stmt>) -> Result<Option<Op>> {
        let Expr::MethodCall(m) = strip(e) else { return Ok(None) };
        let (copies, extends) = (m.method == "copy_within", m.method == "extend_from_within");
        let range = m.args.first().map(strip);
        let (Some(Expr::Range(range)), true) = (range, copies || extends) else { return Ok(None) };
        if m.args.len() != 1 + usize::from(copies) {
            return Ok(None);
        }
        self.scopes.push(std::collections::HashMap::new());
        let of = self.changed_named(&m.receiver, out)?;
        let (start, end) = self.bounds(range, out)?;
        let end = end.map(|end| after(range, end));
        let at = m.args.get(1).map(|at| self.settled_number(at, out)).transpose()?;
        let part = self.op(&parse_quote!(#of[#start..#end].to_vec()), out)?;
        let part = self.temp(range.span(), Ty::Unknown, part, out);
        let part = self.name_of_operand(part, out);
        self.expression(
            &match at {
                Some(at) => parse_quote!(#of[#at..#at + #part.len()].copy_from_slice(&#part)),
                None => parse_quote!(#of.extend_from_slice(&#part)),
            },
            out,
        )?;
        self.scopes.pop();
        Ok(Some(Op::Use(Operand::Const(quote!(())))))
    }
}

/// The number after the last of a range that ends so.
fn after(range: &syn::ExprRange, end: Expr) -> Expr {
    match range.limits {
        syn::RangeLimits::Closed(_) => parse_quote!((#end + 1)),
        syn::RangeLimits::HalfOpen(_) => end,
    }
}
