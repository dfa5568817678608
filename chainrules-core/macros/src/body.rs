//! The body of a rule: statements, then `(value, |dy| Grad { .. })` or `Mutation { .. }`.

use crate::model::{Arg, Body, Contribution, Field, Part, Passing, Pull};
use syn::spanned::Spanned;
use syn::{
    Block, Error, Expr, ExprClosure, ExprStruct, Ident, Member, Pat, Result, Stmt, parse_quote,
};

const GRAD: &str = "a rule ends with `(value, |dy| Grad { .. })`, or with `Mutation { undo: .., pull: .. }` if it changes an argument";

/// Splits a body into its parts.
pub fn parse(block: Block, args: &[Arg]) -> Result<Body> {
    let span = block.span();
    let mut forward = block.stmts;
    let Some(Stmt::Expr(tail, None)) = forward.pop() else {
        return Err(Error::new(span, GRAD));
    };
    match tail {
        Expr::Tuple(pair) if pair.elems.len() == 2 => {
            let mut parts = pair.elems.into_iter();
            let (value, back) = (parts.next().expect("two"), parts.next().expect("two"));
            let back = match back {
                Expr::Closure(closure) if has_function(args) && !args.iter().any(Arg::is_mut) => {
                    vec![Part::Pull(Box::new(with_function(closure, args)?))]
                }
                Expr::Closure(closure) => {
                    if let Some(arg) = args.iter().find(|arg| arg.is_mut()) {
                        let say = format!(
                            "`{}` is changed by the call: give the way back as `Mutation {{ undo: .., pull: .. }}`",
                            arg.name
                        );
                        return Err(Error::new(closure.span(), say));
                    }
                    vec![Part::Pull(Box::new(grad(closure, args)?))]
                }
                Expr::Struct(parts) if parts.path.is_ident("Mutation") => mutation(parts, args)?,
                other => return Err(Error::new(other.span(), GRAD)),
            };
            Ok(Body { forward, value, back })
        }
        Expr::Struct(parts) if parts.path.is_ident("Mutation") => {
            let back = mutation(parts, args)?;
            Ok(Body { forward, value: parse_quote!(()), back })
        }
        other => Err(Error::new(other.span(), GRAD)),
    }
}

fn has_function(args: &[Arg]) -> bool {
    args.iter().any(|arg| matches!(&arg.passing, Passing::Function(f) if f.pulled))
}

/// The pullback of a rule with a function-valued argument: the pulls of the function's calls are
/// made once, whichever cotangents are wanted.
fn with_function(closure: ExprClosure, args: &[Arg]) -> Result<Pull> {
    let span = closure.inputs.span();
    let mut inputs = closure.inputs.into_iter().map(untyped);
    let (Some(shadows), Some(dy), None) = (inputs.next(), inputs.next(), inputs.next()) else {
        let say = "a function-valued argument may capture what varies, so the pullback adds to all cotangents together: `|d, dy| ..`, with the places `d.this` and so on";
        return Err(Error::new(span, say));
    };
    pull(*closure.body, Some(shadows), Some(dy), &args[..0])
}

fn grad(closure: ExprClosure, args: &[Arg]) -> Result<Pull> {
    let span = closure.inputs.span();
    let mut inputs = closure.inputs.into_iter().map(untyped);
    let (Some(dy), None) = (inputs.next(), inputs.next()) else {
        return Err(Error::new(span, "the pullback takes the cotangent of the value: `|dy|`"));
    };
    pull(*closure.body, None, Some(dy), args)
}

/// The pattern of a closure's parameter without a type, which the macro knows.
fn untyped(pat: Pat) -> Pat {
    match pat {
        Pat::Type(typed) => *typed.pat,
        pat => pat,
    }
}

