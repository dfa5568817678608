//! Closures that are parts of values, `Ode { rhs: |y: f64| -k * y, dt }`: a tuple of what they capture, and
//! functions of that and the arguments.

use super::closure::free_names;
use super::lambda::Local;
use super::place::strip;
use super::{Lower, Named};
use crate::error::{Result, unsupported};
use crate::ir::{Callee, Mode, Op, Operand, Place, Stmt, Stored, Ty, VarId, VarKind};
use crate::stored::{Captured, as_passed, functions};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::spanned::Spanned;
use syn::visit::Visit;
use syn::{Expr, Pat, parse_quote_spanned};

/// The most that a tuple with a cotangent holds.
const MOST: usize = 8;

impl Lower {
    /// The closure that a value is to hold, if it is one. The types are those of parameters without.
    pub(super) fn stored_closure(
        &mut self,
        e: &Expr,
        types: &[syn::Type],
        out: &mut Vec<Stmt>,
    ) -> Result<Option<Operand>> {
        let Some(local) = self.closure_of(e)? else { return Ok(None) };
        let local = local.rewritten(|c| {
            for (input, ty) in c.inputs.iter_mut().zip(types) {
                if !matches!(input, Pat::Type(_)) {
                    *input = typed(input, ty);
                }
            }
        });
        let passed = passed(local.written())?;
        let (parts, captured) = self.within(&local, |s| s.captured_by(&local, out))?;
        let (value, pull) = functions(&crate::stored::without_self(local.written()), &captured)?;
        let whole = self.temp(e.span(), Ty::Unknown, Op::Tuple(parts), out);
        let stored = Op::Stored(Box::new(Stored { captured: whole, passed, value, pull }));
        Ok(Some(self.temp(e.span(), Ty::Unknown, stored, out)))
    }

