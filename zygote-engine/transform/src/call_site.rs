//! What a user calls: `gradient!(f, x)` and its siblings.

use crate::pointer::Methods;
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;
use syn::visit_mut::VisitMut;
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
        // What a macro was given stands in a group or in parentheses.
        let operand = || -> syn::Result<Expr> {
            let mut operand = crate::lower::strip(&input.parse()?).clone();
            crate::bare::BareTypes.visit_expr_mut(&mut operand);
            Ok(operand)
        };
        let function = operand()?;
        let mut arguments = vec![];
        while input.parse::<Option<Token![,]>>()?.is_some() && !input.is_empty() {
            arguments.push(operand()?);
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
                Expr::Reference(r) if r.mutability.is_none() => quote!(#name: &_),
                _ => quote!(#name),
            });
            args.push(syn::parse_quote!(#name));
            arguments.push(argument.clone());
        }
        let function = syn::parse_quote!(|#(#params),*| #function(#(#args),*));
        Some(Self { function, arguments })
    }

    /// The call in a closure, of a method of `f32` or `f64`, whose rule is found like that of a call.
    fn of_number(&self) -> Option<Self> {
        let Expr::Path(function) = &self.function else { return None };
        let number = function.path.segments.first().map(|s| &s.ident)?;
        if function.path.segments.len() != 2 || number != "f32" && number != "f64" {
            return None;
        }
        // An integer that is written here is part of the function.
        let is_written = |e: &Expr| matches!(e, Expr::Lit(l) if matches!(l.lit, syn::Lit::Int(_)));
        let (mut params, mut args, mut arguments) = (vec![], vec![], vec![]);
        for (k, argument) in self.arguments.iter().enumerate() {
            if k > 0 && is_written(argument) {
                args.push(argument.clone());
                continue;
            }
            let name = format_ident!("__given_{}", k);
            params.push(if k == 0 { quote!(#name: #number) } else { quote!(#name) });
            args.push(syn::parse_quote!(#name));
            arguments.push(argument.clone());
        }
        let function = syn::parse_quote!(|#(#params),*| #function(#(#args),*));
        Some(Self { function, arguments })
    }

    fn expression(&self, asked: Asked) -> syn::Result<TokenStream> {
        if let (Asked::Ir | Asked::Adjoint, Expr::Path(p)) = (asked, &self.function) {
            let text = part_of(p, 0, if asked == Asked::Ir { "ir_text" } else { "adjoint_text" });
            return Ok(quote!(#text()));
        }
        if let (Asked::Ir | Asked::Adjoint, Expr::Closure(c)) = (asked, &self.function) {
            crate::conditional::refuse_in(&self.function)?;
            crate::hygiene::refuse_in(c)?;
            let (ir, adjoint) = crate::explain_closure(c)?;
            let text = if asked == Asked::Ir { ir } else { adjoint };
            return Ok(quote!(#text));
        }
        if let Some(site) = self.without_functions().or_else(|| self.of_number()) {
            return site.expression(asked);
        }
        let mut arguments = self.arguments.clone();
        arguments.iter_mut().for_each(|a| Methods.visit_expr_mut(a));
        let (arguments, constant): (Vec<_>, Vec<_>) =
            arguments.iter().map(declared_constant).unzip();
        let (given, pattern, call) = match &self.function {
            Expr::Path(p) => (
                arguments_of(p, &arguments),
                quote!((__arguments, __activity)),
                by_path(p, &constant),
            ),
            Expr::Closure(c) => {
                crate::conditional::refuse_in(&self.function)?;
                crate::hygiene::refuse_in(c)?;
                let names = (0..arguments.len()).map(|k| format_ident!("__argument_{}", k));
                (quote!((#(#arguments,)*)), quote!((#(#names,)*)), by_closure(c, &constant)?)
            }
            other => {
                return Err(syn::Error::new_spanned(
                    other,
                    "expected the path of a function with `#[differentiable]`, or a closure",
                ));
            }
        };
        let private = quote!(::zygote_engine::__private);
        let at = Span::call_site().located_at(self.function.span());
        let pull = |seed: TokenStream| {
            let collected = quote_spanned!(at=> #private::collected(__cotangents));
            quote! {{
                let __cotangents = #private::AppendTo::append_to(__back(#seed), ());
                #collected
            }}
        };
        let checks = self.arguments.iter().filter_map(constant_path);
        let checks = checks.map(|path| {
            let check = crate::lower::is_own("constant", path);
            quote!(#check;)
        });
        let call = quote!(#(#checks)* let (__value, __back) = #call;);
        let one = quote_spanned!(at=> #private::one(&__value));
        let answer = match asked {
            Asked::Gradient => pull(one),
            Asked::ValueAndGradient => {
                let gradient = pull(one);
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
        Ok(quote!(match #given { #allowed #pattern => { #call #answer } }))
    }
}

/// The arguments of a function as it takes them. The parentheses are nobody's, so that the compiler
/// proposes no other text in them.
fn arguments_of(function: &syn::ExprPath, arguments: &[&Expr]) -> TokenStream {
    let given = part_of(function, arguments.len(), "arguments");
    let mut arguments = Group::new(Delimiter::Parenthesis, quote!(#(#arguments),*));
    arguments.set_span(Span::mixed_site().located_at(function.span()));
    quote!(#given #arguments)
}

/// The value and the pullback of a function.
fn by_path(function: &syn::ExprPath, constant: &[bool]) -> TokenStream {
    let private = quote!(::zygote_engine::__private);
    let pullback = part_of(function, constant.len(), "pullback");
    let activities = constant.iter().map(|constant| {
        if *constant { quote!(#private::Constant) } else { quote!(#private::Active) }
    });
    let activities = crate::emit::list(activities);
    // Another function of the name may be meant.
    let has_rule = (!is_of_type(function)).then(|| {
        let has_rule = part_of(function, constant.len(), "has_rule");
        quote!(#has_rule(&#function, &__arguments);)
    });
    quote!({
        #has_rule
        #pullback(__arguments, #private::Restrict::restrict(__activity, #activities))
    })
}

/// Whether a path is that of a type's function.
fn is_of_type(function: &syn::ExprPath) -> bool {
    let before = function.path.segments.iter().rev().nth(1);
    function.qself.is_some()
        || before.is_some_and(|s| s.ident.to_string().starts_with(char::is_uppercase))
}

/// The path of a part of a function's derivative: `f::part`, and of a method's `Type::part_f`.
fn part_of(function: &syn::ExprPath, arguments: usize, part: &str) -> TokenStream {
    let mut path = function.clone();
    if is_of_type(function)
        && let Some(last) = path.path.segments.last_mut()
    {
        let part = crate::emit::method_part(part, &last.ident);
        let of_trait = "of a trait's function: import the trait";
        let without = crate::emit::without_rule(&last.ident, &part, of_trait);
        *last = part.into();
        // `<Type as Trait>::f`: what belongs to it is the type's.
        if let Some(q) = path.qself.as_mut().filter(|q| q.position > 0) {
            q.position = 0;
            let last = path.path.segments.last().cloned();
            path.path.segments = last.into_iter().collect();
            path.path.leading_colon = Some(Default::default());
        }
        return quote!(({ #without #path }));
    }
    // `f::<T>` is a function of that type.
    if let Some(last) = path.path.segments.last_mut() {
        last.arguments = syn::PathArguments::None;
    }
    let span = function.path.segments.last().map_or_else(Span::call_site, |s| s.ident.span());
    let part = Ident::new(part, span);
    let asked = crate::emit::asked_with(arguments);
    let imported = crate::emit::imported(&path.path, asked);
    quote_spanned!(span=> ({ #imported <__Rule>::#part }))
}

/// The value and the pullback of a closure.
pub fn by_closure(c: &syn::ExprClosure, constant: &[bool]) -> syn::Result<TokenStream> {
    let c = &crate::curried::closure_with_closures(c);
    let crate::Planned { primal, activity, adjoint, record } =
        crate::Planned::of_closure(c, constant)?;
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
fn constant_path(e: &Expr) -> Option<&syn::ExprPath> {
    match e {
        Expr::Call(c) if c.args.len() == 1 => match &*c.func {
            Expr::Path(p) if p.path.is_ident("constant") => Some(p),
            _ => None,
        },
        _ => None,
    }
}
