//! What a chain adds to a collection.

use super::item::Item;
use super::parts::{Pipe, Pipeline};
use crate::error::Result;
use crate::ir::{Collection, Mode, Op, Operand, Place, Stmt, Ty, VarKind};
use crate::lower::Lower;
use crate::lower::place::strip;
use crate::lower::pure::Calls;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, parse_quote};

impl Lower {
    /// `list.extend(chain)`: each item is added where it is made. An argument by value that is no chain
    /// is left to the method's rule.
    pub(super) fn extended(&mut self, e: &Expr, out: &mut Vec<Stmt>) -> Result<Option<Op>> {
        let Expr::MethodCall(m) = strip(e) else { return Ok(None) };
        let known = self.is_place(&m.receiver) || crate::lower::optional::is_unwrapped(&m.receiver);
        if m.method != "extend" || m.args.len() != 1 || !known {
            return Ok(None);
        }
        let items = &m.args[0];
        let by_reference = match strip(items) {
            Expr::Reference(_) => true,
            e @ Expr::Path(_) if self.is_place(e) => {
                let place = self.place(e, out)?;
                self.refers(&place).is_some()
            }
            _ => false,
        };
        let pipeline = match self.parsed(items, by_reference, None)? {
            Some(pipeline) if pipeline.consumer.is_none() => pipeline,
            None if by_reference => Pipeline::of(Pipe::Walk(items.clone())),
            _ => return Ok(None),
        };
        let list = self.changed_named(&m.receiver, out)?;
        let kind = self.known(&list);
        self.known_collection(&kind, &list, out);
        self.scopes.push(std::collections::HashMap::new());
        let mut body =
            |s: &mut Self, item: Item, out: &mut Vec<Stmt>| s.added(&list, &kind, item, out);
        let done = self.run(&pipeline, super::Labels::default(), false, &mut body, out);
        self.scopes.pop();
        done.map(|()| Some(Op::Use(Operand::Const(quote!(())))))
    }

