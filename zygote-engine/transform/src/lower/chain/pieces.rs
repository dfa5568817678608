//! `split`, `rsplit`, `split_inclusive` and `chunk_by` of slices: where a piece ends is found when it is
//! asked for.

use super::Body;
use super::parts::{Flow, Pipe, Pipeline};
use crate::error::{Result, unsupported};
use crate::ir::{Op, Operand, Place, Proj, Stmt, Ty, VarId};
use crate::lower::Lower;
use crate::lower::lambda::is_name_of_closure;
use crate::lower::place::strip;
use crate::lower::pure::Calls;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Expr;
use syn::spanned::Spanned;

/// A slice in pieces.
#[derive(Clone)]
pub(in crate::lower) struct Pieces {
    pub of: Expr,
    pub sort: Sort,
    pub test: Expr,
    /// The call as it is written.
    pub call: syn::ExprMethodCall,
}

/// What sort of pieces.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::lower) enum Sort {
    /// Between elements, from the last to the first.
    Reversed,
    /// Between elements.
    Between,
    /// Up to elements.
    Closed,
    /// Runs of elements.
    Run,
}

impl Sort {
    /// The sort by the name of the method.
    pub fn of(name: &str) -> Option<Self> {
        Some(match name {
            "split" => Self::Between,
            "rsplit" => Self::Reversed,
            "split_inclusive" => Self::Closed,
            "chunk_by" => Self::Run,
            _ => return None,
        })
    }
}

/// Whether an argument is a closure, or stands for one.
pub(super) fn is_closure(e: &Expr) -> bool {
    match strip(e) {
        Expr::Closure(_) => true,
        Expr::Path(p) => p.path.get_ident().is_some_and(is_name_of_closure),
        _ => false,
    }
}

impl Lower {
    /// The chain with a name for the slice that is in pieces. What is not known to be a slice and is
    /// constant, such as a text, is taken apart by its own method.
    pub(super) fn in_pieces(
        &mut self,
        pipeline: &Pipeline,
        out: &mut Vec<Stmt>,
    ) -> Result<Pipeline> {
        let mut pipeline = pipeline.clone();
        let Some(Flow::Pieces(pieces)) = pipeline.flow.first_mut() else { return Ok(pipeline) };
        let constant = self
            .pure(&pieces.of, Calls::Forbidden)
            .is_some_and(|(_, reads)| self.all_constant(&reads));
        let of_numbers = matches!(self.known(&pieces.of).peeled(), Ty::Seq(of) if **of == Ty::Real);
        if constant && !of_numbers {
            pipeline.base = Pipe::Owned(Expr::MethodCall(pieces.call.clone()));
            pipeline.flow.remove(0);
            return Ok(pipeline);
        }
        if let Some(of) = self.settled_source(&pieces.of, false, false, out)? {
            pieces.of = of;
        }
        Ok(pipeline)
    }

    /// Where the first piece begins; for the last, one after where it ends.
    pub(super) fn first_piece(&mut self, pieces: &Pieces, out: &mut Vec<Stmt>) -> Result<VarId> {
        let place = self.sequence(&pieces.of, false, out)?;
        let start = match pieces.sort {
            Sort::Reversed => {
                let len = self.length(&place, out);
                let after = |len: &[TokenStream]| {
                    let len = &len[0];
                    quote!(#len + 1)
                };
                self.inert_value(&[&len], after, out)
            }
            _ => Operand::Const(quote!(0)),
        };
        let declared = Some(quote!(::core::primitive::usize));
        Ok(self.state("piece", Ty::Inert, declared, Op::Use(start), out))
    }

    /// Goes on with the next piece, or stops.
    pub(super) fn piece(
        &mut self,
        pieces: &Pieces,
        at: VarId,
        label: Option<&syn::Lifetime>,
        go: &mut Body<'_>,
        out: &mut Vec<Stmt>,
    ) -> Result<()> {
        let test = self.closure_of(&pieces.test)?;
        let test = test.and_then(|f| self.only_reading(&f));
        let Some((test, mut reads)) = test else {
            return unsupported(
                &pieces.test,
                "a test here that does more than read",
                "write a loop that looks for the ends",
            );
        };
        let place = self.sequence(&pieces.of, false, out)?;
        let len = self.length(&place, out);
        let span = pieces.of.span();
        let (at_, len_) = (self.shown(at), self.tokens_of(&len));
        let number =
            |s: &mut Self, tokens: TokenStream, mut reads: Vec<Place>, out: &mut Vec<Stmt>| {
                reads.extend([Place::var(at)].into_iter().chain(len.place().cloned()));
                s.temp(span, Ty::Inert, Op::Verbatim(tokens, reads, Ty::Inert), out)
            };
        let there = match pieces.sort {
            Sort::Reversed => quote!(#at_ > 0),
            Sort::Between => quote!(#at_ <= #len_),
            Sort::Closed | Sort::Run => quote!(#at_ < #len_),
        };
        let there = number(self, there, vec![], out);
        let yes = self.region(false, |s, out| {
            let Some((of, more)) = s.pure(&pieces.of, Calls::Reading) else {
                unreachable!("it has a name")
            };
            reads.extend(more);
            let find = format_ident!(
                "{}",
                match pieces.sort {
                    Sort::Reversed => "piece_start",
                    Sort::Between => "piece_end",
                    Sort::Closed => "closed_piece_end",
                    Sort::Run => "run_end",
                }
            );
            let reversed = pieces.sort == Sort::Reversed;
            let from = if reversed { quote!(#at_ - 1) } else { quote!(#at_) };
            let from = number(s, from, vec![], out);
            let from_ = s.tokens_of(&from);
            let found = quote!(::zygote_engine::__private::#find(&#of, #from_, #test));
            let found = number(s, found, reads, out);
            let found_ = s.tokens_of(&found);
            let next = match pieces.sort {
                Sort::Between => s.inert_value(&[&found], |_| quote!(#found_ + 1), out),
                _ => found.clone(),
            };
            let old = s.func.record("old", span, s.here);
            out.push(Stmt::Store(Place::var(at), next, old));
            let (start, end) = if reversed { (found, from) } else { (from, found) };
            let part =
                s.lent_part(place.then(Proj::Slice(Some(start), Some(end), false)), false, out);
            go(s, part, out).map(|()| None)
        })?;
        let no = self.next_or_stop(true, label)?;
        out.push(Stmt::If(there, yes, no, None));
        Ok(())
    }
}
