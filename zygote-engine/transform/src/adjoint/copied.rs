//! Copies of fields that may be references: `let data = self.data;`. What a reference refers to is a constant of the
//! struct; the copy has a cotangent of its own, of the shape of the field.

use super::Builder;
use crate::ir::{Func, Op, Operand, Place, Proj, Ty, VarId, VarKind, is_error};

/// Whether a place ends with a field of which nothing is known, so that it may be a reference.
pub fn may_refer(func: &Func, place: &Place) -> bool {
    let is_field = match place.path.last() {
        Some(Proj::Field(_)) => true,
        Some(Proj::Variant(path, _)) => !is_error(path),
        _ => false,
    };
    is_field && *func.ty(place).peeled() == Ty::Unknown
}

/// Whether a place ends with a field of a struct: what a part of a tuple refers to may vary.
pub fn is_named(place: &Place) -> bool {
    matches!(place.path.last(), Some(Proj::Field(syn::Member::Named(_))))
}

/// Whether a place is a field, or one of a field, that is found by names alone.
pub fn is_field(place: &Place) -> bool {
    !place.path.is_empty() && place.path.iter().all(|p| matches!(p, Proj::Field(_) | Proj::Deref))
}

impl Builder<'_> {
    /// Notes that a variable is a copy of a field, if it is, and of which one where the reverse sweep has that as it
    /// was: in a parameter by shared reference, in a loop's item, or in what is made again.
    pub(super) fn copies_field(&mut self, v: VarId, op: &Op) {
        let place = match op {
            Op::Use(Operand::Place(place, _)) => place,
            Op::Verbatim(tokens, reads, _) => match &reads[..] {
                [place] if crate::lower::is_copy_of(place, tokens) => place,
                _ => return,
            },
            _ => return,
        };
        let var = self.func.var(v);
        let place = self.func.resolve(place);
        let at_home = self.func.owner(var.home) == self.func.body.id && !var.mutable;
        let root = self.func.var(place.root);
        let lends = match root.kind {
            VarKind::Exclusive => self.func.lends_references,
            _ => root.mutable && self.referring.contains(&place.root),
        };
        if lends && is_field(&place) && at_home && self.func.for_any_lifetime() {
            self.found.insert(v, place.clone());
        }
        if !matches!(op, Op::Use(_)) {
            return;
        }
        if var.kind != VarKind::Local
            || var.mutable
            || var.ty != Ty::Unknown
            || !may_refer(&self.func, &place)
        {
            return;
        }
        let found_by_name =
            |p: &Proj| matches!(p, Proj::Field(_) | Proj::Variant(..) | Proj::Deref);
        let is_there = match self.func.var(place.root).kind {
            VarKind::Shared => true,
            VarKind::Item => is_named(&place) && !self.func.changeable(&place),
            _ => self.referring.contains(&place.root),
        };
        if is_there && place.path.iter().all(found_by_name) {
            self.copied.insert(v, place);
        } else if is_named(&place) {
            self.taken.insert(v);
        }
    }
}
