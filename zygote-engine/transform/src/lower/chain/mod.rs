//! Chains of iterators: an adaptor or consumer of `Iterator` is a loop in the form of a method, so a
//! chain is lowered to the loop that it stands for, and nothing is collected on the way.
//!
//! A chain is known by its head: a range, or a method that makes an iterator of a sequence. What is
//! only mapped, zipped, counted or reversed ([`Pipe`]) stays one walk; from the first adaptor on that
//! drops or adds items, the rest of the chain is code in the body of the loop ([`Flow`]).

mod consume;
mod extend;
mod flow;
mod item;
mod map;
mod parse;
mod pipe;
mod walk;

use crate::error::{Result, unsupported};
use crate::ir::{For, Op, Operand, Region, Source, Stmt, Ty, VarId};
use crate::lower::{Lower, Named};
pub(super) use item::Item;
use parse::Flow;
pub(super) use parse::{Pipe, Pipeline, is_chain};
pub use parse::{advances, is_iterating, makes_iterator};
use quote::format_ident;
use syn::Expr;
use syn::spanned::Spanned;

/// What is done with each item.
type Body<'b> = dyn FnMut(&mut Lower, Item, &mut Vec<Stmt>) -> Result<()> + 'b;

impl Lower {
    /// Runs a chain: a loop, or one for each part of a concatenation.
    fn run(
        &mut self,
        pipeline: &Pipeline,
        label: Option<&syn::Lifetime>,
        cut: bool,
        body: &mut Body<'_>,
        out: &mut Vec<Stmt>,
    ) -> Result<()> {
        let pipeline = &self.prepared(pipeline, out)?;
        let counters = self.counters(&pipeline.flow, out)?;
        let bases = pipeline.base.parts();
        let cut = cut || pipeline.flow.iter().any(Flow::stops);
        if let (true, Some(second)) = (cut, bases.get(1)) {
            return unsupported(
                second.span(),
                "leaving a chain of two sequences before its end",
                "write two loops",
            );
        }
        for base in bases {
            self.looped(base, &pipeline.flow, &counters, label, cut, body, out)?;
        }
        Ok(())
    }

    #[expect(clippy::too_many_arguments, reason = "one loop has them all")]
    fn looped(
        &mut self,
        base: &Pipe,
        flow: &[Flow],
        counters: &[Option<VarId>],
        label: Option<&syn::Lifetime>,
        cut: bool,
        body: &mut Body<'_>,
        out: &mut Vec<Stmt>,
    ) -> Result<()> {
        let span = base.span().span();
        let mut bound = vec![];
        let (walk, pattern, plan) = self.plan(base, &mut bound, out)?;
        let source = match &walk {
            Expr::Range(_) => self.source(&walk, out)?,
            walk => Source::Walk(self.chain(walk, false, out)?),
        };
        if let Source::Walk(chain) = &source {
            let constant = self.chain_constant(chain);
            for v in &bound {
                let var = &mut self.func.vars[v.0];
                var.constant |= constant;
            }
        }
        let trips = cut.then(|| self.func.record("trips", span, self.here));
        let names = (
            self.func.record("walk", span, self.here),
            self.func.record("position", span, self.here),
        );
        let label = match label {
            None if cut && flow.iter().any(|f| matches!(f, Flow::Flat(..))) => {
                Some(self.chain_label(span))
            }
            other => other.cloned(),
        };
        self.loops.push(crate::lower::Loop { label: label.clone() });
        let outside_walks = self.walk_begins(&source);
        // What is done with the items sees the names and loops of here, wherever it is lowered.
        let (scopes, loops) = (self.scopes.clone(), self.loops.clone());
        let mut outside = |s: &mut Self, item: Item, out: &mut Vec<Stmt>| {
            let inner_scopes = std::mem::replace(&mut s.scopes, scopes.clone());
            let inner_loops = std::mem::replace(&mut s.loops, loops.clone());
            let done = body(s, item, out);
            s.scopes = inner_scopes;
            s.loops = inner_loops;
            done
        };
        let body: &mut Body<'_> =
            if flow.iter().any(|f| matches!(f, Flow::Flat(_))) { &mut outside } else { body };
        let region = self.region(true, |s, out| {
            for v in &bound {
                s.func.vars[v.0].home = s.here;
            }
            let mut rest = |s: &mut Self, out: &mut Vec<Stmt>| {
                let item = s.item_of(&plan, out)?;
                s.flow(flow, counters, (label.as_ref(), cut), item, &mut *body, out)
            };
            // No item is asked for after the last.
            match s.unfinished(flow, counters, out)? {
                None => rest(s, out)?,
                Some(more) => {
                    let yes = s.region(false, |s, out| rest(s, out).map(|()| None))?;
                    let no = s.next_or_stop(true, label.as_ref())?;
                    out.push(Stmt::If(more, yes, no, None));
                }
            }
            Ok(None)
        });
        self.loops.pop();
        self.walked.truncate(outside_walks);
        let body = Region { result: None, ..region? };
        out.push(Stmt::For(Box::new(For { label, pattern, bound, source, body, trips, names })));
        Ok(())
    }

    /// The chain with its closures and limits evaluated, as they are before the loop.
    fn prepared(&mut self, pipeline: &Pipeline, out: &mut Vec<Stmt>) -> Result<Pipeline> {
        let mut pipeline = pipeline.clone();
        let (mut functions, mut limits) = (vec![], vec![]);
        pipeline.base.functions(&mut functions);
        for f in &mut pipeline.flow {
            f.functions(&mut functions, &mut limits);
        }
        for f in functions {
            if let Expr::Closure(c) = crate::lower::place::strip(f)
                && c.capture.is_some()
                && let Some(local) = self.closure_at(f, out)?
            {
                self.tries += 1;
                let name = format_ident!("__closure_{}", self.tries);
                self.func.names.insert(name.to_string());
                self.declare(name.to_string(), Named::Closure(local));
                *f = syn::parse_quote!(#name);
            }
        }
        for limit in limits {
            consume::refuse_changes(limit, limit)?;
            let value = self.inert(limit, out)?;
            if let Operand::Place(..) = &value {
                let copy = self.temp(limit.span(), Ty::Inert, Op::Use(value), out);
                let name = self.name_of_operand(copy, out);
                *limit = syn::parse_quote!(#name);
            }
        }
        Ok(pipeline)
    }
}
