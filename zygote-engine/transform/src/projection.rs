//! `impl Index for Type` and the like: the cotangent's part is found by the same function, which may
//! therefore not look at real numbers to find it.

use crate::emit::allowed;
use crate::operator::freed;
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, parse_quote, parse_quote_spanned};

/// A copy of the function, which is never called, in which the compiler checks what decides.
pub fn check(block: &syn::ItemImpl, method: &syn::ItemFn) -> TokenStream {
    let mut function = freed(&with_output(block), method);
    let lifetime: syn::Lifetime = parse_quote!('__zygote);
    // What is given is a part of the receiver.
    let mut elided = false;
    if let syn::ReturnType::Type(_, ty) = &mut function.sig.output
        && let syn::Type::Reference(given) = &mut **ty
        && given.lifetime.is_none()
        && let Some(syn::FnArg::Typed(receiver)) = function.sig.inputs.first_mut()
        && let syn::Type::Reference(receiver) = &mut *receiver.ty
        && receiver.lifetime.is_none()
    {
        given.lifetime = Some(lifetime.clone());
        receiver.lifetime = Some(lifetime.clone());
        elided = true;
    }
    if elided {
        function.sig.generics.params.insert(0, parse_quote!(#lifetime));
    }
    Decisions.visit_block_mut(&mut function.block);
    let allowed = allowed();
    quote! {
        #allowed
        const _: () = {
            use ::zygote_engine::__private::{IsReal as _, IsUnreal as _};
            #function
        };
    }
}

/// What the derivative has beside the block: the parts of the cotangent are found by the trait for exclusive
/// references, which the compiler checks, and those that have a key as the values of a map are.
pub fn beside(block: &syn::ItemImpl) -> TokenStream {
    let (ty, clause) = (&block.self_ty, &block.generics.where_clause);
    let last = block.trait_.as_ref().and_then(|(path, _)| path.segments.last());
    let last = last.expect("a projection is a trait's");
    let of = match &last.arguments {
        syn::PathArguments::AngleBracketed(of) => of.args.first(),
        _ => None,
    };
    let private = quote!(::zygote_engine::__private);
    let inner = match (last.ident.to_string().as_str(), of) {
        ("Index", Some(of)) => {
            let generics = &block.generics;
            let check = quote_spanned!(ty.span()=> #private::changes_a_part::<#ty, #of>(););
            quote!(fn __checked #generics () #clause { #check })
        }
        ("IndexMut", Some(syn::GenericArgument::Type(syn::Type::Reference(of)))) => {
            let mut generics = block.generics.clone();
            let params = generics.params.into_iter();
            let of_key = |p: &syn::GenericParam| matches!(p, syn::GenericParam::Lifetime(l) if of.lifetime.as_ref() == Some(&l.lifetime));
            generics.params = params.filter(|p| !of_key(p)).collect();
            let key = &of.elem;
            quote! {
                impl #generics #private::Keyed<#key> for #ty #clause {
                    type Value = <Self as ::core::ops::Index<&'static #key>>::Output;

                    fn value_mut(&mut self, key: &#key) -> &mut Self::Value {
                        &mut self[key]
                    }
                }
            }
        }
        _ => return quote!(),
    };
    let allowed = allowed();
    quote!(#allowed const _: () = { #inner };)
}

/// The block of `IndexMut` or `DerefMut` with the type that `Index` or `Deref` has.
fn with_output(block: &syn::ItemImpl) -> syn::ItemImpl {
    let mut block = block.clone();
    let Some(last) = block.trait_.as_ref().and_then(|(path, _)| path.segments.last()) else {
        return block;
    };
    let (ty, arguments) = (&block.self_ty, &last.arguments);
    let output: syn::ImplItem = match last.ident.to_string().as_str() {
        "IndexMut" => parse_quote!(type Output = <#ty as ::core::ops::Index #arguments>::Output;),
        "DerefMut" => parse_quote!(type Target = <#ty as ::core::ops::Deref>::Target;),
        _ => return block,
    };
    block.items.push(output);
    block
}

/// Asks of every value that decides whether it is a real number.
struct Decisions;

impl VisitMut for Decisions {
    fn visit_expr_mut(&mut self, e: &mut Expr) {
        if let Expr::Macro(m) = e
            && m.mac.path.is_ident("matches")
            && let Ok(written) = as_match(&m.mac.tokens)
        {
            *e = written;
        }
        visit_mut::visit_expr_mut(self, e);
        match e {
            Expr::Binary(b) if compares(&b.op) => asked(&mut b.left),
            Expr::Cast(c) => asked(&mut c.expr),
            Expr::Match(m) if is_place(&m.expr) => asked_before(&m.expr.clone(), e),
            Expr::Match(m) => asked(&mut m.expr),
            Expr::Let(l) if is_place(&l.expr) => {
                let place = &l.expr;
                let question = question(&parse_quote!((*__value)));
                *l.expr = parse_quote!(*{ let __value = &#place; #question __value });
            }
            Expr::Let(l) => asked(&mut l.expr),
            Expr::Tuple(t) => t.elems.iter_mut().for_each(asked_if_value),
            Expr::Array(a) => a.elems.iter_mut().for_each(asked_if_value),
            Expr::Call(c) => c.args.iter_mut().for_each(asked_if_value),
            Expr::MethodCall(m) => {
                m.args.iter_mut().for_each(asked_if_value);
                if is_place(&m.receiver) {
                    asked_before(&m.receiver.clone(), e);
                } else {
                    asked(&mut m.receiver);
                }
            }
            _ => {}
        }
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

/// What `matches!` stands for.
fn as_match(tokens: &TokenStream) -> syn::Result<Expr> {
    let parse = |input: syn::parse::ParseStream<'_>| {
        let value: Expr = input.parse()?;
        input.parse::<syn::Token![,]>()?;
        let pattern: TokenStream = input.parse()?;
        Ok((value, pattern))
    };
    let (value, pattern) = syn::parse::Parser::parse2(parse, tokens.clone())?;
    syn::parse2(quote::quote!(match #value { #pattern => true, _ => false }))
}

fn question(value: &Expr) -> TokenStream {
    quote_spanned! {value.span()=>
        ::zygote_engine::__private::finds((&::zygote_engine::__private::Probe(&#value)).reality());
    }
}

fn asked(value: &mut Expr) {
    if is_place(value) {
        asked_before(&value.clone(), value);
        return;
    }
    let (value_span, bound) = (value.span(), parse_quote_spanned!(value.span()=> __value));
    let question = question(&bound);
    *value = parse_quote_spanned!(value_span=> { let __value = #value; #question __value });
}

/// What a call takes by value, or as a place.
fn asked_if_value(argument: &mut Expr) {
    if !matches!(argument, Expr::Closure(_) | Expr::Reference(_) | Expr::Lit(_)) {
        asked(argument);
    }
}

fn asked_before(part: &Expr, e: &mut Expr) {
    let question = question(part);
    *e = parse_quote!({ #question #e });
}

fn compares(op: &syn::BinOp) -> bool {
    use syn::BinOp::{Eq, Ge, Gt, Le, Lt, Ne};
    matches!(op, Eq(_) | Ge(_) | Gt(_) | Le(_) | Lt(_) | Ne(_))
}

fn is_place(e: &Expr) -> bool {
    match e {
        Expr::Path(_) => true,
        Expr::Field(f) => is_place(&f.base),
        Expr::Index(i) => is_place(&i.expr),
        Expr::Unary(u) => matches!(u.op, syn::UnOp::Deref(_)) && is_place(&u.expr),
        Expr::Paren(p) => is_place(&p.expr),
        _ => false,
    }
}