    /// The compiler checks that a collection is what its name says, or else a `Vec`.
    pub(super) fn known_collection(&self, kind: &Ty, list: &Expr, out: &mut Vec<Stmt>) {
        let check = match kind.peeled() {
            Ty::Of(Collection::Map, _) => quote!(map),
            Ty::Of(Collection::Deque, _) => quote!(deque),
            _ => quote!(list),
        };
        if let Some((tokens, _)) = self.pure(list, Calls::Reading) {
            let span = list.span();
            let private = quote_spanned!(span=> ::zygote_engine::__private);
            out.push(Stmt::Macro(quote_spanned!(span=> #private::#check(&#tokens))));
        }
    }

    /// Adds an item to a collection of this type.
    pub(super) fn added(
        &mut self,
        list: &Expr,
        kind: &Ty,
        item: Item,
        out: &mut Vec<Stmt>,
    ) -> Result<()> {
        self.scopes.push(std::collections::HashMap::new());
        let done = self.adding(list, kind, item, out);
        self.scopes.pop();
        done
    }

    fn adding(&mut self, list: &Expr, kind: &Ty, item: Item, out: &mut Vec<Stmt>) -> Result<()> {
        let at = proc_macro2::Span::call_site().located_at(list.span());
        if kind.is_of(Collection::Map) {
            let (key, value) = self.pair(item, out)?;
            let (key, value) = (self.owned(key, out)?, self.owned(value, out)?);
            let insert = syn::parse_quote_spanned!(at=> #list.insert(#key, #value));
            return self.expression(&insert, out);
        }
        let value = self.owned(item, out)?;
        let call = match kind.is_of(Collection::Deque) {
            true => syn::parse_quote_spanned!(at=> #list.push_back(#value)),
            false => syn::parse_quote_spanned!(at=> #list.push(#value)),
        };
        self.expression(&call, out)
    }

    /// The value of an item, which may be a reference to one that is copied; a reference to a text is a
    /// value.
    fn owned(&mut self, item: Item, out: &mut Vec<Stmt>) -> Result<Expr> {
        let refers = match &item {
            Item::One(Operand::Place(p, _)) if self.func.is_reference_to_text(p) => false,
            Item::One(Operand::Place(_, Mode::Shared | Mode::Exclusive)) => true,
            Item::One(Operand::Place(p, _)) => self.refers(p).is_some(),
            _ => false,
        };
        let operand = if refers { self.copied(item) } else { self.whole_item(item, out)? };
        if let Operand::Const(value) = operand {
            return syn::parse2(value);
        }
        let name = self.name_of_operand(operand, out);
        Ok(syn::parse_quote!(#name))
    }

    /// `BTreeMap::from([(key, value), ..])`: each pair is inserted.
    pub(in crate::lower) fn made_of_pairs(
        &mut self,
        c: &syn::ExprCall,
        out: &mut Vec<Stmt>,
    ) -> Result<Option<Op>> {
        let (Expr::Path(p), Some(Expr::Array(pairs)), 1) =
            (&*c.func, c.args.first().map(strip), c.args.len())
        else {
            return Ok(None);
        };
        let kind = crate::lower::collection_of(&p.path);
        let from = p.path.segments.last().is_some_and(|s| s.ident == "from");
        if !from || !kind.is_of(Collection::Map) {
            return Ok(None);
        }
        let parts = pairs.elems.iter().flat_map(|pair| match strip(pair) {
            Expr::Tuple(t) if t.elems.len() == 2 => t.elems.iter().collect(),
            _ => vec![],
        });
        let parts: Vec<&Expr> = parts.collect();
        if parts.len() != 2 * pairs.elems.len() {
            return Ok(None);
        }
        let mut segments: Vec<_> = p.path.segments.iter().cloned().collect();
        segments.pop();
        let last = segments.last_mut().expect("it names a map");
        if last.arguments.is_none() {
            last.arguments = syn::PathArguments::AngleBracketed(syn::parse_quote!(<_, _>));
        }
        let root = p.path.leading_colon;
        let ty = quote!(#root #(#segments)::*);
        let items = self.operands(parts, out)?;
        let empty = Op::Verbatim(quote!(::core::default::Default::default()), vec![], kind.clone());
        let map = self.state("map", kind.clone(), Some(ty), empty, out);
        self.scopes.push(std::collections::HashMap::new());
        let name = self.name_of_operand(Operand::var(map), out);
        let name: Expr = syn::parse_quote!(#name);
        self.known_collection(&kind, &name, out);
        for pair in items.chunks(2) {
            let pair = pair.iter().cloned().map(Item::One).collect();
            self.added(&name, &kind, Item::Tuple(pair), out)?;
        }
        self.scopes.pop();
        Ok(Some(Op::Use(Operand::var(map))))
    }

    /// The two parts of an item.
    pub(super) fn pair(&mut self, item: Item, out: &mut Vec<Stmt>) -> Result<(Item, Item)> {
        match item {
            Item::Tuple(mut parts) if parts.len() == 2 => {
                let second = parts.pop().expect("two parts");
                Ok((parts.pop().expect("two parts"), second))
            }
            item => {
                let whole = self.whole_item(item, out)?;
                let name = self.name_of_operand(whole, out);
                let (x, y) = (syn::parse_quote!(#name.0), syn::parse_quote!(#name.1));
                Ok((Item::One(self.operand(&x, out)?), Item::One(self.operand(&y, out)?)))
            }
        }
    }
}

impl Lower {
    /// `[a, &b[1..]].concat()` of references as that of what they refer to.
    pub(in crate::lower) fn joined_copies(&self, m: &syn::ExprMethodCall) -> Option<Expr> {
        let Expr::Array(list) = strip(&m.receiver) else { return None };
        if m.method != "concat" && m.method != "join" {
            return None;
        }
        let refers = |e: &Expr| match strip(e) {
            Expr::Reference(_) => true,
            Expr::Path(p) => {
                p.path.get_ident().and_then(|name| self.lookup(name)).is_some_and(|v| {
                    let var = self.func.var(v);
                    matches!(var.kind, VarKind::Shared | VarKind::Alias(..) | VarKind::Item)
                        || matches!(var.ty, Ty::Ref(_))
                })
            }
            _ => false,
        };
        let varies = |e: &Expr| {
            let mut e = strip(e);
            while let Expr::Reference(syn::ExprReference { expr, .. })
            | Expr::Index(syn::ExprIndex { expr, .. })
            | Expr::Field(syn::ExprField { base: expr, .. }) = e
            {
                e = strip(expr);
            }
            let Expr::Path(p) = e else { return false };
            let root = p.path.get_ident().and_then(|name| self.lookup(name));
            root.is_some_and(|v| !self.all_constant(&[Place::var(v)]))
        };
        if !list.elems.iter().any(refers) || !list.elems.iter().any(varies) {
            return None;
        }
        let copies = list.elems.iter().map(|e| -> Expr { parse_quote!((#e).to_vec()) });
        let (method, args) = (&m.method, &m.args);
        Some(parse_quote!([#(#copies),*].#method(#args)))
    }
}
