//! Expressions whose type does not follow from themselves: of literals without a suffix.

use super::pure::placeholder_id;
use crate::ir::VarId;
use proc_macro2::TokenStream;
use syn::visit::Visit;
use syn::{BinOp, Expr};

/// Whether the type of an expression follows from where it is used, given of which variables it does.
pub fn is_open(tokens: &TokenStream, variable: &dyn Fn(VarId) -> bool) -> bool {
    syn::parse2(tokens.clone()).is_ok_and(|e| of(&e, variable))
}

fn of(e: &Expr, variable: &dyn Fn(VarId) -> bool) -> bool {
    let last = |block: &syn::Block| match block.stmts.last() {
        Some(syn::Stmt::Expr(e, None)) => of(e, variable),
        _ => false,
    };
    match super::place::strip(e) {
        Expr::Lit(l) => match &l.lit {
            syn::Lit::Int(i) => i.suffix().is_empty(),
            syn::Lit::Float(f) => f.suffix().is_empty(),
            _ => false,
        },
        Expr::Path(p) => p.path.get_ident().and_then(placeholder_id).is_some_and(variable),
        Expr::Unary(u) => !matches!(u.op, syn::UnOp::Deref(_)) && of(&u.expr, variable),
        Expr::Binary(b) => match b.op {
            // The number of places says nothing of what is shifted.
            BinOp::Shl(_) | BinOp::Shr(_) => of(&b.left, variable),
            op if super::place::compares(&op) => false,
            _ => of(&b.left, variable) && of(&b.right, variable),
        },
        Expr::Block(b) => last(&b.block),
        Expr::If(i) => {
            let other = i.else_branch.as_ref();
            last(&i.then_branch) && other.is_some_and(|(_, e)| of(e, variable))
        }
        _ => false,
    }
}

/// Whether what an expression gives may depend on the types of the numbers in it: it has an
/// operator, or a literal that the type which the compiler falls back to does not hold.
pub fn computes(tokens: &TokenStream) -> bool {
    struct Find(bool);
    impl Visit<'_> for Find {
        fn visit_expr_binary(&mut self, _: &syn::ExprBinary) {
            self.0 = true;
        }
        fn visit_expr_unary(&mut self, _: &syn::ExprUnary) {
            self.0 = true;
        }
        fn visit_lit_int(&mut self, i: &syn::LitInt) {
            self.0 |= i.base10_parse::<i32>().is_err();
        }
    }
    let mut find = Find(false);
    match syn::parse2::<Expr>(tokens.clone()) {
        Ok(e) => find.visit_expr(&e),
        Err(_) => find.0 = true,
    }
    find.0
}
