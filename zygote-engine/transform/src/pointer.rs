//! Functions that are called by `fn` pointers: their derivatives stand in the registry, and a call
//! finds the one of the function that ran. Nothing is kept of such a call but the pointer; its pull runs
//! the function again.

use crate::error::{Result, unsupported};
use crate::ir::Signature;
use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};

/// How an argument is passed, in the types of a call.
struct Passed {
    /// The parameter of the function.
    given: syn::Type,
    /// What it is, or what it refers to.
    of: syn::Type,
}

/// The type of the pull of a call.
fn pull_type(passed: &[Passed], output: &syn::Type) -> TokenStream {
    let of: Vec<_> = passed.iter().map(|p| &p.of).collect();
    quote!(fn(#(&#of,)* &#output, #(::core::option::Option<&mut #of>),*))
}

/// `__rule`, the rule of a call with arguments by value and by shared reference: the value and the
/// pullback.
pub fn rule(by_reference: &[bool]) -> TokenStream {
    let private = quote!(::zygote_engine::__private);
    let of = |prefix| names(prefix, by_reference.len());
    let (types, args, acts, shadows) = (of("T"), of("given"), of("A"), of("shadow"));
    let passed: Vec<_> = by_reference
        .iter()
        .zip(&types)
        .map(|(by_reference, t)| Passed {
            given: if *by_reference { syn::parse_quote!(&#t) } else { syn::parse_quote!(#t) },
            of: syn::parse_quote!(#t),
        })
        .collect();
    let bounds = by_reference.iter().map(|by_reference| match by_reference {
        true => quote!(?Sized + 'static),
        false => quote!('static),
    });
    let given: Vec<_> = passed.iter().map(|p| &p.given).collect();
    let pull = pull_type(&passed, &syn::parse_quote!(__Y));
    quote! {
        #[inline]
        fn __rule<#(#types: #bounds,)* __Y: 'static, #(#acts: #private::Activity),*>(
            __function: fn(#(#given),*) -> __Y, #(#args: #given,)* _: (#(#acts,)*)
        ) -> (
            __Y,
            impl FnOnce(#(&#types,)* &__Y, #(#acts::Shadow<'_, #types>),*) + Clone + use<#(#types,)* __Y, #(#acts),*>,
        ) {
            (
                __function(#(#args),*),
                move |#(#args: &#types,)* __dy: &__Y, #(mut #shadows: #acts::Shadow<'_, #types>),*| {
                    let __pull = #private::pull_of::<#pull>(__function as *const ());
                    __pull(#(#args,)* __dy, #(<#acts as #private::Activity>::get(&mut #shadows)),*)
                },
            )
        }
    }
}

/// A parameter that is an `fn` pointer as a function that gives nothing to keep.
pub fn forward(name: &syn::Ident, signature: &Signature) -> TokenStream {
    let args: Vec<_> = (0..signature.inputs.len()).map(|k| format_ident!("__given{}", k)).collect();
    quote!(&|#(#args),*| (#name(#(#args),*), ()))
}

/// The pull of a call of such a parameter.
pub fn pull(name: &syn::Ident, signature: &Signature) -> TokenStream {
    let private = quote!(::zygote_engine::__private);
    let passed = passed(signature.inputs.iter());
    let (args, shadows) = (names("given", passed.len()), names("shadow", passed.len()));
    let (pull, of) = (pull_type(&passed, &signature.output), passed.iter().map(|p| &p.of));
    let of: Vec<_> = of.collect();
    let output = &signature.output;
    quote! {
        &mut |(): (), #(#args: &#of,)* __dy: &#output, #(#shadows: &mut #of),*| {
            let __pull = #private::pull_of::<#pull>(#name as *const ());
            __pull(#(#args,)* __dy, #(::core::option::Option::Some(#shadows)),*)
        }
    }
}

/// A method of numbers as a value, `f64::tanh`: the function that stands for it behind an `fn` pointer,
/// `f64::pointer_tanh()`, which its rule gives.
pub fn of_method(e: &syn::Expr) -> Option<syn::Expr> {
    let syn::Expr::Path(syn::ExprPath { qself: None, path, .. }) = e else { return None };
    let (first, last) = (path.segments.first()?, path.segments.last()?);
    let of_number = path.segments.len() == 2 && (first.ident == "f32" || first.ident == "f64");
    if !of_number || !last.ident.to_string().starts_with(char::is_lowercase) {
        return None;
    }
    let pointer = crate::emit::method_part("pointer", &last.ident);
    Some(syn::parse_quote_spanned!(last.ident.span()=> #first::#pointer()))
}

/// An argument of a function that may keep it: a method of numbers as what stands for it.
pub fn kept(value: &TokenStream) -> TokenStream {
    let e = syn::parse2(value.clone()).ok();
    e.and_then(|e| of_method(&e)).map_or_else(|| value.clone(), ToTokens::into_token_stream)
}

/// Writes the methods of numbers that an `fn` pointer may hold as the functions that stand for them. What
/// a call takes that is none of a type's own functions is left as it is.
pub struct Methods;

impl VisitMut for Methods {
    fn visit_expr_mut(&mut self, e: &mut syn::Expr) {
        match of_method(e) {
            Some(pointer) => *e = pointer,
            None => visit_mut::visit_expr_mut(self, e),
        }
    }

    fn visit_expr_call_mut(&mut self, c: &mut syn::ExprCall) {
        let path = match &*c.func {
            syn::Expr::Path(p) => Some(&p.path),
            _ => None,
        };
        let of_type = path.is_some_and(|path| {
            let capital =
                |s: &syn::PathSegment| s.ident.to_string().starts_with(char::is_uppercase);
            path.segments.iter().rev().take(2).any(capital)
        });
        if path.is_none() {
            self.visit_expr_mut(&mut c.func);
        }
        let left = |a: &syn::Expr| !of_type && of_method(a).is_some();
        c.args.iter_mut().filter(|a| !left(a)).for_each(|a| self.visit_expr_mut(a));
    }

    fn visit_expr_method_call_mut(&mut self, m: &mut syn::ExprMethodCall) {
        self.visit_expr_mut(&mut m.receiver);
        let others = m.args.iter_mut().filter(|a| of_method(a).is_none());
        others.for_each(|a| self.visit_expr_mut(a));
    }

    fn visit_macro_mut(&mut self, m: &mut syn::Macro) {
        let list = Punctuated::<syn::Expr, syn::Token![,]>::parse_terminated;
        if m.path.is_ident("vec")
            && let Ok(mut items) = m.parse_body_with(list)
        {
            items.iter_mut().for_each(|e| self.visit_expr_mut(e));
            m.tokens = items.into_token_stream();
        }
    }
}

fn names(prefix: &str, count: usize) -> Vec<syn::Ident> {
    (0..count).map(|k| format_ident!("__{prefix}{k}")).collect()
}

fn passed<'a>(types: impl Iterator<Item = &'a syn::Type>) -> Vec<Passed> {
    let of = |ty: &syn::Type| match ty {
        syn::Type::Reference(r) => (*r.elem).clone(),
        other => other.clone(),
    };
    types.map(|ty| Passed { given: ty.clone(), of: of(ty) }).collect()
}

fn output(ty: &syn::ReturnType) -> syn::Type {
    match ty {
        syn::ReturnType::Type(_, t) => (**t).clone(),
        syn::ReturnType::Default => syn::parse_quote!(()),
    }
}

/// Gives a function one address, which no other has: it is not inlined, and not merged with another of
/// the same instructions, whose derivative may differ.
pub fn make_unique(item: &mut syn::ItemFn) {
    let name = &item.sig.ident;
    let itself: syn::Stmt = syn::parse_quote! {
        ::core::hint::black_box(::core::concat!(::core::module_path!(), ::core::stringify!(#name)));
    };
    item.block.stmts.insert(0, itself);
    item.attrs.push(syn::parse_quote!(#[inline(never)]));
}

/// The entry of a function in the registry.
pub fn registered(item: &syn::ItemFn, at: &syn::Ident) -> Result<TokenStream> {
    let private = quote!(::zygote_engine::__private);
    let sig = &item.sig;
    let mut types = vec![];
    for input in &sig.inputs {
        match input {
            syn::FnArg::Typed(p) => {
                let exclusive = matches!(&*p.ty, syn::Type::Reference(r) if r.mutability.is_some());
                if exclusive || matches!(&*p.ty, syn::Type::ImplTrait(_)) {
                    return unsupported(
                        &p.ty,
                        "this parameter of a function that is called by `fn` pointers",
                        "take values and shared references",
                    );
                }
                types.push(&*p.ty);
            }
            syn::FnArg::Receiver(r) => {
                return unsupported(r, "`self` here", "write a function of a module");
            }
        }
    }
    if sig.generics.type_params().next().is_some() || sig.generics.const_params().next().is_some() {
        return unsupported(
            at,
            "an `fn` pointer to a generic function",
            "write a function of these types that calls it",
        );
    }
    let (name, passed, output) = (&sig.ident, passed(types.into_iter()), output(&sig.output));
    let pull = pull_type(&passed, &output);
    let (args, shadows) = (names("given", passed.len()), names("shadow", passed.len()));
    let given = passed.iter().zip(&args).map(|(p, name)| match &p.given {
        syn::Type::Reference(_) => quote!(#name),
        _ => quote!(::core::clone::Clone::clone(#name)),
    });
    let of: Vec<_> = passed.iter().map(|p| &p.of).collect();
    let types: Vec<_> = passed.iter().map(|p| &p.given).collect();
    let maybe = passed.iter().map(|_| quote!(#private::Maybe));
    Ok(quote! {
        const _: () = {
            fn __pull(#(#args: &#of,)* __dy: &#output, #(#shadows: ::core::option::Option<&mut #of>),*) {
                let (_, __back) = #name::rrule(#(#given,)* (#(#maybe,)*));
                __back(#(#args,)* __dy, #(#shadows),*);
            }
            fn __address() -> *const () {
                let function: fn(#(#types),*) -> #output = #name;
                function as *const ()
            }
            #[#private::linkme::distributed_slice(#private::FUNCTIONS)]
            #[linkme(crate = #private::linkme)]
            static FUNCTION: #private::FunctionRule = #private::FunctionRule {
                name: concat!(module_path!(), "::", stringify!(#name)),
                address: __address,
                pull: &(__pull as #pull),
            };
        };
    })
}
