//! The items of a chain: values, references or tuples of them, which closures take apart.

use crate::error::{Result, unsupported};
use crate::ir::{Mode, Op, Operand, Place, Proj, Stmt, Ty, Var, VarKind};
use crate::lower::lambda::Local;
use crate::lower::{Lower, Named, Tail};
use proc_macro2::Ident;
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
            let of = items.iter().map(|item| Some((item, false))).collect::<Vec<_>>();
            let local = with_parts(&local, &of);
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

    /// The number that an item is or refers to.
    pub(in crate::lower) fn number_item(
        &mut self,
        item: Item,
        out: &mut Vec<Stmt>,
    ) -> Result<Operand> {
        if self.is_reference(&item) { Ok(self.copied(item)) } else { self.whole_item(item, out) }
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
                Ok(self.temp(self.line, ty, op, out))
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
                let value = self.temp(self.line, ty, Op::Use(operand), out);
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
            (Pat::Ident(i), item @ Item::Tuple(_)) if self.refers_to_something(&item) => {
                unsupported(i, "a name for a tuple of items", "name the parts: `|(a, b)|`")
            }
            (pattern, item) => {
                let operand = self.whole_item(item, out)?;
                self.bind(pattern, None, operand, out)
            }
        }
    }

    /// Whether an item, or a part of it, is a reference.
    fn refers_to_something(&self, item: &Item) -> bool {
        match item {
            Item::Tuple(parts) => parts.iter().any(|p| self.refers_to_something(p)),
            item => self.is_reference(item),
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
                        self.temp(self.line, ty, lent, out)
                    }
                    other => other,
                };
                let name = self.name_of_operand(operand, out);
                let v = self.lookup(&name).expect("the name was declared");
                let Pat::Ident(i) = pattern else {
                    let place = self.referent(Place::var(v));
                    return self.bind(pattern, None, Operand::Place(place, Mode::Shared), out);
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

/// The closure with a name for each part of an item that is a tuple, where it only mentions parts of
/// it: `|p| p.0 * p.1`. The flag says that the parameter is a reference to the item.
pub(super) fn with_parts(local: &Local, items: &[Option<(&Item, bool)>]) -> Local {
    local.rewritten(|closure| {
        let body = &mut *closure.body;
        for (pattern, item) in closure.inputs.iter_mut().zip(items) {
            if let Some((item, by_reference)) = item {
                name_parts(pattern, item, *by_reference, body);
            }
        }
    })
}

/// Names the parts of an item in a pattern, and in what it is the pattern of.
pub(super) fn name_parts(pattern: &mut Pat, item: &Item, by_reference: bool, body: &mut Expr) {
    let Item::Tuple(items) = item else { return };
    match pattern {
        Pat::Paren(p) => name_parts(&mut p.pat, item, by_reference, body),
        Pat::Type(t) => name_parts(&mut t.pat, item, by_reference, body),
        Pat::Reference(r) if by_reference => name_parts(&mut r.pat, item, false, body),
        Pat::Tuple(t) if t.elems.len() == items.len() => {
            for (p, item) in t.elems.iter_mut().zip(items) {
                name_parts(p, item, by_reference, body);
            }
        }
        Pat::Ident(i) if i.by_ref.is_none() && i.mutability.is_none() && i.subpat.is_none() => {
            let names: Vec<_> = (0..items.len())
                .map(|k| format_ident!("__{}_{k}", i.ident.to_string(), span = i.ident.span()))
                .collect();
            let mut parts =
                Parts { name: i.ident.clone(), names, by_reference, found: false, whole: false };
            let mut named = body.clone();
            syn::visit_mut::VisitMut::visit_expr_mut(&mut parts, &mut named);
            if parts.whole || !parts.found {
                return;
            }
            *body = named;
            let names = parts.names;
            *pattern = syn::parse_quote!((#(#names),*));
            name_parts(pattern, item, by_reference, body);
        }
        _ => {}
    }
}

/// Writes names for the parts of a tuple.
struct Parts {
    name: Ident,
    names: Vec<Ident>,
    by_reference: bool,
    found: bool,
    /// Whether the tuple is used as a whole, or something else has its name.
    whole: bool,
}

impl syn::visit_mut::VisitMut for Parts {
    fn visit_expr_mut(&mut self, e: &mut Expr) {
        match e {
            Expr::Field(f) => {
                if let (Expr::Path(p), syn::Member::Unnamed(k)) = (&*f.base, &f.member)
                    && p.path.is_ident(&self.name)
                    && let Some(name) = self.names.get(k.index as usize)
                {
                    self.found = true;
                    *e = match self.by_reference {
                        true => syn::parse_quote!((*#name)),
                        false => syn::parse_quote!(#name),
                    };
                    return;
                }
                syn::visit_mut::visit_expr_mut(self, e);
            }
            Expr::Path(p) => self.whole |= p.path.is_ident(&self.name),
            _ => syn::visit_mut::visit_expr_mut(self, e),
        }
    }

    fn visit_pat_ident_mut(&mut self, p: &mut syn::PatIdent) {
        self.whole |= p.ident == self.name;
    }

    fn visit_macro_mut(&mut self, m: &mut syn::Macro) {
        self.whole |= crate::lower::select::mentions(&m.tokens, &self.name);
    }
}
