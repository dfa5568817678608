//! A sum that an inner loop makes in each trip of an outer one, such as a product of a matrix and a
//! vector: the forward sweep makes the sums of four trips side by side, each in the order of the
//! source. One sum alone waits for each of its additions.
//!
//! What is computed ahead of its trip is read by `get`, so that an index out of bounds leaves the sums
//! to be made one by one, and panics where the source does.

use super::{Emit, TokenStream, private, span};
use crate::ir::{
    For, Op, Operand, Place, Proj, Region, RegionId, Source, Stmt, Ty, VarId, VarKind, mentioned_in,
};
use crate::record::{calls, changed_by, changes};
use proc_macro2::{Delimiter, Ident, TokenTree};
use std::collections::BTreeSet;

/// How many sums are made at once.
const LANES: usize = 4;

/// A sum in an inner loop.
#[derive(Clone)]
pub(super) struct Sums {
    /// The body of the inner loop.
    inner: RegionId,
    /// The inner loop's pattern and range.
    pattern: TokenStream,
    range: (Operand, Operand),
    /// The sum.
    sum: VarId,
    /// What the inner loop adds, and how.
    value: Operand,
    op: &'static str,
    /// The value that the sum begins with.
    init: Op,
    /// What is computed in a trip of the outer loop for the sum.
    before: Vec<(VarId, Defined)>,
    /// What is computed in a trip of the inner loop.
    within: Vec<(VarId, Defined)>,
    /// The outer loop's index and end.
    index: VarId,
    end: Operand,
}

/// What a name stands for.
#[derive(Clone)]
enum Defined {
    Value(Op),
    /// A shared reference to a place.
    Reference(Place),
}

impl Sums {
    /// Whether a loop is the inner one.
    pub(super) fn is_in(&self, f: &For) -> bool {
        self.inner == f.body.id
    }

    /// The names of the sums made ahead, and of their number.
    fn names(&self) -> (Ident, Ident) {
        let id = self.inner.0;
        (generated!("__ahead_{}", id), generated!("__left_{}", id))
    }
}

