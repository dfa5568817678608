//! Closures. A local closure is lowered where it is called; one that is an argument of a call becomes a
//! [`Lambda`].

use super::comparator::{Kept, is_inert};
use super::exits::ends_with_closure;
use super::literal::written_parts;
use super::place::strip;
use super::pure::Calls;
use super::{Lower, Named, Tail};
use crate::error::{Result, unsupported};
use crate::ir::{Lambda, Mode, Op, Operand, Region, Stmt, Ty, Var, VarId, VarKind};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use std::collections::HashMap;
use std::rc::Rc;
use syn::spanned::Spanned;
use syn::visit::Visit;
use syn::{Expr, Pat};

/// A closure with what the names in it stand for.
#[derive(Clone)]
pub(super) struct Local {
    closure: syn::ExprClosure,
    scopes: Vec<HashMap<String, Named>>,
    /// What it captured by `move` of variables that change: copies of its own.
    moved: Vec<(String, VarId)>,
}

/// How the names of closures begin.
const NAMED: &str = "__closure_";

/// Whether a name is that of a closure.
pub(super) fn is_name_of_closure(name: &Ident) -> bool {
    name.to_string().starts_with(NAMED)
}

impl Local {
    /// The tokens of the body.
    pub(super) fn body_tokens(&self) -> proc_macro2::TokenStream {
        quote::ToTokens::to_token_stream(&self.closure.body)
    }

    /// The patterns of the parameters.
    pub(super) fn parameters(&self) -> &syn::punctuated::Punctuated<Pat, syn::Token![,]> {
        &self.closure.inputs
    }

    /// The type of the value, if it is written.
    fn output(&self) -> Option<syn::Type> {
        match &self.closure.output {
            syn::ReturnType::Type(_, ty) => Some((**ty).clone()),
            syn::ReturnType::Default => None,
        }
    }

    /// The closure as it was written.
    pub(super) fn written(&self) -> &syn::ExprClosure {
        &self.closure
    }

    /// The body.
    pub(super) fn body(&self) -> &Expr {
        &self.closure.body
    }

    /// Whether it has variables of its own, which calls of it may change.
    pub(super) fn has_state(&self) -> bool {
        !self.moved.is_empty()
    }

    /// The same closure, written otherwise.
    pub(super) fn rewritten(&self, write: impl FnOnce(&mut syn::ExprClosure)) -> Self {
        let mut other = self.clone();
        write(&mut other.closure);
        other
    }
}

impl Lower {
    /// `let f = |x| ..;` declares nothing in the IR.
    pub(super) fn local_closure(
        &mut self,
        name: &syn::PatIdent,
        init: &Expr,
        out: &mut Vec<Stmt>,
    ) -> Result<bool> {
        let named = match self.function_parameter(init) {
            // Another name for it.
            Some(function) if name.mutability.is_none() => Named::Var(function),
            _ => match self.closure_at(crate::objects::unboxed(init), out)? {
                Some(local) => Named::Closure(local),
                None => return Ok(false),
            },
        };
        self.declare(name.ident.to_string(), named);
        Ok(true)
    }

    /// The closure that an expression is, evaluated here: it captures what it moves.
    pub(super) fn closure_at(
        &mut self,
        e: &Expr,
        out: &mut Vec<Stmt>,
    ) -> Result<Option<Rc<Local>>> {
        if let Expr::Call(c) = strip(e) {
            return self.given_closure(c, out);
        }
        if let Some((before, value)) = ends_with_closure(e) {
            self.scopes.push(HashMap::new());
            self.stmts(before, Tail::Unit, out)?;
            let local = self.closure_at(value, out);
            self.scopes.pop();
            return local;
        }
        let Some(local) = self.closure_of(e)? else { return Ok(None) };
        let by_reference = matches!(strip(e), Expr::Reference(_));
        let literal = matches!(strip(e), Expr::Closure(_));
        match (literal, local.closure.capture) {
            (true, Some(moves)) => self.captured(&moves, &local, out).map(Some),
            // A copy of a closure has a state of its own.
            (false, Some(_)) if !by_reference && !local.moved.is_empty() => {
                Ok(Some(self.copied_state(&local, out)))
            }
            _ => Ok(Some(local)),
        }
    }

