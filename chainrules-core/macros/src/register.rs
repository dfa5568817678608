//! The registry's entries of a rule, one for each choice of concrete types.

use crate::checks::parameter;
use crate::emit::{is_conversion, makes_view, method_name, self_type, trait_name};
use crate::model::{
    Arg, FunctionArg, Kind, Passing, Rule, Target, is_primitive, is_real, owned, ungrouped,
};
use crate::operator;
use crate::text::text;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use syn::visit::{self, Visit};
use syn::{Error, Result, Type};

/// A piece of what a rule is for: as written, or a type.
enum Piece<'r> {
    Word(String),
    Type(&'r Type),
}

/// The function that the rule is for, in pieces.
fn pieces(rule: &Rule) -> Vec<Piece<'_>> {
    use Piece::{Type, Word};
    let name = &rule.name;
    match &rule.target {
        Target::Function(path) => {
            let path = text(path);
            vec![Word(match path.strip_prefix("crate::") {
                Some(rest) => {
                    format!("{}::{rest}", std::env::var("CARGO_CRATE_NAME").unwrap_or_default())
                }
                None => path,
            })]
        }
        Target::Operator(op) => {
            let sign = operator::sign(op);
            match &rule.args[..] {
                [a] => vec![Word(sign.into()), Type(&a.ty)],
                [a, b, ..] => vec![Type(&a.ty), Word(format!(" {sign} ")), Type(&b.ty)],
                [] => vec![Word(sign.into())],
            }
        }
        _ => vec![Type(self_type(rule)), Word(format!("::{name}"))],
    }
}

/// The function that the rule is for, as people write it.
pub fn name(rule: &Rule) -> String {
    let words = pieces(rule).into_iter().map(|piece| match piece {
        Piece::Word(word) => word,
        Piece::Type(ty) => text(ty),
    });
    let name: String = words.collect();
    // A type has several conversions.
    match is_conversion(rule) {
        true => format!("{name}({})", text(rule.args[0].of_function())),
        false => name,
    }
}

