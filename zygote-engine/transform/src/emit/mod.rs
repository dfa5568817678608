//! IR to Rust. Nothing fails here.

#[macro_use]
mod span;

mod appended;
mod behind;
mod boxed;
mod call;
mod callers;
mod carried;
mod closure;
mod disjoint;
mod forward;
mod found;
mod handed;
mod held;
mod hidden;
mod host;
mod item;
mod kept;
mod lambda;
mod lanes;
mod lifetimes;
mod missing;
mod only_lent;
mod only_reads;
mod path;
mod pull;
mod pulled;
mod restore;
mod reverse;
mod shadow;
mod skipped;
mod slots;
mod twin;
mod varies;
mod verbatim;
mod walk;
mod wanted;
mod window;

pub use callers::{called_of_trait, list};
pub use closure::called;
pub(crate) use found::{asked_with, imported};
pub use found::{of_closure, rule_alone};
pub use host::{Changing, Host};
pub use item::{Derived, Parts, allowed, declared, delegates, derivative, given_rule, parts};
pub use missing::without_rule;
pub(crate) use slots::gives_any_type;
pub use twin::{method_part, name_of};
pub use wanted::{mentions, named_tangents, needed, tangents, with_promised_rules};

use crate::activity::Activity;
use crate::adjoint::Adjoint;
use crate::ir::{
    Call, Callee, Func, Mode, Op, Operand, Place, Region, RegionId, Stmt, Ty, VarId, VarKind,
};
use crate::record::Record;
use path::Access;
use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

/// What is emitted, and which sweep.
struct Emit<'a> {
    func: &'a Func,
    activity: &'a Activity,
    adjoint: &'a Adjoint,
    record: &'a Record,
    /// The regions of the primal.
    regions: BTreeMap<RegionId, &'a Region>,
    /// The values that are written where they are used.
    inlined: BTreeMap<VarId, &'a Op>,
    /// The variables that hold what methods and functions give.
    lenders: Vec<VarId>,
    /// The variables that are lent to calls alone.
    only_lent: BTreeSet<VarId>,
    /// Whether the reverse sweep is emitted.
    reverse: bool,
    /// The variables that others read at the same time, so that what is emitted only reads them, too:
    /// the loops around it walk over them, or other closures of a call use them.
    read_only: RefCell<Vec<Place>>,
    /// The parameters that are functions whose pulls several closures around what is emitted use.
    shared: RefCell<Vec<VarId>>,
    /// The sums in the loops around what is emitted that are made side by side.
    sums: RefCell<Vec<lanes::Sums>>,
    /// Whether elements are read by `get`, in a closure that gives an `Option`.
    may_miss: Cell<bool>,
    /// Where the user wrote the statement that is emitted in the forward sweep: a panic of an index is
    /// there.
    at: Cell<Option<Span>>,
    /// How the reversed loops around what is emitted are written.
    windows: RefCell<Vec<window::Windows>>,
    lists: appended::Lists,
    /// The rules that are looked up by the names of methods, with the first such call.
    looked_up: RefCell<BTreeMap<(missing::Asked, String), Ident>>,
    /// The methods of which a type may have its own beside that behind `Deref`.
    hidden: RefCell<BTreeMap<Ident, hidden::Method>>,
    /// The fields that are written, by the regions at whose ends they are checked.
    written: OnceCell<BTreeMap<RegionId, Vec<held::Written>>>,
    /// What is left out where arguments are constant.
    skipped: skipped::Skips,
}

impl<'a> Emit<'a> {
    fn new(
        primal: &'a Func,
        activity: &'a Activity,
        adjoint: &'a Adjoint,
        record: &'a Record,
    ) -> Self {
        let mut regions = BTreeMap::new();
        collect(&primal.body, &mut regions);
        let stmts = regions.values().flat_map(|r| &r.stmts);
        let inlined = stmts.filter_map(|s| match s {
            Stmt::Let(v, op) if primal.inlined.contains(v) => Some((*v, op)),
            _ => None,
        });
        let inlined = inlined.collect();
        let only_lent = only_lent::only_lent(primal, &regions);
        let lenders = slots::lenders(regions.values().flat_map(|r| &r.stmts), &adjoint.ruled);
        Self {
            func: &adjoint.func,
            activity,
            adjoint,
            record,
            regions,
            inlined,
            lenders,
            only_lent,
            reverse: false,
            read_only: RefCell::default(),
            shared: RefCell::default(),
            sums: RefCell::default(),
            may_miss: Cell::new(false),
            at: Cell::new(None),
            windows: RefCell::default(),
            lists: appended::Lists::default(),
            looked_up: RefCell::default(),
            hidden: RefCell::default(),
            written: OnceCell::new(),
            skipped: skipped::Skips::default(),
        }
    }
}

