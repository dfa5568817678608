//! The reverse sweep: restore, replay, pull.

use super::{Access, Emit, TokenStream, activity_type, operator, private, punct, tape};
use crate::ir::{
    Call, For, Lent, Mode, Op, Operand, Place, Pull, Region, RegionId, Side, Source, Stmt, Ty,
    VarId, VarKind,
};
use quote::{ToTokens, quote, quote_spanned};
use std::collections::BTreeSet;

/// What is done only if a cotangent is wanted.
pub(super) type Guard = Box<dyn Fn(TokenStream) -> TokenStream>;

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
        if let Some(kept) = self.kept(region.id).filter(|_| !at_hand) {
            let tape = tape(region.id);
            if region.id == self.func.body.id {
                out.extend(quote!(let (#(mut #kept,)*) = #tape;));
            } else {
                out.extend(quote!(let (#(mut #kept,)*) = #tape.pop();));
            }
        }
        for stmt in &region.stmts {
            match stmt {
                Stmt::Reverse(k) => {
                    out.extend(self.undo(region.id, *k));
                    out.extend(self.replays(region.id, *k));
                }
                stmt => out.extend(self.reverse_stmt(stmt)),
            }
        }
        out
    }

    /// Restores what a statement of the primal changed.
    fn undo(&self, region: RegionId, k: usize) -> TokenStream {
        let private = private();
        match self.regions[&region].stmts.get(k).unwrap_or(&Stmt::Reverse(k)) {
            Stmt::Store(place, _, old) | Stmt::Update(_, place, _, old)
                if self.record.saved.contains(old) =>
            {
                let (early, late) = self.replays_around(region, k, &[place]);
                let (place, old) = (self.place_for(place, Access::Write), self.name(*old));
                quote!(#early #place = #old; #late)
            }
            Stmt::Let(_, Op::Call(call)) if !self.adjoint.ruled.contains(&call.back) => {
                self.restore(region, k, call, &private)
            }
            _ => quote!(),
        }
    }

    fn restore(
        &self,
        region: RegionId,
        k: usize,
        call: &Call,
        private: &TokenStream,
    ) -> TokenStream {
        let saved: Vec<_> = call
            .changes(self.func)
            .filter_map(|(n, place)| {
                let old = call.olds[n].filter(|o| self.record.saved.contains(o))?;
                Some((place, old))
            })
            .collect();
        if saved.is_empty() {
            return quote!();
        }
        let places: Vec<_> = saved.iter().map(|(place, _)| *place).collect();
        let (early, late) = self.replays_around(region, k, &places);
        let restores = saved.iter().map(|(place, old)| {
            let (place, old) = (self.exclusive(place), self.name(*old));
            quote!(#private::restore(#place, #old);)
        });
        quote!(#early #(#restores)* #late)
    }

    /// The values replayed at a statement that is undone: those by which the restored places are
    /// found come before, as restoring does not change them; the others see the restored state.
    fn replays_around(
        &self,
        region: RegionId,
        k: usize,
        places: &[&Place],
    ) -> (TokenStream, TokenStream) {
        let list = self.record.replayed_at.get(&(region, k));
        let list: Vec<_> = list.into_iter().flatten().copied().collect();
        let mut early = BTreeSet::new();
        let mut todo: Vec<VarId> = places.iter().flat_map(|p| self.found_by(p)).collect();
        while let Some(v) = todo.pop() {
            if list.contains(&v) && early.insert(v) {
                let op = &self.record.replay[&v].op;
                let reads = match op {
                    Op::Verbatim(_, reads, _) => reads.clone(),
                    op => op.operands().into_iter().filter_map(|o| o.place().cloned()).collect(),
                };
                todo.extend(reads.iter().flat_map(|p| self.found_by(p)));
                todo.extend(reads.iter().map(|p| self.func.root(p)));
            }
        }
        let (early, late): (Vec<_>, Vec<_>) = list.into_iter().partition(|v| early.contains(v));
        let replay = |all: Vec<VarId>| all.into_iter().map(|v| self.replay(v)).collect();
        (replay(early), replay(late))
    }

    /// The variables by which a place is found: its indices.
    fn found_by(&self, place: &Place) -> Vec<VarId> {
        let resolved = self.func.resolve(place);
        let indices = resolved.indices().into_iter().filter_map(|o| o.place().cloned());
        let indices: Vec<Place> = indices.collect();
        indices
            .iter()
            .flat_map(|p| std::iter::once(self.func.root(p)).chain(self.found_by(p)))
            .collect()
    }

    fn undone(&self, region: RegionId, k: usize) -> bool {
        match self.regions[&region].stmts.get(k).unwrap_or(&Stmt::Reverse(k)) {
            Stmt::Store(_, _, old) | Stmt::Update(_, _, _, old) => self.record.saved.contains(old),
            Stmt::Let(_, Op::Call(call)) => {
                !self.adjoint.ruled.contains(&call.back)
                    && call.olds.iter().flatten().any(|o| self.record.saved.contains(o))
            }
            _ => false,
        }
    }

    /// The values that are computed again before the reverse of a statement.
    fn replays(&self, region: RegionId, k: usize) -> TokenStream {
        if self.undone(region, k) {
            return quote!();
        }
        let list = self.record.replayed_at.get(&(region, k));
        list.into_iter().flatten().map(|v| self.replay(*v)).collect()
    }

    fn replay(&self, v: VarId) -> TokenStream {
        let private = private();
        let replay = &self.record.replay[&v];
        let var = self.func.var(v);
        let ty = var.declared.as_ref().map(|t| quote!(: #t));
        let (name, op) = (self.name(v), self.op(&replay.op));
        match replay.kept {
            Some(kept) => {
                let kept = self.name(kept);
                quote!(let #name #ty = #private::recall(#kept, || #op);)
            }
            None => quote!(let #name #ty = #op;),
        }
    }

    fn reverse_stmt(&self, stmt: &Stmt) -> TokenStream {
        match stmt {
            Stmt::Let(d, op) => {
                let op = self.pulled(op);
                let d = self.name(*d);
                quote!(let mut #d = #op;)
            }
            Stmt::Set(d, op) => {
                let op = self.pulled(op);
                let d = self.name(*d);
                quote!(#d = #op;)
            }
            Stmt::Add(place, op) => {
                let (target, guard) = self.shadow_for(place, true);
                let add = self.add(place, target, op);
                guard(add)
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

    /// The parameter whose shadow this is.
    pub(super) fn parameter(&self, cotangent: VarId) -> Option<(usize, VarId)> {
        let VarKind::Cotangent(of) = self.func.var(cotangent).kind else { return None };
        let k = self.func.params.iter().position(|p| p.var == of)?;
        let lent = self.adjoint.cotangents.get(&of) == Some(&cotangent);
        let by_ref = self.func.var(of).kind != VarKind::Value;
        (lent && by_ref).then_some((k, of))
    }

    /// The parameter by shared reference whose optional shadow this is.
    pub(super) fn shared_parameter(&self, cotangent: VarId) -> Option<usize> {
        let (k, of) = self.parameter(cotangent)?;
        (self.func.var(of).kind == VarKind::Shared).then_some(k)
    }

    /// The place of a whole cotangent, and what is done only if it is wanted.
    pub(super) fn whole_shadow(&self, root: VarId) -> (TokenStream, Guard) {
        let (_, guard) = self.shadow(&Place::var(root));
        (self.name(root).to_token_stream(), guard)
    }

    /// The place of a cotangent, and what is done only if it is wanted.
    fn shadow(&self, place: &Place) -> (TokenStream, Guard) {
        self.shadow_for(place, false)
    }

    fn shadow_for(&self, place: &Place, added_to: bool) -> (TokenStream, Guard) {
        let private = private();
        if let Some((element, guard)) = self.replaced(place, added_to) {
            return (element, Box::new(move |inner| super::window::guarded(guard.as_ref(), inner)));
        }
        let d = self.name(place.root);
        match self.parameter(place.root) {
            Some((k, of)) if self.func.var(of).kind == VarKind::Shared => {
                let act = activity_type(k);
                let target = self.path(quote!(#d), &place.path, Access::Write);
                let target = if place.path.is_empty() { quote!(*#target) } else { target };
                let guard = move |inner: TokenStream| {
                    quote! {
                        if let ::core::option::Option::Some(#d) = <#act as #private::Activity>::get(&mut #d) {
                            #inner
                        }
                    }
                };
                (target, Box::new(guard))
            }
            Some(_) => {
                let target = self.path(quote!(#d), &place.path, Access::Write);
                let target = if place.path.is_empty() { quote!(*#target) } else { target };
                (target, Box::new(|inner| inner))
            }
            None => {
                let target = self.path(quote!(#d), &place.path, Access::Write);
                let whole = place.path.is_empty() && self.is_argument(place.root);
                (if whole { quote!(*#target) } else { target }, Box::new(|inner| inner))
            }
        }
    }

    fn add(&self, place: &Place, target: TokenStream, op: &Op) -> TokenStream {
        let private = private();
        if let Op::PullProduct(op, side, a, b, d) = op
            && !self.known_product(op, a, b)
        {
            let (marker, a, b, d) =
                (operator(op), self.borrowed(a), self.borrowed(b), self.name(*d));
            let add = match side {
                Side::Lhs => quote!(add_lhs),
                Side::Rhs => quote!(add_rhs),
            };
            return quote!(#private::#add(#marker, #a, #b, &#d, &mut #target););
        }
        let op = self.pulled(op);
        let ty = place.path.iter().fold(self.func.var(place.root).ty.clone(), |t, p| t.project(p));
        if *ty.peeled() == Ty::Real {
            quote!(#target += #op;)
        } else {
            quote!(#private::accumulate(&mut #target, #op);)
        }
    }

    pub(super) fn operand_ty(&self, operand: &Operand) -> Ty {
        match operand {
            Operand::Const(t) if crate::lower::is_literal(t) => Ty::Real,
            Operand::Const(_) | Operand::Lambda(_) => Ty::Unknown,
            Operand::Place(p, _) => {
                let p = self.func.resolve(p);
                let root = self.func.var(p.root).ty.clone();
                p.path.iter().fold(root, |t, proj| t.project(proj)).peeled().clone()
            }
        }
    }

    fn known_product(&self, op: &str, a: &Operand, b: &Operand) -> bool {
        op == "*" && self.operand_ty(a) == Ty::Real && self.operand_ty(b) == Ty::Real
    }

    /// An operand as a factor.
    fn factor(&self, operand: &Operand) -> TokenStream {
        match operand {
            Operand::Const(t) => t.clone(),
            Operand::Place(p, _) => self.place(p),
            Operand::Lambda(_) => unreachable!("a closure is no factor"),
        }
    }

    /// An operation of the adjoint, as an expression.
    fn pulled(&self, op: &Op) -> TokenStream {
        let private = private();
        match op {
            // Adding to -0.0 gives the other summand bit for bit, so the compiler drops it.
            Op::Zero(v, None) if self.func.var(*v).ty == Ty::Inert => {
                quote!(::core::default::Default::default())
            }
            Op::Zero(_, None) => quote!(-0.0),
            Op::Zero(_, Some(shape)) => {
                let shape = self.name(*shape);
                quote!(#shape.zero())
            }
            Op::ZeroLike(place) => {
                let place = self.shared(place);
                quote!(#private::zero_like(#place))
            }
            Op::Use(a) => match a {
                Operand::Place(p, _) => self.shadow(p).0,
                Operand::Const(t) => t.clone(),
                Operand::Lambda(_) => unreachable!("a closure has no cotangent"),
            },
            Op::Same(a) => match a {
                Operand::Place(p, _) => {
                    let target = self.shadow(p).0;
                    let ty =
                        p.path.iter().fold(self.func.var(p.root).ty.clone(), |t, q| t.project(q));
                    if matches!(ty.peeled(), Ty::Real) {
                        target
                    } else {
                        quote!(::core::clone::Clone::clone(&#target))
                    }
                }
                Operand::Const(t) => t.clone(),
                Operand::Lambda(_) => unreachable!("a closure has no cotangent"),
            },
            Op::Settled(d) => {
                let d = self.name(*d);
                quote!(#private::settled(#d))
            }
            Op::Hooked(d, closure, _) => {
                let (d, closure) = (self.name(*d), self.fill(closure.clone()));
                quote!(#private::hooked(#d, #closure))
            }
            Op::Negated(d) => {
                let (minus, d) = (punct("-"), self.name(*d));
                quote!(#minus #d)
            }
            Op::PullNeg(residual, d) => {
                let (residual, d) = (self.name(*residual), self.name(*d));
                quote!(#private::pull_neg(&#residual, &#d))
            }
            Op::PullSum(_, side, residual, d) => {
                let (residual, d) = (self.name(*residual), self.name(*d));
                let pull = match side {
                    Side::Lhs => quote!(pull_sum_lhs),
                    Side::Rhs => quote!(pull_sum_rhs),
                };
                quote!(#private::#pull(&#residual, &#d))
            }
            Op::Turn(place, residual) => {
                let (target, residual) = (self.shadow(place).0, self.name(*residual));
                quote!(#private::turn_sum(&#residual, &mut #target))
            }
            Op::PullProduct(op, side, a, b, d) => {
                let d = self.name(*d);
                if self.known_product(op, a, b) {
                    let other = self.factor(if *side == Side::Lhs { b } else { a });
                    return quote!(#d * #other);
                }
                let (marker, a, b) = (operator(op), self.borrowed(a), self.borrowed(b));
                let pull = match side {
                    Side::Lhs => quote!(pull_lhs),
                    Side::Rhs => quote!(pull_rhs),
                };
                quote!(#private::#pull(#marker, #a, #b, &#d))
            }
            Op::PullCast(shape, d) => {
                let (shape, d) = (self.name(*shape), self.name(*d));
                quote!(#private::pull_cast(&#shape, &#d))
            }
            Op::PullRepeat(d, shape) => {
                let (shape, d) = (self.name(*shape), self.name(*d));
                quote!(#private::pull_repeat(&#shape, &#d))
            }
            Op::Take(place, shape) => {
                let zero = match shape {
                    None => quote!(0.0),
                    Some(shape) => {
                        let shape = self.name(*shape);
                        quote!(#shape.zero())
                    }
                };
                let target = self.shadow(place).0;
                quote!(::core::mem::replace(&mut #target, #zero))
            }
            other => unreachable!("{other:?} belongs to the forward sweep"),
        }
    }

    /// The shadow of a part, as it is handed to a pullback.
    fn lent_shadow(&self, place: &Place, n: usize, to_function: bool) -> TokenStream {
        let private = private();
        let d = self.name(place.root);
        match self.parameter(place.root) {
            Some((k, of)) if self.func.var(of).kind == VarKind::Shared => {
                let act = activity_type(k);
                if self.is_handed_on(&place.of(of)) && !to_function {
                    if place.path.is_empty() {
                        return quote!(<#act as #private::Activity>::reborrow(&mut #d));
                    }
                    let part = self.path(quote!(__whole), &place.path, Access::Write);
                    return quote!(<#act as #private::Activity>::part(&mut #d, |__whole| &mut #part));
                }
                // The place itself, so that `&mut Vec<T>` becomes `&mut [T]` where that is taken.
                let part = match &place.path[..] {
                    [] => quote!(&mut *__whole),
                    path => {
                        let part = self.path(quote!(__whole), path, Access::Write);
                        quote!(&mut #part)
                    }
                };
                let primal = self.shared(&place.of(of));
                let slot = quote::format_ident!("__unwanted_{}", n);
                quote!(match <#act as #private::Activity>::get(&mut #d) {
                    ::core::option::Option::Some(__whole) => #part,
                    ::core::option::Option::None => #private::unwanted(#primal, &mut #slot),
                })
            }
            Some(_) if place.path.is_empty() => quote!(&mut *#d),
            None if place.path.is_empty() && self.is_argument(place.root) => quote!(&mut *#d),
            _ => {
                let part = self.path(quote!(#d), &place.path, Access::Write);
                quote!(&mut #part)
            }
        }
    }

    fn pull(&self, pull: &Pull) -> TokenStream {
        let args = pull.args.iter().map(|arg| match arg {
            Operand::Const(_) if self.function(arg).is_some() => quote!(&()),
            Operand::Const(t) => quote!(&(#t)),
            Operand::Lambda(_) => quote!(&()),
            Operand::Place(p, _) if self.signature(p.root).is_some() => quote!(&()),
            Operand::Place(p, Mode::Exclusive) => self.exclusive(p),
            Operand::Place(p, Mode::Receiver)
                if self.func.changeable(p)
                    && !self.walked.borrow().contains(&self.func.root(p)) =>
            {
                self.exclusive(p)
            }
            Operand::Place(p, _) => self.shared(p),
        });
        let shadows =
            pull.args.iter().zip(&pull.shadows).enumerate().map(|(n, (arg, s))| match s {
                Some(place) => self.lent_shadow(place, n, pull.function.is_some()),
                None if matches!(arg, Operand::Lambda(_)) => {
                    let Operand::Lambda(k) = arg else { unreachable!("checked") };
                    match &pull.lambdas[*k] {
                        Some(lambda) => self.reverse_lambda(lambda),
                        None => quote!(()),
                    }
                }
                None if arg.place().is_some_and(|p| self.signature(p.root).is_some()) => {
                    let p = arg.place().expect("checked");
                    let pull = self.shadow_of_function(p.root);
                    quote!(&mut *#pull)
                }
                // The pull of a function that is a parameter adds to each argument's cotangent.
                None if pull.function.is_some() => match arg {
                    Operand::Const(t) => {
                        let private = private();
                        quote!(&mut #private::zero_like(&(#t)))
                    }
                    _ => quote!(()),
                },
                None if self.function(arg).is_some() => {
                    quote!(&mut |__back, __x, __dy, __dx| __back(__x, __dy, __dx))
                }
                None => quote!(()),
            });
        let (back, d) = (self.name(pull.back), self.name(pull.cotangent));
        let span = back.span();
        // Places for cotangents of parts of parameters that may be constant.
        let parts = pull.shadows.iter().enumerate().filter(|(_, s)| {
            s.as_ref().is_some_and(|s| match self.parameter(s.root) {
                Some((_, of)) => {
                    self.shared_parameter(s.root).is_some()
                        && (pull.function.is_some() || !self.is_handed_on(&s.of(of)))
                }
                None => false,
            })
        });
        let slots = parts.map(|(n, _)| {
            let slot = quote::format_ident!("__unwanted_{}", n);
            quote!(let mut #slot = ::core::option::Option::None;)
        });
        let slots: TokenStream = slots.collect();
        let call = match pull.function {
            // The residual of a function that is a parameter goes to the pull that the caller gave.
            Some(f) => {
                let pull = self.shadow_of_function(f);
                quote_spanned!(span=> #pull(#back, #(#args,)* &#d, #(#shadows),*);)
            }
            None => quote_spanned!(span=> #back(#(#args,)* &#d, #(#shadows),*);),
        };
        let run = pull.again.as_ref().map(|call| {
            let value = self.ruled_call(call);
            quote!(let (_, #back) = #value;)
        });
        if slots.is_empty() && run.is_none() { call } else { quote!({ #slots #run #call }) }
    }

    fn reverse_for(&self, f: &For, lent: &[Lent]) -> TokenStream {
        let private = private();
        let pattern = self.fill(f.pattern.clone());
        let taped = self.kept(f.body.id).filter(|_| self.whole_trips(f.body.id));
        let windowed = self.windowed_for(f, taped.as_deref());
        if let Some(windowed) = windowed {
            return windowed;
        }
        let mut roots = vec![];
        if let Source::Walk(chain) = &f.source {
            crate::activity::chain_roots(chain, &mut roots);
        }
        let outer = self.walked.borrow().len();
        self.walked.borrow_mut().extend(roots.into_iter().map(|p| self.func.root(p)));
        let body = self.reverse_from(&f.body, taped.is_some());
        self.walked.borrow_mut().truncate(outer);
        if let (Source::Range(lo, hi, inclusive), None) = (&f.source, f.trips) {
            let range = self.range(lo, hi, *inclusive);
            return match taped {
                Some(kept) => {
                    let tape = tape(f.body.id);
                    quote! {
                        let __range = #range;
                        let __trips = #private::trips(&__range);
                        for (#pattern, (#(mut #kept,)*)) in __range.rev().zip(#tape.last(__trips)) { #body }
                    }
                }
                None => quote!(for #pattern in #range.rev() { #body }),
            };
        }
        let (walk, position) = (self.name(f.names.0), self.name(f.names.1));
        let chain = match &f.source {
            Source::Range(lo, hi, inclusive) => {
                let range = self.range(lo, hi, *inclusive);
                quote!(#private::ToWalk::to_walk(&#range))
            }
            // Items without derivative may be of types without tangents.
            Source::Walk(chain) if lent.is_empty() && !self.has_known_items(chain) => {
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
        let (head, kept) = match taped {
            Some(kept) => {
                let tape = tape(f.body.id);
                (
                    quote!(for (#position, __kept) in (0..#trips).rev().zip(#tape.last(#trips))),
                    quote!(let (#(mut #kept,)*) = __kept;),
                )
            }
            None => (quote!(for #position in (0..#trips).rev()), quote!()),
        };
        quote! {
            let #walk = #chain;
            #head {
                #kept
                let #pattern = #private::Walk::at(&#walk, #position);
                #take
                #body
                #give
            }
        }
    }

    /// The reverse of a loop with windows and carries.
    fn windowed_for(&self, f: &For, taped: Option<&[proc_macro2::Ident]>) -> Option<TokenStream> {
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
        let body = self.reverse_from(&f.body, taped.is_some());
        self.windows.borrow_mut().pop();
        let head = match taped {
            Some(kept) => {
                let tape = tape(f.body.id);
                quote!(for (#trip, (#(mut #kept,)*)) in (0..#trips) #rev.zip(#tape.last(#trips)))
            }
            None => quote!(for #trip in (0..#trips) #rev),
        };
        Some(quote! {{
            let #first = #lo;
            let #trips = ::core::primitive::usize::saturating_sub(#hi, #first);
            if #trips > 0 {
                #before
                #head {
                    let #pattern = #first + #trip;
                    #start
                    #body
                    #end
                }
                #after
            }
        }})
    }
}
