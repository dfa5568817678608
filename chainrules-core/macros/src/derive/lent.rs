//! Fields that are references: constant without a word where the source says that they lead to no real number.

use crate::model::{is_inert, ungrouped};
use syn::Type;

/// Whether a type is a shared reference to anything but a text, which has a cotangent.
pub fn is_lent(ty: &Type) -> bool {
    match ty {
        Type::Reference(r) => {
            r.mutability.is_none()
                && !matches!(ungrouped(&r.elem), Type::Path(p) if p.path.is_ident("str"))
        }
        _ => false,
    }
}

/// Whether the source says that a type has no real numbers.
pub fn is_without_numbers(ty: &Type) -> bool {
    match ungrouped(ty) {
        Type::Reference(r) => is_without_numbers(&r.elem),
        Type::Slice(s) => is_without_numbers(&s.elem),
        Type::Array(a) => is_without_numbers(&a.elem),
        Type::Tuple(t) => t.elems.iter().all(is_without_numbers),
        Type::Path(p) => {
            let of = |s: &syn::PathSegment| match &s.arguments {
                syn::PathArguments::AngleBracketed(of) => of.args.iter().all(|of| match of {
                    syn::GenericArgument::Type(ty) => is_without_numbers(ty),
                    _ => true,
                }),
                _ => false,
            };
            let is_collection = |s: &syn::PathSegment| COLLECTIONS.contains(&&*s.ident.to_string());
            is_inert(ty) || p.path.segments.last().is_some_and(|s| is_collection(s) && of(s))
        }
        _ => false,
    }
}

/// Types that have real numbers if what is in them has.
const COLLECTIONS: [&str; 9] = [
    "Vec",
    "VecDeque",
    "Option",
    "Box",
    "HashMap",
    "BTreeMap",
    "HashSet",
    "BTreeSet",
    "BinaryHeap",
];
