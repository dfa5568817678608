//! The items of a chain: values, references or tuples of them, which closures take apart.

use crate::error::{Result, unsupported};
use crate::ir::{Mode, Op, Operand, Place, Proj, Stmt, Ty, Var, VarKind};
use crate::lower::lambda::Local;
use crate::lower::{Lower, Named, Tail};
use proc_macro2::{Ident, Span};
use quote::{format_ident, quote};
use syn::{Expr, Pat};

/// What a chain gives for one trip.
#[derive(Clone)]
pub(in crate::lower) enum Item {
    /// A value, or a reference to a place.
    One(Operand),
    /// A tuple, part by part.
    Tuple(Vec<Item>),
}

impl Lower {
    /// The value of a closure or function on items.
    pub(in crate::lower) fn applied(
        &mut self,
        f: &Expr,
        items: Vec<Item>,
        out: &mut Vec<Stmt>,
    ) -> Result<Item> {
        if let Some(local) = self.closure_of(f)? {
            let inputs: Vec<Pat> = local.parameters().iter().cloned().collect();
            return self.within(&local, |s| {
                for (pattern, item) in inputs.iter().zip(items) {
                    s.bind_item(pattern, item, out)?;
                }
                s.value_of_body(&local, out).map(Item::One)
            });
        }
        self.scopes.push(std::collections::HashMap::new());
        let mut names = vec![];
        for item in items {
            let operand = self.whole_item(item, out)?;
            names.push(self.name_of_operand(operand, out));
        }
        let value = self.operand(&syn::parse_quote!(#f(#(#names),*)), out);
        self.scopes.pop();
        value.map(Item::One)
    }

    /// What an item refers to.
    pub(super) fn copied(&self, item: Item) -> Operand {
        match item {
            Item::One(Operand::Place(p, mode)) => {
                // A variable that is a reference, or the place that one refers to.
                let refers = mode == Mode::Value || self.refers(&p).is_some();
                let place = if refers { p.then(Proj::Deref) } else { p };
                Operand::Place(place, Mode::Value)
            }
            Item::One(other) => other,
            Item::Tuple(_) => unreachable!("a tuple is no reference"),
        }
    }

    /// The value of a closure's body, lowered where it stands.
    pub(in crate::lower) fn value_of_body(
        &mut self,
        local: &Local,
        out: &mut Vec<Stmt>,
    ) -> Result<Operand> {
        let value = match local.body() {
            Expr::Block(b) if b.label.is_none() => self.stmts(&b.block.stmts, Tail::Value, out)?,
            e => self.tail(e, Tail::Value, out)?,
        };
        Ok(value.unwrap_or_else(|| Operand::Const(quote!(()))))
    }

    /// The item as one operand.
    pub(in crate::lower) fn whole_item(
        &mut self,
        item: Item,
        out: &mut Vec<Stmt>,
    ) -> Result<Operand> {
        match item {
            Item::One(operand) => Ok(operand),
            Item::Tuple(parts) => {
                let parts: Result<Vec<_>> =
                    parts.into_iter().map(|p| self.whole_item(p, out)).collect();
                let op = Op::Tuple(parts?);
                let ty = self.op_ty(&op);
                Ok(self.temp(Span::call_site(), ty, op, out))
            }
        }
    }

    /// A name for an operand, by which source can refer to it.
    pub(in crate::lower) fn name_of_operand(
        &mut self,
        operand: Operand,
        out: &mut Vec<Stmt>,
    ) -> Ident {
        let v = match &operand {
            Operand::Place(p, _) if p.path.is_empty() => p.root,
            _ => {
                let ty = self.ty(&operand);
                let value = self.temp(Span::call_site(), ty, Op::Use(operand), out);
                value.place().expect("an intermediate value is a place").root
            }
        };
        let name = format_ident!("__value_{}", v.0);
        self.declare(name.to_string(), Named::Var(v));
        name
    }

    /// Binds a pattern to an item.
    pub(in crate::lower) fn bind_item(
        &mut self,
        pattern: &Pat,
        item: Item,
        out: &mut Vec<Stmt>,
    ) -> Result<()> {
        match (pattern, item) {
            (Pat::Paren(p), item) => self.bind_item(&p.pat, item, out),
            (Pat::Type(t), item) => self.bind_item(&t.pat, item, out),
            (Pat::Wild(_), _) => Ok(()),
            (Pat::Tuple(t), Item::Tuple(parts)) if t.elems.len() == parts.len() => {
                for (p, part) in t.elems.iter().zip(parts) {
                    self.bind_item(p, part, out)?;
                }
                Ok(())
            }
            (Pat::Ident(i), Item::One(Operand::Place(p, mode)))
                if i.mutability.is_none()
                    && i.subpat.is_none()
                    && p.path.is_empty()
                    && !(mode == Mode::Value && self.func.changeable(&p)) =>
            {
                self.declare(i.ident.to_string(), Named::Var(p.root));
                Ok(())
            }
            (
                Pat::Reference(r),
                item @ Item::One(Operand::Place(_, Mode::Value | Mode::Shared)),
            ) if r.mutability.is_none() => {
                let value = self.copied(item);
                self.bind_item(&r.pat, Item::One(value), out)
            }
            (Pat::Ident(i), Item::Tuple(_)) => {
                unsupported(i, "a name for a tuple of items", "name the parts: `|(a, b)|`")
            }
            (pattern, item) => {
                let operand = self.whole_item(item, out)?;
                self.bind(pattern, None, operand, out)
            }
        }
    }

    /// Binds a pattern to a reference to an item.
    pub(super) fn bind_item_ref(
        &mut self,
        pattern: &Pat,
        item: Item,
        out: &mut Vec<Stmt>,
    ) -> Result<()> {
        match (pattern, item) {
            (Pat::Paren(p), item) => self.bind_item_ref(&p.pat, item, out),
            (Pat::Type(t), item) => self.bind_item_ref(&t.pat, item, out),
            (Pat::Wild(_), _) => Ok(()),
            (Pat::Reference(r), item) => self.bind_item(&r.pat, item, out),
            (Pat::Tuple(t), Item::Tuple(parts)) if t.elems.len() == parts.len() => {
                for (p, part) in t.elems.iter().zip(parts) {
                    self.bind_item_ref(p, part, out)?;
                }
                Ok(())
            }
            (pattern, item) => {
                let operand = self.whole_item(item, out)?;
                // A reference to the variable that holds the item, which may itself be a reference.
                let operand = match operand {
                    Operand::Place(p, mode)
                        if p.path.is_empty()
                            && matches!(self.func.var(p.root).kind, VarKind::Alias(..)) =>
                    {
                        let ty = Ty::Ref(Box::new(self.ty(&Operand::Place(p.clone(), mode))));
                        let lent = Op::Use(Operand::Place(p.then(Proj::Deref), Mode::Shared));
                        self.temp(Span::call_site(), ty, lent, out)
                    }
                    other => other,
                };
                let name = self.name_of_operand(operand, out);
                let v = self.lookup(&name).expect("the name was declared");
                let Pat::Ident(i) = pattern else {
                    return unsupported(pattern, "this pattern here", "name the item");
                };
                let kind = VarKind::Alias(Place::var(v), false);
                let constant = self.all_constant(&[Place::var(v)]);
                let var = Var { constant, ..Var::new(kind, self.here) };
                let reference = self.user(&i.ident, var);
                out.push(Stmt::Alias(reference, Place::var(v), false));
                Ok(())
            }
        }
    }
}
