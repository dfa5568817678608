//! `dyn Trait`: the hidden functions of a trait by which a value behind a pointer has a cotangent and
//! its methods have rules.
//!
//! The cotangent of a `Box<dyn Trait>` is a box of the same type inside. What the caller knows only as
//! `dyn Trait` goes to the type through functions of the trait, which `dyn` can call; their pullbacks
//! are boxed.

use crate::emit::{Host, activity_type};
use crate::ir::{Func, VarKind};
use crate::{Options, emit};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

/// A method as `dyn` sees it.
struct Method<'a> {
    name: &'a Ident,
    exclusive: bool,
    /// The arguments after the receiver: name, declared type, type without its reference, how passed.
    args: Vec<(Ident, TokenStream, TokenStream, VarKind)>,
    output: syn::Type,
}

impl<'a> Method<'a> {
    /// None for a function without receiver by reference, which `dyn` can't call.
    fn of(sig: &'a syn::Signature, primal: &Func) -> Option<Self> {
        let receiver = primal.params.first()?;
        let exclusive = match primal.var(receiver.var).kind {
            VarKind::Shared => false,
            VarKind::Exclusive => true,
            _ => return None,
        };
        matches!(sig.inputs.first(), Some(syn::FnArg::Receiver(_))).then_some(())?;
        let args = primal.params.iter().skip(1).map(|p| {
            let var = primal.var(p.var);
            let declared = var.declared.clone().unwrap_or_default();
            (var.name.clone(), declared, p.ty.clone(), var.kind.clone())
        });
        let output = match &sig.output {
            syn::ReturnType::Type(_, t) => (**t).clone(),
            syn::ReturnType::Default => syn::parse_quote!(()),
        };
        Some(Self { name: &sig.ident, exclusive, args: args.collect(), output })
    }

    fn forward(&self) -> Ident {
        format_ident!("__dyn_{}", self.name)
    }

    fn pull(&self) -> Ident {
        format_ident!("__DynPull_{}", self.name)
    }

    fn receiver(&self) -> TokenStream {
        if self.exclusive { quote!(&mut self) } else { quote!(&self) }
    }

