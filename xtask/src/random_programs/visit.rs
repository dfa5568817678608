//! Walks over programs: every statement and expression, the inner ones first, each by a number.
//!
//! Because the inner ones come first, an edit of one leaves the numbers of all others as they were.

use super::ast::{Block, Expr, Hole, Program, Stmt};

/// What is done with the nodes of a program.
pub(super) trait Visitor {
    /// Sees an expression after its parts, and may replace it.
    fn expr(&mut self, e: &mut Expr);
    /// Sees a statement after its parts; gives what stands in its place.
    fn stmt(&mut self, stmt: Stmt) -> Vec<Stmt>;
}

/// Visits the bodies of all functions and methods.
pub(super) fn program(program: &mut Program, visitor: &mut impl Visitor) {
    let methods = program.structs.iter_mut().flat_map(|s| &mut s.methods);
    for function in methods.chain(&mut program.functions) {
        block(&mut function.body, visitor);
    }
}

/// Visits the statements of a block and its value.
pub(super) fn block(b: &mut Block, visitor: &mut impl Visitor) {
    let stmts = std::mem::take(&mut b.stmts);
    for mut stmt in stmts {
        inside(&mut stmt, visitor);
        b.stmts.extend(visitor.stmt(stmt));
    }
    if let Some(value) = &mut b.value {
        expr(value, visitor);
    }
}

fn inside(stmt: &mut Stmt, visitor: &mut impl Visitor) {
    match stmt {
        Stmt::Let(_, _, value) | Stmt::Return(value) => {
            value.iter_mut().for_each(|e| expr(e, visitor));
        }
        Stmt::LetElse(_, e, body) | Stmt::For(_, _, e, body) | Stmt::WhileLet(_, e, body) => {
            expr(e, visitor);
            block(body, visitor);
        }
        Stmt::Assign(_, place, value) => {
            // Of a place only the indices are visited.
            places(place, visitor);
            expr(value, visitor);
        }
        Stmt::Expr(e) => expr(e, visitor),
        Stmt::While { test, body, .. } => {
            test.iter_mut().for_each(|e| expr(e, visitor));
            block(body, visitor);
        }
        Stmt::Loop { body, .. } => block(body, visitor),
        Stmt::Break(_) | Stmt::Continue(_) => {}
        Stmt::Written(written) => {
            let kinds = written.text.split('$').skip(1);
            for (kind, hole) in kinds.zip(&mut written.holes) {
                match hole {
                    Hole::Expr(place) if kind.starts_with(['p', 'm', 'w']) => {
                        places(place, visitor)
                    }
                    Hole::Expr(e) => expr(e, visitor),
                    Hole::Block(body) => block(body, visitor),
                }
            }
        }
    }
}

fn places(place: &mut Expr, visitor: &mut impl Visitor) {
    match place {
        Expr::Index(base, index) => {
            places(base, visitor);
            expr(index, visitor);
        }
        Expr::Field(base, _) | Expr::Unary(_, base) => places(base, visitor),
        _ => {}
    }
}

/// Visits the parts of an expression, then the expression.
pub(super) fn expr(e: &mut Expr, visitor: &mut impl Visitor) {
    match e {
        Expr::Real(_) | Expr::Suffixed(_) | Expr::Int(_) | Expr::Bool(_) | Expr::Var(_) => {}
        Expr::Unary("&" | "&mut ", place) => places(place, visitor),
        Expr::Unary(_, e)
        | Expr::Field(e, _)
        | Expr::Repeat(e, _)
        | Expr::Closure(_, e)
        | Expr::ToReal(e)
        | Expr::ToInt(e)
        | Expr::Try(e) => expr(e, visitor),
        Expr::Binary(_, a, b)
        | Expr::Compare(_, a, b)
        | Expr::Index(a, b)
        | Expr::VecRepeat(a, b) => {
            expr(a, visitor);
            expr(b, visitor);
        }
        Expr::Method(base, _, _, args) | Expr::OwnMethod(base, _, args) => {
            expr(base, visitor);
            args.iter_mut().for_each(|e| expr(e, visitor));
        }
        Expr::Call(_, parts) | Expr::Tuple(parts) | Expr::Array(parts) | Expr::Vec(parts) => {
            parts.iter_mut().for_each(|e| expr(e, visitor));
        }
        Expr::Range(from, to) => {
            from.iter_mut().for_each(|e| expr(e, visitor));
            to.iter_mut().for_each(|e| expr(e, visitor));
        }
        Expr::Struct(_, fields, rest) => {
            fields.iter_mut().for_each(|(_, e)| expr(e, visitor));
            rest.iter_mut().for_each(|e| expr(e, visitor));
        }
        Expr::If(test, yes, no) | Expr::IfLet(_, test, yes, no) => {
            expr(test, visitor);
            block(yes, visitor);
            no.iter_mut().for_each(|no| block(no, visitor));
        }
        Expr::Match(value, arms) => {
            expr(value, visitor);
            for arm in arms {
                arm.guard.iter_mut().for_each(|e| expr(e, visitor));
                block(&mut arm.body, visitor);
            }
        }
        Expr::Block(b) => block(b, visitor),
    }
    visitor.expr(e);
}
