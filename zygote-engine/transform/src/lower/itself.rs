//! Methods one after the other, `mech.react(a).react(b)`, that give the value itself again, `-> &mut Self`: each is
//! a call of its own.

use super::Lower;
use super::place::strip;
use crate::error::Result;
use crate::ir::{Op, Operand, Stmt};
use proc_macro2::Span;
use quote::quote_spanned;
use syn::Expr;
use syn::spanned::Spanned;

impl Lower {
    /// The operation of a method whose receiver is such a call.
    pub(super) fn method_of_itself(
        &mut self,
        m: &syn::ExprMethodCall,
        out: &mut Vec<Stmt>,
    ) -> Result<Option<Op>> {
        let Some(place) = self.given_again(&m.receiver).cloned() else { return Ok(None) };
        let of = self.place(&place, &mut vec![])?;
        if !self.func.changeable(&of) {
            return Ok(None);
        }
        let at = Span::call_site().located_at(m.receiver.span());
        let given = self.operand(&m.receiver, out)?;
        if let Operand::Place(p, _) = &given {
            // The compiler checks that it is one.
            let shown = super::placeholder(p.root, at);
            out.push(Stmt::Macro(quote_spanned! {at=>
                ::zygote_engine::__private::itself(&#shown);
            }));
        }
        self.method(&syn::ExprMethodCall { receiver: Box::new(place), ..m.clone() }, out).map(Some)
    }

    /// The place that calls of such methods give again.
    fn given_again<'e>(&self, e: &'e Expr) -> Option<&'e Expr> {
        let Expr::MethodCall(m) = strip(e) else { return None };
        let is_known = self.itself.get(&m.method.to_string()) == Some(&true);
        let place = is_known && self.is_place(&m.receiver);
        if place { Some(&m.receiver) } else { self.given_again(&m.receiver).filter(|_| is_known) }
    }
}
