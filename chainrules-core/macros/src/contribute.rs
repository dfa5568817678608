//! The closure that runs the way back.

use crate::model::{Arg, Contribution, Field, Part, Pull, Rule, is_primitive};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::Expr;
use syn::spanned::Spanned;

/// The name of an argument's shadow in generated code.
fn shadow(arg: &Arg) -> Ident {
    format_ident!("__shadow_{}", arg.name, span = Span::mixed_site())
}

fn dy() -> Ident {
    Ident::new("__dy", Span::mixed_site())
}

/// The closure
/// `move |this: &T, .., dy: &Y, mut shadow_this: A0::Shadow<'_, T>, ..| { .. }`.
pub fn closure(rule: &Rule) -> TokenStream {
    let params = rule.args.iter().map(|arg| {
        let (name, ty) = (&arg.name, arg.pulled());
        let reference = if arg.is_mut() { quote!(&mut) } else { quote!(&) };
        quote!(#name: #reference #ty)
    });
    let shadows = rule.args.iter().zip(rule.activities()).map(|(arg, activity)| {
        let (name, ty) = (shadow(arg), arg.shadowed(&quote!('_)));
        quote!(mut #name: <#activity as ::chainrules_core::Activity>::Shadow<'_, #ty>)
    });
    let (dy, output) = (dy(), &rule.output);
    let used = rule.args.iter().map(|arg| {
        let (name, shadow) = (&arg.name, shadow(arg));
        quote!(let _ = (&#name, &mut #shadow);)
    });
    let values = by_value(rule);
    let zeros = zero_shadows(rule);
    let parts = rule.body.back.iter().map(|part| match part {
        Part::Undo(undo) => quote!({ #undo; }),
        Part::Pull(pull) => pulled(rule, pull),
    });
    quote! {
        move |#(#params,)* #dy: &#output, #(#shadows),*| {
            #(#used)*
            #values
            #zeros
            #(#parts)*
        }
    }
}

/// Primitive numbers are numbers in a rule's body, not references.
pub fn by_value(rule: &Rule) -> TokenStream {
    let plain = rule
        .args
        .iter()
        .filter(|arg| matches!(arg.passing, crate::model::Passing::Value) && is_primitive(&arg.ty));
    let names = plain.map(|arg| &arg.name);
    quote!(#(#[allow(unused_variables, reason = "a rule need not use all arguments")] let #names = *#names;)*)
}

/// Shadows of arguments that have a place in `d` but are constant, where another argument is active:
/// zeros of the shape after the call.
fn zero_shadows(rule: &Rule) -> TokenStream {
    if !zeros_are_needed(rule) {
        return TokenStream::new();
    }
    let wanted = any_active(rule);
    let zeros = placed(rule).map(|(arg, activity)| {
        let (name, zero, ty) = (&arg.name, zero(arg), &arg.ty);
        let active = is_active(arg, &activity);
        quote! {
            let mut #zero = if !#active && (#wanted) {
                ::core::option::Option::Some(<#ty as ::chainrules_core::Shadowed<_>>::zero_owned(&*#name))
            } else {
                ::core::option::Option::None
            };
        }
    });
    quote!(#(#zeros)*)
}

/// Whether an argument with a place in `d` can be constant while another argument is active.
fn zeros_are_needed(rule: &Rule) -> bool {
    let others = rule.args.iter().filter(|arg| arg.is_mut() || arg.carries()).count();
    placed(rule).count() > 0 && others + rule.functions().count() > 1
}

/// Whether any argument is active that can carry a derivative.
fn any_active(rule: &Rule) -> TokenStream {
    let args = rule.args.iter().zip(rule.activities());
    let active = args
        .filter(|(arg, _)| arg.is_mut() || arg.carries())
        .map(|(arg, activity)| is_active(arg, &activity));
    // What a function captures may be active, whatever is passed to it.
    let always = rule.functions().next().is_some();
    quote!(#always #(|| #active)*)
}

fn zero(arg: &Arg) -> Ident {
    format_ident!("__zero_{}", arg.name, span = Span::mixed_site())
}

/// The arguments with a place in `d`: those that are changed; if there is none and an argument is a
/// function, those that can carry a derivative.
fn placed(rule: &Rule) -> impl Iterator<Item = (&Arg, Ident)> {
    let all = rule.functions().next().is_some() && !rule.args.iter().any(Arg::is_mut);
    let placed = move |arg: &Arg| arg.is_mut() || (all && arg.carries());
    rule.args.iter().zip(rule.activities()).filter(move |(arg, _)| placed(arg))
}

/// The pull of a function's calls, by the function's name.
fn functions(rule: &Rule) -> TokenStream {
    let activities = rule.activities();
    let bound = rule.functions().map(|(index, arg)| {
        let (name, shadow, activity) = (&arg.name, shadow(arg), &activities[index]);
        quote! {
            let #name = match <#activity as ::chainrules_core::Activity>::get(&mut #shadow) {
                ::core::option::Option::Some(pull) => pull,
                ::core::option::Option::None => ::chainrules_core::__private::constant_function(),
            };
        }
    });
    quote!(#(#bound)*)
}

fn is_active(arg: &Arg, activity: &Ident) -> TokenStream {
    let name = shadow(arg);
    quote!(<#activity as ::chainrules_core::Activity>::get(&mut #name).is_some())
}

/// One closure that ends with `Grad`.
fn pulled(rule: &Rule, pull: &Pull) -> TokenStream {
    let dy_bound = bind_dy(rule, pull);
    let shared = &pull.shared;
    let Some(pattern) = &pull.shadows else {
        let adds = pull.fields.iter().map(|field| {
            let (arg, activity) = named(rule, field);
            add(arg, &activity, &field.value)
        });
        if shared.is_empty() {
            return quote!(#dy_bound #(#adds)*);
        }
        let wanted = pull.fields.iter().map(|field| {
            let (arg, activity) = named(rule, field);
            is_active(arg, &activity)
        });
        return quote!(if false #(|| #wanted)* { #dy_bound #(#shared)* #(#adds)* });
    };

    let placed: Vec<_> = placed(rule).collect();
    let names = placed.iter().map(|(arg, _)| &arg.name);
    let types = (0..placed.len()).map(|i| format_ident!("S{}", i)).collect::<Vec<_>>();
    let functions = functions(rule);
    let wanted = any_active(rule);
    let places = placed.iter().map(|(arg, activity)| {
        let (name, shadow) = (&arg.name, shadow(arg));
        let missing = if zeros_are_needed(rule) {
            let (zero, ty) = (zero(arg), &arg.ty);
            quote!(<#ty as ::chainrules_core::Shadowed<_>>::lent(
                #zero.as_mut().expect("a constant argument beside an active one has a zero shadow")
            ))
        } else {
            quote!(::core::unreachable!())
        };
        quote!(#name: match <#activity as ::chainrules_core::Activity>::get(&mut #shadow) {
            ::core::option::Option::Some(shadow) => shadow,
            ::core::option::Option::None => #missing,
        })
    });
    let fields = names.clone();
    // A contribution may consume the cotangent of what was changed: it runs whether wanted or not.
    let adds = pull.fields.iter().map(|field| {
        let (arg, activity) = named(rule, field);
        match &field.value {
            Contribution::Value(value) => {
                let kept = Ident::new("__contribution", Span::mixed_site());
                let plain: Expr = syn::parse_quote!(#kept);
                let add = add(arg, &activity, &Contribution::Value(plain));
                let ty = &arg.ty;
                quote_spanned!(value.span()=> { let #kept: #ty = #value; #add })
            }
            other => add(arg, &activity, other),
        }
    });
    quote! {
        if #wanted {
            struct Shadows<#(#types),*> { #(#fields: #types),* }
            let __shadows = Shadows { #(#places),* };
            #(let _ = &__shadows.#names;)*
            let #pattern = __shadows;
            #functions
            #dy_bound
            #(#shared)*
            #(#adds)*
        }
    }
}

/// The author's name for the cotangent of the result.
pub fn bind_dy(rule: &Rule, pull: &Pull) -> TokenStream {
    let dy = dy();
    match &pull.dy {
        Some(pattern) if is_primitive(&rule.output) => quote!(let #pattern = *#dy;),
        Some(pattern) => quote!(let #pattern = #dy;),
        None => quote!(let _ = #dy;),
    }
}

fn named<'r>(rule: &'r Rule, field: &Field) -> (&'r Arg, Ident) {
    let at = rule.args.iter().position(|arg| arg.name == field.name);
    let at = at.expect("the fields of `Grad` are arguments");
    (&rule.args[at], rule.activities().swap_remove(at))
}

/// Adds a contribution to the shadow of an argument, if that is active.
fn add(arg: &Arg, activity: &Ident, value: &Contribution) -> TokenStream {
    let (shadow, place) = (shadow(arg), Ident::new("__place", Span::mixed_site()));
    let add = match value {
        Contribution::Inert => return TokenStream::new(),
        Contribution::Value(value) => {
            quote_spanned!(value.span()=> ::chainrules_core::__private::add(#place, #value);)
        }
        Contribution::InPlace(pattern, statement) => quote!(let #pattern = #place; #statement;),
    };
    quote! {
        if let ::core::option::Option::Some(#place) =
            <#activity as ::chainrules_core::Activity>::get(&mut #shadow)
        {
            #add
        }
    }
}
