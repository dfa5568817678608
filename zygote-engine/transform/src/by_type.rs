//! Methods of one's own types that have the names of those of sequences, `table.get(key)`: they are called by
//! the name of the type, `Table::get(&table, key)`, where the source says what the receiver is. Values of types
//! with an `impl Iterator` of their own are marked where they are iterated.

use crate::block::as_function;
use crate::emit::Host;
use crate::iterated::{BY_REFERENCE, BY_VALUE};
use crate::lower::{
    bound_names, bounds, goes_on_after, is_iterating, is_reference_to_part, makes_iterator,
    own_iterator, strip,
};
use crate::stored::{is_constructor, name_of};
use std::collections::{BTreeMap, BTreeSet};
use syn::spanned::Spanned as _;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, FnArg, Ident, Pat, ReceiverKind, ReturnType, Type};

/// How a function takes its receiver, if it has one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Takes {
    Nothing,
    Value,
    Shared,
    Exclusive,
}

/// What it gives.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Gives {
    /// A value of its type.
    Itself,
    /// A value of another type with a name.
    Named(String),
    /// An `Option` or a `Result`.
    Optional,
    /// An iterator.
    Iterator,
    /// Something else.
    Other,
}

/// The functions of the types and traits of a crate.
#[derive(Clone, Debug, Default)]
pub struct Functions {
    /// By the names of the type and the function; of two types of one name those of the last.
    all: BTreeMap<(String, String), (Takes, Gives)>,
    /// The traits of a type.
    traits: BTreeMap<String, BTreeSet<String>>,
}

impl Functions {
    /// None.
    pub const fn new() -> Self {
        Self { all: BTreeMap::new(), traits: BTreeMap::new() }
    }

    /// Adds the functions of an `impl` block, or of a trait that is not behind `dyn`: the rules of one that is are
    /// those of a type.
    pub fn add(&mut self, item: &syn::Item, dynamic: bool) {
        match item {
            syn::Item::Impl(block) => {
                if let Some(Ok(own)) = crate::iterated::beside(block) {
                    return self.add(&syn::Item::Impl(own), dynamic);
                }
                let Some(name) = name_of(&block.self_ty) else { return };
                if let Some(of) = &block.trait_
                    && let Some(of) = of.0.segments.last()
                {
                    self.traits.entry(name.clone()).or_default().insert(of.ident.to_string());
                }
                for item in &block.items {
                    if let syn::ImplItem::Fn(f) = item {
                        self.function(&name, &f.sig);
                    }
                }
            }
            syn::Item::Trait(item) if !dynamic => {
                for function in &item.items {
                    if let syn::TraitItem::Fn(f) = function {
                        self.function(&item.ident.to_string(), &f.sig);
                    }
                }
            }
            _ => {}
        }
    }

    fn function(&mut self, of: &str, sig: &syn::Signature) {
        let takes = match sig.receiver().map(|r| &r.kind) {
            None => Takes::Nothing,
            Some(ReceiverKind::Value) => Takes::Value,
            Some(ReceiverKind::Reference(_, _, None)) => Takes::Shared,
            Some(ReceiverKind::Reference(..)) => Takes::Exclusive,
            Some(_) => return,
        };
        self.all.insert((of.to_string(), sig.ident.to_string()), (takes, given_by(sig, of)));
    }

    /// The functions of a block with the calls by the names of types, and what its methods lend to patterns.
    pub fn called_in(&self, block: &syn::ItemImpl) -> syn::ItemImpl {
        let mut called = block.clone();
        crate::looked_at::with_parts(&mut called);
        for item in &mut called.items {
            if let syn::ImplItem::Fn(f) = item {
                f.block = *self.called(&as_function(f), Host::Block(block)).block;
            }
        }
        called
    }

