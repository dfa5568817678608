//! Loops over ranges whose bodies read and add at `i`, `i + 1`, `base + i` and the like: how their
//! reverse is written so that the compiler can do without bounds checks and reloads.
//!
//! - A *window* is the part of a sequence that a loop visits in step with its index. It is sliced
//!   once, before the loop, to exactly the number of trips.
//! - A *carry* merges what neighbouring trips add to the same element of a cotangent: contributions
//!   wait in local variables until the last trip that adds to the element. Where the loop takes each
//!   element before, the carry is all there is of it, and is assigned.
//! - What one trip restores and the next ones read is *held* in local variables.
//! - A loop whose trips depend on nothing that others change runs forwards, which vectorises better.

mod follow;
mod order;
mod primal;
mod shadow;

use super::{Emit, TokenStream};
use crate::ir::{For, Op, Operand, Place, Proj, Region, RegionId, Source, Stmt, Ty, VarId};
use crate::lower::{placeholder_id, placeholders};
use crate::record::changes;
use follow::Terms;
use proc_macro2::{Ident, TokenTree};
use std::collections::BTreeSet;
use syn::Expr;

/// The most offsets that a carry spans.
const SPAN: i64 = 4;

/// An index that follows the loop: `base + i + offset`, where the base does not change in the loop.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Follows {
    /// The terms of the base, with placeholders.
    base: Vec<String>,
    offset: i64,
}

/// What an access to an element is replaced by inside the loop.
#[derive(Clone, Debug)]
pub(super) struct Replaced {
    /// The sequence.
    root: VarId,
    /// The index.
    follows: Follows,
    /// The expression of the element.
    element: TokenStream,
    /// Whether the element is one of an optional window.
    guarded: Option<Ident>,
    /// Whether the element waits in a carry: it is added to, never read.
    carried: bool,
    /// Whether the element is assigned after it is taken, so that it need not be cleared.
    assigned: bool,
}

/// What is known of a loop.
struct Facts {
    /// The body.
    body: RegionId,
    /// The loop's index.
    index: VarId,
    /// What the body changes.
    changed: BTreeSet<VarId>,
}

impl Facts {
    fn lo(&self) -> Ident {
        generated!("__lo_{}", self.body.0)
    }

    fn trips(&self) -> Ident {
        generated!("__trips_{}", self.body.0)
    }

    fn trip(&self) -> Ident {
        generated!("__trip_{}", self.body.0)
    }
}

/// How a loop is written.
pub(super) struct Windows {
    facts: Facts,
    windows: Vec<Replaced>,
    /// The number of names given.
    names: usize,
    /// What comes before the loop, at the start and end of each trip, and after the loop.
    pub before: TokenStream,
    pub start: TokenStream,
    pub end: TokenStream,
    pub after: TokenStream,
    pub forwards: bool,
}

impl Windows {
    fn name(&mut self) -> Ident {
        self.names += 1;
        generated!("__window_{}_{}", self.facts.body.0, self.names)
    }

    /// The names of the first index, the number of trips and the number of the trip.
    pub fn counters(&self) -> (Ident, Ident, Ident) {
        (self.facts.lo(), self.facts.trips(), self.facts.trip())
    }
}

