//! Conversions between types of numbers in functions that are generic by the traits of `num_traits`:
//! `T::from(n)`, `T::from_usize(n)`, `x.to_f64()`. What they give, a number or an option of one, the compiler
//! knows; that it is the same number a check says where it runs.

use super::chain::Item;
use super::generics::{Bound, bound_of, bounds, have_assigning_operators, is_of_numbers};
use super::{Lower, Ty};
use crate::error::Result;
use crate::ir::{Callee, Mode, Op, Operand, Place, Stmt};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::Expr;

impl Lower {
    /// `T::from(x)` and its kin, of a type parameter that is a number.
    pub(super) fn converted_call(
        &mut self,
        c: &syn::ExprCall,
        out: &mut Vec<Stmt>,
    ) -> Result<Option<Op>> {
        let (Expr::Path(p), [x]) = (&*c.func, &c.args.iter().collect::<Vec<_>>()[..]) else {
            return Ok(None);
        };
        let of = match (&p.qself, p.path.segments.first()) {
            (Some(q), _) => match &*q.ty {
                syn::Type::Path(ty) => ty.path.get_ident(),
                _ => None,
            },
            (None, Some(first)) if p.path.segments.len() == 2 => Some(&first.ident),
            _ => None,
        };
        let name = p.path.segments.last().map(|s| s.ident.to_string());
        let converts = name.is_some_and(|name| name == "from" || is_named(&name, "from_"));
        if !converts || !of.is_some_and(|of| self.is_a_number(of)) {
            return Ok(None);
        }
        let f = p.to_token_stream();
        self.converted(x, |x| quote!(#f(#x)), out)
    }

    /// `Float::max(x, y)` as `x.max(y)`, of a trait of numbers by which the function is generic.
    pub(super) fn method_of_bound(&self, c: &syn::ExprCall) -> Option<syn::ExprMethodCall> {
        let Expr::Path(p) = &*c.func else { return None };
        let mut segments = p.path.segments.iter().rev();
        let (name, of) = (segments.next()?, segments.next()?);
        let generics: Vec<_> = self.generics.iter().collect();
        let names = generics.iter().flat_map(|g| g.type_params()).map(|t| &t.ident);
        let mut bounds = names.flat_map(|name| generics.iter().flat_map(|g| bounds(name, g)));
        let is_bound = bounds.any(|bound| match bound {
            syn::TypeParamBound::Trait(bound) => {
                bound.path.segments.last().is_some_and(|last| last.ident == of.ident)
            }
            _ => false,
        });
        if p.qself.is_some() || !name.arguments.is_none() || !is_bound || !is_of_numbers(&of.ident)
        {
            return None;
        }
        let (receiver, args, name) = (c.args.first()?, c.args.iter().skip(1), &name.ident);
        Some(syn::parse_quote_spanned!(name.span()=> (#receiver).#name(#(#args),*)))
    }

    /// `x.to_f64()` and its kin.
    pub(super) fn converted_method(
        &mut self,
        m: &syn::ExprMethodCall,
        out: &mut Vec<Stmt>,
    ) -> Result<Option<Op>> {
        let mut all = self.generics.iter().flat_map(|g| g.type_params());
        let generic = all.any(|t| self.is_a_number(&t.ident));
        let name = &m.method;
        if !generic || !m.args.is_empty() || !is_named(&name.to_string(), "to_") {
            return Ok(None);
        }
        self.converted(&m.receiver, |x| quote_spanned!(name.span()=> #x.#name()), out)
    }

    fn converted(
        &mut self,
        x: &Expr,
        call: impl FnOnce(Ident) -> TokenStream,
        out: &mut Vec<Stmt>,
    ) -> Result<Option<Op>> {
        let x = Item::One(self.operand(x, out)?);
        let operand = self.number_item(x, out)?;
        let name = self.name_of_operand(operand, out);
        let x = Place::var(self.lookup(&name).expect("the name was declared"));
        let call = call(super::placeholder(x.root, self.line));
        let made = Op::Verbatim(call, vec![x.clone()], Ty::Unknown);
        let made = self.temp(self.line, Ty::Unknown, made, out);
        let of = Callee::Associated(
            quote!(::zygote_engine::__private::Converted),
            syn::parse_quote!(of),
        );
        let args = vec![made, Operand::Place(x, Mode::Shared)];
        Ok(Some(self.called(of, args, vec![], self.line)))
    }

    /// Whether a type parameter is a number by a bound that knows nothing of derivatives.
    fn is_a_number(&self, name: &Ident) -> bool {
        let generics: Vec<_> = self.generics.iter().collect();
        bound_of(name, &generics) == Bound::Number
    }

    /// Whether a type is a parameter of the function or of the block around it.
    pub(super) fn is_parameter(&self, ty: &syn::Type) -> bool {
        let mut all = self.generics.iter().flat_map(|g| g.type_params());
        matches!(ty, syn::Type::Path(p) if all.any(|t| p.path.is_ident(&t.ident)))
    }

    /// Whether sums may be made by `+=`.
    pub(super) fn has_assigning_operators(&self) -> bool {
        have_assigning_operators(&self.generics.iter().collect::<Vec<_>>())
    }
}

/// Whether a name is that of a conversion from or to a type of numbers: `from_usize`, `to_f64`.
fn is_named(name: &str, prefix: &str) -> bool {
    let of = name.strip_prefix(prefix).and_then(|of| syn::parse_str::<syn::Type>(of).ok());
    of.is_some_and(|ty| matches!(super::ty_of(&ty), Ty::Real | Ty::Inert))
}
