//! Loops and chains over an iterator of one's own that is made where it stands, `Powers { x, last }`, or marked
//! as one ([`own_iterator`]): it is asked for its items by its `next`; and over a range that a method is known to
//! give, `mesh.nodes(e).rev()`, or a place to hold.

use super::bound::goes_on_after;
use super::parse::{advances, gives_items, is_consumer, is_iterating, links, makes_iterator};
use crate::ir::{Collection, Place};
use crate::lower::Lower;
use crate::lower::place::strip;
use quote::{format_ident, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, parse_quote, parse_quote_spanned};

impl Lower {
    /// A loop over such an iterator as one over what its `next` gives.
    pub(in crate::lower) fn over_own(&mut self, f: &syn::ExprForLoop) -> Option<Expr> {
        if let Some((given, asked)) = self.over_range(&f.expr, true) {
            let looped = syn::ExprForLoop { expr: Box::new(asked), ..f.clone() };
            return Some(parse_quote!({ #given #looped }));
        }
        let (base, links) = links(&f.expr);
        let iterates = links.iter().all(|m| is_iterating(&m.method) || m.method == "into_iter");
        let begins = iterates && own(base).is_some();
        if !begins && !self.is_beside(base, &links) {
            return None;
        }
        let (lets, asked) = self.asked_chain(base, &f.expr)?;
        let looped = syn::ExprForLoop { expr: Box::new(asked), ..f.clone() };
        Some(parse_quote!({ #(#lets)* #looped }))
    }

    /// A chain over such an iterator, if its methods say that it is one.
    pub(in crate::lower) fn own_chain(&mut self, e: &Expr) -> Option<Expr> {
        if let Expr::MethodCall(m) = strip(e)
            && is_consumer(&m.method)
            && let Some((given, asked)) = self.over_range(e, false)
        {
            return Some(parse_quote!({ #given #asked }));
        }
        let (base, links) = links(e);
        let takes = |k: usize| {
            let follows = links.get(k + 1).is_some_and(|next| is_iterating(&next.method));
            links[k].method == "take" && links[k].args.len() == 1 && follows
        };
        let known = matches!(base, Expr::Call(_)) && own(base).is_some()
            || gives_items(&links)
            || (0..links.len()).any(takes);
        let begins = known && links.iter().all(|m| is_iterating(&m.method));
        if !begins && !self.is_beside(base, &links) {
            return None;
        }
        let (lets, asked) = self.asked_chain(base, e)?;
        Some(parse_quote!({ #(#lets)* #asked }))
    }

    /// Whether such an iterator is beside a chain, and may be made before what that begins with.
    fn is_beside(&self, base: &Expr, links: &[&syn::ExprMethodCall]) -> bool {
        let waits = self.is_place(base) || matches!(base, Expr::Range(_)) || own(base).is_some();
        waits && links.iter().any(|m| beside(m).is_some())
    }

    /// The iterators of one's own of a chain by name, and the chain with what asks them in their places, if it has
    /// some.
    fn asked_chain(&mut self, base: &Expr, chain: &Expr) -> Option<(Vec<syn::Stmt>, Expr)> {
        let (mut lets, mut chain) = (vec![], chain.clone());
        if let Some(asking) = self.asking(base, &mut lets) {
            chain = with_base(&chain, &asking);
        }
        let mut link = &mut chain;
        while let Expr::MethodCall(m) = link {
            if let Some(arg) = beside(m).cloned()
                && let Some(asking) = self.asking(links(&arg).0, &mut lets)
            {
                m.args[0] = with_base(&arg, &asking);
            }
            link = &mut m.receiver;
        }
        (!lets.is_empty()).then_some((lets, chain))
    }

    /// What asks such an iterator for its items.
    fn asking(&mut self, base: &Expr, lets: &mut Vec<syn::Stmt>) -> Option<Expr> {
        let value = own(base)?;
        let name = self.own_name();
        lets.push(match strip(value) {
            Expr::Reference(_) => parse_quote!(let #name = #value;),
            value => parse_quote!(let mut #name = #value;),
        });
        Some(parse_quote!(::core::iter::from_fn(|| #name.next())))
    }

    /// A chain over a range that a call gives, or that a place is known to hold: the range by name, and
    /// the chain over its integers.
    fn over_range(&mut self, e: &Expr, in_loop: bool) -> Option<(syn::Stmt, Expr)> {
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
            let known = self.known(base);
            let is_range = |inclusive| known.is_of(Collection::of_range(inclusive)) && !lent;
            // A field of which a copy is an iterator is a range of either kind.
            let is_field = matches!(base, Expr::Field(_))
                && links.first().is_some_and(|m| m.method == "clone")
                && links.get(1).is_some_and(|m| is_iterating(&m.method))
                && (in_loop || gives_items(&links));
            if is_range(false) {
                return Some((0, false));
            }
            (is_range(true) || is_field).then_some((0, true))
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
        // The compiler checks that it is a range. One with its end may have given its items already.
        let span = range.span();
        let private = quote_spanned!(span=> ::zygote_engine::__private);
        let (ty, mut chain): (syn::Type, Expr) = match inclusive {
            true => (
                parse_quote!(_),
                parse_quote_spanned!(span=> (#private::first_left(&#name)..=#private::last_left(&#name))),
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

/// What is beside a chain, as an argument, or what a list is extended by.
fn beside(m: &syn::ExprMethodCall) -> Option<&Expr> {
    let takes = ["zip", "chain", "extend"].iter().any(|name| m.method == name);
    let arg = m.args.first().filter(|_| takes && m.args.len() == 1)?;
    own(links(arg).0).is_some().then_some(arg)
}

/// The iterator of one's own that a chain begins with, if that shows.
fn own(base: &Expr) -> Option<&Expr> {
    match base {
        Expr::Struct(_) => Some(base),
        Expr::Call(c) => marked(c),
        _ => None,
    }
}

/// Marks an iterator of one's own that is iterated.
pub fn own_iterator(e: &Expr) -> Expr {
    parse_quote_spanned!(e.span()=> ::zygote_engine::__private::own_iterator(#e))
}

/// What is marked so.
pub(in crate::lower) fn marked(c: &syn::ExprCall) -> Option<&Expr> {
    let Expr::Path(p) = &*c.func else { return None };
    let is_own = p.path.segments.last().is_some_and(|last| last.ident == "own_iterator");
    let generated = p.path.segments.iter().any(|s| s.ident == "__private");
    c.args.first().filter(|_| is_own && generated)
}

/// A chain with something else in the place of what it begins with.
fn with_base(e: &Expr, base: &Expr) -> Expr {
    match strip(e) {
        Expr::MethodCall(m) => {
            let receiver = Box::new(with_base(&m.receiver, base));
            // Of an iterator these are itself; what it is asked for is left of it.
            match m.method == "into_iter" || m.method == "by_ref" {
                true => *receiver,
                false => Expr::MethodCall(syn::ExprMethodCall { receiver, ..m.clone() }),
            }
        }
        _ => base.clone(),
    }
}
