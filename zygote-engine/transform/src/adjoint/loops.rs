//! The adjoint of loops over a source.

use super::Builder;
use super::cotangent::{Cotangent, touched};
use crate::activity::chain_roots;
use crate::ir::{For, Lent, RegionId, Source, Stmt};
use std::collections::BTreeSet;

impl Builder<'_> {
    pub(super) fn for_loop(&mut self, here: RegionId, f: &For, out: &mut Vec<Stmt>) {
        self.prepare(here, &[&f.body], out);
        let mut lent = vec![];
        if let Source::Walk(chain) = &f.source {
            let mut roots = vec![];
            chain_roots(chain, &mut roots);
            let mut inside = BTreeSet::new();
            touched(&self.func, &f.body, &mut inside);
            let all: Vec<_> = roots.iter().map(|p| self.func.root(p)).collect();
            let items = f.bound.iter().any(|v| self.activity.active(*v));
            for (k, place) in roots.iter().enumerate() {
                if !items || !self.active(place) {
                    continue;
                }
                self.ensure(here, all[k], out);
                let shadow = self.shadow(place).expect("the cotangent exists");
                let once = all.iter().filter(|r| **r == all[k]).count() == 1;
                lent.push(Lent { root: k, shadow, lend: once && !inside.contains(&all[k]) });
            }
        }
        if !lent.is_empty() {
            for v in &f.bound {
                let d = self.cotangent_var(*v);
                self.live.insert(*v, Cotangent { var: d, zero: false });
            }
        }
        let cotangents: Vec<_> =
            f.bound.iter().filter_map(|v| self.live.get(v).map(|c| c.var)).collect();
        let body = self.inner(&f.body, None);
        if !self.matters(&f.body, &body) {
            return;
        }
        let reverse = For { body, bound: cotangents, ..f.clone() };
        out.push(Stmt::ReverseFor(Box::new(reverse), lent));
    }
}
