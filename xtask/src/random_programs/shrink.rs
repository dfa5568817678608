//! Makes a program that fails smaller while it fails in the same way.
//!
//! A round tries many single edits, compiled together, then all that kept the failure at once.

use super::ast::{Block, Expr, Hole, Program, Stmt};
use super::build::Builder;
use super::print::{self, Scalar};
use super::visit::{self, Visitor};
use super::{Trouble, trouble};
use std::collections::BTreeMap;

/// What is done with a statement or expression, the variant of what is possible there.
type Edits = BTreeMap<usize, usize>;

/// The most edits that are tried in a round.
const AT_ONCE: usize = 60;
/// The most rounds.
const ROUNDS: usize = 40;

/// The smallest program found, and what is wrong with it.
pub(super) fn shrink(
    builder: &Builder,
    program: &Program,
    kind: &Trouble,
) -> anyhow::Result<(Program, String)> {
    let builder = Builder { per_crate: AT_ONCE.div_ceil(2), ..builder.clone() };
    let mut best = program.clone();
    let mut text = String::new();
    // Where the next round goes on among the possible edits.
    let mut next = 0;
    for _ in 0..ROUNDS {
        let edits = possible(&best);
        if next >= edits.len() {
            break;
        }
        let now = &edits[next..edits.len().min(next + AT_ONCE)];
        let candidates: Vec<_> =
            now.iter().map(|(at, variant)| apply(&best, &Edits::from([(*at, *variant)]))).collect();
        let failing = failing(&builder, &candidates, kind)?;
        eprintln!("shrinking: {} of {} edits keep the failure", failing.len(), now.len());
        if failing.is_empty() {
            next += AT_ONCE;
            continue;
        }
        next = 0;
        // All of them together, the first halves of them, and each alone.
        let good: Vec<_> = failing.iter().map(|(n, _)| now[*n]).collect();
        let mut together = vec![];
        let mut size = good.len();
        while size > 1 {
            together.extend(
                good.chunks(size).map(|part| apply(&best, &part.iter().copied().collect())),
            );
            size = size.div_ceil(2).min(size - 1);
        }
        let mut found: Vec<_> = self::failing(&builder, &together, kind)?
            .into_iter()
            .map(|(n, text)| (together[n].clone(), text))
            .collect();
        found.extend(failing.into_iter().map(|(n, text)| (candidates[n].clone(), text)));
        let smallest = found.into_iter().min_by_key(|(program, _)| size_of(program));
        let (program, why) = smallest.expect("one edit at least keeps the failure");
        if size_of(&program) >= size_of(&best) {
            next += AT_ONCE;
            continue;
        }
        (best, text) = (program, why);
    }
    if text.is_empty() {
        let outcome = builder.examine(std::slice::from_ref(&best))?;
        text = outcome.first().and_then(trouble).map_or(String::new(), |(_, text)| text);
    }
    Ok((best, text))
}

fn size_of(program: &Program) -> usize {
    print::program(program, Scalar::Float).len()
}

/// The candidates that fail in this way, with what is wrong.
fn failing(
    builder: &Builder,
    candidates: &[Program],
    kind: &Trouble,
) -> anyhow::Result<Vec<(usize, String)>> {
    if candidates.is_empty() {
        return Ok(vec![]);
    }
    let outcomes = builder.examine(candidates)?;
    let troubles = outcomes.iter().enumerate().filter_map(|(n, outcome)| {
        let (found, text) = trouble(outcome)?;
        (found == *kind).then_some((n, text))
    });
    Ok(troubles.collect())
}

/// The edits that may make a program smaller, those that may remove the most first.
pub(super) fn possible(program: &Program) -> Vec<(usize, usize)> {
    let mut lister = Lister { number: 0, found: vec![] };
    visit::program(&mut program.clone(), &mut lister);
    let mut all = lister.found;
    all.extend((0..functions(program)).map(|n| (usize::MAX / 2, FUNCTIONS + n, 0)));
    all.sort_by_key(|(size, at, variant)| (std::cmp::Reverse(*size), *variant, *at));
    all.into_iter().map(|(_, at, variant)| (at, variant)).collect()
}

/// Edits from this number on remove a whole function, structure or enumeration.
const FUNCTIONS: usize = usize::MAX / 2;

fn functions(program: &Program) -> usize {
    program.functions.len() - 1 + program.structs.len() + program.enums.len() + methods(program)
}

fn methods(program: &Program) -> usize {
    program.structs.iter().map(|s| s.methods.len()).sum()
}

/// A program with edits.
pub(super) fn apply(program: &Program, edits: &Edits) -> Program {
    let mut program = program.clone();
    visit::program(&mut program, &mut Editor { number: 0, edits });
    for (at, _) in edits.iter().rev().filter(|(at, _)| **at >= FUNCTIONS) {
        let mut n = at - FUNCTIONS;
        if n < program.functions.len() - 1 {
            program.functions.remove(n);
            continue;
        }
        n -= program.functions.len() - 1;
        if n < program.structs.len() {
            program.structs.remove(n);
            continue;
        }
        n -= program.structs.len();
        if n < program.enums.len() {
            program.enums.remove(n);
            continue;
        }
        n -= program.enums.len();
        for structure in &mut program.structs {
            if n < structure.methods.len() {
                structure.methods.remove(n);
                break;
            }
            n -= structure.methods.len();
        }
    }
    program
}

