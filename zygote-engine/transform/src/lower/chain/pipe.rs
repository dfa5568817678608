//! What stays one walk of a chain: the loop that it is, and how its items follow from what the
//! loop gives.

use super::item::Item;
use super::parts::{Access, Generator, Part, Pipe};
use crate::error::{Result, unsupported};
use crate::ir::{Mode, Op, Operand, Place, Proj, Stmt, Ty, Var, VarId, VarKind};
use crate::lower::Lower;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Expr;
use syn::spanned::Spanned;

/// How an item follows from what the loop's pattern binds.
pub(super) enum Plan {
    /// The walk gives it.
    Walked(VarId),
    /// A part of a sequence, found by an index that the walk gives.
    Part(VarId, Place, Width, bool),
    /// A function of an item.
    Mapped(Box<Plan>, Expr),
    /// What an item refers to.
    Copied(Box<Plan>),
    /// A copy of what an item refers to.
    Cloned(Box<Plan>),
    Tuple(Vec<Plan>),
    /// Of which more may be made than are given by this adaptor; so that must change nothing.
    Watched(Box<Plan>, Ident),
    /// The same in each trip: a copy.
    Same(Operand),
    /// What a function without arguments gives.
    Called(Expr),
    /// No value.
    Nothing,
}

/// How wide the part of a sequence is.
#[derive(Clone)]
pub(super) enum Width {
    /// An element.
    One,
    /// From this index, so many.
    Window(Operand),
    /// The value of the key at this index, of a list of keys.
    Entry(VarId),
    /// The chunk of this number and size, of a sequence of this length.
    Chunk(Operand, Operand),
    /// The same, counted from the end.
    LastChunk(Operand, Operand),
    /// The element of this number, of a sequence of this length that begins again at its end.
    Cycled(Operand),
}

