//! Loops and chains over an iterator of one's own that is made where it stands, `Powers { x, last }`: it
//! is asked for its items by its `next`; and over a range that a method is known to give,
//! `mesh.nodes(e).rev()`, or a place to hold.

use super::bound::goes_on_after;
use super::parse::{advances, gives_items, is_consumer, is_iterating, links, makes_iterator};
use crate::ir::{Collection, Place};
use crate::lower::Lower;
use crate::lower::place::strip;
use quote::format_ident;
use syn::spanned::Spanned;
use syn::{Expr, parse_quote, parse_quote_spanned};

impl Lower {
    /// A loop over such an iterator as one over what its `next` gives.
    pub(in crate::lower) fn over_own(&mut self, f: &syn::ExprForLoop) -> Option<Expr> {
        if let Some((given, asked)) = self.over_range(&f.expr) {
            let looped = syn::ExprForLoop { expr: Box::new(asked), ..f.clone() };
            return Some(parse_quote!({ #given #looped }));
        }
        let (base, links) = links(&f.expr);
        let iterates = links.iter().all(|m| is_iterating(&m.method) || m.method == "into_iter");
        if !iterates || !matches!(base, Expr::Struct(_)) {
            return None;
        }
        let name = self.own_name();
        let asked = asked(&f.expr, &name);
        let looped = syn::ExprForLoop { expr: Box::new(asked), ..f.clone() };
        Some(parse_quote!({ let mut #name = #base; #looped }))
    }

    /// A chain over such an iterator, if its methods say that it is one.
    pub(in crate::lower) fn own_chain(&mut self, e: &Expr) -> Option<Expr> {
        if let Expr::MethodCall(m) = strip(e)
            && is_consumer(&m.method)
            && let Some((given, asked)) = self.over_range(e)
        {
            return Some(parse_quote!({ #given #asked }));
        }
        let (base, links) = links(e);
        let takes = |k: usize| {
            let follows = links.get(k + 1).is_some_and(|next| is_iterating(&next.method));
            links[k].method == "take" && links[k].args.len() == 1 && follows
        };
        let iterates = links.iter().all(|m| is_iterating(&m.method));
        let known = gives_items(&links) || (0..links.len()).any(takes);
        if !iterates || !known || !matches!(base, Expr::Struct(_)) {
            return None;
        }
        let name = self.own_name();
        let asked = asked(e, &name);
        Some(parse_quote!({ let mut #name = #base; #asked }))
    }

    /// A chain over a range that a call gives, or that a place is known to hold: the range by name, and
    /// the chain over its integers.
    fn over_range(&mut self, e: &Expr) -> Option<(syn::Stmt, Expr)> {
        let (base, links) = links(e);
        let calls = std::iter::once(base.clone());
        let calls = calls.chain(links.iter().map(|m| Expr::MethodCall((*m).clone())));
        let calls: Vec<_> = calls.collect();
        let given = calls.iter().enumerate().find_map(|(k, e)| Some((k, self.given.range(e)?)));
        // One behind an exclusive reference goes on where the loop ends.
        let held = || {
            let name = match strip(base) {
                Expr::Path(p) => p.path.get_ident().and_then(|name| self.lookup(name)),
                _ => None,
            };
            let lent = name.is_some_and(|v| self.refers(&Place::var(v)) == Some(true));
            (self.known(base).is_of(Collection::Range) && !lent).then_some((0, false))
        };
        let (mut at, inclusive) = given.or_else(held)?;
        let begins = |m: &&&syn::ExprMethodCall| makes_iterator(&m.method);
        let is_value = |e: &&Expr| !matches!(e, Expr::MethodCall(m) if m.method == "into_iter");
        let first = at;
        at += links[at..].iter().take_while(begins).count();
        let (range, after) = (calls[first..=at].iter().rev().find(is_value)?, &links[at..]);
        // Of a place, such a method leaves the rest of the range.
        let goes_on = |m: &&syn::ExprMethodCall| goes_on_after(&m.method) || advances(&m.method);
        let is_left = given.is_none() && at == first && after.first().is_some_and(goes_on);
        if is_left || !after.iter().all(|m| is_iterating(&m.method)) {
            return None;
        }
        // A loop over it as it is runs over what it still has to give.
        if inclusive && after.is_empty() {
            return None;
        }
        let name = self.own_name();
        // The compiler checks that it is a range.
        let span = range.span();
        let (ty, mut chain): (syn::Type, Expr) = match inclusive {
            true => (
                parse_quote_spanned!(span=> ::core::ops::RangeInclusive<_>),
                parse_quote!((*#name.start()..=*#name.end())),
            ),
            false => (
                parse_quote_spanned!(span=> ::core::ops::Range<_>),
                parse_quote!((#name.start..#name.end)),
            ),
        };
        for m in after {
            chain =
                Expr::MethodCall(syn::ExprMethodCall { receiver: Box::new(chain), ..(*m).clone() });
        }
        Some((parse_quote!(let #name: #ty = #range;), chain))
    }

    fn own_name(&mut self) -> syn::Ident {
        self.tries += 1;
        format_ident!("__own_{}", self.tries)
    }
}

/// A chain with what asks an iterator for its items in the place of the iterator.
fn asked(e: &Expr, name: &syn::Ident) -> Expr {
    match strip(e) {
        Expr::MethodCall(m) => {
            let receiver = Box::new(asked(&m.receiver, name));
            match m.method == "into_iter" {
                true => *receiver,
                false => Expr::MethodCall(syn::ExprMethodCall { receiver, ..m.clone() }),
            }
        }
        _ => parse_quote!(::core::iter::from_fn(|| #name.next())),
    }
}
