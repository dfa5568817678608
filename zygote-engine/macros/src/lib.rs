//! The attribute of zygote-engine.
#![forbid(unsafe_code)]

use proc_macro::TokenStream;

/// Derives the reverse-mode derivative of a function.
///
/// The function stays as written; beside it a type of the same name carries the derivative. A
/// parameter marked `#[constant]`, and one of integer, `bool`, `char` or string type, has no
/// cotangent. What is not supported is an error at the token in question.
#[proc_macro_attribute]
pub fn differentiable(_: TokenStream, item: TokenStream) -> TokenStream {
    match syn::parse(item) {
        Ok(item) => zygote_engine_transform::expand(&item).into(),
        Err(error) => error.to_compile_error().into(),
    }
}
