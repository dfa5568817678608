//! Pullbacks for any lifetime: what a type borrows, `Model<'a>`, may be gone when its pullback is called, which
//! is given such a value that borrows something else.

use super::host::Host;
use super::twin::Twin;
use proc_macro2::{Group, Ident, Punct, Spacing, TokenStream, TokenTree};
use quote::{ToTokens, format_ident};
use std::collections::BTreeSet;

/// The types of what a pullback is given.
#[derive(Clone)]
pub(super) struct Pulled {
    /// The names of the lifetimes of a call.
    pub lifetimes: Vec<TokenStream>,
    /// The same as `for<'a>`.
    pub of_call: Option<TokenStream>,
    /// The types.
    pub each: Vec<TokenStream>,
    /// All of them.
    pub given: TokenStream,
    /// The arguments, in a closure, which has no names for lifetimes.
    pub as_they_were: Vec<TokenStream>,
    /// The shadows in it.
    pub shadows: Vec<TokenStream>,
    /// The value in it.
    pub value: TokenStream,
}

impl Twin<'_> {
    /// What the pullback is given, as the function names the types.
    pub(super) fn pulled(&self, as_they_were: &[TokenStream], shadows: &[TokenStream]) -> Pulled {
        let output = &self.output;
        let of_value = quote!(&#output);
        let all = as_they_were.iter().chain([&of_value]).chain(shadows);
        let own = self.primal.for_any_lifetime();
        let mut any = AnyLifetime { twin: self, own, named: true, found: BTreeSet::new() };
        let each: Vec<_> = all.map(|ty| any.of(ty.clone())).collect();
        let lifetimes: Vec<_> = any.found.iter().map(lifetime).collect();
        let of_call = (!lifetimes.is_empty()).then(|| quote!(for<#(#lifetimes),*>));
        any.named = false;
        Pulled {
            lifetimes,
            of_call,
            given: quote!(#(#each),*),
            each,
            as_they_were: as_they_were.iter().map(|ty| any.of(ty.clone())).collect(),
            shadows: shadows.iter().map(|ty| any.of(ty.clone())).collect(),
            value: any.of(output.to_token_stream()),
        }
    }
}

struct AnyLifetime<'t, 'a> {
    twin: &'t Twin<'a>,
    /// Whether lifetimes are replaced at all.
    own: bool,
    /// Whether they get names.
    named: bool,
    found: BTreeSet<Ident>,
}

impl AnyLifetime<'_, '_> {
    fn of(&mut self, tokens: TokenStream) -> TokenStream {
        if !self.own {
            return tokens;
        }
        self.replaced(tokens, false)
    }

    /// The tokens, of the type of the block or of a signature.
    fn replaced(&mut self, tokens: TokenStream, of_block: bool) -> TokenStream {
        let mut out = TokenStream::new();
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            match (&token, tokens.peek()) {
                (TokenTree::Punct(p), Some(TokenTree::Ident(name))) if p.as_char() == '\'' => {
                    let name = name.clone();
                    tokens.next();
                    out.extend(self.lifetime(&name, of_block));
                }
                (TokenTree::Ident(i), _) if i == "Self" => match self.twin.host {
                    Host::Block(block) => {
                        out.extend(self.replaced(block.self_ty.to_token_stream(), true));
                    }
                    _ => out.extend([token]),
                },
                (TokenTree::Group(g), _) => {
                    let inner = self.replaced(g.stream(), of_block);
                    let mut group = Group::new(g.delimiter(), inner);
                    group.set_span(g.span());
                    out.extend([TokenTree::from(group)]);
                }
                _ => out.extend([token]),
            }
        }
        out
    }

    fn lifetime(&mut self, name: &Ident, of_block: bool) -> TokenStream {
        let is_own = self.twin.lifetimes.iter().any(|l| l.ident == *name);
        let is_elided = of_block && name == "_";
        if !is_own && !is_elided {
            return lifetime(name);
        }
        if !self.named {
            return lifetime(&format_ident!("_"));
        }
        let name = format_ident!("__of_{}", name);
        self.found.insert(name.clone());
        lifetime(&name)
    }
}

fn lifetime(name: &Ident) -> TokenStream {
    let mut mark = Punct::new('\'', Spacing::Joint);
    mark.set_span(name.span());
    [TokenTree::from(mark), name.clone().into()].into_iter().collect()
}
