//! A closure at a call of `gradient!`: its parameters vary, what it captures is constant.

use super::{Lower, exits};
use crate::error::{Result, unsupported};
use crate::ir::{Func, Operand, Param, RegionId, Ty, Var, VarKind};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use std::collections::{BTreeMap, HashMap};
use syn::spanned::Spanned;
use syn::visit::Visit;
use syn::{Expr, Pat};

/// Lowers a closure; the flags say which arguments are declared constant.
pub fn closure(c: &syn::ExprClosure, constant: &[bool]) -> Result<Func> {
    if let Some(asyncness) = &c.asyncness {
        return unsupported(
            asyncness,
            "`async`",
            "differentiate the computation between the awaits",
        );
    }
    if c.inputs.len() != constant.len() {
        return Err(syn::Error::new_spanned(
            &c.inputs,
            format!("a closure of {} parameters with {} arguments", c.inputs.len(), constant.len()),
        ));
    }
    let mut lower = Lower::new(c.to_token_stream());
    lower.scopes.push(HashMap::new());
    let given: Vec<_> = c.inputs.iter().flat_map(super::bound_names).collect();
    // By the convention of the language, a name in capitals is a constant.
    let is_variable =
        |name: &Ident| !name.to_string().starts_with(char::is_uppercase) && !given.contains(name);
    for (_, name) in free_names(&c.body).into_iter().filter(|(_, name)| is_variable(name)) {
        let var = Var { constant: true, ..Var::new(VarKind::Captured, RegionId(0)) };
        lower.user(&name, var);
    }
    lower.scopes.push(HashMap::new());
    for (input, constant) in c.inputs.iter().zip(constant) {
        lower.closure_parameter(input, *constant)?;
    }
    let block: syn::Block = match &*c.body {
        Expr::Block(b) => b.block.clone(),
        e => syn::parse_quote!({ #e }),
    };
    lower.func.returns_early = exits::returns_early(&block);
    lower.body(&block)
}

impl Lower {
    fn closure_parameter(&mut self, input: &Pat, constant: bool) -> Result<()> {
        let (pattern, ty) = match input {
            Pat::Type(t) => (&*t.pat, Some(&*t.ty)),
            other => (other, None),
        };
        if !matches!(pattern, Pat::Ident(_)) && ty.is_none() {
            let what = "a pattern without a type for a closure's parameter";
            return unsupported(pattern, what, "write the type: `|(a, b): (f64, f64)| ..`");
        }
        let (kind, inner) = match ty {
            Some(syn::Type::Reference(r)) if r.mutability.is_some() => {
                return unsupported(r, "a closure that changes its argument", "write a function");
            }
            Some(syn::Type::Reference(r)) => (VarKind::Shared, Some(&*r.elem)),
            other => (VarKind::Value, other),
        };
        let known = inner.map_or(Ty::Unknown, super::ty_of);
        let attributes = match input {
            Pat::Type(t) => &t.attrs,
            Pat::Ident(i) => &i.attrs,
            _ => &vec![],
        };
        let marked = attributes.iter().any(|a| a.path().is_ident("constant"));
        let constant = constant || marked || known.is_inert();
        if let (false, Some(inner)) = (constant, inner) {
            super::generics::refuse_numbers_in_errors(inner)?;
        }
        let var = Var {
            ty: known,
            declared: ty.map(ToTokens::to_token_stream),
            constant,
            ..Var::new(kind, RegionId(0))
        };
        let name = match pattern {
            Pat::Ident(i) if i.by_ref.is_none() && i.subpat.is_none() => Some(i),
            _ => None,
        };
        let v = match name {
            Some(i) => self.user(&i.ident, var),
            None => self.func.add("arg", pattern.span(), var),
        };
        let ty: TokenStream = inner.map_or_else(|| quote!(_), ToTokens::to_token_stream);
        self.func.params.push(Param { var: v, constant, ty, taken: None });
        match name {
            Some(i) if i.mutability.is_some() => self.mutable_parameter(i, &i.ident, v).map(|_| ()),
            Some(_) => Ok(()),
            None => {
                let mut stmts = vec![];
                self.bind(pattern, None, Operand::var(v), &mut stmts)?;
                self.func.body.stmts.append(&mut stmts);
                Ok(())
            }
        }
    }
}

/// The names that an expression reads and that may come from outside.
pub(super) fn free_names(e: &Expr) -> BTreeMap<String, Ident> {
    struct Names(BTreeMap<String, Ident>);
    impl Visit<'_> for Names {
        fn visit_expr_path(&mut self, p: &syn::ExprPath) {
            if let Some(name) = p.path.get_ident() {
                self.0.insert(name.to_string(), name.clone());
            }
        }
        fn visit_expr_call(&mut self, c: &syn::ExprCall) {
            if !matches!(&*c.func, Expr::Path(_)) {
                self.visit_expr(&c.func);
            }
            c.args.iter().for_each(|a| self.visit_expr(a));
        }
        fn visit_macro(&mut self, m: &syn::Macro) {
            let parser = syn::punctuated::Punctuated::<Expr, syn::Token![,]>::parse_terminated;
            let arguments = m.parse_body_with(parser).into_iter().flatten();
            arguments.for_each(|e| self.visit_expr(&e));
            if let Ok(syn::Expr::Repeat(r)) = syn::parse2({
                let tokens = &m.tokens;
                quote!([#tokens])
            }) {
                self.visit_expr(&r.expr);
                self.visit_expr(&r.len);
            }
        }
    }
    let mut names = Names(BTreeMap::new());
    names.visit_expr(e);
    names.0
}

/// Whether a body uses a name of a pattern that takes its parameter apart as a reference, `*name`.
pub(super) fn derefers(body: &syn::Expr, parameter: &syn::Pat) -> bool {
    struct Find(Vec<Ident>, bool);
    impl syn::visit::Visit<'_> for Find {
        fn visit_expr_unary(&mut self, u: &syn::ExprUnary) {
            let name = match super::place::strip(&u.expr) {
                syn::Expr::Path(p) => p.path.get_ident(),
                _ => None,
            };
            let is_deref = matches!(u.op, syn::UnOp::Deref(_));
            self.1 |= is_deref && name.is_some_and(|name| self.0.contains(name));
            syn::visit::visit_expr_unary(self, u);
        }
    }
    if matches!(parameter, syn::Pat::Ident(_) | syn::Pat::Reference(_)) {
        return false;
    }
    let mut find = Find(super::lambda::references(parameter), false);
    syn::visit::Visit::visit_expr(&mut find, body);
    find.1
}
