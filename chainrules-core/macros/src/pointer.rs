//! Methods of numbers as values, which an `fn` pointer may hold: the standard library's own have no
//! address that is theirs alone, so that each stands for a function that does nothing else, with its
//! derivative in the registry.

use crate::emit::{method_name, self_type, trait_name};
use crate::model::{Arg, Passing, Rule, Target, is_primitive};
use crate::register;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

/// `pointer_m` of the rule's trait.
pub fn pointer(rule: &Rule) -> TokenStream {
    let by_value = |arg: &Arg| matches!(arg.passing, Passing::Value) && is_primitive(&arg.ty);
    let of_numbers = rule.args.iter().all(by_value) && is_primitive(&rule.output);
    let is_method = matches!(rule.target, Target::Method);
    if !is_method || !of_numbers || rule.args.iter().any(|arg| arg.inert) {
        return TokenStream::new();
    }
    let (this, name, output) = (self_type(rule), &rule.name, &rule.output);
    let (trait_name, method, title) = (trait_name(rule), method_name(rule), register::name(rule));
    let (core, pointer) =
        (quote!(::chainrules_core::__private), format_ident!("pointer_{}", rule.name));
    let args: Vec<_> = (0..rule.args.len()).map(|k| format_ident!("__given{k}")).collect();
    let shadows: Vec<_> = (0..rule.args.len()).map(|k| format_ident!("__shadow{k}")).collect();
    let types: Vec<_> = rule.args.iter().map(|arg| &arg.ty).collect();
    let (first, rest) = (&args[0], &args[1..]);
    let maybe = args.iter().map(|_| quote!(::chainrules_core::Maybe));
    let pull = quote!(fn(#(&#types,)* &#output, #(::core::option::Option<&mut #types>),*));
    quote! {
        #[doc(hidden)]
        fn #pointer() -> fn(#(#types),*) -> #output {
            #[inline(never)]
            fn __function(#(#args: #types),*) -> #output {
                ::core::hint::black_box(#title);
                <#this>::#name(#(#args),*)
            }
            fn __pull(#(#args: &#types,)* __dy: &#output, #(#shadows: ::core::option::Option<&mut #types>),*) {
                let (_, __back) = <#this as #trait_name>::#method(#first, #(*#rest,)* (#(#maybe,)*));
                __back(#(#args,)* __dy, #(#shadows),*);
            }
            fn __address() -> *const () {
                let function: fn(#(#types),*) -> #output = __function;
                function as *const ()
            }
            #[#core::linkme::distributed_slice(#core::FUNCTIONS)]
            #[linkme(crate = #core::linkme)]
            static FUNCTION: #core::FunctionRule = #core::FunctionRule {
                name: #title,
                address: __address,
                pull: &(__pull as #pull),
            };
            __function
        }
    }
}