impl Lower {
    /// The walk of a pipe, the pattern of its items, and how the pipe's items follow from them.
    pub(super) fn plan(
        &mut self,
        pipe: &Pipe,
        bound: &mut Vec<VarId>,
        out: &mut Vec<Stmt>,
    ) -> Result<(Expr, TokenStream, Plan)> {
        let pipe = &self.by_index_beside_exclusive(pipe, out)?;
        match pipe {
            Pipe::Walk(e) => {
                let e = &self.settled(e, out)?;
                let ty = self.item_ty(e);
                let v = self.walked(ty, e.span(), bound);
                self.func.vars[v.0].constant |= self.is_constant(e);
                Ok((e.clone(), self.shown(v), Plan::Walked(v)))
            }
            Pipe::Owned(e) => {
                // By value, as clones, of a sequence that is no reference.
                let reference = self.is_place(e) && {
                    let place = self.place(e, out)?;
                    self.refers(&place).is_some()
                };
                let walk: Expr = match crate::lower::place::strip(e) {
                    Expr::Range(_) => e.clone(),
                    Expr::Reference(_) => syn::parse_quote!((#e).iter()),
                    _ if reference => syn::parse_quote!(#e.iter()),
                    Expr::MethodCall(_) | Expr::Call(_) => {
                        let list = self.listed(e);
                        syn::parse_quote!(#list.iter().cloned())
                    }
                    _ => syn::parse_quote!(#e.iter().cloned()),
                };
                self.plan(&Pipe::Walk(walk), bound, out)
            }
            Pipe::Elements(e, exclusive) => {
                let place = self.sequence(e, *exclusive, out)?;
                let count = self.count_of(&place, |len| quote!(#len), out);
                let v = self.walked(Ty::Inert, e.span(), bound);
                let plan = Plan::Part(v, place, Width::One, *exclusive);
                Ok((count, self.shown(v), plan))
            }
            Pipe::Pairs(e, of_map) => {
                let e = &self.settled(e, out)?;
                if *of_map && let Expr::MethodCall(m) = crate::lower::place::strip(e) {
                    self.known_of(&m.receiver, "entries", out)?;
                }
                let ty = || Ty::Ref(Box::new(Ty::Unknown));
                let (a, b) =
                    (self.walked(ty(), e.span(), bound), self.walked(ty(), e.span(), bound));
                let (shown, other) = (self.shown(a), self.shown(b));
                let plan = Plan::Tuple(vec![Plan::Walked(a), Plan::Walked(b)]);
                Ok((self.in_its_order(e, out)?, quote!((#shown, #other)), plan))
            }
            Pipe::Entries(e, part, access) => self.entries(e, None, (*part, *access), bound, out),
            Pipe::Within(e, range) => {
                let whole = (Part::Both, Access::Shared);
                self.entries(e, Some(range), whole, bound, out)
            }
            Pipe::Drained(drained) => {
                self.check_replacement(drained)?;
                let drained = self.drained(drained, out)?;
                let drained = self.name_of_operand(Operand::var(drained), out);
                self.plan(&Pipe::Owned(syn::parse_quote!(#drained)), bound, out)
            }
            Pipe::Windows(e, size) => {
                let place = self.sequence(e, false, out)?;
                let size = self.size(size, "window size must be non-zero", out)?;
                let n = self.tokens_of(&size);
                let count = self.count_of(&place, |len| quote!((#len + 1).saturating_sub(#n)), out);
                let v = self.walked(Ty::Inert, e.span(), bound);
                Ok((count, self.shown(v), Plan::Part(v, place, Width::Window(size), false)))
            }
            Pipe::Chunks(e, size, sort) => {
                let place = self.sequence(e, sort.exclusive, out)?;
                let size = self.size(size, "chunk size must be non-zero", out)?;
                let n = self.tokens_of(&size);
                let count = self.count_of(
                    &place,
                    |len| if sort.exact { quote!((#len / #n)) } else { quote!(#len.div_ceil(#n)) },
                    out,
                );
                let len = self.length(&place, out);
                let v = self.walked(Ty::Inert, e.span(), bound);
                let width = match sort.reversed {
                    true => Width::LastChunk(size, len),
                    false => Width::Chunk(size, len),
                };
                Ok((count, self.shown(v), Plan::Part(v, place, width, sort.exclusive)))
            }
            Pipe::Cycle(e) => {
                let place = self.sequence(e, false, out)?;
                let len = self.length(&place, out);
                let max = super::parts::endless();
                let count =
                    self.count_of(&place, |n| quote!((if #n == 0 { 0 } else { #max })), out);
                let v = self.walked(Ty::Inert, e.span(), bound);
                Ok((count, self.shown(v), Plan::Part(v, place, Width::Cycled(len), false)))
            }
            Pipe::Made(made, count, check) => {
                self.func.items.push(check.clone());
                let plan = match made {
                    Generator::Nothing => Plan::Nothing,
                    Generator::Call(f) => Plan::Called(f.clone()),
                    Generator::Repeat(x) => {
                        let op = self.op(x, out)?;
                        let ty = self.op_ty(&op);
                        Plan::Same(self.temp(x.span(), ty, op, out))
                    }
                };
                let v = self.walked(Ty::Inert, count.span(), bound);
                Ok((syn::parse_quote!(0..#count), self.shown(v), plan))
            }
            Pipe::Known(of, check) => {
                self.func.items.push(check.clone());
                self.plan(of, bound, out)
            }
            Pipe::Map(of, f) => {
                let (walk, pattern, plan) = self.plan(of, bound, out)?;
                Ok((walk, pattern, Plan::Mapped(Box::new(plan), f.clone())))
            }
            Pipe::Copied(of) => {
                let (walk, pattern, plan) = self.plan(of, bound, out)?;
                Ok((walk, pattern, Plan::Copied(Box::new(plan))))
            }
            Pipe::Enumerate(of, name) => {
                let v = self.walked(Ty::Inert, name.span(), bound);
                let (walk, pattern, plan) = self.plan(of, bound, out)?;
                let i = self.shown(v);
                let walk = method(walk, name, &[]);
                Ok((walk, quote!((#i, #pattern)), Plan::Tuple(vec![Plan::Walked(v), plan])))
            }
            Pipe::Zip(first, name, b) => {
                let (wa, pa, a) = self.plan(first, bound, out)?;
                let (wb, pb, b) = self.plan(b, bound, out)?;
                let walk = method(wa, name, &[&wb]);
                // The first is asked for one more item when the second has ended.
                let a = self.watched(first, a, name)?;
                Ok((walk, quote!((#pa, #pb)), Plan::Tuple(vec![a, b])))
            }
            Pipe::Order(of, name, args) => {
                let (walk, pattern, plan) = self.plan(of, bound, out)?;
                let walk = method(walk, name, &args.iter().collect::<Vec<_>>());
                let all = name == "take" || name == "rev" && !of.trims();
                Ok((walk, pattern, if all { plan } else { self.watched(of, plan, name)? }))
            }
            Pipe::Listed(of) => unsupported(of, "a list of items here", "collect it first"),
            Pipe::Chain(_, second) | Pipe::Staged(second, _) => {
                unsupported(second.span(), "a chain of two sequences here", "write two loops")
            }
        }
    }

    /// A sequence that is a part of what another side of `zip` changes, by index: a walk would lend it.
    fn by_index_beside_exclusive(&mut self, pipe: &Pipe, out: &mut Vec<Stmt>) -> Result<Pipe> {
        let mut pipe = pipe.clone();
        if !matches!(pipe, Pipe::Zip(..)) {
            return Ok(pipe);
        }
        let mut heads = vec![];
        pipe.heads(&mut heads);
        let mut changed = vec![];
        for head in &heads {
            if let Pipe::Elements(e, true) = head {
                let place = self.place(e, out)?;
                changed.push(self.func.resolve(&place));
            }
        }
        for head in heads {
            let Pipe::Walk(walk) = head else { continue };
            let of = match crate::lower::place::strip(walk) {
                Expr::MethodCall(m) if m.method == "iter" && m.args.is_empty() => &*m.receiver,
                Expr::Reference(r) => &*r.expr,
                e => e,
            };
            if changed.is_empty() || !self.is_place(of) {
                continue;
            }
            let place = self.place(of, out)?;
            let place = self.func.resolve(&place);
            if changed.iter().any(|c| c.root == place.root && !are_fields(c, &place)) {
                *head = Pipe::Elements(of.clone(), false);
            }
        }
        Ok(pipe)
    }

    /// The plan of a pipe of which this adaptor may have more items made than it gives.
    fn watched(&mut self, pipe: &Pipe, plan: Plan, adaptor: &Ident) -> Result<Plan> {
        let mut functions = vec![];
        let mut pipe = pipe.clone();
        pipe.functions(&mut functions);
        for f in functions {
            if let Some(local) = self.closure_of(f)?
                && super::parts::has_macro(local.body())
            {
                return refuse_watched(adaptor);
            }
        }
        Ok(Plan::Watched(Box::new(plan), adaptor.clone()))
    }

    /// The walk, of a name for the sequence where that is a value.
    fn settled(&mut self, e: &Expr, out: &mut Vec<Stmt>) -> Result<Expr> {
        let Expr::MethodCall(m) = crate::lower::place::strip(e) else { return Ok(e.clone()) };
        let mut settled = m.clone();
        let of_iterator = !self.is_place(&m.receiver)
            && matches!(crate::lower::place::strip(&m.receiver), Expr::MethodCall(_));
        if m.method != "iter" {
            *settled.receiver = self.settled(&m.receiver, out)?;
        } else if of_iterator {
            let value = self.operand(&m.receiver, out)?;
            let name = self.name_of_operand(value, out);
            *settled.receiver = syn::parse_quote!(#name);
        } else if self.is_place(&m.receiver) {
            let place = self.place(&m.receiver, out)?;
            if !self.all_constant(std::slice::from_ref(&place)) {
                self.known_of_sequence(&m.receiver, out)?;
            }
        }
        Ok(Expr::MethodCall(settled))
    }

    pub(super) fn walked(&mut self, ty: Ty, span: Span, bound: &mut Vec<VarId>) -> VarId {
        let constant = ty.is_inert();
        let var = Var { ty, constant, ..Var::new(VarKind::Item, self.here) };
        let v = self.func.add("item", span, var);
        bound.push(v);
        v
    }

    pub(super) fn shown(&self, v: VarId) -> TokenStream {
        let name = crate::lower::placeholder(v, self.func.var(v).name.span());
        quote!(#name)
    }

    /// The type of the items of a walk, as far as its methods tell.
    fn item_ty(&self, e: &Expr) -> Ty {
        match crate::lower::place::strip(e) {
            Expr::Range(_) => Ty::Inert,
            Expr::MethodCall(m) => match m.method.to_string().as_str() {
                "iter" => match self.known(&m.receiver).peeled() {
                    Ty::Seq(of) => Ty::Ref(of.clone()),
                    _ => Ty::Ref(Box::new(Ty::Unknown)),
                },
                "copied" | "cloned" => self.item_ty(&m.receiver).peeled().clone(),
                "into_iter" => self.item_ty(&m.receiver),
                "rev" | "skip" | "take" | "step_by" => self.item_ty(&m.receiver),
                _ => Ty::Unknown,
            },
            Expr::Reference(r) => match self.known(&r.expr).peeled() {
                Ty::Seq(of) => Ty::Ref(of.clone()),
                _ => Ty::Ref(Box::new(Ty::Unknown)),
            },
            e => {
                let by_reference = match e {
                    Expr::Path(p) => p.path.get_ident().and_then(|n| self.lookup(n)),
                    _ => None,
                };
                let reference = by_reference.is_some_and(|v| self.refers(&Place::var(v)).is_some());
                match self.known(e).peeled() {
                    Ty::Seq(of) if reference => Ty::Ref(of.clone()),
                    Ty::Seq(of) => (**of).clone(),
                    _ if reference => Ty::Ref(Box::new(Ty::Unknown)),
                    _ => Ty::Unknown,
                }
            }
        }
    }

    /// The place of a sequence whose parts are found by index.
    pub(super) fn sequence(
        &mut self,
        e: &Expr,
        exclusive: bool,
        out: &mut Vec<Stmt>,
    ) -> Result<Place> {
        self.known_of(e, "indexed", out)?;
        let place = self.place(e, out)?;
        if exclusive
            && !self.func.changeable(&place)
            && let VarKind::Local = self.func.var(place.root).kind
        {
            self.func.vars[place.root.0].mutable = true;
        }
        Ok(self.pinned(place, out))
    }

    /// The size of a part; without one the function panics.
    pub(super) fn size(&mut self, e: &Expr, message: &str, out: &mut Vec<Stmt>) -> Result<Operand> {
        let size = self.inert(e, out)?;
        let size = self.pin(size, out);
        if let Operand::Place(..) = size {
            let n = self.tokens_of(&size);
            out.push(Stmt::Macro(quote_spanned!(self.line=> ::core::assert!(#n != 0, #message))));
        }
        Ok(size)
    }

    /// A number as it stands in source.
    pub(in crate::lower) fn tokens_of(&self, number: &Operand) -> TokenStream {
        match number {
            Operand::Place(p, _) => self.shown(p.root),
            Operand::Const(t) => t.clone(),
            Operand::Lambda(_) => unreachable!("a closure is no number"),
        }
    }

    /// The length of a sequence, as a value.
    pub(super) fn length(&mut self, place: &Place, out: &mut Vec<Stmt>) -> Operand {
        let span = self.line;
        let alias = Var::new(VarKind::Alias(place.clone(), false), self.here);
        let alias = self.func.add("sequence", span, alias);
        out.push(Stmt::Alias(alias, place.clone(), false));
        let tokens = self.shown(alias);
        let op = Op::Verbatim(quote!(#tokens.len()), vec![Place::var(alias)], Ty::Inert);
        let len = self.temp(span, Ty::Inert, op, out);
        if let Operand::Place(p, _) = &len {
            self.func.vars[p.root.0].constant = true;
        }
        len
    }

    /// The range of the parts' numbers.
    fn count_of(
        &mut self,
        place: &Place,
        count: impl FnOnce(TokenStream) -> TokenStream,
        out: &mut Vec<Stmt>,
    ) -> Expr {
        let len = self.length(place, out);
        let name = self.name_of_operand(len, out);
        let count = count(quote!(#name));
        syn::parse_quote!(0..#count)
    }

    /// The item of a trip.
    pub(super) fn item_of(&mut self, plan: &Plan, out: &mut Vec<Stmt>) -> Result<Item> {
        match plan {
            Plan::Walked(v) => Ok(Item::One(Operand::var(*v))),
            Plan::Tuple(all) => {
                let all: Result<_> = all.iter().map(|p| self.item_of(p, out)).collect();
                Ok(Item::Tuple(all?))
            }
            Plan::Watched(of, adaptor) => {
                let (known, start) = (self.func.vars.len(), out.len());
                let item = self.item_of(of, out)?;
                let mut changed = std::collections::BTreeSet::new();
                crate::record::changed_by(&self.func, &out[start..], &mut changed);
                if changed.iter().any(|v| v.0 < known) {
                    return refuse_watched(adaptor);
                }
                Ok(item)
            }
            Plan::Mapped(of, f) => {
                let item = self.item_of(of, out)?;
                self.applied(f, vec![item], out)
            }
            Plan::Copied(of) => {
                let item = self.item_of(of, out)?;
                Ok(Item::One(self.copied(item)))
            }
            Plan::Cloned(of) => {
                let item = self.item_of(of, out)?;
                self.cloned(item, out)
            }
            Plan::Nothing => Ok(Item::One(Operand::Const(quote!(())))),
            Plan::Called(f) => self.applied(f, vec![], out),
            Plan::Same(value) => match self.ty(value) {
                Ty::Real | Ty::Inert => Ok(Item::One(value.clone())),
                _ => self.cloned(Item::One(value.clone()), out),
            },
            Plan::Part(k, place, width, exclusive) => {
                let k = Operand::var(*k);
                let proj = match width {
                    Width::One => Proj::Index(k),
                    Width::Entry(keys) => {
                        let key = Place::var(*keys).then(Proj::Index(k));
                        Proj::Key(Operand::Place(key, Mode::Shared))
                    }
                    Width::Window(size) => {
                        let end = self.inert_value(&[&k, size], sum, out);
                        Proj::Slice(Some(k), Some(end), false)
                    }
                    Width::Cycled(len) => Proj::Index(self.inert_value(&[&k, len], remainder, out)),
                    Width::LastChunk(size, len) => {
                        let all = [&k, size, len];
                        let end = self.inert_value(
                            &all,
                            |s| {
                                let (k, size, len) = (&s[0], &s[1], &s[2]);
                                quote!(#len - #k * #size)
                            },
                            out,
                        );
                        let start = self.inert_value(
                            &[&end, size],
                            |s| {
                                let (end, size) = (&s[0], &s[1]);
                                quote!(#end.saturating_sub(#size))
                            },
                            out,
                        );
                        Proj::Slice(Some(start), Some(end), false)
                    }
                    Width::Chunk(size, len) => {
                        let start = self.inert_value(&[&k, size], product, out);
                        let all = [&start, size, len];
                        let end = self.inert_value(
                            &all,
                            |s| {
                                let (start, size, len) = (&s[0], &s[1], &s[2]);
                                quote!((#start + #size).min(#len))
                            },
                            out,
                        );
                        Proj::Slice(Some(start), Some(end), false)
                    }
                };
                Ok(self.lent_part(place.then(proj), *exclusive, out))
            }
        }
    }

    /// A reference to a part, as an item.
    pub(super) fn lent_part(&mut self, place: Place, exclusive: bool, out: &mut Vec<Stmt>) -> Item {
        let ty = self.ty(&Operand::Place(place.clone(), Mode::Value));
        let constant = self.all_constant(std::slice::from_ref(&place));
        let kind = VarKind::Alias(place.clone(), exclusive);
        let var = Var { ty, constant, ..Var::new(kind, self.here) };
        let v = self.func.add("item", self.line, var);
        out.push(Stmt::Alias(v, place, exclusive));
        let mode = if exclusive { Mode::Exclusive } else { Mode::Shared };
        Item::One(Operand::Place(Place::var(v), mode))
    }

    /// An integer computed from others.
    pub(super) fn inert_value(
        &mut self,
        of: &[&Operand],
        tokens: impl FnOnce(&[TokenStream]) -> TokenStream,
        out: &mut Vec<Stmt>,
    ) -> Operand {
        let shown: Vec<_> = of.iter().map(|o| self.tokens_of(o)).collect();
        let reads = of.iter().filter_map(|o| o.place().cloned()).collect();
        let op = Op::Verbatim(tokens(&shown), reads, Ty::Inert);
        self.temp(self.line, Ty::Inert, op, out)
    }
}

/// Whether the compiler sees that two places are apart: different fields of what is found without an index
/// or a method.
fn are_fields(a: &Place, b: &Place) -> bool {
    let mut steps = a.path.iter().zip(&b.path);
    let apart = steps.find(|(a, b)| a != b || !matches!(a, Proj::Field(_) | Proj::Deref));
    matches!(apart, Some((Proj::Field(a), Proj::Field(b))) if a != b)
}

pub(super) fn refuse_watched<T>(adaptor: &Ident) -> Result<T> {
    unsupported(adaptor, "this adaptor after a closure that changes something", "write a loop")
}

/// A method of a walk.
fn method(walk: Expr, name: &Ident, args: &[&Expr]) -> Expr {
    let walk: Expr = match walk {
        Expr::Range(r) => syn::parse_quote!((#r)),
        other => other,
    };
    syn::parse_quote!(#walk.#name(#(#args),*))
}

fn sum(s: &[TokenStream]) -> TokenStream {
    let (a, b) = (&s[0], &s[1]);
    quote!(#a + #b)
}

fn product(s: &[TokenStream]) -> TokenStream {
    let (a, b) = (&s[0], &s[1]);
    quote!(#a * #b)
}

fn remainder(s: &[TokenStream]) -> TokenStream {
    let (a, b) = (&s[0], &s[1]);
    quote!(#a % #b)
}
