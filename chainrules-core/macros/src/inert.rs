//! The notation of `inert!`.

use crate::block::{self, Block, docs};
use crate::checks::Checks;
use crate::model::{
    Arg, Body, Contribution, Field, Kind, Part, Passing, Pull, Rule, Target, arguments, output,
};
use crate::rrule::NameSelf;
use crate::text::text;
use proc_macro2::TokenStream;
use quote::format_ident;
use syn::visit_mut::VisitMut;
use syn::{Error, FnArg, Pat, ReceiverKind, Result, TraitItemFn, Type};

/// `inert! { .. }`: one rule for each method of each type.
pub fn expand(input: TokenStream) -> Result<TokenStream> {
    block::expand(input, rule)
}

fn rule(block: &Block<TraitItemFn>, ty: &Type, mut method: TraitItemFn) -> Result<Rule> {
    if let Some(body) = &method.default {
        return Err(Error::new_spanned(body, "the method has a body already: write `;`"));
    }
    let signature = text(&method.sig);
    let checks = block.checks(&method.attrs)?;
    NameSelf(ty).visit_trait_item_fn_mut(&mut method);
    let mut generics = block.generics.clone();
    let receiver = match method.sig.inputs.first() {
        Some(FnArg::Receiver(receiver)) => Some(match receiver.kind {
            ReceiverKind::Value => Passing::Value,
            ReceiverKind::Reference(_, _, None) => Passing::Ref,
            _ => {
                let say = "an inert method takes `self` or `&self`; for one that changes its receiver write an `#[rrule]` with `Mutation`";
                return Err(Error::new_spanned(receiver, say));
            }
        }),
        _ => None,
    };
    let this = format_ident!("this", span = method.sig.ident.span());
    let target = match receiver {
        Some(_) => Target::Method,
        None => Target::Associated(Box::new(ty.clone())),
    };
    let mut args = Vec::new();
    if let Some(passing) = receiver {
        args.push(Arg { name: this, ty: ty.clone(), passing, inert: false });
        let rest = method.sig.inputs.into_iter().skip(1).collect();
        method.sig.inputs = rest;
    }
    args.extend(arguments(&method.sig, &mut generics)?);
    let name = method.sig.ident.clone();
    let names = args.iter().map(|arg| &arg.name);
    let value = syn::parse_quote!(<#ty>::#name(#(#names),*));
    let carrying = args.iter().filter(|arg| arg.carries());
    let fields = carrying.map(|arg| Field { name: arg.name.clone(), value: Contribution::Inert });
    let fields = fields.collect();
    let wild = Pat::Wild(syn::PatWild { attrs: Vec::new(), underscore_token: Default::default() });
    let back = vec![Part::Pull(Box::new(Pull {
        shadows: None,
        dy: Some(wild),
        shared: Vec::new(),
        fields,
    }))];
    Ok(Rule {
        marker: None,
        stands_for: None,
        docs: docs(method.attrs),
        name,
        target,
        kind: Kind::Inert,
        generics,
        output: output(&method.sig),
        args,
        body: Body { forward: Vec::new(), value, back },
        checks: Checks::parse(checks)?,
        signature,
    })
}
