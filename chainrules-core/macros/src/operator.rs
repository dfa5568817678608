//! Rules of operators: implementations of `SumRule`, `ProductRule` and `NegRule`.

use crate::checks::parameter;
use crate::contribute::{bind_dy, by_value};
use crate::model::{Arg, Contribution, Part, Passing, Pull, Rule, is_primitive};
use crate::register;
use crate::text::text;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use syn::{Error, Pat, Result, Type, parse_quote};

/// Which trait an operator's rule implements.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Sum,
    Product,
    Neg,
}

/// An operator: its name in `std::ops`, its sign, the form of its rule.
type Operator = (&'static str, &'static str, Form);

const OPERATORS: &[Operator] = &[
    ("Add", "+", Form::Sum),
    ("Sub", "-", Form::Sum),
    ("Mul", "*", Form::Product),
    ("Div", "/", Form::Product),
    ("Rem", "%", Form::Product),
    ("AddAssign", "+=", Form::Sum),
    ("SubAssign", "-=", Form::Sum),
    ("MulAssign", "*=", Form::Product),
    ("DivAssign", "/=", Form::Product),
    ("RemAssign", "%=", Form::Product),
    ("Neg", "-", Form::Neg),
];

fn operator(op: &Ident) -> Option<Operator> {
    OPERATORS.iter().find(|(name, ..)| op == name).copied()
}

/// The operator as people write it.
pub fn sign(op: &Ident) -> &'static str {
    operator(op).map_or("?", |(_, sign, _)| sign)
}