    /// `move` captures what a variable that may change is here.
    fn captured(
        &mut self,
        moves: &syn::Token![move],
        local: &Local,
        out: &mut Vec<Stmt>,
    ) -> Result<Rc<Local>> {
        let body = local.body_tokens();
        let of_closure = self.scopes.iter().flatten().any(|(name, named)| {
            matches!(named, Named::Closure(other) if other.has_state())
                && super::select::mentions(&body, &quote::format_ident!("{name}"))
        });
        if of_closure {
            return unsupported(
                moves,
                "`move` of a closure that moves what it captures",
                "leave out the outer `move`, or write its work here",
            );
        }
        let mut moved = vec![];
        for (key, name) in super::closure::free_names(&local.closure.body) {
            let Some(v) = self.lookup(&name) else { continue };
            let var = self.func.var(v);
            if !var.mutable {
                continue;
            }
            if !matches!(var.kind, VarKind::Local) {
                return unsupported(moves, "`move` of this variable", "copy it with `let` first");
            }
            moved.push((key, v));
        }
        Ok(self.copied_state(&Local { moved, ..local.clone() }, out))
    }

    fn copied_state(&mut self, local: &Local, out: &mut Vec<Stmt>) -> Rc<Local> {
        let mut copies = HashMap::new();
        let mut moved = vec![];
        for (key, v) in &local.moved {
            let var = self.func.var(*v).clone();
            let span = var.name.span();
            let copy = self.func.add(key, span, Var { home: self.here, mutable: true, ..var });
            out.push(Stmt::Let(copy, Op::Use(Operand::var(*v))));
            copies.insert(key.clone(), Named::Var(copy));
            moved.push((key.clone(), copy));
        }
        let mut local = Local { moved, ..local.clone() };
        local.scopes.push(copies);
        Rc::new(local)
    }

    /// Gives a closure that is handed over its own copies of what it captured by `move`: a name for it,
    /// and what the copies are of.
    pub(super) fn with_own_state(
        &mut self,
        f: &mut Expr,
        out: &mut Vec<Stmt>,
    ) -> Result<Vec<VarId>> {
        let shared = match strip(f) {
            Expr::Closure(c) => c.capture.is_none(),
            e => matches!(e, Expr::Reference(_)),
        };
        let start = out.len();
        if !shared
            && let Some(local) = self.closure_at(f, out)?
            && local.has_state()
        {
            *f = self.name_of_closure(local);
        }
        let copied = |copy: &Stmt| match copy {
            Stmt::Let(_, Op::Use(Operand::Place(of, _))) => Some(of.root),
            _ => None,
        };
        Ok(out[start..].iter().filter_map(copied).collect())
    }

