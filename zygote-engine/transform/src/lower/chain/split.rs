//! Ends of a chain that make several lists: `unzip` and `partition`.

use super::Labels;
use super::item::Item;
use super::parts::Pipeline;
use crate::error::Result;
use crate::ir::{Op, Operand, Stmt, Ty};
use crate::lower::Lower;
use syn::Expr;

impl Lower {
    /// Two lists, or more where the type says so.
    pub(super) fn unzipped(
        &mut self,
        pipeline: &Pipeline,
        expected: Option<&syn::Type>,
        out: &mut Vec<Stmt>,
    ) -> Result<Op> {
        let halves = match expected {
            Some(syn::Type::Tuple(t)) if t.elems.len() == 2 => {
                [Some(&t.elems[0]), Some(&t.elems[1])]
            }
            _ => [None, None],
        };
        let [a, b] = halves.map(|half| self.lists(half, out));
        let mut body = |s: &mut Self, item: Item, out: &mut Vec<Stmt>| {
            let (x, y) = s.pair(item, out)?;
            s.appended_to(&a, x, out)?;
            s.appended_to(&b, y, out)
        };
        self.run(pipeline, Labels::default(), false, &mut body, out)?;
        let [a, b] = [&a, &b].map(|lists| self.whole_item(lists.clone(), out));
        Ok(Op::Tuple(vec![a?, b?]))
    }

    /// An empty list for each part of a type that is made of pairs.
    fn lists(&mut self, ty: Option<&syn::Type>, out: &mut Vec<Stmt>) -> Item {
        match ty {
            Some(syn::Type::Tuple(t)) => {
                Item::Tuple(t.elems.iter().map(|part| self.lists(Some(part), out)).collect())
            }
            _ => Item::One(Operand::var(self.list(None, out))),
        }
    }

    fn appended_to(&mut self, lists: &Item, item: Item, out: &mut Vec<Stmt>) -> Result<()> {
        match lists {
            Item::Tuple(parts) if parts.len() == 2 => {
                let (x, y) = self.pair(item, out)?;
                self.appended_to(&parts[0], x, out)?;
                self.appended_to(&parts[1], y, out)
            }
            Item::One(Operand::Place(list, _)) => self.appended(list.root, item, out),
            _ => unreachable!("lists are variables, and pairs of them"),
        }
    }

    pub(super) fn partitioned(
        &mut self,
        f: &Expr,
        consumer: &syn::ExprMethodCall,
        pipeline: &Pipeline,
        expected: Option<&syn::Type>,
        out: &mut Vec<Stmt>,
    ) -> Result<Op> {
        let (a, b) = (self.list(None, out), self.list(None, out));
        let copies = expected.is_some_and(are_lists_of_numbers);
        let mut body = |s: &mut Self, item: Item, out: &mut Vec<Stmt>| {
            if !copies {
                s.owned_item(&item, &consumer.method)?;
            }
            let local = s.closure_for(f)?;
            let condition = s.referred(&local, item.clone(), out)?;
            let condition = s.pin(condition, out);
            let item = match s.is_reference(&item) {
                true => Item::One(s.copied(item)),
                false => item,
            };
            let other = item.clone();
            let yes = s.region(false, |s, out| s.appended(a, item, out).map(|()| None))?;
            let no = s.region(false, |s, out| s.appended(b, other, out).map(|()| None))?;
            out.push(Stmt::If(condition, yes, no, None));
            Ok(())
        };
        self.run(pipeline, Labels::default(), false, &mut body, out)?;
        Ok(Op::Tuple(vec![Operand::var(a), Operand::var(b)]))
    }
}

/// Whether a type is one of lists of numbers, which take copies of what references refer to.
fn are_lists_of_numbers(ty: &syn::Type) -> bool {
    let of_number = |ty: &syn::Type| match crate::lower::ty_of(ty) {
        Ty::Seq(of) => matches!(*of, Ty::Real | Ty::Inert),
        _ => false,
    };
    matches!(ty, syn::Type::Tuple(t) if t.elems.iter().all(of_number))
}
