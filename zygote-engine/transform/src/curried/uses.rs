//! What a function does with names: which it binds, which it changes, and where it calls them.

use crate::lower::bound_names;
use crate::stored::Known;
use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::visit::Visit;
use syn::{Expr, FnArg, Pat, Stmt, Type};

/// The names that patterns bind.
#[derive(Default)]
pub struct Bound {
    pub all: Vec<syn::Ident>,
    /// Those of what may change.
    changeable: Vec<syn::Ident>,
    /// Whether `self` may change.
    pub changes_self: bool,
}

impl Bound {
    pub fn may_change(&self, name: &syn::Ident) -> bool {
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

/// Whether an argument of a call is known to be a function.
pub fn takes(known: &Known, called: Option<&syn::Ident>, is_method: bool, argument: usize) -> bool {
    called.is_some_and(|name| known.given.takes_function(name, is_method, argument))
}

/// The name of a function that is called.
pub fn called_by_name(function: &Expr) -> Option<syn::Ident> {
    match function {
        Expr::Path(p) => Some(p.path.segments.last()?.ident.clone()),
        _ => None,
    }
}

pub fn is_exclusive(e: &Expr) -> bool {
    matches!(e, Expr::Reference(r) if r.mutability.is_some())
}

pub fn names_in(e: &Expr) -> Vec<syn::Ident> {
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
pub struct Uses {
    pub read: Vec<syn::Ident>,
    pub changes: bool,
}

impl Uses {
    /// Visits statements until the closure is called the last time.
    pub fn until_last(&mut self, closure: &syn::Ident, after: &[Stmt]) {
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
pub struct Calls<'a> {
    pub name: &'a syn::Ident,
    pub known: &'a Known,
    pub arguments: Option<usize>,
    /// Whether it is mentioned other than as what is called, or as an argument that is a function.
    pub elsewhere: bool,
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

    pub fn after(&mut self, stmts: &[Stmt]) {
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
