//! What a user calls: `gradient!(f, x)` and its siblings.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use syn::parse::{Parse, ParseStream};
use syn::{Expr, Token};

/// What is asked of a function.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Asked {
    /// The gradient.
    Gradient,
    /// The value and the gradient.
    ValueAndGradient,
    /// The value and the pullback.
    Pullback,
    /// The IR as text.
    Ir,
    /// The adjoint as text.
    Adjoint,
}

/// A function and its arguments.
pub struct CallSite {
    function: Expr,
    arguments: Vec<Expr>,
}

impl Parse for CallSite {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let function = input.parse()?;
        let mut arguments = vec![];
        while input.parse::<Option<Token![,]>>()?.is_some() && !input.is_empty() {
            arguments.push(input.parse()?);
        }
        if !input.is_empty() {
            return Err(input.error("expected `,` between the arguments"));
        }
        Ok(Self { function, arguments })
    }
}

impl CallSite {
    /// The expression that the macro stands for.
    pub fn expand(&self, asked: Asked) -> TokenStream {
        self.expression(asked).unwrap_or_else(|e| e.to_compile_error())
    }

    /// The call in a closure of the other arguments, where an argument is a closure: its captured
    /// variables are constant.
    fn without_functions(&self) -> Option<Self> {
        let Expr::Path(function) = &self.function else { return None };
        if !self.arguments.iter().any(is_closure) {
            return None;
        }
        let (mut params, mut args, mut arguments) = (vec![], vec![], vec![]);
        for (k, argument) in self.arguments.iter().enumerate() {
            if is_closure(argument) {
                args.push(argument.clone());
                continue;
            }
            let name = format_ident!("__given_{}", k);
            params.push(match argument {
                Expr::Reference(_) => quote!(#name: &_),
                _ => quote!(#name),
            });
            args.push(syn::parse_quote!(#name));
            arguments.push(argument.clone());
        }
        let function = syn::parse_quote!(|#(#params),*| #function(#(#args),*));
        Some(Self { function, arguments })
    }

    fn expression(&self, asked: Asked) -> syn::Result<TokenStream> {
        if let (Asked::Ir | Asked::Adjoint, Expr::Path(p)) = (asked, &self.function) {
            let constant = part_of(p, if asked == Asked::Ir { "IR" } else { "ADJOINT" });
            return Ok(quote!(#constant));
        }
        if let Some(site) = self.without_functions() {
            return site.expression(asked);
        }
        let (arguments, constant): (Vec<_>, Vec<_>) =
            self.arguments.iter().map(declared_constant).unzip();
        let names: Vec<_> =
            (0..arguments.len()).map(|k| format_ident!("__argument_{}", k)).collect();
        let (given, call) = match &self.function {
            Expr::Path(p) => {
                let given = part_of(p, "arguments");
                (quote!(#given(#(#arguments),*)), by_path(p, &names, &constant))
            }
            Expr::Closure(c) => (quote!((#(#arguments,)*)), by_closure(c, &constant)?),
            other => {
                return Err(syn::Error::new_spanned(
                    other,
                    "expected the path of a function with `#[differentiable]`, or a closure",
                ));
            }
        };
        let private = quote!(::zygote_engine::__private);
        let collected = (0..arguments.len()).fold(quote!(()), |tuple, k| {
            let k = syn::Index::from(k);
            quote!(#private::AppendTo::append_to(__cotangents.#k, #tuple))
        });
        let pull = |seed: TokenStream| {
            quote! {{
                let __cotangents = __back(#seed);
                #private::Collected::collected(#collected)
            }}
        };
        // A function of the user's own has another type.
        let checks = self.arguments.iter().filter_map(|e| {
            let path = constant_path(e)?;
            Some(quote!(let _: fn(#private::Own) -> #private::Own = #path;))
        });
        let call = quote!(#(#checks)* let (__value, __back) = #call;);
        let answer = match asked {
            Asked::Gradient => pull(quote!(#private::one(&__value))),
            Asked::ValueAndGradient => {
                let gradient = pull(quote!(#private::one(&__value)));
                quote!(let __gradient = #gradient; (__value, __gradient))
            }
            _ => {
                let gradient = pull(quote!(__dy));
                quote! {
                    let __back = #private::pullback_of(&__value, move |__dy| #gradient);
                    (__value, __back)
                }
            }
        };
        // A match, so that what an argument borrows lives until the answer is there.
        let allowed = crate::emit::allowed();
        Ok(quote!(match #given { #allowed (#(#names,)*) => { #call #answer } }))
    }
}

/// The value and the pullback of a function.
fn by_path(function: &syn::ExprPath, names: &[Ident], constant: &[bool]) -> TokenStream {
    let private = quote!(::zygote_engine::__private);
    let (activity, pullback) = (part_of(function, "ACTIVITY"), part_of(function, "pullback"));
    let activities = constant.iter().enumerate().map(|(k, constant)| {
        let k = syn::Index::from(k);
        let here = if *constant { quote!(#private::Constant) } else { quote!(#private::Active) };
        quote!(#private::Restrict::restrict(#activity.#k, #here))
    });
    quote!(#pullback(#(#names,)* (#(#activities,)*)))
}

/// The path of a part of a function's derivative: `f::part`, and of a method's `Type::part_f`.
fn part_of(function: &syn::ExprPath, part: &str) -> TokenStream {
    let mut path = function.clone();
    let before = path.path.segments.iter().rev().nth(1);
    let of_type = path.qself.is_some()
        || before.is_some_and(|s| s.ident.to_string().starts_with(char::is_uppercase));
    if of_type && let Some(last) = path.path.segments.last_mut() {
        *last = crate::emit::method_part(part, &last.ident).into();
        return quote!(#path);
    }
    // `f::<T>` is a function of that type.
    if let Some(last) = path.path.segments.last_mut() {
        last.arguments = syn::PathArguments::None;
    }
    let part = Ident::new(
        part,
        function.path.segments.last().map_or_else(Span::call_site, |s| s.ident.span()),
    );
    quote!(#path::#part)
}

/// The value and the pullback of a closure.
fn by_closure(c: &syn::ExprClosure, constant: &[bool]) -> syn::Result<TokenStream> {
    let primal = crate::lower::closure(&crate::objects::closure_with_casts(c), constant)?;
    let activity = crate::activity::of(&primal);
    crate::activity::check(&primal, &activity)?;
    let mut adjoint = crate::adjoint::of(&primal, &activity);
    let record = crate::record::plan(&primal, &mut adjoint);
    Ok(crate::emit::called(&primal, &activity, &adjoint, &record, &c.output))
}

/// Whether an argument is a closure, or a reference to one.
fn is_closure(e: &Expr) -> bool {
    match e {
        Expr::Closure(_) => true,
        Expr::Reference(r) => is_closure(&r.expr),
        Expr::Paren(p) => is_closure(&p.expr),
        _ => false,
    }
}

/// The argument, and whether it is written `constant(..)`.
fn declared_constant(e: &Expr) -> (&Expr, bool) {
    match (e, constant_path(e)) {
        (Expr::Call(c), Some(_)) => (&c.args[0], true),
        _ => (e, false),
    }
}

/// The function of `constant(..)`.
fn constant_path(e: &Expr) -> Option<&syn::Path> {
    match e {
        Expr::Call(c) if c.args.len() == 1 => match &*c.func {
            Expr::Path(p) if p.path.is_ident("constant") => Some(&p.path),
            _ => None,
        },
        _ => None,
    }
}
