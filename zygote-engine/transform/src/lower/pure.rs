//! Expressions that only read: kept as the user wrote them, with placeholders for the variables.

use super::Lower;
use super::Named;
use super::place::{is_comparison, strip};
use crate::ir::{Collection, Operand, Place, Proj, Ty, VarId, VarKind};
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote_spanned};
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, UnOp};

const PREFIX: &str = "__zygote_var_";

/// The identifier that stands for a variable in kept expressions.
pub fn placeholder(v: VarId, span: Span) -> Ident {
    format_ident!("{PREFIX}{}", v.0, span = span)
}

/// The variable that a placeholder stands for.
pub fn placeholder_id(ident: &Ident) -> Option<VarId> {
    ident.to_string().strip_prefix(PREFIX)?.parse().ok().map(VarId)
}

/// Whether a method may be called on a variable that can change.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Calls {
    /// Only such as take `&self`, which the compiler checks.
    Reading,
    /// None.
    Forbidden,
}

/// The variables in kept tokens.
pub fn placeholders(tokens: &TokenStream) -> Vec<VarId> {
    let of = |t| match t {
        TokenTree::Ident(i) => placeholder_id(&i).into_iter().collect(),
        TokenTree::Group(g) => placeholders(&g.stream()),
        _ => vec![],
    };
    tokens.clone().into_iter().flat_map(of).collect()
}

struct Fold<'a> {
    lower: &'a Lower,
    calls: Calls,
    reads: Vec<Place>,
    pure: bool,
    /// Names that closures inside bind.
    bound: Vec<String>,
    /// Whether a part or a method of the expression is taken, not itself.
    is_base: bool,
    /// Whether it stands in a closure or a guard, which may have statements.
    in_closure: bool,
}

impl Lower {
    /// The expression with placeholders and the places it reads, if it only reads.
    pub(super) fn pure(&self, e: &Expr, calls: Calls) -> Option<(TokenStream, Vec<Place>)> {
        self.kept_as_written(e, calls, false)
    }

    /// The same of the guard of an arm, which is evaluated where it stands.
    pub(super) fn pure_guard(&self, e: &Expr) -> Option<(TokenStream, Vec<Place>)> {
        self.kept_as_written(e, Calls::Reading, true)
    }

    fn kept_as_written(
        &self,
        e: &Expr,
        calls: Calls,
        in_closure: bool,
    ) -> Option<(TokenStream, Vec<Place>)> {
        let mut fold = Fold {
            lower: self,
            calls,
            reads: vec![],
            pure: true,
            bound: vec![],
            is_base: false,
            in_closure,
        };
        let mut e = e.clone();
        fold.visit_expr_mut(&mut e);
        fold.pure.then(|| (e.to_token_stream(), fold.reads))
    }
}

impl Lower {
    /// Whether a variable is an exclusive reference.
    fn is_exclusive(&self, v: VarId) -> bool {
        matches!(self.func.var(v).kind, VarKind::Exclusive | VarKind::Alias(_, true))
    }

    /// What the source says of an expression's type.
    pub(super) fn known(&self, e: &Expr) -> Ty {
        if is_comparison(e) {
            return Ty::Inert;
        }
        match strip(e) {
            Expr::Lit(l) => super::literal_ty(&l.to_token_stream()),
            Expr::Cast(c) => super::ty_of(&c.ty),
            Expr::Path(p) => match p.path.get_ident().and_then(|n| self.lookup(n)) {
                Some(v) => self.func.var(v).ty.peeled().clone(),
                None => Ty::Unknown,
            },
            Expr::Unary(u) => self.known(&u.expr).peeled().clone(),
            e if crate::objects::is_new_box(e) => Ty::Boxed,
            e if self.given.range(e).is_some() => {
                let inclusive = self.given.range(e) == Some(true);
                Ty::Of(Collection::of_range(inclusive), Box::new(Ty::Unknown))
            }
            Expr::Call(c) => match &*c.func {
                Expr::Path(p) => super::collection_of(&p.path),
                _ => Ty::Unknown,
            },
            Expr::Reference(r) => self.known(&r.expr),
            Expr::Index(i) if !matches!(strip(&i.index), Expr::Range(_)) => {
                self.known(&i.expr).project(&Proj::Index(Operand::Const(TokenStream::new())))
            }
            Expr::Field(f) => self.known(&f.base).project(&Proj::Field(f.member.clone())),
            Expr::Binary(b) => {
                match (self.known(&b.left).peeled(), self.known(&b.right).peeled()) {
                    (Ty::Real, Ty::Real) => Ty::Real,
                    (Ty::Inert, Ty::Inert) => Ty::Inert,
                    _ => Ty::Unknown,
                }
            }
            _ => Ty::Unknown,
        }
    }
}

