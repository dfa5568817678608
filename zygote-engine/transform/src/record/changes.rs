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

/// Whether the tokens of an expression may hold a call: something in parentheses after a name, a
/// turbofish or another group.
pub fn calls(tokens: &proc_macro2::TokenStream) -> bool {
    let (mut callable, mut turbofish, mut last) = (false, false, ' ');
    for t in tokens.clone() {
        let before = std::mem::replace(&mut last, ' ');
        match t {
            proc_macro2::TokenTree::Group(g) => {
                let call = callable && g.delimiter() == proc_macro2::Delimiter::Parenthesis;
                if call || calls(&g.stream()) {
                    return true;
                }
                callable = true;
            }
            proc_macro2::TokenTree::Ident(i) => callable = i != "as",
            proc_macro2::TokenTree::Punct(p) => {
                last = p.as_char();
                turbofish |= before == ':' && last == '<';
                callable = last == '!' || turbofish && last == '>';
            }
            proc_macro2::TokenTree::Literal(_) => callable = false,
        }
    }
    false
}
