//! `retain`, `retain_mut` and `dedup_by` with a function that does more than compare: each element is
//! taken out, and put back if it stays. What only compares is left to the methods' rules.

use super::Labels;
use super::item::Item;
use super::parts::{Pipe, Pipeline};
use crate::error::{Result, unsupported};
use crate::ir::{Collection, Mode, Op, Operand, Place, Proj, Stmt, Ty};
use crate::lower::Lower;
use crate::lower::lambda::Local;
use crate::lower::place::strip;
use quote::quote;
use std::rc::Rc;
use syn::{Expr, Pat, parse_quote};

impl Lower {
    pub(super) fn sifted(&mut self, e: &Expr, out: &mut Vec<Stmt>) -> Result<Option<Op>> {
        let Expr::MethodCall(m) = strip(e) else { return Ok(None) };
        let parameters = match m.method.to_string().as_str() {
            "retain" | "retain_mut" => 1,
            "dedup_by" => 2,
            _ => return Ok(None),
        };
        let (Some(f), 1) = (m.args.first(), m.args.len()) else { return Ok(None) };
        // A function by its path, of an element: that of a map takes two.
        let closure = match (self.closure_of(f)?, strip(f)) {
            (None, Expr::Path(_))
                if parameters == 1 && !self.known(&m.receiver).is_of(Collection::Map) =>
            {
                Some(parse_quote!(|__item| #f(__item)))
            }
            _ => None,
        };
        let f = closure.as_ref().unwrap_or(f);
        let Some(local) = self.closure_of(f)? else { return Ok(None) };
        let has_rule = m.method != "retain_mut" && self.is_kept(&local);
        // That of a map takes two.
        if has_rule || local.parameters().len() != parameters || !self.is_place(&m.receiver) {
            return Ok(None);
        }
        self.scopes.push(std::collections::HashMap::new());
        let done = self.sift(m, f, out);
        self.scopes.pop();
        done.map(|()| Some(Op::Use(Operand::Const(quote!(())))))
    }

    fn sift(&mut self, m: &syn::ExprMethodCall, f: &Expr, out: &mut Vec<Stmt>) -> Result<()> {
        let mut f = f.clone();
        let captured = self.with_own_state(&mut f, out)?;
        let list = self.changed_named(&m.receiver, out)?;
        let kind = self.known(&list);
        self.known_collection(&kind, &list, out);
        let all = self.op(&parse_quote!(#list.split_off(0)), out)?;
        let all = self.state("all", Ty::Unknown, None, all, out);
        let all = self.name_of_operand(Operand::var(all), out);
        let (local, at) = (self.closure_for(&f)?, m.method.span());
        let pipeline = Pipeline { captured, ..Pipeline::of(Pipe::Owned(parse_quote!(#all))) };
        let mut body = |s: &mut Self, item: Item, out: &mut Vec<Stmt>| {
            if m.method == "retain" {
                let stays = s.referred(&local, item.clone(), out)?;
                return s.kept_if((stays, true), &list, &kind, item, out);
            }
            let whole = s.whole_item(item, out)?;
            let item = s.state("item", Ty::Unknown, None, Op::Use(whole), out);
            if m.method == "retain_mut" {
                let stays = s.asked(&local, vec![Place::var(item)], out)?;
                let stays = s.pin(stays, out);
                let item = s.temp(at, Ty::Unknown, Op::Use(Operand::var(item)), out);
                return s.kept_if((stays, true), &list, &kind, Item::One(item), out);
            }
            let first = s.inert(&parse_quote!(#list.is_empty()), out)?;
            let first = s.pin(first, out);
            let yes = s.region(false, |s, out| {
                s.added(&list, &kind, Item::One(Operand::var(item)), out).map(|()| None)
            })?;
            let no = s.region(false, |s, out| {
                let last = s.settled_number(&parse_quote!(#list.len() - 1), out)?;
                let last = s.inert(&last, out)?;
                let last = s.place(&list, out)?.then(Proj::Index(last));
                let goes = s.asked(&local, vec![Place::var(item), last], out)?;
                let goes = s.pin(goes, out);
                let item = s.temp(at, Ty::Unknown, Op::Use(Operand::var(item)), out);
                s.kept_if((goes, false), &list, &kind, Item::One(item), out).map(|()| None)
            })?;
            out.push(Stmt::If(first, yes, no, None));
            Ok(())
        };
        self.run(&pipeline, Labels::default(), false, &mut body, out)
    }

    /// What a function of exclusive references gives: a condition.
    fn asked(&mut self, local: &Rc<Local>, of: Vec<Place>, out: &mut Vec<Stmt>) -> Result<Operand> {
        let inputs: Vec<Pat> = local.parameters().iter().cloned().collect();
        self.within(local, |s| {
            for (pattern, place) in inputs.iter().zip(of) {
                match strip_type(pattern) {
                    Pat::Wild(_) => {}
                    name @ Pat::Ident(_) => {
                        s.bind(name, None, Operand::Place(place, Mode::Exclusive), out)?;
                    }
                    other => return unsupported(other, "this pattern here", "name the parameter"),
                }
            }
            s.value_of_body(local, out)
        })
    }

    /// Adds an element if a condition is as it has to be.
    fn kept_if(
        &mut self,
        (condition, wanted): (Operand, bool),
        list: &Expr,
        kind: &Ty,
        item: Item,
        out: &mut Vec<Stmt>,
    ) -> Result<()> {
        let condition = self.pin(condition, out);
        let kept = self.region(false, |s, out| s.added(list, kind, item, out).map(|()| None))?;
        let dropped = self.region(false, |_, _| Ok(None))?;
        let (yes, no) = if wanted { (kept, dropped) } else { (dropped, kept) };
        out.push(Stmt::If(condition, yes, no, None));
        Ok(())
    }
}

fn strip_type(pattern: &Pat) -> &Pat {
    match pattern {
        Pat::Type(t) => strip_type(&t.pat),
        Pat::Paren(p) => strip_type(&p.pat),
        other => other,
    }
}
