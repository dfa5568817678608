//! Patterns that look at what a method of the block lends where the body says which part that is,
//! `fn peek(&self) -> Option<&Token> { self.tokens.get(self.at) }`: in a derivative the part itself stands there,
//! of which nothing is copied.

use crate::lower::{is_reference_to_part, strip};
use std::collections::BTreeMap;
use syn::visit::Visit;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, FnArg, Ident, Pat, ReturnType, Stmt};

/// The block with such parts in the place of the calls. A method of a trait may not be the one that is called.
pub fn with_parts(block: &mut syn::ItemImpl) {
    if block.trait_.is_some() {
        return;
    }
    let methods = block.items.iter().filter_map(|item| match item {
        syn::ImplItem::Fn(f) => Some((f.sig.ident.clone(), Lender::of(f)?)),
        _ => None,
    });
    let mut parts = Parts(methods.collect());
    if !parts.0.is_empty() {
        parts.visit_item_impl_mut(block);
    }
}

/// A method that lends a part.
struct Lender {
    parameters: Vec<Ident>,
    part: Expr,
    /// Whether it may lend nothing.
    optional: bool,
}

impl Lender {
    fn of(f: &syn::ImplItemFn) -> Option<Self> {
        let harmless = ["doc", "inline", "must_use", "allow", "expect"];
        let is_harmless = |a: &syn::Attribute| harmless.iter().any(|name| a.path().is_ident(name));
        let receiver = f.sig.receiver()?;
        let is_shared = matches!(receiver.kind, syn::ReceiverKind::Reference(_, _, None));
        let ReturnType::Type(_, output) = &f.sig.output else { return None };
        let [Stmt::Expr(part, None)] = &f.block.stmts[..] else { return None };
        if !is_shared
            || !f.attrs.iter().all(is_harmless)
            || f.sig.generics.type_params().next().is_some()
            || !crate::lent::is_lent(output)
        {
            return None;
        }
        // An argument has the type of the parameter wherever it stands.
        let parameters = f.sig.inputs.iter().skip(1).map(|input| match input {
            FnArg::Typed(p) if *p.ty == syn::parse_quote!(usize) => match &*p.pat {
                Pat::Ident(i) if i.by_ref.is_none() && i.mutability.is_none() => {
                    Some(i.ident.clone())
                }
                _ => None,
            },
            _ => None,
        });
        let parameters: Vec<_> = parameters.collect::<Option<_>>()?;
        let part = strip(part).clone();
        let optional = match &**output {
            // The part may be a list that becomes one.
            syn::Type::Reference(r) if !matches!(*r.elem, syn::Type::Path(_)) => return None,
            syn::Type::Reference(_) => false,
            _ => true,
        };
        let mut names = Paths(vec![]);
        names.visit_expr(&part);
        // Any other name may be another one's where the call stands.
        let is_here = |name: &Option<Ident>| {
            name.as_ref().is_some_and(|name| name == "self" || parameters.contains(name))
        };
        if !names.0.iter().all(is_here)
            || !parameters.iter().all(|p| names.0.contains(&Some(p.clone())))
        {
            return None;
        }
        let is_part = match &part {
            Expr::Reference(r) => !optional && r.mutability.is_none() && only_reads(&r.expr),
            Expr::MethodCall(m) if optional && is_reference_to_part(&part) => {
                only_reads(&m.receiver) && m.args.iter().all(only_reads)
            }
            _ => false,
        };
        is_part.then_some(Self { parameters, part, optional })
    }

    /// The part that a call with these arguments lends.
    fn part<'a>(&self, args: impl Iterator<Item = &'a Expr>) -> Option<Expr> {
        let args: Vec<_> = args.collect();
        if args.len() != self.parameters.len() || !args.iter().all(|arg| only_reads(arg)) {
            return None;
        }
        let args = args.into_iter().map(|arg| {
            let mut arg = arg.clone();
            Sizes.visit_expr_mut(&mut arg);
            match arg {
                Expr::Path(_) | Expr::Lit(_) => arg,
                arg => syn::parse_quote!((#arg)),
            }
        });
        let mut part = self.part.clone();
        Given(self.parameters.iter().zip(args).collect()).visit_expr_mut(&mut part);
        Some(part)
    }
}

/// The paths of an expression, those of one name by it.
struct Paths(Vec<Option<Ident>>);

impl Visit<'_> for Paths {
    fn visit_expr_path(&mut self, p: &syn::ExprPath) {
        self.0.push(p.path.get_ident().cloned());
    }
}

/// Gives integers the type of a parameter.
struct Sizes;

impl VisitMut for Sizes {
    // In a cast and in an index they have types of their own.
    fn visit_expr_cast_mut(&mut self, _: &mut syn::ExprCast) {}

    fn visit_expr_index_mut(&mut self, _: &mut syn::ExprIndex) {}

    fn visit_lit_int_mut(&mut self, i: &mut syn::LitInt) {
        if i.suffix().is_empty() {
            *i = syn::LitInt::new(&format!("{}usize", i.base10_digits()), i.span());
        }
    }
}