    /// A function with the calls by the names of types.
    pub fn called(&self, item: &syn::ItemFn, host: Host<'_>) -> syn::ItemFn {
        let mut item = item.clone();
        let generics = host.generics().into_iter().chain([&item.sig.generics]);
        let mut calls = Calls {
            functions: self,
            own: self.own(host),
            generics: generics.cloned().collect(),
            scope: vec![],
        };
        for input in &item.sig.inputs {
            match input {
                FnArg::Receiver(r) => {
                    let held = match &r.kind {
                        ReceiverKind::Value => Held::Value,
                        ReceiverKind::Reference(_, _, None) => Held::Shared,
                        _ => Held::Exclusive,
                    };
                    let own = calls.own.clone();
                    let this = Ident::new("self", r.self_token.span);
                    calls.scope.push((this, own.map(|own| Known { held, ..own })));
                }
                FnArg::Typed(p) => {
                    let known = calls.typed(&p.ty);
                    calls.bind(&p.pat, known);
                }
            }
        }
        calls.visit_block_mut(&mut item.block);
        item
    }

    /// What `Self` is.
    fn own(&self, host: Host<'_>) -> Option<Known> {
        let names: Vec<_> = match host {
            Host::Module => return None,
            Host::Block(block) => self.names(name_of(&block.self_ty)?),
            Host::Trait(of, _) => {
                let supertraits = of.supertraits.iter().filter_map(name_of_trait);
                supertraits.chain([of.ident.to_string()]).collect()
            }
        };
        Some(Known::of(&syn::parse_quote!(Self), names))
    }

    /// The names of a type and its traits.
    fn names(&self, of: String) -> Vec<String> {
        let traits = self.traits.get(&of).into_iter().flatten().cloned();
        traits.chain([of.clone()]).collect()
    }

    /// What is known of a function, and its path.
    fn of(&self, known: &Known, function: &Ident) -> Option<(&(Takes, Gives), syn::Path)> {
        known.names.iter().find_map(|(of, path)| {
            Some((self.all.get(&(of.clone(), function.to_string()))?, path.clone()))
        })
    }
}

fn given_by(sig: &syn::Signature, of: &str) -> Gives {
    let ReturnType::Type(_, ty) = &sig.output else { return Gives::Other };
    match &**ty {
        Type::ImplTrait(t) => {
            let names = t.bounds.iter().filter_map(name_of_trait);
            match names.into_iter().any(|name| name.ends_with("Iterator")) {
                true => Gives::Iterator,
                false => Gives::Other,
            }
        }
        ty => match name_of(ty) {
            Some(name) if name == "Option" || name == "Result" => Gives::Optional,
            Some(name) if name == "Self" || name == of => Gives::Itself,
            Some(_) => match ty {
                Type::Path(p) => p
                    .path
                    .segments
                    .last()
                    .map_or(Gives::Other, |last| Gives::Named(last.ident.to_string())),
                _ => Gives::Other,
            },
            None => Gives::Other,
        },
    }
}

/// A value of a type that has these traits.
fn of_traits<'a>(bounds: impl Iterator<Item = &'a syn::TypeParamBound>) -> Known {
    let named = |b: &'a syn::TypeParamBound| match b {
        syn::TypeParamBound::Trait(t) => {
            let mut path = t.path.clone();
            let last = path.segments.last_mut()?;
            last.arguments = syn::PathArguments::None;
            Some((last.ident.to_string(), path.clone()))
        }
        _ => None,
    };
    Known { names: bounds.filter_map(named).collect(), held: Held::Value }
}

fn name_of_trait(bound: &syn::TypeParamBound) -> Option<String> {
    match bound {
        syn::TypeParamBound::Trait(t) => Some(t.path.segments.last()?.ident.to_string()),
        _ => None,
    }
}

/// How a variable holds a value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Held {
    Value,
    Shared,
    Exclusive,
}

/// What is known of a variable.
#[derive(Clone)]
struct Known {
    /// The names of the type and its traits, and the path to the functions of each.
    names: BTreeMap<String, syn::Path>,
    held: Held,
}

impl Known {
    /// A value of a type with these names.
    fn of(path: &syn::Path, names: impl IntoIterator<Item = String>) -> Self {
        let names = names.into_iter().map(|name| (name, path.clone())).collect();
        Self { names, held: Held::Value }
    }
}

/// Writes the calls.
struct Calls<'a> {
    functions: &'a Functions,
    own: Option<Known>,
    generics: Vec<syn::Generics>,
    /// The variables, the innermost last.
    scope: Vec<(Ident, Option<Known>)>,
}

