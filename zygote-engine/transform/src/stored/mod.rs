//! Closures that are parts of values, `struct Ode<F> { rhs: F, dt: f64 }`. In the derivative of a function of
//! such a type, `F` is what a closure captures with functions of that: the bound `F: Fn(f64) -> f64` is written
//! as one of a trait that has the rule of a call.

mod given;
mod known;

pub use given::Given;
pub use known::{Known, at_mark, is_constructor, name_of};

use crate::error::Result;
use crate::lower::inner_reference;
use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote};
use syn::{Type, TypeParamBound, parse_quote};

/// The method that calls such a closure.
pub const CALL: &str = "stored_call";

/// A variable that a closure captures.
pub struct Captured {
    pub name: Ident,
    /// Whether it is a reference: then there is a copy of what it refers to.
    pub reference: bool,
    /// Whether it has no derivative.
    pub constant: bool,
    /// Its type, if it is a real number.
    pub ty: Option<TokenStream>,
}

impl Captured {
    /// What the closure sees, of its place in the tuple.
    fn value(&self, part: TokenStream) -> TokenStream {
        match self.reference {
            true => quote!(&*#part),
            false => quote!(::core::clone::Clone::clone(&#part)),
        }
    }
}

/// How an argument of this type is passed, if it can be.
pub fn as_passed(ty: &Type) -> Option<TokenStream> {
    let private = quote!(::zygote_engine::__private);
    match ty {
        Type::Reference(r) if r.mutability.is_none() && inner_reference(&r.elem).is_none() => {
            let of = &r.elem;
            Some(quote!(#private::Lent<#of>))
        }
        Type::Reference(_) | Type::Infer(_) | Type::ImplTrait(_) => None,
        ty if inner_reference(ty).is_some() => None,
        ty => Some(quote!(#private::Given<#ty>)),
    }
}

/// The bound of a closure as one of the trait that has the rule of a call, if it can be.
fn as_stored(bound: &TypeParamBound) -> Option<TypeParamBound> {
    let TypeParamBound::Trait(t) = bound else { return None };
    let last = t.path.segments.last().filter(|s| s.ident == "Fn")?;
    let syn::PathArguments::Parenthesized(types) = &last.arguments else { return None };
    let syn::ReturnType::Type(_, output) = &types.output else { return None };
    let passed: Option<Vec<_>> = types.inputs.iter().map(|input| as_passed(&input.ty)).collect();
    let passed = passed.filter(|all| (1..=4).contains(&all.len()))?;
    if inner_reference(output).is_some() || crate::lower::is_inert(output) {
        return None;
    }
    let name = format_ident!("Function{}", passed.len(), span = last.ident.span());
    Some(parse_quote!(::zygote_engine::__private::#name<#(#passed,)* Output = #output>))
}

/// Whether a bound is such a one.
pub fn is_stored(bound: &TypeParamBound) -> bool {
    let TypeParamBound::Trait(t) = bound else { return false };
    let mut segments = t.path.segments.iter().rev();
    segments.next().is_some_and(|s| s.ident.to_string().starts_with("Function"))
        && segments.next().is_some_and(|s| s.ident == "__private")
}

/// The type parameters that stand for closures that values hold, also those of the block in a `where` of a
/// function.
pub fn closures(generics: &syn::Generics) -> impl Iterator<Item = &Ident> {
    let params = generics.type_params().map(|t| &t.ident);
    let clauses = generics.where_clause.iter().flat_map(|w| &w.predicates);
    let outer = clauses.filter_map(|clause| match clause {
        syn::WherePredicate::Type(syn::PredicateType { bounded_ty: Type::Path(p), .. }) => {
            p.path.get_ident()
        }
        _ => None,
    });
    let names = params.chain(outer);
    names.filter(|name| crate::lower::bounds(name, generics).any(is_stored))
}

/// Whether there are such parameters.
pub fn holds_closures(generics: &syn::Generics) -> bool {
    closures(generics).next().is_some()
}

/// Whether there are type parameters for functions that are not written so.
pub fn has_functions(generics: &syn::Generics) -> bool {
    generics.type_params().any(|t| crate::lower::is_function(&t.ident, &[generics]))
}

/// Types of a function, with `fn` pointers in the place of the closures that values hold.
pub fn with_pointers(
    types: TokenStream,
    params: &[syn::GenericParam],
    clauses: &[syn::WherePredicate],
) -> TokenStream {
    let of_params = params.iter().filter_map(|p| match p {
        syn::GenericParam::Type(t) => Some((t.ident.clone(), &t.bounds)),
        _ => None,
    });
    let of_clauses = clauses.iter().filter_map(|c| match c {
        syn::WherePredicate::Type(syn::PredicateType {
            bounded_ty: Type::Path(p), bounds, ..
        }) => Some((p.path.get_ident()?.clone(), bounds)),
        _ => None,
    });
    let all = of_params.chain(of_clauses);
    let pointers = all.filter_map(|(name, bounds)| Some((name, bounds.iter().find_map(pointer)?)));
    replaced(types, &pointers.collect::<Vec<_>>())
}

/// The type of the `fn` pointers for which such a bound stands.
fn pointer(bound: &TypeParamBound) -> Option<TokenStream> {
    let TypeParamBound::Trait(t) = bound else { return None };
    let last = t.path.segments.last().filter(|_| is_stored(bound))?;
    let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    let (mut inputs, mut output) = (vec![], None);
    for argument in &arguments.args {
        match argument {
            syn::GenericArgument::Type(Type::Path(passed)) => {
                let how = passed.path.segments.last()?;
                let syn::PathArguments::AngleBracketed(of) = &how.arguments else { return None };
                let ty = &of.args;
                inputs.push(if how.ident == "Lent" { quote!(&#ty) } else { quote!(#ty) });
            }
            syn::GenericArgument::AssocType(of) => output = Some(&of.ty),
            _ => {}
        }
    }
    Some(quote!(fn(#(#inputs),*) -> #output))
}

/// What stands for `self` in such a closure.
pub fn own(span: proc_macro2::Span) -> Ident {
    Ident::new("__own", span)
}

/// The closure with another name for `self`.
pub fn without_self(c: &syn::ExprClosure) -> syn::ExprClosure {
    let span = proc_macro2::Span::call_site();
    let name = own(span).into_token_stream();
    let tokens = replaced(c.to_token_stream(), &[(Ident::new("self", span), name)]);
    syn::parse2(tokens).unwrap_or_else(|_| c.clone())
}

fn replaced(tokens: TokenStream, by: &[(Ident, TokenStream)]) -> TokenStream {
    let of = |t: TokenTree| match t {
        TokenTree::Ident(i) => match by.iter().find(|(name, _)| *name == i) {
            Some((_, tokens)) => tokens.clone(),
            None => i.into_token_stream(),
        },
        TokenTree::Group(g) => {
            TokenTree::Group(Group::new(g.delimiter(), replaced(g.stream(), by))).into()
        }
        other => other.into(),
    };
    tokens.into_iter().map(of).collect()
}

/// Writes the bounds of those type parameters that stand inside of other types, or are known to be kept.
fn write(generics: &mut syn::Generics, types: &[&Type], kept: &[Ident]) {
    let inside = |name: &Ident| kept.contains(name) || types.iter().any(|ty| is_inside(ty, name));
    let mut names: Vec<_> =
        generics.type_params().map(|t| t.ident.clone()).filter(inside).collect();
    names.extend(kept.iter().cloned());
    let stored = |bounds: &mut syn::punctuated::Punctuated<TypeParamBound, syn::Token![+]>| {
        bounds.iter_mut().for_each(|bound| {
            if let Some(stored) = as_stored(bound) {
                *bound = stored;
            }
        });
    };
    for t in generics.type_params_mut().filter(|t| names.contains(&t.ident)) {
        stored(&mut t.bounds);
    }
    for predicate in generics.where_clause.iter_mut().flat_map(|w| &mut w.predicates) {
        let syn::WherePredicate::Type(t) = predicate else { continue };
        if names.iter().any(|name| matches!(&t.bounded_ty, Type::Path(p) if p.path.is_ident(name)))
        {
            stored(&mut t.bounds);
        }
    }
}

/// Whether a type has a parameter inside, and is not that itself or a reference to it.
fn is_inside(ty: &Type, name: &Ident) -> bool {
    match ty {
        Type::Reference(r) => is_inside(&r.elem, name),
        Type::Path(p) if p.path.is_ident(name) => false,
        ty => crate::emit::mentions(&ty.to_token_stream(), name),
    }
}

/// An `impl` block of a type that holds closures, for the derivatives of its functions. Those of a trait's are
/// the trait's.
pub fn of_block(block: &mut syn::ItemImpl, known: &Known) {
    if !matches!(crate::operator::kind(block), None | Some(crate::operator::Kind::Foreign)) {
        return;
    }
    let ty = block.self_ty.clone();
    write(&mut block.generics, &[&*ty], &[]);
    let own = known::name_of(&ty);
    let params = block.generics.type_params().map(|t| t.ident.clone());
    let params: Vec<_> = params.filter(|name| is_inside(&ty, name)).collect();
    for item in &mut block.items {
        if let syn::ImplItem::Fn(f) = item {
            of_signature(&mut f.sig, &f.block, (own.as_deref(), params.clone()), known);
        }
    }
}

/// A function of types that hold closures, or that makes one, for its derivative.
pub fn of_function(item: &mut syn::ItemFn, known: &Known) {
    of_signature(&mut item.sig, &item.block, (None, vec![]), known);
}

/// The signature of a function, in a block of the type of a name, with the parameters that stand inside of it.
fn of_signature(
    sig: &mut syn::Signature,
    body: &syn::Block,
    (own, mut names): (Option<&str>, Vec<Ident>),
    known: &Known,
) {
    let kept = known.kept_in(body, own);
    let mut params = vec![];
    for (k, input) in sig.inputs.iter_mut().enumerate() {
        let syn::FnArg::Typed(p) = input else { continue };
        if !matches!(&*p.pat, syn::Pat::Ident(i) if kept.contains(&i.ident)) {
            continue;
        }
        match &*p.ty {
            Type::Path(path) => names.extend(path.path.get_ident().cloned()),
            Type::ImplTrait(t) if t.bounds.iter().any(|b| as_stored(b).is_some()) => {
                let (name, bounds) = (format_ident!("__Kept{}", k), &t.bounds);
                let param: syn::GenericParam = parse_quote!(#name: #bounds);
                params.push(param);
                *p.ty = parse_quote!(#name);
                names.push(name);
            }
            _ => {}
        }
    }
    sig.generics.params.extend(params);
    let inputs = sig.inputs.iter().filter_map(|input| match input {
        syn::FnArg::Typed(p) => Some((*p.ty).clone()),
        syn::FnArg::Receiver(_) => None,
    });
    let output = match &sig.output {
        syn::ReturnType::Type(_, ty) => Some((**ty).clone()),
        syn::ReturnType::Default => None,
    };
    let types: Vec<_> = inputs.chain(output).collect();
    write(&mut sig.generics, &types.iter().collect::<Vec<_>>(), &names);
}

/// The two functions of a closure that a value holds, of what it captures and its arguments: the one gives the
/// value, the other pulls, and runs the closure again for that.
pub fn functions(
    c: &syn::ExprClosure,
    captured: &[Captured],
) -> Result<(TokenStream, TokenStream)> {
    let private = quote!(::zygote_engine::__private);
    let (inputs, output) = (&c.inputs, &c.output);
    let part = |k: usize| syn::Index::from(k);
    let bind = captured.iter().enumerate().map(|(k, of)| {
        let (name, part) = (&of.name, part(k));
        let value = of.value(quote!(__captured.#part));
        quote!(let #name = #value;)
    });
    let mut block: syn::Block = match &*c.body {
        syn::Expr::Block(b) if b.label.is_none() => b.block.clone(),
        e => parse_quote!({ #e }),
    };
    crate::lower::as_it_runs(&mut block);
    let value = quote!(|__captured, #inputs| #output { #(#bind)* #block });

    let parameters = captured.iter().map(|of| {
        let name = &of.name;
        match (&of.ty, of.reference) {
            (_, true) => quote!(#name: &_),
            (Some(ty), false) => quote!(#name: #ty),
            (None, false) => quote!(#name),
        }
    });
    let body = &c.body;
    let whole: syn::ExprClosure = parse_quote!(|#(#parameters,)* #inputs| #output #body);
    let mut constant: Vec<_> = captured.iter().map(|of| of.constant).collect();
    constant.resize(whole.inputs.len(), false);
    let called = crate::call_site::by_closure(&whole, &constant)?;
    let (mut given, mut add) = (TokenStream::new(), TokenStream::new());
    let cotangents = (0..whole.inputs.len()).map(|k| format_ident!("__cotangent_{}", k));
    let cotangents: Vec<_> = cotangents.collect();
    for (k, of) in captured.iter().enumerate() {
        let (argument, part, cotangent) =
            (format_ident!("__argument_{}", k), part(k), &cotangents[k]);
        let value = of.value(quote!(__captured.#part));
        given.extend(quote!(let #argument = #value;));
        if !of.constant {
            let place = if of.reference { quote!(&mut *own.#part) } else { quote!(&mut own.#part) };
            add.extend(quote! {
                if let (::core::option::Option::Some(own), ::core::option::Option::Some(__cotangent)) =
                    (&mut __own, #private::wanted::<#private::Active, _>(&mut #cotangent))
                {
                    #private::accumulate(#place, ::core::clone::Clone::clone(__cotangent));
                }
            });
        }
    }
    let (mut arguments, mut shadows) = (vec![], vec![]);
    for (j, input) in inputs.iter().enumerate() {
        let k = captured.len() + j;
        let (argument, cotangent) = (format_ident!("__argument_{}", k), &cotangents[k]);
        let (name, shadow) = (format_ident!("__given_{}", j), format_ident!("__shadow_{}", j));
        let (lent, inert) = match input {
            syn::Pat::Type(t) => match &*t.ty {
                Type::Reference(r) => (true, crate::lower::is_inert(&r.elem)),
                ty => (false, crate::lower::is_inert(ty)),
            },
            _ => (false, false),
        };
        given.extend(match lent {
            true => quote!(let #argument = #name;),
            false => quote!(let #argument = ::core::clone::Clone::clone(#name);),
        });
        arguments.push(name);
        shadows.push(shadow.clone());
        if inert {
            continue;
        }
        add.extend(quote! {
            if let (::core::option::Option::Some(shadow), ::core::option::Option::Some(__cotangent)) =
                (#shadow, #private::wanted::<#private::Active, _>(&mut #cotangent))
            {
                #private::accumulate(shadow, ::core::clone::Clone::clone(__cotangent));
            }
        });
    }
    let list = crate::emit::list(cotangents.iter().map(|c| quote!(mut #c)));
    let pull = quote! {
        |__captured, #(#arguments,)* __dy, mut __own, #(#shadows),*| {
            #given
            let (_, __back) = #called;
            let #list = __back(::core::clone::Clone::clone(__dy));
            #add
        }
    };
    Ok((value, pull))
}
