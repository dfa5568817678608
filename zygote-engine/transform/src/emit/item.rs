//! The items that carry the derivative.

use super::callers::{arguments, called, pullback};
use super::host::Host;
use super::lifetimes::Pulled;
use super::twin::{Twin, Types};
use super::{Emit, TokenStream, activity_type, activity_value, private, span, tape};
use crate::activity::Activity;
use crate::adjoint::Adjoint;
use crate::ir::{Func, Param, RegionId, VarKind};
use crate::record::Record;
use quote::ToTokens;

/// A function or method, and what is planned for its derivative.
pub struct Derived<'a> {
    /// The function.
    pub item: &'a syn::ItemFn,
    /// The function as the user wrote it, where it is one of a module that is called by its name.
    pub written: Option<&'a syn::ItemFn>,
    /// Where it stands.
    pub host: Host<'a>,
    /// Its IR.
    pub primal: &'a Func,
    /// What needs a cotangent.
    pub activity: &'a Activity,
    /// Its adjoint.
    pub adjoint: &'a Adjoint,
    /// What is kept.
    pub record: &'a Record,
}

/// The derivative of a function, in its parts.
pub struct Parts {
    /// Items that the rule needs beside it.
    pub beside: TokenStream,
    /// The rule, a function of the type or trait.
    pub rule: TokenStream,
    /// What a caller needs.
    pub call: TokenStream,
    /// What says of the derivative how it was made.
    pub text: TokenStream,
}

