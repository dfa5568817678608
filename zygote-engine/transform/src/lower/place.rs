//! Places: variables and parts of them.

use super::Lower;
use super::pure::Calls;
use crate::error::{Result, unsupported};
use crate::ir::{Collection, Mode, Op, Operand, Place, Proj, Stmt, Ty, VarId, VarKind};
use quote::ToTokens;
use std::collections::BTreeSet;
use syn::spanned::Spanned;
use syn::{Expr, UnOp};

impl Lower {
    /// A value that is an element, which may be absent, or is read through an exclusive reference, while
    /// that is in use.
    pub(super) fn last_read(
        &mut self,
        value: Operand,
        span: proc_macro2::Span,
        out: &mut Vec<Stmt>,
    ) -> Operand {
        match &value {
            Operand::Place(p, Mode::Value)
                if matches!(self.func.var(p.root).kind, VarKind::Alias(_, true))
                    || !p.indices().is_empty() =>
            {
                let ty = self.ty(&value);
                self.temp(span, ty, Op::Use(value), out)
            }
            _ => value,
        }
    }

    /// Whether the expression denotes a part of a local variable.
    pub(super) fn is_place(&self, e: &Expr) -> bool {
        match e {
            Expr::Path(p) => p.path.get_ident().is_some_and(|n| self.lookup(n).is_some()),
            Expr::Field(f) => self.is_place(&f.base),
            Expr::Index(i) => self.is_place(&i.expr),
            Expr::Paren(p) => self.is_place(&p.expr),
            Expr::Group(g) => self.is_place(&g.expr),
            Expr::Unary(u) => matches!(u.op, UnOp::Deref(_)) && self.is_place(&u.expr),
            Expr::MethodCall(m) => as_slice(m).is_some() && self.is_place(&m.receiver),
            _ => false,
        }
    }

    /// The place that an expression denotes; a value that is no place becomes an intermediate one.
    pub(super) fn place(&mut self, e: &Expr, out: &mut Vec<Stmt>) -> Result<Place> {
        match e {
            Expr::Path(p) => match p.path.get_ident().and_then(|n| self.lookup(n)) {
                Some(v) => Ok(Place::var(v)),
                None => self.value_place(e, out),
            },
            Expr::Field(f) => {
                if let Some(part) = self.numbered_part(f, out)? {
                    return Ok(part);
                }
                let base = self.place(&f.base, out)?;
                Ok(base.then(Proj::Field(f.member.clone())))
            }
            Expr::Index(i) => {
                let base = self.place(&i.expr, out)?;
                let middle = out.len();
                let by_key = self.known(&i.expr).is_of(Collection::Map);
                let proj = self.index(&i.index, by_key, out)?;
                let base = self.keep_order(Operand::Place(base, Mode::Shared), middle, out);
                let Operand::Place(base, _) = base else { unreachable!("a place stays one") };
                Ok(base.then(proj))
            }
            Expr::Unary(u) if matches!(u.op, UnOp::Deref(_)) && is_reference(&u.expr) => {
                match strip(&u.expr) {
                    Expr::Reference(r) => self.place(&r.expr, out),
                    _ => unreachable!("checked"),
                }
            }
            Expr::Unary(u)
                if matches!(u.op, UnOp::Deref(_))
                    && slice_mode(&u.expr).is_some()
                    && self.is_place(&u.expr) =>
            {
                self.place(&u.expr, out)
            }
            Expr::Unary(u) if matches!(u.op, UnOp::Deref(_)) => {
                if !self.is_place(&u.expr) {
                    // A reference that is no variable: its place is known.
                    let value = self.operand(&u.expr, out)?;
                    if let Operand::Place(p, Mode::Shared | Mode::Exclusive) = value {
                        let named = matches!(self.func.var(p.root).kind, VarKind::Alias(..));
                        return Ok(if named && p.path.is_empty() {
                            p.then(Proj::Deref)
                        } else {
                            p
                        });
                    }
                    return Ok(self.placed(e, value, out).then(Proj::Deref));
                }
                let base = self.place(&u.expr, out)?;
                Ok(base.then(Proj::Deref))
            }
            Expr::Paren(p) => self.place(&p.expr, out),
            Expr::Group(g) => self.place(&g.expr, out),
            Expr::MethodCall(m) if as_slice(m).is_some() && self.is_place(&m.receiver) => {
                Ok(self.place(&m.receiver, out)?.then(Proj::AsSlice))
            }
            _ => self.value_place(e, out),
        }
    }

    /// `b.as_ref()` and `b.as_mut()` by themselves: references to what is in a box, the compiler checks.
    pub(super) fn unboxed(
        &mut self,
        m: &syn::ExprMethodCall,
        out: &mut Vec<Stmt>,
    ) -> Result<Option<Op>> {
        let mode = match (m.method.to_string().as_str(), m.args.len()) {
            ("as_ref", 0) => Mode::Shared,
            ("as_mut", 0) => Mode::Exclusive,
            _ => return Ok(None),
        };
        if !self.is_place(&m.receiver) {
            return Ok(None);
        }
        self.known_of(&m.receiver, "a_box", out)?;
        self.lent_as(mode, &m.receiver, Some(Proj::Unboxed), out).map(Some)
    }

