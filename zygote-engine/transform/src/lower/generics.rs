//! What the bounds of generic parameters say.

use crate::error::{Result, unsupported};
use proc_macro2::{Ident, TokenStream};

/// What the bounds of a type parameter say of its derivative.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bound {
    /// It has the rules of the real numbers by its own bound.
    Real,
    /// It is a number, by a bound that knows nothing of derivatives.
    Number,
    /// It has operators, and no bound says that it is a number.
    Operators,
    /// It names its tangent.
    Named,
    /// Any type with a tangent.
    Other,
}

/// The traits of operators that people bound by.
const OPERATORS: [&str; 11] = [
    "Add",
    "Sub",
    "Mul",
    "Div",
    "Rem",
    "Neg",
    "AddAssign",
    "SubAssign",
    "MulAssign",
    "DivAssign",
    "RemAssign",
];

/// The traits of numbers that people bound by, of `num-traits` and its kin.
const NUMBERS: [&str; 10] = [
    "Float",
    "FloatCore",
    "Num",
    "NumOps",
    "NumAssign",
    "NumAssignOps",
    "Signed",
    "RealField",
    "ComplexField",
    "FloatConst",
];

/// Whether a trait is one of numbers or operators, by its name.
pub(super) fn is_of_numbers(name: &Ident) -> bool {
    NUMBERS.iter().any(|of| name == of) || is_operator(name)
}

/// The traits of the language and of numbers that promise no rule of an operator.
const WITHOUT_RULES: [&str; 19] = [
    "Sized",
    "Copy",
    "Clone",
    "Default",
    "Debug",
    "Display",
    "PartialEq",
    "Eq",
    "PartialOrd",
    "Ord",
    "Hash",
    "Send",
    "Sync",
    "From",
    "Into",
    "Sum",
    "Product",
    "HasTangent",
    "Tangent",
];

/// Whether a bound may be one of a trait of the program's own, which may promise rules of operators.
pub fn may_promise_rules(bound: &syn::TypeParamBound) -> bool {
    let syn::TypeParamBound::Trait(t) = bound else { return false };
    let Some(last) = t.path.segments.last() else { return false };
    let known = ["Zero", "One"].iter().chain(&WITHOUT_RULES).any(|name| last.ident == name);
    !known && !is_of_numbers(&last.ident)
}

/// Whether bounds say of a type that it is a number.
pub fn promise_numbers<'a>(bounds: impl IntoIterator<Item = &'a syn::TypeParamBound>) -> bool {
    bounds.into_iter().any(|bound| match bound {
        syn::TypeParamBound::Trait(t) => {
            t.path.segments.last().is_some_and(|last| {
                last.ident == "Real" || NUMBERS.iter().any(|of| last.ident == of)
            })
        }
        _ => false,
    })
}

/// Whether a trait is one of operators, by its name.
pub fn is_operator(name: &Ident) -> bool {
    OPERATORS.iter().any(|of| name == of)
}

/// What all bounds of a type parameter say together.
pub fn bound_of(name: &Ident, generics: &[&syn::Generics]) -> Bound {
    let (mut found, mut is_scalar) = (Bound::Other, false);
    for bound in generics.iter().flat_map(|g| bounds(name, g)) {
        let syn::TypeParamBound::Trait(t) = bound else { continue };
        let Some(last) = t.path.segments.last() else { continue };
        let last = last.ident.to_string();
        if last == "Real" {
            return Bound::Real;
        }
        if NUMBERS.contains(&last.as_str()) {
            found = Bound::Number;
        } else if OPERATORS.contains(&last.as_str()) && found != Bound::Number {
            found = Bound::Operators;
        } else if last == "HasTangent" && found == Bound::Other {
            found = Bound::Named;
        }
        is_scalar |= last == "RealScalar";
    }
    if is_scalar && found != Bound::Number { Bound::Real } else { found }
}

/// The traits of numbers that promise the assigning operators.
const ASSIGNING: [&str; 8] = [
    "AddAssign",
    "MulAssign",
    "NumAssign",
    "NumAssignOps",
    "NumAssignRef",
    "RealField",
    "ComplexField",
    "Real",
];

/// Whether the bounds of all type parameters that are numbers promise `+=` and `*=`.
pub fn have_assigning_operators(generics: &[&syn::Generics]) -> bool {
    let numbers = generics.iter().flat_map(|g| g.type_params()).map(|t| &t.ident);
    let have_operators =
        |name| matches!(bound_of(name, generics), Bound::Number | Bound::Operators);
    let mut numbers = numbers.filter(|name| have_operators(name));
    numbers.all(|name| {
        let mut bounds = generics.iter().flat_map(|g| bounds(name, g));
        bounds.any(|bound| match bound {
            syn::TypeParamBound::Trait(t) => {
                let last = t.path.segments.last();
                last.is_some_and(|s| ASSIGNING.iter().any(|a| s.ident == a))
            }
            _ => false,
        })
    })
}

