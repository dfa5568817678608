//! What the callers of a function need beside its rule: `gradient!` and its kin.

use super::host::Host;
use super::twin::{
    Twin, full_type, is_about, is_self, is_slice, owned_type, parse_type, with_lifetime,
};
use super::wanted::{MARKER, markers};
use super::{TokenStream, activity_type, activity_value, allowed, located, private};
use crate::ir::{Func, Param, Taken, VarKind};
use crate::lower::Bound;
use crate::scalars::{is_of_scalars, real_scalar};
use proc_macro2::Ident;
use quote::{ToTokens, format_ident};

/// What a caller of a function needs: its arguments as they are taken, and its pullback.
pub(super) fn called(twin: &Twin<'_>, written: Option<&syn::ItemFn>) -> TokenStream {
    if !is_callable(twin.primal) {
        return quote!();
    }
    let twin = twin.without_residuals();
    let (arguments, pullback) = (arguments(&twin, written), pullback(&twin));
    let hidden = twin.is_declared().then(|| {
        let allowed = allowed();
        quote!(#[doc(hidden)] #allowed)
    });
    quote!(#hidden #arguments #hidden #pullback)
}

/// What a caller of a trait's function needs, which is the same for all types that have the trait, and what
/// its `impl`s say of how its derivative was made.
pub fn called_of_trait(
    item: &syn::ItemFn,
    has_body: bool,
    host: Host<'_>,
    primal: &Func,
) -> TokenStream {
    let twin = Twin::new(item, host, primal);
    let borrows = host.generics().is_some_and(|g| g.lifetimes().next().is_some());
    let called = (!borrows).then(|| called(&twin, None));
    let (ir, adjoint) = (twin.name("ir_text"), twin.name("adjoint_text"));
    let sized = twin.sized().map(|sized| quote!(where #sized));
    let declared = (!has_body).then(|| {
        quote! {
            #[doc(hidden)]
            fn #ir() -> &'static str #sized;
            #[doc(hidden)]
            fn #adjoint() -> &'static str #sized;
        }
    });
    quote!(#declared #called)
}

/// Whether a call can be written elsewhere: one with function-valued arguments is written in a closure,
/// but for pointers.
fn is_callable(primal: &Func) -> bool {
    let is_function =
        |p: &Param| matches!(&primal.var(p.var).kind, VarKind::Function(s) if s.pointer.is_none());
    !primal.params.iter().any(is_function)
}

impl Twin<'_> {
    /// The generic parameters of what a caller needs. In a trait it is the trait's own, which no `impl`
    /// writes again, so that it may have a marker for each type that the trait knows nothing of.
    pub fn params_of_call(&self) -> Vec<syn::GenericParam> {
        let markers = self.of_trait().into_iter().map(|(_, marker)| parse_quote!(#marker: 'static));
        self.params.iter().cloned().chain(markers).collect()
    }

    pub fn clause_of_call(&self) -> TokenStream {
        let private = private();
        let behind = self.behind_reference();
        let tangents = self.of_trait().into_iter().map(|(ty, marker)| match &behind {
            Some(own) if *own == marker => quote!(#ty: #private::Shadowed<#marker>),
            _ => quote!(#ty: #private::Tangent<#marker>),
        });
        let own = Ident::new("Self", self.item.sig.ident.span());
        let scalar = self.is_of_scalars().then(|| real_scalar(&own).into_token_stream());
        let sized = (self.is_declared() && behind.is_none()).then(|| quote!(Self: Sized));
        let clauses = self.clauses.iter().map(ToTokens::to_token_stream);
        let clauses: Vec<_> = clauses.chain(tangents).chain(scalar).chain(sized).collect();
        if clauses.is_empty() { quote!() } else { quote!(where #(#clauses),*) }
    }

    /// The marker of `Self` where a function of a trait has values of it behind references alone, so that
    /// it may be a slice, whose cotangent is a `Vec`.
    fn behind_reference(&self) -> Option<Ident> {
        let own = Ident::new("Self", self.item.sig.ident.span());
        let (_, marker) = self.of_trait().into_iter().find(|(ty, _)| *ty == own)?;
        self.sized().is_none().then_some(marker)
    }

    fn is_of_scalars(&self) -> bool {
        matches!(self.host, Host::Trait(of, _) if is_of_scalars(of))
    }

    /// The types that a trait knows nothing of, `Self` and its parameters, with their markers.
    fn of_trait(&self) -> Vec<(Ident, Ident)> {
        let Host::Trait(of, _) = self.host else { return vec![] };
        let own = Ident::new("Self", self.item.sig.ident.span());
        let named = Ident::new("HasTangent", own.span());
        let known = |name: &Ident| {
            let mut all = self.clauses.iter();
            (*name == own && self.is_of_scalars())
                || all.any(|c| is_about(c, name) && super::mentions(&c.to_token_stream(), &named))
        };
        let numbers = |name: &Ident| {
            let bound = crate::lower::bound_of(name, &[&of.generics]);
            *name != own && !matches!(bound, Bound::Other | Bound::Operators)
        };
        let is_value = |name: &Ident| {
            (*name == own && self.has_receiver())
                || super::mentions(&self.item.sig.to_token_stream(), name)
        };
        let names = of.generics.type_params().map(|t| t.ident.clone()).chain([own.clone()]);
        let names = names.filter(|name| is_value(name) && !known(name) && !numbers(name));
        names.map(|name| (name.clone(), format_ident!("{MARKER}{name}"))).collect()
    }
}

/// The list of what stands for each argument, `(a, (b, ()))`.
pub fn list<T: ToTokens>(all: impl IntoIterator<Item = T>) -> TokenStream {
    let all: Vec<T> = all.into_iter().collect();
    all.iter().rev().fold(quote!(()), |rest, one| quote!((#one, #rest)))
}

impl Twin<'_> {
    /// The lifetime of a parameter by reference: the user's own, or one that stands for it.
    pub(super) fn lifetime_of(&self, p: &Param) -> syn::Lifetime {
        match syn::parse2(full_type(self.primal, p)) {
            Ok(syn::Type::Reference(syn::TypeReference { lifetime: Some(own), .. })) => own,
            _ => parse_quote!('__zygote),
        }
    }
}

/// What a caller needs to hand arguments over: their types and which are constant.
pub(super) fn arguments(twin: &Twin<'_>, written: Option<&syn::ItemFn>) -> TokenStream {
    let private = private();
    let (primal, vis) = (twin.primal, twin.visibility());
    let (params, clause) = (&twin.params_of_call(), twin.clause_of_call());
    let types = primal.params.iter().map(|p| match twin.kind(p) {
        VarKind::Function(s) => s.pointer.into_token_stream(),
        _ => with_lifetime(full_type(primal, p)),
    });
    let types: Vec<_> = types.collect();
    let names: Vec<_> = (0..types.len()).map(activity_value).collect();
    let taken =
        primal.params.iter().zip(&types).map(|(p, ty)| p.taken.as_ref().map_or(ty, |t| &t.ty));
    let given = primal.params.iter().zip(&names).map(|(p, name)| match &p.taken {
        Some(Taken { by, .. }) => quote!(#by(#name)),
        None => name.into_token_stream(),
    });
    let activities = primal
        .params
        .iter()
        .map(|p| if p.constant { quote!(#private::Constant) } else { quote!(#private::Active) });
    let activities = list(activities);
    let arguments = twin.name("arguments");
    let has_rule = written.map(|written| super::found::has_rule(twin, written, &types));
    quote! {
        /// The arguments as the function takes them, and which of them have a cotangent.
        #[inline(always)]
        #vis fn #arguments<'__zygote, #(#params),*>(#(#names: #taken),*) -> ((#(#types,)*), #activities) #clause {
            ((#(#given,)*), #activities)
        }
        #has_rule
    }
}

/// What is said of the type of a parameter, where the type stands.
fn at_type(p: &Param, tokens: TokenStream) -> TokenStream {
    match p.ty.clone().into_iter().next() {
        Some(first) => located(tokens, first.span()),
        None => tokens,
    }
}

/// What `pullback!` calls: the value, and the pullback that makes its own cotangents.
pub(super) fn pullback(twin: &Twin<'_>) -> TokenStream {
    let private = private();
    let (output, primal, vis) = (&twin.output, twin.primal, twin.visibility());
    let (generics, clause) = (&twin.params_of_call(), twin.clause_of_call());
    let (lifetimes, generic) = (&twin.lifetimes, &twin.names);
    let params = &primal.params;
    let acts: Vec<_> = (0..params.len()).map(activity_type).collect();
    let act_values: Vec<_> = (0..params.len()).map(activity_value).collect();
    let names: Vec<_> = (0..params.len()).map(|k| generated!("__argument_{}", k)).collect();
    let cotangents: Vec<_> = (0..params.len()).map(|k| generated!("__cotangent_{}", k)).collect();
    let kind = |p: &Param| twin.kind(p);
    let types: Vec<_> = params
        .iter()
        .map(|p| {
            let ty = with_lifetime(p.ty.clone());
            match kind(p) {
                VarKind::Function(s) => s.pointer.into_token_stream(),
                VarKind::Exclusive => quote!(&mut #ty),
                VarKind::Shared => {
                    let declared = twin.lifetime_of(p);
                    quote!(&#declared #ty)
                }
                _ => ty,
            }
        })
        .collect();
    let inner: Vec<_> = params.iter().map(|p| &p.ty).collect();
    // `Self` of a trait, which may be a slice.
    let marker = twin.behind_reference();
    let shadowed = |p: &Param| {
        let marker = marker.as_ref().filter(|_| is_self(&parse_type(&p.ty)))?;
        Some(quote!(<Self as #private::Shadowed<#marker>>))
    };
    let owned = params.iter().map(|p| match shadowed(p) {
        _ if p.constant => quote!(()),
        Some(shadowed) => quote!(#shadowed::Owned),
        None => owned_type(&p.ty),
    });
    let owned: Vec<_> = owned.collect();
    let by_reference = |k: usize| twin.host.is_type() && k == 0;
    let given = params.iter().zip(&names).enumerate().map(|(k, (p, name))| match kind(p) {
        VarKind::Exclusive => quote!(&mut *#name),
        VarKind::Value if by_reference(k) => quote!(&#name),
        VarKind::Shared => quote!(#name),
        VarKind::Function(s) => crate::pointer::forward(name, &s),
        _ => quote!(::core::clone::Clone::clone(&#name)),
    });
    // What an argument by exclusive reference is after the call; the caller's own stays so.
    let ends = params.iter().zip(&names).filter(|(p, _)| kind(p) == VarKind::Exclusive);
    let ends = ends.map(|(p, name)| match shadowed(p) {
        Some(shadowed) => quote!(let mut #name = #shadowed::copied(&*#name);),
        None => quote!(let mut #name = #private::save(&*#name);),
    });
    let again: Vec<_> = params
        .iter()
        .zip(&names)
        .map(|(p, name)| match kind(p) {
            VarKind::Exclusive if let Some(shadowed) = shadowed(p) => {
                quote!(#shadowed::lent(&mut #name))
            }
            VarKind::Exclusive => quote!(&mut #name),
            VarKind::Shared => quote!(#name),
            VarKind::Function(_) => quote!(&()),
            _ => quote!(&#name),
        })
        .collect();
    let zeros = params.iter().zip(&names).map(|(p, name)| {
        let zero = match kind(p) {
            _ if p.constant => quote!(()),
            VarKind::Exclusive if let Some(shadowed) = shadowed(p) => {
                quote!(#shadowed::zero_owned(#shadowed::lent(&mut #name)))
            }
            VarKind::Shared if let Some(shadowed) = shadowed(p) => {
                quote!(#shadowed::zero_owned(#name))
            }
            VarKind::Shared => quote!(#private::zero_like(#name)),
            _ => quote!(#private::zero_like(&#name)),
        };
        at_type(p, zero)
    });
    let zeros: Vec<_> = zeros.collect();
    let wholes = params.iter().map(|p| {
        if let Some(shadowed) = shadowed(p) {
            quote!(|whole| #shadowed::lent(whole))
        } else if is_slice(&p.ty) {
            quote!(|whole| &mut whole[..])
        } else if super::twin::is_object(&p.ty) {
            quote!(|whole| &mut **whole)
        } else {
            quote!(|whole| whole)
        }
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
    // What an argument by exclusive reference is after the call may vary, whether it does before or not.
    let ruled = params.iter().zip(&active).map(|(p, active)| match kind(p) {
        VarKind::Exclusive if !p.constant => quote!(#private::Active),
        _ => active.clone(),
    });
    let ruled: Vec<_> = ruled.collect();
    let lent = params.iter().enumerate().zip(wholes).map(|((k, p), whole)| {
        if let VarKind::Function(s) = kind(p) {
            return crate::pointer::pull(&names[k], &s);
        }
        if p.constant {
            return quote!(());
        }
        let (ruled, owned, inner, cotangent) = (&ruled[k], &owned[k], &inner[k], &cotangents[k]);
        let lent =
            quote!(<#ruled as #private::Choice>::lend::<#owned, #inner>(&mut #cotangent, #whole));
        at_type(p, lent)
    });
    let lent: Vec<_> = lent.collect();
    let own = twin.params.iter().filter_map(super::twin::name_of).map(|name| quote!(#name));
    // A call of an `fn` pointer keeps nothing.
    let pointers = params.iter().filter(|p| matches!(kind(p), VarKind::Function(_)));
    let own: Vec<_> = own.chain(pointers.map(|_| quote!(()))).collect();
    let settled = params.iter().enumerate().filter(|(_, p)| !p.constant).map(|(k, p)| {
        let (ruled, owned, cotangent) = (&ruled[k], &owned[k], &cotangents[k]);
        let clear = match shadowed(p) {
            Some(shadowed) => quote!(#shadowed::clear_owned),
            None => quote!(#private::clear_constants),
        };
        let settled = quote! {
            if let ::core::option::Option::Some(__owned) = #private::wanted::<#ruled, #owned>(&mut #cotangent) {
                #clear(__owned);
            }
        };
        at_type(p, settled)
    });
    let settled: Vec<_> = settled.collect();
    let chosen = params.iter().enumerate().map(|(k, p)| match kind(p) {
        VarKind::Exclusive if !p.constant => {
            let (active, cotangent) = (&active[k], &cotangents[k]);
            quote!(<#active as #private::Choice>::make(move || #cotangent.0))
        }
        _ => cotangents[k].to_token_stream(),
    });
    let chosen = list(chosen);
    let (act_types, act_values) = (list(&acts), list(&act_values));
    let cotangent_types = active.iter().zip(&owned);
    let cotangent_types =
        list(cotangent_types.map(|(a, t)| quote!(<#a as #private::Choice>::Cotangent<#t>)));
    let (pullback, markers) = (twin.name("pullback"), markers(generics));
    let itself = twin.is_declared().then(|| quote!(Self,));
    let rrule = twin.qualified(&twin.name("rrule"));
    quote! {
        /// The value and the pullback, which takes the cotangent of the value and gives those of
        /// the arguments.
        #[inline]
        #vis fn #pullback<'__zygote, #(#generics,)* #(#acts: #private::Choice),*>(
            (#(mut #names,)*): (#(#types,)*), #act_values: #act_types
        ) -> (
            #output,
            impl FnOnce(#output) -> #cotangent_types + Clone + use<'__zygote, #(#lifetimes,)* #itself #(#generic,)* #(#markers,)* #(#acts),*>,
        ) #clause {
            let (__value, __back) = #rrule::<#(#own,)* #(#ruled),*>(#(#given,)* (#(<#ruled as #private::Activity>::VALUE,)*));
            #(#ends)*
            let __shape = #private::shape(&__value);
            (__value, move |__dy: #output| {
                let mut __seed = __shape.zero();
                #private::accumulate(&mut __seed, __dy);
                #(let mut #cotangents = <#ruled as #private::Choice>::make(|| #zeros);)*
                __back(#(#again,)* &__seed, #(#lent),*);
                #(#settled)*
                #chosen
            })
        }
    }
}
