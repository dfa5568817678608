//! Loops over ranges whose bodies read and add at `i`, `i + 1`, `base + i` and the like: how their
//! reverse is written so that the compiler can do without bounds checks and reloads.
//!
//! - A *window* is the part of a sequence that a loop visits in step with its index. It is sliced
//!   once, before the loop, to exactly the number of trips.
//! - A *carry* merges what neighbouring trips add to the same element of a cotangent: contributions
//!   wait in local variables until the last trip that adds to the element.
//! - A loop whose trips depend on nothing that others change runs forwards, which vectorises better.

use super::{Emit, TokenStream, activity_type, private};
use crate::ir::{For, Op, Operand, Place, Proj, Region, Source, Stmt, Ty, VarId, VarKind};
use crate::lower::placeholder_id;
use crate::record::changes;
use proc_macro2::{Ident, TokenTree};
use quote::{ToTokens, format_ident, quote};
use std::collections::{BTreeMap, BTreeSet};
use syn::{BinOp, Expr};

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
}

/// How a loop is written.
pub(super) struct Windows {
    /// The loop's index.
    index: VarId,
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
        format_ident!("__window_{}", self.names)
    }
}

/// An access to a shadow in the body of a loop.
struct Access {
    follows: Option<Follows>,
    add: bool,
    top: bool,
}

