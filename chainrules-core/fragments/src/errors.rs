//! What `Result`s say of their errors, whose payload carries no derivative.

use syn::visit::{self, Visit};
use syn::{GenericArgument, PathArguments, Type};

/// The type of an error, inside a type, that says that it has real numbers: `f64` in `Result<f64, f64>`.
pub fn error_with_numbers(ty: &Type) -> Option<&Type> {
    let mut find = Find(None);
    find.visit_type(ty);
    find.0
}

struct Find<'a>(Option<&'a Type>);

impl<'a> Visit<'a> for Find<'a> {
    fn visit_path_segment(&mut self, segment: &'a syn::PathSegment) {
        if segment.ident == "Result"
            && let PathArguments::AngleBracketed(of) = &segment.arguments
            && let [_, GenericArgument::Type(error)] = &of.args.iter().collect::<Vec<_>>()[..]
            && has_numbers(error)
        {
            self.0.get_or_insert(error);
        }
        visit::visit_path_segment(self, segment);
    }

    /// A function makes its results itself.
    fn visit_type_fn_ptr(&mut self, _: &'a syn::TypeFnPtr) {}
}

fn has_numbers(ty: &Type) -> bool {
    struct Numbers(bool);
    impl Visit<'_> for Numbers {
        fn visit_ident(&mut self, name: &syn::Ident) {
            self.0 |= name == "f64" || name == "f32";
        }

        fn visit_type_fn_ptr(&mut self, _: &syn::TypeFnPtr) {}
    }
    let mut numbers = Numbers(false);
    numbers.visit_type(ty);
    numbers.0
}