/// Whether a type parameter stands for a function.
pub fn is_function(name: &Ident, generics: &[&syn::Generics]) -> bool {
    is_function_in(&syn::parse_quote!(#name), generics)
}

/// Whether a type is that of functions, also by the bounds of type parameters.
pub fn is_function_in(ty: &syn::Type, generics: &[&syn::Generics]) -> bool {
    super::function::function_of(ty, generics).is_some()
}

/// Of a type of functions by value how many parameters they have, and whether it is that of `fn` pointers.
pub fn function_taken(ty: &syn::Type, generics: &[&syn::Generics]) -> Option<(usize, bool)> {
    let by_value = match ty {
        syn::Type::Paren(_) | syn::Type::ImplTrait(_) | syn::Type::FnPtr(_) => true,
        syn::Type::Path(p) => p.path.get_ident().is_some(),
        _ => false,
    };
    let function = super::function::function_of(ty, generics).filter(|_| by_value)?;
    Some((function.inputs.len(), function.pointer.is_some()))
}

/// Whether a type is that of functions.
pub fn is_function_type(ty: &syn::Type) -> bool {
    super::function::function_of(ty, &[]).is_some()
}

/// The bounds of a type parameter where it is declared and in the `where` clause.
pub fn bounds<'a>(
    name: &'a Ident,
    generics: &'a syn::Generics,
) -> impl Iterator<Item = &'a syn::TypeParamBound> {
    let declared = generics.type_params().filter(move |t| t.ident == *name);
    let declared = declared.flat_map(|t| &t.bounds);
    let clauses = generics.where_clause.iter();
    declared.chain(clauses.flat_map(move |clause| bounds_in(name, clause)))
}

/// What a `where` says of a type parameter.
pub fn bounds_in<'a>(
    name: &'a Ident,
    clause: &'a syn::WhereClause,
) -> impl Iterator<Item = &'a syn::TypeParamBound> {
    let bounds = clause.predicates.iter().filter_map(move |p| match p {
        syn::WherePredicate::Type(t) => match &t.bounded_ty {
            syn::Type::Path(p) if p.path.is_ident(name) => Some(&t.bounds),
            _ => None,
        },
        _ => None,
    });
    bounds.flatten()
}

/// Refuses what no derivative can be made for.
pub(super) fn check_signature(sig: &syn::Signature) -> Result<()> {
    if let Some(t) = &sig.asyncness {
        return unsupported(t, "`async`", "differentiate the computation between the awaits");
    }
    if !matches!(sig.safety, syn::Safety::Default) {
        return unsupported(sig, "`unsafe`", "write it in safe Rust");
    }
    let syn::ReturnType::Type(_, output) = &sig.output else { return Ok(()) };
    if let syn::Type::ImplTrait(t) = &**output {
        if super::function::function_of(output, &[]).is_some() {
            return unsupported(
                t,
                "this function that gives a closure",
                "end it with the closure, `impl Fn`, and take what calls, macros and `&mut` give before as parameters",
            );
        }
        return unsupported(
            t,
            "`impl Trait` in the result here",
            "end the function with a value whose type stands there: `Type { .. }`, `Type::new(..)`",
        );
    }
    if let Some(error) = error_in_a_box(output) {
        return unsupported(
            error,
            "an error in a `Box<dyn ..>`, which can't be copied, in the result",
            "give an enum of errors with `Clone`, or a `String`",
        );
    }
    if let Some(reference) = inner_reference(output) {
        let instead = match reference {
            syn::Type::Reference(r) if is_self(&r.elem) => {
                "end it with `self`, or let it give nothing, and call one method after the other, \
                 `b.set(x); b.put(y);`, or take and give the value: `fn set(mut self, x: f64) -> Self`"
            }
            syn::Type::Reference(r) if r.mutability.is_some() => {
                "a method of the type itself lends a part to write to if its name ends with `_mut`, it \
                 ends with `&mut self.part` and changes nothing: `fn at_mut(&mut self, i: usize) -> \
                 &mut f64 { &mut self.data[i] }`; else write a method that changes, `fn set(&mut self, \
                 i: usize, x: f64)`"
            }
            _ => {
                "return an owned value, `.to_vec()` or `.clone()`, or a reference by itself, `-> &T`"
            }
        };
        return unsupported(reference, "a reference in the result", instead);
    }
    Ok(())
}

fn is_self(ty: &syn::Type) -> bool {
    matches!(ty, syn::Type::Path(p) if p.path.is_ident("Self"))
}

/// The boxed error of a `Result`.
fn error_in_a_box(output: &syn::Type) -> Option<&syn::Type> {
    fn of<'a>(name: &str, ty: &'a syn::Type) -> Option<&'a syn::Type> {
        let syn::Type::Path(p) = ty else { return None };
        let last = p.path.segments.last().filter(|s| s.ident == name)?;
        let syn::PathArguments::AngleBracketed(all) = &last.arguments else { return None };
        match all.args.last()? {
            syn::GenericArgument::Type(ty) => Some(ty),
            _ => None,
        }
    }
    let error = of("Result", output)?;
    matches!(of("Box", error)?, syn::Type::TraitObject(_)).then_some(error)
}

