//! Assignments.

use super::Lower;
use super::place::strip;
use crate::error::{Result, unsupported};
use crate::ir::{Mode, Operand, Place, Stmt, Ty};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{BinOp, Expr, parse_quote};

impl Lower {
    /// `place op= value`.
    pub(super) fn update(&mut self, b: &syn::ExprBinary, out: &mut Vec<Stmt>) -> Result<()> {
        let op = compound(&b.op).expect("it is an assigning operator");
        let before = out.len();
        let value = self.operand_of_operator(&b.right, out)?;
        let middle = out.len();
        let place = self.target(&b.left, out)?;
        self.check_compound(&b.left, &place, &value, &out[before..middle])?;
        let value = self.keep_order(value, middle, out);
        let old = self.func.record("old", b.left.span(), self.here);
        out.push(Stmt::Update(op, place, value, old));
        Ok(())
    }

    /// Of numbers the right side is evaluated first, of other types the place.
    fn check_compound(
        &self,
        left: &Expr,
        place: &Place,
        value: &Operand,
        by: &[Stmt],
    ) -> Result<()> {
        if matches!(self.ty(value).peeled(), Ty::Real | Ty::Inert) {
            return Ok(());
        }
        let mut changed = std::collections::BTreeSet::new();
        crate::record::changed_by(&self.func, by, &mut changed);
        let indices = place.indices().into_iter().filter_map(|o| o.place());
        if indices.into_iter().any(|p| self.depends_on(p, &changed)) {
            return unsupported(
                left,
                "an index that the right side of this assignment changes",
                "bind the right side with `let` first",
            );
        }
        Ok(())
    }

    pub(super) fn assign(&mut self, left: &Expr, right: &Expr, out: &mut Vec<Stmt>) -> Result<()> {
        match strip(left) {
            Expr::Infer(_) => self.operand(right, out).map(|_| ()),
            Expr::Tuple(syn::ExprTuple { elems, .. })
            | Expr::Array(syn::ExprArray { elems, .. })
                if let Some(values) = each_by_itself(elems, right) =>
            {
                let mut operands = vec![];
                for e in values {
                    let value = self.operand(e, out)?;
                    operands.push(self.pin(value, out));
                }
                let parts = elems.iter().zip(operands);
                for (place, value) in parts.filter(|(p, _)| !matches!(p, Expr::Infer(_))) {
                    self.store(place, value, out)?;
                }
                Ok(())
            }
            target if is_pattern(target) => {
                let mut places = vec![];
                let pattern = self.pattern_of_places(target, &mut places)?;
                let stores = places.iter().map(|(place, name)| quote!(#place = #name;));
                let block = parse_quote!({ let #pattern = #right; #(#stores)* });
                self.expression(&block, out)
            }
            _ => {
                let to_field = matches!(strip(left), Expr::Field(_));
                let field = if to_field { self.cloned_field(right, out)? } else { None };
                let value = match field {
                    Some(field) => field,
                    None => self.operand_in_place(right, out)?,
                };
                self.store(left, value, out)
            }
        }
    }

    /// The pattern that takes apart what is assigned to places, with names for what each place gets.
    fn pattern_of_places(
        &mut self,
        target: &Expr,
        places: &mut Vec<(Expr, syn::Ident)>,
    ) -> Result<TokenStream> {
        let mut all = |s: &mut Self, elems: &Punctuated<Expr, syn::Token![,]>| {
            let each = elems.iter().map(|e| s.pattern_of_places(e, places));
            each.collect::<Result<Vec<_>>>()
        };
        Ok(match strip(target) {
            Expr::Infer(_) => quote!(_),
            Expr::Range(r) if r.start.is_none() && r.end.is_none() => quote!(..),
            Expr::Tuple(t) => {
                let parts = all(self, &t.elems)?;
                quote!((#(#parts,)*))
            }
            Expr::Array(a) => {
                let parts = all(self, &a.elems)?;
                quote!([#(#parts),*])
            }
            Expr::Call(c) if is_pattern(target) => {
                let (parts, path) = (all(self, &c.args)?, &c.func);
                quote!(#path(#(#parts),*))
            }
            Expr::Struct(s) => {
                let path = &s.path;
                let mut parts = vec![];
                for field in &s.fields {
                    let (member, part) =
                        (&field.member, self.pattern_of_places(&field.expr, places)?);
                    parts.push(quote!(#member: #part));
                }
                if let Some(rest) = &s.rest {
                    return unsupported(rest, "this in an assignment", "write `..`");
                }
                if s.dot2_token.is_some() {
                    parts.push(quote!(..));
                }
                quote!(#path { #(#parts),* })
            }
            place => {
                self.tries += 1;
                let name = format_ident!("__assigned_{}", self.tries);
                places.push((place.clone(), name.clone()));
                quote!(#name)
            }
        })
    }

    fn store(&mut self, target: &Expr, value: Operand, out: &mut Vec<Stmt>) -> Result<()> {
        let middle = out.len();
        let place = self.target(target, out)?;
        let value = self.keep_order(value, middle, out);
        if let Operand::Place(_, Mode::Shared | Mode::Exclusive) = value {
            return unsupported(target, "an assignment of a reference", "assign an owned value");
        }
        let old = self.func.record("old", target.span(), self.here);
        out.push(Stmt::Store(place, value, old));
        Ok(())
    }
}

/// The values of a list of places that are assigned one by one, where both stand there.
fn each_by_itself<'e>(
    places: &Punctuated<Expr, syn::Token![,]>,
    right: &'e Expr,
) -> Option<&'e Punctuated<Expr, syn::Token![,]>> {
    let (Expr::Tuple(syn::ExprTuple { elems, .. }) | Expr::Array(syn::ExprArray { elems, .. })) =
        strip(right)
    else {
        return None;
    };
    let rest = |e: &Expr| is_pattern(e) || matches!(strip(e), Expr::Range(_));
    (places.len() == elems.len() && !places.iter().any(rest)).then_some(elems)
}

/// Whether what is assigned to is taken apart as by a pattern.
fn is_pattern(target: &Expr) -> bool {
    match strip(target) {
        Expr::Tuple(_) | Expr::Array(_) | Expr::Struct(_) => true,
        Expr::Call(c) => match &*c.func {
            Expr::Path(p) => {
                let name = p.path.segments.last();
                name.is_some_and(|s| super::is_type_name(&s.ident.to_string()))
            }
            _ => false,
        },
        _ => false,
    }
}

/// The operator of a compound assignment.
pub(super) fn compound(op: &BinOp) -> Option<&'static str> {
    Some(match op {
        BinOp::AddAssign(_) => "+",
        BinOp::SubAssign(_) => "-",
        BinOp::MulAssign(_) => "*",
        BinOp::DivAssign(_) => "/",
        BinOp::RemAssign(_) => "%",
        BinOp::BitAndAssign(_) => "&",
        BinOp::BitOrAssign(_) => "|",
        BinOp::BitXorAssign(_) => "^",
        BinOp::ShlAssign(_) => "<<",
        BinOp::ShrAssign(_) => ">>",
        _ => return None,
    })
}
