//! Which functions keep a closure that they are given, `Ode::new(|y| -k * y, dt)`, and which methods are of
//! traits. A call does not show it, so that the macro remembers it of the items before, in the order of the source.

use super::given::Given;
use super::{closures, of_block, of_function};
use crate::by_type::Functions;
use crate::emit::Host;
use crate::makers::Makers;
use crate::scalars::Scalars;
use crate::sized::Sizes;
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use std::collections::{BTreeMap, BTreeSet};
use syn::visit::Visit;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, FnArg, Type, parse_quote_spanned, spanned::Spanned};

/// The types of the parameters of a closure, as text; none where they depend on type parameters.
type Types = Option<String>;

/// What is known of the functions and types of a crate.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// For each parameter of a function, `Ode::new`, whether a closure stays in what it gives or changes; no
    /// parameters where there are two functions of the name.
    functions: BTreeMap<String, Vec<Option<Types>>>,
    /// The closures of a type with such a parameter, if all are of one kind.
    types: BTreeMap<String, Types>,
    /// The methods by `&mut self` of traits with the attribute, of which an `impl` is a method's own.
    pub(crate) of_traits: BTreeSet<String>,
    /// The functions that give structs with references.
    pub(crate) makers: Makers,
    pub(crate) given: Given,
    pub(crate) scalars: Scalars,
    pub(crate) sizes: Sizes,
    pub(crate) by_type: Functions,
}

/// The functions that an item has.
fn signatures(item: &syn::Item) -> Vec<&syn::Signature> {
    match item {
        syn::Item::Fn(f) => vec![&f.sig],
        syn::Item::Trait(t) => {
            let functions = t.items.iter().filter_map(|item| match item {
                syn::TraitItem::Fn(f) => Some(&f.sig),
                _ => None,
            });
            functions.collect()
        }
        syn::Item::Impl(block) => {
            let functions = block.items.iter().filter_map(|item| match item {
                syn::ImplItem::Fn(f) => Some(&f.sig),
                _ => None,
            });
            functions.collect()
        }
        _ => vec![],
    }
}

/// Whether an item is a trait, or of one.
fn is_of_trait(item: &syn::Item) -> bool {
    match item {
        syn::Item::Trait(_) => true,
        syn::Item::Impl(block) => block.trait_.is_some(),
        _ => false,
    }
}

impl Known {
    /// Nothing.
    pub const fn new() -> Self {
        Self {
            functions: BTreeMap::new(),
            types: BTreeMap::new(),
            of_traits: BTreeSet::new(),
            makers: Makers::new(),
            given: Given::new(),
            scalars: Scalars::new(),
            sizes: Sizes::new(),
            by_type: Functions::new(),
        }
    }

    /// What follows is of that file.
    pub fn in_file(&mut self, file: String) {
        self.makers.captures.in_file(file);
    }

    /// Adds the functions of an item, and whether it is used behind `dyn`.
    pub fn add(&mut self, item: &syn::Item, dynamic: bool) {
        self.by_type.add(item, dynamic);
        self.makers.captures.add(item);
        let functions = signatures(item);
        if is_of_trait(item) {
            self.of_traits.extend(functions.iter().filter_map(|sig| {
                let changes = sig.receiver().is_some_and(|r| crate::parts::is_exclusive(&r.kind));
                changes.then(|| sig.ident.to_string())
            }));
        }
        let generics = match item {
            syn::Item::Impl(block) => block.generics.clone(),
            syn::Item::Trait(item) => item.generics.clone(),
            _ => syn::Generics::default(),
        };
        let of = match item {
            syn::Item::Impl(block) => name_of(&block.self_ty),
            syn::Item::Trait(item) => Some(item.ident.to_string()),
            _ => None,
        };
        for sig in functions {
            self.given.add(sig, &generics, of.as_deref());
        }
        match item {
            syn::Item::Fn(f) => self.makers.add(&f.sig, &f.block, None),
            syn::Item::Impl(block) if block.trait_.is_none() => {
                for item in &block.items {
                    if let syn::ImplItem::Fn(f) = item {
                        self.makers.add(&f.sig, &f.block, Some(&block.self_ty));
                    }
                }
            }
            _ => {}
        }
        match item {
            syn::Item::Fn(f) => {
                let mut stored = f.clone();
                of_function(&mut stored, self);
                let generics = [&f.sig.generics, &stored.sig.generics];
                self.function(f.sig.ident.to_string(), [&f.sig, &stored.sig], &generics);
            }
            syn::Item::Trait(item) => {
                self.scalars.add(item);
                self.sizes.add(item, dynamic);
            }
            syn::Item::Impl(block) => {
                let Some(name) = name_of(&block.self_ty) else { return };
                let mut stored = block.clone();
                of_block(&mut stored, self);
                let generics = [&block.generics, &stored.generics];
                let all = closures(&stored.generics);
                let all: Vec<_> = all.map(|t| types_of(t, &generics)).collect();
                if let [first, rest @ ..] = &all[..] {
                    let types = first.clone().filter(|_| rest.iter().all(|other| other == first));
                    let before = self.types.entry(name.clone()).or_insert_with(|| types.clone());
                    if *before != types {
                        *before = None;
                    }
                }
                for (item, of) in stored.items.iter().zip(&block.items) {
                    let (syn::ImplItem::Fn(f), syn::ImplItem::Fn(of)) = (item, of) else {
                        continue;
                    };
                    let key = format!("{name}::{}", f.sig.ident);
                    let [a, b] = generics;
                    let generics = [a, b, &of.sig.generics, &f.sig.generics];
                    self.function(key, [&of.sig, &f.sig], &generics);
                }
            }
            _ => {}
        }
    }

