//! Rules of binary operators: implementations of `SumRule` and `ProductRule`.

use crate::checks::parameter;
use crate::contribute::{bind_dy, by_value};
use crate::model::{Arg, Contribution, Part, Passing, Pull, Rule, is_primitive};
use crate::register;
use crate::text::text;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use syn::{Error, Result, parse_quote};

/// The rule of `a op b`.
pub fn rule(rule: &Rule, op: &Ident) -> Result<TokenStream> {
    let sum = match op.to_string().as_str() {
        "Add" | "Sub" => true,
        "Mul" | "Div" | "Rem" => false,
        _ => {
            let say = "the operators with rules are `Add`, `Sub`, `Mul`, `Div` and `Rem`";
            return Err(Error::new(op.span(), say));
        }
    };
    let [lhs, rhs] = &rule.args[..] else {
        return Err(Error::new(rule.name.span(), "an operator has two operands"));
    };
    if let Some(first) = rule.body.forward.first() {
        let say = "the rule of an operator keeps nothing of the forward sweep: move this into the closure";
        return Err(Error::new_spanned(first, say));
    }
    let [Part::Pull(pull)] = &rule.body.back[..] else {
        return Err(Error::new(
            rule.name.span(),
            "an operator ends with `(value, |dy| Grad { .. })`",
        ));
    };
    let implementation = implementation(rule, op, sum, pull, lhs, rhs);
    let registered = register::entries(rule, &primal(rule), &forward(rule, op, sum))?;
    Ok(quote!(#implementation #registered))
}

fn implementation(
    rule: &Rule,
    op: &Ident,
    sum: bool,
    pull: &Pull,
    lhs: &Arg,
    rhs: &Arg,
) -> TokenStream {
    let (left, right, output) = (&lhs.ty, &rhs.ty, &rule.output);
    let ml = Ident::new("ML", Span::mixed_site());
    // Two bounds on one type would make its marker ambiguous.
    let one = text(left) == text(right);
    let mr = if one { ml.clone() } else { Ident::new("MR", Span::mixed_site()) };
    let mut generics = rule.generics.clone();
    generics.params.push(parse_quote!(#ml));
    if !one {
        generics.params.push(parse_quote!(#mr));
    }
    let clause = generics.make_where_clause();
    clause.predicates.push(parse_quote!(#left: ::chainrules_core::Tangent<#ml>));
    if !one {
        clause.predicates.push(parse_quote!(#right: ::chainrules_core::Tangent<#mr>));
    }
    let (impl_generics, _, clause) = generics.split_for_impl();
    let types = generics.params.iter().filter_map(|param| match param {
        syn::GenericParam::Type(ty) => Some(&ty.ident),
        _ => None,
    });
    let types: Vec<_> = types.collect();
    let declared = generics.params.iter().filter_map(|param| match param {
        syn::GenericParam::Const(c) => {
            let (name, ty) = (&c.ident, &c.ty);
            Some(quote!(const #name: #ty))
        }
        param => parameter(param).map(|name| quote!(#name)),
    });
    let names = generics.params.iter().filter_map(parameter);
    let marker = quote!(Marker<#(#names),*>);
    let docs = &rule.docs;

    let setup = setup(rule, pull, lhs, rhs);
    let pull_of = |arg: &Arg, marker: &Ident| {
        let ty = &arg.ty;
        let name = &arg.name;
        let shape = if sum {
            quote!(#name)
        } else {
            quote!(&<#ty as ::chainrules_core::Tangent<#marker>>::shape(&#name))
        };
        let zero = quote!(<#ty as ::chainrules_core::Tangent<#marker>>::zero(#shape));
        match contribution(pull, arg) {
            Contribution::Value(value) => quote!(#setup #value),
            Contribution::InPlace(pattern, statement) => {
                quote!(let mut __zero = #zero; { #setup let #pattern = &mut __zero; #statement; } __zero)
            }
            Contribution::Inert => quote!(#setup #zero),
        }
    };
    let add_of = |arg: &Arg, marker: &Ident| {
        let ty = &arg.ty;
        match contribution(pull, arg) {
            Contribution::Value(value) => {
                quote!(#setup <#ty as ::chainrules_core::Tangent<#marker>>::accumulate(__shadow, &(#value));)
            }
            Contribution::InPlace(pattern, statement) => {
                quote!(#setup let #pattern = __shadow; #statement;)
            }
            Contribution::Inert => quote!(let _ = __shadow;),
        }
    };
    let (pull_lhs, pull_rhs) = (pull_of(lhs, &ml), pull_of(rhs, &mr));
    let (a, b, dy) = (&lhs.name, &rhs.name, Ident::new("__dy", Span::mixed_site()));
    let unused = quote!(#[allow(unused_variables, unused_mut, reason = "an operand's cotangent need not use all")]);
    let body = if sum {
        quote! {
            type LhsShape = <#left as ::chainrules_core::Tangent<#ml>>::Shape;
            type RhsShape = <#right as ::chainrules_core::Tangent<#mr>>::Shape;
            type Output = #output;

            #[inline] #unused
            fn pull_lhs(#a: &Self::LhsShape, #b: &Self::RhsShape, #dy: &#output) -> #left { #pull_lhs }

            #[inline] #unused
            fn pull_rhs(#a: &Self::LhsShape, #b: &Self::RhsShape, #dy: &#output) -> #right { #pull_rhs }
        }
    } else {
        let bind = quote!(let #a = self;);
        let values = by_value(rule);
        let (add_lhs, add_rhs) = (add_of(lhs, &ml), add_of(rhs, &mr));
        quote! {
            type Output = #output;

            #[inline] #unused
            fn pull_lhs(&self, #b: &#right, #dy: &#output) -> #left { #bind #values #pull_lhs }

            #[inline] #unused
            fn pull_rhs(&self, #b: &#right, #dy: &#output) -> #right { #bind #values #pull_rhs }

            #[inline] #unused
            fn add_lhs(&self, #b: &#right, #dy: &#output, __shadow: &mut #left) { #bind #values #add_lhs }

            #[inline] #unused
            fn add_rhs(&self, #b: &#right, #dy: &#output, __shadow: &mut #right) { #bind #values #add_rhs }
        }
    };
    let rule_trait = Ident::new(if sum { "SumRule" } else { "ProductRule" }, Span::call_site());
    quote! {
        const _: () = {
            /// The marker of this rule, which makes it one of this crate.
            pub struct Marker<#(#declared),*>(::core::marker::PhantomData<(#(#types,)*)>);

            #(#docs)*
            impl #impl_generics ::chainrules_core::#rule_trait<::chainrules_core::#op, #right, #marker> for #left #clause {
                #body
            }
        };
    }
}

/// The author's name for the cotangent, and what the closure shares.
fn setup(rule: &Rule, pull: &Pull, lhs: &Arg, rhs: &Arg) -> TokenStream {
    let dy = bind_dy(rule, pull);
    let shared = &pull.shared;
    let (a, b) = (&lhs.name, &rhs.name);
    quote!(let _ = (&#a, &#b); #dy #(#shared)*)
}

fn contribution<'p>(pull: &'p Pull, arg: &Arg) -> &'p Contribution {
    let field = pull.fields.iter().find(|field| field.name == arg.name);
    field.map_or(&Contribution::Inert, |field| &field.value)
}

/// Binds the operands by the author's names.
fn operands(rule: &Rule) -> TokenStream {
    let bound = rule.args.iter().enumerate().map(|(index, arg)| {
        let place = format_ident!("__arg{index}", span = Span::mixed_site());
        let (name, ty) = (&arg.name, &arg.ty);
        match arg.passing {
            Passing::Value if is_primitive(ty) => {
                quote!(let #name: #ty = *__core::get::<#ty>(&**#place);)
            }
            Passing::Value => quote!(let #name: #ty = __core::take::<#ty>(&**#place);),
            _ => quote!(let #name: &#ty = __core::get::<#ty>(&**#place);),
        }
    });
    quote!(#(#bound)*)
}

fn primal(rule: &Rule) -> TokenStream {
    let (operands, value, output) = (operands(rule), &rule.body.value, &rule.output);
    quote!({ #operands let __value: #output = #value; __core::held(__value) })
}

/// The erased pullback: into a zero shadow through `pull_*`, into any other through `add_*`, so that
/// both are checked.
fn forward(rule: &Rule, op: &Ident, sum: bool) -> TokenStream {
    let value = primal(rule);
    let (left, right, output) = (&rule.args[0].ty, &rule.args[1].ty, &rule.output);
    let rule_trait = Ident::new(if sum { "SumRule" } else { "ProductRule" }, Span::call_site());
    let rule_of =
        quote!(<#left as ::chainrules_core::#rule_trait<::chainrules_core::#op, #right, _>>);
    let side = |index: usize, pull: &str, add: &str| {
        let ty = &rule.args[index].ty;
        let slot = format_ident!("__slot{index}");
        let (pull, add) = (format_ident!("{pull}"), format_ident!("{add}"));
        let pulled = if sum {
            quote!(#rule_of::#pull(::chainrules_core::ShapeOf::new(a).get(), ::chainrules_core::ShapeOf::new(b).get(), __dy))
        } else {
            quote!(#rule_of::#pull(a, b, __dy))
        };
        let otherwise = if sum {
            quote!(__core::add(place, #pulled);)
        } else {
            quote!(#rule_of::#add(a, b, __dy, place);)
        };
        quote! {
            if let ::core::option::Option::Some(shadow) = #slot {
                let zero = shadow.scalars().iter().all(|x| *x == 0.0);
                let place: &mut #ty = __core::get_mut::<#ty>(&mut **shadow);
                if zero { __core::add(place, #pulled); } else { #otherwise }
            }
        }
    };
    let (lhs, rhs) = (side(0, "pull_lhs", "add_lhs"), side(1, "pull_rhs", "add_rhs"));
    quote! {
        let __value = #value;
        (
            __value,
            ::std::boxed::Box::new(move |__args, __dy, __shadows| {
                let [__arg0, __arg1] = __args else { panic!("an operator has two operands") };
                let a: &#left = __core::get::<#left>(&**__arg0);
                let b: &#right = __core::get::<#right>(&**__arg1);
                let __dy = __core::get::<#output>(__dy);
                let [__slot0, __slot1] = __shadows else { panic!("an operator has two operands") };
                #lhs
                #rhs
            }),
        )
    }
}