impl Fold<'_> {
    /// Visits what a part or method is taken of.
    fn base(&mut self, e: &mut Expr) {
        self.is_base = true;
        self.visit_expr_mut(e);
    }

    fn binds(&mut self, pattern: &syn::Pat) {
        let names = super::select::bound_names(pattern);
        self.bound.extend(names.iter().map(Ident::to_string));
    }

    /// Visits a block that only binds names before its value.
    fn statements(&mut self, block: &mut syn::Block) {
        let before = self.bound.len();
        for stmt in &mut block.stmts {
            match stmt {
                syn::Stmt::Local(local) => match &mut local.init {
                    Some(init) if init.diverge.is_none() => {
                        self.visit_expr_mut(&mut init.expr);
                        self.binds(&local.pat);
                    }
                    _ => self.pure = false,
                },
                syn::Stmt::Expr(e, None) => self.visit_expr_mut(e),
                _ => self.pure = false,
            }
        }
        self.bound.truncate(before);
    }

    /// Visits an argument: what a call is given by the name of an exclusive reference it may change, if
    /// that is constant. Another change would need a rule.
    fn argument(&mut self, e: &mut Expr) {
        let changed = self.is_reference(e)
            && self.root(e).is_some_and(|v| {
                self.is_changing_constant(v) || self.lower.all_constant(&[Place::var(v)])
            });
        self.pure &= !changed;
        self.visit_expr_mut(e);
    }

    /// Visits an argument beside places that may change behind `&`: what varies may not come into those.
    fn only_read_by(&mut self, cells: &[Expr], e: &mut Expr) {
        let (known, before) = (self.lower.known(e), self.reads.len());
        self.argument(e);
        let constant = known == Ty::Inert
            || super::own::is_cut(e)
            || self.lower.all_constant(&self.reads[before..]);
        if constant || matches!(e, Expr::Closure(_)) {
            return;
        }
        for cell in cells {
            *e = Expr::Verbatim(beside_a_cell(&mut *e, cell, cell.span()));
        }
    }

    /// Whether an expression is of what the caller lends, or what is outside of the function, and nothing is
    /// known of its type.
    fn may_be_a_cell(&self, e: &Expr) -> bool {
        match e {
            Expr::Reference(r) if r.mutability.is_none() => self.may_be_a_cell(&r.expr),
            Expr::Path(p) if self.root(e).is_none() => p.path.get_ident().is_some_and(|name| {
                name != "None"
                    && !self.bound.contains(&name.to_string())
                    && self.lower.named(name).is_none()
            }),
            e => {
                let is_lent = |v| self.lower.func.may_be_a_cell(&Place::var(v));
                self.root(e).is_some_and(is_lent) && self.lower.known(e) == Ty::Unknown
            }
        }
    }

    fn is_changing_constant(&self, v: VarId) -> bool {
        self.lower.func.is_changing_constant(self.lower.func.root(&Place::var(v)))
    }

    /// Whether an expression is the name of an exclusive reference.
    fn is_reference(&self, e: &Expr) -> bool {
        let Expr::Path(_) = strip(e) else { return false };
        self.root(e).is_some_and(|v| self.lower.is_exclusive(v))
    }

    fn root(&self, e: &Expr) -> Option<VarId> {
        match e {
            Expr::Path(p) => {
                let name = p.path.get_ident()?;
                if self.bound.contains(&name.to_string()) {
                    return None;
                }
                self.lower.lookup(name)
            }
            Expr::Field(f) => self.root(&f.base),
            Expr::Index(i) => self.root(&i.expr),
            Expr::Paren(p) => self.root(&p.expr),
            Expr::Unary(u) if matches!(u.op, UnOp::Deref(_)) => self.root(&u.expr),
            _ => None,
        }
    }
}

