//! Views of values of other crates' types. A parameter by value, `a: ArrayView1<'_, f64>`, is in the
//! derivative what owns a copy; its type is found by name, `ArrayView1Owner<f64>`. A view of what is
//! constant, `data.row(i)`, becomes a copy, too, where the compiler finds that it is one.

use super::Lower;
use super::chain::{is_iterating, makes_iterator};
use super::optional::{is_reference_to_part, takes_apart};
use super::place::strip;
use crate::ir::Ty;
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote_spanned};
use syn::{Expr, GenericArgument, PathArguments, Type};

/// The type that owns a copy of what a view shows, if a type is named like a view and has parameters.
pub(super) fn owner(ty: &Type) -> Option<Type> {
    let Type::Path(p) = ty else { return None };
    let mut last = p.path.segments.last()?.clone();
    let name = last.ident.to_string();
    let PathArguments::AngleBracketed(arguments) = &mut last.arguments else { return None };
    if p.qself.is_some() || !is_named(&name, "View") {
        return None;
    }
    let lifetime = |a: &GenericArgument| matches!(a, GenericArgument::Lifetime(_));
    arguments.args =
        std::mem::take(&mut arguments.args).into_iter().filter(|a| !lifetime(a)).collect();
    last.ident = format_ident!("{}Owner", name, span = last.ident.span());
    Some(Type::Path(syn::TypePath { path: last.into(), ..p.clone() }))
}

/// Whether a type is named like a view that is written to.
pub(super) fn is_exclusive(ty: &Type) -> bool {
    let Type::Path(p) = ty else { return false };
    p.path.segments.last().is_some_and(|s| is_named(&s.ident.to_string(), "ViewMut"))
}

/// Whether a type is named like a view, before what its name says of its dimensions.
fn is_named(name: &str, like: &str) -> bool {
    let dimension = |c: char| c.is_ascii_digit() || c == 'x' || c == 'X' || c == 'D';
    name.trim_end_matches(dimension).ends_with(like)
}

/// Whether a function is one of a type that is named like a view: `ArrayView1::from`.
fn makes_view(function: &Expr) -> bool {
    let Expr::Path(p) = strip(function) else { return false };
    let mut names = p.path.segments.iter().rev().skip(1);
    names.next().is_some_and(|s| is_named(&s.ident.to_string(), "View"))
}

impl Lower {
    /// Whether the value of an expression may be a view: it is that of a method of something whose type
    /// is not known, and of no iterator, or a type named like a view makes it.
    pub(super) fn may_be_view(&self, e: &Expr) -> bool {
        if let Expr::Call(c) = strip(e) {
            return makes_view(&c.func);
        }
        let Expr::MethodCall(m) = strip(e) else { return false };
        // Of these the context tells the type.
        let told = m.turbofish.is_some()
            || m.method == "into"
            || takes_apart(&m.method, m.args.len())
            || is_reference_to_part(e);
        !told && self.is_part_of_unknown(e)
    }

    fn is_part_of_unknown(&self, e: &Expr) -> bool {
        match strip(e) {
            Expr::MethodCall(m) => {
                !is_iterating(&m.method)
                    && !makes_iterator(&m.method)
                    && self.is_part_of_unknown(&m.receiver)
            }
            Expr::Field(f) => self.is_part_of_unknown(&f.base),
            Expr::Index(i) => self.is_part_of_unknown(&i.expr),
            e @ Expr::Path(p) => p.path.get_ident().is_some() && self.known(e) == Ty::Unknown,
            _ => false,
        }
    }
}

/// The type of the array that a slice is taken for, `let a: &[f64; 3] = x.try_into().unwrap()`, which is a copy
/// in the derivative.
pub(super) fn array_of_slice<'a>(declared: Option<&'a Type>, e: &Expr) -> Option<&'a Type> {
    let Some(Type::Reference(r)) = declared else { return None };
    if r.mutability.is_some() || !matches!(*r.elem, Type::Array(_)) {
        return None;
    }
    let mut at = strip(e);
    while let Expr::MethodCall(m) = at {
        if m.method == "try_into" {
            return Some(&r.elem);
        }
        at = strip(&m.receiver);
    }
    None
}

/// The value, or what owns a copy of what it shows.
pub(super) fn owned(value: &impl ToTokens, span: Span) -> TokenStream {
    quote_spanned!(span=> ::zygote_engine::__private::seen!(#value))
}
