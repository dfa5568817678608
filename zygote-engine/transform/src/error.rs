//! Errors at the user's own tokens, in one form: what is not supported, and what to write instead.

use quote::ToTokens;

/// The result of a step that may refuse the user's code.
pub type Result<T> = syn::Result<T>;

/// Refuses the construct at `tokens`.
pub fn unsupported<T>(tokens: impl ToTokens, what: &str, instead: &str) -> Result<T> {
    Err(error(tokens, what, instead))
}

/// The error that refuses the construct at `tokens`.
pub fn error(tokens: impl ToTokens, what: &str, instead: &str) -> syn::Error {
    syn::Error::new_spanned(
        tokens,
        format!("{what} is not supported in a differentiable function yet\nhelp: {instead}"),
    )
}
