//! Blocks of signatures, `impl<..> Type, .. , check(..) { fn ..; }`, each a rule for each type.

use crate::emit;
use crate::model::Rule;
use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Generics, Ident, Result, Token, Type, braced, parenthesized};

/// One block; `M` is what it holds of a method.
pub struct Block<M> {
    pub generics: Generics,
    types: Vec<Type>,
    checks: TokenStream,
    methods: Vec<M>,
}

impl<M: Parse> Parse for Block<M> {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        input.parse::<Token![impl]>()?;
        let mut generics: Generics = input.parse()?;
        let (mut types, mut checks) = (Vec::new(), TokenStream::new());
        loop {
            let ahead = input.fork();
            if ahead.parse::<Ident>().is_ok_and(|word| word == "check")
                && ahead.peek(syn::token::Paren)
            {
                input.parse::<Ident>()?;
                let inside;
                parenthesized!(inside in input);
                checks = inside.parse()?;
            } else {
                types.push(input.parse()?);
            }
            if !input.peek(Token![,]) {
                break;
            }
            input.parse::<Token![,]>()?;
        }
        generics.where_clause = input.parse()?;
        let inside;
        braced!(inside in input);
        let mut methods = Vec::new();
        while !inside.is_empty() {
            methods.push(inside.parse()?);
        }
        Ok(Self { generics, types, checks, methods })
    }
}

impl<M> Block<M> {
    /// What the block and the method's own attributes `#[check(..)]` say about checks.
    pub fn checks(&self, attrs: &[Attribute]) -> Result<TokenStream> {
        let mut checks = self.checks.clone();
        for attr in attrs.iter().filter(|attr| attr.path().is_ident("check")) {
            let more = &attr.meta.require_list()?.tokens;
            let comma = (!checks.is_empty()).then(|| quote!(,));
            checks = quote!(#checks #comma #more);
        }
        Ok(checks)
    }
}

struct Blocks<M>(Vec<Block<M>>);

impl<M: Parse> Parse for Blocks<M> {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let mut blocks = Vec::new();
        while !input.is_empty() {
            blocks.push(input.parse()?);
        }
        Ok(Self(blocks))
    }
}

/// One rule for each method of each type.
pub fn expand<M: Parse + Clone>(
    input: TokenStream,
    rule: impl Fn(&Block<M>, &Type, M) -> Result<Rule>,
) -> Result<TokenStream> {
    let Blocks(blocks) = syn::parse2(input)?;
    let mut out = TokenStream::new();
    for block in &blocks {
        for ty in &block.types {
            for method in &block.methods {
                out.extend(emit::rule(&rule(block, ty, method.clone())?)?);
            }
        }
    }
    Ok(out)
}

/// The documentation among a method's attributes.
pub fn docs(attrs: Vec<Attribute>) -> Vec<Attribute> {
    attrs.into_iter().filter(|attr| attr.path().is_ident("doc")).collect()
}
