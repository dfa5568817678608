//! Two parts of a sequence that are lent together, `split_at`, `split_first`, and parts with their
//! numbers.

use super::Optional;
use super::form::{Form, form};
use crate::error::{Result, unsupported};
use crate::ir::{Mode, Op, Operand, Place, Proj, Stmt, Ty, VarKind};
use crate::lower::Lower;
use crate::lower::place::strip;
use crate::lower::pure::Calls;
use quote::{format_ident, quote};
use syn::spanned::Spanned;
use syn::{Expr, Pat};

impl Lower {
    /// The call of a method that lends parts of its receiver.
    pub(super) fn lending(&self, e: &Expr) -> Option<proc_macro2::TokenStream> {
        let Expr::MethodCall(m) = strip(e) else { return None };
        let receiver = self.split_receiver(&m.receiver)?;
        let method = &m.method;
        Some(quote!(#receiver.#method()))
    }

    /// What is split: a name as it is, as what it refers to may be lent exclusively.
    pub(super) fn split_receiver(&self, e: &Expr) -> Option<proc_macro2::TokenStream> {
        if let Expr::Path(p) = strip(e)
            && let Some(v) = p.path.get_ident().and_then(|name| self.lookup(name))
        {
            let shown = crate::lower::placeholder(v, p.span());
            return Some(quote!(#shown));
        }
        self.pure(e, Calls::Reading).map(|(tokens, _)| tokens)
    }

    /// Names for two parts of a sequence, which are lent together.
    pub(super) fn names_of_parts(
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
            let name = crate::lower::placeholder(v, i.ident.span());
            shown.push(quote!(#name));
        }
        Ok(shown)
    }

    /// `let (a, b) = v.split_first().unwrap();`: two references to parts of one sequence.
    pub(in crate::lower) fn split_end(
        &mut self,
        pattern: &Pat,
        init: &Expr,
        out: &mut Vec<Stmt>,
    ) -> Result<bool> {
        let (Pat::Tuple(names), Expr::MethodCall(m)) = (pattern, strip(init)) else {
            return Ok(false);
        };
        let unwraps = ["unwrap", "expect"].iter().any(|n| m.method == n);
        if !unwraps
            || !matches!(
                form(&m.receiver),
                Some(Form::End(..) | Form::Entry(..) | Form::Search(_, _, true))
            )
        {
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
    pub(in crate::lower) fn split(
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
                let shown = crate::lower::placeholder(p.root, m.span());
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

    /// `.0` or `.1` of a number and a part, unwrapped.
    pub(in crate::lower) fn numbered_part(
        &mut self,
        f: &syn::ExprField,
        out: &mut Vec<Stmt>,
    ) -> Result<Option<Place>> {
        let (Expr::MethodCall(m), syn::Member::Unnamed(k)) = (strip(&f.base), &f.member) else {
            return Ok(None);
        };
        let unwraps = ["unwrap", "expect"].iter().any(|name| m.method == name);
        if !unwraps || !matches!(form(&m.receiver), Some(Form::Search(_, _, true))) {
            return Ok(None);
        }
        let Some(optional) = self.optional(&m.receiver, out)? else { return Ok(None) };
        let Op::Use(part) = self.unwrapped(&optional, m, out)? else { unreachable!("a part") };
        Ok(match (&optional.number, k.index) {
            (Some(number), 0) => number.place().cloned(),
            _ => Some(self.part(part, f.member.span(), out)),
        })
    }

    /// Binds what is there. Two exclusive parts are lent by the user's own method.
    pub(super) fn bind_optional(
        &mut self,
        pattern: &Pat,
        optional: &Optional,
        e: &Expr,
        out: &mut Vec<Stmt>,
    ) -> Result<()> {
        let second = match &optional.second {
            Some(second) if optional.exclusive => second,
            None if optional.number.is_none() => {
                return self.bind(pattern, None, optional.operand(), out);
            }
            _ => return self.bind_item(pattern, optional.item(), out),
        };
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

    /// Two parts, if both are there: `a.zip(b)`.
    pub(super) fn both(
        &mut self,
        a: &Expr,
        b: &Expr,
        out: &mut Vec<Stmt>,
    ) -> Result<Option<Optional>> {
        let (Some(first), Some(second)) = (self.optional(a, out)?, self.optional(b, out)?) else {
            return Ok(None);
        };
        let alone = |o: &Optional| o.second.is_none() && o.number.is_none() && !o.exclusive;
        if !alone(&first) || !alone(&second) {
            return Ok(None);
        }
        let conditions = [self.pin(first.condition, out), self.pin(second.condition, out)];
        let [x, y] = [self.tokens_of(&conditions[0]), self.tokens_of(&conditions[1])];
        let reads = conditions.iter().filter_map(|c| c.place().cloned()).collect();
        let op = Op::Verbatim(quote!(#x && #y), reads, Ty::Inert);
        let condition = self.temp(a.span(), Ty::Inert, op, out);
        let (place, second) = (first.place, Some(second.place));
        Ok(Some(Optional { condition, place, exclusive: false, second, number: None }))
    }
}