    /// A field that is cloned into another, which may be one without cotangent: a part of a place by value.
    pub(super) fn cloned_field(
        &mut self,
        e: &Expr,
        out: &mut Vec<Stmt>,
    ) -> Result<Option<Operand>> {
        let field = match strip(e) {
            Expr::MethodCall(m) if m.method == "clone" && m.args.is_empty() => strip(&m.receiver),
            _ => return Ok(None),
        };
        if !self.func.concrete || !matches!(field, Expr::Field(_)) || !self.is_place(field) {
            return Ok(None);
        }
        let place = self.place(field, &mut vec![])?;
        if !place.indices().is_empty() || self.refers(&place).is_some() {
            return Ok(None);
        }
        let place = self.place(field, out)?;
        self.func.cloned.push(place.clone());
        Ok(Some(Operand::Place(place, Mode::Value)))
    }

    fn value_place(&mut self, e: &Expr, out: &mut Vec<Stmt>) -> Result<Place> {
        let value = self.operand(e, out)?;
        Ok(self.placed(e, value, out))
    }

    fn placed(&mut self, e: &Expr, value: Operand, out: &mut Vec<Stmt>) -> Place {
        match value {
            Operand::Place(p, _) => p,
            other => {
                let ty = self.ty(&other);
                let value = self.temp(e.span(), ty, Op::Use(other), out);
                value.place().expect("an intermediate value is a place").clone()
            }
        }
    }

    fn index(&mut self, e: &Expr, by_key: bool, out: &mut Vec<Stmt>) -> Result<Proj> {
        let Expr::Range(r) = strip(e) else {
            if by_key || self.is_key(e) {
                let key = self.operand(e, out)?;
                return Ok(Proj::Key(self.pin_key(key, out)));
            }
            return Ok(Proj::Index(self.inert(e, out)?));
        };
        let lo = r.start.as_ref().map(|e| self.inert(e, out)).transpose()?;
        let middle = out.len();
        let hi = r.end.as_ref().map(|e| self.inert(e, out)).transpose()?;
        let lo = lo.map(|lo| self.keep_order(lo, middle, out));
        Ok(Proj::Slice(lo, hi, matches!(r.limits, syn::RangeLimits::Closed(_))))
    }

    /// Whether an index is the key of a map.
    pub(super) fn is_key(&self, e: &Expr) -> bool {
        let text = matches!(strip(e), Expr::Lit(l) if matches!(l.lit, syn::Lit::Str(_) | syn::Lit::ByteStr(_)));
        let named = match self.known(e) {
            Ty::Ref(_) | Ty::Text => true,
            Ty::Seq(of) => *of == Ty::Inert,
            _ => false,
        };
        // An integer index is no reference.
        let refers = matches!(strip(e), Expr::Path(p) if p.path.get_ident()
            .and_then(|n| self.lookup(n))
            .is_some_and(|v| self.refers(&Place::var(v)).is_some()));
        text || refers || matches!(strip(e), Expr::Reference(_)) || named
    }

    /// The place with every index that may change replaced by its value here.
    pub(super) fn pinned(&mut self, place: Place, out: &mut Vec<Stmt>) -> Place {
        let root = place.root;
        let path = place.path.into_iter().map(|proj| match proj {
            Proj::Index(i) => Proj::Index(self.pin(i, out)),
            Proj::Key(k) => Proj::Key(self.pin_key(k, out)),
            Proj::Slice(a, b, inclusive) => {
                Proj::Slice(a.map(|a| self.pin(a, out)), b.map(|b| self.pin(b, out)), inclusive)
            }
            other => other,
        });
        Place { root, path: path.collect() }
    }

    /// Whether what a place denotes can change between its mention and its use.
    pub(super) fn may_read_late(&self, place: &Place) -> bool {
        let indices = place.indices();
        self.func.changeable(place)
            || indices.into_iter().filter_map(Operand::place).any(|p| self.may_read_late(p))
    }

    /// Whether what a place denotes depends on one of the variables.
    pub(super) fn depends_on(&self, place: &Place, on: &BTreeSet<VarId>) -> bool {
        let resolved = self.func.resolve(place);
        on.contains(&resolved.root)
            || resolved
                .indices()
                .into_iter()
                .filter_map(Operand::place)
                .any(|p| self.depends_on(p, on))
    }

    /// The operand, copied if it may change.
    pub(super) fn pin(&mut self, operand: Operand, out: &mut Vec<Stmt>) -> Operand {
        match &operand {
            Operand::Place(p, Mode::Value) if !p.path.is_empty() || self.may_read_late(p) => {
                let span = self.line;
                let ty = self.ty(&operand);
                self.temp(span, ty, Op::Use(operand), out)
            }
            _ => operand,
        }
    }

