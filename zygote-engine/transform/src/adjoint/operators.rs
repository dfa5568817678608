//! The adjoint of operators, and what the forward sweep takes of operands for it.

use super::{Adjoint, Builder, Point};
use crate::ir::{Mode, Op, Operand, Place, RegionId, Side, Stmt, Ty, VarId};
use std::collections::BTreeSet;

/// What the forward sweep takes of values that the reverse sweep does not need whole.
#[derive(Clone, Debug)]
pub enum Witness {
    /// The shape of a value.
    Shape(Operand),
    /// The same of a copy of a field that may be a reference.
    Taken(Operand),
    /// What the pullback of a sum, or of an assigning one, needs of the operands.
    Sum(&'static str, Operand, Operand),
    /// What the pullback of a unary minus needs of the operand.
    Neg(Operand),
    /// The type of what is in a box.
    Boxed(Operand),
}

impl Witness {
    /// The values that it is taken of.
    pub fn operands(&self) -> impl Iterator<Item = &Operand> {
        let (a, b) = match self {
            Self::Shape(a) | Self::Taken(a) | Self::Neg(a) | Self::Boxed(a) => (a, None),
            Self::Sum(_, a, b) => (a, Some(b)),
        };
        std::iter::once(a).chain(b)
    }
}

impl Adjoint {
    /// The same where no call goes through its rule, and nothing is taken.
    pub fn without_rules(&self) -> Self {
        Self { witnesses: vec![], ruled: BTreeSet::new(), ..self.clone() }
    }

    /// What the forward sweep takes before or after a statement, for the reverse sweep to read.
    pub fn taken_at(&self, region: RegionId, stmt: usize) -> impl Iterator<Item = VarId> {
        let there =
            self.witnesses.iter().filter(move |(p, ..)| (p.region, p.stmt) == (region, stmt));
        there.map(|(.., name)| *name)
    }
}

impl Builder<'_> {
    /// A name for what is taken of operands at a point of the forward sweep.
    pub(super) fn witness(&mut self, point: Point, witness: Witness) -> VarId {
        let span = self.func.written_at(witness.operands());
        self.witness_at(span, point, witness)
    }

    /// What the pullback of the operator with the cotangent `d` needs; where it has no rule, the error is
    /// at the value's name.
    pub(super) fn residual(&mut self, d: VarId, witness: Witness) -> VarId {
        let span = self.func.var(d).name.span();
        self.witness_at(span, self.before(), witness)
    }

    fn witness_at(&mut self, span: proc_macro2::Span, point: Point, witness: Witness) -> VarId {
        let home = point.region;
        let name = match witness {
            Witness::Shape(_) | Witness::Taken(_) => self.func.record("shape", span, home),
            Witness::Boxed(_) => self.func.record("boxed", span, home),
            _ => self.func.record("residual", span, home),
        };
        self.witnesses.push((point, witness, name));
        name
    }

    pub(super) fn update(
        &mut self,
        here: RegionId,
        op: &'static str,
        place: &Place,
        value: &Operand,
        out: &mut Vec<Stmt>,
    ) {
        let root = self.func.root(place);
        if self.cotangent(root).is_none() {
            return;
        }
        let target = Operand::Place(place.clone(), Mode::Value);
        let scalar = self.is_scalar(&target);
        // Of numbers an assignment is what the operator is; of other types it has a rule of its own.
        let op = if scalar && self.is_scalar(value) { op } else { assigning(op) };
        if op.starts_with(['+', '-']) {
            let shadow = self.shadow(place).expect("the cotangent exists");
            if scalar {
                // The cotangent of the state before is that of the state after.
                if self.active_operand(value) {
                    let part = self.cotangent_var(root);
                    self.func.vars[part.0].ty = self.ty(&target);
                    out.push(Stmt::Let(part, Op::Same(Operand::Place(shadow, Mode::Value))));
                    self.pull_sum(here, op, (&target, value), Side::Rhs, part, out);
                }
                return;
            }
            let witness = Witness::Sum(op, target.clone(), value.clone());
            let residual = self.witness(self.before(), witness);
            let part = self.cotangent_var(root);
            self.func.vars[part.0].ty = self.ty(&target);
            out.push(Stmt::Let(part, Op::Turn(shadow, residual)));
            self.contribute(here, value, Op::PullSum(op, Side::Rhs, residual, part), out);
            return;
        }
        let part = self.take(place, out);
        let pull = |side| Op::PullProduct(op, side, target.clone(), value.clone(), part);
        self.contribute(here, value, pull(Side::Rhs), out);
        let shadow = self.shadow(place).expect("the cotangent exists");
        out.push(Stmt::Add(shadow, pull(Side::Lhs)));
    }

    pub(super) fn pull_sum(
        &mut self,
        here: RegionId,
        op: &'static str,
        (a, b): (&Operand, &Operand),
        side: Side,
        d: VarId,
        out: &mut Vec<Stmt>,
    ) {
        let to = if side == Side::Lhs { a } else { b };
        if !self.active_operand(to) {
            return;
        }
        let known = self.is_scalar(a) && self.is_scalar(b);
        let pulled = match (known, op, side) {
            (true, "-", Side::Rhs) => Op::Minus(Box::new(Op::Same(Operand::var(d)))),
            (true, ..) => Op::Same(Operand::var(d)),
            _ => {
                let residual = self.sum_residual(op, a, b, d);
                Op::PullSum(op, side, residual, d)
            }
        };
        self.contribute(here, to, pulled, out);
    }

    /// What the pullback of a sum needs; both sides share it.
    fn sum_residual(&mut self, op: &'static str, a: &Operand, b: &Operand, d: VarId) -> VarId {
        let before = self.before();
        let found = self.witnesses.iter().find(|(point, witness, _)| {
            let same = matches!(witness, Witness::Sum(o, x, y) if *o == op && x == a && y == b);
            *point == before && same
        });
        match found {
            Some((.., name)) => *name,
            None => self.residual(d, Witness::Sum(op, a.clone(), b.clone())),
        }
    }

    /// Whether an operand is known to be a real number.
    pub(super) fn is_scalar(&self, operand: &Operand) -> bool {
        match operand {
            Operand::Const(t) => crate::lower::is_literal(t),
            place => *self.ty(place).peeled() == Ty::Real,
        }
    }
}

/// The assigning form of an operator.
fn assigning(op: &'static str) -> &'static str {
    match op {
        "+" => "+=",
        "-" => "-=",
        "*" => "*=",
        "/" => "/=",
        "%" => "%=",
        bits => bits,
    }
}
