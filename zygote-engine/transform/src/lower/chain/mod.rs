//! Chains of iterators: an adaptor or consumer of `Iterator` is a loop in the form of a method, so a
//! chain is lowered to the loop that it stands for, and nothing is collected on the way.
//!
//! A chain is known by its head: a range, or a method that makes an iterator of a sequence. What is
//! only mapped, zipped, counted or reversed ([`Pipe`]) stays one walk; from the first adaptor on that
//! drops or adds items, the rest of the chain is code in the body of the loop ([`Flow`]).

mod bound;
mod collect;
mod consume;
mod cursor;
mod extend;
mod fallible;
mod flow;
mod item;
mod map;
mod own;
mod parse;
mod parts;
mod peek;
mod pieces;
mod pipe;
mod ranged;
mod sifted;
mod split;
mod step;
mod walk;
mod zipped;

use crate::error::{Result, unsupported};
use crate::ir::{Exit, For, Op, Operand, Region, Source, Stmt, Ty, VarId};
use crate::lower::Lower;
use crate::lower::place::referent_span;
pub use bound::goes_on_after;
pub(super) use collect::inferred;
pub(super) use item::Item;
pub(super) use own::marked;
pub use own::own_iterator;
pub(super) use parse::{is_chain, parse};
pub use parse::{is_iterating, makes_iterator};
use parts::{After, Flow, Generator};
pub(super) use parts::{Pipe, Pipeline};
use syn::Expr;
use syn::spanned::Spanned;

/// What is done with each item.
type Body<'b> = dyn FnMut(&mut Lower, Item, &mut Vec<Stmt>) -> Result<()> + 'b;

/// The labels of a chain's loops.
#[derive(Clone, Copy, Default)]
struct Labels<'a> {
    /// That of the loop whose body has the items.
    own: Option<&'a syn::Lifetime>,
    /// That by which all loops of the chain are left, where they are several.
    exit: Option<&'a syn::Lifetime>,
    /// Whether that is the label of a loop around the chain.
    around: bool,
}

impl Lower {
    /// The label by which the loops of a chain are left, where they are several.
    fn exit_label(&mut self, pipeline: &Pipeline) -> Option<syn::Lifetime> {
        let several = pipeline.is_nested() || pipeline.base.parts().len() > 1;
        several.then(|| self.chain_label(pipeline.base.span().span()))
    }

    /// Runs a chain: a loop, or one for each part of a concatenation. The flag says that what is done
    /// with the items may leave the loops.
    fn run(
        &mut self,
        pipeline: &Pipeline,
        labels: Labels<'_>,
        cut: bool,
        body: &mut Body<'_>,
        out: &mut Vec<Stmt>,
    ) -> Result<()> {
        let pipeline = self.in_pieces(pipeline, out)?;
        let pipeline = &self.prepared(&pipeline, out)?;
        let (mut pipeline, start) = (pipeline.clone(), out.len());
        if pipeline.base.is_chain() {
            self.begun(&mut pipeline.base, out)?;
        }
        self.refuse_changed_captures(&pipeline.captured, &out[start..], pipeline.base.span())?;
        self.ran(&pipeline, labels, cut, body, out)
    }

    /// Runs a chain whose closures, limits and sources are evaluated.
    fn ran(
        &mut self,
        pipeline: &Pipeline,
        labels: Labels<'_>,
        cut: bool,
        body: &mut Body<'_>,
        out: &mut Vec<Stmt>,
    ) -> Result<()> {
        let start = out.len();
        let counters = self.counters(&pipeline.flow, out)?;
        self.refuse_changed_captures(&pipeline.captured, &out[start..], pipeline.base.span())?;
        let bases = pipeline.base.parts();
        let cut = cut || pipeline.flow.iter().any(Flow::stops);
        let made = match labels.exit {
            None if cut => self.exit_label(pipeline),
            _ => None,
        };
        let labels = Labels { exit: labels.exit.or(made.as_ref()), ..labels };
        if !cut || bases.len() == 1 {
            for base in bases {
                self.looped(base, pipeline, &counters, labels, cut, body, out)?;
            }
            return Ok(());
        }
        // What leaves the first loop leaves out the others.
        let exit = labels.exit.cloned();
        let trips = self.func.record("trips", pipeline.base.span().span(), self.here);
        let labels = Labels { around: true, ..labels };
        self.loops.push(crate::lower::Loop { label: exit.clone() });
        let region = self.region(true, |s, out| {
            s.one_after_the_other(&bases, pipeline, &counters, labels, body, out)?;
            Ok(None)
        });
        self.loops.pop();
        out.push(Stmt::Loop(exit, region?, trips));
        Ok(())
    }