impl Emit<'_> {
    /// The same for what is run without keeping anything.
    fn plain<'b>(&'b self, adjoint: &'b Adjoint, record: &'b Record) -> Emit<'b> {
        Emit {
            func: &adjoint.func,
            activity: self.activity,
            adjoint,
            record,
            regions: self.regions.clone(),
            inlined: self.inlined.clone(),
            lenders: self.lenders.clone(),
            only_lent: self.only_lent.clone(),
            reverse: self.reverse,
            read_only: self.read_only.clone(),
            shared: self.shared.clone(),
            sums: RefCell::default(),
            may_miss: Cell::new(false),
            at: Cell::new(None),
            windows: RefCell::default(),
            lists: appended::Lists::default(),
            looked_up: RefCell::default(),
            hidden: RefCell::default(),
            written: OnceCell::new(),
            skipped: skipped::Skips::default(),
        }
    }
}

fn collect<'a>(region: &'a Region, out: &mut BTreeMap<RegionId, &'a Region>) {
    out.insert(region.id, region);
    for inner in region.stmts.iter().flat_map(Stmt::regions) {
        collect(inner, out);
    }
}

/// The hidden module that generated code calls.
fn private() -> TokenStream {
    quote!(::zygote_engine::__private)
}

fn tape(region: RegionId) -> Ident {
    generated!("__tape_{}", region.0)
}

