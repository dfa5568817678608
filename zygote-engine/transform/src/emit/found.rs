//! That the rule which is found under a function's name is that function's: the name of a function and
//! that of its rule are looked up apart, and where a glob import brings a rule, a function of the module
//! itself may have the name.

use super::host::Host;
use super::missing::Asked;
use super::twin::{Twin, full_type, function_type, name_of, with_lifetime};
use super::{Derived, Emit, TokenStream};
use crate::ir::{Call, Mode, Operand, Signature, VarKind};
use proc_macro2::{Ident, Span};
use quote::{ToTokens, format_ident, quote_spanned};

/// Where something stands for the rule of a function that is an argument and has none.
const AS_AN_ARGUMENT: &str = "argument";

/// Where something stands for the rule of a function that is called with so many arguments.
pub(crate) fn asked_with(arguments: usize) -> &'static str {
    const CALLS: [&str; 13] = [
        "of_0", "of_1", "of_2", "of_3", "of_4", "of_5", "of_6", "of_7", "of_8", "of_9", "of_10",
        "of_11", "of_12",
    ];
    CALLS.get(arguments).copied().unwrap_or(AS_AN_ARGUMENT)
}

/// What brings the rule of a function into scope as `__Rule`, where it is called by a user.
pub(crate) fn imported(path: &syn::Path, asked: &str) -> TokenStream {
    Rule::of(path, asked).imported
}

/// The names that an import would also take for attributes of the compiler.
const ATTRIBUTES: &str = "\
    allow allow_internal_unsafe allow_internal_unstable automatically_derived cfg_attr cfi_encoding cold \
    collapse_debuginfo compiler_builtins const_continue coroutine coverage crate_name crate_type custom_mir \
    debugger_visualizer default_lib_allocator deny deprecated doc expect export_name export_stable feature \
    ffi_const ffi_pure forbid fundamental ignore inline instruction_set lang link link_name link_ordinal \
    link_section linkage loop_match macro_escape macro_export macro_use marker may_dangle move_size_limit \
    must_use naked needs_allocator needs_panic_runtime no_builtins no_core no_implicit_prelude no_link \
    no_main no_mangle no_std non_exhaustive optimize panic_handler panic_runtime patchable_function_entry \
    path pin_v2 prelude_import proc_macro proc_macro_attribute proc_macro_derive profiler_runtime \
    recursion_limit reexport_test_harness_main register_tool repr rustc_dummy rustc_main sanitize \
    should_panic stable target_feature test_runner track_caller type_length_limit unstable used warn \
    windows_subsystem";

/// What brings a function, and its rule if there is one, into scope as `__Rule`; else that is what tells
/// that there is none.
fn import(function: &TokenStream, asked: &str, span: Span) -> TokenStream {
    let asked = Ident::new(asked, span);
    let (known, function) = match syn::parse2::<Ident>(function.clone()) {
        // Not a local variable of the name, of which the check after this tells. Where no item has the name
        // there is a macro to import.
        Ok(mut name) => {
            name.set_span(Span::mixed_site().located_at(name.span()));
            let known = quote_spanned! {span=>
                #[allow(unused_macros)]
                macro_rules! #name { () => {} }
            };
            let is_free = ATTRIBUTES.split(' ').all(|attribute| name != attribute);
            (is_free.then_some(known), name.into_token_stream())
        }
        Err(_) => (None, function.clone()),
    };
    quote_spanned! {span=>
        #known
        #[allow(unused_imports)]
        use #function as __Rule;
        #[allow(unused_imports)]
        use ::zygote_engine::__private::missing::#asked::*;
    }
}

/// What the name of the rule of a method that gives a closure begins with.
pub(super) const CLOSURE_OF_METHOD: &str = "closure_rrule";

/// The name of a part of the derivative of a function that gives a closure: the two are called in one.
pub(super) fn part_of_closure(part: &str, span: Span) -> Ident {
    format_ident!("{part}_closure", span = span)
}

