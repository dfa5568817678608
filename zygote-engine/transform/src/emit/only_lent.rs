//! Variables that calls are lent by `&mut`, and that nothing else mentions, such as a generator of random numbers:
//! whether one has a cotangent is for its type to say. One without is constant in the calls, and what they put into
//! it is lost to nobody: a function that takes it for anything else asks for its cotangent.

use super::{Emit, TokenStream, private};
use crate::ir::{Func, Mode, Op, Operand, Region, RegionId, Stmt, Ty, VarId, VarKind, mentioned};
use proc_macro2::Span;
use quote::quote_spanned;
use std::collections::{BTreeMap, BTreeSet};

/// The variables.
pub(super) fn only_lent(func: &Func, regions: &BTreeMap<RegionId, &Region>) -> BTreeSet<VarId> {
    let mut all = vec![];
    func.body.stmts.iter().for_each(|stmt| mentioned(stmt, &mut all));
    all.extend(func.body.result.iter().filter_map(Operand::place).cloned());
    let mut uses: BTreeMap<VarId, usize> = BTreeMap::new();
    for place in &all {
        *uses.entry(func.root(place)).or_default() += 1;
    }
    let mut lent: BTreeMap<VarId, usize> = BTreeMap::new();
    for stmt in regions.values().flat_map(|r| &r.stmts) {
        let Stmt::Let(_, Op::Call(call)) = stmt else { continue };
        for arg in &call.args {
            if let Operand::Place(p, Mode::Exclusive) = arg
                && p.path.is_empty()
            {
                *lent.entry(p.root).or_default() += 1;
            }
        }
    }
    lent.retain(|v, n| {
        let var = func.var(*v);
        var.kind == VarKind::Local && var.ty == Ty::Unknown && uses.get(v) == Some(n)
    });
    lent.into_keys().collect()
}

impl Emit<'_> {
    /// The variable that an argument lends, if it is one of these.
    fn only_lent_by(&self, operand: &Operand) -> Option<VarId> {
        let root = operand.place()?.root;
        (self.func.concrete && self.only_lent.contains(&root)).then_some(root)
    }

    /// The activity of an argument that lends one of these.
    pub(super) fn activity_of_lent(&self, operand: &Operand, callee: Span) -> Option<TokenStream> {
        let name = self.name(self.only_lent_by(operand)?);
        let private = quote_spanned!(callee=> ::zygote_engine::__private);
        Some(quote!({
            use #private::{ActiveByTangent as _, ConstantWithout as _};
            let __type = #private::TypeOf::unknown();
            // What is never reached borrows nothing.
            loop {
                break;
                __type.is(&#name);
            }
            __type.activity()
        }))
    }

    /// The shadow of such an argument.
    pub(super) fn shadow_of_lent(&self, operand: &Operand, lent: TokenStream) -> TokenStream {
        if self.only_lent_by(operand).is_none() {
            return lent;
        }
        let private = private();
        quote!({
            use #private::LentCotangent as _;
            #private::LentShadow(#lent).shadow()
        })
    }

    /// The shape of such a variable.
    pub(super) fn shape_of_lent(&self, operand: &Operand) -> Option<TokenStream> {
        let name = self.name(self.only_lent_by(operand)?);
        let private = private();
        Some(quote!({
            use #private::{ShapeByTangent as _, ShapeWithout as _};
            #private::Unvaried(&#name).shape()
        }))
    }
}