    /// A function as it is written and for its derivative.
    fn function(
        &mut self,
        key: String,
        [written, sig]: [&syn::Signature; 2],
        generics: &[&syn::Generics],
    ) {
        let kept = sig.inputs.iter().zip(&written.inputs).map(|(input, written)| {
            let FnArg::Typed(p) = input else { return None };
            if let FnArg::Typed(of) = written
                && let Type::ImplTrait(t) = &*of.ty
                && *p.ty != *of.ty
            {
                return Some(types_in(t.bounds.iter(), generics));
            }
            let Type::Path(path) = &*p.ty else { return None };
            let name = path.path.get_ident()?;
            let is_kept = generics.iter().any(|g| closures(g).any(|stored| stored == name));
            is_kept.then(|| types_of(name, generics))
        });
        let kept: Vec<_> = kept.collect();
        // Another function is given no closures.
        let takes_closures = written.inputs.iter().any(|input| match input {
            FnArg::Typed(p) => crate::lower::is_function_in(&p.ty, generics),
            FnArg::Receiver(_) => false,
        });
        if !takes_closures && kept.iter().all(Option::is_none) {
            return;
        }
        match self.functions.get_mut(&key) {
            Some(before) if *before != kept => before.clear(),
            Some(_) => {}
            None => _ = self.functions.insert(key, kept),
        }
    }

    /// The names of the variables that become fields in a body, or are given to functions that keep them.
    pub fn kept_in(&self, body: &syn::Block, own: Option<&str>) -> BTreeSet<Ident> {
        let mut kept = Kept { known: self, own, names: BTreeSet::new() };
        kept.visit_block(body);
        kept.names
    }

    /// What is known of the parameters of a function that is called.
    fn called(&self, c: &syn::ExprCall, own: Option<&str>) -> Option<&[Option<Types>]> {
        let Expr::Path(p) = &*c.func else { return None };
        let mut segments = p.path.segments.iter().rev();
        let last = segments.next()?;
        let of_type = segments
            .next()
            .filter(|s| p.qself.is_none() && s.ident.to_string().starts_with(char::is_uppercase));
        let key = match of_type {
            Some(ty) => format!("{}::{}", name_in(ty, own), last.ident),
            None => last.ident.to_string(),
        };
        self.functions.get(&key).map(Vec::as_slice)
    }

    /// The function with a mark at each closure that is to be kept.
    pub fn marked(&self, item: &syn::ItemFn, host: Host<'_>) -> syn::ItemFn {
        let mut item = item.clone();
        let own = match host {
            Host::Block(block) => name_of(&block.self_ty),
            _ => None,
        };
        Mark { known: self, own }.visit_block_mut(&mut item.block);
        item
    }
}

/// The name of a type.
pub fn name_of(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(p) => Some(p.path.segments.last()?.ident.to_string()),
        _ => None,
    }
}

/// The types of the parameters of the closures that a type parameter stands for.
fn types_of(name: &Ident, generics: &[&syn::Generics]) -> Types {
    types_in(generics.iter().flat_map(|g| crate::lower::bounds(name, g)), generics)
}

