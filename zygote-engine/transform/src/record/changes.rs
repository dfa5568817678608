//! Which variables a part of the primal changes.

use crate::ir::{Func, Op, Region, Stmt, VarId};
use std::collections::BTreeSet;

/// The variables that a region changes.
pub fn changes(func: &Func, region: &Region, out: &mut BTreeSet<VarId>) {
    changed_by(func, &region.stmts, out);
}

/// The variables that statements change.
pub fn changed_by(func: &Func, stmts: &[Stmt], out: &mut BTreeSet<VarId>) {
    for stmt in stmts {
        match stmt {
            Stmt::Store(place, ..) | Stmt::Update(_, place, ..) => {
                out.insert(func.root(place));
            }
            Stmt::Let(_, Op::Call(call)) => {
                out.extend(call.changes(func).map(|(_, p)| func.root(p)));
            }
            _ => {}
        }
        stmt.regions().into_iter().for_each(|r| changes(func, r, out));
    }
}

/// Whether the tokens of an expression hold a call: something in parentheses after a name.
pub(super) fn calls(tokens: &proc_macro2::TokenStream) -> bool {
    let mut before_is_name = false;
    for t in tokens.clone() {
        match t {
            proc_macro2::TokenTree::Group(g) => {
                let call = before_is_name && g.delimiter() == proc_macro2::Delimiter::Parenthesis;
                if call || calls(&g.stream()) {
                    return true;
                }
                before_is_name = false;
            }
            proc_macro2::TokenTree::Ident(i) => before_is_name = i != "as",
            proc_macro2::TokenTree::Punct(p) => before_is_name = p.as_char() == '!',
            proc_macro2::TokenTree::Literal(_) => before_is_name = false,
        }
    }
    false
}
