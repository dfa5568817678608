//! `collect`: a list that grows, or what the type that is written or expected makes of one.

use super::Labels;
use super::item::Item;
use super::parse::is_chain;
use super::parts::Pipeline;
use crate::error::Result;
use crate::ir::{Op, Operand, Stmt, Ty};
use crate::lower::Lower;
use crate::lower::place::strip;
use syn::{Expr, parse_quote};

impl Lower {
    pub(super) fn collected(
        &mut self,
        consumer: &syn::ExprMethodCall,
        pipeline: &Pipeline,
        expected: Option<syn::Type>,
        out: &mut Vec<Stmt>,
    ) -> Result<Op> {
        let written = Self::written(consumer).or(expected);
        if let Some(ty) = &written
            && !is_vec(ty)
            && !matches!(crate::lower::ty_of(ty), Ty::Of(..))
        {
            // Another name of a collection, or a type that makes itself of an iterator.
            let chain = &consumer.receiver;
            let span = consumer.method.span();
            let made = syn::parse_quote_spanned!(span=> <#ty>::from_iter(#chain));
            return self.op(&made, out);
        }
        let name = &consumer.method;
        let list = self.list(written.as_ref(), out);
        let kind = self.func.var(list).ty.clone();
        if let Ty::Of(..) = kind {
            let list = self.name_of_operand(Operand::var(list), out);
            let list: Expr = parse_quote!(#list);
            self.known_collection(&kind, &list, out);
            let mut body = |s: &mut Self, item: Item, out: &mut Vec<Stmt>| {
                s.owned_item(&item, name)?;
                s.added(&list, &kind, item, out)
            };
            self.run(pipeline, Labels::default(), false, &mut body, out)?;
            return self.operand(&list, out).map(Op::Use);
        }
        let mut body = |s: &mut Self, item: Item, out: &mut Vec<Stmt>| {
            s.owned_item(&item, name)?;
            s.appended(list, item, out)
        };
        self.run(pipeline, Labels::default(), false, &mut body, out)?;
        if is_inferred(consumer) {
            // The type that is expected makes itself of the list.
            let list = self.name_of_operand(Operand::var(list), out);
            return self.op(&parse_quote!(#list.into()), out);
        }
        Ok(Op::Use(Operand::var(list)))
    }

    /// The values of fields: what a chain is collected into follows from the field's type, and a closure is a
    /// part of the whole.
    pub(in crate::lower) fn fields<'a>(
        &mut self,
        path: &syn::Path,
        es: impl IntoIterator<Item = &'a Expr>,
        out: &mut Vec<Stmt>,
    ) -> Result<Vec<Operand>> {
        let mut all = vec![];
        for e in es {
            let stored = match self.is_stored_closure(path, e) {
                true => self.stored_closure(e, &[], out)?,
                false => self.cloned_field(e, out)?,
            };
            let value = match stored {
                Some(field) => field,
                None => self.operand_in_place(inferred(e).as_ref().unwrap_or(e), out)?,
            };
            all.push((out.len(), value));
        }
        Ok(self.in_order(all, out))
    }
}

/// `chain.collect()` where its type follows from what stands around it.
pub(in crate::lower) fn inferred(e: &Expr) -> Option<Expr> {
    let Expr::MethodCall(m) = strip(e) else { return None };
    (m.method == "collect" && m.turbofish.is_none() && is_chain(e)).then(|| {
        let turbofish = Some(parse_quote!(::<_>));
        Expr::MethodCall(syn::ExprMethodCall { turbofish, ..m.clone() })
    })
}

/// `collect::<_>()`
fn is_inferred(consumer: &syn::ExprMethodCall) -> bool {
    let first = consumer.turbofish.as_ref().and_then(|t| t.args.first());
    matches!(first, Some(syn::GenericArgument::Type(syn::Type::Infer(_))))
}

fn is_vec(ty: &syn::Type) -> bool {
    match ty {
        syn::Type::Path(p) => p.path.segments.last().is_some_and(|s| s.ident == "Vec"),
        _ => false,
    }
}