/// What may stand in the place of a statement.
fn instead_of_stmt(stmt: &Stmt) -> Vec<Vec<Stmt>> {
    let mut all = vec![vec![]];
    match stmt {
        Stmt::For(_, _, _, body)
        | Stmt::While { body, .. }
        | Stmt::Loop { body, .. }
        | Stmt::WhileLet(_, _, body) => all.push(body.stmts.clone()),
        Stmt::Expr(Expr::If(_, yes, no) | Expr::IfLet(_, _, yes, no)) => {
            all.push(yes.stmts.clone());
            all.extend(no.iter().map(|no| no.stmts.clone()));
            if let (Stmt::Expr(Expr::If(test, yes, Some(_))), Some(_)) = (stmt, no) {
                all.push(vec![Stmt::Expr(Expr::If(test.clone(), yes.clone(), None))]);
            }
        }
        Stmt::Expr(Expr::Match(_, arms)) => {
            all.extend(arms.iter().map(|arm| arm.body.stmts.clone()));
        }
        Stmt::Expr(Expr::Block(block)) => all.push(block.stmts.clone()),
        Stmt::Written(written) => {
            let blocks = written.holes.iter().filter_map(|hole| match hole {
                Hole::Block(block) => Some(block.stmts.clone()),
                Hole::Expr(_) => None,
            });
            all.extend(blocks);
        }
        Stmt::Assign(op, place, value) if *op != "=" => {
            all.push(vec![Stmt::Assign("=", place.clone(), value.clone())]);
        }
        _ => {}
    }
    all
}

/// What may stand in the place of an expression.
fn instead_of_expr(e: &Expr) -> Vec<Expr> {
    let value = |block: &Block| match (&block.stmts[..], &block.value) {
        ([], Some(value)) => Some((**value).clone()),
        (_, Some(_)) => Some(Expr::Block(block.clone())),
        _ => None,
    };
    let simple = |e: &&Expr| !matches!(e, Expr::Range(..) | Expr::Closure(..));
    match e {
        Expr::Binary(_, a, b) => vec![(**a).clone(), (**b).clone(), Expr::Suffixed(0.5)],
        Expr::Compare(..) => vec![Expr::Bool(true), Expr::Bool(false)],
        Expr::Unary("-" | "!", a) | Expr::Closure(_, a) | Expr::Try(a) => vec![(**a).clone()],
        Expr::Method(base, _, _, args) => {
            let mut all = vec![(**base).clone(), Expr::Suffixed(0.5)];
            all.extend(args.iter().filter(simple).cloned());
            all
        }
        Expr::Call(_, args) | Expr::OwnMethod(_, _, args) => {
            let mut all = vec![Expr::Suffixed(0.5)];
            all.extend(args.iter().filter(simple).cloned());
            all
        }
        Expr::If(_, yes, no) | Expr::IfLet(_, _, yes, no) => {
            no.iter().chain([yes]).filter_map(value).collect()
        }
        Expr::Match(_, arms) => arms.iter().filter_map(|arm| value(&arm.body)).collect(),
        Expr::Block(block) => {
            let mut all: Vec<_> = block.value.iter().map(|value| (**value).clone()).collect();
            all.extend(value(block).filter(|e| !matches!(e, Expr::Block(_))));
            all
        }
        Expr::Index(base, index) => {
            let mut all = vec![];
            if !matches!(**index, Expr::Int(_) | Expr::Range(..)) {
                all.push(Expr::Index(base.clone(), Box::new(Expr::Int(0))));
            }
            if !matches!(**index, Expr::Range(..)) {
                all.push(Expr::Suffixed(0.5));
            }
            all
        }
        Expr::Vec(parts) | Expr::Array(parts) if parts.len() > 2 => {
            vec![Expr::Vec(parts[..2].to_vec())]
        }
        Expr::ToReal(_) => vec![Expr::Suffixed(0.5)],
        Expr::ToInt(_) => vec![Expr::Int(1)],
        _ => vec![],
    }
}

struct Lister {
    number: usize,
    /// The size of the node, its number and the variant.
    found: Vec<(usize, usize, usize)>,
}

impl Visitor for Lister {
    fn expr(&mut self, e: &mut Expr) {
        let size = print::expression(e, Scalar::Float).len();
        for variant in 0..instead_of_expr(e).len() {
            self.found.push((size, self.number, variant));
        }
        self.number += 1;
    }

    fn stmt(&mut self, stmt: Stmt) -> Vec<Stmt> {
        let text = print::expression(&Expr::Block(Block::unit(vec![stmt.clone()])), Scalar::Float);
        for variant in 0..instead_of_stmt(&stmt).len() {
            self.found.push((text.len(), self.number, variant));
        }
        self.number += 1;
        vec![stmt]
    }
}

struct Editor<'a> {
    number: usize,
    edits: &'a Edits,
}

impl Visitor for Editor<'_> {
    fn expr(&mut self, e: &mut Expr) {
        if let Some(variant) = self.edits.get(&self.number)
            && let Some(new) = instead_of_expr(e).get(*variant)
        {
            *e = new.clone();
        }
        self.number += 1;
    }

    fn stmt(&mut self, stmt: Stmt) -> Vec<Stmt> {
        let edit = self.edits.get(&self.number);
        self.number += 1;
        let new = edit.and_then(|variant| instead_of_stmt(&stmt).get(*variant).cloned());
        new.unwrap_or(vec![stmt])
    }
}