impl Emit<'_> {
    /// The variable of a loop's pattern, if it is a plain name.
    pub(super) fn index_of(f: &For) -> Option<VarId> {
        let mut tokens = f.pattern.clone().into_iter();
        match (tokens.next(), tokens.next()) {
            (Some(TokenTree::Ident(i)), None) => placeholder_id(&i),
            _ => None,
        }
    }

    /// Plans the reverse of a loop over a range; none if there is nothing to gain.
    pub(super) fn windows(&self, f: &For) -> Option<Windows> {
        let (Source::Range(_, _, false), None, Some(index)) =
            (&f.source, f.trips, Self::index_of(f))
        else {
            return None;
        };
        if has_lambdas(self.regions[&f.body.id]) {
            return None;
        }
        let mut changed = BTreeSet::new();
        changes(self.func, self.regions[&f.body.id], &mut changed);
        let mut w = Windows {
            facts: Facts { body: f.body.id, index, changed },
            windows: vec![],
            names: 0,
            before: TokenStream::new(),
            start: TokenStream::new(),
            end: TokenStream::new(),
            after: TokenStream::new(),
            forwards: self.order_free(f),
        };
        self.shadow_windows(f, &mut w);
        self.primal_windows(f, &mut w);
        self.state_windows(f, &mut w);
        (!w.windows.is_empty()).then_some(w)
    }

    /// Whether a place stands for an element that is replaced.
    pub(super) fn replaced(
        &self,
        place: &Place,
        added_to: bool,
    ) -> Option<(TokenStream, Option<Ident>)> {
        let [Proj::Index(index)] = &place.path[..] else { return None };
        let stack = self.windows.borrow();
        stack.iter().rev().find_map(|w| {
            let follows = self.follows(index, &w.facts)?;
            w.windows
                .iter()
                .find(|r| r.root == place.root && r.follows == follows && (added_to || !r.carried))
                .map(|r| (r.element.clone(), r.guarded.clone()))
        })
    }

    /// Whether an element of a shadow is assigned by a later trip, or after the loop, anyway.
    pub(super) fn is_assigned(&self, place: &Place) -> bool {
        let [Proj::Index(index)] = &place.path[..] else { return false };
        self.windows.borrow().iter().rev().any(|w| {
            self.follows(index, &w.facts).is_some_and(|follows| {
                let same = |r: &&Replaced| r.root == place.root && r.follows == follows;
                w.windows.iter().filter(same).any(|r| r.assigned)
            })
        })
    }

    /// How an index follows the loop's own.
    fn follows(&self, operand: &Operand, l: &Facts) -> Option<Follows> {
        let place = operand.place().filter(|p| p.path.is_empty())?;
        if place.root == l.index {
            return Some(Follows { base: vec![], offset: 0 });
        }
        let Op::Verbatim(tokens, ..) = &self.record.replay.get(&place.root)?.op else {
            return None;
        };
        let expr: Expr = syn::parse2(tokens.clone()).ok()?;
        let mut terms = Terms { index: l.index, seen: 0, base: vec![], offset: 0 };
        terms.add(&expr)?;
        if terms.seen != 1 {
            return None;
        }
        let constant = |v: VarId| {
            let var = self.func.var(v);
            !l.changed.contains(&v)
                && !self.func.within(var.home, l.body)
                && matches!(var.ty, Ty::Inert | Ty::Unknown)
        };
        if !terms.base.iter().all(|t| placeholders(t).into_iter().all(constant)) {
            return None;
        }
        let base = terms.base.iter().map(TokenStream::to_string).collect();
        Some(Follows { base, offset: terms.offset })
    }

    /// The first element's index of a window.
    fn first(&self, follows: &Follows, l: &Facts) -> TokenStream {
        let base: Vec<TokenStream> = follows
            .base
            .iter()
            .map(|t| self.fill(t.parse().expect("terms are printed tokens")))
            .collect();
        let lo = l.lo();
        let from = quote!(#lo #(+ (#base))*);
        shifted(from, follows.offset)
    }

    fn is_reals(&self, v: VarId) -> bool {
        matches!(self.func.var(v).ty.peeled(), Ty::Seq(of) if **of == Ty::Real)
    }

    /// Slices a sequence to all elements that the trips visit, at several offsets, and replaces
    /// the accesses to it.
    fn span(
        &self,
        root: VarId,
        whole: &TokenStream,
        base: &[String],
        offsets: &BTreeSet<i64>,
        w: &mut Windows,
    ) -> Ident {
        let name = w.name();
        let (low, high) = (offsets.first(), offsets.last());
        let (low, high) = (*low.expect("an access"), *high.expect("an access"));
        let first = self.first(&Follows { base: base.to_vec(), offset: low }, &w.facts);
        let trips = w.facts.trips();
        let length = shifted(quote!(#trips), high - low);
        // The assertion holds, as the trips were made; by it the compiler knows that the length is
        // no overflow.
        w.before.extend(quote! {
            ::core::assert!(#trips <= ::core::primitive::isize::MAX as usize);
            let #name = &mut #whole[#first..][..#length];
        });
        for offset in offsets {
            w.windows.push(Replaced {
                root,
                follows: Follows { base: base.to_vec(), offset: *offset },
                element: at_trip(&name, offset - low, &w.facts),
                guarded: None,
                carried: false,
                assigned: false,
            });
        }
        name
    }
}

/// Whether a call in the region has a closure, whose reads and writes are in another order.
fn has_lambdas(region: &Region) -> bool {
    region.stmts.iter().any(|s| {
        matches!(s, Stmt::Let(_, Op::Call(call)) if !call.lambdas.is_empty())
            || s.regions().into_iter().any(has_lambdas)
    })
}

/// An element of a span.
fn at_trip(span: &Ident, offset: i64, l: &Facts) -> TokenStream {
    let trip = l.trip();
    let index = shifted(quote!(#trip), offset);
    quote!(#span[#index])
}

/// The statements of an optional window.
pub(super) fn guarded(guard: Option<&Ident>, inner: TokenStream) -> TokenStream {
    match guard {
        Some(name) => {
            quote!(if let ::core::option::Option::Some(#name) = &mut #name { #inner })
        }
        None => inner,
    }
}

fn shifted(from: TokenStream, offset: i64) -> TokenStream {
    let by = proc_macro2::Literal::u64_unsuffixed(offset.unsigned_abs());
    match offset.signum() {
        0 => from,
        1 => quote!(#from + #by),
        _ => quote!(#from - #by),
    }
}