/// The type that a conversion gives which a bound of this name promises, `impl Into<Y>`.
fn given(ty: &syn::Type, by: &str, generics: &[&syn::Generics]) -> Option<syn::Type> {
    let syn::Type::Path(p) = ty else { return None };
    let name = p.path.get_ident()?;
    generics.iter().flat_map(|g| bounds(name, g)).find_map(|bound| {
        let syn::TypeParamBound::Trait(t) = bound else { return None };
        let last = t.path.segments.last().filter(|s| s.ident == by)?;
        let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
        match arguments.args.first()? {
            syn::GenericArgument::Type(of) => Some(of.clone()),
            _ => None,
        }
    })
}

/// What a type parameter is viewed as, by its bound: the slice of `A: AsRef<[f64]>`.
pub(super) fn viewed(ty: &syn::Type, generics: &[&syn::Generics]) -> Option<syn::Type> {
    given(ty, "AsRef", generics)
}

/// Whether a type parameter stands for what a text is made of, which carries no derivative:
/// `impl Into<String>`, `impl AsRef<str>`.
pub fn gives_a_text(ty: &syn::Type, generics: &[&syn::Generics]) -> bool {
    let given = viewed(ty, generics).or_else(|| given(ty, "Into", generics));
    given.is_some_and(|of| *super::ty_of(&of).peeled() == super::Ty::Text)
}

/// Whether a type refers to what is never freed, `&'static str`.
pub fn is_static(ty: &TokenStream) -> bool {
    match syn::parse2(ty.clone()) {
        Ok(syn::Type::Reference(r)) => r.lifetime.is_some_and(|l| l.ident == "static"),
        _ => false,
    }
}

/// Whether a copy of what a reference to a type refers to is of that type, or a list.
pub fn is_owned(ty: &syn::Type) -> bool {
    match ty {
        syn::Type::Paren(p) => is_owned(&p.elem),
        syn::Type::Path(p) => !p.path.is_ident("str") && inner_reference(ty).is_none(),
        syn::Type::Array(_) | syn::Type::Slice(_) | syn::Type::Tuple(_) => {
            inner_reference(ty).is_none()
        }
        _ => false,
    }
}

/// Refuses a parameter that brings an error with real numbers, whose derivative would be lost.
pub fn refuse_numbers_in_errors(ty: &syn::Type) -> Result<()> {
    match chainrules_core_fragments::error_with_numbers(ty) {
        Some(error) => unsupported(
            error,
            "a real number in the error of a parameter",
            "what an `Err` holds has no derivative: take an enum of your own with `#[derive(Clone, Tangent)]`, \
             or a type of your own without numbers as the error, or mark the parameter `#[constant]`",
        ),
        None => Ok(()),
    }
}

/// A reference inside a type.
pub fn inner_reference(ty: &syn::Type) -> Option<&syn::Type> {
    match ty {
        syn::Type::Reference(r) => {
            let text = matches!(&*r.elem, syn::Type::Path(p) if p.path.is_ident("str"));
            let forever = r.lifetime.as_ref().is_some_and(|l| l.ident == "static");
            (!(text && forever)).then_some(ty)
        }
        syn::Type::Array(a) => inner_reference(&a.elem),
        syn::Type::Slice(s) => inner_reference(&s.elem),
        syn::Type::Paren(p) => inner_reference(&p.elem),
        syn::Type::Tuple(t) => t.elems.iter().find_map(inner_reference),
        syn::Type::Path(p) => {
            let syn::PathArguments::AngleBracketed(args) = &p.path.segments.last()?.arguments
            else {
                return None;
            };
            args.args.iter().find_map(|a| match a {
                syn::GenericArgument::Type(t) => inner_reference(t),
                _ => None,
            })
        }
        _ => None,
    }
}

/// The type with `'static` for each trait object that says no lifetime: its pullback may be kept.
pub(super) fn owned_objects(ty: &syn::Type) -> syn::Type {
    struct Own;
    impl syn::visit_mut::VisitMut for Own {
        fn visit_type_mut(&mut self, ty: &mut syn::Type) {
            syn::visit_mut::visit_type_mut(self, ty);
            let syn::Type::TraitObject(t) = &*ty else { return };
            let bounded = t.bounds.iter().any(|b| matches!(b, syn::TypeParamBound::Lifetime(_)));
            if !bounded {
                let bounds = &t.bounds;
                let span =
                    t.dyn_token.map_or_else(proc_macro2::Span::call_site, |token| token.span);
                *ty = syn::parse_quote_spanned!(span=> (dyn #bounds + 'static));
            }
        }
    }
    let mut ty = ty.clone();
    syn::visit_mut::VisitMut::visit_type_mut(&mut Own, &mut ty);
    ty
}
