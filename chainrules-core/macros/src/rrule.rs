//! The notation of `#[rrule(..)]`.

use crate::checks::Checks;
use crate::model::{Kind, Part, Rule, Target, arguments, output, ungrouped};
use crate::text::text;
use crate::{body, emit};
use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::{Parse, ParseStream};
use syn::visit_mut::{self, VisitMut};
use syn::{
    Attribute, Error, Ident, ItemFn, Path, Result, Token, Type, TypeFnPtr, parenthesized,
    parse_quote,
};

/// The attribute's arguments: paths of functions, `marker = ..`, `stands_for(..)` and `check(..)`.
struct Options {
    paths: Vec<Path>,
    marker: Option<Path>,
    stands_for: Option<(Ident, TypeFnPtr)>,
    checks: TokenStream,
}

impl Parse for Options {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let mut options =
            Self { paths: vec![], marker: None, stands_for: None, checks: TokenStream::new() };
        while !input.is_empty() {
            let ahead = input.fork();
            let word = ahead.parse::<Ident>().map(|word| word.to_string()).unwrap_or_default();
            if word == "stands_for" && ahead.peek(syn::token::Paren) {
                input.parse::<Ident>()?;
                let inside;
                parenthesized!(inside in input);
                let of_crate = inside.parse()?;
                inside.parse::<Token![,]>()?;
                options.stands_for = Some((of_crate, inside.parse()?));
            } else if word == "check" && ahead.peek(syn::token::Paren) {
                input.parse::<Ident>()?;
                let inside;
                parenthesized!(inside in input);
                let more: TokenStream = inside.parse()?;
                let before = &options.checks;
                let comma = (!before.is_empty()).then(|| quote!(,));
                options.checks = quote!(#before #comma #more);
            } else if ahead.peek(Token![=]) && !ahead.peek(Token![==]) {
                let word: Ident = input.parse()?;
                if word != "marker" {
                    return Err(Error::new(word.span(), "write `marker = ..` or `check(..)`"));
                }
                input.parse::<Token![=]>()?;
                options.marker = Some(input.parse()?);
            } else {
                options.paths.push(input.parse()?);
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(options)
    }
}

/// `#[rrule(..)] fn ..`: one rule for each path.
pub fn expand(attribute: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let options: Options = syn::parse2(attribute)?;
    let item: ItemFn = syn::parse2(item)?;
    if options.paths.is_empty() {
        let name = &item.sig.ident;
        let path = parse_quote!(#name);
        return one(&path, &options, item);
    }
    options.paths.iter().map(|path| one(path, &options, item.clone())).collect()
}

fn one(path: &Path, options: &Options, mut item: ItemFn) -> Result<TokenStream> {
    let has_receiver = matches!(
        item.sig.inputs.first(),
        Some(syn::FnArg::Typed(first)) if text(&first.pat) == "this"
    );
    let (owner, name) = split(path);
    // `Self` is the type that the path names.
    if let Some(owner) = &owner {
        NameSelf(owner).visit_item_fn_mut(&mut item);
    }
    let target = match &owner {
        _ if has_receiver => Target::Method,
        Some(owner) if is_operators(owner) => Target::Operator(name.clone()),
        Some(owner) if is_type(owner) => {
            let returned = output(&item.sig);
            let same = bare(&returned).is_some_and(|last| Some(last) == bare(owner));
            Target::Associated(Box::new(if same { returned } else { owner.clone() }))
        }
        Some(_) => Target::Function(path.clone()),
        None => {
            let say = "name what the rule is for, `#[rrule(std::mem::swap)]`, or call the receiver of a method `this`";
            return Err(Error::new_spanned(&item.sig.ident, say));
        }
    };
    if let (Some(marker), false) = (&options.marker, matches!(target, Target::Operator(_))) {
        return Err(Error::new_spanned(marker, "only the rule of an operator has a marker"));
    }
    if let (Some((of_crate, _)), false) =
        (&options.stands_for, matches!(target, Target::Function(_)))
    {
        return Err(Error::new(of_crate.span(), "only the rule of a function stands for another"));
    }
    let signature = text(&item.sig);
    if let Some(lifetime) = item.sig.generics.lifetimes().next() {
        let say = "leave lifetimes out: a rule is for owned types, and its arguments are borrowed by the call only";
        return Err(Error::new_spanned(lifetime, say));
    }
    let mut generics = std::mem::take(&mut item.sig.generics);
    let args = arguments(&item.sig, &mut generics)?;
    let body = body::parse(*item.block, &args)?;
    let kind = if body.back.iter().any(|p| matches!(p, Part::Undo(_))) {
        Kind::Mutating
    } else {
        Kind::Rrule
    };
    emit::rule(&Rule {
        docs: docs(item.attrs)?,
        name,
        target,
        kind,
        generics,
        output: output(&item.sig),
        args,
        body,
        checks: Checks::parse(options.checks.clone())?,
        signature,
        marker: options.marker.clone(),
        stands_for: options.stands_for.clone(),
    })
}

/// A path without its last name, as a type; and that name.
fn split(path: &Path) -> (Option<Type>, Ident) {
    let mut owner = path.clone();
    let last = owner.segments.pop().expect("a path has a segment");
    owner.segments.pop_punct();
    let owner = (!owner.segments.is_empty()).then(|| parse_quote!(#owner));
    (owner, last.ident)
}

/// The last name of a type's path.
fn bare(ty: &Type) -> Option<&Ident> {
    let Type::Path(path) = ungrouped(ty) else { return None };
    path.path.segments.last().map(|last| &last.ident)
}

fn is_operators(owner: &Type) -> bool {
    bare(owner).is_some_and(|last| last == "ops")
}

/// Whether a path's owner is a type rather than a module: camel case, or a primitive type.
fn is_type(owner: &Type) -> bool {
    let last = bare(owner).map(ToString::to_string).unwrap_or_default();
    last.starts_with(char::is_uppercase)
        || crate::model::is_primitive(owner)
        || ["slice", "str"].contains(&last.as_str())
}

/// Writes a type for `Self`.
pub struct NameSelf<'t>(pub &'t Type);

impl VisitMut for NameSelf<'_> {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        if matches!(ungrouped(ty), Type::Path(path) if path.path.is_ident("Self")) {
            *ty = self.0.clone();
        }
        visit_mut::visit_type_mut(self, ty);
    }

    fn visit_expr_path_mut(&mut self, path: &mut syn::ExprPath) {
        if path.qself.is_none() && path.path.segments[0].ident == "Self" {
            let rest = path.path.segments.iter().skip(1);
            let owner = self.0;
            *path = parse_quote!(<#owner>::#(#rest)::*);
        }
        visit_mut::visit_expr_path_mut(self, path);
    }
}

/// The documentation of the author's item; nothing else makes sense on a rule.
fn docs(attrs: Vec<Attribute>) -> Result<Vec<Attribute>> {
    for attr in &attrs {
        let known = ["doc", "allow", "expect"].iter().any(|known| attr.path().is_ident(known));
        if !known {
            return Err(Error::new_spanned(attr, "a rule takes documentation and lints only"));
        }
    }
    Ok(attrs.into_iter().filter(|attr| attr.path().is_ident("doc")).collect())
}
