//! Functions behind pointers: `Box<dyn Fn(X) -> Y>` and `&dyn Fn(X) -> Y` that a body makes are closures.

use super::{Write, bare, is_new_box};
use quote::format_ident;
use syn::{Expr, Pat, Stmt, Type, parse_quote, parse_quote_spanned, spanned::Spanned};

/// The type of a function behind a pointer, and whether that is a box.
fn function_behind(ty: &Type) -> Option<(&syn::ParenthesizedGenericArguments, bool)> {
    fn signature(ty: &Type) -> Option<&syn::ParenthesizedGenericArguments> {
        let Type::TraitObject(t) = bare(ty) else { return None };
        t.bounds.iter().find_map(|b| match b {
            syn::TypeParamBound::Trait(t) => match &t.path.segments.last()?.arguments {
                syn::PathArguments::Parenthesized(types) => Some(types),
                _ => None,
            },
            _ => None,
        })
    }
    match ty {
        Type::Reference(r) => Some((signature(&r.elem)?, false)),
        Type::Path(p) => {
            let last = p.path.segments.last().filter(|s| s.ident == "Box")?;
            let syn::PathArguments::AngleBracketed(args) = &last.arguments else { return None };
            match args.args.first()? {
                syn::GenericArgument::Type(t) => Some((signature(t)?, true)),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The path of a function in `f`, `&f` or `Box::new(f)`, by the convention of the language.
pub fn function_of_path(e: &Expr) -> Option<&syn::Path> {
    let inner = match e {
        Expr::Call(c) if is_new_box(e) => c.args.first()?,
        Expr::Reference(r) => &*r.expr,
        e => e,
    };
    let Expr::Path(p) = inner else { return None };
    let last = p.path.segments.last().filter(|_| p.qself.is_none())?;
    let word = p.path.is_ident("true") || p.path.is_ident("false");
    let lower = last.ident.to_string().starts_with(char::is_lowercase);
    (lower && !word).then_some(&p.path)
}

/// A function that is given by its name for a parameter of the type of a function, `|x| f(x)`.
pub fn function_as_closure(e: &Expr, ty: &Type) -> Option<Expr> {
    let (types, _) = function_behind(ty)?;
    let path = function_of_path(e).filter(|path| path.segments.len() > 1)?;
    Some(called(&parse_quote!(#path), types))
}

/// The closure that is handed over in a box.
pub fn unboxed(e: &Expr) -> &Expr {
    match e {
        Expr::Call(c) if is_new_box(e) => match c.args.first() {
            Some(closure @ Expr::Closure(_)) => closure,
            _ => e,
        },
        _ => e,
    }
}

/// `let f: Box<dyn Fn(X) -> Y> = Box::new(|x| ..);` binds a closure, and so does a box of a function.
pub(super) fn unbox(local: &mut syn::Local) -> Option<Type> {
    let Pat::Type(pattern) = &local.pat else { return None };
    let ty = (*pattern.ty).clone();
    let (types, true) = function_behind(&ty)? else { return None };
    let init = local.init.as_mut()?;
    let Expr::Call(c) = &*init.expr else { return None };
    let (true, inner) = (is_new_box(&init.expr), c.args.first()?) else { return None };
    let closure = match inner {
        Expr::Closure(_) => inner.clone(),
        Expr::Path(_) => called(inner, types),
        _ => return None,
    };
    *init.expr = closure;
    let name = (*pattern.pat).clone();
    local.pat = name;
    Some(ty)
}

/// `|x| f(x)`.
fn called(function: &Expr, types: &syn::ParenthesizedGenericArguments) -> Expr {
    let names = (0..types.inputs.len()).map(|k| format_ident!("__x{}", k));
    let (names, types): (Vec<_>, Vec<_>) = names.zip(types.inputs.iter().map(|a| &a.ty)).unzip();
    parse_quote_spanned!(function.span()=> |#(#names: #types),*| #function(#(#names),*))
}

/// Whether a type is that of a function in a box.
pub(super) fn is_box(ty: &Type) -> bool {
    matches!(function_behind(ty), Some((_, true)))
}

impl Write {
    /// `let f: Box<dyn Fn(X) -> Y> = if c { Box::new(g) } else { Box::new(h) };` binds a closure that
    /// calls the one that was chosen. Gives the statements before it.
    pub(super) fn chosen_functions(&mut self, local: &mut syn::Local) -> Vec<Stmt> {
        let Pat::Type(pattern) = &local.pat else { return vec![] };
        let Some((types, _)) = function_behind(&pattern.ty) else { return vec![] };
        let Some(init) = &mut local.init else { return vec![] };
        let mut before = vec![];
        let Some(body) = self.choice(&init.expr, types, None, &mut before) else { return vec![] };
        let names = (0..types.inputs.len()).map(|k| format_ident!("__x{}", k));
        let of = types.inputs.iter().map(|a| &a.ty);
        let params = names.zip(of).map(|(name, ty)| quote::quote!(#name: #ty));
        *init.expr = parse_quote!(|#(#params),*| #body);
        let name = (*pattern.pat).clone();
        local.pat = name;
        before
    }

    /// The call of the function that an expression chooses, none if it does not choose.
    fn choice(
        &mut self,
        e: &Expr,
        types: &syn::ParenthesizedGenericArguments,
        reached: Option<Expr>,
        before: &mut Vec<Stmt>,
    ) -> Option<Expr> {
        let Expr::If(i) = e else { return None };
        let arm = |block: &syn::Block| match &block.stmts[..] {
            [Stmt::Expr(e, None)] => Some(e.clone()),
            _ => None,
        };
        let no = match &*i.else_branch.as_ref()?.1 {
            Expr::Block(b) => arm(&b.block)?,
            Expr::If(i) => Expr::If(i.clone()),
            _ => return None,
        };
        if matches!(&*i.cond, Expr::Let(_)) {
            return None;
        }
        let n = self.copies;
        self.copies += 1;
        let (which, cond) = (format_ident!("__which_{}", n), &i.cond);
        // A condition is evaluated only where it is reached.
        let (cond, other): (Expr, Expr) = match reached {
            Some(reached) => (parse_quote!(#reached && #cond), parse_quote!(#reached && !#which)),
            None => ((**cond).clone(), parse_quote!(!#which)),
        };
        before.push(parse_quote!(let #which: bool = #cond;));
        let names: Vec<_> = (0..types.inputs.len()).map(|k| format_ident!("__x{}", k)).collect();
        let mut call = |s: &mut Self, e: Expr, reached: Expr| -> Option<Expr> {
            if let Expr::If(_) = &e {
                return s.choice(&e, types, Some(reached), before);
            }
            let inner = match &e {
                Expr::Call(c) if is_new_box(&e) => c.args.first()?,
                Expr::Reference(r) => &*r.expr,
                _ => return None,
            };
            let function = match inner {
                Expr::Closure(_) => {
                    let name = format_ident!("__function_{}", s.copies);
                    s.copies += 1;
                    before.push(parse_quote!(let #name = #inner;));
                    parse_quote!(#name)
                }
                Expr::Path(_) => inner.clone(),
                _ => return None,
            };
            Some(parse_quote!(#function(#(#names),*)))
        };
        let yes = call(self, arm(&i.then_branch)?, parse_quote!(#which))?;
        let no = call(self, no, other)?;
        Some(parse_quote!(if #which { #yes } else { #no }))
    }
}
