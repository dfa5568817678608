//! What holds a closure that a function gives: a variable of which calls follow, or an argument. It is
//! written as a closure of such a call.

use super::uses::{Bound, Calls, Uses, called_by_name, is_exclusive, names_in, takes};
use super::{parameters_given, types_of_closure};
use crate::emit::Host;
use crate::stored::Known;
use quote::format_ident;
use syn::punctuated::Punctuated;
use syn::visit::Visit;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Pat, Stmt, parse_quote};

/// The function with `let f = adder(a); .. f(x)` written as a closure, `|x| adder(a)(x)`.
pub fn with_closures(item: &syn::ItemFn, host: Host<'_>, known: &Known) -> syn::ItemFn {
    let mut item = item.clone();
    let mut bound = Bound::default();
    bound.visit_item_fn(&item);
    let of_block = host
        .signatures()
        .into_iter()
        .filter_map(|sig| Some((sig.ident.clone(), parameters_given(sig)?)));
    let of_block = of_block.collect();
    Write { number: 0, bound, of_block, known }.visit_item_fn_mut(&mut item);
    item
}

/// The same for a closure.
pub fn closure_with_closures(closure: &syn::ExprClosure) -> syn::ExprClosure {
    let mut closure = closure.clone();
    let mut bound = Bound::default();
    bound.visit_expr_closure(&closure);
    Write { number: 0, bound, of_block: vec![], known: &Known::new() }
        .visit_expr_closure_mut(&mut closure);
    closure
}

/// Whether the value of a method may be a closure: that of a copy, or of what is taken out of an
/// `Option`, is an `fn` pointer, and so is what a method gives of what is made where it is called.
pub fn may_give_closure(m: &syn::ExprMethodCall) -> bool {
    const POINTERS: [&str; 3] = ["clone", "unwrap", "expect"];
    is_read(&m.receiver) && !POINTERS.iter().any(|name| m.method == name)
}

/// Whether an expression is a place, or a reference to one, that may be read again.
fn is_read(e: &Expr) -> bool {
    match e {
        Expr::Path(_) => true,
        Expr::Field(f) => is_read(&f.base),
        Expr::Index(i) => is_read(&i.expr) && is_index(&i.index),
        Expr::Paren(p) => is_read(&p.expr),
        Expr::Unary(u) => matches!(u.op, syn::UnOp::Deref(_)) && is_read(&u.expr),
        Expr::Reference(r) => r.mutability.is_none() && is_read(&r.expr),
        _ => false,
    }
}

fn is_index(e: &Expr) -> bool {
    match e {
        Expr::Lit(_) => true,
        Expr::Paren(p) => is_index(&p.expr),
        Expr::Cast(c) => is_index(&c.expr),
        Expr::Binary(b) => {
            !crate::lower::is_assignment(&b.op) && is_index(&b.left) && is_index(&b.right)
        }
        place => is_read(place),
    }
}

/// Whether a place is an element of a list, or in one.
fn is_element(e: &Expr) -> bool {
    match e {
        Expr::Index(_) => true,
        Expr::Field(f) => is_element(&f.base),
        Expr::Paren(p) => is_element(&p.expr),
        Expr::Unary(u) => is_element(&u.expr),
        Expr::Reference(r) => is_element(&r.expr),
        _ => false,
    }
}

struct Write<'a> {
    number: usize,
    bound: Bound,
    /// The functions of the `impl` block or trait around that give closures, and of how many parameters.
    of_block: Vec<(syn::Ident, usize)>,
    /// What is known of the functions of the crate.
    known: &'a Known,
}

