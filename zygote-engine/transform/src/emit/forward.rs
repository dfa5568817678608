//! The forward sweep: the user's statements with saves added.

use super::{Access, Emit, TokenStream, located, operator, private, span, tape, tuple};
use crate::adjoint::{Point, Witness};
use crate::ir::{Exit, For, Op, Operand, Region, RegionId, Source, Stmt, VarId, VarKind};
use proc_macro2::Span;
use quote::quote_spanned;

impl Emit<'_> {
    /// The statements of a region, what is kept of it, and its value.
    pub(super) fn forward(&self, region: &Region) -> TokenStream {
        let body = self.forward_stmts(region);
        if matches!(region.stmts.last(), Some(Stmt::Exit(_))) {
            return body;
        }
        let push = self.push(region.id);
        match (&region.result, push.is_empty()) {
            (Some(result), true) => {
                let result = self.operand(result);
                quote!(#body #result)
            }
            (Some(result), false) => {
                let result = self.operand(result);
                quote!(#body let __value = #result; #push __value)
            }
            (None, _) => quote!(#body #push),
        }
    }

    pub(super) fn forward_stmts(&self, region: &Region) -> TokenStream {
        let flags = region.stmts.iter().filter_map(|s| match s {
            Stmt::Rest(flag, ..) => {
                let flag = self.name(*flag);
                Some(quote!(let mut #flag = false;))
            }
            _ => None,
        });
        let mut out: TokenStream = flags.collect();
        for (k, stmt) in region.stmts.iter().enumerate() {
            let point = Point { region: region.id, stmt: k, after: false };
            let outside = self.at.replace(self.written_at(stmt));
            let around = span::belongs_to(self.belongs_to(stmt));
            let witnesses = self.witnesses(point);
            if let (Stmt::Store(_, value, _) | Stmt::Update(_, _, value, _), false) =
                (stmt, witnesses.is_empty())
                && value.place().is_some_and(|p| !p.indices().is_empty())
            {
                // A value that is not there panics before the place that is not there.
                let value = self.borrowed(value);
                out.extend(quote!(let _ = #value;));
            }
            out.extend(witnesses);
            out.extend([self.payloads(stmt), self.written_parts(stmt), self.only_reads(stmt)]);
            out.extend(self.forward_stmt(region.id, stmt));
            self.at.set(outside);
            out.extend(self.witnesses(Point { after: true, ..point }));
            out.extend(self.kept_states(region.id, Some(k)));
            drop(around);
        }
        let end = region.stmts.len();
        if end == 0 {
            out.extend(self.witnesses(Point { region: region.id, stmt: 0, after: false }));
        }
        out.extend(self.witnesses(Point { region: region.id, stmt: end, after: true }));
        out.extend(self.held_by_fields(region));
        out
    }

    /// Lets the compiler check what comes into an error.
    fn payloads(&self, stmt: &Stmt) -> TokenStream {
        let Stmt::Let(v, _) = stmt else { return quote!() };
        let parts = self.activity.payloads.get(v).into_iter().flatten();
        let span = self.name(*v).span();
        parts
            .map(|part| {
                let part = located(self.borrowed(part), span);
                let private = quote_spanned!(span=> ::zygote_engine::__private);
                quote_spanned! {span=> {
                    #[allow(unused_imports)]
                    use #private::{IsReal as _, IsUnreal as _};
                    #private::payload(#part);
                    #private::in_an_error((&#private::Probe(#part)).reality());
                }}
            })
            .collect()
    }

    /// Where the user wrote what may panic in a statement.
    pub(super) fn written_at(&self, stmt: &Stmt) -> Option<Span> {
        let of = match stmt {
            Stmt::Let(v, _) | Stmt::Alias(v, ..) | Stmt::Append(v, _) => *v,
            Stmt::Store(.., old) | Stmt::Update(.., old) => *old,
            _ => return None,
        };
        Some(self.name(of).span())
    }

    /// Where what is emitted for a statement belongs to.
    pub(super) fn belongs_to(&self, stmt: &Stmt) -> Option<Span> {
        let of = |operand: &Operand| Some(self.name(operand.place()?.root).span());
        match stmt {
            Stmt::If(condition, ..) => of(condition),
            Stmt::Destructure(_, value, _) => of(value),
            Stmt::Match(values, ..) => values.iter().find_map(of),
            Stmt::For(f) => Some(self.name(f.names.0).span()),
            Stmt::Store(place, ..) | Stmt::Update(_, place, ..) => {
                Some(self.name(place.root).span())
            }
            other => self.written_at(other),
        }
    }

    /// The shapes and the like that are taken at a point.
    fn witnesses(&self, point: Point) -> TokenStream {
        if self.is_late(point) {
            return quote!();
        }
        self.witnesses_where(|p| p == point)
    }

    /// Whether the point may not be reached, as a statement before it may leave the region: they
    /// are then taken when the region is left.
    fn is_late(&self, point: Point) -> bool {
        let stmts = &self.regions[&point.region].stmts;
        let before = stmts.iter().take(point.stmt + usize::from(point.after));
        before.into_iter().any(crate::lower::leaves)
    }

    fn witnesses_where(&self, wanted: impl Fn(Point) -> bool) -> TokenStream {
        let private = private();
        let witnesses = self.adjoint.witnesses.iter().filter(|(p, _, name)| {
            wanted(*p) && self.record.keep.values().flatten().any(|v| v == name)
        });
        witnesses
            .map(|(_, witness, taken)| {
                let name = self.name(*taken);
                let of = witness.operands().map(|o| match witness {
                    Witness::Neg(_) | Witness::Sum(..) => self.formed(o, *taken),
                    Witness::Shape(_) | Witness::Taken(_) | Witness::Boxed(_) => self.borrowed(o),
                });
                let of: Vec<_> = of.collect();
                match witness {
                    Witness::Shape(of) => self.taken_shape(&name, of),
                    Witness::Taken(_) => quote!(let #name = #private::copied(#(#of),*).shape();),
                    Witness::Boxed(_) => quote!(let #name = #private::boxed(#(#of),*);),
                    Witness::Neg(_) => {
                        let taken =
                            quote_spanned!(name.span()=> ::zygote_engine::__private::neg_residual);
                        quote!(let #name = #taken(#(#of),*);)
                    }
                    Witness::Sum(op, ..) => {
                        let marker = operator(op);
                        let taken =
                            quote_spanned!(name.span()=> ::zygote_engine::__private::sum_residual);
                        quote!(let #name = #taken(#marker, #(#of),*);)
                    }
                }
            })
            .collect()
    }

    /// What is taken only when the region is left.
    pub(super) fn late_witnesses(&self, region: RegionId) -> TokenStream {
        let mut late = self.witnesses_where(|p| p.region == region && self.is_late(p));
        late.extend(self.kept_states(region, None));
        late
    }

    /// Keeps what the reverse sweep needs of a region.
    pub(super) fn push(&self, region: RegionId) -> TokenStream {
        let Some(kept) = self.kept_values(region) else { return quote!() };
        let late = self.late_witnesses(region);
        let (tape, kept) = (tape(region), tuple(&kept));
        if region == self.func.body.id {
            quote!(#late #tape = #kept;)
        } else {
            quote!(#late #tape.push(#kept);)
        }
    }

    fn forward_stmt(&self, region: RegionId, stmt: &Stmt) -> TokenStream {
        match stmt {
            Stmt::Let(v, Op::Call(call)) => self.forward_call(*v, call),
            Stmt::Let(v, _) if self.inlined.contains_key(v) => quote!(),
            Stmt::Let(v, op) => {
                let (declared, typed) = (self.declare(*v, self.op(op)), self.typed(*v));
                quote!(#declared #typed)
            }
            Stmt::Declare(v) => {
                let ty = self.func.var(*v).declared.as_ref().map(|t| quote!(: #t));
                let v = self.name(*v);
                quote!(let #v #ty;)
            }
            Stmt::Destructure(pattern, ..) if pattern.is_empty() => quote!(),
            Stmt::Destructure(pattern, from, _) => {
                let matched = self.matched(from);
                let (pattern, from) = (self.fill(pattern.clone()), self.operand(from));
                quote!(#matched let #pattern = #from;)
            }
            Stmt::Alias(v, place, exclusive) => {
                let v = self.name(*v);
                let place = if *exclusive { self.exclusive(place) } else { self.shared(place) };
                quote!(let #v = #place;)
            }
            Stmt::Store(place, value, old) => {
                let inlined = value.place().is_some_and(|p| self.inlined.contains_key(&p.root));
                let (place, value) = (self.place_for(place, Access::Write), self.operand(value));
                if self.record.saved.contains(old) && inlined {
                    let old = self.name(*old);
                    quote!(let #old = ::core::mem::replace(&mut #place, #value);)
                } else if self.record.saved.contains(old) {
                    let old = self.name(*old);
                    quote!(let __new = #value; let #old = ::core::mem::replace(&mut #place, __new);)
                } else {
                    quote!(#place = #value;)
                }
            }
            Stmt::Update(op, place, value, old) => {
                let op: TokenStream = format!("{op}=").parse().expect("operators are tokens");
                let (place, value) = (self.place_for(place, Access::Write), self.operand(value));
                let save = self.record.saved.contains(old).then(|| {
                    let old = self.name(*old);
                    quote!(let #old = ::core::clone::Clone::clone(&#place);)
                });
                let span =
                    place.clone().into_iter().next().map_or_else(Span::call_site, |t| t.span());
                let op: TokenStream = op
                    .into_iter()
                    .map(|mut t: proc_macro2::TokenTree| {
                        t.set_span(span);
                        t
                    })
                    .collect();
                quote_spanned!(span=> #save #place #op #value;)
            }
            Stmt::Append(list, value) => {
                let value = self.operand(value);
                if self.lists.extended.get() == Some(*list) {
                    return quote!(let __item = #value;);
                }
                let list = self.name(*list);
                quote!(::std::vec::Vec::push(&mut #list, #value);)
            }
            Stmt::If(condition, a, b, value) => {
                let (c, ra, rb) = (self.operand(condition), self.forward(a), self.forward(b));
                self.bind(*value, quote!(if #c { #ra } else { #rb }))
            }
            Stmt::Match(scrutinee, arms, value, arm) => {
                let matched: TokenStream =
                    scrutinee.iter().filter_map(|s| self.matched(s)).collect();
                let scrutinees: Vec<_> = scrutinee.iter().map(|s| self.operand(s)).collect();
                let scrutinee = match &scrutinees[..] {
                    [one] => one.clone(),
                    several => tuple(several),
                };
                let number = self.is_kept(*arm).then(|| self.name(*arm));
                let declare = number.as_ref().map(|n| quote!(let #n;));
                let arms = arms.iter().enumerate().map(|(k, (pattern, region))| {
                    let pattern = self.fill(pattern.clone());
                    let set = number.as_ref().map(|n| quote!(#n = #k;));
                    let region = self.forward(region);
                    quote!(#pattern => { #set #region })
                });
                let select = self.bind(*value, quote!(match #scrutinee { #(#arms)* }));
                quote!(#matched #declare #select)
            }
            Stmt::Block(inner, value) => {
                let inner = self.forward(inner);
                self.bind(*value, quote!({ #inner }))
            }
            Stmt::Rest(flag, inner, value) => {
                let (flag, inner) = (self.name(*flag), self.forward(inner));
                let rest = self.bind(*value, quote!({ #inner }));
                quote!(#flag = true; #rest)
            }
            Stmt::For(f) => self.forward_for(f),
            Stmt::While(label, condition, body, trips) => {
                let condition = self.forward(condition);
                let (declare, count) = self.count(Some(*trips));
                let (label, body) = (label.as_ref().map(|l| quote!(#l:)), self.forward(body));
                quote!(#declare #label while { #condition } { #count #body })
            }
            Stmt::Loop(label, body, trips) => {
                let (declare, count) = self.count(Some(*trips));
                let (label, body) = (label.as_ref().map(|l| quote!(#l:)), self.forward(body));
                quote!(#declare #label loop { #count #body })
            }
            Stmt::Exit(exit) => self.exit(region, exit),
            Stmt::Item(tokens) => tokens.clone(),
            Stmt::Macro(tokens) => {
                let tokens = self.fill(tokens.clone());
                quote!(#tokens;)
            }
            other => unreachable!("{other:?} belongs to the reverse sweep"),
        }
    }

    fn is_kept(&self, v: VarId) -> bool {
        self.record.keep.values().flatten().any(|k| *k == v)
    }

    /// Declares a variable, and keeps it where its type asks for that.
    pub(super) fn declare(&self, v: VarId, value: TokenStream) -> TokenStream {
        let var = self.func.var(v);
        let ty = var.declared.as_ref().filter(|_| var.kind == VarKind::Local);
        let ty = ty.map(|t| quote!(: #t));
        let mutable = (var.mutable || self.func.collected.contains(&v)).then(|| quote!(mut));
        let (name, keep) = (self.name(v), self.keep(v));
        quote!(let #mutable #name #ty = #value; #keep)
    }

    pub(super) fn keep(&self, v: VarId) -> TokenStream {
        let private = private();
        let Some(kept) = self.record.replay.get(&v).and_then(|r| r.kept) else { return quote!() };
        let name = self.name(v);
        if self.adjoint.found.contains_key(&v) {
            return quote!();
        }
        if self.func.var(v).mutable {
            let kept = self.name(kept);
            return quote! {
                let #kept = {
                    use #private::states::AnyState as _;
                    let __kind = #private::states::State(&#name).kind();
                    (__kind, __kind.referents(&#name))
                };
            };
        }
        let is_copied = self.copies_field(v);
        let keep = match self.needed_for(kept) {
            Some(act) if is_copied => {
                quote!(copied(&#name).keep_for(<#act as #private::Activity>::VALUE))
            }
            Some(act) => quote!(keep_for::<#act, _, _>(&#name)),
            None if is_copied && self.activity.active(v) => quote!(copied(&#name).keep()),
            None if self.activity.active(v) => quote!(keep(&#name)),
            None => quote!(kept_constant!(#name)),
        };
        let kept = self.name(kept);
        quote!(let #kept = #private::#keep;)
    }

    fn bind(&self, value: Option<VarId>, expr: TokenStream) -> TokenStream {
        match value {
            Some(v) => {
                let name = self.name(v);
                quote!(let #name = #expr;)
            }
            None => quote!(#expr;),
        }
    }

    /// The declaration and the step of a counter of trips.
    fn count(&self, trips: Option<VarId>) -> (TokenStream, TokenStream) {
        match trips.filter(|t| self.is_kept(*t)) {
            Some(trips) => {
                let trips = self.name(trips);
                (quote!(let mut #trips = 0_usize;), quote!(#trips += 1;))
            }
            None => (quote!(), quote!()),
        }
    }

    fn forward_for(&self, f: &For) -> TokenStream {
        let made = self.sums.borrow().iter().find(|s| s.is_in(f)).cloned();
        if let Some(sums) = made {
            return self.in_lanes(&sums, self.one_by_one(f));
        }
        let sums = self.sums(f);
        let before = self.before_sums(&sums);
        let outer = self.sums.borrow().len();
        self.sums.borrow_mut().extend(sums);
        let emitted = self.one_by_one(f);
        self.sums.borrow_mut().truncate(outer);
        quote!(#before #emitted)
    }

    fn one_by_one(&self, f: &For) -> TokenStream {
        let private = private();
        let pattern = self.fill(f.pattern.clone());
        let source = match &f.source {
            Source::Range(lo, hi, inclusive) => self.range(lo, hi, *inclusive),
            Source::Walk(chain) => self.iterator(chain, true),
        };
        let (declare, count) = self.count(f.trips);
        let slots = self.slots_of_loop(f);
        let declare = quote!(#slots #declare);
        let (owned, typed) = (self.owned_items(f), self.typed_items(f));
        let count = quote!(#count #owned #typed);
        let label = f.label.as_ref().map(|l| quote!(#l:));
        // `extend` makes room by itself.
        let lists = match self.appended(f).filter(|_| self.kept_values(f.body.id).is_none()) {
            Some(_) => vec![],
            None => self.grown(f),
        };
        let (source, declare) = match lists.is_empty() {
            true => (source, declare),
            false => (
                quote!(__items),
                quote! {
                    #declare
                    let __items = ::core::iter::IntoIterator::into_iter(#source);
                    #(#private::reserve(&mut #lists, &__items);)*
                },
            ),
        };
        match self.kept_values(f.body.id) {
            // Every trip goes to its end, so the tape takes them as a sequence of known length.
            Some(kept) if self.whole_trips(f.body.id) => {
                let (tape, kept) = (tape(f.body.id), tuple(&kept));
                let mut body = self.forward_stmts(&f.body);
                body.extend(self.kept_states(f.body.id, None));
                // A loop that holds another is none that the compiler vectorises.
                if let Source::Range(_, _, false) = &f.source
                    && !f.body.stmts.iter().any(has_loop)
                {
                    return quote!(#declare #tape.record_range(#source, |#pattern| { #count #body #kept }););
                }
                quote! {
                    #declare
                    #tape.record(::core::iter::IntoIterator::into_iter(#source).map(|#pattern| { #count #body #kept }));
                }
            }
            Some(_) => {
                let body = self.forward(&f.body);
                let tape = tape(f.body.id);
                // A loop that may end early can have any number of trips in sight.
                let reserve =
                    f.trips.is_none().then(|| quote!(#tape.reserve(#private::trips(&__items));));
                quote! {
                    #declare
                    let __items = ::core::iter::IntoIterator::into_iter(#source);
                    #reserve
                    #label for #pattern in __items { #count #body }
                }
            }
            None => match self.appended(f) {
                // As `collect` does, without a check for each item.
                Some(list) => {
                    let outside = self.lists.extended.replace(Some(list));
                    let body = self.forward(&f.body);
                    self.lists.extended.set(outside);
                    let list = self.name(list);
                    quote! {
                        #declare
                        #private::extend(&mut #list, ::core::iter::IntoIterator::into_iter(#source).map(|#pattern| { #count #body __item }));
                    }
                }
                None => {
                    let body = self.forward(&f.body);
                    quote!(#declare #label for #pattern in #source { #count #body })
                }
            },
        }
    }

    pub(super) fn range(&self, lo: &Operand, hi: &Operand, inclusive: bool) -> TokenStream {
        let (lo, hi) = (self.operand(lo), self.operand(hi));
        if inclusive { quote!((#lo..=#hi)) } else { quote!((#lo..#hi)) }
    }

    fn exit(&self, region: RegionId, exit: &Exit) -> TokenStream {
        let target = self.target(region, exit);
        let mut pushes = TokenStream::new();
        let mut at = Some(region);
        while let Some(r) = at {
            pushes.extend(self.push(r));
            if r == target {
                break;
            }
            at = self.func.regions[r.0].0;
        }
        match exit {
            Exit::Return(value) => {
                let value = self.operand(value);
                quote!(let __value = #value; #pushes break '__zygote_body __value;)
            }
            Exit::Break(label) => quote!(#pushes break #label;),
            Exit::Continue(label) => quote!(#pushes continue #label;),
        }
    }

    /// The outermost region that an exit leaves.
    fn target(&self, region: RegionId, exit: &Exit) -> RegionId {
        let wanted = match exit {
            Exit::Return(_) => return self.func.body.id,
            Exit::Break(label) | Exit::Continue(label) => label,
        };
        let mut at = region;
        loop {
            let (parent, is_loop) = self.func.regions[at.0];
            if is_loop && (wanted.is_none() || self.label(at).as_ref() == wanted.as_ref()) {
                return at;
            }
            match parent {
                Some(parent) => at = parent,
                None => return at,
            }
        }
    }

    /// The label of the loop whose body is this region.
    fn label(&self, body: RegionId) -> Option<syn::Lifetime> {
        let parent = self.func.regions[body.0].0?;
        self.regions.get(&parent)?.stmts.iter().find_map(|s| match s {
            Stmt::For(f) if f.body.id == body => f.label.clone(),
            Stmt::While(l, _, b, _) | Stmt::Loop(l, b, _) if b.id == body => l.clone(),
            _ => None,
        })
    }
}

fn has_loop(stmt: &Stmt) -> bool {
    matches!(stmt, Stmt::For(_) | Stmt::While(..) | Stmt::Loop(..))
        || stmt.regions().into_iter().flat_map(|r| &r.stmts).any(has_loop)
}
