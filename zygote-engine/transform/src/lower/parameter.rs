//! Parameters.

use super::generics::{self, inner_reference};
use super::{Lower, Named, Taken, function, ty_of, view};
use crate::error::{Result, unsupported};
use crate::ir::{Op, Operand, Param, RegionId, Stmt, Ty, Var, VarId, VarKind};
use proc_macro2::Ident;
use quote::{ToTokens, quote};

impl Lower {
    pub(super) fn parameter(&mut self, input: &syn::FnArg) -> Result<()> {
        let p = match input {
            syn::FnArg::Typed(p) => p,
            syn::FnArg::Receiver(r) => return self.receiver(r),
        };
        let (pattern, ty) = (&*p.pat, &*p.ty);
        let generics: Vec<_> = self.generics.iter().collect();
        if let Some(signature) = function::function_of(ty, &generics) {
            return self.function(pattern, ty, signature);
        }
        let (taken, ty) = match view::owner(ty) {
            Some(owner) => {
                let by = quote!(::zygote_engine::__private::owner_of_view);
                (Some(Taken { by, ty: ty.to_token_stream() }), owner)
            }
            None => (crate::opaque::taken(p), generics::owned_objects(ty)),
        };
        let ty = &ty;
        let marked = p.attrs.iter().any(|a| a.path().is_ident("constant"));
        let (kind, inner) = match ty {
            syn::Type::Reference(r) if r.mutability.is_some() => (VarKind::Exclusive, &*r.elem),
            syn::Type::Reference(r) => (VarKind::Shared, &*r.elem),
            other => (VarKind::Value, other),
        };
        if view::is_exclusive(inner) {
            return unsupported(
                inner,
                "a parameter that is a view to write to",
                "take the whole by `&mut`, such as `&mut Array1<f64>`, or a slice, `&mut [f64]`",
            );
        }
        if matches!(inner, syn::Type::Ptr(_)) && !marked {
            return unsupported(
                inner,
                "a raw pointer",
                "use references or indices, or mark the parameter `#[constant]`",
            );
        }
        let written = match &*p.ty {
            syn::Type::Reference(r) => &*r.elem,
            other => other,
        };
        if let Some(function) = function::function_inside(written)
            && !marked
        {
            return unsupported(
                function,
                "a function behind a pointer inside a parameter's type",
                "take `fn` pointers, `&[fn(f64) -> f64]`, objects of a trait with \
                 `#[differentiable(dyn)]`, or each function as a parameter of its own, \
                 `f: impl Fn(f64) -> f64`: of a closure in a box nothing is known",
            );
        }
        if let Some(reference) = inner_reference(written)
            && !marked
            && !ty_of(ty).is_inert()
        {
            return unsupported(
                reference,
                "a reference inside a parameter's type",
                "take owned values there, such as `&[(f64, Vec<f64>)]`, or the references as parameters \
                 of their own, or mark the parameter `#[constant]`",
            );
        }
        if !marked {
            generics::refuse_numbers_in_errors(ty)?;
        }
        if let Some(viewed) = generics::viewed(inner, &generics)
            && !marked
            && !ty_of(&viewed).is_inert()
        {
            return unsupported(
                inner,
                "a parameter that is taken by `AsRef`",
                "take a reference to what it gives, such as `xs: &[f64]`: a call `f(&v)` is the same",
            );
        }
        let known = ty_of(inner);
        let inert = known.is_inert() || generics::gives_a_text(inner, &generics);
        let var = Var {
            ty: known,
            declared: Some(ty.to_token_stream()),
            constant: (marked || inert) && kind != VarKind::Exclusive,
            mutable: false,
            ..Var::new(kind.clone(), RegionId(0))
        };
        let constant = marked || inert;
        let v = match pattern {
            syn::Pat::Ident(i) if i.by_ref.is_none() && i.subpat.is_none() => {
                self.user(&i.ident, var)
            }
            _ => self.func.add("arg", self.line, var),
        };
        self.param_may_hold(v, inner);
        self.func.made.extend(crate::stored::name_of(inner).map(|name| (v, name)));
        let inner = inner.to_token_stream();
        self.func.params.push(Param { var: v, constant, ty: inner, taken });
        match pattern {
            syn::Pat::Ident(i) if i.mutability.is_some() => {
                self.mutable_parameter(i, &i.ident, v).map(|_| ())
            }
            syn::Pat::Ident(_) => Ok(()),
            _ if kind == VarKind::Exclusive => {
                unsupported(pattern, "a pattern for a `&mut` parameter", "name the parameter")
            }
            other => {
                let mut stmts = vec![];
                self.bind(other, None, Operand::var(v), &mut stmts)?;
                self.func.body.stmts.append(&mut stmts);
                Ok(())
            }
        }
    }