/// The rule of a function and of a call of what it gives, beside that of the function itself.
pub fn of_closure(derived: &Derived<'_>) -> TokenStream {
    let Derived { item, written, host, primal, .. } = derived;
    let twin = Twin::new(item, *host, primal);
    let (beside, rule) = rule_alone(derived);
    let value_of = written.map(|written| value_of(&twin, written, false));
    let is_rule = written.and_then(|written| is_rule(&twin, written));
    let (name, allowed) = (&item.sig.ident, super::allowed());
    let cfgs = item.attrs.iter().filter(|a| a.path().is_ident("cfg"));
    quote! {
        #(#cfgs)*
        #allowed
        const _: () = {
            #beside
            impl #name {
                #rule
                #value_of
                #is_rule
            }
        };
    }
}

/// A rule, and the items that it needs beside it.
pub fn rule_alone(derived: &Derived<'_>) -> (TokenStream, TokenStream) {
    let Derived { item, host, primal, activity, adjoint, record, .. } = derived;
    let twin = Twin::new(item, *host, primal);
    super::item::rrule(&twin, Emit::new(primal, activity, adjoint, record))
}

/// What is found in place of the rule of such a function where its closure is not called at once.
pub(super) fn handed_on(inputs: usize, name: &Ident) -> TokenStream {
    let private = quote_spanned!(name.span()=> ::zygote_engine::__private);
    let types: Vec<_> = (0..inputs).map(|k| generated!("__T{}", k)).collect();
    quote! {
        #[doc(hidden)]
        pub fn is_found<__F: #private::GivesNoClosure>(_: &__F) {}
        #[doc(hidden)]
        pub fn value_of<__F, __Y, #(#types),*>(_: &__F, #(_: #types),*) -> __Y {
            ::core::unreachable!()
        }
        #[doc(hidden)]
        pub fn rrule<__Y, __B, __A, #(#types),*>(#(_: #types,)* _: __A) -> (__Y, __B) {
            ::core::unreachable!()
        }
    }
}

/// The type of the function that a rule is for.
pub(super) struct Function {
    /// The type parameters that it needs.
    pub params: Vec<syn::GenericParam>,
    /// What it needs of types.
    pub clauses: Vec<syn::WherePredicate>,
}

