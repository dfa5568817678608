//! The notation of `projection!`.

use crate::block::{self, Block, docs};
use crate::checks::Checks;
use crate::model::{
    Arg, Body, Contribution, Field, Kind, Part, Passing, Pull, Rule, Target, arguments,
    is_primitive, output,
};
use crate::rrule::NameSelf;
use crate::text::text;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::visit_mut::VisitMut;
use syn::{
    Attribute, Error, FnArg, Lifetime, ReceiverKind, Result, Signature, Token, Type, TypeReference,
    parse_quote,
};

/// `fn row(&self, i: usize) -> Vec<T> = row_mut;`.
#[derive(Clone)]
struct Method {
    attrs: Vec<Attribute>,
    signature: Signature,
    /// The method that lends the same part by `&mut self`.
    mutable: Ident,
}

impl Parse for Method {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let signature: Signature = input.parse()?;
        if input.peek(syn::token::Brace) {
            return Err(input.error("the method has a body already: write `;`"));
        }
        let name = &signature.ident;
        let mutable = match input.parse::<Option<Token![=]>>()? {
            Some(_) => input.parse()?,
            None => format_ident!("{name}_mut", span = name.span()),
        };
        input.parse::<Token![;]>()?;
        Ok(Self { attrs, signature, mutable })
    }
}

/// `projection! { .. }`: one rule for each method of each type.
pub fn expand(input: TokenStream) -> Result<TokenStream> {
    block::expand(input, rule)
}

fn rule(block: &Block<Method>, ty: &Type, method: Method) -> Result<Rule> {
    let Method { attrs, signature: mut sig, mutable } = method;
    let signature = text(&sig);
    verify(&sig)?;
    NameSelf(ty).visit_signature_mut(&mut sig);
    let mut generics = block.generics.clone();
    generics.params.extend(std::mem::take(&mut sig.generics.params));
    if let Some(clause) = sig.generics.where_clause.take() {
        generics.make_where_clause().predicates.extend(clause.predicates);
    }
    sig.inputs = sig.inputs.into_iter().skip(1).collect();
    let this = format_ident!("this", span = sig.ident.span());
    let mut args =
        vec![Arg { name: this.clone(), ty: ty.clone(), passing: Passing::Ref, inert: false }];
    args.extend(arguments(&sig, &mut generics)?);
    if let Some(arg) = args.iter().find(|arg| !is_read(arg)) {
        let say = "a projection takes what it needs to find the part by value or by `&`";
        return Err(Error::new(arg.name.span(), say));
    }

    let (name, output) = (sig.ident.clone(), output(&sig));
    let names = args.iter().skip(1).map(|arg| &arg.name);
    let again = args.iter().skip(1).map(again);
    let [d, dy] = ["__d", "__cotangent"].map(|name| Ident::new(name, Span::mixed_site()));
    // The cotangent of a primitive number is a number in a rule's body.
    let lent = if is_primitive(&output) { quote!(&#dy) } else { quote!(#dy) };
    let value = syn::parse2(quote_spanned! {output.span()=>
        ::chainrules_core::View::<_>::owned(&#this.#name(#(#names),*))
    })?;
    let add = syn::parse2(quote_spanned! {mutable.span()=>
        ::chainrules_core::ViewMut::<_>::add(&mut #d.#mutable(#(#again),*), #lent)
    })?;
    let inert = args.iter().skip(1).filter(|arg| arg.carries());
    let mut fields: Vec<_> =
        inert.map(|arg| Field { name: arg.name.clone(), value: Contribution::Inert }).collect();
    fields.push(Field { name: this, value: Contribution::InPlace(parse_quote!(#d), add) });
    let dy = Some(parse_quote!(#dy));
    let back = Part::Pull(Box::new(Pull { shadows: None, dy, shared: Vec::new(), fields }));
    let checks = Checks::parse(block.checks(&attrs)?)?;
    let mut docs = docs(attrs);
    let says = "The value is a copy of the part; its cotangent is added to the same part of the receiver's.";
    docs.extend([parse_quote!(#[doc = ""]), parse_quote!(#[doc = #says])]);
    Ok(Rule {
        marker: None,
        stands_for: None,
        docs,
        name,
        target: Target::Method,
        kind: Kind::Projection,
        generics,
        output,
        args,
        body: Body { forward: Vec::new(), value, back: vec![back] },
        checks,
        signature,
    })
}

/// Whether an argument is only read.
fn is_read(arg: &Arg) -> bool {
    matches!(arg.passing, Passing::Value | Passing::Ref)
}

/// An argument as the pullback passes it on: there it comes by reference, numbers by value.
fn again(arg: &Arg) -> TokenStream {
    let name = &arg.name;
    match arg.passing {
        Passing::Value if !is_primitive(&arg.ty) => quote!(::core::clone::Clone::clone(#name)),
        _ => quote!(#name),
    }
}

/// Whether a signature can be that of a projection.
fn verify(sig: &Signature) -> Result<()> {
    let fail = |at: &dyn quote::ToTokens, say| Err(Error::new_spanned(at.to_token_stream(), say));
    match sig.inputs.first() {
        Some(FnArg::Receiver(receiver))
            if matches!(receiver.kind, ReceiverKind::Reference(_, _, None)) => {}
        Some(first) => return fail(first, "a projection lends a part of `&self`"),
        None => return fail(&sig.ident, "a projection lends a part of `&self`"),
    }
    if let Some(lifetime) = sig.generics.lifetimes().next() {
        return fail(lifetime, "leave lifetimes out: the value of a projection is owned");
    }
    if let syn::ReturnType::Default = sig.output {
        return fail(&sig.ident, "say which type owns a copy of the part: `-> Vec<T>`");
    }
    let mut borrowed = Borrowed(None);
    borrowed.visit_return_type(&sig.output);
    match borrowed.0 {
        Some(at) => {
            let say = "a view owns nothing: write the type that owns a copy of the part, such as `Vec<T>` for `&[T]`";
            Err(Error::new(at, say))
        }
        None => Ok(()),
    }
}

/// The first reference or lifetime in a type.
struct Borrowed(Option<Span>);

impl<'ast> Visit<'ast> for Borrowed {
    fn visit_type_reference(&mut self, reference: &'ast TypeReference) {
        self.0.get_or_insert(reference.span());
        visit::visit_type_reference(self, reference);
    }

    fn visit_lifetime(&mut self, lifetime: &'ast Lifetime) {
        self.0.get_or_insert(lifetime.span());
    }
}
