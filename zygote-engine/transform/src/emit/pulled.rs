//! The operations of the adjoint, as expressions.

use super::{Emit, TokenStream, operator, private, span};
use crate::ir::{Op, Operand, Place, Side, Ty, VarKind};
use quote::quote_spanned;

impl Emit<'_> {
    pub(super) fn add(&self, place: &Place, target: TokenStream, op: &Op) -> TokenStream {
        let private = private();
        if let Op::PullProduct(op, side, a, b, d) = op
            && !self.known_product(op, a, b)
        {
            let (marker, a, b) = (operator(op), self.formed(a, *d), self.formed(b, *d));
            let d = self.name(*d);
            let add = match side {
                Side::Lhs => quote!(add_lhs),
                Side::Rhs => quote!(add_rhs),
            };
            let add = quote_spanned!(d.span()=> ::zygote_engine::__private::#add);
            return quote!(#add(#marker, #a, #b, &#d, &mut #target););
        }
        if let Some(added) = self.added_to_field(place, &target, op) {
            return added;
        }
        let may_refer = crate::adjoint::may_refer(self.func, place);
        if let (Op::Use(_) | Op::Same(_), true) = (op, may_refer) {
            let op = self.pulled(op);
            return quote!(#private::reached(&mut #target).add(#op););
        }
        let ty = self.func.ty(place);
        if let (Ty::Real, Op::Minus(less)) = (ty.peeled(), op) {
            let less = self.pulled(less);
            return quote!(#target -= #less;);
        }
        let op = self.pulled(op);
        if *ty.peeled() == Ty::Real {
            quote!(#target += #op;)
        } else {
            quote!(#private::accumulate(&mut #target, #op);)
        }
    }

    pub(super) fn operand_ty(&self, operand: &Operand) -> Ty {
        match operand {
            Operand::Const(t) if crate::lower::is_literal(t) => Ty::Real,
            Operand::Const(_) | Operand::Lambda(_) => Ty::Unknown,
            Operand::Place(p, _) => {
                let p = self.func.resolve(p);
                self.func.ty(&p).peeled().clone()
            }
        }
    }

    /// Whether a place is a reference to an item, which is `Copy`, and becomes what is expected.
    pub(super) fn is_reference_to_item(&self, place: &Place) -> bool {
        let var = self.func.var(place.root);
        let holds_one = var.kind == VarKind::Item && matches!(var.ty, Ty::Ref(_));
        holds_one && place.path.is_empty() && !self.func.changeable(place)
    }

    fn known_product(&self, op: &str, a: &Operand, b: &Operand) -> bool {
        op == "*" && self.operand_ty(a) == Ty::Real && self.operand_ty(b) == Ty::Real
    }

    /// Whether an operation of the adjoint is that of a product whose rule may do anything.
    pub(super) fn runs_a_rule(&self, op: &Op) -> bool {
        matches!(op, Op::PullProduct(op, _, a, b, _) if !self.known_product(op, a, b))
    }

    /// An operand as a factor.
    fn factor(&self, operand: &Operand) -> TokenStream {
        match operand {
            Operand::Const(t) => t.clone(),
            Operand::Place(p, _) => self.place(p),
            Operand::Lambda(_) => unreachable!("a closure is no factor"),
        }
    }

    /// An operation of the adjoint, as an expression.
    pub(super) fn pulled(&self, op: &Op) -> TokenStream {
        let private = private();
        match op {
            // Adding to -0.0 gives the other summand bit for bit, so the compiler drops it.
            Op::Zero(v, None) if self.func.var(*v).ty == Ty::Inert => {
                quote!(::core::default::Default::default())
            }
            Op::Zero(_, None) => quote!(-0.0),
            Op::Zero(_, Some(shape)) => {
                let shape = self.name(*shape);
                quote!(#shape.zero())
            }
            Op::ZeroLike(place) => {
                let may_refer = crate::adjoint::may_refer(self.func, place);
                let place = self.shared(place);
                match may_refer {
                    true => quote!(#private::copied(#place).zero()),
                    false => quote!(#private::zero_like(#place)),
                }
            }
            Op::Use(a) => match a {
                Operand::Place(p, _) => self.shadow(p).0,
                Operand::Const(t) => t.clone(),
                Operand::Lambda(_) => unreachable!("a closure has no cotangent"),
            },
            Op::Same(a) => match a {
                Operand::Place(p, _) => {
                    let target = self.shadow(p).0;
                    let ty = self.func.ty(p);
                    if matches!(ty.peeled(), Ty::Real) {
                        target
                    } else if crate::adjoint::may_refer(self.func, p) {
                        quote!(#private::copied(&#target).owned())
                    } else {
                        quote!(::core::clone::Clone::clone(&#target))
                    }
                }
                Operand::Const(t) => t.clone(),
                Operand::Lambda(_) => unreachable!("a closure has no cotangent"),
            },
            Op::Settled(d) => {
                let d = self.name(*d);
                quote!(#private::settled(#d))
            }
            Op::Hooked(d, closure, _) => {
                let act = self.of_cotangent(*d);
                let (d, closure) = (self.name(*d), self.fill(closure.clone()));
                let hooked = quote!(#private::hooked(#d, #closure));
                match act {
                    Some(act) => {
                        quote!(if <#act as #private::Activity>::WANTED { #hooked } else { #d })
                    }
                    None => hooked,
                }
            }
            Op::Minus(op) => {
                let (minus, pulled) = (span::operator("-"), self.pulled(op));
                match &**op {
                    Op::Same(_) | Op::Use(_) => quote!(#minus #pulled),
                    _ => quote!(#minus (#pulled)),
                }
            }
            Op::PullNeg(residual, d) => {
                let (residual, d) = (self.name(*residual), self.name(*d));
                quote!(#private::pull_neg(&#residual, &#d))
            }
            Op::PullSum(_, side, residual, d) => {
                let (residual, d) = (self.name(*residual), self.name(*d));
                let pull = match side {
                    Side::Lhs => quote!(pull_sum_lhs),
                    Side::Rhs => quote!(pull_sum_rhs),
                };
                quote!(#private::#pull(&#residual, &#d))
            }
            Op::Turn(place, residual) => {
                let (target, residual) = (self.shadow(place).0, self.name(*residual));
                quote!(#private::turn_sum(&#residual, &mut #target))
            }
            Op::PullProduct(op, side, a, b, d) => {
                let formed = |operand| self.formed(operand, *d);
                let d = self.name(*d);
                if self.known_product(op, a, b) {
                    let other = self.factor(if *side == Side::Lhs { b } else { a });
                    return quote!(#d * #other);
                }
                let (of, pull) = match side {
                    Side::Lhs => (a, quote!(pull_lhs)),
                    Side::Rhs => (b, quote!(pull_rhs)),
                };
                let (marker, a, b) = (operator(op), formed(a), formed(b));
                let pull = quote_spanned!(d.span()=> ::zygote_engine::__private::#pull);
                let pulled = quote!(#pull(#marker, #a, #b, &#d));
                let sources = of
                    .place()
                    .and_then(|p| self.activity.sources.get(self.func.root(p).0)?.as_ref());
                // The rule is not run on what is not kept.
                match sources.and_then(super::varies::activity_of) {
                    Some(act) => {
                        let of = self.borrowed(of);
                        quote!(if <#act as #private::Activity>::WANTED { #pulled } else { #private::shape(#of).zero() })
                    }
                    None => pulled,
                }
            }
            Op::Twice(op) => {
                let Op::PullProduct(_, side, a, b, d) = &**op else {
                    unreachable!("{op:?} is no product")
                };
                let (d, other) =
                    (self.name(*d), self.factor(if *side == Side::Lhs { b } else { a }));
                quote!(#d * (#other + #other))
            }
            Op::PullSquare(a, d) => {
                let (a, d) = (self.factor(a), self.name(*d));
                quote!((#d + #d) * #a)
            }
            Op::PullCast(shape, d) => {
                let (shape, d) = (self.name(*shape), self.name(*d));
                quote!(#private::pull_cast(&#shape, &#d))
            }
            Op::PullBoxed(boxed, op) => {
                let (boxed, op) = (self.name(*boxed), self.pulled(op));
                quote!(#private::pull_boxed(&#boxed, #op))
            }
            Op::PullRepeat(d, shape) => {
                let (shape, d) = (self.name(*shape), self.name(*d));
                quote!(#private::pull_repeat(&#shape, &#d))
            }
            Op::TakeLast(list) => self.last_taken(*list),
            Op::TakeConstant(shadow, place) => {
                let (target, place) = (self.shadow(shadow).0, self.shared(place));
                quote!(::core::mem::replace(&mut #target, {
                    use #private::{Carried as _, Zeroed as _};
                    (&#private::ConstantField(#place)).zero_or_copy()
                }))
            }
            Op::Take(place, shape) => {
                let zero = match shape {
                    None => quote!(0.0),
                    Some(shape) => self.left_in(place, *shape),
                };
                let target = self.shadow(place).0;
                if self.is_assigned(place) {
                    return target;
                }
                quote!(::core::mem::replace(&mut #target, #zero))
            }
            other => unreachable!("{other:?} belongs to the forward sweep"),
        }
    }
}