impl Emit<'_> {
    /// The variable of a loop's pattern, if it is a plain name.
    fn index_of(f: &For) -> Option<VarId> {
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
        let mut changed = BTreeSet::new();
        changes(self.func, self.regions[&f.body.id], &mut changed);
        let mut w = Windows {
            index,
            windows: vec![],
            names: 0,
            before: TokenStream::new(),
            start: TokenStream::new(),
            end: TokenStream::new(),
            after: TokenStream::new(),
            forwards: self.order_free(f),
        };
        self.shadow_windows(f, &changed, &mut w);
        self.primal_windows(f, &changed, &mut w);
        self.state_windows(f, &changed, &mut w);
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
        let (windows, changed) = stack.last()?;
        let follows = self.follows(index, windows.index, changed)?;
        windows
            .windows
            .iter()
            .find(|r| r.root == place.root && r.follows == follows && (added_to || !r.carried))
            .map(|r| (r.element.clone(), r.guarded.clone()))
    }

    /// How an index follows the loop's own.
    fn follows(
        &self,
        operand: &Operand,
        index: VarId,
        changed: &BTreeSet<VarId>,
    ) -> Option<Follows> {
        let place = operand.place().filter(|p| p.path.is_empty())?;
        if place.root == index {
            return Some(Follows { base: vec![], offset: 0 });
        }
        let Op::Verbatim(tokens, ..) = &self.record.replay.get(&place.root)?.op else {
            return None;
        };
        let expr: Expr = syn::parse2(tokens.clone()).ok()?;
        let mut terms = Terms { index, seen: 0, base: vec![], offset: 0 };
        terms.add(&expr)?;
        if terms.seen != 1 {
            return None;
        }
        let constant = |v: VarId| {
            let home = self.func.var(v).home;
            let inside = self.windows_body_contains(home);
            !changed.contains(&v) && !inside && self.func.var(v).ty == Ty::Inert
                || self.func.var(v).ty == Ty::Unknown && !changed.contains(&v) && !inside
        };
        if !terms.base.iter().all(|t| variables(t).into_iter().all(constant)) {
            return None;
        }
        let base = terms.base.iter().map(TokenStream::to_string).collect();
        Some(Follows { base, offset: terms.offset })
    }

    /// Whether a region belongs to the body of the loop that is planned or written.
    fn windows_body_contains(&self, home: crate::ir::RegionId) -> bool {
        self.window_body.borrow().last().is_some_and(|body| self.func.within(home, *body))
    }

    /// The first element's index of a window.
    fn first(&self, follows: &Follows) -> TokenStream {
        let base: Vec<TokenStream> = follows
            .base
            .iter()
            .map(|t| self.fill(t.parse().expect("terms are printed tokens")))
            .collect();
        let from = quote!(__lo #(+ (#base))*);
        shifted(from, follows.offset)
    }

    fn is_reals(&self, v: VarId) -> bool {
        matches!(self.func.var(v).ty.peeled(), Ty::Seq(of) if **of == Ty::Real)
    }

    /// Windows of the sequences that the body reads in every trip.
    fn primal_windows(&self, f: &For, changed: &BTreeSet<VarId>, w: &mut Windows) {
        let mut places = vec![];
        for k in 0..=self.regions[&f.body.id].stmts.len() {
            for v in self.record.replayed_at.get(&(f.body.id, k)).into_iter().flatten() {
                let op = &self.record.replay[v].op;
                places.extend(op.operands().into_iter().filter_map(|o| o.place().cloned()));
            }
        }
        for stmt in &f.body.stmts {
            let (Stmt::Let(_, op) | Stmt::Set(_, op) | Stmt::Add(_, op)) = stmt else { continue };
            if let Op::PullProduct(_, _, a, b, _) = op {
                places.extend([a, b].into_iter().filter_map(|o| o.place().cloned()));
            }
        }
        for place in places {
            let place = self.func.resolve(&place);
            let [Proj::Index(index)] = &place.path[..] else { continue };
            let root = place.root;
            let by_name = matches!(
                self.func.var(root).kind,
                VarKind::Shared | VarKind::Exclusive | VarKind::Local | VarKind::Value
            );
            if !by_name
                || !self.is_reals(root)
                || changed.contains(&root)
                || self.func.within(self.func.var(root).home, f.body.id)
            {
                continue;
            }
            let Some(follows) = self.follows(index, w.index, changed) else { continue };
            if w.windows.iter().any(|r| r.root == root && r.follows == follows) {
                continue;
            }
            let name = w.name();
            let (whole, first) = (self.place(&Place::var(root)), self.first(&follows));
            w.before.extend(quote!(let #name = &#whole[#first..][..__trips];));
            let element = quote!(#name[__trip]);
            w.windows.push(Replaced { root, follows, element, guarded: None, carried: false });
        }
    }

    /// Windows of shadows, and carries.
    fn shadow_windows(&self, f: &For, changed: &BTreeSet<VarId>, w: &mut Windows) {
        let mut all: BTreeMap<VarId, Vec<Access>> = BTreeMap::new();
        self.accesses(&f.body, true, w.index, changed, &mut all);
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
        index: VarId,
        changed: &BTreeSet<VarId>,
        out: &mut BTreeMap<VarId, Vec<Access>>,
    ) {
        let mut note = |place: &Place, add: bool| {
            let follows = match &place.path[..] {
                [Proj::Index(i)] => self.follows(i, index, changed),
                _ => None,
            };
            out.entry(place.root).or_default().push(Access { follows, add, top });
        };
        for stmt in &region.stmts {
            match stmt {
                Stmt::Let(_, op) | Stmt::Set(_, op) => note_op(op, &mut note),
                Stmt::Add(place, op) => {
                    note(place, true);
                    note_op(op, &mut note);
                }
                Stmt::Pull(pull) => {
                    pull.shadows.iter().flatten().for_each(|s| note(&Place::var(s.root), false));
                }
                Stmt::ReverseFor(_, lent) => {
                    lent.iter().for_each(|l| note(&Place::var(l.shadow.root), false));
                }
                _ => {}
            }
        }
        for stmt in &region.stmts {
            let is_loop = matches!(stmt, Stmt::ReverseFor(..) | Stmt::ReverseCount(..));
            for inner in stmt.regions() {
                if is_loop {
                    let mut nested = BTreeMap::new();
                    self.accesses(inner, false, index, changed, &mut nested);
                    for root in nested.into_keys() {
                        let access = Access { follows: None, add: false, top: false };
                        out.entry(root).or_default().push(access);
                    }
                } else {
                    self.accesses(inner, false, index, changed, out);
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
        let adds: Vec<_> = accesses.iter().zip(&all).filter(|(a, _)| a.add).collect();
        let others: Vec<_> = accesses.iter().zip(&all).filter(|(a, _)| !a.add).collect();
        let sure = |offset: i64| adds.iter().any(|(a, f)| a.top && f.offset == offset);
        let offsets: BTreeSet<i64> = adds.iter().map(|(_, f)| f.offset).collect();
        let (Some(&low), Some(&high)) = (offsets.first(), offsets.last()) else { return };
        if !sure(low) || !sure(high) || high - low >= SPAN {
            return;
        }
        // Elements that are read or taken must not wait in a carry.
        let first_add = accesses.iter().position(|a| a.add).unwrap_or(0);
        let early = accesses.iter().skip(first_add).all(|a| a.add);
        let clear = others.iter().all(|(a, f)| a.top && f.offset <= low);
        let all_sure = accesses.iter().all(|a| a.top);
        if !others.is_empty() && (!early || !clear || !all_sure || w.forwards) {
            return;
        }
        let at = |offset: i64| Follows { base: first.base.clone(), offset };
        let name = |offset: i64| format_ident!("__carry_{}_{}", root.0, (offset - low) as usize);
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
                });
            }
        }
        // The element that no later trip adds to.
        let done = if w.forwards { low } else { high };
        let (window, element, guard) = if others.is_empty() {
            let window = w.name();
            let guard = self.window_of(root, &at(done), &window, w);
            let element = quote!(#window[__trip]);
            (window, element, guard)
        } else {
            let offsets: BTreeSet<i64> = all.iter().map(|f| f.offset).collect();
            let d = self.name(root).to_token_stream();
            let window = self.span(root, &d, &first.base, &offsets, w);
            let lowest = *offsets.first().expect("there are accesses");
            let element = at_trip(&window, high - lowest);
            (window, element, None)
        };
        let _ = window;
        if low == high {
            w.windows.push(Replaced {
                root,
                follows: at(done),
                element,
                guarded: guard,
                carried: false,
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
        w.end.extend(guarded(guard.as_ref(), quote!(#element += #carry;)));
        let last = if w.forwards { quote!((__trips - 1)) } else { quote!(0) };
        for c in low..=high {
            if c != done {
                let first = self.first(&at(c));
                w.after.extend(self.flush(root, quote!(#first + #last), &name(c)));
            }
        }
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
        let first = self.first(&Follows { base: base.to_vec(), offset: low });
        let length = shifted(quote!(__trips), high - low);
        // The assertion holds, as the trips were made; by it the compiler knows that the length is
        // no overflow.
        w.before.extend(quote! {
            ::core::assert!(__trips <= ::core::primitive::isize::MAX as usize);
            let #name = &mut #whole[#first..][..#length];
        });
        for offset in offsets {
            w.windows.push(Replaced {
                root,
                follows: Follows { base: base.to_vec(), offset: *offset },
                element: at_trip(&name, offset - low),
                guarded: None,
                carried: false,
            });
        }
        name
    }

    /// Spans of the sequences whose elements the body restores as it goes.
    fn state_windows(&self, f: &For, changed: &BTreeSet<VarId>, w: &mut Windows) {
        let mut all: BTreeMap<VarId, Vec<Option<(Follows, bool)>>> = BTreeMap::new();
        self.primal_accesses(&f.body, true, w.index, changed, &mut all);
        for (root, accesses) in all {
            let var = self.func.var(root);
            let by_name = matches!(var.kind, VarKind::Exclusive | VarKind::Local);
            let inside = self.func.within(var.home, f.body.id);
            if !changed.contains(&root) || !by_name || inside || !self.is_reals(root) {
                continue;
            }
            let Some(accesses) = accesses.into_iter().collect::<Option<Vec<_>>>() else { continue };
            let base = accesses[0].0.base.clone();
            let offsets: BTreeSet<i64> = accesses.iter().map(|(f, _)| f.offset).collect();
            let (low, high) = (offsets.first(), offsets.last());
            let (low, high) = (*low.expect("an access"), *high.expect("an access"));
            let sure = |offset| accesses.iter().any(|(f, top)| *top && f.offset == offset);
            if accesses.iter().any(|(f, _)| f.base != base)
                || !sure(low)
                || !sure(high)
                || high - low >= SPAN
            {
                continue;
            }
            let whole = self.place(&Place::var(root));
            self.span(root, &whole, &base, &offsets, w);
        }
    }

    /// Collects the accesses of a reversed region to sequences of the primal; none for one that is
    /// not to an element that follows the loop.
    fn primal_accesses(
        &self,
        region: &Region,
        top: bool,
        index: VarId,
        changed: &BTreeSet<VarId>,
        out: &mut BTreeMap<VarId, Vec<Option<(Follows, bool)>>>,
    ) {
        let mut places: Vec<Place> = vec![];
        let mut others: Vec<Place> = vec![];
        let product = |op: &Op, places: &mut Vec<Place>, others: &mut Vec<Place>| match op {
            Op::PullProduct(_, _, a, b, _) => {
                places.extend([a, b].into_iter().filter_map(|o| o.place().cloned()));
            }
            Op::ZeroLike(place) => others.push(place.clone()),
            _ => {}
        };
        for stmt in &region.stmts {
            match stmt {
                Stmt::Reverse(k) => {
                    for v in self.record.replayed_at.get(&(region.id, *k)).into_iter().flatten() {
                        match &self.record.replay[v].op {
                            Op::Verbatim(_, reads, _) => others.extend(reads.iter().cloned()),
                            op => places.extend(
                                op.operands().into_iter().filter_map(|o| o.place().cloned()),
                            ),
                        }
                    }
                    match self.regions[&region.id].stmts.get(*k) {
                        Some(Stmt::Store(place, ..) | Stmt::Update(_, place, ..)) => {
                            places.push(place.clone());
                        }
                        Some(Stmt::Let(_, Op::Call(call))) => {
                            others.extend(call.changes(self.func).map(|(_, p)| p.clone()));
                        }
                        _ => {}
                    }
                }
                Stmt::Let(_, op) | Stmt::Set(_, op) | Stmt::Add(_, op) => {
                    product(op, &mut places, &mut others);
                }
                Stmt::Pull(pull) => {
                    others.extend(pull.args.iter().filter_map(|a| a.place().cloned()));
                }
                Stmt::If(condition, ..) => others.extend(condition.place().cloned()),
                Stmt::ReverseFor(f, _) => {
                    if let Source::Walk(chain) = &f.source {
                        let mut roots = vec![];
                        crate::activity::chain_roots(chain, &mut roots);
                        others.extend(roots.into_iter().cloned());
                    }
                }
                _ => {}
            }
        }
        let mut indices: Vec<Place> = vec![];
        for place in places {
            let place = self.func.resolve(&place);
            indices.extend(place.indices().into_iter().filter_map(|o| o.place().cloned()));
            let follows = match &place.path[..] {
                [Proj::Index(i)] => self.follows(i, index, changed),
                _ => None,
            };
            out.entry(place.root).or_default().push(follows.map(|f| (f, top)));
        }
        for place in others.iter().chain(&indices) {
            let place = self.func.resolve(place);
            out.entry(place.root).or_default().push(None);
            for index in place.indices().into_iter().filter_map(|o| o.place()) {
                out.entry(self.func.root(index)).or_default().push(None);
            }
        }
        for stmt in &region.stmts {
            for inner in stmt.regions() {
                self.primal_accesses(inner, false, index, changed, out);
            }
        }
    }

    /// Adds a carry to an element of a shadow.
    fn flush(&self, root: VarId, index: TokenStream, carry: &Ident) -> TokenStream {
        let (target, guard) = self.whole_shadow(root);
        guard(quote!(#target[#index] += #carry;))
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
        let (d, first) = (self.name(root), self.first(follows));
        let optional = self.shared_parameter(root);
        match optional {
            Some(k) => {
                let act = activity_type(k);
                w.before.extend(quote! {
                    let mut #name = <#act as #private::Activity>::get(&mut #d)
                        .map(|__whole| &mut __whole[#first..][..__trips]);
                });
                Some(name.clone())
            }
            None => {
                w.before.extend(quote!(let #name = &mut #d[#first..][..__trips];));
                None
            }
        }
    }

    /// Whether the trips of a loop may run in any order: none reads what another changes.
    fn order_free(&self, f: &For) -> bool {
        let body = f.body.id;
        let outside = |v: &VarId| !self.func.within(self.func.var(*v).home, body);
        let taped = self.record.keep.keys().any(|r| self.func.within(*r, body));
        let mut reads = BTreeSet::new();
        let mut adds = BTreeSet::new();
        !taped
            && order_free(&f.body, &mut reads, &mut adds)
            && !reads.iter().filter(|v| outside(v)).any(|v| adds.contains(v))
    }
}

/// An element of a span.
fn at_trip(span: &Ident, offset: i64) -> TokenStream {
    let index = shifted(quote!(__trip), offset);
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

/// Notes the shadows that an operation reads or takes.
fn note_op(op: &Op, note: &mut impl FnMut(&Place, bool)) {
    match op {
        Op::Take(place, _) => note(place, false),
        Op::Same(Operand::Place(place, _)) | Op::Use(Operand::Place(place, _)) => {
            note(place, false);
        }
        _ => {}
    }
}

/// Collects which cotangents are read and which are added to; false where the order matters.
fn order_free(region: &Region, reads: &mut BTreeSet<VarId>, adds: &mut BTreeSet<VarId>) -> bool {
    region.stmts.iter().all(|stmt| match stmt {
        Stmt::Reverse(_) => true,
        Stmt::Let(_, op) => read_op(op, reads),
        Stmt::Add(place, op) => {
            adds.insert(place.root);
            read_op(op, reads)
        }
        Stmt::If(_, a, b, _) => order_free(a, reads, adds) && order_free(b, reads, adds),
        _ => false,
    })
}

fn read_op(op: &Op, reads: &mut BTreeSet<VarId>) -> bool {
    match op {
        Op::Take(..) => return false,
        Op::Same(Operand::Place(p, _)) | Op::Use(Operand::Place(p, _)) => {
            reads.insert(p.root);
        }
        Op::Negated(d)
        | Op::PullSum(.., d)
        | Op::PullProduct(.., d)
        | Op::PullCast(_, d)
        | Op::PullRepeat(d, _) => {
            reads.insert(*d);
        }
        _ => {}
    }
    true
}

/// The variables in printed tokens.
fn variables(tokens: &TokenStream) -> Vec<VarId> {
    tokens
        .clone()
        .into_iter()
        .flat_map(|t| match t {
            TokenTree::Ident(i) => placeholder_id(&i).into_iter().collect(),
            TokenTree::Group(g) => variables(&g.stream()),
            _ => vec![],
        })
        .collect()
}

/// A sum taken apart.
struct Terms {
    index: VarId,
    seen: usize,
    base: Vec<TokenStream>,
    offset: i64,
}

impl Terms {
    fn add(&mut self, e: &Expr) -> Option<()> {
        match e {
            Expr::Paren(p) => self.add(&p.expr),
            Expr::Group(g) => self.add(&g.expr),
            Expr::Binary(b) if matches!(b.op, BinOp::Add(_)) => {
                self.add(&b.left)?;
                self.add(&b.right)
            }
            Expr::Binary(b) if matches!(b.op, BinOp::Sub(_)) => {
                self.add(&b.left)?;
                self.offset -= literal(&b.right)?;
                Some(())
            }
            Expr::Path(p) if p.path.get_ident().and_then(placeholder_id) == Some(self.index) => {
                self.seen += 1;
                Some(())
            }
            other => {
                if let Some(n) = literal(other) {
                    self.offset += n;
                    return Some(());
                }
                let tokens = other.to_token_stream();
                if variables(&tokens).contains(&self.index) || !plain(other) {
                    return None;
                }
                self.base.push(tokens);
                Some(())
            }
        }
    }
}

fn literal(e: &Expr) -> Option<i64> {
    let Expr::Lit(l) = e else { return None };
    let syn::Lit::Int(i) = &l.lit else { return None };
    i.base10_parse().ok()
}

/// Whether an expression is arithmetic on names and literals.
fn plain(e: &Expr) -> bool {
    match e {
        Expr::Path(_) | Expr::Lit(_) => true,
        Expr::Paren(p) => plain(&p.expr),
        Expr::Binary(b) => {
            matches!(b.op, BinOp::Add(_) | BinOp::Mul(_)) && plain(&b.left) && plain(&b.right)
        }
        _ => false,
    }
}
