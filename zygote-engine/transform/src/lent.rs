//! Functions that lend a part, `fn row(&self, i: usize) -> &[f64]`. Such a part has no place in a derivative
//! that calls the function, so that there the function gives a copy, of which the cotangent is added to that
//! of the part.

use quote::quote_spanned;
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ReturnType, Stmt, Type, parse_quote, parse_quote_spanned};

/// The function with a copy as its value, if it lends.
pub fn with_copies(item: &syn::ItemFn) -> syn::ItemFn {
    let mut item = item.clone();
    let Some((ty, slice)) = copied(&item.sig) else { return item };
    item.sig.output = parse_quote!(-> ::zygote_engine::__private::CopyOf<#ty>);
    let mut ends = Ends { ty, slice };
    ends.visit_block_mut(&mut item.block);
    ends.end_of(&mut item.block);
    item
}

/// The type of the copy that stands for what a function lends, and whether it is of a slice.
fn copied(sig: &syn::Signature) -> Option<(Type, bool)> {
    let ReturnType::Type(_, ty) = &sig.output else { return None };
    let Type::Reference(lent) = &**ty else { return None };
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
            lent => {
                let span = lent.span();
                let part = match lent {
                    // An array or a list becomes a slice where it is lent.
                    Expr::Reference(r) if self.slice && !is_slice(&r.expr) => {
                        let of = &r.expr;
                        quote_spanned!(span=> &#of[..])
                    }
                    _ => quote_spanned!(span=> #lent),
                };
                let ty = &self.ty;
                *lent = parse_quote_spanned! {span=>
                    ::zygote_engine::__private::CopyOf::<#ty>::of(#part)
                };
            }
        }
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

fn is_slice(e: &Expr) -> bool {
    matches!(e, Expr::Index(i) if matches!(*i.index, Expr::Range(_)))
}
