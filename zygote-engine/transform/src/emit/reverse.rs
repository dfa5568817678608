//! The reverse sweep: restore, replay, pull.

use super::{Emit, TokenStream, private, span, tape};
use crate::ir::{For, Lent, Op, Region, Source, Stmt, Ty, VarId};
use quote::ToTokens;

impl Emit<'_> {
    /// The reverse of a region: what was kept of it, then its statements backwards.
    pub(super) fn reverse(&self, region: &Region) -> TokenStream {
        self.reverse_from(region, false)
    }

    /// The reverse of a region; the flag says that what was kept of it is at hand already.
    pub(super) fn reverse_from(&self, region: &Region, at_hand: bool) -> TokenStream {
        let items = self.regions[&region.id].stmts.iter().filter_map(|s| match s {
            Stmt::Item(tokens) => Some(tokens.clone()),
            _ => None,
        });
        let mut out: TokenStream = items.collect();
        if self.record.keep.contains_key(&region.id) && !at_hand {
            let tape = tape(region.id);
            let is_body = region.id == self.func.body.id;
            let entry = if is_body { quote!(#tape) } else { quote!(#tape.pop()) };
            out.extend(self.taken(region.id, entry));
        }
        let around = span::belongs_to(None);
        for (number, stmt) in region.stmts.iter().enumerate() {
            match stmt {
                Stmt::Reverse(k) => {
                    let of = self.regions[&region.id].stmts.get(*k);
                    around.then(of.and_then(|stmt| self.belongs_to(stmt)));
                    out.extend(self.undo(region.id, *k));
                    out.extend(self.replays(region.id, *k));
                }
                stmt => {
                    out.extend(self.unless_skipped(region.id, number, || self.reverse_stmt(stmt)))
                }
            }
        }
        drop(around);
        out
    }

    fn reverse_stmt(&self, stmt: &Stmt) -> TokenStream {
        match stmt {
            Stmt::Let(d, op) => {
                let value = self.pulled(op);
                let is_there = self.is_there(*d).or_else(|| self.reads_what_is_there(op));
                let value = match (is_there, op) {
                    (Some(is_there), Op::Zero(_, Some(shape))) => {
                        let shape = self.name(*shape);
                        quote!(if #is_there { #value } else { #shape.unread() })
                    }
                    (Some(is_there), _) if *self.func.var(*d).ty.peeled() == Ty::Real => {
                        quote!(if #is_there { #value } else { 0.0 })
                    }
                    _ => value,
                };
                let d = self.name(*d);
                quote!(let mut #d = #value;)
            }
            Stmt::Set(d, op) => {
                let value = self.pulled(op);
                let name = self.name(*d);
                match (self.is_there(*d), op) {
                    // What it was may be moved.
                    (Some(is_there), Op::Zero(_, Some(shape))) => {
                        let shape = self.name(*shape);
                        quote!(#name = if #is_there { #value } else { #shape.unread() };)
                    }
                    (Some(is_there), _) => quote!(if #is_there { #name = #value; }),
                    (None, _) => quote!(#name = #value;),
                }
            }
            Stmt::Add(place, op) => {
                let (target, guard) = self.shadow_for(place, true);
                let add = guard(self.add(place, target, op));
                let add = match self.reads_what_is_there(op) {
                    Some(is_there) => quote!(if #is_there { #add }),
                    None => add,
                };
                match self.of_sum(place.root, op) {
                    Some(act) => {
                        let private = private();
                        quote!(if <#act as #private::Activity>::WANTED { #add })
                    }
                    None => add,
                }
            }
            Stmt::If(condition, a, b, _) => {
                let (c, ra, rb) = (self.operand(condition), self.reverse(a), self.reverse(b));
                quote!(if #c { #ra } else { #rb })
            }
            Stmt::Block(region, _) => {
                let region = self.reverse(region);
                quote!({ #region })
            }
            Stmt::ReverseRest(flag, region) => {
                let (flag, region) = (self.name(*flag), self.reverse(region));
                quote!(if #flag { #region })
            }
            Stmt::ReverseMatch(arm, arms) => {
                let arm = self.name(*arm);
                let last = arms.len() - 1;
                let arms = arms.iter().enumerate().map(|(k, region)| {
                    let region = self.reverse(region);
                    if k == last { quote!(_ => { #region }) } else { quote!(#k => { #region }) }
                });
                quote!(match #arm { #(#arms)* })
            }
            Stmt::ReverseCount(trips, body) => {
                let (trips, body) = (self.name(*trips), self.reverse(body));
                quote!(for _ in 0..#trips { #body })
            }
            Stmt::ReverseFor(f, lent) => self.reverse_for(f, lent),
            Stmt::Pull(pull) => self.pull(pull),
            other => unreachable!("{other:?} belongs to the forward sweep"),
        }
    }

    /// The activity of a local cotangent that is added to, if some parameters alone need it: the sums of
    /// numbers the compiler drops by itself.
    fn of_sum(&self, d: VarId, op: &Op) -> Option<TokenStream> {
        let is_number = *self.func.var(d).ty.peeled() == Ty::Real && !self.runs_a_rule(op);
        if self.parameter(d).is_some() || is_number || self.is_there(d).is_some() {
            return None;
        }
        self.of_cotangent(d)
    }

    fn reverse_for(&self, f: &For, lent: &[Lent]) -> TokenStream {
        let private = private();
        let pattern = self.fill(f.pattern.clone());
        let id = f.body.id;
        let taped = self.record.keep.contains_key(&id) && self.whole_trips(id);
        let windowed = self.windowed_for(f, taped);
        if let Some(windowed) = windowed {
            return windowed;
        }
        let mut roots = vec![];
        if let Source::Walk(chain) = &f.source {
            crate::activity::chain_roots(chain, &mut roots);
        }
        let outer = self.read_only.borrow().len();
        self.read_only.borrow_mut().extend(roots.into_iter().map(|p| self.func.resolve(p)));
        let (walk, position) = (self.name(f.names.0), self.name(f.names.1));
        let in_step = self.in_step(f);
        let body = self.with_steps(&in_step, &position, || self.reverse_from(&f.body, taped));
        let typed = self.typed_items(f);
        let body = quote!(#typed #body);
        self.read_only.borrow_mut().truncate(outer);
        if let (Source::Range(lo, hi, inclusive), None) = (&f.source, f.trips) {
            let range = self.range(lo, hi, *inclusive);
            if !taped && in_step.is_empty() {
                return quote!(for #pattern in #range.rev() { #body });
            }
            let trips = quote!(__trips);
            let (entries, kept) = self.entries(f, taped, &trips, &position);
            let (before, after) = self.steps(&in_step, &trips);
            return quote! {
                let __range = #range;
                let __trips = #private::trips(&__range);
                #entries
                #before
                for (#pattern, #position) in __range.rev().zip((0..__trips).rev()) {
                    #kept
                    #body
                }
                #after
            };
        }
        let mut slots = quote!();
        let chain = match &f.source {
            Source::Range(lo, hi, inclusive) => {
                let range = self.range(lo, hi, *inclusive);
                quote!(#private::ToWalk::to_walk(&#range))
            }
            // Items without derivative may be of types without tangents.
            Source::Walk(chain) if lent.is_empty() && !self.has_known_items(chain) => {
                slots = self.slots_of_loop(f);
                let items = self.iterator(chain, true);
                quote!(#private::Listed::new(#items))
            }
            Source::Walk(chain) => self.walk(chain, true),
        };
        let trips = match f.trips {
            Some(trips) => self.name(trips).to_token_stream(),
            None => quote!(#private::Walk::count(&#walk)),
        };
        let (take, give) = self.items(f, lent);
        let owned = self.owned_items(f);
        let (entries, kept) = self.entries(f, taped, &trips, &position);
        let (before, after) = self.steps(&in_step, &trips);
        quote! {
            #slots
            let #walk = #chain;
            #entries
            #before
            for #position in (0..#trips).rev() {
                #kept
                let #pattern = #private::Walk::at(&#walk, #position);
                #owned
                #take
                #body
                #give
            }
            #after
        }
    }

    /// What was kept of the trips of a loop, before the loop, and that of a trip, in it.
    fn entries(
        &self,
        f: &For,
        taped: bool,
        trips: &impl ToTokens,
        trip: &impl ToTokens,
    ) -> (TokenStream, TokenStream) {
        if !taped {
            return (quote!(), quote!());
        }
        let (private, tape) = (private(), tape(f.body.id));
        (
            quote!(let mut __kept = #private::Tape::last(&mut #tape, #trips);),
            self.taken(f.body.id, quote!(#private::Last::at(&mut __kept, #trip))),
        )
    }

    /// The reverse of a loop with windows and carries.
    fn windowed_for(&self, f: &For, taped: bool) -> Option<TokenStream> {
        let Source::Range(lo, hi, _) = &f.source else { return None };
        let windows = self.windows(f)?;
        let pattern = self.fill(f.pattern.clone());
        let (lo, hi) = (self.operand(lo), self.operand(hi));
        let (before, start, end, after) = (
            windows.before.clone(),
            windows.start.clone(),
            windows.end.clone(),
            windows.after.clone(),
        );
        let rev = (!windows.forwards).then(|| quote!(.rev()));
        let (first, trips, trip) = windows.counters();
        self.windows.borrow_mut().push(windows);
        let in_step = self.in_step(f);
        let body = self.with_steps(&in_step, &trip, || self.reverse_from(&f.body, taped));
        let typed = self.typed_items(f);
        let body = quote!(#typed #body);
        self.windows.borrow_mut().pop();
        let (entries, kept) = self.entries(f, taped, &trips, &trip);
        let (items, dropped) = self.steps(&in_step, &trips);
        Some(quote! {{
            let #first = #lo;
            let #trips = ::core::primitive::usize::saturating_sub(#hi, #first);
            if #trips > 0 {
                #before
                #entries
                #items
                for #trip in (0..#trips) #rev {
                    #kept
                    let #pattern = #first + #trip;
                    #start
                    #body
                    #end
                }
                #after
                #dropped
            }
        }})
    }
}
