//! The items that carry the derivative.

use super::{Emit, TokenStream, activity_type, activity_value, private, tape};
use crate::activity::Activity;
use crate::adjoint::Adjoint;
use crate::ir::{Func, Param, RegionId, Signature, VarKind};
use crate::lower::Bound;
use crate::record::Record;
use proc_macro2::{Group, Ident, TokenTree};
use quote::{ToTokens, format_ident, quote};

/// A function or method, and what is planned for its derivative.
pub struct Derived<'a> {
    /// The function.
    pub item: &'a syn::ItemFn,
    /// The `impl` block that it stands in.
    pub host: Option<&'a syn::ItemImpl>,
    /// Its IR.
    pub primal: &'a Func,
    /// What needs a cotangent.
    pub activity: &'a Activity,
    /// Its adjoint.
    pub adjoint: &'a Adjoint,
    /// What is kept.
    pub record: &'a Record,
}

/// The type that carries the derivative of a function under the function's own name; the derivative of
/// a method is methods beside it.
pub fn derivative(derived: &Derived<'_>) -> TokenStream {
    let Derived { item, primal, activity, adjoint, record, .. } = derived;
    let (vis, name) = (&item.vis, &item.sig.ident);
    let cfgs: Vec<_> = item.attrs.iter().filter(|a| a.path().is_ident("cfg")).collect();
    let twin = Twin::new(derived);
    let (dynamic, rrule) = twin.rrule(Emit::new(primal, activity, adjoint, record));
    // A call of a function with function-valued arguments is written in a closure.
    let is_function = |p: &Param| matches!(primal.var(p.var).kind, VarKind::Function(_));
    let callable = !primal.params.iter().any(is_function);
    let arguments = callable.then(|| twin.arguments());
    let pullback = callable.then(|| twin.pullback());
    let text = crate::explain::primal(primal, activity);
    let reverse = crate::explain::adjoint(primal, adjoint, record);
    let (ir_name, adjoint_name) = (twin.name("IR"), twin.name("ADJOINT"));
    let items = quote! {
        /// The IR of the function.
        pub const #ir_name: &'static str = #text;
        /// The adjoint, what is kept and what is replayed.
        pub const #adjoint_name: &'static str = #reverse;
        #arguments
        #rrule
        #pullback
    };
    let (head, declared) = match derived.host {
        Some(host) => {
            let (generics, ty, clause) =
                (&host.generics, &host.self_ty, &host.generics.where_clause);
            (quote!(impl #generics #ty #clause), quote!())
        }
        None => {
            let doc = format!("The derivative of [`{name}()`].");
            let declared = quote! {
                #(#cfgs)*
                #[doc = #doc]
                #[allow(non_camel_case_types)]
                #vis struct #name {}
            };
            (quote!(impl #name), declared)
        }
    };
    quote! {
        #declared
        #(#cfgs)*
        #[allow(
            clippy::all, unused, non_snake_case, non_upper_case_globals, non_shorthand_field_patterns, unused_parens, unused_mut,
            unused_braces, reason = "generated: every intermediate value has a name of its own"
        )]
        const _: () = {
            #dynamic
            #head { #items }
        };
    }
}

/// The signature of a derivative.
struct Twin<'a> {
    item: &'a syn::ItemFn,
    host: Option<&'a syn::ItemImpl>,
    primal: &'a Func,
    /// The type of the value.
    output: syn::Type,
    /// The generic parameters of the function, and what the derivative asks of types.
    params: Vec<syn::GenericParam>,
    clauses: Vec<syn::WherePredicate>,
    /// The names of the lifetimes, and of the type and constant parameters of function and block.
    lifetimes: Vec<syn::Lifetime>,
    names: Vec<Ident>,
}

impl<'a> Twin<'a> {
    fn new(derived: &Derived<'a>) -> Self {
        let output = match &derived.item.sig.output {
            syn::ReturnType::Type(_, t) => (**t).clone(),
            syn::ReturnType::Default => syn::parse_quote!(()),
        };
        let own = &derived.item.sig.generics;
        let params: Vec<_> = own.params.iter().cloned().collect();
        let clauses = own.where_clause.iter().flat_map(|w| w.predicates.iter().cloned());
        let outer = derived.host.map(|h| &h.generics);
        let (mut lifetimes, mut names) = (vec![], vec![]);
        for param in outer.into_iter().flat_map(|g| &g.params).chain(&params) {
            match param {
                syn::GenericParam::Lifetime(l) => lifetimes.push(l.lifetime.clone()),
                syn::GenericParam::Type(t) => names.push(t.ident.clone()),
                syn::GenericParam::Const(c) => names.push(c.ident.clone()),
            }
        }
        let mut clauses: Vec<_> = clauses.collect();
        let all: Vec<_> = outer.into_iter().chain([own]).collect();
        let (markers, more) = tangents(&all);
        clauses.extend(more);
        let mut params: Vec<_> = params.into_iter().chain(markers).collect();
        // A function that is a parameter gives what is kept of a call beside the value.
        for (k, p) in derived.primal.params.iter().enumerate() {
            let VarKind::Function(s) = &derived.primal.var(p.var).kind else { continue };
            if let Some(name) = &s.generic {
                params.retain(|p| !matches!(p, syn::GenericParam::Type(t) if t.ident == *name));
                names.retain(|n| n != name);
                clauses.retain(|c| !is_about(c, name));
            }
            let residual = residual_type(k);
            params.push(syn::parse_quote!(#residual));
            names.push(residual.clone());
            clauses.push(syn::parse_quote!(#residual: ::core::clone::Clone));
        }
        let (item, host, primal) = (derived.item, derived.host, derived.primal);
        Self { item, host, primal, output, params, clauses, lifetimes, names }
    }

    /// The name of a part of the derivative.
    fn name(&self, part: &str) -> Ident {
        let name = &self.item.sig.ident;
        match self.host {
            None => Ident::new(part, name.span()),
            Some(_) => method_part(part, name),
        }
    }

    fn has_receiver(&self) -> bool {
        matches!(self.item.sig.inputs.first(), Some(syn::FnArg::Receiver(_)))
    }

    fn clause(&self) -> TokenStream {
        let clauses = &self.clauses;
        if clauses.is_empty() { quote!() } else { quote!(where #(#clauses),*) }
    }

    fn kind(&self, p: &Param) -> VarKind {
        self.primal.var(p.var).kind.clone()
    }

    /// What a caller needs to hand arguments over: their types and which are constant.
    fn arguments(&self) -> TokenStream {
        let private = private();
        let (primal, params, clause) = (self.primal, &self.params, self.clause());
        let types = primal.params.iter().map(|p| with_lifetime(full_type(primal, p)));
        let types: Vec<_> = types.collect();
        let names: Vec<_> = (0..types.len()).map(activity_value).collect();
        let activities = primal.params.iter().map(|p| {
            if p.constant { quote!(#private::Constant) } else { quote!(#private::Active) }
        });
        let activities: Vec<_> = activities.collect();
        let (arguments, activity) = (self.name("arguments"), self.name("ACTIVITY"));
        quote! {
            /// The arguments as the function takes them.
            #[inline(always)]
            pub fn #arguments<'__zygote, #(#params),*>(#(#names: #types),*) -> (#(#types,)*) #clause {
                (#(#names,)*)
            }
            /// Which arguments have a cotangent.
            pub const #activity: (#(#activities,)*) = (#(#activities,)*);
        }
    }

    /// What `pullback!` calls: the value, and the pullback that makes its own cotangents.
    fn pullback(&self) -> TokenStream {
        let private = private();
        let (output, primal, clause) = (&self.output, self.primal, self.clause());
        let (generics, lifetimes, generic) = (&self.params, &self.lifetimes, &self.names);
        let params = &primal.params;
        let acts: Vec<_> = (0..params.len()).map(activity_type).collect();
        let act_values: Vec<_> = (0..params.len()).map(activity_value).collect();
        let names: Vec<_> =
            (0..params.len()).map(|k| quote::format_ident!("__argument_{}", k)).collect();
        let cotangents: Vec<_> =
            (0..params.len()).map(|k| quote::format_ident!("__cotangent_{}", k)).collect();
        let kind = |p: &Param| self.kind(p);
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
        let owned: Vec<_> = params
            .iter()
            .map(|p| if p.constant { quote!(()) } else { owned_type(&p.ty) })
            .collect();
        let by_reference = |k: usize| self.host.is_some() && k == 0;
        let given = params.iter().zip(&names).enumerate().map(|(k, (p, name))| match kind(p) {
            VarKind::Exclusive => quote!(&mut *#name),
            VarKind::Value if by_reference(k) => quote!(&#name),
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
            let (active, owned, inner, cotangent) =
                (&active[k], &owned[k], &inner[k], &cotangents[k]);
            quote!(<#active as #private::Choice>::lend::<#owned, #inner>(&mut #cotangent, #whole))
        });
        let lent: Vec<_> = lent.collect();
        let (pullback, rrule, markers) =
            (self.name("pullback"), self.name("rrule"), self.markers());
        quote! {
            /// The value and the pullback, which takes the cotangent of the value and gives those of
            /// the arguments.
            #[inline]
            pub fn #pullback<'__zygote, #(#generics,)* #(#acts: #private::Choice),*>(
                #(mut #names: #types,)* (#(#act_values,)*): (#(#acts,)*)
            ) -> (
                #output,
                impl FnOnce(#output) -> (#(<#active as #private::Choice>::Cotangent<#owned>,)*) + Clone + use<'__zygote, #(#lifetimes,)* #(#generic,)* #(#markers,)* #(#acts),*>,
            ) #clause {
                let (__value, __back) = Self::#rrule(#(#given,)* (#(<#active as #private::Choice>::VALUE,)*));
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

    /// The value and the pullback; and for a function that calls itself, the trait of its pullbacks.
    fn rrule(&self, mut emit: Emit<'_>) -> (TokenStream, TokenStream) {
        let private = private();
        let (func, adjoint, output) = (emit.func, emit.adjoint, &self.output);
        let params = &func.params;
        let kind = |p: &Param| func.var(p.var).kind.clone();
        let acts: Vec<_> = (0..params.len()).map(activity_type).collect();
        let act_values: Vec<_> = (0..params.len()).map(activity_value).collect();
        let names: Vec<_> = params.iter().map(|p| emit.name(p.var)).collect();
        let inner: Vec<_> = params.iter().map(|p| &p.ty).collect();
        let types = params.iter().enumerate().map(|(k, p)| match kind(p) {
            VarKind::Function(s) => function_type(k, &s),
            _ => full_type(func, p),
        });
        let types: Vec<_> = types.collect();
        let (generics, generic, markers) = (&self.params, &self.names, self.markers());
        let as_they_were = params.iter().map(|p| {
            let ty = &p.ty;
            match kind(p) {
                VarKind::Exclusive => quote!(&mut #ty),
                VarKind::Function(_) => quote!(&()),
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
            .zip(&names)
            .filter(|(p, _)| kind(p) == VarKind::Value && emit.is_scalar(p.var));
        let values: TokenStream = values
            .map(|(_, name)| quote!(let #name = ::core::clone::Clone::clone(#name);))
            .collect();
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
        let exclusive = params.iter().enumerate().filter(|(_, p)| {
            kind(p) == VarKind::Exclusive && adjoint.cotangents.contains_key(&p.var)
        });
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
        let shadow_types = params.iter().enumerate().map(|(k, p)| match kind(p) {
            VarKind::Function(s) => {
                let pull = function_pull(k, &s);
                quote!(&mut #pull)
            }
            _ => {
                let (act, inner) = (&acts[k], &inner[k]);
                quote!(#act::Shadow<'_, #inner>)
            }
        });
        let shadow_types: Vec<_> = shadow_types.collect();
        let given = quote!(#(#as_they_were,)* &#output, #(#shadow_types),*);
        let closure = quote! {
            move |#(#names: #as_they_were,)* #seed: &#output, #(mut #shadows: #shadow_types),*| {
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
                .chain(shadow_types.iter().cloned())
                .collect();
            (all, given)
        });
        let (dynamic, closure) = match boxed {
            None => (quote!(), closure),
            Some((all, types)) => {
                let dynamic = self.dynamic(&acts, &all, &types, &given);
                let closure = quote! {{
                    let __boxed: ::std::boxed::Box<dyn __Pull<#(#generic,)* #(#acts),*>> = ::std::boxed::Box::new(#closure);
                    move |#(#all: #types),*| __boxed.pull(#(#all),*)
                }};
                (dynamic, closure)
            }
        };
        let (declared, bind) = self.first_by_reference(&names, &types);
        let (rrule, clause) = (self.name("rrule"), self.clause());
        // A pullback behind a pointer holds what it keeps for as long as need be.
        let long = generic.iter().chain(&markers).filter(|t| func.recursive && self.is_type(t));
        let long: Vec<_> = long.map(|t| quote!(#t: 'static)).collect();
        let clause = match (clause.is_empty(), long.is_empty()) {
            (_, true) => clause,
            (true, false) => quote!(where #(#long),*),
            (false, false) => quote!(#clause, #(#long),*),
        };
        let signature = quote! {
            pub fn #rrule<#(#generics,)* #(#acts: #private::Activity),*>(
                #(#declared,)* (#(#act_values,)*): (#(#acts,)*)
            ) -> (#output, impl FnOnce(#given) + Clone + use<#(#generic,)* #(#markers,)* #(#acts),*>) #clause
        };
        let function = quote! {
            /// The value and the pullback, which takes the arguments as they were (those by exclusive
            /// reference as they are after the call), the cotangent of the value, and the shadows into
            /// which it accumulates.
            #[inline]
            #signature {
                #bind
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
        &self,
        acts: &[proc_macro2::Ident],
        args: &[proc_macro2::Ident],
        types: &[TokenStream],
        given: &TokenStream,
    ) -> TokenStream {
        let private = private();
        let generic = self.generic();
        let names = &self.names;
        let (types, given) =
            (types.iter().map(|t| self.named(t.clone())), self.named(given.clone()));
        let types: Vec<_> = types.collect();
        quote! {
            trait __Pull<#(#generic,)* #(#acts: #private::Activity),*> {
                fn pull(self: ::std::boxed::Box<Self>, #(#args: #types),*);
                fn copy(&self) -> ::std::boxed::Box<dyn __Pull<#(#names,)* #(#acts),*>>;
            }
            impl<#(#generic,)* __F: FnOnce(#given) + Clone + 'static, #(#acts: #private::Activity),*> __Pull<#(#names,)* #(#acts),*> for __F {
                fn pull(self: ::std::boxed::Box<Self>, #(#args: #types),*) {
                    (*self)(#(#args),*)
                }
                fn copy(&self) -> ::std::boxed::Box<dyn __Pull<#(#names,)* #(#acts),*>> {
                    ::std::boxed::Box::new(::core::clone::Clone::clone(self))
                }
            }
            impl<#(#generic,)* #(#acts: #private::Activity),*> ::core::clone::Clone for ::std::boxed::Box<dyn __Pull<#(#names,)* #(#acts),*>> {
                fn clone(&self) -> Self {
                    (**self).copy()
                }
            }
        }
    }

    /// The parameters of a rule: a method's first is by reference, whatever the method does with it.
    fn first_by_reference(
        &self,
        names: &[Ident],
        types: &[TokenStream],
    ) -> (Vec<TokenStream>, TokenStream) {
        let mut declared: Vec<_> =
            names.iter().zip(types).map(|(name, ty)| quote!(#name: #ty)).collect();
        let mut bind = quote!();
        if let (Some(_), Some(p)) = (self.host, self.primal.params.first()) {
            let (name, ty, kind) = (&names[0], &types[0], self.kind(p));
            let receiver = self.has_receiver();
            let given = if receiver { quote!(self) } else { quote!(__first) };
            bind = match kind {
                VarKind::Value => quote!(let #name: #ty = ::core::clone::Clone::clone(#given);),
                _ if receiver => quote!(let #name = self;),
                _ => quote!(),
            };
            declared[0] = match (receiver, kind) {
                (true, VarKind::Exclusive) => quote!(&mut self),
                (true, _) => quote!(&self),
                (false, VarKind::Value) => quote!(__first: &#ty),
                (false, _) => declared[0].clone(),
            };
        }
        (declared, bind)
    }

    /// Whether a generic parameter is a type.
    fn is_type(&self, name: &Ident) -> bool {
        let outer = self.host.into_iter().flat_map(|h| &h.generics.params);
        outer
            .chain(&self.params)
            .any(|p| matches!(p, syn::GenericParam::Type(t) if t.ident == *name))
    }

    /// The markers of the tangents of generic types.
    fn markers(&self) -> Vec<Ident> {
        let all = self.params.iter().filter_map(|p| match p {
            syn::GenericParam::Type(t) if t.ident.to_string().starts_with(MARKER) => {
                Some(t.ident.clone())
            }
            _ => None,
        });
        all.collect()
    }

    /// The generic parameters of block and function that are no lifetimes.
    fn generic(&self) -> Vec<TokenStream> {
        let outer = self.host.into_iter().flat_map(|h| &h.generics.params);
        let own = self.item.sig.generics.params.iter();
        let all = outer.chain(own).filter_map(|p| match p {
            syn::GenericParam::Lifetime(_) => None,
            syn::GenericParam::Type(t) => {
                let mut t = t.clone();
                t.bounds.push(syn::parse_quote!('static));
                Some(t.into_token_stream())
            }
            syn::GenericParam::Const(c) => Some(c.to_token_stream()),
        });
        all.collect()
    }

    /// The type with the name of the type of the `impl` block in place of `Self`.
    fn named(&self, tokens: TokenStream) -> TokenStream {
        let Some(host) = self.host else { return tokens };
        let ty = &host.self_ty;
        let of = |t: TokenTree| match t {
            TokenTree::Ident(i) if i == "Self" => quote!(#ty),
            TokenTree::Group(g) => {
                TokenTree::Group(Group::new(g.delimiter(), self.named(g.stream()))).into()
            }
            other => other.into(),
        };
        tokens.into_iter().map(of).collect()
    }
}

/// The type of what is kept of a call of a parameter that is a function.
fn residual_type(k: usize) -> Ident {
    format_ident!("__Residual{}", k)
}

/// A parameter that is a function, in the forward sweep. It is behind a reference: a pullback that
/// mentioned its type would borrow what it captures.
fn function_type(k: usize, s: &Signature) -> TokenStream {
    let (residual, inputs, value) = (residual_type(k), &s.inputs, &s.output);
    if s.kind == "Fn" {
        quote!(&dyn Fn(#(#inputs),*) -> (#value, #residual))
    } else {
        quote!(&mut dyn FnMut(#(#inputs),*) -> (#value, #residual))
    }
}

/// The pull of a call of a parameter that is a function.
fn function_pull(k: usize, s: &Signature) -> TokenStream {
    let residual = residual_type(k);
    let value = &s.output;
    let given = s.inputs.iter().map(|ty| match ty {
        syn::Type::Reference(r) => quote!(#r),
        ty => quote!(&#ty),
    });
    let shadows = s.inputs.iter().map(|ty| match ty {
        syn::Type::Reference(r) => {
            let of = &r.elem;
            quote!(&mut #of)
        }
        ty => quote!(&mut #ty),
    });
    quote!(dyn FnMut(#residual, #(#given,)* &#value, #(#shadows),*))
}

/// Whether a clause is about this type parameter.
fn is_about(clause: &syn::WherePredicate, name: &Ident) -> bool {
    matches!(clause, syn::WherePredicate::Type(t)
        if matches!(&t.bounded_ty, syn::Type::Path(p) if p.path.is_ident(name)))
}

/// How the marker of the tangent of a generic type is named.
const MARKER: &str = "__Marker";

/// What the derivative asks of generic types: that they have a tangent, under a marker that the caller's
/// types decide. A scalar has the rules of the real numbers.
fn tangents(generics: &[&syn::Generics]) -> (Vec<syn::GenericParam>, Vec<syn::WherePredicate>) {
    let private = private();
    let (mut markers, mut clauses) = (vec![], vec![]);
    for t in generics.iter().flat_map(|g| g.type_params()) {
        let name = &t.ident;
        if crate::lower::is_function(name, generics) {
            continue;
        }
        match crate::lower::bound_of(name, generics) {
            Bound::Real => {}
            Bound::Number => clauses.push(syn::parse_quote!(#name: ::chainrules::real::RealRules)),
            Bound::Other => {
                let marker = format_ident!("{MARKER}{name}");
                markers.push(syn::parse_quote!(#marker));
                clauses.push(syn::parse_quote!(#name: #private::Tangent<#marker>));
            }
        }
    }
    (markers, clauses)
}

/// The name of a part of the derivative of a method.
pub fn method_part(part: &str, method: &Ident) -> Ident {
    format_ident!("{part}_{}", method, span = method.span())
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

/// The tapes of all regions of a body of which something is kept.
pub(super) fn tapes(emit: &Emit<'_>, owner: RegionId) -> TokenStream {
    let private = private();
    let regions = emit.record.keep.keys().filter(|r| emit.func.owner(**r) == owner);
    let tapes = regions.filter(|r| !emit.func.lambdas.contains(r)).map(|region| {
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
