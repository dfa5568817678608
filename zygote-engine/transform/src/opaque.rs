//! `impl Trait` in signatures. A derivative names the types that it takes and gives, so that what a
//! signature leaves open is made concrete: an iterator is the `Vec` of its items, and a result is of
//! the type that the function's body names.

use crate::error::{Result, unsupported};
use crate::lower::{bound_names, bounds, is_function_type, is_iterating, makes_iterator};
use proc_macro2::TokenStream;
use quote::quote;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, FnArg, Ident, Pat, ReturnType, Stmt, Type, TypeParamBound, parse_quote};

/// The name of the attribute of a parameter whose type is not the one that the function takes: how it
/// is converted, and the function's own type.
pub const TAKEN: &str = "__taken";

/// The function with a concrete type for each `impl Trait` that is known.
pub fn concrete(item: &syn::ItemFn) -> Result<syn::ItemFn> {
    let mut item = of_trait(item)?;
    if let ReturnType::Type(arrow, ty) = &item.sig.output {
        if let Some(items) = iterator(ty, &item.sig.generics) {
            if let Some(Stmt::Expr(e, None)) = item.block.stmts.last()
                && is_endless(e)
            {
                return unsupported(
                    e,
                    "an iterator without an end as the value of a function",
                    "end it here, `.take(n)`, or write it where it is used: in the derivative it is \
                     the `Vec` of its items",
                );
            }
            item.sig.output = ReturnType::Type(*arrow, Box::new(items.list()));
            Ends { items }.visit_function(&mut item.block);
        } else if let Type::ImplTrait(_) = &**ty
            && !is_function_type(ty)
            && let Some(concrete) = named_by(&item.block)
        {
            item.sig.output = ReturnType::Type(*arrow, Box::new(concrete));
        }
    }
    Ok(item)
}