/// The same by the bounds.
fn types_in<'a>(
    mut bounds: impl Iterator<Item = &'a syn::TypeParamBound>,
    generics: &[&syn::Generics],
) -> Types {
    let bound = bounds.find_map(|b| match b {
        syn::TypeParamBound::Trait(t) => match &t.path.segments.last()?.arguments {
            syn::PathArguments::Parenthesized(types) => Some(&types.inputs),
            _ => None,
        },
        _ => None,
    })?;
    let types = bound.to_token_stream();
    let mut params = generics.iter().flat_map(|g| g.type_params());
    let free = params.all(|t| !crate::emit::mentions(&types, &t.ident));
    free.then(|| types.to_string())
}

/// The name of a type in a block of that type.
fn name_in(segment: &syn::PathSegment, own: Option<&str>) -> String {
    match own {
        Some(own) if segment.ident == "Self" => own.to_string(),
        _ => segment.ident.to_string(),
    }
}

/// Finds what is kept.
struct Kept<'a> {
    known: &'a Known,
    own: Option<&'a str>,
    names: BTreeSet<Ident>,
}

impl Kept<'_> {
    fn keep(&mut self, e: &Expr) {
        if let Expr::Path(p) = crate::lower::strip(e) {
            self.names.extend(p.path.get_ident().cloned());
        }
    }
}

impl Visit<'_> for Kept<'_> {
    fn visit_expr_struct(&mut self, s: &syn::ExprStruct) {
        s.fields.iter().for_each(|f| self.keep(&f.expr));
        syn::visit::visit_expr_struct(self, s);
    }

    fn visit_expr_call(&mut self, c: &syn::ExprCall) {
        if let Expr::Path(p) = &*c.func
            && is_constructor(&p.path)
        {
            c.args.iter().for_each(|a| self.keep(a));
        }
        for (argument, kept) in
            c.args.iter().zip(self.known.called(c, self.own).unwrap_or_default())
        {
            if kept.is_some() {
                self.keep(argument);
            }
        }
        syn::visit::visit_expr_call(self, c);
    }
}

/// Whether a path is that of a struct that is called to make one, by the convention of the language.
pub fn is_constructor(path: &syn::Path) -> bool {
    let of_std = ["Some", "Ok", "Err"];
    path.segments.last().is_some_and(|s| {
        s.ident.to_string().starts_with(char::is_uppercase) && of_std.iter().all(|o| s.ident != o)
    })
}

/// Writes the marks.
struct Mark<'a> {
    known: &'a Known,
    /// The name of the type of the block.
    own: Option<String>,
}

impl VisitMut for Mark<'_> {
    fn visit_expr_call_mut(&mut self, c: &mut syn::ExprCall) {
        visit_mut::visit_expr_call_mut(self, c);
        let kept = self.known.called(c, self.own.as_deref()).unwrap_or_default();
        for (argument, kept) in c.args.iter_mut().zip(kept) {
            if let Some(types) = kept {
                mark(argument, types);
            }
        }
    }

    fn visit_expr_struct_mut(&mut self, s: &mut syn::ExprStruct) {
        visit_mut::visit_expr_struct_mut(self, s);
        let Some(last) = s.path.segments.last() else { return };
        let name = name_in(last, self.own.as_deref());
        let Some(types) = self.known.types.get(&name) else { return };
        for field in s.fields.iter_mut().filter(|f| matches!(f.expr, Expr::Closure(_))) {
            mark(&mut field.expr, types);
        }
    }
}

/// `stored::<(X, ..)>(closure)`
fn mark(e: &mut Expr, types: &Types) {
    let types = types.as_ref().and_then(|types| types.parse::<TokenStream>().ok());
    let types = types.map(|types| quote!(::<(#types,)>));
    *e = parse_quote_spanned!(e.span()=> ::zygote_engine::__private::stored #types (#e));
}

/// The closure at a mark, and the types of its parameters.
pub fn at_mark(c: &syn::ExprCall) -> Option<(&Expr, Vec<Type>)> {
    let Expr::Path(p) = &*c.func else { return None };
    let mut segments = p.path.segments.iter().rev();
    let (last, before) = (segments.next()?, segments.next()?);
    if last.ident != "stored" || before.ident != "__private" || p.path.leading_colon.is_none() {
        return None;
    }
    let types = match &last.arguments {
        syn::PathArguments::AngleBracketed(of) => match of.args.first() {
            Some(syn::GenericArgument::Type(Type::Tuple(t))) => t.elems.iter().cloned().collect(),
            _ => vec![],
        },
        _ => vec![],
    };
    Some((c.args.first()?, types))
}
