//! By which parameters something varies, of which a caller may say that they are constant.

use super::{Emit, TokenStream, activity_type, private};
use crate::activity::Sources;
use crate::ir::{Mode, Operand, Param, VarId, VarKind};
use quote::ToTokens;

impl Emit<'_> {
    /// The activity of all that varies, if the reverse sweep has nothing to do where no parameter's
    /// cotangent is wanted.
    pub(super) fn wanted(&self) -> Option<TokenStream> {
        let optional = &self.activity.optional;
        let restores = |p: &Param| {
            matches!(self.func.var(p.var).kind, VarKind::Exclusive | VarKind::Function(_))
        };
        if self.func.params.iter().any(restores) { None } else { activity_of(optional) }
    }

    /// The activity of what an argument of a call only reads, if it varies by some parameters only.
    pub(super) fn of_read(&self, operand: &Operand) -> Option<TokenStream> {
        let place = operand.place()?;
        let root = self.func.root(place);
        let reads = match operand {
            Operand::Place(_, Mode::Exclusive) => false,
            Operand::Place(p, Mode::Receiver) => !self.func.changeable(p),
            _ => true,
        };
        let by_reference = matches!(self.func.var(root).kind, VarKind::Shared | VarKind::Exclusive);
        if !reads || by_reference || self.is_boxed(operand) || !self.is_lent_by_activity(operand) {
            return None;
        }
        activity_of(self.activity.sources.get(root.0)?.as_ref()?)
    }

    /// The activity of a cotangent, if some parameters alone need it.
    pub(super) fn of_cotangent(&self, d: VarId) -> Option<TokenStream> {
        let VarKind::Cotangent(of) = self.func.var(d).kind else { return None };
        activity_of(self.activity.sources.get(of.0)?.as_ref()?)
    }
}

/// The activity of what varies with some parameters.
pub(super) fn activity_of(sources: &Sources) -> Option<TokenStream> {
    let private = private();
    let all = sources.iter().map(|k| activity_type(*k).into_token_stream());
    all.reduce(|a, b| quote!(<#a as #private::Activity>::Or<#b>))
}