    /// Loops of which each may leave out those after it.
    fn one_after_the_other(
        &mut self,
        bases: &[&Pipe],
        pipeline: &Pipeline,
        counters: &[Option<VarId>],
        labels: Labels<'_>,
        body: &mut Body<'_>,
        out: &mut Vec<Stmt>,
    ) -> Result<()> {
        let Some((first, rest)) = bases.split_first() else {
            out.push(Stmt::Exit(Exit::Break(labels.exit.cloned())));
            return Ok(());
        };
        self.looped(first, pipeline, counters, labels, true, body, out)?;
        let flag = self.func.record("reached", first.span().span(), self.here);
        let region = self.region(false, |s, out| {
            s.one_after_the_other(rest, pipeline, counters, labels, body, out)?;
            Ok(None)
        })?;
        out.push(Stmt::Rest(flag, region, None));
        Ok(())
    }

    #[expect(clippy::too_many_arguments, reason = "one loop has them all")]
    fn looped(
        &mut self,
        base: &Pipe,
        pipeline: &Pipeline,
        counters: &[Option<VarId>],
        labels: Labels<'_>,
        cut: bool,
        body: &mut Body<'_>,
        out: &mut Vec<Stmt>,
    ) -> Result<()> {
        if let Pipe::Staged(of, flow) = base {
            return self.stage(of, flow, pipeline, counters, labels, cut, body, out);
        }
        let (span, start, flow) = (referent_span(base.span()), out.len(), &pipeline.flow[..]);
        let mut bound = vec![];
        let (walk, pattern, plan) = self.plan(base, &mut bound, out)?;
        let source = match &walk {
            Expr::Range(_) => self.source(&walk, out)?,
            walk => Source::Walk(self.chain(walk, false, out)?),
        };
        self.refuse_changed_captures(&pipeline.captured, &out[start..], base.span())?;
        if let Source::Walk(chain) = &source {
            self.constant_items(&pattern, chain);
        }
        let trips = cut.then(|| self.func.record("trips", span, self.here));
        let names = (
            self.func.record("walk", span, self.here),
            self.func.record("position", span, self.here),
        );
        let nested = flow.iter().any(|f| matches!(f, Flow::Flat(_)));
        let label = match (nested, labels.around) {
            (true, false) => labels.exit,
            (true, true) => None,
            (false, _) => labels.own,
        };
        let label = label.cloned();
        let leave = labels.exit.or(labels.own).cloned();
        self.loops.push(crate::lower::Loop { label: label.clone() });
        let outside_walks = self.walk_begins(&source);
        // What is done with the items sees the names and loops of here, wherever it is lowered.
        let (scopes, mut loops) = (self.scopes.clone(), self.loops.clone());
        loops.push(crate::lower::Loop { label: labels.own.cloned() });
        let mut outside = |s: &mut Self, item: Item, out: &mut Vec<Stmt>| {
            let inner_scopes = std::mem::replace(&mut s.scopes, scopes.clone());
            let inner_loops = std::mem::replace(&mut s.loops, loops.clone());
            let done = body(s, item, out);
            s.scopes = inner_scopes;
            s.loops = inner_loops;
            done
        };
        let body: &mut Body<'_> = if nested { &mut outside } else { body };
        let region = self.region(true, |s, out| {
            for v in &bound {
                s.func.vars[v.0].home = s.here;
            }
            let mut rest = |s: &mut Self, out: &mut Vec<Stmt>| {
                let item = s.item_of(&plan, out)?;
                s.flow(flow, counters, (leave.as_ref(), labels.own, cut), item, &mut *body, out)
            };
            // No item is asked for after the last.
            let (flow, counters) = (flow.to_vec(), counters.to_vec());
            let own = After { flow, counters, leave: leave.clone() };
            let all: Vec<_> = pipeline.after.iter().cloned().chain([own]).collect();
            s.if_unfinished(&all, &mut rest, out)?;
            Ok(None)
        });
        self.loops.pop();
        self.walked.truncate(outside_walks);
        let body = Region { result: None, ..region? };
        out.push(Stmt::For(Box::new(For { label, pattern, bound, source, body, trips, names })));
        Ok(())
    }

