//! Assignments.

use super::Lower;
use super::place::strip;
use crate::error::{Result, unsupported};
use crate::ir::{Mode, Operand, Place, Stmt, Ty};
use syn::spanned::Spanned;
use syn::{BinOp, Expr};

impl Lower {
    /// `place op= value`.
    pub(super) fn update(&mut self, b: &syn::ExprBinary, out: &mut Vec<Stmt>) -> Result<()> {
        let op = compound(&b.op).expect("it is an assigning operator");
        let before = out.len();
        let value = self.operand(&b.right, out)?;
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
            | Expr::Array(syn::ExprArray { elems, .. }) => {
                let (Expr::Tuple(syn::ExprTuple { elems: values, .. })
                | Expr::Array(syn::ExprArray { elems: values, .. })) = strip(right)
                else {
                    return unsupported(
                        left,
                        "an assignment to a tuple of places",
                        "bind the parts with `let`, then assign each",
                    );
                };
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
            _ => {
                let value = self.operand_in_place(right, out)?;
                self.store(left, value, out)
            }
        }
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
