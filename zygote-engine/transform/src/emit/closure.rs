//! A closure at a call of `gradient!`: both sweeps where it stands.

use super::wanted::mentions;
use super::{Emit, TokenStream, activity_type, activity_value, private};
use crate::activity::Activity;
use crate::adjoint::Adjoint;
use crate::ir::{Func, VarKind};
use crate::record::Record;

/// A block that runs the forward sweep of a closure on `__argument_0` and so on and gives the value
/// and the pullback.
pub fn called(
    primal: &Func,
    activity: &Activity,
    adjoint: &Adjoint,
    record: &Record,
    output: &syn::ReturnType,
) -> TokenStream {
    let private = private();
    let func = &adjoint.func;
    let mut emit = Emit::new(primal, activity, adjoint, record);
    let given: Vec<_> = (0..primal.params.len()).map(|k| generated!("__argument_{}", k)).collect();
    let owned: Vec<_> = (0..primal.params.len()).map(|k| generated!("__cotangent_{}", k)).collect();
    let mut bind = TokenStream::new();
    let mut again = TokenStream::new();
    let mut shadows = TokenStream::new();
    let (mut finish, mut settle) = (TokenStream::new(), TokenStream::new());
    for (k, p) in func.params.iter().enumerate() {
        let (name, given, owned) = (emit.name(p.var), &given[k], &owned[k]);
        let (act, act_value) = (activity_type(k), activity_value(k));
        let choice = if p.constant { quote!(#private::Constant) } else { quote!(#private::Active) };
        let ty = func.var(p.var).declared.as_ref().map(|t| quote!(: #t));
        bind.extend(quote! {
            type #act = #choice;
            let #act_value = #choice;
            let #given #ty = #given;
        });
        let by_value = func.var(p.var).kind == VarKind::Value;
        if by_value {
            bind.extend(quote!(let #name = ::core::clone::Clone::clone(&#given);));
            again.extend(if emit.is_scalar(p.var) {
                quote!(let #name = ::core::clone::Clone::clone(&#given);)
            } else {
                quote!(let #name = &#given;)
            });
        } else {
            bind.extend(quote!(let #name = #given;));
            again.extend(quote!(let #name = #given;));
        }
        let like = if by_value { quote!(&#given) } else { quote!(#given) };
        let zero = if p.constant { quote!(()) } else { quote!(#private::zero_like(#like)) };
        shadows.extend(quote!(let mut #owned = <#act as #private::Choice>::make(|| #zero);));
        if !p.constant {
            settle.extend(quote! {
                if let ::core::option::Option::Some(__owned) = #private::wanted::<#act, _>(&mut #owned) {
                    #private::clear_constants(__owned);
                }
            });
        }
        let Some(d) = adjoint.cotangents.get(&p.var) else { continue };
        let d = emit.name(*d);
        if by_value {
            finish.extend(quote! {
                if let ::core::option::Option::Some(__shadow) = #private::wanted::<#act, _>(&mut #owned) {
                    #private::accumulate(__shadow, #d);
                }
            });
        } else {
            let whole = quote!(|__whole| #private::lent_like(#given, __whole));
            shadows.extend(
                quote!(let mut #d = <#act as #private::Choice>::lend(&mut #owned, #whole);),
            );
        }
    }
    let output = match output {
        syn::ReturnType::Type(_, t) => Some(quote!(: #t)),
        syn::ReturnType::Default => None,
    };
    let items = &func.items;
    let tapes = super::item::tapes(&emit, func.body.id);
    let body = &emit.regions[&func.body.id];
    let forward = if func.returns_early {
        let body = emit.forward(body);
        quote!(let __result #output = '__zygote_body: { #body };)
    } else {
        let stmts = emit.forward_stmts(body);
        let result = emit.operand(body.result.as_ref().expect("a body has a value"));
        let push = emit.push(body.id);
        quote!(#stmts let __result #output = #result; #push)
    };
    emit.reverse = true;
    let reverse = emit.reverse(&adjoint.body);
    let captured = func.vars.iter().filter(|v| v.kind == VarKind::Captured);
    let captured: Vec<_> = captured
        .map(|v| &v.name)
        .filter(|name| *name != "self" && mentions(&reverse, name))
        .collect();
    let seed = emit.name(adjoint.seed);
    let cotangents = super::list(&owned);
    let missing = emit.missing();
    quote! {{
        #missing
        #(#items)*
        #bind
        #tapes
        #forward
        let __shape = #private::shape(&__result);
        #(let #captured = &#captured;)*
        let __back = #private::pullback_of(&__result, move |__dy| {
            let mut #seed = __shape.zero();
            #private::accumulate(&mut #seed, __dy);
            #again
            #shadows
            #reverse
            #finish
            #settle
            #cotangents
        });
        (__result, __back)
    }}
}
