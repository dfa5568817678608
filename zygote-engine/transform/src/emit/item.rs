//! The items that carry the derivative.

use super::{Emit, TokenStream, activity_type, activity_value, private, tape};
use crate::activity::Activity;
use crate::adjoint::Adjoint;
use crate::ir::{Func, Param, VarKind};
use crate::record::Record;
use quote::{ToTokens, quote};

/// The type that carries the derivative of `item` under the function's own name.
pub fn derivative(
    item: &syn::ItemFn,
    primal: &Func,
    activity: &Activity,
    adjoint: &Adjoint,
    record: &Record,
) -> TokenStream {
    let (vis, name) = (&item.vis, &item.sig.ident);
    let cfgs: Vec<_> = item.attrs.iter().filter(|a| a.path().is_ident("cfg")).collect();
    let emit = Emit::new(primal, activity, adjoint, record);
    let (dynamic, rrule) = rrule(item, emit);
    let arguments = arguments(item, primal);
    let pullback = pullback(item, primal);
    let ir = crate::explain::primal(primal, activity);
    let reverse = crate::explain::adjoint(primal, adjoint, record);
    let doc = format!("The derivative of [`{name}()`].");
    quote! {
        #(#cfgs)*
        #[doc = #doc]
        #[allow(non_camel_case_types)]
        #vis struct #name {}
        #(#cfgs)*
        #[allow(
            clippy::all, unused, non_snake_case, unused_parens, unused_mut, unused_braces,
            reason = "generated: every intermediate value has a name of its own"
        )]
        const _: () = {
            #dynamic
            impl #name {
                /// The IR of the function.
                pub const IR: &'static str = #ir;
                /// The adjoint, what is kept and what is replayed.
                pub const ADJOINT: &'static str = #reverse;
                #arguments
                #rrule
                #pullback
            }
        };
    }
}

