//! Optional references to parts of a sequence: `xs.get(i)`, `xs.first()`, `xs.iter().find(..)`. Such an
//! `Option` is a condition and a place, and is lowered where it is taken apart.

mod arms;
mod form;
mod halves;
mod inserted;

use super::Lower;
use super::chain::Item;
use super::outcome::panics_without;
use super::place::strip;
use super::pure::Calls;
use crate::error::{Result, unsupported};
use crate::ir::{Collection, Construct, Mode, Op, Operand, Place, Proj, Region, Stmt, Ty, VarKind};
use form::{Form, form, mapped};
use quote::{quote, quote_spanned};
use syn::Expr;
use syn::spanned::Spanned;

pub(in crate::lower) use arms::{is_of_another, is_refutable};
pub use form::is_reference_to_part;
pub(in crate::lower) use form::{
    is_exclusive, is_unwrapped, reference_or_error, reference_to_option, takes_apart,
};
pub(in crate::lower) use inserted::with_inserts;

/// A part of a sequence that is there if the condition holds, or two parts.
pub(in crate::lower) struct Optional {
    pub condition: Operand,
    pub place: Place,
    pub exclusive: bool,
    pub second: Option<Place>,
    /// The number that comes before it.
    pub number: Option<Operand>,
}

impl Optional {
    fn operand(&self) -> Operand {
        self.refer(&self.place)
    }

    fn mode(&self) -> Mode {
        if self.exclusive { Mode::Exclusive } else { Mode::Shared }
    }

    fn refer(&self, place: &Place) -> Operand {
        Operand::Place(place.clone(), self.mode())
    }

    pub(in crate::lower) fn item(&self) -> Item {
        let first = Item::One(self.operand());
        match (&self.number, &self.second) {
            (None, None) => first,
            (Some(number), _) => Item::Tuple(vec![Item::One(number.clone()), first]),
            (None, Some(second)) => Item::Tuple(vec![first, Item::One(self.refer(second))]),
        }
    }
}

