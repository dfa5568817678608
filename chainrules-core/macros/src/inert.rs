//! The notation of `inert!`.

use crate::checks::Checks;
use crate::emit;
use crate::model::{
    Arg, Body, Contribution, Field, Kind, Part, Passing, Pull, Rule, Target, arguments, output,
};
use crate::rrule::NameSelf;
use crate::text::text;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::parse::{Parse, ParseStream};
use syn::visit_mut::VisitMut;
use syn::{
    Error, FnArg, Generics, Ident, Pat, ReceiverKind, Result, Token, TraitItemFn, Type, braced,
    parenthesized,
};

/// `impl<..> Type, .. , check(..) { fn ..; }`.
struct Block {
    generics: Generics,
    types: Vec<Type>,
    checks: TokenStream,
    methods: Vec<TraitItemFn>,
}

impl Parse for Block {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        input.parse::<Token![impl]>()?;
        let mut generics: Generics = input.parse()?;
        let (mut types, mut checks) = (Vec::new(), TokenStream::new());
        loop {
            let ahead = input.fork();
            if ahead.parse::<Ident>().is_ok_and(|word| word == "check")
                && ahead.peek(syn::token::Paren)
            {
                input.parse::<Ident>()?;
                let inside;
                parenthesized!(inside in input);
                checks = inside.parse()?;
            } else {
                types.push(input.parse()?);
            }
            if !input.peek(Token![,]) {
                break;
            }
            input.parse::<Token![,]>()?;
        }
        generics.where_clause = input.parse()?;
        let inside;
        braced!(inside in input);
        let mut methods = Vec::new();
        while !inside.is_empty() {
            methods.push(inside.parse()?);
        }
        Ok(Self { generics, types, checks, methods })
    }
}

struct Blocks(Vec<Block>);

impl Parse for Blocks {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let mut blocks = Vec::new();
        while !input.is_empty() {
            blocks.push(input.parse()?);
        }
        Ok(Self(blocks))
    }
}

/// `inert! { .. }`: one rule for each method of each type.
pub fn expand(input: TokenStream) -> Result<TokenStream> {
    let Blocks(blocks) = syn::parse2(input)?;
    let mut out = TokenStream::new();
    for block in &blocks {
        for ty in &block.types {
            for method in &block.methods {
                out.extend(emit::rule(&rule(block, ty, method.clone())?)?);
            }
        }
    }
    Ok(out)
}

fn rule(block: &Block, ty: &Type, mut method: TraitItemFn) -> Result<Rule> {
    if let Some(body) = &method.default {
        return Err(Error::new_spanned(body, "the method has a body already: write `;`"));
    }
    let signature = text(&method.sig);
    let mut checks = block.checks.clone();
    for attr in method.attrs.iter().filter(|attr| attr.path().is_ident("check")) {
        let more = &attr.meta.require_list()?.tokens;
        let comma = (!checks.is_empty()).then(|| quote!(,));
        checks = quote!(#checks #comma #more);
    }
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
        args.push(Arg { name: this, ty: ty.clone(), passing });
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
        docs: method.attrs.into_iter().filter(|attr| attr.path().is_ident("doc")).collect(),
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
