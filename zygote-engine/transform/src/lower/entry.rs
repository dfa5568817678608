//! The values of maps by their keys: `map.get(&k)`, `map.entry(k).or_insert(x)`, and the outer entries.

use super::Lower;
use super::chain::Item;
use super::optional::Optional;
use super::place::strip;
use super::pure::Calls;
use crate::error::{Result, unsupported};
use crate::ir::{Collection, Mode, Op, Operand, Place, Proj, Stmt, Ty, VarKind};
use quote::quote;
use syn::Expr;
use syn::spanned::Spanned;

/// `map.entry(key).or_insert(value)` and the like.
struct Entry<'a> {
    map: &'a Expr,
    key: &'a Expr,
    /// What is done with the value if it is there.
    modify: Option<&'a Expr>,
    insert: Insert<'a>,
}

/// What is inserted if there is none.
enum Insert<'a> {
    /// A value, which is evaluated first.
    Value(&'a Expr),
    /// What a function gives.
    With(&'a Expr),
    Default,
}

fn entry(m: &syn::ExprMethodCall) -> Option<Entry<'_>> {
    let insert = match (m.method.to_string().as_str(), m.args.first()) {
        ("or_insert", Some(value)) => Insert::Value(value),
        ("or_insert_with", Some(f)) => Insert::With(f),
        ("or_default", None) => Insert::Default,
        _ => return None,
    };
    let one = |e| match strip(e) {
        Expr::MethodCall(m) if m.args.len() == 1 => Some((m, &m.args[0])),
        _ => None,
    };
    let (mut of, mut key) = one(&m.receiver)?;
    let mut modify = None;
    if of.method == "and_modify" {
        modify = Some(key);
        (of, key) = one(&of.receiver)?;
    }
    (of.method == "entry").then_some(Entry { map: &of.receiver, key, modify, insert })
}

/// Whether a call gives the value of an entry.
pub(super) fn is_entry(m: &syn::ExprMethodCall) -> bool {
    entry(m).is_some()
}

impl Lower {
    /// Whether the argument of `get` is a key, by its type or by that of the map, or may be one.
    pub(super) fn finds_by_key(&self, sequence: &Expr, key: &Expr) -> bool {
        self.known(sequence).is_of(Collection::Map)
            || self.is_key(key)
            || self.may_be_a_key(sequence, key)
    }

    /// Whether an argument of `get` is a key or an index, which only the compiler knows: the item of a loop,
    /// or what a name refers to, by which a part of what has no known type is found.
    fn may_be_a_key(&self, sequence: &Expr, key: &Expr) -> bool {
        let (of, dereferenced) = match strip(key) {
            Expr::Unary(u) if matches!(u.op, syn::UnOp::Deref(_)) => (strip(&u.expr), true),
            e => (e, false),
        };
        let name = match of {
            Expr::Path(p) => p.path.get_ident().and_then(|name| self.lookup(name)),
            _ => None,
        };
        let may_be = |kind: &VarKind| match kind {
            VarKind::Item => true,
            VarKind::Alias(..) => dereferenced,
            _ => false,
        };
        name.map(|v| self.func.var(v))
            .is_some_and(|var| may_be(&var.kind) && *var.ty.peeled() == Ty::Unknown)
            && *self.known(sequence).peeled() == Ty::Unknown
            && !self.is_key(key)
    }

