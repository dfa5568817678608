//! The macros of zygote-engine: parsed here, the work is in the transform crate.
#![forbid(unsafe_code)]

use proc_macro::TokenStream;
use zygote_engine_transform::{Asked, CallSite, Options, expand, expand_rule};

/// Derives the reverse-mode derivative of a function, or of the functions of an `impl` block.
///
/// The function stays as written; beside it a type of the same name carries the derivative, or methods
/// beside a method. A
/// parameter marked `#[constant]`, and one of integer, `bool`, `char` or string type, has no
/// cotangent. What is not supported is an error at the token in question.
///
/// A function that calls itself keeps the pullbacks of those calls behind a pointer, as their type
/// would contain itself. Of functions that call each other in a circle, one needs
/// `#[differentiable(recursive)]`, which does the same.
#[proc_macro_attribute]
pub fn differentiable(options: TokenStream, item: TokenStream) -> TokenStream {
    let item: proc_macro2::TokenStream = item.into();
    let expanded = syn::parse(options)
        .and_then(|options: Options| Ok(expand(&syn::parse2(item.clone())?, &options)));
    match expanded {
        Ok(expanded) => expanded.into(),
        Err(error) => {
            let mut expanded = error.to_compile_error();
            expanded.extend(item);
            expanded.into()
        }
    }
}

/// `#[rule(f)]`: the derivative of the function `f` of this module, in place of one that is made of
/// its body.
///
/// The function below has the parameters of `f`. It gives the value and the pullback: a closure that
/// takes the cotangent of the value and gives those of the arguments that are not constant, the bare
/// one where there is one, a tuple where there are several; that of a slice is a `Vec`. The closure is
/// `Clone` and owns what it needs (`+ use<>` where the parameters are references).
///
/// ```ignore
/// fn softplus(x: f64) -> f64 {
///     x.exp().ln_1p()
/// }
///
/// #[rule(softplus)]
/// fn softplus_rule(x: f64) -> (f64, impl FnOnce(f64) -> f64 + Clone) {
///     (softplus(x), move |dy| dy / (1.0 + (-x).exp()))
/// }
/// ```
#[proc_macro_attribute]
pub fn rule(target: TokenStream, item: TokenStream) -> TokenStream {
    let item: proc_macro2::TokenStream = item.into();
    let expanded = syn::parse(target)
        .and_then(|target: syn::Ident| expand_rule(&target, &syn::parse2(item.clone())?));
    match expanded {
        Ok(expanded) => expanded.into(),
        Err(error) => {
            let mut expanded = error.to_compile_error();
            expanded.extend(item);
            expanded.into()
        }
    }
}

fn call(input: TokenStream, asked: Asked) -> TokenStream {
    match syn::parse::<CallSite>(input) {
        Ok(site) => site.expand(asked).into(),
        Err(error) => error.to_compile_error().into(),
    }
}

/// `gradient!(f, a, b, ..)`: the cotangents of the arguments that are not constant, in order: the
/// bare value where there is one, a tuple where there are several. A slice has a `Vec`.
///
/// An argument written `constant(b)` is constant for this call and costs nothing. The function must
/// give one real scalar. It may be a closure; what it captures is constant.
#[proc_macro]
pub fn gradient(input: TokenStream) -> TokenStream {
    call(input, Asked::Gradient)
}

/// `value_and_gradient!(f, a, b, ..)`: the value, and what [`gradient!`] gives.
#[proc_macro]
pub fn value_and_gradient(input: TokenStream) -> TokenStream {
    call(input, Asked::ValueAndGradient)
}

/// `pullback!(f, a, b, ..)`: the value and the vector-Jacobian product: a closure that takes the
/// cotangent of the value and gives those of the arguments. It is used up by a call and can be
/// cloned before one.
///
/// # Panics
/// The closure panics when the cotangent's shape is not that of the value; the message names both.
#[proc_macro]
pub fn pullback(input: TokenStream) -> TokenStream {
    call(input, Asked::Pullback)
}

/// `code_ir!(f)`: the IR of a differentiable function as text.
#[proc_macro]
pub fn code_ir(input: TokenStream) -> TokenStream {
    call(input, Asked::Ir)
}

/// `code_adjoint!(f)`: the adjoint of a differentiable function as text: its statements, what is
/// kept, what is replayed, what is restored.
#[proc_macro]
pub fn code_adjoint(input: TokenStream) -> TokenStream {
    call(input, Asked::Adjoint)
}
