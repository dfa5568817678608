//! Which variables a part of the primal mentions.

use super::{Callee, Chain, Exit, Op, Operand, Place, Source, Stmt, VarId};
use crate::lower::placeholders;
use std::collections::BTreeSet;

/// The variables that a statement of the primal mentions, names of references among them.
pub fn mention(stmt: &Stmt, out: &mut BTreeSet<VarId>) {
    let mut places: Vec<&Place> = vec![];
    let mut names: Vec<VarId> = vec![];
    match stmt {
        Stmt::Let(_, op) => match op {
            Op::Verbatim(_, reads, _) => places.extend(reads),
            Op::Hook(a, _, reads) => places.extend(a.place().into_iter().chain(reads)),
            op => {
                places.extend(op.operands().into_iter().filter_map(Operand::place));
                if let Op::Construct(c) = op {
                    places.extend(c.parts.iter().filter_map(|(_, o)| o.place()));
                }
                if let Op::Call(call) = op {
                    if let Callee::Value(f) | Callee::Pointer(f) = call.callee {
                        names.push(f);
                    }
                    let inert = call.lambdas.iter().filter_map(|l| l.inert.as_ref());
                    places.extend(inert.flat_map(|(_, reads)| reads));
                }
            }
        },
        Stmt::Destructure(_, from, _) => places.extend(from.place()),
        Stmt::Alias(_, place, _) => places.push(place),
        Stmt::Store(place, value, _) | Stmt::Update(_, place, value, _) => {
            places.push(place);
            places.extend(value.place());
        }
        Stmt::If(condition, ..) => places.extend(condition.place()),
        Stmt::Match(of, arms, ..) => {
            places.extend(of.iter().filter_map(Operand::place));
            names.extend(arms.iter().flat_map(|(pattern, _)| placeholders(pattern)));
        }
        Stmt::For(f) => match &f.source {
            Source::Range(lo, hi, _) => {
                places.extend([lo, hi].into_iter().filter_map(|o| o.place()))
            }
            Source::Walk(chain) => in_chain(chain, &mut places),
        },
        Stmt::Exit(Exit::Return(value)) => places.extend(value.place()),
        Stmt::Macro(tokens) => names.extend(placeholders(tokens)),
        _ => {}
    }
    places.extend(stmt.regions().into_iter().filter_map(|r| r.result.as_ref()?.place()));
    while let Some(place) = places.pop() {
        names.push(place.root);
        places.extend(place.indices().into_iter().filter_map(Operand::place));
    }
    out.extend(names);
    for region in stmt.regions() {
        region.stmts.iter().for_each(|s| mention(s, out));
    }
}

fn in_chain<'a>(chain: &'a Chain, out: &mut Vec<&'a Place>) {
    match chain {
        Chain::Root(o) | Chain::Plain(o) => out.extend(o.place()),
        Chain::Range(lo, hi, _) => out.extend([lo, hi].into_iter().filter_map(|o| o.place())),
        Chain::Method(receiver, _, args) => {
            in_chain(receiver, out);
            args.iter().for_each(|a| in_chain(a, out));
        }
    }
}
