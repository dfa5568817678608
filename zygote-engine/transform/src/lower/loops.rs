//! Loops.

use super::branch::find_let;
use super::chain::{Pipe, Pipeline};
use super::exits::cut_short;
use super::place::{referent_span, slice_mode};
use super::pure::Calls;
use super::referring::over_copies;
use super::subject::{Binds, Subject};
use super::{Loop, Lower, Tail};
use crate::error::{Result, unsupported};
use crate::ir::{For, Mode, Place, Region, Source, Stmt, Ty, VarId, VarKind};
use quote::quote;
use syn::Expr;

impl Lower {
    pub(super) fn for_loop(&mut self, f: &syn::ExprForLoop, out: &mut Vec<Stmt>) -> Result<()> {
        if let Some(again) = bound_again(f) {
            return self.for_loop(&again, out);
        }
        if let Some(over_copies) = over_copies(f) {
            let block =
                Expr::Block(syn::ExprBlock { attrs: vec![], label: None, block: over_copies });
            return self.expression(&block, out);
        }
        if let Some(over_own) = self.over_own(f) {
            return self.expression(&over_own, out);
        }
        if self.is_place(&f.expr) {
            let place = self.place(&f.expr, out)?;
            let exclusive = slice_mode(&f.expr) == Some(Mode::Exclusive);
            if exclusive || self.refers(&place) == Some(true) {
                let pipeline = match self.parsed(&f.expr, true, Some(&f.pat))? {
                    Some(pipeline) => pipeline,
                    None => Pipeline::of(Pipe::Elements((*f.expr).clone(), true)),
                };
                return self.for_chain(&pipeline, f, out);
            }
        }
        let parsed = self.parsed(&f.expr, true, Some(&f.pat))?;
        if takes_apart(&f.pat) {
            // The items' cotangents have no such pattern: the item is bound, then taken apart.
            let pipeline = parsed.unwrap_or_else(|| Pipeline::of(Pipe::Walk((*f.expr).clone())));
            return self.for_chain(&pipeline, f, out);
        }
        if let Some(pipeline) = parsed
            && (!pipeline.is_plain() || self.is_mixed(&pipeline.base))
        {
            return self.for_chain(&pipeline, f, out);
        }
        let source = self.source(&f.expr, out)?;
        let label = f.label.as_ref().map(|l| l.name.clone());
        let span = referent_span(&f.expr);
        let here = self.here;
        let trips =
            cut_short(&f.body, label.as_ref()).then(|| self.func.record("trips", span, here));
        let names =
            (self.func.record("walk", span, here), self.func.record("position", span, here));
        let mut bound = vec![];
        let mut pattern = quote!();
        self.loops.push(Loop { label: label.clone() });
        let outside = self.walk_begins(&source);
        let body = self.region(true, |s, out| {
            let (binds, ty) = match &source {
                Source::Range(..) => (Binds::Inert, Ty::Inert),
                Source::Walk(chain) => {
                    let constant = s.chain_constant(chain);
                    (Binds::Items { constant }, s.chain_item(chain))
                }
            };
            let mut bindings = vec![];
            let subject = Subject { place: None, binds, refutable: false };
            pattern = s.pattern(&f.pat, &ty, vec![], subject, &mut bindings)?;
            bound = bindings.into_iter().map(|(v, _)| v).collect();
            for v in &bound {
                if s.func.var(*v).kind == VarKind::Local {
                    s.func.vars[v.0].kind = VarKind::Item;
                }
            }
            if let Source::Walk(chain) = &source {
                s.constant_items(&pattern, chain);
            }
            s.stmts(&f.body.stmts, Tail::Unit, out)
        });
        self.loops.pop();
        self.walked.truncate(outside);
        let body = body?;
        let body = Region { result: None, ..body };
        out.push(Stmt::For(Box::new(For { label, pattern, bound, source, body, trips, names })));
        Ok(())
    }

    /// Notes what the walk of a loop borrows, and gives the number of what was borrowed before.
    pub(super) fn walk_begins(&mut self, source: &Source) -> usize {
        let outside = self.walked.len();
        if let Source::Walk(chain) = source {
            let mut roots = vec![];
            crate::activity::chain_roots(chain, &mut roots);
            self.walked.extend(roots.into_iter().cloned());
        }
        outside
    }

