//! `?`: the value of the rest of a statement is computed after it, so it comes before as a `let` of its
//! own, and so does what is evaluated before it.

use super::Lower;
use super::optional::{is_reference_to_part, reference_or_error};
use super::place::strip;
use crate::error::{Result, unsupported};
use proc_macro2::Span;
use quote::{format_ident, quote};
use syn::spanned::Spanned;
use syn::visit::Visit;
use syn::{Expr, Pat, parse_quote_spanned};

/// What `?` leaves a function with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Fallible {
    /// `None`.
    Option,
    /// `Err(From::from(error))`.
    Result,
}

/// How the type of a function's value takes a `?`, by its name.
pub(super) fn fallible(output: &syn::ReturnType) -> Option<Fallible> {
    match output {
        syn::ReturnType::Type(_, ty) => fallible_type(ty),
        syn::ReturnType::Default => None,
    }
}

/// How a type takes a `?`, by its name.
pub(super) fn fallible_type(ty: &syn::Type) -> Option<Fallible> {
    let syn::Type::Path(p) = ty else { return None };
    let name = p.path.segments.last()?.ident.to_string();
    if name.ends_with("Option") {
        return Some(Fallible::Option);
    }
    name.ends_with("Result").then_some(Fallible::Result)
}

/// Whether a value is an option or a result, by the constructors at its ends.
pub(super) fn kind_of(e: &Expr) -> Option<Fallible> {
    let constructor = |path: &syn::Path| {
        let name = &path.segments.last()?.ident;
        if name == "Some" || name == "None" {
            return Some(Fallible::Option);
        }
        (name == "Ok" || name == "Err").then_some(Fallible::Result)
    };
    match strip(e) {
        Expr::Call(c) => match strip(&c.func) {
            Expr::Path(p) => constructor(&p.path),
            _ => None,
        },
        Expr::Path(p) => constructor(&p.path),
        Expr::If(i) => {
            let other = || i.else_branch.as_ref().and_then(|(_, e)| kind_of(e));
            kind_of_block(&i.then_branch).or_else(other)
        }
        Expr::Match(m) => m.arms.iter().find_map(|arm| kind_of(&arm.body)),
        Expr::Block(b) => kind_of_block(&b.block),
        _ => None,
    }
}

fn kind_of_block(block: &syn::Block) -> Option<Fallible> {
    match block.stmts.last()? {
        syn::Stmt::Expr(e, None) => kind_of(e),
        _ => None,
    }
}

/// The type of what is in the `Some` or `Ok` of a function's value, if it is a real number.
pub(super) fn real_payload(output: &syn::ReturnType) -> Option<syn::Type> {
    let syn::ReturnType::Type(_, ty) = output else { return None };
    let syn::Type::Path(p) = &**ty else { return None };
    let syn::PathArguments::AngleBracketed(all) = &p.path.segments.last()?.arguments else {
        return None;
    };
    match all.args.first()? {
        syn::GenericArgument::Type(ty @ syn::Type::Path(p)) => {
            (p.path.is_ident("f64") || p.path.is_ident("f32")).then(|| ty.clone())
        }
        _ => None,
    }
}

/// Whether a function is `Some` or `Ok`.
fn wraps(function: &Expr) -> bool {
    let Expr::Path(p) = strip(function) else { return false };
    p.path.segments.last().is_some_and(|s| s.ident == "Some" || s.ident == "Ok")
}

impl Lower {
    /// The statements that a statement with `?` stands for; `None` if it has none of its own.
    pub(super) fn without_question(&mut self, stmt: &syn::Stmt) -> Result<Option<Vec<syn::Stmt>>> {
        let mut stmt = stmt.clone();
        let mut lets = vec![];
        match &mut stmt {
            syn::Stmt::Local(local) => {
                let Some(init) = &mut local.init else { return Ok(None) };
                if !asks(&init.expr) {
                    return Ok(None);
                }
                match &mut *init.expr {
                    Expr::Try(t) if init.diverge.is_none() => {
                        if let Some((mut value, leave)) = self.reference_or(t, &mut lets) {
                            self.lift(&mut value, &mut lets)?;
                            let pattern = match &local.pat {
                                Pat::Type(t) => &t.pat,
                                other => other,
                            };
                            stmt = let_some(pattern, &value, &leave, t.question_token.span());
                        } else {
                            self.lift(&mut t.expr, &mut lets)?;
                            *init.expr = self.tried(t)?;
                        }
                    }
                    e => self.lift(e, &mut lets)?,
                }
            }
            syn::Stmt::Expr(e, _) if asks(e) => self.lift(e, &mut lets)?,
            _ => return Ok(None),
        }
        lets.push(stmt);
        Ok(Some(lets))
    }

