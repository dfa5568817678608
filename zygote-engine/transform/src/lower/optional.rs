//! Optional references to parts of a sequence: `xs.get(i)`, `xs.first()`, `xs.iter().find(..)`. Such an
//! `Option` is a condition and a place, and is lowered where it is taken apart.

use super::chain::Item;
use super::place::strip;
use super::pure::Calls;
use super::{Lower, Tail};
use crate::error::{Result, unsupported};
use crate::ir::{Construct, Mode, Op, Operand, Place, Proj, Stmt, VarKind};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, Pat};

/// A part of a sequence that is there if the condition holds, or two parts.
pub(super) struct Optional {
    pub condition: Operand,
    pub place: Place,
    pub exclusive: bool,
    pub second: Option<Place>,
}

impl Optional {
    fn operand(&self) -> Operand {
        self.refer(&self.place)
    }

    fn refer(&self, place: &Place) -> Operand {
        let mode = if self.exclusive { Mode::Exclusive } else { Mode::Shared };
        Operand::Place(place.clone(), mode)
    }

    fn item(&self) -> Item {
        let first = Item::One(self.operand());
        match &self.second {
            None => first,
            Some(second) => Item::Tuple(vec![first, Item::One(self.refer(second))]),
        }
    }
}

/// The sequence, the index of the part, and whether it is exclusive.
enum Form<'a> {
    /// The element at an index.
    At(&'a Expr, Expr, bool),
    /// The value of a key.
    Key(&'a Expr, &'a Expr, bool),
    /// An end of a slice, the last or the first, and the rest.
    End(&'a Expr, bool, bool),
    /// The last or the first entry of an ordered map.
    Entry(&'a Expr, bool),
    /// The element at an index that a search gives, `usize::MAX` for none.
    Search(&'a Expr, Expr),
}

/// What an expression is, by the names of its methods.
fn form(e: &Expr) -> Option<Form<'_>> {
    let Expr::MethodCall(m) = strip(e) else { return None };
    let sequence = &*m.receiver;
    let zero = || syn::parse_quote!(0);
    let last = || syn::parse_quote!(#sequence.len().wrapping_sub(1));
    match (m.method.to_string().as_str(), m.args.len()) {
        ("get", 1) => match strip(&m.args[0]) {
            Expr::Range(_) => None,
            key if is_key(key) => Some(Form::Key(sequence, key, false)),
            i => Some(Form::At(sequence, i.clone(), false)),
        },
        ("get_mut", 1) => match strip(&m.args[0]) {
            Expr::Range(_) => None,
            key if is_key(key) => Some(Form::Key(sequence, key, true)),
            i => Some(Form::At(sequence, i.clone(), true)),
        },
        ("first" | "front", 0) => Some(Form::At(sequence, zero(), false)),
        ("first_mut" | "front_mut", 0) => Some(Form::At(sequence, zero(), true)),
        ("back", 0) => Some(Form::At(sequence, last(), false)),
        ("split_first", 0) => Some(Form::End(sequence, false, false)),
        ("split_first_mut", 0) => Some(Form::End(sequence, false, true)),
        ("split_last", 0) => Some(Form::End(sequence, true, false)),
        ("split_last_mut", 0) => Some(Form::End(sequence, true, true)),
        ("first_key_value", 0) => Some(Form::Entry(sequence, false)),
        ("last_key_value", 0) => Some(Form::Entry(sequence, true)),
        ("last", 0) => match strip(sequence) {
            Expr::MethodCall(iter) if iter.method == "iter" => {
                let sequence = &*iter.receiver;
                let last = syn::parse_quote!(#sequence.len().wrapping_sub(1));
                Some(Form::At(sequence, last, false))
            }
            _ => Some(Form::At(sequence, last(), false)),
        },
        ("last_mut" | "back_mut", 0) => Some(Form::At(sequence, last(), true)),
        (search @ ("find" | "max_by" | "min_by"), 1) => {
            let Expr::MethodCall(iter) = strip(sequence) else { return None };
            if iter.method != "iter" {
                return None;
            }
            let (sequence, f, name) = (&*iter.receiver, &m.args[0], &m.method);
            let private = quote!(::zygote_engine::__private);
            let search = if search == "find" {
                quote!(#sequence.iter().position(|__x| #private::test(&__x, #f)))
            } else {
                quote! {
                    #sequence.iter().enumerate()
                        .#name(|__a, __b| #private::compare(&__a.1, &__b.1, #f))
                        .map(|__found| __found.0)
                }
            };
            let none = quote!(::core::primitive::usize::MAX);
            Some(Form::Search(sequence, syn::parse_quote!(#search.unwrap_or(#none))))
        }
        _ => None,
    }
}

/// Whether the argument of `get` is the key of a map, by the way it is written.
fn is_key(e: &Expr) -> bool {
    match e {
        Expr::Reference(_) => true,
        Expr::Lit(l) => matches!(l.lit, syn::Lit::Str(_)),
        _ => false,
    }
}

/// Whether an expression is an optional reference, unwrapped, or a part of one.
pub(super) fn is_unwrapped(e: &Expr) -> bool {
    match strip(e) {
        Expr::MethodCall(m) => {
            super::entry::is_entry(m)
                || ["unwrap", "expect"].iter().any(|n| m.method == n) && form(&m.receiver).is_some()
        }
        Expr::Field(f) => is_unwrapped(&f.base),
        Expr::Index(i) => is_unwrapped(&i.expr),
        Expr::Unary(u) => matches!(u.op, syn::UnOp::Deref(_)) && is_unwrapped(&u.expr),
        _ => false,
    }
}

impl Lower {
    fn optional(&mut self, e: &Expr, out: &mut Vec<Stmt>) -> Result<Option<Optional>> {
        let mut e = e.clone();
        if form(&e).is_some()
            && let Expr::MethodCall(m) = &mut e
        {
            *m.receiver = self.part_named(&m.receiver, out)?;
        }
        let e = &e;
        let Some(form) = form(e) else { return Ok(None) };
        let sequence = match &form {
            Form::At(s, ..) | Form::Key(s, ..) | Form::Search(s, _) => *s,
            Form::End(s, ..) | Form::Entry(s, _) => *s,
        };
        if !self.is_place(sequence) {
            return Ok(None);
        }
        let place = self.place(sequence, out)?;
        let place = self.pinned(place, out);
        let span = e.span();
        let form = match form {
            // What the key of a map is, or which type the map has, may be known from elsewhere.
            Form::At(s, key, exclusive) if self.finds_by_key(s, &key) => {
                return self.by_key(s, &key, exclusive, place, out).map(Some);
            }
            Form::Key(s, key, exclusive) => {
                return self.by_key(s, key, exclusive, place, out).map(Some);
            }
            Form::Entry(map, last) => return self.last_entry(map, last, place, out).map(Some),
            other => other,
        };
        self.known_of(sequence, "indexed", out)?;
        match form {
            Form::Key(..) | Form::Entry(..) => unreachable!("returned before"),
            Form::End(_, last, exclusive) => {
                if exclusive && let VarKind::Local = self.func.var(place.root).kind {
                    self.func.vars[place.root.0].mutable = true;
                }
                let there: Expr = syn::parse_quote_spanned!(span=> !#sequence.is_empty());
                let condition = self.inert(&there, out)?;
                let (end, rest) = if last {
                    let k = self.inert(&syn::parse_quote!(#sequence.len().wrapping_sub(1)), out)?;
                    let k = self.pin(k, out);
                    (Proj::Index(k.clone()), Proj::Slice(None, Some(k), false))
                } else {
                    let (zero, one) = (Operand::Const(quote!(0)), Operand::Const(quote!(1)));
                    (Proj::Index(zero), Proj::Slice(Some(one), None, false))
                };
                let second = Some(place.then(rest));
                Ok(Some(Optional { condition, place: place.then(end), exclusive, second }))
            }
            Form::At(_, index, exclusive) => {
                if exclusive && let VarKind::Local = self.func.var(place.root).kind {
                    self.func.vars[place.root.0].mutable = true;
                }
                let index = self.inert(&index, out)?;
                let index = match index {
                    Operand::Const(_) => index,
                    value => {
                        let name = self.name_of_operand(value, out);
                        let v = self.lookup(&name).expect("the name was declared");
                        self.pin(Operand::var(v), out)
                    }
                };
                let i = match &index {
                    Operand::Const(t) => t.clone(),
                    value => {
                        let name = self.name_of_operand(value.clone(), out);
                        quote!(#name)
                    }
                };
                let there: Expr = syn::parse_quote_spanned!(span=> #i < #sequence.len());
                let condition = self.inert(&there, out)?;
                let place = place.then(Proj::Index(index));
                Ok(Some(Optional { condition, place, exclusive, second: None }))
            }
            Form::Search(_, search) => {
                let Some((tokens, reads)) = self.pure(&search, Calls::Reading) else {
                    return unsupported(e, "a search that does more than read", "write a loop");
                };
                let op = Op::Verbatim(tokens, reads, crate::ir::Ty::Inert);
                let k = self.temp(span, crate::ir::Ty::Inert, op, out);
                let name = self.name_of_operand(k.clone(), out);
                let there: Expr =
                    syn::parse_quote_spanned!(span=> #name != ::core::primitive::usize::MAX);
                let condition = self.inert(&there, out)?;
                Ok(Some(Optional {
                    condition,
                    place: place.then(Proj::Index(k)),
                    exclusive: false,
                    second: None,
                }))
            }
        }
    }

    /// A name for a part that was found before: `map.get(&a).unwrap()`.
    pub(super) fn part_named(&mut self, e: &Expr, out: &mut Vec<Stmt>) -> Result<Expr> {
        if self.is_place(e) || !is_unwrapped(e) {
            return Ok(e.clone());
        }
        let part = self.operand(e, out)?;
        self.named_part(e, part, out)
    }

    /// What a method changes, with every index evaluated here, once.
    pub(super) fn changed_named(&mut self, e: &Expr, out: &mut Vec<Stmt>) -> Result<Expr> {
        if !self.is_place(e) {
            return self.part_named(e, out);
        }
        let place = self.place(e, out)?;
        if place.indices().is_empty() {
            return Ok(e.clone());
        }
        let place = self.pinned(place, out);
        if let VarKind::Local = self.func.var(place.root).kind {
            self.func.vars[place.root.0].mutable = true;
        }
        self.named_part(e, Operand::Place(place, Mode::Exclusive), out)
    }

    fn named_part(&mut self, e: &Expr, part: Operand, out: &mut Vec<Stmt>) -> Result<Expr> {
        let part = match part {
            Operand::Place(p, mode) if !p.path.is_empty() => {
                let exclusive = mode == Mode::Exclusive;
                let ty = self.ty(&Operand::Place(p.clone(), Mode::Value));
                let kind = VarKind::Alias(p.clone(), exclusive);
                let constant = self.all_constant(std::slice::from_ref(&p));
                let var = crate::ir::Var { ty, constant, ..crate::ir::Var::new(kind, self.here) };
                let v = self.func.add("part", e.span(), var);
                out.push(Stmt::Alias(v, p, exclusive));
                Operand::Place(Place::var(v), mode)
            }
            part => part,
        };
        let name = self.name_of_operand(part, out);
        Ok(syn::parse_quote!(#name))
    }

    /// The receiver of a method that is known by its name, such as `iter` or `first`: the compiler
    /// checks that its type has no other.
    pub(super) fn known_of_sequence(&self, receiver: &Expr, out: &mut Vec<Stmt>) -> Result<()> {
        self.known_of(receiver, "sequence", out)
    }

    /// The same with the check of this name.
    pub(super) fn known_of(&self, receiver: &Expr, check: &str, out: &mut Vec<Stmt>) -> Result<()> {
        let Some((tokens, _)) = self.pure(receiver, Calls::Reading) else {
            return unsupported(
                receiver,
                "this receiver",
                "bind a reference to it with `let` first",
            );
        };
        let span = receiver.span();
        let private = quote_spanned!(span=> ::zygote_engine::__private);
        let check = proc_macro2::Ident::new(check, span);
        out.push(Stmt::Macro(quote_spanned!(span=> #private::#check(&#tokens))));
        Ok(())
    }

    /// A method of an optional reference that gives a reference or a value.
    pub(super) fn of_optional(
        &mut self,
        m: &syn::ExprMethodCall,
        out: &mut Vec<Stmt>,
    ) -> Result<Option<Op>> {
        if let Some(op) = self.entry_of(m, out)? {
            return Ok(Some(op));
        }
        let name = m.method.to_string();
        let known = ["unwrap", "expect", "copied", "cloned", "map"].contains(&name.as_str());
        if !known || form(&m.receiver).is_none() {
            return Ok(None);
        }
        self.scopes.push(std::collections::HashMap::new());
        let op = self.optional(&m.receiver, out).and_then(|optional| {
            let Some(optional) = optional else { return Ok(None) };
            if optional.second.is_some() && name != "map" {
                return unsupported(
                    &m.method,
                    "a pair of references as a value",
                    "take it apart: `let (a, b) = ..`, `if let Some((a, b)) = ..`",
                );
            }
            match name.as_str() {
                "unwrap" | "expect" => {
                    // The panic is the user's own.
                    if !optional.exclusive
                        && let Some((tokens, _)) =
                            self.pure(&Expr::MethodCall(m.clone()), Calls::Reading)
                    {
                        out.push(Stmt::Macro(quote!(let _ = #tokens)));
                    }
                    if optional.exclusive
                        && matches!(optional.place.path.last(), Some(Proj::Key(_)))
                    {
                        return Ok(Some(self.lent(optional.place, out)));
                    }
                    Ok(Some(Op::Use(optional.operand())))
                }
                "map" => {
                    let f = m.args.first().cloned();
                    self.some_of(&optional, m, out, |s, out| {
                        let f = f.as_ref().expect("`map` has an argument");
                        let item = s.applied(f, vec![optional.item()], out)?;
                        s.whole_item(item, out)
                    })
                    .map(Some)
                }
                _ => {
                    let value = Operand::Place(optional.place.clone(), Mode::Value);
                    self.some_of(&optional, m, out, |_, _| Ok(value)).map(Some)
                }
            }
        });
        self.scopes.pop();
        op
    }

    /// `Some` of a value if the part is there.
    fn some_of(
        &mut self,
        optional: &Optional,
        m: &syn::ExprMethodCall,
        out: &mut Vec<Stmt>,
        value: impl FnOnce(&mut Self, &mut Vec<Stmt>) -> Result<Operand>,
    ) -> Result<Op> {
        let condition = self.pin(optional.condition.clone(), out);
        let yes = self.region(false, |s, out| {
            let value = value(s, out)?;
            let some = Construct {
                path: syn::parse_quote!(::core::option::Option::Some),
                parts: vec![(syn::Member::from(0), value)],
                braced: false,
                base: None,
            };
            let some = Op::Construct(Box::new(some));
            Ok(Some(s.temp(m.method.span(), crate::ir::Ty::Unknown, some, out)))
        })?;
        let none = Operand::Const(quote!(::core::option::Option::None));
        let no = self.region(false, |_, _| Ok(Some(none)))?;
        let v = self.joined(&[&yes, &no], m.span())?.expect("both branches have values");
        out.push(Stmt::If(condition, yes, no, Some(v)));
        Ok(Op::Use(Operand::var(v)))
    }

    /// A `match` on an optional reference, if it is one.
    pub(super) fn select_optional(
        &mut self,
        m: &syn::ExprMatch,
        tail: Tail,
        out: &mut Vec<Stmt>,
    ) -> Result<Option<Option<Operand>>> {
        if form(&m.expr).is_none() {
            return Ok(None);
        }
        let Some(optional) = self.optional(&m.expr, out)? else { return Ok(None) };
        let some = m.arms.iter().find_map(|arm| match &arm.pat {
            Pat::TupleStruct(t) if t.elems.len() == 1 => Some((&t.elems[0], &arm.body)),
            _ => None,
        });
        let none = m.arms.iter().find(|arm| match &arm.pat {
            Pat::Wild(_) => true,
            Pat::Ident(i) => i.ident == "None",
            Pat::Path(p) => p.path.segments.last().is_some_and(|s| s.ident == "None"),
            _ => false,
        });
        let (Some((pattern, body)), Some(none), 2) = (some, none, m.arms.len()) else {
            return unsupported(
                &m.expr,
                "this `match` on an optional reference",
                "write one arm for `Some(x)` and one for `None`, and compare inside",
            );
        };
        let condition = self.pin(optional.condition.clone(), out);
        let arm = |s: &mut Self, body: &Expr, out: &mut Vec<Stmt>| match (body, tail) {
            (Expr::Block(b), _) if b.label.is_none() => s.stmts(&b.block.stmts, tail, out),
            (e, Tail::Unit) => s.expression(e, out).map(|()| None),
            (e, _) => s.tail(e, tail, out),
        };
        let yes = self.region(false, |s, out| {
            s.bind_optional(pattern, &optional, &m.expr, out)?;
            arm(s, body, out)
        })?;
        let no = self.region(false, |s, out| arm(s, &none.body, out))?;
        let value = match tail {
            Tail::Unit => None,
            _ => self.joined(&[&yes, &no], m.span())?,
        };
        out.push(Stmt::If(condition, yes, no, value));
        Ok(Some(value.map(Operand::var)))
    }

    /// Binds what is there. Two exclusive parts are lent by the user's own method.
    fn bind_optional(
        &mut self,
        pattern: &Pat,
        optional: &Optional,
        e: &Expr,
        out: &mut Vec<Stmt>,
    ) -> Result<()> {
        let Some(second) = &optional.second else {
            return self.bind(pattern, None, optional.operand(), out);
        };
        if !optional.exclusive {
            return self.bind_item(pattern, optional.item(), out);
        }
        let (Pat::Tuple(names), Some(lend)) = (pattern, self.lending(e)) else {
            return unsupported(pattern, "this pattern here", "name the parts: `Some((a, b))`");
        };
        let parts = [optional.place.clone(), second.clone()];
        let shown = self.names_of_parts(names, parts, true)?;
        out.push(Stmt::Macro(quote! {
            let ::core::option::Option::Some((#(#shown),*)) = #lend else {
                ::core::unreachable!()
            }
        }));
        Ok(())
    }

    /// The call of a method that lends parts of its receiver.
    fn lending(&self, e: &Expr) -> Option<proc_macro2::TokenStream> {
        let Expr::MethodCall(m) = strip(e) else { return None };
        let receiver = self.split_receiver(&m.receiver)?;
        let method = &m.method;
        Some(quote!(#receiver.#method()))
    }

    /// What is split: a name as it is, as what it refers to may be lent exclusively.
    fn split_receiver(&self, e: &Expr) -> Option<proc_macro2::TokenStream> {
        if let Expr::Path(p) = strip(e)
            && let Some(v) = p.path.get_ident().and_then(|name| self.lookup(name))
        {
            let shown = super::placeholder(v, p.span());
            return Some(quote!(#shown));
        }
        self.pure(e, Calls::Reading).map(|(tokens, _)| tokens)
    }

    /// Names for two parts of a sequence, which are lent together.
    fn names_of_parts(
        &mut self,
        names: &syn::PatTuple,
        parts: [Place; 2],
        exclusive: bool,
    ) -> Result<Vec<proc_macro2::TokenStream>> {
        let mut shown = vec![];
        for (name, part) in names.elems.iter().zip(parts) {
            let Pat::Ident(i) = name else {
                if !matches!(name, Pat::Wild(_)) {
                    return unsupported(name, "this pattern here", "name the part");
                }
                shown.push(quote!(_));
                continue;
            };
            let ty = self.ty(&Operand::Place(part.clone(), Mode::Value));
            let constant = self.all_constant(std::slice::from_ref(&part));
            let kind = VarKind::Alias(part, exclusive);
            let var = crate::ir::Var { ty, constant, ..crate::ir::Var::new(kind, self.here) };
            let v = self.user(&i.ident, var);
            let name = super::placeholder(v, i.ident.span());
            shown.push(quote!(#name));
        }
        Ok(shown)
    }

    /// `let (a, b) = v.split_first().unwrap();`: two references to parts of one sequence.
    pub(super) fn split_end(
        &mut self,
        pattern: &Pat,
        init: &Expr,
        out: &mut Vec<Stmt>,
    ) -> Result<bool> {
        let (Pat::Tuple(names), Expr::MethodCall(m)) = (pattern, strip(init)) else {
            return Ok(false);
        };
        let unwraps = ["unwrap", "expect"].iter().any(|n| m.method == n);
        if !unwraps || !matches!(form(&m.receiver), Some(Form::End(..) | Form::Entry(..))) {
            return Ok(false);
        }
        let Some(optional) = self.optional(&m.receiver, out)? else { return Ok(false) };
        match &optional.second {
            Some(second) if optional.exclusive => {
                let Some(lend) = self.lending(&m.receiver) else { return Ok(false) };
                let (unwrap, message) = (&m.method, &m.args);
                let tokens = quote!(#lend.#unwrap(#message));
                let parts = [optional.place.clone(), second.clone()];
                let shown = self.names_of_parts(names, parts, true)?;
                out.push(Stmt::Macro(quote!(let (#(#shown),*) = #tokens)));
            }
            _ => {
                // The panic is the user's own.
                let Some((tokens, _)) = self.pure(init, Calls::Reading) else { return Ok(false) };
                out.push(Stmt::Macro(quote!(let _ = #tokens)));
                self.bind_item(pattern, optional.item(), out)?;
            }
        }
        Ok(true)
    }

    /// `let (a, b) = v.split_at(k);`: two references to parts of one sequence.
    pub(super) fn split(
        &mut self,
        pattern: &Pat,
        init: &Expr,
        out: &mut Vec<Stmt>,
    ) -> Result<bool> {
        let (Pat::Tuple(names), Expr::MethodCall(m)) = (pattern, strip(init)) else {
            return Ok(false);
        };
        let exclusive = m.method == "split_at_mut";
        if !(exclusive || m.method == "split_at") || m.args.len() != 1 || names.elems.len() != 2 {
            return Ok(false);
        }
        if !self.is_place(&m.receiver) {
            return Ok(false);
        }
        let place = self.place(&m.receiver, out)?;
        let place = self.pinned(place, out);
        if exclusive && let VarKind::Local = self.func.var(place.root).kind {
            self.func.vars[place.root.0].mutable = true;
        }
        let at = self.inert(&m.args[0], out)?;
        let at = self.pin(at, out);
        let at_tokens = match &at {
            Operand::Place(p, _) => {
                let shown = super::placeholder(p.root, m.span());
                quote!(#shown)
            }
            Operand::Const(t) => t.clone(),
            Operand::Lambda(_) => unreachable!("an index is a number"),
        };
        self.known_of_sequence(&m.receiver, out)?;
        let Some(receiver) = self.split_receiver(&m.receiver) else { return Ok(false) };
        let parts =
            [Proj::Slice(None, Some(at.clone()), false), Proj::Slice(Some(at), None, false)];
        let parts = parts.map(|part| place.then(part));
        let shown = self.names_of_parts(names, parts, exclusive)?;
        let method = format_ident!("{}", m.method, span = m.method.span());
        out.push(Stmt::Macro(quote!(let (#(#shown),*) = #receiver.#method(#at_tokens))));
        Ok(true)
    }
}