    /// What a closure captures, where it is made.
    fn captured_by(
        &mut self,
        local: &Local,
        out: &mut Vec<Stmt>,
    ) -> Result<(Vec<Operand>, Vec<Captured>)> {
        let given: Vec<_> = local.parameters().iter().flat_map(super::bound_names).collect();
        for name in called_names(local.body()).iter().filter(|name| !given.contains(name)) {
            if self.named(name).is_some() {
                return unsupported(
                    name,
                    "a call of a closure, or of a function that is a parameter, in a closure that a \
                     value holds",
                    "write its work here, or a function of the module",
                );
            }
        }
        let (mut parts, mut captured) = (vec![], vec![]);
        let free = free_names(local.body()).into_values().filter(|name| !given.contains(name));
        for name in free.collect::<Vec<_>>() {
            let v = match self.named(&name) {
                None => continue,
                Some(Named::Var(v)) => *v,
                Some(Named::Closure(_)) => {
                    return unsupported(
                        name,
                        "a closure in a closure that a value holds",
                        "write its work here, or a function of the module",
                    );
                }
            };
            if matches!(self.func.var(v).kind, VarKind::Function(_)) {
                return unsupported(
                    name,
                    "a function that is a parameter in a closure that a value holds",
                    "write its work here, or a function of the module",
                );
            }
            let place = Place::var(v);
            let reference = self.refers(&place).is_some();
            let constant = self.all_constant(&[place]);
            let var = self.func.var(v);
            let scalar = matches!(var.ty, Ty::Real | Ty::Inert);
            let ty = var.declared.clone().filter(|_| var.ty == Ty::Real);
            let span = name.span();
            // A type that is written need not be inferred.
            let lent = var.declared.clone().and_then(|ty| syn::parse2::<syn::Type>(ty).ok());
            let lent = lent.and_then(|ty| Some(crate::lent::copied(&ty)?.0));
            let lent = lent.map(|ty| quote!(::<#ty>));
            let part: Expr = match (reference, scalar) {
                (true, _) => parse_quote_spanned! {span=>
                    ::zygote_engine::__private::CopyOf #lent::of(&*#name)
                },
                (false, false) => parse_quote_spanned!(span=> #name.clone()),
                (false, true) => parse_quote_spanned!(span=> #name),
            };
            parts.push(self.operand(&part, out)?);
            let name = if name == "self" { crate::stored::own(name.span()) } else { name };
            captured.push(Captured { name, reference, constant, ty });
        }
        if parts.len() > MOST {
            return unsupported(
                local.body(),
                "a closure that a value holds and that captures more than eight variables",
                "bind several of them as a tuple or a struct before, and take their fields",
            );
        }
        Ok((parts, captured))
    }

    /// Notes that a parameter may hold closures, by its type.
    pub(super) fn param_may_hold(&mut self, v: VarId, ty: &syn::Type) {
        let own = Ident::new("Self", Span::call_site());
        let tokens = ty.to_token_stream();
        let itself = crate::emit::mentions(&tokens, &own)
            && self.generics.iter().any(crate::stored::holds_closures);
        let mut all = self.generics.iter().flat_map(crate::stored::closures);
        if itself || all.any(|name| crate::emit::mentions(&tokens, name)) {
            self.func.holding.insert(v);
        }
    }

    /// Notes which variables hold closures, or refer to what does, after statements that make them.
    pub(super) fn note_holding(&mut self, stmts: &[Stmt]) {
        for stmt in stmts {
            let holds = match stmt {
                Stmt::Let(_, Op::Stored(_)) => true,
                Stmt::Let(_, Op::Call(call)) => {
                    let may_keep = matches!(call.callee, Callee::Associated(..));
                    (may_keep || super::call::is_copy(&call.callee))
                        && call.args.iter().any(|a| self.is_holding(a))
                }
                Stmt::Let(_, op) => op.operands().into_iter().any(|o| self.is_holding(o)),
                Stmt::Alias(_, place, _) => {
                    self.is_holding(&Operand::Place(place.clone(), Mode::Shared))
                }
                _ => false,
            };
            if let (true, Stmt::Let(v, _) | Stmt::Alias(v, ..)) = (holds, stmt) {
                self.func.holding.insert(*v);
            }
        }
    }

    fn is_holding(&self, operand: &Operand) -> bool {
        self.func.is_holding(operand)
    }

    /// Whether a call, with that receiver or function and these arguments, is one of what holds closures: it
    /// has a rule, and can't stay as it is written.
    pub(super) fn is_call_of_holding<'e>(&self, es: impl IntoIterator<Item = &'e Expr>) -> bool {
        !self.func.holding.is_empty()
            && es.into_iter().any(|e| {
                let e = match strip(e) {
                    Expr::Reference(r) => strip(&r.expr),
                    e => e,
                };
                let v = match e {
                    Expr::Path(p) => p.path.get_ident().and_then(|name| self.lookup(name)),
                    _ => None,
                };
                v.is_some_and(|v| self.func.holding.contains(&v))
            })
    }

    /// Whether a value that is called, and is no closure that is known here, may be one that a value holds.
    pub(super) fn may_be_stored(&self, function: &Expr) -> bool {
        let is_value = match strip(function) {
            Expr::Path(p) => p.path.get_ident().is_some_and(|name| self.lookup(name).is_some()),
            _ => true,
        };
        is_value && !self.func.holding.is_empty()
    }

    /// A call of a closure that a value holds.
    pub(super) fn stored_call(&mut self, c: &syn::ExprCall, out: &mut Vec<Stmt>) -> Result<Op> {
        self.func.items.push(quote! {
            #[allow(unused_imports)]
            use ::zygote_engine::__private::{
                Function1 as _, Function2 as _, Function3 as _, Function4 as _,
            };
        });
        let (function, span) = (strip(&c.func), c.func.span());
        let (name, args) = (Ident::new(crate::stored::CALL, span), &c.args);
        self.method(&syn::parse_quote_spanned!(span=> #function.#name(#args)), out)
    }

    /// Whether a value is a closure, of which a field is to be made.
    pub(super) fn is_stored_closure(&self, path: &syn::Path, e: &Expr) -> bool {
        let closure = match strip(e) {
            Expr::Closure(_) => true,
            Expr::Path(p) => {
                let named = p.path.get_ident().and_then(|name| self.named(name));
                matches!(named, Some(Named::Closure(_)))
            }
            _ => false,
        };
        closure && crate::stored::is_constructor(path)
    }
}

/// A parameter with its type.
fn typed(pattern: &Pat, ty: &syn::Type) -> Pat {
    Pat::Type(syn::PatType {
        attrs: vec![],
        pat: Box::new(pattern.clone()),
        colon_token: syn::Token![:](pattern.span()),
        ty: Box::new(ty.clone()),
    })
}

/// How the arguments of a closure are passed.
fn passed(c: &syn::ExprClosure) -> Result<Vec<TokenStream>> {
    if c.inputs.is_empty() || c.inputs.len() > 4 {
        return unsupported(
            c,
            "a closure that a value holds and that has no parameters, or more than four",
            "pass several of them as a tuple or a struct",
        );
    }
    let of = |input: &Pat| match input {
        Pat::Type(t) => match as_passed(&t.ty) {
            Some(passed) => Ok(passed),
            None => unsupported(
                &t.ty,
                "this type of a parameter of a closure that a value holds",
                "take values and shared references, and no references inside of other types",
            ),
        },
        other => unsupported(
            other,
            "a parameter without its type of a closure that a value holds",
            "write the types: `|t: f64, y: f64| ..`",
        ),
    };
    c.inputs.iter().map(of).collect()
}

/// The names that are called.
fn called_names(e: &Expr) -> Vec<Ident> {
    struct Find(Vec<Ident>);
    impl Visit<'_> for Find {
        fn visit_expr_call(&mut self, c: &syn::ExprCall) {
            if let Expr::Path(p) = &*c.func {
                self.0.extend(p.path.get_ident().cloned());
            }
            syn::visit::visit_expr_call(self, c);
        }
    }
    let mut find = Find(vec![]);
    find.visit_expr(e);
    find.0
}
