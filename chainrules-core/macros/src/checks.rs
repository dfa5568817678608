//! `check(T = f64, x = 0.5..4.0, tol = 1e-6)`: what a rule is checked at.

use crate::model::Arg;
use crate::text::text;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Error, Expr, GenericParam, Generics, Ident, Result, Token};

/// Concrete types, domains of arguments and a tolerance.
#[derive(Default)]
pub struct Checks {
    pub entries: Vec<Entry>,
}

/// `name = value`; a value is a type, a domain or a number.
pub struct Entry {
    pub name: Ident,
    pub value: TokenStream,
}

impl Parse for Entry {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let name = input.call(Ident::parse_any)?;
        input.parse::<Token![=]>()?;
        // A type, such as `[f64; 2]` or `(f64, f32)`, where the name is a type's.
        let is_type = name.to_string().starts_with(char::is_uppercase);
        let ahead = input.fork();
        let value = if is_type && ahead.parse::<syn::Type>().is_ok() {
            input.parse::<syn::Type>()?.into_token_stream()
        } else {
            input.parse::<Expr>()?.into_token_stream()
        };
        Ok(Self { name, value })
    }
}

use syn::ext::IdentExt;

impl Checks {
    /// Parses the inside of `check(..)`.
    pub fn parse(tokens: TokenStream) -> Result<Self> {
        let entries = Punctuated::<Entry, Token![,]>::parse_terminated.parse2(tokens)?;
        Ok(Self { entries: entries.into_iter().collect() })
    }

    /// Whether every entry is about a type parameter, an argument or the tolerance.
    pub fn verify(&self, generics: &Generics, args: &[Arg]) -> Result<()> {
        for Entry { name, .. } in &self.entries {
            let known = generics.params.iter().any(|p| parameter(p).is_some_and(|p| p == name))
                || args.iter().any(|arg| arg.name == *name)
                || name == "tol";
            if !known {
                let say = format!("`{name}` is neither an argument nor a type parameter");
                return Err(Error::new(name.span(), say));
            }
        }
        Ok(())
    }

    /// The domain of an argument.
    pub fn domain(&self, name: &Ident) -> Option<&TokenStream> {
        self.entries.iter().find(|entry| entry.name == *name).map(|entry| &entry.value)
    }

    /// The tolerance, as an `Option`.
    pub fn tolerance(&self, args: &[Arg]) -> TokenStream {
        let named = args.iter().any(|arg| arg.name == "tol");
        match self.entries.iter().find(|entry| entry.name == "tol") {
            Some(entry) if !named => {
                let value = &entry.value;
                quote!(::core::option::Option::Some(#value))
            }
            _ => quote!(::core::option::Option::None),
        }
    }

    /// The domains as text.
    pub fn domains(&self, args: &[Arg]) -> String {
        let stated = self.entries.iter().filter(|e| args.iter().any(|arg| arg.name == e.name));
        stated.map(|e| format!("{} = {}", e.name, text(&e.value))).collect::<Vec<_>>().join(", ")
    }

    /// All combinations of concrete types: for each, definitions of the parameters and a text.
    pub fn instances(&self, generics: &Generics) -> Vec<(TokenStream, String)> {
        let mut all = vec![(TokenStream::new(), String::new())];
        for param in &generics.params {
            let Some(name) = parameter(param) else { continue };
            let values: Vec<_> = self.entries.iter().filter(|e| e.name == *name).collect();
            if values.is_empty() {
                continue;
            }
            let mut next = Vec::new();
            for (defined, said) in &all {
                for Entry { value, .. } in &values {
                    let define = match param {
                        GenericParam::Const(c) => {
                            let ty = &c.ty;
                            quote!(const #name: #ty = #value;)
                        }
                        _ => quote!(type #name = #value;),
                    };
                    let comma = if said.is_empty() { "" } else { ", " };
                    let said = format!("{said}{comma}{name} = {}", text(value));
                    next.push((quote!(#defined #define), said));
                }
            }
            all = next;
        }
        all
    }

    /// The generic arguments of an instance: the parameters that are named, `_` for the others.
    pub fn arguments(&self, generics: &Generics) -> Vec<TokenStream> {
        let named = |name: &Ident| self.entries.iter().any(|entry| entry.name == *name);
        let params = generics.params.iter().filter_map(parameter);
        params.map(|name| if named(name) { quote!(#name) } else { quote!(_) }).collect()
    }
}

/// The name of a type or constant parameter.
pub fn parameter(param: &GenericParam) -> Option<&Ident> {
    match param {
        GenericParam::Type(ty) => Some(&ty.ident),
        GenericParam::Const(c) => Some(&c.ident),
        GenericParam::Lifetime(_) => None,
    }
}
