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

/// A part of a sequence that is there if the condition holds.
pub(super) struct Optional {
    condition: Operand,
    place: Place,
    exclusive: bool,
}

impl Optional {
    fn operand(&self) -> Operand {
        let mode = if self.exclusive { Mode::Exclusive } else { Mode::Shared };
        Operand::Place(self.place.clone(), mode)
    }
}

/// The sequence, the index of the part, and whether it is exclusive.
enum Form<'a> {
    /// The element at an index.
    At(&'a Expr, Expr, bool),
    /// The value of a key.
    Key(&'a Expr, &'a Expr),
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
            key @ Expr::Reference(_) => Some(Form::Key(sequence, key)),
            Expr::Lit(l) if matches!(l.lit, syn::Lit::Str(_)) => {
                Some(Form::Key(sequence, &m.args[0]))
            }
            i => Some(Form::At(sequence, i.clone(), false)),
        },
        ("get_mut", 1) => match strip(&m.args[0]) {
            Expr::Range(_) | Expr::Reference(_) => None,
            i => Some(Form::At(sequence, i.clone(), true)),
        },
        ("first", 0) => Some(Form::At(sequence, zero(), false)),
        ("first_mut", 0) => Some(Form::At(sequence, zero(), true)),
        ("last", 0) => match strip(sequence) {
            Expr::MethodCall(iter) if iter.method == "iter" => {
                let sequence = &*iter.receiver;
                let last = syn::parse_quote!(#sequence.len().wrapping_sub(1));
                Some(Form::At(sequence, last, false))
            }
            _ => Some(Form::At(sequence, last(), false)),
        },
        ("last_mut", 0) => Some(Form::At(sequence, last(), true)),
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

/// Whether an expression is an optional reference, unwrapped, or a part of one.
pub(super) fn is_unwrapped(e: &Expr) -> bool {
    match strip(e) {
        Expr::MethodCall(m) => {
            ["unwrap", "expect"].iter().any(|n| m.method == n) && form(&m.receiver).is_some()
        }
        Expr::Field(f) => is_unwrapped(&f.base),
        Expr::Index(i) => is_unwrapped(&i.expr),
        Expr::Unary(u) => matches!(u.op, syn::UnOp::Deref(_)) && is_unwrapped(&u.expr),
        _ => false,
    }
}

impl Lower {
    fn optional(&mut self, e: &Expr, out: &mut Vec<Stmt>) -> Result<Option<Optional>> {
        let Some(form) = form(e) else { return Ok(None) };
        let sequence = match &form {
            Form::At(s, ..) | Form::Key(s, _) | Form::Search(s, _) => *s,
        };
        if !self.is_place(sequence) {
            return Ok(None);
        }
        let place = self.place(sequence, out)?;
        let place = self.pinned(place, out);
        let span = e.span();
        self.known_of_sequence(sequence, out)?;
        match form {
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
                Ok(Some(Optional { condition, place: place.then(Proj::Index(index)), exclusive }))
            }
            Form::Key(_, key) => {
                let there: Expr = syn::parse_quote_spanned!(span=> #sequence.contains_key(#key));
                let condition = self.inert(&there, out)?;
                let key = self.operand(key, out)?;
                let place = place.then(Proj::Key(key));
                Ok(Some(Optional { condition, place, exclusive: false }))
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
                }))
            }
        }
    }

    /// The receiver of a method that is known by its name, such as `iter` or `first`: the compiler
    /// checks that its type has no other.
    pub(super) fn known_of_sequence(&self, receiver: &Expr, out: &mut Vec<Stmt>) -> Result<()> {
        let Some((tokens, _)) = self.pure(receiver, Calls::Reading) else {
            return unsupported(
                receiver,
                "this receiver",
                "bind a reference to it with `let` first",
            );
        };
        let span = receiver.span();
        let private = quote_spanned!(span=> ::zygote_engine::__private);
        out.push(Stmt::Macro(quote_spanned!(span=> #private::sequence(&#tokens))));
        Ok(())
    }

    /// A method of an optional reference that gives a reference or a value.
    pub(super) fn of_optional(
        &mut self,
        m: &syn::ExprMethodCall,
        out: &mut Vec<Stmt>,
    ) -> Result<Option<Op>> {
        let name = m.method.to_string();
        let known = ["unwrap", "expect", "copied", "cloned", "map"].contains(&name.as_str());
        if !known || form(&m.receiver).is_none() {
            return Ok(None);
        }
        self.scopes.push(std::collections::HashMap::new());
        let op = self.optional(&m.receiver, out).and_then(|optional| {
            let Some(optional) = optional else { return Ok(None) };
            match name.as_str() {
                "unwrap" | "expect" => {
                    // The panic is the user's own.
                    if !optional.exclusive
                        && let Some((tokens, _)) =
                            self.pure(&Expr::MethodCall(m.clone()), Calls::Reading)
                    {
                        out.push(Stmt::Macro(quote!(let _ = #tokens)));
                    }
                    Ok(Some(Op::Use(optional.operand())))
                }
                "map" => {
                    let f = m.args.first().cloned();
                    self.some_of(&optional, m, out, |s, out| {
                        let f = f.as_ref().expect("`map` has an argument");
                        let item = Item::One(optional.operand());
                        let item = s.applied(f, vec![item], out)?;
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
            s.bind(pattern, None, optional.operand(), out)?;
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
        let Some((receiver, _)) = self.pure(&m.receiver, Calls::Reading) else { return Ok(false) };
        let parts =
            [Proj::Slice(None, Some(at.clone()), false), Proj::Slice(Some(at), None, false)];
        let mut shown = vec![];
        for (name, part) in names.elems.iter().zip(parts) {
            let Pat::Ident(i) = name else {
                shown.push(quote!(_));
                continue;
            };
            let part = place.then(part);
            let ty = self.ty(&Operand::Place(part.clone(), Mode::Value));
            let constant = self.all_constant(std::slice::from_ref(&part));
            let kind = VarKind::Alias(part, exclusive);
            let var = crate::ir::Var { ty, constant, ..crate::ir::Var::new(kind, self.here) };
            let v = self.user(&i.ident, var);
            let name = super::placeholder(v, i.ident.span());
            shown.push(quote!(#name));
        }
        let method = format_ident!("{}", m.method, span = m.method.span());
        out.push(Stmt::Macro(quote!(let (#(#shown),*) = #receiver.#method(#at_tokens))));
        Ok(true)
    }
}
