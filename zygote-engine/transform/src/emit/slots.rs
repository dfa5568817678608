//! Arguments that may be copies in the place of references, which methods and functions give in a derivative: only the
//! compiler knows. They are put into a slot before the call, which gives a reference to a copy and moves
//! another value on.

use super::carried::bound_by;
use super::{Emit, TokenStream, private};
use crate::ir::{
    Call, Callee, Chain, For, Lambda, Mode, Op, Operand, Place, Region, RegionId, Source, Stmt, Ty,
    VarId, VarKind, mention, mentioned, mentioned_in,
};
use proc_macro2::Ident;
use quote::{format_ident, quote_spanned};
use std::collections::BTreeSet;

impl Emit<'_> {
    /// The slots of a call's arguments.
    pub(super) fn slots(&self, call: &Call) -> TokenStream {
        let private = private();
        let all = call.args.iter().enumerate().filter_map(|(k, arg)| {
            let v = self.may_be_copy(arg)?;
            let is_here =
                |s: &Stmt| matches!(s, Stmt::Let(_, Op::Call(c)) if std::ptr::eq(&**c, call));
            let at = self.func.var(call.back).home;
            let again =
                call.lambdas.iter().any(|l| uses(l, v)) || self.is_used_again(v, &is_here, at);
            let (name, value) = (slot_name(k), self.put(v, arg, again));
            Some(quote!(let mut #name = #private::Slot::new(#value);))
        });
        all.collect()
    }

    /// An argument out of its slot.
    pub(super) fn slot(&self, arg: &Operand, call: &Call) -> Option<TokenStream> {
        self.may_be_copy(arg)?;
        let k = call.args.iter().position(|a| std::ptr::eq(a, arg))?;
        let (private, name) = (private(), slot_name(k));
        Some(quote!({ use #private::GivesValue as _; #name.given() }))
    }

    /// That what a pattern takes apart is no copy of what a function lends.
    pub(super) fn matched(&self, value: &Operand) -> Option<TokenStream> {
        let name = self.name(self.may_be_copy(value)?);
        Some(quote_spanned! {name.span()=> {
            use ::zygote_engine::__private::MatchedByValue as _;
            ::zygote_engine::__private::Matched(&#name).is_matched();
        }})
    }

    /// The slots of what a loop goes over.
    pub(super) fn slots_of_loop(&self, f: &For) -> TokenStream {
        let Source::Walk(chain) = &f.source else { return quote!() };
        let (private, mut all) = (private(), vec![]);
        roots(chain, &mut all);
        let roots = all.into_iter().filter_map(|root| Some((self.may_be_copy(root)?, root)));
        let slots = roots.map(|(v, root)| {
            let is_here = |s: &Stmt| matches!(s, Stmt::For(other) if std::ptr::eq(&**other, f));
            let again = self.is_used_again(v, &is_here, self.func.var(f.names.0).home);
            let (name, value) = (self.slot_of(v), self.put(v, root, again));
            quote!(let mut #name = #private::Slot::new(#value);)
        });
        slots.collect()
    }

    /// The slot of what a loop goes over.
    pub(super) fn slot_of(&self, v: VarId) -> Ident {
        format_ident!("__slot_{}", self.name(v))
    }

    /// The variable that an operand is, if it is what a method or function gives.
    pub(super) fn may_be_copy(&self, operand: &Operand) -> Option<VarId> {
        let Operand::Place(Place { root, path }, Mode::Value) = operand else { return None };
        let var = self.func.var(*root);
        let holds = matches!(var.kind, VarKind::Local | VarKind::Argument);
        let unknown = var.ty == Ty::Unknown && holds;
        (unknown && path.is_empty() && self.lenders.contains(root)).then_some(*root)
    }

    /// Whether a value is used after it was handed over, which none is that was moved.
    fn is_used_again(&self, v: VarId, handed: &dyn Fn(&Stmt) -> bool, at: RegionId) -> bool {
        let home = self.func.var(v).home;
        let mut around = Some(at);
        while let Some(region) = around.filter(|region| *region != home) {
            let (outer, repeats) = self.func.regions[region.0];
            if repeats {
                return true;
            }
            around = outer;
        }
        mentions_after(self.regions[&self.func.body.id], v, handed, &mut false)
    }

    /// A value that is put into a slot.
    fn put(&self, v: VarId, value: &Operand, again: bool) -> TokenStream {
        let value = self.operand(value);
        // What the reverse sweep reads is copied anyway.
        match again && !self.reverse && !self.record.shared.contains(&v) {
            true => quote!(::core::clone::Clone::clone(&#value)),
            false => value,
        }
    }
}

/// Whether a closure uses a variable.
fn uses(lambda: &Lambda, v: VarId) -> bool {
    let mut all = vec![];
    lambda.body.stmts.iter().for_each(|s| mentioned(s, &mut all));
    if let Some((tokens, _)) = &lambda.inert {
        mentioned_in(tokens, &mut all);
    }
    all.extend(lambda.body.result.as_ref().and_then(Operand::place).cloned());
    all.iter().any(|p| p.root == v)
}

/// Whether a variable is mentioned after a statement.
fn mentions_after(
    region: &Region,
    v: VarId,
    is_here: &dyn Fn(&Stmt) -> bool,
    after: &mut bool,
) -> bool {
    for stmt in &region.stmts {
        let mut all = BTreeSet::new();
        mention(stmt, &mut all);
        if *after && all.contains(&v) {
            return true;
        }
        if stmt.regions().into_iter().any(|inner| mentions_after(inner, v, is_here, after)) {
            return true;
        }
        *after |= is_here(stmt);
    }
    *after && region.result.as_ref().and_then(Operand::place).is_some_and(|p| p.root == v)
}

/// The variables that hold what methods and functions give.
pub(super) fn lenders<'s>(
    stmts: impl Iterator<Item = &'s Stmt>,
    ruled: &BTreeSet<VarId>,
) -> Vec<VarId> {
    let mut given: Vec<VarId> = vec![];
    for s in stmts {
        // What is in it by a pattern: `if let Some(row) = m.find(t)`.
        if let Stmt::Match(of, arms, ..) = s
            && of.iter().filter_map(Operand::place).any(|p| given.contains(&p.root))
        {
            given.extend(arms.iter().flat_map(|(pattern, _)| bound_by(pattern)));
        }
        let (v, call) = match s {
            Stmt::Let(v, Op::Call(call)) => (v, call),
            // Another name of it.
            Stmt::Let(v, Op::Use(Operand::Place(p, Mode::Value)))
                if p.path.is_empty() && given.contains(&p.root) =>
            {
                given.push(*v);
                continue;
            }
            _ => continue,
        };
        let gives = match &call.callee {
            Callee::Method(name) => {
                // What is in the `Option` of such a value: `m.find(t).unwrap()`.
                let of_lender = matches!(&call.args[0], Operand::Place(p, _)
                    if p.path.is_empty() && given.contains(&p.root));
                if of_lender {
                    let params = call.lambdas.iter().flat_map(|l| &l.params);
                    given.extend(params.map(|(v, ..)| *v));
                }
                !gives_any_type(name) || of_lender && unwraps(name)
            }
            Callee::Function(..) => true,
            Callee::Associated(..) | Callee::Value(_) | Callee::Pointer(_) => false,
        };
        if gives && ruled.contains(&call.back) {
            given.push(*v);
        }
    }
    given
}

fn unwraps(method: &Ident) -> bool {
    ["expect", "unwrap"].iter().any(|name| method == name)
}

/// Whether the type of what a method gives may follow from where it is used, so that it is no reference to a
/// part: that has the type of the method's signature. These methods take what they are called on.
pub(crate) fn gives_any_type(method: &Ident) -> bool {
    ["expect", "into", "unwrap", "unwrap_or", "unwrap_or_else"].iter().any(|name| method == name)
}

/// What the chain of a loop goes over by value, but for what methods of iterators are called on.
fn roots<'c>(chain: &'c Chain, out: &mut Vec<&'c Operand>) {
    match chain {
        Chain::Root(root, _) => out.push(root),
        Chain::Method(receiver, _, args) => {
            if !matches!(**receiver, Chain::Root(..)) {
                roots(receiver, out);
            }
            args.iter().for_each(|a| roots(a, out));
        }
        Chain::Range(..) | Chain::Plain(_) => {}
    }
}

fn slot_name(k: usize) -> Ident {
    generated!("__slot_{}", k)
}