/// The rule of `a op b`, `a op= b` or `-a`.
pub fn rule(rule: &Rule, op: &Ident) -> Result<TokenStream> {
    let Some((_, sign, form)) = operator(op) else {
        let names: Vec<_> = OPERATORS.iter().map(|(name, ..)| format!("`{name}`")).collect();
        let say = format!("the operators with rules are {}", names.join(", "));
        return Err(Error::new(op.span(), say));
    };
    let (count, say) = match form {
        Form::Neg => (1, "this operator has one operand"),
        _ => (2, "this operator has two operands"),
    };
    if rule.args.len() != count {
        return Err(Error::new(rule.name.span(), say));
    }
    if assigns(sign) && text(&rule.output) != text(&rule.args[0].ty) {
        let say = "the result of an assigning operator is the left operand: the types differ";
        return Err(Error::new(rule.name.span(), say));
    }
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
    let markers = markers(rule)?;
    let implementation = implementation(rule, op, form, pull, &markers);
    let primal = primal(rule, sign);
    let forward = forward(rule, op, sign, form);
    let registered = register::entries(rule, &primal, &forward)?;
    Ok(quote!(#implementation #registered))
}

fn assigns(sign: &str) -> bool {
    sign.ends_with('=')
}

/// The markers of the operands' tangents, and which of them are parameters of the implementation.
struct Markers {
    of: Vec<TokenStream>,
    parameters: Vec<Ident>,
}

/// A number has the tangent of the protocol's crate; another operand has one parameter for each type,
/// as two bounds on one type would make its marker ambiguous.
fn markers(rule: &Rule) -> Result<Markers> {
    let mut markers = Markers { of: vec![], parameters: vec![] };
    let mut seen: Vec<(String, TokenStream)> = vec![];
    for (k, arg) in rule.args.iter().enumerate() {
        let ty = text(&arg.ty);
        let marker = match seen.iter().find(|(other, _)| *other == ty) {
            Some((_, marker)) => marker.clone(),
            None if is_primitive(&arg.ty) => quote!(::chainrules_core::Std),
            None => {
                let name = Ident::new(["ML", "MR"][k], Span::mixed_site());
                markers.parameters.push(name.clone());
                quote!(#name)
            }
        };
        seen.push((ty, marker.clone()));
        markers.of.push(marker);
    }
    if let Some(marker) = &rule.marker
        && !(markers.parameters.is_empty() && rule.generics.params.is_empty())
    {
        let say = "a marker can be named for the operators of numbers only";
        return Err(Error::new_spanned(marker, say));
    }
    Ok(markers)
}

fn implementation(
    rule: &Rule,
    op: &Ident,
    form: Form,
    pull: &Pull,
    markers: &Markers,
) -> TokenStream {
    let left = &rule.args[0].ty;
    let mut generics = rule.generics.clone();
    for marker in &markers.parameters {
        generics.params.push(parse_quote!(#marker));
    }
    let clause = generics.make_where_clause();
    for (arg, marker) in rule.args.iter().zip(&markers.of) {
        let ty = &arg.ty;
        // Of two operands of one type, one bound is enough.
        let bound = parse_quote!(#ty: ::chainrules_core::Tangent<#marker>);
        if !is_primitive(ty) && !clause.predicates.iter().any(|p| *p == bound) {
            clause.predicates.push(bound);
        }
    }
    let (impl_generics, _, clause) = generics.split_for_impl();
    let (declaration, marker) = match &rule.marker {
        Some(named) => (TokenStream::new(), quote!(#named)),
        None => marker(&generics),
    };
    let docs = &rule.docs;
    let (rule_trait, body) = match form {
        Form::Sum => {
            let right = &rule.args[1].ty;
            let body = sum(rule, pull, markers);
            (quote!(SumRule<::chainrules_core::#op, #right, #marker>), body)
        }
        Form::Product => {
            let right = &rule.args[1].ty;
            let body = product(rule, pull, markers);
            (quote!(ProductRule<::chainrules_core::#op, #right, #marker>), body)
        }
        Form::Neg => (quote!(NegRule<#marker>), neg(rule, pull, markers)),
    };
    quote! {
        const _: () = {
            #declaration

            #(#docs)*
            impl #impl_generics ::chainrules_core::#rule_trait for #left #clause {
                #body
            }
        };
    }
}

/// A marker of a rule's own, and how it is named.
pub fn marker(generics: &syn::Generics) -> (TokenStream, TokenStream) {
    let types = generics.params.iter().filter_map(|param| match param {
        syn::GenericParam::Type(ty) => Some(&ty.ident),
        _ => None,
    });
    let declared = generics.params.iter().filter_map(|param| match param {
        syn::GenericParam::Const(c) => {
            let (name, ty) = (&c.ident, &c.ty);
            Some(quote!(const #name: #ty))
        }
        param => parameter(param).map(|name| quote!(#name)),
    });
    let names = generics.params.iter().filter_map(parameter);
    let declaration = quote! {
        /// The marker of this rule, which makes it one of this crate.
        pub struct Marker<#(#declared),*>(::core::marker::PhantomData<(#(#types,)*)>);
    };
    (declaration, quote!(Marker<#(#names),*>))
}

/// What stands before each function: small rules are inlined, those of numbers always.
fn attributes(rule: &Rule) -> TokenStream {
    let inline = if rule.args.iter().all(|arg| is_primitive(&arg.ty)) {
        quote!(#[inline(always)])
    } else {
        quote!(#[inline])
    };
    quote!(#inline #[allow(unused_variables, unused_mut, reason = "an operand's cotangent need not use all")])
}

/// The shapes of the operands: their type, how they are taken, and how they are bound again.
fn shapes(rule: &Rule, markers: &Markers) -> (TokenStream, TokenStream, TokenStream) {
    let names: Vec<_> = rule.args.iter().map(|arg| &arg.name).collect();
    if rule.args.iter().all(|arg| is_primitive(&arg.ty)) {
        return (quote!(()), quote!(), quote!(#(let #names = &();)*));
    }
    let tangents: Vec<_> = rule
        .args
        .iter()
        .zip(&markers.of)
        .map(|(arg, marker)| {
            let ty = &arg.ty;
            quote!(<#ty as ::chainrules_core::Tangent<#marker>>)
        })
        .collect();
    (
        quote!((#(#tangents::Shape,)*)),
        quote!((#(#tangents::shape(#names),)*)),
        quote!(let (#(#names,)*) = __residual;),
    )
}

/// The cotangent of an operand, as an expression in which the operands, or their shapes, are bound.
fn pulled(rule: &Rule, pull: &Pull, markers: &Markers, side: usize, by_shape: bool) -> TokenStream {
    let (arg, marker) = (&rule.args[side], &markers.of[side]);
    let (ty, name) = (&arg.ty, &arg.name);
    let tangent = quote!(<#ty as ::chainrules_core::Tangent<#marker>>);
    let shape = if by_shape { quote!(#name) } else { quote!(&#tangent::shape(&#name)) };
    let zero = quote!(#tangent::zero_of(#shape));
    let setup = setup(rule, pull);
    match contribution(pull, arg) {
        Contribution::Value(value) => quote!(#setup #value),
        Contribution::InPlace(pattern, statement) => {
            quote!(let mut __zero = #zero; { #setup let #pattern = &mut __zero; #statement; } __zero)
        }
        Contribution::Inert => quote!(#setup #zero),
    }
}

fn sum(rule: &Rule, pull: &Pull, markers: &Markers) -> TokenStream {
    let (lhs, rhs, output) = (&rule.args[0], &rule.args[1], &rule.output);
    let (a, b, left, right) = (&lhs.name, &rhs.name, &lhs.ty, &rhs.ty);
    let (residual, taken, bound) = shapes(rule, markers);
    let pull_lhs = pulled(rule, pull, markers, 0, true);
    let pull_rhs = pulled(rule, pull, markers, 1, true);
    let (attributes, dy) = (attributes(rule), dy());
    let turn = is_itself(pull, contribution(pull, lhs)).then(|| {
        quote! {
            #[inline(always)]
            fn turned_lhs(_: &Self::Residual, _: &#output) -> ::core::option::Option<Self> {
                ::core::option::Option::None
            }
        }
    });
    quote! {
        type Residual = #residual;
        type Output = #output;

        #attributes
        fn residual(#a: &#left, #b: &#right) -> Self::Residual { #taken }

        #attributes
        fn pull_lhs(__residual: &Self::Residual, #dy: &#output) -> #left { #bound #pull_lhs }

        #attributes
        fn pull_rhs(__residual: &Self::Residual, #dy: &#output) -> #right { #bound #pull_rhs }

        #turn
    }
}

fn product(rule: &Rule, pull: &Pull, markers: &Markers) -> TokenStream {
    let (lhs, rhs, output) = (&rule.args[0], &rule.args[1], &rule.output);
    let (a, b, left, right) = (&lhs.name, &rhs.name, &lhs.ty, &rhs.ty);
    let add = |side: usize| {
        let (arg, marker) = (&rule.args[side], &markers.of[side]);
        let ty = &arg.ty;
        let setup = setup(rule, pull);
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
    let values = by_value(rule);
    let bind = quote!(let #a = self; #values);
    let pull_lhs = pulled(rule, pull, markers, 0, false);
    let pull_rhs = pulled(rule, pull, markers, 1, false);
    let (add_lhs, add_rhs) = (add(0), add(1));
    let (attributes, dy) = (attributes(rule), dy());
    quote! {
        type Output = #output;

        #attributes
        fn pull_lhs(&self, #b: &#right, #dy: &#output) -> #left { #bind #pull_lhs }

        #attributes
        fn pull_rhs(&self, #b: &#right, #dy: &#output) -> #right { #bind #pull_rhs }

        #attributes
        fn add_lhs(&self, #b: &#right, #dy: &#output, __shadow: &mut #left) { #bind #add_lhs }

        #attributes
        fn add_rhs(&self, #b: &#right, #dy: &#output, __shadow: &mut #right) { #bind #add_rhs }
    }
}

fn neg(rule: &Rule, pull: &Pull, markers: &Markers) -> TokenStream {
    let (a, ty, output) = (&rule.args[0].name, &rule.args[0].ty, &rule.output);
    let (residual, taken, bound) = shapes(rule, markers);
    let pulled = pulled(rule, pull, markers, 0, true);
    let (attributes, dy) = (attributes(rule), dy());
    quote! {
        type Residual = #residual;
        type Output = #output;

        #attributes
        fn residual(&self) -> Self::Residual { let #a = self; #taken }

        #attributes
        fn pull(__residual: &Self::Residual, #dy: &#output) -> #ty { #bound #pulled }
    }
}

fn dy() -> Ident {
    Ident::new("__dy", Span::mixed_site())
}

/// Whether a contribution is the cotangent of the result as it is.
fn is_itself(pull: &Pull, contribution: &Contribution) -> bool {
    let (Some(Pat::Ident(dy)), Contribution::Value(value), true) =
        (&pull.dy, contribution, pull.shared.is_empty())
    else {
        return false;
    };
    let (dy, value) = (dy.ident.to_string(), text(value));
    [dy.clone(), format!("*{dy}"), format!("* {dy}"), format!("{dy}.clone()")].contains(&value)
}

/// The author's name for the cotangent, and what the closure shares.
fn setup(rule: &Rule, pull: &Pull) -> TokenStream {
    let dy = bind_dy(rule, pull);
    let shared = &pull.shared;
    let names = rule.args.iter().map(|arg| &arg.name);
    quote!(let _ = (#(&#names,)*); #dy #(#shared)*)
}

fn contribution<'p>(pull: &'p Pull, arg: &Arg) -> &'p Contribution {
    let field = pull.fields.iter().find(|field| field.name == arg.name);
    field.map_or(&Contribution::Inert, |field| &field.value)
}

/// Binds the operands by the author's names.
fn operands(rule: &Rule) -> TokenStream {
    let bound = rule.args.iter().enumerate().map(|(index, arg)| {
        let place = place(index);
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

fn place(index: usize) -> Ident {
    format_ident!("__arg{index}", span = Span::mixed_site())
}

/// What the author writes as the value.
fn value(rule: &Rule) -> TokenStream {
    let (operands, value, output) = (operands(rule), &rule.body.value, &rule.output);
    quote!({ #operands let __value: #output = #value; __core::held(__value) })
}

/// What the operator itself gives; of an assigning one, what it makes of the left operand.
fn primal(rule: &Rule, sign: &str) -> TokenStream {
    if !assigns(sign) {
        return value(rule);
    }
    let (operands, left) = (operands(rule), &rule.args[0].ty);
    let (first, b) = (place(0), &rule.args[1].name);
    let sign: TokenStream = sign.parse().expect("operators are tokens");
    quote!({
        #operands
        let mut __state: #left = __core::take::<#left>(&**#first);
        __state #sign #b;
        __core::held(__state)
    })
}

/// The erased pullback: into a zero shadow through `pull_*`, into any other through `add_*` or
/// `turned_lhs`, so that all are checked.
fn forward(rule: &Rule, op: &Ident, sign: &str, form: Form) -> TokenStream {
    let (value, output) = (value(rule), &rule.output);
    let types: Vec<&Type> = rule.args.iter().map(|arg| &arg.ty).collect();
    let places: Vec<_> = (0..types.len()).map(place).collect();
    let slots: Vec<_> =
        (0..types.len()).map(|i| format_ident!("__slot{i}", span = Span::mixed_site())).collect();
    let names = [format_ident!("__a"), format_ident!("__b")];
    let names = &names[..types.len()];
    let left = types[0];
    let rule_of = match form {
        Form::Neg => quote!(<#left as ::chainrules_core::NegRule<_>>),
        Form::Sum | Form::Product => {
            let right = types[1];
            let rule_trait =
                format_ident!("{}", if form == Form::Sum { "SumRule" } else { "ProductRule" });
            quote!(<#left as ::chainrules_core::#rule_trait<::chainrules_core::#op, #right, _>>)
        }
    };
    let sides = types.iter().zip(&slots).enumerate().map(|(index, (ty, slot))| {
        let side = ["lhs", "rhs"][index];
        let (pull, add) = (format_ident!("pull_{side}"), format_ident!("add_{side}"));
        let pulled = match form {
            Form::Neg => quote!(#rule_of::pull(&#rule_of::residual(__a), __dy)),
            Form::Sum => quote!(#rule_of::#pull(&#rule_of::residual(__a, __b), __dy)),
            Form::Product => quote!(#rule_of::#pull(__a, __b, __dy)),
        };
        let otherwise = match form {
            Form::Product => quote!(#rule_of::#add(__a, __b, __dy, place);),
            Form::Sum if assigns(sign) && index == 0 => quote! {
                let turned = #rule_of::turned_lhs(&#rule_of::residual(__a, __b), __dy);
                __core::add(place, turned.unwrap_or_else(|| __dy.clone()));
            },
            _ => quote!(__core::add(place, #pulled);),
        };
        quote! {
            if let ::core::option::Option::Some(shadow) = #slot {
                let zero = shadow.scalars().iter().all(|x| *x == 0.0);
                let place: &mut #ty = __core::get_mut::<#ty>(&mut **shadow);
                if zero { __core::add(place, #pulled); } else { #otherwise }
            }
        }
    });
    quote! {
        let __value = #value;
        (
            __value,
            ::std::boxed::Box::new(move |__args, __dy, __shadows| {
                let [#(#places),*] = __args else { panic!("a wrong number of operands") };
                #(let #names: &#types = __core::get::<#types>(&**#places);)*
                let __dy = __core::get::<#output>(__dy);
                let [#(#slots),*] = __shadows else { panic!("a wrong number of operands") };
                #(#sides)*
            }),
        )
    }
}
