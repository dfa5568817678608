//! The notation of `scalar_rule!`.

use crate::checks::Checks;
use crate::emit;
use crate::model::{Arg, Body, Contribution, Field, Kind, Part, Passing, Pull, Rule, Target};
use crate::text::text;
use proc_macro2::{Ident, Span, TokenStream};
use quote::format_ident;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{
    Attribute, Error, Expr, ExprClosure, Pat, Path, Result, Stmt, Token, Type, bracketed,
    parse_quote,
};

/// `name` or `[f64::name, ..]`, the closure, and domains.
struct Input {
    docs: Vec<Attribute>,
    targets: Vec<(Type, Ident)>,
    closure: ExprClosure,
    checks: TokenStream,
}

impl Parse for Input {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let docs = input.call(Attribute::parse_outer)?;
        let targets = if input.peek(syn::token::Bracket) {
            let inside;
            bracketed!(inside in input);
            let paths = Punctuated::<Path, Token![,]>::parse_terminated(&inside)?;
            paths.iter().map(typed).collect::<Result<_>>()?
        } else {
            let path: Path = input.parse()?;
            match path.get_ident() {
                Some(name) => {
                    vec![(parse_quote!(f32), name.clone()), (parse_quote!(f64), name.clone())]
                }
                None => vec![typed(&path)?],
            }
        };
        input.parse::<Token![,]>()?;
        let closure = input.parse()?;
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
        Ok(Self { docs, targets, closure, checks: input.parse()? })
    }
}

/// `f64::sin` as a type and a name.
fn typed(path: &Path) -> Result<(Type, Ident)> {
    let mut owner = path.clone();
    let last = owner.segments.pop().expect("a path has a segment");
    owner.segments.pop_punct();
    if owner.segments.is_empty() {
        return Err(Error::new(path.span(), "in a list, name the type: `f64::sin`"));
    }
    Ok((parse_quote!(#owner), last.ident))
}

/// `scalar_rule!(..)`: one rule for each type.
pub fn expand(input: TokenStream) -> Result<TokenStream> {
    let input: Input = syn::parse2(input)?;
    input.targets.iter().map(|(ty, name)| emit::rule(&rule(&input, ty, name)?)).collect()
}

fn rule(input: &Input, ty: &Type, name: &Ident) -> Result<Rule> {
    let Input { docs, closure, checks, .. } = input;
    let mut params: Vec<&Pat> = closure.inputs.iter().collect();
    let Some(result) = params.pop() else {
        return Err(Error::new(
            closure.span(),
            "name the arguments and, last, the result: `|x, y|`",
        ));
    };
    let args: Vec<Arg> = params
        .iter()
        .enumerate()
        .map(|(index, pat)| argument(pat, index, ty))
        .collect::<Result<_>>()?;
    if args.is_empty() {
        return Err(Error::new(
            closure.inputs.span(),
            "name the arguments and, last, the result: `|x, y|`",
        ));
    }
    let (shared, partials) = partials(&closure.body)?;
    let reals: Vec<&Arg> = args.iter().filter(|arg| arg.carries()).collect();
    if reals.len() != partials.elems.len() {
        let say = format!(
            "{} real arguments but {} partial derivatives",
            reals.len(),
            partials.elems.len()
        );
        return Err(Error::new(partials.span(), say));
    }
    let y = match result {
        Pat::Ident(name) => name.ident.clone(),
        Pat::Wild(_) => Ident::new("__value", Span::mixed_site()),
        other => {
            return Err(Error::new(other.span(), "name the result, or `_` if it is not needed"));
        }
    };
    let dy = Ident::new("__cotangent", Span::mixed_site());
    let fields = reals.iter().zip(&partials.elems).map(|(arg, partial)| {
        let product: Expr = syn::parse2(quote::quote_spanned!(partial.span()=> #dy * (#partial)))?;
        Ok(Field { name: arg.name.clone(), value: Contribution::Value(product) })
    });
    let fields = fields.collect::<Result<_>>()?;
    let names = args.iter().map(|arg| &arg.name);
    let declared = args.iter().skip(1).map(|arg| format!(", {}: {}", arg.name, text(&arg.ty)));
    Ok(Rule {
        marker: None,
        stands_for: None,
        docs: docs.clone(),
        name: name.clone(),
        target: Target::Method,
        kind: Kind::Scalar,
        generics: Default::default(),
        signature: format!("fn {name}(self{}) -> {}", declared.collect::<String>(), text(ty)),
        output: ty.clone(),
        body: Body {
            forward: vec![parse_quote!(let #y = <#ty>::#name(#(#names),*);)],
            value: parse_quote!(#y),
            back: vec![Part::Pull(Box::new(Pull {
                shadows: None,
                dy: Some(parse_quote!(#dy)),
                shared,
                fields,
            }))],
        },
        args,
        checks: Checks::parse(checks.clone())?,
    })
}

/// An argument of the method: of its own type unless another is given.
fn argument(pat: &Pat, index: usize, own: &Type) -> Result<Arg> {
    let (pat, ty) = match pat {
        Pat::Type(typed) => (&*typed.pat, (*typed.ty).clone()),
        pat => (pat, own.clone()),
    };
    let name = match pat {
        Pat::Ident(name) => name.ident.clone(),
        Pat::Wild(_) => format_ident!("x{index}", span = Span::mixed_site()),
        other => return Err(Error::new(other.span(), "an argument is a name or `_`")),
    };
    Ok(Arg { name, ty, passing: Passing::Value, inert: false })
}

/// The list that the closure ends with.
fn partials(body: &Expr) -> Result<(Vec<Stmt>, syn::ExprArray)> {
    let say = "list the partial derivatives: `[..]`";
    match body {
        Expr::Array(list) => Ok((Vec::new(), list.clone())),
        Expr::Block(block) => {
            let mut stmts = block.block.stmts.clone();
            match stmts.pop() {
                Some(Stmt::Expr(Expr::Array(list), None)) => Ok((stmts, list)),
                _ => Err(Error::new(body.span(), say)),
            }
        }
        other => Err(Error::new(other.span(), say)),
    }
}
