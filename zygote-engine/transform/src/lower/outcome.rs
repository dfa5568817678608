//! Methods of `Option` and `Result` that make or take an error, those whose closure only panics, and that
//! which takes a value out of its box: as the `match` that they stand for, in which an error is constant.

use super::macros::never_returns;
use super::optional::{is_reference_to_part, reference_to_option};
use super::place::strip;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, Pat, parse_quote_spanned};

/// The `match` that a call of such a method is.
pub(super) fn as_match(m: &syn::ExprMethodCall) -> Option<Expr> {
    let (receiver, span) = (&m.receiver, m.method.span());
    let of_error = |f: &Expr| of_error(f).filter(|_| reference_to_option(receiver).is_none());
    let of_nothing = |f: &Expr| of_nothing(f).filter(|_| !is_reference_to_part(receiver));
    let arg = |k: usize| m.args.get(k);
    let option = quote_spanned!(span=> ::core::option::Option);
    let result = quote_spanned!(span=> ::core::result::Result);
    Some(match (m.method.to_string().as_str(), arg(0)?, arg(1)) {
        ("map_err", f, None) => {
            if reference_to_option(receiver).is_some() {
                return None;
            }
            let (pattern, error) = mapped_error(f)?;
            parse_quote_spanned!(span=> match #receiver {
                #result::Ok(__value) => #result::Ok(__value),
                #result::Err(#pattern) => #result::Err(#error),
            })
        }
        (name @ ("unwrap_or_else" | "or_else"), f, None) if of_error(f).is_some() => {
            let (pattern, other) = of_error(f)?;
            let value = match name {
                "or_else" => quote!(#result::Ok(__value)),
                _ => quote!(__value),
            };
            parse_quote_spanned!(span=> match #receiver {
                #result::Ok(__value) => #value,
                #result::Err(#pattern) => #other,
            })
        }
        ("unwrap_or_else", f, None) => {
            let other = of_nothing(f).filter(diverges)?;
            parse_quote_spanned!(span=> match #receiver {
                #option::Some(__value) => __value,
                #option::None => #other,
            })
        }
        ("map_or_else", f, Some(g)) if of_nothing(f).is_some() => {
            let other = of_nothing(f).filter(diverges)?;
            let (value, mapped) = of_error(g)?;
            parse_quote_spanned!(span=> match #receiver {
                #option::Some(#value) => #mapped,
                #option::None => #other,
            })
        }
        ("map_or_else", f, Some(g)) => {
            let ((error, other), (value, mapped)) = (of_error(f)?, of_error(g)?);
            parse_quote_spanned!(span=> match #receiver {
                #result::Ok(#value) => #mapped,
                #result::Err(#error) => #other,
            })
        }
        ("map", f, None)
            if unboxes(f)
                && !is_reference_to_part(receiver)
                && !super::chain::is_chain(&Expr::MethodCall(m.clone())) =>
        {
            parse_quote_spanned!(span=> match #receiver {
                #option::Some(__value) => #option::Some(*__value),
                #option::None => #option::None,
            })
        }
        ("ok_or_else", f, None) => {
            let error = of_nothing(f)?;
            parse_quote_spanned!(span=> match #receiver {
                #option::Some(__value) => #result::Ok(__value),
                #option::None => #result::Err(#error),
            })
        }
        ("ok_or", error, None) if is_plain(error) && !is_reference_to_part(receiver) => {
            parse_quote_spanned!(span=> match #receiver {
                #option::Some(__value) => #result::Ok(__value),
                #option::None => #result::Err(#error),
            })
        }
        _ => return None,
    })
}

/// Whether a call gives what is there, and panics without.
pub(super) fn panics_without(m: &syn::ExprMethodCall) -> bool {
    let only_panics = |f: &Expr| of_nothing(f).is_some_and(|body| diverges(&body));
    m.method == "unwrap_or_else" && m.args.len() == 1 && only_panics(&m.args[0])
}

/// The pattern of an error, and what a function makes of it.
pub(super) fn mapped_error(f: &Expr) -> Option<(proc_macro2::TokenStream, Expr)> {
    match strip(f) {
        Expr::Path(_) => Some((quote!(__error), parse_quote_spanned!(f.span()=> #f(__error)))),
        f => of_error(f),
    }
}

/// The parameter and the body of a closure of one, as those of an arm.
fn of_error(f: &Expr) -> Option<(proc_macro2::TokenStream, Expr)> {
    let Expr::Closure(c) = strip(f) else { return None };
    let [parameter] = &c.inputs.iter().collect::<Vec<_>>()[..] else { return None };
    let pattern = match parameter {
        Pat::Type(t) => &t.pat,
        other => *other,
    };
    Some((quote!(#pattern), body(c)?))
}

/// Whether a closure is `|b| *b`: what it is given is a box, as a reference to a part is looked at where it
/// is made.
fn unboxes(f: &Expr) -> bool {
    let Expr::Closure(c) = strip(f) else { return false };
    let (Some(Pat::Ident(given)), 1, Expr::Unary(u)) = (c.inputs.first(), c.inputs.len(), &*c.body)
    else {
        return false;
    };
    let of = matches!(strip(&u.expr), Expr::Path(p) if p.path.is_ident(&given.ident));
    of && matches!(u.op, syn::UnOp::Deref(_))
}

/// The body of a closure without parameters.
fn of_nothing(f: &Expr) -> Option<Expr> {
    match strip(f) {
        Expr::Closure(c) if c.inputs.is_empty() => body(c),
        _ => None,
    }
}

/// The body, if it means the same outside of the closure.
fn body(c: &syn::ExprClosure) -> Option<Expr> {
    (c.capture.is_none() && !super::question::leaves(&c.body)).then(|| (*c.body).clone())
}

/// Whether an expression has no value, by the name of its macro.
fn diverges(e: &Expr) -> bool {
    match e {
        Expr::Macro(m) => never_returns(&m.mac.path),
        Expr::Block(b) => match b.block.stmts.last() {
            Some(syn::Stmt::Macro(m)) => never_returns(&m.mac.path),
            Some(syn::Stmt::Expr(e, _)) => diverges(e),
            _ => false,
        },
        _ => false,
    }
}

/// Whether making a value or not is the same.
fn is_plain(e: &Expr) -> bool {
    match strip(e) {
        Expr::Lit(_) | Expr::Path(_) => true,
        Expr::Field(f) => is_plain(&f.base),
        Expr::Reference(r) => is_plain(&r.expr),
        Expr::Unary(u) => is_plain(&u.expr),
        Expr::Cast(c) => is_plain(&c.expr),
        Expr::Struct(s) => s.rest.is_none() && s.fields.iter().all(|f| is_plain(&f.expr)),
        Expr::Call(c) => is_constructor(&c.func) && c.args.iter().all(is_plain),
        Expr::MethodCall(m) => m.method == "clone" && is_plain(&m.receiver),
        _ => false,
    }
}

/// Whether a function is named like a struct or a variant.
fn is_constructor(f: &Expr) -> bool {
    let Expr::Path(p) = strip(f) else { return false };
    let last = p.path.segments.last();
    last.is_some_and(|s| s.ident.to_string().starts_with(char::is_uppercase))
}
