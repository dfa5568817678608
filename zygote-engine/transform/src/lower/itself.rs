//! Methods one after the other, `mech.react(a).react(b)`, that give the value itself again, `-> &mut Self`: each is
//! a call of its own.

use super::Lower;
use super::place::strip;
use crate::error::{Result, unsupported};
use crate::ir::{Op, Operand, Stmt};
use proc_macro2::Span;
use quote::quote_spanned;
use syn::spanned::Spanned;
use syn::visit::Visit;
use syn::{Expr, ExprMethodCall};

impl Lower {
    /// The operation of a method whose receiver is such a call.
    pub(super) fn method_of_itself(
        &mut self,
        m: &ExprMethodCall,
        out: &mut Vec<Stmt>,
    ) -> Result<Option<Op>> {
        let Some(place) = self.given_again(&m.receiver).cloned() else { return Ok(None) };
        let of = self.place(&place, &mut vec![])?;
        if !self.func.changeable(&of) {
            return Ok(None);
        }
        if !is_found_again(&place, m) {
            return unsupported(
                m,
                "a method of what another gave of an item that is looked up by what may change",
                "name the item first: `let item = &mut items[i];`",
            );
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
        self.method(&ExprMethodCall { receiver: Box::new(place), ..m.clone() }, out).map(Some)
    }

    /// The place that calls of such methods give again.
    fn given_again<'e>(&self, e: &'e Expr) -> Option<&'e Expr> {
        let Expr::MethodCall(m) = strip(e) else { return None };
        let is_known = self.given.is_itself(&m.method);
        let place = is_known && self.is_place(&m.receiver);
        if place { Some(&m.receiver) } else { self.given_again(&m.receiver).filter(|_| is_known) }
    }
}

/// Whether the place at the begin of calls is the same at each of them: its indices are evaluated each time.
fn is_found_again(place: &Expr, calls: &ExprMethodCall) -> bool {
    match strip(place) {
        Expr::Path(_) => true,
        Expr::Field(f) => is_found_again(&f.base, calls),
        Expr::Unary(u) => is_found_again(&u.expr, calls),
        Expr::Index(i) => {
            let stays = match strip(&i.index) {
                Expr::Lit(_) => true,
                Expr::Path(_) => !changes_variables(calls),
                _ => false,
            };
            stays && is_found_again(&i.expr, calls)
        }
        _ => false,
    }
}

/// Whether an argument of one of the calls may change a variable that is a number: by a statement.
fn changes_variables(calls: &ExprMethodCall) -> bool {
    struct Statements(bool);
    impl<'e> Visit<'e> for Statements {
        fn visit_block(&mut self, _: &'e syn::Block) {
            self.0 = true;
        }

        fn visit_macro(&mut self, _: &'e syn::Macro) {
            self.0 = true;
        }

        fn visit_expr_reference(&mut self, r: &'e syn::ExprReference) {
            self.0 |= r.mutability.is_some();
            syn::visit::visit_expr_reference(self, r);
        }

        fn visit_expr_assign(&mut self, _: &'e syn::ExprAssign) {
            self.0 = true;
        }
    }
    let mut statements = Statements(false);
    statements.visit_expr_method_call(calls);
    statements.0
}
