//! Patterns of `let`, parameters and loops.

use super::Lower;
use super::pure::placeholder;
use super::subject::{Binds, Subject, is_of_enum};
use crate::error::{Result, unsupported};
use crate::ir::{
    Binding, Callee, Collection, Mode, Op, Operand, Place, Proj, Stmt, Ty, Var, VarId, VarKind,
};
use proc_macro2::extra::DelimSpan;
use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use syn::Pat;
use syn::spanned::Spanned;

impl Lower {
    /// Binds a pattern to a value.
    pub(super) fn bind(
        &mut self,
        pattern: &Pat,
        declared: Option<&syn::Type>,
        value: Operand,
        out: &mut Vec<Stmt>,
    ) -> Result<()> {
        match pattern {
            Pat::Paren(p) => self.bind(&p.pat, declared, value, out),
            Pat::Type(t) => self.bind(&t.pat, Some(&t.ty), value, out),
            Pat::Wild(w) => {
                self.looked_at(value, w.underscore_token.span, out);
                Ok(())
            }
            Pat::Ident(i) => match self.item_again(i, &value).filter(|_| declared.is_none()) {
                Some(item) => {
                    self.declare(i.ident.to_string(), super::Named::Var(item));
                    Ok(())
                }
                None => self.bind_name(i, declared, Op::Use(value), out).map(|_| ()),
            },
            _ => match value {
                Operand::Place(place, mode @ (Mode::Shared | Mode::Exclusive)) => {
                    self.bind_references(pattern, place, mode == Mode::Exclusive, out)
                }
                value => self.destructure(pattern, declared, value, out),
            },
        }
    }