    /// A name for a closure, by which source can refer to it.
    pub(super) fn name_of_closure(&mut self, closure: Rc<Local>) -> Expr {
        self.tries += 1;
        let name = quote::format_ident!("{NAMED}{}", self.tries);
        self.func.names.insert(name.to_string());
        self.declare(name.to_string(), Named::Closure(closure));
        syn::parse_quote!(#name)
    }

    /// The closure that an expression is: as written, or a name of one; behind references, too.
    pub(super) fn closure_of(&mut self, e: &Expr) -> Result<Option<Rc<Local>>> {
        match strip(e) {
            Expr::Closure(c) => {
                if let Some(asyncness) = &c.asyncness {
                    return unsupported(
                        asyncness,
                        "`async`",
                        "differentiate the computation between the awaits",
                    );
                }
                refuse_items(&c.body)?;
                let (closure, scopes) = (self.without_exits(c)?, self.scopes.clone());
                Ok(Some(Rc::new(Local { closure, scopes, moved: vec![] })))
            }
            Expr::Reference(r) => self.closure_of(&r.expr),
            Expr::Path(p) => Ok(match p.path.get_ident().and_then(|n| self.named(n)) {
                Some(Named::Closure(local)) => Some(local.clone()),
                _ => None,
            }),
            Expr::Unary(u) if matches!(u.op, syn::UnOp::Deref(_)) => self.closure_of(&u.expr),
            Expr::MethodCall(m) if m.method == "clone" && m.args.is_empty() => {
                self.closure_of(&m.receiver)
            }
            _ => Ok(None),
        }
    }

    /// A call of a closure: its body, with the arguments bound to its parameters.
    pub(super) fn inlined(
        &mut self,
        local: &Local,
        args: &syn::punctuated::Punctuated<Expr, syn::Token![,]>,
        span: proc_macro2::Span,
        out: &mut Vec<Stmt>,
    ) -> Result<Op> {
        self.with_arguments(local, args, span, out, |s, out| {
            let value = s.value_of_body(local, out)?;
            let Some(ty) = local.output().filter(|ty| super::ty_of(ty) == Ty::Real) else {
                return Ok(Op::Use(value));
            };
            // The type is known before the call's value has one.
            let declared = Some(ty.to_token_stream());
            let var = Var { ty: Ty::Real, declared, ..Var::new(VarKind::Local, s.here) };
            let named = s.func.add("t", span, var);
            out.push(Stmt::Let(named, Op::Use(value)));
            Ok(Op::Use(Operand::var(named)))
        })
    }

    /// The closure that a call of a local closure gives, `|a| move |x| a * x`.
    fn given_closure(
        &mut self,
        c: &syn::ExprCall,
        out: &mut Vec<Stmt>,
    ) -> Result<Option<Rc<Local>>> {
        let Some(local) = self.closure_of(&c.func)? else { return Ok(None) };
        let (before, given) = match strip(local.body()) {
            Expr::Block(b) if b.label.is_none() => match b.block.stmts.split_last() {
                Some((syn::Stmt::Expr(given, None), before)) => (before, given),
                _ => return Ok(None),
            },
            given => (&[][..], given),
        };
        let given @ Expr::Closure(_) = strip(crate::objects::unboxed(strip(given))) else {
            return Ok(None);
        };
        self.with_arguments(&local, &c.args, c.span(), out, |s, out| {
            s.stmts(before, Tail::Value, out)?;
            s.closure_at(given, out)
        })
    }

    /// Lowers what `f` does where the parameters of a closure are bound to arguments. One that is a closure
    /// has the parameter's name.
    fn with_arguments<T>(
        &mut self,
        local: &Local,
        args: &syn::punctuated::Punctuated<Expr, syn::Token![,]>,
        span: proc_macro2::Span,
        out: &mut Vec<Stmt>,
        f: impl FnOnce(&mut Self, &mut Vec<Stmt>) -> Result<T>,
    ) -> Result<T> {
        let inputs = &local.closure.inputs;
        if inputs.len() != args.len() {
            let message =
                format!("a closure of {} parameters with {} arguments", inputs.len(), args.len());
            return Err(syn::Error::new(span, message));
        }
        let (mut functions, mut values) = (HashMap::new(), vec![]);
        for (k, (input, e)) in inputs.iter().zip(args).enumerate() {
            let ty = if let Pat::Type(t) = input { Some(&*t.ty) } else { None };
            let function = ty.and_then(|ty| crate::objects::function_as_closure(e, ty));
            let e = function.as_ref().unwrap_or(e);
            match self.closure_at(crate::objects::unboxed(e), out)? {
                Some(function) => _ = functions.insert(k, Named::Closure(function)),
                None => match self.function_parameter(e) {
                    Some(function) => _ = functions.insert(k, Named::Var(function)),
                    None => values.extend(written_parts(input, &self.lent_item(input, e))),
                },
            }
        }
        let given: Vec<_> = values.iter().map(|(_, e)| e.clone()).collect();
        let operands = self.operands(&given, out)?;
        self.within(local, |s| {
            for (k, input) in inputs.iter().enumerate() {
                let pattern = match input {
                    Pat::Type(t) => &*t.pat,
                    other => other,
                };
                match (functions.remove(&k), pattern) {
                    (Some(function), Pat::Ident(name)) => {
                        s.declare(name.ident.to_string(), function);
                    }
                    (Some(_), _) => {
                        return unsupported(pattern, "this pattern for a function", "name it");
                    }
                    (None, _) => {}
                }
            }
            for ((pattern, _), value) in values.iter().zip(operands) {
                s.bind(pattern, None, value, out)?;
            }
            f(s, out)
        })
    }

    /// An argument for a parameter that is a reference: of an item that is one, what it refers to.
    pub(super) fn lent_item(&self, input: &Pat, arg: &Expr) -> Expr {
        let by_reference = match input {
            Pat::Type(t) => matches!(&*t.ty, syn::Type::Reference(r) if r.mutability.is_none()),
            _ => false,
        };
        let is_item = match strip(arg) {
            Expr::Path(p) => {
                p.path.get_ident().and_then(|name| self.lookup(name)).is_some_and(|v| {
                    matches!(self.func.var(v).kind, VarKind::Item | VarKind::Argument)
                })
            }
            _ => false,
        };
        if by_reference && is_item { syn::parse_quote!(&*#arg) } else { arg.clone() }
    }

    /// Lowers what `f` does where names stand for what they do in the closure. All names of a function
    /// differ in the IR, so that a scope needs no block.
    pub(super) fn within<T>(
        &mut self,
        local: &Local,
        f: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<T> {
        let scopes = std::mem::replace(&mut self.scopes, local.scopes.clone());
        let loops = std::mem::take(&mut self.loops);
        let output = std::mem::replace(&mut self.output, local.output());
        self.scopes.push(HashMap::new());
        let value = f(self);
        self.output = output;
        self.scopes = scopes;
        self.loops = loops;
        value
    }

    /// Lowers what `f` does in a region where names stand for what they do in the closure.
    fn inside(
        &mut self,
        local: &Local,
        f: impl FnOnce(&mut Self, &mut Vec<Stmt>) -> Result<Option<Operand>>,
    ) -> Result<Region> {
        self.within(local, |s| s.region(false, f))
    }

    /// A closure as it is, if it is a comparison and does nothing else.
    fn as_it_is(
        &mut self,
        local: &Local,
        kept: Kept,
    ) -> Option<(TokenStream, Vec<crate::ir::Place>)> {
        let compares = match kept {
            Kept::None => false,
            Kept::Comparisons => is_inert(local.body()),
            Kept::Comparators(_) => true,
        };
        if compares { self.only_reading(local) } else { None }
    }

    /// A closure as it is, if it only reads.
    pub(super) fn only_reading(
        &mut self,
        local: &Local,
    ) -> Option<(TokenStream, Vec<crate::ir::Place>)> {
        self.pure_in(&local.scopes, &Expr::Closure(local.closure.clone()))
    }

    /// Whether a rule takes a closure as it is.
    pub(super) fn is_kept(&mut self, local: &Local) -> bool {
        self.as_it_is(local, Kept::Comparisons).is_some()
    }

    /// A closure as an argument of a call, kept as it is if it may be and is a comparison.
    pub(super) fn lambda(&mut self, local: &Local, kept: Kept) -> Result<Lambda> {
        let c = &local.closure;
        if let Some((tokens, reads)) = self.as_it_is(local, kept) {
            let body = self.inside(local, |_, _| Ok(None))?;
            return Ok(Lambda {
                params: vec![],
                body,
                lent: quote!(),
                inert: Some((tokens, reads)),
            });
        }
        let mut params = vec![];
        let region = self.inside(local, |s, out| {
            for input in &c.inputs {
                params.push(s.lambda_parameter(input, &c.body, out)?);
            }
            let value = s.tail(&c.body, Tail::Value, out)?;
            Ok(Some(value.unwrap_or_else(|| Operand::Const(quote!(())))))
        })?;
        self.func.regions[region.id.0].1 = true;
        self.func.lambdas.insert(region.id);
        Ok(Lambda { params, body: region, lent: quote!(), inert: None })
    }

    fn lambda_parameter(
        &mut self,
        input: &Pat,
        body: &Expr,
        out: &mut Vec<Stmt>,
    ) -> Result<(VarId, Option<TokenStream>, VarId)> {
        let (pattern, ty) = match input {
            Pat::Type(t) => (&*t.pat, Some(&*t.ty)),
            other => (other, None),
        };
        let span = input.span();
        let passing = self.func.record("passing", span, self.here);
        let exclusive = match (ty, pattern) {
            (Some(syn::Type::Reference(r)), _) => r.mutability.is_some(),
            (None, pattern) => writes_through(body, pattern),
            _ => false,
        };
        let kind = if exclusive { VarKind::Exclusive } else { VarKind::Argument };
        let known = match ty {
            Some(syn::Type::Reference(r)) if exclusive => super::ty_of(&r.elem),
            Some(t) => super::ty_of(t),
            // What it is taken apart into are references.
            None if !exclusive && super::closure::derefers(body, pattern) => {
                Ty::Ref(Box::new(Ty::Unknown))
            }
            None => Ty::Unknown,
        };
        let constant = known.is_inert() && !exclusive;
        let declared = ty.map(ToTokens::to_token_stream);
        let var = Var { ty: known, constant, ..Var::new(kind, self.here) };
        let v = match pattern {
            Pat::Ident(i) if i.by_ref.is_none() && i.subpat.is_none() => {
                let v = self.user(&i.ident, var);
                if i.mutability.is_some() {
                    self.mutable_argument(&i.ident, v, out);
                }
                v
            }
            other => {
                let v = self.func.add("argument", span, var);
                let mode = if exclusive { Mode::Exclusive } else { Mode::Value };
                self.bind(other, None, Operand::Place(crate::ir::Place::var(v), mode), out)?;
                v
            }
        };
        Ok((v, declared, passing))
    }

    /// A `mut` parameter is a local variable that starts as the argument.
    fn mutable_argument(&mut self, name: &Ident, v: VarId, out: &mut Vec<Stmt>) {
        let ty = self.func.var(v).ty.clone();
        let var = Var { ty, mutable: true, ..Var::new(VarKind::Local, self.here) };
        let local = self.user(name, var);
        out.push(Stmt::Let(local, Op::Use(Operand::var(v))));
    }

    fn pure_in(
        &mut self,
        scopes: &[HashMap<String, Named>],
        e: &Expr,
    ) -> Option<(TokenStream, Vec<crate::ir::Place>)> {
        let before = std::mem::replace(&mut self.scopes, scopes.to_vec());
        let pure = self.pure(e, Calls::Reading);
        self.scopes = before;
        pure
    }
}

/// Whether a body writes through a parameter whose type is not said, which is then an exclusive
/// reference: it assigns to a part of it, lends a part exclusively, or calls a method of it for nothing
/// but its effect. What is not seen here the compiler refuses: such a parameter only reads.
fn writes_through(body: &Expr, parameter: &Pat) -> bool {
    struct Find {
        /// The names that stand for parts.
        names: Vec<Ident>,
        found: bool,
    }
    impl Find {
        fn is_of(&self, e: &Expr) -> bool {
            match strip(e) {
                Expr::Path(p) => p.path.get_ident().is_some_and(|name| self.names.contains(name)),
                Expr::Field(f) => self.is_of(&f.base),
                Expr::Index(i) => self.is_of(&i.expr),
                Expr::Unary(u) => self.is_of(&u.expr),
                _ => false,
            }
        }

        /// Names for references to parts of what an expression is; a `mut` name is that of a copy.
        fn named(&mut self, pattern: &Pat, of: &Expr) {
            let of = match strip(of) {
                Expr::Reference(r) => &r.expr,
                e => e,
            };
            if self.is_of(of) && !matches!(strip(of), Expr::Unary(_)) {
                self.names.extend(references(pattern));
            }
        }
    }
    impl Visit<'_> for Find {
        fn visit_block(&mut self, block: &syn::Block) {
            for stmt in &block.stmts {
                if let syn::Stmt::Local(local) = stmt
                    && let Some(init) = &local.init
                {
                    self.named(&local.pat, &init.expr);
                }
                if let syn::Stmt::Expr(Expr::MethodCall(m), Some(_)) = stmt {
                    self.found |= self.is_of(&m.receiver);
                }
                self.visit_stmt(stmt);
            }
        }

        fn visit_expr(&mut self, e: &Expr) {
            match e {
                Expr::Assign(a) => self.found |= self.is_of(&a.left),
                Expr::Binary(b) if super::assign::compound(&b.op).is_some() => {
                    self.found |= self.is_of(&b.left);
                }
                Expr::Reference(r) if r.mutability.is_some() => self.found |= self.is_of(&r.expr),
                Expr::MethodCall(m) if m.method.to_string().ends_with("_mut") => {
                    self.found |= self.is_of(&m.receiver);
                }
                Expr::Let(l) => self.named(&l.pat, &l.expr),
                Expr::ForLoop(f) => self.named(&f.pat, &f.expr),
                Expr::Match(m) => {
                    m.arms.iter().for_each(|arm| self.named(&arm.pat, &m.expr));
                }
                _ => {}
            }
            syn::visit::visit_expr(self, e);
        }
    }
    let mut find = Find { names: references(parameter), found: false };
    find.visit_expr(body);
    find.found
}

/// The names of a pattern that are not `mut`.
pub(super) fn references(pattern: &Pat) -> Vec<Ident> {
    struct Names(Vec<Ident>);
    impl Visit<'_> for Names {
        fn visit_pat_ident(&mut self, p: &syn::PatIdent) {
            self.0.extend(p.mutability.is_none().then(|| p.ident.clone()));
            syn::visit::visit_pat_ident(self, p);
        }
    }
    let mut names = Names(vec![]);
    names.visit_pat(pattern);
    names.0
}

/// The body is written where the closure is called, where its items would be known, too.
fn refuse_items(body: &Expr) -> Result<()> {
    struct Find(Result<()>);
    impl Visit<'_> for Find {
        fn visit_expr_closure(&mut self, _: &syn::ExprClosure) {}
        fn visit_item(&mut self, item: &syn::Item) {
            self.0 = unsupported(item, "an item in a closure", "write it before the closure");
        }
    }
    let mut find = Find(Ok(()));
    find.visit_expr(body);
    find.0
}
