//! Lists that get one item in each trip of a loop.

use super::{Emit, TokenStream, private};
use crate::ir::{For, Op, Region, Stmt, Ty, VarId};
use proc_macro2::Ident;
use quote::{ToTokens, format_ident};
use std::cell::{Cell, RefCell};

/// The lists of the loops around what is emitted.
#[derive(Default)]
pub(super) struct Lists {
    /// The one that is extended by the items of the loop.
    pub extended: Cell<Option<VarId>>,
    /// The cotangents of those of which each trip takes the item of its number.
    in_steps: RefCell<Vec<(VarId, TokenStream)>>,
}

impl Emit<'_> {
    /// The list that gets an item at the end of each trip of a loop.
    pub(super) fn appended(&self, f: &For) -> Option<VarId> {
        match f.body.stmts.last()? {
            Stmt::Append(list, _) if f.trips.is_none() && self.whole_trips(f.body.id) => {
                Some(*list)
            }
            _ => None,
        }
    }

    /// The lists for which a loop makes room.
    pub(super) fn grown(&self, f: &For) -> Vec<Ident> {
        let lists = f.body.stmts.iter().filter_map(|stmt| match stmt {
            Stmt::Append(list, _) if f.trips.is_none() => Some(self.name(*list)),
            _ => None,
        });
        lists.collect()
    }

    /// The cotangents of lists of numbers of which each trip of a reversed loop takes one item, so that
    /// they are taken by the number of the trip.
    pub(super) fn in_step(&self, f: &For) -> Vec<VarId> {
        if f.trips.is_some() || !self.whole_trips(f.body.id) {
            return vec![];
        }
        let taken = f.body.stmts.iter().filter_map(|stmt| match stmt {
            Stmt::Let(item, Op::TakeLast(d)) if *self.func.var(*item).ty.peeled() == Ty::Real => {
                Some(*d)
            }
            _ => None,
        });
        taken.filter(|d| taken_in(&f.body, *d) == 1).collect()
    }

    /// The items of these lists that the trips take, before the loop, and that they are gone, after it.
    pub(super) fn steps(
        &self,
        lists: &[VarId],
        trips: &impl ToTokens,
    ) -> (TokenStream, TokenStream) {
        let private = private();
        let slices = lists.iter().map(|d| {
            let (d, items) = (self.name(*d), items(*d));
            quote!(let #items = #private::last_items(&#d, #trips);)
        });
        let (before, names) = (slices.collect(), lists.iter().map(|d| self.name(*d)));
        (before, quote!(#(#private::drop_last(&mut #names, #trips);)*))
    }

    /// What is emitted inside of a loop whose trips take items by their number.
    pub(super) fn with_steps<T>(
        &self,
        lists: &[VarId],
        trip: &impl ToTokens,
        inside: impl FnOnce() -> T,
    ) -> T {
        let outer = self.lists.in_steps.borrow().len();
        let steps = lists.iter().map(|d| (*d, trip.to_token_stream()));
        self.lists.in_steps.borrow_mut().extend(steps);
        let emitted = inside();
        self.lists.in_steps.borrow_mut().truncate(outer);
        emitted
    }

    /// The cotangent of the last item of a list.
    pub(super) fn last_taken(&self, list: VarId) -> TokenStream {
        if let Some((_, trip)) = self.lists.in_steps.borrow().iter().find(|(d, _)| *d == list) {
            let items = items(list);
            return quote!(#items[#trip]);
        }
        let (private, list) = (private(), self.name(list));
        quote!(#private::take_last(&mut #list))
    }
}

fn items(list: VarId) -> Ident {
    format_ident!("__items_{}", list.0)
}

/// How often a region takes the last item of a list.
pub(super) fn taken_in(region: &Region, list: VarId) -> usize {
    let of = |stmt: &Stmt| {
        let here = matches!(stmt, Stmt::Let(_, Op::TakeLast(d)) if *d == list);
        let inside: usize = stmt.regions().into_iter().map(|r| taken_in(r, list)).sum();
        usize::from(here) + inside
    };
    region.stmts.iter().map(of).sum()
}
