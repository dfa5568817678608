//! `o.get_or_insert(x)` and `o.get_or_insert_with(f)`: what is in an `Option`, which is put there if there is
//! nothing.

use crate::error::Result;
use crate::ir::{Op, Operand, Stmt};
use crate::lower::{Lower, Tail};
use syn::{Expr, parse_quote};

/// What is put into the `Option`.
enum Inserted<'a> {
    /// A value, which is evaluated first.
    Value(&'a Expr),
    /// What a function gives.
    With(&'a Expr),
}

fn inserted(m: &syn::ExprMethodCall) -> Option<Inserted<'_>> {
    match (m.method.to_string().as_str(), m.args.first()) {
        ("get_or_insert", Some(value)) => Some(Inserted::Value(value)),
        ("get_or_insert_with", Some(f)) => Some(Inserted::With(f)),
        _ => None,
    }
}

/// Whether a call gives what is in an `Option` afterwards.
pub(super) fn is_inserted(m: &syn::ExprMethodCall) -> bool {
    inserted(m).is_some()
}

impl Lower {
    pub(super) fn inserted(
        &mut self,
        m: &syn::ExprMethodCall,
        out: &mut Vec<Stmt>,
    ) -> Result<Option<Op>> {
        let Some(inserted) = inserted(m) else { return Ok(None) };
        let option = &self.changed_named(&m.receiver, out)?;
        if !self.is_place(option) {
            return Ok(None);
        }
        self.known_of(option, "option", out)?;
        self.scopes.push(std::collections::HashMap::new());
        let value: Expr = match inserted {
            Inserted::Value(value) => {
                let value = self.operand(value, out)?;
                match self.pin(value, out) {
                    Operand::Const(value) => syn::parse2(value)?,
                    value => {
                        let name = self.name_of_operand(value, out);
                        parse_quote!(#name)
                    }
                }
            }
            Inserted::With(f) => parse_quote!((#f)()),
        };
        let insert: syn::Block = parse_quote!({
            if #option.is_none() {
                #option.replace(#value);
            }
        });
        self.stmts(&insert.stmts, Tail::Unit, out)?;
        self.scopes.pop();
        self.of_optional(&parse_quote!(#option.as_mut().unwrap()), out)
    }
}