    /// The value of `?`, or the way out.
    fn tried(&self, t: &syn::ExprTry) -> Result<Expr> {
        let (value, span) = (&t.expr, t.question_token.span());
        match self.fallible {
            Some(Fallible::Option) => Ok(parse_quote_spanned!(span=> match #value {
                ::core::option::Option::Some(__value) => __value,
                ::core::option::Option::None => return ::core::option::Option::None,
            })),
            Some(Fallible::Result) => Ok(parse_quote_spanned!(span=> match #value {
                ::core::result::Result::Ok(__value) => __value,
                ::core::result::Result::Err(__error) => {
                    return ::core::result::Result::Err(::core::convert::From::from(__error));
                }
            })),
            None => unsupported(
                t.question_token,
                "`?` where the type of the result is named neither `Option` nor `Result`",
                "write it out, `Option<..>` or `Result<..>`, or use `match`",
            ),
        }
    }

    /// An optional reference to a part and how the function is left without one: `xs.first()?`,
    /// `option.as_ref().ok_or(error)?`.
    fn reference_or(
        &mut self,
        t: &syn::ExprTry,
        lets: &mut Vec<syn::Stmt>,
    ) -> Option<(Expr, Expr)> {
        let span = t.question_token.span();
        let none = parse_quote_spanned!(span=> return ::core::option::Option::None);
        if self.fallible == Some(Fallible::Option) && is_reference_to_part(&t.expr) {
            return Some(((*t.expr).clone(), none));
        }
        let (reference, error, always) = reference_or_error(&t.expr)?;
        if self.fallible != Some(Fallible::Result) {
            return None;
        }
        let is_literal = matches!(strip(&error), Expr::Lit(_));
        let error = if always && !is_literal { self.bound(error, span, lets) } else { error };
        let leave = parse_quote_spanned!(span=> {
            return ::core::result::Result::Err(::core::convert::From::from(#error))
        });
        Some((reference, leave))
    }

    fn bound(&mut self, value: Expr, span: Span, lets: &mut Vec<syn::Stmt>) -> Expr {
        self.bound_as(None, value, span, lets)
    }

    fn bound_as(
        &mut self,
        ty: Option<&syn::Type>,
        value: Expr,
        span: Span,
        lets: &mut Vec<syn::Stmt>,
    ) -> Expr {
        self.tries += 1;
        let name = format_ident!("__before_{}", self.tries, span = span);
        let ty = ty.map(|ty| quote!(: #ty));
        lets.push(parse_quote_spanned!(span=> let #name #ty = #value;));
        parse_quote_spanned!(span=> #name)
    }

    /// Moves each `?` of an expression that is evaluated in any case into a `let` before.
    fn lift(&mut self, e: &mut Expr, lets: &mut Vec<syn::Stmt>) -> Result<()> {
        if !asks(e) {
            return Ok(());
        }
        let is_call = matches!(
            e,
            Expr::Call(_)
                | Expr::MethodCall(_)
                | Expr::Index(_)
                | Expr::Field(_)
                | Expr::Reference(_)
        );
        let is_method = matches!(e, Expr::MethodCall(_));
        let payload = match e {
            Expr::Call(c) if wraps(&c.func) => self.real_payload.clone(),
            _ => None,
        };
        let parts: Vec<&mut Expr> = match e {
            Expr::Try(t) => {
                if let Some((mut value, leave)) = self.reference_or(t, lets) {
                    self.lift(&mut value, lets)?;
                    self.tries += 1;
                    let span = t.question_token.span();
                    let name = format_ident!("__before_{}", self.tries, span = span);
                    lets.push(let_some(&parse_quote_spanned!(span=> #name), &value, &leave, span));
                    *e = parse_quote_spanned!(span=> #name);
                    return Ok(());
                }
                self.lift(&mut t.expr, lets)?;
                let (value, span) = (self.tried(t)?, t.question_token.span());
                *e = self.bound(value, span, lets);
                return Ok(());
            }
            Expr::Binary(b) if matches!(b.op, syn::BinOp::And(_) | syn::BinOp::Or(_)) => {
                if asks(&b.right) {
                    return refused(&b.right);
                }
                vec![&mut *b.left]
            }
            Expr::Binary(b) if super::assign::compound(&b.op).is_some() => {
                vec![&mut *b.right, &mut *b.left]
            }
            Expr::Binary(b) => vec![&mut *b.left, &mut *b.right],
            Expr::Assign(a) if matches!(*a.right, Expr::If(_) | Expr::Match(_)) => {
                self.lift(&mut a.right, lets)?;
                return self.lift(&mut a.left, lets);
            }
            Expr::Assign(a) => vec![&mut *a.right, &mut *a.left],
            Expr::Call(c) => std::iter::once(&mut *c.func).chain(c.args.iter_mut()).collect(),
            Expr::MethodCall(m) => {
                std::iter::once(&mut *m.receiver).chain(m.args.iter_mut()).collect()
            }
            Expr::Index(i) => vec![&mut *i.expr, &mut *i.index],
            Expr::Field(f) => vec![&mut *f.base],
            Expr::Unary(u) => vec![&mut *u.expr],
            Expr::Reference(r) => vec![&mut *r.expr],
            Expr::Cast(c) => vec![&mut *c.expr],
            Expr::Paren(p) => vec![&mut *p.expr],
            Expr::Tuple(t) => t.elems.iter_mut().collect(),
            Expr::Array(a) => a.elems.iter_mut().collect(),
            Expr::Struct(s) => {
                let fields = s.fields.iter_mut().map(|f| &mut f.expr);
                fields.chain(s.rest.as_deref_mut()).collect()
            }
            Expr::Repeat(r) => vec![&mut *r.expr],
            Expr::Return(r) => r.expr.as_deref_mut().into_iter().collect(),
            Expr::If(i) => match &mut *i.cond {
                Expr::Let(l) => vec![&mut *l.expr],
                cond => vec![cond],
            },
            Expr::Match(m) => vec![&mut *m.expr],
            Expr::ForLoop(f) => vec![&mut *f.expr],
            other => return refused(other),
        };
        if is_method
            && let [receiver, arguments @ ..] = &parts[..]
            && is_simple(receiver)
            && self.may_change(receiver)
            && arguments.iter().any(|a| asks(a))
        {
            // A number was copied before the arguments, which may change it.
            let receiver = &**receiver;
            let span = receiver.span();
            lets.push(parse_quote_spanned!(span=> __no_number!(&#receiver);));
        }
        // The function of a call and the receiver of a method stay what they are.
        let first_stays = is_call;
        let by_value = |k: usize| k > 0 || !first_stays;
        let goes = |p: &Expr| {
            asks(p) || matches!(p, Expr::If(_) | Expr::Match(_) | Expr::Block(_)) && leaves(p)
        };
        let last = parts.iter().rposition(|p| goes(p)).expect("some part may leave");
        for (k, part) in parts.into_iter().enumerate().take(last + 1) {
            if matches!(part, Expr::If(_) | Expr::Match(_) | Expr::Block(_)) && leaves(part) {
                let span = part.span();
                *part = self.bound_as(payload.as_ref(), part.clone(), span, lets);
            } else if asks(part) {
                self.lift(part, lets)?;
            } else if k < last && (!is_simple(part) || by_value(k) && self.may_change(part)) {
                let span = part.span();
                *part = self.bound(part.clone(), span, lets);
            }
        }
        Ok(())
    }
}

impl Lower {
    /// Whether a place may be changed before it is read.
    fn may_change(&self, e: &Expr) -> bool {
        fn root(e: &Expr) -> Option<&proc_macro2::Ident> {
            match strip(e) {
                Expr::Path(p) => p.path.get_ident(),
                Expr::Field(f) => root(&f.base),
                Expr::Unary(u) => root(&u.expr),
                _ => None,
            }
        }
        let Some(name) = root(e) else { return false };
        match self.lookup(name) {
            Some(v) => self.func.changeable(&crate::ir::Place::var(v)),
            // A variable of a closure, but for what is a constant by its name.
            None => name.to_string().starts_with(char::is_lowercase),
        }
    }
}

/// `let Some(pattern) = value else { leave };`
fn let_some(pattern: &syn::Pat, value: &Expr, leave: &Expr, span: Span) -> syn::Stmt {
    parse_quote_spanned!(span=>
        let ::core::option::Option::Some(#pattern) = #value else { #leave };
    )
}

fn refused<T>(e: &Expr) -> Result<T> {
    unsupported(e, "`?` here", "bind the value with `let` first")
}

/// Whether evaluating the expression early or late is the same.
fn is_simple(e: &Expr) -> bool {
    match strip(e) {
        Expr::Lit(_) | Expr::Path(_) => true,
        // A copy is made where a `move` closure stands.
        Expr::Closure(c) => c.capture.is_none(),
        Expr::Field(f) => is_simple(&f.base),
        Expr::Reference(r) => is_simple(&r.expr),
        Expr::Unary(u) => is_simple(&u.expr),
        _ => false,
    }
}

/// Whether the function may be left while the expression is evaluated, before it has its value: by a
/// `?`, or from a branch inside. What leaves from the blocks of the expression itself does not count.
pub(super) fn asks(e: &Expr) -> bool {
    struct Find(bool);
    impl Visit<'_> for Find {
        fn visit_expr(&mut self, e: &Expr) {
            match e {
                Expr::Try(_) => self.0 = true,
                Expr::If(_) | Expr::Match(_) | Expr::Block(_) => {
                    self.0 |= leaves(e);
                }
                Expr::While(_) | Expr::Loop(_) | Expr::ForLoop(_) | Expr::Closure(_) => {}
                other => syn::visit::visit_expr(self, other),
            }
        }
    }
    let mut find = Find(false);
    match e {
        Expr::If(i) => match &*i.cond {
            Expr::Let(l) => find.visit_expr(&l.expr),
            cond => find.visit_expr(cond),
        },
        Expr::Match(m) => find.visit_expr(&m.expr),
        // The assignment goes into the branches.
        Expr::Assign(a) if matches!(*a.right, Expr::If(_) | Expr::Match(_)) => {
            return asks(&a.right) || asks(&a.left);
        }
        Expr::ForLoop(f) => find.visit_expr(&f.expr),
        Expr::Block(_) | Expr::While(_) | Expr::Loop(_) | Expr::Closure(_) => {}
        other => syn::visit::visit_expr(&mut find, other),
    }
    find.0 || matches!(e, Expr::Try(_))
}

/// Whether an expression may be left for what is outside: a loop around it, or the function's caller.
pub(super) fn leaves(e: &Expr) -> bool {
    #[derive(Default)]
    struct Find<'a> {
        found: bool,
        /// The loops inside, and the blocks with a label.
        loops: usize,
        labels: Vec<Option<&'a syn::Ident>>,
    }
    impl<'a> Find<'a> {
        fn inside(&mut self, label: Option<&'a syn::Label>, is_loop: bool, body: &'a syn::Block) {
            self.labels.push(label.map(|l| &l.name.ident));
            self.loops += usize::from(is_loop);
            self.visit_block(body);
            self.loops -= usize::from(is_loop);
            self.labels.pop();
        }

        fn jump(&mut self, label: Option<&syn::Lifetime>) {
            self.found |= match label {
                Some(label) => !self.labels.contains(&Some(&label.ident)),
                None => self.loops == 0,
            };
        }
    }
    impl<'a> Visit<'a> for Find<'a> {
        fn visit_expr(&mut self, e: &'a Expr) {
            match e {
                Expr::Return(_) | Expr::Try(_) => self.found = true,
                Expr::Break(b) => {
                    self.jump(b.label.as_ref());
                    syn::visit::visit_expr_break(self, b);
                }
                Expr::Continue(c) => self.jump(c.label.as_ref()),
                Expr::Closure(_) => {}
                Expr::Block(b) => self.inside(b.label.as_ref(), false, &b.block),
                Expr::Loop(l) => self.inside(l.label.as_ref(), true, &l.body),
                Expr::While(w) => {
                    self.visit_expr(&w.cond);
                    self.inside(w.label.as_ref(), true, &w.body);
                }
                Expr::ForLoop(f) => {
                    self.visit_expr(&f.expr);
                    self.inside(f.label.as_ref(), true, &f.body);
                }
                other => syn::visit::visit_expr(self, other),
            }
        }
        fn visit_item(&mut self, _: &syn::Item) {}
    }
    let mut find = Find::default();
    find.visit_expr(e);
    find.found
}
