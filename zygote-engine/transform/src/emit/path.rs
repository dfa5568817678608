//! Places as expressions, step by step.

use super::{Emit, TokenStream, private, span};
use crate::ir::{Operand, Proj};
use proc_macro2::TokenTree;
use quote::{ToTokens, quote_spanned};

impl Emit<'_> {
    /// A part of what an expression gives.
    pub(super) fn path(&self, root: TokenStream, path: &[Proj], access: Access) -> TokenStream {
        // All of an expression is of one context, or the compiler takes it for one of the attribute.
        let span = root.clone().into_iter().next().map_or_else(span::here, |t| t.span());
        path.iter().fold(root, |at, proj| match proj {
            Proj::Field(member) => {
                let mut member = member.clone();
                match &mut member {
                    syn::Member::Named(name) => name.set_span(span.located_at(name.span())),
                    syn::Member::Unnamed(index) => index.span = span.located_at(index.span),
                }
                quote_spanned!(span=> #at.#member)
            }
            Proj::Index(i) => {
                let i = self.index(i);
                match self.may_miss.get() {
                    true => quote!((*#at.get(#i)?)),
                    false => quote_spanned!(span=> #at[#i]),
                }
            }
            Proj::Slice(a, b, inclusive) => {
                let (a, b) = (a.as_ref().map(|a| self.index(a)), b.as_ref().map(|b| self.index(b)));
                let range = if *inclusive { quote!(#a..=#b) } else { quote!(#a..#b) };
                match self.may_miss.get() {
                    true => quote!((*#at.get(#range)?)),
                    false => quote_spanned!(span=> #at[#range]),
                }
            }
            Proj::Deref => quote_spanned!(span=> (*#at)),
            Proj::AsSlice => match access {
                Access::Read => quote!((*#at.as_slice())),
                Access::Write => quote!((*#at.as_mut_slice())),
            },
            Proj::Unboxed => match access {
                Access::Read => quote!((*#at.as_ref())),
                Access::Write => quote!((*#at.as_mut())),
            },
            Proj::Payload => {
                let private = private();
                match access {
                    Access::Read => quote!((*#private::payload_of(&#at))),
                    Access::Write => quote!((*#private::payload_of_mut(&mut #at))),
                }
            }
            Proj::Key(key) => {
                let (private, key) = (private(), self.operand(key));
                match access {
                    Access::Read => quote!(#at[#key]),
                    Access::Write => quote!((*{
                        use #private::keys::{HasKeys as _, Indexed as _, Keyed as _};
                        #at.__by_key().value_of_key(#key)
                    })),
                }
            }
            Proj::FromEnd(n) => {
                let private = private();
                let n = proc_macro2::Literal::usize_unsuffixed(*n);
                match access {
                    Access::Read => quote!((*#private::from_end(&#at, #n))),
                    Access::Write => quote!((*#private::from_end_mut(&mut #at, #n))),
                }
            }
            Proj::Variant(path, member) => {
                let private = private();
                let reference = match access {
                    Access::Read => quote!(&),
                    Access::Write => quote!(&mut),
                };
                let pattern = variant(path, member);
                quote!((*match #reference #at { #pattern => __part, _ => #private::other_variant() }))
            }
        })
    }

    pub(super) fn index(&self, operand: &Operand) -> TokenStream {
        match operand {
            Operand::Const(t) => t.clone(),
            Operand::Place(p, _) => self.place(p),
            Operand::Lambda(_) => unreachable!("a closure is no index"),
        }
    }
}

/// What is done with a place.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// It is read, or lent by shared reference.
    Read,
    /// It is written, or lent by exclusive reference.
    Write,
}

/// The pattern that finds a part of a variant and names it `__part`.
fn variant(path: &syn::Path, member: &syn::Member) -> TokenStream {
    match member {
        syn::Member::Named(name) => constructed(path, quote!({ #name: __part, .. })),
        syn::Member::Unnamed(index) => {
            let before = (0..index.index).map(|_| quote!(_,));
            constructed(path, quote!((#(#before)* __part, ..)))
        }
    }
}

/// A struct or a variant, with its parts in delimiters.
pub(super) fn constructed(path: &syn::Path, parts: TokenStream) -> TokenStream {
    let first = path.to_token_stream().into_iter().next().map_or_else(span::here, |t| t.span());
    let of_one_context = |mut group: TokenTree| {
        group.set_span(first.located_at(span::here()));
        group
    };
    let parts = parts.into_iter().map(of_one_context);
    quote!(#path #(#parts)*)
}
