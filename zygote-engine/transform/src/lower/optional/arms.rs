//! Optional references in `match`, by its arms.

use super::Optional;
use super::form::{entry_of_map, form, reference_to_option};
use crate::error::{Result, unsupported};
use crate::ir::{Operand, Stmt, is_option_or_result};
use crate::lower::{Lower, Tail};
use quote::quote;
use syn::spanned::Spanned;
use syn::{Expr, Pat};

impl Lower {
    /// A `match` on an optional reference, if it is one.
    pub(in crate::lower) fn select_optional(
        &mut self,
        m: &syn::ExprMatch,
        tail: Tail,
        out: &mut Vec<Stmt>,
    ) -> Result<Option<Option<Operand>>> {
        let of_result = m.arms.iter().any(|arm| is_of_result(&arm.pat));
        if of_result || form(&m.expr).is_none() || reference_to_option(&m.expr).is_some() {
            return Ok(None);
        }
        let entry = m.arms.iter().filter_map(some_arm).find_map(|(p, ..)| entry_of_map(&m.expr, p));
        let expr = entry.as_ref().unwrap_or(&m.expr);
        let Some(optional) = self.optional(expr, out)? else { return Ok(None) };
        let some: Vec<_> = m.arms.iter().filter_map(some_arm).collect();
        let none = m.arms.iter().find(|arm| matches!(arm.pat, Pat::Wild(_)) || is_none(&arm.pat));
        let (Some((pattern, guard, body)), Some(none)) = (some.first(), none) else {
            return refuse_match(&m.expr);
        };
        let last_is_wild = matches!(m.arms.last(), Some(arm) if matches!(arm.pat, Pat::Wild(_)));
        if some.len() + 1 != m.arms.len() || matches!(none.pat, Pat::Wild(_)) && !last_is_wild {
            return refuse_match(&m.expr);
        }
        let condition = self.pin(optional.condition.clone(), out);
        let arm = |s: &mut Self, body: &Expr, out: &mut Vec<Stmt>| match (body, tail) {
            (Expr::Block(b), _) if b.label.is_none() => s.stmts(&b.block.stmts, tail, out),
            (e, Tail::Unit) => s.expression(e, out).map(|()| None),
            (e, _) => s.tail(e, tail, out),
        };
        let yes = self.region(false, |s, out| {
            let refutable = is_refutable(pattern) && optional.second.is_none();
            if refutable && optional.number.is_some() {
                return unsupported(pattern, "this pattern here", "name the parts: `Some((i, x))`");
            }
            let several = some.len() > 1 || guard.is_some();
            if several && (optional.second.is_some() || optional.number.is_some()) {
                return refuse_match(&m.expr);
            }
            if several || last_is_wild && (refutable || names_a_type(pattern)) {
                let part = s.part(optional.operand(), m.span(), out);
                let part = s.name_of_operand(Operand::Place(part, optional.mode()), out);
                let arms = some.iter().map(|(pattern, guard, body)| match guard {
                    Some(guard) => quote!(#pattern if #guard => #body),
                    None => quote!(#pattern => #body),
                });
                let otherwise = &none.body;
                let otherwise = last_is_wild.then(|| quote!(_ => #otherwise));
                let inner = syn::parse_quote!(match #part { #(#arms,)* #otherwise });
                return s.selection(&inner, tail, out);
            }
            s.bind_optional(pattern, &optional, expr, out)?;
            arm(s, body, out)
        })?;
        let no = self.region(false, |s, out| arm(s, &none.body, out))?;
        let value = match tail {
            Tail::Unit => None,
            _ => self.joined(&[&yes, &no], m.span())?,
        };
        out.push(Stmt::If(condition, yes, no, value));
        Ok(Some(value.map(Operand::var)))
    }

    /// A part of a tuple that is matched, if it is an optional reference.
    pub(in crate::lower) fn optional_part(
        &mut self,
        e: &Expr,
        out: &mut Vec<Stmt>,
    ) -> Result<Option<Optional>> {
        match form(e).is_some() && reference_to_option(e).is_none() {
            true => self.optional(e, out),
            false => Ok(None),
        }
    }

    /// The pattern of such a part, for whether it is there; binds what is there.
    pub(in crate::lower) fn optional_pattern(
        &mut self,
        pattern: &Pat,
        optional: &Optional,
        e: &Expr,
        out: &mut Vec<Stmt>,
    ) -> Result<proc_macro2::TokenStream> {
        match pattern {
            Pat::Wild(_) => Ok(quote!(_)),
            pattern if is_none(pattern) => Ok(quote!(false)),
            Pat::TupleStruct(t) if t.elems.len() == 1 && !is_refutable(&t.elems[0]) => {
                self.bind_optional(&t.elems[0], optional, e, out)?;
                Ok(quote!(true))
            }
            _ => unsupported(
                pattern,
                "this pattern of an optional reference",
                "write `Some(x)`, `None` or `_`, and compare inside",
            ),
        }
    }
}

/// Whether a pattern is one of a `Result`, which a method of such a name gives.
fn is_of_result(pattern: &Pat) -> bool {
    match pattern {
        Pat::Guard(g) => is_of_result(&g.pat),
        Pat::TupleStruct(t) => {
            t.path.segments.last().is_some_and(|s| s.ident == "Ok" || s.ident == "Err")
        }
        _ => false,
    }
}

/// Whether a pattern is one of another type than `Option` and `Result`.
pub(in crate::lower) fn is_of_another(pattern: &Pat) -> bool {
    let another = |path: &syn::Path| !is_option_or_result(path);
    match pattern {
        Pat::Guard(g) => is_of_another(&g.pat),
        Pat::Paren(p) => is_of_another(&p.pat),
        Pat::Or(o) => o.cases.iter().any(is_of_another),
        Pat::Reference(r) => is_of_another(&r.pat),
        Pat::TupleStruct(t) => another(&t.path),
        Pat::Struct(s) => another(&s.path),
        Pat::Path(p) => another(&p.path),
        Pat::Ident(i) => match &i.subpat {
            Some((_, pattern)) => is_of_another(pattern),
            None => {
                i.ident.to_string().starts_with(char::is_uppercase)
                    && another(&i.ident.clone().into())
            }
        },
        Pat::Lit(_) | Pat::Range(_) | Pat::Tuple(_) | Pat::Slice(_) => true,
        _ => false,
    }
}

/// The arm of `Some(x)`: its pattern, guard and body.
fn some_arm(arm: &syn::Arm) -> Option<(&Pat, Option<&Expr>, &Expr)> {
    let (pattern, guard) = match &arm.pat {
        Pat::Guard(g) => (&*g.pat, Some(&*g.guard)),
        pattern => (pattern, None),
    };
    match pattern {
        Pat::TupleStruct(t) if t.elems.len() == 1 => Some((&t.elems[0], guard, &arm.body)),
        _ => None,
    }
}

fn refuse_match<T>(at: &Expr) -> Result<T> {
    unsupported(
        at,
        "this `match` on an optional reference",
        "write one arm for `Some(x)` and one for `None`, and compare inside",
    )
}

fn is_none(pattern: &Pat) -> bool {
    match pattern {
        Pat::Ident(i) => i.ident == "None",
        Pat::Path(p) => p.path.segments.last().is_some_and(|s| s.ident == "None"),
        _ => false,
    }
}

/// Whether a pattern has the name of a struct, or of a variant that a `use` brings in: it may not match.
fn names_a_type(pattern: &Pat) -> bool {
    match pattern {
        Pat::TupleStruct(_) | Pat::Struct(_) => true,
        Pat::Paren(p) => names_a_type(&p.pat),
        Pat::Reference(r) => names_a_type(&r.pat),
        Pat::Tuple(t) => t.elems.iter().any(names_a_type),
        Pat::Ident(i) => i.subpat.as_ref().is_some_and(|(_, p)| names_a_type(p)),
        _ => false,
    }
}

/// Whether a pattern may not match, by the way it is written.
pub(in crate::lower) fn is_refutable(pattern: &Pat) -> bool {
    let variant = |path: &syn::Path| {
        path.segments.len() > 1
            || path
                .get_ident()
                .is_some_and(|name| ["Some", "None", "Ok", "Err"].iter().any(|v| name == v))
    };
    match pattern {
        Pat::Lit(_)
        | Pat::Range(_)
        | Pat::Const(_)
        | Pat::Or(_)
        | Pat::Slice(_)
        | Pat::Guard(_) => true,
        Pat::Ident(i) => {
            i.ident.to_string().starts_with(char::is_uppercase)
                || i.subpat.as_ref().is_some_and(|(_, p)| is_refutable(p))
        }
        Pat::Path(p) => variant(&p.path),
        Pat::Paren(p) => is_refutable(&p.pat),
        Pat::Reference(r) => is_refutable(&r.pat),
        Pat::Tuple(t) => t.elems.iter().any(is_refutable),
        Pat::TupleStruct(t) => variant(&t.path) || t.elems.iter().any(is_refutable),
        Pat::Struct(s) => variant(&s.path) || s.fields.iter().any(|f| is_refutable(&f.pat)),
        _ => false,
    }
}
