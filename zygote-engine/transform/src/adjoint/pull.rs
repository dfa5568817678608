//! The adjoint of assignments and of operations other than calls.

use super::{Builder, Witness};
use crate::ir::{
    Construct, Mode, Op, Operand, Place, Proj, RegionId, Side, Stmt, Ty, VarId, VarKind,
};
use proc_macro2::{Ident, Literal, Span, TokenTree};

impl Builder<'_> {
    pub(super) fn store(
        &mut self,
        here: RegionId,
        place: &Place,
        value: &Operand,
        out: &mut Vec<Stmt>,
    ) {
        let resolved = self.func.resolve(place);
        let Some(d) = self.cotangent(resolved.root) else { return };
        let root = self.func.var(resolved.root);
        let local = !matches!(root.kind, VarKind::Exclusive | VarKind::Shared);
        if resolved.path.is_empty() && local {
            let itself = value.place().is_some_and(|p| self.func.root(p) == resolved.root);
            let d = if itself {
                let part = self.cotangent_var(resolved.root);
                out.push(Stmt::Let(part, Op::Use(Operand::var(d))));
                part
            } else {
                d
            };
            self.live.entry(resolved.root).and_modify(|c| c.zero = true);
            self.contribute(here, value, Op::Use(Operand::var(d)), out);
            return;
        }
        if self.ty(&Operand::Place(place.clone(), Mode::Value)).is_inert() {
            return;
        }
        let part = self.take(place, out);
        self.contribute(here, value, Op::Use(Operand::var(part)), out);
    }

    /// Takes the cotangent out of a shadow and leaves a zero of the shape that the place had before.
    pub(super) fn take(&mut self, place: &Place, out: &mut Vec<Stmt>) -> VarId {
        let operand = Operand::Place(place.clone(), Mode::Value);
        let ty = self.ty(&operand);
        let shape = match ty {
            Ty::Real => None,
            _ => Some(self.shape(self.before(), operand)),
        };
        let root = self.func.root(place);
        let part = self.cotangent_var(root);
        self.func.vars[part.0].ty = ty;
        let shadow = self.shadow(place).expect("the cotangent exists");
        out.push(Stmt::Let(part, Op::Take(shadow, shape)));
        part
    }

    /// Pulls the cotangent `d` of the result of an operation to its operands.
    pub(super) fn pull(&mut self, here: RegionId, d: VarId, op: &Op, out: &mut Vec<Stmt>) {
        match op {
            Op::Use(a) => self.contribute(here, a, Op::Use(Operand::var(d)), out),
            Op::Hook(a, tokens, reads) => {
                let hooked = Op::Hooked(d, tokens.clone(), reads.clone());
                self.contribute(here, a, hooked, out);
            }
            Op::Unary(_, a) if self.is_scalar(a) => {
                let minus = Op::Minus(Box::new(Op::Same(Operand::var(d))));
                self.contribute(here, a, minus, out);
            }
            Op::Unary(_, a) if self.active_operand(a) => {
                let residual = self.residual(d, Witness::Neg(a.clone()));
                self.contribute(here, a, Op::PullNeg(residual, d), out);
            }
            Op::Cast(a, _) if self.active_operand(a) => {
                let shape = self.shape(self.before(), a.clone());
                self.contribute(here, a, Op::PullCast(shape, d), out);
            }
            Op::Object(a, _) if self.active_operand(a) => {
                let boxed = self.witness(self.before(), Witness::Boxed(a.clone()));
                let whole = Box::new(Op::Use(Operand::var(d)));
                self.contribute(here, a, Op::PullBoxed(boxed, whole), out);
            }
            Op::Binary(op @ ("+" | "-"), a, b) => {
                self.pull_sum(here, op, (a, b), Side::Lhs, d, out);
                self.pull_sum(here, op, (a, b), Side::Rhs, d, out);
            }
            Op::Binary("*", a, b) if a == b && self.is_scalar(a) => {
                self.contribute(here, a, Op::PullSquare(a.clone(), d), out);
            }
            Op::Binary(op, a, b) => {
                for (side, to) in [(Side::Lhs, a), (Side::Rhs, b)] {
                    let pulled = Op::PullProduct(op, side, a.clone(), b.clone(), d);
                    self.contribute(here, to, pulled, out);
                }
            }
            Op::Stored(s) => {
                let captured = syn::Member::Named(Ident::new("captured", Span::call_site()));
                let part = Place::var(d).then(Proj::Field(captured));
                let part = Operand::Place(part, Mode::Value);
                self.contribute(here, &s.captured, Op::Same(part), out);
            }
            Op::Tuple(all) => {
                for (k, a) in all.iter().enumerate() {
                    let part = Place::var(d).then(Proj::Field(syn::Member::from(k)));
                    let part = Operand::Place(part, Mode::Value);
                    self.contribute(here, a, Op::Same(part), out);
                }
            }
            Op::Array(all, _) => {
                for (k, a) in all.iter().enumerate() {
                    let k = Literal::usize_unsuffixed(k);
                    let index = Operand::Const(TokenTree::from(k).into());
                    let part = Place::var(d).then(Proj::Index(index));
                    let part = Operand::Place(part, Mode::Value);
                    self.contribute(here, a, Op::Same(part), out);
                }
            }
            Op::Construct(c) if !c.constant() => self.pull_construct(here, d, c, out),
            Op::Repeat(a, ..) if self.active_operand(a) => {
                let shape = self.shape(self.before(), a.clone());
                self.contribute(here, a, Op::PullRepeat(d, shape), out);
            }
            _ => {}
        }
    }

    /// The parts' cotangents lie in the cotangent of the whole. What `..base` gives is the whole
    /// without the other parts.
    fn pull_construct(&mut self, here: RegionId, d: VarId, c: &Construct, out: &mut Vec<Stmt>) {
        out.push(Stmt::Set(d, Op::Settled(d)));
        let based = c.base.as_ref().filter(|base| self.active_operand(base));
        for (member, part) in &c.parts {
            let place = Place::var(d).then(Proj::Variant(c.path.clone(), member.clone()));
            // A reference is of a constant field, of which the base gets nothing.
            let is_lent = matches!(part, Operand::Place(_, Mode::Shared));
            if let Some(base) = based.and_then(Operand::place).filter(|_| !is_lent) {
                // What is left is a cotangent of the base's own part.
                let of = base.then(Proj::Field(member.clone()));
                let shape = self.shape(self.before(), Operand::Place(of, Mode::Value));
                let taken = self.cotangent_var(d);
                self.func.vars[taken.0].ty = Ty::Unknown;
                out.push(Stmt::Let(taken, Op::Take(place, Some(shape))));
                self.contribute(here, part, Op::Use(Operand::var(taken)), out);
            } else {
                let of = Op::Same(Operand::Place(place, Mode::Value));
                self.contribute(here, part, of, out);
            }
        }
        if let Some(base) = based {
            self.contribute(here, base, Op::Use(Operand::var(d)), out);
        }
    }
}
