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

/// An argument of a method after the receiver.
struct Argument {
    name: Ident,
    /// The type as it is declared, and without its reference.
    declared: TokenStream,
    ty: TokenStream,
    /// How it is passed.
    kind: VarKind,
    /// Whether it has no cotangent.
    constant: bool,
    /// Whether the method may give it a derivative.
    changed: bool,
}

impl Argument {
    /// The type in the pullback.
    fn pulled(&self) -> TokenStream {
        let ty = &self.ty;
        if self.kind == VarKind::Exclusive { quote!(&mut #ty) } else { quote!(&#ty) }
    }
}

/// A method as `dyn` sees it.
struct Method<'a> {
    name: &'a Ident,
    exclusive: bool,
    args: Vec<Argument>,
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
            let (name, kind) = (var.name.clone(), var.kind.clone());
            let declared = var.declared.clone().unwrap_or_default();
            let constant = p.constant && kind != VarKind::Exclusive;
            let changed = kind == VarKind::Exclusive && !var.ty.peeled().is_inert();
            Argument { name, declared, ty: p.ty.clone(), kind, constant, changed }
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
        self.args.iter().map(|a| &a.name).collect()
    }

    fn declared(&self) -> Vec<TokenStream> {
        let of = |Argument { name, declared, .. }: &Argument| quote!(#name: #declared);
        self.args.iter().map(of).collect()
    }

    /// The types of the arguments of the pullback after the receiver.
    fn seen(&self) -> Vec<TokenStream> {
        self.args.iter().map(Argument::pulled).collect()
    }

    /// Those arguments.
    fn pulled(&self) -> Vec<TokenStream> {
        let names = self.names().into_iter();
        names.zip(self.seen()).map(|(name, ty)| quote!(#name: #ty)).collect()
    }

    /// The arguments that have a cotangent, and their positions.
    fn varying(&self) -> impl Iterator<Item = (usize, &Argument)> {
        self.args.iter().enumerate().filter(|(_, a)| !a.constant)
    }

    /// The shadows of those, and their types.
    fn shadows(&self) -> (Vec<Ident>, Vec<&TokenStream>) {
        self.varying().map(|(k, a)| (format_ident!("__d{}", k), &a.ty)).unzip()
    }

    /// The activities of the receiver and the arguments in a call through `dyn`, and the shadows of the
    /// arguments.
    fn called(&self) -> (Vec<TokenStream>, Vec<TokenStream>) {
        let private = quote!(::zygote_engine::__private);
        let of = |(k, a): (usize, &Argument)| {
            let shadow = format_ident!("__d{}", k);
            match a.constant {
                true => (quote!(#private::Constant), quote!(())),
                false => (quote!(#private::Active), quote!(#shadow)),
            }
        };
        let (mut activities, shadows): (Vec<_>, Vec<_>) =
            self.args.iter().enumerate().map(of).unzip();
        activities.insert(0, quote!(#private::Active));
        (activities, shadows)
    }

    /// The rule by which the method of a value is called, of `dyn Trait` or of a type that has the trait.
    fn rule(&self, name: &Ident, is_object: bool) -> TokenStream {
        let private = quote!(::zygote_engine::__private);
        let rule = format_ident!("rrule_{}", self.name);
        let (forward, receiver, output) = (self.forward(), self.receiver(), &self.output);
        let of = quote!((dyn #name + 'static));
        let own = if is_object { of.clone() } else { quote!(Self) };
        let (this, declared, names) = (self.this(&own), self.declared(), self.names());
        let all: Vec<_> = (0..self.args.len()).map(|k| format_ident!("__d{}", k)).collect();
        let types = self.args.iter().map(|a| &a.ty);
        let types: Vec<_> = types.collect();
        let varying =
            self.varying().map(|(k, a)| (format_ident!("__d{}", k), &a.name, activity_type(k + 1)));
        let varying: Vec<_> = varying.collect();
        let shadows: Vec<_> = varying.iter().map(|(shadow, ..)| shadow).collect();
        let given: Vec<_> = varying.iter().map(|(_, name, _)| name).collect();
        let of_given: Vec<_> = varying.iter().map(|(.., act)| act).collect();
        let acts: Vec<_> = (0..=self.args.len()).map(activity_type).collect();
        let (act, rest) = (&acts[0], &acts[1..]);
        let changed = [self.exclusive].into_iter().chain(self.args.iter().map(|a| a.changed));
        let bounds = changed.map(|changed| match changed {
            true => quote!(#private::Activity + #private::ChangedArgument),
            false => quote!(#private::Activity),
        });
        let (pulled, seen) = (self.pulled(), self.seen());
        let slots: Vec<_> = (0..shadows.len()).map(|k| format_ident!("__slot{}", k)).collect();
        let (vis, captured) = match is_object {
            true => (quote!(pub), quote!()),
            false => (quote!(), quote!(Self,)),
        };
        let (as_object, lent) = match (is_object, self.exclusive) {
            (true, _) => (quote!(__this), quote!(__d)),
            (false, false) => (quote!(#name::__as_dyn(__this)), quote!(#name::__as_dyn_mut(__d))),
            (false, true) => {
                (quote!(#name::__as_dyn_mut(__this)), quote!(#name::__as_dyn_mut(__d)))
            }
        };
        quote! {
            #[doc(hidden)]
            #[allow(clippy::all, unused, reason = "generated")]
            #vis fn #rule<#(#acts: #bounds),*>(
                #receiver, #(#declared,)* _: (#(#acts,)*)
            ) -> (#output, impl FnOnce(#this, #(#seen,)* &#output, #act::Shadow<'_, #own>, #(#rest::Shadow<'_, #types>),*) + Clone + use<#captured #(#acts),*>) {
                let (__value, __back) = self.#forward(#(#names),*);
                (__value, move |__this: #this, #(#pulled,)* __dy: &#output, mut __d: #act::Shadow<'_, #own>, #(mut #all: #rest::Shadow<'_, #types>),*| {
                    let mut __slot = ::core::option::Option::None;
                    let __d: &mut #of = match <#act as #private::Activity>::get(&mut __d) {
                        ::core::option::Option::Some(__d) => #lent,
                        ::core::option::Option::None => &mut **__slot.insert(#name::__zero(&*__this)),
                    };
                    #(
                        let mut #slots = ::core::option::Option::None;
                        let #shadows = match <#of_given as #private::Activity>::get(&mut #shadows) {
                            ::core::option::Option::Some(__d) => __d,
                            ::core::option::Option::None => #private::unwanted(&*#given, &mut #slots),
                        };
                    )*
                    __back.pull(#as_object, #(#names,)* __dy, __d, #(#shadows),*);
                })
            }
        }
    }
}

/// The hidden functions that the trait declares, and the derivatives of its default methods, as
/// functions of `dyn Trait`.
pub fn declared(
    item: &syn::ItemTrait,
    methods: &[(syn::ItemFn, Func)],
    options: &Options,
) -> syn::Result<(TokenStream, TokenStream)> {
    let name = &item.ident;
    if !item.generics.params.is_empty() {
        return crate::error::unsupported(
            &item.generics,
            "a `dyn` trait with parameters",
            "write the trait for the types themselves",
        );
    }
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
            let this = match m.exclusive {
                true => quote!(#name::__as_dyn_mut(self)),
                false => quote!(#name::__as_dyn(self)),
            };
            let (active, given) = m.called();
            let ((shadows, types), pulled) = (m.shadows(), m.pulled());
            let of = quote!((dyn #name + 'static));
            let pulled_this = m.this(&of);
            quote! {{
                let (__value, __back) = #own::rrule(#this, #(#names,)* (#(#active,)*));
                (__value, ::std::boxed::Box::new(move |__this: #pulled_this, #(#pulled,)* __dy: &#output, __d: &mut #of, #(#shadows: &mut #types),*| {
                    __back(__this, #(#names,)* __dy, __d, #(#given),*);
                }))
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
        fn __boxed(&self) -> ::std::boxed::Box<dyn ::core::any::Any>;
        #[doc(hidden)]
        fn __zero(&self) -> ::std::boxed::Box<dyn #name>;
        #[doc(hidden)]
        fn __add(&mut self, other: &(dyn #name + 'static));
        #[doc(hidden)]
        fn __restore(&mut self, old: &(dyn #name + 'static));
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
        let (pulled, (shadows, types)) = (m.pulled(), m.shadows());
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
    let rules = methods.iter().map(|m| m.rule(name, true));
    let of_types = methods.iter().map(|m| m.rule(name, false));
    let extension = format_ident!("{}Rules", name);
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
                #name::__copy(value)
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
                        #name::__add(__d, &**__dy);
                    }
                };
                (#name::__copy(value), __back)
            }
        }
        // The rules of the methods of a type that has the trait, where it has none of its own.
        #[doc(hidden)]
        #[allow(unused, reason = "generated")]
        #vis trait #extension: #name {
            #(#of_types)*
        }
        impl<__T: #name + ?Sized> #extension for __T {}
        // A box is handed over where `&dyn Trait` is taken.
        impl<__T: #name + ?Sized + 'static> #name for ::std::boxed::Box<__T> {
            fn __as_dyn(&self) -> &#of {
                #name::__as_dyn(&**self)
            }
            fn __as_dyn_mut(&mut self) -> &mut #of {
                #name::__as_dyn_mut(&mut **self)
            }
            fn __as_any(&self) -> &dyn ::core::any::Any {
                #name::__as_any(&**self)
            }
            fn __as_any_mut(&mut self) -> &mut dyn ::core::any::Any {
                #name::__as_any_mut(&mut **self)
            }
            fn __copy(&self) -> #boxed {
                #name::__copy(&**self)
            }
            fn __boxed(&self) -> ::std::boxed::Box<dyn ::core::any::Any> {
                #name::__boxed(&**self)
            }
            fn __zero(&self) -> #boxed {
                #name::__zero(&**self)
            }
            fn __add(&mut self, other: &#of) {
                #name::__add(&mut **self, other);
            }
            fn __restore(&mut self, old: &#of) {
                #name::__restore(&mut **self, old);
            }
            fn __map(&mut self, f: &mut dyn FnMut(f64) -> f64) {
                #name::__map(&mut **self, f);
            }
            fn __clear(&mut self) {
                #name::__clear(&mut **self);
            }
            fn __concrete(object: &#of) -> Self {
                let object: ::std::boxed::Box<dyn ::core::any::Any> = match #private::held(#name::__copy(object)) {
                    ::core::result::Result::Ok(value) => return value,
                    ::core::result::Result::Err(_) => #name::__boxed(object),
                };
                *object.downcast().expect("a cotangent of another type than the value")
            }
            #(#handed)*
        }
        impl<__T: #name + 'static> #private::Object<__T> for #of {
            fn made(value: ::std::boxed::Box<__T>) -> #boxed {
                value
            }
            fn zero(value: &__T) -> #boxed {
                #name::__zero(value)
            }
            fn concrete(&self) -> __T {
                <__T as #name>::__concrete(self)
            }
        }
        impl #private::Attributed for #of {}
        impl ::core::clone::Clone for #boxed {
            fn clone(&self) -> Self {
                #name::__copy(&**self)
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
                #name::__zero(&**shape)
            }
            fn accumulate(&mut self, rhs: &Self) {
                #name::__add(&mut **self, &**rhs);
            }
            fn map_scalars(&mut self, f: &mut dyn FnMut(f64) -> f64) {
                #name::__map(&mut **self, f);
            }
            fn clear_constants(&mut self) {
                #name::__clear(&mut **self);
            }
        }
        impl #private::Saved for #of {
            type Owned = #boxed;
            fn save(&self) -> #boxed {
                #name::__copy(self)
            }
            fn restore(&mut self, old: #boxed) {
                #name::__restore(self, &*old);
            }
        }
        impl #private::Shadowed<#marker> for #of {
            type Owned = #boxed;
            const ROUNDOFF: f64 = f64::EPSILON;
            fn zero_owned(&self) -> #boxed {
                #name::__zero(self)
            }
            fn lent<'__a>(owned: &'__a mut #boxed) -> &'__a mut Self {
                &mut **owned
            }
            fn copied(&self) -> #boxed {
                #name::__copy(self)
            }
            fn accumulate_owned(&mut self, cotangent: &#boxed) {
                #name::__add(self, &**cotangent);
            }
            fn map_owned(owned: &mut #boxed, f: &mut dyn FnMut(f64) -> f64) {
                #name::__map(&mut **owned, f);
            }
            fn clear_owned(owned: &mut #boxed) {
                #name::__clear(&mut **owned);
            }
        }
        impl #private::Peel<#marker> for #of {
            type Out = Self;
            type Form = #private::Owned;
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
        let (declared, names, (shadows, types)) = (m.declared(), m.names(), m.shadows());
        let (pulled, this) = (m.pulled(), m.this(&of));
        let (active, given) = m.called();
        let concrete = if m.exclusive {
            quote!(<_ as #path>::__as_any_mut(__this).downcast_mut::<Self>())
        } else {
            quote!(<_ as #path>::__as_any(__this).downcast_ref::<Self>())
        };
        quote! {
            fn #forward(#receiver, #(#declared),*) -> (#output, ::std::boxed::Box<dyn #pull>) {
                let (__value, __back) = self.#rule(#(#names,)* (#(#active,)*));
                (__value, ::std::boxed::Box::new(move |__this: #this, #(#pulled,)* __dy: &#output, __d: &mut #of, #(#shadows: &mut #types),*| {
                    let __this = #concrete.expect("the pullback of a value of another type");
                    let __d = <_ as #path>::__as_any_mut(__d).downcast_mut::<Self>();
                    let __d = __d.expect("a cotangent of another type than the value");
                    __back(__this, #(#names,)* __dy, __d, #(#given),*);
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
        fn __boxed(&self) -> ::std::boxed::Box<dyn ::core::any::Any> {
            ::std::boxed::Box::new(::std::boxed::Box::new(::core::clone::Clone::clone(self)))
        }
        fn __zero(&self) -> ::std::boxed::Box<#of> {
            ::std::boxed::Box::new(#private::zero_like(self))
        }
        fn __add(&mut self, other: &#of) {
            let other = <_ as #path>::__as_any(other).downcast_ref::<Self>();
            #private::accumulate(self, other.expect("a cotangent of another type than the value").clone());
        }
        fn __restore(&mut self, old: &#of) {
            *self = <Self as #path>::__concrete(old);
        }
        fn __map(&mut self, f: &mut dyn FnMut(f64) -> f64) {
            #private::map_scalars(self, f);
        }
        fn __clear(&mut self) {
            #private::clear_constants(self);
        }
        fn __concrete(object: &#of) -> Self {
            let object = <_ as #path>::__as_any(object).downcast_ref::<Self>();
            ::core::clone::Clone::clone(object.expect("a cotangent of another type than the value"))
        }
        #(#forwards)*
    }
}