    /// Whether a place, or what it is a part of, is borrowed by the walk of a loop around. Two names of
    /// references may stand for parts of one variable that are apart.
    pub(super) fn is_walked(&self, place: &Place) -> bool {
        let whole = self.func.resolve(place);
        self.walked.iter().any(|w| {
            let walked = self.func.resolve(w);
            let same = walked.path.iter().zip(&whole.path).all(|(a, b)| a == b);
            w.overlaps(place) || walked.root == whole.root && same
        })
    }

    pub(super) fn while_loop(&mut self, w: &syn::ExprWhile, out: &mut Vec<Stmt>) -> Result<()> {
        let label = w.label.as_ref().map(|l| l.name.clone());
        let trips = self.func.record("trips", w.while_token.span, self.here);
        if self.pure(&w.cond, Calls::Reading).is_none() {
            // The condition does more than read: it belongs to the body.
            let cond = &w.cond;
            let mut body = w.body.clone();
            let leave = match &label {
                Some(l) => quote!(break #l;),
                None => quote!(break;),
            };
            if find_let(cond).is_some() {
                let inner = &body;
                body = syn::parse_quote!({ if #cond #inner else { #leave } });
            } else {
                body.stmts.insert(0, syn::parse_quote!(if !(#cond) { #leave }));
            }
            return self.endless(label, &body, trips, out);
        }
        let condition = self.region(false, |s, out| s.inert(&w.cond, out).map(Some))?;
        self.loops.push(Loop { label: label.clone() });
        let body = self.region(true, |s, out| s.stmts(&w.body.stmts, Tail::Unit, out));
        self.loops.pop();
        out.push(Stmt::While(label, condition, Region { result: None, ..body? }, trips));
        Ok(())
    }

    pub(super) fn endless_loop(&mut self, l: &syn::ExprLoop, out: &mut Vec<Stmt>) -> Result<()> {
        let label = l.label.as_ref().map(|l| l.name.clone());
        let trips = self.func.record("trips", l.loop_token.span, self.here);
        self.endless(label, &l.body, trips, out)
    }

    fn endless(
        &mut self,
        label: Option<syn::Lifetime>,
        body: &syn::Block,
        trips: VarId,
        out: &mut Vec<Stmt>,
    ) -> Result<()> {
        self.loops.push(Loop { label: label.clone() });
        let body = self.region(true, |s, out| s.stmts(&body.stmts, Tail::Unit, out));
        self.loops.pop();
        out.push(Stmt::Loop(label, Region { result: None, ..body? }, trips));
        Ok(())
    }

    pub(super) fn check_loop(&self, e: &Expr, label: Option<&syn::Lifetime>) -> Result<()> {
        let known = match label {
            None => !self.loops.is_empty(),
            Some(l) => self.loops.iter().any(|o| o.label.as_ref() == Some(l)),
        };
        if known { Ok(()) } else { unsupported(e, "leaving a labelled block", "use a loop") }
    }
}

/// `for x in xs { let mut x = x; .. }` for `for mut x in xs { .. }`: an item itself does not change.
fn bound_again(f: &syn::ExprForLoop) -> Option<syn::ExprForLoop> {
    struct Names(Vec<syn::PatIdent>);
    impl syn::visit_mut::VisitMut for Names {
        fn visit_pat_ident_mut(&mut self, p: &mut syn::PatIdent) {
            if p.by_ref.is_none() && p.mutability.is_some() {
                self.0.push(syn::PatIdent { subpat: None, ..p.clone() });
                p.mutability = None;
            }
            syn::visit_mut::visit_pat_ident_mut(self, p);
        }
    }
    let (mut again, mut names) = (f.clone(), Names(vec![]));
    syn::visit_mut::VisitMut::visit_pat_mut(&mut names, &mut again.pat);
    let lets = names.0.iter().map(|name| -> syn::Stmt {
        let item = &name.ident;
        syn::parse_quote!(let #name = #item;)
    });
    again.body.stmts.splice(0..0, lets);
    (!names.0.is_empty()).then_some(again)
}

/// Whether a pattern takes structs or slices apart.
fn takes_apart(pattern: &syn::Pat) -> bool {
    match pattern {
        syn::Pat::Struct(_) | syn::Pat::TupleStruct(_) | syn::Pat::Slice(_) => true,
        syn::Pat::Paren(p) => takes_apart(&p.pat),
        syn::Pat::Reference(r) => takes_apart(&r.pat),
        syn::Pat::Tuple(t) => t.elems.iter().any(takes_apart),
        _ => false,
    }
}
