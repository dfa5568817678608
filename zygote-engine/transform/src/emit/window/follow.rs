//! Indices as sums: which follow the index of a loop, at what distance.

use crate::ir::VarId;
use crate::lower::{placeholder_id, placeholders};
use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{BinOp, Expr};

/// A sum taken apart.
pub(super) struct Terms {
    pub index: VarId,
    pub seen: usize,
    pub base: Vec<TokenStream>,
    pub offset: i64,
}

impl Terms {
    pub fn add(&mut self, e: &Expr) -> Option<()> {
        match e {
            Expr::Paren(p) => self.add(&p.expr),
            Expr::Group(g) => self.add(&g.expr),
            Expr::Binary(b) if matches!(b.op, BinOp::Add(_)) => {
                self.add(&b.left)?;
                self.add(&b.right)
            }
            Expr::Binary(b) if matches!(b.op, BinOp::Sub(_)) => {
                self.add(&b.left)?;
                self.offset -= literal(&b.right)?;
                Some(())
            }
            Expr::Path(p) if p.path.get_ident().and_then(placeholder_id) == Some(self.index) => {
                self.seen += 1;
                Some(())
            }
            other => {
                if let Some(n) = literal(other) {
                    self.offset += n;
                    return Some(());
                }
                let tokens = other.to_token_stream();
                if placeholders(&tokens).contains(&self.index) || !plain(other) {
                    return None;
                }
                self.base.push(tokens);
                Some(())
            }
        }
    }
}

fn literal(e: &Expr) -> Option<i64> {
    let Expr::Lit(l) = e else { return None };
    let syn::Lit::Int(i) = &l.lit else { return None };
    i.base10_parse().ok()
}

/// Whether an expression is arithmetic on names and literals.
fn plain(e: &Expr) -> bool {
    match e {
        Expr::Path(_) | Expr::Lit(_) => true,
        Expr::Paren(p) => plain(&p.expr),
        Expr::Binary(b) => {
            matches!(b.op, BinOp::Add(_) | BinOp::Mul(_)) && plain(&b.left) && plain(&b.right)
        }
        _ => false,
    }
}
