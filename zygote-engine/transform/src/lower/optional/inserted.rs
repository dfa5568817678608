//! `o.insert(x)`, `o.get_or_insert(x)` and `o.get_or_insert_with(f)`: what is in an `Option`, which is put
//! there, by the latter if there is nothing.

use crate::error::{Result, unsupported};
use crate::ir::{Op, Operand, Stmt};
use crate::lower::place::strip;
use crate::lower::{Lower, Tail};
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, parse_quote};

/// What is put into the `Option`.
enum Inserted<'a> {
    /// A value, which is evaluated first, and whether it replaces what is there.
    Value(&'a Expr, bool),
    /// What a function gives.
    With(&'a Expr),
}

fn inserted(m: &syn::ExprMethodCall) -> Option<Inserted<'_>> {
    match (m.method.to_string().as_str(), m.args.first()) {
        ("get_or_insert", Some(value)) => Some(Inserted::Value(value, false)),
        (INSERT, Some(value)) => Some(Inserted::Value(value, true)),
        ("get_or_insert_with", Some(f)) => Some(Inserted::With(f)),
        _ => None,
    }
}

/// Whether a call gives what is in an `Option` afterwards.
pub(super) fn is_inserted(m: &syn::ExprMethodCall) -> bool {
    inserted(m).is_some()
}

/// A body in which the `insert` of an `Option`, by what is done with what it gives, has a name of its own: other
/// types have a method of that name, too, which gives no reference.
pub(in crate::lower) fn with_inserts(body: &syn::Block) -> syn::Block {
    let mut body = body.clone();
    Inserts.visit_block_mut(&mut body);
    body
}

/// That name.
const INSERT: &str = "__insert";

struct Inserts;

impl VisitMut for Inserts {
    fn visit_expr_unary_mut(&mut self, u: &mut syn::ExprUnary) {
        if matches!(u.op, syn::UnOp::Deref(_)) {
            name_insert(&mut u.expr);
        }
        visit_mut::visit_expr_unary_mut(self, u);
    }

    fn visit_block_mut(&mut self, block: &mut syn::Block) {
        for k in 0..block.stmts.len() {
            let (head, rest) = block.stmts.split_at_mut(k + 1);
            if let Some(syn::Stmt::Local(local)) = head.last_mut()
                && let (syn::Pat::Ident(name), Some(init)) = (&local.pat, &mut local.init)
                && rest.iter().any(|s| is_dereferenced(s, &name.ident))
            {
                name_insert(&mut init.expr);
            }
        }
        visit_mut::visit_block_mut(self, block);
    }
}

fn name_insert(e: &mut Expr) {
    if let Expr::MethodCall(m) = e
        && m.method == "insert"
        && m.args.len() == 1
    {
        m.method = syn::Ident::new(INSERT, m.method.span());
    }
}

/// Whether a statement has `*name`.
fn is_dereferenced(s: &syn::Stmt, name: &syn::Ident) -> bool {
    struct Find<'a>(&'a syn::Ident, bool);
    impl Visit<'_> for Find<'_> {
        fn visit_expr_unary(&mut self, u: &syn::ExprUnary) {
            let of_name = matches!(strip(&u.expr), Expr::Path(p) if p.path.is_ident(self.0));
            self.1 |= matches!(u.op, syn::UnOp::Deref(_)) && of_name;
            visit::visit_expr_unary(self, u);
        }
    }
    let mut find = Find(name, false);
    find.visit_stmt(s);
    find.1
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
            return match inserted {
                Inserted::Value(_, true) => {
                    unsupported(option, "this receiver", "bind a reference to it with `let` first")
                }
                _ => Ok(None),
            };
        }
        self.known_of(option, "option", out)?;
        self.scopes.push(std::collections::HashMap::new());
        let value: Expr = match inserted {
            Inserted::Value(value, _) => {
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
        let insert: syn::Block = match inserted {
            Inserted::Value(_, true) => parse_quote!({ #option.replace(#value); }),
            _ => parse_quote!({
                if #option.is_none() {
                    #option.replace(#value);
                }
            }),
        };
        self.stmts(&insert.stmts, Tail::Unit, out)?;
        self.scopes.pop();
        self.of_optional(&parse_quote!(#option.as_mut().unwrap()), out)
    }
}
