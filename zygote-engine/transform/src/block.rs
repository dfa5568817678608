//! `impl` blocks and traits: the derivatives of their functions stand beside them.

use crate::emit::{Host, Parts, allowed};
use crate::ir::VarKind;
use crate::operator::{self, Kind};
use crate::{Options, Planned, curried, emit, lower};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{spanned::Spanned as _, visit_mut::VisitMut as _};

/// The function as one of a module, for the parts of the transformation that see only functions.
pub fn as_function(f: &syn::ImplItemFn) -> syn::ItemFn {
    syn::ItemFn {
        attrs: f.attrs.clone(),
        vis: f.vis.clone(),
        modifiers: f.modifiers.clone(),
        sig: f.sig.clone(),
        block: Box::new(f.block.clone()),
    }
}

fn functions(block: &syn::ItemImpl) -> impl Iterator<Item = syn::ItemFn> {
    block.items.iter().filter_map(|item| match item {
        syn::ImplItem::Fn(f) => {
            let named = lower::named_impls(&crate::associated::named(block, as_function(f)));
            Some(crate::objects::erased(&named))
        }
        _ => None,
    })
}

/// An `impl` block with the derivatives of its functions.
pub fn implementation(block: &syn::ItemImpl, options: &Options) -> syn::Result<TokenStream> {
    let mut block = block.clone();
    let mut lifetimes = lower::NamedLifetimes::of_block();
    syn::visit_mut::VisitMut::visit_type_mut(&mut lifetimes, &mut block.self_ty);
    lifetimes.declare(&mut block.generics);
    if matches!(operator::kind(&block), Some(Kind::Trait)) && !options.dynamic {
        let mut bounded = block.clone();
        options.known.scalars.bound(&mut bounded.generics);
        let needed = emit::needed(&bounded);
        if !needed.is_empty() {
            block.generics.make_where_clause().predicates.extend(needed);
        }
    }
    let mut original = block.clone();
    let (derived, added) = match block.trait_ {
        None => crate::parts::of_block(&block),
        Some(_) => (block, vec![]),
    };
    original.items.extend(added);
    let shadows = shadows(&derived);
    let mut derived = options.known.by_type.called_in(&derived);
    options.known.sizes.only().visit_item_impl_mut(&mut derived);
    crate::stored::of_block(&mut derived, &options.known);
    options.known.scalars.bound(&mut derived.generics);
    let block = &derived;
    for item in &mut original.items {
        if let syn::ImplItem::Fn(f) = item {
            lower::remove_markers(&mut f.sig);
            lower::as_it_runs(&mut f.block);
            if block.trait_.is_none() {
                crate::allow_unused(&mut f.attrs);
            }
        }
    }
    if block.trait_.is_none() {
        let again = functions(&original)
            .filter_map(|f| options.known.makers.again(&f, Some(&original.self_ty)));
        let again: Vec<_> = again.map(syn::ImplItem::Verbatim).collect();
        original.items.extend(again);
    }
    let in_trait = match operator::kind(block) {
        Some(Kind::Projection) => {
            let checks = functions(block).map(|f| crate::projection::check(block, &f));
            let beside = crate::projection::beside(block);
            return Ok(quote!(#original #(#checks)* #beside));
        }
        Some(Kind::Operator(name)) => {
            let mut rules = quote!();
            for f in functions(block) {
                rules.extend(match operator::rule(block, &f, &name, options) {
                    Ok(rule) => rule,
                    Err(error) => error.to_compile_error(),
                });
            }
            return Ok(quote!(#original #rules));
        }
        Some(Kind::Foreign) if let Some(folds) = operator::folded_by(block) => {
            return Ok(quote!(#original #folds));
        }
        Some(Kind::Foreign) | None => false,
        // The rules of a type behind `dyn` are the type's own.
        Some(Kind::Trait) => !options.dynamic,
    };
    if let (Some(Kind::Trait), syn::Type::Path(ty)) = (operator::kind(block), &*block.self_ty)
        && let Some(name) = ty.path.get_ident()
        && lower::is_function(name, &[&block.generics])
    {
        return crate::error::unsupported(
            ty,
            "an `impl` of a trait for all functions",
            "write it for a struct with what the function captures, `struct Cubic { k: f64 }`, or take \
             the function itself, `rate: &impl Fn(f64) -> f64`, and give `|u| fisher.rate(u)`",
        );
    }
    if options.dynamic && Host::Block(block).foreign_type().is_some() {
        return crate::error::unsupported(
            &block.self_ty,
            "a `dyn` trait of a foreign type",
            "write a struct around it: `struct Own(f64);`",
        );
    }
    // The functions of a foreign trait have their derivatives in the type itself.
    let mut inherent = block.clone();
    // A type may have several conversions, each by a rule of its own.
    let converted = operator::converted(block);
    inherent.trait_ =
        converted.map(|from| (of_conversion(&from, &mut inherent), Default::default()));
    let of_conversion = inherent.trait_.as_ref().map(|(path, _)| quote!(#path for));
    // So have those of a type with lifetimes, whose pullbacks are for any: the trait's pullbacks have that of `Self`.
    let delegates = in_trait && is_for_any_lifetime(block);
    let own = if in_trait && !delegates { block } else { &inherent };
    let (host, generics, ty) = (Host::Block(own), &own.generics, &block.self_ty);
    let known = block.trait_.as_ref().filter(|_| delegates).and_then(|(path, _)| known_here(path));
    let clause = &generics.where_clause;
    let allowed = allowed();
    let (mut rules, mut all, mut errors) = (vec![], quote!(), quote!());
    let (mut planned, mut pointers) = (vec![], vec![]);
    let signatures: Vec<_> = functions(block).map(|f| f.sig).collect();
    let iterators = crate::opaque::giving_iterators(signatures.iter());
    let written: Vec<_> = functions(block).collect();
    let closing = crate::circles::closing_in_block(&written, options.recursive);
    for mut written in written {
        options.known.scalars.bound(&mut written.sig.generics);
        let recursive = options.recursive || closing.contains(&written.sig.ident);
        let options = &Options { recursive, ..options.clone() };
        let (mut f, gives_closure) = match options.dynamic {
            true => (written.clone(), false),
            false => curried::uncurried(&written),
        };
        syn::visit_mut::VisitMut::visit_item_fn_mut(&mut crate::opaque::Given(&iterators), &mut f);
        // The types that a trait's function gives are those that the trait declares.
        let concrete =
            if in_trait { crate::opaque::of_trait(&f) } else { crate::opaque::concrete(&f) };
        let concrete = concrete.map(|f| match options.dynamic {
            true => f,
            false => crate::makers::prepared(crate::lent::with_copies(&f), host),
        });
        match concrete.and_then(|f| Planned::or_refused(f, host, options)) {
            Ok((mut function, f, error)) => {
                function.primal.gives_closure = gives_closure;
                if of_conversion.is_some() {
                    compare_conversions(&mut function);
                }
                errors.extend(error);
                planned.push((function, f));
            }
            Err(error) => errors.extend(error.to_compile_error()),
        }
        if !options.dynamic
            && let Some(whole) = curried::with_pointer_of_method_called(&written)
        {
            pointers.push((pointer_of_method_called(&whole, host, options)?, whole));
        }
    }
    find_calls_of_recursive(&mut planned);
    for (planned, f) in &planned {
        let Parts { beside, rule, call, text } = emit::parts(&planned.derived(f, host));
        if delegates {
            let delegates = emit::delegates(f, Host::Block(block), &planned.primal, true);
            rules.push((quote!(), delegates, quote!()));
        } else if in_trait {
            rules.push((beside, rule, text));
            continue;
        }
        let call = if of_conversion.is_some() { quote!() } else { quote!(#call #text) };
        all.extend(quote! {
            #allowed
            const _: () = {
                #known
                #beside
                impl #generics #of_conversion #ty #clause {
                    #rule
                    #call
                }
            };
        });
    }
    for (planned, f) in &pointers {
        let (beside, rule) = emit::rule_alone(&planned.derived(f, host));
        if delegates {
            let delegate = emit::delegates(f, Host::Block(block), &planned.primal, false);
            rules.push((quote!(), delegate, quote!()));
        } else if in_trait {
            rules.push((beside, rule, quote!()));
            continue;
        }
        all.extend(quote! {
            #allowed
            const _: () = {
                #known
                #beside
                impl #generics #ty #clause { #rule }
            };
        });
    }
    if options.dynamic {
        let signature = |f: syn::ItemFn| {
            let primal = lower::signature(&f, host)?;
            Ok((f, primal))
        };
        let methods: syn::Result<Vec<_>> = functions(block).map(signature).collect();
        let hidden = crate::dynamic::implemented(block, &methods?);
        original.items.push(syn::ImplItem::Verbatim(hidden));
    }
    if !in_trait {
        return Ok(quote!(#original #all #shadows #errors));
    }
    for (_, rule, text) in &rules {
        original.items.push(syn::ImplItem::Verbatim(quote! {
            #[doc(hidden)]
            #allowed
            #rule
            #text
        }));
    }
    let of = original.trait_.as_ref().and_then(|(path, _)| path.segments.last());
    let needed = attribute_needed(of.map_or_else(Span::call_site, |s| s.ident.span()), true, false);
    original.items.insert(0, syn::ImplItem::Verbatim(needed));
    if has_no_size(&block.self_ty) {
        let needed = unsized_needed(block.self_ty.span());
        original.items.insert(0, syn::ImplItem::Verbatim(needed));
    }
    let beside = rules.iter().map(|(beside, ..)| beside);
    Ok(quote! {
        #[allow(non_local_definitions, non_camel_case_types, reason = "the block is where it was written")]
        const _: () = {
            #(#beside)*
            #original
        };
        #all
        #shadows
        #errors
    })
}

/// What calls a function of the block that calls itself asks of types what that does.
fn find_calls_of_recursive(functions: &mut [(Planned, syn::ItemFn)]) {
    loop {
        let lasting = |p: &Planned| p.primal.recursive || p.primal.calls_recursive;
        let all = functions.iter().filter(|(p, _)| lasting(p));
        let names: Vec<_> = all.map(|(_, f)| f.sig.ident.clone()).collect();
        let mut rest = functions.iter_mut().filter(|(p, _)| !lasting(p));
        let found = rest.find(|(_, f)| {
            let body = f.block.to_token_stream();
            names.iter().any(|name| emit::mentions(&body, name))
        });
        let Some((planned, _)) = found else { return };
        planned.primal.calls_recursive = true;
    }
}

/// The trait of the rule of a conversion, whose tangents of generic types are the block's own.
fn of_conversion(from: &syn::Type, block: &mut syn::ItemImpl) -> syn::Path {
    let (markers, clauses) = {
        let bodies = functions(block).map(|f| f.block.to_token_stream()).collect();
        emit::tangents(&[&block.generics], &[from, &block.self_ty], &bodies)
    };
    let names: Vec<_> = markers.iter().filter_map(emit::name_of).collect();
    block.generics.params.extend(markers);
    block.generics.make_where_clause().predicates.extend(clauses);
    syn::parse_quote!(::zygote_engine::__private::FromRule<(#(#names,)*), #from>)
}

/// The conversion of a value and that of a reference to it have one rule: where there are both, a debug build
/// compares what they give.
fn compare_conversions(function: &mut Planned) {
    let Some(from) = function.primal.params.first() else { return };
    let name = &function.primal.var(from.var).name;
    let span = name.span();
    let value = match function.primal.var(from.var).kind {
        VarKind::Value => quote::quote_spanned!(span=> &#name),
        _ => quote::quote_spanned!(span=> &*#name),
    };
    let compared = quote::quote_spanned! {span=> {
        use ::zygote_engine::__private::{IsSingle as _, IsTwofold as _};
        (&::zygote_engine::__private::Conversions::<_, Self>::of(#value)).compare();
    }};
    function.adjoint.func.items.push(compared);
}

/// A method of the type itself hides the trait's of its name; where it has no derivative, a call would
/// have that of the trait's. The compiler checks that there is none.
fn shadows(block: &syn::ItemImpl) -> TokenStream {
    let (Some((path, _)), syn::Type::Path(ty)) = (&block.trait_, &*block.self_ty) else {
        return quote!();
    };
    if Host::Block(block).foreign_type().is_some() {
        return quote!();
    }
    let (generics, clause) = (&block.generics, &block.generics.where_clause);
    let known = known_here(path);
    let checks = functions(block).filter(|f| is_plain(&f.sig)).map(|f| {
        let name = &f.sig.ident;
        quote::quote_spanned! {name.span()=>
            ::zygote_engine::__private::the_methods_are_one(<#ty>::#name, <#ty as #path>::#name);
        }
    });
    quote! {
        #[allow(unused, non_local_definitions, clippy::all)]
        const _: () = {
            #known
            fn __checked #generics () #clause { #(#checks)* }
        };
    }
}

/// What brings a trait that is named by a path into scope.
fn known_here(path: &syn::Path) -> Option<TokenStream> {
    let mut bare = path.clone();
    bare.segments.iter_mut().for_each(|s| s.arguments = syn::PathArguments::None);
    (path.segments.len() > 1).then(|| quote!(#[allow(unused_imports)] use #bare as _;))
}

/// Whether a block of a trait is for a type of the user's own with lifetimes. Of a trait with types of its own it may
/// have several blocks.
fn is_for_any_lifetime(block: &syn::ItemImpl) -> bool {
    let of = block.trait_.as_ref().and_then(|(path, _)| path.segments.last());
    of.is_some_and(|s| s.arguments.is_none())
        && block.generics.lifetimes().next().is_some()
        && Host::Block(block).foreign_type().is_none()
}

/// Whether a function has a receiver and no types of its own.
fn is_plain(sig: &syn::Signature) -> bool {
    let has_receiver = matches!(sig.inputs.first(), Some(syn::FnArg::Receiver(_)));
    let takes_impl = sig
        .inputs
        .iter()
        .any(|i| matches!(i, syn::FnArg::Typed(p) if matches!(&*p.ty, syn::Type::ImplTrait(_))));
    has_receiver && !takes_impl && sig.generics.params.is_empty()
}

/// An item that an `impl` of a trait lacks without the attribute, and the trait without it: a function of the
/// trait that the `impl` overrides would have the rule of the default. Its name is in what the compiler says.
fn attribute_needed(trait_name: Span, has_body: bool, sized: bool) -> TokenStream {
    let at = Span::call_site().located_at(trait_name);
    let end = match (has_body, sized) {
        (true, _) => quote_spanned!(at=> {}),
        (false, true) => quote_spanned!(at=> where Self: Sized;),
        (false, false) => quote_spanned!(at=> ;),
    };
    quote_spanned! {at=>
        #[doc(hidden)]
        fn write_differentiable_on_the_trait_and_on_each_impl() #end
    }
}

/// Whether a type is a slice or a text.
fn has_no_size(ty: &syn::Type) -> bool {
    match ty {
        syn::Type::Slice(_) => true,
        syn::Type::Path(p) => p.path.is_ident("str"),
        _ => false,
    }
}

/// The same of the `impl` of a trait for a type of no known size: the attribute of the trait has to say that.
fn unsized_needed(ty: Span) -> TokenStream {
    let at = Span::call_site().located_at(ty);
    quote_spanned! {at=>
        #[doc(hidden)]
        fn write_differentiable_unsized_on_the_trait() {}
    }
}

/// A function of a trait in one with the closure that it gives, and whether it gives one.
fn called_in_one(function: syn::ItemFn, has_body: bool) -> (syn::ItemFn, bool) {
    match curried::signature_in_one(&function.sig) {
        _ if has_body => curried::uncurried(&function),
        Some(sig) => (syn::ItemFn { sig, ..function }, true),
        None => (function, false),
    }
}

/// A call of the `fn` pointer that a method gives: the method is called for it, not its rule.
fn pointer_of_method_called(
    whole: &syn::ItemFn,
    host: Host<'_>,
    options: &Options,
) -> syn::Result<Planned> {
    let mut planned = Planned::of(whole, host, options)?;
    planned.primal.gives_closure = true;
    (planned.primal.recursive, planned.adjoint.func.recursive) = (false, false);
    Ok(planned)
}

/// The rule of a call of the `fn` pointer that a function of a trait gives.
fn pointer_called(
    function: &syn::ItemFn,
    has_body: bool,
    host: Host<'_>,
    options: &Options,
) -> syn::Result<Option<TokenStream>> {
    let Some(whole) = curried::with_pointer_of_method_called(function) else { return Ok(None) };
    if !has_body {
        let mut primal = lower::signature(&whole, host)?;
        primal.gives_closure = true;
        return Ok(Some(emit::declared(&whole, host, &primal)));
    }
    let planned = pointer_of_method_called(&whole, host, options)?;
    let (_, rule) = emit::rule_alone(&planned.derived(&whole, host));
    let allowed = allowed();
    Ok(Some(quote!(#[doc(hidden)] #allowed #rule)))
}

/// A trait with the rules of its functions.
pub fn declaration(item: &syn::ItemTrait, options: &Options) -> syn::Result<TokenStream> {
    operator::refuse_names_of_the_language(item)?;
    let mut item = item.clone();
    if !options.dynamic {
        crate::associated::with_tangents(&mut item);
        crate::associated::without_own_tangent(&mut item);
        emit::with_promised_rules(&mut item);
        options.known.scalars.with_rules(&mut item);
    }
    let mut original = item.clone();
    if !options.dynamic {
        options.known.scalars.bound(&mut item.generics);
    }
    let item = &item;
    let host = Host::Trait(item, options.of_any_size.is_some());
    let (mut rules, mut besides, mut methods) = (vec![], quote!(), vec![]);
    for member in &mut original.items {
        let syn::TraitItem::Fn(f) = member else { continue };
        let mut function = syn::ItemFn {
            attrs: f.attrs.clone(),
            vis: syn::Visibility::Inherited,
            modifiers: f.modifiers.clone(),
            sig: f.sig.clone(),
            block: Box::new(f.default.clone().unwrap_or_else(|| syn::parse_quote!({}))),
        };
        if f.default.is_some() {
            function = options.known.by_type.called(&function, host);
        }
        if !options.dynamic {
            options.known.sizes.only().visit_item_fn_mut(&mut function);
            options.known.scalars.bound(&mut function.sig.generics);
            rules.extend(pointer_called(&function, f.default.is_some(), host, options)?);
        }
        let (function, gives_closure) = match options.dynamic {
            true => (function, false),
            false => called_in_one(function, f.default.is_some()),
        };
        // An object gives what it is asked for itself.
        let function = match options.dynamic {
            true => function,
            false => crate::lent::with_copies(&crate::opaque::of_trait(&function)?),
        };
        methods.push((function.clone(), lower::signature(&function, host)?));
        if options.dynamic {
            // Behind `dyn` there is no generic function.
        } else if f.default.is_some() {
            let mut planned = Planned::of(&function, host, options)?;
            planned.primal.gives_closure = gives_closure;
            let Parts { beside, rule, text, .. } = emit::parts(&planned.derived(&function, host));
            let allowed = allowed();
            besides.extend(beside);
            rules.push(quote!(#[doc(hidden)] #allowed #rule #text));
        } else {
            let mut primal = lower::signature(&function, host)?;
            primal.gives_closure = gives_closure;
            rules.push(emit::declared(&function, host, &primal));
        }
        if !options.dynamic {
            let mut primal = lower::signature(&function, host)?;
            primal.gives_closure = gives_closure;
            rules.push(emit::called_of_trait(&function, f.default.is_some(), host, &primal));
        }
        lower::remove_markers(&mut f.sig);
        f.default.iter_mut().for_each(lower::as_it_runs);
    }
    original.items.extend(rules.into_iter().map(syn::TraitItem::Verbatim));
    if !options.dynamic {
        let sized = options.of_any_size.is_none();
        let needed = attribute_needed(original.ident.span(), false, sized);
        original.items.push(syn::TraitItem::Verbatim(needed));
        if options.of_any_size.is_some() {
            let known = unsized_needed(original.ident.span());
            original.items.push(syn::TraitItem::Verbatim(known));
        }
    }
    if !besides.is_empty() {
        return crate::error::unsupported(
            &item.ident,
            "a function of a trait that calls itself",
            "call a function of its own",
        );
    }
    let beside = if options.dynamic {
        let (hidden, defaults) = crate::dynamic::declared(item, &methods, options)?;
        original.items.push(syn::TraitItem::Verbatim(hidden));
        let beside = crate::dynamic::beside(item, &methods);
        quote!(#beside #defaults)
    } else {
        quote!()
    };
    Ok(quote!(#original #beside))
}