/// Whether an expression names a place or computes with such: it is the same wherever it stands.
fn only_reads(e: &Expr) -> bool {
    match e {
        Expr::Path(p) => p.qself.is_none(),
        Expr::Lit(_) => true,
        Expr::Field(f) => only_reads(&f.base),
        Expr::Index(i) => only_reads(&i.expr) && only_reads(&i.index),
        Expr::Paren(p) => only_reads(&p.expr),
        Expr::Group(g) => only_reads(&g.expr),
        Expr::Cast(c) => only_reads(&c.expr),
        Expr::Reference(r) => r.mutability.is_none() && only_reads(&r.expr),
        Expr::Unary(u) => only_reads(&u.expr),
        Expr::Binary(b) => {
            !crate::lower::is_assignment(&b.op) && only_reads(&b.left) && only_reads(&b.right)
        }
        Expr::MethodCall(m) => m.method == "len" && m.args.is_empty() && only_reads(&m.receiver),
        _ => false,
    }
}

/// Puts arguments in the place of parameters.
struct Given<'a>(BTreeMap<&'a Ident, Expr>);

impl VisitMut for Given<'_> {
    fn visit_expr_mut(&mut self, e: &mut Expr) {
        match e {
            Expr::Path(p)
                if let Some(arg) = p.path.get_ident().and_then(|name| self.0.get(name)) =>
            {
                *e = arg.clone();
            }
            e => visit_mut::visit_expr_mut(self, e),
        }
    }
}

/// The methods that lend parts.
struct Parts(BTreeMap<Ident, Lender>);

impl Parts {
    /// The part that a call lends, and whether it may lend nothing.
    fn lent(&self, e: &Expr) -> Option<(Expr, bool)> {
        let is_self = |e: &Expr| matches!(strip(e), Expr::Path(p) if p.path.is_ident("self"));
        match strip(e) {
            Expr::MethodCall(m) if is_self(&m.receiver) => {
                let lender = self.0.get(&m.method)?;
                Some((lender.part(m.args.iter())?, lender.optional))
            }
            // By the name of the type, where the method has that of a sequence's.
            Expr::Call(c) if c.args.first().is_some_and(is_self) => {
                let Expr::Path(p) = &*c.func else { return None };
                let [of, method] = [p.path.segments.first()?, p.path.segments.last()?];
                let lender = self.0.get(&method.ident).filter(|_| of.ident == "Self")?;
                Some((lender.part(c.args.iter().skip(1))?, lender.optional))
            }
            _ => None,
        }
    }

    /// What a selection with these patterns looks at.
    fn subject(&self, e: &mut Expr, patterns: &[&Pat]) {
        let reference = |e: &Expr| self.lent(e).filter(|(_, optional)| !optional);
        let part = match strip(e) {
            Expr::Unary(u) if matches!(u.op, syn::UnOp::Deref(_)) => {
                reference(&u.expr).and_then(|(part, _)| match part {
                    Expr::Reference(r) => Some(*r.expr),
                    _ => None,
                })
            }
            Expr::Reference(r) if r.mutability.is_none() => match strip(&r.expr) {
                Expr::Unary(u) if matches!(u.op, syn::UnOp::Deref(_)) => {
                    reference(&u.expr).map(|(part, _)| part)
                }
                _ => None,
            },
            Expr::MethodCall(m) if m.method == "unwrap" || m.method == "expect" => {
                self.lent(&m.receiver).filter(|(_, optional)| *optional).map(|(part, _)| {
                    let receiver = Box::new(part);
                    Expr::MethodCall(syn::ExprMethodCall { receiver, ..m.clone() })
                })
            }
            e => self
                .lent(e)
                .filter(|(_, optional)| !optional || are_of_option(patterns))
                .map(|(part, _)| part),
        };
        if let Some(part) = part {
            *e = part;
        }
    }
}

/// Whether patterns are such as select what is in an optional reference: all but one of `Some`.
fn are_of_option(patterns: &[&Pat]) -> bool {
    let is_some = |p: &&&Pat| {
        let p: &Pat = match p {
            Pat::Guard(g) => &g.pat,
            p => p,
        };
        matches!(p, Pat::TupleStruct(t) if t.path.is_ident("Some") && t.elems.len() == 1)
    };
    let Some((last, others)) = patterns.split_last() else { return false };
    let count = patterns.iter().filter(is_some).count();
    let rest = match last {
        Pat::Wild(_) => others.iter().all(|p| is_some(&p)),
        _ => patterns.iter().any(|p| matches!(p, Pat::Ident(i) if i.ident == "None")),
    };
    count > 0 && (patterns.len() == 1 || count + 1 == patterns.len() && rest)
}

impl VisitMut for Parts {
    fn visit_item_mut(&mut self, _: &mut syn::Item) {}

    fn visit_local_mut(&mut self, local: &mut syn::Local) {
        visit_mut::visit_local_mut(self, local);
        if let Some(init) = &mut local.init
            && crate::looked_through::looks_inside(&local.pat)
        {
            self.subject(&mut init.expr, &[&local.pat]);
        }
    }

    fn visit_expr_let_mut(&mut self, l: &mut syn::ExprLet) {
        visit_mut::visit_expr_let_mut(self, l);
        self.subject(&mut l.expr, &[&l.pat]);
    }

    fn visit_expr_match_mut(&mut self, m: &mut syn::ExprMatch) {
        visit_mut::visit_expr_match_mut(self, m);
        let patterns: Vec<_> = m.arms.iter().map(|arm| &arm.pat).collect();
        self.subject(&mut m.expr, &patterns);
    }
}
