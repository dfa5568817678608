//! Signs of cotangents and factors of two, where they cost least.
//!
//! `y = a - b * c` gives `b * c` the cotangent `-d`. Where all that becomes of a negated number is
//! multiplied and added to further cotangents, the number is left as it is, and they are diminished.
//! `y = k * (b * b)` gives `b * b` the cotangent `k * d`, and `b` twice that by `b`. Where a product is
//! only doubled, its factor is, which is often the same in all trips of a loop. Both give the same
//! bits, as a change of sign is exact, and a doubling, too, unless it overflows.

use crate::ir::{Func, Op, Operand, Place, Region, Side, Stmt, Ty, VarId, VarKind};
use std::collections::BTreeMap;

/// What a cotangent is left without.
#[derive(Clone, Copy, PartialEq)]
enum Scale {
    Minus,
    Two,
}

/// Leaves out changes of signs in a region of the adjoint and in those inside, and doubles factors.
pub(super) fn carry(func: &Func, region: &mut Region) {
    for stmt in &mut region.stmts {
        stmt.regions_mut().into_iter().for_each(|inner| carry(func, inner));
    }
    for at in 0..region.stmts.len() {
        let Stmt::Let(d, op) = &region.stmts[at] else { continue };
        let (d, (scale, op)) = match op {
            Op::Minus(op) if is_number(func, *d) => (*d, (Scale::Minus, (**op).clone())),
            op @ Op::PullProduct(.., of) if is_number(func, *d) && linear(func, op, *of) => {
                (*d, (Scale::Two, Op::Twice(Box::new(op.clone()))))
            }
            _ => continue,
        };
        let mut changed = BTreeMap::from([(at, Stmt::Let(d, op))]);
        let uses = scaled(func, &region.stmts, at, d, scale, &mut changed);
        if uses.is_some_and(|uses| uses > 0) {
            for (k, stmt) in changed {
                region.stmts[k] = stmt;
            }
        }
    }
}

/// What the statements after the declaration of `d` become if `d` is given otherwise by a scale, and how
/// many these are; none where one of them needs `d` as it was.
fn scaled(
    func: &Func,
    stmts: &[Stmt],
    at: usize,
    d: VarId,
    scale: Scale,
    changed: &mut BTreeMap<usize, Stmt>,
) -> Option<usize> {
    let mut uses = 0;
    for (k, stmt) in stmts.iter().enumerate().skip(at + 1) {
        let stmt = changed.get(&k).unwrap_or(stmt);
        if !mentions(stmt, d) {
            continue;
        }
        uses += 1;
        let new = match (scale, stmt) {
            (Scale::Minus, Stmt::Let(x, Op::Minus(op))) if linear(func, op, d) => {
                Stmt::Let(*x, (**op).clone())
            }
            (Scale::Two, Stmt::Let(x, op)) if undoubled(op, d).is_some() => {
                Stmt::Let(*x, undoubled(op, d)?)
            }
            (_, Stmt::Let(x, op)) if linear(func, op, d) && is_number(func, *x) => {
                scaled(func, stmts, k, *x, scale, changed)?;
                continue;
            }
            (Scale::Two, Stmt::Add(place, op)) => Stmt::Add(place.clone(), undoubled(op, d)?),
            (Scale::Minus, Stmt::Add(place, op))
                if *func.ty(place).peeled() == Ty::Real
                    && (linear(func, unsigned(op), d)
                        || *place == Place::var(d)
                            && is_pull(op)
                            && !op.cotangents().contains(&d)) =>
            {
                Stmt::Add(place.clone(), minus(op))
            }
            _ => return None,
        };
        changed.insert(k, new);
    }
    Some(uses)
}

/// What the pull of a square, with its sign, is of the doubled cotangent `d`.
fn undoubled(op: &Op, d: VarId) -> Option<Op> {
    match op {
        Op::Minus(op) => undoubled(op, d).map(|op| minus(&op)),
        Op::PullSquare(a, of) if *of == d => {
            Some(Op::PullProduct("*", Side::Rhs, a.clone(), a.clone(), d))
        }
        _ => None,
    }
}

/// Whether an operation takes `d` alone of all cotangents, and changes its sign with that of `d`.
fn linear(func: &Func, op: &Op, d: VarId) -> bool {
    let real = |o: &Operand| match o {
        Operand::Const(tokens) => crate::lower::is_literal(tokens),
        Operand::Place(p, _) => *func.ty(&func.resolve(p)).peeled() == Ty::Real,
        Operand::Lambda(_) => false,
    };
    match op {
        Op::Same(a) | Op::Use(a) => a.place() == Some(&Place::var(d)),
        Op::PullProduct("*", _, a, b, of) => *of == d && real(a) && real(b),
        Op::PullSquare(_, of) => *of == d,
        _ => false,
    }
}

/// An operation without its sign.
fn unsigned(op: &Op) -> &Op {
    match op {
        Op::Minus(op) => op,
        op => op,
    }
}

fn minus(op: &Op) -> Op {
    match op {
        Op::Minus(op) => (**op).clone(),
        op => Op::Minus(Box::new(op.clone())),
    }
}

/// Whether an operation makes a number of others, and does nothing else.
fn is_pull(op: &Op) -> bool {
    matches!(
        unsigned(op),
        Op::Same(_) | Op::Use(_) | Op::PullProduct(..) | Op::PullSquare(..) | Op::PullSum(..)
    )
}

/// Whether a statement of the adjoint, or one inside, mentions a cotangent.
fn mentions(stmt: &Stmt, d: VarId) -> bool {
    let here = match stmt {
        Stmt::Let(v, op) | Stmt::Set(v, op) => *v == d || op.cotangents().contains(&d),
        Stmt::Add(place, op) => place.root == d || op.cotangents().contains(&d),
        Stmt::Pull(pull) => {
            let lambdas = pull.lambdas.iter().flatten();
            let shadows = pull.shadows.iter().flatten();
            let own = lambdas.flat_map(|l| l.params.iter().map(|(.., c)| *c).chain([l.result]));
            pull.cotangent == d || shadows.map(|p| p.root).chain(own).any(|v| v == d)
        }
        Stmt::ReverseFor(_, lent) => lent.iter().any(|l| l.shadow.root == d),
        _ => false,
    };
    here || stmt.regions().iter().any(|inner| inner.stmts.iter().any(|s| mentions(s, d)))
}

/// Whether a cotangent is that of a number that the region itself names once, so that all its uses are
/// among the region's statements.
fn is_number(func: &Func, d: VarId) -> bool {
    let VarKind::Cotangent(of) = func.var(d).kind else { return false };
    let known = *func.var(d).ty.peeled() == Ty::Real;
    known && func.vars.get(of.0).is_some_and(|v| v.kind == VarKind::Local && !v.mutable)
}
