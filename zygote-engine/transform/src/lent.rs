//! Functions that lend a part, `fn row(&self, i: usize) -> &[f64]`, or may, `-> Option<&Knot>`. Such a part has
//! no place in a derivative that calls the function, so that there the function gives a copy, of which the
//! cotangent is added to that of the part.

use quote::quote_spanned;
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ReturnType, Stmt, Type, parse_quote, parse_quote_spanned};

/// The function with a copy as its value, if it lends.
pub fn with_copies(item: &syn::ItemFn) -> syn::ItemFn {
    let mut item = item.clone();
    let ReturnType::Type(_, output) = &item.sig.output else { return item };
    let optional = optional(output);
    let Some((ty, slice)) = copied(optional.as_ref().unwrap_or(output)) else { return item };
    let copy: Type = parse_quote!(::zygote_engine::__private::CopyOf<#ty>);
    item.sig.output = match &optional {
        Some(_) => parse_quote!(-> ::core::option::Option<#copy>),
        None => parse_quote!(-> #copy),
    };
    let mut ends = Ends { ty, slice, optional: optional.is_some() };
    ends.visit_block_mut(&mut item.block);
    ends.end_of(&mut item.block);
    item
}

/// Whether a value is, or may have, a reference.
pub fn is_lent(output: &Type) -> bool {
    matches!(output, Type::Reference(_)) || optional(output).is_some()
}

/// The reference that an `Option` may have.
fn optional(output: &Type) -> Option<Type> {
    crate::objects::inside(output, &["Option"]).filter(|ty| matches!(ty, Type::Reference(_)))
}

/// The type of the copy that stands for what a function lends, and whether it is of a slice.
pub fn copied(output: &Type) -> Option<(Type, bool)> {
    let Type::Reference(lent) = output else { return None };
    let lasts = lent.lifetime.as_ref().is_some_and(|l| l.ident == "static");
    if lent.mutability.is_some() || lasts {
        return None;
    }
    match &*lent.elem {
        Type::Slice(of) => {
            let of = &of.elem;
            Some((parse_quote!(::std::vec::Vec<#of>), true))
        }
        Type::Path(p) if !p.path.is_ident("str") => Some(((*lent.elem).clone(), false)),
        Type::Array(_) | Type::Tuple(_) => Some(((*lent.elem).clone(), false)),
        _ => None,
    }
}

/// Copies what a function lends where it ends.
struct Ends {
    ty: Type,
    slice: bool,
    /// Whether it may lend nothing.
    optional: bool,
}

impl Ends {
    fn end_of(&self, block: &mut syn::Block) {
        if let Some(Stmt::Expr(e, None)) = block.stmts.last_mut() {
            self.copy(e);
        }
    }

    fn copy(&self, e: &mut Expr) {
        match e {
            Expr::Return(_) | Expr::Macro(_) | Expr::Loop(_) => {}
            Expr::Paren(p) => self.copy(&mut p.expr),
            Expr::Block(b) => self.end_of(&mut b.block),
            Expr::If(i) => {
                self.end_of(&mut i.then_branch);
                if let Some((_, otherwise)) = &mut i.else_branch {
                    self.copy(otherwise);
                }
            }
            Expr::Match(m) => m.arms.iter_mut().for_each(|arm| self.copy(&mut arm.body)),
            Expr::Path(p) if self.optional && p.path.is_ident("None") => {}
            Expr::Call(c) if self.optional && is_some(c) => {
                c.args.iter_mut().for_each(|part| self.copy_part(part));
            }
            option if self.optional => {
                let mut part = parse_quote_spanned!(option.span()=> __part);
                self.copy_part(&mut part);
                *option = parse_quote_spanned!(option.span()=> #option.map(|__part| #part));
            }
            part => self.copy_part(part),
        }
    }

    fn copy_part(&self, lent: &mut Expr) {
        let span = lent.span();
        let part = match &*lent {
            // An array or a list becomes a slice where it is lent.
            Expr::Reference(r) if self.slice && !is_slice(&r.expr) => {
                let of = &r.expr;
                quote_spanned!(span=> &#of[..])
            }
            // The item of a loop, or what another function lends.
            Expr::Path(_) if self.optional => quote_spanned!(span=> &*#lent),
            lent => quote_spanned!(span=> #lent),
        };
        let ty = &self.ty;
        *lent = parse_quote_spanned! {span=>
            ::zygote_engine::__private::CopyOf::<#ty>::of(#part)
        };
    }
}

impl VisitMut for Ends {
    fn visit_expr_return_mut(&mut self, r: &mut syn::ExprReturn) {
        visit_mut::visit_expr_return_mut(self, r);
        if let Some(e) = &mut r.expr {
            self.copy(e);
        }
    }

    fn visit_expr_closure_mut(&mut self, _: &mut syn::ExprClosure) {}

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

fn is_some(c: &syn::ExprCall) -> bool {
    matches!(&*c.func, Expr::Path(p) if p.path.is_ident("Some"))
}

fn is_slice(e: &Expr) -> bool {
    matches!(e, Expr::Index(i) if matches!(*i.index, Expr::Range(_)))
}