    /// The key of a map, copied if it may change: what is found by it is not bound to it.
    pub(super) fn pin_key(&mut self, key: Operand, out: &mut Vec<Stmt>) -> Operand {
        let Operand::Place(p, Mode::Shared) = &key else { return self.pin(key, out) };
        if !self.may_read_late(p) {
            return key;
        }
        let (p, span) = (p.clone(), self.line);
        let op = if p.path.is_empty() && self.refers(&p).is_none() {
            let shown = super::placeholder(p.root, span);
            Op::Verbatim(quote::quote!(::core::clone::Clone::clone(&#shown)), vec![p], Ty::Unknown)
        } else {
            Op::Use(Operand::Place(p, Mode::Value))
        };
        let copy = self.temp(span, Ty::Unknown, op, out);
        let copy = copy.place().expect("an intermediate value is a place").clone();
        self.func.vars[copy.root.0].constant = true;
        Operand::Place(copy, Mode::Shared)
    }

    /// A value that is used as an index, a bound or a condition: it carries no derivative.
    pub(super) fn inert(&mut self, e: &Expr, out: &mut Vec<Stmt>) -> Result<Operand> {
        let e = strip(e);
        match e {
            Expr::Lit(l) => return Ok(Operand::Const(l.to_token_stream())),
            Expr::Path(p) => {
                if let Some(v) = p.path.get_ident().and_then(|n| self.lookup(n))
                    && !matches!(self.func.var(v).kind, VarKind::Alias(..) | VarKind::Exclusive)
                {
                    return Ok(Operand::var(v));
                }
            }
            _ => {}
        }
        match self.pure(e, Calls::Reading) {
            Some((tokens, reads)) if reads.is_empty() && matches!(e, Expr::Path(_)) => {
                Ok(Operand::Const(tokens))
            }
            Some((tokens, reads)) => {
                Ok(self.temp(e.span(), Ty::Inert, Op::Verbatim(tokens, reads, Ty::Inert), out))
            }
            None => self.operand(e, out),
        }
    }

    /// The target of an assignment.
    pub(super) fn target(&mut self, e: &Expr, out: &mut Vec<Stmt>) -> Result<Place> {
        if !self.is_place(e) && !super::optional::is_unwrapped(e) {
            return unsupported(
                e,
                "an assignment to this expression",
                "assign to a variable, a field or an element",
            );
        }
        let place = self.place(e, out)?;
        if self.func.var(self.func.root(&place)).kind == VarKind::Item {
            return unsupported(
                e,
                "writing through an item of a loop",
                "loop over the indices and write `v[i]`",
            );
        }
        let alias = matches!(self.func.var(place.root).kind, VarKind::Alias(..));
        if alias && place.path.is_empty() {
            return unsupported(
                e,
                "a reference that is made to refer to something else",
                "use an index variable; down a list or tree write a function that calls itself",
            );
        }
        Ok(place)
    }
}

/// Whether a method gives all elements of its receiver as a slice, and how.
fn as_slice(m: &syn::ExprMethodCall) -> Option<Mode> {
    match (m.method.to_string().as_str(), m.args.len()) {
        ("as_slice", 0) => Some(Mode::Shared),
        ("as_mut_slice", 0) => Some(Mode::Exclusive),
        _ => None,
    }
}

/// How an expression is a reference to all elements of a place.
pub(super) fn slice_mode(e: &Expr) -> Option<Mode> {
    match strip(e) {
        Expr::MethodCall(m) => as_slice(m),
        _ => None,
    }
}

/// The same elements by shared reference.
pub(super) fn read_only(e: &Expr) -> Expr {
    match strip(e) {
        Expr::MethodCall(m) if as_slice(m) == Some(Mode::Exclusive) => {
            let receiver = &m.receiver;
            syn::parse_quote!(#receiver.as_slice())
        }
        e => e.clone(),
    }
}

fn is_reference(e: &Expr) -> bool {
    matches!(strip(e), Expr::Reference(_))
}

/// The expression without parentheses.
pub fn strip(e: &Expr) -> &Expr {
    match e {
        Expr::Paren(p) => strip(&p.expr),
        Expr::Group(g) => strip(&g.expr),
        other => other,
    }
}

/// Where an expression stands, of a reference what it refers to.
pub(super) fn referent_span(e: &Expr) -> proc_macro2::Span {
    match strip(e) {
        Expr::Reference(r) => referent_span(&r.expr),
        e => e.span(),
    }
}

/// Whether an operator gives a `bool`.
pub(super) fn compares(op: &syn::BinOp) -> bool {
    use syn::BinOp::{And, Eq, Ge, Gt, Le, Lt, Ne, Or};
    matches!(op, And(_) | Or(_) | Eq(_) | Ne(_) | Lt(_) | Le(_) | Gt(_) | Ge(_))
}

pub(super) fn is_comparison(e: &Expr) -> bool {
    match strip(e) {
        Expr::Binary(b) => compares(&b.op),
        Expr::Unary(u) => matches!(u.op, UnOp::Not(_)) && is_comparison(&u.expr),
        _ => false,
    }
}