impl Emit<'_> {
    /// The sums in the body of a loop that are made side by side.
    pub(super) fn sums(&self, outer: &For) -> Vec<Sums> {
        let Source::Range(_, end, false) = &outer.source else { return vec![] };
        let (None, Some(index)) = (outer.trips, Self::index_of(outer)) else { return vec![] };
        let mut changed = BTreeSet::new();
        changes(self.func, &outer.body, &mut changed);
        let stmts = outer.body.stmts.iter().enumerate();
        stmts
            .filter_map(|(m, stmt)| match stmt {
                Stmt::For(inner) => self.sum(&outer.body, m, inner, &changed, (index, end)),
                _ => None,
            })
            .collect()
    }

    fn sum(
        &self,
        body: &Region,
        m: usize,
        inner: &For,
        changed: &BTreeSet<VarId>,
        (index, end): (VarId, &Operand),
    ) -> Option<Sums> {
        let (Source::Range(lo, hi, false), None) = (&inner.source, inner.trips) else {
            return None;
        };
        let inner_index = Self::index_of(inner)?;
        let (last, lets) = inner.body.stmts.split_last()?;
        let Stmt::Update(op @ ("+" | "-"), to, value, old) = last else { return None };
        let sum = to.root;
        let state = self.func.var(sum);
        if self.kept(inner.body.id).is_some()
            || self.record.restores(old)
            || !to.path.is_empty()
            || state.ty != Ty::Real
            || state.kind != VarKind::Local
            || state.home != body.id
            || !self.is_number(value)
        {
            return None;
        }
        let steady = |o: &Operand| {
            o.place().is_none_or(|p| {
                let outside = !self.func.within(self.func.var(p.root).home, body.id);
                p.path.is_empty() && outside && !changed.contains(&self.func.root(p))
            })
        };
        if ![lo, hi, end].into_iter().all(steady) {
            return None;
        }
        let within: Option<Vec<_>> = lets.iter().map(|s| self.defined(s)).collect();
        let within = within?;
        let begins = |s: &Stmt| matches!(s, Stmt::Let(v, _) if *v == sum);
        let k = body.stmts[..m].iter().position(begins)?;
        let (_, Defined::Value(init)) = self.defined(&body.stmts[k])? else { return None };
        let mut between = BTreeSet::new();
        changed_by(self.func, &body.stmts[k + 1..m], &mut between);
        if between.contains(&sum) {
            return None;
        }
        let mut needed: Vec<VarId> = names(&init);
        needed.extend(within.iter().flat_map(|(_, defined)| defined.names()));
        needed.extend(value.place().into_iter().flat_map(names_of));
        let mut before: BTreeSet<usize> = BTreeSet::new();
        while let Some(v) = needed.pop() {
            if v == index || v == inner_index || within.iter().any(|(w, _)| *w == v) {
                continue;
            }
            // By the name of a reference, what it refers to.
            if v == sum || changed.contains(&self.func.root(&Place::var(v))) {
                return None;
            }
            if self.func.within(self.func.var(v).home, body.id) {
                let defines =
                    |s: &Stmt| matches!(s, Stmt::Let(w, _) | Stmt::Alias(w, ..) if *w == v);
                let at = body.stmts[..m].iter().position(defines)?;
                let (_, defined) = self.defined(&body.stmts[at])?;
                if before.insert(at) {
                    needed.extend(defined.names());
                }
            }
        }
        let before = before.into_iter().filter_map(|at| self.defined(&body.stmts[at])).collect();
        Some(Sums {
            inner: inner.body.id,
            pattern: inner.pattern.clone(),
            range: (lo.clone(), hi.clone()),
            sum,
            value: value.clone(),
            op,
            init,
            before,
            within,
            index,
            end: end.clone(),
        })
    }

    /// A definition by operators and parts of sequences alone.
    fn defined(&self, stmt: &Stmt) -> Option<(VarId, Defined)> {
        let (v, op) = match stmt {
            Stmt::Let(v, op) => (v, op),
            Stmt::Alias(v, place, false) if self.is_part(place) => {
                return Some((*v, Defined::Reference(place.clone())));
            }
            _ => return None,
        };
        let numbers = |all: &[&Operand]| all.iter().all(|o| self.is_number(o));
        let plain = match op {
            Op::Verbatim(tokens, ..) => !calls(tokens) && !indexes(tokens),
            Op::Use(a) => numbers(&[a]),
            Op::Unary(_, a) | Op::Cast(a, _) => numbers(&[a]),
            Op::Binary(_, a, b) => numbers(&[a, b]),
            _ => false,
        };
        plain.then(|| (*v, Defined::Value(op.clone())))
    }

    /// Whether a place is found by fields, and by indices and ranges of sequences.
    fn is_part(&self, place: &Place) -> bool {
        let simple = |o: &Operand| o.place().is_none_or(|p| p.path.is_empty());
        let mut ty = self.func.var(place.root).ty.clone();
        place.path.iter().all(|proj| {
            let in_sequence = matches!(ty.peeled(), Ty::Seq(_));
            let fits = match proj {
                Proj::Field(_) => true,
                Proj::Index(i) => in_sequence && simple(i),
                Proj::Slice(a, b, _) => in_sequence && a.iter().chain(b).all(simple),
                _ => false,
            };
            ty = ty.project(proj);
            fits
        })
    }

    fn is_number(&self, operand: &Operand) -> bool {
        operand.place().is_none_or(|p| {
            self.is_part(p) && matches!(self.func.ty(p).peeled(), Ty::Real | Ty::Inert)
        })
    }

    /// What comes before the outer loop.
    pub(super) fn before_sums(&self, sums: &[Sums]) -> TokenStream {
        let declare = sums.iter().map(|s| {
            let ((ahead, left), rest) = (s.names(), LANES - 1);
            quote!(let (mut #ahead, mut #left) = ([0.0; #rest], 0_usize);)
        });
        declare.collect()
    }

    /// The inner loop: a sum that was made ahead, or four of them, or one by one as `plain` does.
    pub(super) fn in_lanes(&self, s: &Sums, plain: TokenStream) -> TokenStream {
        let (private, (ahead, left)) = (private(), s.names());
        let (sum, index) = (self.name(s.sum), self.name(s.index));
        let (lo, hi, end) =
            (self.operand(&s.range.0), self.operand(&s.range.1), self.operand(&s.end));
        let pattern = self.fill(s.pattern.clone());
        let add = span::operator(&format!("{}=", s.op));
        self.may_miss.set(true);
        let (before, within) = (self.lets(&s.before), self.lets(&s.within));
        let (init, value) = (self.op(&s.init), self.operand(&s.value));
        self.may_miss.set(false);
        let (lanes, rest) = (LANES, LANES - 1);
        let others = (1..LANES).map(proc_macro2::Literal::usize_unsuffixed);
        quote! {
            if #left > 0 {
                #left -= 1;
                #sum = #ahead[#left];
            } else if let ::core::option::Option::Some(__sums) =
                (#private::trips(&(#index..#end)) > #rest).then(|| {
                    let __indices = [#index, #(#index + #others),*];
                    let mut __sums = [#sum; #lanes];
                    for __lane in 1..#lanes {
                        let #index = __indices[__lane];
                        #before
                        __sums[__lane] = #init;
                    }
                    for #pattern in #lo..#hi {
                        for __lane in 0..#lanes {
                            let #index = __indices[__lane];
                            #before
                            #within
                            __sums[__lane] #add #value;
                        }
                    }
                    ::core::option::Option::Some(__sums)
                }).flatten()
            {
                let [__own, __others @ ..] = __sums;
                #sum = __own;
                #ahead = __others;
                #ahead.reverse();
                #left = #rest;
            } else {
                #plain
            }
        }
    }

    fn lets(&self, all: &[(VarId, Defined)]) -> TokenStream {
        let not_inlined = all.iter().filter(|(v, _)| !self.inlined.contains_key(v));
        not_inlined
            .map(|(v, defined)| {
                let var = self.func.var(*v);
                let ty = var.declared.as_ref().map(|t| quote!(: #t));
                let name = self.name(*v);
                match defined {
                    Defined::Value(op) => {
                        let op = self.op(op);
                        quote!(let #name #ty = #op;)
                    }
                    Defined::Reference(place) => {
                        let place = self.shared(place);
                        quote!(let #name = #place;)
                    }
                }
            })
            .collect()
    }
}

impl Defined {
    /// The names that it is made of.
    fn names(&self) -> Vec<VarId> {
        match self {
            Self::Value(op) => names(op),
            Self::Reference(place) => names_of(place),
        }
    }
}

/// The names in an operation.
fn names(op: &Op) -> Vec<VarId> {
    let mut all = vec![];
    match op {
        Op::Verbatim(tokens, ..) => mentioned_in(tokens, &mut all),
        op => all.extend(op.operands().into_iter().filter_map(|o| o.place().cloned())),
    }
    all.iter().flat_map(names_of).collect()
}

fn names_of(place: &Place) -> Vec<VarId> {
    let indices = place.indices().into_iter().filter_map(Operand::place);
    std::iter::once(place.root).chain(indices.flat_map(names_of)).collect()
}

/// Whether the tokens of an expression may index something.
fn indexes(tokens: &TokenStream) -> bool {
    tokens.clone().into_iter().any(|t| match t {
        TokenTree::Group(g) => g.delimiter() != Delimiter::Parenthesis || indexes(&g.stream()),
        _ => false,
    })
}