/// What a caller needs to hand arguments over: their types and which are constant.
fn arguments(item: &syn::ItemFn, primal: &Func) -> TokenStream {
    let (private, name) = (private(), &item.sig.ident);
    let lifetimes = &item.sig.generics.params;
    let lifetimes: Vec<_> = lifetimes.iter().map(|l| quote!(#l,)).collect();
    let types: Vec<_> = primal.params.iter().map(|p| with_lifetime(full_type(primal, p))).collect();
    let names: Vec<_> = (0..types.len()).map(activity_value).collect();
    let activities = primal
        .params
        .iter()
        .map(|p| if p.constant { quote!(#private::Constant) } else { quote!(#private::Active) });
    let activities: Vec<_> = activities.collect();
    quote! {
        /// The arguments as the function takes them.
        #[inline(always)]
        pub fn arguments<'__zygote, #(#lifetimes)*>(#(#names: #types),*) -> (#(#types,)*) {
            let _ = #name;
            (#(#names,)*)
        }
        /// Which arguments have a cotangent.
        pub const ACTIVITY: (#(#activities,)*) = (#(#activities,)*);
    }
}

/// What `pullback!` calls: the value, and the pullback that makes its own cotangents.
fn pullback(item: &syn::ItemFn, primal: &Func) -> TokenStream {
    let private = private();
    let unit: syn::Type = syn::parse_quote!(());
    let output = match &item.sig.output {
        syn::ReturnType::Type(_, t) => &**t,
        syn::ReturnType::Default => &unit,
    };
    let lifetimes = &item.sig.generics.params;
    let lifetimes: Vec<_> = lifetimes.iter().map(|l| quote!(#l,)).collect();
    let params = &primal.params;
    let acts: Vec<_> = (0..params.len()).map(activity_type).collect();
    let act_values: Vec<_> = (0..params.len()).map(activity_value).collect();
    let names: Vec<_> =
        (0..params.len()).map(|k| quote::format_ident!("__argument_{}", k)).collect();
    let cotangents: Vec<_> =
        (0..params.len()).map(|k| quote::format_ident!("__cotangent_{}", k)).collect();
    let kind = |p: &Param| primal.var(p.var).kind.clone();
    let types: Vec<_> = params
        .iter()
        .map(|p| {
            let ty = with_lifetime(p.ty.clone());
            match kind(p) {
                VarKind::Exclusive => quote!(&mut #ty),
                VarKind::Shared => quote!(&'__zygote #ty),
                _ => ty,
            }
        })
        .collect();
    let inner: Vec<_> = params.iter().map(|p| &p.ty).collect();
    let owned: Vec<_> =
        params.iter().map(|p| if p.constant { quote!(()) } else { owned_type(&p.ty) }).collect();
    let given = params.iter().zip(&names).map(|(p, name)| match kind(p) {
        VarKind::Exclusive => quote!(&mut *#name),
        VarKind::Shared => quote!(#name),
        _ => quote!(::core::clone::Clone::clone(&#name)),
    });
    // What an argument by exclusive reference is after the call; the caller's own stays so.
    let ends = params.iter().zip(&names).filter(|(p, _)| kind(p) == VarKind::Exclusive);
    let ends = ends.map(|(_, name)| quote!(let mut #name = #private::save(&*#name);));
    let again: Vec<_> = params
        .iter()
        .zip(&names)
        .map(|(p, name)| match kind(p) {
            VarKind::Exclusive => quote!(&mut #name),
            VarKind::Shared => quote!(#name),
            _ => quote!(&#name),
        })
        .collect();
    let zeros = params.iter().zip(&names).map(|(p, name)| match kind(p) {
        _ if p.constant => quote!(()),
        VarKind::Shared => quote!(#private::zero_like(#name)),
        _ => quote!(#private::zero_like(&#name)),
    });
    let zeros: Vec<_> = zeros.collect();
    let wholes = params.iter().map(|p| {
        if is_slice(&p.ty) { quote!(|whole| &mut whole[..]) } else { quote!(|whole| whole) }
    });
    let active: Vec<_> = params
        .iter()
        .enumerate()
        .map(|(k, p)| {
            if p.constant {
                quote!(#private::Constant)
            } else {
                activity_type(k).into_token_stream()
            }
        })
        .collect();
    let lent = params.iter().enumerate().zip(wholes).map(|((k, p), whole)| {
        if p.constant {
            return quote!(());
        }
        let (active, owned, inner, cotangent) = (&active[k], &owned[k], &inner[k], &cotangents[k]);
        quote!(<#active as #private::Choice>::lend::<#owned, #inner>(&mut #cotangent, #whole))
    });
    let lent: Vec<_> = lent.collect();
    quote! {
        /// The value and the pullback, which takes the cotangent of the value and gives those of
        /// the arguments.
        #[inline]
        pub fn pullback<'__zygote, #(#lifetimes)* #(#acts: #private::Choice),*>(
            #(mut #names: #types,)* (#(#act_values,)*): (#(#acts,)*)
        ) -> (
            #output,
            impl FnOnce(#output) -> (#(<#active as #private::Choice>::Cotangent<#owned>,)*) + Clone + use<'__zygote, #(#lifetimes)* #(#acts),*>,
        ) {
            let (__value, __back) = Self::rrule(#(#given,)* (#(<#active as #private::Choice>::VALUE,)*));
            #(#ends)*
            let __shape = #private::shape(&__value);
            (__value, move |__dy: #output| {
                let mut __seed = __shape.zero();
                #private::accumulate(&mut __seed, __dy);
                #(let mut #cotangents = <#active as #private::Choice>::make(|| #zeros);)*
                __back(#(#again,)* &__seed, #(#lent),*);
                (#(#cotangents,)*)
            })
        }
    }
}

/// The type with a name for every lifetime that is left out.
fn with_lifetime(ty: TokenStream) -> TokenStream {
    struct Name;
    impl syn::visit_mut::VisitMut for Name {
        fn visit_type_reference_mut(&mut self, r: &mut syn::TypeReference) {
            if r.lifetime.is_none() {
                r.lifetime = Some(syn::parse_quote!('__zygote));
            }
            syn::visit_mut::visit_type_reference_mut(self, r);
        }
    }
    let mut ty: syn::Type = syn::parse2(ty).expect("a parameter's type is a type");
    syn::visit_mut::VisitMut::visit_type_mut(&mut Name, &mut ty);
    ty.into_token_stream()
}

pub(super) fn is_slice(ty: &TokenStream) -> bool {
    matches!(syn::parse2(ty.clone()), Ok(syn::Type::Slice(_)))
}

/// The type of the owned cotangent of a parameter.
fn owned_type(ty: &TokenStream) -> TokenStream {
    match syn::parse2(ty.clone()) {
        Ok(syn::Type::Slice(s)) => {
            let elem = &s.elem;
            quote!(::std::vec::Vec<#elem>)
        }
        _ => ty.clone(),
    }
}

fn full_type(primal: &Func, p: &Param) -> TokenStream {
    primal.var(p.var).declared.clone().expect("a parameter has a type")
}

fn rrule(item: &syn::ItemFn, mut emit: Emit<'_>) -> (TokenStream, TokenStream) {
    let private = private();
    let (func, adjoint) = (emit.func, emit.adjoint);
    let unit: syn::Type = syn::parse_quote!(());
    let output = match &item.sig.output {
        syn::ReturnType::Type(_, t) => &**t,
        syn::ReturnType::Default => &unit,
    };
    let params = &func.params;
    let kind = |p: &Param| func.var(p.var).kind.clone();
    let acts: Vec<_> = (0..params.len()).map(activity_type).collect();
    let act_values: Vec<_> = (0..params.len()).map(activity_value).collect();
    let names: Vec<_> = params.iter().map(|p| emit.name(p.var)).collect();
    let inner: Vec<_> = params.iter().map(|p| &p.ty).collect();
    let types: Vec<_> = params.iter().map(|p| full_type(func, p)).collect();
    let lifetimes = &item.sig.generics.params;
    let lifetimes = (!lifetimes.is_empty()).then(|| quote!(#lifetimes,));
    let as_they_were = params.iter().map(|p| {
        let ty = &p.ty;
        match kind(p) {
            VarKind::Exclusive => quote!(&mut #ty),
            _ => quote!(&#ty),
        }
    });
    let as_they_were: Vec<_> = as_they_were.collect();
    let shadows: Vec<_> = params
        .iter()
        .enumerate()
        .map(|(k, p)| match adjoint.cotangents.get(&p.var) {
            Some(d) if kind(p) != VarKind::Value => emit.name(*d),
            _ => quote::format_ident!("__shadow_{}", k),
        })
        .collect();
    let items = &func.items;
    let tapes = tapes(&emit);
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
        .zip(&names)
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
    let given = quote!(#(#as_they_were,)* &#output, #(#acts::Shadow<'_, #inner>),*);
    let closure = quote! {
        move |#(#names: #as_they_were,)* #seed: &#output, #(mut #shadows: #acts::Shadow<'_, #inner>),*| {
            let mut #seed = ::core::clone::Clone::clone(#seed);
            #values
            #exclusive
            #reverse
            #(#finish)*
        }
    };
    let boxed = func.recursive.then(|| {
        let all: Vec<_> =
            (0..2 * acts.len() + 1).map(|k| quote::format_ident!("__{}", k)).collect();
        let given: Vec<_> = as_they_were
            .iter()
            .cloned()
            .chain([quote!(&#output)])
            .chain(acts.iter().zip(&inner).map(|(act, inner)| quote!(#act::Shadow<'_, #inner>)))
            .collect();
        (all, given)
    });
    let (dynamic, closure) = match boxed {
        None => (quote!(), closure),
        Some((all, types)) => {
            let dynamic = dynamic(&acts, &all, &types, &given);
            let closure = quote! {{
                let __boxed: ::std::boxed::Box<dyn __Pull<#(#acts),*>> = ::std::boxed::Box::new(#closure);
                move |#(#all: #types),*| __boxed.pull(#(#all),*)
            }};
            (dynamic, closure)
        }
    };
    let signature = quote! {
        pub fn rrule<#lifetimes #(#acts: #private::Activity),*>(
            #(#names: #types,)* (#(#act_values,)*): (#(#acts,)*)
        ) -> (#output, impl FnOnce(#given) + Clone + use<#(#acts),*>)
    };
    let function = quote! {
        /// The value and the pullback, which takes the arguments as they were (those by exclusive
        /// reference as they are after the call), the cotangent of the value, and the shadows into
        /// which it accumulates.
        #[inline]
        #signature {
            #(#items)*
            #tapes
            #forward
            (__result, #closure)
        }
    };
    (dynamic, function)
}

/// A pullback behind a pointer, for a function that calls itself.
fn dynamic(
    acts: &[proc_macro2::Ident],
    names: &[proc_macro2::Ident],
    types: &[TokenStream],
    given: &TokenStream,
) -> TokenStream {
    let private = private();
    quote! {
        trait __Pull<#(#acts: #private::Activity),*> {
            fn pull(self: ::std::boxed::Box<Self>, #(#names: #types),*);
            fn copy(&self) -> ::std::boxed::Box<dyn __Pull<#(#acts),*>>;
        }
        impl<__F: FnOnce(#given) + Clone + 'static, #(#acts: #private::Activity),*> __Pull<#(#acts),*> for __F {
            fn pull(self: ::std::boxed::Box<Self>, #(#names: #types),*) {
                (*self)(#(#names),*)
            }
            fn copy(&self) -> ::std::boxed::Box<dyn __Pull<#(#acts),*>> {
                ::std::boxed::Box::new(::core::clone::Clone::clone(self))
            }
        }
        impl<#(#acts: #private::Activity),*> ::core::clone::Clone for ::std::boxed::Box<dyn __Pull<#(#acts),*>> {
            fn clone(&self) -> Self {
                (**self).copy()
            }
        }
    }
}

/// The tapes of all regions of which something is kept.
pub(super) fn tapes(emit: &Emit<'_>) -> TokenStream {
    let private = private();
    let tapes = emit.record.keep.keys().map(|region| {
        let name = tape(*region);
        if *region == emit.func.body.id {
            quote!(let #name;)
        } else if emit.func.repeated(*region) {
            quote!(let mut #name = #private::Tape::new();)
        } else {
            quote!(let mut #name = #private::Once::new();)
        }
    });
    tapes.collect()
}