/// The same with the whole names of the types, whatever the author calls them.
fn subject(rule: &Rule) -> TokenStream {
    let whole = |ty: &Type| quote!(::core::any::type_name::<#ty>());
    let pieces = pieces(rule).into_iter().map(|piece| match piece {
        Piece::Word(word) => quote!(#word),
        Piece::Type(ty) => whole(ty),
    });
    let of = is_conversion(rule).then(|| {
        let of = whole(&rule.args[0].ty);
        quote!(, "(", #of, ")")
    });
    quote!([#(#pieces),* #of].concat())
}

/// The rule's entries.
pub fn rule(rule: &Rule) -> Result<TokenStream> {
    let forward = forward(rule);
    entries(rule, &primal(rule), &forward)
}

/// The entries, with the bodies of the two functions that run the rule.
pub fn entries(rule: &Rule, primal: &TokenStream, forward: &TokenStream) -> Result<TokenStream> {
    every_type_is_named(rule)?;
    let span = rule.name.span();
    let (title, subject, kind) = (name(rule), subject(rule), rule.kind.ident());
    let signature = &rule.signature;
    let domain = rule.checks.domains(&rule.args);
    let tolerance = rule.checks.tolerance(&rule.args);
    let names: Vec<_> = rule.args.iter().map(|arg| arg.name.to_string()).collect();
    let mutable: Vec<_> = rule.args.iter().map(Arg::is_mut).collect();
    let draw = draw(rule)?;
    let places = places(rule);
    let count = rule.args.len();
    let unpack = quote! {
        let [#(#places),*] = __args else { panic!("the rule takes {} arguments", #count) };
        let _ = (#(&#places,)*);
    };
    let line = quote::quote_spanned!(span=> ::core::line!());
    let all = rule.checks.instances(&rule.generics).into_iter().map(|(define, said)| {
        quote! {
            #[allow(warnings, clippy::all, reason = "these are the author's expressions, used again")]
            const _: () = {
                use ::chainrules_core::__private as __core;
                #define
                fn __draw_arguments(__draw: &mut ::chainrules_core::Draw) -> ::std::vec::Vec<::std::boxed::Box<dyn ::chainrules_core::Value>> {
                    #draw
                }
                fn __run_primal(__args: &mut [::std::boxed::Box<dyn ::chainrules_core::Value>]) -> ::std::boxed::Box<dyn ::chainrules_core::Value> {
                    #unpack
                    #primal
                }
                fn __run_forward(__args: &mut [::std::boxed::Box<dyn ::chainrules_core::Value>]) -> (::std::boxed::Box<dyn ::chainrules_core::Value>, ::chainrules_core::Pullback) {
                    #unpack
                    #forward
                }
                #[__core::linkme::distributed_slice(__core::RULES)]
                #[linkme(crate = ::chainrules_core::__private::linkme)]
                static RULE: ::chainrules_core::Rule = ::chainrules_core::Rule {
                    krate: ::core::env!("CARGO_PKG_NAME"),
                    module: ::core::module_path!(),
                    file: ::core::file!(),
                    line: #line,
                    name: #title,
                    subject: || #subject,
                    signature: #signature,
                    kind: ::chainrules_core::Kind::#kind,
                    domain: #domain,
                    types: #said,
                    tolerance: #tolerance,
                    handle: ::chainrules_core::Handle {
                        arguments: &[#(#names),*],
                        mutable: &[#(#mutable),*],
                        draw: __draw_arguments,
                        primal: __run_primal,
                        forward: __run_forward,
                    },
                };
            };
        }
    });
    Ok(quote!(#(#all)*))
}

/// A generic rule is checked at the types it names.
fn every_type_is_named(rule: &Rule) -> Result<()> {
    struct Names(Vec<String>);
    impl<'ast> Visit<'ast> for Names {
        fn visit_ident(&mut self, ident: &'ast Ident) {
            self.0.push(ident.to_string());
        }
    }
    let mut used = Names(Vec::new());
    for arg in &rule.args {
        match &arg.passing {
            Passing::Function(function) => {
                function.inputs.iter().for_each(|ty| visit::visit_type(&mut used, ty));
                visit::visit_type(&mut used, &function.output);
            }
            _ => used.visit_type(&arg.ty),
        }
    }
    used.visit_type(&rule.output);
    for name in rule.generics.params.iter().filter_map(parameter) {
        let is_residual = rule.args.iter().any(
            |arg| matches!(&arg.passing, Passing::Function(f) if f.residual.as_ref() == Some(name)),
        );
        let needed = used.0.contains(&name.to_string());
        if needed && !is_residual && rule.checks.domain(name).is_none() {
            let say = format!("say at which types the rule is checked: `check({name} = f64)`");
            return Err(Error::new(name.span(), say));
        }
    }
    Ok(())
}

fn place(index: usize) -> Ident {
    format_ident!("__arg{index}", span = Span::mixed_site())
}

fn places(rule: &Rule) -> Vec<Ident> {
    (0..rule.args.len()).map(place).collect()
}

fn draw(rule: &Rule) -> Result<TokenStream> {
    let mut steps = TokenStream::new();
    for (index, arg) in rule.args.iter().enumerate() {
        let (name, drawn) = (&arg.name, place(index));
        if let Passing::Function(_) = arg.passing {
            if rule.checks.domain(name).is_none() {
                let say = format!(
                    "say which function the rule is checked with: `check({name} = twin!(f64, f64::sin, f64::cos))`"
                );
                return Err(Error::new(name.span(), say));
            }
            steps.extend(quote!(let #drawn = ();));
            continue;
        }
        let ty = owned(&arg.ty);
        let value = match rule.checks.domain(name) {
            // A closure needs to be told that it is one from `&mut Draw`.
            Some(domain) if domain.to_string().starts_with('|') => {
                quote!(__core::domain::<#ty, _>(#domain)(__draw))
            }
            Some(domain) => quote!(::chainrules_core::Domain::<#ty>::draw(#domain, __draw)),
            None => quote!(::chainrules_core::draw_by_type::<#ty>(__draw)),
        };
        let seen = &arg.ty;
        let seen = if is_primitive(seen) {
            quote!(let #name: #ty = #drawn;)
        } else {
            quote!(let #name: &#seen = &#drawn;)
        };
        steps.extend(quote!(let #drawn: #ty = #value; #seen));
    }
    let (places, held) = (places(rule), held(rule));
    Ok(quote!(#steps ::std::vec![#(__core::#held(#places.clone())),*]))
}

/// An argument taken out of its erased place, in the form that the function takes.
fn unpacked(arg: &Arg, place: &Ident, domain: Option<&TokenStream>, primal: bool) -> TokenStream {
    let (ty, owned) = (&arg.ty, owned(&arg.ty));
    match &arg.passing {
        Passing::Value => quote!(__core::take::<#owned>(&**#place)),
        Passing::Ref => quote!({ let shared: &#ty = __core::get::<#owned>(&**#place); shared }),
        Passing::Mut => {
            quote!({ let unique: &mut #ty = __core::get_mut::<#owned>(&mut **#place); unique })
        }
        Passing::Function(function) if !function.pulled && primal => quote!(#domain),
        Passing::Function(function) if function.residual.is_none() => quote!(&mut #domain),
        Passing::Function(function) if !function.pulled => {
            let (inputs, names) = (&function.inputs, inputs(function));
            quote!(&mut |#(#names: #inputs),*| ((#domain)(#(#names),*), ()))
        }
        Passing::Function(function) if primal => {
            let (inputs, names) = (&function.inputs, inputs(function));
            quote!({ let (twin, _) = #domain; move |#(#names: #inputs),*| twin(#(#names),*).0 })
        }
        // Calls are numbered, so that the order of the pulls can be checked.
        Passing::Function(function) => {
            let (inputs, names, calls) = (&function.inputs, inputs(function), calls(arg));
            let twin = twin(arg);
            quote!(&mut {
                let calls = #calls.clone();
                move |#(#names: #inputs),*| {
                    let (value, residual) = #twin(#(#names),*);
                    (value, (calls.made(), residual))
                }
            })
        }
    }
}

/// Names for the inputs of a function-valued argument.
fn inputs(function: &FunctionArg) -> Vec<Ident> {
    (0..function.inputs.len()).map(|i| format_ident!("x{}", i)).collect()
}

fn calls(arg: &Arg) -> Ident {
    format_ident!("__calls_{}", arg.name, span = Span::mixed_site())
}

fn twin(arg: &Arg) -> Ident {
    format_ident!("__twin_{}", arg.name, span = Span::mixed_site())
}

fn pull(arg: &Arg) -> Ident {
    format_ident!("__pull_{}", arg.name, span = Span::mixed_site())
}

/// The forward functions and the pulls of the function-valued arguments.
fn functions(rule: &Rule) -> TokenStream {
    let all = rule.functions().map(|(_, arg)| {
        let (calls, twin, pull) = (calls(arg), twin(arg), pull(arg));
        let domain = rule.checks.domain(&arg.name);
        quote! {
            let #calls = __core::Calls::default();
            let (#twin, mut #pull) = #domain;
        }
    });
    quote!(#(#all)*)
}

/// The pull of one call, which has to be the last that was not pulled yet.
fn pull_of(arg: &Arg, function: &FunctionArg) -> TokenStream {
    let (calls, pull, output) = (calls(arg), pull(arg), &function.output);
    let names = inputs(function);
    let shadows: Vec<_> = (0..names.len()).map(|i| format_ident!("d{}", i)).collect();
    let seen = function.inputs.iter().map(|ty| match ungrouped(ty) {
        Type::Reference(_) => quote!(#ty),
        ty => quote!(&#ty),
    });
    let shadowed = function.inputs.iter().map(|ty| match ungrouped(ty) {
        Type::Reference(reference) => reference.elem.as_ref().clone(),
        ty => ty.clone(),
    });
    quote!(&mut |(number, residual), #(#names: #seen,)* dy: &#output, #(#shadows: &mut #shadowed),*| {
        #calls.pulled(number);
        #pull(residual, #(#names,)* dy, #(#shadows),*)
    })
}

/// What holds values: those of an inert function need no tangent, unless its result is real, which
/// is checked not to vary.
fn held(rule: &Rule) -> Ident {
    let held = if rule.kind == Kind::Inert && !is_real(&rule.output) { "inert" } else { "held" };
    Ident::new(held, Span::call_site())
}

fn primal(rule: &Rule) -> TokenStream {
    let name = &rule.name;
    let args = rule
        .args
        .iter()
        .zip(places(rule))
        .map(|(arg, place)| unpacked(arg, &place, rule.checks.domain(&arg.name), true));
    let call = match &rule.target {
        Target::Method => {
            let receiver = &rule.args[0];
            let (place, ty) = (place(0), &receiver.ty);
            let rest = args.skip(1);
            let this = if receiver.is_mut()
                || matches!(ungrouped(ty), Type::Slice(_))
                || text(ty) == "str"
            {
                unpacked(receiver, &place, None, true)
            } else {
                // A place of its own, which the call borrows or moves out of as it needs.
                quote!({ let this: #ty = __core::take::<#ty>(&**#place); this })
            };
            let call = quote!(__this.#name(#(#rest),*));
            // What borrows from that place is copied out of it.
            let call = if rule.kind == Kind::Projection {
                quote!({ let __view = #call; ::chainrules_core::View::<_>::owned(&__view) })
            } else {
                call
            };
            quote!({ let mut __this = #this; #call })
        }
        Target::Associated(ty) if makes_view(rule) => {
            quote!(::chainrules_core::View::<_>::owned(&<#ty>::#name(#(#args),*)))
        }
        Target::Associated(ty) => quote!(<#ty>::#name(#(#args),*)),
        Target::Function(path) => quote!(#path(#(#args),*)),
        Target::Operator(_) => unreachable!("an operator has a primal of its own"),
    };
    let (held, output) = (held(rule), &rule.output);
    quote!({ let __value: #output = #call; __core::#held(__value) })
}

fn forward(rule: &Rule) -> TokenStream {
    let places = places(rule);
    let receiver = rule.has_receiver();
    let args = rule.args.iter().zip(&places).enumerate().map(|(index, (arg, place))| {
        if receiver && index == 0 && matches!(arg.passing, Passing::Value) {
            let by_reference = Arg {
                name: arg.name.clone(),
                ty: arg.ty.clone(),
                passing: Passing::Ref,
                inert: false,
            };
            return unpacked(&by_reference, place, None, false);
        }
        unpacked(arg, place, rule.checks.domain(&arg.name), false)
    });
    let generics = rule.checks.arguments(&rule.generics);
    let maybe = rule.args.iter().map(|_| quote!(::chainrules_core::Maybe));
    let call = match &rule.target {
        Target::Function(_) => {
            let name = &rule.name;
            quote!(#name::rrule)
        }
        _ if is_conversion(rule) => {
            let ty = self_type(rule);
            quote!(<#ty as ::chainrules_core::FromRule<_, _>>::rrule_from)
        }
        _ => {
            let (ty, trait_name, method) = (self_type(rule), trait_name(rule), method_name(rule));
            quote!(<#ty as #trait_name<#(#generics),*>>::#method)
        }
    };
    let back = back_arguments(rule);
    let functions = functions(rule);
    let all_pulled = rule.functions().map(|(_, arg)| {
        let calls = calls(arg);
        quote!(#calls.all_pulled();)
    });
    let output = &rule.output;
    let (held, names) = (held(rule), &places);
    quote! {
        #functions
        let (__value, __back): (#output, _) = #call(#(#args,)* (#(#maybe,)*));
        (
            __core::#held(__value),
            ::std::boxed::Box::new(move |__args, __dy, __shadows| {
                let [#(#names),*] = __args else { panic!("a wrong number of arguments") };
                let __dy = __core::get::<#output>(__dy);
                #back;
                #(#all_pulled)*
            }),
        )
    }
}

/// The call of the typed pullback from the erased one.
fn back_arguments(rule: &Rule) -> TokenStream {
    let places = places(rule);
    let seen = rule.args.iter().zip(&places).map(|(arg, place)| {
        let (ty, owned) = (arg.pulled(), owned(&arg.pulled()));
        if arg.is_mut() {
            quote!({ let unique: &mut #ty = __core::get_mut::<#owned>(&mut **#place); unique })
        } else {
            quote!({ let shared: &#ty = __core::get::<#owned>(&**#place); shared })
        }
    });
    let slots: Vec<_> =
        (0..places.len()).map(|i| format_ident!("__slot{i}", span = Span::mixed_site())).collect();
    let shadows = rule.args.iter().zip(&slots).map(|(arg, slot)| {
        if let Passing::Function(function) = &arg.passing
            && function.residual.is_some()
        {
            if !function.pulled {
                return quote!(::core::option::Option::None);
            }
            let pull = pull_of(arg, function);
            return quote!(::core::option::Option::Some(#pull));
        }
        let (ty, owned) = (arg.pulled(), owned(&arg.pulled()));
        quote!(match #slot {
            ::core::option::Option::Some(shadow) => {
                let place: &mut #ty = __core::get_mut::<#owned>(&mut **shadow);
                ::core::option::Option::Some(place)
            }
            ::core::option::Option::None => ::core::option::Option::None,
        })
    });
    quote! {
        let [#(#slots),*] = __shadows else { panic!("a wrong number of shadows") };
        __back(#(#seen,)* __dy, #(#shadows),*)
    }
}
