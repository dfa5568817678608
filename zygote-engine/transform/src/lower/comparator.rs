//! Comparisons among the arguments of methods: a rule takes them as they are.

use super::place::{is_comparison, strip};
use proc_macro2::Ident;
use syn::Expr;
use syn::spanned::Spanned;

/// Which closures among the arguments of a method its rule takes as they are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    None,
    /// Those that are seen to be comparisons.
    Comparisons,
    /// All, functions of so many arguments, too: the method is one that compares.
    Comparators(usize),
}

impl Kept {
    pub(super) fn by(method: &Ident) -> Self {
        match method.to_string().as_str() {
            "sort_by" | "sort_unstable_by" => Self::Comparators(2),
            "binary_search_by" | "filter" | "is_some_and" | "is_none_or" | "is_ok_and" => {
                Self::Comparators(1)
            }
            // A key may be a comparison, but is a value like another.
            name if name.ends_with("_key") => Self::None,
            _ => Self::Comparisons,
        }
    }

    /// A function as a closure, if the method takes it as it is.
    pub(super) fn as_closure(self, f: &Expr) -> Option<Expr> {
        match (self, strip(f)) {
            (Self::Comparators(n), Expr::Path(_)) => {
                let names: Vec<_> = (0..n).map(|k| quote::format_ident!("__{k}")).collect();
                Some(syn::parse_quote_spanned!(f.span()=> |#(#names),*| #f(#(#names),*)))
            }
            (Self::Comparisons, _) => comparison(f),
            _ => None,
        }
    }
}

fn compares(method: &Ident) -> bool {
    ["partial_cmp", "total_cmp", "cmp"].iter().any(|name| method == name)
}

/// A comparison by its name, `f64::total_cmp`, as a closure.
fn comparison(e: &Expr) -> Option<Expr> {
    let Expr::Path(p) = strip(e) else { return None };
    let named = p.path.segments.len() > 1 && compares(&p.path.segments.last()?.ident);
    named.then(|| syn::parse_quote_spanned!(e.span()=> |__a, __b| #e(__a, __b)))
}

/// Whether the value is known to be a comparison's: `bool` or an `Ordering`.
pub(super) fn is_inert(e: &Expr) -> bool {
    match strip(e) {
        Expr::MethodCall(m) => compares(&m.method) || is_inert(&m.receiver),
        Expr::Call(c) => comparison(&c.func).is_some(),
        Expr::Block(b) => match b.block.stmts.last() {
            Some(syn::Stmt::Expr(e, None)) => is_inert(e),
            _ => false,
        },
        Expr::If(i) => match (i.then_branch.stmts.last(), &i.else_branch) {
            (Some(syn::Stmt::Expr(e, None)), Some((_, otherwise))) => {
                is_inert(e) || is_inert(otherwise)
            }
            _ => false,
        },
        Expr::Match(m) => m.arms.iter().any(|arm| is_inert(&arm.body)),
        e => is_comparison(e),
    }
}