impl Lower {
    pub(in crate::lower) fn optional(
        &mut self,
        e: &Expr,
        out: &mut Vec<Stmt>,
    ) -> Result<Option<Optional>> {
        let mut e = e.clone();
        if form(&e).is_some()
            && let Expr::MethodCall(m) = &mut e
        {
            *m.receiver = self.part_named(&m.receiver, out)?;
        }
        let e = &e;
        let Some(form) = form(e) else { return Ok(None) };
        if let Form::Both(a, b) = form {
            return self.both(a, b, out);
        }
        let sequence = form.of();
        if !self.is_place(sequence) {
            return Ok(None);
        }
        let place = self.place(sequence, out)?;
        let place = self.pinned(place, out);
        let span = e.span();
        let form = match form {
            _ if let Expr::MethodCall(m) = strip(e)
                && let Some((map, last)) = form::end(m, "iter")
                && self.known(map).is_of(Collection::Map) =>
            {
                return self.last_entry(map, last, false, place, out).map(Some);
            }
            // What the key of a map is, or which type the map has, may be known from elsewhere.
            Form::At(s, key, exclusive) if self.finds_by_key(s, &key) => {
                return self.by_key(s, &key, exclusive, place, out).map(Some);
            }
            Form::Key(s, key, exclusive) => {
                return self.by_key(s, key, exclusive, place, out).map(Some);
            }
            Form::Entry(map, last, value) => {
                return self.last_entry(map, last, value, place, out).map(Some);
            }
            Form::Payload { option, exclusive, deref, .. } => {
                return self.payload(option, exclusive, deref, &place, out).map(Some);
            }
            // Its items are pairs.
            Form::Nth(s, ..) | Form::Search(s, ..) if self.known(s).is_of(Collection::Map) => {
                return Ok(None);
            }
            other => other,
        };
        self.known_of(sequence, "indexed", out)?;
        match form {
            Form::Key(..) | Form::Entry(..) | Form::Payload { .. } | Form::Both(..) => {
                unreachable!("returned before")
            }
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
                Ok(Some(Optional {
                    condition,
                    place: place.then(end),
                    exclusive,
                    second,
                    number: None,
                }))
            }
            Form::At(_, index, exclusive) => {
                if exclusive && let VarKind::Local = self.func.var(place.root).kind {
                    self.func.vars[place.root.0].mutable = true;
                }
                let (index, i) = self.index_named(&index, out)?;
                let there: Expr = syn::parse_quote_spanned!(span=> #i < #sequence.len());
                let condition = self.inert(&there, out)?;
                let place = place.then(Proj::Index(index));
                Ok(Some(Optional { condition, place, exclusive, second: None, number: None }))
            }
            Form::Nth(_, index, numbered) => {
                let (index, i) = self.index_named(&index, out)?;
                let there: Expr = syn::parse_quote_spanned!(span=> #i < #sequence.len());
                let condition = self.inert(&there, out)?;
                let number = numbered.then(|| index.clone());
                let place = place.then(Proj::Index(index));
                Ok(Some(Optional { condition, place, exclusive: false, second: None, number }))
            }
            Form::Slice(_, range, exclusive) => {
                if exclusive && let VarKind::Local = self.func.var(place.root).kind {
                    self.func.vars[place.root.0].mutable = true;
                }
                let mut bound = |e: &Option<Box<Expr>>| -> Result<_> {
                    let bound = e.as_ref().map(|e| self.index_named(e, out)).transpose()?;
                    Ok(bound.unzip())
                };
                let ((start, lo), (end, hi)) = (bound(&range.start)?, bound(&range.end)?);
                let (limits, closed) =
                    (&range.limits, matches!(range.limits, syn::RangeLimits::Closed(_)));
                let there: Expr = syn::parse_quote_spanned! {span=>
                    #sequence.get(#lo #limits #hi).is_some()
                };
                let condition = self.inert(&there, out)?;
                let place = place.then(Proj::Slice(start, end, closed));
                Ok(Some(Optional { condition, place, exclusive, second: None, number: None }))
            }
            Form::Search(_, search, numbered) => {
                let Some((tokens, reads)) = self.pure(&search, Calls::Reading) else {
                    if numbered {
                        return Ok(None);
                    }
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
                    place: place.then(Proj::Index(k.clone())),
                    exclusive: false,
                    second: None,
                    number: numbered.then_some(k),
                }))
            }
        }
    }

    /// An index, evaluated here, and what stands for it in an expression.
    fn index_named(
        &mut self,
        index: &Expr,
        out: &mut Vec<Stmt>,
    ) -> Result<(Operand, proc_macro2::TokenStream)> {
        let index = match self.inert(index, out)? {
            Operand::Const(t) => return Ok((Operand::Const(t.clone()), t)),
            value => {
                let name = self.name_of_operand(value, out);
                let v = self.lookup(&name).expect("the name was declared");
                self.pin(Operand::var(v), out)
            }
        };
        let name = self.name_of_operand(index.clone(), out);
        Ok((index, quote!(#name)))
    }

    /// What is in an `Option` or a `Result`, by reference.
    fn payload(
        &mut self,
        option: &Expr,
        exclusive: bool,
        deref: bool,
        place: &Place,
        out: &mut Vec<Stmt>,
    ) -> Result<Optional> {
        self.known_of(option, "optional", out)?;
        if exclusive && let VarKind::Local = self.func.var(place.root).kind {
            self.func.vars[place.root.0].mutable = true;
        }
        // An `Option` and a `Result` give as many items as they have payloads.
        let there: Expr = syn::parse_quote_spanned!(option.span()=> #option.iter().len() == 1);
        let condition = self.inert(&there, out)?;
        let mut place = self.referent(place.clone()).then(Proj::Payload);
        if deref {
            place = place.then(Proj::Deref);
        }
        Ok(Optional { condition, place, exclusive, second: None, number: None })
    }

    /// A name for a part that was found before: `map.get(&a).unwrap()`.
    pub(in crate::lower) fn part_named(&mut self, e: &Expr, out: &mut Vec<Stmt>) -> Result<Expr> {
        if self.is_place(e) || !is_unwrapped(e) {
            return Ok(e.clone());
        }
        let part = self.operand(e, out)?;
        self.named_part(e, part, out)
    }

    /// What a method changes, with every index evaluated here, once.
    pub(in crate::lower) fn changed_named(
        &mut self,
        e: &Expr,
        out: &mut Vec<Stmt>,
    ) -> Result<Expr> {
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
            Operand::Place(ref p, mode) if !p.path.is_empty() => {
                Operand::Place(self.part(part, e.span(), out), mode)
            }
            part => part,
        };
        let name = self.name_of_operand(part, out);
        Ok(syn::parse_quote!(#name))
    }

    /// A reference to a part, under a name.
    pub(in crate::lower) fn part(
        &mut self,
        part: Operand,
        span: proc_macro2::Span,
        out: &mut Vec<Stmt>,
    ) -> Place {
        let Operand::Place(p, mode) = part else { unreachable!("a part is a place") };
        let exclusive = mode == Mode::Exclusive;
        let ty = self.ty(&Operand::Place(p.clone(), Mode::Value));
        let kind = VarKind::Alias(p.clone(), exclusive);
        let constant = self.all_constant(std::slice::from_ref(&p));
        let var = crate::ir::Var { ty, constant, ..crate::ir::Var::new(kind, self.here) };
        let v = self.func.add("part", span, var);
        out.push(Stmt::Alias(v, p, exclusive));
        Place::var(v)
    }

    /// The receiver of a method that is known by its name, such as `iter` or `first`: the compiler
    /// checks that its type has no other.
    pub(in crate::lower) fn known_of_sequence(
        &self,
        receiver: &Expr,
        out: &mut Vec<Stmt>,
    ) -> Result<()> {
        self.known_of(receiver, "sequence", out)
    }

    /// The same with the check of this name.
    pub(in crate::lower) fn known_of(
        &self,
        receiver: &Expr,
        check: &str,
        out: &mut Vec<Stmt>,
    ) -> Result<()> {
        let receiver = &super::place::read_only(receiver);
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
    pub(in crate::lower) fn of_optional(
        &mut self,
        m: &syn::ExprMethodCall,
        out: &mut Vec<Stmt>,
    ) -> Result<Option<Op>> {
        if let Some(op) = self.entry_of(m, out)? {
            return Ok(Some(op));
        }
        if let Some(op) = self.inserted(m, out)? {
            return Ok(Some(op));
        }
        if let Some(mapped) = mapped(m) {
            // What there is instead of the error is the same for an `Option` and a `Result`.
            let value = self.of_a_part(mapped, out)?;
            return value.map(|value| self.method_of_value(m, value, out)).transpose();
        }
        if let Some(Form::Payload { option, ok: false, .. }) = form(&m.receiver)
            && ["map", "and_then"].iter().any(|name| m.method == name)
            && self.is_place(option)
        {
            self.known_of(option, "option", out)?;
        }
        self.of_a_part(m, out)
    }

    /// A method of the value that an operation gives.
    fn method_of_value(
        &mut self,
        m: &syn::ExprMethodCall,
        value: Op,
        out: &mut Vec<Stmt>,
    ) -> Result<Op> {
        let value = match value {
            Op::Use(operand) => operand,
            op => self.temp(m.receiver.span(), Ty::Unknown, op, out),
        };
        let name = self.name_of_operand(value, out);
        let mut m = m.clone();
        *m.receiver = syn::parse_quote!(#name);
        self.method(&m, out)
    }

    fn of_a_part(&mut self, m: &syn::ExprMethodCall, out: &mut Vec<Stmt>) -> Result<Option<Op>> {
        let known = takes_apart(&m.method, m.args.len()) || panics_without(m);
        if !known || form(&m.receiver).is_none() {
            return Ok(None);
        }
        self.scopes.push(std::collections::HashMap::new());
        let op = match self.optional(&m.receiver, out)? {
            None => None,
            Some(optional) => {
                let mut m = m.clone();
                for arg in &mut m.args {
                    self.with_own_state(arg, out)?;
                }
                Some(self.taken_apart(&optional, &m, out)?)
            }
        };
        self.scopes.pop();
        Ok(op)
    }

    fn taken_apart(
        &mut self,
        optional: &Optional,
        m: &syn::ExprMethodCall,
        out: &mut Vec<Stmt>,
    ) -> Result<Op> {
        let name = m.method.to_string();
        let takes_a_function =
            ["map", "map_or", "map_or_else", "and_then", "is_some_and", "is_ok_and"];
        let alone = optional.second.is_none() && optional.number.is_none();
        if !alone && !takes_a_function.contains(&name.as_str()) {
            return unsupported(
                &m.method,
                "a pair of references as a value",
                "take it apart: `let (a, b) = ..`, `if let Some((a, b)) = ..`",
            );
        }
        let none = || Operand::Const(quote!(::core::option::Option::None));
        let applied = |s: &mut Self, out: &mut Vec<Stmt>| {
            let f = m.args.last().expect("the method has an argument");
            let item = s.applied(f, vec![optional.item()], out)?;
            s.whole_item(item, out)
        };
        match name.as_str() {
            "unwrap" | "expect" | "unwrap_or_else" => self.unwrapped(optional, m, out),
            "map" => {
                let some = |s: &mut Self, out: &mut Vec<Stmt>| {
                    let value = applied(s, out)?;
                    Ok(s.some(value, m, out))
                };
                self.either(optional, m, out, some, |_, _| Ok(none()))
            }
            "and_then" => self.either(optional, m, out, applied, |_, _| Ok(none())),
            "is_some_and" | "is_ok_and" => {
                self.either(optional, m, out, applied, |_, _| Ok(Operand::Const(quote!(false))))
            }
            "map_or" => {
                let otherwise = self.operand(&m.args[0], out)?;
                let otherwise = self.pin(otherwise, out);
                self.either(optional, m, out, applied, |_, _| Ok(otherwise))
            }
            "map_or_else" => self.either(optional, m, out, applied, |s, out| {
                let item = s.applied(&m.args[0], vec![], out)?;
                s.whole_item(item, out)
            }),
            _ => {
                let some = |s: &mut Self, out: &mut Vec<Stmt>| {
                    let value = s.copy_of(optional, &m.method, out)?;
                    Ok(s.some(value, m, out))
                };
                self.either(optional, m, out, some, |_, _| Ok(none()))
            }
        }
    }

    /// The part by value, by the name of a method: copied, or cloned unless it is a number.
    fn copy_of(
        &mut self,
        optional: &Optional,
        method: &syn::Ident,
        out: &mut Vec<Stmt>,
    ) -> Result<Operand> {
        let value = Operand::Place(optional.place.clone(), Mode::Value);
        if method == "copied" || matches!(self.ty(&value), Ty::Real | Ty::Inert) {
            return Ok(value);
        }
        let part = self.part(optional.operand(), method.span(), out);
        let name = self.name_of_operand(Operand::Place(part, Mode::Shared), out);
        self.operand(&syn::parse_quote_spanned!(method.span()=> #name.clone()), out)
    }

    /// An operand of an operator, which looks through the reference to a number: `s * xs.get(i).unwrap_or(&0.0)`.
    pub(in crate::lower) fn operand_of_operator(
        &mut self,
        e: &Expr,
        out: &mut Vec<Stmt>,
    ) -> Result<Operand> {
        match form::part_or(e) {
            Some((_, other)) if is_number(other) || *self.known(other).peeled() == Ty::Real => {
                self.operand(&syn::parse_quote_spanned!(e.span()=> *#e), out)
            }
            _ => self.operand(e, out),
        }
    }

    /// What `value` is in `*value`, if that is a part or another: `xs.get(i).unwrap_or(&0.0)`.
    pub(in crate::lower) fn optional_or(
        &mut self,
        value: &Expr,
        out: &mut Vec<Stmt>,
    ) -> Result<Option<Op>> {
        let Some((m, other)) = form::part_or(value) else { return Ok(None) };
        let Some(optional) = self.optional(&m.receiver, out)? else { return Ok(None) };
        let part = Operand::Place(optional.place.clone(), Mode::Value);
        let other = self.operand(other, out)?;
        let other = match other {
            // It has to be there in any case.
            Operand::Place(p, Mode::Value) if !p.path.is_empty() => {
                self.pin(Operand::Place(p, Mode::Value), out)
            }
            other => other,
        };
        self.either(&optional, m, out, |_, _| Ok(part), |_, _| Ok(other)).map(Some)
    }

    /// The part that has to be there. The panic is the user's own.
    pub(super) fn unwrapped(
        &mut self,
        optional: &Optional,
        m: &syn::ExprMethodCall,
        out: &mut Vec<Stmt>,
    ) -> Result<Op> {
        let mut only_read = m.clone();
        if let Some(Form::Payload { option, ok, .. }) = form(&m.receiver) {
            *only_read.receiver = match ok {
                true => syn::parse_quote!(#option.as_ref().ok()),
                false => syn::parse_quote!(#option.as_ref()),
            };
        } else if optional.exclusive {
            return Ok(match optional.place.path.last() {
                Some(Proj::Key(_)) => self.lent(optional.place.clone(), out),
                _ => Op::Use(optional.operand()),
            });
        }
        let tokens = match self.pure(&Expr::MethodCall(only_read), Calls::Reading) {
            Some((tokens, _)) => tokens,
            None => {
                let there = self.pin(optional.condition.clone(), out);
                let (there, name, args) = (self.tokens_of(&there), &m.method, &m.args);
                quote!(#there.then_some(()).#name(#args))
            }
        };
        out.push(Stmt::Macro(quote!(let _ = #tokens)));
        Ok(Op::Use(optional.operand()))
    }

    /// `Some` of a value.
    fn some(&mut self, value: Operand, m: &syn::ExprMethodCall, out: &mut Vec<Stmt>) -> Operand {
        let some = Construct {
            path: syn::parse_quote!(::core::option::Option::Some),
            parts: vec![(syn::Member::from(0), value)],
            braced: false,
            base: None,
        };
        let some = Op::Construct(Box::new(some));
        self.temp(m.method.span(), crate::ir::Ty::Unknown, some, out)
    }

    /// A value if the part is there, and another if not.
    fn either(
        &mut self,
        optional: &Optional,
        m: &syn::ExprMethodCall,
        out: &mut Vec<Stmt>,
        some: impl FnOnce(&mut Self, &mut Vec<Stmt>) -> Result<Operand>,
        none: impl FnOnce(&mut Self, &mut Vec<Stmt>) -> Result<Operand>,
    ) -> Result<Op> {
        let condition = self.pin(optional.condition.clone(), out);
        let yes: Region = self.region(false, |s, out| some(s, out).map(Some))?;
        let no = self.region(false, |s, out| none(s, out).map(Some))?;
        let v = self.joined(&[&yes, &no], m.span())?.expect("both branches have values");
        out.push(Stmt::If(condition, yes, no, Some(v)));
        Ok(Op::Use(Operand::var(v)))
    }
}

/// Whether an expression is a number as it is written.
fn is_number(e: &Expr) -> bool {
    match strip(e) {
        Expr::Lit(l) => matches!(l.lit, syn::Lit::Float(_) | syn::Lit::Int(_)),
        Expr::Unary(u) => matches!(u.op, syn::UnOp::Neg(_)) && is_number(&u.expr),
        _ => false,
    }
}