impl VisitMut for Write<'_> {
    fn visit_block_mut(&mut self, block: &mut syn::Block) {
        let mut stmts = vec![];
        let all = std::mem::take(&mut block.stmts);
        for (k, stmt) in all.iter().enumerate() {
            match self.closure(stmt, &all[k + 1..], None) {
                Some(written) => stmts.extend(written),
                None => stmts.push(stmt.clone()),
            }
        }
        for mut stmt in stmts {
            match &mut stmt {
                Stmt::Local(syn::Local { init: Some(init), .. }) if init.diverge.is_none() => {
                    match &mut *init.expr {
                        Expr::MethodCall(m) => block.stmts.extend(self.methods(m)),
                        value => self.visit_expr_mut(value),
                    }
                }
                stmt => self.visit_stmt_mut(stmt),
            }
            block.stmts.push(stmt);
        }
    }

    fn visit_expr_mut(&mut self, e: &mut Expr) {
        let before = match e {
            Expr::MethodCall(m) => self.methods(m),
            Expr::ForLoop(f) => {
                self.visit_block_mut(&mut f.body);
                match &mut *f.expr {
                    Expr::MethodCall(m) => self.methods(m),
                    over => return self.visit_expr_mut(over),
                }
            }
            e => return visit_mut::visit_expr_mut(self, e),
        };
        if !before.is_empty() {
            *e = parse_quote!({ #(#before)* #e });
        }
    }

    fn visit_expr_call_mut(&mut self, c: &mut syn::ExprCall) {
        visit_mut::visit_expr_call_mut(self, c);
        let (known, is_kept) = (self.known, crate::stored::at_mark(c).is_some());
        let called = called_by_name(&c.func);
        let takes = |k: usize| is_kept || takes(known, called.as_ref(), false, k);
        for (k, (before, closure)) in self.arguments(&c.args, true, takes) {
            let closure = match before.is_empty() {
                true => closure,
                false => parse_quote!({ #(#before)* #closure }),
            };
            c.args[k] = lent_as(&c.args[k], closure);
        }
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

impl Write<'_> {
    /// Calls of methods, one of what the other gives, and what comes before all of them: what closures are
    /// made of that are their arguments.
    fn methods(&mut self, m: &mut syn::ExprMethodCall) -> Vec<Stmt> {
        let mut before = match &mut *m.receiver {
            Expr::MethodCall(of) => self.methods(of),
            receiver => {
                self.visit_expr_mut(receiver);
                vec![]
            }
        };
        m.args.iter_mut().for_each(|argument| self.visit_expr_mut(argument));
        let beside = !names_in(&m.receiver).iter().any(|name| name == "self");
        let known = self.known;
        let made = self.arguments(&m.args, beside, |k| takes(known, Some(&m.method), true, k));
        for (k, (made_of, closure)) in made {
            let earlier = std::iter::once(&*m.receiver).chain(m.args.iter().take(k));
            let closure = if !self.changed_by(&m.args[k], earlier) {
                before.extend(made_of);
                closure
            } else if let Some(closure) = self.read_where_called(&m.args, k, &closure) {
                closure
            } else {
                parse_quote!({ #(#made_of)* #closure })
            };
            m.args[k] = lent_as(&m.args[k], closure);
        }
        before
    }

    /// The number of parameters of the closure that a function of the block gives.
    fn parameters(&self, of: &Expr) -> Option<usize> {
        let name = match of {
            Expr::MethodCall(m) if is_self(&m.receiver) => &m.method,
            Expr::Call(c) => {
                let Expr::Path(p) = &*c.func else { return None };
                let mut names = p.path.segments.iter();
                match (names.next(), names.next(), names.next()) {
                    (Some(of), Some(name), None) if of.ident == "Self" => &name.ident,
                    _ => return None,
                }
            }
            _ => return None,
        };
        self.of_block.iter().find(|(n, _)| n == name).map(|(_, parameters)| *parameters)
    }

    /// The same as far as the name of a function of the crate tells.
    fn parameters_by_name(&self, of: &Expr) -> Option<usize> {
        let (name, is_method) = match of {
            Expr::MethodCall(m) if m.turbofish.is_none() && may_give_closure(m) => {
                (&m.method, true)
            }
            Expr::Call(c) => {
                let Expr::Path(p) = &*c.func else { return None };
                let local = p.path.get_ident().is_some_and(|name| self.bound.all.contains(name));
                let here = !local && !is_of_module(&p.path);
                (&p.path.segments.last().filter(|_| here)?.ident, false)
            }
            _ => return None,
        };
        self.known.given.parameters(name, is_method)
    }

    /// The arguments of a call that functions give, by which nothing changes that they read, as closures,
    /// and what is evaluated before each; which arguments are known to be functions.
    fn arguments(
        &mut self,
        args: &Punctuated<Expr, syn::Token![,]>,
        beside: bool,
        takes: impl Fn(usize) -> bool,
    ) -> Vec<(usize, (Vec<Stmt>, Expr))> {
        let lends = args.iter().any(is_exclusive);
        let of_block = !self.bound.changes_self || beside && !lends;
        let mut made = vec![];
        for (k, argument) in args.iter().enumerate() {
            let value = unlent(argument).unwrap_or(argument);
            let known = self.parameters(value).filter(|_| of_block);
            let may_be_handed = !lends && takes(k);
            let by_name = || self.parameters_by_name(value).filter(|_| may_be_handed);
            if let Some(n) = known.or_else(by_name)
                && let Some(closure) = self.handed_on(value, n, args.iter().skip(k + 1))
            {
                made.push((k, closure));
            }
        }
        made
    }

    /// A closure, `|x| rhs(k)(x)`, that reads `k` where it is called, if that is what it was before; given
    /// the one that has the value of `k`.
    fn read_where_called(
        &self,
        args: &Punctuated<Expr, syn::Token![,]>,
        argument: usize,
        closure: &Expr,
    ) -> Option<Expr> {
        let value = unlent(&args[argument]).unwrap_or(&args[argument]);
        let made_of = match value {
            Expr::MethodCall(m) => &m.args,
            Expr::Call(c) => &c.args,
            _ => return None,
        };
        let Expr::Closure(closure) = closure else { return None };
        let follow = args.iter().skip(argument + 1);
        if !made_of.iter().all(is_index) || self.changed_by(value, follow) {
            return None;
        }
        let names = &closure.inputs;
        Some(parse_quote!(|#names| #value(#names)))
    }

    /// Whether other expressions may change what one reads.
    fn changed_by<'e>(&self, value: &Expr, others: impl Iterator<Item = &'e Expr>) -> bool {
        let may_change = |name: &syn::Ident| self.bound.may_change(name);
        let read = names_in(value).into_iter().filter(may_change).collect();
        let mut uses = Uses { read, changes: false };
        others.for_each(|e| uses.visit_expr(e));
        uses.changes
    }

    /// What a function gives as an argument, `|x| rhs(k)(x)`, and what is evaluated before it, the value of
    /// `k`; the arguments that follow.
    fn handed_on<'e>(
        &mut self,
        value: &Expr,
        parameters: usize,
        follow: impl Iterator<Item = &'e Expr>,
    ) -> Option<(Vec<Stmt>, Expr)> {
        let name = self.held();
        let called = (0..parameters).map(|k| format_ident!("__parameter_{}", k));
        let mut after: Vec<Stmt> = follow.map(|e| parse_quote!(#e;)).collect();
        after.push(parse_quote!(#name(#(#called),*);));
        let mut written = self.closure(&parse_quote!(let #name = #value;), &after, None)?;
        let Some(Stmt::Local(syn::Local { init: Some(closure), .. })) = written.pop() else {
            return None;
        };
        Some((written, *closure.expr))
    }

    /// A name for what is evaluated before.
    fn held(&mut self) -> syn::Ident {
        self.number += 1;
        format_ident!("__given_{}", self.number - 1)
    }

    /// The `let` of what a function gives, as one of a closure that calls it. What it is made for, another
    /// closure, is mentioned in its place.
    fn closure(
        &mut self,
        stmt: &Stmt,
        after: &[Stmt],
        made_for: Option<&syn::Ident>,
    ) -> Option<Vec<Stmt>> {
        let Stmt::Local(local) = stmt else { return None };
        let (pattern, typed) = match &local.pat {
            Pat::Type(t) => (&*t.pat, Some(types_of_closure(&t.ty)?.inputs.len())),
            pattern => (pattern, None),
        };
        let Pat::Ident(name) = pattern else { return None };
        let init = local.init.as_ref().filter(|init| init.diverge.is_none())?;
        let plain = name.mutability.is_none() && name.by_ref.is_none() && name.subpat.is_none();
        let args = match &*init.expr {
            Expr::Call(call) => {
                let Expr::Path(path) = &*call.func else { return None };
                let function = path.path.segments.last()?.ident.to_string();
                // What a local closure gives is a closure where it is called.
                let local = path.path.get_ident().is_some_and(|name| self.bound.all.contains(name));
                let boxed = crate::objects::is_new_box(&init.expr);
                let is_function = !local && !boxed && !function.starts_with(char::is_uppercase);
                is_function.then_some(&call.args)?
            }
            Expr::MethodCall(m) if m.turbofish.is_none() && may_give_closure(m) => &m.args,
            _ => return None,
        };
        if !plain || args.iter().any(is_exclusive) {
            return None;
        }
        let mut calls =
            Calls { name: &name.ident, known: self.known, arguments: None, elsewhere: false };
        calls.after(after);
        let by_name = || self.parameters_by_name(&init.expr).filter(|_| !calls.elsewhere);
        let called = typed.or(calls.arguments).or_else(|| self.parameters(&init.expr));
        let called = called.or_else(by_name)?;
        let parameters: Vec<_> = (0..called).map(|k| format_ident!("__parameter_{}", k)).collect();
        let name = &name.ident;
        let mut written = vec![];
        // The receiver comes before the arguments, and is what it was before what follows.
        let held = match &*init.expr {
            Expr::MethodCall(m) => {
                let may_change = |name: &syn::Ident| self.bound.may_change(name);
                let read = names_in(&m.receiver).into_iter().filter(may_change).collect();
                let mut uses = Uses { read, changes: false };
                args.iter().for_each(|a| uses.visit_expr(a));
                uses.until_last(made_for.unwrap_or(name), after);
                let receiver = &m.receiver;
                let before: Option<Expr> = match uses.changes {
                    true => Some(parse_quote!((#receiver).clone())),
                    // An element that is not there panics here.
                    false => is_element(receiver).then(|| parse_quote!(&#receiver)),
                };
                before.map(|before| {
                    let held = self.held();
                    written.push(parse_quote!(let #held = #before;));
                    held
                })
            }
            _ => None,
        };
        let mut given: Vec<Expr> = vec![];
        for argument in args {
            // A function stays a name.
            if let Some(path) = crate::objects::function_of_path(argument)
                && path.get_ident().is_none_or(|name| !self.bound.all.contains(name))
            {
                given.push(argument.clone());
                continue;
            }
            let held = self.held();
            let stmt = parse_quote!(let #held = #argument;);
            match self.closure(&stmt, after, Some(made_for.unwrap_or(name))) {
                Some(closure) => written.extend(closure),
                None => written.push(stmt),
            }
            given.push(parse_quote!(#held));
        }
        let made: Expr = match &*init.expr {
            Expr::MethodCall(m) => {
                let mut whole = m.clone();
                whole.args = given.into_iter().collect();
                if let Some(held) = held {
                    *whole.receiver = parse_quote!(#held);
                }
                Expr::MethodCall(whole)
            }
            Expr::Call(c) => {
                let path = &c.func;
                parse_quote!(#path(#(#given),*))
            }
            _ => return None,
        };
        written.push(parse_quote!(let #name = |#(#parameters),*| #made(#(#parameters),*);));
        Some(written)
    }
}

/// Whether a path names a module, which may have another function of the name.
fn is_of_module(path: &syn::Path) -> bool {
    let mut before = path.segments.iter().rev().skip(1);
    before.any(|s| s.ident != "self" && s.ident.to_string().starts_with(char::is_lowercase))
}

/// What a shared reference lends.
fn unlent(e: &Expr) -> Option<&Expr> {
    match e {
        Expr::Reference(r) if r.mutability.is_none() => Some(&r.expr),
        _ => None,
    }
}

/// A closure, lent where the argument is for which it stands.
fn lent_as(argument: &Expr, closure: Expr) -> Expr {
    if unlent(argument).is_some() { parse_quote!(&#closure) } else { closure }
}

fn is_self(e: &Expr) -> bool {
    matches!(e, Expr::Path(p) if p.path.is_ident("self"))
}
