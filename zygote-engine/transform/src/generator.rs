//! Methods that change what they are called on where a condition, an index or a bound reads their value.
//!
//! A macro does not see which these are: it is one where nothing else explains the `mut` of the name.
//! Local values that only change so, such as a generator of random numbers or a set of what was seen, are
//! `#[constant]` without the word if nothing that varies comes into them. Of others the call is lowered
//! as a call, before what reads its value.

use crate::activity::Activity;
use crate::emit::Changing;
use crate::ir::{Func, Ty, VarKind};
use std::collections::{BTreeMap, BTreeSet};
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Pat};

/// The function with `#[constant]` on such `let`s, and the methods of other names that are called so,
/// which change what they are called on; if it has some.
pub fn marked(
    item: &syn::ItemFn,
    primal: &Func,
    activity: &Activity,
) -> Option<(syn::ItemFn, Changing)> {
    let mut found = Found::default();
    found.visit_item_fn(item);
    let (mut constant, mut changing) = (found.names(), Changing::new());
    for (var, varied) in primal.vars.iter().zip(&activity.varied) {
        let name = var.name.to_string();
        let may_change = var.kind == VarKind::Local && *var.ty.peeled() == Ty::Unknown;
        if (!may_change || *varied) && constant.remove(&name) {
            changing.extend(found.changing(&name).map(|method| (name.clone(), method.clone())));
        }
    }
    (!constant.is_empty() || !changing.is_empty()).then(|| {
        let mut item = item.clone();
        Mark(&constant).visit_block_mut(&mut item.block);
        (item, changing)
    })
}

/// What is done with names.
#[derive(Default)]
struct Found {
    /// How often a name is bound.
    bound: BTreeMap<String, usize>,
    /// The names of `let mut`.
    mutable: BTreeSet<String>,
    /// The methods that are called on a name where an expression is expected to read.
    asked: BTreeMap<String, BTreeSet<String>>,
    /// The methods that are called on a name for their effect.
    told: BTreeMap<String, BTreeSet<String>>,
    /// The names of which other methods are called for their value.
    used: BTreeSet<String>,
    /// The names that something else changes.
    changed: BTreeSet<String>,
    /// Whether such an expression is visited.
    reads: bool,
}

impl Found {
    /// The names whose `mut` the methods that are asked explain: nothing else does, or they are called
    /// for their effect, too.
    fn names(&self) -> BTreeSet<String> {
        let told = |name: &String| self.told.get(name);
        let explain = |name: &String, asked: &BTreeSet<String>| match told(name) {
            Some(told) => !told.is_disjoint(asked),
            None => !self.changed.contains(name),
        };
        let asked = self.asked.iter().filter(|(name, asked)| {
            self.bound.get(*name) == Some(&1)
                && self.mutable.contains(*name)
                && explain(name, asked)
        });
        asked.map(|(name, _)| name.clone()).collect()
    }

    /// The methods of a name that are asked and change it: those that are called for their effect, too, or
    /// one of all, if no other method is called.
    fn changing(&self, name: &str) -> impl Iterator<Item = &String> {
        let told = self.told.get(name);
        let asked = self.asked.get(name).filter(|_| told.is_some() || !self.used.contains(name));
        let asked = asked.into_iter().flatten();
        asked.filter(move |method| told.is_none_or(|told| told.contains(*method)))
    }

    fn reading(&mut self, e: &Expr) {
        let outside = std::mem::replace(&mut self.reads, true);
        self.visit_expr(e);
        self.reads = outside;
    }

    fn change(&mut self, place: &Expr) {
        self.changed.extend(root(place));
    }
}

impl<'a> Visit<'a> for Found {
    fn visit_pat_ident(&mut self, i: &'a syn::PatIdent) {
        *self.bound.entry(i.ident.to_string()).or_default() += 1;
        visit::visit_pat_ident(self, i);
    }

