//! Windows of shadows, and carries of what neighbouring trips add to one element.

use super::{Facts, Follows, Replaced, SPAN, Windows, at_trip, guarded};
use crate::emit::{Emit, activity_type, private};
use crate::ir::{For, Op, Operand, Place, Proj, Region, Stmt, VarId};
use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use std::collections::{BTreeMap, BTreeSet};

/// An access to a shadow in the body of a loop.
struct Access {
    follows: Option<Follows>,
    kind: Kind,
    top: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Add,
    Take,
    Other,
}

impl Emit<'_> {
    /// Windows of shadows, and carries.
    pub(super) fn shadow_windows(&self, f: &For, w: &mut Windows) {
        let mut all: BTreeMap<VarId, Vec<Access>> = BTreeMap::new();
        self.accesses(&f.body, true, &w.facts, &mut all);
        for (root, accesses) in all {
            if !self.is_reals(root) || self.func.within(self.func.var(root).home, f.body.id) {
                continue;
            }
            self.carry(root, &accesses, w);
        }
    }

    /// Collects the accesses to shadows; one that is not understood counts as following nothing.
    fn accesses(
        &self,
        region: &Region,
        top: bool,
        l: &Facts,
        out: &mut BTreeMap<VarId, Vec<Access>>,
    ) {
        let mut note = |place: &Place, kind: Kind| {
            let follows = match &place.path[..] {
                [Proj::Index(i)] => self.follows(i, l),
                _ => None,
            };
            out.entry(place.root).or_default().push(Access { follows, kind, top });
        };
        for stmt in &region.stmts {
            match stmt {
                Stmt::Let(_, op) | Stmt::Set(_, op) => note_op(op, &mut note),
                Stmt::Add(place, op) => {
                    note(place, Kind::Add);
                    note_op(op, &mut note);
                }
                Stmt::Pull(pull) => {
                    pull.shadows
                        .iter()
                        .flatten()
                        .for_each(|s| note(&Place::var(s.root), Kind::Other));
                }
                Stmt::ReverseFor(_, lent) => {
                    lent.iter().for_each(|l| note(&Place::var(l.shadow.root), Kind::Other));
                }
                _ => {}
            }
        }
        for stmt in &region.stmts {
            let is_loop = matches!(stmt, Stmt::ReverseFor(..) | Stmt::ReverseCount(..));
            for inner in stmt.regions() {
                if is_loop {
                    let mut nested = BTreeMap::new();
                    self.accesses(inner, false, l, &mut nested);
                    for root in nested.into_keys() {
                        let access = Access { follows: None, kind: Kind::Other, top: false };
                        out.entry(root).or_default().push(access);
                    }
                } else {
                    self.accesses(inner, false, l, out);
                }
            }
        }
    }

    fn carry(&self, root: VarId, accesses: &[Access], w: &mut Windows) {
        let all: Option<Vec<_>> = accesses.iter().map(|a| a.follows.as_ref()).collect();
        let Some(all) = all else { return };
        let Some(first) = all.first() else { return };
        if all.iter().any(|f| f.base != first.base) {
            return;
        }
        let adds: Vec<_> = accesses.iter().zip(&all).filter(|(a, _)| a.is_add()).collect();
        let others: Vec<_> = accesses.iter().zip(&all).filter(|(a, _)| !a.is_add()).collect();
        let sure = |offset: i64| adds.iter().any(|(a, f)| a.top && f.offset == offset);
        let offsets: BTreeSet<i64> = adds.iter().map(|(_, f)| f.offset).collect();
        let (Some(&low), Some(&high)) = (offsets.first(), offsets.last()) else { return };
        if !sure(low) || !sure(high) || high - low >= SPAN {
            return;
        }
        // Elements that are read or taken must not wait in a carry.
        let first_add = accesses.iter().position(Access::is_add).unwrap_or(0);
        let early = accesses.iter().skip(first_add).all(Access::is_add);
        let clear = others.iter().all(|(a, f)| a.top && f.offset <= low);
        let all_sure = accesses.iter().all(|a| a.top);
        if !others.is_empty() && (!early || !clear || !all_sure || w.forwards) {
            return;
        }
        // Each trip takes its element before later trips add to it: nothing else is in it then.
        let taken = low < high
            && matches!(&others[..], [(a, f)] if a.kind == Kind::Take && f.offset == low);
        let at = |offset: i64| Follows { base: first.base.clone(), offset };
        let name = |offset: i64| generated!("__carry_{}_{}", root.0, (offset - low) as usize);
        if low < high {
            for c in low..=high {
                let carry = name(c);
                // Adding to -0.0 gives the other summand bit for bit, so the compiler drops it.
                w.before.extend(quote!(let mut #carry = -0.0;));
                let element = carry.to_token_stream();
                w.windows.push(Replaced {
                    root,
                    follows: at(c),
                    element,
                    guarded: None,
                    carried: true,
                    assigned: false,
                });
            }
        }
        // The element that no later trip adds to.
        let done = if w.forwards { low } else { high };
        let (element, guard) = if others.is_empty() {
            let window = w.name();
            let guard = self.window_of(root, &at(done), &window, w);
            let trip = w.facts.trip();
            let element = quote!(#window[#trip]);
            (element, guard)
        } else {
            let offsets: BTreeSet<i64> = all.iter().map(|f| f.offset).collect();
            let d = self.name(root).to_token_stream();
            let window = self.span(root, &d, &first.base, &offsets, w);
            let lowest = *offsets.first().expect("there are accesses");
            if taken {
                let trips = w.facts.trips();
                for c in low + 1..=high {
                    // What is in the elements that no trip takes before it adds to them.
                    let (carry, index) = (name(c - 1), super::shifted(quote!(#trips), c - low - 1));
                    w.before.extend(quote!(#carry = #window[#index];));
                }
                w.windows
                    .iter_mut()
                    .filter(|r| r.root == root && r.follows.offset == low && !r.carried)
                    .for_each(|r| r.assigned = true);
            }
            (at_trip(&window, high - lowest, &w.facts), None)
        };
        if low == high {
            w.windows.push(Replaced {
                root,
                follows: at(done),
                element,
                guarded: guard,
                carried: false,
                assigned: false,
            });
            return;
        }
        let zero = if w.forwards { name(high) } else { name(low) };
        let moves = (low..high).map(|c| {
            // Each carry moves to the offset under which the next trip knows its element.
            if w.forwards {
                let (to, from) = (name(c), name(c + 1));
                quote!(#to = #from;)
            } else {
                let (to, from) = (name(high - (c - low)), name(high - (c - low) - 1));
                quote!(#to = #from;)
            }
        });
        w.start.extend(moves);
        w.start.extend(quote!(#zero = -0.0;));
        let carry = name(done);
        let set = if taken { quote!(=) } else { quote!(+=) };
        w.end.extend(guarded(guard.as_ref(), quote!(#element #set #carry;)));
        let trips = w.facts.trips();
        let last = if w.forwards { quote!((#trips - 1)) } else { quote!(0) };
        for c in low..=high {
            if c != done {
                let first = self.first(&at(c), &w.facts);
                w.after.extend(self.flush(root, quote!(#first + #last), &set, &name(c)));
            }
        }
    }

    /// Adds a carry to an element of a shadow, or assigns it.
    fn flush(
        &self,
        root: VarId,
        index: TokenStream,
        set: &TokenStream,
        carry: &Ident,
    ) -> TokenStream {
        let (target, guard) = self.whole_shadow(root);
        guard(quote!(#target[#index] #set #carry;))
    }

    /// Slices the window of a shadow; gives the name under which it is optional.
    fn window_of(
        &self,
        root: VarId,
        follows: &Follows,
        name: &Ident,
        w: &mut Windows,
    ) -> Option<Ident> {
        let private = private();
        let (d, first) = (self.name(root), self.first(follows, &w.facts));
        let trips = w.facts.trips();
        let optional = self.shared_parameter(root);
        match optional {
            Some(k) => {
                let act = activity_type(k);
                w.before.extend(quote! {
                    let mut #name = <#act as #private::Activity>::get(&mut #d)
                        .map(|__whole| &mut __whole[#first..][..#trips]);
                });
                Some(name.clone())
            }
            None if let Some(is_there) = self.is_there(root) => {
                w.before.extend(quote! {
                    let mut #name = ::core::primitive::bool::then(#is_there, || &mut #d[#first..][..#trips]);
                });
                Some(name.clone())
            }
            None => {
                w.before.extend(quote!(let #name = &mut #d[#first..][..#trips];));
                None
            }
        }
    }
}

impl Access {
    fn is_add(&self) -> bool {
        self.kind == Kind::Add
    }
}

/// Notes the shadows that an operation reads or takes.
fn note_op(op: &Op, note: &mut impl FnMut(&Place, Kind)) {
    match op {
        Op::Take(place, _) | Op::TakeConstant(place, _) => note(place, Kind::Take),
        Op::TakeLast(list) => note(&Place::var(*list), Kind::Other),
        Op::Minus(op) | Op::Twice(op) => note_op(op, note),
        Op::Turn(place, _)
        | Op::Same(Operand::Place(place, _))
        | Op::Use(Operand::Place(place, _)) => note(place, Kind::Other),
        _ => {}
    }
}
