//! Which places a part of the primal mentions.

use super::{Callee, Chain, Exit, Func, Op, Operand, Place, Proj, Region, Source, Stmt, VarId};
use crate::lower::placeholder_id;
use proc_macro2::{TokenStream, TokenTree};
use std::collections::BTreeSet;

/// The variables that a statement of the primal mentions, names of references among them.
pub fn mention(stmt: &Stmt, out: &mut BTreeSet<VarId>) {
    let mut all = vec![];
    mentioned(stmt, &mut all);
    out.extend(all.into_iter().map(|p| p.root));
}

/// The places that a statement of the primal mentions, by the names that are written.
pub fn mentioned(stmt: &Stmt, out: &mut Vec<Place>) {
    mentioned_here(stmt, out);
    for region in stmt.regions() {
        out.extend(region.result.iter().filter_map(Operand::place).cloned());
        region.stmts.iter().for_each(|s| mentioned(s, out));
    }
}

/// The variables that are mentioned once, by no other name, as a temporary value is.
pub fn mentioned_once(func: &Func) -> BTreeSet<VarId> {
    let body = &func.body;
    let mut all: Vec<Place> = body.result.iter().filter_map(Operand::place).cloned().collect();
    body.stmts.iter().for_each(|s| mentioned(s, &mut all));
    let (mut once, mut again) = (BTreeSet::new(), BTreeSet::new());
    for root in all.iter().map(|p| func.root(p)) {
        if !once.insert(root) {
            again.insert(root);
        }
    }
    &once - &again
}

/// The calls whose values nothing uses but such calls, by their pullbacks.
pub fn idle_calls(body: &Region) -> BTreeSet<VarId> {
    let mut known: Option<BTreeSet<VarId>> = None;
    loop {
        let (mut used, mut calls) = (BTreeSet::new(), vec![]);
        let is_used = |v: VarId| known.as_ref().is_none_or(|known| known.contains(&v));
        used_in(body, true, &is_used, &mut used, &mut calls);
        if known.as_ref() == Some(&used) {
            let idle = calls.into_iter().filter(|(v, _)| !used.contains(v));
            return idle.map(|(_, back)| back).collect();
        }
        known = Some(used);
    }
}

/// The variables that a region uses, if its value is, and its calls with their values.
fn used_in(
    region: &Region,
    value: bool,
    is_used: &impl Fn(VarId) -> bool,
    used: &mut BTreeSet<VarId>,
    calls: &mut Vec<(VarId, VarId)>,
) {
    let result = region.result.iter().filter(|_| value);
    used.extend(result.filter_map(Operand::place).map(|p| p.root));
    for stmt in &region.stmts {
        let (counts, value) = match stmt {
            Stmt::Let(v, Op::Call(call)) => {
                calls.push((*v, call.back));
                (is_used(*v), true)
            }
            Stmt::If(.., v) | Stmt::Match(_, _, v, _) | Stmt::Block(_, v) | Stmt::Rest(.., v) => {
                (true, v.is_some_and(is_used))
            }
            _ => (true, true),
        };
        if counts {
            let mut places = vec![];
            mentioned_here(stmt, &mut places);
            used.extend(places.into_iter().map(|p| p.root));
        }
        stmt.regions().into_iter().for_each(|inner| used_in(inner, value, is_used, used, calls));
    }
}

fn mentioned_here(stmt: &Stmt, out: &mut Vec<Place>) {
    let mut places: Vec<&Place> = vec![];
    match stmt {
        Stmt::Let(_, op) => match op {
            Op::Verbatim(tokens, ..) => mentioned_in(tokens, out),
            Op::Hook(a, _, reads) => places.extend(a.place().into_iter().chain(reads)),
            op => {
                places.extend(op.operands().into_iter().filter_map(Operand::place));
                if let Op::Construct(c) = op {
                    places.extend(c.parts.iter().filter_map(|(_, o)| o.place()));
                }
                if let Op::Call(call) = op {
                    if let Callee::Value(f) | Callee::Pointer(f) = call.callee {
                        out.push(Place::var(f));
                    }
                    let inert = call.lambdas.iter().filter_map(|l| l.inert.as_ref());
                    inert.for_each(|(tokens, _)| mentioned_in(tokens, out));
                }
            }
        },
        Stmt::Destructure(_, from, _) => places.extend(from.place()),
        Stmt::Alias(_, place, _) => places.push(place),
        Stmt::Store(place, value, _) | Stmt::Update(_, place, value, _) => {
            places.push(place);
            places.extend(value.place());
        }
        Stmt::Append(list, value) => {
            out.push(Place::var(*list));
            places.extend(value.place());
        }
        Stmt::If(condition, ..) => places.extend(condition.place()),
        Stmt::Match(of, arms, ..) => {
            places.extend(of.iter().filter_map(Operand::place));
            arms.iter().for_each(|(pattern, _)| mentioned_in(pattern, out));
        }
        Stmt::For(f) => match &f.source {
            Source::Range(lo, hi, _) => {
                places.extend([lo, hi].into_iter().filter_map(|o| o.place()))
            }
            Source::Walk(chain) => in_chain(chain, &mut places),
        },
        Stmt::Exit(Exit::Return(value)) => places.extend(value.place()),
        Stmt::Macro(tokens) => mentioned_in(tokens, out),
        _ => {}
    }
    while let Some(place) = places.pop() {
        out.push(place.clone());
        places.extend(place.indices().into_iter().filter_map(Operand::place));
    }
}

/// The variables in kept tokens, with the fields that are taken of them.
pub fn mentioned_in(tokens: &TokenStream, out: &mut Vec<Place>) {
    let mut tokens = tokens.clone().into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Group(g) => mentioned_in(&g.stream(), out),
            TokenTree::Ident(i) => {
                let Some(v) = placeholder_id(&i) else { continue };
                let mut place = Place::var(v);
                while matches!(tokens.peek(), Some(TokenTree::Punct(p)) if p.as_char() == '.') {
                    tokens.next();
                    let Some(TokenTree::Ident(name)) = tokens.next() else { break };
                    if matches!(tokens.peek(), Some(TokenTree::Group(_))) {
                        break;
                    }
                    place.path.push(Proj::Field(syn::Member::Named(name)));
                }
                out.push(place);
            }
            _ => {}
        }
    }
}

fn in_chain<'a>(chain: &'a Chain, out: &mut Vec<&'a Place>) {
    match chain {
        Chain::Root(o, _) | Chain::Plain(o) => out.extend(o.place()),
        Chain::Range(lo, hi, _) => out.extend([lo, hi].into_iter().filter_map(|o| o.place())),
        Chain::Method(receiver, _, args) => {
            in_chain(receiver, out);
            args.iter().for_each(|a| in_chain(a, out));
        }
    }
}
