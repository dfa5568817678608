//! Expressions that are kept as they were written.

use super::Emit;
use crate::ir::{Place, Ty, VarId, VarKind};
use crate::lower::placeholder_id;
use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::ToTokens;

impl Emit<'_> {
    /// An expression with a copy of each value that it uses up and the reverse sweep needs.
    pub(super) fn with_copies(&self, tokens: TokenStream) -> TokenStream {
        let all: Vec<_> = tokens.into_iter().collect();
        let is_punct = |t: Option<&TokenTree>, c: char| matches!(t, Some(TokenTree::Punct(p)) if p.as_char() == c);
        let copied = all.iter().enumerate().map(|(k, t)| {
            let (before, after) = (k.checked_sub(1).and_then(|k| all.get(k)), all.get(k + 1));
            match t {
                TokenTree::Ident(i) if placeholder_id(i).is_some_and(|v| self.is_moved(v)) => {
                    let part = matches!(after, Some(TokenTree::Group(g))
                        if g.delimiter() == proc_macro2::Delimiter::Bracket);
                    if is_punct(before, '&') || is_punct(after, '.') || part {
                        return t.to_token_stream();
                    }
                    quote!(::core::clone::Clone::clone(&#i))
                }
                TokenTree::Group(g) => {
                    let mut group = Group::new(g.delimiter(), self.with_copies(g.stream()));
                    group.set_span(g.span());
                    TokenTree::Group(group).into()
                }
                t => t.to_token_stream(),
            }
        });
        copied.collect()
    }

    /// Whether a variable would be moved where it is named, and is used by the reverse sweep.
    fn is_moved(&self, v: VarId) -> bool {
        let var = self.func.var(v);
        !self.reverse
            && var.kind == VarKind::Local
            && var.ty == Ty::Unknown
            && self.record.shared.contains(&v)
    }

    /// Fills the placeholders of an expression that is kept as it was written.
    pub(super) fn fill(&self, tokens: TokenStream) -> TokenStream {
        let mut out = TokenStream::new();
        for t in tokens {
            match t {
                TokenTree::Ident(i) => match placeholder_id(&i) {
                    Some(v) => out.extend(self.placeholder(v, i.span())),
                    None => out.extend([TokenTree::Ident(i)]),
                },
                TokenTree::Group(g) => {
                    let mut new = Group::new(g.delimiter(), self.fill(g.stream()));
                    new.set_span(g.span());
                    out.extend([TokenTree::Group(new)]);
                }
                other => out.extend([other]),
            }
        }
        out
    }

    fn placeholder(&self, v: VarId, span: Span) -> TokenStream {
        let place = Place::var(v);
        if self.reverse {
            let alias = matches!(self.func.var(v).kind, VarKind::Alias(..));
            let tokens = self.place(&place);
            return if alias { quote!((&#tokens)) } else { tokens };
        }
        let mut name = self.name(v);
        name.set_span(span.resolved_at(name.span()));
        name.to_token_stream()
    }
}
