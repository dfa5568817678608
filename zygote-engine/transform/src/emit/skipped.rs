//! What the reverse sweep leaves out where a caller says that arguments are constant: the statements that serve
//! cotangents of these alone, and the memory of cotangents that nothing reads then.

use super::varies::activity_of;
use super::{Emit, TokenStream, private};
use crate::activity::Sources;
use crate::ir::{
    For, Op, Operand, Place, Proj, Pull, Region, RegionId, Stmt, Ty, VarId, VarKind, mentioned,
};
use crate::record::changed_by;
use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

/// What is left out of a function, and where.
#[derive(Default)]
pub(super) struct Skips {
    found: OnceCell<Skipped>,
    /// What the statement serves around what is emitted that is left out, if one is.
    inside: RefCell<Option<Sources>>,
}

/// What is left out.
#[derive(Default)]
struct Skipped {
    /// The statements of the adjoint, by region and number, that serve cotangents of these parameters alone.
    stmts: BTreeMap<(RegionId, usize), Sources>,
    /// The tapes of the regions in them.
    tapes: BTreeMap<RegionId, Sources>,
    /// The cotangents of sequences that nothing reads or writes where they are not wanted.
    unread: BTreeSet<VarId>,
}

impl Emit<'_> {
    fn skipped(&self) -> &Skipped {
        self.skipped.found.get_or_init(|| {
            let mut refused = BTreeSet::new();
            loop {
                let mut find = Find::new(self, &refused);
                if self.activity.sources.iter().any(Option::is_some) {
                    find.candidates(&self.adjoint.body);
                    find.region(&self.adjoint.body, None, At { body: None, in_closure: false });
                    find.settle();
                }
                let misshapen = find.misshapen();
                if misshapen.is_empty() {
                    return find.found;
                }
                refused.extend(misshapen);
            }
        })
    }

    /// A statement of the adjoint, left out where nobody wants what it serves.
    pub(super) fn unless_skipped(
        &self,
        region: RegionId,
        number: usize,
        emit: impl FnOnce() -> TokenStream,
    ) -> TokenStream {
        let Some(served) = self.skipped().stmts.get(&(region, number)) else { return emit() };
        let outer = self.skipped.inside.replace(Some(served.clone()));
        let emitted = emit();
        self.skipped.inside.replace(outer);
        let private = private();
        let act = activity_of(served).expect("a statement serves some cotangent");
        quote!(if <#act as #private::Activity>::WANTED { #emitted })
    }

    /// The activity of what the tape of a region is for, if that is not all.
    pub(super) fn of_tape(&self, region: RegionId) -> Option<TokenStream> {
        activity_of(self.skipped().tapes.get(&region)?)
    }

    /// What tells whether a cotangent is there, if it may have no memory here.
    pub(super) fn is_there(&self, d: VarId) -> Option<TokenStream> {
        let private = private();
        let sources = self.sources_of(d).filter(|_| self.skipped().unread.contains(&d))?;
        if self.skipped.inside.borrow().as_ref().is_some_and(|served| served.is_subset(sources)) {
            return None;
        }
        let act = activity_of(sources)?;
        Some(quote!(<#act as #private::Activity>::WANTED))
    }

    /// What the cotangents of a loop's items are where nobody wants them.
    pub(super) fn absent(&self, f: &For) -> TokenStream {
        let private = private();
        let is_there = |d: &VarId| match self.func.var(*d).ty.peeled() {
            Ty::Real | Ty::Inert => Some(None),
            _ => Some(Some(self.is_there(*d)?)),
        };
        let zero = quote!(#private::Absent::Zero);
        let cotangents = f.bound.iter().filter(|v| self.is_cotangent(**v));
        let Some(all) = cotangents.map(is_there).collect::<Option<Vec<_>>>() else { return zero };
        let all: Vec<_> = all.into_iter().flatten().collect();
        if all.is_empty() {
            return zero;
        }
        quote!(if #(#all)||* { #zero } else { #private::Absent::Unread })
    }

    fn is_cotangent(&self, v: VarId) -> bool {
        matches!(self.func.var(v).kind, VarKind::Cotangent(_))
    }

    /// What tells whether the cotangents are there that an operation reads.
    pub(super) fn reads_what_is_there(&self, op: &Op) -> Option<TokenStream> {
        op.cotangents().into_iter().find_map(|d| self.is_there(d))
    }

    /// The activity by which the shadow of an argument is lent, if some parameters alone need the cotangent.
    pub(super) fn of_lent(&self, pull: &Pull, n: usize) -> Option<TokenStream> {
        let is_there = pull.shadows[n].is_some()
            && pull.function.is_none()
            && !self.has_own_cotangent(pull.back, &pull.args, n);
        self.of_read(&pull.args[n]).filter(|_| is_there)
    }

    /// A shadow lent by an activity: a part of what may not be there is looked for only where it is.
    pub(super) fn lent_by(
        &self,
        act: &TokenStream,
        place: Option<&Place>,
        shadow: TokenStream,
    ) -> TokenStream {
        let private = private();
        match place.filter(|p| !p.path.is_empty() && self.is_there(p.root).is_some()) {
            Some(_) => quote! {
                if <#act as #private::Activity>::WANTED {
                    <#act as #private::Activity>::lend(#shadow)
                } else {
                    <#act as #private::Activity>::unwanted()
                }
            },
            None => quote!(<#act as #private::Activity>::lend(#shadow)),
        }
    }

    /// The parameters by which what a cotangent is of varies, if they are some only.
    fn sources_of(&self, d: VarId) -> Option<&Sources> {
        let VarKind::Cotangent(of) = self.func.var(d).kind else { return None };
        self.activity.sources.get(of.0)?.as_ref()
    }
}

/// Where a statement of the adjoint stands.
#[derive(Clone, Copy)]
struct At {
    /// The body of the innermost loop.
    body: Option<RegionId>,
    /// Whether it is in the reverse of a closure.
    in_closure: bool,
}

struct Find<'e, 'a> {
    emit: &'e Emit<'a>,
    found: Skipped,
    /// The cotangents that are moved, and what they become.
    moved: Vec<(VarId, VarId)>,
    /// Statements that are not left out.
    refused: &'e BTreeSet<(RegionId, usize)>,
    /// What the statements that are left out change.
    changed: BTreeMap<(RegionId, usize), BTreeSet<VarId>>,
    /// The cotangents that are more than a part of one which is taken out of it.
    whole: BTreeSet<VarId>,
}

impl<'e, 'a> Find<'e, 'a> {
    fn new(emit: &'e Emit<'a>, refused: &'e BTreeSet<(RegionId, usize)>) -> Self {
        let found = Skipped::default();
        let (moved, changed, whole) = Default::default();
        Self { emit, found, moved, refused, changed, whole }
    }

    /// The statements by which a cotangent gets the shape that is expected where it is read whatever is wanted.
    fn misshapen(&self) -> Vec<(RegionId, usize)> {
        let vars = &self.emit.func.vars;
        let is_read = |v: &VarId| {
            let of = |d: &&VarId| vars[d.0].kind == VarKind::Cotangent(*v) && !self.is_number(**d);
            self.whole.iter().filter(of).any(|d| !self.found.unread.contains(d))
        };
        let all = self.changed.iter().filter(|(_, changed)| changed.iter().any(is_read));
        all.map(|(stmt, _)| *stmt).collect()
    }

    /// The cotangents of items, and those that begin as zeros with a shape or as what such a one becomes.
    fn candidates(&mut self, region: &Region) {
        for stmt in &region.stmts {
            match stmt {
                Stmt::Let(_, Op::Take(..) | Op::TakeLast(_) | Op::TakeConstant(..)) => {}
                Stmt::Let(d, _) => {
                    self.whole.insert(*d);
                }
                _ => {}
            }
            let declared = match stmt {
                Stmt::Let(
                    d,
                    Op::Zero(_, Some(_))
                    | Op::Use(Operand::Place(..))
                    | Op::Same(Operand::Place(..)),
                ) => std::slice::from_ref(d),
                Stmt::ReverseFor(f, _) => &f.bound,
                _ => &[],
            };
            let may_be_unread = |d: &&VarId| {
                !self.is_number(**d)
                    && self.emit.sources_of(**d).is_some()
                    && self.emit.parameter(**d).is_none()
            };
            let declared: Vec<_> = declared.iter().filter(may_be_unread).collect();
            self.found.unread.extend(declared);
            stmt.regions().into_iter().for_each(|inner| self.candidates(inner));
        }
    }

    fn is_number(&self, d: VarId) -> bool {
        *self.emit.func.var(d).ty.peeled() == Ty::Real
    }

    /// What is left out of a region, given what the statement around it serves that is left out, if one is,
    /// and where it stands.
    fn region(&mut self, region: &Region, around: Option<&Sources>, at: At) {
        let own = match around {
            Some(_) => BTreeMap::new(),
            None => self.left_out(region),
        };
        for (number, stmt) in region.stmts.iter().enumerate() {
            let skipped = own.get(&number).or(around);
            self.uses(stmt, skipped, at);
            let inside = match stmt {
                Stmt::Pull(_) => At { in_closure: true, ..at },
                Stmt::ReverseFor(f, _) => At { body: Some(f.body.id), ..at },
                _ => at,
            };
            for inner in stmt.regions() {
                self.region(inner, skipped, inside);
                self.found.tapes.extend(skipped.map(|served| (inner.id, served.clone())));
            }
        }
        let own = own.into_iter().map(|(number, served)| ((region.id, number), served));
        self.found.stmts.extend(own);
    }

    /// The statements of a region that are left out, by number, and what they serve: nothing reads what they
    /// restore, which is made in the region and used before by what is left out with them alone.
    fn left_out(&mut self, region: &Region) -> BTreeMap<usize, Sources> {
        let (func, id) = (self.emit.func, region.id);
        let stmts = &self.emit.regions[&id].stmts;
        let mut all: BTreeMap<usize, Sources> = BTreeMap::new();
        // What earlier statements mention, and what they serve that are left out.
        let mut used: Vec<(BTreeSet<VarId>, Option<Sources>)> = vec![];
        let mut left_out = vec![];
        for (k, group) in groups(region) {
            let Some(stmt) = stmts.get(k) else { continue };
            let changed = self.changed_around(stmt);
            let is_own = |v: &VarId| func.var(*v).kind == VarKind::Local && func.var(*v).home == id;
            let restores_nothing = |served: &Sources| {
                changed.iter().all(|v| {
                    let mut users = used.iter().filter(|(places, _)| places.contains(v));
                    is_own(v)
                        && users.all(|(_, of)| of.as_ref().is_some_and(|of| of.is_subset(served)))
                })
            };
            let mut whole = self.emit.undo(id, k).is_empty() && self.emit.replays(id, k).is_empty();
            let mut served_by_all = Sources::new();
            for (number, stmt) in group {
                let refused = self.refused.contains(&(id, number));
                match self.served(stmt).filter(|served| !refused && restores_nothing(served)) {
                    Some(served) => {
                        left_out.push((number, changed.clone()));
                        served_by_all.extend(&served);
                        all.insert(number, served);
                    }
                    None => whole &= begins_a_cotangent(stmt),
                }
            }
            let mut places: Vec<Place> = vec![];
            mentioned(stmt, &mut places);
            let roots = places.iter().map(|p| func.root(p)).collect();
            used.push((roots, Some(served_by_all).filter(|served| whole && !served.is_empty())));
        }
        let left_out = left_out.into_iter().map(|(number, changed)| ((id, number), changed));
        self.changed.extend(left_out);
        all
    }

    /// What a statement of the primal changes that is not made in it.
    fn changed_around(&self, stmt: &Stmt) -> BTreeSet<VarId> {
        let func = self.emit.func;
        let mut changed = BTreeSet::new();
        changed_by(func, std::slice::from_ref(stmt), &mut changed);
        let regions = stmt.regions();
        changed.retain(|v| !regions.iter().any(|inner| func.within(func.var(*v).home, inner.id)));
        changed
    }

    /// The parameters whose cotangents a loop, a branch or a pullback serves, if they are some only.
    fn served(&self, stmt: &Stmt) -> Option<Sources> {
        let is_whole = matches!(
            stmt,
            Stmt::Pull(_)
                | Stmt::If(..)
                | Stmt::Block(..)
                | Stmt::ReverseFor(..)
                | Stmt::ReverseCount(..)
                | Stmt::ReverseRest(..)
                | Stmt::ReverseMatch(..)
        );
        let mut all = Sources::new();
        // Where nothing is wanted, nothing is pulled.
        let is_more =
            |all: &Sources| self.emit.wanted().is_none() || *all != self.emit.activity.optional;
        (is_whole && self.serves(stmt, &mut all) && !all.is_empty() && is_more(&all)).then_some(all)
    }

    /// Adds the parameters whose cotangents a statement serves; says whether they are some only.
    fn serves(&self, stmt: &Stmt, all: &mut Sources) -> bool {
        let mut add = |d: VarId| match self.emit.sources_of(d) {
            Some(sources) => {
                all.extend(sources);
                true
            }
            None => false,
        };
        let here = match stmt {
            Stmt::Let(d, _) | Stmt::Set(d, _) => add(*d),
            Stmt::Add(place, _) => add(place.root),
            Stmt::Pull(pull) => {
                !self.gives_functions(pull)
                    && pull.shadows.iter().flatten().all(|place| add(place.root))
            }
            Stmt::ReverseFor(_, lent) => lent.iter().all(|l| add(l.shadow.root)),
            Stmt::Reverse(_)
            | Stmt::If(..)
            | Stmt::Block(..)
            | Stmt::ReverseCount(..)
            | Stmt::ReverseRest(..)
            | Stmt::ReverseMatch(..) => true,
            _ => false,
        };
        here && stmt.regions().iter().all(|r| r.stmts.iter().all(|s| self.serves(s, all)))
    }

    /// Whether a function that is a parameter is called or handed on, whose own cotangents are not seen.
    fn gives_functions(&self, pull: &Pull) -> bool {
        let is_function = |a: &Operand| {
            self.emit.function(a).is_some()
                || a.place().is_some_and(|p| self.emit.signature(p.root).is_some())
        };
        pull.function.is_some() || pull.args.iter().any(is_function)
    }

    /// Notes the cotangents that a statement reads or writes whatever is wanted, given what the statement serves
    /// that is left out, itself or around it, and where it stands.
    fn uses(&mut self, stmt: &Stmt, skipped: Option<&Sources>, at: At) {
        let mut used = match stmt {
            Stmt::Let(_, Op::Zero(_, Some(_))) | Stmt::Set(_, Op::Zero(..) | Op::Settled(_)) => {
                vec![]
            }
            Stmt::Let(
                d,
                Op::Use(Operand::Place(place, _)) | Op::Same(Operand::Place(place, _)),
            ) if is_a_field(place) && !self.is_number(*d) => {
                self.moved.push((place.root, *d));
                vec![]
            }
            // It is left out where what it reads is not there.
            Stmt::Let(d, op) if self.is_number(*d) => self.read_ahead(op, at),
            Stmt::Add(_, op) => self.read_ahead(op, at),
            Stmt::Let(_, op) => op.cotangents(),
            Stmt::Set(d, op) => op.cotangents().into_iter().chain([*d]).collect(),
            Stmt::Pull(pull) => self.used_by_pull(pull),
            _ => vec![],
        };
        if at.in_closure {
            match stmt {
                Stmt::Let(d, _) | Stmt::Set(d, _) => used.push(*d),
                Stmt::Add(place, _) => used.push(place.root),
                Stmt::ReverseFor(_, lent) => used.extend(lent.iter().map(|l| l.shadow.root)),
                _ => {}
            }
        }
        for d in used {
            let is_left_out = skipped.is_some_and(|served| {
                self.emit.sources_of(d).is_some_and(|sources| served.is_subset(sources))
            });
            if !is_left_out {
                self.found.unread.remove(&d);
            }
        }
    }

    /// The cotangents that an operation reads and whose elements a loop around it may look for ahead.
    fn read_ahead(&self, op: &Op, at: At) -> Vec<VarId> {
        let func = self.emit.func;
        let is_ahead = |d: &VarId| {
            at.in_closure || at.body.is_some_and(|body| !func.within(func.var(*d).home, body))
        };
        op.cotangents().into_iter().filter(is_ahead).collect()
    }

    /// The cotangents that a pullback is given whatever is wanted.
    fn used_by_pull(&self, pull: &Pull) -> Vec<VarId> {
        let of_root =
            |d: VarId| pull.shadows.iter().flatten().filter(|place| place.root == d).count();
        let used = |n: usize| {
            let place = pull.shadows[n].as_ref()?;
            let is_lent = self.emit.of_lent(pull, n).is_some()
                && found_by_fields(place)
                && of_root(place.root) == 1;
            (!is_lent).then_some(place.root)
        };
        let used = (0..pull.shadows.len()).filter_map(used);
        used.chain([pull.cotangent]).collect()
    }

    /// What becomes one that is read whatever is wanted is read, too.
    fn settle(&mut self) {
        loop {
            let unread = &self.found.unread;
            let lost =
                self.moved.iter().find(|(from, to)| unread.contains(from) && !unread.contains(to));
            let Some((from, _)) = lost else { return };
            let from = *from;
            self.found.unread.remove(&from);
        }
    }
}

/// The statements of the adjoint that reverse each statement of the primal, in the order of the primal.
fn groups(region: &Region) -> Vec<(usize, Vec<(usize, &Stmt)>)> {
    let mut all: Vec<(usize, Vec<_>)> = vec![];
    for (number, stmt) in region.stmts.iter().enumerate() {
        match (stmt, all.last_mut()) {
            (Stmt::Reverse(k), _) => all.push((*k, vec![])),
            (stmt, Some((_, group))) => group.push((number, stmt)),
            (_, None) => {}
        }
    }
    all.reverse();
    all
}

/// Whether a statement only declares a cotangent, which reads nothing of the primal.
fn begins_a_cotangent(stmt: &Stmt) -> bool {
    matches!(stmt, Stmt::Let(_, Op::Zero(..) | Op::Use(Operand::Place(..))))
}

/// Whether a part is found by the names of fields and by indices.
fn found_by_fields(place: &Place) -> bool {
    place.path.iter().all(|p| matches!(p, Proj::Field(_) | Proj::Index(_)))
}

/// Whether a place is a field of a field, which is there where the whole has no memory.
fn is_a_field(place: &Place) -> bool {
    place.path.iter().all(|p| matches!(p, Proj::Field(_) | Proj::Variant(..)))
}