fn mutation(parts: ExprStruct, args: &[Arg]) -> Result<Vec<Part>> {
    let mut out = Vec::new();
    let (mut undo, mut pulled, mut cleared) = (false, false, false);
    let span = parts.path.span();
    if !args.iter().any(Arg::is_mut) {
        return Err(Error::new(span, "a rule with `Mutation` takes an argument by `&mut`"));
    }
    for field in parts.fields {
        let Member::Named(name) = &field.member else {
            return Err(Error::new(field.span(), "`Mutation` has the fields `undo` and `pull`"));
        };
        let Expr::Closure(closure) = field.expr else {
            return Err(Error::new(field.expr.span(), "write a closure"));
        };
        if name == "undo" && !undo {
            undo = true;
            if !closure.inputs.is_empty() {
                let say = "`undo` takes nothing: the arguments are in scope";
                return Err(Error::new(closure.inputs.span(), say));
            }
            out.push(Part::Undo(closure.body));
        } else if name == "pull" && !pulled || name == "clear" && !cleared {
            let is_pull = name == "pull";
            (pulled, cleared) = (pulled || is_pull, cleared || !is_pull);
            let span = closure.inputs.span();
            let mut inputs = closure.inputs.into_iter().map(untyped);
            let (shadows, dy) = (inputs.next(), inputs.next());
            if shadows.is_none() || inputs.next().is_some() {
                let say = "`pull` takes the shadows of what was changed, and the cotangent of the value if there is one: `|d|` or `|d, dy|`";
                return Err(Error::new(span, say));
            }
            // Only `pull` has to account for the other arguments.
            let others = if is_pull { args } else { &[] };
            out.push(Part::Pull(Box::new(pull(*closure.body, shadows, dy, others)?)));
        } else {
            let say =
                "`Mutation` has the fields `undo`, `pull` and, where needed, `clear`, each once";
            return Err(Error::new(name.span(), say));
        }
    }
    if !(undo && pulled) {
        return Err(Error::new(span, "`Mutation` has the fields `undo` and `pull`, each once"));
    }
    Ok(out)
}

/// The statements and the `Grad` of a pullback's body.
fn pull(body: Expr, shadows: Option<Pat>, dy: Option<Pat>, args: &[Arg]) -> Result<Pull> {
    let span = body.span();
    let (mut shared, tail) = match body {
        Expr::Block(block) if block.label.is_none() => {
            let mut stmts = block.block.stmts;
            match stmts.pop() {
                Some(Stmt::Expr(tail, None)) => (stmts, Some(tail)),
                Some(other) => {
                    stmts.push(other);
                    (stmts, None)
                }
                None => (stmts, None),
            }
        }
        other => (Vec::new(), Some(other)),
    };
    let grad = match tail {
        Some(Expr::Struct(grad)) if grad.path.is_ident("Grad") => Some(grad),
        Some(other) if shadows.is_some() => {
            shared.push(Stmt::Expr(other, Some(Default::default())));
            None
        }
        Some(other) => {
            return Err(Error::new(other.span(), "the pullback ends with `Grad { .. }`"));
        }
        None => None,
    };
    if grad.is_none() && shadows.is_none() {
        return Err(Error::new(span, "the pullback ends with `Grad { .. }`"));
    }
    let end = grad.as_ref().map_or(span, |grad| grad.path.span());
    let fields = grad.map(|grad| fields(grad, args)).transpose()?.unwrap_or_default();
    for arg in args.iter().filter(|arg| arg.carries()) {
        if !fields.iter().any(|field| field.name == arg.name) {
            let say = format!(
                "`Grad` says nothing about `{0}`: write its cotangent, or `{0}: inert`",
                arg.name
            );
            return Err(Error::new(end, say));
        }
    }
    Ok(Pull { shadows, dy, shared, fields })
}

fn fields(grad: ExprStruct, args: &[Arg]) -> Result<Vec<Field>> {
    let mut out: Vec<Field> = Vec::new();
    for field in grad.fields {
        let Member::Named(name) = field.member else {
            return Err(Error::new(field.member.span(), "`Grad` has a field for each argument"));
        };
        fits(&name, args, &out)?;
        let value = match field.expr {
            Expr::Path(path) if path.path.is_ident("inert") => Contribution::Inert,
            Expr::Closure(closure) => {
                let span = closure.inputs.span();
                let mut inputs = closure.inputs.into_iter().map(untyped);
                let (Some(shadow), None) = (inputs.next(), inputs.next()) else {
                    let say = "a contribution in place takes the shadow: `|d| ..`";
                    return Err(Error::new(span, say));
                };
                Contribution::InPlace(shadow, *closure.body)
            }
            value => Contribution::Value(value),
        };
        out.push(Field { name, value });
    }
    Ok(out)
}

/// Whether `Grad` may have a field of this name.
fn fits(name: &Ident, args: &[Arg], before: &[Field]) -> Result<()> {
    let fail = |say: String| Err(Error::new(name.span(), say));
    match args.iter().find(|arg| arg.name == *name) {
        None => fail(format!("`{name}` is not an argument of this rule")),
        Some(arg) if arg.is_mut() => fail(format!(
            "`{name}` is changed by the call: turn its shadow `d.{name}` round in place"
        )),
        Some(arg) if !arg.carries() => fail(format!("`{name}` carries no derivative")),
        Some(_) if before.iter().any(|field| field.name == *name) => {
            fail(format!("`{name}` has a contribution already"))
        }
        Some(_) => Ok(()),
    }
}