/// The function with a concrete type for each parameter that is an iterator. All `impl`s of a trait and its
/// default functions agree on those.
pub fn of_trait(item: &syn::ItemFn) -> Result<syn::ItemFn> {
    let mut item = crate::tuples::apart(item);
    let (mut parameters, mut advanced) = (vec![], vec![]);
    let generics = item.sig.generics.clone();
    for input in &mut item.sig.inputs {
        let FnArg::Typed(p) = input else { continue };
        if let Type::Reference(r) = &*p.ty
            && r.mutability.is_some()
            && self::item(&r.elem, &generics).is_some()
        {
            return unsupported(
                &p.ty,
                "an iterator that is lent",
                "take it by value, or take its items as arguments",
            );
        }
        let Some(items) = iterator(&p.ty, &generics) else { continue };
        if p.attrs.iter().any(|a| a.path().is_ident("constant")) {
            continue;
        }
        let Pat::Ident(name) = &mut *p.pat else {
            return unsupported(&p.pat, "a pattern for an iterator", "name the parameter");
        };
        let parameter = (name.ident.clone(), items.by_reference);
        match name.mutability.take() {
            None => parameters.push(parameter),
            Some(_) => advanced.push(parameter),
        }
        if items.by_reference {
            let of = &items.of;
            *p.ty = parse_quote!(&[#of]);
            continue;
        }
        let convert = quote::quote_spanned! {name.ident.span()=>
            (::zygote_engine::__private::list_of_items)
        };
        let (ty, taken) = (items.list(), named(&p.ty, &generics));
        let attribute = Ident::new(TAKEN, name.ident.span());
        p.attrs.push(parse_quote!(#[#attribute(#convert #taken)]));
        *p.ty = ty;
    }
    remove_iterators(&mut item.sig.generics, &generics);
    Uses { parameters }.visit_block_mut(&mut item.block);
    // One that is taken from by hand goes on where it was.
    for (name, by_reference) in advanced {
        let iterated = iterator_over(&name, by_reference);
        item.block.stmts.insert(0, parse_quote!(let mut #name = #iterated;));
    }
    Ok(item)
}

/// The functions among these that give iterators, by their names, and whether of references.
pub fn giving_iterators<'a>(all: impl Iterator<Item = &'a syn::Signature>) -> Vec<(Ident, bool)> {
    let gives = |sig: &syn::Signature| match &sig.output {
        ReturnType::Type(_, ty) if matches!(**ty, Type::ImplTrait(_)) => {
            iterator(ty, &sig.generics).map(|items| (sig.ident.clone(), items.by_reference))
        }
        _ => None,
    };
    all.filter_map(gives).collect()
}

/// `self.row(i).map(..)`, where a function `row` of the block gives an iterator, as one of iterators:
/// `self.row(i).into_iter().map(..)`, or `iter()` of the list of what references refer to.
pub struct Given<'a>(pub &'a [(Ident, bool)]);

impl Given<'_> {
    /// Whether an expression is such a call, and gives references.
    fn given(&self, e: &Expr) -> Option<bool> {
        let name = match e {
            Expr::MethodCall(m) => {
                let of_self = matches!(&*m.receiver, Expr::Path(p) if p.path.is_ident("self"));
                of_self.then_some(&m.method)?
            }
            Expr::Call(call) => {
                let Expr::Path(p) = &*call.func else { return None };
                let segments: Vec<_> = p.path.segments.iter().collect();
                let [of, name] = &segments[..] else { return None };
                (of.ident == "Self").then_some(&name.ident)?
            }
            _ => return None,
        };
        self.0.iter().find(|(n, _)| n == name).map(|(_, by_reference)| *by_reference)
    }

    fn iterate(&self, e: &mut Expr) {
        match self.given(e) {
            Some(true) => *e = parse_quote!(#e.iter()),
            Some(false) => *e = parse_quote!(#e.into_iter()),
            None => {}
        }
    }
}

impl VisitMut for Given<'_> {
    fn visit_expr_method_call_mut(&mut self, m: &mut syn::ExprMethodCall) {
        visit_mut::visit_expr_method_call_mut(self, m);
        if is_iterating(&m.method) {
            self.iterate(&mut m.receiver);
            m.args.iter_mut().for_each(|a| self.iterate(a));
        }
    }

    fn visit_expr_for_loop_mut(&mut self, f: &mut syn::ExprForLoop) {
        visit_mut::visit_expr_for_loop_mut(self, f);
        self.iterate(&mut f.expr);
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

/// Whether a chain has no end, as far as the source says.
fn is_endless(e: &Expr) -> bool {
    match e {
        Expr::Paren(p) => is_endless(&p.expr),
        Expr::Range(r) => r.end.is_none(),
        Expr::MethodCall(m) => match m.method.to_string().as_str() {
            "take" | "take_while" | "map_while" | "zip" | "scan" => false,
            "cycle" => true,
            _ => is_endless(&m.receiver),
        },
        Expr::Call(c) => {
            let Expr::Path(p) = &*c.func else { return false };
            let name = p.path.segments.last().map(|s| s.ident.to_string());
            match name.as_deref() {
                Some("repeat" | "repeat_with") => true,
                Some("successors") => {
                    matches!(c.args.last(), Some(Expr::Closure(c)) if always_some(&c.body))
                }
                _ => false,
            }
        }
        _ => false,
    }
}

fn always_some(e: &Expr) -> bool {
    let Expr::Call(c) = e else { return false };
    matches!(&*c.func, Expr::Path(p) if p.path.is_ident("Some"))
}

/// What an iterator gives.
struct Items {
    of: Type,
    by_reference: bool,
    /// Whether the items are slices, of which the list has `Vec`s.
    slices: bool,
}

impl Items {
    /// The sequence of the items.
    fn list(&self) -> Type {
        let of = &self.of;
        parse_quote!(::std::vec::Vec<#of>)
    }
}

/// A type of iterators that a parameter takes, if it takes any.
pub fn an_iterator(ty: &Type, generics: &syn::Generics) -> Option<TokenStream> {
    let item = item(ty, generics)?;
    Some(quote!(::std::vec::IntoIter<#item>))
}

/// Whether a type mentions `impl Trait`, or a type parameter that is not `known`.
pub fn is_open(ty: &Type, generics: &syn::Generics, known: impl Fn(&Ident) -> bool) -> bool {
    struct Find<'a>(Vec<&'a Ident>, bool);
    impl syn::visit::Visit<'_> for Find<'_> {
        fn visit_type_impl_trait(&mut self, _: &syn::TypeImplTrait) {
            self.1 = true;
        }

        fn visit_ident(&mut self, name: &Ident) {
            self.1 |= self.0.contains(&name);
        }
    }
    let names = generics.type_params().map(|t| &t.ident);
    let mut find = Find(names.filter(|name| !known(name)).collect(), false);
    syn::visit::Visit::visit_type(&mut find, ty);
    find.1
}

/// What a type gives, if it is an iterator by a bound: `impl Iterator<Item = T>`, or a type
/// parameter of such a bound.
fn item(ty: &Type, generics: &syn::Generics) -> Option<Type> {
    let of_bound = |bound: &TypeParamBound| {
        let TypeParamBound::Trait(t) = bound else { return None };
        let last = t.path.segments.last()?;
        if !last.ident.to_string().ends_with("Iterator") {
            return None;
        }
        let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
        arguments.args.iter().find_map(|a| match a {
            syn::GenericArgument::AssocType(t) if t.ident == "Item" => Some(t.ty.clone()),
            _ => None,
        })
    };
    match ty {
        Type::ImplTrait(t) => t.bounds.iter().find_map(of_bound),
        Type::Path(p) => bounds(p.path.get_ident()?, generics).find_map(of_bound),
        _ => None,
    }
}

/// The items of such a type.
fn iterator(ty: &Type, generics: &syn::Generics) -> Option<Items> {
    Some(match item(ty, generics)? {
        Type::Reference(r) if r.mutability.is_none() => match *r.elem {
            Type::Slice(s) => {
                let of = s.elem;
                let of = parse_quote!(::std::vec::Vec<#of>);
                Items { of, by_reference: true, slices: true }
            }
            of => Items { of, by_reference: true, slices: false },
        },
        of => Items { of, by_reference: false, slices: false },
    })
}

/// The type with the bounds of a type parameter in its place.
fn named(ty: &Type, generics: &syn::Generics) -> Type {
    let Type::Path(p) = ty else { return ty.clone() };
    let Some(name) = p.path.get_ident() else { return ty.clone() };
    let all = bounds(name, generics);
    parse_quote!(impl #(#all)+*)
}

/// Takes the type parameters away that stand for iterators.
fn remove_iterators(generics: &mut syn::Generics, all: &syn::Generics) {
    let is_iterator = |name: &Ident| iterator(&parse_quote!(#name), all).is_some();
    let params = std::mem::take(&mut generics.params);
    generics.params = params
        .into_iter()
        .filter(|p| !matches!(p, syn::GenericParam::Type(t) if is_iterator(&t.ident)))
        .collect();
    if let Some(clause) = &mut generics.where_clause {
        let predicates = std::mem::take(&mut clause.predicates);
        clause.predicates = predicates
            .into_iter()
            .filter(|p| match p {
                syn::WherePredicate::Type(t) => match &t.bounded_ty {
                    Type::Path(p) => !p.path.get_ident().is_some_and(is_iterator),
                    _ => true,
                },
                _ => true,
            })
            .collect();
    }
}

/// Where parameters are iterated, they are sequences.
struct Uses {
    /// Their names, and whether the items are references.
    parameters: Vec<(Ident, bool)>,
}

/// The iterator of a sequence.
fn iterator_over(name: &Ident, by_reference: bool) -> Expr {
    match by_reference {
        true => parse_quote!(#name.iter()),
        // It may be iterated again, if it can be cloned.
        false => parse_quote!(#name.iter().cloned()),
    }
}

impl Uses {
    /// The iterator of a parameter.
    fn iterated(&self, e: &Expr) -> Option<Expr> {
        let Expr::Path(p) = e else { return None };
        let name = p.path.get_ident()?;
        let (_, by_reference) = self.parameters.iter().find(|(n, _)| n == name)?;
        Some(iterator_over(name, *by_reference))
    }

    /// `let items = parameter.into_iter();` is another name of the sequence.
    fn named_again(&self, stmt: &mut Stmt) -> Option<(Ident, bool)> {
        let Stmt::Local(local) = stmt else { return None };
        let (Pat::Ident(new), Some(init)) = (&local.pat, &mut local.init) else { return None };
        if new.mutability.is_some() {
            return None;
        }
        let of = match &*init.expr {
            Expr::MethodCall(m) if m.args.is_empty() && makes_iterator(&m.method) => &*m.receiver,
            e => e,
        };
        let Expr::Path(p) = of else { return None };
        let name = p.path.get_ident()?;
        let (_, by_reference) = self.parameters.iter().find(|(n, _)| n == name)?;
        let known = (new.ident.clone(), *by_reference);
        *init.expr = of.clone();
        Some(known)
    }

    fn iterate(&self, e: &mut Expr) {
        if let Some(iterated) = self.iterated(e) {
            *e = iterated;
        }
    }
}

impl VisitMut for Uses {
    fn visit_block_mut(&mut self, block: &mut syn::Block) {
        let known = self.parameters.clone();
        for stmt in &mut block.stmts {
            let another = self.named_again(stmt);
            self.visit_stmt_mut(stmt);
            if let Stmt::Local(local) = stmt {
                if let (Pat::Ident(name), Some(init)) = (&local.pat, &mut local.init)
                    && name.mutability.is_some()
                {
                    self.iterate(&mut init.expr);
                }
                let names = bound_names(&local.pat);
                self.parameters.retain(|(name, _)| !names.contains(name));
            }
            self.parameters.extend(another);
        }
        self.parameters = known;
    }

    fn visit_expr_mut(&mut self, e: &mut Expr) {
        visit_mut::visit_expr_mut(self, e);
        match e {
            Expr::ForLoop(f) => self.iterate(&mut f.expr),
            Expr::MethodCall(m) if is_iterating(&m.method) => {
                self.iterate(&mut m.receiver);
                m.args.iter_mut().for_each(|a| self.iterate(a));
            }
            Expr::MethodCall(m) if m.args.is_empty() && makes_iterator(&m.method) => {
                if let Some(iterated) = self.iterated(&m.receiver) {
                    *e = iterated;
                }
            }
            _ => {}
        }
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

/// Collects the iterators that a function gives.
struct Ends {
    items: Items,
}

impl Ends {
    fn visit_function(&mut self, block: &mut syn::Block) {
        self.visit_block_mut(block);
        self.end_of(block);
    }

    fn end_of(&self, block: &mut syn::Block) {
        match block.stmts.last_mut() {
            Some(Stmt::Expr(Expr::Block(b), None)) => self.end_of(&mut b.block),
            Some(Stmt::Expr(Expr::Return(_), _)) => {}
            Some(Stmt::Expr(e, None)) => self.collect(e),
            _ => {}
        }
    }

    fn collect(&self, e: &mut Expr) {
        let (value, list) = (&*e, self.items.list());
        *e = match self.items.by_reference {
            true if self.items.slices => {
                parse_quote!(#value.map(|__part| __part.to_vec()).collect::<#list>())
            }
            true => parse_quote!(#value.cloned().collect::<#list>()),
            false => parse_quote!(#value.collect::<#list>()),
        };
    }
}

impl VisitMut for Ends {
    fn visit_expr_return_mut(&mut self, r: &mut syn::ExprReturn) {
        if let Some(e) = &mut r.expr {
            self.collect(e);
        }
    }

    fn visit_expr_closure_mut(&mut self, _: &mut syn::ExprClosure) {}

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

/// The type of the value of a block, if it is written there: as a struct, or by a function of the type.
fn named_by(block: &syn::Block) -> Option<Type> {
    let (last, before) = block.stmts.split_last()?;
    match last {
        Stmt::Expr(Expr::Return(r), _) => type_of(r.expr.as_ref()?, before),
        Stmt::Expr(e, None) => type_of(e, before),
        _ => None,
    }
}

/// The type of a value, which the statements before it may have named.
fn type_of(e: &Expr, before: &[Stmt]) -> Option<Type> {
    let capital = |s: &syn::PathSegment| s.ident.to_string().starts_with(char::is_uppercase);
    let named = |path: &syn::Path, of_function: bool| {
        let mut path = path.clone();
        let of_type = path.segments.iter().rev().nth(1).is_some_and(capital);
        // A function of the type, or a variant of an enum.
        if of_function || of_type {
            path.segments.pop();
            path.segments.pop_punct();
        }
        let last = path.segments.last()?;
        capital(last).then(|| Type::Path(syn::TypePath { attrs: vec![], qself: None, path }))
    };
    match e {
        Expr::Paren(p) => type_of(&p.expr, before),
        Expr::Block(b) => named_by(&b.block),
        Expr::If(i) => named_by(&i.then_branch),
        Expr::Match(m) => type_of(&m.arms.first()?.body, before),
        Expr::Struct(s) => named(&s.path, false),
        Expr::Call(c) => {
            let Expr::Path(p) = &*c.func else { return None };
            named(&p.path, !capital(p.path.segments.last()?))
        }
        Expr::Path(p) => {
            let name = p.path.get_ident()?;
            let (k, local) = before.iter().enumerate().rev().find_map(|(k, stmt)| match stmt {
                Stmt::Local(local) if bound_names(&local.pat).contains(name) => Some((k, local)),
                _ => None,
            })?;
            match &local.pat {
                Pat::Type(t) => Some((*t.ty).clone()),
                Pat::Ident(_) => type_of(&local.init.as_ref()?.expr, &before[..k]),
                _ => None,
            }
        }
        _ => None,
    }
}

/// How a parameter is converted and what the function takes, where it is marked.
pub fn taken(p: &syn::PatType) -> Option<crate::ir::Taken> {
    let attribute = p.attrs.iter().find(|a| a.path().is_ident(TAKEN))?;
    let syn::Meta::List(list) = &attribute.meta else { return None };
    let mut tokens = list.tokens.clone().into_iter();
    let by = tokens.next()?.into();
    Some(crate::ir::Taken { by, ty: tokens.collect() })
}