    /// Declares a variable with the value of an operation.
    pub(super) fn bind_name(
        &mut self,
        pattern: &syn::PatIdent,
        declared: Option<&syn::Type>,
        op: Op,
        out: &mut Vec<Stmt>,
    ) -> Result<VarId> {
        if let Some(by_ref) = &pattern.by_ref {
            return unsupported(by_ref, "`ref` in a pattern", "borrow with `&` on the right side");
        }
        if let Some((_, sub)) = &pattern.subpat {
            return unsupported(sub, "an `@` pattern here", "bind the parts in a second `let`");
        }
        if let Op::Use(Operand::Place(place, mode @ (Mode::Shared | Mode::Exclusive))) = &op {
            let place = place.clone();
            return self.alias(pattern, declared, place, *mode == Mode::Exclusive, out);
        }
        // What a function lends may be a copy, which has another type.
        let declared = declared.filter(|ty| !(is_reference(ty) && matches!(op, Op::Call(_))));
        // A box becomes what is declared after the call that makes it.
        let op = match op {
            op @ Op::Call(_) if declared.is_some() && self.op_ty(&op) == Ty::Boxed => {
                Op::Use(self.temp(pattern.ident.span(), Ty::Boxed, op, out))
            }
            op => op,
        };
        let mutable = pattern.mutability.is_some();
        let known = declared.map(super::ty_of).filter(|t| *t != Ty::Unknown);
        let constant = !mutable
            && match &op {
                Op::Verbatim(_, reads, _) => self.all_constant(reads),
                Op::Use(Operand::Const(_)) => true,
                Op::Use(Operand::Place(p, _)) => self.all_constant(std::slice::from_ref(p)),
                _ => false,
            };
        let var = Var {
            ty: known.unwrap_or_else(|| self.op_ty(&op)),
            declared: declared.map(|t| quote!(#t)),
            mutable,
            constant,
            ..Var::new(VarKind::Local, self.here)
        };
        let v = self.user(&pattern.ident, var);
        self.may_hold_references(v, &op);
        out.push(Stmt::Let(v, op));
        Ok(v)
    }

    fn alias(
        &mut self,
        pattern: &syn::PatIdent,
        declared: Option<&syn::Type>,
        place: Place,
        exclusive: bool,
        out: &mut Vec<Stmt>,
    ) -> Result<VarId> {
        if let Some(m) = &pattern.mutability {
            return unsupported(
                m,
                "a reference variable that is reassigned",
                "use an index variable; down a list or tree write a function that calls itself",
            );
        }
        let place = self.pinned(place, out);
        let ty = match self.ty(&Operand::Place(place.clone(), Mode::Value)) {
            Ty::Unknown => match declared.map(super::ty_of) {
                Some(Ty::Ref(of)) if matches!(*of, Ty::Of(..)) => *of,
                _ => Ty::Unknown,
            },
            ty => ty,
        };
        let constant = self.all_constant(std::slice::from_ref(&place));
        let kind = VarKind::Alias(place.clone(), exclusive);
        let v = self.user(&pattern.ident, Var { ty, constant, ..Var::new(kind, self.here) });
        out.push(Stmt::Alias(v, place, exclusive));
        // The name stands for the place, whose type is the one that is written, or one of std's that is
        // taken for it.
        if let Some(syn::Type::Reference(r)) = declared
            && !crate::objects::mentions_object(quote!(#r))
        {
            let (of, span) = (&r.elem, pattern.ident.span());
            let shown = super::placeholder(v, span);
            out.push(Stmt::Macro(quote_spanned! {span=>
                ::zygote_engine::__private::refers_to::<#of, _>(&*#shown)
            }));
        }
        Ok(v)
    }

    /// Takes a reference apart: the parts are references.
    fn bind_references(
        &mut self,
        pattern: &Pat,
        place: Place,
        exclusive: bool,
        out: &mut Vec<Stmt>,
    ) -> Result<()> {
        match pattern {
            Pat::Paren(p) => self.bind_references(&p.pat, place, exclusive, out),
            Pat::Wild(_) => Ok(()),
            Pat::Ident(i) => self.alias(i, None, place, exclusive, out).map(|_| ()),
            Pat::Tuple(t) if !has_rest(&t.elems) => {
                for (k, p) in t.elems.iter().enumerate() {
                    let part = place.then(Proj::Field(numbered(k, p)));
                    self.bind_references(p, part, exclusive, out)?;
                }
                Ok(())
            }
            Pat::Reference(r) if !exclusive => {
                self.bind(&r.pat, None, Operand::Place(place, Mode::Value), out)
            }
            other => {
                let place = self.pinned(place, out);
                let referent = self.referent(place.clone());
                let ty = self.ty(&Operand::Place(place.clone(), Mode::Value)).peeled().clone();
                let binds = Binds::References { exclusive };
                let subject = Subject { place: Some(&referent), binds, refutable: false };
                let mut bindings = vec![];
                let tokens = self.pattern(other, &ty, vec![], subject, &mut bindings)?;
                let mode = if exclusive { Mode::Exclusive } else { Mode::Shared };
                out.push(Stmt::Destructure(tokens, Operand::Place(place, mode), bindings));
                Ok(())
            }
        }
    }

    fn destructure(
        &mut self,
        pattern: &Pat,
        declared: Option<&syn::Type>,
        value: Operand,
        out: &mut Vec<Stmt>,
    ) -> Result<()> {
        let ty = match declared {
            Some(t) => super::ty_of(t),
            None => self.ty(&value),
        };
        let place = match value {
            Operand::Const(_) | Operand::Lambda(_) => {
                let value = Op::Use(value);
                let value = self.temp(self.line, ty.clone(), value, out);
                value.place().expect("an intermediate value is a place").clone()
            }
            Operand::Place(p, _) => self.pinned(p, out),
        };
        if let Some(exclusive) = self.refers(&place) {
            return self.bind_references(pattern, place, exclusive, out);
        }
        if self.copies_fields(pattern, &place, out)? {
            return Ok(());
        }
        let mut bindings = vec![];
        let subject = Subject { place: Some(&place), binds: Binds::Locals, refutable: false };
        let tokens = self.pattern(pattern, &ty, vec![], subject, &mut bindings)?;
        let tokens = match declared {
            Some(t) => quote!(#tokens: #t),
            None => tokens,
        };
        let mode = if super::select::borrows(pattern) { Mode::Receiver } else { Mode::Value };
        out.push(Stmt::Destructure(tokens, Operand::Place(place, mode), bindings));
        Ok(())
    }

    /// `let Model { data, k } = *self;` copies fields of what is behind a shared reference.
    fn copies_fields(&mut self, pattern: &Pat, from: &Place, out: &mut Vec<Stmt>) -> Result<bool> {
        let Pat::Struct(s) = pattern else { return Ok(false) };
        let is_name = |p: &Pat| match p {
            Pat::Ident(i) => i.by_ref.is_none() && i.subpat.is_none(),
            other => matches!(other, Pat::Wild(_)),
        };
        let resolved = self.func.resolve(from);
        let is_lent = self.func.var(resolved.root).kind == VarKind::Shared
            && !resolved.path.iter().any(|p| matches!(p, Proj::Key(_)));
        if !is_lent || is_of_enum(&s.path) || !s.fields.iter().all(|f| is_name(&f.pat)) {
            return Ok(false);
        }
        for field in &s.fields {
            let part = from.then(Proj::Field(field.member.clone()));
            self.bind(&field.pat, None, Operand::Place(part, Mode::Value), out)?;
        }
        Ok(true)
    }

    /// What a place refers to, if it holds a reference, else the place itself.
    pub(super) fn referent(&self, place: Place) -> Place {
        match self.refers(&place) {
            Some(_) => place.then(Proj::Deref),
            None => place,
        }
    }

    /// Whether the place holds a reference, and if so, whether an exclusive one.
    pub(super) fn refers(&self, place: &Place) -> Option<bool> {
        let root = self.func.var(place.root);
        match root.kind {
            VarKind::Shared if place.path.is_empty() => Some(false),
            VarKind::Exclusive if place.path.is_empty() => Some(true),
            VarKind::Alias(_, exclusive) if place.path.is_empty() => Some(exclusive),
            _ => matches!(self.ty(&Operand::Place(place.clone(), Mode::Value)), Ty::Ref(_))
                .then_some(false),
        }
    }

    /// The pattern with placeholders; declares what it binds.
    pub(super) fn pattern(
        &mut self,
        pattern: &Pat,
        ty: &Ty,
        path: Vec<Proj>,
        subject: Subject<'_>,
        bindings: &mut Vec<Binding>,
    ) -> Result<TokenStream> {
        let part = |proj: Proj| {
            let mut longer = path.clone();
            let ty = ty.project(&proj);
            longer.push(proj);
            (ty, longer)
        };
        match pattern {
            Pat::Paren(p) => {
                let inner = self.pattern(&p.pat, ty, path, subject, bindings)?;
                let binds_weakly = matches!(&*p.pat, Pat::Or(_) | Pat::Range(_));
                Ok(if binds_weakly {
                    delimited(&p.paren_token.span, quote!((#inner)))
                } else {
                    inner
                })
            }
            Pat::Wild(_) => Ok(quote!(_)),
            // By the convention of the language, a name in capitals is a constant; the compiler checks
            // that it is known outside the pattern.
            Pat::Ident(i)
                if subject.refutable && i.ident.to_string().starts_with(char::is_uppercase) =>
            {
                let name = &i.ident;
                if !self.inner_items.contains(name) {
                    let known = Span::call_site().located_at(name.span());
                    let known = quote_spanned!(known=> const _: () = { use #name as _; };);
                    self.func.items.push(known);
                }
                Ok(quote!(#pattern))
            }
            Pat::Ident(i) => self.bound_name(i, ty, path, subject, bindings),
            Pat::Tuple(t) => {
                let mut parts = vec![];
                let (front, back) = around_rest(&t.elems);
                if let (true, Some(p)) = (has_rest(&t.elems), back.first()) {
                    return unsupported(
                        p,
                        "a part after `..` in a tuple",
                        "name each part, or `_`",
                    );
                }
                for (k, p) in front.iter().enumerate() {
                    let (ty, path) = part(Proj::Field(numbered(k, p)));
                    parts.push(self.pattern(p, &ty, path, subject, bindings)?);
                }
                let rest = has_rest(&t.elems).then(|| quote!(..));
                Ok(delimited(&t.paren_token.span, quote!((#(#parts,)* #rest))))
            }
            Pat::Slice(s) => self.slice_pattern(s, ty, &path, subject, bindings),
            Pat::TupleStruct(t) => {
                let mut parts = vec![];
                let (front, back) = around_rest(&t.elems);
                if let (true, Some(p)) = (has_rest(&t.elems), back.first()) {
                    return unsupported(p, "a part after `..` here", "name each part, or `_`");
                }
                self.error_of_result(&t.path);
                let subject = subject.of_payload(&t.path);
                for (k, p) in front.iter().enumerate() {
                    let (ty, path) = part(subject.part(&t.path, numbered(k, p)));
                    parts.push(self.pattern(p, &ty, path, subject, bindings)?);
                }
                let rest = has_rest(&t.elems).then(|| quote!(..));
                let name = &t.path;
                let parts = delimited(&t.paren_token.span, quote!((#(#parts,)* #rest)));
                Ok(quote!(#name #parts))
            }
            Pat::Struct(s) => {
                self.error_of_result(&s.path);
                let mut parts = vec![];
                for field in &s.fields {
                    let (ty, path) = part(subject.part(&s.path, field.member.clone()));
                    let tokens = self.pattern(&field.pat, &ty, path, subject, bindings)?;
                    let member = &field.member;
                    parts.push(quote!(#member: #tokens));
                }
                let (name, rest) = (&s.path, s.rest.as_ref().map(|_| quote!(..)));
                let parts = delimited(&s.brace_token.span, quote!({ #(#parts,)* #rest }));
                Ok(quote!(#name #parts))
            }
            Pat::Reference(r) if r.mutability.is_none() => {
                let binds = match subject.binds {
                    Binds::References { .. } => Binds::Locals,
                    other => other,
                };
                let subject = Subject { binds, ..subject };
                let inner = self.pattern(&r.pat, ty.peeled(), path, subject, bindings)?;
                let and = r.and_token;
                Ok(quote!(#and #inner))
            }
            Pat::Lit(_) | Pat::Range(_) | Pat::Path(_) if subject.refutable => Ok(quote!(#pattern)),
            Pat::Or(o) if o.cases.iter().all(binds_nothing) => Ok(quote!(#pattern)),
            Pat::Rest(_) => unsupported(pattern, "`..` in this pattern", "name each part, or `_`"),
            other => unsupported(
                other,
                "this pattern",
                "bind the whole, and take it apart in a second `let` or `match`",
            ),
        }
    }

    fn bound_name(
        &mut self,
        i: &syn::PatIdent,
        ty: &Ty,
        path: Vec<Proj>,
        subject: Subject<'_>,
        bindings: &mut Vec<Binding>,
    ) -> Result<TokenStream> {
        let by_ref = i.by_ref.as_ref();
        let name_span = i.ident.span();
        let by_reference = match (subject.binds, by_ref) {
            (Binds::Locals, Some(_)) => Some(i.mutability.is_some()),
            (Binds::References { exclusive }, None) => Some(exclusive),
            (Binds::References { .. }, Some(_)) => Some(i.mutability.is_some()),
            (_, None) => None,
            (_, Some(r)) => return unsupported(r, "`ref` in this pattern", "leave it out"),
        };
        let (by_ref, m) = (by_ref.map(|_| quote!(ref)), &i.mutability);
        let v = match (by_reference, subject.place) {
            (Some(exclusive), Some(place)) => {
                if by_ref.is_none() && m.is_some() {
                    return unsupported(m, "`mut` in this pattern", "bind again with `let mut`");
                }
                let mut part = place.clone();
                part.path.extend(path.iter().cloned());
                let constant = self.all_constant(std::slice::from_ref(&part));
                let kind = VarKind::Alias(part, exclusive);
                let ty = ty.peeled().clone();
                self.user(&i.ident, Var { ty, constant, ..Var::new(kind, self.here) })
            }
            _ => {
                let (kind, constant) = match subject.binds {
                    Binds::Items { constant } => (VarKind::Item, constant),
                    Binds::Inert => (VarKind::Local, true),
                    _ => (VarKind::Local, ty.is_inert()),
                };
                let var = Var {
                    ty: ty.clone(),
                    constant,
                    mutable: m.is_some(),
                    ..Var::new(kind, self.here)
                };
                let v = self.user(&i.ident, var);
                if !(subject.binds == Binds::Inert && subject.place.is_some()) {
                    bindings.push((v, path.clone()));
                }
                v
            }
        };
        let name = placeholder(v, name_span);
        let sub = match &i.subpat {
            None => quote!(),
            Some((_, sub)) => {
                let sub = self.pattern(sub, ty, path, subject, bindings)?;
                quote!(@ #sub)
            }
        };
        Ok(quote!(#by_ref #m #name #sub))
    }

    /// `[a, b]`, `[first, ..]` and `[first, rest @ ..]`.
    fn slice_pattern(
        &mut self,
        s: &syn::PatSlice,
        ty: &Ty,
        path: &[Proj],
        subject: Subject<'_>,
        bindings: &mut Vec<Binding>,
    ) -> Result<TokenStream> {
        let mut parts = vec![];
        let mut after_rest = false;
        for (k, p) in s.elems.iter().enumerate() {
            let start = proc_macro2::Literal::usize_unsuffixed(k);
            let start = Operand::Const(quote!(#start));
            let rest = match p {
                Pat::Rest(_) => Some(None),
                Pat::Ident(i) => match &i.subpat {
                    Some((_, sub)) if matches!(**sub, Pat::Rest(_)) => Some(Some(i)),
                    _ => None,
                },
                _ => None,
            };
            let proj = match rest {
                None if after_rest => Proj::FromEnd(s.elems.len() - k),
                None => Proj::Index(start),
                Some(None) => {
                    after_rest = true;
                    parts.push(quote!(..));
                    continue;
                }
                Some(Some(i)) if k + 1 < s.elems.len() => {
                    return unsupported(
                        i,
                        "a name for the middle of a slice",
                        "take it apart by indices: `&xs[1..xs.len() - 1]`",
                    );
                }
                Some(Some(_)) => Proj::Slice(Some(start), None, false),
            };
            let mut longer = path.to_vec();
            let ty = ty.project(&proj);
            longer.push(proj);
            parts.push(match rest {
                Some(Some(i)) => {
                    if !matches!(subject.binds, Binds::References { .. }) {
                        return unsupported(i, "the rest of an array by value", "match a slice");
                    }
                    let whole = syn::PatIdent { subpat: None, ..i.clone() };
                    let name = self.bound_name(&whole, &ty, longer, subject, bindings)?;
                    quote!(#name @ ..)
                }
                _ => self.pattern(p, &ty, longer, subject, bindings)?,
            });
        }
        Ok(delimited(&s.bracket_token.span, quote!([#(#parts),*])))
    }

    /// The known type of an operation's result.
    pub(super) fn op_ty(&self, op: &Op) -> Ty {
        match op {
            Op::Use(a) | Op::Hook(a, ..) => self.ty(a),
            Op::Verbatim(_, _, ty) => ty.clone(),
            Op::Unary(_, a) => self.ty(a).peeled().clone(),
            Op::Binary(_, a, b) => match (self.ty(a).peeled(), self.ty(b).peeled()) {
                (Ty::Real, Ty::Real) => Ty::Real,
                (Ty::Inert, Ty::Inert) => Ty::Inert,
                _ => Ty::Unknown,
            },
            Op::Cast(_, ty) => {
                syn::parse2(ty.clone()).map_or(Ty::Unknown, |ty: syn::Type| super::ty_of(&ty))
            }
            Op::Tuple(all) => Ty::Tuple(all.iter().map(|a| self.ty(a)).collect()),
            Op::Array(all, _) => match all.first().map(|a| self.ty(a)) {
                Some(Ty::Unknown) | None => Ty::Unknown,
                Some(ty) => Ty::Seq(Box::new(ty)),
            },
            Op::Object(..) => Ty::Boxed,
            Op::Call(call) if is_box(&call.callee) => Ty::Boxed,
            Op::Call(call)
                if matches!(&call.callee, Callee::Method(name) if name == "clone")
                    && *self.ty(&call.args[0]).peeled() == Ty::Boxed =>
            {
                Ty::Boxed
            }
            Op::Repeat(a, ..) => match self.ty(a) {
                Ty::Unknown => Ty::Unknown,
                ty => Ty::Seq(Box::new(ty)),
            },
            Op::Call(call) if self.given.range_of(&call.callee).is_some() => {
                let inclusive = self.given.range_of(&call.callee) == Some(true);
                Ty::Of(Collection::of_range(inclusive), Box::new(Ty::Unknown))
            }
            Op::Call(call) => match (&call.callee, &call.args[..]) {
                (Callee::Associated(ty, _), _) => syn::parse2(quote!(#ty::of))
                    .map_or(Ty::Unknown, |path: syn::Path| super::collection_of(&path)),
                (Callee::Method(name), [receiver]) if name == "clone" => {
                    match self.ty(receiver).peeled() {
                        ty @ Ty::Of(..) => ty.clone(),
                        _ => Ty::Unknown,
                    }
                }
                _ => Ty::Unknown,
            },
            _ => Ty::Unknown,
        }
    }
}

/// The part that is the `k`th, where the user wrote its pattern.
pub(super) fn numbered(k: usize, pattern: &Pat) -> syn::Member {
    let at = Span::call_site().located_at(pattern.span());
    let index = u32::try_from(k).expect("a tuple has fewer parts");
    syn::Member::Unnamed(syn::Index { index, span: at })
}

/// A part of a pattern in delimiters that stand where the user wrote them: a pattern of tokens of several
/// contexts the compiler takes for one of the attribute.
fn delimited(span: &DelimSpan, tokens: TokenStream) -> TokenStream {
    let written = |mut token: TokenTree| {
        token.set_span(span.join());
        token
    };
    tokens.into_iter().map(written).collect()
}

pub(super) fn has_rest(patterns: &syn::punctuated::Punctuated<Pat, syn::Token![,]>) -> bool {
    patterns.iter().any(|p| matches!(p, Pat::Rest(_)))
}

/// The patterns before and after `..`.
fn around_rest(
    patterns: &syn::punctuated::Punctuated<Pat, syn::Token![,]>,
) -> (Vec<&Pat>, Vec<&Pat>) {
    let mut all = patterns.iter();
    let front = all.by_ref().take_while(|p| !matches!(p, Pat::Rest(_))).collect();
    (front, all.collect())
}

/// Whether a pattern binds no name.
pub(super) fn binds_nothing(pattern: &Pat) -> bool {
    struct Names(bool);
    impl syn::visit::Visit<'_> for Names {
        fn visit_pat_ident(&mut self, p: &syn::PatIdent) {
            self.0 |= !p.ident.to_string().starts_with(char::is_uppercase);
            syn::visit::visit_pat_ident(self, p);
        }
    }
    let mut names = Names(false);
    syn::visit::Visit::visit_pat(&mut names, pattern);
    !names.0
}

/// Whether `Box::new` is called.
fn is_box(callee: &Callee) -> bool {
    matches!(callee, Callee::Associated(ty, name) if name.ident == "new" && ty.to_string() == "Box")
}

/// Whether a type is that of a reference to a part, or may have one.
fn is_reference(ty: &syn::Type) -> bool {
    let inside = crate::objects::inside(ty, &["Option"]);
    match inside.as_ref().unwrap_or(ty) {
        syn::Type::Reference(r) => {
            r.mutability.is_none()
                && !matches!(&*r.elem, syn::Type::Path(p) if p.path.is_ident("str"))
        }
        _ => false,
    }
}
