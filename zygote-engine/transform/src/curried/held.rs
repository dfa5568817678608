//! What holds a closure that a function gives: a variable of which calls follow, or an argument. It is
//! written as a closure of such a call.

use super::{parameters_given, types_of_closure};
use crate::emit::Host;
use crate::lower::bound_names;
use crate::stored::Known;
use quote::{ToTokens, format_ident};
use syn::punctuated::Punctuated;
use syn::visit::Visit;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, FnArg, Pat, Stmt, Type, parse_quote};

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

struct Write<'a> {
    number: usize,
    bound: Bound,
    /// The functions of the `impl` block or trait around that give closures, and of how many parameters.
    of_block: Vec<(syn::Ident, usize)>,
    /// What is known of the functions of the crate.
    known: &'a Known,
}

/// The names that patterns bind.
#[derive(Default)]
struct Bound {
    all: Vec<syn::Ident>,
    /// Those of what may change.
    changeable: Vec<syn::Ident>,
    /// Whether `self` may change.
    changes_self: bool,
}

impl Bound {
    fn may_change(&self, name: &syn::Ident) -> bool {
        if name == "self" { self.changes_self } else { self.changeable.contains(name) }
    }

    /// A pattern, and whether what it binds is no reference by which something changes.
    fn pattern(&mut self, pattern: &Pat, fixed: bool) {
        let changeable = self.changeable.len();
        self.visit_pat(pattern);
        if fixed && matches!(pattern, Pat::Ident(p) if p.mutability.is_none()) {
            self.changeable.truncate(changeable);
        }
    }
}