impl Emit<'_> {
    fn name(&self, v: VarId) -> Ident {
        self.func.var(v).name.clone()
    }

    fn is_scalar(&self, v: VarId) -> bool {
        matches!(self.func.var(v).ty, Ty::Real | Ty::Inert)
    }

    fn resolve(&self, place: &Place) -> Place {
        if self.reverse { self.func.resolve(place) } else { place.clone() }
    }

    /// The place as an expression that is read.
    fn place(&self, place: &Place) -> TokenStream {
        self.place_for(place, Access::Read)
    }

    /// The place as an expression.
    fn place_for(&self, place: &Place, access: Access) -> TokenStream {
        let place = self.resolve(place);
        if self.reverse
            && let Some((element, None)) = self.replaced(&place, false)
        {
            return element;
        }
        self.path(self.root(place.root), &place.path, access)
    }

    /// A variable as an expression.
    fn root(&self, root: VarId) -> TokenStream {
        let mut name = self.name(root);
        if let Some(at) = self.at.get() {
            // Of the user's line, and known where the name is.
            name.set_span(at.resolved_at(name.span()));
        }
        let by_reference = match self.func.var(root).kind {
            VarKind::Value => !self.is_scalar(root),
            VarKind::Captured => name != "self",
            _ => false,
        };
        if self.reverse && by_reference { quote!((*#name)) } else { quote!(#name) }
    }

    /// Whether the place is a whole variable that holds a reference.
    fn is_reference(&self, place: &Place) -> bool {
        let place = self.resolve(place);
        place.path.is_empty()
            && matches!(
                self.func.var(place.root).kind,
                VarKind::Shared | VarKind::Exclusive | VarKind::Alias(..)
            )
    }

    fn shared(&self, place: &Place) -> TokenStream {
        let tokens = self.place(place);
        if self.is_reference(place) { quote!(&*#tokens) } else { quote!(&#tokens) }
    }

    fn exclusive(&self, place: &Place) -> TokenStream {
        let tokens = self.place_for(place, Access::Write);
        if self.is_reference(place) { quote!(&mut *#tokens) } else { quote!(&mut #tokens) }
    }

    /// The operand as the user's expression hands it over.
    fn operand(&self, operand: &Operand) -> TokenStream {
        match operand {
            Operand::Const(t) => t.clone(),
            Operand::Lambda(_) => unreachable!("a closure is an argument of a call"),
            Operand::Place(p, _) if self.signature(p.root).is_some() => self.handed_on(p.root),
            Operand::Place(p, Mode::Value)
                if self.inlined.contains_key(&p.root)
                    && !(self.reverse && self.func.handed.contains(&p.root)) =>
            {
                let value = self.op(self.inlined[&p.root]);
                match self.handed(p.root) {
                    Some(slot) => {
                        let private = private();
                        quote!(#private::hand_over(&mut #slot, #value))
                    }
                    None => value,
                }
            }
            Operand::Place(p, Mode::Value) => {
                let tokens = self.place(p);
                let scalar = matches!(self.operand_ty(operand), Ty::Real | Ty::Inert);
                let local = self.func.var(p.root).kind == VarKind::Local;
                // The reverse sweep copies what it reads; so does the forward sweep what it needs
                // again.
                // A view is `Copy`, and what owns its part is none.
                let view = self.func.params.iter().any(|q| q.var == p.root && q.taken.is_some());
                let used_again = !(scalar || self.is_reference_to_item(p))
                    && (self.reverse || view || local && self.record.shared.contains(&p.root));
                let used_again = used_again || self.func.cloned.contains(p);
                match used_again {
                    // Copied before it becomes what is expected.
                    true if p.path.is_empty() && self.func.var(p.root).ty == Ty::Boxed => {
                        quote!({ let __box = ::core::clone::Clone::clone(&#tokens); __box })
                    }
                    true => quote!(::core::clone::Clone::clone(&#tokens)),
                    false => tokens,
                }
            }
            Operand::Place(p, Mode::Receiver) => self.place(p),
            Operand::Place(p, Mode::Shared) => self.shared(p),
            // By its name, a reference is lent as the callee takes it.
            Operand::Place(p, Mode::Exclusive)
                if !self.reverse && p.path.is_empty() && self.is_reference(p) =>
            {
                self.name(p.root).to_token_stream()
            }
            Operand::Place(p, Mode::Exclusive) => self.exclusive(p),
        }
    }

    /// A part of what is made: in the reverse sweep, where that is made again, a copy of what holds references.
    fn part(&self, operand: &Operand) -> TokenStream {
        if !self.reverse || !self.func.borrows(operand) {
            return self.operand(operand);
        }
        let part = self.borrowed(operand);
        quote!(::core::clone::Clone::clone(#part))
    }

    /// A reference to the operand.
    fn borrowed(&self, operand: &Operand) -> TokenStream {
        match operand {
            Operand::Const(t) => quote!(&(#t)),
            Operand::Lambda(_) => quote!(&()),
            Operand::Place(p, _) => self.shared(p),
        }
    }

    /// A reference to the operand of an operator, in the form in which the operator has it, at the place of
    /// the operator's value in the source: there the compiler says that there is no rule.
    fn formed(&self, operand: &Operand, value: VarId) -> TokenStream {
        let reference = self.borrowed(operand);
        let formed = match operand {
            Operand::Place(_, Mode::Shared) => quote!(&#reference),
            _ => reference,
        };
        located(formed, self.name(value).span())
    }

    /// An operation of the primal, as an expression.
    fn op(&self, op: &Op) -> TokenStream {
        match op {
            Op::Use(a) if self.reverse && self.func.refers(op) => {
                let a = self.borrowed(a);
                quote!(::core::clone::Clone::clone(#a))
            }
            Op::Use(a) | Op::Hook(a, ..) => self.operand(a),
            Op::Verbatim(tokens, ..) => self.fill(self.with_copies(tokens.clone())),
            Op::Unary(op, a) => {
                let lent = self.may_be_copy(a).is_some();
                let (op, a) = (span::operator(op), self.operand(a));
                // What is expected of the value would make what is lent a value, too.
                if lent { quote!({ let __lent = #a; #op __lent }) } else { quote!(#op #a) }
            }
            Op::Binary(op, a, b) => {
                let (op, a, b) = (span::operator(op), self.operand(a), self.operand(b));
                quote!(#a #op #b)
            }
            Op::Cast(a, ty) => {
                let a = self.operand(a);
                quote!(#a as #ty)
            }
            Op::Object(a, ty) => {
                let active = a.place().is_some_and(|p| self.activity.active(self.func.root(p)));
                let (private, a) = (private(), self.operand(a));
                let span = ty.clone().into_iter().next().map_or_else(Span::call_site, |t| t.span());
                let object = match active {
                    true => quote_spanned!(span=> #private::attributed(__object)),
                    false => quote!(__object),
                };
                quote!({ let __object: #ty = #a; #object })
            }
            Op::Stored(s) => {
                let storing = generated!("Storing{}", s.passed.len());
                let (passed, captured) = (&s.passed, self.operand(&s.captured));
                let (private, value, pull) = (private(), &s.value, &s.pull);
                quote!(#private::#storing::<#(#passed),*>::of(#captured, #value, #pull))
            }
            Op::Tuple(all) => {
                let all = all.iter().map(|a| self.part(a));
                quote!((#(#all,)*))
            }
            Op::Array(all, vec) => {
                let all = all.iter().map(|a| self.part(a));
                if *vec { quote!(::std::vec![#(#all),*]) } else { quote!([#(#all),*]) }
            }
            Op::Construct(c) => {
                let path = &c.path;
                let parts = c.parts.iter().map(|(member, part)| (member, self.part(part)));
                let made = if c.braced {
                    let parts = parts.map(|(member, part)| quote!(#member: #part));
                    let base = c.base.as_ref().map(|base| self.operand(base));
                    let base = base.map(|base| quote!(..#base));
                    path::constructed(path, quote!({ #(#parts,)* #base }))
                } else {
                    let parts = parts.map(|(_, part)| part);
                    path::constructed(path, quote!((#(#parts),*)))
                };
                self.with_closures(c, made)
            }
            Op::Call(call) => self.made_again(call),
            Op::Repeat(a, n, vec) => {
                let (a, n) = (self.operand(a), self.operand(n));
                if *vec { quote!(::std::vec![#a; #n]) } else { quote!([#a; #n]) }
            }
            other => unreachable!("{other:?} belongs to the other sweep"),
        }
    }

    /// Whether no statement leaves the region before its end.
    fn whole_trips(&self, region: RegionId) -> bool {
        !self.regions[&region].stmts.iter().any(crate::lower::leaves)
    }

    /// The activity of an argument, as a value: that of the parameter that it is, if it is a whole one. That
    /// it is constant may be an error, which stands where the callee does.
    fn activity(&self, operand: &Operand, call: &Call, callee: Span) -> TokenStream {
        let (private, constant) =
            (private(), quote_spanned!(callee=> ::zygote_engine::__private::Constant));
        let Some(place) = operand.place() else { return constant };
        let root = self.func.root(place);
        if !self.activity.active(root) || !self.func.carries(place) {
            return constant;
        }
        let activity = match self.func.params.iter().position(|p| p.var == root) {
            Some(k)
                if self.func.var(root).kind == VarKind::Shared
                    && self.is_lent_by_activity(operand) =>
            {
                activity_value(k).to_token_stream()
            }
            _ => match self.of_read(operand) {
                Some(act) => quote!(<#act as #private::Activity>::VALUE),
                None => self
                    .activity_of_lent(operand, callee)
                    .unwrap_or_else(|| quote!(#private::Active)),
            },
        };
        self.activity_behind(operand, call, callee, activity)
    }

    /// Whether a place is a whole parameter by shared reference, which a call takes as it is: no part of
    /// one, and no `Vec` or array, which may be taken as a slice.
    fn is_handed_on(&self, place: &Place) -> bool {
        let ty = self.operand_ty(&Operand::Place(place.clone(), Mode::Shared));
        if matches!(ty, Ty::Real | Ty::Inert) {
            return true;
        }
        place.path.is_empty()
            && self.func.params.iter().all(|p| p.var != place.root || !is_list(&p.ty))
    }

    /// The activities of a call's arguments. One with a cotangent of its own is active whatever the
    /// caller wants, and so is a function.
    fn activities(&self, call: &Call) -> TokenStream {
        let private = private();
        let callee = match &call.callee {
            Callee::Method(name) => name.span(),
            Callee::Function(_, name) | Callee::Associated(_, name) => name.ident.span(),
            Callee::Value(v) | Callee::Pointer(v) => self.name(*v).span(),
        };
        let all = call.args.iter().enumerate().map(|(k, a)| {
            let function = match a {
                Operand::Lambda(k) => call.lambdas[*k].inert.is_none(),
                Operand::Place(p, _) => self.signature(p.root).is_some(),
                Operand::Const(_) => self.function(a).is_some(),
            };
            let is_pure = self.adjoint.pure.contains(&(call.back, k)) || self.function(a).is_some();
            if function && is_pure {
                quote!(#private::Pure)
            } else if function || self.has_own_cotangent(call.back, &call.args, k) {
                quote!(#private::Active)
            } else {
                self.activity(a, call, callee)
            }
        });
        quote_spanned!(callee=> (#(#all,)*))
    }

    /// Whether an argument of a call has a cotangent of its own, or is in a closure that has one.
    fn has_own_cotangent(&self, back: VarId, args: &[Operand], k: usize) -> bool {
        let root = args[k].place().map(|p| self.func.root(p));
        let home = self.func.var(back).home;
        let inside =
            |(body, v): &(RegionId, VarId)| Some(*v) == root && self.func.within(home, *body);
        self.adjoint.own.contains(&(back, k)) || self.adjoint.own_inside.iter().any(inside)
    }

    /// A function that is an argument: what gives the value and the pullback, which is the residual of a
    /// call, and the pull of a call.
    fn function(&self, operand: &Operand) -> Option<(TokenStream, TokenStream)> {
        let Operand::Const(tokens) = operand else { return None };
        let value = syn::parse2(tokens.clone()).ok()?;
        let path = crate::objects::function_of_path(&value)?.clone();
        let name = path.segments.last()?.ident.clone();
        let before = path.segments.iter().rev().nth(1);
        let of_type = before.is_some_and(|s| crate::lower::is_type_name(&s.ident.to_string()));
        Some(if of_type {
            self.looked_up(missing::Asked::Argument, &name);
            let part = |part| {
                let mut rule = path.clone();
                rule.segments.last_mut().expect("a path has a segment").ident =
                    method_part(part, &name);
                quote!(&mut #rule)
            };
            (part("called"), part("pull_called"))
        } else {
            self.looked_up(missing::Asked::Function, &name);
            (found::argument(&path), found::argument_pull(&path))
        })
    }
}

/// The tokens as if they stood elsewhere in the source.
fn located(tokens: TokenStream, at: Span) -> TokenStream {
    let located = |mut t: TokenTree| {
        if let TokenTree::Group(g) = &t {
            t = TokenTree::Group(Group::new(g.delimiter(), located(g.stream(), at)));
        }
        t.set_span(t.span().located_at(at));
        t
    };
    tokens.into_iter().map(located).collect()
}

/// The type that marks an operator in the protocol of rules.
fn operator(op: &str) -> TokenStream {
    let private = private();
    match op {
        "+" => quote!(#private::Add),
        "-" => quote!(#private::Sub),
        "*" => quote!(#private::Mul),
        "/" => quote!(#private::Div),
        "%" => quote!(#private::Rem),
        "+=" => quote!(#private::AddAssign),
        "-=" => quote!(#private::SubAssign),
        "*=" => quote!(#private::MulAssign),
        "/=" => quote!(#private::DivAssign),
        "%=" => quote!(#private::RemAssign),
        _ => quote!(#private::Bits),
    }
}

/// Whether a type is that of an owned list.
fn is_list(ty: &TokenStream) -> bool {
    match syn::parse2(ty.clone()) {
        // Of a type that is left out nothing is known.
        Ok(syn::Type::Array(_) | syn::Type::Infer(_)) => true,
        Ok(syn::Type::Path(p)) => p.path.segments.last().is_some_and(|s| s.ident == "Vec"),
        _ => false,
    }
}

pub fn activity_type(k: usize) -> Ident {
    generated!("__A{}", k)
}

fn activity_value(k: usize) -> Ident {
    generated!("__activity_{}", k)
}

fn tuple(items: &[impl ToTokens]) -> TokenStream {
    quote!((#(#items,)*))
}