    /// The loops of a part of a concatenation that has adaptors of its own: what the whole has comes
    /// after them, with its states and its way out.
    #[expect(clippy::too_many_arguments, reason = "as those of the whole")]
    fn stage(
        &mut self,
        of: &Pipe,
        own: &[Flow],
        pipeline: &Pipeline,
        counters: &[Option<VarId>],
        labels: Labels<'_>,
        cut: bool,
        body: &mut Body<'_>,
        out: &mut Vec<Stmt>,
    ) -> Result<()> {
        let (flow, leave) = (&pipeline.flow[..], labels.exit.or(labels.own));
        let after =
            After { flow: flow.to_vec(), counters: counters.to_vec(), leave: leave.cloned() };
        let part = Pipeline {
            flow: own.to_vec(),
            captured: pipeline.captured.clone(),
            after: pipeline.after.iter().cloned().chain([after]).collect(),
            ..Pipeline::of(of.clone())
        };
        let innermost = labels.own.filter(|_| !pipeline.is_nested());
        // What is done with the items sees the names and loops of here, wherever it is lowered.
        let (scopes, mut loops) = (self.scopes.clone(), self.loops.clone());
        loops.push(crate::lower::Loop { label: labels.own.cloned() });
        let mut rest = |s: &mut Self, item: Item, out: &mut Vec<Stmt>| {
            let inner_scopes = std::mem::replace(&mut s.scopes, scopes.clone());
            let inner_loops = std::mem::replace(&mut s.loops, loops.clone());
            let done = s.flow(flow, counters, (leave, labels.own, cut), item, body, out);
            s.scopes = inner_scopes;
            s.loops = inner_loops;
            done
        };
        let labels = Labels { own: innermost, ..Labels::default() };
        self.ran(&part, labels, cut, &mut rest, out)
    }

    /// Evaluates what the parts of a concatenation go over, as it is before the first of them.
    fn begun(&mut self, pipe: &mut Pipe, out: &mut Vec<Stmt>) -> Result<()> {
        match pipe {
            Pipe::Chain(a, b) | Pipe::Zip(a, _, b) => {
                self.begun(a, out)?;
                self.begun(b, out)
            }
            Pipe::Map(of, _) | Pipe::Copied(of) | Pipe::Enumerate(of, _) | Pipe::Known(of, _) => {
                self.begun(of, out)
            }
            Pipe::Staged(of, flow) => {
                let part = Pipeline { flow: std::mem::take(flow), ..Pipeline::of((**of).clone()) };
                let part = self.in_pieces(&part, out)?;
                (**of, *flow) = (part.base, part.flow);
                self.begun(of, out)
            }
            Pipe::Order(of, _, args) => {
                self.begun(of, out)?;
                for arg in args {
                    *arg = self.settled_number(arg, out)?;
                }
                Ok(())
            }
            Pipe::Windows(_, size)
            | Pipe::Chunks(_, size, _)
            | Pipe::Made(Generator::Nothing | Generator::Call(_), size, _) => {
                *size = self.settled_number(size, out)?;
                Ok(())
            }
            Pipe::Made(Generator::Repeat(x), count, _) => {
                *x = self.settled_value(x, out)?;
                *count = self.settled_number(count, out)?;
                Ok(())
            }
            Pipe::Walk(Expr::Range(r)) | Pipe::Within(_, r) => {
                for bound in [&mut r.start, &mut r.end].into_iter().flatten() {
                    **bound = self.settled_number(bound, out)?;
                }
                Ok(())
            }
            Pipe::Walk(e) | Pipe::Owned(e) => {
                let lent = match crate::lower::place::strip(e) {
                    Expr::MethodCall(_) | Expr::Reference(_) => true,
                    e => {
                        self.is_place(e) && {
                            let place = self.place(e, out)?;
                            self.refers(&place).is_some()
                        }
                    }
                };
                if !lent {
                    *e = self.settled_value(e, out)?;
                }
                Ok(())
            }
            Pipe::Elements(..)
            | Pipe::Entries(..)
            | Pipe::Pairs(..)
            | Pipe::Drained(..)
            | Pipe::Listed(_)
            | Pipe::Cycle(_) => Ok(()),
        }
    }

