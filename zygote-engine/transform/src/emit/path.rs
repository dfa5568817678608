//! Places as expressions, step by step.

use super::{Emit, TokenStream, private, span};
use crate::ir::{Operand, Proj};
use proc_macro2::{Ident, TokenTree};
use quote::{ToTokens, quote_spanned};

impl Emit<'_> {
    /// A part of what an expression gives.
    pub(super) fn path(&self, root: TokenStream, path: &[Proj], access: Access) -> TokenStream {
        // All of an expression is of one context, or the compiler takes it for one of the attribute.
        let span = root.clone().into_iter().next().map_or_else(span::here, |t| t.span());
        let step = |at: TokenStream, proj: &Proj| match proj {
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
                _ => quote!((*#at.as_mut_slice())),
            },
            Proj::Unboxed => match access {
                Access::Read => quote!((*#at.as_ref())),
                _ => quote!((*#at.as_mut())),
            },
            Proj::Payload => {
                let private = private();
                match access {
                    Access::Read => quote!((*#private::payload_of(&#at))),
                    _ => quote!((*#private::payload_of_mut(&mut #at))),
                }
            }
            Proj::Key(key) => {
                let (private, key) = (private(), self.operand(key));
                match access {
                    Access::Read => quote!(#at[#key]),
                    _ => quote!((*{
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
                    _ => quote!((*#private::from_end_mut(&mut #at, #n))),
                }
            }
            Proj::Variant(path, member) => {
                let private = private();
                let reference = match access {
                    Access::Read => quote!(&),
                    _ => quote!(&mut),
                };
                let pattern = variant(path, member);
                quote!((*match #reference #at { #pattern => __part, _ => #private::other_variant() }))
            }
        };
        path.iter().enumerate().fold(root, |at, (k, proj)| match proj {
            // It is reached together with the field.
            Proj::Deref if access.reaches(path, k.wrapping_sub(1)) => at,
            proj if access.reaches(path, k) => {
                let points = path.get(k + 1) == Some(&Proj::Deref);
                self.reached(step(at, proj), points, access, k)
            }
            proj => step(at, proj),
        })
    }

    /// What is behind a field of a cotangent, which may be a reference.
    fn reached(&self, field: TokenStream, points: bool, access: Access, k: usize) -> TokenStream {
        let private = private();
        let unwanted = match access {
            Access::Added | Access::Walked => {
                let part = if points { quote!(target) } else { quote!(part) };
                return quote!((*#private::reached(&mut #field).#part()));
            }
            Access::LentAs(n) => unwanted(n, k).to_token_stream(),
            _ => quote!(&mut ::core::option::Option::None),
        };
        let lent = if points { quote!(lent_target) } else { quote!(lent) };
        quote!((*#private::reached(&mut #field).#lent(#unwanted)))
    }

    /// Whether all fields on the way to a part of a cotangent may have cotangents.
    pub(super) fn varies(
        &self,
        root: &TokenStream,
        path: &[Proj],
        access: Access,
    ) -> Option<TokenStream> {
        let private = private();
        let fields = (0..path.len()).filter(|k| access.reaches(path, *k));
        let each = fields.map(|k| {
            let field = self.path(root.clone(), &path[..=k], Access::Added);
            quote!(#private::reached(&mut #field).varies())
        });
        each.reduce(|a, b| quote!(#a && #b))
    }

    /// The places for what is added behind references, of the shadow of an argument.
    pub(super) fn places_behind(&self, path: &[Proj], n: usize) -> TokenStream {
        let fields = (0..path.len()).filter(|k| Access::LentAs(n).reaches(path, *k));
        let places = fields.map(|k| {
            let unwanted = unwanted(n, k);
            quote!(let #unwanted = &mut ::core::option::Option::None;)
        });
        places.collect()
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
    /// It is a cotangent that is added to, where all fields on the way to it may have one.
    Added,
    /// The same of one that a walk lends parts of.
    Walked,
    /// It is a cotangent that is lent as the shadow of the argument of this number.
    LentAs(usize),
    /// It is a cotangent in another place.
    Cotangent,
}

impl Access {
    /// Whether a step is a field that may be a reference behind which a part is.
    fn reaches(self, path: &[Proj], k: usize) -> bool {
        let is_field = match path.get(k) {
            Some(Proj::Field(_)) => true,
            Some(Proj::Variant(path, _)) => !crate::ir::is_error(path),
            _ => false,
        };
        is_field
            && match self {
                Self::Read | Self::Write => false,
                Self::Added | Self::Cotangent => k + 1 < path.len(),
                Self::Walked | Self::LentAs(_) => true,
            }
    }
}

/// The place for what is added behind a reference.
fn unwanted(n: usize, k: usize) -> Ident {
    generated!("__behind_{}_{}", n, k)
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