    /// The value of a key, if there is one.
    pub(super) fn by_key(
        &mut self,
        map: &Expr,
        key: &Expr,
        exclusive: bool,
        place: Place,
        out: &mut Vec<Stmt>,
    ) -> Result<Optional> {
        if exclusive && let VarKind::Local = self.func.var(place.root).kind {
            self.func.vars[place.root.0].mutable = true;
        }
        let (check, there): (_, Expr) = match self.may_be_a_key(map, key) {
            true => ("sequence", syn::parse_quote_spanned!(key.span()=> #map.get(#key).is_some())),
            false => ("map", syn::parse_quote_spanned!(key.span()=> #map.contains_key(#key))),
        };
        self.known_of(map, check, out)?;
        let condition = self.inert(&there, out)?;
        let key = self.operand(key, out)?;
        let key = self.pin_key(key, out);
        Ok(Optional {
            condition,
            place: place.then(Proj::Key(key)),
            exclusive,
            second: None,
            number: None,
        })
    }

    /// The first or last entry of a map, or the value in it.
    pub(super) fn last_entry(
        &mut self,
        map: &Expr,
        last: bool,
        value_alone: bool,
        place: Place,
        out: &mut Vec<Stmt>,
    ) -> Result<Optional> {
        self.known_of(map, "map", out)?;
        let back = last.then(|| quote!(.rev()));
        let key: Expr = syn::parse_quote!(#map.keys() #back.next().cloned());
        let Some((tokens, reads)) = self.pure(&key, Calls::Reading) else {
            return unsupported(map, "this receiver", "bind a reference to it with `let` first");
        };
        let op = Op::Verbatim(tokens, reads, Ty::Unknown);
        let key = self.temp(map.span(), Ty::Unknown, op, out);
        let key = key.place().expect("an intermediate value is a place").clone();
        self.func.vars[key.root.0].constant = true;
        let name = self.name_of_operand(Operand::var(key.root), out);
        let condition = self.inert(&syn::parse_quote!(#name.is_some()), out)?;
        let some: syn::Path = syn::parse_quote!(::core::option::Option::Some);
        let key = key.then(Proj::Variant(some, syn::Member::from(0)));
        let value = place.then(Proj::Key(Operand::Place(key.clone(), Mode::Shared)));
        let (place, second) = match value_alone {
            true => (value, None),
            false => (key, Some(value)),
        };
        Ok(Optional { condition, place, exclusive: false, second, number: None })
    }

    /// The value of a map's entry, which is inserted where there is none.
    pub(super) fn entry_of(
        &mut self,
        m: &syn::ExprMethodCall,
        out: &mut Vec<Stmt>,
    ) -> Result<Option<Op>> {
        let Some(entry) = entry(m) else { return Ok(None) };
        let map = &self.changed_named(entry.map, out)?;
        if !self.is_place(map) {
            return Ok(None);
        }
        self.known_of(map, "map", out)?;
        let place = self.map_place(map, true, out)?;
        self.scopes.push(std::collections::HashMap::new());
        let key = self.op(entry.key, out)?;
        let ty = self.op_ty(&key);
        // A value of its own, as the variable may change.
        let key = match key {
            Op::Use(Operand::Place(p, mode)) if p.path.is_empty() && !self.func.changeable(&p) => {
                Operand::Place(p, mode)
            }
            key => self.temp(entry.key.span(), ty, key, out),
        };
        let key = key.place().expect("an intermediate value is a place").root;
        let name = self.name_of_operand(Operand::var(key), out);
        let first = match &entry.insert {
            Insert::Value(value) => {
                let value = self.operand(value, out)?;
                Some(self.pin(value, out))
            }
            Insert::With(_) | Insert::Default => None,
        };
        let place = place.then(Proj::Key(Operand::Place(Place::var(key), Mode::Shared)));
        let there = self.inert(&syn::parse_quote!(#map.contains_key(&#name)), out)?;
        let there = self.pin(there, out);
        let mut modify = entry.modify.cloned();
        if let Some(f) = &mut modify {
            self.with_own_state(f, out)?;
        }
        let mut with = match entry.insert {
            Insert::With(f) => Some(f.clone()),
            Insert::Value(_) | Insert::Default => None,
        };
        if let Some(f) = &mut with {
            self.with_own_state(f, out)?;
        }
        let yes = self.region(false, |s, out| {
            if let Some(f) = &modify {
                let Op::Use(value) = s.lent(place.clone(), out) else { unreachable!("a place") };
                s.applied(f, vec![Item::One(value)], out)?;
            }
            Ok(None)
        })?;
        let no = self.region(false, |s, out| {
            let value: Expr = match (first, with) {
                (Some(Operand::Const(value)), _) => syn::parse2(value)?,
                (Some(value), _) => {
                    let value = s.name_of_operand(value, out);
                    syn::parse_quote!(#value)
                }
                (None, Some(f)) => {
                    let value = s.applied(&f, vec![], out)?;
                    let value = s.whole_item(value, out)?;
                    let value = s.name_of_operand(value, out);
                    syn::parse_quote!(#value)
                }
                (None, _) => syn::parse_quote!(::core::default::Default::default()),
            };
            s.expression(&syn::parse_quote!(#map.insert(#name.clone(), #value)), out)?;
            Ok(None)
        })?;
        out.push(Stmt::If(there, yes, no, None));
        self.scopes.pop();
        Ok(Some(self.lent(place, out)))
    }

    /// A value of a map, lent exclusively: there is no `map[key]` to write to.
    pub(super) fn lent(&mut self, place: Place, out: &mut Vec<Stmt>) -> Op {
        let place = self.pinned(place, out);
        let ty = self.ty(&Operand::Place(place.clone(), Mode::Value));
        let constant = self.all_constant(std::slice::from_ref(&place));
        let kind = VarKind::Alias(place.clone(), true);
        let var = crate::ir::Var { ty, constant, ..crate::ir::Var::new(kind, self.here) };
        let v = self.func.add("value", self.line, var);
        out.push(Stmt::Alias(v, place, true));
        Op::Use(Operand::Place(Place::var(v), Mode::Exclusive))
    }
}