/// The parts of a function's derivative.
pub fn parts(derived: &Derived<'_>) -> Parts {
    let Derived { item, written, host, primal, activity, adjoint, record } = derived;
    let _around = span::belongs_to(Some(item.sig.ident.span()));
    let twin = Twin::new(item, *host, primal);
    let (beside, rule) = rrule(&twin, Emit::new(primal, activity, adjoint, record));
    let function = written.map(|written| function_of(&twin, written));
    let called = called(&twin, *written);
    let text = crate::explain::primal(primal, activity);
    let reverse = crate::explain::adjoint(primal, adjoint, record);
    let method = method_called(&twin);
    let rule = quote!(#rule #method);
    let (ir, adjoint) = (twin.name("ir_text"), twin.name("adjoint_text"));
    let (vis, sized) = (twin.visibility(), twin.sized().map(|sized| quote!(where #sized)));
    let hidden = vis.is_none().then(|| quote!(#[doc(hidden)]));
    let text = quote! {
        #hidden
        /// The IR of the function.
        #vis fn #ir() -> &'static str #sized { #text }
        #hidden
        /// The adjoint, what is kept and what is replayed.
        #vis fn #adjoint() -> &'static str #sized { #reverse }
    };
    Parts { beside, rule, call: quote!(#function #called), text }
}

/// Whether a function can be an argument of another: a method that changes what it is given can't.
fn may_be_argument(twin: &Twin<'_>) -> bool {
    let of_type = twin.host.is_type();
    let may_be = |p: &Param| match twin.kind(p) {
        VarKind::Function(_) => false,
        VarKind::Exclusive => !of_type,
        _ => true,
    };
    twin.primal.params.iter().all(may_be) && !(of_type && twin.primal.params.is_empty())
}

/// A method as an argument: of the type itself, or as its trait gives it.
fn method_called(twin: &Twin<'_>) -> Option<TokenStream> {
    let is_here = match twin.host {
        Host::Module => false,
        Host::Block(block) => block.trait_.is_none(),
        Host::Trait(..) => true,
    };
    (is_here && may_be_argument(twin) && !twin.primal.gives_closure)
        .then(|| super::found::called(twin, None))
}

/// Which function a rule is for.
fn function_of(twin: &Twin<'_>, written: &syn::ItemFn) -> TokenStream {
    let (name, value_of) = (&twin.item.sig.ident, super::found::value_of(twin, written, false));
    let gives_closure = twin.primal.gives_closure;
    let called = match may_be_argument(twin) && !gives_closure {
        true => Some(super::found::called(twin, Some(written))),
        false => None,
    };
    let is_rule = super::found::is_rule(twin, written);
    let inputs = written.sig.inputs.len();
    let handed_on = gives_closure.then(|| super::found::handed_on(inputs, name));
    quote! {
        #called
        #handed_on
        #[doc(hidden)]
        pub const FUNCTION: &'static str =
            ::core::concat!(::core::module_path!(), "::", ::core::stringify!(#name));
        #value_of
        #is_rule
    }
}

/// What generated code is allowed.
pub fn allowed() -> TokenStream {
    quote! {
        #[allow(
            clippy::all, clippy::pedantic, unused, non_snake_case, non_upper_case_globals, non_shorthand_field_patterns,
            unused_parens, unused_mut, unused_braces, refining_impl_trait, non_camel_case_types,
            reason = "generated: every intermediate value has a name of its own"
        )]
    }
}

/// The type that carries the derivative of a function under the function's own name.
pub fn derivative(derived: &Derived<'_>) -> TokenStream {
    let (vis, name) = (&derived.item.vis, &derived.item.sig.ident);
    let _around = span::belongs_to(Some(name.span()));
    let cfgs: Vec<_> = derived.item.attrs.iter().filter(|a| a.path().is_ident("cfg")).collect();
    let Parts { beside, rule, call, text } = parts(derived);
    let with = with_types(&Twin::new(derived.item, derived.host, derived.primal), derived.written);
    let doc = format!("The derivative of [`{name}()`].");
    let allowed = allowed();
    quote! {
        #(#cfgs)*
        #[doc = #doc]
        #[allow(non_camel_case_types)]
        #vis struct #name {}
        #(#cfgs)*
        #allowed
        const _: () = {
            #beside
            impl #name {
                #rule
                #call
                #text
            }
            #with
        };
    }
}

/// `f::with::<T>().rrule(..)`: the rule of a generic function whose types a caller writes.
fn with_types(twin: &Twin<'_>, written: Option<&syn::ItemFn>) -> TokenStream {
    let own: Vec<_> = twin.own_types().cloned().collect();
    if own.is_empty() {
        return quote!();
    }
    let (name, private) = (&twin.item.sig.ident, private());
    let types = twin.types();
    let names: Vec<_> = own.iter().filter_map(super::twin::name_of).collect();
    let held = own.iter().filter_map(|p| match p {
        syn::GenericParam::Type(t) => Some(&t.ident),
        _ => None,
    });
    let held: Vec<_> = held.collect();
    let bare = own.iter().map(|p| match p {
        syn::GenericParam::Type(t) => {
            let name = &t.ident;
            quote!(#name)
        }
        other => quote!(#other),
    });
    let bare: Vec<_> = bare.collect();
    let (signature, rrule) = (twin.rrule_with(&types), twin.name("rrule"));
    let value_of = written.map(|written| super::found::value_of(twin, written, true));
    let (acts, given) = (&types.acts, &types.names);
    let all = twin.arguments_of_generic();
    let activities: Vec<_> = (0..given.len()).map(activity_value).collect();
    quote! {
        pub struct __With<#(#bare),*>(::core::marker::PhantomData<fn() -> (#(#held,)*)>);
        impl #name {
            /// The rule for types that are written.
            #[inline(always)]
            pub fn with<#(#bare),*>() -> __With<#(#names),*> {
                __With(::core::marker::PhantomData)
            }
        }
        impl<#(#own),*> __With<#(#names),*> {
            #value_of
            #[inline]
            #signature {
                let _ = #private::Constant;
                #name::#rrule::<#(#all,)* #(#acts),*>(#(#given,)* (#(#activities,)*))
            }
        }
    }
}

/// The derivative of a function whose rule is the function of the other name.
pub fn given_rule(
    item: &syn::ItemFn,
    host: Host<'_>,
    primal: &Func,
    rule: &syn::Ident,
) -> TokenStream {
    let private = private();
    let twin = Twin::new(item, host, primal);
    let types = twin.types();
    let (signature, pullback) = (twin.rrule(&types), pullback(&twin));
    let arguments = arguments(&twin, (!host.is_type()).then_some(item));
    let Types { names, acts, bind, .. } = &types;
    let Pulled { as_they_were, shadows, value, .. } = &types.pulled;
    let given = primal.params.iter().zip(names).map(|(p, name)| match twin.kind(p) {
        VarKind::Value => quote!(::core::clone::Clone::clone(&#name)),
        _ => quote!(#name),
    });
    let places: Vec<_> = (0..names.len()).map(|k| generated!("__shadow_{}", k)).collect();
    let active = primal.params.iter().enumerate().filter(|(_, p)| !p.constant);
    let active: Vec<usize> = active.map(|(k, _)| k).collect();
    let adds = active.iter().enumerate().map(|(n, k)| {
        let (act, place) = (&acts[*k], &places[*k]);
        let part = match active.len() {
            1 => quote!(__cotangents),
            _ => {
                let n = syn::Index::from(n);
                quote!(__cotangents.#n)
            }
        };
        quote! {
            if let ::core::option::Option::Some(__shadow) = <#act as #private::Activity>::get(&mut #place) {
                #private::accumulate(__shadow, #part);
            }
        }
    });
    let function = match host {
        Host::Module => Some(function_of(&twin, item)),
        _ => method_called(&twin),
    };
    quote! {
        #function
        /// The value and the pullback.
        #[inline]
        #signature {
            #bind
            let (__value, __back) = #rule(#(#given),*);
            (__value, move |#(#names: #as_they_were,)* __dy: &#value, #(mut #places: #shadows),*| {
                let __cotangents = __back(::core::clone::Clone::clone(__dy));
                #(#adds)*
            })
        }
        #arguments
        #pullback
    }
}

/// The rule of a trait's function in an `impl` whose type has it itself, and what says how it was made.
pub fn delegates(
    item: &syn::ItemFn,
    host: Host<'_>,
    primal: &Func,
    with_text: bool,
) -> TokenStream {
    let primal = Func { of_trait: true, ..primal.clone() };
    let _around = span::belongs_to(Some(item.sig.ident.span()));
    let twin = Twin::new(item, host, &primal);
    let mut types = twin.types();
    types.activities = quote!(__activities);
    let (signature, rrule, names) = (twin.rrule(&types), twin.name("rrule"), &types.names);
    let mut given: Vec<_> = names.iter().map(ToTokens::to_token_stream).collect();
    if let Some(first) = given.first_mut() {
        let is_value = || twin.kind(&primal.params[0]) == VarKind::Value;
        match twin.has_receiver() {
            true => *first = quote!(self),
            false if is_value() => *first = quote!(__first),
            false => {}
        }
    }
    let text = with_text.then(|| {
        let each = ["ir_text", "adjoint_text"].map(|part| {
            let name = twin.name(part);
            quote!(fn #name() -> &'static str { Self::#name() })
        });
        quote!(#(#each)*)
    });
    quote! {
        #signature { Self::#rrule(#(#given,)* __activities) }
        #text
    }
}

/// The head of a rule that a trait asks for.
pub fn declared(item: &syn::ItemFn, host: Host<'_>, primal: &Func) -> TokenStream {
    let _around = span::belongs_to(Some(item.sig.ident.span()));
    let twin = Twin::new(item, host, primal);
    let mut types = twin.types();
    types.activities = quote!(_);
    let (signature, called) = (twin.rrule(&types), method_called(&twin));
    quote! {
        #[doc(hidden)]
        #[allow(clippy::type_complexity)]
        #signature;
        #called
    }
}

/// The value and the pullback; and for a function that calls itself, the trait of its pullbacks.
pub(super) fn rrule(twin: &Twin<'_>, mut emit: Emit<'_>) -> (TokenStream, TokenStream) {
    let private = private();
    let (func, adjoint, output) = (emit.func, emit.adjoint, &twin.output);
    let params = &func.params;
    let kind = |p: &Param| func.var(p.var).kind.clone();
    let types = twin.types();
    let Types { acts, names, bind, pulled, .. } = &types;
    let Pulled { as_they_were, shadows: shadow_types, value, .. } = pulled;
    let generic = twin.arguments_of_generic();
    let shadows: Vec<_> = params
        .iter()
        .enumerate()
        .map(|(k, p)| match adjoint.cotangents.get(&p.var) {
            Some(d) if kind(p) != VarKind::Value => emit.name(*d),
            _ => generated!("__shadow_{}", k),
        })
        .collect();
    let items = &func.items;
    let tapes = tapes(&emit, func.body.id);
    let body = &emit.regions[&func.body.id];
    let forward = if func.returns_early {
        let body = emit.forward(body);
        quote!(let __result: #output = '__zygote_body: { #body };)
    } else {
        let stmts = emit.forward_stmts(body);
        let result = emit.operand(body.result.as_ref().expect("a body has a value"));
        let push = emit.push(body.id);
        quote!(#stmts let __result: #output = #result; #push)
    };
    emit.reverse = true;
    let values = params
        .iter()
        .zip(names)
        .filter(|(p, _)| kind(p) == VarKind::Value && emit.is_scalar(p.var));
    let values: TokenStream =
        values.map(|(_, name)| quote!(let #name = ::core::clone::Clone::clone(#name);)).collect();
    let reverse = emit.reverse(&adjoint.body);
    let finish = params.iter().enumerate().filter_map(|(k, p)| {
    let d = emit.name(*adjoint.cotangents.get(&p.var)?);
    let (act, shadow) = (activity_type(k), &shadows[k]);
    (kind(p) == VarKind::Value).then(|| {
        quote! {
            if let ::core::option::Option::Some(shadow) = <#act as #private::Activity>::get(&mut #shadow) {
                #private::accumulate(shadow, #d);
            }
        }
    })
});
    // A parameter by exclusive reference always has a shadow: its state after the call may vary
    // even if its state before does not.
    let exclusive = params
        .iter()
        .enumerate()
        .filter(|(_, p)| kind(p) == VarKind::Exclusive && adjoint.cotangents.contains_key(&p.var));
    let exclusive: TokenStream = exclusive
        .map(|(k, _)| {
            let (act, shadow) = (activity_type(k), &shadows[k]);
            quote!(let Some(mut #shadow) = <#act as #private::Activity>::get(&mut #shadow) else {
            #private::constant_exclusive()
        };)
        })
        .collect();
    let seed = emit.name(adjoint.seed);
    let finish: Vec<_> = finish.collect();
    let unwanted =
        emit.wanted().map(|wanted| quote!(if !<#wanted as #private::Activity>::WANTED { return; }));
    let closure = quote! {
        move |#(#names: #as_they_were,)* #seed: &#value, #(mut #shadows: #shadow_types),*| {
            #unwanted
            let mut #seed = ::core::clone::Clone::clone(#seed);
            #values
            #exclusive
            #reverse
            #(#finish)*
        }
    };
    let boxed = func.recursive.then(|| {
        let all: Vec<_> = (0..2 * acts.len() + 1).map(|k| generated!("__{}", k)).collect();
        let given: Vec<TokenStream> = as_they_were
            .iter()
            .cloned()
            .chain([quote!(&#value)])
            .chain(shadow_types.iter().cloned())
            .collect();
        (all, given)
    });
    let (dynamic, closure) = match boxed {
        None => (quote!(), closure),
        Some((all, types)) => {
            let (boxed, dynamic) = (twin.boxed(), twin.dynamic(acts, &all, pulled));
            let closure = quote! {{
                let __boxed = #boxed::<#(#generic,)* _, #(#acts),*>(#closure);
                move |#(#all: #types),*| __boxed.pull(#(#all),*)
            }};
            (dynamic, closure)
        }
    };
    let signature = twin.rrule(&types);
    let missing = emit.missing();
    let function = quote! {
        /// The value and the pullback, which takes the arguments as they were (those by exclusive
        /// reference as they are after the call), the cotangent of the value, and the shadows into
        /// which it accumulates.
        #[inline]
        #signature {
            #missing
            #bind
            #(#items)*
            #tapes
            #forward
            (__result, #closure)
        }
    };
    (dynamic, function)
}

/// The tapes of all regions of a body of which something is kept, and types that it is told.
pub(super) fn tapes(emit: &Emit<'_>, owner: RegionId) -> TokenStream {
    let private = private();
    let in_body = owner == emit.func.body.id;
    let wanted = emit.wanted().filter(|_| in_body).unwrap_or_else(|| quote!(#private::Active));
    let regions = emit.record.keep.keys().filter(|r| emit.func.owner(**r) == owner);
    let tapes = regions.filter(|r| !emit.func.lambdas.contains(r)).map(|region| {
        let name = tape(*region);
        if *region == emit.func.body.id {
            quote!(let #name;)
        } else if emit.func.repeated(*region) {
            let wanted =
                emit.of_tape(*region).filter(|_| in_body).unwrap_or_else(|| wanted.clone());
            quote!(let mut #name = #private::Tape::<#wanted, _>::new();)
        } else {
            quote!(let mut #name = #private::Once::new();)
        }
    });
    let types = in_body.then(|| emit.types());
    types.into_iter().chain(tapes).collect()
}