impl Function {
    /// `written` is the function as the user wrote it.
    pub fn of(twin: &Twin<'_>, written: &syn::ItemFn) -> Self {
        let (mut params, mut inputs) = (vec![], vec![]);
        let generics = &written.sig.generics;
        let is_opaque = |ty: &syn::Type| crate::opaque::is_open(ty, generics, |_| true);
        let opaque = match &written.sig.output {
            _ if twin.primal.gives_closure => true,
            syn::ReturnType::Type(_, ty) if crate::lent::is_lent(ty) => true,
            syn::ReturnType::Type(_, ty) => is_opaque(ty),
            syn::ReturnType::Default => false,
        };
        // A value that may borrow belongs to one call.
        let mut of_one_call = opaque;
        for (input, p) in written.sig.inputs.iter().zip(&twin.primal.params) {
            let syn::FnArg::Typed(input) = input else { unreachable!("it has no receiver") };
            let ty = &input.ty;
            let is_known = |name: &Ident| twin.names.contains(name);
            inputs.push(match twin.kind(p) {
                VarKind::Function(s) => function(&s, ty),
                _ => match crate::opaque::an_iterator(ty, generics) {
                    Some(iterator) => {
                        of_one_call = true;
                        with_lifetime(iterator)
                    }
                    // A type without a name of its own has one in the derivative.
                    None if crate::opaque::is_open(ty, generics, is_known) => {
                        full_type(twin.primal, p)
                    }
                    None => ty.to_token_stream(),
                },
            });
        }
        let mut value = twin.output.to_token_stream();
        if opaque {
            inputs = inputs.into_iter().map(with_lifetime).collect();
            params.push(parse_quote!(__Value));
            value = quote!(__Value);
        }
        // What is replaced is in no type of the function itself.
        let replaced = |tokens| crate::stored::with_pointers(tokens, &twin.params, &twin.clauses);
        let inputs = inputs.into_iter().map(replaced);
        let value = replaced(value);
        let twin = twin.without_residuals();
        let types = twin.names.iter().filter(|name| of_one_call && twin.is_type(name));
        let clauses = types.map(|t| parse_quote!(#t: '__zygote)).collect();
        params.push(match written.sig.abi {
            None => parse_quote!(__Function: ::core::ops::Fn(#(#inputs),*) -> #value),
            // That of another language is no `Fn`.
            Some(_) => parse_quote!(__Function),
        });
        Self { params, clauses }
    }
}

/// A type of functions that a parameter takes.
fn function(s: &Signature, written: &syn::Type) -> TokenStream {
    let (inputs, output) = (&s.inputs, &s.output);
    let pointer = quote!(fn(#(#inputs),*) -> #output);
    match written {
        _ if s.pointer.is_some() => s.pointer.to_token_stream(),
        syn::Type::Reference(r) if is_dynamic(&r.elem) => written.to_token_stream(),
        syn::Type::Reference(r) => {
            let mutability = &r.mutability;
            quote!(&#mutability #pointer)
        }
        syn::Type::Path(_) if s.generic.is_none() => written.to_token_stream(),
        _ => pointer,
    }
}

fn is_dynamic(ty: &syn::Type) -> bool {
    match ty {
        syn::Type::Paren(p) => is_dynamic(&p.elem),
        ty => matches!(ty, syn::Type::TraitObject(_)),
    }
}

/// `f::value_of(&f, a, ..)`, which never runs: it tells the compiler the types of `f`.
pub(super) fn value_of(twin: &Twin<'_>, written: &syn::ItemFn, of_types: bool) -> TokenStream {
    let Function { params: own, clauses } = Function::of(twin, written);
    let twin = twin.without_residuals();
    let written_types: Vec<_> = twin.own_types().filter_map(name_of).collect();
    let params = twin
        .params
        .iter()
        .filter(|p| !of_types || name_of(p).is_none_or(|name| !written_types.contains(&name)));
    let receiver = of_types.then(|| quote!(self,));
    let (all, output) = (twin.clauses.iter().chain(&clauses), &twin.output);
    let value_of = twin.name("value_of");
    let given = twin.primal.params.iter().map(|p| match twin.kind(p) {
        VarKind::Function(_) => quote!(_: &(impl ?Sized)),
        kind => {
            let (ty, reference) = (&p.ty, (kind != VarKind::Value).then(|| quote!(&)));
            quote!(_: #reference #ty)
        }
    });
    quote! {
        #[doc(hidden)]
        pub fn #value_of<'__zygote, #(#params,)* #(#own),*>(
            #receiver _: &__Function, #(#given),*
        ) -> #output where #(#all),* {
            ::core::unreachable!()
        }
    }
}

/// `f::is_rule(&f, &rule)`: that the types of a rule are those of the function. Written of a function that has a
/// type which only the functions show that it is given: the `B` of `impl Fn(A) -> B, impl Fn(B) -> C`.
pub(super) fn is_rule(twin: &Twin<'_>, written: &syn::ItemFn) -> Option<TokenStream> {
    let params = &twin.primal.params;
    let shown = params.iter().filter(|p| !matches!(twin.kind(p), VarKind::Function(_)));
    let shown: TokenStream = shown.map(|p| full_type(twin.primal, p)).collect();
    let output = &twin.output;
    let shown = quote!(#shown #output);
    let is_shown = |p: &syn::GenericParam| name_of(p).is_none_or(|n| super::mentions(&shown, &n));
    if twin.own_types().all(is_shown) {
        return None;
    }
    let private = super::private();
    let Function { params: own, clauses } = Function::of(twin, written);
    let (acts, markers) = (twin.types().acts, twin.markers());
    let free = twin.params.iter().filter(|p| name_of(p).is_none_or(|n| !markers.contains(&n)));
    let types = params.iter().enumerate().map(|(k, p)| match twin.kind(p) {
        VarKind::Function(s) => function_type(k, &s),
        _ => full_type(twin.primal, p),
    });
    let is_rule = twin.name("is_rule");
    Some(quote! {
        #[doc(hidden)]
        pub fn #is_rule<
            '__zygote, #(#free,)* #(#acts: #private::Activity,)* #(#own,)* __Given, __Rule
        >(_: &__Function, _: &__Rule)
        where
            __Rule: ::core::ops::Fn(#(#types,)* (#(#acts,)*)) -> __Given,
            #(#clauses),*
        {}
    })
}

/// `f::has_rule(&f, &arguments)`: that a function whose derivative is asked for is the rule's.
pub(super) fn has_rule(
    twin: &Twin<'_>,
    written: &syn::ItemFn,
    arguments: &[TokenStream],
) -> TokenStream {
    let private = super::private();
    let Function { params: own, clauses } = Function::of(twin, written);
    let (params, all) = (&twin.params, twin.clauses.iter().chain(&clauses));
    let has_rule = Ident::new("has_rule", twin.item.sig.ident.span());
    quote! {
        #[doc(hidden)]
        #[inline(always)]
        #[track_caller]
        pub fn #has_rule<'__zygote, #(#params,)* #(#own),*>(
            __function: &__Function, _: &(#(#arguments,)*)
        ) where #(#all),* {
            #private::the_rule_is_of(__function, ::core::any::type_name::<Self>(), [""; 2]);
        }
    }
}

/// The arguments of a call.
struct Given {
    /// What stands for those by value in what never runs.
    values: TokenStream,
    /// The arguments there.
    like: Vec<TokenStream>,
    /// The arguments of the rule.
    args: TokenStream,
    /// Whether what the function gives is called.
    curried: bool,
    /// Whether functions are among the arguments.
    functions: bool,
}

impl Emit<'_> {
    /// A call of a function, through its rule.
    pub(super) fn function_call(
        &self,
        path: Option<&syn::Path>,
        name: &syn::PathSegment,
        call: &Call,
        args: &[TokenStream],
    ) -> TokenStream {
        let private = quote_spanned!(name.ident.span()=> ::zygote_engine::__private);
        let (values, like) = self.like(call, &private);
        let (activities, curried) = (self.activities(call), call.curried.is_some());
        let functions = !call.lambdas.is_empty()
            || call.args.iter().any(|a| match a {
                Operand::Place(p, _) => self.signature(p.root).is_some(),
                a => self.function(a).is_some(),
            });
        self.looked_up(Asked::Function, &name.ident);
        let args = quote!(#(#args,)* #activities);
        found(path, name, &Given { values, like, args, curried, functions })
    }

    /// What stands for the arguments of a call in what never runs, after what makes those by value.
    pub(super) fn like(
        &self,
        call: &Call,
        private: &TokenStream,
    ) -> (TokenStream, Vec<TokenStream>) {
        let (mut values, mut like) = (quote!(), vec![]);
        for (k, a) in call.args.iter().enumerate() {
            like.push(match a {
                Operand::Lambda(_) => quote!(&()),
                Operand::Place(p, _) if self.signature(p.root).is_some() => quote!(&()),
                Operand::Const(_) if self.function(a).is_some() => quote!(&()),
                Operand::Place(p, Mode::Value) if let Some(slot) = self.handed(p.root) => {
                    let value = generated!("__like_{}", k);
                    let copy = quote!(::core::clone::Clone::clone(&#slot));
                    values.extend(quote!(let #value = #private::handed_over(#copy);));
                    value.to_token_stream()
                }
                a if let Some(given) = self.slot(a, call) => given,
                Operand::Place(_, Mode::Value) | Operand::Const(_) => {
                    let (value, a) = (generated!("__like_{}", k), self.borrowed(a));
                    values.extend(quote!(let #value = #private::like(#a);));
                    value.to_token_stream()
                }
                Operand::Place(p, _) => self.shared(p),
            });
        }
        (values, like)
    }
}

/// A function as an argument: it gives the value and the pullback, which is the residual of a call.
pub(super) fn argument(path: &syn::Path) -> TokenStream {
    let Rule { imported, function, name, rule } = Rule::of(path, AS_AN_ARGUMENT);
    let span = name.ident.span();
    let private = quote_spanned!(span=> ::zygote_engine::__private);
    quote_spanned! {span=> &mut {
        let __function = #function #name;
        #imported
        use #private::AnyFunction as _;
        <#rule>::is_found(&__function);
        let __called = <#rule>::called;
        <#rule>::is_called(&__function, &__called);
        #private::the_rule_is_of(&__function, <#rule>::rule_name(), <#rule>::CRATES);
        __called
    }}
}

/// The pull of a call of that argument.
pub(super) fn argument_pull(path: &syn::Path) -> TokenStream {
    let Rule { imported, rule, .. } = Rule::of(path, AS_AN_ARGUMENT);
    quote!(&mut { #imported <#rule>::pull_called })
}

/// What a function or method needs to be an argument: `called` takes what it takes and gives its value
/// and the pullback, `pull_called` is the pull of that. `written` is a function of a module.
pub(super) fn called(twin: &Twin<'_>, written: Option<&syn::ItemFn>) -> TokenStream {
    let private = super::private();
    let (params, names, markers) = (&twin.params, &twin.names, twin.markers());
    let (output, types) = (&twin.output, twin.types());
    let super::twin::Types { names: given, as_they_were, .. } = &types;
    let shadows: Vec<_> = twin.primal.params.iter().map(|p| &p.ty).collect();
    let shadows: Vec<_> = shadows.iter().map(|ty| quote!(&mut #ty)).collect();
    let back = quote!(FnOnce(#(#as_they_were,)* &#output, #(#shadows),*));
    let (captured, clause) = twin.captures(&back);
    let active: Vec<_> = given.iter().map(|_| quote!(#private::Active)).collect();
    let inputs = twin.primal.params.iter().map(|p| full_type(twin.primal, p));
    let inputs: Vec<_> = inputs.collect();
    let passed = twin.primal.params.iter().zip(given).enumerate().map(|(k, (p, name))| {
        let by_reference = twin.host.is_type() && k == 0 && twin.kind(p) == VarKind::Value;
        if by_reference { quote!(&#name) } else { quote!(#name) }
    });
    let places: Vec<_> = (0..given.len()).map(|k| generated!("__shadow_{}", k)).collect();
    let generic = params.iter().filter_map(name_of);
    let free = params.iter().filter(|p| name_of(p).is_none_or(|n| !markers.contains(&n)));
    let is_free = |c: &&syn::WherePredicate| {
        let clause = c.to_token_stream();
        !markers.iter().any(|marker| super::mentions(&clause, marker))
    };
    let of_types = twin.clauses.iter().filter(is_free);
    let in_trait = matches!(twin.host, Host::Trait(..));
    let allowed = in_trait.then(super::allowed);
    let sized = twin.sized();
    let (called, pull_called) = (twin.name("called"), twin.name("pull_called"));
    let rrule = twin.qualified(&twin.name("rrule"));
    let vis = (!in_trait).then(|| quote!(pub));
    let is_called = written.map(|written| {
        let Function { params: own, clauses } = Function::of(twin, written);
        let all = twin.clauses.iter().chain(&clauses);
        quote! {
            #[doc(hidden)]
            #[inline(always)]
            pub fn is_called<'__zygote, #(#params,)* #(#own,)* __Back>(
                _: &__Function, _: &impl Fn(#(#inputs),*) -> (#output, __Back)
            ) where #(#all),* {}
        }
    });
    quote! {
        #[doc(hidden)]
        #[inline]
        #allowed
        #vis fn #called<#(#params),*>(
            #(#given: #inputs),*
        ) -> (#output, impl #back + Clone + use<#captured #(#names,)* #(#markers),*>) #clause {
            let (__value, __back) = #rrule::<#(#generic,)* #(#active),*>(#(#passed,)* (#(#active,)*));
            (__value, move |#(#given: #as_they_were,)* __dy: &#output, #(#places: #shadows),*| {
                __back(#(#given,)* __dy, #(#places),*)
            })
        }
        #is_called
        #[doc(hidden)]
        #[inline]
        #allowed
        #vis fn #pull_called<#(#free,)* __Back: #back>(
            __back: __Back, #(#given: #as_they_were,)* __dy: &#output, #(#places: #shadows),*
        ) where #(#of_types,)* #sized {
            __back(#(#given,)* __dy, #(#places),*)
        }
    }
}

/// Where the rule of a function is found.
struct Rule<'a> {
    /// What brings it into scope, and looks whether it is that of a function in such a module.
    imported: TokenStream,
    /// The path of the function before its name.
    function: Option<TokenStream>,
    name: &'a syn::PathSegment,
    rule: TokenStream,
}

impl<'a> Rule<'a> {
    fn of(path: &'a syn::Path, asked: &str) -> Self {
        let mut module = path.clone();
        module.segments.pop();
        module.segments.pop_punct();
        let name = path.segments.last().expect("a path has a segment");
        Self::in_module((!module.segments.is_empty()).then_some(&module), name, asked)
    }

    /// `asked` is the module of what is found where there is no rule.
    fn in_module(path: Option<&syn::Path>, name: &'a syn::PathSegment, asked: &str) -> Self {
        let span = name.ident.span();
        let private = quote_spanned!(span=> ::zygote_engine::__private);
        let function = path.map(|path| quote!(#path::));
        let root = path.and_then(|path| path.segments.first()).map(|s| s.ident.to_string());
        // A function of the name of its module, `step::step`, would hide the module where it is imported.
        let hides = |root: &String| name.ident == root;
        let is_own = |root: &String| ["crate", "self", "super"].contains(&root.as_str());
        let here = root.as_ref().is_some_and(|root| is_own(root) || hides(root));
        // The rule of another crate's function has the function's name in the prelude of a rule crate; that
        // of a function of the module itself comes before.
        let ident = &name.ident;
        let elsewhere = path.filter(|_| !here).map(|path| match crate::lower::is_in_std(path) {
            true => quote_spanned! {span=>
                #[allow(unused_imports)]
                mod __in_std {
                    pub use #path::#ident;
                    pub use ::chainrules::prelude::*;
                }
                use __in_std::#ident;
            },
            false => quote_spanned!(span=> use #path::#ident;),
        });
        let of_module = path.filter(|_| !here).map(|path| {
            let module = path.segments.last().map(|s| s.ident.to_string());
            quote_spanned! {span=>
                const _: () = {
                    use #private::AnyFunction as _;
                    #[allow(unused_imports)]
                    use #path::#ident as __There;
                    #[allow(unused_imports)]
                    use #private::missing::there::*;
                    if <__There>::IS_MISSING {
                        #private::is_rule_of(<__Rule>::FUNCTION, #module);
                    }
                };
            }
        });
        let before = function.as_ref().filter(|_| here);
        let import = import(&quote!(#before #ident), asked, span);
        let imported = quote!(#elsewhere #import #of_module);
        Self { imported, function, name, rule: quote_spanned!(span=> __Rule) }
    }
}

/// A call of the rule of a function, with what says that it is that function's rule.
fn found(path: Option<&syn::Path>, name: &syn::PathSegment, given: &Given) -> TokenStream {
    let span = name.ident.span();
    let private = quote_spanned!(span=> ::zygote_engine::__private);
    let asked = match &name.arguments {
        syn::PathArguments::None => asked_with(given.like.len()),
        _ => AS_AN_ARGUMENT,
    };
    let Rule { imported, function, rule, .. } = Rule::in_module(path, name, asked);
    let typed = match &name.arguments {
        syn::PathArguments::AngleBracketed(types) => {
            let types = &types.args;
            quote_spanned!(span=> <#rule>::with::<#types>().)
        }
        _ => quote_spanned!(span=> <#rule>::),
    };
    let Given { values, like, args, curried, functions } = given;
    let of = |part| match curried {
        true => part_of_closure(part, span),
        false => Ident::new(part, span),
    };
    let is_found = Ident::new(if *curried { "is_called_at_once" } else { "is_found" }, span);
    let (value_of, rrule, is_rule) = (of("value_of"), of("rrule"), of("is_rule"));
    let result = match *functions && matches!(name.arguments, syn::PathArguments::None) {
        true => quote_spanned! {span=>
            let __rule = <#rule>::#rrule;
            let __result = __rule(#args);
            <#rule>::#is_rule(&__function, &__rule);
        },
        false => quote_spanned!(span=> let __result = #typed #rrule(#args);),
    };
    quote_spanned! {span=> {
        let __function = #function #name;
        #imported
        use #private::AnyFunction as _;
        <#rule>::#is_found(&__function);
        let __value = #private::never(|| { #values #typed #value_of(&__function, #(#like),*) });
        #private::the_rule_is_of(&__function, <#rule>::rule_name(), <#rule>::CRATES);
        #result
        #private::of_one_type(&__value, &__result.0);
        __result
    }}
}