    fn visit_signature(&mut self, signature: &'a syn::Signature) {
        for arg in signature.inputs.iter() {
            let syn::FnArg::Typed(arg) = arg else { continue };
            let Pat::Ident(name) = &*arg.pat else { continue };
            let exclusive = matches!(&*arg.ty, syn::Type::Reference(r) if r.mutability.is_some());
            if exclusive || name.mutability.is_some() {
                self.mutable.insert(name.ident.to_string());
            }
            // The caller has the reason for such a reference.
            self.changed.extend(exclusive.then(|| name.ident.to_string()));
        }
        visit::visit_signature(self, signature);
    }

    fn visit_local(&mut self, local: &'a syn::Local) {
        if let Some(name) = mutable(&local.pat).filter(|_| local.attrs.is_empty()) {
            self.mutable.insert(name.to_string());
        }
        visit::visit_local(self, local);
    }

    fn visit_stmt(&mut self, stmt: &'a syn::Stmt) {
        if let syn::Stmt::Expr(Expr::MethodCall(m), Some(_)) = stmt {
            match name(&m.receiver) {
                Some(name) => {
                    self.told.entry(name).or_default().insert(m.method.to_string());
                }
                None => self.change(&m.receiver),
            }
        }
        visit::visit_stmt(self, stmt);
    }

    fn visit_expr(&mut self, e: &'a Expr) {
        match e {
            Expr::If(i) => {
                self.reading(&i.cond);
                self.visit_block(&i.then_branch);
                if let Some((_, otherwise)) = &i.else_branch {
                    self.visit_expr(otherwise);
                }
            }
            Expr::While(w) => {
                self.reading(&w.cond);
                self.visit_block(&w.body);
            }
            Expr::Index(i) => {
                self.visit_expr(&i.expr);
                self.reading(&i.index);
            }
            Expr::Range(r) => {
                r.start.iter().chain(&r.end).for_each(|e| self.reading(e));
            }
            Expr::MethodCall(m) => {
                match name(&m.receiver) {
                    // What is taken is not changed.
                    Some(_) if self.reads && crate::emit::gives_any_type(&m.method) => {}
                    Some(name) if self.reads => {
                        self.asked.entry(name).or_default().insert(m.method.to_string());
                    }
                    Some(name) if !crate::lower::makes_iterator(&m.method) => {
                        self.used.insert(name);
                    }
                    _ => {}
                }
                visit::visit_expr(self, e);
            }
            Expr::Assign(a) => {
                self.change(&a.left);
                visit::visit_expr(self, e);
            }
            Expr::Binary(b) => {
                if crate::lower::is_assignment(&b.op) {
                    self.change(&b.left);
                }
                visit::visit_expr(self, e);
            }
            Expr::Reference(r) => {
                if r.mutability.is_some() {
                    self.change(&r.expr);
                }
                visit::visit_expr(self, e);
            }
            _ => visit::visit_expr(self, e),
        }
    }
}

/// Writes the word.
struct Mark<'a>(&'a BTreeSet<String>);

impl VisitMut for Mark<'_> {
    fn visit_local_mut(&mut self, local: &mut syn::Local) {
        if mutable(&local.pat).is_some_and(|name| self.0.contains(&name.to_string())) {
            local.attrs.push(syn::parse_quote!(#[constant]));
        }
        visit_mut::visit_local_mut(self, local);
    }
}

/// The name of a `let mut`.
fn mutable(pattern: &Pat) -> Option<&proc_macro2::Ident> {
    match pattern {
        Pat::Ident(i) => i.mutability.map(|_| &i.ident),
        Pat::Type(t) => mutable(&t.pat),
        _ => None,
    }
}

fn name(e: &Expr) -> Option<String> {
    match e {
        Expr::Path(p) => p.path.get_ident().map(ToString::to_string),
        _ => None,
    }
}

/// The variable that a place is part of.
fn root(e: &Expr) -> Option<String> {
    match e {
        Expr::Field(f) => root(&f.base),
        Expr::Index(i) => root(&i.expr),
        Expr::Paren(p) => root(&p.expr),
        Expr::Unary(u) => root(&u.expr),
        Expr::MethodCall(m) => root(&m.receiver),
        e => name(e),
    }
}
