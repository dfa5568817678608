//! The trait, or the type, by which a rule is found.

use crate::checks::parameter;
use crate::contribute::closure;
use crate::model::{Arg, Passing, Rule, Target, is_primitive, ungrouped};
use crate::text::{camel, text};
use crate::{dependency, operator, pointer, register};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{Generics, Type};

/// Everything that a rule expands to.
pub fn rule(rule: &Rule) -> syn::Result<TokenStream> {
    rule.checks.verify(&rule.generics, &rule.args)?;
    let found = match &rule.target {
        _ if is_conversion(rule) => conversion(rule),
        Target::Method | Target::Associated(_) => method(rule),
        Target::Function(_) => function(rule),
        Target::Operator(op) => return operator::rule(rule, op),
    };
    let registered = register::rule(rule)?;
    Ok(quote!(#found #registered))
}

/// The type that the rule's trait is implemented for.
pub fn self_type(rule: &Rule) -> &Type {
    match &rule.target {
        Target::Associated(ty) => ty,
        _ => &rule.args[0].ty,
    }
}

/// The name of the rule's trait: no other rule of any crate has the same.
pub fn trait_name(rule: &Rule) -> Ident {
    let krate = std::env::var("CARGO_CRATE_NAME").unwrap_or_default();
    let name = camel(&rule.name.to_string());
    let ty = camel(&text(self_type(rule)));
    format_ident!("Rrule{name}For{ty}In{}", camel(&krate), span = Span::call_site())
}

pub fn method_name(rule: &Rule) -> Ident {
    format_ident!("rrule_{}", rule.name)
}

/// The parameters of a rule as the forward sweep takes them, without the receiver of a method.
fn parameters(rule: &Rule) -> impl Iterator<Item = TokenStream> {
    let skip = usize::from(matches!(rule.target, Target::Method));
    let receiver = rule.has_receiver();
    rule.args.iter().enumerate().skip(skip).map(move |(index, arg)| {
        let (name, ty) = (&arg.name, &arg.ty);
        match arg.passing {
            // The first argument of an associated function stands where a receiver stands.
            Passing::Value if receiver && index == 0 => quote!(#name: &#ty),
            _ => {
                let declared = arg.declared();
                quote!(#name: #declared)
            }
        }
    })
}

/// The result of a rule: the value, and a pullback that borrows nothing.
fn result(rule: &Rule, captures: &TokenStream) -> TokenStream {
    let activities = rule.activities();
    let seen = rule.args.iter().map(|arg| {
        let ty = arg.pulled();
        if arg.is_mut() { quote!(&mut #ty) } else { quote!(&#ty) }
    });
    let shadows = rule.args.iter().zip(&activities).map(|(arg, activity)| {
        let ty = arg.shadowed(&quote!('_));
        quote!(<#activity as ::chainrules_core::Activity>::Shadow<'_, #ty>)
    });
    let output = &rule.output;
    quote! {
        (
            #output,
            impl ::core::ops::FnOnce(#(#seen,)* &#output, #(#shadows),*)
                + ::core::clone::Clone
                + use<#captures>
        )
    }
}

/// The generic parameters' names.
fn names(generics: &Generics) -> Vec<&Ident> {
    generics.params.iter().filter_map(parameter).collect()
}

/// The statements of the forward sweep after the receiver is bound.
fn forward(rule: &Rule) -> TokenStream {
    let statements = &rule.body.forward;
    let value = &rule.body.value;
    let back = closure(rule);
    quote!(#(#statements)* (#value, #back))
}

/// A receiver that the function takes by value is copied: the rule has it by reference.
fn by_reference(arg: &Arg, from: TokenStream) -> TokenStream {
    let (name, ty) = (&arg.name, &arg.ty);
    match arg.passing {
        Passing::Value if is_primitive(ty) => quote!(let #name = *#from;),
        Passing::Value => quote!(let #name = <#ty as ::core::clone::Clone>::clone(#from);),
        _ => quote!(let #name = #from;),
    }
}

/// What stands before a rule. A panic of the function is one of its caller.
fn inline(rule: &Rule) -> TokenStream {
    if rule.args.iter().all(|arg| is_primitive(&arg.ty)) {
        quote!(#[inline(always)] #[track_caller])
    } else {
        quote!(#[inline] #[track_caller])
    }
}

fn method(rule: &Rule) -> TokenStream {
    let (trait_name, method) = (trait_name(rule), method_name(rule));
    let (self_type, docs) = (self_type(rule), &rule.docs);
    let generics = &rule.generics;
    let (impl_generics, type_generics, clause) = generics.split_for_impl();
    let params = &generics.params;
    let activities = rule.activities();
    let bounded: Vec<_> = rule.bounded_activities().collect();
    let (names, parameters) = (names(generics), parameters(rule).collect::<Vec<_>>());

    let associated = matches!(rule.target, Target::Associated(_));
    let receiver = match rule.args.first() {
        _ if associated => TokenStream::new(),
        Some(arg) if arg.is_mut() => quote!(&mut self,),
        _ => quote!(&self,),
    };
    let bound = rule.args.first().map(|arg| {
        let name = &arg.name;
        by_reference(arg, if associated { quote!(#name) } else { quote!(self) })
    });
    let declared = result(rule, &quote!(Self, #(#names,)* #(#activities),*));
    let defined = result(rule, &quote!(#(#names,)* #(#activities),*));
    let inline = inline(rule);
    let body = forward(rule);
    let title = format!("The derivative rule of `{}`.", register::name(rule));
    let says = format!("The value of `{}` and its pullback.", rule.name);
    let (only, called, pointer) = (only_method(rule), called(rule), pointer::pointer(rule));
    quote! {
        #only
        #[doc = #title]
        #[doc = ""]
        #(#docs)*
        #[allow(private_bounds, private_interfaces, reason = "a rule may be for a type of its own crate alone")]
        pub trait #trait_name<#params> #clause {
            #[doc = #says]
            #[allow(clippy::type_complexity, clippy::too_many_arguments, clippy::ptr_arg, reason = "the types are the function's own")]
            fn #method<#(#bounded),*>(
                #receiver #(#parameters,)* activity: (#(#activities,)*)
            ) -> #declared;

            #called

            #pointer
        }

        impl #impl_generics #trait_name #type_generics for #self_type #clause {
            #inline
            #[allow(clippy::type_complexity, clippy::too_many_arguments, clippy::ptr_arg, reason = "the types are the function's own")]
            fn #method<#(#bounded),*>(
                #receiver #(#parameters,)* _: (#(#activities,)*)
            ) -> #defined {
                #bound
                #body
            }
        }
    }
}

/// Whether a rule is one of `From`, which is found by both types, as `into` has to find it.
pub fn is_conversion(rule: &Rule) -> bool {
    let one = matches!(&rule.args[..], [arg] if !arg.is_mut());
    matches!(rule.target, Target::Associated(_)) && rule.name == "from" && one && !makes_view(rule)
}

/// Whether a rule is of a function that makes a view, a type with a lifetime: the value of the rule
/// owns what the view shows.
pub fn makes_view(rule: &Rule) -> bool {
    let Target::Associated(ty) = &rule.target else { return false };
    let Type::Path(path) = ungrouped(ty) else { return false };
    match path.path.segments.last().map(|last| &last.arguments) {
        Some(syn::PathArguments::AngleBracketed(list)) => {
            list.args.iter().any(|arg| matches!(arg, syn::GenericArgument::Lifetime(_)))
        }
        _ => false,
    }
}

fn conversion(rule: &Rule) -> TokenStream {
    let (self_type, method, docs) = (self_type(rule), method_name(rule), &rule.docs);
    let (generics, from) = (&rule.generics, &rule.args[0].ty);
    let (impl_generics, _, clause) = generics.split_for_impl();
    let (activities, bounded) = (rule.activities(), rule.bounded_activities());
    let (names, parameters) = (names(generics), parameters(rule));
    let bound = by_reference(&rule.args[0], rule.args[0].name.to_token_stream());
    let defined = result(rule, &quote!(#(#names,)* #(#activities),*));
    let (inline, body, only) = (inline(rule), forward(rule), only_method(rule));
    let (declaration, marker) = operator::marker(generics);
    quote! {
        #only
        const _: () = {
            #declaration

            #(#docs)*
            impl #impl_generics ::chainrules_core::FromRule<#marker, #from> for #self_type #clause {
                #inline
                #[allow(clippy::type_complexity, clippy::ptr_arg, reason = "the types are the function's own")]
                fn #method<#(#bounded),*>(
                    #(#parameters,)* _: (#(#activities,)*)
                ) -> #defined {
                    #bound
                    #body
                }
            }
        };
    }
}

/// A look-up of the rule where it is defined: the compiler refuses it if it finds another one there, or
/// in the prelude of the rules of the standard library, and names both.
fn only_method(rule: &Rule) -> TokenStream {
    let (self_type, generics) = (self_type(rule), &rule.generics);
    let method = Ident::new(&method_name(rule).to_string(), rule.name.span());
    let (declared, _, clause) = generics.split_for_impl();
    let activities = rule.args.iter().map(|arg| match arg.is_mut() {
        true => quote!(::chainrules_core::Active),
        false => quote!(::chainrules_core::Constant),
    });
    let prelude = dependency::chainrules().then(|| {
        quote!(
            use ::chainrules::prelude::*;
        )
    });
    let conversion = is_conversion(rule).then(|| {
        quote!(
            use ::chainrules_core::FromRule as _;
        )
    });
    let receiver = match (&rule.target, rule.args.first()) {
        (Target::Method, Some(this)) => {
            let name = &this.name;
            Some(if this.is_mut() {
                quote!(#name: &mut #self_type,)
            } else {
                quote!(#name: &#self_type,)
            })
        }
        _ => None,
    };
    let output = &rule.output;
    let (parameters, names) = (parameters(rule), rule.args.iter().map(|arg| &arg.name));
    let activities: Vec<_> = activities.collect();
    // A function of the type itself, as `#[differentiable]` on its `impl` makes it, hides the trait's.
    let this_rule = (!is_conversion(rule)).then(|| {
        let (trait_name, types) = (trait_name(rule), self::names(generics));
        let anything = rule.args.iter().map(|_| quote!(loop {}));
        quote! {
            let (_, this_rule) = <#self_type as #trait_name<#(#types),*>>::#method(
                #(#anything,)* (#(#activities,)*)
            );
            ::chainrules_core::__private::is_this_rule(this_rule, found);
        }
    });
    quote! {
        const _: () = {
            #[allow(unused, clippy::all, clippy::pedantic, private_bounds, private_interfaces)]
            fn it_is_the_only_one #declared(#receiver #(#parameters),*) #clause {
                #prelude
                #conversion
                let (_, found): (#output, _) = <#self_type>::#method(#(#names,)* (#(#activities,)*));
                #this_rule
            }
        };
    }
}

/// The rule of a function of this crate is beside the function, or imported there: so it is found by
/// whoever imports the function, and there is one. That of another one's is no second one beside the
/// rules of the standard library.
fn only_function(rule: &Rule) -> TokenStream {
    let Target::Function(path) = &rule.target else { return TokenStream::new() };
    let (name, private) = (&rule.name, quote!(::chainrules_core::__private));
    let own = path.segments.first().is_some_and(|first| first.ident == "crate");
    let other = if own {
        quote!(#path)
    } else if dependency::chainrules() {
        quote!(#name)
    } else {
        return TokenStream::new();
    };
    let prelude = (!own).then(|| {
        quote! {
            #[allow(unused_imports)]
            use ::chainrules::prelude::*;
        }
    });
    // A name that the prelude has not is found outside of the block.
    let call = quote_spanned!(name.span()=> #private::the_rules_are_one::<ThisRule, #other>());
    quote! {
        const _: () = {
            type ThisRule = #name;
            const _: () = {
                #prelude
                #call
            };
        };
    }
}

/// Which function the rule is for: its crate, and its types, so that a caller can tell it from another of
/// the name.
fn of_function(rule: &Rule) -> TokenStream {
    let path = register::name(rule);
    let of_crate = match &rule.stands_for {
        Some((of_crate, _)) => of_crate.to_string(),
        None => path.split("::").next().unwrap_or_default().to_owned(),
    };
    let residuals: Vec<_> = rule
        .args
        .iter()
        .filter_map(|arg| match &arg.passing {
            Passing::Function(function) => function.residual.as_ref(),
            _ => None,
        })
        .collect();
    let params = rule.generics.params.iter();
    let params = params.filter(|p| parameter(p).is_none_or(|name| !residuals.contains(&name)));
    let clauses = rule.generics.where_clause.iter().flat_map(|w| &w.predicates);
    let clauses = clauses.filter(|c| match c {
        syn::WherePredicate::Type(t) => match &t.bounded_ty {
            Type::Path(p) => p.path.get_ident().is_none_or(|name| !residuals.contains(&name)),
            _ => true,
        },
        _ => true,
    });
    let given = rule.args.iter().map(|arg| match arg.passing {
        Passing::Function(_) => quote!(_: &(impl ?::core::marker::Sized)),
        Passing::Value => {
            let ty = &arg.ty;
            quote!(_: #ty)
        }
        Passing::Ref | Passing::Mut => {
            let ty = &arg.ty;
            quote!(_: &#ty)
        }
    });
    let function = match &rule.stands_for {
        Some((_, function)) => {
            let (inputs, output) = (&function.inputs, &function.output);
            quote!(::core::ops::Fn(#inputs) #output)
        }
        None => {
            let (inputs, output) = (rule.args.iter().map(Arg::of_function), &rule.output);
            quote!(::core::ops::Fn(#(#inputs),*) -> #output)
        }
    };
    let output = &rule.output;
    // One whose types are known has a name of its own, by whatever path it is found.
    let is_known = rule.generics.params.is_empty()
        && rule.stands_for.is_none()
        && !rule.args.iter().any(|arg| matches!(arg.passing, Passing::Function(_)));
    let which = match &rule.target {
        Target::Function(path) if is_known => quote! {
            #[doc(hidden)]
            #[inline(always)]
            pub fn rule_name() -> &'static str {
                #[inline(always)]
                fn name_of<__Function: #function>(_: &__Function) -> &'static str {
                    ::core::any::type_name::<__Function>()
                }
                name_of(&#path)
            }
        },
        _ => quote! {
            #[doc(hidden)]
            pub const CRATES: [&'static str; 2] = [
                #of_crate,
                ::chainrules_core::__private::crate_of(::core::module_path!()),
            ];
        },
    };
    quote! {
        #which
        #[doc(hidden)]
        #[allow(clippy::type_complexity, clippy::too_many_arguments, clippy::ptr_arg, reason = "the types are the function's own")]
        pub fn value_of<#(#params,)* __Function: #function>(
            _: &__Function, #(#given),*
        ) -> #output where #(#clauses),* {
            ::core::unreachable!()
        }
    }
}

/// What a function or method needs to be an argument: `called` takes what the function takes and gives
/// its value and the pullback, `pull_called` is the pull of that.
fn called(rule: &Rule) -> TokenStream {
    let is_function = matches!(rule.target, Target::Function(_));
    let is_none = |arg: &Arg| match arg.passing {
        Passing::Function(_) => true,
        Passing::Mut => !is_function,
        _ => arg.inert,
    };
    if rule.args.iter().any(is_none) {
        return TokenStream::new();
    }
    let (params, output, clause) =
        (&rule.generics.params, &rule.output, &rule.generics.where_clause);
    let comma = (!params.empty_or_trailing()).then(|| quote!(,));
    let (names, args) = (names(&rule.generics), rule.args.iter().map(|arg| &arg.name));
    let args: Vec<_> = args.collect();
    let inputs: Vec<_> = rule.args.iter().map(Arg::of_function).collect();
    let seen = rule.args.iter().map(|arg| {
        let ty = arg.pulled();
        if arg.is_mut() { quote!(&mut #ty) } else { quote!(&#ty) }
    });
    let (seen, active): (Vec<_>, Vec<_>) =
        seen.map(|ty| (ty, quote!(::chainrules_core::Active))).unzip();
    let shadows = rule.args.iter().map(|arg| arg.shadowed(&quote!('_)));
    let shadows: Vec<_> = shadows.map(|ty| quote!(&mut #ty)).collect();
    let places: Vec<_> = (0..args.len()).map(|k| format_ident!("__shadow_{k}")).collect();
    let back = quote!(::core::ops::FnOnce(#(#seen,)* &#output, #(#shadows),*));
    let hidden = quote! {
        #[doc(hidden)]
        #[inline]
        #[allow(clippy::type_complexity, clippy::too_many_arguments, clippy::ptr_arg, reason = "the types are the function's own")]
    };
    let given = quote!(#(#args: #inputs),*);
    let closure = quote! {
        (__value, move |#(#args: #seen,)* __dy: &#output, #(#places: #shadows),*| {
            __back(#(#args,)* __dy, #(#places),*)
        })
    };
    let pulled = quote!(__back: __Back, #(#args: #seen,)* __dy: &#output, #(#places: #shadows),*);
    let pull = quote!(__back(#(#args,)* __dy, #(#places),*));
    if !is_function {
        let (trait_name, method) = (trait_name(rule), method_name(rule));
        let (self_type, name) = (self_type(rule), &rule.name);
        let (called, pull_called) =
            (format_ident!("called_{name}"), format_ident!("pull_called_{name}"));
        let passed = rule.args.iter().enumerate().map(|(k, arg)| match (&arg.passing, &arg.name) {
            (Passing::Value, name) if k == 0 => quote!(&#name),
            (_, name) => quote!(#name),
        });
        return quote! {
            #hidden
            fn #called(#given) -> (#output, impl #back + ::core::clone::Clone + use<Self, #(#names),*>) {
                let (__value, __back) = <#self_type as #trait_name<#(#names),*>>::#method(
                    #(#passed,)* (#(#active,)*)
                );
                #closure
            }
            #hidden
            fn #pull_called<__Back: #back>(#pulled) {
                #pull
            }
        };
    }
    let clauses: Vec<_> = clause.iter().flat_map(|w| &w.predicates).collect();
    quote! {
        #hidden
        pub fn called<#params>(
            #given
        ) -> (#output, impl #back + ::core::clone::Clone + use<#(#names),*>) #clause {
            let (__value, __back) = Self::rrule(#(#args,)* (#(#active,)*));
            #closure
        }
        #hidden
        pub fn is_called<#params #comma __Function: ::core::ops::Fn(#(#inputs),*) -> #output, __Back>(
            _: &__Function, _: &impl ::core::ops::Fn(#(#inputs),*) -> (#output, __Back)
        ) where #(#clauses),* {}
        #hidden
        pub fn pull_called<#params #comma __Back: #back>(#pulled) where #(#clauses),* {
            #pull
        }
    }
}

fn function(rule: &Rule) -> TokenStream {
    let only = only_function(rule);
    let (name, docs) = (&rule.name, &rule.docs);
    let params = &rule.generics.params;
    let comma = (!params.empty_or_trailing()).then(|| quote!(,));
    let clause = &rule.generics.where_clause;
    let activities = rule.activities();
    let bounded = rule.bounded_activities();
    let names = names(&rule.generics);
    let parameters = parameters(rule);
    let result = result(rule, &quote!(#(#names,)* #(#activities),*));
    let inline = inline(rule);
    let body = forward(rule);
    let title = format!("The derivative rule of `{}`.", register::name(rule));
    let (of_function, called) = (of_function(rule), called(rule));
    let says = format!("The value of `{name}` and its pullback.");
    // Two of them in scope are an error of the compiler, which may take two types of one name for the first.
    let krate = std::env::var("CARGO_CRATE_NAME").unwrap_or_default();
    let bare = name.to_string();
    let bare = bare.trim_start_matches("r#");
    let known = format_ident!("RuleOf{}In{}", camel(bare), camel(&krate));
    let the_rule = format_ident!("the_rule_of_{}", bare);
    quote! {
        #only
        #[doc = #title]
        #[doc = ""]
        #(#docs)*
        #[allow(non_camel_case_types, reason = "it is found where the function of this name is")]
        pub struct #name {}

        #[doc(hidden)]
        pub trait #known {
            fn #the_rule(&self) {}
        }

        impl #known for ::chainrules_core::__private::TheRule {}

        impl #name {
            #of_function
            #called

            #[doc = #says]
            #inline
            #[allow(clippy::type_complexity, clippy::too_many_arguments, clippy::ptr_arg, reason = "the types are the function's own")]
            pub fn rrule<#params #comma #(#bounded),*>(
                #(#parameters,)* _: (#(#activities,)*)
            ) -> #result #clause {
                #body
            }
        }
    }
}
