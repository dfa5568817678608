//! Parameters that are views of other crates' types, taken by value: `a: ArrayView1<'_, f64>`. The
//! derivative takes what owns a copy; its type is found by name, `ArrayView1Owner<f64>`.

use quote::format_ident;
use syn::{GenericArgument, PathArguments, Type};

/// The type that owns a copy of what a view shows, if a type is named like a view and has parameters.
pub(super) fn owner(ty: &Type) -> Option<Type> {
    let Type::Path(p) = ty else { return None };
    let mut last = p.path.segments.last()?.clone();
    let name = last.ident.to_string();
    let dimension = |c: char| c.is_ascii_digit() || c == 'x' || c == 'X' || c == 'D';
    let PathArguments::AngleBracketed(arguments) = &mut last.arguments else { return None };
    if p.qself.is_some() || !name.trim_end_matches(dimension).ends_with("View") {
        return None;
    }
    let lifetime = |a: &GenericArgument| matches!(a, GenericArgument::Lifetime(_));
    arguments.args =
        std::mem::take(&mut arguments.args).into_iter().filter(|a| !lifetime(a)).collect();
    last.ident = format_ident!("{}Owner", name, span = last.ident.span());
    Some(Type::Path(syn::TypePath { path: last.into(), ..p.clone() }))
}