impl VisitMut for Fold<'_> {
    fn visit_expr_mut(&mut self, e: &mut Expr) {
        let is_base = std::mem::take(&mut self.is_base);
        match e {
            Expr::Path(p) => {
                let name = p.path.get_ident().filter(|n| !self.bound.contains(&n.to_string()));
                // A local closure is lowered where it is called.
                if name.is_some_and(|n| matches!(self.lower.named(n), Some(Named::Closure(_)))) {
                    self.pure = false;
                    return;
                }
                if let Some(name) = name
                    && let Some(v) = self.lower.lookup(name)
                {
                    if let VarKind::Function(_) = self.lower.func.var(v).kind {
                        self.pure = false;
                        return;
                    }
                    self.reads.push(Place::var(v));
                    let at = name.span();
                    p.path = placeholder(v, at).into();
                    // What is lent is only read.
                    if self.lower.is_exclusive(v) && !is_base {
                        *e = syn::parse_quote_spanned!(at=> (&*#e));
                    }
                } else if let Some(pointer) = crate::pointer::of_method(e) {
                    *e = pointer;
                }
            }
            Expr::MethodCall(m)
                if self.lower.is_call_of_holding([&*m.receiver].into_iter().chain(&m.args)) =>
            {
                self.pure = false;
            }
            Expr::Call(c)
                if crate::stored::at_mark(c).is_some()
                    || self.lower.may_be_stored(&c.func)
                    || self.lower.is_call_of_holding(&c.args) =>
            {
                self.pure = false;
            }
            Expr::MethodCall(m) => {
                let changeable = self
                    .root(&m.receiver)
                    .is_some_and(|v| self.lower.func.changeable(&Place::var(v)));
                // A generator of random numbers is constant, and changes.
                let is_generator = |v: VarId| {
                    self.is_changing_constant(v)
                        && *self.lower.func.var(v).ty.peeled() == Ty::Unknown
                };
                let changed = self.calls == Calls::Forbidden
                    || self.root(&m.receiver).is_some_and(is_generator);
                let own = matches!(&*m.receiver, Expr::Path(p)
                if p.path.get_ident().is_some_and(|name| {
                    let call = (name.to_string(), m.method.to_string());
                    self.lower.changing.contains(&call)
                }));
                if changeable && (changed || own) {
                    self.pure = false;
                    return;
                }
                let may_change = self.may_be_a_cell(&m.receiver);
                // The name of an exclusive reference is lent as what it refers to.
                let lent = self.is_reference(&m.receiver);
                if lent {
                    self.visit_expr_mut(&mut m.receiver);
                } else {
                    self.base(&mut m.receiver);
                }
                // A method takes a function as it is.
                let cells: Vec<_> = may_change.then(|| (*m.receiver).clone()).into_iter().collect();
                let args = m.args.iter_mut().filter(|a| crate::pointer::of_method(a).is_none());
                args.for_each(|a| self.only_read_by(&cells, a));
                if changeable && !lent {
                    let receiver = &m.receiver;
                    let span = m.method.span();
                    *m.receiver = syn::parse_quote_spanned!(span=> (&#receiver));
                }
            }
            Expr::Closure(c) => {
                let before = self.bound.len();
                c.inputs.iter().for_each(|input| self.binds(input));
                let outside = std::mem::replace(&mut self.in_closure, true);
                self.visit_expr_mut(&mut c.body);
                self.in_closure = outside;
                self.bound.truncate(before);
            }
            Expr::Block(b) if self.in_closure && b.label.is_none() => self.statements(&mut b.block),
            Expr::If(i) if self.in_closure => {
                self.visit_expr_mut(&mut i.cond);
                self.statements(&mut i.then_branch);
                if let Some((_, otherwise)) = &mut i.else_branch {
                    self.visit_expr_mut(otherwise);
                }
            }
            Expr::Match(m) if self.in_closure => {
                self.visit_expr_mut(&mut m.expr);
                for arm in &mut m.arms {
                    let before = self.bound.len();
                    self.binds(&arm.pat);
                    if let syn::Pat::Guard(g) = &mut arm.pat {
                        self.visit_expr_mut(&mut g.guard);
                    }
                    self.visit_expr_mut(&mut arm.body);
                    self.bound.truncate(before);
                }
            }
            Expr::Reference(r) if r.mutability.is_some() => self.pure = false,
            // What is asked for one item after the other changes something.
            Expr::Call(c)
                if matches!(&*c.func, Expr::Path(p)
                    if p.path.segments.last().is_some_and(|last| last.ident == "from_fn")) =>
            {
                self.pure = false;
            }
            Expr::Call(c) => {
                if crate::pointer::of_method(&c.func).is_none() {
                    self.visit_expr_mut(&mut c.func);
                }
                let cells = c.args.iter().map(|a| self.may_be_a_cell(a)).collect::<Vec<_>>();
                let args = c.args.iter_mut().zip(&cells);
                args.for_each(|(a, is_cell)| {
                    if *is_cell {
                        self.argument(a)
                    }
                });
                let given = c.args.iter().zip(&cells).filter(|(_, is_cell)| **is_cell);
                let given: Vec<_> = given.map(|(a, _)| a.clone()).collect();
                let args = c.args.iter_mut().zip(&cells).filter(|(_, is_cell)| !**is_cell);
                args.for_each(|(a, _)| self.only_read_by(&given, a));
            }
            Expr::Macro(m) if self.in_closure && m.mac.path.is_ident("matches") => {
                match super::select::matches_macro(&m.mac) {
                    Ok(m) => {
                        *e = Expr::Match(m);
                        self.visit_expr_mut(e);
                    }
                    Err(_) => self.pure = false,
                }
            }
            Expr::Macro(m) => match self.lower.constant_macro(&m.mac) {
                Ok(Some((tokens, reads))) if self.bound.is_empty() => {
                    self.reads.extend(reads);
                    *e = Expr::Verbatim(tokens);
                }
                _ => self.pure = false,
            },
            Expr::Field(f) => self.base(&mut f.base),
            Expr::Index(i) => {
                self.base(&mut i.expr);
                self.visit_expr_mut(&mut i.index);
            }
            Expr::Unary(u) if matches!(u.op, UnOp::Deref(_)) => self.base(&mut u.expr),
            Expr::Paren(p) if is_base => self.base(&mut p.expr),
            Expr::Binary(b) if is_assignment(&b.op) => self.pure = false,
            Expr::Lit(_)
            | Expr::Paren(_)
            | Expr::Group(_)
            | Expr::Unary(_)
            | Expr::Binary(_)
            | Expr::Cast(_)
            | Expr::Reference(_)
            | Expr::Tuple(_)
            | Expr::Array(_)
            | Expr::Repeat(_)
            | Expr::Range(_) => visit_mut::visit_expr_mut(self, e),
            _ => self.pure = false,
        }
    }
}

/// An argument that varies, beside a place into which it may not come if that changes behind `&`.
pub fn beside_a_cell(argument: impl ToTokens, place: impl ToTokens, span: Span) -> TokenStream {
    quote_spanned! {span=>
        ::zygote_engine::__private::only_read(#argument, {
            use ::zygote_engine::__private::{IsCell as _, IsCounter as _, IsNoCell as _};
            (&&::zygote_engine::__private::Probe(&#place)).keeps()
        })
    }
}

/// Whether an operator writes what is on its left.
pub fn is_assignment(op: &syn::BinOp) -> bool {
    super::assign::compound(op).is_some()
}

/// Whether a kept expression calls more than methods: a function may do anything, once.
pub fn calls_functions(tokens: &TokenStream) -> bool {
    struct Calls(bool);
    impl syn::visit::Visit<'_> for Calls {
        fn visit_expr_call(&mut self, c: &syn::ExprCall) {
            // The list of what an iterator gives is made by the transformation itself.
            let listed = match &*c.func {
                // So is what says that a place does not change behind `&`.
                Expr::Path(p) => {
                    let of = p.path.segments.iter().rev().nth(1);
                    let own = of.is_some_and(|s| s.ident == "Vec" || s.ident == "__private");
                    p.path.leading_colon.is_some() && own
                }
                _ => false,
            };
            self.0 |= !listed;
            syn::visit::visit_expr_call(self, c);
        }

        fn visit_macro(&mut self, m: &syn::Macro) {
            // Views of constants are looked at by a macro of the engine's own.
            let seen = m.path.segments.last().is_some_and(|s| s.ident == "seen");
            self.0 |= !seen || calls_functions(&m.tokens);
        }
    }
    let mut calls = Calls(false);
    match syn::parse2(tokens.clone()) {
        Ok(e) => syn::visit::Visit::visit_expr(&mut calls, &e),
        Err(_) => calls.0 = true,
    }
    calls.0
}