    /// The type of the receiver in the pullback.
    fn this(&self, of: &TokenStream) -> TokenStream {
        if self.exclusive { quote!(&mut #of) } else { quote!(&#of) }
    }

    fn names(&self) -> Vec<&Ident> {
        self.args.iter().map(|(name, ..)| name).collect()
    }

    fn declared(&self) -> Vec<TokenStream> {
        self.args.iter().map(|(name, ty, ..)| quote!(#name: #ty)).collect()
    }

    /// The arguments of the pullback after the receiver.
    fn pulled(&self) -> Vec<TokenStream> {
        let of = |(name, _, ty, kind): &(Ident, TokenStream, TokenStream, VarKind)| match kind {
            VarKind::Exclusive => quote!(#name: &mut #ty),
            _ => quote!(#name: &#ty),
        };
        self.args.iter().map(of).collect()
    }

    /// The types of those.
    fn seen(&self) -> Vec<TokenStream> {
        let of = |(_, _, ty, kind): &(Ident, TokenStream, TokenStream, VarKind)| match kind {
            VarKind::Exclusive => quote!(&mut #ty),
            _ => quote!(&#ty),
        };
        self.args.iter().map(of).collect()
    }

    fn shadows(&self) -> Vec<Ident> {
        (0..self.args.len()).map(|k| format_ident!("__d{}", k)).collect()
    }

    fn shadow_types(&self) -> Vec<&TokenStream> {
        self.args.iter().map(|(_, _, ty, _)| ty).collect()
    }
}

/// The hidden functions that the trait declares, and the derivatives of its default methods, as
/// functions of `dyn Trait`.
pub fn declared(
    item: &syn::ItemTrait,
    methods: &[(syn::ItemFn, Func)],
    options: &Options,
) -> syn::Result<(TokenStream, TokenStream)> {
    let private = quote!(::zygote_engine::__private);
    let name = &item.ident;
    let mut defaults = quote!();
    let mut forwards = vec![];
    for (f, primal) in methods {
        let Some(m) = Method::of(&f.sig, primal) else {
            return crate::error::unsupported(
                &f.sig,
                "a function of a `dyn` trait that takes no `&self` or `&mut self`",
                "move it to another trait",
            );
        };
        let (forward, pull, receiver, output) = (m.forward(), m.pull(), m.receiver(), &m.output);
        let (declared, names) = (m.declared(), m.names());
        let has_default = item.items.iter().any(|i| {
            matches!(i, syn::TraitItem::Fn(g) if g.sig.ident == f.sig.ident && g.default.is_some())
        });
        let body = if has_default {
            let block: syn::ItemImpl = syn::parse_quote!(impl Of for (dyn #name + 'static) {});
            let mut function = crate::operator::freed(&block, f);
            function.sig.ident = format_ident!("__default_{}_{}", name, f.sig.ident);
            let own = &function.sig.ident;
            let planned = crate::Planned::of(&function, Host::Module, options)?;
            let allowed = emit::allowed();
            let derivative = emit::derivative(&planned.derived(&function, Host::Module));
            defaults.extend(quote!(#allowed #derivative));
            let this =
                if m.exclusive { quote!(self.__as_dyn_mut()) } else { quote!(self.__as_dyn()) };
            let active = (0..=m.args.len()).map(|_| quote!(#private::Active));
            quote! {{
                let (__value, __back) = #own::rrule(#this, #(#names,)* (#(#active,)*));
                (__value, ::std::boxed::Box::new(__back))
            }}
        } else {
            quote!(;)
        };
        forwards.push(quote! {
            #[doc(hidden)]
            fn #forward(#receiver, #(#declared),*) -> (#output, ::std::boxed::Box<dyn #pull>) #body
        });
    }
    let hidden = quote! {
        #[doc(hidden)]
        fn __as_dyn(&self) -> &(dyn #name + 'static);
        #[doc(hidden)]
        fn __as_dyn_mut(&mut self) -> &mut (dyn #name + 'static);
        #[doc(hidden)]
        fn __as_any(&self) -> &dyn ::core::any::Any;
        #[doc(hidden)]
        fn __as_any_mut(&mut self) -> &mut dyn ::core::any::Any;
        #[doc(hidden)]
        fn __copy(&self) -> ::std::boxed::Box<dyn #name>;
        #[doc(hidden)]
        fn __zero(&self) -> ::std::boxed::Box<dyn #name>;
        #[doc(hidden)]
        fn __add(&mut self, other: &(dyn #name + 'static));
        #[doc(hidden)]
        fn __map(&mut self, f: &mut dyn FnMut(f64) -> f64);
        #[doc(hidden)]
        fn __clear(&mut self);
        #[doc(hidden)]
        fn __concrete(object: &(dyn #name + 'static)) -> Self
        where
            Self: Sized;
        #(#forwards)*
    };
    Ok((hidden, defaults))
}

/// The items beside the trait: its tangents, and the rules of its methods for `dyn`.
pub fn beside(item: &syn::ItemTrait, methods: &[(syn::ItemFn, Func)]) -> TokenStream {
    let private = quote!(::zygote_engine::__private);
    let (vis, name) = (&item.vis, &item.ident);
    let of = quote!((dyn #name + 'static));
    let methods: Vec<_> =
        methods.iter().filter_map(|(f, primal)| Method::of(&f.sig, primal)).collect();
    let pulls = methods.iter().map(|m| {
        let (pull, output, this) = (m.pull(), &m.output, m.this(&of));
        let (pulled, shadows, types) = (m.pulled(), m.shadows(), m.shadow_types());
        let (names, seen) = (m.names(), m.seen());
        quote! {
            #[doc(hidden)]
            #[allow(non_camel_case_types)]
            #vis trait #pull {
                #[allow(clippy::too_many_arguments)]
                fn pull(self: ::std::boxed::Box<Self>, __this: #this, #(#pulled,)* __dy: &#output, __d: &mut #of, #(#shadows: &mut #types),*);
                fn copy(&self) -> ::std::boxed::Box<dyn #pull>;
            }
            impl<__F> #pull for __F
            where
                __F: FnOnce(#this, #(#seen,)* &#output, &mut #of, #(&mut #types),*) + Clone + 'static,
            {
                fn pull(self: ::std::boxed::Box<Self>, __this: #this, #(#pulled,)* __dy: &#output, __d: &mut #of, #(#shadows: &mut #types),*) {
                    (*self)(__this, #(#names,)* __dy, __d, #(#shadows),*)
                }
                fn copy(&self) -> ::std::boxed::Box<dyn #pull> {
                    ::std::boxed::Box::new(self.clone())
                }
            }
            impl ::core::clone::Clone for ::std::boxed::Box<dyn #pull> {
                fn clone(&self) -> Self {
                    (**self).copy()
                }
            }
        }
    });
    let rules = methods.iter().map(|m| {
        let rule = format_ident!("rrule_{}", m.name);
        let (forward, receiver, output, this) = (m.forward(), m.receiver(), &m.output, m.this(&of));
        let (declared, names, shadows, types) = (m.declared(), m.names(), m.shadows(), m.shadow_types());
        let acts: Vec<_> = (0..=m.args.len()).map(activity_type).collect();
        let (act, rest) = (&acts[0], &acts[1..]);
        let pulled = m.pulled();
        let seen = m.seen();
        let slots: Vec<_> = (0..m.args.len()).map(|k| format_ident!("__slot{}", k)).collect();
        quote! {
            #[doc(hidden)]
            #[allow(clippy::all, unused, reason = "generated")]
            pub fn #rule<#(#acts: #private::Activity),*>(
                #receiver, #(#declared,)* _: (#(#acts,)*)
            ) -> (#output, impl FnOnce(#this, #(#seen,)* &#output, #act::Shadow<'_, #of>, #(#rest::Shadow<'_, #types>),*) + Clone + use<#(#acts),*>) {
                let (__value, __back) = self.#forward(#(#names),*);
                (__value, move |__this: #this, #(#pulled,)* __dy: &#output, mut __d: #act::Shadow<'_, #of>, #(mut #shadows: #rest::Shadow<'_, #types>),*| {
                    let mut __slot = ::core::option::Option::None;
                    let __d: &mut #of = match <#act as #private::Activity>::get(&mut __d) {
                        ::core::option::Option::Some(__d) => __d,
                        ::core::option::Option::None => &mut **__slot.insert(__this.__zero()),
                    };
                    #(
                        let mut #slots = ::core::option::Option::None;
                        let #shadows = match <#rest as #private::Activity>::get(&mut #shadows) {
                            ::core::option::Option::Some(__d) => __d,
                            ::core::option::Option::None => #private::unwanted(&*#names, &mut #slots),
                        };
                    )*
                    __back.pull(__this, #(#names,)* __dy, __d, #(#shadows),*);
                })
            }
        }
    });
    let boxed = quote!(::std::boxed::Box<#of>);
    let handed = methods.iter().map(|m| {
        let (method, forward, pull) = (m.name, m.forward(), m.pull());
        let (receiver, output, declared, names) =
            (m.receiver(), &m.output, m.declared(), m.names());
        quote! {
            fn #method(#receiver, #(#declared),*) -> #output {
                (**self).#method(#(#names),*)
            }
            fn #forward(#receiver, #(#declared),*) -> (#output, ::std::boxed::Box<dyn #pull>) {
                (**self).#forward(#(#names),*)
            }
        }
    });
    let handed: Vec<_> = handed.collect();
    let marker = quote!(#private::Derived<()>);
    quote! {
        #(#pulls)*
        #[allow(non_local_definitions, reason = "the rules of the trait's own type")]
        impl #of {
            #(#rules)*
            /// A copy of what a reference refers to.
            #[doc(hidden)]
            #[allow(unused, reason = "generated")]
            pub fn __copied<__T: #name + ?Sized>(value: &__T) -> ::std::boxed::Box<#of> {
                value.__copy()
            }
            #[doc(hidden)]
            #[allow(unused, reason = "generated")]
            pub fn rrule___copied<__T: #name + ?Sized, __A: #private::Activity>(
                value: &__T,
                _: (__A,),
            ) -> (
                ::std::boxed::Box<#of>,
                impl FnOnce(&__T, &::std::boxed::Box<#of>, __A::Shadow<'_, __T>) + Clone + use<__T, __A>,
            ) {
                let __back = |_: &__T, __dy: &::std::boxed::Box<#of>, mut __d: __A::Shadow<'_, __T>| {
                    if let ::core::option::Option::Some(__d) = <__A as #private::Activity>::get(&mut __d) {
                        __d.__add(&**__dy);
                    }
                };
                (value.__copy(), __back)
            }
        }
        // A box is handed over where `&dyn Trait` is taken.
        impl #name for #boxed {
            fn __as_dyn(&self) -> &#of {
                (**self).__as_dyn()
            }
            fn __as_dyn_mut(&mut self) -> &mut #of {
                (**self).__as_dyn_mut()
            }
            fn __as_any(&self) -> &dyn ::core::any::Any {
                (**self).__as_any()
            }
            fn __as_any_mut(&mut self) -> &mut dyn ::core::any::Any {
                (**self).__as_any_mut()
            }
            fn __copy(&self) -> #boxed {
                (**self).__copy()
            }
            fn __zero(&self) -> #boxed {
                (**self).__zero()
            }
            fn __add(&mut self, other: &#of) {
                (**self).__add(other);
            }
            fn __map(&mut self, f: &mut dyn FnMut(f64) -> f64) {
                (**self).__map(f);
            }
            fn __clear(&mut self) {
                (**self).__clear();
            }
            fn __concrete(object: &#of) -> Self {
                object.__copy()
            }
            #(#handed)*
        }
        impl<__T: #name + 'static> #private::Object<__T> for #of {
            fn made(value: ::std::boxed::Box<__T>) -> #boxed {
                value
            }
            fn zero(value: &__T) -> #boxed {
                value.__zero()
            }
            fn concrete(&self) -> __T {
                __T::__concrete(self)
            }
        }
        impl ::core::clone::Clone for #boxed {
            fn clone(&self) -> Self {
                (**self).__copy()
            }
        }
        impl #private::Tangent<#marker> for #boxed {
            type Shape = Self;
            type Kept = Self;
            const EPSILON: f64 = f64::EPSILON;
            fn keep(&self) -> Self {
                ::core::clone::Clone::clone(self)
            }
            fn recall(kept: Self, _: impl FnOnce() -> Self) -> Self {
                kept
            }
            fn shape(&self) -> Self {
                ::core::clone::Clone::clone(self)
            }
            fn zero_of(shape: &Self) -> Self {
                (**shape).__zero()
            }
            fn accumulate(&mut self, rhs: &Self) {
                (**self).__add(&**rhs);
            }
            fn map_scalars(&mut self, f: &mut dyn FnMut(f64) -> f64) {
                (**self).__map(f);
            }
            fn clear_constants(&mut self) {
                (**self).__clear();
            }
        }
        impl #private::Shadowed<#marker> for #of {
            type Owned = #boxed;
            const ROUNDOFF: f64 = f64::EPSILON;
            fn zero_owned(&self) -> #boxed {
                self.__zero()
            }
            fn lent<'__a>(owned: &'__a mut #boxed) -> &'__a mut Self {
                &mut **owned
            }
            fn copied(&self) -> #boxed {
                self.__copy()
            }
            fn accumulate_owned(&mut self, cotangent: &#boxed) {
                self.__add(&**cotangent);
            }
            fn map_owned(owned: &mut #boxed, f: &mut dyn FnMut(f64) -> f64) {
                (**owned).__map(f);
            }
        }
        impl #private::Peel<#marker> for #of {
            type Out = Self;
            fn peel(&self) -> &Self {
                self
            }
        }
    }
}