impl Visit<'_> for Bound {
    fn visit_pat_ident(&mut self, p: &syn::PatIdent) {
        self.all.push(p.ident.clone());
        self.changeable.push(p.ident.clone());
        syn::visit::visit_pat_ident(self, p);
    }

    fn visit_receiver(&mut self, r: &syn::Receiver) {
        if !matches!(&r.kind, syn::ReceiverKind::Reference(_, _, None)) {
            self.changes_self = true;
        }
    }

    fn visit_fn_arg(&mut self, input: &FnArg) {
        match input {
            FnArg::Receiver(r) => self.visit_receiver(r),
            FnArg::Typed(p) => {
                let shared = matches!(&*p.ty, Type::Reference(r) if r.mutability.is_none());
                self.pattern(&p.pat, shared);
            }
        }
    }

    fn visit_local(&mut self, local: &syn::Local) {
        let made = |e: &Expr| matches!(e, Expr::Call(_) | Expr::Struct(_) | Expr::Array(_));
        let Some(init) = &local.init else { return self.pattern(&local.pat, false) };
        self.pattern(&local.pat, made(&init.expr));
        self.visit_expr(&init.expr);
        init.diverge.iter().for_each(|(_, e)| self.visit_expr(e));
    }
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
        block.stmts = stmts;
        visit_mut::visit_block_mut(self, block);
    }

    fn visit_expr_call_mut(&mut self, c: &mut syn::ExprCall) {
        visit_mut::visit_expr_call_mut(self, c);
        let (known, is_kept) = (self.known, crate::stored::at_mark(c).is_some());
        let called = called_by_name(&c.func);
        self.arguments(&mut c.args, true, |k| is_kept || takes(known, called.as_ref(), false, k));
    }

    fn visit_expr_method_call_mut(&mut self, m: &mut syn::ExprMethodCall) {
        visit_mut::visit_expr_method_call_mut(self, m);
        let beside = !names_in(&m.receiver).iter().any(|name| name == "self");
        let known = self.known;
        self.arguments(&mut m.args, beside, |k| takes(known, Some(&m.method), true, k));
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

impl Write<'_> {
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

    /// The arguments of a call, by which nothing changes that they read; which of them are known to be
    /// functions.
    fn arguments(
        &self,
        args: &mut Punctuated<Expr, syn::Token![,]>,
        beside: bool,
        takes: impl Fn(usize) -> bool,
    ) {
        let lends = args.iter().any(is_exclusive);
        let of_block = !self.bound.changes_self || beside && !lends;
        for k in 0..args.len() {
            let (lent, value) = match &args[k] {
                Expr::Reference(r) if r.mutability.is_none() => (true, &*r.expr),
                value => (false, value),
            };
            let known = self.parameters(value).filter(|_| of_block);
            let may_be_handed = !lends && takes(k);
            let by_name = || self.parameters_by_name(value).filter(|_| may_be_handed);
            if let Some(n) = known.or_else(by_name)
                && let Some(closure) = handing_on(value, n)
                && !self.changed_by(value, args.iter().skip(k + 1))
            {
                args[k] = if lent { parse_quote!(&#closure) } else { closure };
            }
        }
    }

    /// Whether what comes after an expression may change what it reads.
    fn changed_by<'e>(&self, value: &Expr, after: impl Iterator<Item = &'e Expr>) -> bool {
        let may_change = |name: &syn::Ident| self.bound.may_change(name);
        let read = names_in(value).into_iter().filter(may_change).collect();
        let mut uses = Uses { read, changes: false };
        after.for_each(|e| uses.visit_expr(e));
        uses.changes
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
                let held = uses.changes.then(|| self.held());
                let receiver = &m.receiver;
                written
                    .extend(held.iter().map(|held| parse_quote!(let #held = (#receiver).clone();)));
                held
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

/// `self.rhs(k)` as an argument, `|x| self.rhs(k)(x)`, where its own arguments may be read again.
fn handing_on(value: &Expr, parameters: usize) -> Option<Expr> {
    let args = match value {
        Expr::MethodCall(m) => &m.args,
        Expr::Call(c) => &c.args,
        _ => return None,
    };
    let made_again = |e: &Expr| match e {
        Expr::Closure(c) => c.capture.is_none(),
        e => is_index(e),
    };
    if !args.iter().all(made_again) {
        return None;
    }
    let names: Vec<_> = (0..parameters).map(|k| format_ident!("__parameter_{}", k)).collect();
    Some(parse_quote!(|#(#names),*| #value(#(#names),*)))
}

/// Whether an argument of a call is known to be a function.
fn takes(known: &Known, called: Option<&syn::Ident>, is_method: bool, argument: usize) -> bool {
    called.is_some_and(|name| known.given.takes_function(name, is_method, argument))
}

/// The name of a function that is called.
fn called_by_name(function: &Expr) -> Option<syn::Ident> {
    match function {
        Expr::Path(p) => Some(p.path.segments.last()?.ident.clone()),
        _ => None,
    }
}

/// Whether a path names a module, which may have another function of the name.
fn is_of_module(path: &syn::Path) -> bool {
    let mut before = path.segments.iter().rev().skip(1);
    before.any(|s| s.ident != "self" && s.ident.to_string().starts_with(char::is_lowercase))
}

fn is_exclusive(e: &Expr) -> bool {
    matches!(e, Expr::Reference(r) if r.mutability.is_some())
}

fn is_self(e: &Expr) -> bool {
    matches!(e, Expr::Path(p) if p.path.is_ident("self"))
}

fn names_in(e: &Expr) -> Vec<syn::Ident> {
    struct Names(Vec<syn::Ident>);
    impl Visit<'_> for Names {
        fn visit_expr_path(&mut self, p: &syn::ExprPath) {
            self.0.extend(p.path.get_ident().cloned());
        }
    }
    let mut names = Names(vec![]);
    names.visit_expr(e);
    names.0
}

/// Whether something may change what is read to make a closure. A closure that borrows it forbids that, one
/// that does not has what was there before.
struct Uses {
    read: Vec<syn::Ident>,
    changes: bool,
}

impl Uses {
    /// Visits statements until the closure is called the last time.
    fn until_last(&mut self, closure: &syn::Ident, after: &[Stmt]) {
        let uses = |stmt: &Stmt| crate::emit::mentions(&stmt.to_token_stream(), closure);
        let last = after.iter().rposition(uses).map_or(0, |k| k + 1);
        after[..last].iter().for_each(|stmt| self.visit_stmt(stmt));
    }

    fn is_read(&self, e: &Expr) -> bool {
        match e {
            Expr::Path(p) => p.path.get_ident().is_some_and(|name| self.read.contains(name)),
            Expr::Field(f) => self.is_read(&f.base),
            Expr::Index(i) => self.is_read(&i.expr),
            Expr::Paren(p) => self.is_read(&p.expr),
            Expr::Unary(u) => self.is_read(&u.expr),
            Expr::Tuple(t) => t.elems.iter().any(|e| self.is_read(e)),
            Expr::MethodCall(m) => self.is_read(&m.receiver),
            _ => false,
        }
    }
}

impl Visit<'_> for Uses {
    fn visit_expr_assign(&mut self, a: &syn::ExprAssign) {
        self.changes |= self.is_read(&a.left);
        syn::visit::visit_expr_assign(self, a);
    }

    fn visit_expr_binary(&mut self, b: &syn::ExprBinary) {
        self.changes |= crate::lower::is_assignment(&b.op) && self.is_read(&b.left);
        syn::visit::visit_expr_binary(self, b);
    }

    fn visit_expr_reference(&mut self, r: &syn::ExprReference) {
        self.changes |= r.mutability.is_some() && self.is_read(&r.expr);
        syn::visit::visit_expr_reference(self, r);
    }

    fn visit_pat_ident(&mut self, p: &syn::PatIdent) {
        self.changes |= p.by_ref.is_some() && p.mutability.is_some();
        syn::visit::visit_pat_ident(self, p);
    }

    fn visit_expr_method_call(&mut self, m: &syn::ExprMethodCall) {
        self.changes |= self.is_read(&m.receiver);
        syn::visit::visit_expr_method_call(self, m);
    }
}

/// The calls of a variable, as long as its name stands for it.
struct Calls<'a> {
    name: &'a syn::Ident,
    known: &'a Known,
    arguments: Option<usize>,
    /// Whether it is mentioned other than as what is called, or as an argument that is a function.
    elsewhere: bool,
}

impl Calls<'_> {
    fn hides(&self, pattern: &Pat) -> bool {
        bound_names(pattern).contains(self.name)
    }

    fn is_name(&self, e: &Expr) -> bool {
        match e {
            Expr::Path(p) => p.path.is_ident(self.name),
            Expr::Reference(r) => self.is_name(&r.expr),
            Expr::Paren(p) => self.is_name(&p.expr),
            // What is in a box.
            Expr::Unary(u) if matches!(u.op, syn::UnOp::Deref(_)) => self.is_name(&u.expr),
            _ => false,
        }
    }

    fn arguments(
        &mut self,
        args: &Punctuated<Expr, syn::Token![,]>,
        takes: impl Fn(usize) -> bool,
    ) {
        for (k, argument) in args.iter().enumerate() {
            if !self.is_name(argument) || !takes(k) {
                self.visit_expr(argument);
            }
        }
    }

    fn after(&mut self, stmts: &[Stmt]) {
        for stmt in stmts {
            self.visit_stmt(stmt);
            if matches!(stmt, Stmt::Local(local) if self.hides(&local.pat)) {
                return;
            }
        }
    }
}

impl Visit<'_> for Calls<'_> {
    fn visit_block(&mut self, block: &syn::Block) {
        self.after(&block.stmts);
    }

    fn visit_expr_closure(&mut self, c: &syn::ExprClosure) {
        if !c.inputs.iter().any(|input| self.hides(input)) {
            self.visit_expr(&c.body);
        }
    }

    fn visit_arm(&mut self, arm: &syn::Arm) {
        if !self.hides(&arm.pat) {
            syn::visit::visit_arm(self, arm);
        }
    }

    fn visit_expr_for_loop(&mut self, f: &syn::ExprForLoop) {
        self.visit_expr(&f.expr);
        if !self.hides(&f.pat) {
            self.visit_block(&f.body);
        }
    }

    fn visit_expr_call(&mut self, c: &syn::ExprCall) {
        match &*c.func {
            Expr::Path(p) if p.path.is_ident(self.name) => self.arguments = Some(c.args.len()),
            function => self.visit_expr(function),
        }
        let (known, is_kept) = (self.known, crate::stored::at_mark(c).is_some());
        let called = called_by_name(&c.func);
        self.arguments(&c.args, |k| is_kept || takes(known, called.as_ref(), false, k));
    }

    fn visit_expr_method_call(&mut self, m: &syn::ExprMethodCall) {
        self.visit_expr(&m.receiver);
        let known = self.known;
        self.arguments(&m.args, |k| takes(known, Some(&m.method), true, k));
    }

    fn visit_expr_path(&mut self, p: &syn::ExprPath) {
        self.elsewhere |= p.path.is_ident(self.name);
    }

    fn visit_macro(&mut self, m: &syn::Macro) {
        self.elsewhere |= crate::emit::mentions(&m.tokens, self.name);
    }

    fn visit_item(&mut self, _: &syn::Item) {}
}