    /// A name for a value, as it is here.
    fn settled_value(&mut self, e: &Expr, out: &mut Vec<Stmt>) -> Result<Expr> {
        let op = self.op(e, out)?;
        let ty = self.op_ty(&op);
        let value = self.temp(e.span(), ty, op, out);
        let name = self.name_of_operand(value, out);
        Ok(syn::parse_quote!(#name))
    }

    /// The chain with its closures and limits evaluated, as they are before the loop.
    fn prepared(&mut self, pipeline: &Pipeline, out: &mut Vec<Stmt>) -> Result<Pipeline> {
        let mut pipeline = pipeline.clone();
        let (mut functions, mut limits) = (vec![], vec![]);
        let mut stages = vec![];
        pipeline.base.stages(&mut stages);
        for f in stages {
            let mut of_stage = vec![];
            f.functions(&mut vec![], &mut of_stage);
            for limit in of_stage {
                self.settled_limit(limit, out)?;
            }
            if let Flow::Scan(init, _) | Flow::Successors(init, _) = f {
                step::refuse_changes(init, init)?;
                **init = self.settled_value(init, out)?;
            }
            if let Flow::Zip(side) = f {
                self.settled_side(side, out)?;
            }
        }
        pipeline.base.functions(&mut functions);
        for f in &mut pipeline.flow {
            if let Flow::Zip(side) = f {
                self.settled_side(side, out)?;
            }
            f.functions(&mut functions, &mut limits);
        }
        let mut captured = vec![];
        for f in functions {
            captured.extend(self.with_own_state(f, out)?);
        }
        for limit in limits {
            self.settled_limit(limit, out)?;
        }
        pipeline.captured.extend(captured);
        Ok(pipeline)
    }

    /// A limit, as it is before the loop.
    fn settled_limit(&mut self, limit: &mut Expr, out: &mut Vec<Stmt>) -> Result<()> {
        step::refuse_changes(limit, limit)?;
        let value = self.inert(limit, out)?;
        if let Operand::Place(..) = &value {
            let copy = self.temp(limit.span(), Ty::Inert, Op::Use(value), out);
            let name = self.name_of_operand(copy, out);
            *limit = syn::parse_quote!(#name);
        }
        Ok(())
    }

    /// What a closure has a copy of must not change before the closure is made.
    fn refuse_changed_captures(
        &self,
        captured: &[VarId],
        source: &[Stmt],
        at: &Expr,
    ) -> Result<()> {
        let mut changed = std::collections::BTreeSet::new();
        crate::record::changed_by(&self.func, source, &mut changed);
        if captured.iter().any(|v| changed.contains(v)) {
            return unsupported(
                at,
                "an iterator that changes what a closure after it moves",
                "bind what it goes over with `let` first",
            );
        }
        Ok(())
    }
}