/// The hidden functions of a type that has the trait.
pub fn implemented(block: &syn::ItemImpl, methods: &[(syn::ItemFn, Func)]) -> TokenStream {
    let private = quote!(::zygote_engine::__private);
    let Some((path, _)) = &block.trait_ else { return quote!() };
    let of = quote!((dyn #path + 'static));
    let forwards = methods.iter().filter_map(|(f, primal)| Method::of(&f.sig, primal)).map(|m| {
        let rule = format_ident!("rrule_{}", m.name);
        let (forward, pull, receiver, output) = (m.forward(), m.pull(), m.receiver(), &m.output);
        let (declared, names, shadows, types) = (m.declared(), m.names(), m.shadows(), m.shadow_types());
        let (pulled, this) = (m.pulled(), m.this(&of));
        let active: Vec<_> = (0..=m.args.len()).map(|_| quote!(#private::Active)).collect();
        let concrete = if m.exclusive {
            quote!(__this.__as_any_mut().downcast_mut::<Self>())
        } else {
            quote!(__this.__as_any().downcast_ref::<Self>())
        };
        quote! {
            fn #forward(#receiver, #(#declared),*) -> (#output, ::std::boxed::Box<dyn #pull>) {
                let (__value, __back) = self.#rule(#(#names,)* (#(#active,)*));
                (__value, ::std::boxed::Box::new(move |__this: #this, #(#pulled,)* __dy: &#output, __d: &mut #of, #(#shadows: &mut #types),*| {
                    let __this = #concrete.expect("the pullback of a value of another type");
                    let __d = __d.__as_any_mut().downcast_mut::<Self>();
                    let __d = __d.expect("a cotangent of another type than the value");
                    __back(__this, #(#names,)* __dy, __d, #(#shadows),*);
                }))
            }
        }
    });
    let forwards: Vec<_> = forwards.collect();
    quote! {
        fn __as_dyn(&self) -> &#of {
            self
        }
        fn __as_dyn_mut(&mut self) -> &mut #of {
            self
        }
        fn __as_any(&self) -> &dyn ::core::any::Any {
            self
        }
        fn __as_any_mut(&mut self) -> &mut dyn ::core::any::Any {
            self
        }
        fn __copy(&self) -> ::std::boxed::Box<#of> {
            ::std::boxed::Box::new(::core::clone::Clone::clone(self))
        }
        fn __zero(&self) -> ::std::boxed::Box<#of> {
            ::std::boxed::Box::new(#private::zero_like(self))
        }
        fn __add(&mut self, other: &#of) {
            let other = other.__as_any().downcast_ref::<Self>();
            #private::accumulate(self, other.expect("a cotangent of another type than the value").clone());
        }
        fn __map(&mut self, f: &mut dyn FnMut(f64) -> f64) {
            #private::map_scalars(self, f);
        }
        fn __clear(&mut self) {
            #private::clear_constants(self);
        }
        fn __concrete(object: &#of) -> Self {
            let object = object.__as_any().downcast_ref::<Self>();
            ::core::clone::Clone::clone(object.expect("a cotangent of another type than the value"))
        }
        #(#forwards)*
    }
}
