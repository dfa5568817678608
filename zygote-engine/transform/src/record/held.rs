//! Overwritten values that need not be saved, as another variable has them when the reverse sweep comes
//! by: `let here = u[i]; u[i] = ..; left = here;` or `before = now; now = next;`.

use super::{Planner, changed_by};
use crate::ir::{Op, Operand, Place, Proj, Region, RegionId, Stmt, Ty, VarId, VarKind};
use std::collections::{BTreeMap, BTreeSet};

/// What holds overwritten values.
#[derive(Clone, Debug, Default)]
pub struct Held {
    /// The variable that has each value.
    pub by: BTreeMap<VarId, VarId>,
    /// The values that are taken just after a statement is reached backwards, before it is undone.
    pub at: BTreeMap<(RegionId, usize), Vec<VarId>>,
}

impl Planner<'_> {
    /// Finds saved values that a variable holds whose state is restored anyway.
    pub(super) fn find_held(&self, region: &Region, held: &mut Held) {
        for (k, stmt) in region.stmts.iter().enumerate() {
            if let Stmt::Store(place, _, old) | Stmt::Update(_, place, _, old) = stmt
                && self.saved.contains(old)
                && let Some((at, state)) = self.holder(region, k, &self.func.resolve(place))
            {
                held.by.insert(*old, state);
                held.at.entry((region.id, at)).or_default().push(*old);
            }
            stmt.regions().into_iter().for_each(|r| self.find_held(r, held));
        }
    }

    /// The variable that holds what statement `k` overwrites, and the statement before whose undoing
    /// it does.
    fn holder(&self, region: &Region, k: usize, place: &Place) -> Option<(usize, VarId)> {
        let stmts = &region.stmts;
        let fixed =
            |o: &&Operand| o.place().is_none_or(|p| p.path.is_empty() && !self.is_state(p.root));
        let simple = place.path.iter().all(|p| matches!(p, Proj::Field(_) | Proj::Index(_)));
        if !simple || !self.is_real(place) || !place.indices().iter().all(fixed) {
            return None;
        }
        // What has the value of the place, unchanged up to statement `k`.
        let mut names = BTreeSet::new();
        for (j, stmt) in stmts[..k].iter().enumerate() {
            let same = |p: &Place| {
                self.func.resolve(p) == *place && !self.changes_in(&stmts[j + 1..k], place.root)
            };
            match stmt {
                Stmt::Let(v, Op::Use(Operand::Place(p, _))) if same(p) && !self.is_state(*v) => {
                    names.insert(*v);
                }
                Stmt::Store(to, Operand::Place(p, _), old)
                    if (same(p) || names.contains(&p.root) && p.path.is_empty())
                        && let Some(state) = self.restored(to, old, place)
                        && !self.changes_in(&stmts[j + 1..k], state) =>
                {
                    return Some((k, state));
                }
                _ => {}
            }
        }
        stmts.iter().enumerate().skip(k + 1).find_map(|(m, stmt)| match stmt {
            Stmt::Store(to, Operand::Place(p, _), old)
                if p.path.is_empty() && names.contains(&p.root) =>
            {
                Some((m, self.restored(to, old, place)?))
            }
            _ => None,
        })
    }

    /// The variable that a statement assigns, if it is another real number whose state is restored.
    fn restored(&self, to: &Place, old: &VarId, place: &Place) -> Option<VarId> {
        let to = self.func.resolve(to);
        let local = self.func.var(to.root).kind == VarKind::Local && self.is_state(to.root);
        let usable = to.path.is_empty() && to.root != place.root && local && self.is_real(&to);
        (usable && self.saved.contains(old)).then_some(to.root)
    }

    fn changes_in(&self, stmts: &[Stmt], root: VarId) -> bool {
        let mut changed = BTreeSet::new();
        changed_by(self.func, stmts, &mut changed);
        changed.contains(&root)
    }

    fn is_real(&self, place: &Place) -> bool {
        *self.func.ty(place).peeled() == Ty::Real
    }
}
