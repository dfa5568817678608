//! Fields whose type has no cotangent: those that are `#[constant]`, which are carried along, and texts.

use super::{Emit, TokenStream, private};
use crate::ir::{Mode, Op, Operand, Place, Proj, Region, Stmt, Ty, VarId, VarKind};
use proc_macro2::Ident;
use quote::quote;

impl Emit<'_> {
    /// The place that a place is a field of, if the field may be one without cotangent. In generic code a
    /// type has the cotangents that its bounds say, which is no reason to leave one out.
    fn holder(&self, place: &Place) -> Option<Place> {
        let mut holder = place.clone();
        let unknown = *self.func.ty(&holder).peeled() == Ty::Unknown;
        let field = match holder.path.pop()? {
            Proj::Field(_) => true,
            Proj::Variant(path, _) => !crate::ir::is_error(&path),
            _ => false,
        };
        (self.func.concrete && unknown && field).then_some(holder)
    }

    /// Adds a copy of a cotangent to that of a field.
    pub(super) fn added_to_field(
        &self,
        place: &Place,
        target: &TokenStream,
        op: &Op,
    ) -> Option<TokenStream> {
        let (Op::Use(_) | Op::Same(_)) = op else { return None };
        let holder = self.shadow(&self.holder(place)?).0;
        let (private, op) = (private(), self.pulled(op));
        Some(quote!({
            use #private::{AddsTo as _, LeavesOut as _};
            let __holder = #private::Holder::new();
            // What is never reached borrows nothing.
            loop {
                break;
                __holder.is(&#holder);
            }
            (&mut #private::FieldShadow(__holder, &mut #target)).add(#op);
        }))
    }

    /// The shadow of a part that may be a text that is never freed, `&'static str`: nothing is added to it, and
    /// the reference to it gives none by which one could.
    pub(super) fn of_text(&self, arg: &Operand, place: &Place, lent: TokenStream) -> TokenStream {
        let Operand::Place(primal, Mode::Shared | Mode::Value) = arg else { return lent };
        let primal = self.func.resolve(primal);
        let unknown = *self.func.ty(&primal).peeled() == Ty::Unknown;
        let part = matches!(place.path.last(), Some(Proj::Field(_) | Proj::Variant(..)));
        let whole = place.path.is_empty() && self.parameter(place.root).is_none();
        if !unknown || !(part || whole) {
            return lent;
        }
        let private = private();
        quote!({
            use #private::{IsAnything as _, IsText as _};
            let __shadow = #lent;
            let __kind = (&#private::ShadowOf(&*__shadow)).kind();
            #private::Lend::lend(__kind, __shadow)
        })
    }

    /// Lets the compiler check that what varies is written to no part of a field without cotangent, of
    /// which the cotangent has the value, and no zero. What is written by a reference is checked where the
    /// reference is made.
    pub(super) fn written_parts(&self, stmt: &Stmt) -> TokenStream {
        let is_alias = |p: &Place| matches!(self.func.var(p.root).kind, VarKind::Alias(..));
        let written: Vec<Place> = match stmt {
            Stmt::Alias(v, _, true) => {
                let mut through = vec![];
                self.written_inside(&self.func.body, *v, &mut through);
                through
            }
            _ => self.written_by(stmt).into_iter().filter(|p| !is_alias(p)).cloned().collect(),
        };
        let (private, mut checks) = (private(), quote!());
        for place in written.iter().map(|p| self.func.resolve(p)) {
            for k in 1..place.path.len() {
                let holder = Place { path: place.path[..k].to_vec(), ..place.clone() };
                let unknown = *self.func.ty(&holder).peeled() == Ty::Unknown;
                let is_field = matches!(holder.path.last(), Some(Proj::Field(_)));
                if unknown && is_field {
                    let holder = self.shared(&holder);
                    checks.extend(quote!(#private::with_cotangent(#holder);));
                }
            }
        }
        if checks.is_empty() {
            return checks;
        }
        // What is never reached borrows nothing.
        quote!(loop { break; #checks })
    }

    /// The places that a statement writes what varies to.
    fn written_by<'s>(&self, stmt: &'s Stmt) -> Vec<&'s Place> {
        let varies = |operand: &Operand| {
            operand.place().is_some_and(|p| self.activity.active(self.func.root(p)))
        };
        match stmt {
            Stmt::Store(place, value, _) | Stmt::Update(_, place, value, _) if varies(value) => {
                vec![place]
            }
            Stmt::Let(v, Op::Call(call)) if self.adjoint.ruled.contains(&call.back) => {
                // A method whose value is not used is called for its effect.
                let changes = !self.adjoint.cotangents.contains_key(v)
                    && call.args.iter().skip(1).any(varies);
                let lent = call.args.iter().filter_map(|arg| match arg {
                    Operand::Place(p, Mode::Exclusive) => Some(p),
                    Operand::Place(p, Mode::Receiver) if changes && self.func.changeable(p) => {
                        Some(p)
                    }
                    _ => None,
                });
                lent.filter(|p| self.activity.active(self.func.root(p))).collect()
            }
            _ => vec![],
        }
    }

    /// What is written by the reference, in a region.
    fn written_inside(&self, region: &Region, by: VarId, out: &mut Vec<Place>) {
        for stmt in &region.stmts {
            out.extend(self.written_by(stmt).into_iter().filter(|p| p.root == by).cloned());
            stmt.regions().into_iter().for_each(|inner| self.written_inside(inner, by, out));
        }
    }

    /// Takes the shape of an operand.
    pub(super) fn taken_shape(&self, name: &Ident, operand: &Operand) -> TokenStream {
        let (private, borrowed) = (private(), self.borrowed(operand));
        if operand.place().is_none_or(|place| self.holder(place).is_none()) {
            return quote!(let #name = #private::shape(#borrowed););
        }
        quote!(let #name = {
            use #private::{HasShape as _, IsCarried as _};
            (&#private::FieldValue(#borrowed)).shape()
        };)
    }

    /// What a cotangent becomes that is taken out of its place.
    pub(super) fn left_in(&self, place: &Place, shape: VarId) -> TokenStream {
        let (private, shape) = (private(), self.name(shape));
        let Some(holder) = self.holder(place) else { return quote!(#shape.zero()) };
        let holder = self.shadow(&holder).0;
        quote!({
            let __holder = #private::Holder::new();
            loop {
                break;
                __holder.is(&#holder);
            }
            #private::ZeroOfField::zero_of_field(&#shape, &__holder)
        })
    }
}
