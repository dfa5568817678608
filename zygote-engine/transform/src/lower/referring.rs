//! Loops over a list of references that is written there, `for (w, k) in [(1.0, &a), (2.0, &b)]`: the list
//! gets copies of what they refer to, as a cotangent can't be stored in what a reference of a list refers
//! to, and the names refer to the copies.

use super::place::strip;
use quote::{format_ident, quote};
use syn::{Expr, Pat, parse_quote};

/// The loop over copies, if it is such a loop with plain names.
pub(super) fn over_copies(f: &syn::ExprForLoop) -> Option<syn::Block> {
    let Expr::Array(list) = strip(&f.expr) else { return None };
    let rows: Vec<Vec<&Expr>> = list.elems.iter().map(parts).collect();
    let columns = rows.first()?.len();
    if rows.iter().any(|row| row.len() != columns) {
        return None;
    }
    let names = match &*f.pat {
        Pat::Tuple(t) if columns > 1 && t.elems.len() == columns => t.elems.iter().collect(),
        name if columns == 1 => vec![name],
        _ => return None,
    };
    let refers: Vec<bool> =
        (0..columns).map(|k| rows.iter().all(|row| referent(row[k]).is_some())).collect();
    let mixed = |k: usize| !refers[k] && rows.iter().any(|row| referent(row[k]).is_some());
    let plain = names.iter().all(|name| matches!(name, Pat::Ident(_) | Pat::Wild(_)));
    if !refers.contains(&true) || (0..columns).any(mixed) || !plain {
        return None;
    }
    let (mut lists, mut bound) = (vec![], vec![]);
    let number = format_ident!("__number");
    for (k, name) in names.iter().enumerate() {
        let held = format_ident!("__list_{}", k);
        let values = rows.iter().map(|row| match referent(row[k]) {
            Some(of) if refers[k] => quote!((#of).to_owned()),
            _ => {
                let value = row[k];
                quote!(#value)
            }
        });
        lists.push(quote!(let #held = [#(#values),*];));
        bound.push(match (name, refers[k]) {
            (Pat::Wild(_), _) => quote!(),
            (_, true) => quote!(let #name = &#held[#number];),
            (_, false) => quote!(let #name = #held[#number];),
        });
    }
    let (label, attrs, body, count) = (&f.label, &f.attrs, &f.body, rows.len());
    Some(parse_quote!({
        #(#lists)*
        #(#attrs)* #label for #number in 0..#count {
            #(#bound)*
            #body
        }
    }))
}

fn parts(e: &Expr) -> Vec<&Expr> {
    match strip(e) {
        Expr::Tuple(t) => t.elems.iter().collect(),
        e => vec![e],
    }
}

fn referent(e: &Expr) -> Option<&Expr> {
    match strip(e) {
        Expr::Reference(r) if r.mutability.is_none() && only_names(&r.expr) => Some(&r.expr),
        _ => None,
    }
}

/// Whether an expression only names what is there: the list is made by columns, and what a call does
/// would be done in another order.
fn only_names(e: &Expr) -> bool {
    match strip(e) {
        Expr::Path(_) | Expr::Lit(_) => true,
        Expr::Field(f) => only_names(&f.base),
        Expr::Index(i) => only_names(&i.expr) && only_names(&i.index),
        Expr::Unary(u) => only_names(&u.expr),
        Expr::Binary(b) => only_names(&b.left) && only_names(&b.right),
        Expr::Range(r) => r.start.iter().chain(&r.end).all(|e| only_names(e)),
        _ => false,
    }
}
