//! What is taken out of a range of a sequence, put there, or copied from it.

use super::parts::Drained;
use crate::error::{Result, unsupported};
use crate::ir::{Op, Operand, Stmt, Ty, VarId};
use crate::lower::Lower;
use crate::lower::place::strip;
use crate::lower::pure::Calls;
use quote::quote;
use syn::spanned::Spanned;
use syn::{Expr, parse_quote};

impl Lower {
    /// Takes the elements of a range out of a sequence, puts others there, and gives the list of what
    /// was there.
    pub(super) fn drained(
        &mut self,
        Drained { of, range, replacement }: &Drained,
        out: &mut Vec<Stmt>,
    ) -> Result<VarId> {
        let (start, end) = self.bounds(range, out)?;
        let start = start.unwrap_or_else(|| parse_quote!(0));
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

    /// The first number of a range and the one after its last, as they are here.
    fn bounds(
        &mut self,
        range: &syn::ExprRange,
        out: &mut Vec<Stmt>,
    ) -> Result<(Option<Expr>, Option<Expr>)> {
        let mut bound = |e: &Expr| self.settled_number(e, out);
        let start = range.start.as_deref().map(&mut bound).transpose()?;
        let end = range.end.as_deref().map(&mut bound).transpose()?;
        let closed = matches!(range.limits, syn::RangeLimits::Closed(_));
        Ok((start, end.map(|end| if closed { parse_quote!((#end + 1)) } else { end })))
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
