//! Two parts of a sequence that are lent together: `split_at`, `split_first`.

use super::form::{Form, form};
use crate::error::{Result, unsupported};
use crate::ir::{Mode, Operand, Place, Proj, Stmt, VarKind};
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
}
