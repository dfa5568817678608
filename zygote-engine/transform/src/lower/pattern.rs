//! Patterns of `let`, parameters and loops.

use super::Lower;
use super::pure::placeholder;
use crate::error::{Result, unsupported};
use crate::ir::{Binding, Mode, Op, Operand, Place, Proj, Stmt, Ty, Var, VarId, VarKind};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Expr, Pat};

/// What a pattern's variables are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Binds {
    /// Local variables.
    Locals,
    /// The items of a loop.
    Items {
        /// Whether no item depends on an active parameter.
        constant: bool,
    },
    /// Values without derivative, in the arm of a match.
    Inert,
    /// Parts of a value that may carry a derivative, in the arm of a match.
    Arm,
}

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
            Pat::Wild(_) => Ok(()),
            Pat::Ident(i) => self.bind_name(i, declared, Op::Use(value), out).map(|_| ()),
            _ => match value {
                Operand::Place(place, mode @ (Mode::Shared | Mode::Exclusive)) => {
                    self.bind_references(pattern, &place, mode == Mode::Exclusive, out)
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
            return self.alias(pattern, place, *mode == Mode::Exclusive, out);
        }
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
        out.push(Stmt::Let(v, op));
        Ok(v)
    }

    fn alias(
        &mut self,
        pattern: &syn::PatIdent,
        place: Place,
        exclusive: bool,
        out: &mut Vec<Stmt>,
    ) -> Result<VarId> {
        if let Some(m) = &pattern.mutability {
            return unsupported(
                m,
                "a reference variable that is reassigned",
                "use an index variable",
            );
        }
        let place = self.pinned(place, out);
        let ty = self.ty(&Operand::Place(place.clone(), Mode::Value));
        let constant = self.all_constant(std::slice::from_ref(&place));
        let kind = VarKind::Alias(place.clone(), exclusive);
        let v = self.user(&pattern.ident, Var { ty, constant, ..Var::new(kind, self.here) });
        out.push(Stmt::Alias(v, place, exclusive));
        Ok(v)
    }

    fn bind_references(
        &mut self,
        pattern: &Pat,
        place: &Place,
        exclusive: bool,
        out: &mut Vec<Stmt>,
    ) -> Result<()> {
        match pattern {
            Pat::Paren(p) => self.bind_references(&p.pat, place, exclusive, out),
            Pat::Wild(_) => Ok(()),
            Pat::Ident(i) => self.alias(i, place.clone(), exclusive, out).map(|_| ()),
            Pat::Tuple(t) => {
                for (k, p) in t.elems.iter().enumerate() {
                    let part = place.then(Proj::Field(syn::Member::from(k)));
                    self.bind_references(p, &part, exclusive, out)?;
                }
                Ok(())
            }
            Pat::Reference(r) if !exclusive => {
                self.bind(&r.pat, None, Operand::Place(place.clone(), Mode::Value), out)
            }
            other => unsupported(other, "this pattern on a reference", "name the parts by index"),
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
        let value = match value {
            Operand::Const(_) => {
                self.temp(proc_macro2::Span::call_site(), ty.clone(), Op::Use(value), out)
            }
            place => place,
        };
        let mut bindings = vec![];
        let tokens = self.pattern(pattern, &ty, vec![], Binds::Locals, &mut bindings)?;
        let tokens = match declared {
            Some(t) => quote!(#tokens: #t),
            None => tokens,
        };
        out.push(Stmt::Destructure(tokens, value, bindings));
        Ok(())
    }

    /// The pattern with placeholders; declares what it binds.
    pub(super) fn pattern(
        &mut self,
        pattern: &Pat,
        ty: &Ty,
        path: Vec<Proj>,
        binds: Binds,
        bindings: &mut Vec<Binding>,
    ) -> Result<TokenStream> {
        let part = |proj: Proj| {
            let mut longer = path.clone();
            let ty = ty.project(&proj);
            longer.push(proj);
            (ty, longer)
        };
        match pattern {
            Pat::Paren(p) => self.pattern(&p.pat, ty, path, binds, bindings),
            Pat::Wild(_) => Ok(quote!(_)),
            // By the convention of the language, a name in capitals is a constant.
            Pat::Ident(i)
                if matches!(binds, Binds::Inert | Binds::Arm)
                    && i.ident.to_string().starts_with(char::is_uppercase) =>
            {
                Ok(quote!(#pattern))
            }
            Pat::Ident(i) if i.by_ref.is_none() && i.subpat.is_none() => {
                let (kind, constant) = match binds {
                    Binds::Locals | Binds::Arm => (VarKind::Local, ty.is_inert()),
                    Binds::Items { constant } => (VarKind::Item, constant),
                    Binds::Inert => (VarKind::Local, true),
                };
                if let (Some(m), true) = (&i.mutability, binds != Binds::Locals) {
                    return unsupported(m, "`mut` in this pattern", "bind again with `let mut`");
                }
                let mutable = i.mutability.is_some();
                let ty = ty.clone();
                let var = Var { ty, constant, mutable, ..Var::new(kind, self.here) };
                let v = self.user(&i.ident, var);
                bindings.push((v, path));
                let (m, name) = (&i.mutability, placeholder(v, i.ident.span()));
                Ok(quote!(#m #name))
            }
            Pat::Tuple(t) if !has_rest(&t.elems) => {
                let mut parts = vec![];
                for (k, p) in t.elems.iter().enumerate() {
                    let (ty, path) = part(Proj::Field(syn::Member::from(k)));
                    parts.push(self.pattern(p, &ty, path, binds, bindings)?);
                }
                Ok(quote!((#(#parts,)*)))
            }
            Pat::Slice(s) if !has_rest(&s.elems) => {
                let mut parts = vec![];
                for (k, p) in s.elems.iter().enumerate() {
                    let k = proc_macro2::Literal::usize_unsuffixed(k);
                    let (ty, path) = part(Proj::Index(Operand::Const(quote!(#k))));
                    parts.push(self.pattern(p, &ty, path, binds, bindings)?);
                }
                Ok(quote!([#(#parts),*]))
            }
            Pat::Reference(r) if r.mutability.is_none() => {
                let inner = self.pattern(&r.pat, ty.peeled(), path, binds, bindings)?;
                Ok(quote!(&#inner))
            }
            Pat::Rest(_) => unsupported(pattern, "`..` in a pattern", "name each part, or `_`"),
            Pat::Tuple(_) | Pat::Slice(_) => {
                unsupported(pattern, "`..` in a pattern", "name each part, or `_`")
            }
            other if matches!(binds, Binds::Inert | Binds::Arm) => match other {
                Pat::Lit(_) | Pat::Range(_) | Pat::Path(_) => Ok(quote!(#other)),
                Pat::Or(o) if o.cases.iter().all(binds_nothing) => Ok(quote!(#other)),
                other => unsupported(
                    other,
                    "this pattern",
                    "match on integers by literals, ranges and names",
                ),
            },
            other => {
                unsupported(other, "this pattern", "bind tuples and arrays, and index the rest")
            }
        }
    }

    /// The known type of an operation's result.
    pub(super) fn op_ty(&self, op: &Op) -> Ty {
        match op {
            Op::Use(a) => self.ty(a),
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
            Op::Repeat(a, ..) => match self.ty(a) {
                Ty::Unknown => Ty::Unknown,
                ty => Ty::Seq(Box::new(ty)),
            },
            _ => Ty::Unknown,
        }
    }

    /// `let (a, b) = (x, y);` binds part by part.
    pub(super) fn bind_literal(
        &mut self,
        pattern: &Pat,
        init: &Expr,
        out: &mut Vec<Stmt>,
    ) -> Result<bool> {
        let (patterns, values) = match (pattern, super::place::strip(init)) {
            (Pat::Tuple(p), Expr::Tuple(e)) => (&p.elems, &e.elems),
            (Pat::Slice(p), Expr::Array(e)) => (&p.elems, &e.elems),
            _ => return Ok(false),
        };
        if has_rest(patterns) || patterns.len() != values.len() {
            return Ok(false);
        }
        let mut operands = vec![];
        for e in values {
            let value = self.operand(e, out)?;
            operands.push(self.pin(value, out));
        }
        for (p, value) in patterns.iter().zip(operands) {
            self.bind(p, None, value, out)?;
        }
        Ok(true)
    }
}

fn has_rest(patterns: &syn::punctuated::Punctuated<Pat, syn::Token![,]>) -> bool {
    patterns.iter().any(|p| matches!(p, Pat::Rest(_)))
}

fn binds_nothing(pattern: &Pat) -> bool {
    matches!(pattern, Pat::Lit(_) | Pat::Range(_) | Pat::Path(_) | Pat::Wild(_))
}