    /// A parameter that is a function.
    fn function(
        &mut self,
        pattern: &syn::Pat,
        ty: &syn::Type,
        signature: crate::ir::Signature,
    ) -> Result<()> {
        let syn::Pat::Ident(name) = pattern else {
            return unsupported(pattern, "a pattern for a function", "name the parameter");
        };
        let inner = |ty: &syn::Type| match ty {
            syn::Type::Reference(r) => inner_reference(&r.elem).cloned(),
            other => inner_reference(other).cloned(),
        };
        let varies = signature.inputs.iter().filter(|ty| !ty_of(ty).is_inert());
        if let Some(reference) = varies.filter_map(inner).next() {
            return unsupported(
                reference,
                "a reference inside the type of a function's argument",
                "pass the references as arguments of their own, `impl Fn(&[f64], f64) -> f64`",
            );
        }
        let kind = VarKind::Function(Box::new(signature));
        let declared = Some(ty.to_token_stream());
        let var = Var { constant: true, declared, ..Var::new(kind, RegionId(0)) };
        let v = self.user(&name.ident, var);
        self.func.params.push(Param { var: v, constant: true, ty: quote!(()), taken: None });
        Ok(())
    }

    /// `self`, `&self` or `&mut self`, which generated code names `__self`.
    fn receiver(&mut self, r: &syn::Receiver) -> Result<()> {
        let (this, ty) = match &self.this {
            Some(ty) => (ty.to_token_stream(), ty_of(ty)),
            None => (quote!(Self), Ty::Unknown),
        };
        let (kind, declared) = match &r.kind {
            syn::ReceiverKind::Value => (VarKind::Value, this.clone()),
            syn::ReceiverKind::Reference(_, _, None) => (VarKind::Shared, quote!(&#this)),
            syn::ReceiverKind::Reference(_, _, Some(_)) => (VarKind::Exclusive, quote!(&mut #this)),
            _ => {
                return unsupported(
                    r,
                    "this type of `self`",
                    "write `self`, `&self` or `&mut self`",
                );
            }
        };
        let marked = r.attrs.iter().any(|a| a.path().is_ident("constant"));
        let constant = marked && kind != VarKind::Exclusive;
        let declared = Some(declared);
        let var = Var { ty, declared, constant, ..Var::new(kind, RegionId(0)) };
        let v = self.func.add("__self", r.self_token.span, var);
        self.param_may_hold(v, &syn::parse_quote!(Self));
        self.declare("self".into(), Named::Var(v));
        self.func.params.push(Param { var: v, constant: marked, ty: this, taken: None });
        if r.mutability.is_some() {
            let name = Ident::new("__self", r.self_token.span);
            let local = self.mutable_parameter(r, &name, v)?;
            self.declare("self".into(), Named::Var(local));
        }
        Ok(())
    }

    /// A `mut` parameter is a local variable that starts as the parameter.
    pub(super) fn mutable_parameter(
        &mut self,
        pattern: &impl ToTokens,
        name: &Ident,
        param: VarId,
    ) -> Result<VarId> {
        let of = self.func.var(param).clone();
        if of.kind != VarKind::Value {
            return unsupported(
                pattern,
                "a reference parameter that is itself reassigned",
                "use an index variable; down a list or tree write a function that calls itself",
            );
        }
        let var = Var { mutable: true, kind: VarKind::Local, constant: false, ..of };
        let local = self.user(name, var);
        let value = Op::Use(Operand::var(param));
        self.func.body.stmts.push(Stmt::Let(local, value));
        Ok(local)
    }
}