impl Calls<'_> {
    /// What is known of a value of a type that is written.
    fn typed(&self, ty: &Type) -> Option<Known> {
        match ty {
            Type::Paren(p) => self.typed(&p.elem),
            Type::Group(g) => self.typed(&g.elem),
            Type::Reference(r) => {
                let of = self.typed(&r.elem).filter(|of| of.held == Held::Value)?;
                let held = if r.mutability.is_some() { Held::Exclusive } else { Held::Shared };
                Some(Known { held, ..of })
            }
            Type::Path(p) if p.qself.is_none() => self.named(&p.path),
            Type::ImplTrait(t) => Some(of_traits(t.bounds.iter())),
            _ => None,
        }
    }

    fn named(&self, path: &syn::Path) -> Option<Known> {
        if path.is_ident("Self") {
            return self.own.clone();
        }
        let mut path = path.clone();
        let last = path.segments.last_mut()?;
        last.arguments = syn::PathArguments::None;
        let name = last.ident.clone();
        let is_parameter = |g: &syn::Generics| g.type_params().any(|t| t.ident == name);
        if self.generics.iter().any(is_parameter) {
            let bounds = self.generics.iter().flat_map(|g| bounds(&name, g));
            return Some(of_traits(bounds));
        }
        Some(Known::of(&path, self.functions.names(name.to_string())))
    }

    /// What is known of the value of an expression.
    fn value(&self, e: &Expr) -> Option<Known> {
        match strip(e) {
            Expr::Path(p) => self.variable(p.path.get_ident()?),
            Expr::Reference(r) => {
                let of = self.value(&r.expr).filter(|of| of.held == Held::Value)?;
                let held = if r.mutability.is_some() { Held::Exclusive } else { Held::Shared };
                Some(Known { held, ..of })
            }
            Expr::Struct(s) => self.named(&s.path),
            Expr::Call(c) => {
                let Expr::Path(p) = &*c.func else { return None };
                if is_constructor(&p.path) {
                    return self.named(&p.path);
                }
                let mut path = p.path.clone();
                let function = path.segments.pop()?.ident;
                path.segments.pop_punct();
                let of = self.named(&path)?;
                let ((_, gives), _) = self.functions.of(&of, &function)?;
                self.given(gives, of)
            }
            Expr::MethodCall(m) => {
                let of = self.value(&m.receiver)?;
                if m.method == "clone" && m.args.is_empty() {
                    return Some(Known { held: Held::Value, ..of });
                }
                let ((_, gives), _) = self.functions.of(&of, &m.method)?;
                self.given(gives, of)
            }
            _ => None,
        }
    }

    /// What is known of what a function of a type gives. Of another type that is an iterator the name serves, as its
    /// functions are not called by it.
    fn given(&self, gives: &Gives, of: Known) -> Option<Known> {
        match gives {
            Gives::Itself => Some(Known { held: Held::Value, ..of }),
            Gives::Named(name) => {
                let path = Ident::new(name, proc_macro2::Span::call_site()).into();
                let of = Known::of(&path, self.functions.names(name.clone()));
                self.is_iterator(&of).then_some(of)
            }
            _ => None,
        }
    }

    /// Whether a type has an `impl Iterator` with the attribute.
    fn is_iterator(&self, of: &Known) -> bool {
        let next = Ident::new("next", proc_macro2::Span::call_site());
        of.names.contains_key("Iterator") && self.functions.of(of, &next).is_some()
    }

    /// An iterator of one's own that a method of iterators is called on, or a loop goes over: as itself, or, if
    /// something is left of it, by reference.
    fn iterator(&self, e: &Expr, method: Option<&Ident>) -> Option<Expr> {
        let of = self.value(e).filter(|of| of.held != Held::Shared && self.is_iterator(of))?;
        if method.is_some_and(|name| self.functions.of(&of, name).is_some()) {
            return None;
        }
        let is_left = method.is_some_and(|name| name == "by_ref" || goes_on_after(name));
        Some(match (of.held, strip(e)) {
            (Held::Exclusive, Expr::Reference(_)) => own_iterator(e),
            (Held::Exclusive, _) => own_iterator(&syn::parse_quote!(&mut *#e)),
            (_, Expr::Path(_)) if is_left => own_iterator(&syn::parse_quote!(&mut #e)),
            _ => own_iterator(e),
        })
    }

    fn variable(&self, name: &Ident) -> Option<Known> {
        let mut all = self.scope.iter().rev();
        all.find(|(other, _)| other == name)?.1.clone()
    }

    /// Declares the variables of a pattern, of which one that is the whole is known.
    fn bind(&mut self, pattern: &Pat, known: Option<Known>) {
        match pattern {
            Pat::Ident(i) if i.by_ref.is_none() && i.subpat.is_none() => {
                self.scope.push((i.ident.clone(), known));
            }
            Pat::Type(t) => {
                let known = self.typed(&t.ty);
                self.bind(&t.pat, known);
            }
            other => {
                let names = bound_names(other);
                self.scope.extend(names.into_iter().map(|name| (name, None)));
            }
        }
    }

    /// Visits what variables of its own belong to.
    fn inside(&mut self, visit: impl FnOnce(&mut Self)) {
        let outer = self.scope.len();
        visit(self);
        self.scope.truncate(outer);
    }

    /// The call of a method by the name of the receiver's type.
    fn by_type(&self, e: &Expr) -> Option<Expr> {
        let Expr::MethodCall(m) = e else { return None };
        let of = self.value(&m.receiver)?;
        let ((takes, gives), path) = self.functions.of(&of, &m.method)?;
        let takes = *takes;
        let is_part = *gives == Gives::Optional && is_reference_to_part(e);
        let is_iterator = *gives == Gives::Iterator && makes_iterator(&m.method);
        // That of a list adds each item where it is made.
        let extends = m.method == "extend" && takes == Takes::Exclusive && m.args.len() == 1;
        if !is_part && !is_iterator && !extends {
            return None;
        }
        let receiver = &m.receiver;
        let receiver: Expr = match (takes, of.held) {
            (Takes::Value, Held::Value)
            | (Takes::Shared, Held::Shared)
            | (Takes::Exclusive, Held::Exclusive) => (**receiver).clone(),
            (Takes::Value, _) => syn::parse_quote!(*#receiver),
            (Takes::Shared, Held::Value) => syn::parse_quote!(&#receiver),
            (Takes::Shared, Held::Exclusive) => syn::parse_quote!(&*#receiver),
            (Takes::Exclusive, Held::Value) => syn::parse_quote!(&mut #receiver),
            _ => return None,
        };
        let (method, args) = (&m.method, m.args.iter());
        let turbofish = &m.turbofish;
        let call = quote::quote_spanned!(method.span()=> #path::#method #turbofish (#receiver, #(#args),*));
        Some(match is_iterator {
            true => syn::parse_quote!(#call.into_iter()),
            false => syn::parse_quote!(#call),
        })
    }

    /// What iterates a value of a type with an `impl IntoIterator` of its own: the list of its items. A method
    /// that is called on a value may take a reference.
    fn iterated(&self, e: &Expr, is_called: bool) -> Option<Expr> {
        let of = self.value(e)?;
        let items = |name: &str, given: Expr| -> Option<Expr> {
            let name = Ident::new(name, e.span());
            let (_, path) = self.functions.of(&of, &name)?;
            Some(syn::parse_quote_spanned!(e.span()=> #path::#name(#given)))
        };
        match of.held {
            Held::Exclusive => None,
            Held::Shared => {
                let items = items(BY_REFERENCE, e.clone())?;
                Some(syn::parse_quote!(#items.iter()))
            }
            Held::Value => match items(BY_VALUE, e.clone()) {
                Some(items) => Some(syn::parse_quote!(#items.into_iter())),
                None if is_called => {
                    let items = items(BY_REFERENCE, syn::parse_quote!(&#e))?;
                    Some(syn::parse_quote!(#items.iter()))
                }
                None => None,
            },
        }
    }

    /// An assertion about calls of methods that change what they are called on.
    fn asserted(&self, mac: &syn::Macro) -> Option<Expr> {
        crate::asserted::evaluated_before(mac, &|m| {
            let of = self.value(&m.receiver);
            let known = of.as_ref().and_then(|of| self.functions.of(of, &m.method));
            known.is_some_and(|((takes, _), _)| *takes == Takes::Exclusive)
        })
    }

    fn iterate(&self, e: &mut Expr) {
        if let Some(iterated) = self.iterated(e, false).or_else(|| self.iterator(e, None)) {
            *e = iterated;
        }
    }
}

impl VisitMut for Calls<'_> {
    fn visit_item_mut(&mut self, _: &mut syn::Item) {}

    fn visit_block_mut(&mut self, block: &mut syn::Block) {
        self.inside(|s| visit_mut::visit_block_mut(s, block));
    }

    fn visit_local_mut(&mut self, local: &mut syn::Local) {
        let mut known = vec![];
        if let Some(init) = &mut local.init {
            known = match (&local.pat, strip(&init.expr)) {
                (Pat::Tuple(p), Expr::Tuple(t)) if p.elems.len() == t.elems.len() => {
                    p.elems.iter().zip(&t.elems).map(|(p, e)| (p, self.value(e))).collect()
                }
                (pattern, e) => vec![(pattern, self.value(e))],
            };
            self.visit_local_init_mut(init);
        }
        match known.is_empty() {
            true => self.bind(&local.pat, None),
            false => known.into_iter().for_each(|(pattern, known)| self.bind(pattern, known)),
        }
    }

    fn visit_expr_closure_mut(&mut self, c: &mut syn::ExprClosure) {
        self.inside(|s| {
            c.inputs.iter().for_each(|input| s.bind(input, None));
            s.visit_expr_mut(&mut c.body);
        });
    }

    fn visit_arm_mut(&mut self, arm: &mut syn::Arm) {
        self.inside(|s| {
            s.bind(&arm.pat, None);
            visit_mut::visit_arm_mut(s, arm);
        });
    }

    fn visit_expr_for_loop_mut(&mut self, f: &mut syn::ExprForLoop) {
        self.visit_expr_mut(&mut f.expr);
        self.iterate(&mut f.expr);
        self.inside(|s| {
            s.bind(&f.pat, None);
            s.visit_block_mut(&mut f.body);
        });
    }

    // What a condition binds is known in the branch alone.
    fn visit_expr_if_mut(&mut self, i: &mut syn::ExprIf) {
        self.inside(|s| {
            s.visit_expr_mut(&mut i.cond);
            s.visit_block_mut(&mut i.then_branch);
        });
        if let Some((_, other)) = &mut i.else_branch {
            self.visit_expr_mut(other);
        }
    }

    fn visit_expr_while_mut(&mut self, w: &mut syn::ExprWhile) {
        self.inside(|s| visit_mut::visit_expr_while_mut(s, w));
    }

    fn visit_expr_let_mut(&mut self, l: &mut syn::ExprLet) {
        self.visit_expr_mut(&mut l.expr);
        self.bind(&l.pat, None);
    }

    fn visit_stmt_mut(&mut self, statement: &mut syn::Stmt) {
        if let syn::Stmt::Macro(m) = statement
            && let Some(block) = self.asserted(&m.mac)
        {
            *statement = syn::Stmt::Expr(block, m.semi_token);
        }
        visit_mut::visit_stmt_mut(self, statement);
    }

    fn visit_expr_mut(&mut self, e: &mut Expr) {
        if let Expr::Macro(m) = e
            && let Some(block) = self.asserted(&m.mac)
        {
            *e = block;
        }
        if let Some(call) = self.by_type(e) {
            *e = call;
        }
        visit_mut::visit_expr_mut(self, e);
        let Expr::MethodCall(m) = e else { return };
        let of_chain = is_iterating(&m.method) || m.method == "extend";
        m.args.iter_mut().filter(|_| of_chain).for_each(|arg| self.iterate(arg));
        if m.method == "into_iter"
            && m.args.is_empty()
            && let Some(iterated) =
                self.iterated(&m.receiver, true).or_else(|| self.iterator(&m.receiver, None))
        {
            *e = iterated;
            return;
        }
        let compares = (m.method == "min" || m.method == "max") && !m.args.is_empty();
        if is_iterating(&m.method)
            && !compares
            && let Some(marked) = self.iterator(&m.receiver, Some(&m.method))
        {
            *m.receiver = marked;
        }
    }
}
