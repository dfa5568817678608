//! Functions that give closures. The derivative of such a function is that of the function and the
//! closure in one, which takes the arguments of both; a variable that holds its value, and is called, is a
//! closure of such a call.

mod held;
mod uses;

pub use held::{closure_with_closures, may_give_closure, with_closures};

use quote::format_ident;
use syn::punctuated::Punctuated;
use syn::visit::Visit;
use syn::{Expr, FnArg, Pat, ReturnType, Stmt, Type, parse_quote};

/// The function and the closure that it ends with, `impl Fn(X) -> Y`, in one; another as it is. Whether
/// it ends with one.
pub fn uncurried(item: &syn::ItemFn) -> (syn::ItemFn, bool) {
    in_one(item).map_or_else(|| (item.clone(), false), |whole| (whole, true))
}

/// The function and a call of the `fn` pointer that it gives, in one, where nothing tells how often the
/// function runs.
pub fn with_pointer_called(item: &syn::ItemFn) -> Option<syn::ItemFn> {
    let ReturnType::Type(_, pointer) = &item.sig.output else { return None };
    let Type::FnPtr(types) = &**pointer else { return None };
    if block_has_effects(&item.block)
        || changes(&item.sig)
        || crate::lower::returns_early(&item.block)
    {
        return None;
    }
    let mut whole = item.clone();
    let names = with_parameters(&mut whole.sig, types.inputs.iter().map(|input| &input.ty));
    whole.sig.output = types.output.clone();
    let block = &item.block;
    whole.block = parse_quote!({
        let __function: #pointer = #block;
        __function(#(#names),*)
    });
    Some(whole)
}

/// The same of a method: it calls itself for the pointer.
pub fn with_pointer_of_method_called(item: &syn::ItemFn) -> Option<syn::ItemFn> {
    let ReturnType::Type(_, pointer) = &item.sig.output else { return None };
    let Type::FnPtr(types) = &**pointer else { return None };
    if changes(&item.sig) {
        return None;
    }
    let (mut whole, name) = (item.clone(), &item.sig.ident);
    let mut given: Vec<Expr> = vec![];
    let mut receiver = false;
    for (k, input) in whole.sig.inputs.iter_mut().enumerate() {
        match input {
            FnArg::Receiver(_) => receiver = true,
            FnArg::Typed(p) => {
                let parameter = format_ident!("__taken_{}", k);
                *p.pat = parse_quote!(#parameter);
                given.push(parse_quote!(#parameter));
            }
        }
    }
    let names = with_parameters(&mut whole.sig, types.inputs.iter().map(|input| &input.ty));
    whole.sig.output = types.output.clone();
    let value: Expr = match receiver {
        true => parse_quote!(self.#name(#(#given),*)),
        false => parse_quote!(Self::#name(#(#given),*)),
    };
    whole.block = parse_quote!({
        let __function: #pointer = #value;
        __function(#(#names),*)
    });
    Some(whole)
}

/// Adds a parameter of each type to a signature.
fn with_parameters<'a>(
    sig: &mut syn::Signature,
    types: impl Iterator<Item = &'a Type>,
) -> Vec<syn::Ident> {
    let mut names = vec![];
    for (k, ty) in types.enumerate() {
        let name = format_ident!("__parameter_{}", k);
        sig.inputs.push(parse_quote!(#name: #ty));
        names.push(name);
    }
    names
}

/// Whether a function may change what it is given.
fn changes(sig: &syn::Signature) -> bool {
    sig.inputs.iter().any(|input| match input {
        FnArg::Typed(p) => matches!(&*p.ty, Type::Reference(r) if r.mutability.is_some()),
        FnArg::Receiver(r) => match &r.kind {
            syn::ReceiverKind::Reference(_, _, mutability) => mutability.is_some(),
            _ => false,
        },
    })
}

/// The types of the closure that a function gives.
fn given_by(sig: &syn::Signature) -> Option<syn::ParenthesizedGenericArguments> {
    let ReturnType::Type(_, output) = &sig.output else { return None };
    types_of_closure(output)
}

/// How many parameters the closure has that a function gives.
pub fn parameters_given(sig: &syn::Signature) -> Option<usize> {
    given_by(sig).map(|types| types.inputs.len())
}

/// The types of the closures of a type, `impl Fn(X) -> Y` or `Box<dyn Fn(X) -> Y>`.
fn types_of_closure(ty: &Type) -> Option<syn::ParenthesizedGenericArguments> {
    match ty {
        Type::ImplTrait(ty) => function_among(&ty.bounds),
        boxed => match crate::objects::inside(boxed, &["Box"])? {
            Type::TraitObject(ty) => function_among(&ty.bounds),
            _ => None,
        },
    }
}

/// The signature of a function and of the closure that it gives, in one.
pub fn signature_in_one(sig: &syn::Signature) -> Option<syn::Signature> {
    let types = given_by(sig).filter(|_| !changes(sig))?;
    let mut whole = sig.clone();
    with_parameters(&mut whole, types.inputs.iter().map(|input| &input.ty));
    whole.output = types.output;
    Some(whole)
}

fn in_one(item: &syn::ItemFn) -> Option<syn::ItemFn> {
    let types = given_by(&item.sig)?;
    let sig = signature_in_one(&item.sig)?;
    let mut block = item.block.clone();
    let Some(Stmt::Expr(value, None)) = block.stmts.pop() else { return None };
    // What comes before runs at every call of the closure, so that it has to give the same each time.
    if block_has_effects(&block) || crate::lower::returns_early(&block) {
        return None;
    }
    let names: Vec<_> =
        (0..types.inputs.len()).map(|k| format_ident!("__parameter_{}", k)).collect();
    block.stmts.push(Stmt::Expr(called(&value, &names)?, None));
    Some(syn::ItemFn { sig, block, ..item.clone() })
}

/// The value of a function, a closure, called.
fn called(value: &Expr, arguments: &[syn::Ident]) -> Option<Expr> {
    match crate::objects::unboxed(value) {
        Expr::Paren(p) => called(&p.expr, arguments),
        Expr::Closure(closure) if closure.inputs.len() == arguments.len() => {
            // The parameters of the closure are known in its body alone.
            let inputs = closure.inputs.iter().map(|input| match input {
                Pat::Type(t) => &*t.pat,
                other => other,
            });
            let value = &closure.body;
            Some(parse_quote!({ #(let #inputs = #arguments;)* #value }))
        }
        Expr::Block(b) if b.label.is_none() => Some(Expr::Block(syn::ExprBlock {
            block: called_at_the_end(&b.block, arguments)?,
            ..b.clone()
        })),
        Expr::If(i) if !has_effects(&i.cond) => {
            let (at, otherwise) = i.else_branch.as_ref()?;
            Some(Expr::If(syn::ExprIf {
                then_branch: called_at_the_end(&i.then_branch, arguments)?,
                else_branch: Some((*at, Box::new(called(otherwise, arguments)?))),
                ..i.clone()
            }))
        }
        Expr::Match(m) if !has_effects(&m.expr) => {
            let mut whole = m.clone();
            for arm in &mut whole.arms {
                let mut guard = Effects(false);
                guard.visit_pat(&arm.pat);
                if guard.0 {
                    return None;
                }
                *arm.body = called(&arm.body, arguments)?;
            }
            Some(Expr::Match(whole))
        }
        // What another function gives.
        Expr::Call(c) if !c.args.iter().any(has_effects) => {
            let value = match crate::objects::function_of_path(value) {
                Some(path) => parse_quote!(#path),
                None => value.clone(),
            };
            Some(parse_quote!(#value(#(#arguments),*)))
        }
        Expr::MethodCall(m) if !m.args.iter().any(has_effects) && !has_effects(&m.receiver) => {
            Some(parse_quote!(#value(#(#arguments),*)))
        }
        function @ Expr::Path(_) => Some(parse_quote!(#function(#(#arguments),*))),
        _ => None,
    }
}

fn called_at_the_end(block: &syn::Block, arguments: &[syn::Ident]) -> Option<syn::Block> {
    let mut block = block.clone();
    let Some(Stmt::Expr(value, None)) = block.stmts.pop() else { return None };
    if block_has_effects(&block) {
        return None;
    }
    block.stmts.push(Stmt::Expr(called(&value, arguments)?, None));
    Some(block)
}

/// The types of a function among bounds.
fn function_among(
    bounds: &Punctuated<syn::TypeParamBound, syn::Token![+]>,
) -> Option<syn::ParenthesizedGenericArguments> {
    bounds.iter().find_map(|bound| {
        let syn::TypeParamBound::Trait(t) = bound else { return None };
        let last = t.path.segments.last().filter(|s| s.ident == "Fn")?;
        match &last.arguments {
            syn::PathArguments::Parenthesized(types) => Some(types.clone()),
            _ => None,
        }
    })
}

/// Whether statements may have an effect, or give another value when they run again: they call functions,
/// or hold macros.
struct Effects(bool);

fn has_effects(e: &Expr) -> bool {
    let mut effects = Effects(false);
    effects.visit_expr(e);
    effects.0
}

fn block_has_effects(block: &syn::Block) -> bool {
    let mut effects = Effects(false);
    effects.visit_block(block);
    effects.0
}

impl Visit<'_> for Effects {
    fn visit_expr_call(&mut self, c: &syn::ExprCall) {
        let constructor = matches!(&*c.func, Expr::Path(p) if p.path.segments.last().is_some_and(|s| {
            s.ident.to_string().starts_with(char::is_uppercase)
        }));
        self.0 |= !constructor;
        syn::visit::visit_expr_call(self, c);
    }

    fn visit_macro(&mut self, m: &syn::Macro) {
        self.0 |= !m.path.is_ident("vec");
    }
}
